"""A user's file where a family may be named: `verify`, `report`, `show` and `list` of it agree with `check`."""

import json
import os
import re
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from commands import command
from stated import stated
from sympy import Le, asin, log

from reports.cli import _run
from reports.leases import beside
from reports.ledger import Ledger, key
from reports.own import Place, place
from reports.schema import schema
from reports.workbench import check
from theory import Integers
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

pytestmark = pytest.mark.xdist_group("own")  # what is made once for all of them

ROOT = Path(__file__).resolve().parents[1]
LEMMAS = '''\
"""Lemmas of a paper that nobody has written yet. And more."""

from sympy import Eq, Le
from theory import E, GaussianLoop, Integers, c4, claim

print("the file prints")


@claim(mutants={"half of it": lambda n, t: c4(n) ** t / 2})
def decay(n=Integers(2, 1000), t=Integers(1, 50)):
    """The mean decays by c4(n)."""
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t)


@claim
def malformed(n=Integers(2)):
    """No relation."""
    return 3


@claim
def slip(n=Integers(2, 1000), t=Integers(1, 50)):
    """The mean decays by c4(n + 1)."""
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n + 1) ** t)


@claim(expected="fails", corrected="decay")
def stays(n=Integers(2, 1000), t=Integers(1, 50)):
    """The mean stays."""
    return Eq(E(GaussianLoop(n).sigma(t)), 1)

'''
VERDICTS = {"decay": "proved", "slip": "refuted", "stays": "refuted"}
SECONDS = ("--seconds", "3")


def run(folder: Path, *args: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "SELFCONSUMING_LEDGER": str(folder / "l.sqlite")}
    done = command(args, env, folder)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """lemmas.py, verified: `out` and `v.json` are what was written, `stdout` and `stderr` what was told."""
    path = tmp_path_factory.mktemp("own")
    (path / "lemmas.py").write_text(LEMMAS, encoding="utf-8")
    done = run(path, "verify", "lemmas.py", *SECONDS, "--twins", "--out", "out", "--json", "v.json")
    assert done.returncode == 2, done.stderr
    (path / "stdout").write_text(done.stdout, encoding="utf-8")
    (path / "stderr").write_text(done.stderr, encoding="utf-8")
    return path


@pytest.fixture
def here(folder, monkeypatch) -> Path:
    """The folder of `folder`, as the working directory of commands that are run in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(folder / "l.sqlite"))
    return folder


def verdicts(report: dict) -> dict[str, str]:
    return {row["claim"]: row["verdict"] for row in report["claims"]}


def test_a_file_is_verified_like_a_family(folder):
    out, err = (folder / "stdout").read_text(encoding="utf-8"), (folder / "stderr").read_text(encoding="utf-8")
    report = json.loads((folder / "v.json").read_text(encoding="utf-8"))

    jsonschema.validate(report, schema())
    assert verdicts(report) == VERDICTS
    assert {row["family"] for row in report["claims"]} == {"lemmas"}
    assert len(report["refused"]) == 1
    assert re.match(r".*/lemmas\.py:\d+: malformed returned int; expected a relation", report["refused"][0])
    assert "malformed returned int" in err
    assert "the file prints" not in out
    assert "3 claims: 1 proved, 1 refuted as declared, 1 refuted, no surprises" in out
    assert re.search(r"^slip: refuted at n = 2, t = 1$", out, re.M)
    assert re.search(r"^twins  decay .* 0 not refuted|^\d+ false twins: ", out, re.M)


def test_all_reports_and_figures_are_written(folder):
    written = {str(p.relative_to(folder / "out")) for p in (folder / "out").rglob("*.*")}
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")

    assert {f"report.{suffix}" for suffix in ("html", "md", "tex", "csv", "json")} <= written
    assert {f"figures/{name}.png" for name in ("decay", "slip", "stays")} <= written
    assert "Lemmas of a paper that nobody has written yet" in page
    assert "Your claims that do not hold" in page
    assert re.search(r'data-show="refuted">.*<b>1</b>', page)  # "1 surprise" was said beside "no surprises"
    assert 'data-kind="surprise"' not in page
    assert "refuted at n = 2, t = 1: the sides are" in re.sub("<[^>]+>", "", page)
    assert re.search(r"selfconsuming verify \S*lemmas\.py:slip --fresh", page)
    assert re.search(r"selfconsuming reproduce \d+ --file \S*lemmas\.py", page)
    assert not re.search(r"selfconsuming (verify slip|reproduce \d+<)", page)
    assert "ommonly quoted, and false" not in page  # of nobody's lemmas
    assert r"\begin{document}" in (folder / "out" / "report.tex").read_text(encoding="utf-8")
    assert "## lemmas" in (folder / "out" / "report.md").read_text(encoding="utf-8")


def test_check_agrees_with_it_and_writes_the_same(here, capfd):
    assert _run(["check", "lemmas.py", "--claim", "slip", *SECONDS, "--json", "-", "--out", "checked"]) == 1
    report = json.loads(capfd.readouterr().out)

    assert verdicts(report) == {"slip": VERDICTS["slip"]}
    assert verdicts(json.loads((here / "checked" / "report.json").read_text(encoding="utf-8"))) == verdicts(report)


def test_what_is_settled_is_left_as_it_is(here, capfd):
    """With twins it was told of all that is told of without them."""
    assert _run(["verify", "lemmas.py", *SECONDS, "--twins", "--json", "-"]) == 2
    out, err = capfd.readouterr()

    assert re.search(r"[23] of 4 claims were settled in", err)  # one was checked without twins meanwhile
    assert verdicts(json.loads(out)) == VERDICTS


def test_a_doubt_of_the_whole_check_is_kept(tmp_path):
    """Of no finding by itself is it to be seen that the margin shrinks on."""
    c = stated(lambda n: Le(1 - asin(1 / log(n + 1)), 1), n=Integers(2))
    with Ledger(tmp_path / "l.sqlite") as book:
        (done,) = check([c], seconds=1, ledger=book)
        kept = summarise(c.statement, c.corrected, book.last(key(c)))
        bare = summarise(c.statement, c.corrected, [replace(f, doubt="") for f in book.last(key(c))])

    assert (done.verdict, bare.verdict) == (Verdict.UNDECIDED, Verdict.SUPPORTED)
    assert (kept.verdict, kept.doubt) == (done.verdict, done.summary.doubt)
    assert "the margin still shrinks at n = " in kept.doubt


def test_reports_of_the_ledger_take_a_file(here, capfd):
    assert _run(["report", "lemmas.py", "--columns", "claim,family,verdict", "--format", "csv"]) == 0
    out, err = capfd.readouterr()
    assert out.splitlines()[:3] == ["claim,family,verdict", "decay,lemmas,proved", "stays,lemmas,refuted"]
    assert "1 of 4 claims have not been run" in err

    assert _run(["report", "lemmas.py", "--verdict", "refuted", "--format", "latex", "--standalone"]) == 0
    out = capfd.readouterr().out
    assert r"\texttt{slip}" in out
    assert r"\texttt{decay}" not in out
    assert r"\end{document}" in out


def test_show_begins_with_the_verdict(here, capfd):
    assert _run(["show", "lemmas.py"]) == 2
    out = capfd.readouterr().out.splitlines()
    first = out.index("decay")

    assert any(line.startswith("verdict     proved · D · B") for line in out[first : first + 6])
    assert sum(line.startswith("verdict ") for line in out) == 3
    assert any(line.endswith("findings: selfconsuming show lemmas.py:decay --evidence") for line in out)

    assert _run(["show", "lemmas.py:decay", "--evidence"]) == 0
    assert "reproduce FINDING --file" in capfd.readouterr().out
    assert _run(["show", "lemmas.py", "--evidence"]) == 2
    assert "reproduce FINDING --file " in capfd.readouterr().out

    assert _run(["show", "gaussian-sigma-mean-c4"]) == 0  # of the catalogue, never run here
    assert "not run yet: selfconsuming verify gaussian-sigma-mean-c4" in capfd.readouterr().out


def test_one_claim_of_a_file_may_be_named_everywhere(here, capfd):
    assert _run(["show", "lemmas.py:decay"]) == 0
    assert [line for line in capfd.readouterr().out.splitlines() if line in ("decay", "slip", "stays")] == ["decay"]
    assert _run(["report", "lemmas.py:stays", "--columns", "claim,verdict", "--format", "csv"]) == 0
    assert capfd.readouterr().out.splitlines() == ["claim,verdict", "stays,refuted"]
    assert _run(["list", "lemmas.py:slip", "--json"]) == 0
    assert [row["id"] for row in json.loads(capfd.readouterr().out)] == ["slip"]
    for args in (["check"], ["verify"], ["ask"], ["report", "--x", "n=2..50", "--out", "decay.png"]):
        assert _run([args[0], "lemmas.py:decay", *args[1:]]) == 0
        out, err = capfd.readouterr()
        assert "slip" not in out + err
    assert (here / "decay.png").stat().st_size > 5000


def test_list_takes_a_file(here, capfd):
    assert _run(["list", "lemmas.py", "--json"]) == 2
    assert [row["id"] for row in json.loads(capfd.readouterr().out)] == ["decay", "slip", "stays"]


def test_a_finding_is_replayed_only_from_the_file_that_is_named(here, capfd):
    report = json.loads((here / "v.json").read_text(encoding="utf-8"))
    number = next(f["id"] for f in report["findings"] if f["claim"] == "slip" and f["witness"] == "ball")

    assert _run(["reproduce", str(number)]) == 2
    out, err = capfd.readouterr()
    assert "no file is loaded because a ledger names it" in err
    assert "the file prints" not in out + err

    assert _run(["reproduce", str(number), "--file", "lemmas.py"]) == 0
    assert "identical" in capfd.readouterr().out


def test_no_report_of_the_catalogue_loads_a_file_that_the_ledger_names(here, capfd):
    assert _run(["report", "gaussian"]) == 2  # no findings of these claims
    assert "the file prints" not in "".join(capfd.readouterr())


def test_two_files_may_have_claims_of_one_name(here, capfd):
    (here / "other.py").write_text(LEMMAS.replace("c4(n) ** t)", "c4(n) ** t / 3)"), encoding="utf-8")
    assert _run(["report", "other.py", "--columns", "claim,verdict"]) == 2
    assert "has no findings of these claims" in capfd.readouterr().err


def test_a_changed_claim_is_told_of(here, capfd):
    text = (here / "lemmas.py").read_text(encoding="utf-8")
    try:
        (here / "lemmas.py").write_text(text.replace("c4(n + 1) ** t)", "c4(n + 2) ** t)"), encoding="utf-8")
        _run(["report", "lemmas.py", "--columns", "claim,verdict"])
        assert "claims changed since" in capfd.readouterr().err  # all of them: they may use what else is in the file
    finally:
        (here / "lemmas.py").write_text(text, encoding="utf-8")


def test_a_folder_is_a_file_for_each_family(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "l.sqlite"))
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "helpers.py").write_text("raise SystemExit('it is not a file of claims')", encoding="utf-8")
    for name, formula in (("first", "1"), ("second", "2")):
        (papers / f"{name}.py").write_text(
            "from sympy import Eq\nfrom theory import E, GaussianLoop, Integers, claim\n\n\n@claim\n"
            f'def of_{name}(n=Integers(2, 9)):\n    """One."""\n'
            f"    return Eq(E(GaussianLoop(n).sigma(1) ** 2), {formula})\n",
            encoding="utf-8",
        )
    assert _run(["verify", str(papers), "--seconds", "1", "--json", "-"]) == 1
    report = json.loads(capfd.readouterr().out)
    assert [(c["claim"], c["family"], c["verdict"]) for c in report["claims"]] == [
        ("of-first", "first", "proved"),
        ("of-second", "second", "refuted"),
    ]

    (papers / "third.py").write_text((papers / "first.py").read_text(encoding="utf-8"), encoding="utf-8")
    assert _run(["list", str(papers)]) == 2
    assert re.search(r"two claims are called of-first, the other at .*\.py:\d+: give each", capfd.readouterr().err)
    assert _run(["verify", str(tmp_path / "l.sqlite-none")]) == 2


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["verify", "none.py"], "there is no such file"),
        (["show", "none.py"], "there is no such file"),
        (["verify", "lemmas.py", "gaussian"], "name it alone"),
        (["report", "lemmas.py", "--findings"], "it goes with no file"),
        (["verify", "lemmas.py", "--out", "lemmas.py"], "it must be a folder"),
        (["verify", "lemmas.py", "--seconds", "0"], "--seconds is 0"),
        (["check", "lemmas.py", "--plan", "--out", "o"], "--plan does not go with it"),
        (["report", "broken.py"], "broken.py:2: "),
        (["verify", "broken.py"], "broken.py:2: "),
        (["verify", "empty"], "no claim in this folder"),
        (["show", "lemmas.py:non"], "no claim 'non'"),
        (["check", "lemmas.py:decay", "--claim", "stays"], "one too many"),
        (["verify", "lemmas.py:decay", "--json", "lemmas.py"], "would write over lemmas.py"),
    ],
)
def test_bad_input(args, told, here, capfd):
    (here / "broken.py").write_text("x = 1\ny = x / 0\n", encoding="utf-8")
    (here / "empty").mkdir(exist_ok=True)
    assert _run(args) == 2
    assert told in capfd.readouterr().err


def test_a_claim_that_ends_the_process_ends_no_report(tmp_path):
    (tmp_path / "leaves.py").write_text(
        "import os\nfrom sympy import Eq\nfrom theory import E, GaussianLoop, Integers, claim\n\n\n@claim\n"
        'def leaves(n=Integers(2)):\n    """It ends the process."""\n    os._exit(0)\n\n\n@claim\n'
        'def stays(n=Integers(2)):\n    """One."""\n    return Eq(E(GaussianLoop(n).sigma(1) ** 2), 1)\n',
        encoding="utf-8",
    )
    done = run(tmp_path, "verify", "leaves.py", "--seconds", "1")
    assert done.returncode == 2
    assert "leaves.py:9: leaves: the file ends the process (os._exit(0))" in done.stderr
    assert "1 claim: 1 proved" in done.stdout
    again = run(tmp_path, "report", "leaves.py", "--columns", "claim,verdict")
    assert "| `stays` | **proved** |" in again.stdout
    assert again.returncode == 0


def test_what_is_a_file_and_what_a_family(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gaussian").mkdir()
    (tmp_path / "mine").mkdir()

    assert place(()) is place(["gaussian"]) is place(["gaussian-*"]) is None
    assert place(["mine"]) == Place(Path("mine"))
    assert place(["./gaussian"]) == Place(Path("gaussian"))
    assert place(["mine/a.py:decay"]) == Place(Path("mine/a.py"), "decay")
    with pytest.raises(BadInput, match="name it alone"):
        place(["a.py", "b.py"])


@pytest.mark.parametrize("verdict", Verdict)
def test_a_doubt_takes_support_away_and_nothing_else(verdict):
    found = [Finding("c", "f", "ball", verdict, number=1, point={"n": "2"}, margin=(0.1, 0.2), slack=0.1)]
    doubted = [*found, Finding("c", "f", "derivation", Verdict.LEFT_OUT, doubt="it shrinks on")]
    before, after = summarise("", None, found), summarise("", None, doubted)

    if before.verdict == Verdict.SUPPORTED:
        assert (after.verdict, after.doubt) == (Verdict.UNDECIDED, "it shrinks on")
    else:
        assert (after.verdict, after.doubt) == (before.verdict, before.doubt)


def test_the_rows_of_a_users_claim_are_its_files(here):
    from reports import load

    with Ledger(here / "l.sqlite") as book:
        (decay,) = load(here / "lemmas.py", "decay")
        assert key(decay) == f"{(here / 'lemmas.py').resolve()}:decay"
        assert {f.file for f in book.last(key(decay))} == {str((here / "lemmas.py").resolve())}
        assert book.last("decay") == []


@pytest.mark.parametrize("command", ["show", "report", "list"])
def test_a_file_that_leaves_ends_no_command_without_a_word(command, tmp_path):
    """`os._exit(0)` in a file that is loaded here once was an exit status of 0, and nothing was told."""
    file = tmp_path / "leaves.py"
    file.write_text("import os\nos._exit(0)\n", encoding="utf-8")
    done = run(tmp_path, command, "leaves.py")
    assert done.returncode == 2
    assert "leaves.py:2: the file ends the process (os._exit(0))" in done.stderr


THREE = '''\
from sympy import Eq, Le
from theory import E, GaussianLoop, Integers, c4, claim


@claim
def first(n=Integers(2, 40), t=Integers(0, 9)):
    """The mean decays by c4(n)."""
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t)


@claim
def second(n=Integers(2, 40), t=Integers(0, 9)):
    """The variance stays."""
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1)


@claim
def third(n=Integers(2, 40), t=Integers(0, 9)):
    """The mean does not rise."""
    return Le(E(GaussianLoop(n).sigma(t)), 1)
'''


def test_runs_at_once_share_the_claims_of_a_file(tmp_path):
    """Each claim is checked by one of them; the others take what it has found, and tell the same."""
    (tmp_path / "three.py").write_text(THREE, encoding="utf-8")
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: run(tmp_path, "verify", "three.py", *SECONDS), range(2)))
    assert [d.returncode for d in done] == [0, 0], done[0].stderr
    assert done[0].stdout == done[1].stdout
    with closing(sqlite3.connect(tmp_path / "l.sqlite")) as db:
        runs = dict(db.execute("select claim, count(distinct hash) from findings group by claim"))
    assert sorted(runs.values()) == [1, 1, 1]
    with closing(sqlite3.connect(beside(tmp_path / "l.sqlite"))) as db:
        assert not db.execute("select * from leases").fetchall()
