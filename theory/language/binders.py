"""Bound variables: what a sum, a product, an integral, a maximum over the path or a shape runs over.

SymPy simplifies by what a symbol was declared to be (|k| is k where k >= 0) long before anybody looks at the range, so a
declaration has to be true over the whole range. A sum over a range that runs backwards has no agreed value (0, or minus the
terms between): it is undefined, unless it is empty by one, from k to k - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, prod
from typing import Any

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    Integral,
    Lambda,
    Product,
    S,
    Sum,
    Symbol,
    expand,
    oo,
    preorder_traversal,
    sympify,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core import evalf

from .domains import Domain, Integers
from .errors import BadInput
from .extrema import ArgMin
from .laws import Law, Noise
from .moments import PathMax, RisesThenFalls

MOST_LISTED = 3_000  # joint values of bounded integers that an end is looked at for
MOST_TERMS = 50  # of a sum in numbers that SymPy compares, or puts in order
HARMLESS = frozenset(
    {
        "commutative",
        "complex",
        "finite",
        "infinite",
        "extended_real",
        "real",
        "hermitian",
        "antihermitian",
        "imaginary",
        "integer",
        "rational",
        "algebraic",
        "irrational",
        "noninteger",
        "transcendental",
        "zero",
        "nonzero",
        "extended_nonzero",
        "positive",
        "negative",
        "nonnegative",
        "nonpositive",
        "extended_positive",
        "extended_negative",
        "extended_nonnegative",
        "extended_nonpositive",
    }
)  # whole numbers and signs: looked at one by one

PLAIN = frozenset({"commutative", "complex", "finite", "extended_real", "real", "hermitian"})  # as every real number is


@dataclass(frozen=True)
class Range:
    """What one variable of a binder runs over; `around`: the ranges outside of it."""

    binder: Basic
    variable: Symbol
    low: Expr
    high: Expr
    around: tuple[Range, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether whole numbers are meant."""
        if isinstance(self.binder, RisesThenFalls | ArgMin):
            return bool(self.variable.is_integer)
        return not isinstance(self.binder, Integral)

    @property
    def gap(self) -> Expr:
        """What must not be negative for the range to run forwards."""
        return self.high - self.low + (0 if isinstance(self.binder, PathMax | RisesThenFalls | ArgMin) else 1)

    def __str__(self) -> str:
        return f"{type(self.binder).__name__} over {self.variable} from {self.low} to {self.high}"


def ranges(x: Basic, around: tuple[Range, ...] = ()) -> Iterator[Range]:
    """All of an expression or a relation, outer ones first."""
    own = around
    if isinstance(x, ExprWithLimits):
        for limits in reversed(x.limits):  # SymPy writes the inner one first
            if len(limits) == 3:
                own = (*own, Range(x, *limits, around=own))
                yield own[-1]
        yield from ranges(x.function, own)
        return
    if isinstance(x, RisesThenFalls):
        own = (*own, Range(x, *x.limits, around=own))
        yield own[-1]
    for a in x.args:
        yield from ranges(a, own)


# ---- declarations ---------------------------------------------------------------------------------------------------


def examine(relation: Basic, domains: Mapping[Symbol, Domain]) -> None:
    """Raise `BadInput` for a bound variable that was declared to be what it is not over its whole range, or wherever a function
    of it is asked."""
    examine_functions(relation)
    for r in ranges(relation):
        if (problem := _false(r, domains)) is not None:
            plain = "integer=True" if r.counted else "real=True"
            raise BadInput(
                f"{r}: {r.variable} is declared {problem}, which is not seen to hold over the whole range, and SymPy simplifies "
                f"by it; expected a plain Symbol({r.variable.name!r}, {plain})"
            )


def examine_functions(relation: Basic) -> None:
    """Raise `BadInput` for the variable of a `Lambda` that was declared to be what it is not wherever the function is asked: at
    the draws of the law that it belongs to, or that stands beside it; else where a loop says (`asked_at`), or anywhere."""
    for x in preorder_traversal(relation):
        laws = [x] if isinstance(x, Law) else [a for a in x.args if isinstance(a, Law)]
        places = [Noise("of it", law) for law in laws] or [a for a in [getattr(x, "asked_at", None)] if a is not None]
        for f in (a for a in x.args if isinstance(a, Lambda) and len(a.variables) == 1):
            examine_variable(f.variables[0], type(x).__name__, places)


def examine_variable(v: Symbol, asking: str, places: Sequence[Expr] = ()) -> None:
    """Raise `BadInput` where the variable of a function is declared to be more than a real number, and not all of what it is
    asked at is so; places: what that is, if anything is known of it."""
    odd = [word for word, known in v.assumptions0.items() if known and word not in PLAIN]
    odd = [word for word in odd if not (places and all(getattr(z, f"is_{word}") for z in places))]
    if odd:
        word = next((w for w in ("positive", "negative", "nonnegative", "nonpositive", "integer") if w in odd), odd[0])
        raise BadInput(
            f"{v} is declared {word}, which is not seen to hold wherever {asking} asks for a function of it: SymPy simplifies "
            f"by it; expected a plain Symbol({v.name!r}, real=True)"
        )


def _false(r: Range, domains: Mapping[Symbol, Domain]) -> str | None:
    """What a variable is declared to be and need not be; None if there is nothing."""
    v = r.variable
    if odd := sorted(k for k, known in v.assumptions0.items() if known and k not in HARMLESS):
        return odd[0]
    for word in ("imaginary", "noninteger", "irrational", "transcendental", "zero", "infinite"):
        if v.assumptions0.get(word):
            return word
    if v.is_rational and not r.counted:
        return "integer" if v.is_integer else "rational"
    ends = (r.low, r.high) if isinstance(r.binder, Integral) else (r.low,)
    others = (r.low, r.high) if isinstance(r.binder, Integral) else (r.high,)

    def above(strict: bool) -> bool:
        return all(_sign(e, strict and r.counted, r.around, domains) for e in ends)

    def below(strict: bool) -> bool:
        return all(_sign(-e, strict and r.counted, r.around, domains) for e in others)

    if v.is_positive or v.is_nonnegative:
        return None if above(bool(v.is_positive)) else "positive" if v.is_positive else "nonnegative"
    if v.is_negative or v.is_nonpositive:
        return None if below(bool(v.is_negative)) else "negative" if v.is_negative else "nonpositive"
    if v.is_nonzero:
        return None if above(True) or below(True) else "nonzero"
    return None


def _sign(x: Expr, strict: bool, around: tuple[Range, ...], domains: Mapping[Symbol, Domain]) -> bool:
    """x > 0 (>= 0) for all values of the variables in it: by their signs above one end of their domains, or one by one."""
    if x is oo:
        return True
    for r in reversed(around):  # an inner range may end at the variable of an outer one
        if r.variable in x.free_symbols:
            inside = Dummy("k", nonnegative=True, integer=True if r.counted else None)
            ends = [y for y in (r.low + inside, r.high - inside) if not y.is_infinite]
            return any(_sign(x.xreplace({r.variable: y}), strict, r.around, domains) for y in ends)
    free = sorted(x.free_symbols & set(domains), key=str)
    if x.has(oo, -oo, S.NaN):
        return False
    for joint in product(*(_charts(s, domains[s]) for s in free)):
        y = expand(x.xreplace(dict(zip(free, joint, strict=True))))
        if y.is_positive or (not strict and y.is_nonnegative):
            return True
    listed = [domains[s].values for s in free]
    size = 1
    for values in listed:
        size *= len(values) if values is not None else MOST_LISTED + 1
    if size > MOST_LISTED or x.free_symbols - set(free):
        return False
    found = (x.xreplace(dict(zip(free, map(sympify, joint), strict=True))) for joint in product(*listed))  # pyrefly: ignore[no-matching-overload]
    return all(y.is_positive or (not strict and y.is_nonnegative) for y in found)


def _charts(s: Symbol, domain: Domain) -> list[Expr]:
    """The domain, seen from either end."""
    sign = {"integer": True, "nonnegative": True} if isinstance(domain, Integers) else {"positive": True}
    if domain.included:
        sign = {"nonnegative": True}
    y = Dummy("y", **sign)
    return [e for e in (domain.lo + y, domain.hi - y) if not e.is_infinite] or [s]


# ---- endless sums -----------------------------------------------------------------------------------------------------


def _endless(x: ExprWithLimits) -> bool:
    return any(e.is_infinite for limits in x.limits for e in limits[1:])


def _terms(x: ExprWithLimits) -> float:
    """How many terms a sum in numbers has, with those of the sums in each of its terms; infinity where that is not said."""
    count = prod(max(0, int(ends[1] - ends[0]) + 1) if _is_counted(ends) else inf for _, *ends in x.limits)
    return count * (1 + sum(map(_terms, x.function.atoms(Sum, Product))))


def _is_counted(ends: list[Expr]) -> bool:
    return len(ends) == 2 and all(end.is_Integer for end in ends)


def _left_to_balls(kind: type[ExprWithLimits], of_finite: Callable[..., Any]) -> None:
    """SymPy puts numbers into a sum without symbols whenever two sides are compared or terms are ordered: into an endless one
    for hours, perhaps, into one of a hundred terms for seconds, and its digits are guesses. What such a sum is, balls say: an
    endless one is no number for SymPy, of a long one it has no digits.
    """
    is_number = kind.is_number.fget

    def digits(x: Expr, *how: Any) -> Any:
        if not _terms(x) <= MOST_TERMS:  # nor of no term that is itself endless
            raise NotImplementedError
        return of_finite(x, *how)

    kind.is_number = property(lambda x: not _endless(x) and is_number(x))
    evalf.evalf_table[kind] = digits


def _term_by_term(x: Sum, *how: Any) -> Any:
    """SymPy asks for derivatives of the terms, of `binomial(n, k)` for minutes, where a few terms are the sum."""
    *inner, (variable, low, high) = x.limits
    term = Sum(x.function, *inner) if inner else x.function
    return evalf.evalf(Add(*(term.subs(variable, k) for k in range(int(low), int(high) + 1))), *how)


_left_to_balls(Sum, _term_by_term)
_left_to_balls(Product, evalf.evalf_table[Product])


def _integral_left_to_balls(x: Integral, *how: Any) -> Any:
    """SymPy works out the digits of an integral, a quarter of a second each time, wherever two sides are compared; they are
    guesses, and over a pole they end in an error of its own. What an integral is, balls say.
    """
    raise NotImplementedError


evalf.evalf_table[Integral] = _integral_left_to_balls


# ---- at a point -----------------------------------------------------------------------------------------------------


def undefined(x: Basic, at: Mapping[Symbol, Any]) -> str | None:
    """Why a sum, a product or a maximum has no value once numbers are put in; None where all have."""
    for r in ranges(x):
        if not isinstance(r.binder, Sum | Product | PathMax | ArgMin):
            continue
        for outer in _joint(r.around, dict(at)):
            low, high, gap = (e.xreplace(outer) for e in (r.low, r.high, r.gap))
            if not all(e.is_number for e in (low, high)):
                continue
            if r.counted and any(e.is_integer is False and not e.is_infinite for e in (low, high)):
                return f"{r}: from {low} to {high} is no range of integers"
            if gap.is_negative:
                return f"{r}: from {low} to {high} it runs backwards"
    return None


def _joint(around: tuple[Range, ...], at: dict[Symbol, Any]) -> Iterator[dict[Symbol, Any]]:
    """Joint values of the variables of outer ranges: all of a short one, the ends and the middle of a long one."""
    if not around:
        yield at
        return
    *outer, last = around
    for values in _joint(tuple(outer), at):
        low, high = (e.xreplace(values) for e in (last.low, last.high))
        if not (low.is_Integer and high.is_Integer):
            continue
        few = range(int(low), int(high) + 1)
        if len(few) > 60:
            few = sorted({*few[:20], few[len(few) // 2], *few[-20:]})
        for k in few:
            yield {**values, last.variable: sympify(k)}


__all__ = ["Range", "examine", "ranges", "undefined"]
