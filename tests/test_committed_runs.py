"""The tables on the page of experiments: their numbers are those of the committed runs, in as many digits as they are told."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reports.experiments import DESCRIPTIONS, committed, experiment

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/experiments.md").read_text(encoding="utf-8")
START = "## "


def section(heading: str) -> str:
    """What stands under a heading."""
    return PAGE.partition(f"{START}{heading}")[2].partition(f"\n{START}")[0]


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table of a section, without its head."""
    table = next(x for x in section(heading).split("\n\n") if x.startswith("| "))
    lines = [line.removeprefix("|").removesuffix("|").split("|") for line in table.splitlines()[2:]]
    assert lines
    return [[x.strip(" *") for x in line] for line in lines]


def runs(name: str) -> pd.DataFrame:
    """A committed table."""
    return pd.read_csv(ROOT / f"docs/_static/{name}.csv")


def cell(table: pd.DataFrame, **at: Any) -> pd.Series:
    """The one row at these values."""
    for name, value in at.items():
        table = table[table[name].astype(str) == str(value)]
    assert len(table) == 1, at
    return table.iloc[0]


def is_told(text: str, value: float) -> bool:
    """Whether a number is told rightly, to half a unit of its last digit."""
    unit = Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))
    return abs(Decimal(text) - Decimal(repr(float(value)))) <= unit * Decimal("0.501")


def columns(line: list[str], first: int, wanted: list[dict[str, Any]], table: pd.DataFrame, by: str) -> None:
    """The cells from a column on are the centres at these places."""
    for text, at in zip(line[first:], wanted, strict=True):
        if text:
            assert is_told(text, cell(table, **at)[by]), (line, at, cell(table, **at)[by])


WORDS: Mapping[str, dict[str, str]] = {
    "gaussian": {"its own points": "synthetic", "half real points": "half", "real points only": "real"},
    "gaussian-digits": {
        "picks alone": "curated",
        "lam = 1/2": "mixed",
        "lam = 1/4": "quarter",
        "no picks": "uncurated",
    },
    "digits": {
        "its images": "synthetic",
        "its images, lam = 1/2": "half",
        "real images, lam = 0": "real",
        "picks by confidence": "confidence",
        "the same, prompted": "prompted",
        "picks by log confidence": "log",
        "picks by preference": "preference",
    },
    "guided-networks": {"0": "plain", "1/2": "half", "1": "one", "2": "two", "4": "four"},
}


def test_gaussian():
    table = runs("gaussian")
    for d, n, on, now, late, _, error in rows("A Gaussian, refitted a thousand times"):
        at = {"d": d, "n": n, "scheme": WORDS["gaussian"][on]}
        places = [(20, "log_variance"), (1000, "log_variance"), (1000, "log_error")]
        wanted = [{**at, "generation": t, "measure": m} for t, m in places]
        columns([now, late, error], 0, wanted, table, "mean")


def test_the_theory_beside_the_gaussian():
    from reports.experiments.gaussian import theory

    for d, n, on, _, _, told, _ in rows("A Gaussian, refitted a thousand times"):
        if told:
            assert is_told(told, theory(int(d), int(n))[WORDS["gaussian"][on]](1000))


@pytest.mark.parametrize(("name", "images"), [("gaussian-digits", "Digits"), ("gaussian-digits-mnist", "MNIST")])
def test_digits(name, images):
    table = runs(name)
    for line in rows(f"{images} by a Gaussian for every class, curated"):
        at = {"reward": line[0], "n": 5000, "scheme": WORDS["gaussian-digits"][line[1]]}
        places = [(0, "weight"), (20, "weight"), (0, "variance"), (20, "variance")]
        places += [(20, m) for m in ("preferred", "classes", "spread")]
        columns(line, 2, [{**at, "generation": t, "measure": m} for t, m in places], table, "median")


@pytest.mark.parametrize(("name", "images"), [("digits", "digits"), ("digits-mnist", "MNIST")])
def test_trained_digits(name, images):
    table, last = runs(name), ""
    measures = ("confidence", "variance", "preferred", "classes", "spread", "frechet", "likely", "taught")
    for line in rows(f"A trained flow of {images}, without curation and with it"):
        at = {"scheme": "synthetic", "generation": 0}
        if line[0] != "model 0":
            half = line[0] == "the same, lam = 1/2"
            scheme = f"{last}_half" if half else WORDS["digits"][line[0]]
            last = last if half else scheme
            at = {"scheme": scheme, "generation": 10}
        columns(line, 1, [{**at, "measure": m} for m in measures], table, "median")


def test_eight_gaussians():
    table = runs("linear-score")
    for line in rows("Eight Gaussians and a random-feature score, retrained twenty times"):
        at = dict(zip(("n", "width", "end"), line[0].split(", "), strict=True))
        places = [("synthetic", 0, "tv"), *((x, 20, "tv") for x in ("synthetic", "accumulate", "half"))]
        places += [("synthetic", t, "spread") for t in (0, 20)] + [("synthetic", 20, "modes")]
        wanted = [{**at, "scheme": s, "generation": t, "measure": m} for s, t, m in places]
        columns(line, 1, wanted, table, "median")


def test_retrained_networks():
    table = runs("eight-gaussians")
    truths = {"eight Gaussians": "eight", "two moons": "moons"}
    for line in rows("Trained networks, retrained twenty times"):
        truth, model, start = line[0].split(", ")
        at = {"truth": truths[truth], "model": model, "start": start}
        places = [("synthetic", 0, "tv"), ("synthetic", 20, "tv"), ("half", 20, "tv"), ("real", 20, "tv")]
        places += [("synthetic", 20, "modes")]
        wanted = [{**at, "scheme": s, "generation": t, "measure": m} for s, t, m in places]
        columns(line, 1, wanted, table, "median")


def test_curation_synthetic():
    table = runs("curation-synthetic")
    for picks, t, _, points, flow, kept in rows("Curation on synthetic data: points, a flow, and the theory"):
        at = {"scheme": "synthetic" if picks == "alone" else "half", "generation": t}
        wanted = [{**at, "model": m, "measure": x} for x in ("weight", "modes") for m in ("points", "flow")]
        columns([points, flow, *kept.split(", ")], 0, wanted, table, "median")


def test_the_theory_beside_curation():
    from simulate.curation.plane import expected

    for picks, t, told, *_ in rows("Curation on synthetic data: points, a flow, and the theory"):
        assert is_told(told, expected("synthetic" if picks == "alone" else "half", 10)[int(t)])


def test_score_loop():
    table = runs("score-loop")
    schemes = {
        "fully synthetic": "synthetic",
        "fully synthetic, growing": "growing",
        "balanced": "balanced",
        "half real, the same": "fixed",
        "half real, fresh": "fresh",
        "all kept": "accumulate",
    }
    for line in rows("A score network, retrained twenty times"):
        scheme = line[0].removeprefix("in the plane: ")
        at = {"space": "line" if scheme == line[0] else "plane", "scheme": schemes[scheme]}
        places = [
            ("root_n", 1, "tv"),
            ("root_n", 20, "tv"),
            ("root_n", 20, "bound"),
            ("1e4", 1, "tv"),
            ("1e4", 20, "tv"),
        ]
        places += [("1e4", 20, "bound"), ("best", 1, "tv"), ("best", 20, "tv"), ("best", 20, "bound")]
        wanted = [{**at, "stop": s, "generation": t, "measure": m} for s, t, m in places]
        columns(line, 1, wanted, table, "median")


def test_score_network():
    """The exponents on the line and in the plane."""
    table = runs("score-network-exponents")
    for space, term, measure, *told, _ in rows("The error of a score network, term by term"):
        own = cell(table, space=space, term=term, measure=measure)
        assert all(is_told(x, own[name]) for x, name in zip(told, ("exponent", "low", "high"), strict=True)), (
            space,
            term,
        )


def test_guided_networks():
    """Middles of intervals, with their half widths."""
    table = runs("guided-networks")
    for line in rows("Guidance away from an inferior model"):
        places = [(m, x) for m in ("tv", "sw2", "precision") for x in ("eight", "moons")]
        for text, (measure, truth) in zip(line[1:], places, strict=True):
            scheme = WORDS["guided-networks"][line[0]]
            x = cell(table, truth=truth, scheme=scheme, generation=5, measure=measure)
            middle, width = text.strip(")").split(" (")
            unit = Decimal(1).scaleb(int(Decimal(middle).as_tuple().exponent))
            low, high = (float(middle) + sign * float(unit) * int(width) for sign in (-1, 1))
            assert low <= x["low"] + 1e-9, (line, measure, truth)
            assert high >= x["high"] - 1e-9, (line, measure, truth)
            assert high - low < x["high"] - x["low"] + 4 * float(unit), (line, measure, truth)


def test_verified_networks():
    table = runs("verified-networks")
    schemes = {"all": "none", "by a perfect verifier": "perfect", "by a noisy verifier": "noisy"}
    for kept, t, *told in rows("A verifier between model and data"):
        at = {"scheme": schemes.get(kept, "discriminator"), "generation": t}
        wanted = [{**at, "measure": m} for m in ("right", "kept", "unequal", "tv", "sw2")]
        columns(told, 0, wanted, table, "median")


@pytest.mark.parametrize("name", list(DESCRIPTIONS))
def test_the_verdicts_that_are_told_are_those_of_the_committed_run(name):
    """The commit on the page is that of the verdicts, and where claims are counted they are counted rightly."""
    run = committed(name)
    (at,) = [m.start() for m in re.finditer(rf"`selfconsuming run {name} --seed 1`\s+gave", PAGE)]
    part = PAGE[PAGE.rindex(f"\n{START}", 0, at) : (PAGE + f"\n{START}").index(f"\n{START}", at)]
    assert f"commit {run['commit'][:7]}" in " ".join(part.split())
    verdicts = [*run["verdicts"].values()]
    for number, told in re.findall(r"Of (\d+) claims ([^.:]*)", " ".join(part.split())):
        assert len(verdicts) == int(number)
        for count, verdict in re.findall(r"(\d+) (?:are |is )?(supported|refuted|undecided)", told):
            assert verdicts.count(verdict) == int(count), (count, verdict)


def test_a_number_that_is_not_so_would_be_seen():
    assert is_told("0.37", 0.3716)
    assert not is_told("0.379", 0.3716)
    assert not is_told("0.45", 0.42073)
    assert is_told("-104.6", -104.55)


@pytest.mark.parametrize("name", list(DESCRIPTIONS))
def test_every_experiment_has_results_on_the_page(name):
    """The command, and a committed table with the version, the commit and what its bits depend on."""
    of: Callable[[str], bool] = re.compile(rf"`selfconsuming run {name} --seed 1`\s+gave").search  # type: ignore[assignment]
    (told,) = [x for x in PAGE.split("\n\n") if of(x)]
    told = " ".join(told.split())
    (file,) = re.findall(r"`_static/([a-z-]+)\.csv`", told)[:1]
    assert len(runs(file)) > 40
    assert re.search(r"Version \d+\.\d+\.\d+, commit [0-9a-f]{7}, with ", told)
    for library in getattr(experiment(name), "LIBRARIES", ()):
        assert {"jax": "JAX", "jaxlib": "JAX", "optax": "Optax"}.get(library, library) in told, library
