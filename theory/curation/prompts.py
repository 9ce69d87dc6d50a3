"""Curation with prompts: each is drawn from p_user, and the user picks one of K samples that the model makes of it.

The model is a law for each prompt, so every prompt is a loop of its own, and what is said of all of them is an average over
prompts: of two here, the first of which is sent with probability `share`. Rewards may depend on the prompt in any way, and so
may K.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Ge, Le, Lt, Max, Rational, oo
from sympy.core.relational import Relational

from ..language.claims import claim
from ..language.domains import Laws, Points, Probability, Reals
from ..language.laws import Finite
from ..language.loops import Observable
from ..language.moments import E, Moment, Tends, Var
from ..language.order import in_order
from ..proof.relations.lemmas import Lemma, Link, Term, term_by_term
from .common import FERBACH, CuratedLoop
from .convergence import CANDIDATES, ROUNDS, reward_gap, to_the_best

WEIGHTS = Laws(atoms=2)
MANY = f"{FERBACH} (prompts, as commonly quoted)"
Prompts = tuple[
    tuple[Expr, CuratedLoop, Any], ...
]  # of each its probability, its loop, and the law of the weight at first


def prompted(p, q, share, K, M) -> Prompts:
    """Two prompts with laws p, q of the weight, and K, M candidates."""
    return (share, CuratedLoop(p, K=K), p), (1 - share, CuratedLoop(q, K=M), q)


def averaged(prompts: Prompts, of: Callable[[CuratedLoop, Any], Expr]) -> Expr:
    """The average over prompts of what is said of the loop and the law of each."""
    return Add(*(share * of(loop, law) for share, loop, law in prompts))


def least_growth(prompts: Prompts, t) -> Expr:
    return averaged(prompts, lambda loop, law: (loop.K - 1) / loop.K / law.largest * Var(loop.weight(t)))


def gap(loop: CuratedLoop, law, t) -> Expr:
    """The most by which the mean weight of one prompt is below its best weight after t rounds."""
    return reward_gap(loop.K, law.largest, law.mean, law.top, t)


def _each(kind: type[Moment], value: Callable, rate: Callable) -> Lemma:
    """The lemma of one prompt for every prompt: value(loop, t) is within rate(loop, t) of 0, `kind` the moment in it."""

    def links(relation: Relational) -> list[Link]:
        side = relation.gts if relation.gts.has(Observable) else relation.lts
        (t,) = {o.t for o in side.atoms(Observable)}
        loops = in_order({o.loop for o in side.atoms(Observable)})
        shares = {loop: side.coeff(kind(loop.weight(t))) for loop in loops}
        terms = (Term(s, value(loop, t), rate(loop, loop.law, t), to_the_best(loop)) for loop, s in shares.items())
        return term_by_term(*terms)(relation)

    return links


@claim(
    source=f"{FERBACH} (Lemma 2.2 with prompts, as commonly quoted)",
    uses=["curation-reward-growth"],
    mutants={"twice as much": lambda p, q, share, K, M, t: 2 * least_growth(prompted(p, q, share, K, M), t)},
)
def curation_prompts_growth(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """Over prompts the mean weight grows by at least the average of (K - 1)/K Var(f)/f*, all of them those of the prompt."""
    prompts = prompted(p, q, share, K, M)
    grown = averaged(prompts, lambda loop, law: E(loop.weight(t + 1)) - E(loop.weight(t)))
    return Ge(grown, least_growth(prompts, t))


@claim(
    source=f"{FERBACH} (Theorem 2.1, mean, with prompts, as commonly quoted); the rate is derived",
    proof=_each(E, lambda loop, t: E(loop.weight(t)) - loop.law.largest, gap),
    uses=["curation-reward-convergence"],
    mutants={"halfway to it": lambda p, q, share: share * (p.largest + p.mean) / 2 + (1 - share) * q.largest},
)
def curation_prompts_convergence(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """Over prompts the mean weight tends to the average of the prompts' best weights, at least like 1/t: each to its own."""
    prompts = prompted(p, q, share, K, M)
    best = averaged(prompts, lambda loop, law: law.largest)
    rate = averaged(prompts, lambda loop, law: gap(loop, law, t))
    return Tends(averaged(prompts, lambda loop, law: E(loop.weight(t))), (t, 0, oo), best, rate=rate)


@claim(
    source=f"{FERBACH} (Theorem 2.1, variance, with prompts, as commonly quoted); the rate is derived",
    proof=_each(Var, lambda loop, t: Var(loop.weight(t)), lambda loop, law, t: law.largest * gap(loop, law, t)),
    uses=["curation-reward-convergence-variance"],
    scale=lambda p, q: p.largest**2 + q.largest**2,
    mutants={"a tenth of the square": lambda p: p.largest**2 / 10},
)
def curation_prompts_variance(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """The variance of the weight within a prompt tends to 0, on average over prompts, at least like 1/t."""
    prompts = prompted(p, q, share, K, M)
    rate = averaged(prompts, lambda loop, law: law.largest * gap(loop, law, t))
    return Tends(averaged(prompts, lambda loop, law: Var(loop.weight(t))), (t, 0, oo), 0, rate=rate)


@claim(
    source="the best weight of all prompts in place of each prompt's own",
    expected="fails",
    corrected="curation-prompts-convergence",
)
def curation_prompts_best(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, t=ROUNDS):
    """Over prompts the mean weight tends to the best weight that any prompt allows."""
    prompts = prompted(p, q, share, K, K)
    rate = averaged(prompts, lambda loop, law: gap(loop, law, t))
    mean = averaged(prompts, lambda loop, law: E(loop.weight(t)))
    return Tends(mean, (t, 0, oo), Max(p.largest, q.largest), rate=rate)


@claim(
    headline=(3, "Curation takes away the variety of rewards within each prompt. The variety between prompts stays."),
    source="the variance within prompts, taken for that of all samples",
    expected="fails",
    corrected="curation-prompts-variance",
)
def curation_prompts_variance_of_all(share=Probability(), w=Reals(2, 20), t=Points(10, 100)):
    """The variance of the weight of all samples, whatever their prompt, falls below 1/100 of the best weight's square.

    Two prompts with two atoms each: weights 1 and 2, and w times that. What lies between the prompts stays.
    """
    prompts = prompted_pair(share, w)
    mean, square = (averaged(prompts, lambda loop, law, j=j: E(loop.weight(t) ** j)) for j in (1, 2))
    return Le(square - mean**2, (2 * w) ** 2 / 100)


def prompted_pair(share, w) -> Prompts:
    """Two prompts with two atoms of mass 1/2 each: weights 1 and 2, and w times that."""
    law = Finite((Rational(1, 2), Rational(1, 2)))
    return (share, CuratedLoop(law, (1, 2)), law), (1 - share, CuratedLoop(law, (w, 2 * w)), law)


@claim(
    source="derived: the odds of two atoms under a tournament",
    mutants={"as it was": lambda share, w, K: {"<": share * Rational(1, 2)}},
)
def curation_prompts_forgotten(share=Probability(), w=Reals(1, 20), K=Points(2, 3, 4)):
    """Where users pick among samples for different prompts, the prompt whose samples are poorer is sent less after each round.

    One atom a prompt, the other one's weight w times as large. With a p_user of its own the loop keeps both.
    """
    return Lt(CuratedLoop(Finite((share, 1 - share)), (1, w), K).mass(1, 0), share)
