"""Two states of loops without chance that go through the same steps: which of them is larger, and how far they are apart.

They are one loop's in two generations, or two loops' with different starts. An increasing step keeps their order; one whose slope
is at most L in size multiplies their distance by at most L.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sympy import Abs, Dummy, Expr, S, powsimp, sympify

from ...language.errors import CannotTell
from ...language.functions import jump
from ...language.loops import Coordinate, Observable
from ...language.moments import E, Moment
from .. import structures
from ..foreign import telling
from ..symbols import rational
from ..symbols.cases import CASES
from ..symbols.normal_forms import is_zero
from . import fixed_points, stays
from .learned import Learned
from .stays import defined

MOST_STEPS = 3  # from the start of the loops to the first states that are compared


def by_the_step(known: Learned, op: str, a: Expr, b: Expr, prove: Callable) -> bool:
    """Prove a op b where one side less the other is such a difference, or one is its size and the other one no state."""
    if op == "==":
        return False
    strict = op in ("<", ">")
    small, large = (_values(known, x) for x in ((a, b) if op in ("<", "<=") else (b, a)))
    times = {o.t for o in (small - large).atoms(Observable)}
    k = next((k for t in times for k in t.free_symbols & known.counters), None)
    for narrow in (False, True) if k is not None else ():
        with suppress(CannotTell), telling(), known.up_to(k):
            if large.has(Observable):
                _ordered(known, large - small, k, strict, narrow)
            else:
                _near(known, small, large, k, strict, narrow)
            return True
    return False


def _values(known: Learned, x: Expr) -> Expr:
    """A side with what is not random in place of its mean."""
    x = known.standard(sympify(x))
    return x.xreplace({m: m.variable for m in x.atoms(E) if m.given is None})


def _ordered(known: Learned, gap: Expr, k: Expr, strict: bool, narrow: bool) -> None:
    u, v = _pair(known, gap)
    f, x, place = _steps(known, u, v, k, narrow)
    slope = f.diff(x).xreplace({x: place})
    if not known.implies(known.charted(slope), strict=strict):
        raise CannotTell("a step that is not seen to increase")
    later, earlier = _begun(u, v, f, x, k)
    if not known.implies(known.charted(later - earlier), strict=strict):
        raise CannotTell("the order at first is not seen")
    known.proof.steps.append(
        "a step increases in the state, so that it keeps the order of two states, which they have at first"
    )


def _near(known: Learned, small: Expr, bound: Expr, k: Expr, strict: bool, narrow: bool) -> None:
    factor, size = small.as_independent(Observable, as_Add=False)
    if not isinstance(size, Abs) or bound.has(Observable, Moment) or factor != 1:
        raise CannotTell("no distance of two states beside a bound")
    u, v = _pair(known, size.args[0])
    f, x, place = _steps(known, u, v, k, narrow)
    ratio = rational.as_product(powsimp(bound.xreplace({k: k + 1}) / bound))
    defined(known, ratio, {})
    later = powsimp(bound.xreplace({k: k + 1}) - ratio * bound)
    if not is_zero(later) or not known.implies(known.charted(ratio), strict=True):
        raise CannotTell("a bound that is not multiplied in every step")
    slope = f.diff(x).xreplace({x: place})
    if not all(known.implies(known.charted(ratio - side * slope), strict=False) for side in (1, -1)):
        raise CannotTell("a step that is not seen to bring states nearer to each other by as much")
    one, other = _begun(u, v, f, x, k)
    begun = bound.xreplace({k: S.Zero})
    if not all(known.implies(known.charted(begun - side * (one - other)), strict=strict) for side in (1, -1)):
        raise CannotTell("the distance at first is not seen to be small enough")
    known.proof.steps.append(
        f"the slope of a step is at most {known.named(ratio)} in size, by which it multiplies the distance of two states at most"
    )


def _pair(known: Learned, gap: Expr) -> tuple[Observable, Observable]:
    """u and v where gap is a positive number times u - v."""
    seen = sorted(gap.atoms(Observable), key=str)
    if len(seen) != 2 or any(o.index for o in seen) or gap.has(Moment):
        raise CannotTell("no two states")
    names = {o: Dummy("x") for o in seen}
    first, second = (gap.xreplace(names).diff(names[o]).expand() for o in seen)
    rest = (gap.xreplace(names) - first * (names[seen[0]] - names[seen[1]])).expand()
    if rest != 0 or first.has(*names.values()) or (first + second).expand() != 0:
        raise CannotTell("no difference of two states")
    for u, v, times in ((*seen, first), (*seen[::-1], second)):
        if known.implies(known.charted(times), strict=True):
            return u, v
    raise CannotTell("no difference of two states")


def _steps(known: Learned, u: Observable, v: Observable, k: Expr, narrow: bool) -> tuple[Expr, Expr, Expr]:
    """The step that both states go through, its coordinate, and where the states stay; k counts the generations."""
    if u.name != v.name or u.t.free_symbols != {k} or not (u.t - v.t).is_Integer or not (u.t - k).is_Integer:
        raise CannotTell("no two states that are so many steps apart")
    found = []
    for loop in (u.loop, v.loop):
        if not structures.is_deterministic(loop) or not known.has_laws(loop) or loop.has(k):
            raise CannotTell("a loop with chance, or whose step has no value somewhere")
        step, x = fixed_points.step_of(loop, u.name)
        found.append((step, x, stays.charts(known, loop, begun=narrow)[u.name]))
    (f, x, place), (g, w, other) = found
    if f != g.xreplace({w: x}) or place != other or f.has(*CASES):
        raise CannotTell("two steps, or two places where states stay")
    y = next(iter(place.atoms(Coordinate)))
    moved = f.xreplace({x: place})
    positive = lambda e, strict: known.implies(known.charted(e), strict)  # noqa: E731
    if jump(moved, y, positive, lambda e: known.is_other_than_0(known.charted(e))) is not None:
        raise CannotTell("a step that is not seen to be continuous")
    return f, x, place


def _begun(u: Observable, v: Observable, f: Expr, x: Expr, k: Expr) -> tuple[Expr, Expr]:
    """Both states when the counter of the generations is 0."""
    out = []
    for o in (u, v):
        steps = int(o.t.xreplace({k: S.Zero}))
        if not 0 <= steps <= MOST_STEPS:
            raise CannotTell("states that are many steps from the start")
        state = sympify(o.loop.initial[o.name])
        for _ in range(steps):
            state = f.xreplace({x: state})
        out.append(state)
    return out[0], out[1]


__all__ = ["by_the_step"]
