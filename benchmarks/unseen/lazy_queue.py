"""A queue that may stay as it is: one more with probability 1/5, one less with 2/5. Source: textbook, Lindley."""

from sympy import Le, Max, Rational

from theory import Atoms, E, Integers, Loop, Noise, Prob, claim, coordinate


class LazyQueue(Loop):
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        change = Noise("X", Atoms((1, 0, -1), (Rational(1, 5), Rational(2, 5), Rational(2, 5))))
        return {"w": Max(0, now["w"] + change)}


@claim
def true_bound(t=Integers(0)):
    """The mean stays below 1."""
    return Le(E(LazyQueue().w(t)), 1)


@claim
def false_bound(t=Integers(0)):
    """Below 4/5."""
    return Le(E(LazyQueue().w(t)), Rational(4, 5))


@claim
def true_tail(k=Integers(0), t=Integers(0)):
    """At least k with probability 2^-k at most."""
    return Le(Prob(LazyQueue().w(t) >= k), 2**-k)


@claim
def false_tail(k=Integers(0), t=Integers(0)):
    """3^-k at most."""
    return Le(Prob(LazyQueue().w(t) >= k), 3**-k)
