"""Theorem 1 proved for new models: what is proved of distances in a certified ball, and what is not."""

from __future__ import annotations

import os

import numpy as np
import pytest
from commands import command
from sympy import Abs, Eq, Ge, Gt, Le, Lt, Piecewise, Rational, Symbol, cosh, log, pi, sin, sqrt, tanh

from theory import (
    Atoms,
    Finite,
    Integers,
    LikelihoodLoop,
    Mixture,
    MultivariateNormal,
    Normal,
    Parameter,
    Points,
    Positive,
    Probability,
    R,
    Reals,
    claim,
)
from theory.language.errors import CannotTell
from theory.proof.likelihood import everywhere, fits
from theory.proof.likelihood.concave import is_concave
from theory.proof.likelihood.contraction import radius
from theory.proof.likelihood.score import score_of
from theory.proof.relations.prove import prove
from theory.stability.models import GaussianModel, LogisticModel, NaturalGaussian, PoissonModel, TwoMeans
from theory.stability.theorem import theorem_1

half = Rational(1, 2)


class Linkage(LikelihoodLoop):
    """Four kinds of offspring with the probabilities (2 + p)/4, (1 - p)/4, (1 - p)/4 and p/4."""

    p: Parameter(Reals(0, 1))
    support = Points(0, 1, 2, 3)

    def log_density(self, x):
        p = self.p
        return Piecewise((log((2 + p) / 4), Eq(x, 0)), (log((1 - p) / 4), x < 3), (log(p / 4), True))


class Sech(LikelihoodLoop):
    """A hyperbolic secant law: location and scale."""

    mu: Parameter(Reals())
    s: Parameter(Positive())

    def log_density(self, x):
        return -log(cosh(pi * (x - self.mu) / (2 * self.s))) - log(2 * self.s)


OFFSPRING = Linkage(Finite((Rational(125, 197), Rational(18, 197), Rational(20, 197), Rational(34, 197))), 1)
SCALED = Sech(Normal(0, 1), 1)


def begun(model, x, far, lam=1):
    """A loop with lam times x/c synthetic points for a real one, at a share of the radius for x/(1 - x); and that rate."""
    loop, rho = model.at(lam=lam * x / model.c), x / (1 - x)
    return loop.near((1,) * len(loop.state), far * loop.radius(rho)), rho


@pytest.mark.parametrize("model", [OFFSPRING, SCALED], ids=["one parameter", "two"])
def test_theorem_1_of_a_new_model_is_proved_for_every_share(model):
    """With variables it ended undecided: each look in balls takes a ball of its own."""

    @claim
    def holds(x=Reals(0, half), far=Probability(), t=Integers(1, 5)):
        """Theorem 1."""
        return theorem_1(model, x, far, t)

    found = prove(holds)
    assert found.proved
    assert any("in a ball around the best fit" in step for step in found.steps)


def relations(x, far, t):
    run, rho = begun(OFFSPRING, x, far)
    beside, _ = begun(OFFSPRING, x, far, lam=3)
    twice, _ = begun(OFFSPRING, x, 2 * far)
    return {
        "less": Lt(run.distance(t) / run.distance(0), rho**t),
        "a fit too many": Le(run.distance(t) / run.distance(0), rho ** (t + 1)),
        "half the rate": Le(run.distance(t) / run.distance(0), (rho / 2) ** t),
        "from below": Ge(run.distance(t) / run.distance(0), rho**t / 2),
        "more synthetic points than the rate allows": Le(beside.distance(t) / beside.distance(0), rho**t),
        "from beyond the ball": Le(twice.distance(t) / twice.distance(0), rho**t),
    }


@pytest.mark.parametrize("name", list(relations(half / 2, half, 1)))
def test_what_is_proved_of_distances_is_what_a_contraction_says(name):
    @claim
    def said(x=Reals(0, half), far=Probability(), t=Integers(1, 5)):
        """What is said of them."""
        return relations(x, far, t)[name]

    found = prove(said)
    assert found.proved == (name == "less")
    assert not found.refuted


def test_at_the_start_nothing_is_strictly_less():
    @claim
    def said(x=Reals(0, half), far=Probability(), t=Integers(0, 5)):
        """It is less from the start on."""
        run, rho = begun(OFFSPRING, x, far)
        return Lt(run.distance(t) / run.distance(0), rho**t)

    assert not prove(said).proved


def test_beyond_the_published_limit_the_rate_is_no_contraction():
    @claim
    def said(x=Reals(0, Rational(3, 5)), far=Probability(), t=Integers(1, 5)):
        """It holds beyond 1/2."""
        return theorem_1(OFFSPRING, x, far, t)

    assert not prove(said).proved


def test_without_a_finite_constant_nothing_is_proved():
    @claim
    def said(x=Reals(0, half), far=Probability(), t=Integers(1, 2)):
        """Theorem 1, where it says nothing."""
        return theorem_1(Wide(Normal(0, 2), 1), x, far, t)

    assert not prove(said).proved


def test_what_depends_on_the_data_is_told_and_no_error():
    """It was one of NumPy: "ufunc does not support argument 0 of type Symbol"."""

    @claim
    def said(v=Reals(1, 2)):
        """The best scale."""
        return Eq(Sech(Normal(0, v), 1).s(1), Sech(Normal(0, v), 1).best[1])

    assert "depends on v" in prove(said).reason
    with pytest.raises(CannotTell, match="depends on v"):
        fits.best(Sech(Normal(0, said.symbols["v"]), 1))


def test_variances_of_many_digits_are_floats_where_floats_are_asked():
    """It was an error: "ufunc does not support argument 0 of type int"."""
    near = 4 - Rational(1, 10**24)
    (x,), weights = score_of(Sech(Normal(0, near), 1)).data_nodes
    assert weights @ x**2 / weights.sum() == pytest.approx(4, rel=1e-9)
    (y,), others = score_of(Sech(Normal(0, 4), 1)).data_nodes
    assert np.allclose(weights @ x**4, others @ y**4)


def test_a_rate_next_to_1_has_a_ball():
    """It was told to be no contraction, as it is 1 in 64 bits."""
    near = 1 - Rational(1, 10**30)
    assert radius(OFFSPRING, near) > 0
    with pytest.raises(CannotTell, match="no contraction"):
        radius(OFFSPRING, Rational(1))


@pytest.mark.parametrize(("wrong", "verdict"), [(False, "PROVED"), (True, "REFUTED")])
def test_check_decides_the_theorem_of_a_new_file(tmp_path, wrong, verdict):
    file = tmp_path / "new.py"
    rate = "(x / (10 * (1 - x))) ** t" if wrong else "(x / (1 - x)) ** t"
    file.write_text(
        f"""
from sympy import Eq, Le, Piecewise, Rational, log
from theory import Finite, Integers, LikelihoodLoop, Parameter, Points, Probability, Reals, claim
from theory.stability.theorem import theorem_1


class Linkage(LikelihoodLoop):
    p: Parameter(Reals(0, 1))
    support = Points(0, 1, 2, 3)

    def log_density(self, x):
        p = self.p
        return Piecewise((log((2 + p) / 4), Eq(x, 0)), (log((1 - p) / 4), x < 3), (log(p / 4), True))


@claim
def theorem(x=Reals(0, Rational(1, 2)), far=Probability(), t=Integers(1, 5)):
    '''Theorem 1 of the linkage model.'''
    data = Finite((Rational(5, 8), Rational(1, 8), Rational(1, 16), Rational(3, 16)))
    return Le(theorem_1(Linkage(data, 1), x, far, t).lhs, {rate})
""",
        encoding="utf-8",
    )
    ledger = {"SELFCONSUMING_LEDGER": str(tmp_path / "ledger")}
    done = command(["check", str(file)], {**os.environ, **ledger})
    assert f"theorem: {verdict}" in done.stdout
    assert done.returncode == int(wrong)


# ---- data with variables in them ------------------------------------------------------------------------------------


class Wave(LikelihoodLoop):
    """Points of the plane: x_1 is N(a, 1), x_2 given x_1 is N(b sin x_1, 1)."""

    a: Parameter(Reals())
    b: Parameter(Reals())
    support = R(2)

    def log_density(self, x):
        return -((x[0] - self.a) ** 2 + (x[1] - self.b * sin(x[0])) ** 2) / 2 - log(2 * pi)


def bell(v):
    return MultivariateNormal((0, 0), ((v, half), (half, 1)))


def pair(v):
    return Mixture(v - 1, bell(1), MultivariateNormal((1, 0), ((1, 0), (0, 2))))


VARIED = {
    "two parameters on the line": lambda v: Sech(Normal(0, v), 1),
    "the plane": lambda v: Wave(bell(v), 1),
    "a mixture in the plane": lambda v: Wave(pair(v), 1),
    "few values": lambda v: Linkage(Finite((Rational(5, 8), Rational(1, 8), (v - 1) / 8, (3 - v) / 8)), 1),
}


def varied(model, t=Integers(1, 5), wrong=False):
    @claim
    def holds(v=Reals(Rational(5, 4), Rational(7, 4)), x=Reals(0, half), far=Probability(), t=t):
        """Theorem 1 of all these data."""
        said = theorem_1(model(v), x, far, t)
        return Le(said.lhs, (x / (2 * (1 - x))) ** t) if wrong else said

    return holds


@pytest.mark.parametrize("name", VARIED)
def test_theorem_1_is_proved_for_all_data_of_a_family(name):
    """It was undecided in the plane, and on the line supported at best."""
    assert prove(varied(VARIED[name])).proved
    found = prove(varied(VARIED[name], wrong=True))
    assert not found.proved
    assert not found.refuted


@pytest.mark.parametrize("name", VARIED)
def test_the_best_fit_to_any_of_the_data_is_in_its_box(name):
    loop = VARIED[name](V := Symbol("v", positive=True))
    boxes = everywhere.certify(loop, ((V, Rational(5, 4), Rational(7, 4)),))
    assert {low for ((_, low, _),), _ in boxes} | {high for ((_, _, high),), _ in boxes} >= {
        Rational(5, 4),
        Rational(7, 4),
    }
    for q in (Rational(5, 4), Rational(131, 100), Rational(3, 2), Rational(7, 4)):
        found = fits.best(loop.xreplace({V: q}))
        homes = [place for ((_, low, high),), place in boxes if low <= q <= high]
        assert homes
        assert all(x.contains(y) for place in homes for x, y in zip(place, found, strict=True))


class Cauchy(LikelihoodLoop):
    """A location of Cauchy's law."""

    mu: Parameter(Reals())

    def log_density(self, x):
        return -log(pi) - log(1 + (x - self.mu) ** 2)


class Wide(LikelihoodLoop):
    """A Gaussian: L = oo."""

    mu: Parameter(Reals())
    s: Parameter(Positive())

    def log_density(self, x):
        return -((x - self.mu) ** 2) / (2 * self.s) - log(2 * pi * self.s) / 2


@pytest.mark.parametrize(
    "model",
    [
        lambda v: Wide(Normal(0, v), 1),
        lambda v: Cauchy(Mixture(half, Normal(-3 * v, 1), Normal(3 * v, 1)), 1),  # a minimum in the middle, two maxima
    ],
    ids=["L is infinite", "several maxima"],
)
def test_what_fails_for_some_of_the_data_is_proved_for_none(model):
    assert not prove(varied(model, t=Integers(1, 2))).proved


ALONE = OFFSPRING.at(lam=0)  # without synthetic points the first fit is the best one


def test_a_fit_may_get_to_the_best_one():
    """The distance was a share above 0 of what it is at most: that it is above 0 was proved."""

    @claim
    def stays_away(far=Probability()):
        """False: it is 0."""
        return Gt(ALONE.near((1,), far * ALONE.radius(half)).distance(1), 0)

    @claim
    def stays_away_beside_any(x=Probability(closed=True), far=Probability()):
        """False at x = 0."""
        model = OFFSPRING.at(lam=x / 3 / OFFSPRING.c)
        return Gt(model.near((1,), far * model.radius(half)).distance(1), 0)

    @claim
    def gets_there(far=Probability()):
        """True, and not seen."""
        return Eq(ALONE.near((1,), far * ALONE.radius(half)).distance(1), 0)

    assert not prove(stays_away).proved
    assert not prove(stays_away_beside_any).proved
    assert not prove(gets_there).refuted


class Narrow(LikelihoodLoop):
    """A Student law of a fiftieth: data at two places have two local maxima."""

    mu: Parameter(Reals())

    def log_density(self, x):
        return -2 * log(1 + 2500 * (x - self.mu) ** 2 / 3) - log(sqrt(3) * pi / 100)


def test_where_the_best_fit_jumps_with_the_data_nothing_is_proved():
    """In the middle of the range the mass at 1 is next to nothing, and at its end most of it."""
    mass = lambda v: Rational(3, 5) * v**20  # noqa: E731

    @claim
    def jumps(v=Reals(0, 1), x=Reals(0, Rational(1, 2)), far=Probability(), t=Integers(1, 5)):
        """Theorem 1 of all these data, at some of which there are two best fits."""
        return theorem_1(Narrow(Finite((1 - mass(v), mass(v))), 1), x, far, t)

    assert not prove(jumps).proved


class Student(LikelihoodLoop):
    """A location of Student's law, 3 degrees of freedom."""

    mu: Parameter(Reals())

    def log_density(self, x):
        return -2 * log(1 + (x - self.mu) ** 2 / 3) - log(pi * sqrt(3) / 2)


def seldom_far(v):
    """Data at 0, and at 300: these are more than half for v next to 7/5 alone."""
    far = Rational(7, 20) + (1 - Abs(tanh(2000 * (v - Rational(7, 5))))) / 5
    return Atoms((0, 300), (1 - far, far))


def test_of_a_best_fit_that_may_jump_nothing_is_certified():
    """It is near 0 in the middle of the range and next to its ends, and near 300 in between."""
    loop = Student(seldom_far(V := Symbol("v", positive=True)), 1)
    assert float(fits.best(loop.xreplace({V: Rational(3, 2)}))[0]) < 1
    assert float(fits.best(loop.xreplace({V: Rational(7, 5)}))[0]) > 299
    with pytest.raises(CannotTell, match="not seen to be concave"):
        everywhere.certify(loop, ((V, Rational(5, 4), Rational(7, 4)),))


def test_one_maximum_in_floats_at_some_of_the_data_certifies_nothing():
    """Four boxes were certified, by searches in the middle of each and next to its ends."""
    loop = Student(Normal(0, V := Symbol("v", positive=True)), 1)
    with pytest.raises(CannotTell, match="not seen to be concave"):
        everywhere.certify(loop, ((V, Rational(5, 4), Rational(7, 4)),))


@pytest.mark.parametrize(
    ("model", "concave"),
    [
        (LogisticModel(Normal(0, 1), 1), True),  # in m/s and 1/s
        (GaussianModel(Normal(0, 1), 1), True),
        (NaturalGaussian(Normal(0, 1), 1), True),
        (PoissonModel(Finite((half, half)), 1), True),
        (OFFSPRING, True),
        (Student(Normal(0, 1), 1), False),
        (Cauchy(Normal(0, 1), 1), False),
        (TwoMeans(Normal(0, 1), 1), False),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, LikelihoodLoop) else str(x),
)
def test_of_which_models_the_log_density_is_concave(model, concave):
    """Of Student's law, and of two means that may be exchanged, there are data with several local maxima."""
    assert is_concave(model.of_data) == concave
