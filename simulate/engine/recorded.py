"""Statistics that read recorded observables and nothing else: for programs, for loops in symbols, for measured runs.

Every observable is one record, an array over the replicates under the key (name, t); a fresh draw X(t, 2) has the key
("draw 2", t). Nothing is known of the loop's law, so nothing is averaged out, tilted or controlled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Integer, Symbol, oo
from sympy.core.function import Application

from theory.language.errors import CannotTell
from theory.language.loops import Observable
from theory.language.moments import Moment, PathMax
from theory.proof.arithmetic.atoms import jumps

from . import lattice
from .blocks import Simulation, Statistic
from .ends import of_records
from .jumps import Jumping, Peak
from .samplers import MOVING, ArrayFunction, Combination, Composite, Estimand, PathMaximum, array_function, assembled


def recorded(wanted: Moment | Combination, simulation: Simulation, shift: float | None = None) -> Estimand:
    """How a standard moment is estimated from what `simulation` records of the loop's observables.

    shift: a number near the mean, for variances.  Raises `CannotTell` for what records cannot tell.
    """
    return assembled(_Reader(simulation), wanted, shift)


def record(name: str, *index: Any) -> str:
    """What a record is called: an observable with its indices. No coordinate has a name with a space."""
    return " ".join((name, *map(str, index)))


def key(o: Observable) -> tuple[str, int]:
    """The record of an observable: (name, generation), the name of a fresh draw with its index."""
    if not (o.t.is_Integer and o.t >= 0):
        raise CannotTell(f"{o.name} at generation {o.t}")
    return record(o.name, *o.index), int(o.t)


class _Reader:
    def __init__(self, simulation: Simulation):
        self.simulation = simulation

    def mean(self, x: Expr, name: str) -> Statistic:
        return self._statistic(x, name, bounds=of_records(x))

    def power(self, x: Expr, k: int, name: str) -> Statistic:
        return self._statistic(
            x**k, name, bounds=of_records(x**k)
        )  # not multiplied out: about a number near the mean nothing cancels

    def probability(self, event, name: str) -> Statistic:
        return self._statistic(event, name, kind="indicator", bounds=(0.0, 1.0))

    def quantile(self, x: Expr, level: float, name: str) -> Statistic:
        return self._statistic(x, name, kind="quantile", level=level)

    def _statistic(self, x, name: str, **options: Any) -> Statistic:
        if any(o.t is oo for o in x.atoms(Observable)):
            raise CannotTell("nothing is recorded at infinite time")
        maxima = {m: (record("max", i), 0) for i, m in enumerate(sorted(x.atoms(PathMax), key=str))}
        plain = x.xreplace(dict.fromkeys(maxima, Symbol("max"))).atoms(Observable)
        names = {o: key(o) for o in sorted(plain, key=str)}
        read = {key(o) for m in maxima for row in _generations(m) for o in row} | set(names.values())
        if not read:
            raise CannotTell("nothing random")
        function: Any = None
        if not jumps(x) or options.get("kind") != "indicator":
            function = _function(x, maxima | names)
            paths = {k: _path(m) for m, k in maxima.items()}
            function = Composite(function, tuple(paths.items())) if paths else function
        if jumps(x):  # an event, or a function with jumps: near a jump floats do not decide (rule 30)
            peaks = {k: _peak(m) for m, k in maxima.items()}
            known = (*(p.known() for p in peaks.values()), *map(lattice.known, names))
            function = Jumping(*_in_places(x, maxima | names), known, function, tuple(peaks.items()))
            _tried(function, x, read)
        return Statistic(
            self.simulation,
            name,
            tuple(sorted({t for _, t in read})),
            function,
            nanoseconds=15.0 * (1 + len(x.atoms(Application)) + len(names)) + 12.0 * sum(len(_ends(m)) for m in maxima),
            **options,
        )


def _ends(path: PathMax) -> range:
    f, (_, start, end) = path.function, path.limits[0]
    if not all(e.is_Integer and e >= 0 for e in (start, end)) or f.has(PathMax):
        raise CannotTell(f"{path}: a maximum of observables from one generation to another, both numbers, is expected")
    return range(int(start), int(end) + 1)


def _generations(path: PathMax) -> list[list[Observable]]:
    """The observables in a maximum, at each of its generations."""
    f, s = path.function, path.limits[0][0]
    seen = sorted(f.atoms(Observable), key=str)
    if f.xreplace({o: Symbol("o") for o in seen}).has(s):
        raise CannotTell("the path function depends on the generation itself")
    return [[o.func(*o.args[:2], Integer(t), *o.index) if o.t == s else o for o in seen] for t in _ends(path)]


def _peak(path: PathMax) -> Peak:
    """A maximum over generations, with what is known of the observables in it."""
    f, s = path.function, path.limits[0][0]
    seen = sorted(f.atoms(Observable), key=str)
    plain, _ = _in_places(f, {o: key(o if o.t != s else o.func(*o.args[:2], 0, *o.index)) for o in seen})
    rows = _generations(path)
    return Peak(plain, tuple((tuple(map(key, row)), tuple(map(lattice.known, row))) for row in rows))


def _in_places(x, names: Mapping[Expr, tuple]) -> tuple[Any, tuple]:
    """`x` in x0, x1, ..., which stand for what is recorded, and the keys of that."""
    return x.xreplace({e: Symbol(f"x{i}") for i, e in enumerate(names)}), tuple(names.values())


def _tried(function: ArrayFunction | Jumping, x, keys: Iterable[tuple]) -> None:
    try:
        with np.errstate(all="ignore"):
            function({k: np.ones(1) for k in keys})
    except (NameError, NotImplementedError, CannotTell, TypeError, AttributeError) as error:
        raise CannotTell(f"NumPy and SciPy cannot evaluate {x}") from error


def _path(path: PathMax) -> PathMaximum:
    """A maximum over generations: observables at the bound generation move along the path, those at a number stay."""
    f, s, times = path.function, path.limits[0][0], _ends(path)
    names = {
        o: (key(Observable(o.loop, o.name, 0, *o.index))[0], MOVING) if o.t == s else key(o)
        for o in sorted(f.atoms(Observable), key=str)
    }
    return PathMaximum(_function(f, names), times)


def _function(x, names: Mapping[Expr, tuple]) -> ArrayFunction:
    """`x` as a function of records, {what is recorded: its key}; what is known of a quantity's sign is not forgotten."""
    symbols = {e: Symbol(f"x{i}", **{"positive" if e.is_positive else "real": True}) for i, e in enumerate(names)}
    # of large integers NumPy takes no root; what is recorded is a symbol by then, and its loop is left as it is
    f = x.xreplace(symbols).replace(_is_irrational, lambda e: e.evalf(20))
    alive = [isinstance(o, Observable) and lattice.known(o).alive for o in symbols]
    function = array_function(f, {names[e]: s for e, s in symbols.items()}, alive)
    _tried(function, x, names.values())
    return function


def _is_irrational(e) -> bool:
    function = e.is_Pow or isinstance(e, Application)  # NumPy knows no c4
    return bool(e.is_number and not e.is_Rational and function and e.is_finite)
