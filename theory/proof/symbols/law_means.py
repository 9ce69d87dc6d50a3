"""Means of functions of draws under named laws, in symbols, and distances of such laws."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Integral,
    Mul,
    Poly,
    S,
    Symbol,
    apart,
    binomial,
    cancel,
    cosh,
    exp,
    expand,
    expand_power_base,
    fraction,
    integrate,
    log,
    nan,
    oo,
    powdenest,
    powsimp,
    sinh,
    sympify,
    together,
    zoo,
)

from ...language.errors import CannotTell
from ...language.functions import jump
from ...language.laws import (
    Binomial,
    Exponential,
    Laplace,
    Law,
    Logistic,
    Noise,
    Normal,
    Tilted,
    Uniform,
)
from ...language.laws.pairs import stretched, uncommon
from ...language.loops import Observable
from ...language.moments import W1, E
from ..undefined import with_numbers
from . import kinks, ranges
from .averages import ask_density, average, mean_of_greater, mean_under_normal, without_cases
from .believed import believed
from .normal_forms import expand_over

# of a rational function that is integrated: SymPy takes a second there, and minutes at ten times as much
MOST_DEGREE = 200
LISTED = 400  # the most values of a binomial draw that are gone through


@cache
def law_mean(m: E) -> Expr:
    """E f(X), X from a named law, by a substitution that makes it the integral of a rational function."""
    noises = m.variable.atoms(Noise)
    if len(noises) != 1:
        raise CannotTell(f"{m}: an integral over one draw is expected")
    (z,) = noises
    if isinstance(z.law, Tilted):
        return _tilted(m.variable, z)
    if m.variable.is_polynomial(z):
        form, conditions = average(expand_over(m.variable, z), noises)
        if not conditions:
            return form
    u = Symbol("u of a draw", positive=True)
    match z.law:
        case Logistic() as law:  # u = F(x) is uniform, and tanh((x - center)/(2 scale)) = 2 u - 1
            return _rational(m.variable.xreplace({z: law.center + law.scale * log(u / (1 - u))}), u)
        case Laplace() as law:  # u = e^(-|x - center|/scale) is uniform, the sign independent of it
            halves_of = [m.variable.xreplace({z: law.center + s * law.scale * log(u)}) for s in (-1, 1)]
            if ranges.has_mean(m.variable):
                return _rational(Add(*halves_of) / 2, u)
            return Add(*(_rational(f, u) for f in halves_of)) / 2  # infinite ones must not cancel
        case Exponential() as law if (form := _against_powers(m.variable, z)) is not None:
            return form
        case Exponential() as law:  # u = e^(-x/scale) is uniform
            return _rational(m.variable.xreplace({z: -law.scale * log(u)}), u)
        case Normal() if (form := mean_under_normal(m.variable, z)) is not None:
            return form
        case Binomial() as law if law.n.is_Integer and law.n <= LISTED:
            masses = (binomial(law.n, k) * law.p**k * (1 - law.p) ** (law.n - k) for k in range(int(law.n) + 1))
            return _summed(m.variable, z, zip(range(int(law.n) + 1), masses, strict=True))
        case law if (listed := law.values()) is not None:
            return _summed(m.variable, z, listed)
        case Uniform() as law:
            x = Symbol("x of a draw", real=True)
            if not _is_smooth(m.variable, z):
                raise CannotTell(f"whether {m.variable} has a pole, or a jump, where it is integrated")
            value = integrate(m.variable.xreplace({z: x}) * law.density(x), (x, *law.args))
            if value.has(Integral):
                raise CannotTell(f"SymPy does not integrate {m}")
            return believed(value, m.variable.xreplace({z: x}) * law.density(x), x, *law.args)
        case _:
            raise CannotTell(f"no integral of {m.variable} under {z.law}")


def _summed(f: Expr, z: Noise, listed: Iterable[tuple[Expr, Expr]]) -> Expr:
    """E f(Z) over the values of Z."""
    try:
        total = Add(*(with_numbers(f, {z: sympify(value)}) * mass for value, mass in listed))
    except (TypeError, ValueError) as problem:  # a condition on 1/0, or the least of it and others
        raise CannotTell(f"{f} is undefined at a value of {z}") from problem
    if total.has(zoo, nan, oo, -oo):
        raise CannotTell(f"{f} is undefined at a value of {z}")
    return total


def _is_smooth(f: Expr, z: Noise) -> bool:
    """Whether f is seen to be finite and without jumps on the interval of a uniform draw: an antiderivative is believed there."""
    v = Dummy("v", positive=True)
    low, high = z.law.args
    inside = low + (high - low) * v / (1 + v)  # v > 0: all of the interval
    seen = {True: lambda e: together(e).is_positive, False: lambda e: together(e).is_nonnegative}
    positive = lambda e, strict: bool(seen[strict](e))  # noqa: E731
    return jump(f.xreplace({z: inside}), v, positive, lambda e: positive(e, True) or positive(-e, True)) is None


def _tilted(f: Expr, z: Noise) -> Expr:
    """E f(X) under a tilted law: of Gaussians by completing the square, else as a ratio of two integrals."""
    if (bell := z.law.bell) is not None:
        if not bell.variance.is_positive:
            raise CannotTell(f"whether {bell.variance} is positive")
        return law_mean(E(f.xreplace({z: Noise("X", bell)})))
    plain = Noise("X", z.law.law)
    weight = z.law.weight(plain)
    return law_mean(E(f.xreplace({z: plain}) * weight)) / law_mean(E(weight))


def _against_powers(f: Expr, z: Noise) -> Expr | None:
    """E f(X), X exponential, for a sum of x^k e^(-b x); None if f is not one."""
    x, c = Symbol("x of a draw", positive=True), Symbol("c of a draw", positive=True)
    total = S.Zero
    for term in Add.make_args(expand(f.xreplace({z: x}))):
        factor, rest = powsimp(term, combine="exp").as_independent(x, as_Add=False)
        power, rate = S.Zero, 1 / z.law.scale
        for part in Mul.make_args(rest):
            base, e = part.as_base_exp()
            if base == x:
                power += e
            elif isinstance(part, exp) and not (slope := part.args[0].diff(x)).has(x):
                rate, factor = rate - slope, factor * exp(expand(part.args[0] - slope * x))
            elif part != 1:
                return None
        rate = expand(rate)
        if not (power.is_Integer and power >= 0 and rate.is_positive):
            return None
        total += factor * integrate(x**power * exp(-c * x), (x, 0, oo)).subs(c, rate) / z.law.scale
    return total


def mean_of_draws(m: E) -> tuple[Expr, list[Expr]]:
    """E of a function of draws by themselves: (form, quantities that must be positive).

    Of powers, logarithms, exponentials and events of independent draws, or by the law of one.
    """
    noises = m.variable.atoms(Noise)
    try:
        x = without_cases(m.variable)
        x = x.replace(lambda f: isinstance(f, sinh | cosh) and f.has(Noise), lambda f: f.rewrite(exp))
        return average(expand_over(x, *noises), noises, closed=True)
    except CannotTell:
        if (form := mean_of_greater(m.variable)) is not None:
            return form, []
        if m.variable.has(*kinks.KINKS) and len(noises) == 1:
            needed: list[Expr] = []
            with suppress(CannotTell):
                ask_density(list(noises), needed)
                return kinks.mean(m.variable, *noises), needed
        return law_mean(m), []


def integrated(x: Expr) -> Expr:
    """An expression with the expectations over named laws in it worked out."""
    return x.xreplace({m: law_mean(m) for m in sorted(x.atoms(E), key=str) if not m.has(Observable)})


def law_distance(p: Law, q: Law) -> Expr:
    """W1(p, q) = int |F - G|: of mixtures with a common part, and of laws of one shape, whose quantiles are coupled."""
    if (found := uncommon(p, q)) is not None:
        share, one, other = found
        return share * W1(one, other) if share != 0 else share
    if (moved := stretched(p, q)) is None:
        raise CannotTell(f"no closed form for the distance of {p} and {q}")
    a, b, unit = moved
    if b == 0:
        return Abs(a)
    form, conditions = mean_of_draws(E(Abs(a + b * Noise("Y", unit))))
    if conditions:
        raise CannotTell(f"no mean of {unit}")
    return form


def _rational(f: Expr, u: Symbol) -> Expr:
    """The integral of f over [0, 1] if it is a rational function of u once its hyperbolic functions are written out."""
    form = cancel(together(powdenest(expand_power_base(f.rewrite(exp)).simplify(), force=False)))
    if not form.is_rational_function(u):
        raise CannotTell(f"{form} is not rational after the substitution")
    if any(Poly(part, u).degree() > MOST_DEGREE for part in fraction(form)):
        raise CannotTell(f"the partial fractions of {form} would take too long")
    value = integrate(apart(form, u), (u, 0, 1))
    if not value.is_finite or value.has(Integral):
        raise CannotTell(f"the integral of {form} is {value}")
    return believed(value, f, u, S.Zero, S.One)
