"""Expectations under a named law, and distances of laws, by rigorous integration over the line.

    mean_under(tanh(x / 2)**2, x, Normal(0, 4))          # a ball at the current precision

A finite window is integrated (Petras' algorithm in Arb), in pieces on which nothing changes its sign; what lies outside
is bounded by the growth of the function, |f(x)| <= C max(1, |x|)^k, and the law's own tail.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, singledispatch
from itertools import pairwise

from flint import acb, arb, ctx
from sympy import (
    Abs,
    Expr,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    cosh,
    degree,
    erf,
    erfc,
    exp,
    expand,
    log,
    sign,
    sin,
    sinh,
    sqrt,
    sympify,
    tanh,
)
from sympy import cos as cosine

from ..language.laws import Cauchy, Laplace, Law, Logistic, Mixture, Noise, Normal, Uniform
from ..language.moments import W1, Moment
from .enclosures import LOG2, integral, precision
from .rings import Balls, ComplexBalls, NotCompilable, compile_expr, to_ball

Values = Mapping[Symbol, arb]
UNIT = Symbol("u", positive=True)
BOUNDED = (tanh, erf, sin, cosine, sign)


def evaluate(x: Expr, values: Values) -> arb:
    """A closed expression, or one in symbols of which balls are given."""
    return compile_expr(x, tuple(values))(Balls, *values.values())


# ---- growth ---------------------------------------------------------------------------------------------------------


def growth(f: Expr, x: Symbol, values: Values) -> tuple[arb, Rational]:
    """(C, k) with |f(x)| <= C max(1, |x|)^k for all real x. Raises `NotCompilable` where no bound is known."""
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
        if f.exp < 0 and (isinstance(f.base, cosh) or (f.base - 1).is_nonnegative):
            return arb(1), S.Zero
    if isinstance(f, exp) and f.args[0].is_nonpositive:
        return arb(1), S.Zero
    if isinstance(f, log):
        (g,) = f.args
        if isinstance(g, cosh):  # 0 <= log cosh u <= |u|
            return growth(g.args[0], x, values)
        least = _least(g, x, values)
        if least > 0:  # log(C y^k) <= log C + k sqrt(y) for y >= 1, and log g >= log least
            C, k = growth(g, x, values)
            return C.max(arb(1)).log() + to_ball(k) + abs(least.log()), S.Half
    raise NotCompilable(f"no bound for {f} far out")


def is_finite(m: Moment) -> bool:
    """Whether a number under named laws is certainly finite: of a bounded function, or a distance of laws with means."""
    if isinstance(m, W1):
        return not m.has(Cauchy)
    if len(m.atoms(Noise)) != 1:  # of several draws what grows in one may be hidden by another
        return False
    x = Symbol("x", real=True)
    try:
        return growth(m.variable.xreplace(dict.fromkeys(m.atoms(Noise), x)), x, {})[1] == 0
    except NotCompilable:
        return False


def _least(g: Expr, x: Symbol, values: Values) -> arb:
    """A lower bound of a quadratic function; 0 where none is seen."""
    if not g.is_polynomial(x) or degree(g, x) != 2:
        return arb(0)
    a, b, c = (evaluate(q, values) for q in Poly(g, x).all_coeffs())
    return c - b * b / (4 * a) if a > 0 else arb(0)


# ---- tails ----------------------------------------------------------------------------------------------------------


@singledispatch
def window(law: Law, bits: int, values: Values) -> tuple[arb, arb]:
    """An interval outside of which next to nothing of the law lies: exact ends."""
    raise NotCompilable(f"no quadrature under {type(law).__name__}")


@singledispatch
def outside(law: Law, ends: tuple[arb, arb], k: Rational, values: Values) -> arb:
    """An upper bound on E max(1, |X|)^k over the outside of a window of `window`."""
    raise NotImplementedError


def _centred(center: arb, half: arb) -> tuple[arb, arb]:
    half = half.upper()
    return arb((center - half).lower().floor().mid()), arb((center + half).upper().ceil().mid())


def _dominated(k: Rational, c: arb) -> arb:
    """A constant A with max(1, y)^k <= A e^(c y) for y >= 0: the maximum of y^k e^(-c y) is (k/(e c))^k."""
    if k == 0:
        return arb(1)
    k_ball = to_ball(k)
    return (k_ball / (c * arb(1).exp())) ** k_ball + 1


@window.register
def _(law: Normal, bits, values):
    sd = evaluate(law.variance, values).sqrt()
    return _centred(evaluate(law.mean, values), sd * (arb(2 * LOG2 * bits).sqrt() + 4))


def _shifted(center: arb, k: Rational, c: arb) -> arb:
    """A constant A with max(1, |center + y|)^k <= A e^(c |y|): |center + y| <= (1 + |center|) max(1, |y|)."""
    return (1 + abs(center)) ** to_ball(k) * _dominated(k, c)


@outside.register
def _(law: Normal, ends, k, values):
    mean, sd = evaluate(law.mean, values), evaluate(law.variance, values).sqrt()
    total = arb(0)
    for distance in (ends[1] - mean, mean - ends[0]):  # E e^(y/sd) 1{y > d} = e^(1/2) Q(d/sd - 1)
        total += arb(0.5).exp() * ((distance / sd - 1) / arb(2).sqrt()).erfc() / 2
    return _shifted(mean, k, 1 / sd) * total


def _exponential_tail(law, ends, k, values, peak) -> arb:
    """For a density of at most peak e^(-|y|/scale)/scale at center + y: what is beyond d of e^(|y|/(2 scale))."""
    center, scale = evaluate(law.center, values), evaluate(law.scale, values)
    total = arb(0)
    for distance in (ends[1] - center, center - ends[0]):
        total += 2 * peak * (-distance / (2 * scale)).exp()
    return _shifted(center, k, 1 / (2 * scale)) * total


def _exponential_window(law, bits, values) -> tuple[arb, arb]:
    return _centred(evaluate(law.center, values), evaluate(law.scale, values) * (2 * LOG2 * bits + 4))


@window.register
def _(law: Logistic, bits, values):
    return _exponential_window(law, bits, values)


@outside.register
def _(law: Logistic, ends, k, values):
    return _exponential_tail(law, ends, k, values, arb(1))


@window.register
def _(law: Laplace, bits, values):
    return _exponential_window(law, bits, values)


@outside.register
def _(law: Laplace, ends, k, values):
    return _exponential_tail(law, ends, k, values, arb(0.5))


@window.register
def _(law: Uniform, bits, values):
    lo, hi = (evaluate(a, values) for a in law.args)
    return lo, hi


@outside.register
def _(law: Uniform, ends, k, values):
    return arb(0)


@window.register
def _(law: Mixture, bits, values):
    ends = [window(part, bits, values) for _, part in law.parts]
    return min((a for a, _ in ends), key=_middle), max((b for _, b in ends), key=_middle)


@outside.register
def _(law: Mixture, ends, k, values):
    return sum((evaluate(w, values) * outside(part, ends, k, values) for w, part in law.parts), arb(0))


def _middle(x: arb) -> float:
    return float(x.mid())


# ---- integration ----------------------------------------------------------------------------------------------------


def _kinks(f: Expr, x: Symbol) -> list[Expr]:
    """Where an `Abs` or a `sign` of a linear function changes."""
    out = []
    for a in f.atoms(Abs, sign):
        (inner,) = a.args
        if inner.has(x):
            slope = inner.diff(x)
            if slope.has(x):
                raise NotCompilable(f"{a} is no absolute value of a linear function")
            out.append(-inner.xreplace({x: S.Zero}) / slope)
    return out


def _smooth(f: Expr, x: Symbol, at: arb, values: Values) -> Expr:
    """f where its absolute values have the signs that they have at a point."""
    new = {}
    for a in f.atoms(Abs, sign):
        if a.has(x):
            value = evaluate(a.args[0], {**values, x: at})
            if not (value > 0 or value < 0):
                raise ArithmeticError(f"the sign of {a.args[0]} at {at}")
            side = 1 if value > 0 else -1
            new[a] = side * a.args[0] if isinstance(a, Abs) else sympify(side)
    return f.xreplace(new)


def over_line(f: Expr, x: Symbol, ends: tuple[arb, arb], values: Values, modulus: bool = False) -> arb:
    """The integral of f (or |f|) over [ends], in pieces between the kinks of f.

    On a piece f is a smooth g. Where an end e is known as a ball only, g is integrated from its midpoint, and what that
    may miss is at most the radius of e times |g| on the ball.
    """
    marks = sorted((evaluate(k, values) for k in dict.fromkeys(_kinks(f, x))), key=_middle)
    inside = [m for m in marks if not (m <= ends[0] or m >= ends[1])]
    cuts = [ends[0], *inside, ends[1]]
    if not all(a < b for a, b in pairwise(cuts)):
        raise ArithmeticError(f"the order of the kinks of {f} is not known")
    total, goal = arb(0), arb(2) ** -ctx.prec
    for a, b in pairwise(cuts):
        g = _smooth(f, x, (a + b) / 2, values)
        program = compile_expr(g, (x, *values))
        constants = tuple(acb(v) for v in values.values())

        def integrand(z, analytic, program=program, constants=constants):
            y = program(ComplexBalls(analytic), z, *constants)
            return y.real_abs(analytic=analytic) if modulus else y

        total += integral(integrand, a.mid(), b.mid(), goal, goal)
        for e in (a, b):
            if not e.is_exact():
                total += arb(0, (e.rad() * abs(program(Balls, e, *values.values()))).upper())
    return total


@lru_cache(maxsize=4096)
def _plain(f: Expr, x: Symbol, law: Law) -> Expr:
    return f * law.density(x)


def mean_under(f: Expr, x: Symbol, law: Law, values: Values | None = None) -> arb:
    """A ball for E f(X), X from `law`, f a function of the symbol x (and of symbols of which balls are given)."""
    values = values or {}
    if isinstance(law, Mixture):
        return sum((evaluate(w, values) * mean_under(f, x, part, values) for w, part in law.parts), arb(0))
    if isinstance(f, sign) and not (slope := f.args[0].diff(x)).has(x):
        edge, rising = evaluate(law.cdf(-f.args[0].xreplace({x: S.Zero}) / slope), values), evaluate(slope, values)
        if not (rising > 0 or rising < 0):
            raise ArithmeticError(f"whether {f.args[0]} rises")
        return (1 - 2 * edge) * (1 if rising > 0 else -1)
    bits = ctx.prec
    with precision(bits + 24):
        C, k = growth(f, x, values)
        if isinstance(law, Cauchy):
            return _cauchy(f, x, law, C, k, values)
        if isinstance(law, Logistic) and (g := _logit(f, x, law)) is not None:
            return over_line(g, UNIT, (arb(0), arb(1)), values)
        ends = window(law, bits + 8, values)
        inside = over_line(_plain(f, x, law), x, ends, values)
        return inside + arb(0, (C * outside(law, ends, k, values)).upper())


def _cauchy(f: Expr, x: Symbol, law: Cauchy, C: arb, k: Rational, values: Values) -> arb:
    """With x = center + scale sinh(w) the density becomes 1/(pi cosh w), and |x| <= (|center| + scale) e^|w|."""
    if k >= 1:
        raise NotCompilable(f"growth of order {k} under a Cauchy law")
    bits = ctx.prec
    left = 1 - to_ball(k)
    W = arb(((bits * LOG2 + 8) / left).upper().ceil().mid())
    w = Symbol("w", real=True)
    g = f.xreplace({x: law.center + law.scale * sinh(w)}) / (sympify("pi") * cosh(w))
    size = abs(evaluate(law.center, values)) + evaluate(law.scale, values)
    tail = 4 / arb.pi() * C * size.max(arb(1)) ** to_ball(k) * (-left * W).exp() / left
    return over_line(g, w, (-W, W), values) + arb(0, tail.upper())


@lru_cache(maxsize=1024)
def _logit(f: Expr, x: Symbol, law: Logistic) -> Expr | None:
    """f in u = F(x), uniform on [0, 1], where that makes it rational: hyperbolic functions of (x + d)/(2 scale)."""
    new = {}
    for a in f.atoms(tanh, cosh):
        y = a.args[0]
        if y.has(x):
            if expand(2 * law.scale * y.diff(x) - 1) != 0:
                return None
            odds = exp(expand(2 * y - (x - law.center) / law.scale))  # e^(2y) = odds u/(1 - u)
            up, down = odds * UNIT, 1 - UNIT
            new[a] = (up - down) / (up + down) if isinstance(a, tanh) else (up + down) / (2 * sqrt(odds * UNIT * down))
    g = f.xreplace(new)
    return None if g.has(x) or any(p.exp == S.Half for p in g.atoms(Pow) if p.has(UNIT)) else g


def wasserstein(p: Law, q: Law) -> arb:
    """A ball for W1(p, q), the integral of |F - G|."""
    x = Symbol("x", real=True)
    bits = ctx.prec
    with precision(bits + 24):
        windows = [window(law, bits + 8, {}) for law in (p, q)]
        wide = [(min(float(a), -1), max(float(b), 1)) for a, b in windows]
        ends = (arb(min(a for a, _ in wide)).floor(), arb(max(b for _, b in wide)).ceil())  # of both laws
        # beyond the window |F - G| <= 1 - F + 1 - G, and that integrates to at most E |X| beyond it
        tails = sum((outside(law, ends, S.One, {}) for law in (p, q)), arb(0))
        inside = over_line(p.cdf(x) - q.cdf(x), x, ends, {}, modulus=True)
        return inside + arb(0, tails.upper())
