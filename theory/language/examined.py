"""Loops of a user's file, tried once: nothing is redefined which follows from the rest, start and step fit the state."""

from __future__ import annotations

import inspect
import re
import traceback
from types import CodeType, FunctionType
from typing import Any

from sympy import Basic, Expr, I, SympifyError, nan, sympify, zoo

from .errors import BadInput, CannotTell
from .hints import explained
from .loops import Loop, PopulationLoop
from .strangers import ours

_EXAMINED: set[type[Loop]] = set()


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


__all__ = ["examine"]
