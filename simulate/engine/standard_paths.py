"""The paths of measured runs in units of the standard loop, and the values of statistics over them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Dummy, Expr, sympify

from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop, Observable
from theory.proof import structures

from . import lattice
from .blocks import Simulation, Statistic
from .jumps import ROUNDED, between_ends, jumping
from .recorded import key
from .runs import Cell, Rows
from .samplers import ArrayFunction
from .ties import Both, Values, lower, upper

ROUNDING = 1e-5  # of a value at generation 0, in units of the standard loop: so much it may be off with any digits
NEAR = 1e-6  # of the range between two bounds: a bound that is no farther from 0 is told as 0
APART = 0.9  # so many numbers a run: what is measured is no count, and no share of a few

Bounds = Mapping[str, tuple[float, float]]  # of observables, what may be assumed of their values


class StandardPaths:
    """The paths of a cell in units of the standard loop (rule 14), as records for statistics.

    initial: what the loop is handed, by observable: generation 0, whether the file has it or not.
    """

    def __init__(self, cell: Cell, loop: Loop, needed: frozenset[str], rows: Rows, bounds: Bounds):
        self.loop, self.cell, self.rows, self.simulation = loop, cell, rows, Simulation(f"{loop}", "measured")
        try:
            start = structures.standard(loop).initial
        except NotImplementedError:
            start = {}
        self.paths: dict[str, np.ndarray] = {}
        self.rounded: dict[str, np.ndarray | None] = {}  # half a unit of each value's last digit; None: all in full
        self.initial: dict[str, float] = {}
        self.within: dict[str, tuple[float, float]] = {}  # what is assumed of the observables
        for name in sorted(needed):
            o = loop.draw(0) if name == "draw" else Observable(loop, name, 0)
            record = key(o)[0]
            shift, scale = _affine(structures.rescaled(o))
            path = cell.paths[name]
            self.paths[record] = path if (shift, scale) == (0.0, 1.0) else (path - shift) / scale
            if name in bounds:
                _check_bounds(cell, name, bounds[name], rows)
                ends = sorted((x - shift) / scale for x in bounds[name])
                self.within[record] = ends[0], ends[1]
            halves = rows.rounding(name)
            self.rounded[record] = halves[cell.rows] / abs(scale) if halves.any() else None
            if name in start and sympify(start[name]).is_number:
                self.initial[record] = float(start[name])
                self._check_start(record, name, shift + scale * self.initial[record])

    @cached_property
    def all_runs(self) -> np.ndarray:
        """The places of all runs, one array for all points."""
        return np.arange(len(self.cell.rows))

    @cached_property
    def falls_apart(self) -> bool:
        """Whether at the first generation after 0 nearly every run has numbers of its own, as counts and shares have not."""
        later = [self.cell.index[t] for t in sorted(self.cell.index) if isinstance(t, int) and t > 0]
        firsts = [x[:, later[0]] for x in self.paths.values()] if later else []
        known = [x[np.isfinite(x)] for x in firsts]
        return bool(known) and all(len(x) > 1 and len(np.unique(x)) >= APART * len(x) for x in known)

    def _check_start(self, record: str, name: str, expected: float) -> None:
        if 0 not in self.cell.index:
            return
        k = self.cell.index[0]
        half = self.rounded[record]
        room = ROUNDING if half is None else np.maximum(ROUNDING, half[:, k])
        wrong = np.abs(self.paths[record][:, k] - self.initial[record]) > 1.000001 * room
        if wrong.any():
            i = int(np.argmax(wrong))
            raise BadInput(
                f"{name} is {self.cell.paths[name][i, k]:g} at generation 0; expected {expected:g}, what the claim's loop is "
                "handed (if the file counts the first fit as 0: t=COLUMN+1)",
                self.rows.place(int(self.cell.rows[i, k])),
            )

    def values(self, statistic: Statistic) -> tuple[Values, np.ndarray]:
        """A statistic's values, and the runs that they are of: those that have all its generations.

        Raises `CannotTell` where there are none.
        """
        given = {0} if len(self.initial) == len(self.paths) else set()
        if absent := [t for t in statistic.times if t not in self.cell.index and t not in given]:
            raise CannotTell(f"generation {', '.join(map(str, absent[:3]))} is not in the file for this cell")
        columns = [self.cell.index[t] for t in statistic.times if t not in given]
        there = (self.cell.rows[:, columns] >= 0).all(axis=1)
        if not there.any():
            raise CannotTell("no run has all its generations")
        for path in self.paths.values():
            there &= ~np.isnan(path[:, columns]).any(axis=1)
        some, runs = (slice(None), self.all_runs) if there.all() else (there, np.flatnonzero(there))
        records = {}
        for name, path in self.paths.items():
            for t in statistic.times:
                if t == 0 and name in self.initial:
                    records[name, t] = np.full(there.sum(), self.initial[name])
                else:
                    records[name, t] = path[some, self.cell.index[t]]
        halves = {}
        for name, t in records:
            known = self.rounded[name]
            if known is not None and not (t == 0 and name in self.initial):
                half = known[some, self.cell.index[t]]
                halves |= {(ROUNDED, name, t): half} if half.any() else {}
        f = statistic.values
        with np.errstate(all="ignore"):  # what overflows, or is log 0, is refused by the gates
            if halves and isinstance(f, ArrayFunction):  # what a file has rounded is known to half a unit
                known = tuple(lattice.known(Observable(self.loop, n, t)) for n, t in f.keys)
                return self._cut(statistic, between_ends(f.expr, f.keys, known, {**records, **halves}), runs), runs
            x = f({**records, **halves} if jumping(f) else records)
            return self._cut(statistic, x if isinstance(x, Both) else np.asarray(x, dtype=float), runs), runs

    def _cut(self, statistic: Statistic, x: Values, runs: np.ndarray) -> Values:
        """Values between the numbers where the claim's loop stays: what a file has rounded may be read as beyond them."""
        if statistic.bounds is None:
            return x
        low, high = statistic.bounds
        if (beyond := (upper(x) < low) | (lower(x) > high)).any():
            i = int(np.argmax(beyond))
            found, ends = (
                lower(x)[i] / 2 + upper(x)[i] / 2,
                [e if abs(e) > NEAR * (high - low) else 0.0 for e in (low, high)],
            )
            last = max((self.cell.index[t] for t in statistic.times if t in self.cell.index), default=0)
            raise BadInput(
                f"a value of {statistic.name} is {found:g}; expected one from {ends[0]:g} to {ends[1]:g}, where the claim's "
                "loop stays",
                self.rows.place(int(self.cell.rows[runs[i], last])),
            )
        return Both(np.maximum(x.low, low), np.minimum(x.high, high)) if isinstance(x, Both) else x

    def bounds(self, statistic: Statistic) -> tuple[float, float] | None:
        """Within which the statistic lies, if every observable lies within its bounds; None where that is not told."""
        f = statistic.values
        if not isinstance(f, ArrayFunction) or not all(name in self.within for name, _ in f.keys):
            return None
        records: dict[Any, Any] = {}
        for name, t in f.keys:
            low, high = self.within[name]
            given = t == 0 and name in self.initial
            records[name, t] = np.array([self.initial[name] if given else low / 2 + high / 2])
            records[ROUNDED, name, t] = np.array([0.0 if given else high / 2 - low / 2])
        known = tuple(lattice.known(Observable(self.loop, n, t)) for n, t in f.keys)
        with np.errstate(all="ignore"):
            span = between_ends(f.expr, f.keys, known, records)
        low, high = float(lower(span)[0]), float(upper(span)[0])
        return (low, high) if np.isfinite(high - low) else None

    def random(self, statistic: Statistic) -> bool:
        """Whether it varies: not at generation 0, where all that the loop is handed is known."""
        return statistic.times != (0,) or len(self.initial) < len(self.paths)


def _check_bounds(cell: Cell, name: str, bounds: tuple[float, float], rows: Rows) -> None:
    wrong = (cell.paths[name] < bounds[0]) | (cell.paths[name] > bounds[1])
    if wrong.any():
        i, k = np.argwhere(wrong)[0]
        raise BadInput(
            f"{name} is {cell.paths[name][i, k]:g}; expected a value from {bounds[0]:g} to {bounds[1]:g}, as --bounds says",
            rows.place(int(cell.rows[i, k])),
        )


def _affine(x: Expr) -> tuple[float, float]:
    """(shift, scale) of an observable in terms of the standard loop's."""
    (standard,) = x.atoms(Observable)
    y = Dummy("y")
    e = x.xreplace({standard: y})
    shift, scale = e.subs(y, 0), e.diff(y)
    if not (shift.is_number and scale.is_number):
        raise CannotTell(f"{x} is not affine in {standard}")
    return float(shift), float(scale)
