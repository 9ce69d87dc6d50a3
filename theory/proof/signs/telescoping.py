"""Telescoping in n: the sign of f from that of f(n+2) - f(n), which is elementary for gamma ratios and digammas, and its limit.

The sign of the difference follows from the sign of its rational derivative and its limit 0.
"""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    S,
    Symbol,
    expand,
    expand_log,
    gamma,
    log,
    loggamma,
    oo,
    polygamma,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import unfold
from ...language.lengths import highest_power
from ..arithmetic.programs import at_least, close_to
from ..symbols.asymptotics import Limits
from ..symbols.normal_forms import _Form, is_zero
from ..symbols.powersums import in_polygammas
from . import cone
from .numbers import sign_of
from .sign import Asked, Certificate

LARGEST = 1000  # coefficient of a logarithm, the power of what is in it
HIGHEST = 40  # power: what is left of gammas is written out


def certify(asked: Asked, cert: Certificate) -> bool:
    """The sign of f(k), one integer k >= 0, from the sign of f(k+2) - f(k) and the limit of f."""
    x, strict = in_polygammas(asked.x), asked.strict
    symbols = x.free_symbols
    if (
        not asked.is_short
        or len(symbols) != 1
        or not x.has(gamma, loggamma, polygamma, log)
        or highest_power(x) > HIGHEST
    ):
        return False
    (k,) = symbols
    if not k.is_nonnegative:
        return False
    difference = _elementary(x.subs(k, k + 2) - x)
    if difference is None:
        return False
    trend = _trend(difference, k)
    if trend is None:
        return False
    if trend[0] < 0:
        end = _limit(x, k)
        if end is None or not end >= 0:
            return False
        return cert.say(f"telescoping: f(n+2) - f(n) < 0 for all n ({trend[1]}), f -> {end}, so f > {end}")
    if k.is_integer and all(at_least(x.subs(k, i), 0, strict) for i in (0, 1)):
        return cert.say(
            f"telescoping: f(n+2) - f(n) > 0 for all n ({trend[1]}), and f {'>' if strict else '>='} 0 at the "
            "first two n, in balls"
        )
    return False


def _elementary(x: Expr) -> Expr | None:
    """x without gammas and polygammas, as sum of c log(p) plus a rational function; None where they do not cancel."""
    form = _Form()
    try:
        y = expand(form.convert(x))
    except CannotTell:
        return None
    names = {g: a for a, g in form.atoms.items()}
    if any(y.has(g) and not isinstance(a, log) for g, a in names.items()) or any(
        y.has(g) for g in form.powers.values()
    ):
        return None
    out = S.Zero
    for g, a in names.items():
        c = y.coeff(g)
        out += together(c) * a
        y = expand(y - c * g)
        if y.has(g) or (c != 0 and isinstance(a.args[0], gamma)):  # not linear, or a log(gamma) that did not cancel
            return None
    out += together(y)
    return None if out.free_symbols & set(names) else out  # a logarithm in a denominator


def _trend(d: Expr, k: Symbol) -> tuple[int, str] | None:
    """The strict sign of an elementary d(k) on k >= 0, with the reason."""
    if sign := cone.sign(d):
        return sign, "no coefficient of the other sign"
    slope = d.diff(k)
    if not slope.is_rational_function(k):
        slope = together(slope)
    if not slope.is_rational_function(k) or _limit(d, k) != 0:
        return None
    sign = cone.sign(slope)
    return (-sign, "its derivative has one sign and its limit is 0") if sign else None


def _limit(x: Expr, k: Symbol) -> Expr | None:
    """The limit at k -> oo of a combination, with constant coefficients, of logarithms, log-gammas and polygammas, plus a
    rational function; None if it is infinite or x is not of this form.

    psi(z) = log z + o(1), psi'(z) = o(1). The exponential of the rest is a product, so that no leading terms are added that
    cancel. (SymPy's own limit of digamma(x/2) - log(x/2) is wrong.) The result is checked in balls at two large values.
    """
    limits, product, rest = Limits(k, sign_of), S.One, S.Zero
    scale, whole = expand_log(unfold(x)).primitive()  # powers of what is in a logarithm are as small as can be
    try:
        for term in Add.make_args(whole):
            c, f = (S.Zero, S.One) if term.is_rational_function(k) else term.as_independent(k, as_Add=False)
            if c.is_number and abs(c) > LARGEST:
                return None
            if isinstance(f, log):
                product *= f.args[0] ** c
            elif isinstance(f, loggamma):
                product *= gamma(f.args[0]) ** c
            elif isinstance(f, polygamma) and limits.of(f.args[1]) is oo:
                product *= f.args[1] ** c if f.args[0] == 0 else S.One
            elif f is S.One:
                rest += term
            else:
                return None  # an error o(1) of the asymptotic form must not be multiplied by what grows
        end = expand_log(log(limits.of(product)), force=True) + limits.of(together(rest))
    except CannotTell:
        return None
    if not end.is_finite:
        return None
    end = S.Zero if is_zero(end) else end
    return scale * end if close_to(whole, k, end) else None
