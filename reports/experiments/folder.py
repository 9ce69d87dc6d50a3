"""The folder of an experiment: what finished jobs gave while it runs, all files at once when it is done.

    DIR/parts/run.json      which run is under way
    DIR/parts/<key>.npz     what a job gave; the key is of the job, and of all that its bits depend on
    DIR/run.json, ...       the files of a whole run; then there are no parts

A part is there whole or not at all, so that a run that was ended, however, goes on from its parts.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.metadata import version
from json import dumps, loads
from pathlib import Path
from shlex import quote
from shutil import rmtree
from socket import gethostname
from tempfile import NamedTemporaryFile, mkdtemp
from types import ModuleType
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from simulate.engine.workers import versions
from theory.language.errors import BadInput

from ..citing import commit

SETTINGS = ("experiment", "seed", "images", "quick")  # what tells two runs of one folder apart
RUN_FILE, PARTS, DRAFTS = "run.json", "parts", ".draft-"
FRAME, KEPT = "frame/", "kept/"  # of the names in a part


@dataclass(frozen=True)
class Outcome:
    """What a job gives.  frame: rows of run, generation and measures, all numbers, to which `runs` adds the job's setting.

    kept: arrays that figures need beside it, such as samples.
    """

    frame: pd.DataFrame
    kept: Mapping[str, np.ndarray] = field(default_factory=dict)


def about(name: str, seed: int, images: Path | None, quick: bool) -> dict[str, Any]:
    """Which run it is, and what its bits depend on."""
    from . import experiment

    words = [f"selfconsuming run {name} --seed {seed}"]
    words += [f"--images {quote(str(images))}"] * bool(images) + ["--quick"] * quick
    which: dict[str, Any] = {"experiment": name, "command": " ".join(words), "seed": seed, "quick": quick}
    which["images"] = str(images.resolve() if images.exists() else images) if images else None
    more = {x: version(x) for x in getattr(experiment(name), "LIBRARIES", ())}
    which["commit"] = commit()  # when it begins: hours later another one may be there
    return which | {"python": platform.python_version(), "versions": versions() | more}


def earlier(out: Path, about: Mapping[str, Any]) -> list[str]:
    """The files of a whole run with these settings in a folder. Raises `BadInput` where anything else would be lost."""
    if not out.is_dir() and os.path.lexists(out):
        raise _refused(out, "is no folder")
    held = _held(out)
    if PARTS in held and (
        (out / PARTS).is_symlink() or not (out / PARTS).is_dir()
    ):  # it is removed with all that is in it
        raise _refused(out / PARTS, "is no folder of `run`")
    if PARTS in held and not _held(out / PARTS):  # ended before it had told whose it is
        held.remove(PARTS)
    if not held:
        return []
    places = {RUN_FILE: (out, "the results of"), PARTS: (out / PARTS, "an unfinished run,")}
    found = {name: _told(place / RUN_FILE) for name, (place, _) in places.items() if name in held}
    if not found or not all(found.values()):
        raise _refused(out, "is not empty, and holds no results of `run`")
    for name, told in found.items():
        if told and any(told[x] != about[x] for x in SETTINGS):
            raise _refused(out, f"holds {places[name][1]} `{told['command']}`")
    return (found.get(RUN_FILE) or {"files": []})["files"]


def _held(folder: Path) -> set[str]:
    """The names in a folder, but those of drafts."""
    return {x.name for x in folder.iterdir() if not x.name.startswith(DRAFTS)} if folder.exists() else set()


def _told(file: Path) -> dict[str, Any] | None:
    """Of a run's own file what it tells of the run; None where it is none."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        told: dict[str, Any] = {"quick": False, "files": [], **loads(file.read_text(encoding="utf-8"))}
        if {*SETTINGS, "command"} <= told.keys() and all(map(_is_name, told["files"])):
            return told
    return None


def _is_name(x: Any) -> bool:
    """Whether a file that `run.json` tells of lies beside it: those of an earlier run are removed."""
    return isinstance(x, str) and x not in ("", ".", "..") and not {"/", "\\", "\0"} & set(x)


def _refused(out: Path, held: str) -> BadInput:
    return BadInput(f"{out} {held}: name another folder with --out, or remove that one")


# ---- parts ----------------------------------------------------------------------------------------------------------


class Parts:
    """What the finished jobs of one run gave.

    place: DIR/parts.  about: of the run.  module: the experiment, whose source the keys depend on.
    """

    def __init__(self, place: Path, about: Mapping[str, Any], module: ModuleType):
        self.place, self.about = place, about
        source = Path(str(module.__file__)).read_bytes()
        self.common = (source, *(repr(about[x]) for x in (*SETTINGS, "python", "versions")))

    def _file(self, job: Any) -> Path:
        own = (job.function.__module__, job.function.__qualname__, job.args, dict(job.setting), list(job.runs))
        key = blake2b(repr((self.common, own)).encode(), digest_size=12).hexdigest()
        return self.place / f"{key}.npz"

    def get(self, job: Any) -> Outcome | None:
        """What a job gave; None where there is nothing of it, or nothing whole."""
        with suppress(OSError, ValueError, EOFError, BadZipFile, MemoryError):
            with open(self._file(job), "rb") as file, np.load(file) as held:
                arrays = {name: held[name] for name in held.files}
            of = [{x.removeprefix(kind): y for x, y in arrays.items() if x.startswith(kind)} for kind in (FRAME, KEPT)]
            frame = pd.DataFrame(of[0])
            if "run" in frame and set(frame["run"]) == set(
                job.runs
            ):  # else somebody has written another one in its place
                return Outcome(frame, of[1])
        return None

    def keep(self, job: Any, outcome: Outcome) -> None:
        """What a job gave, written: whole, or not at all."""
        arrays = {f"{FRAME}{name}": x.to_numpy() for name, x in outcome.frame.items()}
        arrays |= {f"{KEPT}{name}": np.asarray(x) for name, x in outcome.kept.items()}
        if words := [name for name, x in arrays.items() if x.dtype.hasobject]:
            raise TypeError(f"a job gave what are no numbers: {', '.join(words)}")
        try:
            self._write(self._file(job), arrays)
        except FileNotFoundError:  # the same run, by another process, was done and has removed the folder
            self._write(self._file(job), arrays)

    def _write(self, path: Path, arrays: Mapping[str, np.ndarray]) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        if not (self.place / RUN_FILE).exists():
            self._place(RUN_FILE, lambda file: file.write(json_text(self.about).encode()))
        self._place(path.name, lambda file: np.savez(file, **dict[str, Any](arrays)))

    def _place(self, name: str, write: Any) -> None:
        """A file under its name as soon as all of it is there."""
        with NamedTemporaryFile(dir=self.place, prefix=DRAFTS, delete=False) as file:
            try:
                write(file)
                file.close()
                os.replace(file.name, self.place / name)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise

    def remove(self) -> None:
        """Delete the folder, if there is one."""
        rmtree(self.place, ignore_errors=True)


# ---- all files ------------------------------------------------------------------------------------------------------


def drafted(out: Path) -> Path:
    """A new folder for drafts, on the disk of `out`: a rename is all that is left to do. Those of the dead are removed."""
    own = f"{DRAFTS}{gethostname()}-"
    for draft in out.glob(f"{own}*"):
        process = draft.name.removeprefix(own).partition("-")[0]
        if os.name == "posix" and process.isdecimal():  # elsewhere signal 0 is no question
            try:
                os.kill(int(process), 0)
            except ProcessLookupError:
                rmtree(draft, ignore_errors=True)
            except OSError:  # somebody else's
                pass
    return Path(mkdtemp(prefix=f"{own}{os.getpid()}-", dir=out))


def publish(files: Sequence[Path], out: Path, earlier: Sequence[str], about: Mapping[str, Any]) -> list[Path]:
    """The files of a run, and `run.json` that tells of them, take the place of the earlier ones."""
    about = {**about, "files": sorted([RUN_FILE, *(f.name for f in files)])}
    told = files[0].with_name(RUN_FILE)
    told.write_text(json_text(about), encoding="utf-8")
    for name in earlier:
        with suppress(IsADirectoryError, PermissionError):  # somebody's own of that name
            (out / name).unlink(missing_ok=True)
    return [f.replace(out / f.name) for f in sorted([*files, told])]


def json_text(x: Any) -> str:
    """As JSON for people: indented, a number that is none is an error."""
    return dumps(x, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


__all__ = ["Outcome", "Parts", "about", "drafted", "earlier", "json_text", "publish"]
