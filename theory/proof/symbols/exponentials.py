"""Sums of exponentials base**t in a time t, with coefficients that are polynomials in it."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Add, Dummy, Expr, Mul, Pow, S, Symbol, expand, factor

from ...language.lengths import terms_when_expanded
from .normal_forms import is_zero

MOST_POWER = 24  # of a sum that is multiplied out
MOST_TERMS = 2_000  # of what is multiplied out


def exponentials(x: Expr, t: Symbol) -> list[tuple[Expr, Expr]] | None:
    """x = sum of coefficient(t) * base**t with coefficients polynomial in t: [(base, coefficient)]; None if it is not."""
    sums = [p for p in x.atoms(Pow) if p.base.is_Add]
    if any((p.exp.is_Integer and p.exp > MOST_POWER) or (p.exp.is_negative and p.base.has(t)) for p in sums):
        return None
    whole: dict[Expr, Expr] = {}  # powers left as they are, as symbols: SymPy multiplies them into divisors else
    for written in (lambda: x, lambda: _with_whole_powers(x, t, whole)):
        out = written()
        found = None if terms_when_expanded(out) > MOST_TERMS else _by_base(expand(out), t, whole)
        if found is not None:
            return found
    return None


def _by_base(x: Expr, t: Symbol, whole: Mapping[Expr, Expr]) -> list[tuple[Expr, Expr]] | None:
    out: dict[Expr, Expr] = {}
    for term in Add.make_args(x):
        base, rest = S.One, []
        for f in Mul.make_args(term):
            b, e = f.as_base_exp()
            if b in whole:
                base *= whole[b] ** e
            elif e.has(t):
                slope = e.diff(t)
                if b.has(t) or slope.has(t):
                    return None
                base *= b**slope
                rest.append(b ** expand(e - slope * t))
            elif f.has(*whole) or (f.has(t) and not f.is_polynomial(t)):
                return None
            else:
                rest.append(f)
        out[base] = out.get(base, S.Zero) + Mul(*rest)
    return [(b, c) for b, c in _joined(out) if not is_zero(c)]


def _joined(found: Mapping[Expr, Expr]) -> list[tuple[Expr, Expr]]:
    """With one term for all bases that are the same rational function: (1 - a)**2 and (a - 1)**2."""
    if len(found) < 2:
        return list(found.items())
    out: dict[Expr, tuple[Expr, Expr]] = {}
    for base, c in found.items():
        key = factor(base) if base.is_rational_function() else base
        first, sum_of = out.get(key, (base, S.Zero))
        out[key] = first, sum_of + c
    return list(out.values())


def _with_whole_powers(x: Expr, t: Symbol, whole: dict[Expr, Expr]) -> Expr:
    """x with a symbol for each base**t in it, and in `whole` the bases that they stand for."""
    put = {}
    for p in sorted(x.atoms(Pow), key=str):
        slope = p.exp.diff(t)
        if p.exp.has(t) and not slope.has(t) and not p.base.has(t):
            base = p.base**slope
            s = next((s for s, b in whole.items() if b == base), None) or Dummy("power")
            whole[s] = base
            put[p] = p.base ** expand(p.exp - slope * t) * s
    return x.xreplace(put)


def same_exponentials(a: Expr, b: Expr) -> bool:
    """Whether a and b are the same combination of exponentials base**t, term by term, for an integer t."""
    for t in sorted((s for s in a.free_symbols & b.free_symbols if s.is_integer), key=str):
        terms, others = exponentials(a, t), exponentials(b, t)
        if terms is None or others is None or len(terms) != len(others):
            continue
        for base, c in terms:
            match = next((o for o in others if is_zero(base - o[0]) and is_zero(c - o[1])), None)
            if match is None:
                break
            others.remove(match)
        if not others:
            return True
    return False
