"""Leading terms where those of a sum cancel: of what is smooth in w = 1/t at w = 0, by its derivatives there (Taylor)."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    Pow,
    S,
    Symbol,
    atan,
    cos,
    cosh,
    erf,
    exp,
    expand,
    expand_mul,
    factorial,
    fraction,
    gamma,
    log,
    sin,
    sinh,
    tanh,
    together,
)

from ...language.errors import CannotTell
from ...language.lengths import operations
from .digammas import in_powers
from .leading import Leading, Terms
from .normal_forms import is_seen_zero, is_zero
from .stirling import ORDER, of_logarithm

EVERYWHERE = (exp, sin, cos, sinh, cosh, tanh, atan, erf)
MOST_OPERATIONS = 400  # of a sum whose products are multiplied out
MOST = 4  # derivatives that are taken, and powers of t that are taken out


def leading(x: Expr, terms: Terms) -> Leading | None:
    """The leading term of x as t -> oo: c t^(p - j), c the first coefficient of x t^-p in 1/t that is not 0.

    terms: knows t, and the signs of constants.  None where x is not seen to be smooth there, or nothing is left among the first
    coefficients.
    """
    for j, (c, p) in enumerate(_coefficients(x, terms)):
        if c is None or not is_zero(c):
            try:
                return Leading(c, power=S(p - j)) if c is not None and terms.sign(c) else None
            except CannotTell:
                return None
    return None


def end(x: Expr, terms: Terms) -> Expr | None:
    """The limit of x as t -> oo, which may be 0 for some values of its symbols; None where it is not seen, or infinite."""
    for j, (c, p) in enumerate(_coefficients(x, terms)):
        if j == p or c is None:
            return c
        if not is_zero(c):
            return None
    return None


def _coefficients(x: Expr, terms: Terms) -> Iterator[tuple[Expr | None, int]]:
    """Those of w^p x in w = 1/t, with p; None of one that is no number."""
    w, most = Dummy("w", positive=True), MOST
    x, rests = in_powers(x, terms.t, terms.is_positive)
    if x.has(gamma):
        x, most = _without_gammas(x, terms), ORDER
    x = _logs_apart(_powers_apart(x.xreplace({terms.t: 1 / w}), w), w)
    if x is None:
        return
    for p, f in _without_poles(x, w):
        if _is_smooth(f, w, terms):
            for j in range(most + 1):
                at = f.xreplace({w: S.Zero})
                yield (at / factorial(j) if at.is_finite and not at.has(*rests) else None), p
                f = f.diff(w)
            return


def _without_poles(x: Expr, w: Symbol) -> Iterator[tuple[int, Expr]]:
    """p and w^p x, for some p: that which is written beside the rest of a product, and all up to the most."""
    p = next((-f.exp for f in Mul.make_args(x) if f.is_Pow and f.base == w), S.Zero)
    if p.is_Integer and 0 < p <= MOST:
        yield int(p), Mul(*(f for f in Mul.make_args(x) if f != w**-p))
    while operations(x) <= MOST_OPERATIONS and (more := _powers_apart(_multiplied_out(x), w)) != x:
        x = more
    for q in range(MOST + 1):
        yield q, Add(*(w**q * term for term in Add.make_args(x)))


def _without_gammas(x: Expr, terms: Terms) -> Expr:
    """x with the products that have gammas in them by Stirling's series: they are t^c exp(a + b/t + ...) but for a share of
    t^-4 of themselves, which tells nothing of the first coefficients."""
    if not x.has(gamma):
        return x
    if not isinstance(x, Mul | Pow | gamma):
        return x.func(*(_without_gammas(a, terms) for a in x.args))
    sums = Mul(*(_without_gammas(f, terms) for f in Mul.make_args(x) if f.is_Add))
    signed, rest = Mul(*(f for f in Mul.make_args(x) if not f.is_Add)).as_coeff_Mul()
    flat = Mul(abs(signed), *(b**e for b, e in _bases(rest)))
    t = terms.t
    found = of_logarithm(flat, t, terms.is_positive) if flat.has(gamma) else None
    if found is None:
        return sums * signed * rest
    power, whole = S.Zero, S.Zero
    for c, p, logs in found:
        c = expand(c)
        if logs == 0 and p <= 0:
            whole += c * t**p
        elif (logs, p) == (1, 0) and c.is_Integer:
            power = c
        elif not is_zero(c):
            return sums * signed * rest
    return sums * (1 if signed > 0 else -1) * t**power * exp(whole)


def _bases(x: Expr, e: Expr = S.One) -> Iterator[tuple[Expr, Expr]]:
    """The factors of a power with their exponents, as if all of them were positive: their logarithms are asked to be real."""
    if isinstance(x, Mul):
        for f in x.args:
            yield from _bases(f, e)
    elif isinstance(x, Pow) and not isinstance(x, exp):
        yield from _bases(x.base, e * x.exp)
    else:
        yield x, e


def _multiplied_out(x: Expr) -> Expr:
    """Its terms without products of sums."""
    return Add(*(expand_mul(term, deep=False) for term in Add.make_args(x)))


def _powers_apart(x: Expr, w: Symbol) -> Expr:
    """x with w^k taken out of what is raised to a power: (1/w - 1)^e is (1 - w)^e w^-e."""

    def apart(e: Expr) -> Expr:
        if any(abs(p.exp) > MOST for p in e.base.atoms(Pow) if p.has(w) and p.exp.is_Integer):
            return e
        if (found := _power_apart(e.base, w)) is None:
            return e
        k, rest = found
        return rest**e.exp * w ** (k * e.exp)

    return x.replace(lambda e: isinstance(e, Pow) and isinstance(e.base, Add | Mul) and e.base.has(w), apart)


def _power_apart(x: Expr, w: Symbol) -> tuple[int, Expr] | None:
    """k and the rest of w^k times a quotient of polynomials that are other than 0 at 0; None of what is no quotient of such."""
    try:
        parts = [Poly(y, w) for y in fraction(together(x))]
    except PolynomialError:
        return None
    k = [min(powers for (powers,) in p.monoms()) for p in parts]
    above, below = (expand(p.as_expr() / w**i) for p, i in zip(parts, k, strict=True))
    return k[0] - k[1], above / below


def _logs_apart(x: Expr, w: Symbol) -> Expr | None:
    """x without log(w), w > 0, where this cancels: log(w^k g) is k log(w) + log(g). None where it is not seen to."""
    log_w = Dummy("log")  # of which nothing is known: it is no number as w comes to 0

    def apart(e: Expr) -> Expr:
        if (found := _power_apart(e.args[0], w)) is None:
            return e
        k, rest = found
        return k * log_w + log(rest)

    y = x.replace(lambda e: isinstance(e, log) and e.has(w), lambda e: _of_factors(e.args[0], w))
    y = y.replace(lambda e: isinstance(e, log) and e.has(w), apart)
    if not y.has(log_w):
        return y
    try:
        *higher, rest = Poly(y, log_w).all_coeffs()
    except PolynomialError:
        return None
    return rest if all(map(is_seen_zero, higher)) else None


def _of_factors(x: Expr, w: Symbol) -> Expr:
    """log(x), x > 0, by factors, as if those that have w in them were positive: what is not has no smooth logarithm."""
    if isinstance(x, Mul):
        c, rest = x.as_independent(w, as_Add=False)
        return sum((_of_factors(f, w) for f in Mul.make_args(rest)), log(c))
    if isinstance(x, Pow) and not isinstance(x, exp) and (x.base == w or not x.exp.is_integer):  # (1 - 1/w)^2 > 0
        return x.exp * _of_factors(x.base, w)
    return log(x)


def _is_smooth(f: Expr, w: Symbol, terms: Terms) -> bool:
    """Whether f has all derivatives in w around 0, where SymPy can put 0 in: no part of it has a root or a pole there."""
    if not f.has(w):
        return f.is_finite is True
    if f == w:
        return True
    if isinstance(f, Pow) and not isinstance(f, exp):
        if not _is_smooth(f.base, w, terms):
            return False
        if f.exp.is_Integer and f.exp >= 0:
            return True
        return _is_smooth(f.exp, w, terms) and terms.is_positive(f.base.xreplace({w: S.Zero}))
    if isinstance(f, log):
        return _is_smooth(f.args[0], w, terms) and terms.is_positive(f.args[0].xreplace({w: S.Zero}))
    return isinstance(f, (Add, Mul, *EVERYWHERE)) and all(_is_smooth(a, w, terms) for a in f.args)


__all__ = ["end", "leading"]
