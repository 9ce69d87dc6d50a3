"""Logarithms: the typical path, the probability of not having collapsed, how long collapse takes."""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Gt, Le, Lt, Rational, S, Symbol, erf, exp, log, oo, polygamma, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability
from ..language.functions import c4
from ..language.moments import E, Prob, Quantile, Tends, Var
from ..proof.formulas import formula
from ..proof.relations.lemmas import markov
from .common import ALEMOHAMMAD, SHUMAILOV, GaussianLoop, drift, factor_moment, half

LIMIT_IN_N = {"derivation": "no certificate for the rate of a limit in n"}

# ---- logarithms: the typical path -----------------------------------------------------------------------------------


@formula(claim="gaussian-log-drift")
def expected_log_variance(n: Integers(2), t: Integers(0), sigma0: Positive = 1) -> Expr:
    """E log sigma_t^2, which a typical history follows; the unbiased variance is fitted. A number: a logarithm.

    Source: the mean of log chi-square; that it falls without end, Shumailov et al. 2305.17493.
    """
    return log(sigma0**2) + t * drift(n - 1)


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
    return Eq(E(log(loop.sigma(t) ** 2)), expected_log_variance(n, t, sigma0))


@claim(
    source="derived: variance of log chi2, independent factors",
    mutants={"2/nu for psi_1(nu/2)": lambda n, t: 2 * t / (n - 1), "n for nu": lambda n, t: t * polygamma(1, n / 2)},
)
def gaussian_log_drift_variance(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The variance of log sigma_t^2 grows linearly, by psi_1(nu/2) a generation."""
    loop = GaussianLoop(n, sigma0)
    return Eq(Var(log(loop.sigma(t) ** 2)), t * polygamma(1, (n - 1) / 2))


@claim(
    source="derived: mean of log chi2, with the factor 1 - 1/n",
    mutants={"without log(1 - 1/n)": lambda n, t, sigma0: log(sigma0**2) + t * drift(n - 1)},
)
def gaussian_log_drift_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the drift of log sigma_t^2 gains log(1 - 1/n): about twice as fast."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Eq(E(log(loop.sigma(t) ** 2)), log(sigma0**2) + t * (drift(n - 1) + log(1 - 1 / n)))


@claim(
    source="derived: bounds of the digamma function",
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
    source="derived: bounds of the trigamma function",
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


@claim(source="derived: Chebyshev's inequality", mutants={"it tends to 1": lambda: S.One})
def gaussian_log_drift_almost_sure(n=Integers(2), t=Integers(1), eps=Positive(notable=[half, 1, 2]), sigma0=Positive()):
    """(1/t) log sigma_t^2 tends to the drift: P(|log sigma_t^2/sigma0^2 - t drift| >= eps t) <= psi_1(nu/2)/(eps^2 t)."""
    loop = GaussianLoop(n, sigma0)
    gap = Abs(log(loop.sigma(t) ** 2) - log(sigma0**2) - t * drift(n - 1))
    return Tends(Prob(gap >= eps * t), (t, 1, oo), 0, rate=polygamma(1, (n - 1) / 2) / (eps**2 * t))


@claim(
    source="derived (Berry-Esseen with the constant 0.4748 of Shevtsova 2011, third moment by Lyapunov)",
    mutants={"two standard deviations off": lambda x: (1 + erf((x + 2) / sqrt(2))) / 2},
    unreached={"derivation": "a Berry-Esseen bound"},
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
    unreached={"derivation": "a median is no moment"},
)
def gaussian_log_clt_and_median_median(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The median of log sigma_t^2 is t drift - psi_2/(6 psi_1) + O(1/t): a positive constant above its mean."""
    loop, h = GaussianLoop(n, sigma0), (n - 1) / 2
    median = Quantile(log(loop.sigma(t) ** 2), half) - log(sigma0**2) - t * drift(n - 1)
    return Tends(median, (t, 1, oo), -polygamma(2, h) / (6 * polygamma(1, h)), rate=1 / (4 * (n - 1) * t))


@claim(
    source="expansion derived (Cornish-Fisher); the constant 1/4 of the rate is measured",
    mutants={"without the constant": lambda: S.Zero},
    unreached={"derivation": "a median is no moment"},
)
def gaussian_log_clt_and_median_ratio(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """log(mean/median) of sigma_t^2 is -t drift + psi_2/(6 psi_1) + O(1/t): the mean leaves the median behind, exponentially."""
    loop, h = GaussianLoop(n, sigma0), (n - 1) / 2
    ratio = log(E(loop.sigma(t) ** 2)) - Quantile(log(loop.sigma(t) ** 2), half)
    limit = polygamma(2, h) / (6 * polygamma(1, h))
    return Tends(ratio + t * drift(n - 1), (t, 1, oo), limit, rate=1 / (4 * (n - 1) * t))


@claim(
    source="derived: third cumulant of log chi2, independent factors",
    mutants={
        "none, as for a lognormal": lambda: S.Zero,
        "psi_2(n/2)": lambda n, t: t * polygamma(2, n / 2),
    },
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


@claim(
    source="derived: Markov's inequality with E sigma_t", proof=markov(half), mutants={"it tends to 1": lambda: S.One}
)
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
    unreached={"derivation": "the rate of a tail probability"},
)
def gaussian_collapse_probability_bound_rate(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """-(1/t) log P(sigma_t^2 >= sigma0^2) lies between -log c4(n) and -log c4(n) + 1/(144 nu^3) + (log t + 2)/(2t).

    Its limit is -log g(q*), g the moments of chi2_nu/nu and q* their minimiser: above -log c4(n) by 1/(144 nu^3) at most.
    """
    loop, nu = GaussianLoop(n, sigma0), n - 1
    rate = -log(Prob(loop.sigma(t) ** 2 >= sigma0**2)) / t
    return And(Ge(rate, -log(c4(n))), Le(rate, -log(c4(n)) + 1 / (144 * nu**3) + (log(t) + 2) / (2 * t)))


# ---- how long collapse takes ----------------------------------------------------------------------------------------


@formula(claim="collapse-time-half-life")
def half_life(n: Integers(2)) -> Expr:
    """In how many generations the expected standard deviation halves; a real number, about 2.77 n.

    Source: the scale of n generations, Suresh et al. 2412.17646; the constant is derived.
    """
    return log(2) / (-log(c4(n)))


@formula(claim="collapse-time-half-life-typical")
def half_life_typical(n: Integers(2)) -> Expr:
    """In how many generations a typical standard deviation halves; a real number, about 1.386 n.

    Source: derived from the drift of log sigma_t^2.
    """
    return 2 * log(2) / (-drift(n - 1))


@formula(claim="collapse-time-half-life-mle")
def half_life_mle(n: Integers(2)) -> Expr:
    """In how many generations the expected maximum-likelihood variance halves; a real number, about 0.693 n.

    Source: derived from its mean.
    """
    return log(2) / (-log(1 - 1 / n))


@claim(
    source="scale of n iterations: Suresh et al. 2412.17646; exact constants derived",
    mutants={"2 (n-1) log 2": lambda n, t, sigma0: 2 ** (-t / (2 * (n - 1) * log(2))) * sigma0},
)
def collapse_time_half_life(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The expected standard deviation halves every log 2/(-log c4(n)) generations, about 2.77 n."""
    loop = GaussianLoop(n, sigma0)
    life = half_life(n)
    return Eq(E(loop.sigma(t)), 2 ** (-t / life) * sigma0)


@claim(
    source="derived: from the drift of log sigma_t^2",
    mutants={"the half-life of the mean": lambda n, t: t * log(c4(n))},
)
def collapse_time_half_life_typical(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """A typical standard deviation halves every 2 log 2/(-drift) generations, about 1.386 n."""
    loop = GaussianLoop(n, sigma0)
    life = half_life_typical(n)
    return Eq(E(log(loop.sigma(t) / sigma0)), -t / life * log(2))


@claim(
    source="derived: from E sigma_t^2 = (1 - 1/n)^t sigma0^2",
    mutants={"the unbiased half-life": lambda n, t, sigma0: c4(n) ** (2 * t) * sigma0**2},
)
def collapse_time_half_life_mle(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """With maximum likelihood the expected variance halves every log 2/(-log(1 - 1/n)) generations, about 0.693 n."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    life = half_life_mle(n)
    return Eq(E(loop.sigma(t) ** 2), 2 ** (-t / life) * sigma0**2)


@claim(
    source="derived: from the bound of c4(n)",
    tight={"t": 0},
    mutants={"twice as fast": lambda n, t, sigma0: 2 ** (-t * log(1 + 1 / (2 * (n - 1))) / log(2)) * sigma0},
)
def collapse_time_half_life_bounds(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """After t >= log 2/((1/2) log(1 + 1/(2 nu))), about 2.77 nu, the expected standard deviation is at most halved."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    return Le(E(loop.sigma(t)), 2 ** (-t * log(1 + 1 / (2 * nu)) / (2 * log(2))) * sigma0)


@claim(
    source="derived: bounds of digamma and of c4(n)",
    mutants={
        "twice, up to 1/(2 (n-1))": lambda n: {"<": 2 + 1 / (2 * (n - 1))},
        "more than twice by 1/(n-1)": lambda n: {">": 2 + 1 / (n - 1)},
    },
)
def collapse_time_half_life_ratio(n=Integers(2, 10_000)):
    """The typical standard deviation collapses more than twice as fast as the expected one: by 2 to 2 + 1/(n-1)."""
    loop = GaussianLoop(n)
    ratio = E(log(loop.sigma(1))) / log(E(loop.sigma(1)))
    return And(Gt(ratio, 2), Lt(ratio, 2 + 1 / (n - 1)))


@claim(
    source="derived: expansion of log c4 in 1/n; that a 3 is enough in the rate is measured (2.77 for large n)",
    mutants={"2 log 2": lambda: 2 * log(2)},
    unreached=LIMIT_IN_N,
)
def collapse_time_half_life_constant(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The half-life of the expected standard deviation is 4 log 2, about 2.77, times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0)
    life = t * log(2) / (log(sigma0) - log(E(loop.sigma(t))))
    return Tends(life / n, (n, 2, oo), 4 * log(2), rate=3 / n)


@claim(
    source="derived: expansion of the mean of log chi2 in 1/n; that a 2 is enough in the rate is measured (1.85 for large n)",
    mutants={"4 log 2, that of the mean": lambda: 4 * log(2)},
    unreached=LIMIT_IN_N,
)
def collapse_time_half_life_constant_typical(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """The half-life of a typical standard deviation is 2 log 2, about 1.39, times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0)
    life = 2 * t * log(2) / -E(log(loop.sigma(t) ** 2 / sigma0**2))
    return Tends(life / n, (n, 2, oo), 2 * log(2), rate=2 / n)


@claim(
    source="derived: expansion of log(1 - 1/n); that 1/2 is enough in the rate is measured (0.35 for large n)",
    mutants={"4 log 2, that of the unbiased standard deviation": lambda: 4 * log(2)},
    unreached=LIMIT_IN_N,
)
def collapse_time_half_life_constant_mle(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With maximum likelihood the half-life of the expected variance is log 2, about 0.69, times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    life = t * log(2) / -log(E(loop.sigma(t) ** 2) / sigma0**2)
    return Tends(life / n, (n, 2, oo), log(2), rate=1 / (2 * n))


@claim(
    source="derived: expansion of the mean of log chi2 in 1/n; that 1 is enough in the rate is measured (0.64 for large n)",
    mutants={"2 log 2, that of the unbiased estimator": lambda: 2 * log(2)},
    unreached=LIMIT_IN_N,
)
def collapse_time_half_life_constant_mle_typical(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With maximum likelihood the half-life of a typical standard deviation is log 2 times n in the limit of large n."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    life = 2 * t * log(2) / -E(log(loop.sigma(t) ** 2 / sigma0**2))
    return Tends(life / n, (n, 2, oo), log(2), rate=1 / n)


@claim(
    headline=(3, "A typical run collapses about twice as fast as the average standard deviation tells."),
    source="a natural misreading ('the model collapses at the rate of E sigma_t')",
    expected="fails",
    corrected="collapse-time-half-life-typical",
)
def collapse_time_half_life_one_rate(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """A typical standard deviation decays at the rate of the expected one."""
    loop = GaussianLoop(n, sigma0)
    return Eq(E(log(loop.sigma(t) / sigma0)), t * log(c4(n)))
