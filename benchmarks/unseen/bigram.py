"""A bigram model on two tokens, each row refitted to its own draws; and Good and Turing's estimate."""

from sympy import Eq, Ge, Le, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate, entr


class Bigram(Loop):
    """p: of b after a, from n draws; q: of a after b, from m draws."""

    n: Integers(1)
    m: Integers(1)
    p0: Probability()
    q0: Probability()
    p = coordinate()
    q = coordinate()

    @property
    def initial(self):
        return {"p": self.p0, "q": self.q0}

    def step(self, now):
        return {
            "p": Noise("B", Binomial(self.n, now["p"])) / self.n,
            "q": Noise("C", Binomial(self.m, now["q"])) / self.m,
        }


@claim
def true_eigenvalue(n=Integers(1), m=Integers(1), p=Probability(), q=Probability(), t=Integers(0)):
    """The variance of the second eigenvalue 1 - p - q is the sum of both rows'."""
    loop = Bigram(n, m, p, q)
    return Eq(
        Var(1 - loop.p(t) - loop.q(t)),
        p * (1 - p) * (1 - (1 - 1 / n) ** t) + q * (1 - q) * (1 - (1 - 1 / m) ** t),
    )


@claim
def false_eigenvalue(n=Integers(1), m=Integers(1), p=Probability(), q=Probability(), t=Integers(0)):
    """It is (p + q) (2 - p - q)/2 (1 - (1 - 1/n)^t)."""
    loop = Bigram(n, m, p, q)
    return Eq(Var(1 - loop.p(t) - loop.q(t)), (p + q) * (2 - p - q) / 2 * (1 - (1 - 1 / n) ** t))


@claim
def true_joint(n=Integers(1), m=Integers(1), p=Probability(), q=Probability(), t=Integers(0)):
    """That both rows still are random has the mean product p (1 - p) q (1 - q) ((1 - 1/n)(1 - 1/m))^t."""
    loop = Bigram(n, m, p, q)
    a, b = loop.p(t), loop.q(t)
    return Eq(E(a * (1 - a) * b * (1 - b)), p * (1 - p) * q * (1 - q) * ((1 - 1 / n) * (1 - 1 / m)) ** t)


@claim
def true_absorbed(n=Integers(1), m=Integers(1), p=Probability(), q=Probability(), t=Integers(0)):
    """In the end both tokens are absorbing with probability (1 - p)(1 - q)."""
    loop = Bigram(n, m, p, q)
    return Limit(E((1 - loop.p(t)) * (1 - loop.q(t))), (t, oo), (1 - p) * (1 - q))


@claim
def true_entropy(n=Integers(1, 20), p=Probability(), t=Integers(0, 20)):
    """The entropy of a row falls, on average."""
    loop = Bigram(n, 1, p, p)
    return Le(E(entr(loop.p(t + 1)) + entr(1 - loop.p(t + 1))), E(entr(loop.p(t)) + entr(1 - loop.p(t))))


@claim
def false_entropy(n=Integers(1, 20), p=Probability(), t=Integers(0, 20)):
    """It falls by 1 - 1/n at most."""
    loop = Bigram(n, 1, p, p)
    h = entr(p) + entr(1 - p)
    return Ge(E(entr(loop.p(t)) + entr(1 - loop.p(t))), (1 - 1 / n) ** t * h)
