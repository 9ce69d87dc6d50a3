"""Sums of independent draws: their characteristic functions, and the density at 0 of a difference.

Of a sum of `kernels` draws from one law, symmetric about 0, and of X - Y for two draws of another one (or of 0):

- Gaussians and mixtures of Gaussians: variances add up;
- Laplace laws: a Fourier integral, 1/((A + h^2 w^2)(B + s^2 w^2)) over the line and its derivatives in A and B;
- boxes, Epanechnikov's parabolas: both are sums of powers (x - a)^p/p! on x > a, and so are all sums of such draws.
"""

from __future__ import annotations

from functools import cache

from sympy import Add, Expr, I, Max, S, Symbol, diff, expand_complex, factorial, sqrt, sympify

from ...language.errors import CannotTell
from ...language.laws import Epanechnikov, Laplace, Law, Normal, Uniform

MOST_KERNELS = 40  # of other than Gaussian kernels in one difference
Powers = dict[tuple[Expr, int], Expr]  # {(a, p): c}, the sum of c (x - a)^p/p! on x > a


@cache
def wave(law: Law, w: Expr) -> tuple[Expr, Expr]:
    """E cos(w X) and E sin(w X): the exponential moment, at an imaginary rate. Raises `CannotTell` where there is none."""
    waves = [(p, expand_complex(part.exponential_moment(I * w)[0]).as_real_imag()) for p, part in law.components]
    return Add(*(p * re for p, (re, _) in waves)), Add(*(p * im for p, (_, im) in waves))


def overlap(kernel: Law, kernels: Expr, truth: Law, reals: int) -> Expr:
    """The density at 0 of the sum of so many draws from `kernel` and, if `reals` is 2, of X - Y, two draws from `truth`.

    reals: 2, or 0.  Raises `CannotTell` where no closed form is known.
    """
    truths = truth.components if reals else []
    if isinstance(kernel, Normal) and all(isinstance(law, Normal) for _, law in truths):
        smooth = kernels * kernel.variance
        if not reals:
            return Normal(0, smooth).density(0)
        pairs = ((p * q, x.mean - y.mean, x.variance + y.variance) for p, x in truths for q, y in truths)
        return Add(*(p * Normal(0, smooth + v).density(apart) for p, apart, v in pairs))
    count = sympify(kernels)
    if not count.is_Integer or count > MOST_KERNELS:
        raise CannotTell(f"sums of {kernels} draws from {kernel}: {MOST_KERNELS} or fewer are written out")
    if isinstance(kernel, Laplace) and (not reals or isinstance(truth, Laplace)):
        return _laplaces(kernel.scale, int(count), truth.scale if reals else S.One, reals)
    if _radius(kernel) is not None and (not reals or _radius(truth) is not None):
        total = _sum_of(kernel, int(count)) if count else {}
        if reals:
            total = _joined(total, _sum_of(truth, 2)) if total else _sum_of(truth, 2)
        return Add(*(c * Max(0, -a) ** p / factorial(p) for (a, p), c in total.items()))
    raise CannotTell(f"no density of sums of {kernel} and {truth}")


@cache
def _laplaces(h: Expr, a: int, s: Expr, b: int) -> Expr:
    """1/pi times the integral over w > 0 of (1 + h^2 w^2)^-a (1 + s^2 w^2)^-b."""
    A, B = Symbol("A of two", positive=True), Symbol("B of two", positive=True)
    if not a or not b:
        form = 1 / (2 * h * sqrt(A)) if a else 1 / (2 * s * sqrt(B))
    else:
        form = 1 / (2 * sqrt(A) * sqrt(B) * (s * sqrt(A) + h * sqrt(B)))
    for x, times in ((A, a), (B, b)):
        if times > 1:
            form = (-1) ** (times - 1) * diff(form, x, times - 1) / factorial(times - 1)
    return form.subs({A: 1, B: 1})


def _radius(law: Law) -> Expr | None:
    """Half the width of a box, or of a parabola; None for another law."""
    if isinstance(law, Uniform):
        low, high = law.support
        return (high - low) / 2
    return law.scale if isinstance(law, Epanechnikov) else None


@cache
def _sum_of(law: Law, count: int) -> Powers:
    """The density of the sum of so many draws, less their centres: a box has jumps, a parabola bends."""
    r = _radius(law)
    assert r is not None
    if isinstance(law, Uniform):
        one: Powers = {(-r, 0): 1 / (2 * r), (r, 0): -1 / (2 * r)}
    else:
        bend, turn = 3 / (2 * r**2), 3 / (2 * r**3)
        one = {(-r, 1): bend, (r, 1): bend, (-r, 2): -turn, (r, 2): turn}
    return one if count == 1 else _joined(one, _sum_of(law, count - 1))


def _joined(p: Powers, q: Powers) -> Powers:
    """The density of a sum of two draws: of (x - a)^j/j! and (x - b)^k/k! it is (x - a - b)^(j + k + 1)/(j + k + 1)!."""
    out: Powers = {}
    for (a, j), c in p.items():
        for (b, k), d in q.items():
            place = a + b, j + k + 1
            out[place] = out.get(place, S.Zero) + c * d
    return out
