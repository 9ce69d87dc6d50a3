"""What is known of numbers that a file asks for: the derived form, and at a few points a ball and a simulated mean.

A question is a function with `@claim` above it that returns an expression in moments, `E(loop.sigma(t))`, in place of a
relation; of a claim, both its sides are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flint import arb
from sympy import Expr, I, S, expand, factor_terms, nan, sympify, zoo

from simulate import estimate
from simulate.engine.api import cost
from simulate.engine.plan import COARSE, exists
from theory.language.balls import Ball, Guarantee, format_interval, in_floats
from theory.language.claims import Claim
from theory.language.errors import NO_VALUE, BadInput, CannotTell
from theory.language.laws import Law
from theory.language.likelihood import Constant
from theory.language.loops import Loop, Observable
from theory.language.moments import CentralMoment, E, Moment, Prob, Var
from theory.language.signs import Inequality, is_nonnegative
from theory.proof.enclose import moments, value
from theory.proof.existence import Undefined, defined_at, derived_at, refuse_undefined
from theory.proof.finiteness import doubtful
from theory.proof.invariants import invariants
from theory.proof.likelihood.constants import constant
from theory.proof.monic import affine
from theory.proof.prepared import Part, prepare
from theory.proof.relations.learned import Learned, Refuted
from theory.proof.standard import standardise

from .conjectures import examine
from .forms import MOST_CASES, about, asked, case_in_words, form, is_random

POINTS = 3  # at which numbers are told
LEAST, MOST = 2_000, 1_000_000  # replicates
ERROR = 1e-3  # probability that a simulated interval misses


def answer(c: Claim, seconds: float, seed: int, workers: Any) -> str:
    """All that is known of what a claim, or a question, is about. Raises `BadInput` where that is nothing random."""
    cases = c.listed[:MOST_CASES]
    returned = [(case, c.returned(case)) for case in cases]
    wanted = [(case, x) for case, said in returned for x in dict.fromkeys(asked(said))]
    if not wanted:
        raise no_moment(c, returned[0][1])
    lines = [f"{c.id}:"]
    for _, x in wanted:
        refuse_unreal(c, x)
    for x in dict.fromkeys(x for _, x in wanted):
        examine(about(c, x))
    for case, x in wanted:
        lines += ["  " + line for line in _answer(c, x, case, seconds / len(wanted), seed, workers)]
    if len(c.listed) > len(cases):
        lines.append(f"  and {len(c.listed) - len(cases)} more of the listed values")
    return "\n".join(lines)


def refuse_unreal(c: Claim, x: Expr) -> None:
    """Raise `BadInput` for an expression that is no real number: it is random, or imaginary, or divides by 0."""
    try:
        if x.has(nan, zoo, I) or x.is_extended_real is False:
            raise BadInput(f"{x} is no real number")
        standardise(x)
    except (BadInput, NotImplementedError) as problem:
        raise BadInput(f"{c.function.__name__}: {problem}", c.location) from problem


def no_moment(c: Claim, said: Any) -> BadInput:
    """What is wrong with a question that returned something else than a number with moments in it."""
    name, wanted = c.function.__name__, "expected an expression such as E(loop.sigma(t))"
    if isinstance(said, Expr) and not said.has(Loop, Law) and not said.is_Matrix:
        told = f"asks for no moment: all that is left of it is {said}, which has nothing random in it"
    else:
        told = f"returned {'nothing' if said is None else f'{said} ({type(said).__name__})'}, which is no number"
        wanted += ", and one function for each number"
    return BadInput(f"{name} {told}; {wanted}", c.location)


def _answer(c: Claim, x: Expr, case: dict[str, Any], seconds: float, seed: int, workers: Any) -> Iterator[str]:
    yield f"{x}{case_in_words(case)}"
    q = about(c, x)
    try:
        found, known = form(c, x, case)
        yield f"  = {found}" if found != x else "  no closed form"
        yield from (f"    as {name} = {inner}" for name, inner in known.proof.forms.items() if inner != str(found))
        yield from _invariants(known, x)
    except (CannotTell, Refuted, BadInput) as why:
        yield f"  no closed form: {why}"
        yield from _tails(x, q, case)
    points = [p for p in q.points() if all(p.values[k] == v for k, v in case.items())][:POINTS]
    for point in points:
        (part,) = prepare(q, point.values).parts
        assert isinstance(part, Part)
        try:
            known = _enclosed(part, point.values)
            told = f"{known}; {_simulated(x, part, point.values, seconds / len(points), seed, workers)}"
        except Undefined as why:
            told = f"no value: {why}"
        yield f"  {f'at {point}: ' if point.values else ''}{told}"


def _invariants(known: Learned, x: Expr) -> Iterator[str]:
    """Which combinations of the means that it is made of stay as they are at first."""
    for same in invariants(x):
        start = known.derived(E(same.xreplace({o: Observable(o.loop, o.name, S.Zero) for o in same.atoms(Observable)})))
        yield f"  in every generation: E({same}) = {known.named(start)}"


def _tails(x: Expr, q: Claim, case: dict[str, Any]) -> Iterator[str]:
    """What a tail is at most, by moments that are derived: where it is far enough out for that to be said."""
    event: Any = x.variable if isinstance(x, Prob) else None
    if not isinstance(event, Inequality) or event.has(Moment):
        return
    shift, scale, y = affine(event.gts - event.lts)
    level, known = -shift / scale, Learned(q, case)

    def form(moment: Expr) -> str:
        return str(known.named(factor_terms(expand(known.derived(moment)))))

    try:
        if is_nonnegative(y):
            yield f"  at most m/a where a > 0, by Markov: m = {form(E(y))}, a = {form(level)}"
        yield f"  at most v/(v + d**2) where d > 0, by Cantelli: v = {form(Var(y))}, d = {form(level - E(y))}"
    except (CannotTell, Refuted, BadInput):
        return


def _bounded(part: Part, values: Any) -> str:
    """A constant of a model of which a bound is known, and nothing else; "" for any other side."""
    m = part.moments_at(values).get(part.a)
    if not isinstance(m, Constant) or m.other_end is None:
        return ""
    found = constant(m)
    return f"{'at most' if found > m.other_end else 'at least'} {format_interval(*in_floats(found))} in balls"


def _enclosed(part: Part, values: Any) -> str:
    try:
        if told := _bounded(part, values):
            return told
        return f"{format_interval(*in_floats(enclosed(part, values)))} in balls"
    except Undefined:
        raise
    except NO_VALUE as why:
        return f"no ball ({why})"


def enclosed(part: Part, values: Any, bits: int = 40) -> arb:
    """A ball for the left side of a part at a point, a number or infinite. Raises as the ball witness does, `Undefined` where
    it has no value."""
    defined_at(part, values)
    part = part.unrolled(values)
    balls = moments(part, values, bits)
    refuse_undefined(part, values, balls)
    found = part.side(part.a, values, balls, bits)
    if found.is_nan():
        derived_at(part, values)
        raise CannotTell("it is not told that this is a number")
    return found


def simulated(x: Expr, part: Part, values: Any, seconds: float, seed: int, workers: Any, error: float = ERROR) -> Ball:
    """A confidence ball for it, x being what it was, for about so many core-seconds; its note says why it has no guarantee.

    Raises `BadInput`, `CannotTell`, `Undefined` where it is infinite, or has no value.
    """
    if not is_random(x):
        raise CannotTell("nothing is random")
    exists(part, values)
    quantity = x.xreplace({s: sympify(values[name]) for name, s in part.symbols.items()})
    if not (price := cost(quantity)):
        raise CannotTell(
            "there is nothing to sample in it: what can be simulated is loop.finite(n)"
            if part.a.free_symbols & set(part.moments)
            else "what is random in it cancels"
        )
    size = int(min(MOST, max(LEAST, 1e9 * seconds / price)))
    (ball,) = estimate([quantity], size, seed, workers, error)
    if ball.value.is_nan():
        raise CannotTell("what is drawn does not tell that it is a number")
    notes = [ball.note, _spread(part, values) if ball.guarantee == Guarantee.ASYMPTOTIC else ""]
    return replace(ball, note="; ".join(filter(None, notes)))


def _spread(part: Part, values: Any) -> str:
    """Why an asymptotic interval has no guarantee: a mean in a part has no finite variance, or is not known to have one."""
    part = part.unrolled(values)
    for d, m in part.moments_at(values).items():
        if part.a.has(d) and isinstance(m, E | CentralMoment):
            power = 2 if isinstance(m, E) else 2 * m.order
            if why := _doubt(E(m.variable**power)):
                return f"the variance of what is drawn for {m} {why}"
    return ""


def _doubt(square: E) -> str:
    try:
        doubted = [m for m in standardise(square).atoms(Moment) if doubtful(m)]
        return "" if all(value(m, COARSE).value.is_finite() for m in doubted) else "is infinite"
    except Undefined:
        return "is infinite"
    except NO_VALUE:
        return "is not known to be finite"


def guaranteed(ball: Ball) -> str:
    """With what right a simulated interval is told."""
    return f"no guarantee: {ball.note}" if ball.note else str(ball.guarantee)


def _simulated(x: Expr, part: Part, values: Any, seconds: float, seed: int, workers: Any) -> str:
    try:
        ball = simulated(x, part, values, seconds, seed, workers)
    except (BadInput, CannotTell, Undefined) as why:
        return f"not simulated ({why})"
    return f"{format_interval(*in_floats(ball.value))} simulated, {ball.replicates:,} replicates ({guaranteed(ball)})"


__all__ = ["about", "answer", "enclosed", "guaranteed", "no_moment", "refuse_unreal", "simulated"]
