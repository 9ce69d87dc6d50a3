"""Where the sides of a relation come closest, or of an equality lie apart: by floats, on grids of one, two and all variables.

It tells where to look, and certifies nothing. The sides are taken as they are derived, in symbols; where a moment is not derived
nothing is told. What holds but in a dent off all lines along one variable, on a diagonal, or at one integer of many, is seen so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy import special
from sympy import Add, And, Dummy, Expr, Integer, Lt, Piecewise, Rational, S, Symbol

from ...language.claims import Claim
from ...language.domains import Domain, Integers, Share
from ...language.errors import BadInput, CannotTell
from ...language.lengths import operations
from ..arithmetic.programs import Program, compile_expr
from ..arithmetic.rings import COMPARED, Floats
from ..foreign import telling
from ..methods import moment
from ..prepared import Part, prepare

ALONG = 20_000  # places of one variable,
ACROSS = 160  # of each of two,
ALL = 20_000  # and joint values of all
MOST_OPERATIONS = 600  # of a side that is looked at
DOUBLINGS = 17  # how far integers go
WIDE = 2.0**10  # and how far where all variables are drawn
KEPT = 6  # of one grid
FOLLOWED, DOWN = 2, 600  # ways down in many variables, and looks on each
CLOSER, FINE = 24, 17  # small grids about a place, and their places along one variable
NOISE = 1e-9  # what is relatively smaller is rounding

Array = Any


def _along_them(f: Callable[..., Array], xs: Sequence[Array]) -> Array:
    return f(np.stack(np.broadcast_arrays(*xs)), axis=0)


class Arrays(Floats):
    """Arrays of floats, with the functions that claims are written in."""

    gamma, loggamma, erf, erfc, Abs, sign, floor, ceiling = (
        special.gamma, special.gammaln, special.erf, special.erfc, np.abs, np.sign, np.floor, np.ceil,
    )  # fmt: skip
    asin, acos = np.arcsin, np.arccos
    Max = staticmethod(lambda *xs: _along_them(np.max, xs))
    Min = staticmethod(lambda *xs: _along_them(np.min, xs))
    euler_gamma = staticmethod(lambda: np.euler_gamma)
    compare = staticmethod(lambda op, a, b: COMPARED[op](a, b))
    both = staticmethod(lambda *known: _along_them(np.all, known))
    either = staticmethod(lambda *known: _along_them(np.any, known))
    polygamma = staticmethod(special.polygamma)

    @staticmethod
    def piecewise(*cases: tuple) -> Array:
        """The value of the first case that holds, place by place; nan where none does."""
        found: Array = np.nan
        for condition, value in reversed(cases):
            found = np.where(condition(), value(), found)
        return found


def closest(claim: Claim, values: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Joint values of the claim's domain at which its relations are nearest to failing: those of one grid after another.

    The variables that a grid leaves alone are as in `values`.
    """
    for part in prepare(claim, values).parts:
        with suppress(CannotTell, BadInput), telling():
            if isinstance(part, Part) and part.rate is None:
                yield from _of_part(claim, part, values)


def _of_part(claim: Claim, part: Part, values: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    margin = Margin(part)
    names = [n for n, s in claim.symbols.items() if s in margin.free]
    for some in [*((n,) for n in names), *combinations(names, 2), *([tuple(names)] if len(names) > 2 else [])]:
        domains, symbols = [claim.domain[n] for n in some], [claim.symbols[n] for n in some]
        fixed = {s: float(values[n]) for n, s in claim.symbols.items() if n not in some}
        joint = (
            {n: _exact(d, x) for n, d, x in zip(some, domains, at, strict=True)}
            for at in _Search(margin, fixed, symbols, domains).least()
        )
        there = ({**values, **at} for at in joint if None not in at.values())
        yield list(filter(claim.admits, there))


class Margin:
    """How far a relation is from failing, of a derived form, at arrays of values of its symbols. Raises `CannotTell`."""

    def __init__(self, part: Part):
        names = {s: Dummy(s.name, integer=s.is_integer, **_signs(s)) for s in part.symbols.values()}
        forms = {d: moment(m.xreplace(names)).form for d, m in part.moments.items()}
        back = {d: s for s, d in names.items()}
        self.sides = [x.xreplace(names).xreplace(forms).xreplace(back) for x in (part.a, part.b)]
        if any(operations(x) > MOST_OPERATIONS for x in self.sides):
            raise CannotTell("a side is long")
        self.free = self.sides[0].free_symbols | self.sides[1].free_symbols
        self.symbols = tuple(part.symbols.values())
        self.programs = [compile_expr(x, self.symbols) for x in self.sides]
        self.op, self.admitted = part.op, _admitted(part, self.symbols)

    def heights(self, at: Mapping[Symbol, Array]) -> list[Array]:
        """The margin by itself, and relative to the larger side; of an equality less the further the sides are apart."""
        given = [np.asarray(at[s], dtype=float) for s in self.symbols]
        with np.errstate(all="ignore"):
            a, b = (np.asarray(p(Arrays, *given)) for p in self.programs)
            gap = -abs(a - b) if self.op == "==" else a - b if self.op in (">=", ">") else b - a
            scale = np.maximum(abs(a), abs(b))
            relative = np.where(scale > 0, gap / scale, gap)
        if self.op == "==":
            gap, relative = (np.where(abs(relative) > NOISE, x, np.nan) for x in (gap, relative))
        if self.admitted is not None:
            gap = np.where(np.asarray(self.admitted(Arrays, *given)) > 0, gap, np.nan)
            relative = np.where(np.isnan(gap), np.nan, relative)
        shape = np.broadcast_shapes(*(x.shape for x in given))
        return [np.where(np.isfinite(x), x, np.inf) for x in (np.broadcast_to(y, shape) for y in (gap, relative))]


def _admitted(part: Part, symbols: tuple[Symbol, ...]) -> Program | None:
    """1 where the side condition holds, and shares leave something for the last; None where that is not told, or always so."""
    shares = {d.names for d in part.claim.domain.values() if isinstance(d, Share)}
    conditions = [Lt(Add(*(part.symbols[n] for n in names)), 1) for names in shares]
    with suppress(CannotTell, BadInput), telling():
        condition = And(part.claim.condition(part.case), *conditions)
        return None if condition == S.true else compile_expr(Piecewise((1, condition), (0, True)), symbols)
    return None


@dataclass(frozen=True)
class _Search:
    """For the values of some symbols at which a margin is least.  fixed: the values of all others."""

    margin: Margin
    fixed: Mapping[Symbol, float]
    symbols: Sequence[Symbol]
    domains: Sequence[Domain]

    def heights(self, values: Iterable[Array]) -> list[Array]:
        return self.margin.heights({**self.fixed, **dict(zip(self.symbols, values, strict=True))})

    def least(self) -> Iterator[tuple[float, ...]]:
        """The lowest places of a grid; of real values closer and closer."""
        scattered = len(self.symbols) > 2
        axes: list[Array] = (
            [] if scattered else [_places(d, ALONG if len(self.domains) == 1 else ACROSS) for d in self.domains]
        )
        grid = _joint(self.domains) if scattered else np.meshgrid(*axes, indexing="ij")
        for which, height in enumerate(self.heights(grid)):
            if height.shape != grid[0].shape:
                return
            for rank, place in enumerate(_lowest(height, self.domains)):
                at = tuple(float(x[place]) for x in grid)
                yield at
                if all(isinstance(d, Integers) for d in self.domains):
                    continue
                if scattered and rank < FOLLOWED:
                    yield self._downhill(which, at)
                elif not scattered:
                    widths = [np.ptp(axis[max(i - 1, 0) : i + 2]) / 2 for i, axis in zip(place, axes, strict=True)]
                    yield self._closer(which, at, widths)

    def _closer(self, which: int, at: Sequence[float], widths: Sequence[float]) -> tuple[float, ...]:
        """A place near one where the margin is least on a grid, by small grids that move on or become finer; integers stay."""
        middle, reach = np.array(at), np.array(widths)
        whole = np.array([isinstance(d, Integers) for d in self.domains])
        steps = np.linspace(-1, 1, FINE)
        for _ in range(CLOSER):
            moved = zip(middle, np.where(whole, 0, reach), strict=True)
            grid = np.meshgrid(*(np.array([x]) if w == 0 else x + w * steps for x, w in moved), indexing="ij")
            height = self.heights(grid)[which]
            place = np.unravel_index(int(np.argmin(height)), height.shape)
            middle = np.array([x[place] for x in grid])
            if all(w or 0 < i < FINE - 1 for i, w in zip(place, whole, strict=True)):
                reach = reach / 4
        return tuple(map(float, middle))

    def _downhill(self, which: int, at: Sequence[float]) -> tuple[float, ...]:
        """A place down from one of many variables, by the simplex of Nelder and Mead; integers stay."""
        from scipy.optimize import minimize  # a quarter of a second, for few claims

        moving = [i for i, d in enumerate(self.domains) if not isinstance(d, Integers)]
        real = [self.domains[i] for i in moving]

        def whole(x: Array) -> list[float]:
            return [float(x[moving.index(i)]) if i in moving else y for i, y in enumerate(at)]

        def height(x: Array) -> float:
            there = whole(x)
            if not all(float(d.lo) < y < float(d.hi) for d, y in zip(self.domains, there, strict=True) if d in real):
                return float("inf")
            return float(self.heights(map(np.float64, there))[which])

        found = minimize(
            height, [at[i] for i in moving], method="Nelder-Mead", options={"maxfev": DOWN, "xatol": 0, "fatol": 0}
        )
        return tuple(whole(found.x))


def _lowest(height: Array, domains: Sequence[Domain]) -> list[tuple[int, ...]]:
    """The lowest places of a grid that are lower than their neighbours along each variable; of scattered places the lowest.

    At the far end of a variable the ascent goes on by itself; the first integers are looked at here.
    """
    low = np.isfinite(height)
    for axis, domain in enumerate(domains if height.ndim == len(domains) else ()):
        x = np.moveaxis(height, axis, 0)
        first = np.full_like(x[:1], np.inf if isinstance(domain, Integers) else -np.inf)
        around = np.concatenate([first, x, np.full_like(x[:1], -np.inf)])
        low &= np.moveaxis((x <= around[:-2]) & (x <= around[2:]), 0, axis)
    order = np.argsort(np.where(low, height, np.inf), axis=None, kind="stable")[: int(min(low.sum(), KEPT))]
    return [tuple(int(i) for i in np.unravel_index(j, height.shape)) for j in order]


def _signs(s: Symbol) -> dict[str, bool]:
    return {"positive": True} if s.is_nonnegative else {"real": True}


# ---- grids ----------------------------------------------------------------------------------------------------------


def _joint(domains: Sequence[Domain]) -> list[Array]:
    """Joint values, drawn: always the same ones."""
    return [
        _charted(d, u)
        for d, u in zip(domains, np.random.Generator(np.random.Philox(0)).random((len(domains), ALL)), strict=True)
    ]


def _places(domain: Domain, count: int) -> Array:
    """Values of one variable, in order: integers one after another, then doubling; real numbers at all scales."""
    if not isinstance(domain, Integers):
        return _charted(domain, (np.arange(count) + 0.5) / count)
    steps = np.concatenate([np.arange(count), np.round(2 ** (np.arange(8 * DOUBLINGS) / 8))])
    found = np.unique([domain_end + sign * steps for domain_end, sign in _ends(domain)])
    return found[(found >= float(domain.lo)) & (found <= float(domain.hi))]


def _charted(domain: Domain, u: Array) -> Array:
    """Values at places from 0 to 1 of a chart that is dense towards the ends."""
    if isinstance(domain, Integers):
        (end, sign), *others = _ends(domain)
        width = min(float(domain.hi - domain.lo), WIDE)
        return end + sign * np.floor((width + 1) ** u - 1) if not others else np.round(width * (u - 0.5))
    r = (u / (1 - u)) ** 2
    if domain.bounded:
        return float(domain.lo) + float(domain.hi - domain.lo) * r / (1 + r)
    if domain.lo.is_finite:
        return float(domain.lo) + r
    return float(domain.hi) - 1 / r if domain.hi.is_finite else r - 1 / r


def _ends(domain: Integers) -> list[tuple[float, int]]:
    """Where its values are counted from, and in which direction."""
    if domain.lo.is_finite:
        return [(float(domain.lo), 1)]
    return [(float(domain.hi), -1)] if domain.hi.is_finite else [(0.0, 1), (0.0, -1)]


def _exact(domain: Domain, x: float) -> Expr | None:
    """The number that a float stands for, if it is one of the domain."""
    value = Integer(int(x)) if isinstance(domain, Integers) else Rational(repr(x))
    return value if domain.contains(value) else None


__all__ = ["closest"]
