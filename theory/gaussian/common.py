"""The loop, and what several topics use."""

from __future__ import annotations

from sympy import Expr, Rational, Symbol, Tuple, atan, digamma, gamma, log, pi, sqrt

from ..language.asked import Demanded
from ..language.domains import Integers, Points, Positive, Reals
from ..language.fields import Flag
from ..language.laws import ChiSquare, Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.structures import Symmetry


class GaussianLoop(Loop):
    """A Gaussian is fitted to n draws from the Gaussian before it, again and again.

    n: sample size of every generation.  sigma0, mu0: standard deviation and mean of the truth.
    estimator: of the variance: "unbiased" (sum of squares over its degrees of freedom), "mle" (over n), or an expression
        a: over n - a (a = -1 minimises the mean squared error).
    known_mean: True if only the variance is refitted, around mu0 (then the sum of squares has n degrees of freedom).
    sampling_bias: factor lam on the variance of every draw, the first generation included (1: faithful sampling).

    Observables: sigma(t), mu(t), error(t) = mu(t) - mu0, draw(t[, index]).
    Refuses n = 1 where the mean is fitted, too, and a divisor of the variance that is not positive (`BadInput`).
    Source: Shumailov et al. 2305.17493; Alemohammad et al. 2307.01850 (the sampling bias).
    """

    n: Integers(1)
    sigma0: Positive = 1
    mu0: Reals = 0
    estimator: Reals | Points("unbiased", "mle") = "unbiased"
    known_mean: Flag = False
    sampling_bias: Positive = 1

    sigma = coordinate(r"\sigma", positive=True)
    mu = coordinate(r"\mu")

    joint_points = tuple(
        {"n": n, "t": t}
        for n, t in ((10, 10), (100, 10), (10, 0), (10, 1), (5, 3), (2, 1), (30, 30), (100, 100), (10, 100), (2, 100))
    )

    @property
    def dof(self) -> Expr:
        """Degrees of freedom of the sum of squares."""
        return self.n if self.known_mean else self.n - 1

    @property
    def divisor(self) -> Expr:
        """What the sum of squares is divided by."""
        match self.estimator:
            case "unbiased":
                return self.dof
            case "mle":
                return self.n
            case a:
                return self.n - a

    def together(self) -> list[Demanded]:
        few = f"n = {self.n}: a sample size of 2 or more is needed where the mean is fitted, too"
        sizes = [] if self.known_mean else [(self.n - 1, True, few)]
        return [*sizes, (self.divisor, True, f"the divisor of the variance is {self.divisor}")]

    @property
    def truth(self) -> Normal:
        """The law of the data at first, N(mu0, sigma0^2)."""
        return Normal(self.mu0, self.sigma0**2)

    def error(self, t) -> Expr:
        """The error of the fitted mean."""
        return self.mu(t) - self.mu0

    @property
    def initial(self) -> dict[str, Expr]:
        return {"sigma": self.sigma0, "mu": self.mu0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Cochran: the sum of squares is a scaled chi-square, independent of the sample mean."""
        q, z = Noise("Q", ChiSquare(self.dof)), Noise("Z", Normal(0, 1))
        spread = state["sigma"] * sqrt(self.sampling_bias)
        return {
            "sigma": spread * sqrt(q / self.divisor),
            "mu": state["mu"] if self.known_mean else state["mu"] + spread * z / sqrt(self.n),
        }

    def emit(self, state: dict[str, Expr], index) -> Expr:
        return state["mu"] + state["sigma"] * Noise(f"X{index}", Normal(0, 1))

    def law_at(self, t) -> Normal:
        return Normal(self.mu(t), self.sigma(t) ** 2)

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth shifts and scales every later model."""
        point = self.mu0, self.sigma0
        return Symmetry(self.at(sigma0=1, mu0=0), sigma=(0, self.sigma0), mu=point, draw=point)

    def _latex(self, printer) -> str:
        return r"\mathrm{GaussianLoop}" + printer._print(Tuple(*self.args[:3]))


# ---- shorthand ------------------------------------------------------------------------------------------------------

SHUMAILOV = "Shumailov et al. 2305.17493"
ALEMOHAMMAD = "Alemohammad et al. 2307.01850"
BERTRAND = "Bertrand et al. 2310.00429"

s = Symbol("s", integer=True, nonnegative=True)  # a generation along the path
half = Rational(1, 2)


def drift(nu) -> Expr:
    """E log(chi2_nu / nu) = psi(nu/2) - log(nu/2): the mean of log sigma_{t+1}^2 - log sigma_t^2, always negative."""
    return digamma(nu / 2) - log(nu / 2)


def factor_moment(nu, q) -> Expr:
    """E (chi2_nu / nu)^q for q > -nu/2."""
    return (2 / nu) ** q * gamma(nu / 2 + q) / gamma(nu / 2)


def path_square(n, t) -> Expr:
    """E A_t^2 for A_t = sum of sigma_s^2 over s < t, in units of sigma0."""
    r = (n + 1) / (n - 1)
    return (2 * (r * (r**t - 1) / (r - 1) - t) - (r**t - 1)) / (r - 1)


def arctan_tv(v) -> Expr:
    """E TV between N(mu, s^2) and N(mu + s e, s^2) for e ~ N(0, v)."""
    return 2 / pi * atan(sqrt(v) / 2)
