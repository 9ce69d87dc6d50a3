"""Exact policy gradient with two arms: logits climb, the worse arm is forgotten like 1/t."""

from sympy import Le, exp, log, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Policy(Loop):
    """u' = u + h s (1 - s), s = 1/(1 + exp(-u)): the first arm is better, h is the step times the difference."""

    h: Probability
    u = coordinate()
    initial = {"u": 0}

    def step(self, now):
        s = 1 / (1 + exp(-now["u"]))
        return {"u": now["u"] + self.h * s * (1 - s)}


@claim
def true_limit(h=Probability(), t=Integers(0)):
    """The better arm alone is played in the end."""
    return Limit(1 / (1 + exp(-Policy(h).u(t))), (t, oo), 1)


@claim
def false_limit(h=Probability(), t=Integers(0)):
    """The logit tends to 5."""
    return Limit(Policy(h).u(t), (t, oo), 5)


@claim
def true_slow(h=Probability(), t=Integers(0)):
    """Slowly: u is at most log(1 + 2 h t)."""
    return Le(Policy(h).u(t), log(1 + 2 * h * t))


@claim
def false_slow(h=Probability(), t=Integers(0)):
    """u is at most log(1 + h t/5)."""
    return Le(Policy(h).u(t), log(1 + h * t / 5))
