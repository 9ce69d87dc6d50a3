"""The numbers that a user's code makes keys of: a symbol may be looked up among them, and is never found."""

from __future__ import annotations

import numbers
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dis import opname
from functools import wraps
from itertools import islice
from threading import RLock
from types import CodeType, FrameType
from typing import Any

from sympy import Basic, Expr, Float, Integer, NumberSymbol, Rational, sympify

from .numbers import as_written
from .truth import is_strange

_PATCHING = RLock()
MAKING = ("BUILD_MAP", "BUILD_CONST_KEY_MAP", "BUILD_SET", "CALL", "CALL_FUNCTION_EX", "DICT_UPDATE", "SET_UPDATE")
MOST_KEYS = 64  # of a table, whatever their values
MOST_LOOKED_AT = 4096
MOST_WRITTEN = 80  # of a value
HASHED = (Basic, Rational, Integer, Float, NumberSymbol)


class Keys(list[Expr]):
    """Keys; `unnamed`: what was looked up in a table that is made where it is asked, and has no name by which to read it."""

    unnamed: Expr | None = None


@contextmanager
def noted_keys() -> Iterator[Keys]:
    """The numbers that meanwhile are hashed by code that is neither SymPy's nor ours, {Rational(3, 4) + 17: 1} among that.

    Python's own numbers tell nobody that they are hashed. They are read off the tables that such code asks by their methods,
    `{3 * len(x): 1}.get(self.a)`, and has names for.
    """
    found = Keys()

    # tables, each read once while it has as many keys; they stay, so that no other one has its place
    read: dict[tuple[int, int], Any] = {}

    def reading(table: Any) -> None:
        if isinstance(table, Mapping | Set) and (known := (id(table), len(table))) not in read:
            read[known] = table
            found.extend(_keys_of(table))

    def passing(frame: FrameType, event: str, of: Any) -> None:
        if event == "c_call" and is_strange(frame):
            reading(getattr(of, "__self__", None))
        elif event == "return" and is_strange(frame):
            for table in frame.f_locals.values():
                reading(table)

    def noting(of_sympy: Callable[[Expr], int]) -> Callable[[Expr], int]:
        @wraps(of_sympy)
        def hashed(x: Expr) -> int:
            frame = sys._getframe(1)
            if isinstance(x, Expr) and is_strange(frame):
                if x.is_number:
                    found.append(x)
                elif _has_no_name(frame):
                    found.unnamed = x
            return of_sympy(x)

        return hashed

    with _PATCHING:
        own, before = {kind: vars(kind)["__hash__"] for kind in HASHED}, sys.getprofile()
        try:  # the clock's signal may come between any two lines
            for kind, of_sympy in own.items():
                kind.__hash__ = noting(of_sympy)  # pyrefly: ignore
            sys.setprofile(passing)
            yield found
        finally:
            sys.setprofile(before)
            for kind, of_sympy in own.items():
                kind.__hash__ = of_sympy


def _has_no_name(frame: FrameType) -> bool:
    """Whether code looks something up by `in`, or by brackets, in a table that it makes in the same expression."""
    *_, (op, (line, last, column, end)) = islice(_operations(frame.f_code), frame.f_lasti // 2 + 1)
    if op not in ("CONTAINS_OP", "BINARY_SUBSCR"):
        return False
    for made, (first, ends, begins, until) in _operations(frame.f_code):
        whole = (first, ends, begins, until) == (line, last, column, end)
        beside = (ends, until) == (last, end) if op == "CONTAINS_OP" else (first, begins) == (line, column)
        if made in MAKING and beside and not whole:
            return True
    return False


def _operations(code: CodeType) -> Iterator[tuple[str, Any]]:
    """The operations of code, with where they are written."""
    return zip((opname[x] for x in code.co_code[::2]), code.co_positions(), strict=True)


def _keys_of(table: Any, depth: int = 2) -> Iterator[Expr]:
    """The numbers among the keys of a table, and of tables in it: the first ones, and of the others two for each value."""
    if not isinstance(table, Mapping | Set):
        return
    seen: Counter[str] = Counter()
    for count, x in enumerate(islice(table, MOST_LOOKED_AT)):
        value = table[x] if type(table) is dict else None
        if depth and isinstance(value, Mapping | Set):
            yield from _keys_of(value, depth - 1)
        seen[words := _words(value)] += 1
        if (count < MOST_KEYS or seen[words] <= 2) and (number := _number(x)) is not None:
            yield number


def _words(value: Any) -> str:
    """A value in a few words, by which values are told apart; of one that cannot be written, of what kind it is."""
    try:
        return repr(value)[:MOST_WRITTEN]
    except Exception:  # it is raised by the code that is listened to, and is no error of its step
        return type(value).__name__


def _number(x: Any) -> Expr | None:
    """A key that is a real number, Python's own or NumPy's or a decimal; those of SymPy tell that they are hashed."""
    if not isinstance(x, numbers.Number) or isinstance(x, bool | complex | Basic):
        return None
    try:
        written = as_written(sympify(x))
    except Exception:  # it is no error of the code that has such a key
        return None
    return written if isinstance(written, Expr) and written.is_finite else None


__all__ = ["noted_keys"]
