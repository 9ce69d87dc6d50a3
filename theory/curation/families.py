"""Curation where the next model is not the law of the picks but its best fit in a family: two tosses of a coin, refitted.

The theorem's next model has the most likelihood of all laws; here it has it among binomial laws, an exponential family whose
statistic is the number of heads, so that the fit keeps the picks' mean number of heads and nothing else.

What survives: with K = oo the mean weight never falls, whatever the family (the fit raises E_p[f log q]); where the weight is
linear in the statistic, growth by the variance; where the reward is, the tilt itself. What does not: growth by the variance,
convergence to the best weight, and, for finite K, that the mean weight does not fall.
"""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Max, Rational, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between
from ..language.loops import Loop, coordinate
from .common import half, tournament


class TwoTossesLoop(Loop):
    """Two tosses of a coin, refitted by maximum likelihood to infinitely many picks, each among K of the model's pairs of tosses.

    u, v: the weights of no head and of two, that of one head being 1.  K: 2, 3, ... candidates; oo: the tilted law is refitted.
    start: the probability of heads at first.  Observables: theta(t), that probability.
    Source: ours: picks as in Ferbach et al. 2407.09499, with a fit in an exponential family.
    """

    u: Positive
    v: Positive
    K: Integers(2) | Points(oo)
    start: Between(0, 1)

    steady = ("K",)

    theta = coordinate(r"\theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        _, one, two = tournament(tosses(state["theta"]), (self.u, 1, self.v), self.K)
        return {"theta": one / 2 + two}


def tosses(theta) -> tuple[Expr, Expr, Expr]:
    """The probabilities of no head, of one, and of two."""
    return (1 - theta) ** 2, 2 * theta * (1 - theta), theta**2


def mean_weight(theta, u, v) -> Expr:
    """Of two tosses."""
    none, one, two = tosses(theta)
    return none * u + one + two * v


def variance(theta, u, v) -> Expr:
    """Of the weight of two tosses."""
    none, one, two = tosses(theta)
    return none * u**2 + one + two * v**2 - mean_weight(theta, u, v) ** 2


def gained(u, v, K, start) -> Expr:
    """What a round and a fit add to the mean weight."""
    return mean_weight(TwoTossesLoop(u, v, K, start).theta(1), u, v) - mean_weight(start, u, v)


# ---- what survives --------------------------------------------------------------------------------------------------


@claim(
    source="Dayan and Hinton 1997 (reward-weighted regression, as commonly quoted): a fit to the tilted law is a step of EM",
    mutants={"by half the variance over the best": lambda q, u, v: variance(q, u, v) / Max(u, v, 1) / 2},
    scale=lambda u, v: u + v,
)
def curation_family_refit_grows(q=Probability(notable=(half, Rational(1, 5))), u=Positive(hi=9), v=Positive(hi=9)):
    """K = oo, two tosses refitted: the mean weight never falls, whatever the three weights are."""
    return Ge(gained(u, v, oo, q), 0)


@claim(
    source="derived: the fit keeps the mean of the statistic, so that of the weight",
    mutants={"(K - 1)/K dropped": lambda q, c, K: variance(q, 1 - c, 1 + c) / (1 + c)},
)
def curation_family_refit_linear(q=Probability(), c=Probability(), K=Points(2, 3, 4)):
    """Weights linear in the number of heads: growth by (K - 1)/K Var(f)/f* survives the fit of two tosses, K = 2, 3, 4."""
    return Ge(gained(1 - c, 1 + c, K, q), Rational(K - 1, K) * variance(q, 1 - c, 1 + c) / (1 + c))


@claim(
    source="derived: a tilt by the statistic stays in the family",
    mutants={"by the square": lambda q, w, t: w ** (2 * t) * q / (1 - q)},
)
def curation_family_refit_tilt(q=Probability(), w=Reals(1, 20), t=Integers(0)):
    """Rewards linear in the number of heads, K = oo: a fit loses nothing, the odds of heads are multiplied by w in a round."""
    theta = TwoTossesLoop(1 / w, w, oo, q).theta(t)
    return Eq(theta / (1 - theta), w**t * q / (1 - q))


# ---- what does not --------------------------------------------------------------------------------------------------


@claim(
    source="the theorem's lemma, taken over to a fit in a family",
    expected="fails",
    corrected="curation-family-refit-grows",
)
def curation_family_refit_variance(w=Points(2, 5), K=Points(2, 4)):
    """Two equal tosses are worth w, two different ones 1: a round and a fit add (K - 1)/K Var(f)/f* to the mean weight.

    They add nothing: a fair coin stays fair.
    """
    return Ge(gained(w, w, K, half), Rational(K - 1, K) * variance(half, w, w) / w)


@claim(
    source="the theorem's limit, taken over to a fit in a family",
    expected="fails",
    corrected="curation-family-refit-grows",
)
def curation_family_refit_best(t=Points(10, 30)):
    """No head is worth 3, one 1, two 2: from heads in nine tosses of ten the mean weight exceeds 2 after 10 rounds of K = oo.

    The coin ends with heads alone, of weight 2, though the first model has no head once in a hundred times.
    """
    return Ge(mean_weight(TwoTossesLoop(3, 2, oo, Rational(9, 10)).theta(t), 3, 2), 2)


@claim(
    source="the growth of K = oo, taken over to finitely many candidates",
    expected="fails",
    corrected="curation-family-refit-grows",
)
def curation_family_refit_pairs(K=Points(2, 4)):
    """A fit to picks never lowers the mean weight: no head is worth 100, one 1, two 5, and four tosses of five are heads."""
    return Ge(gained(100, 5, K, Rational(4, 5)), 0)
