"""Loops of a user's file, tried once: nothing is redefined which follows from the rest, start and step fit the state."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from sympy import Basic, Dummy, Expr, I, S, Symbol, SympifyError, nan, sqrt, sympify, zoo
from sympy.core.symbol import Str

from .claims import Claim
from .errors import BadInput, CannotTell
from .hints import explained
from .in_symbols import Place, Range, Said, hold
from .laws import Noise
from .likelihood import LikelihoodLoop
from .loops import AFTER, NOW, Loop, Named, Observable, PopulationLoop
from .order import in_order
from .strangers import ours

POINTS = 8  # of a claim
INDEX = Dummy("i", integer=True, positive=True)  # of a draw
T = Symbol("t", integer=True, nonnegative=True)  # any generation
_EXAMINED: set[type[Loop]] = set()
_HELD: set[type[Loop]] = set()
REWRITTEN: set[type] = set()  # classes made here, whose loops are those of a user's class that is held, in other words


def _is_number(x: Basic) -> bool:
    """Whether an expression may stand for a real number: neither a matrix nor infinite, undefined or imaginary."""
    return isinstance(x, Expr) and not x.is_Matrix and not x.is_infinite and not x.has(nan, zoo, I)


FINAL = {  # what no class of a user redefines, and what it may say instead
    "start_at": "which follows from `initial`",
    "step_at": "which follows from `step`: generations that differ are told by CLOCK in `step`",
    "emit_at": "which follows from `emit`",
    "symbols": "whose signs follow from the start and the step: say `coordinate(positive=True)`",
    "model": "which follows from `law_at`",
    "draw": "which follows from `emit`",
}


def _place_of(x: Any, otherwise: CodeType) -> str:
    """Where something in the body of a class is written; what is no function, where its step is."""
    function = x.fget if isinstance(x, property) else x
    code = inspect.unwrap(function).__code__ if isinstance(function, FunctionType) else otherwise
    return f"{code.co_filename}:{code.co_firstlineno}"


def examine(loop: Loop) -> None:
    """Try a loop's step and start. Raises `BadInput`, with the line of the file, where they fail or fit no state."""
    kind = type(loop)
    if kind in _EXAMINED:
        return
    code = inspect.unwrap(kind.step).__code__
    for name, why in FINAL.items():
        owner = next(one for one in kind.__mro__ if name in vars(one))
        if owner is not Loop and not ours(owner):
            raise BadInput(
                f"{kind.__name__} redefines `{name}`, which every loop has, and {why}. A coordinate, an observable or a function "
                "of yours needs another name",
                _place_of(vars(owner)[name], code),
            )
    try:
        said = {"initial": loop.initial}
        if not isinstance(loop, PopulationLoop):
            said["step"] = loop.step(loop.symbols())
    except NotImplementedError:
        raise
    except CannotTell:  # of a law of which nothing is known: another loop of its class may tell
        return
    except Exception as problem:
        lines = [f.lineno for f in traceback.extract_tb(problem.__traceback__) if f.filename == code.co_filename]
        where = f"{code.co_filename}:{lines[-1] if lines else code.co_firstlineno}"
        text = str(problem) if isinstance(problem, BadInput) else _of_state(problem, loop) or explained(problem)
        raise BadInput(f"{kind.__name__}: {text}", where) from problem
    for name, got in said.items():
        if not isinstance(got, dict) or set(got) != set(loop.state):
            shown = ", ".join(map(str, got)) if isinstance(got, dict) else type(got).__name__
            raise BadInput(
                f"{kind.__name__}: `{name}` gives {shown}; expected a dictionary of {', '.join(loop.state)}",
                f"{code.co_filename}:{code.co_firstlineno}",
            )
        for key, x in got.items():
            try:
                number = _is_number(sympify(x, strict=True))
            except SympifyError:
                number = False
            if not number:
                raise BadInput(
                    f"{kind.__name__}: `{name}` gives {x!r} for {key}; expected a number, or an expression in symbols",
                    f"{code.co_filename}:{code.co_firstlineno}",
                )
    _EXAMINED.add(kind)


def _of_state(problem: Exception, loop: Loop) -> str | None:
    """The message where a step takes its state for what it is not: the coordinates in a row, or their only one."""
    if not isinstance(problem, KeyError) and not re.search("'(dict|str)'|sequence|unpack", str(problem)):
        return None
    name = next(iter(loop.state), "x")
    return (
        f"{type(problem).__name__}: {problem}; `state` is a dictionary of {', '.join(loop.state)}: "
        f'state["{name}"], and so is what `step` gives'
    )


def hold_in_symbols(loop: Loop, besides: Iterable[Place] = ()) -> None:
    """Raise `BadInput` where what a user's loop says of symbols is not what it says of numbers, or of other symbols.

    besides: numbers for its parameters, where it is looked at, too.
    """
    if not ours(type(loop)):
        _hold_in_symbols(loop, tuple(tuple(at.items()) for at in besides))


def hold_loops(claim: Claim, case: Mapping[str, Any]) -> None:
    """The same of the loops of a claim in one of its cases, at some of its points, too."""
    for loop in in_order(x for x in claim.relation(case).atoms(Loop) if not ours(type(x))):
        points = (p.values for p in claim.points(POINTS))
        hold_in_symbols(loop, [{s: sympify(at[name]) for name, s in claim.symbols.items()} for at in points])


def hold_by_itself(loop: Loop) -> None:
    """The same at places of its own; of loops with numbers for their parameters one of a class, for there may be thousands."""
    kind = type(loop)
    if kind in REWRITTEN:
        return
    if loop.free_symbols or kind not in _HELD:
        hold_in_symbols(loop)
        _HELD.add(kind)


@lru_cache(maxsize=4096)
def _hold_in_symbols(loop: Loop, besides: tuple[tuple[tuple[Symbol, Any], ...], ...]) -> None:
    hold(loop, _said(loop), map(dict, besides))


def _drawn(loop: Loop, at: Mapping[str, Any]) -> Expr:
    """A fresh draw, whose parts are named by their order: their own names have the index in them. Where one of them vanishes
    the others have the place that they have in symbols."""

    def draw(state: Mapping[str, Any]) -> Expr:
        return sympify(loop.emit(dict(state), at[""]))

    x = draw({name: value for name, value in at.items() if name})
    names = {z.args[0] for z in x.atoms(Noise)}
    if names and not x.free_symbols & set(loop.symbols().values()):  # in numbers
        names |= {z.args[0] for z in draw(loop.symbols()).atoms(Noise)}
    named = dict(zip(sorted(names, key=str), map(Str, map(str, range(len(names)))), strict=True))
    return x.xreplace(named)


def _between(low: Expr, high: Expr, holds: Callable[[Expr], bool]) -> Range:
    """The numbers from low to high of which something holds; some of them, should none of those that are tried be there."""
    some = [(3 * low + high) / 4, (low + high) / 2] if low.is_finite and high.is_finite else []
    some += [low + 1, low + sqrt(2)] if low.is_finite else [high - 1, high - sqrt(2)] if high.is_finite else []
    return Range(holds, tuple(x for x in some if x.is_number))


def _ranges(loop: LikelihoodLoop, xs: Iterable[str]) -> dict[str, Range]:
    """What the parameters of a model, and its draws, may be: off its support a formula that is rewritten, `loggamma(x + r)`, may
    be another one."""
    where = loop.space

    def is_there(x: Expr) -> bool:
        inside = x in where.listed if where.listed else x.is_integer or not where.whole
        return bool(inside) and all(r != S.false for r in (where.low <= x, x <= where.high))

    of_draws = Range(is_there, where.listed[:4]) if where.listed else _between(where.low, where.high, is_there)
    of_parameters = {n: _between(p.domain.lo, p.domain.hi, p.domain.contains) for n, p in loop.parameters.items()}
    return {**of_parameters, **dict.fromkeys(xs, of_draws)}


def _said(loop: Loop) -> Iterator[Said]:
    """What a loop says: its start, its step, its draws, its model's law, and what is observed."""
    kind, state = type(loop), loop.symbols()
    yield Said("initial", lambda one, at: one.initial, {})
    if isinstance(loop, PopulationLoop):
        around = {"after": AFTER, "now": NOW}
        for name in ("estimating", "objective", "stationary"):
            if hasattr(kind, name):
                yield Said(name, lambda one, at, name=name: getattr(one, name)(at["after"], at["now"]), around)
    else:
        yield Said("step", lambda one, at: one.step(dict(at)), state)
    yield Said("emit", _drawn, {**state, "": INDEX})
    if isinstance(loop, LikelihoodLoop):
        yield Said("support", lambda one, at: one.space, {})
        xs = {f"x{i}": Dummy(f"x{i}", real=True) for i in range(int(loop.space.d))}

        def log_density(one: Any, at: Mapping[str, Any]) -> Any:
            x = tuple(at[name] for name in xs)
            return one.log_density_at({name: at[name] for name in state}, x if len(x) > 1 else x[0])

        yield Said("log_density", log_density, {**state, **xs}, _ranges(loop, xs))
    else:
        yield Said("law_at", lambda one, at: one.law_at(at["t"]), {"t": T})
    for name in ("tables", "candidates", "definition"):
        if hasattr(kind, name):
            yield Said(name, lambda one, at, name=name: getattr(one, name), {})
    for name in sorted({n for one in kind.__mro__ for n, x in vars(one).items() if isinstance(x, Named) and x.of}):
        yield Said(name, lambda one, at, name=name: one.in_state(Observable(one, name, at["t"])), {"t": T})
        yield Said(name, lambda one, at, name=name: getattr(type(one), name).of(one, one.folded(dict(at))), state)


__all__ = ["REWRITTEN", "examine", "hold_by_itself", "hold_in_symbols", "hold_loops"]
