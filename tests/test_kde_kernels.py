"""Any kernel, any truth, any dimension: fits to drawn points on a grid, quadrature, and what is refused."""

import numpy as np
import pytest
from exact import about
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from sympy import Integer, Rational, Symbol, cos

from simulate import estimate, sample
from simulate.engine.draws import drawn
from simulate.kde.pools import _density
from theory.kde import AnyKernelLoop, KernelLoop
from theory.kde.common import error
from theory.kde.kernels import KERNELS, TRUTHS, error_of, flat, laplaces, loop_of, mean_power, mean_wave
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Beta, Cauchy, Epanechnikov, Exponential, Laplace, Mixture, Normal, StudentT, Uniform
from theory.language.moments import ISE, TV, E, Var
from theory.language.policies import Accumulate, FixedReal, FreshReal, Replace
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.standard import standardise
from theory.proof.symbols.overlaps import MOST_KERNELS, overlap, wave

half = Rational(1, 2)
RUNS = 1500


# ---- raw data -------------------------------------------------------------------------------------------------------

DRAWS = {
    "Gaussian": lambda rng, size: rng.standard_normal(size),
    "Laplace": lambda rng, size: rng.laplace(size=size),
    "box": lambda rng, size: rng.uniform(-1, 1, size),
    "Epanechnikov": lambda rng, size: np.median(rng.uniform(-1, 1, (3, *size)), axis=0),
    "uniform": lambda rng, size: rng.uniform(-1, 1, size),
    "Beta": lambda rng, size: 2 * rng.beta(2, 2, size) - 1,
    "mixture": lambda rng, size: rng.standard_normal(size) + 2 * rng.choice([-1, 1], size),
}
DENSITIES = {
    "Gaussian": lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi),
    "Laplace": lambda x: np.exp(-abs(x)) / 2,
    "box": lambda x: (abs(x) < 1) / 2,
    "uniform": lambda x: (abs(x) < 1) / 2,
    "Epanechnikov": lambda x: 3 / 4 * np.maximum(1 - x * x, 0),
    "Beta": lambda x: 3 / 4 * np.maximum(1 - x * x, 0),
    "mixture": lambda x: (DENSITIES["Gaussian"](x - 2) + DENSITIES["Gaussian"](x + 2)) / 2,
}


def fits(kernel, truth, h, n, m, real, t, rng, runs=RUNS):
    """Points are drawn, a density is fitted, points are drawn from the fit, and so on: the last points, run by run.

    real: "none": n points of the model before, the first ones from the truth; "fresh", "fixed": n real ones beside m of the fit;
    "kept": all points, n new ones a fit.
    """
    points = first = DRAWS[truth](rng, (runs, n))
    for _ in range(t):
        made = (runs, n if real == "none" else m)
        made = (runs, n) if real == "kept" else made
        drawn = np.take_along_axis(points, rng.integers(0, points.shape[1], made), axis=1) + h * DRAWS[kernel](
            rng, made
        )
        new = {"none": first[:, :0], "fixed": first, "kept": points, "fresh": DRAWS[truth](rng, (runs, n))}[real]
        points = np.concatenate((new, drawn), axis=1)
    return points


def close(found, expected, bias=0.0):
    """The mean of what was found, run by run: a correct one fails with probability 2e-9."""
    assert found.mean() == pytest.approx(expected, abs=6 * found.std() / np.sqrt(len(found)) + bias)


def number(x) -> float:
    return float(estimate_of(x).mid())


def estimate_of(x):
    (m,) = standardise(x).atoms(E)
    return value(m).value


@pytest.mark.parametrize("real", ["none", "fresh", "fixed", "kept"])
@pytest.mark.parametrize(
    ("kernel", "truth"),
    [("Laplace", "Laplace"), ("box", "uniform"), ("Epanechnikov", "Beta"), ("Gaussian", "mixture")],
)
def test_fits_to_drawn_points(kernel, truth, real):
    """Squared error and characteristic function of estimates that are tabulated on a grid, after two retrainings."""
    n, m, h, t, w = 4, 3, 0.5, 2, 1.5
    points = fits(kernel, truth, h, n, m, real, t, np.random.default_rng(8))
    grid, step = np.linspace(-14, 14, 2801, retstep=True)
    p = np.zeros((RUNS, grid.size))
    for column in points.T:
        p += DENSITIES[kernel]((grid - column[:, None]) / h) / (h * points.shape[1])
    squared = ((p - DENSITIES[truth](grid)) ** 2).sum(axis=1) * step
    phi = (p * np.exp(1j * w * grid)).sum(axis=1) * step

    policy = {"none": Replace(), "fresh": FreshReal(m), "fixed": FixedReal(m), "kept": Accumulate()}[real]
    loop = loop_of(n, (kernel, truth), half, policy, "fit")
    close(squared, number(E(ISE(loop.model(t), loop.truth))), bias=2e-3)  # jumps fall between the points of the grid
    close(abs(phi) ** 2, number(mean_power(loop, Rational(3, 2), t)), bias=2e-3)
    close(phi.real, number(mean_wave(loop, Rational(3, 2), t)), bias=2e-3)


def test_points_that_are_kept_are_told_from_real_ones_that_stay():
    """Between the two more runs are needed than are tabulated: the power at a frequency needs no grid."""
    n, m, h, t, w = 4, 3, 0.5, 2, 1.5
    points = fits("Laplace", "Laplace", h, n, m, "kept", t, np.random.default_rng(10), runs=60_000)
    power = abs(np.exp(1j * w * points).mean(axis=1) / (1 + (h * w) ** 2)) ** 2
    kept, fixed = (
        number(mean_power(loop_of(n, ("Laplace", "Laplace"), half, policy, "fit"), Rational(3, 2), t))
        for policy in (Accumulate(), FixedReal(m))
    )
    close(power, kept)
    assert abs(power.mean() - fixed) > 12 * power.std() / np.sqrt(len(power))


@pytest.mark.parametrize("real", ["fresh", "fixed"])
def test_fits_in_the_plane(real):
    n, m, h, rng = 4, 3, 0.5, np.random.default_rng(9)
    x, y = (fits("Gaussian", "Gaussian", h, n, m, real, 0, rng) for _ in range(2))
    first, points = np.stack((x, y), axis=2), np.stack((x, y), axis=2)
    for _ in range(2):
        chosen = points[np.arange(RUNS)[:, None], rng.integers(0, points.shape[1], (RUNS, m))]
        new = first if real == "fixed" else rng.standard_normal((RUNS, n, 2))
        points = np.concatenate((new, chosen + h * rng.standard_normal((RUNS, m, 2))), axis=1)
    grid, step = np.linspace(-7, 7, 71, retstep=True)
    bells = np.exp(-((grid - points[..., None]) ** 2) / (2 * h * h)) / np.sqrt(
        2 * np.pi * h * h
    )  # run, point, axis, place
    p = np.einsum("rix,riy->rxy", bells[:, :, 0], bells[:, :, 1]) / points.shape[1]
    truth = DENSITIES["Gaussian"](grid)
    squared = ((p - np.outer(truth, truth)) ** 2).sum(axis=(1, 2)) * step**2
    policy = FixedReal(m) if real == "fixed" else FreshReal(m)
    close(squared, number(error(n, half, 2, policy, "fit", 2)))


@pytest.mark.parametrize("policy", [Replace(), FreshReal(3), FixedReal(3), Accumulate()], ids=str)
def test_samples_are_those_of_the_loop(policy):
    """Mean and variance along paths, in the plane and with boxes around uniform points."""
    for loop in (KernelLoop(4, half, policy, "fit", d=2), loop_of(4, ("box", "uniform"), half, policy, "fit")):
        paths = sample(loop, ["mean", "variance"], 3, 4_000, seed=3)
        for t in (0, 3):
            close(paths["variance"][:, t], number(E(loop.variance(t))))
            close(paths["mean"][:, t] ** 2, number(E(loop.mean(t) ** 2)))


# ---- quadrature -----------------------------------------------------------------------------------------------------


def by_fourier(K, f, n, t, h):
    """The error by Parseval, from the recursion of E |phi|^2, in thirty digits."""

    def integrand(w):
        k, g = K(h * w), f(w)
        square = g * g
        for _ in range(t):
            square = k * k * (mp.mpf(1) / n + (1 - mp.mpf(1) / n) * square)
        return square - 2 * k**t * g * g + g * g

    with mp.workdps(30):
        return mp.quad(integrand, [0, 1, 4, 16, 64, mp.inf]) / mp.pi


@pytest.mark.parametrize(("n", "t"), [(20, 1), (7, 2), (7, 3)])
def test_laplace_kernels_by_quadrature(n, t):
    def K(w):
        return 1 / (1 + w * w)

    wanted = by_fourier(K, K, n, t, mp.mpf(3) / 10)
    about(error_of(n, ("Laplace", "Laplace"), Rational(3, 10), t), wanted, digits=15)
    if t <= 2:
        about(laplaces(Integer(n), Rational(3, 10), t), wanted, digits=15)


def test_gaussian_kernels_around_two_modes_by_quadrature():
    wanted = by_fourier(
        lambda w: mp.exp(-w * w / 2), lambda w: mp.cos(2 * w) * mp.exp(-w * w / 2), 12, 4, mp.mpf(1) / 2
    )
    about(error_of(12, ("Gaussian", "mixture"), half, 4), wanted, digits=15)


def smoothed(K, f, h, x):
    """(K_h * f)(x), both on (-1, 1), by quadrature between their ends."""
    ends = sorted({e for e in (-1, 1, (x - 1) / h, (x + 1) / h) if -1 <= e <= 1})
    return mp.quad(lambda z: K(z) * f(x - h * z), ends) if len(ends) > 1 else mp.mpf(0)


@pytest.mark.parametrize("case", [("box", "uniform"), ("Epanechnikov", "Beta")])
def test_flat_kernels_by_quadrature(case):
    """One fit: the integrals of K^2, (K * f)^2, (K * f) f and f^2."""
    shapes = {"box": lambda z: mp.mpf(1) / 2, "uniform": lambda z: mp.mpf(1) / 2}
    K, f = (shapes.get(name, lambda z: 3 * (1 - z * z) / 4) for name in case)
    inside = lambda x: f(x) if -1 < x < 1 else mp.mpf(0)  # noqa: E731
    h, n = mp.mpf(1) / 4, 11
    with mp.workdps(20):
        g = {}

        def s(x):
            if x not in g:
                g[x] = smoothed(K, inside, h, x)
            return g[x]

        ends = [0, 1 - h, 1, 1 + h]  # of one half, the other one being like it
        squares = 2 * mp.quad(lambda x: s(x) ** 2, ends)
        across = 2 * mp.quad(lambda x: s(x) * f(x), ends[:-1])
        own, truth = (mp.quad(lambda z, u=u: u(z) ** 2, [-1, 1]) for u in (K, f))
        wanted = own / (n * h) + (1 - mp.mpf(1) / n) * squares - 2 * across + truth
    about(error_of(n, case, Rational(1, 4), 1), wanted, digits=14)
    about(flat(Integer(n), case, Rational(1, 4), 1), wanted, digits=14)


# ---- derivation, balls, simulation ----------------------------------------------------------------------------------

POLICIES = {
    (real, start): made
    for real, made in ((False, lambda m: Replace()), (True, FreshReal))
    for start in ("truth", "fit")
}
POLICIES |= {("fixed", "fit"): FixedReal, ("fixed", "truth"): FreshReal}
POLICIES |= {("kept", "fit"): lambda m: Accumulate(), ("kept", "truth"): lambda m: Replace()}
LOOPS = st.builds(
    lambda n, m, kernel, truth, start, real, d: AnyKernelLoop(
        n,
        KERNELS[kernel](Rational(2, 5)),
        TRUTHS[truth],
        POLICIES[real, start](m),
        start,
        d,
    ),
    st.integers(1, 5),
    st.integers(0, 5),
    st.sampled_from(sorted(KERNELS)),
    st.sampled_from(sorted(TRUTHS)),
    st.sampled_from(["truth", "fit"]),
    st.sampled_from([False, True, "fixed", "kept"]),
    st.sampled_from([1, 2, 3]),
)


@settings(max_examples=6, deadline=None)
@given(loop=LOOPS, t=st.integers(0, 4))
def test_lineages_backward_and_forward(loop, t):
    """The derivation goes back from model t, balls forward from model 0."""
    x, y = loop.draw(t), loop.draw(t, 2)
    for m in (
        E(cos(2 * x)),
        E(cos(x / 2 - y / 2)),
        E(loop.variance(t)),
        E(loop.mean(t) ** 2),
        E(ISE(loop.model(t), loop.truth)),
    ):
        (part,) = standardise(m).atoms(E)
        try:
            found = float(moment(part).form)
        except CannotTell:  # no closed form of the density of sums of such laws: a ball there is
            assert m.has(ISE)
            ball = value(part).value
            assert float(ball.rad()) < 1e-9 * float(ball.mid())
        else:
            assert found == pytest.approx(float(value(part).value), rel=1e-12, abs=1e-15)


def squared_error_by_waves(kernel, truth, h, n, d, cases):
    """Of one fit, without what two draws from one point have, in mpmath: Parseval, coordinate by coordinate.

    cases: weights and pairs of parts of the truth.
    """

    def over(k, i, j):
        wave = lambda w: (mp.mpc(1) * kernel(h * w) ** k * truth[i](w) * truth[j](-w)).real  # noqa: E731
        return mp.quad(wave, mp.linspace(0, 12, 25)) / mp.pi

    parts = [sum(c * over(k, i, j) ** d for c, i, j in cases) for k in (0, 1, 2)]
    return parts[0] - 2 * parts[1] + (1 - mp.mpf(1) / n) * parts[2]


def parabola(x):
    return 3 * (mp.sin(x) - x * mp.cos(x)) / x**3 if abs(x) > 1e-4 else 1 - x**2 / 10 + x**4 / 280


OTHER_KERNELS = {  # characteristic function, and the integral of the squared density, at h = 1
    "Laplace": (lambda x: 1 / (1 + x**2), mp.mpf(1) / 4),
    "box": (lambda x: mp.sin(x) / x if x else mp.mpf(1), mp.mpf(1) / 2),
    "Epanechnikov": (parabola, mp.mpf(3) / 5),
    "Gaussian": (lambda x: mp.exp(-(x**2) / 2), 1 / (2 * mp.sqrt(mp.pi))),
}
TWO_MODES = [(mp.mpf(1) / 4, i, j) for i in (0, 1) for j in (0, 1)]


@pytest.mark.parametrize("kernel", OTHER_KERNELS)
@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("truth", ["normal", "mixture"])
def test_any_kernel_around_gaussian_points_by_parseval(kernel, truth, d):
    """Without a closed form the error is a Fourier integral in balls: to fifteen digits that of mpmath."""
    n, h = 20, mp.mpf(1) / 2
    wave, square = OTHER_KERNELS[kernel]
    modes = [lambda w, a=a: mp.exp(2j * a * w - w**2 / 2) for a in (-1, 1)]
    parts = [lambda w: mp.exp(-(w**2) / 2)] if truth == "normal" else modes
    cases = [(mp.mpf(1), 0, 0)] if truth == "normal" else TWO_MODES
    with mp.workdps(25):
        rest = squared_error_by_waves(wave, parts, h, n, d, cases)
        wanted = (square / h) ** d / n + rest
        law = Normal(0, 1) if truth == "normal" else TRUTHS["mixture"]
        ball = estimate_of(E(ISE((loop := AnyKernelLoop(n, KERNELS[kernel](half), law, d=d)).model(1), loop.truth)))
        assert abs(mp.mpf(ball.mid().str(25, radius=False)) - wanted) < 1e-15 * wanted + mp.mpf(float(ball.rad()))
    assert float(ball.rad()) < 1e-14 * float(wanted)


def triangle(u):
    return (1 - u / 2) / 2


def parabolas(u):
    """The density of the sum of two parabolas on (-1, 1)."""
    return mp.quad(lambda y: mp.mpf(9) / 16 * (1 - y**2) * (1 - (u - y) ** 2), [u - 1, 1])


IN_SPACE = {  # for u > 0: one kernel and two, X - Y from the truth; where they end
    "Laplace, uniform": (lambda u: mp.exp(-2 * u), lambda u: (1 + 2 * u) * mp.exp(-2 * u) / 2, triangle, 2, 2),
    "Laplace, Beta": (lambda u: mp.exp(-2 * u), lambda u: (1 + 2 * u) * mp.exp(-2 * u) / 2, parabolas, 2, 2),
    "box, Laplace": (lambda u: mp.mpf(1), lambda u: 1 - u, lambda u: (1 + u) * mp.exp(-u) / 4, 0.5, 1),
    "Epanechnikov, Laplace": (
        lambda u: mp.mpf(3) / 2 * (1 - 4 * u**2),
        lambda u: 2 * parabolas(2 * u),
        lambda u: (1 + u) * mp.exp(-u) / 4,
        0.5,
        1,
    ),
}


@pytest.mark.parametrize("case", IN_SPACE)
@pytest.mark.parametrize("d", [1, 2])
def test_laplace_draws_and_bounded_ones_by_convolution(case, d):
    """Kernels among points of another kind, h = 1/2, one fit: to fifteen digits what mpmath has."""
    one, two, apart, *ends = IN_SPACE[case]
    n, kernel_and_truth = 20, tuple(case.split(", "))
    with mp.workdps(22):
        over = lambda k, end: 2 * mp.quad(lambda u: k(u) * apart(u), [0, end / 2, end])  # noqa: E731
        across, met = over(one, ends[0]), over(two, ends[1])
        wanted = two(mp.mpf(0)) ** d / n + (1 - mp.mpf(1) / n) * met**d - 2 * across**d + apart(mp.mpf(0)) ** d
        ball = estimate_of(error_of(n, kernel_and_truth, half, 1, d=d))
        assert abs(mp.mpf(ball.mid().str(25, radius=False)) - wanted) < 1e-15 * wanted + mp.mpf(float(ball.rad()))
    assert float(ball.rad()) < 1e-14 * float(wanted)


def test_a_beta_law_that_is_a_parabola():
    """Beta(2, 2) is Epanechnikov's law on (0, 1); of other beta laws a Gaussian kernel tells."""
    for kernel in (Uniform(-half, half), Normal(0, half), Laplace(0, 1)):
        one, other = (
            estimate_of(E(ISE((loop := AnyKernelLoop(5, kernel, law)).model(2), loop.truth)))
            for law in (Beta(2, 2), Epanechnikov(half, half))
        )
        assert one.overlaps(other)
        assert float(one.rad()) < 1e-12 * float(one.mid())


def test_what_no_ball_is_known_of_is_sampled():
    """Boxes around exponential points have none; of Laplace kernels around uniform points the error on a grid."""
    none = AnyKernelLoop(4, Uniform(-half, half), Exponential(1))
    with pytest.raises(CannotTell, match="no density of sums"):
        estimate_of(E(ISE(none.model(1), none.truth)))
    loop = loop_of(4, ("Laplace", "uniform"), half)
    points = fits("Laplace", "uniform", 0.5, 4, 0, "none", 0, np.random.default_rng(2))
    grid, step = np.linspace(-14, 14, 2801, retstep=True)
    p = sum(np.exp(-abs(grid - x[:, None]) / 0.5) for x in points.T) / 4
    squared = ((p - DENSITIES["uniform"](grid)) ** 2).sum(axis=1) * step
    (ball,) = estimate([E(ISE(loop.model(1), loop.truth))], 20_000, seed=4)
    close(squared, ball.midpoint, bias=2e-3 + ball.radius)
    assert abs(number(E(ISE(loop.model(1), loop.truth))) - ball.midpoint) < ball.radius


def test_total_variation_is_read_without_bias():
    """Of estimates on a grid, after a retraining."""
    loop = loop_of(4, ("Epanechnikov", "Beta"), half)
    points = fits("Epanechnikov", "Beta", 0.5, 4, 0, "none", 1, np.random.default_rng(3))
    grid, step = np.linspace(-2, 2, 1601, retstep=True)
    p = sum(DENSITIES["Epanechnikov"]((grid - x[:, None]) / 0.5) for x in points.T) / 2
    distance = abs(p - DENSITIES["Beta"](grid)).sum(axis=1) * step / 2
    (ball,) = estimate([E(TV(loop.model(2), loop.truth))], 20_000, seed=6)
    close(distance, ball.midpoint, bias=1e-3 + ball.radius)


def test_a_truth_with_one_mode_more():
    three = Mixture(half, TRUTHS["mixture"], Normal(7, 1))
    loop = AnyKernelLoop(5, Normal(0, half), three)
    (ball,) = estimate([E(ISE(loop.model(2), three))], 40_000, seed=5)
    assert ball.value.overlaps(estimate_of(E(ISE(loop.model(2), three))))


def test_what_is_read_off_draws_is_known_on_average_only():
    loop, bells = loop_of(3, ("box", "uniform"), half), KernelLoop(3, half)
    for x in (ISE(loop.model(1), loop.truth) ** 2, TV(bells.model(1), Normal(0, 1)) ** 2):
        with pytest.raises(BadInput, match="without bias"):
            estimate([E(x)], 1_000)
    with pytest.raises(BadInput, match="without bias"):
        estimate([Var(TV(bells.model(1), Normal(0, 1)))], 1_000)


def test_waves():
    w = Symbol("w", positive=True)
    rng = np.random.default_rng(6)
    for law in (
        Laplace(1, 2),
        Uniform(0, 3),
        Epanechnikov(half, half),
        Mixture(half / 2, Normal(-1, 1), Laplace(2, 1)),
    ):
        x = drawn(law, rng, 100_000)
        re, im = (float(part.subs(w, Rational(6, 5))) for part in wave(law, w))
        close(np.cos(1.2 * x), re)
        close(np.sin(1.2 * x), im)


def test_what_is_refused():
    law = Uniform(-1, 1)
    assert "one of Normal" in AnyKernelLoop(5, Cauchy(0, 1), law).refuses()
    assert "one of Normal" in AnyKernelLoop(5, StudentT(7), law).refuses()
    assert "not centred" in AnyKernelLoop(5, Uniform(0, 1), law).refuses()
    assert "not centred" in AnyKernelLoop(5, Laplace(1, 1), law).refuses()
    for dof in (1, Rational(3, 2), 2, Symbol("k", positive=True)):
        assert "second moment" in AnyKernelLoop(5, law, StudentT(dof)).refuses()
    assert AnyKernelLoop(5, law, StudentT(3)).refuses() is None
    assert "no moments" in AnyKernelLoop(5, law, Cauchy(0, 1)).refuses()
    assert "width" in AnyKernelLoop(5, Normal(0, 0), law).refuses()
    assert "stay" in AnyKernelLoop(5, law, law, FixedReal(2)).refuses()
    assert "stay" in KernelLoop(5, half, FixedReal(2)).refuses()
    assert "d = 0" in KernelLoop(5, half, d=0).refuses()
    assert AnyKernelLoop(5, law, law, FixedReal(2), "fit").refuses() is None
    with pytest.raises(CannotTell, match="or fewer"):
        overlap(Laplace(0, 1), Integer(MOST_KERNELS + 1), Laplace(0, 1), 2)
    plane = KernelLoop(5, half, d=2)
    for x in (plane.density(1, 0), TV(plane.model(1), Normal(0, 1))):
        with pytest.raises(BadInput, match="on the line"):
            estimate([E(x)], 1_000)
    with pytest.raises(CannotTell, match="on the line"):
        estimate_of(E(plane.density(1, 0)))
    odd = loop_of(5, ("box", "uniform"), half)
    x, y = odd.draw(1), odd.draw(1, 2)
    for m in (E(cos(x + y)), E(cos(x**2)), E(cos(x - 2 * y)), E(cos(x - odd.draw(1, 3) + y - odd.draw(1, 4)))):
        with pytest.raises(CannotTell):
            estimate_of(m)


def test_a_frequency_of_0_divides():
    """Where sin(w)/w stands: its value at 0 is not what is proved."""
    w = Symbol("w", real=True)
    loop = loop_of(Integer(5), ("box", "uniform"), half)
    assert moment(mean_power(loop, w, 1)).nonzero == [w]
    assert not moment(E(cos(w * KernelLoop(5, half).draw(1)))).nonzero


def test_the_density_of_a_mixture_is_that_of_its_parts_where_they_are():
    """What is read off draws divides by it: a box is 0 beside itself, and an Epanechnikov law not negative."""
    law = Mixture(half, Uniform(-1, 1), Mixture(half, Epanechnikov(3, 1), Normal(0, 1)))
    x = np.linspace(-6, 6, 121) + 0.013
    bell = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    arch = np.where(abs(x - 3) < 1, 3 * (1 - (x - 3) ** 2) / 4, 0.0)
    assert _density(law)(x) == pytest.approx(np.where(abs(x) < 1, 0.25, 0.0) + arch / 4 + bell / 4)
