"""Functions on one side of a tangent: atan(z) <= z, log(w) <= w - 1, exp(w) >= 1 + w, (1 + y)^r >= 1 + r y (Bernoulli; for a
whole number r from 0 on, of all y >= -2); cosines above cos(z) >= 1 - z^2/2, and the
logarithm above its chord from 1: log(1 - w + w v) >= w log(v) for 0 <= w <= 1."""

from __future__ import annotations

from itertools import permutations

from sympy import (
    Add,
    Expr,
    Mul,
    Pow,
    S,
    asinh,
    atan,
    cos,
    erf,
    exp,
    expand,
    expand_mul,
    factor_terms,
    log,
    pi,
    sin,
    sqrt,
    tanh,
)

from ...language.lengths import operations
from ..signs.looks import is_other_than_0
from .learned import Learned

FROM_0 = {atan: S.One, tanh: S.One, asinh: S.One, sin: S.One, erf: 2 / sqrt(pi)}  # below that multiple of z >= 0
POWERS = (1, 2)  # of v: SymPy writes log(s**2) as 2 log(s)
MOST_TERMS = 12
MOST_OPERATIONS = 100  # of what is multiplied out


def below(known: Learned, d: Expr) -> Expr | None:
    """What is nowhere above d: in each term the tangent of a function, on the side that its sign asks for. None if none is."""
    bent = d.has(*FROM_0, log, exp, cos) or any(f.exp.free_symbols and f.base.free_symbols for f in d.atoms(Pow))
    if not bent or operations(d) > MOST_OPERATIONS or len(terms := Add.make_args(expand_mul(d))) > MOST_TERMS:
        return None
    if (chord := _above_chord(known, terms)) is not None:
        return chord
    instead = [_below(known, term) for term in terms]
    if all(e is None for e in instead):
        return None
    return factor_terms(Add(*(e if e is not None else term for e, term in zip(instead, terms, strict=True))))


def _above_chord(known: Learned, terms: tuple[Expr, ...]) -> Expr | None:
    """The sum of the terms without c log(1 - w + w v^p) and -c w p log(v), which is below it; None without two such."""
    logs = [
        (term, rest, f.args[0]) for term in terms for rest, f in [term.as_independent(log, as_Add=False)] if _is_log(f)
    ]
    for (first, c, inner), (second, k, v) in permutations(logs, 2):
        for p in POWERS:
            w = -k / (c * p)
            gap = inner - 1 + w - w * v**p
            if is_other_than_0(gap) or expand(gap) != 0:
                continue
            at_least_0 = all(known.implies(x, strict=False) for x in (w, 1 - w))
            if at_least_0 and known.implies(c, strict=True) and known.implies(v, strict=True):
                return Add(*(term for term in terms if term not in (first, second)))
    return None


def _is_log(f: Expr) -> bool:
    return isinstance(f, log) and bool(f.args[0].free_symbols)


def _below(known: Learned, term: Expr) -> Expr | None:
    factors = Mul.make_args(term)
    for i, f in enumerate(factors):
        rest = Mul(*factors[:i], *factors[i + 1 :])  # SymPy leaves x^k/x^k as it is
        tangent, side = _tangent(known, f)
        if tangent is not None and known.implies(side * rest, strict=False):
            return rest * tangent
    return None


def _tangent(known: Learned, f: Expr) -> tuple[Expr | None, int]:
    """A tangent of f, and 1 where f is above it, -1 where f is below it."""
    if type(f) in FROM_0 and known.implies(f.args[0], strict=False):
        return FROM_0[type(f)] * f.args[0], -1
    if isinstance(f, log) and f.args[0].free_symbols and known.implies(f.args[0], strict=True):
        return f.args[0] - 1, -1
    if isinstance(f, exp):
        return 1 + f.exp, 1
    if isinstance(f, cos):
        return 1 - f.args[0] ** 2 / 2, 1
    if not (isinstance(f, Pow) and f.exp.free_symbols and f.base.free_symbols):
        return None, 0
    r = f.exp
    if r.is_integer and r.is_nonnegative and (isinstance(f.base, cos | sin) or known.implies(f.base + 1, strict=False)):
        return 1 + r * (f.base - 1), 1
    if known.implies(f.base, strict=True):
        if known.implies(-r, strict=False) or known.implies(r - 1, strict=False):
            return 1 + r * (f.base - 1), 1
        if known.implies(r, strict=False) and known.implies(1 - r, strict=False):
            return 1 + r * (f.base - 1), -1
    return None, 0
