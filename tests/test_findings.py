"""The page of findings: which statements are on it, what is said of each, and that the committed one is up to date."""

import re
from pathlib import Path

import pytest
from sympy import Eq, Le, Rational

from reports.cli import main
from reports.findings import by_paper, page
from reports.page import is_quoted
from reports.suite import verify
from theory import BadInput, GaussianLoop, Integers, catalogue, claim
from theory.language.moments import E

COMMITTED = (Path(__file__).parents[1] / "docs/findings.md").read_text(encoding="utf-8")
PAPER = "9901.00001"


def variance(n, t):
    return E(GaussianLoop(n, estimator="mle").sigma(t) ** 2)


@claim(source=f"Somebody {PAPER} (Theorem 1, as commonly quoted)", trivial=1)
def decay(n=Integers(2), t=Integers(1, 9)):
    """The expected variance never exceeds that of the truth."""
    return Le(variance(n, t), 1)


@claim(source="derived")
def decay_exact(n=Integers(2), t=Integers(1, 9)):
    """It is (1 - 1/n)^t."""
    return Eq(variance(n, t), (1 - 1 / n) ** t)


@claim(headline=(1, "Variance is lost."), source="a hope", expected="fails", corrected="decay-exact")
def decay_never(n=Integers(2), t=Integers(1, 9)):
    """It stays what it was."""
    return Eq(variance(n, t), 1)


@claim(source=f"Somebody {PAPER} (Theorem 2)", where=lambda n, t: t < n, needs=["where"])
def conditional(n=Integers(2), t=Integers(1, 9)):
    """As long as t < n, more than a third of it is left."""
    return Le(Rational(1, 3), variance(n, t))


@claim(where=lambda n, t: t < n)
def elsewhere(n=Integers(2), t=Integers(1, 9)):
    """Derived, and with nothing false about it."""
    return Le(Rational(1, 3), variance(n, t))


LOCAL = [decay, decay_exact, decay_never, conditional, elsewhere]


def entries(text: str) -> list[tuple[str, str]]:
    """(heading, id) of every statement of a page, in its order."""
    out, heading = [], ""
    for line in text.splitlines():
        heading = line if line.startswith("#") else heading
        if found := re.search(r"`selfconsuming show ([a-z0-9-]+)`$", line):
            out.append((heading, found[1]))
    return out


def stated(text: str) -> list[str]:
    """What the catalogue alone decides: statements, sources, formulas, corrections."""
    return [line for line in text.splitlines() if re.match(r"\*\*|- As written|- Correct|  `", line)]


# ---- the committed page ---------------------------------------------------------------------------------------------


def test_the_committed_page_has_what_the_catalogue_declares():
    fresh = page([], {c.id: c for c in catalogue()})
    again = "selfconsuming verify --twins, then selfconsuming report --findings --out docs/findings.md"

    assert entries(COMMITTED) == entries(fresh), again
    assert {c.id for c in catalogue() if c.expected == "fails"} <= {id for _, id in entries(COMMITTED)}
    assert set(stated(fresh)) <= set(COMMITTED.splitlines()), again


def test_the_committed_page_comes_from_a_whole_run():
    assert "ot run yet" not in COMMITTED
    assert "surprise" not in COMMITTED
    assert "looks for a point" not in COMMITTED  # it has been looked
    false = [c for c in catalogue() if c.expected == "fails"]
    assert COMMITTED.count("\n- Refuted ") == len(false)


def test_headlines_are_sentences_for_readers_who_have_not_seen_the_notation():
    """Short, ranked without gaps in each sort, on the page word by word; no formula, no id, no name of a variable."""
    ranks, told = {}, [(c, *c.headline) for c in catalogue() if c.headline]
    assert len(told) >= 12
    for c, rank, sentence in told:
        ranks.setdefault((c.expected, c.expected == "fails" and is_quoted(c)), []).append(rank)
        assert len(sentence) <= 130
        assert sentence.endswith(".")
        assert not re.search(r"[_^=<>*`]|E\[|sigma|theta|lam\b", sentence)
        assert f"- {sentence} `{c.id}`: " in COMMITTED
    assert all(sorted(of) == list(range(1, len(of) + 1)) for of in ranks.values())


def test_who_quotes_it_is_named():
    """ "Commonly quoted" is said of what somebody states, beside a name: else a statement is a misreading, or a hope."""
    for c in catalogue():
        if "commonly quoted" in c.source:
            assert re.search(r"[A-Z][a-z]+.* commonly quoted|commonly quoted from [A-Z][a-z]+", c.source), c.id


@pytest.mark.parametrize("headline", ["a sentence", (1,), ("first", "a sentence"), (1, "a", "b")])
def test_a_headline_is_a_rank_and_a_sentence(headline):
    with pytest.raises(BadInput, match="expected \\(rank, sentence\\)"):
        claim(headline=headline)(lambda: decay.function)


def test_nothing_is_said_of_a_paper_but_of_how_it_is_quoted():
    assert "as they are commonly quoted" in COMMITTED
    assert not re.search(r"paper is (wrong|false|mistaken)|wrongly (claim|state)", COMMITTED)


# ---- the page -------------------------------------------------------------------------------------------------------


def test_what_is_told_of_whom():
    parts = by_paper(LOCAL)

    assert list(parts) == [PAPER]  # the false one by its entry
    assert (parts[PAPER].false, parts[PAPER].bounds, parts[PAPER].needing) == ([decay_never], [decay], [conditional])


def test_papers_come_first_and_families_after():
    homes = list(by_paper(catalogue()))

    assert homes == sorted(homes, key=lambda h: (not h[0].isdigit(), h))
    assert homes[-1].isalpha()


def test_what_is_said_without_a_run():
    text = page([], {c.id: c for c in LOCAL})

    assert "Declared false; not run yet." in text
    assert "No gap is measured: not run yet." in text
    assert "0 of 5 claims run. Written by" in text
    assert "What to know first" not in text  # an empty section
    assert "- Where `t < n`\n- Needed: without that condition it is false, as declared" in text


def test_what_is_said_after_one():
    found = verify(LOCAL, seconds=0.2, resolution=0.1, twins=True)
    text = page(found.summaries, found.claims)

    refuted = re.search(
        r"- Refuted at n = (\d+), t = (\d+): the sides are (\S+) and 1, missed by \[.*\] % of the", text
    )
    assert refuted
    assert float(refuted[3]) == pytest.approx((1 - 1 / int(refuted[1])) ** int(refuted[2]))
    assert "- Correct: It is (1 - 1/n)^t.\n  `" in text
    assert "\n  Proved by derivation (D · B 13/13" in text
    assert re.search(r"- Gap: [\d.]+ to [\d.]+, at n = ", text)
    assert "- Exact: It is (1 - 1/n)^t." in text
    assert re.search(r"- Needed: without that condition it is false, n = \d+, t = \d+: ", text)
    assert "ot run yet" not in text
    assert "claims run. Written" not in text
    assert "## What to know first" in text
    assert "**Natural to believe, and false.**" in text
    assert re.search(r"- Variance is lost. `decay-never`: at n = \d+, t = \d+: the sides are", text)
    assert "Commonly quoted, and false" not in text  # its source names nobody who says so


def test_one_page_of_all_papers(capsys):
    with pytest.raises(SystemExit) as end:
        main(["report", "--findings", "--paper", "2310.00429"])

    assert end.value.code == 2
    assert "--findings is one page of all papers" in capsys.readouterr().err
