"""Existence (rule 29): whether the means that a relation speaks of are finite, before anything is said of their values.

The mean of what is never negative is a number, or infinite. That of a signed quantity is undefined where its absolute mean is
infinite. Where a side is infinite, an inequality or an equality that this breaks is refuted; all else has no meaning there,
unless the other side is `oo` itself, which makes a statement of it (rule 22).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flint import arb
from sympy import Dummy, Expr, Float, Symbol, nan, oo, sympify, zoo

from ..language.binders import undefined
from ..language.laws import Noise
from ..language.loops import Loop, Observable
from ..language.moments import Moment, Prob, Quantile
from ..language.verdicts import Decision, Verdict, decide
from . import structures
from .standard import standardise

if TYPE_CHECKING:
    from .prepared import Part


class Undefined(ArithmeticError):
    """A quantity that has no value; the message says which, and where."""


def ranges_at(part: Part, values: Mapping[str, Any]) -> None:
    """Raise `Undefined` for a sum, a product or a maximum over a range that runs backwards, or is none of integers."""
    at = {s: sympify(values[n]) for n, s in part.symbols.items()}
    for side in (part.original.lhs, part.original.rhs, part.a, part.b):
        if (problem := undefined(side, at)) is not None:
            told = ", ".join(f"{k} = {v}" for k, v in values.items())
            raise Undefined(f"{problem} at {told}: restrict the domain")


# ---- which moments have to be looked at -----------------------------------------------------------------------------


def doubtful(m: Moment) -> bool:
    """Whether a moment may be infinite: a power below 0, or a law with heavy tails, in it or in its loop's step."""
    if isinstance(m, Prob | Quantile):
        return False
    drawn = any(o.index for o in m.atoms(Observable))
    return _falls(m.variable) or any(_may_fall(loop, drawn) for loop in m.atoms(Loop))


@lru_cache(maxsize=1024)
def _may_fall(loop: Loop, drawn: bool) -> bool:
    """Whether a loop's steps, its start or (if they are asked for) its fresh draws may have no mean."""
    try:
        now = loop.symbols()
        texts = [] if structures.is_deterministic(loop) else [*loop.step(now).values(), *loop.initial.values()]
        if drawn:
            texts.append(loop.emit(now, 1))
    except Exception:  # a loop that states no step in symbols, or fails: others tell that
        return False
    return any(_falls(sympify(x)) for x in texts)


def _falls(x: Expr) -> bool:
    random = (Observable, Noise)
    if any(z.law.far_out is not oo for z in x.atoms(Noise)):
        return True
    powers = (p for p in x.atoms(Expr) if p.is_Pow and not p.exp.is_nonnegative)
    return any(p.base.has(*random) or p.base.free_symbols or p.exp.has(*random) for p in powers)


# ---- sides ----------------------------------------------------------------------------------------------------------


def place(m: Expr, symbols: Mapping[str, Symbol], values: Mapping[str, Any]) -> str:
    """The values that a moment depends on, in words: " at n = 2"; what stands for a case is put in already."""
    told = ", ".join(f"{k} = {v}" for k, v in values.items() if k not in symbols or symbols[k] in m.free_symbols)
    return f" at {told}" if told else ""


def reason(m: Moment, what: str, where: str) -> str:
    return f"{m} is {what}{where}: restrict the domain"


def extended(x: Expr, infinite: Mapping[Expr, Expr], others: Mapping[Expr, arb]) -> Expr | None:
    """oo or -oo, if x is that once its infinite moments are put in; None where it is a difference or a ratio of such."""
    known = {d: Float(float(b.mid())) if not b.contains(0) else Dummy("x", real=True) for d, b in others.items()}
    value = x.xreplace({**known, **infinite})
    return value if value in (oo, -oo) else None


def decided(part: Part, values: Mapping[str, Any], balls: Mapping[Symbol, arb]) -> Decision | None:
    """What infinite moments make of a part; None where all are finite. Raises `Undefined`."""
    infinite = {d: oo for d, b in balls.items() if b == arb.pos_inf()}
    if not infinite:
        return None
    where = {d: place(part.moments[d], part.symbols, values) for d in infinite}
    first = min(infinite, key=str)
    message = reason(part.moments[first], "infinite", where[first])
    at = {s: sympify(values[n]) for n, s in part.symbols.items()}
    if part.needed & set(infinite):  # of a covariance one mean at least: it has no value
        raise Undefined(reason(part.moments[(m := min(part.needed & set(infinite), key=str))], "infinite", where[m]))
    if any(difference(x, {part.moments[d]: oo for d in infinite}) for x in (part.original.lhs, part.original.rhs)):
        raise Undefined(message)
    sides = []
    for side in (part.a, part.b):
        if side.is_infinite:
            sides.append(arb.pos_inf() if side == oo else arb.neg_inf())
        elif not side.free_symbols & set(infinite):
            sides.append(part.side(side, values, balls))
        else:
            value = extended(side.xreplace(at), infinite, {d: b for d, b in balls.items() if d not in infinite})
            if value is None:
                raise Undefined(message)
            sides.append(arb.pos_inf() if value == oo else arb.neg_inf())
    a, b = sides
    found = decide(part.op, a, b)
    if part.a.is_infinite or part.b.is_infinite:  # a statement about infinity
        return found
    if found.verdict != Verdict.REFUTED or (a == b and not a.is_finite()):
        raise Undefined(message)
    return Decision(Verdict.REFUTED, note=message)


def difference(side: Expr, infinite: Mapping[Expr, Expr]) -> bool:
    """Whether a side, as it was written, is a difference or a ratio of infinite moments, which may cancel in a normal form."""
    found: dict[Expr, Expr] = {}
    for m in _outermost(side):
        inside = standardise(m)
        if inside.atoms(Moment) & set(infinite):
            value = inside.xreplace(dict(infinite))
            if value is nan:
                return True
            found[m] = -oo if value == -oo else oo
    return len(found) > 1 and side.xreplace(found).has(nan, zoo)


def _outermost(x: Expr) -> list[Moment]:
    if isinstance(x, Moment):
        return [x]
    return [m for a in x.args if isinstance(a, Expr) for m in _outermost(a)]


__all__ = ["Undefined", "decided", "difference", "doubtful", "extended", "place", "ranges_at", "reason"]
