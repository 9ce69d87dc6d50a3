"""Monic expressions: what is random in an expression, location and scale taken out; moments as combinations of theirs."""

from __future__ import annotations

from sympy import Abs, Add, Expr, Ge, Gt, Lt, Mul, Piecewise, S, factor_terms

from ..language.errors import BadInput
from ..language.loops import Observable, never_negative
from ..language.moments import CentralMoment, Moment, Prob, Quantile
from ..language.signs import Inequality
from .symbols import linear


def affine(x: Expr) -> tuple[Expr, Expr, Expr]:
    """x = shift + scale * y with scale > 0 and y monic random; y = 0 where what is random in x cancels."""
    terms = [linear.split(t) for t in Add.make_args(linear.expanded(x))]
    shift = Add(*(c for c, r in terms if r is S.One))
    random = [(c, r) for c, r in terms if r is not S.One]
    if not random:
        return shift, S.One, S.Zero
    scale = abs(random[0][0])
    if scale.is_positive and all((c / scale).is_Rational for c, _ in random):
        return shift, scale, Add(*(c / scale * r for c, r in random))
    return shift, S.One, Add(*(c * r for c, r in random))


def combination(m: Moment, *variables: Expr) -> Expr:
    """A moment as a combination of moments of monic expressions, its variables being written in the standard loop's terms.

    Of an event the variable is what is not negative in it.
    """
    x, *_ = variables
    if isinstance(m, Prob):
        return _probability(x, m.variable)
    if isinstance(m, Quantile):
        linear.one_loop(m.variable)
        shift, scale, x = affine(x)
        if x == 0:
            raise BadInput(f"{m}: nothing random in it")
        return shift + scale * Quantile(x, m.level)
    if isinstance(m, CentralMoment) and len(linear.sources(linear.expanded(x))) <= 1:
        _, scale, x = affine(x)
        return scale**m.order * m.func(x, *m.args[1:]) if x != 0 else S.Zero
    return m.in_means(linear.expectation, *variables)


def _probability(gap: Expr, event: Inequality) -> Expr:
    """P(event), `gap >= 0` (or >), brought to the form `random >= level`, common positive factors cancelled."""
    linear.one_loop(event)
    constant, random = linear.split(factor_terms(linear.expanded(gap)))
    if random is S.One:
        if any(m.given is not None for m in event.atoms(Moment)):  # it is the same given every model
            return Piecewise((S.One, constant > 0 if isinstance(event, Gt | Lt) else constant >= 0), (S.Zero, True))
        raise BadInput(f"Prob({event}): nothing random in it")
    shift, scale, x = affine(random * Mul(*(f for f in Mul.make_args(constant) if not f.is_positive)))
    level = -shift / scale
    strict = isinstance(event, Gt | Lt)
    sizes = {y: y.args[0] for y in x.atoms(Abs) if isinstance(y.args[0], Observable)}
    # that a count is not 0, and that it is above 0, are one event
    x = x.xreplace({y: o for y, o in sizes.items() if o.name in never_negative(o.loop)})
    if all(linear.split(term)[0].could_extract_minus_sign() for term in Add.make_args(x)):
        # P(-y >= level) = P(y <= -level) = 1 - P(y > -level): of a small probability 1 - P knows too little
        return 1 - Prob(Gt(-x, -level, evaluate=False) if not strict else Ge(-x, -level, evaluate=False))
    return Prob(Gt(x, level, evaluate=False) if strict else Ge(x, level, evaluate=False))
