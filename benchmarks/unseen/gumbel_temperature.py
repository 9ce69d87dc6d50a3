"""The Gumbel trick: of two answers that is given whose logit is larger, after noise -T log X with X exponential of mean 1."""

from sympy import Eq, exp, log

from theory import Exponential, Noise, Positive, Prob, Reals, claim


def given(a, b, T):
    """How likely the answer with the logit a is."""
    x, y = Noise("X", Exponential(1)), Noise("Y", Exponential(1))
    return Prob(a - T * log(x) >= b - T * log(y))


@claim
def true_softmax(a=Reals(), b=Reals(), T=Positive()):
    """It is softmax at the temperature T."""
    return Eq(given(a, b, T), 1 / (1 + exp((b - a) / T)))


@claim
def false_softmax(a=Reals(), b=Reals(), T=Positive()):
    """At the temperature 1/T."""
    return Eq(given(a, b, T), 1 / (1 + exp((b - a) * T)))
