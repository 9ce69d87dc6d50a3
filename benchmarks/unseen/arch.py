"""ARCH(1)."""

from sympy import Eq, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Reals, claim, coordinate


class Arch(Loop):
    """x' = sqrt(omega + alpha x^2) Z."""

    omega: Positive
    alpha: Reals
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": sqrt(self.omega + self.alpha * now["x"] ** 2) * Noise("Z", Normal(0, 1))}


@claim
def true_variance(omega=Positive(), alpha=Reals(0, 1), t=Integers(0)):
    """The variance approaches omega/(1 - alpha) geometrically."""
    return Eq(E(Arch(omega, alpha).x(t) ** 2), omega * (1 - alpha**t) / (1 - alpha))


@claim
def true_kurtosis(omega=Positive(), alpha=Reals(0, 1 / sqrt(3)), t=Integers(0)):
    """The kurtosis tends to 3(1 - alpha^2)/(1 - 3 alpha^2)."""
    x = Arch(omega, alpha).x(t)
    return Limit(E(x**4) / E(x**2) ** 2, (t, oo), 3 * (1 - alpha**2) / (1 - 3 * alpha**2))


@claim
def false_kurtosis(omega=Positive(), alpha=Reals(0, 1 / sqrt(3)), t=Integers(0)):
    """The kurtosis tends to 3/(1 - 3 alpha^2)."""
    x = Arch(omega, alpha).x(t)
    return Limit(E(x**4) / E(x**2) ** 2, (t, oo), 3 / (1 - 3 * alpha**2))
