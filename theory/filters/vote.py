"""Self-consistency: the answer of the majority of K draws is kept, and the model retrained on it."""

from __future__ import annotations

from sympy import Add, Expr, Ge, Gt, Integer, Le, Lt, Rational, binomial, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability
from ..language.fields import Between, Listed
from ..language.loops import Loop, coordinate
from ..language.moments import Tends
from .common import half


class MajorityLoop(Loop):
    """Two answers, one of them right: each of infinitely many picks is what the majority of K draws says.

    K: odd.  start: how often the model is right at first.  Observables: right(t).
    Refuses an even K (`BadInput`).
    Source: textbook: Condorcet's majority of independent votes; that the model is retrained on it is ours.
    """

    K: Listed(Integers(3))
    start: Between(0, 1)

    right = coordinate("q")

    def refuses(self) -> str | None:
        return super().refuses() or (None if self.K % 2 else f"K = {self.K}: an odd number of votes is expected")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"right": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        q, K = state["right"], int(self.K)
        return {"right": Add(*(binomial(K, j) * q**j * (1 - q) ** (K - j) for j in range(K // 2 + 1, K + 1)))}


@claim(
    source="derived: the majority of independent votes (Condorcet)",
    where=lambda q, K: q > half,
    mutants={"a tenth more": lambda q, K: q * Rational(11, 10)},
)
def filter_majority_vote(q=Probability(notable=(Rational(3, 5),)), K=Points(3, 5, 7)):
    """A model that is right more often than not gets better in every round of majority votes."""
    return Gt(MajorityLoop(K, q).right(1), q)


@claim(
    source="derived: the majority of independent votes (Condorcet)",
    where=lambda q, K: q < half,
    mutants={"by a tenth": lambda q, K: q * Rational(9, 10)},
)
def filter_majority_vote_below(q=Probability(notable=(Rational(2, 5),)), K=Points(3, 5, 7)):
    """One that is wrong more often than not gets worse: one half is an unstable threshold."""
    return Lt(MajorityLoop(K, q).right(1), q)


@claim(
    source="derived: at least (K + 1)/2 votes are wrong, by the union bound",
    mutants={"one vote more": lambda eps, K: binomial(K, (K + 1) // 2) * eps ** ((K + 3) // 2)},
)
def filter_majority_vote_fast(eps=Probability(notable=(Rational(1, 10),)), K=Points(3, 5, 7)):
    """What is wrong, eps, becomes at most C(K, (K + 1)/2) eps^((K + 1)/2): faster than at any rate."""
    return Le(1 - MajorityLoop(K, 1 - eps).right(1), binomial(K, (K + 1) // 2) * eps ** ((K + 1) // 2))


@claim(
    source="derived: the slope of the binomial tail at one half",
    mutants={"K/2": lambda n, K: Rational(K, 2)},
)
def filter_majority_vote_slope(n=Integers(3), K=Points(3, 5)):
    """A lead over one half is multiplied by K C(K - 1, (K - 1)/2)/2^(K - 1) at first: 3/2, 15/8."""
    lead = MajorityLoop(K, half + 1 / n).right(1) - half
    return Tends(n * lead, (n, 3, oo), K * binomial(K - 1, (K - 1) // 2) / Integer(2) ** (K - 1), rate=8 / n)


@claim(source="expected of self-consistency", expected="fails", corrected="filter-majority-vote")
def filter_majority_vote_always(q=Points(Rational(2, 5), Rational(3, 5)), t=Points(1, 3)):
    """Majority votes of three never make a model worse."""
    return Ge(MajorityLoop(3, q).right(t), q)
