"""Quotients over one denominator, a function by itself, and a real number by its halves, or beside 0."""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    Mul,
    S,
    cancel,
    diff,
    erf,
    erfc,
    expand_mul,
    factor,
    fraction,
    nan,
    powsimp,
    together,
    zoo,
)

from ...language.lengths import highest_rate, operations
from ..symbols.stand_ins import stand_in
from .sign import Asked, Certificate, short
from .slope import FUNCTIONS, HYPERBOLIC, LONGEST

BY_ITSELF = (erf, erfc)  # their slopes have nothing of them
HIGHEST = 100  # rate of an exponential: polynomials of such degrees are not factored
MOST_PARTS = 2  # of parts of parts: the search is as long as all of their slopes


def certify(asked: Asked, cert: Certificate) -> bool:
    """Where its functions are among other factors, x has the sign of what is left without these."""
    x = asked.x
    if asked.depth >= MOST_PARTS or operations(x) > LONGEST or not x.has(*FUNCTIONS, *HYPERBOLIC):
        return False
    return _over_one_denominator(asked, cert) or _by_itself(asked, cert) or _by_halves(asked, cert)


def _over_one_denominator(asked: Asked, cert: Certificate) -> bool:
    """A denominator with functions in it, of a known sign."""
    above, below = fraction(together(asked.x))
    if not below.has(*FUNCTIONS) or not asked.x.is_Add:
        return False
    for sign in (1, -1):
        own = Certificate()
        if asked.positive(sign * below, own, True):
            if not asked.positive(expand_mul(sign * above), own, asked.strict):
                return False
            cert.said += own.said
            return True
    return False


def _by_itself(asked: Asked, cert: Certificate) -> bool:
    """A f(u) + B as f(u) + B/A, or -f(u) - B/A, where A has a sign."""
    for f in sorted(asked.x.atoms(*BY_ITSELF), key=str):
        d = stand_in(f, "f", real=True)
        x = asked.x.xreplace({f: d})
        a, rest = diff(x, d), x.xreplace({d: S.Zero})
        if highest_rate(a) <= HIGHEST:
            a = factor(a)
        if not a.free_symbols or a.has(d, f):
            continue
        for sign in (1, -1):
            own = Certificate()
            if asked.positive(sign * a, own, True) and asked.positive(
                sign * f + _divided(rest, sign * a), own, asked.strict
            ):
                cert.said += own.said
                return cert.say(f"{short(asked.x)}: divided by the factor of {short(f)}")
    return False


def _divided(x: Expr, a: Expr) -> Expr:
    """x/a, term by term; what belongs to one function, or to none, is one quotient in lowest terms."""
    parts: dict[Expr, Expr] = {}
    for term in Add.make_args(expand_mul(x)):
        quotient, function = S.One, S.One
        for f in Mul.make_args(powsimp(term / a)):
            if f.has(*FUNCTIONS):
                function *= f
            else:
                quotient *= f
        parts[function] = parts.get(function, S.Zero) + quotient
    return Add(*(cancel(together(quotient)) * function for function, quotient in parts.items()))


def _by_halves(asked: Asked, cert: Certificate) -> bool:
    """Of a real number that may be 0 its size is put in, with either sign if it has both; and 0 by itself."""
    open_ones = [s for s in asked.x.free_symbols if not s.is_extended_positive and not s.is_integer]
    if len(open_ones) != 1 or (s := open_ones[0]).is_extended_negative:
        return False
    size = stand_in(s, s.name, positive=True)
    signed = [size] * (not s.is_extended_nonpositive) + [-size] * (not s.is_extended_nonnegative)
    parts: dict[Expr, None] = dict.fromkeys(asked.x.xreplace({s: y}) for y in (S.Zero, *signed))
    own = Certificate()
    if any(part.has(nan, zoo) for part in parts):
        return False
    if not all(asked.positive(part, own, asked.strict) for part in parts):
        return False
    cert.said += own.said
    return cert.say(f"{s} of either sign, or 0" if len(signed) == 2 else f"{s} above 0, or 0")
