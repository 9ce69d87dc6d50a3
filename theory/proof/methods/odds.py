"""A probability whose odds are raised to a power in each step, and multiplied: sampled at another temperature, or tilted."""

from __future__ import annotations

from sympy import Expr, Mul, S, factor, fraction, sympify, together

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Coordinate, Loop
from ...language.signs import is_positive
from .method import Derivation


def form(loop: Loop, name: str, t: Expr) -> Derivation:
    """The probability after t generations, by induction: its odds o become C o^c, hence o^(c^t) C^(1 + c + ... + c^(t-1)).

    Raises `CannotTell` where the step of this coordinate is another one.
    """
    x, start = loop.symbols()[name], sympify(loop.initial[name])
    after = sympify(loop.step(loop.symbols())[name])
    if after.has(CLOCK, Noise) or after.atoms(Coordinate) != {x} or start.has(Noise, Coordinate):
        raise CannotTell(f"{name} depends on more than itself")
    top, bottom = fraction(together(after))
    powers = (factor(top) / factor((bottom - top).expand())).as_powers_dict()
    c: Expr = powers.pop(x, S.Zero)
    other: Expr = powers.pop(1 - x, S.Zero)
    if (turned := powers.pop(x - 1, S.Zero)).is_Integer:  # as SymPy writes factors
        other += turned
        powers[S.NegativeOne] += turned
    times = Mul(*(base**e for base, e in powers.items()))
    if c == 0 or c + other != 0 or not turned.is_Integer or c.has(x) or times.has(x):
        raise CannotTell(f"the odds of {name} are not raised to a power")
    odds, nonzero = (start / (1 - start)) ** (c**t), []
    if times != 1:
        odds *= times ** (t if c == 1 else (c**t - 1) / (c - 1))
        nonzero = [] if sympify(c).is_number else [c - 1]
    asked = [y for y in (start, 1 - start, times) if not is_positive(y)]
    told = f"the odds of {name} are raised to the power {c} in each step, and multiplied by {times}"
    return Derivation(odds / (1 + odds), asked, nonzero, [told])
