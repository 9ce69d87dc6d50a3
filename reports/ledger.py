"""The ledger, an append-only SQLite file: findings, each with all that is needed to replay it, and figures as numbers."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, fields, replace
from functools import lru_cache
from pathlib import Path

from theory.language.claims import Claim, families, family_of
from theory.language.verdicts import Finding, Twinned, Verdict

from .figures import Trajectory, as_data, from_data

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
create table if not exists settled (claim text not null, hash text not null, primary key (claim, hash));
create table if not exists figures (
    id integer primary key autoincrement,
    created text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    claim text not null,
    hash text not null,
    data text not null
);
create index if not exists drawn on figures (claim, hash);
"""


TWINS = "+twins"  # at the end of a hash: the findings tell of the false twins as well
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
            # rows are written from the thread that runs the suite and from the one that reads the analytic witnesses
            self.db = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self.db.execute("pragma journal_mode = wal")
            # no wait for the disk at every row: a killed process loses nothing, a power cut the last rows at most
            self.db.execute("pragma synchronous = normal")
            self.db.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(f"{self.path}: {error}") from error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *exc) -> None:
        self.db.close()

    def _rows(self, query: str, values: tuple = ()) -> list[tuple]:
        try:
            with closing(self.db.execute(query, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {error}") from error

    def add(self, finding: Finding) -> Finding:
        """Append a finding; returns it with its id."""
        row = (
            f"{finding.file}:{finding.claim}"
            if finding.file
            else finding.claim,  # a user's may have a catalogue's name
            finding.family,
            finding.witness,
            finding.number,
            str(finding.verdict),
            finding.hash,
            json.dumps(asdict(finding)),
        )
        try:
            with self.db:
                cursor = self.db.execute(
                    "insert into findings (claim, family, witness, number, verdict, hash, data) "
                    "values (?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
            return replace(finding, id=cursor.lastrowid)
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {error}") from error

    def settle(self, claim: str, hash: str) -> None:
        """Note that all findings of a claim under this hash are in the ledger."""
        try:
            with self.db:
                self.db.execute("insert or ignore into settled values (?, ?)", (claim, hash))
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {error}") from error

    def findings(self, claim: str, hash: str) -> list[Finding] | None:
        """The findings of a settled claim under a hash; None if it is not settled."""
        if not self._rows("select 1 from settled where claim = ? and hash = ?", (claim, hash)):
            return None
        rows = self._rows("select id, data from findings where claim = ? and hash = ? order by id", (claim, hash))
        latest = {
            (f.witness, f.number): f for f in (_finding(*row) for row in rows)
        }  # an interrupted run left some twice
        return list(latest.values())

    def last(self, claim: str) -> list[Finding]:
        """The findings of the last run that settled the claim, [] if there is none."""
        rows = self._rows(
            "select f.hash from findings f join settled s on s.claim = f.claim and s.hash = f.hash "
            "where f.claim = ? order by f.id desc limit 1",
            (claim,),
        )
        return (self.findings(claim, rows[0][0]) or []) if rows else []

    def keep(self, trajectory: Trajectory, hash: str) -> None:
        """Append what the figure of a claim shows, beside its findings under this hash."""
        row = trajectory.claim, hash.removesuffix(TWINS), json.dumps(as_data(trajectory), allow_nan=False)
        try:
            with self.db:
                self.db.execute("insert into figures (claim, hash, data) values (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {error}") from error

    def trajectory(self, claim: str, hash: str) -> Trajectory | None:
        """What the last figure of a claim under this hash shows."""
        row = claim, hash.removesuffix(TWINS)
        rows = self._rows("select data from figures where claim = ? and hash = ? order by id desc limit 1", row)
        return from_data(json.loads(rows[0][0])) if rows else None

    def get(self, number: int) -> Finding | None:
        """The finding with this id."""
        rows = self._rows("select id, data from findings where id = ?", (number,))
        return _finding(*rows[0]) if rows else None

    def claims(self) -> list[str]:
        """Ids of the claims that were ever settled."""
        return [r[0] for r in self._rows("select distinct claim from settled")]


def _finding(number: int, data: str) -> Finding:
    try:
        raw = json.loads(data)
    except ValueError as error:
        raise LedgerError(f"finding {number}: {error}") from error
    known = {f.name for f in fields(Finding)}
    raw = {k: v for k, v in raw.items() if k in known}
    raw |= {"verdict": Verdict(raw["verdict"]), "certificate": tuple(raw["certificate"]), "id": number}
    if raw.get("margin") is not None:
        raw["margin"] = tuple(raw["margin"])
    raw["sides"] = tuple(s and tuple(map(tuple, s)) for s in raw.get("sides", ()))
    raw["twins"] = tuple(Twinned(**t) for t in raw.get("twins", ()))
    return Finding(**raw)


# ---- what a finding depends on --------------------------------------------------------------------------------------


def engine_files() -> list[Path]:
    """The sources of language, provers and engine; the families' own are hashed claim by claim."""
    import simulate
    import theory

    out = []
    for package in (theory, simulate):
        root = Path(next(iter(package.__path__)))
        folders = [x for x in sorted(root.iterdir()) if x.is_dir() and x.name not in families()]
        out += [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return out


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
    """Digest of all that the findings of a claim depend on: relation, domain, family's modules, engine, settings."""
    import inspect
    from hashlib import blake2b

    from sympy.printing.repr import ReprPrinter

    class Printer(ReprPrinter):
        """`srepr` shows how a symbol was made, and SymPy's cache may return an equal one that was made otherwise."""

        def _print_Symbol(self, x) -> str:
            return f"{x.name}: {sorted(x.assumptions0.items())}"

    digest = blake2b(digest_size=16)
    for case in claim.cases or [{}]:
        digest.update(Printer().doprint(claim.relation(case)).encode())
    for part in (
        str(claim.domain),
        str(claim.expected),
        inspect.getsource(claim.function),
        engine_hash(),
        *(_source(m) for m in sorted({claim.function.__module__, *(type(loop).__module__ for loop in claim.loops)})),
        repr([x if isinstance(x, int) and x > 2**31 else float(x) for x in settings]),
    ):
        digest.update(part.encode())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _source(module: str) -> str:
    """The text of a module of claims or loops (a family's, or a user's file) and of its kernels."""
    import sys

    import simulate
    import theory

    if not module.startswith("theory."):
        files = [Path(sys.modules[module].__file__ or "")]
    else:
        family = family_of(module)
        places = [Path(next(iter(p.__path__))) / family for p in (theory, simulate)]
        files = [f for p in places for f in (p.with_suffix(".py"), *sorted(p.rglob("*.py")))]
    return "\n".join(f.read_text() for f in files if f.is_file())
