"""Where a function of draws lies, and how fast it grows with them: by rules for its parts, whatever its laws are.

One place for what is known to be bounded: shares x/(x + y) of what is never negative, logistic functions 1/(1 + exp(-u)), least
and largest ones, and what is continuous on a bounded range. A mean of what is bounded is finite; so is one of what grows no
faster than a power of which all draws have a mean.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import (
    Abs,
    Add,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    S,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    factor,
    log,
    nan,
    oo,
    sign,
    sin,
    sinh,
    tanh,
    together,
    zoo,
)

from ...language.laws import (
    Atoms,
    Beta,
    Binomial,
    Cauchy,
    ChiSquare,
    Count,
    Empirical,
    Exponential,
    Finite,
    Gamma,
    Geometric,
    Laplace,
    Law,
    Logistic,
    Mixture,
    NegativeBinomial,
    Noise,
    Normal,
    Poisson,
    StudentT,
    Truncated,
    Uniform,
)
from ...language.loops import CLOCK, Coordinate, Observable
from ...language.moments import Moment
from ...language.signs import is_nonnegative, is_nonzero, is_positive
from ...language.strangers import ours
from .cases import Event

Span = tuple[Expr, Expr]
EVERYWHERE: Span = (-oo, oo)
RANDOM = (Observable, Noise, Coordinate)
RISING = (exp, tanh, atan, erf, sinh, asinh)
WITHIN_ONE = (sign, sin, cos)
KNOWN = (Add, Max, Min, Abs, log, erfc, cosh, *RISING, *WITHIN_ONE)
TAILS_KNOWN = (
    *(Normal, Laplace, Logistic, Uniform, ChiSquare, Exponential, Gamma, Beta, StudentT, Cauchy),
    *(Binomial, Count, Poisson, Geometric, NegativeBinomial, Finite, Atoms, Empirical),
)


def is_random(x: Expr) -> bool:
    """Whether a draw, an observable or the state is in it."""
    return x.has(*RANDOM)


def is_bounded(x: Expr) -> bool:
    """Whether x is almost surely a number between two that do not depend on what is drawn, nor on the state."""
    return (found := span(x)) is not None and not any(e.has(oo, -oo) for e in found)


@lru_cache(maxsize=8192)
def span(x: Expr) -> Span | None:
    """Two ends, in parameters, between which x lies almost surely, -oo and oo where none is seen.

    None where x is not seen to be a real number almost surely.
    """
    if not is_random(x):
        return (x, x) if _is_constant(x) else None
    if (found := _of_form(x)) is None or any(e.has(nan, zoo) for e in found):
        return None
    low, high = found
    return (S.Zero, high) if low.is_nonnegative is not True and is_nonnegative(x) else (low, high)


def _is_constant(x: Expr) -> bool:
    """Whether a form of parameters, and of the number of the fit, is a number in every fit."""
    if x.is_extended_real is False or x.has(oo, -oo, nan, zoo, Moment):
        return False
    return not x.has(CLOCK) or x.is_polynomial(CLOCK) or x.is_finite is True


def _of_form(x: Expr) -> Span | None:
    if isinstance(x, Noise):
        return _of_law(x.law)
    if isinstance(x, Observable | Coordinate):
        return EVERYWHERE
    if isinstance(x, Mul):
        return _product(x)
    if isinstance(x, Pow):
        return _power(x.base, x.exp)
    if isinstance(x, Event | Heaviside):
        return S.Zero, S.One
    if isinstance(x, Piecewise):
        whole = x.args[-1][1] == True  # noqa: E712 - a relation of SymPy's, or its true
        return _hull([span(value) for value, _ in x.args]) if whole else None
    if not isinstance(x, KNOWN):
        return None
    parts = [p for p in map(span, x.args) if p is not None]
    if len(parts) < len(x.args):
        return None
    lows, highs = zip(*parts, strict=True)
    if isinstance(x, Add):
        return Add(*lows), Add(*highs)  # -oo below and oo above take all else with them
    if isinstance(x, Max | Min):
        return x.func(*lows), x.func(*highs)
    return _of_one(x, lows[0], highs[0])


def _of_one(x: Expr, low: Expr, high: Expr) -> Span | None:
    """The ends of a function of one quantity, which lies between low and high."""
    if isinstance(x, WITHIN_ONE):
        return -S.One, S.One
    if isinstance(x, RISING):
        return x.func(low), x.func(high)
    if isinstance(x, erfc):
        return erfc(high), erfc(low)
    if isinstance(x, log):
        inside = x.args[0]
        if low.is_positive:
            return log(low), log(high)
        return (-oo, log(high) if high.is_positive else oo) if is_positive(inside) else None
    if isinstance(x, cosh):
        return S.One, cosh(_size((low, high)))
    nearest = low if is_nonnegative(one(low)) else -high if is_nonnegative(one(-high)) else S.Zero
    return nearest, _size((low, high))  # an absolute value


def one(end: Expr) -> Expr:
    """An end as one quotient, as its sign is asked for."""
    return factor(together(end)) if end.is_rational_function() and not end.has(oo, -oo) else end


def _of_law(law: Law) -> Span | None:
    if law.d != 1:
        return None
    if not ours(type(law)):  # a user's word for it is not verified, and not taken
        return EVERYWHERE
    parts = [EVERYWHERE if e.is_infinite else span(e) for e in law.support]
    low, high = (p if p is not None else EVERYWHERE for p in parts)
    return low[0], high[1]


def _hull(parts: list[Span | None]) -> Span | None:
    known = [p for p in parts if p is not None]
    return None if len(known) < len(parts) else (Min(*(a for a, _ in known)), Max(*(b for _, b in known)))


def _size(x: Span) -> Expr:
    """The largest absolute value, or a number above it."""
    low, high = x
    if low.is_nonnegative:
        return high
    if high.is_nonpositive:
        return -low
    return Max(-low, high) if low.is_number and high.is_number else Abs(low) + Abs(high)


def _times(x: Span, y: Span) -> Span:
    (a, b), (c, d) = x, y
    if a.is_nonnegative and c.is_nonnegative:
        return _of_zero(a, c), _of_zero(b, d)
    for (e, f), (g, h) in ((x, y), (y, x)):
        if e == f and e.is_finite and (e.is_negative or e.is_positive):  # one number, which may turn the ends round
            ends = [h * sign(e) if h.is_infinite else e * h for h in (g, h)]
            return (ends[1], ends[0]) if e.is_negative else (ends[0], ends[1])
    if all(e.is_number or e.is_infinite for e in (a, b, c, d)):
        ends = [_of_zero(e, f) for e in (a, b) for f in (c, d)]
        return Min(*ends), Max(*ends)
    size = _of_zero(_size(x), _size(y))
    return -size, size


def _of_zero(a: Expr, b: Expr) -> Expr:
    """A product of ends: 0 times what has no end is 0, since that is never reached; of unknown signs none is asked for."""
    if a.is_zero or b.is_zero:
        return S.Zero
    return a * b if (a.is_number and b.is_number) or not (a.is_infinite or b.is_infinite) else oo


# ---- powers and products --------------------------------------------------------------------------------------------


def _power(base: Expr, exponent: Expr) -> Span | None:
    if (found := span(base)) is None:
        return None
    if is_random(exponent):  # exp(exponent log(base))
        inner = span(exponent * log(base)) if is_positive(base) else None
        return None if inner is None else (exp(inner[0]), exp(inner[1]))
    low, high = found
    if exponent.is_positive:
        if low.is_nonnegative:
            return low**exponent, high**exponent
        if is_nonnegative(base):
            return S.Zero, _size(found) ** exponent
        if exponent.is_even:
            return S.Zero, _size(found) ** exponent
        return (low**exponent, high**exponent) if exponent.is_odd else None
    if exponent.is_negative:
        if low.is_positive:
            return high**exponent, low**exponent
        if is_positive(base):
            return (S.Zero if high is oo else high**exponent, oo)
        if is_nonzero(base) and exponent.is_integer:
            return (S.Zero if exponent.is_even else -oo, oo)
        return None
    return (S.Zero, oo) if is_positive(base) else None


def _product(x: Expr) -> Span | None:
    shares, others = _shares(x)
    found = S.One, S.One
    for y in shares:
        found = _times(found, y)
    for f in others:
        if (part := span(f)) is None:
            return None
        found = _times(found, part)
    return found


def _powers(x: Expr) -> dict[Expr, Expr]:
    """A product as numbers to which its factors are raised: those that are rational, else the factor is one by itself."""
    out: dict[Expr, Expr] = {}
    for f in Mul.make_args(x):
        base, exponent = (f.base, f.exp) if isinstance(f, Pow) and f.exp.is_Rational else (f, S.One)
        out[base] = out.get(base, S.Zero) + exponent
    return out


@lru_cache(maxsize=8192)
def _shares(x: Expr) -> tuple[tuple[Span, ...], tuple[Expr, ...]]:
    """Factors r/(c r + y) of a product, with r and y never negative, by their ends; and the other factors."""
    powers = _powers(x)
    found: list[Span] = []
    for whole in [b for b, e in powers.items() if isinstance(b, Add) and e.is_negative]:
        if not (all(map(is_nonnegative, whole.args)) and is_positive(whole)):
            continue
        for term in whole.args:
            c, r = term.as_independent(*RANDOM, as_Add=False)
            parts = _powers(r)
            if not (c.is_positive and is_random(r) and is_nonnegative(r)):
                continue
            share = min([powers.get(b, S.Zero) / e for b, e in parts.items()] + [-powers[whole]])
            if share <= 0:
                continue
            above = Mul(*(b ** (e * share) for b, e in parts.items()))
            most = c**-share
            found.append((S.Zero, most) if is_nonnegative(above) else (-most, most))
            powers[whole] += share
            for b, e in parts.items():
                powers[b] -= e * share
    return tuple(found), tuple(b**e for b, e in powers.items() if e != 0)


def unbounded(x: Expr) -> Expr:
    """A product without what of it is bounded."""
    return S.One if is_bounded(x) else Mul(*(f for f in _shares(x)[1] if not is_bounded(f)))


# ---- growth ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def growth(x: Expr) -> Expr | None:
    """A power k for which |x| is at most a number times (1 + the sum of the absolute values of draws and state)^k.

    None where none is seen, or where x is not seen to be a real number almost surely.
    """
    return None if span(x) is None else order(x)


@lru_cache(maxsize=8192)
def order(x: Expr) -> Expr | None:
    """The same, whether or not x is seen to be real: of a root of what may be negative, its size."""
    if not is_random(x) or is_bounded(x):
        return S.Zero
    if isinstance(x, RANDOM):
        return S.One
    if isinstance(x, Piecewise):
        return _largest([order(value) for value, _ in x.args])
    if isinstance(x, Add | Max | Min | Abs):
        return _largest(list(map(order, x.args)))
    if isinstance(x, Mul):
        parts = list(map(order, _shares(x)[1]))
        return None if None in parts else Add(*parts)
    if isinstance(x, Pow) and x.exp.is_Rational and x.exp.is_positive:
        inner = order(x.base)
        return None if inner is None else x.exp * inner
    if isinstance(x, log) and (low := span(x.args[0])) is not None and low[0].is_positive:
        return _logarithmic(x.args[0])
    return None


def _logarithmic(x: Expr) -> Expr | None:
    """The growth of log(x), where x is away from 0; of a sum of positive terms it is at most that of the largest one."""
    if isinstance(x, exp):
        return growth(x.args[0])
    if isinstance(x, Add) and all(map(is_nonnegative, x.args)):
        return _largest(list(map(_logarithmic, x.args)))
    return growth(x)


def _largest(parts: list[Expr | None]) -> Expr | None:
    return None if None in parts else max((p for p in parts if p is not None), default=S.Zero)


def has_moments(law: Law, k: Expr) -> bool:
    """Whether E |X|^k is known to be finite, whatever the law's parameters are; k: oo asks for all of them."""
    if (found := _of_law(law)) is not None and not any(e.has(oo, -oo) for e in found):
        return True
    if not ours(type(law)) or is_random(law):
        return False
    if isinstance(law, Mixture):
        return all(has_moments(p, k) for _, p in law.parts)
    if isinstance(law, Truncated):
        return has_moments(law.law, k)
    if not isinstance(law, TAILS_KNOWN):
        return False
    return law.far_out is oo or bool(k is not oo and (law.far_out - k).is_positive)


def has_mean(x: Expr) -> bool:
    """Whether E |x| is known to be finite, x a function of draws."""
    if x.has(Observable, Coordinate) or (k := growth(x)) is None:
        return False
    return k.is_zero is True or all(has_moments(z.law, k) for z in x.atoms(Noise))


__all__ = ["Span", "growth", "has_mean", "has_moments", "is_bounded", "one", "order", "span", "unbounded"]
