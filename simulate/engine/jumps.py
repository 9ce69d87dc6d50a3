"""Events, and other functions that jump, of values that are known up to rounding: both readings where a jump is too near.

In floats, where every jump is surely farther away than rounding (`error_bounds`); else with a span for every value (`intervals`).
A near-tie is decided exactly where each value is a known fraction. What is left is told in both readings: `Both`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from sympy import (
    Expr,
    Float,
    Rational,
    S,
    Symbol,
    ceiling,
    floor,
    frac,
)
from sympy.core.relational import Ge, Gt, Le, Lt, Relational

from theory.language.errors import CannotTell
from theory.language.laws.grids import common
from theory.proof.arithmetic.atoms import exactly, jumps
from theory.proof.symbols.arguments import needs

from .error_bounds import (
    OFF_GRID,
    Size,
    compiled,
    compiled_between,
    largest,
    sites,
    size_of,
    size_of_expression,
)
from .intervals import BAND, TINY, Span, Spans, span_of_number
from .lattice import NOTHING, Known, grid_of
from .ties import Both, Values, lower, upper

LARGEST = 2**20  # denominators of fractions that a measured float is read as
NARROW = 2.0**-32  # of the largest value: the width of spans that come from rounding in floats alone
CANCELLED = 2.0**-24  # of what a function reads: its values below that may have lost all their digits
MOST_TIES = 512  # different near-ties that are looked at one by one, in a block
ROUNDED = "rounded"  # names records, ("rounded", name, t), of half a unit in the last digit, where a file has rounded
_RELATIONS = {Ge: np.greater_equal, Gt: np.greater, Le: np.less_equal, Lt: np.less}


@lru_cache(maxsize=4096)
def _partial(event: Any) -> tuple[Any, ...]:
    """The differences that an event is about, of those that do not have a value everywhere."""
    gaps = (r.lhs - r.rhs for r in event.atoms(Relational))
    return tuple(gap for gap in gaps if next(needs(gap), None) is not None)


@dataclass(frozen=True)
class Jumping:
    """An event, or a function that jumps, of records: 0 or 1, or its values; `Both` where near-ties are left open.

    expr: in x0, x1, ..., which stand for the records of `keys`, in this order.  known: what is known of each record.
    smooth: the same in floats, which is right where no jump is near; None for an event.
    peaks: maxima over the path, each under a key of its own.
    """

    expr: Any
    keys: tuple[Any, ...]
    known: tuple[Known, ...]
    smooth: Callable | None = None
    peaks: tuple[tuple[Any, Peak], ...] = ()

    @property
    def decimal(self) -> bool:
        """Whether there is a decimal number in it."""
        return self.expr.has(Float) or any(k.value is not None and k.value.has(Float) for k in self.known)

    def __call__(self, records: Mapping[Any, Any]) -> Values:
        rounded = any(isinstance(k, tuple) and k[0] == ROUNDED for k in records)
        found = None if rounded else self._quickly(records)
        found = self._carefully(records) if found is None else found
        lost = self._without_value(records) if self.smooth is None else None
        if lost is None or not lost.any():
            return found
        return Both(np.where(lost, 0.0, lower(found)), np.where(lost, 1.0, upper(found)))

    def _without_value(self, records: Mapping[Any, Any]) -> np.ndarray | None:
        """Where what an event compares is no number, so that it is neither true nor false; None where it always is one."""
        if not (gaps := _partial(self.expr)):
            return None
        floats = {**records, **{k: p.plain(records) for k, p in self.peaks}}
        with np.errstate(all="ignore"):
            values = [compiled(gap, len(self.keys))(*(floats[k] for k in self.keys)) for gap in gaps]
        return np.any([np.isnan(np.asarray(x, dtype=float)) for x in values], axis=0)

    def _quickly(self, records: Mapping[Any, Any]) -> Values | None:
        """In floats, where that is enough: every jump is half a step of a lattice away, or no value is near the only one."""
        floats = {**records, **{k: p.plain(records) for k, p in self.peaks}} if self.peaks else records
        sizes: dict[Any, Size] = {}
        for i, (k, known) in enumerate(zip(self.keys, self.known, strict=True)):
            if known.measured:
                return None
            sizes[Symbol(f"x{i}")] = size_of(floats[k], known)
        for k, p in self.peaks:
            found = p.size(records)
            if found is None:
                return None
            sizes[Symbol(f"x{self.keys.index(k)}")] = found
        grids = tuple(k.grid for k in self.known)
        places = sites(self.expr, grids)
        errors = [e for gap, _ in places if (e := size_of_expression(gap, sizes)) is not None]
        if len(errors) < len(places):
            return None
        if all(g and e[1] < float(g) / 4 for (_, g), e in zip(places, errors, strict=True)):
            return compiled_between(self.expr, grids)(*(floats[k] for k in self.keys))
        if self.smooth is not None or type(self.expr) not in _RELATIONS:
            return None
        if not self.expr.rhs.is_number or jumps(self.expr.lhs):
            return None
        level = float(self.expr.rhs)
        x = np.asarray(compiled(self.expr.lhs, len(self.keys))(*(floats[k] for k in self.keys)), dtype=float)
        near = ~(np.abs(x - level) > errors[0][1])
        values = _RELATIONS[type(self.expr)](x, level)
        if not near.any():
            return values
        rows = np.flatnonzero(near)
        few = self._carefully({k: v[rows] for k, v in records.items()}, sizes)
        low, high = values.astype(float), values.astype(float)
        low[rows], high[rows] = lower(few), upper(few)
        return Both(low, high) if isinstance(few, Both) else low

    def _carefully(self, records: Mapping[Any, Any], sizes: Mapping[Any, Size] | None = None) -> Values:
        """With a span for every value."""
        records = dict(records)
        spanned = {}
        for k, peak in self.peaks:
            records[k], span = peak(records)
            if span is not None:
                spanned[k], records[(ROUNDED, *k)] = span, span[1] / 2 - span[0] / 2
        symbols, drawn, rounded, known, spans = _read(self.keys, self.known, records)
        for s, k, x, fact in zip(symbols, self.keys, drawn, known, strict=True):
            if k in spanned:
                spans.leaves[s] = spanned[k]
            elif sizes is not None and fact.atoms:  # of all values, not of these few
                low, high = spans.leaves[s]
                spans.leaves[s] = np.minimum(low, x - sizes[s][1]), np.maximum(high, x + sizes[s][1])
        with np.errstate(all="ignore"):
            low, high = (np.broadcast_to(np.asarray(e, dtype=float), spans.tied.shape) for e in spans.of(self.expr))
        doubtful = spans.open & ~(low == high) if self.smooth is None else spans.tied
        if not doubtful.any():
            return low if self.smooth is None else self.smooth(records)
        low, high = low.copy(), high.copy()
        if self.smooth is not None:
            plain = np.asarray(self.smooth(records), dtype=float)
            low[~doubtful], high[~doubtful] = plain[~doubtful], plain[~doubtful]
        self._settle(np.flatnonzero(doubtful), symbols, drawn, known, rounded, low, high)
        return low if np.array_equal(low, high) else Both(low, high)

    def _settle(self, rows, symbols, drawn, known, rounded, low, high) -> None:
        """Replace both readings by the one that exact values give, where all of these are known."""
        values = np.column_stack([x[rows] for x in drawn])
        slack = [np.zeros(len(rows)) if r is None else r[rows] for r in rounded]
        distinct, where = np.unique(np.column_stack([values, *slack]), axis=0, return_inverse=True)
        m = len(drawn)
        for i, row in enumerate(distinct[:MOST_TIES]):
            exact = [_exact(float(x), k, float(r)) for x, k, r in zip(row[:m], known, row[m:], strict=True)]
            if None in exact:
                continue
            found = _settled(self.expr, tuple(zip(symbols, exact, strict=True)))
            if found is not None:
                at = rows[where.ravel() == i]
                low[at] = high[at] = found


def jumping(function: Any) -> bool:
    """Whether a function of records has jumps."""
    if isinstance(function, Jumping):
        return True
    return any(jumping(f) for _, f in getattr(function, "terms", ()))


def _read(keys: Sequence, known: Sequence[Known], records: Mapping[Any, Any]) -> tuple:
    """Records as symbols: (symbols, values, half units of a file, what is known, spans of functions of them)."""
    symbols = [Symbol(f"x{i}") for i in range(len(keys))]
    drawn = [np.asarray(records[k], dtype=float) for k in keys]
    rounded = [records.get((ROUNDED, *k)) for k in keys]
    known = [_seen(k, x, r) for k, x, r in zip(known, drawn, rounded, strict=True)]
    leaves = {s: leaf(x, k, r) for s, x, k, r in zip(symbols, drawn, known, rounded, strict=True)}
    size = next(iter(records.values())).shape[0]
    return (
        symbols,
        drawn,
        rounded,
        known,
        Spans(leaves, {s: k.grid for s, k in zip(symbols, known, strict=True)}, size),
    )


def ends(expr: Any, keys: Sequence, known: Sequence[Known], records: Mapping[Any, Any]) -> Both:
    """The least and the largest values of a function without jumps, of values that are rounded."""
    *_, spans = _read(keys, known, records)
    low, high = (np.broadcast_to(np.asarray(e, dtype=float), spans.tied.shape) for e in spans.of(expr))
    return Both(low, high)


def between_ends(expr: Any, keys: Sequence, known: Sequence[Known], records: Mapping[Any, Any]) -> Values:
    """The same where the two can be told apart, else the values between them."""
    found = ends(expr, keys, known, records)
    middle = found.low / 2 + found.high / 2
    narrow = np.all(found.high - found.low <= NARROW * np.max(np.abs(middle), initial=0.0))
    return middle if narrow else found


def unless_cancelled(x: np.ndarray, expr: Any, keys: Sequence, records: Mapping[Any, Any]) -> Values:
    """The values of a function of records; where what it reads has cancelled, so that they may be rounding alone, its spans."""
    top = largest(x)
    if not 0 < top < CANCELLED * max((largest(records[k]) for k in keys), default=0.0):
        return x
    found = between_ends(expr, keys, [NOTHING] * len(keys), records)
    return found if isinstance(found, Both) else x


@dataclass(frozen=True)
class Peak:
    """A maximum over the path as a record that `Jumping` reads: its value, and its span where that is not the usual one.

    expr: the function at a generation, in x0, x1, ...  generations: for each the records that it reads, and what is known of
    them.
    """

    expr: Any
    generations: tuple[tuple[tuple[Any, ...], tuple[Known, ...]], ...]

    def plain(self, records: Mapping[Any, Any]) -> np.ndarray:
        """The maximum in floats."""
        out = []
        for keys, known in self.generations:
            f = compiled_between(self.expr, tuple(k.grid for k in known))
            out.append(np.asarray(f(*(records[k] for k in keys)), dtype=float))
        return reduce(np.maximum, out)

    def size(self, records: Mapping[Any, Any]) -> Size | None:
        """Bounds on its value and on its error in floats, the largest over the generations; None where one is not known."""
        names = [Symbol(f"x{i}") for i in range(len(self.generations[0][0]))]
        out = []
        for keys, known in self.generations:
            if any(k.measured for k in known):
                return None
            leaves = {s: size_of(records[k], fact) for s, k, fact in zip(names, keys, known, strict=True)}
            found = size_of_expression(self.expr, leaves)
            if found is None or self._is_near(keys, known, leaves, records):
                return None
            out.append(found)
        return max(a for a, _ in out), max(e for _, e in out)

    def _is_near(self, keys: Sequence, known: Sequence[Known], leaves: Mapping[Any, Size], records: Mapping) -> bool:
        """Whether some value may be on the other side of a jump of the function, at one generation."""
        grids = tuple(k.grid for k in known)
        for gap, grid in sites(self.expr, grids):
            error = size_of_expression(gap, leaves)
            if error is not None and grid and error[1] < float(grid) / 4:
                continue
            if error is None or self.expr.has(floor, ceiling, frac):
                return True
            x = np.asarray(compiled(gap, len(keys))(*(records[k] for k in keys)), dtype=float)
            if not (np.abs(x) > error[1]).all():
                return True
        return False

    def known(self) -> Known:
        """What is known of the maximum."""
        symbols = [Symbol(f"x{i}") for i in range(len(self.generations[0][0]))]
        grids = [
            grid_of(self.expr, dict(zip(symbols, (k.grid for k in ks), strict=True))) for _, ks in self.generations
        ]
        total = None if None in grids else reduce(common, grids, S.Zero)
        measured = self.expr in symbols and all(k.measured for _, ks in self.generations for k in ks)
        return Known(grid=total, measured=measured)

    def __call__(self, records: Mapping[Any, Any]) -> tuple[np.ndarray, Span | None]:
        plain = self.expr.is_Symbol and all(k.value is None for _, ks in self.generations for k in ks)
        if plain and not any((ROUNDED, *k) in records for keys, _ in self.generations for k in keys):
            return np.maximum.reduce([records[keys[0]] for keys, _ in self.generations]), None

        def span(keys: Sequence, known: Sequence[Known]) -> list[np.ndarray]:
            *_, spans = _read(keys, known, records)
            with np.errstate(all="ignore"):
                return [np.broadcast_to(np.asarray(e, dtype=float), spans.tied.shape) for e in spans.of(self.expr)]

        low, high = reduce(lambda x, y: [*map(np.maximum, x, y)], (span(*g) for g in self.generations))
        return low / 2 + high / 2, (low, high)


@lru_cache(maxsize=65536)
def _settled(expr: Any, at: tuple) -> float | None:
    try:
        found = exactly(expr, dict(at))
    except (CannotTell, ArithmeticError, TypeError):
        return None
    if found in (S.true, S.false):
        return float(found is S.true)
    return float(found) if found.is_extended_real else None


def _seen(known: Known, x: np.ndarray, rounded: Any) -> Known:
    """Measured values that are whole numbers throughout are counts."""
    if known.measured and not np.any(rounded) and bool((x == np.rint(x)).all()) and np.abs(x).max(initial=0) < 2**53:
        return Known(grid=S.One)
    if known.measured:  # values that come again: sums of steps, say, whose rounding is not theirs alone
        return replace(known, atoms=2 * len(np.unique(x)) < len(x))
    if known.grid is not None and rounded is not None and np.any(rounded):  # does the file keep to the lattice?
        g = float(known.grid)
        if g > 0 and not bool((np.abs(x - np.rint(x / g) * g) <= 1.01 * rounded + OFF_GRID * g).all()):
            return NOTHING
    return known


def leaf(x: np.ndarray, known: Known = NOTHING, rounded: Any = None) -> Span:
    """What a recorded value may stand for."""
    if known.value is not None:
        return span_of_number(known.value)
    size = np.abs(x)
    grid = known.grid
    pad = BAND * size + (TINY if known.alive and grid is None else 0.0)
    if grid is not None:
        pad = pad + OFF_GRID * float(grid)
    elif known.atoms:
        pad = pad + BAND * max(largest(x), known.start)
    if rounded is not None:
        pad = pad + 1.000001 * rounded
        if grid is not None and grid > 0:  # the one place of the lattice that is within the rounding
            g = float(grid)
            alone = 2.1 * pad < g
            near = np.rint(x / g) * g
            x, pad = np.where(alone, near, x), np.where(alone, BAND * size + OFF_GRID * g, pad)
    return x - pad, x + pad


def _exact(x: float, known: Known, rounded: float) -> Expr | None:
    """The number that a recorded value stands for; None if that is not known."""
    if known.value is not None:
        return known.value
    if not np.isfinite(x):
        return None
    if known.grid is not None:
        if not known.grid:
            return S.Zero
        k = round(x / float(known.grid))
        off = abs(x - k * float(known.grid))
        near = BAND * abs(x) + OFF_GRID * float(known.grid) + 1.000001 * rounded
        return k * known.grid if off <= near and 2.1 * near < float(known.grid) else None
    if known.measured and not rounded:
        return fraction(x)
    return None


@lru_cache(maxsize=65536)
def fraction(x: float) -> Rational | None:
    """The fraction with a small denominator that a float is the nearest one to; None if there is none."""
    from fractions import Fraction

    simple = Fraction(x).limit_denominator(LARGEST)
    return Rational(simple.numerator, simple.denominator) if float(simple) == x else None
