"""Sums without a closed form, up to a variable of the claim: bounded one term at a time."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb
from sympy import (
    Add,
    Dummy,
    Expr,
    Integral,
    Mul,
    Product,
    S,
    Sum,
    cancel,
    expand,
    gamma,
    gammasimp,
    harmonic,
    oo,
    powsimp,
    together,
)

from ...language.errors import CannotTell
from ...language.functions import linear
from ..arithmetic.programs import to_ball
from ..signs import Certificate, positive
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from ..symbols.normal_forms import is_seen_zero
from ..symbols.partial_sums import as_sum
from .learned import Learned

STARTS = (0, 1, 2, 4, 8)  # terms that are looked at one by one, before the bound is seen to grow with the sum


def bounded(known: Learned, d: Expr, strict: bool) -> str | None:
    """Why d >= 0 (> 0), where d tells of sums up to an integer k; None if it is not seen.

    It holds at first, and d(k + 1) is f(k) d(k) and something that is not negative, f >= 0: sums do not occur in that. Or d
    falls, and what it tends to is above 0, with endless sums in balls.
    """
    d = d.replace(lambda e: isinstance(e, harmonic), as_sum)
    sums = sorted(d.atoms(Sum), key=str)
    for k in sorted(known.counters & {s for x in sums for s in x.free_symbols}, key=str) if sums else ():
        try:
            with known.up_to(k):
                step = _step(known, d, sums, k)
        except CannotTell:
            continue
        for start in STARTS:
            if step.is_kept(known, start, strict) and _begins(known, d, k, start, strict):
                return (
                    f"term by term: at {known.named(k)} = {start} it holds, and from there the difference of the sides "
                    "is multiplied in a step, and grows"
                )
        if step.falls() and (end := _end(d, k)) is not None:
            return f"term by term: the difference of the sides falls, to {end.str(8, radius=False)}"
    return None


@dataclass(frozen=True)
class _Step:
    """d(k + 1) = factor d(k) + rest."""

    k: Expr
    factor: Expr
    rest: Expr

    def is_kept(self, known: Learned, start: int, strict: bool) -> bool:
        """Whether d >= 0 (> 0) at k, `start` or more, is seen to lead to the same at k + 1."""
        factor, rest = (x.xreplace({self.k: self.k + start}) for x in (self.factor, self.rest))
        with known.up_to(self.k, start + 1):
            if _signed(known, rest, False) and _signed(known, factor, strict):
                return True
            return strict and _signed(known, rest, True) and _signed(known, factor, False)

    def falls(self) -> bool:
        """Whether d never grows, also where the side condition does not hold any more: it is followed to its end."""
        return is_seen_zero(self.factor - 1) and positive(-self.rest, Certificate(), strict=False)


def _begins(known: Learned, d: Expr, k: Expr, start: int, strict: bool) -> bool:
    """Whether d >= 0 (> 0) at k = 0, ..., start."""
    with known.up_to(k):
        return all(_signed(known, _written(d.xreplace({k: S(i)})), strict) for i in range(start + 1))


def _end(d: Expr, k: Expr) -> arb | None:
    """What d, whose only variable is k, tends to, if that is above 0."""
    endless = {}
    for x in d.atoms(Sum):
        j, low, _ = _limits(x)
        if x.args[0].has(k):
            return None
        endless[x] = Dummy("s"), Sum(x.args[0], (j, low, oo))
    form = d.xreplace({x: name for x, (name, _) in endless.items()})
    told = [linear(form, name) for name, _ in endless.values()]
    if d.free_symbols != {k} or any(found is None or found[0].has(k) for found in told):
        return None
    free = form.xreplace({name: S.Zero for name, _ in endless.values()})
    try:
        ball = to_ball((form - free).expand().xreplace(dict(endless.values())) + Limits(k, sign_of).of(free))
    except CannotTell:
        return None
    return ball if ball > 0 else None


def _step(known: Learned, d: Expr, sums: list[Sum], k: Expr) -> _Step:
    """How d grows with k. Raises `CannotTell` where sums are left in that."""
    names = {x: Dummy("s") for x in sums if x.has(k)}
    form = d.xreplace(names)
    if not names or form.has(Sum, Product, Integral):
        raise CannotTell("no combination of sums up to one number")
    told = {x: linear(form, s) for x, s in names.items()}
    weights = {x: found[0] for x, found in told.items() if found is not None}
    if len(weights) < len(names) or any(w.has(*names.values()) for w in weights.values()):
        raise CannotTell("no sum of multiples of sums")
    free = form.xreplace(dict.fromkeys(names.values(), S.Zero))
    factor, rest = None, free.xreplace({k: k + 1})
    for x, w in weights.items():
        (j, low, high), later = _limits(x), w.xreplace({k: k + 1})
        if not (high - k).is_Integer or low.has(k) or not known.is_other_than_0(w):
            raise CannotTell("a sum that does not grow by one term")
        after = x.function.xreplace({k: k + 1})
        ratio = _short(after / x.function)
        if ratio.has(j):
            raise CannotTell("terms that change with the upper end")
        here = _short(later * ratio / w)
        if factor is not None and not is_seen_zero(here - factor):
            raise CannotTell("sums that grow in different ways")
        factor = here if factor is None else factor
        rest += later * after.xreplace({j: high.xreplace({k: k + 1})})
    assert factor is not None
    return _Step(k, factor, rest - factor * free)


def _limits(x: Sum) -> tuple[Expr, Expr, Expr]:
    if len(x.limits) != 1 or len(x.limits[0]) != 3:
        raise CannotTell("no sum over one number")
    return x.limits[0]


def _written(d: Expr) -> Expr:
    """With the few terms of its sums."""

    def terms(x: Expr) -> Expr:
        j, low, high = _limits(x)
        count = high - low + 1
        if not count.is_Integer or not 0 <= count <= 2 * max(STARTS):
            raise CannotTell(f"the terms of {x}")
        return Add(*(x.args[0].xreplace({j: low + i}) for i in range(int(count))))

    return d.xreplace({x: terms(x) for x in d.atoms(Sum)})


def _short(x: Expr) -> Expr:
    """A quotient of powers with what is common to both taken out."""
    x = powsimp(Mul(*map(powsimp, Mul.make_args(powsimp(expand(x, power_exp=True))))))
    return cancel(together(gammasimp(x) if x.has(gamma) else x))


def _signed(known: Learned, x: Expr, strict: bool) -> bool:
    return (not strict and is_seen_zero(x)) or known.implies(known.real(x), strict)


__all__ = ["bounded"]
