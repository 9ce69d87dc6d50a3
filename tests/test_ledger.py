"""The ledger when things go wrong: kills, full disks, two at once, files that are no ledgers."""

from __future__ import annotations

import errno
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from commands import command, python

from reports import cli, imports, leases, ledger, opened
from reports import run as runs
from reports.commands import progress
from reports.conjectures import load, write_template
from reports.imports import neighbours
from reports.leases import Leases, State
from reports.ledger import LAYOUT, Ledger, LedgerError, claim_hash
from reports.opened import read_by
from reports.suite import verify
from theory.families import catalogue, families
from theory.language.verdicts import Finding, Verdict

ROOT = Path(__file__).resolve().parents[1]
ROW = Finding("c", "f", "ball", Verdict.SUPPORTED)
CLAIM = "gaussian-variance-mean-martingale"
QUICK = ["--seconds", "0.1", "--resolution", "0.2"]
SETTINGS = {"seconds": 0.1, "resolution": 0.2}


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}


def run(*args: str, **options) -> subprocess.CompletedProcess:
    """The command in a process of its own: it must say in a line what is wrong."""
    if options:
        program = [sys.executable, "-m", "reports.cli", *args]
        done = subprocess.run(
            program, env=environment(), cwd=ROOT, capture_output=True, text=True, **options, encoding="utf-8"
        )
    else:
        done = command(args, environment())
    assert "Traceback" not in done.stderr
    return done


def filled(path: Path, rows: int = 3) -> Path:
    with Ledger(path) as book:
        for j in range(rows):
            book.add(Finding("c", "f", "ball", Verdict.SUPPORTED, number=j))
        book.settle("c", "")
    return path


def intact(path: Path) -> int:
    """The rows of a ledger that opens and is whole."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        rows = db.execute("select data from findings").fetchall()
    assert all(json.loads(data) for (data,) in rows)
    return len(rows)


# --- kills, and several at once


@pytest.mark.parametrize("kills", [4, pytest.param(24, marks=pytest.mark.long)])
def test_killed_runs_go_on_and_runs_at_once_agree(kills, tmp_path):
    """What is asserted of every kill stands in the program."""
    done = python([str(ROOT / "tests" / "kills.py"), str(tmp_path), str(kills)], environment(), other=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["kills"] == {"SIGKILL": kills * 3 // 4, "SIGINT": kills // 4}
    assert report["outcomes"]["-9"] == kills * 3 // 4
    assert report["outcomes"]["with rows"] > 0  # some came in the middle


FOUR = (CLAIM, "gaussian-variance-second-moment-fourth", "known-mean-variance-loop-shrinks", "sampling-bias-lambda-log")


def analysing(parent: int) -> list[int]:
    """The processes of analytic witnesses that this process has started (or had, before it was killed)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = status.read_bytes().split(b"\0")
            if b"reports.analytic" in words and f"L={parent}".encode() in (status.parent / "environ").read_bytes():
                found.append(int(status.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("rows", [20])
def test_a_killed_command_takes_its_process_along_and_the_next_goes_on(tmp_path, rows, monkeypatch):
    """The command as it is, with the analytic witnesses in a process of their own, killed after so many rows."""
    path, name = tmp_path / "l.sqlite", os.getpid() * 100 + rows
    program = [sys.executable, "-m", "reports.cli", "verify", *FOUR, *QUICK, "--ledger", str(path)]
    running = subprocess.Popen(program, env=environment() | {"L": str(name)}, cwd=ROOT, stderr=subprocess.DEVNULL)
    while running.poll() is None:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            if db.execute("select count(*) from findings").fetchone()[0] >= rows:
                break
        time.sleep(0.05)  # often enough for a row: to look takes a millisecond of what the command needs
    running.kill()
    assert running.wait() == -signal.SIGKILL
    kept = intact(path)
    assert kept >= rows
    end = time.monotonic() + 300
    while analysing(name):
        assert time.monotonic() < end, "it goes on without its parent"
        time.sleep(0.1)

    monkeypatch.setattr(runs, "FEW", len(FOUR))  # who goes on needs no process of its own
    with Ledger(path) as book:
        first = book._rows("select id, data from findings")
        found = verify(catalogue(*FOUR), ledger=book, **SETTINGS)
        assert book._rows("select id, data from findings")[:kept] == first
        clean = verify(catalogue(*FOUR), **SETTINGS)
        assert set(book.settled()) == set(FOUR)
    assert [replace(f, id=None, hash="", seconds=0.0) for f in found.findings] == [
        replace(f, id=None, seconds=0.0) for f in clean.findings
    ]


def test_a_run_takes_what_another_beside_it_has_found(tmp_path):
    claims = catalogue(CLAIM, "known-mean-variance-loop-shrinks", "sampling-bias-lambda-log")
    told = []

    def progress(event):
        told.append(event.text)
        if event.text == f"deriving {claims[0].id}":
            with Ledger(path) as theirs:
                others.append(verify(claims, ledger=theirs, **SETTINGS))

    path, others = tmp_path / "l.sqlite", []
    with Ledger(path) as ours:
        found = verify(claims, ledger=ours, progress=progress, **SETTINGS)
        assert [x for x in told if x.startswith("deriving")] == [f"deriving {claims[0].id}"]
        assert ours.findings(CLAIM, found[CLAIM].findings[0].hash)
    for c in claims[1:]:
        assert found[c.id].findings == others[0][c.id].findings


def test_what_a_run_has_leased_another_waits_for_or_takes_over(tmp_path):
    """While it is alive; what it left behind when it ended, as by a kill, is anybody's."""
    path, done = tmp_path / "l.sqlite", lambda: False
    key = CLAIM, "hash", "analytic"
    with Leases(path) as ours, Leases(path) as others:
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(_begun, others).result()
        assert ours.take(*key, done) == State.OURS
        leases._runs[ours.name] = -1  # of another thread: one of this thread could not go on while we wait
        assert others.take(*key, done) == State.THEIRS
        assert others.take(*key, lambda: True) == State.DONE
        ours.give_back(*key)
        assert others.take(*key, done) == State.OURS
    with Leases(path) as run:
        assert run.take(*key, done) == State.OURS  # given back at the end

    gone = subprocess.Popen([sys.executable, "-c", ""])
    place = f"{leases._machine()} {gone.pid} {leases._started(gone.pid)}"
    gone.wait()
    elsewhere = f"another-machine//- {gone.pid} 1"
    for owner, state in ((place, State.OURS), (elsewhere, State.THEIRS)):
        with Leases(path) as run:
            run._write("insert or replace into leases values (?, ?, ?, 'other', ?, 0)", (*key, owner))
            assert run.take(*key, done) == state
            run.heard = {o: (beat, since - 2 * leases.SILENCE) for o, (beat, since) in run.heard.items()}
            assert run.take(*key, done) == State.OURS  # nothing was heard of it for so long


def _begun(run: Leases) -> bool:
    leases._runs[run.name] = threading.get_ident()
    return True


def test_leases_that_cannot_be_written_stop_nobody(tmp_path):
    path = tmp_path / "l.sqlite"
    leases.beside(path).write_text("no database, and rather long for none" * 100, encoding="utf-8")
    with Ledger(path) as book:
        found = verify(catalogue(CLAIM), ledger=book, **SETTINGS)
        assert book.findings(CLAIM, found[CLAIM].findings[0].hash)


def test_half_a_claim_s_work_is_kept(tmp_path):
    """Interrupted between the analytic witnesses and the simulation: only the latter is run again."""
    claims, told = catalogue(CLAIM), []

    def stop(event):
        if event.text == "simulating":
            raise KeyboardInterrupt

    with Ledger(tmp_path / "l.sqlite") as book:
        with pytest.raises(KeyboardInterrupt):
            verify(claims, ledger=book, progress=stop, **SETTINGS)
        assert not book.settled()
        found = verify(claims, ledger=book, progress=lambda e: told.append(e.text), **SETTINGS)
        assert "simulating" in told
        assert f"deriving {CLAIM}" not in told
        clean = verify(claims, ledger=book, fresh=True, **SETTINGS)
    assert [replace(f, id=None, seconds=0.0) for f in found.findings] == [
        replace(f, id=None, seconds=0.0) for f in clean.findings
    ]


# --- a full disk


@contextmanager
def full(folder: Path):
    """A folder with little room; options for `subprocess.run`."""
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True
        ).returncode
    )
    try:
        if mounted:
            yield {}
        else:
            yield {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (96 << 10, 96 << 10))}
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_ends_the_run_and_not_the_ledger(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    with full(folder) as limits:
        path = folder / "l.sqlite"
        done = run("verify", CLAIM, "gaussian-sigma-mean-c4*", *QUICK, "--ledger", str(path), **limits)
        assert done.returncode == cli.DISK
        last = done.stderr.splitlines()[-1]
        assert str(path) in last
        assert "full" in last
        assert "goes on from there" in last
        assert intact(path) > 0


def test_a_ledger_beyond_a_limit_of_file_sizes(tmp_path):
    path = filled(tmp_path / "l.sqlite")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Ledger(path) as book:
        kept, told = 3, ""
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            while kept < 1000:
                kept = book.add(ROW).id or 0
        except LedgerError as error:
            told = str(error)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert 3 < kept < 1000
        assert "disk is full" in told
        assert "the rows before are kept" in told
        assert book.add(ROW).id == kept + 1  # there is room again
    assert intact(path) == kept + 1


@pytest.mark.long
@pytest.mark.parametrize("option", [pytest.param("--json", marks=pytest.mark.long), "--out"])
def test_output_onto_a_full_disk(tmp_path, option):
    path, target = tmp_path / "l.sqlite", Path("/dev/full")
    if option == "--out":
        target = tmp_path / "out" / "report.md"
        target.parent.mkdir()
        target.symlink_to("/dev/full")
    place = target if option == "--json" else target.parent
    done = run("verify", CLAIM, *QUICK, "--ledger", str(path), option, str(place))
    assert done.returncode == cli.DISK
    assert done.stderr.splitlines()[-1] == (
        f"selfconsuming: {target} cannot be written: No space left on device; nothing is lost, all findings are in {path}"
    )
    assert intact(path) > 0


@pytest.mark.parametrize("name", ["map.csv", "map.png"])
def test_a_map_onto_a_full_disk(name, tmp_path):
    """It is written by the process that has loaded the file; of a full disk Pillow names no file."""
    out = tmp_path / name
    write_template(tmp_path / "mine.py")
    out.symlink_to("/dev/full")
    plane = ["--x", "n=2..9", "--y", "t=0..5", "--seconds", "1"]
    done = run("map", str(tmp_path / "mine.py"), *plane, "--out", str(out))
    assert done.returncode == cli.DISK
    assert done.stderr.splitlines()[-1] == f"selfconsuming: {out}: No space left on device"


def test_a_new_file_on_a_full_disk(tmp_path, monkeypatch):
    """The error of a full disk comes when the file is closed, and names none."""

    def full(self, *given, **named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match=r"mine\.py"):
        write_template(tmp_path / "mine.py")


def test_standard_output_onto_a_full_disk():
    with open("/dev/full", "w", encoding="utf-8") as sink:
        done = subprocess.run(
            [sys.executable, "-m", "reports.cli", "list", "gaussian"],
            env=environment(),
            cwd=ROOT,
            stdout=sink,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    assert done.returncode == cli.DISK
    assert len(done.stderr.splitlines()) == 1
    assert "No space left" in done.stderr


# --- files that are no ledgers, and ledgers that go away


def broken(path: Path) -> str:
    """What opening a ledger and adding a row says."""
    with pytest.raises(LedgerError) as told, Ledger(path) as book:
        book.add(ROW)
    assert str(path) in str(told.value)
    return str(told.value)


def test_a_ledger_of_a_newer_version(tmp_path):
    path = filled(tmp_path / "l.sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"pragma user_version = {LAYOUT + 1}")
    before = path.read_bytes()
    assert "newer version" in broken(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program(tmp_path):
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table bookmarks (url)")
    before = path.read_bytes()
    assert "another program" in broken(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", ["{}", "[1]", '"text"', "null", '{"verdict": "perhaps", "certificate": []}', "{"])
def test_a_row_that_is_no_finding(tmp_path, capsys, data):
    path = filled(tmp_path / "l.sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute("update findings set data = ? where id = 2", (data,))
        db.commit()
    assert cli._run(["reproduce", "2", "--ledger", str(path)]) == cli.DISK
    told = capsys.readouterr().err
    assert told.startswith("selfconsuming: the ledger failed: finding 2 is not what was written there: ")
    assert len(told.splitlines()) == 1


def test_a_figure_that_is_none(tmp_path):
    path = filled(tmp_path / "l.sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute("insert into figures (claim, hash, data) values ('c', '', '[]')")
        db.commit()
    with Ledger(path) as book, pytest.raises(LedgerError, match="the figure of c is not what was written"):
        book.trajectory("c", "")


@pytest.mark.parametrize("number", [2**63, -(2**70)])
def test_a_number_that_no_finding_has(tmp_path, number):
    with Ledger(filled(tmp_path / "l.sqlite")) as book:
        assert book.get(number) is None


def test_a_folder_and_a_log_that_cannot_be_opened(tmp_path):
    assert "this is a folder" in broken(tmp_path)
    path = filled(tmp_path / "l.sqlite")
    Path(f"{path}-wal").mkdir()
    assert f"{path}-wal cannot be written" in broken(path)
    Path(f"{path}-wal").rmdir()
    assert intact(path) == 3


@pytest.mark.parametrize("moved", [False, True])
def test_a_ledger_that_goes_away_under_way(tmp_path, moved):
    """SQLite itself would go on into a file without a name."""
    path = filled(tmp_path / "deep" / "l.sqlite")
    with Ledger(path) as book:
        if moved:
            path.parent.rename(tmp_path / "elsewhere")
            filled(path, 1)
        else:
            shutil.rmtree(path.parent)
        with pytest.raises(LedgerError, match="deleted or moved under way"):
            book.add(ROW)


def test_a_run_whose_ledger_goes_away(tmp_path, monkeypatch, capsys):
    path = tmp_path / "deep" / "l.sqlite"

    def delete(progress, event):
        if event.text == "simulating":
            shutil.rmtree(path.parent)

    monkeypatch.setattr(progress.Progress, "__call__", delete)
    with pytest.raises(SystemExit) as stop:
        cli.main(["verify", CLAIM, *QUICK, "--ledger", str(path)])
    assert stop.value.code == cli.DISK
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"selfconsuming: the ledger failed: {path} was deleted or moved under way")
    assert "is kept in" not in last


def as_nobody(function) -> object:
    """What a call gives in a process that has no rights of root's."""
    read, write = os.pipe()
    if not (child := os.fork()):
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            out = function()
        except BaseException as error:
            out = f"{type(error).__name__}: {error}"
        os.write(write, json.dumps(out).encode())
        os._exit(0)
    os.close(write)
    with open(read, encoding="utf-8") as pipe:
        out = json.load(pipe)
    os.waitpid(child, 0)
    return out


@pytest.fixture
def open_folder():
    """A folder that others can reach."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the child is short and ends by `_exit`
def test_a_read_only_ledger_is_read(open_folder):
    path = filled(open_folder / "l.sqlite")
    path.chmod(0o444)
    open_folder.chmod(0o555)

    def read():
        with Ledger(path, create=False) as book:
            return len(book.findings("c", "") or [])

    def write():
        with Ledger(path) as book:
            book.add(ROW)

    assert as_nobody(read) == 3
    told = as_nobody(write)
    assert str(told).startswith(f"LedgerError: {path}: ")
    assert "must be writable" in str(told)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_log_of_somebody_else_s(open_folder):
    path = filled(open_folder / "l.sqlite")
    open_folder.chmod(0o777)
    path.chmod(0o666)
    log = Path(f"{path}-wal")
    log.touch(0o444)
    log.chmod(0o444)

    def write():
        with Ledger(path) as book:
            book.add(ROW)

    assert f"{log} cannot be written" in str(as_nobody(write))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("from ..gaussian.common import GaussianLoop\n", True),
        ("if True: from .. import gaussian\n", True),
        ("from .. import (\n    language,\n    gaussian as g,\n)\n", True),
        ("from .. import language, \\\n    gaussian\n", True),
        ("import theory.gaussian as g\n", True),
        ("x = 1; from theory.gaussian.common import GaussianLoop\n", True),
        ('g = __import__("theory.gaussian")\n', True),
        ('exec("from ..gaussian import common")\n', True),
        ("from theory import gaussian\n", True),
        ("from theory import language, \\\n    gaussian as g\n", True),
        ("from theory import (\n    gaussian,\n)\n", True),
        ("def f():\n    from theory import gaussian\n", True),
        ("import theory as t\nt.gaussian.common\n", True),
        ("from .. import stability as s, gaussian as g\n", True),
        ("import theory.language, theory.gaussian.common as g\n", True),
        ("from simulate import gaussian\n", True),
        ("from theory import GaussianLoop\n", True),
        ("from theory import *\n", True),
        ("import theory\ntheory.GaussianLoop\n", True),
        ("from ..language import domains\n", False),
        ("from theory import E, kde\n", False),
        ("gaussian = 1  # from theory import gaussian\n", False),
        ('"""A text: from ..gaussian import nothing, which is no code."""\n', False),
        ("import theory\ntheory.claim\n", False),
        ("from .gaussian import own\n", False),
    ],
)
def test_a_family_depends_on_what_it_imports_however_that_is_written(written, found, tmp_path, monkeypatch):
    file = tmp_path / "topic.py"
    file.write_text(written, encoding="utf-8")
    files = {"stability": [("theory.stability", file)]}
    monkeypatch.setattr(imports, "files_of", lambda family: iter(files.get(family, ())))
    imports.families_behind.cache_clear()
    imports._behind_at_once.cache_clear()
    assert ("gaussian" in imports.families_behind("stability")) == found
    imports.families_behind.cache_clear()
    imports._behind_at_once.cache_clear()


def test_families_that_import_from_each_other_depend_on_each_other(monkeypatch):
    among = {"a": {"a", "b"}, "b": {"b", "a", "c"}, "c": {"c"}}
    monkeypatch.setattr(imports, "_behind_at_once", lambda family: frozenset(among[family]))
    found = {family: imports.families_behind.__wrapped__(family) for family in among}
    assert found == {"a": {"a", "b", "c"}, "b": {"a", "b", "c"}, "c": {"c"}}


def test_no_family_works_out_what_it_imports():
    """Its findings would not be run again where that has changed."""
    for family in families():
        for _, file in imports.files_of(family):
            assert not re.search(
                r"importlib|import_module|__import__|\b(exec|eval)\(|sys\.modules", file.read_text(encoding="utf-8")
            ), file


MINE = """from sympy import Eq, Integer
from theory import Integers, Loop, claim, coordinate
{imported}


class Falling(Loop):
    x = coordinate()
    initial = {{"x": Integer(1)}}

    def step(self, now):
        return {{"x": now["x"] * rate()}}


@claim
def falls(t=Integers(0)):
    "It falls."
    return Eq(Falling().x(t), Integer(2) ** -t)
"""


BY_OTHER_WAYS = {
    "by a name that is put together": "rate = __import__('importlib').import_module('hel' + 'per').rate",
    "by Python's own function": "rate = __import__('hel' + 'per').rate",
    "as a text": "exec((__import__('pathlib').Path(__file__).parent / 'helper.py').read_text(), globals())",
    "as a text, opened": "with open(__file__.replace('mine', 'helper')) as f:\n    exec(f.read(), globals())",
    "where it is needed": "def rate():\n    return __import__('hel' + 'per').rate()",
    "by its path": "rate = __import__('runpy').run_path(__file__.replace('mine', 'helper'))['rate']",
}


@pytest.mark.parametrize("imported", BY_OTHER_WAYS.values(), ids=BY_OTHER_WAYS.keys())
def test_a_claim_of_a_user_s_depends_on_what_its_file_reads(imported, tmp_path, monkeypatch):
    """However it comes to it: what was found with another helper was told again."""
    monkeypatch.delitem(sys.modules, "helper", raising=False)
    half = "from sympy import Rational\n\n\ndef rate():\n    return Rational(1, {})\n"
    for name in ("helper.py", "apart.py"):
        (tmp_path / name).write_text(half.format(2), encoding="utf-8")
    (tmp_path / "mine.py").write_text(MINE.format(imported=imported), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (mine,) = load(tmp_path / "mine.py")
    before = claim_hash(mine, ())
    (again,) = load(tmp_path / "mine.py")  # what is imported already is not read again
    assert claim_hash(again, ()) == before
    (tmp_path / "apart.py").write_text(half.format(3), encoding="utf-8")
    assert claim_hash(mine, ()) == before
    (tmp_path / "helper.py").write_text(half.format(3), encoding="utf-8")
    assert claim_hash(mine, ()) != before
    monkeypatch.delitem(sys.modules, "helper", raising=False)


def test_a_claim_of_a_user_s_depends_on_a_table_that_its_file_reads(tmp_path):
    (tmp_path / "rate.txt").write_text("2", encoding="utf-8")
    imported = (
        "with open(__file__.replace('mine.py', 'rate.txt')) as f:\n    N = int(f.read())\nrate = lambda: Integer(1) / N"
    )
    (tmp_path / "mine.py").write_text(MINE.format(imported=imported), encoding="utf-8")
    (mine,) = load(tmp_path / "mine.py")
    before = claim_hash(mine, ())
    (tmp_path / "rate.txt").write_text("3", encoding="utf-8")
    assert claim_hash(mine, ()) != before
    assert not any(f.is_relative_to(Path(ledger.__file__).parent) for f in read_by(tmp_path / "mine.py"))


def test_a_table_is_not_parsed_and_may_be_anything(tmp_path, monkeypatch):
    """A table of numbers was parsed as Python, a minute for 14 MB of it."""
    table, parsed = tmp_path / "a.csv", []
    table.write_bytes(b"2\xff")
    imported_as_ever = imports.imported
    monkeypatch.setattr(
        imports, "imported", lambda text, package: parsed.append(text) or imported_as_ever(text, package)
    )
    read = "rate = lambda: Integer(1) / int(__import__('pathlib').Path(__file__).with_name('a.csv').read_bytes()[:1])"
    (tmp_path / "mine.py").write_text(MINE.format(imported=read), encoding="utf-8")
    (mine,) = load(tmp_path / "mine.py")
    before = claim_hash(mine, ())
    assert {table, tmp_path / "mine.py"} == {*imports.own_files(mine.function.__module__)}
    assert any("class Falling" in text for text in parsed)
    assert not any(text.startswith("2") for text in parsed)
    table.write_bytes(b"2\xfe")  # no text is made of it, in which both are the same
    assert claim_hash(mine, ()) != before


@pytest.mark.parametrize("place", ["elsewhere", "mine/lib/python3.11/site-packages", "mine/__pycache__"])
def test_what_an_imported_package_looks_up_does_not_count(place, tmp_path, monkeypatch):
    """The machine's processors, fonts, time zones: nothing was ever remembered of a claim beside `import psutil`."""
    for folder in (tmp_path / "mine", tmp_path / place):
        folder.mkdir(parents=True, exist_ok=True)
    (tmp_path / place / "looking.py").write_text(
        "open('/proc/stat').close()\nopen(__file__[:-3] + '.txt').close()", encoding="utf-8"
    )
    (tmp_path / place / "looking.txt").write_text("1", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / place)
    monkeypatch.delitem(sys.modules, "looking", raising=False)
    file = tmp_path / "mine" / "mine.py"
    file.write_text(MINE.format(imported="import looking, zoneinfo\nrate = lambda: Integer(1) / 2"), encoding="utf-8")
    (mine,) = load(file)
    before = claim_hash(mine, ())
    (tmp_path / place / "looking.txt").write_text("2", encoding="utf-8")
    assert claim_hash(mine, ()) == before
    assert {*imports.own_files(mine.function.__module__)} == {file}
    monkeypatch.delitem(sys.modules, "looking", raising=False)


def test_the_machine_does_not_count_where_all_is_below(monkeypatch):
    named = [
        "/proc/stat",
        "/sys/devices/system/cpu/online",
        "/dev/urandom",
        sqlite3.__file__,
        pytest.__file__,
        __file__,
    ]
    assert [*opened._below(Path("/"), named)] == [Path(__file__)]


def test_a_linked_table_counts_as_what_it_is_linked_to(tmp_path):
    (tmp_path / "mine").mkdir()
    for name in ("two", "three"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    linked = tmp_path / "mine" / "rate"
    linked.symlink_to(tmp_path / "two")
    read = "open(__file__.replace('mine.py', 'rate')).close()\nrate = lambda: Integer(1) / 2"
    (tmp_path / "mine" / "mine.py").write_text(MINE.format(imported=read), encoding="utf-8")
    (mine,) = load(tmp_path / "mine" / "mine.py")
    before = claim_hash(mine, ())
    linked.unlink()
    linked.symlink_to(tmp_path / "three")
    assert claim_hash(mine, ()) != before


def test_what_another_file_has_imported_before_counts(tmp_path, monkeypatch):
    """It is not opened again; each module's file is resolved once."""
    (tmp_path / "helper.py").write_text(
        "from sympy import Rational\n\n\ndef rate():\n    return Rational(1, 2)\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "helper", raising=False)
    mine = MINE.format(imported=BY_OTHER_WAYS["by Python's own function"])
    for name in ("mine.py", "second.py"):
        (tmp_path / name).write_text(mine, encoding="utf-8")
        load(tmp_path / name)
    assert read_by(tmp_path / "second.py")[0] == tmp_path / "helper.py"
    resolved, of_python = [], os.path.realpath
    monkeypatch.setattr(os.path, "realpath", lambda path, **how: resolved.append(path) or of_python(path, **how))
    with opened.listened_to(tmp_path / "second.py", "conjectures"):
        pass
    assert not resolved
    monkeypatch.delitem(sys.modules, "helper", raising=False)


@pytest.mark.parametrize(
    "imported", ["from helper import rate", "from pack.inner import rate", "import other; rate = other.rate"]
)
def test_a_claim_of_a_user_s_depends_on_the_files_beside_it(imported, tmp_path):
    """Its step may be theirs: what was found with another one stood, and was told again."""
    half = "from sympy import Rational\n\n\ndef rate():\n    return Rational(1, {})\n"
    files = [tmp_path / name for name in ("helper.py", "pack/deep.py", "apart.py")]
    (tmp_path / "pack").mkdir()
    for file in files:
        file.write_text(half.format(2), encoding="utf-8")
    (tmp_path / "pack" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "pack" / "inner.py").write_text("from .deep import rate\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("from helper import rate\n", encoding="utf-8")
    (tmp_path / "mine.py").write_text(MINE.format(imported=imported), encoding="utf-8")
    (mine,) = load(tmp_path / "mine.py")
    before = claim_hash(mine, ())
    files[2].write_text(half.format(3), encoding="utf-8")
    assert claim_hash(mine, ()) == before
    files["pack" in imported].write_text(half.format(3), encoding="utf-8")
    assert claim_hash(mine, ()) != before


def test_a_loop_depends_on_what_its_family_imports(tmp_path, monkeypatch):
    """Of a user's claim only its loop's own family counted, not those that this family is made of."""
    file = tmp_path / "mine.py"
    file.write_text("from theory.mixing.turns import GaussianTurnsLoop\n", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "mine", ModuleType("mine"))
    monkeypatch.setattr(sys.modules["mine"], "__file__", str(file), raising=False)
    for modules in (["theory.mixing.turns"], ["mine"]):
        needed = imports.families_needed(modules)
        assert {"mixing", "gaussian"} <= needed
        assert "kde" not in needed


TURNS = """from sympy import Ge
from theory import Integers, claim
from theory.mixing.turns import GaussianTurnsLoop


@claim
def counted(t=Integers(0)):
    "Any one."
    return Ge(t, 0)
"""


def test_a_claim_of_a_user_s_depends_on_what_its_imports_are_made_of(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(TURNS, encoding="utf-8")
    (mine,) = load(tmp_path / "mine.py")
    before, text = claim_hash(mine, ()), ledger._of_family
    for family, depends in (("kde", False), ("mixing", True), ("gaussian", True)):
        monkeypatch.setattr(ledger, "_of_family", lambda f, family=family: text(f) + "# changed" * (f == family))
        assert (claim_hash(mine, ()) != before) == depends, family


def test_this_package_beside_a_file_is_not_looked_through(tmp_path):
    """A claim in a file beside a checkout took a hundred times as long: all of the package was read for it."""
    (tmp_path / "theory").mkdir()
    for name in ("theory/__init__.py", "helper.py", "claims.py"):
        (tmp_path / name).write_text("import helper\nfrom theory import E\n", encoding="utf-8")
    assert neighbours(tmp_path / "claims.py") == {tmp_path / "claims.py": "", tmp_path / "helper.py": ""}
