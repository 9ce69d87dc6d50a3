"""Networks that are trained: densities, inverses, bounds, the truths they are trained on, and their experiment."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist

from reports.cli import _run
from reports.experiments import curation_synthetic, eight_gaussians, guided_networks, outline, verified_networks
from simulate.networks import SCHEMES, need_jax, plane
from simulate.networks.verified import accuracy, discriminated, right, unequal, verified
from theory.language.errors import BadInput
from theory.language.verdicts import Verdict

jax = pytest.importorskip("jax", reason="JAX is not installed: pip install 'selfconsuming[networks]'")
need_jax()

import jax.numpy as jnp  # noqa: E402

from simulate.networks.denoiser import Denoiser  # noqa: E402
from simulate.networks.flow import Flow  # noqa: E402
from simulate.networks.guidance import Guided, guided, inferior  # noqa: E402
from simulate.networks.loops import BOX, Loop, begun, retrainings  # noqa: E402
from simulate.networks.training import RATE, apart, compiled, sampled  # noqa: E402

pytestmark = pytest.mark.xdist_group("networks")  # what is compiled is compiled once


def some(parameters, key, size=0.4):
    """Parameters moved away from the start, where flows are the identity."""
    leaves, tree = jax.tree.flatten(parameters)
    keys = jax.random.split(key, len(leaves))
    return jax.tree.unflatten(
        tree, [x + size * jax.random.normal(k, x.shape) for x, k in zip(leaves, keys, strict=True)]
    )


# ---- the flow -------------------------------------------------------------------------------------------------------


def test_a_flow_and_its_inverse():
    """Of points with classes, of an odd dimension; the volume is the Jacobian's, by automatic derivatives."""
    flow = Flow(dimension=5, couplings=2, width=8, classes=3)

    @jax.jit
    def both(key):
        parameters = some(flow.drawn(key), key)
        x, labels = jax.random.normal(key, (50, flow.dimension)), jnp.arange(50) % max(flow.classes, 1)
        z, volume = flow.forward(parameters, x, labels)
        slopes = jax.vmap(jax.jacfwd(lambda x, label: flow.forward(parameters, x[None], label[None])[0][0]))(x, labels)
        return x, z, flow.inverse(parameters, z, labels), volume, slopes

    x, z, back, volume, slopes = (np.asarray(a, float) for a in both(jax.random.key(1)))
    assert np.abs(z - x).max() > 0.5
    assert back == pytest.approx(x, abs=1e-3)
    assert volume == pytest.approx(np.linalg.slogdet(slopes)[1], abs=1e-4)


@pytest.mark.long
def test_a_flow_is_a_density():
    """Its likelihood integrates to 1."""
    flow = Flow(couplings=2, width=8)
    parameters = some(flow.drawn(jax.random.key(2)), jax.random.key(3), 0.2)
    edge, cells = 12.0, 600
    at = (np.arange(cells) + 0.5) / cells * 2 * edge - edge
    grid = jnp.asarray(np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2), jnp.float32)
    likelihood = jax.jit(flow.log_likelihood)
    density = np.exp(np.asarray(likelihood(parameters, grid, jnp.zeros(len(grid), int)), float))
    assert density.sum() * (2 * edge / cells) ** 2 == pytest.approx(1, abs=2e-3)


# ---- the diffusion model --------------------------------------------------------------------------------------------


class Exact(Denoiser):
    """With the noise that a standard Gaussian's points have on average, in place of the network's."""

    def noise(self, parameters, x, t, labels):
        return jnp.sqrt(1 - jnp.asarray(self.kept)[t])[:, None] * x


@pytest.mark.long
def test_the_bound_of_a_diffusion_model():
    """With the exact noise the model is a standard Gaussian, too, and the bound is its likelihood; with another it is lower."""
    exact, labels, size = Exact(levels=50), jnp.zeros(5000, int), 5000
    points = np.asarray(jax.jit(exact.sample)(None, labels, jax.random.key(0)), float)
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=6 / np.sqrt(size))
    last = 1 - exact.betas[0]  # the last step adds no noise
    assert points.var(axis=0) == pytest.approx([last] * 2, rel=6 * np.sqrt(2 / size))
    x = jax.random.normal(jax.random.key(1), (size, 2))
    gaps = []
    for model in (exact, Denoiser(levels=50, width=4)):
        bound = jax.jit(model.log_likelihood)(model.drawn(jax.random.key(3)), x, labels, jax.random.key(2))
        gaps.append(np.asarray(bound + (x**2).sum(axis=1) / 2 + np.log(2 * np.pi), float))
    assert gaps[0].mean() == pytest.approx(0, abs=6 * gaps[0].std() / np.sqrt(size))
    assert gaps[1].mean() < -1


@pytest.mark.long
def test_a_diffusion_model_of_one_gaussian():
    """Training lowers the loss, and the samples have about the mean and the variance of the data."""
    model, rng = Denoiser(width=16, levels=20), np.random.default_rng(0)
    data = np.array([1.0, -0.5]) + np.array([0.8, 0.4]) * rng.standard_normal((1, 800, 2))
    args = jnp.asarray(data, jnp.float32), jnp.zeros((1, 800), int), jnp.full(1, 800)
    keys = jax.random.split(jax.random.key(0), 1)
    parameters, losses = compiled(model, 800, RATE)(jax.vmap(model.drawn)(keys), *args, keys)
    assert losses[0, -100:].mean() < 0.8 * losses[0, :20].mean()
    points = np.asarray(sampled(model)(parameters, jnp.zeros((1, 4000), int), keys))[0]
    assert points.mean(axis=0) == pytest.approx(data[0].mean(axis=0), abs=0.12)
    assert points.std(axis=0) == pytest.approx(data[0].std(axis=0), rel=0.15)


# ---- truths and measures --------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("name", plane.TARGETS)
def test_measures_of_the_truth_itself(name):
    target, rng = plane.TARGETS[name], np.random.default_rng(4)
    x, y = target.truth.draw(rng, 1000), target.truth.draw(rng, 1000)
    seen = plane.measures(target, x, y)
    assert abs(seen["tv"]) < 0.03
    assert seen["modes"] == plane.PARTS
    assert min(seen["precision"], seen["recall"]) > 0.9
    far = [plane.sliced(target.truth.draw(rng, 1000), target.quantiles(1000)) for _ in range(20)]
    assert 0.05 < np.mean(far) < 0.2
    assert plane.sliced(target.truth.draw(rng, 100_000), target.quantiles(100_000)) < 0.03
    few = x[np.isin(target.parts[target.truth.nearest(x)[0]], (0, 1, 2, 3))]
    lost = plane.measures(target, few, y)
    assert lost["modes"] == 4
    assert target.truth.grid_tv(few) == pytest.approx(0.5, abs=0.06)
    assert lost["recall"] < 0.75 < lost["precision"]


def test_measures_beside_definitions():
    """A shift by c moves the sliced distance to |c|/sqrt 2; reach and hits as in a table of all distances."""
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((60, 2)), rng.standard_normal((50, 2))
    projected = np.sort((x + np.array([0.6, 0.8])) @ plane.DIRECTIONS, axis=0)
    assert plane.sliced(x, projected) == pytest.approx(np.sqrt(0.5))
    radii = np.sort(cdist(y, y), axis=1)[:, plane.NEIGHBOURS]
    assert plane.reach(y) == pytest.approx(radii)
    assert np.array_equal(plane.within(x, y, radii), (cdist(x, y) <= radii).any(axis=1))


# ---- retraining -----------------------------------------------------------------------------------------------------

TINY = {"n": 40, "first": 20, "steps": 20, "rate": RATE, "likely": 20}  # one training program for all generations
SMALL = Denoiser(width=8, levels=4)  # of which, too, one is compiled for all tests


@pytest.mark.long
def test_schemes_share_their_start_and_seeds_repeat():
    loop = Loop("eight", Flow(couplings=2, width=4), "warm", **TINY)
    a, b = (list(retrainings(loop, s, 3, (0, 1), 1)) for s in ("half", "synthetic"))
    assert np.array_equal(a[0][0], b[0][0])
    assert not np.array_equal(a[1][0], b[1][0])
    assert a[1][0].shape == (2, 40, 2)
    begun.cache_clear()
    again = list(retrainings(loop, "half", 3, (0, 1), 1))
    assert all(np.array_equal(x, y) for t in range(2) for x, y in zip(a[t], again[t], strict=True))
    other = next(retrainings(loop, "half", 4, (0, 1), 0))
    assert not np.array_equal(other[0], a[0][0])


@pytest.mark.long
def test_from_scratch_a_model_forgets():
    """By steps of rate 0 a model that starts at fresh parameters is a standard Gaussian, one that goes on is the one before."""
    for start in ("scratch", "warm"):
        loop = Loop("eight", Flow(couplings=2, width=4), start, **TINY | {"first": 50, "rate": 0.0})
        (_, first), (_, second) = retrainings(loop, "real", 0, (0, 1), 1)
        held = begun(loop, 0, (0, 1)).held[:, : loop.likely]
        standard = -(held**2).sum(axis=2).mean(axis=1) / 2 - np.log(2 * np.pi)
        assert second == pytest.approx(standard if start == "scratch" else first, rel=1e-4)
        assert np.abs(first - standard).min() > 0.01


def test_the_next_model_is_trained_on_picks():
    """Who picks all points leaves the loop as it is; who picks one point again and again teaches the model that point."""
    loop = Loop("eight", Flow(couplings=2, width=4), "warm", **TINY | {"first": 5, "steps": 300, "rate": 1e-2})
    plain, all_of_them = (
        list(retrainings(loop, "synthetic", 3, (0, 1), 1, picked))
        for picked in (None, lambda rng, points, real: points)
    )
    assert np.array_equal(plain[1][0], all_of_them[1][0])
    shapes = []

    def stubborn(rng, points, real):
        shapes.append((points.shape, real.shape))
        return np.tile([1.5, -0.5], (40, 1))

    after = list(retrainings(loop, "synthetic", 3, (0, 1), 1, stubborn, 4))[1][0]
    assert shapes == [((160, 2), (40, 2))] * 4
    assert after.shape == (2, 40, 2)
    away, unpicked = (np.linalg.norm(x.mean(axis=1) - [1.5, -0.5], axis=1) for x in (after, plain[1][0]))
    assert away.max() < 0.5 < 1 < unpicked.min()


@pytest.mark.long
def test_guidance_away_from_itself_changes_nothing():
    """The inferior model of generation 0 is the model; with w = 0 the inferior one is not looked at; else it is."""
    loop = Loop("eight", SMALL, "warm", **TINY)
    plain, led = (list(guided(loop, w, 3, (0, 1), 1)) for w in (0.0, 2.0))
    assert led[0] == pytest.approx(plain[0], abs=1e-3)
    assert np.array_equal(plain[1], plain[0])
    assert np.abs(led[1] - plain[1]).max() > 0.01


def test_guidance_is_linear_in_the_noise():
    """w = -1 is the inferior model itself."""
    denoiser, led = SMALL, Guided(width=8, levels=4)
    keys = jax.random.split(jax.random.key(0), 4)
    model, worse = (some(denoiser.drawn(k), k) for k in keys[:2])
    x, t, labels = jax.random.normal(keys[2], (20, 2)), jnp.arange(20) % 4, jnp.zeros(20, int)
    assert led.noise((model, worse, -1.0), x, t, labels) == pytest.approx(denoiser.noise(worse, x, t, labels), abs=1e-5)


def test_the_inferior_models_are_those_of_retraining():
    loop = Loop("eight", SMALL, "warm", **TINY)
    found = inferior(loop, 3, (0, 1), 2)
    points = [x for x, _ in retrainings(loop, "synthetic", 3, (0, 1), 2)]
    none, keys = jnp.zeros((2, 40), int), begun(loop, 3, (0, 1)).keys
    for t, parameters in enumerate(found):
        drawn = np.asarray(sampled(loop.model)(parameters, none, apart(keys, t, 2)), float)
        assert np.clip(drawn, -BOX, BOX) == pytest.approx(points[t], abs=1e-6)


def test_curation_end_to_end(tmp_path, monkeypatch):
    """Tiny, with two runs: every model and scheme is there, and is measured beside the theory."""
    monkeypatch.setattr("simulate.networks.flow.Flow", lambda: Flow(couplings=2, width=4))
    monkeypatch.setattr("simulate.networks.loops.Loop", lambda *args, **more: Loop(*args, **more | TINY))
    monkeypatch.setattr(curation_synthetic, "RUNS", 2)
    monkeypatch.setattr(curation_synthetic, "N", 40)
    monkeypatch.setattr(outline, "FIGURES", (".png",))  # each in all formats: `test_the_experiment_end_to_end`
    done = outline.run("curation-synthetic", tmp_path, workers=2)
    assert {x.verdict for x in done.checked} == {Verdict.UNDECIDED}
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == 2 * 2 * 2 * 11
    assert np.isfinite(frame[list(curation_synthetic.MEASURES)]).all(axis=None)
    frame["theory"] = frame["weight"] + frame["behind"]
    wide = frame.pivot_table("theory", ["scheme", "generation"], ["model", "run"]).to_numpy()
    assert np.ptp(wide, axis=1).max() < 1e-7
    assert {"measures_points.png", "samples_points.png", "measures_flow.png"} < {f.name for f in tmp_path.iterdir()}


def test_guidance_end_to_end(tmp_path, monkeypatch):
    """Tiny, with two runs: every weight is there, and at t = 0, where both models are one, all are alike."""
    monkeypatch.setattr("simulate.networks.denoiser.Denoiser", lambda: SMALL)
    monkeypatch.setattr("simulate.networks.loops.Loop", lambda *args, **more: Loop(*args, **more | TINY))
    monkeypatch.setattr(guided_networks, "RUNS", 2)
    monkeypatch.setattr(guided_networks, "TARGETS", {"eight": plane.TARGETS["eight"]})
    monkeypatch.setattr(guided_networks, "TITLES", {"tv": "TV"})
    monkeypatch.setattr(outline, "FIGURES", (".pdf",))
    done = outline.run("guided-networks", tmp_path, workers=2)
    assert Verdict.UNDECIDED in {x.verdict for x in done.checked}
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == len(guided_networks.WEIGHTS) * 2 * 6
    assert np.isfinite(frame[list(guided_networks.MEASURES)]).all(axis=None)
    start = frame[frame["generation"] == 0].pivot_table("sw2", "run", "scheme").to_numpy()
    assert np.ptp(start, axis=1).max() < 0.02
    assert {"measures_eight.pdf", "samples_eight.pdf"} < {f.name for f in tmp_path.iterdir()}


def test_what_a_verifier_and_a_discriminator_keep():
    """The share of right points among the kept is the theorem's; who compares with real points finds what they are like."""
    rng = np.random.default_rng(1)
    good, bad = plane.TARGETS["eight"].truth.draw(rng, 30_000), rng.normal(size=(20_000, 2)) * 0.3
    points = rng.permutation(np.concatenate([good[right(good)], bad]))
    p = right(points).mean()
    assert right(good).mean() == pytest.approx(1 - np.exp(-4.5), abs=0.003)
    assert not right(bad).any()
    assert right(verified(rng, points, 1000, 1.0, 0.0)).all()
    kept = verified(rng, points, 20_000, 0.9, 0.3)
    assert len(kept) == 20_000
    assert right(kept).mean() == pytest.approx(accuracy(p, 0.9, 0.3), abs=0.012)
    assert accuracy(p, 0.9, 0.3) - p > 0.1
    assert np.array_equal(np.unique(verified(rng, points[:4], 9, 1.0, 1.0), axis=0), np.unique(points[:4], axis=0))
    picked = discriminated(rng, points[:3000], good[:1000], 1000)
    assert picked.shape == (1000, 2)
    assert right(picked).mean() > 0.9
    assert unequal(good) < 0.02
    assert unequal(good[good[:, 0] > 1.9]) == pytest.approx(7 / 8, abs=0.01)


def test_verification_end_to_end(tmp_path, monkeypatch):
    """Tiny, with two runs: every way to keep points is there, and all share model 0."""
    monkeypatch.setattr("simulate.networks.denoiser.Denoiser", lambda: SMALL)
    monkeypatch.setattr("simulate.networks.loops.Loop", lambda *args, **more: Loop(*args, **more | TINY))
    monkeypatch.setattr(verified_networks, "RUNS", 2)
    monkeypatch.setattr(outline, "FIGURES", (".png",))
    done = outline.run("verified-networks", tmp_path, workers=2)
    assert len(done.checked) == 11
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == len(verified_networks.SCHEMES) * 2 * 6
    assert np.isfinite(frame[list(verified_networks.MEASURES)]).all(axis=None)
    start = frame[frame["generation"] == 0].pivot_table("sw2", "run", "scheme").to_numpy()
    assert np.ptp(start, axis=1).max() < 0.02
    assert {"measures.png", "samples.png"} < {f.name for f in tmp_path.iterdir()}


def test_the_experiment_end_to_end(tmp_path, monkeypatch):
    """Tiny, with two runs: too few for a claim to be decided, and told so."""
    small = {"Flow": lambda: Flow(couplings=2, width=4), "Denoiser": lambda: SMALL}
    monkeypatch.setattr("simulate.networks.flow.Flow", small["Flow"])
    monkeypatch.setattr("simulate.networks.denoiser.Denoiser", small["Denoiser"])
    monkeypatch.setattr("simulate.networks.loops.Loop", lambda *args, **more: Loop(*args, **more | TINY))
    monkeypatch.setattr(eight_gaussians, "RUNS", 2)
    monkeypatch.setattr(eight_gaussians, "SETTINGS", (("eight", "diffusion", "warm"),))
    monkeypatch.setattr(eight_gaussians, "TITLES", {"loglik": "log-likelihood"})
    done = outline.run("eight-gaussians", tmp_path, workers=2)
    assert {x.verdict for x in done.checked} == {Verdict.UNDECIDED}
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == len(eight_gaussians.SETTINGS) * len(SCHEMES) * 2 * 21
    assert np.isfinite(frame[list(eight_gaussians.MEASURES)]).all(axis=None)
    start = frame[frame["generation"] == 0].groupby(["truth", "model", "start", "run"])["loglik"]
    assert (start.nunique() == 1).all()
    assert {"jax", "jaxlib", "optax"} < set(json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["versions"])
    assert {"settings.png", "samples_eight_diffusion_warm.svg", "measures_eight_diffusion_warm.pdf"} < {
        f.name for f in tmp_path.iterdir()
    }


def test_without_jax(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "optax", None)
    with pytest.raises(BadInput, match=r"selfconsuming\[networks\]"):
        need_jax()
    assert _run(["run", "eight-gaussians", "--quick", "--out", str(tmp_path / "new")]) == 2
    assert "pip install 'selfconsuming[networks]'" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
