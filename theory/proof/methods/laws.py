"""Moments of draws from named laws, no loop being in them: integrals against their densities, and distances of two laws."""

from __future__ import annotations

from flint import arb
from sympy import Add, Expr, Mul, S, expand

from ...language.errors import CannotTell
from ...language.laws import Noise, Normal
from ...language.loops import Observable
from ...language.moments import W1, E, Moment, Prob
from ...language.signs import Inequality
from ..arithmetic import quadrature
from ..arithmetic.means import with_laws
from ..arithmetic.rings import to_ball
from ..symbols.averages import Infinite, law_distance, mean_of_draws, noise_terms
from ..symbols.single import where
from .method import Derivation, Method


def derive(m: Moment) -> Derivation:
    if isinstance(m, W1):
        return Derivation(law_distance(*m.args), steps=[f"{m} from the difference of the distribution functions"])
    if isinstance(m, Prob):
        return Derivation(_probability(m.variable), steps=[f"{m} by the distribution function"])
    if not isinstance(m, E):
        raise CannotTell(f"{type(m).__name__} is not a moment of a monomial")
    if not m.has(Noise):  # a zeroth power
        return Derivation(m.variable, steps=[f"{m}: nothing is random"])
    form, conditions = mean_of_draws(m)
    return Derivation(form, conditions, steps=[f"{m} by integration against the density"])


def _probability(event: Inequality) -> Expr:
    """Of what one draw of a continuous law is in, or a combination of independent normal ones."""
    draws = sorted(event.atoms(Noise), key=str)
    if len(draws) > 1 and all(isinstance(z.law, Normal) and not z.law.atoms(Noise) for z in draws):
        gap = expand(event.gts - event.lts)
        slopes = [gap.coeff(z, 1) for z in draws]
        rest = expand(gap - Add(*map(Mul, slopes, draws)))
        if not any(x.has(*draws) for x in (*slopes, rest)):
            mean = rest + Add(*(c * z.law.mean for c, z in zip(slopes, draws, strict=True)))
            law = Normal(mean, Add(*(c**2 * z.law.variance for c, z in zip(slopes, draws, strict=True))))
            whole = Noise("Z", law)
            return where(law, S.Zero, whole > 0, whole)
    if len(draws) != 1:
        raise CannotTell(f"the probability that {event} has no closed form here")
    return where(draws[0].law, S.Zero, event, draws[0])


def enclose(m: Moment) -> arb:
    if isinstance(m, W1):
        return quadrature.wasserstein(*m.args)
    has_mean(m)
    if not m.has(Noise):
        return to_ball(m.variable)
    try:
        if isinstance(m, E) and (ball := with_laws(m, {})).is_finite():
            return ball
    except (CannotTell, ArithmeticError):
        pass
    d = derive(m)
    return to_ball(d.form) if all(to_ball(c) > 0 for c in d.positive) else arb.nan()


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


METHOD = Method("rigorous integration over the line", skip, lambda m, learn: derive(m), lambda m, learn: enclose(m))
