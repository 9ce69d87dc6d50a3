"""Two products against each other, one integer further at a time: p(k) >= q(k) for all k = 0, 1, ...

Of products of gamma functions, powers and roots the quotient r(k + 1)/r(k), r = p/q, is a product of powers of rational
functions. If it is at least 1 for all k, then r is at least r(0); if it is at most 1, then r is at least its limit.
"""

from __future__ import annotations

from math import lcm

from sympy import Add, Expr, Mul, Pow, S, Symbol, expand, factor, gamma, together

from ...language.errors import CannotTell
from ..symbols.asymptotics import Limits
from .numbers import sign_of
from .sign import Asked, Certificate

MOST_SHIFTED = 8  # factors by which a gamma function moves at once
MOST_POWER = 12  # of a root that is taken away


def certify(asked: Asked, cert: Certificate) -> bool:
    """x = A - B, both positive: A/B does not fall with an integer and is 1 or more at 0, or falls to a limit of 1 or more."""
    if not asked.is_short:
        return False
    x = _in_two(asked.x)
    terms = Add.make_args(x)
    if len(terms) != 2:
        return False
    above = [y for y in terms if y.is_positive]
    below = [-y for y in terms if y.is_negative]
    if len(above) != 1 or len(below) != 1:
        return False
    ratio = above[0] / below[0]
    counts = sorted((s for s in x.free_symbols if s.is_integer and s.is_nonnegative and not s.is_positive), key=str)
    for k in counts:
        if (step := _step(ratio, k)) is None:
            continue
        own = Certificate()
        if asked.positive(step - 1, own, False) and asked.positive(x.xreplace({k: S.Zero}), own, asked.strict):
            cert.said += own.said
            return cert.say(f"the quotient of the two sides does not fall with {k}, and at {k} = 0 the relation holds")
        if x.free_symbols == {k} and asked.positive(1 - step, own, asked.strict) and _ends_above(ratio, k):
            cert.said += own.said
            return cert.say(f"the quotient of the two sides falls with {k}, to a limit of 1 or more")
    return False


def _in_two(x: Expr) -> Expr:
    """A sum of rational functions and of one term more as two terms, bases of powers in factors; any other as it is."""
    rational = [y for y in Add.make_args(x) if y.is_rational_function()]
    others = [y for y in Add.make_args(x) if not y.is_rational_function()]
    if len(rational) < 2 or len(others) != 1:
        return x
    bases = {
        p: factor(p.base) ** p.exp for p in others[0].atoms(Pow) if p.exp.free_symbols and p.base.is_rational_function()
    }
    return factor(together(Add(*rational))) + others[0].xreplace(bases)


def _ends_above(ratio: Expr, k: Symbol) -> bool:
    try:
        end = Limits(k, sign_of).of(ratio)
    except CannotTell:
        return False
    return bool(end.is_infinite and end.is_positive) or bool(end.is_finite and (end - 1).is_nonnegative)


def _step(ratio: Expr, k: Symbol) -> Expr | None:
    """A power of ratio(k + 1)/ratio(k), which is a rational function in k; None where it is none."""
    factors = [f.as_base_exp() for f in Mul.make_args(factor(ratio) if ratio.is_rational_function() else ratio)]
    moving = [(base, e) for base, e in factors if base.has(k) or e.has(k)]
    roots = [e.q for _, e in moving if e.is_Rational]
    whole = lcm(*map(int, roots)) if roots else 1
    if whole > MOST_POWER:
        return None
    out = S.One
    for base, e in moving:
        if e.has(k):
            slope = expand(e).coeff(k, 1)
            if base.has(k) or expand(e - slope * k).has(k) or not slope.is_Integer or not base.is_positive:
                return None
            out *= base ** (slope * whole)
            continue
        if not e.is_Rational:
            return None
        if isinstance(base, gamma):
            moved = _of_gamma(base.args[0], k)
            if moved is None:
                return None
        elif base.is_rational_function(k) and base.is_positive:
            moved = together(base.xreplace({k: k + 1}) / base)
        else:
            return None
        out *= moved ** (e * whole)
    return together(out)


def _of_gamma(a: Expr, k: Symbol) -> Expr | None:
    """gamma(a(k + 1))/gamma(a(k)) of a line a with a whole slope."""
    slope = expand(a).coeff(k, 1)
    if not (slope.is_Integer and abs(slope) <= MOST_SHIFTED) or expand(a - slope * k).has(k) or not a.is_positive:
        return None
    if slope >= 0:
        return Mul(*(a + i for i in range(int(slope))))
    return 1 / Mul(*(a - i for i in range(1, -int(slope) + 1)))
