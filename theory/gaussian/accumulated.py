"""All data kept: the "unbiased" divisor, samples of any sizes, biased sampling, the law itself, a pool of a fixed budget."""

from __future__ import annotations

from sympy import Eq, Expr, Gt, Integer, Le, Lt, Product, Rational, Sum, gamma, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.loops import CLOCK
from ..language.moments import E, Tends, Var
from ..language.policies import GrowingPool, Subsample
from .common import half
from .policies import KAZDAN, PooledGaussianLoop, accumulated, i

# ---- the divisor n t - 1 --------------------------------------------------------------------------------------------


def unbiased(n, sigma0=1, mu0=0) -> PooledGaussianLoop:
    """All data kept, the sum of squares divided by one less than their number; model 0 is the fit of n real points."""
    return accumulated(n, sigma0, mu0, start="fit", ddof=1)


def kept(n, t) -> Expr:
    """The product of 1 - 1/(i (n i - 1)), i = 2, ..., t: what is left of the variance after t fits, the real one included."""
    return Product(1 - 1 / ((i + 1) * (n * (i + 1) - 1)), (i, 1, t - 1))


@claim(
    source=f"derived: law of total variance over the pool; setting of {KAZDAN}",
    mutants={
        "1, as the divisor is n t - 1": lambda sigma0: sigma0**2,
        "the product of maximum likelihood": lambda n, t, sigma0: (
            sigma0**2 * Product(1 - 1 / (n * i**2), (i, 1, t + 1))
        ),
        "n i for n i - 1": lambda n, t, sigma0: sigma0**2 * Product(1 - 1 / (n * (i + 1) ** 2), (i, 1, t)),
    },
)
def accumulate_unbiased_gamma_product(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """All data kept, divisor n i - 1: E sigma_t^2 is sigma0^2 times a product of 1 - 1/(i (n i - 1)), i = 2, ..., t + 1.

    Model 0 is the fit of the n real points; n points more come with every fit.
    """
    return Eq(E(unbiased(n, sigma0, mu0).v(t)), sigma0**2 * kept(n, t + 1))


@claim(
    source=f"derived: a new batch moves the pool's mean by its share, given the model; setting of {KAZDAN}",
    mutants={
        "of a constant variance": lambda n, t, sigma0: sigma0**2 / n * Sum(i**-2, (i, 1, t + 1)),
        "as if replaced": lambda n, t, sigma0: sigma0**2 * (t + 1) / n,
    },
    unreached={"derivation": "a sum of products"},
)
def accumulate_unbiased_gamma_product_mean(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """All data kept, divisor n i - 1: fit number t + 1 adds E sigma_{t-1}^2/(n (t + 1)^2) to the error of the mean."""
    loop = unbiased(n, sigma0)
    return Eq(E(loop.error(t) ** 2), E(loop.error(t - 1) ** 2) + E(loop.v(t - 1)) / (n * (t + 1) ** 2))


def unbiased_end(n) -> Expr:
    """The limit of the expected variance: Gamma functions of the roots of x^2 - x/n - 1/n, of i (n i - 1) - 1 over n."""
    root = sqrt(1 + 4 * n)
    return gamma(2 - 1 / n) / (gamma(2 - (1 + root) / (2 * n)) * gamma(2 - (1 - root) / (2 * n)))


@claim(
    source=f"derived: an infinite product as Gamma functions; setting of {KAZDAN}",
    mutants={"1": lambda: Integer(1), "3/4": lambda: Rational(3, 4)},
    unreached={"derivation": "a product against the Gamma functions that are its limit"},
)
def accumulate_unbiased_gamma_product_limit(n=Integers(2, 1000, notable=(4, 10, 100)), t=Integers(0, notable=(5, 100))):
    """It tends to Gamma(2 - 1/n)/(Gamma(2 - r) Gamma(2 - s)), r and s = (1 +- sqrt(1 + 4n))/(2n): up to 1/(n (t + 1))."""
    return Tends(E(unbiased(n).v(t)), (t, 0, oo), unbiased_end(n), rate=1 / (n * (t + 1)))


@claim(
    source="the reading 'the divisor n t - 1 makes the fitted variance unbiased', of accumulated points",
    expected="fails",
    corrected="accumulate-unbiased-gamma-product",
)
def accumulate_unbiased_gamma_product_constant(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """All data kept, divisor n t - 1: the expected variance is that of the truth for ever."""
    return Eq(E(unbiased(n, sigma0).v(t)), sigma0**2)


# ---- samples of any sizes -------------------------------------------------------------------------------------------


GROWING = tuple(map(GrowingPool, (5 * CLOCK**2, 3 * CLOCK + CLOCK**2, 3 * CLOCK**3)))
DOUBLING = GrowingPool(5 * (2**CLOCK - 1))
POOLS = Points(*GROWING)


def of_sizes(pool, sigma0=1) -> PooledGaussianLoop:
    """All data kept, samples of any sizes, by maximum likelihood."""
    return PooledGaussianLoop(2, pool, sigma0)


def all_points(pool, k) -> Expr:
    """The number of points after k fits."""
    return pool.total.xreplace({CLOCK: k})


def shrunk(pool, t) -> Expr:
    """The product of 1 - n_i/N_i^2 over i = 1, ..., t: n_i points are new in fit i, of N_i in all."""
    N, before = all_points(pool, i), all_points(pool, i - 1)
    return Product(1 - (N - before) / N**2, (i, 1, t))


@claim(
    source=f"derived: law of total variance over the pool; generalises the product of {KAZDAN}",
    mutants={
        "1 - 1/N_i": lambda pool, t, sigma0: sigma0**2 * Product(1 - 1 / all_points(pool, i), (i, 1, t + 1)),
        "as if replaced": lambda pool, t, sigma0: (
            sigma0**2 * Product(1 - 1 / (all_points(pool, i) - all_points(pool, i - 1)), (i, 1, t))
        ),
    },
)
def accumulate_general_sizes(pool=POOLS, t=Integers(2), sigma0=Positive()):
    """All data kept, n_i points in fit number i, N_i so far: E sigma_t^2 is the product of 1 - n_i/N_i^2 times sigma0^2."""
    return Eq(E(of_sizes(pool, sigma0).v(t)), sigma0**2 * shrunk(pool, t))


@claim(
    source=f"derived: the pool's mean square about the true mean stays on average; generalises the product of {KAZDAN}",
    mutants={"with 1/n_1 less": lambda pool, sigma0: sigma0**2 * (1 - 1 / all_points(pool, Integer(1)))},
)
def accumulate_general_sizes_mean(pool=POOLS, t=Integers(2, 100), sigma0=Positive()):
    """All data kept, any sizes: what the expected variance loses is the error of the mean."""
    loop = of_sizes(pool, sigma0)
    return Eq(E(loop.v(t)) + E(loop.error(t) ** 2), sigma0**2)


@claim(
    source="derived: a product of 1 - x_i is at least 1 minus their sum, which telescopes",
    mutants={"1 - 1/n_1": lambda pool, sigma0: sigma0**2 * (1 - 1 / all_points(pool, Integer(1)))},
)
def accumulate_general_sizes_bound(pool=Points(DOUBLING, *GROWING), t=Integers(2, 40), sigma0=Positive()):
    """All data kept: however fast synthetic data grow, E sigma_t^2 stays above (1 - 2/n_1) sigma0^2, n_1 real points."""
    return Gt(E(of_sizes(pool, sigma0).v(t)), sigma0**2 * (1 - 2 / all_points(pool, Integer(1))))


@claim(
    source="the reading 'where the share of real data vanishes, models collapse'",
    expected="fails",
    corrected="accumulate-general-sizes-bound",
)
def accumulate_general_sizes_collapse(t=Integers(10, 40)):
    """All data kept, samples that double from 5 points on: the expected variance falls with the share of real points."""
    return Le(E(of_sizes(DOUBLING).v(t)), 5 / all_points(DOUBLING, t))


# ---- biased sampling ------------------------------------------------------------------------------------------------


def biased(n, lam, sigma0=1) -> PooledGaussianLoop:
    """All data kept, by maximum likelihood, draws of variance lam sigma^2; model 0 is the fit of n real points."""
    return accumulated(n, sigma0, start="fit", temperature=lam)


LAMS = Probability(notable=(Rational(4, 5), half))


@claim(
    source="derived: law of total variance, fit by fit",
    mutants={
        "as with faithful sampling": lambda n, t, sigma0: sigma0**2 * Product(1 - 1 / (n * i**2), (i, 1, t + 1)),
        "lam^t, as if replaced": lambda n, t, lam, sigma0: sigma0**2 * (1 - 1 / n) * lam**t,
    },
)
def accumulate_with_sampling_bias_collapses(n=Integers(2), lam=LAMS, t=Integers(2), sigma0=Positive()):
    """All data kept, draws of variance lam sigma^2: E sigma_t^2 is a product of 1 - (1 - lam)/i - lam/(n i^2), i = 2, ..., t + 1.

    Times the (1 - 1/n) sigma0^2 of model 0, the maximum-likelihood fit of the n real points.
    """
    left = Product(1 - (1 - lam) / (i + 1) - lam / (n * (i + 1) ** 2), (i, 1, t))
    return Eq(E(biased(n, lam, sigma0).v(t)), sigma0**2 * (1 - 1 / n) * left)


@claim(
    source="derived: 1 - x <= exp(-x) and a harmonic sum",
    trivial=1,
    mutants={"twice as fast": lambda lam, t: (2 / (t + 2)) ** (2 - 2 * lam) / 4},
    unreached={"derivation": "a product against a power with a real exponent"},
)
def accumulate_with_sampling_bias_collapses_power(
    n=Integers(2, 1000, notable=(4, 10)), lam=LAMS, t=Integers(0, 1000, notable=(7, 100))
):
    """All data kept under biased sampling: diversity still dies, E sigma_t^2 is below (2/(t + 2))^(1 - lam) sigma0^2."""
    return Lt(E(biased(n, lam).v(t)), (2 / (t + 2)) ** (1 - lam))


@claim(
    source="derived: second moments; the variances only shrink",
    mutants={"1/n, the real fit's": lambda n: 1 / n},
    unreached={"derivation": "a sum of products against pi^2/6"},
)
def accumulate_with_sampling_bias_collapses_mean(
    n=Integers(2, 1000, notable=(4, 10)), lam=LAMS, t=Integers(1, 200, notable=(7, 100))
):
    """All data kept under biased sampling: the mean is fine, its error stays below (pi^2/6) sigma0^2/n."""
    return Lt(E(biased(n, lam).error(t) ** 2), pi**2 / (6 * n))


@claim(
    headline=(
        4,
        "Keeping all data seems to prevent collapse. With samples drawn a little too cold the model still collapses, slowly.",
    ),
    source="a natural misreading ('accumulating data avoids collapse'), without the hypothesis of faithful sampling",
    expected="fails",
    corrected="accumulate-with-sampling-bias-collapses-power",
)
def accumulate_with_sampling_bias_collapses_never(n=Integers(4, 100), lam=LAMS, t=Integers(10, notable=(10, 100))):
    """All data kept, draws of variance lam sigma^2: E sigma_t^2 stays above 1 - 2/n of that of the truth."""
    return Gt(E(biased(n, lam).v(t)), 1 - 2 / n)


# ---- independent factors --------------------------------------------------------------------------------------------


def fourth(n, k, dof: int = 0) -> Expr:
    """E F_k^2, F_k = sigma_k^2/sigma_{k-1}^2, all data kept, in fit number k."""
    whole = n * k - dof
    mean = 1 - 1 / (n * k**2) if not dof else 1 - 1 / (k * whole)
    return mean**2 + (2 * (n - 1) + 2 * ((k - 1) / k) ** 2) / whole**2


@claim(
    source=f"derived: the new points' two chi-squares; setting of {KAZDAN}",
    mutants={
        "the square of the mean": lambda n, t, sigma0: sigma0**4 * Product((1 - 1 / (n * i**2)) ** 2, (i, 1, t)),
        "a whole degree of freedom for the mean": lambda n, t, sigma0: (
            sigma0**4 * Product((1 - 1 / (n * i**2)) ** 2 + 2 / (n * i**2), (i, 1, t))
        ),
    },
)
def accumulate_independent_factors(n=Integers(2), t=Integers(2), sigma0=Positive()):
    """All data kept, maximum likelihood: sigma_t^2 is a product of independent factors, E sigma_t^4 that of their squares' means.

    E F_i^2 = (1 - 1/(n i^2))^2 + (2 (n-1) + 2 ((i-1)/i)^2)/(n i)^2.
    """
    return Eq(E(accumulated(n, sigma0).v(t) ** 2), sigma0**4 * Product(fourth(n, i), (i, 1, t)))


@claim(
    source=f"derived: the new points' two chi-squares; setting of {KAZDAN}",
    mutants={"that of maximum likelihood": lambda n, t: Product(fourth(n, i), (i, 1, t + 1))},
)
def accumulate_independent_factors_unbiased(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """All data kept, divisor n i - 1: E sigma_t^4 is a product as well, the first factor (n + 1)/(n - 1) that of the real fit."""
    rest = Product(fourth(n, i + 1, 1), (i, 1, t))
    return Eq(E(unbiased(n, sigma0).v(t) ** 2), sigma0**4 * (n + 1) / (n - 1) * rest)


@claim(
    source=f"derived: law of total variance, given the model before; setting of {KAZDAN}",
    mutants={
        "the last model's is lost": lambda: Integer(0),
        "2/n of it": lambda n, t: 2 / n * E(accumulated(n).v(t) ** 2),
    },
)
def accumulate_independent_factors_given(n=Integers(2), t=Integers(1)):
    """All data kept: the next factor does not depend on the variance, E sigma_t^2 sigma_{t+1}^2 is its mean times E sigma_t^4."""
    loop = accumulated(n)
    return Eq(E(loop.v(t) * loop.v(t + 1)), (1 - 1 / (n * (t + 1) ** 2)) * E(loop.v(t) ** 2))


@claim(
    source=f"derived: sums of 1/i^2 bound the factors; setting of {KAZDAN}",
    mutants={"2/n, that of one fit": lambda n: 2 / n},
    unreached={"derivation": "a difference of two products against pi^2"},
)
def accumulate_independent_factors_variance(
    n=Integers(10, 1000, notable=(10, 100)), t=Integers(5, 200, notable=(5, 20, 100))
):
    """All data kept: the fitted variance stays random, Var sigma_t^2 < (pi^2/3) sigma0^4/n, and near that for many points."""
    return Lt(Var(accumulated(n).v(t)), pi**2 / (3 * n))


@claim(
    source="the variance of one fit to n points, taken for that of all",
    expected="fails",
    corrected="accumulate-independent-factors",
)
def accumulate_independent_factors_once(n=Integers(10), t=Integers(10), sigma0=Positive()):
    """All data kept: the variance of sigma_t^2 is at most that of one fit to n points, 2 sigma0^4/n."""
    return Le(Var(accumulated(n, sigma0).v(t)), 2 * sigma0**4 / n)


# ---- a pool of a fixed budget, the variance fitted ------------------------------------------------------------------


NO_STEP = {
    "derivation": "the variance of points drawn from a pool depends on all of its points",
    "ball": "the variance of points drawn from a pool depends on all of its points",
}


def drawn(n, ddof=1) -> PooledGaussianLoop:
    """Mean and variance, fitted to n points out of all so far, drawn with replacement."""
    return PooledGaussianLoop(n, Subsample(), ddof=ddof)


def pooled_moments(n, t: int, factor) -> tuple[Expr, Expr]:
    """(E mu_t^2, E sigma_t^2) by the recursion of a = E (pool mean)^2 and q = E (pool's second moment); factor: E v/width."""
    a = b = q = Integer(0)
    V = Integer(1)
    for k in range(1, int(t) + 1):
        a = ((k * k - 1) * a + b + V / n) / Integer(k) ** 2
        q = ((k - 1) * q + b + V) / Integer(k)
        b, V = a + (q - a) / n, (q - a) * factor
    return b, V


@claim(
    source=f"workflow of {KAZDAN}; recursion derived",
    mutants={
        "1, as the divisor is n - 1": lambda: Integer(1),
        "by maximum likelihood": lambda n, t: pooled_moments(n, t, 1 - 1 / n)[1],
    },
    unreached=NO_STEP,
)
def accumulate_subsample_unbiased_slow_divergence(n=Integers(2, 50, notable=(4, 10)), t=Points(2, 3, 6)):
    """Fits to n points out of all so far, the unbiased variance: its mean obeys a recursion of the pool's second moments.

    a' = ((k^2 - 1) a + b + V/n)/k^2, q' = ((k - 1) q + b + V)/k, b = a + (q - a)/n, V = q - a in fit k.
    One witness, the simulation: the variance of points drawn from a pool depends on all of its points.
    """
    return Eq(E(drawn(n).v(t)), pooled_moments(n, t, 1)[1])


@claim(
    source=f"workflow of {KAZDAN}; recursion derived",
    mutants={"t/n, as if replaced": lambda n, t: t / n, "1/n": lambda n: 1 / n},
    unreached=NO_STEP,
)
def accumulate_subsample_unbiased_slow_divergence_mean(n=Integers(2, 50, notable=(4, 10)), t=Points(2, 3, 6)):
    """Fits to n points out of all so far, the unbiased variance: the error of the mean by the same recursion."""
    return Eq(E(drawn(n).error(t) ** 2), pooled_moments(n, t, 1)[0])
