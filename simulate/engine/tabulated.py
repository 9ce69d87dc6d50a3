"""Draws from laws that are known by their log-density, as compiled code: by their inverse, if that is known, else by a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import Generator
from sympy import Dummy, Expr, Symbol, oo

from theory.language.errors import CannotTell
from theory.language.laws import Density

from . import inversion
from .generated import HEADER, indented, lines, module
from .standard import standard

HALF = 2.0**-54  # in the middle of what a uniform float stands for

SCALAR = """

@njit(nogil=True, error_model="numpy")
def {name}({argument}, theta):
{body}
    return out
"""

FROM_TABLE = """

@njit(nogil=True, error_model="numpy")
def fill(rng, points, start, theta, memory):
    window, coefficients, cumulated = memory
    if {shaped} or window[3] == 0.0:
        if not inversion.build({kind}, {low}, {high}, theta, log_density, window, coefficients, cumulated):
            return False
    inversion.draw(rng, points, start, {kind}, {low}, {high}, theta, place, window, coefficients, cumulated)
    return True
"""

FROM_SUMS = """

@njit(nogil=True, error_model="numpy")
def fill(rng, points, start, theta, memory):
    window, coefficients, cumulated = memory
    if {shaped} or window[3] == 0.0:
        window[3] = inversion.sum_up({low}, {high}, theta, log_density, cumulated)
        if window[3] == 0.0:
            return False
    inversion.draw_whole(rng, points, start, {low}, int(window[3]), cumulated)
    return True
"""

FROM_INVERSE = """

@njit(nogil=True, error_model="numpy")
def fill(rng, points, start, theta, memory):
    for k in range(start, len(points)):
        points[k] = quantile(rng.random() + {half}, theta)
    return True
"""

ALONE = """

@njit(nogil=True, error_model="numpy", cache=True)
def sample(rng, points, window, coefficients, cumulated):
    return fill(rng, points, 0, np.empty(0), (window, coefficients, cumulated))
"""


def scalar(name: str, argument: Symbol, e: Expr, parameters: Sequence[Symbol]) -> str:
    """The text of a compiled function of a number and the parameters, an array."""
    x = Symbol("x", **argument.assumptions0)
    names = {s: Symbol(f"t{i}", **s.assumptions0) for i, s in enumerate(parameters)}
    e = e.xreplace({argument: x, **names})
    known = [f"{t} = theta[{i}]" for i, t in enumerate(names.values()) if t in e.free_symbols]
    if strangers := e.free_symbols - {x, *names.values()}:
        raise CannotTell(f"{', '.join(sorted(map(str, strangers)))} in a density: no numbers")
    return SCALAR.format(name=name, argument=x, body=indented([*known, *lines({"out": e}, "c")], 1))


def drawing(logarithm: Expr, x: Symbol, parameters: Sequence[Symbol], ends: tuple[Expr, Expr], whole: bool) -> str:
    """The text of `fill(rng, points, start, theta, memory)`, which fills an array with draws from the law of a log-density.

    Where its shape does not depend on the parameters, it is tabulated once.
    """
    low, high = (repr(float(e)) if e.is_finite else str(e).replace("oo", "inf") for e in ends)
    if whole:
        if ends[0] == -oo:
            raise CannotTell("no draws from a law on all whole numbers: it is added up from its lowest one")
        shaped = bool(logarithm.free_symbols & set(parameters))
        return scalar("log_density", x, logarithm, parameters) + FROM_SUMS.format(shaped=shaped, low=low, high=high)
    law = standard(logarithm, x, tuple(parameters), ends)
    kind = (inversion.OPEN, inversion.RIGHT, inversion.LEFT, inversion.SHUT)[
        2 * bool(ends[1].is_finite) + bool(ends[0].is_finite)
    ]
    shaped = bool(law.logarithm.free_symbols & set(parameters))
    return (
        scalar("log_density", law.z, law.logarithm, parameters)
        + scalar("place", law.z, law.place, parameters)
        + FROM_TABLE.format(shaped=shaped, kind=kind, low=low, high=high)
    )


def inverse(u: Symbol, quantile: Expr, parameters: Sequence[Symbol]) -> str:
    """The text of `fill` for a law whose distribution function has a known inverse."""
    return scalar("quantile", u, quantile, parameters) + FROM_INVERSE.format(half=HALF)


def memory(whole: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `fill` keeps of a law between two calls: nothing, to begin with."""
    cells = inversion.MOST
    return np.zeros(6), np.empty((1 if whole else cells, 5)), np.empty(inversion.MOST_WHOLE if whole else cells + 1)


def drawn(law: Density, rng: Generator, size: int) -> np.ndarray:
    """Draws from a law with numbers for its parameters. Raises `CannotTell` where it cannot be tabulated."""
    sample, whole = _sampler(law)
    points = np.empty(size)
    if not sample(rng, points, *memory(whole)):
        raise CannotTell(f"no table of the distribution function of {law} is found; is its density normalised?")
    return points


@lru_cache(maxsize=256)
def _sampler(law: Density) -> tuple[Any, bool]:
    x: Any = Dummy("x", real=True)
    whole = law.grid is not None
    source = HEADER + drawing(law.log_at(x), x, (), law.support, whole) + ALONE
    return module(source).sample, whole


__all__ = ["drawing", "drawn", "inverse", "memory"]
