"""A claim on one box of its variables after the other: what its sides differ by is derived once, then looked at in balls.

boxed = Boxed.of(claim)  # of a box with its edges
boxed.holds({"x": (0, 1), "y": (1, 2)}), boxed.fails(...)  # on a part of it, with its edges
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from ...language.claims import Claim
from ...language.domains import Points
from ...language.errors import CannotTell
from .decimals import in_fractions
from .faces import said_at
from .in_case import examine
from .inequality import gaps
from .learned import Learned, Refuted

FEW = 8  # boxes in which a part is covered: it is cheaper to part it

Ends = Mapping[str, tuple[Expr, Expr]]


@dataclass(frozen=True)
class Face:
    """The inside of a claim's closed intervals, or some of their ends.

    at: the ends.  gaps: signs and what is positive where they hold.  said: what the claim is there, if it is no relation.
    """

    at: dict[str, Expr]
    known: Learned
    gaps: list[tuple[str, Expr]]
    said: bool | None = None

    def belongs_to(self, ends: Ends) -> bool:
        """Whether it is one of the faces of a box with these ends."""
        return all(value in ends[name] for name, value in self.at.items() if name in ends)

    def holds(self, ends: Ends) -> bool:
        """Whether the claim is seen to hold everywhere on it, within these ends."""
        if self.said is not None:
            return self.said
        return all(op != "==" and self._covered(ends, gap, op in ("<", ">")) for op, gap in self.gaps)

    def fails(self, ends: Ends) -> bool:
        """Whether one part of it fails everywhere."""
        if self.said is not None:
            return not self.said
        return any(
            self._covered(ends, -gap, op not in ("<", ">")) or (op == "==" and self._covered(ends, gap, True))
            for op, gap in self.gaps
        )

    def _covered(self, ends: Ends, gap: Expr, strict: bool) -> bool:
        try:
            return self.known.cover_within({n: e for n, e in ends.items() if n not in self.at}, gap, strict)
        except (CannotTell, ArithmeticError, ValueError):
            return False


@dataclass(frozen=True)
class Boxed:
    """A claim with one value of each listed variable, whose sides have values wherever it is meant."""

    faces: list[Face]

    @classmethod
    def of(cls, claim: Claim) -> Boxed:
        """Raises `CannotTell` or `BadInput` where its sides are not seen to have values, or have no derived form."""
        claim = in_fractions(claim)
        try:
            return cls([_face(claim, there) for there in claim.faces.values()])
        except Refuted as problem:
            raise CannotTell(str(problem)) from problem

    def holds(self, ends: Ends) -> bool:
        """Whether it holds wherever its variables lie between such ends, both included. False if that is not seen."""
        return all(face.holds(ends) for face in self.faces if face.belongs_to(ends))

    def fails(self, ends: Ends) -> bool:
        """Whether it fails wherever they do."""
        return all(face.fails(ends) for face in self.faces if face.belongs_to(ends))


def _face(claim: Claim, there: Claim) -> Face:
    listed = {n: d for n, d in there.parameters.items() if isinstance(d, Points) and claim.parameters[n] is not d}
    at = {name: d.listed[0] for name, d in listed.items()}
    case, *more = there.listed
    if more:
        raise CannotTell("a variable is a list of numbers")
    known = Learned(there, case)
    if at and (said := said_at(there, case)) is not None:
        return Face(at, known, [], said)
    examine(known)
    found = gaps(known)
    known.boxes = FEW
    return Face(at, known, found)


__all__ = ["Boxed"]
