"""A variable that has a few values: what is not proved of all of them at once may be proved of each."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Integer, S

from ...language.claims import Claim
from ...language.domains import Integers, Points
from ...language.errors import CannotTell
from .apart import merged
from .learned import Proof

MOST_VALUES = 64  # that a variable is looked at with, one after the other


def each_value(claim: Claim, prove: Callable[[Claim], Proof]) -> Proof | None:
    """The proof of a claim for each value of one of its variables by itself, the shortest range first; None where there is none.

    A claim about numbers alone is left to the balls, which are quicker.
    """
    ranges = {
        name: list(d.values)
        for name, d in claim.parameters.items()
        if isinstance(d, Integers) and d.values is not None and len(d.values) <= MOST_VALUES
    }
    if claim.proof is not None or not ranges or set(ranges) >= {*claim.symbols}:
        return None
    name = min(ranges, key=lambda n: len(ranges[n]))
    whole, looked = Proof(True), False
    for value in ranges[name]:
        there = claim.on({name: Points(Integer(value))})
        if _says_nothing(there):
            continue
        if merged(claim, there) or not (found := prove(there)).proved:
            return None
        looked = True
        whole.steps += [f"{name} = {value}: {step}" for step in found.steps]
        whole.given = list(dict.fromkeys(whole.given + found.given))
        whole.forms |= found.forms
    return whole if looked else None


def _says_nothing(claim: Claim) -> bool:
    try:
        return all(claim.condition(case) == S.false for case in claim.listed)
    except CannotTell:
        return False
