"""The derivation witness: a claim's relation, proved from the loop's step law.

Moments are derived (`methods`), domains become charts of positive variables (`assumptions`), equalities are decided by
coefficients (`equality`), inequalities by certificates (`inequality`), and a claim's `proof=` is checked link by link (`links`).
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, S, nan, zoo

from ...language.asked import noted
from ...language.claims import Claim
from ...language.errors import Apart, BadInput, CannotTell
from ...language.fields import refused
from ...language.laws import Noise
from ...language.loops import Loop
from ...language.moments import is_random, outermost
from .. import structures
from ..arithmetic.boxes import MOST_BOXES
from ..prepared import ShapePart, prepare
from ..symbols.ranges import span
from ..undefined import unreal
from . import apart, cases, continuity, differs, links, shapes
from .decimals import in_fractions, refuse_computed
from .defined import has_values, laws_have_densities, steps_have_values
from .inequality import covered
from .learned import Learned, NoProof, Proof, Refuted
from .limit import vanishes
from .one_by_one import each_generation
from .ranges import forwards
from .ratios import at_most_one
from .relation import relate

MOST_APART = 3  # numbers that are looked at by themselves
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
    found = _on_faces(claim)
    return found if found.proved or found.refuted else each_generation(claim, _at_a_generation) or found


def _on_faces(claim: Claim, boxes: int = MOST_BOXES) -> Proof:
    """Inside of closed intervals and at their ends, in every case."""
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
            looked, found = True, _at(there, case, boxes) if face else _prove(there, case, boxes=boxes)
            if face:
                found.steps, found.reason = [f"{face}: {step}" for step in found.steps], f"{face}: {found.reason}"
            if not found.proved:
                return found
            whole.steps += found.steps
            whole.given = list(dict.fromkeys(whole.given + found.given))
            whole.forms |= found.forms
    return whole if looked else Proof(False, reason="the side condition leaves no value")


def _at(claim: Claim, case, boxes: int) -> Proof:
    """At an end of an interval, or inside: the function may have no value there, and loops may refuse it."""
    try:
        said = said_at(claim, case)
        if said in (S.true, S.false):
            either = "the relation is true", "the relation is false, or has no value"
            return Proof(said == S.true, steps=[either[0]] * (said == S.true), reason=either[1])
        return _prove(claim, case, boxes=boxes)
    except BadInput as problem:
        return Proof(False, reason=str(problem))


def said_at(claim: Claim, case) -> Any:
    """What the function returns at an end of an interval. Raises `BadInput` where a loop or a law refuses it."""
    with noted() as asked:
        said = claim.returned(case)
    loops = (refused(loop.fields, loop.args) for loop in sorted(said.atoms(Loop), key=str))
    laws = (law.refuses() for law in asked.laws)
    if (problem := next(filter(None, (*loops, *laws)), None)) is not None:
        raise BadInput(problem)
    if zoo in asked.lost and zoo in claim.lost(case):  # if it is not in a case that does not hold there
        raise BadInput("something is divided by 0, or has no value otherwise, in what was written")
    return said


def _at_a_number(claim: Claim) -> Proof:
    """Where variables have a number each, which the function may refuse."""
    try:
        return prove(claim)
    except BadInput as problem:
        return Proof(False, reason=str(problem))


def _at_a_generation(claim: Claim) -> Proof:
    """Where one of many generations is looked at: in few boxes, so that it does not take longer than all of them together."""
    try:
        return _on_faces(claim, FEW_BOXES)
    except BadInput as problem:
        return Proof(False, reason=str(problem))


def _in_all_cases(known: Learned, x: Expr) -> None:
    """What is lost has a value in the case that it was written in; one that is left open parts the domain."""
    x = cases.decided(known, x)
    try:
        if (y := unreal(x)) is not None:
            raise CannotTell(f"{y} is no real number: what was written may have no value")
        has_values(known, x)
    except CannotTell:
        if (at := cases.parting(known, x)) is None or len(known.parted) >= cases.MOST_PARTINGS:
            raise
        g, strict = at
        has_values(known, g)
        for part, is_strict in ((g, strict), (-g, not strict)):
            with cases.supposing(known, part, is_strict):
                _in_all_cases(known, x)


def _is_number_surely(x: Expr) -> bool:
    """Whether what is lost is random, and a number whatever is drawn. Raises `CannotTell` where that is not seen; of loops
    without chance their states tell."""
    if not is_random(x) or (not x.has(Noise) and all(map(structures.is_deterministic, x.atoms(Loop)))):
        return False
    if span(x) is None:
        raise CannotTell(f"{x} is not seen to have a value, whatever is drawn")
    return True


def examine(known: Learned) -> None:
    """Raises `CannotTell` or `BadInput` where what a claim says, or what was lost in writing it, is not seen to have a value."""
    claim, case = known.claim, known.case
    relation = claim.relation(case)
    if relation.has(zoo, nan):
        raise CannotTell("something is divided by 0, or has no value otherwise")
    known.examine(relation)
    laws_have_densities(known, relation)
    steps_have_values(known, relation)
    lost = [x for x in claim.lost(case) if not _is_number_surely(x)]
    for x in lost:
        _in_all_cases(known, x)
    forwards(known, *lost)
    for x in lost:
        known.are_finite(outermost(known.standard(x)))
    for x in claim.lost_limits(case):
        if known.derived(x).is_finite is not True:
            raise CannotTell(f"{x} is not seen to be finite: what was written may have no value")
    refuse_computed(relation)


def _prove(
    claim: Claim, case, without: apart.Places = (), boxes: int = MOST_BOXES, beside: tuple[Expr, ...] = ()
) -> Proof:
    """For one value of its listed variables.  without: numbers that some of the others do not have.

    beside: quantities that are other than 0; where they are 0 the claim holds by continuity.
    """
    known = Learned(claim, case)
    known.boxes = boxes
    known.unequal += map(known.charted, beside)
    known.unequal += [known.charted(claim.symbols[name] - value) for name, value in without]
    steps, forms = known.proof.steps, known.proof.forms
    try:
        examine(known)
    except (CannotTell, BadInput) as error:  # then there is nothing that balls could cover, either
        return Proof(False, reason=str(error))
    try:
        for part in prepare(claim, case).parts:
            if isinstance(part, ShapePart):
                shapes.holds(known, part)
                continue
            vanishes(known, part)
            try:
                relate(known, part.op, part.original.lhs, part.original.rhs)
            except CannotTell as reason:
                if claim.proof is not None:
                    links.check(known, part)
                    continue
                try:
                    links.by_known_lemmas(known, part)
                except CannotTell:
                    raise reason from None
    except Refuted as error:
        return Proof(False, True, str(error), steps=steps, forms=forms)
    except NoProof:
        raise
    except (CannotTell, BadInput) as error:
        by_itself = isinstance(error, Apart) and len(without) < MOST_APART and claim.proof is None
        if by_itself and (places := apart.places(known, error.zero)):
            return apart.each(claim, case, without, places, there=_at_a_number, elsewhere=_prove)
        if by_itself and not beside and continuity.is_beside(known, error.zero) and continuity.is_continuous(known):
            found = _prove(claim, case, without, boxes, (error.zero,))
            if found.proved or found.refuted:
                found.steps.append(f"where {known.named(error.zero)} = 0, by continuity of both sides")
                return found
        if covered(known):
            return known.proof
        found = differs.where(known)
        if found is not None or not at_most_one(known):  # what is false somewhere needs no longer search
            differ = found is not None
            return Proof(False, differ, found or known.reason_in_variables(str(error)), differ, steps, forms=forms)
    return known.proof
