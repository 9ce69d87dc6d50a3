"""Diversity (heterozygosity): the probability that two draws differ, and how fast it is lost."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Integer,
    Product,
    Symbol,
    exp,
)

from ..language.claims import claim
from ..language.domains import Integers, Probability, Simplex
from ..language.fields import Listed
from ..language.loops import CLOCK
from ..language.moments import E
from ..language.policies import Growing
from ..proof.arithmetic.programs import to_ball
from ..proof.formulas import above, formula, least
from .common import CategoricalLoop, diverse


@formula(claim="discrete-heterozygosity")
def diversity_left(n: Integers(1), t: Integers(0)) -> Expr:
    """The share of H, the probability that two draws differ, that is left on average after t generations of n draws.

    Source: Wright-Fisher, classical; the recursion of Seddik et al. 2404.05090.
    """
    return (1 - 1 / n) ** t


@formula(claim="discrete-heterozygosity")
def sample_size(keep: Listed(Probability), t: Listed(Integers(1))) -> Integer:
    """The least number of draws a generation with which the share `keep` of diversity is left after t generations.

    Source: the inverse of `diversity_left`, which rises with n.
    """
    return least(
        lambda n: above(
            lambda: diversity_left.at(n=n, t=t) - to_ball(keep), lambda: diversity_left(Integer(n), t) == keep
        ),
        2,
    )


@formula(claim="discrete-heterozygosity")
def generations(keep: Listed(Probability), n: Listed(Integers(2))) -> Integer:
    """After how many generations of n draws at most the share `keep` of diversity is left, on average.

    Source: the inverse of `diversity_left`, which falls with t.
    """
    return least(
        lambda t: above(
            lambda: to_ball(keep) - diversity_left.at(n=n, t=t), lambda: diversity_left(Integer(n), Integer(t)) == keep
        ),
        1,
    )


WRIGHT_FISHER = "Wright-Fisher, classical; the recursion of Seddik et al. 2404.05090"


@claim(
    source=WRIGHT_FISHER,
    mutants={
        "the first fit not counted": lambda n, p, t: (1 - 1 / n) ** (t - 1) * diverse(p),
        "e^(-t/n)": lambda n, p, t: exp(-t / n) * diverse(p),
    },
)
def discrete_heterozygosity(n=Integers(1), p=Simplex(3), t=Integers(0)):
    """The probability that two draws differ is lost by exactly 1 - 1/n a generation: (1 - 1/n)^t H(p)."""
    return Eq(E(CategoricalLoop(p, n).diversity(t)), diversity_left(n, t) * diverse(p))


@claim(
    source="derived: E |p_t - p|^2 = H(p) - E H(p_t), as E p_t = p",
    mutants={"the first fit not counted": lambda n, p, t: diverse(p) * (1 - (1 - 1 / n) ** (t - 1))},
)
def discrete_heterozygosity_distance(n=Integers(2), p=Simplex(3), t=Integers(0)):
    """What diversity is lost is squared distance from the truth: H(p) (1 - (1 - 1/n)^t)."""
    return Eq(E(CategoricalLoop(p, n).distance(t)), diverse(p) * (1 - (1 - 1 / n) ** t))


@claim(
    source="derived: heterozygosity with n t^2 draws; Euler's product for the sine",
    mutants={"growth without effect": lambda n, p, t: 2 * p * (1 - p) * (1 - 1 / n) ** t},
)
def discrete_heterozygosity_growing(n=Integers(2, 6), p=Probability(), t=Integers(0, 8)):
    """With n t^2 draws in generation t the losses multiply to prod (1 - 1/(n k^2)): diversity survives for ever."""
    loop, k = CategoricalLoop((p, 1 - p), n, Growing(n * CLOCK**2)), Symbol("k", integer=True, positive=True)
    return Eq(E(loop.diversity(t)), 2 * p * (1 - p) * Product(1 - 1 / (n * k**2), (k, 1, t)))


@claim(
    source="the rate of diploid populations, 2n gene copies, taken for that of n draws",
    expected="fails",
    corrected="discrete-heterozygosity",
)
def discrete_heterozygosity_diploid(n=Integers(2), p=Simplex(3), t=Integers(1)):
    """The probability that two draws differ is lost by 1 - 1/(2n) a generation."""
    return Eq(E(CategoricalLoop(p, n).diversity(t)), (1 - 1 / (2 * n)) ** t * diverse(p))
