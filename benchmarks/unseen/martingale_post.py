"""The mean of N observations; one more is drawn from N(theta, 1) at a time, and the mean is updated."""

from sympy import Lt, oo, polygamma

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate


class Resampled(Loop):
    """The mean of N observations; one more is drawn from N(theta, 1) at a time, and the mean is updated."""

    N: Integers(1)

    theta = coordinate()
    initial = {"theta": 0}

    def step(self, state):
        drawn = state["theta"] + Noise("Z", Normal(0, 1))
        return {"theta": ((self.N + CLOCK - 1) * state["theta"] + drawn) / (self.N + CLOCK)}


@claim(source="Fong et al. 2103.15671 (martingale posteriors), the Gaussian mean")
def true_posterior_variance(N=Integers(1), t=Integers(0)):
    """The martingale posterior of the mean has the variance psi'(N + 1).

    theta_k = theta_(k-1) + Z_k/(N + k), and sum_(k>=1) 1/(N + k)^2 is the trigamma function at N + 1. N = 1: pi^2/6 - 1.
    """
    return Limit(Var(Resampled(N).theta(t)), (t, oo), polygamma(1, N + 1))


@claim(source="the same, off by one")
def false_posterior_variance(N=Integers(1), t=Integers(0)):
    """It has the variance psi'(N). (False: N = 1: 1.645, not 0.645.)"""
    return Limit(Var(Resampled(N).theta(t)), (t, oo), polygamma(1, N))


@claim(source="corollary of Fong et al. 2103.15671: never wider than the Bayesian posterior")
def true_below_bayes(N=Integers(1), t=Integers(1)):
    """After t draws the variance is below t/(N (N + t)).

    1/(N+k)^2 < 1/(N+k-1) - 1/(N+k), which sums to 1/N - 1/(N+t). By hand N = t = 1: 1/4 < 1/2.
    """
    return Lt(Var(Resampled(N).theta(t)), t / (N * (N + t)))


@claim(source="the same with N + 1")
def false_below_bayes(N=Integers(1), t=Integers(1)):
    """Below t/((N + 1)(N + t + 1)). (False: that is a lower bound; N = t = 1: 1/4 > 1/6.)"""
    return Lt(Var(Resampled(N).theta(t)), t / ((N + 1) * (N + t + 1)))
