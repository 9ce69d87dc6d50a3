"""False statements that the derivation once proved, each beside a true neighbour that it must not lose."""

import pytest
from stated import is_proved, stated
from sympy import (
    Abs,
    Eq,
    Ge,
    Gt,
    Integer,
    Integral,
    Le,
    Lt,
    Max,
    Min,
    Mod,
    Ne,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    acot,
    atan,
    exp,
    factorial,
    floor,
    log,
    oo,
    sign,
    sqrt,
)

from theory import (
    ArgMax,
    ArgMin,
    BadInput,
    CategoricalLoop,
    Cauchy,
    Cov,
    E,
    GaussianLoop,
    Integers,
    Loop,
    Measured,
    Noise,
    Normal,
    PathMax,
    Points,
    Positive,
    Probability,
    Quantile,
    Reals,
    RisesThenFalls,
    Tends,
    Var,
    c4,
    coordinate,
)
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.relations.lemmas import (
    LEMMAS,
    Link,
    doob_entropy,
    doob_power,
    doob_square,
    jensen,
    last_of_path,
    root_mean_square,
    telescoped,
)

i = Symbol("i", integer=True)
j = Symbol("j", integer=True, positive=True)
k = Symbol("k", integer=True, nonnegative=True)
t = Symbol("t", integer=True, nonnegative=True)
s = Symbol("s", integer=True, nonnegative=True)
half = Rational(1, 2)
x = Symbol("x", real=True)
TINY = Rational(1, 10**9)
T = Integers(0)


# ---- exponents of exponents -----------------------------------------------------------------------------------------

SIGNS_LOST = {
    "square": (lambda a: Eq(sqrt(a**2 - 2 * a * TINY + TINY**2), a - TINY), {"a": Reals(0, 1)}),
    "share": (
        lambda p, n: Le(sqrt(p**2 - 2 * TINY * p + TINY**2), E(CategoricalLoop((p, 1 - p), n).share(0, 3)) - TINY),
        {"p": Probability(), "n": Integers(2)},
    ),
    "cube": (lambda a: Eq((a**3 - 3 * a**2 + 3 * a - 1) ** Rational(1, 3), a - 1), {"a": Probability()}),
    "power": (lambda a, t: Eq(sqrt(a**2 - 2 * a + 1) ** t, (a - 1) ** t), {"a": Probability(), "t": T}),
    "fourth": (
        lambda a: Eq((a**4 - 4 * a**3 + 6 * a**2 - 4 * a + 1) ** Rational(1, 4), a - 1),
        {"a": Probability()},
    ),
    "product": (
        lambda t: Eq(Product(sqrt(i**2 - 6 * i + 9), (i, 1, t)), Product(i - 3, (i, 1, t))),
        {"t": T},
    ),
    "half": (lambda a, t: Eq((a**2 - 4 * a + 4) ** (t / 2), (a - 2) ** t), {"a": Reals(0, 1), "t": T}),
    "never below 0": (lambda a: Le(sqrt(a**2 - 2 * a + 1), 0), {"a": Probability()}),
}


@pytest.mark.parametrize("name", SIGNS_LOST)
def test_a_root_of_a_square_is_not_what_was_squared(name):
    relation, domains = SIGNS_LOST[name]
    assert not is_proved(relation, **domains)


def test_a_root_of_a_square_is_its_absolute_value():
    assert is_proved(lambda a: Eq(sqrt(a**2 - 2 * a + 1), Abs(a - 1)), a=Reals(0, 2))
    assert is_proved(lambda a: Eq(sqrt(a**2 + 2 * a + 1), a + 1), a=Reals(0, 2))
    assert is_proved(lambda a, t: Eq(sqrt(a**2 + 2 * a + 1) ** t, (a + 1) ** t), a=Reals(0, 2), t=T)
    assert is_proved(lambda a, t: Eq((a**2 - 4 * a + 4) ** t, (a - 2) ** (2 * t)), a=Reals(0, 3), t=T)
    assert is_proved(lambda t: Eq(Product(sqrt(j**2 + 6 * j + 9), (j, 1, t)), Product(j + 3, (j, 1, t))), t=T)


# ---- sums over several variables ------------------------------------------------------------------------------------


def test_no_variable_of_a_sum_is_left_out():
    closed = (1 - c4(5) ** (t + 1)) / (1 - c4(5))

    def summed(times, *more):
        return lambda t: Eq(Sum(E(GaussianLoop(5).sigma(k)), (k, 0, t), *more), times * closed)

    for times in (1, 4):
        assert is_proved(summed(times, (j, 1, 4)), t=T) == (times == 4)
    assert is_proved(summed(1), t=T)
    assert not is_proved(lambda t: Eq(Sum(half**i, (i, 0, t), (k, 1, 3)), 2 - half**t), t=T)
    assert not is_proved(lambda t: Eq(Product(i, (i, 1, t), (k, 1, 2)), factorial(t)), t=T)


def test_a_path_has_one_clock():
    with pytest.raises(BadInput, match="one path"):
        PathMax(GaussianLoop(5).sigma(k), (k, 0, 3), (j, 1, 4))


# ---- shapes ---------------------------------------------------------------------------------------------------------

JUMPS = {
    "piecewise": lambda a: Piecewise((x, x < a / 2), (x - 5, True)) * a,
    "sawtooth": lambda a: Mod(x, a / 2),
    "arc": lambda a: atan(1 / (a / 2 - x)),
    "pole": lambda a: 1 / (a / 2 - x),
    "floor": lambda a: x - floor(x + a / 2),
    "sign": lambda a: x - sign(x - a / 2),
    "acot": lambda a: -acot(x - a / 2),
}


@pytest.mark.parametrize("name", JUMPS)
def test_what_jumps_does_not_rise(name):
    assert not is_proved(lambda a: RisesThenFalls(JUMPS[name](a), (x, 0, a), peak=a), a=Probability())


def test_what_is_continuous_rises():
    for rising in (lambda a: x * a, lambda a: 1 / (a + 1 - x), lambda a: sqrt(x + a) * exp(x), lambda a: -1 / (x + a)):
        assert is_proved(lambda a, f=rising: RisesThenFalls(f(a), (x, 0, a), peak=a), a=Probability())


def test_what_is_drawn_parts_no_domain():
    """The sign of a draw is no case: where 1 < exp(a X) the maximum is 0, but its mean is over all draws."""
    drawn = Noise("X", Normal(0, 1))
    assert not is_proved(lambda a: Le(E(Max(0, 1 - exp(a * drawn))), 0), a=Positive())
    assert not is_proved(lambda a: Ge(E(Min(0, 1 - exp(a * drawn))), 1 - exp(a**2 / 2)), a=Positive())


# ---- limits ---------------------------------------------------------------------------------------------------------


def test_a_limit_has_all_large_generations():
    def tends(limit, rate):
        return lambda t: Tends(E(GaussianLoop(3).mu(t)), (t, 1, oo), limit, rate=rate(t))

    def shrinks(t):
        return Tends(E(GaussianLoop(3).sigma(t)), (t, 1, oo), 0, rate=2 * c4(3) ** t)

    for where in (lambda t: Le(t, 100), lambda t: Gt(100, t), lambda t: Ne(t, 1000), lambda t: Le(t**2 - t, 9900)):
        assert not is_proved(tends(half, lambda t: 50 / t), t=Integers(1), where=where)
        assert not is_proved(shrinks, t=Integers(1), where=where)
    assert is_proved(shrinks, t=Integers(1))
    for where in (lambda t: Ge(t, 3), lambda t: Ge(t**2, t + 2), lambda t: Le(1 / t, half)):
        assert is_proved(shrinks, t=Integers(1), where=where)


# ---- lemmas ---------------------------------------------------------------------------------------------------------

SIGMA, MU = (lambda t: GaussianLoop(5).sigma(t)), (lambda t: GaussianLoop(5).mu(t))
OTHER_MOMENTS = {
    "last value": (lambda t: Ge(Var(PathMax(SIGMA(s), (s, 0, t))), E(SIGMA(t))), last_of_path()),
    "last median": (lambda t: Ge(Quantile(PathMax(SIGMA(s), (s, 0, t)), half), E(SIGMA(t))), last_of_path()),
    "square": (lambda t: Le(Quantile(PathMax(MU(s) ** 2, (s, 0, t)), 1 - TINY), 4 * t / 5), doob_square()),
    "root": (lambda t: Le(Quantile(Abs(MU(t)), 1 - TINY), sqrt(t / 5)), root_mean_square()),
    "jensen": (lambda t: Ge(Var(GaussianLoop(50).sigma(t) ** 4), 1), jensen(2)),  # about 0.17 at t = 1
    "power": (lambda t: Le(Quantile(PathMax(SIGMA(s), (s, 0, t)), 1 - TINY), 2), doob_power(half)),
    "triangle": (lambda t: Le(Quantile(Abs(MU(t)), 1 - TINY), 2 / (1 - c4(5))), telescoped()),
    "entropy": (lambda t: Le(Var(PathMax(SIGMA(s) ** 2, (s, 0, t))), 3 + 3 * t), doob_entropy()),
}


@pytest.mark.parametrize("name", OTHER_MOMENTS)
def test_a_lemma_about_means_is_about_no_other_moment(name):
    relation, proof = OTHER_MOMENTS[name]
    assert not is_proved(relation, t=Integers(1), proof=proof)


def test_a_lemma_by_name_proves_nothing():
    for key in LEMMAS:
        for given in ((), (Integer(1),), (E(SIGMA(t)),)):
            assert not is_proved(
                lambda t: Le(E(SIGMA(t)), 0), t=T, proof=lambda r, k=key, g=given: [Link(r.lts, r.gts, k, g)]
            )
    assert is_proved(lambda t: Ge(E(PathMax(SIGMA(s), (s, 0, t))), E(SIGMA(t))), t=T, proof=last_of_path())


@pytest.mark.parametrize("links", [[], None, 3, ["Markov"]])
def test_a_proof_that_returns_no_links_is_a_mistake(links):
    with pytest.raises(BadInput, match=r"stated.py:\d+: proof= returned"):
        is_proved(lambda t: Le(E(SIGMA(t)), 0), t=T, proof=lambda r: links)


# ---- existence ------------------------------------------------------------------------------------------------------


def points(relation, **domains):
    """The verdicts of the balls at the points of a claim."""
    c = stated(relation, **domains)
    return {at_point(c, p, 0.01).verdict for p in c.points(3, 0)}


def test_a_covariance_has_both_means():
    c, z, u = Noise("X", Cauchy(0, 1)), Noise("Y", Normal(0, 1)), Noise("Z", Normal(1, 2))
    assert not is_proved(lambda n: Eq(Cov(c, z), 0), n=Integers(2))
    assert is_proved(lambda n: Eq(Cov(z, u), 0), n=Integers(2))

    def of_loops(n):
        return Eq(Cov(GaussianLoop(n).sigma(1) ** -2, GaussianLoop(5).sigma(1)), 0)

    assert not is_proved(of_loops, n=Points(2, 3))
    assert is_proved(of_loops, n=Points(7, 8))
    assert points(of_loops, n=Points(2, 3)) == {Verdict.UNDECIDED}
    assert points(of_loops, n=Points(7, 8)) == {Verdict.SUPPORTED}

    def of_one(n):
        return Ge(Cov(GaussianLoop(n).sigma(1) ** -2, GaussianLoop(n).sigma(1) ** 2), -1)

    assert not is_proved(of_one, n=Points(2, 3))
    assert points(of_one, n=Points(2, 3)) == {Verdict.UNDECIDED}
    assert points(of_one, n=Points(7, 8)) == {Verdict.SUPPORTED}


def test_nothing_is_divided_by_zero():
    def telescope(start):
        return lambda t: Eq(Product((i - 3) / (i - 2), (i, start, t)), -2 / (t - 2))

    assert not is_proved(telescope(1), t=T)
    assert not is_proved(lambda a: Eq((a**2 - 1) / (a - 1), a + 1), a=T)
    assert not is_proved(lambda a: Eq((a**2 - 1) / (a - 1), a + 1), a=Reals(0, 2))
    assert not is_proved(lambda a: Le((a**2 - 4) / (a - 2), a + 3), a=Integers(0, 5))
    assert is_proved(lambda a: Eq((a**2 - 1) / (a - 1), a + 1), a=Integers(2))
    assert is_proved(lambda a: Eq((a**2 - 1) / (a - 1), a + 1), a=Probability())
    assert is_proved(lambda a: Eq((4 * a**2 - 9) / (2 * a - 3), 2 * a + 3), a=T)
    assert is_proved(lambda a: Eq((a**2 - 1) / (a - 1), a + 1), a=T, where=lambda a: Ge(a, 2))


class Descending(Loop):
    """3, 2, 1, 0, -1, ..."""

    x = coordinate()
    initial = {"x": Integer(3)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - 1}


def test_roots_and_logarithms_are_of_what_has_them():
    """Where a side has no real value, nothing is so."""
    loop = Descending()
    assert not is_proved(lambda t: Eq(log(loop.x(t + 1)), log(loop.x(t) - 1)), t=Integers(0))
    assert is_proved(lambda t: Eq(log(loop.x(t + 1)), log(loop.x(t) - 1)), t=Integers(0, 1))
    for side in (log, sqrt, lambda x: x ** Rational(3, 2), lambda x: (1 + x) ** x):
        assert not is_proved(lambda a, side=side: Le(side(a), side(a) + 1), a=Reals(-5, 5))
        assert is_proved(lambda a, side=side: Le(side(a), side(a) + 1), a=Positive())
    assert not is_proved(lambda a: Le(log(a - 2), log(a - 2) + 1), a=Integers(2))
    assert is_proved(lambda a: Le(log(a - 2), log(a - 2) + 1), a=Integers(3))
    assert is_proved(lambda a: Le(sqrt(1 - a), sqrt(1 - a) + 1), a=Probability())
    assert is_proved(lambda a, b: Le(log(b - a), log(b - a) + 1), a=Reals(), b=Reals(), where=lambda a, b: Lt(a, b))


WHOLE, U = Symbol("k", integer=True), Symbol("u", real=True)


@pytest.mark.parametrize(
    "number",
    [
        ArgMax(WHOLE * (9 - WHOLE), (WHOLE, 0, 9)),
        Integral(1 / U, (U, -1, 1)),
        Integral(1 / U**2, (U, -1, 1)),
    ],
    ids=str,
)
def test_what_has_no_value_cancels_nowhere(number):
    """A tie is at no place, and an integral over a pole is none."""
    second = E(GaussianLoop(5).sigma(1) ** 2)
    assert not is_proved(lambda a: Eq(a * number, number * a), a=Positive())
    assert not is_proved(lambda a: Eq(a * second + number, a + number), a=Positive())


def test_what_has_a_value_cancels():
    second = E(GaussianLoop(5).sigma(1) ** 2)
    for number in (ArgMax(WHOLE * (10 - WHOLE), (WHOLE, 0, 10)), Integral(exp(-(U**4)), (U, 0, 1))):
        assert is_proved(lambda a, number=number: Eq(a * second + number, a + number), a=Positive())


def test_an_extremum_has_one_place_at_all_values():
    """Of whole numbers there are two nearest to a, where it lies between them."""
    assert not is_proved(
        lambda a: Eq(2 * (place := ArgMin((WHOLE - a) ** 2, (WHOLE, 0, 9))), place + place), a=Reals(0, 9)
    )
    assert not is_proved(lambda a, b: Eq(place := ArgMin(U**2, (U, a, b)), place), a=Reals(0, 9), b=Reals(0, 9))
    assert is_proved(lambda a: Eq(ArgMin((U - a) ** 2, (U, 0, 9)), a), a=Reals(0, 9))


def test_an_integral_converges_at_all_values():
    def itself(of):
        return lambda a: Eq(of(a) * a, a * of(a))

    assert not is_proved(itself(lambda a: Integral(exp(U) * U ** (-a), (U, 0, 1))), a=Positive())
    assert not is_proved(itself(lambda a: Integral(exp(U**2) / (U - a), (U, 0, 1))), a=Probability())
    assert is_proved(itself(lambda a: Integral(exp(U**2) / (U + a), (U, 0, 1))), a=Positive())


def test_runs_that_were_measured_may_be_the_same():
    both = Measured("loss", "accuracy")
    with pytest.raises(BadInput, match="measured of the same runs"):
        is_proved(lambda: Eq(Cov(both.loss(3), Measured("loss").loss(3)), 0))
