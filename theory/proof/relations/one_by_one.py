"""A generation of which a claim looks at a few: what is not proved of all of them at once may be proved of each."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Integer, S, sympify

from ...language import fields
from ...language.claims import Claim
from ...language.domains import Integers, Points
from ...language.errors import BadInput, CannotTell
from ...language.histories import History
from ...language.loops import Loop, Model, Observable
from ...language.moments import RisesThenFalls, Tends
from ..prepared import Part, prepare
from .apart import merged
from .learned import NO_DERIVATION, Learned, Proof

MOST_VALUES = 32  # that are looked at, one after the other


def each_generation(claim: Claim, prove: Callable[[Claim], Proof]) -> Proof | None:
    """The proof of a claim for each generation by itself; None where there is none, or no variable is a generation alone.

    A claim about numbers alone is left to the balls, which are quicker; one with a proof of its own to that.
    """
    if claim.proof is not None or (name := _generation(claim)) is None:
        return None
    whole, proofs, values = Proof(True), {}, tuple(claim.parameters[name].values)
    for value in (*values[1:2], *values[:1], *values[2:]):  # at the first one much is known that is not of the others
        there = claim.on({name: Points(Integer(value))})
        if _says_nothing(there):
            continue
        if merged(claim, there) or not (found := prove(there)).proved:
            return None
        proofs[value] = found
    for value, found in sorted(proofs.items()):
        whole.steps += [f"{name} = {value}: {step}" for step in found.steps]
        whole.given = list(dict.fromkeys(whole.given + found.given))
        whole.forms |= found.forms
    return whole if proofs else None


def the_first_apart(claim: Claim, prove: Callable[[Claim], Proof], why: str = "") -> Proof | None:
    """The proof of a claim for the first number of a range of integers, and of all others at once; None where there is none.

    At generation 0 a law may have no variance, and 0 is raised to the power of 0. One with a proof of its own is left to that.
    why: what stands in the way of all numbers at once. A moment that has no form from the second number on, either, is not asked
        for again in each way to do without.
    """
    bound = {x.limits[0].name for case in claim.cases for x in claim.relation(case).atoms(Tends, RisesThenFalls)}
    for name, d in claim.parameters.items() if claim.proof is None else ():
        if name in bound or not isinstance(d, Integers) or not d.lo.is_finite or d.lo + 1 > d.hi:
            continue
        beyond = Integers(d.lo + 1, d.hi) if d.hi > d.lo + 1 else Points(Integer(d.hi))
        first, others = claim.on({name: Points(Integer(d.lo))}), claim.on({name: beyond})
        if _is_refused(claim, name, Integer(d.lo)):
            continue
        if _says_nothing(first) or _says_nothing(others) or merged(claim, first) or merged(claim, others):
            continue
        if NO_DERIVATION in why and not _has_forms(others):
            continue
        if (begun := prove(first)).proved and (found := prove(others)).proved:
            steps = [f"{name} = {d.lo}: {step}" for step in begun.steps] + [f"beyond: {step}" for step in found.steps]
            given = list(dict.fromkeys(begun.given + found.given))
            return Proof(True, steps=steps, given=given, forms=begun.forms | found.forms)
    return None


def _has_forms(claim: Claim) -> bool:
    """Whether no moment of a claim is seen to have no form."""
    try:
        for case in claim.listed:
            known = Learned(claim, case)
            for part in prepare(claim, case).parts:
                if isinstance(part, Part) and not part.original.has(History):
                    for side in part.original.args:
                        known.derived(side, bounds=part.op != "==")
    except (CannotTell, BadInput, NotImplementedError) as problem:
        return not str(problem).startswith(NO_DERIVATION)
    return True


def _is_refused(claim: Claim, name: str, at: Integer) -> bool:
    """Whether a loop, or a law, of a claim is none at a number of a variable."""
    for case in claim.cases:
        loops = claim.relation(case).atoms(Loop)
        asked = [*claim.demands(case), *(demand for loop in loops for demand in fields.demands(loop))]
        for x, strictly, *_ in asked:
            value = sympify(x).xreplace({claim.symbols[name]: at})
            if value.is_number and not (value.is_positive if strictly else value.is_nonnegative):
                return True
    return False


def _generation(claim: Claim) -> str | None:
    """The variable with a few values that tells which generation is spoken of, and is no parameter of a loop or scheme."""
    said = claim.relation(claim.cases[0] if claim.cases else {})
    times = {s for x in said.atoms(Observable, Model, History) for s in x.t.free_symbols}
    sizes = {s for x in said.atoms(Loop) for s in x.free_symbols}
    sizes |= {s for x in said.atoms(History) for s in x.scheme.free_symbols}
    for name, d in claim.parameters.items():
        few = isinstance(d, Integers) and d.values is not None and len(d.values) <= MOST_VALUES
        if few and claim.symbols[name] in times - sizes and len(claim.symbols) > 1:
            return name
    return None


def _says_nothing(claim: Claim) -> bool:
    try:
        return all(claim.condition(case) == S.false for case in claim.listed)
    except CannotTell:
        return False
