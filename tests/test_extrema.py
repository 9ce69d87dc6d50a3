"""Where a function is least: in balls, against a search in fractions; ties, ends and jumps are told."""

import math
import pickle
from fractions import Fraction

import pytest
from exact import derived, enclosed
from flint import arb
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved, stated
from sympy import (
    Eq,
    Gt,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Piecewise,
    Rational,
    Symbol,
    cos,
    exp,
    floor,
    gamma,
    log,
    oo,
    simplify,
    sin,
    sqrt,
    sympify,
)

from reports import check
from theory import (
    ArgMax,
    ArgMin,
    ChiSquare,
    E,
    Integers,
    Iterate,
    Loop,
    Noise,
    Normal,
    Points,
    Positive,
    Probability,
    Reals,
    Root,
    Var,
    claim,
    coordinate,
)
from theory.language.binders import undefined
from theory.language.errors import BadInput, CannotTell
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import enclose
from theory.proof.arithmetic.rings import Balls
from theory.proof.relations.prove import prove

k, x = Symbol("k", integer=True), Symbol("x", real=True)


@settings(max_examples=30)
@given(
    numbers=st.tuples(*(st.fractions(-5, 5, max_denominator=7) for _ in range(4))),
    low=st.integers(-6, 3),
    size=st.integers(0, 9),
)
@example(numbers=(Fraction(0), Fraction(1), Fraction(-1), Fraction(0)), low=0, size=5)  # a tie of 0 and 1
def test_the_least_of_integers_is_that_of_a_search(numbers, low, size):
    values = {j: sum(c * j**i for i, c in enumerate(numbers[::-1])) for j in range(low, low + size + 1)}
    best = min(values.values())
    places = [j for j, y in values.items() if y == best]
    f = sum(Rational(c) * k**i for i, c in enumerate(numbers[::-1]))
    if len(places) > 1:
        with pytest.raises(CannotTell, match="perhaps a tie"):
            enclose(ArgMin(f, (k, low, low + size)))
    else:
        assert enclose(ArgMin(f, (k, low, low + size))).unique_fmpz() == places[0]
        assert enclose(ArgMax(-f, (k, low, low + size))).unique_fmpz() == places[0]


@settings(max_examples=20)
@given(m=st.fractions(-4, 4, max_denominator=9), scale=st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_the_least_of_reals(m, scale):
    m, scale = Rational(m), Rational(scale)
    for f in (scale * (x - m) ** 2, exp(scale * (x - m)) - scale * x, scale * sqrt(1 + (x - m) ** 2)):
        found = enclose(ArgMin(f, (x, -5, 5)))
        assert found.overlaps(enclose(m))
        assert found.rad() < 1e-9
        assert not found.overlaps(enclose(m + Rational(1, 10**6)))
    assert enclose(ArgMin(scale * x, (x, m, 5))).overlaps(enclose(m))
    assert enclose(ArgMax(scale * x, (x, m, 5))) == 5


def test_what_is_not_sure_is_told():
    with pytest.raises(CannotTell, match="turns more than once"):
        enclose(ArgMin((x**2 - 1) ** 2, (x, -2, 3)))
    with pytest.raises(CannotTell, match="turns more than once"):
        enclose(ArgMax((x**2 - 1) ** 2, (x, -2, 3)))
    with pytest.raises(CannotTell, match="turns more than once"):
        enclose(ArgMin(-((x - Rational(1, 10**20)) ** 3), (x, -5, 5)))  # falls on beyond where its slope is 0
    with pytest.raises((CannotTell, ArithmeticError)):
        enclose(ArgMin(1 / x, (x, -1, 1)))  # a pole
    with pytest.raises((CannotTell, ArithmeticError)):
        enclose(ArgMin(sympify(1) * x / x + 0 * x, (x, 0, 1)))  # constant
    with pytest.raises(CannotTell, match="0 and 1 are not told apart"):
        enclose(ArgMin((k - Rational(1, 2)) ** 2, (k, 0, 5)))
    with pytest.raises(CannotTell, match="perhaps a tie"):
        enclose(ArgMin(cos(k) ** 2 + (1 - cos(k) ** 2) * 1, (k, 0, 3)))  # 1 everywhere, in other words
    told = undefined(Eq(ArgMin(k**2, (k, 0, Symbol("n"))), 1), {Symbol("n"): Integer(-3)})
    assert "runs backwards" in str(told)
    for f in (floor(x), Piecewise((x, x < 1), (x - 5, True))):
        with pytest.raises(BadInput, match="may jump"):
            ArgMin(f, (x, 0, 3))
    for f, end, told in ((k**2, oo, "have to be finite"), (x**2, -oo, "have to be finite"), (sin(x), oo, "quotients")):
        with pytest.raises(BadInput, match=told):
            ArgMin(f, (k if f.has(k) else x, 0, end))


def test_a_place_on_a_half_line():
    f = (4 * x**2 + Rational(1, 3)) / (1 + x) ** 2
    assert enclose(ArgMin(f, (x, 0, oo))).overlaps(enclose(Rational(1, 12)))
    assert enclose(ArgMax(x / (1 + x**2), (x, 0, oo))).overlaps(enclose(Integer(1)))
    assert enclose(ArgMin(x, (x, 2, oo))) == 2
    with pytest.raises((CannotTell, ArithmeticError)):  # it falls for ever
        enclose(ArgMin(1 / (1 + x), (x, 0, oo)))


def penalty(w, n, y):
    """The risk of a first ridge fit with the penalty y, of a weight w to n labels."""
    return (y**2 * w**2 + 1 / n) / (1 + y) ** 2


def test_the_place_of_a_turn_is_proved():
    domains = {"w": Positive(), "n": Integers(1)}
    best = lambda w, n: ArgMin(penalty(w, n, x), (x, 0, oo))  # noqa: E731
    assert_proved(lambda w, n: Eq(best(w, n), 1 / (n * w**2)), **domains)
    assert not is_proved(lambda w, n: Eq(best(w, n), 1 / ((n + 1) * w**2)), **domains)
    worst = lambda w, n: ArgMax(penalty(w, n, x), (x, 0, oo))  # noqa: E731 - at the turn it is least
    assert not is_proved(lambda w, n: Eq(worst(w, n), 1 / (n * w**2)), **domains)
    beyond = lambda w, n: ArgMin(penalty(w, n, x), (x, 1, oo))  # noqa: E731 - the turn may lie outside
    assert not is_proved(lambda w, n: Eq(beyond(w, n), 1 / (n * w**2)), **domains)
    poles = lambda w, n: ArgMin(1 / (x - w) ** 2 - n * 0, (x, 0, oo))  # noqa: E731
    assert not is_proved(lambda w, n: Eq(poles(w, n), w), **domains)


@pytest.mark.parametrize(
    ("f", "first", "proved"),
    [
        (lambda n, t: n * (1 - n * x) ** (2 * t), 1, True),
        (lambda n, t: n * (1 - n * x) ** (2 * t), 0, False),  # where t is 0 there is no place
        (lambda n, t: (1 - n * x) ** (2 * t + 1), 1, False),  # it falls to the end of the range
        (lambda n, t: -n * (1 - n * x) ** (2 * t), 1, False),  # it is largest there
        (lambda n, t: (1 - n * x) ** t, 1, False),  # it may be odd
        (lambda n, t: (3 - n * x) ** (2 * t) / 3, 1, False),  # at 3/n, which may be beyond 1
        (lambda n, t: (2 - 2 * x * n + n**2 * x**2) ** t, 1, True),  # what is positive, and least there
        (lambda n, t: (2 - 2 * x * n + n**2 * x**2) ** (-t), 1, False),  # largest
        (lambda n, t: (2 - 2 * x * n + n**2 * x**2) ** t, 0, False),
    ],
)
def test_a_power_is_least_where_it_is_0(f, first, proved):
    """The path to an equilibrium, c (1 - w/w0)^t, is shortest with w0."""
    place = lambda n, t: ArgMin(f(n, t), (x, 0, 1))  # noqa: E731
    domains = {"n": Integers(2), "t": Integers(first)}
    assert is_proved(lambda n, t: Eq(place(n, t), 1 / n), **domains) == proved
    assert not is_proved(lambda n, t: Eq(place(n, t), 2 / n), **domains)
    assert not is_proved(lambda n, t: Eq(place(n, t), 3 / n), **domains)


def test_a_pole_at_an_end_is_no_place():
    """A real place lies between the ends: 1 - (1 - x)^2 is 0 at 0, where the function rises without end."""
    domains = {"n": Integers(1)}
    cost = lambda n, end: ArgMin((x**2 + (1 - x) ** 2) / (n * (1 - (1 - x) ** 2)), (x, 0, end))  # noqa: E731
    assert_proved(lambda n: Eq(cost(n, 1), (sqrt(5) - 1) / 2), **domains)
    assert not is_proved(lambda n: Eq(cost(n, 1), Rational(2, 3)), **domains)
    assert not prove(stated(lambda n: Eq(cost(n, 3), (sqrt(5) - 1) / 2), **domains)).proved  # a pole at 2
    cut = lambda n: ArgMin((x - Rational(1, 4)) ** 2 / (n * (x - Rational(1, 2)) ** 2), (x, 0, 1))  # noqa: E731
    assert not prove(stated(lambda n: Eq(cut(n), Rational(1, 4)), **domains)).proved  # a pole, and no whole number
    last = lambda n: ArgMin(x * log(x) - x * log(1 / n), (x, 0, 1))  # noqa: E731 - of what is at an end
    assert not is_proved(lambda n: Eq(last(n), 1 / n), **domains)


def lasting(m, n, end=1):
    """The weight on m points of a mean's own, beside n real ones, with which least of the variance is left in the end."""
    return ArgMin((x**2 / m + (1 - x) ** 2 / n) / (1 - x**2), (x, 0, end))


def test_a_slope_may_bend_down():
    """A quadratic that is below 0 at the start and above 0 at the end of a range rises once between, however it bends."""
    domains = {"m": Integers(1), "n": Integers(1)}
    best = lambda m, n: 1 + n / (2 * m) - sqrt(n**2 + 4 * m * n) / (2 * m)  # noqa: E731
    assert_proved(lambda m, n: Eq(lasting(m, n), best(m, n)), **domains)
    assert prove(stated(lambda m, n: Eq(lasting(m, n), m / (m + n)), **domains)).refuted
    assert not prove(stated(lambda m, n: Eq(lasting(m, n, 3), best(m, n)), **domains)).proved  # a pole inside
    falls = lambda n: ArgMin(-n * (10 * x**3 / 3 - 7 * x**2 / 2 + x), (x, 0, 1))  # noqa: E731 - beyond 1/2 it falls again
    assert not is_proved(lambda n: Eq(falls(n), Rational(1, 5)), n=Integers(1))


def test_balls_know_poles_at_the_ends():
    place = enclose(lasting(5, 2))
    assert place.overlaps(enclose(Rational(12, 10) - sqrt(Rational(44, 100))))
    assert place.rad() < 1e-10
    assert enclose(ArgMin(1 / x + 1 / (1 - x), (x, 0, 1))).overlaps(enclose(Rational(1, 2)))
    for f in (-1 / (1 - x), -1 / x, -x - 1 / (1 - x) ** 2):  # least where it has no value
        with pytest.raises(ArithmeticError):
            enclose(ArgMin(f, (x, 0, 1)))


def error(j, D, n):
    """Of j rounds of a verifier at the distance D, kappa = 1/2."""
    return (1 - Rational(1, 2) ** j) ** 2 * D**2 + Rational(1, 4) ** j / n


@claim
def best_round(D=Reals(Rational(1, 1000), 2), n=Integers(1, 40)):
    """The best real number of rounds: 20 at most for these D, so that 60 are enough to look at."""
    j = Symbol("j", real=True)
    return Eq(ArgMin(error(j, D, n), (j, 0, 60)), log(1 + 1 / (n * D**2)) / log(2))


@claim
def best_round_shifted(D=Reals(Rational(1, 1000), 2), n=Integers(1, 40)):
    """The same with n + 1."""
    j = Symbol("j", real=True)
    return Eq(ArgMin(error(j, D, n), (j, 0, 60)), log(1 + 1 / ((n + 1) * D**2)) / log(2))


@claim
def best_round_of_all(D=Positive(hi=2), n=Integers(1, 40)):
    """For every D, which is false where D is so small that more than 60 are best."""
    j = Symbol("j", real=True)
    return Eq(ArgMin(error(j, D, n), (j, 0, 60)), log(1 + 1 / (n * D**2)) / log(2))


@claim
def few_rounds(n=Integers(1, 40)):
    """Of whole rounds less than 10 are best at D = 1/10."""
    return Lt(ArgMin(error(k, Rational(1, 10), n), (k, 0, 20)), 10)


@claim
def too_few_rounds(n=Integers(1, 40)):
    """Less than 6, which is false at n = 1."""
    return Lt(ArgMin(error(k, Rational(1, 10), n), (k, 0, 20)), 6)


def test_claims_of_places(by_work):
    found = {
        c.claim.id: c.verdict
        for c in check([best_round, best_round_shifted, best_round_of_all, few_rounds, too_few_rounds], seconds=4)
    }
    assert found["best-round"] in (Verdict.SUPPORTED, Verdict.PROVED)
    assert found["best-round-shifted"] == Verdict.REFUTED
    assert found["best-round-of-all"] == Verdict.REFUTED
    assert found["few-rounds"] == Verdict.PROVED
    assert found["too-few-rounds"] == Verdict.REFUTED


def test_a_place_among_integers_stays_one_when_what_is_bound_is_renamed():
    """SymPy renames it by itself, as where it asks whether a side is a polynomial; over real numbers a jump is refused."""
    k, n = Symbol("k", integer=True), Symbol("n", integer=True, positive=True)
    place = ArgMax(floor(k / 3) * (n - k), (k, 0, n))
    assert place.as_dummy().limits[0][0].is_integer
    assert not (place + n).is_polynomial(n)


@claim
def nearest_but_one(n=Integers(1, 40)):
    """The nearest integer but for 17, of which there are two at n = 17: a tie has no value."""
    k = Symbol("k", integer=True)
    return Eq(ArgMin((k - n) ** 2 + 40 * KroneckerDelta(k, 17), (k, 0, 40)), n)


def test_a_tie_that_the_hunt_meets_is_no_support(by_work):
    (found,) = check([nearest_but_one], seconds=3)
    assert found.verdict == Verdict.UNDECIDED
    assert "perhaps a tie" in str(found)


# ---- roots ----------------------------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(place=st.fractions(-4, 4, max_denominator=9), slope=st.fractions(Fraction(1, 9), 9, max_denominator=9))
def test_the_root_of_a_function(place, slope):
    """Of what rises and of what falls through 0; in balls that hold no other number near it."""
    p, c = Rational(place), Rational(slope)
    for f in (c * (x - p), c * (p - x) ** 3 + p - x, exp(c * (x - p)) - 1, 1 / (x + 9) - 1 / (p + 9)):
        found = enclose(Root(f, (x, -5, 5)))
        assert found.overlaps(enclose(p))
        assert not found.overlaps(enclose(p + Rational(1, 10**6)))


def test_a_root_that_is_none_is_told():
    """No change of sign, three of them, a pole; nor is anything proved of it, not even that it is itself."""
    for f in (x**2 + 1, x**2, (x - 1) * (x - 2) * (x - 3), 1 / (x - 1)):
        root = Root(f, (x, 0, 5))
        with pytest.raises((CannotTell, ArithmeticError)):
            enclose(root)
        assert not is_proved(lambda n, root=root: Eq(n * root, n * root, evaluate=False), n=Integers(1))
        assert not is_proved(lambda n, root=root: Eq(n + 2 * root, n + root + root, evaluate=False), n=Integers(1))
    for limits, told in (((k, 0, 1), "a real variable"), ((x, 0, oo), "two finite ends")):
        with pytest.raises(BadInput, match=told):
            Root(x**2 - 2 if limits[0] == x else k, limits)


def test_claims_about_roots_are_decided():
    root = lambda a: Root(2 * x - (1 - a) * (1 + x), (x, 0, 1))  # noqa: E731
    assert is_proved(lambda a: Eq(root(a), (1 - a) / (1 + a)), a=Probability())
    assert is_proved(lambda a: Le(root(a), 1 - a), a=Probability())
    assert not is_proved(lambda a: Le(root(a), (1 - a) / 2), a=Probability())
    assert root(Symbol("a")).subs(Symbol("a"), Rational(1, 3)) == root(Rational(1, 3))
    found = root(Symbol("a"))
    assert found.func(*found.args) == found
    assert pickle.loads(pickle.dumps(found)) == found


# ---- functions again and again --------------------------------------------------------------------------------------


def test_a_function_again_and_again():
    """Numbers as Python has them, closed forms where a loop has one; other limits are refused."""
    n, times = Symbol("n", positive=True), Symbol("t", integer=True, nonnegative=True)
    value, halved = 1.0, Iterate(1 - exp(-x), (x, 1), 7)
    for _ in range(7):
        value = 1 - math.exp(-value)
    assert float(enclosed(E(halved))) == pytest.approx(value, abs=1e-14)
    assert simplify(derived(E(Iterate(x / (1 + x), (x, 1), times))) - 1 / (1 + times)) == 0
    assert is_proved(lambda r, t: Eq(Iterate(r * x + 1 - r, (x, 0), t), 1 - r**t), r=Probability(), t=Integers(0))
    assert not is_proved(
        lambda r, t: Eq(Iterate(r * x + 1 - r, (x, 0), t), 1 - r ** (t + 1)), r=Probability(), t=Integers(0)
    )
    assert Iterate(n * x, (x, 1), 2).subs(n, 3) == Iterate(3 * x, (x, 1), 2)
    for limits in ((x, 0, 1), (1, 1), x):
        with pytest.raises(BadInput, match="where it starts"):
            Iterate(2 * x, limits, 3)


def bowl(a, b, c):
    return a * x**2 + b * x + c


class Estimates(Loop):
    """Two estimates of 0."""

    s: Positive()
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": 0, "y": 0}

    def step(self, state):
        z, w = (Noise(name, Normal(0, 1)) for name in "ZW")
        return {"x": state["x"] + z, "y": state["y"] + self.s * w}


def spread(s, t):
    loop = Estimates(s)
    return Var(x * loop.x(t) + (1 - x) * loop.y(t))


def growth(p, b):
    return p * log(1 + b * x) + (1 - p) * log(1 - x)


ODDS = {"p": Probability(), "b": Positive()}
WEIGHTED = {"s": Positive(), "t": Integers(1)}
ENDLESS = {
    "Kelly": (
        lambda p, b: Eq(ArgMax(growth(p, b), (x, 0, 1)), p - (1 - p) / b),
        {**ODDS, "where": lambda p, b: p * b > 1 - p},
        True,
    ),
    "where nothing is to be won": (lambda p, b: Eq(ArgMax(growth(p, b), (x, 0, 1)), p - (1 - p) / b), ODDS, False),
    "all that is to be won": (
        lambda p, b: Eq(ArgMax(growth(p, b), (x, 0, 1)), p * b - (1 - p)),
        {**ODDS, "where": lambda p, b: p * b > 1 - p},
        False,
    ),
    "the likelihood of a coin": (
        lambda k, n: Eq(ArgMax(k * log(x) + n * log(1 - x), (x, 0, 1)), k / (k + n)),
        {"k": Integers(1), "n": Integers(1)},
        True,
    ),
    "of a scale": (
        lambda a, n: Eq(ArgMin(n * log(x) + a / x, (x, 0, oo)), a / n),
        {"a": Positive(), "n": Integers(1)},
        True,
    ),
    "of none": (
        lambda a, n: Eq(ArgMin(n * log(x) - a / x, (x, 0, oo)), a / n),
        {"a": Positive(), "n": Integers(1)},
        False,
    ),
    "a logarithm of what may be below 0": (
        lambda a: Eq(ArgMax(log(x - a) - x, (x, 0, oo)), 1 + a),
        {"a": Positive()},
        False,
    ),
    "the best weight": (
        lambda s, t: Eq(ArgMin(spread(s, t), (x, -oo, oo)), s**2 / (1 + s**2)),
        WEIGHTED,
        True,
    ),
    "upside down": (lambda s, t: Eq(ArgMax(-spread(s, t), (x, -oo, oo)), s**2 / (1 + s**2)), WEIGHTED, True),
    "of a mean": (
        lambda s, t: Eq(ArgMin(E((Estimates(s).x(t) - x) ** 2), (x, -oo, oo)), 0),
        WEIGHTED,
        True,
    ),
    "the other one's weight": (
        lambda s, t: Eq(ArgMin(spread(s, t), (x, -oo, oo)), 1 / (1 + s**2)),
        WEIGHTED,
        False,
    ),
    "no variance is largest": (
        lambda s, t: Eq(ArgMax(spread(s, t), (x, -oo, oo)), s**2 / (1 + s**2)),
        WEIGHTED,
        False,
    ),
    "of what is not told in an endless range": (
        lambda s, t: Eq(ArgMin(E(exp(x * Estimates(s).x(t))), (x, -oo, oo)), 0),
        WEIGHTED,
        False,
    ),
    "a parabola": (
        lambda a, b: Eq(ArgMin(bowl(a, b, 1), (x, -oo, oo)), -b / (2 * a)),
        {"a": Positive(), "b": Reals()},
        True,
    ),
    "its mirror image": (lambda b: Eq(ArgMax(bowl(-1, b, 0), (x, -oo, oo)), b / 2), {"b": Reals()}, True),
    "up to an end": (lambda b: Eq(ArgMin(bowl(1, b, 0), (x, -oo, 0)), -b / 2), {"b": Positive()}, True),
    "up to an end that may be before": (
        lambda b: Eq(ArgMin(bowl(1, b, 0), (x, -oo, 0)), -b / 2),
        {"b": Reals()},
        False,
    ),
    "of another sign": (lambda b: Eq(ArgMin(bowl(1, b, 0), (x, -oo, oo)), b / 2), {"b": Reals()}, False),
    "no bowl": (lambda a: Eq(ArgMin(bowl(a, 1, 0), (x, -oo, oo)), -1 / (2 * a)), {"a": Reals()}, False),
    "bias and noise": (
        lambda q, n: Eq(ArgMin(9 * q ** (2 * x) + x / n, (x, 0, oo)), log(18 * n * log(1 / q)) / (2 * log(1 / q))),
        {"q": Probability(), "n": Integers(1), "where": lambda q, n: 18 * n * log(1 / q) > 1},
        True,
    ),
    "without the factor 2": (
        lambda q, n: Eq(ArgMin(9 * q ** (2 * x) + x / n, (x, 0, oo)), log(9 * n * log(1 / q)) / (2 * log(1 / q))),
        {"q": Probability(), "n": Integers(1), "where": lambda q, n: 18 * n * log(1 / q) > 1},
        False,
    ),
    "it may rise from the start": (
        lambda q, n: Eq(ArgMin(q ** (2 * x) + x / n, (x, 0, oo)), log(2 * n * log(1 / q)) / (2 * log(1 / q))),
        {"q": Probability(), "n": Integers(1)},
        False,
    ),
    "an exponential": (lambda a: Eq(ArgMin(exp(x) - (a + 1) * x, (x, 0, oo)), log(1 + a)), {"a": Positive()}, True),
    "of which the line may fall": (lambda a: Eq(ArgMin(exp(x) - a * x, (x, 0, oo)), log(a)), {"a": Positive()}, False),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_places_in_endless_ranges(name):
    relation, domains, true = ENDLESS[name]
    assert is_proved(relation, **domains) is true


def test_places_on_the_line_in_balls():
    for f, a, b, at in ((bowl(1, 3, 0), -oo, oo, -1.5), (bowl(2, -4, 0), -oo, oo, 1), (bowl(1, 3, 0), -oo, -1, -1.5)):
        assert abs(float(enclose(ArgMin(f, (x, a, b))).mid()) - at) < 1e-9
    with pytest.raises((CannotTell, ArithmeticError)):
        enclose(ArgMin(x**3 - x, (x, -oo, oo)))
    with pytest.raises(BadInput, match="-oo and oo"):
        ArgMin(x**2, (x, oo, 3))


def test_a_slope_of_either_sign_has_no_place():
    """Whose slope is a number times what has a sign: an error of the program."""
    for f in (lambda a: a * x, lambda a: a * x**2):
        assert not is_proved(lambda a, f=f: Le(ArgMin(f(a), (x, 0, 1)), 1), a=Reals(-1, 1))
        assert not is_proved(lambda a, f=f: Le(ArgMin(f(a), (x, 0, 1)), 0), a=Reals(-1, 1))


@pytest.mark.parametrize(
    ("place", "holds"),
    [
        (lambda a, b: sqrt(a) / (sqrt(a) + sqrt(b)), True),
        (lambda a, b: a / (a + b), False),
        (lambda a, b: sqrt(b) / (sqrt(a) + sqrt(b)), False),
    ],
)
def test_a_quadratic_whose_first_coefficient_has_no_sign(place, holds):
    """a/s + b/(1 - s): of a = b the slope is linear."""
    s = Symbol("s", real=True)
    best = lambda a, b: ArgMin(a / s + b / (1 - s), (s, 0, 1))  # noqa: E731
    assert is_proved(lambda a, b: Eq(best(a, b), place(a, b)), a=Positive(), b=Positive()) == holds


def test_a_quadratic_that_falls_first_is_least_at_no_such_root():
    """(b - a) s^2 + 2 a s - a rises on (0, 1) for positive a, b; of b below 0 it may not come to 0."""
    s = Symbol("s", real=True)
    best = lambda a, b: ArgMin(a / s + b / (1 - s), (s, 0, 1))  # noqa: E731
    root = lambda a, b: a / (a + sqrt(a * b))  # noqa: E731
    assert not is_proved(lambda a, b: Eq(best(a, b), root(a, b)), a=Positive(), b=Reals())
    assert not is_proved(lambda a, b: Eq(best(a, b), root(a, b)), a=Reals(), b=Positive())


def test_a_place_is_told_as_well_as_its_slope_is_known():
    """A slope that is known to 40 bits tells no more of smaller pieces: 5000 of them were looked at, and no place seen."""
    looks = 0

    def slope(ring, x):
        nonlocal looks
        looks += 1
        return x - arb(1) / 3 + arb(0, 2.0**-40)

    with precision(128):
        place = Balls.least(slope, arb(0), arb(1))
    assert looks < 500
    assert place.contains(arb(1) / 3)
    assert place.rad() < 2.0**-38


def test_where_a_slope_is_not_known_in_much_of_an_interval_no_place_is_told():
    for wide in (arb(0, 0.1), arb(0)):
        with precision(64), pytest.raises(CannotTell, match="in much of an interval"):
            Balls.least(lambda ring, x, wide=wide: wide + 0 * x, arb(0), arb(1))


def test_a_slope_that_has_a_radius_of_its_own():
    """A moment's ball is as wide in every piece: halving on would never end."""
    w = Symbol("w", real=True)
    fitted = lambda n: Noise("S", ChiSquare(n)) / n  # noqa: E731
    risk = lambda n: E(((1 - w) * fitted(n) + 2 * w - 1) ** 2)  # noqa: E731
    assert enclosed(ArgMin(risk(Integer(7)), (w, 0, 1))).overlaps(arb(2) / 9)
    assert enclosed(ArgMin(risk(Integer(7)), (w, 0, 1))).rad() < 1e-9


def test_a_slope_that_may_have_any_sign_tells_no_place():
    """With a mean of 7 in balls, x (E S - 7) has a slope around 0, and no least place."""
    mean = E(Noise("S", ChiSquare(Integer(7))))
    with pytest.raises(CannotTell, match="in much of an interval"):
        enclosed(ArgMin(x * (mean - 7), (x, 0, 1)))


@pytest.mark.parametrize(
    ("f", "ends", "least"),
    [
        (lambda x: x**2, lambda e: (e, oo), 0),
        (lambda x: x**2, lambda e: (e, 10 + e), 0),
        (lambda x: x**2 - x, lambda e: (e, oo), Rational(1, 2)),
        (lambda x: (x - 5) ** 2, lambda e: (0, 1 / (1 + e)), 5),
        (lambda x: x**2, lambda e: (e - 1, 10 + e), 0),
    ],
)
def test_an_end_that_sympy_does_not_know_to_be_finite_is_an_end(f, ends, least):
    """1/(1 - p) is above 1 for p between 0 and 1, where the place over the whole line is not: it was proved to be there."""
    x = Symbol("x", real=True)
    said = lambda p: Eq(ArgMin(f(x), (x, *ends(1 / (1 - p)))), least)  # noqa: E731
    assert not is_proved(said, p=Reals(0, 1))


def test_balls_take_an_end_that_sympy_does_not_know_to_be_finite(by_work):
    x = Symbol("x", real=True)
    a = lambda p: 1 / (1 - p)  # noqa: E731
    true = stated(lambda p: Eq(ArgMin(x**2, (x, a(p), oo)), a(p)), p=Reals(0, 1))
    false = stated(lambda p: Lt(ArgMin(x**2, (x, a(p), oo)), Rational(1, 10)), p=Reals(0, 1))
    turned = lambda p: ArgMin(x**3 - 30000 * x + exp(x), (x, -109 - 1 / (2 - p), oo))  # noqa: E731
    cubic = stated(lambda p: Lt(turned(p), -100), p=Reals(0, 1))
    found = [c.verdict for c in check([true, false, cubic], seconds=4)]
    assert found[0] in (Verdict.SUPPORTED, Verdict.PROVED)
    assert found[1] == Verdict.REFUTED
    assert found[2] not in (Verdict.SUPPORTED, Verdict.PROVED)


@pytest.mark.parametrize(
    ("f", "ends"),
    [
        (lambda x, n: 1 / (x - 1) + x / n**2, (0, oo)),  # as low as one likes before 1
        (lambda x, n: x**2 - n * log(x), (-oo, -1)),  # no real number
        (lambda x, n: x**2 - n * log(x), (-7, -1)),
        (lambda x, n: x**2 - x - log(-n - x), (0, oo)),
    ],
)
def test_there_is_no_place_where_a_function_has_a_pole_or_no_real_value(f, ends):
    x = Symbol("x", real=True)
    for said in (lambda n: Gt(ArgMin(f(x, n), (x, *ends)), -10), lambda n: Lt(ArgMin(f(x, n), (x, *ends)), 10)):
        assert not is_proved(said, n=Integers(2, 4))
    with pytest.raises((ArithmeticError, CannotTell)):
        enclose(ArgMin(f(x, Integer(2)), (x, *ends)))


@pytest.mark.parametrize(
    ("without", "domain", "with_one"),
    [
        (log, Reals(-2, -1), Reals(1, 2)),
        (lambda p: sqrt(p - Rational(1, 2)), Reals(-1, 1), Reals(1, 2)),
        (gamma, Integers(-5, -1), Integers(1, 5)),
        (lambda p: log(p) + sqrt(-5), Points(1, 2), None),
    ],
)
@pytest.mark.parametrize("kind", ["real", "integer"])
def test_what_a_slope_does_not_see_has_a_value_or_there_is_no_place(without, domain, with_one, kind):
    """A function with log(p) in it has no least value at p = -1: that it is not at 2 was REFUTED there, and told as derived."""
    x = Symbol("x", **{kind: True})
    said = lambda p: Eq(ArgMin((x - Rational(4, 3)) ** 2 + without(p), (x, 0, 3)), 2)  # noqa: E731
    found = prove(stated(said, p=domain))
    assert (found.proved, found.refuted, found.forms) == (False, False, {})
    assert with_one is None or prove(stated(said, p=with_one)).refuted


def test_a_divisor_in_an_extremum_is_followed_to_where_it_is_0(by_work):
    """At n = 3 there is nothing that is least: it was supported, since no point is there."""
    x = Symbol("x", real=True)
    said = lambda d: stated(lambda n: Eq(ArgMin((x - 1) ** 2 + 1 / d(n), (x, 0, 2)), 1), n=Integers(1))  # noqa: E731
    none, some = check([said(lambda n: n - 3), said(lambda n: n + 3)], seconds=4)
    assert (none.verdict, some.verdict) == (Verdict.UNDECIDED, Verdict.PROVED)
    assert "n - 3 is 0, and divides" in str(none)
