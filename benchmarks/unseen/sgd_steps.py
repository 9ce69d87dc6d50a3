"""Stochastic gradient descent on x^2/2 with noise s and the steps 2/(t + 1)."""

from sympy import Eq, Symbol, oo

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Weighted(Loop):
    """Stochastic gradient descent on x^2/2 with noise s and the steps 2/(t + 1)."""

    s: Positive

    x = coordinate()
    initial = {"x": 1}

    def step(self, state):
        g = 2 / (CLOCK + 1)
        return {"x": (1 - g) * state["x"] + g * self.s * Noise("Z", Normal(0, 1))}


class HeavyBall(Loop):
    """The heavy ball on x^2/2: momentum b, step g, gradients with noise of variance 1."""

    g: Reals
    b: Probability()

    x = coordinate()
    v = coordinate()
    initial = {"x": 1, "v": 0}

    def step(self, state):
        v = self.b * state["v"] - self.g * (state["x"] + Noise("Z", Normal(0, 1)))
        return {"x": state["x"] + v, "v": v}


@claim(source="Lacoste-Julien et al. 1212.2002 (steps 2/(t + 1)), the quadratic")
def true_weighted(s=Positive(), t=Integers(1)):
    """After t steps 2/(k + 1) the variance is 2 (2t + 1) s^2/(3 t (t + 1)).

    Draw k has the weight 2k/(t(t+1)); the squares add up to 4/(t(t+1))^2 t(t+1)(2t+1)/6. t = 1: s^2.
    """
    return Eq(Var(Weighted(s).x(t)), 2 * (2 * t + 1) * s**2 / (3 * t * (t + 1)))


@claim(source="the same, draws weighted from 0 on")
def false_weighted(s=Positive(), t=Integers(2)):
    """It is 2 (2t - 1) s^2/(3 t (t - 1)). (False: t = 2: 5/9, not 1.)"""
    return Eq(Var(Weighted(s).x(t)), 2 * (2 * t - 1) * s**2 / (3 * t * (t - 1)))


@claim(source="Polyak 1964; folklore on momentum and noise")
def true_heavy_ball(g=Reals(0, 2), b=Probability()):
    """In the long run the position has the variance g (1 + b)/((1 - b)(2 + 2b - g)).

    AR(2) with 1 + b - g and -b and noise g^2: (1+b) g^2/((1-b)((1+b)^2 - (1+b-g)^2)). b = 0: g/(2 - g).
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Var(HeavyBall(g, b).x(t)), (t, oo), g * (1 + b) / ((1 - b) * (2 + 2 * b - g)))


@claim(source="folklore read too far: momentum b is a step of g/(1 - b)")
def false_heavy_ball(g=Reals(0, 2), b=Probability()):
    """It is g/((1 - b)(2 - g)). (False: g = 1, b = 1/2: 3/2, not 2.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Var(HeavyBall(g, b).x(t)), (t, oo), g / ((1 - b) * (2 - g)))
