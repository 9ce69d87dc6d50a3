"""Limits of what has no form at every generation: states that settle at a fixed point, and means whose recursion contracts.

A state x of a loop without chance: (f(x) - L)/(x - L) is in [0, 1) wherever the state may be, f being its step and L a fixed
point. So it stays on one side of L and comes nearer; where it tends to, a step leaves it where it is, hence it is L. Of a step
that is no rational function only the number that the claim names is tried.

Means of a closed system x(t + 1) = A x(t) + b tend to (1 - A)^-1 b where all roots of A are inside of the unit circle, by the
criterion of Schur and Cohn; no root has to be known, and none has to be simple.
"""

from __future__ import annotations

from contextlib import suppress

from sympy import (
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Matrix,
    Poly,
    S,
    Symbol,
    cancel,
    expand,
    sqrt,
    sympify,
    together,
)

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.functions import jump
from ...language.loops import Coordinate, Loop, Observable
from ...language.moments import Cov, E, Limit, Moment, Prob, Var, outermost
from .. import structures
from ..methods import moment, plain
from ..methods.closure import Key, System
from ..standard import standardise
from ..symbols import rational
from ..symbols.arguments import needs
from ..symbols.asymptotics import Limits
from ..symbols.averages import Infinite
from . import absorbed, cases, extinction, fixed_points, selected, speeds, stays
from .assumptions import Assumptions
from .ends import put

SELECTED = "of curation without real data the best are left"
NEARER = "the state comes nearer to a fixed point of the step, from one side"
AWAY = "the state moves to one side in every step, and no number there is a fixed point of the step"
MOST_COUPLED = 6  # means that depend on each other


def limit(known: Assumptions, m: Limit) -> tuple[Expr, str]:
    """(The limit, why it is that), or `CannotTell` is raised."""
    if any(loop.has(m.bound) for loop in m.variable.atoms(Loop)):
        raise CannotTell(f"{m} is along a parameter of a loop")  # no one loop that settles
    if all(isinstance(y, Prob) for y in outermost(m.variable)):
        with suppress(CannotTell):
            return extinction.limit(known, m), "extinction, by the smallest fixed point of the generating function"
    x = known.standard(m.variable)
    x = x.xreplace({v: in_means(v) for v in x.atoms(Var, Cov)})
    seen = x.atoms(Observable)
    loops = {o.loop for o in seen}
    if any(isinstance(loop, FiniteLoop) and loop.any_law is not None for loop in loops):
        return selected.of_any_law(known, x, m.bound), SELECTED
    if len(loops) != 1 or any(o.index or (o.t - m.bound).has(m.bound) for o in seen):
        raise CannotTell("no state of one loop at one generation")
    loop = loops.pop()
    if not known.has_laws(loop):
        raise CannotTell("its laws are laws under conditions only")
    if structures.is_deterministic(loop):
        return _of_state(known, loop, x, m.bound)
    with suppress(CannotTell):
        return absorbed.limit(known, m, loop), "the law that the finite chain comes to"
    return _of_means(known, loop, x, m.bound), "the recursion of the means contracts: all its roots are below 1 in size"


def in_means(m: Var | Cov) -> Expr:
    """A variance, or a covariance, by the means of products and of factors."""
    if m.given is not None:
        raise CannotTell(f"{m} is random")
    x, y = m.args[:2] if isinstance(m, Cov) else (m.variable, m.variable)
    square, mean, other = (plain(standardise(E(z)))[0] for z in (expand(x * y), x, y))
    return square - mean * other


# ---- nothing is random --------------------------------------------------------------------------------------------------


def _of_state(known: Assumptions, loop: Loop, x: Expr, t: Expr) -> tuple[Expr, str]:
    x = x.xreplace({e: e.variable for e in x.atoms(E)})
    ends = {o: _fixed(known, loop, o.name) for o in x.atoms(Observable)}
    match list(ends.items()):
        case [(o, end)] if x.xreplace({o: Dummy("x")}).has(t):
            return speeds.limit(known, loop, x, o, t, end), speeds.LEMMA
        case [(o, end)] if end.is_infinite:
            large = Symbol("a large one", positive=True)
            return Limits(large, known.sign).of(x.xreplace({o: large if end == S.Infinity else -large})), AWAY
    picks = isinstance(loop, FiniteLoop) and selected.is_selected(known, loop)
    return put(known, x, ends, t), SELECTED if picks else NEARER


def _fixed(known: Assumptions, loop: Loop, name: str) -> Expr:
    """The fixed point that a coordinate which depends on itself alone tends to, or the probability of an atom under curation."""
    if name not in loop.state:
        raise CannotTell(f"{name} is no coordinate")
    if isinstance(loop, FiniteLoop) and selected.is_selected(known, loop):
        return selected.mass(known, loop, name)
    f, x = fixed_points.step_of(loop, name)
    if not f.is_rational_function(x):
        return _approached(known, loop, name)
    place = stays.charts(known, loop, begun=True)[name]
    stays.defined(known, f, {x: place})
    for root in fixed_points.roots(known, f, x):
        if _comes_nearer(known, f, x, place, root):
            return root
    for factor in fixed_points.factors(f, x):
        if (root := _met(known, f, x, place, factor)) is not None:
            return root
    return _approached(known, loop, name)


def _approached(known: Assumptions, loop: Loop, name: str) -> Expr:
    """The limit by the claim's own word: 0, or a number L that the claim names; or infinity.

    Wherever x may be from the start on to L, without L, f is continuous, and f(x) is nearer to L and not beyond it. So the states
    come nearer in every step, and where they tend to, a step leaves them where they are. Once at L they have to stay there.
    """
    (f, x), start = fixed_points.step_of(loop, name), sympify(loop.initial[name])
    s = Dummy("s", nonnegative=True)
    ends = (
        () if f.is_rational_function(x) else (S.Zero, *_named(known))
    )  # of a fraction the fixed points have been tried
    for end in ends:
        for side in (1, -1):
            if not known.implies(known.charted(side * (start - end)), strict=True):
                continue
            at = end + (start - end) / (1 + s)
            there = f.xreplace({x: at})
            if (
                _is_continuous(known, there, s)
                and cases.implied(known, side * (there - end), False)
                and (cases.implied(known, side * (there - end), True) or fixed_points.is_fixed(loop, name, end))
                and cases.implied(known, side * (at - there), True)
            ):
                return end
    beyond = Dummy("s", nonnegative=True)
    for side in (1, -1):
        at = start + side * beyond
        if _is_continuous(known, f.xreplace({x: at}), beyond) and cases.implied(
            known, side * (f.xreplace({x: at}) - at), True
        ):
            return side * S.Infinity
    raise CannotTell("it is not seen to come nearer to what is claimed, or to 0, in every step")


def _is_continuous(known: Assumptions, f: Expr, s: Expr) -> bool:
    """Whether f has a value for all s, and never jumps."""
    positive = lambda e, strict: cases.implied(known, e, strict)  # noqa: E731
    return all(known.meets(e, need) for e, need in needs(f)) and jump(f, s, positive, known.is_other_than_0) is None


def _named(known: Assumptions) -> list[Expr]:
    """Numbers that the claim says something is equal to."""
    sides = [side for r in And.make_args(known.claim.relation(known.case)) if isinstance(r, Eq) for side in r.args]
    return [side for side in sides if not side.has(Moment, Observable, Limit)]


def _comes_nearer(known: Assumptions, f: Expr, x: Expr, place: Expr, root: Expr) -> bool:
    """(f(x) - f(L))/(x - L) is in [0, 1) for all x of the interval: for this root, or for all numbers L of the interval."""
    end = Dummy("L", real=True)
    ratio = cancel(together((f - f.xreplace({x: end})) / (x - end)))
    inside = _is_inside(known, place, root)
    y = _running(place)
    anywhere = place.xreplace({y: Dummy("y", nonnegative=True)}) if y.is_nonnegative else Dummy("L", real=True)
    for at in (root, anywhere) if root.is_rational_function() else (anywhere, root):
        q = known.charted(ratio.xreplace({end: at, x: place}))
        if inside and known.implies(q, strict=False) and known.implies(1 - q, strict=True):
            return True
    return False


def _met(known: Assumptions, f: Expr, x: Expr, place: Expr, factor: Expr) -> Expr | None:
    """The only fixed point of the interval, as a root of a factor of f(x) - x, where f rises and moves all towards it.

    The factor has other signs at the ends of the interval, and f(x) - x is it times what has one sign. So x < f(x) <= f(L) = L
    below the root L, and L <= f(x) < x above it.
    """
    y = _running(place)
    if not y.is_nonnegative or not _is_continuous(known, f.xreplace({x: place}), y):
        return None
    if not known.implies(known.charted(f.diff(x).xreplace({x: place})), strict=False):
        return None
    low, high = place.subs(y, 0), place.limit(y, S.Infinity)
    if high.is_finite and known.implies(known.charted(low - high), strict=True):
        low, high = high, low
    p = Poly(factor, x)
    ends = p.eval(low), p.LC() if high.is_infinite else p.eval(high)
    crossed = [
        s for s in (1, -1) if all(known.implies(known.charted(x), strict=True) for x in (-s * ends[0], s * ends[1]))
    ]
    moved = known.charted(cancel(together((f - x) / factor)).xreplace({x: place}))
    if not crossed or high == -S.Infinity or not known.implies(-crossed[0] * moved, strict=True):
        return None
    match p.all_coeffs():
        case [a, b]:
            return cancel(-b / a)
        case [a, b, c] if known.is_other_than_0(known.charted(a)):  # at the root its slope is that of this root
            return (-b + crossed[0] * sqrt(b**2 - 4 * a * c)) / (2 * a)
    return None


def _running(place: Expr) -> Coordinate:
    """What runs through an interval: no parameter, at which an end may be."""
    (y,) = place.atoms(Coordinate)
    return y


def _is_inside(known: Assumptions, place: Expr, root: Expr) -> bool:
    """Whether the root is seen to be in the interval, or at one of its ends."""
    y = _running(place)
    if not y.is_nonnegative:
        return True
    root = known.charted(root)
    low, high = place.subs(y, 0), place.limit(y, S.Infinity)
    if high.is_finite and known.implies(known.charted(low - high), strict=True):
        low, high = high, low
    above = known.implies(known.charted(root - low), strict=False)
    return above and (high.is_infinite or known.implies(known.charted(high - root), strict=False))


# ---- means ----------------------------------------------------------------------------------------------------------------


def _of_means(known: Assumptions, loop: Loop, x: Expr, t: Expr) -> Expr:
    means = sorted(x.atoms(Moment), key=str)
    if not all(isinstance(m, E) for m in means) or len({o.t for o in x.atoms(Observable)}) != 1:
        raise CannotTell("no means of one generation")
    system, read = System(loop), {}
    if not {o.name for o in x.atoms(Observable)} <= set(system.vars):
        raise CannotTell("an observable that is no coordinate")
    try:
        for m in means:
            read[m] = system.read(m.variable.xreplace({o: system.vars[o.name] for o in m.atoms(Observable)}))
            system.close(read[m])
    except Infinite as error:
        raise CannotTell(str(error)) from error
    if system.changing or system.doubtful or not all(known.implies(c, strict=True) for c in system.conditions):
        raise CannotTell("a recursion that changes, or means that may not exist")
    begun = {key: _begun(known, system, key) for key in system.rows}  # what begins without a mean has none later
    ends: dict[Key, Expr] = {}
    for block in system.blocks():
        ends |= _settled(known, system, block, ends, begun)
    return rational.as_product(put(known, x, {m: Add(*(c * ends[k] for k, c in read[m].items())) for m in means}, t))


def _settled(
    known: Assumptions, system: System, block: list[Key], ends: dict[Key, Expr], begun: dict[Key, Expr]
) -> dict[Key, Expr]:
    rows = system.rows
    if len(block) == 1 and rows[block[0]] == {block[0]: S.One}:  # no step moves it
        return {block[0]: begun[block[0]]}
    if len(block) > MOST_COUPLED:
        raise CannotTell("too many means depend on each other")
    A = Matrix([[rows[i].get(j, S.Zero) for j in block] for i in block])
    forcing = Matrix([Add(*(c * ends[k] for k, c in rows[i].items() if k not in block)) for i in block])
    z = Dummy("z")
    try:
        contracts(known, A.charpoly(z).all_coeffs())
    except CannotTell as reason:
        try:
            return {key: _by_its_form(known, system, key) for key in block}
        except CannotTell:
            raise reason from None
    found = (Matrix.eye(len(block)) - A).applyfunc(rational.as_product).LUsolve(forcing)
    return dict(zip(block, map(rational.as_product, found), strict=True))


def _begun(known: Assumptions, system: System, key: Key) -> Expr:
    if all(power == 0 and logs == 0 for power, logs in key):
        return S.One
    return _mean(known, system, key, S.Zero)


def _by_its_form(known: Assumptions, system: System, key: Key) -> Expr:
    """The limit of a mean which has a form, as of what a step does not move in the mean."""
    t = Symbol("t of it", integer=True, nonnegative=True)
    end = Limits(t, known.sign).of(_mean(known, system, key, t))
    if end.is_infinite or end.has(t):
        raise CannotTell("the mean has no limit")
    return end


def _mean(known: Assumptions, system: System, key: Key, t: Expr) -> Expr:
    try:
        d = moment(E(system.monomial(key, {s: Observable(system.loop, s, t) for s in system.vars})))
    except Infinite as error:
        raise CannotTell(str(error)) from error
    if (
        d.form.has(Moment)
        or d.form.is_infinite
        or not all(known.is_other_than_0(known.charted(c)) for c in d.nonzero)
        or not all(known.implies(known.charted(c), strict=True) for c in d.positive)
    ):
        raise CannotTell("there may be no such mean")
    return d.form


def contracts(known: Assumptions, polynomial: list[Expr]) -> None:
    """All roots of a polynomial, its leading coefficient 1 and first, are inside of the unit circle; else `CannotTell`.

    Schur and Cohn: where |c_0| < c_n, they are if and only if those of (c_n p(z) - c_0 z^n p(1/z))/z are.
    """
    c = [rational.as_product(x) for x in polynomial]
    while len(c) > 1:
        first, last = c[0], c[-1]
        if not all(known.implies(known.charted(rational.as_product(first + s * last)), strict=True) for s in (1, -1)):
            raise CannotTell("the recursion of the means is not seen to contract")
        c = [rational.as_product(first * x - last * y) for x, y in zip(c[:-1], c[:0:-1], strict=True)]
