"""Who is at what: runs on one ledger at the same time share its claims, each half of one done by one of them.

A run leases a half before it begins it, and shows from time to time that it is alive. What a run held that has died, or
that shows nothing for a while, another takes over. The leases stand in a small SQLite file beside the ledger; they save
work and nothing depends on them: a run that cannot write there does all by itself.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from functools import lru_cache
from pathlib import Path
from socket import gethostname
from uuid import uuid4

BEAT = 5.0  # seconds between two signs of life
SILENCE = 60.0  # seconds without one after which a run is taken for dead: it is on another machine, or stopped
LOOK = 0.2  # seconds between two looks at what others are at

TABLE = """
create table if not exists leases (claim text not null, hash text not null, half text not null,
    owner text not null, place text not null, beat integer not null, primary key (claim, hash, half))
"""

_runs: dict[str, int] = {}  # those of this process, each with its thread


class State(Enum):
    """Of half a claim, for the run that asks."""

    OURS = "to be done here"
    THEIRS = "another run is at it"
    DONE = "finished"


def beside(ledger: Path) -> Path:
    """The file of the leases on a ledger."""
    return Path(f"{ledger}-runs")


class Leases:
    """What one run has leased. A context: at its end all is given back."""

    def __init__(self, ledger: Path):
        self.path, self.name, self.place = beside(ledger), uuid4().hex, _here()
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.heard: dict[str, tuple[int, float]] = {}  # of other runs: the last sign of life, and when it was new
        self.db: sqlite3.Connection | None = None

    def __enter__(self) -> Leases:
        _runs[self.name] = threading.get_ident()
        with suppress(sqlite3.Error):
            self.db = sqlite3.connect(self.path, timeout=BEAT, check_same_thread=False, isolation_level=None)
            self.db.execute("pragma synchronous = off")  # a power cut ends the runs as well
            self.db.execute(TABLE)
            threading.Thread(target=self._live, daemon=True, name="leases").start()
        return self

    def __exit__(self, *exc) -> None:
        self.ended.set()
        self._write("delete from leases where owner = ?", (self.name,))
        with self.lock, suppress(sqlite3.Error):
            if self.db is not None:
                self.db.close()
            self.db = None
        _runs.pop(self.name, None)

    def take(self, claim: str, hash: str, half: str, is_done: Callable[[], bool]) -> State:
        """Lease half a claim, unless it is done or another run is at it."""
        with self.lock:
            if is_done():
                return State.DONE
            if self.db is None:
                return State.OURS
            try:
                self.db.execute("begin immediate")
                try:
                    key = claim, hash, half
                    query = "select owner, place, beat from leases where claim = ? and hash = ? and half = ?"
                    row = self.db.execute(query, key).fetchone()
                    if is_done():
                        return State.DONE
                    if row and self._alive(*row):
                        return State.THEIRS
                    values = (*key, self.name, self.place, 0)
                    self.db.execute("insert or replace into leases values (?, ?, ?, ?, ?, ?)", values)
                    return State.OURS
                finally:
                    self.db.execute("commit")
            except sqlite3.Error:
                return State.OURS

    def give_back(self, claim: str, hash: str, half: str) -> None:
        """What is finished needs no lease."""
        query = "delete from leases where claim = ? and hash = ? and half = ? and owner = ?"
        self._write(query, (claim, hash, half, self.name))

    def _write(self, query: str, values: tuple) -> None:
        with self.lock, suppress(sqlite3.Error):
            if self.db is not None:
                self.db.execute(query, values)

    def _live(self) -> None:
        while not self.ended.wait(BEAT):
            self._write("update leases set beat = beat + 1 where owner = ?", (self.name,))

    def _alive(self, owner: str, place: str, beat: int) -> bool:
        """Whether the run that holds a lease goes on, and can: one of this thread waits for us."""
        if owner == self.name or _runs.get(owner) == threading.get_ident():
            return False
        if not _may_run(place) or (place == self.place and owner not in _runs):
            return False
        now = time.monotonic()
        last, since = self.heard.get(owner, (None, now))
        if beat != last:
            self.heard[owner] = beat, now
            return True
        return now - since < SILENCE


def _here() -> str:
    """This process, as another one can look it up: machine, its start, the numbering of processes, number, start."""
    return f"{_machine()} {os.getpid()} {_started(os.getpid())}"


@lru_cache(maxsize=1)
def _machine() -> str:
    boot, numbering = "", ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        numbering = os.readlink("/proc/self/ns/pid")
    return f"{gethostname().replace(' ', '')}/{boot}/{numbering}"


def _started(process: int) -> str:
    """When a process was started, in ticks, so that its number cannot be another one's; "" where that is not told."""
    with suppress(OSError, IndexError):
        return _told(process)[19]
    return ""


def _may_run(place: str) -> bool:
    """Whether a process may be alive: surely not if it is of this machine, and gone."""
    machine, _, process = place.partition(" ")
    number, _, start = process.partition(" ")
    if machine != _machine() or not number.isdecimal() or os.name != "posix":
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's
        return True
    return _started(int(number)) == start and not _is_zombie(int(number))


def _is_zombie(process: int) -> bool:
    with suppress(OSError, IndexError):
        return _told(process)[0] in "ZX"
    return False


def _told(process: int) -> list[str]:
    """What the system tells of a process, behind its name, which may be any bytes."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


__all__ = ["Leases", "State", "beside"]
