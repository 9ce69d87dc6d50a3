"""Relations of what a mixing scheme makes of numbers, for every generation and every scheme: by induction over all generations.

x(t) = u(t) + alpha_t x(0) + sum over 1 <= k < t of beta_t^k x(k), with the weights of one scheme for all x that are spoken of.
Then a combination of them is of that form, too, with the same combination of their u and of their x(0); a constant is, with
u = 0, as weights add up to 1. Where its u(k) and its x(0) are not negative, none of it is: if it is so of all generations before,
then of the next, as no weight is negative. Nothing else is used of the weights.
"""

from __future__ import annotations

from itertools import product

from sympy import Add, Dummy, Expr, expand

from ...language.errors import CannotTell
from ...language.histories import Carried, Entry, History, Mixed
from ...language.schemes import AnyScheme
from ..symbols.normal_forms import is_zero
from .learned import Learned

MOST_SIGNS = 6  # numbers of a generation, of either sign


def holds(known: Learned, op: str, a: Expr, b: Expr) -> None:
    """a op b, which speak of the history of a scheme, or `CannotTell` is raised."""
    gap = expand(known.discrete(a - b if op in ("==", ">=") else b - a))
    terms = sorted(gap.atoms(History), key=str)
    schemes, times = {x.scheme for x in terms}, {x.t for x in terms}
    if {type(x) for x in terms} - {Mixed, Carried} or [type(x) for x in schemes] != [AnyScheme]:
        raise CannotTell("no combination of what one scheme, any one, makes of numbers")
    (t,) = times if len(times) == 1 else (None,)
    if t is None or not (t.is_integer and t.is_nonnegative):
        raise CannotTell(f"no one generation 0, 1, ...: {', '.join(sorted(map(str, times)))}")
    if op in ("<", ">"):
        raise CannotTell("by induction over all generations relations are decided that are not strict")
    factors = {x: gap.coeff(x) for x in terms}
    rest = expand(gap - Add(*(c * x for x, c in factors.items())))
    if any(x.has(History, Entry, t) for x in (rest, *factors.values())):
        raise CannotTell("no combination, with one coefficient for all generations")
    k = Dummy("k", integer=True, positive=True)
    first = Add(rest, *(c * x.start for x, c in factors.items()))
    added = Add(*(c * x.at(k) for x, c in factors.items()))
    if added.has(History) or first.has(History, Entry):
        raise CannotTell("numbers that are told by a history")
    _signed(known, op, first, "what it is of generation 0")
    for here in _by_signs(added, k):
        _signed(known, op, here, f"what is added in generation {k}")
    known.proof.steps.append(
        "induction over all generations: the difference of the sides is, in every one, what is added there and the scheme's "
        f"mixture of what it was before; {first} at first, {added} added, neither {'other than 0' if op == '==' else 'negative'}"
    )


def _by_signs(x: Expr, k: Expr) -> list[Expr]:
    """x with a symbol for every number of generation k; of those of any sign, once for each."""
    entries = sorted(x.atoms(Entry), key=str)
    if any(e.args[1] != k for e in entries):
        raise CannotTell("numbers of another generation than that which they are added in")
    free = [e for e in entries if not e.is_positive]
    if len(free) > MOST_SIGNS:
        raise CannotTell(f"{len(free)} numbers of either sign")
    named = {e: Dummy("e", positive=True) for e in entries if e.is_positive}
    size = {e: Dummy("u", nonnegative=True) for e in free}
    return [
        x.xreplace({**named, **{e: s * size[e] for e, s in zip(free, signs, strict=True)}})
        for signs in product((1, -1), repeat=len(free))
    ]


def _signed(known: Learned, op: str, x: Expr, what: str) -> None:
    seen = is_zero(x) or (op != "==" and (x.is_nonnegative or known.implies(known.charted(x), strict=False)))
    if not seen:
        raise CannotTell(f"{what}, {x}, is not seen to be {'0' if op == '==' else 'at least 0'}")
