"""What a function of means, probabilities or states tends to, from what each of them tends to: where it is continuous there."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Abs, Add, Dummy, Expr, Max, Min, Mul, Pow, S, exp, log, preorder_traversal

from ...language.errors import CannotTell
from ...language.loops import Observable
from ...language.moments import Moment
from .assumptions import Assumptions


def put(known: Assumptions, x: Expr, ends: Mapping[Expr, Expr], t: Expr) -> Expr:
    """x at the ends. Raises `CannotTell` where anything else in it moves, or it is not seen to be continuous there.

    What moves is looked for before the ends are put in: with 0 for an end a factor t would be gone.
    """
    names = {m: Dummy("m", real=True) for m in ends}
    f = x.xreplace(names)
    if f.has(t, Moment, Observable):
        raise CannotTell("more than what has a limit changes")
    here = {names[m]: end for m, end in ends.items()}
    for e in preorder_traversal(f):
        if e.free_symbols & here.keys() and not _is_continuous(known, e, here):
            raise CannotTell(f"{known.named(x)} is not seen to be continuous where it tends to")
    return f.xreplace(here)


def _is_continuous(known: Assumptions, e: Expr, here: Mapping[Dummy, Expr]) -> bool:
    """Whether the outermost operation of e is."""
    if isinstance(e, Add | Mul | Abs | Max | Min | exp | Dummy):
        return True
    if isinstance(e, log):
        return known.implies(known.charted(e.args[0].xreplace(here)), strict=True)
    if not isinstance(e, Pow):
        return False
    base, power = e.args
    if base == S.Exp1 or (power.is_integer and power.is_nonnegative):
        return True
    at = known.charted(base.xreplace(here))
    if power.is_integer and not power.free_symbols & here.keys():
        return known.is_other_than_0(at)
    return known.implies(at, strict=True)
