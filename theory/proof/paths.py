"""A few paths of a loop in numbers, along which its draws are where they are next to never: none of them proves anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product

from sympy import Expr, Rational, S, sympify

from ..language.laws import Noise
from ..language.loops import Loop
from ..language.order import in_order
from .symbols.cases import values_of
from .undefined import with_numbers

MOST_PATHS = 24
DIGITS = 30  # of a state

Path = tuple[dict[str, Expr], ...]


def far_apart(z: Noise) -> Iterator[Expr]:
    """A few numbers that a draw may be, some of them as good as never."""
    if (few := values_of(z)) is not None:
        yield from few
        return
    low, high = map(sympify, z.law.support)
    for far in (S(1000), S.One, Rational(1, 1000)):
        if low.is_finite and high.is_finite:
            yield low + (high - low) * far / (1 + far)
        elif low.is_finite:
            yield low + (far if z.law.is_continuous else far // 1)
        else:
            yield from (-far, far)


@lru_cache(maxsize=512)
def paths(loop: Loop, last: int) -> tuple[Path, ...]:
    """The states of generations 0 to `last`, or for as long as they are numbers, of a loop with numbers for its parameters.

    Along a path each draw is at the same one of its places in every generation.
    """
    names = in_order({z.args[0] for x in loop.step(loop.symbols()).values() for z in sympify(x).atoms(Noise)})
    start = _drawn(loop.start_at, {})
    choices = product(range(6), repeat=len(names))  # as many places as a draw on all of the line has
    return tuple(_path(loop, start, dict(zip(names, at, strict=True)), last) for at in islice(choices, MOST_PATHS))


def _path(loop: Loop, start: dict[str, Expr], at: dict, last: int) -> Path:
    found = [start]
    for t in range(1, last + 1):
        if not all(x.is_number and x.is_extended_real and x.is_finite for x in found[-1].values()):
            break
        found.append(_drawn(loop.step_at(found[-1], t), at))
    return tuple(found)


def _drawn(said: dict[str, Expr], at: dict) -> dict[str, Expr]:
    """What a start or a step says, with a number for every draw, those first that others are drawn from."""
    said = {name: sympify(x) for name, x in said.items()}
    while draws := in_order(z for z in {z for x in said.values() for z in x.atoms(Noise)} if not z.law.has(Noise)):
        put = {}
        for z in draws:
            places = [*far_apart(z)]
            put[z] = places[at.get(z.args[0], 0) % len(places)]
        said = {name: with_numbers(x, put) for name, x in said.items()}
    return {name: _short(x) for name, x in said.items()}


def _short(x: Expr) -> Expr:
    """A number with few digits: those of its own grow with every generation."""
    return x if x.is_Integer and abs(x) < 10**DIGITS else sympify(x).evalf(DIGITS)


__all__ = ["far_apart", "paths"]
