"""Curation in the population, sampled exactly: a draw from model t is the winner of a tournament among draws from model 0.

A node of the tree is the pick among its K children; with real data beside the picks a branch ends, at a real point, with
probability 1/(1 + lam). While lam (K - 1) < 1 such trees are finite even if no generation ends them: their winners are
draws from the limit. No normaliser is needed, so K = oo, whose pick is not one of finitely many draws, is not sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numba import njit
from sympy import Expr, Integer, oo

from theory.curation.common import CuratedLoop
from theory.language.errors import BadInput, nearest
from theory.language.loops import Observable
from theory.language.moments import E, Moment

from ..engine.blocks import Records, Simulation, Statistic
from ..engine.samplers import Combination, Estimand, NoSampler, single

LEAF = 25.0  # nanoseconds
MOST_LEAVES = 200_000  # of a tree that no generation ends; what is larger stays unknown
DEEPEST = 10_000
COSTLIEST = 4_500  # leaves of a tree on average, beyond which nothing is drawn: 0.1 ms
UNKNOWN = -1


@njit(nogil=True, cache=True)
def atom(rng, cumulated):
    """The number of an atom, drawn from a law of which the cumulated probabilities are given."""
    u, i = rng.random(), 0
    while u >= cumulated[i]:
        i += 1
    return i


@njit(nogil=True, cache=True)
def winners(rng, start, real, weights, K, t, synthetic, most, deepest, out):
    """Winners of tournaments of depth t (t < 0: until all branches have ended), -1 where a tree is larger than `most`.

    start, real: cumulated probabilities at the last generation's leaves, and of real points.  synthetic: the probability
    that a branch goes on.  A node picks while its children come in, so nothing but one path of the tree is stored.
    """
    children = np.empty(deepest, dtype=np.int64)
    totals = np.empty(deepest)
    picks = np.empty(deepest, dtype=np.int64)
    for draw in range(len(out)):
        depth, leaves, value = 0, 0, UNKNOWN
        while True:
            if depth == t:
                value = atom(rng, start)
            elif synthetic < 1.0 and rng.random() >= synthetic:
                value = atom(rng, real)
            elif depth < deepest:
                children[depth], totals[depth] = 0, 0.0
                depth += 1
                continue
            else:
                value = UNKNOWN
                break
            leaves += 1
            if leaves > most:
                value = UNKNOWN
                break
            while depth > 0:
                depth -= 1
                totals[depth] += weights[value]
                if children[depth] == 0 or rng.random() * totals[depth] < weights[value]:
                    picks[depth] = value
                children[depth] += 1
                if children[depth] < K:
                    depth += 1
                    break
                value = picks[depth]
            if depth == 0:
                break
        out[draw] = value


def leaves(loop: CuratedLoop, t: Expr) -> float:
    """The mean number of leaves of a tree."""
    K = float(loop.K)
    if loop.lam is oo:
        return K ** int(t) if t is not oo else np.inf
    lam = float(loop.lam)
    if t is oo:
        return 1 / (1 - lam * (K - 1)) if lam * (K - 1) < 1 else np.inf
    mean = 1.0
    for _ in range(int(t)):
        mean = (1 + lam * K * mean) / (1 + lam)
    return mean


def _cumulated(masses: Sequence[Expr]) -> np.ndarray:
    total = np.cumsum([float(p) for p in masses])
    total[np.flatnonzero(np.diff(total, prepend=0.0))[-1] :] = 1.0  # no atom of probability 0 is drawn through rounding
    return total


def _draw(loop: CuratedLoop, t: int, rng: np.random.Generator, size: int, times: Sequence[int]) -> Records:
    out = np.empty(size, dtype=np.int64)
    weights = np.array([float(f) for f in loop.weights])
    synthetic = 1.0 if loop.lam is oo else float(loop.lam / (1 + loop.lam))
    most, deepest = (MOST_LEAVES, DEEPEST) if t < 0 else (2**62, t)
    start, real = _cumulated(loop.start.masses), _cumulated(loop.law.masses)
    winners(rng, start, real, weights, int(loop.K), t, synthetic, most, max(deepest, 1), out)
    return {("winner", max(t, 0)): out}


@lru_cache(maxsize=512)
def simulation(loop: CuratedLoop, t: Expr) -> Simulation:
    """Winners of trees of depth t, under ("winner", t); ("winner", 0) for t = oo. Each depth is a simulation of its own."""
    if loop.free_symbols:
        raise NoSampler(f"parameters of {loop} are not numbers")
    if loop.K is oo:
        raise NoSampler("no exact sampler: a law tilted by its weight needs its normaliser")
    if not (t is oo or (t.is_Integer and t >= 0)):
        raise NoSampler(f"generation {t}")
    size = leaves(loop, t)
    if size > COSTLIEST:
        raise NoSampler(f"a tree of {size:.2g} leaves for a draw from generation {t}")
    draw = partial(_draw, loop, -1 if t is oo else int(t))
    return Simulation(f"winners {loop} {t}", "raw", 0.0, draw, True, start=10.0 + LEAF * size)


@dataclass(frozen=True)
class _Of:
    """A function of the winner, by its values on the atoms; the last value is that of an unknown winner."""

    values: tuple[float, ...]
    generation: int

    def __call__(self, records: Records) -> np.ndarray:
        return np.array(self.values)[records["winner", self.generation]]


def estimand_of(loop: CuratedLoop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a probability, or a combination of some at one generation, is estimated: by a function of the winner."""
    terms = [(Integer(1), wanted)] if isinstance(wanted, Moment) else list(wanted.terms)
    masses = [(c, m.variable) for c, m in terms if isinstance(m, E) and isinstance(m.variable, Observable)]
    times = {o.t for _, o in masses}
    if len(masses) != len(terms) or len(times) != 1:
        raise NoSampler("probabilities of atoms at one generation are sampled together, nothing else")
    (t,) = times
    values = [0.0] * len(loop.state)
    for c, o in masses:
        values[loop.state.index(o.name)] += float(c)
    low, high = min(values), max(values)
    kind = "indicator" if {*values} == {0.0, 1.0} else "mean"
    run = simulation(loop, t)

    def statistic(unknown: float) -> Statistic:
        generation = 0 if t is oo else int(t)
        name = f"{wanted}, {unknown:g} if unknown" if t is oo else str(wanted)
        of = _Of((*values, unknown), generation)
        return Statistic(run, name, (generation,), of, kind=kind, bounds=(low, high), nanoseconds=8.0)

    if t is not oo:
        return single(statistic(low))
    return Estimand(str(wanted), (statistic(low), statistic(high)), lambda b: b[0].union(b[1]), run.tag)


def paths(loop: CuratedLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """{name: array of shape (size, t + 1)} for functions of fresh draws, and "draw", the atom itself."""
    for name in observables:
        if name != "draw" and name not in loop.tables:
            raise BadInput(f"{type(loop).__name__} has no observable {name!r}{nearest(name, ['draw', *loop.tables])}")
    drawn = [_draw(loop, s, rng, size, (s,))["winner", s] for s in range(t + 1)]
    atoms = np.column_stack(drawn)
    tables = {name: np.array([float(x) for x in values]) for name, values in loop.tables.items()}
    return {name: atoms if name == "draw" else tables[name][atoms] for name in observables}


__all__ = ["estimand_of", "paths", "winners"]
