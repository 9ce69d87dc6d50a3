"""Points drawn from the model: their law, rare events."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Gt, Le, Lt, Rational, S, Symbol, exp, oo, pi, sqrt, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.moments import E, Prob, RisesThenFalls, Tends, Var
from ..proof.formulas import formula
from .common import SHUMAILOV, GaussianLoop, half, path_square

# ---- a point drawn at generation t ----------------------------------------------------------------------------------


@formula(claim="gaussian-unconditional-sample-law")
def draw_variance(n: Integers(2), t: Integers(0), sigma0: Positive = 1) -> Expr:
    """The variance, over all histories, of a point drawn at generation t, in the units of sigma0 squared.

    The unbiased variance is fitted. Source: Shumailov et al. 2305.17493, their index shifted by the fit on real data.
    """
    return sigma0**2 * (1 + t / n)


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
    return Eq(Var(loop.draw(t)), draw_variance(n, t, sigma0))


@claim(
    source="derived: law of total variance", mutants={"(1 - 1/n)^t": lambda n, t, sigma0: sigma0**2 * (1 - 1 / n) ** t}
)
def gaussian_unconditional_sample_law_mle(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """With maximum likelihood the variance of a point drawn at generation t is sigma0^2 for ever."""
    loop = GaussianLoop(n, sigma0, mu0, estimator="mle")
    return Eq(Var(loop.draw(t)), sigma0**2)


@claim(
    source="derived: law of total expectation",
)
def gaussian_unconditional_sample_law_mean(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """Over all histories, the mean of a point drawn at generation t is that of the truth."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.draw(t)), mu0)


@claim(
    source="derived: the fourth moment of a mixture of Gaussians",
    mutants={"Gaussian: 3 (1 + t/n)^2": lambda n, t, sigma0: 3 * (1 + t / n) ** 2 * sigma0**4},
)
def gaussian_unconditional_sample_law_fourth(n=Integers(2), t=Integers(0), sigma0=Positive(), mu0=Reals()):
    """The fourth central moment of a point drawn at generation t; its kurtosis exceeds 3 for every t >= 1."""
    loop, r = GaussianLoop(n, sigma0, mu0), (n + 1) / (n - 1)
    inner = r**t + 2 / n * (r**t - 1) / (r - 1) + path_square(n, t) / n**2
    return Eq(E((loop.draw(t) - mu0) ** 4), 3 * inner * sigma0**4)


# ---- rare events ----------------------------------------------------------------------------------------------------


@claim(
    source="seen in numbers at these n and k, not derived; probabilities from the law of log chi2",
    mutants={"as many generations as points": lambda case: case[0]},
    unreached={"derivation": "the probability of a draw over generations is no moment of a monomial"},
)
def tail_probability_rises_then_falls(case=Points((10, 3, 14), (10, 2, 5)), sigma0=Positive(), mu0=Reals()):
    """A draw beyond k sigma0 becomes more likely until t = peak, and less likely from there to t = 100 (n = 10; k = 2, 3)."""
    (n, k, peak), t = case, Symbol("t", integer=True, nonnegative=True)
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return RisesThenFalls(Prob(Abs(loop.draw(t) - mu0) > k * sigma0), (t, 0, 100), peak=peak)


@claim(
    source="seen in numbers at these n and k, not derived; probabilities from the law of log chi2",
    mutants={"as many generations as points": lambda case: case[0]},
    unreached={"derivation": "the probability of a draw over generations is no moment of a monomial"},
)
def tail_probability_rises_then_falls_large(case=Points((100, 3, 138)), sigma0=Positive(), mu0=Reals()):
    """With n = 100 a draw beyond 3 sigma0 becomes more likely until t = 138, and less likely from there to t = 200.

    One witness: balls, at every step; the peak is too flat to be simulated (2 % from t = 138 to 200).
    """
    (n, k, peak), t = case, Symbol("t", integer=True, nonnegative=True)
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return RisesThenFalls(Prob(Abs(loop.draw(t) - mu0) > k * sigma0), (t, 0, 200), peak=peak)


@claim(
    source="derived: for large n one refit adds about phi(k) k (k^2 - 3)/(2 n)",
    mutants={"more likely than not": lambda: half},
    unreached={"derivation": "no certificate compares two tails"},
)
def tail_probability_rises_then_falls_first_step(
    case=Points((10, 3), (10, Rational(17, 10)), (100, 2)), sigma0=Positive(), mu0=Reals()
):
    """One refit makes a draw beyond k sigma0 more likely for k = 3, 1.7 (n = 10) and k = 2 (n = 100): above about sqrt(3)."""
    n, k = case
    loop = GaussianLoop(n, sigma0, mu0, known_mean=True)
    return Gt(Prob(Abs(loop.draw(1) - mu0) > k * sigma0), Prob(Abs(loop.draw(0) - mu0) > k * sigma0))


@claim(
    source="derived: for large n one refit adds about phi(k) k (k^2 - 3)/(2 n)",
    mutants={"never again": lambda: S.Zero},
    unreached={"derivation": "no certificate compares two tails"},
)
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
    source="derived: the tail averaged over chi-square/n, to first order in 1/n; the constant 1/4 of the rate is measured",
    mutants={"a sign change at k = sqrt(2)": lambda k: exp(-(sympify(k) ** 2) / 2) / sqrt(2 * pi) * k * (k**2 - 2) / 2},
    unreached={"derivation": "a limit in n of tails"},
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
    headline=(
        2,
        "Tails seem to disappear first. Averaged over runs, rare events first become more probable, and vanish later.",
    ),
    source="a natural misreading ('the tails disappear first')",
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
