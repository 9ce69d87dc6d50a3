"""Linear regression on labels of the model before: fresh covariates, ridge on a spectrum that is a power law."""

from sympy import Eq, Le, Sum, Symbol, coth, oo, pi, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, Normal, Positive, claim, coordinate

j = Symbol("j", integer=True, positive=True)


class Fresh(Loop):
    """One of d weights, by least squares on n fresh Gaussian covariates: w' = w + Z/chi, with n - d + 1 degrees of freedom."""

    n: Integers(4)
    d: Integers(1)
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        return {"w": now["w"] + Noise("Z", Normal(0, 1)) / sqrt(Noise("Q", ChiSquare(self.n - self.d + 1)))}


@claim(where=lambda n, d: n > d + 1)
def true_error(n=Integers(4), d=Integers(1), t=Integers(0)):
    """The test error over the noise is t d/(n - d - 1)."""
    return Eq(d * E(Fresh(n, d).w(t) ** 2), t * d / (n - d - 1))


@claim(where=lambda n, d: n > d + 1)
def false_error(n=Integers(4), d=Integers(1), t=Integers(0)):
    """The test error over the noise is t d/(n - d)."""
    return Eq(d * E(Fresh(n, d).w(t) ** 2), t * d / (n - d))


@claim
def true_dimension(lam=Positive()):
    """On the spectrum j^-2 the effective dimension is (pi/sqrt(lam) coth(pi/sqrt(lam)) - 1)/2."""
    return Eq(Sum(1 / (1 + lam * j**2), (j, 1, oo)), (pi / sqrt(lam) * coth(pi / sqrt(lam)) - 1) / 2)


@claim
def false_dimension(lam=Positive()):
    """It is (pi/sqrt(lam) coth(pi/sqrt(lam)) + 1)/2."""
    return Eq(Sum(1 / (1 + lam * j**2), (j, 1, oo)), (pi / sqrt(lam) * coth(pi / sqrt(lam)) + 1) / 2)


@claim
def true_bound(lam=Positive()):
    """It is at most pi/(2 sqrt(lam))."""
    return Le(Sum(1 / (1 + lam * j**2), (j, 1, oo)), pi / (2 * sqrt(lam)))


@claim
def false_bound(lam=Positive()):
    """It is at most 1/sqrt(lam)."""
    return Le(Sum(1 / (1 + lam * j**2), (j, 1, oo)), 1 / sqrt(lam))
