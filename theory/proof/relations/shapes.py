"""Functions that rise and then fall: the sign of the derivative, by a certificate or by counting its roots exactly.

In the chart y of the bound variable the derivative is a product of factors that are positive and of one that is not. If the
place of the turn, p, is known in symbols, that factor over p - y is certified to be positive. If nothing but y is left in
it, it is a polynomial with rational coefficients: Sturm's theorem counts its roots, of which there must be one, and p must
be that root.

A sign of the derivative says nothing of a jump, nor of a pole: the function has to be seen to be continuous first. At an end of
the range where it has no value the range is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm

from sympy import (
    Dummy,
    Expr,
    Float,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    factor,
    gcd,
    limit,
    minimal_polynomial,
    oo,
    solve,
    together,
)
from sympy.polys.polyerrors import BasePolynomialError
from sympy.polys.rootoftools import ComplexRootOf

from ...language.errors import CannotTell
from ...language.functions import jump, unfold
from ..foreign import surely, telling
from ..prepared import ShapePart, has_value
from ..signs import Certificate, positive
from ..symbols.normal_forms import is_zero
from .learned import Learned, Refuted

Ends = tuple[Expr, Expr]


def holds(known: Learned, part: ShapePart) -> None:
    """The shape is certified, or `CannotTell` is raised; `Refuted` for a constant."""
    s = part.shape
    f, turn, along, *ends = (known.derived(x) for x in (s.function, s.peak, s.chart, *s.limits[1:]))
    charts = [known.real] + ([lambda x: known.narrow(known.real(x))] if known.where else [])
    for chart, last in zip(charts, (len(charts) == 1, True), strict=False):
        try:
            with telling("the turn is not certified"):
                known.proof.steps.append(certify(f, s.bound, (ends[0], ends[1]), turn, along, s.rises_first, chart))
            return
        except CannotTell:
            if last:
                raise


def certify(
    f: Expr, x: Symbol, ends: Ends, turn: Expr, chart: Expr, rises_first: bool, charted: Callable[[Expr], Expr]
) -> str:
    """Why f rises from the lower end up to the turn, and falls from there on (or the reverse). Raises `CannotTell`.

    chart: a strictly monotone function of x.  charted: puts the domains of all other symbols in.
    """
    line = Dummy("x", **({"positive": True} if ends[0].is_nonnegative else {"real": True}))  # integers among the reals
    f, chart, turn = (e.xreplace({x: line}) for e in (f, chart, turn))
    if _is_constant(f, line):
        raise Refuted("a constant neither rises nor falls")
    reached = [end for end in ends if end is not oo and has_value(f, line, end)]
    _continuous(chart, line, ends, reached, charted)
    low, high = (_at(chart, line, end) for end in ends)
    y = Dummy("y", real=True)
    inverse = [s for s in solve(chart - y, line) if not s.has(S.ImaginaryUnit)] if chart != line else [y]
    if len(inverse) != 1:
        raise CannotTell(f"{chart} has no single inverse that is found")
    increasing = positive(charted(_inside(chart.diff(line), line, *ends)), Certificate())
    if not increasing and not positive(charted(_inside(-chart.diff(line), line, *ends)), Certificate()):
        raise CannotTell(f"{chart} is not seen to be monotone")
    if not increasing:
        low, high = high, low
    if turn.has(Float):
        raise CannotTell(f"{turn} is a decimal number, whose exact value is not known")
    place = _cancelled(chart.xreplace({line: turn}))
    within = f.xreplace({line: inverse[0]})
    try:
        _continuous(unfold(f), line, ends, reached, charted)
    except CannotTell:
        if chart == line:
            raise
        _continuous(unfold(within), y, (low, high), [_at(chart, line, end) for end in reached], charted)
    slope = factor(together(within.diff(y)))
    if slope == 0:
        raise CannotTell("its derivative is 0")
    sign, rest = S.One, []
    for part in Mul.make_args(slope):
        base, power = part.as_base_exp()
        inside = charted(_inside(base, y, low, high))
        if positive(inside, Certificate()):
            continue
        if positive(-inside, Certificate()) and power.is_Integer:
            sign *= -1 if power % 2 else 1
        elif power.is_Integer and power > 0:
            rest += [base] if power % 2 else []  # an even power vanishes at single points: what rises still rises there
        else:
            raise CannotTell(f"the sign of {base} is not seen, or it may be 0")
    # positive in y below the turn: from the other end, too, what rises and then falls rises first, so y may fall with x
    slope = sign * Mul(*rest) * (1 if rises_first else -1)
    return _by_roots(slope, y, low, high, place) or _by_certificate(slope, y, low, high, place, charted)


def _is_constant(f: Expr, x: Symbol) -> bool:
    try:
        return is_zero(f - f.xreplace({x: Dummy("x", **x.assumptions0)}))
    except CannotTell:
        return False


def _continuous(f: Expr, x: Symbol, ends: Ends, reached: Sequence[Expr], charted: Callable[[Expr], Expr]) -> None:
    """Raise `CannotTell` unless f is seen to be continuous between the ends, and at those that are reached."""

    def sees(e: Expr, strict: bool = True) -> bool:
        places = [_inside(e, x, *ends), *(e.xreplace({x: end}) for end in reached)]
        return all(positive(charted(place), Certificate(), strict) for place in places)

    if (found := jump(f, x, sees, lambda e: sees(e) or sees(-e) or _has_no_root(e, x, ends))) is not None:
        raise CannotTell(
            f"{found} is not seen to be continuous from {ends[0]} to {ends[1]}: it may jump, or have a pole"
        )


@surely
def _has_no_root(e: Expr, x: Symbol, ends: Ends) -> bool:
    """Whether a polynomial with rational coefficients has no root in the closed range, by Sturm's theorem."""
    low, high = ends
    if e.free_symbols != {x} or not low.is_Rational or not (high is oo or high.is_Rational):
        return False
    return Poly(e, x, domain="QQ").count_roots(low, None if high is oo else high) == 0


def _at(chart: Expr, x: Symbol, end: Expr) -> Expr:
    return limit(chart, x, oo) if end is oo else chart.xreplace({x: end})


def _inside(e: Expr, y: Symbol, low: Expr, high: Expr) -> Expr:
    """e at a place between the ends, in a positive symbol."""
    s = Dummy("s", positive=True)
    return together(e.xreplace({y: low + s if high is oo else (low + high * s) / (1 + s)}))


def _cancelled(x: Expr) -> Expr:
    """In lowest terms, roots of polynomials being symbols."""
    roots = {r: Dummy("r") for r in x.atoms(ComplexRootOf)}
    return cancel(together(x.xreplace(roots))).xreplace({d: r for r, d in roots.items()})


def _by_roots(slope: Expr, y: Symbol, low: Expr, high: Expr, place: Expr) -> str | None:
    """By Sturm's theorem; None where other symbols are left."""
    if slope.free_symbols - {y} or place.free_symbols or not low.is_Rational or not (high is oo or high.is_Rational):
        return None
    try:
        polynomial = Poly(slope, y, domain="QQ")
    except BasePolynomialError:
        return None
    inner = polynomial
    for end in (low, high):
        while end is not oo and inner.eval(end) == 0:
            inner = inner.quo(Poly(y - end, y))
    root = inner.sqf_part()
    top = None if high is oo else high
    if root.count_roots(low, top) != 1:
        raise CannotTell(f"the derivative has {root.count_roots(low, top)} roots between {low} and {high}")
    (((left, right), _),) = root.intervals(inf=low, sup=top, eps=Rational(1, 10**30))
    step = Rational(1, 10**31)
    if not (polynomial.eval(left - step) > 0 > polynomial.eval(right + step)):
        raise CannotTell("the derivative does not change its sign as is claimed")
    if not left - step <= place <= right + step:
        raise CannotTell(f"the turn is between {float(left)} and {float(right)} in the chart, not at {float(place)}")
    common = gcd(root, Poly(minimal_polynomial(place, y), y))
    if common.count_roots(left, right) != 1:
        raise CannotTell(f"{place} is no root of the derivative")
    told = root.clear_denoms(convert=True)[1].primitive()[1]
    told = told if told.eval(left - step) > 0 else -told  # SymPy's square-free part has either sign
    return f"the derivative has the sign of {told.as_expr()}, which has one root, counted by Sturm's theorem"


def _without_roots(x: Expr) -> Expr:
    """x in lowest terms, in the roots of positive symbols: with r^2 for c, where sqrt(c) is in it."""
    roots = [e for e in x.atoms(Pow) if e.base.is_Symbol and e.base.is_positive and e.exp.is_Rational]
    put = {
        c: Dummy("r", positive=True) ** lcm(*(int(e.exp.q) for e in roots if e.base == c))
        for c in {e.base for e in roots}
    }
    return cancel(together(x.xreplace(put)))


def _by_certificate(slope: Expr, y: Symbol, low: Expr, high: Expr, place: Expr, charted: Callable[[Expr], Expr]) -> str:
    if not all(positive(charted(x), Certificate(), strict=False) for x in (place - low, high - place) if not x.has(oo)):
        raise CannotTell(f"the turn at {place} is not seen to be between {low} and {high} in the chart")
    ratio = cancel(together(slope / (place - y)))
    inside = charted(_inside(ratio, y, low, high))
    if not (positive(inside, Certificate()) or positive(_without_roots(inside), Certificate())):
        if _falls_through(slope, y, low, high, place, charted):
            return f"the derivative is 0 at {place} in the chart y, and falls"
        raise CannotTell(f"{ratio} is not seen to be positive")
    return f"the derivative has the sign of {place} - y in the chart y"


def _falls_through(slope: Expr, y: Symbol, low: Expr, high: Expr, place: Expr, charted: Callable[[Expr], Expr]) -> bool:
    """Whether the slope is 0 at the place, and is seen to fall strictly: then it is above 0 up to there, and below 0 beyond."""
    try:
        _continuous(slope, y, (low, high), [], charted)  # a slope with steps may rise where it jumps
        at_0 = is_zero(slope.xreplace({y: place}))
    except CannotTell:
        return False
    return at_0 and positive(charted(_inside(-slope.diff(y), y, low, high)), Certificate())
