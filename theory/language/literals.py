"""The numbers that a user's code speaks of: in its lines, in what it calls, and in the tables of its file."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any

from sympy import Basic, Expr, Rational, sympify

from .in_hand import NUMBER
from .loops import Named
from .numbers import as_written
from .strangers import strangers
from .truth import is_of_a_library

MOST = 48  # numbers
MOST_QUOTIENTS = 8  # whole numbers of which quotients, sums and products are made
LARGEST = 10_000  # above and below the line
DEEPEST = 6  # levels of functions that are called and of lists in lists


@lru_cache(maxsize=512)
def of_class(kind: type) -> tuple[Expr, ...]:
    """Those of a class, as far as it is a user's."""
    return _listed(x for one in strangers(kind) for name, x in vars(one).items() if not is_plain(name))


@lru_cache(maxsize=512)
def of_function(function: Any) -> tuple[Expr, ...]:
    """Those of a function."""
    return _listed(iter([function]))


def names_in(code: CodeType) -> set[str]:
    """What code speaks of, and code in it."""
    return {*code.co_names}.union(*(names_in(x) for x in code.co_consts if isinstance(x, CodeType)))


def is_plain(name: str) -> bool:
    """Whether Python gives every class an attribute of that name."""
    return name in (
        "__module__",
        "__doc__",
        "__dict__",
        "__weakref__",
        "__annotations__",
        "__signature__",
        "__firstlineno__",
    )


def _listed(things: Iterator[Any]) -> tuple[Expr, ...]:
    seen: set[int] = set()
    found = dict.fromkeys(x for thing in things for x in _in(thing, seen, DEEPEST))
    first = [x for x in found if x.is_real and not (x.is_Rational and max(abs(x.p), x.q) > LARGEST)][:MOST]
    whole = [x for x in first if x.is_Integer and x > 1][:MOST_QUOTIENTS]
    quotients = (Rational(p, q) for p in whole for q in whole if p != q)
    worked_out = (x for p, q in combinations_with_replacement(whole, 2) for x in (p + q, p * q))
    return tuple(dict.fromkeys([*first, *quotients, *worked_out]))


def _in(thing: Any, seen: set[int], depth: int) -> Iterator[Expr]:
    """The numbers in something, and in what it is made of."""
    if isinstance(thing, int | float | Fraction):
        yield as_written(sympify(int(thing) if isinstance(thing, bool) else thing))
    elif isinstance(thing, str):
        if NUMBER.fullmatch(thing):
            yield Rational(thing)
    elif isinstance(thing, Basic):
        if isinstance(thing, Expr) and thing.is_number:
            yield as_written(thing)
    elif depth and id(thing) not in seen:
        seen.add(id(thing))
        for part in parts(thing):
            yield from _in(part, seen, depth - 1)


def parts(thing: Any) -> Iterator[Any]:
    """What a function, a table or a list is made of; of a library's nothing."""
    if isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from (key, value)
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from thing
    elif isinstance(thing, range):
        yield from (thing.start, thing.stop - 1)
    elif isinstance(thing, property):
        yield thing.fget
    elif isinstance(thing, Named):
        yield thing.of
    elif isinstance(thing, type) and not is_of_a_library(thing.__module__):
        yield from (x for name, x in vars(thing).items() if not is_plain(name))
    elif isinstance(thing, staticmethod | classmethod | MethodType):
        yield thing.__func__
    elif hasattr(thing, "__wrapped__"):
        yield inspect.unwrap(thing)
    elif isinstance(thing, FunctionType) and not is_of_a_library(thing.__module__):
        yield from (thing.__defaults__, thing.__kwdefaults__)
        yield from (cell.cell_contents for cell in thing.__closure__ or () if is_filled(cell))
        yield from _of_code(thing.__code__, thing.__globals__)


def is_filled(cell: CellType) -> bool:
    """Whether what a function has from around it is there already."""
    try:
        _ = cell.cell_contents
    except ValueError:  # what it is for comes later in the file
        return False
    return True


def _of_code(code: CodeType, scope: Mapping[str, Any]) -> Iterator[Any]:
    for x in code.co_consts:
        if isinstance(x, CodeType):
            yield from _of_code(x, scope)
        else:
            yield x
    yield from (scope[name] for name in code.co_names if name in scope)


__all__ = ["DEEPEST", "is_filled", "is_plain", "names_in", "of_class", "of_function", "parts"]
