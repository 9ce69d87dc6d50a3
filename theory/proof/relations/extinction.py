"""Whether what branches dies out: the limit of the probability that nothing is left.

With phi the generating function of a unit's offspring, the probability that its line is gone after t generations is phi put
into itself t times, at 0: it rises to the smallest fixed point of phi in [0, 1]. Where a unit has m <= 1 offspring in the mean,
and may have none, that is 1; where m > 1, phi being convex, it is the only fixed point below 1. At m = 1, with the variance v of
the offspring, what is left of a line after t generations has the probability 2/(v t) (1 + o(1)) (Kolmogorov).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sympy import Abs, Dummy, Eq, Expr, Mul, Ne, Poly, PolynomialError, S, cancel, factor

from ...language.errors import CannotTell
from ...language.loops import CLOCK, Observable
from ...language.moments import Limit, Prob, outermost
from ...language.signs import Inequality
from ..methods.branching import Branching, branching, is_none
from ..methods.steps import of_one_loop
from ..symbols import rational
from ..symbols.normal_forms import is_zero
from .assumptions import Assumptions
from .ends import put


@dataclass(frozen=True)
class _Line:
    """What is left of it, and the generating functions of its start and of a unit's offspring."""

    end: Expr
    none: bool  # whether the probability is that nothing is left
    found: Branching

    @property
    def limit(self) -> Expr:
        return self.end if self.none else 1 - self.end


def limit(known: Assumptions, m: Limit) -> Expr:
    """The limit of what is made of such probabilities, of the same generation. Raises `CannotTell`."""
    lines = {p: _line(known, p, m.bound) for p in outermost(m.variable) if isinstance(p, Prob)}
    with suppress(CannotTell):
        return put(known, m.variable, {p: line.limit for p, line in lines.items()}, m.bound)
    return _by_rates(known, m, lines)


def _by_rates(known: Assumptions, m: Limit, lines: Mapping[Prob, _Line]) -> Expr:
    """The limit of a polynomial in the generation and in what is left, which falls like 1/t, or geometrically."""
    t, names = m.bound, {p: Dummy("left", positive=True) for p in lines}
    x = m.variable.xreplace({p: 1 - names[p] if line.none else names[p] for p, line in lines.items()})
    if not x.is_polynomial(t, *names.values()):
        raise CannotTell("more than the probability changes")
    value = S.Zero
    for (power, *others), c in Poly(x, t, *names.values()).terms():
        rates = [_rate(known, lines[p].found) ** k for p, k in zip(names, others, strict=True) if k]
        if S.Zero in rates:
            continue
        if power > sum(others):
            raise CannotTell("it grows without end, or what grows in it cancels")
        if power == sum(others):
            value += c * Mul(*rates)
    return rational.as_product(value)


def _rate(known: Assumptions, found: Branching) -> Expr:
    """c, where c/t (1 + o(1)) is the probability that something is left; 0 where that falls geometrically."""
    begun, mean, pairs = (
        f.diff(found.u, k).xreplace({found.u: S.One})
        for f, k in ((found.first, 1), (found.offspring, 1), (found.offspring, 2))
    )
    if known.implies(known.charted(1 - mean), strict=True):
        return S.Zero
    if not is_zero(known.charted(mean) - 1) or not known.implies(known.charted(pairs), strict=True):
        raise CannotTell("it is not seen that a unit has one offspring in the mean, and not always one")
    return 2 * begun / pairs


def _line(known: Assumptions, p: Prob, t: Expr) -> _Line:
    if (problem := of_one_loop(p)) is not None:
        raise CannotTell(problem)
    seen = p.atoms(Observable)
    if len(seen) != 1 or p.given is not None:
        raise CannotTell("no event of one coordinate in one generation")
    (o,) = seen
    if o.index or (o.t - t).has(t) or o.name not in o.loop.state:
        raise CannotTell("no event of one coordinate in one generation")
    loop = known.discrete(o.loop)
    if not known.has_laws(loop):
        raise CannotTell("its laws are laws under conditions only")
    found = branching(loop, o.name)
    u, phi = found.u, found.offspring
    if not isinstance(p.variable, Eq | Ne | Inequality):
        raise CannotTell("no event of one coordinate in one generation")
    if found.immigrants != 1 or phi.has(CLOCK) or found.first.has(CLOCK):
        raise CannotTell("units come from elsewhere, or their offspring changes")
    event = p.variable.xreplace({Abs(o): o} if found.grain.is_positive else {})
    if {event.lhs, event.rhs} == {-o, S.Zero}:
        event = event.reversedsign
    none = is_none(event, o, found.grain)
    mean = known.charted(phi.diff(u).xreplace({u: S.One}))
    if known.implies(1 - mean, strict=False) and known.implies(known.charted(phi.xreplace({u: S.Zero})), strict=True):
        end = S.One
    elif known.implies(mean - 1, strict=True):
        end = found.first.xreplace({u: _fixed(known, phi, u)})
    else:
        raise CannotTell("whether a unit has more than one offspring in the mean is not seen")
    return _Line(end, none, found)


def _fixed(known: Assumptions, phi: Expr, u: Expr) -> Expr:
    """The fixed point below 1, where the other ones are 1 and none."""
    try:
        left, rest = Poly(phi - u, u).div(Poly(u - 1, u))
    except PolynomialError:
        raise CannotTell("a generating function whose fixed points have no closed form") from None
    if not rest.is_zero and factor(rest.as_expr()) != 0:
        raise CannotTell("1 is not seen to be a fixed point")
    if left.degree() != 1:
        raise CannotTell("a generating function whose fixed points have no closed form")
    root = rational.as_product(cancel(-left.nth(0) / left.nth(1)))
    inside = (root, False), (1 - root, True)
    if not all(known.implies(known.charted(x), strict) for x, strict in inside):
        raise CannotTell("the fixed point is not seen to be below 1")
    return root
