"""Functions, and events, of one normal combination of coordinates, of loops that stay Gaussian: a mean over one normal draw."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy, Expr, Piecewise, S, factor, together

from ...language.errors import CannotTell
from ...language.laws import Noise, Normal
from ...language.loops import Observable
from ...language.moments import E, Moment, Prob
from ...language.order import in_order
from ...language.signs import Inequality
from ..arithmetic.means import with_laws
from ..arithmetic.programs import to_ball
from ..arithmetic.quadrature import evaluate
from ..structures.normality import ALONG, along, polynomial
from ..symbols.averages import mean_of_draws
from ..symbols.single import where
from .method import Derivation, Method
from .steps import of_one_loop

MEAN, VARIANCE = Dummy("m", real=True), Dummy("v", positive=True)


def mean_of(x: Expr, learn: Callable[[Moment], Derivation]) -> tuple[Expr, list[Derivation]]:
    """E of a polynomial in observables, with the derivations that it is put together from."""
    seen = in_order(x.atoms(Observable))
    total, used = S.Zero, []
    for powers, c in polynomial(x, seen).terms():
        product = _product(seen, powers)
        if product != 1:
            used.append(learn(E(product)))
            c *= used[-1].form
        total += c
    return total, used


def ball_of(x: Expr, learn: Callable[[Moment], arb]) -> arb:
    """The same in balls."""
    seen = in_order(x.atoms(Observable))
    terms = ((to_ball(c), _product(seen, powers)) for powers, c in polynomial(x, seen).terms())
    return sum((c * (learn(E(product)) if product != 1 else 1) for c, product in terms), arb(0))


def _product(seen: list[Observable], powers: tuple[int, ...]) -> Expr:
    product = S.One
    for o, power in zip(seen, powers, strict=True):
        product *= o**power
    return product


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    """Under the law that the derived mean and variance of the combination tell."""
    line, f = along(m.variable)  # type: ignore[misc]
    (mean, first), (square, second) = mean_of(line, learn), mean_of(line**2, learn)
    variance = factor(together(square - mean**2))
    z = Noise("X", Normal(0, variance))
    told = f"{line} is normal: the step is linear in it and in normal noise"
    if isinstance(m, Prob):
        if variance == 0:
            raise CannotTell(f"{line} is not random")
        form, conditions = where(z.law, S.Zero, f.xreplace({ALONG: mean + z}), z), [variance]
    else:
        form, conditions = mean_of_draws(E(f.xreplace({ALONG: mean + z})))
    return Derivation.joined(form, *first, *second, Derivation(form, conditions), step=told)


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    """The same as an integral over its law, whose moments are balls; events by its distribution function."""
    line, f = along(m.variable)  # type: ignore[misc]
    mean = ball_of(line, learn)
    variance = ball_of(line**2, learn) - mean**2
    if variance == 0:
        x = f.xreplace({ALONG: MEAN})
        return evaluate(x if isinstance(m, E) else Piecewise((1, x), (0, True)), {MEAN: mean})
    if not variance > 0:
        raise ArithmeticError(f"the variance of {line} is not seen to be positive: {variance}")
    values = {MEAN: mean, VARIANCE: variance}
    if isinstance(m, Prob):
        z = Noise("X", Normal(MEAN, VARIANCE))
        return evaluate(where(z.law, S.Zero, f.xreplace({ALONG: z}), z), values)
    return with_laws(E(f.xreplace({ALONG: MEAN + Noise("X", Normal(0, VARIANCE))})), values)


def skip(m: Moment) -> str | None:
    if (problem := of_one_loop(m)) is not None:
        return problem
    told = isinstance(m, E) or (isinstance(m, Prob) and isinstance(m.variable, Inequality))
    known = told and along(m.variable) is not None
    return None if known else "it is of no function, and no event, of one normal combination, or of a polynomial"


METHOD = Method("the law of a normal combination", skip, derive, enclose)
