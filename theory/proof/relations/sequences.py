"""Lemmas on sequences, generation by generation: what one step says of every generation is summed, or followed to its limit."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Ge, Le, S, Sum, Symbol, sympify
from sympy.core.relational import Relational

from ...language.errors import BadInput
from ...language.loops import Observable
from ...language.moments import E, Prob, Var
from ..generations import all_at
from .lemmas import Instance, Lemma, Link, lemma

s = Symbol("s of it", integer=True, nonnegative=True)


@lemma()
def summed(small: Expr, potential: Callable[[Expr], Expr]) -> Instance:
    """sum_{s<t} a_s <= b_t - b_0 if a_s <= b_{s+1} - b_s in every generation (a budget, telescoped)."""
    if not isinstance(small, Sum) or len(small.limits) != 1 or small.limits[0][1] != 0:
        raise BadInput(f"summed is about Sum(a(s), (s, 0, t - 1)); found {small}")
    k, _, last = small.limits[0]
    if not last.is_finite:
        raise BadInput(f"summed is about finitely many generations; found {small}")
    step = Le(small.function.xreplace({k: s}), potential(s + 1) - potential(s), evaluate=False)
    return Instance(
        small, potential(last + 1) - potential(S.Zero), "telescoping", (step, Ge(last + 1, 0, evaluate=False))
    )


@lemma()
def shrinking(small: Expr, ratio: Expr) -> Instance:
    """y_t <= ratio^t y_0 if y_{s+1} <= ratio y_s in every generation, 0 <= ratio."""
    (t,) = {o.t for o in small.atoms(Observable)}
    conditions = (
        Ge(ratio, 0, evaluate=False),
        Ge(t, 0, evaluate=False),
        Le(all_at(small, s + 1), ratio * all_at(small, s), evaluate=False),
    )
    return Instance(small, ratio**t * all_at(small, S.Zero), "a ratio, generation by generation", conditions)


@lemma(from_small=False)
def growing(big: Expr, ratio: Expr) -> Instance:
    """y_t >= ratio^t y_0 if y_{s+1} >= ratio y_s in every generation, 0 <= ratio."""
    (t,) = {o.t for o in big.atoms(Observable)}
    conditions = (
        Ge(ratio, 0, evaluate=False),
        Ge(t, 0, evaluate=False),
        Le(ratio * all_at(big, s), all_at(big, s + 1), evaluate=False),
    )
    return Instance(ratio**t * all_at(big, S.Zero), big, "a ratio, generation by generation", conditions)


def _driven(x: Expr, level: Expr, growth: Expr, share: Expr) -> tuple[Expr, tuple[Relational, ...]]:
    """G_t of `driven_by_variance`, and its conditions; x: the quantity at generation t."""
    (t,) = {o.t for o in x.atoms(Observable)}
    now, after, first = (all_at(x, k) for k in (s, s + 1, S.Zero))
    missing = level - E(first)
    conditions = (
        Ge(growth, 0, evaluate=False),
        Ge(missing, 0, evaluate=False),
        Ge(share, 0, evaluate=False),
        Le(share, Prob(first >= level), evaluate=False),
        Le(Prob(now >= level), Prob(after >= level), evaluate=False),
        Le(growth * Var(now), E(after) - E(now), evaluate=False),
    )
    return missing / (1 + growth * share * t * missing), conditions


@lemma(from_small=False)
def _mean_driven(big: Expr, level: Expr, growth: Expr, share: Expr) -> Instance:
    x = _one(big, E)
    if big != E(x) - level:
        raise BadInput(f"driven_by_variance is about E(X) - {level}; found {big}")
    bound, conditions = _driven(x, level, growth, share)
    return Instance(-bound, big, NAME, conditions)


@lemma()
def _variance_driven(small: Expr, level: Expr, growth: Expr, share: Expr) -> Instance:
    x = _one(small, Var)
    if small != Var(x):
        raise BadInput(f"driven_by_variance is about Var(X); found {small}")
    bound, conditions = _driven(x, level, growth, share)
    below = Le(E(x), level, evaluate=False), Le(E(x**2), level * E(x), evaluate=False), Ge(level, 0, evaluate=False)
    return Instance(small, level * bound, NAME, (*conditions, *below))


NAME = "growth by the variance"


def _one(side: Expr, kind: type) -> Expr:
    found = side.atoms(kind)
    if len(found) != 1 or len({o.t for o in side.atoms(Observable)}) != 1:
        raise BadInput(f"driven_by_variance is about one {kind.__name__}(X) of one generation; found {side}")
    return found.pop().variable


def driven_by_variance(level, growth, share) -> Lemma:
    """A mean that grows by its variance reaches every level that keeps its probability, and so does the variance reach 0.

    Let E X_{s+1} - E X_s >= growth Var X_s and P(X_{s+1} >= level) >= P(X_s >= level) in every generation, P(X_0 >= level)
    >= share, and g_s = level - E X_s, g_0 >= 0. Then g_t <= G_t = g_0/(1 + growth share t g_0).

    Proof: the mean grows, so where some g_s <= 0 there is nothing more to show. Else Var X_s >= P(X_s >= level) g_s^2 >=
    share g_s^2; with c = growth share, g_{s+1} <= g_s - c g_s^2 <= g_s/(1 + c g_s), so 1/g_{s+1} >= 1/g_s + c.
    Where E X_t <= level and E X_t^2 <= level E X_t, also Var X_t <= E X_t (level - E X_t) <= level G_t.
    Of a relation: E(X) - level, or Var(X), against its bound from either side.
    """
    given = tuple(map(sympify, (level, growth, share)))

    def links(relation: Relational) -> list[Link]:
        small, big = relation.lts, relation.gts
        if big.has(E) and not big.has(Var) and big.atoms(Observable) and big == E(_one(big, E)) - given[0]:
            return _mean_driven(*given)(relation)
        if isinstance(small, Var):
            return _variance_driven(*given)(relation)
        return [Link(small, S.Zero), Link(S.Zero, big)]

    return links
