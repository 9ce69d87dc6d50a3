"""EM for the mean of an exponential law: r of n lifetimes are seen, the others censored; T is the total time on test."""

from sympy import Eq, Rational, Symbol, oo, sqrt

from theory import Integers, Limit, Loop, Positive, Probability, claim, coordinate


class Censored(Loop):
    """EM for the mean of an exponential law: r of n lifetimes are seen, the others censored; T is the total time on test."""

    n: Integers(2)
    r: Integers(1)
    T: Positive
    start: Positive

    theta = coordinate()

    @property
    def initial(self):
        return {"theta": self.start}

    def step(self, state):
        return {"theta": (self.T + (self.n - self.r) * state["theta"]) / self.n}


class Linkage(Loop):
    """EM for the 197 animals of Rao, in four classes of 125, 18, 20 and 34."""

    p: Probability()

    theta = coordinate()

    @property
    def initial(self):
        return {"theta": self.p}

    def step(self, state):
        hidden = 125 * state["theta"] / (2 + state["theta"])
        return {"theta": (hidden + 34) / (hidden + 72)}


@claim(source="Dempster, Laird and Rubin 1977 (rate: the share of missing information)", where=lambda n, r: r < n)
def true_missing_share(n=Integers(2), r=Integers(1), T=Positive(), start=Positive(), t=Integers(0)):
    """The error against T/r shrinks by 1 - r/n, the share of censored lifetimes, a step.

    theta' = T/n + (1 - r/n) theta, with the fixed point T/r.
    """
    return Eq(Censored(n, r, T, start).theta(t) - T / r, (1 - r / n) ** t * (start - T / r))


@claim(source="the same, the complement", where=lambda n, r: r < n)
def false_missing_share(n=Integers(2), r=Integers(1), T=Positive(), start=Positive(), t=Integers(0)):
    """It shrinks by r/n a step. (False wherever r is not n/2.)"""
    return Eq(Censored(n, r, T, start).theta(t) - T / r, (r / n) ** t * (start - T / r))


@claim(source="Dempster, Laird and Rubin 1977 (the genetic linkage example)")
def true_linkage(p=Probability()):
    """EM tends to (15 + sqrt(53809))/394 = 0.6268 from every start.

    The score is 125/(2 + x) - 38/(1 - x) + 34/x, hence 197 x^2 - 15 x - 68 = 0.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Linkage(p).theta(t), (t, oo), (15 + sqrt(53809)) / 394)


@claim(source="the same, a rounded value")
def false_linkage(p=Probability()):
    """It tends to 5/8. (False: 197*25/64 - 75/8 - 68 = -0.42.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Linkage(p).theta(t), (t, oo), Rational(5, 8))
