"""Events and means of the first generations, as those of what has been drawn until then."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Expr, Float, S

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment, Prob
from ...language.signs import Inequality
from .. import structures
from ..arithmetic.programs import to_ball
from ..foreign import telling
from .method import Derivation, Method
from .steps import loop_of, of_mean, of_one_loop, stepped, times_of

MOST_STEPPED = 2  # generations


def _written(x: Expr, loop: Loop) -> Expr:
    """x with the coordinates written by the steps since the start. Raises `CannotTell`."""
    with telling():  # SymPy fails to put some cases into others
        while (late := max(times_of(x), default=S.Zero)) > 0:
            x = stepped(x, loop, late, late - 1)
        x = x.xreplace({Observable(loop, name, S.Zero): y for name, y in loop.start_at.items()})
    draws = x.atoms(Noise)
    if not draws or any(z.law.atoms(Noise) for z in draws) or x.has(Observable):
        raise CannotTell("it is of no draws with laws that are known")
    return x


def _drawn(m: Moment) -> Expr:
    """The probability of the event, or the mean, in the draws since the start. Raises `CannotTell`."""
    loop, event = loop_of(m), m.variable
    if isinstance(m, E):
        return E(_written(event, loop))
    gap = _written(event.gts - event.lts, loop)
    drawn = gap > 0 if event.rel_op in (">", "<") else gap >= 0
    if drawn in (S.true, S.false):  # as the signs of the draws say
        return S.One if drawn == S.true else S.Zero
    return Prob(drawn)


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    drawn = _drawn(m)
    found = learn(drawn) if isinstance(drawn, Moment) else Derivation(drawn)
    conditions = Derivation(S.One, list(structures.conditions(loop_of(m))))
    return Derivation.joined(found.form, found, conditions, step=f"{m} in the draws since the start")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    if not all(to_ball(c) > 0 for c in structures.conditions(loop_of(m))):
        raise CannotTell("its laws are no laws here")
    drawn = _drawn(m)
    return learn(drawn) if isinstance(drawn, Moment) else to_ball(drawn)


def skip(m: Moment) -> str | None:
    if not isinstance(m, Prob) or not isinstance(m.variable, Inequality):
        return "it is no event that is an inequality"
    return _not_early(m)


def _not_early(m: Moment) -> str | None:
    if m.has(Float):  # a ball, which an atom may lie in: then it is told (rule 30)
        return "there is a decimal number in it"
    if (problem := of_one_loop(m)) is not None:
        return problem
    seen, loop = m.atoms(Observable), loop_of(m)
    early = all(o.t.is_Integer and o.t <= MOST_STEPPED and o.name in loop.state and not o.index for o in seen)
    return None if early else "it is of no first generation"


METHOD = Method("what has been drawn since the start", skip, derive, enclose)
OF_MEANS = Method("the mean of what has been drawn since the start", lambda m: of_mean(m) or _not_early(m), derive)
