"""Means of logarithms of counts, bounded by Jensen's inequality on the side that they are on: -log E 1/y <= E log y <= log E y.

As in the divergence of a truth from an estimate that adds something to its counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sympy import Dummy, Expr, log, oo

from ...language.errors import CannotTell
from ...language.functions import linear
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import E, outermost
from ...language.order import in_order
from ..symbols.averages import Infinite, average
from ..symbols.normal_forms import expand_over
from .learned import Learned, Refuted

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`


def by_jensen(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b with bounds of the means of logarithms in the place of these."""
    if op == "==":
        return False
    small, large = (known.standard(x) for x in ((a, b) if op in ("<", "<=") else (b, a)))
    gap = large - small
    means = [m for m in in_order(set(outermost(gap))) if _is_of_a_logarithm(m)]
    with known.proof.attempt(Refuted, Infinite):  # of the bounds, that is
        put = {m: _bound(known, m, gap, means) for m in means}
        known.proof.steps += [f"{m} {sign} {bound} (Jensen)" for m, (bound, sign) in put.items()]
        bounds = {m: bound for m, (bound, _) in put.items()}
        if put:
            prove(known, "<" if op in ("<", ">") else "<=", small.xreplace(bounds), large.xreplace(bounds))
            return True
    return False


def _is_of_a_logarithm(m: Expr) -> bool:
    return (
        isinstance(m, E)
        and m.given is None
        and isinstance(m.variable, log)
        and len(m.atoms(Noise)) == 1
        and not m.has(Observable)
    )


def _bound(known: Learned, m: E, gap: Expr, means: Collection[Expr]) -> tuple[Expr, str]:
    """A number that is above the mean where a gap falls in it, and below it where it rises, and which of both.

    Raises `CannotTell` where the gap is no line in all `means` at once: cases may jump at them.
    """
    d = Dummy("m", real=True)
    line = linear(gap.xreplace({m: d}), d)
    (y,) = m.variable.args
    if line is None or (slope := line[0]).has(*means) or not _is_above_0(known, y):
        raise CannotTell(f"no bound of {m}")
    if known.implies(known.charted(-slope), strict=False):
        return log(_mean(known.real(y))), "<="
    if known.implies(known.charted(slope), strict=False):
        return -log(_mean(known.real(1 / y))), ">="
    raise CannotTell(f"no bound of {m}")


def _is_above_0(known: Learned, y: Expr) -> bool:
    """Whether y > 0 at all values of its draw, which takes finitely many: its logarithm has a mean, then."""
    (z,) = y.atoms(Noise)
    low, high = z.law.support
    if z.law.is_continuous or z.law.has(Noise) or not (low.is_finite and high.is_finite):
        return False
    v = Dummy("v", nonnegative=True)
    places = (low + (high - low) * v / (1 + v), low + (high - low) / (1 + v))  # of both together none is left out
    return all(known.implies(known.charted(y.xreplace({z: place})), strict=True) for place in places)


def _mean(y: Expr) -> Expr:
    draws = y.atoms(Noise)
    form, conditions = average(expand_over(y, *draws), draws)
    if conditions or form.has(Noise, oo):
        raise CannotTell(f"no mean of {y}")
    return form


__all__ = ["by_jensen"]
