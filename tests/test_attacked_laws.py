"""Laws that are none at some points of a claim, models and masses that a state does not make, and means of 0 that are none.

Each was proved once, in the smallest form that was found, and stands beside a true neighbour that is proved still.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from stated import assert_proved, is_proved, stated
from sympy import Eq, Integer, Lambda, Le, Max, Ne, Product, Rational, Symbol, exp, log, oo, sign, sqrt

from reports.conjectures import examine
from reports.workbench import Course, _Check
from simulate.engine.blocks import Runner
from theory import (
    CLOCK,
    BadInput,
    GaussianLoop,
    Integers,
    Loop,
    MinimumNormLoop,
    Noise,
    Positive,
    Probability,
    Reals,
    RegressionLoop,
    coordinate,
    observable,
)
from theory.gaussian.policies import PooledGaussianLoop
from theory.kde import KernelLoop
from theory.language.errors import CannotTell
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import (
    Binomial,
    Cauchy,
    Centred,
    ChiSquare,
    Density,
    Exponential,
    Finite,
    Laplace,
    Law,
    Normal,
    Poisson,
    StudentT,
    Tilted,
    Truncated,
    Uniform,
)
from theory.language.moments import KL, E, Prob, Quantile
from theory.language.policies import Growing, GrowingPool
from theory.language.verdicts import HEAVY, Finding, Verdict
from theory.performative.risk import BernoulliRiskLoop
from theory.proof.enclose import enclose
from theory.proof.relations.prove import prove
from theory.stability.coin import RetrainedBernoulliLoop
from theory.stability.gains import TwoPointsLoop
from theory.stability.gaussian import RetrainedScaleLoop
from theory.stability.schedule import ScheduledMeanLoop

half = Rational(1, 2)
x = Symbol("x", real=True)
k = Symbol("k", integer=True, positive=True)
T = Integers(0)
BOTH = {"a": Reals(-1, 1)}  # signs


def drawn(law) -> Noise:
    return Noise("U", law)


# ---- what a draw is known to be ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "law",
    [
        lambda a: Uniform(0, a),
        lambda a: Exponential(a),
        lambda a: Finite((a, 1 - a)),
        lambda a: Truncated(Uniform(0, 1), a, 2),
        lambda a: Truncated(Uniform(0, a), 0, 1),
        lambda a: Tilted(Exponential(1), Lambda(x, x - a)),
        lambda a: Density(Lambda(x, -x), 0, a),
    ],
)
def test_nothing_is_known_of_the_sign_of_a_draw_whose_law_is_not_seen_to_be_one(law):
    z = drawn(law(Symbol("a", real=True)))
    assert z.is_positive is None
    assert z.is_nonnegative is None


def test_a_count_is_never_negative_and_may_be_0():
    """Whatever its law is: that it is one is asked of all that are drawn from."""
    a = Symbol("a", real=True)
    for law in (Poisson(a), Binomial(3, a)):
        assert drawn(law).is_nonnegative
        assert drawn(law).is_positive is None


def test_of_a_law_that_is_seen_to_be_one_the_sign_is_known():
    a, n = Symbol("a", positive=True), Symbol("n", integer=True, nonnegative=True)
    assert drawn(Uniform(0, a)).is_positive
    assert drawn(Exponential(a)).is_positive
    assert drawn(ChiSquare(a)).is_positive
    assert drawn(ChiSquare(n)).is_nonnegative
    assert drawn(ChiSquare(n)).is_positive is None
    assert drawn(Poisson(a)).is_nonnegative
    assert drawn(Truncated(Normal(0, 1), a)).is_nonnegative
    assert drawn(Tilted(Exponential(1), Lambda(x, exp(x / 2)))).is_nonnegative


class InStep(Loop):
    a: Reals()
    x = coordinate("x")
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] + 1 + drawn(Uniform(0, self.a)) - drawn(Uniform(0, self.a))}


class InDraws(InStep):
    def step(self, state):
        return {"x": state["x"] + 1}

    def emit(self, state, index):
        return state["x"] + drawn(Normal(0, self.a)) * 0


class AtStart(InDraws):
    @property
    def initial(self):
        return {"x": drawn(Exponential(self.a)) * 0}

    def emit(self, state, index):
        raise CannotTell("nothing is said of a draw")


class InState(Loop):
    """There is no fifth fit: the chance would be above 1."""

    x = coordinate("x")
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] + Max(0, sign(drawn(Binomial(2, state["x"] / 2)) + 1)) / 2}


VANISHED = {
    "a sign": (lambda a: Eq(E(sign(drawn(Uniform(0, a)))), 1), BOTH),
    "a maximum": (lambda a: Eq(E(Max(-1, sign(drawn(Binomial(3, a)) + 1))), 1), BOTH),
    "a difference": (lambda a: Eq(E(drawn(Poisson(a)) - drawn(Poisson(a)) + drawn(Normal(0, 1))), 0), BOTH),
    "at an end": (lambda a: Eq(E(sign(drawn(Uniform(0, a)))), 1), {"a": Reals(0, 1, closed=True)}),
    "between ends": (lambda a: Eq(E(Max(0, drawn(Truncated(Uniform(0, 1), 1, 2)))), a), {"a": Reals(0, 1)}),
    "a variance": (lambda a: Eq(E(drawn(Centred(a)) ** 2), a), BOTH),
    "in a step": (lambda a, t: Eq(E(InStep(a).x(t)), t), {**BOTH, "t": T}),
    "in draws": (lambda a, t: Eq(E(InDraws(a).x(t)), t), {**BOTH, "t": T}),
    "at the start, where no draw is told of": (lambda a, t: Eq(E(AtStart(a).x(t)), t), {**BOTH, "t": T}),
    "in the state": (lambda t: Eq(E(InState().x(t)), t / 2), {"t": Integers(1, 8)}),
}


@pytest.mark.parametrize("name", VANISHED)
def test_a_draw_that_vanishes_leaves_behind_what_is_asked_of_its_law(name):
    relation, domains = VANISHED[name]
    assert not is_proved(relation, **domains)


def test_where_it_is_a_law_it_may_vanish():
    assert_proved(lambda a: Eq(E(sign(drawn(Uniform(0, a)))), 1), a=Positive())
    assert_proved(lambda a, t: Eq(E(InStep(a).x(t)), t), a=Positive(), t=T)


# ---- laws, models, masses and functions of the state of a user's --------------------------------------------------------


class Sevens(Normal):
    def moment(self, power, logs=0, absolute=0):
        return Integer(7), Integer(1)


class Somewhere(Law):
    support = (Integer(5), Integer(6))


@pytest.mark.parametrize(
    "relation", [lambda a: Eq(E(drawn(Sevens(0, a))), 7), lambda a: Eq(E(sign(drawn(Somewhere()))), a / a)]
)
def test_what_a_law_of_ones_own_says_of_itself_is_not_taken(relation):
    c = stated(relation, a=Positive())
    with pytest.raises(BadInput, match="is a law of your own"):
        examine(c)
    assert not prove(c).proved


class Walk(Loop):
    a: Reals() = 1
    x = coordinate("x")
    root = observable(of=lambda loop, now: sqrt(now["x"]))
    logarithm = observable(of=lambda loop, now: log(now["x"]))
    inverse = observable(of=lambda loop, now: 1 / now["x"])
    initial = {"x": Integer(-3)}  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] + 1}

    def law_at(self, t):
        return Normal(self.x(t), self.a)


class Upward(Walk):
    initial = {"x": Integer(3)}  # noqa: RUF012


def test_a_function_of_the_state_has_a_value_wherever_it_is_asked_for():
    assert not is_proved(lambda t: Eq(Walk().inverse(t) * Walk().x(t), 1), t=T)
    assert not is_proved(lambda t: Eq(exp(Walk().logarithm(t)), t - 3), t=T)
    assert not is_proved(lambda t: Eq(Walk().root(t) ** 2, t - 3), t=T)
    assert_proved(lambda t: Eq(Upward().inverse(t) * Upward().x(t), 1), t=T)
    assert_proved(lambda t: Eq(exp(Upward().logarithm(t)), t + 3), t=T)
    assert_proved(lambda t: Eq(Upward().root(t) ** 2, t + 3), t=T)


def test_the_law_of_a_model_is_one():
    same = lambda a, t: Eq(E(KL(Walk(a).model(t), Walk(a).model(t))) + E(Walk(a).x(t)), t - 3)  # noqa: E731
    assert not is_proved(same, **BOTH, t=T)
    assert_proved(same, a=Positive(), t=T)


class Noisy(Walk):
    y = observable(of=lambda loop, now: now["x"] + Noise("W", Normal(0, 1)))


class Counted(Walk):
    y = observable(of=lambda loop, now: now["x"] * CLOCK)


@pytest.mark.parametrize(("kind", "what"), [(Noisy, "a draw"), (Counted, "CLOCK")])
def test_a_function_of_the_state_is_one_of_nothing_else(kind, what):
    """A draw in it was the same one in every generation: E(y(1) y(2)) of a random walk was 2, and is 1."""
    c = stated(lambda t: Eq(E(kind().y(1) * kind().y(t)), 2), t=Integers(2))
    with pytest.raises(BadInput, match=what):
        examine(c)
    assert not prove(c).proved


class Masses(FiniteLoop):
    start: Finite

    def step(self, state):
        p, q = state.values()
        return dict(zip(state, self.after(p, q), strict=True))


class Moving(Masses):
    """Below 0 from generation 501 on."""

    def after(self, p, q):
        return p + (p + q) / 1000, q - (p + q) / 1000


class Doubled(Masses):
    def after(self, p, q):
        return 2 * p, 2 * q


class Halfway(Masses):
    def after(self, p, q):
        return p / 2 + q / 4, p / 2 + 3 * q / 4


def test_masses_are_probabilities_in_every_generation():
    even = Finite((half, half))
    assert not is_proved(lambda t: Eq(Moving(even).mass(t, 0), half + t / 1000), t=T)
    assert not is_proved(lambda t: Eq(Doubled(even).mass(t, 0), 2**t / 2), t=T)
    assert_proved(
        lambda p, t: Eq(Halfway(Finite((p, 1 - p))).mass(t, 0), Rational(1, 3) + (p - Rational(1, 3)) / 4**t),
        p=Probability(),
        t=T,
    )


# ---- what is asked of several parameters, and in every fit --------------------------------------------------------------

J = {"j": Integers(0), "t": T}
TOGETHER = {
    "a sample of one": lambda j, t: Eq(E(GaussianLoop((j - 777) ** 2 + 1).mu(t)), 0),
    "no points": lambda j, t: Eq(E(RetrainedScaleLoop((j - 777) ** 2, (j - 777) ** 2).v(t)), 1),
    "no tosses": lambda j, t: Eq(E(RetrainedBernoulliLoop((j - 777) ** 2, (j - 777) ** 2, half, half).theta(t)), half),
    "fewer inputs than dimensions": lambda j, t: Eq(E(RegressionLoop((j - 777) ** 2 + 2, 3).error(t)), 0),
    "too few dimensions": lambda j, t: Eq(E(MinimumNormLoop(3, 4 + (j - 777) ** 2).along(0)), 1),
    "no probability": lambda j, t: Eq(
        E(BernoulliRiskLoop(3, half, Rational(3, 4) / ((j - 777) ** 2 + 1), 0).theta(1)), half
    ),
    "sizes that fall": lambda j, t: Eq(
        E(PooledGaussianLoop(j + 1, Growing(1000 - CLOCK), known_variance=True).mu(t)), 0
    ),
    "a pool that falls": lambda j, t: Eq(
        E(PooledGaussianLoop(j + 1, GrowingPool(CLOCK * (2000 - CLOCK)), known_variance=True).mu(t)), 0
    ),
    "a bandwidth that falls": lambda j, t: Eq(E(KernelLoop(j + 1, 1000 - CLOCK).mean(t)), 0),
    "shares that rise": lambda j, t: Eq(
        E(ScheduledMeanLoop(j + 1, Lambda(k, k / 1000), 1, 1).error(t)), Product(1 - k / 1000, (k, 1, t))
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_parameters_that_make_no_loop_somewhere_prove_nothing(name):
    assert not is_proved(TOGETHER[name], **J)


def test_parameters_that_make_one_everywhere_do():
    assert_proved(lambda j, t: Eq(E(GaussianLoop((j - 777) ** 2 + 2).mu(t)), 0), **J)
    assert_proved(lambda j, t: Eq(E(PooledGaussianLoop(j + 1, Growing(j + CLOCK), known_variance=True).mu(t)), 0), **J)
    assert_proved(lambda j, t: Eq(E(ScheduledMeanLoop(j + 1, Lambda(k, 1 / (k + 1)), 1, 1).error(t)), 1 / (t + 1)), **J)


# ---- means of 0 that are none -------------------------------------------------------------------------------------------


class Wide(Loop):
    """How far it moves is drawn once: of infinite mean, or not."""

    x = coordinate("x")
    v = coordinate("v", nonnegative=True)
    start = Noise("C", Cauchy(0, 1)) ** 2

    @property
    def initial(self):
        return {"x": Integer(0), "v": self.start}

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Normal(0, state["v"])), "v": state["v"]}


class Inverse(Wide):
    start = 1 / Noise("C", ChiSquare(1))

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Laplace(0, 1 + state["v"])), "v": state["v"]}


class Anew(Wide):
    start = Integer(1)

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Normal(0, Noise("C", Cauchy(0, 1)) ** 2)), "v": state["v"]}


class Narrow(Wide):
    start = Noise("C", StudentT(3)) ** 2


@pytest.mark.parametrize("kind", [Wide, Inverse, Anew])
def test_a_draw_of_mean_0_whose_law_is_too_wide_has_none(kind):
    c = stated(lambda t: Eq(E(kind().x(t + 1)), 0), t=T)
    assert not prove(c).proved
    assert {f.verdict for f in enclose(c, c.points())} != {Verdict.SUPPORTED}


def test_two_real_points_from_a_heavy_tail_leave_a_gap_without_a_mean():
    assert not is_proved(lambda t: Eq(E(TwoPointsLoop(Cauchy(0, 1)).gap(t + 1)), 0), t=T)
    assert not is_proved(lambda a: Eq(E(Noise("Z", Normal(0, Noise("C", Cauchy(0, a)) ** 2))), 0), a=Positive())


def test_a_draw_of_mean_0_whose_law_is_not_has_that_mean():
    assert_proved(lambda t: Eq(E(Narrow().x(t)), 0), t=T)
    assert_proved(lambda t: Eq(E(TwoPointsLoop(Normal(0, 1)).gap(t)), 0), t=T)


class Grown(Loop):
    """x is moved by a draw as wide as s, of which sqrt(R + 1) is a factor that nothing here can average, but its square."""

    dof: int = 5
    x = coordinate()
    s = coordinate()

    @property
    def initial(self):
        return {"x": Integer(0), "s": Integer(1)}

    def step(self, now):
        z, q, r = Noise("Z", Normal(0, 1)), Noise("Q", ChiSquare(self.dof)), Noise("R", ChiSquare(4))
        return {"x": now["x"] + now["s"] * z / sqrt(q), "s": now["s"] * sqrt(r + 1)}


def test_a_product_has_a_mean_where_the_squares_have_theirs():
    """2 x s Z/sqrt(Q) is at most x^2 + s^2 Z^2/Q: with those it has a mean, which is 0; where 1/Q has none, it has none."""
    assert_proved(lambda t: Eq(E(Grown(5).x(t) ** 2), (5**t - 1) / Integer(12)), t=T)
    assert not is_proved(lambda t: Eq(E(Grown(5).x(t) ** 2), (5**t - 1) / Integer(11)), t=T)
    assert not is_proved(lambda t: Eq(E(Grown(2).x(t) ** 2), (5**t - 1) / Integer(12)), t=T)
    assert not is_proved(lambda t: Eq(E(Grown(2).x(t + 1) * Grown(2).s(t + 1)), 0), t=T)


# ---- a level that is none ---------------------------------------------------------------------------------------------


def test_a_level_is_a_number():
    with pytest.raises(BadInput, match="is random"):
        Quantile(half, GaussianLoop(5).sigma(1))


# ---- means that are infinite --------------------------------------------------------------------------------------------


def inverse(a, power=1, dof=1):
    return E((Noise("X", ChiSquare(dof)) + a * Noise("Y", ChiSquare(1))) ** -power)


def test_a_sum_of_draws_that_comes_too_near_0_has_an_infinite_inverse():
    """Two chi-square draws of one degree add up to an exponential one."""
    assert_proved(lambda a: Eq(inverse(a), oo), a=Positive())
    assert not is_proved(lambda a: Eq(inverse(a, half), oo), a=Positive())
    assert not is_proved(lambda a: Eq(inverse(a, 1, 2), oo), a=Positive())
    assert not is_proved(lambda a: Eq(inverse(-a), oo), a=Positive())


def test_a_bound_that_is_broken_at_a_corner_where_a_mean_is_infinite():
    """That corner was left out, as its tail was too heavy to be simulated, and the bound was supported."""
    c = stated(lambda n, m: Le(E(1 / RetrainedScaleLoop(n, m).v(1)), 100), n=Integers(1), m=Integers(1))
    at = next(p for p in c.points() if set(p.values.values()) == {1})
    assert {f.verdict for f in enclose(c, [at])} == {Verdict.REFUTED}


class Sum(Loop):
    """Its inverse has a mean but for n = m = 1, which nobody sees."""

    n: Integers(1)
    m: Integers(1)
    x = coordinate("x", positive=True)
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, state):
        Q, R = Noise("Q", ChiSquare(self.n)), Noise("R", ChiSquare(self.m))
        return {"x": (Q + R * (1 + Q / 99)) / (self.n + self.m)}


def test_support_waits_for_a_mean_that_may_be_infinite():
    c = stated(lambda n, m: Le(E(1 / Sum(n, m).x(1)), 100), n=Integers(1, 9), m=Integers(1, 9))
    with Runner(0, 1) as runner:
        checked = _Check(c, 1.0, (0.1,), 1e-6, runner, 1, lambda f: f, lambda event: None, Course(), False)
    left_out = Finding(c.id, c.family, "simulation", Verdict.LEFT_OUT, number=1, point={"n": "1", "m": "1"}, note=HEAVY)
    checked.findings = [left_out]
    assert "is finite at n = 1, m = 1 is not seen" in checked.perhaps_infinite()
    checked.findings = [left_out, replace(left_out, witness="ball", verdict=Verdict.SUPPORTED, note="")]
    assert checked.perhaps_infinite() == ""


# ---- one number ---------------------------------------------------------------------------------------------------------


def test_a_draw_that_has_a_density_is_no_number_in_particular():
    """`Prob(Eq(Z, a)) = 0` was undecided, a being any number; a law without a width has an atom."""
    one = Noise("Z", Normal(0, 1))
    assert is_proved(lambda a: Eq(Prob(Eq(one, a)), 0), a=Reals())
    assert is_proved(lambda a, b: Eq(Prob(Ne(b * one + a, 1)), 1), a=Reals(), b=Positive())
    assert not is_proved(lambda a, b: Eq(Prob(Ne(b * one + a, 1)), 1), a=Reals(), b=Reals())
    for law in (lambda a: Normal(0, a**2), lambda a: Poisson(1)):
        assert not is_proved(lambda a, law=law: Eq(Prob(Eq(drawn(law(a)), 0)), 0), **BOTH)
