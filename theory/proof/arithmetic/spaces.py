"""Means under laws of points of a space, in balls: Gaussians, and densities that are Gaussian in a coordinate given the others.

A mean of polynomials under a Gaussian is one of moments: nothing is integrated. Where the log-density is quadratic in a
coordinate (its coefficients any functions of the others) and the functions are polynomials in it, that coordinate is
integrated out in symbols; what is left is a mean under a law of one coordinate less, and at last one on the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import factorial, prod

from flint import arb, arb_mat
from sympy import (
    Add,
    Dummy,
    Expr,
    ImmutableMatrix,
    Lambda,
    Poly,
    S,
    Symbol,
    Tuple,
    expand,
    expand_log,
    factorial2,
    log,
    pi,
    simplify,
    sqrt,
)

from ...language.errors import CannotTell
from ...language.laws import Density, Law, Mixture, MultivariateNormal
from ..symbols.gaussian_moments import GaussianMoments
from . import densities
from .programs import compile_expr
from .quadrature import Values, evaluate
from .rings import Balls

Symbols = tuple[Symbol, ...]


def expected(fs: Sequence[Expr], xs: Symbols, law: Law, values: Values) -> list[arb]:
    """Balls for E f(X), X from `law`, of functions of the coordinates xs and of symbols of which balls are given.

    Raises `CannotTell` where none is known.
    """
    if len(xs) == 1:
        return densities.expected(fs, xs[0], law, values)
    if isinstance(law, Mixture):
        parts = [(evaluate(w, values), expected(fs, xs, part, values)) for w, part in law.parts]
        return [sum((w * means[i] for w, means in parts), arb(0)) for i in range(len(fs))]
    if (atoms := law.values()) is not None:
        return _over_points(fs, xs, atoms, values)
    bell = bell_of(law)
    if bell is not None and all(f.is_polynomial(*xs) for f in fs):
        return bell.expected(fs, xs, values)
    for k, x in enumerate(xs):
        slice_ = slice_of(law, k)
        if slice_ is not None and all(f.is_polynomial(x) for f in fs):
            rest = xs[:k] + xs[k + 1 :]
            slice_.see_variance(values)
            return expected(slice_.means(tuple(fs), x, rest), rest, slice_.marginal, values)
    raise CannotTell(
        f"means under {law}: they are known where the log-density is quadratic in all coordinates but one, and what is averaged "
        "a polynomial in these"
    )


def total(law: Law, xs: Symbols, values: Values) -> arb:
    """The integral of what is said to be a density."""
    return expected((S.One,), xs, law, values)[0] if len(xs) > 1 else densities.total(law, values)


def _over_points(fs: Sequence[Expr], xs: Symbols, atoms: Sequence[tuple[Expr, Expr]], values: Values) -> list[arb]:
    program, known = compile_expr(Tuple(*fs), (*xs, *values)), list(values.values())
    sums = [arb(0)] * len(fs)
    for point, p in atoms:
        at = program(Balls, *(evaluate(v, values) for v in point), *known)
        sums = [s + evaluate(p, values) * v for s, v in zip(sums, at, strict=True)]
    return sums


# ---- Gaussians ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bell:
    """A Gaussian in symbols.  mass: the logarithm of the integral of its density, 0 of a density that is normalised."""

    mean: tuple[Expr, ...]
    covariance: ImmutableMatrix
    mass: Expr

    def balls(self, values: Values) -> tuple[list[arb], arb_mat]:
        """Its mean and its covariance, which is positive definite."""
        d = len(self.mean)
        mean = [evaluate(m, values) for m in self.mean]
        covariance = arb_mat(d, d, [evaluate(v, values) for v in self.covariance])
        for k in range(1, d + 1):
            if not arb_mat(k, k, [covariance[i, j] for i in range(k) for j in range(k)]).det() > 0:
                raise ArithmeticError("whether a covariance matrix is positive definite")
        return mean, covariance

    def expected(self, fs: Sequence[Expr], xs: Symbols, values: Values) -> list[arb]:
        """Means of polynomials: by their derivatives at a point near the mean, and the moments around it."""
        mean, covariance = self.balls(values)
        powers, program = _derivatives(tuple(fs), xs, tuple(values))
        centre = [m.mid() for m in mean]
        at = program(Balls, *centre, *values.values())
        moved = [m - c for m, c in zip(mean, centre, strict=True)]
        moments = GaussianMoments(moved, lambda i, j: covariance[i, j], arb(1))
        scale = evaluate(self.mass, values).exp() if self.mass != 0 else arb(1)
        out, k = [], 0
        for own in powers:
            out.append(scale * sum((at[k + i] * moments.of(power) for i, power in enumerate(own)), arb(0)))
            k += len(own)
        return out


@lru_cache(maxsize=512)
def _derivatives(fs: tuple[Expr, ...], xs: Symbols, names: Symbols):
    """The powers of each polynomial's Taylor series, and a program for its coefficients at a point."""
    powers, found = [], []
    for f in fs:
        highest = [max(column) for column in zip(*Poly(f, *xs).monoms(), strict=True)] if f.has(*xs) else [0] * len(xs)
        own = []
        for power in _below(tuple(highest)):
            e = f
            for x, j in zip(xs, power, strict=True):
                e = e.diff(x, j) if j else e
            if e != 0:
                own.append(power)
                found.append(e / prod(map(factorial, power)))
        powers.append(tuple(own))
    return powers, compile_expr(Tuple(*found), (*xs, *names))


def _below(highest: tuple[int, ...]) -> list[tuple[int, ...]]:
    if not highest:
        return [()]
    return [(j, *rest) for j in range(highest[0] + 1) for rest in _below(highest[1:])]


@lru_cache(maxsize=1024)
def bell_of(law: Law) -> Bell | None:
    """A law as a Gaussian; None of one whose log-density is not quadratic."""
    if isinstance(law, MultivariateNormal):
        return Bell(tuple(law.mean), law.covariance, S.Zero)
    if not isinstance(law, Density):
        return None
    xs = coordinates(law)
    f = law.log_density(*xs)
    if not f.is_polynomial(*xs) or Poly(f, *xs).total_degree() > 2:
        return None
    at_0 = dict.fromkeys(xs, S.Zero)
    slope = ImmutableMatrix([f.diff(x).xreplace(at_0) for x in xs])
    curvature = ImmutableMatrix(len(xs), len(xs), lambda i, j: simplify(-f.diff(xs[i], xs[j])))
    if curvature.det().equals(0):
        return None
    covariance = curvature.inv().applyfunc(simplify)
    mean = (covariance * slope).applyfunc(simplify)
    mass = (
        f.xreplace(at_0) + (slope.T * mean)[0, 0] / 2 + len(xs) * log(2 * pi) / 2 + log(simplify(covariance.det())) / 2
    )
    return Bell(tuple(mean), covariance, simplify(expand_log(simplify(mass), force=True)))


def coordinates(law: Law) -> Symbols:
    """Symbols for the coordinates of a law's points."""
    return tuple(Dummy(f"x{k}", real=True) for k in range(law.d))


# ---- one coordinate after the other ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slice:
    """A law in which a coordinate is Gaussian given the others, in symbols.

    rest: the other coordinates.  mean, variance: given these.  marginal: their law.
    """

    rest: Symbols
    mean: Expr
    variance: Expr
    marginal: Density

    def see_variance(self, values: Values) -> None:
        """Raise where the variance is not seen to be positive, whatever the others are."""
        if self.variance.is_positive:
            return
        if self.variance.has(*self.rest):
            raise CannotTell(f"whether {self.variance} is positive, the variance of a coordinate given the others")
        if not evaluate(self.variance, values) > 0:
            raise ArithmeticError("whether a variance is positive")

    def means(self, fs: tuple[Expr, ...], x: Symbol, rest: Symbols) -> tuple[Expr, ...]:
        """Means of polynomials in the coordinate, given the others, which are called `rest` now."""
        return _given_others(self, fs, x, rest)


@lru_cache(maxsize=512)
def _given_others(one: Slice, fs: tuple[Expr, ...], x: Symbol, rest: Symbols) -> tuple[Expr, ...]:
    names = dict(zip(one.rest, rest, strict=True))
    mean, variance = one.mean.xreplace(names), one.variance.xreplace(names)
    out = []
    for f in fs:
        around = expand(f.xreplace({x: mean + x}))
        parts = ((around.coeff(x, j), j) for j in range(0, Poly(around, x).degree() + 1 if around.has(x) else 1, 2))
        out.append(expand(Add(*(c * variance ** (j // 2) * factorial2(j - 1) for c, j in parts))))
    return tuple(out)


@lru_cache(maxsize=1024)
def slice_of(law: Law, k: int) -> Slice | None:
    """A law with its coordinate number k integrated out; None where the log-density is not quadratic in it."""
    if not isinstance(law, Density | MultivariateNormal):
        return None
    xs = coordinates(law)
    x, rest = xs[k], xs[:k] + xs[k + 1 :]
    f = expand(law.log_density(*xs))
    if not f.is_polynomial(x) or Poly(f, x).degree() != 2:
        return None
    c, b, a = (f.coeff(x, j) for j in range(3))
    marginal = expand(c - b**2 / (4 * a)) + expand_log(log(expand(-pi / a)), force=True) / 2
    return Slice(rest, expand(-b / (2 * a)), -1 / (2 * a), Density(Lambda(rest, expand(marginal))))


# ---- draws ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chain:
    """A law of points of a space, one coordinate after the other, in symbols.

    xs: the coordinates.  first: the one that is drawn first, and its law on the line; None where that is Gaussian, too.
    steps: (coordinate, mean, variance) of those that are Gaussian given the ones before, as they are drawn.
    """

    xs: Symbols
    first: tuple[Symbol, Density] | None
    steps: tuple[tuple[Symbol, Expr, Expr], ...]

    @property
    def order(self) -> tuple[int, ...]:
        """The numbers of the coordinates that are in `steps`."""
        return tuple(self.xs.index(x) for x, *_ in self.steps)

    def of_noise(self, zs: Symbols) -> tuple[Expr, ...]:
        """The point as a function of independent standard normal numbers, one for each coordinate; without a `first`."""
        known: dict[Expr, Expr] = {}
        for x, mean, variance in self.steps:
            z = zs[self.xs.index(x)]
            known[x] = mean.xreplace(known) + sqrt(variance.xreplace(known)) * z
        return tuple(known[x] for x in self.xs)


@lru_cache(maxsize=256)
def chain_of(law: Law, order: tuple[int, ...] | None = None) -> Chain:
    """A law as a chain, of which the steps are these coordinates; None: as they are found, the last ones first.

    Raises `CannotTell` where it is none.
    """
    xs = coordinates(law)
    left, steps = list(xs), []
    wanted = None if order is None else [xs[i] for i in order]
    while left:
        tried = [x for x in reversed(left) if wanted is None or x == wanted[len(left) - 1 - len(xs) + len(wanted)]]
        found = next(((x, one) for x in tried if (one := slice_of(law, left.index(x))) is not None), None)
        if found is None:
            break
        x, one = found
        left.remove(x)
        names = dict(zip(one.rest, left, strict=True))
        steps.append((x, one.mean.xreplace(names), one.variance.xreplace(names)))
        law = one.marginal
    if len(left) > (0 if wanted else 1):
        raise CannotTell(f"{law} is not seen to be Gaussian in all coordinates but one, given those before")
    return Chain(xs, (left[0], law) if left else None, tuple(reversed(steps)))


__all__ = ["Bell", "Chain", "Slice", "bell_of", "chain_of", "coordinates", "expected", "slice_of", "total"]
