"""Speculative decoding: a drafter q is distilled to the share a from p; a draft is accepted with probability sum min(p, q)."""

from sympy import Abs, Eq, Min

from theory import Integers, Loop, Probability, claim, coordinate


class Drafter(Loop):
    p: Probability
    q0: Probability
    a: Probability
    q = coordinate()

    @property
    def initial(self):
        return {"q": self.q0}

    def step(self, now):
        return {"q": (1 - self.a) * now["q"] + self.a * self.p}


def accepted(p, q):
    return Min(p, q) + Min(1 - p, 1 - q)


@claim
def true_accepted(p=Probability(), q0=Probability(), a=Probability(), t=Integers(0)):
    """Rejections fall geometrically: 1 - accepted = (1 - a)^t |p - q0|."""
    return Eq(1 - accepted(p, Drafter(p, q0, a).q(t)), (1 - a) ** t * Abs(p - q0))


@claim
def false_accepted(p=Probability(), q0=Probability(), a=Probability(), t=Integers(0)):
    """1 - accepted = 2 (1 - a)^t |p - q0|: that is the distance in L1."""
    return Eq(1 - accepted(p, Drafter(p, q0, a).q(t)), 2 * (1 - a) ** t * Abs(p - q0))
