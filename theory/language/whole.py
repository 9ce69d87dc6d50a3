"""Whole numbers that are listed in a claim: Python's, but for quotients and powers, which are exact.

`Points(2, 3)` hands a claim's function numbers that may shape a loop or a range. Of Python's own 1/3 would be a decimal number,
and a formula with it one that is never proved.
"""

from __future__ import annotations

from typing import Any

from sympy import Integer


class Whole(int):
    """An int whose quotients with whole numbers are rational numbers of SymPy; sums, differences and products are of its kind."""

    def __truediv__(self, other: Any) -> Any:
        return Integer(self) / int(other) if isinstance(other, int) and other else int.__truediv__(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return Integer(int(other)) / int(self) if isinstance(other, int) and self else int.__rtruediv__(self, other)

    def __pow__(self, other: Any, mod: Any = None) -> Any:
        if isinstance(other, int) and other < 0 and self and mod is None:
            return Integer(self) ** int(other)
        return _kept(int.__pow__(self, other, mod))

    def __add__(self, other: Any) -> Any:
        return _kept(int.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return _kept(int.__radd__(self, other))

    def __sub__(self, other: Any) -> Any:
        return _kept(int.__sub__(self, other))

    def __rsub__(self, other: Any) -> Any:
        return _kept(int.__rsub__(self, other))

    def __mul__(self, other: Any) -> Any:
        return _kept(int.__mul__(self, other))

    def __rmul__(self, other: Any) -> Any:
        return _kept(int.__rmul__(self, other))

    def __neg__(self) -> Whole:
        return Whole(int.__neg__(self))


def _kept(x: Any) -> Any:
    return Whole(x) if type(x) is int else x


def exact(x: Any) -> Any:
    """A listed value with its whole numbers as `Whole`."""
    if type(x) is int:
        return Whole(x)
    return tuple(map(exact, x)) if type(x) is tuple else x
