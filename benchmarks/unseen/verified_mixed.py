"""Half of the data are real, right at the rate q; of the model's wrong answers a verifier lets a share r through."""

from sympy import Gt, Rational, oo, sqrt

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Mixed(Loop):
    """p' = a q + (1 - a) p/(p + (1 - p) r)."""

    p0: Probability()
    a: Probability()
    q: Probability()
    r: Probability()
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        p = now["p"]
        return {"p": self.a * self.q + (1 - self.a) * p / (p + (1 - p) * self.r)}


@claim
def true_limit(p0=Probability(), q=Probability(), r=Probability(), t=Integers(0)):
    """With half real data accuracy tends to the positive root of (1 - r) p^2 + (r - q (1 - r)/2 - 1/2) p = q r/2."""
    h = r - q * (1 - r) / 2 - Rational(1, 2)
    return Limit(Mixed(p0, Rational(1, 2), q, r).p(t), (t, oo), (sqrt(h**2 + 2 * (1 - r) * q * r) - h) / (2 * (1 - r)))


@claim
def false_limit(p0=Probability(), q=Probability(), r=Probability(), t=Integers(0)):
    """Accuracy tends to (1 + q)/2: all wrong answers of its own are filtered out in the end."""
    return Limit(Mixed(p0, Rational(1, 2), q, r).p(t), (t, oo), (1 + q) / 2)


@claim
def true_floor(p0=Probability(), a=Probability(), q=Probability(), r=Probability(), t=Integers(1)):
    """It never is below a q."""
    return Gt(Mixed(p0, a, q, r).p(t), a * q)
