"""Scales of a quotient: powers of one factor by which its positive variables may be multiplied, and it stays what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

import numpy as np
from sympy import Add, Expr, Integer, Rational, Symbol

from ...language.errors import CannotTell
from ...language.functions import JUMPS
from ...language.order import in_order
from ..arithmetic.programs import to_ball
from ..foreign import telling
from ..symbols.normal_forms import is_zero

PLACES = (Rational(7, 5), Rational(3, 4), Rational(11, 3), Rational(5, 9), Rational(13, 6), Rational(2, 7))
LARGEST = 12  # denominator of a power


def scale_of(above: Expr, below: Expr, variables: Sequence[Symbol]) -> dict[Symbol, Rational] | None:
    """The powers, not all 0, or None where none are found: by Euler's theorem on homogeneous functions.

    They are guessed from numbers, and proved: the sum of power times variable times slope is 0.
    """
    if any(x.has(*JUMPS) for x in (above, below)):  # a case may begin at a place that has a scale
        return None
    with suppress(CannotTell), telling():
        slopes = [v * (above.diff(v) * below - above * below.diff(v)) for v in variables]
        free = sorted(above.free_symbols | below.free_symbols, key=str)
        rows = []
        for i in range(len(variables) + 1):
            at = {v: PLACES[(i + j) % len(PLACES)] if not v.is_integer else i + j + 2 for j, v in enumerate(free)}
            rows.append([float(to_ball(f.xreplace(at)).mid()) for f in slopes])
        matrix = np.array(rows)
        if not np.isfinite(matrix).all():
            return None
        *_, last = np.linalg.svd(matrix / max(np.abs(matrix).max(), 1e-300))[2]
        guess = [Fraction(x).limit_denominator(LARGEST) for x in last / max(last, key=abs)]
        powers = [Rational(x.numerator, x.denominator) for x in guess]
        if is_zero(sum(p * f for p, f in zip(powers, slopes, strict=True))):
            return dict(zip(variables, powers, strict=True))
    return None


def keeps_its_sign(x: Expr, powers: Mapping[Symbol, Rational]) -> bool:
    """Whether x is multiplied by a power of the factor by which its variables are, and has the same sign wherever that leads."""
    if x.has(*JUMPS):
        return False
    with suppress(CannotTell), telling():
        slope = Add(*(p * v * x.diff(v) for v, p in powers.items()))
        at = {
            v: PLACES[j % len(PLACES)] if not v.is_integer else Integer(j + 2)
            for j, v in enumerate(in_order(x.free_symbols))
        }
        size = to_ball(x.xreplace(at))
        if size == 0 or not (degree := to_ball(slope.xreplace(at)) / size).is_finite():
            return False
        q = Fraction(float(degree.mid())).limit_denominator(LARGEST)
        return is_zero(slope - Rational(q.numerator, q.denominator) * x)
    return False
