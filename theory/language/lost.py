"""What is lost when a formula is written: x/x is 1 to SymPy, also for an x that is 0, and log(x) - log(x) is 0, also below 0.

Where a claim's function, or the step of a loop, writes something that need not have a value, and what comes of it does not show
it any more, that is noted: a divisor, a root, a function that is not everywhere, a moment that may be infinite. The operators and
functions of SymPy do so while somebody listens (`asked`); their outcomes are as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any

from sympy import Expr, Function, Mul, Piecewise, Pow, ceiling, exp, floor, gamma, log, loggamma, sign, sqrt

from .asked import is_heard, lose, unheard
from .functions import CONTINUOUS

Parts = dict[tuple[str, Expr], Expr]  # by what they ask for: any power below 0 of a number asks for the same
EVERYWHERE = (*CONTINUOUS, sign, floor, ceiling, Piecewise)  # what is in their arguments is looked at by itself


def compare(before: Iterable[Any], after: Any, divisors: Iterable[Expr] = ()) -> None:
    """Note what need not have a value in what was written, or in 1 over the divisors, and is not in what came of it."""
    if not is_heard() or not isinstance(after, Expr):
        return
    with unheard():
        written: Parts = {("divided", x): Pow(x, -1) for x in divisors if x.free_symbols and x.is_zero is not False}
        for x in before:
            if isinstance(x, Expr):
                written |= _parts(x)
        seen = _parts(after) if written else {}
        gone = [written[key] for key in sorted(written.keys() - seen.keys(), key=str)]
    for form in gone:
        lose(form)


@lru_cache(maxsize=16384)
def _parts(x: Expr) -> Parts:
    """What in x need not have a value, outside of its moments."""
    if getattr(x, "is_moment", False):
        return {("moment", x): x}
    out: Parts = {}
    if x.is_Pow and x.free_symbols:
        base, power = x.args
        if not power.is_nonnegative and base.is_zero is not False:
            out["divided", base] = Pow(base, -1)
        if not power.is_integer and not base.is_nonnegative:
            out["root", base] = sqrt(base)
    elif isinstance(x, Function) and x.free_symbols and not _has_value(x):
        out["function", x] = x
    for a in x.args:
        if isinstance(a, Expr):
            out |= _parts(a)
    return out


def _has_value(x: Function) -> bool:
    return isinstance(x, EVERYWHERE) or (isinstance(x, log | gamma | loggamma) and bool(x.args[0].is_positive))


def _factors(x: Any) -> list[Expr]:
    return [f.as_base_exp()[0] for f in Mul.make_args(x)] if isinstance(x, Expr) else []


def _noting(of_sympy: Callable, divides: Callable[[Any, Any], Any] | None = None) -> Callable:
    """An operator; divides: by which of its two arguments, if it does."""

    @wraps(of_sympy)
    def operator(self: Expr, other: Any) -> Any:
        out = of_sympy(self, other)
        if is_heard():
            compare((self, other), out, _factors(divides(self, other)) if divides else ())
        return out

    return operator


def _noting_function(of_sympy: Callable) -> Callable:
    @wraps(of_sympy)
    def apply(cls: type[Function], *args: Any, **options: Any) -> Any:
        out = of_sympy(cls, *args, **options)
        compare(args, out)
        return out

    return apply


for _name, _divides in {
    **dict.fromkeys(("add", "radd", "sub", "rsub", "mul", "rmul", "pow", "rpow")),
    **dict.fromkeys(("truediv", "floordiv", "mod"), lambda x, y: y),
    **dict.fromkeys(("rtruediv", "rfloordiv", "rmod"), lambda y, x: y),
}.items():
    setattr(Expr, f"__{_name}__", _noting(getattr(Expr, f"__{_name}__"), _divides))
for _kind in {Function, *(kind for kind in exp.__mro__ if kind.__name__ == "DefinedFunction")}:  # since SymPy 1.14
    _kind.__new__ = _noting_function(_kind.__new__)  # type: ignore[method-assign]

__all__ = ["compare"]
