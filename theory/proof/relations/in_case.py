"""A claim in one of its cases: what it says has values, and each of its relations is proved, refuted, or left open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sympy import Basic, Dummy, Expr, Product, Sum, Tuple, nan, oo, zoo
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.claims import Claim
from ...language.errors import Apart, BadInput, CannotTell
from ...language.examined import hold_loops
from ...language.laws import Noise
from ...language.loops import Loop, Observable
from ...language.lost import Throughout
from ...language.moments import Moment, is_random, outermost
from .. import structures
from ..arithmetic.boxes import MOST_BOXES
from ..prepared import ShapePart, prepare
from ..symbols.ranges import span
from ..undefined import unreal
from . import apart, cases, continuity, differs, links, shapes
from .decimals import refuse_computed
from .defined import has_values, laws_have_densities, steps_have_values
from .inequality import covered
from .learned import Learned, NoProof, Proof, Refuted
from .limit import vanishes
from .ranges import forwards
from .ratios import at_most_one
from .relation import relate

MOST_APART = 3  # numbers that are looked at by themselves


def _at_a_number(claim: Claim, prove: Callable[[Claim], Proof]) -> Proof:
    """Where variables have a number each, which the function may refuse."""
    try:
        return prove(claim)
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


def _is_infinite(x: Basic) -> bool:
    """Whether something in it is; the ends of ranges are none of it."""
    if isinstance(x, ExprWithLimits):
        return _is_infinite(x.function)
    return x in (oo, -oo, zoo, nan) or any(map(_is_infinite, x.args))


def _is_number_surely(x: Expr) -> bool:
    """Whether what is lost is random, and a number whatever is drawn. Raises `CannotTell` where that is not seen; of loops
    without chance their states tell."""
    if not is_random(x) or (not x.has(Noise) and all(map(structures.is_deterministic, x.atoms(Loop)))):
        return False
    if isinstance(x, Observable):  # that there are such states has been seen
        return True
    if span(x) is None:
        raise CannotTell(f"{x} is not seen to have a value, whatever is drawn")
    return True


def examine(known: Learned) -> None:
    """Raises `CannotTell` or `BadInput` where what a claim says, or what was lost in writing it, is not seen to have a value."""
    claim, case = known.claim, known.case
    relation = claim.relation(case)
    if relation.has(zoo, nan):
        raise CannotTell("something is divided by 0, or has no value otherwise")
    written = Tuple(relation, *claim.lost(case))
    known.examine(relation, claim.lost(case))
    hold_loops(claim, case)
    laws_have_densities(known, written)
    steps_have_values(known, written)
    lost = [x for x in claim.lost(case) if not _is_number_surely(x)]
    for x in lost:
        _in_all_cases(known, x)
    forwards(known, *lost)
    for x in lost:
        form = known.standard(x)
        if _is_infinite(form.xreplace({m: Dummy() for m in outermost(form)})):  # a loop may have lam = oo
            raise CannotTell(f"{x} is infinite: what was written has no value")
        if x.has(Moment):
            _in_all_cases(known, form)
        if isinstance(x, Sum | Product) and not isinstance(x, Throughout) and x.has(oo) and x.has(Moment):
            if (form := known.derived(x)).has(Moment):
                raise CannotTell(f"{x} is not seen to converge: what was written may have no value")
            _in_all_cases(known, form)
        known.are_finite(outermost(form))
    for x in claim.lost_limits(case):
        if known.derived(x).is_finite is not True:
            raise CannotTell(f"{x} is not seen to be finite: what was written may have no value")
    refuse_computed(relation)


def prove_case(
    claim: Claim,
    case,
    prove: Callable[[Claim], Proof],
    boxes: int = MOST_BOXES,
    without: apart.Places = (),
    beside: tuple[Expr, ...] = (),
) -> Proof:
    """For one value of its listed variables.  without: numbers that some of the others do not have.

    prove: of the claim at single numbers.  boxes: how many may cover a domain.
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

            def elsewhere(rest: Claim, case, without: apart.Places) -> Proof:
                return prove_case(rest, case, prove, without=without)

            return apart.each(claim, case, without, places, partial(_at_a_number, prove=prove), elsewhere)
        if by_itself and not beside and continuity.is_beside(known, error.zero) and continuity.is_continuous(known):
            found = prove_case(claim, case, prove, boxes, without, (error.zero,))
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
