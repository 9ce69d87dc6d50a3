"""Events and quantiles of generation 0, where the start is no draw: there nothing is random."""

from __future__ import annotations

from sympy import Dummy, Expr, S

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import Moment, Prob, Quantile
from ..arithmetic.atoms import exactly
from ..arithmetic.programs import to_ball
from .method import Derivation, Method


def _starts(m: Moment) -> dict[Expr, Expr]:
    return {o: o.loop.initial[o.name] for o in m.variable.atoms(Observable)}


def _value(m: Moment) -> Expr:
    starts = _starts(m)
    if isinstance(m, Quantile):
        return m.variable.xreplace(starts)
    names: dict[Expr, Dummy] = {o: Dummy() for o in starts}
    free = m.variable.xreplace(names).free_symbols - {*names.values()}
    if free.union(*(x.free_symbols for x in starts.values())):
        raise CannotTell(f"whether {m.variable} at the start")
    return S.One if exactly(m.variable, starts) == S.true else S.Zero


def skip(m: Moment) -> str | None:
    seen = m.variable.atoms(Observable)
    if not isinstance(m, Prob | Quantile) or not seen or any(o.t != 0 or o.name not in o.loop.state for o in seen):
        return "it is no event, and no quantile, of generation 0"
    drawn = m.variable.has(Noise) or any(x.has(Noise) for x in map(S, _starts(m).values()))
    return "the start is drawn" if drawn else None


METHOD = Method(
    "the start",
    skip,
    derive=lambda m, learn: Derivation(_value(m), steps=[f"{m}: at the start nothing is random"]),
    enclose=lambda m, learn: to_ball(_value(m)),
)
