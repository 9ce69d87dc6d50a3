"""The phase transition: learners beside a few lines of NumPy, distances beside integrals, what is told of where it peaks."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import examples
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.stats import gaussian_kde, ks_2samp, norm
from sympy import Rational

from reports.experiments import experiment, outline, transition
from simulate.diffusion import line
from simulate.diffusion.training import RandomFeatures
from simulate.engine.streams import generator
from simulate.mixing import distances, learners
from simulate.mixing.learners import course
from theory.gaussian.common import arctan_tv
from theory.language.verdicts import Verdict
from theory.mixing import expected_tv, worst_synthetic
from theory.mixing.bound import first_real
from theory.mixing.gaussian import fresh_variance

# ---- distances ------------------------------------------------------------------------------------------------------


def integrated(density, *breaks):
    """TV from N(0, 1) by adaptive quadrature between these places."""
    places = [-30, *sorted(breaks), 30]
    return sum(
        quad(lambda x: abs(density(x) - norm.pdf(x)) / 2, a, b, limit=400, epsabs=1e-11)[0] for a, b in pairwise(places)
    )


@examples(5, 20)
@given(mean=st.floats(-2, 2), variance=st.floats(0.05, 6))
def test_two_gaussians(mean, variance):
    density = norm(mean, math.sqrt(variance)).pdf
    breaks = {mean, mean / 2, *(mean + math.sqrt(variance) * k for k in (-2, -1, 1, 2)), *range(-12, 13, 2)}
    assert distances.gaussian(mean, variance) == pytest.approx(integrated(density, *breaks), abs=1e-7)
    assert distances.gaussian(-mean, variance) == pytest.approx(distances.gaussian(mean, variance), abs=1e-12)


@pytest.mark.parametrize(
    ("variance", "tv"), [(0.25, 0.3226745688347687), (2, 0.1660640749835129), (1.1, 0.02305790978500375)]
)
def test_two_scales(variance, tv):
    assert distances.gaussian(0.0, variance) == pytest.approx(tv, rel=1e-12)


def test_gaussians_that_are_nearly_one():
    assert distances.gaussian(0.0, 1.0) == 0.0
    assert distances.gaussian(0.3, 1.0) == distances.shifted(0.3) == pytest.approx(2 * norm.cdf(0.15) - 1)
    for tiny in (1e-9, 1e-12, 1e-15):
        assert distances.gaussian(0.3, 1 + tiny) == pytest.approx(distances.shifted(0.3), abs=1e-8)
        assert distances.gaussian(0.0, 1 + tiny) == pytest.approx(tiny / math.sqrt(2 * math.pi * math.e), abs=1e-15)


@settings(max_examples=25)
@given(width=st.floats(0.2, 2), first=st.integers(-8, 2), counts=st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_histograms(width, first, counts):
    """Beside the sum over a fine grid, whose error is the height of a step times its spacing, at most."""
    counts[0] += 1
    shares = np.array(counts) / sum(counts)
    x = np.linspace(-20, 20, 400_001)
    cells = np.floor(x / width).astype(int) - first
    density = np.where((cells >= 0) & (cells < len(shares)), shares[np.clip(cells, 0, len(shares) - 1)] / width, 0)
    near = np.abs(density - norm.pdf(x)).sum() * (x[1] - x[0]) / 2
    assert distances.histogram(width, first, shares) == pytest.approx(near, abs=2e-4 / width)


def test_kernel_estimates():
    """One kernel is a Gaussian; of many the grid is fine enough, and they are what SciPy has."""
    assert distances.kernels(np.array([0.4]), 1.0) == pytest.approx(distances.shifted(0.4), abs=3e-5)
    assert distances.kernels(np.array([0.4]), 0.5) == pytest.approx(distances.gaussian(0.4, 0.25), abs=3e-5)
    rng = np.random.default_rng(0)
    for size in (100, 10_000):
        points = rng.standard_normal(size)
        h = 1.06 * size**-0.2
        coarse, fine = distances.kernels(points, h), distances.kernels(points, h, distances.STEP / 20)
        assert coarse == pytest.approx(fine, abs=3e-5)
        x = np.linspace(-8, 8, 4001)
        theirs = gaussian_kde(points, h / points.std(ddof=1))(x)
        assert coarse == pytest.approx(np.abs(theirs - norm.pdf(x)).sum() * (x[1] - x[0]) / 2, abs=2e-4)


@examples(4, 20)
@given(
    points=st.lists(st.floats(-6, 6), min_size=1, max_size=30),
    h=st.floats(0.05, 1.5),
    width=st.sampled_from([0.1, 0.02]),
)
def test_what_bins_lose_is_bounded(points, h, width):
    """Beside all points, on a grid as fine: they differ by `lost` at most, and by more than a thousandth of it somewhere."""
    exact = distances.kernels(np.array(points), h, width / 4)
    rounding = 2e-3 * width / h  # of the trapezoidal rule, at a kink of |p - q|
    assert abs(distances.binned(np.array(points), h, width) - exact) <= distances.lost(h, width) + rounding


def test_the_bound_on_what_bins_lose_is_of_its_size():
    """A narrow kernel in the middle between two nodes: more than a third of the bound is lost, in bins as wide as the kernel."""
    h = width = 0.1
    x = np.arange(-8, 8.0005, 0.001)
    chord = (norm.pdf(x, 5, h) + norm.pdf(x, 5 + width, h)) / 2
    apart = np.abs(chord - norm.pdf(x, 5 + width / 2, h)).sum() * 0.001 / 2
    assert distances.lost(h, width) / 3 < apart <= distances.lost(h, width)


def test_many_points_go_by_bins():
    """Of 30 000 points TV is that of all of them, to the bound; a hundred thousand take a few milliseconds."""
    points, h = np.random.default_rng(3).standard_normal(30_000), 1.06 * 30_000**-0.2
    density = np.empty(round(2 * distances.REACH / distances.STEP) + 1)
    distances._kernel_density(points, h, -distances.REACH, distances.STEP, density)
    exact = distances._off_normal(density, distances.STEP)
    assert distances.kernels(points, h) == distances.binned(points, h) != exact
    assert abs(distances.binned(points, h) - exact) <= distances.lost(h) + 3e-5
    assert distances.lost(h) < 1e-5


# ---- learners -------------------------------------------------------------------------------------------------------


def plain_mean(x):
    mean = x.mean()
    return lambda rng, m: rng.normal(mean, 1, m), abs(2 * norm.cdf(mean / 2) - 1)


def plain_gaussian(x):
    mean, sd = x.mean(), x.std()
    grid = np.linspace(-9, 9, 3001)
    tv = np.abs(norm.pdf(grid, mean, sd) - norm.pdf(grid)).sum() * 0.003
    return lambda rng, m: rng.normal(mean, sd, m), tv


def plain_categorical(x):
    shares = np.array([np.mean(x == k) for k in range(10)])
    return lambda rng, m: rng.choice(10, m, p=shares), np.abs(shares - ZIPF).sum() / 2


def plain_histogram(x):
    width = 3.49 * len(x) ** (-1 / 3)
    edges = np.arange(-30, 31) * width
    counts, _ = np.histogram(x, edges)
    grid = (np.arange(6000) + 0.5) / 100 * width - 30 * width
    tv = np.abs(np.repeat(counts, 100) / len(x) / width - norm.pdf(grid)).sum() * width / 200
    return lambda rng, m: edges[rng.choice(60, m, p=counts / len(x))] + width * rng.random(m), tv


def plain_kernels(x):
    h, grid = 1.06 * len(x) ** -0.2, np.linspace(-8, 8, 801)
    density = norm.pdf(grid[:, None], x, h).mean(axis=1)
    return lambda rng, m: rng.normal(rng.choice(x, m), h), np.abs(density - norm.pdf(grid)).sum() * 0.01


ZIPF = 1 / np.arange(1, 11) / np.sum(1 / np.arange(1, 11))
PLAIN = {"mean": plain_mean, "gaussian": plain_gaussian, "categorical": plain_categorical,
         "histogram": plain_histogram, "kernels": plain_kernels}  # fmt: skip
n, m, T, RUNS = 15, 40, 4, 1200


def plainly(name, fresh):
    """TV after T retrainings, again and again: every point drawn, every fit written out."""
    rng, out = np.random.default_rng(11), []
    truth = (lambda: rng.choice(10, n, p=ZIPF)) if name == "categorical" else (lambda: rng.standard_normal(n))
    for _ in range(RUNS):
        real = truth()
        draw, tv = PLAIN[name](real)
        for _ in range(T):
            real = truth() if fresh else real
            draw, tv = PLAIN[name](np.append(real, draw(rng, m)))
        out.append(tv)
    return np.array(out)


def ours(name, fresh):
    return np.array([tv for run in range(RUNS) for _, tv in course(name, n, m, fresh, (T,), 5, run)])


@pytest.mark.thin(5)
@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("name", PLAIN)
def test_learners_are_what_a_few_lines_say(name, fresh):
    """In law; the lines with the other kind of real points are told apart, so that the test can fail."""
    a, b = ours(name, fresh), plainly(name, fresh)
    assert ks_2samp(a, b).pvalue > 1e-3
    assert abs(a.mean() - b.mean()) < 4 * math.hypot(a.std(), b.std()) / math.sqrt(RUNS)
    assert ks_2samp(ours(name, not fresh), b).pvalue < 1e-3


@pytest.mark.thin(4)
@pytest.mark.parametrize("name", ["mean", "gaussian", "categorical", "kernels"])
def test_a_learner_that_forgets_synthetic_points_is_told(name, monkeypatch):
    kind = type(learners.learner(name, 0, 0))
    fit = kind.fit
    monkeypatch.setattr(kind, "fit", lambda self, *data: fit(self, data[0]))
    assert ks_2samp(ours(name, False), plainly(name, False)).pvalue < 1e-3


@pytest.mark.thin(3)
@pytest.mark.parametrize("size", [10, 100, 1000])
def test_the_gaussian_mean_is_as_derived(size):
    """With fixed real points, and with fresh ones: the closed forms of `theory.mixing`."""
    v = [float(fresh_variance(100, size, t, Rational(1, 100))) for t in (1, 10)]
    known = {False: [float(expected_tv(100, size, t)) for t in (1, 10)], True: [float(arctan_tv(x)) for x in v]}
    for fresh, wanted in known.items():
        seen = np.array([[tv for _, tv in course("mean", 100, size, fresh, (1, 10), 1, r)] for r in range(3000)])
        assert np.all(np.abs(seen.mean(axis=0) - wanted) < 4.5 * seen.std(axis=0) / math.sqrt(3000))


@pytest.mark.parametrize("name", transition.LEARNERS)
def test_courses_of_a_run_share_their_start(name):
    one, two, fresh = (dict(course(name, 30, size, new, (0, 1, 2), 3, 7)) for size, new in ((5, 0), (50, 0), (5, 1)))
    assert one[0] == two[0] == fresh[0]
    assert len({one[1], two[1], fresh[1]}) == 3
    assert one == dict(course(name, 30, 5, False, (0, 1, 2), 3, 7))
    assert one[0] != dict(course(name, 30, 5, False, (0,), 3, 8))[0]


# ---- the score network ----------------------------------------------------------------------------------------------


def test_noise_is_averaged_as_many_draws_would():
    """The least squares of the quadrature, beside a direct sum over points, and gradient flow by a matrix exponential."""
    rng = np.random.default_rng(2)
    network = line.Network(RandomFeatures.drawn(rng, 6, dimension=1))
    points = network.real(rng, 40)
    gram, pull = np.zeros((8, 8)), np.zeros(8)
    x = np.linspace(-6, 6, 601)
    for s in line.LEVELS:
        kept, spread = math.exp(-s), math.sqrt(-math.expm1(-2 * s))
        z = (x[:, None] - kept * points) / spread
        density = norm.pdf(z) / spread / len(points) * 0.02 / len(line.LEVELS)
        features = network.features(x[:, None], np.full(len(x), s))
        gram += features.T @ (features * density.sum(axis=1)[:, None])
        pull += features.T @ (density * z).sum(axis=1)
    direct = np.linalg.solve(gram, (np.eye(8) - expm(-gram * line.TRAINING)) @ pull)
    assert network.weights(line.masses(points)) == pytest.approx(direct, rel=0.02, abs=0.02)


def test_points_are_shared_out_between_nodes():
    points = np.array([0.013, -1.2, 4.999, 7.0, -9.0])
    mass = line.masses(points)
    assert mass.sum() == pytest.approx(1)
    assert mass @ line.NODES == pytest.approx(np.clip(points, -line.BOX, line.BOX).mean())


def test_the_flow_of_a_linear_score():
    """Without a layer the flow stretches the line: every step is a factor."""
    features = RandomFeatures(np.zeros((3, 3)))
    law = line.Network(features).sampled(np.array([0, 0, 0, 0.3, 0.0]))
    factor = 1.0
    for s, after in pairwise(line.LEVELS):
        a, b = (0.3 / math.sqrt(-math.expm1(-2 * x)) - 1 for x in (s, after))
        factor *= 1 + (after - s) * (a + b * (1 + (after - s) * a)) / 2
    s = line.LEVELS[-1]
    factor *= 1 - s * (0.3 / math.sqrt(-math.expm1(-2 * s)) - 1)
    assert law.points == pytest.approx(factor * line.QUANTILES)
    assert law.below(factor * line.QUANTILES) == pytest.approx(law.shares)


def test_the_flow_with_a_layer_is_that_of_its_features():
    rng = np.random.default_rng(3)
    network = line.Network.drawn(rng)
    weights = 0.2 * rng.standard_normal(line.WIDTH + 2)

    def slope(x, s):
        return network.features(x[:, None], np.full(len(x), s)) @ weights / math.sqrt(-math.expm1(-2 * s)) - x

    x = line.QUANTILES
    for s, after in pairwise(line.LEVELS):
        ahead = x + (after - s) * slope(x, s)
        x = x + (after - s) / 2 * (slope(x, s) + slope(ahead, after))
    s = line.LEVELS[-1]
    x = x - s * slope(x, s)
    assert network.sampled(weights).points == pytest.approx(x, rel=1e-6, abs=1e-8)


def test_the_exact_score_gives_the_truth_back(monkeypatch):
    """The flow in as many steps, with the score of the two humps: what is lost is the steps' error."""

    def noise(x, s):
        kept, spread = math.exp(-s), -math.expm1(-2 * s)
        v = (kept * line.SD) ** 2 + spread
        parts = np.array([norm.pdf(x, kept * c, math.sqrt(v)) for c in (-line.HUMP, line.HUMP)])
        pull = sum(p * (x - kept * c) / v for p, c in zip(parts, (-line.HUMP, line.HUMP), strict=True))
        return math.sqrt(spread) * pull / parts.sum(axis=0)

    x = line.QUANTILES
    slope = lambda x, s: noise(x, s) / math.sqrt(-math.expm1(-2 * s)) - x  # noqa: E731
    for s, after in pairwise(line.LEVELS):
        ahead = x + (after - s) * slope(x, s)
        x = x + (after - s) / 2 * (slope(x, s) + slope(ahead, after))
    s = line.LEVELS[-1]
    x = x - s * slope(x, s)
    shares = norm.cdf(line.QUANTILES)
    law = line.Law((shares - shares[0]) / (shares[-1] - shares[0]), x)
    assert law.tv() < 0.003


def test_laws_on_the_line():
    """Draws have the distribution function; a distance on cells grows with their number, to what is known; folds count."""
    u = np.linspace(0, 1, 2001)
    law = line.Law(u, norm.ppf(np.clip(u, 1e-9, 1 - 1e-9), 0.5, 1))
    draws = law.draw(np.random.default_rng(0), 20_000)
    for x in (-1.0, 0.3, 1.7):
        assert np.mean(draws < x) == pytest.approx(law.below(np.array([x]))[0], abs=0.015)
    exact = quad(
        lambda x: abs(norm.pdf(x, 0.5) - (norm.pdf(x, -1, 0.6) + norm.pdf(x, 1, 0.6)) / 2) / 2, -8, 8, limit=200
    )[0]
    coarse, usual, fine = (law.tv(cells) for cells in (20, line.CELLS, 20 * line.CELLS))
    assert coarse < usual < fine + 1e-9
    assert usual == pytest.approx(exact, abs=2e-3)
    folded = line.Law(np.array([0, 0.5, 1]), np.array([0.0, 1.0, 0.0]))
    assert folded.below(np.array([-1, 0.25, 0.5, 2])) == pytest.approx([0, 0.25, 0.5, 1])


def test_a_network_learns():
    """More points, nearer the truth, down to what the layer cannot say; and it is nearer than what sampling starts from."""
    far = []
    for size in (30, 300, 30_000):
        networks = [line.Network.drawn(generator(0, "layer", r)) for r in range(6)]
        far.append(np.mean([x.tv(x.fit(x.real(generator(1, "points", r), size))) for r, x in enumerate(networks)]))
    assert far[0] > far[1] > far[2]
    start = line.Law(norm.cdf(line.QUANTILES), line.QUANTILES).tv()
    assert far[2] < start


# ---- where it is largest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "words"),
    [
        ([1, 2, 3, 2, 1], "rises, then falls"),
        ([3, 2, 1, 2, 3], "falls, then rises"),
        ([1, 2, 3, 4, 5], "rises"),
        ([5, 4, 3, 2, 1], "falls"),
        ([2, 3, 1, 0.5, 2], "rises, then falls; falls, then rises"),
        ([1, 1, 1, 1, 1], ""),
    ],
)
def test_shapes(course, words):
    rng, at = np.random.default_rng(0), [10, 20, 30, 40, 50]
    values = np.array(course) + rng.standard_normal((400, 1)) + 0.3 * rng.standard_normal((400, 5))
    found = transition.shape(values, at)
    assert found.words == words
    if words:
        assert found.most == tuple(np.array(at)[np.array(course) == max(course)])
        assert found.least == tuple(np.array(at)[np.array(course) == min(course)])
        assert found.top in found.most
        assert [w for w, _ in found.turns] == [w for w in words.split("; ") if "then" in w]
        assert found.between((20, 30)) == (10, 40)
        assert found.between((10, 50)) == (10, 50)
    else:
        assert found.most == found.least == tuple(at)
    assert transition.shape(values[:20], at).words == ""  # too few runs for any interval


def test_the_place_is_missed_rarely():
    """Where differences are of the size of the noise: the top is kept, and nothing false is said, but in one of 100 or so."""
    rng, at, missed = np.random.default_rng(1), list(range(6)), 0
    course = np.array([0.0, 0.1, 0.2, 0.25, 0.2, 0.1])
    for _ in range(300):
        found = transition.shape(course + rng.exponential(1, (120, 6)), at)
        missed += 3 not in found.most or 0 not in found.least or "falls, then" in found.words
    assert missed <= 9  # P(Bin(300, 1/100) > 9) = 0.001


def test_thresholds():
    """After one retraining in closed form; after more the top of the bound, by its neighbours."""
    assert transition.thresholds("mean", 1) == pytest.approx(
        {"bound": 50, "bound, n points first": 300, "exact": 100}, rel=1e-3
    )
    assert "exact" not in transition.thresholds("kernels", 1)
    for name, t in (("kernels", 10), ("histogram", 5), ("score", 2)):
        place, a = transition.thresholds(name, t)["bound, n points first"], float(transition.LEARNERS[name].rate)
        top = first_real(100, place, a, t + 1)
        assert top > max(first_real(100, place * x, a, t + 1) for x in (0.5, 0.97, 1.03, 2))
    assert transition.thresholds("mean", 10)["exact"] == pytest.approx(float(worst_synthetic(100, 10)))


# ---- the experiment -------------------------------------------------------------------------------------------------


def small(monkeypatch, runs, *names):
    """So many runs of these learners."""
    few = {x: replace(at, runs=runs, quick=runs, block=50) for x, at in transition.LEARNERS.items() if x in names}
    monkeypatch.setattr(transition, "LEARNERS", few)


def test_the_experiment_end_to_end(tmp_path, monkeypatch):
    """The quick setting with very few runs of all learners: all files, and nothing is decided."""
    small(monkeypatch, 2, *transition.LEARNERS)
    monkeypatch.setattr(outline, "FIGURES", (".png",))  # in all formats: `test_the_eight_gaussians_end_to_end`
    done = outline.run("transition", tmp_path, seed=3, workers=2, quick=True)
    assert {x.verdict for x in done.checked} == {Verdict.UNDECIDED}
    names = {f.name for f in tmp_path.iterdir()}
    assert {"transition.png", "peaks.csv", "table.md"} < names
    assert "parts" not in names
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == 6 * 2 * 10 * 2 * 5
    assert frame["tv"].between(0, 1).all()
    start = frame[frame["generation"] == 0].groupby(["learner", "run"])["tv"]
    assert (start.nunique() == 1).all()
    peaks = pd.read_csv(tmp_path / "peaks.csv")
    assert len(peaks) == 6 * 2 * 4
    assert set(peaks["with m, E TV"]) == {"not decided"}
    assert done.files == sorted(done.files)


def verdicts(tmp_path):
    return {x.claim.id: x.verdict for x in outline.decide(transition, tmp_path / "paired.csv")}


@pytest.mark.thin(3)
@pytest.mark.parametrize(("forgets", "runs"), [(False, 400), (False, 800), (True, 800)])
def test_its_claims_tell_a_learner_that_forgets(tmp_path, monkeypatch, forgets, runs):
    """Of the Gaussian mean, with a few hundred runs: what is claimed of it holds, but if it never sees the synthetic points."""
    small(monkeypatch, runs, "mean")
    fit = learners.GaussianMean.fit
    if forgets:
        monkeypatch.setattr(learners.GaussianMean, "fit", lambda self, *data: fit(self, data[0]))
    outcome = outline.runs(transition.jobs(1), 1)
    outline.paired(outcome.frame, transition).to_csv(tmp_path / "paired.csv", index=False)
    seen = verdicts(tmp_path)
    assert (seen["fresh-mean-is-as-derived"] == Verdict.REFUTED) == forgets
    assert (seen["fixed-points-rise-and-fall"] == Verdict.SUPPORTED) == (not forgets)
    assert (seen["fresh-points-rise-and-fall"] == Verdict.REFUTED) == (not forgets)
    found = transition.shapes(outcome.frame)["mean", "fixed", 10]
    assert (found.words == "rises, then falls") == (not forgets)
    if not forgets:
        low, high = found.between(found.most)
        assert low < 503 < high < 10_000


def test_quick_is_the_same_with_fewer_runs():
    full, quick = transition.jobs(0), transition.jobs(0, quick=True)
    assert {tuple(j.setting.values()) for j in quick} == {tuple(j.setting.values()) for j in full}
    assert experiment("transition") is transition
    for name, at in transition.LEARNERS.items():
        here = {"learner": name, "real": "fresh", "m": 10}
        assert [r for j in full if j.setting == here for r in j.runs] == list(range(at.runs))
