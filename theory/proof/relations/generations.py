"""What one step does to any state: relations of two generations, and invariants, of loops without chance.

The later generation is written as a step from the earlier one, which is anywhere that the state is seen to stay. A relation that
holds of every such state holds along the loop. A quantity that a step multiplies keeps its sign, and stays 0 where it is 0.
"""

from __future__ import annotations

from contextlib import suppress

from sympy import Add, Dummy, Expr, S, Sum, cancel, expand, fraction, powsimp, sympify, together

from ...language.errors import CannotTell
from ...language.functions import linear
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment
from .. import structures
from ..methods import moment
from ..symbols import rational
from ..symbols.cases import CASES
from ..symbols.normal_forms import is_zero
from . import stays
from .learned import Learned
from .stays import defined

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
MOST_STEPS = 3  # from the earliest generation of a relation to the latest


def holds(known: Learned, op: str, gap: Expr, sides: tuple[Expr, ...]) -> None:
    """gap op 0 for a gap of several generations, by the steps between them, or `CannotTell` is raised.

    sides: of the relation, before anything cancels between them.
    """
    loop, first, steps = _generations(known, gap)
    for narrow in (False, True) if first != 0 and op != "==" else (False,):
        with suppress(CannotTell):
            x = _in_state(known, loop, gap, sides, first, steps, narrow)
            if is_zero(cancel(together(x))) if op == "==" else known.implies(toward(op, x), strict=op in ("<", ">")):
                break
    else:
        raise CannotTell("what is claimed is not seen to hold one step from every state")
    known.proof.steps.append(
        f"the states after generation {known.named(first)} are steps from it: it holds of every state"
    )


def added_up(known: Learned, gap: Expr) -> None:
    """gap = 0 with a sum over generations in it, by telescoping: what is claimed of the sum begins right, and grows by its last
    term in every step; or `CannotTell` is raised."""
    sums = [x for x in gap.atoms(Sum) if x.has(Observable)]
    if len(sums) != 1 or len(sums[0].limits) != 1 or len(sums[0].limits[0]) != 3:
        raise CannotTell("no single sum over generations")
    ((s, low, high),), name = sums[0].limits, Dummy("sum")
    k = next(iter(high.free_symbols & known.counters), None)
    form = gap.xreplace({sums[0]: name})
    found = linear(form, name)
    if k is None or not (high - k).is_Integer or not low.is_Integer or found is None or found[0].has(Observable):
        raise CannotTell("no single sum over generations, up to a generation")
    slope, rest = found
    if not known.is_other_than_0(slope):
        raise CannotTell(f"{slope} is not seen to be other than 0")
    said, term = -rest / slope, sums[0].function
    first = high.xreplace({k: S.Zero})
    if not -1 <= first - low < MOST_STEPS:
        raise CannotTell("a sum that begins with many terms")
    begun = Add(*(term.xreplace({s: low + i}) for i in range(int(first - low) + 1)))
    with known.up_to(k):
        later = term.xreplace({k: k + 1})
        grown = said.xreplace({k: k + 1}) - _growth(known, term, later, s) * said - later.xreplace({s: high + 1})
        for what in (said.xreplace({k: S.Zero}) - begun.xreplace({k: S.Zero}), grown):
            names = {m: Dummy("m") for m in what.atoms(E)}
            left = expand(cancel(together(what.xreplace(names))))  # generations that cancel are not looked at
            if left != 0:
                holds(known, "==", left.xreplace({d: m for m, d in names.items()}), (what,) if not what.has(E) else ())
    known.proof.steps.append(
        "the sum telescopes: what is claimed of it begins right, and grows by its last term in every step"
    )


def _growth(known: Learned, term: Expr, later: Expr, s: Expr) -> Expr:
    """What all terms are multiplied by as the sum has one more of them: they may tell of its end."""
    if later == term:
        return S.One
    names = {m: Dummy("m") for m in {*term.atoms(E), *later.atoms(E)}}
    growth = cancel(together(expand(later.xreplace(names)) / expand(term.xreplace(names))))
    if growth.has(s, Observable, *names.values()) or not known.is_other_than_0(fraction(growth)[1]):
        raise CannotTell("terms that change with the upper end")
    return growth


def kept(known: Learned, op: str, gap: Expr, sides: tuple[Expr, ...], k: Expr) -> None:
    """gap op 0 at all generations, since it is so at first and a step multiplies the gap; or `CannotTell` is raised."""
    loop, t, _ = _generations(known, gap)
    before = _in_state(known, loop, gap, sides, t, 0)
    later, *those = (x.xreplace({t: t + 1, k: k + 1}) for x in (gap, *sides))
    after = _in_state(known, loop, later, tuple(those), t, 1)
    if is_zero(cancel(together(before))):
        raise CannotTell("nothing of the state is claimed")
    factor = cancel(together(after / before))
    defined(known, factor, {})
    if op != "==" and not known.implies(factor, strict=op in ("<", ">")):
        raise CannotTell("a step is not seen to keep the sign of the difference")
    at = t.xreplace({k: S.Zero})
    begun = {Observable(loop, s, at): _begun(known, loop, s, at) for s in loop.state}
    start = _plain(gap).xreplace({k: S.Zero}).xreplace(begun).doit()
    defined(known, start, {})
    right = op in ("==", "<=", ">=") and is_zero(cancel(together(start)))
    if start.has(Observable) or not (
        right or (op != "==" and known.implies(toward(op, start), strict=op in ("<", ">")))
    ):
        raise CannotTell(f"the claim is not seen to hold at generation {at}")
    known.proof.steps.append(
        f"a step multiplies the difference of the sides by {known.named(factor)}, and at first it is right"
    )


def outgrown(known: Learned, op: str, sides: tuple[Expr, ...], k: Expr) -> None:
    """A side without the state that is multiplied by at least as much in every step as the other one; or `CannotTell` is raised.

    With y(x) op b at t, where b becomes r b and r y(x) - y(f(x)) has the sign for every x, y(f(x)) op r b.
    """
    moving = [x.has(Observable) for x in sides]
    if op == "==" or moving.count(True) != 1:
        raise CannotTell("no function of a state beside a bound")
    y, bound = sides if moving[0] else sides[::-1]
    op = op if moving[0] else MIRRORED[op]
    loop, t, _ = _generations(known, y)
    if _plain(y).xreplace({o: Dummy("x") for o in y.atoms(Observable)}).has(k):
        raise CannotTell("a side that changes by more than the state")
    ratio = rational.as_product(powsimp(bound.xreplace({k: k + 1}) / bound))
    defined(known, ratio, {})
    if not known.is_other_than_0(known.charted(bound)) or not known.implies(
        known.charted(ratio), strict=op in ("<", ">")
    ):
        raise CannotTell("a bound that is not seen to keep its sign")
    later = y.xreplace({t: t + 1, k: k + 1})
    drift = _in_state(known, loop, later - ratio * y, (y, later), t, 1, narrow=True)
    if not known.implies(toward(op, drift), strict=False):
        raise CannotTell("the bound is not seen to grow by as much as what it bounds")
    at = t.xreplace({k: S.Zero})
    begun = {Observable(loop, s, at): _begun(known, loop, s, at) for s in loop.state}
    start = (_plain(y) - bound).xreplace({k: S.Zero}).xreplace(begun).doit()
    defined(known, start, {})
    if not (op in ("<=", ">=") and is_zero(cancel(together(start)))) and not known.implies(
        toward(op, start), strict=op in ("<", ">")
    ):
        raise CannotTell(f"the claim is not seen to hold at generation {at}")
    known.proof.steps.append(
        f"a step from any state keeps what is bounded within the bound, which it multiplies by {known.named(ratio)}"
    )


def _plain(gap: Expr) -> Expr:
    """Means of what is not random are its values."""
    gap = gap.xreplace({m: m.variable for m in gap.atoms(E)})
    if gap.has(Moment):
        raise CannotTell("no values of the state")
    return gap


def _generations(known: Learned, gap: Expr) -> tuple[Loop, Expr, int]:
    """The loop of a gap, its earliest generation, and how many steps the latest is from that."""
    seen = gap.atoms(Observable)
    loops, times = {o.loop for o in seen}, {o.t for o in seen}
    if len(loops) != 1 or any(o.index for o in seen) or not structures.is_deterministic(loop := loops.pop()):
        raise CannotTell("no values of one loop without chance")
    if not known.has_laws(loop):
        raise CannotTell("its laws are laws under conditions only")
    first = next((t for t in times if all((s - t).is_Integer and s >= t for s in times)), None)
    if first is None or (steps := max(int(s - first) for s in times)) > MOST_STEPS or not first.is_nonnegative:
        raise CannotTell("generations that are not a few steps apart")
    return loop, first, steps


def _in_state(
    known: Learned, loop: Loop, gap: Expr, sides: tuple[Expr, ...], first: Expr, steps: int, narrow: bool = False
) -> Expr:
    """A gap as a function of any state at the earliest generation; it and all that its sides consist of have values there.

    narrow: whether intervals that end at the start, or at a fixed point, are tried for where the state stays.
    """
    now = loop.symbols()
    may_be = loop.initial if first == 0 else stays.charts(known, loop, begun=narrow)
    after, state, put = loop.step(now), {s: sympify(x) for s, x in may_be.items()}, {}
    for i in range(steps + 1):
        if i:
            at = {v: state[n] for n, v in now.items()} | {CLOCK: first + i}
            state = {s: sympify(x).xreplace(at) for s, x in after.items()}
            for x in after.values():  # what cancels in the composition may be 0 on the way
                defined(known, sympify(x), at)
        put |= {Observable(loop, s, first + i): x for s, x in state.items()}
    for side in (gap, *sides):
        defined(known, _plain(side), put)
    x = _plain(gap).xreplace(put)
    defined(known, x, {})
    if x.has(Observable) or x.has(*CASES):
        raise CannotTell("an observable that is no coordinate, or a step of several cases")
    return x


def _begun(known: Learned, loop: Loop, name: str, at: Expr) -> Expr:
    if at == 0:
        return loop.initial[name]
    d = moment(E(Observable(loop, name, at)))
    if d.positive or d.nonzero or d.form.has(Moment):
        raise CannotTell("what it is at first is not known on the whole domain")
    return d.form


def toward(op: str, gap: Expr) -> Expr:
    """The difference of two sides, with the sign that makes it positive where the relation holds."""
    return -gap if op in ("<", "<=") else gap
