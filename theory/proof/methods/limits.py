"""Limits along a variable that grows: of the derived form, with numbers for all parameters, or of a state that settles."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from flint import arb, ctx
from sympy import Dummy, Expr, oo

from ...language.errors import NO_BALL, CannotTell, NoLimit
from ...language.loops import Observable
from ...language.moments import E, Limit, Moment, outermost
from ...language.structures import Picks
from .. import structures
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls
from ..generations import all_at
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from ..symbols.averages import Infinite
from .deterministic import cycle, is_continuous, is_followed
from .method import Derive, Method

FEW_BITS = 64  # to follow a cycle with


def method(moment: Derive) -> Method:
    """The method, which derives moments that it encloses the limits of."""
    return Method(
        "limit of the derived form",
        lambda m: None if isinstance(m, Limit) else "it is no limit",
        enclose=lambda m, learn: _enclose(m, learn, moment),
        paths=True,
    )


def _enclose(m: Moment, learn: Callable[[Moment], arb], moment: Derive) -> arb:
    try:
        end = Limits(m.bound, sign_of).of(_derived(m, moment))
    except CannotTell:
        try:
            ball = _settled(m, learn)
        except NO_BALL:
            _turns(m)
            raise
        if ball is None:
            _turns(m)
            raise
        return ball
    if end is oo:
        raise Infinite(f"{m} is oo")
    return to_ball(end)


def _derived(m: Moment, moment: Derive) -> Expr:
    """What the limit is of, its moments by their forms."""
    forms, far_out = {}, Limits(m.bound, sign_of).sign_in_the_end
    for inner in outermost(m.variable):
        d = moment(inner)
        if not (all(far_out(c) > 0 for c in d.positive) and all(map(far_out, d.nonzero))):
            raise CannotTell(f"{inner} is not derived in every generation")
        forms[inner] = d.form
    return m.variable.xreplace(forms)


def _settled(m: Moment, learn: Callable[[Moment], arb]) -> arb | None:
    """The limit where nothing is random: of a continuous function of states that settle, by the map that contracts there, or of
    means under tournaments."""
    seen = m.variable.atoms(Observable)
    along = any((o.t - m.bound).has(m.bound) or o.loop.has(m.bound) for o in seen)
    if not seen or along or not all(is_followed(o.loop) or structures.defined(o.loop, Picks) for o in seen):
        return None
    names: dict[Expr, Dummy] = {inner: Dummy("m", real=True) for inner in outermost(m.variable)}
    x = m.variable.xreplace(names)
    if x.has(m.bound) or not (all(isinstance(inner, E) for inner in names) and is_continuous(m.variable)):
        return None
    balls = [learn(all_at(inner, oo)) for inner in names]
    ball = compile_expr(x, tuple(names.values()))(Balls, *balls)
    return ball if all(y.is_finite() for y in (ball, *balls)) else None


def _turns(m: Moment) -> None:
    """Raise `NoLimit` where nothing is random, and the state goes around a cycle in which the function is never still."""
    x = m.variable.xreplace({e: e.variable for e in m.variable.atoms(E)})
    seen = sorted(x.atoms(Observable), key=str)
    loops = {o.loop for o in seen}
    if len(loops) != 1 or any(o.t != m.bound or o.name not in o.loop.state for o in seen):
        return
    if next(iter(loops)).has(m.bound) or not is_followed(*loops):
        return
    if ctx.prec > FEW_BITS:  # it was looked at with fewer
        return
    (loop,) = loops
    names: dict[Expr, Dummy] = {o: Dummy("x", real=True) for o in seen}
    f = x.xreplace(names)
    if f.has(m.bound, Moment):
        return
    program = compile_expr(f, tuple(names.values()))
    try:
        around = [program(Balls, *state) for state in cycle(loop, tuple(o.name for o in seen))]
    except ArithmeticError:
        return
    for a, b in combinations(around, 2):
        if a.is_finite() and b.is_finite() and not a.overlaps(b):
            told = " and to ".join(y.str(12, radius=False) for y in (a, b))
            raise NoLimit(f"there is no limit: it comes back to {told} for ever", (a, b))
