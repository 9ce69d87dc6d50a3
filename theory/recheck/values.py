"""What the parts of an expression take to be real numbers: roots and logarithms of what is not negative, no gamma at a pole.

That nothing is divided by 0 is asked for elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import (
    Abs,
    Add,
    Expr,
    Mul,
    Pow,
    Product,
    Sum,
    atan,
    binomial,
    cos,
    cosh,
    erf,
    erfc,
    erfcinv,
    erfinv,
    exp,
    factor_terms,
    factorial,
    gamma,
    harmonic,
    log,
    loggamma,
    polygamma,
    sin,
    sinh,
    tanh,
)

from ..language.errors import CannotTell
from ..language.functions import Named
from ..language.loops import Observable
from .binders import from_0

EVERYWHERE = (Add, Mul, Abs, exp, erf, erfc, sin, cos, sinh, cosh, tanh, atan)  # with a value at all real numbers
ABOVE = (log, gamma, loggamma, polygamma)  # at all above 0; gamma and its kin have poles below


def taken(x: Expr) -> Iterator[tuple[Expr, bool]]:
    """Quantities that have to be 0 or more (True: above 0) for x to have a value. Raises `CannotTell` for other functions."""
    if isinstance(x, Named):
        yield from taken(x.definition(*x.args))
        return
    if isinstance(x, Observable):  # a coordinate of the state is a real number
        return
    if x.is_number:
        if not (x.is_real and x.is_finite):
            raise CannotTell(f"{x} is not seen to be a number")
        return
    match x:
        case Pow() if not x.exp.is_integer:
            yield x.base, not x.exp.is_nonnegative
        case log() | gamma() | loggamma():
            yield x.args[0], True
        case polygamma():
            yield x.args[0], False
            yield x.args[1], True
        case factorial() | harmonic():
            yield from ((a, False) for a in x.args[:1])
        case erfinv() | erfcinv():  # of -1 to 1, of 0 to 2, the ends left out
            (a,) = x.args
            yield from ((1 - a, True), (1 + a, True)) if isinstance(x, erfinv) else ((a, True), (2 - a, True))
        case binomial():
            n, k = x.args
            yield from ((a, False) for a in (n, k, n - k))
    if isinstance(x, Sum | Product):  # that it runs forwards is asked for elsewhere
        yield from taken(from_0(x)[0])
        return
    if x.args and not isinstance(x, (Pow, *EVERYWHERE, *ABOVE, erfinv, erfcinv, factorial, harmonic, binomial)):
        raise CannotTell(f"where {type(x).__name__} has a value is not known here")
    for a in x.args:
        yield from taken(a)


def divisors(x: Expr) -> set[Expr]:
    """What an expression is divided by, powers of it too."""
    found: set[Expr] = set()
    for b in x.atoms(Sum, Product):
        found |= divisors(from_0(b)[0])
    bound = {b.limits[0][0] for b in x.atoms(Sum, Product)}  # what is with these is among those already
    bases = [p.base for p in x.atoms(Pow) if not p.exp.is_nonnegative and not p.base.free_symbols & bound]
    found |= {_powered(f) for base in bases for f in Mul.make_args(factor_terms(base))}
    return {b for b in found if not (b.is_number or b.is_positive or isinstance(b, gamma | exp))}  # those are nowhere 0


def _powered(x: Expr) -> Expr:
    """What has to be other than 0 for a power of it, of a positive number, to be."""
    return x.base if isinstance(x, Pow) and x.exp.is_positive else x
