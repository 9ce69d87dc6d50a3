"""Sure choices: each pick is the best of K draws. Beside real data, too, and how near a Bradley-Terry choice comes to that."""

from __future__ import annotations

from sympy import Add, And, Eq, Expr, Ge, Integer, Integral, Le, Symbol, exp, log, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals, Simplex
from ..language.fields import Ratio
from ..language.finite_loops import FiniteLoop
from ..language.laws import Finite, Noise, Uniform
from ..language.moments import TV, E
from .common import CuratedLoop, half

UNENDING = {"derivation": "no form of the law after infinitely many rounds"}


class BestOfEachLoop(FiniteLoop):
    """Every pick is the best of K draws from the model, which is refitted to infinitely many picks, or to picks and real data.

    start: `Finite` law of the real data and at first, its atoms in the order of their rewards, the best one last.
    K: 2, 3, ... candidates.  lam: ratio of synthetic to real data; oo: synthetic data only.
    Observables: mass(t, i, ...), the probability of atoms; model(t), a law.
    Source: the limit of sure choices in Ferbach et al. 2407.09499.
    """

    start: Finite
    K: Integers(2)
    lam: Ratio = oo

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """No candidate is better than atom i if all K are not."""
        below = [Add(*(state[name] for name in self.state[: i + 1])) for i in range(len(self.state))]
        picked = [F**self.K - G**self.K for F, G in zip(below, [Integer(0), *below], strict=False)]
        if self.lam is not oo:
            picked = [(p + self.lam * q) / (1 + self.lam) for p, q in zip(self.start.masses, picked, strict=True)]
        return dict(zip(self.state, picked, strict=True))


# ---- beside real data -----------------------------------------------------------------------------------------------


def rank(u, K, lam) -> BestOfEachLoop:
    """Two atoms, what is up to the u-quantile of the real data and what is above."""
    return BestOfEachLoop(Finite((u, 1 - u)), K, lam)


def below(u, lam) -> Expr:
    """What is in the end below the u-quantile of the real data, with two candidates."""
    return (1 + lam - sqrt((1 + lam) ** 2 - 4 * lam * u)) / (2 * lam)


@claim(
    source="derived: fixed point of F -> (u + lam F^2)/(1 + lam)",
    mutants={"the real data's share of it": lambda u, lam: u / (1 + lam)},
    unreached=UNENDING,
)
def curation_mixed_hard_argmax(u=Probability(notable=(half,)), lam=Positive(hi=5, notable=(half, 3))):
    """Best of two beside real data: what is below the u-quantile of the real data ends at a root of a quadratic equation.

    F = (1 + lam - sqrt((1 + lam)^2 - 4 lam u))/(2 lam), for every lam: the limit's distribution function at rank u.
    """
    return Eq(rank(u, 2, lam).mass(oo, 0), below(u, lam))


@claim(
    source="derived: fixed point of F -> (u + lam F^K)/(1 + lam)",
    mutants={"K - 1 candidates": lambda u, K, lam: {"==": (1 + lam) * rank(u, K, lam).mass(oo, 0) - lam * u}},
    unreached=UNENDING,
)
def curation_mixed_hard_argmax_candidates(
    u=Probability(notable=(half,)), K=Points(2, 3, 4), lam=Positive(hi=5, notable=(half, 3))
):
    """K candidates: the limit's distribution function F at rank u solves (1 + lam) F - lam F^K = u."""
    F = rank(u, K, lam).mass(oo, 0)
    return Eq((1 + lam) * F - lam * F**K, u)


@claim(
    source="derived: the root at u = 1, where a smaller one than 1 is left for lam > 1",
    mutants={"1 - 1/(2 lam)": lambda u, lam: 1 - 1 / (2 * lam)},
    unreached=UNENDING,
)
def curation_mixed_hard_argmax_atom(u=Probability(notable=(half,)), lam=Reals(1, 20, notable=(3,))):
    """Beyond lam = 1 the best of two condense: however few are above the u-quantile at first, 1 - 1/lam are in the end."""
    return Ge(rank(u, 2, lam).mass(oo, 1), 1 - 1 / lam)


q = Symbol("q", positive=True)


@claim(
    source="derived: the mean of a rank is the integral of 1 - F, by parts",
    mutants={"lam/4": lambda lam: half + lam / 4},
)
def curation_mixed_hard_argmax_mean(lam=Positive(hi=1, notable=(half,))):
    """Up to lam = 1 the mean rank of the limit is 1/2 + lam/6.

    No simulation: a number, of which nothing is random.
    """
    return Eq(Integral(1 - below(q, lam), (q, 0, 1)), half + lam / 6)


@claim(
    source="derived: the mean of a rank is the integral of 1 - F, by parts",
    mutants={"without the last part": lambda lam: 1 - 1 / (2 * lam)},
)
def curation_mixed_hard_argmax_mean_above(lam=Reals(1, 20, notable=(3,))):
    """From there on it is 1 - 1/(2 lam) + 1/(6 lam^2).

    No simulation: a number, of which nothing is random.
    """
    return Eq(Integral(1 - below(q, lam), (q, 0, 1)), 1 - 1 / (2 * lam) + 1 / (6 * lam**2))


@claim(
    source="the mean rank below the threshold, used beyond it",
    expected="fails",
    corrected="curation-mixed-hard-argmax-mean-above",
)
def curation_mixed_hard_argmax_mean_linear(lam=Reals(1, 20, notable=(3,))):
    """Also beyond lam = 1 the mean rank of the limit is 1/2 + lam/6."""
    return Eq(Integral(1 - below(q, lam), (q, 0, 1)), half + lam / 6)


# ---- a choice that may be wrong -------------------------------------------------------------------------------------


def wrong(B) -> Expr:
    """The probability that Bradley-Terry at inverse temperature B picks the worse of two draws, rewards uniform on (0, 1).

    Their distance has the density 2 (1 - d) there.
    """
    D = Noise("D", Uniform(0, 1))
    return E(2 * (1 - D) / (1 + exp(B * D)))


@claim(
    source="derived: the density 2 (1 - d) of the distance of two uniform draws, integrated to 1 and to infinity",
    mutants={
        "pi^2/(12 B^2)": lambda B: {">=": 2 * log(2) / B - pi**2 / (12 * B**2)},
        "half of it": lambda B: {"<=": log(2) / B},
    },
    unreached={"derivation": "an integral that is a dilogarithm is left"},
)
def curation_temperature_to_argmax(B=Positive(hi=40, notable=(1, 5, 20))):
    """Without atoms a choice gets sure only like 1/B: the worse of two draws is picked with probability about 2 log(2)/B."""
    return And(Ge(wrong(B), 2 * log(2) / B - pi**2 / (6 * B**2)), Le(wrong(B), 2 * log(2) / B))


@claim(
    source="the rate of finitely many atoms",
    expected="fails",
    corrected="curation-temperature-to-argmax",
)
def curation_temperature_to_argmax_exponential(B=Points(5, 10, 20)):
    """Without atoms, too, the worse of two draws is picked with probability at most e^(-B/4)."""
    return Le(wrong(B), exp(-B / 4))


@claim(
    source="derived: each worse candidate is picked with at most the odds of the smallest gap",
    mutants={"squared": lambda p, w, v, K: w**2 / 20},
    unreached={"derivation": "no certificate for the sign of a sum of absolute values"},
)
def curation_temperature_to_argmax_atoms(p=Simplex(3), w=Probability(), v=Probability(), K=Points(2, 3)):
    """On atoms it gets sure exponentially: a round is within (K - 1) e^(-B g) of the best of K, in total variation.

    w = e^(-B g), g the smallest gap of the rewards: three atoms of weights v w^2, w, 1.
    """
    law = Finite(p)
    return Le(TV(CuratedLoop(law, (v * w**2, w, 1), K).model(1), BestOfEachLoop(law, K).model(1)), (K - 1) * w)
