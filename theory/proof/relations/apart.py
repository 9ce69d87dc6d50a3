"""Single numbers at which a derivation divides by 0: there a claim is looked at by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sympy import Expr, Poly, factor_list, fraction, sympify, together

from ...language.claims import Claim
from ...language.domains import Integers, Points
from ...language.errors import BadInput
from ...language.loops import Loop
from ...language.moments import Moment
from .learned import Learned, Proof

Places = Sequence[tuple[str, Expr]]  # variables, with the numbers that are meant


def places(known: Learned, quantity: object) -> list[tuple[str, Expr]]:
    """The variables, with the numbers that make a quantity 0; [] where these are no numbers, or not all of its zeros."""
    top = fraction(together(sympify(quantity)))[0]
    back = {c: (name, s) for name, s in known.claim.symbols.items() for c in known.charted(s).free_symbols}
    own = {s: (name, s) for name, s in known.claim.symbols.items()}
    out: list[tuple[str, Expr]] = []
    if not top.is_polynomial(*top.free_symbols):
        return []
    for f, _ in factor_list(top)[1]:
        if known.is_other_than_0(f):
            continue
        if len(f.free_symbols) != 1:
            return []
        (k,) = f.free_symbols
        found = own.get(k) or back.get(k)
        if found is None or Poly(f, k).degree() != len(Poly(f, k).ground_roots()):
            return []
        name, s = found
        domain = known.claim.domain[name]
        for root in Poly(f, k).ground_roots():
            value = sympify(root) if k == s else known.discrete(s).xreplace({k: root})
            if domain.contains(value):
                out.append((name, value))
    return list(dict.fromkeys(out))


def merged(claim: Claim, there: Claim) -> str:
    """Why a claim is not to be taken at the numbers of `there`: two loops that a moment takes would be one; "" where none are."""
    listed = {name: d.listed for name, d in there.parameters.items() if isinstance(d, Points)}
    at = {s: listed[name][0] for name, s in claim.symbols.items() if name in listed}
    for m in claim.relation().atoms(Moment) if at else ():
        loops = m.atoms(Loop)
        with suppress(BadInput):  # a loop that refuses a number is told of by itself
            if len({loop.xreplace(at) for loop in loops}) < len(loops):
                return f"two loops would be one in {m}, and they are independent"
    return ""


def each(
    claim: Claim,
    case: Any,
    without: Places,
    places: Places,
    there: Callable[[Claim], Proof],
    elsewhere: Callable[[Claim, Any, Places], Proof],
) -> Proof:
    """The proof of a claim where variables have some numbers, each by itself, and where they have not.

    without: numbers that are looked at already.  elsewhere: of the rest of the claim, in this case, without all of these.
    """
    steps: list[str] = []
    rest, without = claim, list(without)
    for name, value in places:
        pinned = claim.on({name: Points(value)})
        found = Proof(False, reason=why) if (why := merged(claim, pinned)) else there(pinned)
        if not found.proved:
            found.reason = f"{name} = {value}: {found.reason}"
            return found
        steps += [f"{name} = {value}: {step}" for step in found.steps]
        domain = rest.domain[name]
        if isinstance(domain, Integers) and domain.lo == value and domain.hi != value:
            rest = rest.on({name: Integers(value + 1, domain.hi)})
        else:
            without.append((name, value))
    found = elsewhere(rest, case, without)
    found.steps = steps + found.steps
    return found
