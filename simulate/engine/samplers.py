"""From a standard moment to statistics that estimate it: the part that all families share.

A family registers its sampler for its loop type (`sampler.register`). The sampler turns observables into symbols that
stand for recorded arrays; here expressions in those symbols are compiled to NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    if sampler.dispatch(type(loop)) is sampler.dispatch(object):  # not registered yet
        kernels(loop)
    return sampler(loop, wanted, shift)


@lru_cache(maxsize=8192)
def _compiled(expr, symbols: tuple[Symbol, ...]) -> Callable:
    return lambdify(symbols, expr, modules=["numpy", "scipy"], cse=True)


# The functions of the paths are objects with data, not closures: a process of a pool must be able to receive them.


@dataclass(frozen=True)
class ArrayFunction:
    """An expression in symbols that stand for recorded arrays: a function of the records.

    keys: the records (name, t) that it reads.  The expression is in x0, x1, ... in their order, so that the same
    function at another generation is compiled once.
    """

    expr: Any
    keys: tuple[Any, ...]

    def __call__(self, records: Records) -> np.ndarray:
        f = _compiled(self.expr, tuple(Symbol(f"x{i}") for i in range(len(self.keys))))
        out = f(*(records[k] for k in self.keys))
        return np.broadcast_to(out, next(iter(records.values())).shape) if np.ndim(out) == 0 else out


def array_function(expr, symbols: Mapping[Any, Symbol]) -> ArrayFunction:
    """`expr` in symbols that stand for recorded arrays, {(name, t): symbol}, as a function of the records."""
    places = {s: Symbol(f"x{i}") for i, s in enumerate(symbols.values())}
    return ArrayFunction(expr.xreplace(places), tuple(symbols))


@dataclass(frozen=True)
class PathMaximum:
    """The maximum over generations of a function of the state; times a factor, or whether it reaches a level."""

    function: ArrayFunction  # reads the records of one generation; their time is replaced
    times: Sequence[int]
    factor: ArrayFunction | None = None
    level: float | None = None
    strict: bool = False

    def __call__(self, records: Records) -> np.ndarray:
        top = None
        for t in self.times:
            x = self.function({key: records[key[0], t] for key in self.function.keys})
            top = x.copy() if top is None else np.maximum(top, x, out=top)
        assert top is not None
        if self.level is not None:
            return top > self.level if self.strict else top >= self.level
        return top * self.factor(records) if self.factor is not None else top


@dataclass(frozen=True)
class WeightedSum:
    """A linear combination of functions of the same paths."""

    terms: tuple[tuple[float, Callable[[Records], np.ndarray]], ...]

    def __call__(self, records: Records) -> np.ndarray:
        return np.sum([c * np.asarray(f(records), dtype=float) for c, f in self.terms], axis=0)
