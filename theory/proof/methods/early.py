"""Events and means of what has been drawn: since the start, or in the last fits, where nothing else is left of the state."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Expr, Float, Mul, S, expand, factor_terms

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


def _written_late(x: Expr, loop: Loop) -> Expr:
    """The sign of x, in the draws of the fits since the first generation in it. Raises `CannotTell`."""
    first = _first(times_of(x))
    with telling():
        while (late := next((t for t in times_of(x) if t != first and (t - first).is_positive), None)) is not None:
            x = stepped(x, loop, late, late - 1)
        x = factor_terms(expand(x))
    x = Mul(*(f for f in Mul.make_args(x) if not f.is_positive))
    if x.has(Observable) or any(z.law.atoms(Noise) for z in x.atoms(Noise)):
        raise CannotTell("more is left of the state than what the last fits have drawn")
    return x


def _first(times: set[Expr]) -> Expr:
    """The first generation of some, which differ by a few. Raises `CannotTell`."""
    first = next((s for s in times if all((t - s).is_nonnegative for t in times)), None)
    if first is None or not all((t - first).is_Integer and t - first <= MOST_STEPPED for t in times):
        raise CannotTell("it is of generations far from each other")
    return first


def _drawn(m: Moment, write: Callable[[Expr, Loop], Expr] = _written) -> Expr:
    """The probability of the event, or the mean, in the draws that `write` finds. Raises `CannotTell`."""
    loop, event = loop_of(m), m.variable
    if isinstance(m, E):
        return E(_written(event, loop))
    gap = write(event.gts - event.lts, loop)
    drawn = gap > 0 if event.rel_op in (">", "<") else gap >= 0
    if drawn in (S.true, S.false):  # as the signs of the draws say
        return S.One if drawn == S.true else S.Zero
    if not gap.has(Noise):
        raise CannotTell(f"whether {drawn}")
    return Prob(drawn)


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    return _derived(m, _drawn(m), learn, "since the start")


def _derive_late(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    return _derived(m, _drawn(m, _written_late), learn, "of the last fits")


def _derived(m: Moment, drawn: Expr, learn: Callable[[Moment], Derivation], when: str) -> Derivation:
    found = learn(drawn) if isinstance(drawn, Moment) else Derivation(drawn)
    conditions = Derivation(S.One, list(structures.conditions(loop_of(m))))
    return Derivation.joined(found.form, found, conditions, step=f"{m} in the draws {when}")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    return _enclosed(m, _written, learn)


def _enclose_late(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    return _enclosed(m, _written_late, learn)


def _enclosed(m: Moment, write: Callable[[Expr, Loop], Expr], learn: Callable[[Moment], arb]) -> arb:
    if not all(to_ball(c) > 0 for c in structures.conditions(loop_of(m))):
        raise CannotTell("its laws are no laws here")
    drawn = _drawn(m, write)
    return learn(drawn) if isinstance(drawn, Moment) else to_ball(drawn)


def skip(m: Moment) -> str | None:
    return _no_event(m) or _not_early(m)


def _skip_late(m: Moment) -> str | None:
    if (problem := _no_event(m) or of_one_loop(m)) is not None:
        return problem
    if m.has(Float):
        return "there is a decimal number in it"
    seen, loop = m.atoms(Observable), loop_of(m)
    fits = len({o.t for o in seen}) > 1 and not any(
        o.index or o.name not in loop.state or o.t.is_infinite for o in seen
    )
    return None if fits else "it is no event of what a fit does to the state"


def _no_event(m: Moment) -> str | None:
    inequality = isinstance(m, Prob) and isinstance(m.variable, Inequality)
    return None if inequality else "it is no event that is an inequality"


def _not_early(m: Moment) -> str | None:
    if m.has(Float):  # a ball, which an atom may lie in: then it is told (rule 30)
        return "there is a decimal number in it"
    if (problem := of_one_loop(m)) is not None:
        return problem
    seen, loop = m.atoms(Observable), loop_of(m)
    early = all(o.t.is_Integer and o.t <= MOST_STEPPED and o.name in loop.state and not o.index for o in seen)
    return None if early else "it is of no first generation"


METHOD = Method("what has been drawn since the start", skip, derive, enclose)
OF_MEANS = Method(
    "the mean of what has been drawn since the start", lambda m: of_mean(m) or _not_early(m), derive, enclose
)
OF_FITS = Method("what the last fits have drawn", _skip_late, _derive_late, _enclose_late)
