"""Sums of terms whose neighbours have a rational quotient: products of gammas, binomials, powers and rational functions.

Up to where the terms end by the theorem of Vandermonde, or the binomial one; the exponential's up to any number, by the
incomplete gamma function; without an end by Gauss's, or a power series; up to
any number by Gosper's antidifference, which is checked: its difference is the term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sympy import (
    Dummy,
    Expr,
    Mul,
    Poly,
    PolynomialError,
    S,
    Symbol,
    cancel,
    exp,
    expand,
    factor_list,
    fraction,
    gamma,
    sympify,
    together,
    uppergamma,
)
from sympy.concrete.gosper import gosper_term

from ...language.lengths import operations

MOST_OPERATIONS = 150  # of a term
MOST_SHIFT = 8  # of a gamma, from a term to the next; of the first term that is not 0

Sum = tuple[Expr, list[Expr]]  # its form, and what has to be above 0 for it to be that: elsewhere there may be a pole


def closed(term: Expr, j: Symbol, low: Expr, high: Expr) -> Sum | None:
    """The sum over the integers from low to high, where that has such a form."""
    if operations(term) > MOST_OPERATIONS or not low.is_Integer:
        return None
    i = Dummy("i", integer=True, nonnegative=True)
    found = _read(term.xreplace({j: i}).rewrite(gamma), i)
    if found is None:
        return None
    total = _in_series(found, i, low, high) or (None if high.is_infinite else _telescoped(found, i, low, high))
    return None if total is None else (total[0], [*found.positive, *total[1]])


@dataclass
class _Term:
    """A term as a rational function times gammas and powers of i.

    arguments: of its gammas.  positive: the bases of its powers.  quotient: of the successor of gammas and powers and these
    themselves, a rational function of i.
    """

    rational: Expr = S.One
    rest: Expr = S.One
    quotient: Expr = S.One
    arguments: list[Expr] = field(default_factory=list)
    positive: list[Expr] = field(default_factory=list)

    def at(self, i: Symbol, place: Expr) -> Expr:
        return self.rational.xreplace({i: place}) * self.rest.xreplace({i: place})


def _read(term: Expr, i: Symbol) -> _Term | None:
    out = _Term()
    for f in Mul.make_args(term):
        base, e = f.as_base_exp()
        if not f.has(i):
            out.rest *= f
        elif isinstance(base, gamma) and e.is_Integer:
            (a,) = base.args
            n = _slope(a, i)
            if not n.is_Integer or abs(n) > MOST_SHIFT:
                return None
            step = Mul(*(a + k for k in range(int(n)))) / Mul(*(a - k for k in range(1, -int(n) + 1)))
            out.quotient, out.rest, out.arguments = out.quotient * step**e, out.rest * f, [*out.arguments, a]
        elif isinstance(f, exp) or (e.has(i) and not base.has(i)):
            n = _slope(f.args[0] if isinstance(f, exp) else e, i)
            if n is S.NaN:
                return None
            step = exp(n) if isinstance(f, exp) else base**n
            out.quotient, out.rest = out.quotient * step, out.rest * f
            out.positive += [] if isinstance(f, exp) or (base.is_number and base.is_nonzero) else [base]
        elif f.is_rational_function(i):
            out.rational *= f
        else:
            return None
    out.rational = cancel(together(out.rational))
    return out


def _slope(a: Expr, i: Symbol) -> Expr:
    """Of a line that is none that stays where it is; else no number."""
    if not a.is_polynomial(i) or not a.has(i) or Poly(a, i).degree() != 1:
        return S.NaN
    return Poly(a, i).LC()


def _positive_on(a: Expr, i: Symbol, low: Expr, high: Expr) -> Iterator[Expr]:
    """What has to be above 0 for a line to be so from low to high."""
    n = _slope(a, i)
    yield a.xreplace({i: low})
    if not n.is_positive:
        yield S.NegativeOne if high.is_infinite else a.xreplace({i: high})


def _apart_from_0(x: Expr, i: Symbol, low: Expr, high: Expr) -> list[Expr] | None:
    """What has to be above 0 for a polynomial not to be 0 from low to high; None where it is no product of lines."""
    lines = _lines(x, i)
    if lines is None:
        return None
    signed = (-a if a.xreplace({i: low}).is_negative else a for a, _ in lines[1])
    return [c for a in signed for c in _positive_on(a, i, low, high)]


def _lines(x: Expr, i: Symbol) -> tuple[Expr, list[tuple[Expr, int]]] | None:
    """A polynomial as a number times lines to powers; None where it has other factors."""
    try:
        c, factors = factor_list(x, i)
    except PolynomialError:
        return None
    c, lines = sympify(c), []
    for f, power in factors:
        if (degree := Poly(f, i).degree()) > 1:
            return None
        if degree == 1:
            lines.append((f, power))
        else:
            c *= f**power
    return c, lines


# ---- series ---------------------------------------------------------------------------------------------------------


def _in_series(term: _Term, i: Symbol, low: Expr, high: Expr) -> Sum | None:
    while term.rational.xreplace({i: low}).is_zero and low < MOST_SHIFT:  # the quotient has a pole there
        low += 1
    if not high.is_infinite and not (high - low).is_nonnegative:
        return None
    asked = [c for a in term.arguments for c in _positive_on(a, i, low, high)]
    for part in fraction(term.rational):
        if (more := _apart_from_0(part, i, low, high)) is None:
            return None
        asked += more
    quotient = term.quotient * term.rational.xreplace({i: i + 1}) / term.rational
    found = _series(cancel(together(quotient.xreplace({i: low + i}))), i, high - low)
    return None if found is None else (term.at(i, low) * found[0], asked + found[1])


def _series(quotient: Expr, i: Symbol, length: Expr) -> Sum | None:
    """1 + q(0) + q(0) q(1) + ..., so many terms beyond the first, or without end."""
    sides = [lines for part in fraction(together(quotient)) if (lines := _lines(part, i)) is not None]
    if len(sides) < 2:
        return None
    roots: list[list[Expr]] = []
    z = S.One
    for (c, lines), sign in zip(sides, (1, -1), strict=True):
        slopes = Mul(*(Poly(a, i).LC() ** power for a, power in lines))
        z *= (c * slopes) ** sign
        roots.append([cancel(a.xreplace({i: S.Zero}) / Poly(a, i).LC()) for a, power in lines for _ in range(power)])
    above, below = roots
    z = cancel(z)
    if S.One in below:  # of i!
        below.remove(S.One)
    else:
        above.append(S.One)
    if not length.is_infinite and not above and not below:  # of the exponential
        return exp(z) * uppergamma(length + 1, z) / gamma(length + 1), [z]
    if not length.is_infinite:
        return _ended(z, above, below, length)
    match above, below:
        case [], []:
            return exp(z), []
        case [a], []:
            return cancel(1 - z) ** -a, [1 - z, 1 + z]
        case [a, b], [c] if z == 1:
            parts = [cancel(x) for x in (c, c - a - b, c - a, c - b)]
            p, q, r, s = map(gamma, parts)
            return p * q / (r * s), parts
    return None


def _ended(z: Expr, above: list[Expr], below: list[Expr], n: Expr) -> Sum | None:
    """The same where no term is left beyond the n-th."""
    others = [a for a in above if expand(a + n) != 0]
    if len(others) == len(above):
        return None
    match others, below:
        case [], []:
            return cancel(1 - z) ** n, []
        case [a], [c] if z == 1:
            sides = [found for x in (c - a, c) if (found := _rising(cancel(x), n)) is not None]
            if len(sides) == 2:
                (top, one), (bottom, other) = sides
                return top / bottom * S.NegativeOne ** (n * (one + other) if one != other else 0), []
    return None


def _rising(x: Expr, n: Expr) -> tuple[Expr, int] | None:
    """x (x + 1) ... of n factors but for its sign, that of (-1)^n to the number besides; None where it may have both."""
    if x.is_positive:
        return gamma(x + n) / gamma(x), 0
    turned = expand(1 - x - n)
    return (gamma(turned + n) / gamma(turned), 1) if turned.is_positive else None


# ---- up to any number -----------------------------------------------------------------------------------------------


def _telescoped(term: _Term, i: Symbol, low: Expr, high: Expr) -> Sum | None:
    """g t with t = (g t)(i + 1) - (g t)(i), at its ends."""
    whole = term.rational * term.rest
    try:
        g = gosper_term(whole, i)
    except (PolynomialError, ValueError, ZeroDivisionError):
        return None
    if g is None or not g.is_rational_function(i):
        return None
    inner = cancel(together(term.rational * g))  # without the gammas and powers
    if cancel(together(term.quotient * inner.xreplace({i: i + 1}) - inner - term.rational)) != 0:
        return None
    asked = [c for a in term.arguments for c in _positive_on(a, i, low, high + 1)]
    for x, last in ((term.rational, high), (inner, high + 1)):
        if (more := _apart_from_0(fraction(x)[1], i, low, last)) is None:
            return None
        asked += more
    ends = (inner.xreplace({i: at}) * term.rest.xreplace({i: at}) for at in (high + 1, low))
    return next(ends) - next(ends), asked
