"""One square root against the rest, through their squares."""

from __future__ import annotations

from sympy import Dummy, Expr, Poly, PolynomialError, Pow, S, expand, fraction, sqrt, together

from ...language.lengths import operations
from .sign import Asked, Certificate, short

MOST_DEPTH = 2
MOST_ROOTS = 3  # that are taken by themselves, one after the other
HIGHEST = 6  # power of a root
MOST_OPERATIONS = 60  # of what is taken apart: squares are multiplied out


def certify(asked: Asked, cert: Certificate) -> bool:
    """x = (a + b r)/c with r the root of g > 0, and c > 0: positive where a > 0 and a^2 > b^2 g, or b > 0 and b^2 g > a^2."""
    if asked.depth > MOST_DEPTH or operations(asked.x) > MOST_OPERATIONS:
        return False
    bases = {p.base for p in asked.x.atoms(Pow) if _is_root(p)}
    if not 1 <= len(bases) <= MOST_ROOTS:
        return False
    return any(_by_its_square(asked, g, cert) for g in sorted(bases, key=str))


def _is_root(p: Pow) -> bool:
    return bool(p.exp.is_Rational) and p.exp.q == 2 and bool(p.base.free_symbols)


def _by_its_square(asked: Asked, g: Expr, cert: Certificate) -> bool:
    parts = _parts(asked.x, g)
    if parts is None or not asked.positive(g, Certificate()):
        return False
    a, b, c = parts
    if a == 0 or b == 0 or not asked.positive(c, Certificate()):
        return False
    gap = expand(a**2 - b**2 * g)
    if operations(gap) > MOST_OPERATIONS:
        return False
    for big, more in ((a, gap), (b, -gap)):
        own = Certificate()
        if asked.positive(big, own) and asked.positive(more, own, asked.strict):
            cert.said += own.said
            return cert.say(f"{short(sqrt(g))} against the rest, through their squares")
    return False


def _parts(x: Expr, g: Expr) -> tuple[Expr, Expr, Expr] | None:
    """a, b and c of x = (a + b sqrt(g))/c; None where it is no polynomial in the root over anything without it."""
    r = Dummy("r", positive=True)
    named = x.replace(lambda p: p.is_Pow and p.base == g and _is_root(p), lambda p: r ** (2 * p.exp))
    top, below = fraction(together(named))
    try:
        powers, under = Poly(top, r), Poly(below, r)
    except PolynomialError:
        return None
    if powers.degree() > HIGHEST or len(under.terms()) != 1:
        return None
    ((n,), c), a, b = under.terms()[0], S.Zero, S.Zero
    for (i,), w in powers.terms():
        m = i - n % 2  # one root of the denominator is divided out, the others make powers of g
        if m % 2:
            b += w * g ** ((m - 1) // 2)
        else:
            a += w * g ** (m // 2)
    return expand(a), expand(b), c * g ** (n // 2)


__all__ = ["certify"]
