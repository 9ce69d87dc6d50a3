"""Equalities, decided by the coefficients of normal forms; products by induction in their upper end."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Function,
    Mul,
    Pow,
    Product,
    S,
    Sum,
    Symbol,
    acos,
    asin,
    atan,
    cos,
    erf,
    erfc,
    erfinv,
    exp,
    factor,
    log,
    pi,
    sin,
    sqrt,
)

from ...language.errors import CannotTell
from ...language.moments import Moment
from ...language.order import in_order
from ..symbols.above_one import above_one
from ..symbols.asymptotics import in_gammas
from ..symbols.exponentials import same_exponentials
from ..symbols.normal_forms import equal, is_zero, same_roots
from ..symbols.powersums import in_harmonics, in_polygammas, without_products_of_0
from .learned import Learned

MOST_ROOTS = 6  # in the ratio of two arguments
MOST_WRITTEN = 12  # exponents, and what roots are taken of


def holds(known: Learned, a: Expr, b: Expr) -> None:
    """Two derived sides are equal, or `CannotTell` is raised."""
    if a.has(log) or b.has(log):  # both in the same variables
        a, b = known.with_ratios(a), known.with_ratios(b)
    a, b = (x.replace(lambda e: isinstance(e, Abs), lambda e: _size(known, _factored(e.args[0]))) for x in (a, b))
    a, b = (without_products_of_0(x) for x in (a, b))
    if a.has(Product):
        if b.has(Product) and _same_products(a, b):
            known.proof.steps.append("the products are over the same ranges, factor by factor the same")
            return
        try:
            _product(known, a, b)
            return
        except CannotTell:
            a, b = (in_gammas(x, lambda e: known.implies(known.charted(e), strict=True)) for x in (a, b))
            if a.has(Product):
                raise
    if a.has(Sum) and b.has(Sum):
        a, b = _without_same_sums(a, b)
        if a == b:
            known.proof.steps.append("the sums are over the same range, term by term the same")
            return
    a, b = (_without_powers_of_0(in_polygammas(known.summed(in_harmonics(x)))) for x in (a, b))
    _equal(known, a, b)
    known.proof.steps.append("both sides have the same normal form")


def _equal(known: Learned, a: Expr, b: Expr) -> None:
    """The sides are equal as they are, by the signs of ratios, whose roots split, written by positive numbers, so that all roots
    split, or by what a side condition leaves free.
    """
    derived = a.xreplace({number: m for m, number in known.numbers.items()})
    reason = CannotTell(f"the derived form {known.named(derived)} is not seen to equal the claim's")
    tried: list[tuple[Expr, Expr]] = []
    for written in (lambda x: x, known.with_ratios, known.charted, known.narrow):
        sides = written(a), written(b)
        if sides in tried:
            continue
        try:
            if _same(known, *sides):
                return
        except CannotTell as why:
            reason = why if not tried else reason
        tried.append(sides)
    with suppress(CannotTell):
        if (sides := above_one((a, b), known.sign)) is not None and _same(known, *sides):
            return
    raise reason


def _same(known: Learned, a: Expr, b: Expr) -> bool:
    sides = _numbered(known, *_unified(a, b))
    return same_roots(a, b) or equal(*sides) or same_exponentials(*sides) or _is_same(known, *sides)


def _factored(x: Expr) -> Expr:
    """x in factors; functions of sums and products are taken as they are: SymPy would put all in them over one denominator."""
    of_sums = (f for f in x.atoms(Function) if f.has(Sum, Product) and not isinstance(f, exp))
    held = {f: Dummy("f", real=True) for f in in_order(of_sums)}
    return factor(x.xreplace(held)).xreplace({name: f for f, name in held.items()})


def _size(known: Learned, x: Expr) -> Expr:
    """Its absolute value, which is itself or its negative where the domain tells its sign."""
    for y in (x, -x) if x.free_symbols and not x.has(Moment) else ():
        if known.implies(known.charted(y), strict=False):
            return y
    return Abs(x)


@cache
def _only_first(t: Symbol) -> Symbol:
    """What is 1 where t = 0, and 0 afterwards."""
    return Dummy(f"0**{t}", real=True)


def _without_powers_of_0(x: Expr) -> Expr:
    """x with one symbol for all of 0**t, 0**(2*t), ..., which are the same for every whole number t >= 0."""
    put = {}
    for p in x.atoms(Pow):
        c, t = p.exp.as_coeff_Mul()
        if p.base.is_zero and c.is_positive and t.is_Symbol and t.is_integer and t.is_nonnegative:
            put[p] = _only_first(t)
    return x.xreplace(put)


def _product(known: Learned, x: Expr, b: Expr) -> None:
    """A multiple of a product equals a closed form, by induction in its upper end: the empty product, the last factor.

    The upper end is t + c with a variable t = 0, 1, ... of the chart; below low - 1 no product is meant.
    """
    multiple, a = x.as_independent(Product, as_Add=False)
    if not isinstance(a, Product) or len(a.limits) != 1:
        raise CannotTell(f"{x} is no multiple of one product over one variable")
    j, low, top = a.limits[0]
    t = next(iter(top.free_symbols), None)
    if t is None or not (top - t).is_Integer or not (t.is_integer and t.is_nonnegative) or not low.is_Integer:
        raise CannotTell(f"the ends of {a} are no number and a variable")
    other, c = b.as_independent(Product, as_Add=False)
    if isinstance(c, Product) and is_zero(other - multiple) and len(c.limits) == 1 and c.limits[0][1:] == (low, top):
        if not is_zero(a.function - c.function.subs(c.limits[0][0], j)):
            raise CannotTell(f"the factors {a.function} are not seen to equal the claim's")
        known.proof.steps.append("the products are over the same range, factor by factor the same")
        return
    shift = top - t
    if a.function.has(t) or multiple.has(t) or a.function.has(Moment) or shift < low - 1:
        raise CannotTell(f"the factors of {a} change with its upper end, or its domain begins too early")
    if not is_zero(b.subs(t, low - 1 - shift) - multiple):
        raise CannotTell(f"the product is empty at first, and the claim's form is not {multiple} there")
    if not is_zero(b.subs(t, t + 1) - b * a.function.subs(j, top + 1)):
        raise CannotTell(f"{b} does not take the factor {a.function} from one step to the next")
    known.proof.steps.append(f"induction in {t}: the empty product is 1, and the last factor is right")


def _same_products(a: Expr, b: Expr) -> bool:
    """Whether two sides have the same normal form, products over the same range with the same factors being one symbol."""
    names: dict[Product, Dummy] = {}
    for x in sorted(a.atoms(Product) | b.atoms(Product), key=str):
        twin = next((y for y in names if _alike(x, y)), x)
        names[x] = names[twin] if twin in names else Dummy("product", real=True)
    a, b = a.xreplace(names), b.xreplace(names)
    try:
        return a == b or (not (a - b).has(Sum, Product) and equal(a, b))
    except CannotTell:
        return False


def _alike(x: Product, y: Product) -> bool:
    if len(x.limits) != 1 or len(y.limits) != 1 or x.function.has(Sum, Product) or y.function.has(Sum, Product):
        return x == y
    (j, *ends), (k, *others) = x.limits[0], y.limits[0]
    try:
        return ends == others and is_zero(x.function - y.function.xreplace({k: j}))
    except CannotTell:
        return False


def _without_same_sums(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Both without the multiples of sums over one range that agree term by term."""

    def parts(x: Expr) -> list[tuple[Expr, Expr]]:
        return [t.as_independent(Sum, as_Add=False) for t in Add.make_args(x)]

    a, b = a.expand(deep=False), b.expand(deep=False)
    left = [(d, y) for d, y in parts(b) if isinstance(y, Sum)]
    for c, x in parts(a):
        for d, y in left:
            if isinstance(x, Sum) and len(x.limits) == len(y.limits) == 1:
                (j, *ends), (k, *others) = x.limits[0], y.limits[0]
                if ends == others and is_zero(c * x.function - d * y.function.xreplace({k: j})):
                    left.remove((d, y))
                    a, b = a - c * x, b - d * y
                    break
    return a, b


def _unified(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Both with one writing of what a root is taken of, and of an exponent: sqrt((1 - x)/(1 - y)) and sqrt((x - 1)/(y - 1))."""
    powers = [p for p in a.atoms(Pow, exp) | b.atoms(Pow, exp) if isinstance(p, exp) or not p.exp.is_Integer]
    written = {p.exp if isinstance(p, exp) else p.base for p in powers}
    kinds: dict[Expr, Expr] = {}
    for x in sorted((x for x in written if x.free_symbols), key=str)[:MOST_WRITTEN]:
        with suppress(CannotTell):
            kinds[x] = next((y for y in kinds.values() if x.free_symbols == y.free_symbols and is_zero(x - y)), x)
    put = {p: p.func(*(kinds.get(x, x) for x in p.args)) for p in powers}
    return a.xreplace(put), b.xreplace(put)


def _numbered(known: Learned, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Sines, cosines, error functions (and the inverse) and arcus functions as symbols, one for all whose arguments are the same,
    or, of the latter, positive and have the same square, or inverse ones.

    erf(-u) = -erf(u); for u > 0 atan(1/u) = pi/2 - atan(u); acos(u) = pi/2 - asin(u), and asin(u) = atan(u/sqrt(1 - u**2)) where
    |u| < 1.
    """
    a, b = (x.replace(acos, lambda u: pi / 2 - asin(u)).replace(asin, _tangent) for x in (a, b))
    a, b = (x.replace(erfc, lambda u: 1 - erf(u)) for x in (a, b))
    names: dict[Expr, Expr] = {}
    for x in sorted(a.atoms(sin, cos, erfinv) | b.atoms(sin, cos, erfinv), key=str):
        twin = next((y for y in names if y.func == x.func and is_zero(x.args[0] - y.args[0])), None)
        names[x] = Dummy(x.func.__name__, real=True) if twin is None else names[twin]
    for x in sorted(a.atoms(erf) | b.atoms(erf), key=str):
        pairs = [(y, k) for y in names if isinstance(y, erf) for k in (1, -1)]
        turned = next(((y, k) for y, k in pairs if _is_same(known, x.args[0], k * y.args[0])), None)
        plain = Dummy("erf", positive=True) if x.is_positive else Dummy("erf", real=True)
        names[x] = plain if turned is None else turned[1] * names[turned[0]]
    for x in sorted(a.atoms(asin) | b.atoms(asin), key=str):
        alike = (y for y in names if isinstance(y, asin) and _is_root(x.args[0]) and _is_root(y.args[0]))
        twin = next((y for y in alike if is_zero(x.args[0] ** 2 - y.args[0] ** 2)), None)
        names[x] = Dummy("arcsin", real=True) if twin is None else names[twin]
    for x in sorted(a.atoms(atan) | b.atoms(atan), key=str):
        u = x.args[0]
        twins = [y for y in names if isinstance(y, atan) and _is_root(u) and _is_root(y.args[0])]
        same = next((y for y in twins if is_zero(u**2 - y.args[0] ** 2)), None)
        if same is None:
            same = next((y for y in names if isinstance(y, atan) and _is_same(known, u, y.args[0])), None)
        inverse = next((y for y in twins if is_zero(u**2 * y.args[0] ** 2 - 1)), None)
        if same is not None:
            names[x] = names[same]
        elif inverse is not None:
            names[x] = pi / 2 - names[inverse]
        else:
            names[x] = Dummy("arctan", real=True)
    return a.xreplace(names), b.xreplace(names)


def _tangent(u: Expr) -> Expr:
    left = factor(1 - u**2)
    return atan(u / sqrt(left)) if left.is_positive else asin(u)


def _is_same(known: Learned, u: Expr, v: Expr) -> bool:
    """u = v, or one is a multiple of the other that is not negative, and whose square is 1: roots are of what is not negative."""
    with suppress(CannotTell):
        return is_zero(u - v) or (v != 0 and _is_one(known, u / v))
    return False


def _is_one(known: Learned, ratio: Expr) -> bool:
    """A product with roots by its square, if it is not negative."""
    roots = [f for f in Mul.make_args(ratio) if f.is_Pow and f.exp.is_Rational and f.exp.q == 2]
    if not 0 < len(roots) <= MOST_ROOTS or not is_zero(ratio**2 - 1):
        return False
    rest = ratio / Mul(*roots)
    return all(known.implies(known.charted(f.base), strict=False) for f in roots) and (
        bool(rest.is_positive) or known.implies(known.charted(rest), strict=True)
    )


def _is_root(u: Expr) -> bool:
    """Whether u is not negative, or a positive multiple of one square root, or over one: then its square tells it."""
    rest = [f for f in Mul.make_args(u) if not f.is_positive]
    return bool(u.is_nonnegative) or (len(rest) == 1 and rest[0].is_Pow and abs(rest[0].exp) == S.Half)
