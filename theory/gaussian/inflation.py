"""The fitted variance multiplied by a constant c in every generation: which c keeps it up? None."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Lt, Rational, S, exp, log, oo, polygamma, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Positive
from ..language.functions import c4
from ..language.moments import E, Prob, Tends, Var
from ..proof.formulas import formula
from ..proof.relations.lemmas import markov
from .common import GaussianLoop, drift, half

NO_SIGN = {"derivation": "no certificate for the sign of a logarithm beside a digamma"}


def inflated(n, c, sigma0: Expr = S.One) -> GaussianLoop:
    """Every fitted variance, multiplied by c: as if the points had been drawn with that much more variance."""
    return GaussianLoop(n, sigma0, sampling_bias=c)


@formula(claim="variance-inflation-no-stable-constant-critical")
def critical_inflation(n: Integers(2)) -> Expr:
    """The constant c > 1 on the fitted variance below which the loop collapses almost surely, and above which it explodes.

    A factor. Source: derived, the drift of log chi-square.
    """
    return exp(-drift(n - 1))


@claim(
    source="derived: mean of log chi2, with the factor c in every variance",
    mutants={
        "the mean-critical constant, 1": lambda n, t, c, sigma0: log(sigma0**2) + t * log(c),
        "n for n - 1": lambda n, t, c, sigma0: log(sigma0**2) + t * (log(c) + drift(n)),
    },
)
def variance_inflation_no_stable_constant(n=Integers(2), t=Integers(0), c=Positive(), sigma0=Positive()):
    """With the fitted variance multiplied by c, log sigma_t^2 drifts by log(c) + psi(nu/2) - log(nu/2): its sign decides."""
    return Eq(E(log(inflated(n, c, sigma0).sigma(t) ** 2)), log(sigma0**2) + t * (log(c) + drift(n - 1)))


@claim(
    source="derived: from the drift of log sigma_t^2",
    where=lambda n, c: c < critical_inflation(n),
    needs=("where",),
    mutants={"it falls at the rate of the mean": lambda t, c, sigma0: log(sigma0**2) + t * log(c) - t},
    unreached=NO_SIGN,
)
def variance_inflation_no_stable_constant_critical(n=Integers(2), t=Integers(1), c=Positive(), sigma0=Positive()):
    """Below exp(-drift), which is above 1, every constant c lets log sigma_t^2 drift down: typical models collapse."""
    return Lt(E(log(inflated(n, c, sigma0).sigma(t) ** 2)), log(sigma0**2))


@claim(
    source="derived: from the drift of log sigma_t^2",
    where=lambda n, c: c > critical_inflation(n),
    needs=("where",),
    mutants={"by 1 a generation": lambda t, sigma0: log(sigma0**2) + t},
    unreached=NO_SIGN,
)
def variance_inflation_no_stable_constant_explodes(
    n=Integers(2), t=Integers(1), c=Positive(notable=(4, 8)), sigma0=Positive()
):
    """Above exp(-drift) every constant c lets log sigma_t^2 drift up: typical models explode."""
    return Gt(E(log(inflated(n, c, sigma0).sigma(t) ** 2)), log(sigma0**2))


@claim(
    source="derived: variance of log chi2, independent factors",
    mutants={"it stays bounded": lambda n: polygamma(1, (n - 1) / 2)},
)
def variance_inflation_no_stable_constant_wanders(n=Integers(2), t=Integers(2), c=Positive(), sigma0=Positive()):
    """Whatever c, log sigma_t^2 wanders around its drift, ever further: its variance is t psi_1(nu/2).

    At c = exp(-drift) there is no drift: it is a random walk, with limits superior and inferior of infinity and -infinity.
    """
    return Eq(Var(log(inflated(n, c, sigma0).sigma(t) ** 2)), t * polygamma(1, (n - 1) / 2))


@claim(
    source="derived: bounds of the digamma function",
    mutants={
        "1 + 1/nu from above": lambda n: {"<": log(1 + 1 / (n - 1))},
        "2/nu from below": lambda n: {">": 2 / (n - 1)},
    },
)
def variance_inflation_no_stable_constant_bounds(n=Integers(2)):
    """The critical constant lies between exp(1/nu) and exp(1/nu + 1/(3 nu^2)), so above n/(n-1)."""
    nu = n - 1
    fall = -E(log(GaussianLoop(n).sigma(1) ** 2))
    return And(Gt(fall, 1 / nu), Lt(fall, 1 / nu + 1 / (3 * nu**2)))


@claim(
    source="derived: the mean of chi2; the mean of log chi2 is below the logarithm of the mean (Jensen)",
    where=lambda n, c: And(c > 1, c * (n - 1) <= n),
    mutants={"it does not grow": lambda sigma0: {"==": sigma0**2}, "down by 1/nu": lambda n, t: {"<": -t / (n - 1)}},
    unreached=NO_SIGN,
)
def variance_inflation_no_stable_constant_trap(
    n=Integers(2), t=Integers(1), c=Positive(hi=2, notable=(1 + half**3, 1 + half**7)), sigma0=Positive()
):
    """With 1 < c <= n/(n-1) the expected variance explodes, as c^t, while log sigma_t^2 drifts down: typical models collapse."""
    loop = inflated(n, c, sigma0)
    return And(
        Eq(E(loop.sigma(t) ** 2), sigma0**2 * c**t),
        Lt(E(log(loop.sigma(t) ** 2 / sigma0**2)), 0),
    )


@claim(
    source="derived: Markov's inequality with E sigma_t",
    where=lambda n, c: sqrt(c) * c4(n) < 1,
    proof=markov(half),
    mutants={"it tends to 1": lambda: S.One},
)
def variance_inflation_no_stable_constant_collapse(
    n=Integers(2),
    t=Integers(0),
    c=Positive(hi=2, notable=(1, half)),
    eps=Positive(notable=(1, half)),
    sigma0=Positive(),
):
    """Where sqrt(c) c4(n) < 1, for c up to about 1 + 1/(2 nu), P(sigma_t^2 >= eps sigma0^2) vanishes geometrically."""
    event = inflated(n, c, sigma0).sigma(t) ** 2 >= eps * sigma0**2
    return Tends(Prob(event), (t, 0, oo), 0, rate=(sqrt(c) * c4(n)) ** t / sqrt(eps))


@claim(
    source="the reading 'an unbiased variance, c = 1, is the balanced choice'",
    expected="fails",
    corrected="variance-inflation-no-stable-constant",
)
def variance_inflation_no_stable_constant_balanced(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """With the unbiased variance, c = 1, log sigma_t^2 has no drift: typical models neither collapse nor explode."""
    return Eq(E(log(inflated(n, 1, sigma0).sigma(t) ** 2 / sigma0**2)), 0)


@claim(
    source="Bessel's correction, c = n/(n-1), applied once more, taken for the balanced choice",
    where=lambda n, c: c * (n - 1) >= n,
    expected="fails",
    corrected="variance-inflation-no-stable-constant-explodes",
)
def variance_inflation_no_stable_constant_bessel(
    n=Integers(2), t=Integers(1), c=Positive(notable=(2, Rational(10, 9))), sigma0=Positive()
):
    """With c >= n/(n-1) typical models do not collapse: log sigma_t^2 drifts up."""
    return Ge(E(log(inflated(n, c, sigma0).sigma(t) ** 2)), log(sigma0**2))
