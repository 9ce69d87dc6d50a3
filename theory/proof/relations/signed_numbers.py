"""Signs of what has numbers in it, one for every generation, of which nothing is known but, perhaps, that they are positive."""

from __future__ import annotations

from itertools import product

from sympy import Dummy, Expr, factor_terms

from ...language.errors import CannotTell
from ...language.histories import Entry
from ..symbols.normal_forms import is_zero
from .learned import Learned

MOST_SIGNS = 6  # numbers of a generation, of either sign


def signed(known: Learned, op: str, x: Expr, what: str) -> None:
    """x op 0, whatever the numbers in it are, or `CannotTell` is raised; what: x for people."""
    for here in _by_signs(x):
        strict = op in ("<", ">")
        seen = not strict and (is_zero(here) or (op != "==" and here.is_nonnegative))
        writings = () if op == "==" else dict.fromkeys((here, factor_terms(here)))
        if not seen and not any(known.implies(known.charted(w), strict) for w in writings):
            raise CannotTell(f"{what}, {here}, is not seen to be {'0' if op == '==' else 'at least 0'}")


def _by_signs(x: Expr) -> list[Expr]:
    """x with a symbol for every number of a generation; of those of any sign, once for each."""
    entries = sorted(x.atoms(Entry), key=str)
    free = [e for e in entries if not e.is_positive]
    if len(free) > MOST_SIGNS:
        raise CannotTell(f"{len(free)} numbers of either sign")
    named = {e: Dummy("e", positive=True) for e in entries if e.is_positive}
    size = {e: Dummy("u", nonnegative=True) for e in free}
    return [
        x.xreplace({**named, **{e: s * size[e] for e, s in zip(free, signs, strict=True)}})
        for signs in product((1, -1), repeat=len(free))
    ]
