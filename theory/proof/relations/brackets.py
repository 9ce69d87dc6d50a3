"""Numbers without a closed form, between two rational ones: where their sign does not decide an inequality, their size may."""

from __future__ import annotations

from math import frexp

from flint import arb
from sympy import Dummy, Expr, Integer, Rational

from ...language.errors import NO_BALL
from ...language.likelihood import Constant
from ..arithmetic.boxes import MOST_REALS, prove_positive
from ..methods import roughly
from ..symbols.averages import Infinite
from .learned import Learned

FEW = 100  # boxes, of the sign of a number in numbers
BITS = 20  # of the rational numbers beside one: longer ones make certificates slow


def is_positive_number(known: Learned, d: Expr) -> bool:
    """Whether d is a number, in a few constants of likelihood loops, that is surely above 0 for all that these may be by their
    balls: then no certificate of a sign is looked for."""
    sizes = {s: m for s, m in known.sizes.items() if s in d.free_symbols and isinstance(m, Constant)}
    if not 0 < len(sizes) <= MOST_REALS or d.free_symbols != set(sizes):
        return False
    try:
        ends = {s: _around(roughly(m)) for s, m in sizes.items() if not m.free_symbols}
        box = {s: sides for s, sides in ends.items() if sides is not None}
        if len(box) < len(sizes) or not prove_positive(d, box, max_boxes=FEW):
            return False
    except NO_BALL:
        return False
    told = ", ".join(f"{sizes[s]} from {float(low):.6g} to {float(high):.6g}" for s, (low, high) in box.items())
    known.proof.steps.append(f"the difference is a number, above 0 in balls: {told}")
    return True


def bracketed(known: Learned, d: Expr) -> Expr | None:
    """d with every number that stands for a moment, and has no variable, as one that runs between two rational numbers.

    None where there is none, or one of them has no ball.
    """
    put = {}
    for symbol, m in known.sizes.items():
        if symbol not in d.free_symbols or m.free_symbols:
            continue
        try:
            ends = _around(roughly(m))
        except (ArithmeticError, Infinite):
            return None
        if ends is None:
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
