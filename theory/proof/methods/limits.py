"""Limits along a variable that grows: of the derived form, with numbers for all parameters. No path reaches them."""

from __future__ import annotations

from flint import arb
from sympy import Expr, oo

from ...language.errors import CannotTell
from ...language.moments import Limit, Moment, outermost
from ..arithmetic.enclosures import refine
from ..arithmetic.rings import good, to_ball
from ..symbols.asymptotics import Limits
from ..symbols.averages import Infinite
from ..symbols.normal_forms import is_zero
from .method import Method


def enclose(m: Moment) -> arb:
    from . import moment

    forms = {}
    for inner in outermost(m.variable):
        d = moment(inner)
        if not (all(_sign(c) > 0 for c in d.positive) and all(map(_sign, d.nonzero))):
            raise CannotTell(f"{inner} is not derived in every generation")
        forms[inner] = d.form
    end = Limits(m.bound, _sign).of(m.variable.xreplace(forms))
    if end is oo:
        raise Infinite(f"{m} is oo")
    return to_ball(end)


def _sign(x: Expr) -> int:
    """Of a number."""
    if x.free_symbols:
        if x.is_positive or x.is_negative:
            return 1 if x.is_positive else -1
        raise CannotTell(f"the sign of {x}")
    if is_zero(x):
        return 0
    ball = refine(lambda: to_ball(x), lambda y: good(y, 10), limit=1024)
    if ball > 0 or ball < 0:
        return 1 if ball > 0 else -1
    raise CannotTell(f"the sign of {x}")


METHOD = Method(
    "limit of the derived form",
    lambda m: None if isinstance(m, Limit) else "it is no limit",
    enclose=lambda m, learn: enclose(m),
    paths=True,
)
