"""Which numbers an observable can be: multiples of a rational number, where its loop's start and step say so.

A share of n draws is a multiple of 1/n, a walk with steps of 1/10 one of 1/10. In floats such values are off by a few
units in the last place, so that an event which begins at one of them has to be decided on the lattice itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Tuple,
    ceiling,
    exp,
    floor,
    log,
    sign,
    sympify,
)

from theory.language.laws import Law, Noise
from theory.language.laws.grids import common
from theory.language.loops import CLOCK, Loop, Observable, positive_of
from theory.language.measured import Measured
from theory.language.programs import ProgramLoop
from theory.proof.structures import marginal

WIDEST = 2**1024  # of multiples: no float is beyond it, and what is raised to powers grows without an end
FINEST = 2**40  # denominators beyond: no float tells neighbours apart
LONG = 100  # numerator or denominator of an exponent
LONGEST = 2_000  # generations that a lattice is followed through
CLIPPED = (Abs, Max, Min, Piecewise, Heaviside, sign, floor, ceiling)  # what has atoms though the draws in it have none
SETTLED = 20  # by which a lattice no longer gets finer, if it is to be the same for ever


@dataclass(frozen=True)
class Known:
    """What is known of a record's exact values.

    value: the only one.  grid: they are multiples of it.  measured: a float is what a program, or a file, says; one that is
    the nearest to a fraction with a small denominator is that fraction.  atoms: the law may have atoms, on no lattice that is
    seen, whose floats are off by more than a part of their own size.
    start: the size of what its quantity has begun with, whose rounding it may still have.  alive: it is almost surely not 0, so
    that a float that is has been too small for one.
    """

    value: Expr | None = None
    grid: Rational | None = None
    measured: bool = False
    atoms: bool = False
    start: float = 0.0
    alive: bool = False


NOTHING = Known()


def grid_of(x: Any, grids: Mapping[Any, Rational | None]) -> Rational | None:
    """A rational number that an expression is a multiple of, whatever multiples of theirs its symbols are; None: none is seen."""
    found = _grid(x, grids)
    return found if found is not None and found.q <= FINEST and found.p < WIDEST else None


def _grid(x: Any, grids: Mapping[Any, Rational | None]) -> Rational | None:
    if x in grids:
        return grids[x]
    if x.is_Rational:
        return abs(x)
    match x:
        case Noise():
            return x.law.grid
        case sign() | floor() | ceiling():
            return S.One
        case Heaviside():
            return common(S.One, x.args[1]) if x.args[1].is_Rational else None
        case Abs():
            return _grid(x.args[0], grids)
        case Pow() if x.exp.is_Integer and x.exp > 0:
            below = _grid(x.base, grids)
            if below is None or x.exp * max(below.p, below.q).bit_length() > 2 * WIDEST.bit_length():
                return None
            return below**x.exp
        case Mul():
            parts = [_grid(a, grids) for a in x.args]
            return None if None in parts else Mul(*parts)
        case Add() | Max() | Min() | Piecewise():
            parts = [_grid(a, grids) for a in (x.args if not isinstance(x, Piecewise) else [v for v, _ in x.args])]
            return None if None in parts else reduce(common, parts, S.Zero)
        case _:
            return None


def has_long_roots(x: Expr) -> bool:
    """Whether it has powers of the generation as t^(54945/497488): of a number they have millions of digits inside of SymPy."""
    powers = [p.exp for p in x.atoms(Pow) if p.base.has(CLOCK) and p.exp.is_Rational]
    return any(not e.is_Integer and max(abs(e.p), e.q) > LONG for e in powers)


def _without_atoms(law: Law, others: Collection[Expr]) -> bool:
    """Whether no number has a probability under a law, whose parameters may have others in them that are not 0."""
    return law.xreplace({s: Dummy(**{**s.assumptions0, "zero": False}) for s in others if s.is_Symbol}).has_a_density


def has_no_atoms(
    x: Expr, smooth: Collection[Expr], others: Collection[Expr], fixed: frozenset[Expr] = frozenset()
) -> bool:
    """Whether no number has a probability of being what an expression is; smooth: symbols of which that is known.

    others: those that are almost surely not 0.  fixed: draws that count as numbers. A sum or a product has none where a part of
    it has none, whatever the rest of it is.
    """
    if x in smooth:
        return True
    match x:
        case Noise():
            return x not in fixed and _without_atoms(x.law, others)
        case Abs() | Max() | Min():
            return all(has_no_atoms(a, smooth, others, fixed) for a in x.args)
        case Piecewise():
            return all(has_no_atoms(v, smooth, others, fixed) for v, _ in x.args)
        case exp() | log():
            return has_no_atoms(x.args[0], smooth, others, fixed)
        case Pow():
            return bool(x.exp.is_number and x.exp.is_nonzero) and has_no_atoms(x.base, smooth, others, fixed)
        case Mul() if not all(is_never_zero(a, [*others, *smooth]) for a in x.args):
            return False
        case Add() | Mul():
            for i, a in enumerate(x.args):
                rest = Tuple(*x.args[:i], *x.args[i + 1 :])
                alone = smooth if rest.free_symbols <= {CLOCK} else ()  # of two coordinates the sum may be a number
                if has_no_atoms(a, alone, others, fixed | rest.atoms(Noise)):
                    return True
            return False
        case _:
            return False


def is_rounded_by_itself(
    x: Expr, smooth: Collection[Expr], rounded: Collection[Expr], others: Collection[Expr]
) -> bool:
    """Whether a float of an expression is, almost surely, off by no more than a part of its own size; rounded: symbols that are.

    So is a draw, a product, and a number: `Max(0, x)` is 0 as it stands there. A sum is where it meets no number, else what it
    comes to may be less than the rounding of its terms.
    """
    if x in rounded or (x.free_symbols <= {CLOCK} and not x.has(Noise)) or has_no_atoms(x, smooth, others):
        return True
    match x:
        case Noise():
            return x.law.grid is not None or not (x.law.free_symbols or x.law.has(Noise))
        case sign() | floor() | ceiling() | Heaviside():
            return True
        case Abs() | Max() | Min() | Mul():
            return all(is_rounded_by_itself(a, smooth, rounded, others) for a in x.args)
        case Piecewise():
            return all(is_rounded_by_itself(v, smooth, rounded, others) for v, _ in x.args)
        case exp():
            return is_rounded_by_itself(x.args[0], smooth, rounded, others)
        case Pow() if x.exp.is_number:
            return is_rounded_by_itself(x.base, smooth, rounded, others)
        case _:
            return False


def _draws(x: Expr, others: Collection[Expr]) -> bool:
    """Whether an expression draws from a law without atoms."""
    return any(_without_atoms(z.law, others) for z in x.atoms(Noise))


def is_never_zero(x: Expr, others: Collection[Expr]) -> bool:
    """Whether an expression of draws, and of others that are not 0, is almost surely not 0."""
    if x in others or x.is_nonzero or isinstance(x, exp):
        return True
    match x:
        case Noise():
            listed = [(part, part.values()) for _, part in x.law.components]
            return all(
                _without_atoms(law, others) if values is None else all(v.is_nonzero for v, _ in values)
                for law, values in listed
            )
        case Mul() | Abs() | Max() | Min():
            return all(is_never_zero(a, others) for a in x.args)
        case Piecewise():
            return all(is_never_zero(v, others) for v, _ in x.args)
        case Pow():
            return is_never_zero(x.base, others)
        case Add():  # of a draw without atoms by itself, which meets no number
            return any(_draws(a, others) and is_never_zero(a, others) for a in x.args) and not x.has(*CLIPPED)
        case _:
            return False


class _Followed:
    """The lattices of a loop's coordinates, generation by generation."""

    def __init__(self, loop: Loop):
        self.symbols = loop.symbols()
        self.after = {name: sympify(v) for name, v in loop.step(self.symbols).items()}
        self.changing = any(v.has(CLOCK) for v in self.after.values())
        self.apart = frozenset(
            name for name, v in self.after.items() if has_long_roots(v)
        )  # on no lattice that is seen
        start = loop.initial
        begun = {name: sympify(v) for name, v in start.items()}
        self.start = {
            name: Known(v if v.is_number else None, grid_of(v, {}), atoms=not is_rounded_by_itself(v, (), (), ()))
            for name, v in begun.items()
        }
        self.grids: list[dict[str, Rational | None]] = [{name: k.grid for name, k in self.start.items()}]
        self.ever, self.alive = self._alive(start, positive_of(loop))
        self.kinds = [self._kinds(begun, (), (), ())]

    def _alive(self, start: Mapping[str, Expr], positive: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The coordinates that are almost surely not 0: at all generations; from the first fit on, if they begin at 0 or not."""
        found = {name for name in self.after if name in positive or is_never_zero(sympify(start.get(name, 0)), ())}
        while True:
            now = [self.symbols[name] for name in found]
            kept = {name for name in found if name in positive or is_never_zero(self.after[name], now)}
            if kept == found:
                later = frozenset(name for name, x in self.after.items() if name in found or is_never_zero(x, now))
                return frozenset(found), later
            found = kept

    def states(self, names: Iterable[str]) -> list[Expr]:
        """Coordinates as the symbols that they are in the step."""
        return [self.symbols[name] for name in names]

    def alive_at(self, t: int) -> list[Expr]:
        """The coordinates that are almost surely not 0 at a generation."""
        return self.states(self.alive if t else self.ever)

    def kinds_at(self, t: int) -> tuple[list[Expr], list[Expr]]:
        """At a generation: (coordinates of which no number has a probability, those that are rounded by themselves)."""
        while len(self.kinds) <= t:
            if self.kinds[2:] and self.kinds[-1] == self.kinds[-2]:
                return self.kinds[-1]
            last = len(self.kinds) - 1
            self.kinds.append(self._kinds(self.after, *self.kinds[last], self.alive_at(last)))
        return self.kinds[t]

    def _kinds(self, values: Mapping[str, Expr], smooth, rounded, others) -> tuple[list[Expr], list[Expr]]:
        return (
            self.states(n for n, v in values.items() if has_no_atoms(v, smooth, others)),
            self.states(n for n, v in values.items() if is_rounded_by_itself(v, smooth, rounded, others)),
        )

    def size(self, name: str) -> float:
        """Of what a coordinate starts with, if that is a number."""
        value = self.start[name].value
        return 0.0 if value is None or value.is_infinite else abs(float(value))

    def at(self, t: int) -> dict[str, Rational | None]:
        while len(self.grids) <= t:
            if not self.changing and self.grids[-1:] == self.grids[-2:-1]:
                return self.grids[-1]
            now = {CLOCK: sympify(len(self.grids))}
            before = {s: self.grids[-1].get(name) for name, s in self.symbols.items()}
            self.grids.append(
                {
                    name: None if name in self.apart else grid_of(v.xreplace(now), before)
                    for name, v in self.after.items()
                }
            )
        return self.grids[t]


def lasting(loop: Loop) -> dict[Any, Rational | None]:
    """The lattice that each coordinate of the state, by its symbol in the step, is on at all generations."""
    followed = _followed(loop)
    if followed is None or followed.changing:
        return {}
    now, later = followed.at(SETTLED), followed.at(SETTLED + 1)
    out = {}
    for name, s in followed.symbols.items():
        grids = [g[name] for g in followed.grids]
        out[s] = None if None in grids or now[name] != later[name] else reduce(common, grids)
    return out


def never_zero(loop: Loop) -> frozenset[str]:
    """The coordinates that are almost surely not 0 from the first fit on."""
    followed = _followed(loop)
    return frozenset() if followed is None else followed.alive


@lru_cache(maxsize=512)
def _followed(loop: Loop) -> _Followed | None:
    try:
        return _Followed(loop)
    except (NotImplementedError, AttributeError, KeyError):
        return None


@lru_cache(maxsize=4096)
def known(o: Observable) -> Known:
    """What the start and step of an observable's loop (with numbers for parameters) say of its values at a generation."""
    if isinstance(o.loop, ProgramLoop | Measured):
        return Known(measured=True)
    o = marginal(o)
    followed, t = _followed(o.loop), o.t
    if followed is None or not (t.is_Integer and 0 <= t <= LONGEST):
        return NOTHING
    if o.name in followed.start and not o.index:
        if t == 0:
            return followed.start[o.name]
        grid, atoms = followed.at(int(t)).get(o.name), followed.symbols[o.name] not in followed.kinds_at(int(t))[1]
        start = followed.size(o.name) if atoms and grid is None else 0.0
        return Known(grid=grid, atoms=atoms, start=start, alive=o.name in followed.alive)
    if o.name != "draw":
        return NOTHING
    try:
        drawn = sympify(o.loop.emit(followed.symbols, *o.index)).xreplace({CLOCK: t})
    except NotImplementedError:
        return NOTHING
    grids = followed.at(int(t))
    others = followed.alive_at(int(t))
    grid = grid_of(drawn, {s: grids.get(name) for name, s in followed.symbols.items()})
    atoms = not is_rounded_by_itself(drawn, *followed.kinds_at(int(t)), others)
    start = max(map(followed.size, followed.start), default=0.0) if atoms and grid is None else 0.0
    return Known(grid=grid, atoms=atoms, start=start, alive=is_never_zero(drawn, others))
