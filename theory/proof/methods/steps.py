"""Observables written by the step of their loop; what a step does not tell."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr

from ...language.loops import Loop, Observable
from ...language.moments import E, HittingTime, Moment, PathMax
from ...language.order import in_order
from .. import structures


def times_of(x: Expr) -> set[Expr]:
    """The generations of the observables in an expression."""
    return {o.t for o in x.atoms(Observable)}


def stepped(x: Expr, loop: Loop, late: Expr, early: Expr) -> Expr:
    """x with observables at `late` = early + 1 expressed by the state at `early` and noise."""
    after = loop.step_at({s: Observable(loop, s, early) for s in loop.state}, late)
    return x.xreplace({Observable(loop, s, late): v for s, v in after.items()})


def emitted(x: Expr, loop: Loop) -> Expr:
    """Fresh draws in terms of the state and noise."""
    out = {}
    for o in x.atoms(Observable):
        if o.name == "draw":
            out[o] = loop.emit_at({s: Observable(loop, s, o.t) for s in loop.state}, o.t, o.index[0])
    return x.xreplace(out)


def gap_of(times) -> tuple[Expr, Expr] | None:
    """Two times that differ by a small positive integer: (late, early)."""
    for a in times:
        for b in times:
            if (a - b).is_Integer and 0 < a - b <= 3:
                return a, b
    return None


@lru_cache(maxsize=20_000)
def unstated(x: Expr, given: bool = False) -> str | None:
    """Why no step tells what an expression asks for; None where one does. Raises `BadInput` for a step that fails."""
    seen = in_order(x.atoms(Observable))
    for loop in in_order({o.loop for o in seen}):
        if (problem := structures.untold(loop, x, given)) is not None:
            return problem
    for o in seen:
        if (problem := o.loop.unstated(o.name)) is not None:
            return problem
        try:
            structures.examine(o.loop)
        except NotImplementedError as error:  # a loop that leaves its step or its start unsaid
            return str(error)
    if x.has(HittingTime):
        return "a first time is not closed under the step"
    return "a maximum over the path is not closed under the step" if x.has(PathMax) else None


def of_one_loop(m: Moment) -> str | None:
    """Why one step does not tell a moment: as `unstated`, and it is of another number of loops than one."""
    loops = {o.loop for o in m.atoms(Observable)}
    if (problem := unstated(m)) is not None:
        return problem
    return None if len(loops) == 1 else "more than one loop" if loops else "it is of no loop"


def of_mean(m: Moment) -> str | None:
    """Why one step does not tell a mean: it is none, or as `of_one_loop`."""
    return of_one_loop(m) if isinstance(m, E) else f"{type(m).__name__} is not a mean"


def loop_of(m: Moment) -> Loop:
    """The one loop that a moment is of."""
    (loop,) = {o.loop for o in m.atoms(Observable)}
    return loop
