"""K models, each refitted to n draws of its own from the average of all."""

from sympy import Eq, eye, ones, zeros

from theory import E, Integers, MatrixLoop, Points, Var, claim, normal_vector, vector


class Federated(MatrixLoop):
    """Each of K means is the average of all before, with a fresh error of variance 1/n."""

    K: int
    n: Integers(1)
    w = vector("K")

    @property
    def initial(self):
        return {"w": zeros(self.K, 1)}

    def step(self, state):
        return {"w": ones(self.K, self.K) / self.K * state["w"] + normal_vector("Z", eye(self.K) / self.n)}


@claim
def true_variance(K=Points(2, 3, 5), n=Integers(1), t=Integers(1)):
    """Each model has the variance (t - 1)/(n K) + 1/n."""
    return Eq(Var(Federated(K, n).w(t)[0]), (t - 1) / (n * K) + 1 / n)


@claim
def false_variance(K=Points(2, 3, 5), n=Integers(1), t=Integers(1)):
    """Each model has the variance t/(n K)."""
    return Eq(Var(Federated(K, n).w(t)[0]), t / (n * K))


@claim
def true_difference(K=Points(2, 3, 5), n=Integers(1), t=Integers(1)):
    """Two models differ by 2/n in mean square, always."""
    w = Federated(K, n).w(t)
    return Eq(E((w[0] - w[1]) ** 2), 2 / n)
