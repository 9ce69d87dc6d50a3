"""Closed expressions in balls, in which there may be constants of likelihood loops: a loop's lam may be one of another's."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb
from sympy import Dummy, Expr

from ...language.errors import CannotTell
from ...language.likelihood import Constant
from ...language.order import in_order
from ..arithmetic.programs import compile_expr
from ..arithmetic.rings import Balls

Enclose = Callable[[Constant], arb]
_ENCLOSE: list[Enclose] = []


def encloses_constants(f: Enclose) -> Enclose:
    """Decorator of the function that knows the constants; it needs fits, and they numbers."""
    _ENCLOSE[:] = [f]
    return f


def number(x: Expr) -> arb:
    """A closed expression in a ball. Raises `CannotTell` where a symbol has no value, or a constant is infinite or unknown.

    So is one of which an upper bound is all that is known, unless that is 0.
    """
    found = {c: _ENCLOSE[0](c) for c in in_order(x.atoms(Constant))}
    if bounds := [c for c, ball in found.items() if c.is_bound and ball != 0]:
        raise CannotTell(
            f"{bounds[0]} of {bounds[0].loop} is an upper bound, and no number: what is made with it is not known in balls"
        )
    if infinite := [c for c, ball in found.items() if not ball.is_finite()]:
        raise CannotTell(f"{infinite[0]} is not finite there: a hypothesis that speaks of it does not hold")
    names = {c: Dummy("c", real=True) for c in found}
    named = x.xreplace(names)
    if symbols := sorted(map(str, named.free_symbols - {*names.values()})):
        raise CannotTell(
            f"constants of a fit are computed for numbers only, and {', '.join(symbols)} has no value there"
        )
    return compile_expr(named, tuple(names.values()))(Balls, *found.values())
