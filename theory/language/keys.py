"""The numbers that a user's code makes keys of: a symbol may be looked up among them, and is never found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import RLock

from sympy import Basic, Expr, Float, Integer, NumberSymbol, Rational

from .truth import is_strange

_PATCHING = RLock()
HASHED = (Basic, Rational, Integer, Float, NumberSymbol)


@contextmanager
def noted_keys() -> Iterator[list[Expr]]:
    """The numbers that meanwhile are hashed by code that is neither SymPy's nor ours, {Rational(3, 4) + 17: 1} among that.

    Those that are Python's own numbers are not seen.
    """
    found: list[Expr] = []

    def noting(of_sympy: Callable[[Expr], int]) -> Callable[[Expr], int]:
        @wraps(of_sympy)
        def hashed(x: Expr) -> int:
            if is_strange(sys._getframe(1)) and isinstance(x, Expr) and x.is_number:
                found.append(x)
            return of_sympy(x)

        return hashed

    with _PATCHING:
        own = {kind: vars(kind)["__hash__"] for kind in HASHED}
        try:  # the clock's signal may come between any two lines
            for kind, of_sympy in own.items():
                kind.__hash__ = noting(of_sympy)  # pyrefly: ignore
            yield found
        finally:
            for kind, of_sympy in own.items():
                kind.__hash__ = of_sympy


__all__ = ["noted_keys"]
