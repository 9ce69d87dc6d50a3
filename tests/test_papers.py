"""A paper's page: which claims are on it, gaps, where a bound is vacuous, onsets, and the command."""

import pytest
from sympy import Le, Rational

from reports.cli import main
from reports.figures import gaps
from reports.papers import of_paper, onset, page, vacuous
from reports.suite import verify
from reports.tables import gap
from theory.language.claims import catalogue, claim
from theory.language.domains import Integers
from theory.language.errors import BadInput
from theory.language.moments import E
from theory.stability import RetrainedMeanLoop

BERTRAND = "2310.00429"


@claim(trivial=Rational(1, 2))
def bound(n=Integers(1)):
    """The squared error of the first mean is at most 2/n: for n up to 4 that says nothing, if it is known to be below 1/2."""
    return Le(E(RetrainedMeanLoop(n, 4, start="fit").error(0) ** 2), 2 / n)


@pytest.fixture(scope="module")
def found():
    return verify([bound], seconds=0.2, resolution=0.2)


def test_the_page_has_the_claims_that_name_the_paper_and_their_corrections():
    claims = of_paper(BERTRAND, catalogue())
    ids = {c.id for c in claims}

    assert "stability-published-bound-audit-bound" in ids
    assert {c.corrected for c in claims if c.corrected} <= ids
    assert all(BERTRAND in c.source or any(d.corrected == c.id for d in claims) for c in claims)


def test_a_paper_that_nobody_names():
    with pytest.raises(BadInput, match=r"no claim names the paper '1234\.5678'; known: .*2310\.00429"):
        of_paper("1234.5678", catalogue())


def test_a_gap_is_the_larger_side_over_the_smaller(found):
    (s,) = found.summaries
    points = bound.points()
    few = sum(int(p.values["n"]) <= 4 for p in points)

    assert [g for g, _ in s.gaps] == pytest.approx([2.0] * len(points))
    assert vacuous(bound, s) == f"{few} of {len(points)} points"
    assert 0 < few < len(points)


def test_an_equality_has_no_gap():
    found = verify(catalogue("stability-gaussian-mean-ar1-fixed"), seconds=0.2, resolution=0.2)

    assert found.summaries[0].gaps == []
    assert gap(found.summaries[0]) == ""


def test_the_figure_of_gaps(found, tmp_path):
    path = gaps(found.summaries, tmp_path / "gaps.png")

    assert path is not None
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert gaps([], tmp_path / "none.png") is None


def test_onset():
    (c,) = catalogue("stability-fully-synthetic-neutral-no-contraction")
    text = onset(c)  # lam (1 - J) = lam/(1 + lam mu) is within 1 % of 1/mu from lam mu = 99 on
    mu = c.points(1, 0)[0].values["mu"]

    assert text == f"lam = {-(-99 // mu)} (mu = {mu})"
    assert onset(bound) == ""


def test_the_page_itself():
    name = "stability-published-bound-audit-bound"
    found = verify(catalogue(name), seconds=0.2, resolution=0.2)
    (s,) = found.summaries
    text = page(BERTRAND, found)

    assert text.startswith(f"# arXiv {BERTRAND}")
    assert "model t is after t fits" in text  # the family's index, said once
    row = next(line for line in text.splitlines() if f"`{name}`" in line)
    assert f"| {gap(s)} | {vacuous(catalogue(name)[0], s)} |" in row
    assert f"Loosest: `{name}`, a factor {s.gaps[-1][0]:.3g} at" in text


def test_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "l.sqlite"))
    name = "stability-published-bound-audit-real-share"
    for arguments, status in (
        (["verify", name, "--seconds", "0.2"], 0),
        (["report", "--paper", BERTRAND, "--out", str(tmp_path / "report.md")], 0),
        (["report", "--paper", BERTRAND, "--format", "csv"], 2),
        (["report", "--paper", "1234.5678"], 2),
    ):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert (end.value.code or 0) == status, arguments
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert f"`{name}`" in text
    assert "without it false" in text
    assert "![gaps](report.png)" in text
    assert (tmp_path / "report.png").exists()
