"""Tails of gamma laws beside 1/2, by where their medians are: between s - 1/3 and s, for every shape s > 0 (Chen and Rubin 1986).

So uppergamma(s, x), of a mean s, is below gamma(s)/2 from x = s on, and above it up to x = s - 1/3.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, Rational, S, expand_mul, gamma, uppergamma

from .learned import Learned


def below(known: Learned, d: Expr) -> tuple[Expr, bool] | None:
    """What is below d, with gamma(s)/2 for incomplete gammas, and whether it is strictly so; None where none is replaced."""
    if not d.has(uppergamma):
        return None
    out, found = S.Zero, False
    for term in Add.make_args(expand_mul(d)):
        tails = [f for f in Mul.make_args(term) if isinstance(f, uppergamma)]
        if len(tails) == 1:
            (f,) = tails
            s, x = f.args
            rest = term.xreplace({f: S.One})
            is_tail = known.implies(s, strict=True) and known.implies(x, strict=False)
            if is_tail and not rest.has(uppergamma) and _is_on_its_side(known, rest, s, x):
                term, found = rest * gamma(s) / 2, True
        out += term
    return (out, found) if found else None


def _is_on_its_side(known: Learned, rest: Expr, s: Expr, x: Expr) -> bool:
    """Whether a half in the place of the tail makes the term less: what stands beside it is negative, and x at or above the mean,
    or positive, and x not above what the median is above."""
    if known.implies(x - s, strict=False):
        return known.implies(-rest, strict=True)
    return known.implies(s - Rational(1, 3) - x, strict=False) and known.implies(rest, strict=True)
