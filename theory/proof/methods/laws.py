"""Moments of draws from named laws, no loop being in them: integrals against their densities, and distances of two laws."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import W1, E, Moment
from ..arithmetic import quadrature
from ..arithmetic.means import with_laws
from ..arithmetic.rings import to_ball
from ..symbols.averages import Infinite, law_distance, law_mean, noise_terms
from .method import Derivation, Method


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    if isinstance(m, W1):
        return Derivation(law_distance(*m.args), steps=[f"{m} from the difference of the distribution functions"])
    if not isinstance(m, E):
        raise CannotTell(f"{type(m).__name__} is not a moment of a monomial")
    if not m.has(Noise):  # a zeroth power
        return Derivation(m.variable, steps=[f"{m}: nothing is random"])
    return Derivation(law_mean(m), steps=[f"{m} by integration against the density"])


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    if isinstance(m, W1):
        return quadrature.wasserstein(*m.args)
    has_mean(m)
    return with_laws(m, {}) if m.has(Noise) else to_ball(m.variable)


def has_mean(m: Moment) -> None:
    """Raise `Infinite` for powers of draws from laws with heavier tails."""
    try:
        terms = noise_terms(m.variable, m.atoms(Noise)) if isinstance(m, E) else []
    except CannotTell:  # no power
        return
    for _, powers in terms:
        for z, (power, _, absolute) in powers.items():
            if z.law.diverges(power, absolute):
                raise Infinite(f"E {z.law}^({power + absolute}) diverges")


def skip(m: Moment) -> str | None:
    return "it is of a loop" if m.has(Observable) else None


METHOD = Method("rigorous integration over the line", skip, derive, enclose)
