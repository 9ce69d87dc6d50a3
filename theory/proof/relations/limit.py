"""A limit with a rate is of all large values of its variable: the domain has them, and there the rate vanishes."""

from __future__ import annotations

from sympy import And, Ge, Gt, Le, Lt, Mul, Poly, PolynomialError, Symbol, cancel, fraction, oo, together
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ..prepared import Part
from .learned import Learned
from .rates import rate_vanishes


def vanishes(known: Learned, part: Part) -> None:
    """The rate of a limit vanishes, along all large values of its variable, or `CannotTell` is raised."""
    if part.rate is None:
        return
    b, t, start, _ = part.rate
    domain = known.claim.domain.get(t.name)
    if domain is None or not known.implies(known.charted(start - domain.lo), False) or domain.hi is not oo:
        raise CannotTell(f"the limit is for all {t} from {start} on, which the domain of {t} does not cover")
    if (cut := _cut_off(known, t)) is not None:
        raise CannotTell(f"the limit is for all large {t}, of which where= may leave none: {cut}")
    if not rate_vanishes(part):
        raise CannotTell(f"the rate {b} is not seen to vanish as {t} grows")
    known.proof.steps.append(f"the rate {b} vanishes as {t} -> oo")


def _cut_off(known: Learned, t: Symbol) -> Boolean | None:
    """A part of the side condition that is not seen to hold for all large t; None if there is none."""
    for r in And.make_args(known.claim.condition(known.case)):
        if t not in r.free_symbols:
            continue
        if not isinstance(r, Ge | Gt | Le | Lt):
            return r
        try:  # far out the sign is that of the leading coefficients; t itself drops out, unless the sides cancel
            leading = Mul(*(Poly(p, t).LC() for p in fraction(cancel(together(r.gts - r.lts)))))
        except PolynomialError:
            return r
        if not known.implies(known.charted(leading), strict=True):
            return r
    return None
