"""Closed intervals end by end, and listed values one by one: a claim in each of its cases."""

from __future__ import annotations

from collections.abc import Callable

from sympy import S, zoo

from ...language.asked import noted
from ...language.claims import Claim
from ...language.errors import BadInput, CannotTell
from ...language.fields import refused
from ...language.loops import Loop, Observable
from ...language.moments import Distance, Moment
from ..arithmetic.boxes import MOST_BOXES
from . import apart
from .in_case import prove_case
from .learned import Proof


def prove_faces(claim: Claim, prove: Callable[[Claim], Proof], boxes: int = MOST_BOXES) -> Proof:
    """Inside of closed intervals and at their ends, in every case.

    prove: of the claim at single numbers.  boxes: how many may cover a domain.
    """
    whole, looked = Proof(True), False
    for face, there in claim.faces.items():
        if face and (why := apart.merged(claim, there)):
            return Proof(False, reason=f"{face}: {why}")
        for case in there.listed:
            try:
                if there.condition(case) == S.false:
                    continue
            except CannotTell as why:
                return Proof(False, reason=str(why))
            looked = True
            found = _at(there, case, prove, boxes) if face else prove_case(there, case, prove, boxes)
            if face:
                found.steps, found.reason = [f"{face}: {step}" for step in found.steps], f"{face}: {found.reason}"
            if not found.proved:
                return found
            whole.steps += found.steps
            whole.given = list(dict.fromkeys(whole.given + found.given))
            whole.forms |= found.forms
    return whole if looked else Proof(False, reason="the side condition leaves no value")


def _at(claim: Claim, case, prove: Callable[[Claim], Proof], boxes: int) -> Proof:
    """At an end of an interval, or inside: the function may have no value there, and loops may refuse it."""
    try:
        if (said := said_at(claim, case)) is None:
            return prove_case(claim, case, prove, boxes)
        either = "the relation is true", "the relation is false, or has no value"
        return Proof(said, steps=[either[0]] * said, reason=either[1])
    except BadInput as problem:
        return Proof(False, reason=str(problem))


def said_at(claim: Claim, case) -> bool | None:
    """Whether the relation holds at an end of an interval, by what the function returns there; None where that does not tell it.

    SymPy says that 0 = 0 is true, also where what was written has no value. Raises `BadInput` where a loop or a law refuses the
    end, or something has no value there.
    """
    with noted() as asked:
        said = claim.returned(case)
    loops = (refused(loop.fields, loop.args) for loop in sorted(said.atoms(Loop), key=str))
    laws = (law.refuses() for law in asked.laws)
    if (problem := next(filter(None, (*loops, *laws)), None)) is not None:
        raise BadInput(problem)
    lost = claim.lost(case) if said == S.true or zoo in asked.lost else ()
    if zoo in lost:  # and not in a case that does not hold there
        raise BadInput("something is divided by 0, or has no value otherwise, in what was written")
    if said == S.true and (lost or claim.relation(case).has(Distance, Moment, Observable)):
        return None
    return said == S.true if said in (S.true, S.false) else None
