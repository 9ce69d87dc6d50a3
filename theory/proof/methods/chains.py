"""Finite Markov chains in balls: loops whose coordinates are counts over a fixed number of draws.

The transition matrix follows from the step's counts: binomial ones of one coordinate by multiplying generating polynomials,
those of one multinomial draw for as many symbols as are asked for, all others being one more. Means and probabilities are
those of the law after t steps, at several generations of the law of them together. No moment is closed in advance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from math import comb, factorial, lcm, log2, prod
from typing import Any

from flint import arb, arb_mat
from sympy import (
    Add,
    Dummy,
    Expr,
    Float,
    Ge,
    Gt,
    Integer,
    Poly,
    PolynomialError,
    Rational,
    S,
    nan,
    oo,
    sympify,
    zoo,
)

from ...language.errors import CannotTell, Doubtful
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment, Prob
from .. import structures
from ..arithmetic.atoms import exactly
from ..arithmetic.binomials import generating
from ..arithmetic.precision import at_precision, whole
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls
from ..symbols.averages import Infinite
from ..symbols.normal_forms import is_zero
from .method import Method
from .moves import MOST_CASES, MOST_TRANSITIONS, Move, Place, counts_up_to, may_be_listed, moved_by
from .steps import loop_of, of_one_loop, times_of

MOST_STATES = 401  # of one coordinate
MOST_WORK = 2_000_000  # products of probabilities, of a tenth of a microsecond
MOST_JOINT_STATES = 1_500  # of several coordinates
MOST_JOINT_WORK = 20_000_000
MOST_MOVES = 4_000_000  # of a law from state to state, of half a microsecond
MOST_FUNCTIONS = 5_000  # that something else is looked at


def is_chain(loop: Loop) -> bool:
    """Whether a loop is a finite chain, as its step shows."""
    return structures.chain(loop) is not None


class _Chain:
    """A chain of one coordinate.

    names: the coordinates.  counts: of these in each state, over `unit`.  start: at generation 0, in no state perhaps.
    begin: the law of the state at generation 0, where it is drawn; then there is no start.
    """

    most_work = MOST_WORK
    names: tuple[str, ...]
    counts: Sequence[tuple[int, ...]]
    start: Sequence[Expr] | None
    begin: list[arb] | None = None
    ends: Sequence[bool] = (False, False)

    def __init__(self, loop: Loop):
        chain = structures.chain(loop)
        assert chain is not None
        self.names, laws = (chain.name,), [z.law for z in chain.draws]
        if not chain.size.is_Integer or chain.size >= MOST_STATES:
            raise CannotTell(f"a chain of {chain.size} + 1 states is too large")
        if unknown := [law for law in laws if not law.n.is_Integer]:
            raise CannotTell(f"{unknown[0]} is of no known number of draws")
        self.size = int(chain.size) + 1
        self.unit, self.counts = self.size - 1, [(k,) for k in range(self.size)]
        self.draws = [(int(law.n), compile_expr(law.p, (chain.place,))) for law in laws]
        if sum(n for n, _ in self.draws) >= self.size:
            raise CannotTell(f"counts of more than {chain.size} do not stay on the grid")
        # 0 and 1 where a model there draws nothing else: that a ball contains them is not enough to end there
        self.ends = [all(is_zero(law.p.xreplace({chain.place: Integer(x)}) - x) for law in laws) for x in (0, 1)]
        self.start = (chain.start,)
        self.distributions = [self.row(to_ball(chain.start))]

    def row(self, theta: arb) -> list[arb]:
        """The law of the count after a fit to draws from the model at theta."""
        product = generating([(n, p(Balls, theta)) for n, p in self.draws])
        return [product[k] for k in range(self.size)]

    def after(self, t: int) -> list[arb]:
        """The law of the state at generation t >= 1, or from 0 on, where that is drawn."""
        if t == 0:
            assert self.begin is not None
            return self.begin
        if t * self.size**2 > self.most_work:
            raise CannotTell(f"{t} generations of a chain of {self.size} states: too large")
        while len(self.distributions) < t:
            now = arb_mat([self.distributions[-1]])
            self.distributions.append((now * self.matrix).entries())
        return self.distributions[t - 1]

    def between(self, steps: int) -> arb_mat:
        """The transition matrix of so many steps."""
        if log2(steps) * self.size**3 > 30 * MOST_JOINT_WORK:
            raise CannotTell(f"{steps} generations of a chain of {self.size} states: too large")
        return self.matrix**steps

    @cached_property
    def matrix(self) -> arb_mat:
        rows = [self.row(arb(k) / (self.size - 1)) for k in range(self.size)]
        for k, absorbing in zip((0, -1), self.ends, strict=True):
            if absorbing:
                rows[k] = [arb(int(j == k % self.size)) for j in range(self.size)]
        return arb_mat(rows)

    def absorbed(self, start: arb) -> arb:
        """The probability to end at 1, where 0 and 1 are never left and all else leads there: (I - Q) u = R."""
        last = self.size - 1
        k = whole(start * last)
        if k in (0, last) and self.ends[k == last]:
            return arb(k == last)
        if not all(self.ends):
            raise CannotTell(
                "the law in the limit is not enclosed: 0 and 1 are not absorbing, or there are several symbols"
            )
        matrix = self.matrix
        inside = range(1, last)
        if not all(matrix[k, 0] > 0 or matrix[k, last] > 0 for k in inside):
            raise CannotTell("some states are not seen to lead to 0 or 1 in a step")
        system = arb_mat([[int(j == k) - matrix[k, j] for j in inside] for k in inside])
        solved = system.solve(arb_mat([[matrix[k, last]] for k in inside]))
        if k is None:
            raise CannotTell(f"a start at {start} of {last}")
        return solved[k - 1, 0]


class _Histograms(_Chain):
    """A chain of several coordinates, the counts of one multinomial draw; those of all other symbols are one more."""

    most_work = MOST_JOINT_WORK

    def __init__(self, loop: Loop, names: frozenset[str]):
        found = structures.histogram(loop, names)
        if found is None:
            raise CannotTell("its state is no chain on finitely many numbers")
        self.names, self.places = tuple(found.places), tuple(found.places.values())
        self.start: Sequence[Expr] = found.start
        if not found.size.is_Integer or found.size < 1:
            raise CannotTell(f"a histogram of {found.size} draws")
        self.unit, self.masses = int(found.size), found.masses
        free = len(self.names) - self._whole()
        self.size = comb(self.unit + free, free)
        if self.size > MOST_JOINT_STATES:
            raise CannotTell(f"a chain of {self.size} states is too large")
        self.counts = [
            ks if free == len(self.names) else (*ks, self.unit - sum(ks)) for ks in counts_up_to(self.unit, free)
        ]
        self.distributions = [self.row_at(self.start)]

    def _whole(self) -> bool:
        """Whether these are all symbols: their shares add up to 1, now and after every fit."""
        *others, last = self.places
        rest = Add(*self.masses).xreplace({last: 1 - sum(others)}) - 1
        return is_zero(Add(*self.start) - 1) and is_zero(rest)

    def row_at(self, state: Sequence[Expr]) -> list[arb]:
        """The law of the counts after a fit to draws from the model in a state. Raises `CannotTell` where there is none."""
        at = dict(zip(self.places, state, strict=True))
        masses = [p.xreplace(at) for p in self.masses]
        left = 1 - sum(masses)
        masses.append(S.Zero if is_zero(left) else left)
        powers = []  # chance^k/k!
        for p in masses:
            chance = to_ball(p)
            if chance < 0 or chance > 1 or not chance.is_finite():
                raise CannotTell(f"a chance of {p} is no probability")
            listed = [arb(1)]
            for k in range(1, self.unit + 1):
                listed.append(listed[-1] * chance / k)
            powers.append(listed)
        ways = arb(factorial(self.unit))
        *own, others = powers
        row = []
        for ks in self.counts:
            weight = ways * others[self.unit - sum(ks)]
            for listed, k in zip(own, ks, strict=True):
                weight *= listed[k]
            row.append(weight)
        return row

    @cached_property
    def matrix(self) -> arb_mat:
        return arb_mat([self.row_at([Rational(k, self.unit) for k in ks]) for ks in self.counts])


class _Listed(_Chain):
    """A chain of coordinates whose draws have few values, and of what they depend on: the states that are reached, one by one.

    until: the last generation that is asked for; None for all of them.
    """

    def __init__(self, loop: Loop, names: tuple[str, ...], until: int | None = None):
        reached = _reached(loop, names)
        reached.follow(until)
        self.names, begun, first = names, reached.begun, reached.first
        states = sorted(state for state, t in first.items() if until is None or t <= until)
        self.size, place = len(states), {state: i for i, state in enumerate(states)}
        self.unit = lcm(*(int(v.q) for state in states for v in state))
        self.counts = [tuple(int(v * self.unit) for v in state) for state in states]
        self.moves: list[dict[int, arb]] = [{} for _ in states]
        for state in states:
            if until is None or first[state] < until:  # what comes after the others is not asked for
                self.moves[place[state]] = {place[new]: to_ball(p) for new, p in reached.after[state].items()}
        law = [to_ball(begun.get(state, S.Zero)) for state in states]
        if len(begun) == 1:
            (self.start,) = begun
        else:
            self.start, self.begin = None, law
        self.distributions = [self._moved(law)]

    def _moved(self, law: Sequence[arb]) -> list[arb]:
        """The law of the state one generation later: from most states only a few are reached."""
        out = [arb(0)] * self.size
        for p, moves in zip(law, self.moves, strict=True):
            if p != 0:
                for new, q in moves.items():
                    out[new] += p * q
        return out

    def after(self, t: int) -> list[arb]:
        if t == 0:
            assert self.begin is not None
            return self.begin
        if t * sum(map(len, self.moves)) > MOST_MOVES:
            raise CannotTell(f"{t} generations of a chain of {self.size} states: too large")
        while len(self.distributions) < t:
            self.distributions.append(self._moved(self.distributions[-1]))
        return self.distributions[t - 1]

    @cached_property
    def matrix(self) -> arb_mat:
        return arb_mat([[moves.get(j, arb(0)) for j in range(self.size)] for moves in self.moves])


class _Reached:
    """The states that coordinates of a loop come to, generation by generation; all that they depend on is among them.

    begun: those at generation 0, with their probabilities.  first: the generation at which each is reached first.
    after: of a state those after a step, with their probabilities.  Raises `CannotTell` where its draws have many values.
    """

    def __init__(self, loop: Loop, names: tuple[str, ...]):
        if not may_be_listed(loop, frozenset(names)):
            raise CannotTell("its state is no chain on finitely many numbers")
        now = loop.symbols()
        after = loop.step(now)
        self.move = Move([sympify(after[name]) for name in names], [now[name] for name in names])
        self.begun = _starts(loop, names)
        self.first = dict.fromkeys(self.begun, 0)
        self.after: dict[Place, dict[Place, Rational]] = {}
        self.generations = self.cases = 0
        self.newest = [*self.begun]
        self.problem = ""

    def follow(self, until: int | None) -> None:
        """Up to a generation, or to the last state. Raises `CannotTell` where these are too many."""
        while self.newest and (until is None or self.generations < until):
            if self.problem:
                raise CannotTell(self.problem)
            try:
                self._go_on()
            except CannotTell as problem:
                self.problem = str(problem)
                raise

    def _go_on(self) -> None:
        new: dict[Place, int] = {}
        for state in self.newest:
            if state not in self.after:
                self.after[state], cases = self.move(state, MOST_TRANSITIONS - self.cases)
                self.cases += cases
            new |= {place: self.generations + 1 for place in self.after[state] if place not in self.first}
            if len(self.first) + len(new) > MOST_JOINT_STATES:
                raise CannotTell(f"a chain of more than {MOST_JOINT_STATES} states is too large")
        self.first |= new
        self.generations, self.newest = self.generations + 1, [*new]


_reached = lru_cache(maxsize=256)(_Reached)


def _starts(loop: Loop, names: tuple[str, ...]) -> dict[Place, Rational]:
    """The states at generation 0, with their probabilities. Raises `CannotTell` where they are no rational numbers."""
    return Move([sympify(loop.initial[name]) for name in names])((), MOST_TRANSITIONS)[0]


def is_long(x: Expr, loop: Loop) -> bool:
    """Whether the mean of a polynomial is better iterated as a recursion than read off the law."""
    seen = x.atoms(Observable)
    if not x.is_polynomial(*seen):
        return False
    (t,) = {o.t for o in seen}
    chain = structures.chain(loop)
    if chain is None:  # of several symbols
        return True
    return bool(t.is_Integer and chain.size.is_Integer and t * chain.size**2 > MOST_WORK / 4)


def _own(loop: Loop, names: frozenset[str]) -> tuple[str, ...]:
    """`moved_by`, of what may be listed. Raises `CannotTell`."""
    if not may_be_listed(loop, names):
        raise CannotTell("its state is no chain on finitely many numbers")
    return moved_by(loop, names)


@partial(at_precision, most=64)
def chain_of(loop: Loop, names: frozenset[str], until: int | None = None) -> _Chain:
    """The chain that coordinates of a loop are; up to a generation, where one is given. Raises `CannotTell`."""
    if is_chain(loop):
        return _Chain(loop)
    if structures.histogram(loop, names) is not None:
        return _Histograms(loop, names)
    return _Listed(loop, _own(loop, names), until)


def _up_to(loop: Loop, names: frozenset[str], until: int) -> _Chain:
    """The same up to a generation: all of it, where its states are few; else to a power of two, which others may use."""
    if is_chain(loop) or structures.histogram(loop, names) is not None:
        return chain_of(loop, names)
    reached = _reached(loop, _own(loop, names))
    for last in (1 << (until - 1).bit_length() if until else 0, until):  # the power of two may be too far
        with suppress(CannotTell):
            reached.follow(last)
            return chain_of(loop, names, last if reached.newest else None)
    return chain_of(loop, names, until)


Counts = tuple[int, ...]


class _Seen:
    """The observables in an expression at numbers for their generations: the counts that they come to, with probabilities.

    known: those at generation 0, with their values.  late: the others; each is a count over `unit`. Raises `CannotTell`.
    """

    def __init__(self, x: Any, loop: Loop):
        seen = sorted(x.atoms(Observable), key=str)
        names = frozenset(o.name for o in seen)
        self.ends = all(o.t is oo for o in seen)
        if not self.ends and not all(o.t.is_Integer and o.t >= 0 for o in seen):
            raise CannotTell(f"the generations of {x} are not numbers, 0 or later")
        self.chain = chain_of(loop, names) if self.ends else _up_to(loop, names, max(int(o.t) for o in seen))
        place = {name: i for i, name in enumerate(self.chain.names)}
        if any(o.index or o.name not in place for o in seen):
            raise CannotTell(f"{x}: the state is expected")
        self.unit = 1 if self.ends else self.chain.unit
        start = self.chain.start
        self.known = {} if start is None else {o: start[place[o.name]] for o in seen if o.t == 0}
        self.late = [o for o in seen if o not in self.known]
        self.times = sorted({o.t for o in self.late})
        self.places = [(self.times.index(o.t), place[o.name]) for o in self.late]

    def cases(self) -> Iterator[tuple[Counts, arb]]:
        """The joint counts of `late`, each with its probability."""
        chain, times = self.chain, self.times
        if self.ends:
            assert chain.start is not None
            won = chain.absorbed(to_ball(chain.start[0]))
            yield from (((0,) * len(self.late), 1 - won), ((1,) * len(self.late), won))
            return
        if chain.size ** len(times) > MOST_CASES:
            raise CannotTell(f"a chain of {chain.size} states at {len(times)} generations together: too large")
        steps = [chain.between(int(b - a)).tolist() for a, b in pairwise(times)]
        paths: list[tuple[Counts, arb]] = [((), arb(1))]
        if times:
            paths = [((i,), p) for i, p in enumerate(chain.after(int(times[0])))]
        for step in steps:
            paths = [((*path, j), p * q) for path, p in paths for j, q in enumerate(step[path[-1]])]
        for path, p in paths:
            yield tuple(chain.counts[path[i]][k] for i, k in self.places), p

    def at(self, counts: Counts) -> dict[Any, Expr]:
        """The values of all observables."""
        return {**self.known, **{o: Rational(k, self.unit) for o, k in zip(self.late, counts, strict=True)}}


def mean(x: Expr, loop: Loop) -> arb:
    """A ball for E x, over the joint law of the chain at the generations of x. Raises `CannotTell`."""
    seen, total = _Seen(x, loop), arb(0)
    for looked, (counts, p) in enumerate(seen.cases()):
        if looked == MOST_FUNCTIONS:
            raise CannotTell(f"a function of more than {MOST_FUNCTIONS} joint values")
        here = exactly(x, seen.at(counts))
        if here.has(nan, zoo, oo, -oo):
            if p == 0:
                continue
            if not p > 0:
                raise CannotTell(f"whether {x}, {here} at some states, ever comes to them")
            raise Doubtful(f"{x} is {here} at a state that it comes to") if here.has(nan) else Infinite(x)
        total += p * to_ball(here)
    return total


def probability(event: Ge | Gt, loop: Loop) -> arb:
    """A ball for the probability of an event, over the joint law of the chain. Raises `CannotTell`."""
    seen = _Seen(event, loop)
    quickly = _polynomial(event, seen)
    total = arb(0)
    for looked, (counts, p) in enumerate(seen.cases()):
        if quickly is not None:
            total += p if quickly(counts) else 0
        elif looked == MOST_FUNCTIONS:
            raise CannotTell(f"an event of more than {MOST_FUNCTIONS} joint values")
        elif exactly(event, seen.at(counts)) is S.true:
            total += p
    return total


def _polynomial(event: Ge | Gt, seen: _Seen) -> Callable[[Counts], bool] | None:
    """Whether an event that is a rational polynomial's sign holds at counts, in integers; None for another event."""
    names = {o: Dummy("x") for o in seen.late}
    gap = (event.lhs - event.rhs).xreplace(seen.known | names)
    try:
        polynomial = None if gap.has(Float) or not names else Poly(gap, *names.values())
    except PolynomialError:
        return None
    if polynomial is None or not all(c.is_Rational for c in polynomial.coeffs()):
        return None
    common, degree = lcm(*(int(c.q) for c in polynomial.coeffs())), max(polynomial.total_degree(), 0)
    terms = [(int(c * common) * seen.unit ** (degree - sum(powers)), powers) for powers, c in polynomial.terms()]
    strict = isinstance(event, Gt)

    def holds(counts: Counts) -> bool:
        total = sum(c * prod(k**e for k, e in zip(counts, powers, strict=True) if e) for c, powers in terms)
        return total > 0 if strict else total >= 0

    return holds


def skip(m: Moment) -> str | None:
    if not (isinstance(m, E) or (isinstance(m, Prob) and isinstance(m.variable, Ge | Gt))):
        return "it is no mean, and no probability"
    if (problem := of_one_loop(m)) is not None:
        return problem
    loop = loop_of(m)
    names = frozenset(o.name for o in m.atoms(Observable))
    if not is_chain(loop) and structures.histogram(loop, names) is None and not may_be_listed(loop, names):
        return "its state is no chain on finitely many numbers"
    several = len(times_of(m)) > 1
    polynomial = isinstance(m, E) and m.variable.is_polynomial(*m.atoms(Observable))
    if isinstance(m, E) and ((several and polynomial) or (not several and is_long(m.variable, loop))):
        return "a polynomial at several, or at late generations is iterated"
    return None


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    return (mean if isinstance(m, E) else probability)(m.variable, loop_of(m))


METHOD = Method("law of the chain", skip, enclose=enclose)
