"""Decimal numbers in a proof: the fractions that they are written as; one that has been computed proves nothing.

SymPy compares decimal numbers as the floats that they are: it takes 1/10 + 0.2 for above 3/10.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields

from sympy import Basic, Float, sympify

from ...language.claims import Claim
from ...language.errors import CannotTell
from ...language.loops import Loop
from ...language.numbers import as_written
from ...language.strangers import ours


class InFractions(Claim):
    """A claim whose decimal numbers are fractions, where somebody wrote them."""

    def returned(self, case):
        said = super().returned(case)
        return as_written(said) if isinstance(said, Basic) else said


def in_fractions(claim: Claim) -> Claim:
    """The claim itself, or, if its relation has decimal numbers, the one about the fractions that they are written as."""
    if not any(claim.relation(case).has(Float) for case in claim.cases):
        return claim
    return InFractions(**{f.name: getattr(claim, f.name) for f in fields(claim) if f.init})


def refuse_computed(x: Basic) -> None:
    """Raise `CannotTell` for a decimal number in an expression, or in what a user's loop in it says."""
    for said in (x, *(y for loop in x.atoms(Loop) if not ours(type(loop)) for y in _said_by(loop))):
        for number in sorted(said.atoms(Float), key=str):
            raise CannotTell(
                f"{float(number)!r} is a decimal number that has been computed, and which one is meant is not known: "
                "write it in fractions, Rational(1, 3) in place of 1/3"
            )


def _said_by(loop: Loop) -> Iterator[Basic]:
    """A loop's start and step, where it states them; what fails is told where the loop is examined."""
    with suppress(Exception):
        yield from map(sympify, loop.initial.values())
        yield from map(sympify, loop.step(loop.symbols()).values())


__all__ = ["in_fractions", "refuse_computed"]
