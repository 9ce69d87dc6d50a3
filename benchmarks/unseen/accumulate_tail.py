"""One direction of a regression on a fixed design; every data set is kept, its labels came from the fit before."""

from sympy import Gt, Rational, oo, pi, sqrt

from theory import CLOCK, E, Integers, Limit, Loop, Noise, Normal, Positive, claim, coordinate


class FixedDesign(Loop):
    """One direction of a regression on a fixed design; every data set is kept, its labels came from the fit before."""

    n: Integers(1)
    s: Positive

    w = coordinate()
    initial = {"w": 0}

    def step(self, state):
        newest = state["w"] + self.s * Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"w": ((CLOCK - 1) * state["w"] + newest) / CLOCK}


@claim(source="Gerstgrasser et al. 2404.01413, accumulated data: the pi^2/6")
def true_limit(n=Integers(1), s=Positive(), t=Integers(0)):
    """With accumulated data the squared error tends to pi^2/6 of that of one fit.

    w_k = w_(k-1) + s Z_k/(k sqrt n), as the fit is the mean of k fits, the first k - 1 of which have the mean w_(k-1);
    so E w_t^2 = s^2/n sum_(k<=t) 1/k^2. By hand t = 2: 5/4 s^2/n.
    """
    return Limit(E(FixedDesign(n, s).w(t) ** 2), (t, oo), pi**2 / 6 * s**2 / n)


@claim(source="Gerstgrasser et al. 2404.01413, wrong constant")
def false_limit(n=Integers(1), s=Positive(), t=Integers(0)):
    """It tends to 3/2 of that of one fit. (False: 1.645, not 1.5.)"""
    return Limit(E(FixedDesign(n, s).w(t) ** 2), (t, oo), Rational(3, 2) * s**2 / n)


@claim(source="corollary of Gerstgrasser et al. 2404.01413")
def true_distance_to_limit(n=Integers(1), s=Positive(), T=Integers(1)):
    """After T fits the squared error is within s^2/(n (T + 1/2)) of its limit.

    1/k^2 < 1/(k^2 - 1/4) = 1/(k - 1/2) - 1/(k + 1/2), which sums over k > T to 1/(T + 1/2).
    By hand T = 1: 1 > 1.645 - 0.667.
    """
    return Gt(E(FixedDesign(n, s).w(T) ** 2), s**2 / n * (pi**2 / 6 - 1 / (T + Rational(1, 2))))


@claim(source="the same, off by half a generation")
def false_distance_to_limit(n=Integers(1), s=Positive(), T=Integers(1)):
    """Within s^2/(n (T + 1)). (False: the tail is above the integral 1/(T + 1); T = 1: 1 < 1.145.)"""
    return Gt(E(FixedDesign(n, s).w(T) ** 2), s**2 / n * (pi**2 / 6 - 1 / (T + 1)))
