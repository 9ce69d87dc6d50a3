"""Sums and products of a claim: they run forwards, and endless ones converge (`endless`), on the whole domain."""

from __future__ import annotations

from sympy import Dummy, Expr, Product, Sum, oo, sympify

from ...language.binders import ranges
from ...language.errors import CannotTell
from ...language.loops import Observable
from ...language.lost import Throughout
from ...language.moments import Limit, Moment, PathMax, Sensitivity
from .. import structures
from . import endless
from .learned import Learned


def forwards(known: Learned, *sides: Expr) -> None:
    """Sums and products run forwards on the whole domain, or are empty by one; endless ones converge."""
    grow = {m.bound for x in map(sympify, sides) for m in x.atoms(Limit) if not x.has(Sensitivity)}
    for r in (r for x in map(sympify, sides) for r in ranges(x)):
        if not isinstance(r.binder, Sum | Product | PathMax) or isinstance(r.binder, Throughout):
            continue
        if r.high is oo and not isinstance(r.binder, PathMax):
            if not (_is_derived(r.binder.function) or endless.converges(known, r.binder, grow)):
                raise CannotTell(f"{r} is not seen to converge")
            continue
        inner = {o.variable: o.low + Dummy("k", integer=True, nonnegative=True) for o in r.around}
        gap = r.gap
        for _ in r.around:  # the start of an inner range may be the variable of an outer one
            gap = gap.xreplace(inner)
        if not known.implies(known.charted(gap), strict=False):
            raise CannotTell(f"{r} is not seen to run forwards: restrict the domain")


def _is_derived(term: Expr) -> bool:
    """Whether the terms of an endless sum are looked at when their moments are derived: these, and states without chance."""
    seen = term.atoms(Observable)
    return term.has(Moment) or (bool(seen) and all(structures.is_deterministic(o.loop) for o in seen))
