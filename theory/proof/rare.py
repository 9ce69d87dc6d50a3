"""Means that no sample shows to be infinite: values too rare to be drawn make them so.

Where a power of a quantity has no mean, a sample of some thousand draws is visibly heavy. The exponential of what is unbounded
may have no mean though its sample looks like a normal one, and so may the logarithm, or the inverse, of a count that is 0
once in 2^1000 draws. Of such moments a sample says nothing unless somebody knows that they are finite (rule 29).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sympy import (
    Add,
    And,
    Dummy,
    Expr,
    Function,
    Integral,
    Max,
    Min,
    Mul,
    Piecewise,
    Poly,
    Pow,
    Product,
    Sum,
    cosh,
    exp,
    expand,
    log,
    sympify,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..language.functions import Ein
from ..language.laws import Noise, Normal
from ..language.loops import Coordinate, Loop, Observable
from ..language.moments import Limit, Moment, Prob, Quantile, Sensitivity
from ..language.order import in_order
from . import structures
from .symbols.cases import BOUNDED, TAME
from .symbols.ranges import is_bounded

RANDOM = (Observable, Noise, Coordinate)


@lru_cache(maxsize=4096)
def may_hide(m: Moment) -> bool:
    """Whether a moment may be infinite without a sample of thousands looking any different."""
    return not all(map(is_bounded, m.variables)) and _may_hang(m, is_bounded)


@lru_cache(maxsize=4096)
def may_mislead(m: Moment) -> bool:
    """Whether a moment may hang on values too rare to be drawn, finite or not: what is known of its ends does not count."""
    return _may_hang(m, lambda x: False)


Limited = Callable[[Expr], bool]  # whether something lies between two numbers


def _may_hang(m: Moment, limited: Limited) -> bool:
    if isinstance(m, Prob | Quantile | Limit | Sensitivity):
        return False
    loops = m.atoms(Loop)
    listed = any(map(draws_counts, loops)) or any(map(_is_count, m.atoms(Noise)))
    fresh = any(o.index for o in m.atoms(Observable))
    return any(_hides(x, listed, limited) for x in m.variables) or any(
        _step_hides(loop, fresh, limited) for loop in loops
    )


def _is_count(z: Noise) -> bool:
    return not z.law.is_continuous


@lru_cache(maxsize=1024)
def _texts(loop: Loop) -> tuple[Expr, ...]:
    """What a loop's start and step, and its fresh draws, are written as; nothing where it states none."""
    out: list[Expr] = []
    for said in (lambda: loop.initial.values(), lambda: loop.step(loop.symbols()).values()):
        try:
            out += map(sympify, said())
        except Exception:  # told where the loop is examined
            return ()
    return tuple(out)


@lru_cache(maxsize=1024)
def draws_counts(loop: Loop) -> bool:
    """Whether a start or a step draws from a law that has mass at single numbers."""
    return any(_is_count(z) for x in _texts(loop) for z in x.atoms(Noise))


def _step_hides(loop: Loop, fresh: bool, limited: Limited) -> bool:
    texts = _texts(loop)
    if not texts or structures.is_deterministic(loop):
        return False
    if fresh:
        try:
            texts = (*texts, sympify(loop.emit(loop.symbols(), 1)))
        except Exception:  # told where the loop is examined
            return False
    return any(_hides(x, any(map(_is_count, x.atoms(Noise))), limited) for x in texts)


def _hides(x: Expr, counts: bool, limited: Limited, other: frozenset[Expr] = frozenset()) -> bool:
    """Whether in an expression there is what may hide an infinite mean.

    counts: whether what is random in it has values of positive probability.  limited: tells what hides nothing, since it lies
    between two numbers.  other: what is known to be other than 0.
    """
    if isinstance(x, Noise):
        bounded = all(end.is_finite and not end.has(*RANDOM) for end in x.law.support)
        return not bounded and any(_hides(a, counts, limited, other) for a in x.law.args if isinstance(a, Expr))
    if not x.has(*RANDOM) or isinstance(x, Observable | Coordinate | Boolean) or _is_cut_off(x):
        return False
    if limited(x):
        return False
    if isinstance(x, Piecewise):
        return any(_hides(value, counts, limited, other | _nonzero(where)) for value, where in x.args)
    if isinstance(x, exp) or (isinstance(x, Pow) and x.exp.has(*RANDOM)):
        exponent = x.args[0] if isinstance(x, exp) else x.exp * log(x.base)
        return not (_is_bounded_above(exponent) or _is_normal(exponent))
    if isinstance(x, log) or (isinstance(x, Pow) and not x.exp.is_nonnegative):
        inner = x.args[0]
        if _is_away_from_zero(inner):
            return isinstance(x, log) and _hides(inner, counts, limited, other)
        return (counts and inner not in other) or _hides(inner, counts, limited, other)
    if isinstance(x, Ein | Function) and not isinstance(x, TAME):
        return True
    parts = [a for a in x.args if isinstance(a, Expr)]
    return isinstance(x, Integral | Sum | Product) or any(_hides(a, counts, limited, other) for a in parts)


def _nonzero(where: Boolean) -> frozenset[Expr]:
    """What a condition says is other than 0: x of x > 0."""
    conditions = [c for c in (where.args if isinstance(where, And) else (where,)) if isinstance(c, Relational)]
    return frozenset(c.lhs for c in conditions if c.rhs.is_zero and c.rel_op in (">", "<", "!="))


def _is_bounded_above(x: Expr) -> bool:
    return all(
        not term.has(*RANDOM) or (-term).is_nonnegative or all(_is_bounded(f) for f in Mul.make_args(term))
        for term in Add.make_args(x)
    )


def _is_cut_off(x: Expr) -> bool:
    """Whether it is between a number and what is bounded on the other side: Max(0, 1 - exp(x))."""
    if not isinstance(x, Max | Min) or all(a.has(*RANDOM) for a in x.args):
        return False
    return all(_is_bounded_above(a if isinstance(x, Max) else expand(-a)) for a in x.args)


def _is_bounded(x: Expr) -> bool:
    return not x.has(*RANDOM) or isinstance(x, BOUNDED)


def _is_normal(x: Expr) -> bool:
    """Whether it is linear in normal draws: the exponential of it has a mean."""
    draws = in_order(x.atoms(Noise))
    if x.has(Observable, Coordinate) or not all(isinstance(z.law, Normal) and not z.law.has(*RANDOM) for z in draws):
        return False
    names = [Dummy("z") for _ in draws]
    plain = x.xreplace(dict(zip(draws, names, strict=True)))
    return plain.is_polynomial(*names) and Poly(plain, *names).total_degree() <= 1


def _is_away_from_zero(x: Expr) -> bool:
    """Whether it is a number above 0 and what is never negative."""
    if not x.has(*RANDOM):
        return True
    if isinstance(x, Pow) and x.exp.is_positive:
        return _is_away_from_zero(x.base)
    if isinstance(x, Mul):
        return all(map(_is_away_from_zero, x.args))
    fixed, rest = x.as_independent(*RANDOM, as_Add=True)
    return isinstance(x, cosh) or bool(fixed.is_positive and rest.is_nonnegative)


__all__ = ["may_hide", "may_mislead"]
