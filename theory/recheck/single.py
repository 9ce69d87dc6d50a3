"""Means of functions of a draw that are no powers of it: sizes of Gaussian sums, exponentials, functions that are bounded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    Poly,
    Pow,
    S,
    atan,
    cos,
    cosh,
    erf,
    exp,
    expand,
    gamma,
    pi,
    sin,
    sqrt,
    tanh,
)

from ..language.errors import CannotTell
from ..language.laws import ChiSquare, Exponential, Gamma, Logistic, Noise, Normal
from . import laws

Found = tuple[Expr, Expr]  # a mean, and what has to be positive for it to exist
BOUNDED = (tanh, erf, sin, cos)


def mean(f: Expr, powers: Mapping[Noise, Expr], draws: Collection[Noise]) -> Found:
    """The mean of f times powers of draws, all that are in f among `draws`. Raises `CannotTell`."""
    times = {z: p for z, p in powers.items() if p != 0}
    if all(isinstance(g, exp) for g in Mul.make_args(f)):
        f = exp(Add(*(g.args[0] for g in Mul.make_args(f))))
    if not times and all(isinstance(z.law, Normal) for z in draws):
        base, p = f.as_base_exp()
        if isinstance(base, Abs) and p.is_positive:
            return _size(*_sum(base.args[0], draws), p)
        if isinstance(f, erf) and (c := _multiple(f.args[0])) is not None:
            return _error(*_sum(c[1].args[0], draws), c[0])
    if len(draws) == 1:
        (z,) = draws
        power = times.get(z, S.Zero)
        if isinstance(z.law, Normal) and z.law.args[0] == 0 and f.as_base_exp()[0] == Abs(z):
            return _beside(f.as_base_exp()[1], power, z.law.args[1])
        if isinstance(f, exp):
            rest, slope, bend = _square(f.args[0], z)
            value, needs = _exponential(z, slope, bend, power)
            return value * exp(rest), needs
        if isinstance(z.law, Logistic) and z.law.args == (0, 1) and not times:
            return _of_logistic(f, z), S.One
    if not times and not f.free_symbols and is_bounded(f):
        return constant(f), S.One
    raise CannotTell("a function of a draw that is no power of it")


# ---- Gaussian sums ------------------------------------------------------------------------------------------------------


def _sum(x: Expr, draws: Collection[Noise]) -> tuple[Expr, Expr]:
    """Mean and variance of a line in independent Gaussian draws."""
    x = expand(x)
    slopes = {z: x.coeff(z) for z in draws}
    rest = expand(x - Add(*(c * z for z, c in slopes.items())))
    if any(y.has(*draws) for y in (rest, *slopes.values())):
        raise CannotTell("a function of a draw that is no power of it")
    return (
        expand(rest + Add(*(c * z.law.args[0] for z, c in slopes.items()))),
        expand(Add(*(c**2 * z.law.args[1] for z, c in slopes.items()))),
    )


def _size(m: Expr, v: Expr, power: Expr) -> Found:
    """E |X|^power of X ~ N(m, v): m = 0, or the folded normal law's mean; v has to be above 0."""
    if m == 0:
        return (2 * v) ** (power / 2) * gamma((power + 1) / 2) / sqrt(pi), v
    if power != 1:
        raise CannotTell("a function of a draw that is no power of it")
    return m * erf(m / sqrt(2 * v)) + sqrt(2 * v / pi) * exp(-(m**2) / (2 * v)), v


def _beside(size: Expr, power: Expr, v: Expr) -> Found:
    """E |X|^size X^power of X ~ N(0, v)."""
    if not (power.is_Integer and power >= 0 and size.is_positive):
        raise CannotTell("a function of a draw that is no power of it")
    return _size(S.Zero, v, size + power) if power % 2 == 0 else (S.Zero, S.One)


def _multiple(x: Expr) -> tuple[Expr, Abs] | None:
    """(c, |L|) of c |L|, no draw in c."""
    sizes = [f for f in Mul.make_args(x) if isinstance(f, Abs) and f.has(Noise)]
    c = Mul(*(f for f in Mul.make_args(x) if f not in sizes))
    return (c, sizes[0]) if len(sizes) == 1 and not c.has(Noise) else None


def _error(m: Expr, v: Expr, c: Expr) -> Found:
    """E erf(c |X|) of X ~ N(0, v): an angle, as its derivative in c shows."""
    if m != 0:
        raise CannotTell("a function of a draw that is no power of it")
    return 2 * atan(c * sqrt(2 * v)) / pi, S.One  # of a variance 0 it is 0, too


# ---- exponentials -------------------------------------------------------------------------------------------------------


def _square(x: Expr, z: Noise) -> list[Expr]:
    """The coefficients of 1, z and z^2."""
    x = expand(x)
    found = [x.coeff(z, k) for k in range(3)]
    if found[0].has(z) or expand(x - found[0] - found[1] * z - found[2] * z**2) != 0:
        raise CannotTell("a function of a draw that is no power of it")
    return found


def _exponential(z: Noise, slope: Expr, bend: Expr, power: Expr) -> Found:
    """E Z^power e^(slope Z + bend Z^2): of a Gaussian by the square that is completed, of gamma laws, without one, by another
    scale."""
    match z.law:
        case Normal() if power.is_Integer and power >= 0:
            m, v = z.law.args
            left = 1 - 2 * bend * v
            tilted = Normal((m + slope * v) / left, v / left)
            value = exp((bend * m**2 + slope * m + slope**2 * v / 2) / left) / sqrt(left)
            return value * laws.moment(tilted, power)[0], left
        case _ if bend != 0:
            raise CannotTell("a function of a draw that is no power of it")
        case Exponential():
            shape, scale = S.One, z.law.args[0]
        case Gamma():
            shape, scale = z.law.args
        case ChiSquare():
            shape, scale = z.law.dof / 2, Integer(2)
        case _:
            raise CannotTell("a function of a draw that is no power of it")
    if not (power.is_Integer and power >= 0):
        raise CannotTell("a function of a draw that is no power of it")
    left = 1 - slope * scale
    return laws.moment(Gamma(shape, scale / left), power)[0] * left**-shape, left


# ---- bounded functions --------------------------------------------------------------------------------------------------


def _of_logistic(f: Expr, z: Noise) -> Expr:
    """tanh(Z/2) of a standard logistic draw is uniform on (-1, 1), and 1/cosh(Z/2)^2 is 1 - tanh(Z/2)^2."""
    u = Dummy("u", real=True)
    said = f.xreplace({cosh(z / 2): (1 - u**2) ** -S.Half, tanh(z / 2): u})
    if said.has(Noise) or not said.is_polynomial(u):
        raise CannotTell("a function of a draw that is no power of it")
    return Add(*(c / (k + 1) for (k,), c in Poly(said, u).terms() if k % 2 == 0))


def is_bounded(f: Expr) -> bool:
    """Whether a function of draws has a value wherever they are, and none that is large."""
    if not f.has(Noise):
        return bool(f.is_finite)
    if isinstance(f, Add | Mul):
        return all(map(is_bounded, f.args))
    if isinstance(f, Pow) and f.exp.is_Integer:
        return is_bounded(f.base) if f.exp > 0 else isinstance(f.base, cosh) and _is_line(f.base.args[0])
    return isinstance(f, BOUNDED) and _is_line(f.args[0])


def _is_line(x: Expr) -> bool:
    return bool(x.is_real) and x.is_polynomial(*x.atoms(Noise))


@lru_cache(maxsize=1024)
def constant(f: Expr) -> Dummy:
    """A name for a number that is not worked out: the mean of f, of draws from laws in numbers."""
    return Dummy("mean", positive=True) if f.is_positive else Dummy("mean", real=True)
