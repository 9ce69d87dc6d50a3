"""What is lost when a formula is written: x/x is 1 to SymPy, also for an x that is 0, and sqrt(x)**2 is x, also below 0.

What a claim's function, or the step of a loop, has divided by, or has taken the root of, is noted where what comes of it shows it
no more.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import wraps
from typing import Any

from sympy import Expr, Mul, Pow

from .asked import is_heard, lose


def reduced(before: Expr, after: Expr) -> None:
    """Note what one form of an expression divides by, and another one does not, if anybody listens."""
    if is_heard() and before != after:
        _combined(before, None, after)


def _combined(x: Any, y: Any, out: Expr, further: Set[Expr] = frozenset()) -> None:
    """Of x and y, and of the divisors that come with the operation, those by which the outcome does not divide."""
    for divisor in sorted((_divisors(x) | _divisors(y) | further) - _divisors(out), key=str):
        if divisor.is_zero is not False:
            lose(1 / divisor)


def _divisors(x: Any) -> set[Expr]:
    return {p.base for p in x.atoms(Pow) if p.exp.could_extract_minus_sign()} if isinstance(x, Expr) else set()


def _divided(x: Any, y: Any, out: Expr) -> None:
    _combined(x, y, out, {f.as_base_exp()[0] for f in Mul.make_args(y)} if isinstance(y, Expr) else set())


def _raised(x: Any, power: Any, out: Expr) -> None:
    if (
        isinstance(x, Pow)
        and x.exp.is_Rational
        and not x.exp.is_integer
        and not out.has(x)
        and not x.base.is_nonnegative
    ):
        lose(x)
    _combined(x, power, out)


def _noting(of_sympy: Callable, note: Callable[[Any, Any, Expr], None]) -> Callable:
    @wraps(of_sympy)
    def operator(self: Expr, other: Any) -> Any:
        out = of_sympy(self, other)
        if is_heard() and isinstance(out, Expr):
            note(self, other, out)
        return out

    return operator


for _name, _note in {
    **dict.fromkeys(("add", "radd", "sub", "rsub", "mul", "rmul"), _combined),
    "truediv": _divided,
    "rtruediv": lambda y, x, out: _divided(x, y, out),
    "pow": _raised,
}.items():
    setattr(Expr, f"__{_name}__", _noting(getattr(Expr, f"__{_name}__"), _note))
