"""The library's two doors to simulation: `sample` for paths, `estimate` for confidence balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np
from flint import arb
from sympy import Dummy, Expr, S, lambdify

from theory.language.balls import Ball, Guarantee
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop, Observable
from theory.language.moments import CentralMoment, E, Moment, outermost
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls
from theory.proof.standard import standardise

from .blocks import Runner, Simulation, Statistic
from .dispatch import estimand, simulator
from .plan import ball_of
from .samplers import Combination, Estimand
from .streams import generator


def sample(
    loop: Loop, observables: Sequence[str], t: int, replicates: int, seed: int = 0, workers: int = 2
) -> dict[str, np.ndarray]:
    """Paths of a loop: {observable: array of shape (replicates, t + 1)}, generations 0 to t.

    loop: with numbers for all parameters.  observables: names such as "sigma", "mu"; row i of all arrays is one history.
    workers: threads; what is wanted here are the samples, which would travel from a cluster. The same seed gives the same
    paths for any number of them. Values are in the units of the loop's parameters.
    Raises `BadInput` for an unknown observable, a loop with symbols or without a kernel, and an address as `workers`.
    """
    if isinstance(workers, str):
        raise BadInput(f"workers is {workers!r}; paths are drawn here, so it must be a number of threads")
    try:
        kernel = simulator(loop)
        size = kernel.block
        functions = _functions(loop, [name for name in observables if name not in kernel.reads])
        drawn = list(
            dict.fromkeys([*(x for x in observables if x not in functions), *(loop.state if functions else ())])
        )

        def block(b: int) -> dict[str, np.ndarray]:
            paths = kernel.paths(loop, drawn, generator(seed, f"paths of {loop}", b), size, t)
            states = [paths[name] for name in loop.state] if functions else []
            read = {name: np.broadcast_to(f(*states), (size, t + 1)) for name, f in functions.items()}
            return {name: read[name] if name in read else paths[name] for name in observables}

        # what is made once for a loop, in balls, is made here: their precision is one for all threads
        kernel.paths(loop, drawn, generator(seed, f"paths of {loop}", 0), 1, min(t, 1))
        with Runner(seed, workers) as runner:
            parts = list(runner.executor.map(block, range(max(1, ceil(replicates / size)))))
    except CannotTell as problem:
        raise BadInput(str(problem)) from problem
    return {name: np.concatenate([p[name] for p in parts])[:replicates] for name in observables}


def _functions(loop: Loop, observables: Sequence[str]) -> dict[str, Callable]:
    """Those that are functions of the state, as functions of the arrays of its coordinates."""
    at = {name: Dummy(name, real=True) for name in loop.state}
    now = {Observable(loop, name, 0): x for name, x in at.items()}
    forms = {name: loop.in_state(Observable(loop, name, 0)) for name in observables if name not in loop.state}
    return {
        name: lambdify(list(at.values()), form.xreplace(now), modules=["numpy", "scipy"])
        for name, form in forms.items()
        if form is not None
    }


def estimate(
    quantities: Sequence[Expr],
    replicates: int,
    seed: int = 0,
    workers: int | str = 2,
    error: float = 1e-6,
    executor: Executor | None = None,
) -> list[Ball]:
    """Confidence balls for moments of loops, `E(loop.sigma(50))` say, or expressions in such moments: one for each.

    quantities: without symbols.  A ball's `value` is an enclosure, midpoint and radius, in the units of its quantity.
    replicates: at least so many independent ones (rounded up to whole blocks).  error: probability, for each quantity,
    that its ball misses; `ball.guarantee` says with what right, `ball.note` why a ball decides nothing.  workers:
    threads, or the address of a Dask scheduler, "tcp://host:8786"; or give any `executor`. The same seed gives the same
    balls. Raises `BadInput` for what no kernel can estimate, `WorkersLost` where the workers go away.
    """
    plans = []
    try:
        for q in quantities:
            standard = standardise(q)
            plans.append(_together(standard) or (standard, {m: estimand(m) for m in _moments(standard)}))
        with Runner(seed, workers, executor) as runner:
            runner.pilot(s for _, es in plans for e in es.values() for s in e.statistics)
            for _, es in plans:
                for m in es:
                    if isinstance(m, CentralMoment):  # raw moments about the pilot's mean
                        pilot = runner.pilots[es[m].statistics[1]]
                        es[m] = estimand(m, float(f"{pilot.mean:.3g}"))
            statistics = [s for _, es in plans for e in es.values() for s in e.statistics]
            runner.pilot(statistics)
            runner.run(w for s in dict.fromkeys(statistics) for w in runner.want(s, 0, _blocks(s, replicates)))
            return [_ball(standard, es, runner, replicates, error) for standard, es in plans]
    except CannotTell as problem:
        raise BadInput(str(problem)) from problem


def cost(quantity: Expr) -> float:
    """What a replicate of a quantity takes, in the fixed nanoseconds that plans are made with. Raises `CannotTell`."""
    standard = standardise(quantity)
    _, es = _together(standard) or (standard, {m: estimand(m) for m in _moments(standard)})
    statistics = dict.fromkeys(s for e in es.values() for s in e.statistics)
    last: dict[Simulation, int] = {}
    for s in statistics:
        last[s.simulation] = max(last.get(s.simulation, 0), *s.times, 0)
    return sum(run.cost(t) for run, t in last.items()) + sum(s.nanoseconds for s in statistics)


def _moments(x: Expr) -> list[Moment]:
    return sorted(set(outermost(x)), key=str)


def _together(x: Expr) -> tuple[Expr, dict[Any, Estimand]] | None:
    """An expression that is linear in means, with these estimated together on the same paths, where that can be done."""
    names = {m: Dummy("m") for m in _moments(x)}
    inside = x.xreplace(names)
    slopes = {m: inside.diff(s) for m, s in names.items()}
    if len(names) < 2 or any(c.free_symbols for c in slopes.values()) or not all(isinstance(m, E) for m in names):
        return None
    wanted, whole = Combination(tuple((c, m) for m, c in slopes.items())), Dummy("combination")
    with suppress(CannotTell):
        return inside.xreplace(dict.fromkeys(names.values(), S.Zero)) + whole, {whole: estimand(wanted)}
    return None


def _blocks(statistic: Statistic, replicates: int) -> int:
    return max(1, ceil(replicates / statistic.simulation.block))


def _ball(standard: Expr, estimands: dict, runner: Runner, replicates: int, error: float) -> Ball:
    statistics = list(dict.fromkeys(s for e in estimands.values() for s in e.statistics))
    balls, guarantee, notes = {}, Guarantee.RIGOROUS, []
    for s in statistics:
        balls[s], g, note = ball_of(s, runner, 0, _blocks(s, replicates), error / len(statistics))
        guarantee = max(guarantee, g)
        notes += [note] if note else []
    values = [e.combine([balls[s] for s in e.statistics]) for e in estimands.values()]
    names = {m: Dummy("m", extended_real=True) for m in estimands}
    program = compile_expr(standard.xreplace(names), tuple(names.values()))
    value: arb = program(Balls, *values)
    source = "simulation: " + ", ".join(sorted({s.simulation.tag for s in statistics}))
    drawn = min((_blocks(s, replicates) * s.simulation.block for s in statistics), default=0)
    return replace(
        Ball(value), guarantee=guarantee, source=source, replicates=drawn, error=error, note="; ".join(notes)
    )
