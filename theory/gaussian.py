"""One-dimensional Gaussian models refitted to their own samples: the loop and its theorems.

Time: `loop.model(0)` is what the loop is handed (the truth, N(mu0, sigma0**2)); `loop.model(t)` is after t fits. Papers
that count the fit on real data as generation 0 are one step behind: their generation g is our t = g + 1.

Sources are given as commonly quoted; theorem numbers only where they are certain.
"""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

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
    Rational,
    S,
    Symbol,
    Tuple,
    atan,
    ceiling,
    digamma,
    erf,
    erfc,
    exp,
    gamma,
    log,
    oo,
    pi,
    polygamma,
    sqrt,
    sympify,
)
from sympy import E as e  # Euler's number: `E` is the expectation here
from sympy.core.symbol import Str

from .language.claims import claim
from .language.domains import Integers, Points, Positive, Probability, Reals
from .language.functions import c4
from .language.laws import ChiSquare, Noise, Normal
from .language.loops import Loop, Observable
from .language.moments import KL, W2, Cov, E, PathMax, Prob, Quantile, RisesThenFalls, Tends, Var
from .proof.lemmas import (
    cauchy_schwarz,
    doob_entropy,
    doob_power,
    doob_square,
    doob_tail,
    jensen,
    last_of_path,
    markov,
    telescoped,
    ville,
)


class GaussianLoop(Loop):
    """A Gaussian is fitted to n draws from the Gaussian before it, again and again.

    n: sample size of every generation.  sigma0, mu0: standard deviation and mean of the truth.
    estimator: of the variance: "unbiased" (sum of squares over its degrees of freedom), "mle" (over n), or an expression
        a: over n - a (a = -1 minimises the mean squared error).
    known_mean: True if only the variance is refitted, around mu0 (then the sum of squares has n degrees of freedom).
    sampling_bias: factor lam on the variance of every draw, the first generation included (1: faithful sampling).

    Observables: sigma(t), mu(t), error(t) = mu(t) - mu0, draw(t[, index]).
    """

    state = ("sigma", "mu")
    positive = frozenset({"sigma"})
    latex_names = {"sigma": r"\sigma", "mu": r"\mu", "draw": "X"}  # noqa: RUF012
    joint_points = tuple(
        {"n": n, "t": t}
        for n, t in ((10, 10), (100, 10), (10, 0), (10, 1), (5, 3), (2, 1), (30, 30), (100, 100), (10, 100), (2, 100))
    )

    def __new__(cls, n, sigma0=1, mu0=0, estimator="unbiased", known_mean=False, sampling_bias=1):
        if isinstance(estimator, str):
            if estimator not in ("unbiased", "mle"):
                raise ValueError(f"estimator={estimator!r}: expected 'unbiased', 'mle', or a in the divisor n - a")
            estimator = Str(estimator)
        return Loop.__new__(cls, *map(sympify, (n, sigma0, mu0, estimator, known_mean, sampling_bias)))

    n = property(lambda self: self.args[0])
    sigma0 = property(lambda self: self.args[1])
    mu0 = property(lambda self: self.args[2])
    known_mean = property(lambda self: self.args[4] == S.true)
    sampling_bias = property(lambda self: self.args[5])

    @property
    def dof(self) -> Expr:
        """Degrees of freedom of the sum of squares."""
        return self.n if self.known_mean else self.n - 1

    @property
    def divisor(self) -> Expr:
        """What the sum of squares is divided by."""
        match self.args[3]:
            case Str(name="unbiased"):
                return self.dof
            case Str():
                return self.n
            case a:
                return self.n - a

    def refuses(self) -> str | None:
        least = 1 if self.known_mean else 2
        if not (self.n.is_Integer and self.n >= least):
            return f"n = {self.n}: a sample size of {least} or more is needed"
        for name in ("sigma0", "sampling_bias"):
            if not getattr(self, name).is_positive:
                return f"{name} = {getattr(self, name)} is not positive"
        return None if self.divisor.is_positive else f"the divisor of the variance is {self.divisor}"

    @property
    def truth(self) -> Normal:
        return Normal(self.mu0, self.sigma0**2)

    def sigma(self, t) -> Observable:
        """The fitted standard deviation after t fits."""
        return Observable(self, "sigma", t)

    def mu(self, t) -> Observable:
        """The fitted mean after t fits."""
        return Observable(self, "mu", t)

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

    def standard(self) -> GaussianLoop:
        n, _, _, *rest = self.args
        return self.func(n, 1, 0, *rest)

    def rescale(self, observable: Observable) -> Expr:
        """Shifting and scaling the truth shifts and scales every later model."""
        standard = observable.func(self.standard(), *observable.args[1:])
        return self.sigma0 * standard + (0 if observable.name == "sigma" else self.mu0)

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


def mle_spread(n, t) -> Expr:
    """Var sigma_t^2 under maximum likelihood, in units of sigma0^4."""
    return (1 - 1 / n**2) ** t - (1 - 1 / n) ** (2 * t)


# ---- the mean of the fitted standard deviation ----------------------------------------------------------------------


@claim(
    source=f"derived (mean of the chi law); E sigma_t -> 0 in {BERTRAND} and {ALEMOHAMMAD}",
    mutants={
        "c4(n + 1), the rate with a known mean": lambda n, t, sigma0: c4(n + 1) ** t * sigma0,
        "the maximum-likelihood rate": lambda n, t, sigma0: (c4(n) * sqrt(1 - 1 / n)) ** t * sigma0,
        "t - 1 in the exponent": lambda n, t, sigma0: c4(n) ** (t - 1) * sigma0,
        "exp(-t/(4n))": lambda n, t, sigma0: exp(-t / (4 * n)) * sigma0,
        "sigma0**2 for sigma0": lambda n, t, sigma0: c4(n) ** t * sigma0**2,
    },
)
def gaussian_sigma_mean_c4(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected standard deviation decays geometrically, by c4(n) a generation."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t)), c4(n) ** t * sigma0)


@claim(
    mutants={
        "the unbiased rate": lambda n, t, sigma0: c4(n) ** t * sigma0,
        "1 - 1/(n-1) for 1 - 1/n": lambda n, t, sigma0: (c4(n) * sqrt(1 - 1 / (n - 1))) ** t * sigma0,
    }
)
def gaussian_sigma_mean_c4_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With the maximum-likelihood variance the expected standard deviation decays by c4(n) sqrt(1 - 1/n) a generation."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Eq(E(loop.sigma(t)), (c4(n) * sqrt(1 - 1 / n)) ** t * sigma0)


@claim(
    tight={"t": 0},
    mutants={
        "exp(-t/(4 nu)) from above": lambda n, t: {"<=": exp(-t / (4 * (n - 1)))},
        "(1 - 1/(4n))^t from below": lambda n, t: {">=": (1 - 1 / (4 * n)) ** t},
    },
)
def gaussian_sigma_mean_c4_bounds(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """(1 - 1/(2 nu))^(t/2) <= E sigma_t / sigma0 <= (1 + 1/(2 nu))^(-t/2) with nu = n - 1: about exp(-t/(4 nu))."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    mean = E(loop.sigma(t)) / sigma0
    return And(Ge(mean, (1 - 1 / (2 * nu)) ** (t / 2)), Le(mean, (1 + 1 / (2 * nu)) ** (-t / 2)))


# ---- the mean of the fitted variance --------------------------------------------------------------------------------


@claim(
    source=f"derived; the martingale property is used in {SHUMAILOV} and {ALEMOHAMMAD}",
    mutants={"it decays, by 1 - 1/n": lambda n, t, sigma0: (1 - 1 / n) ** t * sigma0**2},
)
def gaussian_variance_mean_martingale(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected fitted variance never changes: sigma_t^2 is a martingale for the unbiased estimator."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t) ** 2), sigma0**2)


@claim(
    mutants={
        "(1 - 1/(n-1))^t": lambda n, t, sigma0: (1 - 1 / (n - 1)) ** t * sigma0**2,
        "exp(-t/n)": lambda n, t, sigma0: exp(-t / n) * sigma0**2,
    }
)
def gaussian_variance_mean_martingale_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With the maximum-likelihood estimator the expected fitted variance decays by 1 - 1/n a generation."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Eq(E(loop.sigma(t) ** 2), (1 - 1 / n) ** t * sigma0**2)


@claim(
    where=lambda n, a: a < n,
    mutants={"n in the numerator": lambda n, t, a, sigma0: (n / (n - a)) ** t * sigma0**2},
)
def gaussian_variance_mean_martingale_divisor(
    n=Integers(2), t=Integers(0), a=Points(-1, -2, Rational(1, 2)), sigma0=Positive()
):
    """With divisor n - a the expected fitted variance changes by (n-1)/(n-a); a = -1 minimises the mean squared error."""
    loop = GaussianLoop(n, sigma0, estimator=a)
    return Eq(E(loop.sigma(t) ** 2), ((n - 1) / (n - a)) ** t * sigma0**2)


@claim(
    source="commonly quoted ('the variance shrinks'), without naming the estimator",
    expected="fails",
    corrected="gaussian-variance-mean-martingale",
)
def gaussian_variance_mean_martingale_shrinks(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The expected fitted variance decreases (unbiased estimator)."""
    loop = GaussianLoop(n, sigma0)
    return Lt(E(loop.sigma(t) ** 2), sigma0**2)


# ---- the variance of the fitted variance ----------------------------------------------------------------------------


@claim(
    mutants={
        "(1 + 2/n)^t": lambda n, t, sigma0: ((1 + 2 / n) ** t - 1) * sigma0**4,
        "linear, 2t/(n-1)": lambda n, t, sigma0: 2 * t / (n - 1) * sigma0**4,
    }
)
def gaussian_variance_second_moment(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The variance of sigma_t^2 grows exponentially, like (1 + 2/(n-1))^t - 1, while its mean stays."""
    loop = GaussianLoop(n, sigma0)
    return Eq(Var(loop.sigma(t) ** 2), ((1 + 2 / (n - 1)) ** t - 1) * sigma0**4)


@claim(mutants={"(1 + 2/n)^t": lambda n, t, sigma0: (1 + 2 / n) ** t * sigma0**4})
def gaussian_variance_second_moment_fourth(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The fourth moment of sigma_t grows by (n+1)/(n-1) a generation."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t) ** 4), ((n + 1) / (n - 1)) ** t * sigma0**4)


@claim(mutants={"as if of the later time": lambda n, t, d, sigma0: ((1 + 2 / (n - 1)) ** (t + d) - 1) * sigma0**4})
def gaussian_variance_second_moment_covariance(n=Integers(2), t=Integers(0), d=Integers(1), sigma0=Positive()):
    """The covariance of sigma_t^2 with any later sigma_{t+d}^2 is the variance of sigma_t^2."""
    loop = GaussianLoop(n, sigma0)
    return Eq(Cov(loop.sigma(t) ** 2, loop.sigma(t + d) ** 2), ((1 + 2 / (n - 1)) ** t - 1) * sigma0**4)


@claim(tight=[{"t": 0}, {"t": 1}], mutants={"4t/(n-1)": lambda n, t, sigma0: 4 * t / (n - 1) * sigma0**4})
def gaussian_variance_second_moment_linear(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The variance of sigma_t^2 is at least its first-order value 2t/(n-1)."""
    loop = GaussianLoop(n, sigma0)
    return Ge(Var(loop.sigma(t) ** 2), 2 * t / (n - 1) * sigma0**4)


@claim(mutants={"the unbiased growth": lambda n, t, sigma0: ((n + 1) / (n - 1)) ** t * sigma0**4})
def gaussian_variance_second_moment_mle_fourth(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the fourth moment of sigma_t decays, by 1 - 1/n^2 a generation."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Eq(E(loop.sigma(t) ** 4), (1 - 1 / n**2) ** t * sigma0**4)


@claim(mutants={"the unbiased law": lambda n, t, sigma0: ((1 + 2 / (n - 1)) ** t - 1) * sigma0**4})
def gaussian_variance_second_moment_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the variance of sigma_t^2 is (1 - 1/n^2)^t - (1 - 1/n)^(2t)."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Eq(Var(loop.sigma(t) ** 2), ((1 - 1 / n**2) ** t - (1 - 1 / n) ** (2 * t)) * sigma0**4)


@claim(mutants={"as many generations as points": lambda n: n})
def gaussian_variance_second_moment_mle_peak(n=Points(10, 5, 20), sigma0=Positive()):
    """With maximum likelihood the variance of sigma_t^2 rises and then falls; its peak within t = 0..200 (n = 5, 10, 20).

    The peak is the first t with (n+1)^t >= (2n-1) (n-1)^t, that is 6, 15 and 37: about (n/2) log(2n).
    """
    loop, t = GaussianLoop(n, sigma0, estimator="mle"), Symbol("t", integer=True, nonnegative=True)
    peak = ceiling(log(2 * n - 1) / log(Rational(n + 1, n - 1)))
    return RisesThenFalls(Var(loop.sigma(t) ** 2 / sigma0**2), (t, 0, 200), peak=peak)


# the peak: one step takes a share 1/n^2 of E sigma_t^4 and a share (2n - 1)/n^2 of (E sigma_t^2)^2; which one is more?


@claim(
    where=lambda n, t: (1 - 1 / n**2) ** t / n**2 <= (2 * n - 1) / n**2 * (1 - 1 / n) ** (2 * t),
    needs=["where"],
    tight={"n": 2, "t": 1},
    mutants={"it has fallen by a tenth": lambda n, t: Rational(9, 10) * mle_spread(n, t + 1)},
)
def gaussian_variance_second_moment_mle_rises(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the variance of sigma_t^2 does not fall after t while (n+1)^t <= (2n-1) (n-1)^t."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Le(Var(loop.sigma(t) ** 2 / sigma0**2), Var(loop.sigma(t + 1) ** 2 / sigma0**2))


@claim(
    where=lambda n, t: (1 - 1 / n**2) ** t / n**2 >= (2 * n - 1) / n**2 * (1 - 1 / n) ** (2 * t),
    needs=["where"],
    tight={"n": 2, "t": 1},
    mutants={"by a factor 1 - 1/n": lambda n, t: (1 - 1 / n) * mle_spread(n, t)},
)
def gaussian_variance_second_moment_mle_falls(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the variance of sigma_t^2 does not rise after t once (n+1)^t >= (2n-1) (n-1)^t."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Le(Var(loop.sigma(t + 1) ** 2 / sigma0**2), Var(loop.sigma(t) ** 2 / sigma0**2))


# ---- moments of any order -------------------------------------------------------------------------------------------


@claim(
    where=lambda n, q: q > -(n - 1) / 2,
    mutants={
        "Gamma(n/2 + q)": lambda n, t, q, sigma0: sigma0 ** (2 * q) * factor_moment(n, q) ** t,
        "lognormal, exp(t q (q-1)/nu)": lambda n, t, q, sigma0: sigma0 ** (2 * q) * exp(t * q * (q - 1) / (n - 1)),
    },
)
def gaussian_variance_all_moments(
    n=Integers(2), t=Integers(0), q=Reals(notable=[-half / 2, Rational(3, 2), 2, half / 2, -1]), sigma0=Positive()
):
    """E sigma_t^(2q) = g(q)^t sigma0^(2q), g(q) the q-th moment of chi2_nu/nu, for every real q > -nu/2."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t) ** (2 * q)), sigma0 ** (2 * q) * factor_moment(n - 1, q) ** t)


@claim(where=lambda n, q: q <= -(n - 1) / 2, mutants={"finite": lambda: S.One})
def gaussian_variance_all_moments_infinite(
    n=Integers(2), t=Integers(1), q=Reals(hi=0, notable=[-half, -1, -5]), sigma0=Positive()
):
    """E sigma_t^(2q) is infinite from the first fit on when q <= -nu/2."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t) ** (2 * q)), oo)


@claim(
    tight={"t": 0},
    proof=jensen(2),
    mutants={"nine tenths of it": lambda q, sigma0: sigma0 ** (2 * q) * Rational(9, 10)},
)
def gaussian_variance_all_moments_decay(n=Integers(2), t=Integers(0), q=Probability(), sigma0=Positive()):
    """Moments of sigma_t^2 of order between 0 and 1 never exceed their starting value."""
    loop = GaussianLoop(n, sigma0)
    return Le(E(loop.sigma(t) ** (2 * q)), sigma0 ** (2 * q))


@claim(
    tight={"t": 0},
    proof=jensen(2),
    mutants={"eleven tenths of it": lambda q, sigma0: sigma0 ** (2 * q) * Rational(11, 10)},
)
def gaussian_variance_all_moments_growth(n=Integers(2), t=Integers(0), q=Reals(1, oo), sigma0=Positive()):
    """Moments of sigma_t^2 of order above 1 never fall below their starting value."""
    loop = GaussianLoop(n, sigma0)
    return Ge(E(loop.sigma(t) ** (2 * q)), sigma0 ** (2 * q))


@claim(
    source="derived (Cauchy-Schwarz)",
    proof=cauchy_schwarz(),
    tight=[{"t": 0}, {"h": 0}],
    mutants={
        "the gap of a lognormal, exp(2 h^2 t/nu)": lambda n, t, q, h, sigma0: (
            sigma0 ** (4 * (q + h)) * factor_moment(n - 1, q + h) ** (2 * t) * exp(2 * h**2 * t / (n - 1))
        ),
    },
)
def gaussian_variance_all_moments_log_convex(
    n=Integers(2),
    t=Integers(0),
    q=Reals(-half, oo, notable=[1, half, 0, 2, -half / 2]),
    h=Positive(notable=[half, 1, half / 4]),
    sigma0=Positive(),
):
    """Moments of sigma_t^2 are log-convex in their order: those of orders q, q + h, q + 2h have x_0 x_2 >= x_1^2 (q > -1/2).

    Equality for h = 0. Orders above -1/2 exist for every n.
    """
    loop = GaussianLoop(n, sigma0)
    x = [E(loop.sigma(t) ** (2 * (q + j * h))) for j in range(3)]
    return Ge(x[0] * x[2], x[1] ** 2)


@claim(
    source="derived (two terms of the expansion of digamma; 3/80 is that of the next one)",
    mutants={
        "far below 0 there": lambda n: {"<": -1 / (10 * (n - 1) ** 4)},
        "far above 0 there": lambda n: {">": 1 / (10 * (n - 1) ** 4)},
    },
)
def gaussian_variance_all_moments_minimiser(n=Integers(2, 10_000)):
    """E sigma_1^(2q) is least at an order q between 1/2 - 1/(12 nu) and that plus 3/(80 nu^3): its slope changes sign there."""
    loop, nu = GaussianLoop(n), n - 1

    def slope(q):
        return E(loop.sigma(1) ** (2 * q) * log(loop.sigma(1) ** 2))

    q = half - 1 / (12 * nu)
    return And(Lt(slope(q), 0), Gt(slope(q + 3 / (80 * nu**3)), 0))


# ---- logarithms: the typical path -----------------------------------------------------------------------------------


@claim(
    source=f"derived (law of large numbers for log chi2); a.s. collapse in {SHUMAILOV} and {ALEMOHAMMAD}, without rate",
    mutants={
        "n for n - 1": lambda n, t, sigma0: log(sigma0**2) + t * drift(n),
        "sigma, not sigma^2, at this rate": lambda n, t, sigma0: log(sigma0**2) + 2 * t * drift(n - 1),
        "the rate of E sigma": lambda n, t, sigma0: log(sigma0**2) + 2 * t * log(c4(n)),
    },
)
def gaussian_log_drift(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """log sigma_t^2 drifts down by psi(nu/2) - log(nu/2), about 1/nu, a generation: the rate of almost-sure collapse."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * drift(n - 1))


@claim(mutants={"2/nu for psi_1(nu/2)": lambda n, t: 2 * t / (n - 1), "n for nu": lambda n, t: t * polygamma(1, n / 2)})
def gaussian_log_drift_variance(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The variance of log sigma_t^2 grows linearly, by psi_1(nu/2) a generation."""
    loop = GaussianLoop(n, sigma0)
    return Eq(Var(log(loop.sigma(t) ** 2)), t * polygamma(1, (n - 1) / 2))


@claim(mutants={"without log(1 - 1/n)": lambda n, t, sigma0: log(sigma0**2) + t * drift(n - 1)})
def gaussian_log_drift_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the drift of log sigma_t^2 gains log(1 - 1/n): about twice as fast."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * (drift(n - 1) + log(1 - 1 / n)))


@claim(
    tight={"t": 0},
    mutants={
        "-t/nu from below": lambda n, t: {">=": -t / (n - 1)},
        "its two terms from above": lambda n, t: {"<=": -t * (1 / (n - 1) + 1 / (3 * (n - 1) ** 2))},
    },
)
def gaussian_log_drift_bounds(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The drift of log sigma_t^2 lies between -1/nu - 1/(3 nu^2) and -1/nu."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    fall = E(log(loop.sigma(t) ** 2)) - log(sigma0**2)
    return And(Ge(fall, -t * (1 / nu + 1 / (3 * nu**2))), Le(fall, -t / nu))


@claim(
    tight={"t": 0},
    mutants={
        "2t/nu from above": lambda n, t: {"<=": 2 * t / (n - 1)},
        "2t (1/nu + 1/nu^2 + 1/nu^3) from below": lambda n, t: {">=": 2 * t * sum((n - 1) ** -j for j in (1, 2, 3))},
    },
)
def gaussian_log_drift_variance_bounds(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The variance of log sigma_t^2 lies between 2t/nu and (2/nu + 4/nu^2) t."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    spread = Var(log(loop.sigma(t) ** 2))
    return And(Ge(spread, 2 * t / nu), Le(spread, t * (2 / nu + 4 / nu**2)))


@claim(proof=markov(2), mutants={"it tends to 1": lambda: S.One})
def gaussian_log_drift_almost_sure(n=Integers(2), t=Integers(1), eps=Positive(notable=[half, 1, 2]), sigma0=Positive()):
    """(1/t) log sigma_t^2 tends to the drift: P(|log sigma_t^2/sigma0^2 - t drift| >= eps t) <= psi_1(nu/2)/(eps^2 t)."""
    loop = GaussianLoop(n, sigma0)
    gap = Abs(log(loop.sigma(t) ** 2) - log(sigma0**2) - t * drift(n - 1))
    return Tends(Prob(gap >= eps * t), (t, 1, oo), 0, rate=polygamma(1, (n - 1) / 2) / (eps**2 * t))


@claim(
    source="derived (Berry-Esseen with the constant 0.4748 of Shevtsova 2011, third moment by Lyapunov)",
    mutants={"two standard deviations off": lambda x: (1 + erf((x + 2) / sqrt(2))) / 2},
)
def gaussian_log_clt_and_median(n=Integers(2), t=Integers(1), x=Points(-1, 0, 1), sigma0=Positive()):
    """log sigma_t^2 is asymptotically normal, its distribution function within a constant over sqrt(t)."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    sd = sqrt(polygamma(1, nu / 2))
    third = (polygamma(3, nu / 2) + 3 * polygamma(1, nu / 2) ** 2) ** Rational(3, 4)
    event = log(loop.sigma(t) ** 2) <= log(sigma0**2) + t * drift(nu) + x * sd * sqrt(t)
    return Tends(
        Prob(event), (t, 1, oo), (1 + erf(x / sqrt(2))) / 2, rate=Rational(4748, 10_000) * third / (sd**3 * sqrt(t))
    )


@claim(
    source="expansion derived (Cornish-Fisher); the constant 1/4 of the rate is measured",
    mutants={"without the constant": lambda: S.Zero},
)
def gaussian_log_clt_and_median_median(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The median of log sigma_t^2 is t drift - psi_2/(6 psi_1) + O(1/t): a positive constant above its mean."""
    loop, h = GaussianLoop(n, sigma0), (n - 1) / 2
    median = Quantile(log(loop.sigma(t) ** 2), half) - log(sigma0**2) - t * drift(n - 1)
    return Tends(median, (t, 1, oo), -polygamma(2, h) / (6 * polygamma(1, h)), rate=1 / (4 * (n - 1) * t))


@claim(
    source="expansion derived (Cornish-Fisher); the constant 1/4 of the rate is measured",
    mutants={"without the constant": lambda: S.Zero},
)
def gaussian_log_clt_and_median_ratio(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """log(mean/median) of sigma_t^2 is -t drift + psi_2/(6 psi_1) + O(1/t): the mean leaves the median behind, exponentially."""
    loop, h = GaussianLoop(n, sigma0), (n - 1) / 2
    ratio = log(E(loop.sigma(t) ** 2)) - Quantile(log(loop.sigma(t) ** 2), half)
    limit = polygamma(2, h) / (6 * polygamma(1, h))
    return Tends(ratio + t * drift(n - 1), (t, 1, oo), limit, rate=1 / (4 * (n - 1) * t))


@claim(
    mutants={
        "none, as for a lognormal": lambda: S.Zero,
        "psi_2(n/2)": lambda n, t: t * polygamma(2, n / 2),
    }
)
def gaussian_log_clt_and_median_third(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The third central moment of log sigma_t^2 is t psi_2(nu/2), so its skewness is psi_2/(psi_1^(3/2) sqrt(t)): negative."""
    loop = GaussianLoop(n, sigma0)
    centred = log(loop.sigma(t) ** 2 / sigma0**2) - t * drift(n - 1)
    return Eq(E(centred**3), t * polygamma(2, (n - 1) / 2))


# ---- probability of not having collapsed ----------------------------------------------------------------------------


@claim(
    source="derived (Markov with moments of any order)",
    tight={"t": 0, "eps": 1},
    mutants={"exp(-t/nu), a rate 4 times too large": lambda n, t, eps: exp(-t / (n - 1)) / sqrt(eps)},
    proof=markov(Symbol("q", real=True, positive=True)),
)
def gaussian_collapse_probability_bound(
    n=Integers(2),
    t=Integers(0),
    q=Positive(notable=[half, half / 2, 1]),
    eps=Positive(notable=[1, half / 2, half**6]),
    sigma0=Positive(),
):
    """P(sigma_t^2 >= eps sigma0^2) <= g(q)^t eps^(-q) for every q > 0, g(q) the q-th moment of chi2_nu/nu."""
    loop = GaussianLoop(n, sigma0)
    return Le(Prob(loop.sigma(t) ** 2 >= eps * sigma0**2), factor_moment(n - 1, q) ** t * eps ** (-q))


@claim(proof=markov(half), mutants={"it tends to 1": lambda: S.One})
def gaussian_collapse_probability_bound_vanishes(
    n=Integers(2), t=Integers(0), eps=Positive(notable=[1, half / 2, half**6]), sigma0=Positive()
):
    """The probability that sigma_t^2 >= eps sigma0^2 vanishes at least as fast as c4(n)^t / sqrt(eps)."""
    loop = GaussianLoop(n, sigma0)
    return Tends(Prob(loop.sigma(t) ** 2 >= eps * sigma0**2), (t, 0, oo), 0, rate=c4(n) ** t / sqrt(eps))


@claim(
    source="derived (Markov with E sigma_t)",
    where=lambda n, t, eps, alpha: c4(n) ** t / sqrt(eps) <= alpha,
    proof=markov(half),
    mutants={"a tenth of it": lambda alpha: alpha / 10},
)
def gaussian_collapse_probability_bound_time(
    n=Integers(2),
    t=Integers(0),
    eps=Positive(notable=[1, half, 2]),
    alpha=Probability(notable=[Rational(4, 5), Rational(9, 10), Rational(1, 10)]),
    sigma0=Positive(),
):
    """sigma_t^2 >= eps sigma0^2 has probability at most alpha from t = log(1/(alpha sqrt(eps)))/(-log c4(n)) on."""
    loop = GaussianLoop(n, sigma0)
    return Le(Prob(loop.sigma(t) ** 2 >= eps * sigma0**2), alpha)


@claim(
    source="derived (Chernoff; Cramer with the order of its prefactor); that a 2 is enough in (log t + 2)/(2t) is measured",
    mutants={
        "1/nu, a rate 4 times too large": lambda n: {">=": 1 / (n - 1)},
        "without the 2": lambda n, t: {"<=": -log(c4(n)) + 1 / (144 * (n - 1) ** 3) + log(t) / (2 * t)},
    },
)
def gaussian_collapse_probability_bound_rate(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """-(1/t) log P(sigma_t^2 >= sigma0^2) lies between -log c4(n) and -log c4(n) + 1/(144 nu^3) + (log t + 2)/(2t).

    Its limit is -log g(q*), g the moments of chi2_nu/nu and q* their minimiser: above -log c4(n) by 1/(144 nu^3) at most.
    """
    loop, nu = GaussianLoop(n, sigma0), n - 1
    rate = -log(Prob(loop.sigma(t) ** 2 >= sigma0**2)) / t
    return And(Ge(rate, -log(c4(n))), Le(rate, -log(c4(n)) + 1 / (144 * nu**3) + (log(t) + 2) / (2 * t)))


# ---- the whole path -------------------------------------------------------------------------------------------------


@claim(
    source="derived (Ville)",
    proof=ville(),
    mutants={"1/K^2": lambda K: 1 / K**2},
)
def gaussian_ville_doob(
    n=Integers(2), t=Integers(0), K=Reals(1, oo, notable=[2, Rational(3, 2), 5]), sigma0=Positive()
):
    """The fitted variance ever exceeds K times the true one with probability at most 1/K."""
    loop = GaussianLoop(n, sigma0)
    return Le(Prob(PathMax(loop.sigma(s) ** 2, (s, 0, t)) >= K * sigma0**2), 1 / K)


@claim(source="derived (Doob)", proof=doob_power(half), mutants={"its starting value": lambda sigma0: sigma0})
def gaussian_ville_doob_sd(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected maximum of the fitted standard deviation over the whole path is at most twice the true one."""
    loop = GaussianLoop(n, sigma0)
    return Le(E(PathMax(loop.sigma(s), (s, 0, t))), 2 * sigma0)


@claim(
    source="derived (Ville, integrated)",
    proof=doob_power(Symbol("q", real=True, positive=True)),
    mutants={"its starting value": lambda q, sigma0: sigma0 ** (2 * q)},
)
def gaussian_ville_doob_power(n=Integers(2), t=Integers(0), q=Probability(), sigma0=Positive()):
    """The expected maximum of (sigma_s/sigma0)^(2q) over the whole path is at most 1/(1-q), for 0 < q < 1."""
    loop = GaussianLoop(n, sigma0)
    return Le(E(PathMax(loop.sigma(s) ** (2 * q), (s, 0, t))), sigma0 ** (2 * q) / (1 - q))


@claim(
    source="commonly quoted as if Ville's bound were attained",
    expected="fails",
    corrected="gaussian-ville-doob",
)
def gaussian_ville_doob_equality(n=Integers(2), t=Integers(10), K=Reals(1, oo, notable=[2, 5]), sigma0=Positive()):
    """The fitted variance ever exceeds K times the true one with probability exactly 1/K."""
    loop = GaussianLoop(n, sigma0)
    return Eq(Prob(PathMax(loop.sigma(s) ** 2, (s, 0, t)) >= K * sigma0**2), 1 / K)


@claim(
    source="measured; that the limit exists, and is below 1 by the overshoot, is derived (Cramer-Lundberg)",
    mutants={"Ville's bound is attained": lambda: {">=": S.One}, "half of Ville's bound": lambda: {"<=": half}},
)
def gaussian_ville_doob_constant(
    case=Points(
        (5, 60, Rational(67, 100), Rational(74, 100)),
        (10, 150, Rational(75, 100), Rational(81, 100)),
        (100, 1000, Rational(88, 100), Rational(94, 100)),
    ),
):
    """K P(the fitted variance ever exceeds K times the true one) at K = 10 is in 0.67..0.74, 0.75..0.81, 0.88..0.94.

    For n = 5, 10, 100, by t = 60, 150, 1000; the limits in t and K are 0.709, 0.784 and 0.924.
    One witness: the simulation, since a maximum over the path is closed under no step.
    """
    n, t, low, high = case
    loop, K = GaussianLoop(n), 10
    p = K * Prob(PathMax(loop.sigma(s) ** 2, (s, 0, t)) >= K)
    return And(Ge(p, low), Le(p, high))


@claim(
    source="derived (Doob's L log L inequality)",
    proof=doob_entropy(),
    mutants={"bounded, e/(e-1)": lambda: e / (e - 1)},
)
def gaussian_ville_doob_variance(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected maximum of sigma_s^2/sigma0^2 over s <= t is at most e/(e-1) (1 + 1/e + t m): linear in t."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    m = drift(nu) + 2 / nu
    return Le(E(PathMax(loop.sigma(s) ** 2 / sigma0**2, (s, 0, t))), e / (e - 1) * (1 + t * m + 1 / e))


@claim(
    source="linear growth derived (overshoots are bounded); that half of t m is enough is measured",
    tight={"t": 0},
    mutants={"twice t m": lambda n, t: 1 + 2 * t * (drift(n - 1) + 2 / (n - 1))},
)
def gaussian_ville_doob_maximum_grows(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected maximum of sigma_s^2/sigma0^2 over s <= t is at least 1 + t m/2: over all s it is infinite.

    One witness: the simulation, since a maximum over the path is closed under no step, and Doob bounds it from above only.
    """
    loop, nu = GaussianLoop(n, sigma0), n - 1
    m = drift(nu) + 2 / nu
    return Ge(E(PathMax(loop.sigma(s) ** 2 / sigma0**2, (s, 0, t))), 1 + t * m / 2)


@claim(
    source="as if Doob's maximal inequality held for the first power, with e/(e-1)",
    expected="fails",
    corrected="gaussian-ville-doob-maximum-grows",
)
def gaussian_ville_doob_maximum_bounded(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected maximum of the fitted variance over the whole path is at most e/(e-1) times the true one.

    One witness: the simulation, since a maximum over the path is closed under no step.
    """
    loop = GaussianLoop(n, sigma0)
    return Le(E(PathMax(loop.sigma(s) ** 2, (s, 0, t))), e / (e - 1) * sigma0**2)


@claim(mutants={"2/nu for m": lambda n, t: 2 * t / (n - 1), "1/nu for m": lambda n, t: t / (n - 1)})
def gaussian_ville_doob_entropy(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The entropy E[M log M] of M = sigma_t^2/sigma0^2 is t m exactly, m = psi(nu/2 + 1) - log(nu/2)."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    ratio = loop.sigma(t) ** 2 / sigma0**2
    return Eq(E(ratio * log(ratio)), t * (drift(nu) + 2 / nu))


# ---- the fitted mean ------------------------------------------------------------------------------------------------


@claim(source=f"derived; unbiased case in {SHUMAILOV}")
def gaussian_mean_random_walk(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The fitted mean is unbiased in every generation."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.mu(t)), mu0)


@claim(
    source=f"derived; {SHUMAILOV}",
    mutants={
        "t/(n-1)": lambda n, t, sigma0: t * sigma0**2 / (n - 1),
        "one generation less": lambda n, t, sigma0: (t - 1) * sigma0**2 / n,
    },
)
def gaussian_mean_random_walk_variance(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The variance of the fitted mean grows linearly, by sigma0^2/n a generation."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(Var(loop.mu(t)), t * sigma0**2 / n)


@claim(mutants={"t/n, as for the unbiased estimator": lambda n, t, sigma0: t * sigma0**2 / n})
def gaussian_mean_random_walk_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood the variance of the fitted mean is (1 - (1 - 1/n)^t) sigma0^2: bounded."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(Var(loop.mu(t)), sigma0**2 * (1 - (1 - 1 / n) ** t))


@claim(tight={"t": oo}, mutants={"half of it": lambda sigma0: sigma0**2 / 2})
def gaussian_mean_random_walk_mle_bounded(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood the error of the fitted mean never exceeds the variance of the truth."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Lt(Var(loop.mu(t)), sigma0**2)


@claim(mutants={"twice as much": lambda sigma0: 2 * sigma0**2})
def gaussian_mean_random_walk_conservation(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """Under maximum likelihood the variance of the mean and the mean variance add up to sigma0^2, always."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(Var(loop.mu(t)) + E(loop.sigma(t) ** 2), sigma0**2)


@claim(mutants={"3 (t/n)^2, a Gaussian marginal": lambda n, t, sigma0: 3 * (t / n) ** 2 * sigma0**4})
def gaussian_mean_random_walk_fourth(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The fourth moment of the error of the mean is 3 E[A_t^2]/n^2, A_t the sum of the variances so far."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.error(t) ** 4), 3 * sigma0**4 / n**2 * path_square(n, t))


@claim(mutants={"c4^(t+1)": lambda n, t, sigma0: sqrt(2 / (pi * n)) * c4(n) ** (t + 1) * sigma0})
def gaussian_mean_converges_heavy_tail_increment(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected step |mu_{t+1} - mu_t| decays geometrically, by c4(n): almost every path of means converges."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(Abs(loop.mu(t + 1) - loop.mu(t))), sqrt(2 / (pi * n)) * c4(n) ** t * sigma0)


@claim(
    source="derived (triangle inequality)",
    proof=telescoped(),
    mutants={"a tenth of it": lambda n, sigma0: sqrt(2 / (pi * n)) / (10 * (1 - c4(n))) * sigma0},
)
def gaussian_mean_converges_heavy_tail(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The mean absolute error of the mean stays bounded for ever, although its variance t sigma0^2/n diverges."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Le(E(Abs(loop.mu(t) - mu0)), sqrt(2 / (pi * n)) / (1 - c4(n)) * sigma0)


@claim(
    source="derived (Kesten-Goldie perpetuity of exponent 1); that a 2 is enough in the rate is measured, 3/2 for large n",
    mutants={"the degrees of freedom for n": lambda n: n / (n - 1)},
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
)
def gaussian_mean_converges_heavy_tail_median(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """The median error of the fitted mean stays below sqrt(2/3) sigma0 for ever, although its variance diverges.

    One witness: the simulation, since the error is no product of the steps, and its quantile no moment.
    """
    loop = GaussianLoop(n, sigma0, mu0)
    return Lt(Quantile(Abs(loop.mu(t) - mu0), half), sqrt(Rational(2, 3)) * sigma0)


# ---- a point drawn at generation t ----------------------------------------------------------------------------------


@claim(
    source=f"{SHUMAILOV}: variance sigma^2 (1 + n_gen/M), their index shifted by the fit on real data",
    mutants={
        "one generation less": lambda n, t, sigma0: sigma0**2 * (1 + (t - 1) / n),
        "t/(n-1)": lambda n, t, sigma0: sigma0**2 * (1 + t / (n - 1)),
    },
)
def gaussian_unconditional_sample_law(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """Over all histories, the variance of a point drawn at generation t is sigma0^2 (1 + t/n): it grows."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(Var(loop.draw(t)), sigma0**2 * (1 + t / n))


@claim(mutants={"(1 - 1/n)^t": lambda n, t, sigma0: sigma0**2 * (1 - 1 / n) ** t})
def gaussian_unconditional_sample_law_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood the variance of a point drawn at generation t is sigma0^2 for ever."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(Var(loop.draw(t)), sigma0**2)


@claim()
def gaussian_unconditional_sample_law_mean(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """Over all histories, the mean of a point drawn at generation t is that of the truth."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.draw(t)), mu0)


@claim(mutants={"Gaussian: 3 (1 + t/n)^2": lambda n, t, sigma0: 3 * (1 + t / n) ** 2 * sigma0**4})
def gaussian_unconditional_sample_law_fourth(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The fourth central moment of a point drawn at generation t; its kurtosis exceeds 3 for every t >= 1."""
    loop, r = GaussianLoop(n, sigma0, mu0), (n + 1) / (n - 1)
    inner = r**t + 2 / n * (r**t - 1) / (r - 1) + path_square(n, t) / n**2
    return Eq(E((loop.draw(t) - mu0) ** 4), 3 * inner * sigma0**4)


# ---- distances from the truth ---------------------------------------------------------------------------------------


@claim(
    mutants={
        "t/n, the first order": lambda n, t: t / n,
        "drift with n": lambda n, t: t / 2 * (1 / n - drift(n)),
    }
)
def gaussian_kl_exactly_linear(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """E KL(model(t) || truth) grows exactly linearly in t, by (1/n - drift)/2 a generation."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(KL(loop.model(t), loop.truth)), t / 2 * (1 / n - drift(n - 1)))


@claim(mutants={"the other direction": lambda n, t: t / 2 * (1 / n - drift(n - 1))})
def gaussian_kl_exactly_linear_reverse(n=Integers(4), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """E KL(truth || model(t)) grows exponentially, with ratio (n-1)/(n-3)."""
    loop, r = GaussianLoop(n, sigma0, mu0), (n - 1) / (n - 3)
    return Eq(E(KL(loop.truth, loop.model(t))), (r**t + r / n * (r**t - 1) / (r - 1) - 1 + t * drift(n - 1)) / 2)


@claim(mutants={"finite": lambda: S.One})
def gaussian_kl_exactly_linear_reverse_infinite(n=Points(2, 3), t=Integers(1), sigma0=Positive()):
    """E sigma_t^(-2), and with it E KL(truth || model(t)), is infinite for n = 2 and 3."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(loop.sigma(t) ** (-2)), oo)


@claim(mutants={"the unbiased slope": lambda n, t: t / 2 * (1 / n - drift(n - 1))})
def gaussian_kl_exactly_linear_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E KL(model(t) || truth) is -(t/2) (drift + log(1 - 1/n)): exactly linear as well."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(E(KL(loop.model(t), loop.truth)), -t / 2 * (drift(n - 1) + log(1 - 1 / n)))


@claim(
    source=f"exact form derived; divergence and first-order coefficient 3/2 in {SHUMAILOV}",
    mutants={
        "3t/(2n)": lambda n, t, sigma0: 3 * t / (2 * n) * sigma0**2,
        "c4(n+1)": lambda n, t, sigma0: (t / n + 2 * (1 - c4(n + 1) ** t)) * sigma0**2,
    },
)
def gaussian_w2_exact_1d(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """E W2^2(model(t), truth) = (t/n + 2 (1 - c4(n)^t)) sigma0^2: slope 3/(2n) at first, 1/n in the long run."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), (t / n + 2 * (1 - c4(n) ** t)) * sigma0**2)


@claim(mutants={"2 (1 - c4^t)": lambda n, t, sigma0: 2 * (1 - c4(n) ** t) * sigma0**2})
def gaussian_w2_exact_1d_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E W2^2(model(t), truth) = 2 (1 - (c4(n) sqrt(1 - 1/n))^t) sigma0^2."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), 2 * sigma0**2 * (1 - (c4(n) * sqrt(1 - 1 / n)) ** t))


@claim(tight={"t": oo}, mutants={"half of it": lambda sigma0: sigma0**2})
def gaussian_w2_exact_1d_mle_bounded(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E W2^2(model(t), truth) stays below 2 sigma0^2 for ever."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Lt(E(W2(loop.model(t), loop.truth) ** 2), 2 * sigma0**2)


@claim(
    tight={"t": 0},
    mutants={
        "3t/(2n) from above": lambda n, t: {"<=": 3 * t / (2 * n)},
        "3t/(2n) from below": lambda n, t: {">=": 3 * t / (2 * n)},
    },
)
def gaussian_w2_exact_1d_bounds(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """t/n <= E W2^2(model(t), truth)/sigma0^2 <= (3/2) t/(n-1)."""
    loop = GaussianLoop(n, sigma0, mu0)
    w = E(W2(loop.model(t), loop.truth) ** 2) / sigma0**2
    return And(Ge(w, t / n), Le(w, 3 * t / (2 * (n - 1))))


@claim(
    source=f"as commonly quoted from {SHUMAILOV}: the first-order expansion, used for all t",
    expected="fails",
    corrected="gaussian-w2-exact-1d",
)
def gaussian_w2_exact_1d_three_halves(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """E W2^2(model(t), truth) = (3/2) t/n sigma0^2 for all t."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(W2(loop.model(t), loop.truth) ** 2), 3 * t / (2 * n) * sigma0**2)


@claim(
    source="commonly quoted ('E W2^2 tends to infinity'), without naming the estimator",
    expected="fails",
    corrected="gaussian-w2-exact-1d-mle-bounded",
)
def gaussian_w2_exact_1d_mle_diverges(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood E W2^2(model(t), truth) is at least t/n sigma0^2, hence unbounded."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Ge(E(W2(loop.model(t), loop.truth) ** 2), t / n * sigma0**2)


# ---- only the variance is refitted ----------------------------------------------------------------------------------


@claim(mutants={"c4(n), as with a fitted mean": lambda n, t, sigma0: c4(n) ** t * sigma0})
def known_mean_variance_loop(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean the expected standard deviation decays by c4(n+1) a generation."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(loop.sigma(t)), c4(n + 1) ** t * sigma0)


@claim(mutants={"(1 - 1/n)^t": lambda n, t, sigma0: (1 - 1 / n) ** t * sigma0**2})
def known_mean_variance_loop_variance(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean maximum likelihood is unbiased: the expected fitted variance never changes."""
    loop = GaussianLoop(n, sigma0, estimator="mle", known_mean=True)
    return Eq(E(loop.sigma(t) ** 2), sigma0**2)


@claim(mutants={"(1 + 2/(n-1))^t": lambda n, t, sigma0: (1 + 2 / (n - 1)) ** t * sigma0**4})
def known_mean_variance_loop_fourth(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean the fourth moment of sigma_t grows by 1 + 2/n a generation."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(loop.sigma(t) ** 4), (1 + 2 / n) ** t * sigma0**4)


@claim(mutants={"drift with n - 1": lambda n, t, sigma0: log(sigma0**2) + t * drift(n - 1)})
def known_mean_variance_loop_log(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean the drift of log sigma_t^2 is psi(n/2) - log(n/2)."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * drift(n))


@claim(mutants={"with a fitted mean": lambda n, t: t / 2 * (1 / n - drift(n - 1))})
def known_mean_variance_loop_kl(n=Integers(1), t=Integers(0), sigma0=Positive()):
    """With a known mean E KL(model(t) || truth) = -(t/2) drift."""
    loop = GaussianLoop(n, sigma0, known_mean=True)
    return Eq(E(KL(loop.model(t), loop.truth)), -t / 2 * drift(n))


@claim(
    source="commonly quoted ('maximum likelihood shrinks the variance by 1 - 1/n'), without the fitted mean",
    expected="fails",
    corrected="known-mean-variance-loop-variance",
)
def known_mean_variance_loop_shrinks(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With a known mean the maximum-likelihood variance decays by 1 - 1/n a generation."""
    loop = GaussianLoop(n, sigma0, estimator="mle", known_mean=True)
    return Eq(E(loop.sigma(t) ** 2), (1 - 1 / n) ** t * sigma0**2)


# ---- sampling with reduced variance ---------------------------------------------------------------------------------


@claim(
    source=f"{ALEMOHAMMAD} (sampling bias lambda); exact forms derived",
    mutants={
        "lam^(2t)": lambda lam, t, sigma0: lam ** (2 * t) * sigma0**2,
        "faithful first sample": lambda lam, t, sigma0: lam ** (t - 1) * sigma0**2,
    },
)
def sampling_bias_lambda(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Drawing with variance lam sigma^2 makes the expected fitted variance decay by lam a generation."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(loop.sigma(t) ** 2), lam**t * sigma0**2)


@claim(mutants={"without sqrt": lambda n, t, lam, sigma0: (c4(n) * lam) ** t * sigma0})
def sampling_bias_lambda_sd(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Under sampling bias lam the expected standard deviation decays by c4(n) sqrt(lam) a generation."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(loop.sigma(t)), (c4(n) * sqrt(lam)) ** t * sigma0)


@claim(mutants={"n for n - 1": lambda n, t, lam, sigma0: (lam**2 * (n + 2) / n) ** t * sigma0**4})
def sampling_bias_lambda_fourth(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Under sampling bias lam the fourth moment of sigma_t changes by lam^2 (n+1)/(n-1) a generation."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(loop.sigma(t) ** 4), (lam**2 * (n + 1) / (n - 1)) ** t * sigma0**4)


@claim(mutants={"t/n": lambda n, t, sigma0: t / n * sigma0**2})
def sampling_bias_lambda_mean(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive(), mu0=Reals()):
    """Under sampling bias lam the variance of the fitted mean is a geometric sum, lam (1 - lam^t)/(n (1 - lam))."""
    loop = GaussianLoop(n, sigma0, mu0, sampling_bias=lam)
    return Eq(Var(loop.mu(t)), sigma0**2 / n * lam * (1 - lam**t) / (1 - lam))


@claim(tight={"t": oo}, mutants={"half of it": lambda n, lam, sigma0: sigma0**2 * lam / (2 * n * (1 - lam))})
def sampling_bias_lambda_mean_bounded(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive(), mu0=Reals()):
    """Under sampling bias lam < 1 the variance of the fitted mean stays below lam/(n (1 - lam)) sigma0^2."""
    loop = GaussianLoop(n, sigma0, mu0, sampling_bias=lam)
    return Lt(Var(loop.mu(t)), sigma0**2 * lam / (n * (1 - lam)))


@claim(mutants={"without the drift": lambda n, t, lam, sigma0: log(sigma0**2) + t * log(lam)})
def sampling_bias_lambda_log(n=Integers(2), t=Integers(0), lam=Probability(), sigma0=Positive()):
    """Under sampling bias lam the drift of log sigma_t^2 gains log lam."""
    loop = GaussianLoop(n, sigma0, sampling_bias=lam)
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * (log(lam) + drift(n - 1)))


# ---- how long collapse takes ----------------------------------------------------------------------------------------


@claim(
    source="scale of n iterations: Suresh et al. 2412.17646; exact constants derived",
    mutants={"2 (n-1) log 2": lambda n, t, sigma0: 2 ** (-t / (2 * (n - 1) * log(2))) * sigma0},
)
def collapse_time_half_life(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected standard deviation halves every log 2/(-log c4(n)) generations, about 2.77 n."""
    loop = GaussianLoop(n, sigma0)
    life = log(2) / (-log(c4(n)))
    return Eq(E(loop.sigma(t)), 2 ** (-t / life) * sigma0)


@claim(mutants={"the half-life of the mean": lambda n, t: t * log(c4(n))})
def collapse_time_half_life_typical(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """A typical standard deviation halves every 2 log 2/(-drift) generations, about 1.386 n."""
    loop = GaussianLoop(n, sigma0)
    life = 2 * log(2) / (-drift(n - 1))
    return Eq(E(log(loop.sigma(t) / sigma0)), -t / life * log(2))


@claim(mutants={"the unbiased half-life": lambda n, t, sigma0: c4(n) ** (2 * t) * sigma0**2})
def collapse_time_half_life_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the expected variance halves every log 2/(-log(1 - 1/n)) generations, about 0.693 n."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    life = log(2) / (-log(1 - 1 / n))
    return Eq(E(loop.sigma(t) ** 2), 2 ** (-t / life) * sigma0**2)


@claim(
    tight={"t": 0},
    mutants={"twice as fast": lambda n, t, sigma0: 2 ** (-t * log(1 + 1 / (2 * (n - 1))) / log(2)) * sigma0},
)
def collapse_time_half_life_bounds(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """After t >= log 2/((1/2) log(1 + 1/(2 nu))), about 2.77 nu, the expected standard deviation is at most halved."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    return Le(E(loop.sigma(t)), 2 ** (-t * log(1 + 1 / (2 * nu)) / (2 * log(2))) * sigma0)


@claim(
    mutants={
        "twice, up to 1/(2 (n-1))": lambda n: {"<": 2 + 1 / (2 * (n - 1))},
        "more than twice by 1/(n-1)": lambda n: {">": 2 + 1 / (n - 1)},
    }
)
def collapse_time_half_life_ratio(n=Integers(2, 10_000)):
    """The typical standard deviation collapses more than twice as fast as the expected one: by 2 to 2 + 1/(n-1)."""
    loop = GaussianLoop(n)
    ratio = E(log(loop.sigma(1))) / log(E(loop.sigma(1)))
    return And(Gt(ratio, 2), Lt(ratio, 2 + 1 / (n - 1)))


@claim(
    source="derived; that a 3 is enough in the rate is measured (2.77 for large n)",
    mutants={"2 log 2": lambda: 2 * log(2)},
)
def collapse_time_half_life_constant(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The half-life of the expected standard deviation is 4 log 2, about 2.77, times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0)
    life = t * log(2) / (log(sigma0) - log(E(loop.sigma(t))))
    return Tends(life / n, (n, 2, oo), 4 * log(2), rate=3 / n)


@claim(
    source="derived; that a 2 is enough in the rate is measured (1.85 for large n)",
    mutants={"4 log 2, that of the mean": lambda: 4 * log(2)},
)
def collapse_time_half_life_constant_typical(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The half-life of a typical standard deviation is 2 log 2, about 1.39, times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0)
    life = 2 * t * log(2) / -E(log(loop.sigma(t) ** 2 / sigma0**2))
    return Tends(life / n, (n, 2, oo), 2 * log(2), rate=2 / n)


@claim(
    source="derived; that 1/2 is enough in the rate is measured (0.35 for large n)",
    mutants={"4 log 2, that of the unbiased standard deviation": lambda: 4 * log(2)},
)
def collapse_time_half_life_constant_mle(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With maximum likelihood the half-life of the expected variance is log 2, about 0.69, times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    life = t * log(2) / -log(E(loop.sigma(t) ** 2) / sigma0**2)
    return Tends(life / n, (n, 2, oo), log(2), rate=1 / (2 * n))


@claim(
    source="derived; that 1 is enough in the rate is measured (0.64 for large n)",
    mutants={"2 log 2, that of the unbiased estimator": lambda: 2 * log(2)},
)
def collapse_time_half_life_constant_mle_typical(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With maximum likelihood the half-life of a typical standard deviation is log 2 times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    life = 2 * t * log(2) / -E(log(loop.sigma(t) ** 2 / sigma0**2))
    return Tends(life / n, (n, 2, oo), log(2), rate=1 / n)


@claim(
    source="commonly quoted ('the model collapses at the rate of E sigma_t')",
    expected="fails",
    corrected="collapse-time-half-life-typical",
)
def collapse_time_half_life_one_rate(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """A typical standard deviation decays at the rate of the expected one."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(log(loop.sigma(t) / sigma0)), t * log(c4(n)))


# ---- rare events ----------------------------------------------------------------------------------------------------


@claim(mutants={"as many generations as points": lambda case: case[0]})
def tail_probability_rises_then_falls(case=Points((10, 3, 14), (10, 2, 5)), sigma0=Positive(), mu0=Reals()):
    """A draw beyond k sigma0 becomes more likely until t = peak, and less likely from there to t = 100 (n = 10; k = 2, 3)."""
    (n, k, peak), t = case, Symbol("t", integer=True, nonnegative=True)
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return RisesThenFalls(Prob(Abs(loop.draw(t) - mu0) > k * sigma0), (t, 0, 100), peak=peak)


@claim(mutants={"as many generations as points": lambda case: case[0]})
def tail_probability_rises_then_falls_large(case=Points((100, 3, 138)), sigma0=Positive(), mu0=Reals()):
    """With n = 100 a draw beyond 3 sigma0 becomes more likely until t = 138, and less likely from there to t = 200.

    One witness: balls, at every step; the peak is too flat to be simulated (2 % from t = 138 to 200).
    """
    (n, k, peak), t = case, Symbol("t", integer=True, nonnegative=True)
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return RisesThenFalls(Prob(Abs(loop.draw(t) - mu0) > k * sigma0), (t, 0, 200), peak=peak)


@claim(mutants={"more likely than not": lambda: half})
def tail_probability_rises_then_falls_first_step(
    case=Points((10, 3), (10, Rational(17, 10)), (100, 2)), sigma0=Positive(), mu0=Reals()
):
    """One refit makes a draw beyond k sigma0 more likely for k = 3, 1.7 (n = 10) and k = 2 (n = 100): above about sqrt(3)."""
    n, k = case
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return Gt(Prob(Abs(loop.draw(1) - mu0) > k * sigma0), Prob(Abs(loop.draw(0) - mu0) > k * sigma0))


@claim(mutants={"never again": lambda: S.Zero})
def tail_probability_rises_then_falls_inside(
    case=Points((10, 1), (10, Rational(33, 20)), (100, Rational(3, 2))), sigma0=Positive(), mu0=Reals()
):
    """One refit makes a draw beyond k sigma0 less likely for k = 1, 1.65 (n = 10) and k = 1.5 (n = 100): below about sqrt(3)."""
    n, k = case
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return Lt(Prob(Abs(loop.draw(1) - mu0) > k * sigma0), Prob(Abs(loop.draw(0) - mu0) > k * sigma0))


@claim(
    source="a false variant: a threshold sqrt(2) in place of sqrt(3)",
    expected="fails",
    corrected="tail-probability-rises-then-falls-first-step",
)
def tail_probability_rises_then_falls_sqrt2(
    case=Points((10, Rational(3, 2)), (100, Rational(3, 2))), sigma0=Positive(), mu0=Reals()
):
    """One refit makes a draw beyond k sigma0 more likely for k = 1.5 (n = 10, 100), as for every k above sqrt(2)."""
    n, k = case
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return Gt(Prob(Abs(loop.draw(1) - mu0) > k * sigma0), Prob(Abs(loop.draw(0) - mu0) > k * sigma0))


@claim(
    source="derived; the constant 1/4 of the rate is measured",
    mutants={"a sign change at k = sqrt(2)": lambda k: exp(-(sympify(k) ** 2) / 2) / sqrt(2 * pi) * k * (k**2 - 2) / 2},
)
def tail_probability_rises_then_falls_slope(
    n=Integers(1, notable=[10, 50]), k=Points(2, 1, 3), sigma0=Positive(), mu0=Reals()
):
    """n times the first change of P(a draw is beyond k sigma0) tends to phi(k) k (k^2 - 3)/2, up to 1/(4n) (k = 1, 2, 3)."""
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    p = [Prob(Abs(loop.draw(t) - mu0) > k * sigma0) for t in (0, 1)]
    phi = exp(-(sympify(k) ** 2) / 2) / sqrt(2 * pi)
    return Tends(n * (p[1] - p[0]), (n, 1, oo), phi * k * (k**2 - 3) / 2, rate=1 / (4 * n))


@claim(
    source="commonly quoted ('the tails disappear first')",
    expected="fails",
    corrected="tail-probability-rises-then-falls",
)
def tail_probability_rises_then_falls_monotone(
    case=Points((10, 3), (10, 2)), t=Integers(1, 100, notable=[1, 5, 14]), sigma0=Positive(), mu0=Reals()
):
    """The probability of a draw beyond k sigma0 never exceeds its value under the truth."""
    n, k = case
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return Le(Prob(Abs(loop.draw(t) - mu0) > k * sigma0), Prob(Abs(loop.draw(0) - mu0) > k * sigma0))


# ---- where the mean ends up -----------------------------------------------------------------------------------------


@claim(
    source="derived (Dufresne's perpetuity in the diffusion limit); the rate's 1/2 is a choice, about 0.1 is measured",
    mutants={
        "normal, as a central limit theorem suggests": lambda y: erfc(y / sqrt(2)),
        "Cauchy: one degree of freedom": lambda y: 1 - 2 / pi * atan(y),
    },
)
def mean_limit_student_t2(n=Integers(20, notable=[20, 50]), y=Points(1, 4), sigma0=Positive(), mu0=Reals()):
    """The limit of the fitted mean is Student t with 2 degrees of freedom in the limit of large n."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Tends(Prob(Abs(loop.mu(oo) - mu0) > y * sigma0), (n, 20, oo), 1 - y / sqrt(2 + y**2), rate=1 / (2 * n))


@claim(
    source="derived (that of Student t with 2 degrees of freedom); the rate's 1/2 is a choice, about 0.1 is measured"
)
def mean_limit_student_t2_median(n=Integers(2, notable=[20]), sigma0=Positive(), mu0=Reals()):
    """The median distance of the limit of the fitted mean from the truth tends to sqrt(2/3) sigma0.

    One witness: the simulation; there are no balls at infinite time.
    """
    loop = GaussianLoop(n, sigma0, mu0)
    beyond = Prob(Abs(loop.mu(oo) - mu0) > sqrt(Rational(2, 3)) * sigma0)
    return Tends(beyond, (n, 2, oo), half, rate=1 / (2 * n))


@claim(mutants={"exp(-tau/2)": lambda tau: exp(-tau / 2)})
def mean_limit_student_t2_scaling(n=Integers(2), tau=Integers(1, notable=[1, 2, 5]), sigma0=Positive()):
    """On the time scale t = n tau the expected standard deviation tends to exp(-tau/4) sigma0, up to 1/n."""
    loop = GaussianLoop(n, sigma0)
    return Tends(E(loop.sigma(n * tau)) / sigma0, (n, 2, oo), exp(-tau / 4), rate=1 / n)


@claim(
    source="derived; that tau/n^2 is enough in the rate is measured (2/3 of it for large n)",
    mutants={"exp(tau)": lambda tau: exp(tau)},
)
def mean_limit_student_t2_scaling_fourth(n=Integers(2, notable=[3, 5]), tau=Integers(1), sigma0=Positive()):
    """On the time scale t = n tau the fourth moment of sigma_t tends to exp(2 tau) sigma0^4, up to 1/n^2."""
    loop = GaussianLoop(n, sigma0)
    limit = exp(2 * tau)
    return Tends(E(loop.sigma(n * tau) ** 4) / sigma0**4, (n, 2, oo), limit, rate=limit * (exp(tau / n**2) - 1))


@claim(
    source="derived (diffusion limit); the constant 1/8 of the rate is measured",
    mutants={"half the drift, as of sigma": lambda tau: erfc(sqrt(tau) / 4) / 2},
)
def mean_limit_student_t2_scaling_probability(n=Integers(2), tau=Integers(1, notable=[1, 2, 5]), sigma0=Positive()):
    """On the time scale t = n tau, P(sigma_t^2 >= sigma0^2) tends to Phi(-sqrt(tau/2)), up to 1/(8n)."""
    loop = GaussianLoop(n, sigma0)
    return Tends(Prob(loop.sigma(n * tau) ** 2 >= sigma0**2), (n, 2, oo), erfc(sqrt(tau) / 2) / 2, rate=1 / (8 * n))


@claim(
    source="derived (diffusion limit; the overshoot gives the order of the rate); its constant 1 is measured, 0.83 for large n",
    mutants={"its limit in tau, Ville's bound 1": lambda: S.One},
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
    proof=last_of_path(),
    tight=[{"t": 0}, {"t": 1}],
    mutants={"4t/n": lambda n, t, sigma0: 4 * t * sigma0**2 / n},
)
def mean_martingale_doob_square_lower(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The expected maximal squared deviation of the mean is at least t sigma0^2/n."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Ge(E(PathMax((loop.mu(s) - mu0) ** 2, (s, 0, t))), t * sigma0**2 / n)
