"""Two people move by w towards each other, each with noise of its own."""

from sympy import Eq, Symbol, oo

from theory import Integers, Limit, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class DeGroot(Loop):
    """Two people move by w towards each other, each with noise of its own."""

    w: Probability()

    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, state):
        x, y, w = state["x"], state["y"], self.w
        return {
            "x": (1 - w) * x + w * y + Noise("Z1", Normal(0, 1)),
            "y": (1 - w) * y + w * x + Noise("Z2", Normal(0, 1)),
        }


class Stubborn(Loop):
    """Friedkin and Johnsen: two people with the prejudices u and v listen to each other with the weight a."""

    a: Probability()
    u: Reals
    v: Reals

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.u, "y": self.v}

    def step(self, state):
        a = self.a
        return {"x": a * state["y"] + (1 - a) * self.u, "y": a * state["x"] + (1 - a) * self.v}


@claim(source="DeGroot 1974, with noise (folklore)")
def true_drift(w=Probability(), t=Integers(0)):
    """Var x_t = t/2 + (1 - (1 - 2 w)^(2t))/(8 w (1 - w)): the common opinion walks, the difference does not.

    x = mean + half the difference, independent: t/2, and a quarter of 2 (1 - r^(2t))/(1 - r^2), r = 1 - 2w, 1 - r^2 = 4w(1-w).
    At t = 1: 1/2 + 1/2.
    """
    return Eq(Var(DeGroot(w).x(t)), t / 2 + (1 - (1 - 2 * w) ** (2 * t)) / (8 * w * (1 - w)))


@claim(source="the same with the second eigenvalue 1 - w")
def false_drift(w=Probability(), t=Integers(0)):
    """Var x_t = t/2 + (1 - (1 - w)^(2t))/(2 w (2 - w)). (False at t = 2.)"""
    return Eq(Var(DeGroot(w).x(t)), t / 2 + (1 - (1 - w) ** (2 * t)) / (2 * w * (2 - w)))


@claim(source="Friedkin and Johnsen 1990, two people")
def true_final_opinion(a=Probability(), u=Reals(), v=Reals()):
    """The first one's opinion tends to (u + a v)/(1 + a).

    x = a (a x + (1-a) v) + (1-a) u, and 1 - a^2 = (1-a)(1+a).
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Stubborn(a, u, v).x(t), (t, oo), (u + a * v) / (1 + a))


@claim(source="the same, one round only")
def false_final_opinion(a=Probability(), u=Reals(), v=Reals()):
    """It tends to (1 - a) u + a v. (False: a = 1/2, u = 1, v = 0: 2/3, not 1/2.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Stubborn(a, u, v).x(t), (t, oo), (1 - a) * u + a * v)
