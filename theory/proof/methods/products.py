"""Probabilities and quantiles of a product of independent factors, in balls: by contour integrals.

A positive coordinate that each step multiplies by a power of a chi-square is such a product.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Abs, Add, Expr, Ge, Gt, Mul, S, log, oo

from ...language.errors import CannotTell
from ...language.laws import ChiSquare, Noise, Normal
from ...language.loops import CLOCK, Loop, Observable, positive_of
from ...language.moments import E, Moment, Prob, Quantile
from ..arithmetic import gammas
from ..arithmetic.programs import to_ball
from ..symbols.averages import noise_terms
from .closure import System
from .method import Method
from .steps import emitted, loop_of, of_one_loop, times_of


def _product(x: Expr, loop: Loop) -> tuple[list[gammas.GammaFactor], arb, arb]:
    """A positive monomial x of the state at t (and one |noise|) as (factors, c, a) with log x = log c + a log(product)."""
    x = _moving(x, loop)
    times = times_of(x) or {S.Zero}
    if len(times) > 1:
        raise CannotTell(f"{x}: the law of the state at several generations together is not enclosed")
    (t,) = times
    constant, exponents, factors, used = arb(1), [], [], set()
    for f in Mul.make_args(x):
        base, e = f.as_base_exp()
        if isinstance(base, Abs) and isinstance(base.args[0], Noise):
            if base.args[0].law != Normal(0, 1):
                raise CannotTell(f"no law for |{base.args[0]}|")
            exponents.append(e / 2)
            factors.append(gammas.GammaFactor(arb(1) / 2, arb(2), 1))  # Z^2 is chi-square with one degree
        elif isinstance(base, Observable) and base.name in positive_of(loop):
            s, now = base.name, System(loop).vars
            v = now[s]
            ratio = loop.step(now)[s] / v
            q = next(iter(ratio.atoms(Noise))) if len(ratio.atoms(Noise)) == 1 else None
            if q is None or ratio.has(*now.values(), CLOCK) or not isinstance(q.law, ChiSquare) or q in used:
                raise CannotTell(f"{s} is not multiplied by a chi-square factor in each step")
            ((rest, powers),) = noise_terms(ratio, {q})
            a, logs, absolute = powers[q]
            if logs or absolute:
                raise CannotTell("the step is not a power of its noise")
            used.add(q)  # what two coordinates share is no product of independent factors
            constant *= (to_ball(rest) ** int(t) * to_ball(loop.initial[s])) ** to_ball(e)
            if t > 0:
                exponents.append(a * e)
                factors.append(gammas.GammaFactor(to_ball(q.law.dof) / 2, arb(2), int(t)))
        elif f.is_number and f.is_positive:
            constant *= to_ball(f)
        else:
            raise CannotTell(f"{f} is not a power of a positive coordinate")
    if len(set(exponents)) > 1:
        raise CannotTell("factors with different exponents")
    return factors, constant, to_ball(exponents[0] if exponents else S.One)


def _moving(x: Expr, loop: Loop) -> Expr:
    """An expression with fresh draws written out, and with the values of coordinates that no step moves."""
    x, now = emitted(x, loop), System(loop).vars
    after = loop.step(now)
    frozen = {name: loop.initial[name] for name, v in now.items() if after[name] == v}
    return x.xreplace({Observable(loop, name, t): v for t in times_of(x) for name, v in frozen.items()})


def _log_of(x: Expr) -> tuple[Expr, Expr, Expr] | None:
    """x = shift + slope * log(y) with constant shift and slope: (shift, slope, y)."""
    shift, slope, y = S.Zero, None, S.One
    for term in Add.make_args(x):
        c, r = term.as_independent(Observable, as_Add=False)
        if r == 1:
            shift += c
        elif isinstance(r, log) and slope in (None, c):
            slope, y = c, y * r.args[0]
        else:
            return None
    return None if slope is None else (shift, slope, y)


def _survival(x: Expr, level: Expr, loop: Loop, strict: bool) -> arb:
    """P(x >= level) (or >, if strict) for x a monomial of the state, |draw|, or affine in its logarithm."""
    if isinstance(x, Abs) and (form := _log_of(x.args[0])):
        shift, slope, y = form
        lo, hi = (-level - shift) / slope, (level - shift) / slope
        lo, hi = (lo, hi) if slope.is_positive else (hi, lo)
        factors, c, a = _product(y, loop)
        if not factors:
            raise CannotTell("nothing random at generation 0")
        up, down = (((to_ball(v) - c.log()) / a).exp() for v in (hi, lo))
        return gammas.tail_probability(factors, up) + gammas.tail_probability(factors, down, upper=False)
    if isinstance(x, Abs) and (x.args[0].is_Mul or emitted(x.args[0], loop) != x.args[0]):
        x = Mul(*(Abs(f) for f in Mul.make_args(_moving(x.args[0], loop))))
    if form := _log_of(x):
        shift, slope, x = form
        if not slope.is_positive:
            raise CannotTell(f"slope {slope} of the logarithm")
        threshold = ((to_ball(level) - to_ball(shift)) / to_ball(slope)).exp()
    else:
        if (level.is_negative and x.is_nonnegative) or (
            level.is_zero and (x.is_positive or (x.is_nonnegative and not strict))
        ):
            return arb(1)
        threshold = to_ball(level)
    factors, c, a = _product(x, loop)
    z = (threshold / c) if a == 1 or not factors else ((threshold / c).log() / a).exp()
    if not factors:  # deterministic
        if z < 1 or (z == 1 and not strict):
            return arb(1)
        if z > 1 or z == 1:
            return arb(0)
        raise CannotTell("an atom at the threshold")
    return gammas.tail_probability(factors, z, upper=bool(a > 0))


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    loop = loop_of(m)
    if isinstance(m, Prob) and isinstance(m.variable, Ge | Gt):
        return _survival(m.variable.lhs, m.variable.rhs, loop, isinstance(m.variable, Gt))
    if not isinstance(m, Quantile):
        raise CannotTell(f"no enclosure for {type(m).__name__}")
    form = _log_of(m.variable)
    if form is None:
        raise CannotTell("quantiles of logarithms only")
    shift, slope, y = form
    factors, c, a = _product(y, loop)
    return to_ball(shift) + to_ball(slope) * (c.log() + a * gammas.quantile(factors, to_ball(m.level)))


def skip(m: Moment) -> str | None:
    if isinstance(m, E):
        return "it is no probability, and no quantile"
    return of_one_loop(m) or ("no enclosure at infinite time" if oo in times_of(m) else None)


METHOD = Method("exact law of the product of steps", skip, enclose=enclose)
