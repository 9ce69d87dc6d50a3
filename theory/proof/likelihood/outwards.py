"""Questions about what a function does far out (`far`), all the way from a place on."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb
from sympy import Add, Expr, Pow, S, Symbol, collect, cosh, exp, expand, log

from ...language.errors import NO_BALL
from ...language.order import in_order
from ..arithmetic.densities import forms
from ..arithmetic.far import Far, Growth
from ..arithmetic.orders import UNIT, Scale
from ..arithmetic.programs import compile_expr


def far_out(far: Far, f: Expr, x: Symbol, values: Mapping[Symbol, arb]) -> Growth:
    """A function of x, for all x from `far.start` on. Raises `CannotTell`."""
    return far.of(compile_expr(f, (x, *values))(far, far.variable, *values.values()))


def sign_far_out(far: Far, f: Expr, x: Symbol, values: Mapping[Symbol, arb]) -> int:
    """The sign that a function has from there on; 0 where it is not seen."""
    try:
        found = far_out(far, f, x, values)
        if not found.parts:
            return 0
        lead, others = far.leading(found)
    except NO_BALL:
        return 0
    height = (lead.box + others).real
    turns = (found.front * lead.scale).turns
    return 0 if turns else 1 if height > 0 else -1 if height < 0 else 0


def stays_up(far: Far, f: Expr, x: Symbol, values: Mapping[Symbol, arb]) -> bool:
    """Whether a function is seen to tend to infinity, or to stay between two numbers, of one sign if it has one from there on."""
    try:
        found = far_out(far, f, x, values)
        if not found.parts:
            return True
        lead, others = far.leading(found)
    except NO_BALL:
        return False
    scale = found.front * lead.scale
    height = (lead.box + others).real
    return not scale.turns and (scale.constant or ((UNIT / scale).falls and bool(height > 0)))


def grows(x: Growth) -> bool:
    """Whether it surely tends to infinity, up to its sign. Raises `CannotTell`."""
    if all(_is_bounded(t.scale) for t in x.terms):
        return False
    lead, others = x.far.leading(x)
    scale = x.front * lead.scale
    height = (lead.box + others).real
    return (UNIT / scale).falls and bool(height > 0 or height < 0)


def box(x: Growth) -> arb:
    """All its values. Raises `CannotTell`."""
    return sum(((t.box * x.far.box(t.scale)).real for t in x.terms), arb(0))


def limit(x: Growth) -> arb | None:
    """What it tends to, if it is seen to."""
    steady = [t for t in x.terms if t.scale.constant]
    if any(not t.fixed for t in steady) or not all(_is_bounded(t.scale) for t in x.terms):
        return None
    return sum((t.box.real for t in steady), arb(0))


def _is_bounded(scale: Scale) -> bool:
    return scale.falls or scale.constant


def in_front(f: Expr, x: Symbol) -> Expr:
    """A sum with the highest powers of its cosh u, e^u and u^k in front: its terms then differ by numbers that are known exactly,
    though k, or how fast u grows, is a ball."""
    front, f = S.One, expand(f)
    for g in in_order(f.atoms(cosh, exp, Pow)):
        if g.has(x) and not (g.is_Pow and (g.exp.is_Rational or g.exp.has(x))):
            parts = {_order(power, g): c for power, c in collect(f, g, evaluate=False).items()}
            if all(n.is_Integer for n in parts):
                most = max(parts)
                front, f = front * g**most, Add(*(c * g ** (n - most) for n, c in parts.items()))
    return front * f


def _order(power: Expr, g: Expr) -> Expr:
    """n of g^n."""
    if power == 1 or power == g:
        return S(int(power != 1))
    return power.exp / (g.exp if g.is_Pow else 1) if power.is_Pow else S.NaN


def log_of_sum(logs: list[Expr], x: Symbol) -> tuple[Expr, ...]:
    """The logarithm of a sum of e^f, in forms that are equal."""
    return forms(logs[0] if len(logs) == 1 else log(Add(*map(exp, logs))), x)


__all__ = ["box", "far_out", "grows", "in_front", "limit", "log_of_sum", "sign_far_out", "stays_up"]
