"""Steps whose draws have finitely many values, as moves from state to state with their probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations, pairwise, product
from math import comb, factorial, prod
from typing import Any

from sympy import (
    Expr,
    Integer,
    Rational,
    S,
    Symbol,
    sympify,
)

from ...language.errors import CannotTell
from ...language.laws import Binomial, Multinomial, Noise
from ...language.loops import CLOCK, Loop
from ...language.order import in_order
from ..arithmetic.atoms import exactly
from ..arithmetic.fractions import at_rationals, rational_programs
from ..arithmetic.programs import Program
from ..symbols.cases import values_of

MOST_CASES = 400_000  # joint values that a polynomial is looked at
MOST_TRANSITIONS = 6_000  # of a chain that is listed state by state
TOO_MANY = f"more than {MOST_TRANSITIONS} transitions of a chain, one by one"
Place = tuple[Rational, ...]


@lru_cache(maxsize=1024)
def moved_by(loop: Loop, names: frozenset[str]) -> tuple[str, ...]:
    """Coordinates, and those that move them, in the order of the state: what the others do is no matter."""
    now, found, todo = loop.symbols(), {*names}, [*names]
    after = {name: sympify(x) for name, x in loop.step(now).items()}
    while todo:
        x = after[todo.pop()]
        new = [name for name, v in now.items() if name not in found and x.has(v)]
        found.update(new)
        todo += new
    return tuple(name for name in loop.state if name in found)


class Move:
    """Expressions in a state and in draws, for all values of the draws.

    state: the symbols that stand for it.
    exact: whether probabilities have to be numbers, or may have parameters; values are rational numbers.
    """

    def __init__(self, after: Sequence[Expr], state: Sequence[Symbol] = (), exact: bool = True):
        self.after, self.state, self.exact = after, tuple(state), exact
        draws = in_order({z for x in after for z in x.atoms(Noise)})
        wholes = dict.fromkeys(z.whole for z in draws)
        self.draws = [[z for z in draws if z.whole == whole] for whole in wholes]  # those that are drawn at once
        self.alike = not any(z.law.free_symbols & {*state} for zs in self.draws for z in zs)
        self.drawn = [z for zs in self.draws for z in zs]
        self.programs = rational_programs(self.after, (*self.state, *self.drawn))
        self.known: dict[Place, list[Program] | None] = {}

    def __call__(self, state: Sequence[Expr], most: int) -> tuple[dict[Place, Rational], int]:
        """(What they come to, with probabilities; how many cases that took). Raises `CannotTell` where there are too many."""
        moves: dict[Place, Rational] = {}
        cases = self._always if self.alike else self._cases(state)
        if len(cases) > most:
            raise CannotTell(TOO_MANY)
        for numbers, p in cases:
            new = self._at(state, numbers)
            if not all(v.is_Rational for v in new):
                raise CannotTell("the state gets to what is no rational number")
            moves[new] = moves.get(new, S.Zero) + p
        return moves, len(cases)

    @cached_property
    def _always(self) -> list[tuple[Place, Rational]]:
        return self._cases([S.Zero] * len(self.state))

    def _cases(self, state: Sequence[Expr]) -> list[tuple[Place, Rational]]:
        """The numbers that all draws together have in a state, with probabilities."""
        if not all(values_of(z) is not None and not z.law.has(Noise) for z in self.drawn):
            raise CannotTell("its state is no chain on finitely many numbers")
        at = dict(zip(self.state, state, strict=True))
        listed = [_listed(zs, at, self.exact) for zs in self.draws]
        if prod(map(len, listed)) > MOST_CASES:
            raise CannotTell(TOO_MANY)
        return [
            (tuple(v for numbers, _ in case for v in numbers), prod((p for _, p in case), start=S.One))
            for case in product(*listed)
        ]

    def _at(self, state: Sequence[Expr], numbers: Place) -> Place:
        """What they come to, for numbers of the state and of the draws."""
        values = [*state, *numbers]
        if all(v.is_Rational for v in values):
            if self.programs is not None:
                return at_rationals(self.programs, values)
            if (programs := self._drawn_as(numbers)) is not None:
                return at_rationals(programs, state)
        at = dict(zip((*self.state, *self.drawn), values, strict=True))
        return tuple(exactly(x, at) for x in self.after)

    def _drawn_as(self, numbers: Place) -> list[Program] | None:
        """Where draws are exponents, say: for these numbers what is left may be a rational function of the state."""
        if numbers not in self.known:
            at = dict(zip(self.drawn, numbers, strict=True))
            self.known[numbers] = rational_programs([x.xreplace(at) for x in self.after], self.state)
        return self.known[numbers]


@lru_cache(maxsize=1024)
def may_be_listed(loop: Loop, names: frozenset[str]) -> bool:
    """Whether the draws that move coordinates of a loop have few values each, and all of its steps are alike."""
    try:
        own, stepped = moved_by(loop, names), loop.step(loop.symbols())
        after = [sympify(stepped[name]) for name in own]
        start = [sympify(loop.initial[name]) for name in own]
    except Exception:  # told where the loop is examined
        return False
    draws = {z for x in (*after, *start) for z in x.atoms(Noise)}
    few = all(values_of(z) is not None and not z.law.has(Noise) for z in draws)
    return any(x.has(Noise) for x in after) and few and not any(x.has(CLOCK) for x in after)


def _listed(draws: Sequence[Noise], at: Mapping[Any, Expr], exact: bool) -> list[tuple[tuple[Expr, ...], Rational]]:
    """The numbers that what is drawn at once has in a state, with probabilities above 0. Raises `CannotTell` where it has no law
    there."""
    law = draws[0].law.joint.xreplace(dict(at))
    if not all(n.is_Integer and n >= 0 for n in law.numbers()):
        raise CannotTell(f"{law} is no law: a whole number of trials is expected")
    if isinstance(law, Multinomial):
        return _counted(law, [z.law.number for z in draws], exact)
    if isinstance(law, Binomial):
        n, p = int(law.n), law.p
        values = [(Integer(k), comb(n, k) * p**k * (1 - p) ** (n - k)) for k in range(n + 1)]
    else:
        values = law.values() or []
    _examine(law, [p for _, p in values], exact)
    return [((v,), p) for v, p in values if p != 0]


def _counted(law: Multinomial, numbers: Sequence[int], exact: bool) -> list[tuple[tuple[Expr, ...], Rational]]:
    """Counts of some of the symbols, with their probabilities; those of all other symbols together are what is left."""
    n, masses = int(law.n), [law.masses[i] for i in numbers]
    rest = 1 - sum(masses)
    _examine(law, [*masses, rest], exact)
    out = []
    for ks in counts_up_to(n, len(masses)):
        left = n - sum(ks)
        ways = Integer(factorial(n)) / prod(map(factorial, (*ks, left)))
        if p := ways * rest**left * prod(q**k for q, k in zip(masses, ks, strict=True)):
            out.append((tuple(map(Integer, ks)), p))
    return out


def _examine(law: Any, masses: Sequence[Expr], exact: bool) -> None:
    known = [p for p in masses if p.is_Rational]
    whole = len(known) == len(masses)
    if any(p < 0 for p in known) or (exact and not whole) or (whole and sum(known) != 1):
        raise CannotTell(f"{law} is no law on rational numbers with rational probabilities")


def counts_up_to(n: int, places: int) -> Iterator[tuple[int, ...]]:
    """Counts, so many of them, of sum at most n: the gaps between so many bars among n + places."""
    for bars in combinations(range(n + places), places):
        yield tuple(b - a - 1 for a, b in pairwise((-1, *bars)))
