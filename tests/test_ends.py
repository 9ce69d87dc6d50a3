"""Limits of functions of what has a limit: what moves beside it, and where the function jumps, is no part of the limit."""

import pytest
from orbits import FromStart
from stated import assert_proved, is_proved
from sympy import Eq, Rational, ceiling, exp, log, oo, sign, sqrt

from theory import Binomial, E, Integers, Limit, Loop, Noise, Poisson, Prob, Probability, Reals, coordinate

SHARE, T = {"a": Probability()}, {"t": Integers(0)}
HALF = Rational(1, 2)


class Three(Loop):
    """Three means that depend on each other, by roots that have no form: they fall to 0."""

    a: Probability()
    x = coordinate()
    y = coordinate()
    z = coordinate()
    initial = {"x": 1, "y": 2, "z": 3}  # noqa: RUF012

    def step(self, now):
        x, y, z = now["x"], now["y"], now["z"]
        total = x + y + z
        other = Noise("B", Binomial(1, self.a))
        return {
            "x": (total + self.a * x) / 5,
            "y": (total + self.a * y) / 6 + other * z / 9,
            "z": total / 7,
        }


class Line(FromStart):
    """Each has a Poisson number of copies, m in the mean."""

    m: Reals
    start: Integers(1)
    x = coordinate()

    def step(self, now):
        return {"x": Noise("K", Poisson(self.m * now["x"]))}


class Doubled(FromStart):
    """Each is kept twice, or not at all."""

    start: Integers(1)
    x = coordinate()

    def step(self, now):
        return {"x": 2 * Noise("K", Binomial(now["x"], HALF))}


class Vote(FromStart):
    """The vote of three falls to 0 from below 1/2."""

    start: Reals
    p = coordinate()

    def step(self, now):
        return {"p": 3 * now["p"] ** 2 - 2 * now["p"] ** 3}


class Islands(Loop):
    """Two models, each drawn n times from a mixture of both: a share m is the other one's."""

    n: Integers(1)
    m: Probability()
    p: Probability()
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.p, "y": self.p}

    def step(self, now):
        x, y, m, n = now["x"], now["y"], self.m, self.n
        a, b = ((1 - m) * u + m * v for u, v in ((x, y), (y, x)))
        return {"x": Noise("A", Binomial(n, a)) / n, "y": Noise("B", Binomial(n, b)) / n}


class Verified(FromStart):
    """Half of the answers are real, right at the rate q; of the model's the wrong ones are let through at the rate r."""

    q: Probability()
    r: Reals
    start: Probability()
    p = coordinate()

    def step(self, now):
        p = now["p"]
        return {"p": self.q / 2 + p / (p + (1 - p) * self.r) / 2}


def together(n, m, p, t):
    loop = Islands(n, m, p)
    return E(loop.x(t) * loop.y(t))


def verified(q, r, sign=1):
    """The roots of (1 - r) p^2 + (r - q (1 - r)/2 - 1/2) p - q r/2."""
    h = r - q * (1 - r) / 2 - HALF
    return (sign * sqrt(h**2 + 2 * (1 - r) * q * r) - h) / (2 * (1 - r))


ISLANDS = {"n": Integers(1), "m": Probability(), "p": Probability()}
ANSWERS = {"p": Probability(), "q": Probability(), "r": Probability()}


def left(m, start, t):
    return Prob(Line(m, start).x(t) > 0)


TRUE = {
    "an exponential of a mean": (lambda a, t: Limit(exp(E(Three(a).x(t))), (t, oo), 1), SHARE),
    "a quotient": (lambda a, t: Limit(1 / (2 + E(Three(a).x(t))), (t, oo), HALF), SHARE),
    "a logarithm": (lambda a, t: Limit(log(1 + E(Three(a).x(t))), (t, oo), 0), SHARE),
    "an exponential of a state": (lambda p, t: Limit(exp(Vote(p).p(t)), (t, oo), 1), {"p": Reals(0, HALF)}),
    "what is left of a line": (lambda m, t: Limit(t * left(1, m, t), (t, oo), 2 * m), {"m": Integers(1)}),
    "what is gone": (lambda t: Limit(t * (1 - Prob(Eq(Line(1, 1).x(t), 0))), (t, oo), 2), {}),
    "two offspring or none": (lambda t: Limit(t * Prob(Doubled(3).x(t) > 0), (t, oo), 6), {}),
    "its square": (lambda t: Limit((t * left(1, 1, t)) ** 2 + left(1, 1, t), (t, oo), 4), {}),
    "means, of which one has a form and others settle": (
        lambda n, m, p, t: Limit(together(n, m, p, t), (t, oo), p),
        ISLANDS,
    ),
    "what rises to the one fixed point, a root": (
        lambda p, q, r, t: Limit(Verified(q, r, p).p(t), (t, oo), verified(q, r)),
        ANSWERS,
    ),
    "less than one in the mean": (lambda a, t: Limit(t**2 * left(a, 1, t), (t, oo), 0), SHARE),
}
FALSE = {
    "a sign": (lambda a, t: Limit(sign(E(Three(a).x(t))), (t, oo), 0), SHARE),
    "what is rounded up": (lambda a, t: Limit(ceiling(E(Three(a).x(t))), (t, oo), 0), SHARE),
    "what grows faster than it falls": (lambda a, t: Limit(10**t * E(Three(a).x(t)), (t, oo), 0), SHARE),
    "a quotient of two": (lambda a, t: Limit(E(Three(a).x(t)) / E(Three(a).y(t)), (t, oo), 0), SHARE),
    "half of what is left": (lambda m, t: Limit(t * left(1, m, t), (t, oo), m), {"m": Integers(1)}),
    "nothing": (lambda t: Limit(t * left(1, 1, t), (t, oo), 0), {}),
    "more than one in the mean": (lambda a, t: Limit(t * left(1 + a, 1, t), (t, oo), 0), SHARE),
    "one in the mean at most": (
        lambda a, t: Limit(t * left(a, 1, t), (t, oo), 0),
        {"a": Probability(closed=True)},
    ),
    "as if they were independent": (lambda n, m, p, t: Limit(together(n, m, p, t), (t, oo), p**2), ISLANDS),
    "the other root": (lambda p, q, r, t: Limit(Verified(q, r, p).p(t), (t, oo), verified(q, r, -1)), ANSWERS),
    "wrong answers first": (
        lambda p, q, r, t: Limit(Verified(q, 1 + r, p).p(t), (t, oo), verified(q, 1 + r, -1)),
        ANSWERS,
    ),
    "t squared": (lambda t: Limit(t**2 * left(1, 1, t), (t, oo), 4), {}),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name):
    relation, domains = TRUE[name]
    assert_proved(relation, **domains, **T)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains, **T)


def test_the_rate_of_extinction_is_that_of_the_chain():
    gone = 0.0
    for _ in range(20_000):
        gone = (1 + gone**2) / 2
    assert abs(20_000 * (1 - gone) - 2) < 2e-3
