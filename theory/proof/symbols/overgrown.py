"""Exponentials that grow faster than a density falls: of exp(p(Z)) the mean is infinite, by the degree of p along a tail."""

from __future__ import annotations

from sympy import Dummy, Expr, Poly, PolynomialError, exp, oo

from ...language.laws import Cauchy, ChiSquare, Exponential, Gamma, Laplace, Law, Noise, Normal, StudentT

# how fast -log of the density grows: as this power, or as a logarithm
FALLING = {Normal: 2, Laplace: 1, Exponential: 1, Gamma: 1, ChiSquare: 1, StudentT: 0, Cauchy: 0}


def overgrown(x: Expr) -> bool:
    """Whether the mean of a positive expression in one draw is infinite, by what it is far out. Where the powers are the same,
    which coefficient is the larger one decides: that is not looked at here."""
    if len(draws := x.atoms(Noise)) != 1:
        return False
    (z,) = draws
    scale, f = x.as_independent(z, as_Add=False)
    if not (scale.is_positive and isinstance(f, exp)):
        return False
    return any(_outgrows(f.args[0], z, side) for side in _tails(z.law))


def _tails(law: Law) -> list[int]:
    low, high = law.support
    return [side for side, end in ((1, high), (-1, low)) if end in (oo, -oo)]


def _outgrows(power: Expr, z: Noise, side: int) -> bool:
    fall = next((k for kind, k in FALLING.items() if isinstance(z.law, kind)), None)
    far = Dummy("far", positive=True)
    along = power.xreplace({z: side * far})
    if fall is None or along.has(z):
        return False
    if isinstance(along, exp):  # above each of its powers
        return _rises(along.args[0], far, 0)
    return _rises(along, far, fall)


def _rises(x: Expr, far: Dummy, more_than: int) -> bool:
    """Whether it is a polynomial of a higher degree than that, and rises in the end."""
    try:
        f = Poly(x, far)
    except PolynomialError:
        return False
    return f.degree() > more_than and bool(f.LC().is_positive) and f.LC().is_number
