"""Expressions as quotients of polynomials in symbols, roots, powers with symbols in their exponents, and values of functions.

Powers are taken apart over the irreducible factors of their bases, so that two that are the same are seen to be; a root is reduced
by its own equation. Gammas whose arguments differ by whole numbers are multiples of one.
"""

from __future__ import annotations

from functools import lru_cache
from math import lcm

from sympy import (
    Add,
    Dummy,
    E,
    Expr,
    Function,
    Integer,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    binomial,
    cancel,
    exp,
    expand,
    expand_func,
    factor_list,
    factorial,
    factorint,
    fraction,
    gamma,
    harmonic,
    log,
    loggamma,
    polygamma,
    sympify,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.errors import CannotTell
from ..language.functions import Named

MOST_SHIFTED = 60  # by how much the arguments of two gammas may differ


class Quotients:
    """Names for what is no symbol: one for each root, power and value of a function, whatever it is met in.

    meant: what each stands for, (base, exponent) of a power, or (value, None).
    """

    def __init__(self) -> None:
        self.names: dict[tuple[Expr, Expr | None], Dummy] = {}
        self.orders: dict[tuple[Expr, Expr], int] = {}  # of a base and a symbol, the common denominator of the exponents
        self.gammas: list[Expr] = []

    def of(self, *parts: Expr) -> list[Expr]:
        """Expressions in symbols and names. Raises `CannotTell`."""
        parts = tuple(_plain(x) for x in parts)
        for x in parts:
            self._put(x)  # the first time only to learn the common denominators
        return [self._put(x) for x in parts]

    @property
    def meant(self) -> dict[Dummy, tuple[Expr, Expr | None]]:
        return {name: key for key, name in self.names.items()}

    def _put(self, x: Expr) -> Expr:
        match x:
            case _ if x.is_Rational or x.is_Symbol:
                return x
            case Add() | Mul():
                return x.func(*map(self._put, x.args))
            case Pow() if x.exp.is_Integer:
                return self._put(x.base) ** x.exp
            case Pow() if x.base == E:
                return self._power(E, x.exp)
            case Pow():
                return self._root(x.base, x.exp)
            case exp():
                return self._power(E, x.args[0])
            case log():
                return self._log(x.args[0])
            case gamma():
                return self._shifted(x.args[0])
        if isinstance(x, ExprWithLimits):
            raise CannotTell(f"a {type(x).__name__} is left")
        if not isinstance(x, Function) and not x.is_NumberSymbol:
            raise CannotTell(f"{type(x).__name__} is not known here")
        return self._named(x.func(*map(tidy, x.args)) if x.args else x, None)

    def _named(self, base: Expr, e: Expr | None) -> Dummy:
        if (base, e) not in self.names:
            positive = base.is_positive or (e is None and base.is_positive)
            self.names[base, e] = Dummy("g", **({"positive": True} if positive else {"real": True}))
        return self.names[base, e]

    def _root(self, base: Expr, e: Expr) -> Expr:
        """base^e over the factors of the base: of those that are positive, or all, the exponent being a whole number."""
        out = []
        for f, k in factors(base):
            if f.is_positive or e.is_integer:
                out.append(self._power(f, k * e))
            elif f == -1 and (k * e).is_Integer:
                out.append(f ** (k * e))
            else:
                return self._power(tidy(base), e)
        return Mul(*out)

    def _power(self, base: Expr, e: Expr) -> Expr:
        out = []
        for c, part in _linear(e):
            key = (base, part)
            if part == 1 and base.is_Rational is False and c.is_Integer:
                out.append(base**c if base != E else self._named(E, S.One) ** c)
                continue
            if part == 1 and c.is_Integer:
                out.append(base**c)
                continue
            self.orders[key] = lcm(self.orders.get(key, 1), int(c.q))
            out.append(self._named(base, part) ** (c * self.orders[key]))
        return Mul(*out)

    def _log(self, x: Expr) -> Expr:
        found = factors(x)
        if all(f.is_positive for f, _ in found):
            return Add(*(k * self._named(log(f, evaluate=False), None) for f, k in found))
        return self._named(log(tidy(x)), None)

    def _shifted(self, a: Expr) -> Expr:
        """Gamma(a) as a multiple of the first one that was met whose argument differs by a whole number."""
        a = expand(a)
        for known in self.gammas:
            d = expand(a - known)
            if d.is_Integer and abs(d) <= MOST_SHIFTED:
                step = range(int(d)) if d > 0 else range(int(d), 0)
                product = Mul(*(known + i for i in step))
                return self._named(gamma(known), None) * (product if d > 0 else 1 / product)
        self.gammas.append(a)
        return self._named(gamma(a), None)

    def reduced(self, x: Expr) -> Expr:
        """A polynomial with the roots in it reduced by their equations."""
        x = expand(x)
        for (base, part), order in self.orders.items():
            name = self.names[base, part]
            if part != 1 or base == E or not x.has(name):
                continue
            p = Poly(x, name)
            if p.degree() >= order:
                x = expand(Add(*(c * base ** (k // order) * name ** (k % order) for (k,), c in p.terms())))
        return x

    def split(self, x: Expr) -> tuple[Expr, Expr]:
        """(numerator, denominator), both reduced polynomials."""
        top, bottom = fraction(together(x))
        return self.reduced(top), self.reduced(bottom)


def _plain(x: Expr) -> Expr:
    """Abbreviations, factorials, binomials and harmonic numbers by gammas and polygammas, at arguments that are shifted back."""
    while x.has(Named):
        x = x.replace(lambda e: isinstance(e, Named), lambda e: e.definition(*e.args))
    x = x.replace(lambda e: isinstance(e, factorial | binomial), lambda e: e.rewrite(gamma))
    x = x.replace(lambda e: isinstance(e, harmonic) and len(e.args) == 1, lambda e: e.rewrite(polygamma))
    return expand_func(x) if x.has(loggamma, polygamma) else x


@lru_cache(maxsize=4096)
def factors(x: Expr) -> tuple[tuple[Expr, int], ...]:
    """((irreducible factor, exponent), ...) of a rational function; of numbers, their primes. Anything else is one factor."""
    x = sympify(x)
    if not x.is_rational_function():
        return tuple(pair for f in Mul.make_args(x) for pair in _of_power(f))
    out: dict[Expr, int] = {}
    top, bottom = fraction(cancel(together(x)))
    for part, sign in ((top, 1), (bottom, -1)):
        number, found = factor_list(part)
        for f, k in [*_primes(number), *found]:
            f, extra = _signed(f)
            out[f] = out.get(f, 0) + sign * k
            if extra and k % 2:
                out[S.NegativeOne] = out.get(S.NegativeOne, 0) + sign
    return tuple((f, k) for f, k in out.items() if k)


def _of_power(f: Expr) -> list[tuple[Expr, int]]:
    base, e = f.as_base_exp()
    if e.is_Integer and base != f:
        return [(b, k * int(e)) for b, k in factors(base)]
    return list(factors(f)) if f.is_rational_function() else [(f, 1)]


def _signed(f: Expr) -> tuple[Expr, bool]:
    """A factor or its negative, whichever is written with a positive first coefficient or seen to be positive."""
    if f == -1 or f.is_positive:
        return f, False
    return (-f, True) if f.is_negative or (not f.is_number and f.could_extract_minus_sign()) else (f, False)


def _primes(x: Expr) -> list[tuple[Expr, int]]:
    if not x.is_Rational or x == 0:
        return [] if x == 1 else [(x, 1)]
    found = [(S.NegativeOne, 1)] if x < 0 else []
    return found + [(Integer(p), k) for y, s in ((abs(x.p), 1), (x.q, -1)) for p, k in ((q, s * m) for q, m in factorint(y).items())]


def _linear(e: Expr) -> list[tuple[Rational, Expr]]:
    """An exponent as [(rational number, product of symbols)]."""
    parts: dict[Expr, Expr] = {}
    for term in Add.make_args(expand(e)):
        c, part = term.as_coeff_Mul()
        if not c.is_Rational:
            c, part = S.One, term
        parts[part] = parts.get(part, S.Zero) + c
    return [(c, part) for part, c in parts.items() if c != 0]  # type: ignore[misc]


def tidy(x: Expr) -> Expr:
    """What a function is asked for, in one way of writing it."""
    return cancel(together(x)) if x.is_rational_function() else expand(x)


@lru_cache(maxsize=8192)
def vanishes(x: Expr) -> bool:
    """Whether an expression is seen to be 0, for all values of its symbols at which it has one. Raises `CannotTell`."""
    if x == 0:
        return True
    field = Quotients()
    (form,) = field.of(x)
    return field.split(form)[0] == 0
