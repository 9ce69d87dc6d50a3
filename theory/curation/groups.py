"""Two groups: of Gaussian rewards the higher mean wins first, the larger spread in the end; and groups with a covariate."""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Integer, Lt, Rational, exp, log, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.laws import Finite, Normal
from ..language.loops import Loop, coordinate
from .common import CuratedLoop, half
from .rounds import odds


class GaussianGroupsLoop(Loop):
    """K = oo: the rewards of two groups are normal, and both are tilted by e^r together, round after round.

    lead: mean of the first group's rewards at first, that of the second one being 0.  v1, v2: their variances.
    odds0: odds(0).
    Observables: edge(t), log-odds of the first group against the second; odds(t) = e^edge; high(t), low(t),
    the groups' mean rewards.
    Source: ours: two normal groups in the limit of many candidates in Ferbach et al. 2407.09499.
    """

    lead: Reals
    v1: Positive
    v2: Positive
    odds0: Positive = 1

    edge = coordinate("e")
    high = coordinate("a")
    low = coordinate("b")
    steady = ("v1", "v2")

    def odds(self, t) -> Expr:
        """Of the first group against the second after t rounds."""
        return exp(self.edge(t))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"edge": log(self.odds0), "high": self.lead, "low": 0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """A tilt multiplies a group's mass by its mean weight, and moves its normal law by the variance."""
        first, _ = Normal(state["high"], self.v1).exponential_moment(Integer(1))
        second, _ = Normal(state["low"], self.v2).exponential_moment(Integer(1))
        return {
            "edge": state["edge"] + log(first) - log(second),
            "high": state["high"] + self.v1,
            "low": state["low"] + self.v2,
        }


@claim(
    source="derived: cumulant generating functions of the two groups' rewards",
    mutants={"as the mean rewards": lambda d, v1, v2, o, t: o * exp(t * d)},
)
def curation_group_reversal_gaussian(
    d=Reals(0, 3), v1=Positive(hi=2), v2=Positive(hi=2), o=Positive(), t=Integers(0, 12)
):
    """K = oo: a group whose mean reward leads by d has the odds o exp(t d + t^2 (v1 - v2)/2) after t rounds.

    With v1 < v2 they are back at o after 2 d/(v2 - v1) rounds, and fall faster than geometrically from then on.
    """
    return Eq(GaussianGroupsLoop(d, v1, v2, o).odds(t), o * exp(t * d + t**2 * (v1 - v2) / 2))


@claim(
    source="derived: the sign of the exponent",
    where=lambda d, v1, v2, t: 2 * d < t * (v2 - v1),
    mutants={"half": lambda d, v1, v2, t: exp(t * (2 * d - t * (v2 - v1)))},
)
def curation_group_reversal_gaussian_lost(d=Reals(0, 3), v1=Positive(hi=1), v2=Positive(hi=8), t=Integers(1, 12)):
    """After more than 2 d/(v2 - v1) rounds the group with the higher mean reward has less than it had at first."""
    return Lt(GaussianGroupsLoop(d, v1, v2).odds(t), 1)


@claim(
    source="the first round, taken for all of them",
    expected="fails",
    corrected="curation-group-reversal-gaussian",
)
def curation_group_reversal_gaussian_mean_wins(t=Points(1, 2, 3)):
    """The group with the higher mean reward gains: 1/2 against 0, variances 1/4 and 1."""
    return Ge(GaussianGroupsLoop(Rational(1, 2), Rational(1, 4), 1).odds(t), 1)


# ---- a covariate ----------------------------------------------------------------------------------------------------


def strata(g, a, b, w, c, K) -> CuratedLoop:
    """Two groups and a covariate, high or low: atoms 0, 1 of the first group, 2, 3 of the second, the high one first.

    g: share of the first group.  a, b: the shares of the high level in either.  w: the weight of the high level against the low
    one.  c: that of the first group against the second, at the same level.
    """
    return CuratedLoop(Finite((g * a, g * (1 - a), (1 - g) * b, (1 - g) * (1 - b))), (c * w, c, w, 1), K)


@claim(
    source="derived: exponential tilting, level by level",
    mutants={"the levels forgotten": lambda g, c, t: g / (1 - g) * c**t},
)
def curation_group_covariates(
    g=Probability(), a=Probability(), b=Probability(), w=Reals(1, 20), c=Reals(1, 5), t=Integers(0)
):
    """K = oo: a group worth c times as much at every level of a covariate has the odds o c^t (a w^t + 1 - a)/(b w^t + 1 - b).

    a, b are the shares of the level that is worth w times the other, in this group and in the other one. It may lose at first, if
    b > a, and wins in the end. No simulation: a draw from a tilted law needs its normaliser.
    """
    levels = (a * w**t + 1 - a) / (b * w**t + 1 - b)
    return Eq(odds(strata(g, a, b, w, c, oo), t), g / (1 - g) * c**t * levels)


@claim(
    source="what holds at every level, taken for what holds of all (Simpson's paradox)",
    expected="fails",
    corrected="curation-group-covariates",
)
def curation_group_covariates_adjusted(K=Points(2, 4, oo), t=Points(0, 1, 2)):
    """A group that is worth more at every level gains share: c = 11/10, w = 5, the shares of the high level .1 and .9."""
    loop = strata(half, Rational(1, 10), Rational(9, 10), 5, Rational(11, 10), K)
    return Ge(odds(loop, t + 1), odds(loop, t))
