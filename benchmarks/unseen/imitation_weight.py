"""Self-distillation of a ridge fit: of the student's labels the share w is the teacher's answer (Das and Sanghavi 2023)."""

from sympy import Eq, Symbol, oo

from theory import ArgMin, E, Noise, Normal, Positive, Probability, claim

w = Symbol("w", real=True)


def risk(s, v, weight):
    """One direction with signal 1 and noise of variance v; a fit shrinks what it sees by s."""
    seen = 1 + Noise("Z", Normal(0, v))
    return E((s * ((1 - weight) * seen + weight * s * seen) - 1) ** 2)


@claim
def true_weight(s=Probability(), v=Positive()):
    """The best weight makes the shrinkage 1/(1 + v): w = (s - 1/(1 + v))/(s (1 - s)), which may be negative, or above 1."""
    return Eq(ArgMin(risk(s, v, w), (w, -oo, oo)), (s - 1 / (1 + v)) / (s * (1 - s)))


@claim
def false_weight(s=Probability(), v=Positive()):
    """As if the teacher's answer were not shrunk by the student: w = (s - 1/(1 + v))/(1 - s)."""
    return Eq(ArgMin(risk(s, v, w), (w, -oo, oo)), (s - 1 / (1 + v)) / (1 - s))
