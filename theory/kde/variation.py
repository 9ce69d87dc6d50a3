"""The total variation of kernel density estimates."""

from __future__ import annotations

from sympy import Add, Expr, Ge, Le, Rational, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.laws import Normal
from ..language.moments import TV, E
from ..proof.relations.lemmas import jensen_distance
from .common import N01, KernelLoop, half


def smoothed(h, t) -> Normal:
    """The expected density."""
    return Normal(0, 1 + t * h**2)


@claim(
    source="derived (Jensen)",
    proof=jensen_distance(),
    trivial=1,
    mutants={"bandwidths add": lambda h, t: TV(Normal(0, 1 + 4 * t**2 * h**2), N01)},
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
)
def kde_tv_lower_bound(
    n=Integers(1, notable=(20, 200)), h=Positive(hi=10, notable=(Rational(2, 5), half)), t=Integers(1, notable=(5,))
):
    """The expected distance in total variation is at least that of the expected density, from smoothing alone."""
    loop = KernelLoop(n, h)
    return Ge(E(TV(loop.model(t), N01)), TV(smoothed(h, t), N01))


@claim(
    source="the bias of smoothing, taken for the error",
    expected="fails",
    corrected="kde-tv-lower-bound",
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
)
def kde_tv_lower_bound_reached(n=Points(20, 200)):
    """After 5 generations with h = 2/5 the smoothing is all: no more than its distance in total variation."""
    return Le(E(TV(KernelLoop(n, Rational(2, 5)).model(5), N01)), TV(smoothed(Rational(2, 5), 5), N01))


def noise_bound(n, h, t, scale=1) -> Expr:
    """The bound on what the draws of t generations add: the noise of the j-th one, smoothed by all later kernels."""

    def of(j: int) -> Expr:
        kernels = (t - j + 1) * h**2
        spread = 1 + (j - 1) * h**2 + kernels / 2
        return (8 * pi * spread) ** Rational(1, 4) / sqrt(2 * sqrt(pi) * n * sqrt(kernels)) / 2

    return scale * Add(*(of(j) for j in range(1, int(t) + 1)))


@claim(
    source="derived: triangle inequality; Cauchy-Schwarz for the noise of every generation, in L1",
    trivial=1,
    mutants={
        "the noise alone, a third of it": lambda n, h, t: noise_bound(n, h, t, Rational(1, 3)),
        "the bias alone": lambda n, h, t: TV(smoothed(h, t), N01),
    },
    unreached={
        "derivation": "no lemma for the noise of a fitted density in L1",
        "ball": "the absolute value of a fitted density's error is not integrated",
    },
)
def kde_tv_explicit_upper(n=Points(100, 1000), h=Points(Rational(2, 5), Rational(1, 4)), t=Points(1, 5)):
    """E TV is at most that of smoothing alone and, for every generation j, (8 pi s_j)^(1/4)/(8 sqrt(pi) n H_j^(1/2))^(1/2).

    H_j = (t - j + 1) h^2, by the kernel of generation j and of all later ones; s_j = 1 + (j - 1) h^2 + H_j/2.
    """
    return Le(E(TV(KernelLoop(n, h).model(t), N01)), TV(smoothed(h, t), N01) + noise_bound(n, h, t))
