"""Maxima over the whole path."""

from __future__ import annotations

from sympy import And, Eq, Ge, Le, Rational, S, Symbol, log, oo
from sympy import E as e  # Euler's number: `E` is the expectation here

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.moments import E, PathMax, Prob
from ..proof.relations.lemmas import doob_entropy, doob_power, ville
from .common import GaussianLoop, drift, half, s


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
    source="a natural misreading: as if Ville's bound were attained",
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
    unreached={"derivation": "the probability of a maximum over the path, in numbers"},
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
    unreached={"derivation": "a maximum over the path is closed under no step"},
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


@claim(
    source="derived: E x log x of a chi-square law, independent factors",
    mutants={"2/nu for m": lambda n, t: 2 * t / (n - 1), "1/nu for m": lambda n, t: t / (n - 1)},
)
def gaussian_ville_doob_entropy(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The entropy E[M log M] of M = sigma_t^2/sigma0^2 is t m exactly, m = psi(nu/2 + 1) - log(nu/2)."""
    loop, nu = GaussianLoop(n, sigma0), n - 1
    ratio = loop.sigma(t) ** 2 / sigma0**2
    return Eq(E(ratio * log(ratio)), t * (drift(nu) + 2 / nu))
