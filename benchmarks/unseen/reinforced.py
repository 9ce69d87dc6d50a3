"""Linear reward-inaction: an arm that pays is played more often; both arms pay with the same probability."""

from sympy import Eq, Piecewise, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Reinforced(Loop):
    """x: probability of the first arm. After a reward x moves by the share a towards the arm that was played."""

    a: Probability
    pay: Probability
    x0: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        x = now["x"]
        arm, paid = Noise("arm", Binomial(1, x)), Noise("paid", Binomial(1, self.pay))
        return {"x": x + self.a * paid * (arm - x)}


@claim
def true_variety(a=Probability(), pay=Probability(), x0=Probability(), t=Integers(0)):
    """Though no arm is better, x (1 - x) decays by 1 - pay a^2 a step."""
    x = Reinforced(a, pay, x0).x(t)
    return Eq(E(x * (1 - x)), x0 * (1 - x0) * (1 - pay * a**2) ** t)


@claim
def false_variety(a=Probability(), pay=Probability(), x0=Probability(), t=Integers(0)):
    """x (1 - x) decays by 1 - pay^2 a^2 a step."""
    x = Reinforced(a, pay, x0).x(t)
    return Eq(E(x * (1 - x)), x0 * (1 - x0) * (1 - pay**2 * a**2) ** t)


@claim
def true_lock_in(a=Probability(), pay=Probability(), x0=Probability(), t=Integers(0)):
    """One arm alone is left: the variance tends to x0 (1 - x0)."""
    return Limit(Var(Reinforced(a, pay, x0).x(t)), (t, oo), x0 * (1 - x0))


class Unequal(Loop):
    """The arms pay with probabilities p and q."""

    a: Probability
    p: Probability
    q: Probability
    x0: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        x = now["x"]
        arm = Noise("arm", Binomial(1, x))
        first, second = Noise("first", Binomial(1, self.p)), Noise("second", Binomial(1, self.q))
        return {"x": x + self.a * Piecewise((first * (1 - x), arm > 0), (-second * x, True))}


@claim
def true_drift(a=Probability(), p=Probability(), q=Probability(), x0=Probability()):
    """The first step is a x0 (1 - x0)(p - q) in the mean."""
    return Eq(E(Unequal(a, p, q, x0).x(1)) - x0, a * x0 * (1 - x0) * (p - q))


@claim
def false_drift(a=Probability(), p=Probability(), q=Probability(), x0=Probability()):
    """The first step is a x0 (p - q) in the mean."""
    return Eq(E(Unequal(a, p, q, x0).x(1)) - x0, a * x0 * (p - q))
