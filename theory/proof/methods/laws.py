"""Moments of draws from named laws, no loop being in them: integrals against their densities, and distances of two laws."""

from __future__ import annotations

from flint import arb
from sympy import Abs, Dummy, Expr, Gt, S, cancel, expand, oo

from ...language.errors import CannotTell
from ...language.laws import Binomial, ChiSquare, Noise, Poisson
from ...language.likelihood import Constant
from ...language.loops import Observable
from ...language.moments import W1, E, Moment, Prob
from ...language.signs import Inequality
from ..arithmetic import counting, quadrature
from ..arithmetic.atoms import AtAtom
from ..arithmetic.means import with_laws
from ..arithmetic.programs import to_ball
from ..symbols import shrunk
from ..symbols.averages import Infinite, law_distance, mean_of_draws, noise_terms
from ..symbols.regions import probability
from ..symbols.single import pieces, where
from .method import Derivation, Method


def derive(m: Moment) -> Derivation:
    if isinstance(m, W1):
        return Derivation(law_distance(*m.args), steps=[f"{m} from the difference of the distribution functions"])
    if m.variable in (S.true, S.false):  # as the signs of the draws say
        return Derivation(S.One if m.variable == S.true else S.Zero, steps=[f"{m}: it is certain"])
    if isinstance(m, Prob):
        form, conditions = _probability(m.variable)
        return Derivation(form, conditions, steps=[f"{m} by the distribution function"])
    if not isinstance(m, E):
        raise CannotTell(f"{type(m).__name__} is not a moment of a monomial")
    if not m.has(Noise):  # a zeroth power
        return Derivation(m.variable, steps=[f"{m}: nothing is random"])
    form, conditions = mean_of_draws(m)
    return Derivation(form, conditions, steps=[f"{m} by integration against the density"])


def _probability(event: Inequality) -> tuple[Expr, list[Expr]]:
    """Of what one draw of a continuous law is in, or several independent ones together, and what has to be positive for it."""
    first, *others = sorted(event.atoms(Noise), key=str)
    if not others:
        if isinstance(event, Gt) and event.lts == 0 and isinstance(event.gts, Abs) and not first.law.is_continuous:
            return 1 - _mass(event.gts.args[0], first), []  # other than 0
        return where(first.law, S.Zero, event, first), []
    found = shrunk.probability(event, (first, *others)) if isinstance(event, Inequality) else None
    return found or (probability(event, (first, *others)), [])


def _mass(gap: Expr, z: Noise) -> Expr:
    """The probability of the one count at which a gap is 0."""
    law, count = z.law, Dummy("k", integer=True)  # what is in the law stays as it is
    gap = expand(gap.xreplace({z: count}))
    slope = gap.coeff(count, 1)
    rest = expand(gap - slope * count)
    if rest.has(count) or not slope.is_nonzero:
        raise CannotTell(f"{gap} is not affine in a count")
    k = cancel(-rest / slope)
    if not isinstance(law, Binomial | Poisson):
        raise CannotTell(f"no probabilities of {law}")
    left = law.n - k if isinstance(law, Binomial) else S.Zero
    if k.is_integer is False or k.is_negative or left.is_negative:
        return S.Zero
    if not (k.is_integer and k.is_nonnegative and left.is_nonnegative):
        raise CannotTell(f"whether {k} is a count of {law}")
    return law.mass(k)


def enclose(m: Moment) -> arb:
    if isinstance(m, W1):
        return quadrature.wasserstein(*m.args)
    has_mean(m)
    if not m.has(Noise):
        return to_ball(derive(m).form)
    if isinstance(m, Prob) and len(draws := m.atoms(Noise)) == 1:
        (z,) = draws
        if isinstance(z.law, Binomial | Poisson):
            try:
                return counting.probability(m.variable, z, counting.masses(z.law))
            except AtAtom:
                raise
            except CannotTell:  # no event of a count beside a number
                pass
        if isinstance(z.law, ChiSquare):
            return sum((above(z.law, part.start) - above(z.law, part.end) for part in pieces(m.variable, z)), arb(0))
    try:
        if isinstance(m, E) and (ball := with_laws(m, {})).is_finite():
            return ball
        why = "no finite ball"
    except (CannotTell, ArithmeticError) as problem:
        why = str(problem)
    try:
        d = derive(m)
    except CannotTell as problem:
        raise CannotTell("; ".join(dict.fromkeys((why, str(problem))))) from problem
    return to_ball(d.form) if all(to_ball(c) > 0 for c in d.positive) else arb.nan()


def above(law: ChiSquare, place: Expr) -> arb:
    """The probability of more than that, to all digits of a tail."""
    if place.is_infinite:
        return arb(int(place == -oo))
    half, at = to_ball(law.dof) / 2, to_ball(place) / 2
    return at.max(arb(0)).gamma_upper(half) / half.gamma()


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
    return "it is of a loop" if m.has(Observable, Constant) else None


METHOD = Method("rigorous integration over the line", skip, lambda m, learn: derive(m), lambda m, learn: enclose(m))
