"""The forward process of DDPM with constant beta b, on data N(m, s^2)."""

from sympy import Le, sqrt

from theory import KL, W2, E, Integers, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Forward(Loop):
    """The forward process of DDPM with constant beta b, on data N(m, s^2)."""

    b: Probability()
    m: Reals
    s: Positive

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.m + self.s * Noise("X0", Normal(0, 1))}

    def step(self, state):
        return {"x": sqrt(1 - self.b) * state["x"] + sqrt(self.b) * Noise("Z", Normal(0, 1))}


def law(b, m, s, t):
    x = Forward(b, m, s).x(t)
    return Normal(E(x), Var(x))


@claim(source="Gross 1975 (logarithmic Sobolev), for DDPM of Ho et al. 2006.11239")
def true_kl_decay(b=Probability(), m=Reals(), s=Positive(), t=Integers(0)):
    """KL to the noise falls at least like (1 - b)^t.

    r = (1-b)^t: 2 KL = r (s^2 - 1 + m^2) - log(1 - r + r s^2), and the logarithm is concave: at least r log(s^2).
    """
    return Le(KL(law(b, m, s, t), Normal(0, 1)), (1 - b) ** t * KL(Normal(m, s**2), Normal(0, 1)))


@claim(source="the same, the rate of the variance's part for all of it")
def false_kl_decay(b=Probability(), m=Reals(), s=Positive(), t=Integers(0)):
    """It falls at least like (1 - b)^(2t). (False: s = 1: KL = (1 - b)^t m^2/2.)"""
    return Le(KL(law(b, m, s, t), Normal(0, 1)), (1 - b) ** (2 * t) * KL(Normal(m, s**2), Normal(0, 1)))


@claim(source="folklore: synchronous coupling of the forward process")
def true_w2_decay(b=Probability(), m=Reals(), s=Positive(), t=Integers(0)):
    """W2 to the noise falls at least like (1 - b)^(t/2).

    Two copies with the same noise differ by sqrt(1 - b)^t times the first difference.
    """
    return Le(W2(law(b, m, s, t), Normal(0, 1)), (1 - b) ** (t / 2) * W2(Normal(m, s**2), Normal(0, 1)))


@claim(source="the same, the root forgotten")
def false_w2_decay(b=Probability(), m=Reals(), s=Positive(), t=Integers(0)):
    """It falls at least like (1 - b)^t. (False: s = 1: W2 = (1 - b)^(t/2) |m|.)"""
    return Le(W2(law(b, m, s, t), Normal(0, 1)), (1 - b) ** t * W2(Normal(m, s**2), Normal(0, 1)))
