"""First times, and maxima over the path, of finite chains: by linear algebra in balls.

That a condition has held by generation t is a state of its own that is never left; the mean of the first time at which it
holds solves a linear system, whose approximate solution is verified by its residual.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, log2
from typing import Any

import numpy as np
from flint import arb, arb_mat
from sympy import Dummy, Expr, Ge, Gt, Le, Not, Rational, S

from ...language.errors import CannotTell
from ...language.loops import Loop, Observable
from ...language.moments import E, HittingTime, Moment, PathMax, Prob
from ..arithmetic.atoms import exactly
from ..arithmetic.precision import at_precision
from ..symbols.averages import Infinite
from .chains import MOST_JOINT_WORK, chain_of
from .method import Method
from .steps import loop_of, unstated

MOST_REFINED = 60  # rounds of a linear system's solution, each of some ten digits


@dataclass(frozen=True)
class _Path:
    """A chain until a condition on its state holds.

    at_start: whether it holds at generation 0.  alive: the states in which it does not.
    """

    condition: Any
    loop: Loop

    @cached_property
    def chain(self):
        return chain_of(self.loop, frozenset(o.name for o in self.condition.atoms(Observable)))

    def holds(self, state: Sequence[Expr]) -> bool:
        at = {o: state[self.chain.names.index(o.name)] for o in self.condition.atoms(Observable)}
        return exactly(self.condition, at) is S.true

    @cached_property
    def at_start(self) -> bool:
        return self.chain.start is not None and self.holds(self.chain.start)

    @cached_property
    def alive(self) -> list[int]:
        unit = self.chain.unit
        return [i for i, ks in enumerate(self.chain.counts) if not self.holds([Rational(k, unit) for k in ks])]

    def cut(self, law: Sequence[arb]) -> list[arb]:
        """A law of the state as one of the states in which the condition does not hold, and of all others together."""
        alive = set(self.alive)
        return [law[i] for i in self.alive] + [_total(p for i, p in enumerate(law) if i not in alive)]

    @cached_property
    def matrix(self) -> arb_mat:
        """The transition matrix of these, the last of them never being left."""
        rows = self.chain.matrix.tolist()
        return arb_mat([*(self.cut(rows[i]) for i in self.alive), [arb(0)] * len(self.alive) + [arb(1)]])

    def reached(self, first: int, last: int) -> tuple[arb, arb]:
        """The probabilities that the condition holds in none, and in one at least, of the generations first, ..., last."""
        if last < first:
            return arb(1), arb(0)
        if first == 0 and self.at_start:
            return arb(0), arb(1)
        drawn = self.chain.begin is not None  # then generation 0 is a state like any other
        if last == 0 and not drawn:
            return arb(1), arb(0)
        begin = first if drawn else max(first, 1)
        steps, size = last - begin, len(self.alive) + 1
        law = arb_mat([self.cut(self.chain.after(begin))])
        squared = 2 * size * log2(steps + 1)
        if min(steps, squared) * size**2 > MOST_JOINT_WORK:
            raise CannotTell(f"{last} generations of a chain of {self.chain.size} states: too large")
        if steps > squared:
            law *= self.matrix**steps
        else:
            for _ in range(steps):
                law *= self.matrix
        *alive, met = law.entries()
        return _total(alive), met

    def moment(self, power: int) -> arb:
        """E T^power, T the first generation at which the condition holds. Raises `Infinite`, and `CannotTell`."""
        if self.at_start:
            return arb(0)
        drawn = self.chain.begin is not None
        begin = self.cut(self.chain.begin or self.chain.distributions[0])
        rows = self.matrix.tolist()
        possible = _closure([i for i, p in enumerate(begin) if not p.is_zero()], rows, lambda p: not p.is_zero())
        last = len(rows) - 1
        leading = _closure([last], list(zip(*rows, strict=True)), lambda p: p > 0)
        if not possible <= leading:
            certain = _closure([i for i, p in enumerate(begin) if p > 0], rows, lambda p: p > 0)
            ever = _closure([last], list(zip(*rows, strict=True)), lambda p: not p.is_zero())
            if not certain <= ever:
                raise Infinite("with a probability above 0 the condition never holds")
            raise CannotTell("whether the condition holds some day is not seen")
        states = sorted(possible - {last})
        inside = arb_mat([[rows[i][j] for j in states] for i in states])
        moments = [arb_mat([[1]] * len(states))]
        for k in range(1, power + 1):  # E (1 + T')^k, T' what is left after a step
            right = moments[0]
            for j in range(1, k):
                right = right + comb(k, j) * (inside * moments[j])
            moments.append(_solved(inside, right))
        later = [dict(zip(states, m.entries(), strict=True)) for m in moments]
        if drawn:  # from generation 0 on, not from 1
            return _total(begin[i] * later[power][i] for i in states)
        total = _total(begin)
        for j in range(1, power + 1):
            total += comb(power, j) * _total(begin[i] * later[j][i] for i in states)
        return total


def _total(values: Iterable[arb]) -> arb:
    return sum(values, arb(0))


def _closure(begin: Iterable[int], rows: Sequence[Sequence[arb]], leads: Any) -> set[int]:
    """The states that are reached from some, by transitions that are seen to be there."""
    found, todo = set(begin), list(begin)
    while todo:
        i = todo.pop()
        for j, p in enumerate(rows[i]):
            if j not in found and leads(p):
                found.add(j)
                todo.append(j)
    return found


def _solved(inside: arb_mat, right: arb_mat) -> arb_mat:
    """x = right + inside x, `right` being positive and `inside` a part of a transition matrix that all states leave some day.

    (1 - inside)^-1 has no negative entry: a solution with a residual of at most e times the right side is off by at most the
    part e/(1 - e). Raises `CannotTell` where none is found in floats.
    """
    size = inside.nrows()
    if not size:
        return right
    try:
        inverse = np.linalg.inv(np.eye(size) - np.array([[float(p.mid()) for p in row] for row in inside.tolist()]))
    except np.linalg.LinAlgError as problem:
        raise CannotTell("the mean of the first time is too large to be found in floats") from problem
    x, off = arb_mat([[0]] * size), arb(1)
    for _ in range(MOST_REFINED):
        residual = right + inside * x - x
        pairs = list(zip(residual.entries(), right.entries(), strict=True))
        now = max((abs(r) / b).abs_upper() for r, b in pairs)
        if not now < off / 2 and off < 1:
            break
        off = min(off, now)
        scale = max(r.abs_upper() for r, _ in pairs)
        if not scale > 0 or not scale.is_finite():
            break
        moved = inverse @ np.array([float((r / scale).mid()) for r, _ in pairs])
        x = x + arb_mat([[arb(float(d)) * scale.mid()] for d in moved])
        x = arb_mat([[y.mid()] for y in x.entries()])
    residual = right + inside * x - x
    off = max((abs(r) / b).abs_upper() for r, b in zip(residual.entries(), right.entries(), strict=True))
    if not off < arb(1) / 2 or not all(r.is_finite() for r in residual.entries()):
        raise CannotTell("the mean of the first time is too large to be found in floats")
    return arb_mat([[(y / (1 + off)).union(y / (1 - off))] for y in x.entries()])


_path = at_precision(_Path, 64)


def probability(event: Any, loop: Loop) -> arb:
    """Of T > t or T <= t, T a first time, or of what a maximum over the path is above or below. Raises `CannotTell`."""
    if event.has(HittingTime):
        time, t = event.args
        if not isinstance(time, HittingTime) or not t.is_Integer or not isinstance(event, Gt | Le):
            raise CannotTell(f"{event}: a first time beside a number of generations is expected")
        never, ever = _path(time.condition, loop).reached(0, int(t))
        return never if isinstance(event, Gt) else ever
    maxima = event.atoms(PathMax)
    if len(maxima) != 1 or not isinstance(event, Ge | Gt):
        raise CannotTell("one maximum over the path is expected")
    ((top, d),) = ((x, Dummy("m", real=True)) for x in maxima)
    s, first, last = top.limits[0]
    slope = (event.lhs - event.rhs).xreplace({top: d}).diff(d)
    plain = event.xreplace({top: d})
    if not (slope.is_Rational and slope != 0) or plain.has(Observable):
        raise CannotTell("an event of a maximum over the path alone is expected")
    if any(o.t != s for o in top.function.atoms(Observable)) or not (first.is_Integer and last.is_Integer):
        raise CannotTell("a maximum of the state over the generations between two numbers is expected")
    here = plain.func(*(x.xreplace({d: top.function}) for x in plain.args), evaluate=False)
    if not 0 <= first <= last:
        raise CannotTell(f"from {first} to {last} is no range of generations")
    if slope > 0:
        return _path(here, loop).reached(int(first), int(last))[1]
    return _path(Not(here), loop).reached(int(first), int(last))[0]


def mean(x: Expr, loop: Loop) -> arb:
    """Of a power of a first time. Raises `CannotTell`, and `Infinite`."""
    time, power = x.as_base_exp()
    if not isinstance(time, HittingTime) or not (power.is_Integer and power > 0):
        raise CannotTell(unstated(x) or f"{x}: a power of a first time is expected")
    try:
        return _path(time.condition, loop).moment(int(power))
    except Infinite as problem:
        raise Infinite(f"{time}: {problem}") from None


def skip(m: Moment) -> str | None:
    if not m.has(HittingTime, PathMax) or not isinstance(m, E | Prob):
        return "it is of no first time"
    return None if len({o.loop for o in m.atoms(Observable)}) == 1 else "more than one loop"


def enclose(m: Moment) -> arb:
    return (mean if isinstance(m, E) else probability)(m.variable, loop_of(m))


METHOD = Method("chain that ends", skip, enclose=lambda m, learn: enclose(m), paths=True)
