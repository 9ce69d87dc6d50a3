"""Cases in the sides of a claim: `Max`, `Min`, `Abs`, `sign`, `Piecewise`, `floor` and `ceiling` of its variables.

A case that the domain or the side condition decides is put in. One that is left open parts the domain in two, and the
relation is proved on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, takewhile

from sympy import (
    Abs,
    Add,
    And,
    Basic,
    Eq,
    Expr,
    Integer,
    Max,
    Min,
    Ne,
    Not,
    Or,
    Piecewise,
    S,
    ceiling,
    factor_terms,
    floor,
    sign,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ...language.functions import unfold
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import E, Moment
from ...language.order import in_order
from ...language.signs import Inequality
from .. import structures
from ..methods import moment
from ..symbols.arguments import needs
from ..symbols.averages import Infinite
from .assumptions import Assumptions

KINDS = (Max, Min, Abs, sign, Piecewise, floor, ceiling)
NEAR_0 = (0, -1, 1)  # whole numbers that a rounded one is seen to be

MOST_PARTINGS = 4  # of the domain, one after the other


def decided(known: Assumptions, x: Expr) -> Expr:
    """x without the cases that are the same on the whole domain."""
    for e in _inner_first(of_variables(known, x)):
        if (value := _value(known, e)) is not None and _has_a_value(known, e, value):
            return decided(known, x.xreplace({e: value}))
    return x


def in_forms(known: Assumptions, x: Expr) -> Expr:
    """x with the forms of states without chance in its cases: then these are of the claim's variables alone."""
    bound = {v for b in x.atoms(ExprWithLimits) for v in b.variables}
    if bound & {s for kind in KINDS for e in x.atoms(kind) for s in e.free_symbols}:
        return x
    put = {e: form for kind in KINDS for e in x.atoms(kind) if (form := _in_form(known, e)) is not None}
    return x.xreplace(put)


def _in_form(known: Assumptions, e: Expr) -> Expr | None:
    """A case of states whose forms hold on the whole domain, written with these; None of any other."""
    seen = e.atoms(Observable)
    if not seen or e.has(Moment, Noise) or any(o.index or not structures.is_deterministic(o.loop) for o in seen):
        return None
    if not all(known.has_laws(o.loop) for o in seen):
        return None
    forms: dict[Basic, Basic] = {}
    for o in seen:
        try:
            d = moment(E(o))
        except (CannotTell, Infinite):
            return None
        met = all(known.implies(known.charted(c), strict=True) for c in d.positive)
        if not met or d.form.has(Moment) or not all(known.is_other_than_0(known.charted(c)) for c in d.nonzero):
            return None
        forms[o] = d.form
    return e.func(*(factor_terms(a.xreplace(forms)) if isinstance(a, Expr) else a.xreplace(forms) for a in e.args))


def parting(known: Assumptions, *sides: Expr) -> tuple[Expr, bool] | None:
    """A quantity by whose sign a case is decided that is open, and whether > 0 decides it (else >= 0); None if there is none."""
    for e in _inner_first({e for x in sides for e in of_variables(known, x)}):
        if isinstance(e, Abs):
            return e.args[0], False
        if isinstance(e, Max | Min):
            p, q = next((p, q) for p, q in combinations(e.args, 2) if _larger(known, p, q) is None)
            return Add(p, -q), False
        if isinstance(e, Piecewise):
            for c in _atoms(e):
                if isinstance(c, Inequality) and _truth(known, c) is None:
                    return c.gts - c.lts, c.rel_op in (">", "<")
    return None


@contextmanager
def supposing(known: Assumptions, g: Expr, strict: bool) -> Iterator[None]:
    """With g > 0 (>= 0) as a side condition beside the claim's own."""
    before = known.where, known.parted
    known.parted = [*known.parted, (g, strict)]
    known.where = [*known.where, (known.charted(g), strict)]
    try:
        yield
    finally:
        known.where, known.parted = before


def of_variables(known: Assumptions, x: Expr) -> set[Expr]:
    """What has cases, of the claim's variables alone: nothing random, nothing bound."""
    own = set(known.claim.symbols.values()) - {v for b in x.atoms(ExprWithLimits) for v in b.variables}
    return {
        e
        for kind in KINDS
        for e in x.atoms(kind)
        if e.free_symbols
        and e.free_symbols <= own
        and not e.has(Moment, Observable, Noise)
        and e.is_extended_real is not False
    }


def implied(known: Assumptions, x: Expr, strict: bool, partings: int = MOST_PARTINGS) -> bool:
    """Whether x > 0 (>= 0 where not strict) is seen in each of its cases, of whatever quantities these are."""
    found = _inner_first({e for kind in (Max, Min, Abs) for e in x.atoms(kind)})
    if not found:
        return known.implies(known.charted(x), strict)
    e = found[0]
    values = (e.args[0], -e.args[0]) if isinstance(e, Abs) else e.args
    if partings < 1 or len(values) != 2:
        return False
    for p, q in (values, values[::-1]):
        with supposing(known, q - p if isinstance(e, Min) else p - q, strict=False):
            if not implied(known, x.xreplace({e: p}), strict, partings - 1):
                return False
    return True


def _inner_first(found: set[Expr]) -> list[Expr]:
    """What is a part of another one is shorter than that."""
    return sorted(found, key=lambda e: (len(str(e)), str(e)))


def _value(known: Assumptions, e: Expr) -> Expr | None:
    if isinstance(e, Abs):
        (u,) = e.args
        return u if _signed(known, u) else -u if _signed(known, -u) else None
    if isinstance(e, sign):
        (u,) = e.args
        return S.One if _signed(known, u, True) else S.NegativeOne if _signed(known, -u, True) else None
    if isinstance(e, floor | ceiling):
        u, turned = (e.args[0], 1) if isinstance(e, floor) else (-e.args[0], -1)
        whole = (k for k in NEAR_0 if _signed(known, u - k) and _signed(known, k + 1 - u, True))
        return next((Integer(turned * k) for k in whole), None)
    if isinstance(e, Max | Min):
        for p, q in combinations(e.args, 2):
            if (larger := _larger(known, p, q)) is not None:
                smaller = q if larger == p else p
                return e.func(*(a for a in e.args if a != (smaller if isinstance(e, Max) else larger)))
        return None
    for value, condition in e.args:
        truth = _truth(known, condition)
        if truth is not False:
            return value if truth else None
    return None


def _has_a_value(known: Assumptions, e: Expr, value: Expr) -> bool:
    """Whether what decides a case, and is seen no more, has a value on the whole domain: 1/x > 1/x - 1 asks for an x."""
    asked = [a for a in e.args if isinstance(a, Expr)]
    if isinstance(e, Piecewise):
        # by what decides it: an earlier case that is false may have the same value
        before = [*takewhile(lambda case: _truth(known, case[1]) is False, e.args)]
        conditions = [c for _, c in e.args[: len(before) + 1]]
        asked = [
            side for c in conditions for r in in_order(c.atoms(Relational)) for side in r.args if isinstance(side, Expr)
        ]
    return all(known.meets(x, need) for side in asked for x, need in needs(unfold(side)))


def _larger(known: Assumptions, p: Expr, q: Expr) -> Expr | None:
    return p if _signed(known, p - q) else q if _signed(known, q - p) else None


def _signed(known: Assumptions, u: Expr, strict: bool = False) -> bool:
    return known.implies(known.charted(u), strict)


def _atoms(e: Piecewise) -> list[Basic]:
    return sorted((c for _, condition in e.args for c in condition.atoms(*Inequality.__args__)), key=str)


def _truth(known: Assumptions, c: Boolean) -> bool | None:
    """Whether a condition holds on the whole domain (True), nowhere on it (False), or is not seen to do either."""
    if c in (S.true, S.false):
        return c == S.true
    if isinstance(c, Inequality):
        gap, strict = c.gts - c.lts, c.rel_op in (">", "<")
        return True if _signed(known, gap, strict) else False if _signed(known, -gap, not strict) else None
    if isinstance(c, Eq | Ne):
        return isinstance(c, Ne) if known.is_other_than_0(known.charted(c.lhs - c.rhs)) else None
    parts = [_truth(known, a) for a in c.args] if isinstance(c, And | Or | Not) else [None]
    if isinstance(c, Not):
        return None if parts[0] is None else not parts[0]
    settles = isinstance(c, Or)
    return settles if settles in parts else None if None in parts else not settles
