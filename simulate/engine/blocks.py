"""Simulations and statistics: what is drawn, what is read off it, and how blocks of replicates are run and merged.

A *simulation* is a loop with numbers for its parameters, run under one tilt by one kernel. Its block b always draws from
the same stream, generation after generation for the whole block, so that a shorter horizon is a prefix of a longer one:
what else was asked of a simulation never alters a number. A *statistic* is a function of the recorded paths whose mean,
frequency or quantile estimates a standard moment. Sums are kept block by block and merged in block order.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import reduce
from math import isfinite
from typing import Any

import numpy as np

from theory.language.errors import BadInput

from .estimate import NO_TOP, TOP, Histogram, Sums, largest, quantile_edges
from .streams import generator
from .ties import Both, Values, lower, upper
from .workers import Pool, WorkersLost, pool

BLOCK = 8192  # replicates of a block: the state fits in cache, the overhead of a block is below its work
PILOT, LEAST_PILOT = 2048, 128  # replicates of a pilot; and where a block has few
PILOT_BATCH = 1_000  # its stream; never merged with a counted batch
TASK = 0.1  # seconds of blocks that are handed to a worker at once: what it costs to hand them over is a hundredth
AHEAD = 1_000  # tasks handed over and not yet read: what waits with a scheduler is bounded

Records = Mapping[Any, np.ndarray]


def block_of(nanoseconds: float) -> int:
    """Replicates of a block of draws that cost so much: of cheap ones more, since what else a block costs is a tenth of a
    millisecond."""
    return 4 * BLOCK if nanoseconds <= 100 else BLOCK


@dataclass(frozen=True)
class Simulation:
    """One loop at one parameter point under one tilt. `key` names it for ever: streams depend on nothing else.

    draw(rng, size, times) gives the recorded paths: (name, t) -> array of shape (size,).
    nanoseconds: cost of a generation of one path, a fixed constant used for planning (never the clock).
    tag: what the kernel assumes (rule 5): "sufficient statistic", "conditional mean", or "raw" for drawn and fitted points.
    start: cost of generation 0 of one path, where that is drawn.
    fresh: whether even generation 0 is random: points are drawn from the models as well, or the start itself is drawn.
    block: replicates of its blocks, and four times those of its pilot where they are many; a constant of the kernel, since it
    decides which replicate draws from which stream.
    source: what tells it from another of the same key (the class of a user's loop).
    """

    key: str
    tag: str = "raw"
    nanoseconds: float = field(default=25.0, compare=False)
    draw: Callable[[np.random.Generator, int, Sequence[int]], Records] = field(default=None, compare=False, repr=False)  # pyrefly: ignore[bad-assignment]
    fresh: bool = field(default=False, compare=False)
    block: int = field(default=BLOCK, compare=False)
    start: float = field(default=0.0, compare=False)
    source: Any = None

    def cost(self, t: int) -> float:
        """Nanoseconds for one path up to generation t."""
        return self.start + t * self.nanoseconds


@dataclass(frozen=True)
class Statistic:
    """A function of the paths of one simulation: `values(records)` has shape (size,), in two readings if near-ties are open.

    times: the generations it reads.  kind: "mean", "indicator" (values 0 and 1) or "quantile".
    bounds: (low, high) where the values are known to lie.
    variance, skewness: of the values, where the law is known exactly; else None (then a pilot estimates them).
    remainder: distance of its mean from the quantity meant (a horizon in place of the limit), a rigorous bound.
    controls: further functions of the paths, of mean exactly zero by the law of the step (control variates).
    nanoseconds: cost of evaluating it on one path.
    """

    simulation: Simulation
    name: str
    times: tuple[int, ...]
    values: Callable[[Records], Values] = field(compare=False, repr=False)
    controls: tuple[Callable[[Records], np.ndarray], ...] = field(default=(), compare=False, repr=False)
    kind: str = "mean"
    bounds: tuple[float, float] | None = None
    variance: float | None = field(default=None, compare=False)
    skewness: float | None = field(default=None, compare=False)
    remainder: float = 0.0
    level: float = 0.5
    nanoseconds: float = field(default=40.0, compare=False)

    @property
    def unseen(self) -> bool:
        """Whether its law may have a tail that only the largest values tell of."""
        return self.kind == "mean" and not self.bounds and self.skewness is None


@dataclass
class Setting:
    """What a pilot fixes for a statistic: shift of its power sums, edges of its histogram, weights of its controls.

    Fixed numbers before anything counted is drawn, so the controlled mean stays unbiased.
    """

    shift: float = 0.0
    edges: np.ndarray | None = None
    weights: tuple[float, ...] = ()


def controlled(statistic: Statistic, records: Records, weights: Sequence[float]) -> Values:
    """The statistic's values minus its weighted controls."""
    values = statistic.values
    x = getattr(values, "readings", values)(records) if statistic.kind == "mean" else values(records)
    for w, c in zip(weights, statistic.controls, strict=False):
        shift = w * c(records)
        x = Both(x.low - shift, x.high - shift) if isinstance(x, Both) else x - shift
    return x


def control_weights(x: np.ndarray, controls: Sequence[np.ndarray]) -> tuple[float, ...]:
    """Least-squares weights on a pilot; none where they gain less than a fifth of the variance."""
    if not controls or not np.isfinite(x).all() or not all(np.isfinite(c).all() for c in controls):
        return ()
    design = np.column_stack([np.ones_like(x), *controls])
    fit, *_ = np.linalg.lstsq(design, x, rcond=None)
    gain = np.var(x - design @ fit) < 0.8 * np.var(x)
    return tuple(map(float, fit[1:])) if gain else ()


def reduce_block(statistic: Statistic, records: Records, setting: Setting) -> Sums | Histogram:
    """What is kept of a statistic in a block of replicates: power sums, or the histogram of a quantile."""
    x = controlled(statistic, records, setting.weights)
    if statistic.kind == "quantile":
        assert setting.edges is not None
        return Histogram.of(lower(x), setting.edges)
    return sums_of(x, setting.shift, TOP * statistic.unseen)


def sums_of(x: Values, shift: float, keep: int) -> Sums:
    """The sums of a statistic's values, of both readings where near-ties leave two; `keep` of the largest."""
    sums = Sums.of(lower(x), shift, keep)
    return replace(sums, upper=Sums.of(upper(x), shift, 0)) if isinstance(x, Both) else sums


def run_block(
    simulation: Simulation, seed: int, batch: int, block: int, size: int, work: Sequence[tuple[Statistic, Setting]]
) -> list[Sums | Histogram]:
    """Draw one block and reduce it; a pure function of its arguments, for a thread or a process."""
    times = sorted({t for s, _ in work for t in s.times})
    records = simulation.draw(generator(seed, simulation.key, block, batch), size, times)
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        return [reduce_block(s, records, setting) for s, setting in work]


def run_blocks(
    simulation: Simulation,
    seed: int,
    batch: int,
    blocks: Sequence[int],
    size: int,
    work: Sequence[tuple[Statistic, Setting]],
) -> list[list[Sums | Histogram]]:
    """Several blocks of one simulation: one task for a worker. What comes back are sums and counts, never samples."""
    return [run_block(simulation, seed, batch, b, size, work) for b in blocks]


@dataclass
class _Task:
    """Blocks of one simulation that the same statistics want."""

    simulation: Simulation
    batch: int
    statistics: tuple[Statistic, ...]
    blocks: list[int]

    @property
    def seconds(self) -> float:
        """What it takes, at the fixed nanoseconds that plans are made with."""
        last = max(t for s in self.statistics for t in s.times)
        path = self.simulation.cost(last) + sum(s.nanoseconds for s in self.statistics)
        return 1e-9 * self.simulation.block * len(self.blocks) * path

    def call(self, seed: int, settings: Mapping[Statistic, Setting]) -> tuple:
        """The function that draws and reduces the blocks, and its arguments."""
        work = [(s, settings[s]) for s in self.statistics]
        return run_blocks, self.simulation, seed, self.batch, self.blocks, self.simulation.block, work


def _tasks(wanted: Iterable[tuple[Simulation, int, int, Statistic]]) -> list[_Task]:
    """The tasks for what is wanted, in its order: each block once, neighbours together up to about `TASK` seconds."""
    groups: dict[tuple[Simulation, int, int], dict[Statistic, None]] = defaultdict(dict)
    for simulation, batch, block, s in wanted:
        groups[simulation, batch, block][s] = None
    tasks: list[_Task] = []
    for (simulation, batch, block), statistics in groups.items():
        new = _Task(simulation, batch, tuple(statistics), [block])
        last = tasks[-1] if tasks else None
        same = last and (last.simulation, last.batch, last.statistics) == (simulation, batch, new.statistics)
        if last and same and last.seconds + new.seconds <= TASK:
            last.blocks.append(block)
        else:
            tasks.append(new)
    return tasks


class Runner:
    """Runs blocks on workers and keeps every statistic's sums, block by block.

    workers: threads of an own pool, or the address of a Dask scheduler, unless an `executor` is given (any
    `concurrent.futures.Executor`, which stays open). No number depends on who runs a block. Raises `BadInput` where
    nothing answers at the address, and later `WorkersLost` where the workers go away.
    """

    def __init__(self, seed: int = 0, workers: int | str = 2, executor: Executor | None = None):
        self.seed = seed
        self.pool = pool(workers) if executor is None else Pool(executor, workers if isinstance(workers, int) else 1)
        self.executor = self.pool.executor
        self.settings: dict[Statistic, Setting] = defaultdict(Setting)
        self.pilots: dict[Statistic, Sums | np.ndarray] = {}
        self.kept: dict[tuple[Statistic, int], dict[int, Sums | Histogram]] = defaultdict(dict)
        # the last block, the largest values up to it
        self.tops: dict[tuple[Statistic, int], tuple[int, np.ndarray]] = {}
        # what was raised by those that raised, where the caller goes on
        self.failures: dict[Simulation, Exception] = {}
        self.replicates = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *exc) -> None:
        self.pool.close()

    def _each(self, calls: Iterable[tuple]) -> Generator[Future]:
        """The jobs of calls (function, *arguments), in their order, some calls ahead; what is left is cancelled."""
        jobs: deque[Future] = deque()
        todo = iter(calls)
        try:
            while True:
                while len(jobs) < AHEAD and (call := next(todo, None)):
                    jobs.append(self.pool.submit(*call))
                if not jobs:
                    return
                yield jobs.popleft()
        finally:
            for job in jobs:
                job.cancel()

    # ---- pilots ----

    def failure(self, statistics: Iterable[Statistic]) -> Exception | None:
        """What was raised by a simulation of one of these: a `CannotTell` is a reason, and no error of the program."""
        return next((self.failures[s.simulation] for s in statistics if s.simulation in self.failures), None)

    def _result(self, job: Future, simulation: Simulation, go_on: bool) -> Any:
        """What the job returned; None where it raised, and that is noted."""
        try:
            return self.pool.result(job)
        except (BadInput, WorkersLost):
            raise  # no failure of the simulation
        except Exception as error:
            if not go_on:
                raise
            self.failures[simulation] = error

    def pilot(self, statistics: Iterable[Statistic], go_on: bool = False) -> None:
        """Fix the settings of the statistics from a pilot, of `PILOT` paths or fewer, on a stream of its own.

        go_on: what a simulation raises is noted in `failures`, and its statistics get no pilot; else it is raised here.
        """
        groups: dict[Simulation, list[Statistic]] = defaultdict(list)
        for s in dict.fromkeys(statistics):
            if s not in self.pilots:
                groups[s.simulation].append(s)
        calls = ((_pilot, sim, self.seed, tuple(ss)) for sim, ss in groups.items())
        with closing(self._each(calls)) as jobs:
            for sim, job in zip(groups, jobs, strict=True):
                result = self._result(job, sim, go_on) or []
                for s, (sums, values, weights) in zip(groups[sim], result, strict=bool(result)):
                    if s.kind == "quantile":
                        self.settings[s] = Setting(edges=quantile_edges(values, s.level))
                        self.pilots[s] = values
                    else:
                        # what overflows, or is no number, gives none
                        self.settings[s] = Setting(shift=sums.mean if isfinite(sums.mean) else 0.0, weights=weights)
                        self.pilots[s] = sums

    # ---- blocks ----

    def want(self, statistic: Statistic, batch: int, blocks: int) -> list[tuple[Simulation, int, int, Statistic]]:
        """What is still to be run for so many blocks of a batch: (simulation, batch, block, statistic) for each."""
        have = self.kept[statistic, batch]
        return [(statistic.simulation, batch, b, statistic) for b in range(blocks) if b not in have]

    def run(
        self,
        wanted: Iterable[tuple[Simulation, int, int, Statistic]],
        progress: Callable[[int, int], None] | None = None,
        go_on: bool = False,
    ) -> None:
        """Run what is wanted: blocks of one simulation serve all statistics that want them. go_on: see `pilot`."""
        tasks = _tasks(wanted)
        calls = (t.call(self.seed, self.settings) for t in tasks)
        done, total = 0, sum(len(t.blocks) for t in tasks)
        with closing(self._each(calls)) as jobs:
            for task, job in zip(tasks, jobs, strict=True):
                drawn = self._result(job, task.simulation, go_on)
                if drawn is None:
                    done += len(task.blocks)
                    continue
                for block, result in zip(task.blocks, drawn, strict=True):
                    for s, sums in zip(task.statistics, result, strict=True):
                        self._keep(s, task.batch, block, sums)
                    self.replicates += task.simulation.block
                    done += 1
                    if progress:
                        progress(done, total)

    def _keep(self, statistic: Statistic, batch: int, block: int, sums: Sums | Histogram) -> None:
        """Of the largest values only those are kept that are among the largest of the blocks up to this one: merged with
        all of those (no look has fewer) the others would go, and they would be the memory that grows with replicates."""
        kept = self.kept[statistic, batch]
        if isinstance(sums, Sums) and sums.top.size:
            last, top = self.tops.get((statistic, batch), (-1, NO_TOP))
            if block > last:
                far = sums.top if top.size < TOP else sums.top[sums.top > top.min()]
                top = largest(np.concatenate((top, far)))
                self.tops[statistic, batch] = block, top
                sums = replace(sums, top=far[far >= top.min()])
        kept[block] = sums

    def merged(self, statistic: Statistic, batch: int, blocks: int) -> Sums | Histogram:
        """The sums of the first `blocks` blocks, merged in block order."""
        kept = self.kept[statistic, batch]
        parts: list[Any] = [kept[b] for b in range(blocks)]
        return reduce(Histogram.merge, parts) if isinstance(parts[0], Histogram) else Sums.merged(parts)


def _pilot(
    simulation: Simulation, seed: int, statistics: Sequence[Statistic]
) -> list[tuple[Sums, np.ndarray, tuple[float, ...]]]:
    """For every statistic: its sums (controlled), or its values for a quantile, and the weights of its controls."""
    times = sorted({t for s in statistics for t in s.times})
    size = min(PILOT, simulation.block, max(simulation.block // 4, LEAST_PILOT))
    records = simulation.draw(generator(seed, simulation.key, 0, PILOT_BATCH), size, times)
    out: list[tuple[Sums, np.ndarray, tuple[float, ...]]] = []
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        for s in statistics:
            if s.kind == "quantile":
                out.append((Sums(), np.asarray(lower(s.values(records))), ()))
                continue
            x = np.asarray(lower(s.values(records)), dtype=float)
            weights = control_weights(x, [c(records) for c in s.controls])
            out.append((sums_of(controlled(s, records, weights), 0.0, TOP * s.unseen), x[:0], weights))
    return out
