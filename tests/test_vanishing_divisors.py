"""Quotients by means that are 0, always or from some generation on: 0/0 has no value, whatever it cancels to."""

import pytest
from stated import is_proved, stated
from sympy import Eq, Ge, Integer, Le, Min, Rational, Sum, Symbol, exp, gamma, log, oo, sqrt

from theory import (
    Binomial,
    E,
    Exponential,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Point,
    Points,
    Poisson,
    Positive,
    Probability,
    Reals,
    coordinate,
)
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point

t = Symbol("t", integer=True, nonnegative=True)


class Regression(Loop):
    """From 1, multiplied by a in every fit."""

    a: Reals
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": self.a * now["x"] * (1 + Noise("Z", Normal(0, 1)))}


def x(a, t):
    return Regression(a).x(t)


CLAIMS = {
    "the limit of growth": lambda a: Limit(E(x(a, t + 1)) / E(x(a, t)), (t, oo), a),
    "the same as a number": lambda a: Eq(Limit(E(x(a, t + 1)) / E(x(a, t)), (t, oo)), a),
    "a bound of it": lambda a: Le(Limit(E(x(a, t + 2)) / E(x(a, t)), (t, oo)), 4),
    "what is 1 as it is written": lambda a: Limit(E(x(a, t)) / E(x(a, t)), (t, oo), 1),
    "beside a power": lambda a: Limit(a**t / E(x(a, t)), (t, oo), 1),
    "the relative second moment": lambda a: Limit(E(x(a, t)) ** 2 / E(x(a, t) ** 2), (t, oo), 0),
    "a sum": lambda a: Eq(Sum(E(x(a, t + 1)) / E(x(a, t)), (t, 0, 5)), 6 * a),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_mean_that_may_vanish_divides_nothing(name):
    """Each was proved where a may be 0: then all means are 0 from the first fit on."""
    assert not is_proved(CLAIMS[name], a=Reals(-2, 2))
    assert not is_proved(CLAIMS[name], a=Points(0))


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("a", [Reals(0, 2), Reals(-2, 0), Probability(), Points(-1)])
def test_one_that_does_not_divides(name, a):
    assert is_proved(CLAIMS[name], a=a)


def test_a_divisor_may_be_0_early():
    """Of a limit only what is far out counts."""
    assert is_proved(lambda a: Limit(E(x(a, t)) / (t - 5), (t, oo), 0), a=Probability())
    assert not is_proved(lambda a, T: Eq(Sum(E(x(a, t)) / (t - 5), (t, 0, T)), 0), a=Points(0), T=Integers(6))
    assert is_proved(lambda a: Limit(E(x(a, t)) / (E(x(a, t)) + 1), (t, oo), 1), a=Positive(1))


# ---- means that are 0 ---------------------------------------------------------------------------------------------------

# of a mean m that is 0 where b is, and is told without variables there
OF_A_MEAN = {
    "what cancels": lambda m, other: Eq(other * m / m, other),
    "a square": lambda m, other: Ge(m**2 / m, m),
    "a logarithm": lambda m, other: Eq(exp(log(m)), m),
    "twice divided": lambda m, other: Eq(1 / (1 / m), m),
    "a pole": lambda m, other: Eq(gamma(m) / gamma(m), 1),
    "a sum": lambda m, other: Eq(Sum(m / m, (t, 0, 3)), 4),
}


class Walk(Loop):
    b: Reals
    mu = coordinate()

    @property
    def initial(self):
        return {"mu": self.b}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1))}


MEANS = {
    "of a loop": lambda b: E(Walk(b).mu(3)),
    "of a loop, in any generation": lambda b: E(Walk(b).mu(t)),
    "of a draw": lambda b: E(Noise("Z", Normal(b, 1))),
}


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("name", OF_A_MEAN)
def test_a_mean_of_0_divides_nothing(name, mean):
    """All were proved: of numbers without variables nothing was asked, and 0 was taken for other than 0."""
    said = lambda b: OF_A_MEAN[name](MEANS[mean](b), E(Walk(1).mu(2)))  # noqa: E731
    if mean == "of a loop, in any generation" and name != "a sum":
        said = lambda b, t: OF_A_MEAN[name](E(Walk(b).mu(t)), E(Walk(1).mu(2)))  # noqa: E731
    times: dict = {"t": Integers(0)} if said.__code__.co_argcount == 2 else {}
    assert not is_proved(said, b=Points(0), **times)
    assert not is_proved(said, b=Reals(-1, 1), **times)
    assert is_proved(said, b=Points(2), **times)
    assert is_proved(said, b=Positive(), **times)


@pytest.mark.parametrize("mean", ["of a loop", "of a draw"])
@pytest.mark.parametrize("name", OF_A_MEAN)
def test_no_point_supports_it(name, mean):
    """Balls saw what it cancels to, and supported it."""
    said = stated(lambda b: OF_A_MEAN[name](MEANS[mean](b), E(Walk(1).mu(2))), b=Reals(-1, 1))
    at = {p.values["b"]: at_point(said, p, 0.01).verdict for p in said.points()}
    assert at[0] == Verdict.UNDECIDED
    assert Verdict.SUPPORTED in at.values()


def test_no_point_supports_a_limit_of_it():
    said = stated(lambda a: Limit(E(x(a, t + 1)) / E(x(a, t)), (t, oo), a), a=Reals(-1, 1))
    at = {p.values["a"]: at_point(said, p, 0.01).verdict for p in said.points()}
    assert at.pop(0) == Verdict.UNDECIDED
    assert set(at.values()) == {Verdict.SUPPORTED}


# ---- draws and states that are 0 with some probability ---------------------------------------------------------------------


class Share(Loop):
    """A share from 1/2 on, refitted to three draws: some day it is 0, or 1."""

    x = coordinate()
    initial = {"x": Rational(1, 2)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("B", Binomial(3, now["x"])) / 3}


class Divided(Loop):
    """Its step divides by a draw that may be 0, and is written as if it did not."""

    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        b = Noise("B", Binomial(3, Rational(1, 2)))
        return {"x": now["x"] * b / b}


B, K, Z, X = (
    Noise("B", Binomial(3, Rational(1, 2))),
    Noise("K", Poisson(2)),
    Noise("Z", Normal(0, 1)),
    Noise("X", Exponential(1)),
)
WITH_SOME_PROBABILITY = {
    "a count": (lambda: Eq(E(B**2 / B), Rational(3, 2)), False),
    "a Poisson count": (lambda: Eq(E(K / K), 1), False),
    "a share": (lambda: Eq(E(Share().x(2) ** 2 / Share().x(2)), Rational(1, 2)), False),
    "the logarithm of a share": (lambda: Eq(E(exp(log(Share().x(2)))), Rational(1, 2)), False),
    "the root of a draw": (lambda: Eq(E(sqrt(Z) ** 2), 0), False),
    "a draw with a density": (lambda: Eq(E(Z**2 / Z), 0), True),
    "the root of a positive draw": (lambda: Eq(E(sqrt(X) ** 2), 1), True),
    "a positive draw": (lambda: Eq(E(exp(log(X))), 1), True),
    "a count above 0": (lambda: Eq(E((B + 1) ** 2 / (B + 1)), Rational(5, 2)), True),
}


@pytest.mark.parametrize("name", WITH_SOME_PROBABILITY)
def test_what_is_drawn_divides_where_it_is_never_0(name):
    """Without variables in them these were proved, whatever was drawn; with variables a claim was refused."""
    said, true = WITH_SOME_PROBABILITY[name]
    assert is_proved(said) is true
    verdict = at_point(stated(said), Point(1, {}), 0.01).verdict
    assert (verdict == Verdict.UNDECIDED) is not true


def test_a_step_without_a_value():
    assert not is_proved(lambda t: Eq(E(Divided().x(t)), 1), t=Integers(0))


def test_variables_change_nothing():
    b = lambda p: Noise("B", Binomial(3, p))  # noqa: E731
    assert not is_proved(lambda p: Eq(E(b(p) ** 2 / b(p)), 3 * p), p=Probability())
    assert is_proved(lambda p: Eq(E((b(p) + p) ** 2 / (b(p) + p)), 4 * p), p=Probability())


def test_the_least_of_a_pole_and_a_number():
    """An error of the program."""
    assert not is_proved(lambda: Ge(E(Min(1 / B, 1)), 0))


@pytest.mark.parametrize(
    ("start", "step", "form"),
    [
        (-1, lambda x: x * (x**2 + x) / (x + 1), lambda t: 1),
        (1, lambda x: -(x**2 + x) / (x + 1), lambda t: (-1) ** t),
        (1, lambda x: 2 * (x**2 - x) / (x - 1), lambda t: 2**t),
        (2, lambda x: (x**2 - 4) * x / (x - 2) / (x + 2), lambda t: 2),
        (Rational(1, 2), lambda x: x * (2 * x - 1) / ((2 * x - 1) * (2 * x + 1 - x)), lambda t: 1 / (1 + 2**t)),
    ],
)
def test_a_step_that_cancels_has_no_value_where_it_divides_by_0(start, step, form):
    """The step that is left has one there: a power of the state, or of its odds."""
    body = {"x": coordinate(), "initial": {"x": Integer(1) * start}, "step": lambda self, now: {"x": step(now["x"])}}
    loop = type("Cancelling", (Loop,), body)()
    assert not is_proved(lambda t: Eq(loop.x(t), form(t)), t=Integers(1))


def test_powers_of_numbers_of_either_sign():
    cube = {"x": coordinate(), "initial": {"x": Integer(-2)}, "step": lambda self, now: {"x": -(now["x"] ** 3) / 4}}
    loop = type("Cube", (Loop,), cube)()
    assert is_proved(lambda t: Eq(loop.x(t), -2 * (-1) ** t), t=Integers(0))
    assert not is_proved(lambda t: Eq(loop.x(t), -2), t=Integers(0))
