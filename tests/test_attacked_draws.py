"""Draws of mean 0 without a mean, and draws that are 0: what was proved of them and is false."""

import pytest
from stated import is_proved
from sympy import Abs, Eq, Integer, Rational, cosh, exp, log, sin, sinh, tan, tanh

from reports import clock
from theory import (
    Cauchy,
    CentralMoment,
    ChiSquare,
    E,
    Exponential,
    Integers,
    Laplace,
    Loop,
    Mixture,
    Noise,
    Normal,
    Positive,
    Prob,
    Reals,
    StudentT,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.proof.symbols.law_means import law_mean


class Drifting(Loop):
    """Half of x stays, and a draw of heavy tails is added."""

    d: Positive
    x = coordinate("x")
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] / 2 + Noise("S", StudentT(self.d, 0, 1))}


class Multiplied(Loop):
    """The last y, times a draw of mean 0: y has a mean, or not."""

    y_: Cauchy | StudentT | ChiSquare
    by: Normal | StudentT
    x = coordinate("x")
    y = coordinate("y")
    initial = {"x": 0, "y": 1}  # noqa: RUF012

    def step(self, now):
        y = Noise("Y", self.y_)
        return {"x": now["y"] * Noise("S", self.by), "y": 1 / y if isinstance(self.y_, ChiSquare) else y}


class Steep(Loop):
    """The last y, an exponential of a draw that grows with every step, times a draw of mean 0."""

    a: Positive
    y_: Normal | Laplace
    x = coordinate("x")
    y = coordinate("y")
    initial = {"x": 0, "y": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["y"] * Noise("S", Normal(0, 1)), "y": now["y"] * exp(self.a * Noise("Y", self.y_))}


class Late(Loop):
    """A function of the last y times a draw of mean 0."""

    x = coordinate("x")
    y = coordinate("y")
    initial = {"x": 0, "y": 0}  # noqa: RUF012

    @staticmethod
    def of(y):
        return exp(y)

    def step(self, now):
        return {"x": self.of(now["y"]) * Noise("S", Normal(0, 1)), "y": Noise("Y", Exponential(2))}


class LateTan(Late):
    @staticmethod
    def of(y):
        return tan(y)


class LateSquare(Late):
    @staticmethod
    def of(y):
        return y**2


class Summed(Loop):
    """Sums of squares with one degree of freedom less than n."""

    n: Integers(1)
    x = coordinate("x")
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Q", ChiSquare(self.n - 1))}


def mixed(d):
    return Noise("S", Mixture(Integer(1) / 2, StudentT(d, 0, 1), Normal(0, 1)))


@pytest.mark.parametrize(
    ("moment", "from_"),
    [
        (lambda d: E(Drifting(d).x(3)), 1),
        (lambda d: E(Drifting(d).x(3) ** 3), 3),
        (lambda d: E(Noise("S", StudentT(d, 0, 1))), 1),
        (lambda d: CentralMoment(Noise("S", StudentT(d, 0, 1)), 3), 3),
        (lambda d: E(mixed(d)), 1),
        (lambda d: E(Multiplied(StudentT(d, 0, 1), Normal(0, 1)).x(2)), 1),
        (lambda d: E(Multiplied(StudentT(d, 0, 1), StudentT(5, 0, 1)).x(2)), 1),
    ],
)
def test_a_mean_of_0_is_0_only_where_there_is_one(moment, from_):
    """It was proved to be 0 for every d > 0, heavier tails than Cauchy's among them."""
    assert is_proved(lambda d: Eq(moment(d), 0), d=Reals(from_))
    assert not is_proved(lambda d: Eq(moment(d), 0), d=Positive())


@pytest.mark.parametrize("by", [Normal(0, 1), StudentT(5, 0, 1)])
def test_what_a_draw_of_mean_0_multiplies_needs_a_mean(by):
    """Of a Cauchy draw, and of 1/chi-square with 1 or 2 degrees of freedom, there is none."""
    assert not is_proved(lambda t: Eq(E(Multiplied(Cauchy(0, 1), by).x(t)), 0), t=Integers(2))
    assert not is_proved(lambda n, t: Eq(E(Multiplied(ChiSquare(n), by).x(t)), 0), n=Integers(1), t=Integers(2))
    assert is_proved(lambda n, t: Eq(E(Multiplied(ChiSquare(n), by).x(t)), 0), n=Integers(3), t=Integers(2))


def test_what_it_multiplies_may_be_an_exponential():
    """It was proved without a look at whether the exponential, or the tangent, has a mean."""
    assert is_proved(lambda a, t: Eq(E(Steep(a, Normal(0, 1)).x(t)), 0), a=Positive(), t=Integers(2))
    assert not is_proved(lambda t: Eq(E(Steep(1, Laplace(0, 1)).x(t)), 0), t=Integers(2))
    assert not is_proved(lambda a, t: Eq(E(Steep(a, Laplace(0, 1)).x(t)), 0), a=Positive(), t=Integers(2))
    assert not any(is_proved(lambda t, of=of: Eq(E(of().x(t)), 0), t=Integers(2)) for of in (Late, LateTan))
    assert is_proved(lambda t: Eq(E(LateSquare().x(t)), 0), t=Integers(2))


def test_a_sum_of_no_squares_is_not_positive():
    """It is 0 for n = 1, and was proved to be above 0 almost surely."""
    assert is_proved(lambda n: Eq(Prob(Summed(n).x(1) > 0), 1), n=Integers(2))
    assert not is_proved(lambda n: Eq(Prob(Summed(n).x(1) > 0), 1), n=Integers(1))


SIDE = Noise("S", Laplace(0, 1))


@pytest.mark.parametrize(
    "x", [lambda c: sinh(c * SIDE), lambda c: SIDE * cosh(c * SIDE), lambda c: SIDE * exp(c * Abs(SIDE))]
)
def test_two_halves_that_are_infinite_do_not_cancel(x):
    """Under a Laplace law the mean of any odd function was proved to be 0, of 1/sinh(S) and S exp(S^2) too."""
    assert not is_proved(lambda c: Eq(E(x(c)), 0), c=Positive())
    assert not any(is_proved(lambda x=x: Eq(E(x), 0)) for x in (1 / sinh(SIDE), SIDE * exp(SIDE**2), x(Integer(2))))
    assert is_proved(lambda: Eq(E(sin(SIDE**3)), 0))


def test_a_hyperbolic_function_is_made_of_exponentials():
    """It has a mean where they have theirs."""
    below = Reals(Rational(-1), 1)
    assert is_proved(lambda c: Eq(E(sinh(c * SIDE)), 0), c=below)
    assert is_proved(lambda c: Eq(E(cosh(c * SIDE)), 1 / (1 - c**2)), c=below)
    assert not is_proved(lambda c: Eq(E(cosh(c * SIDE)), 1 / (1 - c**2)), c=Reals())


def test_a_rational_function_of_a_high_degree_is_left_at_once():
    """SymPy's partial fractions of (u^1998 + 1)/(2 u^999) took minutes, whatever the seconds of a check."""
    with clock.within(5), pytest.raises(CannotTell):
        law_mean(E(cosh(999 * SIDE)))
    assert law_mean(E(tanh(SIDE / 2) ** 2)).equals(3 - 4 * log(2))
