"""The suite: all witnesses on all claims, what is kept in the ledger, what a second run does again."""

from __future__ import annotations

import gc
import os
import sqlite3
import sys
import threading
import warnings
from collections import deque
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import wraps
from pathlib import Path

import pytest
from sympy import Eq, Integer, Le, Lt, Rational, Symbol

from reports import analytic
from reports import ledger as ledgers
from reports.ledger import Ledger, LedgerError, claim_hash
from reports.suite import Findings, verify
from simulate.engine.blocks import run_blocks
from theory.families import catalogue, families
from theory.gaussian import GaussianLoop
from theory.language.claims import Claim, claim, family_of
from theory.language.domains import Points, Positive
from theory.language.functions import c4
from theory.language.moments import E, PathMax
from theory.language.verdicts import Finding, Verdict
from theory.proof.enclose import enclose
from theory.proof.reach import CONTROLS, in_turn, inside
from theory.proof.relations import prove
from theory.proof.relations.prove import Proof

pytestmark = pytest.mark.xdist_group("suite")  # what is made once for all of them


P, S, R, U, L = Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED, Verdict.LEFT_OUT
s = Symbol("s", integer=True, nonnegative=True)
QUICK = {"seconds": 0.2, "resolution": 0.2}
PYTHON = sys.executable
FOUR = (
    "gaussian-variance-mean-martingale",
    "gaussian-variance-second-moment-fourth",
    "known-mean-variance-loop-shrinks",
    "sampling-bias-lambda-log",
)  # in the catalogue's order


class Now(Executor):
    """Runs everything at once, in the caller's thread, and counts blocks."""

    def __init__(self):
        self.blocks, self.tasks = 0, 0

    def submit(self, fn, /, *args, **kwargs):
        self.tasks += 1
        self.blocks += len(args[3]) if fn is run_blocks else 0
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


# --- claims of a user: in no catalogue


@claim
def my_variance(n=Points(5, 10), t=Points(1, 3), sigma0=Points(2)):
    """The expected variance stays."""
    return Eq(E(GaussianLoop(n, sigma0).sigma(t) ** 2), Integer(sigma0) ** 2)


@claim
def my_mistake(n=Points(5, 10), t=Points(1, 3), sigma0=Points(2)):
    """The expected variance grows by a half."""
    return Eq(E(GaussianLoop(n, sigma0).sigma(t) ** 2), Rational(3, 2) * sigma0**2)


@claim(expected="fails")
def my_counterexample(n=Points(5, 10), t=Points(1, 3), sigma0=Points(2)):
    """The expected standard deviation is the true one, or so they say."""
    return Eq(E(GaussianLoop(n, sigma0).sigma(t)), sigma0)


@claim(expected="fails")
def my_prejudice(n=Points(5, 10), t=Points(1, 3), sigma0=Points(2)):
    """The expected standard deviation falls below the true one, which nobody believes."""
    return Lt(E(GaussianLoop(n, sigma0).sigma(t)), sigma0)


@claim
def my_riddle(n=Points(5), t=Points(3), sigma0=Points(2)):
    """The square of the largest standard deviation is at most 90 on average."""
    return Le(E(PathMax(GaussianLoop(n, sigma0).sigma(s), (s, 0, t)) ** 2), 90)


def decay(factor) -> Claim:
    def my_decay(n=Points(5), t=Points(3), sigma0=Points(2)):
        """The expected standard deviation decays."""
        return Eq(E(GaussianLoop(n, sigma0).sigma(t)), factor * c4(n) ** t * sigma0)

    return Claim(my_decay)


@pytest.fixture
def store(tmp_path):
    with Ledger(tmp_path / "deep" / "ledger.sqlite") as ledger:
        yield ledger


@pytest.fixture
def processes(monkeypatch):
    """The analyses that a run starts; they are ended, and their pipes closed, after the test."""
    with recorded(monkeypatch) as started:
        yield started


@contextmanager
def recorded(monkeypatch):
    started: list = []

    class Recorded(analytic.Analysis):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(analytic, "Analysis", Recorded)
    yield started
    for a in started:
        a.stop()
        a.thread.join(10)
        for pipe in (a.process.stdout, a.process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture(scope="module")
def four():
    """Four claims of the catalogue, whose analytic witnesses run in a process: (findings, events, what was warned of)."""
    events: list = []
    started: list = []

    class Counted(analytic.Analysis):  # it is not kept: what it leaves open is warned of
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(1)

    gc.collect()
    with warnings.catch_warnings(record=True) as caught, pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(analytic, "Analysis", Counted)
        warnings.simplefilter("always")
        found = verify(catalogue(*FOUR), progress=events.append, **QUICK)
        gc.collect()
    assert len(started) == 1
    return found, events, [str(w.message) for w in caught]


def essence(found: Findings) -> dict:
    """What a run says, without clock and ledger."""
    return {(f.claim, f.witness, f.number): replace(f, seconds=0.0, hash="", id=None) for f in found.findings}


def rows(ledger: Ledger) -> int:
    return ledger.db.execute("select count(*) from findings").fetchone()[0]


# --- summaries and status


def test_summaries_of_a_user_s_claims():
    """Claims that no catalogue knows are proved, refuted and simulated like any other."""
    found = verify([my_variance, my_mistake, my_counterexample, my_riddle], workers=1, **QUICK)
    assert [x.claim for x in found] == ["my-variance", "my-mistake", "my-counterexample", "my-riddle"]
    assert len(found) == 4
    right, wrong, quoted, riddle = found
    assert right.verdict == P
    assert right.witnesses == {"derivation": P, "ball": S, "simulation": S}
    assert right.coverage == {"derivation": "all", "ball": "4 of 4 points", "simulation": "4 of 4 points"}
    assert (wrong.verdict, wrong.surprise, wrong.as_declared) == (R, True, False)
    assert wrong.witnesses["simulation"] == wrong.witnesses["ball"] == R
    assert (quoted.verdict, quoted.surprise, quoted.as_declared) == (R, False, True)
    assert (riddle.verdict, riddle.as_declared) == (U, None)
    assert "a function of a maximum over the path" in riddle.reasons["simulation"]
    assert found["my-mistake"] is wrong
    assert found.surprises == [wrong]
    assert not any(x.contradiction for x in found)
    assert {f.family for f in found.findings} == {"test_suite"}
    assert right.replicates == sum(f.replicates for f in right.findings) > 0
    assert found.meta == {"seed": 0, "alpha": 1e-6, **QUICK}
    assert found.claims["my-riddle"] is my_riddle
    for text in (
        found.to_markdown(),
        found.to_latex(standalone=True),
        found.to_csv(),
        found.to_json(),
        found._repr_html_(),
    ):
        assert "my-mistake" in text
    assert len(found.to_frame()) == len(found.findings)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ([], 0),
        ([my_variance], 0),
        ([my_counterexample], 0),
        ([my_mistake], 1),
        ([my_prejudice], 1),
        ([my_riddle], 3),
        ([my_variance, my_counterexample], 0),
        ([my_variance, my_riddle], 3),
        ([my_riddle, my_mistake], 1),
    ],
)
def test_status(claims, status):
    assert verify(claims, executor=Now(), **QUICK).status == status


@pytest.mark.long
def test_a_run_in_a_process_of_its_own(four):
    found, events, _ = four
    assert [x.claim for x in found] == list(FOUR)
    assert [x.verdict for x in found] == [P, P, R, P]
    assert found.status == 0
    for x in found:
        assert set(x.witnesses) == {"derivation", "ball", "simulation"}
        assert x.coverage["ball"] == "13 of 13 points"
        numbers = [f.number for f in x.findings if f.witness == "simulation"]
        assert sorted(numbers) == list(range(1, 14))
    assert "waiting for derivations and balls" in [e.text for e in events if e.kind == "stage"]
    assert not any(e.text.startswith("deriving") for e in events)
    assert sorted(
        (e.finding.claim, e.finding.witness, e.finding.number or 0) for e in events if e.kind == "finding"
    ) == sorted((f.claim, f.witness, f.number or 0) for f in found.findings)
    totals = [(e.done, e.total) for e in events if e.kind == "blocks"]
    assert totals[0][0] == 1
    assert all(done <= total for done, total in totals)


def test_the_process_and_the_caller_find_the_same(four):
    """Up to three claims are analysed in the caller's process."""
    found, *_ = four
    events: list = []
    here = verify(catalogue(*FOUR[1:]), workers=1, progress=events.append, **QUICK)
    assert [e.text for e in events if e.text.startswith("deriving")] == [f"deriving {c}" for c in FOUR[1:]]
    assert essence(here) == {k: f for k, f in essence(found).items() if k[0] in FOUR[1:]}


def test_a_process_leaves_nothing_open(four):
    """Else every suite ends with a ResourceWarning, and with an error where warnings are errors."""
    *_, warned = four
    assert warned == []


def test_a_user_s_claim_of_a_known_name_is_the_user_s(processes):
    """A false copy under the catalogue's name must not be proved by the catalogue's claim."""

    def gaussian_variance_mean_martingale(n=Points(5), t=Points(3), sigma0=Points(2)):
        """The expected variance grows."""
        return Eq(E(GaussianLoop(n, sigma0).sigma(t) ** 2), 2 * Integer(sigma0) ** 2)

    found = verify([Claim(gaussian_variance_mean_martingale), *catalogue(*FOUR[1:])], **QUICK)
    assert found[FOUR[0]].verdict == R
    assert found[FOUR[0]].witnesses["derivation"] != P
    assert found[FOUR[0]].contradiction == ""


# --- the ledger


def test_what_is_settled_is_not_run_again(store):
    claims = [my_variance, my_mistake, my_riddle]
    first = verify(claims, ledger=store, executor=(one := Now()), **QUICK)
    assert one.blocks > 0
    events: list = []
    second = verify(claims, ledger=store, executor=(two := Now()), progress=events.append, **QUICK)
    assert two.tasks == 0
    assert [(e.kind, e.text) for e in events] == [("cached", c.id) for c in claims]
    assert second.summaries == first.summaries
    assert second.findings == first.findings  # ids, hashes and clocks included
    assert rows(store) == len(first.findings)
    assert second.status == first.status == 1
    # what is new is run, and nothing else
    events.clear()
    more = verify(
        [my_counterexample, *claims], ledger=store, executor=(three := Now()), progress=events.append, **QUICK
    )
    assert three.blocks > 0
    assert [e.text for e in events if e.kind == "cached"] == [c.id for c in claims]
    assert {e.finding.claim for e in events if e.kind == "finding"} == {"my-counterexample"}
    assert more.summaries[1:] == first.summaries
    # another connection, another process: the same
    with Ledger(store.path, create=False) as other:
        assert verify(claims, ledger=other, executor=Now(), **QUICK).findings == first.findings
        assert set(other.settled()) == {c.id for c in (*claims, my_counterexample)}


def test_fresh_runs_what_is_settled(store):
    first = verify([my_variance], ledger=store, executor=Now(), **QUICK)
    again = verify([my_variance], ledger=store, executor=(executor := Now()), fresh=True, **QUICK)
    assert executor.blocks > 0
    assert essence(again) == essence(first)
    assert min(f.id for f in again.findings) > max(f.id for f in first.findings)
    assert rows(store) == 2 * len(first.findings)
    last = verify([my_variance], ledger=store, executor=Now(), **QUICK)
    assert last.findings == again.findings  # each once, the latest
    assert store.last("my-variance") == again.findings


@pytest.mark.parametrize("change", [{"seed": 1}, {"alpha": 1e-5}, {"resolution": 0.3}, {"seconds": 0.25}])
def test_other_settings_are_run(store, change):
    first = verify([my_variance], ledger=store, executor=Now(), **QUICK)
    other = verify([my_variance], ledger=store, executor=(executor := Now()), **(QUICK | change))
    assert executor.blocks > 0
    assert essence(other) != essence(first)
    assert {f.hash for f in other.findings}.isdisjoint({f.hash for f in first.findings})
    for settings, old in ((QUICK, first), (QUICK | change, other)):
        cached = verify([my_variance], ledger=store, executor=(executor := Now()), **settings)
        assert executor.tasks == 0
        assert cached.findings == old.findings
    assert store.last("my-variance") == other.findings


def test_the_number_of_workers_is_no_setting(store):
    first = verify([my_variance], ledger=store, workers=2, **QUICK)
    assert verify([my_variance], ledger=store, workers=1, **QUICK).findings == first.findings
    assert essence(verify([my_variance], workers=1, **QUICK)) == essence(first)


def test_another_claim_of_the_same_name_is_run(store):
    """The same source text, another formula: a closure's value."""
    one = verify([decay(1)], ledger=store, executor=Now(), **QUICK)
    two = verify([decay(2)], ledger=store, executor=(executor := Now()), **QUICK)
    assert executor.blocks > 0
    assert (one.status, two.status) == (0, 1)
    assert claim_hash(decay(1), (0,)) == claim_hash(decay(1), (0,)) != claim_hash(decay(2), (0,))


def test_a_user_s_claim_depends_on_its_loop_s_family(monkeypatch):
    """Else its findings stay settled when the family's kernels are corrected."""
    before = claim_hash(my_variance, (0,))
    text = ledgers._of_family
    monkeypatch.setattr(ledgers, "_of_family", lambda family: text(family) + "# corrected" * (family == "gaussian"))
    (ours,) = catalogue(FOUR[0])
    assert claim_hash(ours, (0,)) != before
    other = replace(ours, function=wraps(ours.function)(lambda **values: Eq(ours.function(**values).lhs, 0)))
    assert claim_hash(other, (0,)) != claim_hash(ours, (0,))
    assert claim_hash(my_variance, (0,)) != before


def test_a_claim_depends_on_all_of_its_family_and_on_no_other():
    """Also where the family is a folder; and the engine, on which all depend, is no family's."""
    root = Path(ledgers.__file__).parents[1]
    layers = [root / layer for layer in ("theory", "simulate")]
    files = [p for x in layers for p in x.rglob("*.py") if p != x / "__init__.py" and p.read_text(encoding="utf-8")]
    (c,) = catalogue("stability-gaussian-mean-ar1-fixed")
    topics = ("__init__", "coin", "common", "gaussian")
    for file in [x / "stability" / f"{topic}.py" for x in layers for topic in topics]:
        assert file.read_text(encoding="utf-8") in ledgers._of_family(family_of(c.function.__module__)), file
    engine, sources = {*ledgers.engine_files()}, [ledgers._of_family(f) for f in families()]
    for file in files:
        text = file.read_text(encoding="utf-8")
        homes = [source for source in sources if text in source]
        assert len(homes) + (file in engine) == 1, file


def test_rows_of_the_ledger_round_trip(store, four):
    found, *_ = four
    for f in found.findings:
        kept = store.add(replace(f, hash="h"))
        assert store.get(kept.id) == kept == replace(f, hash="h", id=kept.id)
    odd = Finding(
        "c",
        "f",
        "ball",
        R,
        margin=(float("-inf"), 1e-300),
        certificate=("a", "‖σ‖ ≤ ∞"),
        resolution=0.1 + 0.2,
        point={"q": "1/3"},
        seed=2**70,
        note="\"'\n",
    )
    assert store.get(store.add(odd).id) == replace(odd, id=store.add(odd).id - 1)  # type: ignore[operator, arg-type]
    assert store.get(10**9) is None
    assert store.findings("c", "") is None  # not settled
    store.settle("c", "")
    store.settle("c", "")
    assert [replace(f, id=None) for f in store.findings("c", "")] == [odd]
    assert list(store.settled()) == ["c"]
    assert store.last("nobody") == []


def test_every_finding_says_how_to_replay_it(four):
    found, *_ = four
    names = {f.name for f in fields(Finding)}
    assert {"seed", "alpha", "budget", "resolution_asked", "blocks", "number", "point"} <= names
    for f in found.findings:
        assert f.expected == found.claims[f.claim].expected
        if f.witness == "simulation":
            assert (f.seed, f.alpha, f.budget, f.resolution_asked) == (0, 1e-6, 0.2, 0.2)
            assert (f.blocks > 0) == (f.verdict != L)
            assert f.point is not None


# --- interrupts


class Stop:
    """Interrupts at the k-th event of a kind, as a user's Ctrl-C would."""

    def __init__(self, kind: str, k: int, witness: str = ""):
        self.kind, self.left, self.witness = kind, k, witness

    def __call__(self, event):
        if event.kind == self.kind and self.witness in (event.finding.witness if event.finding else ""):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt


@pytest.mark.parametrize(
    "stop",
    [
        ("stage", 1, ""),
        ("finding", 3, ""),
        ("finding", 2, "simulation"),
        ("blocks", 2, ""),
        ("finding", 8, "simulation"),
    ],
)
def test_an_interrupt_keeps_what_was_found(store, stop):
    claims = [my_variance, my_mistake]
    settled = verify([my_counterexample], ledger=store, executor=Now(), **QUICK)
    before = rows(store)
    with pytest.raises(KeyboardInterrupt):
        verify([*claims, my_counterexample], ledger=store, executor=Now(), progress=Stop(*stop), **QUICK)
    kept = rows(store) - before
    if stop[0] == "finding":
        assert kept >= stop[1]  # the one that was told last is there
    assert [store.get(i) is not None for i in range(before + 1, before + kept + 1)] == [True] * kept
    done = list(store.settled())  # what is decided by all witnesses, and nothing else
    assert "my-counterexample" in done
    assert "my-mistake" not in done
    assert ("my-variance" in done) == (stop == ("finding", 8, "simulation"))
    events: list = []
    second = verify([*claims, my_counterexample], ledger=store, executor=Now(), progress=events.append, **QUICK)
    assert {e.text for e in events if e.kind == "cached"} == set(done)
    assert second["my-counterexample"].findings == settled.findings
    clean = verify([*claims, my_counterexample], executor=Now(), **QUICK)
    assert essence(second) == essence(clean)
    third = verify([*claims, my_counterexample], ledger=store, executor=(executor := Now()), **QUICK)
    assert executor.tasks == 0
    assert essence(third) == essence(clean)
    assert len(third.findings) == len(clean.findings)  # what was found twice counts once


def test_two_processes_share_their_work():
    claims = catalogue(*FOUR)
    queue, found, first, second = deque(claims), [], [], []
    ours, theirs = (analytic.Analysis(queue, 0.01, False, found.append, done.append) for done in (first, second))
    ours.wait()
    theirs.wait()

    assert first
    assert second
    assert sorted(first + second) == sorted(c.id for c in claims)
    assert {f.claim for f in found} == {c.id for c in claims}


def test_an_interrupt_ends_the_process(store, processes):
    with pytest.raises(KeyboardInterrupt):
        verify(catalogue(*FOUR), ledger=store, progress=Stop("blocks", 1), **QUICK)
    (analysis,) = processes
    assert analysis.process.returncode is not None


def test_an_interrupt_between_analytic_findings_arrives(store, processes):
    """The callback is called on the thread that reads the process: what it raises is raised by the run."""
    with pytest.raises(KeyboardInterrupt):
        verify(catalogue(*FOUR), ledger=store, progress=Stop("finding", 2, "ball"), **QUICK)
    assert not store.settled()
    assert processes[0].process.returncode is not None
    assert verify(catalogue(*FOUR[1:]), ledger=store, **QUICK).status == 0


# --- what can break


def within(seconds: float, function):
    """The exception that a call raises, or its value; fails if it takes longer."""
    out: list = []

    def target():
        try:
            out.append(function())
        except BaseException as error:
            out.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(seconds)
    assert out, f"still running after {seconds} s"
    return out[0]


def test_a_killed_process_is_an_error(store, processes, monkeypatch):
    def killed(event):
        if event.kind == "stage" and event.text == "planning":
            processes[0].process.kill()

    error = within(600, lambda: verify(catalogue(*FOUR), progress=killed, **QUICK))
    assert isinstance(error, RuntimeError)
    assert "the analytic witnesses stopped" in str(error)


def test_a_process_that_fails_says_why(processes, monkeypatch, tmp_path):
    """A claim that the process does not know."""

    def program(text: str) -> str:
        path = tmp_path / "python"
        path.write_text(f"#!{PYTHON}\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    monkeypatch.setattr(
        analytic.sys, "executable", program("import sys\nsys.stdin.readline()\nraise ValueError('no such thing')")
    )
    error = within(600, lambda: verify(catalogue(*FOUR), **QUICK))
    assert isinstance(error, RuntimeError)
    assert "ValueError: no such thing" in str(error)
    monkeypatch.setattr(analytic.sys, "executable", program("import sys\nsys.stdin.readline()\nprint('no JSON')"))
    assert isinstance(within(600, lambda: verify(catalogue(*FOUR), **QUICK)), ValueError)


def test_a_process_that_complains_at_length_does_not_hang(processes, monkeypatch, tmp_path):
    path = tmp_path / "python"
    path.write_text(
        f"#!{PYTHON}\nimport sys\nsys.stdin.readline()\nsys.stderr.write('!' * 200_000)\nsys.exit(3)\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    monkeypatch.setattr(analytic.sys, "executable", str(path))
    assert isinstance(within(600, lambda: verify(catalogue(*FOUR), **QUICK)), RuntimeError)


def test_no_ledger_where_there_is_none(tmp_path):
    with pytest.raises(LedgerError, match=r"no ledger at .*ledger\.sqlite: run `selfconsuming verify` first"):
        Ledger(tmp_path / "ledger.sqlite", create=False)
    with pytest.raises(LedgerError):
        Ledger(tmp_path)  # a directory
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LedgerError):
        Ledger(tmp_path / "file" / "ledger.sqlite")


def test_a_file_that_is_no_ledger(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        Ledger(path)
    assert path.read_bytes() == b"not a database at all" * 100  # whatever it was, it is still there


def test_a_ledger_cut_short(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        for j in range(200):
            ledger.add(Finding("c", "f", "ball", S, number=j, note="x" * 100))
        ledger.settle("c", "")
        ledger.db.execute("pragma wal_checkpoint(truncate)")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 4096 // 2 * 4096])
    with pytest.raises(LedgerError), Ledger(path) as ledger:
        ledger.findings("c", "")


def test_a_row_that_is_no_finding(store):
    store.add(Finding("c", "f", "ball", S))
    store.settle("c", "")
    store.db.execute("update findings set data = '{\"claim'")
    store.db.commit()
    with pytest.raises(LedgerError):
        store.findings("c", "")


def test_a_ledger_that_cannot_be_written(store):
    """All that was settled can be read; a run that has to write fails as such, before or after drawing."""
    first = verify([my_variance], ledger=store, executor=Now(), **QUICK)
    store.db.execute("pragma query_only = 1")
    assert verify([my_variance], ledger=store, executor=Now(), **QUICK).findings == first.findings
    with pytest.raises(LedgerError, match="readonly"):
        store.add(first.findings[0])
    with pytest.raises(LedgerError, match="readonly"):
        store.settle("c", "")
    with pytest.raises(LedgerError, match="readonly"):
        verify([my_mistake], ledger=store, executor=Now(), **QUICK)


def test_a_ledger_that_cannot_be_written_by_the_process(store, processes):
    store.db.execute("pragma query_only = 1")
    error = within(600, lambda: verify(catalogue(*FOUR), ledger=store, **QUICK))
    assert isinstance(error, LedgerError)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.db.execute("pragma journal_mode = delete")
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    with pytest.raises(LedgerError), Ledger(path) as ledger:
        ledger.add(Finding("c", "f", "ball", S))


def test_a_closed_ledger_is_a_ledger_error(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        pass
    with pytest.raises(LedgerError):
        ledger.get(1)
    assert issubclass(sqlite3.ProgrammingError, sqlite3.Error)


def test_where_the_ledger_is(monkeypatch, tmp_path):
    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "mine.sqlite"))
    with Ledger() as ledger:
        assert ledger.path == tmp_path / "mine.sqlite"
    monkeypatch.setenv("SELFCONSUMING_LEDGER", "")
    assert str(ledgers.default_path()) == os.path.join(".selfconsuming", "ledger.sqlite")
    assert Positive().contains(1)


def test_a_finding_shows_the_sides_whose_margin_it_tells():
    (c,) = catalogue("gaussian-collapse-probability-bound-rate")  # two inequalities
    found = [f for f in enclose(c, c.points(), 0.01) if f.verdict == S]

    assert len(found) > 5
    for f in found:
        gaps = [abs(a - b) / max(abs(a), abs(b)) for (a, _), (b, _) in f.sides]
        assert f.margin[0] == pytest.approx(gaps[f.part], rel=1e-6)
        assert f.part == gaps.index(min(gaps))


# ---- where a claim is settled ---------------------------------------------------------------------------------------


def looked_at(found: Findings, name: str, witness: str) -> set[int]:
    return {f.number for f in found[name].findings if f.witness == witness}


def test_what_is_proved_is_looked_at_in_a_few_points_and_what_is_open_in_all():
    proved, bound = catalogue("gaussian-sigma-mean-c4", "gaussian-sigma-mean-c4-bounds")
    points = inside(proved)
    few = {p.number for p in in_turn(points)[:CONTROLS]}
    assert any(p.origin == "drawn" for p in points if p.number in few)
    found = verify([proved, bound], ledger=None, seconds=0.2, resolution=0.2)
    assert looked_at(found, proved.id, "ball") == looked_at(found, proved.id, "simulation") == few
    assert looked_at(found, bound.id, "simulation") == {p.number for p in in_turn(inside(bound))[:CONTROLS]}
    assert looked_at(found, bound.id, "ball") == {p.number for p in inside(bound)}  # its gaps
    twins = verify([proved], ledger=None, seconds=0.2, resolution=0.2, twins=True)
    assert looked_at(twins, proved.id, "ball") == {p.number for p in points}


def test_what_is_not_settled_is_looked_at_in_all_points(monkeypatch):
    (claim,) = catalogue("gaussian-sigma-mean-c4")
    monkeypatch.setattr(prove, "prove", lambda claim: Proof(False, reason="nothing is proved today"))
    found = verify([claim], ledger=None, seconds=0.2, resolution=0.2)
    assert {p.number for p in inside(claim)} <= looked_at(found, claim.id, "simulation")
    assert {p.number for p in inside(claim)} <= looked_at(found, claim.id, "ball")
