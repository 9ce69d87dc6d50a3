"""n labels, N predictions of correlation rho with them, weighted by c. Source: prediction-powered inference."""

from sympy import Eq, Le, Symbol, sqrt

from theory import ArgMin, Integers, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate

k = Symbol("k", real=True)


class Powered(Loop):
    """The mean is moved by the error of A - c (F - F'): labels, and predictions of the same points and of N others."""

    n: Integers(1)
    N: Integers(1)
    rho: Probability
    c: Reals
    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        labels = Noise("A", Normal(0, 1)) / sqrt(self.n)
        rest = Noise("B", Normal(0, 1)) / sqrt(self.n)
        predicted = self.rho * labels + sqrt(1 - self.rho**2) * rest
        others = Noise("C", Normal(0, 1)) / sqrt(self.N)
        return {"m": now["m"] + labels - self.c * (predicted - others)}


@claim
def true_variance(n=Integers(1), N=Integers(1), rho=Probability(), c=Reals(), t=Integers(0)):
    """The variance is t ((1 - 2 c rho + c^2)/n + c^2/N)."""
    return Eq(Var(Powered(n, N, rho, c).m(t)), t * ((1 - 2 * c * rho + c**2) / n + c**2 / N))


@claim
def true_best(n=Integers(1), N=Integers(1), rho=Probability(), t=Integers(1)):
    """The best weight is rho N/(n + N)."""
    return Eq(ArgMin(Var(Powered(n, N, rho, k).m(t)), (k, 0, 1)), rho * N / (n + N))


@claim
def false_best(n=Integers(1), N=Integers(1), rho=Probability(), t=Integers(1)):
    """The best weight is rho n/(n + N)."""
    return Eq(ArgMin(Var(Powered(n, N, rho, k).m(t)), (k, 0, 1)), rho * n / (n + N))


@claim
def true_gain(n=Integers(1), N=Integers(1), rho=Probability(), c=Reals(), t=Integers(1)):
    """No weight gives less than (1 - rho^2 N/(n + N)) t/n."""
    return Le((1 - rho**2 * N / (n + N)) * t / n, Var(Powered(n, N, rho, c).m(t)))


@claim
def false_gain(n=Integers(1), N=Integers(1), rho=Probability(), c=Reals(), t=Integers(1)):
    """No weight gives less than (1 - rho^2/2) t/n."""
    return Le((1 - rho**2 / 2) * t / n, Var(Powered(n, N, rho, c).m(t)))


@claim
def true_never_worse(n=Integers(1), N=Integers(1), rho=Probability(), t=Integers(1)):
    """With the best weight it is never worse than the labels alone."""
    return Le(Var(Powered(n, N, rho, rho * N / (n + N)).m(t)), t / n)


@claim
def false_never_worse(n=Integers(1), N=Integers(1), rho=Probability(), t=Integers(1)):
    """With the weight 1 neither."""
    return Le(Var(Powered(n, N, rho, 1).m(t)), t / n)
