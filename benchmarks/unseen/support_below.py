"""U(0, theta), refitted by maximum likelihood to n of its own points: when the support has shrunk below e."""

from sympy import Eq, Sum, factorial, log, symbols

from theory import Beta, E, HittingTime, Integers, Loop, Noise, Prob, Probability, claim, coordinate

k, s = symbols("k s", integer=True, nonnegative=True)


class Support(Loop):
    """The largest of n points is theta times a Beta(n, 1) variable."""

    n: Integers(1)

    theta = coordinate(positive=True)
    initial = {"theta": 1}

    def step(self, now):
        return {"theta": now["theta"] * Noise("U", Beta(self.n, 1))}


@claim
def true_below(n=Integers(1), e=Probability(), t=Integers(1)):
    """The law of the support: -n log theta is gamma."""
    return Eq(Prob(Support(n).theta(t) > e), 1 - e**n * Sum((-n * log(e)) ** k / factorial(k), (k, 0, t - 1)))


@claim
def false_below(n=Integers(1), e=Probability(), t=Integers(1)):
    """With one term more."""
    return Eq(Prob(Support(n).theta(t) > e), 1 - e**n * Sum((-n * log(e)) ** k / factorial(k), (k, 0, t)))


@claim
def true_first_time(n=Integers(1), e=Probability()):
    """On average the support is first below e after 1 + n log(1/e) fits."""
    theta = Support(n).theta
    return Eq(E(HittingTime(theta(s) < e, s)), 1 - n * log(e))


@claim
def false_first_time(n=Integers(1), e=Probability()):
    """Without the 1."""
    theta = Support(n).theta
    return Eq(E(HittingTime(theta(s) < e, s)), -n * log(e))
