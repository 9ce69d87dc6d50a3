"""What is known of numbers that a file asks for: the derived form, and at a few points a ball and a simulated mean.

A question is a function with `@claim` above it that returns an expression in moments, `E(loop.sigma(t))`, in place of a
relation; of a claim, both its sides are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any

from flint import arb
from sympy import And, Eq, Expr, S, expand, factor_terms, sympify
from sympy.core.relational import Relational

from simulate import estimate
from simulate.engine.api import cost
from theory.language.balls import Ball, format_interval, in_floats
from theory.language.claims import Claim
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Noise
from theory.language.loops import Observable
from theory.language.moments import Distance, E, Moment, Prob, Shape, Var
from theory.language.signs import Inequality, is_nonnegative
from theory.proof.enclose import moments
from theory.proof.finiteness import doubtful
from theory.proof.invariants import invariants
from theory.proof.prepared import Part, prepare
from theory.proof.relations.learned import Learned, Refuted
from theory.proof.standard import affine, standardise

POINTS, MOST_CASES = 3, 6  # at which numbers are told; listed values
LEAST, MOST = 2_000, 1_000_000  # replicates
ERROR = 1e-3  # probability that a simulated interval misses


def answer(c: Claim, seconds: float, seed: int, workers: Any) -> str:
    """All that is known of what a claim, or a question, is about. Raises `BadInput` where that is nothing random."""
    cases = c.listed[:MOST_CASES]
    asked = [(case, x) for case in cases for x in dict.fromkeys(_asked(c.returned(case)))]
    if not asked:
        raise BadInput(
            f"{c.function.__name__} asks for no moment: expected an expression such as E(loop.sigma(t))", c.location
        )
    lines = [f"{c.id}:"]
    for _, x in asked:
        try:
            standardise(x)
        except (BadInput, NotImplementedError) as problem:
            raise BadInput(f"{c.function.__name__}: {problem}", c.location) from problem
    for case, x in asked:
        lines += ["  " + line for line in _answer(c, x, case, seconds / len(asked), seed, workers)]
    if len(c.listed) > len(cases):
        lines.append(f"  and {len(c.listed) - len(cases)} more of the listed values")
    return "\n".join(lines)


def _asked(x: Any) -> Iterator[Expr]:
    """The sides of a relation, or the expression itself, that are about something random."""
    if isinstance(x, And | Relational) or getattr(x, "is_Matrix", False):
        for a in x if getattr(x, "is_Matrix", False) else x.args:
            yield from _asked(a)
    elif isinstance(x, Shape):
        yield from _asked(x.function)
    elif isinstance(x, Expr) and x.has(Moment, Observable, Distance, Noise):
        yield x


def about(c: Claim, x: Expr) -> Claim:
    """A question with the domain of a claim, about one expression."""

    @wraps(c.function)
    def nothing_said(**values: Any) -> Relational:
        apart = c.taken_apart(values)
        at = {s: sympify(apart[name]) for name, s in c.symbols.items()}
        return Eq(x.xreplace(at), 0, evaluate=False)

    nothing = {"tight": {}, "mutants": {}, "trivial": None, "scale": None, "proof": None, "rate": None}
    return replace(c, function=nothing_said, **nothing)


def _answer(c: Claim, x: Expr, case: dict[str, Any], seconds: float, seed: int, workers: Any) -> Iterator[str]:
    q = about(c, x)
    yield str(x) + (f" where {', '.join(f'{k} = {v}' for k, v in case.items())}" if case else "")
    try:
        known = Learned(q, case)
        derived = known.derived(x)
        form = known.named(derived.xreplace({number: m for m, number in known.numbers.items()}))
        yield f"  = {form}" if form != x else "  no closed form"
        yield from (f"    as {name} = {inner}" for name, inner in known.proof.forms.items() if inner != str(form))
        yield from _invariants(known, x)
    except (CannotTell, Refuted, BadInput) as why:
        yield f"  no closed form: {why}"
        yield from _tails(x, q, case)
    points = [p for p in q.points() if all(p.values[k] == v for k, v in case.items())][:POINTS]
    for point in points:
        (part,) = prepare(q, point.values).parts
        assert isinstance(part, Part)
        found = [_enclosed(part, point.values), _simulated(x, part, point.values, seconds / len(points), seed, workers)]
        yield f"  {f'at {point}: ' if point.values else ''}{'; '.join(found)}"


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


def _enclosed(part: Part, values: Any) -> str:
    try:
        return f"{format_interval(*in_floats(enclosed(part, values)))} in balls"
    except (CannotTell, BadInput, ArithmeticError, ValueError) as why:
        return f"no ball ({why})"


def enclosed(part: Part, values: Any, bits: int = 40) -> arb:
    """A ball for the left side of a part at a point. Raises as the ball witness does."""
    return part.side(part.a, values, moments(part, values, bits), bits)


def simulated(x: Expr, part: Part, values: Any, seconds: float, seed: int, workers: Any, error: float = ERROR) -> Ball:
    """A confidence ball for it, x being what it was, for about so many core-seconds. Raises `BadInput`, `CannotTell`."""
    quantity = x.xreplace({s: sympify(values[name]) for name, s in part.symbols.items()})
    if not (price := cost(quantity)):
        raise CannotTell("there is nothing to sample in it: what can be simulated is loop.finite(n)")
    size = int(min(MOST, max(LEAST, 1e9 * seconds / price)))
    (ball,) = estimate([quantity], size, seed, workers, error)
    return ball


def _simulated(x: Expr, part: Part, values: Any, seconds: float, seed: int, workers: Any) -> str:
    with suppress(CannotTell, BadInput, ArithmeticError, ValueError):
        if any(map(doubtful, part.moments.values())) and enclosed(part, values) in (arb.pos_inf(), arb.neg_inf()):
            return "not simulated (values too rare to be drawn make it infinite)"
    try:
        ball = simulated(x, part, values, seconds, seed, workers)
    except (BadInput, CannotTell) as why:
        return f"not simulated ({why})"
    return f"{format_interval(*in_floats(ball.value))} simulated, {ball.replicates:,} replicates ({ball.guarantee})"


__all__ = ["about", "answer", "enclosed", "simulated"]
