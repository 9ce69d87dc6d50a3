"""From a standard moment to statistics that estimate it: the part that all families share.

A simulator (`registry.py`) turns observables into symbols that stand for recorded arrays; here expressions in those symbols
are compiled to NumPy. Who samples what: `dispatch.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, Protocol

import numpy as np
from sympy import Add, Expr, Float, Symbol

from theory.language.errors import CannotTell
from theory.language.moments import CentralMoment, E, Limit, Moment, Prob, Quantile

from . import underflow
from .blocks import Records, Statistic
from .error_bounds import compiled
from .jumps import ROUNDED, ends, unless_cancelled
from .lattice import NOTHING
from .ties import Both, Values, combined, lower, upper


@dataclass(frozen=True)
class Combination:
    """A linear combination of moments of one loop, estimated on the same paths (rule 19)."""

    terms: tuple[tuple[Expr, Moment], ...]

    def __str__(self) -> str:
        return " + ".join(f"{c}*{m}" for c, m in self.terms)


@dataclass(frozen=True)
class Estimand:
    """How one quantity is estimated: the statistics, and the ball of the quantity from their balls."""

    name: str
    statistics: tuple[Statistic, ...]
    combine: Callable[[list[Any]], Any]
    tag: str = "raw"


# ---- the rules that all families share ------------------------------------------------------------------------------


class Reader(Protocol):
    """How a family reads quantities off its paths: for each the statistic that estimates it, or `CannotTell`."""

    def mean(self, x: Expr, name: str) -> Statistic:
        """The mean of x."""

    def power(self, x: Expr, k: int, name: str) -> Statistic:
        """The mean of x**k, k > 1."""

    def probability(self, event: Any, name: str) -> Statistic:
        """The probability of an event."""

    def quantile(self, x: Expr, level: float, name: str) -> Statistic:
        """The quantile of x at a level between 0 and 1."""


def single(statistic: Statistic) -> Estimand:
    """The estimand that is one statistic."""
    return Estimand(statistic.name, (statistic,), lambda b: b[0], statistic.simulation.tag)


def assembled(reader: Reader, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """The estimand for a standard moment: variances through raw moments about `shift`, combinations on the same paths."""
    name = str(wanted)
    match wanted:
        case Combination() if all(isinstance(m, E) for _, m in wanted.terms):
            return single(reader.mean(Add(*(c * m.variable for c, m in wanted.terms)), name))
        case Combination():
            return single(_combined(reader, wanted))
        case E():
            return single(reader.mean(wanted.variable, name))
        case Prob():
            return single(reader.probability(wanted.variable, name))
        case Quantile():
            return single(reader.quantile(wanted.variable, float(wanted.level), name))
        case CentralMoment():
            # raw moments about a fixed number near the mean (rule 19): a shift known before any counted draw
            x, about = wanted.variable - Float(shift or 0.0), "" if shift is None else f" about {shift}"
            k = int(wanted.order)
            highest = reader.power(x, k, f"{name}{about}: {'square' if k == 2 else f'power {k}'}")
            first = reader.mean(x, f"{name}{about}: first")
            between = (reader.power(x, j, f"{name}{about}: power {j}") for j in range(2, k))
            return Estimand(name, (highest, first, *between), _about_mean, highest.simulation.tag)
        case Limit():
            raise CannotTell("no path is as long as a limit")
        case _:
            raise CannotTell(f"no estimator for {type(wanted).__name__}")


def _about_mean(raw: list[Any]) -> Any:
    """The central moment of the highest order, from the highest raw moment, the first, and those between."""
    highest, first, *between = raw
    k = len(between) + 2
    if k == 2:
        return highest - first * first
    total, power = highest, 1
    for j in range(1, k - 1):  # repeated products: a power of a ball about 0 is no number
        power = power * first
        total += (-1) ** j * comb(k, j) * power * between[k - j - 2]
    return total + (-1) ** (k - 1) * (k - 1) * power * first * first


def _combined(reader: Reader, wanted: Combination) -> Statistic:
    """A combination of probabilities (and means), path by path."""
    parts = [
        (float(c), reader.probability(m.variable, str(m)) if isinstance(m, Prob) else reader.mean(m.variable, str(m)))
        for c, m in wanted.terms
    ]
    if len({p.simulation for _, p in parts}) > 1 or any(p.remainder for _, p in parts):
        raise CannotTell("the terms are estimated by different simulations")
    low, high = (sum(pick(c * b for b in p.bounds) for c, p in parts if p.bounds) for pick in (min, max))
    return Statistic(
        parts[0][1].simulation,
        str(wanted),
        tuple(sorted({t for _, p in parts for t in p.times})),
        WeightedSum(tuple((c, p.values) for c, p in parts)),
        bounds=(low, high) if all(p.bounds for _, p in parts) else None,
        nanoseconds=sum(p.nanoseconds for _, p in parts),
    )


# The functions of the paths are objects with data, not closures: a process of a pool must be able to receive them.


@dataclass(frozen=True)
class ArrayFunction:
    """An expression in symbols that stand for recorded arrays: a function of the records.

    keys: the records (name, t) that it reads.  The expression is in x0, x1, ... in their order, so that the same
    function at another generation is compiled once.  alive: which of the records are almost surely never 0; none if not told.
    """

    expr: Any
    keys: tuple[Any, ...]
    alive: tuple[bool, ...] = ()

    def __call__(self, records: Records) -> np.ndarray:
        function, read = compiled(self.expr, len(self.keys)), [records[k] for k in self.keys]
        out = function(*read)
        out = np.broadcast_to(out, next(iter(records.values())).shape) if np.ndim(out) == 0 else out
        return underflow.of_function(function, read, out, self.alive) if any(self.alive) else out

    def readings(self, records: Records) -> Values:
        """Its values; in two readings where they may be nothing but rounding."""
        return unless_cancelled(self(records), self.expr, self.keys, records)


def array_function(expr, symbols: Mapping[Any, Symbol], alive: Sequence[bool] = ()) -> ArrayFunction:
    """`expr` in symbols that stand for recorded arrays, {(name, t): symbol}, as a function of the records."""
    places = {s: Symbol(f"x{i}") for i, s in enumerate(symbols.values())}
    return ArrayFunction(expr.xreplace(places), tuple(symbols), tuple(alive))


MOVING = None  # in place of a record's generation: the one that a path function is at


@dataclass(frozen=True)
class PathMaximum:
    """The maximum over generations of a function of the state; times a factor, or whether it reaches a level.

    function: reads records of the generation it is at, (name, MOVING), and of fixed ones, (name, t).
    """

    function: ArrayFunction
    times: Sequence[int]
    factor: ArrayFunction | None = None
    level: float | None = None
    strict: bool = False

    @property
    def reads(self) -> set[int]:
        """The generations that it reads."""
        return set(self.times) | {t for _, t in self.function.keys if t is not MOVING}

    def __call__(self, records: Records) -> np.ndarray:
        top = None
        for t in self.times:
            x = self.function({(n, s): records[n, t if s is MOVING else s] for n, s in self.function.keys})
            top = x.copy() if top is None else np.maximum(top, x, out=top)
        assert top is not None
        if self.level is not None:
            return top > self.level if self.strict else top >= self.level
        return top * self.factor(records) if self.factor is not None else top

    def readings(self, records: Records) -> Values:
        """Its values; in two readings where the function's, at every generation, may be nothing but rounding."""
        if self.level is not None or self.factor is not None:
            return self(records)
        read = ({(n, s): records[n, t if s is MOVING else s] for n, s in self.function.keys} for t in self.times)
        ends = [(lower(x), upper(x)) for x in map(self.function.readings, read)]
        low, high = (np.maximum.reduce(side) for side in zip(*ends, strict=True))
        return low if np.array_equal(low, high) else Both(low, high)


@dataclass(frozen=True)
class Composite:
    """A function of the records and of further functions of them, each under a key of its own (maxima over the path)."""

    function: ArrayFunction
    inner: tuple[tuple[Any, Callable[[Records], np.ndarray]], ...]

    def __call__(self, records: Records) -> np.ndarray:
        return self.function({**records, **{k: f(records) for k, f in self.inner}})

    def readings(self, records: Records) -> Values:
        """Its values; in two readings where they, or those of a further function, may be nothing but rounding."""
        read = dict(records)
        for k, f in self.inner:
            x = getattr(f, "readings", f)(records)
            read[k] = x.low / 2 + x.high / 2 if isinstance(x, Both) else x
            if isinstance(x, Both):
                read[(ROUNDED, *k)] = x.high / 2 - x.low / 2
        f = self.function
        if len(read) == len(records) + len(self.inner):
            return f.readings(read)
        return ends(f.expr, f.keys, [NOTHING] * len(f.keys), read)


@dataclass(frozen=True)
class WeightedSum:
    """A linear combination of functions of the same paths."""

    terms: tuple[tuple[float, Callable[[Records], Values]], ...]

    def __call__(self, records: Records) -> Values:
        return combined([(c, f(records)) for c, f in self.terms])
