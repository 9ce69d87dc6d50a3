"""Linearity of expectation: the mean of an expression as a combination of means of its monic random parts."""

from __future__ import annotations

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, S, Sum, Tuple, expand

from ...language.errors import BadInput
from ...language.laws import Noise
from ...language.loops import Loop, Observable
from ...language.moments import CentralMoment, E, is_random
from ...language.randomness import is_deterministic
from .quotients import reduced

MOST_WRITTEN = 32  # terms of a sum of random generations


def expanded(x: Expr) -> Expr:
    """Products, powers and logarithms multiplied out; exponents are left alone."""
    return expand(x, power_exp=False)


def split(term: Expr) -> tuple[Expr, Expr]:
    """A product as (constant, random part)."""
    constant, random = [], []
    for f in Mul.make_args(term):
        (random if is_random(f) else constant).append(f)
    return Mul(*constant), Mul(*random)


def expectation(x: Expr) -> Expr:
    """E x as a combination of means that are not taken apart any further."""
    out = S.Zero
    for term in Add.make_args(reduced(x) or expanded(over_pairs(x))):
        c, r = split(term)
        if isinstance(r, Sum) and not is_random(Tuple(*r.limits)) and not r.limits[0][-1].is_infinite:
            out += c * Sum(expectation(r.function), *r.limits)
        else:
            out += c if r is S.One else c * Mul(*(E(part) for part in independent(r)))
    return out


def over_pairs(x: Expr) -> Expr:
    """x with the squares of sums over random generations as sums over pairs of them, of which the later one is told by how much
    later it is; sums of a few terms are written out."""
    x = with_few_terms(x)
    squares = {e: _pairs(e.base) for e in x.atoms(Pow) if e.exp == 2 and isinstance(e.base, Sum) and is_random(e.base)}
    return x.xreplace({e: pairs for e, pairs in squares.items() if pairs is not None})


def _pairs(x: Sum) -> Expr | None:
    """The square of a sum; None of several variables, and where it need not run through whole numbers that are 0 or above."""
    if len(x.limits) != 1 or len(x.limits[0]) != 3:
        return None
    j, low, high = x.limits[0]
    if not (low.is_integer and low.is_nonnegative and high.is_integer):
        return None
    k, d = (Dummy(name, integer=True, nonnegative=True) for name in "kd")
    f, later = (x.function.xreplace({j: place}) for place in (k, k + d))
    return Sum(f**2, (k, low, high)) + 2 * Sum(Sum(f * later, (d, 1, high - k)), (k, low, high))


def with_few_terms(x: Expr) -> Expr:
    """x with its sums over random generations between two numbers written out, where they have a few terms."""
    sums = (
        {e: few for e in x.atoms(Sum) if e.has(Observable) and (few := _written_out(e)) is not e} if x.has(Sum) else {}
    )
    return x.xreplace(sums) if sums else x


def _written_out(x: Sum) -> Expr:
    if len(x.limits) != 1 or len(x.limits[0]) != 3:
        return x
    j, low, high = x.limits[0]
    if not (low.is_Integer and high.is_Integer and -1 <= high - low < MOST_WRITTEN):
        return x
    return Add(*(x.function.xreplace({j: Integer(i)}) for i in range(int(low), int(high) + 1)))


def sources(x: Expr) -> set:
    """What an expression is random by: loops, and draws from laws."""
    loops = {o.loop for o in x.atoms(Observable) if not (o.name in o.loop.state and is_deterministic(o.loop))}
    return loops | {z.whole for z in x.atoms(Noise)}


def independent(x: Expr) -> list[Expr]:
    """A product as products of factors that share no randomness: different loops, and draws from laws, are independent.

    Each is of one loop, so that numbers for the parameters, at which two loops look alike, make nothing one.
    Raises `BadInput` for a factor that takes two loops at once.
    """
    groups: list[tuple[set, list[Expr]]] = []
    for f in Mul.make_args(x):
        by = sources(f)
        one_loop(f)
        joined = [g for g in groups if not g[0].isdisjoint(by)]
        groups = [g for g in groups if g[0].isdisjoint(by)]
        groups.append((by.union(*(g[0] for g in joined)), [*(f for g in joined for f in g[1]), f]))
    return [Mul(*factors) for _, factors in groups]


def one_loop(x: Expr) -> None:
    """Raise `BadInput` for what is random by two loops at once, and no sum of products."""
    loops = sorted(str(s) for s in sources(x) if isinstance(s, Loop))
    if len(loops) > 1:
        raise BadInput(
            f"{x} takes two loops at once, {loops[0]} and {loops[1]}: a sum of products of one each is expected"
        )


def raw_moments(m: CentralMoment) -> Expr:
    """A standard variance, or another central moment, in terms of standard expectations."""
    return m.in_means(expectation)
