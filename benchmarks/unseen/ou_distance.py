"""Noising with the Ornstein-Uhlenbeck step, again and again: how fast a Gaussian model forgets where it was."""

from sympy import Le, Rational, exp

from theory import KL, W2, Integers, Loop, Normal, Positive, Reals, claim, coordinate


class Noised(Loop):
    """Mean and variance after steps of length s, towards N(0, 1)."""

    s: Positive
    m0: Reals
    v0: Positive

    m = coordinate()
    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"m": self.m0, "v": self.v0}

    def step(self, now):
        return {"m": exp(-self.s) * now["m"], "v": 1 + exp(-2 * self.s) * (now["v"] - 1)}


@claim
def true_kl(s=Positive(), m0=Reals(), v0=Positive(), t=Integers(0)):
    """KL falls at least like exp(-2 s t) (Bakry and Emery)."""
    loop = Noised(s, m0, v0)
    far = KL(Normal(m0, v0), Normal(0, 1))
    return Le(KL(Normal(loop.m(t), loop.v(t)), Normal(0, 1)), exp(-2 * s * t) * far)


@claim
def false_kl(s=Positive(), m0=Reals(), v0=Positive(), t=Integers(0)):
    """A tenth faster."""
    loop = Noised(s, m0, v0)
    far = KL(Normal(m0, v0), Normal(0, 1))
    return Le(KL(Normal(loop.m(t), loop.v(t)), Normal(0, 1)), exp(-Rational(11, 5) * s * t) * far)


@claim
def true_w2(s=Positive(), m0=Reals(), v0=Positive(), t=Integers(0)):
    """W2 contracts by exp(-s) a step."""
    loop = Noised(s, m0, v0)
    return Le(W2(Normal(loop.m(t), loop.v(t)), Normal(0, 1)), exp(-s * t) * W2(Normal(m0, v0), Normal(0, 1)))


@claim
def false_w2(s=Positive(), m0=Reals(), v0=Positive(), t=Integers(0)):
    """A tenth faster."""
    loop = Noised(s, m0, v0)
    far = W2(Normal(m0, v0), Normal(0, 1))
    return Le(W2(Normal(loop.m(t), loop.v(t)), Normal(0, 1)), exp(-Rational(11, 10) * s * t) * far)
