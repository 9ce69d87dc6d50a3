"""Commands and programs in processes of their own, forked from one that has the imports, which take seconds else."""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from types import ModuleType
from unittest import mock

ROOT = Path(__file__).parents[1]


def command(
    args: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT, limits: Mapping[str, float] | None = None
) -> subprocess.CompletedProcess:
    """`selfconsuming ARGS`: its status, and what it has written.  limits: other ones of `reports.clock`, by their names."""
    return _forked("loaded", _command, args, env, cwd, dict(limits or {}))


def python(
    args: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT, *, other: bool
) -> subprocess.CompletedProcess:
    """`python FILE`, `-m MODULE` or `-c PROGRAM`, with what follows.  other: it finds other packages of this project than ours,
    so that none of ours is loaded beforehand."""
    return _forked("foreign" if other else "loaded", _python, args, env, cwd)


class Started:
    """`python FILE`, `-m MODULE` or `-c PROGRAM`, running in a process that is not waited for; what it says is in a file."""

    def __init__(self, args: Sequence[str], env: Mapping[str, str], cwd: Path, log: Path):
        self._process = _process("loaded", _python, args, env, cwd, log, log)

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join(600)
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        if self._process.exitcode is None and self._process.pid is not None:
            os.kill(self._process.pid, number)


def _forked(
    loaded: str, run, args: Sequence[str], env: Mapping[str, str], cwd: Path, *more
) -> subprocess.CompletedProcess:
    with tempfile.TemporaryDirectory() as folder:
        out, err = (Path(folder) / name for name in ("out", "err"))
        process = _process(loaded, run, args, env, cwd, out, err, *more)
        process.join(600)
        assert process.exitcode is not None, f"{args} takes more than ten minutes"
        written = env.get("PYTHONIOENCODING", "utf-8")
        said = (path.read_text(encoding=written) if path.exists() else "" for path in (out, err))
        return subprocess.CompletedProcess(args, process.exitcode, *said)


def _process(loaded: str, run, args: Sequence[str], env: Mapping[str, str], cwd: Path, out: Path, err: Path, *more):
    process = multiprocessing.get_context("forkserver").Process(
        target=_within, args=(run, list(args), dict(env), str(cwd), str(out), str(err), *more)
    )
    with mock.patch.object(forkserver, "connect_to_new_process", _server(loaded).connect_to_new_process):
        process.start()
    return process


@cache
def _server(loaded: str) -> forkserver.ForkServer:
    """With what a module imports, loaded once for all of these processes."""
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONIOENCODING")}
    os.environ |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONIOENCODING": "utf-8"}
    server = forkserver.ForkServer()
    server.set_forkserver_preload([loaded])
    server.ensure_running()  # it begins now, with these paths
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    return server


def _within(run, args: list[str], env: dict[str, str], cwd: str, out: str, err: str, *more) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for path, descriptor in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, descriptor)
        os.close(file)
    if encoding := env.get("PYTHONIOENCODING"):
        sys.stdout.reconfigure(encoding=encoding)  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr]
    run(args, *more)


def _command(args: list[str], limits: dict[str, float]) -> None:
    from reports import clock
    from reports.cli import main

    for name, seconds in limits.items():
        setattr(clock, name, seconds)
    sys.argv = ["selfconsuming", *args]
    main(args)


def _python(args: list[str]) -> None:
    what, rest = (args[0], args[1:]) if args[0] in ("-m", "-c") else ("", args)
    first = os.getcwd() if what else os.path.dirname(os.path.abspath(args[0]))
    given = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [first, *given, *(path for path in sys.path if Path(path) not in (ROOT, ROOT / "tests"))]
    sys.argv = [what or rest[0], *rest[1:]]
    if what == "-m":
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif what == "-c":
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), vars(main))
    else:
        runpy.run_path(rest[0], run_name="__main__")
