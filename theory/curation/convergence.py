"""Curation without real data converges: the mean weight to the best weight, its variance to 0, for every K and every law.

The law of the weight is a variable: any law that has a largest value and is no constant. Proofs know no more of it, and look at
the candidates of a round one by one, so they are of every such law on any atoms; at points it has four.
"""

from __future__ import annotations

from sympy import Expr, Ge, Le, Rational, Sum, Symbol, oo

from ..language.claims import claim
from ..language.domains import Integers, Laws, Points, Positive, Probability
from ..language.laws import Finite
from ..language.moments import E, Prob, Tends, Var
from ..proof.formulas import formula
from ..proof.relations.lemmas import Lemma
from ..proof.relations.picks import near_the_best
from ..proof.relations.sequences import driven_by_variance, shrinking, summed
from .common import FERBACH, CuratedLoop, of_its_loop

s = Symbol("s", integer=True, nonnegative=True)
CANDIDATES = Integers(2, notable=(2, 3, 4, 8))
ROUNDS = Integers(0, notable=(0, 1, 5, 20))


@formula(claim="curation-reward-budget", where=lambda f, mean: mean <= f)
def reward_budget(K: Integers(2), f: Positive(), mean: Positive()) -> Expr:
    """The most that the variances of the weight add up to over all rounds: K/(K - 1) f (f - mean).

    K: candidates.  f: the best weight, `mean` the mean weight at first, in units of the weight; the budget is in their square.
    Source: Ferbach et al. 2407.09499 (Lemma 2.2, as commonly quoted), summed.
    """
    return K / (K - 1) * f * (f - mean)


@formula(claim="curation-reward-convergence", where=lambda f, mean: mean <= f)
def reward_gap(K: Integers(2), f: Positive(), mean: Positive(), share: Probability(), t: Integers(0)) -> Expr:
    """The most by which the mean weight is below the best one after t rounds: g/(1 + (K - 1)/K share t g/f), g = f - mean.

    K: candidates.  f: the best weight, `mean` the mean weight at first.  share: of the best atom at first.
    In units of the weight. Source: derived from Ferbach et al. 2407.09499 (Lemma 2.2, as commonly quoted).
    """
    gap = f - mean
    return gap / (1 + (K - 1) / K * share * t * gap / f)


def growth(loop: CuratedLoop) -> Expr:
    """What a round adds to the mean weight at least, in units of its variance: (K - 1)/(K f*)."""
    return (loop.K - 1) / loop.K / loop.law.largest


def to_the_best(loop: CuratedLoop) -> Lemma:
    """That the mean weight reaches the best one, and its variance 0, by the growth of the mean and the best atom's share."""
    best = loop.law.largest
    return driven_by_variance(best, growth(loop), Prob(loop.weight(0) >= best))


@claim(
    source=f"derived: the lemma of growth, summed over the rounds; {FERBACH} (Lemma 2.2, as commonly quoted)",
    proof=of_its_loop(lambda loop: summed(lambda k: E(loop.weight(k)) / growth(loop))),
    uses=["curation-reward-growth"],
    mutants={"a fiftieth of it": lambda p, K: reward_budget(K, p.largest, p.mean) / 50},
)
def curation_reward_budget(p=Laws(), K=CANDIDATES, T=ROUNDS):
    """The variances of the weight in all rounds add up to at most K/(K - 1) f* (f* - E_0 f), f* the best weight."""
    weight = CuratedLoop(p, K=K).weight
    return Le(Sum(Var(weight(s)), (s, 0, T - 1)), reward_budget(K, p.largest, p.mean))


@claim(
    source="derived: of the candidates those that reach the level are at least average",
    mutants={
        "a thousandth more": lambda p, K, x, t: Prob(CuratedLoop(p, K=K).weight(t) >= x) + Rational(1, 1000),
    },
)
def curation_reward_levels(p=Laws(), K=CANDIDATES, x=Positive(), t=ROUNDS):
    """Whatever the level, a draw reaches it ever more probably: so the best values keep the mass that they have at first."""
    weight = CuratedLoop(p, K=K).weight
    return Ge(Prob(weight(t + 1) >= x), Prob(weight(t) >= x))


@claim(
    headline=(
        1,
        "Users who pick one of K samples drive the mean reward to the best that the first model can produce, for every K.",
    ),
    source=f"{FERBACH} (Theorem 2.1, mean, as commonly quoted); the rate is derived",
    proof=of_its_loop(to_the_best),
    uses=["curation-reward-growth", "curation-reward-levels"],
    mutants={"halfway to the second": lambda p: (p.largest + p.second) / 2},
)
def curation_reward_convergence(p=Laws(), K=CANDIDATES, t=ROUNDS):
    """The mean weight tends to the best weight f*, at least like 1/t.

    It is below f* by at most g/(1 + (K - 1)/K a t g/f*), g = f* - E_0 f, a = P_0(f = f*).
    """
    weight = CuratedLoop(p, K=K).weight
    return Tends(E(weight(t)), (t, 0, oo), p.largest, rate=reward_gap(K, p.largest, p.mean, p.top, t))


@claim(
    source=f"{FERBACH} (Theorem 2.1, variance, as commonly quoted); the rate is derived",
    proof=of_its_loop(to_the_best),
    uses=["curation-reward-growth", "curation-reward-levels"],
    scale=lambda p: p.largest**2,
    mutants={"a tenth of the square": lambda p: p.largest**2 / 10},
)
def curation_reward_convergence_variance(p=Laws(), K=CANDIDATES, t=ROUNDS):
    """The variance of the weight tends to 0, at least like 1/t.

    It is at most f* times the most by which the mean weight is below f* then: see curation-reward-convergence.
    """
    weight = CuratedLoop(p, K=K).weight
    rate = p.largest * reward_gap(K, p.largest, p.mean, p.top, t)
    return Tends(Var(weight(t)), (t, 0, oo), 0, rate=rate)


@claim(
    source=f"derived: the mean weight tends to the best one; {FERBACH} (Theorem 2.1, as commonly quoted)",
    mutants={"nine in ten": lambda: Rational(9, 10)},
)
def curation_reward_convergence_best(p=Laws(), K=CANDIDATES, t=ROUNDS):
    """The probability that a draw has the best weight tends to 1, for every law that has one and every K."""
    return Tends(Prob(CuratedLoop(p, K=K).weight(t) >= p.largest), (t, 0, oo), 1)


@claim(
    source="derived: what is near the best keeps its share of what is not so near, so the variance keeps up with the gap",
    proof=of_its_loop(lambda loop: near_the_best(growth(loop))),
    uses=["curation-reward-growth"],
    mutants={"half of it": lambda p: p.largest / 2},
)
def curation_reward_convergence_near(p=Laws(), K=CANDIDATES, t=ROUNDS):
    """With or without a best atom: the mean weight tends to the best one at least like 1/t, if mass near it thins out as a power.

    It is below f* by at most g/(1 + (K - 1)/(8 K) d t g/f*), g = f* - E_0 f, where of what is within 4 u of f* at least the
    share d > 0 is within u: d = 4^-a where P_0(f > f* - u) is a multiple of u^a. For uniform weights, a = 1, no rate is better
    than 1/t: curation-no-atom-polynomial-rate-candidates.
    """
    return Tends(
        E(CuratedLoop(p, K=K).weight(t)), (t, 0, oo), p.largest, rate=reward_gap(K, p.largest, p.mean, p.near / 8, t)
    )


@claim(
    source="a rate of one law, taken for a rate of all",
    expected="fails",
    corrected="curation-reward-convergence-near",
)
def curation_reward_convergence_uniform(
    q=Probability(notable=(Rational(1, 10**6),)), K=Points(2, 3, 4), t=Integers(1, notable=(20,))
):
    """After t rounds the mean weight is within 8/t of the best one, 2, whatever its share at first: the other one is 1."""
    mean = E(CuratedLoop(Finite((q, 1 - q)), (2, 1), K).weight(t))
    return Ge(mean, 2 - Rational(8) / t)


@formula(claim="curation-reward-convergence-geometric")
def shrinking_ratio(K: Integers(2), u: Probability()) -> Expr:
    """The factor by which a round shrinks the odds of what is not the best, at most: 1 - (K - 1)/K (1 - u).

    K: candidates.  u: the second best weight over the best one. Source: derived (Jensen).
    """
    return 1 - (K - 1) / K * (1 - u)


@claim(
    source="derived: Jensen over the other candidates, in every round",
    proof=of_its_loop(lambda loop: shrinking(shrinking_ratio(loop.K, loop.law.second / loop.law.largest))),
    mutants={"the ratio of K = oo": lambda p, t: (p.second / p.largest) ** t * (1 - p.top) / p.top},
)
def curation_reward_convergence_geometric(p=Laws(), K=CANDIDATES, t=ROUNDS):
    """With a gap below the best weight convergence is geometric: a round shrinks the odds of all others by a constant factor.

    It is at most 1 - (K - 1)/K (1 - u), u the second best weight over the best one.
    """
    best = Prob(CuratedLoop(p, K=K).weight(t) >= p.largest)
    return Le((1 - best) / best, shrinking_ratio(K, p.second / p.largest) ** t * (1 - p.top) / p.top)


LEVEL = Positive().symbol("x")


def _below(p, K, x, t, faster=1) -> Expr:
    """How far the mean weight may be below a level x, with its sign; of a claim that it gets there `faster`."""
    weight = CuratedLoop(p, K=K).weight
    a, g = Prob(weight(0) >= x), x - E(weight(0))
    return -g / (1 + (K - 1) / K * a * faster * t * g / p.largest)


@claim(
    source=f"{FERBACH} (Theorem 2.1 with the essential supremum, as commonly quoted); the rate is derived",
    where=lambda p, x: p.mean <= x,
    proof=of_its_loop(lambda loop: driven_by_variance(LEVEL, growth(loop), Prob(loop.weight(0) >= LEVEL))),
    uses=["curation-reward-growth", "curation-reward-levels"],
    mutants={"a hundred times as fast": lambda p, K, x, t: _below(p, K, x, t, 100)},
)
def curation_reward_convergence_essential(p=Laws(), K=CANDIDATES, x=Positive(), t=ROUNDS):
    """The mean weight comes up to every level that a draw reaches with positive probability at first: the essential supremum.

    It is below the level x by at most g/(1 + (K - 1)/K a t g/f*), g = x - E_0 f >= 0, a = P_0(f >= x).
    """
    return Ge(E(CuratedLoop(p, K=K).weight(t)) - x, _below(p, K, x, t))


@claim(
    source=f"{FERBACH} (Theorem 2.1 with the essential supremum, as commonly quoted); the rate is derived",
    where=lambda p, x: p.mean <= x,
    proof=of_its_loop(lambda loop: driven_by_variance(LEVEL, growth(loop), Prob(loop.weight(0) >= LEVEL))),
    uses=["curation-reward-growth", "curation-reward-levels"],
    mutants={"a hundred times as fast": lambda p, K, x, t: _below(p, K, x, t, 100)},
)
def curation_reward_convergence_line(p=Laws(line=2), K=CANDIDATES, x=Positive(notable=(Rational(7, 4),)), t=ROUNDS):
    """On the line, too, no value having a probability, the mean weight comes up to every level below the essential supremum.

    The bound is that of curation-reward-convergence-essential. At points the law is a mixture of two uniform ones.
    """
    return Ge(E(CuratedLoop(p, K=K).weight(t)) - x, _below(p, K, x, t))


@claim(
    source="what holds of a law with a best atom, taken for every law",
    expected="fails",
    corrected="curation-reward-convergence-line",
)
def curation_reward_convergence_line_best(p=Laws(line=2), K=Points(2, 3), t=Points(10)):
    """Whatever the law, after ten rounds one draw in a million at least has the best weight itself."""
    return Ge(Prob(CuratedLoop(p, K=K).weight(t) >= p.largest), Rational(1, 10**6))


@claim(
    headline=(
        6,
        "Curation does not find the best possible output, only the best one that the first model ever produces.",
    ),
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
