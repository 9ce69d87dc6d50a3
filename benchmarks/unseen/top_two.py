"""Plackett and Luce: of three answers the two that are ranked first are kept; right ones have w times the weight."""

from sympy import Eq, Ge, Gt, oo

from theory import Integers, Limit, Loop, Positive, Probability, claim, coordinate


class TopTwo(Loop):
    """p: the share of right answers; with w = 1 all is neutral.

    Of three with one right, it is ranked last with probability 2/(w + 2) 1/(w + 1); with two right, the wrong one is last with
    probability 2 w^2/((2 w + 1)(w + 1)).
    """

    w: Positive
    p0: Probability()
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        p, q, w = now["p"], 1 - now["p"], self.w
        one = 1 - 2 / ((w + 2) * (w + 1))
        two = 1 + 2 * w**2 / ((2 * w + 1) * (w + 1))
        return {"p": p**3 + 3 * p**2 * q * two / 2 + 3 * p * q**2 * one / 2}


@claim
def true_neutral(p0=Probability(), t=Integers(0)):
    """With equal weights nothing changes."""
    return Eq(TopTwo(1, p0).p(t), p0)


@claim(where=lambda w, p0: w > 1)
def true_grows(w=Positive(), p0=Probability(), t=Integers(0)):
    """Every round has more right answers than the one before."""
    loop = TopTwo(w, p0)
    return Gt(loop.p(t + 1), loop.p(t))


@claim(where=lambda w, p0: w > 1)
def false_grows(w=Positive(), p0=Probability(), t=Integers(0)):
    """A round adds p q/5 at least."""
    loop = TopTwo(w, p0)
    return Ge(loop.p(t + 1), loop.p(t) + loop.p(t) * (1 - loop.p(t)) / 5)


@claim(where=lambda w, p0: w > 1)
def true_limit(w=Positive(), p0=Probability(), t=Integers(0)):
    """In the end all answers are right."""
    return Limit(TopTwo(w, p0).p(t), (t, oo), 1)


@claim(where=lambda w, p0: w < 1)
def false_limit(w=Positive(), p0=Probability(), t=Integers(0)):
    """So they are with w < 1."""
    return Limit(TopTwo(w, p0).p(t), (t, oo), 1)
