"""Spreads of what is bounded: with l <= X <= u the variance is at most (u - l)^2/4, and at most (u - E X)(E X - l).

The first is Popoviciu's, the second Bhatia's and Davis's: (u - X)(X - l) is never negative. Where l = 0, E X^k is at most
u^(k - 1) E X; an even power is at most that of the end that is farther from 0. What is bounded: shares of counts, weights, and
what a step leads to between two numbers, whatever the state is and whatever is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sympy import Add, Dummy, Expr, Max, Pow, S

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment, Var, outermost
from ...language.order import in_order
from .. import structures
from ..symbols.ranges import span
from ..taken import stepped, with_starts
from . import inequality
from .concave import rises
from .learned import Learned

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`
Span = tuple[Expr, Expr]


def by_the_range(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b with what they are at most in the place of variances, and powers, on the smaller side."""
    if op == "==":
        return False
    small, large = (a, b) if op in ("<=", "<") else (b, a)
    found = {m: bounds for m in in_order(set(outermost(small))) if (bounds := _bounds(known, m))}
    if not found or any(large.has(m) for m in found) or not rises(known, small, list(found)):
        return False
    told = len(known.proof.steps)
    for which in (0, -1):
        put = {m: bounds[which] for m, bounds in found.items()}
        known.proof.steps += [f"{m} <= {bound}, as it is of what is bounded" for m, bound in put.items()]
        for way in (prove, _by_numbers):
            with suppress(CannotTell):
                way(known, op.replace(">", "<"), small.xreplace(put), large)
                return True
        del known.proof.steps[told:]
    return False


def _by_numbers(known: Learned, op: str, small: Expr, large: Expr) -> None:
    """Of means that are not derived no more is used than that they are within the range. Raises `CannotTell`."""
    put = {}
    for m in outermost(large - small):
        within = (
            _span(known, m.variable)
            if isinstance(m, E) and m.given is None and isinstance(m.variable, Observable)
            else None
        )
        if within is None:
            raise CannotTell(f"{m} is not a mean of what is bounded")
        share = Dummy("share", nonnegative=True)  # s/(1 + s) is below 1: what is continuous is so at the upper end, too
        put[m] = within[0] + (within[1] - within[0]) * share / (1 + share)
    gap = large - small
    if op != "<=" or not gap.is_polynomial(*put):
        raise CannotTell("it is no polynomial of means")
    inequality.holds(known, gap.xreplace(put), strict=False)


def _bounds(known: Learned, m: Moment) -> list[Expr]:
    """What a moment of a bounded quantity is at most: first without its mean, if possible."""
    if not isinstance(m, E | Var) or m.given is not None:
        return []
    x, power = m.variable.as_base_exp() if isinstance(m.variable, Pow) else (m.variable, S.One)
    if not isinstance(x, Observable) or (within := _span(known, x)) is None:
        return []
    low, high = within
    if isinstance(m, Var):
        return [(high - low) ** 2 / 4, (high - E(x)) * (E(x) - low)] if power == 1 else []
    if not power.is_Integer or power < 2:
        return []
    if low == 0:
        return [high ** (power - 1) * E(x)]
    return [Max(low**2, high**2) ** (power / 2)] if power % 2 == 0 else []


def _span(known: Learned, o: Observable) -> Span | None:
    """The least and the largest value of an observable, at any generation; None where these are not seen."""
    loop = o.loop
    if isinstance(loop, FiniteLoop):
        of_any = loop.any_law is not None and o.name == "weight" and getattr(loop, "law", None) == loop.any_law
        return (S.Zero, loop.any_law.largest) if of_any else None  # pyrefly: ignore[missing-attribute]
    if o.name not in loop.state or o.index:
        return None
    with suppress(CannotTell):
        return (S.Zero, S.One) if _is_share(known, loop) else _where_steps_lead(known, o)
    return None


def _where_steps_lead(known: Learned, o: Observable) -> Span | None:
    """Two numbers between which a coordinate is in every generation; None where the step, or the start, is not between any."""
    found = [span(with_starts(o, o.t)), span(stepped(o, o.t))]
    if not known.has_laws(o.loop) or any(f is None or not all(e.is_Rational for e in f) for f in found):
        return None
    lows, highs = zip(*found, strict=True)
    return min(lows), max(highs)


def _is_share(known: Learned, loop: Loop) -> bool:
    """Whether the state is a share of counts, in every generation."""
    if (found := structures.chain(loop)) is None:
        return False
    left = found.size - Add(*(z.law.n for z in found.draws))
    asked = [(x, False) for x in (found.start, 1 - found.start, left)]
    asked += [(c, True) for c in structures.conditions(loop)]
    return all(known.implies(known.charted(c), strict) for c, strict in asked)
