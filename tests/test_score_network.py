"""The error of a score network, term by term: the laws that are followed, their bound, exponents, what claims tell apart."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from scipy.stats import norm

from reports.experiments import DESCRIPTIONS, committed, experiment, outline, score_network
from reports.paper_page import page
from reports.papers import of_paper
from simulate.diffusion import line
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


# ---- the experiment -------------------------------------------------------------------------------------------------


def made(points=-0.45, tau=-0.25, width=-0.75, runs=24, **more) -> pd.DataFrame:
    """Runs whose measures follow these powers, up to noise."""
    rng, rows = np.random.default_rng(2), []
    powers = {"points": points, "time": tau, "width": width, "start": 0.0}
    for term, places in score_network.TERMS.items():
        for at, x in places.items():
            for run in range(runs):
                size = 0.3 * (x / min(places.values())) ** powers[term] * math.exp(0.05 * rng.standard_normal())
                own = 0.01
                sde = own + size * (0.3 if term != "points" else 1)
                rows.append({"term": term, "at": at, "run": run, "generation": 1, "tv": sde, "sde": sde, "path": size,
                             "drawn": size if term == "points" else 0.0, "own": own, "failed": "", **more})  # fmt: skip
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


def test_exponents_are_those_of_the_runs():
    frame = made()
    found = score_network.tables(outline.Outcome(frame))["exponents"].set_index(["term", "measure"])
    for key, power in {("points", "drawn"): -0.45, ("time", "path"): -0.25, ("width", "path"): -0.75}.items():
        assert float(found.loc[key, "low"]) <= power <= float(found.loc[key, "high"])
        assert float(found.loc[key, "high"]) - float(found.loc[key, "low"]) < 0.05
    x = frame[frame["term"] == "width"].assign(sde=0.0)
    assert np.isnan(score_network.exponents(x, "width", "sde")).all()  # nothing is left of it


def test_the_start_has_its_terms():
    """Total variation of noised points from N(0, 1) is below the root of half the divergence, and both vanish like e^(-2T)."""
    near, far = score_network.prior(1.0), score_network.prior(3.0)
    for x in (near, far):
        assert 0 < x["TV"] < x["sqrt(KL/2)"]
    assert math.exp(-4.6) < far["TV"] / near["TV"] < math.exp(-3.6)


def test_a_network_is_measured():
    """One run, a short training: the bound holds, and more points leave less open."""
    few, many = (score_network.fitted(0, 0, n=n, tau=40.0, w=16) for n in (100, 6400))
    for x in (few, many):
        assert x["sde"] <= x["path"] + x["own"]
        assert all(0 <= y <= 1 for y in x.values())
    assert many["drawn"] < few["drawn"]


# ---- the committed run, and the paper's page ------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_what_is_committed_are_verdicts_of_the_experiments_claims(name):
    run = committed(name)
    if run is not None:
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
