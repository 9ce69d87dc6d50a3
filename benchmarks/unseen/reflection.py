"""When a fair walk first reaches a level. Source: textbook, the reflection principle."""

from sympy import Eq, Rational

from theory import Atoms, HittingTime, Integers, Loop, Noise, Prob, claim, coordinate


class Walk(Loop):
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("S", Atoms((1, -1), (Rational(1, 2), Rational(1, 2))))}


@claim
def true_reached(a=Integers(1), t=Integers(0)):
    """By t with probability P(x >= a) + P(x > a)."""
    x = Walk().x
    reached = Prob(HittingTime(lambda s: x(s) >= a) <= t)
    return Eq(reached, Prob(x(t) >= a) + Prob(x(t) > a))


@claim
def false_reached(a=Integers(1), t=Integers(0)):
    """By t with probability 2 P(x >= a)."""
    x = Walk().x
    reached = Prob(HittingTime(lambda s: x(s) >= a) <= t)
    return Eq(reached, 2 * Prob(x(t) >= a))
