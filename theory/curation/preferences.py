"""Direct preference optimisation (DPO) beside curation: what it minimises, on three atoms; which is faster, for every law.

DPO is handed pairs of samples from the model and which of the two a Bradley-Terry user prefers; the next model is the law q that
gives these comparisons the greatest likelihood when e^(beta log(q/p)) stands for the weight, p being the model that was sampled.
Curation is handed the pick among K samples and fits nothing but the picks: it needs no pair's loser and no density.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from sympy import Add, Eq, Expr, Ge, Le, Rational, log, oo

from ..language.claims import claim
from ..language.domains import Integers, Laws, Points, Positive, Probability, Simplex
from ..language.laws import Finite
from ..language.moments import E, Var
from .common import FERBACH, CuratedLoop

DPO = "Rafailov et al. 2305.18290"


def dpo_loss(p: Sequence, q: Sequence, weights: Sequence, beta, pairs: Sequence | None = None) -> Expr:
    """The mean loss of a law q, p being its reference, on comparisons in all data: those of two different atoms.

    pairs: the law that the compared samples are drawn from, p unless given.
    """
    return _surprise(pairs or p, weights, lambda a, b: ((q[b] * p[a]) / (p[b] * q[a])) ** beta)


def least_dpo_loss(p: Sequence, weights: Sequence) -> Expr:
    """The entropy of the comparisons of pairs from p themselves: no law's loss is below it."""
    return _surprise(p, weights, lambda a, b: weights[b] / weights[a])


def _surprise(p: Sequence, weights: Sequence, odds: Callable[[int, int], Expr]) -> Expr:
    """What comparisons by some weights cost one who has other odds of b against a, in nats a pair."""
    terms = []
    for i, j in combinations(range(len(p)), 2):
        for a, b in ((i, j), (j, i)):  # a is preferred
            terms.append(weights[a] / (weights[a] + weights[b]) * log(1 + odds(a, b)) * 2 * p[i] * p[j])
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
    source=f"{DPO}, as commonly quoted: the reward that a law tells is beta log(q/p), up to a constant; derived: of the tilt",
    mutants={"with beta = 1": lambda p, u, v, t: t * (log(u) - log(v))},
)
def curation_dpo_steps(p=Simplex(3), u=Probability(), v=Probability(), t=Integers(1)):
    """t rounds of infinitely many candidates are one DPO step with beta = 1/t: log(q/p)/t differs between atoms as the reward.

    So is RLHF with that beta, curation-rlhf-equivalence. No simulation: a draw from a tilted law needs its normaliser.
    """
    loop = CuratedLoop(Finite(p), (u, v, 1), oo)
    told = [log(loop.mass(t, i) / p[i]) / t for i in range(2)]
    return Eq(told[0] - told[1], log(u) - log(v))


@claim(
    source=f"{DPO}, as commonly quoted; derived: the law with the least loss tells the reward, whatever pairs are compared",
    uses=["curation-dpo-least-loss"],
    mutants={"a hundredth above it": lambda p, s, u, v: least_dpo_loss(s, (u, v, 1)) * 101 / 100},
)
def curation_dpo_fixed_reference(p=Simplex(3), s=Simplex(3), u=Probability(), v=Probability(), n=Points(1, 2, 3)):
    """With one reference p the law p f^(1/beta) has the least loss, whatever law s pairs are from: a second step gains nothing.

    beta = 1/n. The reference has to be the last model, for DPO to lead where curation does. No simulation: a draw from a
    tilted law needs its normaliser.
    """
    loop = CuratedLoop(Finite(p), (u, v, 1), oo)
    after = [loop.mass(n, i) for i in range(3)]
    return Eq(dpo_loss(p, after, (u, v, 1), Rational(1, n), s), least_dpo_loss(s, (u, v, 1)))


@claim(
    source="where curation leads, taken for where DPO with the first model as its reference does",
    expected="fails",
    corrected="curation-dpo-fixed-reference",
)
def curation_dpo_fixed_reference_best(p=Simplex(3), u=Probability(), v=Probability(), n=Points(1, 2, 3)):
    """With the first model as its reference DPO, too, leads to the best atom: 99 draws in a hundred at least; beta = 1/n.

    No simulation: a draw from a tilted law needs its normaliser.
    """
    return Ge(CuratedLoop(Finite(p), (u, v, 1), oo).mass(n, 2), Rational(99, 100))


@claim(
    source="derived: a round of K candidates multiplies odds by no more than the ratio of the weights, a DPO step by that",
    mutants={
        "half of what it gains": lambda p, K, t: (p.mean + E(CuratedLoop(p, K=oo).weight(t))) / 2,
    },
)
def curation_dpo_is_faster(p=Laws(), K=Integers(2, notable=(2, 3, 4, 8)), t=Integers(1, notable=(1, 2, 5))):
    """In as many steps DPO, with beta = 1 from model to model, brings the mean weight as far as K candidates do, or farther.

    For every law and every K: t steps make of p the law f^t p, up to a constant, which is t rounds of infinitely many candidates.
    """
    return Le(E(CuratedLoop(p, K=K).weight(t)), E(CuratedLoop(p, K=oo).weight(t)))


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
