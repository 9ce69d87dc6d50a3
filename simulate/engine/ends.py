"""Between which numbers what is simulated is known to lie, by what it is made of."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, oo, sympify

from theory.language.errors import NO_BALL
from theory.language.loops import CLOCK, Loop, Observable
from theory.proof.arithmetic import quadrature
from theory.proof.symbols.ranges import span

from .lattice import has_long_roots

ROUNDING = 2.0**-30  # of the larger end: values in floats are not taken for ones beyond it


@lru_cache(maxsize=1024)
def ends(x: Expr) -> tuple[float, float] | None:
    """Two numbers between which a function of draws lies, with room for rounding; None where none are seen."""
    if (found := span(x)) is None or any(e.has(oo, -oo) or e.free_symbols for e in found):
        return None
    try:
        low, high = (quadrature.evaluate(e, {}) for e in found)
    except NO_BALL:
        return None
    room = ROUNDING * max(abs(float(low)), abs(float(high)))
    found = float(low.lower()) - room, float(high.upper()) + room
    return found if found[0] < found[1] else None


def of_records(x: Expr) -> tuple[float, float] | None:
    """The same of a function of observables; those of one generation are what the last step makes of the state before it."""
    if (found := ends(x)) is not None:
        return found
    seen = x.atoms(Observable)
    if len({(o.loop, o.t) for o in seen}) != 1 or any(o.index or o.name not in o.loop.state for o in seen):
        return None
    (loop, t), *_ = {(o.loop, o.t) for o in seen}
    after = _after(loop) if t.is_Integer and t > 0 else {}
    if not after or any(has_long_roots(after[o.name]) for o in seen):
        return None
    return ends(x.xreplace({o: after[o.name].xreplace({CLOCK: t}) for o in seen}))


@lru_cache(maxsize=512)
def _after(loop: Loop) -> dict[str, Expr]:
    """The step of a loop in its state; empty where it is not stated in symbols."""
    try:
        return {name: sympify(y) for name, y in loop.step(loop.symbols()).items()}
    except Exception:  # told where the loop is examined
        return {}
