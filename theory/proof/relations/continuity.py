"""What holds beside the zeros of a quantity, and by continuity there: where a derivation divides by b - a, say.

Between two zeros of the quantity there are other numbers, as near as one likes. Where both sides of a relation that is not strict
are continuous in the claim's real variables, it holds at the zeros, too.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from functools import partial

from sympy import Dummy, Expr, Poly, S, factor_list, fraction, sympify, together
from sympy.core.relational import StrictGreaterThan, StrictLessThan
from sympy.logic.boolalg import And, Boolean

from ...language.errors import BadInput, CannotTell
from ...language.functions import jump
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import Cov, E, Moment, Var
from .. import structures
from ..methods.closure import System
from ..prepared import Part, prepare
from ..symbols.averages import Infinite
from ..symbols.cases import CASES
from . import settling, stays
from .defined import has_values
from .learned import Learned


def is_beside(known: Learned, zero: Expr) -> bool:
    """Whether a quantity is other than 0 but for single numbers of one real variable, whatever the others are, and the side
    condition leaves the numbers around these."""
    with suppress(CannotTell):
        top = fraction(together(known.charted(sympify(zero))))[0]
        return (
            all(map(partial(_is_open, known), And.make_args(known.claim.condition(known.case))))
            and top.is_polynomial(*top.free_symbols)
            and all(known.is_other_than_0(f) or _has_single_zeros(known, f) for f, _ in factor_list(top)[1])
        )
    return False


def _is_open(known: Learned, r: Boolean) -> bool:
    """Whether a condition that holds somewhere holds around it."""
    return r == S.true or (
        isinstance(r, StrictLessThan | StrictGreaterThan) and _moves_without_jumps(known, r.gts - r.lts)
    )


def _has_single_zeros(known: Learned, f: Expr) -> bool:
    real = f.free_symbols & _reals(known)
    return any(known.is_other_than_0(Poly(f, s).LC()) for s in sorted(real, key=str))


def _reals(known: Learned) -> set[Expr]:
    """The numbers that the chart writes the real variables by."""
    own = [s for s in known.claim.symbols.values() if not s.is_integer]
    return {c for s in own for c in known.charted(s).free_symbols}


def is_continuous(known: Learned) -> bool:
    """Whether both sides of all parts of the claim, none of them strict, are seen to be continuous in its real variables."""
    try:
        for part in prepare(known.claim, known.case).parts:
            if not isinstance(part, Part) or part.op not in ("==", "<=", ">="):
                return False
            sides = part.original.lhs, part.original.rhs
            has_values(known, *sides)  # at the zeros, too
            if not all(_is_side(known, side) for side in sides):
                return False
        return True
    except (CannotTell, BadInput, Infinite):
        return False


def _is_side(known: Learned, side: Expr) -> bool:
    x = known.standard(sympify(side))
    x = x.xreplace({m: settling.in_means(m) for m in x.atoms(Var, Cov)})
    means = {m: Dummy("m", real=True) for m in x.atoms(Moment)}
    return _moves_without_jumps(known, x.xreplace(means), set(means.values())) and all(
        isinstance(m, E) and m.given is None and _is_mean(known, m) for m in means
    )


def _moves_without_jumps(known: Learned, x: Expr, more: Collection[Expr] = ()) -> bool:
    x = known.charted(x)
    positive = lambda e, strict: known.implies(known.charted(e), strict)  # noqa: E731
    nonzero = lambda e: known.is_other_than_0(known.charted(e))  # noqa: E731
    moving = (x.free_symbols & _reals(known)) | (x.free_symbols & set(more))
    return not x.has(*CASES, Observable) and all(jump(x, s, positive, nonzero) is None for s in moving)


def _is_mean(known: Learned, m: E) -> bool:
    """By the means of one step, which are continuous, or by the step itself where nothing is random."""
    loops = m.atoms(Loop)
    if len(loops) != 1 or any(o.index for o in m.atoms(Observable)):
        return False
    loop = loops.pop()
    if not known.has_laws(loop):
        return False
    if structures.is_deterministic(loop):
        return _is_state(known, loop, m.variable)
    system = System(loop)
    read = system.read(
        m.variable.xreplace({o: system.vars[o.name] for o in m.atoms(Observable) if o.name in system.vars})
    )
    system.close(read)
    if system.doubtful or not all(known.implies(known.charted(c), strict=True) for c in system.conditions):
        return False
    rows = [c for row in (read, *system.rows.values()) for c in row.values()]
    begun = [sympify(x) for x in loop.start_at.values()]
    return not any(x.has(Moment) for x in rows) and all(_moves_without_jumps(known, x) for x in (*rows, *begun))


def _is_state(known: Learned, loop: Loop, x: Expr) -> bool:
    places = stays.charts(known, loop)
    fit = {CLOCK: 1 + Dummy("k", integer=True, nonnegative=True)}
    running = set().union(*(p.free_symbols for p in places.values())) - _reals(known)
    states = {o: Dummy("x", real=True) for o in x.atoms(Observable)}
    steps = [sympify(f).xreplace(fit) for f in loop.step(places).values()]
    return (
        all(o.name in loop.state for o in states)
        and _moves_without_jumps(known, x.xreplace(states), set(states.values()))
        and all(_moves_without_jumps(known, sympify(f), running) for f in (*loop.initial.values(), *steps))
    )
