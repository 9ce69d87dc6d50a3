"""Logarithms of products of gammas and rational functions of t, in powers of 1/t: where leading terms cancel, the next ones.

log Gamma(z) = (z - 1/2) log z - z + log(2 pi)/2 + 1/(12 z) - 1/(360 z^3) + O(z^-5), by Stirling's series.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Dummy,
    Expr,
    Mul,
    Poly,
    Rational,
    S,
    Symbol,
    cancel,
    expand,
    expand_log,
    fraction,
    gamma,
    log,
    pi,
    together,
)

ORDER = 3  # the highest power of 1/t that is known


def of_logarithm(x: Expr, t: Symbol, is_positive: Callable[[Expr], bool]) -> list[tuple[Expr, int, int]] | None:
    """log(x) as terms c t^p log(t)^q, (c, p, q), the largest first, up to t^-3; None where x is no such product."""
    u, logs = Dummy("u", positive=True), Dummy("log", real=True)
    total = S.Zero
    for f in Mul.make_args(x):
        base, e = f.as_base_exp()
        if e.has(t):
            if base.has(t) or not is_positive(base) or not (e.is_polynomial(t) and Poly(e, t).degree() == 1):
                return None
            total += e.xreplace({t: 1 / u}) * log(base)
            continue
        known = _of_factor(base, t, u, logs, is_positive)
        if known is None:
            return None
        total += e * known
    p = Poly(expand(total * u), u, logs)  # Gamma(t) has t log(t)
    found = [(expand_log(c, force=True), 1 - i, j) for (i, j), c in p.terms() if i - 1 <= ORDER]
    return sorted(found, key=lambda term: (-term[1], -term[2]))


def _of_factor(base: Expr, t: Symbol, u: Dummy, logs: Dummy, is_positive: Callable[[Expr], bool]) -> Expr | None:
    if not base.has(t):
        return log(base) if is_positive(base) else None
    if isinstance(base, gamma):
        z = expand(base.args[0])
        a = z.coeff(t, 1)
        b = expand(z - a * t)
        if a.has(t) or b.has(t) or not is_positive(a):
            return None
        w = b * u / a
        near = _one_more(w, u, ORDER + 1)  # log(1 + w)
        inverse = u / a * sum(((-w) ** k for k in range(ORDER + 1)), S.Zero)  # 1/z
        return expand(
            (a / u + b - S.Half) * (log(a) + logs + near)
            - (a / u + b)
            + log(2 * pi) / 2
            + inverse / 12
            - inverse**3 / 360
        )
    top, below = fraction(cancel(together(base)))
    if not (top.is_polynomial(t) and below.is_polynomial(t)):
        return None
    parts = [_of_polynomial(Poly(y, t), u, logs, is_positive) for y in (top, below)]
    return None if None in parts else parts[0] - parts[1]  # pyrefly: ignore[unsupported-operation]


def _of_polynomial(p: Poly, u: Dummy, logs: Dummy, is_positive: Callable[[Expr], bool]) -> Expr | None:
    lead, degree = p.LC(), p.degree()
    if not is_positive(lead):
        return None
    w = sum((c / lead * u ** (degree - i) for (i,), c in p.terms() if i < degree), S.Zero)
    return log(lead) + degree * logs + _one_more(w, u, ORDER)


def _one_more(w: Expr, u: Dummy, order: int) -> Expr:
    """log(1 + w) up to u^order, w having no term without u."""
    total, power = S.Zero, S.One
    for k in range(1, order + 1):
        power = _cut(power * w, u, order)
        total += Rational((-1) ** (k + 1), k) * power
    return total


def _cut(x: Expr, u: Dummy, order: int) -> Expr:
    return sum((c * u**i for (i,), c in Poly(expand(x), u).terms() if i <= order), S.Zero)


__all__ = ["of_logarithm"]
