"""Probabilities of events of a count, in balls: of which counts there are finitely many that matter, or all but finitely many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from flint import arb
from sympy import Abs, Eq, Expr, Integer, Max, Min, Ne, S, expand, sympify
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ...language.laws import Binomial, Geometric, Law, NegativeBinomial, Poisson
from ...language.signs import Inequality
from .atoms import exactly
from .binomials import binomial_masses
from .programs import to_ball

MOST_COUNTS = 10_000


def turn(event: Boolean, z: Expr) -> int:
    """A count from which on an event does not change: a relation that is affine in it, or several such joined."""
    if not isinstance(event, Inequality | Eq | Ne):
        parts = [a for a in event.args if isinstance(a, Boolean)]
        if not parts or any(a.has(z) for a in event.args if not isinstance(a, Boolean)):
            raise CannotTell(f"{event} is no event of a count beside a number")
        return max(turn(part, z) for part in parts if part.has(z))
    if size := next((f for f in event.atoms(Abs, Max, Min) if f.has(z)), None):
        parts = (size.args[0], -size.args[0]) if isinstance(size, Abs) else size.args
        cases = (event.xreplace({size: part}) for part in parts)
        return max((turn(case, z) for case in cases if case.has(z)), default=0)
    gap = expand(sympify(event.lhs) - sympify(event.rhs))
    slope = gap.coeff(z, 1)
    if gap.has(z) and (slope == 0 or (gap - slope * z).expand().has(z)):
        raise CannotTell(f"{event} is not affine in a count")
    place = to_ball(-(gap - slope * z).expand() / slope)
    if not place.is_finite() or place > MOST_COUNTS:
        raise CannotTell(f"{event} is beyond a count of {MOST_COUNTS}")
    return max(int(place.upper().floor().unique_fmpz() or 0) + 1, 0)


def probability(event: Boolean, z: Expr, masses: Callable[[int], Sequence[arb]]) -> arb:
    """masses(k): the probabilities of 0, 1, ..., k."""
    last = turn(event, z)
    holds = _decided(event, z)
    beyond = holds(last + 1)
    inside = sum((p for k, p in enumerate(masses(last)) if holds(k) != beyond), arb(0))
    return 1 - inside if beyond else inside


def _decided(event: Boolean, z: Expr) -> Callable[[int], bool]:
    @cache
    def holds(k: int) -> bool:
        said = exactly(event, {z: Integer(k)})  # SymPy would decide about a decimal number
        if said not in (S.true, S.false):
            raise CannotTell(f"whether {event} at {k}")
        return said == S.true

    return holds


def masses(law: Law) -> Callable[[int], Sequence[arb]]:
    """Those of a law on 0, 1, 2, ...: zeros from its last count on. Raises `CannotTell`."""
    match law:
        case Binomial():
            whole = binomial_masses(to_ball(law.n), to_ball(law.p))
            return lambda last: whole[: last + 1]
        case Poisson():
            mean = to_ball(law.mean)
            return lambda last: poisson_masses(mean, last)
        case NegativeBinomial():
            r, p = map(to_ball, law.args)
            return lambda last: waiting_masses(r, p, last)
        case Geometric():
            p = to_ball(law.p)
            return lambda last: [arb(0), *waiting_masses(arb(1), p, last - 1)][: last + 1]
    raise CannotTell(f"no masses of {type(law).__name__}")


def waiting_masses(r: arb, p: arb, last: int) -> list[arb]:
    """The probabilities of 0, 1, ..., `last` failures before the r-th success."""
    out = [p**r]
    for k in range(1, last + 1):
        out.append(out[-1] * (1 - p) * (r + k - 1) / k)
    return out


def poisson_masses(mean: arb, last: int) -> list[arb]:
    """The probabilities of 0, 1, ..., `last` of a Poisson law."""
    out = [(-mean).exp()]
    for k in range(1, last + 1):
        out.append(out[-1] * mean / k)
    return out
