"""The page on the founding documents: each of their 38 items once, and of every claim on it what came out."""

import csv
import re
from pathlib import Path

import pytest

from reports.experiments import DESCRIPTIONS, committed, experiment
from theory import catalogue
from theory.language.claims import claims_of
from theory.proof.prepared import enumerable
from theory.proof.relations.prove import prove

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/seeds.md").read_text(encoding="utf-8")
CLAIMS = {c.id: c for c in catalogue()}
SAID = ("Whole", "In part", "Experiment", "Missing")
CLAIM = re.compile(r"^- `([a-z0-9-]+)`, (proved|supported|undecided|refuted, as declared): (.*)$", re.M)
MEASURED = re.compile(
    r"^- `run ([a-z-]+)`, `([a-z0-9-]+)`, (supported|undecided|refuted(?:, as declared)?): (.*)$", re.M
)
ROWS = [(CLAIMS[id], verdict) for id, verdict, _ in CLAIM.findall(PAGE)]


def items() -> dict[int, str]:
    """What is said of each item, by its number."""
    found = re.findall(r"^### (\d+)\. .+\n((?:(?!^##).*\n?)*)", PAGE, re.M)
    assert len(found) == len(dict(found))
    return {int(number): text for number, text in found}


def test_every_item_is_there_once():
    assert list(items()) == list(range(1, 39))


@pytest.mark.parametrize("number", range(1, 39))
def test_what_is_said_of_an_item(number):
    """One of four words, and what goes with it: claims, an experiment that runs, or a reason."""
    text = items()[number]
    word = re.match(r"\*\*(.+?)\.?\*\*", text)
    assert word, text
    assert word[1] in SAID
    claims, runs = CLAIM.findall(text), re.findall(r"selfconsuming run ([a-z-]+)", text)
    assert set(runs) <= set(DESCRIPTIONS)
    prose = MEASURED.sub("", CLAIM.sub("", text))
    assert len(prose.split()) > 5
    if word[1] in ("Whole", "In part"):
        assert claims or "tests/" in text
    measured = MEASURED.findall(text)
    if word[1] == "Experiment":
        assert runs
        assert measured
    assert text.count("\n- ") == len(claims) + len(measured)  # every line of the list names a claim and its verdict
    assert {name for name, *_ in measured} <= set(runs)


WORKS = (
    "Adversarial curation", "Co-evolving models", "Fu et al. 2025", "Minimax non-collapse", "Trait model of chains", "pi^2/6",
    "Strong collapse", "Seddik et al. 2024", "Mode interpolation",
)  # fmt: skip


@pytest.mark.parametrize("work", WORKS)
def test_works_that_are_cited_have_a_claim_or_a_reason(work):
    """Each in a paragraph of its own, with a year; what it calls a claim of an experiment is one."""
    (told,) = [x for x in items()[37].split("\n\n") if x.startswith(f"*{work}*")]
    assert re.search(r"\bClaims?\b|\b[Aa] claim\b|Out of\s+scope, because", told)
    assert re.search(r"\b20\d\d\b", told)
    for name in re.findall(r"selfconsuming run ([a-z-]+)", told):
        assert any("2406.09358" in c.source for c in claims_of(experiment(name)))


def test_claims_are_those_of_the_catalogue():
    with (ROOT / "docs/_static/verdicts.csv").open(encoding="utf-8", newline="") as file:
        found = {row["claim"]: row["verdict"] for row in csv.DictReader(file)}
    for id, verdict, statement in CLAIM.findall(PAGE):
        assert CLAIMS[id].statement == statement
        assert verdict.removesuffix(", as declared") == found[id], id
    for c, verdict in ROWS:
        assert (verdict == "refuted, as declared") == (c.expected == "fails"), c.id


def test_claims_of_experiments_are_told_with_what_came_of_them():
    """In the committed run, whatever it was."""
    rows = MEASURED.findall(PAGE)
    assert len(rows) > 40
    for name, id, verdict, statement in rows:
        (c,) = (c for c in claims_of(experiment(name)) if c.id == id)
        assert c.statement == statement
        assert committed(name)["verdicts"][id] == verdict.removesuffix(", as declared")
        assert verdict.endswith("as declared") == (c.expected == "fails")


SLOW = {
    "stability-theorem-fixed-point",
    "stability-theorem-finite-samples-plane",
    "stability-theorem-finite-samples-plane-stay",
}


@pytest.mark.thin(12)
@pytest.mark.parametrize(
    ("c", "verdict"),
    [pytest.param(*row, id=row[0].id, marks=[pytest.mark.long] * (row[0].id in SLOW)) for row in ROWS],
)
def test_what_is_said_to_be_proved_is(c, verdict):
    if c.expected == "holds" and not enumerable(c):
        assert prove(c).proved == (verdict == "proved"), c.id
