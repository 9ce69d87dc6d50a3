"""Whether two claims speak of one quantity: it is written alike, and the loops that it is of may be one.

`U(t)` is written alike for every mixing scheme, `E TV` for every policy. So two loops are one only if they are of one class, and
of one policy, and their numbers can agree: a share of 0 is none that is positive, what grows with the fits is no constant.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

from sympy import Expr

from theory.language.claims import Claim
from theory.language.loops import CLOCK, Loop
from theory.language.policies import Policy
from theory.language.schemes import MixingScheme

from .written import written

TOLD_APART = (Loop, Policy, MixingScheme)  # by their classes; a law may be an instance of another one

_written = cache(written)


def are_one(c: Claim, d: Claim) -> bool:
    """Whether both speak of one quantity; claims without loops do where they write it alike."""
    if _written(c).quantity != _written(d).quantity:
        return False
    ours, theirs = _loops(c), _loops(d)
    return not ours or not theirs or any(_agree(a, b) for a, b in product(ours, theirs))


@cache
def _loops(c: Claim) -> frozenset[Loop]:
    """The loops of a claim, in all of its cases."""
    return frozenset(loop for case in c.cases or [{}] for loop in c.relation({**c.symbols, **case}).atoms(Loop))


def _agree(a: Any, b: Any) -> bool:
    """Whether two loops, policies, or parameters of theirs may be one."""
    if isinstance(a, TOLD_APART) and isinstance(b, TOLD_APART):
        return type(a) is type(b) and all(_agree(x, y) for x, y in zip(a.args, b.args, strict=False))
    if not isinstance(a, Expr) or not isinstance(b, Expr):
        return True  # laws, tuples, words: the one may be an instance of the other
    if a.has(CLOCK) != b.has(CLOCK) or _signs(a) & _signs(b) == set():
        return False
    return a == b or bool((a.free_symbols | b.free_symbols) - {CLOCK})


def _signs(x: Expr) -> set[str]:
    """Which signs an expression may have, by what is known of its symbols."""
    known: Iterable[tuple[str, bool | None]] = (
        ("-", x.is_extended_negative),
        ("0", x.is_zero),
        ("+", x.is_extended_positive),
    )
    return {sign for sign, told in known if told is not False}


__all__ = ["are_one"]
