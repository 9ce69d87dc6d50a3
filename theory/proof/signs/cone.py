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
    above, below = (_sign_of_all(part) for part in (held.numerator, held.denominator))
    if not above or above != below:
        return False
    parts = (held.numerator, held.denominator)
    return all(_never_zero(part, held.symbols) for part in (parts if strict else parts[1:]))


def one_sign(part, symbols: Sequence[Symbol]) -> int:
    """1 or -1 for a polynomial of positive symbols that is never 0 by its coefficients, all of that sign; else 0."""
    return _sign_of_all(part) if _never_zero(part, symbols) else 0


def _sign_of_all(part) -> int:
    """The sign that all coefficients have; 0 where they differ, or there are none."""
    coefficients = part.coeffs()
    if not coefficients or min(coefficients) < 0 < max(coefficients):
        return 0
    return 1 if coefficients[0] > 0 else -1


def _never_zero(part, symbols: Sequence[Symbol]) -> bool:
    """A polynomial with coefficients of one sign is non-zero if one monomial has only positive variables."""
    return any(all(s.is_positive for s, e in zip(symbols, m, strict=False) if e) for m in part.monoms())


def sign(x: Expr) -> int:
    """1 or -1 for what is seen to be positive, or negative, by its coefficients; 0 for all else."""
    return next((s for s in (1, -1) if _holds(rational.held(s * x, MOST_OPERATIONS), strict=True)), 0)
