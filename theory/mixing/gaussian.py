"""The exact Gaussian loop beside the bound: with fixed real data the error itself rises and falls, with fresh ones not."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Gt,
    Integer,
    Lt,
    Rational,
    atan,
    oo,
    pi,
    sqrt,
)

from ..gaussian.common import arctan_tv
from ..gaussian.policies import PooledGaussianLoop
from ..gaussian.real import fixed, fixed_variance, worst_share
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.fields import Listed
from ..language.moments import TV, E, FallsThenRises, RisesThenFalls
from ..language.policies import FreshReal
from ..proof.formulas import formula
from ..stability.gaussian import retrained_mean
from .common import FU, all_real, half, place, threshold, whole


def fresh(n, m) -> PooledGaussianLoop:
    """The mean, fitted to n new real points and m synthetic ones; model 0 is a fit."""
    return retrained_mean(n, m, FreshReal, start="fit")


@formula(claim="mixing-gaussian-fixed-real-tv")
def expected_tv(n: Integers(1), m: Integers(1), t: Integers(0)) -> Expr:
    """E TV between model t and the truth: the mean is refitted to the same n real points and m synthetic ones, t times.

    Model 0 is fitted to the real points alone; the variance is known. A probability. Source: derived, the error is Gaussian.
    """
    return arctan_tv(fixed_variance(n, m, t))


@claim(
    source="derived: given the real data the error is an AR(1) process",
    mutants={"b^t for b^(2t)": lambda n, m, t: 1 / n + m * (1 - (m / (n + m)) ** t) / (n * (n + 2 * m))},
)
def mixing_gaussian_fixed_real(
    n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """One real sample throughout: E e_t^2 = 1/n + m (1 - b^(2t))/(n (n + 2 m)), e the error of the mean."""
    return Eq(E(fixed(n, m).error(t) ** 2), fixed_variance(n, m, t))


@claim(
    source="derived: the error is Gaussian; E erf of a Gaussian is an arctangent",
    mutants={"arctan(sqrt v)": lambda n, m, t: 2 / pi * atan(sqrt(fixed_variance(n, m, t)))},
)
def mixing_gaussian_fixed_real_tv(
    n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """One real sample throughout: the expected total variation is (2/pi) arctan(sqrt(E e_t^2)/2)."""
    loop = fixed(n, m)
    return Eq(E(TV(loop.model(t), loop.truth)), expected_tv(n, m, t))


@formula(claim="mixing-gaussian-fixed-real-peak-tv")
def worst_synthetic(n: Positive, t: Listed(Integers(1, 30))) -> Expr:
    """The number of synthetic points beside n fixed real ones at which model t is furthest from the truth.

    In squared error of the mean as in total variation, model 0 being fitted to the real points alone. A real number: the worst
    whole one is a neighbour. t: retrainings.
    The claim decides n = 10, 20 and t = 1, 2, 5.
    Source: derived, beside the bound of Fu et al. 2402.11778.
    """
    return place(n, worst_share(t))


@claim(
    source=f"derived: the exact loop beside the bound of {FU}",
    mutants={"where the bound has its top": lambda n, t: place(n, threshold(half, t)) + n * (t == 1)},
)
def mixing_gaussian_fixed_real_peak(n=Points(10, 20), t=Points(1, 2, 5)):
    """With fixed real data the exact error itself rises with m, then falls: one retraining has its worst at m = n."""
    return RisesThenFalls(
        E(fixed(n, whole).error(t) ** 2), (whole, 1, oo), peak=worst_synthetic(Integer(n), t), chart=whole / (n + whole)
    )


@claim(
    source="derived: the arctangent is monotone",
    mutants={"where the bound has its top": lambda n, t: place(n, threshold(half, t)) + n * (t == 1)},
)
def mixing_gaussian_fixed_real_peak_tv(n=Points(10, 20), t=Points(1, 2, 5)):
    """With fixed real data the expected total variation rises with m, then falls: it is largest where the error is."""
    loop = fixed(n, whole)
    distance = E(TV(loop.model(t), loop.truth))
    return RisesThenFalls(distance, (whole, 1, oo), peak=worst_synthetic(Integer(n), t), chart=whole / (n + whole))


@claim(
    source="derived: from the exact form, m/(n + 2 m) < 1/2",
    mutants={"3/2 reached": lambda n, m, t: Rational(5, 4) / n},
)
def mixing_gaussian_fixed_real_most(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(10, 1000)), t=Integers(0, notable=(1, 100))
):
    """With fixed real data the error is never 3/2 times that of the real data alone."""
    return Lt(E(fixed(n, m).error(t) ** 2), Rational(3, 2) / n)


@claim(
    source="the reading 'enough synthetic data makes the error smaller than that of the real data'",
    expected="fails",
    corrected="mixing-gaussian-fixed-real",
)
def mixing_gaussian_fixed_real_below(m=Points(10, 100, 1000)):
    """With enough synthetic data beside 10 fixed real points the error falls below that of the real data."""
    return Lt(E(fixed(10, m).error(2) ** 2), Rational(1, 10))


@claim(
    source="the location of the bound's top, which is linear in t, taken for that of the error",
    expected="fails",
    corrected="mixing-gaussian-fixed-real-peak",
)
def mixing_gaussian_fixed_real_linear(t=Points(2, 5, 10)):
    """With fixed real data beside n = 10 the error rises with m as far as the bound: linearly in t (it is 2 t/log(4 t))."""
    square, peak = E(fixed(10, whole).error(t) ** 2), place(10, threshold(half, t))
    return RisesThenFalls(square, (whole, 1, oo), peak=peak, chart=whole / (10 + whole))


def fresh_variance(n, m, t, first) -> Expr:
    """E e_t^2 with new real data in every generation, from `first`."""
    b = m / (n + m)
    return (1 - b ** (2 * t)) * (n + m) / (n * (n + 2 * m)) + b ** (2 * t) * first


@claim(
    source="derived: the error is an AR(1) process",
    mutants={"b for b^2": lambda n, m, t: (1 - (m / (n + m)) ** t) / n + (m / (n + m)) ** t / n},
)
def mixing_gaussian_fresh_real(
    n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """New real data in every generation: E e_t^2 = (1 - b^(2t)) N/(n (n + 2 m)) + b^(2t)/n."""
    return Eq(E(fresh(n, m).error(t) ** 2), fresh_variance(n, m, t, 1 / n))


@claim(source="derived: sum of the two exact forms", mutants={"3/n": lambda n, m, t: 3 / n})
def mixing_gaussian_fresh_real_mirror(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """The errors with fixed and with fresh real data add up to 2/n, for every m and t."""
    return Eq(E(fixed(n, m).error(t) ** 2) + E(fresh(n, m).error(t) ** 2), 2 / n)


@claim(
    source="derived: the errors with fixed and with fresh real data add up to 2/n",
    mutants={"where the bound has its top": lambda n, t: place(n, threshold(half, t)) + n * (t == 1)},
)
def mixing_gaussian_fresh_real_valley(n=Points(10, 20), t=Points(1, 2, 5)):
    """With fresh real data the error first falls with m, then rises back: the mirror image of its course with fixed real data."""
    return FallsThenRises(
        E(fresh(n, whole).error(t) ** 2), (whole, 1, oo), peak=place(n, worst_share(t)), chart=whole / (n + whole)
    )


@claim(
    source=f"derived: no phase transition where the bound of {FU} has one",
    mutants={"by a tenth": lambda n, m, t: Rational(9, 10) * fresh_variance(n, m, t, 1 / (n + m))},
)
def mixing_gaussian_fresh_real_falls(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(5, 40)), t=Points(0, 1, 2, 5)
):
    """First fitted to N real points, with fresh ones later: the exact error only falls with m, though the bound rises."""
    return Lt(E(all_real(n, m + 1).error(t) ** 2), E(all_real(n, m).error(t) ** 2))


@claim(
    source=f"the shape of the bound of {FU}, taken for that of the error",
    expected="fails",
    corrected="mixing-gaussian-fresh-real-falls",
)
def mixing_gaussian_fresh_real_rises(t=Points(1, 5)):
    """With fresh real data beside n = 10 the exact error rises with m up to the threshold of the bound."""
    loop = all_real(10, whole)
    return RisesThenFalls(
        E(loop.error(t) ** 2), (whole, 1, oo), peak=place(10, threshold(half, t)), chart=whole / (10 + whole)
    )


@claim(source="derived: from the exact form", mutants={"3/4 of it are left": lambda n, m: 3 / (4 * n)})
def mixing_gaussian_fresh_real_limit(n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(10, 1000))):
    """In the limit synthetic data at most halve the error with fresh real data: N/(n (n + 2 m)) > 1/(2 n).

    No simulation: a limit in closed form.
    """
    return Gt((n + m) / (n * (n + 2 * m)), 1 / (2 * n))
