"""The derivation witness: a claim's relation, proved from the loop's step law.

Moments are derived (`methods`), domains become charts of positive variables (`assumptions`), equalities are decided by
coefficients (`equality`), inequalities by certificates (`inequality`), and a claim's `proof=` is checked link by link (`links`).
"""

from __future__ import annotations

from ...language.claims import Claim
from ...language.errors import BadInput
from .decimals import in_fractions
from .faces import prove_faces
from .inequality import LEFT, NO_CERTIFICATE, TOO_LONG, TOO_MANY_ROOTS
from .learned import Proof
from .one_by_one import each_generation, the_first_apart

OF_A_SIGN = (
    NO_CERTIFICATE,
    TOO_LONG,
    TOO_MANY_ROOTS,
    LEFT,
)  # of what the sides differ by, which has a form at all numbers
FEW_BOXES = 300  # in which a single generation is covered


def prove(claim: Claim) -> Proof:
    """Try to prove a claim for all values of its variables, closed intervals end by end. Raises `NoProof`.

    With a law as a variable the proof is of every law, with nothing known of it.
    """
    if (of_any := claim.of_any_law) is not None:
        found = prove(of_any)
        if found.proved:
            found.steps.insert(0, f"nothing is used of {', '.join(claim.composed)} but what is written: it may be any")
        return found
    claim = in_fractions(claim)
    found = prove_faces(claim, prove)
    if found.proved or found.refuted:
        return found
    if (each := each_generation(claim, _at_a_generation)) is not None:
        return each
    apart = None if found.reason.endswith(OF_A_SIGN) else the_first_apart(claim, _at_a_generation, found.reason)
    return apart or found


def _at_a_generation(claim: Claim) -> Proof:
    """Where one of many generations is looked at: in few boxes, so that it does not take longer than all of them together."""
    try:
        return prove_faces(claim, prove, FEW_BOXES)
    except BadInput as problem:
        return Proof(False, reason=str(problem))
