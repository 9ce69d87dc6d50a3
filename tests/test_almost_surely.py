"""Relations between what is known given a model: they hold almost surely, and are averaged."""

from __future__ import annotations

from contextlib import suppress
from itertools import repeat

import pytest
from stated import assert_proved, prove, stated
from sympy import And, Eq, Ge, Gt, Le, Lt, Max, Piecewise, Rational, digamma, exp, gamma, log, pi, sqrt

from theory import (
    KL,
    W2,
    Binomial,
    Cauchy,
    E,
    Exponential,
    Integers,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Probability,
    Var,
    c4,
    coordinate,
)
from theory.gaussian.common import GaussianLoop
from theory.language.almost_surely import averaged
from theory.language.errors import BadInput, CannotTell
from theory.language.verdicts import Verdict
from theory.proof.enclose import decide_part
from theory.proof.prepared import prepare

N, T = Integers(2), Integers(0)


class Autoregressive(Loop):
    a: Probability()
    s: Positive()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Z", Normal(0, self.s))}


class Urn(Loop):
    n: Integers(1)
    x = coordinate()

    @property
    def initial(self):
        return {"x": Rational(1, 2)}

    def step(self, state):
        return {"x": state["x"] + (Noise("B", Binomial(1, state["x"])) - state["x"]) / (self.n + 1)}


class Switched(Loop):
    """A coin tells which way it goes, a draw above the state whether it stays."""

    a: Probability()
    p: Probability()
    x = coordinate(nonnegative=True)
    y = coordinate()

    @property
    def initial(self):
        return {"x": 1, "y": 1}

    def step(self, state):
        x, y = state["x"], state["y"]
        heads, kept, z = Noise("X", Binomial(1, self.p)), Noise("Y", Exponential(1)), Noise("Z", Normal(0, 1))
        return {
            "x": Piecewise((x, kept > x), (0, True)),
            "y": Piecewise((y + self.a, Eq(heads, 1)), (y + z, And(z > 0, y > 2)), (y, True)),
        }


def mean(x, loop, t):
    return E(x, given=loop.model(t))


def inverse(loop, t):
    return mean(1 / loop.sigma(t + 1) ** 2, loop, t)


def gaussian(relation):
    return {"n": N, "t": T}, lambda n, t: relation(GaussianLoop(n), n, t)


def autoregressive(relation):
    return {"a": Probability(), "s": Positive(), "t": T}, lambda a, s, t: relation(Autoregressive(a, s), a, s, t)


def switched(relation):
    return {"a": Probability(), "p": Probability(), "t": T}, lambda a, p, t: relation(Switched(a, p), a, p, t)


def urn(relation):
    return {"n": Integers(1), "t": T}, lambda n, t: relation(Urn(n), n, t)


TRUE = {
    "a martingale": gaussian(lambda g, n, t: Eq(mean(g.mu(t + 1), g, t), g.mu(t))),
    "its square": gaussian(lambda g, n, t: Eq(mean(g.mu(t + 1) ** 2, g, t), g.mu(t) ** 2 + g.sigma(t) ** 2 / n)),
    "a variance": gaussian(lambda g, n, t: Eq(Var(g.mu(t + 1), given=g.model(t)), g.sigma(t) ** 2 / n)),
    "a supermartingale": gaussian(lambda g, n, t: Le(mean(g.sigma(t + 1), g, t), g.sigma(t))),
    "by how much": gaussian(lambda g, n, t: Le(mean(g.sigma(t + 1), g, t), (1 - 1 / (4 * n)) * g.sigma(t))),
    "strictly": gaussian(lambda g, n, t: Gt(g.sigma(t), mean(g.sigma(t + 1), g, t))),
    "a distance": gaussian(
        lambda g, n, t: Eq(mean(W2(g.model(t + 1), g.model(t)) ** 2, g, t), g.sigma(t) ** 2 * (1 / n + 2 - 2 * c4(n)))
    ),
    "two at once": gaussian(
        lambda g, n, t: And(Eq(mean(g.mu(t + 1), g, t), g.mu(t)), Eq(mean(g.sigma(t + 1) ** 2, g, t), g.sigma(t) ** 2))
    ),
    "the same given every model": gaussian(
        lambda g, n, t: Lt(mean((g.mu(t + 1) - g.mu(t)) ** 2 / g.sigma(t) ** 2, g, t), Rational(2, 3))
    ),
    "a factor, in numbers": gaussian(lambda g, n, t: Lt(mean(g.sigma(t + 1) / g.sigma(t), g, t), c4(n + 1))),
    "a logarithm, which is known from two points on": gaussian(
        lambda g, n, t: Eq(
            mean(log(g.sigma(t + 1)), g, t), log(g.sigma(t)) + (digamma((n - 1) / 2) - log((n - 1) / 2)) / 2
        )
    ),
    "a divergence": gaussian(
        lambda g, n, t: Eq(
            mean(KL(g.model(t + 1), g.model(t)), g, t), (1 / n + log((n - 1) / 2) - digamma((n - 1) / 2)) / 2
        )
    ),
    "a quotient, which has a mean from four points on": (
        {"n": Integers(4), "t": T},
        lambda n, t: Eq(inverse(GaussianLoop(n), t), (n - 1) / (n - 3) / GaussianLoop(n).sigma(t) ** 2),
    ),
    "a drift condition": autoregressive(lambda g, a, s, t: Ge(a * g.x(t) ** 2 + s, mean(g.x(t + 1) ** 2, g, t))),
    "a step with cases of a coin, a draw and the state": switched(
        lambda g, a, p, t: Eq(
            E(g.y(t + 1), given=g.state(t)),
            g.y(t) + a * p + (1 - p) / sqrt(2 * pi) * Piecewise((1, g.y(t) > 2), (0, True)),
        )
    ),
    "a step with a draw beside the state": switched(
        lambda g, a, p, t: Eq(E(g.x(t + 1), given=g.state(t)), g.x(t) * exp(-g.x(t)))
    ),
    "an urn": urn(lambda g, n, t: Eq(mean(g.x(t + 1), g, t), g.x(t))),
    "its variance": urn(lambda g, n, t: Le(Var(g.x(t + 1), given=g.model(t)), 1 / (4 * (n + 1) ** 2))),
}
FALSE = {
    "its square": gaussian(lambda g, n, t: Eq(mean(g.mu(t + 1) ** 2, g, t), g.mu(t) ** 2 + g.sigma(t) ** 2 / (n + 1))),
    "of the next model": gaussian(lambda g, n, t: Eq(mean(g.mu(t + 1), g, t), g.mu(t + 1))),
    "no martingale": gaussian(lambda g, n, t: Ge(mean(g.sigma(t + 1), g, t), g.sigma(t))),
    "by how much": gaussian(lambda g, n, t: Le(mean(g.sigma(t + 1), g, t), (1 - 1 / (2 * n)) * g.sigma(t))),
    "strictly": gaussian(lambda g, n, t: Lt(g.sigma(t), mean(g.sigma(t + 1), g, t))),
    "strictly, and equal": gaussian(lambda g, n, t: Lt(mean(g.mu(t + 1), g, t), g.mu(t))),
    "the same given every model": gaussian(
        lambda g, n, t: Lt(mean((g.mu(t + 1) - g.mu(t)) ** 2 / g.sigma(t) ** 2, g, t), Rational(1, 3))
    ),
    "a factor, in numbers": gaussian(lambda g, n, t: Lt(mean(g.sigma(t + 1) / g.sigma(t), g, t), 1 - 1 / (2 * n))),
    "a logarithm": gaussian(
        lambda g, n, t: Eq(mean(log(g.sigma(t + 1)), g, t), log(g.sigma(t)) + (digamma(n / 2) - log(n / 2)) / 2)
    ),
    "a step with cases of a coin": switched(
        lambda g, a, p, t: Le(E(g.y(t + 1), given=g.state(t)), g.y(t) + a * (1 - p) / 2)
    ),
    "a step with a draw beside the state": switched(
        lambda g, a, p, t: Eq(E(g.x(t + 1), given=g.state(t)), g.x(t) * (1 - exp(-g.x(t))))
    ),
    "a quotient": (
        {"n": Integers(4), "t": T},
        lambda n, t: Eq(inverse(GaussianLoop(n), t), (n - 2) / (n - 3) / GaussianLoop(n).sigma(t) ** 2),
    ),
    "a drift condition": autoregressive(lambda g, a, s, t: Le(mean(g.x(t + 1) ** 2, g, t), a**3 * g.x(t) ** 2 + s)),
    "its variance": urn(lambda g, n, t: Le(Var(g.x(t + 1), given=g.model(t)), 1 / (5 * (n + 1) ** 2))),
}


@pytest.mark.parametrize(("domains", "relation"), TRUE.values(), ids=TRUE)
def test_it_is_proved(domains, relation):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("domains", "relation"), FALSE.values(), ids=FALSE)
def test_a_false_one_is_refuted_in_balls(domains, relation):
    """At the first points of its domain, if not by what is derived; it is proved by nothing."""
    claim = stated(relation, **domains)
    found = prove(claim)
    assert not found.proved
    assert found.refuted or any(map(is_refuted, claim.points(), repeat(claim)))


def is_refuted(point, claim) -> bool:
    for part in prepare(claim, {}).parts:
        with suppress(CannotTell):
            if decide_part(part, point.values, 1e-6)[0].verdict == Verdict.REFUTED:
                return True
    return False


def test_how_they_are_averaged():
    g = GaussianLoop(5)
    known, now = mean(g.mu(3), g, 2), g.mu(2)
    assert averaged(Eq(known, now)) == Eq(E((known - now) ** 2), 0)
    assert averaged(Le(known, now)) == Eq(E(Max(known - now, 0)), 0)
    assert averaged(Ge(known, now)) == Eq(E(Max(now - known, 0)), 0)
    assert averaged(Lt(known, now)) == Eq(Prob(known < now), 1)
    numbers = Eq(E(known), E(now))
    assert averaged(numbers) is numbers


def test_a_mean_that_does_not_exist_everywhere_is_bad_input():
    with pytest.raises(BadInput, match="exists only where n/2 - 3/2 > 0"):
        prove(stated(lambda n, t: Ge(inverse(GaussianLoop(n), t), 0), n=Integers(3), t=T))


class Heavy(Loop):
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": state["x"] + Noise("C", Cauchy(0, 1))}


def test_what_has_no_mean_is_bad_input():
    with pytest.raises(BadInput, match="there is no such mean"):
        prove(stated(lambda t: Eq(mean(Heavy().x(t + 1), Heavy(), t), Heavy().x(t)), t=T))


def test_what_is_random_without_a_model_is_still_bad_input():
    g = GaussianLoop(5)
    with pytest.raises(BadInput, match="is a random quantity; a claim compares numbers"):
        prove(stated(lambda t: Eq(g.mu(t + 1), g.mu(t)), t=T))


def test_gammas_are_shifted_to_common_ones():
    assert prove(
        stated(lambda n: Lt(sqrt(2) * sqrt(n - 1) * gamma(n / 2 + 1) / (n * gamma((n + 1) / 2)), 1), n=N)
    ).proved
    wrong = stated(lambda n: Lt(sqrt(2) * sqrt(n) * gamma(n / 2 + 1) / (n * gamma((n + 1) / 2)), 1), n=N)
    assert not prove(wrong).proved
