"""The total variation of kernel density estimates."""

from __future__ import annotations

from sympy import Ge, Le, Rational

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
