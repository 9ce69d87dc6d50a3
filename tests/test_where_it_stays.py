"""Where a state stays: below its start, or below where a probability would be none."""

import pytest
from sympy import Eq, Rational, Symbol, floor, oo, sympify

from theory import CLOCK, Binomial, Claim, E, Finite, Integers, Limit, Loop, Noise, Probability, Reals, coordinate
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


class Voters(Loop):
    """One of N users copies one of the others, of a bots for and of one against; `more` makes it copy itself, too."""

    N: Integers(2)
    a: Integers(1)
    more: Integers(0) = 0
    j = coordinate()
    initial = property(lambda self: {"j": 0})

    def step(self, now):
        j, pairs = now["j"], self.N * (self.N + self.a)
        up, down = (self.N + self.more - j) * (j + self.a) / pairs, j * (self.N - j + 1) / pairs
        return {"j": j - 1 + Noise("J", Finite((down, 1 - up - down, up)))}


def test_a_walk_stays_where_its_last_step_up_has_probability_0():
    n = 2 + Symbol("n", integer=True, nonnegative=True)
    a = Symbol("a", integer=True, positive=True)
    assert conditions(Voters(n, a)) == ()
    with pytest.raises(CannotTell, match="unless the state keeps"):
        conditions(Voters(n, a, 2))  # at N + 2 a step down has a negative probability


@pytest.mark.parametrize("self_too", [0, 1])
def test_the_mean_of_a_walk_with_ends(self_too):
    def mean(N=Integers(2), a=Integers(1), t=Integers(0)):
        """Of users for."""
        z = a + 1
        return Eq(E(Voters(N, a).j(t)), N * a / z * (1 - (1 - z / (N * (N + a + self_too))) ** t))

    found = prove(Claim(mean))
    assert (found.proved, found.refuted) == (self_too == 0, self_too == 1)


class Rounded(Loop):
    """A weight that decays by a, rounded to a whole number beside it; c = 1 keeps its mean."""

    a: Reals(0, 1)
    c: Integers(1) = 1
    x = coordinate()
    initial = property(lambda self: {"x": 5})

    def step(self, now):
        low = floor(self.a * now["x"])
        return {"x": low + Noise("B", Binomial(1, self.c * (self.a * now["x"] - low)))}


def test_what_is_cut_off_is_a_probability():
    a = Symbol("a", positive=True)
    assert conditions(Rounded(a)) == ()
    with pytest.raises(CannotTell):
        conditions(Rounded(a, 2))


@pytest.mark.parametrize("shift", [0, 1])
def test_rounding_at_random_keeps_the_mean(shift):
    def mean(a=Reals(0, 1), t=Integers(0)):
        """Of a weight."""
        return Eq(E(Rounded(a).x(t)), 5 * a ** (t + shift))

    assert prove(Claim(mean)).proved == (shift == 0)
