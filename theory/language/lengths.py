"""How long an expression is."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb, prod
from typing import Any

from sympy import Add, Basic, Expr, Mul, Pow, S, exp, expand, postorder_traversal

MANY = 40
MOST_BITS = 100_000  # of a power of a number, which is written out
MOST_OF_A_ROOT = 32  # bits of an exponent that is no whole number


def operations(x: Basic) -> int:
    """How many operations an expression is written with, as often as they stand in it: two for a sum of three terms.

    A minus and a fraction's bar count with the sum or the product that they stand in. A fiftieth of the work of SymPy's
    `count_ops`, which also asks of every number and term how it would be printed.
    """
    count, todo = 0, [x]
    while todo:
        args = todo.pop().args
        if args:
            count += len(args) - 1 or 1
            if args[0] is S.NegativeOne or args[-1] is S.NegativeOne:  # of a product; of a power
                count -= 1
            todo += args
    return count


def terms_when_expanded(x: Basic) -> int:
    """How many terms an expression has when it is multiplied out, those of its denominators among them, at most: nothing is
    collected. Of the base of x^(t + 10) the tenth power is multiplied out."""
    if isinstance(x, Add):
        return sum(map(terms_when_expanded, x.args))
    if isinstance(x, Mul):
        return prod(map(terms_when_expanded, x.args))
    if isinstance(x, Pow):
        inside, (whole, rest) = terms_when_expanded(x.base), x.exp.as_coeff_Add()
        power = abs(int(whole)) if whole.is_Integer else 0
        if min(inside - 1, power) > MANY:  # more than 10^23, of which nobody wants the digits
            return comb(2 * MANY, MANY)
        return max(inside if rest else 1, comb(inside + power - 1, power))
    return max(map(terms_when_expanded, x.args), default=1)


def highest_power(x: Basic) -> int:
    """The largest power, or one over it, of what is no number: a sum to it is as long when it is written out. Of x^(t + 500) it
    is 500."""
    powers = ((p.base, p.exp.as_coeff_Add()[0]) for p in x.atoms(Pow))
    return max((abs(int(whole)) for base, whole in powers if whole.is_Integer and base.free_symbols), default=0)


def highest_rate(x: Basic) -> int:
    """The largest number in the rates of its exponentials: to SymPy exp(7*x/5) is the seventh power of exp(x/5)."""
    exponents = {y for e in x.atoms(exp) for y in (e.args[0], expand(e.args[0]))}
    rates = (term.as_coeff_Mul()[0] for y in exponents for term in Add.make_args(y))
    return max((max(abs(rate.p), rate.q) for rate in rates if rate.is_Rational), default=0)


def is_too_long(x: Any, put: Mapping[Expr, Expr]) -> bool:
    """Whether there is a power of a number in an expression, or in a list or a dictionary of such, at these values, that is too
    long to be written out: 2**2**63."""
    if isinstance(x, Mapping):
        x = tuple(x.values())
    if isinstance(x, list | tuple):
        return any(is_too_long(y, put) for y in x)
    if not isinstance(x, Basic):
        return False
    at: dict[Basic, Any] = {}
    for part in postorder_traversal(x):
        if isinstance(part, Pow) and all(at[a].is_Rational for a in part.args):
            base, e = (at[a] for a in part.args)
            if (
                not e.is_Integer and max(abs(e.p), e.q).bit_length() > MOST_OF_A_ROOT
            ):  # SymPy looks for what can be taken out
                return True
            if abs(e) * max(abs(base.p), base.q).bit_length() > MOST_BITS and abs(base) not in (0, 1):
                return True
        rebuilt = part.func(*(at[a] for a in part.args)) if isinstance(part, Add | Mul | Pow) else part
        at[part] = put.get(part, rebuilt)
    return False
