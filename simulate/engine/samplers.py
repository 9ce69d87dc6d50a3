"""From a standard moment to statistics that estimate it: the part that all families share.

A family registers its sampler for its loop type (`sampler.register`). The sampler turns observables into symbols that
stand for recorded arrays; here expressions in those symbols are compiled to NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import Any

import numpy as np
from sympy import Expr, Symbol, lambdify

from theory.language.loops import Loop, Observable
from theory.language.moments import Moment

from .blocks import Records, Statistic


class NoSampler(Exception):
    """A moment that this loop's kernels cannot estimate; the message says why."""


@dataclass(frozen=True)
class Combination:
    """A linear combination of moments of one loop, estimated on the same paths (rule 19)."""

    terms: tuple[tuple[Expr, Moment], ...]

    def __str__(self) -> str:
        return " + ".join(f"{c}*{m}" for c, m in self.terms)


@dataclass(frozen=True)
class Estimand:
    """How one quantity is estimated: the statistics, and the ball of the quantity from their balls."""

    name: str
    statistics: tuple[Statistic, ...]
    combine: Callable[[list[Any]], Any]
    tag: str = "raw"


@singledispatch
def sampler(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """The estimand for a standard moment (numbers for all parameters) of `loop`. Raises `NoSampler` with the reason."""
    raise NoSampler(f"no kernel for {type(loop).__name__}")


def loop_of(wanted: Moment | Combination) -> Loop:
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    loops = {o.loop for m in moments for o in m.atoms(Observable)}
    if len(loops) != 1:
        raise NoSampler("no loop, or more than one")
    return loops.pop()


def kernels(loop: Loop):
    """The module with the kernels of the loop's family: the one of the same name in `simulate`."""
    from importlib import import_module

    family = type(loop).__module__.removeprefix("theory.").split(".")[0]
    try:
        return import_module(f"simulate.{family}")
    except ModuleNotFoundError as error:
        raise NoSampler(f"no kernels for {type(loop).__name__}") from error


@lru_cache(maxsize=20_000)
def estimand(wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment, or a combination of some, is estimated. shift: a number near the mean, for variances."""
    loop = loop_of(wanted)
    kernels(loop)
    return sampler(loop, wanted, shift)


@lru_cache(maxsize=8192)
def _compiled(expr, symbols: tuple[Symbol, ...]) -> Callable:
    return lambdify(symbols, expr, modules=["numpy", "scipy"], cse=True)


def array_function(expr, symbols: Mapping[Any, Symbol]) -> Callable[[Records], np.ndarray]:
    """`expr` in symbols that stand for recorded arrays, {(name, t): symbol}, as a function of the records."""
    used = list(symbols)
    places = [Symbol(f"x{i}") for i in range(len(used))]  # the same function at another generation is compiled once
    f = _compiled(expr.xreplace(dict(zip(symbols.values(), places, strict=True))), tuple(places))

    def values(records: Records) -> np.ndarray:
        arrays = [records[k] for k in used]
        out = f(*arrays)
        return np.broadcast_to(out, next(iter(records.values())).shape) if np.ndim(out) == 0 else out

    return values
