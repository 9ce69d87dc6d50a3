"""Experiments: what is measured, how it is decided, which files come of it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from socket import gethostname

import jsonschema
import numpy as np
import pandas as pd
import pytest
from markdown_it import MarkdownIt
from scipy.integrate import quad
from scipy.spatial.distance import pdist
from scipy.special import digamma
from sympy import Eq, Gt, Lt, latex

from reports.cli import _run
from reports.experiments import DESCRIPTIONS, experiment, folder, gaussian, linear_score, outline
from reports.experiments.outline import Job, Outcome, centre, courses, intervals, paired, runs
from reports.figures import panels
from simulate.diffusion import circle
from simulate.diffusion.training import RandomFeatures, denoised, reverse
from simulate.gaussian.mixed import refitted
from theory import E, Integers, Measured, claim
from theory.language.claims import claims_of
from theory.language.errors import BadInput
from theory.language.verdicts import Verdict

# ---- a toy experiment: this module ----------------------------------------------------------------------------------

MEASURES = {"loss": "a loss", "score": "a score"}
COMPARED = "scheme"
CENTRE = "mean"
SHOWN = (0, 2)
TUNED_ON = 7
MINUTES = {"full": 0.1, "quick": 0.01}
TOY = Measured("loss_a", "loss_b", "score_a", "score_b")


def jobs(seed, quick=False):
    numbers = range(20 if quick else 200)
    return [Job(toy, (seed, n, s, r), {"n": n, "scheme": s}, [r]) for n in (1, 2) for r in numbers for s in ("a", "b")]


def BEFORE(n, scheme, run):
    """Called by every job of the toy, for tests that end it in the middle."""


def toy(seed, n, scheme, run):
    BEFORE(n, scheme, run)
    rng, shared = np.random.default_rng([seed, n, run, ord(scheme)]), np.random.default_rng([seed, n, run])
    loss = shared.normal(0, 5) + 0.1 * rng.standard_normal(3) + np.arange(3) * (scheme == "b")
    columns = {"run": run, "generation": range(3), "loss": loss, "score": n}
    return Outcome(pd.DataFrame(columns), {f"{n}{scheme}": loss} if run == 0 else {})


@claim
def b_rises_above_a(n=Integers(1)):
    """Run by run, the loss of b is between 1.9 and 2.1 above that of a; each by itself varies by 5."""
    return Lt(E(TOY.loss_a(2)) + 1.9, E(TOY.loss_b(2)))


@claim
def they_are_one(n=Integers(1)):
    """The losses are the same."""
    return Eq(E(TOY.loss_a(2)), E(TOY.loss_b(2)))


@claim(expected="fails", corrected="b-rises-above-a")
def a_rises(n=Integers(1)):
    """The loss of a rises by a half."""
    return Gt(E(TOY.loss_a(2) - TOY.loss_a(0)), 0.5)


def figures(outcome):
    return {"loss": panels([courses(outcome.frame, CENTRE, "loss", COMPARED, {"a": "A", "b": "B"}, "loss")])}


HERE, ALL = sys.modules[__name__], jobs(0)
FILES = {"runs.csv", "paired.csv", "kept.npz", "table.md", "table.tex", "table.csv", "findings.md", "findings.json",
         "run.json", "loss.png", "loss.svg", "loss.pdf", "README.md"}  # fmt: skip


@pytest.fixture
def as_gaussian(monkeypatch):
    """The toy under the name of an experiment."""
    monkeypatch.setattr("reports.experiments.import_module", lambda name, package: HERE)


def status(*args):
    return _run(["run", *map(str, args)])


def test_runs_do_not_depend_on_the_number_of_workers():
    told = []
    one, two = runs(jobs(3, quick=True), 1, lambda *x: told.append(x)), runs(jobs(3, quick=True), 2)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert told[0] == (0, 80, None)
    assert told[-1] == (80, 80, 0.0)
    assert set(one.kept) == {"1a", "1b", "2a", "2b"}


def test_the_commit_is_the_one_at_which_a_run_began(as_gaussian, tmp_path, monkeypatch):
    """It was looked up when all was done: a run of an hour was said to be of a commit that came after it."""
    commits = iter(["before", *["after"] * 9])
    monkeypatch.setattr(folder, "commit", lambda: next(commits))
    outline.run("gaussian", tmp_path / "new", workers=1, quick=True)

    assert json.loads((tmp_path / "new" / "run.json").read_text(encoding="utf-8"))["commit"] == "before"
    assert "commit before, Python" in (tmp_path / "new" / "README.md").read_text(encoding="utf-8")


def test_what_the_bits_of_a_run_depend_on_is_told():
    """Digits are rewarded by a classifier that scikit-learn trains: its version was not told, nor asked of parts."""
    pytest.importorskip("sklearn")
    pytest.importorskip("jax")
    for name in ("digits", "gaussian-digits"):
        assert "scikit-learn" in folder.about(name, 0, None, False)["versions"]


def test_pairs_are_of_one_run():
    frame = runs(jobs(0, quick=True)).frame
    wide = paired(frame, HERE)
    assert list(wide.columns) == ["n", "run", "generation", "loss_a", "loss_b", "score_a", "score_b"]
    row = wide[(wide["n"] == 2) & (wide["run"] == 7) & (wide["generation"] == 1)].iloc[0]
    (long,) = frame.query("n == 2 and run == 7 and generation == 1 and scheme == 'b'")["loss"]
    assert row["loss_b"] == long


def test_an_experiment_is_decided_and_written(as_gaussian, tmp_path, capsys):
    """The claim that is false here is refuted, and the status says so; the one that is declared false is not counted."""
    assert status("gaussian", "--out", tmp_path / "new", "--workers", 1) == 1
    assert {f.name for f in (tmp_path / "new").iterdir()} == FILES
    found = json.loads((tmp_path / "new" / "findings.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, json.loads(Path("reports/report.schema.json").read_text(encoding="utf-8")))
    verdicts = {c["claim"]: c["verdict"] for c in found["claims"]}
    assert verdicts == {"b-rises-above-a": "supported", "they-are-one": "refuted", "a-rises": "refuted"}
    assert sum(c["error"] for c in found["claims"]) <= outline.ALPHA * (1 + 1e-9)
    assert "they-are-one: REFUTED" in capsys.readouterr().out
    about = json.loads((tmp_path / "new" / "run.json").read_text(encoding="utf-8"))
    assert about["command"] == "selfconsuming run gaussian --seed 0"
    assert len(pd.read_csv(tmp_path / "new" / "runs.csv")) == 2400
    assert "against its declaration" in (tmp_path / "new" / "findings.md").read_text(encoding="utf-8")
    told = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    assert "Run with `selfconsuming run gaussian --seed 0`, seed 0" in told
    assert {"1 supported", "2 refuted"} == set(told.partition("3 claims: ")[2].partition(".")[0].split(", "))
    assert all(f"| `{name}` |" in told for name in FILES - {"README.md"})
    assert (tmp_path / "new" / "table.tex").read_text(encoding="utf-8").count(
        r"\\"
    ) == 11  # of n, measure and generation, and three heads


# ---- runs that were ended -------------------------------------------------------------------------------------------


def files(folder):
    """What a whole run has written, but `run.json`, which has its wall clock."""
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.name != "run.json"}


def interrupting(at):
    """A run of the toy is interrupted."""

    def before(*job):
        if job == at:
            raise KeyboardInterrupt

    return before


def test_an_interrupted_run_goes_on(as_gaussian, tmp_path, monkeypatch, capsys):
    """It runs what it had not run, and gives the same bits; files of an earlier run stay until it is done."""
    asked = ("gaussian", "--quick", "--workers", 1, "--out")
    decided = status(*asked, tmp_path / "whole")
    whole = files(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "again")
    monkeypatch.setattr(HERE, "BEFORE", interrupting((2, "a", 15)))  # before that many are done and are looked at
    for place in ("again", "new/below"):
        capsys.readouterr()
        assert status(*asked, tmp_path / place) == 130
        err = capsys.readouterr().err
        assert "0/80 jobs, about 1 s left" in err  # as declared, on one core
        assert f"of 80 jobs kept in {tmp_path / place / 'parts'}: the same command goes on from there" in err
        parts = list((tmp_path / place / "parts").glob("*.npz"))
        assert 0 < len(parts) < 80
        assert int(re.search(r"interrupted: (\d+) of", err)[1]) == len(parts)
    shutil.rmtree(tmp_path / "again" / "parts")
    assert files(tmp_path / "again") == whole
    seen = []
    monkeypatch.setattr(HERE, "BEFORE", lambda *job: seen.append(job))
    assert status(*asked, tmp_path / "new/below") == decided
    assert len(seen) == 80 - len(parts)
    assert f"{len(parts)}/80 jobs, done before, about" in capsys.readouterr().err
    assert files(tmp_path / "new/below") == whole


def test_what_is_interrupted_at_once_leaves_nothing(as_gaussian, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(HERE, "BEFORE", interrupting((1, "a", 0)))
    assert status("gaussian", "--out", tmp_path / "new/below", "--workers", 1) == 130
    assert "interrupted: nothing was done yet" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_parts_are_of_one_job_and_one_version(tmp_path, monkeypatch):
    """What is broken, of other arguments or of other code is not there; what is, is there with its types."""
    here = folder.about("gaussian", 0, None, False)
    parts, job = folder.Parts(tmp_path / "parts", here, HERE), ALL[0]
    assert parts.get(job) is None
    outcome = toy(*job.args)
    parts.keep(job, outcome)
    held = parts.get(job)
    pd.testing.assert_frame_equal(held.frame, outcome.frame, check_exact=True)
    assert list(held.kept) == ["1a"]
    assert held.kept["1a"].tobytes() == outcome.kept["1a"].tobytes()
    for other in (replace(job, args=(1, *job.args[1:])), replace(job, setting={}), replace(job, function=print)):
        assert parts.get(other) is None
    for key, value in (("versions", {"numpy": "0"}), ("quick", True), ("seed", 1), ("python", "2.7")):
        assert folder.Parts(tmp_path / "parts", here | {key: value}, HERE).get(job) is None
    assert folder.Parts(tmp_path / "parts", here, gaussian).get(job) is None
    (file,) = (tmp_path / "parts").glob("*.npz")
    whole = file.read_bytes()
    np.savez(tmp_path / "other.npz", **{"frame/run": np.arange(3)})
    np.savez(tmp_path / "lengths.npz", **{"frame/run": np.zeros(3), "frame/loss": np.zeros(4)})
    np.savez(tmp_path / "nothing.npz")
    np.savez(tmp_path / "pickled.npz", **{"frame/run": np.array([{}], dtype=object)})
    strange = [f.read_bytes() for f in tmp_path.glob("*.npz")]
    for f in tmp_path.glob("*.npz"):
        f.unlink()
    assert len(strange) == 4
    for broken in (*strange, whole[:-1], whole[:40], b"", whole.replace(outcome.kept["1a"].tobytes(), bytes(24))):
        file.write_bytes(broken)
        assert parts.get(job) is None
    assert {f.name for f in (tmp_path / "parts").iterdir()} == {file.name, "run.json"}
    with pytest.raises(TypeError, match="no numbers: frame/word"):
        parts.keep(job, Outcome(outcome.frame.assign(word="x")))
    parts.remove()
    parts.remove()
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_parts_of_another_run_are_not_overwritten(as_gaussian, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    monkeypatch.setattr(HERE, "BEFORE", interrupting((2, "a", 7)))
    assert status("gaussian", "--out", out, "--workers", 1) == 130
    assert status("gaussian", "--out", out, "--seed", 1) == 2
    held = "holds an unfinished run, `selfconsuming run gaussian --seed 0`: name another folder with --out"
    assert held in capsys.readouterr().err
    (out / "parts" / "run.json").unlink()
    assert status("gaussian", "--out", out) == 2
    assert "is not empty, and holds no results of `run`" in capsys.readouterr().err
    shutil.rmtree(out / "parts")
    (out / "parts").mkdir()  # ended before it had told whose it is
    (out / "parts" / ".draft-x").write_text("half of it", encoding="utf-8")
    monkeypatch.setattr(HERE, "BEFORE", lambda *job: None)
    assert status("gaussian", "--out", out, "--workers", 1) == 1
    assert {f.name for f in out.iterdir()} == FILES


SMALL = """
from reports.cli import main
from reports.experiments import gaussian
gaussian.SETTINGS, gaussian.RUNS, gaussian.BLOCK = ((5, 100),), {5: 200}, 25
main(["run", "gaussian", "--out", "new", "--workers", "1"])
"""


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals are sent")
@pytest.mark.parametrize(
    "ends", [("SIGTERM",), pytest.param(("SIGKILL", "SIGTERM", "SIGHUP"), marks=pytest.mark.long)], ids=len
)
def test_a_run_that_is_ended_goes_on_to_the_same_bits(ends, tmp_path, monkeypatch):
    """Killed, then terminated, then hung up on, then left alone: as if nothing had happened."""
    monkeypatch.setattr(gaussian, "SETTINGS", ((5, 100),))
    monkeypatch.setattr(gaussian, "RUNS", {5: 200})
    monkeypatch.setattr(gaussian, "BLOCK", 25)
    outline.run("gaussian", tmp_path / "whole", workers=1)
    root, parts = str(Path(__file__).parents[1]), tmp_path / "new" / "parts"

    def process():
        for number in (signal.SIGTERM, signal.SIGHUP):  # under `nohup` a hang-up is ignored, and that is inherited
            signal.signal(number, signal.SIG_DFL)

    for number in (*(getattr(signal, name) for name in ends), None):
        before = len(list(parts.glob("*.npz")))
        ended = subprocess.Popen(
            [sys.executable, "-c", SMALL],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": root},
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=process,
            encoding="utf-8",
        )
        try:
            while number and len(list(parts.glob("*.npz"))) < before + 2:
                assert ended.poll() is None, ended.communicate()
                time.sleep(0.01)
            if number:
                ended.send_signal(number)
            told = ended.communicate(timeout=600)[1]
        finally:
            ended.kill()
            ended.wait()
        if number in (signal.SIGTERM, signal.SIGHUP):
            assert ended.returncode == 130
            assert "the same command goes on from there" in told
    assert "/24 jobs, done before" in told
    assert files(tmp_path / "new") == files(tmp_path / "whole")


# ---- when something fails -------------------------------------------------------------------------------------------


def failing(*runs, error=ValueError, scheme="a"):
    """The toy, of which one scheme fails in these runs."""

    def one(seed, n, s, run):
        if s == scheme and run in runs:
            raise error("no root here")
        return toy(seed, n, s, run)

    return one


def test_a_failed_run_is_a_row(as_gaussian, tmp_path, monkeypatch, capsys):
    """One that raises, and one that ends in nan: the claims are decided without them, and all that is written says so."""
    broken = failing(3)

    def one(seed, n, s, run):
        outcome = broken(seed, n, s, run)
        if (n, s, run) == (2, "b", 5):
            outcome.frame.loc[2, "loss"] = np.nan
        return outcome

    monkeypatch.setattr(HERE, "jobs", lambda seed, quick=False: [Job(one, j.args, j.setting, j.runs) for j in ALL])
    assert status("gaussian", "--out", tmp_path / "new", "--workers", 2) == 1
    out = capsys.readouterr().out
    assert "3 of 800 runs failed and are left out, the first by ValueError: no root here (runs.csv)" in out
    assert "b-rises-above-a: SUPPORTED" in out
    assert "they-are-one: REFUTED" in out
    assert "remark: 3 of 400 runs failed and are left out" in out
    assert "remark: 2 of 400 runs failed and are left out" in out  # of the claim that is about a alone
    seen = pd.read_csv(tmp_path / "new" / "runs.csv", keep_default_na=False)
    assert len(seen) == 2400
    assert set(seen.query("scheme == 'a' and run == 3")["failed"]) == {"ValueError: no root here"}
    assert seen.query("n == 2 and scheme == 'b' and run == 5")["failed"].tolist() == ["", "", "loss is nan"]
    assert (seen["failed"] != "").sum() == 2 * 3 + 1
    found = json.loads((tmp_path / "new" / "findings.json").read_text(encoding="utf-8"))
    assert [(x["n"], x["scheme"], x["run"], x["generation"]) for x in found["run"]["failed"]] == [
        (1, "a", 3, 0),
        (2, "a", 3, 0),
        (2, "b", 5, 2),
    ]
    notes = {(f["claim"], f["point"]["n"]): f["note"] for f in found["findings"]}
    assert "199 runs" in notes["they-are-one", "1"]
    assert "1 more failed" in notes["they-are-one", "1"]
    assert "2 more failed" in notes["they-are-one", "2"]
    assert "3 of 800 runs failed" in (tmp_path / "new" / "findings.md").read_text(encoding="utf-8")
    assert "Up to 1 runs failed and are left out." in (tmp_path / "new" / "table.md").read_text(encoding="utf-8")
    table = pd.read_csv(tmp_path / "new" / "table.csv").query("measure == 'loss' and generation == 2")
    assert table[["scheme", "runs", "failed"]].values.tolist() == [
        ["a", 199, 1], ["b", 200, 0], ["a", 199, 1], ["b", 199, 1]]  # fmt: skip


def test_where_many_fail_nothing_is_decided(tmp_path):
    """21 runs of 200 at n = 1; and all of one scheme."""
    some = [Job(failing(*range(21)) if j.setting["n"] == 1 else toy, j.args, j.setting, j.runs) for j in ALL]
    for made, count in ((some, 21), ([Job(failing(*range(200)), j.args, j.setting, j.runs) for j in ALL], 200)):
        outcome = runs(made)
        paired(outcome.frame, HERE).to_csv(tmp_path / "p.csv", index=False)
        for x in outline.decide(HERE, tmp_path / "p.csv"):
            elsewhere = count == 21 and x.claim.id != "b-rises-above-a"
            assert x.verdict == (Verdict.REFUTED if elsewhere else Verdict.UNDECIDED)
            first = x.summary.findings[0]
            assert first.verdict == Verdict.UNDECIDED
            assert first.note == f"{count} of 200 runs failed: too many for the others to stand for all"
        table = intervals(outcome.frame, HERE)
        assert outline.table_markdown(table, HERE).count("| ? |") == (4 if count == 200 else 0)
        assert "runs failed" in figures(outcome)["loss"].axes[0].get_title(loc="left")


def test_what_ends_all_runs():
    """A failure of all, which is an error of the program, and what is no fault of a run."""
    with pytest.raises(ZeroDivisionError):
        runs([Job(failing(1, error=ZeroDivisionError), (0, 1, "a", 1), {"n": 1}, [1])])
    for error in (MemoryError, OSError, BadInput, KeyboardInterrupt, SystemExit):
        with pytest.raises(error):
            runs([Job(failing(3, error=error), j.args, j.setting, j.runs) for j in ALL[:20]])


def test_an_interruption_does_not_wait_for_jobs():
    over, ended = threading.Event(), []
    interrupted = Job(failing(1, error=KeyboardInterrupt), (0, 1, "a", 1), {"n": 1}, [1])

    def slow():
        over.wait(600)
        ended.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            runs([interrupted, Job(slow, (), {"n": 2}, [1])], 2)
        assert not ended
    finally:
        over.set()


@pytest.mark.long
def test_an_error_after_the_runs_keeps_them(as_gaussian, tmp_path, monkeypatch, capsys):
    def full(outcome):
        raise OSError(28, "No space left on device", "loss.png")

    monkeypatch.setattr(HERE, "figures", full)
    assert status("gaussian", "--out", tmp_path / "new", "--workers", 1) == 4
    assert f"No space left on device; the runs are kept in {tmp_path / 'new' / 'runs.csv'}" in capsys.readouterr().err
    assert {f.name for f in (tmp_path / "new").iterdir()} == {"runs.csv", "run.json", "parts"}
    assert len(pd.read_csv(tmp_path / "new" / "runs.csv")) == 2400
    monkeypatch.undo()
    monkeypatch.setattr("reports.experiments.import_module", lambda name, package: HERE)
    monkeypatch.setattr(HERE, "BEFORE", interrupting((1, "a", 0)))  # nothing is run again
    assert status("gaussian", "--out", tmp_path / "new", "--workers", 1) == 1
    assert {f.name for f in (tmp_path / "new").iterdir()} == FILES


def test_points_that_are_not_finite_end_a_run(monkeypatch):
    def wild(features, weights, levels, rng, size):
        points = rng.standard_normal((size, 2))
        points[7] = np.nan
        return points

    monkeypatch.setattr(circle, "reverse", wild)
    with pytest.raises(FloatingPointError, match="1 of 2000 points of generation 0 are not finite"):
        list(circle.retrainings("half", 60, 20, "stopped", 5, 1, 1))


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", ["linear-score", "gaussian-digits"])
def test_figures_without_the_first_run(name):
    """The sheets lack the rows of schemes whose first run failed."""
    module = experiment(name)
    frame, kept = made(module)
    frame[list(module.MEASURES)] = 0.5
    assert not [x for x in module.figures(Outcome(frame)) if x in ("samples", "images_preference_5000")]
    assert module.figures(Outcome(frame, kept)).keys() > module.figures(Outcome(frame)).keys()


# ---- the folder -----------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_results_of_another_run_are_not_overwritten(as_gaussian, tmp_path, capsys):
    """The same settings are run again, and no file of the earlier run is left among the new ones."""
    out = tmp_path / "out"
    assert status("gaussian", "--out", out, "--workers", 1) == 1
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert set(about["files"]) == FILES
    (out / "old.png").write_text("a figure of an earlier version", encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "run.json").write_text(json.dumps(about | {"files": [*FILES, "old.png"]}), encoding="utf-8")
    assert status("gaussian", "--out", out, "--workers", 1) == 1
    assert {f.name for f in out.iterdir()} == FILES | {"notes.txt"}
    before = {f: f.read_bytes() for f in out.iterdir()}
    capsys.readouterr()
    assert status("gaussian", "--out", out, "--seed", 1) == 2
    held = "holds the results of `selfconsuming run gaussian --seed 0`: name another folder with --out"
    assert f"{out} {held}" in capsys.readouterr().err
    for key, value in (("experiment", "digits"), ("images", "/cifar"), ("quick", True)):
        (out / "run.json").write_text(json.dumps(about | {key: value}), encoding="utf-8")
        assert status("gaussian", "--out", out) == 2
    (out / "run.json").write_bytes(before[out / "run.json"])
    assert {f: f.read_bytes() for f in out.iterdir()} == before
    (out / "run.json").unlink()
    assert status("gaussian", "--out", out) == 2
    assert "is not empty, and holds no results of `run`" in capsys.readouterr().err


@pytest.mark.parametrize(
    "names", [["../mine.txt"], ["/etc/hostname"], [".."], [""], [7], "abc/def", None, [["x"]], {"a/b": 1}], ids=str
)
def test_what_a_run_says_of_files_elsewhere_is_not_removed(names, as_gaussian, tmp_path, capsys):
    """The file of a run that somebody else has written is data."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    told = folder.about("gaussian", 0, None, False) | {"files": names}
    (out / "run.json").write_text(json.dumps(told), encoding="utf-8")
    assert status("gaussian", "--out", out) == 2
    assert "is not empty, and holds no results of `run`" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_what_is_no_folder_of_a_run(as_gaussian, tmp_path, capsys):
    """A file, a link or a loop of links in the place of a folder is told, and left as it is."""
    theirs, file, lost = tmp_path / "theirs", tmp_path / "file", tmp_path / "lost"
    (theirs / "parts").mkdir(parents=True)
    (theirs / "parts" / "x").write_text("theirs", encoding="utf-8")
    file.write_text("mine", encoding="utf-8")
    lost.symlink_to(lost)
    linked, held = tmp_path / "linked", tmp_path / "held"
    for place, what in ((linked, theirs / "parts"), (held, file)):
        place.mkdir()
        (place / "parts").symlink_to(what)
    for place, told in (
        (file, f"{file} is a file; it must be a folder, or a new name"),
        (lost, f"{lost} is no folder"),
        (linked, "parts is no folder of `run`"),
        (held, "no folder of"),
    ):
        assert status("gaussian", "--out", place) == 2
        assert told in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"
    assert (theirs / "parts" / "x").read_text(encoding="utf-8") == "theirs"


def test_drafts_of_killed_runs_are_removed(as_gaussian, tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    drafts = [tmp_path / f".draft-{gethostname()}-{process}-x" for process in (gone.pid, os.getpid())]
    for d in drafts:
        d.mkdir()
    assert status("gaussian", "--quick", "--out", tmp_path, "--workers", 1) != 2
    assert [d.exists() for d in drafts] == [False, True]


# ---- what is no experiment ------------------------------------------------------------------------------------------


def test_what_is_no_experiment(tmp_path, capsys):
    assert status("gausian") == 2
    assert "did you mean 'gaussian'" in capsys.readouterr().err
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert status("gaussian", "--out", tmp_path / "file") == 2
    assert status("gaussian", "--out", tmp_path / "file" / "below") == 4
    assert "file" in capsys.readouterr().err
    assert status("gaussian", "--workers", "many") == 2
    assert status("gaussian", "--images", tmp_path, "--out", tmp_path / "new") == 2
    assert "gaussian is not run on images; those that can be are digits" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_all_are_listed(capsys):
    assert status() == 0
    out = capsys.readouterr().out
    assert all(name in out for name in DESCRIPTIONS)
    with pytest.raises(BadInput, match="eight-gaussians"):
        experiment("eight-gausians")


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_every_experiment_gives_what_the_outline_asks_for(name):
    module = experiment(name)
    jobs = module.jobs(0)
    assert jobs == module.jobs(0)
    assert all(isinstance(j, Job) for j in jobs)
    assert module.CENTRE in ("median", "mean")
    assert module.MEASURES
    assert claims_of(module)
    assert callable(module.figures)
    assert module.TUNED_ON == 0
    assert module.MINUTES["full"] > 0
    quick = module.jobs(0, quick=True)
    assert module.MINUTES["quick"] < min(5, module.MINUTES["full"])
    assert {tuple(j.setting) for j in quick} == {tuple(j.setting) for j in jobs}
    assert 0 < sum(j.cost for j in quick) < sum(j.cost for j in jobs)


def test_intervals_of_few_runs():
    """The median's interval is by order statistics; too few runs have none, and what never varies needs none."""
    x = np.arange(24.0)
    low, middle, high, guarantee, note = centre(np.random.default_rng(0).permutation(x), "median")
    assert (low, middle, high) == pytest.approx((5.0, 11.5, 18.0))  # 2 P(Bin(24, 1/2) <= 5) = 0.0066, and 0.023 up to 6
    assert (guarantee, note) == ("exact law", "")
    assert np.isnan(centre(x[:5], "median")[0])
    assert centre(np.ones(9), "mean")[1] == 1.0
    table = intervals(runs(jobs(0)).frame, HERE)
    assert set(table["runs"]) == {200}


def test_a_value_without_an_interval_says_why():
    """A mean whose tail is too heavy: two digits and a mark, and the legend has the reason."""
    frame = runs(jobs(0)).frame
    wild = np.random.default_rng(0).standard_cauchy(len(frame))
    frame["loss"] = np.where(frame["n"] == 1, wild, frame["loss"])
    table = intervals(frame, HERE)
    text = outline.table_markdown(table, HERE)
    shown = [row.split(" | ")[3] for row in text.splitlines() if row.startswith("| 1 |")]
    assert all(re.fullmatch(r"-?[\d.e+-]+\?", x) and len(re.sub(r"^-?0?\.?0*|[.?]", "", x)) <= 2 for x in shown)
    assert all("(" in row.split(" | ")[3] for row in text.splitlines() if row.startswith("| 2 |"))
    assert re.search(r"With a question mark: there is no interval \(.*heavy tail", text)
    assert "Without brackets: it never varied." in text
    assert set(table[table["measure"] == "score"]["note"]) == {"no variation"}


@pytest.mark.long
def test_thresholds_that_saw_the_data_say_so(as_gaussian, tmp_path, capsys):
    said = "thresholds of these claims were set after seeing seed 7: another seed is the check"
    for seed in (0, 7):
        assert status("gaussian", "--out", tmp_path / str(seed), "--seed", seed) == 1
        found = (tmp_path / str(seed) / "findings.md").read_text(encoding="utf-8")
        data = json.loads((tmp_path / str(seed) / "findings.json").read_text(encoding="utf-8"))
        assert data["run"]["remarks"] == [said] * (seed == 7)
        assert (said in capsys.readouterr().out) == (seed == 7) == (f"T{said[1:]}." in found)


# ---- tables ---------------------------------------------------------------------------------------------------------


def made(module):
    """Rows as an experiment gives them, at every setting, of random numbers of all sizes; and what its figures keep."""
    rng, frames = np.random.default_rng(0), []
    for setting in {tuple(j.setting.items()): j.setting for j in module.jobs(0)}.values():
        for run in range(12):
            scale = 10.0 ** rng.integers(-3, 4, size=(len(module.SHOWN), len(module.MEASURES)))
            values = pd.DataFrame(scale * rng.normal(-1, 1, size=scale.shape), columns=list(module.MEASURES))
            frames.append(values.assign(**setting, run=run, generation=module.SHOWN, failed=""))
    frame = pd.concat(frames, ignore_index=True)
    keys = [f"{s}_{t}" for s in frame[module.COMPARED].unique() for t in module.SHOWN]
    kept = {x: np.zeros((9, 2)) for x in keys}
    kept |= {
        f"{r}_{n}_{x}": np.zeros((9, 8, 8)) for r in ("preference", "confidence") for n in (500, 5000) for x in keys
    }
    return frame[[*outline.settings(frame, module), "run", "generation", *module.MEASURES, "failed"]], kept


def cells(text):
    """Of every row of every table in a Markdown text: its cells, rendered."""
    rows, row = [], None
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "tr_open":
            rows.append(row := [])
        elif token.type == "inline" and row is not None:
            row.append("".join(c.content for c in token.children))
        elif token.type == "tr_close":
            row = None
    return rows


@pytest.mark.parametrize("name", [pytest.param(x, marks=[pytest.mark.long] * (x != "gaussian")) for x in DESCRIPTIONS])
def test_markdown_tables_have_their_cells(name, tmp_path):
    """Statements have bars, and so may a column's values."""
    module = experiment(name)
    frame, _ = made(module)
    paired(frame, module).to_csv(tmp_path / "p.csv", index=False)
    done = outline.decide(module, tmp_path / "p.csv")
    rows = cells(outline.findings_markdown(done, "again"))
    assert {len(r) for r in rows} == {6}
    assert [r[1] for r in rows[1:]] == [x.claim.statement for x in done]
    frame[module.COMPARED] = "a|" + frame[module.COMPARED].astype(str)
    rows = cells(outline.table_markdown(intervals(frame, module), module))
    assert {len(r) for r in rows} == {len(outline.settings(frame, module)) + 1 + len(module.MEASURES)}
    assert any(x.startswith("a|") for x in rows[1])


@pytest.mark.thin(3)
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex here")
@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_latex_tables_fit_the_page(name, tmp_path):
    module = experiment(name)
    table = outline.table_latex(intervals(made(module)[0], module), module)
    packages = re.search(r"\\usepackage\{.*\}", table)[0]
    document = f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n{table}\\end{{document}}\n"
    (tmp_path / "t.tex").write_text(document, encoding="utf-8")
    for _ in range(2):  # a `longtable` finds its widths in the first
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"],
            cwd=tmp_path,
            capture_output=True,
            timeout=600,
        )
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    assert "Overfull" not in log


def test_a_figure_is_laid_out_once(tmp_path, monkeypatch):
    """For all formats: it takes longer than to draw it."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    told, execute = [], ConstrainedLayoutEngine.execute
    monkeypatch.setattr(ConstrainedLayoutEngine, "execute", lambda self, fig: told.append(fig) or execute(self, fig))
    outline._draw(figures(runs(jobs(0)))["loss"], tmp_path / "loss")
    assert len(told) == 1
    assert {f.suffix for f in tmp_path.iterdir()} == {".png", ".svg", ".pdf"}


# ---- measured loops -------------------------------------------------------------------------------------------------


def test_measured_names():
    loop = Measured("tv_half", "good")
    assert loop.func(*loop.args) == loop
    assert latex(loop.tv_half(3)) == r"\mathrm{tv\_half}_{3}"
    with pytest.raises(AttributeError, match="tv_full"):
        loop.tv_full(3)
    for names in ((), ("a b",), ("model",), ("_x",)):
        with pytest.raises(BadInput, match="observable"):
            Measured(*names)


def test_a_misspelt_measure_is_told(tmp_path, monkeypatch):
    @claim
    def wrong(n=Integers(1)):
        """No such measure."""
        return Lt(E(TOY.los_a(2)), 1)

    with pytest.raises(BadInput, match="did you mean 'loss_a'"):
        wrong.relation()


# ---- points of the plane --------------------------------------------------------------------------------------------


def test_grid_and_its_null_value():
    """One point is in its own cell alone; a few hundred samples of the truth have the mean that De Moivre says."""
    p = circle.TRUTH.masses
    assert p.sum() == pytest.approx(1)
    assert circle.TRUTH.null_tv(1) == pytest.approx(1 - (p**2).sum())
    assert circle.TRUTH.grid_tv(np.full((50, 2), 9.0)) == pytest.approx(1, abs=1e-9)
    rng = np.random.default_rng(1)
    seen = [circle.TRUTH.grid_tv(circle.TRUTH.draw(rng, 500)) for _ in range(300)]
    assert np.mean(seen) == pytest.approx(circle.TRUTH.null_tv(500), abs=6 * np.std(seen) / np.sqrt(300))


def test_measures_by_hand():
    five = np.repeat(circle.CENTRES[:5], 100, axis=0) + np.array([0.3, 0.0])
    seen = circle.measures(five)
    assert (seen["near"], seen["modes"]) == (1.0, 5)
    assert seen["spread"] == pytest.approx(0.3 / np.sqrt(2))
    assert circle.measures(five * 3)["near"] == 0.0


def test_energy_distance():
    """Its three parts, each by another way; that of a sample of the truth is 0 on average."""
    rng = np.random.default_rng(2)
    x = circle.TRUTH.draw(rng, 300)
    assert circle.among(x) == pytest.approx(pdist(x).mean())
    rice = quad(lambda r: r * r / 0.25 * np.exp(-((r - 1) ** 2) / 0.5) * np.i0(r / 0.25) * np.exp(-r / 0.25), 0, 9)[0]
    assert circle._mean_distance(np.array(1.0), 0.5) == pytest.approx(rice)
    y, z = circle.TRUTH.draw(rng, 40_000), circle.TRUTH.draw(rng, 40_000)
    apart = np.linalg.norm(y - z, axis=1)
    assert pytest.approx(apart.mean(), abs=6 * apart.std() / 200) == circle.WITHIN
    seen = [circle.measures(circle.TRUTH.draw(rng, 200))["energy"] for _ in range(100)]
    assert abs(np.mean(seen)) < 6 * np.std(seen) / 10


def test_reverse_steps_with_a_linear_score():
    """Only the points themselves are weighted: then the variance of the steps has a recursion."""
    features = RandomFeatures(np.random.default_rng(0).standard_normal((5, 4)))
    weights, times = np.zeros((8, 2)), np.geomspace(2, 0.1, 30)
    weights[5, 0] = weights[6, 1] = 0.4
    weights[7] = 0.1
    mean, variance = 0.0, 1.0
    for s, after in pairwise(times):
        h, sd = s - after, np.sqrt(-np.expm1(-2 * s))
        mean, variance = mean * (1 + h - 0.8 * h / sd) - 0.2 * h / sd, variance * (1 + h - 0.8 * h / sd) ** 2 + 2 * h
    points = reverse(features, weights, times, np.random.default_rng(1), 40_000)
    assert points.mean(axis=0) == pytest.approx([mean] * 2, abs=6 * np.sqrt(variance / 40_000))
    assert points.var(axis=0) == pytest.approx([variance] * 2, rel=6 * np.sqrt(2 / 40_000))


@pytest.mark.parametrize("smooth", [False, True])
def test_reverse_steps_with_a_layer(smooth):
    """The compiled steps, beside the same in NumPy with the features as the fit has them, from the same stream."""
    rng, times, size = np.random.default_rng(5), np.geomspace(2, 0.3, 6), 50
    features, weights = RandomFeatures.drawn(rng, 20, smooth), 0.3 * rng.standard_normal((23, 2))
    points = reverse(features, weights, times, np.random.default_rng(6), size)
    rng = np.random.default_rng(6)
    x = rng.standard_normal((size, 2))
    for s, after in pairwise(times):
        prediction = features(x, np.full(size, s)) @ weights
        score = -prediction / np.sqrt(-np.expm1(-2 * s))
        x = x + (s - after) * (x + 2 * score) + np.sqrt(2 * (s - after)) * rng.standard_normal((size, 2))
    assert points == pytest.approx(x, rel=1e-9, abs=1e-9)


def test_the_steps_with_the_exact_score():
    """They give the circle back, but for the noise of the last level, which every generation adds to the variance."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((2000, 2))

    def score(x, s):
        away, spread = np.exp(-s) * circle.CENTRES - x[:, None], np.exp(-2 * s) * circle.SD**2 - np.expm1(-2 * s)
        share = np.exp(-(away**2).sum(axis=2) / (2 * spread))
        return (share[:, :, None] * away).sum(axis=1) / share.sum(axis=1, keepdims=True) / spread

    for s, after in pairwise(circle.LEVELS):
        x = x + (s - after) * (x + 2 * score(x, s)) + np.sqrt(2 * (s - after)) * rng.standard_normal(x.shape)
    end = circle.LEVELS[-1]
    seen = circle.measures(x)
    assert (seen["near"] > 0.98, seen["modes"]) == (True, 8)
    noise = -np.expm1(-2 * end)
    assert seen["spread"] ** 2 == pytest.approx(
        np.exp(-2 * end) * circle.SD**2 + noise, rel=0.06
    )  # of steps and 2000 points
    clean = circle.measures((x + noise * score(x, end)) * np.exp(end))
    assert clean["spread"] < seen["spread"] - 0.03
    assert clean["tv"] < seen["tv"]


def test_noise_taken_off():
    """Points of N(0, v) noised: what is left is the mean of what they come from, whose variance is v^2/(v + noise)."""
    rng, s, v = np.random.default_rng(7), 0.3, 2.0
    noise = -np.expm1(-2 * s)
    x = np.exp(-s) * np.sqrt(v) * rng.standard_normal((50, 2)) + np.sqrt(noise) * rng.standard_normal((50, 2))
    features = RandomFeatures(np.zeros((4, 4)))
    weights = np.zeros((7, 2))
    weights[4, 0] = weights[5, 1] = np.sqrt(noise) / (np.exp(-2 * s) * v + noise)  # E[Z | X_s] of a Gaussian
    shrunk = np.exp(-s) * v / (np.exp(-2 * s) * v + noise)
    assert denoised(features, weights, s, x) == pytest.approx(shrunk * x)


def test_schemes_share_their_start():
    a, b = (list(circle.retrainings(s, 60, 20, "stopped", 5, 1, 1)) for s in ("half", "synthetic"))
    assert np.array_equal(a[0], b[0])
    assert not np.array_equal(a[1], b[1])
    again = list(circle.retrainings("half", 60, 20, "stopped", 5, 1, 1))
    assert np.array_equal(a[1], again[1])
    assert a[1].shape == (circle.GENERATED, 2)
    assert np.abs(a[1]).max() <= circle.BOX


def test_the_eight_gaussians_end_to_end(tmp_path, monkeypatch):
    """With few draws, few features and three runs: too few for a claim to be decided, and told so."""
    monkeypatch.setattr(circle, "DRAWS", 200)
    monkeypatch.setattr(circle, "GENERATED", 100)
    monkeypatch.setattr(linear_score, "RUNS", 3)
    monkeypatch.setattr(linear_score, "SETTINGS", ((40, 20, "stopped"), (40, 10, "denoised")))
    done = outline.run("linear-score", tmp_path, workers=2)
    assert {x.verdict for x in done.checked} == {Verdict.UNDECIDED}
    names = {f.name for f in tmp_path.iterdir()}
    assert {f"{f}.{s}" for f in ("samples", "measures", "settings") for s in ("png", "svg", "pdf")} < names
    frame = pd.read_csv(tmp_path / "runs.csv")
    assert len(frame) == 2 * 3 * 3 * 21
    start = frame[frame["generation"] == 0].groupby(["n", "width", "end", "run"])["tv"]
    assert (start.nunique() == 1).all()
    assert np.load(tmp_path / "kept.npz")["half_20"].shape == (100, 2)
    assert (tmp_path / "table.md").read_text(encoding="utf-8").count("denoised") == 15


# ---- Gaussians ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("real", "t"), [(0, 8), (12, 8)])
def test_gaussians_of_points(real, t):
    """Wishart: the log-determinant moves by digammas; with real points only, by those of one fit."""
    n, d, count = 12, 3, 1500
    volumes, means = refitted(np.random.default_rng(4), count, n, real, d, (1, t))
    drift = np.mean([digamma((n - i) / 2) - np.log(n / 2) for i in range(1, d + 1)])
    for column, steps in ((0, 1), (1, 1 if real else t)):
        x = volumes[:, column]
        assert x.mean() == pytest.approx(steps * drift, abs=6 * x.std() / np.sqrt(count))
    assert means[:, 0].var() == pytest.approx(1 / n, rel=6 * np.sqrt(2 / (count * d)))


def test_the_gaussian_experiment_end_to_end(tmp_path, monkeypatch):
    """With a few hundred runs over twenty retrainings that are called a thousand."""
    monkeypatch.setattr(outline, "FIGURES", (".png",))
    monkeypatch.setattr(gaussian, "RUNS", {1: 250})
    monkeypatch.setattr(gaussian, "GENERATIONS", (1, 20, 1000))
    monkeypatch.setattr(gaussian, "SETTINGS", ((1, 20),))
    done = outline.run("gaussian", tmp_path, seed=1, workers=2)
    verdicts = {x.claim.id: x.verdict for x in done.checked}
    assert verdicts["synthetic-collapses"] in (Verdict.SUPPORTED, Verdict.UNDECIDED)
    assert Verdict.REFUTED not in verdicts.values()
    assert {"log_variance.png", "table.md", "findings.md"} <= {f.name for f in tmp_path.iterdir()}
    table = pd.read_csv(tmp_path / "table.csv")
    late = table[(table["generation"] == 1000) & (table["scheme"] == "synthetic")].iloc[0]
    assert late["low"] < 1000 * (digamma(19 / 2) - np.log(10)) < late["high"]
