"""Direct preference optimisation (DPO) beside curation on the same three atoms: what it minimises, which is faster.

DPO is handed pairs of samples from the model and which of the two a Bradley-Terry user prefers; the next model is the law q that
gives these comparisons the greatest likelihood when e^(beta log(q/p)) stands for the weight, p being the model that was sampled.
Curation is handed the pick among K samples and fits nothing but the picks: it needs no pair's loser and no density.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sympy import Add, Eq, Expr, Ge, Le, log, oo

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Simplex
from ..language.laws import Finite
from ..language.moments import E, Var
from .common import FERBACH, CuratedLoop

DPO = "Rafailov et al. 2305.18290"


def dpo_loss(p: Sequence, q: Sequence, weights: Sequence, beta) -> Expr:
    """The mean loss of a law q on the comparisons of pairs from p, in all data: those of two different atoms."""
    g = [(y / x) ** beta for x, y in zip(p, q, strict=True)]
    return _surprise(p, weights, g)


def least_dpo_loss(p: Sequence, weights: Sequence) -> Expr:
    """The entropy of the comparisons themselves: no law's loss is below it."""
    return _surprise(p, weights, weights)


def _surprise(p: Sequence, weights: Sequence, told: Sequence) -> Expr:
    """What comparisons by some weights cost one who takes them for comparisons by others, in nats a pair."""
    terms = []
    for i, j in combinations(range(len(p)), 2):
        for a, b in ((i, j), (j, i)):  # a is preferred
            terms.append(weights[a] / (weights[a] + weights[b]) * log((told[a] + told[b]) / told[a]) * 2 * p[i] * p[j])
    return Add(*terms)


@claim(
    source=f"{DPO}, as commonly quoted: the optimum is that of RLHF; here by Gibbs' inequality, pair by pair",
    mutants={"a tenth above it": lambda p, q, u, v, beta: least_dpo_loss(p, (u, v, 1)) * 11 / 10},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_dpo_least_loss(
    p=Simplex(3), q=Simplex(3), u=Probability(), v=Probability(), beta=Positive(lo=0, hi=4, notable=(1,))
):
    """No law has a smaller loss than the entropy of the comparisons."""
    return Ge(dpo_loss(p, q, (u, v, 1), beta), least_dpo_loss(p, (u, v, 1)))


@claim(
    source=f"derived: both are the law p f, {DPO} and {FERBACH} at beta = 1",
    mutants={"a hundredth above it": lambda p, u, v: least_dpo_loss(p, (u, v, 1)) * 101 / 100},
)
def curation_dpo_is_a_round(p=Simplex(3), u=Probability(), v=Probability()):
    """A round of infinitely many candidates is a DPO step with beta = 1: its law has the least loss on pairs of its samples.

    So DPO with the last model as reference, again and again, is the curated loop of K = oo: t steps tilt by f^t.
    """
    loop = CuratedLoop(Finite(p), (u, v, 1), oo)
    after = [loop.mass(1, i) for i in range(3)]
    return Eq(dpo_loss(p, after, (u, v, 1), 1), least_dpo_loss(p, (u, v, 1)))


@claim(
    source="the optimum, read as that of any number of candidates",
    expected="fails",
    corrected="curation-dpo-is-a-round",
)
def curation_dpo_is_a_round_finite(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 4)):
    """A round of K candidates is a DPO step with beta = 1 as well."""
    loop = CuratedLoop(Finite(p), (u, v, 1), K)
    after = [loop.mass(1, i) for i in range(3)]
    return Eq(dpo_loss(p, after, (u, v, 1), 1), least_dpo_loss(p, (u, v, 1)))


@claim(
    source="derived: E f/(f + sum of K - 1 others) falls with f in no proportion above f",
    where=lambda p, u, v, K: u < v,
    mutants={"always by a tenth less": lambda p, u, v, K: v / u * p[1] / p[0] * 9 / 10},
)
def curation_dpo_is_faster(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 3, 4)):
    """A DPO step multiplies the odds of a better atom by the ratio of the weights; K candidates never by more."""
    loop = CuratedLoop(Finite(p), (u, v, 1), K)
    return Le(loop.mass(1, 1) / loop.mass(1, 0), v / u * p[1] / p[0])


@claim(
    source="derived: the mean of f under the law p f/E f",
    mutants={"half of it": lambda p, u, v: _mean_and_variance(p, u, v)[1] / (2 * _mean_and_variance(p, u, v)[0])},
)
def curation_dpo_fixed_points(p=Simplex(3), u=Probability(), v=Probability()):
    """A DPO step raises the mean weight by Var f/E f: it stays where all atoms that are left weigh the same, as curation does."""
    f = CuratedLoop(Finite(p), (u, v, 1), oo).weight
    m, V = _mean_and_variance(p, u, v)
    return Eq(E(f(1)) - E(f(0)), V / m)


def _mean_and_variance(p, u, v) -> tuple[Expr, Expr]:
    f = CuratedLoop(Finite(p), (u, v, 1), oo).weight
    return E(f(0)), Var(f(0))
