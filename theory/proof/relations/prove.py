"""The derivation witness: a claim's relation, proved from the loop's step law.

Moments are derived (`methods`), domains become charts of positive variables (`assumptions`), equalities are decided by
coefficients (`equality`), inequalities by certificates (`inequality`), and a claim's `proof=` is checked link by link (`links`).
"""

from __future__ import annotations

from ...language.claims import Claim
from ...language.errors import BadInput, CannotTell
from ..prepared import Part, ShapePart, prepare
from . import differs, links, shapes
from .inequality import covered
from .learned import Learned, NoProof, Proof, Refuted
from .limit import vanishes
from .relation import relate


def parts_of(claim: Claim, case) -> list[Part]:
    """The parts of a claim that are relations; none where it makes no sense."""
    try:
        return [p for p in prepare(claim, case).parts if isinstance(p, Part)]
    except BadInput:
        return []


def prove(claim: Claim) -> Proof:
    """Try to prove a claim for all values of its variables. Raises `NoProof`."""
    whole = Proof(True)
    for case in claim.cases or [{}]:
        known = Learned(claim, case)
        steps, forms = known.proof.steps, known.proof.forms
        try:
            for part in prepare(claim, case).parts:
                if isinstance(part, ShapePart):
                    shapes.holds(known, part)
                    continue
                vanishes(known, part)
                try:
                    relate(known, part.op, part.original.lhs, part.original.rhs)
                except CannotTell:
                    if claim.proof is None:
                        raise
                    links.check(known, part)
        except Refuted as error:
            return Proof(False, True, str(error), steps=steps, forms=forms)
        except NoProof:
            raise
        except (CannotTell, BadInput) as error:
            if not covered(known):
                found = next(filter(None, (differs.where(known, p) for p in parts_of(claim, case))), None)
                differ = found is not None
                return Proof(False, differ, found or str(error), differ, steps, forms=forms)
        whole.steps += steps
        whole.given = list(dict.fromkeys(whole.given + known.proof.given))
        whole.forms |= forms
    return whole
