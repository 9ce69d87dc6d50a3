"""The ledger, an append-only SQLite file: findings, each with all that is needed to replay it, and figures as numbers.

It has a write-ahead log and does not wait for the disk at every row (`synchronous = normal`): a process that is killed
loses no row that it was told of, a power cut the last ones at most, and neither damages the file. Several processes may
write at once.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from theory.families import families
from theory.language.claims import Claim, family_of
from theory.language.text import visible
from theory.language.verdicts import ENDED, Assumed, Finding, Seen, Told, Twinned, Verdict

from .figures import Trajectory, as_data, from_data
from .imports import families_behind, families_needed, files_of, own_files, texts
from .witnesses import HALVES, WITNESSES

SCHEMA = """
create table if not exists findings (
    id integer primary key autoincrement,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    claim text not null,
    family text not null,
    witness text not null,
    number integer,
    verdict text not null,
    hash text not null,
    data text not null
);
create index if not exists by_claim on findings (claim, hash);
create table if not exists settled (
    id integer primary key autoincrement,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    claim text not null,
    hash text not null
);
create index if not exists told on settled (claim, hash);
create table if not exists halves (claim text not null, hash text not null, half text not null,
    primary key (claim, hash, half));
create table if not exists figures (
    id integer primary key autoincrement,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    claim text not null,
    hash text not null,
    data text not null
);
create index if not exists drawn on figures (claim, hash);
"""
LAYOUT = 2  # of these tables, as `pragma user_version`; a ledger of another one is not touched
PATIENCE = 30.0  # seconds that one process waits for the rows of another
AGAIN = ("failed", "out of time")  # verdicts that tell of a witness which ended before it came to one: it is run again
TWINS = "+twins"  # at the end of a hash: the findings tell of the false twins as well
MAP = " +map"  # at the end of the name of a claim: of its maps
CHECK = "+check"  # at the end of a hash: of a conjecture; the settings are not part of it, each finding carries its own


class LedgerError(Exception):
    """The ledger cannot be read or written: a full disk, a broken file, missing rights. Exit status 4."""


def default_path() -> Path:
    """`$SELFCONSUMING_LEDGER`, or `.selfconsuming/ledger.sqlite` in the working directory."""
    return Path(os.environ.get("SELFCONSUMING_LEDGER") or ".selfconsuming/ledger.sqlite")


class Ledger:
    """Findings on disk. Rows are added, never changed; a claim is *settled* under a hash when all its rows are there."""

    def __init__(self, path: Path | str | None = None, create: bool = True):
        self.path = Path(path) if path is not None else default_path()
        try:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            elif not self.path.exists():
                raise LedgerError(f"no ledger at {self.path}: run `selfconsuming verify` first")
            self.db = self._connect(str(self.path))
            try:
                self._prepare()
            except sqlite3.OperationalError as error:
                self.db.close()
                if not self._untouchable(error):
                    raise
                # nobody writes there, and what is there can be read
                self.db = self._connect(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)
                self._prepare()
            self.file, self.lock = os.stat(self.path), threading.RLock()
        except (sqlite3.Error, OSError) as error:
            raise self._broken(error) from error

    @staticmethod
    def _connect(name: str, uri: bool = False) -> sqlite3.Connection:
        # rows are written from the thread that runs the suite and from the one that reads the analytic witnesses
        return sqlite3.connect(name, timeout=PATIENCE, check_same_thread=False, uri=uri)

    def _prepare(self) -> None:
        """See whose tables these are, and make ours where there are none."""
        (layout,) = self.db.execute("pragma user_version").fetchone()
        tables = {name for (name,) in self.db.execute("select name from sqlite_master where type = 'table'")}
        if tables and "findings" not in tables:
            self.db.close()
            raise LedgerError(f"{self.path} is a database of another program; name another file with --ledger")
        if layout > LAYOUT:
            self.db.close()
            raise LedgerError(
                f"{self.path} was written by a newer version of selfconsuming (layout {layout}, this one knows {LAYOUT}): "
                "upgrade, or name another file with --ledger"
            )
        if 0 < layout < LAYOUT:
            self.db.close()
            raise LedgerError(
                f"{self.path} was written before 0.1: move it away, and `selfconsuming verify` begins a new one"
            )
        if not layout:
            self._patiently("pragma journal_mode = wal")
            self._patiently("begin immediate")  # whoever else begins this ledger waits, and finds it made
            for statement in SCHEMA.split(";\n"):
                self.db.execute(statement)
            self.db.execute(f"pragma user_version = {LAYOUT}")
            self.db.commit()
        self.db.execute("pragma synchronous = normal")

    def _patiently(self, statement: str) -> None:
        """SQLite does not wait by itself where another process begins the same file at the same time."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.db.execute(statement)
                return
            except sqlite3.OperationalError as error:
                if _name(error) != "SQLITE_BUSY" or time.monotonic() > end:
                    raise
            time.sleep(0.02)

    def _untouchable(self, error: sqlite3.Error) -> bool:
        """Whether the log cannot be opened because the folder is read-only, and holds no rows."""
        log = Path(f"{self.path}-wal")
        readable = self.path.is_file() and os.access(self.path, os.R_OK) and not os.access(self.path.parent, os.W_OK)
        return _name(error) in ("SQLITE_CANTOPEN", "SQLITE_READONLY") and readable and not log.exists()

    def _broken(self, error: Exception) -> LedgerError:
        """What is to be told of an error, and what can be done."""
        log = Path(f"{self.path}-wal")
        match _name(error):
            case "SQLITE_FULL":
                told = "the disk is full; the rows before are kept"
            case "SQLITE_IOERR":
                told = f"{error}: the disk is full or a limit of file sizes is reached, or it fails; the rows before are kept"
            case "SQLITE_CANTOPEN" if self.path.is_dir():
                told = "this is a folder; the ledger is a file"
            case "SQLITE_CANTOPEN" | "SQLITE_READONLY" if log.exists() and not (
                log.is_file() and os.access(log, os.W_OK)
            ):
                told = f"{log} cannot be written, and the ledger needs it beside itself"
            case "SQLITE_CANTOPEN" | "SQLITE_READONLY":
                told = f"{error}: the file and its folder must be writable for new rows"
            case "SQLITE_NOTADB":
                told = f"{error}: name another file with --ledger"
            case "SQLITE_CORRUPT":
                told = f"{error}: move it away, and `selfconsuming verify` begins a new one"
            case "SQLITE_BUSY":
                told = f"another process has held it for {PATIENCE:g} s"
            case _:
                told = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        return LedgerError(f"{self.path}: {told}")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *exc) -> None:
        self.db.close()

    def _rows(self, query: str, values: tuple = ()) -> list[tuple]:
        try:
            with closing(self.db.execute(query, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            raise self._broken(error) from error

    @property
    def gone(self) -> bool:
        """Whether the file has another name by now, or none: SQLite itself would write on into it."""
        try:
            return not os.path.samestat(os.stat(self.path), self.file)
        except OSError:
            return True

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: what is looked up in it is still so when the row is written."""
        if self.gone:
            raise LedgerError(f"{self.path} was deleted or moved under way, and what was in it with it")
        try:
            with self.lock, self.db:
                self.db.execute("begin immediate")
                yield self.db
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _write(self, query: str, values: tuple) -> int:
        """Append a row; returns its number."""
        with self._writing() as db:
            return db.execute(query, values).lastrowid or 0

    def add(self, finding: Finding, once: bool = False) -> Finding:
        """Append a finding; returns it with its id.

        once: take the row that is there, if one tells what this witness found at this point: of a half that was begun
        before, or by another run. What failed is no such row.
        """
        row = (
            _named(finding.claim, finding.file),
            visible(finding.family),
            finding.witness,
            finding.number,
            str(finding.verdict),
            finding.hash,
            json.dumps(asdict(finding)),
        )
        query = (
            "insert into findings (claim, family, witness, number, verdict, hash, data) values (?, ?, ?, ?, ?, ?, ?)"
        )
        before = (
            "select id, data from findings where claim = ? and hash = ? and witness = ? and number is ? "
            f"and verdict not in {AGAIN} order by id desc limit 1"
        )
        with self._writing() as db:
            if once and finding.verdict not in AGAIN:
                there = db.execute(before, (row[0], finding.hash, finding.witness, finding.number)).fetchone()
                if there:
                    return _finding(*there)
            return replace(finding, id=db.execute(query, row).lastrowid)

    def settle(self, claim: str, hash: str) -> None:
        """Note that all findings of a claim under this hash are in the ledger, and that they are what was last told of it."""
        last = "select hash, created from settled where claim = ? order by id desc limit 1"
        failed = f"select 1 from findings where claim = ? and verdict in {AGAIN} and created >= ?"
        with self._writing() as db:
            told = db.execute(last, (claim,)).fetchone()
            if told and told[0] == hash and not db.execute(failed, (claim, told[1])).fetchone():
                return  # by another run, or by this one
            db.execute("insert into settled (claim, hash) values (?, ?)", (claim, hash))

    def finish(self, claim: str, hash: str, half: str) -> None:
        """Note that all findings of one of the `HALVES` of a claim under this hash are in the ledger."""
        self._write("insert or ignore into halves values (?, ?, ?)", (claim, hash, half))

    def is_finished(self, claim: str, hash: str, half: str) -> bool:
        """Whether all findings of a half of a claim under a hash are in the ledger."""
        return bool(self._rows("select 1 from halves where claim = ? and hash = ? and half = ?", (claim, hash, half)))

    def half(self, claim: str, hash: str, half: str) -> list[Finding]:
        """The findings of a half of a claim under a hash."""
        return [f for f in self._latest(claim, hash) if f.witness in HALVES[half]]

    def settled(self) -> dict[str, str]:
        """{claim that was ever settled: the hash under which it was last}."""
        return dict(self._rows("select claim, hash from settled order by id"))

    def decided(self, claims: Iterable[str]) -> str:
        """The day on which the last of these claims was settled, "2026-11-23"; "" if none ever was."""
        days = dict(self._rows("select claim, max(created) from settled group by claim"))
        return max((days[c] for c in claims if c in days), default="")[:10]

    def findings(self, claim: str, hash: str) -> list[Finding] | None:
        """The findings of a settled claim under a hash; None if it is not settled."""
        if not self._rows("select 1 from settled where claim = ? and hash = ?", (claim, hash)):
            return None
        return self._latest(claim, hash)

    def _latest(self, claim: str, hash: str, failed: bool = False) -> list[Finding]:
        rows = self._rows("select id, data from findings where claim = ? and hash = ? order by id", (claim, hash))
        found = [_finding(*row) for row in rows]
        for f in found:
            if (_named(f.claim, f.file), f.hash) != (claim, hash):
                raise LedgerError(
                    f"finding {f.id} is not what was written there: it is about another claim than its row"
                )
        # an interrupted run left some twice, and what was ended was run again
        return list({(f.witness, f.number): f for f in found if failed or f.verdict not in ENDED}.values())

    def last(self, claim: str) -> list[Finding]:
        """The findings of the last run that settled the claim, or in which a witness failed; [] if there is none."""
        rows = self._rows(
            "select created, hash, 0 from settled where claim = ? "
            "union all select created, hash, 1 from findings where claim = ? and verdict in ('failed', 'out of time') "
            "order by created desc limit 1",
            (claim, claim),
        )
        return self._latest(claim, rows[0][1], failed=bool(rows[0][2])) if rows else []

    def keep(self, trajectory: Trajectory, hash: str, claim: str = "") -> None:
        """Append what the figure of a claim shows, beside its findings under this hash; `claim`: the name of its rows."""
        self._keep_figure(claim or trajectory.claim, hash.removesuffix(TWINS), as_data(trajectory))

    def keep_map(self, shown: Mapping[str, Any], claim: Claim) -> None:
        """Append a map of a claim as it is now (`Plane.as_data`)."""
        self._keep_figure(key(claim) + MAP, claim_hash(claim, ()), shown)

    def maps(self, claims: Iterable[Claim]) -> dict[str, dict[str, Any]]:
        """The last map of each of these claims, by id: those that have one, and have not changed since."""
        kept = {name for (name,) in self._rows("select distinct claim from figures where claim like ?", ("%" + MAP,))}
        out = {}
        for c in (c for c in claims if key(c) + MAP in kept):
            try:
                if (shown := self._figure(key(c) + MAP, claim_hash(c, ()))) is not None:
                    out[c.id] = _map_of(shown)
            except (ValueError, TypeError, LookupError) as error:
                raise LedgerError(f"the map of {c.id} is not what was written there: {error}") from error
        return out

    def _keep_figure(self, claim: str, hash: str, shown: Mapping[str, Any]) -> None:
        row = claim, hash, json.dumps(shown, allow_nan=False)
        last = "select data from figures where claim = ? and hash = ? order by id desc limit 1"
        with self._writing() as db:
            if db.execute(last, row[:2]).fetchone() != (row[2],):
                db.execute("insert into figures (claim, hash, data) values (?, ?, ?)", row)

    def trajectory(self, claim: str, hash: str) -> Trajectory | None:
        """What the last figure of a claim under this hash shows."""
        try:
            shown = self._figure(claim, hash.removesuffix(TWINS))
            return from_data(shown) if shown is not None else None
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise LedgerError(f"the figure of {claim} is not what was written there: {error}") from error

    def _figure(self, claim: str, hash: str) -> Any:
        rows = self._rows(
            "select data from figures where claim = ? and hash = ? order by id desc limit 1", (claim, hash)
        )
        return json.loads(rows[0][0]) if rows else None

    def get(self, number: int) -> Finding | None:
        """The finding with this id."""
        if abs(number) >= 2**63:  # SQLite counts no further
            return None
        rows = self._rows("select id, data from findings where id = ?", (number,))
        return _finding(*rows[0]) if rows else None


def _map_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of a map, each number as a number."""
    axes = [[str(name), (float(low), float(high))] for name, (low, high) in shown["axes"]]
    cells = [[float(a), float(b), float(c), float(d), str(verdict)] for a, b, c, d, verdict in shown["cells"]]
    return {"axes": axes, "at": str(shown["at"]), "cells": cells}


def key(claim: Claim) -> str:
    """What the rows of a claim are called: a user's may have the name of one of the catalogue, or of another file."""
    return _named(claim.id, claim.file or "")


def _named(claim: str, file: str) -> str:
    return visible(f"{file}:{claim}") if file else claim


def _name(error: Exception) -> str:
    """SQLite's name of an error, without its particulars: SQLITE_IOERR_WRITE is SQLITE_IOERR."""
    return "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])


def _finding(number: int | None, data: str) -> Finding:
    """The finding of a row. What it says is checked: a ledger may come from anybody."""
    try:
        raw = {k: v for k, v in json.loads(data).items() if k in KNOWN}
        raw |= {"verdict": Verdict(raw["verdict"]), "certificate": tuple(raw["certificate"]), "id": number}
        raw["ends"] = tuple(raw.get("ends", ()))
        if raw.get("margin") is not None:
            raw["margin"] = tuple(raw["margin"])
        raw["sides"] = tuple(s and tuple(map(tuple, s)) for s in raw.get("sides", ()))
        raw["twins"] = tuple(Twinned(**t) for t in raw.get("twins", ()))
        raw["told"] = tuple(Told(**t) for t in raw.get("told", ()))
        raw["assumed"] = tuple(_assumed(a) for a in raw.get("assumed", ()))
        raw["seen"] = None if raw.get("seen") is None else Seen(**raw["seen"])
        for name, value in raw.items():
            fits, default = KNOWN[name]
            if value is not default and not fits(value):
                raise TypeError(f"{name} is {str(value)[:80]!r}")
        return Finding(**raw)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise LedgerError(f"finding {number} is not what was written there: {type(error).__name__}: {error}") from error


def _assumed(row: dict[str, Any]) -> Assumed:
    margin = row["margin"] and tuple(row["margin"])
    told: dict[str, Any] = {**row, "verdict": Verdict(row["verdict"]), "margin": margin}
    return Assumed(**told)


def _is_told(t: Told) -> bool:
    return isinstance(t.name, str) and all(map(_is_number, (t.limit, t.distance, t.scale, t.size)))


def _is_twinned(t: Twinned) -> bool:
    words, flags, numbers = (t.name, t.note), (t.declared, t.refuted), (t.size, t.resolution)
    return (
        all(isinstance(x, str) for x in words)
        and all(isinstance(x, bool) for x in flags)
        and all(x is None or _is_number(x) for x in numbers)
    )


def _is_assumed(a: Assumed) -> bool:
    words = isinstance(a.assumption, str) and isinstance(a.note, str)
    return words and _is_number(a.error) and (a.margin is None or _is_pair(a.margin))


def _is_seen(s: Seen) -> bool:
    return isinstance(s.how, str) and all(map(_is_number, (s.measured, s.low, s.high, s.claimed)))


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def _is_pair(x: Any) -> bool:
    return isinstance(x, tuple) and len(x) == 2 and all(map(_is_number, x))


CHECKS: dict[str, Callable[[Any], bool]] = {  # by the type that a field of findings is declared with
    "str": lambda x: isinstance(x, str),
    "int": lambda x: isinstance(x, int) and not isinstance(x, bool) and x >= 0,
    "float": _is_number,
    "dict[str, str]": lambda x: isinstance(x, dict) and all(isinstance(v, str) for v in x.values()),
    "tuple[float, float]": _is_pair,
    "tuple[str, ...]": lambda x: all(isinstance(v, str) for v in x),
    "tuple[Sides | None, ...]": lambda x: all(not s or (len(s) == 2 and all(map(_is_pair, s))) for s in x),
    "tuple[Twinned, ...]": lambda x: all(map(_is_twinned, x)),
    "tuple[Told, ...]": lambda x: all(map(_is_told, x)),
    "tuple[Assumed, ...]": lambda x: all(map(_is_assumed, x)),
    "Seen": _is_seen,
    "Verdict": lambda x: isinstance(x, Verdict),
}
KNOWN = {f.name: (CHECKS[str(f.type).removesuffix(" | None")], f.default) for f in fields(Finding)}  # None is a default


# ---- what a finding depends on --------------------------------------------------------------------------------------


def engine_files() -> list[Path]:
    """The sources of language, provers, engine and added witnesses; the families' own are hashed claim by claim."""
    import simulate
    import theory

    out = []
    for package in (theory, simulate):
        root = Path(next(iter(package.__path__)))
        others = [x for x in sorted(root.iterdir()) if x.stem not in ("__init__", *families())]
        out += [file for x in others for file in ([x] if x.suffix == ".py" else sorted(x.rglob("*.py")))]
    return out + [Path(__file__).with_name(name) for w in WITNESSES for name in w.sources]


@lru_cache(maxsize=1)
def engine_hash() -> str:
    """Digest of the sources of language, provers and engine, and of the versions of what they compute with."""
    from hashlib import blake2b
    from importlib.metadata import version

    digest = blake2b(digest_size=16)
    for file in engine_files():
        digest.update(file.read_bytes())
    for name in ("numpy", "numba", "scipy", "sympy", "python-flint"):
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def claim_hash(claim: Claim, settings: Iterable) -> str:
    """Digest of all that the findings of a claim depend on: what it says, domain, family's modules, engine, settings."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for part in (
        *_said(claim),
        str(claim.domain),
        str(claim.expected),
        engine_hash(),
        repr([x if isinstance(x, int) and x > 2**31 else float(x) for x in settings]),
    ):
        digest.update(part.encode())
    return digest.hexdigest()


def _said(claim: Claim) -> Iterator[str]:
    """What a claim says, and digests of the modules that it and its loops are from.

    Of a claim that stands in a module of the catalogue the texts say it all, and nothing needs to be built. Any other, a user's
    or one that was made of another, may depend on anything: it is built.
    """
    import inspect
    import sys

    from sympy.core.assumptions import StdFactKB
    from sympy.printing.repr import ReprPrinter

    class Printer(ReprPrinter):
        """`srepr` shows how a symbol was made, and SymPy's cache may return an equal one that was made otherwise; and what is
        known of a symbol grows with what it was asked: what follows from its making alone does not."""

        def _print_Symbol(self, x) -> str:
            return f"{x.name}: {sorted(StdFactKB(x._assumptions.generator).items())}"

    home = claim.function.__module__
    stands = vars(sys.modules[home]).get(claim.function.__name__) if home in sys.modules else None
    if home.startswith("theory.") and getattr(stands, "function", None) is claim.function:
        yield f"{home}:{claim.function.__name__}"
        modules = {f"theory.{f}" for f in families_behind(family_of(home))}
    else:
        yield inspect.getsource(claim.function)
        for case in claim.cases or [{}]:
            yield Printer().doprint(claim.relation(case))
        modules = {home, *(type(loop).__module__ for loop in claim.loops)}
        modules |= {f"theory.{f}" for f in families_needed(modules)}
    yield from (
        _digest(_of_family(family_of(module))) if module.startswith("theory.") else _digest_of_files(own_files(module))
        for module in sorted(modules)
    )


@lru_cache(maxsize=64)  # the claims of a family depend on the same texts
def _digest(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode(), digest_size=16).hexdigest()


def _digest_of_files(files: Iterable[Path]) -> str:
    """Of what stands in files of a user's, byte by byte; read anew, for they may have changed."""
    from hashlib import blake2b, file_digest

    whole = blake2b(digest_size=16)
    for path in files:
        with suppress(OSError), path.open("rb") as file:  # one that must not be read has told nothing
            whole.update(file_digest(file, "blake2b").digest())
    return whole.hexdigest()


@lru_cache(maxsize=64)
def _of_family(family: str) -> str:
    return texts(file for _, file in files_of(family))
