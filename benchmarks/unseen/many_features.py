"""Least squares with d Gaussian features on n labels of the model before, whose noise variance is the biased fit's."""

from sympy import Eq, Le, oo, sqrt

from theory import ChiSquare, E, Integers, Limit, Loop, Noise, Normal, claim, coordinate


class Features(Loop):
    """One weight and the noise variance: w' = w + sqrt(v) Z/sqrt P with P chi-square(n - d + 1), v' = v Q/n."""

    n: Integers(1)
    d: Integers(1)
    w = coordinate()
    v = coordinate(positive=True)
    initial = {"w": 0, "v": 1}

    def step(self, now):
        P, Q = Noise("P", ChiSquare(self.n - self.d + 1)), Noise("Q", ChiSquare(self.n - self.d))
        w = now["w"] + sqrt(now["v"]) * Noise("Z", Normal(0, 1)) / sqrt(P)
        return {"w": w, "v": now["v"] * Q / self.n}


@claim(where=lambda n, d: n > d + 1)
def true_risk(n=Integers(3), d=Integers(1), t=Integers(0)):
    """The mean square error is n (1 - (1 - d/n)^t)/(d (n - d - 1))."""
    return Eq(E(Features(n, d).w(t) ** 2), n * (1 - (1 - d / n) ** t) / (d * (n - d - 1)))


@claim(where=lambda n, d: n > d + 1)
def false_risk(n=Integers(3), d=Integers(1), t=Integers(0)):
    """The mean square error is n (1 - (1 - d/n)^t)/(d (n - d))."""
    return Eq(E(Features(n, d).w(t) ** 2), n * (1 - (1 - d / n) ** t) / (d * (n - d)))


@claim(where=lambda n, d: n > d + 1)
def true_forever(n=Integers(3), d=Integers(1), t=Integers(0)):
    """It stays bounded, since the noise dies: it tends to n/(d (n - d - 1))."""
    return Limit(E(Features(n, d).w(t) ** 2), (t, oo), n / (d * (n - d - 1)))


@claim(where=lambda n, d: n > d + 1)
def true_at_most(n=Integers(3), d=Integers(1), t=Integers(0)):
    """It is at most t/(n - d - 1), what it were if the noise did not die."""
    return Le(E(Features(n, d).w(t) ** 2), t / (n - d - 1))


@claim(where=lambda n, d: n > d + 1)
def false_at_most(n=Integers(3), d=Integers(1), t=Integers(0)):
    """It is at most t/(n - d)."""
    return Le(E(Features(n, d).w(t) ** 2), t / (n - d))
