"""Expectations under a named law, and distances of laws, by rigorous integration over the line.

    mean_under(tanh(x / 2)**2, x, Normal(0, 4))          # a ball at the current precision

A finite window is integrated (Petras' algorithm in Arb), in pieces on which nothing changes its sign; what lies outside
is bounded by the growth of the function, |f(x)| <= C max(1, |x|)^k, and the law's own tail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from flint import acb, arb, ctx
from sympy import (
    Abs,
    Add,
    Basic,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    Tuple,
    atan,
    cos,
    cosh,
    erfc,
    exp,
    expand,
    expand_mul,
    gamma,
    log,
    oo,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)

from ...language.errors import CannotTell
from ...language.functions import BOUNDED
from ...language.laws import (
    Beta,
    Cauchy,
    ChiSquare,
    Gamma,
    Law,
    Logistic,
    Mixture,
    Normal,
    Pieces,
    StudentT,
    Tilted,
    Truncated,
    Uniform,
)
from ...language.order import in_order
from ...language.strangers import ours
from .integration import integrals
from .precision import LOG2, precision
from .programs import compile_expr, to_ball
from .rings import Balls, ComplexBalls, Floats

Values = Mapping[Symbol, arb]
UNIT = Symbol("u", positive=True)
CLOSE = 8  # bits beyond those asked for, to which an integral is known
MOST_DEPTH = 4_000  # halvings towards a singular end
LOOKS = 50_000  # at intervals, for a sign: where two laws agree it is never seen
_rough: ContextVar[bool] = ContextVar("rough", default=False)


def evaluate(x: Expr, values: Values) -> arb:
    """A closed expression, or one in symbols of which balls are given."""
    return compile_expr(x, tuple(values))(Balls, *values.values())


# ---- growth ---------------------------------------------------------------------------------------------------------


def growth(f: Expr, x: Symbol, values: Values) -> tuple[arb, Rational]:
    """(C, k) with |f(x)| <= C max(1, |x|)^k for all real x. Raises `CannotTell` where no bound is known."""
    if not f.has(x):
        return abs(evaluate(f, values)), S.Zero
    if f == x:
        return arb(1), S.One
    if f.is_Add or f.is_Mul:
        parts = [growth(g, x, values) for g in f.args]
        C, k = parts[0]
        for c, j in parts[1:]:
            C, k = (C + c, max(k, j)) if f.is_Add else (C * c, k + j)
        return C, k
    if isinstance(f, BOUNDED):
        return arb(1), S.Zero
    if isinstance(f, erfc):
        return arb(2), S.Zero
    if isinstance(f, Abs):
        return growth(f.args[0], x, values)
    if f.is_Pow and f.exp.is_Rational:
        if f.exp > 0 and (f.exp.is_Integer or f.base.is_nonnegative):
            C, k = growth(f.base, x, values)
            return (C.max(arb(1)) if not f.exp.is_Integer else C) ** to_ball(f.exp), k * f.exp
        if f.exp < 0 and isinstance(f.base, cosh):
            return arb(1), S.Zero
        if f.exp < 0 and (least := _least(f.base, x, values)) > 0:
            return least ** to_ball(f.exp), S.Zero
    if isinstance(f, atan):
        return arb.pi() / 2, S.Zero
    if isinstance(f, exp) and _is_nonpositive(f.args[0], x):
        return arb(1), S.Zero
    if isinstance(f, log):
        (g,) = f.args
        if isinstance(g, cosh):  # 0 <= log cosh u <= |u|
            return growth(g.args[0], x, values)
        least = _least(g, x, values)
        if least > 0:  # log(C y^k) <= log C + k sqrt(y) for y >= 1, and log g >= log least
            C, k = growth(g, x, values)
            return C.max(arb(1)).log() + to_ball(k) + abs(least.log()), S.Half
    raise CannotTell(f"no bound for {f} far out")


def _is_nonpositive(g: Expr, x: Symbol) -> bool:
    """Whether a function of x is nowhere above 0; where absolute values of x are in it, on either half of the line."""
    if g.is_nonpositive or not g.has(Abs):
        return bool(g.is_nonpositive)
    return all(g.subs(x, side).is_nonpositive for side in (S.Zero, UNIT, -UNIT))


def _least(g: Expr, x: Symbol, values: Values) -> arb:
    """A lower bound of a number plus what is never negative, or of a quadratic function; 0 where none is seen."""
    constant, rest = g.as_independent(x, as_Add=True)
    if rest.is_nonnegative:
        return evaluate(constant, values)
    if not g.is_polynomial(x) or (square := Poly(g, x)).degree() != 2:
        return arb(0)
    a, b, c = (evaluate(q, values) for q in square.all_coeffs())
    return c - b * b / (4 * a) if a > 0 else arb(0)


# ---- tails ----------------------------------------------------------------------------------------------------------


def window(law: Law, bits: int, k: Rational, values: Values) -> tuple[arb, arb]:
    """An interval outside of which next to nothing of E max(1, |X|)^k lies: exact ends, or those of the support."""
    if law.decay is None or not ours(type(law)):  # a user's word for it proves nothing
        raise CannotTell(f"no quadrature under {type(law).__name__}")
    low, high = (None if end.is_infinite else evaluate(end, values) for end in law.support)
    if low is not None and high is not None:
        return low, high
    center, half = evaluate(law.center, values), evaluate(law.scale, values)
    if law.decay == "normal":
        half *= arb(2 * LOG2 * bits).sqrt() + 4
    elif law.decay == "exponential":
        half *= 2 * LOG2 * bits + 4
    else:
        dof = evaluate(law.far_out, values)
        left = dof - to_ball(k)
        if not left > 0:
            raise CannotTell(f"growth of order {k} under {law}, which has moments of order below {law.far_out} only")
        half *= dof.sqrt() * (LOG2 * bits / left).exp()
    half = half.upper()
    return (
        arb((center - half).lower().floor().mid()) if low is None else low,
        arb((center + half).upper().ceil().mid()) if high is None else high,
    )


def outside(law: Law, ends: tuple[arb, arb], k: Rational, values: Values) -> arb:
    """An upper bound on E max(1, |X|)^k over the outside of a window of `window`.

    Normal: E e^(y/sd) 1{y > d} = e^(1/2) Q(d/sd - 1).  Exponential: what is beyond d of e^(|y|/(2 scale)) is at most
    2 peak e^(-d/(2 scale)).  Power: the density of Student's law is below f(0) (y^2/dof)^(-(dof + 1)/2).
    """
    sides = [side for side, end in enumerate(law.support) if end.is_infinite]
    if not sides:
        return arb(0)
    center, scale, order = evaluate(law.center, values), evaluate(law.scale, values), to_ball(k)
    distances = [(ends[side] - center) / scale * (2 * side - 1) for side in sides]
    if law.decay == "normal":
        return _grown(center, k, 1 / scale) * sum(
            (arb(0.5).exp() * ((d - 1) / arb(2).sqrt()).erfc() / 2 for d in distances), arb(0)
        )
    if law.decay == "exponential":
        peak = 2 * to_ball(law.peak)
        return _grown(center, k, 1 / (2 * scale)) * sum((peak * (-d / 2).exp() for d in distances), arb(0))
    dof = evaluate(law.far_out, values)
    # max(1, y) <= y max(1, 1/d), and |center + scale y| <= (|center| + scale) max(1, y)
    total = sum(((1 / d).max(arb(1)) ** order * d ** (order - dof) / (dof - order) for d in distances), arb(0))
    size = (abs(center) + scale).max(arb(1)) ** order
    return size * evaluate(law.density(law.center), values) * scale * dof ** ((dof + 1) / 2) * total


def _grown(center: arb, k: Rational, c: arb) -> arb:
    """A constant A with max(1, |center + y|)^k <= A e^(c |y|): |center + y| <= (1 + |center|) max(1, |y|), and the maximum
    of y^k e^(-c y) is (k/(e c))^k."""
    order = to_ball(k)
    return (1 + abs(center)) ** order * ((order / (c * arb(1).exp())) ** order + 1 if k else arb(1))


def midpoint(x: arb) -> float:
    """The middle of a ball, as a float."""
    return float(x.mid())


# ---- integration ----------------------------------------------------------------------------------------------------


def kinks(f: Basic, x: Symbol) -> list[Expr]:
    """Where an `Abs` or a `sign` of a linear function changes."""
    out = []
    for a in in_order(f.atoms(Abs, sign)):
        (inner,) = a.args
        if inner.has(x):
            slope = inner.diff(x)
            if slope.has(x):
                raise CannotTell(f"{a} is no absolute value of a linear function")
            out.append(-inner.xreplace({x: S.Zero}) / slope)
    return out


def smooth(f: Basic, x: Symbol, at: arb, values: Values) -> Any:
    """f where its absolute values have the signs that they have at a point."""
    new = {}
    for a in in_order(f.atoms(Abs, sign)):
        if a.has(x):
            value = evaluate(a.args[0], {**values, x: at})
            if not (value > 0 or value < 0):
                raise ArithmeticError(f"the sign of {a.args[0]} at {at}")
            side = 1 if value > 0 else -1
            new[a] = side * a.args[0] if isinstance(a, Abs) else S(side)
    return f.xreplace(new)


def over_line(f: Expr, x: Symbol, ends: tuple[arb, arb], values: Values, bits: int | None = None) -> arb:
    """The integral of f over [ends], in pieces between the kinks of f; bits: as of `all_over_line`.

    On a piece f is a smooth g. Where an end e is known as a ball only, g is integrated from its midpoint, and what that
    may miss is at most the radius of e times |g| on the ball.
    """
    return all_over_line((f,), x, ends, values, bits)[0]


def all_over_line(
    fs: Sequence[Expr], x: Symbol, ends: tuple[arb, arb], values: Values, bits: int | None = None
) -> list[arb]:
    """The same of several functions at once, which share what they are made of.

    bits: of accuracy that are asked for; None: those of the working precision.
    """
    total, goal = [arb(0)] * len(fs), arb(2) ** -(bits or ctx.prec)
    for a, b, g in _pieces(Tuple(*fs), x, ends, values):
        parts = _over(g, x, a.mid(), b.mid(), goal, values)
        total = [t + part + _ragged(h, x, (a, b), values) for t, part, h in zip(total, parts, g, strict=True)]
    return total


def _ragged(g: Expr, x: Symbol, ends: tuple[arb, arb], values: Values) -> arb:
    """What the integral between the midpoints of the ends may miss."""
    return sum(
        (arb(0, (e.rad() * abs(evaluate(g, {x: e, **values}))).upper()) for e in ends if not e.is_exact()), arb(0)
    )


def _pieces(f: Basic, x: Symbol, ends: tuple[arb, arb], values: Values) -> Iterator[tuple[arb, arb, Any]]:
    """The intervals between the kinks of f within [ends], with f as it is there."""
    marks = sorted((evaluate(k, values) for k in dict.fromkeys(kinks(f, x))), key=midpoint)
    inside = [m for m in marks if not (m <= ends[0] or m >= ends[1])]
    cuts = [ends[0], *inside, ends[1]]
    if not all(a < b for a, b in pairwise(cuts)):
        raise ArithmeticError(f"the order of the kinks of {f} is not known")
    for a, b in pairwise(cuts):
        yield a, b, smooth(f, x, (a + b) / 2, values)


def _over(g: Tuple, x: Symbol, a: arb, b: arb, goal: arb, values: Values) -> list[arb]:
    """The integrals of smooth functions."""
    if _rough.get():
        program = compile_expr(g, (x, *values))
        numbers = tuple(float(v.mid()) for v in values.values())
        return _rule(lambda z: program(Floats, z, *numbers), float(a), float(b))
    outer, parts = hoisted(g, x)
    program = compile_expr(outer, (x, *parts))
    constants = tuple(acb(evaluate(part, values)) for part in parts.values())
    runs = [program.over(ComplexBalls(analytic)) for analytic in (False, True)]
    try:
        return integrals(lambda z, analytic: runs[analytic](z, *constants), a, b, goal, goal)
    except AttributeError as problem:
        raise program.lacking(problem) from problem


@lru_cache(maxsize=4096)
def hoisted(g: Basic, x: Symbol) -> tuple[Basic, dict[Symbol, Expr]]:
    """An expression with symbols for its largest parts without x, each of which is evaluated once for all x."""
    names: dict[Expr, Symbol] = {}

    def named(e: Expr) -> Expr:
        return e if e.is_Integer else names.setdefault(e, Dummy("c", real=True))

    @cache
    def taken(e: Any) -> Any:
        if not e.has(x):
            return named(e) if isinstance(e, Expr) else e
        if e.is_Add or e.is_Mul:
            constant, rest = e.as_independent(x, as_Add=e.is_Add)
            parts = rest.args if rest.func == e.func else (rest,)
            return e.func(named(constant), *map(taken, parts))
        if e.is_Pow and e.exp.is_Rational:
            return e.func(taken(e.base), e.exp)
        return e.func(*map(taken, e.args)) if e.args else e

    out = taken(g)
    return out, {name: part for part, name in names.items()}


def _rule(f: Callable[[np.ndarray], Sequence[np.ndarray]], a: float, b: float) -> list[arb]:
    """Gauss and Legendre's rule in floats, in panels. The radius is that of the floats' rounding only."""
    nodes, weights = _panels()
    with np.errstate(all="ignore"):
        found = [(b - a) * weights * values for values in f(a + (b - a) * nodes)]
    return [arb(float(values.sum()), float(np.abs(values).sum()) * 2.0**-44) for values in found]


@lru_cache(maxsize=1)
def _panels(panels: int = 64, order: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [0, 1]."""
    x, w = np.polynomial.legendre.leggauss(order)
    nodes = (np.arange(panels)[:, None] + (x + 1) / 2) / panels
    return nodes.ravel(), np.tile(w / 2 / panels, panels)


@contextmanager
def roughly() -> Iterator[None]:
    """Integrals by a rule in floats: a guess, of what is then certified without it."""
    token = _rough.set(True)
    try:
        yield
    finally:
        _rough.reset(token)


def area(f: Expr, slope: Expr, x: Symbol, ends: tuple[arb, arb], goal: arb) -> arb:
    """The integral of |f| over [ends]: of f where its sign is seen; where not, |f| integrates to at most `goal`.

    Raises `CannotTell` where f has no bound at an end, or its signs are not told.
    """
    total = arb(0)
    for a, b, g in _pieces(f, x, ends, {}):
        for low, high, side in _signs(g, smooth(slope, x, (a + b) / 2, {}), x, a.mid(), b.mid(), goal):
            if isinstance(side, int):
                total += side * _over(Tuple(g), x, low, high, goal, {})[0]
            else:
                total += arb(0, side.upper())
        total += _ragged(g, x, (a, b), {})
    return total


def _signs(g: Expr, slope: Expr, x: Symbol, a: arb, b: arb, goal: arb) -> Iterator[tuple[arb, arb, int | arb]]:
    """[a, b] from left to right, cut: with the sign of g, or where that is not seen a bound on the integral of |g|."""
    value, rise = (compile_expr(e, (x,)) for e in (g, slope))
    if not all(value(Balls, end).is_finite() for end in (a, b)):  # beside it no interval is short enough
        raise CannotTell(f"{g} has no bound at {a.str(6, radius=False)}, or at {b.str(6, radius=False)}")
    start, side, todo = a, 0, [(a, b)]
    for _ in range(LOOKS):
        if not todo:
            break
        low, high = todo.pop()
        box, middle = low.union(high), ((low + high) / 2).mid()
        reach = value(Balls, middle) + (box - middle) * rise(Balls, box)
        if not reach.is_finite():  # beside a root, say, of which the slope has no bound
            reach = value(Balls, box)
        size = (high - low) * abs(reach)
        now = 1 if reach > 0 else -1 if reach < 0 else 0
        if now and now == side:
            continue
        if not now and not size <= goal:
            todo += [(middle, high), (low, middle)]
            continue
        if side:
            yield start, low, side
        start, side = low, now
        if not now:
            yield low, high, size
    if todo:
        raise CannotTell(f"where {g} changes its sign between {a.str(6, radius=False)} and {b.str(6, radius=False)}")
    if side:
        yield start, b, side


@lru_cache(maxsize=4096)
def _plain(f: Expr, x: Symbol, law: Law) -> Expr:
    """The integrand. Power tails reach far, and on a wide box a ball of cosh says nothing, one of what decays does."""
    if isinstance(law, StudentT):
        f = f.replace(
            lambda e: e.is_Pow and isinstance(e.base, cosh) and e.exp.is_even and e.exp.is_negative,
            lambda e: (1 - tanh(e.base.args[0]) ** 2) ** (-e.exp / 2),
        ).replace(
            lambda e: isinstance(e, log) and isinstance(e.args[0], cosh),
            lambda e: Abs(e.args[0].args[0]) + log((1 + exp(-2 * Abs(e.args[0].args[0]))) / 2),
        )
    return f * law.density(x)


def mean_under(f: Expr, x: Symbol, law: Law, values: Values | None = None) -> arb:
    """A ball for E f(X), X from `law`, f a function of the symbol x (and of symbols of which balls are given)."""
    values = values or {}
    if isinstance(law, Mixture | Pieces):
        return sum((evaluate(w, values) * mean_under(f, x, part, values) for w, part in law.parts), arb(0))
    if isinstance(law, Truncated):
        return _inside(f, x, law, values) / _inside(S.One, x, law, values)
    if isinstance(law, Tilted):
        weight = law.weight(x)
        if (bell := law.bell) is not None:
            return _under_bell(f, weight, x, law.law, bell, values)
        return mean_under(f * weight, x, law.law, values) / mean_under(weight, x, law.law, values)
    if isinstance(f, sign) and not (slope := f.args[0].diff(x)).has(x):
        edge, rising = evaluate(law.cdf(-f.args[0].xreplace({x: S.Zero}) / slope), values), evaluate(slope, values)
        if not (rising > 0 or rising < 0):
            raise ArithmeticError(f"whether {f.args[0]} rises")
        return (1 - 2 * edge) * (1 if rising > 0 else -1)
    if isinstance(law, Normal) and (wave := _wave(f, x, law)) is not None:
        return evaluate(wave, values)
    if isinstance(law, Normal) and (parts := _tilting(f, x)) is not None:
        return sum((_tilted(g, exponent, x, law, values) for g, exponent in parts), arb(0))
    bits = ctx.prec
    with precision(bits + 24):
        if isinstance(law, Uniform):  # nothing is far out
            lo, hi = (evaluate(end, values) for end in law.support)
            return over_line(f * law.density(x), x, (lo, hi), values, bits + CLOSE)
        if isinstance(law, Cauchy):
            return _cauchy(f, x, law, values)
        if isinstance(law, ChiSquare):
            return _chi_square(f, x, law, values)
        if isinstance(law, Gamma):  # scale/2 times a chi-square
            return _chi_square(f.xreplace({x: law.scale * x / 2}), x, ChiSquare(2 * law.shape), values)
        if isinstance(law, Beta):
            return _beta(f, x, law, values)
        if isinstance(law, Logistic) and (g := _logit(f, x, law)) is not None:
            return over_line(g, UNIT, (arb(0), arb(1)), values, bits + CLOSE)
        ends, lost = _cut_off(f, x, law, values, bits + CLOSE)
        return over_line(_plain(f, x, law), x, ends, values, bits + CLOSE) + lost


def _wave(f: Expr, x: Symbol, law: Normal) -> Expr | None:
    """The mean of c cos(a x + b), or of a sine, by the characteristic function: of a fast one an integral takes long."""
    c, g = f.as_independent(x, as_Add=False)
    if not isinstance(g, cos | sin) or (a := g.args[0].diff(x)).has(x):
        return None
    return c * exp(-(a**2) * law.variance / 2) * g.func(g.args[0].xreplace({x: law.mean}))


@lru_cache(maxsize=1024)
def _tilting(f: Expr, x: Symbol) -> list[tuple[Expr, Expr]] | None:
    """A sum of products g e^q, q a quadratic function of x or 0, as pairs (g, q); None where no q is of x."""

    def is_steep(e: Expr) -> bool:
        return isinstance(e, exp) and e.has(x) and e.args[0].is_polynomial(x) and Poly(e.args[0], x).degree() <= 2

    terms = Add.make_args(expand_mul(f, deep=False))
    if not any(is_steep(e) for term in terms for e in Mul.make_args(term)):
        return None
    parts = []
    for term in terms:
        steep = [e for e in Mul.make_args(term) if is_steep(e)]
        parts.append((Mul(*(e for e in Mul.make_args(term) if e not in steep)), Add(*(e.args[0] for e in steep))))
    return parts


def _tilted(g: Expr, exponent: Expr, x: Symbol, law: Normal, values: Values) -> arb:
    """E g(X) e^exponent under a Gaussian, by the one that it is tilted to."""
    if exponent == 0:
        return mean_under(g, x, law, values)
    bend, rate, rest = (Poly(exponent, x).coeff_monomial(x**k) for k in (2, 1, 0))
    mass, bell, exists = law.tilted(rate, bend)
    if not evaluate(exists, values) > 0:
        raise CannotTell(f"a mean of e^({exponent}) under {law} is finite only where {exists} > 0")
    return evaluate(exp(rest) * mass, values) * mean_under(g, x, bell, values)


def _cut_off(f: Expr, x: Symbol, law: Law, values: Values, bits: int) -> tuple[tuple[arb, arb], arb]:
    """A window, and a ball that what is outside of it adds to E f(X)."""
    C, k = growth(f, x, values)
    ends = window(law, bits, k, values)
    return ends, arb(0, (C * outside(law, ends, k, values)).upper())


def _under_bell(f: Expr, weight: Expr, x: Symbol, law: Normal, bell: Normal, values: Values) -> arb:
    """E f under a tilted Gaussian, both integrals over a window; `bell`, which it is, tells how little is outside."""
    bits = ctx.prec
    with precision(bits + 24):
        if not evaluate(bell.variance, values) > 0:
            raise CannotTell(f"no law is tilted so far: {bell}")
        ends, lost = _cut_off(f, x, bell, values, bits + CLOSE)
        over, whole = (over_line(g * weight * law.density(x), x, ends, values, bits + CLOSE) for g in (f, S.One))
        mass = outside(bell, ends, S.Zero, values)
        return over / whole * arb(1 - mass / 2, (mass / 2).upper()) + lost


def _inside(f: Expr, x: Symbol, law: Truncated, values: Values) -> arb:
    """The integral of f over the interval of a truncated law, against the density of the whole one."""
    bits = ctx.prec
    with precision(bits + 24):
        (low, high), lost = _cut_off(f, x, law.law, values, bits + CLOSE)
        lo, hi = law.support
        low = low if lo == -oo else low.max(evaluate(lo, values))
        high = high if hi == oo else high.min(evaluate(hi, values))
        if not low < high:
            raise ArithmeticError(f"next to nothing of {law.law} is seen in ({lo}, {hi})")
        return over_line(_plain(f, x, law.law), x, (low, high), values, bits + CLOSE) + lost


def _cauchy(f: Expr, x: Symbol, law: Cauchy, values: Values) -> arb:
    """With x = center + scale sinh(w) the density becomes 1/(pi cosh w), and |x| <= (|center| + scale) e^|w|."""
    C, k = growth(f, x, values)
    if k >= 1:
        raise CannotTell(f"growth of order {k} under a Cauchy law")
    bits = ctx.prec
    left = 1 - to_ball(k)
    W = arb(((bits * LOG2 + 8) / left).upper().ceil().mid())
    w = Symbol("w", real=True)
    g = f.xreplace({x: law.center + law.scale * sinh(w)}) / (S.Pi * cosh(w))
    size = abs(evaluate(law.center, values)) + evaluate(law.scale, values)
    tail = 4 / arb.pi() * C * size.max(arb(1)) ** to_ball(k) * (-left * W).exp() / left
    return over_line(g, w, (-W, W), values) + arb(0, tail.upper())


def _chi_square(f: Expr, x: Symbol, law: ChiSquare, values: Values) -> arb:
    """With x = v^2 the density becomes c v^(dof - 1) e^(-v^2/2), without a pole at 0 if dof is at least 1.

    Far out: for v >= B >= 1 the derivative of g(v) = (dof - 1 + k) log v - v^2/2 is at most max(dof - 1 + k, 0)/B - B, so that
    e^g integrates to at most e^g(B) over minus that, if it is negative. Near 0, if dof is not an integer: v^(dof - 1) integrates
    to A^dof/dof up to A < 1.
    """
    v, bits = Symbol("v", positive=True), ctx.prec
    g = f.xreplace({x: v**2})
    C, k = growth(g, v, values)
    dof, order = evaluate(law.dof, values), to_ball(k)
    if not dof > 0:
        raise CannotTell(f"whether {law} is more than 0")
    factor = 2 / (2 ** (dof / 2) * (dof / 2).gamma())
    steep = (dof - 1 + order).max(arb(0))
    B = (steep.sqrt() + (2 * LOG2 * (bits + 8) + 2 * steep.sqrt()).sqrt() + 1).upper().ceil().mid()
    if not B - steep / B > 0:
        raise ArithmeticError(f"how far out {law} is")
    far = B ** (dof - 1 + order) * (-B * B / 2).exp() / (B - steep / B)
    cuts = [arb(0), B]
    if not law.dof.is_Integer:  # piece by piece, each reaching as far as it is from 0
        depth = math.ceil(bits / midpoint(dof)) + 1
        if depth > MOST_DEPTH:
            raise CannotTell(f"{law} is too near to 0")
        cuts = [*(arb(2) ** -j for j in range(depth, 0, -8)), B]
    density = v ** (law.dof - 1) * exp(-(v**2) / 2) * 2 / (2 ** (law.dof / 2) * gamma(law.dof / 2))
    missed = C * factor * (far + cuts[0] ** dof / dof)
    return sum((over_line(g * density, v, ends, values) for ends in pairwise(cuts)), arb(0, missed.upper()))


def _beta(f: Expr, x: Symbol, law: Beta, values: Values) -> arb:
    """Either half from its own end."""
    a, b = (evaluate(y, values) for y in law.args)
    if not (a > 0 and b > 0):
        raise CannotTell(f"whether {law} is a law")
    halves = _towards_0(f, x, law.a, law.b, values) + _towards_0(f.xreplace({x: 1 - x}), x, law.b, law.a, values)
    return halves / arb(1).beta_lower(a, b)


def _towards_0(f: Expr, x: Symbol, a: Expr, b: Expr, values: Values) -> arb:
    """The integral of f x^(a - 1) (1 - x)^(b - 1) over (0, 1/2).

    Where a is no whole number, piece by piece, each reaching as far as it is from 0; up to A the powers integrate to at most
    max(1, (1 - A)^(b - 1)) A^a/a.
    """
    cuts, missed = [arb(0), arb(0.5)], arb(0)
    if not a.is_Integer:
        order, other = evaluate(a, values), evaluate(b, values)
        depth = math.ceil(ctx.prec / midpoint(order)) + 2
        if depth > MOST_DEPTH:
            raise CannotTell(f"a density like x^({a} - 1) near 0")
        cuts = [*(arb(2) ** -j for j in range(depth, 1, -8)), arb(0.5)]
        size = abs(evaluate(f, {**values, x: arb(cuts[0] / 2, cuts[0] / 2)}))
        missed = size * ((1 - cuts[0]) ** (other - 1)).max(arb(1)) * cuts[0] ** order / order
    g = f * x ** (a - 1) * (1 - x) ** (b - 1)
    return sum((over_line(g, x, ends, values) for ends in pairwise(cuts)), arb(0, missed.upper()))


@lru_cache(maxsize=1024)
def _logit(f: Expr, x: Symbol, law: Logistic) -> Expr | None:
    """f in u = F(x), uniform on [0, 1], where that makes it rational: hyperbolic functions of (x + d)/(2 scale)."""
    new = {}
    for a in in_order(f.atoms(tanh, cosh)):
        y = a.args[0]
        if y.has(x):
            if expand(2 * law.scale * y.diff(x) - 1) != 0:
                return None
            odds = exp(expand(2 * y - (x - law.center) / law.scale))  # e^(2y) = odds u/(1 - u)
            up, down = odds * UNIT, 1 - UNIT
            new[a] = (up - down) / (up + down) if isinstance(a, tanh) else (up + down) / (2 * sqrt(odds * UNIT * down))
    g = f.xreplace(new)
    return None if g.has(x) or any(p.exp == S.Half for p in g.atoms(Pow) if p.has(UNIT)) else g
