"""Events that one draw is above, or below, what other independent draws make: means of its distribution function there.

P(Y <= p) = E F(p), where p lies in the support of Y whatever is drawn; of whole numbers P(Y > p) = E (1 - q)^p where Y waits
for a success of probability q. Logarithms of two draws are compared as the draws are: log X - log Y >= c is X >= e^c Y.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Dummy, Expr, Gt, Lt, exp, expand, log, oo, together

from ...language.laws import Beta, Binomial, Exponential, Geometric, Law, NegativeBinomial, Noise, Poisson, Uniform
from ...language.moments import E
from ...language.signs import Inequality, is_nonnegative
from .law_means import mean_of_draws

WHOLE = Binomial, Geometric, NegativeBinomial, Poisson  # laws on whole numbers


def probability(event: Inequality, draws: Sequence[Noise]) -> tuple[Expr, list[Expr]] | None:
    """(its form, what has to be positive for it); None where no draw is seen to be beside what is in its support.

    All draws are independent, and have densities, or are whole numbers.
    """
    if len(draws) < 2 or any(z.law.has(Noise) for z in draws):
        return None
    if all(isinstance(z.law, WHOLE) for z in draws):
        return _of_waiting(event, draws)
    if any(not z.law.is_continuous for z in draws):
        return None
    gap = _without_logarithms(expand(event.gts - event.lts))
    for y in draws:
        slope = gap.coeff(y, 1)
        rest = expand(gap - slope * y)
        if slope.has(Noise) or rest.has(y) or not (slope.is_positive or slope.is_negative):
            continue
        place = expand(-rest / slope)
        if not _is_within(place, y.law) or (below := _below(y.law, place)) is None:
            continue
        form, conditions = mean_of_draws(E(below if slope.is_negative else 1 - below))
        return form, [*conditions, *y.law.asked_of_density()]
    return None


def _of_waiting(event: Inequality, draws: Sequence[Noise]) -> tuple[Expr, list[Expr]] | None:
    """The same of whole numbers, one of which is a waiting time: Y > p has the probability (1 - q)^p for p = 0, 1, 2, ..."""
    gap = expand(event.gts - event.lts)
    for y in draws:
        if not isinstance(y.law, Geometric) or (slope := gap.coeff(y, 1)) not in (1, -1):
            continue
        place = expand(-(gap - slope * y) / slope)
        if not _is_whole(place, draws) or place.has(y) or not _is_within(place, y.law):
            continue
        beyond = place if isinstance(event, Gt | Lt) == (slope == 1) else place - 1  # Y > place, or Y >= place
        above, conditions = mean_of_draws(E((1 - y.law.p) ** beyond))
        return (above if slope == 1 else 1 - above), conditions
    return None


def _is_whole(x: Expr, draws: Sequence[Noise]) -> bool:
    """Whether an expression is a whole number whatever whole numbers are drawn: a sum of multiples of them."""
    names = {z: Dummy("k", integer=True) for z in draws}
    return bool(x.xreplace(names).is_integer)


def _without_logarithms(gap: Expr) -> Expr:
    """e^(k/c) X - Y for k + c log X - c log Y with c > 0, which has its sign; another gap as it is."""
    logs = [f for f in gap.atoms(log) if isinstance(f.args[0], Noise) and f.args[0].is_positive]
    if len(logs) != 2:
        return gap
    names = {f: Dummy() for f in logs}
    form = gap.xreplace(names)
    for x, y in (logs, logs[::-1]):
        c = form.coeff(names[x], 1)
        k = expand(form - c * (names[x] - names[y]))
        if c.is_positive and not c.has(*names.values()) and not k.has(Noise, *names.values()):
            return exp(expand(k / c)) * x.args[0] - y.args[0]
    return gap


def _is_within(place: Expr, law: Law) -> bool:
    """Whether a place is in the support of a law, or at an end of it, whatever the draws that make it are."""
    low, high = law.support
    charts = {z: _chart(z) for z in place.atoms(Noise)}
    rooms = [place - low] if high is oo else [place - low, high - place]
    return low.is_finite is True and all(is_nonnegative(together(room.xreplace(charts))) for room in rooms)


def _chart(z: Noise) -> Expr:
    """A draw as what all that it may be is written by."""
    low, high = z.law.support
    y = Dummy("y", positive=True)
    if low.is_finite and high.is_finite:
        return low + (high - low) * y / (1 + y)
    return low + y if low.is_finite else Dummy("x", real=True)


def _below(law: Law, place: Expr) -> Expr | None:
    """The distribution function of a law inside of its support; None where it is not an elementary one."""
    match law:
        case Exponential(scale=scale):
            return 1 - exp(-place / scale)
        case Uniform():
            low, high = law.support
            return (place - low) / (high - low)
        case Beta(a=a, b=b) if b == 1:
            return place**a
        case Beta(a=a, b=b) if a == 1:
            return 1 - (1 - place) ** b
        case _:
            return None


__all__ = ["probability"]
