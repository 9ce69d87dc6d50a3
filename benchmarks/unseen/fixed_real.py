"""The mean of N(., 1), refitted to the same n real points and m fresh points of the model before; start d."""

from sympy import Eq, oo, sqrt

from theory import Cov, E, Integers, Limit, Loop, Noise, Normal, Reals, claim, coordinate


class KeptReal(Loop):
    """The mean of N(., 1), refitted to the same n real points and m fresh points of the model before; start d."""

    n: Integers(1)
    m: Integers(1)
    d: Reals

    real = coordinate()
    theta = coordinate()

    @property
    def initial(self):
        return {"real": Noise("R", Normal(0, 1)) / sqrt(self.n), "theta": self.d}

    def step(self, state):
        synthetic = state["theta"] + Noise("Z", Normal(0, 1)) / sqrt(self.m)
        fit = (self.n * state["real"] + self.m * synthetic) / (self.n + self.m)
        return {"real": state["real"], "theta": fit}


@claim(source="Bertrand et al. 2310.00429 (stability, finite samples), a Gaussian mean")
def true_floor(n=Integers(1), m=Integers(1), d=Reals(), t=Integers(0)):
    """The model settles around the fit to the real data with mean square m/(n (n + 2m)).

    D = theta - real obeys D' = a D + a Z/sqrt m, a = m/(n+m): a^2/m/(1 - a^2), and 1 - a^2 = n(n+2m)/(n+m)^2.
    By hand n = m = 1: a = 1/2, (1/4)/(3/4) = 1/3.
    """
    loop = KeptReal(n, m, d)
    return Limit(E((loop.theta(t) - loop.real(t)) ** 2), (t, oo), m / (n * (n + 2 * m)))


@claim(source="the same, n + m for n + 2m")
def false_floor(n=Integers(1), m=Integers(1), d=Reals(), t=Integers(0)):
    """With mean square m/(n (n + m)). (False: n = m = 1 has 1/3, not 1/2.)"""
    loop = KeptReal(n, m, d)
    return Limit(E((loop.theta(t) - loop.real(t)) ** 2), (t, oo), m / (n * (n + m)))


@claim(source="corollary of Bertrand et al. 2310.00429: what the start leaves")
def true_memory_of_the_data(n=Integers(1), m=Integers(1), d=Reals(), t=Integers(0)):
    """Model and real data have the covariance (1 - a^t)/n, a = m/(n + m).

    theta_t = a^t d + (1 - a^t) real + fresh noise, and Var real = 1/n.
    """
    loop = KeptReal(n, m, d)
    return Eq(Cov(loop.theta(t), loop.real(t)), (1 - (m / (n + m)) ** t) / n)


@claim(source="the same, a generation off")
def false_memory_of_the_data(n=Integers(1), m=Integers(1), d=Reals(), t=Integers(0)):
    """It is (1 - a^(t + 1))/n. (False: at t = 0 nothing has been fitted.)"""
    loop = KeptReal(n, m, d)
    return Eq(Cov(loop.theta(t), loop.real(t)), (1 - (m / (n + m)) ** (t + 1)) / n)
