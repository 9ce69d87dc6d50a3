"""Moments under laws that are derived only where the variables are: on a domain where 1 - a is positive, say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr, Poly, Pow, Symbol, cancel, fraction, together

from ...language.errors import CannotTell
from ...language.moments import Moment
from ..foreign import telling
from ..methods import Derivation, moment


def derived(m: Moment, charts: Mapping[Symbol, Expr]) -> Derivation | None:
    """A moment of draws with its real variables put as functions of positive numbers, and what is found written by them again.

    charts: what runs through the values of each variable.  None where nothing is found so.
    """
    put = {s: charts[s] for s in m.free_symbols if s in charts and not s.is_integer}
    if not put:
        return None
    try:
        back = dict(_inverse(s, c) for s, c in put.items())
        with telling():
            d = moment(m.xreplace(put))
    except CannotTell:
        return None
    if d.infinite:
        return None
    return replace(
        d,
        form=_with_short_roots(d.form.xreplace(back)),
        positive=[c.xreplace(back) for c in d.positive],
        nonzero=[c.xreplace(back) for c in d.nonzero],
        steps=[f"{m} where its variables are"],
    )


def _with_short_roots(x: Expr) -> Expr:
    """With what roots are of in lowest terms: the positive numbers stand for quotients."""
    return x.replace(
        lambda e: isinstance(e, Pow) and not e.exp.is_Integer and e.base.is_rational_function(), _in_lowest_terms
    )


def _in_lowest_terms(root: Expr) -> Expr:
    return cancel(together(root.base)) ** root.exp


def _inverse(s: Symbol, c: Expr) -> tuple[Symbol, Expr]:
    """What the positive number in a quotient of two lines is, in the variable that this runs through. Raises `CannotTell`."""
    if len(c.free_symbols) != 1:
        raise CannotTell(f"{s} by several numbers")
    (u,) = c.free_symbols
    top, bottom = (Poly(part, u) for part in fraction(together(c)))
    if top.degree() > 1 or bottom.degree() > 1:
        raise CannotTell(f"{s} by no quotient of lines")
    (a, b), (p, q) = ((y.coeff_monomial(u), y.coeff_monomial(1)) for y in (top, bottom))
    return u, (b - q * s) / (p * s - a)
