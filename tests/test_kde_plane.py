"""Product kernels in the plane, whatever their laws: estimates of drawn points on a grid, quadrature, distances."""

import numpy as np
import pytest
from exact import about
from mpmath import mp
from sympy import Integer, Rational
from test_kde_kernels import DENSITIES, DRAWS, close, estimate_of, number

from simulate import estimate
from simulate.kde.pools import density_of_points, draws
from theory.kde import AnyKernelLoop
from theory.kde.kernels import (
    REAL,
    TRUTHS,
    error_of,
    flat,
    laplaces,
    laplaces_beside_real,
    loop_of,
    mixture_mise,
    modes,
)
from theory.kde.transition import error_after_one, turn
from theory.language.errors import CannotTell
from theory.language.laws import Laplace, Mixture, Normal, Uniform
from theory.language.moments import ISE, TV, E
from theory.language.policies import Accumulate, FixedReal, FreshReal, Replace

half = Rational(1, 2)
RUNS = 800
GRIDS = {
    "box": np.linspace(-2.5, 2.5, 126),
    "Epanechnikov": np.linspace(-2.5, 2.5, 101),
    "Laplace": np.linspace(-9, 9, 226),
}
GRIDS |= {"Gaussian": np.linspace(-8, 8, 65)}


def real_points(truth, rng, size):
    """Points in the plane, the last axis; of the mixture both coordinates are of one mode."""
    if truth == "mixture":
        return rng.standard_normal((*size, 2)) + 2 * rng.choice([-1, 1], (*size, 1))
    return DRAWS[truth](rng, (*size, 2))


def tabulated(kernel, truth, policy, n, m, h, t, rng):
    """Squared and absolute error, run by run, of estimates on a grid after t retrainings of a fit to n points."""
    points = first = real_points(truth, rng, (RUNS, n))
    for _ in range(t):
        made = n if isinstance(policy, Replace | Accumulate) else m
        chosen = points[np.arange(RUNS)[:, None], rng.integers(0, points.shape[1], (RUNS, made))]
        drawn = chosen + h * DRAWS[kernel](rng, (RUNS, made, 2))
        beside = {Replace: first[:, :0], FixedReal: first, Accumulate: points}
        real = beside[type(policy)] if type(policy) in beside else real_points(truth, rng, (RUNS, n))
        points = np.concatenate((real, drawn), axis=1)
    grid = GRIDS[kernel]
    cell = (grid[1] - grid[0]) ** 2
    bells = DENSITIES[kernel]((grid - points[..., None]) / h) / h  # run, point, axis, place
    p = np.einsum("rix,riy->rxy", bells[:, :, 0], bells[:, :, 1]) / points.shape[1]
    if truth == "mixture":
        f = sum(np.outer(b, b) for b in (DENSITIES["Gaussian"](grid - a) for a in (-2, 2))) / 2
    else:
        f = np.outer(DENSITIES[truth](grid), DENSITIES[truth](grid))
    return ((p - f) ** 2).sum(axis=(1, 2)) * cell, abs(p - f).sum(axis=(1, 2)) * cell / 2


@pytest.mark.parametrize("policy", [Replace(), FreshReal(3), FixedReal(3), Accumulate()], ids=str)
@pytest.mark.parametrize(
    ("kernel", "truth"), [("Laplace", "Laplace"), ("Epanechnikov", "Beta"), ("Gaussian", "mixture")]
)
def test_estimates_in_the_plane(kernel, truth, policy):
    """The squared error is derived; it and the total variation are what is sampled."""
    loop = loop_of(4, (kernel, truth), half, policy, "fit", d=2)
    squared, distance = tabulated(kernel, truth, policy, 4, 3, 0.5, 1, np.random.default_rng(4))
    derived = number(E(ISE(loop.model(1), loop.truth)))
    bias = 0.02 * derived if kernel == "Laplace" else 0.004 * derived  # a kink falls between the points of the grid
    close(squared, derived, bias=bias)
    moments = [E(ISE(loop.model(1), loop.truth)), E(TV(loop.model(1), loop.truth))]
    sampled, varied = estimate(moments, 20_000, seed=2)
    assert sampled.value.overlaps(estimate_of(moments[0]))
    close(distance, varied.midpoint, bias=0.006 + varied.radius)


def test_modes_are_of_points_and_not_of_coordinates():
    rng = np.random.default_rng(1)
    x, y = draws(TRUTHS["mixture"])(rng, (20_000, 2)).T
    close(x * y, 4.0)
    law = Mixture(half, Normal(-2, 1), Mixture(half, Normal(2, 1), Normal(2, 1)))
    at = rng.standard_normal((5, 2))
    bell = DENSITIES["Gaussian"]
    wanted = sum(bell(at[:, 0] - a) * bell(at[:, 1] - a) for a in (-2, 2)) / 2
    assert density_of_points(law)(at) == pytest.approx(wanted)
    loop = AnyKernelLoop(4, Laplace(0, 1), Mixture(half, Laplace(-1, 1), Laplace(1, 1)), d=2)
    with pytest.raises(CannotTell, match="no density of sums"):
        estimate_of(E(ISE(loop.model(1), loop.truth)))


@pytest.mark.parametrize("d", [2, 3])
def test_the_closed_forms_by_quadrature(d):
    """One fit: integrals of K^2, (K * f)^2, (K * f) f, f^2 of a coordinate, by Fourier and between the ends, to the power d."""
    n, h = 7, mp.mpf(3) / 10
    with mp.workdps(30):

        def wave(w):
            return 1 / (1 + w * w)

        ends = [0, 1, 4, 16, 64, mp.inf]
        own, square, across, truth = (
            mp.quad(lambda w, a=a, b=b: wave(h * w) ** a * wave(w) ** b, ends) / mp.pi
            for a, b in ((2, 0), (2, 2), (1, 2), (0, 2))
        )
        wanted = own**d / n + (1 - mp.mpf(1) / n) * square**d - 2 * across**d + truth**d
    about(error_of(n, ("Laplace", "Laplace"), Rational(3, 10), 1, d=d), wanted, digits=15)
    about(laplaces(Integer(n), Rational(3, 10), 1, d), wanted, digits=15)
    with mp.workdps(30):

        def smoothed(x):
            return max(mp.mpf(0), min(x + h, 1) - max(x - h, -1)) / (4 * h)

        own, truth = 1 / (2 * h), mp.mpf(1) / 2
        square = 2 * mp.quad(lambda x: smoothed(x) ** 2, [0, 1 - h, 1 + h])
        across = mp.quad(smoothed, [0, 1 - h, 1])
        wanted = own**d / n + (1 - mp.mpf(1) / n) * square**d - 2 * across**d + truth**d
    about(error_of(n, ("box", "uniform"), Rational(3, 10), 1, d=d), wanted, digits=15)
    about(flat(Integer(n), ("box", "uniform"), Rational(3, 10), 1, d=d), wanted, digits=15)


def test_two_modes_by_quadrature_over_the_plane():
    """The sum over a grid of analytic functions that vanish at its ends is their integral to many digits."""
    n, h, a, p = 9, 0.5, 1.0, 0.3
    x, y = np.meshgrid(*2 * [np.arange(-10, 10, 0.1)])

    def bell(x, v):
        return np.exp(-x * x / (2 * v)) / np.sqrt(2 * np.pi * v)

    def f(v):
        return p * bell(x + a, v) * bell(y + a, v) + (1 - p) * bell(x - a, v) * bell(y - a, v)

    smooth = f(1 + h * h)
    variance = f(1 + h * h / 2) / (4 * np.pi * h * h) - smooth**2
    found = (variance / n + (smooth - f(1.0)) ** 2).sum() * 0.1**2
    law = Mixture(Rational(3, 10), Normal(-1, 1), Normal(1, 1))
    loop = AnyKernelLoop(n, Normal(0, half**2), law, d=2)
    about(E(ISE(loop.model(1), law)), found, digits=11)
    about(mixture_mise(Integer(n), half, Integer(1), modes(Integer(1), Rational(3, 10), d=2), 2), found, digits=11)


def test_in_the_plane_it_is_not_the_product_of_the_errors():
    line, plane = (number(error_of(20, ("Laplace", "Laplace"), half, 1, d=d)) for d in (1, 2))
    assert plane > 2 * line**2


def test_a_coordinate_is_that_of_the_line():
    for truth in (Uniform(-1, 1), TRUTHS["mixture"]):
        line, plane = (AnyKernelLoop(5, Normal(0, half), truth, FixedReal(2), "fit", d) for d in (1, 2))
        assert number(E(plane.variance(2))) == pytest.approx(number(E(line.variance(2))), rel=1e-14)
        assert number(E(plane.draw(2) ** 2)) == pytest.approx(number(E(line.draw(2) ** 2)), rel=1e-14)


@pytest.mark.parametrize("real", ["fresh", "fixed"])
@pytest.mark.parametrize("d", [1, 2])
def test_the_turn_is_that_of_the_error(real, d):
    """The error at whole numbers of synthetic points: the largest, or the least, is beside the turn."""
    n, h = (20, half) if (real, d) != ("fresh", 2) else (1000, Rational(1, 5))
    at = float(turn((Integer(n), h, d), real))
    m = np.unique([*np.geomspace(1, 40 * n, 60).astype(int).tolist(), int(at), int(at) + 1])
    _, same = REAL[real]
    errors = np.array([float(laplaces_beside_real(Integer(n), Integer(int(k)), h, same(Integer(n)), d)) for k in m])
    best = m[(errors if real == "fresh" else -errors).argmin()]
    assert best in (int(at), int(at) + 1)
    about(
        error_after_one(n, 7, h, real, d), float(laplaces_beside_real(Integer(n), Integer(7), h, same(Integer(n)), d))
    )
