"""Induction with the claimed right side: the first generation, and one step from the claim itself.

What is claimed of generation t is put into the step. Where it gives what is claimed of t + 1, the claim holds: sums and
products need no closed form, and steps no solution that anyone would find.
"""

from __future__ import annotations

from sympy import (
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Mul,
    Pow,
    Product,
    S,
    Sum,
    cancel,
    exp,
    expand,
    limit,
    oo,
    sympify,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import jump, linear
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import Cov, E, Moment, Var
from ...language.order import in_order
from ...language.signs import is_positive
from .. import structures
from ..methods import moment, plain
from ..methods.closure import Key, System
from ..methods.spans import stepped
from ..standard import standardise
from ..symbols.averages import Infinite
from ..symbols.cases import CASES
from ..symbols.normal_forms import is_zero
from ..symbols.partial_sums import telescoped
from ..symbols.powersums import without_products_of_0
from . import cases, drifts, generations, stays
from .defined import has_values
from .generations import MIRRORED, toward
from .learned import Learned


def _examine_told(gap: Expr) -> None:
    """Raise `CannotTell` where a step does not tell the moments of a difference."""
    for m in in_order(gap.atoms(Moment)):
        parts = [x for x in m.variables if x.has(Observable)]
        if any(not isinstance(x, Expr) for x in parts):  # of laws, or events: no polynomial
            parts = [exp(o) for o in m.atoms(Observable)]
        asked = m if m.given is None and isinstance(m, E | Var) else Mul(*parts)
        for loop in in_order({o.loop for o in m.atoms(Observable)}):
            if (why := structures.untold(loop, asked, given=m.given is not None)) is not None:
                raise CannotTell(why)


def holds(known: Learned, op: str, a: Expr, b: Expr) -> None:
    """a op b by induction over the generations, or `CannotTell` is raised."""
    sides = tuple(known.standard(x) for x in (a, b))
    gap = known.standard(sympify(a) - sympify(b))
    gap = gap.xreplace({m: plain(m)[0] for m in gap.atoms(Moment)})
    gap = gap.xreplace({m: _about_known_means(known, m) for m in gap.atoms(Var, Cov)})
    _examine_told(gap)
    if op == "==" and any(x.has(Observable) for x in gap.atoms(Sum)):
        generations.added_up(known, gap)
        return
    if len({o.t for o in gap.atoms(Observable)}) > 1:
        generations.holds(known, op, gap, sides)
        return
    means = gap.atoms(Moment)
    seen = {o for m in means for o in m.atoms(Observable)}
    if not seen or not all(isinstance(m, E) for m in means) or len({(o.loop, o.t) for o in seen}) != 1:
        raise CannotTell("no mean of one generation of one loop")
    (loop, t) = next((o.loop, o.t) for o in seen)
    k = next(iter(t.free_symbols), None)
    if k is None or k not in known.counters or not (t - k).is_Integer or any(o.index for o in seen) or loop.has(k):
        raise CannotTell(f"{t} is no generation to begin an induction at")
    if not known.has_laws(loop):
        raise CannotTell("its laws are laws under conditions only")
    with known.up_to(k):
        if structures.is_deterministic(loop):
            for followed in (
                lambda: _followed(known, op, gap, loop, t, k),
                lambda: generations.kept(known, op, gap, sides, k),
                lambda: generations.outgrown(known, op, sides, k),
            ):
                try:
                    followed()
                    return
                except CannotTell:
                    pass
        try:
            _in_means(known, op, gap, loop, t, k)
        except CannotTell as reason:
            try:
                _in_bounds(known, op, gap, t, k)
            except CannotTell:
                raise reason from None


def _in_bounds(known: Learned, op: str, gap: Expr, t: Expr, k: Dummy) -> None:
    """One mean against what bounds it from above, by what a step adds at most."""
    (m, *others), d = in_order(gap.atoms(Moment)), Dummy("m")
    found = linear(gap.xreplace({m: d}), d)
    if op == "==" or others or t != k or found is None or not isinstance(m, E) or m.given is not None:
        raise CannotTell("no bound of a mean")
    slope, rest = found
    if not known.implies(known.charted(-toward(op, slope)), strict=True):
        raise CannotTell("no bound of a mean from above")
    drifts.stays_below(known, m, -rest / slope, k, op in ("<", ">"))


def _about_known_means(known: Learned, m: Var | Cov) -> Expr:
    """A variance (or covariance) as the mean of a square less the square of a mean that has a form."""
    x, y = m.args[:2] if isinstance(m, Cov) else (m.variable, m.variable)
    means = [None if m.given is not None else _told(known, E(z)) for z in (x, y)]
    if None in means:
        raise CannotTell(f"{m} is about a mean that has no form")
    square = standardise(E(expand(x * y)))
    return square - Mul(*means)


# ---- means: one step of the monomials ------------------------------------------------------------------------------------


def _in_means(known: Learned, op: str, gap: Expr, loop: Loop, t: Expr, k: Dummy) -> None:
    """gap(t + 1) is a multiple of gap(t), and a rest that is known."""
    names = {m: Dummy("m") for m in sorted(gap.atoms(Moment), key=str)}
    form = gap.xreplace(names)
    # by slopes: of long coefficients a polynomial would be multiplied out
    slopes = {d: form.diff(d) for d in names.values()}
    linear = form.is_polynomial(*names.values()) and not any(s.has(*names.values()) for s in slopes.values())
    if not linear or not any(slopes.values()):
        raise CannotTell("no combination of means")
    system = System(loop)
    if system.doubtful:
        raise CannotTell("a step that divides by something random, or draws of heavy tails")
    here = {Observable(loop, s, t): v for s, v in system.vars.items()}
    now: dict[Key, Expr] = {}
    for m, d in names.items():
        for key, c in system.read(m.variable.xreplace(here)).items():
            now[key] = now.get(key, S.Zero) + c * slopes[d]
    free = form.xreplace(dict.fromkeys(names.values(), S.Zero))
    after = stepped(system, {key: w.xreplace({k: k + 1}) for key, w in now.items()})
    after = {key: c.xreplace({CLOCK: t + 1}) for key, c in after.items()}
    if system.conditions:
        raise CannotTell(f"means that exist only where {system.conditions[0]} > 0")
    closed = {key: _form(known, system, key, t) for key in {**now, **after}}
    unknown = [key for key in now if (form := closed[key]) is None or form.has(Sum, Product)]
    if not unknown:
        raise CannotTell("no mean that the claim would tell")
    pivot = max(unknown, key=system.degree)
    _counts(known, op, now[pivot])
    factor = cancel(together(after.get(pivot, S.Zero) / now[pivot]))
    rest = free.xreplace({k: k + 1}) - factor * free
    for key, form in closed.items():
        left = after.get(key, S.Zero) - factor * now.get(key, S.Zero)
        if is_zero(left):
            continue
        if form is None:
            raise CannotTell("one step leads to means that the claim does not tell")
        rest += left * form
    _step(known, op, factor, rest, k)
    start = {key: _sure(_form(known, system, key, t.xreplace({k: S.Zero}))) for key in now}
    _first(
        known,
        op,
        Add(free.xreplace({k: S.Zero}), *(w.xreplace({k: S.Zero}) * start[key] for key, w in now.items())),
        t,
        k,
    )


def _form(known: Learned, system: System, key: Key, t: Expr) -> Expr | None:
    """The mean of a monomial at generation t, where it has a form on the whole domain."""
    if all(power == 0 and logs == 0 for power, logs in key):
        return S.One
    return _told(known, E(system.monomial(key, {s: Observable(system.loop, s, t) for s in system.vars})))


def _told(known: Learned, m: E) -> Expr | None:
    try:
        d = moment(m)
    except (CannotTell, Infinite):
        return None
    seen = all(known.implies(c, strict=True) for c in d.positive) and all(map(known.is_other_than_0, d.nonzero))
    return without_products_of_0(d.form) if seen and not d.form.has(Moment) else None


def _sure(form: Expr | None) -> Expr:
    if form is None:
        raise CannotTell("what it is at first is not known on the whole domain")
    return form


def _counts(known: Learned, op: str, weight: Expr) -> None:
    """What is claimed tells the mean that it is a multiple of, but for single values of real parameters.

    There an equality holds since both sides are continuous.
    """
    if known.is_other_than_0(weight):
        return
    real = all(s.is_integer is False or s.is_integer is None for s in weight.free_symbols)
    if op != "==" or not real or not weight.is_rational_function() or is_zero(weight):
        raise CannotTell(f"{weight} is not seen to be other than 0")


def _step(known: Learned, op: str, factor: Expr, rest: Expr, k: Dummy) -> None:
    rest = telescoped(rest, k)
    if is_zero(rest):
        signed = op == "==" or known.implies(factor, strict=op in ("<", ">"))
    else:
        signed = (
            op != "=="
            and known.implies(factor, strict=False)
            and known.implies(toward(op, rest), strict=op in ("<", ">"))
        )
    if not signed:
        raise CannotTell("one step from the claim is not seen to lead to the claim")


def _first(known: Learned, op: str, gap: Expr, t: Expr, k: Dummy) -> None:
    gap = telescoped(gap.doit() if gap.has(Sum, Product) else gap, k)
    seen = is_zero(gap) if op in ("==", "<=", ">=") else False
    if not seen and (op == "==" or not known.implies(toward(op, gap), strict=op in ("<", ">"))):
        raise CannotTell(f"the claim is not seen to hold at generation {t.xreplace({k: S.Zero})}")
    known.proof.steps.append(
        f"induction in the generation: it holds at {t.xreplace({k: S.Zero})}, and one step from what is claimed of {t} "
        f"gives what is claimed of {t + 1}"
    )


# ---- numbers: what is claimed, put into the step --------------------------------------------------------------------------


def _followed(known: Learned, op: str, gap: Expr, loop: Loop, t: Expr, k: Dummy) -> None:
    """A loop without chance whose coordinates are what the claim says of them, all of those that the step asks for."""
    state = {s: Observable(loop, s, t) for s in loop.state}
    said = _said(known, loop, t)
    m, *others = gap.atoms(Moment)
    if others:
        raise CannotTell("no coordinate by itself")
    name = next((s for s, o in state.items() if m.variable == o), None)
    if name is None:
        raise CannotTell("no coordinate by itself")
    d = Dummy("m")
    if (found := linear(gap.xreplace({m: d}), d)) is None:
        raise CannotTell("no coordinate by itself")
    slope, rest = found
    bound = -rest / slope
    if op != "==" and known.implies(-slope, strict=True):  # of 1 - x: a bound of x from the other side
        op = MIRRORED[op]
    elif not (known.is_other_than_0(slope) if op == "==" else known.implies(slope, strict=True)):
        raise CannotTell("no coordinate by itself")
    now = loop.symbols()
    after = loop.step(now)
    asked = [s for s in state if s not in {*said, name} and any(sympify(after[f]).has(now[s]) for f in {*said, name})]
    said |= {s: form for s in asked if (form := _told(known, E(state[s]))) is not None}
    forms = {**said, name: bound} if op == "==" else {**{s: f for s, f in said.items() if s != name}, name: bound}
    here = {now[s]: f for s, f in forms.items()} | {CLOCK: t + 1}
    moved = sympify(after[name])
    place = None if op == "==" else stays.charts(known, loop)[name]
    if place is not None and not _is_increasing(known, moved, now[name], bound, place):
        others = {v: f for v, f in here.items() if v != now[name]}
        _wherever(known, op, moved.xreplace(others), now[name], bound, bound.xreplace({k: k + 1}), place)
        at = t.xreplace({k: S.Zero})
        begun = loop.initial[name] if at == 0 else _sure(_told(known, E(Observable(loop, name, at))))
        _first(known, op, begun - bound.xreplace({k: S.Zero}), t, k)
        return
    for s in forms if op == "==" else [name]:
        moved = sympify(after[s])
        told = cases.decided(known, moved.xreplace(here)) if op == "==" else moved
        if told.has(*CASES) or not {v for v in now.values() if moved.has(v)} <= set(here):
            raise CannotTell(f"the step of {s} asks for what the claim does not tell")
        has_values(known, moved.xreplace(here))
        gap = telescoped((told if op == "==" else moved.xreplace(here)) - forms[s].xreplace({k: k + 1}), k)
        at = t.xreplace({k: S.Zero})
        begun = loop.initial[s] if at == 0 else _sure(_told(known, E(Observable(loop, s, at))))
        first = begun - forms[s].xreplace({k: S.Zero}).doit()
        for what, difference in ((f"at generation {t.xreplace({k: S.Zero})}", first), ("after one step", _towers(gap))):
            equal = is_zero(cancel(together(difference)))
            if equal and (
                op in ("==", "<=", ">=")
                or (what == "after one step" and is_positive(sympify(after[name]).diff(now[name])))
            ):
                continue
            if op == "==" or not known.implies(toward(op, difference), strict=op in ("<", ">")):
                raise CannotTell(f"{s} is not seen to be what is claimed {what}")
    known.proof.steps.append(
        f"induction in the generation: what is claimed of {', '.join(forms)} holds at first, and is kept by the step"
    )


def _towers(x: Expr) -> Expr:
    """x with one writing of powers of a number to a power: (1/2)**(2**(k + 1)) is 2**(-2*2**k)."""

    def written(e: Pow) -> Expr:
        sign, base = (-1, 1 / e.base) if e.base.is_Rational and 0 < e.base < 1 else (1, e.base)
        return base ** (sign * expand(e.exp))

    return x.replace(lambda e: isinstance(e, Pow) and e.base.is_number and e.exp.has(Pow), written)


def _is_increasing(known: Learned, moved: Expr, x: Expr, bound: Expr, place: Expr) -> bool:
    """Whether the step is seen to increase between the coordinate and what is claimed of it: of where they are no more is known.

    place: where the coordinate stays, as an increasing function of one number.
    """
    low, high, v, along = _ends(place)
    inside = [known.implies(bound - low, strict=False)] if low not in (oo, -oo) else []
    inside += [known.implies(high - bound, strict=False)] if high not in (oo, -oo) else []
    if x.is_integer or not all(inside):
        return False
    moved = known.charted(moved.xreplace({x: along}))
    positive = lambda e, strict: known.implies(e, strict)  # noqa: E731
    return jump(moved, v, positive, known.is_other_than_0) is None and known.implies(moved.diff(v), strict=False)


def _ends(place: Expr) -> tuple[Expr, Expr, Dummy, Expr]:
    """Between what a coordinate stays, and where, by a number of its own."""
    (y,) = place.free_symbols
    v = Dummy("x", **{"real" if y.is_nonnegative is None else "positive": True})
    place = place.xreplace({y: v})
    return (place.subs(v, 0) if v.is_positive else -oo), limit(place, v, oo), v, place


def _wherever(known: Learned, op: str, moved: Expr, x: Expr, bound: Expr, later: Expr, place: Expr) -> None:
    """From wherever the coordinate may be by the claim, the step leads to where it may be by the claim."""
    low, high, *_ = _ends(place)
    end, side = (low, -1) if op in ("<", "<=") else (high, 1)
    s = Dummy("s", nonnegative=True)
    places = [bound + side * s if end.is_infinite else end + (bound - end) / (1 + s)]
    places += [] if end.is_infinite else [end]
    if x.is_integer or moved.has(*CASES):
        raise CannotTell("a step that is not seen to be increasing")
    for at in places:
        there = moved.xreplace({x: at})
        has_values(known, there)
        if not known.implies(toward(op, known.charted(there - later)), strict=op in ("<", ">")):
            raise CannotTell(
                "a step that is not seen to be increasing, nor to lead to the claim from wherever it holds"
            )


def _said(known: Learned, loop: Loop, t: Expr) -> dict[str, Expr]:
    """What a claim says of the loop's coordinates at generation t, by equalities."""
    out: dict[str, Expr] = {}
    for r in And.make_args(known.claim.relation(known.case)):
        if isinstance(r, Eq) and isinstance(o := known.discrete(r.lhs), Observable | E):
            o = plain(E(o) if isinstance(o, Observable) else o)[0].variable
            right = known.discrete(sympify(r.rhs))
            if isinstance(o, Observable) and (o.loop, o.t) == (loop, t) and not right.has(Moment, Observable):
                out[o.name] = right
    return out
