"""Means of maxima, minima, sizes and signs of several independent draws: by the cells in which they are polynomials.

What is compared are lines in the draws with rational coefficients, which cut the space of the draws into polyhedra; a number
of which all their constants are multiples is made the unit, where the laws are of one kind in every unit. Draws are
uniform, exponential or Laplace, or take a few values: on a cell all is a sum of terms c z^p exp(l z), integrated one draw after
another between ends that are lines in the draws before. Cells are found as in a cylindrical decomposition: where two ends of a
draw meet the draws before are cut, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Max,
    Min,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    cancel,
    exp,
    expand,
    factorial,
    oo,
    sign,
    together,
)

from ...language.errors import CannotTell
from ...language.laws import Exponential, Laplace, Noise, Uniform
from ...language.order import in_order
from ..undefined import with_numbers

MOST_DRAWS, MOST_CELLS = 4, 400
COMPARED = (Max, Min, Abs, sign)
Average = Callable[[Expr, set[Noise]], tuple[Expr, list]]  # the mean of what compares nothing, and where it exists


@lru_cache(maxsize=512)
def mean(f: Expr, average: Average) -> Expr:
    """E f of independent draws. Raises `CannotTell` for what is not of this kind."""
    draws = in_order(f.atoms(Noise))
    if not f.has(*COMPARED) or len(draws) > MOST_DRAWS:
        raise CannotTell(f"cannot integrate {f}")
    for z in draws:
        if z.law.has(Noise):
            raise CannotTell(f"the law of {z} depends on another draw")
        if (values := z.law.values()) is not None:
            return Add(*(chance * _rest(_at_value(f, z, value), average) for value, chance in values))
    if (unit := _unit(f)) is not None:
        one = Dummy("unit", positive=True)
        return mean(_in_units(f, unit, one, draws), average).xreplace({one: unit})
    names = {z: Symbol(f"draw {i}", real=True) for i, z in enumerate(draws)}
    zs = list(names.values())
    density, cuts, ends = S.One, [], {}
    for z, v in names.items():
        factor, kinks, ends[v] = _law(z, v)
        density *= factor
        cuts += kinks
    g = f.xreplace(names)
    cuts += _cuts(g)
    for cut in cuts:
        if (
            not cut.is_polynomial(*zs)
            or Poly(cut, *zs).total_degree() > 1
            or not all(c.is_Rational for c in Poly(cut, *zs).coeffs())
        ):
            raise CannotTell(f"cannot integrate {f}: {cut} is no line with rational coefficients")
    levels = _levels(cuts, zs, ends)
    cells = _Cells(g, density, zs, levels, ends)
    return together(expand(cells.integral(0, {})))


def _unit(f: Expr) -> Expr | None:
    """A positive number, of which all that is compared is a rational multiple where the draws are 0; None where there is none, or
    it is rational itself."""
    at_zero = dict.fromkeys(f.atoms(Noise), S.Zero)
    constants = {c for x in f.atoms(*COMPARED) for y in x.args if (c := cancel(y.xreplace(at_zero))) != 0}
    unit = next((turned * c for c in in_order(constants) for turned in (1, -1) if (turned * c).is_positive), None)
    if unit is None or unit.is_Rational or not all(cancel(c / unit).is_Rational for c in constants):
        return None
    return unit


def _in_units(f: Expr, unit: Expr, one: Symbol, draws: Sequence[Noise]) -> Expr:
    """A function of draws as one of draws that are measured in a unit, which is in no comparison then; one: stands for it."""
    named: dict[Expr, Expr] = {}
    for z in draws:
        match z.law:
            case Exponential(scale=scale):
                law = Exponential(scale / one)
            case Laplace(scale=scale, center=center) if center == 0:
                law = Laplace(0, scale / one)
            case _:
                raise CannotTell(f"{z.law} is of another kind in other units")
        named[z] = Noise(z.args[0], law, *z.role)

    def plain(x: Expr) -> Expr:
        """What is compared, in units."""
        constant, moving = expand(x).as_independent(Noise, as_Add=True)
        return cancel(constant / unit) + Add(*(measured(y) for y in Add.make_args(moving) if y != 0))

    def measured(x: Expr) -> Expr:
        factor, rest = x.as_independent(Noise, as_Add=False)
        if rest in named:
            return factor * named[rest]
        if not isinstance(rest, Abs | Max | Min):
            raise CannotTell(f"{x} is not compared in units")
        return factor * rest.func(*map(plain, rest.args))

    units = {x: measured(x) * one for x in f.atoms(Abs, Max, Min)} | {x: sign(plain(x.args[0])) for x in f.atoms(sign)}
    outer = {x: y for x, y in units.items() if not any(x != other and other.has(x) for other in units)}
    return f.xreplace({**{z: one * y for z, y in named.items()}, **outer})


def _at_value(f: Expr, z: Noise, value: Expr) -> Expr:
    if (found := with_numbers(f, {z: value})) is S.NaN:
        raise CannotTell(f"{f} is undefined at a value of {z}")
    return found


def _rest(f: Expr, average: Average) -> Expr:
    if not f.has(Noise):
        return f
    if f.has(*COMPARED):
        return mean(f, average)
    form, conditions = average(expand(f), f.atoms(Noise))
    if conditions:
        raise CannotTell(f"E {f} exists only where {conditions[0]} > 0")
    return form


def _law(z: Noise, v: Symbol) -> tuple[Expr, list[Expr], tuple[Expr, Expr]]:
    """The density, where it has a kink, and the ends of its support."""
    law = z.law
    if isinstance(law, Uniform):
        low, high = law.support
        if not (low.is_Rational and high.is_Rational):
            raise CannotTell(f"the ends of {law} are not rational")
        return 1 / (high - low), [], (low, high)
    if isinstance(law, Exponential) and law.scale.is_positive:
        return exp(-v / law.scale) / law.scale, [], (S.Zero, oo)
    if isinstance(law, Laplace) and law.scale.is_positive and law.center.is_Rational:
        size = Abs(v - law.center)
        return exp(-size / law.scale) / (2 * law.scale), [v - law.center], (-oo, oo)
    raise CannotTell(f"{z} is from none of the laws that cells are integrated of")


def _cuts(g: Expr) -> list[Expr]:
    """What is compared in an expression; of what is compared in what is compared, only lines."""
    out = []
    for x in in_order(g.atoms(*COMPARED)):
        sides = [x.args[0]] if isinstance(x, Abs | sign) else [a - b for a, b in combinations(x.args, 2)]
        for side in sides:
            out += [expand(y) for y in _lines(side)]
    return out


def _lines(x: Expr) -> list[Expr]:
    """The lines that a sum of maxima and minima may be, one of which it is on each cell of what is compared inside."""
    found = [x]
    while any(y.has(*COMPARED) for y in found):
        y = next(y for y in found if y.has(*COMPARED))
        inner = next(e for e in in_order(y.atoms(*COMPARED)) if not any(a.has(*COMPARED) for a in e.args))
        values = (
            inner.args
            if isinstance(inner, Max | Min)
            else (inner.args[0], -inner.args[0])
            if isinstance(inner, Abs)
            else (1, -1)
        )
        found = [w for w in found if w != y] + [y.xreplace({inner: S(value)}) for value in values]
        if len(found) > MOST_CELLS:
            raise CannotTell("too many lines are compared")
    return found


def _levels(cuts: Iterable[Expr], zs: Sequence[Symbol], ends: dict) -> list[list[Expr]]:
    """For every draw the ends of its pieces, lines in the draws before it: a number of the list for each."""
    levels: list[list[Expr]] = [[] for _ in zs]
    left = {expand(c) for c in cuts}
    for i in reversed(range(len(zs))):
        v = zs[i]
        here = {expand(v - c / c.coeff(v, 1)) for c in left if c.has(v)}
        here |= {S(e) for e in ends[v] if not S(e).is_infinite}
        left = {c for c in left if not c.has(v)}
        levels[i] = sorted(here, key=str)
        left |= {expand(a - b) for a, b in combinations(levels[i], 2)}
        left = {c for c in left if c.free_symbols}
        if len(left) > MOST_CELLS:
            raise CannotTell("too many lines are compared")
    return levels


class _Cells:
    """The integral of a function over all cells."""

    def __init__(self, g: Expr, density: Expr, zs: Sequence[Symbol], levels: list[list[Expr]], ends: dict):
        self.g, self.density, self.zs, self.levels, self.ends, self.count = g, density, zs, levels, ends, 0

    def integral(self, i: int, sample: dict[Symbol, Expr]) -> Expr:
        """Over the draws from number i on, the ones before being near a sample point: a form in these."""
        if i == len(self.zs):
            self.count += 1
            if self.count > MOST_CELLS:
                raise CannotTell("there are too many cells")
            return expand(_at(self.g, sample) * _at(self.density, sample))
        v, total = self.zs[i], S.Zero
        low, high = map(S, self.ends[v])
        places: dict[Expr, Expr] = {}
        for e in self.levels[i]:
            places.setdefault(e.xreplace(sample), e)
        at = sorted(x for x in places if low <= x <= high)
        inner = [x for x in at if low < x < high]
        pieces = [low, *inner, high]
        for a, b in pairwise(pieces):
            middle = (
                (a + b) / 2
                if a.is_finite and b.is_finite
                else a + 1
                if a.is_finite
                else b - 1
                if b.is_finite
                else S.Zero
            )
            f = self.integral(i + 1, {**sample, v: middle})
            total += _between(f, v, places.get(a, a), places.get(b, b))
        return expand(total)


def _at(x: Expr, sample: dict[Symbol, Expr]) -> Expr:
    """What an expression is on the cell of a sample point: without comparisons."""
    while x.has(*COMPARED):
        inner = next(e for e in in_order(x.atoms(*COMPARED)) if not any(a.has(*COMPARED) for a in e.args))
        values = [a.xreplace(sample) for a in inner.args]
        if isinstance(inner, Max | Min):
            best = (max if isinstance(inner, Max) else min)(values)
            chosen = inner.args[values.index(best)]
        else:
            if values[0] == 0:
                raise CannotTell("a cell is cut by what is compared")
            chosen = S(1 if values[0] > 0 else -1) * (inner.args[0] if isinstance(inner, Abs) else 1)
        x = x.xreplace({inner: chosen})
    return x


def _between(f: Expr, v: Symbol, low: Expr, high: Expr) -> Expr:
    """The integral over v of a sum of terms c v^p exp(l v), between two ends, lines or infinite."""
    total = S.Zero
    for term in Add.make_args(expand(f)) if f != 0 else ():
        c, p, rate = S.One, 0, S.Zero
        for x in Mul.make_args(term):
            base, e = x.as_base_exp()
            if isinstance(x, exp):
                slope = expand(x.args[0]).coeff(v, 1)
                rate, c = rate + slope, c * exp(expand(x.args[0] - slope * v))
            elif base == v and e.is_Integer and e > 0:
                p += int(e)
            elif not x.has(v):
                c *= x
            else:
                raise CannotTell(f"cannot integrate {term}")
        rate = together(rate)
        if c.has(v):
            raise CannotTell(f"cannot integrate {term}")
        total += c * (_primitive(p, rate, v, high, 1) - _primitive(p, rate, v, low, -1))
    return expand(total)


def _primitive(p: int, rate: Expr, v: Symbol, end: Expr, side: int) -> Expr:
    """The antiderivative of v^p exp(rate v) at an end."""
    if end.is_infinite:
        if not (side * rate).is_negative:
            raise CannotTell("whether an integral is finite is not seen")
        return S.Zero
    if rate.is_zero:
        return Pow(end, p + 1) / (p + 1)
    if not rate.is_nonzero:
        raise CannotTell(f"whether {rate} is 0 is not seen")
    whole = Add(*((-1) ** j * factorial(p) / factorial(p - j) * end ** (p - j) / rate ** (j + 1) for j in range(p + 1)))
    return exp(expand(rate * end)) * whole
