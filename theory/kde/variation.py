"""The total variation of kernel density estimates."""

from __future__ import annotations

from sympy import Add, Expr, Ge, Integer, Le, Rational, pi, sqrt
from sympy import E as e

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.laws import Normal
from ..language.moments import TV, E
from ..proof.relations.fitted import by_smoothing_and_noise
from ..proof.relations.lemmas import jensen_distance
from .common import N01, KernelLoop, half

BANDWIDTH = Positive(hi=10, notable=(Rational(2, 5), Rational(1, 4)))


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


def noise(m, h, fits, kernels=1, d=1) -> Expr:
    """The bound on what m draws add, which so many kernels have been added to, smoothed by so many, in d dimensions."""
    return (2 * (1 + fits * h**2) / (kernels * h**2) + 1) ** (d / Integer(4)) / (2 * sqrt(m))


def noise_bound(n, h, t, scale=1, d=1) -> Expr:
    """The bound on what the draws of t generations add: the noise of each, smoothed by its kernel and all later ones."""
    return scale * Add(*(noise(n, h, j, t - j, d) for j in range(int(t))))


@claim(
    source="derived: triangle inequality; Cauchy-Schwarz for the noise of every generation, in L1",
    proof=by_smoothing_and_noise(),
    trivial=1,
    mutants={
        "the noise alone, a third of it": lambda n, h, t: noise_bound(n, h, t, Rational(1, 3)),
        "the bias alone": lambda n, h, t: TV(smoothed(h, t), N01),
    },
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
)
def kde_tv_explicit_upper(n=Integers(1, notable=(100, 1000)), h=BANDWIDTH, t=Points(1, 5)):
    """E TV is at most that of smoothing alone and, for every generation j, (2 s_j/H_j + 1)^(1/4)/(2 sqrt(n)).

    H_j = (t - j + 1) h^2, by the kernel of generation j and of all later ones; s_j = 1 + (j - 1) h^2, of the points it draws.
    """
    return Le(E(TV(KernelLoop(n, h).model(t), N01)), TV(smoothed(h, t), N01) + noise_bound(n, h, t))


@claim(
    source="derived: the integral of |f''| is 4 phi(1) for f = N(0, 1), and smaller for every wider law",
    mutants={"half of it": lambda h, t: t * h**2 / sqrt(2 * pi * e) / 2},
)
def kde_tv_smoothing(h=BANDWIDTH, t=Integers(1, notable=(3,))):
    """Smoothing alone, by the second derivative: t kernels move N(0, 1) by at most t h^2/sqrt(2 pi e) in total variation.

    That is t h^2/4 times the integral of |f''|.

    No simulation: a distance in closed form.
    """
    return Le(TV(smoothed(h, t), N01), t * h**2 / sqrt(2 * pi * e))
