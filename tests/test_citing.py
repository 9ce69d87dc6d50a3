"""Citing a report, and the three sentences for a review: made from findings, in words that speak of models."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports import citing
from reports.citing import arxiv, bibtex, made
from reports.ledger import Ledger
from reports.papers import author, is_own, is_reading, of_paper, papers
from reports.review import NAMED, review
from reports.wording import LOOSE
from theory.families import catalogue
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

ROOT = Path(__file__).parents[1]
FERBACH = "2407.09499"


# ---- papers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["", "v2", "v12"])
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "arXiv:{}",
        "https://arxiv.org/abs/{}",
        "http://www.arxiv.org/abs/{}/",
        "https://arxiv.org/pdf/{}",
        "https://arxiv.org/pdf/{}.pdf#page=3",
        "https://export.arxiv.org/html/{}?x=1",
        "https://doi.org/10.48550/arXiv.{}",
    ],
)
def test_a_paper_by_number_address_or_doi(form, version):
    assert arxiv(f" {form.format(FERBACH + version)} ") == (FERBACH, version)


@pytest.mark.parametrize(
    "text", ["", "Ferbach", "2407", "24070.9499", "2407.09499w2", "https://example.org/abs/2407.09499", "2407.094991"]
)
def test_what_is_no_paper(text):
    with pytest.raises(BadInput, match=r"is no paper on arXiv; expected a number such as"):
        arxiv(text)


def test_who_is_known_is_who_the_sources_name():
    for paper, (authors, title) in citing.KNOWN.items():
        assert paper in papers(catalogue())
        assert authors.split(" and ")[0].split()[-1] == author(paper, catalogue()).split()[0]
        assert title.strip() == title


# ---- what made a report ---------------------------------------------------------------------------------------------


def findings(c, gap=3.0, verdict=None):
    """What a run might say: numbers made up."""
    verdict = verdict or (Verdict.REFUTED if c.expected == "fails" else Verdict.SUPPORTED)
    at = {"number": 1, "point": {"n": "1"}, "expected": c.expected}
    ball = Finding(c.id, c.family, "ball", verdict, sides=(((1.0, 1e-9), (gap, 1e-9)),), guarantee="rigorous", **at)
    return [ball, Finding(c.id, c.family, "simulation", verdict, replicates=1000, seed=7, **at)]


def summaries(claims, **options):
    return {c.id: summarise(c.statement, c.corrected, findings(c, **options)) for c in claims}


def test_what_made_a_report_is_told(monkeypatch):
    monkeypatch.setattr(citing, "commit", lambda: "0123456789ab")
    claims = of_paper(FERBACH, catalogue())
    m = made(summaries(claims).values(), claims, FERBACH, "2026-11-23")

    assert str(m) == f"selfconsuming {citing.version()}, commit 0123456789ab; decided by 2026-11-23; seed 7"
    assert m.commands[0].startswith("selfconsuming verify curation")
    assert m.commands[0].endswith(" --seed 7")
    assert m.commands[1] == f"selfconsuming report --paper {FERBACH} --out report.md"


def test_bibtex_of_report_and_paper(monkeypatch):
    monkeypatch.setattr(citing, "commit", lambda: "0123456789ab")
    claims = of_paper(FERBACH, catalogue())
    text = bibtex(made(summaries(claims).values(), claims, FERBACH, "2026-11-23"), FERBACH)

    assert re.findall(r"^@misc\{(.+),$", text, re.M) == [f"selfconsuming:{FERBACH}", f"arXiv:{FERBACH}"]
    assert text.count("{") == text.count("}")
    for part in ("year = {2026}", "commit 0123456789ab", "seed 7", f"eprint = {{{FERBACH}}}", "year = {2024}"):
        assert part in text
    assert "arXiv:2404.01413" not in bibtex(made([], [], "2404.01413"), "2404.01413").split("@misc")[0]
    assert bibtex(made([], [])).count("@misc") == 1  # of a report on everything, and where no title is known
    assert "year" not in bibtex(made([], []))


def test_the_title_is_that_of_the_citation_file():
    told = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert f'title: "{citing.TITLE}"' in told
    assert f"name: {citing.AUTHORS}" in told


def test_the_commit_is_that_of_this_checkout():
    commit = citing.commit()

    assert re.fullmatch(r"([0-9a-f]{12}( \+ changes)?)?", commit)
    if (ROOT / ".git").exists():
        assert commit


def test_the_ledger_knows_when_claims_were_decided(tmp_path):
    with Ledger(tmp_path / "l.sqlite") as book:
        assert book.decided(["a"]) == ""
        book.settle("a", "hash")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", book.decided(["a", "b"]))
        assert book.decided(["b"]) == ""


# ---- what to write in a review --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def claims():
    return of_paper(FERBACH, catalogue())


def test_three_sentences_count_what_the_summaries_say(claims):
    found = summaries(claims)
    own = [c.id for c in claims if is_own(c, FERBACH)]
    false = [c.id for c in claims if is_reading(c, FERBACH, claims)]
    holding, loose, misread = review(FERBACH, claims, found)

    assert (
        f"{len(own)} of {len(own)} hold in the models that were looked at ({len(own)} supported by numbers" in holding
    )
    assert f"Of its {len(own)} bounds, {len(own)} are a factor {LOOSE:g} or more from the truth at every point" in loose
    assert loose.count("a factor 3;") == NAMED
    assert misread.startswith(f"{len(false)} readings of it, which it does not state itself, are false in these models")
    assert misread.count("“") == NAMED


def test_a_bound_that_is_attained_somewhere_is_not_called_loose(claims):
    """A general inequality is far from the truth somewhere: that alone is no reproach."""
    own = [c for c in claims if is_own(c, FERBACH)][:2]
    found = summaries(own)
    near = replace(findings(own[0], gap=1.01)[0], point={"n": "2"})
    found[own[0].id] = summarise(own[0].statement, None, [*findings(own[0]), near])
    _, loose, _ = review(FERBACH, own, found)

    assert loose.startswith(
        "Of its 2 bounds, 1 is a factor 2 or more from the truth at every point that was looked at: "
    )
    every, _, some = loose.partition("; 1 is that far from it at some points only: ")
    assert own[1].id in every
    assert f"(`{own[0].id}`), a factor 1.01 to 3" in some


def test_what_fails_is_open_or_was_not_run_is_said(claims):
    own = [c for c in claims if is_own(c, FERBACH)]
    found = summaries(own[:3], gap=1.5)
    found[own[0].id] = summarise(own[0].statement, None, findings(own[0], verdict=Verdict.REFUTED))
    found[own[1].id] = summarise(own[1].statement, None, findings(own[1], verdict=Verdict.UNDECIDED))
    holding, loose, misread = review(FERBACH, claims, found)

    assert "1 of 3 holds in the models that were looked at (1 supported" in holding
    assert f"; 1 fails there; 1 could not be decided; {len(own) - 3} were not run." in holding
    assert loose == "Its one bound is nowhere a factor 2 or more from the truth in these models (1.5)."
    assert misread == "No reading of it has been refuted."


def test_one_statement_is_told_as_one(claims):
    (first, *_) = (c for c in claims if is_own(c, FERBACH))
    words = f"One statement of arXiv:{FERBACH} was checked, in the form in which it is commonly quoted: "
    for verdict, told in ((None, "it holds in the models"), (Verdict.REFUTED, "it does not hold in the models")):
        assert review(FERBACH, [first], summaries([first], verdict=verdict))[0].startswith(words + told)


def test_nothing_is_said_of_what_was_not_run(claims):
    holding, loose, misread = review(FERBACH, claims, {})

    assert holding == f"No statement of arXiv:{FERBACH} was checked in the form in which it is commonly quoted."
    assert loose == "None of them is a bound whose distance from the truth was measured."
    assert misread == "No reading of it has been refuted."


def test_no_paper_is_called_wrong():
    claims = catalogue()
    for paper in ("2310.00429", "2402.11778", FERBACH):
        members = of_paper(paper, claims)
        for verdict in (None, Verdict.REFUTED):
            for sentence in review(paper, members, summaries(members, verdict=verdict)):
                assert not re.search(r"\bwrong|\bincorrect|paper is|authors", re.sub("“.*?”", "", sentence))
                assert sentence.endswith(".")
