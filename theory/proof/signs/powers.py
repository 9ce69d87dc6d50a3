"""Sums of powers of numbers, 1/2 - 2/2^t + 5/(2*3^t): one term outweighs all others from some t on; before, value by value."""

from __future__ import annotations

from flint import arb
from sympy import Abs, Add, Expr, Mul, Pow, S, Symbol, expand, powsimp

from ..arithmetic.programs import at_least, to_ball
from .sign import Asked, Certificate

LATEST = 256  # from where on a term has to outweigh all others

Terms = dict[tuple[Expr, int], Expr]  # {(base, degree): c}, of c t^degree base^t


def certify(asked: Asked, cert: Certificate) -> bool:
    """x(t) > 0 for all integers t >= 0 (or 1), x a sum of c t^k b^t with numbers c and b."""
    symbols = asked.x.free_symbols
    if len(symbols) != 1 or not asked.is_short or not asked.x.has(Pow):
        return False
    (t,) = symbols
    if not (t.is_integer and t.is_nonnegative) or not (terms := _terms(asked.x, t)):
        return False
    late = _outweighed(terms)
    first = 1 if t.is_positive else 0
    if late is None or not all(at_least(asked.x.subs(t, k), 0, asked.strict) for k in range(first, late)):
        return False
    return cert.say(f"one power outweighs the sum of all others from {t} = {late} on; before, value by value")


def _terms(x: Expr, t: Symbol) -> Terms | None:
    """x as a sum of c t^k b^t; None if it is none."""
    found: Terms = {}
    for term in Add.make_args(expand(powsimp(expand(x)))):
        base, degree, c = S.One, 0, S.One
        for f in Mul.make_args(term):
            b, e = f.as_base_exp()
            if not f.has(t):
                c *= f
            elif b == t and e.is_Integer and e > 0:
                degree += int(e)
            elif not b.has(t) and e.is_polynomial(t) and e.as_poly(t).degree() == 1:
                slope, at = e.as_poly(t).all_coeffs()
                base, c = base * b**slope, c * b**at
            else:
                return None
        found[base, degree] = found.get((base, degree), S.Zero) + c
    return {k: c for k, c in found.items() if c != 0}


def _outweighed(terms: Terms) -> int | None:
    """From where on the largest power, a positive one, is above the sum of the sizes of all that count against it."""
    sizes = {b: to_ball(Abs(b)) for b, _ in terms}
    top = max(terms, key=lambda k: (float(sizes[k[0]].mid()), k[1]))
    if not (top[0].is_positive and to_ball(terms[top]) > 0):
        return None
    against = []  # (size beside the largest, degree beside it, ratio of the bases)
    for (b, degree), c in terms.items():
        ratio = arb(1) if Abs(b) == top[0] else sizes[b] / sizes[top[0]]
        if (b, degree) != top and not (ratio <= 1):
            return None
        if (b, degree) != top and not (b.is_positive and to_ball(c) > 0):  # a base that is not real turns
            against.append((abs(to_ball(c) / to_ball(terms[top])), degree - top[1], ratio))
    late = 1
    while late <= LATEST:
        falling = all((arb(late + 1) / late) ** max(d, 0) * r <= 1 for _, d, r in against)
        if falling and sum((c * arb(late) ** d * r**late for c, d, r in against), arb(0)) < 1:
            return late
        late *= 2
    return None
