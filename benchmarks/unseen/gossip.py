"""A network of d models, each fitted to n draws from a mixture: the share 1 - e from itself, e from all of them alike."""

from sympy import Eq, eye, ones, oo, sqrt, zeros

from theory import E, Integers, Limit, MatrixLoop, Points, Probability, Var, claim, normal_vector, vector


class Gossip(MatrixLoop):
    """x' = A x + Z/sqrt n with A = (1 - e) I + e J/d."""

    d: int
    n: Integers(1)
    e: Probability
    x = vector("d")

    @property
    def initial(self):
        return {"x": zeros(self.d, 1)}

    def step(self, state):
        d, e = self.d, self.e
        A = (1 - e) * eye(d) + e * ones(d, d) / d
        return {"x": A * state["x"] + normal_vector("Z", eye(d)) / sqrt(self.n)}


def average(x, d):
    return sum(x[i] for i in range(int(d))) / d


def apart(x, d):
    return sum((x[i] - average(x, d)) ** 2 for i in range(int(d)))


@claim
def true_average(d=Points(2, 3, 4), n=Integers(1), e=Probability(), t=Integers(0)):
    """The average of the network drifts d times slower: Var = t/(d n)."""
    return Eq(Var(average(Gossip(d, n, e).x(t), d)), t / (d * n))


@claim
def false_average(d=Points(2, 3, 4), n=Integers(1), e=Probability(), t=Integers(0)):
    """Var = t/n (1 - e + e/d)."""
    return Eq(Var(average(Gossip(d, n, e).x(t), d)), t / n * (1 - e + e / d))


@claim
def true_apart(d=Points(2, 3, 4), n=Integers(1), e=Probability(), t=Integers(0)):
    """Disagreement tends to (d - 1)/(n (1 - (1 - e)^2))."""
    return Limit(E(apart(Gossip(d, n, e).x(t), d)), (t, oo), (d - 1) / (n * (1 - (1 - e) ** 2)))


@claim
def false_apart(d=Points(2, 3, 4), n=Integers(1), e=Probability(), t=Integers(0)):
    """Disagreement tends to d/(n (1 - (1 - e)^2))."""
    return Limit(E(apart(Gossip(d, n, e).x(t), d)), (t, oo), d / (n * (1 - (1 - e) ** 2)))
