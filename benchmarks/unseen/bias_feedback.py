"""The bias of a data set that grows by batches: the share c by humans, the rest by a model that adds d to its bias."""

from sympy import Le, Lt, gamma, oo

from theory import CLOCK, Integers, Limit, Loop, Positive, Probability, claim, coordinate


class Feedback(Loop):
    """The bias of a data set that grows by batches: the share c by humans, the rest by a model that adds d to its bias."""

    c: Probability()
    d: Positive

    b = coordinate()
    initial = {"b": 0}

    def step(self, state):
        batch = (1 - self.c) * (state["b"] + self.d)
        return {"b": state["b"] + (batch - state["b"]) / CLOCK}


@claim(source="Taori and Hashimoto 2209.03942 (bias amplification is at most d over the human share)")
def true_amplification(c=Probability(), d=Positive(), t=Integers(0)):
    """What the model puts out is off by less than d/c, in every round.

    The gap g = (1-c)d/c - b shrinks by 1 - c/k in round k and starts above 0: b < (1-c)d/c, so b + d < d/c.
    """
    return Lt(Feedback(c, d).b(t) + d, d / c)


@claim(source="one round of feedback, taken for all")
def false_amplification(c=Probability(), d=Positive(), t=Integers(0)):
    """It is at most (2 - c) d. (False from t = 2 on: b_1 = (1 - c) d, and it goes on.)"""
    return Le(Feedback(c, d).b(t) + d, (2 - c) * d)


@claim(source="derived for the loop of Taori and Hashimoto 2209.03942: how fast it gets there")
def true_rate(c=Probability(), d=Positive(), t=Integers(0)):
    """The gap to the worst bias closes like t^(-c), with the constant (1 - c) d/(c Gamma(1 - c)).

    The gap is (1-c)d/c prod (1 - c/k) = (1-c)d/c G(t+1-c)/(G(1-c) t!), and G(t+1-c)/t! ~ t^(-c).
    """
    gap = (1 - c) * d / c - Feedback(c, d).b(t)
    return Limit(t**c * gap, (t, oo), (1 - c) * d / (c * gamma(1 - c)))


@claim(source="the same without the gamma")
def false_rate(c=Probability(), d=Positive(), t=Integers(0)):
    """With the constant (1 - c) d/c. (False: c = 1/2 has 1/sqrt(pi) in it.)"""
    gap = (1 - c) * d / c - Feedback(c, d).b(t)
    return Limit(t**c * gap, (t, oo), (1 - c) * d / c)
