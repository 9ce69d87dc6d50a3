"""Loops in symbols, run as they are stated: the noise of a step is drawn, and its arithmetic done on arrays of paths.

For loops that have no kernel of their own, such as those of a conjecture file: ten lines of symbols have three witnesses.
Nothing is tilted, averaged out or rescaled, so what is heavy-tailed, or leaves the range of floats, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce, wraps
from typing import Any

import numpy as np
from sympy import (
    Abs,
    Eq,
    Expr,
    Heaviside,
    Or,
    Piecewise,
    Pow,
    S,
    Symbol,
    count_ops,
    lambdify,
    log,
    preorder_traversal,
    sign,
    sympify,
)
from sympy.printing.codeprinter import PrintMethodNotImplementedError

from theory.language.errors import CannotTell
from theory.language.laws import ChiSquare, Count, Law, Noise
from theory.language.loops import CLOCK, Loop, Observable
from theory.language.moments import Moment
from theory.proof import structures
from theory.proof.arithmetic.atoms import jumps
from theory.proof.relations.turns import differing

from . import underflow
from .blocks import Simulation
from .draws import can_be_drawn, drawn
from .error_bounds import between
from .last_digits import OFF, Beside, shaken
from .lattice import grid_of, lasting, never_zero
from .recorded import record, recorded
from .registry import Simulator, asked_of
from .samplers import Combination, Estimand
from .streams import apart

FRESH = 7  # names the streams of fresh draws among those of a block
PATHS = 8  # that tell which branch of its step a loop takes


def estimand_of(loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of a loop in symbols is estimated. Raises `CannotTell` for what its step says nothing of."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    for o in sorted({o for m in moments for o in m.atoms(Observable)}, key=str):
        if (problem := loop.unstated(o.name)) is not None:
            raise CannotTell(problem)
    return recorded(wanted, simulation(loop, indices(wanted)), shift)


def indices(wanted: Moment | Combination) -> tuple[Expr, ...]:
    """Of the fresh draws from models that are asked for, in their order."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    return tuple(sorted({o.index[0] for m in moments for o in m.atoms(Observable) if o.index}))


@lru_cache(maxsize=512)
def simulation(loop: Loop, draws: tuple[Expr, ...] = ()) -> Simulation:
    """The simulation of a loop with numbers for its parameters; draws: the indices of the fresh draws from its models."""
    step = _step(loop)
    key = f"symbols {loop}" + with_draws(loop, draws)
    fresh = bool(draws) or bool(_start(loop).noises)
    return Simulation(key, "raw", step.nanoseconds, partial(draw_paths, loop, draws), fresh, source=type(loop))


def draw_paths(
    loop: Loop, draws: Sequence[Expr], rng: np.random.Generator, size: int, times: Sequence[int]
) -> dict[tuple[str, int], np.ndarray]:
    """A block of paths, recorded at `times`: {(name, t): array of shape (size,)}; fresh draws under ("draw 1", t)."""
    out = {}
    wanted = set(times)
    for t, state in enumerate(_states(loop, rng, size, max(times))):
        if t in wanted:
            out |= {(name, t): x for name, x in zip(loop.state, state, strict=True)}
            out |= fresh_draws(loop, draws, state, rng, size, t)
    return out


def with_draws(loop: Loop, draws: Sequence[Expr]) -> str:
    """How a simulation is called that makes these fresh draws, too. Raises `CannotTell` where the loop states none."""
    for index in draws:
        _emission(loop, index)
    return f" draws {' '.join(map(str, draws))}" if draws else ""


def fresh_draws(
    loop: Loop, draws: Sequence[Expr], state: Sequence[np.ndarray], rng: np.random.Generator, size: int, t: int
) -> dict[tuple[str, int], np.ndarray]:
    """Points from the models of generation t, on streams of their own, so that they move no path."""
    out = {}
    for i in draws:
        (out[record("draw", i), t],) = _emission(loop, i)(apart(rng, FRESH, t, int(i)), state, size, t)
    return out


def paths(loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict[str, np.ndarray]:
    """{name: array of shape (size, t + 1)} for coordinates of the state of a loop with numbers for parameters."""
    asked_of(loop, observables, loop.state)
    states = list(_states(loop, rng, size, t))
    return {name: np.column_stack([s[loop.state.index(name)] for s in states]) for name in observables}


def _states(loop: Loop, rng: np.random.Generator, size: int, t: int):
    """The state of `size` paths from generation 0 to t: lists of arrays, one for each coordinate."""
    step, deciding = _step(loop), _deciding(loop)
    alive = [name in never_zero(loop) for name in loop.state]
    state = _start(loop)(rng, [np.zeros(1)] * len(loop.state), size, 0)  # of which a start does not know
    yield state
    beside = Beside(loop, state)
    for fit in range(1, t + 1):
        noise = step.draw(rng, state, size, fit)
        after = step.at(fit, state, noise, size)
        if beside.followed:
            after = beside.told(after, step.at(fit, beside.at(state), noise, size, shaken=True))

        def elsewhere(others: Sequence[np.ndarray], rows: np.ndarray) -> list[np.ndarray]:
            return step.at(fit, others, [x[rows] for x in noise], len(rows))  # noqa: B023 - called at once

        state = underflow.of_step(elsewhere, state, after, alive)
        for i in deciding:
            if (lost := state[i] == 0).any():  # too small for a float: which branch such a path takes nobody knows
                state = [np.where(lost, np.nan, x) for x in state]
        yield state


@lru_cache(maxsize=512)
def _deciding(loop: Loop) -> tuple[int, ...]:
    """The coordinates, by their numbers, that are never 0 and that the step jumps by."""
    after = [x for x in map(sympify, loop.step(loop.symbols()).values()) if jumps(x)]
    alive = never_zero(loop)
    return tuple(
        i for i, (name, s) in enumerate(loop.symbols().items()) if name in alive and any(x.has(s) for x in after)
    )


# what says that NumPy has no code for an expression; of a number that is too large for its floats, an OverflowError
NO_CODE = (PrintMethodNotImplementedError, KeyError, SyntaxError, NameError, TypeError, AttributeError, OverflowError)


def passages(loop: Loop, fits: int) -> Iterator[int]:
    """The fits, up to that number, at which the step takes a branch on most of a few paths that it did not take before.

    A branch is told by the sign of what decides it: what an absolute value is taken of, a difference in a maximum or a case. For
    a loop with numbers for parameters that states its step in symbols. Raises `CannotTell` where it cannot be drawn.
    """
    _step(loop)  # is its step one that can be followed at all?
    after = loop.step(loop.symbols())
    decisive = [d for x in after.values() for d in _decisive(sympify(x)) if d.has(*loop.symbols().values())]
    if not decisive:
        return
    followed = _compile(loop, [*(after[name] for name in loop.state), *dict.fromkeys(decisive)])
    rng = np.random.Generator(np.random.Philox(0))
    state = _start(loop)(rng, [np.zeros(1)] * len(loop.state), PATHS, 0)
    known: list[set[float]] = []
    for fit in range(1, fits + 1):
        found = followed(rng, state, PATHS, fit)
        state = found[: len(loop.state)]
        if not all(np.isfinite(x).all() for x in state):
            return
        signs = [float(np.sign(np.median(x))) for x in found[len(loop.state) :]]
        if not known:
            known = [{s} for s in signs]
        if any(s not in before for s, before in zip(signs, known, strict=True)):
            yield fit
            known = [before | {s} for s, before in zip(signs, known, strict=True)]


def _decisive(x: Expr) -> Iterator[Expr]:
    """What branches of an expression hang on, by its sign."""
    for e in preorder_traversal(x):
        yield from differing(e)
        if isinstance(e, Abs | sign | Heaviside):
            yield e.args[0]


# ---- from symbols to arrays -----------------------------------------------------------------------------------------


def _as_floats(code: Callable) -> Callable:
    """The same, where NumPy evaluates a case that is none: of a clock that is an integer 1/0 is an error, of a float infinity."""

    @wraps(code)
    def of(clock: Any, *rest: Any) -> Any:
        try:
            return code(clock, *rest)
        except ZeroDivisionError:
            return code(np.float64(clock), *rest)

    return of


@dataclass(frozen=True)
class _Compiled:
    """Expressions in state, noise and the clock: `(rng, state, size, t)` draws the noise, by name, and evaluates them."""

    function: Callable
    shaken: Callable  # the same, with all that floats round off by a little
    noises: tuple[Callable, ...]  # draws of each, from generator, size, clock, state and the draws before it
    nanoseconds: float

    def __call__(self, rng: np.random.Generator, state: Sequence[np.ndarray], size: int, t: int) -> list[np.ndarray]:
        return self.at(t, state, self.draw(rng, state, size, t), size)

    def draw(self, rng: np.random.Generator, state: Sequence[np.ndarray], size: int, t: int) -> list[np.ndarray]:
        """The noise of a step."""
        found: list[np.ndarray] = []
        with np.errstate(all="ignore"):  # what is not finite is refused where it is used
            for noise in self.noises:
                found.append(noise(rng, size, t, *state, *found))
        return found

    def at(
        self, t: int, state: Sequence[np.ndarray], noise: Sequence[np.ndarray], size: int, shaken: bool = False
    ) -> list[np.ndarray]:
        """Their values with this noise; `shaken`: with all that floats round off by a little (see `last_digits`)."""
        with np.errstate(all="ignore"):
            values = self.shaken(t, *state, *noise) if shaken else self.function(t, *state, *noise)
        return [np.full(size, x, dtype=float) if np.ndim(x) == 0 else x for x in values]


def _compile(loop: Loop, expressions: Sequence[Any]) -> _Compiled:
    """Compile expressions in clock, state and noise. Raises `CannotTell` where something else is in them."""
    state = [CLOCK, *loop.symbols().values()]
    expressions = [sympify(x) for x in expressions]
    found = {z for x in expressions for z in x.atoms(Noise)}
    # noise in the law of other noise is drawn before that
    noises = sorted(found, key=lambda z: (len(z.law.atoms(Noise)), str(z), str(z.law)))
    names: dict[Noise, Symbol] = {
        z: Symbol(f"noise{i}", **{"positive" if z.is_positive else "real": True}) for i, z in enumerate(noises)
    }
    for z in noises:
        if not isinstance(z.law, Count) and not can_be_drawn(z.law):
            raise CannotTell(f"no draws from the law of {z}, {z.law}, with these parameters")
        if isinstance(z.law, ChiSquare) and z.law.dof.is_negative:
            raise CannotTell(f"{z} is chi-square with {z.law.dof} degrees of freedom")
    plain = [_decided(_in_cases(x.xreplace(names)), loop, names) for x in expressions]
    laws = [z.law.xreplace(names) for z in noises]
    if strangers := set().union(*(x.free_symbols for x in (*plain, *laws))) - {
        *state,
        *names.values(),
    }:
        raise CannotTell(f"parameters of {loop} are not numbers: {', '.join(sorted(map(str, strangers)))}")

    def function(arguments, values) -> Callable:
        # names that are not those of NumPy's; dummies are printed, and summed, by their numbers: other bits in another process
        named = {s: Symbol(f"a{i:04}", **s._assumptions_orig) for i, s in enumerate(arguments)}
        values = [sympify(x).xreplace(named) for x in values]
        try:
            code = _as_floats(lambdify([*named.values()], values, modules=["numpy", "scipy"], cse=True))
            with np.errstate(all="ignore"):
                code(1, *(np.ones(2) for _ in arguments[1:]))  # an integral, say, has code that takes no arrays
        except NO_CODE as problem:
            raise CannotTell(f"{loop} has no code in NumPy: {problem}") from problem
        return code

    def noise(i: int, law: Law) -> Callable:
        if not law.free_symbols and not isinstance(law, Count):
            return lambda rng, size, *_: drawn(law, rng, size)
        arguments = list(law.args)
        if isinstance(law, Count):  # given those of the same draw that are there already
            before = [(names[z], z.law) for z in noises[:i] if z.whole == noises[i].whole]
            left = law.joint.n - sum(y for y, _ in before)
            masses = law.joint.masses
            arguments = [left, masses[law.number], 1 - sum(masses[other.number] for _, other in before)]
            arguments = [sympify(x).xreplace(names) for x in arguments]
        parameters = function([*state, *list(names.values())[:i]], arguments)
        return lambda rng, size, *values: _drawn(law, rng, size, parameters, values)

    @lru_cache(maxsize=1)
    def otherwise() -> Callable:
        return function([*state, *names.values(), *OFF], [shaken(x) for x in plain])

    return _Compiled(
        function([*state, *names.values()], plain),
        lambda *values: otherwise()(*values, *OFF.values()),
        tuple(map(noise, range(len(laws)), laws)),
        5.0 + 4.0 * sum(int(count_ops(x)) for x in plain) + 25.0 * len(noises),
    )


def _drawn(law: Law, rng: np.random.Generator, size: int, parameters: Callable, values: Sequence) -> np.ndarray:
    """Draws from a law whose parameters go by the state; NaN on a path that is lost, whose law nobody knows."""
    given = parameters(*values)
    known = (np.isnan(x) for x in values if np.ndim(x) < 2)  # of a point of a space no law is made
    lost = reduce(np.logical_or, known, np.zeros(size, dtype=bool))
    if not lost.any():
        return law.draw(rng, size, *given)
    if lost.all():
        return np.full(size, np.nan)
    instead = np.argmin(lost)  # what is drawn in place of it is not used
    given = [np.where(lost, x[instead], x) if np.shape(x) == lost.shape else x for x in given]
    return np.where(lost, np.nan, law.draw(rng, size, *given))


def _in_cases(x: Expr) -> Expr:
    """A step whose cases have no value where one of their conditions has none: floats take 1/y > 0 to hold at y = 0."""

    def cases(*given: tuple[Expr, Any]) -> Expr:
        told = [((S.NaN, none), (value, condition)) for value, condition in given for none in [_without(condition)]]
        return Piecewise(*(case for pair in told for case in pair))

    return x.replace(Piecewise, cases)


def _without(condition: Any) -> Any:
    """Where a condition has no value: it divides by 0 there, or takes a root or a logarithm of what has none."""
    found = [x.args[0] <= 0 for x in condition.atoms(log)]
    for x in condition.atoms(Pow):
        if not x.exp.is_integer:
            found.append(x.base < 0)
        if not x.exp.is_nonnegative:
            found.append(Eq(x.base, 0))
    return Or(*found)


def _decided(x: Expr, loop: Loop, names: dict[Noise, Symbol]) -> Expr:
    """A step that jumps at a place of a lattice jumps between two places: there floats decide as they should (rule 30)."""
    if not jumps(x):
        return x
    counts = {s: grid_of(z, {}) for z, s in names.items()}
    return between(x, lasting(loop) | counts | {CLOCK: S.One})


@lru_cache(maxsize=512)
def _step(loop: Loop) -> _Compiled:
    try:
        structures.examine(loop)
    except NotImplementedError as problem:
        raise CannotTell(str(problem)) from problem
    after = loop.step(loop.symbols())
    return _compile(loop, [after[name] for name in loop.state])


@lru_cache(maxsize=512)
def _start(loop: Loop) -> _Compiled:
    start = loop.initial
    return _compile(loop, [start[name] for name in loop.state])


@lru_cache(maxsize=512)
def _emission(loop: Loop, index: Expr) -> _Compiled:
    if not index.is_Integer:
        raise CannotTell(f"a fresh draw with the index {index}")
    try:
        return _compile(loop, [loop.emit(loop.symbols(), index)])
    except NotImplementedError as problem:
        raise CannotTell(str(problem)) from problem


SIMULATOR = Simulator(estimand_of, paths)
