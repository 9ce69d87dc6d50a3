"""Categorical models, run: n draws from the law before, counted symbol by symbol.

A generation costs no more than its draws or its symbols, whichever is less: `multinomial` sorts the draws into the symbols
without a search, or draws the counts one after the other. Symbols that died are not looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from numba import njit
from scipy.special import entr as nats
from sympy import Abs, Expr, Gt, Mul, Pow, S, oo, sign

from theory.discrete import CategoricalLoop, SymbolLoop
from theory.language.errors import CannotTell
from theory.language.functions import entr
from theory.language.laws import Finite
from theory.language.laws.discrete import MOST_COUNTED
from theory.language.loops import Loop, Observable
from theory.language.moments import E, Moment, Prob
from theory.language.policies import Accumulate, FreshReal, Growing, Mixed
from theory.proof import structures
from theory.proof.methods.pools import urn

from .engine.blocks import Simulation
from .engine.pointwise import PointKernel, simulated
from .engine.recorded import recorded
from .engine.registry import Simulator, asked_of, register
from .engine.samplers import Combination, Estimand

BINOMIAL, DRAW, SYMBOL = 80.0, 10.0, 4.0  # nanoseconds for a count, a draw, a symbol that draws are sorted into


@njit(nogil=True, cache=True)
def multinomial(rng, n, weights, live, counts, spacings):
    """Counts of n draws from the law proportional to the first `live` weights. spacings: room as `room_for` has it."""
    total = 0.0
    for k in range(live):
        total += weights[k]
        counts[k] = 0.0
    if (live - 1) * BINOMIAL < n * DRAW + live * SYMBOL:  # count after count, each binomial given those before it
        left = n
        for k in range(live - 1):
            if left == 0:
                break
            p = weights[k] / total
            counts[k] = rng.binomial(left, p) if p < 1.0 else left
            left -= int(counts[k])
            total -= weights[k]
            if total <= 0.0:
                break
        counts[live - 1] += left
        return
    reach = 0.0  # sums of exponential variables, in units of all: n uniform variables, sorted
    for i in range(n + 1):
        spacings[i] = rng.standard_exponential()
        reach += spacings[i]
    scale, at, below, k = total / reach, 0.0, weights[0], 0
    for i in range(n):
        at += spacings[i]
        while at * scale >= below and k < live - 1:
            k += 1
            below += weights[k]
        counts[k] += 1.0


def room_for(n: int, symbols: int) -> np.ndarray:
    """Room for the gaps between n draws, where there are so few that they are drawn one by one."""
    return np.empty(int(min(n, symbols * BINOMIAL / DRAW)) + 1)


@njit(nogil=True, cache=True)
def advance(rng, n, keep, weights, base, symbols, live, counts, spacings, revived):
    """A generation of all replicates: n draws from the law proportional to the weights; then the weights are
    keep * weights + base + counts.

    base: counts of real points beside the draws.  symbols: which symbol a place is of; live: how many places are in use.
    revived: symbols that died may come back (from fresh real points), so that none gives up its place.
    """
    for i in range(len(live)):
        multinomial(rng, n, weights[i], live[i], counts, spacings)
        place = 0
        for k in range(live[i]):
            weight = keep * weights[i, k] + base[i, k] + counts[k]
            if weight > 0.0 or revived:
                weights[i, place], base[i, place], symbols[i, place] = weight, base[i, k], symbols[i, k]
                place += 1
        live[i] = place


@njit(nogil=True, cache=True)
def real_points(rng, m, p, base, spacings):
    """Counts of m real points, replicate by replicate."""
    for i in range(len(base)):
        multinomial(rng, m, p, len(p), base[i], spacings)


@njit(nogil=True, cache=True)
def tell(weights, symbols, live, shares):
    """Shares of all symbols, an array of shape (symbols, replicates)."""
    shares[:] = 0.0
    for i in range(len(live)):
        total = 0.0
        for k in range(live[i]):
            total += weights[i, k]
        for k in range(live[i]):
            shares[symbols[i, k], i] = weights[i, k] / total


@dataclass
class Plan:
    """A loop in numbers: sizes(t) draws in fit number t, beside some real points."""

    p: np.ndarray
    sizes: Callable[[int], int]
    real: int = 0
    fixed: bool = False
    fresh: bool = False
    kept: float = 0.0
    accumulates: bool = False


def plan(p: np.ndarray, loop: SymbolLoop | CategoricalLoop) -> Plan:
    """What is drawn in every fit under the loop's data policy."""
    policy, n = loop.policy, int(loop.n)
    match policy:
        case Mixed(synthetic=m):
            fresh = isinstance(policy, FreshReal)
            return Plan(p, lambda t: int(m), n, fixed=not fresh, fresh=fresh)
        case Growing():
            return Plan(p, policy.at)
        case Accumulate():
            return Plan(p, lambda t: n, kept=float(loop.kept), accumulates=True)
        case _:
            return Plan(p, lambda t: n)


class Histograms:
    """The histograms of `size` replicates; `shares` and `real` of the model that they have come to."""

    def __init__(self, plan: Plan, rng: np.random.Generator, size: int):
        self.plan, self.rng, K = plan, rng, len(plan.p)
        self.weights, self.base = np.tile(plan.p, (size, 1)), np.zeros((size, K))
        self.symbols, self.live = np.tile(np.arange(K), (size, 1)), np.full(size, K)
        self.counts, self.spacings, self.t = np.empty(K), room_for(plan.real, K), 0
        self.real = np.empty((K, size))
        if plan.real:
            real_points(rng, plan.real, plan.p, self.base, self.spacings)
            self.weights[:] = self.base
            self.real[:] = self.base.T / plan.real
        elif plan.kept:
            self.weights *= plan.kept

    def advance(self) -> None:
        """One more fit of every replicate, in place."""
        self.t += 1
        plan, n = self.plan, self.plan.sizes(self.t)
        if plan.fresh:
            real_points(self.rng, plan.real, plan.p, self.base, self.spacings)
        if n > MOST_COUNTED:
            raise CannotTell(f"{n} draws are too many to be counted")
        if len(self.spacings) <= n:
            self.spacings = room_for(n, len(self.counts))
        keep = 1.0 if plan.accumulates and (self.t > 1 or plan.kept) else 0.0
        room = (self.counts, self.spacings, plan.fresh)
        advance(self.rng, n, keep, self.weights, self.base, self.symbols, self.live, *room)

    def shares(self) -> np.ndarray:
        """The shares of the symbols in each model, array (symbols, replicates)."""
        out = np.empty((len(self.plan.p), len(self.live)))
        tell(self.weights, self.symbols, self.live, out)
        return out

    def until(self, times: Sequence[int]) -> Iterator[tuple[int, np.ndarray]]:
        """The shares at these generations, in increasing order."""
        for t in times:
            while self.t < t:
                self.advance()
            yield t, self.shares()


def _probabilities(loop: SymbolLoop | CategoricalLoop) -> np.ndarray:
    masses = loop.p.masses if isinstance(loop.p, Finite) else (loop.p, 1 - loop.p)
    return np.array([float(p) for p in masses])


def _draw(loop: SymbolLoop | CategoricalLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    histograms, records = Histograms(plan(_probabilities(loop), loop), rng, size), {}
    for t, shares in histograms.until(times):
        if isinstance(loop, SymbolLoop):
            records |= {("share", t): shares[0], ("real", t): histograms.real[0]}
        else:
            known = [*shares, *(histograms.real if loop.real_names else ())]
            records |= {(name, t): x for name, x in zip(loop.state, known, strict=True)}
    return records


def _kernel(loop: SymbolLoop | CategoricalLoop) -> PointKernel:
    if (problem := loop.refuses()) is not None:
        raise CannotTell(problem)
    K, run = len(_probabilities(loop)), plan(_probabilities(loop), loop)
    draws = [run.sizes(1), *([run.real] if run.fresh else [])]
    cost = sum(min(K * BINOMIAL, n * DRAW + K * SYMBOL) for n in draws)
    return PointKernel(_draw, 10.0 + 4.0 * K + cost, 20.0 * K + run.real * DRAW, random=bool(run.real))


_POINTS = simulated(_kernel)


# ---- the limit of Polya's urn ---------------------------------------------------------------------------------------


def _limit(loop: SymbolLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    """The share that an urn tends to, constructed: its c of N balls are c of the N gaps that N - 1 uniform points leave.

    Further uniform points fall into them as balls are drawn (a gap that holds k more is hit with probability
    (k + 1)/(N + its age), whatever the others are), and the share of the first c gaps tends to where they end.
    """
    mine, others = _balls(loop)
    points = rng.random((size, mine + others - 1))
    return {("limit", 0): np.partition(points, mine - 1, axis=1)[:, mine - 1]}


@lru_cache(maxsize=512)
def _balls(loop: SymbolLoop) -> tuple[int, int]:
    balls = urn(loop)
    assert balls is not None
    return int(balls[0]), int(balls[1])


@lru_cache(maxsize=512)
def _limits(loop: SymbolLoop) -> Simulation:
    """Draws of the share that an urn tends to."""
    cost = 30.0 + 12.0 * sum(_balls(loop))
    return Simulation(f"limit of {loop}", "embedded urn", cost, partial(_limit, loop), fresh=True, start=cost)


def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of one of the family's loops is estimated."""
    if isinstance(wanted, E) and _alive(wanted.variable):  # 1 where a symbol is alive, else 0: never below
        wanted = Prob(Gt(wanted.variable.args[0], 0, evaluate=False))
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    seen = {o for m in moments for o in m.atoms(Observable)}
    if unknown := {o.name for o in seen} - {"share", "real", *loop.state}:
        raise CannotTell(f"{min(unknown)} is not recorded of {loop}")
    if oo not in {o.t for o in seen}:
        return _within(_POINTS.estimand(loop, wanted, shift), wanted)
    (own, *others) = seen  # two symbols of one probability are one loop when alone, and not one share
    o = structures.marginal(own)
    if others or o.t is not oo or urn(o.loop) is None:
        raise CannotTell("a law in the limit is known of an urn's share alone")
    limit = {own: Observable(o.loop, "limit", 0)}
    if isinstance(wanted, Moment):
        wanted = wanted.xreplace(limit)
    else:
        wanted = Combination(tuple((c, m.xreplace(limit)) for c, m in wanted.terms))
    return _within(recorded(wanted, _limits(o.loop), shift), wanted)


def _alive(x: Expr) -> bool:
    return isinstance(x, sign) and isinstance(x.args[0], Observable)


def _within(found: Estimand, wanted: Moment | Combination) -> Estimand:
    """An estimate of a mean with the bounds of what is averaged, where they are seen: no tail is left to be guessed."""
    terms = wanted.terms if isinstance(wanted, Combination) else ((S.One, wanted),)
    spans = [_span(m.variable) if isinstance(m, E) else None for _, m in terms]
    known = [span for span in spans if span is not None]
    if len(found.statistics) > 1 or len(known) < len(spans):
        return found
    ends = [sorted((float(c) * low, float(c) * high)) for (c, _), (low, high) in zip(terms, known, strict=True)]
    low, high = (sum(x) for x in zip(*ends, strict=True))
    slack = 2.0**-40 * max(abs(low), abs(high))  # what rounding may add
    return replace(found, statistics=(replace(found.statistics[0], bounds=(low - slack, high + slack)),))


def _span(x: Expr) -> tuple[float, float] | None:
    """Bounds of a function of shares; None where they are not seen."""
    match x:
        case sign():
            return (0.0 if _alive(x) else -1.0), 1.0
        case Observable() | entr():
            return 0.0, 1.0
        case Abs() if len(x.args[0].atoms(Observable)) == 1 and x.args[0].is_polynomial():
            (o,) = x.args[0].atoms(Observable)
            level = o - x.args[0]
            return (0.0, max(float(level), 1 - float(level))) if level.is_Rational and 0 <= level <= 1 else None
        case Mul() | Pow() if all(isinstance(b, Observable) and e >= 1 for b, e in x.as_powers_dict().items()):
            return 0.0, 1.0
        case _:
            return None


# ---- paths ----------------------------------------------------------------------------------------------------------

SUMS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "diversity": lambda x, p: 1 - (x**2).sum(axis=0),
    "distance": lambda x, p: ((x - p[:, None]) ** 2).sum(axis=0),
    "support": lambda x, p: np.count_nonzero(x, axis=0).astype(float),
    "entropy": lambda x, p: nats(x).sum(axis=0),
}


def paths(loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """{name: array of shape (size, t + 1)}: shares by the names of the state, and what is a sum over all of them."""
    assert isinstance(loop, SymbolLoop | CategoricalLoop)
    asked_of(loop, observables, [*loop.state, *(SUMS if isinstance(loop, CategoricalLoop) else ())])
    p = _probabilities(loop)
    histograms = Histograms(plan(p, loop), rng, size)
    out = {name: np.empty((size, t + 1)) for name in observables}
    for s, shares in histograms.until(range(t + 1)):
        for name in observables:
            if name in SUMS:
                out[name][:, s] = SUMS[name](shares, p)
            else:
                seen = (
                    [*shares, *histograms.real]
                    if isinstance(loop, CategoricalLoop)
                    else [shares[0], histograms.real[0]]
                )
                out[name][:, s] = seen[loop.state.index(name)]
    return out


register(Simulator(estimand_of, paths, reads=frozenset(SUMS)), SymbolLoop, CategoricalLoop)
