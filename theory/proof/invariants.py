"""Combinations of means that are the same in every generation, among those that a mean is made of."""

from __future__ import annotations

from sympy import Add, Expr, S, cancel, together
from sympy.polys.polyerrors import PolynomialError

from ..language.errors import CannotTell
from ..language.laws import Noise
from ..language.loops import Observable
from ..language.moments import E, Moment, PathMax, Prob, Var, outermost
from .methods.closure import System
from .methods.spans import Terms, null_space
from .symbols.averages import Infinite
from .symbols.normal_forms import is_zero

MOST_TOGETHER = 12  # means


def invariants(x: Expr) -> list[Expr]:
    """Of the means that the moments in x are made of: the combinations that no generation changes, in observables at one t.

    A basis of the linear ones, for parameters in general; none where the generations differ, or the means do not close.
    """
    found: list[Expr] = []
    for m in sorted(set(outermost(x)), key=str):
        if isinstance(m, E | Var) and not isinstance(m, Prob) and not m.has(PathMax, Noise) and m.given is None:
            found += [y for y in _of(m) if y not in found]
    return found


def _of(m: Moment) -> list[Expr]:
    seen = m.variable.atoms(Observable)
    loops, times = {o.loop for o in seen}, {o.t for o in seen}
    if len(loops) != 1 or len(times) != 1 or any(o.index or o.name not in o.loop.state for o in seen):
        return []
    loop, t = loops.pop(), times.pop()
    system = System(loop)
    state = {s: Observable(loop, s, t) for s in loop.state}
    try:
        variable = m.variable.xreplace({o: system.vars[s] for s, o in state.items()})
        system.close(system.read(variable**2 if isinstance(m, Var) else variable))
        if system.changing or len(system.rows) > MOST_TOGETHER:
            return []
        return [Add(*(c * system.monomial(k, state) for k, c in terms.items())) for terms in _fixed(system)]
    except (CannotTell, Infinite, PolynomialError):
        return []


def _fixed(system: System) -> list[Terms]:
    """The weights w with w A = w, where A is what a step does to the means; found by elimination, and checked."""
    constant = tuple((S.Zero, 0) for _ in system.vars)
    keys = [k for k in system.rows if k != constant]
    change = [[system.rows[k].get(j, S.Zero) - int(j == k) for k in keys] for j in (*keys, constant)]
    out = []
    for weights in null_space(change):
        first = next(w for w in weights if w != 0)
        weights = [cancel(together(w / first)) for w in weights]
        if all(is_zero(Add(*(w * c for w, c in zip(weights, row, strict=True)))) for row in change):
            out.append({k: w for k, w in zip(keys, weights, strict=True) if w != 0})
    return out
