"""A deterministic sampler (DDIM) with the exact score of N(0, 1) data takes T steps of the angle pi/(2T)."""

from sympy import Ge, cos, pi

from theory import Integers, Loop, Noise, Normal, Var, claim, coordinate


class Sampler(Loop):
    """One step keeps the share cos(pi/(2T)) of the point."""

    T: Integers(1)

    x = coordinate()
    initial = {"x": Noise("X", Normal(0, 1))}

    def step(self, now):
        return {"x": cos(pi / (2 * self.T)) * now["x"]}


@claim
def true_variance(T=Integers(1)):
    """What comes out has a variance of at least 1 - pi^2/(4T)."""
    return Ge(Var(Sampler(T).x(T)), 1 - pi**2 / (4 * T))


@claim
def false_variance(T=Integers(1)):
    """Of at least 1 - pi^2/(8T)."""
    return Ge(Var(Sampler(T).x(T)), 1 - pi**2 / (8 * T))
