"""Events of two draws: one is above, or below, what the other makes, wherever that may be."""

import pytest
from stated import is_proved
from sympy import Abs, Eq, Rational, exp, log

from theory import (
    BadInput,
    Beta,
    E,
    Exponential,
    Geometric,
    Integers,
    Noise,
    Points,
    Poisson,
    Positive,
    Prob,
    Probability,
    Reals,
    Truncated,
    Uniform,
)
from theory.language.laws import Normal


def chosen(a, b, T):
    """The Gumbel trick, with -log of exponential draws."""
    x, y = Noise("X", Exponential(1)), Noise("Y", Exponential(1))
    return Prob(a - T * log(x) >= b - T * log(y))


def larger(k, m):
    return Prob(Noise("X", Beta(k + 1, 1)) >= Noise("Y", Beta(m + 1, 1)))


def later(k, m):
    """The least of k + 1 uniform draws against the least of m + 1."""
    return Prob(Noise("X", Beta(1, k + 1)) >= Noise("Y", Beta(1, m + 1)))


LOGITS = {"a": Reals(), "b": Reals(), "T": Positive()}
ARMS = {"k": Integers(0), "m": Integers(0)}
RATES = {"r": Positive(), "s": Positive(), "c": Positive()}
race = lambda r, s, c: Prob(Noise("X", Exponential(1 / r)) <= c * Noise("Y", Exponential(1 / s)))  # noqa: E731
far = lambda c: Prob(Noise("U", Uniform(0, 1)) <= c * Noise("V", Beta(1, 1)))  # noqa: E731
CLAIMS = {
    "softmax": (lambda a, b, T: Eq(chosen(a, b, T), 1 / (1 + exp((b - a) / T))), LOGITS, True),
    "softmax, turned": (lambda a, b, T: Eq(chosen(a, b, T), 1 / (1 + exp((a - b) / T))), LOGITS, False),
    "softmax, hotter": (lambda a, b, T: Eq(chosen(a, b, T), 1 / (1 + exp((b - a) * T))), LOGITS, False),
    "largest of so many": (lambda k, m: Eq(larger(k, m), (k + 1) / (k + m + 2)), ARMS, True),
    "one less": (lambda k, m: Eq(larger(k, m), (k + 1) / (k + m + 1)), ARMS, False),
    "least of three": (lambda m: Eq(later(2, m), (m + 1) / (m + 4)), {"m": Integers(0)}, True),
    "least, turned": (lambda m: Eq(later(2, m), 3 / (m + 4)), {"m": Integers(0)}, False),
    "a race": (lambda r, s, c: Eq(race(r, s, c), r * c / (s + r * c)), RATES, True),
    "a race, turned": (lambda r, s, c: Eq(race(r, s, c), s * c / (r + s * c)), RATES, False),
    # inside of the support for c <= 1 only
    "within": (lambda c: Eq(far(Rational(1, 2)), c), {"c": Points(Rational(1, 4))}, True),
    "beyond": (lambda c: Eq(far(c), c / 2), {"c": Positive()}, False),
    "both ways": (lambda c: Eq(far(c), c / 2), {"c": Reals()}, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_two_draws(name):
    relation, domains, holds = CLAIMS[name]
    assert is_proved(relation, **domains) == holds


def test_logarithms_of_what_may_be_negative_are_refused():
    z = lambda name: Noise(name, Normal(0, 1))  # noqa: E731
    with pytest.raises(BadInput, match="neither true nor false"):
        is_proved(lambda c: Eq(Prob(log(z("X")) - log(z("Y")) >= c), 1 / (1 + exp(c))), c=Reals())


CUT = {"m": Positive(), "q": Probability()}
kept = lambda m, low: E(Noise("X", Truncated(Exponential(m), low)))  # noqa: E731


@pytest.mark.parametrize(
    ("relation", "domains", "holds"),
    [
        (lambda m, q: Eq(kept(m, -m * log(q)), m * (1 - log(q))), CUT, True),
        (lambda m, q: Eq(kept(m, -m * log(q)), m * (2 - q)), CUT, False),
        (lambda m, q: Eq(kept(m, -m * log(q)), m * (1 - log(q))), CUT | {"q": Positive()}, False),  # below 0 for q > 1
        (lambda m, q: Eq(kept(m, q), m + q), CUT | {"q": Reals()}, False),
    ],
)
def test_an_end_of_which_the_domain_tells_the_sign(relation, domains, holds):
    assert is_proved(relation, **domains) == holds


TIMES = {"p": Probability(), "r": Probability(), "m": Positive()}
wait = lambda name, p: Noise(name, Geometric(p))  # noqa: E731
both = lambda p: wait("X", p) - wait("Y", p)  # noqa: E731
WAITING = {
    "later": (lambda p, r, m: Eq(Prob(wait("X", p) > wait("Y", r)), r * (1 - p) / (p + r - p * r)), True),
    "not earlier": (lambda p, r, m: Eq(Prob(wait("X", p) >= wait("Y", r)), r / (p + r - p * r)), True),
    "not earlier, as if later": (
        lambda p, r, m: Eq(Prob(wait("X", p) >= wait("Y", r)), r * (1 - p) / (p + r - p * r)),
        False,
    ),
    "by two": (
        lambda p, r, m: Eq(Prob(wait("X", p) >= wait("Y", r) + 2), (1 - p) ** 2 * r / (p + r - p * r)),
        True,
    ),
    "by one": (lambda p, r, m: Eq(Prob(wait("X", p) >= wait("Y", r) + 2), (1 - p) * r / (p + r - p * r)), False),
    "the same": (lambda p, r, m: Eq(Prob(Eq(wait("X", p), wait("Y", p))), p / (2 - p)), True),
    "the same, as of one": (lambda p, r, m: Eq(Prob(Eq(wait("X", p), wait("Y", p))), p), False),
    "apart": (lambda p, r, m: Eq(Prob(Abs(both(p)) >= 2), 2 * (1 - p) ** 2 / (2 - p)), True),
    "apart by more": (lambda p, r, m: Eq(Prob(Abs(both(p)) > 2), 2 * (1 - p) ** 2 / (2 - p)), False),
    "beyond a count": (lambda p, r, m: Eq(Prob(wait("X", p) > count(m) + 1), (1 - p) * exp(-m * p)), True),
    "up to it": (lambda p, r, m: Eq(Prob(wait("X", p) <= count(m) + 1), 1 - (1 - p) * exp(-m * p)), True),
    "at 0 there is no time": (lambda p, r, m: Eq(Prob(wait("X", p) >= count(m)), exp(-m * p) / (1 - p)), False),
    "halves are no whole numbers": (
        lambda p, r, m: Eq(Prob(2 * wait("X", p) > wait("Y", p)), (1 - p) ** Rational(1, 2) / (2 - p)),
        False,
    ),
    "waiting times of rates": (
        lambda p, r, m: Eq(Prob(Abs(Noise("X", Exponential(m)) - Noise("Y", Exponential(m))) > p), exp(-p / m)),
        True,
    ),
    "on one side": (
        lambda p, r, m: Eq(Prob(Abs(Noise("X", Exponential(m)) - Noise("Y", Exponential(m))) > p), exp(-p / m) / 2),
        False,
    ),
}


def count(m):
    return Noise("N", Poisson(m))


@pytest.mark.parametrize(("relation", "holds"), WAITING.values(), ids=WAITING)
def test_waiting_times(relation, holds):
    """Geometric draws beside other whole numbers, and how far two draws are apart."""
    assert is_proved(relation, **TIMES) == holds
