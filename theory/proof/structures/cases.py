"""Loops whose steps have cases, as loops whose steps have none."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Expr, sympify

from ...language.loops import Loop, PopulationLoop
from ...language.strangers import ours
from ..symbols.cases import CASES, written
from .values import finite
from .written import examine


@lru_cache(maxsize=2048)
def without_cases(loop: Loop) -> Loop:
    """The same loop with start, step and draws written as polynomials where they have cases; itself where they have none.

    Raises `CannotTell` for a case that depends on a coordinate of many values, `BadInput` for a loop that is none.
    """
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return loop
    examine(loop)
    now = loop.symbols()
    try:
        parts = [*loop.initial.values(), *loop.step(now).values()]
    except NotImplementedError:
        return loop
    few = [now[name] for name in finite(loop)]
    if not any(sympify(x).has(*CASES) or (few and not sympify(x).is_polynomial(*few)) for x in parts):
        return loop
    kind: Any = type(loop)
    plain = _plain(kind)(*loop.args)
    plain.step(now)
    return plain


@lru_cache(maxsize=256)
def _plain(kind: type[Loop]) -> type[Loop]:
    """A class below that of a loop, whose start, step and draws have no cases."""

    def initial(self: Loop) -> dict[str, Expr]:
        return _start(kind(*self.args))

    def step(self: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
        base = kind(*self.args)
        here = {now: state[name] for name, now in base.symbols().items()}
        return {name: x.xreplace(here) for name, x in _step(base).items()}

    def emit(self: Loop, state: dict[str, Expr], index: Expr) -> Expr:
        base = kind(*self.args)
        now = base.symbols()
        return _written(base, base.emit(now, index)).xreplace({now[name]: state[name] for name in now})

    body = {"initial": property(initial), "step": step, "emit": emit, "__module__": __name__}
    return type(kind.__name__, (kind,), body)


@lru_cache(maxsize=2048)
def _start(loop: Loop) -> dict[str, Expr]:
    return {name: written(sympify(x), (), {}) for name, x in loop.initial.items()}


@lru_cache(maxsize=2048)
def _step(loop: Loop) -> dict[str, Expr]:
    return {name: _written(loop, x) for name, x in loop.step(loop.symbols()).items()}


def _written(loop: Loop, x: Expr) -> Expr:
    now = loop.symbols()
    return written(sympify(x), now.values(), {now[name]: values for name, values in finite(loop).items()})
