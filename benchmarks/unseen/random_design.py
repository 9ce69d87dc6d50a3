"""One weight refitted to its own labels at n random inputs: w' = w + Z/|x|, |x|^2 chi-square."""

from sympy import Eq, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, Normal, Var, claim, coordinate


class RandomDesign(Loop):
    n: Integers(1)
    w = coordinate()
    initial = {"w": 0}

    def step(self, now):
        return {"w": now["w"] + Noise("Z", Normal(0, 1)) / sqrt(Noise("Q", ChiSquare(self.n)))}


@claim
def true_variance(n=Integers(3), t=Integers(0)):
    """The variance is t/(n - 2)."""
    return Eq(Var(RandomDesign(n).w(t)), t / (n - 2))


@claim
def false_variance(n=Integers(3), t=Integers(0)):
    """t/(n - 1)."""
    return Eq(Var(RandomDesign(n).w(t)), t / (n - 1))


@claim
def true_fourth(n=Integers(5), t=Integers(0)):
    """The fourth moment is 3 t (t - 1)/(n - 2)^2 + 3 t/((n - 2)(n - 4))."""
    return Eq(E(RandomDesign(n).w(t) ** 4), 3 * t * (t - 1) / (n - 2) ** 2 + 3 * t / ((n - 2) * (n - 4)))
