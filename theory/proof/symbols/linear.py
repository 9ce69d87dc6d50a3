"""Linearity of expectation: the mean of an expression as a combination of means of its monic random parts."""

from __future__ import annotations

from sympy import Add, Expr, Mul, S, expand

from ...language.errors import BadInput
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import E, Var, is_random
from ...language.randomness import is_deterministic


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
    out = S.Zero
    for term in Add.make_args(expanded(x)):
        c, r = split(term)
        out += c if r is S.One else c * Mul(*(E(part) for part in independent(r)))
    return out


def sources(x: Expr) -> set:
    """What an expression is random by: loops, and draws from laws."""
    loops = {o.loop for o in x.atoms(Observable) if not (o.name in o.loop.state and is_deterministic(o.loop))}
    return loops | x.atoms(Noise)


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
    loops = sorted(str(s) for s in sources(x) if not isinstance(s, Noise))
    if len(loops) > 1:
        raise BadInput(
            f"{x} takes two loops at once, {loops[0]} and {loops[1]}: a sum of products of one each is expected"
        )


def raw_moments(m: Var) -> Expr:
    """A standard variance in terms of standard expectations."""
    return expectation(m.variable**2) - expectation(m.variable) ** 2
