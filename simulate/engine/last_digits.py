"""What is lost where a step stretches the rounding of floats again and again, without noise of its own: digits run out.

`1 - 2 Abs(x)` brings every float to -1 in 60 steps, and no path of the loop. Coordinates of that kind are followed on a path
beside, too, on which all that floats round is off by a little more than they round it: the start, and every operation of a
step. Where the two come apart, the path is lost. What is on a lattice that floats have is not rounded.

How much that is follows from two numbers. Who reads a path takes its values to be right within `BAND` of their size, and
tells of what cancels by that (`jumps.unless_cancelled`). A float's operation is off by 2^-53 at most, on the path beside by
`STEP`, 2^5 times that, so that few of them cannot hide each other; what is `BAND` of a path is 2^5 `BAND` beside it: `APART`.
More than that is harmless where it is small beside how far paths are from each other: `UNSEEN`, which no estimate shows.

Noise makes digits anew. A rounding by r moves the law of what noise with a density carries about by s in total variation by
r/s or less. So noise keeps digits where STEP/s is below `UNSEEN`: to show that much took 1/UNSEEN^2 paths.
That is said of noise that is as large whatever the state is: noise times a coordinate is gone where that is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import cycle

import numpy as np
from sympy import Expr, Float, Integer, Mul, Number, NumberSymbol, Piecewise, Rational, Symbol, sympify

from theory.language.laws import Noise
from theory.language.loops import CLOCK, Loop
from theory.proof.arithmetic.atoms import JUMPS

from .draws import can_be_drawn, drawn
from .intervals import BAND
from .lattice import lasting

STEP = 2.0**-48  # some steps of a float
OFF = {
    Symbol(f"off{i}", positive=True): 1.0 + r * STEP for i, r in enumerate((1.0, -0.8125, 0.625, -0.9375, 0.5625))
}  # factors near 1, no two of which cancel
ROUNDED = 2.0**-53  # what a float's operation is off by, at most
UNSEEN = 2.0**-24  # of the spread of paths, or as a distance of two laws: what no estimate shows
LEAST = STEP / UNSEEN  # a size of noise, beside what it is added to, that keeps no digit from running out
DRAWS = 16  # that tell the size of noise
FITS = (1, 64)  # in which it is looked at
APART = BAND * STEP / ROUNDED  # of a path's size, or of the middle one's
FORGOTTEN = 2.0**-10  # what a step leaves of the size that a path had before
WHOLE = 2.0**52  # a float has every whole number up to it


@lru_cache(maxsize=512)
def unmoved_by_noise(loop: Loop) -> tuple[int, ...]:
    """The coordinates, by their numbers, into which no noise with a density enters in a step."""
    state = loop.symbols()
    after = {name: sympify(x) for name, x in loop.step(state).items()}
    begun = {s: sympify(loop.initial[name]) for name, s in state.items()}
    noise = _NoiseIn({s: x if x.is_comparable else Integer(1) for s, x in begun.items()})
    found = set(after)
    while moved := {name for name in found if noise.moves(after[name], {state[n] for n in after.keys() - found})}:
        found -= moved
    return tuple(i for i, name in enumerate(loop.state) if name in found)


class _NoiseIn:
    """What noise does to expressions in a state that begins as these numbers."""

    def __init__(self, begun: Mapping[Symbol, Expr]):
        self.begun = dict(begun)

    def moves(self, x: Expr, moving: set[Symbol]) -> bool:
        """Whether noise with a density enters in every case, and not only into what jumps: a case may never be taken, a
        condition moves nothing, and a jump has no density. `moving`: coordinates that it has entered."""
        if isinstance(x, Noise):
            return x.law.is_continuous and self.size(x) > LEAST
        if x in moving:
            return True
        if isinstance(x, Piecewise):
            return all(self.moves(case, moving) for case, _ in x.args)
        if isinstance(x, JUMPS):
            return False
        moved = [self.moves(a, moving) for a in x.args if isinstance(a, Expr)]
        if isinstance(x, Mul) and any(a.has(*self.begun) for a, by in zip(x.args, moved, strict=True) if not by):
            return False  # it may be 0, or come near it
        return any(moved) and self.size(x) > LEAST

    def size(self, x: Expr) -> float:
        """How far draws carry an expression beside its own size, as far as numbers tell, in an early fit and in a late one;
        infinite where they do not."""
        return min(self._size_in(fit, x) for fit in (FITS if x.has(CLOCK) else FITS[:1]))

    def _size_in(self, fit: int, x: Expr) -> float:
        numbers = {**dict.fromkeys(x.free_symbols, Integer(1)), **self.begun, CLOCK: Integer(fit)}
        values: dict[Noise, np.ndarray] = {}
        for z in x.atoms(Noise):
            law = z.law.xreplace(numbers)
            if law.has(Noise) or not can_be_drawn(law):
                return np.inf
            values[z] = drawn(law, np.random.Generator(np.random.Philox(0)), DRAWS)
        try:
            told = [
                x.xreplace({z: Float(float(v[j])) for z, v in values.items()}).xreplace(numbers).evalf()
                for j in range(DRAWS)
            ]
            found = [float(v) for v in (told if values else [2 * told[0], told[0]])]
        except (TypeError, ValueError, ArithmeticError):
            return np.inf
        return (max(found) - min(found)) / max(1.0, *map(abs, found))


def _rounded(x: Expr) -> bool:
    """Whether a number is none that a float has."""
    if not isinstance(x, Rational):
        return isinstance(x, NumberSymbol)
    odd = abs(int(x.p)) // (int(x.p) & -int(x.p)) if x.p else 0
    return odd > WHOLE or bool(int(x.q) & (int(x.q) - 1))


def shaken(x: Expr) -> Expr:
    """An expression in which every operation, and every number that a float has not, is off by one of the factors `OFF`."""
    return _shaken(x, cycle(OFF))


def _shaken(x: Expr, factors: Iterator[Symbol]) -> Expr:
    if isinstance(x, Piecewise):
        return Piecewise(*((_shaken(case, factors), condition) for case, condition in x.args))
    if not x.args or isinstance(x, Noise):
        return x * next(factors) if _rounded(x) else x
    if not all(isinstance(a, Expr) for a in x.args):  # a sum, say, with its limits
        return x * next(factors)
    return x.func(*(_shaken(a, factors) for a in x.args)) * next(factors)


def _unsteady(loop: Loop) -> bool:
    """Whether noise too small to keep digits has a law that goes by the state: draws do not tell where that would be beside."""
    state = set(loop.symbols().values())
    small = (
        z for x in loop.step(loop.symbols()).values() for z in sympify(x).atoms(Noise) if z.law.free_symbols & state
    )
    noise = _NoiseIn({})
    return any(z.law.is_continuous and noise.size(z) <= LEAST for z in small)


def _grids(loop: Loop) -> Mapping[int, float]:
    """The coordinates, by their numbers, on lattices that floats have, with these: their steps round nothing."""
    after = [sympify(x) for x in loop.step(loop.symbols()).values()]
    if any(_rounded(c) for x in after for c in x.atoms(Number, NumberSymbol)):
        return {}
    known = lasting(loop)
    grids = {i: known.get(s) for i, s in enumerate(loop.symbols().values())}
    return {i: float(g) for i, g in grids.items() if g is not None and not _rounded(g)}


def _middle(x: np.ndarray) -> float:
    known = x[np.isfinite(x)]
    return float(np.median(known)) if known.size else 0.0


def _lasting(here: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Sizes of some paths, no less than the middle one, for a few far paths do not make the others large, nor than what is left
    of those before."""
    return np.maximum(np.maximum(here, _middle(here)), FORGOTTEN * before)


class Beside:
    """The same paths on a way that is rounded otherwise."""

    def __init__(self, loop: Loop, start: Sequence[np.ndarray]):
        self.followed = tuple(i for i in unmoved_by_noise(loop) if np.ndim(start[i]) == 1)
        self.grids = _grids(loop) if self.followed else {}
        begun = [sympify(loop.initial[name]) for name in loop.state]
        exact = {i for i in self.followed if begun[i].is_number and not any(map(_rounded, begun[i].atoms(Number)))}
        self.other = {i: start[i] if i in exact else start[i] * (1 + STEP) for i in self.followed}
        self.size = {i: np.abs(start[i]) for i in self.followed}
        self.spread = {i: np.abs(start[i] - _middle(start[i])) for i in self.followed}
        self.lost = np.full(len(start[0]), bool(self.followed) and _unsteady(loop))

    def at(self, state: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The state, with those coordinates as they are beside."""
        return [self.other.get(i, x) for i, x in enumerate(state)]

    def told(self, after: list[np.ndarray], other: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The state after a step, and what it is beside: NaN on paths on which the two are apart."""
        for i in self.followed:
            here = np.abs(after[i])
            exact = here <= WHOLE * self.grids[i] if i in self.grids else np.zeros(here.shape, dtype=bool)
            self.other[i] = np.where(exact, after[i], other[i])
            self.size[i] = _lasting(here, self.size[i])
            self.spread[i] = _lasting(np.abs(after[i] - _middle(after[i])), self.spread[i])
            with np.errstate(all="ignore"):
                room = np.maximum(APART * self.size[i], UNSEEN * self.spread[i])
                self.lost |= np.abs(after[i] - self.other[i]) > room
        return [np.where(self.lost, np.nan, x) for x in after] if self.lost.any() else after
