"""Moments of generation 0: of a start that is no draw the values, where nothing is random; else means under its laws."""

from __future__ import annotations

from flint import arb
from sympy import Dummy, Expr, S, nan, oo, zoo

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import E, Moment, Prob, Quantile
from ..arithmetic.atoms import exactly
from ..arithmetic.means import with_laws
from ..arithmetic.quadrature import evaluate
from .method import Derivation, Method


def _starts(m: Moment) -> dict[Expr, Expr]:
    return {o: o.loop.initial[o.name] for o in m.variable.atoms(Observable)}


def _value(m: Moment) -> Expr:
    starts = _starts(m)
    if not isinstance(m, Prob):
        if (value := m.variable.xreplace(starts)).has(nan, zoo, oo, -oo):
            raise CannotTell(f"{m.variable} has no value at the start")
        return value
    names: dict[Expr, Dummy] = {o: Dummy() for o in starts}
    free = m.variable.xreplace(names).free_symbols - {*names.values()}
    if free.union(*(x.free_symbols for x in starts.values())):
        raise CannotTell(f"whether {m.variable} at the start")
    return S.One if exactly(m.variable, starts) == S.true else S.Zero


def _derived(m: Moment) -> Derivation:
    if _is_drawn(m):
        raise CannotTell("the start is drawn")
    return Derivation(_value(m), steps=[f"{m}: at the start nothing is random"])


def _enclosed(m: Moment) -> arb:
    if _is_drawn(m):
        return with_laws(E(_value(m)), {})
    return evaluate(_value(m), {})


def _is_drawn(m: Moment) -> bool:
    return any(x.has(Noise) for x in map(S, _starts(m).values()))


def skip(m: Moment) -> str | None:
    seen = m.variable.atoms(Observable)
    if not isinstance(m, Prob | Quantile | E) or not seen or m.variable.has(Noise):
        return "it is no moment of the state alone"
    if any(o.t != 0 or o.index or o.name not in o.loop.state for o in seen):
        return "it is not of generation 0"
    if not _is_drawn(m):
        return None
    # of two loops draws of one name are two
    return None if isinstance(m, E) and len({o.loop for o in seen}) == 1 else "the start is drawn"


METHOD = Method("the start", skip, derive=lambda m, learn: _derived(m), enclose=lambda m, learn: _enclosed(m))
