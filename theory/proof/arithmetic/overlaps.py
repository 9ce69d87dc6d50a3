"""The density at 0 of a sum of kernels and of X - Y, two points of a truth, where it has no closed form.

With a Gaussian in it, a Fourier integral: 1/pi times that over w > 0 of the real part of K(w)^k f(w) f(-w), characteristic
functions; for real w the integrand is at most e^(-c w^2), which bounds what is beyond the end. With Laplace draws and others of
bounded support, the integral of the product of their two densities, piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import factorial

from flint import acb, arb, ctx
from sympy import Expr, Integer

from ...language.errors import CannotTell
from ...language.laws import Beta, Epanechnikov, Exponential, Gamma, Laplace, Law, Normal, Uniform
from ..symbols.overlaps import Powers, of_bounded
from .programs import to_ball

Wave = Callable[[acb], acb]
SPARE = 10  # bits more than the arithmetic has, of what is beyond the end
ONE = Integer(1)


def overlap_ball(kernel: Law, kernels: int, truth: Law, d: int) -> arb:
    """A ball for it in d dimensions; coordinates are independent, of a mixture given the part that a point is from.

    Raises `CannotTell` where neither way leads to it.
    """
    if isinstance(kernel, Laplace):
        sums, laplace, draws = of_bounded((truth, truth)), kernel, kernels
    else:
        sums, laplace, draws = of_bounded((kernel,) * kernels), truth, 2
    if sums and isinstance(laplace, Laplace):
        return _in_space(sums, laplace.scale, draws) ** d
    of_kernel, parts = _wave(kernel), truth.components
    found = arb(0)
    for i, (p, law) in enumerate(parts):
        for j, (q, other) in enumerate(parts[: i + 1]):
            weight = to_ball(p * q) * (1 if i == j else 2)
            decay = (kernels * _variance(kernel) + _variance(law) + _variance(other)) / 2
            found += weight * _density(of_kernel, kernels, _wave(law), _wave(other), decay) ** d
    return found


def _in_space(sums: Powers, scale: Expr, draws: int) -> arb:
    """The integral of a density, even and of bounded support, times that of a sum of so many Laplace draws."""
    terms = [(a, to_ball(a), power, to_ball(c) / factorial(power)) for (a, power), c in sums.items()]
    s, found = to_ball(scale), arb(0)
    for low, high in pairwise(sorted({abs(a) for a, *_ in terms} | {Integer(0)})):
        here = [term for a, *term in terms if a <= low]

        def product(u: acb, analytic: bool, here: list = here) -> acb:
            return sum((c * (u - a) ** power for a, power, c in here), acb(0)) * _of_laplaces(u / s, draws) / s

        found += acb.integral(product, to_ball(low), to_ball(high), abs_tol=arb(2) ** -ctx.prec).real
    return 2 * found


def _of_laplaces(x: acb, draws: int) -> acb:
    """The density of a sum of Laplace draws of scale 1, at x > 0."""
    most, total = draws - 1, acb(0)
    for j in range(draws):
        times = factorial(most + j) // (factorial(j) * factorial(most - j))
        total += times * x ** (most - j) / 2 ** (draws + j)
    return total * (-x).exp() / factorial(most)


def _density(kernel: Wave, kernels: int, one: Wave, other: Wave, decay: arb) -> arb:
    if not decay > 0:
        raise CannotTell("a density of a sum without a Gaussian in it")
    bits = ctx.prec + SPARE
    end = ((bits * arb(2).log() / decay).sqrt()).upper()

    def integrand(w: acb, analytic: bool) -> acb:
        return kernel(w) ** kernels * one(w) * other(-w)

    beyond = (-decay * end * end).exp() / (2 * decay * end)
    inside = acb.integral(integrand, 0, end, abs_tol=arb(2) ** -ctx.prec).real
    return (inside + arb(0, beyond.upper())) / arb.pi()


def _variance(law: Law) -> arb:
    """Of a Gaussian; of another law 0, as if nothing was known of how its characteristic function falls."""
    return to_ball(law.variance) if isinstance(law, Normal) else arb(0)


def _wave(law: Law) -> Wave:
    """The characteristic function, continued to complex numbers."""
    match law:
        case Normal(mean=mean, variance=variance):
            m, half = to_ball(mean), to_ball(variance) / 2
            return lambda w: (acb(0, 1) * m * w - half * w * w).exp()
        case Laplace():
            (m, s) = map(to_ball, (law.moment(ONE)[0], law.scale))
            return lambda w: (acb(0, 1) * m * w).exp() / (1 + s * s * w * w)
        case Uniform() | Epanechnikov():
            low, high = map(to_ball, law.support)
            m, r = (low + high) / 2, (high - low) / 2
            above = acb(3 if isinstance(law, Uniform) else 5) / 2
            return lambda w: (acb(0, 1) * m * w).exp() * (-((r * w) ** 2) / 4).hypgeom_0f1(above)
        case Beta(a=a, b=b):
            first, both = acb(to_ball(a)), acb(to_ball(a + b))
            return lambda w: (acb(0, 1) * w).hypgeom_1f1(first, both)
        case Exponential() | Gamma():
            mean, square = (law.moment(Integer(power))[0] for power in (1, 2))
            scale = to_ball((square - mean**2) / mean)
            shape = to_ball(mean**2 / (square - mean**2))
            return lambda w: (1 - acb(0, 1) * scale * w) ** -shape
    raise CannotTell(f"no characteristic function of {law} for a Fourier integral")


__all__ = ["overlap_ball"]
