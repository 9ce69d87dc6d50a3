"""Logarithms, roots and quotients of a line in a uniform draw: the line is itself a uniform draw, and these are powers of it."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Dummy, Expr, Pow, expand, expand_log, factor, log

from ...language.laws import Noise, Uniform
from ...language.loops import CLOCK, Coordinate, Observable


def along_lines(x: Expr, noises: Sequence[Noise]) -> tuple[Expr, list[Noise]]:
    """x and its draws, with a uniform draw for each line in one of which x has a logarithm, or a power that is no polynomial.

    Logarithms of products are sums first, where all factors but one are known to be positive.
    """
    if not noises or not x.has(log, Pow):
        return x, list(noises)
    x = x.replace(lambda f: isinstance(f, log) and isinstance(f.args[0], Add) and f.has(*noises), _parted)
    out = []
    for z in noises:
        found = _line(x, z) if isinstance(z.law, Uniform) else None
        if found is None:
            out.append(z)
            continue
        slope, start = found
        first, last = (expand(start + slope * end) for end in z.law.args)
        y = z.func(*(Uniform(first, last) if part == z.law else part for part in z.args))
        x = x.xreplace({slope * z + start: y}).xreplace({z: (y - start) / slope})
        out.append(y)
    return x, out


def _parted(f: Expr) -> Expr:
    """The logarithm of a sum that is a product as one of its factors."""
    return expand_log(log(factor(f.args[0])))


def _line(x: Expr, z: Noise) -> tuple[Expr, Expr] | None:
    """Slope and start of the one line in z that is in a logarithm, a root or a denominator; it has to rise."""
    inner = {f.args[0] for f in x.atoms(log, Pow) if isinstance(f.args[0], Add) and f.args[0].has(z) and _is_bent(f)}
    if len(inner) != 1:
        return None
    line = inner.pop()
    slope, start = line.coeff(z, 1), line.coeff(z, 0)
    if line != slope * z + start or not slope.is_positive or line.has(CLOCK, Coordinate, Dummy, Observable):
        return None
    return None if slope.has(Noise) or start.has(Noise) else (slope, start)


def _is_bent(f: Expr) -> bool:
    return isinstance(f, log) or not (f.args[1].is_Integer and f.args[1].is_nonnegative)
