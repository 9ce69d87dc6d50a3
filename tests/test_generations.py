"""Relations of two generations, and invariants: what one step does to any state, and what comes close and is false."""

import pytest
from orbits import FromStart
from stated import is_proved, stated
from sympy import Eq, Gt, Integer, Lt, Rational, Sum, Symbol, exp
from test_induction import Halving

from theory import CLOCK, Cov, E
from theory.language.domains import Integers, Positive, Reals
from theory.language.laws import Noise, Normal
from theory.language.loops import Loop, coordinate
from theory.proof.relations.prove import prove

R = Rational
NOW = {"t": Integers(0)}
OF_A = {"a": Positive(), "t": Integers(0)}
OF_TWO = {"p": Positive(), "q": Positive(), "t": Integers(0)}


class Clocked(Loop):
    """A factor that is another one in every generation."""

    a: Positive
    x = coordinate(positive=True)
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * CLOCK / (CLOCK + self.a)}


class Means(Loop):
    """The arithmetic and the harmonic mean: their product stays."""

    p: Positive
    q: Positive
    a = coordinate(positive=True)
    b = coordinate(positive=True)

    @property
    def initial(self):
        return {"a": self.p, "b": self.q}

    def step(self, now):
        a, b = now["a"], now["b"]
        return {"a": (a + b) / 2, "b": 2 * a * b / (a + b)}


class Damped(Loop):
    """x -> x exp(-x)."""

    x = coordinate(positive=True)
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * exp(-now["x"])}


class Down(Loop):
    """2, 1, 0, -1, ..."""

    x = coordinate()
    initial = {"x": Integer(2)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - 1}


class Swapped(Loop):
    """Two numbers that change places."""

    x = coordinate()
    y = coordinate()
    initial = {"x": Integer(1), "y": Integer(2)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["y"], "y": now["x"]}


class Begun(Loop):
    """Nothing random but the start."""

    x = coordinate()
    initial = {"x": Noise("U", Normal(0, 1))}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] / 2}


def product(p, q, t):
    return Means(p, q).a(t) * Means(p, q).b(t)


TRUE = {
    "a difference": (lambda a, t: Eq(1 / Halving(a).x(t + 1) - 1 / Halving(a).x(t), 1), OF_A),
    "two steps": (lambda a, t: Eq(1 / Halving(a).x(t + 2) - 1 / Halving(a).x(t), 2), OF_A),
    "a fall": (lambda a, t: Lt(Halving(a).x(t + 1), Halving(a).x(t)), OF_A),
    "a factor of the clock": (lambda a, t: Eq((t + 1 + a) * Clocked(a).x(t + 1), (t + 1) * Clocked(a).x(t)), OF_A),
    "a fall by an exponential": (lambda t: Lt(Damped().x(t + 1), Damped().x(t)), NOW),
    "an invariant": (lambda p, q, t: Eq(product(p, q, t), p * q), OF_TWO),
    "an invariant from 3 on": (lambda a, t: Eq(1 / Halving(a).x(t), 1 / a + t), {**OF_A, "t": Integers(3)}),
    "a sum that stays": (lambda t: Eq(Swapped().x(t) + Swapped().y(t), 3), NOW),
    "a drawn start": (lambda t: Eq(E(Begun().x(t + 1) ** 2), E(Begun().x(t) ** 2) / 4), NOW),
}
FALSE = {
    "a difference that is off": (lambda a, t: Eq(1 / Halving(a).x(t + 1) - 1 / Halving(a).x(t), R(1001, 1000)), OF_A),
    "one step for two": (lambda a, t: Eq(1 / Halving(a).x(t + 2) - 1 / Halving(a).x(t), 1), OF_A),
    "a rise": (lambda a, t: Gt(Halving(a).x(t + 1), Halving(a).x(t)), OF_A),
    "a fall by a thousandth": (lambda a, t: Lt(Halving(a).x(t + 1), R(999, 1000) * Halving(a).x(t)), OF_A),
    "the clock one later": (lambda a, t: Eq((t + 2 + a) * Clocked(a).x(t + 1), (t + 2) * Clocked(a).x(t)), OF_A),
    "another constant": (lambda p, q, t: Eq(product(p, q, t), R(1001, 1000) * p * q), OF_TWO),
    "strictly below what stays": (lambda p, q, t: Lt(product(p, q, t), p * q), OF_TWO),
    "a sum that changes": (lambda p, q, t: Eq(Means(p, q).a(t) + Means(p, q).b(t), p + q), OF_TWO),
    "a difference that changes sign": (lambda t: Lt(Swapped().x(t) - Swapped().y(t), 0), NOW),
    "a start that is another": (lambda a, t: Eq(1 / Halving(a).x(t), 1 / a + t + 1), {**OF_A, "t": Integers(3)}),
    "a drawn start as if it were not": (lambda t: Eq(E(Begun().x(t) ** 2), E(Begun().x(t)) ** 2), NOW),
    "divided by what reaches 0": (lambda t: Eq(1 / Down().x(t + 1) - 1 / (Down().x(t) - 1), 0), NOW),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_a_step_does_to_any_state(name):
    found = prove(stated(TRUE[name][0], **TRUE[name][1]))
    assert found.proved, found.reason
    assert found.steps


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_of_two_generations_or_of_one(name):
    assert not is_proved(FALSE[name][0], **FALSE[name][1])


# ---- sums over generations, and their order ---------------------------------------------------------------------------


class Hedge(FromStart):
    """L -> L - eta (p - b), p a share with these log odds."""

    eta: Positive
    b: Reals(0, 1)
    start: Reals
    L = coordinate()

    def p(self, t):
        return 1 / (1 + exp(-self.L(t)))

    def step(self, now):
        return {"L": now["L"] - self.eta * (1 / (1 + exp(-now["L"])) - self.b)}


class Drift(Loop):
    """A mean that drifts."""

    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


s = Symbol("s", integer=True, nonnegative=True)
LEARNER = {"eta": Positive(), "b": Reals(0, 1), "L": Reals(), "T": Integers(1)}


def average(eta, b, L, T, last=-1, sign=1):
    loop = Hedge(eta, b, L)
    return Eq(Sum(loop.p(s), (s, 0, T + last)) / T, b + sign * (loop.L(0) - loop.L(T)) / (eta * T))


@pytest.mark.parametrize(("options", "holds"), [({}, True), ({"last": 0}, False), ({"sign": -1}, False)])
def test_a_sum_over_generations_telescopes(options, holds):
    assert is_proved(lambda **at: average(**at, **options), **LEARNER) == holds


@pytest.mark.parametrize(
    ("where", "earlier", "holds"),
    [
        (lambda s, t: s <= t, "s", True),
        (lambda s, t: s < t, "s", True),
        (lambda s, t: t <= s, "s", False),
        (lambda s, t: s <= t, "t", False),
        (None, "s", False),
    ],
)
def test_the_order_of_generations_is_that_of_the_side_condition(where, earlier, holds):
    x = Drift().x
    claimed = lambda s, t: Eq(Cov(x(s), x(t)), {"s": s, "t": t}[earlier])  # noqa: E731
    assert is_proved(claimed, s=Integers(0), t=Integers(0), where=where) == holds


class Braked(Loop):
    """x -> x - x^2/2 from 1: what is lost adds up to 1 - x."""

    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - now["x"] ** 2 / 2}


def test_terms_may_tell_of_the_end_of_their_sum():
    """At t = 1 the terms 8 x(s + 1) - 4 x(s) add up to 0 + 1, and 4 x(2) - 1 is 1/2."""
    s, x = Symbol("s", integer=True, nonnegative=True), lambda t: E(Braked().x(t))
    assert is_proved(lambda t: Eq(Sum(x(s) ** 2 / 2, (s, 0, t)), 1 - x(t + 1)), **NOW)
    assert is_proved(lambda t: Eq(Sum(2**t * x(s) ** 2, (s, 0, t)), 2 ** (t + 1) * (1 - x(t + 1))), **NOW)
    rise = lambda t: Sum(2 ** (t + 2) * (x(s + 1) - x(s)), (s, 0, t))  # noqa: E731
    assert is_proved(lambda t: Eq(rise(t), 2 ** (t + 2) * (x(t + 1) - 1)), **NOW)
    assert not is_proved(lambda t: Eq(rise(t), 2 ** (t + 1) * (x(t + 1) - 1)), **NOW)
    mixed = lambda t: Sum(2 ** (t + 2) * x(s + 1) - 2 ** (t + 1) * x(s), (s, 0, t))  # noqa: E731
    assert not is_proved(lambda t: Eq(mixed(t), 2 ** (t + 1) * x(t + 1) - 1), **NOW)
