"""The cone: after charts no coefficient of numerator and denominator is negative."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Symbol

from ..symbols import rational
from ..symbols.rational import Held
from .sign import MOST_OPERATIONS, Asked, Certificate, short


def certify(asked: Asked, cert: Certificate) -> bool:
    """No negative coefficient in numerator and denominator, all generators being positive (or non-negative)."""
    return _holds(asked.held, asked.strict) and cert.say(
        lambda: f"{short(asked.x)}: numerator and denominator have no negative coefficient"
    )


def _holds(held: Held | None, strict: bool) -> bool:
    if held is None or any(not s.is_nonnegative for s in held.symbols):
        return False
    parts, signs = (held.numerator, held.denominator), []
    for part in parts:
        coefficients = part.coeffs()
        if not coefficients or min(coefficients) < 0 < max(coefficients):
            return False
        signs.append(1 if coefficients[0] > 0 else -1)
    if signs[0] != signs[1]:
        return False
    return all(_never_zero(part, held.symbols) for part in (parts if strict else parts[1:]))


def _never_zero(part, symbols: Sequence[Symbol]) -> bool:
    """A polynomial with coefficients of one sign is non-zero if one monomial has only positive variables."""
    return any(all(s.is_positive for s, e in zip(symbols, m, strict=False) if e) for m in part.monoms())


def sign(x: Expr) -> int:
    """1 or -1 for what is seen to be positive, or negative, by its coefficients; 0 for all else."""
    return next((s for s in (1, -1) if _holds(rational.held(s * x, MOST_OPERATIONS), strict=True)), 0)
