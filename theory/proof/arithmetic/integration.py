"""Integrals along a line, enclosed: halved until a piece is small, or Gauss and Legendre's rule is surely good on it.

Floats choose nothing that is believed: a poor choice costs accuracy, never truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import acb, arb, ctx

from .precision import NotIntegrable, at_precision, precision

EVALUATIONS = 20_000  # of an integrand of a claim: where it is singular they never end, and more bits need more of them
LOOKS = 1000  # of an integrand, for each bit: more than any claim takes

Integrand = Callable[[acb, bool], acb]
Integrands = Callable[[acb, bool], Sequence[acb]]


def integral(f: Integrand, a, b, rel_tol: arb | None = None, abs_tol: arb | None = None) -> arb:
    """The integral of Re f over [a, b], as a finite ball; `f(z, analytic)` is analytic near [a, b]: see `petras`."""
    return integrals(lambda z, analytic: (f(z, analytic),), a, b, rel_tol, abs_tol)[0]


def integrals(f: Integrands, a, b, rel_tol: arb | None = None, abs_tol: arb | None = None) -> list[arb]:
    """The same of several functions at once, which share what they are made of."""
    values = _petras(f, acb(a), acb(b), rel_tol, abs_tol)
    if not all(value.is_finite() for value in values):
        raise NotIntegrable(not_bounded(acb(a).real, acb(b).real))
    return [value.real for value in values]


def not_bounded(a: arb, b: arb) -> str:
    """Why an integral between two numbers has no ball, in words."""
    low, high = (x.str(6, radius=False) for x in (a, b))
    return (
        f"what is integrated from {low} to {high} is not seen to be bounded: where it has a pole between these ends, or at one "
        "of them, the integral may be infinite or have no value; restrict the domain so that it has none, or part the integral"
    )


def petras(f: Integrand, a: acb, b: acb, rel_tol: arb | None = None, abs_tol: arb | None = None, most: int = 0) -> acb:
    """The integral of f from a to b, by Petras' algorithm: halve until a piece is small, or Gauss and Legendre's rule is surely
    good on it. After `most` evaluations of f what is left is enclosed as it is: where f has a pole, no number of them is enough.

    Rigorous if, whenever `analytic` is set, f answers a non-finite ball on boxes where it is not analytic. Meromorphic
    functions do so by themselves; logarithms, roots and powers must be called with `analytic=analytic`.

    Not by `acb.integral`, whose nodes are those of the highest precision that the process has ever asked for: its last digits
    depend on what was integrated before.
    """
    return _petras(lambda z, analytic: (f(z, analytic),), a, b, rel_tol, abs_tol, most)[0]


def _petras(
    f: Integrands, a: acb, b: acb, rel_tol: arb | None = None, abs_tol: arb | None = None, most: int = 0
) -> list[acb]:
    """`petras` of several functions, on the same pieces."""
    bits, goal = ctx.prec, arb(2) ** -ctx.prec
    relative, tolerance = (goal if x is None else x.abs_upper() for x in (rel_tol, abs_tol))
    pieces, looks = [_piece(f, a, b)], 0
    total = [acb(0)] * len(pieces[0][2])
    tolerances = [tolerance] * len(total)
    most = most or LOOKS * bits
    while pieces:
        if looks >= most or len(pieces) > 2 * bits:
            for _, _, values in pieces:
                total = [t + v for t, v in zip(total, values, strict=True)]
            break
        left, right, values = pieces.pop()
        if all(v.real.rad() < t and v.imag.rad() < t for v, t in zip(values, tolerances, strict=True)):
            total = [t + v for t, v in zip(total, values, strict=True)]
            continue
        if all(v.is_finite() for v in values):
            good, tried = _by_gauss(f, left, right, tolerances, bits // 2 + 60)
            looks += tried
            if good is not None:
                total = [t + v for t, v in zip(total, good, strict=True)]
                tolerances = [t.max(relative * v.abs_lower()) for t, v in zip(tolerances, good, strict=True)]
                continue
        middle = ((left + right) / 2).mid()
        halves = [_piece(f, left, middle), _piece(f, middle, right)]
        pieces += sorted(halves, key=lambda half: max(map(_width, half[2])))
        looks += 2
    return total


def _piece(f: Integrands, a: acb, b: acb) -> tuple[acb, acb, list[acb]]:
    """An interval, and the crudest enclosures of the integrals over it."""
    return a, b, [(b - a) * value for value in f(a.union(b), False)]


def _width(value: acb) -> float:
    width = float(value.real.rad()) + float(value.imag.rad())
    return width if value.is_finite() and width < math.inf else math.inf


def _by_gauss(f: Integrands, a: acb, b: acb, tolerances: list[arb], degree: int) -> tuple[list[acb] | None, int]:
    """The integrals by the rule with the fewest nodes that surely misses less than each tolerance, if there is one; and how
    often f was asked.

    Let |f| <= M in an ellipse around [-1, 1] with semi-axes X and Y, rho = X + Y. Its coefficients in Chebyshev's
    polynomials T_k are at most 2 M rho^-k. N nodes are right for k < 2N, by symmetry for odd k too, and for even k >= 2 what
    they miss of T_k is at most 2 + 2/(k^2 - 1) <= 8/3: together 16/3 M rho^(-2N)/(1 - rho^-2).
    """
    half, middle = (b - a) / 2, (a + b) / 2
    best, missed, looks, size = None, [arb(0)], 0, 0
    while size < ctx.prec:
        ellipse = _ellipse(size)
        M = f(middle + half * ellipse.box, True)
        looks += 1
        if not all(m.is_finite() for m in M):
            break
        bounds = [(abs(half) * m.abs_upper() * 16 / 3 / ellipse.least).upper() for m in M]
        for nodes, power in zip(NODES, ellipse.powers, strict=True):
            if nodes > degree or (best is not None and nodes >= best):
                break
            errors = [(bound * power).upper() for bound in bounds]
            if all(error < tolerance for error, tolerance in zip(errors, tolerances, strict=True)):
                best, missed = nodes, errors
                break
        size += max(1, size)
    if best is None:
        return None, looks
    total = [acb(0)] * len(missed)
    for x, weight in _rule(best, -(-ctx.prec // 64) * 64):
        step = half * x
        if x == 0:
            values = f(middle, False)
        else:
            values = [u + v for u, v in zip(f(middle - step, False), f(middle + step, False), strict=True)]
        total = [t + weight * v for t, v in zip(total, values, strict=True)]
    return [half * t + acb(arb(0, e), arb(0, e)) for t, e in zip(total, missed, strict=True)], looks + best


NODES = (1, 2, 4, 6, 8, 12, 16, 22, 32, 46, 64, 90, 128, 182, 256, 362, 512, 724, 1024, 1448, 2048)


@dataclass(frozen=True)
class _Ellipse:
    """An ellipse around [-1, 1]: a box that it is in, 1 - rho^-2, and rho^(-2N) for all numbers of nodes."""

    box: acb
    least: arb
    powers: list[arb]


def _make_ellipse(size: int) -> _Ellipse:
    """That with the semi-axis X = 2^(size + 1)."""
    X = arb(2) ** (size + 1)
    Y = (X * X - 1).sqrt().upper()
    rho = (X + (X * X - 1).sqrt()).lower()
    return _Ellipse(acb(arb(0, X), arb(0, Y)), 1 - rho**-2, [rho ** (-2 * nodes) for nodes in NODES])


_ellipse = at_precision(_make_ellipse, 512)


@lru_cache(maxsize=256)
def _rule(nodes: int, bits: int) -> list[tuple[arb, arb]]:
    """Gauss and Legendre's rule on [-1, 1]: the nodes that are not negative, with their weights."""
    with precision(bits):
        return [arb.legendre_p_root(nodes, k, weight=True) for k in range((nodes + 1) // 2)]
