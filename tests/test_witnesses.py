"""The table of witnesses: who is in it, what follows from it, and what becomes of one that is not."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports import analytic, records, witnesses, wording
from reports.page import page
from reports.schema import FILE, text
from reports.witnesses import AT_POINTS, EVERYONE, HALVES, NAMES, WITNESSES, Files, Witness, order, witness
from theory.language import verdicts
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

P, S, R, U = Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED
ROOT = Path(__file__).parents[1]


def finding(name, verdict, number=None, **more):
    return Finding("c", "f", name, verdict, number=number, point=None if number is None else {"n": str(number)}, **more)


@pytest.fixture
def printed(monkeypatch) -> Witness:
    """One more witness in the table."""
    added = Witness("printed", "P", "printed numbers", ask=lambda question: [])
    monkeypatch.setattr(witnesses, "WITNESSES", (*WITNESSES, added))
    monkeypatch.setattr(witnesses, "EVERYONE", (*EVERYONE, added))
    return added


# ---- the table ------------------------------------------------------------------------------------------------------


def test_the_names_are_those_of_findings_and_ledgers():
    """They stand in ledgers: another name would be another witness."""
    assert NAMES == verdicts.WITNESSES == ("derivation", "ball", "simulation")
    assert [w.name for w in EVERYONE] == [*NAMES, verdicts.MEASURED]
    assert HALVES == {"analytic": ("derivation", "ball"), "simulation": ("simulation",)}
    assert [w.name for w in AT_POINTS] == ["ball", "simulation"]


def test_each_has_a_letter_of_its_own():
    letters = [w.letter for w in EVERYONE]

    assert len(set(letters)) == len(letters)
    assert all(re.fullmatch("[A-Z]", w.letter) for w in WITNESSES)  # the page looks for them one by one


def test_no_other_module_of_reports_knows_a_witness_by_name():
    """In code; what is said in words is no place to edit."""
    names = "|".join(NAMES)
    known = re.compile(rf"""(["'])(?:{names})\1""")
    for file in sorted((ROOT / "reports").rglob("*.py")):
        if file.name != "witnesses.py":
            lines = [line for line in file.read_text(encoding="utf-8").splitlines() if known.search(line)]
            assert not lines, f"{file.name}: {lines}"


def test_the_schema_of_the_json_is_that_of_the_table():
    assert FILE.read_text(encoding="utf-8") == text()


def test_they_are_asked_in_their_order():
    assert [w.name for w in witnesses.behind("")] == ["derivation", "ball"]
    assert [w.name for w in witnesses.behind("derivation")] == ["ball"]
    assert witnesses.behind("ball") == []


# ---- summaries ------------------------------------------------------------------------------------------------------

FOUND = [
    finding("derivation", U, note="no closed form"),
    finding("ball", S, 1),
    finding("simulation", U, 2, note="few"),
]


def test_an_added_witness_is_told_of_as_the_others_are(printed):
    more = [*FOUND, finding("printed", S, 1), finding("printed", U, 3, note="too few digits")]
    s = summarise("s", None, more)

    assert list(s.witnesses) == ["derivation", "ball", "simulation", "printed"]
    assert s.witnesses["printed"] == U
    assert s.coverage["printed"] == "1 of 2 points"
    assert s.reasons["printed"] == "too few digits"
    assert wording._witnesses(s)[-1] == "P undecided 1/2"
    assert "P at other points: too few digits" not in wording._notes(s)
    assert "P: too few digits" in wording._notes(s)


@pytest.mark.parametrize(("other", "alarm"), [(R, "proved by derivation, refuted by printed"), (S, "")])
def test_an_added_witness_may_contradict_a_proof(printed, other, alarm):
    s = summarise("s", None, [finding("derivation", P), finding("printed", other, 1)])

    assert s.contradiction == alarm
    assert s.surprise == bool(alarm)


# ---- a witness that is not in the table -----------------------------------------------------------------------------


def test_findings_of_somebody_elses_witness_are_told_by_its_name():
    """A ledger may come from where there was one more; what it says is not lost, and nothing fails."""
    odd = finding("oracle", S, 1, id=7)
    s = summarise("A statement.", None, [finding("ball", S, 1), odd])

    assert witness("oracle").letter == "oracle"
    assert sorted([odd, *FOUND], key=order)[-1] is odd
    assert "oracle" in records.as_json([s], {})
    assert "oracle" in page([s], {})
    with pytest.raises(BadInput, match="finding 7 is of a witness 'oracle' that is not here"):
        witness("oracle").again(None, odd, Files())  # type: ignore[arg-type]


# ---- where a process ends -------------------------------------------------------------------------------------------


def test_a_witness_behind_the_one_that_ends_is_asked(printed, monkeypatch):
    """What ends in an error is a row, and the next one goes on."""
    asked = []

    def broken(question):
        raise IndexError("a slip")

    def told(question):
        asked.append(question.settled)
        return [finding("printed", S, 1)]

    first, second, third = (replace(w, ask=f) for w, f in zip(WITNESSES, (broken, lambda q: [], None), strict=True))
    monkeypatch.setattr(witnesses, "WITNESSES", (first, second, third, replace(printed, ask=told)))
    (claim,) = analytic.catalogue("gaussian-sigma-mean-c4")
    found = list(analytic.analyse(claim, 0.01))

    assert [(f.witness, f.verdict) for f in found] == [("derivation", Verdict.FAILED), ("printed", S)]
    assert found[0].note.startswith("IndexError: a slip")
    assert asked == [False]
    assert [f.witness for f in analytic.analyse(claim, 0.01, after="ball")] == ["printed"]
