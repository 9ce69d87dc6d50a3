"""The command as users meet it: every test but the quickest runs it as a process of its own."""

import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from commands import command, python
from public import FINDING

pytestmark = pytest.mark.xdist_group("cli")  # what is made once for all of them


ROOT = Path(__file__).resolve().parents[1]
FEW = "gaussian-sigma*"
SOME = (
    FEW,
    "known-mean-variance-loop-variance",
    "known-mean-variance-loop-shrinks",
    "mean-limit-student-t2-scaling",
    "--seconds",
    "0.5",
)
HEAVY = ("sympy", "scipy", "pandas", "matplotlib", "numba", "hypothesis", "flint", "numpy")

# a catalogue of false and undecidable claims, as a further family of `theory`
FAMILY = '''
from sympy import Eq, log
from theory.language.claims import claim
from theory.language.domains import Integers
from theory.language.moments import E
from theory.gaussian import GaussianLoop

@claim
def wrong_variance(n=Integers(2), t=Integers(1)):
    """The expected fitted variance is n + 1."""
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), n + 1)

@claim
def odd_median(n=Integers(400, 401), t=Integers(1000, 1001)):
    """A quantity that no witness has an estimate of."""
    return Eq(E(log(log(2 + GaussianLoop(n).sigma(t)))), log(log(3)))
'''
DRIVER = """
import sys, theory
theory.__path__.append({folder!r})
from reports.cli import main
main(sys.argv[1:])
"""


def environment(ledger: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "SELFCONSUMING_LEDGER": str(ledger), "PYTHONIOENCODING": "utf-8"}


def run(ledger: Path, *args: str, script: Path | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    if script is None:
        done = command(args, environment(ledger), cwd)
    else:
        done = python([str(script), *args], environment(ledger), cwd, other=True)
    assert "Traceback" not in done.stderr
    return done


def on_terminal(ledger: Path, *args: str, columns: int = 80) -> str:
    """What a terminal of this width receives."""
    ours, theirs = pty.openpty()
    env = environment(ledger) | {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-m", "reports.cli", *args], stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=ROOT
    )
    os.close(theirs)
    out = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(ours)
    process.wait()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.decode())


def rows(ledger: Path, query: str) -> list[tuple]:
    with sqlite3.connect(ledger) as db:
        found = db.execute(query).fetchall()
    db.close()
    return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory) -> Path:
    """A ledger with a proved, a supported and a refuted claim."""
    path = tmp_path_factory.mktemp("ledger") / "l.sqlite"
    done = run(path, "verify", *SOME)
    assert done.returncode in (0, 3)
    return path


@pytest.fixture(scope="module")
def driver(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("family")
    (folder / "more").mkdir()
    (folder / "more" / "falsehoods.py").write_text(FAMILY, encoding="utf-8")
    script = folder / "driver.py"
    script.write_text(DRIVER.format(folder=str(folder / "more")), encoding="utf-8")
    return script


# ---- start ----------------------------------------------------------------------------------------------------------


def test_lines_are_broken_between_words_on_a_terminal_alone(tmp_path):
    asked = ("value", "gaussian.expected_sigma", "n=100", "t=50")
    narrow, piped = on_terminal(tmp_path / "l.sqlite", *asked, columns=60), run(tmp_path / "l.sqlite", *asked).stdout

    assert max(map(len, narrow.splitlines())) <= 60 < max(map(len, piped.splitlines()))
    assert narrow.split() == piped.split()


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys; from reports import cli\n"
        "for args in (['--help'], ['verify', '--help'], ['show', '--help'], ['--version']):\n"
        "    assert cli._run(args) == 0\n"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path / "l"),
        capture_output=True,
        text=True,
        cwd=ROOT,
        encoding="utf-8",
    )
    assert out.stdout.splitlines()[-1] == "[]"


def test_a_package_in_the_way_is_named(tmp_path):
    (tmp_path / "theory").mkdir()
    (tmp_path / "theory" / "__init__.py").write_text("", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[1:1] = [{str(ROOT)!r}]; from reports.cli import main; main(['list'])",
        ],
        env=environment(tmp_path / "l") | {"PYTHONPATH": ""},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert str(tmp_path / "theory") in done.stderr
    assert len(done.stderr.splitlines()) == 1


# ---- statuses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["verify", "no-such-claim"], "no-such-claim"),
        (["verify", "x*"], "no claim"),
        (["verify", FEW, "--seconds", "0"], "--seconds"),
        (["verify", FEW, "--seconds", "nan"], "--seconds"),
        (["verify", FEW, "--resolution", "1"], "--resolution"),
        (["verify", FEW, "--alpha", "0"], "--alpha"),
        (["verify", FEW, "--workers", "0"], "--workers"),
        (["verify", FEW, "--workers", "1.5"], "--workers"),
        (["verify", FEW, "--workers", 30 * "9"], "an integer, 1 to 4096"),
        (["verify", ""], "an empty name"),  # of a variable of the shell that is not set: not the working directory
        (["check", ""], "an empty name"),
        (["verify", FEW, "--workers", "tcp://host"], "tcp://HOST:8786"),
        (["verify", FEW, "--seed", "-1"], "--seed"),
        (["verify", FEW, "--out", __file__], "--out"),
        (["verify", FEW, "--json", "no/such/folder/x.json"], "no/such/folder"),
        (["verify", FEW, "--twin"], "--twin"),
        (["verify", FEW, "--seed", "1", "--twins", "--seed=2"], "--seed is given 2 times"),
        (["check", __file__, "--claim", "a", "--claim", "b"], "--claim is given 2 times"),
        (["nonsense"], "nonsense"),
        (["list", "x*"], "no claim"),
        (["list", "gausian"], "did you mean 'gaussian'?"),
        (["verify", "gausian-sigma-mean-c4*"], "did you mean 'gaussian-sigma-mean-c4'?"),
        (["verfy"], "Did you mean 'verify'?"),
        (["verify", "--sede", "1"], "--seed"),
        (["report", "gausian"], "did you mean 'gaussian'?"),
        (["report", "--paper", "2310.00492"], "did you mean '2310.00429'?"),
        (["show", "gaussian-sigma-mean-c5"], "did you mean 'gaussian-sigma-mean-c4'?"),
        (["show"], "ID"),
        (["report"], "verify"),
        (["report", "--format", "word"], "--format"),
        (["reproduce", "1"], "verify"),
    ],
)
def test_bad_input(args, told, tmp_path, monkeypatch, capsys):
    from reports import cli

    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "l.sqlite"))
    with pytest.raises(SystemExit) as stop:
        cli.main(args)
    out, err = capsys.readouterr()
    assert stop.value.code == 2
    assert told in err
    assert len(err.splitlines()) == 1
    assert not out
    assert not (tmp_path / "l.sqlite").exists()  # nothing was run


def test_no_command_says_what_to_do_next(tmp_path):
    done = run(tmp_path / "l")
    assert (done.returncode, done.stderr) == (2, "")
    commands = re.findall(r"^  (selfconsuming .*?)(?:  |$)", done.stdout, re.M)
    assert len(commands) == 5
    assert "selfconsuming verify gaussian" in commands


def test_a_surprise_and_an_undecided_claim(driver, tmp_path):
    path = tmp_path / "l.sqlite"
    surprise = run(path, "verify", "wrong-variance", "--seconds", "0.05", script=driver)
    assert surprise.returncode == 1
    assert "surprise: wrong-variance: declared true, but refuted" in surprise.stdout
    undecided = run(path, "verify", "odd-median", "--seconds", "0.05", script=driver)
    assert undecided.returncode == 3
    assert undecided.stdout.startswith("undecided")
    both = run(path, "verify", "falsehoods", "--seconds", "0.05", script=driver)
    assert both.returncode == 1  # 1 beats 3


def test_ledger_and_disk_failures(tmp_path):
    broken = tmp_path / "broken.sqlite"
    broken.write_text("not a database at all, and long enough to be read as one" * 20, encoding="utf-8")
    for args in (["verify", FEW], ["show", "gaussian-sigma-mean-c4"]):
        done = run(tmp_path / "unused", *args, "--ledger", str(broken))
        assert done.returncode == 4, done
        assert "broken.sqlite" in done.stderr.splitlines()[-1]
    for folder in ("/dev/null/report", "/proc/no-such-report"):
        done = run(tmp_path / "l", "verify", FEW, "--out", folder)
        assert done.returncode == 4
        assert folder in done.stderr


def test_a_full_disk(ledger):
    done = run(ledger, "report", FEW, "--format", "json", "--out", "/dev/full")
    assert done.returncode == 4
    assert "No space left" in done.stderr


def test_interrupted_and_resumed(tmp_path):
    path = tmp_path / "l.sqlite"
    assert run(path, "verify", FEW, "--seconds", "0.2").returncode == 0  # the same options as below
    before = rows(path, "select count(*) from findings")[0][0]
    process = subprocess.Popen(
        [sys.executable, "-m", "reports.cli", "verify", "gaussian", "--seconds", "0.2"],
        env=environment(path),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        encoding="utf-8",
    )
    assert process.stderr is not None
    for line in process.stderr:  # the first new claim is decided: its row is written
        if re.search(r" s  \d+/\d+  ", line):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=600)
    assert process.returncode == 130
    assert "Traceback" not in err
    kept, total = map(int, re.search(r"interrupted: (\d+) of (\d+) claims settled", err).groups())  # type: ignore[union-attr]
    assert 3 <= kept < total
    assert out.count("gaussian-sigma") == 3  # the table of what is settled
    assert rows(path, "select count(distinct claim) from settled") == [(kept,)]
    assert rows(path, "select count(*) from findings")[0][0] > before
    again = run(path, "verify", FEW, "--seconds", "0.2")
    assert "3 of 3 claims were settled" in again.stderr
    assert rows(path, "select count(*) from findings where claim like 'gaussian-sigma%'")[0][0] == before


# ---- verify ---------------------------------------------------------------------------------------------------------


def test_piped_output_is_plain_and_the_second_run_is_from_the_ledger(tmp_path):
    path = tmp_path / "l.sqlite"
    first = run(path, "verify", FEW, "--seconds", "0.3", "--workers", "1")
    assert first.returncode == 0
    lines = first.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [
        ["proved", "gaussian-sigma-mean-c4"],
        ["proved", "gaussian-sigma-mean-c4-mle"],
    ]
    assert lines[3].startswith("3 claims: 3 proved, no surprises")
    assert "\x1b" not in first.stdout + first.stderr
    assert re.search(r" s  1/3  proved gaussian-sigma-mean-c4 \(derivation\)", first.stderr)
    assert re.search(r" s  simulating", first.stderr)
    second = run(path, "verify", FEW, "--seconds", "0.3", "--workers", "1")
    assert "simulating" not in second.stderr
    assert second.stdout == first.stdout
    assert "3 of 3 claims were settled" in second.stderr
    other = run(path, "verify", FEW, "--seconds", "0.3", "--workers", "2", "--fresh")
    drop = re.compile(r"[\d.]+ s\b")  # the clock
    assert drop.sub("", other.stdout) == drop.sub("", first.stdout)


def test_json_is_strict_and_alone(ledger, tmp_path):
    done = run(ledger, "verify", *SOME, "--json", "-")

    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    data = json.loads(done.stdout, parse_constant=refuse)
    assert {*FINDING, "reproduce"} <= set(data["findings"][0])
    assert {f["witness"] for f in data["findings"]} == {"derivation", "ball", "simulation"}
    assert data["seconds"] == 0.5
    file = tmp_path / "x.json"
    again = run(ledger, "verify", *SOME, "--json", str(file))
    assert json.loads(file.read_text(encoding="utf-8")) == data
    assert again.stdout.splitlines()[-1].endswith("of work") or "error probability" in again.stdout


@pytest.mark.parametrize("columns", [80, 120])
def test_table_fits_the_terminal(ledger, columns):
    shown = on_terminal(ledger, "verify", *SOME, columns=columns)
    table = shown[shown.index(" claim ") : shown.index("claims:")]
    assert all(len(line.rstrip()) <= columns for line in table.splitlines())
    assert "≠ known-mean-variance" in table
    assert "were settled in" in shown


def test_progress_is_live_on_a_terminal(tmp_path):
    shown = on_terminal(tmp_path / "l.sqlite", "verify", "gaussian-sigma-mean-c4", "--seconds", "1")
    assert "1 of 1 claims looked at · simulating" in shown
    assert "blocks ━" in shown
    assert "proved gaussian-sigma-mean-c4 (derivation)" in shown


def test_out_writes_all_reports(ledger, tmp_path):
    out = tmp_path / "deep" / "report"
    done = run(ledger, "verify", "gaussian-sigma-mean-c4", "--seconds", "0.5", "--out", str(out))
    assert done.returncode == 0
    reports = {f"report.{suffix}" for suffix in ("html", "md", "tex", "csv", "json")}
    assert reports | {"figures"} == {p.name for p in out.iterdir()}
    assert (out / "figures" / "gaussian-sigma-mean-c4.png").read_bytes().startswith(b"\x89PNG")


# ---- list, show, report, reproduce ----------------------------------------------------------------------------------


def test_list(tmp_path):
    plain = run(tmp_path / "l", "list", FEW)
    assert [line.split()[0] for line in plain.stdout.splitlines()] == [
        "gaussian-sigma-mean-c4",
        "gaussian-sigma-mean-c4-mle",
        "gaussian-sigma-mean-c4-bounds",
    ]
    everything = json.loads(run(tmp_path / "l", "list", "gaussian-sigma*", "gaussian-variance*", "--json").stdout)
    assert len({c["id"] for c in everything}) == len(everything) > 20
    for c in everything:
        assert list(c) == [
            "id",
            "family",
            "statement",
            "latex",
            "case",
            "source",
            "domain",
            "covers",
            "expected",
            "corrected",
            "where",
            "tight",
            "points",
        ]
        assert all(isinstance(d, str) for d in c["domain"].values())
        assert (c["expected"] == "fails") == (c["corrected"] is not None)
        assert c["points"] >= 1
    where = {c["id"]: c["where"] for c in everything}
    assert where["gaussian-variance-all-moments-infinite"] == "q <= -(n - 1)/2"
    assert where["gaussian-sigma-mean-c4"] == ""
    assert "gaussian" in on_terminal(tmp_path / "l", "list", FEW)


def test_check_tells_once_what_a_witness_refutes(tmp_path):
    file = tmp_path / "mine.py"
    assert run(tmp_path / "l", "new", str(file)).returncode == 0
    file.write_text(file.read_text(encoding="utf-8").replace("c4(n)", "c4(n + 1)"), encoding="utf-8")
    done = run(tmp_path / "l", "check", str(file))
    told = [line.split("  ")[-1] for line in done.stderr.splitlines() if "refuted" in line]

    assert done.returncode == 1
    assert told
    assert len(told) == len({line.partition(",")[0] for line in told})


def test_list_cuts_no_id(tmp_path):
    text = on_terminal(tmp_path / "l", "list", "gaussian-ville-doob*", "accumulate-known*")
    column = [line.strip() for line in text.splitlines()]
    ids = re.sub(r"\s+", " ", " ".join(line.split("  ")[0] for line in column)).replace("- ", "-")

    assert "…" not in text
    assert max(map(len, column)) <= 80
    assert "gaussian-ville-doob-maximum-bounded" in ids
    assert "accumulate-known-variance-pi2-6-fitted" in ids


def test_show_a_proved_claim(ledger):
    shown = run(ledger, "show", "gaussian-sigma-mean-c4").stdout
    assert r"\mathbb{E}\left[\sigma_{t}\right] = \sigma_{0} c_4(n)^{t}" in shown
    first = [line.partition(" ")[0] for line in shown.splitlines() if line[:1] not in ("", " ")]
    assert first[:4] == ["gaussian-sigma-mean-c4", "verdict", "for", "formula"]  # of an equality there is no gap
    assert "sigma -> sigma*sqrt(Q)/sqrt(n - 1)" in shown
    assert "Q ~ ChiSquare(n - 1)" in shown
    assert "n: integers 2.." in shown
    assert "the maximum-likelihood rate" in shown
    assert "both sides have the same normal form" in shown
    assert re.search(r"^evidence    \d+ findings: selfconsuming show gaussian-sigma-mean-c4 --evidence$", shown, re.M)
    assert re.search(r"^for example at n = \d+, t = \d+, sigma0 = \S+: [\d.]+ against$", shown, re.M)
    assert "reproduce" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    shown = run(ledger, "show", "gaussian-sigma-mean-c4", "--evidence").stdout
    assert "selfconsuming reproduce FINDING" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.long
def test_show_breaks_how_a_proof_was_found(tmp_path):
    """Its method, and why there is no certificate, are 81 characters here, and LaTeX is longer."""
    ledger = tmp_path / "l.sqlite"
    run(ledger, "verify", "kde-tv-fixed", "--seconds", "0.1")
    lines = run(ledger, "show", "kde-tv-fixed").stdout.splitlines()
    assert any(line.startswith("derivation: proved, by derivation, given a kernel's") for line in lines)
    assert any(line.startswith("  no certificate: ") for line in lines)
    assert max(map(len, lines)) <= 80


def test_show_begins_a_long_reason():
    """All of it is told with `--evidence`."""
    from reports.commands.show import _begun

    assert _begun("D left out: no derivation: " + "long words " * 20 + "; and longer") == (
        "D left out: no derivation: " + "long words " * 20 + "; ..."
    )
    assert _begun("one; two") == "one; two"


def test_show_a_supported_and_a_refuted_claim(ledger):
    shown = run(ledger, "show", "mean-limit-student-t2-scaling", "--evidence").stdout
    assert "supported" in shown
    assert "replicates" in shown
    shown = run(ledger, "show", "known-mean-variance-loop-shrinks").stdout
    assert "declared    fails; correct is known-mean-variance-loop-variance" in shown
    assert "refuted" in shown


def test_show_without_a_ledger(tmp_path):
    done = run(tmp_path / "none.sqlite", "show", "gaussian-variance-all-moments-infinite")
    assert done.returncode == 0
    assert "where       q <= -(n - 1)/2" in done.stdout
    shown = run(tmp_path / "none.sqlite", "show", "tail-probability-rises-then-falls").stdout
    assert "case        first of 2 cases: n = 10, k = 3, peak = 14" in shown  # of the formula above it
    assert "unreached   no derivation: the probability of a draw over generations" in shown
    assert "not run yet" in done.stdout
    assert not (tmp_path / "none.sqlite").exists()


def test_report_in_all_formats(ledger, tmp_path):
    md = run(ledger, "report")
    assert md.returncode == 0
    assert md.stdout.count("\n| ") >= 6
    assert "have not been run" in md.stderr
    assert r"\begin{tabular}" in run(ledger, "report", FEW, "--format", "latex").stdout
    assert run(ledger, "report", FEW, "--format", "csv").stdout.startswith("claim,family,")
    assert len(json.loads(run(ledger, "report", FEW, "--format", "json").stdout)["claims"]) == 3
    assert run(ledger, "report", "--out", str(tmp_path / "r.tex")).stdout == ""
    assert r"\documentclass" not in (tmp_path / "r.tex").read_text(encoding="utf-8")  # it is for \input
    whole = run(ledger, "report", "--format", "latex", "--standalone").stdout
    assert whole.startswith(r"\documentclass")
    none = run(ledger, "report", "gaussian-ville*")
    assert (none.returncode, "verify" in none.stderr) == (2, True)


def test_report_of_chosen_columns_and_rows(ledger):
    table = run(ledger, "report", "--verdict", "refuted", "--columns", "claim,verdict,left,by").stdout.splitlines()
    assert table[0] == "| claim | verdict | left | by |"
    assert len(table) > 2
    assert all("refuted, as declared" in line for line in table[2:])
    page = run(ledger, "report", "--verdict", "refuted", "--format", "html").stdout
    assert "more have not been run" not in page  # who asks for some rows does not miss the others


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--columns", "claim,verdit"], "no column 'verdit'; the nearest is 'verdict'"),
        (["--verdict", "prooved"], "no verdict 'prooved'; the nearest is 'proved'"),
        (["--verdict", "surprise"], "is surprise"),
        (["--columns", "claim", "--format", "html"], "leave --columns out"),
        (["--standalone"], "--standalone is for --format latex"),
        (["--columns", "claim", "--out", "x.pdf"], "x.pdf is a figure: leave --columns out"),
    ],
)
def test_reports_that_cannot_be(ledger, options, message):
    done = run(ledger, "report", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("witness", "verdict"),
    [
        ("derivation", "proved"),
        ("ball", "supported"),
        ("simulation", "supported"),
        ("simulation", "refuted"),
        ("simulation", "left out"),
    ],
)
def test_reproduce_is_identical(ledger, witness, verdict):
    (number,) = rows(ledger, f"select max(id) from findings where witness = '{witness}' and verdict = '{verdict}'")[0]
    done = run(ledger, "reproduce", str(number))
    assert done.stdout.splitlines()[-1] == "identical", done
    assert done.returncode == 0


def test_reproduce_tells_what_differs(ledger, tmp_path):
    path = tmp_path / "copy.sqlite"
    with sqlite3.connect(ledger) as old, sqlite3.connect(path) as new:
        old.backup(new)
        (number,) = new.execute(
            "select max(id) from findings where witness = 'simulation' and verdict = 'supported'"
        ).fetchone()
        new.execute("update findings set data = json_set(data, '$.replicates', 1) where id = ?", (number,))
        (moved,) = new.execute(
            "select max(id) from findings where witness = 'ball' and verdict = 'supported'"
        ).fetchone()
        new.execute(
            "update findings set data = json_set(data, '$.point', json_object('n', '77')) where id = ?", (moved,)
        )
        changed = new.execute("select max(id) from findings where witness = 'derivation'").fetchone()[0]
        new.execute("update findings set hash = 'x', data = json_set(data, '$.hash', 'x') where id = ?", (changed,))
    old.close()
    new.close()
    done = run(path, "reproduce", str(number))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "differs: replicates")
    done = run(path, "reproduce", str(moved))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "differs: point")
    done = run(path, "reproduce", str(changed))
    assert done.returncode == 2
    assert "changed since" in done.stderr
    assert run(path, "reproduce", "999999").returncode == 2


def test_a_closed_pipe_is_no_surprise(tmp_path):
    ours, theirs = os.pipe()
    os.close(ours)  # as if by `head`, before the first line
    done = subprocess.run(
        [sys.executable, "-m", "reports.cli", "list"],
        env=environment(tmp_path / "l"),
        stdout=theirs,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (141, b"")


def test_claims_side_by_side(tmp_path):
    """The phase transition: in the bound, in the exact loop with fixed real data, and its mirror image with fresh ones."""
    claims = [
        "mixing-phase-transition-threshold",
        "mixing-gaussian-fixed-real-peak-tv",
        "mixing-gaussian-fresh-real-valley",
    ]
    out = tmp_path / "new" / "transition.svg"
    done = run(tmp_path / "none.sqlite", "report", *claims, "--out", str(out))
    assert done.returncode == 0, done.stderr
    drawn = out.read_text(encoding="utf-8")
    for c in claims:
        assert c in drawn
    assert done.stderr.rstrip().endswith(f"3 claims side by side in {out}")
    many = run(tmp_path / "none.sqlite", "report", "gaussian", "--out", str(out))
    assert many.returncode == 2
    assert "too many for one figure" in many.stderr
    paper = run(tmp_path / "none.sqlite", "report", "--paper", "2402.11778", "--out", str(out))
    assert paper.returncode == 2
    assert "is a figure" in paper.stderr
