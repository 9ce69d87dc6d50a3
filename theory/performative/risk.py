"""Repeated risk minimisation and gradient descent: contraction, stable and optimal points, what finite samples leave."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Integer, Le, Lt, Max, Rational, cosh, sqrt, tanh

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability, Reals
from ..language.fields import Between, Listed, computed
from ..language.laws import Binomial, Logistic, Mixture, Noise, Normal
from ..language.loops import Loop, PopulationLoop, coordinate
from ..language.moments import W1, E, Var
from ..proof.arithmetic.programs import to_ball
from ..proof.formulas import above, formula, least

PERDOMO = "Perdomo et al. 2002.06673"
NOTABLE = tuple({"n": n, "t": t} for n, t in ((10, 3), (25, 5), (2, 1), (12, 10), (5, 2), (10, 0)))


class QuadraticRiskLoop(Loop):
    """The loss gamma theta^2/2 - beta theta z, minimised on n draws from D(theta) = N(a0 + eps theta, variance), repeatedly.

    n: draws of a fit.  a0, eps: the law's mean at theta = 0, and its slope in theta, the sensitivity.  variance: of the law.
    beta, gamma: how fast the loss's gradient changes with z, and with theta.
    rate: None for repeated risk minimisation, or the step h of repeated gradient descent.
    start: the parameter that the loop is handed.  Observables: theta(t).
    Source: Perdomo et al. 2002.06673.
    """

    n: Integers(1)
    eps: Reals
    a0: Reals = 0
    beta: Positive = 1
    gamma: Positive = 1
    variance: Positive = 1
    start: Reals = 0
    rate: Positive = computed(lambda given: 1 / given.gamma)  # a full Newton step minimises a quadratic

    theta = coordinate(r"\theta")

    joint_points = NOTABLE

    @property
    def stable(self) -> Expr:
        """The performatively stable point: the minimiser of the risk under the law that it induces."""
        return self.beta * self.a0 / (self.gamma - self.beta * self.eps)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        theta = state["theta"]
        mean = self.a0 + self.eps * theta + sqrt(self.variance / self.n) * Noise("Z", Normal(0, 1))
        return {"theta": theta - self.rate * (self.gamma * theta - self.beta * mean)}


class BernoulliRiskLoop(Loop):
    """Squared (or log) loss on n tosses of a coin of probability a0 + eps theta: theta becomes their mean.

    n: tosses of a fit.  a0, eps: the coin's probability at theta = 0, and its slope in theta.
    start: the first theta, a probability.  Observables: theta(t).
    Refuses a0 + eps outside of [0, 1] (`BadInput`).
    Source: ours: a coin in the setting of Perdomo et al. 2002.06673.
    """

    n: Integers(1)
    a0: Between(0, 1)
    eps: Reals
    start: Between(0, 1)

    theta = coordinate(r"\theta")

    joint_points = NOTABLE

    def together(self) -> list[Demanded]:
        end = self.a0 + self.eps
        return [(x, False, f"a0 + eps = {end}: a probability is expected") for x in (end, 1 - end)]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"theta": Noise("B", Binomial(self.n, self.a0 + self.eps * state["theta"])) / self.n}


class LogCoshRiskLoop(PopulationLoop):
    """The loss theta^2/2 + log cosh(theta - z) under a point mass at a0 + eps theta, minimised: gamma = beta = 1, b = 2.

    start: theta(0).  Observables: theta(t).
    Source: ours: a loss that is not quadratic, in the setting of Perdomo et al. 2002.06673.
    """

    eps: Reals
    a0: Reals = 1
    start: Reals = 0

    theta = coordinate(r"\theta")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def estimating(self, after, now) -> Expr:
        return -after - tanh(after - self.a0 - self.eps * now)


# ---- shorthand ------------------------------------------------------------------------------------------------------

half = Rational(1, 2)


def log_cosh_step(theta, h, eps, a0=1) -> Expr:
    """A gradient step on theta^2/2 + log cosh(theta - z) at z = a0 + eps theta."""
    return theta - h * (theta + tanh(theta - a0 - eps * theta))


# ---- repeated risk minimisation -------------------------------------------------------------------------------------


@formula(claim="performative-rrm-quadratic-exact")
def contraction(eps: Positive, beta: Positive = 1, gamma: Positive = 1) -> Expr:
    """kappa = eps beta/gamma, by which repeated risk minimisation multiplies the distance to the stable point.

    Below 1 it contracts. A number without units. Source: Perdomo et al. 2002.06673; attained by a quadratic loss.
    """
    return eps * beta / gamma


@formula(claim="performative-rrm-quadratic-exact", where=lambda eps, beta, gamma: eps * beta < gamma)
def fits(
    left: Listed(Probability),
    eps: Listed(Positive),
    beta: Listed(Positive) = 1,
    gamma: Listed(Positive) = 1,
) -> Integer:
    """How many fits bring the parameter to within the share `left` of its first distance from the stable point.

    fits(0.01, 0.5): 7. Source: the inverse of kappa^t, kappa = eps beta/gamma.
    """
    kappa = eps * beta / gamma
    return least(lambda t: above(lambda: to_ball(left) - to_ball(kappa) ** t, lambda: left == kappa**t), 1)


@formula(claim="performative-self-consuming-identity")
def stable_real_share(beta: Positive, gamma: Positive) -> Expr:
    """The share r of real data beyond which the theorem's kappa = (1 - r) beta/gamma of retraining is below 1.

    0 where every share above 0 will do. Source: derived, the law of retraining is (1 - r)-Lipschitz.
    """
    return Max(0, 1 - gamma / beta)


@claim(
    source=f"{PERDOMO} (contraction of RRM); the equality case is derived",
    where=lambda eps, beta, gamma: eps * beta < gamma,
    mutants={
        "kappa/(1 + kappa)": lambda n, t, eps, beta, gamma, start: (eps * beta / (gamma + eps * beta)) ** t * start,
        "eps (beta/gamma)^2": lambda n, t, eps, beta, gamma, start: (eps * beta**2 / gamma**2) ** t * start,
    },
)
def performative_rrm_quadratic_exact(
    n=Integers(1), t=Integers(0), eps=Positive(), beta=Positive(), gamma=Positive(), start=Reals(-10, 10)
):
    """For a quadratic loss RRM contracts by exactly kappa = eps beta/gamma: the theorem's factor cannot be improved."""
    loop = QuadraticRiskLoop(n, eps, 0, beta, gamma, start=start)
    return Eq(E(loop.theta(t)), contraction(eps, beta, gamma) ** t * start)


@claim(
    source="derived: affine recursion of the parameter",
    where=lambda eps, beta, gamma: eps * beta < gamma,
    mutants={"the first risk minimiser": lambda n, t, eps, beta, gamma, a0: beta * a0 / gamma},
)
def performative_rrm_quadratic_exact_stable(
    n=Integers(1), t=Integers(0), eps=Positive(), beta=Positive(), gamma=Positive(), a0=Reals(-5, 5)
):
    """From 0, what is left of the way to the stable point beta a0/(gamma - beta eps) is kappa^t."""
    loop = QuadraticRiskLoop(n, eps, a0, beta, gamma)
    return Eq(E(loop.theta(t)), loop.stable * (1 - (eps * beta / gamma) ** t))


@claim(
    source="derived: affine recursion of the parameter",
    mutants={"sqrt(t)": lambda n, t, a0: sqrt(t) * a0, "it has converged": lambda n, t, a0: a0},
)
def performative_threshold_counterexample(n=Integers(1), t=Integers(0), a0=Reals(-5, 5)):
    """At kappa = 1 (beta = gamma = 1) the parameter drifts by a0 a generation: no stable point, unless a0 = 0."""
    return Eq(E(QuadraticRiskLoop(n, 1, a0).theta(t)), t * a0)


@claim(
    source=f"{PERDOMO} (tightness example, same mechanism)",
    where=lambda eps: eps > 1,
    mutants={"damped": lambda n, t, eps, d: d * (eps - Rational(1, 10)) ** t},
)
def performative_threshold_counterexample_explosion(n=Integers(1), t=Integers(0), eps=Reals(1, 3), d=Reals(-5, 5)):
    """Beyond kappa = 1 there is a stable point, here 1/(1 - kappa), and the distance to it grows by kappa."""
    loop = QuadraticRiskLoop(n, eps, 1, start=1 / (1 - eps) + d)
    return Eq(E(loop.theta(t)) - 1 / (1 - eps), d * eps**t)


@claim(
    source="a hope for the border line",
    expected="fails",
    corrected="performative-threshold-counterexample",
)
def performative_threshold_counterexample_sublinear(n=Integers(1), t=Integers(5), a0=Reals(1, 5)):
    """At kappa = 1 the parameter moves sublinearly, by less than sqrt(t) first steps."""
    return Le(E(QuadraticRiskLoop(n, 1, a0).theta(t)), sqrt(t) * a0)


@claim(
    source="derived: affine recursion of the parameter, with independent noise",
    mutants={"t^2": lambda n, t, s2: t**2 * s2 / n},
)
def performative_threshold_counterexample_walk(n=Integers(1), t=Integers(0), s2=Positive()):
    """At kappa = 1 with a0 = 0 every point is stable, and finite samples make it a random walk: variance t s^2/n."""
    return Eq(Var(QuadraticRiskLoop(n, 1, 0, variance=s2).theta(t)), t * s2 / n)


# ---- stable and optimal points --------------------------------------------------------------------------------------


@claim(
    source="derived: minimum of a quadratic risk",
    tight={"theta": 2, "eps": Rational(1, 4), "a0": 1},
    mutants={"a hundredth more": lambda theta, eps, a0: -(a0**2) / (2 * (1 - 2 * eps)) + Rational(1, 100)},
)
def performative_stable_vs_optimal_gap_optimum(
    theta=Reals(-10, 10, notable=(2, Rational(1, 8))),
    eps=Reals(-5, half, notable=(Rational(1, 4),)),
    a0=Reals(-5, 5, notable=(1,)),
):
    """The performative optimum is a0/(1 - 2 eps) (beta = gamma = 1, eps < 1/2): no theta has a lower risk."""
    z = Noise("z", Normal(a0 + eps * theta, 1))
    return Ge(E(theta**2 / 2 - theta * z), -(a0**2) / (2 * (1 - 2 * eps)))


@claim(
    source=f"{PERDOMO} (distance of stable and optimal points, as commonly quoted); its sharpness is derived",
    mutants={"1/(2 - kappa)": lambda kappa, a0: 1 / (2 - kappa)},
)
def performative_stable_vs_optimal_gap(kappa=Reals(0, half, notable=(Rational(1, 10), Rational(9, 20))), a0=Positive()):
    """Gap over bound 2 L_z eps/gamma is 1/(2 (1 - kappa)) for the quadratic loss on [-theta_PO, theta_PO].

    It tends to 1 at kappa = 1/2: the constant 2 is sharp. Here beta = gamma = 1, so that eps = kappa and L_z = theta_PO.
    """
    stable, optimal = a0 / (1 - kappa), a0 / (1 - 2 * kappa)
    return Eq((optimal - stable) / (2 * optimal * kappa), 1 / (2 * (1 - kappa)))


@claim(
    source=f"{PERDOMO} (distance of stable and optimal points, as commonly quoted)",
    mutants={
        "0.9 of the constant": lambda kappa, a0: Rational(9, 5) * a0 / (1 - 2 * kappa) * kappa,
    },
)
def performative_stable_vs_optimal_gap_bound(
    kappa=Reals(0, half, notable=(Rational(1, 10), Rational(49, 100))), a0=Positive()
):
    """Stable and optimal point are at most 2 L_z eps/gamma apart."""
    stable, optimal = a0 / (1 - kappa), a0 / (1 - 2 * kappa)
    return Lt(optimal - stable, 2 * optimal * kappa)


@claim(
    source="the bound with the constant 1",
    expected="fails",
    corrected="performative-stable-vs-optimal-gap-bound",
)
def performative_stable_vs_optimal_gap_constant_one(kappa=Reals(0, half, notable=(Rational(1, 10),)), a0=Positive()):
    """Stable and optimal point are at most L_z eps/gamma apart.

    One witness: no loop is run, and one point refutes it.
    """
    stable, optimal = a0 / (1 - kappa), a0 / (1 - 2 * kappa)
    return Le(optimal - stable, optimal * kappa)


@claim(
    source="derived: minimum of a quadratic risk",
    tight={"theta": Rational(1, 8)},
    mutants={"at the stable point": lambda theta: Rational(5, 49)},
)
def performative_stable_vs_optimal_gap_bernoulli(theta=Probability(notable=(Rational(1, 8), Rational(2, 7)))):
    """For a coin of probability 0.2 + 0.3 theta and squared loss the optimum is 1/8, the stable point 2/7."""
    z = Noise("Z", Binomial(1, Rational(1, 5) + Rational(3, 10) * theta))
    return Ge(E((z - theta) ** 2) / 2, Rational(31, 320))


# ---- repeated gradient descent --------------------------------------------------------------------------------------


@claim(
    source=f"derived: the step is affine in theta; {PERDOMO} have a more restrictive sufficient condition (text not at hand)",
    mutants={
        "feedback ignored": lambda n, t, eps, h, start: (1 - h) ** t * start,
        "a full step": lambda n, t, eps, h, start: eps**t * start,
    },
)
def performative_rgd_contraction(n=Integers(1), t=Integers(0), eps=Probability(), h=Reals(0, 1), start=Reals(-10, 10)):
    """For the quadratic loss repeated gradient descent contracts by exactly 1 - h (gamma - eps beta)."""
    loop = QuadraticRiskLoop(n, eps, 0, start=start, rate=h)
    return Eq(E(loop.theta(t)), (1 - h * (1 - eps)) ** t * start)


@claim(
    source="derived: a gradient step on a fixed law contracts; the shift of the law adds h eps beta",
    where=lambda a, b: a > b,
    mutants={"half the factor": lambda a, b, eps, h: (1 - h * (1 - eps)) * (a - b) / 2},
    unreached={"derivation": "no certificate for the sign of a difference of tanh"},
)
def performative_rgd_contraction_log_cosh(
    a=Reals(-20, 20, notable=(1, 2)),
    b=Reals(-20, 20, notable=(-1, half)),
    eps=Probability(),
    h=Reals(0, Rational(2, 3)),
):
    """For theta^2/2 + log cosh(theta - z) and h <= 2/(gamma + b) two gradient steps approach by 1 - h (gamma - eps beta).

    One witness: nothing is random, and no certificate is known for the sign of a difference of tanh.
    """
    return Le(Abs(log_cosh_step(a, h, eps) - log_cosh_step(b, h, eps)), (1 - h * (1 - eps)) * (a - b))


@claim(
    source=f"{PERDOMO} (contraction of RRM)",
    mutants={"a fifth of it": lambda a, b, eps: eps / 5 * (a - b)},
    where=lambda a, b: a > b,
    unreached={"derivation": "its fit is a root: there is no step in symbols"},
)
def performative_rgd_contraction_minimised(
    a=Reals(-3, 3, notable=(1, 2)), b=Reals(-3, 3, notable=(-1, half)), eps=Probability()
):
    """Minimised outright, two parameters approach by kappa = eps at least.

    One witness: the minimiser has no closed form, and nothing is random.
    """
    one, other = (LogCoshRiskLoop(eps, start=s).theta(1) for s in (a, b))
    return Le(Abs(one - other), eps * (a - b))


# ---- retraining is performative -------------------------------------------------------------------------------------


@claim(
    source="derived (connection noted in the literature)",
    mutants={"eps = lam": lambda r, a, b: (1 / r - 1) * Abs(a - b), "no factor": lambda r, a, b: Abs(a - b)},
)
def performative_self_consuming_identity(r=Probability(), a=Reals(-5, 5), b=Reals(-5, 5)):
    """The law of retraining, a share r of real data beside p_theta, is (1 - r)-Lipschitz: the common part cancels.

    Real data N(0, 1), models N(a, 1) and N(b, 1).
    """
    laws = (Mixture(r, Normal(0, 1), Normal(c, 1)) for c in (a, b))
    return Eq(W1(*laws), (1 - r) * Abs(a - b))


@claim(
    source="derived: the part of the real data cancels in the dual of W1",
    mutants={"eps = lam": lambda r, a: {"==": (1 / r - 1) * W1(Normal(a, 1), Normal(0, 4))}},
)
def performative_self_consuming_identity_scale(r=Probability(), a=Reals(-5, 5)):
    """The same for models that differ in mean and scale: N(a, 1) and N(0, 4) beside logistic data."""
    laws = (Mixture(r, Logistic(), law) for law in (Normal(a, 1), Normal(0, 4)))
    return Eq(W1(*laws), (1 - r) * W1(Normal(a, 1), Normal(0, 4)))


@claim(
    source="derived: affine recursion of the parameter",
    mutants={"lam/(2 + lam)": lambda n, t, lam, start: (lam / (2 + lam)) ** t * start},
)
def performative_self_consuming_identity_rate(n=Integers(1), t=Integers(0), lam=Positive(), start=Reals(-10, 10)):
    """Retraining the mean of a Gaussian is RRM with eps = lam/(1 + lam), beta = gamma: kappa is its rate for every lam."""
    loop = QuadraticRiskLoop(n, lam / (1 + lam), 0, start=start)
    return Eq(E(loop.theta(t)), (lam / (1 + lam)) ** t * start)


@claim(
    source="derived: gamma and beta of a logistic location",
    where=lambda lam: lam < 2,
    needs=["where"],
    mutants={"three quarters": lambda lam: Rational(3, 4)},
)
def performative_self_consuming_identity_logistic(lam=Positive(notable=(1, Rational(19, 10)))):
    """For a logistic location kappa = (beta/gamma) lam/(1 + lam) is below 1 as long as lam < 2: beta = 1/2, gamma = E psi'.

    Retraining contracts for every lam: the theorem's constants cost the rest.
    """
    gamma = E(1 / cosh(Noise("Z", Logistic()) / 2) ** 2 / 2)
    return Lt(half / gamma * lam / (1 + lam), 1)


@claim(
    source="the sensitivity taken to be lam",
    expected="fails",
    corrected="performative-self-consuming-identity",
)
def performative_self_consuming_identity_lambda(r=Probability()):
    """The law of retraining is Lipschitz with the constant lam, and no better."""
    laws = (Mixture(r, Normal(0, 1), Normal(c, 1)) for c in (0, 1))
    return Eq(W1(*laws), (1 - r) / r)


# ---- finite samples -------------------------------------------------------------------------------------------------


@formula(claim="performative-rerm-floor", where=lambda eps: eps < 1)
def parameter_variance(n: Integers(1), t: Integers(0), eps: Positive, s2: Positive = 1) -> Expr:
    """Var theta_t, if each fit is to n points: it rises to the floor s2/(n (1 - eps^2)). Here beta = gamma = 1.

    s2: the variance of the points, in whose units it is. Source: derived, an affine recursion.
    """
    return s2 / (n * (1 - eps**2)) * (1 - eps ** (2 * t))


@claim(
    source="derived: affine recursion of the variance",
    where=lambda eps: eps < 1,
    mutants={
        "errors added, not their squares": lambda n, t, eps, s2: s2 / (n * (1 - eps) ** 2),
        "without the floor": lambda n, t, eps, s2: s2 / n * t * eps ** (2 * t),
    },
)
def performative_rerm_floor(n=Integers(1), t=Integers(0), eps=Positive(), s2=Positive()):
    """Finite samples: the variance of repeated empirical risk minimisation rises to s^2/(n (1 - eps^2))."""
    loop = QuadraticRiskLoop(n, eps, variance=s2)
    return Eq(Var(loop.theta(t)), parameter_variance(n, t, eps, s2))


@claim(
    source="derived: law of total variance, affine recursion",
    where=lambda a0, eps: a0 + eps < 1,
    mutants={"as for a Gaussian": lambda n, t, a0, eps: a0 * (1 - eps - a0) / ((1 - eps) ** 2 * n * (1 - eps**2))},
)
def performative_rerm_floor_bernoulli(n=Integers(2), t=Integers(0), a0=Probability(), eps=Probability()):
    """A coin of probability a0 + eps theta: the variance rises to p (1 - p)/(n (1 - eps^2) + eps^2), p = a0/(1 - eps)."""
    p, rate = a0 / (1 - eps), eps**2 * (1 - 1 / n)
    loop = BernoulliRiskLoop(n, a0, eps, p)
    return Eq(E((loop.theta(t) - p) ** 2), p * (1 - p) / (n * (1 - rate)) * (1 - rate**t))
