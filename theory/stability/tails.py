"""The stability theorem with finite samples where scores are sub-exponential: the band holds from n >= C log(b T/delta) on.

The mean of an exponential law, whose score is a draw less its mean: bounded from one side, with an exponential tail at the other.
The n real points are kept, m of the model are drawn in every generation, and the model is their mean. With
L = log(2(t + 1)/delta) and c = 3/10 a mean of n of them is off by sqrt(L/(c n)) of itself at most, each time with probability
1 - delta/(t + 1), by Chernoff's inequality, as long as that is at most 1: hence the condition on n. It is used t + 1 times.
"""

from __future__ import annotations

from sympy import Abs, Expr, Ge, Gt, Le, Rational, log, sqrt
from sympy import exp as e_to

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.laws import Exponential, Noise, Poisson
from ..language.moments import Prob, Quantile
from .common import BERTRAND
from .gains import KeptExponentialLoop

c = Rational(3, 10)


def level(t, delta) -> Expr:
    """log(b t/delta), b t being the number of tails: two for the real points, and two for the synthetic ones of each fit."""
    return log(2 * (t + 1) / delta)


def band(n, m, t, delta) -> Expr:
    """How far t fits are from the mean 1, with probability 1 - delta: the noise of each, times the sum of rho^l, and rho^t of
    what the first fit is off by; rho = m/(n + m)."""
    L, rho = level(t, delta) / c, m / (n + m)
    return sqrt(L) * (sqrt(n) + 2 * sqrt(m)) / (n + m) * (1 - rho**t) / (1 - rho) + rho**t * sqrt(L / n)


def enough(n, m, t, delta):
    """As many points as the band needs: its end is at most 1, and so is the noise of a fit's synthetic points."""
    L = level(t, delta) / c
    return (n >= L * (1 + 2 * sqrt(m / n)) ** 2) & (m >= L)


@claim(
    source=f"derived (Chernoff); Theorem 2 of {BERTRAND}, as commonly quoted, for scores that are sub-exponential",
    where=lambda n, m, t, delta: enough(n, m, t, delta),
    mutants={"a tenth of it": lambda n, m, t, delta: band(n, m, t, delta) / 10},
    unreached={
        "derivation": "Chernoff's inequality is no lemma of a proof",
        "ball": "the probability of a path of gamma draws",
    },
)
def stability_theorem_sub_exponential(
    n=Integers(100, 10_000, notable=(400, 1000)),
    m=Integers(30, 10_000, notable=(40, 400, 1000)),
    t=Points(1, 5, 20),
    delta=Points(Rational(1, 10), Rational(1, 100)),
):
    """Exponential laws, n kept real points and m of the model: where n >= C log(b t/delta) fits stay in the theorem's band.

    With probability 1 - delta; C = (1 + 2 sqrt(m/n))^2/c, c = 3/10, and b t = 2(t + 1), in units of the mean.
    """
    return Le(Quantile(Abs(KeptExponentialLoop(n, m).error(t)), 1 - delta), band(n, m, t, delta))


@claim(
    source="derived (Chernoff): the moment generating function of a gamma law, at its best argument",
    mutants={"a square in its place": lambda n, u: e_to(-n * u**2)},
    unreached={"derivation": "Chernoff's inequality is no lemma of a proof"},
)
def stability_theorem_sub_exponential_upper(n=Integers(1, 200, notable=(1, 10)), u=Reals(0, 5, notable=(1,))):
    """A mean of n exponential points exceeds 1 + u with probability e^(-n (u - log(1 + u))) at most."""
    return Le(Prob(_before(n * (1 + u)) <= n - 1), e_to(-n * (u - log(1 + u))))


@claim(
    source="derived (Chernoff): the moment generating function of a gamma law, at its best argument",
    mutants={"three times the exponent": lambda n, u: e_to(-3 * n * u**2 / 2)},
    unreached={"derivation": "Chernoff's inequality is no lemma of a proof"},
)
def stability_theorem_sub_exponential_lower(
    n=Integers(1, 200, notable=(1, 10)), u=Reals(0, 1, notable=(Rational(1, 4),))
):
    """A mean of n exponential points is below 1 - u with probability e^(-n u^2/2) at most: that tail is Gaussian."""
    return Le(Prob(_before(n * (1 - u)) >= n), e_to(-n * u**2 / 2))


def _before(x) -> Noise:
    """How many exponential waiting times have ended by the time x: a sum of n of them exceeds x if fewer than n have."""
    return Noise("K", Poisson(x))


@claim(
    source="derived: (u - log(1 + u))/u^2 falls",
    mutants={"a third of the square": lambda v: (e_to(v) - 1) ** 2 / 3},
)
def stability_theorem_sub_exponential_square(v=Reals(Rational(1, 100), Rational(7, 10), closed=True)):
    """Up to u = 1 the exponent is at least that of a Gaussian tail: u - log(1 + u) >= 3/10 u^2; v is log(1 + u).

    Below v = 1/100 it is at least u^2/2 - u^3/3, the first terms of an alternating series.
    """
    return Ge(e_to(v) - 1 - v, c * (e_to(v) - 1) ** 2)


@claim(
    source="the band of bounded and sub-Gaussian scores, taken for that of all, however few the points",
    expected="fails",
    corrected="stability-theorem-sub-exponential",
)
def stability_theorem_sub_exponential_few(delta=Points(Rational(1, 10**6), Rational(1, 10**9))):
    """One real point: with probability 1 - delta it is within sqrt(10/3 log(2/delta)) of the mean of its exponential law."""
    return Le(Prob(Noise("X", Exponential(1)) > 1 + sqrt(level(0, delta) / c)), delta)


@claim(
    source="derived: e^(-1 - a s) beside b e^(-s^2)",
    mutants={"ten times as likely": lambda a, b: 10 * Prob(Noise("X", Exponential(1)) > 1 + a * (a + 1 + log(b)))},
)
def stability_theorem_sub_exponential_none(a=Positive(), b=Reals(1)):
    """Whatever a and b are, one exponential point leaves a sqrt(log(b/delta)) with a higher probability than a certain delta.

    At delta = b e^(-s^2), s = a + 1 + log b: so the theorem needs n >= C log(b t/delta).
    """
    s = a + 1 + log(b)
    return Gt(Prob(Noise("X", Exponential(1)) > 1 + a * s), b * e_to(-(s**2)))
