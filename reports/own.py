"""A user's file, or a folder of files, where a family may be named: its claims, as far as they can be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from theory.families import families
from theory.language.claims import Claim
from theory.language.errors import BadInput, OutOfTime

from . import clock, streams
from .conjectures import apart, claims_in

if TYPE_CHECKING:
    from .trajectories import FigurePlans


class Place(NamedTuple):
    """A user's file, or folder of files, and the claim that is named in it; "" for all of them."""

    file: Path
    claim: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.claim}" if self.claim else str(self.file)


def named(text: str, option: str = "") -> Place:
    """What `mine.py`, or `mine.py:decay`, names.  option: the claim as --claim names it. Raises `BadInput` for both."""
    if not text:  # an empty word would be the working directory
        raise BadInput("an empty name; expected a Python file with claims, mine.py, or a folder of them")
    file, colon, claim = text.rpartition(".py:")
    if not colon:
        return Place(Path(text), option)
    if option:
        raise BadInput(f"{text} names the claim {claim!r}: --claim {option} beside it is one too many")
    return Place(Path(f"{file}.py"), claim)


def is_file(text: str) -> bool:
    """Whether it names a file, `mine.py` or `mine.py:decay`, and no claim or family of the catalogue."""
    return text.endswith(".py") or ".py:" in text


def place(patterns: Sequence[str]) -> Place | None:
    """The file, or folder, that is named in place of families; None if families or globs of ids are.

    Raises `BadInput` for a file beside something else.
    """
    files = [p for p in patterns if is_file(p) or (p and Path(p).is_dir() and p not in families())]
    if files and len(patterns) > 1:
        raise BadInput(f"{files[0]} is a file or folder of yours: name it alone, without families or other files")
    return named(files[0]) if files else None


def read(at: Place, refused: Callable[[str], None], built: Callable[[Claim], bool] = lambda c: True) -> list[Claim]:
    """The claims of a file but those that cannot be built, of which `refused` is told. Each has a limit of time.

    built: which of them are built at all. The file is run in this process, and so are they: what has ended another one is not to
    be among them. What is printed goes to standard error. Raises `BadInput` for a file that cannot be loaded.
    """
    files, claims = apart(at.file, at.claim or None), {}
    with streams.apart(), _staying():
        for file in files:
            try:
                found = _loaded(file, at.claim, refused)
            except BadInput as problem:
                if len(files) == 1:
                    raise
                refused(str(problem))
                continue
            for c in found:
                if c.id in claims:
                    refused(named_twice(c.id, c.location, claims[c.id].location))
                claims.setdefault(c.id, c)
        return [c for c in claims.values() if not built(c) or _is_built(c, refused)]


def named_twice(claim: str, place: str, other: str) -> str:
    """That a claim of a folder has the name of one that was read before it."""
    return f"{place}: two claims are called {claim}, the other at {other}: give each function a name of its own"


def _loaded(file: Path, claim: str, refused: Callable[[str], None]) -> list[Claim]:
    try:
        with clock.within(clock.GRACE):
            return claims_in(file, claim or None, lambda problem: refused(str(problem)))
    except OutOfTime as late:
        raise BadInput(f"loading the file was {late}", str(file)) from None


@contextmanager
def _staying() -> Iterator[None]:
    """A file that ends the process by `os._exit` is bad input, where that would end this one without a word."""
    leave, here = os._exit, os.getpid()

    def left(status: int) -> NoReturn:
        if os.getpid() != here:  # a copy of it, which the file has made
            leave(status)
        raise BadInput(f"the file ends the process (os._exit({status})); expected claims, and nothing else")

    os._exit = left
    try:
        yield
    finally:
        os._exit = leave


def _is_built(c: Claim, refused: Callable[[str], None]) -> bool:
    try:
        with clock.within(clock.GRACE):
            for case in c.cases or [{}]:
                c.relation(case)
    except BadInput as problem:
        refused(str(problem))
    except OutOfTime as late:
        refused(f"{c.location}: {c.id}: building the claim was {late}")
    else:
        return True
    return False


def figures(claims: Iterable[Claim]) -> FigurePlans:
    """What to draw of claims that nobody has tried to draw before: each has a limit of time."""
    from .trajectories import FigurePlan, FigurePlans, plan

    plans = []
    for c in claims:
        try:
            with clock.within(clock.GRACE):
                plans += plan([c]).plans
        except OutOfTime as late:
            plans.append(FigurePlan(c, c.points(1, 0)[0], reason=f"planning its figure was {late}"))
    return FigurePlans(plans)


__all__ = ["Place", "figures", "is_file", "named", "place", "read"]
