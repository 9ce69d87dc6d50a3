"""Limits of means and probabilities of finite chains, in symbols: where each path ends, or what law all of them come to.

Where from every state one of those that are never left is reached, the chain ends in one of these, with the probabilities that
a step leaves as they are. Where from every state one is reached that may follow on itself, the law tends to the only one that a
step leaves as it is. Reached is what a path of steps leads to whose probabilities are certainly above 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod

from sympy import Add, Expr, Matrix, Mul, S, binomial, expand, sympify

from ...language.errors import CannotTell
from ...language.laws import Binomial, Noise
from ...language.loops import CLOCK, Coordinate, Loop, Observable
from ...language.moments import E, Limit, Moment, Prob, outermost
from ...language.order import in_order
from .. import structures
from ..arithmetic.atoms import exactly
from ..methods.steps import of_one_loop
from ..symbols import rational
from .assumptions import Assumptions
from .ends import put

MOST_STATES, MOST_CASES, MOST_TRIALS = 16, 64, 8
State = tuple[Expr, ...]


def limit(known: Assumptions, m: Limit, loop: Loop) -> Expr:
    """The limit of what is made of means and probabilities of one generation. Raises `CannotTell`."""
    inner = in_order(set(outermost(m.variable)))
    if not all(isinstance(x, E | Prob) and x.given is None for x in inner):
        raise CannotTell("no means and probabilities of one generation")
    if (problem := next(filter(None, map(of_one_loop, inner)), None)) is not None:
        raise CannotTell(problem)
    if any(o.index or o.name not in loop.state or o.t != m.bound for o in m.variable.atoms(Observable)):
        raise CannotTell("no means and probabilities of one generation")
    chain = _Chain(known, loop)
    value = put(known, m.variable, {x: chain.end(x) for x in inner}, m.bound)
    return rational.as_product(value) if value.is_rational_function() else value


class _Chain:
    """The states that are reached from the start, with the probabilities of steps between them."""

    def __init__(self, known: Assumptions, loop: Loop):
        self.known, self.loop, self.names = known, loop, tuple(loop.state)
        if set(structures.finite(loop)) != set(self.names):
            raise CannotTell("a state of endlessly many values")
        start = tuple(sympify(loop.initial[name]) for name in self.names)
        if any(x.has(Noise) or not x.is_Rational for x in start):
            raise CannotTell("a start that is drawn")
        now = loop.symbols()
        self.symbols = [now[name] for name in self.names]
        self.after = [sympify(loop.step(now)[name]) for name in self.names]
        if any(x.has(CLOCK) for x in self.after):
            raise CannotTell("steps that differ from fit to fit")
        self.steps: dict[State, dict[State, Expr]] = {}
        left = [start]
        while left:
            state = left.pop()
            if state in self.steps:
                continue
            if len(self.steps) >= MOST_STATES:
                raise CannotTell("a chain of too many states")
            self.steps[state] = self._from(state)
            left += self.steps[state]
        self.start = start

    def _from(self, state: State) -> dict[State, Expr]:
        """The states after one step, with probabilities."""
        after = [x.xreplace(dict(zip(self.symbols, state, strict=True))) for x in self.after]
        draws = in_order({z for x in after for z in x.atoms(Noise)})
        listed = [_listed(z) for z in draws]
        if prod(map(len, listed)) > MOST_CASES:
            raise CannotTell("too many cases in a step")
        out: dict[State, Expr] = {}
        for case in product(*listed):
            put = {z: value for z, (value, _) in zip(draws, case, strict=True)}
            chance = Mul(*(p for _, p in case))
            there = tuple(x.xreplace(put) for x in after)
            if not all(x.is_Rational for x in there):
                raise CannotTell(f"a step leads to {there}")
            if (chance := expand(chance)) != 0:
                out[there] = out.get(there, S.Zero) + chance
        return {there: rational.as_product(p) for there, p in out.items() if expand(p) != 0}

    def end(self, m: Moment) -> Expr:
        """The limit of a mean or a probability."""
        values = {state: self._value(m, state) for state in self.steps}
        kept = [s for s, after in self.steps.items() if set(after) == {s}]
        if kept and self._all_reach(set(kept)):
            return self._absorbed(values, kept)
        for s, after in self.steps.items():
            if s in after and self._is_sure(after[s]) and self._all_reach({s}):
                return self._stationary(values)
        raise CannotTell("the chain is not seen to end, or to come to one law")

    def _value(self, m: Moment, state: State) -> Expr:
        at = dict(zip(self.names, state, strict=True))
        put = {o: at[o.name] for o in m.variable.atoms(Observable)}
        if isinstance(m, E):
            value = m.variable.xreplace(put)
            if value.has(Noise) or value.is_finite is not True:
                raise CannotTell(f"{m.variable} where the state is {state}")
            return value
        said = exactly(m.variable, put)
        if said not in (S.true, S.false):
            raise CannotTell(f"whether {m.variable} where the state is {state}")
        return S.One if said == S.true else S.Zero

    def _is_sure(self, chance: Expr) -> bool:
        return self.known.implies(self.known.charted(chance), strict=True)

    def _all_reach(self, ends: set[State]) -> bool:
        """Whether from every state one of the ends is reached."""
        reached = set(ends)
        while True:
            more = {
                s
                for s, after in self.steps.items()
                if s not in reached and any(t in reached and self._is_sure(p) for t, p in after.items())
            }
            if not more:
                return reached == set(self.steps)
            reached |= more

    def _absorbed(self, values: Mapping[State, Expr], kept: list[State]) -> Expr:
        moving = [s for s in self.steps if s not in kept]
        if self.start in kept:
            return values[self.start]
        rows = [[(S.One if s == t else S.Zero) - self.steps[s].get(t, S.Zero) for t in moving] for s in moving]
        ends = [Add(*(p * values[t] for t, p in self.steps[s].items() if t in kept)) for s in moving]
        found = _solved(rows, ends)
        return found[moving.index(self.start)]

    def _stationary(self, values: Mapping[State, Expr]) -> Expr:
        """With probabilities that a step leaves as they are: all but one of these equations, and that the sum is 1."""
        states = list(self.steps)
        rows = [[self.steps[t].get(s, S.Zero) - (S.One if s == t else S.Zero) for t in states] for s in states[1:]]
        found = _solved([*rows, [S.One] * len(states)], [S.Zero] * len(rows) + [S.One])
        return Add(*(p * values[s] for s, p in zip(states, found, strict=True)))


def _solved(rows: list[list[Expr]], right: list[Expr]) -> list[Expr]:
    system = Matrix(rows).applyfunc(rational.as_product)
    return list(map(rational.as_product, system.LUsolve(Matrix(right))))


def _listed(z: Noise) -> list[tuple[Expr, Expr]]:
    """The values of a draw, and their probabilities."""
    law = z.law
    if law.atoms(Noise) or law.atoms(Coordinate):
        raise CannotTell(f"the law of {z} depends on another draw")
    if isinstance(law, Binomial) and law.n.is_Integer and 0 <= law.n <= MOST_TRIALS:
        n = int(law.n)
        return [(sympify(k), expand(binomial(n, k) * law.p**k * (1 - law.p) ** (n - k))) for k in range(n + 1)]
    if (values := law.values()) is None:
        raise CannotTell(f"{z} takes endlessly many values")
    return values
