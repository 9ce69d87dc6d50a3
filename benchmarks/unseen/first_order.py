"""What holds to first order: limits as a parameter vanishes, or comes to a number, for every generation."""

from sympy import Rational, exp, oo

from theory import (
    KL,
    E,
    GaussianLoop,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    Reals,
    Var,
    claim,
    coordinate,
)


class Mixed(Loop):
    """A mean fitted to a share of real data, of mean b, and to the last model's."""

    share: Probability(closed=True)
    b: Reals()
    v: Positive()
    m = coordinate()

    @property
    def initial(self):
        return {"m": 0}

    def step(self, state):
        return {"m": state["m"] + self.share * (self.b - state["m"]) + Noise("Z", Normal(0, self.v))}


@claim
def true_little_real_data(a=Probability(), b=Reals(), v=Positive(), t=Integers(0)):
    """A small share a of real data moves the mean by t a b."""
    return Limit(E(Mixed(a, b, v).m(t)) / a, (a, 0), t * b)


@claim
def false_little_real_data(a=Probability(), b=Reals(), v=Positive(), t=Integers(0)):
    """A small share a of real data moves the mean by (t + 1) a b."""
    return Limit(E(Mixed(a, b, v).m(t)) / a, (a, 0), (t + 1) * b)


@claim
def true_no_real_data(a=Probability(), b=Reals(), v=Positive(), t=Integers(0)):
    """Without real data the variance is that of a walk."""
    return Limit(Var(Mixed(a, b, v).m(t)), (a, 0), t * v)


@claim
def false_no_real_data(a=Probability(), b=Reals(), v=Positive(), t=Integers(0)):
    """Without real data the variance is that of one fit."""
    return Limit(Var(Mixed(a, b, v).m(t)), (a, 0), v)


@claim
def true_all_real(a=Probability(), b=Reals(), v=Positive(), t=Integers(1)):
    """With real data alone every fit is a fresh one."""
    return Limit(Var(Mixed(a, b, v).m(t)), (a, 1, "-"), v)


@claim
def false_all_real(a=Probability(), b=Reals(), v=Positive(), t=Integers(0)):
    """Also before the first fit."""
    return Limit(Var(Mixed(a, b, v).m(t)), (a, 1, "-"), v)


@claim
def true_deviation(n=Integers(2), t=Integers(0)):
    """A standard deviation loses t/(4 n) in t fits to many draws."""
    return Limit(n * (1 - E(GaussianLoop(n).sigma(t))), (n, oo), t / 4)


@claim
def false_deviation(n=Integers(2), t=Integers(0)):
    """A standard deviation loses t/(2 n) in t fits to many draws."""
    return Limit(n * (1 - E(GaussianLoop(n).sigma(t))), (n, oo), t / 2)


@claim
def true_slow_and_long(a=Positive(), b=Reals(), v=Positive(), n=Integers(2)):
    """n fits with a share of a/(a + n) are continuous time."""
    return Limit(E(Mixed(a / (a + n), b, v).m(n)), (n, oo), b * (1 - exp(-a)))


@claim
def false_slow_and_long(a=Positive(), b=Reals(), v=Positive(), n=Integers(2)):
    """n fits with a share of a/(a + n) are twice as much."""
    return Limit(E(Mixed(a / (a + n), b, v).m(n)), (n, oo), b * (1 - exp(-2 * a)))


@claim
def true_near_scales(x=Positive(), v=Positive()):
    """KL of two normals with near variances is a quarter of the square of their share."""
    return Limit(KL(Normal(0, v * (1 + x)), Normal(0, v)) / x**2, (x, 0), Rational(1, 4))


@claim
def false_near_scales(x=Positive(), v=Positive()):
    """KL of two normals with near variances is half the square of their share."""
    return Limit(KL(Normal(0, v * (1 + x)), Normal(0, v)) / x**2, (x, 0), Rational(1, 2))
