"""Where in a plane of two variables a claim holds: cells that are proved, hold or fail where balls look, or are unknown.

The plane is parted into cells. What the sides differ by is derived once, and enclosed in balls on whole cells: where 0 is
outside, the cell is decided. Any other is looked at in its corners and in its middle; one in which balls do not decide alike
there is parted again, the largest first. Then those beside the boundary are parted, and after these the largest of those that are
not decided as a whole, one of which is put before the prover each time, with the cell for a domain, until the time is over.
"""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

import numpy as np
from sympy import Expr, Rational, floor

from theory.language.claims import GREEK, Claim, Point
from theory.language.domains import Domain, Integers, Points, Reals, Share
from theory.language.errors import NO_VALUE, BadInput, OutOfTime
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.existence import Undefined, defined_at
from theory.proof.prepared import Part, prepare
from theory.proof.relations.boxed import Boxed
from theory.proof.relations.prove import prove

from . import clock
from .streams import naming

PROVED, HOLDS, FAILS, UNKNOWN, OUTSIDE, MIXED = "proved", "holds", "fails", "unknown", "outside", "mixed"
REFUTED, UNDEFINED = "refuted", "undefined"
WORDS = {
    PROVED: "proved on the whole cell",
    REFUTED: "refuted on the whole cell",
    HOLDS: "supported by balls at the corners and in the middle",
    FAILS: "refuted by balls at the corners and in the middle",
    UNDEFINED: "a side has no value at the corners and in the middle",
    UNKNOWN: "not decided, or not looked at in time",
    OUTSIDE: "outside of the side condition",
    MIXED: "not alike there: a boundary runs through it",
}
SIGNS = {PROVED: "#", REFUTED: "=", HOLDS: "+", FAILS: "-", UNDEFINED: "x", UNKNOWN: "?", OUTSIDE: " ", MIXED: "."}
COLOURS = {
    PROVED: "#1b7837",
    REFUTED: "#762a83",
    HOLDS: "#a6dba0",
    FAILS: "#c2a5cf",
    UNDEFINED: "#fdd49e",
    UNKNOWN: "#bdbdbd",
    OUTSIDE: "#ffffff",
    MIXED: "#f7f7f7",
}

SIDE = 4  # cells along a side at first
FINEST = 64  # parts of a side that are parted no more
A_PROOF = 2.0  # seconds
OF_ALL, PROOFS, DERIVED = "of all", "proofs", "derived"  # what time is spent on: a proof on the whole domain,
SHARES = {OF_ALL: 0.25, PROOFS: 0.5, DERIVED: 0.25}  # proofs of single cells, and what the sides differ by
INSIDE = Rational(1, 1000)  # of a cell's side: how far from its ends it is looked at
ACROSS, DOWN = 48, 16  # letters of the picture

Ends = tuple[Expr, Expr]
CANNOT = (*NO_VALUE, NotImplementedError, OutOfTime)


@dataclass(frozen=True)
class Side(Reals):
    """A side of a cell: an interval, with those of its ends that are in the claim's domain, if it is closed."""

    domain: Domain | None = field(default=None, kw_only=True)

    @property
    def included(self) -> list[Expr]:
        return [end for end in super().included if self.domain is None or self.domain.contains(end)]


@dataclass(order=True)
class Cell:
    """A rectangle of values of the two variables.  size: its share of the plane, with a minus, to sort by.

    boxed: the claim with what its sides differ by, if it is known.  tried: whether it was put before the prover.
    """

    size: float
    x: Ends = field(compare=False)
    y: Ends = field(compare=False)
    verdict: str = field(default=MIXED, compare=False)
    boxed: Boxed | None = field(default=None, compare=False, repr=False)
    tried: bool = field(default=False, compare=False)


@dataclass
class Plane:
    """A claim over two of its variables, the others at one value each. Raises `BadInput` for axes that it has not."""

    claim: Claim
    axes: dict[str, Ends]  # two
    others: dict[str, Any]
    cells: list[Cell] = field(default_factory=list)
    known: dict[tuple, str] = field(default_factory=dict)  # what balls say, by the values on the axes
    end: float = 0.0  # of its time,
    left: dict[str, float] = field(default_factory=dict)  # and seconds of it that are left, for proofs and to derive

    @cached_property
    def narrow(self) -> Claim:
        """With the other variables listed: their one value is put in."""
        return self.claim.on({name: Points(v) for name, v in self.others.items()})

    @property
    def is_free(self) -> bool:
        """Whether every pair of values on the axes is in the domain."""
        return self.claim.where is None and not any(isinstance(self.claim.domain[name], Share) for name in self.axes)

    def whole(self, name: str) -> bool:
        """Whether a variable takes integers only."""
        return isinstance(self.claim.parameters[name], Integers)

    def at(self, values: Mapping[str, Any]) -> str:
        """What balls say at a point."""
        values = {**self.others, **values}
        if not self.narrow.admits(values):
            return OUTSIDE
        with suppress(*CANNOT), clock.within(A_PROOF):
            verdict = at_point(self.narrow, Point(0, values), 0.01).verdict
            if verdict == Verdict.UNDECIDED and self._is_undefined(values):
                return UNDEFINED
            return {Verdict.SUPPORTED: HOLDS, Verdict.REFUTED: FAILS}.get(verdict, UNKNOWN)
        return UNKNOWN

    def _is_undefined(self, values: Mapping[str, Any]) -> bool:
        """Whether a side has no value at a point: something divides by 0 there, or is the logarithm of a negative number."""
        try:
            for part in prepare(self.narrow, values).parts:
                if isinstance(part, Part):
                    defined_at(part, values)
        except Undefined:
            return True
        return False

    def looked(self, cell: Cell) -> str:
        """What balls say at the corners and in the middle: one word where that is alike."""
        names = list(self.axes)
        xs, ys = self._places(names[0], cell.x), self._places(names[1], cell.y)
        middle = {names[0]: xs[len(xs) // 2], names[1]: ys[len(ys) // 2]}
        corners = [{names[0]: x, names[1]: y} for x in (xs[0], xs[-1]) for y in (ys[0], ys[-1])]
        said = set()
        for values in (middle, *corners):
            key = tuple(values.values())
            if key not in self.known:
                self.known[key] = self.at(values)
            said.add(self.known[key])
        return said.pop() if len(said) == 1 else MIXED

    def _places(self, name: str, ends: Ends) -> list[Expr]:
        """The lower end, the middle and the upper one; of an interval a little inside; of integers even and odd ones."""
        low, high = ends
        if self.whole(name):
            middle = floor((low + high) / 2)
            alike = bool(low < middle) and low % 2 == middle % 2 == high % 2
            return [low, middle + int(alike), high]
        inside = (high - low) * INSIDE
        return [low + inside, (low + high) / 2, high - inside]

    def proved(self, cell: Cell) -> bool:
        """Whether the claim is proved with the cell for a domain, its edges among it."""
        with suppress(*CANNOT), clock.within(A_PROOF):
            return prove(self._on(cell)).proved
        return False

    def _on(self, cell: Cell) -> Claim:
        """The claim with the cell for a domain, its edges among it."""
        cut = {
            # pyrefly: ignore[bad-argument-count, unexpected-keyword]  # what `Reals` takes, which is anything there
            name: Integers(*ends) if self.whole(name) else Side(*ends, closed=True, domain=self.claim.domain[name])
            for name, ends in self._ends(cell).items()
        }
        return self.narrow.on(cut)

    def _ends(self, cell: Cell) -> dict[str, Ends]:
        return dict(zip(self.axes, (cell.x, cell.y), strict=True))

    def in_balls(self, cell: Cell) -> str:
        """Whether it is proved, or refuted, in balls on the whole cell; neither: ""."""
        if cell.boxed is None and self.left.get(DERIVED, 0.0) > 0:
            with self._spending(DERIVED), suppress(*CANNOT), clock.within(A_PROOF):
                cell.boxed = Boxed.of(self._on(cell))
        if cell.boxed is None:
            return ""
        with suppress(*CANNOT), clock.within(A_PROOF):
            ends = self._ends(cell)
            return PROVED if cell.boxed.holds(ends) else REFUTED if cell.boxed.fails(ends) else ""
        return ""

    @contextmanager
    def _spending(self, purpose: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.left[purpose] = self.left.get(purpose, 0.0) - (time.monotonic() - started)

    def parts(self, cell: Cell) -> list[Cell]:
        """The cell in halves of each side that can be parted; none where it is as small as it gets."""
        xs, ys = (self._halves(name, ends) for name, ends in zip(self.axes, (cell.x, cell.y), strict=True))
        if len(xs) == len(ys) == 1:
            return []
        return [Cell(self._size(x, y), x, y, boxed=cell.boxed) for x in xs for y in ys]

    def _halves(self, name: str, ends: Ends) -> list[Ends]:
        low, high = ends
        lowest, highest = self.axes[name]
        if self.whole(name):
            middle = floor((low + high) / 2)
            return [ends] if low == high else [(low, middle), (middle + 1, high)]
        if high - low <= (highest - lowest) / FINEST:
            return [ends]
        return [(low, (low + high) / 2), ((low + high) / 2, high)]

    def _size(self, x: Ends, y: Ends) -> float:
        """Minus its share of the plane."""
        share = 1.0
        for (name, (lowest, highest)), (low, high) in zip(self.axes.items(), (x, y), strict=True):
            one = int(self.whole(name))
            share *= float((high - low + one) / (highest - lowest + one))
        return -share

    def fill(self, seconds: float) -> None:
        """Part the plane, and decide its cells."""
        self.end = time.monotonic() + seconds
        self.left = {PROOFS: SHARES[PROOFS] * seconds, DERIVED: SHARES[DERIVED] * seconds}
        x, y = self.axes.values()
        todo = [Cell(-1.0, x, y)]
        if self.is_free and (self._holds_everywhere(SHARES[OF_ALL] * seconds) or self.proved(todo[0])):
            self.cells = [replace(todo[0], verdict=PROVED)]
            return
        self.in_balls(todo[0])  # derives what the cells share, where it has values in all of them
        for _ in range(SIDE.bit_length() - 1):
            todo = [part for cell in todo for part in (self.parts(cell) or [cell])]
        self._decide(todo)
        while time.monotonic() < self.end:
            coarse = self._beside_the_boundary()
            if not coarse:
                tried = self._prove_the_largest()
                coarse = self._largest()
                if not coarse and not tried:
                    return
            self._part(coarse)

    def _holds_everywhere(self, seconds: float) -> bool:
        """Whether the claim is proved on the whole domain of the two variables, of which the plane is a part."""
        with suppress(*CANNOT), clock.within(max(A_PROOF, seconds)):
            return prove(self.narrow).proved
        return False

    def _part(self, coarse: list[Cell]) -> None:
        again = set(map(id, coarse))
        self.cells = [cell for cell in self.cells if id(cell) not in again]
        for cell in coarse:
            if time.monotonic() > self.end:
                self.cells.append(cell)
            else:
                self._decide(self.parts(cell))

    def _decide(self, todo: list[Cell]) -> None:
        """Look at cells, the largest first, and part those through which the boundary runs."""
        heapify(todo)
        while todo:
            cell = heappop(todo)
            cell.verdict = UNKNOWN if time.monotonic() > self.end else self._said_of(cell)
            if cell.verdict == MIXED and (parts := self.parts(cell)):
                for part in parts:
                    heappush(todo, part)
            else:
                self.cells.append(cell)

    def _said_of(self, cell: Cell) -> str:
        if self.is_free and cell.boxed is not None:
            return self.in_balls(cell) or self.looked(cell)
        said = self.looked(cell)  # outside of the side condition anything is true; and to derive takes time
        return (self.in_balls(cell) or said) if said in (HOLDS, FAILS) else said

    def _prove_the_largest(self) -> bool:
        """Put the largest cell that holds at its corners and in its middle before the prover; whether there was one."""
        if self.left[PROOFS] <= 0:
            return False
        cell = min((cell for cell in self.cells if cell.verdict == HOLDS and not cell.tried), default=None)
        if cell is None:
            return False
        cell.tried = True
        with self._spending(PROOFS):
            if self.proved(cell):
                cell.verdict = PROVED
        return True

    def _beside_the_boundary(self) -> list[Cell]:
        """Cells that were looked at in few places, can be parted, and have the boundary at one of their sides: it may run on in
        a corner of them."""
        boundary = [cell for cell in self.cells if cell.verdict == MIXED]
        looked_at = self._looked_at()
        if not boundary or not looked_at:
            return []
        near = [1.0 if self.whole(name) else 1e-9 * float(high - low) for name, (low, high) in self.axes.items()]
        ours, theirs = (
            np.array([[[float(end) for end in ends] for ends in (cell.x, cell.y)] for cell in cells])
            for cells in (looked_at, boundary)
        )
        gaps = np.maximum(ours[:, None, :, 0], theirs[:, :, 0]) - np.minimum(ours[:, None, :, 1], theirs[:, :, 1])
        touch = np.any(np.all(gaps <= near, axis=2), axis=1)  # a side, or a corner, in common
        return [looked_at[i] for i in np.flatnonzero(touch)]

    def _largest(self) -> list[Cell]:
        """The largest cells that were looked at in few places: what is small may lie between these."""
        looked_at = self._looked_at()
        largest = min((cell.size for cell in looked_at), default=0.0)
        return [cell for cell in looked_at if cell.size <= largest / 2]

    def _looked_at(self) -> list[Cell]:
        """Cells that were looked at in few places and can be parted."""
        return [cell for cell in self.cells if cell.verdict in (HOLDS, FAILS) and self.parts(cell)]

    def __str__(self) -> str:
        """Shares of the plane, and a picture in letters."""
        shares: Counter[str] = Counter()
        for cell in self.cells:
            shares[cell.verdict] -= cell.size  # pyrefly: ignore[unsupported-operation]
        x, y = self.axes
        fixed = "".join(f", {name} = {v}" for name, v in self.others.items())
        lines = [f"{self.claim.id}: {y} (upwards) over {x}{fixed}; {len(self.cells)} cells"]
        lines += [f"  {SIGNS[v]} {100 * shares[v]:5.1f} %  {v}: {WORDS[v]}" for v in WORDS if shares[v]]
        return "\n".join([*lines, "", *self._picture(), ""])

    def _picture(self) -> Iterator[str]:
        (x0, x1), (y0, y1) = self.axes.values()
        (of_x, all_x), (of_y, all_y) = ((self.whole(name), ends) for name, ends in self.axes.items())
        grid = [[" "] * ACROSS for _ in range(DOWN)]
        for cell in sorted(self.cells, key=lambda c: c.size):  # the smallest last
            for i in _covered(_edges(cell.y, of_y), _edges(all_y, of_y), DOWN):
                for j in _covered(_edges(cell.x, of_x), _edges(all_x, of_x), ACROSS):
                    grid[DOWN - 1 - i][j] = SIGNS[cell.verdict]
        width = max(len(f"{float(v):.4g}") for v in (y0, y1))
        for i, row in enumerate(grid):
            label = f"{float(y1):.4g}" if i == 0 else f"{float(y0):.4g}" if i == DOWN - 1 else ""
            yield f"  {label:>{width}} |{''.join(row)}|"
        yield f"  {'':>{width}}  {float(x0):<.4g}{float(x1):>{ACROSS - len(f'{float(x0):.4g}')}.4g}"

    def to_csv(self) -> str:
        """A row a cell: the ends of both variables, exact, and what is known; the boundary is in the rows "mixed"."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        x, y = self.axes
        rows.writerow([f"{x}_from", f"{x}_to", f"{y}_from", f"{y}_to", "verdict"])
        for cell in sorted(self.cells, key=lambda c: (float(c.x[0]), float(c.y[0]))):
            rows.writerow([*cell.x, *cell.y, cell.verdict])
        return out.getvalue()

    def as_data(self) -> dict[str, Any]:
        """Its cells as they are drawn, and what it is of, for the ledger and the page."""
        whole = [self.whole(name) for name in self.axes]
        cells = [[*_edges(c.x, whole[0]), *_edges(c.y, whole[1]), c.verdict] for c in self.cells]
        axes = [[name, _edges(ends, w)] for (name, ends), w in zip(self.axes.items(), whole, strict=True)]
        return {"axes": axes, "at": ", ".join(f"{name} = {v}" for name, v in self.others.items()), "cells": cells}

    def draw(self, path: Path) -> None:
        """The cells as a figure (.png, .svg, .pdf)."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch, Rectangle

        from .figures import written

        fig = Figure(figsize=(6.0, 4.6), layout="constrained")
        FigureCanvasAgg(fig)
        ax = fig.add_subplot()
        whole = [self.whole(name) for name in self.axes]
        for cell in self.cells:
            (a, b), (c, d) = (_edges(ends, w) for ends, w in zip((cell.x, cell.y), whole, strict=True))
            corner, size = (a, c), (b - a, d - c)
            look: dict[str, Any] = {"edgecolor": "none"}
            if cell.verdict in (FAILS, REFUTED):
                look = {"hatch": "//", "edgecolor": "white"}
            ax.add_patch(Rectangle(corner, *size, facecolor=COLOURS[cell.verdict], linewidth=0, **look))
        for (name, ends), w, place, label in zip(
            self.axes.items(), whole, (ax.set_xlim, ax.set_ylim), (ax.set_xlabel, ax.set_ylabel), strict=True
        ):
            place(*_edges(ends, w))
            label(f"${GREEK[name]}$" if name in GREEK else name)
        seen = {cell.verdict for cell in self.cells}
        fig.legend(
            handles=[
                Patch(
                    facecolor=COLOURS[v], edgecolor="0.4", linewidth=0.5, hatch="//" * (v in (FAILS, REFUTED)), label=v
                )
                for v in WORDS
                if v in seen
            ],
            loc="outside upper center",
            ncols=3,
            frameon=False,
        )
        fixed = ", ".join(f"{name} = {v}" for name, v in self.others.items())
        ax.set_title(self.claim.id + (f" at {fixed}" if fixed else ""), fontsize="medium")
        written(fig, path)


def _edges(ends: Ends, whole: bool) -> tuple[float, float]:
    """Where a cell is drawn from and to: an integer is one wide."""
    edge = 0.5 if whole else 0.0
    return float(ends[0]) - edge, float(ends[1]) + edge


def _covered(ends: tuple[float, float], all_of_it: tuple[float, float], count: int) -> range:
    """Which of so many letters along a side a cell covers: at least one."""
    low, high = all_of_it
    a, b = ((e - low) / (high - low or 1.0) * count for e in ends)
    return range(min(int(a), count - 1), max(min(int(b + 0.999), count), min(int(a), count - 1) + 1))


def plane(claim: Claim, x: str, y: str, at: Mapping[str, str], seconds: float) -> Plane:
    """The map of a claim. x, y: "lam=0..1".  at: values of the other variables; without one a notable value of its domain.

    Raises `BadInput` for variables that the claim has not, and for ranges that are not in their domains.
    """
    if claim.composed:
        kinds = sorted({type(claim.parameters[p]).__name__ for p in claim.composed})
        raise BadInput(f"{claim.id} is about all laws of a {kinds[0]}: of such a claim there is no map", "--x")
    axes = dict(_axis(claim, text, option) for text, option in ((x, "--x"), (y, "--y")))
    if len(axes) < 2:
        raise BadInput("the two axes are the same variable", "--y")
    if strange := sorted(set(at) - (set(claim.parameters) - set(axes))):
        raise BadInput(f"{claim.id} has no other variable {strange[0]}", "--at")
    first = claim.points()[0].values
    others = {
        name: _value(claim, name, at[name]) if name in at else first[name] for name in claim.domain if name not in axes
    }
    made = Plane(claim, axes, others)
    made.fill(seconds)
    return made


def _axis(claim: Claim, text: str, option: str) -> tuple[str, Ends]:
    name, _, ends = text.partition("=")
    low, dots, high = ends.partition("..")
    domain = claim.parameters.get(name)
    if not isinstance(domain, Domain) or isinstance(domain, Points):
        free = [n for n, d in claim.parameters.items() if isinstance(d, Integers | Reals)]
        raise BadInput(f"{claim.id} has no variable {name} with a range; it has {', '.join(free) or 'none'}", option)
    own = [getattr(domain, end, None) for end in ("lo", "hi")]
    a, b = (_number(v, option) if dots else own[i] for i, v in enumerate((low, high)))
    if a is None or b is None or not (a.is_finite and b.is_finite):
        raise BadInput(f"{name} has no end: say which range, such as {name}=1..100", option)
    inside = own[0] is not None and own[0] <= a < b <= own[1]
    if not inside or (isinstance(domain, Integers) and not (a.is_Integer and b.is_Integer)):
        raise BadInput(f"{name}={a}..{b} is no range within {domain}", option)
    return name, (a, b)


def _value(claim: Claim, name: str, text: str) -> Expr:
    value = _number(text, "--at")
    if not claim.domain[name].contains(value):
        raise BadInput(f"{name} = {text} is outside of {claim.domain[name]}", "--at")
    return value


def _number(text: str, option: str) -> Expr:
    """An integer, a fraction or a decimal number, exactly."""
    try:
        return Rational(text.strip())
    except (TypeError, ValueError, ZeroDivisionError):
        raise BadInput(f"{text!r} is no number", option) from None


def in_words(made: Plane, out: Sequence[Path], ledger: Path) -> str:
    """The plane in letters, and the files that it is written to. The ledger, if there is one, keeps it for the page."""
    from .ledger import Ledger

    lines = [str(made)]
    if ledger.exists():
        with Ledger(ledger) as book:
            book.keep_map(made.as_data(), made.claim)
    for path in out:
        if path.suffix == ".csv":
            with naming(path):
                path.write_text(made.to_csv(), encoding="utf-8")
        else:
            made.draw(path)
        lines.append(f"  written to {path}")
    return "\n".join(lines)


__all__ = ["Cell", "Plane", "in_words", "plane"]
