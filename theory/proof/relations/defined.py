"""The sides of a claim are proved to have values on its whole domain: no division by 0, no pole, no root of a negative number.

The last of three files on it: see `existence`.
"""

from __future__ import annotations

from sympy import (
    Basic,
    Dummy,
    Expr,
    Integral,
    Product,
    Sum,
    Symbol,
    expand,
    nan,
    oo,
    sympify,
    zoo,
)

from ...language.errors import BadInput, CannotTell
from ...language.extrema import ArgMin
from ...language.functions import unfold
from ...language.loops import CLOCK, Loop, Model, Observable
from ...language.moments import Distance, Grows, Limit, Moment, is_random
from ...language.order import in_order
from ...language.policies import Growing, GrowingPool
from ...language.randomness import in_numbers
from .. import structures, taken
from ..arithmetic.programs import is_enclosed
from ..symbols.arguments import ABOVE, KNOWN, OTHER, needs
from ..undefined import no_value, unreal
from . import stays
from .learned import Learned
from .needs_met import meets

MOST_TERMS = 50  # of a sum of numbers, from each end, that are looked at


def has_values(known: Learned, *sides: Expr) -> None:
    """In the sides nothing is divided by 0, no gamma is at a pole, no root or log is of what has none; no fit is of nothing."""
    for side in map(sympify, sides):
        _fits_have_points(known, side)
        _bound_have_values(known, side)
        _limits_have_values(known, side)
        _numbers_have_values(side)
        for x, need in needs(unfold(side)):
            if not meets(known, x, need):
                raise CannotTell(f"{x} is not seen to be {need}: {side} may have no value")


def _fits_have_points(known: Learned, side: Expr) -> None:
    """Sizes that a user states for every fit are above 0 in the later ones, too; the first are looked at one by one."""
    if not any(o.t.free_symbols for o in side.atoms(Observable)):
        return
    before = Symbol("fits before", integer=True, nonnegative=True)  # of the fit that is looked at
    for policy in side.atoms(Growing, GrowingPool):
        size = policy.size if isinstance(policy, Growing) else policy.total - policy.total.xreplace({CLOCK: CLOCK - 1})
        if not known.meets(expand(size.xreplace({CLOCK: before + 1})), ABOVE):
            raise CannotTell(f"{size} draws are not seen to be 1 or more in every fit")


def _bound_have_values(known: Learned, side: Expr) -> None:
    """Integrals converge, and extrema are at one place each: a tie has none. Their parts do not tell it."""
    for e in sorted(unfold(side).atoms(ArgMin, Integral), key=str):
        # a form of an integral of numbers may hide that it diverges
        told = bool(e.free_symbols) or isinstance(e, ArgMin)
        if e.has(Moment, Observable) or (told and _is_one_number(known, e)) or (not e.free_symbols and is_enclosed(e)):
            continue
        why = "at one place" if isinstance(e, ArgMin) else "finite"
        raise CannotTell(f"{e} is not seen to be {why}: {side} may have no value")


def laws_have_densities(known: Learned, relation: Basic) -> None:
    """Raise `CannotTell` where a law in a distance, of a model that is random, may have no density: what the form is made of may
    cancel. Of others the sides tell, but in numbers, in which they have cancelled."""
    later = {m.bound: Dummy(m.bound.name, integer=True, positive=True) for m in relation.atoms(Limit)}
    for d in in_order(known.discrete(relation).atoms(Distance)):
        for x in (y.xreplace(later) for y in d.asked() if is_random(y)):
            loops = {o.loop for o in x.atoms(Observable)}
            sure = all(map(structures.is_deterministic, loops))
            if sure and not x.free_symbols and known.derived(in_numbers(x)).is_positive is not True:
                raise CannotTell(f"{x} is not above 0: {d} has no value")
            if not sure and not taken.is_met(x, ABOVE):
                raise CannotTell(f"{x} is not seen to be above 0: {d} may have no value")


def steps_have_values(known: Learned, relation: Basic) -> None:
    """Raise `CannotTell` where a step may have no value. The form of a state that is without chance tells it, unless it is
    hidden, 1/(1 + 1/x) is 0 to SymPy at 0, or lost, as x/x."""
    loops: list[Loop] = in_order(relation.atoms(Loop))
    for loop in loops:
        chance = not structures.is_deterministic(loop)
        asked = structures.divides(loop) if chance else structures.hides(loop) or structures.lost_in_steps(loop)[1]
        if not asked or known.has_laws(loop):
            continue
        if chance:
            structures.conditions(loop)  # of the part that has none, if that is why
            raise CannotTell(f"a step of {loop} is not seen to have a value")
        fit = {CLOCK: 1 + Dummy("k", integer=True, nonnegative=True)}
        charts = stays.charts(known, loop)
        state = {loop.symbols()[name]: x for name, x in charts.items()}
        lost = (x.xreplace(state) for x in structures.lost_in_steps(loop)[1])
        for x in (*loop.step(charts).values(), *lost):
            stays.defined(known, known.charted(sympify(x).xreplace(fit)), {})


def _numbers_have_values(side: Expr) -> None:
    """Sums and products of numbers have terms: of 1/(1 + 1/j) at j = 0 SymPy makes 0."""
    for b in in_order(side.atoms(Sum, Product)):
        if b.free_symbols or len(b.limits) != 1 or b.has(Moment, Observable):
            continue
        j, low, high = b.limits[0]
        ends = [x for x in (low, high) if x.is_Integer]
        near = {e + s * k for e, s in zip((low, high), (1, -1), strict=True) if e in ends for k in range(MOST_TERMS)}
        for k in sorted(k for k in near if low <= k <= high):
            if (why := no_value(b.function, {j: k})) is not None:
                raise CannotTell(f"{why} at {j} = {k}: {b} may have no value")


def _limits_have_values(known: Learned, side: Expr) -> None:
    """What a limit is taken of has values far out: a quotient of two means that vanish there is none, whatever it cancels to."""
    for m in in_order(side.atoms(Limit)):
        for x in in_order(m.variable.atoms(Observable, Model)):
            if x.t.has(m.bound) and not x.t.is_integer:
                raise CannotTell(f"{x.t} is not seen to be a generation for all large {m.bound}: {m} may have no value")
        if (x := unreal(m.variable)) is not None:
            raise CannotTell(f"{x} is no real number: {m} may have no value")
        for x, need in needs(unfold(m.variable)):
            ways = (
                lambda: meets(known, x, need),  # noqa: B023 - called at once
                lambda: known.meets_far_out(x, need, m.bound),  # noqa: B023
                lambda: _comes_to(known, x, need, m.bound),  # noqa: B023
            )
            if x.has(m.bound) and not any(way() for way in ways):
                raise CannotTell(f"{x} is not seen to be {need} for all large {m.bound}: {m} may have no value")


def _comes_to(known: Learned, x: Expr, need: str, bound: Grows) -> bool:
    """Whether what an expression comes to is so, and not at the edge of it: far out the expression is so, too."""
    try:
        end = known.derived(Limit(x, bound))
    except (CannotTell, BadInput):
        return False
    return need != KNOWN and not end.is_infinite and known.meets(end, OTHER if need == OTHER else ABOVE)


def _is_one_number(known: Learned, e: ArgMin | Integral) -> bool:
    """Whether an extremum, or an integral, is one at all values of its symbols.

    An integral is, if it has a closed form there, or if its function has a value at both ends, too: `has_values` asks for one
    between them.
    """
    if isinstance(e, ArgMin):
        return not known.placed(e).has(ArgMin)
    if not known.integrated(e).has(Integral):
        return True
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        return False
    variable, *ends = e.limits[0]
    there = [e.function.xreplace({variable: end}) for end in ends]
    if any(end.is_finite is not True for end in ends) or any(x.has(zoo, nan, oo, -oo) for x in there):
        return False
    return all(meets(known, x, need) for f in there for x, need in needs(f))
