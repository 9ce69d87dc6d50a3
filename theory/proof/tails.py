"""How fast the density of a law falls far out and near 0: which powers of a draw have a mean."""

from __future__ import annotations

from sympy import Expr, oo, sympify

from ..language.laws import (
    Cauchy,
    ChiSquare,
    Exponential,
    Laplace,
    Law,
    Logistic,
    Mixture,
    Normal,
    StudentT,
    Tilted,
    Truncated,
    Uniform,
)


def diverges(law: Law, power: Expr, absolute: int = 0) -> bool:
    """Whether E |X|^(power + absolute) is certainly infinite under a law."""
    p = sympify(power) + absolute
    if isinstance(law, Mixture):
        return any(diverges(part, p) for part in law.args[1:])  # type: ignore[arg-type]
    if p.is_nonnegative:
        return bool((p - _far_out(law)).is_nonnegative)
    return bool((p + _at_zero(law)).is_nonpositive)


def _far_out(law: Law) -> Expr:
    """The first power without a mean, for what is large."""
    match law:
        case StudentT():
            return law.dof
        case Cauchy():
            return sympify(1)
        case _:
            return oo


def _at_zero(law: Law) -> Expr:
    """The first power of 1/X without a mean: 1 where the density is positive at 0."""
    match law:
        case ChiSquare():
            return law.dof / 2
        case Exponential() | Normal() | Logistic() | Laplace() | StudentT() | Cauchy():
            return sympify(1)
        case Uniform() | Truncated():
            low, high = law.support
            around = low.is_nonpositive and high.is_nonnegative
            return (sympify(1) if isinstance(law, Uniform) else _at_zero(law.law)) if around else oo
        case Tilted():
            return _at_zero(law.law)
        case _:
            return oo


__all__ = ["diverges"]
