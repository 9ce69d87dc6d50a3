"""Two weights, one of which feeds the other: a matrix that is not diagonalisable. Source: textbook."""

from sympy import Eq, Matrix, eye, oo

from theory import E, Integers, Limit, MatrixLoop, Probability, Var, claim, normal_vector, vector


class Fed(MatrixLoop):
    a: Probability()
    w = vector(2)

    @property
    def initial(self):
        return {"w": Matrix([0, 1])}

    def step(self, state):
        return {"w": Matrix([[self.a, 1], [0, self.a]]) * state["w"] + normal_vector("Z", eye(2))}


@claim
def true_mean(a=Probability(), t=Integers(0)):
    """t a^(t - 1)."""
    return Eq(E(Fed(a).w(t)[0]), t * a ** (t - 1))


@claim
def false_mean(a=Probability(), t=Integers(0)):
    """t a^t."""
    return Eq(E(Fed(a).w(t)[0]), t * a**t)


@claim
def true_limit(a=Probability(), t=Integers(0)):
    """The first weight's variance tends to 1/(1 - a^2) + (1 + a^2)/(1 - a^2)^3."""
    return Limit(Var(Fed(a).w(t)[0]), (t, oo), 1 / (1 - a**2) + (1 + a**2) / (1 - a**2) ** 3)


@claim
def false_limit(a=Probability(), t=Integers(0)):
    """To 1/(1 - a^2) + 1/(1 - a^2)^3."""
    return Limit(Var(Fed(a).w(t)[0]), (t, oo), 1 / (1 - a**2) + 1 / (1 - a**2) ** 3)
