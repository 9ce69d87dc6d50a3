"""The distance W1 of two laws: the area between their distribution functions."""

from __future__ import annotations

import math
from itertools import chain

from flint import arb, ctx
from sympy import S, Symbol

from ...language.errors import CannotTell
from ...language.laws import Law, StudentT
from ...language.laws.pairs import on_line
from .precision import precision
from .quadrature import area, evaluate, midpoint, outside, window


def _beyond(law: Law, ends: tuple[arb, arb]) -> arb:
    """The integral of F below the ends plus that of 1 - F above them: what of it is small as a ball around 0."""
    if not isinstance(law, StudentT):
        return arb(0, outside(law, ends, S.One, {}).upper())  # it is at most E |X| outside, with 0 between the ends
    center, scale, dof = (evaluate(a, {}) for a in (law.center, law.scale, law.dof))
    unit, y = StudentT(law.dof), Symbol("y", real=True)
    total = arb(0)
    for distance in (ends[1] - center, center - ends[0]):
        d = distance / scale
        f, above = evaluate(unit.density(y), {y: d}), evaluate(unit.cdf(-y), {y: d})
        total += f * (dof + d * d) / (dof - 1) - d * above
    return scale * total


def wasserstein(p: Law, q: Law) -> arb:
    """A ball for W1(p, q), the integral of |F - G|.

    Beyond the ends it is between |A - B| and A + B, with A and B the integrals of either law's tails. Those of Student's
    laws are known in closed form, so that the ends need be far out for one of two laws with such tails only.
    """
    x = Symbol("x", real=True)
    bits = ctx.prec
    laws = [law.components for law in (p, q)]
    for _, law in chain(*laws):
        if isinstance(law, StudentT) and not evaluate(law.dof, {}) > 1:
            raise CannotTell(f"{law} has no mean")
    students = [[c for _, c in parts if isinstance(c, StudentT)] for parts in laws]
    light = max((0, 1), key=lambda i: min((midpoint(evaluate(c.dof, {})) for c in students[i]), default=math.inf))
    far = [c for _, c in chain(*laws) if not isinstance(c, StudentT)] + students[light]
    with precision(bits + 24):
        windows = [window(law, bits + 8, S.One, {}) for law in far]
        low = min((a.lower().floor() for a, _ in windows), key=midpoint).min(arb(-1))
        high = max((b.upper().ceil() for _, b in windows), key=midpoint).max(arb(1))
    size = math.ceil(math.log2(midpoint(high - low)))  # F - G is known absolutely, and integrated over that much
    with precision(bits + 24 + size):
        beyond = [sum((evaluate(w, {}) * _beyond(c, (low, high)) for w, c in parts), arb(0)) for parts in laws]
        outer = abs(beyond[0] - beyond[1]).union(beyond[0] + beyond[1])
        slope = on_line(p, x) - on_line(q, x)
        return area(p.cdf(x) - q.cdf(x), slope, x, (low, high), arb(2) ** -(bits + 12)) + outer
