"""Location families in the population: the fixed point, the rate there beside the published bound, far from it, a corrector.

A logistic or Laplace location, infinitely many points; with finitely many it is `models.LogisticLocation(...).finite(n, m)`.
"""

from __future__ import annotations

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Matrix,
    Rational,
    cosh,
    exp,
    log,
    oo,
    pi,
    sign,
    sinh,
    sqrt,
    sympify,
    tanh,
)

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.fields import Nonnegative
from ..language.laws import Laplace, Law, Logistic, Mixture, Noise, Normal, Uniform
from ..language.loops import PopulationLoop, coordinate
from ..language.moments import W1, E, Tends
from ..proof.formulas import formula
from . import models
from .common import BERTRAND, half

NO_STEP = {"derivation": "its fit is a root: there is no step in symbols"}
ROOTS = {**NO_STEP, "ball": "a fit to finitely many points is a root"}
NO_CLOSED_FORM = {"derivation": "integrals of logistic scores and distances without a closed form"}


class LocationLoop(PopulationLoop):
    """A location family refitted to infinitely many points: real ones and lambda times as many synthetic ones.

    family: its law at location 0 and scale 1, `Logistic()` or `Laplace()`: log-concave, so the likelihood has one peak.
    data: the real law.  lam: the ratio of synthetic to real data.  start: the location that the loop is handed.
    gamma: of the corrector, which replaces a synthetic point with probability gamma/(1 + gamma) by one of the model at
        location 0, the best fit to symmetric data.

    psi is the score, psi(x - theta) = d/dtheta log p_theta(x), kappa = psi' its curvature.
    Source: Bertrand et al. 2310.00429; Gillman et al. 2402.07087 (the corrector).
    """

    family: Points(Logistic(), Laplace())
    data: Law
    lam: Nonnegative
    start: Reals = 0
    gamma: Nonnegative = 0

    theta = coordinate(r"\theta")

    def psi(self, u) -> Expr:
        """The score of the family at u = x - theta: of the logistic law tanh(u/2), of the Laplace law sign(u)."""
        return tanh(u / 2) if isinstance(self.family, Logistic) else sign(u)

    def kappa(self, u) -> Expr:
        """The curvature psi'(u), of the logistic family. Raises `ValueError` for the Laplace family."""
        if not isinstance(self.family, Logistic):
            raise ValueError("the score of a Laplace law has jumps: no curvature")
        return 1 / cosh(u / 2) ** 2 / 2

    @property
    def lipschitz(self) -> Expr:
        """Of the curvature in x: the L of the stability theorem."""
        if not isinstance(self.family, Logistic):
            raise ValueError("the score of a Laplace law has jumps: no curvature")
        return 1 / (3 * sqrt(3))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def estimating(self, after, now) -> Expr:
        real, synthetic = Noise("X", self.data), Noise("Z", self.family)
        pulled = E(self.psi(synthetic + now - after)) + self.gamma * E(self.psi(synthetic - after))
        return E(self.psi(real - after)) + self.lam / (1 + self.gamma) * pulled

    def slope(self, after, now) -> Expr:
        share = self.lam / (1 + self.gamma)
        if isinstance(self.family, Logistic):
            real, synthetic = Noise("X", self.data), Noise("Z", self.family)
            pulled = E(self.kappa(synthetic + now - after)) + self.gamma * E(self.kappa(synthetic - after))
            return -E(self.kappa(real - after)) - share * pulled
        pulled = self.family.density(after - now) + self.gamma * self.family.density(after)
        return -2 * self.data.density(after) - 2 * share * pulled

    def pull(self, after, now) -> Expr:
        return self.lam / (1 + self.gamma) * E(self.kappa(Noise("Z", self.family) + now - after))

    @property
    def bend(self) -> Expr | None:
        if isinstance(self.family, Logistic):
            return (1 + self.lam) * self.lipschitz
        if isinstance(self.data, Laplace):  # twice the Lipschitz constants of the two densities
            return 1 / self.data.scale**2 + self.lam
        return None

    def curvature(self, theta=0) -> Expr:
        """H = E_P[-d^2/dtheta^2 log p_theta(X)]."""
        return E(self.kappa(Noise("X", self.data) - theta))

    def fisher(self) -> Expr:
        """I = E psi(Z)^2, the information of the model, the same everywhere."""
        return E(self.psi(Noise("Z", self.family)) ** 2)


# ---- shorthand ------------------------------------------------------------------------------------------------------

GILLMAN = "Gillman et al. 2402.07087"
DATA = (Normal(0, 4), Normal(0, 1), Laplace(), Normal(0, 100))  # symmetric: the best logistic fit is at 0
UP_TO = Rational(1, 35)  # where lam c < 1/2 for all of these data: c is 17.2 for the widest


def misfit_constant(loop: LocationLoop) -> Expr:
    """c = 1 + L eps/alpha of the stability theorem, with eps = W1(data, best fit) and alpha the curvature there."""
    return 1 + loop.lipschitz * W1(loop.data, loop.family) / loop.curvature()


def _kantorovich(loop: LocationLoop) -> Expr:
    return misfit_constant(loop) * loop.curvature() / loop.fisher()


# ---- the fixed point ------------------------------------------------------------------------------------------------


@claim(
    source=f"derived by symmetry; the fixed-point proposition of {BERTRAND} for a logistic location",
    mutants={"the fixed point moves with the misfit": lambda data, lam: Rational(1, 100)},
    scale=lambda data, lam: 1,
    unreached=NO_STEP,
)
def stability_fixed_point_misspecified(data=Points(*DATA), lam=Positive()):
    """The best fit is a fixed point of retraining for every share of synthetic data, also when the model is wrong.

    A logistic location family on symmetric data: the best fit is at 0, where the expected scores of both parts vanish.
    (In general by Gibbs' inequality: the synthetic part of the objective is maximal there, too.)
    """
    return Eq(LocationLoop(Logistic(), data, lam).theta(1), 0)


@claim(
    source="derived: the expected score of a model at its own parameter is 0",
    mutants={
        "a pull of its own": lambda data, theta, lam: E(tanh((Noise("X", data) - theta) / 2)) + lam / 10,
    },
    scale=lambda data, theta, lam: 1,
)
def stability_fixed_point_misspecified_score(
    data=Points(Mixture(Rational(1, 4), Normal(3, 1), Normal(-1, 1)), Uniform(0, 5), Normal(0, 100)),
    theta=Reals(-20, 20),
    lam=Positive(),
):
    """The synthetic part of the expected score vanishes at the model that it is drawn from: a best fit stays one.

    No symmetry is used: a mixture with a long tail, and uniform data on one side.
    """
    loop = LocationLoop(Logistic(), data, lam)
    return Eq(loop.estimating(theta, theta), E(tanh((Noise("X", data) - theta) / 2)))


@claim(
    source="derived: monotone scores of data and model, with signs by symmetry",
    mutants={
        "it stays": lambda data, theta, lam: {"<": theta * Rational(1, 10)},
        "it overshoots": lambda data, theta, lam: {">": theta},
    },
    unreached=NO_STEP,
)
def stability_fixed_point_misspecified_approach(
    data=Points(*DATA), theta=Reals(0, 20, notable=(1, 5)), lam=Reals(0, 20, notable=(1, half))
):
    """A population loop improves in every step, from any distance, and never overshoots, for every share of real data."""
    after = LocationLoop(Logistic(), data, lam, start=theta).theta(1)
    return And(Gt(after, 0), Lt(after, theta))


@claim(
    source="derived: by symmetry",
    mutants={"a drift of 1/10": lambda data, n, m, t: Rational(1, 10)},
    scale=lambda data, n, m, t: 1,
    unreached=ROOTS,
)
def stability_fixed_point_misspecified_finite(
    data=Points(*DATA[:3]), n=Integers(20, 50), m=Integers(0, 20), t=Points(1, 2)
):
    """With finite samples the loop stays at the best fit on average, at every sample size: by symmetry.

    One witness: the fit to finitely many points has no closed form, so it can only be simulated.
    """
    return Eq(E(models.LogisticLocation(data, 1, start=(0,)).finite(n, m).mu(t)), 0)


@claim(
    source="derived: consistency of the fit, with a bias of order 1/n; the constant 1/2 is a choice (0.04 at most is measured)",
    mutants={
        "half as far": lambda data, n: {"<=": models.LogisticLocation(data, 1, start=(1,)).mu(1) / 2 + 1 / (2 * n)}
    },
    unreached=ROOTS,
)
def stability_jacobian_exact_finite(data=Points(*DATA[:3]), n=Integers(5, 20, notable=(10,))):
    """Real retraining from near, n real and n synthetic points, moves on average as the population loop, up to 1/(2n).

    One witness: the fit to finitely many points has no closed form, so it can only be simulated.
    """
    return _moves_as(models.LogisticLocation(data, 1, start=(1,)), n, 1 / (2 * n))


def _moves_as(population, n, rate) -> And:
    """Finite retraining, n real and n synthetic points, goes on average to where the population loop goes, up to a rate."""
    to, mean = population.mu(1), E(population.finite(n, n).mu(1))
    return And(Ge(mean, to - rate), Le(mean, to + rate))


@claim(
    source="derived: consistency of the fit; the constant 2 is a choice (1.65 is measured on N(0, 1), 0.07 on N(0, 4))",
    mutants={"half as far": lambda data, n: {"<=": models.LogisticLocation(data, 1, start=(10,)).mu(1) / 2 + 2 / n}},
    unreached=ROOTS,
)
def stability_jacobian_exact_finite_far(data=Points(*DATA[:3]), n=Integers(5, 20, notable=(10,))):
    """And from afar, up to 2/n: between two groups of points the likelihood is flat, and the narrower one draws less.

    One witness: the fit to finitely many points has no closed form, so it can only be simulated.
    """
    return _moves_as(models.LogisticLocation(data, 1, start=(10,)), n, 2 / n)


@claim(
    source="derived: by symmetry",
    mutants={"it leaves the best fit": lambda b, lam: b / 10},
    scale=lambda b, lam: 1,
    unreached=NO_STEP,
)
def stability_fixed_point_misspecified_far(b=Points(1, 3, 10), lam=Positive()):
    """The same for uniform data, whose tails are no match to the model's."""
    return Eq(LocationLoop(Logistic(), Uniform(-b, b), lam).theta(1), 0)


# ---- the Jacobian there ---------------------------------------------------------------------------------------------


@claim(
    source=f"derived by the implicit function theorem; {BERTRAND} bound its norm",
    mutants={
        "the synthetic curvature forgotten": lambda data, lam: (
            lam / LocationLoop(Logistic(), data, lam).curvature() / 3
        ),
        "lam/(1 + lam), as if well specified": lambda data, lam: lam / (1 + lam),
    },
)
def stability_jacobian_exact(data=Points(*DATA), lam=Positive()):
    """The Jacobian of retraining at the fixed point is lam I/(H + lam I), H the curvature, I the Fisher information."""
    loop = LocationLoop(Logistic(), data, lam)
    return Eq(loop.jacobian(0), lam * loop.fisher() / (loop.curvature() + lam * loop.fisher()))


@claim(
    source="derived: algebra of two by two matrices",
    mutants={
        "eigenvalues lam mu": lambda a, b, d, p, q, s, mu, lam: (
            lam**2 * (p - mu * (a + lam * p)) * (s - mu * (d + lam * s)) - lam**2 * (q - mu * (b + lam * q)) ** 2
        ),
    },
)
def stability_jacobian_exact_eigenvalues(
    a=Reals(0, 5),
    b=Reals(-5, 5),
    d=Reals(0, 5),
    p=Reals(0, 5),
    q=Reals(-5, 5),
    s=Reals(0, 5),
    mu=Positive(),
    lam=Positive(),
):
    """Two parameters: (H + lam I)^-1 lam I has the eigenvalue lam mu/(1 + lam mu) exactly where H^-1 I has mu.

    H = ((a, b), (b, d)), I = ((p, q), (q, s)): both characteristic polynomials vanish together, also for a singular I.
    """
    H, info = Matrix([[a, b], [b, d]]), Matrix([[p, q], [q, s]])
    return Eq(((1 + lam * mu) * lam * info - lam * mu * (H + lam * info)).det(), lam**2 * (info - mu * H).det())


@claim(source="derived: implicit function theorem, H = I", mutants={"rate lam/(1 - lam)": lambda lam: lam / (1 - lam)})
def stability_jacobian_exact_well_specified(lam=Positive()):
    """If the model contains the data, the Jacobian is lam/(1 + lam), the share of synthetic data."""
    return Eq(LocationLoop(Logistic(), Logistic(), lam).jacobian(0), lam / (1 + lam))


@claim(source="derived: an integral of the logistic density", mutants={"1/4": lambda: Rational(1, 4)})
def stability_jacobian_exact_information():
    """The Fisher information of a logistic location is 1/3."""
    return Eq(LocationLoop(Logistic(), Logistic(), 1).fisher(), Rational(1, 3))


@claim(source="derived: integration by parts", mutants={"1/4": lambda: Rational(1, 4)})
def stability_jacobian_exact_information_curvature():
    """It is also the expected curvature: E psi^2 = E psi'."""
    loop = LocationLoop(Logistic(), Logistic(), 1)
    return Eq(loop.curvature(), loop.fisher())


@claim(
    source="derived: implicit function theorem; odd functions have no second order",
    mutants={"a thousandth of it": lambda data, lam, h: h**2 / 1000},
    unreached=NO_STEP,
)
def stability_jacobian_exact_map(
    data=Points(*DATA), lam=Reals(0, 20, notable=(1, 5)), h=Points(Rational(1, 10), Rational(1, 100))
):
    """The map itself: the next parameter from a small start h is h J, up to h^3.

    One witness: the step has no closed form, and h^2 is smaller than what sampling sees.
    """
    loop = LocationLoop(Logistic(), data, lam, start=h)
    return Le(Abs(loop.theta(1) / h - loop.jacobian(0)), h**2)


@claim(source="derived: limit of the exact Jacobian", mutants={"to 1, as if well specified": lambda data, lam: 1})
def stability_fully_synthetic_neutral_location(data=Points(*DATA), lam=Reals(1, oo)):
    """As lam grows a logistic location ceases to contract: lam (1 - J) tends to H/I."""
    loop = LocationLoop(Logistic(), data, lam)
    H, info = loop.curvature(), loop.fisher()
    return Tends(lam * (1 - loop.jacobian(0)), (lam, 1, oo), H / info, rate=H**2 / (lam * info**2))


# ---- the rate, and the published bound ------------------------------------------------------------------------------


@formula(claim="stability-sharp-rate-all-lambda")
def bounded_rate(lam: Positive, c: Positive) -> Expr:
    """The bound on the local rate, lam c/(1 + lam c), from the theorem's constant c = 1 + L eps/alpha.

    Source: derived; it sharpens Theorem 1 of Bertrand et al. 2310.00429.
    """
    return lam * c / (1 + lam * c)


@formula(claim="stability-sharp-rate-all-lambda")
def local_rate(lam: Positive, L: Nonnegative, eps: Nonnegative, alpha: Positive) -> Expr:
    """A bound on the local rate of retraining: lam c/(1 + lam c) with c = 1 + L eps/alpha, below 1 for every lam.

    lam: ratio of synthetic to real data.  L: Lipschitz constant in x of the curvature of the log-likelihood.  eps: W1 distance
    of the data from the best fit.  alpha: the curvature there. A number without units.
    The claim decides it for a logistic location on four laws.
    Source: derived; it sharpens Theorem 1 of Bertrand et al. 2310.00429.
    """
    return bounded_rate(lam, 1 + L * eps / alpha)


@formula(
    claim="stability-published-bound-audit-bound",
    where=lambda lam, L, eps, alpha: lam * (1 + L * eps / alpha) < 1,
)
def published_rate(lam: Positive, L: Nonnegative, eps: Nonnegative, alpha: Positive) -> Expr:
    """The published bound on the local rate, lam c/(1 - lam c) with c = 1 + L eps/alpha. Parameters as of `local_rate`.

    Source: Theorem 1 of Bertrand et al. 2310.00429, as commonly quoted.
    """
    x = lam * (1 + L * eps / alpha)
    return x / (1 - x)


@formula(claim="stability-published-bound-audit-real-share")
def published_real_share(L: Nonnegative, eps: Nonnegative, alpha: Positive) -> Expr:
    """The share of real data beyond which the published condition lam c < 1/2 holds. Parameters as of `local_rate`.

    The loop itself is stable for every share above 0: see `local_rate`.
    Source: the condition of Theorem 1 of Bertrand et al. 2310.00429, as commonly quoted, solved for the share.
    """
    c = 1 + L * eps / alpha
    return 2 * c / (1 + 2 * c)


@claim(
    source=f"derived: I/H <= c (Kantorovich), put into the exact rate; sharpens Theorem 1 of {BERTRAND} for a logistic location",
    trivial=1,
    mutants={"without the misfit": lambda data, lam: lam / (1 + lam)},
    unreached=NO_CLOSED_FORM,
)
def stability_sharp_rate_all_lambda(data=Points(*DATA), lam=Positive()):
    """The local rate is at most lam c/(1 + lam c) for every lam, with the theorem's constant c = 1 + L eps/alpha."""
    loop = LocationLoop(Logistic(), data, lam)
    c = misfit_constant(loop)
    return Le(loop.jacobian(0), bounded_rate(lam, c))


@claim(
    source="derived: x/(1 + x) increases",
    mutants={"lam (mu + d)/(1 + lam mu)": lambda mu, d, lam: lam * mu / (1 + lam * (mu + d))},
)
def stability_sharp_rate_all_lambda_algebra(mu=Positive(), d=Positive(), lam=Positive()):
    """An eigenvalue lam mu/(1 + lam mu) is below lam c/(1 + lam c) for every c = mu + d: no condition on lam is used."""
    return Lt(lam * mu / (1 + lam * mu), lam * (mu + d) / (1 + lam * (mu + d)))


@claim(
    source=f"derived: algebra of the two rates; that of Theorem 1 of {BERTRAND}, as commonly quoted, on the left",
    mutants={"twice that": lambda x, mu, d: 2 * (1 + x) / (1 - x) * x * mu / (mu + d + x * mu)},
)
def stability_sharp_rate_all_lambda_published(x=Reals(0, half), mu=Positive(), d=Positive()):
    """Where lam c = x < 1/2 the published rate x/(1 - x) is at least (1 + x)/(1 - x) times too large."""
    true = x * mu / (mu + d) / (1 + x * mu / (mu + d))
    return Ge(x / (1 - x), (1 + x) / (1 - x) * true)


@claim(
    source=f"read into the condition lam (1 + L eps/alpha) < 1/2 of {BERTRAND}: there it is sufficient, not necessary",
    expected="fails",
    corrected="stability-sharp-rate-all-lambda",
)
def stability_sharp_rate_all_lambda_unstable(data=Points(Logistic(), *DATA), lam=Reals(half, 20)):
    """Retraining is unstable beyond lam = 1/2: the error grows from 1."""
    return Ge(LocationLoop(Logistic(), data, lam, start=1).theta(1), 1)


@claim(
    source="derived: ratio of the published bound and the exact rate, by enclosure",
    mutants={"a gap of 6.69": lambda data, lam: {">": 6.69}},
    unreached=NO_CLOSED_FORM,
)
def stability_published_bound_audit_worst(data=Points(Normal(0, 100)), lam=Points(Rational(1, 50))):
    """For N(0, 100) data at lam = 0.02 the published rate is 6.67 times the true one.

    One witness: the misfit has no closed form, and so small a rate takes too many draws.
    """
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    gap = x / (1 - x) / loop.jacobian(0)
    return And(Gt(gap, Rational(667, 100)), Lt(gap, Rational(668, 100)))


@claim(
    source=f"derived: algebra of the two rates; an audit of Theorem 1 of {BERTRAND}, as commonly quoted, for a logistic location",
    mutants={"the Kantorovich step alone": lambda data, lam: _kantorovich(LocationLoop(Logistic(), data, lam))},
)
def stability_published_bound_audit(data=Points(*DATA), lam=Reals(0, UP_TO)):
    """Published rate over true rate is (c/mu) (1 + lam mu)/(1 - lam c): a Kantorovich step times a sign step."""
    loop = LocationLoop(Logistic(), data, lam)
    c, mu = misfit_constant(loop), loop.fisher() / loop.curvature()
    return Eq(lam * c / (1 - lam * c) / loop.jacobian(0), c / mu * (1 + lam * mu) / (1 - lam * c))


@claim(
    source=f"derived: the exact rate is below x/(1 + x); the rate of Theorem 1 of {BERTRAND} for a logistic location",
    trivial=1,
    mutants={"half of lam": lambda data, lam: lam / 2},
    unreached=NO_CLOSED_FORM,
)
def stability_published_bound_audit_bound(data=Points(*DATA), lam=Reals(0, UP_TO, notable=(Rational(1, 50),))):
    """The published bound on the local rate of a logistic location: at most lam c/(1 - lam c), c = 1 + L eps/alpha.

    Its hypotheses hold for all of these data: L = 1/(3 sqrt(3)), alpha is the best fit's curvature H > 0, eps = W1, and
    lam c < 1/2 up to lam = 1/35. (For any model: `stability-theorem-published`.)
    """
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    return Le(loop.jacobian(0), x / (1 - x))


@claim(
    source=f"derived: Kantorovich's duality, I - H <= L eps; in the proof of Theorem 1 of {BERTRAND}, for a logistic location",
    mutants={"without the misfit": lambda data: 1},
    unreached=NO_CLOSED_FORM,
)
def stability_published_bound_audit_kantorovich(
    data=Points(*DATA, Uniform(-3, 3), Mixture(half, Normal(-1, 1), Normal(1, 1))),
):
    """The information per curvature mu = I/H is at most the constant c = 1 + L eps/alpha of the theorem."""
    loop = LocationLoop(Logistic(), data, 1)
    return Le(loop.fisher() / loop.curvature(), misfit_constant(loop))


@claim(
    mutants={"without the half": lambda alpha, L, eps, lam: L / alpha * (eps - alpha / L * (1 / lam - 1))},
    source=f"derived: the condition of Theorem 1 of {BERTRAND}, as commonly quoted, solved for the misfit",
)
def stability_published_bound_audit_misfit(alpha=Positive(), L=Positive(), eps=Positive(), lam=Positive()):
    """The published condition allows a misfit eps below (alpha/L) (1/(2 lam) - 1): none from lam = 1/2 on."""
    return Eq(1 + L * eps / alpha - 1 / (2 * lam), L / alpha * (eps - alpha / L * (1 / (2 * lam) - 1)))


@claim(
    headline=(
        3,
        "The published condition for stability asks for at least two thirds of real data, even where the model is exact.",
    ),
    source=f"derived: the condition of Theorem 1 of {BERTRAND}, as commonly quoted, solved for the share of real data",
    where=lambda c, lam: lam * c < half,
    needs=["where"],
    mutants={"a twentieth more": lambda c, lam: Rational(1, 20) + 2 * c / (1 + 2 * c)},
)
def stability_published_bound_audit_real_share(
    c=Reals(Rational(9, 10), 50, notable=(1,)), lam=Positive(notable=(Rational(49, 100),))
):
    """The published condition lam c < 1/2 asks for a share of real data above 2c/(1 + 2c), at least 2/3."""
    return Gt(1 / (1 + lam), 2 * c / (1 + 2 * c))


@claim(
    source="a hope, not a quotation",
    expected="fails",
    corrected="stability-published-bound-audit",
)
def stability_published_bound_audit_factor_two(data=Points(*DATA), lam=Points(Rational(1, 50))):
    """The published rate is never more than twice the true one."""
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    return Le(x / (1 - x) / loop.jacobian(0), 2)


# ---- the logistic table ---------------------------------------------------------------------------------------------


@claim(
    source="derived: implicit function theorem",
    mutants={"I = 1/4": lambda data, lam: lam / (lam + 4 * LocationLoop(Logistic(), data, lam).curvature())},
)
def stability_logistic_misspecified_table(data=Points(*DATA), lam=Positive()):
    """A logistic location on symmetric data has the rate lam/(lam + 3 H) with H = E sech^2(X/2)/2."""
    loop = LocationLoop(Logistic(), data, lam)
    return Eq(loop.jacobian(0), lam / (lam + 3 * loop.curvature()))


@claim(
    source="a plausible reading of what misfit does",
    expected="fails",
    corrected="stability-logistic-misspecified-table",
)
def stability_logistic_misspecified_table_slower(data=Points(*DATA), lam=Positive()):
    """Misfit always slows retraining down: the rate is at least lam/(1 + lam)."""
    return Ge(LocationLoop(Logistic(), data, lam).jacobian(0), lam / (1 + lam))


@claim(source="derived: an integral of the Laplace density", mutants={"log 2": lambda: log(2)})
def stability_logistic_misspecified_table_laplace():
    """Laplace data: curvature and misfit are both 2 log 2 - 1."""
    loop = LocationLoop(Logistic(), Laplace(), 1)
    return Eq(loop.curvature(), 2 * log(2) - 1)


@claim(
    source="derived: W1 as an integral of the difference of two cdfs",
    mutants={"log 2 - 1/2": lambda: log(2) - half},
    unreached={"derivation": "an integral between two distribution functions without a closed form"},
)
def stability_logistic_misspecified_table_laplace_misfit():
    """W1 between the Laplace and the logistic law is 2 log 2 - 1."""
    return Eq(W1(Laplace(), Logistic()), 2 * log(2) - 1)


@claim(source="derived: an integral of the uniform density", mutants={"tanh(b)/b": lambda b: tanh(b) / b})
def stability_logistic_misspecified_table_uniform(b=Points(1, 3, 10)):
    """Uniform data on (-b, b): the curvature is tanh(b/2)/b."""
    return Eq(LocationLoop(Logistic(), Uniform(-b, b), 1).curvature(), tanh(sympify(b) / 2) / b)


@claim(
    source="derived: W1 as an integral of the difference of two cdfs",
    mutants={"E|X| of the logistic alone": lambda sd: 2 * log(2)},
    unreached={"derivation": "an integral between two distribution functions without a closed form"},
)
def stability_logistic_misspecified_table_normal(sd=Points(1, 10)):
    """Normal data that cross the logistic law at 0 only: W1 is the difference of the mean absolute values."""
    return Eq(W1(Normal(0, sd**2), Logistic()), Abs(sd * sqrt(2 / pi) - 2 * log(2)))


# ---- far from the fixed point ---------------------------------------------------------------------------------------


@claim(
    source="derived: the weighted median of the mixture, a quadratic equation",
    mutants={
        "geometric from any distance": lambda theta, lam: lam / (1 + lam) * theta,
    },
    unreached=NO_STEP,
)
def stability_laplace_location_closed_form(theta=Reals(0, 60, notable=(3, 30)), lam=Reals(0, 20, notable=(half, 4))):
    """The Laplace location loop has a closed form: the weighted median of the mixture."""
    loop = LocationLoop(Laplace(), Laplace(), lam, start=theta)
    return Eq(loop.theta(1), log(2 / (1 - lam + sqrt((1 - lam) ** 2 + 4 * lam * exp(-theta)))))


@claim(
    source="derived: from the closed form",
    mutants={"the local rate squared": lambda theta, lam: (lam / (1 + lam)) ** 2 * theta},
    unreached=NO_STEP,
)
def stability_laplace_location_closed_form_contraction(
    theta=Reals(0, 60, notable=(3, 30)), lam=Reals(0, 1, notable=(half,))
):
    """Up to lam = 1 a Laplace location contracts from any distance by its local rate lam/(1 + lam) at least."""
    return Lt(LocationLoop(Laplace(), Laplace(), lam, start=theta).theta(1), lam / (1 + lam) * theta)


@claim(
    source="derived: from the closed form",
    mutants={"-log(1 - lam^2)": lambda theta, lam: -log(1 - lam**2)},
    unreached=NO_STEP,
)
def stability_laplace_location_closed_form_home(theta=Reals(0, 20, notable=(3, 10)), lam=Reals(0, 1, notable=(half,))):
    """Below lam = 1 one retraining brings a Laplace location from any distance to within -log(1 - lam) of home."""
    return Lt(LocationLoop(Laplace(), Laplace(), lam, start=theta).theta(1), -log(1 - lam))


@claim(
    source="derived: from the closed form",
    mutants={"by log(lam)": lambda theta, lam: log(lam)},
    unreached=NO_STEP,
)
def stability_laplace_location_closed_form_steps(
    theta=Reals(0, 20, notable=(3, 10)), lam=Reals(1, 20, notable=(Rational(3, 2), 4))
):
    """Beyond lam = 1 it travels by less than log(lam/(lam - 1)) a generation, however far it is."""
    after = LocationLoop(Laplace(), Laplace(), lam, start=theta).theta(1)
    return Lt(theta - after, log(lam / (lam - 1)))


@claim(
    source="derived: from the closed form",
    mutants={"a third of the way": lambda theta: 2 * theta / 3},
    unreached=NO_STEP,
)
def stability_laplace_location_closed_form_half(theta=Reals(0, 60, notable=(3, 30))):
    """With as many synthetic as real points a Laplace location moves exactly half way home, from any distance.

    One witness: the step is stated as a root, and its sampling takes more draws than there is time for.
    """
    return Eq(LocationLoop(Laplace(), Laplace(), 1, start=theta).theta(1), theta / 2)


@claim(
    source="the local rate, taken for a global one",
    expected="fails",
    corrected="stability-laplace-location-closed-form",
)
def stability_laplace_location_closed_form_geometric(theta=Reals(5, 60), t=Points(1, 10)):
    """With four times as many synthetic as real points the error shrinks by lam/(1 + lam) = 4/5 a generation."""
    return Le(LocationLoop(Laplace(), Laplace(), 4, start=theta).theta(t), Rational(4, 5) ** t * theta)


@claim(
    source="derived: the closed form, iterated",
    mutants={"a generation sooner": lambda: {">": Rational(3, 5)}},
    unreached=NO_STEP,
)
def stability_laplace_location_closed_form_travel():
    """From 10, with four times as many synthetic points, it takes 38 generations to 1/2: a geometric law says 14.

    One witness: a root of an expected score is sampled for the first generation only.
    """
    loop = LocationLoop(Laplace(), Laplace(), 4, start=10)
    return And(Le(loop.theta(38), half), Gt(loop.theta(37), half))


@claim(
    source="derived: an integral of the logistic density",
    mutants={"d/3, its slope at 0": lambda d: d / 3},
    unreached={"derivation": "the mean of tanh has no closed form there"},
)
def stability_bounded_score_far_field_score(d=Reals(0, 40, notable=(1, 3, 10))):
    """The expected score of a logistic at distance d is (sinh d - d)/(cosh d - 1)."""
    pull = E(tanh((Noise("Z", Logistic()) + d) / 2))
    return Eq(pull, (sinh(d) - d) / (cosh(d) - 1))


@claim(
    source="derived: by symmetry",
    mutants={"a tenth less": lambda theta: theta * Rational(9, 20)},
    unreached=NO_STEP,
)
def stability_bounded_score_far_field_half(theta=Reals(0, 40, notable=(3, 10))):
    """At lam = 1 a logistic location moves exactly half way home, from any distance."""
    return Eq(LocationLoop(Logistic(), Logistic(), 1, start=theta).theta(1), theta / 2)


@claim(
    source="derived: the expected score is bounded by 1",
    mutants={"nine tenths of it": lambda theta, lam: {"<": lam * Rational(9, 10)}},
    unreached=NO_STEP,
)
def stability_bounded_score_far_field(theta=Reals(1, 20, notable=(3,)), lam=Reals(0, 1, notable=(half,))):
    """Below lam = 1 one retraining brings a start home from afar: the pull of the data at the next model is below lam."""
    g = LocationLoop(Logistic(), Logistic(), lam, start=theta).theta(1)
    return And(Gt(g, 0), Lt((sinh(g) - g) / (cosh(g) - 1), lam))


@claim(
    source="derived: the expected score is bounded by 1",
    mutants={"1/lam**2": lambda theta, lam: {"<": 1 / lam**2}},
    unreached=NO_STEP,
)
def stability_bounded_score_far_field_travel(theta=Reals(2, 40, notable=(3, 10)), lam=Reals(1, 20, notable=(4,))):
    """Beyond lam = 1 the steps are bounded: the pull of the synthetic data at their own distance is at most 1/lam.

    One witness: the step has no closed form, and its score is too flat that far out to be sampled.
    """
    d = theta - LocationLoop(Logistic(), Logistic(), lam, start=theta).theta(1)
    return And(Gt(d, 0), Lt((sinh(d) - d) / (cosh(d) - 1), 1 / lam))


@claim(
    source="the local rate, taken for a global one",
    expected="fails",
    corrected="stability-bounded-score-far-field-travel",
)
def stability_bounded_score_far_field_geometric(theta=Reals(10, 60, notable=(40,))):
    """With four times as many synthetic as real points the error shrinks by 4/5 in every generation."""
    return Le(LocationLoop(Logistic(), Logistic(), 4, start=theta).theta(1), Rational(4, 5) * theta)


# ---- a corrector ----------------------------------------------------------------------------------------------------


@claim(
    source=f"derived: the correction divides the step; {GILLMAN} need lam c < (1 + gamma)/(2 + gamma), as commonly quoted",
    mutants={
        "correction counted as real data": lambda data, lam, gamma: (
            lam / (3 * (1 + gamma) * LocationLoop(Logistic(), data, lam).curvature() + lam)
        ),
    },
)
def stability_gillman_correction_rate(data=Points(*DATA), lam=Positive(), gamma=Positive()):
    """An exact corrector divides the rate by exactly 1 + gamma."""
    loop = LocationLoop(Logistic(), data, lam, gamma=gamma)
    return Eq(loop.jacobian(0), LocationLoop(Logistic(), data, lam).jacobian(0) / (1 + gamma))


@claim(
    source=f"{GILLMAN}, as commonly quoted (form rebuilt from its threshold)",
    trivial=1,
    mutants={"lam/(3 (1 + gamma))": lambda data, lam, gamma: lam / (3 * (1 + gamma))},
    unreached=NO_CLOSED_FORM,
)
def stability_gillman_correction_rate_published(
    data=Points(*DATA), lam=Reals(0, UP_TO, notable=(Rational(1, 50),)), gamma=Positive()
):
    """The published bound on the rate with a corrector: lam c/((1 + gamma) (1 - lam c)), where lam c < 1/2."""
    loop = LocationLoop(Logistic(), data, lam, gamma=gamma)
    x = lam * misfit_constant(loop)
    return Le(loop.jacobian(0), x / ((1 + gamma) * (1 - x)))


@claim(
    source="derived: the exact Jacobian over 1 + gamma",
    trivial=1,
    mutants={"without the misfit": lambda data, lam, gamma: lam / ((1 + gamma) * (1 + lam))},
    unreached=NO_CLOSED_FORM,
)
def stability_gillman_correction_rate_sharp(data=Points(*DATA), lam=Positive(), gamma=Positive()):
    """With a corrector the rate is at most lam c/((1 + gamma) (1 + lam c)), for every lam."""
    loop = LocationLoop(Logistic(), data, lam, gamma=gamma)
    x = lam * misfit_constant(loop)
    return Le(loop.jacobian(0), x / ((1 + gamma) * (1 + x)))


@claim(
    source="derived: the exact Jacobian over 1 + gamma",
    mutants={"without the correction": lambda data, lam, gamma: 1 / (1 + gamma) ** 2},
)
def stability_gillman_correction_rate_uniform(data=Points(*DATA), lam=Positive(), gamma=Positive()):
    """With a corrector the rate stays below 1/(1 + gamma), uniformly in lam: no upper limit on lam is needed."""
    return Lt(LocationLoop(Logistic(), data, lam, gamma=gamma).jacobian(0), 1 / (1 + gamma))


@claim(
    source=f"read into the sufficient condition of {GILLMAN}, as commonly quoted",
    expected="fails",
    corrected="stability-gillman-correction-rate-uniform",
)
def stability_gillman_correction_rate_unstable(data=Points(Normal(0, 4)), lam=Points(5), gamma=Points(2)):
    """At lam = 5, gamma = 2, where lam c exceeds (1 + gamma)/(2 + gamma), the error grows from 1."""
    return Ge(LocationLoop(Logistic(), data, lam, start=1, gamma=gamma).theta(1), 1)
