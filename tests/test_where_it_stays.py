"""Where a state stays: below its start, or below where a probability would be none."""

import pytest
from sympy import Rational, Symbol, oo, sympify

from theory import CLOCK, Binomial, Claim, Integers, Limit, Loop, Noise, Probability, coordinate
from theory.language.errors import CannotTell
from theory.proof.relations.prove import prove
from theory.proof.structures import conditions


class Flat(Loop):
    """Gradient descent on x^4/4, from 1."""

    h: Probability()
    x = coordinate()
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        return {"x": now["x"] - self.h * now["x"] ** 3}


@pytest.mark.parametrize("end", [0, Rational(1, 9)])
def test_a_flat_minimum_is_reached_from_the_start_itself(end):
    def tends(h=Probability(), t=Integers(0)):
        """It tends to 0."""
        return Limit(Flat(h).x(t), (t, oo), end)

    assert prove(Claim(tends)).proved == (end == 0)


def cubic(a, b, start):
    class Numbers(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": start})

        def step(self, now):
            return {"x": a * now["x"] + b * now["x"] ** 3}

    return Numbers()


def test_what_is_said_to_settle_does():
    """All cubics of a small list: where the limit is said to be 0, a thousand steps come near to it."""
    said = 0
    for a in (Rational(1, 2), 1, Rational(5, 4)):
        for b in (Rational(-1, 2), Rational(1, 8)):
            for start in (1,):
                loop = cubic(a, b, start)
                if not prove(Claim(_of(loop))).proved:
                    continue
                said += 1
                x = float(start)
                for _ in range(1000):
                    x = float(a) * x + float(b) * x**3
                assert abs(x) < 0.1 * start
    assert said >= 2


def _of(loop):
    def tends(t=Integers(0)):
        """It tends to 0."""
        return Limit(loop.x(t), (t, oo), 0)

    return tends


class Exchanged(Loop):
    """k of N counts go out and come in, one at a time; with `more` the others come in, which is no probability at N."""

    N: Integers(2)
    more: Integers(0) = 0
    k = coordinate()
    initial = property(lambda self: {"k": self.N})

    def step(self, now):
        k, N = now["k"], self.N
        out, back = Noise("out", Binomial(1, k / N)), Noise("in", Binomial(1, (k + 1 if self.more else N - k) / N))
        return {"k": k - out + back}


def test_counts_stay_where_their_probabilities_are_some():
    n = 2 + Symbol("n", integer=True, nonnegative=True)
    assert conditions(Exchanged(n)) == ()
    for size in (n, sympify(3)):
        with pytest.raises(CannotTell):
            conditions(Exchanged(size, 1))


class Doubling(Loop):
    """A coin, or one that is twice as likely, refitted to samples that double."""

    n: Integers(1)
    twice: Integers(1) = 1
    p = coordinate()
    initial = property(lambda self: {"p": Rational(1, 3)})

    def step(self, now):
        size = self.n * 2**CLOCK
        return {"p": Noise("S", Binomial(size, self.twice * now["p"])) / size}


def test_samples_that_grow_geometrically_are_samples():
    n = 1 + Symbol("n", integer=True, nonnegative=True)
    assert conditions(Doubling(n)) == ()
    with pytest.raises(CannotTell):
        conditions(Doubling(n, 2))
