"""Test-time adaptation by entropy minimisation: a logit that is pushed to be surer of itself."""

from sympy import Gt, Le, exp

from theory import Integers, Loop, Positive, claim, coordinate


class Surer(Loop):
    """One gradient step of size h on the entropy of sigmoid(z): z grows by the factor 1 + h s(1 - s)."""

    h: Positive
    z0: Positive

    z = coordinate()

    @property
    def initial(self):
        return {"z": self.z0}

    def step(self, now):
        s = 1 / (1 + exp(-now["z"]))
        return {"z": now["z"] * (1 + self.h * s * (1 - s))}


@claim
def true_surer(h=Positive(), z0=Positive(), t=Integers(0)):
    """The logit always grows."""
    z = Surer(h, z0).z
    return Gt(z(t + 1), z(t))


@claim
def false_surer(h=Positive(), z0=Positive(), t=Integers(0)):
    """By a fifth of h at least."""
    z = Surer(h, z0).z
    return Gt(z(t + 1), (1 + h / 5) * z(t))


@claim
def true_bound(h=Positive(), z0=Positive(), t=Integers(0)):
    """No faster than by 1 + h/4 a step."""
    return Le(Surer(h, z0).z(t), z0 * (1 + h / 4) ** t)


@claim
def false_bound(h=Positive(), z0=Positive(), t=Integers(0)):
    """No faster than by 1 + h/5 a step."""
    return Le(Surer(h, z0).z(t), z0 * (1 + h / 5) ** t)
