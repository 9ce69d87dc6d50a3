"""A location that moves by Cauchy errors: averages of them never concentrate."""

from sympy import Eq, Rational, atan, pi

from theory import Cauchy, Integers, Loop, Noise, Positive, Prob, claim, coordinate


class CauchySteps(Loop):
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("C", Cauchy(0, 1))}


@claim
def true_far(t=Integers(1)):
    """It is above t with probability 1/4."""
    return Eq(Prob(CauchySteps().x(t) > t), Rational(1, 4))


@claim
def false_far(t=Integers(1)):
    """It is above t with probability 1/5."""
    return Eq(Prob(CauchySteps().x(t) > t), Rational(1, 5))


@claim
def true_tail(a=Positive(), t=Integers(1)):
    """Above a with probability 1/2 - arctan(a/t)/pi."""
    return Eq(Prob(CauchySteps().x(t) > a), Rational(1, 2) - atan(a / t) / pi)


@claim
def false_tail(a=Positive(), t=Integers(1)):
    """Above a with probability 1/2 - arctan(a/sqrt(t))/pi."""
    return Eq(Prob(CauchySteps().x(t) > a), Rational(1, 2) - atan(a / t ** Rational(1, 2)) / pi)
