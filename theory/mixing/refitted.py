"""Models refitted to nothing but their own points, under the bound: E TV <= misfit + t e(n), e(n) that of one fit to n points.

The last model is one of the family, so that no later fit has a misfit. e(n) is that of Cauchy and Schwarz for shares of symbols;
of exponential families it is the root of half the mean divergence of a fit (Pinsker's and Jensen's inequalities), in closed form.
Of these it is the root of half the mean divergence after t fits that is held under the bound: E TV is below it, by the same
inequalities, and has no form of its own here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, Le, Max, Min, Rational, S, digamma, log, sqrt

from ..diffusion.training import LinearScoreLoop
from ..discrete.common import CategoricalLoop
from ..gaussian.common import GaussianLoop
from ..language.claims import claim
from ..language.domains import Integers, Points, Simplex
from ..language.laws import ChiSquare, Exponential, Law, Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import KL, TV, E
from .common import under

NO_SIGN = {"derivation": "the absolute value of a fit's error is no moment"}
UNDER = under("fully synthetic")
POINTS = Integers(2, notable=(10, 100))


def of_shares(symbols, n) -> Expr:
    """e(n) of the shares of so many symbols: sqrt((K - 1)/n)/2."""
    return sqrt((symbols - 1) / n) / 2


@claim(
    source=f"{UNDER}; Cauchy-Schwarz over the symbols, Jensen",
    trivial=1,
    mutants={"a quarter of it": lambda n, t: t * of_shares(3, n) / 4},
    unreached=NO_SIGN,
)
def mixing_scheme_fully_synthetic_categorical(p=Simplex(3), n=Integers(1, 20, notable=(10,)), t=Points(1, 2, 5)):
    """Three symbols, fully synthetic, n points a fit: E TV <= t sqrt((K - 1)/n)/2, K = 3, whatever their shares are."""
    loop = CategoricalLoop(p, n)
    return Le(E(TV(loop.model(t), loop.p)), t * of_shares(3, n))


# ---- a histogram ----------------------------------------------------------------------------------------------------


def off_a_ramp(shares: Sequence[Expr]) -> Expr:
    """TV of the density 2 x on (0, 1) and the histogram with these shares in equal cells: they cross once in each, at most."""
    cells, total = len(shares), S.Zero
    for k, share in enumerate(shares):
        left, right = Rational(k, cells), Rational(k + 1, cells)
        height = cells * share
        cross = Max(left, Min(right, height / 2))
        total += height * (2 * cross - left - right) - 2 * cross**2 + left**2 + right**2
    return total / 2


@claim(
    source=f"{UNDER}; the misfit is 1/(4 K)",
    trivial=1,
    mutants={
        "an eighth": lambda cells, n, t: (Rational(1, 4 * cells) + t * of_shares(cells, n)) / 8,
    },
    unreached=NO_SIGN,
)
def mixing_scheme_fully_synthetic_histogram(cells=Points(2, 4), n=Integers(1, 20, notable=(10,)), t=Points(1, 2, 5)):
    """A histogram of K equal cells, the truth of density 2 x on (0, 1): E TV <= 1/(4 K) + t sqrt((K - 1)/n)/2, K = 2 or 4.

    The first fit cannot be the truth; all later ones are of a histogram with the same cells, and have no misfit.
    """
    cells = int(cells)
    loop = CategoricalLoop(tuple(Rational(2 * k + 1, cells**2) for k in range(cells)), n)
    off = off_a_ramp([loop.share(k, t) for k in range(cells)])
    return Le(E(off), Rational(1, 4 * cells) + t * of_shares(cells, n))


# ---- exponential families -------------------------------------------------------------------------------------------


def pinsker(loop: Loop, truth: Law, t) -> Expr:
    """What E TV of model t from the truth is at most: the root of half the mean divergence."""
    return sqrt(E(KL(loop.model(t), truth)) / 2)


def of_a_gaussian(n) -> Expr:
    """e(n) of mean and variance by maximum likelihood: the mean divergence of a fit is (log(n/2) - psi((n - 1)/2))/2."""
    return sqrt(log(n / Integer(2)) - digamma((n - 1) / Integer(2))) / 2


@claim(
    source=f"{UNDER}; Pinsker's inequality",
    tight={"t": 1},
    mutants={"a tenth less": lambda n, t: Rational(9, 10) * t * of_a_gaussian(n)},
)
def mixing_scheme_fully_synthetic_gaussian(n=POINTS, t=Integers(1, notable=(5, 20))):
    """Mean and variance of a Gaussian, fully synthetic, n points a fit: sqrt(E KL/2) <= t sqrt(log(n/2) - psi((n - 1)/2))/2.

    By maximum likelihood; psi is the digamma function, and the root is sqrt(2/n) for many points. E TV is at
    most the left side, by Pinsker's inequality.
    """
    loop = GaussianLoop(n, estimator="mle")
    return Le(pinsker(loop, loop.truth, t), t * of_a_gaussian(n))


@claim(
    source=f"{UNDER}; exact matching, Pinsker's inequality",
    tight={"t": 1},
    mutants={"a tenth less": lambda n, t: Rational(9, 10) * t * of_a_gaussian(n)},
)
def mixing_scheme_fully_synthetic_score(n=POINTS, t=Integers(1, notable=(5, 20))):
    """A linear score, matched exactly to n points, fully synthetic: sqrt(E KL/2) <= t sqrt(log(n/2) - psi((n - 1)/2))/2.

    The features of the score are x and 1, the reverse SDE is integrated exactly from pure noise. Of a layer of random features
    e(n) is measured: `selfconsuming run score-network`. Left side: as of `mixing-scheme-fully-synthetic-gaussian`.
    """
    return Le(pinsker(LinearScoreLoop(n), Normal(0, 1), t), t * of_a_gaussian(n))


class ExponentialLoop(Loop):
    """An exponential law, its mean refitted by maximum likelihood to n draws from the one before.

    n: the number of points of every fit.  The mean of the truth is 1.
    Observables: theta(t), the mean of model t.
    Source: textbook: the mean of n exponential draws.
    """

    n: Integers(1)

    theta = coordinate(r"\theta", positive=True)

    joint_points = tuple({"n": n, "t": t} for n, t in ((10, 5), (100, 20), (2, 1), (20, 2)))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": S.One}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"theta": state["theta"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)}

    def law_at(self, t) -> Exponential:
        return Exponential(self.theta(t))


def of_an_exponential(n) -> Expr:
    """e(n) of the mean of an exponential law: the mean divergence of a fit is log(n) - psi(n)."""
    return sqrt((log(n) - digamma(n)) / 2)


@claim(
    source=f"{UNDER}; Pinsker's inequality",
    tight={"t": 1},
    mutants={"a tenth less": lambda n, t: Rational(9, 10) * t * of_an_exponential(n)},
)
def mixing_scheme_fully_synthetic_exponential(n=POINTS, t=Integers(1, notable=(5, 20))):
    """The mean of an exponential law, fully synthetic, n points a fit: sqrt(E KL/2) <= t sqrt((log(n) - psi(n))/2).

    psi is the digamma function. Left side: as of `mixing-scheme-fully-synthetic-gaussian`.
    """
    return Le(pinsker(ExponentialLoop(n), Exponential(1), t), t * of_an_exponential(n))
