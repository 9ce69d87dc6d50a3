"""The command in a process of its own, forked from one that has its imports, which take two seconds else."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


def command(
    args: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT, limits: Mapping[str, float] | None = None
) -> subprocess.CompletedProcess:
    """`selfconsuming ARGS`: its status, and what it has written.  limits: other ones of `reports.clock`, by their names."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = (Path(folder) / name for name in ("out", "err"))
        process = _server().Process(
            target=_run, args=(list(args), dict(env), str(cwd), str(out), str(err), dict(limits or {}))
        )
        process.start()
        process.join(600)
        assert process.exitcode is not None, f"{args} takes more than ten minutes"
        said = (path.read_text(encoding="utf-8") if path.exists() else "" for path in (out, err))
        return subprocess.CompletedProcess(args, process.exitcode, *said)


@cache
def _server() -> multiprocessing.context.ForkServerContext:
    """With what the command imports, loaded once for all of these processes."""
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONIOENCODING")}
    os.environ |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONIOENCODING": "utf-8"}
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["loaded"])
    server.Process(target=int).start()  # the server begins now, with these paths
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    return server


def _run(args: list[str], env: dict[str, str], cwd: str, out: str, err: str, limits: dict[str, float]) -> None:
    from reports import clock
    from reports.cli import main

    for name, seconds in limits.items():
        setattr(clock, name, seconds)

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for path, descriptor in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, descriptor)
        os.close(file)
    sys.argv = ["selfconsuming", *args]
    main(args)
