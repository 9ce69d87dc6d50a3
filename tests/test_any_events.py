"""Relations that hold of all events whatever, and means that are 0 by symmetry: against sums over all outcomes."""

from itertools import product
from random import Random

import pytest
from sympy import Abs, And, Ge, Gt, Le, Lt, Max, Min, Not, Or, Rational, S, exp, expand, sign

from theory import (
    Atoms,
    Binomial,
    Cauchy,
    Claim,
    E,
    Exponential,
    Integers,
    Laplace,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Reals,
    Uniform,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.proof.methods import mirrored, moment
from theory.proof.relations.happenings import of_any_events
from theory.proof.relations.learned import Learned
from theory.proof.relations.prove import prove

half = Rational(1, 2)


class Pair(Loop):
    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": 0, "y": 0})

    def step(self, now):
        return {"x": now["x"] + Noise("X", Normal(0, 1)), "y": now["y"] + Noise("Y", Normal(0, 1))}


def proved(relation, **domain):
    """Whether a relation, made by a function of the variables, is proved."""
    return prove(Claim(relation, **domain)).proved


X, Y = Pair().x, Pair().y


def boole(a=Positive(), t=Integers(0)):
    """The probability that one of two happens is at most the sum."""
    return Le(Prob(Or(X(t) * Y(t) > a, Y(t) > X(t) ** 3)), Prob(X(t) * Y(t) > a) + Prob(Y(t) > X(t) ** 3))


def half_of_boole(a=Positive(), t=Integers(0)):
    """Half of it is not enough."""
    return Le(Prob(Or(X(t) * Y(t) > a, Y(t) > X(t) ** 3)), (Prob(X(t) * Y(t) > a) + Prob(Y(t) > X(t) ** 3)) / 2)


def both(t=Integers(0)):
    """Bonferroni's inequality."""
    return Ge(Prob(And(X(t) * Y(t) > 1, Y(t) > X(t) ** 3)), Prob(X(t) * Y(t) > 1) + Prob(Y(t) > X(t) ** 3) - 1)


def farther(a=Positive(), t=Integers(0)):
    """What is farther out is less likely."""
    return Le(Prob(X(t) * Y(t) >= 2 * a), Prob(X(t) * Y(t) > a))


def nearer(a=Reals(), t=Integers(0)):
    """Not, if a may be negative."""
    return Le(Prob(X(t) * Y(t) >= 2 * a), Prob(X(t) * Y(t) > a))


def closed(a=Positive(), t=Integers(0)):
    """Not, if the end belongs to the one and not to the other."""
    return Le(Prob(X(t) * Y(t) >= a), Prob(X(t) * Y(t) > a))


def surely(t=Integers(0)):
    """A probability is at most 1."""
    return Le(Prob(X(t) * Y(t) > X(t) + Y(t) ** 2), 1)


def strictly(t=Integers(0)):
    """It may be 1."""
    return Lt(Prob(X(t) * Y(t) > X(t) + Y(t) ** 2), 1)


@pytest.mark.parametrize(
    ("relation", "holds"),
    [(boole, 1), (half_of_boole, 0), (both, 1), (farther, 1), (nearer, 0), (closed, 0), (surely, 1), (strictly, 0)],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_what_holds_of_all_events(relation, holds):
    assert proved(relation) == bool(holds)


def test_what_is_proved_of_events_holds_in_every_space():
    """Random linear relations of random events: what is proved is so for the uniform law on any four pairs."""
    rng, count, known = Random(1), 0, Learned(Claim(surely), {})
    for _ in range(40):
        parts = [S(rng.choice((X(1) * Y(1), Y(1) ** 3 - X(1)))) for _ in range(3)]
        basic = [rng.choice((Gt, Ge, Lt, Le))(x, rng.choice((0, 1))) for x in parts]
        events = [basic[0], Not(basic[1]), rng.choice((And, Or))(*basic[:2]), rng.choice((And, Or))(*basic[1:])]
        weights = [rng.choice((-1, 0, 1)) for _ in events]
        if any(e in (S.true, S.false) for e in events) or not any(weights):
            continue
        constant = rng.choice((0, 0, 1))

        left = S.Zero + sum(w * Prob(e) for w, e in zip(weights, events, strict=True)) + constant
        if not left.has(Prob) or not of_any_events(known, ">=", left, S.Zero):
            continue
        count += 1
        for x, y in product((-2, -1, 0, 1, 2), repeat=2):
            put = {X(1): S(x), Y(1): S(y)}
            assert sum(w * bool(e.xreplace(put)) for w, e in zip(weights, events, strict=True)) + constant >= 0
    assert count > 2


# ---- symmetry -------------------------------------------------------------------------------------------------------


def tossed(step, start=0):
    """A loop of one coordinate, of two fair signs A and B a step."""

    class Tossed(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": start})

        def step(self, now):
            return {"x": step(now["x"], *(Noise(z, Atoms((1, -1), (half, half))) for z in "AB"))}

    return Tossed()


def by_hand(loop, power, t):
    """The mean of x(t)**power over all signs."""
    now = Noise("now", Normal(0, 1))
    after = loop.step({"x": now})["x"]
    draws = [Noise(z, Atoms((1, -1), (half, half))) for z in "AB"]
    values = [S(loop.initial["x"])]
    for _ in range(t):
        values = [
            after.xreplace({now: v, draws[0]: S(a), draws[1]: S(b)})
            for v in values
            for a, b in product((1, -1), repeat=2)
        ]
    return sum(v**power for v in values) / len(values)


def test_what_is_0_by_symmetry_is_0_over_all_outcomes():
    """Random steps of maxima, minima, signs and sizes."""
    rng, found, refused = Random(3), 0, 0
    for _ in range(12):

        def form(x, a, b, depth=2):
            if depth == 0:
                return rng.choice((x, a, b, x / 2))
            u, v = (form(x, a, b, depth - 1) for _ in range(2))
            odd = (lambda: u - v, lambda: Abs(u) * v, lambda: Max(-1, Min(1, u)), lambda: Max(u, v) + Min(u, v))
            return rng.choice((*odd, lambda: sign(u), lambda: Max(u, v)))()

        seed = rng.random()

        def step(x, a, b):
            rng.seed(seed)  # noqa: B023
            return form(x, a, b)

        loop = tossed(step)
        rng.seed(seed + 1)
        try:
            mirrored.derive(E(loop.x(2)))
        except CannotTell:
            refused += 1
            continue
        found += 1
        assert by_hand(loop, 1, 2) == 0
    assert found > 2
    assert refused


def clipped(law, start=S.Zero, low=-1, grow=1):
    class Clipped(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": start})

        def step(self, now):
            return {"x": Max(low, Min(1, grow * now["x"] + Noise("Z", law)))}

    return Clipped()


@pytest.mark.parametrize(
    "law", [Laplace(0, 2), Cauchy(0, 1), Uniform(-1, 1), Atoms((1, 0, -1), (half / 2, half, half / 2))]
)
def test_a_clipped_walk_stays_centred(law):
    assert moment(E(clipped(law).x(3) ** 3)).form == 0


@pytest.mark.parametrize(
    "loop",
    [
        clipped(Normal(half, 1)),
        clipped(Normal(0, 1), start=half),
        clipped(Normal(0, 1), low=-2),
        clipped(Exponential(1)),
        clipped(Uniform(-1, 2)),
        clipped(Atoms((2, -2), (half / 2, 3 * half / 2))),
    ],
)
def test_what_is_not_symmetric_is_not_said_to_be(loop):
    with pytest.raises(CannotTell):
        mirrored.derive(E(loop.x(3)))


def test_a_mean_that_does_not_exist_is_not_0():
    class Wild(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": 0})

        def step(self, now):
            return {"x": Max(-now["x"], Min(now["x"], Noise("Z", Cauchy(0, 1)))) + Noise("Y", Cauchy(0, 1))}

    with pytest.raises(CannotTell):
        mirrored.derive(E(Wild().x(2)))


# ---- exponentials of walks ------------------------------------------------------------------------------------------


def test_the_exponential_of_a_walk_is_a_power():
    class Walk(Loop):
        p: Reals(0, 1)
        x = coordinate()
        initial = property(lambda self: {"x": 1})

        def step(self, now):
            return {"x": now["x"] + Noise("B", Binomial(2, self.p)) - 1}

    p = Rational(1, 3)
    mean = moment(E(3 * exp(2 * Walk(p).x(3)))).form
    one = sum(q * exp(2 * (k - 1)) for k, q in ((0, (1 - p) ** 2), (1, 2 * p * (1 - p)), (2, p**2)))
    assert expand(mean - 3 * exp(2) * one**3) == 0
