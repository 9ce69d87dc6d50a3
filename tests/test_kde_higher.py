"""Kernels of the fourth order: quadrature, estimates of drawn points on a grid, and what is refused."""

import numpy as np
import pytest
from exact import about
from mpmath import mp
from sympy import Integer, Le, Rational, Symbol
from test_kde_kernels import close, estimate_of, number
from test_kde_plane import RUNS

from simulate import estimate, sample
from simulate.kde.higher import projected
from theory import claim
from theory.kde import AnyKernelLoop, HigherOrderLoop
from theory.kde.common import N01
from theory.kde.higher import ORDER_4, boxes, density_at_0, squared, twicing
from theory.kde.kernels import TRUTHS
from theory.language.domains import Integers
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Cauchy, Mixture, Normal, Uniform
from theory.language.moments import ISE, TV, E
from theory.language.structures import SignedKernel
from theory.proof.relations.fitted import positive_part, within
from theory.proof.relations.prove import prove

half = Rational(1, 2)
UNIFORM = TRUTHS["uniform"]


def bell(x, v):
    return np.exp(-x * x / (2 * v)) / np.sqrt(2 * np.pi * v)


def kernel(shape, x, h):
    if shape == "Gaussian":
        return 2 * bell(x, h * h) - bell(x, 2 * h * h)
    return 4 / 3 * (abs(x) < h) / (2 * h) - 1 / 3 * (abs(x) < 2 * h) / (4 * h)


@pytest.mark.parametrize("shape", ORDER_4)
def test_kernels_are_of_the_fourth_order(shape):
    """Their integral is 1, their second moment 0, and the fourth is not."""
    parts = SignedKernel(ORDER_4[shape](half)).components
    moments = [sum(w * law.moment(Integer(k))[0] for w, law in parts) for k in (2, 4)]
    assert sum(w for w, _ in parts) == 1
    assert moments[0] == 0
    assert moments[1] < 0
    with pytest.raises(BadInput, match="add up to 1"):
        SignedKernel(((Integer(2), Normal(0, 1)), (half, Normal(0, 2))))


@pytest.mark.parametrize("d", [1, 2])
def test_twicing_by_quadrature(d):
    """By Fourier: the kernel is 1 - (1 - exp(-h^2 w^2/2))^2 at the frequency w."""
    n, h = 7, mp.mpf(2) / 5
    with mp.workdps(30):

        def K(w):
            return 1 - (1 - mp.exp(-h * h * w * w / 2)) ** 2

        own, square, across, truth = (
            mp.quad(lambda w, a=a, b=b: K(w) ** a * mp.exp(-b * w * w / 2), [0, 2, 8, 40]) / mp.pi
            for a, b in ((2, 0), (2, 2), (1, 2), (0, 2))
        )
        wanted = own**d / n + (1 - mp.mpf(1) / n) * square**d - 2 * across**d + truth**d
    about(squared(n, Rational(2, 5), "Gaussian", N01, d), wanted, digits=15)
    about(twicing(Integer(n), Rational(2, 5), d), wanted, digits=15)
    assert density_at_0(Integer(2), 2, half) != density_at_0(Integer(2), 1, half)


def test_boxes_by_quadrature():
    n, h = 7, mp.mpf(1) / 5
    with mp.workdps(30):

        def box(x, r):
            return max(mp.mpf(0), min(x + r, 1) - max(x - r, -1)) / (4 * r)

        def smoothed(x):
            return 4 * box(x, h) / 3 - box(x, 2 * h) / 3

        ends = [0, 1 - 2 * h, 1 - h, 1, 1 + h, 1 + 2 * h]
        square, across = (2 * mp.quad(f, e) for f, e in ((lambda x: smoothed(x) ** 2, ends), (smoothed, ends[:4])))
        own = 2 * (h * (mp.mpf(7) / (12 * h)) ** 2 + h * (1 / (12 * h)) ** 2)
        wanted = own / n + (1 - mp.mpf(1) / n) * square - across + mp.mpf(1) / 2
    about(squared(n, Rational(1, 5), "box", UNIFORM), wanted, digits=15)
    about(boxes(Integer(n), Rational(1, 5)), wanted, digits=15)


@pytest.mark.parametrize(("shape", "truth"), [("Gaussian", "normal"), ("Gaussian", "mixture"), ("box", "uniform")])
def test_estimates_of_drawn_points(shape, truth):
    """Squared error, L1 error and that of the positive part, on a grid."""
    rng, n, h = np.random.default_rng(5), 5, 0.4
    law, points, density = {
        "normal": (N01, rng.standard_normal((RUNS, n)), lambda x: bell(x, 1)),
        "mixture": (
            TRUTHS["mixture"],
            rng.standard_normal((RUNS, n)) + 2 * rng.choice([-1, 1], (RUNS, n)),
            lambda x: (bell(x - 2, 1) + bell(x + 2, 1)) / 2,
        ),
        "uniform": (UNIFORM, rng.uniform(-1, 1, (RUNS, n)), lambda x: (abs(x) < 1) / 2),
    }[truth]
    step = 0.001 if shape == "box" else 0.02
    reach = 3 if shape == "box" else 8
    grid = np.arange(-reach, reach, step) + step / 3
    loop = HigherOrderLoop(n, Rational(2, 5), shape, law)
    found = np.zeros((RUNS, 3))
    for i, x in enumerate(points):
        p = kernel(shape, grid - x[:, None], h).mean(axis=0)
        plus = np.maximum(p, 0)
        plus /= plus.sum() * step
        f = density(grid)
        found[i] = ((p - f) ** 2).sum() * step, abs(p - f).sum() * step / 2, abs(plus - f).sum() * step / 2
    assert (found[:, 2] <= found[:, 1] + 1e-3).all()
    moments = [E(ISE(loop.model(0), law)), E(TV(loop.model(0), law))]
    close(found[:, 0], number(moments[0]), bias=2e-3)
    sampled = estimate(moments, 20_000, seed=3)
    assert sampled[0].value.overlaps(estimate_of(moments[0]))
    close(found[:, 1], sampled[1].midpoint, bias=2e-3 + sampled[1].radius)
    if shape == "box":
        (ball,) = estimate([E(loop.projected(0))], 20_000, seed=3)
        close(found[:, 2], ball.midpoint, bias=2e-3 + ball.radius)
        exact = np.empty(RUNS)
        projected(points, np.array([h, 2 * h]), np.array([4 / 3, -1 / 3]), -1.0, 1.0, exact)
        assert np.abs(exact - found[:, 2]).max() < 2 * step  # estimate by estimate
    else:
        with pytest.raises(BadInput, match="positive part"):
            estimate([E(loop.projected(0))], 1_000)


def test_in_the_plane_it_is_sampled_too():
    loop = HigherOrderLoop(5, Rational(2, 5), "Gaussian", N01, 2)
    (ball,) = estimate([E(ISE(loop.model(0), N01))], 40_000, seed=4)
    assert ball.value.overlaps(estimate_of(E(ISE(loop.model(0), N01))))


def test_mean_and_variance_are_those_of_the_points():
    loop = HigherOrderLoop(5, half, "box", UNIFORM)
    paths = sample(loop, ["mean", "variance"], 0, 20_000, seed=1)
    close(paths["variance"][:, 0], number(E(loop.variance(0))))
    close(paths["mean"][:, 0] ** 2, number(E(loop.mean(0) ** 2)))
    assert number(E(loop.variance(0))) == pytest.approx(4 / 15)


def test_nothing_is_drawn_from_an_estimate_that_is_no_law():
    loop = HigherOrderLoop(5, half, "box", UNIFORM)
    for m in (E(loop.draw(0) ** 2), E(loop.draw(0)), E(loop.variance(1)), E(ISE(loop.model(1), UNIFORM))):
        with pytest.raises(BadInput, match="no law"):
            estimate_of(m)
        with pytest.raises(BadInput):
            estimate([m], 1_000)
    with pytest.raises(BadInput, match="no law"):
        loop.projected(1)
    with pytest.raises(BadInput, match="t = 0 is expected"):
        sample(loop, ["mean"], 1, 10)
    with pytest.raises(BadInput, match="without bias"):
        estimate([E(ISE(loop.model(0), UNIFORM) ** 2)], 1_000)
    assert "no moments" in HigherOrderLoop(5, half, "box", Cauchy(0, 1)).refuses()
    with pytest.raises(CannotTell, match="no density of sums"):
        estimate_of(E(ISE(HigherOrderLoop(5, half, "box", N01).model(0), N01)))


def test_the_positive_part_is_of_a_kernel_that_is_no_law():
    def bound(loop, factor, proof):
        @claim(proof=proof)
        def nearer(n=Integers(1)):
            """The positive part against the estimate."""
            made = loop(n)
            return Le(E(made.projected(0)), factor * E(TV(made.model(0), made.truth)))

        return prove(nearer)

    def higher(n):
        return HigherOrderLoop(n, half, "box", UNIFORM)

    assert bound(higher, 1, positive_part()).proved
    assert not bound(higher, Rational(9, 10), positive_part()).proved
    assert not bound(higher, 1, None).proved
    x = Symbol("x", positive=True)
    law = AnyKernelLoop(5, Normal(0, half), N01)
    for wrong in (E(higher(5).variance(0)), E(law.variance(0)), E(x)):
        with pytest.raises(BadInput, match="positive_part"):
            positive_part()(Le(wrong, 1, evaluate=False))
    with pytest.raises(BadInput, match="no probability"):
        within(3)(Le(E(TV(higher(5).model(0), UNIFORM)), 1, evaluate=False))


def test_a_mixture_is_one_of_points():
    law = Mixture(half, Uniform(-1, 0), Uniform(0, 1))
    with pytest.raises(BadInput, match="positive part"):
        estimate([E(HigherOrderLoop(5, half, "box", law).projected(0))], 1_000)
