"""The variance of a Gaussian, refitted by maximum likelihood to n of its own draws."""

from sympy import Eq, Le, Rational, digamma, log, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, claim, coordinate


class FittedVariance(Loop):
    """The variance of a Gaussian, refitted by maximum likelihood to n of its own draws."""

    n: Integers(2)

    v = coordinate()
    initial = {"v": 1}

    def step(self, state):
        return {"v": state["v"] * Noise("Q", ChiSquare(self.n - 1)) / self.n}


@claim(source="Suresh et al. 2412.17646 (rate of collapse of Gaussians), with a constant")
def true_sigma_bound(n=Integers(2), t=Integers(0)):
    """E sigma_t is at most ((n - 1)^2/(n (n - 1/2)))^(t/2).

    One fit: sqrt(2/n) G(n/2)/G((n-1)/2), and G(x + 1/2)/G(x) < x/sqrt(x + 1/4) (Watson) at x = (n-1)/2.
    By hand n = 2: 0.5642 <= 0.5774; n = 3: 0.7236 <= 0.7303.
    """
    return Le(E(sqrt(FittedVariance(n).v(t))), ((n - 1) ** 2 / (n * (n - Rational(1, 2)))) ** (t / 2))


@claim(source="the same with 1/4 for 1/2")
def false_sigma_bound(n=Integers(2), t=Integers(0)):
    """At most ((n - 1)^2/(n (n - 1/4)))^(t/2). (False: n = 2, t = 1: 0.5642 > 0.5345.)"""
    return Le(E(sqrt(FittedVariance(n).v(t))), ((n - 1) ** 2 / (n * (n - Rational(1, 4)))) ** (t / 2))


@claim(source="Suresh et al. 2412.17646; the law of large numbers for log sigma^2")
def true_log_drift(n=Integers(2), t=Integers(0)):
    """log sigma^2 drifts by psi((n - 1)/2) + log(2/n) a generation.

    log v_t is a sum of t copies of log(Q/n), and E log of a chi-square of k degrees is psi(k/2) + log 2; k = n - 1.
    """
    return Eq(E(log(FittedVariance(n).v(t))), t * (digamma((n - 1) / 2) + log(2 / n)))


@claim(source="the same with n degrees of freedom")
def false_log_drift(n=Integers(2), t=Integers(0)):
    """It drifts by psi(n/2) + log(2/n). (False: the mean is fitted too, n - 1 degrees.)"""
    return Eq(E(log(FittedVariance(n).v(t))), t * (digamma(n / 2) + log(2 / n)))
