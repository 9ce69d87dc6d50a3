"""The stability theorem with finite samples: how far real refits are from the best fit, and how wide they are spread.

One parameter. The loops are real refits, by maximum likelihood, to points that are drawn (`loop.finite`); their constants are
computed from the model.
"""

from __future__ import annotations

from sympy import Abs, Expr, Le, Rational, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points
from ..language.laws import Normal
from ..language.likelihood import LikelihoodLoop
from ..language.moments import Prob, Tends, Var
from .common import BERTRAND
from .models import LogisticLocation, StudentLocation, inside

ONE_WITNESS = {
    "derivation": "its fit is a root: there is no step in symbols",
    "ball": "a fit to drawn points is a root",
}
LOCATIONS = (LogisticLocation(Normal(0, 4), 1), inside(LogisticLocation(Normal(0, 1), 1), 0))


def band(loop: LikelihoodLoop, n, t, delta, rho) -> Expr:
    """The half-width of the band around the best fit, for a location whose score rises from -1 to 1, from the best fit on.

    By the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart a sample's distribution function is nowhere farther than
    sqrt(log(2/delta)/(2n)) from that of its law, with probability 1 - delta; a mean of what varies by 2 is twice as far at most.
    That is used t + 1 times: for the real points, which are kept, and for the synthetic ones of each fit.
    """
    D = 2 * sqrt(log(2 * (t + 1) / delta) / (2 * n)) * (1 + sqrt(loop.lam))
    return D / loop.steepness(rho) * (1 - rho**t) / (1 - rho)


@claim(
    source=f"derived (DKW); in the shape of Theorem 2 of {BERTRAND}: log(b t/delta), a and b of the model, the sum of rho^l",
    trivial=1,
    mutants={"a ten thousandth of it": lambda model, t, delta: delta / 10_000},
    unreached=ONE_WITNESS,
)
def stability_theorem_finite_samples(
    model=Points(*LOCATIONS), t=Points(1, 2, 3), delta=Points(Rational(1, 10), Rational(1, 100))
):
    """Refits of a logistic location to one sample of n = 40000 real points stay in the band, with probability 1 - delta.

    rho = 1/4 contracts in a certified ball at lam = 1/10; so many points keep the iterates in that ball.
    """
    n, rho = 40_000, Rational(1, 4)
    loop = model.at(lam=Rational(1, 10))
    far = Abs(loop.finite(n, fixed=True).mu(t) - loop.best[0])
    return Le(Prob(far > band(loop, n, t, delta, rho)), delta)


def spread(loop: LikelihoodLoop, t, fixed: bool) -> Expr:
    """n times the variance of the parameter after t fits, to first order in 1/n, from the best fit on.

    fixed: whether the n real points are kept; else they are fresh in every generation.
    """
    H, info, C, J = (x[0, 0] for x in (loop.H, loop.fisher, loop.score_covariance, loop.J))
    waves = (1 - J ** (2 * t)) / (1 - J**2) / (H + loop.lam * info) ** 2
    return ((1 - J**t) / H) ** 2 * C + waves * loop.lam * info if fixed else waves * (C + loop.lam * info)


@claim(
    source="derived: the delta method, J of the implicit function theorem",
    mutants={"as with fresh real points": lambda model, n, t: {"limit": spread(model, t, fixed=False)}},
    unreached=ONE_WITNESS,
)
def stability_theorem_finite_spread(
    model=Points(*LOCATIONS, StudentLocation(3, Normal(0, 3), 1)), n=Integers(50, notable=(100, 200)), t=Points(1, 3)
):
    """With the same n real points in every fit the parameter's variance is spread/n: it grows with the generations.

    At H = I = C, lam = 1 it tends to 4/(3 n H): with fresh real points it would be 2/(3 n H).
    """
    loop = model.at(lam=1)
    return Tends(n * Var(loop.finite(n, n, fixed=True).mu(t)), (n, 50, oo), spread(loop, t, fixed=True), rate=200 / n)
