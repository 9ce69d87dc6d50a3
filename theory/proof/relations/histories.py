"""Relations of what a mixing scheme makes of numbers, for every generation and every scheme: by induction over all generations.

x(t) = u(t) + alpha_t x(0) + sum over 1 <= k < t of beta_t^k x(k), with the weights of one scheme for all x that are spoken of.
Then a combination of them is of that form, too, with the same combination of their u and of their x(0); a constant is, with
u = 0, as weights add up to 1. Where its u(k) and its x(0) are not negative, none of it is: if it is so of all generations before,
then of the next, as no weight is negative. Nothing else is used of the weights.
"""

from __future__ import annotations

from sympy import Add, Dummy, Expr, S, Sum, expand, gamma

from ...language.errors import CannotTell
from ...language.histories import Carried, Entry, History, Mixed
from ...language.schemes import OF_SHARES, Accumulated, AnyScheme, Balanced, FullySynthetic, RealAndLast
from ..symbols.partial_sums import telescoped
from . import own_schemes
from .learned import Learned
from .signed_numbers import signed

GENERATION = Dummy("k", integer=True, positive=True)
MOST_WRITTEN = 64  # generations that are followed one by one


def written(known: Learned, x: Expr) -> Expr:
    """x with what shipped schemes make of numbers as sums over the generations, and with what others do at a whole number."""
    put = {h: y for h in x.atoms(History) if (y := _written(known, h)) is not None}
    return x.xreplace(put)


def _written(known: Learned, x: History) -> Expr | None:
    """x(t) without a scheme; None where that is not known."""
    scheme, t = x.scheme, x.t
    if isinstance(scheme, AnyScheme):
        return None
    if t.is_Integer:
        return expand(x.value(int(t), lambda e: e)) if 0 <= t <= MOST_WRITTEN else None
    j = Dummy("j", integer=True, positive=True)
    if type(scheme) not in OF_SHARES or not (t.is_integer and t.is_positive) or scheme.refuses():
        return None
    match scheme:
        case FullySynthetic():
            return x.start + Sum(x.at(j), (j, 1, t))
        case RealAndLast(real=real):
            return x.start + Sum((1 - real) ** (t - j) * x.at(j), (j, 1, t))
        case Accumulated():  # x(t) = x(t - 1) + u(t) - (t - 1)/t u(t - 1)
            return x.start + x.at(t) + Sum(x.at(j) / (j + 1), (j, 1, t - 1))
        case Balanced(real=real) if known.implies(known.charted(1 - real), True):
            # s(t) = (1 + (1 - real)/(t - 1)) s(t - 1) + u(t), all so far
            before = Sum(x.at(j) * gamma(j) / gamma(j + 1 - real), (j, 1, t - 1))
            return x.start + x.at(t) + (1 - real) * gamma(t - real) / gamma(t) * before
    return None


def holds(known: Learned, op: str, a: Expr, b: Expr) -> None:
    """a op b, which speak of the history of a scheme, or `CannotTell` is raised."""
    gap = expand(known.discrete(a - b if op in ("==", ">=") else b - a))
    terms = sorted(gap.atoms(History), key=str)
    schemes, times = {x.scheme for x in terms}, {x.t for x in terms}
    if {type(x) for x in terms} - {Mixed, Carried} or len(schemes) != 1:
        raise CannotTell("no combination of what one scheme makes of numbers")
    (t,) = times if len(times) == 1 else (None,)
    if t is None or not (t.is_integer and t.is_nonnegative):
        raise CannotTell(f"no one generation 0, 1, ...: {', '.join(sorted(map(str, times)))}")
    (scheme,) = schemes
    own_schemes.shares(known, scheme)
    factors = {x: gap.coeff(x) for x in terms}
    rest = expand(gap - Add(*(c * x for x, c in factors.items())))
    (x, c), *others = factors.items()
    of_one = not others and not any(y.has(History) for y in (c, rest)) and not c.has(Entry)
    reasons = []
    for way in (_of_one, own_schemes.by_induction) if of_one else ():
        try:
            way(known, op, x, c, rest)
            return
        except CannotTell as why:
            reasons.append(why)
    try:
        _combined(known, op, t, factors, rest)
    except CannotTell:
        if of_one and not isinstance(scheme, AnyScheme):
            raise reasons[-1] from None
        if of_one and rest.has(Entry, t):
            raise reasons[0] from None
        raise


def _combined(known: Learned, op: str, t: Expr, factors: dict[History, Expr], rest: Expr) -> None:
    """The sum of factor x(t) and rest >= 0 (== 0), as it is of generation 0, and of what every generation adds."""
    if op in ("<", ">"):
        raise CannotTell("by induction over all generations relations are decided that are not strict")
    if any(y.has(History, Entry, t) for y in (rest, *factors.values())):
        raise CannotTell("no combination, with one coefficient for all generations")
    k = GENERATION
    first = Add(rest, *(c * x.start for x, c in factors.items()))
    added = Add(*(c * x.at(k) for x, c in factors.items()))
    if added.has(History) or first.has(History, Entry):
        raise CannotTell("numbers that are told by a history")
    signed(known, op, first, "what it is of generation 0")
    if any(e.args[1] != k for e in added.atoms(Entry)):
        raise CannotTell("numbers of another generation than that which they are added in")
    signed(known, op, added, f"what is added in generation {k}")
    known.proof.steps.append(
        "induction over all generations: the difference of the sides is, in every one, what is added there and the scheme's "
        f"mixture of what it was before; {first} at first, {added} added, neither {'other than 0' if op == '==' else 'negative'}"
    )


def _of_one(known: Learned, op: str, x: History, c: Expr, rest: Expr) -> None:
    """c x(t) + rest(t) >= 0 (> 0): x(t) is u(t), and a mean of what x was before.

    Where x is never negative, x(t) is at least u(t). Where x(j) is at most a bound b(j) that never falls, for all j before t,
    x(t) is at most u(t) + b(t - 1): that is at most b(t) where b grows by u(t) or more. What is added may tell of the
    generation that is claimed, too: that is one and the same in all steps, and the same or a later one.
    """
    k = next(iter(x.t.free_symbols & known.counters), None)
    if op == "==" or k is None or (first := x.t - k) not in (0, 1):
        raise CannotTell("no inequality, from the first generation on")
    if known.implies(c, True):
        if first == 0:
            raise CannotTell("generation 0 is among those that are looked at")
        signed(known, ">=", x.start, "what it is of generation 0")
        signed(known, ">=", x.at(GENERATION), "what is added in a generation")
        signed(known, op, c * x.at(x.t) + rest, "what is left of the last generation")
        known.proof.steps.append("what the last generation adds is there in full, and nothing before it is negative")
        return
    if not known.implies(-c, True):
        raise CannotTell(f"{c} is not seen to have a sign")
    claimed = k + 1 + Dummy("later", integer=True, nonnegative=True)
    bound, added = -rest / c, x.at(GENERATION).xreplace({k: claimed}).xreplace({GENERATION: x.t + 1})
    with known.up_to(k):
        grown = telescoped(bound.xreplace({k: k + 1}) - bound, k)
        begun = x.start + x.at(S.One) if first == 1 else x.start
        for early in (begun, x.start):
            signed(known, op, bound.xreplace({k: S.Zero}).doit() - early, "what is left of the first generation")
        for more in (grown, grown - added):
            signed(known, ">=", more, "what the bound grows by")
    known.proof.steps.append(
        f"induction over all generations: {known.named(bound)} never falls, and grows by what a generation adds, or more"
    )
