"""Shares of three tokens, refitted to n of their own draws."""

from sympy import And, Eq, Le

from theory import Cov, Integers, Loop, Multinomial, Prob, Simplex, claim, coordinate, counts


class Tokens(Loop):
    """Shares of three tokens, refitted to n of their own draws."""

    n: Integers(2)
    p: Simplex(3)

    a = coordinate()
    b = coordinate()
    c = coordinate()

    @property
    def initial(self):
        return {"a": self.p[0], "b": self.p[1], "c": self.p[2]}

    def step(self, state):
        a, b, c = counts("Y", Multinomial(self.n, (state["a"], state["b"], state["c"])))
        return {"a": a / self.n, "b": b / self.n, "c": c / self.n}


@claim(source="Seddik et al. 2404.05090 (fully synthetic training of a token law), second moments")
def true_covariance(n=Integers(2), p=Simplex(3), t=Integers(0)):
    """Shares of two tokens have the covariance -p q (1 - (1 - 1/n)^t).

    E(a'b' | a, b) = n(n-1)/n^2 a b, so E a_t b_t = p q (1 - 1/n)^t; each share is a martingale.
    """
    loop = Tokens(n, p)
    return Eq(Cov(loop.a(t), loop.b(t)), -p[0] * p[1] * (1 - (1 - 1 / n) ** t))


@claim(source="the same, complement forgotten")
def false_covariance(n=Integers(2), p=Simplex(3), t=Integers(0)):
    """It is -p q (1 - 1/n)^t. (False: it starts at 0 and does not end there.)"""
    loop = Tokens(n, p)
    return Eq(Cov(loop.a(t), loop.b(t)), -p[0] * p[1] * (1 - 1 / n) ** t)


@claim(source="Seddik et al. 2404.05090 (total collapse, rate)")
def true_both_alive(n=Integers(2), p=Simplex(3), t=Integers(1)):
    """Two given tokens are both still there with probability at most n^2 p q (1 - 1/n)^t.

    Where both are there a_t b_t is at least 1/n^2; Markov's inequality. By hand n = 2, t = 1: both sides are 2 p q.
    """
    loop = Tokens(n, p)
    return Le(Prob(And(loop.a(t) > 0, loop.b(t) > 0)), n**2 * p[0] * p[1] * (1 - 1 / n) ** t)


@claim(source="the same, n for n^2")
def false_both_alive(n=Integers(2), p=Simplex(3), t=Integers(1)):
    """At most n p q (1 - 1/n)^t. (False: n = 2, t = 1: 2 p q > p q.)"""
    loop = Tokens(n, p)
    return Le(Prob(And(loop.a(t) > 0, loop.b(t) > 0)), n * p[0] * p[1] * (1 - 1 / n) ** t)
