"""Gradient descent to d with the step g and privacy noise of variance s^2."""

from sympy import Le, Symbol, oo, sqrt

from theory import KL, E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class NoisyDescent(Loop):
    """Gradient descent to d with the step g and privacy noise of variance s^2."""

    g: Probability()
    s: Positive
    d: Reals

    x = coordinate()
    initial = {"x": 0}

    def step(self, state):
        return {"x": (1 - self.g) * state["x"] + self.g * self.d + self.s * Noise("Z", Normal(0, 1))}


def leak(g, s, d, t):
    """KL between what is released with a person's data, and without."""
    x, y = NoisyDescent(g, s, d).x(t), NoisyDescent(g, s, 0).x(t)
    return KL(Normal(E(x), Var(x)), Normal(E(y), Var(y)))


@claim(source="Chourasia, Ye and Shokri 2102.05855 (the privacy loss of noisy descent converges), the quadratic")
def true_leak_limit(g=Probability(), s=Positive(), d=Positive()):
    """What the last iterate tells tends to d^2 g (2 - g)/(2 s^2), however many steps are made.

    Means differ by d (1 - a^t), variances are s^2 (1 - a^(2t))/(1 - a^2), a = 1 - g; 1 - a^2 = g (2 - g).
    """
    t = Symbol("t", integer=True, positive=True)
    return Limit(leak(g, s, d, t), (t, oo), d**2 * g * (2 - g) / (2 * s**2))


@claim(source="the same, the g^2 dropped")
def false_leak_limit(g=Probability(), s=Positive(), d=Positive()):
    """It tends to d^2 g/s^2. (False: larger by 2/(2 - g).)"""
    t = Symbol("t", integer=True, positive=True)
    return Limit(leak(g, s, d, t), (t, oo), d**2 * g / s**2)


@claim(source="folklore: composition of Gaussian mechanisms")
def true_composition(g=Probability(), s=Positive(), d=Positive(), t=Integers(1)):
    """It is never more than composition says, t g^2 d^2/(2 s^2).

    d^2 (1 - a^2)(1 - a^t)/(2 s^2 (1 + a^t)) against t (1 - a)^2: the power means, equal at t = 1.
    """
    return Le(leak(g, s, d, t), t * g**2 * d**2 / (2 * s**2))


@claim(source="the same, the square root of advanced composition")
def false_composition(g=Probability(), s=Positive(), d=Positive(), t=Integers(1)):
    """It is never more than sqrt(t) g^2 d^2/(2 s^2). (False for small g: there it is t g^2 d^2/(2 s^2), nearly.)"""
    return Le(leak(g, s, d, t), sqrt(t) * g**2 * d**2 / (2 * s**2))
