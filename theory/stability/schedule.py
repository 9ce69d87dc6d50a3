"""A share of real data that changes from generation to generation."""

from __future__ import annotations

from sympy import And, Eq, Expr, Gt, Integer, Lambda, Lt, Rational, Symbol, exp, sqrt

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fits import FIT
from ..language.laws import Binomial, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate
from ..language.moments import E
from .common import half

k = Symbol("k", integer=True, positive=True)


class ScheduledMeanLoop(Loop):
    """The mean of a Gaussian, refitted to N points: each of fit t is real with probability share(t), else from the model.

    share: a `Lambda`, of the number of the fit 1, 2, ...  variance: of the real law.  start: the error that the loop is
    handed. Observables: error(t).
    Refuses a share that is no probability in fit 1, 2 or 10 (`BadInput`); proved is what holds of shares that are seen to be one
    in every fit.
    Source: ours: a share of real data that changes, in the loop of Bertrand et al. 2310.00429.
    """

    N: Integers(1)
    share: Lambda
    variance: Positive = 1
    start: Reals = 0

    error = coordinate("e")

    asked_at = FIT
    joint_points = tuple({"N": N, "T": T} for N, T in ((10, 3), (4, 10), (40, 30), (20, 0), (2, 5)))

    def together(self) -> list[Demanded]:
        shares = [x for t in (*map(Integer, (1, 2, 10)), FIT) for x in (self.share(t), 1 - self.share(t))]
        return [(x, False, f"share = {self.share}: probabilities are expected") for x in shares]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"error": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        kept = Noise("B", Binomial(self.N, 1 - self.share(CLOCK)))
        return {"error": kept * state["error"] / self.N + sqrt(self.variance / self.N) * Noise("Z", Normal(0, 1))}


def left(N, share, T, start=1) -> Expr:
    """The expected error after T fits with a share r(k) of real data in fit k."""
    return E(ScheduledMeanLoop(N, Lambda(k, share), start=start).error(T))


@claim(
    source="derived: recursion of the mean parameter, a telescoping product",
    mutants={"1/(T + 2)": lambda N, T, e: e / (T + 2)},
)
def stability_real_fraction_schedule(N=Integers(1), T=Integers(0), e=Positive()):
    """With r_t = 1/(t + 1), as when all data are kept and only synthetic ones added, the error falls like 1/(T + 1)."""
    return Eq(left(N, 1 / (k + 1), T, e), e / (T + 1))


@claim(
    source="derived: recursion of the mean parameter, a telescoping product",
    mutants={"to 0": lambda N, T, e: e / (T + 1)},
)
def stability_real_fraction_schedule_summable(N=Integers(1), T=Integers(0), e=Positive()):
    """With r_t = 1/(t + 1)^2, a summable share of real data, half of the first error is permanent."""
    return Eq(left(N, 1 / (k + 1) ** 2, T, e), e * (T + 2) / (2 * (T + 1)))


@claim(source="any real data suffice", expected="fails", corrected="stability-real-fraction-schedule-summable")
def stability_real_fraction_schedule_any(N=Integers(1), T=Integers(9, 99)):
    """With r_t = 1/(t + 1)^2 the error falls below 1/2.

    One witness: the product over a variable number of fits is not derived, and the error is small beside its noise.
    """
    return Lt(left(N, 1 / (k + 1) ** 2, T), half)


@claim(
    source="derived: the step of an induction, by which the factors exp(-r_t) make exp(-sum r_t)",
    mutants={"exp(-2 r)": lambda N, lam, e: e * exp(-2 / (1 + lam))},
)
def stability_real_fraction_schedule_divergent(N=Integers(1), lam=Positive(), e=Positive()):
    """A fit with the share r = 1/(1 + lam) of real data leaves less than exp(-r) of any error: endless shares leave nothing."""
    r = 1 / (1 + lam)
    return Lt(left(N, r, 1, e), e * exp(-r))


@claim(
    source="derived (Weierstrass): the step of an induction, s is the sum of the shares so far",
    mutants={"without the sum so far": lambda N, s, lam, e: e * (1 - 1 / (1 + lam))},
)
def stability_real_fraction_schedule_permanent(N=Integers(1), s=Probability(), lam=Positive(), e=Positive()):
    """If 1 - s of an error is left, a fit with the share r leaves more than 1 - s - r: shares that sum below 1 never erase it."""
    r = 1 / (1 + lam)
    return Gt(left(N, r, 1, e * (1 - s)), e * (1 - s - r))


@claim(
    source="derived: recursion of the mean parameter; 1 - r < exp(-r)",
    mutants={"at twice the rate": lambda N, lam, T: exp(-2 * T / (1 + lam))},
)
def stability_real_fraction_schedule_constant(N=Integers(1), lam=Positive(), T=Integers(1)):
    """A constant share r = 1/(1 + lam) of real data, however small, contracts: the error falls below exp(-r T)."""
    return Lt(left(N, 1 / (1 + lam), T), exp(-T / (1 + lam)))


@claim(
    source="derived: recursion of the mean parameter",
    mutants={"a generation sooner": lambda N, case: {"<": half * (1 - case[0])}},
)
def stability_real_fraction_schedule_half_life(
    N=Integers(1), case=Points((Rational(1, 10), 6), (Rational(1, 100), 68))
):
    """A tenth of real data halves the error between generations 6 and 7, a hundredth between 68 and 69."""
    r, T = case
    return And(Gt(left(N, r, T), half), Lt(left(N, r, T + 1), half))
