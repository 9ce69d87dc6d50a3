"""Definite integrals of rational functions, of powers and their logarithms, and of exponentials over linear functions: in closed
form, once nothing is seen to vanish on the way.

A partial fraction c (a x + b)^k has an antiderivative that everybody knows. It serves on an interval where a x + b > 0, which
is linear: at both ends is enough. Where the closed form is undefined for single values of the parameters (a = 0), so that
it is meant as its limit there, the integral is that limit, since it is analytic in the parameters as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Integral,
    Mul,
    Poly,
    PolynomialError,
    S,
    Symbol,
    apart,
    cancel,
    exp,
    expand,
    expand_log,
    expand_mul,
    factor,
    ff,
    log,
    oo,
    pi,
    powsimp,
    sqrt,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import Ein
from ...language.laws import Normal


def closed(x: Expr, positive: Callable[[Expr], bool] = lambda c: False) -> Expr:
    """x with its integrals in closed form, innermost first, where they have one; the others stay.

    positive: whether a quantity is positive for all values of its symbols that are meant, where SymPy does not know.
    """
    if not x.has(Integral):
        return x
    x = x.func(*(closed(a, positive) if isinstance(a, Expr) else a for a in x.args))
    if not isinstance(x, Integral) or len(x.limits) != 1 or len(x.limits[0]) != 3:
        return x
    if x.function == 0:
        return S.Zero
    variable, low, high = x.limits[0]
    for way in (_of_logarithms, _of_exponentials):
        try:
            return way(x.function, variable, low, high, positive)
        except (CannotTell, PolynomialError):
            pass
    try:
        form, lines = antiderivative(x.function, variable)
    except (CannotTell, PolynomialError, NotImplementedError):
        return x
    ends = (line.xreplace({variable: end}) for line in lines for end in (low, high))
    if not all(end.is_positive or positive(end) for end in ends):
        return x
    value = form.xreplace({variable: high}) - form.xreplace({variable: low})
    return cancel(together(value)) if value.is_rational_function() else value


def _of_logarithms(f: Expr, x: Symbol, low: Expr, high: Expr, positive: Callable[[Expr], bool]) -> Expr:
    """The integral from 0 of powers of x, each above -1, times whole powers of its logarithm. Raises `CannotTell`."""
    if low != 0 or not high.is_finite or not (high.is_positive or positive(high)) or f.is_rational_function(x):
        raise CannotTell("no integral of roots, or of logarithms, from 0 to a number")
    u = Dummy("u", positive=True)  # as it is inside of the range
    out = S.Zero
    for term in Add.make_args(expand_mul(expand_log(f.xreplace({x: u})), deep=False)):
        for part in Add.make_args(expand(powsimp(term))):
            c, rest = part.as_independent(u, as_Add=False)
            power, logs = S.Zero, 0
            for factor_of in Mul.make_args(rest):
                base, e = factor_of.as_base_exp()
                if base == u and not e.has(u):
                    power += e
                elif base == log(u) and e.is_Integer and e > 0:
                    logs += int(e)
                elif factor_of != 1:
                    raise CannotTell("more than powers and logarithms")
            if not (power.is_Integer and power >= 0) and not ((power + 1).is_positive or positive(power + 1)):
                raise CannotTell("a power that may have no integral")
            parts = (
                (-1) ** i * ff(logs, i) * log(high) ** (logs - i) / (power + 1) ** (i + 1) for i in range(logs + 1)
            )
            out += c * high ** (power + 1) * Add(*parts)
    return out


def _of_exponentials(f: Expr, x: Symbol, low: Expr, high: Expr, positive: Callable[[Expr], bool]) -> Expr:
    """The integral of polynomials times e^q to infinity: over the whole line with q quadratic, as moments of a normal law, and
    from a number on with q linear. Each term is seen to be finite. Raises `CannotTell`."""
    if high != oo or not (low == -oo or low.is_finite):
        raise CannotTell("no integral to infinity")
    out = S.Zero
    for growth, rest in _growths(f, x).items():
        if not growth.is_polynomial(x) or not rest.is_polynomial(x):
            raise CannotTell("more than polynomials and their exponentials")
        q, weight = Poly(growth, x), Poly(expand(rest), x)
        a, b = -q.coeff_monomial(x**2), q.coeff_monomial(x)
        falls = a if low == -oo else -b
        if q.degree() != (2 if low == -oo else 1) or not (falls.is_positive or positive(falls)):
            raise CannotTell("what is not seen to fall")
        if low == -oo:
            law, scale = Normal(b / (2 * a), 1 / (2 * a)), sqrt(pi / a) * exp(q.coeff_monomial(1) + b**2 / (4 * a))
            out += Add(*(c * (law.moment(Integer(k))[0] if k else 1) for (k,), c in weight.terms())) * scale
        else:
            parts = (
                c * ff(k, i) * low ** (k - i) / falls ** (i + 1) for (k,), c in weight.terms() for i in range(k + 1)
            )
            out += Add(*parts) * exp(growth.xreplace({x: low}))
    return out


@lru_cache(maxsize=512)
def antiderivative(f: Expr, x: Symbol) -> tuple[Expr, tuple[Expr, ...]]:
    """An antiderivative, and the linear functions of x that have to be positive where it is used."""
    total, lines = [], {}
    for part, growth in _terms(f, x):
        c, rest = part.as_independent(x, as_Add=False)
        line, power = rest.as_base_exp() if rest != 1 else (x, S.Zero)
        if power.has(x) or not line.is_polynomial(x) or Poly(line, x).degree() != 1:
            raise CannotTell
        slope, at_zero = Poly(line, x).all_coeffs()
        if not (power.is_Integer and power >= 0):
            lines[line] = None
        if growth == 0:
            form = log(line) if power == -1 else line ** (power + 1) / (power + 1)
        elif power == -1:  # e^(b u)/u has the antiderivative log(u) - Ein(-b u)
            b = growth.diff(x)
            c *= exp(cancel(growth.xreplace({x: -at_zero / slope})))
            form = log(line) - Ein(cancel(-b / slope) * line)
        else:
            raise CannotTell
        total.append(cancel(c / slope) * form)
    return Add(*total), tuple(lines)


def _terms(f: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """f as a sum of c line^power e^growth: pairs (c line^power, growth), growth linear in x, 0 where there is none."""
    if f.is_rational_function(x):
        yield from ((term, S.Zero) for term in Add.make_args(apart(together(f), x)))
        return
    for growth, rest in _growths(f, x).items():
        if not growth.is_polynomial(x) or Poly(growth, x).degree() > 1:
            raise CannotTell
        rational = rest.is_rational_function(x)
        for term in Add.make_args(apart(together(rest), x) if rational else powsimp(expand(rest))):
            yield term, growth


def _growths(f: Expr, x: Symbol) -> dict[Expr, Expr]:
    """f as a sum of c e^q: {q: c}, in which no exponential of x is left in c."""
    parts: dict[Expr, Expr] = {}
    for term in Add.make_args(expand_mul(f)):
        growth, factors = S.Zero, []
        for part in Mul.make_args(powsimp(factor(term) if term.has(exp) else term)):
            base, power = part.as_base_exp()
            if isinstance(part, exp) and part.has(x):
                growth += part.args[0]
            elif isinstance(base, exp) and power.is_Integer and part.has(x):
                growth += power * base.args[0]
            else:
                factors.append(part)
        growth = expand(growth)
        parts[growth] = parts.get(growth, S.Zero) + Mul(*factors)
    return parts
