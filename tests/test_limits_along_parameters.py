"""Limits along the parameter of a loop: with the number of generations, no one loop is followed that could settle."""

import mpmath
import pytest
from stated import is_proved
from sympy import Eq, Ge, Integer, Rational, Symbol, exp, gamma, lambdify, log, oo, sqrt

from theory import (
    KL,
    Binomial,
    E,
    Finite,
    GaussianLoop,
    HittingTime,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Poisson,
    Prob,
    Probability,
    Reals,
    c4,
    coordinate,
)
from theory.language.errors import BadInput, CannotTell
from theory.proof.signs.numbers import sign_of
from theory.proof.symbols.asymptotics import Limits
from theory.proof.symbols.stirling import ORDER, of_logarithm

n = Symbol("n", integer=True, positive=True)


class Fading(Loop):
    """x -> (1 - 1/(2 n)) x from 1: of one n it tends to 0, and n generations leave e^(-1/2)."""

    n: Integers(1)
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * (1 - 1 / (2 * self.n))}


class Shrinking(Fading):
    """x -> x - x^2/(2 n): n generations leave 2/3."""

    def step(self, now):
        return {"x": now["x"] - now["x"] ** 2 / self.n / 2}


class Dying(Fading):
    """A branching process that is nearly critical: n generations are survived with a probability like 1/n."""

    def step(self, now):
        return {"x": Noise("N", Poisson(now["x"] * (1 - 1 / (2 * self.n))))}


class Noisy(Fading):
    def step(self, now):
        return {"x": now["x"] * (1 - 1 / (2 * self.n)) + Noise("Z", Normal(0, 1))}


class Kept(Fading):
    """What is kept with probability 1 - 1/n in a fit: lost after n fits, in the mean."""

    def step(self, now):
        return {"x": now["x"] * Noise("B", Binomial(1, 1 - 1 / self.n))}


def test_a_first_time_is_of_one_loop():
    """The loop of fit s, kept with 1 - 1/(s + 5), is lost at 3.1 in the mean: it was said to be at s + 5, for the bound s."""
    two = {"n": Integers(2)}
    at = lambda m: HittingTime(lambda s: Kept(m(s)).x(s) <= 0)  # noqa: E731
    assert is_proved(lambda n: Eq(E(at(lambda _: n)), n), **two)
    assert is_proved(lambda n: Eq(Prob(at(lambda _: n) > n), (1 - 1 / n) ** n), **two)
    with pytest.raises(BadInput, match="a first time is of one loop"):
        is_proved(lambda n: Ge(E(at(lambda s: s + 5)), 5), **two)
    with pytest.raises(BadInput, match="a first time is of one loop"):
        is_proved(lambda n: Ge(Prob(at(lambda s: s + 5) > n), Rational(4, 5) ** n), **two)


def test_as_many_generations_as_the_parameter_says():
    one = {"t": Integers(1)}  # it is not spoken of
    assert is_proved(lambda t: Limit(Fading(n).x(n), (n, oo), exp(-Rational(1, 2))), **one)
    assert not is_proved(lambda t: Limit(Fading(n).x(n), (n, oo), 0), **one)
    assert is_proved(lambda t: Limit(E(Noisy(n).x(n)), (n, oo), exp(-Rational(1, 2))), **one)
    assert not is_proved(lambda t: Limit(E(Noisy(n).x(n)), (n, oo), 0), **one)
    assert not is_proved(lambda t: Limit(Shrinking(n).x(n), (n, oo), 0), **one)
    assert not is_proved(lambda t: Limit(n * Prob(Dying(n).x(n) > 0), (n, oo), 0), **one)
    assert not is_proved(lambda t: Limit(Prob(Dying(n + 1).x(n) > 0) * n, (n, oo), 0), **one)


def test_one_loop_settles():
    one = {"m": Integers(1)}
    assert is_proved(lambda m: Limit(Fading(m).x(n), (n, oo), 0), **one)
    assert is_proved(lambda m: Limit(Shrinking(m).x(n), (n, oo), 0), **one)
    assert is_proved(lambda m: Limit(Prob(Dying(m).x(n) > 0), (n, oo), 0), **one)


def test_as_many_generations_as_points():
    """The spread is e^(-1/4) of what it was."""
    sigma = GaussianLoop(n + 1).sigma
    assert is_proved(lambda t: Limit(E(sigma(n)), (n, oo), exp(-Rational(1, 4))), t=Integers(0))
    assert not is_proved(lambda t: Limit(E(sigma(n)), (n, oo), exp(-Rational(1, 2))), t=Integers(0))
    assert not is_proved(lambda t: Limit(E(sigma(n)), (n, oo), 0), t=Integers(0))


POWERS = {
    (1 - 1 / (2 * n)) ** n: exp(-Rational(1, 2)),
    ((2 * n - 1) / (2 * n)) ** n: exp(-Rational(1, 2)),
    ((n + 3) / n) ** (2 * n): exp(6),
    ((n + 1) / n) ** sqrt(n): Integer(1),
    c4(n) ** n: exp(-Rational(1, 4)),
    n * log(c4(n)): -Rational(1, 4),
    (gamma(n + Rational(1, 2)) / gamma(n) / sqrt(n)) ** (2 * n): exp(-Rational(1, 4)),
}


@pytest.mark.parametrize("form", POWERS)
def test_powers_of_what_tends_to_one(form):
    limits = Limits(n, sign_of)
    assert limits.of(form) == POWERS[form]
    with mpmath.workdps(40):
        far = lambdify(n, limits.plain(form), "mpmath")(mpmath.mpf(10**5))
    assert abs(far / float(POWERS[form]) - 1) < 0.01


def test_a_power_that_outgrows_that_is_left():
    with pytest.raises(CannotTell):
        Limits(n, sign_of).of(((n + 1) / n) ** (n**2))


@pytest.mark.parametrize(
    "form",
    [
        gamma(n + Rational(1, 3)) / gamma(n) * n ** -Rational(1, 3),
        gamma(2 * n + 1) / gamma(n) ** 2 / 4**n,
        (n**2 + 3 * n + 1) / (n - 2) ** 2,
    ],
)
def test_logarithms_in_powers_of_one_over_t(form):
    terms = of_logarithm(Limits(n, sign_of).plain(form), n, lambda x: bool(x.is_positive))
    assert terms is not None
    with mpmath.workdps(60):
        for at in (10**4, 10**5):
            told = sum(c.evalf(60) * mpmath.mpf(at) ** p * mpmath.log(at) ** q for c, p, q in terms)
            there = lambdify(n, log(form), "mpmath")(mpmath.mpf(at))
            assert abs(told - there) < 1000 * mpmath.mpf(at) ** (-ORDER - 1)


def test_no_product_has_none():
    assert of_logarithm(gamma(n) + 1, n, lambda x: bool(x.is_positive)) is None
    assert of_logarithm(gamma(n**2), n, lambda x: bool(x.is_positive)) is None
    assert of_logarithm(n**n, n, lambda x: bool(x.is_positive)) is None


class Sharpened(Loop):
    """The odds of one more token, at a temperature below 1, again and again."""

    T: Probability
    q0: Probability
    q = coordinate()
    initial = property(lambda self: {"q": self.q0})

    def step(self, now):
        return {"q": now["q"] ** (1 / self.T)}


@pytest.mark.parametrize(("end", "holds"), [(0, True), (1, False)])
def test_a_number_below_1_to_a_power_that_grows_exponentially(end, holds):
    t = Integers(0)
    claim = lambda T, q, t: Limit(Sharpened(T, q).q(t) / (1 - Sharpened(T, q).q(t)), (t, oo), end)  # noqa: E731
    assert is_proved(claim, T=Probability(), q=Probability(), t=t) == holds
    above = lambda T, q, t: Limit(Sharpened(T, q).q(t), (t, oo), end)  # noqa: E731
    assert not is_proved(above, T=Reals(0, 2), q=Probability(), t=t)  # of T > 1 it tends to 1


@pytest.mark.parametrize(("over", "holds"), [(8, True), (4, False), (2, False)])
def test_a_product_that_grows_beside_what_vanishes(over, holds):
    """T^2 KL at a high temperature T: the difference of logits, squared, over 8."""
    h = Symbol("h", positive=True)
    soft = lambda z: Finite((1 / (1 + exp(z / h)), 1 / (1 + exp(-z / h))))  # noqa: E731
    match = lambda x, y: Limit(h**2 * KL(soft(x), soft(y)), (h, oo), (x - y) ** 2 / over)  # noqa: E731
    assert is_proved(match, x=Reals(), y=Reals()) == holds
