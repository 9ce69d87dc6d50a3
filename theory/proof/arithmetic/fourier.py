"""The density at 0 of a sum of kernels and of X - Y, two points of a truth, where it has no closed form: a Fourier integral.

It is 1/pi times the integral over w > 0 of the real part of K(w)^k f(w) f(-w), characteristic functions, of which one is that of
a Gaussian: for real w the integrand is at most e^(-c w^2), which bounds what is beyond the end.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, ctx
from sympy import Integer

from ...language.errors import CannotTell
from ...language.laws import Beta, Epanechnikov, Exponential, Gamma, Laplace, Law, Normal, Uniform
from .programs import to_ball

Wave = Callable[[acb], acb]
SPARE = 10  # bits more than the arithmetic has, of what is beyond the end
ONE = Integer(1)


def overlap_by_waves(kernel: Law, kernels: int, truth: Law, d: int) -> arb:
    """A ball for it in d dimensions; coordinates are independent, of a mixture given the part that a point is from.

    Raises `CannotTell` where nothing is Gaussian, or a law has no characteristic function here.
    """
    of_kernel, parts = _wave(kernel), truth.components
    found = arb(0)
    for i, (p, law) in enumerate(parts):
        for j, (q, other) in enumerate(parts[: i + 1]):
            weight = to_ball(p * q) * (1 if i == j else 2)
            decay = (kernels * _variance(kernel) + _variance(law) + _variance(other)) / 2
            found += weight * _density(of_kernel, kernels, _wave(law), _wave(other), decay) ** d
    return found


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


__all__ = ["overlap_by_waves"]
