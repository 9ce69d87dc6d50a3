"""Expressions as quotients of polynomials in symbols, roots, powers with symbols in their exponents, and values of functions.

Powers are taken apart over the irreducible factors of their bases, so that two that are the same are seen to be; a root is
reduced by its own equation. Gammas whose arguments differ by whole numbers are multiples of one.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from math import comb, lcm, prod

from sympy import (
    Abs,
    Add,
    Dummy,
    E,
    Expr,
    Function,
    Integer,
    Mul,
    PolynomialError,
    Pow,
    Rational,
    S,
    binomial,
    cancel,
    default_sort_key,
    erf,
    erfc,
    exp,
    expand,
    factor,
    factor_list,
    factor_terms,
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
from ..language.expansion import multiplied_out
from ..language.functions import Named
from ..language.lengths import operations
from .binders import canonical
from .lowest import factored, is_0

MOST_OPERATIONS = 6000  # of what has to vanish
MOST_TERMS = 10_000  # of a numerator, before what cancels has
MOST_INSIDE, MOST_IN_A_SIZE = (
    150,
    60,
)  # operations of what a function is of, and of what a size is of, for it to be factored
MOST_SHIFTED = 60  # by how much the arguments of two gammas may differ


class Quotients:
    """Names for what is no symbol: one for each root, power and value of a function, whatever it is met in.

    meant: what each stands for, (base, exponent) of a power, or (value, None).
    whole: whether the bases of powers with symbols in their exponents are left as they are.
    """

    def __init__(self, whole: bool = False) -> None:
        self.whole = whole
        self.names: dict[tuple[Expr, Expr | None], Dummy] = {}
        self.orders: dict[
            tuple[Expr, Expr], int
        ] = {}  # of a base and a symbol, the common denominator of the exponents

    def of(self, *parts: Expr) -> list[Expr]:
        """Expressions in symbols and names. Raises `CannotTell`."""
        written = shifted(canonical(*(plain(x) for x in parts)))
        for x in written:
            self._put(x)  # the first time only to learn the common denominators
        self._learn_within()
        return [self._put(x) for x in written]

    def _learn_within(self) -> None:
        """The common denominators within what roots are of, too: a root reduced by its equation has that in it."""
        seen: set[Expr] = set()
        while more := [base for base, part in self.orders if part == 1 and base != E and base not in seen]:
            seen.update(more)
            for base in more:
                self._put(base)

    @property
    def meant(self) -> dict[Dummy, tuple[Expr, Expr | None]]:
        """What each name stands for: (base, exponent) of a power, (value, None) of anything else."""
        return {name: key for key, name in self.names.items()}

    def _put(self, x: Expr) -> Expr:
        match x:
            case _ if x.is_Rational or x.is_Symbol:
                return x
            case Mul() if self.whole and any(isinstance(f, Pow) and f.exp.free_symbols for f in x.args):
                return self._joined(x)
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
        if isinstance(x, ExprWithLimits):
            return self._named(x, None)
        if not (isinstance(x, Function) or x.is_NumberSymbol) or not all(isinstance(y, Expr) for y in x.args):
            raise CannotTell(f"{type(x).__name__} is not known here")
        if any(operations(y) > MOST_INSIDE for y in x.args):
            raise CannotTell(f"{type(x).__name__} of what is too long")
        return self._named(self._alike(x.func(*map(tidy, x.args))) if x.args else x, None)

    def _alike(self, x: Expr) -> Expr:
        """The same function that was met before, of what is seen to be the same: roots are written in many ways."""
        if (x, None) in self.names or all(p.exp.is_Integer for p in x.atoms(Pow)):
            return x
        met = (y for y, e in self.names if e is None and type(y) is type(x))
        return next((y for y in met if all(map(_is_same, x.args, y.args))), x)

    def _rooted(self, base: Expr) -> Expr:
        """What a root is taken of, as it was met before: beside powers with symbols in their exponents it is not factored."""
        if base.is_rational_function() or any(base == b for b, _ in self.orders):
            return base
        return next((b for b, part in self.orders if part == 1 and b != E and _is_same(b, base)), base)

    def _joined(self, x: Expr) -> Expr:
        """A product in which powers with one symbol in their exponents are one power of one base, where that is so."""
        rest, bases = [], {}
        for f in x.args:
            parts = _linear(f.exp) if isinstance(f, Pow) and f.exp.free_symbols else []
            if not parts or not all(c.is_Integer and (f.base.is_positive or part.is_integer) for c, part in parts):
                rest.append(self._put(f))
                continue
            for c, part in parts:
                bases[part] = bases.get(part, S.One) * f.base**c
        return Mul(*rest, *(self._put(b) if part == 1 else self._power(tidy(b), part) for part, b in bases.items()))

    def _named(self, base: Expr, e: Expr | None) -> Dummy:
        if (base, e) not in self.names:
            # a logarithm, or a root, of what may be below 0 is no real number: its square has no sign
            known = {"positive": True} if base.is_positive else {"real": True} if e is None and base.is_real else {}
            self.names[base, e] = Dummy("g", **known)
        return self.names[base, e]

    def _root(self, base: Expr, e: Expr) -> Expr:
        """base^e over the factors of the base: of those that are positive, or all, the exponent being a whole number."""
        if self.whole and not e.is_number:
            return self._power(tidy(base), e)
        out = []
        for f, k in factors(base):
            if f.is_positive or (e.is_integer and k.is_integer):
                out.append(self._power(f, k * e))
            else:
                return self._power(self._rooted(tidy(base)), e)
        return Mul(*out)

    def _power(self, base: Expr, e: Expr) -> Expr:
        out = []
        if base == E and any(isinstance(p.base, Add) and p.exp.is_negative for p in e.atoms(Pow)):
            e = tidy(e)  # over one denominator
        for c, part in _linear(e):
            if part == 1 and c.is_Integer:
                out.append((self._named(E, S.One) if base == E else self._put(base)) ** c)
                continue
            key = (base, part)
            self.orders[key] = lcm(self.orders.get(key, 1), int(c.q))
            out.append(self._named(base, part) ** (c * self.orders[key]))
        return Mul(*out)

    def _log(self, x: Expr) -> Expr:
        found = factors(x)
        if all(f.is_positive and k.is_real for f, k in found):
            return Add(*(self._put(k) * self._named(log(f, evaluate=False), None) for f, k in found))
        return self._named(log(tidy(x)), None)

    def reduced(self, x: Expr) -> Expr:
        """A polynomial with the roots in it reduced by their equations."""
        if _length(x) > MOST_TERMS:
            raise CannotTell("more terms than are multiplied out")
        x = multiplied_out(x)
        for _ in self.orders:  # what a root is of may bring others in
            before = x
            for (base, part), order in list(self.orders.items()):
                name = self.names[base, part]
                if part != 1 or base == E or not x.has(name):
                    continue
                powers = by_power(x, name)
                if max(powers) >= order:
                    whole = self._put(base)
                    terms = (c * whole ** (k // order) * name ** (k % order) for k, c in powers.items())
                    x = multiplied_out(Add(*terms))
            if x == before:
                break
        return x

    def split(self, x: Expr) -> tuple[Expr, Expr]:
        """(numerator, denominator), both reduced polynomials."""
        top, bottom = fraction(together(x))
        return self.reduced(top), self.reduced(bottom)


def by_power(x: Expr, name: Expr) -> dict[int, Expr]:
    """The coefficients of a polynomial that is multiplied out, by the power of a symbol. Raises `PolynomialError`."""
    found: dict[int, list[Expr]] = {}
    for term in Add.make_args(x):
        c, k = _parted(term, name) if name in term.free_symbols else (term, S.Zero)
        if not (k.is_Integer and k >= 0) or name in c.free_symbols:
            raise PolynomialError(f"{term} is no power of {name}")
        found.setdefault(int(k), []).append(c)
    return {k: Add(*cs) for k, cs in found.items()}


def _parted(term: Expr, name: Expr) -> tuple[Expr, Expr]:
    """A product without the powers of a symbol in it, and their exponent: SymPy's `as_coeff_exponent` looks at all else, too."""
    found = [(f, f.as_base_exp()) for f in Mul.make_args(term)]
    return Mul(*(f for f, (b, _) in found if b != name)), Add(*(e for _, (b, e) in found if b == name))


def _length(x: Expr) -> int:
    """How many terms an expression has at most, multiplied out."""
    match x:
        case Add():
            return sum(map(_length, x.args))
        case Mul():
            return prod(map(_length, x.args))
        case Pow() if x.exp.is_Integer and x.exp > 0:
            n, k = _length(x.base), int(x.exp)
            return 1 if n == 1 else comb(n + k - 1, k) if k < MOST_TERMS else MOST_TERMS + 1
    return 1


def plain(x: Expr) -> Expr:
    """Abbreviations, factorials, binomials and harmonic numbers by gammas and polygammas."""
    while x.has(Named):
        x = x.replace(lambda e: isinstance(e, Named), lambda e: e.definition(*e.args))
    x = x.replace(lambda e: isinstance(e, factorial | binomial), lambda e: e.rewrite(gamma))
    x = x.replace(lambda e: isinstance(e, exp) and e.has(log), _of_logs)
    return x.replace(lambda e: isinstance(e, harmonic) and len(e.args) == 1, lambda e: e.rewrite(polygamma))


def _of_logs(x: Expr) -> Expr:
    """exp(k log b), with b > 0, as b^k."""
    out = []
    for part in Add.make_args(expand(x.args[0])):
        logs = [f for f in Mul.make_args(part) if isinstance(f, log)]
        base = tidy(logs[0].args[0]) if len(logs) == 1 else S.Zero
        out.append(base ** (part / logs[0]) if base.is_positive else exp(part))
    return Mul(*out)


def shifted(parts: list[Expr]) -> list[Expr]:
    """Gammas, their logarithms and polygammas whose arguments differ by whole numbers by the one of the least argument."""
    found = sorted({e.args[-1] for x in parts for e in x.atoms(gamma, loggamma, polygamma)}, key=default_sort_key)
    least: dict[Expr, tuple[Expr, int]] = {}  # of an argument, the one that it is written by, and how far that is
    groups: list[list[tuple[Expr, int]]] = []
    for a in found:
        for group in groups:
            d = expand(a - group[0][0])
            if d.is_Integer and abs(d) <= MOST_SHIFTED:
                group.append((a, int(d)))
                break
        else:
            groups.append([(a, 0)])
    for group in groups:
        lowest, down = min(group, key=lambda pair: pair[1])
        least |= {a: (lowest, d - down) for a, d in group}

    def written(e: Expr) -> Expr:
        a, d = least[e.args[-1]]
        steps = [a + i for i in range(d)]
        match e:
            case gamma():
                return gamma(a) * Mul(*steps)
            case loggamma():
                return loggamma(a) + Add(*map(log, steps))
        m = e.args[0]
        if not m.is_Integer:
            return e
        return polygamma(m, a) + (-1) ** m * factorial(m) * Add(*(1 / y ** (m + 1) for y in steps))

    put = {e: written(e) for x in parts for e in x.atoms(gamma, loggamma, polygamma)}
    return [x.xreplace(put) for x in parts]


@lru_cache(maxsize=4096)
def factors(x: Expr) -> tuple[tuple[Expr, Expr], ...]:
    """((factor, exponent), ...): irreducible ones of rational functions, of numbers their primes; powers are taken apart where
    their bases are positive, or their exponents whole numbers."""
    x = sympify(x)
    names: dict[Expr, Expr] = {}
    (top, above), (bottom, below) = _in_factors(_rational(x, names))
    meant = {d: e for e, d in names.items()}
    out: dict[Expr, Expr] = {}

    def add(f: Expr, k: Expr) -> None:
        out[f] = out.get(f, S.Zero) + k

    for number, found, sign in ((top, above, 1), (bottom, below, -1)):
        for f, k in [*_primes(number), *found]:
            if f in meant:
                for g, j in _of_power(meant[f]):
                    add(g, sign * k * j)
                continue
            f, negative = _signed(f.xreplace(meant))
            add(f, Integer(sign * k))
            if negative and k % 2:
                add(S.NegativeOne, Integer(sign))
    if (k := out.get(S.NegativeOne, S.Zero)).is_Integer:
        out[S.NegativeOne] = k % 2
    return tuple((f, k) for f, k in out.items() if k != 0)


def _in_factors(x: Expr) -> tuple[tuple[Expr, list[tuple[Expr, int]]], ...]:
    """The numerator and the denominator of a rational function, each a number and irreducible factors: by FLINT, where it can."""
    try:
        return factored(x)
    except (CannotTell, ValueError, ZeroDivisionError):
        return tuple(map(factor_list, fraction(cancel(together(x)))))


def _rational(x: Expr, names: dict[Expr, Expr]) -> Expr:
    """An expression with names for what is no rational function of symbols."""
    if x.is_Rational or x.is_Symbol:
        return x
    if isinstance(x, Add | Mul) or (isinstance(x, Pow) and x.exp.is_Integer):
        return x.func(*(_rational(y, names) for y in x.args))
    return names.setdefault(x, Dummy("f", positive=True if x.is_positive else None))


def _of_power(x: Expr) -> list[tuple[Expr, Expr]]:
    base, e = (S.Exp1, x.args[0]) if isinstance(x, exp) else x.as_base_exp()
    if base == E or not isinstance(x, Pow):
        return [(base, e)]
    found = factors(base)
    if all(f.is_positive or (e.is_integer and k.is_integer) for f, k in found):
        return [(f, k * e) for f, k in found]
    return [(x, S.One)]


def _signed(f: Expr) -> tuple[Expr, bool]:
    """A factor or its negative, whichever is written with a positive first coefficient or seen to be positive."""
    if f == -1 or f.is_positive:
        return f, False
    return (-f, True) if f.is_negative or (not f.is_number and f.could_extract_minus_sign()) else (f, False)


def _primes(x: Expr) -> list[tuple[Expr, int]]:
    if not x.is_Rational or x == 0:
        return [] if x == 1 else [(x, 1)]
    found = [(S.NegativeOne, 1)] if x < 0 else []
    return found + [
        (Integer(p), k) for y, s in ((abs(x.p), 1), (x.q, -1)) for p, k in ((q, s * m) for q, m in factorint(y).items())
    ]


def _linear(e: Expr) -> list[tuple[Rational, Expr]]:
    """An exponent as [(rational number, product of symbols)]."""
    parts: dict[Expr, Expr] = {}
    for term in Add.make_args(expand(e)):
        c, part = term.as_coeff_Mul()
        if not c.is_Rational:
            c, part = S.One, term
        parts[part] = parts.get(part, S.Zero) + c
    return [(c, part) for part, c in parts.items() if c != 0]


def tidy(x: Expr) -> Expr:
    """What a function is asked for, in one way of writing it."""
    return cancel(together(x)) if x.is_rational_function() else expand(x)


@lru_cache(maxsize=8192)
def vanishes(x: Expr) -> bool:
    """Whether an expression is seen to be 0, for all values of its symbols at which it has one. Raises `CannotTell`."""
    x = x.replace(erfc, lambda a: 1 - erf(a)).replace(Abs, _size)
    if x == 0:
        return True
    field = Quotients()
    if operations(x) > MOST_OPERATIONS:
        raise CannotTell("an identity that is too long")
    (form,) = field.of(x)
    return all(_is_0(c, field) for c in _by_powers(form, field))


def _is_same(a: Expr, b: Expr) -> bool:
    with suppress(CannotTell):
        return vanishes(a - b)
    return False


def _size(x: Expr) -> Expr:
    """|x|, what is positive outside of it, and of x and -x always the same."""
    x = factor(together(x)) if x.is_rational_function() and operations(x) <= MOST_IN_A_SIZE else factor_terms(expand(x))
    return Abs(-x if x.could_extract_minus_sign() else x)


def _is_0(x: Expr, field: Quotients) -> bool:
    """Whether a coefficient is 0: in lowest terms step by step where no roots are in it, which have equations of their own."""
    roots = [name for name, (base, e) in field.meant.items() if e == 1 and base != E and x.has(name)]
    if roots or not x.is_rational_function():
        return field.split(x)[0] == 0
    return x == 0 or (not x.is_number and is_0(x))


def _by_powers(x: Expr, field: Quotients) -> list[Expr]:
    """The coefficients of the powers with symbols in their exponents: an expression is 0 if all of them are."""
    names = [name for name, (_, e) in field.meant.items() if e is not None and e != 1 and x.has(name)]
    terms = _collected(x, names)
    return [x] if terms is None else list(terms.values())


Terms = dict[tuple[int, ...], Expr]


def _collected(x: Expr, names: list[Dummy]) -> Terms | None:
    """An expression as {exponents of the names: coefficient}; None where it is divided by a sum with some of them."""
    if not x.has(*names) if names else True:
        return {(0,) * len(names): x}
    if x in names:
        return {tuple(int(x == name) for name in names): S.One}
    if isinstance(x, Pow):
        whole = _collected(x.base, names)
        if whole is None or (len(whole) > 1 and x.exp < 0):
            return None
        if len(whole) == 1:
            ((exponents, c),) = whole.items()
            return {tuple(k * int(x.exp) for k in exponents): c**x.exp}
        parts = [whole] * int(x.exp)
    else:
        found = [_collected(y, names) for y in x.args]
        parts = [y for y in found if y is not None]
        if len(parts) < len(found):
            return None
    out: Terms = {}
    if isinstance(x, Add):
        for part in parts:
            for exponents, c in part.items():
                out[exponents] = out.get(exponents, S.Zero) + c
        return out
    out = {(0,) * len(names): S.One}
    for part in parts:
        product: Terms = {}
        for (a, c), (b, d) in ((u, v) for u in out.items() for v in part.items()):
            key = tuple(i + j for i, j in zip(a, b, strict=True))
            product[key] = product.get(key, S.Zero) + c * d
        out = product
    return out
