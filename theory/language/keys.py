"""The numbers that a user's code makes keys of: a symbol may be looked up among them, and is never found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dis import opname
from fractions import Fraction
from functools import wraps
from itertools import islice
from math import isfinite
from threading import RLock
from types import CodeType, FrameType
from typing import Any

from sympy import Basic, Expr, Float, Integer, NumberSymbol, Rational, sympify

from .numbers import as_written
from .truth import is_strange

_PATCHING = RLock()
MAKING = ("BUILD_MAP", "BUILD_CONST_KEY_MAP", "BUILD_SET", "CALL", "CALL_FUNCTION_EX", "DICT_UPDATE", "SET_UPDATE")
MOST_KEYS = 64  # of a table
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

    def passing(frame: FrameType, event: str, of: Any) -> None:
        if event == "c_call" and is_strange(frame):
            found.extend(_keys_of(getattr(of, "__self__", None)))
        elif event == "return" and is_strange(frame):
            found.extend(key for table in frame.f_locals.values() for key in _keys_of(table))

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


def _keys_of(table: Any) -> Iterator[Expr]:
    """Python's own numbers among the keys of a table."""
    if isinstance(table, Mapping | Set):
        keys = islice((x for x in table if isinstance(x, int | float | Fraction)), MOST_KEYS)
        yield from (as_written(sympify(x)) for x in keys if not isinstance(x, bool) and isfinite(x))


__all__ = ["noted_keys"]
