"""Real points beside the model's, in every generation: the same ones, or fresh ones, each with its weight, or each by chance."""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, And, Eq, Expr, Ge, Gt, Integer, Le, Lt, Poly, Rational, Sum, Symbol, harmonic, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between, Listed
from ..language.laws import Binomial, ChiSquare, Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import E, FallsThenRises, Limit, RisesThenFalls, Tends, Var
from ..language.policies import FixedReal, FreshReal
from ..language.structures import Symmetry
from .common import ALEMOHAMMAD, BERTRAND, half
from .policies import HE, MIXED, PooledGaussianLoop, accumulated, best_weight, i, weighted

whole = Symbol("m", integer=True, positive=True)  # synthetic points
w_ = Symbol("w", positive=True)  # the weight of real ones
k_ = Symbol("k", integer=True, nonnegative=True)
N01 = Normal(0, 1)

EIGEN = {"derivation": "eigenvalues of two coupled moments, with a root"}
RESONANT = {"derivation": "the recursion is resonant at some weights"}

# ---- the same real points in every generation, the variance known ---------------------------------------------------

FIXED = f"derived: affine recursions, given the real data; fixed real data as in {ALEMOHAMMAD} and {BERTRAND}"


def fixed(n, m, sigma0=1, mu0=0) -> PooledGaussianLoop:
    """The mean, first fitted to n real points, then to the same n and m of the last model's."""
    return PooledGaussianLoop(n, FixedReal(m), sigma0, mu0, known_variance=True, start="fit")


def fixed_variance(n, m, t) -> Expr:
    """E e_t^2 with one real sample for all generations, in the units of sigma0 squared."""
    return 1 / n + m * (1 - (m / (n + m)) ** (2 * t)) / (n * (n + 2 * m))


def fixed_end(n, m) -> Expr:
    """Its limit."""
    return (n + 3 * m) / (n * (n + 2 * m))


@claim(
    source=FIXED,
    mutants={
        "b^t for b^(2t)": lambda n, m, t, sigma0: (
            sigma0**2 * (1 / n + m * (1 - (m / (n + m)) ** t) / (n * (n + 2 * m)))
        ),
        "n + m for n + 2 m": lambda n, m, t, sigma0: (
            sigma0**2 * (1 / n + m * (1 - (m / (n + m)) ** (2 * t)) / (n * (n + m)))
        ),
        "the synthetic noise only": lambda n, m, t, sigma0: sigma0**2 * (fixed_variance(n, m, t) - 1 / n),
    },
)
def mix_fixed_real_known_variance(n=Integers(1), m=Integers(0), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The same n real points beside m synthetic ones: E (mu_t - mu0)^2 = (1/n + m (1 - b^(2t))/(n (n + 2m))) sigma0^2.

    b = m/(n + m); the mean alone is refitted, t times; model 0 is the mean of the real points.
    """
    return Eq(E(fixed(n, m, sigma0, mu0).error(t) ** 2), sigma0**2 * fixed_variance(n, m, t))


@claim(
    source=FIXED,
    mutants={
        "3/(2n), the limit in m": lambda n, sigma0: Rational(3, 2) * sigma0**2 / n,
        "1/n, as if only real points counted": lambda n, sigma0: sigma0**2 / n,
    },
)
def mix_fixed_real_known_variance_limit(n=Integers(1), m=Integers(1), t=Integers(0), sigma0=Positive()):
    """With fixed real data the error of the mean tends to (n + 3m)/(n (n + 2m)) sigma0^2, geometrically."""
    loop, b = fixed(n, m, sigma0), m / (n + m)
    rate = sigma0**2 * m * b ** (2 * t) / (n * (n + 2 * m))
    return Tends(E(loop.error(t) ** 2), (t, 0, oo), sigma0**2 * fixed_end(n, m), rate=rate)


@claim(
    source=FIXED,
    mutants={
        "5/(4n) from above": lambda n, sigma0: {"<": Rational(5, 4) * sigma0**2 / n},
        "a hundredth more from below": lambda n, sigma0: {">=": Rational(101, 100) * sigma0**2 / n},
    },
)
def mix_fixed_real_known_variance_bounds(n=Integers(1), m=Integers(0), t=Integers(0), sigma0=Positive()):
    """Synthetic data beside fixed real ones never help and never do much harm: from 1/n to less than 3/(2n), times sigma0^2."""
    error = E(fixed(n, m, sigma0).error(t) ** 2)
    return And(Ge(error, sigma0**2 / n), Lt(error, Rational(3, 2) * sigma0**2 / n))


@claim(
    source=FIXED,
    mutants={"3/(2n), the limit in t": lambda n: Rational(3, 2) / n, "half of it": lambda n: half / n},
)
def mix_fixed_real_known_variance_many(n=Integers(1), m=Integers(1), t=Points(1, 2, 5)):
    """Ever more synthetic points at a fixed t bring the error back to 1/n, up to t/(n + m): limits in t and m do not commute."""
    return Tends(E(fixed(n, m).error(t) ** 2), (m, 1, oo), 1 / n, rate=t / (n + m))


@claim(
    source="the reading 'fixed real data keep the error at that of the real data'",
    expected="fails",
    corrected="mix-fixed-real-known-variance",
)
def mix_fixed_real_known_variance_kept(n=Integers(1), m=Integers(1, notable=(10,)), t=Integers(1), sigma0=Positive()):
    """With fixed real data the error of the mean stays that of the real data alone, sigma0^2/n."""
    return Eq(E(fixed(n, m, sigma0).error(t) ** 2), sigma0**2 / n)


# ---- which number of synthetic points is worst ----------------------------------------------------------------------


@lru_cache(maxsize=64)
def worst_share(t: int) -> Expr:
    """b = m/(n + m) where the error is largest with fixed real data: the root in (0, 1) of its derivative."""
    b = Symbol("b")
    excess = b * (1 - b ** (2 * t)) / (1 + b)  # n times what is above 1/n, m being n b/(1 - b)
    numerator = Poly(excess.diff(b).together().as_numer_denom()[0], b)
    return next(r for r in numerator.real_roots() if 0 < r < 1)


def rises(n: int, t: int, share: Expr) -> RisesThenFalls:
    """The error as a function of m, with its top where m is this share of all points."""
    square, peak = E(fixed(n, whole).error(t) ** 2), n * share / (1 - share)
    return RisesThenFalls(square, (whole, 1, oo), peak=peak, chart=whole / (n + whole))


@claim(
    source=FIXED,
    mutants={
        "at m = n for every t": lambda n, t: Integer(n) * (1 if t > 1 else 2),
        "linear in t, as a bound's": lambda n, t: Integer(2 * n * t),
    },
)
def mix_fixed_real_rises_then_falls(n=Points(2, 7, 100), t=Points(1, 2, 3, 10)):
    """With fixed real data the error rises with m, then falls: the top is where b^(-2t) = 1 + 2t (1 + b), b = m/(n + m)."""
    return rises(n, t, worst_share(t))


@claim(
    source=FIXED,
    tight=[{"n": 1, "m": 1}, {"n": 10, "m": 10}],
    mutants={"6/5": lambda n: Rational(6, 5) / n},
)
def mix_fixed_real_rises_then_falls_once(n=Integers(1), m=Integers(1)):
    """After one retraining the error is 5/(4n) at most, which as many synthetic points as real ones reach."""
    return Le(E(fixed(n, m).error(1) ** 2), Rational(5, 4) / n)


@claim(source=FIXED, mutants={"that of the real data": lambda n: 1 / n})
def mix_fixed_real_rises_then_falls_in_t(n=Integers(1), m=Integers(1), t=Integers(0)):
    """As a function of t there is no top: with fixed real data every retraining adds to the error."""
    loop = fixed(n, m)
    return Lt(E(loop.error(t) ** 2), E(loop.error(t + 1) ** 2))


@claim(
    headline=(
        7,
        "Beside a fixed real sample more synthetic data first hurts more, and beyond some amount hurts less.",
    ),
    source="the reading 'the more synthetic data, the larger the error'",
    expected="fails",
    corrected="mix-fixed-real-rises-then-falls",
)
def mix_fixed_real_rises_then_falls_monotone(n=Integers(1), m=Integers(1, notable=(10, 40)), t=Points(1, 2)):
    """With fixed real data a further synthetic point always adds to the error."""
    return Lt(E(fixed(n, m).error(t) ** 2), E(fixed(n, m + 1).error(t) ** 2))


@claim(
    source="the top after one retraining, taken for that of all",
    expected="fails",
    corrected="mix-fixed-real-rises-then-falls",
)
def mix_fixed_real_rises_then_falls_equal(n=Points(7, 20), t=Points(2, 10)):
    """As many synthetic points as fixed real ones are worst, however often the model is retrained."""
    return rises(n, t, half)


# ---- the same real points in every generation, the variance fitted --------------------------------------------------


def refitted(n, m, sigma0=1, real=FixedReal, **options) -> PooledGaussianLoop:
    """Mean and variance, first fitted to n real points, then to n, the same ones or fresh, and m of the last model's."""
    return PooledGaussianLoop(n, real(m), sigma0, start="fit", **options)


def forgetting(n, m) -> Expr:
    """The rate of both, by maximum likelihood: r = m (m - 1)/(n + m)^2."""
    return m * (m - 1) / (n + m) ** 2


def wander(n, m) -> Expr:
    """The limit of the mean squared distance between the fitted mean and that of the real points."""
    return m * (n - 1) / (n * (n**2 + 2 * m * n + m))


@claim(
    source=FIXED,
    mutants={
        "as with known variance": lambda n, m, t, sigma0: sigma0**2 * (2 - 1 / n - n * fixed_variance(n, m, t)),
        "shrinkage by the real share": lambda n, m, t, sigma0: sigma0**2 * (1 - 1 / n) * (n / (n + m)) ** t,
    },
)
def mix_fixed_real_fitted_variance(n=Integers(2), m=Integers(2), t=Integers(0), sigma0=Positive()):
    """Fixed real data, maximum likelihood: E sigma_t^2 = (1 - 1/n - D (1 - r^t)) sigma0^2, r = m (m - 1)/(n + m)^2.

    D = m (n - 1)/(n (n^2 + 2 m n + m)); model 0 is the fit of the real points.
    """
    share = 1 - 1 / n - wander(n, m) * (1 - forgetting(n, m) ** t)
    return Eq(E(refitted(n, m, sigma0).v(t)), sigma0**2 * share)


@claim(
    source=FIXED,
    mutants={"as with known variance": lambda n, m, t, sigma0: sigma0**2 * fixed_variance(n, m, t)},
)
def mix_fixed_real_fitted_variance_mean(n=Integers(2), m=Integers(2), t=Integers(1), sigma0=Positive()):
    """Fixed real data, maximum likelihood: E (mu_t - mu0)^2 = (1/n + D (1 - r^t)) sigma0^2, less than with known variance."""
    share = 1 / n + wander(n, m) * (1 - forgetting(n, m) ** t)
    return Eq(E(refitted(n, m, sigma0).error(t) ** 2), sigma0**2 * share)


@claim(
    source=FIXED,
    mutants={
        "that of the first fit": lambda n, sigma0: sigma0**2 * (1 - 1 / n),
        "0, a collapse": lambda: Integer(0),
    },
)
def mix_fixed_real_fitted_variance_limit(n=Integers(2), m=Integers(2), sigma0=Positive()):
    """Fixed real data, maximum likelihood: E sigma_t^2 tends to (n - 1)/(n + m/(n + 2m)) sigma0^2, which is no collapse."""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(refitted(n, m, sigma0).v(t)), (t, oo), sigma0**2 * (n - 1) / (n + m / (n + 2 * m)))


@claim(
    source=FIXED,
    mutants={
        "without the means' distance": lambda n, m, t: _next(n, m, t, 0),
        "the means' distance twice": lambda n, m, t: _next(n, m, t, 2),
    },
)
def mix_fixed_real_fitted_variance_unbiased(n=Integers(2), m=Integers(2), t=Integers(0)):
    """Fixed real data, the unbiased variance: E sigma_t^2 obeys a recursion with D_t = E (mu_t - r)^2, r the real mean.

    E sigma_{t+1}^2 = (n - 1 + (m - 1 + n/N) E sigma_t^2 + (n m/N) D_t)/(N - 1), N = n + m, the truth having variance 1.
    """
    loop = refitted(n, m, ddof=1)
    return Eq(E(loop.v(t + 1)), _next(n, m, t, 1))


def _next(n, m, t, times) -> Expr:
    """The expected variance after t + 1 fits, from that after t, with the distance of the means so many times."""
    loop, N = refitted(n, m, ddof=1), n + m
    apart = E((loop.mu(t) - loop.real(t)) ** 2)
    return (n - 1 + (m - 1 + n / N) * E(loop.v(t)) + times * n * m / N * apart) / (N - 1)


@claim(
    source=FIXED,
    mutants={"1, as the first fit's": lambda: Integer(1), "that of maximum likelihood": lambda n: (n - 1) / (n + half)},
)
def mix_fixed_real_fitted_variance_unbiased_limit(n=Integers(2), m=Integers(2)):
    """Fixed real data, the unbiased variance: E sigma_t^2 tends to (n - 1)/(n - 1 + m/(n + 2m)) sigma0^2, which is below 1."""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(refitted(n, m, ddof=1).v(t)), (t, oo), (n - 1) / (n - 1 + m / (n + 2 * m)))


@claim(
    source=FIXED,
    mutants={"the truth's": lambda sigma0: sigma0**2},
    unreached=EIGEN,
)
def mix_fixed_real_fitted_variance_unbiased_kept(
    n=Integers(2), m=Integers(2), t=Integers(0, notable=(1, 5)), sigma0=Positive()
):
    """Fixed real data, the unbiased variance: no collapse, E sigma_t^2 stays above (n - 1)/(n - 1/2) sigma0^2."""
    return Gt(E(refitted(n, m, sigma0, ddof=1).v(t)), sigma0**2 * (n - 1) / (n - half))


@claim(
    source="the reading 'the divisor n - 1 makes the fitted variance unbiased', of pooled points",
    expected="fails",
    corrected="mix-fixed-real-fitted-variance-unbiased",
)
def mix_fixed_real_fitted_variance_unbiased_constant(n=Integers(2), m=Integers(2), t=Integers(1), sigma0=Positive()):
    """Fixed real data, the unbiased variance: the expected variance is that of the truth for ever."""
    return Eq(E(refitted(n, m, sigma0, ddof=1).v(t)), sigma0**2)


# ---- fresh real points in every generation: the mean ----------------------------------------------------------------


def fresh_end(n, m, w) -> Expr:
    """The limit of the error of the mean with n fresh real points of weight w beside m synthetic ones."""
    return (w**2 / n + (1 - w) ** 2 / m) / (w * (2 - w))


@claim(
    source=f"derived: affine recursion of the squared error; setting of {HE}",
    mutants={
        "(1 - w)^t": lambda n, m, w, t: fresh_end(n, m, w) * (1 - (1 - w) ** t),
        "1/n for ever": lambda n: 1 / n,
        "the real points' part only": lambda n, w, t: w / n / (2 - w) * (1 - (1 - w) ** (2 * t)),
    },
)
def mix_fresh_real_mean(n=Integers(1), m=Integers(1), w=Probability(notable=(Rational(3, 10), half)), t=Integers(1)):
    """n fresh real points of weight w, m synthetic ones: the error is (w^2/n + (1-w)^2/m) (1 - (1-w)^(2t))/(w (2-w)).

    In the units of sigma0 squared, from the truth on.
    """
    return Eq(E(weighted(n, m, w).error(t) ** 2), fresh_end(n, m, w) * (1 - (1 - w) ** (2 * t)))


@claim(
    source=f"derived: affine recursion of the squared error, its fixed point; setting of {HE}",
    mutants={"1/n": lambda n: 1 / n, "that of one step": lambda n, m, w: w**2 / n + (1 - w) ** 2 / m},
)
def mix_fresh_real_mean_limit(
    n=Integers(1), m=Integers(1), w=Probability(notable=(Rational(3, 10), half)), t=Integers(0)
):
    """It tends to (w^2/n + (1-w)^2/m)/(w (2-w)), as (1-w)^(2t): a small weight remembers long."""
    end = fresh_end(n, m, w)
    return Tends(E(weighted(n, m, w).error(t) ** 2), (t, 0, oo), end, rate=end * (1 - w) ** (2 * t))


@claim(
    source=f"derived: affine recursion of the squared error at w = n/(n + m), below its fixed point; setting of {HE}",
    mutants={"three quarters": lambda n, sigma0: Rational(3, 4) * sigma0**2 / n},
)
def mix_fresh_real_mean_pooled(n=Integers(1), m=Integers(1), t=Integers(0), sigma0=Positive()):
    """Synthetic points help where real ones are fresh: pooled as they come they leave less than sigma0^2/n after any fit."""
    loop = PooledGaussianLoop(n, FreshReal(m), sigma0, known_variance=True)
    return Lt(E(loop.error(t) ** 2), sigma0**2 / n)


@claim(
    source="the reading 'fresh real data keep the error at that of the real data of one generation'",
    expected="fails",
    corrected="mix-fresh-real-mean",
)
def mix_fresh_real_mean_kept(n=Integers(1), m=Integers(1, notable=(10,)), t=Integers(1)):
    """n fresh real points, m synthetic ones, pooled as they come: the error of the mean is at least 1/n."""
    return Ge(E(PooledGaussianLoop(n, FreshReal(m), known_variance=True).error(t) ** 2), 1 / n)


def stationary(n, m, ddof=0) -> tuple[Expr, Expr]:
    """Limits of the expected variance and of the error of the mean with fresh real points, pooled as they come."""
    size = n**2 + 2 * m * n + m - ddof * (n + 2 * m)
    return n * (n + 2 * m - 1) / size, (n + m - ddof) / size


@claim(
    source=f"derived: law of total variance over the pool, affine recursion; setting of {HE}",
    mutants={
        "as with known variance": lambda n, m, t, sigma0: sigma0**2 * (1 - (n + m) / (n * (n + 2 * m))),
        "b^(2t)": lambda n, m, t, sigma0: sigma0**2 * (1 - stationary(n, m)[1] * (1 - (m / (n + m)) ** (2 * t))),
    },
)
def mix_fresh_real_mean_fitted(n=Integers(2), m=Integers(2), t=Integers(1), sigma0=Positive()):
    """Fresh real data, maximum likelihood: E sigma_t^2 = (1 - (n + m) (1 - r^t)/(n^2 + 2mn + m)) sigma0^2.

    r = m (m - 1)/(n + m)^2; E (mu_t - mu0)^2 is what is missing. From the truth on.
    """
    loop = PooledGaussianLoop(n, FreshReal(m), sigma0)
    return Eq(E(loop.v(t)), sigma0**2 * (1 - stationary(n, m)[1] * (1 - forgetting(n, m) ** t)))


@claim(
    source=f"derived: fixed point of the affine recursion of the variance; setting of {HE}",
    mutants={"1": lambda: Integer(1), "that of maximum likelihood": lambda n, m: stationary(n, m)[0]},
)
def mix_fresh_real_mean_unbiased(n=Integers(2), m=Integers(2)):
    """Fresh real data, the unbiased variance of all points: E sigma_t^2 tends to a limit above that of the truth.

    n (n + 2m - 1)/(n^2 + 2mn - n - m), in the units of sigma0 squared: the groups' means differ.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    loop = PooledGaussianLoop(n, FreshReal(m), ddof=1)
    return Limit(E(loop.v(t)), (t, oo), stationary(n, m, 1)[0])


@claim(
    source=f"derived: fixed point of the affine recursion of the squared error; setting of {HE}",
    mutants={"that of maximum likelihood": lambda n, m: stationary(n, m)[1], "1/n": lambda n: 1 / n},
)
def mix_fresh_real_mean_unbiased_error(n=Integers(2), m=Integers(2)):
    """Fresh real data, the unbiased variance of all points: the error of the mean tends to (n + m - 1)/(n^2 + 2mn - n - m)."""
    t = Symbol("t", integer=True, nonnegative=True)
    loop = PooledGaussianLoop(n, FreshReal(m), ddof=1)
    return Limit(E(loop.error(t) ** 2), (t, oo), stationary(n, m, 1)[1])


@claim(
    source="the reading 'the divisor n - 1 makes the fitted variance unbiased', of pooled points",
    expected="fails",
    corrected="mix-fresh-real-mean-unbiased",
)
def mix_fresh_real_mean_unbiased_constant(n=Integers(2), m=Integers(2), t=Integers(2), sigma0=Positive()):
    """Fresh real data, the unbiased variance of all points: the expected variance is that of the truth for ever."""
    return Eq(E(PooledGaussianLoop(n, FreshReal(m), sigma0, ddof=1).v(t)), sigma0**2)


# ---- fresh real points in every generation: a weighted variance -----------------------------------------------------


class WeightedVarianceLoop(Loop):
    """A Gaussian's variance: that of n fresh real points and that of m from the model before, each unbiased, weighted.

    n, m: real and synthetic points of a fit.
    weight: of the real points' variance.  temperature: factor lam on the variance of what is drawn from a model.
    variance: of the truth, which the loop is handed.  Observables: v(t).
    Source: ours: weights as in He, Xu & Cheng 2502.18049, biased sampling as in Alemohammad et al. 2307.01850.
    """

    n: Integers(2)
    m: Integers(2)
    weight: Between(0, 1)
    variance: Positive = 1
    temperature: Positive = 1

    v = coordinate(r"\sigma^2", positive=True)

    joint_points = MIXED

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.variance}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Every group's sum of squares about its own mean: where the means are does not matter."""
        real = self.variance * Noise("R", ChiSquare(self.n - 1)) / (self.n - 1)
        synthetic = self.temperature * state["v"] * Noise("Q", ChiSquare(self.m - 1)) / (self.m - 1)
        return {"v": self.weight * real + (1 - self.weight) * synthetic}

    @property
    def symmetry(self) -> Symmetry:
        """The truth's variance is the unit of all others."""
        return Symmetry(self.at(variance=1), v=(0, self.variance))


def once(n, m, w) -> Expr:
    """The variance of the fitted variance after one fit."""
    return 2 * w**2 / (n - 1) + 2 * (1 - w) ** 2 / (m - 1)


def growth(m, w) -> Expr:
    """(1 - w)^2 (m + 1)/(m - 1): the factor by which the variance of the fitted variance is kept."""
    return (1 - w) ** 2 * (m + 1) / (m - 1)


WEIGHTS = Probability(notable=(Rational(3, 10), half))


@claim(
    source=f"derived: unbiased variances, affine recursion; weights as in {HE}",
    mutants={"it decays by 1 - w": lambda w, t, sigma0: sigma0**2 * (1 - w) ** t, "the weight": lambda w: w},
)
def mix_fresh_real_variance_weight_mean(n=Integers(2), m=Integers(2), w=WEIGHTS, t=Integers(1), sigma0=Positive()):
    """Real and synthetic variances, weighted: the expected variance is that of the truth, whatever the weight."""
    return Eq(E(WeightedVarianceLoop(n, m, w, sigma0**2).v(t)), sigma0**2)


@claim(
    source=f"derived: variances of two chi-squares, a geometric sum; weights as in {HE}",
    mutants={
        "(1 - w)^2, as of the mean": lambda n, m, w, t, sigma0: (
            sigma0**4 * once(n, m, w) * Sum((1 - w) ** (2 * k_), (k_, 0, t - 1))
        ),
        "n and m for the degrees of freedom": lambda n, m, w, t, sigma0: (
            sigma0**4 * once(n + 1, m + 1, w) * Sum(growth(m, w) ** k_, (k_, 0, t - 1))
        ),
    },
    unreached=RESONANT,
)
def mix_fresh_real_variance_weight(n=Integers(2), m=Integers(2), w=WEIGHTS, t=Integers(2), sigma0=Positive()):
    """Real and synthetic variances, weighted: Var sigma_t^2 is a geometric sum of ratio (1 - w)^2 (m + 1)/(m - 1)."""
    loop = WeightedVarianceLoop(n, m, w, sigma0**2)
    return Eq(Var(loop.v(t)), sigma0**4 * once(n, m, w) * Sum(growth(m, w) ** k_, (k_, 0, t - 1)))


def weight_end(n, m, w) -> Expr:
    """The limit of the variance of the fitted variance, where there is one."""
    return once(n, m, w) / (1 - growth(m, w))


@claim(
    source=f"derived: a geometric sum of ratio below 1; weights as in {HE}",
    tight={"t": oo},
    mutants={"that of one fit": lambda n, m, w, sigma0: sigma0**4 * once(n, m, w)},
)
def mix_fresh_real_variance_weight_bounded(
    n=Integers(2), m=Points(5, 10, 100), w=Points(Rational(3, 10), half), t=Integers(1), sigma0=Positive()
):
    """Where (1 - w)^2 (m + 1) < m - 1, as at these weights, the variance of sigma_t^2 stays below the sum of the series."""
    return Lt(Var(WeightedVarianceLoop(n, m, w, sigma0**2).v(t)), sigma0**4 * weight_end(n, m, w))


@claim(
    source=f"derived: a geometric sum of ratio 1 or more; weights as in {HE}",
    where=lambda m, w: growth(m, w) >= 1,
    needs=("where",),
    mutants={"twice as fast": lambda n, m, w, t, sigma0: 2 * t * sigma0**4 * once(n, m, w) * growth(m, w) ** t},
)
def mix_fresh_real_variance_weight_unbounded(
    n=Integers(2),
    m=Integers(2, notable=(3, 10)),
    w=Probability(notable=(Rational(1, 20), Rational(1, 5))),
    t=Integers(1),
    sigma0=Positive(),
):
    """A smaller weight keeps no variance in check: where (1 - w)^2 (m + 1) >= m - 1, Var sigma_t^2 grows at least linearly."""
    return Ge(Var(WeightedVarianceLoop(n, m, w, sigma0**2).v(t)), t * sigma0**4 * once(n, m, w))


def weight_of_variance(n: int, m: int) -> Expr:
    """The best weight of real points for the variance: 1 - u, u the smaller root of a (1 + c) u^2 - (2a + c + ac) u + a."""
    a, c = Rational(2, n - 1), Rational(2, m - 1)
    b = 2 * a + c + a * c
    return 1 - (b - sqrt(b**2 - 4 * a**2 * (1 + c))) / (2 * a * (1 + c))


def valley(n: int, m: int, peak: Expr) -> FallsThenRises:
    """The limit of the variance of the fitted variance as a function of the weight, from one real point's worth up."""
    return FallsThenRises(weight_end(n, m, w_), (w_, half, 1), peak=peak)


@claim(
    source=f"derived: minimum of the limit of the variance in the weight; the best weight of the mean is that of {HE}",
    mutants={"the golden ratio": lambda: best_weight(Integer(1))},
)
def mix_fresh_real_variance_weight_best(n=Points(10, 100)):
    """As many fresh real points as synthetic ones: the variance is known best with a weight above the golden ratio.

    No simulation: a limit in closed form. The weight is 0.6407 for n = 10, 0.6202 for n = 100.
    """
    return valley(n, n, weight_of_variance(n, n))


@claim(
    source="the best weight of the mean, taken for that of the variance",
    expected="fails",
    corrected="mix-fresh-real-variance-weight-best",
)
def mix_fresh_real_variance_weight_golden(n=Points(10, 100)):
    """As many fresh real points as synthetic ones: the golden ratio is the best weight for the variance, too.

    No simulation: a limit in closed form.
    """
    return valley(n, n, best_weight(Integer(1)))


# ---- biased sampling beside real points -----------------------------------------------------------------------------


def level(w, lam) -> Expr:
    """Where the expected variance ends."""
    return w / (1 - (1 - w) * lam)


BIASES = Positive(hi=1, notable=(Rational(4, 5), Rational(9, 10)))


@claim(
    source=f"derived: affine recursion of the expected variance; biased sampling as in {ALEMOHAMMAD}",
    mutants={
        "lam for ever": lambda lam, sigma0: sigma0**2 * lam,
        "w + (1 - w) lam, one step's": lambda w, lam, sigma0: sigma0**2 * (w + (1 - w) * lam),
        "lam^t, as without real data": lambda lam, t, sigma0: sigma0**2 * lam**t,
    },
)
def bias_lambda_with_real_weight(n=Integers(2), m=Integers(2), w=WEIGHTS, lam=BIASES, t=Integers(2), sigma0=Positive()):
    """Sampling with variance lam sigma^2, fresh real data of weight w: E sigma_t^2 = (L + ((1-w) lam)^t (1 - L)) sigma0^2.

    L = w/(1 - (1-w) lam); the variances of real and synthetic points are weighted. From the truth on.
    """
    end = level(w, lam)
    return Eq(
        E(WeightedVarianceLoop(n, m, w, sigma0**2, lam).v(t)), sigma0**2 * (end + ((1 - w) * lam) ** t * (1 - end))
    )


@claim(
    source=f"derived: fixed point of the affine recursion; biased sampling as in {ALEMOHAMMAD}",
    mutants={"lam": lambda lam, sigma0: sigma0**2 * lam, "0, a collapse": lambda: Integer(0)},
)
def bias_lambda_with_real_weight_limit(
    n=Integers(2), m=Integers(2), w=WEIGHTS, lam=BIASES, t=Integers(0), sigma0=Positive()
):
    """Real data of weight w stop the collapse under biased sampling: E sigma_t^2 tends to w/(1 - (1-w) lam) sigma0^2."""
    loop, rate = WeightedVarianceLoop(n, m, w, sigma0**2, lam), sigma0**2 * ((1 - w) * lam) ** t
    return Tends(E(loop.v(t)), (t, 0, oo), sigma0**2 * level(w, lam), rate=rate)


@claim(
    source=f"derived: the affine recursion falls to its fixed point; biased sampling as in {ALEMOHAMMAD}",
    mutants={"lam from below": lambda lam, sigma0: sigma0**2 * (1 + lam) / 2},
)
def bias_lambda_with_real_weight_above(
    n=Integers(2), m=Integers(2), w=WEIGHTS, lam=BIASES, t=Integers(0), sigma0=Positive()
):
    """Under biased sampling, lam < 1, the expected variance stays above its limit, and so above its share w of the truth's."""
    return Gt(E(WeightedVarianceLoop(n, m, w, sigma0**2, lam).v(t)), sigma0**2 * level(w, lam))


@claim(
    source=f"derived: the affine recursion falls from the truth on; biased sampling as in {ALEMOHAMMAD}",
    mutants={"less than its share w": lambda w, sigma0: sigma0**2 * w},
)
def bias_lambda_with_real_weight_below(
    n=Integers(2), m=Integers(2), w=WEIGHTS, lam=BIASES, t=Integers(1), sigma0=Positive()
):
    """Under biased sampling, lam < 1, fresh real data never bring the expected variance back to that of the truth."""
    return Lt(E(WeightedVarianceLoop(n, m, w, sigma0**2, lam).v(t)), sigma0**2)


@claim(
    source="the factor of one generation, taken for all of them",
    expected="fails",
    corrected="bias-lambda-with-real-weight",
)
def bias_lambda_with_real_weight_once(
    n=Integers(2), m=Integers(2), w=WEIGHTS, lam=BIASES, t=Integers(2), sigma0=Positive()
):
    """Under biased sampling fresh real data of weight w keep E sigma_t^2 at (w + (1-w) lam) sigma0^2."""
    return Eq(E(WeightedVarianceLoop(n, m, w, sigma0**2, lam).v(t)), sigma0**2 * (w + (1 - w) * lam))


# ---- every point real by chance -------------------------------------------------------------------------------------


class RandomShareLoop(Loop):
    """A Gaussian is fitted to N points, each of which is real with probability alpha, else a draw from the model before.

    N: points of a generation.  alpha: the probability that one of them is real; which ones are is drawn anew every time.
    sigma0, mu0: standard deviation and mean of the truth.  ddof: 0 for maximum likelihood, 1 for the "unbiased" variance.
    Observables: v(t) (the fitted variance), mu(t), error(t) = mu(t) - mu0.
    Source: mixed data as in Bertrand et al. 2310.00429, at finite size.
    """

    N: Listed(Integers(2))
    alpha: Between(0, 1)
    sigma0: Positive = 1
    mu0: Reals = 0
    ddof: Points(0, 1) = 1

    v = coordinate(r"\sigma^2", positive=True)
    mu = coordinate(r"\mu")

    joint_points = tuple({"t": t} for t in (1, 2, 3, 6, 0, 10, 20))

    def error(self, t) -> Expr:
        """The error of the fitted mean."""
        return self.mu(t) - self.mu0

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.sigma0**2, "mu": self.mu0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Every point is drawn: a coin says from where."""
        points = []
        for j in range(int(self.N)):
            real, truth, model = Noise(f"B{j}", Binomial(1, self.alpha)), Noise(f"R{j}", N01), Noise(f"Z{j}", N01)
            drawn = state["mu"] + sqrt(state["v"]) * model
            points.append(real * (self.mu0 + self.sigma0 * truth) + (1 - real) * drawn)
        mean = Add(*points) / self.N
        return {"v": Add(*((x - mean) ** 2 for x in points)) / (self.N - self.ddof), "mu": mean}

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth shifts and scales every later model."""
        loop = self.func(self.N, self.alpha, 1, 0, self.ddof)
        return Symmetry(loop, v=(0, self.sigma0**2), mu=(self.mu0, self.sigma0))


BY_CHANCE = (
    f"derived: law of total variance over which points are real; in {BERTRAND} and {ALEMOHAMMAD}, at finite size"
)
ALPHAS = Points(Rational(1, 10), Rational(3, 10), half)
SIZES = Points(2, 3, 5)


def chance_end(N, alpha, ddof=1) -> tuple[Expr, Expr]:
    """Limits of the expected variance and of the error of the mean, where there are any."""
    real = N * alpha * (2 - alpha)
    if ddof == 0:
        return (N - 1) * alpha * (2 - alpha) / (real + (1 - alpha) ** 2), 1 / (real + (1 - alpha) ** 2)
    v = 1 / (1 - (1 - alpha) / real)
    return v, v / real


@claim(
    source=BY_CHANCE,
    mutants={
        "without the distance of the means": lambda N, alpha, t: (
            alpha + (1 - alpha) * E(RandomShareLoop(N, alpha).v(t))
        ),
        "the truth's": lambda: Integer(1),
    },
)
def random_proportion_threshold(N=SIZES, alpha=ALPHAS, t=Integers(1)):
    """Points real with probability alpha: E sigma_{t+1}^2 = alpha + (1-alpha) E sigma_t^2 + alpha (1-alpha) E (mu_t - mu0)^2.

    The unbiased variance, in the units of sigma0 squared: that of the mixture that the points are from.
    """
    loop = RandomShareLoop(N, alpha)
    mixed = alpha + (1 - alpha) * E(loop.v(t)) + alpha * (1 - alpha) * E(loop.error(t) ** 2)
    return Eq(E(loop.v(t + 1)), mixed)


@claim(
    source=BY_CHANCE,
    mutants={
        "as if no point were real": lambda N, t, sigma0: sigma0**2 * (1 - (1 - 1 / Integer(N)) ** t),
        "1/N": lambda N, sigma0: sigma0**2 / N,
    },
)
def random_proportion_threshold_mle(
    N=SIZES, alpha=Probability(notable=(Rational(3, 10), half)), t=Integers(2), sigma0=Positive(), mu0=Reals()
):
    """By maximum likelihood there is no threshold: E (mu_t - mu0)^2 = M (1 - ((1-alpha)^2 (1 - 1/N))^t) sigma0^2.

    M = 1/(N alpha (2-alpha) + (1-alpha)^2); E sigma_t^2 is what is missing.
    """
    loop, kept = RandomShareLoop(N, alpha, sigma0, mu0, 0), (1 - alpha) ** 2 * (1 - 1 / Integer(N))
    return Eq(E(loop.error(t) ** 2), sigma0**2 * chance_end(Integer(N), alpha, 0)[1] * (1 - kept**t))


@claim(
    source=BY_CHANCE,
    where=lambda N, alpha: N * alpha * (2 - alpha) > 1 - alpha,
    mutants={
        "1": lambda: Integer(1),
        "that of maximum likelihood": lambda N, alpha: chance_end(Integer(N), alpha, 0)[0],
    },
)
def random_proportion_threshold_limit(N=SIZES, alpha=Probability(notable=(Rational(3, 10), half))):
    """Where N alpha (2-alpha) > 1-alpha the unbiased variance settles: its mean tends to 1/(1 - (1-alpha)/(N alpha (2-alpha))).

    About half a real point a generation is enough for that: alpha > 1/(2N).
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(E(RandomShareLoop(N, alpha).v(t)), (t, oo), chance_end(Integer(N), alpha)[0])


@claim(
    source="the reading 'any share of real data keeps the moments bounded'",
    expected="fails",
    corrected="random-proportion-threshold-limit",
)
def random_proportion_threshold_any(N=Points(5), alpha=Points(Rational(1, 50), Rational(1, 20)), t=Integers(100, 1000)):
    """One real point in twenty, or in fifty, keeps the expected unbiased variance of N = 5 points below 3."""
    return Le(E(RandomShareLoop(N, alpha).v(t)), 3)


@claim(
    source="the reading 'the divisor N - 1 makes the fitted variance unbiased', of mixed points",
    expected="fails",
    corrected="random-proportion-threshold",
)
def random_proportion_threshold_constant(N=SIZES, alpha=ALPHAS, t=Integers(2), sigma0=Positive()):
    """Points real with probability alpha: the expected unbiased variance is that of the truth for ever."""
    return Eq(E(RandomShareLoop(N, alpha, sigma0).v(t)), sigma0**2)


# ---- one number a workflow ------------------------------------------------------------------------------------------


TABLE = f"derived: from the exact errors of the mean; the notion as in {ALEMOHAMMAD}"


def effective(loop, t) -> Expr:
    """How many real points would leave as large an error of the mean: sigma0^2/E (mu_t - mu0)^2."""
    return loop.sigma0**2 / E(loop.error(t) ** 2)


@claim(source=TABLE, mutants={"n": lambda n: n, "n/(t + 1)": lambda n, t: n / (t + 1)})
def effective_sample_size_table(n=Integers(1), t=Integers(2), sigma0=Positive()):
    """All data replaced by the last model's: after t fits of n points what is left is worth n/t real points."""
    return Eq(effective(PooledGaussianLoop(n, sigma0=sigma0, known_variance=True), t), n / t)


@claim(
    source=TABLE,
    mutants={
        "n/t, as if replaced": lambda n, t: n / t,
        "n/(1 + 1/2 + ... + 1/t)": lambda n, t: n / Sum(1 / i, (i, 1, t)),
    },
)
def effective_sample_size_table_accumulate(n=Integers(1), t=Integers(2), sigma0=Positive()):
    """All data kept: after t fits they are worth n/(1 + 1/4 + ... + 1/t^2) real points, more than 6n/pi^2."""
    return Eq(effective(accumulated(n, sigma0, known_variance=True), t), n / harmonic(t, 2))


@claim(
    source=TABLE,
    mutants={"n/2": lambda n: n / 2, "n, that of the real points": lambda n: n},
)
def effective_sample_size_table_fixed(n=Integers(1), m=Integers(1), t=Integers(0), sigma0=Positive()):
    """Fixed real data: all that is fitted tends to be worth n (n + 2m)/(n + 3m) real points."""
    rate = n * m * (m / (n + m)) ** (2 * t) / (n + 3 * m)
    return Tends(effective(fixed(n, m, sigma0), t), (t, 0, oo), n * (n + 2 * m) / (n + 3 * m), rate=rate)


@claim(
    source=TABLE,
    mutants={
        "3n/4 from below": lambda n: {">": Rational(3, 4) * n},
        "less than n": lambda n: {"<=": Rational(99, 100) * n},
    },
)
def effective_sample_size_table_fixed_bounds(n=Integers(1), m=Integers(1), t=Integers(0), sigma0=Positive()):
    """Fixed real data: all that is fitted is worth more than 2n/3 real points, and never more than n."""
    worth = effective(fixed(n, m, sigma0), t)
    return And(Gt(worth, Rational(2, 3) * n), Le(worth, n))


@claim(
    source=TABLE,
    mutants={
        "3n/2 from above": lambda n: {"<": Rational(3, 2) * n},
        "more than n": lambda n: {">=": Rational(101, 100) * n},
    },
)
def effective_sample_size_table_fresh(n=Integers(1), m=Integers(1), t=Integers(0), sigma0=Positive()):
    """Fresh real data, pooled as they come: all that is fitted is worth at least n real points, and less than 2n."""
    loop = PooledGaussianLoop(n, FreshReal(m), sigma0, known_variance=True, start="fit")
    worth = effective(loop, t)
    return And(Ge(worth, n), Lt(worth, 2 * n))


@claim(
    source=TABLE,
    mutants={"2n, as if pooled": lambda n: 2 * n, "n": lambda n: n},
)
def effective_sample_size_table_optimal(n=Integers(1), t=Integers(1)):
    """As many fresh real points as synthetic ones, weighted by the golden ratio w: worth n/(w (1 - (1-w)^(2t))) real points.

    1.618 n in the limit.
    """
    w = best_weight(Integer(1))
    return Eq(effective(weighted(n, n, w), t), n / (w * (1 - (1 - w) ** (2 * t))))


@claim(
    source="the reading 'synthetic points beside real ones are worth something, too'",
    expected="fails",
    corrected="effective-sample-size-table-fixed-bounds",
)
def effective_sample_size_table_more(n=Integers(1), m=Integers(1), t=Integers(1), sigma0=Positive()):
    """Fixed real data: with m synthetic points all that is fitted is worth more than the n real ones."""
    return Gt(effective(fixed(n, m, sigma0), t), n)
