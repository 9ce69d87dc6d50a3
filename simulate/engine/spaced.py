"""Draws of points of a space, compiled: one coordinate after the other, Gaussian given those before it; the first any law."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from sympy import Symbol, lambdify, sqrt

from theory.language.laws import Density, Law
from theory.proof.arithmetic.spaces import chain_of

from . import tabulated
from .generated import indented, lines

ON_LINE = """

@part
def fill_points(rng, points, start, theta, memory):
    return fill(rng, points[0], start, theta, memory)
"""
WITHOUT_TABLE = """

@part
def new_memory():
    return None
"""
IN_SPACE = """

@part
def fill_points(rng, points, start, theta, memory):
{first}
{parameters}
    for j in range(start, points.shape[1]):
{steps}
    return True
"""


def drawing_in_space(law: Law, parameters: Sequence[Symbol]) -> tuple[str, bool]:
    """The text of `fill_points`, and whether a table is made that depends on the parameters. Raises `CannotTell`."""
    chain = chain_of(law)
    names = {s: Symbol(f"t{i}", **s.assumptions0) for i, s in enumerate(parameters)}
    names |= {x: Symbol(f"x{k}", real=True) for k, x in enumerate(chain.xs)}
    steps, first, text, shaped = [], [], WITHOUT_TABLE, False
    if chain.first is not None:
        x, own = chain.first
        k = chain.xs.index(x)
        text, shaped = tabulated.drawing(own.log_density(x), x, parameters, own.support, False)
        first = [f"if not fill(rng, points[{k}], start, theta, memory):", "    return False"]
        steps.append(f"x{k} = points[{k}, j]")
    for i, (x, mean, variance) in enumerate(chain.steps):
        k = chain.xs.index(x)
        values = {"mean": mean.xreplace(names), "deviation": sqrt(variance).xreplace(names)}
        steps += [
            *lines(values, f"c{i}_"),
            f"x{k} = mean + deviation * rng.standard_normal()",
            f"points[{k}, j] = x{k}",
        ]
    known = [f"t{i} = theta[{i}]" for i in range(len(parameters))]
    return text + IN_SPACE.format(
        first=indented(first, 1), parameters=indented(known, 1), steps=indented(steps, 2)
    ), shaped


def drawn(law: Density, rng: Generator, size: int) -> np.ndarray:
    """Draws from a law with numbers for its parameters, a row for each coordinate. Raises `CannotTell`."""
    chain = chain_of(law)
    known = {}
    if chain.first is not None:
        x, own = chain.first
        known[x] = tabulated.drawn(own, rng, size)
    for x, mean, variance in chain.steps:
        given = lambdify(list(known), [mean, sqrt(variance)], "scipy")
        place, deviation = given(*known.values())
        known[x] = place + deviation * rng.standard_normal(size)
    return np.array([known[x] for x in chain.xs])


__all__ = ["ON_LINE", "drawing_in_space", "drawn"]
