"""Dummies in place of parts of an expression."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sympy import Basic, Dummy, Expr, Poly


@lru_cache(maxsize=20_000)
def stand_in(part: Basic, name: str, **signs: bool) -> Dummy:
    """The dummy of that name, and of these signs, that stands for a part.

    part: all that it goes by: two things that may differ in one expression are two parts, even where they are of one kind.
    """
    return Dummy(name, **signs)


def polynomial_in(x: Expr, parts: Sequence[Expr]) -> Poly:
    """x as a polynomial in some parts, in their order, with dummies for them: SymPy would multiply out what is inside of a mean,
    or of an event, and not find it again. Raises `PolynomialError`."""
    held = {part: Dummy() for part in parts}
    return Poly(x.xreplace(held), *held.values())


__all__ = ["polynomial_in", "stand_in"]
