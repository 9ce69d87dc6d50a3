"""Sums of exponentials in a time t >= 0."""

from __future__ import annotations

from sympy import Add, Expr, S, Symbol, Tuple, expand, log

from ..symbols.exponentials import exponentials
from ..symbols.normal_forms import is_zero
from ..symbols.stand_ins import stand_in
from .sign import Asked, Certificate

MOST_MULTIPLE = 4  # of a base's powers that are bases themselves
Terms = list[tuple[Expr, Expr]]  # base, coefficient


def certify(asked: Asked, cert: Certificate) -> bool:
    """By the logarithm of one exponential over another, by induction, or whatever the powers are in (0, 1]."""
    x, strict, positive = asked.x, asked.strict, asked.positive
    if not asked.is_short:
        return False
    for t in sorted((s for s in x.free_symbols if s.is_integer and s.is_nonnegative), key=str):
        terms = exponentials(x, t)
        if terms is None or len(terms) > 4:
            continue
        if len(terms) == 1 and terms[0][0] != 1:
            base, c = terms[0]
            if base.is_positive and positive(c, cert, strict):
                return True
        if len(terms) == 2 and not any(c.has(t) for _, c in terms):
            (b1, c1), (b2, c2) = terms if positive(terms[0][1], Certificate()) else terms[::-1]
            if positive(c1, Certificate()) and positive(-c2, Certificate()) and b1.is_positive and b2.is_positive:
                start, slope = log(c1) - log(-c2), log(b1) - log(b2)
                own = Certificate()
                if positive(slope, own, strict=False) and positive(start, own, strict):
                    cert.said += own.said
                    return cert.say(
                        "lifted to all t: the logarithm of the ratio is affine in t, with start and slope of "
                        "the right sign"
                    )
            if _not_below(asked, terms):
                return cert.say(f"of both powers in {t} the one that is added has the larger base, and coefficient")
        if _induction(asked, t, terms, cert) or _any_share(asked, t, terms, cert):
            return True
    return False


def _not_below(asked: Asked, terms: Terms) -> bool:
    """c1*b1**t - c2*b2**t where c1 >= c2 > 0 and b1 >= b2 >= 0, b1 > 0: the lesser base may be 0, which has no logarithm."""
    for (b1, c1), (b2, c2) in (terms, terms[::-1]):
        if not (b1.is_positive and asked.positive(c1, Certificate()) and asked.positive(-c2, Certificate())):
            continue
        return (
            asked.positive(b2, Certificate(), strict=False)
            and asked.positive(c1 + c2, Certificate(), asked.strict)
            and asked.positive(b1 - b2, Certificate(), strict=False)
        )
    return False


def _induction(asked: Asked, t: Symbol, terms: Terms, cert: Certificate) -> bool:
    """f(0) > 0 and f(t+1) - f(t) >= 0, with every base**t at the worse end of [0, 1] (base <= 1) or at 1 (base >= 1)."""
    positive, own = asked.positive, Certificate()
    if not positive(asked.x.subs(t, 0), own, asked.strict):
        return False
    step = S.Zero
    for base, c in terms:
        if base == 1:
            d = expand(c.subs(t, t + 1) - c)
            if d.has(t):
                return False
            step += d
            continue
        if c.has(t) or not (base.is_positive or positive(base, own, strict=False)):
            return False
        if positive(base - 1, own, strict=False):  # base**t >= 1: a gain is at least its value at base**t = 1
            if not positive(c, own, strict=False):
                return False
            step += c * (base - 1)
            continue
        if not positive(1 - base, own, strict=False):
            return False
        change = c * (base - 1)  # times base**t
        if not positive(change, Certificate(), strict=False):
            if not positive(-change, own, strict=False):
                return False  # of no certain sign: neither end of [0, 1] is the worse one everywhere
            step += change
    if not positive(step, own, strict=False):
        return False
    cert.said += own.said
    return cert.say(
        f"induction in {t}: f(0) and f({t}+1) - f({t}) have the sign, powers of bases in [0, 1] taken at the "
        "worse end of [0, 1]"
    )


def _any_share(asked: Asked, t: Symbol, terms: Terms, cert: Certificate) -> bool:
    """Powers of one base in (0, 1] as those of any number in there: base**t = 1/(1 + y), y >= 0."""
    bases = [base for base, _ in terms if base != 1]
    if not bases or any(c.has(t) for _, c in terms):
        return False
    for root in bases:
        powers = {b: next((i for i in range(1, MOST_MULTIPLE + 1) if is_zero(b - root**i)), None) for b in bases}
        if None in powers.values():
            continue
        own, y = Certificate(), stand_in(Tuple(root, t), "y", nonnegative=True)
        if not (root.is_positive and asked.positive(1 - root, own, strict=False)):
            return False
        if asked.positive(Add(*(c / (1 + y) ** powers.get(b, 0) for b, c in terms)), own, asked.strict):
            cert.said += own.said
            return cert.say(f"whatever ({root})**{t} is in (0, 1]")
    return False
