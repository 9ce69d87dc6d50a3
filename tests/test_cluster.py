"""Who runs the blocks changes no bit: threads, processes, a Dask cluster, one of whose workers dies; and what is said
when the cluster goes away. Schedulers and workers are processes of their own, as on a cluster.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import pytest
from commands import Started
from exact import bits
from sympy import Rational, log

from reports import cli, verify
from reports.conjectures import load
from reports.ledger import Ledger
from simulate import estimate, sample
from simulate.engine import workers
from simulate.engine.blocks import BLOCK, TASK, Runner, _tasks, run_blocks
from simulate.engine.dispatch import estimand
from simulate.engine.plan import least_cost, plan_point
from simulate.engine.witness import Witness
from simulate.engine.workers import WorkersLost, checked_address, packed_call, pool
from theory import GaussianLoop, catalogue
from theory.language.errors import BadInput, CannotTell
from theory.language.moments import E, Quantile

pytestmark = pytest.mark.xdist_group("cluster")  # what is made once for all of them


ROOT = Path(__file__).resolve().parents[1]
CLAIMS = "gaussian-sigma*"  # few, so that they are derived before anything is simulated
LOOP = GaussianLoop(10)

DOUBLING = '''
from sympy import Eq
from theory import E, Integers, ProgramLoop, claim

class Doubling(ProgramLoop):
    n: int
    observables = ("mean",)

    def begin(rng, n):
        return 1.0

    def retrain(rng, mean, n):
        return 2 * mean * n * rng.dirichlet([1.0] * n)[0]  # numba, which would compile for seconds, has none

@claim
def doubled(n=Integers(2, 5), t=Integers(0, 5)):
    """It doubles."""
    return Eq(E(Doubling(n).mean(t)), 2**t)
'''

needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="dask.distributed is not installed: pip install 'selfconsuming[cluster]'"
)


class Cluster:
    """A scheduler and workers of one thread each, in processes of their own."""

    def __init__(self, folder: Path, size: int, **env: str):
        self.folder, self.env = folder, env
        self.processes: list[Started] = []
        where = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--port", "0", "--scheduler-file", str(where))
        deadline = time.monotonic() + 300
        while not (where.exists() and where.read_text(encoding="utf-8").endswith("}")):
            assert self.scheduler.poll() is None, (folder / "0.log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.address = json.loads(where.read_text(encoding="utf-8"))["address"]
        self.workers = [self.worker(f"worker-{i}") for i in range(size)]

    def start(self, what: str, *options: str) -> Started:
        # the threads of linear algebra as Dask's own nanny sets them: not those of this process
        env = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | self.env
        command = ["-m", "dask", what, *options, "--host", "127.0.0.1", "--no-dashboard"]
        self.processes.append(Started(command, env, self.folder, self.folder / f"{len(self.processes)}.log"))
        return self.processes[-1]

    def worker(self, name: str) -> Started:
        return self.start("worker", self.address, "--no-nanny", "--nthreads", "1", "--name", name)

    def stop(self) -> None:
        for process in self.processes[::-1]:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    """Two workers; a test that kills one starts another."""
    from distributed import Client

    here = Cluster(tmp_path_factory.mktemp("cluster"), 2)
    try:
        with Client(here.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=600)
        yield here
    finally:
        here.stop()


@pytest.fixture
def brief(tmp_path) -> Iterator[Cluster]:
    """A scheduler for one test, without workers."""
    here = Cluster(tmp_path, 0, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    yield here
    here.stop()


# ---- the same bits --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def statistics() -> list:
    """What decides one in 120 claims, at up to three points: tilted, controlled, counted, of paths."""
    out: dict = {}
    for claim in (*catalogue()[::100], *catalogue("gaussian-log-clt-and-median*")):
        found = 0
        for point in claim.points():
            try:
                plans = [p for p in plan_point(claim, point) if not p.reason and least_cost(p) < 0.02]
            except (BadInput, CannotTell, ArithmeticError):
                continue
            out |= dict.fromkeys(s for p in plans for s in p.statistics)
            found += bool(plans)
            if found == 3:
                break
    assert {s.kind for s in out} == {"mean", "indicator", "quantile"}
    assert len(out) > 40
    return list(out)


def drawn(statistics, **where) -> tuple:
    """Pilots, what they fixed, and the sums of two blocks of each statistic, as bits."""
    with Runner(3, **where) as runner:
        runner.pilot(statistics)
        runner.run(w for s in statistics for w in runner.want(s, 0, 2))
    settings = [(x.shift, x.weights, None if x.edges is None else x.edges.tobytes()) for x in runner.settings.values()]
    kept = {(s, batch, b): bits(x) for (s, batch), blocks in runner.kept.items() for b, x in blocks.items()}
    return {s: bits(x) for s, x in runner.pilots.items()}, repr(settings), kept


@pytest.fixture(scope="module")
def by_threads(statistics) -> tuple:
    return drawn(statistics)


@pytest.mark.long
def test_processes_give_the_same_bits(statistics, by_threads):
    """Processes that start from scratch, each with a hash seed of its own."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        assert drawn(statistics, executor=executor) == by_threads


@needs_dask
def test_a_cluster_gives_the_same_bits(statistics, by_threads, cluster):
    from distributed import Client

    assert drawn(statistics, workers=cluster.address) == by_threads

    def kernel() -> tuple[int, int]:
        from simulate.gaussian.common import exact

        return sum(exact.stats.cache_hits.values()), sum(exact.stats.cache_misses.values())

    with Client(cluster.address, set_as_default=False) as client:  # what was compiled here was not compiled there again
        loaded, compiled = zip(*client.run(kernel).values(), strict=True)
    assert max(loaded) == 1  # which worker does how much is chance: one alone may have had what needs it
    assert compiled == (0, 0)


@needs_dask
def test_estimates_from_a_cluster(cluster):
    """By its address, and by an executor of the user's own client, which stays open."""
    from distributed import Client

    asked = [E(LOOP.sigma(20)), E(LOOP.mu(5) ** 2), Quantile(LOOP.sigma(3), Rational(1, 2))]

    def balls(**where) -> list:
        return [(b.midpoint, b.radius) for b in estimate(asked, 30_000, seed=1, **where)]

    first = balls()
    assert balls(workers=cluster.address) == first
    with Client(cluster.address, set_as_default=False) as client:
        executor = client.get_executor()
        assert balls(executor=executor) == first
        assert executor.submit(abs, -1).result() == 1


@needs_dask
def test_a_killed_worker_loses_nothing(cluster):
    claims = catalogue(CLAIMS, "gaussian-variance-mean*")

    def findings(workers, progress=None) -> list:
        with Runner(5, workers) as runner:
            witness = Witness(runner, seconds=1.0, asked=0.005)
            if progress:
                progress = progress(runner)
            found = witness.run(witness.plans([(c, c.points()) for c in claims]), progress=progress)
        return sorted(repr(asdict(f)) for f in found)

    seen = []

    def kill(runner):
        def progress(done: int, total: int) -> None:
            if not seen and done > total / 4:
                names = {a: w["name"] for a, w in runner.pool.client.scheduler_info()["workers"].items()}
                work = {names[a]: len(keys) for a, keys in runner.pool.client.processing().items()}
                seen.append((done, total, work))
                cluster.workers[0].send_signal(signal.SIGKILL)

        return progress

    try:
        found = findings(cluster.address, kill)
        assert cluster.workers[0].wait() == -signal.SIGKILL
    finally:
        cluster.workers[0] = cluster.worker("replacement")
    assert seen[0][2]["worker-0"] >= 1  # it was at work
    assert seen[0][0] < seen[0][1]  # and not all had been done
    assert found == findings(2)


# ---- the cluster goes away ------------------------------------------------------------------------------------------


def command(ledger: Path, *args: str) -> subprocess.Popen:
    env = os.environ | {"PYTHONPATH": str(ROOT), "SELFCONSUMING_LEDGER": str(ledger), "PYTHONIOENCODING": "utf-8"}
    options = ("verify", CLAIMS, "--seconds", "3", "--resolution", "0.003", *args)
    return subprocess.Popen(
        [sys.executable, "-m", "reports.cli", *options],
        env=env, cwd=ROOT, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def settled(path: Path) -> int:
    """The number of settled claims in a ledger that may not be there yet."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as db:
        there = db.execute("select 1 from sqlite_master where name = 'settled'").fetchall()
        return db.execute("select count(*) from settled").fetchone()[0] if there else 0


@pytest.mark.long
@needs_dask
def test_a_scheduler_that_goes_away(brief, tmp_path):
    """One message, exit status 4; what was settled is in the ledger, and the next run goes on from there."""
    for name in ("one", "two"):
        brief.worker(name)
    path = tmp_path / "ledger.sqlite"
    process = command(path, "--workers", brief.address)
    try:
        while not settled(path):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        brief.scheduler.kill()
        out, errors = process.communicate(timeout=600)
    finally:
        process.kill()
        process.communicate()

    assert process.returncode == 4
    told = [line for line in errors.splitlines() if not line[:6].strip().replace(".", "").isdecimal()]
    assert len(told) == 1, errors
    kept = int(told[0].split(" of 3 claims settled; ")[0].rpartition(" ")[2])
    assert told[0].startswith(f"selfconsuming: the scheduler at {brief.address} went away: {kept} of 3 claims")
    assert 1 <= kept < 3
    assert out.count("\nproved  ") + out.startswith("proved  ") == kept
    assert settled(path) == kept
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]

    def essence(found) -> list[str]:
        # as JSON: every digit, whether a finding comes from the ledger or from the run
        return [json.dumps(asdict(f) | {"id": 0, "hash": ""}) for f in found.findings if f.witness == "simulation"]

    claims = catalogue(CLAIMS)
    events = []
    with Ledger(path) as ledger:
        found = verify(claims, ledger=ledger, seconds=3.0, resolution=0.003, progress=events.append)
    assert sum(e.kind == "cached" for e in events) == kept
    assert essence(found) == essence(verify(claims, seconds=3.0, resolution=0.003))


@needs_dask
def test_a_cluster_without_workers(brief, monkeypatch):
    """At the start, and in the middle of a run: it is said, and nobody waits for ever."""
    monkeypatch.setattr(workers, "PATIENCE", 0.1)
    monkeypatch.setattr(workers, "ALONE", 0.2)
    with pytest.raises(
        BadInput, match=f"{brief.address} has no workers; they are started with `dask worker {brief.address}`"
    ):
        pool(brief.address)
    monkeypatch.setattr(workers, "ALONE", 60)
    worker = brief.worker("only")
    with Runner(0, brief.address) as runner:
        (statistic,) = estimand(E(LOOP.sigma(20))).statistics
        runner.pilot([statistic])
        with pytest.raises(WorkersLost, match="a block took down one worker"):
            runner.pool.result(runner.pool.submit(os._exit, 1))
        worker.wait()
        monkeypatch.setattr(workers, "ALONE", 0.2)
        with pytest.raises(WorkersLost, match="has no workers"):
            runner.run(runner.want(statistic, 0, 1))


@needs_dask
def test_a_worker_of_another_version_is_refused(cluster, monkeypatch):
    monkeypatch.setattr(workers, "versions", lambda: {"selfconsuming": "0", "numpy": "0.1"})
    with pytest.raises(
        BadInput, match=r"would not give the same bits: selfconsuming \w+ there, 0 here; .*numpy \S+ there, 0.1"
    ):
        pool(cluster.address)


@needs_dask
def test_a_loop_of_a_user_s_own_file(cluster, tmp_path):
    """The file is not there where the workers are: its text travels."""
    file = tmp_path / "doubling.py"
    file.write_text(DOUBLING, encoding="utf-8")
    (claim,) = load(file)
    plans = [plan for p in claim.points()[:4] for plan in plan_point(claim, p) if not plan.reason]
    statistics = [s for plan in plans for s in plan.statistics]
    assert statistics
    assert drawn(statistics, workers=cluster.address) == drawn(statistics)


def test_what_cannot_travel_is_said():
    with pytest.raises(BadInput, match="cannot be sent to a worker"):
        packed_call(lambda: 1, ())


@needs_dask
def test_what_a_job_raises_is_raised_here(cluster):
    with Runner(0, cluster.address) as runner, pytest.raises(ValueError, match="invalid literal"):
        runner.pool.result(runner.pool.submit(int, "x"))


@needs_dask
@pytest.mark.parametrize("listens", [False, True])
def test_nothing_that_answers(listens, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(workers, "CONNECT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        if not listens:
            server.close()
        status = cli._run(["verify", CLAIMS, "--workers", address, "--ledger", str(tmp_path / "l.sqlite")])
    told = capsys.readouterr()

    assert status == 2
    assert told.out == ""
    assert told.err.splitlines()[-1].startswith(f"selfconsuming: no Dask scheduler answers at {address}: ")
    assert len(told.err.splitlines()) == 2  # and the stage


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"pip install 'selfconsuming\[cluster\]'"):
        pool("tcp://127.0.0.1:8786")


@pytest.mark.parametrize(
    "text",
    ["tcp://", "tcp://host", "tcp://host:port", "tcp://:8786", "http://host:8786", "host:8786", "tcp://host:8786/x"],
)
def test_what_is_no_address(text):
    with pytest.raises(BadInput, match="tcp://HOST:8786"):
        checked_address(text)
    with pytest.raises(BadInput):
        pool(text)


@needs_dask
def test_tls_needs_certificates(monkeypatch, tmp_path, capsys):
    """Said at once, before anything is run; Dask would try for half a minute."""
    from dask import config

    monkeypatch.setattr(workers, "CONNECT", 0.0)  # nobody tries to connect
    arguments = ["verify", CLAIMS, "--workers", "tls://127.0.0.1:8786", "--ledger", str(tmp_path / "l.sqlite")]
    for file, said in ((None, "no certificates are set up"), (str(tmp_path / "gone.pem"), "cannot be used")):
        names = {f"distributed.comm.tls.{k}": file for k in ("ca-file", "client.cert", "client.key")}
        with config.set(names):
            assert cli._run(arguments) == 2
        told = capsys.readouterr().err
        assert said in told
        assert len(told.splitlines()) == 1
    assert not (tmp_path / "l.sqlite").exists()


@pytest.mark.parametrize("count", [0, -1, 1.5, True, None])
def test_what_is_no_number_of_workers(count):
    with pytest.raises(BadInput, match="an integer, 1 or more, or the address"):
        pool(count)


def test_paths_are_drawn_here():
    with pytest.raises(BadInput, match="a number of threads"):
        sample(LOOP, ["sigma"], 3, 10, workers="tcp://127.0.0.1:8786")  # type: ignore[arg-type]


@pytest.mark.parametrize("lost", [BrokenProcessPool("a process ended"), None])
def test_an_executor_that_breaks(lost):
    """A process of a pool that is killed, a task that somebody cancels: not an error of the program."""

    class Broken(Executor):
        def submit(self, fn, /, *args, **kwargs):
            future: Future = Future()
            if lost:
                future.set_exception(lost)
            else:
                future.cancel()
            return future

    with pytest.raises(WorkersLost, match="a process ended" if lost else "CancelledError"):
        estimate([E(LOOP.sigma(3))], 10, executor=Broken())


# ---- what travels ---------------------------------------------------------------------------------------------------


def test_blocks_travel_together():
    """Each block once, in order; neighbours that want the same in one task, up to its share of time."""
    short, long = (estimand(E(log(LOOP.sigma(t)))).statistics[0] for t in (5, 2000))
    assert short.simulation == long.simulation
    (other,) = estimand(E(GaussianLoop(5).sigma(3))).statistics
    runner = Runner()
    wanted = [w for s, n in ((short, 40), (long, 20), (other, 3)) for w in runner.want(s, 0, n)]
    tasks = _tasks(wanted)
    runner.pool.close()

    assert [(t.statistics, b) for t in tasks for b in t.blocks] == [
        *(((short, long), b) for b in range(20)), *(((short,), b) for b in range(20, 40)), *(((other,), b) for b in range(3))
    ]  # fmt: skip
    assert all(t.seconds <= TASK or len(t.blocks) == 1 for t in tasks)
    assert [len(t.blocks) for t in tasks] == [1] * 20 + [20, 3]
    fn, *args = tasks[-1].call(0, runner.settings)
    assert fn is run_blocks
    assert len(fn(*args)) == 3


@pytest.mark.long
def test_sums_travel_and_no_samples(statistics):
    """The bytes of a task and of its result, against those of the numbers that were drawn."""
    means = [s for s in statistics if s.kind != "quantile"]
    with Runner(3) as runner:
        runner.pilot(means)
        tasks = _tasks(w for s in means for w in runner.want(s, 0, 2))
        calls = [t.call(3, runner.settings) for t in tasks]
    there = sum(len(pickle.dumps(c)) for c in calls)
    back = sum(len(pickle.dumps(fn(*args))) for fn, *args in calls[::8])
    count = sum(len(t.statistics) * len(t.blocks) for t in tasks)

    assert there / count < 2_000
    assert back / sum(len(t.statistics) * len(t.blocks) for t in tasks[::8]) < 0.04 * 8 * BLOCK
