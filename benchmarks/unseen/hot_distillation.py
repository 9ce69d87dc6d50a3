"""Distillation at a high temperature matches logits (Hinton et al. 2015): two classes, the teacher's logit x, the student's y."""

from sympy import Symbol, exp, oo

from theory import KL, Finite, Limit, Reals, claim

T = Symbol("T", positive=True)


def softened(z):
    p = 1 / (1 + exp(-z / T))
    return Finite((1 - p, p))


@claim
def true_matching(x=Reals(), y=Reals()):
    """T^2 times the divergence tends to (x - y)^2/8."""
    return Limit(T**2 * KL(softened(x), softened(y)), (T, oo), (x - y) ** 2 / 8)


@claim
def false_matching(x=Reals(), y=Reals()):
    """To (x - y)^2/4."""
    return Limit(T**2 * KL(softened(x), softened(y)), (T, oo), (x - y) ** 2 / 4)
