"""Loops whose steps have cases, as loops whose steps have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sympy import Expr, Symbol, sympify
from sympy.core.symbol import Str

from ...language.anew import Anew
from ...language.asked import drawn_from, noted
from ...language.examined import REWRITTEN
from ...language.laws import Law, Noise
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
        return _drawn(_start(kind(*self.args)), {})

    def step(self: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
        base = kind(*self.args)
        return _drawn(_step(base), {now: state[name] for name, now in base.symbols().items()})

    def emit(self: Loop, state: dict[str, Expr], index: Expr) -> Expr:
        base = kind(*self.args)
        now = base.symbols()
        said = _said(base, lambda one, here: {"draw": one.emit(here, index)})
        return _drawn(said, {now[name]: state[name] for name in now})["draw"]

    body = {"initial": property(initial), "step": step, "emit": emit, "__module__": __name__}
    made = type(kind.__name__, (kind,), body)
    REWRITTEN.add(made)
    return made


# what a loop says, without cases, and the laws that it draws from for that
Said = tuple[dict[str, Expr], tuple[Law, ...]]


@lru_cache(maxsize=2048)
def _start(loop: Loop) -> Said:
    return _said(loop, lambda one, _: one.initial)


@lru_cache(maxsize=2048)
def _step(loop: Loop) -> Said:
    return _said(loop, lambda one, now: one.step(now))


def _said(loop: Loop, said: Callable[[Loop, dict[str, Symbol]], dict[str, Expr]]) -> Said:
    now = loop.symbols()
    anew = Anew(loop, now)
    known = {now[name]: values for name, values in finite(loop).items()}
    with noted(of_loops=True) as asked:
        parts = {name: anew.back(sympify(x)) for name, x in said(anew.loop, anew.state).items()}
    anew.noted(asked)
    draws = (written(Noise(Str("draw"), law), now.values(), known) for law in asked.laws)
    laws = tuple(z.law for z in draws if isinstance(z, Noise))
    return {name: written(x, now.values(), known) for name, x in parts.items()}, laws


def _drawn(said: Said, here: Mapping[Expr, Expr]) -> dict[str, Expr]:
    """What was said, of another state; that a draw has vanished in it takes nothing of what is asked of its law."""
    parts, laws = said
    for law in laws:
        drawn_from(law.xreplace(here))
    return {name: x.xreplace(here) for name, x in parts.items()}
