"""Numbers recognised: a closed form for a ball, found by integer relations (PSLQ), kept only where the ball has twice the digits
that such a relation takes.

A relation of n integers up to H is met by chance once in about H^n numbers, so it takes n log10(H) digits, and some for the many
forms that are tried. What is recognised is not proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log10, prod

from flint import arb, ctx
from mpmath import mp, pslq
from sympy import (
    Add,
    Catalan,
    E,
    EulerGamma,
    Expr,
    Integer,
    Poly,
    Rational,
    Symbol,
    exp,
    log,
    pi,
    real_roots,
    sqrt,
    zeta,
)

from .precision import precision
from .programs import to_ball

TIMES = 2  # as many digits as a relation takes
TRIED = 3  # digits for the number of forms that are tried
LEAST = 12  # digits, of any
MOST = 80  # digits that are looked at
DEGREE = 4  # of algebraic numbers
NUMBERS = (pi, pi**2, 1 / pi, 1 / pi**2, E, 1 / E, log(2), log(3), EulerGamma, zeta(3), Catalan, sqrt(pi), 1 / sqrt(pi))
MORE = (sqrt(2), sqrt(3), sqrt(5), sqrt(2 * pi), 1 / sqrt(2 * pi), exp(-2), sqrt(E), 1 / sqrt(E))
PAIRS = (
    (pi, pi**2),
    (pi, log(2)),
    (log(2), log(3)),
    (pi**2, zeta(3)),
    (1 / pi, 1 / pi**2),
    (E, E**2),
    (1 / E, exp(-2)),
)
FACTORS = (2, 3, 5)


def recognised(ball: arb) -> Expr | None:
    """A closed form of a number that the ball encloses; None where none is found that its digits bear out."""
    digits = min(int(ball.rel_accuracy_bits() * log10(2)), MOST)
    if not ball.is_finite() or ball.contains(0) or digits < LEAST:
        return None
    with mp.workdps(digits):
        for form in _forms(ball, digits):
            with precision(max(ctx.prec, 4 * digits)):
                if to_ball(form).overlaps(ball):
                    return form
    return None


def _forms(ball: arb, digits: int) -> Iterator[Expr]:
    x = mp.mpf(ball.mid().str(digits + 5, radius=False))
    if c := _relation([x, mp.mpf(1)], digits):
        yield Rational(-c[1], c[0])
    for n in range(2, DEGREE + 1):
        if c := _relation([x**k for k in range(n, -1, -1)], digits):
            gen = Symbol("x")
            near = abs(x) * mp.mpf(10) ** (5 - digits)
            yield from (r for r in real_roots(Poly(list(map(Integer, c)), gen)) if abs(_number(r, digits) - x) < near)
    if c := _relation([mp.log(abs(x)), *map(mp.log, FACTORS), mp.log(mp.pi), mp.mpf(1)], digits):
        powers = [Rational(-k, c[0]) for k in c[1:]]
        size = prod((Integer(p) ** e for p, e in zip(FACTORS, powers[:3], strict=True)), start=Integer(1))
        yield (1 if x > 0 else -1) * size * pi ** powers[3] * exp(powers[4])
    for names in (*((c,) for c in (*NUMBERS, *MORE)), *PAIRS):
        values = [_number(n, digits) for n in names]
        if c := _relation([x, mp.mpf(1), *values], digits):
            yield Add(Rational(-c[1], c[0]), *(Rational(-k, c[0]) * n for k, n in zip(c[2:], names, strict=True)))


def _number(x: Expr, digits: int):
    return mp.mpf(x.evalf(digits + 10)._to_mpmath(mp.prec))


def _relation(values: Sequence, digits: int) -> list[int] | None:
    """Integers, the first not 0, with which the values add up to 0; None unless the digits bear them out."""
    most = 10 ** max(1, int((digits / TIMES - TRIED) / len(values)))
    found = pslq(values, tol=mp.mpf(10) ** (4 - digits), maxcoeff=most, maxsteps=4000)
    if found is None or not found[0]:
        return None
    needs = TRIED + len(found) * log10(max(map(abs, found)) + 1)
    return found if digits >= TIMES * needs else None
