"""Events that a step makes certain or impossible, and probabilities by Markov's inequality, of which no more is known."""

from stated import assert_proved, is_proved
from sympy import Abs, Eq, Le, Lt, Max, Rational

from theory.language.domains import Integers, Positive, Reals
from theory.language.laws import Binomial, ChiSquare, Laplace, Noise, Uniform
from theory.language.loops import Loop, coordinate
from theory.language.moments import E, Prob, Var
from theory.proof.enclose import value

half = Rational(1, 2)
COIN = {"n": Integers(1), "p": Reals(0, 1), "t": Integers(1)}


class Smoothed(Loop):
    """A coin refitted on n draws, with one head and one tail more than there are."""

    n: Integers(1)
    p: Reals(0, 1)
    theta = coordinate()
    initial = property(lambda self: {"theta": self.p})

    def step(self, now):
        return {"theta": (Noise("S", Binomial(self.n, now["theta"])) + 1) / (self.n + 2)}


class Clipped(Loop):
    """A uniform step that is kept above 0."""

    x = coordinate()
    initial = property(lambda self: {"x": half})

    def step(self, now):
        return {"x": Max(now["x"] + Noise("U", Uniform(-1, 1)), 0)}


class Scale(Loop):
    """A variance refitted by maximum likelihood, of which nobody says that it is positive."""

    n: Integers(2)
    v = coordinate()
    initial = property(lambda self: {"v": 1})

    def step(self, now):
        return {"v": now["v"] * Noise("Q", ChiSquare(self.n - 1)) / self.n}


class Signed(Loop):
    """An autoregression with Laplace noise."""

    a: Reals(0, 1)
    x = coordinate()
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        return {"x": self.a * now["x"] + Noise("Z", Laplace(0, 1))}


def test_what_smoothing_keeps_apart_from_the_ends():
    at_least = lambda n, p, t, k: Prob(Smoothed(n, p).theta(t) >= k / (n + 2))  # noqa: E731
    assert_proved(lambda n, p, t: Eq(at_least(n, p, t, 1), 1), **COIN)
    assert not is_proved(lambda n, p, t: Eq(at_least(n, p, t, 2), 1), **COIN)
    assert not is_proved(lambda n, p, t: Eq(at_least(n, p, t, 1), 1), **COIN | {"t": Integers(0)})  # p may be below
    assert_proved(lambda n, p, t: Eq(Prob(Smoothed(n, p).theta(t) > 0), 1), **COIN | {"t": Integers(0)})
    assert_proved(lambda n, p, t: Eq(Prob(Eq(Smoothed(n, p).theta(t), 1)), 0), **COIN)
    assert_proved(lambda n, p, t: Lt(Prob(Smoothed(n, p).theta(t) > (n + 1) / (n + 2)), half), **COIN)
    assert not is_proved(lambda n, p, t: Lt(Prob(Smoothed(n, p).theta(t) >= (n + 1) / (n + 2)), half), **COIN)
    assert value(Prob(Smoothed(3, half).theta(4) >= Rational(1, 5))).value.contains(1)


def test_an_end_that_is_met():
    assert_proved(lambda t: Eq(Prob(Clipped().x(t) >= 0), 1), t=Integers(0))
    assert not is_proved(lambda t: Eq(Prob(Clipped().x(t) > 0), 1), t=Integers(0))
    assert_proved(lambda t: Eq(Prob(Clipped().x(t) < 0), 0), t=Integers(0))
    assert not is_proved(lambda t: Eq(Prob(Clipped().x(t) <= 0), 0), t=Integers(0))


def test_markov_of_what_is_seen_not_to_be_negative():
    here = {"n": Integers(2), "t": Integers(0), "c": Positive()}
    above = lambda n, t, c: Prob(Scale(n).v(t) >= c)  # noqa: E731
    assert_proved(lambda n, t, c: Le(above(n, t, c), (1 - 1 / n) ** t / c), **here)
    assert not is_proved(lambda n, t, c: Le(above(n, t, c), (1 - 1 / n) ** t / (2 * c)), **here)
    assert_proved(
        lambda n, t, c: Le(Prob(Abs(Scale(n).v(t) - E(Scale(n).v(t))) >= c), Var(Scale(n).v(t)) / c**2), **here
    )


def test_markov_asks_for_the_sign():
    """E x(t) = a^t, and x(t) is at least 1/2 almost half of the time."""
    here = {"a": Reals(0, 1), "t": Integers(1)}
    assert not is_proved(lambda a, t: Le(Prob(Signed(a).x(t) >= half), 2 * a**t), **here)
    assert_proved(lambda a, t: Le(Prob(Abs(Signed(a).x(t)) >= 2), E(Signed(a).x(t) ** 2) / 4), **here)
