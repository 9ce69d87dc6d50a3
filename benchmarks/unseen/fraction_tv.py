"""The mean of N(., 1), fitted to N points each generation, the share a of them fresh and real (mean 0)."""

from sympy import Le, oo, pi, sqrt

from theory import TV, E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Augmented(Loop):
    """The mean of N(., 1), fitted to N points each generation, the share a of them fresh and real (mean 0)."""

    N: Integers(1)
    a: Probability()

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, state):
        return {"mu": (1 - self.a) * state["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.N)}


@claim(source="Fu et al. 2402.11778 (total variation under mixed training), Gaussian means")
def true_tv_bound(N=Integers(1), a=Probability(), t=Integers(0)):
    """The expected total variation stays below 1/(pi sqrt(N a (2 - a))) for ever.

    TV(N(m,1), N(0,1)) <= |m|/sqrt(2 pi) and E|m| = sd sqrt(2/pi), so E TV <= sd/pi;
    sd^2 = (1 - (1-a)^(2t))/(N (1 - (1-a)^2)) and 1 - (1-a)^2 = a(2-a).
    """
    tv = TV(Normal(Augmented(N, a).mu(t), 1), Normal(0, 1))
    return Le(E(tv), 1 / (pi * sqrt(N * a * (2 - a))))


@claim(source="the same, 4 for pi")
def false_tv_bound(N=Integers(1), a=Probability(), t=Integers(0)):
    """Below 1/(4 sqrt(N a (2 - a))). (False for many points and generations: E TV ~ sd/pi.)"""
    tv = TV(Normal(Augmented(N, a).mu(t), 1), Normal(0, 1))
    return Le(E(tv), 1 / (4 * sqrt(N * a * (2 - a))))


@claim(source="corollary of Fu et al. 2402.11778")
def true_rare_real(N=Integers(1), a=Probability(), t=Integers(0)):
    """In the long run the mean has the variance 1/(N a (2 - a)).

    A stationary autoregression with coefficient 1 - a and noise 1/N. By hand a = 1/2: 4/(3N).
    """
    return Limit(Var(Augmented(N, a).mu(t)), (t, oo), 1 / (N * a * (2 - a)))


@claim(source="the reading 'a N real points are what counts'")
def false_rare_real(N=Integers(1), a=Probability(), t=Integers(0)):
    """It has the variance 1/(N a) of its real points alone. (False: a = 1/2: 2/N, not 4/(3N).)"""
    return Limit(Var(Augmented(N, a).mu(t)), (t, oo), 1 / (N * a))
