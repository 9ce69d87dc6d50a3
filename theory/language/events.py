"""Events that are made of others, as inequalities: of several at once the least difference tells, of one of them the largest."""

from __future__ import annotations

from sympy import Abs, And, Basic, Eq, Expr, Ge, Gt, Max, Min, Ne, Not, Or, S

from .errors import BadInput
from .signs import Inequality

EXPECTED = "expected an event such as X >= x, or And, Or and Not of such"

Gap = tuple[Expr, bool]  # what is at least 0 where an event holds, and whether it is above 0 (True)


def parted(event: Basic) -> list[tuple[int, Ge | Gt]]:
    """Events X >= 0, or X > 0, with weights: that many times their probabilities make that of the event, but for a constant.

    The constant is 1 where the weights of the rest begin with -1, else 0: see `constant`. Raises `BadInput` for what is no event.
    """
    if isinstance(event, Or):
        return [(-c, e) for c, e in parted(And(*(_complement(part) for part in event.args)))]
    if not isinstance(event, And):
        return [(1, _event(*_gap(event, event)))]
    gaps = [_gap(part, event) for part in event.args]
    strict, closed = ([gap for gap, above in gaps if above == kind] for kind in (True, False))
    if not (strict and closed):
        return [(1, _event(Min(*strict, *closed), bool(strict)))]
    # all that are closed hold, but not where one of the others does not
    return [(1, _event(Min(*closed), False)), (-1, _event(Min(*closed, -Min(*strict)), False))]


def constant(event: Basic) -> int:
    """What is added to the probabilities of `parted`."""
    return int(isinstance(event, Or))


def _event(gap: Expr, above: bool) -> Ge | Gt:
    return (Gt if above else Ge)(gap, S.Zero, evaluate=False)


def _complement(event: Basic) -> Basic:
    return event.args[0] if isinstance(event, Not) else Not(event)


def _gap(event: Basic, whole: Basic) -> Gap:
    if isinstance(event, Inequality):
        return event.gts - event.lts, isinstance(event, Gt) or event.rel_op == "<"
    if isinstance(event, Eq):
        return -Abs(event.lhs - event.rhs), False
    if isinstance(event, Ne):
        return Abs(event.lhs - event.rhs), True
    if isinstance(event, Not):
        gap, above = _gap(event.args[0], whole)
        return -gap, not above
    if event in (S.true, S.false):
        known = "holds" if event == S.true else "fails"
        raise BadInput(
            f"Prob({whole}): by the signs of its variables it always {known}; {EXPECTED} that may hold or fail"
        )
    if not isinstance(event, And | Or):
        raise BadInput(f"Prob({whole}): {EXPECTED}")
    parts = [_gap(part, whole) for part in event.args]
    kinds = {above for _, above in parts}
    if len(kinds) > 1:
        raise BadInput(
            f"Prob({whole}): inside of it some parts are strict and others are not; write all with < and >, or all with <= and >="
        )
    return (Min if isinstance(event, And) else Max)(*(gap for gap, _ in parts)), kinds.pop()
