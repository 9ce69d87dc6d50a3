"""Sums and products over whole numbers, in one way of writing them: from 0 on, equal terms in one form, ends that differ by a
few written out.

All run forwards, or are empty by one: that is asked for elsewhere (`ranges`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Add, Dummy, Expr, Mul, Product, S, Sum, Symbol, cancel, expand, factor_list, fraction, gamma, together
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.errors import CannotTell

MOST_WRITTEN = 60  # terms
MOST_INSIDE = 4  # of sums and products in each other


def index(height: int) -> Symbol:
    """What a sum, or a product, with so many others in it runs over."""
    return Symbol(f"_i{height}", integer=True, nonnegative=True)


def from_0(x: Sum | Product) -> tuple[Expr, Symbol, Expr]:
    """(term, variable, last value of it) with a variable that runs from 0 on. Raises `CannotTell` for other ranges."""
    if not isinstance(x, Sum | Product) or len(x.limits) != 1 or len(x.limits[0]) != 3:
        raise CannotTell(f"a {type(x).__name__} over several variables, or without ends")
    k, low, high = x.limits[0]
    if low.is_infinite or high.is_infinite:
        raise CannotTell(f"a {type(x).__name__} without an end")
    if not (low.is_integer and high.is_integer):
        raise CannotTell(f"a {type(x).__name__} that is not seen to run over whole numbers")
    j = Dummy(k.name, integer=True, nonnegative=True)
    return x.function.xreplace({k: low + j}), j, expand(high - low)


def canonical(*parts: Expr) -> list[Expr]:
    """Expressions with their sums and products in one way of writing. Raises `CannotTell`."""
    found = _canonical(*parts)
    nested = any(b.function.has(ExprWithLimits) for x in parts for b in x.atoms(ExprWithLimits))
    return _canonical(*found) if nested else found  # what is written out of a sum ends elsewhere than others do


def _canonical(*parts: Expr) -> list[Expr]:
    done: set[Symbol] = set()
    for height in range(1, MOST_INSIDE + 1):
        j = index(height)
        found = sorted({b for x in parts for b in _innermost(x, done)}, key=str)
        if not found:
            return [_with_gammas(x) for x in parts]
        pieces = {b: _pieces(b, j) for b in found}
        least: dict[tuple[Any, Expr, Expr], int] = {}
        for b, listed in pieces.items():
            for _, term, last in listed:
                moving, number = _split(last)
                key = (type(b), term, moving)
                least[key] = min(least.get(key, number), number)
        put = {}
        for b, listed in pieces.items():
            total = []
            for c, term, last in listed:
                moving, number = _split(last)
                total.append(_written(type(b), c, term, j, moving, least[type(b), term, moving], number))
            put[b] = (Add if isinstance(b, Sum) else Mul)(*total)
        parts = tuple(x.xreplace(put) for x in parts)
        done.add(j)
    raise CannotTell("too many sums and products in each other")


def _innermost(x: Expr, done: set[Symbol]) -> Iterator[Sum | Product]:
    """The sums and products that have none in them but those that are done."""
    for b in x.atoms(ExprWithLimits):
        if b.limits[0][0] in done:
            continue
        if not any(y.limits[0][0] not in done for y in b.function.atoms(ExprWithLimits)):
            yield b


def _pieces(b: Sum | Product, j: Symbol) -> list[tuple[Expr, Expr, Expr]]:
    """[(factor, term, last value of the index)]: what is to be added, or multiplied, each term in one form."""
    term, k, last = from_0(b)
    term = _again(term.xreplace({k: j}))
    if isinstance(b, Product):
        return [(S.One, _lowest(term) if not term.has(ExprWithLimits) else term, last)]
    held = {x: Dummy("b") for x in sorted(term.atoms(ExprWithLimits), key=str)}
    inside = {d: x for x, d in held.items()}
    moves = [j, *(d for x, d in held.items() if x.has(j))]
    out = []
    for part in Add.make_args(_lowest(term.xreplace(held))):
        c, moving = part.as_independent(*moves, as_Add=False)
        out.append((c.xreplace(inside), moving.xreplace(inside), last))
    return out


def _again(x: Expr) -> Expr:
    """What is in a sum with its own sums and products as they are written once another index is put in."""
    if isinstance(x, Sum | Product):
        i, _, last = x.limits[0]
        inside = _again(x.function) if x.function.has(ExprWithLimits) else _lowest(x.function)
        return x.func(inside, (i, 0, expand(last)))
    return x.func(*map(_again, x.args)) if x.has(ExprWithLimits) else x


def _lowest(x: Expr) -> Expr:
    """A term in one form: a quotient of polynomials with the numerator multiplied out, if it is one."""
    if not x.is_rational_function():
        return expand(x)
    top, bottom = fraction(cancel(together(x)))
    content, found = factor_list(bottom)
    below = Mul(*(f**-k for f, k in found))
    return Add(*(part * below for part in Add.make_args(expand(top / content))))


def _split(last: Expr) -> tuple[Expr, int]:
    number, moving = expand(last).as_coeff_Add()
    if not number.is_Integer:
        raise CannotTell(f"a range up to {last}")
    return moving, int(number)


def _written(kind: Any, c: Expr, term: Expr, j: Symbol, moving: Expr, least: int, number: int) -> Expr:
    """A sum up to moving + number by the one up to moving + least; one up to a number is written out."""
    if moving == 0:
        if number >= MOST_WRITTEN:
            raise CannotTell("a sum, or a product, that is too long to be written out")
        whole, rest = (S.Zero if kind is Sum else S.One), [term.xreplace({j: S(i)}) for i in range(number + 1)]
    else:
        if number - least > MOST_WRITTEN:
            raise CannotTell("sums, or products, whose ends are far from each other")
        whole = kind(term, (j, 0, moving + least))
        rest = [term.xreplace({j: moving + i}) for i in range(least + 1, number + 1)]
    return c * Add(whole, *rest) if kind is Sum else Mul(whole, *rest)


def _with_gammas(x: Expr) -> Expr:
    """Products that are in no sum by gammas, where they are such."""
    if isinstance(x, Product):
        j, _, last = x.limits[0]
        found = _by_gammas(x.function, j, last)
        return x if found is None else found
    if isinstance(x, Sum) or not x.has(Product):
        return x
    return x.func(*map(_with_gammas, x.args))


def _by_gammas(term: Expr, j: Symbol, last: Expr) -> Expr | None:
    """A product of linear factors a j + b, with a, b > 0, or of what does not move; None of others."""
    if not term.is_rational_function(j) or term.has(ExprWithLimits):
        return None
    out = []
    for part, sign in zip(fraction(together(term)), (1, -1), strict=True):
        number, found = factor_list(part)
        out.append(number ** (sign * (last + 1)))
        for f, k in found:
            if not f.has(j):
                out.append(f ** (sign * k * (last + 1)))
                continue
            a, b = f.coeff(j, 1), f.xreplace({j: S.Zero})
            if expand(f - a * j - b) != 0 or not (a.is_positive and b.is_positive):
                return None
            out.append((a ** (last + 1) * gamma(b / a + last + 1) / gamma(b / a)) ** (sign * k))
    return Mul(*out)


def ranges(x: Expr) -> Iterator[tuple[Expr, list[tuple[Symbol, Expr]]]]:
    """What has to be 0 or more for each sum and product to run forwards, and the indices around it, each with its last value."""
    yield from _ranges(x, [])


def _ranges(x: Expr, around: list[tuple[Symbol, Expr]]) -> Iterator[tuple[Expr, list[tuple[Symbol, Expr]]]]:
    if isinstance(x, Sum | Product):
        term, j, last = from_0(x)
        yield last + 1, around
        yield from _ranges(term, [*around, (j, last)])
        for a in x.limits[0][1:]:
            yield from _ranges(a, around)
        return
    for a in x.args:
        if isinstance(a, Expr) and a.has(ExprWithLimits):
            yield from _ranges(a, around)
