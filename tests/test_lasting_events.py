"""Events of a coordinate at the ends of its range: bounds by Markov's inequality, and what no step leaves."""

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, And, Eq, Ge, Le, Ne, Rational, sqrt

from theory import (
    Binomial,
    E,
    Integers,
    Loop,
    Multinomial,
    Noise,
    Normal,
    Poisson,
    Positive,
    Prob,
    Probability,
    coordinate,
    counts,
)

COIN = {"n": Integers(1), "p": Probability(), "t": Integers(0)}
LATER = {"n": Integers(2), "p": Probability(), "t": Integers(1)}
T = {"t": Integers(0)}


class Coin(Loop):
    """A share, refitted to n draws from itself."""

    n: Integers(1)
    p: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": Noise("B", Binomial(self.n, now["x"])) / self.n}


class Mutating(Coin):
    """The same with a share of a fair coin: no symbol is lost for ever."""

    def step(self, now):
        return {"x": Noise("B", Binomial(self.n, now["x"] / 2 + Rational(1, 4))) / self.n}


class Line(Loop):
    x = coordinate()
    initial = {"x": 3}  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("K", Poisson(now["x"]))}


class Walk(Loop):
    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


def x(n, p, t):
    return Coin(n, p).x(t)


def odd(n, p, t):
    return Mutating(n, p).x(t)


def size(n, p, t):
    return sqrt(p * (1 - p) * (1 - (1 - 1 / n) ** t))


def gone(n, p, t, loop=Coin):
    return Prob(Eq(loop(n, p).x(t), 0))


def left(n, p, t):
    return n * p * (1 - p) * (1 - 1 / n) ** (t - 1)


TRUE = {
    "lost": (lambda n, p, t: Le(gone(n, p, t), 1 - p), COIN),
    "fixed": (lambda n, p, t: Le(Prob(x(n, p, t) >= 1), p), COIN),
    "between": (lambda n, p, t: Le(Prob(And(x(n, p, t) > 0, x(n, p, t) < 1)), left(n, p, t)), LATER),
    "between, in other words": (lambda n, p, t: Le(Prob(And(Ne(x(n, p, t), 0), x(n, p, t) < 1)), left(n, p, t)), LATER),
    "kept": (lambda n, p, t: Le(Prob(x(n, p, t) > 0), n * p), {**COIN, "t": Integers(1)}),
    "lost for ever": (lambda n, p, t: Ge(gone(n, p, t + 1), gone(n, p, t)), COIN),
    "fixed for ever": (lambda n, p, t: Ge(Prob(Eq(x(n, p, t + 3), 1)), Prob(Eq(x(n, p, t), 1))), COIN),
    "a line that is gone": (lambda t: Le(Prob(Line().x(t + 1) > 0), Prob(Line().x(t) > 0)), T),
    "a mean size": (lambda n, p, t: Le(E(Abs(x(n, p, t) - p)), size(n, p, t)), COIN),
    "Chebyshev": (lambda t, a: Le(Prob(Abs(Walk().x(t)) >= a), t / a**2), {**T, "a": Positive()}),
}
FALSE = {
    "lost, squared": (lambda n, p, t: Le(gone(n, p, t), (1 - p) ** 2), COIN),
    "lost of an anchored one": (lambda n, p, t: Le(gone(n, p, t, Mutating), (1 - p) / 8), COIN),
    "between at the start": (
        lambda n, p, t: Le(Prob(And(x(n, p, t) > 0, x(n, p, t) < 1)), left(n, p, t)),
        {**LATER, "t": Integers(0)},
    ),
    "between, of one draw": (
        lambda n, p, t: Le(Prob(And(x(n, p, t) > 0, x(n, p, t) < 1)), -left(n, p, t)),
        {**LATER, "n": Integers(1)},
    ),
    "between, once less": (lambda n, p, t: Le(Prob(And(x(n, p, t) > 0, x(n, p, t) < 1)), left(n, p, t + 1)), LATER),
    "kept at the start": (lambda n, p, t: Le(Prob(x(n, p, t) > 0), n * p), COIN),
    "kept, half as often": (lambda n, p, t: Le(Prob(x(n, p, t) > 0), n * p / 2), {**COIN, "t": Integers(1)}),
    "lost earlier": (lambda n, p, t: Ge(gone(n, p, t), gone(n, p, t + 1)), COIN),
    "what mutates is lost for ever": (lambda n, p, t: Ge(gone(n, p, t + 1, Mutating), gone(n, p, t, Mutating)), COIN),
    "at 1/2 for ever": (
        lambda n, p, t: Ge(Prob(Eq(x(2 * n, p, t + 1), Rational(1, 2))), Prob(Eq(x(2 * n, p, t), Rational(1, 2)))),
        COIN,
    ),
    "of another coin": (lambda n, p, t: Ge(gone(n + 1, p, t + 1), gone(n, p, t)), COIN),
    "a mean size, halved": (lambda n, p, t: Le(E(Abs(x(n, p, t) - p)), size(n, p, t) / 2), COIN),
    "Chebyshev, halved": (lambda t, a: Le(Prob(Abs(Walk().x(t)) >= a), t / (2 * a**2)), {**T, "a": Positive()}),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name):
    relation, domains = TRUE[name]
    assert_proved(relation, **domains)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains)


class Symbols(Loop):
    """Shares of three symbols, refitted to n draws in one multinomial count."""

    n: Integers(1)
    kept: Probability(closed=True)
    a, b, c = coordinate(), coordinate(), coordinate()
    initial = {"a": Rational(1, 2), "b": Rational(1, 3), "c": Rational(1, 6)}  # noqa: RUF012

    def step(self, now):
        fresh = (1 - self.kept) / 3
        drawn = counts("Y", Multinomial(self.n, tuple(self.kept * now[s] + fresh for s in "abc")))
        return {s: y / self.n for s, y in zip("abc", drawn, strict=True)}


def test_a_symbol_without_mass_is_not_drawn():
    said = lambda kept: lambda n, t: Le(Prob(Symbols(n, kept).a(t + 1) > 0), Prob(Symbols(n, kept).a(t) > 0))  # noqa: E731
    domain: dict = {"n": Integers(1), "t": Integers(0)}
    assert is_proved(said(1), **domain)
    assert not is_proved(said(Rational(1, 2)), **domain)
    assert not is_proved(lambda n, t: Ge(Prob(Symbols(n, 1).a(t + 1) > 0), Prob(Symbols(n, 1).a(t) > 0)), **domain)
