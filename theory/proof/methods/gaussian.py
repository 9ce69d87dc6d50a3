"""Functions, events and quantiles of one normal combination of coordinates, of loops that stay Gaussian: by mean and variance.

So are events and quantiles of a positive coordinate whose logarithm is normal, and means of functions of it that have kinks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from flint import arb
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Piecewise,
    Poly,
    PolynomialError,
    S,
    erfinv,
    exp,
    expand,
    factor,
    log,
    nan,
    oo,
    sqrt,
    together,
    zoo,
)

from ...language.errors import CannotTell
from ...language.functions import JUMPS
from ...language.laws import Noise, Normal
from ...language.loops import Observable
from ...language.moments import E, Moment, Prob, Quantile
from ...language.order import in_order
from ...language.signs import Inequality
from ..arithmetic.means import with_laws
from ..arithmetic.programs import to_ball
from ..arithmetic.quadrature import evaluate
from ..structures.normality import ALONG, along, along_logarithm, normal, polynomial, slopes
from ..symbols.kinks import KINKS
from ..symbols.law_means import mean_of_draws
from ..symbols.normal_forms import is_zero
from ..symbols.single import where
from .method import Derivation, Method
from .steps import of_one_loop

MEAN, VARIANCE = Dummy("m", real=True), Dummy("v", positive=True)


def mean_of(x: Expr, learn: Callable[[Moment], Derivation]) -> tuple[Expr, list[Derivation]]:
    """E of a polynomial in observables and draws beside them, or of a power of a logarithm, with the derivations that it is put
    together from."""
    if x.has(log):
        found = learn(E(x))
        return found.form, [found]
    total, used = S.Zero, []
    for c, product in _terms(x):
        if product != 1:
            used.append(learn(E(product)))
            c *= used[-1].form
        total += c
    return total, used


def ball_of(x: Expr, learn: Callable[[Moment], arb]) -> arb:
    """The same in balls."""
    if x.has(log):
        return learn(E(x))
    return sum((to_ball(c) * (learn(E(product)) if product != 1 else 1) for c, product in _terms(x)), arb(0))


def _terms(x: Expr) -> Iterator[tuple[Expr, Expr]]:
    """A polynomial as (coefficient, product of observables), the draws beside them averaged: they are independent of these."""
    seen = in_order(x.atoms(Observable))
    draws = normal(x)[len(seen) :]
    for powers, c in polynomial(x, [*seen, *draws]).terms():
        c *= mean_of_draws(E(_product(draws, powers[len(seen) :])))[0]
        yield c, _product(seen, powers)


def _product(seen: Sequence[Expr], powers: tuple[int, ...]) -> Expr:
    return Mul(*(o**power for o, power in zip(seen, powers, strict=False)))


def _told(m: Moment) -> tuple[Expr, Expr] | None:
    """The combination, or the logarithm, that is normal, and what is asked as a function of `ALONG`, its value."""
    if isinstance(m, E):
        return along(m.variable) or (along_logarithm(m.variable) if m.variable.has(*KINKS) else None)
    if isinstance(m, Prob):
        if not isinstance(m.variable, Inequality):
            return None
        return along(m.variable) or _of_logarithm(m.variable)
    if not isinstance(m, Quantile):
        return None
    x = m.variable
    if (seen := normal(x)) and slopes(x, seen) is not None:
        return x, ALONG
    found = along_logarithm(x)
    if found is None:
        return None
    line, f = found
    if f.has(*JUMPS):
        return None
    rising = expand(f.diff(ALONG)).subs(exp(ALONG), Dummy("e", positive=True)).is_positive
    return (line, f) if rising else None


def _halved(m: Moment) -> list[tuple[Expr, Expr]] | None:
    """The mean of the larger, or lesser, of two normal combinations as (coefficient, what its mean is taken of): Max(u, v) =
    (u + v + |u - v|)/2. None of other moments."""
    extremes = [e for e in m.variable.atoms(Max, Min) if len(e.args) == 2] if isinstance(m, E) else []
    if len(extremes) != 1 or not normal(m.variable) or along(m.variable) is not None:
        return None
    (e,), half = extremes, S.Half if isinstance(extremes[0], Max) else -S.Half
    (u, v), d = e.args, Dummy("d", real=True)
    seen = normal(m.variable)
    if slopes(gap := expand(u - v), seen) is None:
        return None
    try:
        line = Poly(m.variable.xreplace({e: d}), d)
    except PolynomialError:
        return None
    c, rest = line.coeff_monomial(d), line.coeff_monomial(1)
    if line.degree() != 1 or c.has(*seen) or not rest.is_polynomial(*seen):
        return None
    plain = expand(c * (u + v) / 2 + rest)
    if not plain.is_polynomial(*seen):
        return None
    return [(c * half, Abs(gap)), *((k, x) for k, x in _terms(plain) if k != 0)]


def _of_logarithm(event: Expr) -> tuple[Expr, Expr] | None:
    """An event that a coordinate is above, or below, a positive number, as one of its logarithm."""
    if (found := along_logarithm(event.gts - event.lts)) is None:
        return None
    line, f = found
    y = Dummy("y", positive=True)
    gap = f.subs(exp(ALONG), y)
    slope = gap.diff(y)
    rest = expand(gap - slope * y)
    if rest.has(y, ALONG) or slope.has(y) or not (slope.is_positive or slope.is_negative):
        return None
    level = -rest / slope
    if not level.is_positive:
        return None
    kinds = (Ge, Gt) if slope.is_positive else (Le, Lt)
    return line, kinds[isinstance(event, Gt | Lt)](ALONG - log(level), 0, evaluate=False)


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    """Under the law that the derived mean and variance of the combination tell."""
    if (terms := _halved(m)) is not None:
        found = [(c, learn(E(x)) if x != 1 else Derivation(S.One)) for c, x in terms]
        return Derivation.joined(Add(*(c * d.form for c, d in found)), *(d for _, d in found))
    line, f = _told(m)  # pyrefly: ignore[not-iterable]
    (mean, first), (square, second) = mean_of(line, learn), mean_of(line**2, learn)
    variance = factor(together(square - mean**2))
    told = f"{line} is normal: the step is linear in it and in normal noise"
    if isinstance(m, Quantile):
        form = f.xreplace({ALONG: mean + sqrt(2 * variance) * erfinv(2 * m.level - 1)})
        return Derivation.joined(form, *first, *second, step=told)
    if isinstance(m, Prob):
        if variance == 0:
            raise CannotTell(f"{line} is not random")
        z = Noise("X", Normal(0, VARIANCE))  # no atom, by the condition
        form = where(z.law, S.Zero, f.xreplace({ALONG: mean + z}), z).xreplace({VARIANCE: variance})
        conditions = [variance]
    else:
        form, conditions = _mean(f, mean, variance)
    return Derivation.joined(form, *first, *second, Derivation(form, conditions), step=told)


def _mean(f: Expr, mean: Expr, variance: Expr) -> tuple[Expr, list[Expr]]:
    """E of a function of what is normal, and what may not be 0: the variance may, if the form is f(mean) there."""
    with suppress(CannotTell):
        form, conditions = mean_of_draws(E(f.xreplace({ALONG: mean + Noise("X", Normal(0, variance))})))
        return form, list(conditions)
    form, conditions = mean_of_draws(E(f.xreplace({ALONG: mean + Noise("X", Normal(0, VARIANCE))})))
    at_0 = form.xreplace({VARIANCE: S.Zero})
    certain = not at_0.has(nan, zoo, oo) and is_zero(at_0 - f.xreplace({ALONG: mean}))
    conditions = [c.xreplace({VARIANCE: variance}) for c in conditions if c != VARIANCE]
    return form.xreplace({VARIANCE: variance}), conditions if certain else [*conditions, variance]


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """The same as an integral over its law, whose moments are balls; events by its distribution function."""
    if (terms := _halved(m)) is not None:
        return sum((to_ball(c) * (learn(E(x)) if x != 1 else 1) for c, x in terms), arb(0))
    line, f = _told(m)  # pyrefly: ignore[not-iterable]
    mean = ball_of(line, learn)
    variance = ball_of(line**2, learn) - mean**2
    if variance == 0:
        x = f.xreplace({ALONG: MEAN})
        return evaluate(Piecewise((1, x), (0, True)) if isinstance(m, Prob) else x, {MEAN: mean})
    if not variance > 0:
        raise ArithmeticError(f"the variance of {line} is not seen to be positive: {variance}")
    values = {MEAN: mean, VARIANCE: variance}
    if isinstance(m, Quantile):
        return evaluate(f.xreplace({ALONG: MEAN + sqrt(2 * VARIANCE) * erfinv(2 * m.level - 1)}), values)
    if isinstance(m, Prob):
        z = Noise("X", Normal(MEAN, VARIANCE))
        return evaluate(where(z.law, S.Zero, f.xreplace({ALONG: z}), z), values)
    return with_laws(E(f.xreplace({ALONG: MEAN + Noise("X", Normal(0, VARIANCE))})), values)


def skip(m: Moment) -> str | None:
    if (problem := of_one_loop(m)) is not None:
        return problem
    return (
        None
        if _told(m) is not None or _halved(m) is not None
        else "it is of no function, and no event, of one normal combination, or of a polynomial"
    )


METHOD = Method("the law of a normal combination", skip, derive, enclose)
