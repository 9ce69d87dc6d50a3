"""Curation without real data converges: the mean weight to the best weight, its variance to 0, for every K and every law.

A law of bounded weights is written with its best atom first, the weights of the others as shares of the best one. On the page
it has three atoms; the proofs are of every law on any atoms, candidate by candidate.
"""

from __future__ import annotations

from sympy import Expr, Ge, Le, Rational, Sum, Symbol, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Simplex
from ..language.laws import Finite
from ..language.moments import E, Prob, Tends, Var
from ..proof.formulas import formula
from ..proof.relations.lemmas import Lemma
from ..proof.relations.sequences import driven_by_variance, shrinking, summed
from .common import FERBACH, CuratedLoop, of_its_loop

s = Symbol("s", integer=True, nonnegative=True)
CANDIDATES = Integers(2, notable=(2, 3, 4, 8))
ROUNDS = Integers(0, notable=(0, 1, 5, 20))


def _first(p, f, u, v) -> Expr:
    """The mean weight at first."""
    return f * (p[0] + u * p[1] + v * p[2])


@formula(claim="curation-reward-budget")
def reward_budget(K: Integers(2), f: Positive(), mean: Positive()) -> Expr:
    """The most that the variances of the weight add up to over all rounds: K/(K - 1) f (f - mean).

    K: candidates.  f: the best weight, `mean` the mean weight at first, in units of the weight; the budget is in their square.
    Source: Ferbach et al. 2407.09499 (Lemma 2.2, as commonly quoted), summed.
    """
    return K / (K - 1) * f * (f - mean)


@formula(claim="curation-reward-convergence")
def reward_gap(K: Integers(2), f: Positive(), mean: Positive(), share: Probability(), t: Integers(0)) -> Expr:
    """The most by which the mean weight is below the best one after t rounds: g/(1 + (K - 1)/K share t g/f), g = f - mean.

    K: candidates.  f: the best weight, `mean` the mean weight at first.  share: of the best atom at first.
    In units of the weight. Source: derived from Ferbach et al. 2407.09499 (Lemma 2.2, as commonly quoted).
    """
    gap = f - mean
    return gap / (1 + (K - 1) / K * share * t * gap / f)


def _growth(loop: CuratedLoop) -> Expr:
    """What a round adds to the mean weight, in units of its variance: (K - 1)/(K f*)."""
    return (loop.K - 1) / loop.K / loop.weights[0]


@of_its_loop
def _to_the_best(loop: CuratedLoop) -> Lemma:
    return driven_by_variance(loop.weights[0], _growth(loop), loop.law.masses[0])


@claim(
    source=f"derived: the lemma of growth, summed over the rounds; {FERBACH} (Lemma 2.2, as commonly quoted)",
    proof=of_its_loop(lambda loop: summed(lambda k: E(loop.weight(k)) / _growth(loop))),
    uses=["curation-reward-growth"],
    mutants={"a fiftieth of it": lambda p, f, u, v, K: reward_budget(K, f, _first(p, f, u, v)) / 50},
)
def curation_reward_budget(p=Simplex(3), f=Positive(), u=Probability(), v=Probability(), K=CANDIDATES, T=ROUNDS):
    """The variances of the weight in all rounds add up to at most K/(K - 1) f* (f* - E_0 f), f* the best weight.

    Three atoms; the proof is for every law on any atoms.
    """
    weight = CuratedLoop(Finite(p), (f, u * f, v * f), K).weight
    return Le(Sum(Var(weight(s)), (s, 0, T - 1)), reward_budget(K, f, E(weight(0))))


@claim(
    source="derived: of the candidates those that reach the level are at least average",
    mutants={
        "a thousandth more": lambda p, f, u, v, K, x, t: (
            Prob(CuratedLoop(Finite(p), (f, u * f, v * f), K).weight(t) >= x) + Rational(1, 1000)
        )
    },
)
def curation_reward_levels(
    p=Simplex(3), f=Positive(), u=Probability(), v=Probability(), K=CANDIDATES, x=Positive(), t=ROUNDS
):
    """Whatever the level, a draw reaches it ever more probably: so the best atoms keep the mass that they have at first.

    Three atoms; the proof is for every law on any atoms.
    """
    weight = CuratedLoop(Finite(p), (f, u * f, v * f), K).weight
    return Ge(Prob(weight(t + 1) >= x), Prob(weight(t) >= x))


@claim(
    source=f"{FERBACH} (Theorem 2.1, mean, as commonly quoted); the rate is derived",
    proof=_to_the_best,
    uses=["curation-reward-growth", "curation-reward-levels"],
    mutants={"halfway to the second": lambda f, u, v: f * (1 + u) / 2},
)
def curation_reward_convergence(p=Simplex(3), f=Positive(), u=Probability(), v=Probability(), K=CANDIDATES, t=ROUNDS):
    """The mean weight tends to the best weight f*, at least like 1/t.

    It is below f* by at most g/(1 + (K - 1)/K p t g/f*), g = f* - E_0 f, p the best atom's mass at first.
    Three atoms; the proof is for every law on any atoms whose best one has mass p: candidate by candidate.
    """
    weight = CuratedLoop(Finite(p), (f, u * f, v * f), K).weight
    return Tends(E(weight(t)), (t, 0, oo), f, rate=reward_gap(K, f, _first(p, f, u, v), p[0], t))


@claim(
    source=f"{FERBACH} (Theorem 2.1, variance, as commonly quoted); the rate is derived",
    proof=_to_the_best,
    uses=["curation-reward-growth", "curation-reward-levels"],
    scale=lambda f: f**2,
    mutants={"a tenth of the square": lambda f: f**2 / 10},
)
def curation_reward_convergence_variance(
    p=Simplex(3), f=Positive(), u=Probability(), v=Probability(), K=CANDIDATES, t=ROUNDS
):
    """The variance of the weight tends to 0, at least like 1/t.

    It is at most f* times the most by which the mean weight is below f* then: see curation-reward-convergence.
    Three atoms; the proof is for every law on any atoms whose best one has mass p.
    """
    weight = CuratedLoop(Finite(p), (f, u * f, v * f), K).weight
    return Tends(Var(weight(t)), (t, 0, oo), 0, rate=f * reward_gap(K, f, _first(p, f, u, v), p[0], t))


def _below(p, f, u, v, K, x, t) -> Expr:
    """How far the mean weight may be below a level x, with its sign."""
    g = x - _first(p, f, u, v)
    return -g / (1 + (K - 1) / K * _reached(p, f, u, v, K, x) * t * g / f)


def _reached(p, f, u, v, K, x) -> Expr:
    """The probability of a level at first."""
    return Prob(CuratedLoop(Finite(p), (f, u * f, v * f), K).weight(0) >= x)


@formula(claim="curation-reward-convergence-geometric")
def shrinking_ratio(K: Integers(2), u: Probability()) -> Expr:
    """The factor by which a round shrinks the odds of what is not the best atom, at most: 1 - (K - 1)/K (1 - u).

    K: candidates.  u: the second best weight over the best one. Source: derived (Jensen).
    """
    return 1 - (K - 1) / K * (1 - u)


@claim(
    source="derived: Jensen over the other candidates, in every round",
    proof=shrinking(shrinking_ratio(Integers(2).symbol("K"), Probability().symbol("u"))),
    uses=["curation-hk-lemma"],
    mutants={"the ratio of K = oo": lambda p, u, t: u**t * (1 - p[0]) / p[0]},
)
def curation_reward_convergence_geometric(
    p=Simplex(3), f=Positive(), u=Probability(), v=Probability(), K=CANDIDATES, t=ROUNDS
):
    """With a gap below the best atom convergence is geometric: a round shrinks the odds of all others by a constant factor.

    It is at most 1 - (K - 1)/K (1 - u), u the second best weight over the best one. Three atoms, of which two are not the best.
    """
    best = CuratedLoop(Finite(p), (f, u * f, u * v * f), K).mass(t, 0)
    return Le((1 - best) / best, shrinking_ratio(K, u) ** t * (1 - p[0]) / p[0])


LEVEL = Positive().symbol("x")


@claim(
    source=f"{FERBACH} (Theorem 2.1 with the essential supremum, as commonly quoted); the rate is derived",
    where=lambda p, f, u, v, x: _first(p, f, u, v) <= x,
    proof=of_its_loop(lambda loop: driven_by_variance(LEVEL, _growth(loop), Prob(loop.weight(0) >= LEVEL))),
    uses=["curation-reward-growth", "curation-reward-levels"],
    mutants={"a hundred times as fast": lambda p, f, u, v, K, x, t: _below(p, f, u, v, K, x, 100 * t)},
)
def curation_reward_convergence_essential(
    p=Simplex(3), f=Positive(), u=Probability(), v=Probability(), K=CANDIDATES, x=Positive(), t=ROUNDS
):
    """The mean weight comes up to every level that a draw reaches with positive probability at first: the essential supremum.

    It is below the level x by at most g/(1 + (K - 1)/K a t g/f*), g = x - E_0 f >= 0, a = P_0(f >= x).
    Three atoms; the proof is for every law on any atoms.
    """
    weight = CuratedLoop(Finite(p), (f, u * f, v * f), K).weight
    a, g = Prob(weight(0) >= x), x - E(weight(0))
    return Ge(E(weight(t)) - x, -g / (1 + (K - 1) / K * a * t * g / f))


@claim(
    source="the maximum in place of the essential supremum",
    expected="fails",
    corrected="curation-reward-convergence-essential",
)
def curation_reward_convergence_maximum(q=Probability(), K=Points(2, 3, 4), t=ROUNDS):
    """The mean weight tends to the largest weight, here 5, as fast as the theorem has it, whether or not a draw ever has it.

    The first model has mass on the weights 1 and 2 only: the essential supremum is 2.
    """
    mean = E(CuratedLoop(Finite((q, 1 - q, 0)), (1, 2, 5), K).weight(t))
    return Ge(mean, 5 - reward_gap(K, 5, 2 - q, 1 - q, t))
