"""Sums and products up to t, as t grows: their leading terms.

A sum of f(j) ~ c b^j j^p log(j)^q converges, or grows as its last terms do, or like the integral of j^p log(j)^q (Stolz and
Cesaro: terms of one sign, an infinite sum). A product of factors that tend to 1 fast enough converges to a number other than 0.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    Product,
    S,
    Sum,
    apart,
    binomial,
    cancel,
    cos,
    cosh,
    coth,
    expand,
    expand_func,
    factor,
    fraction,
    gamma,
    pi,
    polygamma,
    sin,
    sinh,
    sqrt,
    tanh,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.polys.polyerrors import BasePolynomialError

from ...language.errors import Apart, CannotTell
from ...language.functions import jump
from .leading import MOST_POWER, Leading, Terms
from .normal_forms import is_zero
from .scaled import like_integral

MOST_WRITTEN = 200  # terms
PEELED = (1, 2, 4, 8, 16)  # first terms, or factors, that are looked at by themselves


def summed(limits: Terms, x: Sum) -> Leading | None:
    """The leading term of a sum up to t + c, of terms that are products of a function of t and one of the index; or of one
    without an end, or between numbers, of terms that change with t."""
    ends = x.limits[0][1:]
    if len(x.limits) == 1 and len(ends) == 2 and ends[1] is S.Infinity:
        return like_integral(limits, x)
    if (
        len(x.limits) == 1
        and len(ends) == 2
        and all(end.is_Integer for end in ends)
        and 0 <= ends[1] - ends[0] < MOST_WRITTEN
    ):
        return limits.leading(x.doit())
    j, low, high = _ends(limits, x)
    try:
        return _by_parts(limits, x.function, j, low, high)
    except CannotTell as reason:
        if not x.function.has(Product):
            raise
        for count in PEELED:  # factors that may be 0 at first
            with suppress(CannotTell):
                rest = _by_parts(limits, x.function, j, low + count, high)
                first = [_placed(x.function, j, low + i) for i in range(count)]
                return limits.largest([*(limits.leading(_begun_later(limits, y)) for y in first), rest], x)
        raise reason


def _by_parts(limits: Terms, f: Expr, j: Expr, low: Expr, high: Expr) -> Leading | None:
    """The leading term of the sum of f from low to high, f a sum of products of a function of t and one of j."""
    k = Dummy("k", integer=True, nonnegative=True)
    parts = _separated(_split(limits, _placed(f, j, low + k), k), limits.t, k)
    leads = [limits.times([limits.leading(g), _added(limits, h, k, high - low)]) for g, h in parts]
    return leads[0] if len(leads) == 1 else limits.largest(leads, f)


def _begun_later(limits: Terms, x: Expr) -> Expr:
    """x with products up to t from where their factors have a sign on, times the factors before."""

    def later(p: Product) -> Expr:
        i, low, high = p.limits[0]
        m = Dummy("m", integer=True, nonnegative=True)
        for count in (0, *PEELED):
            factors = _placed(p.function, i, low + count + m)
            if limits.is_positive(factors) or limits.is_positive(-factors):
                first = Mul(*(_placed(p.function, i, low + n) for n in range(count)))
                return first * Product(p.function, (i, low + count, high))
        return p

    return x.replace(
        lambda e: isinstance(e, Product) and len(e.limits) == 1 and not e.limits[0][1].has(limits.t), later
    )


def multiplied(limits: Terms, x: Product) -> Leading | None:
    """The leading term of a product up to t + c: of a rational function by its roots, else of what converges."""
    j, low, high = _ends(limits, x)
    if x.function.has(limits.t):
        raise CannotTell(f"the factors of {x} change with {limits.t}")
    k = Dummy("k", integer=True, nonnegative=True)
    f, count = _placed(x.function, j, low + k), high - low + 1
    if f.is_rational_function(k):
        powers = [part.as_base_exp() for part in Mul.make_args(factor(together(f)))]
        finite = all(e.is_positive or b.is_nonzero for b, e in powers)
        if finite and any(e.is_positive and b.xreplace({k: S.Zero}).is_zero for b, e in powers):
            return None  # its first factor is 0
        return limits.times([_powered(limits, base, e, k, count) for base, e in powers])
    if not (_is_seen(limits, f, k) and limits.is_positive(f)):
        raise CannotTell(f"the factors of {x} are not seen to be positive")
    rest = limits.leading((f - 1).xreplace({k: limits.t}))
    if rest is not None and _growth(limits, rest) >= 0:
        if (found := _vanishing(limits, rest)) is None:
            raise CannotTell(f"{x} is not seen to converge")
        return found
    return Leading(Product(f, (k, 0, S.Infinity)))


def _vanishing(limits: Terms, rest: Leading) -> Leading | None:
    """What a product of positive factors is at most a multiple of, their distance from 1 being like `rest`, of which the sum is
    infinite; None where factors are not seen to be below 1 in the end.

    log(f) is at most f - 1, and that is half of its leading term at least, from some factor on.
    """
    if not (rest.exact and rest.gammas == 0 and is_zero(rest.base - 1) and limits.is_positive(-rest.c)):
        return None
    if limits.sign(rest.power) == limits.sign(rest.logs) == 0:  # the factors tend to 1 + c, which is not negative
        return Leading(S.One, base=1 + rest.c / 2, exact=False)
    if limits.sign(rest.power) > 0 or limits.sign(rest.power + 1) > 0 or limits.sign(rest.logs) > 0:
        return Leading(S.One, power=-MOST_POWER, exact=False)  # below every power, as exp(-t^p), or exp(-log(t)^2)
    if limits.sign(rest.logs) == 0:
        return Leading(S.One, power=rest.c / 2, exact=False)
    return Leading(S.One, logs=-MOST_POWER, exact=False)  # exp(-c log(t)^q) with q below 1


# ---- what is added up, or multiplied -------------------------------------------------------------------------------------


def _ends(limits: Terms, x: Sum | Product) -> tuple[Expr, Expr, Expr]:
    j, low, high = x.limits[0] if len(x.limits[0]) == 3 else (None, S.Zero, S.Zero)
    t = limits.t
    whole = t.is_integer and (high - t).is_integer and low.is_integer
    if len(x.limits) != 1 or not whole or low.has(t) or (high - t).has(t):
        raise CannotTell(f"{x} does not run from a number to {t} and a number")
    return j, low, high


def _placed(x: Expr, j: Expr, at: Expr) -> Expr:
    """x with `at` for j; what is bound inside of it, be it by the same name, stays."""
    if isinstance(x, Sum | Product) and len(x.limits) == 1 and len(x.limits[0]) == 3:
        i, *ends = x.limits[0]
        free = Dummy("i", integer=True)
        inside = _placed(_placed(x.function, i, free), j, at)
        return x.func(inside, (free, *(_placed(end, j, at) for end in ends)))
    if x == j:
        return at
    if isinstance(x, ExprWithLimits) and x.has(j):
        raise CannotTell(f"how {x} changes with {j}")
    return x.func(*(_placed(a, j, at) for a in x.args)) if x.args and x.has(j) else x


def _split(limits: Terms, x: Expr, k: Dummy) -> Expr:
    """Products from k + c on as ratios of two that begin at c: none of their factors is 0."""

    def ratio(p: Product) -> Expr:
        i, low, high = p.limits[0]
        m = Dummy("m", integer=True, nonnegative=True)
        begin = low.xreplace({k: S.Zero})
        if not low.has(k) or expand(low - begin - k) != 0:
            return p
        factors = _placed(p.function, i, begin + m)
        if factors.has(k, limits.t) or not (limits.is_positive(factors) or limits.is_positive(-factors)):
            return p
        return Product(p.function, (i, begin, high)) / Product(p.function, (i, begin, low - 1))

    return x.replace(lambda e: isinstance(e, Product) and len(e.limits) == 1, ratio)


def _separated(x: Expr, t: Expr, k: Dummy) -> list[tuple[Expr, Expr]]:
    """x as a sum of products of a function of t (or of none) and one of k."""
    for form in (lambda: expand(x, deep=False, mul=False, multinomial=False), lambda: factor(together(x))):
        if (pair := _pair(form(), t, k)) is not None:
            return [pair]
    terms = Add.make_args(expand(x))
    pairs = [pair for term in terms if (pair := _pair(term, t, k)) is not None]
    if len(pairs) < len(terms):
        raise CannotTell(f"how the terms {x} change with {t} and with their index")
    return pairs


def _pair(x: Expr, t: Expr, k: Dummy) -> tuple[Expr, Expr] | None:
    g, h = S.One, S.One
    for f in Mul.make_args(x):
        pieces = (
            Mul.make_args(expand(f, power_base=False, mul=False, multinomial=False, log=False)) if f.is_Pow else [f]
        )
        for e in (y for piece in pieces for y in Mul.make_args(_power(piece))):
            if e.has(k) and e.has(t):
                return None
            g, h = (g, h * e) if e.has(k) else (g * e, h)
    return g, h


def _power(x: Expr) -> Expr:
    """a^(u + v) as a^u a^v."""
    base, e = x.as_base_exp()
    return Mul(*(base**term for term in Add.make_args(expand(e)))) if e.is_Add or e.is_Mul else x


def _held(limits: Terms, h: Expr, k: Dummy) -> Expr:
    """h with symbols for what is seen to be other than 0 at k = 0, 1, ...: products of positive factors, powers with k."""
    put: dict[Expr, Expr] = {}
    for p in h.atoms(Product):
        i, low, _ = p.limits[0]
        m = Dummy("m", integer=True, nonnegative=True)
        factors = _placed(p.function, i, low + m)
        if len(p.limits) == 1 and not low.has(k) and _is_seen(limits, factors, m) and limits.is_positive(factors):
            put[p] = Dummy("p", positive=True)
    h = h.xreplace(put)
    powers = [p for p in h.atoms(Pow) if p.exp.is_integer and not p.base.has(k)]
    return h.xreplace({p: Dummy("p", real=True, nonzero=True) for p in powers if limits.is_positive(-p.base)})


def _is_seen(limits: Terms, h: Expr, k: Dummy) -> bool:
    """Whether h is seen to have a value at k = 0, 1, ..."""
    h = _held(limits, h, k)
    return (
        jump(h, k, lambda e, strict: limits.is_positive(e), lambda e: limits.is_positive(e) or limits.is_positive(-e))
        is None
    )


def _growth(limits: Terms, f: Leading) -> int:
    """1 or 0 where the sum of such terms grows: as its last terms, or like an integral; -1 where it converges."""
    if sign := limits.sign(f.gammas):
        return sign
    base = limits.sign(f.base)
    if not is_zero(f.base - 1) and not is_zero(f.base + 1):
        return limits.larger(f.base)
    if sign := limits.sign(f.power + 1) or limits.sign(f.logs + 1):
        if sign > 0 and base < 0:
            raise CannotTell("terms whose signs change")
        return 0 if sign > 0 else -1
    raise CannotTell("a sum that grows like log(log(t))")


def _added(limits: Terms, h: Expr, k: Dummy, top: Expr) -> Leading | None:
    """The leading term of the sum of h(0), ..., h(top)."""
    t = limits.t
    if not h.has(k):
        return limits.leading(h * (top + 1))
    if not _is_seen(limits, h, k):
        raise CannotTell(f"{h} is not seen to have a value at every {k} = 0, 1, ...")
    f = limits.leading(h.xreplace({k: t}))
    if f is None:
        raise CannotTell(f"the terms {h} are 0 from some on")
    growth = _growth(limits, f)
    if growth < 0:
        return _whole(limits, h, k)
    if not f.exact:
        raise CannotTell(f"a sum of terms {h} that grow, and may change sign")
    if growth == 0:
        power = limits.sign(f.power + 1)
        c = f.c / (f.power + 1 if power else f.logs + 1)
        return replace(f, c=c, power=f.power + 1, logs=f.logs if power else f.logs + 1)
    last = limits.leading(h.xreplace({k: top}))
    return last if last is None or limits.sign(f.gammas) else replace(last, c=last.c * f.base / (f.base - 1))


def _whole(limits: Terms, h: Expr, k: Dummy) -> Leading:
    """The endless sum of h(0), h(1), ..., which converges absolutely."""
    value, held = endless(limits, h, k), _held(limits, h, k)
    if limits.is_positive(held) or limits.is_positive(-held):
        return Leading(value)
    try:
        nonzero = not value.has(Sum) and limits.sign(value)
    except CannotTell:
        nonzero = False
    return Leading(value) if nonzero else Leading(S.One, exact=False)


# ---- endless sums --------------------------------------------------------------------------------------------------------


def endless(limits: Terms, h: Expr, k: Dummy) -> Expr:
    """h(0) + h(1) + ..., known to converge: in closed form, where it has one; else as a sum."""
    for closed in (_fractions, _geometric, _gauss):
        try:
            if (value := closed(limits, h, k)) is not None:
                return value
        except (CannotTell, BasePolynomialError, NotImplementedError):
            pass
    return Sum(h, (k, 0, S.Infinity))


def _fractions(limits: Terms, h: Expr, k: Dummy) -> Expr | None:
    """A rational function: c/(k + b)^m adds up to c psi_(m-1)(b) (-1)^m/(m-1)!, where those with m = 1 converge together."""
    if not h.is_rational_function(k):
        return None
    out = diverging = S.Zero
    for term in Add.make_args(apart(together(h), k)):
        above, below = fraction(together(term))
        base, m = below.as_independent(k, as_Add=False)[1].as_base_exp()
        if (square := _square(base, k)) is not None and m is S.One and not above.has(k):
            out += cancel(above * base / below) * _over_squares(limits, *square[1:]) / square[0]
            continue
        p = Poly(base, k)
        if above.has(k) or p.degree() != 1 or not m.is_Integer:
            return None
        a, b = p.all_coeffs()
        c = cancel(above * base**m / below) / a**m
        if c.has(k) or not limits.is_positive(b / a):
            return None
        diverging += c if m == 1 else S.Zero
        out += c * (-1) ** m * expand_func(polygamma(m - 1, together(b / a))) / gamma(m)
    return out if is_zero(diverging) else None


def _over_squares(limits: Terms, p: Expr, s: Expr) -> Expr:
    """The sum over k of 1/((k + p)^2 + s)."""
    if not limits.is_positive(s):
        raise CannotTell(f"the sign of {s}")
    root = sqrt(s)
    if p.is_Integer and p > 0:
        return (pi * root * coth(pi * root) - 1) / (2 * s) - Add(*(1 / (i**2 + s) for i in range(1, p)))
    if (p - S.Half).is_Integer and p > 0:
        first = (S.Half + i for i in range(int(p - S.Half)))
        return pi * tanh(pi * root) / (2 * root) - Add(*(1 / (i**2 + s) for i in first))
    raise CannotTell(f"no closed form around {p}")


def _geometric(limits: Terms, h: Expr, k: Dummy) -> Expr | None:
    """r^k times a polynomial: C(k, m) r^k adds up to r^m/(1 - r)^(m + 1)."""
    rest, base = S.One, S.One
    for f in Mul.make_args(_apart(h)):
        b, e = f.as_base_exp()
        if e.has(k) and not b.has(k) and is_zero(e - e.coeff(k, 1) * k):
            base *= b ** e.coeff(k, 1)
        else:
            rest *= f
    if base == 1 or not rest.is_polynomial(k):
        return None
    p, out = Poly(rest, k), S.Zero
    while not p.is_zero:
        m = p.degree()
        c = p.LC() * gamma(m + 1)
        out += c * base**m / (1 - base) ** (m + 1)
        p = p - Poly(expand(c * binomial(k, m).expand(func=True)), k)
    return out


def _apart(h: Expr) -> Expr:
    return Mul(*map(_power, Mul.make_args(expand(h, deep=False, mul=False, multinomial=False))))


def _gauss(limits: Terms, h: Expr, k: Dummy) -> Expr | None:
    """Gauss' theorem: h(k + 1)/h(k) = (k + a)(k + b)/((k + c)(k + 1))."""
    if not h.has(gamma):
        return None
    n = Dummy("n", positive=True)  # where gammas are shifted
    ratio = factor(together(_ratio(h, k, n)))
    above, below = fraction(ratio)
    of_above, of_below = _roots(above, n), _roots(below, n)
    if of_above is None or of_below is None:
        return None
    (a, top), (b, bottom) = of_above, of_below
    if not is_zero(a - b):
        return None
    while len(top) < 2 or not any(is_zero(y - 1) for y in bottom):
        top, bottom = [*top, S.One], [*bottom, S.One]
    bottom.remove(next(y for y in bottom if is_zero(y - 1)))
    if len(top) != 2 or len(bottom) != 1:
        return None
    c, (x, y) = bottom[0], top
    if not all(map(limits.is_positive, (c, c - x, c - y, c - x - y))):
        return None
    return h.xreplace({k: S.Zero}) * gamma(c) * gamma(c - x - y) / (gamma(c - x) * gamma(c - y))


def _ratio(h: Expr, k: Dummy, n: Dummy) -> Expr:
    """h(n + 1)/h(n), its gammas cancelled."""
    out = S.One
    for f in Mul.make_args(_apart(factor(h))):
        b, e = f.as_base_exp()
        if isinstance(b, gamma) and not e.has(k):
            arg = expand(b.args[0])
            if not is_zero(arg.diff(k) - 1):
                raise CannotTell("a gamma that does not go up by one")
            out *= arg.xreplace({k: n}) ** e
        else:
            out *= f.xreplace({k: n + 1}) / f.xreplace({k: n})
    return out


def _roots(x: Expr, n: Dummy) -> tuple[Expr, list[Expr]] | None:
    """c and a_i of c prod (n + a_i)."""
    c, out = S.One, []
    for f in Mul.make_args(x):
        b, e = f.as_base_exp()
        if not f.has(n):
            c *= f
            continue
        p = Poly(b, n)
        if p.degree() != 1 or not (e.is_Integer and e > 0):
            return None
        c, out = c * p.LC() ** e, [*out, *[together(p.all_coeffs()[1] / p.LC())] * int(e)]
    return c, out


# ---- products ------------------------------------------------------------------------------------------------------------


def _powered(limits: Terms, f: Expr, e: Expr, k: Dummy, count: Expr) -> Leading | None:
    """The leading term of f(0)^e ... f(count - 1)^e, f irreducible."""
    if not f.has(k):
        return limits.leading(f ** (e * count))
    if (square := _square(f, k)) is not None:
        a, p, s = square
        return limits.times(
            [limits.leading(a ** (e * count) * gamma(p + count) ** (2 * e)), Leading(_around(limits, p, s) ** e)]
        )
    poly = Poly(f, k)
    if poly.degree() != 1:
        raise CannotTell(f"no leading term of a product of {f}")
    a, b = poly.all_coeffs()
    if not limits.is_positive(b / a):
        raise CannotTell(f"{b / a} is not seen to be positive")
    return limits.leading(a ** (e * count) * (gamma(b / a + count) / gamma(b / a)) ** e)


def _square(f: Expr, k: Dummy) -> tuple[Expr, Expr, Expr] | None:
    """a, p, s of a ((k + p)^2 + s)."""
    if not f.is_polynomial(k) or (poly := Poly(f, k)).degree() != 2:
        return None
    a, b, c = poly.all_coeffs()
    p = together(b / (2 * a))
    return a, p, factor(together(c / a - p**2))


def _around(limits: Terms, p: Expr, s: Expr) -> Expr:
    """1/(Gamma(p + i sqrt(s)) Gamma(p - i sqrt(s))), other than 0, by the reflection formula."""
    if limits.is_positive(s):
        root, functions = sqrt(s), (sinh, cosh)
    elif limits.is_positive(-s) and limits.is_positive(s + (1 if p.is_Integer else S.One / 4)):
        root, functions = sqrt(factor(-s)), (sin, cos)
    else:
        raise Apart(f"the sign of {s}", s + (1 if p.is_Integer else S.One / 4))
    if p.is_Integer and p > 0:
        first = Mul(*(i**2 + s for i in range(1, p)))
        return functions[0](pi * root) / (pi * root) / first
    if (p - S.Half).is_Integer and p > 0:
        first = Mul(*((i + S.Half) ** 2 + s for i in range(int(p - S.Half))))
        return functions[1](pi * root) / pi / first
    raise CannotTell(f"no closed form around {p}")
