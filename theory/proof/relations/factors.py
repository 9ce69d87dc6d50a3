"""Products without a closed form, up to a variable of the claim: bounded one factor at a time."""

from __future__ import annotations

from sympy import Dummy, Expr, Mul, Product, S, Sum, exp, expand, nan, oo, powsimp

from ...language.errors import CannotTell
from ...language.functions import linear
from ..symbols.asymptotics import Limits
from ..symbols.normal_forms import is_seen_zero
from .learned import Learned


def bounded(known: Learned, d: Expr, strict: bool) -> str | None:
    """Why d = a P + b >= 0 (> 0), P a product to which one more factor f comes as an integer grows; None if it is not seen.

    P <= g = -b/a holds at first, and f(n) g(n) <= g(n + 1), f >= 0; or the other way around, where a is above 0.
    """
    if strict or (found := _of_one_product(d)) is None:
        return None
    p, _, _, (a, b) = found
    j, low, high = p.limits[0]
    for k in sorted(known.counters & high.free_symbols, key=str):
        if not a.is_number or low.has(k) or p.function.has(k) or expand(high - k).has(k):
            continue
        first = expand(high - low).xreplace({k: S.Zero})
        if not (first.is_Integer and -1 <= first <= 1):
            continue
        begun = Mul(*(p.function.xreplace({j: low + i}) for i in range(int(first) + 1)))
        with known.up_to(k):
            if _is_kept(known, k, -b / a, p.function.xreplace({j: high + 1}), begun, 1 if a.is_negative else -1):
                return f"{p}, factor by factor: the bound holds at first, and grows with the product"
    return None


def at_the_end(known: Learned, d: Expr) -> tuple[Expr, bool] | None:
    """(d at the limit of a product, whether d is above that): every further factor takes d nearer to it. None of others.

    d rises in the product, and all further factors are from 0 to 1; or it falls, and they are at least 1. No factor is below 0.
    """
    if (found := _of_one_product(d)) is None:
        return None
    p, name, form, (slope, _) = found
    j, low, high = p.limits[0]
    for k in sorted(known.counters & high.free_symbols, key=str):
        if low.has(k) or p.function.has(k) or expand(high - k).has(k) or form.has(k):
            continue
        f, own = p.function.xreplace({j: high + 1}), _factor(known, p, k)
        if not (known.implies(own, strict=False) and known.implies(high - low + 1, strict=False)):
            continue  # a factor below 0 turns the others round
        before, known.where = known.where, [c for c in known.where if not c[0].has(k)]  # of all that is still to come
        try:
            if known.implies(slope, strict=True):
                nearer, gap = known.implies(f, strict=False), 1 - f
            else:
                nearer, gap = known.implies(-slope, strict=True), f - 1
            if nearer and known.implies(gap, strict=False):
                end = Limits(k, known.sign).of(p)
                if not end.has(k, oo, -oo, nan):
                    above = all(
                        known.implies(x, strict=True) for x in (own, f, gap)
                    )  # with a factor 0 it is at its limit
                    return form.xreplace({name: end}), above
        except CannotTell:
            pass
        finally:
            known.where = before
    return None


def in_sums(known: Learned, d: Expr) -> tuple[Expr, str] | None:
    """(what is below d, or equal to it, and why), with a sum for a product; None of others.

    A product of factors from 0 on is at most exp(sum of f - 1); of factors that are all from 0 to 1, or all at least 1, it is at
    least 1 + the sum of f - 1.
    """
    if (found := _of_one_product(d)) is None:
        return None
    p, name, form, (slope, _) = found
    _, low, high = p.limits[0]
    k = next((k for k in known.counters & high.free_symbols if not expand(high - k).has(k)), None)
    if k is None or low.has(k) or not low.is_integer:
        return None
    f = _factor(known, p, k)
    total = known.summed(Sum(p.function - 1, p.limits[0]))
    if total.has(Sum) or not known.implies(f, strict=False) or not known.implies(high - low + 1, strict=False):
        return None
    if known.implies(-slope, strict=False):
        return form.xreplace({name: exp(total)}), f"{p} is at most exp of the sum of its factors less 1"
    one_side = known.implies(f - 1, strict=False) or known.implies(1 - f, strict=False)
    if one_side and known.implies(slope, strict=False):
        return form.xreplace({name: 1 + total}), f"{p} is at least 1 + the sum of its factors less 1"
    return None


def _of_one_product(d: Expr) -> tuple[Product, Dummy, Expr, tuple[Expr, Expr]] | None:
    """(the product, a name for it, d with the name, (a, b)) of d = a P + b, P the only product, of one index; None of others.

    Cases may have one slope, and jump between them: they are others.
    """
    products = d.atoms(Product)
    if len(products) != 1 or len((p := next(iter(products))).limits) != 1:
        return None
    name = Dummy("p", positive=True)
    form = d.xreplace({p: name})
    return None if (found := linear(form, name)) is None else (p, name, form, found)


def _factor(known: Learned, p: Product, k: Expr) -> Expr:
    """Any of the factors of a product up to a number that is k but for a constant."""
    j, low, high = p.limits[0]
    before, after = (Dummy(side, integer=True, nonnegative=True) for side in ("before", "after"))
    return known.charted(p.function.xreplace({j: low + before, k: low + before + after - expand(high - k)}))


def _is_kept(known: Learned, k: Expr, bound: Expr, f: Expr, begun: Expr, sign: int) -> bool:
    """Whether the bound is at least `begun` at first, and takes the factor f in a step; with sign = -1 at most."""
    grown = bound.xreplace({k: k + 1})
    ratio = powsimp(_together(grown / bound)) if known.implies(bound, strict=True) else None
    gap = grown - f * bound if ratio is None else ratio - f
    at_first = (bound - begun).xreplace({k: S.Zero})
    return (
        known.implies(f, strict=False)
        and (is_seen_zero(at_first) or known.implies(sign * at_first, strict=False))
        and known.implies(sign * gap, strict=False)
    )


def _together(x: Expr) -> Expr:
    """A product of exponentials as one, with its exponent in lowest terms."""
    powers = powsimp(x)
    return powers.func(*map(expand, powers.args)) if powers.is_Pow or powers.func.__name__ == "exp" else powers


__all__ = ["at_the_end", "bounded", "in_sums"]
