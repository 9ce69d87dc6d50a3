"""Functions that have the sign of what they are taken of, and roots."""

from __future__ import annotations

from sympy import Expr, asinh, atan, erf, sign, sinh, tanh

from .sign import Asked, Certificate

ODD = (asinh, atan, erf, sign, sinh, tanh)  # they rise through 0


def certify(asked: Asked, cert: Certificate) -> bool:
    """A multiple of one of them, or of a root: what is inside has a sign."""
    c, f = asked.x.as_independent(*asked.x.free_symbols, as_Add=False)
    inside = _inside(f)
    if inside is None or not (c.is_positive or (c.is_negative and isinstance(f, ODD))):
        return False
    return asked.positive(inside if c.is_positive else -inside, cert, asked.strict)


def _inside(f: Expr) -> Expr | None:
    if isinstance(f, ODD):
        return f.args[0]
    if f.is_Pow and f.exp.is_Rational and f.exp.is_positive and not f.exp.is_Integer:
        return f.base
    return None
