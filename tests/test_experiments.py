"""Experiments: what is measured, how it is decided, which files come of it."""

# pyright: reportAttributeAccessIssue=false

import json
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.spatial.distance import pdist
from scipy.special import digamma
from sympy import Eq, Gt, Lt, latex

from reports.cli import _run
from reports.experiments import DESCRIPTIONS, eight_gaussians, experiment, gaussian, outline
from reports.experiments.outline import Job, Outcome, centre, courses, intervals, paired, runs
from reports.figures import panels
from simulate.diffusion import circle
from simulate.diffusion.training import RandomFeatures, denoised, reverse
from simulate.gaussian.mixed import refitted
from theory import E, Integers, Measured, claim
from theory.language.claims import claims_of
from theory.language.errors import BadInput
from theory.language.verdicts import Verdict

# ---- a toy experiment: this module ----------------------------------------------------------------------------------

MEASURES = {"loss": "a loss", "score": "a score"}
COMPARED = "scheme"
CENTRE = "mean"
SHOWN = (0, 2)
TOY = Measured("loss_a", "loss_b", "score_a", "score_b")


def jobs(seed):
    return [Job(toy, (seed, n, s, r)) for n in (1, 2) for r in range(200) for s in ("a", "b")]


def toy(seed, n, scheme, run):
    if run < 0:
        raise KeyboardInterrupt
    rng, shared = np.random.default_rng([seed, n, run, ord(scheme)]), np.random.default_rng([seed, n, run])
    loss = shared.normal(0, 5) + 0.1 * rng.standard_normal(3) + np.arange(3) * (scheme == "b")
    columns = {"n": n, "scheme": scheme, "run": run, "generation": range(3), "loss": loss, "score": n}
    return Outcome(pd.DataFrame(columns), {f"{n}{scheme}": loss} if run == 0 else {})


@claim
def b_rises_above_a(n=Integers(1)):
    """Run by run, the loss of b is between 1.9 and 2.1 above that of a; each by itself varies by 5."""
    return Lt(E(TOY.loss_a(2)) + 1.9, E(TOY.loss_b(2)))


@claim
def they_are_one(n=Integers(1)):
    """The losses are the same."""
    return Eq(E(TOY.loss_a(2)), E(TOY.loss_b(2)))


@claim(expected="fails", corrected="b-rises-above-a")
def a_rises(n=Integers(1)):
    """The loss of a rises by a half."""
    return Gt(E(TOY.loss_a(2) - TOY.loss_a(0)), 0.5)


def figures(outcome):
    return {"loss": panels([courses(outcome.frame, CENTRE, "loss", COMPARED, {"a": "A", "b": "B"}, "loss")])}


HERE = sys.modules[__name__]
FILES = {"runs.csv", "paired.csv", "kept.npz", "table.md", "table.tex", "table.csv", "findings.md", "findings.json",
         "run.json", "loss.png", "loss.svg", "loss.pdf"}  # fmt: skip


@pytest.fixture
def as_gaussian(monkeypatch):
    """The toy under the name of an experiment."""
    monkeypatch.setattr("reports.experiments.import_module", lambda name, package: HERE)


def status(*args):
    return _run(["run", *map(str, args)])


def test_runs_do_not_depend_on_the_number_of_workers():
    told = []
    one, two = runs(jobs(3), 1, lambda *x: told.append(x)), runs(jobs(3), 2)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert told[0] == (0, 800)
    assert told[-1] == (800, 800)
    assert set(one.kept) == {"1a", "1b", "2a", "2b"}


def test_pairs_are_of_one_run():
    frame = runs(jobs(0)).frame
    wide = paired(frame, HERE)
    assert list(wide.columns) == ["n", "run", "generation", "loss_a", "loss_b", "score_a", "score_b"]
    row = wide[(wide["n"] == 2) & (wide["run"] == 7) & (wide["generation"] == 1)].iloc[0]
    (long,) = frame.query("n == 2 and run == 7 and generation == 1 and scheme == 'b'")["loss"]
    assert row["loss_b"] == long


def test_an_experiment_is_decided_and_written(as_gaussian, tmp_path, capsys):
    """The claim that is false here is refuted, and the status says so; the one that is declared false is not counted."""
    assert status("gaussian", "--out", tmp_path / "new", "--workers", 1) == 1
    assert {f.name for f in (tmp_path / "new").iterdir()} == FILES
    found = json.loads((tmp_path / "new" / "findings.json").read_text())
    verdicts = {c["claim"]: c["verdict"] for c in found["claims"]}
    assert verdicts == {"b-rises-above-a": "supported", "they-are-one": "refuted", "a-rises": "refuted"}
    assert sum(c["error"] for c in found["claims"]) <= outline.ALPHA * (1 + 1e-9)
    assert "they-are-one: REFUTED" in capsys.readouterr().out
    about = json.loads((tmp_path / "new" / "run.json").read_text())
    assert about["command"] == "selfconsuming run gaussian --seed 0"
    assert len(pd.read_csv(tmp_path / "new" / "runs.csv")) == 2400
    assert "against its declaration" in (tmp_path / "new" / "findings.md").read_text()
    assert (tmp_path / "new" / "table.tex").read_text().count(r"\\") == 9


def test_an_interrupted_run_leaves_nothing(as_gaussian, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(HERE, "jobs", lambda seed: [Job(toy, (0, 1, "a", -1))])
    (tmp_path / "old.txt").write_text("kept")
    assert status("gaussian", "--out", tmp_path, "--workers", 1) == 130
    assert [f.name for f in tmp_path.iterdir()] == ["old.txt"]
    assert "nothing was written" in capsys.readouterr().err


def test_what_is_no_experiment(tmp_path, capsys):
    assert status("gausian") == 2
    assert "did you mean 'gaussian'" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert status("gaussian", "--out", tmp_path / "file") == 2
    assert status("gaussian", "--out", tmp_path / "file" / "below") == 4
    assert "file" in capsys.readouterr().err
    assert status("gaussian", "--workers", "many") == 2
    assert status("gaussian", "--images", tmp_path, "--out", tmp_path / "new") == 2
    assert "gaussian is not run on images; those that can be are digits" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_all_are_listed(capsys):
    assert status() == 0
    out = capsys.readouterr().out
    assert all(name in out for name in DESCRIPTIONS)
    with pytest.raises(BadInput, match="eight-gaussians"):
        experiment("eight-gausians")


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_every_experiment_gives_what_the_outline_asks_for(name):
    module = experiment(name)
    jobs = module.jobs(0)
    assert jobs == module.jobs(0)
    assert all(isinstance(j, Job) for j in jobs)
    assert module.CENTRE in ("median", "mean")
    assert module.MEASURES
    assert claims_of(module)
    assert callable(module.figures)


def test_intervals_of_few_runs():
    """The median's interval is by order statistics; too few runs have none, and what never varies needs none."""
    x = np.arange(24.0)
    low, middle, high, guarantee = centre(np.random.default_rng(0).permutation(x), "median")
    assert (low, middle, high) == pytest.approx((5.0, 11.5, 18.0))  # 2 P(Bin(24, 1/2) <= 5) = 0.0066, and 0.023 up to 6
    assert guarantee == "exact law"
    assert np.isnan(centre(x[:5], "median")[0])
    assert centre(np.ones(9), "mean")[1] == 1.0
    table = intervals(runs(jobs(0)).frame, HERE)
    assert set(table["runs"]) == {200}


# ---- measured loops -------------------------------------------------------------------------------------------------


def test_measured_names():
    loop = Measured("tv_half", "good")
    assert loop.func(*loop.args) == loop
    assert latex(loop.tv_half(3)) == r"\mathrm{tv\_half}_{3}"
    with pytest.raises(AttributeError, match="tv_full"):
        loop.tv_full(3)
    for names in ((), ("a b",), ("model",), ("_x",)):
        with pytest.raises(BadInput, match="observable"):
            Measured(*names)


def test_a_misspelt_measure_is_told(tmp_path, monkeypatch):
    @claim
    def wrong(n=Integers(1)):
        """No such measure."""
        return Lt(E(TOY.los_a(2)), 1)

    with pytest.raises(BadInput, match="did you mean 'loss_a'"):
        wrong.relation()


# ---- points of the plane --------------------------------------------------------------------------------------------


def test_grid_and_its_null_value():
    """One point is in its own cell alone; a few hundred samples of the truth have the mean that De Moivre says."""
    p = circle.MASSES
    assert p.sum() == pytest.approx(1)
    assert circle.null_tv(1) == pytest.approx(1 - (p**2).sum())
    assert circle.grid_tv(np.full((50, 2), 9.0)) == pytest.approx(1, abs=1e-9)
    rng = np.random.default_rng(1)
    seen = [circle.grid_tv(circle.circle(rng, 500)) for _ in range(300)]
    assert np.mean(seen) == pytest.approx(circle.null_tv(500), abs=6 * np.std(seen) / np.sqrt(300))


def test_measures_by_hand():
    five = np.repeat(circle.CENTRES[:5], 100, axis=0) + np.array([0.3, 0.0])
    seen = circle.measures(five)
    assert (seen["near"], seen["modes"]) == (1.0, 5)
    assert seen["spread"] == pytest.approx(0.3 / np.sqrt(2))
    assert circle.measures(five * 3)["near"] == 0.0


def test_energy_distance():
    """Its three parts, each by another way; that of a sample of the truth is 0 on average."""
    rng = np.random.default_rng(2)
    x = circle.circle(rng, 300)
    assert circle.among(x) == pytest.approx(pdist(x).mean())
    rice = quad(lambda r: r * r / 0.25 * np.exp(-((r - 1) ** 2) / 0.5) * np.i0(r / 0.25) * np.exp(-r / 0.25), 0, 9)[0]
    assert circle._mean_distance(np.array(1.0), 0.5) == pytest.approx(rice)
    y, z = circle.circle(rng, 40_000), circle.circle(rng, 40_000)
    apart = np.linalg.norm(y - z, axis=1)
    assert pytest.approx(apart.mean(), abs=6 * apart.std() / 200) == circle.WITHIN
    seen = [circle.measures(circle.circle(rng, 200))["energy"] for _ in range(100)]
    assert abs(np.mean(seen)) < 6 * np.std(seen) / 10


def test_reverse_steps_with_a_linear_score():
    """Only the points themselves are weighted: then the variance of the steps has a recursion."""
    features = RandomFeatures(np.random.default_rng(0).standard_normal((5, 4)))
    weights, times = np.zeros((8, 2)), np.geomspace(2, 0.1, 30)
    weights[5, 0] = weights[6, 1] = 0.4
    weights[7] = 0.1
    mean, variance = 0.0, 1.0
    for s, after in pairwise(times):
        h, sd = s - after, np.sqrt(-np.expm1(-2 * s))
        mean, variance = mean * (1 + h - 0.8 * h / sd) - 0.2 * h / sd, variance * (1 + h - 0.8 * h / sd) ** 2 + 2 * h
    points = reverse(features, weights, times, np.random.default_rng(1), 40_000)
    assert points.mean(axis=0) == pytest.approx([mean] * 2, abs=6 * np.sqrt(variance / 40_000))
    assert points.var(axis=0) == pytest.approx([variance] * 2, rel=6 * np.sqrt(2 / 40_000))


@pytest.mark.parametrize("smooth", [False, True])
def test_reverse_steps_with_a_layer(smooth):
    """The compiled steps, beside the same in NumPy with the features as the fit has them, from the same stream."""
    rng, times, size = np.random.default_rng(5), np.geomspace(2, 0.3, 6), 50
    features, weights = RandomFeatures.drawn(rng, 20, smooth), 0.3 * rng.standard_normal((23, 2))
    points = reverse(features, weights, times, np.random.default_rng(6), size)
    rng = np.random.default_rng(6)
    x = rng.standard_normal((size, 2))
    for s, after in pairwise(times):
        prediction = features(x, np.full(size, s)) @ weights
        score = -prediction / np.sqrt(-np.expm1(-2 * s))
        x = x + (s - after) * (x + 2 * score) + np.sqrt(2 * (s - after)) * rng.standard_normal((size, 2))
    assert points == pytest.approx(x, rel=1e-9, abs=1e-9)


def test_the_steps_with_the_exact_score():
    """They give the circle back, but for the noise of the last level, which every generation adds to the variance."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((2000, 2))

    def score(x, s):
        away, spread = np.exp(-s) * circle.CENTRES - x[:, None], np.exp(-2 * s) * circle.SD**2 - np.expm1(-2 * s)
        share = np.exp(-(away**2).sum(axis=2) / (2 * spread))
        return (share[:, :, None] * away).sum(axis=1) / share.sum(axis=1, keepdims=True) / spread

    for s, after in pairwise(circle.LEVELS):
        x = x + (s - after) * (x + 2 * score(x, s)) + np.sqrt(2 * (s - after)) * rng.standard_normal(x.shape)
    end = circle.LEVELS[-1]
    seen = circle.measures(x)
    assert (seen["near"] > 0.98, seen["modes"]) == (True, 8)
    noise = -np.expm1(-2 * end)
    assert seen["spread"] ** 2 == pytest.approx(
        np.exp(-2 * end) * circle.SD**2 + noise, rel=0.06
    )  # of steps and 2000 points
    clean = circle.measures((x + noise * score(x, end)) * np.exp(end))
    assert clean["spread"] < seen["spread"] - 0.03
    assert clean["tv"] < seen["tv"]


def test_noise_taken_off():
    """Points of N(0, v) noised: what is left is the mean of what they come from, whose variance is v^2/(v + noise)."""
    rng, s, v = np.random.default_rng(7), 0.3, 2.0
    noise = -np.expm1(-2 * s)
    x = np.exp(-s) * np.sqrt(v) * rng.standard_normal((50, 2)) + np.sqrt(noise) * rng.standard_normal((50, 2))
    features = RandomFeatures(np.zeros((4, 4)))
    weights = np.zeros((7, 2))
    weights[4, 0] = weights[5, 1] = np.sqrt(noise) / (np.exp(-2 * s) * v + noise)  # E[Z | X_s] of a Gaussian
    shrunk = np.exp(-s) * v / (np.exp(-2 * s) * v + noise)
    assert denoised(features, weights, s, x) == pytest.approx(shrunk * x)


def test_schemes_share_their_start():
    a, b = (list(circle.retrainings(s, 60, 20, "stopped", 5, 1, 1)) for s in ("half", "synthetic"))
    assert np.array_equal(a[0], b[0])
    assert not np.array_equal(a[1], b[1])
    again = list(circle.retrainings("half", 60, 20, "stopped", 5, 1, 1))
    assert np.array_equal(a[1], again[1])
    assert a[1].shape == (circle.GENERATED, 2)
    assert np.abs(a[1]).max() <= circle.BOX


def test_the_eight_gaussians_end_to_end(tmp_path, monkeypatch):
    """With few draws, few features and three runs: too few for a claim to be decided, and told so."""
    monkeypatch.setattr(circle, "DRAWS", 200)
    monkeypatch.setattr(circle, "GENERATED", 100)
    monkeypatch.setattr(eight_gaussians, "RUNS", 3)
    monkeypatch.setattr(eight_gaussians, "SETTINGS", ((40, 20, "stopped"), (40, 10, "denoised")))
    done = outline.run("eight-gaussians", tmp_path, workers=2)
    assert {x.verdict for x in done.checked} == {Verdict.UNDECIDED}
    names = {f.name for f in tmp_path.iterdir()}
    assert {f"{f}.{s}" for f in ("samples", "measures", "settings") for s in ("png", "svg", "pdf")} < names
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == 2 * 3 * 3 * 21
    start = frame[frame["generation"] == 0].groupby(["n", "width", "end", "run"])["tv"]
    assert (start.nunique() == 1).all()
    assert np.load(tmp_path / "kept.npz")["half_20"].shape == (100, 2)
    assert (tmp_path / "table.md").read_text().count("denoised") == 15


# ---- Gaussians ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("real", "t"), [(0, 8), (12, 8)])
def test_gaussians_of_points(real, t):
    """Wishart: the log-determinant moves by digammas; with real points only, by those of one fit."""
    n, d, count = 12, 3, 1500
    volumes, means = refitted(np.random.default_rng(4), count, n, real, d, (1, t))
    drift = np.mean([digamma((n - i) / 2) - np.log(n / 2) for i in range(1, d + 1)])
    for column, steps in ((0, 1), (1, 1 if real else t)):
        x = volumes[:, column]
        assert x.mean() == pytest.approx(steps * drift, abs=6 * x.std() / np.sqrt(count))
    assert means[:, 0].var() == pytest.approx(1 / n, rel=6 * np.sqrt(2 / (count * d)))


def test_the_gaussian_experiment_end_to_end(tmp_path, monkeypatch):
    """With a few hundred runs over twenty retrainings that are called a thousand."""
    monkeypatch.setattr(gaussian, "RUNS", {1: 250})
    monkeypatch.setattr(gaussian, "GENERATIONS", (1, 20, 1000))
    monkeypatch.setattr(gaussian, "SETTINGS", ((1, 20),))
    done = outline.run("gaussian", tmp_path, seed=1, workers=2)
    verdicts = {x.claim.id: x.verdict for x in done.checked}
    assert verdicts["synthetic-collapses"] in (Verdict.SUPPORTED, Verdict.UNDECIDED)
    assert Verdict.REFUTED not in verdicts.values()
    assert {"log_variance.png", "table.md", "findings.md"} <= {f.name for f in tmp_path.iterdir()}
    table = pd.read_csv(tmp_path / "table.csv")
    late = table[(table["generation"] == 1000) & (table["scheme"] == "synthetic")].iloc[0]
    assert late["low"] < 1000 * (digamma(19 / 2) - np.log(10)) < late["high"]
