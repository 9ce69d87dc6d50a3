"""Events that a coordinate is above 0 which each step multiplies by a binomial count: none of the counts was 0 yet."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Float, Mul, sympify

from ...language.errors import CannotTell
from ...language.laws import Binomial, Noise
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import Moment, Prob
from ...language.signs import Inequality
from .. import structures
from .method import Derivation, Method
from .steps import loop_of, of_one_loop


def _kept(loop: Loop, name: str) -> tuple[Expr, list[Expr]]:
    """The probability that a step leaves it above 0, and what has to be positive for that. Raises `CannotTell`."""
    start, now = sympify(loop.initial[name]), loop.symbols()
    if start.has(Noise):
        raise CannotTell(f"{name} starts with a draw")
    factor = sympify(loop.step(now)[name]) / now[name]
    counts = [f for f in Mul.make_args(factor) if isinstance(f, Noise)]
    moving = (CLOCK, *now.values())
    if factor.has(*moving) or len(counts) != 1 or not isinstance(counts[0].law, Binomial):
        raise CannotTell(f"{name} is not multiplied by one binomial count in each step")
    (count,) = counts
    rest = factor / count
    if rest.has(Noise) or count.law.has(Noise, *moving):
        raise CannotTell(f"{name} is multiplied by more than one draw")
    n, p = count.law.args
    return 1 - (1 - p) ** n, [x for x in (start, rest) if not x.is_positive]


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    loop, seen = loop_of(m), m.variable.gts
    kept, positive = _kept(loop, seen.name)
    told = f"{m}: no count was 0 in any of the steps, each with probability {kept}"
    return Derivation(kept**seen.t, [*structures.conditions(loop), *positive], steps=[told])


def skip(m: Moment) -> str | None:
    above = isinstance(m, Prob) and isinstance(m.variable, Inequality) and m.variable.rel_op in (">", "<")
    x = m.variable.gts if above and m.variable.lts == 0 else None
    if not isinstance(x, Observable) or x.index or x.name not in x.loop.state:
        return "it is no event that a coordinate is above 0"
    if m.has(Float):  # a ball, which 0 may lie in
        return "there is a decimal number in it"
    return of_one_loop(m)


METHOD = Method("counts that are not 0 yet", skip, derive)
