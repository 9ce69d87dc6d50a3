"""Numbers without a closed form, between two rational ones: where their sign does not decide an inequality, their size may."""

from __future__ import annotations

from math import frexp

from flint import arb
from sympy import Dummy, Expr, Integer, Rational

from ..methods import roughly
from .learned import Learned

BITS = 20  # of the rational numbers beside one: longer ones make certificates slow


def bracketed(known: Learned, d: Expr) -> Expr | None:
    """d with every number that stands for a moment, and has no variable, as one that runs between two rational numbers.

    None where there is none, or one of them has no ball.
    """
    put = {}
    for symbol, m in known.sizes.items():
        if symbol not in d.free_symbols or m.free_symbols:
            continue
        if (ends := _around(roughly(m))) is None:
            return None
        low, high = ends
        u = Dummy("u", positive=True)
        put[symbol] = (low + high * u) / (1 + u)
        known.proof.steps.append(f"{m} is between {low} and {high}, in balls")
    return d.xreplace(put) if put else None


def _around(ball: arb) -> tuple[Rational, Rational] | None:
    """Rational numbers on both sides of a ball, of a few bits."""
    if not ball.is_finite():
        return None
    places = BITS - frexp(float(abs(ball).upper()))[1]
    scale = arb(2) ** places
    low, high = ((x * scale).floor().unique_fmpz() for x in (ball.lower(), ball.upper()))
    if low is None or high is None:
        return None
    unit = Integer(2) ** -places
    return (int(low) - 1) * unit, (int(high) + 2) * unit
