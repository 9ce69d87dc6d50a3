"""What a claim on a root, a logarithm or an exponential of means says of the means themselves (rule 25).

sqrt(E x) = c says that E x = c^2, log(E x) <= c that E x <= exp(c). What is said of the means follows from the claim, so that
what refutes it refutes the claim; and it is said of means, which have a number of each run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from sympy import Add, Expr, Mul, exp, log

from theory.language.errors import NO_BALL
from theory.proof.prepared import Part

LAYERS = 4  # of functions around means that are taken away

Term = tuple[Expr, Expr]  # a coefficient, and the function of means behind it


class Inner(NamedTuple):
    """A relation with a function taken away: a against b, if `sign` is positive; b against a, if it is negative.

    positive: what has to be positive for it.
    """

    a: Expr
    b: Expr
    sign: Expr
    positive: tuple[Expr, ...] = ()


def plainer(part: Part, values: Mapping[str, Any]) -> Part:
    """What a part says of means at a point, its relation the same; itself where it is not one function of them."""
    for _ in range(LAYERS):
        found = _inner(part)
        if found is None:
            break
        try:
            if not all(part.side(x, values, {}) > 0 for x in found.positive):
                break
            sign = part.side(found.sign, values, {})
        except NO_BALL:
            break
        if sign.contains(0) or not sign.is_finite():
            break
        part = _with_sides(part, *((found.a, found.b) if sign > 0 else (found.b, found.a)))
    return part


@lru_cache(maxsize=256)  # of all points: its programs are compiled once
def _with_sides(part: Part, a: Expr, b: Expr) -> Part:
    return replace(part, a=a, b=b)


@lru_cache(maxsize=256)
def _inner(part: Part) -> Inner | None:
    """Without the outermost function of means; None where there is none that can be taken away."""
    moments = set(part.moments)
    terms = Add.make_args(part.a - part.b)
    random = [x.as_independent(*moments, as_Add=False) for x in terms if x.free_symbols & moments]
    rest = Add(*(x for x in terms if not x.free_symbols & moments))
    if not random:
        return None
    return next((x for way in WAYS if (x := way(random, rest)) is not None), None)


def _of_sum(random: Sequence[Term], rest: Expr) -> Inner | None:
    """Of k (u + v + ...) + rest: u + v + ... against -rest/k."""
    (k, f), *others = random
    return Inner(f, -rest / k, k) if isinstance(f, Add) and not others else None


def _of_logarithms(random: Sequence[Term], rest: Expr) -> Inner | None:
    """Of k (log u + ... - log v - ...) + rest: u ... against exp(-rest/k) v ..."""
    k = random[0][0]
    if not all(isinstance(f, log) and c in (k, -k) for c, f in random):
        return None
    above, below = (Mul(*(f.args[0] for c, f in random if c == x)) for x in (k, -k))
    return Inner(above, exp(-rest / k) * below, k)


def _of_exponential(random: Sequence[Term], rest: Expr) -> Inner | None:
    """Of k exp(u) + rest: u against log(-rest/k)."""
    (k, f), *others = random
    return Inner(f.args[0], log(-rest / k), k, (-rest / k,)) if isinstance(f, exp) and not others else None


def _of_powers(random: Sequence[Term], rest: Expr) -> Inner | None:
    """Of k u^p/v^p + rest, p a fraction: u against (-rest/k)^(1/p) v. Of k u^p + l v^p alike."""
    (k, f), *others = random
    if not others:
        claimed, powers = -rest / k, _powers(f)
    elif len(others) == 1 and rest == 0:
        ((other, g),) = others
        claimed, powers = -other / k, [*_powers(f), *((u, -p) for u, p in _powers(g))]
    else:
        return None
    sizes = {abs(p) for _, p in powers}
    if len(sizes) != 1 or not (p := sizes.pop()).is_Rational or p.is_integer:
        return None  # what an integer power is of may be negative
    above, below = (Mul(*(u for u, q in powers if q == x)) for x in (p, -p))
    return Inner(above, claimed ** (1 / p) * below, k, (claimed,))


def _powers(f: Expr) -> list[Term]:
    return [x.as_base_exp() for x in Mul.make_args(f)]


WAYS = (_of_sum, _of_logarithms, _of_exponential, _of_powers)

__all__ = ["plainer"]
