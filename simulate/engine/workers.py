"""What runs the blocks: threads of this process, any `concurrent.futures.Executor`, or a Dask cluster.

A block is a function of its arguments, so it matters to no number who runs it: what differs is what has to travel, and
how it ends when the workers do. Dask is imported here alone, and only for an address.
"""

from __future__ import annotations

import linecache
import os
import pickle
import sys
from collections.abc import Callable, Collection
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from threading import Lock, Thread
from types import FunctionType, ModuleType
from typing import Any
from urllib.parse import urlsplit

from theory.language.errors import BadInput

SCHEMES = ("tcp", "tls")
LOGGERS = ("distributed", "distributed.client", "tornado.application")  # those that Dask sets to less than critical
CONNECT = 10.0  # seconds for a scheduler to answer
PATIENCE = 5.0  # seconds without a result after which it is asked whether the cluster is still there
ALONE = 60.0  # seconds without a worker after which none is waited for: one that died may be replaced

_files = Lock()


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkersLost(Exception):
    """The workers went away in the middle of a run, and with them what they were at. All that was settled is kept."""


class Pool:
    """An executor, handed in or `own`: how blocks get to it, and what it means when it fails.

    size: how many blocks it runs at a time, as far as that is known; no number depends on it.
    """

    def __init__(self, executor: Executor, size: int, own: bool = False):
        self.executor, self.size, self.own = executor, size, own

    def submit(self, function: Callable, *args) -> Future:
        """Have `function(*args)` run; what comes of it is for `result`."""
        return self.executor.submit(function, *args)

    def result(self, job: Future) -> Any:
        """What a job returned. Raises `WorkersLost` where it never will, and whatever the job itself raised."""
        try:
            return job.result()
        except (BrokenExecutor, CancelledError) as error:
            raise WorkersLost(f"the executor's workers went away: {str(error) or type(error).__name__}") from error

    def over(self, jobs: Collection[Future]) -> set[Future]:
        """Those of the jobs that are over: one of them at least, for which it waits. What came of it is for `result`."""
        return wait(jobs, return_when=FIRST_COMPLETED).done

    def close(self, wait: bool = True) -> None:
        """wait: for what is being run; nothing else will be."""
        if self.own:
            self.executor.shutdown(wait, cancel_futures=True)


def pool(workers: int | str) -> Pool:
    """The workers that `workers` names: a number of threads, or a Dask scheduler by its address, "tcp://host:8786".

    Raises `BadInput` for anything else, and where no scheduler or no worker of ours answers at the address.
    """
    if isinstance(workers, str):
        return Cluster(checked_address(workers))
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise BadInput(f"workers is {workers!r}; it must be an integer, 1 or more, or the address of a Dask scheduler")
    return Pool(ThreadPoolExecutor(workers, thread_name_prefix="block"), workers, own=True)


def checked_address(text: str) -> str:
    """The address of a scheduler, such as "tcp://host:8786". Raises `BadInput` for what cannot be one."""
    parts, good = None, False
    with suppress(ValueError):  # a port that is no number
        parts = urlsplit(text)
        good = parts.scheme in SCHEMES and parts.hostname and parts.port and not (parts.path or parts.query)
    if parts is None or not good:
        raise BadInput(f"{text!r} is no address of a Dask scheduler; it must look like tcp://HOST:8786")
    if parts.scheme == "tls":
        _check_certificates(text)
    return text


def _check_certificates(address: str) -> None:
    """Raise `BadInput` unless Dask is set up for TLS: it would try for half a minute and end in an error of its own."""
    try:
        from distributed.security import Security
    except ImportError:
        return  # whoever connects is told what to install
    try:
        ready = Security().get_connection_args("client").get("ssl_context") is not None
        reason = "no certificates are set up"
    except Exception as problem:  # files that are not there, or hold no certificate
        ready, reason = False, f"the certificates that are set up cannot be used, {problem}"
    if not ready:
        raise BadInput(
            f"{address} needs TLS, and {reason}: name them in Dask's configuration, distributed.comm.tls, or use a "
            "tcp:// address"
        )


# ---- a Dask cluster -------------------------------------------------------------------------------------------------


class Cluster(Pool):
    """The workers of a Dask scheduler, through the executor of a client of ours.

    Blocks travel as bytes that workers alone unpack: the scheduler needs none of our packages, and does not spend its
    one thread on SymPy's objects. Dask runs the blocks of a worker that dies on another one.
    """

    def __init__(self, address: str):
        self.address, self.client = address, _client(address)
        # not pure: Dask would look for the same block in results it has kept
        super().__init__(self.client.get_executor(pure=False), 1, own=True)
        try:
            self.result(self.submit(dict))
            self.size = max(1, sum(self.client.nthreads().values()))
        except WorkersLost as error:
            self.close()
            raise BadInput(f"{error}; they are started with `dask worker {address}`") from error
        except BaseException:
            self.close()
            raise

    def submit(self, function: Callable, *args) -> Future:
        if self.client.status != "running":
            raise WorkersLost(f"the scheduler at {self.address} went away")
        packed = pickle.dumps((versions(), packed_call(function, args)), 5)
        # first come, first served, even if it has to be run again: claims are settled in their order
        in_turn: dict[str, Any] = {"fifo_timeout": "0 s"}
        return self.executor.submit(_task(), packed, **in_turn)

    def over(self, jobs: Collection[Future]) -> set[Future]:
        alone = 0.0
        while not (done := wait(jobs, PATIENCE, FIRST_COMPLETED).done):
            alone = alone + PATIENCE if self._deserted() else 0.0
            if alone >= ALONE:
                raise WorkersLost(f"the scheduler at {self.address} has no workers")
        return done

    def result(self, job: Future) -> Any:
        self.over([job])
        try:
            return pickle.loads(job.result())
        except CancelledError as error:  # by the client, which does so with all jobs when the connection is lost
            raise WorkersLost(f"the scheduler at {self.address} went away") from error
        except ImportError as error:
            raise BadInput(
                f"a worker of {self.address} lacks what it needs: {error}; every worker needs this version of "
                "selfconsuming and its dependencies"
            ) from error
        except Exception as error:
            if type(error).__name__ == "KilledWorker":
                raise WorkersLost(f"a block took down one worker of {self.address} after another: {error}") from error
            raise

    def _deserted(self) -> bool:
        """Whether the scheduler has no workers; raises `WorkersLost` if it is gone itself."""
        if self.client.status != "running":  # a job handed over while the connection broke is not always cancelled
            raise WorkersLost(f"the scheduler at {self.address} went away")
        try:
            return not self.client.nthreads()
        except Exception:  # it is going away right now
            return False

    def close(self, wait: bool = True) -> None:
        """Close the client; the scheduler then drops what it has not run."""
        with suppress(TimeoutError):  # of a scheduler that hangs; the client's thread is a daemon
            self.client.close()


def _client(address: str) -> Any:
    """A connected client of the scheduler at an address."""
    try:
        from dask import config

        # unless the user has set up its log: what matters of it is one message of ours, not tracebacks of its threads
        mine = {"logging", "logging-file-config"} & set(config.config)
        with config.set({} if mine else {"logging": dict.fromkeys(LOGGERS, "critical")}):
            from distributed import Client
    except ImportError as error:
        raise BadInput(
            f"workers at {address} need dask.distributed, which is not installed: pip install 'selfconsuming[cluster]'"
        ) from error
    out: list = []

    def connect() -> None:
        try:
            out.append(Client(address, timeout=CONNECT, set_as_default=False, name="selfconsuming"))
        except Exception as error:
            out.append(error)

    # on a thread, which is left behind where something listens that never answers: Dask waits for it without limit
    thread = Thread(target=connect, daemon=True)
    thread.start()
    thread.join(CONNECT + 1)
    if not out:
        raise BadInput(f"no Dask scheduler answers at {address}: something else listens there")
    if isinstance(out[0], Exception):
        raise BadInput(f"no Dask scheduler answers at {address}: {out[0]}") from out[0]
    return out[0]


def _task() -> Callable[[bytes], bytes]:
    """The function that travels: local, hence by value, so that only who runs it imports ours."""

    def selfconsuming(packed: bytes) -> bytes:
        from simulate.engine.workers import unpack_and_run  # pyrefly: ignore[missing-module-attribute]  # see below

        return unpack_and_run(packed)

    return selfconsuming


class _Packer(pickle.Pickler):
    """Pickles by name, as usual, but what a user's file defines with the text of that file: workers have none of it."""

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, type | FunctionType):
            return NotImplemented
        module = sys.modules.get(obj.__module__)
        if module is None or (obj.__module__ != "__main__" and obj.__module__.partition(".")[0] in sys.modules):
            return NotImplemented  # what an import finds
        if not (file := getattr(module, "__file__", None)):
            raise pickle.PicklingError(f"{obj.__qualname__} is defined at a prompt; define it in a file")
        return _of_file, (file, _text(file), obj.__qualname__)


def packed_call(function: Callable, args: tuple) -> bytes:
    """A call as bytes that any worker with this version of ours can unpack. Raises `BadInput` for what cannot travel."""
    out = BytesIO()
    try:
        _Packer(out, 5).dump((function, args))
    except (pickle.PicklingError, AttributeError, TypeError) as error:  # a local function, an open file
        raise BadInput(f"what a block needs cannot be sent to a worker: {error}") from error
    return out.getvalue()


@lru_cache(maxsize=64)
def _text(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


def _of_file(file: str, text: str, name: str) -> Any:
    """In a worker: the class or function of this name in a user's file."""
    with _files:  # once, though several threads ask: a class is equal to itself alone
        module = _loaded(file, text)
    return attrgetter(name)(module)


@lru_cache(maxsize=64)
def _loaded(file: str, text: str) -> ModuleType:
    """A user's file run as a module, which is not `__main__`."""
    module = ModuleType(f"conjectures.{Path(file).stem}_{_digest(text.encode())}")
    module.__file__ = file
    sys.modules[module.__name__] = module
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)  # for messages that show a line
    exec(compile(text, file, "exec"), module.__dict__)
    return module


def _digest(*texts: bytes) -> str:
    from hashlib import blake2b

    return blake2b(b"\0".join(texts), digest_size=6).hexdigest()


def unpack_and_run(packed: bytes) -> bytes:
    """In a worker: run a packed call; the result, packed. Raises `BadInput` if it might not be the same bits here."""
    asked, call = pickle.loads(packed)
    if differ := [
        f"{name} {mine} there, {asked.get(name)} here" for name, mine in versions().items() if mine != asked.get(name)
    ]:
        from socket import gethostname

        raise BadInput(f"a worker on {gethostname()} would not give the same bits: {'; '.join(differ)}")
    function, args = pickle.loads(call)
    return pickle.dumps(function(*args), 5)


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """What the bits of a block depend on besides its arguments: our sources, and the libraries that compute."""
    from importlib.metadata import version

    root = Path(__file__).resolve().parents[2]
    files = sorted(f for package in ("simulate", "theory") for f in (root / package).rglob("*.py"))
    sources = (x for f in files for x in (f.relative_to(root).as_posix().encode(), f.read_bytes()))
    libraries = ("numba", "numpy", "python-flint", "scipy", "sympy")
    return {"selfconsuming": _digest(*sources), **{name: version(name) for name in libraries}}
