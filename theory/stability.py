"""Iterative retraining on a mixture of real and synthetic data (Bertrand et al., 2310.00429): loops and theorems.

n real points and m = lambda n synthetic ones, N = n + m, a = m/N = lambda/(1 + lambda), are pooled and the model is
refitted by maximum likelihood. In a *population* loop both samples are infinite and only lambda is left.

Time: model 0 is what the loop is handed, model t is after t fits; the papers' theta_t is our theta(t).
"""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

from __future__ import annotations

from sympy import (
    Abs,
    Add,
    And,
    Eq,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Min,
    Product,
    Rational,
    S,
    Symbol,
    cosh,
    exp,
    fraction,
    log,
    oo,
    pi,
    rootof,
    sign,
    sinh,
    sqrt,
    sympify,
    tanh,
    together,
)
from sympy.core.symbol import Str

from .language.claims import claim
from .language.domains import Integers, Points, Positive, Probability, Reals
from .language.laws import Binomial, Cauchy, ChiSquare, Laplace, Law, Logistic, Mixture, Noise, Normal, Uniform
from .language.loops import ArgmaxLoop, Loop, Observable, PopulationLoop, arguments, observable
from .language.moments import W1, E, Prob, Tends, Var

NOTABLE = tuple(
    {"n": n, "m": m, "t": t}
    for n, m, t in ((10, 10, 3), (10, 40, 2), (3, 5, 5), (2, 2, 1), (5, 40, 1), (10, 20, 1), (2, 8, 10), (10, 10, 0))
)


def _policy(kind: str, given, allowed: tuple[str, ...]):
    if isinstance(given, str) and given not in allowed:
        raise ValueError(f"{kind}={given!r}: expected {' or '.join(map(repr, allowed))}")
    return Str(given) if isinstance(given, str) else given


class RetrainedMeanLoop(Loop):
    """The mean of a Gaussian of known variance, refitted to n real points and m from the model before.

    mean, variance: of the real law.  start: the mean that the loop is handed, or "fit", the mean of the first real sample.
    real: "fresh" points for every fit, or one "fixed" sample for all of them.
    bias: systematic error added by every fit.

    Observables: mu(t), error(t) = mu(t) - mean, real_mean(t), the mean of the real sample used in fit t.
    """

    state = ("mu", "real")
    latex_names = {"mu": r"\mu", "real": r"\bar x"}  # noqa: RUF012
    joint_points = NOTABLE

    def __new__(cls, n, m, mean=0, variance=1, start=None, real="fresh", bias=0):
        start = mean if start is None else start
        start, real = _policy("start", start, ("fit",)), _policy("real", real, ("fresh", "fixed"))
        return Loop.__new__(cls, *map(sympify, (n, m, mean, variance, start, real, bias)))

    n, m, mean, variance, start, policy, bias = arguments(7)
    fixed = property(lambda self: str(self.policy) == "fixed")

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n >= 1 and self.m.is_Integer and self.m >= 0):
            return f"n = {self.n}, m = {self.m}: at least one real point, and no fewer than 0 synthetic ones"
        return None if self.variance.is_positive else f"variance = {self.variance} is not positive"

    mu = observable("mu")

    def error(self, t) -> Expr:
        return self.mu(t) - self.mean

    real_mean = observable("real")

    def _sample_mean(self) -> Expr:
        return self.mean + sqrt(self.variance / self.n) * Noise("X", Normal(0, 1))

    @property
    def initial(self) -> dict[str, Expr]:
        real = self._sample_mean()
        return {"mu": real if str(self.start) == "fit" else self.start, "real": real}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        n, m = self.n, self.m
        real = state["real"] if self.fixed else self._sample_mean()
        synthetic = m * state["mu"] + sqrt(m * self.variance) * Noise("Y", Normal(0, 1))
        return {"mu": (n * real + synthetic) / (n + m) + self.bias, "real": real}


class RetrainedGaussianLoop(Loop):
    """Mean and variance of a Gaussian, refitted by maximum likelihood to n real points and m from the model before.

    mean, variance: of the real law.  start: the truth, or "fit": the fit of the first real sample.
    real: "fresh" points for every fit, or one "fixed" sample for all of them.
    temperature: factor tau on the variance of the synthetic points (1: faithful sampling).

    Observables: mu(t), v(t) (the fitted variance), error(t) = mu(t) - mean; real(t), spread(t): mean and variance of the
    real sample used in fit t.
    """

    state = ("v", "mu", "real", "spread")
    positive = frozenset({"v"})
    latex_names = {"mu": r"\mu", "real": r"\bar x", "spread": "s^2"}  # noqa: RUF012
    joint_points = NOTABLE

    def __new__(cls, n, m, mean=0, variance=1, start="truth", real="fresh", temperature=1):
        start, real = _policy("start", start, ("truth", "fit")), _policy("real", real, ("fresh", "fixed"))
        return Loop.__new__(cls, *map(sympify, (n, m, mean, variance, start, real, temperature)))

    n, m, mean, variance, start, policy, temperature = arguments(7)
    fixed = property(lambda self: str(self.policy) == "fixed")

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n >= 2 and self.m.is_Integer and self.m >= 2):
            return f"n = {self.n}, m = {self.m}: at least two real and two synthetic points are needed"
        positive = self.variance.is_positive and self.temperature.is_positive
        return None if positive else "variance and temperature have to be positive"

    mu = observable("mu")

    v = observable("v")

    def error(self, t) -> Expr:
        return self.mu(t) - self.mean

    real = observable("real")

    spread = observable("spread")

    def _sample(self) -> tuple[Expr, Expr]:
        """Mean and variance (over n) of n real points: independent, by Cochran's theorem."""
        z, q = Noise("X", Normal(0, 1)), Noise("Q", ChiSquare(self.n - 1))
        return self.mean + sqrt(self.variance / self.n) * z, self.variance * q / self.n

    @property
    def initial(self) -> dict[str, Expr]:
        real, spread = self._sample()
        start = {"v": spread, "mu": real} if str(self.start) == "fit" else {"v": self.variance, "mu": self.mean}
        return {**start, "real": real, "spread": spread}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        n, m = self.n, self.m
        real, spread = (state["real"], state["spread"]) if self.fixed else self._sample()
        v = self.temperature * state["v"]
        synthetic = state["mu"] + sqrt(v / m) * Noise("Y", Normal(0, 1))
        within = (n * spread + v * Noise("R", ChiSquare(m - 1))) / (n + m)
        between = n * m * (real - synthetic) ** 2 / (n + m) ** 2
        return {"v": within + between, "mu": (n * real + m * synthetic) / (n + m), "real": real, "spread": spread}

    def standard(self) -> RetrainedGaussianLoop:
        n, m, _, _, *rest = self.args
        return self.func(n, m, 0, 1, *rest)

    def rescale(self, observable: Observable) -> Expr:
        """Shifting and scaling the real law shifts and scales every model."""
        standard = observable.func(self.standard(), *observable.args[1:])
        if observable.name in ("v", "spread"):
            return self.variance * standard
        return self.mean + sqrt(self.variance) * standard


class RetrainedBernoulliLoop(Loop):
    """The probability of a coin, refitted to n real tosses of probability p and m from the model before.

    start: the probability that the loop is handed.  n = 0: fully synthetic.  Observables: theta(t).
    """

    state = ("theta",)
    latex_names = {"theta": r"\theta"}  # noqa: RUF012
    joint_points = NOTABLE

    def __new__(cls, n, m, p, start):
        return Loop.__new__(cls, *map(sympify, (n, m, p, start)))

    n, m, p, start = arguments(4)

    @property
    def grid(self) -> Expr:
        return self.n + self.m

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.m.is_Integer and self.n >= 0 and self.m >= 0 and self.n + self.m >= 1):
            return f"n = {self.n}, m = {self.m}: no tosses"
        return None if 0 <= self.p <= 1 and 0 <= self.start <= 1 else "p and start are probabilities"

    theta = observable("theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        synthetic = Noise("Y", Binomial(self.m, state["theta"]))
        real = Noise("X", Binomial(self.n, self.p)) if self.n != 0 else 0
        return {"theta": (real + synthetic) / (self.n + self.m)}


class RetrainedScaleLoop(Loop):
    """The variance of a Gaussian of known mean, refitted to n real points and m from the model before, sampled hot or cold.

    variance: of the real law.  start: the variance that the loop is handed.
    temperature: factor tau on the variance of the synthetic points (1: faithful sampling).
    data: "normal", or "two points": the real points are +-sqrt(variance), as far from normal as can be.
    Observables: v(t).
    """

    state = ("v",)
    positive = frozenset({"v"})
    joint_points = NOTABLE

    def __new__(cls, n, m, variance=1, start=None, temperature=1, data="normal"):
        start, data = variance if start is None else start, _policy("data", data, ("normal", "two points"))
        return Loop.__new__(cls, *map(sympify, (n, m, variance, start, temperature, data)))

    n, m, variance, start, temperature, policy = arguments(6)
    two_points = property(lambda self: str(self.policy) == "two points")

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n >= 0 and self.m.is_Integer and self.m >= 0 and self.n + self.m >= 1):
            return f"n = {self.n}, m = {self.m}: no points"
        positive = self.variance.is_positive and self.start.is_positive and self.temperature.is_positive
        return None if positive else "variances and temperature have to be positive"

    v = observable("v")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        squares = self.n if self.two_points or self.n == 0 else Noise("Q", ChiSquare(self.n))
        real = self.variance * squares
        synthetic = self.temperature * state["v"] * Noise("R", ChiSquare(self.m))
        return {"v": (real + synthetic) / (self.n + self.m)}


class CorrectedMeanLoop(Loop):
    """The mean of a Gaussian, refitted to n real points and m from a corrected model (Gillman et al., 2402.07087).

    Each synthetic point is from the model with probability 1/(1 + gamma), else from the truth: the exact corrector.
    variance: of the real law.  start: the error that the loop is handed.  Observables: error(t).
    """

    state = ("error",)
    latex_names = {"error": "e"}  # noqa: RUF012
    joint_points = NOTABLE

    def __new__(cls, n, m, gamma, variance=1, start=0):
        return Loop.__new__(cls, *map(sympify, (n, m, gamma, variance, start)))

    n, m, gamma, variance, start = arguments(5)

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n >= 1 and self.m.is_Integer and self.m >= 0):
            return f"n = {self.n}, m = {self.m}: at least one real point, and no fewer than 0 synthetic ones"
        return None if self.variance.is_positive and self.gamma >= 0 else "variance > 0 and gamma >= 0 are needed"

    error = observable("error")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"error": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        N = self.n + self.m
        kept = Noise("B", Binomial(self.m, 1 / (1 + self.gamma)))
        return {"error": kept * state["error"] / N + sqrt(self.variance / N) * Noise("Z", Normal(0, 1))}


class LocationLoop(PopulationLoop):
    """A location family refitted to infinitely many points: real ones and lambda times as many synthetic ones.

    family: its law at location 0 and scale 1, `Logistic()` or `Laplace()`: log-concave, so the likelihood has one peak.
    data: the real law.  lam: the ratio of synthetic to real data.  start: the location that the loop is handed.
    gamma: of the corrector, which replaces a synthetic point with probability gamma/(1 + gamma) by one of the model at
        location 0, the best fit to symmetric data.

    psi is the score, psi(x - theta) = d/dtheta log p_theta(x), kappa = psi' its curvature.
    """

    state = ("theta",)
    latex_names = {"theta": r"\theta"}  # noqa: RUF012

    def __new__(cls, family: Law, data: Law, lam, start=0, gamma=0):
        if not isinstance(family, Logistic | Laplace) or family.args != (0, 1):
            raise ValueError(f"family={family}: expected Logistic() or Laplace()")
        return Loop.__new__(cls, *map(sympify, (family, data, lam, start, gamma)))

    family, data, lam, start, gamma = arguments(5)

    def refuses(self) -> str | None:
        if self.lam.is_nonnegative and self.gamma.is_nonnegative:
            return None
        return f"lam = {self.lam}, gamma = {self.gamma}: ratios are expected"

    def psi(self, u) -> Expr:
        return tanh(u / 2) if isinstance(self.family, Logistic) else sign(u)

    def kappa(self, u) -> Expr:
        if not isinstance(self.family, Logistic):
            raise ValueError("the score of a Laplace law has jumps: no curvature")
        return 1 / cosh(u / 2) ** 2 / 2

    @property
    def lipschitz(self) -> Expr:
        """Of the curvature in x: the L of the stability theorem."""
        if not isinstance(self.family, Logistic):
            raise ValueError("the score of a Laplace law has jumps: no curvature")
        return 1 / (3 * sqrt(3))

    theta = observable("theta")

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


class RetrainedLocationLoop(Loop):
    """A logistic location refitted, by maximum likelihood, to n real points and m from the model before.

    data: the real law: Normal, Laplace, Logistic or Uniform.  start: the location that the loop is handed.
    The fit has no closed form, so the step is stated by its kernel only; `LocationLoop` is the limit of large n and m.
    Observables: theta(t).
    """

    state = ("theta",)
    latex_names = {"theta": r"\hat\theta"}  # noqa: RUF012
    joint_points = tuple({"n": n, "m": m} for n, m in ((10, 10), (5, 10), (20, 10), (4, 12), (40, 20)))

    def __new__(cls, n, m, data: Law, start=0):
        return Loop.__new__(cls, *map(sympify, (n, m, data, start)))

    n, m, data, start = arguments(4)

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n >= 1 and self.m.is_Integer and self.m >= 0):
            return f"n = {self.n}, m = {self.m}: at least one real point, and no fewer than 0 synthetic ones"
        if not isinstance(self.data, Normal | Laplace | Logistic | Uniform):
            return f"{self.data}: no kernel draws from this law"
        return None

    theta = observable("theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}


class CauchyLoop(ArgmaxLoop):
    """The location of a Cauchy family of unit scale, refitted to infinitely many points: its likelihood has many peaks.

    data: a Cauchy law, or a `Mixture` of two.  lam: the ratio of synthetic to real data.  start: the first location.
    With X Cauchy(c, s), E log(1 + (X - m)^2) = log((1 + s)^2 + (m - c)^2).
    """

    state = ("theta",)
    latex_names = {"theta": r"\theta"}  # noqa: RUF012

    def __new__(cls, data: Law, lam, start=0):
        return Loop.__new__(cls, *map(sympify, (data, lam, start)))

    data, lam, start = arguments(3)

    def refuses(self) -> str | None:
        return None if self.lam.is_nonnegative else f"lam = {self.lam}: a ratio is expected"

    @property
    def _parts(self) -> list:
        return self.data.parts if isinstance(self.data, Mixture) else [(S.One, self.data)]

    theta = observable("theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def loglik(self, m) -> Expr:
        """E_P log p_m(X), but for the constant -log pi."""
        return -sum((w * log((1 + law.scale) ** 2 + (m - law.center) ** 2) for w, law in self._parts), S.Zero)

    def kl(self, a, b) -> Expr:
        """KL(p_a || p_b)."""
        return log(1 + (a - b) ** 2 / 4)

    def objective(self, after, now) -> Expr:
        """Up to a constant: the synthetic part is minus the entropy of p_now minus KL(p_now || p_after)."""
        return self.loglik(after) - self.lam * self.kl(now, after)

    def stationary(self, after, now) -> Expr:
        return fraction(together(self.objective(after, now).diff(after)))[0]


# ---- shorthand ------------------------------------------------------------------------------------------------------

BERTRAND = "Bertrand et al. 2310.00429"
GILLMAN = "Gillman et al. 2402.07087"
DATA = (Normal(0, 4), Normal(0, 1), Laplace(), Normal(0, 100))  # symmetric: the best logistic fit is at 0

half = Rational(1, 2)
k = Symbol("k", integer=True, positive=True)


def real_share(n, m) -> Expr:
    """K = N/(N^2 - m^2 + m) with N = n + m: the variance that stays with the fitted mean, in units of the real one."""
    N = n + m
    return N / (N**2 - m**2 + m)


def second_rate(n, m) -> Expr:
    """m (m - 1)/N^2: the rate of second moments around the truth."""
    return m * (m - 1) / (n + m) ** 2


def misfit_constant(loop: LocationLoop) -> Expr:
    """c = 1 + L eps/alpha of the stability theorem, with eps = W1(data, best fit) and alpha the curvature there."""
    return 1 + loop.lipschitz * W1(loop.data, loop.family) / loop.curvature()


def _kantorovich(loop: LocationLoop) -> Expr:
    return misfit_constant(loop) * loop.curvature() / loop.fisher()


# ---- the fixed point ------------------------------------------------------------------------------------------------


@claim(
    source=f"{BERTRAND} (fixed-point proposition, as commonly quoted with the premise p_data = p_theta*)",
    mutants={"the fixed point moves with the misfit": lambda data, lam: Rational(1, 100)},
    scale=lambda data, lam: 1,
)
def stability_fixed_point_misspecified(data=Points(*DATA), lam=Positive()):
    """The best fit is a fixed point of retraining for every share of synthetic data, also when the model is wrong.

    A logistic location family on symmetric data: the best fit is at 0, where the expected scores of both parts vanish.
    (In general by Gibbs' inequality: the synthetic part of the objective is maximal there, too.)
    """
    return Eq(LocationLoop(Logistic(), data, lam).theta(1), 0)


@claim(
    mutants={
        "it stays": lambda data, theta, lam: {"<": theta * Rational(1, 10)},
        "it overshoots": lambda data, theta, lam: {">": theta},
    },
)
def stability_fixed_point_misspecified_approach(
    data=Points(*DATA), theta=Reals(0, 20, notable=(1, 5)), lam=Reals(0, 20, notable=(1, half))
):
    """A population loop improves in every step, from any distance, and never overshoots, for every share of real data."""
    after = LocationLoop(Logistic(), data, lam, start=theta).theta(1)
    return And(Gt(after, 0), Lt(after, theta))


@claim(mutants={"a drift of 1/10": lambda data, n, m, t: Rational(1, 10)}, scale=lambda data, n, m, t: 1)
def stability_fixed_point_misspecified_finite(
    data=Points(*DATA[:3]), n=Integers(1, 50), m=Integers(0, 50), t=Points(1, 3)
):
    """With finite samples the loop stays at the best fit on average, at every sample size: by symmetry."""
    return Eq(E(RetrainedLocationLoop(n, m, data).theta(t)), 0)


@claim(
    source="derived; the constant 1/2 is a choice (about 0.03 is measured)",
    mutants={"half as far": lambda data, n: LocationLoop(Logistic(), data, 1, start=1).theta(1) / 2},
)
def stability_jacobian_exact_finite(data=Points(*DATA[:3]), n=Integers(5, notable=(10, 25))):
    """Real retraining, n real and n synthetic points fitted by Newton's method, moves on average as the population loop."""
    finite, limit = RetrainedLocationLoop(n, n, data, start=1), LocationLoop(Logistic(), data, 1, start=1)
    return Tends(E(finite.theta(1)), (n, 5, oo), limit.theta(1), rate=1 / (2 * n))


@claim(mutants={"it leaves the best fit": lambda b, lam: b / 10}, scale=lambda b, lam: 1)
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


@claim(mutants={"rate lam/(1 - lam)": lambda lam: lam / (1 - lam)})
def stability_jacobian_exact_well_specified(lam=Positive()):
    """If the model contains the data, the Jacobian is lam/(1 + lam), the share of synthetic data."""
    return Eq(LocationLoop(Logistic(), Logistic(), lam).jacobian(0), lam / (1 + lam))


@claim(mutants={"1/4": lambda: Rational(1, 4)})
def stability_jacobian_exact_information():
    """The Fisher information of a logistic location is 1/3."""
    return Eq(LocationLoop(Logistic(), Logistic(), 1).fisher(), Rational(1, 3))


@claim(mutants={"1/4": lambda: Rational(1, 4)})
def stability_jacobian_exact_information_curvature():
    """It is also the expected curvature: E psi^2 = E psi'."""
    loop = LocationLoop(Logistic(), Logistic(), 1)
    return Eq(loop.curvature(), loop.fisher())


@claim(mutants={"a thousandth of it": lambda data, lam, h: h**2 / 1000})
def stability_jacobian_exact_map(
    data=Points(*DATA), lam=Reals(0, 20, notable=(1, 5)), h=Points(Rational(1, 10), Rational(1, 100))
):
    """The map itself: the next parameter from a small start h is h J, up to h^3."""
    loop = LocationLoop(Logistic(), data, lam, start=h)
    return Le(Abs(loop.theta(1) / h - loop.jacobian(0)), h**2)


# ---- the rate, and the published bound ------------------------------------------------------------------------------


@claim(
    source=f"derived; sharpens Theorem 1 of {BERTRAND}",
    trivial=1,
    mutants={"without the misfit": lambda data, lam: lam / (1 + lam) * Rational(99, 100)},
)
def stability_sharp_rate_all_lambda(data=Points(*DATA), lam=Positive()):
    """The local rate is at most lam c/(1 + lam c) for every lam, with the theorem's constant c = 1 + L eps/alpha."""
    loop = LocationLoop(Logistic(), data, lam)
    c = misfit_constant(loop)
    return Le(loop.jacobian(0), lam * c / (1 + lam * c))


@claim(mutants={"lam (mu + d)/(1 + lam mu)": lambda mu, d, lam: lam * mu / (1 + lam * (mu + d))})
def stability_sharp_rate_all_lambda_algebra(mu=Positive(), d=Positive(), lam=Positive()):
    """An eigenvalue lam mu/(1 + lam mu) is below lam c/(1 + lam c) for every c = mu + d: no condition on lam is used."""
    return Lt(lam * mu / (1 + lam * mu), lam * (mu + d) / (1 + lam * (mu + d)))


@claim(
    source=f"derived; the rate of Theorem 1 of {BERTRAND}, as commonly quoted, on the left",
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


@claim(mutants={"a gap of 6.69": lambda data, lam: {">": 6.69}})
def stability_published_bound_audit_worst(data=Points(Normal(0, 100)), lam=Points(Rational(1, 50))):
    """For N(0, 100) data at lam = 0.02 the published rate is 6.67 times the true one."""
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    gap = x / (1 - x) / loop.jacobian(0)
    return And(Gt(gap, Rational(667, 100)), Lt(gap, Rational(668, 100)))


@claim(
    source=f"audit of Theorem 1 of {BERTRAND}, as commonly quoted",
    mutants={"the Kantorovich step alone": lambda data, lam: _kantorovich(LocationLoop(Logistic(), data, lam))},
)
def stability_published_bound_audit(data=Points(*DATA), lam=Reals(0, Rational(1, 40))):
    """Published rate over true rate is (c/mu) (1 + lam mu)/(1 - lam c): a Kantorovich step times a sign step."""
    loop = LocationLoop(Logistic(), data, lam)
    c, mu = misfit_constant(loop), loop.fisher() / loop.curvature()
    return Eq(lam * c / (1 - lam * c) / loop.jacobian(0), c / mu * (1 + lam * mu) / (1 - lam * c))


@claim(
    source=f"Theorem 1 of {BERTRAND}, as commonly quoted",
    trivial=1,
    mutants={"half of it": lambda data, lam: lam / 2},
)
def stability_published_bound_audit_bound(
    data=Points(*DATA), lam=Reals(0, Rational(1, 20), notable=(Rational(1, 50),))
):
    """The published bound on the local rate: at most lam c/(1 - lam c), c = 1 + L eps/alpha, where lam c < 1.

    The theorem asks for lam c < 1/2, from where on its bound is no longer below 1.
    """
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    return Le(loop.jacobian(0), x / (1 - x))


@claim(
    source=f"the condition of Theorem 1 of {BERTRAND}, as commonly quoted, solved for the share of real data",
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


@claim(mutants={"I = 1/4": lambda data, lam: lam / (lam + 4 * LocationLoop(Logistic(), data, lam).curvature())})
def stability_logistic_misspecified_table(data=Points(*DATA), lam=Positive()):
    """A logistic location on symmetric data has the rate lam/(lam + 3 H) with H = E sech^2(X/2)/2."""
    loop = LocationLoop(Logistic(), data, lam)
    return Eq(loop.jacobian(0), lam / (lam + 3 * loop.curvature()))


@claim(mutants={"log 2": lambda: log(2)})
def stability_logistic_misspecified_table_laplace():
    """Laplace data: curvature and misfit are both 2 log 2 - 1."""
    loop = LocationLoop(Logistic(), Laplace(), 1)
    return Eq(loop.curvature(), 2 * log(2) - 1)


@claim(mutants={"log 2 - 1/2": lambda: log(2) - half})
def stability_logistic_misspecified_table_laplace_misfit():
    """W1 between the Laplace and the logistic law is 2 log 2 - 1."""
    return Eq(W1(Laplace(), Logistic()), 2 * log(2) - 1)


@claim(mutants={"tanh(b)/b": lambda b: tanh(b) / b})
def stability_logistic_misspecified_table_uniform(b=Points(1, 3, 10)):
    """Uniform data on (-b, b): the curvature is tanh(b/2)/b."""
    return Eq(LocationLoop(Logistic(), Uniform(-b, b), 1).curvature(), tanh(sympify(b) / 2) / b)


@claim(mutants={"E|X| of the logistic alone": lambda sd: 2 * log(2)})
def stability_logistic_misspecified_table_normal(sd=Points(1, 10)):
    """Normal data that cross the logistic law at 0 only: W1 is the difference of the mean absolute values."""
    return Eq(W1(Normal(0, sd**2), Logistic()), Abs(sd * sqrt(2 / pi) - 2 * log(2)))


# ---- far from the fixed point ---------------------------------------------------------------------------------------


@claim(
    mutants={
        "geometric from any distance": lambda theta, lam: lam / (1 + lam) * theta,
    }
)
def stability_laplace_location_closed_form(theta=Reals(0, 60, notable=(3, 30)), lam=Reals(0, 20, notable=(half, 4))):
    """The Laplace location loop has a closed form: the weighted median of the mixture."""
    loop = LocationLoop(Laplace(), Laplace(), lam, start=theta)
    return Eq(loop.theta(1), log(2 / (1 - lam + sqrt((1 - lam) ** 2 + 4 * lam * exp(-theta)))))


@claim(mutants={"a third of the way": lambda theta: 2 * theta / 3})
def stability_laplace_location_closed_form_half(theta=Reals(0, 60, notable=(3, 30))):
    """With as many synthetic as real points a Laplace location moves exactly half way home, from any distance."""
    return Eq(LocationLoop(Laplace(), Laplace(), 1, start=theta).theta(1), theta / 2)


@claim(
    source="the local rate, taken for a global one",
    expected="fails",
    corrected="stability-laplace-location-closed-form",
)
def stability_laplace_location_closed_form_geometric(theta=Reals(5, 60), t=Points(1, 10)):
    """With four times as many synthetic as real points the error shrinks by lam/(1 + lam) = 4/5 a generation."""
    return Le(LocationLoop(Laplace(), Laplace(), 4, start=theta).theta(t), Rational(4, 5) ** t * theta)


@claim(mutants={"d/3, its slope at 0": lambda d: d / 3})
def stability_bounded_score_far_field_score(d=Reals(0, 40, notable=(1, 3, 10))):
    """The expected score of a logistic at distance d is (sinh d - d)/(cosh d - 1)."""
    pull = E(tanh((Noise("Z", Logistic()) + d) / 2))
    return Eq(pull, (sinh(d) - d) / (cosh(d) - 1))


@claim(mutants={"a tenth less": lambda theta: theta * Rational(9, 20)})
def stability_bounded_score_far_field_half(theta=Reals(0, 40, notable=(3, 10))):
    """At lam = 1 a logistic location moves exactly half way home, from any distance."""
    return Eq(LocationLoop(Logistic(), Logistic(), 1, start=theta).theta(1), theta / 2)


@claim(mutants={"nine tenths of it": lambda theta, lam: {"<": lam * Rational(9, 10)}})
def stability_bounded_score_far_field(theta=Reals(1, 20, notable=(3,)), lam=Reals(0, 1, notable=(half,))):
    """Below lam = 1 one retraining brings a start home from afar: the pull of the data at the next model is below lam."""
    g = LocationLoop(Logistic(), Logistic(), lam, start=theta).theta(1)
    return And(Gt(g, 0), Lt((sinh(g) - g) / (cosh(g) - 1), lam))


@claim(mutants={"1/lam**2": lambda theta, lam: {"<": 1 / lam**2}})
def stability_bounded_score_far_field_travel(theta=Reals(2, 40, notable=(3, 10)), lam=Reals(1, 20, notable=(4,))):
    """Beyond lam = 1 the steps are bounded: the pull of the synthetic data at their own distance is at most 1/lam."""
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


# ---- the misfit of a Gaussian ------------------ -----------------------------------------------------------------------


@claim(
    mutants={"one thousandth more": lambda fit: {">": fit[2] * Rational(1001, 1000)}},
    source="derived; the digits by two quadratures that are not ours",
)
def stability_w1_gaussian_fits(
    fit=Points(
        (Laplace(), 2, Rational("0.205643761361")),
        (Mixture(half, Normal(-1, 1), Normal(1, 1)), 2, Rational("0.072069071869")),
        (Logistic(), pi**2 / 3, Rational("0.107479847810")),
        (Uniform(-sqrt(3), sqrt(3)), 1, Rational("0.154279512181")),
    ),
):
    """The misfit of the best Gaussian to four laws, to twelve digits."""
    law, variance, value = fit
    eps = W1(law, Normal(0, variance))
    return And(Gt(eps, value - Rational(1, 10**12)), Lt(eps, value + Rational(1, 10**12)))


@claim(mutants={"slower, as the fit is worse": lambda n, m, t, v, w: v + ((m + 1) / (n + m + 1)) ** t * (w - v)})
def stability_w1_gaussian_fits_rate(
    n=Integers(1), m=Integers(1), t=Integers(0), v=Positive(), w=Positive(notable=(3, half))
):
    """The misfit does not matter to a Gaussian: its variance approaches that of two-point data at the same rate a."""
    loop = RetrainedScaleLoop(n, m, v, start=w, data="two points")
    return Eq(E(loop.v(t)), v + (m / (n + m)) ** t * (w - v))


# ---- finite samples: the mean ---------------------------------------------------------------------------------------


@claim(
    mutants={
        "synthetic points count as real": lambda n, m, t, s2: s2 / (n + m) * (1 - (m / (n + m)) ** (2 * t)),
        "a^t for a^(2t)": lambda n, m, t, s2: s2 / n * (n + m) / (n + 2 * m) * (1 - (m / (n + m)) ** t),
    }
)
def stability_gaussian_mean_ar1_fresh(n=Integers(1), m=Integers(1), t=Integers(0), s2=Positive()):
    """Fresh real data: from the truth, the variance of the mean rises to s^2/n (1 + lam)/(1 + 2 lam)."""
    loop, a = RetrainedMeanLoop(n, m, variance=s2), m / (n + m)
    return Eq(E(loop.error(t) ** 2), s2 / n * (n + m) / (n + 2 * m) * (1 - a ** (2 * t)))


@claim(mutants={"a^(2t)": lambda n, m, t, e: (m / (n + m)) ** (2 * t) * e})
def stability_gaussian_mean_ar1_fresh_mean(n=Integers(1), m=Integers(1), t=Integers(0), e=Reals(-10, 10)):
    """The expected error of the mean is multiplied by a = m/(n + m) in every generation."""
    return Eq(E(RetrainedMeanLoop(n, m, start=e).error(t)), (m / (n + m)) ** t * e)


@claim(mutants={"less than three quarters is gained": lambda n, m, t: {">=": Rational(3, 4) / n}})
def stability_gaussian_mean_ar1_fresh_memory(n=Integers(1), m=Integers(1), t=Integers(1)):
    """Fresh real data: retraining beats the first fit, by a factor between 1 and 2 in variance."""
    error = E(RetrainedMeanLoop(n, m, start="fit").error(t) ** 2)
    return And(Lt(error, 1 / n), Ge(error, 1 / (2 * n)))


@claim(
    mutants={
        "the fresh formula": lambda n, m, t, s2: s2 / n * (n + m) / (n + 2 * m),
        "a factor (1 + 2 lam)/(1 + lam)": lambda n, m, t, s2: s2 / n * (n + 2 * m) / (n + m),
    }
)
def stability_gaussian_mean_ar1_fixed(n=Integers(1), m=Integers(1), t=Integers(0), s2=Positive()):
    """One real sample for all fits: the variance of the mean rises from s^2/n to s^2/n (1 + 3 lam)/(1 + 2 lam)."""
    loop, a = RetrainedMeanLoop(n, m, variance=s2, start="fit", real="fixed"), m / (n + m)
    return Eq(E(loop.error(t) ** 2), s2 / n * (1 + m / (n + 2 * m) * (1 - a ** (2 * t))))


@claim(tight={"t": 0}, mutants={"it worsens": lambda n, m, t: Rational(101, 100) / n})
def stability_gaussian_mean_ar1_fixed_no_improvement(n=Integers(1), m=Integers(1), t=Integers(0)):
    """Enough real data, but always the same: no collapse, and no improvement on the first fit either."""
    return Ge(E(RetrainedMeanLoop(n, m, start="fit", real="fixed").error(t) ** 2), 1 / n)


@claim(mutants={"5/4": lambda n, m, t: Rational(5, 4) / n})
def stability_gaussian_mean_ar1_fixed_bounded(n=Integers(1), m=Integers(1), t=Integers(0)):
    """One real sample for all fits: the variance of the mean stays below 3/2 s^2/n, for every share of synthetic data."""
    return Lt(E(RetrainedMeanLoop(n, m, start="fit", real="fixed").error(t) ** 2), Rational(3, 2) / n)


@claim(
    mutants={
        "b/(1 - a^2)": lambda n, m, t, b: b * (n + m) ** 2 / (n * (n + 2 * m)) * (1 - (m / (n + m)) ** (2 * t)),
        "with the published rate": lambda n, m, t, b: b * (n - m) / (n - 2 * m),
    }
)
def stability_bias_vs_noise_amplification(n=Integers(1), m=Integers(1), t=Integers(0), b=Reals(-5, 5)):
    """A systematic error b in every fit is amplified to (1 + lam) b."""
    loop = RetrainedMeanLoop(n, m, bias=b)
    return Eq(E(loop.error(t)), b * (n + m) / n * (1 - (m / (n + m)) ** t))


@claim(
    source=f"the sum of rho^l in Theorem 2 of {BERTRAND} with rho = lam/(1 - lam), taken for the amplification",
    where=lambda n, m, b: 2 * m < n,
    expected="fails",
    corrected="stability-bias-vs-noise-amplification",
)
def stability_bias_vs_noise_amplification_published(n=Integers(3), m=Integers(1), b=Reals(0, 5)):
    """A systematic error b in every fit is amplified to (1 - lam)/(1 - 2 lam) b."""
    return Eq(E(RetrainedMeanLoop(n, m, bias=b).error(40)), b * (n - m) / (n - 2 * m))


@claim(mutants={"as much as a bias": lambda n, m, t: ((n + m) / n) ** 2 / (n + m)})
def stability_bias_vs_noise_amplification_noise(n=Integers(1), m=Integers(1), t=Integers(0)):
    """The random error of a fit, of variance s^2/N, is amplified by (1 + lam)/sqrt(1 + 2 lam) in standard deviation."""
    N = n + m
    return Eq(Var(RetrainedMeanLoop(n, m).error(t)), N**2 / (n * (n + 2 * m)) / N * (1 - (m / N) ** (2 * t)))


@claim(
    mutants={
        "D over all N points": lambda n, m, e: (m**2 * e**2 / (n + m) + n + m) / (n + m) ** 2,
        "real data only": lambda n, m, e: 1 / n,
    }
)
def stability_one_step_benefit(n=Integers(1), m=Integers(0), e=Reals(-5, 5)):
    """One retraining from a generator that is off by e: n MSE/s^2 = (lam^2 D + 1 + lam)/(1 + lam)^2, D = n e^2/s^2."""
    return Eq(E(RetrainedMeanLoop(n, m, start=e).error(1) ** 2), (m**2 * e**2 + n + m) / (n + m) ** 2)


@claim(where=lambda n, m, e: m * (n * e**2 - 1) < n, mutants={"half of it": lambda n, m, e: half / n})
def stability_one_step_benefit_threshold(n=Integers(1), m=Integers(1), e=Reals(0, 5)):
    """Synthetic data from a generator off by e help as long as lam (D - 1) < 1, D = n e^2/s^2."""
    return Lt(E(RetrainedMeanLoop(n, m, start=e).error(1) ** 2), 1 / n)


@claim(where=lambda n, m, e: m * (n * e**2 - 1) >= n, tight={"n": 1, "m": 1, "e": sqrt(2)})
def stability_one_step_benefit_harm(n=Integers(1), m=Integers(1), e=Reals(0, 5)):
    """Beyond lam (D - 1) = 1 they harm."""
    return Ge(E(RetrainedMeanLoop(n, m, start=e).error(1) ** 2), 1 / n)


@claim(
    where=lambda n, m, e: 2 * n * e**2 > 1,
    tight={"n": 1, "m": 1, "e": 1},
    mutants={"1 - 1/(5 D)": lambda n, m, e: (1 - 1 / (5 * n * e**2)) / n},
)
def stability_one_step_benefit_optimum(n=Integers(1), m=Integers(0), e=Reals(0, 5, notable=(1, half))):
    """No share of synthetic data does better than 1 - 1/(4 D), which lam = 1/(2 D - 1) attains."""
    return Ge(E(RetrainedMeanLoop(n, m, start=e).error(1) ** 2), (1 - 1 / (4 * n * e**2)) / n)


@claim(
    source="the condition lam D < 1, which comes to mind first",
    where=lambda n, m, e: And(m * n * e**2 >= n, n * e**2 >= 1),
    expected="fails",
    corrected="stability-one-step-benefit-harm",
)
def stability_one_step_benefit_naive(
    n=Integers(1), m=Integers(1), e=Reals(0, 5, notable=(Rational(7, 20), Rational(2, 3)))
):
    """From lam D = 1 on, synthetic data harm."""
    return Ge(E(RetrainedMeanLoop(n, m, start=e).error(1) ** 2), 1 / n)


# ---- finite samples: mean and variance ------------------------------------------------------------------------------


@claim(
    mutants={
        "the known-variance constant": lambda n, m, t, s2: s2 * (1 - (n + m) / (n * (n + 2 * m))),
        "m for m - 1": lambda n, m, t, s2: s2 * (1 - real_share(n, m) * (1 - (m / (n + m)) ** (2 * t))),
    }
)
def stability_gaussian_meanvar_finite_sample(n=Integers(2), m=Integers(2), t=Integers(0), s2=Positive()):
    """Fresh real data: the expected fitted variance falls to s^2 (1 - K), K = N/(N^2 - m^2 + m), and stays there."""
    loop = RetrainedGaussianLoop(n, m, variance=s2)
    return Eq(E(loop.v(t)), s2 * (1 - real_share(n, m) * (1 - second_rate(n, m) ** t)))


@claim(mutants={"1/N": lambda n, m, t, s2: s2 / (n + m) * (1 - second_rate(n, m) ** t)})
def stability_gaussian_meanvar_finite_sample_mean(n=Integers(2), m=Integers(2), t=Integers(0), s2=Positive()):
    """What the variance loses, the mean's error gains: E(mu_t - mu)^2 rises to s^2 K."""
    loop = RetrainedGaussianLoop(n, m, variance=s2)
    return Eq(E(loop.error(t) ** 2), s2 * real_share(n, m) * (1 - second_rate(n, m) ** t))


@claim(mutants={"it shrinks": lambda n, m, t, s2: s2 * (1 - 1 / (n + m) ** 2)})
def stability_gaussian_meanvar_finite_sample_total(n=Integers(2), m=Integers(2), t=Integers(1), s2=Positive()):
    """Variance and squared error together always make up the real variance: no collapse with fresh real data."""
    loop = RetrainedGaussianLoop(n, m, variance=s2)
    return Eq(E(loop.v(t)) + E(loop.error(t) ** 2), s2)


@claim(
    mutants={
        "the fresh constant": lambda n, m, t, s2: s2 * (1 - 1 / n) * (1 - real_share(n, m)),
        "unbiased at the start": lambda n, m, t, s2: s2 * (1 - m / (n + m) * real_share(n, m)),
    }
)
def stability_gaussian_meanvar_finite_sample_fixed(n=Integers(2), m=Integers(2), t=Integers(0), s2=Positive()):
    """One real sample for all fits: E v_t falls from (1 - 1/n) s^2 by the factor 1 - m/(N^2 - m^2 + m), no further."""
    loop, N = RetrainedGaussianLoop(n, m, variance=s2, start="fit", real="fixed"), n + m
    return Eq(E(loop.v(t)), s2 * (1 - 1 / n) * (1 - m / (N**2 - m**2 + m) * (1 - second_rate(n, m) ** t)))


@claim(where=lambda n, m, t, tau: tau * m < n + m, mutants={"v_inf = tau s^2": lambda n, m, t, tau: tau})
def stability_temperature_gain_threshold(n=Integers(1), m=Integers(1), t=Integers(0), tau=Positive()):
    """Hot or cold sampling multiplies the distance to a new fixed point by a tau in every generation."""
    loop, gain = RetrainedScaleLoop(n, m, temperature=tau), tau * m / (n + m)
    return Eq(E(loop.v(t)) * (1 - gain), n / (n + m) + gain**t * (1 - gain - n / (n + m)))


@claim(
    where=lambda n, m, tau: tau * m < n + m, mutants={"tau s^2": lambda n, m, tau: tau * n / (n + m) * (1 - tau / 2)}
)
def stability_temperature_gain_threshold_fixed_point(n=Integers(1), m=Integers(1), tau=Positive()):
    """Below lam = 1/(tau - 1) the variance 1/(1 + lam (1 - tau)) is what one more generation leaves as it is."""
    v = n / (n + m - tau * m)
    return Eq(E(RetrainedScaleLoop(n, m, start=v, temperature=tau).v(1)), v)


@claim(
    where=lambda n, m, t, tau: tau * m >= n + m,
    mutants={"2 % more": lambda n, m, t, tau: 1 + t * n / (n + m) * Rational(51, 50)},
    tight=[{"t": 0}, {"n": 1, "m": 1, "t": 3, "tau": 2}],
)
def stability_temperature_gain_threshold_unstable(n=Integers(1), m=Integers(1), t=Integers(0), tau=Positive()):
    """From lam = 1/(tau - 1) on the variance grows without bound, by at least n/N a generation."""
    return Ge(E(RetrainedScaleLoop(n, m, temperature=tau).v(t)), 1 + t * n / (n + m))


@claim(
    source="the synthetic share takes the temperature once",
    where=lambda n, m, tau: tau * m < n + m,
    expected="fails",
    corrected="stability-temperature-gain-threshold-fixed-point",
)
def stability_temperature_gain_threshold_once(n=Integers(1), m=Integers(1), tau=Reals(1, 2, notable=(Rational(6, 5),))):
    """The variance of a loop sampled at temperature tau settles at tau times the truth."""
    return Eq(E(RetrainedScaleLoop(n, m, start=tau, temperature=tau).v(1)), tau)


# ---- finite samples: a coin -----------------------------------------------------------------------------------------


@claim(mutants={"the rate lam/(1 - lam)": lambda n, m, t, p, q: p + (m / (n + m + 1)) ** t * (q - p)})
def stability_expfam_affine(
    n=Integers(1),
    m=Integers(1),
    t=Integers(0),
    p=Probability(),
    q=Probability(notable=(Rational(9, 10), Rational(1, 10))),
):
    """The expected mean parameter is affine in the one before, at every distance and sample size: the rate is a = m/N."""
    return Eq(E(RetrainedBernoulliLoop(n, m, p, q).theta(t)), p + (m / (n + m)) ** t * (q - p))


@claim(mutants={"variance forgotten": lambda n, m, t, v, w: v + (m / (n + m)) ** (2 * t) * (w - v)})
def stability_expfam_affine_scale(
    n=Integers(1), m=Integers(1), t=Integers(0), v=Positive(), w=Positive(notable=(3, half))
):
    """The same for the variance of a Gaussian of known mean."""
    return Eq(E(RetrainedScaleLoop(n, m, v, start=w).v(t)), v + (m / (n + m)) ** t * (w - v))


@claim(
    source=f"the rate of Theorem 1 of {BERTRAND} (c = 1), taken for the rate: there it is an upper bound",
    where=lambda n, m, t, p, q: And(2 * m < n, q > p),
    expected="fails",
    corrected="stability-expfam-affine",
)
def stability_expfam_affine_published(n=Integers(1), m=Integers(1), t=Integers(1), p=Probability(), q=Probability()):
    """The error of the mean parameter shrinks by lam/(1 - lam) a generation."""
    return Eq(E(RetrainedBernoulliLoop(n, m, p, q).theta(t)), p + (m / (n - m)) ** t * (q - p))


@claim(mutants={"a^2 for the second rate": lambda n, m, t, p: p * (1 - p) * (n + m) / (n * (n + 2 * m))})
def stability_expfam_affine_variance(n=Integers(1), m=Integers(2), t=Integers(0), p=Probability()):
    """The variance of a coin's fitted probability rises to p (1 - p) K, with the K of the Gaussian."""
    loop = RetrainedBernoulliLoop(n, m, p, p)
    return Eq(E((loop.theta(t) - p) ** 2), p * (1 - p) * real_share(n, m) * (1 - second_rate(n, m) ** t))


def hoeffding(N, a, t, delta) -> Expr:
    """The half-width B of the Azuma-Hoeffding bound at generation t."""
    return sqrt(log(2 / delta) / (2 * N) * (1 - a ** (2 * t)) / (1 - a**2))


@claim(
    source=f"derived (Azuma-Hoeffding); the shape of Theorem 2 of {BERTRAND}",
    trivial=1,
    mutants={
        "a fortieth of it": lambda n, m, p, q, t, delta: delta / 40,
        "a hundredth of it": lambda n, m, p, q, t, delta: delta / 100,
    },
)
def stability_hoeffding_bernoulli(
    n=Integers(1, 40, notable=(20,)),
    m=Integers(1, 100, notable=(20, 80)),
    p=Probability(notable=(Rational(3, 10), half)),
    q=Probability(notable=(Rational(9, 10),)),
    t=Integers(1, 60, notable=(10, 30)),
    delta=Points(Rational(1, 10), Rational(1, 100)),
):
    """With probability 1 - delta a coin is within B of its expected path: no union over generations is needed."""
    loop, a = RetrainedBernoulliLoop(n, m, p, q), m / (n + m)
    return Le(Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > hoeffding(n + m, a, t, delta)), delta)


@claim(
    source="one generation's bound, used for all of them",
    expected="fails",
    corrected="stability-hoeffding-bernoulli",
)
def stability_hoeffding_bernoulli_one_step(
    case=Points((20, 80, half, 1, 30)), delta=Points(Rational(1, 10), Rational(1, 100))
):
    """The half-width of a single fit, sqrt(log(2/delta)/(2N)), serves at every generation."""
    n, m, p, q, t = map(sympify, case)
    loop, a = RetrainedBernoulliLoop(n, m, p, q), m / (n + m)
    width = sqrt(log(2 / delta) / (2 * (n + m)))
    return Le(Prob(Abs(loop.theta(t) - p - a**t * (q - p)) > width), delta)


@claim(tight={"t": 1}, mutants={"twice as wide": lambda n, m, t: 2})
def stability_hoeffding_bernoulli_linear(n=Integers(1), m=Integers(1), t=Integers(1)):
    """Adding the generations' half-widths, as Theorem 2 does, is never narrower than adding their variances."""
    a = m / (n + m)
    return Ge((1 - a**t) ** 2 * (1 - a**2) / ((1 - a) ** 2 * (1 - a ** (2 * t))), 1)


# ---- no real data at all --------------------------------------------------------------------------------------------


@claim(mutants={"1 - 1/(m + 1)": lambda m, t, p: p * (1 - p) * (1 - 1 / (m + 1)) ** t})
def stability_fully_synthetic_neutral(m=Integers(1), t=Integers(0), p=Probability()):
    """Without real data the diversity of a coin is lost by 1 - 1/m a generation, though its mean never moves."""
    theta = RetrainedBernoulliLoop(0, m, p, p).theta(t)
    return Eq(E(theta * (1 - theta)), p * (1 - p) * (1 - 1 / m) ** t)


@claim(mutants={"it shrinks": lambda m, t, p: p * (1 - 1 / m)})
def stability_fully_synthetic_neutral_mean(m=Integers(1), t=Integers(1), p=Probability()):
    """The expected probability never moves."""
    return Eq(E(RetrainedBernoulliLoop(0, m, p, p).theta(t)), p)


@claim(
    trivial=1,
    mutants={"a third of it": lambda m, t, p: p * (1 - p) * (1 - 1 / m) ** t * m**2 / (m - 1) / 3},
)
def stability_fully_synthetic_neutral_alive(
    m=Integers(2, 100, notable=(10,)), t=Integers(1, 200, notable=(10, 20, 40)), p=Probability()
):
    """Both sides of the coin are still there with probability at most p (1 - p) (1 - 1/m)^t m^2/(m - 1)."""
    theta = RetrainedBernoulliLoop(0, m, p, p).theta(t)
    return Le(Prob(theta * (1 - theta) > 0), p * (1 - p) * (1 - 1 / m) ** t * m**2 / (m - 1))


@claim(
    source="the rate of the mean diversity, taken for the probability",
    expected="fails",
    corrected="stability-fully-synthetic-neutral-alive",
)
def stability_fully_synthetic_neutral_alive_rate(m=Points(10), t=Points(10, 20, 40)):
    """Both sides of a fair coin are still there with probability (1 - 1/m)^t."""
    theta = RetrainedBernoulliLoop(0, m, half, half).theta(t)
    return Eq(Prob(theta * (1 - theta) > 0), (1 - 1 / sympify(m)) ** t)


@claim(mutants={"to mu": lambda mu, lam: mu + 1 / mu})
def stability_fully_synthetic_neutral_no_contraction(mu=Positive(), lam=Reals(1, oo)):
    """As lam grows the loop ceases to contract: lam (1 - J) tends to 1/mu."""
    return Tends(lam * (1 - lam * mu / (1 + lam * mu)), (lam, 1, oo), 1 / mu, rate=1 / (lam * mu**2))


# ---- a corrector ----------------------------------------------------------------------------------------------------


@claim(
    source=f"derived; {GILLMAN} bound the rate under lam c < (1 + gamma)/(2 + gamma), as commonly quoted",
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
    mutants={"a third of it": lambda data, lam, gamma: lam / (3 * (1 + gamma))},
)
def stability_gillman_correction_rate_published(
    data=Points(*DATA), lam=Reals(0, Rational(1, 20), notable=(Rational(1, 50),)), gamma=Positive()
):
    """The published bound on the rate with a corrector: lam c/((1 + gamma) (1 - lam c)), where lam c < 1."""
    loop = LocationLoop(Logistic(), data, lam, gamma=gamma)
    x = lam * misfit_constant(loop)
    return Le(loop.jacobian(0), x / ((1 + gamma) * (1 - x)))


@claim(mutants={"without the correction": lambda data, lam, gamma: 1 / (1 + gamma) ** 2})
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


@claim(
    mutants={
        "parameters interpolated, not laws mixed": lambda n, m, t, gamma: (
            (1 - (m / ((n + m) * (1 + gamma))) ** (2 * t)) / (n + m) / (1 - (m / ((n + m) * (1 + gamma))) ** 2)
        )
    }
)
def stability_gillman_correction_rate_finite(n=Integers(1), m=Integers(1), t=Integers(0), gamma=Positive()):
    """Finite samples: the variance of the mean rises to 1/N/(1 - m (m + gamma)/(N (1 + gamma))^2)."""
    N, loop = n + m, CorrectedMeanLoop(n, m, gamma)
    rate = m * (m + gamma) / (N * (1 + gamma)) ** 2
    return Eq(E(loop.error(t) ** 2), (1 - rate**t) / (N * (1 - rate)))


# ---- a share of real data that changes ------------------------------------------------------------------------------


@claim(mutants={"1/T": lambda T: 1 / (T + 2)})
def stability_real_fraction_schedule(T=Integers(0)):
    """With r_t = 1/(t + 1), all data kept and none added but synthetic ones, the error still falls like 1/(T + 1)."""
    return Eq(Product(1 - 1 / (k + 1), (k, 1, T)), 1 / (T + 1))


@claim(mutants={"to 0": lambda T: 1 / (T + 1)})
def stability_real_fraction_schedule_summable(T=Integers(0)):
    """With r_t = 1/(t + 1)^2, a summable share of real data, half of the first error is permanent."""
    return Eq(Product(1 - 1 / (k + 1) ** 2, (k, 1, T)), (T + 2) / (2 * (T + 1)))


@claim(
    source="any real data suffice",
    expected="fails",
    corrected="stability-real-fraction-schedule-summable",
)
def stability_real_fraction_schedule_any(T=Integers(9, 99)):
    """With r_t = 1/(t + 1)^2 the error falls below 1/2."""
    return Lt(Product(1 - 1 / (k + 1) ** 2, (k, 1, T)), half)


@claim(mutants={"half of it": lambda r, T: exp(-2 * r * T)})
def stability_real_fraction_schedule_constant(r=Probability(), T=Integers(1)):
    """A constant real share r, however small, contracts: the error falls below exp(-r T)."""
    return Lt((1 - r) ** T, exp(-r * T))


# ---- likelihoods with many peaks ------------------------------------------------------------------------------------

x = Symbol("x", real=True)
TWO_PEAKS = Mixture(Rational(2, 5), Cauchy(-5, 1), Cauchy(5, 1))
_SLOPE = fraction(together(CauchyLoop(TWO_PEAKS, 1).loglik(x).diff(x)))[0]
LOWER, UPPER = rootof(_SLOPE, x, 0), rootof(_SLOPE, x, 2)  # the two peaks of the likelihood, -4.31 and 4.73


@claim(mutants={"(1 + s)^2 forgotten": lambda m, c, s: log(1 + (m - c) ** 2)})
def stability_kl_proximal_ascent_likelihood(m=Reals(-20, 20), c=Reals(-5, 5), s=Positive(hi=10)):
    """The expected log-likelihood of a Cauchy location: E log(1 + (X - m)^2) = log((1 + s)^2 + (m - c)^2)."""
    return Eq(E(log(1 + (Noise("X", Cauchy(c, s)) - m) ** 2)), log((1 + s) ** 2 + (m - c) ** 2))


@claim(
    source="derived: retraining is a proximal-point method in the Kullback-Leibler divergence",
    mutants={"twice the constant": lambda lam, t: 2 * lam * _cauchy_kl(lam, t)},
)
def stability_kl_proximal_ascent(lam=Points(Rational(3, 10), 1, 4), t=Points(0, 1, 2, 5)):
    """The real data's likelihood gains at least lam KL(p_t || p_(t+1)) in a generation.

    A Cauchy location fitted to Cauchy(0, 3) data from 12, by the global maximum. That holds of any model; proved here is
    what the domain lists.
    """
    loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
    return Ge(loop.loglik(loop.theta(t + 1)) - loop.loglik(loop.theta(t)), lam * _cauchy_kl(lam, t))


def _cauchy_kl(lam, t) -> Expr:
    loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
    return loop.kl(loop.theta(t), loop.theta(t + 1))


@claim(mutants={"half of it": lambda lam, T: log(10) / 2})
def stability_kl_proximal_ascent_budget(lam=Points(Rational(3, 10), 1, 4), T=Points(5, 40)):
    """All steps together, lam times their divergences, cost at most the likelihood that was missing: here log 10."""
    return Le(Add(*(lam * _cauchy_kl(lam, t) for t in range(T))), log(10))


@claim(mutants={"a hundredth of it": lambda lam, T: log(10) / (100 * lam * T)})
def stability_kl_proximal_ascent_slowest(lam=Points(Rational(3, 10), 1, 4), T=Points(5, 10)):
    """Of T steps the shortest has a divergence of at most log(10)/(lam T)."""
    return Le(Min(*(_cauchy_kl(lam, t) for t in range(T))), log(10) / (lam * T))


@claim(
    tight={"m": LOWER},
    mutants={"a tenth of lam": lambda m, lam: lam / 10 * CauchyLoop(TWO_PEAKS, lam).kl(LOWER, m)},
    scale=lambda m, lam: 1,
)
def stability_lock_in_threshold(
    m=Reals(-40, 40, notable=(Rational(4567, 1000), -4, 4, 5)), lam=Reals(Rational(2049, 10000), 20, notable=(1,))
):
    """From lam = 0.2049 on a loop that starts at the lower of two peaks never leaves it: no m has a higher objective.

    0.4 Cauchy(-5, 1) + 0.6 Cauchy(5, 1) data, Cauchy model, global maximisation.
    """
    loop = CauchyLoop(TWO_PEAKS, lam)
    return Le(loop.loglik(m) - loop.loglik(LOWER), lam * loop.kl(LOWER, m))


M = Rational(4567, 1000)  # where the lower peak is beaten at the largest lam


@claim(mutants={"at one half": lambda lam: half * CauchyLoop(TWO_PEAKS, lam).kl(LOWER, M)})
def stability_lock_in_threshold_leaves(lam=Reals(0, Rational(2048, 10000), notable=(Rational(1, 5),))):
    """Below lam = 0.2048 one retraining leaves it: there is a better place, 4.567."""
    loop = CauchyLoop(TWO_PEAKS, lam)
    return Gt(loop.loglik(M) - loop.loglik(LOWER), lam * loop.kl(LOWER, M))


@claim(
    source="the threshold from the two peaks alone, 0.2037",
    expected="fails",
    corrected="stability-lock-in-threshold",
)
def stability_lock_in_threshold_peaks(
    lam=Reals(Rational(2038, 10000), 1, notable=(Rational(2038001, 10**7), Rational(2045, 10000))),
):
    """It stays from lam = 0.2038 on, where the upper peak is no longer worth the divergence."""
    loop = CauchyLoop(TWO_PEAKS, lam)
    return Le(loop.loglik(M) - loop.loglik(LOWER), lam * loop.kl(LOWER, M))


@claim(mutants={"it moves": lambda lam: LOWER + Rational(1, 1000)})
def stability_lock_in_threshold_fixed(lam=Reals(Rational(2049, 10000), 20, notable=(1,))):
    """The lower peak is a fixed point of global maximisation from lam = 0.2049 on."""
    return Eq(CauchyLoop(TWO_PEAKS, lam, start=LOWER).theta(1), LOWER)


@claim(mutants={"it stays": lambda lam: {">": 5}})
def stability_lock_in_threshold_escapes(lam=Reals(0, Rational(2048, 10000), notable=(Rational(1, 10),))):
    """Below lam = 0.2048 global maximisation goes from the lower peak to near the upper one."""
    theta = CauchyLoop(TWO_PEAKS, lam, start=LOWER).theta(1)
    return And(Gt(theta, 4), Lt(theta, 5))
