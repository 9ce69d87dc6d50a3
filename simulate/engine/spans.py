"""Events, and other functions that jump, of values that are known up to rounding: both readings where a jump is too near.

Every value becomes a span, from the least to the largest number that it may stand for, and spans are carried through the
expression. A jump inside of one is a near-tie. It is decided exactly where what is known of the values says so: their
difference is a multiple of a number larger than the span (so it is 0), or each value is a known fraction. What is left
is told in both readings: `Both`, lower and upper values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from scipy import special
from sympy import (
    Abs,
    Add,
    And,
    Dummy,
    Expr,
    Float,
    Heaviside,
    Max,
    Min,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    acosh,
    asin,
    asinh,
    atan,
    ceiling,
    erf,
    erfc,
    exp,
    floor,
    frac,
    lambdify,
    log,
    sign,
    sinh,
    tanh,
)
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from theory.language.balls import in_floats
from theory.language.errors import CannotTell
from theory.proof.arithmetic.atoms import HOLDS, JUMPS, exactly, jumps
from theory.proof.arithmetic.programs import to_ball
from theory.proof.relations.arguments import needs

from .lattice import NOTHING, Known, common, grid_of

BAND = 2.0**-40  # of a value, and of the largest in its block: where the rounding of a kernel, or a long walk, stays
OFF_GRID = 2.0**-20  # of the distance of neighbours on a lattice: so is its rounding there
STEP = 2.0**-50  # what an operation adds
LARGEST = 2**20  # denominators of fractions that a measured float is read as
NARROW = 2.0**-32  # of the largest value: the width of spans that come from rounding in floats alone
CANCELLED = 2.0**-24  # of what a function reads: its values below that may have lost all their digits
MOST_TIES = 512  # different near-ties that are looked at one by one, in a block
ROUNDED = "rounded"  # names records, ("rounded", name, t), of half a unit in the last digit, where a file has rounded

Span = tuple[Any, Any]  # lower and upper ends, arrays or numbers


@dataclass(frozen=True, eq=False)
class Both:
    """Values in both readings of their near-ties: lower and upper ones, arrays of one shape."""

    low: np.ndarray
    high: np.ndarray

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, which: Any) -> Both:
        return Both(self.low[which], self.high[which])

    @property
    def open(self) -> float:
        """The share of the values that have two readings."""
        return float(np.mean(self.low < self.high)) if len(self.low) else 0.0


Values = np.ndarray | Both


def lower(x: Values) -> np.ndarray:
    """The values in the lower reading of their near-ties."""
    return x.low if isinstance(x, Both) else x


def upper(x: Values) -> np.ndarray:
    """The values in the upper reading of their near-ties."""
    return x.high if isinstance(x, Both) else x


def combined(terms: Sequence[tuple[float, Values]]) -> Values:
    """A linear combination."""
    low, high = (
        np.sum([c * np.asarray(first(x) if c >= 0 else then(x), dtype=float) for c, x in terms], axis=0)
        for first, then in ((lower, upper), (upper, lower))
    )
    return Both(low, high) if any(isinstance(x, Both) for _, x in terms) else low


# ---- spans ----------------------------------------------------------------------------------------------------------

RISING: dict[type, Callable] = {
    exp: np.exp,
    log: np.log,
    atan: np.arctan,
    asin: np.arcsin,
    tanh: np.tanh,
    sinh: np.sinh,
    asinh: np.arcsinh,
    acosh: np.arccosh,
}


def wider(low: Any, high: Any, share: float = STEP) -> Span:
    """A span with what rounding may add to its ends."""
    pad = share * np.maximum(np.abs(low), np.abs(high))
    return low - pad, high + pad


@lru_cache(maxsize=4096)
def _number(x: Expr) -> tuple[float, float]:
    if x.is_infinite:
        return float(x), float(x)
    if x.is_Integer and abs(x) < 2**53:
        return float(x), float(x)
    middle, radius = in_floats(to_ball(x))
    return wider(middle - radius, middle + radius)


class _Spans:
    """The spans of the parts of an expression.  tied: where a jump was near; open: where it was not decided."""

    def __init__(self, leaves: Mapping[Symbol, Span], grids: Mapping[Symbol, Rational | None], size: int):
        self.leaves, self.grids = dict(leaves), grids
        self.tied, self.open = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        self.known: dict[Any, Span] = {}

    def of(self, x: Any) -> Span:
        if x not in self.known:
            self.known[x] = self._of(x)
        return self.known[x]

    def _of(self, x: Any) -> Span:
        if x in self.leaves:
            return self.leaves[x]
        if isinstance(x, Relational):
            return _held(x, *self._signs(x.lhs, x.rhs))
        if x.is_number and not x.has(sign, floor, ceiling, Heaviside, Relational):
            return _number(x)
        match x:
            case Add():
                spans = [self.of(a) for a in x.args]
                size = sum(np.maximum(np.abs(a), np.abs(b)) for a, b in spans)
                return sum(a for a, _ in spans) - STEP * size, sum(b for _, b in spans) + STEP * size
            case Mul():
                out = self.of(x.args[0])
                for a in x.args[1:]:
                    out = times(out, self.of(a))
                return out
            case Pow():
                return self._power(x)
            case sign():
                return self._signs(x.args[0])
            case Heaviside():
                low, high = self._signs(x.args[0])
                at = float(x.args[1])
                return tuple(np.where(s > 0, 1.0, np.where(s < 0, 0.0, at)) for s in (low, high))  # type: ignore[return-value]
            case floor():
                return self._floor(x.args[0])
            case ceiling():
                low, high = self._floor(-x.args[0])
                return -high, -low
            case frac():
                (a, b), (low, high) = self.of(x.args[0]), self._floor(x.args[0])
                return np.maximum(wider(a - high, b)[0], 0.0), np.minimum(wider(a, b - low)[1], 1.0)
            case Abs():
                low, high = self.of(x.args[0])
                return np.maximum(np.maximum(low, -high), 0.0), np.maximum(-low, high)
            case Max() | Min() | And() | Or():  # events are 0 or 1
                pick = np.maximum if isinstance(x, Max | Or) else np.minimum
                low, high = self.of(x.args[0])
                for a in x.args[1:]:
                    c, d = self.of(a)
                    low, high = pick(low, c), pick(high, d)
                return low, high
            case Piecewise():
                return self._pieces(x)
            case Not():
                low, high = self.of(x.args[0])
                return 1.0 - high, 1.0 - low
            case _ if x in (S.true, S.false):
                return (1.0, 1.0) if x is S.true else (0.0, 0.0)
            case _ if type(x) in RISING:
                low, high = self.of(x.args[0])
                f = RISING[type(x)]
                low = np.maximum(low, 0.0) if isinstance(x, log) else low
                return wider(f(low), f(high), 8 * STEP)
            case erf() | erfc():
                low, high = map(special.erf if isinstance(x, erf) else special.erfc, self.of(x.args[0]))
                return wider(low, high, 8 * STEP) if isinstance(x, erf) else wider(high, low, 8 * STEP)
            case _:
                return self._other(x)

    def _signs(self, x: Any, than: Any = S.Zero) -> Span:
        """The sign of x - than: -1, 0 or 1, in both readings."""
        (low, high), (least, most) = self.of(x), self.of(than)
        a = np.where(low > most, 1.0, np.where(low == most, 0.0, -1.0))
        b = np.where(high < least, -1.0, np.where(high == least, 0.0, 1.0))
        tied = ~((a > 0) | (b < 0))  # nan is anything
        if tied.any():
            exact = tied & (a == 0) & (b == 0)
            grid = grid_of(x - than, self.grids)
            if grid is not None and grid > 0:
                low, high = self.of(x - than)
                exact |= tied & (low > -float(grid)) & (high < float(grid))
            self.tied |= tied
            self.open |= tied & ~exact
            a, b = np.where(exact, 0.0, a), np.where(exact, 0.0, b)
        return a, b

    def _floor(self, x: Any) -> Span:
        low, high = self.of(x)
        a, b = np.floor(low), np.floor(high)
        tied = ~(a == b)
        grid = grid_of(x - 1, self.grids)  # with the integers
        exact = np.zeros_like(tied)
        if grid is not None and grid > 0:
            exact = tied & (low > b - float(grid)) & (high < b + float(grid))
        self.tied |= tied
        self.open |= tied & ~exact
        return np.where(exact, b, a), b

    def _power(self, x: Any) -> Span:
        low, high = self.of(x.base)
        p = x.exp
        if p.is_Integer:
            k = abs(int(p))
            a, b = low**k, high**k
            if k % 2 == 0:
                a, b = np.where((low < 0) & (high > 0), 0.0, np.minimum(a, b)), np.maximum(a, b)
            a, b = wider(a, b, (k + 1) * STEP)
            a = np.maximum(a, 0.0) if k % 2 == 0 else a
            if p > 0:
                return a, b
            crossed = (a <= 0) & (b >= 0)
            return wider(np.where(crossed, -np.inf, 1 / b), np.where(crossed, np.inf, 1 / a))
        bottom = np.maximum(low, 0.0)
        if p.is_number:
            ends = bottom ** float(p), high ** float(p)
            return wider(np.minimum(*ends), np.maximum(*ends), 16 * STEP * (1 + abs(float(p))))
        logs = wider(np.log(bottom), np.log(high), 8 * STEP)
        a, b = times(self.of(p), logs)
        return wider(np.exp(a), np.exp(b), 16 * STEP * (1 + np.maximum(np.abs(a), np.abs(b))))

    def _pieces(self, x: Any) -> Span:
        low: Any = np.full(self.tied.shape, np.inf)
        high: Any = np.full(self.tied.shape, -np.inf)
        left = np.ones(self.tied.shape)  # 1 where no condition before surely holds
        for value, condition in x.args:
            never, may = self.of(condition)
            a, b = self.of(value)
            here = (left > 0) & (may > 0)
            low, high = np.where(here, np.minimum(low, a), low), np.where(here, np.maximum(high, b), high)
            left = np.where(never > 0, 0.0, left)
        return np.where(low > high, np.nan, low), np.where(low > high, np.nan, high)

    def _other(self, x: Any) -> Span:
        """A smooth function, from its values at the ends and between them."""
        spans = [self.of(a) for a in x.args]
        names = [Dummy(f"a{i}", real=True) for i in range(len(spans))]
        f = lambdify(names, x.func(*names), modules=["numpy", "scipy"])
        values = [f(*(a + (b - a) * w for a, b in spans)) for w in (0.0, 0.25, 0.5, 0.75, 1.0)]
        low, high = np.minimum.reduce(values), np.maximum.reduce(values)
        return wider(low - (high - low), high + (high - low), 2 * BAND)


def times(x: Span, y: Span) -> Span:
    """The product of two spans."""
    (a, b), (c, d) = x, y
    if np.all(a >= 0) and np.all(c >= 0):
        return wider(a * c, b * d)
    ends = [a * c, a * d, b * c, b * d]
    return wider(np.minimum.reduce(ends), np.maximum.reduce(ends))


def _held(x: Any, low: np.ndarray, high: np.ndarray) -> Span:
    """Whether a relation surely holds, and whether it may, from the signs that the difference of its sides may have."""
    holds = HOLDS[type(x)]
    if isinstance(x, Ge | Gt):
        return holds(low).astype(float), holds(high).astype(float)
    if isinstance(x, Le | Lt):
        return holds(high).astype(float), holds(low).astype(float)
    assert isinstance(x, Eq | Ne)
    zero, may = (low == 0) & (high == 0), (low <= 0) & (high >= 0)
    return (zero.astype(float), may.astype(float)) if isinstance(x, Eq) else (1.0 - may, 1.0 - zero)


# ---- in floats ------------------------------------------------------------------------------------------------------

Size = tuple[float, float]  # of some values: the largest, and what their rounding stays within
_RELATIONS = {Ge: np.greater_equal, Gt: np.greater, Le: np.less_equal, Lt: np.less}


def size_of(x: np.ndarray, known: Known) -> Size:
    """The largest of some values, and what their rounding stays within."""
    top = largest(x)
    return top, BAND * max(top, known.start) + (OFF_GRID * float(known.grid) if known.grid is not None else 0.0)


def _size(x: Any, leaves: Mapping[Any, Size]) -> Size | None:
    """The size of an expression, from those of its symbols; None where it has a part of which that is not known."""
    if x in leaves:
        return leaves[x]
    if x.is_Rational or isinstance(x, Float) or (x.is_number and not x.args):
        top = abs(float(x))
        return top, 0.0 if x.is_Integer and top < 2**53 else 2 * STEP * top
    if isinstance(x, sign | Heaviside):
        return 1.0, 0.0
    parts = [_size(a, leaves) for a in ([v for v, _ in x.args] if isinstance(x, Piecewise) else x.args)]
    if None in parts or not parts:
        return None
    sizes: list[Size] = parts  # type: ignore[assignment]
    match x:
        case Abs():
            return sizes[0]
        case floor() | ceiling():
            return sizes[0][0] + 1.0, 0.0
        case Add():
            top = sum(a for a, _ in sizes)
            return top, sum(e for _, e in sizes) + STEP * top
        case Mul():
            return reduce(_product, sizes)
        case exp():
            top, error = sizes[0]
            top = float(np.exp(top))
            return top, top * (float(np.expm1(error)) + 8 * STEP)
        case Max() | Min() | Piecewise():
            return max(a for a, _ in sizes), max(e for _, e in sizes)
        case Pow() if x.exp.is_Integer and 0 < x.exp <= 64:
            return reduce(_product, [sizes[0]] * int(x.exp))
        case _:
            return None


def _product(x: Size, y: Size) -> Size:
    (a, d), (b, e) = x, y
    return a * b, a * e + b * d + d * e + STEP * a * b


@lru_cache(maxsize=4096)
def _sites(x: Any, grids: tuple) -> tuple[tuple[Any, Rational | None], ...]:
    """What jumps where it is 0 (or whole), with the lattice that it is on, for all jumps in an expression."""
    of = {Symbol(f"x{i}"): g for i, g in enumerate(grids)}
    out = []
    for e in sorted(x.atoms(*JUMPS) if not isinstance(x, Relational) else x.atoms(*JUMPS) | {x}, key=str):
        if isinstance(e, Relational):
            gap = e.lhs - e.rhs
        elif isinstance(e, sign | Heaviside):
            gap = e.args[0]
        else:
            out.append((e.args[0], grid_of(e.args[0] - 1, of) if not isinstance(e, frac) else None))
            continue
        out.append((gap, grid_of(gap, of)))
    return tuple(out)


@lru_cache(maxsize=4096)
def _between(x: Any, grids: tuple) -> Callable:
    return compiled(between(x, {Symbol(f"x{i}"): g for i, g in enumerate(grids)}), len(grids))


def between(x: Any, grids: Mapping[Any, Rational | None]) -> Any:
    """An expression with its jumps moved from a place of their lattice to between two of them, where the lattice is known."""
    if not x.args:
        return x
    if not isinstance(x, (Relational, sign, Heaviside, floor, ceiling)):
        return x.func(*(between(a, grids) for a in x.args))
    whole = isinstance(x, floor | ceiling)
    gap = x.lhs - x.rhs if isinstance(x, Relational) else x.args[0]
    grid = grid_of(gap - 1 if whole else gap, grids)
    gap = between(gap, grids)
    if not grid:
        return x.func(gap, *((S.Zero,) if isinstance(x, Relational) else x.args[1:]), evaluate=False)
    half = grid / 2
    match x:
        case Eq():
            return Lt(Abs(gap), half, evaluate=False)
        case Ne():
            return Gt(Abs(gap), half, evaluate=False)
        case Relational():  # >= and < from half a step below, > and <= from half a step above
            above = half if isinstance(x, Gt | Le) else -half
            return (Gt if isinstance(x, Ge | Gt) else Lt)(gap, above, evaluate=False)
        case floor() | ceiling():
            return x.func(gap + (half if isinstance(x, floor) else -half), evaluate=False)
        case _:
            low, zero = (-S.One, S.Zero) if isinstance(x, sign) else (S.Zero, x.args[1])
            above, below = Gt(gap, half, evaluate=False), Lt(gap, -half, evaluate=False)
            return Piecewise((S.One, above), (low, below), (zero, True), evaluate=False)


@lru_cache(maxsize=4096)
def _partial(event: Any) -> tuple[Any, ...]:
    """The differences that an event is about, of those that do not have a value everywhere."""
    gaps = (r.lhs - r.rhs for r in event.atoms(Relational))
    return tuple(gap for gap in gaps if next(needs(gap), None) is not None)


@lru_cache(maxsize=8192)
def compiled(expr, count: int) -> Callable:
    """An expression in x0, x1, ..., so many of them, as a function of arrays."""
    return lambdify([Symbol(f"x{i}") for i in range(count)], expr, modules=["numpy", "scipy"], cse=True)


# ---- functions of records -------------------------------------------------------------------------------------------


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
        sites = _sites(self.expr, grids)
        errors = [_size(gap, sizes) for gap, _ in sites]
        if None in errors:
            return None
        if all(g and e[1] < float(g) / 4 for (_, g), e in zip(sites, errors, strict=True)):  # type: ignore[index]
            return _between(self.expr, grids)(*(floats[k] for k in self.keys))
        if self.smooth is not None or type(self.expr) not in _RELATIONS:
            return None
        if not self.expr.rhs.is_number or jumps(self.expr.lhs):
            return None
        level = float(self.expr.rhs)
        x = np.asarray(compiled(self.expr.lhs, len(self.keys))(*(floats[k] for k in self.keys)), dtype=float)
        near = ~(np.abs(x - level) > errors[0][1])  # type: ignore[index]
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
        _Spans(leaves, {s: k.grid for s, k in zip(symbols, known, strict=True)}, size),
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
        f = compiled(self.expr, len(self.generations[0][0]))
        return reduce(np.maximum, (f(*(records[k] for k in keys)) for keys, _ in self.generations))

    def size(self, records: Mapping[Any, Any]) -> Size | None:
        names = [Symbol(f"x{i}") for i in range(len(self.generations[0][0]))]
        out = []
        for keys, known in self.generations:
            if any(k.measured for k in known):
                return None
            leaves = {s: size_of(records[k], fact) for s, k, fact in zip(names, keys, known, strict=True)}
            out.append(_size(self.expr, leaves))
        return None if None in out else (max(a for a, _ in out), max(e for _, e in out))

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
        return _number(known.value)
    size = np.abs(x)
    grid = known.grid
    pad = BAND * size
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


def largest(x: np.ndarray) -> float:
    """The largest size among some values; nan if one is."""
    return float(np.maximum(x.max(initial=0.0), -x.min(initial=0.0)))


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
