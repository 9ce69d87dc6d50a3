"""Endless sums whose terms change with t: their leading terms, by the integral that they are like.

    sum j^p (A + B j^q t^-r)^-s ~ t^(r m) A^(m - s) B^-m Beta(m, s - m)/q,     m = (p + 1)/q, 0 < m < s, q > 0, r > 0
    sum j^p exp(-B j^q t^-r)    ~ t^(r m) B^-m Gamma(m)/q,                     m = (p + 1)/q > 0, q > 0, r > 0
    sum j^p (1 - B j^q)^(c t)   ~ (c t)^-m B^-m Gamma(m)/(-q),                 m = (p + 1)/q > 0, q < 0

over j from some number on, A, B, c > 0. In v = j^q times what is there, the logarithm of a term has the derivative k/v minus
what rises, k = p/q: terms rise and then fall, or fall. So the sum differs from the integral over the same range by the largest
term at most. That is of the order of t^(r p/q), or 1, in the first two lines, and of t^(-p/q) in the last: smaller than the
integral. So is what the integral misses next to its lower end: it is bounded in the first two lines, and geometrically small
in the last, where v is below 1.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, S, Sum, exp, expand_power_base, gamma, powdenest

from ...language.errors import CannotTell
from .leading import Leading, Terms
from .normal_forms import is_zero

Monomial = tuple[Expr, Expr, Expr]  # c j^q t^r as (c, q, r)


def like_integral(limits: Terms, x: Sum) -> Leading | None:
    """The leading term of a sum from a positive integer to oo. Raises `CannotTell` for terms of another form."""
    j, low, _ = x.limits[0]
    if not (low.is_Integer and low >= 1):
        raise CannotTell(f"{x} does not begin at a positive integer")
    leads: list[Leading | None] = [_term(limits, term, j, low) for term in Add.make_args(x.function)]
    return leads[0] if len(leads) == 1 else limits.largest(leads, x)


def _term(limits: Terms, f: Expr, j: Expr, low: Expr) -> Leading:
    t, unknown = limits.t, CannotTell(f"how the endless sum of {f} grows")
    p, outside, special = S.Zero, S.One, []
    for part in Mul.make_args(powdenest(expand_power_base(f))):
        base, e = part.as_base_exp()
        if not part.has(j):
            outside *= part
        elif base == j and not e.has(j, t):
            p += e
        else:
            special.append(part)
    if len(special) != 1:
        raise unknown
    lead = limits.leading(outside)
    found = (
        _exponential(limits, special[0], p, j)
        or _power(limits, special[0], p, j)
        or _many(limits, special[0], p, j, low)
    )
    if lead is None or found is None:
        raise unknown
    return lead.times(found)


def _monomial(x: Expr, j: Expr, t: Expr) -> Monomial | None:
    c, q, r = S.One, S.Zero, S.Zero
    for base, e in powdenest(expand_power_base(x)).as_powers_dict().items():
        if not base.has(j, t) and not e.has(j, t):
            c *= base**e
        elif base in (j, t) and not e.has(j, t):
            q, r = (q + e, r) if base == j else (q, r + e)
        else:
            return None
    return c, q, r


def _exponential(limits: Terms, f: Expr, p: Expr, j: Expr) -> Leading | None:
    """exp(-B j^q t^-r)."""
    if not isinstance(f, exp) or (found := _monomial(-f.args[0], j, limits.t)) is None:
        return None
    B, q, r = found[0], found[1], -found[2]
    if not all(map(limits.is_positive, (B, q, r, p + 1))):
        return None
    m = (p + 1) / q
    return Leading(B**-m * gamma(m) / q, power=r * m)


def _power(limits: Terms, f: Expr, p: Expr, j: Expr) -> Leading | None:
    """(A t^a + B j^q t^b)^-s: A + B j^q t^-r with r = a - b, times t^(-a s)."""
    base, e = f.as_base_exp()
    terms = Add.make_args(base)
    known = [told for x in terms if (told := _monomial(x, j, limits.t)) is not None]
    if e.has(j, limits.t) or len(terms) != 2 or len(known) != 2:
        return None
    (A, zero, a), (B, q, b) = sorted(known, key=lambda x: not is_zero(x[1]))
    s, r = -e, a - b
    if not is_zero(zero) or not all(map(limits.is_positive, (A, B, q, r, p + 1, s - (p + 1) / q))):
        return None
    m = (p + 1) / q
    return Leading(A ** (m - s) * B**-m * gamma(m) * gamma(s - m) / (gamma(s) * q), power=r * m - a * s)


def _many(limits: Terms, f: Expr, p: Expr, j: Expr, low: Expr) -> Leading | None:
    """(1 - B j^q)^(c t + d), q < 0, each factor between 0 and 1."""
    base, e = f.as_base_exp()
    c = e.coeff(limits.t, 1)
    found = _monomial(1 - base, j, limits.t)
    if found is None or c.has(j, limits.t) or (e - c * limits.t).has(j, limits.t):
        return None
    B, q, r = found
    if not is_zero(r) or not all(map(limits.is_positive, (B, c, -q, -(p + 1), 1 - B * low**q))):
        return None
    m = (p + 1) / q
    return Leading((B * c) ** -m * gamma(m) / -q, power=-m)
