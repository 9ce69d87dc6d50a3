"""A trained flow of digits: what is measured of its images, how it is retrained, and its experiment."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_images import made_cifar
from scipy.spatial.distance import cdist
from scipy.stats import norm

from reports.cli import _run
from reports.experiments import digits, outline
from simulate.curation.datasets import CLASSES, DIMENSIONS, load
from simulate.curation.images import Classifier
from simulate.networks import images, need_jax
from theory.language.verdicts import Verdict

pytest.importorskip("jax", reason="JAX is not installed: pip install 'selfconsuming[networks]'")
pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install 'selfconsuming[images]'")
need_jax()

from simulate.networks import curation  # noqa: E402
from simulate.networks.flow import Flow  # noqa: E402

pytestmark = pytest.mark.xdist_group("networks")

SMALL = Flow(dimension=DIMENSIONS, couplings=2, width=4, classes=CLASSES)


# ---- what is measured -----------------------------------------------------------------------------------------------


def test_frechet_distance_of_gaussians():
    """Of diagonal ones: the squared distance of the means, and of the standard deviations."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((500, 3))
    z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T  # exactly standard
    a, b = np.array([1.0, 2.0, 0.5]), np.array([2.0, 2.0, 1.0])
    assert images.frechet(z * a + 1, z * b - 1) == pytest.approx(3 * 4 + 1 + 0.25, rel=1e-6)
    assert images.frechet(z, z) == pytest.approx(0, abs=1e-6)


def test_feature_likelihood():
    """The width that suits the real points is found, and the density of held ones is the kernels'."""
    rng = np.random.default_rng(1)
    points, real, held = (rng.standard_normal((80, 2)) for _ in range(3))
    by_width = [np.log(norm.pdf(cdist(real, points), scale=w).mean(axis=1) / w / np.sqrt(2 * np.pi)).mean()
                for w in images.WIDTHS]  # fmt: skip
    w = images.WIDTHS[int(np.argmax(by_width))]
    known = np.log(norm.pdf(cdist(held, points), scale=w).mean(axis=1) / w / np.sqrt(2 * np.pi)).mean()
    assert images.feature_likelihood(points, real, held) == pytest.approx(known)
    assert images.feature_likelihood(points + 3, real, held) < known - 0.5


def test_measures_of_real_digits_and_of_one_class():
    digits = load()
    points, labels = digits.points / digits.points.std(axis=0), digits.labels
    one, two = (points[::2], labels[::2]), (points[1::2], labels[1::2])
    classifier = Classifier.trained(*one)
    seen = images.measures(*two, classifier, two, one)
    assert (seen["spread"], seen["frechet"]) == pytest.approx((1, 0), abs=1e-6)
    assert min(seen["taught"], seen["agreed"]) > 0.9
    assert seen["classes"] > 9.9
    few = points[labels == 3][:100], labels[labels == 3][:100]
    lost = images.measures(*few, classifier, two, one)
    assert lost["taught"] == pytest.approx((one[1] == 3).mean())
    assert lost["classes"] < 1.5
    assert lost["frechet"] > 10
    assert seen["likely"] < lost["likely"]  # copies of the real ones get kernels too narrow for held ones


# ---- retraining -----------------------------------------------------------------------------------------------------


@pytest.fixture
def tiny(monkeypatch):
    """Few images and few steps."""
    for module in (curation, images):
        monkeypatch.setattr(module, "N", 60)
    return curation.Loop(load(), SMALL, first=5, steps=5)


@pytest.mark.long
def test_data_of_a_scheme(tiny, monkeypatch):
    """Picks or images of the model, alone or beside the real ones."""
    given, data = [], curation._data
    monkeypatch.setattr(curation, "_data", lambda runs: (given.append([list(x) for x in runs]), data(runs))[1])
    sizes = {"synthetic": [60], "half": [60, 30], "real": [60, 0], "preference": [60], "preference_half": [60, 30]}
    for scheme, expected in sizes.items():
        given.clear()
        generations = list(curation.retrainings(tiny, scheme, 0, (0, 1), 1))
        assert [len(points) for points, _ in given[-1][0]] == expected
        start = generations[0][0].start
        if len(expected) == 2:
            assert np.array_equal(given[-1][0][0][0], start.real[0])


def test_candidates_of_a_prompt_are_of_one_class(tiny):
    rng, data = np.random.default_rng(0), [(np.zeros((60, 1)), np.arange(60) % 10)]
    groups = curation._labels(rng, data, True).reshape(60, curation.K)
    assert (groups == groups[:, :1]).all()
    assert not (curation._labels(rng, data, False).reshape(60, curation.K) == groups).all()


def test_rewards():
    classes, confidence = np.array([0, 5]), np.array([0.5, 0.25])
    assert curation.reward("confidence", classes, confidence) == pytest.approx([5, 2.5])
    assert curation.reward("log", classes, confidence) == pytest.approx(np.log(confidence))
    assert curation.reward("preference", classes, confidence) == pytest.approx([1, 0])


@pytest.mark.long
def test_seeds_repeat(tiny):
    a = [x[0].points for x in curation.retrainings(tiny, "log", 5, (0, 1), 1)]
    curation.begun.cache_clear()
    again = [x[0].points for x in curation.retrainings(replace(tiny), "log", 5, (0, 1), 1)]
    assert all(np.array_equal(x, y) for x, y in zip(a, again, strict=True))


def test_generation_0_is_measured_once(tiny, monkeypatch):
    """Schemes share its images, but for those that ask for classes otherwise: what is told is what is measured of their own."""
    monkeypatch.setattr(curation, "Loop", lambda collection: tiny)
    digits._seen_at_first.cache_clear()
    told = []
    monkeypatch.setattr(digits, "measures", lambda *x: (told.append(x[0]), images.measures(*x))[1])
    monkeypatch.setattr(digits, "LAST", 1)
    for scheme, measured in (("log", 4), ("half", 2), ("prompted", 4)):  # of two runs and two generations
        told.clear()
        frame = digits.trained(0, None, scheme, (0, 1)).frame
        assert len(told) == measured
        for run, now in enumerate(next(curation.retrainings(tiny, scheme, 0, (0, 1), 0))):
            row = frame[(frame["run"] == run) & (frame["generation"] == 0)].iloc[0]
            direct = images.measures(now.points, now.labels, now.start.classifier, now.start.real, now.start.held)
            assert row[list(direct)].to_dict() == direct


def test_whose_setting_a_claim_is_in():
    """Without picks it is that of the paper on stability, with picks that of the one on curation."""
    for c in outline.claims_of(digits):
        picked = not c.statement.startswith("Without picking")
        papers = {x for x in ("2310.00429", "2407.09499") if x in c.source}
        assert papers <= {"2407.09499" if picked else "2310.00429"}, c.id


def test_the_quick_setting_has_all_that_claims_speak_of():
    """All runs of each scheme that is claimed about, and of no other."""
    spoken = {column for c in outline.claims_of(digits) for column in outline.needed(c)}
    claimed = {scheme for m in digits.MEASURES for scheme in images.SCHEMES if f"{m}_{scheme}" in spoken}
    quick = digits.jobs(0, quick=True)

    assert {job.setting["scheme"] for job in quick} == claimed < set(images.SCHEMES)
    for scheme in claimed:
        runs = [run for job in quick if job.setting["scheme"] == scheme for run in job.runs]
        assert runs == list(range(digits.RUNS))


@pytest.mark.long
def test_the_experiment_end_to_end(tiny, tmp_path, monkeypatch):
    """Two runs of the tiny flow: too few for a claim to be decided, and told so."""
    monkeypatch.setattr(curation, "Loop", lambda collection: tiny)
    monkeypatch.setattr(digits, "RUNS", 2)
    monkeypatch.setattr(digits, "TILES", 5)
    monkeypatch.setattr(digits, "GROUPS", {"uncurated": digits.GROUPS["uncurated"]})
    monkeypatch.setattr(digits, "TITLES", {"frechet": "Fréchet distance"})
    done = outline.run("digits", tmp_path, workers=2)
    assert {x.verdict for x in done.checked} == {Verdict.UNDECIDED}
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == 2 * len(images.SCHEMES) * len(digits.SHOWN)
    assert set(frame["images"]) == {"digits"}
    assert {"uncurated.png", "images_uncurated.svg"} < {f.name for f in tmp_path.iterdir()}
    kept = np.load(tmp_path / "kept.npz")
    assert kept["half_10"].shape == (25, 8, 8)


@pytest.mark.long
def test_cifar_is_retrained_by_the_same_code(tiny, tmp_path, monkeypatch):
    """Sixty colour images of a user's files: their classes are asked for, picked, measured, and kept to be shown."""
    monkeypatch.setattr(curation, "Loop", lambda collection: replace(tiny, images=collection))
    monkeypatch.setattr(digits, "LAST", 1)
    monkeypatch.setattr(digits, "TILES", 5)
    place = str(made_cifar(tmp_path))
    job = next(x for x in digits.jobs(0, place) if x.setting["scheme"] == "confidence_half")
    assert job.setting["images"] == "CIFAR-10"
    of = digits.trained(0, place, "confidence_half", (0, 1))
    assert of.frame[["run", "generation"]].to_numpy().tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert np.isfinite(of.frame[list(digits.MEASURES)]).all(axis=None)
    assert of.kept["confidence_half_1"].shape == (25, 32, 32, 3)
    assert of.kept["confidence_half_1"].std(axis=(0, 1, 2)).min() > 0


def test_without_jax(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "jax", None)
    assert _run(["run", "digits", "--out", str(tmp_path / "new")]) == 2
    assert "pip install 'selfconsuming[networks]'" in capsys.readouterr().err
