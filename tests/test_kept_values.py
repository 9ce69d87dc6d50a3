"""What holds of a state for ever once it holds: probabilities that rise, and those that do not; W1 of trained models."""

import pytest
from stated import is_proved, stated
from sympy import Abs, Eq, Ge, Gt, Integer, Le, Ne, Rational, erf, exp, pi, sqrt

from theory import (
    CLOCK,
    W1,
    Accumulate,
    Binomial,
    CategoricalLoop,
    E,
    FreshReal,
    GaussianLoop,
    HittingTime,
    Integers,
    Loop,
    Noise,
    Normal,
    Poisson,
    Positive,
    Prob,
    Probability,
    Reals,
    Simplex,
    SymbolLoop,
    coordinate,
)
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.relations.prove import prove
from theory.proof.structures import stays


class Grown(Loop):
    """A number that is multiplied by a draw, and has `more` added."""

    more: Reals()
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * (1 + Noise("Z", Normal(0, 1))) + self.more}


class Counted(Loop):
    """A branching process, with immigrants from generation `late` on."""

    late: Integers(0)
    x = coordinate()
    initial = {"x": Integer(3)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("N", Poisson(now["x"]))}


class Late(Counted):
    def step(self, now):
        return {"x": Noise("N", Poisson(now["x"])) + CLOCK}


class Moved(Loop):
    """The first coordinate is drawn from the second."""

    n: Integers(1)
    x = coordinate()
    y = coordinate()
    initial = {"x": Rational(1, 2), "y": Rational(1, 2)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {
            "x": Noise("A", Binomial(self.n, now["y"])) / self.n,
            "y": Noise("B", Binomial(self.n, now["y"])) / self.n,
        }


@pytest.mark.parametrize(
    ("o", "value", "kept"),
    [
        (SymbolLoop(Rational(1, 3), 5).share(2), 0, True),
        (SymbolLoop(Rational(1, 3), 5).share(2), 1, True),
        (SymbolLoop(Rational(1, 3), 5).share(2), Rational(1, 5), False),
        (SymbolLoop(Rational(1, 3), 5, policy=FreshReal(synthetic=5)).share(2), 0, False),
        (Grown(0).x(1), 0, True),
        (Grown(0).x(1), 1, False),
        (Grown(1).x(1), 0, False),
        (Counted(1).x(1), 0, True),
        (Late(1).x(1), 0, False),
        (Moved(4).x(1), 0, False),
        (Moved(4).y(1), 0, True),
    ],
    ids=str,
)
def test_a_value_is_kept_or_not(o, value, kept):
    assert stays(Eq(o, value, evaluate=False)) == kept


@pytest.mark.parametrize("k", [1, 3])
def test_what_is_lost_stays_lost(k):
    domain: dict = {"p": Probability(), "n": Integers(1), "t": Integers(0)}

    def lost(p, n, t):
        return Ge(Prob(Eq(SymbolLoop(p, n).share(t + k), 0)), Prob(Eq(SymbolLoop(p, n).share(t), 0)))

    def ended(p, n, t):
        x, y = (SymbolLoop(p, n).share(s) for s in (t, t + k))
        return Ge(Prob(Eq(y * (1 - y), 0)), Prob(Eq(x * (1 - x), 0)))

    assert is_proved(lost, **domain)
    assert is_proved(ended, **domain)


def test_it_is_proved_of_a_symbol_among_many_and_of_how_many_are_alive():
    domain: dict = {"p": Simplex(3), "n": Integers(1), "t": Integers(0)}
    assert is_proved(
        lambda p, n, t: Le(
            Prob(CategoricalLoop(p, n).share(0, t + 1) > 0), Prob(CategoricalLoop(p, n).share(0, t) > 0)
        ),
        **domain,
    )
    assert is_proved(
        lambda p, n, t: Le(E(CategoricalLoop(p, n).support(t + 1)), E(CategoricalLoop(p, n).support(t))), **domain
    )


@pytest.mark.parametrize(
    "claimed",
    [
        lambda x: Le(Prob(Eq(x(4), 0)), Prob(Eq(x(3), 0))),
        lambda x: Gt(Prob(Eq(x(3), 0)), Prob(Eq(x(3), 0))),
        lambda x: Ge(Prob(Ne(x(4), 0)), Prob(Ne(x(3), 0))),
        lambda x: Ge(Prob(Eq(x(4), Rational(1, 2))), Prob(Eq(x(3), Rational(1, 2)))),
    ],
    ids=["falls", "strictly", "lives longer", "another value"],
)
def test_what_is_false_is_refuted(claimed):
    c = stated(lambda p: claimed(SymbolLoop(p, 2).share), p=Probability())
    assert not prove(c).proved
    assert any(at_point(c, point, 0.01).verdict == Verdict.REFUTED for point in c.points()[:3])


@pytest.mark.parametrize(
    ("policy", "stays_lost"),
    [
        (FreshReal(synthetic=2), False),
        (Accumulate(), True),
    ],  # a pool without it has none
    ids=str,
)
def test_what_comes_back_is_not_said_to_stay(policy, stays_lost):
    def lost(p, t):
        x = SymbolLoop(p, 2, policy=policy).share
        return Ge(Prob(Eq(x(t + 1), 0)), Prob(Eq(x(t), 0)))

    assert is_proved(lost, p=Probability(), t=Integers(0)) == stays_lost


@pytest.mark.parametrize(
    "claimed",
    [
        lambda x, y: Le(Prob(x > y), 0),
        lambda x, y: Ge(Prob(Eq(x, y)), 1),
        lambda x, y: Ge(Prob(x >= y), 1),
    ],
)
def test_two_symbols_that_are_alike_are_not_one(claimed):
    """By its law alone, each is a share of the same loop, of which the difference was 0."""
    c = stated(
        lambda p, n: claimed(*(CategoricalLoop((p, p, 1 - 2 * p), n).share(i, 1) for i in range(2))),
        p=Reals(0, Rational(1, 2)),
        n=Integers(2, 4),
    )
    assert not prove(c).proved
    assert any(at_point(c, point, 0.01).verdict == Verdict.REFUTED for point in c.points()[:3])


def test_the_first_time_of_what_stays_is_seen_at_each_generation():
    assert is_proved(
        lambda t: Eq(Prob(HittingTime(lambda s: Eq(Grown(0).x(s), 0)) > t), Prob(Ne(Grown(0).x(t), 0))), t=Integers(0)
    )
    assert not is_proved(
        lambda t: Eq(Prob(HittingTime(lambda s: Eq(Grown(1).x(s), 0)) > t), Prob(Ne(Grown(1).x(t), 0))), t=Integers(0)
    )


class Mean(Loop):
    n: Integers(1)
    mu = coordinate()
    initial = {"mu": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(101, 100), False)])
def test_w1_of_trained_models_of_one_scale_is_that_of_their_centres(off, true):
    def mean(n, t, s):
        return Eq(E(W1(Normal(Mean(n).mu(t), s**2), Normal(0, s**2))), off * sqrt(2 * t / (pi * n)))

    assert is_proved(mean, n=Integers(1), t=Integers(1), s=Positive()) == true


def test_w1_of_gaussians_is_a_function_of_means_and_scales():
    """Against the integral of the difference of the quantiles, by SciPy."""
    from scipy.integrate import quad
    from scipy.stats import norm

    loop = GaussianLoop(5)
    said = W1(loop.model(3), Normal(1, 4))
    at = {loop.mu(3): Rational(3, 10), loop.sigma(3): Rational(7, 10)}
    gap = lambda u: abs(norm.ppf(u, 0.3, 0.7) - norm.ppf(u, 1, 2))  # noqa: E731
    seen = quad(gap, 0, 1, points=[norm.cdf((0.3 - 1) / (2 - 0.7))], limit=200)[0]
    assert float(said.xreplace(at)) == pytest.approx(seen, rel=1e-6)
    a, b = Rational(-7, 10), Rational(-13, 10)
    far = sqrt(2 / pi) * Abs(b) * exp(-(a**2) / (2 * b**2)) + a * erf(a / (sqrt(2) * Abs(b)))
    assert float(far) == pytest.approx(seen, rel=1e-6)
    assert said.xreplace({loop.mu(3): Integer(3), loop.sigma(3): Integer(2)}) == 2
