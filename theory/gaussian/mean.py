"""The fitted mean: how it spreads, how far it ever strays, where it ends up."""

from __future__ import annotations

from sympy import Abs, Eq, Ge, Le, Lt, Rational, S, atan, erfc, exp, log, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.functions import c4
from ..language.moments import E, PathMax, Prob, Quantile, Tends, Var
from ..proof.relations.lemmas import doob_square, doob_tail, last_of_path, telescoped
from .common import SHUMAILOV, GaussianLoop, drift, half, path_square, s

# ---- the fitted mean ------------------------------------------------------------------------------------------------


@claim(source=f"derived: a sample mean is unbiased, given the model; unbiased case in {SHUMAILOV}")
def gaussian_mean_random_walk(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The fitted mean is unbiased in every generation."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.mu(t)), mu0)


@claim(
    source=f"derived: uncorrelated steps of variance E sigma_t^2/n; {SHUMAILOV}",
    mutants={
        "t/(n-1)": lambda n, t, sigma0: t * sigma0**2 / (n - 1),
        "one generation less": lambda n, t, sigma0: (t - 1) * sigma0**2 / n,
    },
)
def gaussian_mean_random_walk_variance(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The variance of the fitted mean grows linearly, by sigma0^2/n a generation."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(Var(loop.mu(t)), t * sigma0**2 / n)


@claim(
    source="derived: uncorrelated steps of variance E sigma_t^2/n, a geometric sum",
    mutants={"t/n, as for the unbiased estimator": lambda n, t, sigma0: t * sigma0**2 / n},
)
def gaussian_mean_random_walk_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood the variance of the fitted mean is (1 - (1 - 1/n)^t) sigma0^2: bounded."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(Var(loop.mu(t)), sigma0**2 * (1 - (1 - 1 / n) ** t))


@claim(source="derived: from the exact form", tight={"t": oo}, mutants={"half of it": lambda sigma0: sigma0**2 / 2})
def gaussian_mean_random_walk_mle_bounded(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood the error of the fitted mean never exceeds the variance of the truth."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Lt(Var(loop.mu(t)), sigma0**2)


@claim(
    source="derived: matched second moments, induction in t", mutants={"twice as much": lambda sigma0: 2 * sigma0**2}
)
def gaussian_mean_random_walk_conservation(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """Under maximum likelihood the variance of the mean and the mean variance add up to sigma0^2, always."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(Var(loop.mu(t)) + E(loop.sigma(t) ** 2), sigma0**2)


@claim(
    source="derived: given the variances the mean is Gaussian",
    mutants={"3 (t/n)^2, a Gaussian marginal": lambda n, t, sigma0: 3 * (t / n) ** 2 * sigma0**4},
)
def gaussian_mean_random_walk_fourth(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The fourth moment of the error of the mean is 3 E[A_t^2]/n^2, A_t the sum of the variances so far."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.error(t) ** 4), 3 * sigma0**4 / n**2 * path_square(n, t))


@claim(
    source="derived: the mean of |z| sigma_t/sqrt(n), with E sigma_t",
    mutants={"c4^(t+1)": lambda n, t, sigma0: sqrt(2 / (pi * n)) * c4(n) ** (t + 1) * sigma0},
)
def gaussian_mean_converges_heavy_tail_increment(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected step |mu_{t+1} - mu_t| decays geometrically, by c4(n): almost every path of means converges."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(Abs(loop.mu(t + 1) - loop.mu(t))), sqrt(2 / (pi * n)) * c4(n) ** t * sigma0)


@claim(
    source="derived (triangle inequality)",
    proof=telescoped(),
    mutants={"a tenth of it": lambda n, sigma0: sqrt(2 / (pi * n)) / (10 * (1 - c4(n))) * sigma0},
    unreached={"ball": "the absolute value of a sum of steps is no monomial"},
)
def gaussian_mean_converges_heavy_tail(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The mean absolute error of the mean stays bounded for ever, although its variance t sigma0^2/n diverges."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Le(E(Abs(loop.mu(t) - mu0)), sqrt(2 / (pi * n)) / (1 - c4(n)) * sigma0)


@claim(
    source="derived (Kesten-Goldie perpetuity of exponent 1); that a 2 is enough in the rate is measured, 3/2 for large n",
    mutants={"the degrees of freedom for n": lambda n: n / (n - 1)},
    unreached={"derivation": "the law at infinite time"},
)
def gaussian_mean_converges_heavy_tail_constant(
    n=Integers(2), y=Reals(2, oo, notable=[3, 5, 10, 4, Rational(5, 2), Rational(7, 2)]), sigma0=Positive(), mu0=Reals()
):
    """The limit of the fitted mean strays beyond y sigma0 with probability about 1/(n m y^2), m = psi(nu/2 + 1) - log(nu/2).

    One witness: the simulation, run until what is left is bounded; there are no balls at infinite time.
    """
    loop, nu = GaussianLoop(n, sigma0, mu0), n - 1
    m = drift(nu) + 2 / nu
    return Tends(n * m * y**2 * Prob(Abs(loop.mu(oo) - mu0) > y * sigma0), (y, 2, oo), 1, rate=2 / y**2)


@claim(
    source="measured: the median grows with t and n towards sqrt(2/3) sigma0, that of Student t with 2 degrees of freedom",
    mutants={"half of it": lambda sigma0: sqrt(Rational(1, 6)) * sigma0},
    unreached={"derivation": "a median is no moment", "ball": "the absolute value of a sum of steps is no monomial"},
)
def gaussian_mean_converges_heavy_tail_median(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """The median error of the fitted mean stays below sqrt(2/3) sigma0 for ever, although its variance diverges.

    One witness: the simulation, since the error is no product of the steps, and its quantile no moment.
    """
    loop = GaussianLoop(n, sigma0, mu0)
    return Lt(Quantile(Abs(loop.mu(t) - mu0), half), sqrt(Rational(2, 3)) * sigma0)


# ---- where the mean ends up -----------------------------------------------------------------------------------------


@claim(
    source="derived (Dufresne's perpetuity in the diffusion limit); the rate's 1/2 is a choice, about 0.1 is measured",
    mutants={
        "normal, as a central limit theorem suggests": lambda y: erfc(y / sqrt(2)),
        "Cauchy: one degree of freedom": lambda y: 1 - 2 / pi * atan(y),
    },
    unreached={"derivation": "a limit in n of the law at infinite time"},
)
def mean_limit_student_t2(n=Integers(20, notable=[20, 50]), y=Points(1, 4), sigma0=Positive(), mu0=Reals()):
    """The limit of the fitted mean is Student t with 2 degrees of freedom in the limit of large n."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Tends(Prob(Abs(loop.mu(oo) - mu0) > y * sigma0), (n, 20, oo), 1 - y / sqrt(2 + y**2), rate=1 / (2 * n))


@claim(
    source="derived (that of Student t with 2 degrees of freedom); the rate's 1/2 is a choice, about 0.1 is measured",
    unreached={"derivation": "a limit in n of the law at infinite time"},
)
def mean_limit_student_t2_median(n=Integers(2, notable=[20]), sigma0=Positive(), mu0=Reals()):
    """The median distance of the limit of the fitted mean from the truth tends to sqrt(2/3) sigma0.

    One witness: the simulation; there are no balls at infinite time.
    """
    loop = GaussianLoop(n, sigma0, mu0)
    beyond = Prob(Abs(loop.mu(oo) - mu0) > sqrt(Rational(2, 3)) * sigma0)
    return Tends(beyond, (n, 2, oo), half, rate=1 / (2 * n))


@claim(
    source="derived: c4(n)^t with t = n tau; expansion of c4",
    mutants={"exp(-tau/2)": lambda tau: exp(-tau / 2)},
    unreached={"derivation": "a limit in n, with n in the number of generations"},
)
def mean_limit_student_t2_scaling(n=Integers(2), tau=Integers(1, notable=[1, 2, 5]), sigma0=Positive()):
    """On the time scale t = n tau the expected standard deviation tends to exp(-tau/4) sigma0, up to 1/n."""
    loop = GaussianLoop(n, sigma0)
    return Tends(E(loop.sigma(n * tau)) / sigma0, (n, 2, oo), exp(-tau / 4), rate=1 / n)


@claim(
    source="derived: ((n + 1)/(n - 1))^(n tau) expanded; that tau/n^2 is enough in the rate is measured (2/3 of it for large n)",
    mutants={"exp(tau)": lambda tau: exp(tau)},
    unreached={"derivation": "a limit in n, with n in the number of generations"},
)
def mean_limit_student_t2_scaling_fourth(n=Integers(2, notable=[3, 5]), tau=Integers(1), sigma0=Positive()):
    """On the time scale t = n tau the fourth moment of sigma_t tends to exp(2 tau) sigma0^4, up to 1/n^2."""
    loop = GaussianLoop(n, sigma0)
    limit = exp(2 * tau)
    return Tends(E(loop.sigma(n * tau) ** 4) / sigma0**4, (n, 2, oo), limit, rate=limit * (exp(tau / n**2) - 1))


@claim(
    source="derived (diffusion limit); the constant 1/8 of the rate is measured",
    mutants={"half the drift, as of sigma": lambda tau: erfc(sqrt(tau) / 4) / 2},
    unreached={"derivation": "a limit in n of a probability"},
)
def mean_limit_student_t2_scaling_probability(n=Integers(2), tau=Integers(1, notable=[1, 2, 5]), sigma0=Positive()):
    """On the time scale t = n tau, P(sigma_t^2 >= sigma0^2) tends to Phi(-sqrt(tau/2)), up to 1/(8n)."""
    loop = GaussianLoop(n, sigma0)
    return Tends(Prob(loop.sigma(n * tau) ** 2 >= sigma0**2), (n, 2, oo), erfc(sqrt(tau) / 2) / 2, rate=1 / (8 * n))


@claim(
    source="derived (diffusion limit; the overshoot gives the order of the rate); its constant 1 is measured, 0.83 for large n",
    mutants={"its limit in tau, Ville's bound 1": lambda: S.One},
    unreached={"derivation": "a limit in n of a maximum over the path"},
)
def mean_limit_student_t2_ville(n=Integers(2), tau=Integers(1, notable=[2, 8]), K=Points(2, 5), sigma0=Positive()):
    """Ville's bound is sharp for large n: K P(max of sigma_s^2 over s <= n tau >= K sigma0^2) tends to a limit near 1.

    The limit is that of a Brownian motion with drift, and itself tends to 1 as tau grows.
    One witness: the simulation, since a maximum over the path is closed under no step.
    """
    loop, level = GaussianLoop(n, sigma0), log(K)

    def above(x):  # of a standard normal
        return erfc(x / sqrt(4 * tau)) / 2  # sqrt(2 tau) is the standard deviation

    limit = above(level - tau) + K * above(level + tau)
    p = Prob(PathMax(loop.sigma(s) ** 2, (s, 0, n * tau)) >= K * sigma0**2)
    return Tends(K * p, (n, 2, oo), limit, rate=1 / sqrt(n))


# ---- maximal deviation of the mean ----------------------------------------------------------------------------------


@claim(
    source="derived (Kolmogorov's inequality)",
    proof=doob_tail(2),
    tight={"t": 0},
    mutants={"t/(n^2 y^2)": lambda n, t, y: t / (n**2 * y**2)},
)
def mean_martingale_doob(
    n=Integers(2), t=Integers(0), y=Positive(notable=[2, Rational(3, 2), 3]), sigma0=Positive(), mu0=Reals()
):
    """The fitted mean ever strays y sigma0 from the truth by generation t with probability at most t/(n y^2)."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Le(Prob(PathMax(Abs(loop.mu(s) - mu0), (s, 0, t)) >= y * sigma0), t / (n * y**2))


@claim(
    source="derived (Kolmogorov's inequality)",
    proof=doob_tail(2),
    tight={"t": 0},
    mutants={"1/n of it": lambda n, t, y: (1 - (1 - 1 / n) ** t) / (n * y**2)},
)
def mean_martingale_doob_mle(
    n=Integers(2), t=Integers(0), y=Positive(notable=[2, Rational(3, 2), 3]), sigma0=Positive(), mu0=Reals()
):
    """With maximum likelihood that probability is at most (1 - (1 - 1/n)^t)/y^2, hence 1/y^2 for ever."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Le(Prob(PathMax(Abs(loop.mu(s) - mu0), (s, 0, t)) >= y * sigma0), (1 - (1 - 1 / n) ** t) / y**2)


@claim(
    source="derived (Doob's L2 inequality)",
    proof=doob_square(),
    tight={"t": 0},
    mutants={"t/n": lambda n, t, sigma0: t * sigma0**2 / n},
)
def mean_martingale_doob_square(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The expected maximal squared deviation of the mean is at most 4 t sigma0^2/n."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Le(E(PathMax((loop.mu(s) - mu0) ** 2, (s, 0, t))), 4 * t * sigma0**2 / n)


@claim(
    source="derived: a maximum is at least its last value",
    proof=last_of_path(),
    tight=[{"t": 0}, {"t": 1}],
    mutants={"4t/n": lambda n, t, sigma0: 4 * t * sigma0**2 / n},
)
def mean_martingale_doob_square_lower(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The expected maximal squared deviation of the mean is at least t sigma0^2/n."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Ge(E(PathMax((loop.mu(s) - mu0) ** 2, (s, 0, t))), t * sigma0**2 / n)
