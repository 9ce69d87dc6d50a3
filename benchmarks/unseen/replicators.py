"""Selection with fitness 1 - s, 1, 1 - u of the genotypes AA, Aa, aa; x is the share of A."""

from sympy import Eq, Symbol, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate


class Overdominant(Loop):
    """Selection with fitness 1 - s, 1, 1 - u of the genotypes AA, Aa, aa; x is the share of A."""

    s: Probability()
    u: Probability()
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        x = state["x"]
        return {"x": x * (1 - self.s * x) / (1 - self.s * x**2 - self.u * (1 - x) ** 2)}


class Cross(Loop):
    """Two arms that pay with probability r each: the arm that was drawn and paid is reinforced by a."""

    a: Probability()
    r: Probability()
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        drawn, paid = Noise("C", Binomial(1, state["x"])), Noise("R", Binomial(1, self.r))
        return {"x": state["x"] + self.a * paid * (drawn - state["x"])}


@claim(source="Fisher 1922 (balanced polymorphism)")
def true_polymorphism(s=Probability(), u=Probability(), p=Probability()):
    """The share of A tends to u/(s + u) from every start.

    x' - x* = (x - x*)(1 - s x - u (1 - x))/(mean fitness): same sign, and smaller.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Overdominant(s, u, p).x(t), (t, oo), u / (s + u))


@claim(source="the same, alleles mixed up")
def false_polymorphism(s=Probability(), u=Probability(), p=Probability()):
    """It tends to s/(s + u). (False: s is the disadvantage of AA.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Overdominant(s, u, p).x(t), (t, oo), s / (s + u))


@claim(source="Boergers and Sarin 1997 (Cross's learning), arms alike")
def true_lock_in(a=Probability(), r=Probability(), p=Probability(), t=Integers(0)):
    """With arms alike the learner locks in: E x (1 - x) decays by 1 - r a^2 a round.

    x is a martingale, with steps of variance r a^2 (x (1-x)^2 + (1-x) x^2) = r a^2 x (1-x).
    """
    x = Cross(a, r, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - r * a**2) ** t)


@claim(source="the same, the payment squared too")
def false_lock_in(a=Probability(), r=Probability(), p=Probability(), t=Integers(0)):
    """It decays by 1 - r^2 a^2 a round. (False at t = 1: paid is a coin, paid^2 = paid.)"""
    x = Cross(a, r, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - r**2 * a**2) ** t)
