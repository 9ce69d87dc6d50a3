"""Curation with prompts: each is drawn from p_user, and the user picks one of K samples that the model makes of it.

The model is a law for each prompt, so every prompt is a loop of its own, and what is said of all of them is an average over
prompts: of two here, the first of which is sent with probability `share`. Rewards may depend on the prompt in any way, and so
may K.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Eq, Expr, Ge, Le, Lt, Max, oo
from sympy.core.relational import Relational

from ..language.claims import claim
from ..language.domains import Integers, Laws, Points, Probability, Reals
from ..language.laws import Finite
from ..language.loops import Observable
from ..language.moments import E, Moment, Tends, Var
from ..language.order import in_order
from ..proof.relations.lemmas import Lemma, Link, Term, term_by_term
from .common import FERBACH, CuratedLoop, half
from .convergence import CANDIDATES, ROUNDS, reward_gap, to_the_best

WEIGHTS = Laws(atoms=2)


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


def least_growth(p, q, share, K, M, t) -> Expr:
    """The average over the two prompts of the least growth of the mean weight."""
    one, two = CuratedLoop(p, K=K), CuratedLoop(q, K=M)
    first, second = Var(one.weight(t)) / p.largest, Var(two.weight(t)) / q.largest
    return share * (K - 1) / K * first + (1 - share) * (M - 1) / M * second


@claim(
    source=f"{FERBACH} (Prompts, growth, as commonly quoted)",
    uses=["curation-reward-growth"],
    mutants={"twice as much": lambda p, q, share, K, M, t: 2 * least_growth(p, q, share, K, M, t)},
)
def curation_prompts_growth(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """Over prompts the mean weight grows by at least the average of (K - 1)/K Var(f)/f*, all of them those of the prompt."""
    one, two = CuratedLoop(p, K=K), CuratedLoop(q, K=M)
    first, second = (E(x.weight(t + 1)) - E(x.weight(t)) for x in (one, two))
    return Ge(share * first + (1 - share) * second, least_growth(p, q, share, K, M, t))


def known_growth(p, q, share, K, M, t) -> Expr:
    """The same with the mean weight of each prompt known."""
    one, two = CuratedLoop(p, K=K).weight(t), CuratedLoop(q, K=M).weight(t)
    first = (K - 1) * Var(one) / (2 * p.largest + (K - 2) * E(one))
    second = (M - 1) * Var(two) / (2 * q.largest + (M - 2) * E(two))
    return share * first + (1 - share) * second


@claim(
    source=f"derived: prompt by prompt with its mean weight; {FERBACH} (Prompts, growth, as commonly quoted) have its best one",
    uses=["curation-reward-growth-sharper"],
    mutants={"three times that": lambda p, q, share, K, M, t: 3 * known_growth(p, q, share, K, M, t)},
)
def curation_prompts_growth_sharper(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """With each prompt's mean weight m known it grows by at least the average of (K - 1) Var(f)/(2 f* + (K - 2) m)."""
    one, two = CuratedLoop(p, K=K), CuratedLoop(q, K=M)
    first, second = (E(x.weight(t + 1)) - E(x.weight(t)) for x in (one, two))
    return Ge(share * first + (1 - share) * second, known_growth(p, q, share, K, M, t))


@claim(
    source=f"{FERBACH} (Prompts, mean, as commonly quoted); the rate is derived",
    proof=_each(E, lambda loop, t: E(loop.weight(t)) - loop.law.largest, gap),
    uses=["curation-reward-convergence"],
    mutants={"halfway to it": lambda p, q, share: share * (p.largest + p.mean) / 2 + (1 - share) * q.largest},
)
def curation_prompts_convergence(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """Over prompts the mean weight tends to the average of the prompts' best weights, at least like 1/t: each to its own."""
    one, two = CuratedLoop(p, K=K), CuratedLoop(q, K=M)
    mean = share * E(one.weight(t)) + (1 - share) * E(two.weight(t))
    best = share * p.largest + (1 - share) * q.largest
    return Tends(mean, (t, 0, oo), best, rate=share * gap(one, p, t) + (1 - share) * gap(two, q, t))


@claim(
    source=f"{FERBACH} (Prompts, variance, as commonly quoted); the rate is derived",
    proof=_each(Var, lambda loop, t: Var(loop.weight(t)), lambda loop, law, t: law.largest * gap(loop, law, t)),
    uses=["curation-reward-convergence-variance"],
    scale=lambda p, q: p.largest**2 + q.largest**2,
    mutants={"a tenth of the square": lambda p: p.largest**2 / 10},
)
def curation_prompts_variance(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
    """The variance of the weight within a prompt tends to 0, on average over prompts, at least like 1/t."""
    one, two = CuratedLoop(p, K=K), CuratedLoop(q, K=M)
    within = share * Var(one.weight(t)) + (1 - share) * Var(two.weight(t))
    rate = share * p.largest * gap(one, p, t) + (1 - share) * q.largest * gap(two, q, t)
    return Tends(within, (t, 0, oo), 0, rate=rate)


@claim(
    source=f"derived: K = oo, two samples of a prompt; {FERBACH} (Prompts, mean, as commonly quoted) have the limit",
    mutants={"a round late": lambda share, q, r, v, w, t: of_prompts(share, q, r, v, w, t - 1)},
)
def curation_prompts_tilt(
    share=Probability(), q=Probability(), r=Probability(), v=Reals(1, 20), w=Reals(1, 20), t=Integers(1)
):
    """K = oo, prompts of two samples, of weights 1 and v or 1 and w: a round multiplies the odds of the better one by v, or w."""
    one, two = (CuratedLoop(Finite((1 - x, x)), (1, y), oo) for x, y in ((q, v), (r, w)))
    return Eq(share * E(one.weight(t)) + (1 - share) * E(two.weight(t)), of_prompts(share, q, r, v, w, t))


def of_prompts(share, q, r, v, w, t) -> Expr:
    """The mean weight over two prompts whose better samples have the odds q v^t/(1 - q) and r w^t/(1 - r)."""
    first, second = ((1 - x + x * y ** (t + 1)) / (1 - x + x * y**t) for x, y in ((q, v), (r, w)))
    return share * first + (1 - share) * second


@claim(
    source=f"derived: the same; {FERBACH} (Prompts, variance, as commonly quoted) have the limit",
    mutants={"a round late": lambda share, q, r, v, w, t: within_prompts(share, q, r, v, w, t - 1)},
)
def curation_prompts_tilt_variance(
    share=Probability(), q=Probability(), r=Probability(), v=Reals(1, 20), w=Reals(1, 20), t=Integers(1)
):
    """And the variance within prompts is the average of (v - 1)^2 p (1 - p), p the probability of the better sample then."""
    one, two = (CuratedLoop(Finite((1 - x, x)), (1, y), oo) for x, y in ((q, v), (r, w)))
    return Eq(share * Var(one.weight(t)) + (1 - share) * Var(two.weight(t)), within_prompts(share, q, r, v, w, t))


def within_prompts(share, q, r, v, w, t) -> Expr:
    """The variance of the weight within a prompt, on average over two prompts, after t rounds."""
    first, second = ((y - 1) ** 2 * x * y**t * (1 - x) / (1 - x + x * y**t) ** 2 for x, y in ((q, v), (r, w)))
    return share * first + (1 - share) * second


@claim(
    source="the best weight of all prompts in place of each prompt's own",
    expected="fails",
    corrected="curation-prompts-convergence",
)
def curation_prompts_best(p=WEIGHTS, q=WEIGHTS, share=Probability(), K=CANDIDATES, t=ROUNDS):
    """Over prompts the mean weight tends to the best weight that any prompt allows."""
    one, two = CuratedLoop(p, K=K), CuratedLoop(q, K=K)
    mean = share * E(one.weight(t)) + (1 - share) * E(two.weight(t))
    rate = share * gap(one, p, t) + (1 - share) * gap(two, q, t)
    return Tends(mean, (t, 0, oo), Max(p.largest, q.largest), rate=rate)


@claim(
    headline=(8, "Curation takes away the variety of rewards within each prompt. The variety between prompts stays."),
    source="the variance within prompts, taken for that of all samples",
    expected="fails",
    corrected="curation-prompts-variance",
)
def curation_prompts_variance_of_all(share=Probability(), w=Reals(2, 20), t=Points(10, 100)):
    """The variance of the weight of all samples, whatever their prompt, falls below 1/100 of the best weight's square.

    Two prompts with two atoms of mass 1/2 each: weights 1 and 2, and w times that.
    """
    even = Finite((half, half))
    one, two = CuratedLoop(even, (1, 2)), CuratedLoop(even, (w, 2 * w))
    mean, square = (share * E(one.weight(t) ** j) + (1 - share) * E(two.weight(t) ** j) for j in (1, 2))
    return Le(square - mean**2, (2 * w) ** 2 / 100)


@claim(
    source="derived: the odds of two atoms under a tournament",
    mutants={"as it was": lambda share, w, K: {"<": share * half}},
)
def curation_prompts_forgotten(share=Probability(), w=Reals(1, 20), K=Points(2, 3, 4)):
    """Where users pick among samples for different prompts, the prompt whose samples are poorer is sent less after each round.

    One atom a prompt, the other one's weight w times as large. With a p_user of its own the loop keeps both.
    """
    return Lt(CuratedLoop(Finite((share, 1 - share)), (1, w), K).mass(1, 0), share)
