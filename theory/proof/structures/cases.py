"""Loops whose steps have cases, as loops whose steps have none."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, sympify

from ...language.loops import Loop, PopulationLoop, ours
from ..symbols.cases import CASES, written
from .values import finite


@lru_cache(maxsize=2048)
def without_cases(loop: Loop) -> Loop:
    """The same loop with start, step and draws written as polynomials where they have cases; itself where they have none.

    Raises `CannotTell` for a case that depends on a coordinate of many values.
    """
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return loop
    now = loop.symbols()
    try:
        parts = [*loop.initial.values(), *loop.step(now).values()]
    except NotImplementedError:
        return loop
    if not any(sympify(x).has(*CASES) for x in parts):
        return loop
    plain = _plain(type(loop))(*loop.args)
    plain.step(now)
    return plain


@lru_cache(maxsize=256)
def _plain(kind: type[Loop]) -> type[Loop]:
    """A class below that of a loop, whose start, step and draws have no cases."""

    def of(base: Loop, x: Expr, state: dict[str, Expr]) -> Expr:
        return written(
            sympify(x), state.values(), {state[name]: values for name, values in finite(base).items() if name in state}
        )

    def initial(self: Loop) -> dict[str, Expr]:
        base = kind(*self.args)
        return {name: of(base, x, {}) for name, x in base.initial.items()}

    def step(self: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
        base = kind(*self.args)
        return {name: of(base, x, state) for name, x in base.step(state).items()}

    def emit(self: Loop, state: dict[str, Expr], index: Expr) -> Expr:
        base = kind(*self.args)
        return of(base, base.emit(state, index), state)

    body = {"initial": property(initial), "step": step, "emit": emit, "__module__": __name__}
    return type(kind.__name__, (kind,), body)


__all__ = ["without_cases"]
