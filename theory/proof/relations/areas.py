"""Endless sums of what falls, by the area below it: sum over j >= a of f(j) is at most the integral of f from a - 1 to oo.

    integral of x^p (A + B x^q)^-s from 0 to oo = A^(m - s) B^-m Beta(m, s - m)/q,   m = (p + 1)/q
    integral of x^p exp(-B x^q)    from 0 to oo = B^-m Gamma(m)/q,                    m = (p + 1)/q

with A, B, q, s > 0, -1 < p <= 0 and m < s: the effective dimension of a spectrum that is a power, say.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Mul, Pow, S, Sum, exp, expand_power_base, gamma, oo, pi, powdenest, sin

from ...language.order import in_order
from .concave import rises
from .learned import Learned

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`


def by_the_area(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b with the area in the place of endless sums, on the smaller side."""
    if op == "==":
        return False
    small, large = (a, b) if op in ("<=", "<") else (b, a)
    put = {x: area for x in in_order(small.atoms(Sum)) if (area := _area(known, x)) is not None}
    if not put or any(large.has(x) for x in put) or not rises(known, small, list(put)):
        return False
    strict = op in ("<", ">") and small not in put  # a sum itself is smaller than the area
    with known.proof.attempt():
        known.proof.steps += [
            f"{x} < {area}, the area from one before its first term on, as its terms fall" for x, area in put.items()
        ]
        prove(known, "<" if strict else "<=", small.xreplace(put), large)
        return True
    return False


def _area(known: Learned, x: Sum) -> Expr | None:
    """The integral from 0 to oo of what falls, which the sum from 1 on is below; None of other sums."""
    if len(x.limits) != 1:
        return None
    j, low, high = x.limits[0]
    if low != 1 or high is not oo:
        return None
    p, outside, special = S.Zero, S.One, []
    for part in Mul.make_args(powdenest(expand_power_base(x.function))):
        base, e = part.as_base_exp()
        if not part.has(j):
            outside *= part
        elif base == j and not e.has(j):
            p += e
        else:
            special.append(part)
    if len(special) != 1 or (found := _whole(special[0], p, j)) is None:
        return None
    area, asked = found
    asked += [(outside, True), (-p, False), (1 + p, True)]
    return outside * area if all(known.implies(known.charted(c), strict) for c, strict in asked) else None


def _whole(part: Expr, p: Expr, j: Expr) -> tuple[Expr, list[tuple[Expr, bool]]] | None:
    """The integral of j^p times a part, and what has to be above 0, or not below it, for that; None of another form."""
    if isinstance(part, exp):
        B, q = _monomial(-part.args[0], j)
        if B is None:
            return None
        m = (p + 1) / q
        return B**-m * gamma(m) / q, [(B, True), (q, True)]
    base, e = part.as_base_exp()
    if e.has(j) or not isinstance(base, Add):
        return None
    A, rest = base.as_independent(j, as_Add=True)
    B, q = _monomial(rest, j)
    if B is None:
        return None
    s, m = -e, (p + 1) / q
    beta = pi / sin(pi * m) if s == 1 and m.is_number else gamma(m) * gamma(s - m) / gamma(s)
    return A ** (m - s) * B**-m * beta / q, [(x, True) for x in (A, B, q, s, s - m)]


def _monomial(x: Expr, j: Expr) -> tuple[Expr | None, Expr]:
    """(B, q) of B j^q."""
    B, power = x.as_independent(j, as_Add=False)
    base, q = power.as_base_exp()
    return (
        (B, q) if isinstance(power, Pow) and base == j and not q.has(j) else (B, S.One) if power == j else (None, S.One)
    )
