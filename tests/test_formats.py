"""The table of formats: what follows from it on the command line, in folders and in texts."""

import json
from pathlib import Path

import pytest

from reports import cli
from reports.formats import FORMATS, MARKDOWN, WRITTEN, Asked, Format, by_suffix, named
from reports.suffixes import FIGURES
from reports.suite import Findings
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

ROOT = Path(__file__).parents[1]


@pytest.fixture
def found() -> Findings:
    return Findings([summarise("A statement.", None, [Finding("a-claim", "f", "ball", Verdict.SUPPORTED, number=1)])])


def test_names_and_suffixes_are_those_that_users_write():
    assert {f.name: f.suffix for f in FORMATS} == {
        "html": "html",
        "md": "md",
        "latex": "tex",
        "csv": "csv",
        "json": "json",
    }
    assert len({f.suffix for f in FORMATS}) == len(FORMATS)
    assert not {f".{f.suffix}" for f in FORMATS} & set(FIGURES)


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_each_writes_what_was_found(format, found):
    text = format.write(found, Asked())

    assert "a-claim" in text.replace("\\allowbreak{}", "")
    if format.columns:
        chosen = format.write(found, Asked(columns=("verdict",)))
        assert "supported" in chosen
        assert "a-claim" not in chosen.replace("\\allowbreak{}", "")
    assert (format.write(found, Asked(standalone=True)) != text) == format.standalone


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_each_is_known_by_name_and_by_suffix(format):
    assert named(format.name) is format
    assert by_suffix(Path(f"a/b.{format.suffix}")) is format


@pytest.mark.parametrize("path", [None, Path("report"), Path("report.txt")])
def test_markdown_where_no_suffix_tells(path):
    assert by_suffix(path) is MARKDOWN


def test_each_is_shown_as_it_can_be_read(found, capsys):
    for format in FORMATS:
        text = format.write(found, Asked()).removesuffix("\n")
        format.show(text)
        shown = capsys.readouterr().out
        assert shown == text + "\n"
        if format.name == "json":
            json.loads(shown)


def test_help_names_them_all(capsys):
    for command in ("report", "verify"):
        assert cli._run([command, "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())

    assert "|".join(f.name for f in FORMATS) in told
    assert f"Write {WRITTEN} and figures/ into DIR." in told
    assert WRITTEN == "report.html, .md, .tex, .csv, .json"


def test_the_readme_names_what_is_written():
    assert WRITTEN in (ROOT / "README.md").read_text(encoding="utf-8")


def test_an_unknown_format_is_told_which_there_are(capsys):
    assert cli._run(["report", "--format", "docx"]) == 2
    errors = capsys.readouterr().err

    assert "'docx'" in errors
    assert all(f"'{f.name}'" in errors for f in FORMATS)


def test_the_command_knows_no_format_by_itself():
    files = [ROOT / "reports" / "cli.py", *(ROOT / "reports" / "commands").glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)

    assert not [f.suffix for f in FORMATS if f'"{f.suffix}"' in text or f"report.{f.suffix}" in text]


def test_an_object_is_enough():
    lines = Format("lines", "txt", "Lines", lambda found, asked: "\n".join(s.claim for s in found))

    assert lines.file == "report.txt"
    assert lines.columns
    assert not any((lines.standalone, lines.figures, lines.paper))
