"""The error of a score network, term by term: the laws that are followed, their bound, exponents, what claims tell apart."""

import math
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from scipy.stats import norm

from reports.experiments import DESCRIPTIONS, committed, experiment, outline, score_network
from reports.paper_page import _by_experiments, page
from reports.papers import of_paper
from simulate.diffusion import line, plane
from simulate.diffusion.training import RandomFeatures
from simulate.diffusion.training import reverse as drawn_paths
from theory.families import catalogue
from theory.language.claims import claims_of
from theory.language.verdicts import Verdict

# ---- the laws -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("s", [0.01, 0.3, 3.0])
def test_the_truth_noised(s):
    """Its distribution function, and the mean noise in a point: the slope of its log-density, times the noise's deviation."""
    kept, sd = math.exp(-s), math.sqrt((line.SD * math.exp(-s)) ** 2 + 1 - math.exp(-2 * s))
    x = np.linspace(-3, 3, 13)
    density = lambda y: (norm.pdf(y, -kept, sd) + norm.pdf(y, kept, sd)) / 2  # noqa: E731
    assert line.truth(x, s) == pytest.approx((norm.cdf(x, -kept, sd) + norm.cdf(x, kept, sd)) / 2)
    score = (np.log(density(x + 1e-5)) - np.log(density(x - 1e-5))) / 2e-5
    assert line.true_noise(x, s) == pytest.approx(-math.sqrt(1 - math.exp(-2 * s)) * score, abs=1e-6)


def test_endlessly_many_points():
    """More and more points come to their masses."""
    rng, mass = np.random.default_rng(0), line.population()
    points = [np.where(rng.random(n) < 0.5, -1, 1) + line.SD * rng.standard_normal(n) for n in (1000, 100_000)]
    far = [np.abs(line.masses(x) - mass).sum() for x in points]
    assert mass.sum() == pytest.approx(1)
    assert far[1] < far[0] / 5
    assert mass @ line.NODES**2 == pytest.approx(1 + line.SD**2, rel=1e-3)


def test_the_reverse_sde_beside_drawn_paths():
    """What is carried on from cell to cell is the law of paths, in the same steps."""
    noise = np.sin(3 * line._places()[0]) * np.linspace(0.1, 0.6, line.STEPS - 1)[:, None]
    rng, levels = np.random.default_rng(1), line.LEVELS
    x = rng.standard_normal(40_000)
    for k, (s, after) in enumerate(pairwise(levels)):
        predicted = np.sin(3 * x) * np.linspace(0.1, 0.6, line.STEPS - 1)[k]
        h = s - after
        x = (
            x
            + h * (x - 2 * predicted / math.sqrt(1 - math.exp(-2 * s)))
            + math.sqrt(2 * h) * rng.standard_normal(len(x))
        )
    drawn = np.histogram(x, np.concatenate([[-np.inf], np.linspace(-3, 3, 13), [np.inf]]))[0] / len(x)
    middle, law = line._places()[0], line.reverse(noise)[-1]
    cells = np.histogram(middle, np.concatenate([[-np.inf], np.linspace(-3, 3, 13), [np.inf]]), weights=law)[0]
    assert np.abs(drawn - cells).sum() / 2 < 0.02


def test_the_truths_own_score_brings_the_truth_back():
    """Up to steps and start; the start alone is seen where sampling begins early."""
    far = {T: line.reverse_tv(line.exact(T)[1]) for T in (0.25, 1.0, 3.0)}
    assert far[0.25] > 0.04
    assert max(far[1.0], far[3.0]) < 0.013


@examples(4, 20)
@given(st.lists(st.floats(-0.5, 0.5), min_size=4, max_size=4), st.sampled_from([0.5, 3.0]))
def test_girsanov_bounds_every_score(shape, T):
    """Whatever is predicted: the laws are no farther apart than the paths."""
    own, laws = line.exact(T)
    x = line._places()[0]
    off = shape[0] + shape[1] * x + shape[2] * np.sin(2 * x) + shape[3] * np.cos(x)
    noise = own + off
    apart = line.tv_of_masses(line.reverse(noise, T)[-1], laws[-1])
    assert apart <= line.path_bound(noise, T) + 1e-9
    assert line.path_bound(own, T) == 0


def test_a_fifth_of_the_bound_would_not_do():
    own, laws = line.exact()
    noise = own + 0.3
    assert line.tv_of_masses(line.reverse(noise)[-1], laws[-1]) > line.path_bound(noise) / 5


# ---- in the plane ---------------------------------------------------------------------------------------------------


def small(seed=0, width=16) -> plane.Network:
    return plane.Network(RandomFeatures.drawn(np.random.default_rng(seed), width), 1e4)


@pytest.mark.parametrize("s", [0.01, 0.3, 3.0])
def test_the_truth_of_the_plane_noised(s):
    """The mean noise in a point: the slope of the log-density of three Gaussians, times the noise's deviation."""
    kept, v = math.exp(-s), (line.SD * math.exp(-s)) ** 2 + 1 - math.exp(-2 * s)
    x = np.random.default_rng(3).uniform(-2, 2, (7, 2))
    log_density = lambda y: np.log(sum(np.exp(-((y - kept * c) ** 2).sum(1) / (2 * v)) for c in plane.TRUTH.centres))  # noqa: E731
    for j, step in enumerate(1e-5 * np.eye(2)):
        slope = (log_density(x + step) - log_density(x - step)) / 2e-5
        assert plane.true_noise(x, s)[:, j] == pytest.approx(-math.sqrt(1 - math.exp(-2 * s)) * slope, abs=1e-6)


def test_points_are_shared_out_between_nodes():
    """Their mean stays, and many points come to what the truth gives; beyond the box they are at its edge."""
    rng = np.random.default_rng(4)
    few, nodes = rng.uniform(-3, 3, (5, 2)), plane.square(plane.NODES)
    assert plane.masses(few) @ nodes == pytest.approx(few.mean(axis=0))
    assert plane.masses(np.array([[9.0, -9.0]])).reshape(81, 81)[-1, 0] == pytest.approx(1)
    far = [np.abs(plane.masses(plane.TRUTH.draw(rng, n), cells=20) - plane.shared(20)).sum() for n in (1000, 100_000)]
    assert plane.shared(20).sum() == pytest.approx(1)
    assert far[1] < far[0] / 5 < 0.1


def test_the_reverse_sde_of_the_plane_beside_drawn_paths():
    """What is carried on from node to node is the law of paths that are drawn, in the same steps."""
    network = small()
    weights = network.weights(plane.population())
    law = plane.reverse(network.predicted(weights))[-1]
    points = drawn_paths(network.features, weights, network.levels, np.random.default_rng(5), 40_000)
    side = np.linspace(-plane.BOX, plane.BOX, plane.FINE + 1)
    cuts = np.concatenate([[-np.inf], (side[12:-12:6] + side[13:-11:6]) / 2, [np.inf]])  # between nodes
    drawn = np.histogram2d(*points.T, (cuts, cuts))[0] / len(points)
    own = np.histogram2d(*plane.square(side).T, (cuts, cuts), weights=law)[0]
    assert law.sum() == pytest.approx(1)
    assert np.abs(drawn - own).sum() / 2 < 0.03
    assert np.abs(drawn - np.roll(own, 1, axis=0)).sum() / 2 > 0.2  # a cell aside it would be seen


def test_the_truths_own_score_brings_the_truth_of_the_plane_back():
    """Up to steps and start: on finer and finer grids the null value comes to rest."""
    coarse, usual, fine = (plane.reverse_tv(plane.exact(line.START, cells)[1]) for cells in (30, plane.FINE, 100))
    assert abs(usual - fine) < 0.0005 < 0.02 < coarse - usual
    assert usual < 0.016


def test_gradient_flow_in_the_plane_is_that_of_noised_points():
    """The quadrature beside noised points that are drawn, by least squares: what is predicted is nearly the same."""
    network, rng = small(width=8), np.random.default_rng(6)
    points = plane.TRUTH.draw(rng, 300)
    weights = network.weights(plane.masses(points))
    s = rng.choice(network.levels, 200_000)
    noise, kept = rng.standard_normal((len(s), 2)), np.exp(-s)[:, None]
    noised = kept * points[rng.integers(300, size=len(s))] + np.sqrt(1 - kept**2) * noise
    own = line.Flow.of(network.features(noised, s), noise).weights(network.time)
    off = network.features(noised, s) @ (weights - own)
    assert math.sqrt(np.mean(off**2)) < 0.02


def test_the_flow_of_the_plane_is_the_line_twice():
    """A score that looks at one coordinate only: each of the two goes as on the line."""
    inner = np.array([[1.0, 0.0, 0.2, 0.1], [-0.5, 0.0, 0.1, 0.3]])
    outer = np.array([0.4, -0.3, 0.5, 0.1])
    weights = np.zeros((5, 2))
    weights[[0, 1, 2, 4], 0] = outer
    law = plane.Network(RandomFeatures(inner)).sampled(weights, 1 / 4)
    one = line.Network(RandomFeatures(inner[:, [0, 2, 3]]))
    starts = np.linspace(-plane.REACH, plane.REACH, 31)
    follow = one.sampled(outer)
    assert law.points.reshape(31, 31, 2)[:, 7, 0] == pytest.approx(
        np.interp(starts, line.QUANTILES, follow.points), abs=2e-3
    )


@examples(3, 10)
@given(st.lists(st.floats(-0.5, 0.5), min_size=4, max_size=4), st.sampled_from([0.5, 3.0]))
def test_girsanov_bounds_every_score_of_the_plane(shape, T):
    own, laws = plane.exact(T, 40)
    x, y = plane.square(np.linspace(-plane.BOX, plane.BOX, 41)).T
    noise = own + np.stack([shape[0] + shape[1] * x, shape[2] * y + shape[3] * np.sin(x)], axis=1)
    apart = line.tv_of_masses(plane.reverse(noise, T)[-1], laws[-1])
    assert apart <= plane.path_bound(noise, T) + 1e-3  # of the nodes near the edge, and of the last steps between them
    assert plane.path_bound(own, T) == 0


# ---- the experiment -------------------------------------------------------------------------------------------------


def made(points=-0.45, tau=-0.25, width=-0.75, grid=0.0, runs=24) -> pd.DataFrame:
    """Runs whose measures follow these powers, up to noise."""
    rng, rows = np.random.default_rng(2), []
    powers = {"points": points, "time": tau, "width": width, "start": 0.0, "grid": grid}
    for space, (term, places) in product(score_network.SPACES, score_network.TERMS.items()):
        for at, x in places.items():
            for run in range(runs):
                size = 0.3 * (x / min(places.values())) ** powers[term] * math.exp(0.05 * rng.standard_normal())
                own = 0.01
                sde = own + size * (0.3 if term != "points" else 1)
                rows.append({"space": space, "term": term, "at": at, "run": run, "generation": 1, "tv": sde, "sde": sde,
                             "path": size, "drawn": size if term == "points" else 0.0, "own": own, "failed": ""})  # fmt: skip
    return pd.DataFrame(rows)


def decided(frame, tmp_path) -> dict[str, Verdict]:
    outline.paired(frame, score_network).to_csv(tmp_path / "p.csv", index=False)
    return {x.claim.id: x.verdict for x in outline.decide(score_network, tmp_path / "p.csv")}


def test_its_claims_tell_exponents_apart(tmp_path):
    """Errors that fall as they do, and as the bound does: what is claimed of the one is refuted of the other."""
    as_measured, as_quoted = (decided(made(*x), tmp_path) for x in ((-0.45, -0.2, -0.75), (-0.22, -0.5, -1.0)))
    for claim, other in (
        ("estimation-falls-as-quoted", "estimation-falls-no-faster"),
        ("early-stopping-falls-slower", "early-stopping-falls-as-quoted"),
    ):
        assert (as_measured[claim], as_measured[other]) == (Verdict.SUPPORTED, Verdict.REFUTED)
        assert (as_quoted[claim], as_quoted[other]) == (Verdict.REFUTED, Verdict.SUPPORTED)


def test_its_claims_tell_grids_apart(tmp_path):
    """A total variation that goes on falling with the cells is no measurement."""
    still, falling = (decided(made(grid=x), tmp_path) for x in (0.0, -0.5))
    assert falling["grid-is-fine-enough"] is Verdict.REFUTED
    assert falling["half-a-grid-is-fine-enough"] is Verdict.REFUTED
    assert still["grid-is-fine-enough"] is not Verdict.REFUTED


def test_exponents_are_those_of_the_runs():
    frame = made()
    found = score_network.tables(outline.Outcome(frame))["exponents"].set_index(["space", "term", "measure"])
    powers = {("points", "drawn"): -0.45, ("points", "sde"): -0.45, ("time", "path"): -0.25, ("width", "path"): -0.75}
    for space, (key, power) in product(score_network.SPACES, powers.items()):
        row = found.loc[(space, *key)]
        assert float(row["low"]) <= power <= float(row["high"])
        assert float(row["high"]) - float(row["low"]) < 0.05
    x = frame[(frame["term"] == "width") & (frame["space"] == "line")].assign(sde=0.0)
    assert np.isnan(score_network.exponents(x, "width", "sde")).all()  # nothing is left of it


def test_the_start_has_its_terms():
    """Total variation of noised points from N(0, 1) is below the root of half the divergence, and both vanish like e^(-2T)."""
    near, far = score_network.prior(1.0), score_network.prior(3.0)
    for x in (near, far):
        assert 0 < x["TV"] < x["sqrt(KL/2)"]
    assert math.exp(-4.6) < far["TV"] / near["TV"] < math.exp(-3.6)


@pytest.mark.parametrize("space", score_network.SPACES)
def test_a_network_is_measured(space):
    """One run, a short training: the bound holds, and more points leave less open."""
    few, many = (score_network.fitted(0, 0, space, n=n, tau=40.0, w=16) for n in (100, 6400))
    for x in (few, many):
        assert x["sde"] <= x["path"] + x["own"]
        assert all(0 <= y <= 1 for y in x.values())
    assert many["drawn"] < few["drawn"]


# ---- the committed run, and the paper's page ------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_what_is_committed_are_verdicts_of_the_experiments_claims(name):
    run = committed(name)
    assert {*run["verdicts"]} == {c.id for c in claims_of(experiment(name))}
    assert {*run["verdicts"].values()} <= {str(v) for v in Verdict}
    assert run["command"] == f"selfconsuming run {name} --seed 1"


def test_the_papers_page_has_what_experiments_decide():
    """Every claim that names the paper, with the class on which it is decided, and the verdict of the committed run."""
    text = page("2402.11778", [], {c.id: c for c in of_paper("2402.11778", catalogue())})
    part = text.partition("## Decided by experiments")[2]
    assert "The class on which it is decided: two humps on the line" in part
    for c in claims_of(score_network):
        if "2402.11778" in c.source:
            row = next(x for x in part.splitlines() if f"(`{c.id}`)" in x)
            assert committed("score-network")["verdicts"][c.id] in row
    assert "## Decided by experiments" not in page(
        "2404.05090", [], {c.id: c for c in of_paper("2404.05090", catalogue())}
    )


@pytest.mark.parametrize("paper", ["2310.00429", "2407.09499", "2408.16333"])
def test_the_papers_page_says_of_experiments_whose_statements_are(paper):
    """What is measured here is not the paper's; the verdicts are on the page."""
    told = "\n".join(_by_experiments(paper)).split("**`selfconsuming run ")[1:]
    assert told
    for part in told:
        assert "| verdict |" in part
        for row in part.splitlines():
            if "*own measurement" in row:
                assert row.startswith("| ours |")
            if row.startswith("| the paper |"):
                assert paper in row
