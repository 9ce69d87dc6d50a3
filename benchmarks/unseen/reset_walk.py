"""A walk with normal steps of variance 1, set back to 0 with probability r after every step."""

from sympy import Eq, Symbol, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Reset(Loop):
    """A walk with normal steps of variance 1, set back to 0 with probability r after every step."""

    r: Probability()

    x = coordinate()
    initial = {"x": 0}

    def step(self, state):
        kept = 1 - Noise("R", Binomial(1, self.r))
        return {"x": kept * (state["x"] + Noise("Z", Normal(0, 1)))}


@claim(source="Evans and Majumdar 2011 (diffusion with resetting), in discrete time")
def true_spread(r=Probability(), t=Integers(0)):
    """Var x_t = (1 - r)(1 - (1 - r)^t)/r.

    V' = (1 - r)(V + 1), the sum of (1 - r)^j over j = 1, ..., t.
    """
    return Eq(Var(Reset(r).x(t)), (1 - r) * (1 - (1 - r) ** t) / r)


@claim(source="the same, as if reset before the step")
def false_spread(r=Probability(), t=Integers(0)):
    """Var x_t = (1 - (1 - r)^t)/r. (False: t = 1: 1 - r, not 1.)"""
    return Eq(Var(Reset(r).x(t)), (1 - (1 - r) ** t) / r)


@claim(source="corollary of Evans and Majumdar 2011: the tails of a Laplace law, nearly")
def true_tails(r=Probability()):
    """The kurtosis tends to 3 (2 - r)/(1 - r).

    m4 = (1-r)(m4 + 6V + 3) with V = (1-r)/r: m4 = 3 (1-r)(2-r)/r^2. For small r: 6, of Laplace.
    """
    t = Symbol("t", integer=True, positive=True)
    x = Reset(r).x(t)
    return Limit(E(x**4) / E(x**2) ** 2, (t, oo), 3 * (2 - r) / (1 - r))


@claim(source="the same, taken for Laplace at any r")
def false_tails(r=Probability()):
    """The kurtosis tends to 6. (False: r = 1/2: 9.)"""
    t = Symbol("t", integer=True, positive=True)
    x = Reset(r).x(t)
    return Limit(E(x**4) / E(x**2) ** 2, (t, oo), 6)
