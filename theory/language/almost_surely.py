"""Relations between what is known given a model, which is random itself: they hold almost surely, and are averaged.

Eq(E(x, given=model), y) is E((E(x, given=model) - y)^2) = 0; Le and Ge say that the mean of what is too much is 0; Lt and Gt that
their probability is 1.
"""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Max
from sympy.logic.boolalg import Boolean

from .moments import E, Prob, outermost


def averaged(relation: Boolean) -> Boolean:
    """The relation, its parts with a side that is known given a model only as relations of numbers."""
    if isinstance(relation, And):
        parts = [averaged(r) for r in relation.args]
        return (
            relation if all(a is b for a, b in zip(parts, relation.args, strict=True)) else And(*parts, evaluate=False)
        )
    if not isinstance(relation, Eq | Le | Lt | Ge | Gt) or not any(map(_is_conditional, relation.args)):
        return relation
    a, b = relation.args
    if isinstance(relation, Eq):
        return Eq(E((a - b) ** 2), 0, evaluate=False)
    if isinstance(relation, Lt | Gt):
        return Eq(Prob(relation), 1, evaluate=False)
    return Eq(E(Max(a - b if isinstance(relation, Le) else b - a, 0)), 0, evaluate=False)


def _is_conditional(x: Expr) -> bool:
    return any(m.given is not None for m in outermost(x))


__all__ = ["averaged"]
