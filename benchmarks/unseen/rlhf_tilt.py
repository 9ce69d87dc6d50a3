"""N(mu, 1) is tilted by the reward a x at temperature b, and refitted to n draws, again and again."""

from sympy import Eq, oo, sqrt

from theory import (
    KL,
    CuratedLoop,
    E,
    Finite,
    Integers,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    Reals,
    claim,
    coordinate,
)


class TiltedMean(Loop):
    """N(mu, 1) is tilted by the reward a x at temperature b, and refitted to n draws, again and again."""

    n: Integers(1)
    a: Reals
    b: Positive

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, state):
        return {"mu": state["mu"] + self.a / self.b + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim(source="folklore: KL of iterated RLHF, Gaussian policy with a linear reward")
def true_kl(n=Integers(1), a=Reals(), b=Positive(), t=Integers(0)):
    """The expected KL from the reference is t^2 a^2/(2 b^2) + t/(2n): quadratic in the rounds.

    N(mu,1) exp(a x/b) is N(mu + a/b, 1); KL = mu^2/2 with E mu_t = t a/b and Var mu_t = t/n.
    """
    return Eq(E(KL(Normal(TiltedMean(n, a, b).mu(t), 1), Normal(0, 1))), t**2 * a**2 / (2 * b**2) + t / (2 * n))


@claim(source="the cost of a round, added up")
def false_kl(n=Integers(1), a=Reals(), b=Positive(), t=Integers(0)):
    """It is t a^2/(2 b^2) + t/(2n). (False from t = 2 on: shifts add up before they are squared.)"""
    return Eq(E(KL(Normal(TiltedMean(n, a, b).mu(t), 1), Normal(0, 1))), t * a**2 / (2 * b**2) + t / (2 * n))


@claim(source="Ferbach et al. 2407.09499 (infinitely many candidates: tilting by exp(t r))")
def true_odds(p=Probability(), w=Positive(), t=Integers(0)):
    """With infinitely many candidates t rounds multiply the odds of an output of weight w by w^t.

    p_(t+1) is p_t times the weight, normalised; the constant cancels in the odds.
    """
    loop = CuratedLoop(Finite((p, 1 - p)), (w, 1), oo)
    return Eq(loop.mass(t, 0) / loop.mass(t, 1), w**t * p / (1 - p))


@claim(source="the same, a round too many")
def false_odds(p=Probability(), w=Positive(), t=Integers(0)):
    """By w^(t + 1). (False: at t = 0 nothing was curated.)"""
    loop = CuratedLoop(Finite((p, 1 - p)), (w, 1), oo)
    return Eq(loop.mass(t, 0) / loop.mass(t, 1), w ** (t + 1) * p / (1 - p))
