"""What a bound over the path has to do with the error at its end: Girsanov's theorem, and scores that fit no density."""

from __future__ import annotations

from functools import lru_cache

from sympy import And, Eq, Expr, Gt, Integer, Integral, Le, Lt, Rational, exp, expand, pi, simplify, sqrt

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Reals
from ..language.laws import Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import KL, TV, E
from ..proof.symbols.averages import average
from .common import NOISE, exact_score, generated, half, noised_law, x

Score = tuple[Expr, Expr]


@lru_cache(maxsize=64)
def disagreement(data: Normal, score: Score, other: Score) -> Expr:
    """E |score - other|^2 under the noised law of the data, at the level x."""
    law, z = noised_law(data, x), Noise("Z", Normal(0, 1))
    y = law.mean + sqrt(law.variance) * z
    gap = (score[0] - other[0]) * y + score[1] - other[1]
    return average(expand(gap**2), {z})[0]


def path(data: Normal, score: Score, other: Score, abar) -> Expr:
    """KL of the two reverse SDEs' paths: int_0^T E |score - other|^2 ds, by Girsanov's theorem; ds = dx/(2 x)."""
    return Integral(disagreement(data, score, other) / (2 * x), (x, abar, 1))


def between(p: Normal, q: Normal, abar) -> Expr:
    """The same, with the exact scores of p and q, under p."""
    return path(p, exact_score(p), exact_score(q), abar)


# ---- scores of densities --------------------------------------------------------------------------------------------


@claim(
    source="derived: the relative de Bruijn identity, beside Girsanov's theorem as commonly quoted",
    mutants={
        "a half of it, as of other conventions": lambda abar, mu, v, w: spent(abar, mu, v, w) / 2,
        "what is left at the start forgotten": lambda abar, mu, v, w: KL(Normal(mu, v), Normal(0, w)),
    },
)
def diffusion_girsanov_is_debruijn(
    abar=Probability(notable=(Rational(1, 3),)),
    mu=Reals(notable=(1,)),
    v=Positive(notable=(2,)),
    w=Points(4),
):
    """With the scores of p and q themselves, the KL of the paths is KL(p || q) - KL(p_T || q_T): nothing is lost.

    No simulation: divergences of given laws, of which nothing is random.
    """
    return Eq(between(Normal(mu, v), Normal(0, w), abar), spent(abar, mu, v, w))


def spent(abar, mu, v, w) -> Expr:
    """What of KL(N(mu, v), N(0, w)) noising down to the share abar spends."""
    p, q = Normal(mu, v), Normal(0, w)
    return KL(p, q) - KL(noised_law(p, abar), noised_law(q, abar))


@claim(
    source="'the path's KL bounds that of the outputs', read as if started at T with no divergence left",
    expected="fails",
    corrected="diffusion-girsanov-is-debruijn",
)
def diffusion_girsanov_is_debruijn_whole(abar=Points(Rational(1, 3), Rational(1, 10))):
    """Over a finite time the path of N(0, 1) and N(0, 4) tells all of KL(p || q)."""
    return Eq(between(Normal(0, 1), Normal(0, 4), abar), KL(Normal(0, 1), Normal(0, 4)))


@claim(
    source="derived: TV of two Gaussians in closed form, beside Pinsker's inequality",
    mutants={"sqrt(pi)": lambda d: d / (2 * sqrt(pi))},
)
def diffusion_girsanov_is_debruijn_pinsker(d=Positive(notable=(Rational(1, 2), 1, Rational(1, 10)))):
    """Only Pinsker loses: of Gaussians d standard deviations apart, TV is below sqrt(KL/2) = d/2 by sqrt(2/pi) at least.

    No simulation: a distance of two given laws.
    """
    return Lt(TV(Normal(d, 1), Normal(0, 1)), sqrt(2 / pi) * d / 2)


# ---- a score that is too small --------------------------------------------------------------------------------------


class ShrunkScoreLoop(Loop):
    """Data N(0, 1); the score is rho times the exact one, which is the score of no law. Reverse SDE, exactly integrated.

    rho: the factor on the score, 1 for the exact one.
    T: the time that the noising took.  Observables: v(t), draw(t): of t = 0, the data, and of t = 1, what is generated.
    Source: ours: an error of the score over which Girsanov's bound grows with T.
    """

    rho: Reals
    T: Positive

    v = coordinate(r"\sigma^2", positive=True)

    @property
    def score(self) -> Score:
        """(slope, pull) of the score, slope y + pull at y: functions of the share of the data that is left."""
        slope, pull = exact_score(NOISE)
        return self.rho * slope, self.rho * pull

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": NOISE.variance}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"v": generated(self.score, exp(-2 * self.T), NOISE).variance}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        return sqrt(state["v"]) * Noise(f"X{index}", Normal(0, 1))

    def law_at(self, t) -> Normal:
        return Normal(0, self.v(t))


def shrunk(rho, T) -> Expr:
    """The variance of the model whose score is rho times too small, from the time T on."""
    return E(ShrunkScoreLoop(rho, T).draw(1) ** 2)


def grown(rho, T) -> Expr:
    """The variance that a score of rho times its size makes of 1."""
    left = exp(-2 * (2 * rho - 1) * T)
    return left + (1 - left) / (2 * rho - 1)


@claim(
    source="derived: the variance of a linear SDE",
    mutants={
        "1/rho": lambda rho, T: 1 / rho,
        "without the start": lambda rho, T: grown(rho, T) - exp(-2 * (2 * rho - 1) * T),
    },
)
def diffusion_girsanov_inconsistent_score(
    rho=Reals(half, 1, notable=(Rational(9, 10), Rational(3, 5))), T=Positive(notable=(5, 1))
):
    """A score of rho times its size, 1/2 < rho < 1: the variance is e^(-2(2 rho - 1)T) + (1 - e^(-2(2 rho - 1)T))/(2 rho - 1)."""
    return Eq(shrunk(rho, T), grown(rho, T))


@claim(source="derived: the variance of a linear SDE", mutants={"1 + T": lambda T: 1 + T})
def diffusion_girsanov_inconsistent_score_half(T=Positive(notable=(5, 1))):
    """Of half its size, it lets the variance grow for ever: 1 + 2 T."""
    return Eq(shrunk(half, T), 1 + 2 * T)


@claim(
    source="derived: Girsanov's theorem, the mean squared error of the score along the path",
    mutants={"without the square": lambda rho, T: (1 - rho) * T},
)
def diffusion_girsanov_inconsistent_score_path(rho=Positive(notable=(Rational(9, 10),)), T=Positive(notable=(5, 50))):
    """The KL of the paths is (1 - rho)^2 T.

    No simulation: a divergence of two given laws of paths.
    """
    loop = ShrunkScoreLoop(rho, T)
    return Eq(path(NOISE, exact_score(NOISE), loop.score, exp(-2 * T)), (1 - rho) ** 2 * T)


@claim(source="derived: the variance of a linear SDE", mutants={"bounded by 1/rho": lambda rho, T: {"<": 1 / rho}})
def diffusion_girsanov_inconsistent_score_bounded(
    rho=Reals(Rational(3, 5), Rational(19, 20), notable=(Rational(9, 10),)),
    T=Points(1, 5),
):
    """While that grows, the variance stays above 1 and below 1/(2 rho - 1), so that the error at the end is bounded."""
    return And(Gt(shrunk(rho, T), 1), Lt(shrunk(rho, T), 1 / (2 * rho - 1)))


def pinsker(rho, T) -> Expr:
    """What Girsanov's theorem and Pinsker's inequality allow in total variation: the root of half the paths' divergence."""
    loop = ShrunkScoreLoop(rho, T)
    return sqrt(path(NOISE, exact_score(NOISE), loop.score, exp(-2 * T)) / 2)


@claim(
    source="standard: Girsanov's theorem and Pinsker's inequality",
    mutants={"a quarter of it": lambda rho, T: pinsker(rho, T) / 4},
    unreached={"derivation": "no certificate for the sign of a difference of error functions"},
)
def diffusion_girsanov_inconsistent_score_tv(
    rho=Reals(half, Rational(19, 20), notable=(Rational(9, 10), Rational(3, 5))),
    T=Reals(Rational(1, 10), 10, notable=(1, 5)),
):
    """The reverse SDE: TV(data, generated) <= sqrt(I/2), I the scores' mean square difference, integrated: (1 - rho) sqrt(T/2).

    It starts from the noised data themselves, N(0, 1), and is integrated exactly: nothing else is wrong. It is not so for the
    flow: `diffusion-girsanov-inconsistent-score-flow`.
    """
    return Le(TV(NOISE, Normal(0, shrunk(rho, T))).expanded(), pinsker(rho, T))


@claim(
    source="'the score's error bounds total variation', read for the probability flow as for the reverse SDE",
    expected="fails",
    corrected="diffusion-girsanov-inconsistent-score-tv",
)
def diffusion_girsanov_inconsistent_score_flow(rho=Points(Rational(9, 10), Rational(19, 20)), T=Points(5, 10)):
    """A score of rho times its size: TV <= (1 - rho) sqrt(T/2) for the probability flow, too, which makes N(0, e^(2(1 - rho)T)).

    No simulation: a distance of two given laws.
    """
    flow = generated(ShrunkScoreLoop(rho, T).score, exp(-2 * Integer(T)), NOISE, noise=0)
    return Le(TV(NOISE, Normal(0, simplify(flow.variance))), pinsker(rho, T))


@claim(
    source="the variance of a law whose score is shrunk, taken for what is generated",
    expected="fails",
    corrected="diffusion-girsanov-inconsistent-score",
)
def diffusion_girsanov_inconsistent_score_consistent(rho=Points(Rational(9, 10), Rational(3, 5))):
    """With a score of rho times its size N(0, 1/rho) is generated, up to a tenth of what is added (T = 5)."""
    return Le(shrunk(rho, 5) - 1, Rational(11, 10) * (1 / rho - 1))
