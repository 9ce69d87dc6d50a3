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
from .generated import HEADER, indented, lines, module, template
from .standard import standard

SCALAR = """

@compiled
def {name}({argument}, theta):
{body}
    return out
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
        facts = f"SHAPED, LOW, HIGH = {shaped}, {low}, {high}\n"
        return facts + scalar("log_density", x, logarithm, parameters) + template("sums")
    law = standard(logarithm, x, tuple(parameters), ends)
    kind = (inversion.OPEN, inversion.RIGHT, inversion.LEFT, inversion.SHUT)[
        2 * bool(ends[1].is_finite) + bool(ends[0].is_finite)
    ]
    shaped = bool(law.logarithm.free_symbols & set(parameters))
    facts = f"KIND, SHAPED, LOW, HIGH = {kind}, {shaped}, {low}, {high}\n"
    return (
        facts
        + scalar("log_density", law.z, law.logarithm, parameters)
        + scalar("place", law.z, law.place, parameters)
        + template("table")
    )


def inverse(u: Symbol, quantile: Expr, parameters: Sequence[Symbol]) -> str:
    """The text of `fill` for a law whose distribution function has a known inverse."""
    return scalar("quantile", u, quantile, parameters) + template("inverse")


def memory(whole: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `fill` keeps of a law between two calls: nothing, to begin with."""
    cells = inversion.MOST_CELLS
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
    source = HEADER + drawing(law.log_at(x), x, (), law.support, whole) + template("alone")
    return module(source).sample, whole


__all__ = ["drawing", "drawn", "inverse", "memory"]
