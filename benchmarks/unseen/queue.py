"""Lindley's recursion: a request waits until those before it are served."""

from sympy import Eq, Le, Max, exp

from theory import E, Exponential, Integers, Loop, Noise, Positive, Prob, claim, coordinate


class Queue(Loop):
    """w' = max(0, w + S - A): services of rate b, arrivals of rate a."""

    a: Positive
    b: Positive
    w = coordinate(nonnegative=True)
    initial = {"w": 0}

    def step(self, now):
        served = Noise("S", Exponential(1 / self.b))
        arrived = Noise("A", Exponential(1 / self.a))
        return {"w": Max(0, now["w"] + served - arrived)}


@claim
def true_second(a=Positive(), b=Positive()):
    """The second request waits a/(b (a + b)) in the mean."""
    return Eq(E(Queue(a, b).w(1)), a / (b * (a + b)))


@claim
def false_second(a=Positive(), b=Positive()):
    """The second request waits 1/(a + b) in the mean."""
    return Eq(E(Queue(a, b).w(1)), 1 / (a + b))


@claim(where=lambda a, b: a < b)
def true_bound(a=Positive(), b=Positive(), t=Integers(0)):
    """In the mean nobody waits longer than a/(b (b - a))."""
    return Le(E(Queue(a, b).w(t)), a / (b * (b - a)))


@claim(where=lambda a, b: a < b)
def false_bound(a=Positive(), b=Positive(), t=Integers(0)):
    """In the mean nobody waits longer than a/(b (b + a))."""
    return Le(E(Queue(a, b).w(t)), a / (b * (b + a)))


@claim
def true_no_wait(a=Positive(), b=Positive(), x=Positive()):
    """The second request waits longer than x with probability a/(a + b) exp(-b x)."""
    return Eq(Prob(Queue(a, b).w(1) > x), a / (a + b) * exp(-b * x))


@claim
def false_no_wait(a=Positive(), b=Positive(), x=Positive()):
    """The second request waits longer than x with probability exp(-b x)."""
    return Eq(Prob(Queue(a, b).w(1) > x), exp(-b * x))
