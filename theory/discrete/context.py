"""The row of one context in a table of bigrams: how often the context is visited is random, and so is what the row loses."""

from __future__ import annotations

from sympy import Eq, Expr, Gt, Piecewise, Rational, Sum, Symbol, binomial, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability
from ..language.fields import Between
from ..language.laws import Binomial, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import E

k = Symbol("k", integer=True, positive=True)  # visits


class ContextLoop(Loop):
    """One symbol's share in the row of a context that each of n draws visits with a given probability.

    n: draws of a generation, in all contexts.
    A row that is visited is replaced by the histogram of its draws, one that is not is kept.
    p: the symbol's probability.  visited: that of the context.  Observables: share(t).
    Source: ours: one row of a table of bigrams, in which a Wright-Fisher chain is run.
    """

    p: Between(0, 1)
    n: Integers(1)
    visited: Between(0, 1)

    share = coordinate(r"\hat p")

    joint_points = tuple({"n": n, "t": t} for n, t in ((10, 2), (50, 1), (3, 3), (20, 5), (10, 0)))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"share": self.p}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        visits = Noise("N", Binomial(self.n, self.visited))
        seen = Noise("Y", Binomial(visits, state["share"]))
        return {"share": Piecewise((seen / visits, visits > 0), (state["share"], True))}


def lost(n, visited) -> Expr:
    """E[1/N; N >= 1], N the number of visits: the share of a row's diversity that a round costs."""
    return Sum(binomial(n, k) * visited**k * (1 - visited) ** (n - k) / k, (k, 1, n))


@claim(
    source="derived: heterozygosity, given the number of visits",
    mutants={
        "as of the mean number of visits": lambda n, visited, p, t: p * (1 - p) * (1 - 1 / (n * visited + 2)) ** t,
        "as if all were visits": lambda n, visited, p, t: p * (1 - p) * (1 - 1 / n) ** t,
    },
    unreached={
        "derivation": "a binomial count of a random number of draws",
        "ball": "a binomial count of a random number of draws",
    },
)
def discrete_ngram_context(
    n=Points(5, 50), visited=Points(Rational(1, 10), Rational(1, 2)), p=Points(Rational(3, 10)), t=Points(1, 3)
):
    """A symbol's share in the row of a context loses its p (1 - p) by 1 - E[1/N; N >= 1] a round, N binomial visits."""
    share = ContextLoop(p, n, visited).share(t)
    return Eq(E(share * (1 - share)), p * (1 - p) * (1 - lost(n, visited)) ** t)


@claim(
    source="derived: the mean of 1/N, N > 0 visits, by its exact law",
    where=lambda n, visited: n * visited >= Rational(9, 4),
    mutants={"twice as much": lambda n, visited: 2 / (n * visited)},
    unreached={"derivation": "the mean of the inverse of a count has no closed form"},
)
def discrete_ngram_context_faster(
    n=Integers(3, 200, notable=(10, 50)), visited=Probability(notable=(Rational(1, 2), Rational(1, 20)))
):
    """Where 9/4 visits are expected, or more, a row loses more than 1/(n pi) of it, pi the probability of a visit."""
    return Gt(lost(n, visited), 1 / (n * visited))


@claim(
    source="the mean number of visits, taken for their number",
    expected="fails",
    corrected="discrete-ngram-context",
    unreached={"ball": "a binomial count of a random number of draws"},
)
def discrete_ngram_context_mean(n=Points(50), visited=Points(Rational(1, 50), Rational(1, 10))):
    """A row that n pi visits are expected of loses its diversity by exactly 1 - 1/(n pi) a round."""
    share = ContextLoop(Rational(3, 10), n, visited).share(1)
    return Eq(E(share * (1 - share)), Rational(21, 100) * (1 - 1 / (n * sympify(visited))))
