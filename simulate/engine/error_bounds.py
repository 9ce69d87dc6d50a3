"""How far the rounding of floats may carry a value from what it stands for, and jumps moved to where no value is that near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from sympy import (
    Abs,
    Add,
    Float,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    ceiling,
    exp,
    floor,
    frac,
    lambdify,
    sign,
)
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from theory.proof.arithmetic.atoms import JUMPS

from .intervals import BAND, STEP, TINY
from .lattice import Known, grid_of

OFF_GRID = 2.0**-20  # of the distance of neighbours on a lattice: so is its rounding there


Size = tuple[float, float]  # of some values: the largest, and what their rounding stays within


def size_of(x: np.ndarray, known: Known) -> Size:
    """The largest of some values, and what their rounding stays within."""
    top = largest(x)
    return top, BAND * max(top, known.start) + (OFF_GRID * float(known.grid) if known.grid is not None else TINY)


def size_of_expression(x: Any, leaves: Mapping[Any, Size]) -> Size | None:
    """The size of an expression, from those of its symbols; None where it has a part of which that is not known."""
    if x in leaves:
        return leaves[x]
    if x.is_Rational or isinstance(x, Float) or (x.is_number and not x.args):
        top = abs(float(x))
        return top, 0.0 if x.is_Integer and top < 2**53 else 2 * STEP * top
    if isinstance(x, sign | Heaviside):
        return 1.0, 0.0
    parts = [size_of_expression(a, leaves) for a in ([v for v, _ in x.args] if isinstance(x, Piecewise) else x.args)]
    sizes = [part for part in parts if part is not None]
    if len(sizes) < len(parts) or not parts:
        return None
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
            return top, top * (float(np.expm1(error)) + 8 * STEP) + TINY
        case Max() | Min() | Piecewise():
            return max(a for a, _ in sizes), max(e for _, e in sizes)
        case Pow() if x.exp.is_Integer and 0 < x.exp <= 64:
            return reduce(_product, [sizes[0]] * int(x.exp))
        case _:
            return None


def _product(x: Size, y: Size) -> Size:
    (a, d), (b, e) = x, y
    return a * b, a * e + b * d + d * e + STEP * a * b + TINY


@lru_cache(maxsize=4096)
def sites(x: Any, grids: tuple) -> tuple[tuple[Any, Rational | None], ...]:
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
def compiled_between(x: Any, grids: tuple) -> Callable:
    """`between` of an expression in x0, x1, ..., which are on these lattices, as a function of arrays."""
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


@lru_cache(maxsize=8192)
def compiled(expr, count: int) -> Callable:
    """An expression in x0, x1, ..., so many of them, as a function of arrays."""
    return lambdify([Symbol(f"x{i}") for i in range(count)], expr, modules=["numpy", "scipy"], cse=True)


def largest(x: np.ndarray) -> float:
    """The largest size among some values; nan if one is."""
    return float(np.maximum(x.max(initial=0.0), -x.min(initial=0.0)))
