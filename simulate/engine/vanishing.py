"""Where what a claim, or a step of its loops, divides by is 0 at one number that no look meets, such as a root of 2, or a case
is an equation that holds there (rules 29 and 33).

Looks are of rational values: beside such a place a side has a value, and at it none. Nothing is refuted there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flint import arb
from sympy import Expr, Rational, Symbol, sympify

from theory.language.claims import Claim
from theory.language.domains import Integers, Reals
from theory.language.errors import NO_BALL
from theory.language.functions import JUMPS
from theory.proof.arithmetic.precision import refine
from theory.proof.arithmetic.programs import compile_expr, to_ball
from theory.proof.arithmetic.rings import Balls
from theory.proof.relations.turns import NEAR, along, divisors, looked_at

BESIDE = Rational(1, 1000)  # of the room around a place: how far off a divisor is compared that only touches 0,
TOUCHES = 1e-12  # and what is left of it at the place


def vanishing(claim: Claim, points: Iterable[Mapping[str, Any]]) -> str:
    """Which divisor is 0, and where, in words; "" where none is seen to be at a number that no look meets."""
    looked: set[tuple[str, Expr]] = set()
    for values in points:
        for name, variable in claim.symbols.items():
            if isinstance(claim.domain[name], Integers) or not isinstance(claim.domain[name], Reals):
                continue
            for d in divisors(claim, values, [variable]):
                if (name, d) in looked or d.has(*JUMPS):
                    continue
                looked.add((name, d))
                for x in _zeros(d, variable, claim.domain[name]):
                    if claim.admits({**values, name: x}):
                        at = f"near {name} = {float(x):.10g}, at no value that was looked at"
                        return f"{d} is 0 {at}: there a side may be another, or none"
    return ""


def _zeros(d: Expr, variable: Symbol, domain: Reals) -> Iterator[Expr]:
    """Places in a domain beside which a continuous function changes its sign, or as if it touched 0, being other than 0 there."""
    try:
        program = compile_expr(d, (variable,))
    except NO_BALL:
        return

    def at(x: Expr) -> arb | None:
        try:
            there = refine(lambda: program(Balls, to_ball(x)), _is_told, limit=512)
        except NO_BALL:
            return None
        return there if _is_told(there) else None

    for x in along(d, variable, looked_at(domain)):
        if not domain.contains(x) or (here := at(x)) is None:
            continue
        if _changes(at, domain, x) or _touches(at, domain, x, here):
            yield sympify(x)


def _is_told(ball: arb) -> bool:
    return bool(ball > 0 or ball < 0)


def _both_sides(at: Callable[[Expr], arb | None], domain: Reals, x: Expr, step: Expr) -> list[arb]:
    beside = [at(y) for y in (x - step, x + step) if domain.contains(y)]
    return [b for b in beside if b is not None]


def _changes(at: Callable[[Expr], arb | None], domain: Reals, x: Expr) -> bool:
    beside = _both_sides(at, domain, x, 2 * NEAR)
    return len(beside) == 2 and bool((beside[0] > 0) != (beside[1] > 0))


def _touches(at: Callable[[Expr], arb | None], domain: Reals, x: Expr, here: arb) -> bool:
    beside = _both_sides(at, domain, x, BESIDE * max(abs(x), BESIDE))
    return len(beside) == 2 and all(bool(abs(here) < TOUCHES * abs(b)) for b in beside)
