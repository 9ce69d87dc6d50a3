"""A finding once more, bit for bit: the same witness at the same point, with the settings that the finding carries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.language.claims import Claim, Point
from theory.language.errors import BadInput
from theory.language.verdicts import Finding, Verdict

from .conjectures import load

if TYPE_CHECKING:
    from .witnesses import Files


NO_PROOF = "no proof in"  # so begins what is told of a derivation that was left behind


def refuses(old: Finding) -> str:
    """Why a finding cannot be replayed: it tells that a witness had no time to come to one; "" of any other."""
    if old.verdict != Verdict.OUT_OF_TIME and not old.note.startswith(NO_PROOF):
        return ""
    return f"finding {old.id} tells that the {old.witness} witness had no time ({old.note}): there is nothing to replay"


def balls_again(claim: Claim, old: Finding, files: Files) -> Finding | None:
    """The ball witness, at that point alone."""
    from theory.proof.enclose import enclose

    points = points_of(claim, old)
    here = [p for p in points if p.number == old.number] if old.number else points
    return next((f for f in enclose(claim, here, old.resolution_asked) if f.number == old.number), None)


def simulated_again(claim: Claim, old: Finding, files: Files) -> Finding | None:
    """The simulation witness, planned as it was then."""
    from simulate.engine.blocks import Runner
    from simulate.engine.witness import Witness
    from simulate.engine.workers import cores
    from theory.proof.reach import in_turn

    from .lacking import NO_REACH

    conjecture, points = bool(old.file), points_of(claim, old)
    settled = conjecture or old.verdict != Verdict.LEFT_OUT  # what it was allowed to cost was settled when it was run
    end = old.origin == "end"
    if not conjecture:  # of one left out all points: they share the claim's budget
        alone = settled or end
        points = [p for p in in_turn(points) if (p.number == old.number if alone else p.origin != "end")]
    with Runner(old.seed, cores()) as runner:
        witness = Witness(runner, old.budget, old.resolution_asked, old.alpha)
        plans = witness.plans([(claim, points)], cap=float("inf") if settled else old.budget if end else None)
        plans = [p for p in plans if p.point.number == old.number]
        for plan in plans:
            plan.reason = plan.reason or ("" if settled or not end else NO_REACH)
        return next(iter(witness.run(plans, last=old.blocks if conjecture else None)), None)


def measured_again(claim: Claim, old: Finding, files: Files) -> Finding | None:
    """What a user's measured runs say, from the files that the user has named.

    Raises `BadInput` where none are named, or the runs are other ones.
    """
    from simulate.engine.data import Check
    from simulate.engine.mapping import mapped
    from simulate.engine.reading import read_reading
    from simulate.engine.sources import parse_map

    file, data = files.claim, files.data
    if file is None or data is None:
        raise BadInput(f"finding {old.id} names no claim of a file, or no measured runs: it cannot be replayed")
    if not data.is_file():
        raise BadInput(f"{data}, the measured runs of finding {old.id}, is gone: it cannot be replayed")
    if digest(data) != old.sha256:
        raise BadInput(f"{data}, the measured runs of finding {old.id}, has changed since: it cannot be replayed")
    claims = load(file)  # all of the file: a name in the map may be another one's
    said = next(c for c in claims if c.id == old.claim)
    reading = read_reading(old.reading)
    rows = mapped(claims, data, parse_map(old.map), reading=reading)
    found = Check(said, rows, old.alpha, old.resolution_asked, bounds=reading.limits).findings()
    return next((f for f in found if f.number == old.number), None)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    from hashlib import file_digest

    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def points_of(claim: Claim, old: Finding) -> list[Point]:
    """The points among which that of a finding is: the suite's, or the one that a conjecture was looked at."""
    from theory.proof.reach import planned, spare

    if old.file and old.point is not None:  # its points are not the suite's, and each is planned alone
        return [point_of(claim, old)]
    points = planned(claim)
    return points + [p for p in spare(claim, points) if p.number == old.number]


def point_of(claim: Claim, f: Finding) -> Point:
    """The point that a finding is about, from its text: values of the claim's domain, and nothing else."""
    try:
        values = {name: value_of(claim, name, (f.point or {}).get(name, "")) for name in claim.domain}
    except BadInput as problem:
        raise BadInput(f"finding {f.id}: {problem}") from None
    return Point(f.number or 0, values, "replayed")


def value_of(claim: Claim, name: str, text: str) -> Any:
    """The value of a variable that a text says. Raises `BadInput` for one that its domain does not have."""
    from theory.language.numbers import exact_number

    domain = claim.domain[name]
    if name in claim.symbols:
        try:
            value = exact_number(text)
        except BadInput as problem:
            raise BadInput(f"{name} is {problem}") from None
        inside = domain.contains(value)
    else:
        listed = {str(v): v for v in domain.values or ()}
        inside, value = text in listed, listed.get(text)
    if not inside:
        raise BadInput(f"{name} = {text} is outside the claim's domain, {domain}")
    return value


__all__ = ["balls_again", "digest", "measured_again", "point_of", "refuses", "simulated_again", "value_of"]
