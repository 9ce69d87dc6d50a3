"""Sums of independent draws: their characteristic functions, and the density at 0 of a difference.

Of a sum of `kernels` draws from one law, symmetric about 0, and of X - Y for two draws of another one (or of 0):

- Gaussians and mixtures of Gaussians: variances add up;
- Laplace laws: a Fourier integral, 1/((A + h^2 w^2)(B + s^2 w^2)) over the line and its derivatives in A and B;
- boxes, Epanechnikov's parabolas: both are sums of powers (x - a)^p/p! on x > a, and so are all sums of such draws.
"""

from __future__ import annotations

from functools import cache
from itertools import product

from sympy import Add, Expr, I, Max, Mul, S, Symbol, diff, expand_complex, factorial, gamma, sqrt, sympify

from ...language.errors import CannotTell
from ...language.laws import Beta, Epanechnikov, Exponential, Gamma, Laplace, Law, Normal, Uniform
from ...language.signs import is_nonnegative, is_positive
from ...language.structures import SignedKernel
from .averages import Infinite

MOST_KERNELS = 40  # of other than Gaussian kernels in one difference
Powers = dict[tuple[Expr, int], Expr]  # {(a, p): c}, the sum of c (x - a)^p/p! on x > a


@cache
def wave(law: Law, w: Expr) -> tuple[Expr, Expr]:
    """E cos(w X) and E sin(w X): the exponential moment, at an imaginary rate. Raises `CannotTell` where there is none."""
    waves = [(p, expand_complex(part.exponential_moment(I * w)[0]).as_real_imag()) for p, part in law.components]
    return Add(*(p * re for p, (re, _) in waves)), Add(*(p * im for p, (_, im) in waves))


def overlap(kernel: Law | SignedKernel, kernels: Expr, truth: Law, reals: int, d: Expr = S.One) -> Expr:
    """The density at 0 of the sum of so many draws from `kernel` and, if `reals` is 2, of X - Y, two draws from `truth`.

    reals: 2, or 0.  d: the dimension. Coordinates are independent; of a mixture they are, given the part that a draw is from.
    Of a kernel that is no law: the convolution of so many of it. Raises `CannotTell` where no closed form is known.
    """
    parts = truth.components
    if not reals or len(parts) == 1:
        return _on_the_line(kernel, kernels, truth, reals) ** d
    sums, normal = _sums(kernel, kernels), all(isinstance(law, Normal) for _, law in parts)
    if sums is None or not normal:
        raise CannotTell(f"no density of sums of {kernel} and {truth}")
    pairs = ((p * q, x.mean - y.mean, x.variance + y.variance) for p, x in parts for q, y in parts)
    return Add(*(p * _bells(sums, v, apart) ** d for p, apart, v in pairs))


def _sums(kernel: Law | SignedKernel, kernels: Expr) -> list[tuple[Expr, Expr]] | None:
    """Weights and variances of the Gaussians that so many kernels are together; None where they are not Gaussian."""
    if isinstance(kernel, Normal):
        return [(S.One, kernels * kernel.variance)]
    if not isinstance(kernel, SignedKernel) or not all(isinstance(law, Normal) for _, law in kernel.components):
        return None
    chosen = product(kernel.components, repeat=_count(kernel, kernels))
    return [(Mul(*(w for w, _ in laws)), Add(*(law.variance for _, law in laws))) for laws in chosen]


def _bells(sums: list[tuple[Expr, Expr]], width: Expr, place: Expr = S.Zero) -> Expr:
    return Add(*(w * Normal(0, smooth + width).density(place) for w, smooth in sums))


def _count(kernel: Law | SignedKernel, kernels: Expr) -> int:
    count = sympify(kernels)
    if not count.is_Integer or count > MOST_KERNELS:
        raise CannotTell(f"sums of {kernels} draws from {kernel}: {MOST_KERNELS} or fewer are written out")
    return int(count)


def _on_the_line(kernel: Law | SignedKernel, kernels: Expr, truth: Law, reals: int) -> Expr:
    """The same in one dimension, of a truth that is no mixture."""
    if reals and kernels == 0:
        return _squared(truth)
    if (not reals or isinstance(truth, Normal)) and (sums := _sums(kernel, kernels)) is not None:
        return _bells(sums, 2 * truth.variance if reals else S.Zero)
    count = _count(kernel, kernels)
    if isinstance(kernel, Laplace) and (not reals or isinstance(truth, Laplace)):
        return _laplaces(kernel.scale, count, truth.scale if reals else S.One, reals)
    parts = kernel.components
    if all(_radius(law) is not None for _, law in parts) and (not reals or _radius(truth) is not None):
        ends = _sum_of((truth, truth) if reals else ())
        chosen = ((Mul(*(w for w, _ in laws)), tuple(law for _, law in laws)) for laws in product(parts, repeat=count))
        return Add(*(w * _at_0(_joined(_sum_of(laws), ends)) for w, laws in chosen))
    raise CannotTell(f"no density of sums of {kernel} and {truth}")


def _examine_powers(law: Law, *shapes: Expr) -> None:
    """Raise `Infinite` where a density is like x^(shape - 1) at an end and the integral of its square diverges there: where a
    shape is 1/2 or less; `CannotTell` where that is not told."""
    if any(is_nonnegative(S.Half - shape) for shape in shapes):
        raise Infinite(f"the integral of the squared density of {law} diverges")
    if not all(is_positive(shape - S.Half) for shape in shapes):
        raise CannotTell(f"whether the integral of the squared density of {law} is finite")


def _squared(law: Law) -> Expr:
    """The integral of the squared density."""
    match law:
        case Normal(variance=v):
            return _bells([(S.One, S.Zero)], 2 * v)
        case Laplace(scale=s):
            return 1 / (4 * s)
        case Exponential(scale=s):
            return 1 / (2 * s)
        case Gamma(shape=k, scale=s):
            _examine_powers(law, k)
            return gamma(2 * k - 1) / (gamma(k) ** 2 * 2 ** (2 * k - 1) * s)
        case Beta(a=a, b=b):
            _examine_powers(law, a, b)
            both = gamma(2 * a - 1) * gamma(2 * b - 1) / gamma(2 * a + 2 * b - 2)
            return both * (gamma(a + b) / (gamma(a) * gamma(b))) ** 2
    if _radius(law) is None:
        raise CannotTell(f"no integral of the squared density of {law}")
    return _at_0(_sum_of((law, law)))


def _at_0(total: Powers) -> Expr:
    return Add(*(c * Max(0, -a) ** p / factorial(p) for (a, p), c in total.items()))


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
    if law == Beta(2, 2):  # a parabola on (0, 1)
        return S.Half
    return law.scale if isinstance(law, Epanechnikov) else None


def _one_of(law: Law) -> Powers:
    """The density of a draw, less its centre: a box has jumps, a parabola bends."""
    r = _radius(law)
    assert r is not None
    if isinstance(law, Uniform):
        return {(-r, 0): 1 / (2 * r), (r, 0): -1 / (2 * r)}
    bend, turn = 3 / (2 * r**2), 3 / (2 * r**3)
    return {(-r, 1): bend, (r, 1): bend, (-r, 2): -turn, (r, 2): turn}


def of_bounded(laws: tuple[Law, ...]) -> Powers:
    """That of boxes and parabolas; nothing where there is another law among them."""
    return _sum_of(laws) if all(_radius(law) is not None for law in laws) else {}


@cache
def _sum_of(laws: tuple[Law, ...]) -> Powers:
    """The density of the sum of a draw from each, less their centres; nothing where there is none."""
    return _joined(_sum_of(laws[:-1]), _one_of(laws[-1])) if laws else {}


def _joined(p: Powers, q: Powers) -> Powers:
    """The density of a sum of two draws: of (x - a)^j/j! and (x - b)^k/k! it is (x - a - b)^(j + k + 1)/(j + k + 1)!.

    Without a draw it is that of the other one.
    """
    if not p or not q:
        return p or q
    out: Powers = {}
    for (a, j), c in p.items():
        for (b, k), d in q.items():
            place = a + b, j + k + 1
            out[place] = out.get(place, S.Zero) + c * d
    return out
