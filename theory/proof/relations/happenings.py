"""Linear relations among probabilities that hold of all events whatever: Boole's inequality, that none is above 1.

The events of a relation are put together from the signs of a few quantities. Of these signs together one holds, with some
probabilities p >= 0 of sum 1. A relation that is linear in the probabilities of the events is linear in the p: it holds of all
of them if each has a coefficient that is at least 0, once the constant is spread over them. Signs that exclude each other, x < a
and x > a + 1, are left out, and that a state which no step leaves, 0 symbols among the next draws, is left all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from sympy import And, Basic, Dummy, Eq, Expr, Gt, Ne, Not, Or, PolynomialError, S, exp, expand

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Observable, never_negative
from ...language.moments import HittingTime, Moment, PathMax, Prob, outermost
from ...language.order import in_order
from ...language.signs import Inequality
from .. import structures
from ..generations import all_at
from ..symbols.normal_forms import is_zero
from ..symbols.stand_ins import polynomial_in
from .learned import Learned

MOST_QUANTITIES = 5  # 3**5 cases
RANDOM = (Observable, Noise, PathMax, HittingTime)
Signs = tuple[int, ...]


def of_any_events(known: Learned, op: str, a: Expr, b: Expr) -> bool:
    """Whether a op b is proved, whatever the events of its probabilities are."""
    gap = b - a if op in ("<=", "<") else a - b
    asked = in_order(set(outermost(gap)))
    if not asked or not all(isinstance(m, Prob) and m.given is None and _is_plain(m.variable) for m in asked):
        return False
    try:
        line = polynomial_in(gap, asked)
    except PolynomialError:
        return False
    if line.total_degree() > 1 or any(c.has(*RANDOM, Moment) for c in line.coeffs()):
        return False
    if any(_is_conditional(known, o) for o in in_order(gap.atoms(Observable))):
        return False
    quantities: list[Expr] = []
    for m in asked:
        _collect(m.variable, quantities)
    if len(quantities) > MOST_QUANTITIES:
        return False
    slopes = [line.coeff_monomial(m) for m in line.gens]
    constant = line.coeff_monomial(1)
    seen: set[Expr] = set()
    allowed = _excluding(known, quantities)
    for signs in product((-1, 0, 1), repeat=len(quantities)):
        if not all(may(signs) for may in allowed):
            continue
        happens = [_holds(m.variable, quantities, signs) for m in asked]
        seen.add(expand(constant + sum((c for c, yes in zip(slopes, happens, strict=True) if yes), S.Zero)))
    if not seen or not all(_has_sign(known, op, c) for c in in_order(seen)):
        return False
    known.proof.steps.append(
        f"of the {len(seen)} values that the difference takes with the events' indicators each has the sign, whatever the events"
    )
    return True


def _is_conditional(known: Learned, o: Observable) -> bool:
    """Whether a loop has a law under conditions that the domain does not meet, or states no step, and nothing is said here."""
    try:
        structures.examine(o.loop)
        met = all(known.implies(known.charted(c), strict=True) for c in structures.conditions(o.loop))
        return not met or o.loop.unstated(o.name) is not None
    except (CannotTell, NotImplementedError):
        return True


def _is_plain(event: Basic) -> bool:
    """Whether it is made of comparisons of quantities that are in order with each other on every path."""
    if isinstance(event, And | Or | Not):
        return all(map(_is_plain, event.args))
    if not isinstance(event, Inequality | Eq | Ne):
        return False
    times = event.atoms(HittingTime)  # two of them may both be infinite
    return (
        len(times) <= 1
        and not (times and event.has(Observable) and isinstance(event, Eq | Ne))
        and not event.has(Moment)
    )


def _gap(event: Basic) -> Expr:
    """The quantity whose sign tells whether a comparison holds."""
    return event.lhs - event.rhs if isinstance(event, Eq | Ne) else event.gts - event.lts


def _collect(event: Basic, quantities: list[Expr]) -> None:
    if isinstance(event, And | Or | Not):
        for part in event.args:
            _collect(part, quantities)
    elif _place(gap := _gap(event), quantities) is None:
        quantities.append(gap)


def _place(gap: Expr, quantities: Sequence[Expr]) -> tuple[int, int] | None:
    """The number of a quantity, and the sign by which it is a gap; None where it is none of them."""
    for i, q in enumerate(quantities):
        if expand(gap - q) == 0:
            return i, 1
        if expand(gap + q) == 0:
            return i, -1
    return None


def _holds(event: Basic, quantities: Sequence[Expr], signs: Signs) -> bool:
    if isinstance(event, Not):
        return not _holds(event.args[0], quantities, signs)
    if isinstance(event, And | Or):
        return (all if isinstance(event, And) else any)(_holds(part, quantities, signs) for part in event.args)
    found = _place(_gap(event), quantities)
    assert found is not None
    i, orientation = found
    sign = orientation * signs[i]
    if isinstance(event, Eq | Ne):
        return (sign == 0) == isinstance(event, Eq)
    return sign > 0 if isinstance(event, Gt) or event.rel_op == "<" else sign >= 0


def _excluding(known: Learned, quantities: Sequence[Expr]) -> list:
    """What the signs keep to: where two quantities, or one and another's opposite, differ by a number of known sign; where one
    has a sign; and where one is 0 for ever once it is.
    """
    out: list[Callable[..., bool]] = []
    for i, q in enumerate(quantities):
        for turned in (1, -1):
            if _is_nonnegative(turned * q):
                out.append(lambda s, i=i, turned=turned: turned * s[i] >= 0)
        for j, other in enumerate(quantities):
            if i != j and _is_0_from_then_on(q, other):
                out.append(lambda s, i=i, j=j: s[i] != 0 or s[j] == 0)
            for turned in (1, -1):
                more = expand(q - turned * other)
                if i == j or more.has(*RANDOM):
                    continue
                if _has_sign(known, ">", more):
                    out.append(lambda s, i=i, j=j, turned=turned: s[i] == 1 or turned * s[j] == -1)
                elif _has_sign(known, ">=", more):
                    out.append(lambda s, i=i, j=j, turned=turned: s[i] >= turned * s[j])
    return out


def _is_nonnegative(q: Expr) -> bool:
    """Whether a quantity is, by its signs, or as a multiple of a coordinate that start and step keep so."""
    c, x = q.as_independent(Observable, as_Add=False)
    kept = isinstance(x, Observable) and not x.index and x.name in never_negative(x.loop) and c.is_nonnegative
    return bool(kept or q.is_nonnegative)


def _is_0_from_then_on(q: Expr, later: Expr) -> bool:
    """Whether q is c (x - a) at a generation, `later` the same at one that is not before, and x stays at a once it is there."""
    seen = q.atoms(Observable), later.atoms(Observable)
    if any(len(one) != 1 for one in seen) or q.has(Noise, PathMax, HittingTime):
        return False
    (x,), (y,) = seen
    if (x.loop, x.name, x.index) != (y.loop, y.name, ()) or not (y.t - x.t).is_nonnegative:
        return False
    if (
        structures.untold(x.loop, exp(x * y), given=False) is not None
    ):  # the law of a step is needed, not some of its means
        return False
    moved = all_at(q, y.t)
    if expand(moved - later) != 0 and expand(moved + later) != 0:
        return False
    v = Dummy("x", real=True)
    line = expand(q.xreplace({x: v}))
    slope = line.coeff(v)
    if slope == 0 or expand(line - slope * v).has(v):
        return False
    return structures.is_kept(x.loop, x.name, expand(v - line / slope))


def _has_sign(known: Learned, op: str, c: Expr) -> bool:
    try:
        if op == "==":
            return is_zero(known.discrete(c))
        return known.implies(known.charted(c), strict=op in ("<", ">"))
    except CannotTell:
        return False


__all__ = ["of_any_events"]
