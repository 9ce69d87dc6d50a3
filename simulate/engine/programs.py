"""Programs, run: a user's training loop, compiled with numba where numba understands it, else as it stands.

All paths of a block go generation by generation through one driver, compiled or not, so both draw the same numbers from
a stream, and a shorter run is the beginning of a longer one. Before anything is drawn that counts, a few paths are run in
plain Python, twice: that is where a program's own mistakes come out, with the line of the user's file, and where numbers
that do not come from the generator handed in are noticed.

What numba has of a NumPy Generator: all continuous laws, integers, random, permutation, shuffle, binomial, geometric,
negative_binomial, poisson, logseries, zipf; here also `choice` with replacement. What it has not: multinomial,
hypergeometric, multivariate_normal, dirichlet, choice without replacement; nor `ddof=` in `var` and `std`.
"""

from __future__ import annotations

import re
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache, partial
from math import log2
from textwrap import shorten
from typing import Any

import numpy as np
from numba import literal_unroll, njit, typeof, types
from numba.extending import overload_method

from theory.language.errors import CannotTell
from theory.language.moments import Moment
from theory.language.programs import ProgramFailed, ProgramLoop

from .blocks import Simulation
from .recorded import recorded
from .registry import Simulator, asked_of, register
from .samplers import Combination, Estimand
from .streams import generator

# Paths of a block. A step in plain Python takes a hundred times longer than one of ours; but with fewer than about a
# thousand paths nothing is decided: at 6.5 standard errors the gate on skewness refuses even what is nearly symmetric.
BLOCK = 1024
TRIAL = 2  # paths and generations that a program is tried on
HELD = 32  # generations for which compiled code is held to plain Python before anything is planned
TIMED = 0.002  # seconds that what is timed takes at least


def estimand_of(loop: ProgramLoop, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of a program is estimated. Raises `ProgramFailed` where the program does not run."""
    return recorded(wanted, simulation(loop), shift)


@lru_cache(maxsize=512)
def simulation(loop: ProgramLoop) -> Simulation:
    """The simulation of a program with numbers for its parameters, tried out and timed.

    Its cost is the only one that the clock is asked for: start and generation of a path, on a few paths, each rounded to a
    power of two. It decides which points are affordable and at which resolution, nothing else: no number depends on it.
    """
    if not all(x.is_number or not x.free_symbols for x in loop.args):
        raise CannotTell(f"parameters of {loop} are not numbers")
    fresh = _tried(loop)
    kernel = kernel_of(type(loop))
    tag = f"raw, run as plain Python: {kernel.reason}" if kernel.reason else "raw"
    begun = _seconds(loop, [0])
    step = (_seconds(loop, [TRIAL]) - begun) / TRIAL
    start, step = (2.0 ** round(log2(max(1e9 * x, 1.0))) for x in (begun, step))
    draw = partial(draw_paths, loop)
    return Simulation(f"program {loop}", tag, step, draw, fresh, BLOCK, start, type(loop))


def draw_paths(loop: ProgramLoop, rng: np.random.Generator, size: int, times: Sequence[int]) -> dict:
    """A block of paths, recorded at `times`: {(name, t): array of shape (size,)}. Raises `ProgramFailed`."""
    _agreed(loop, max(times))
    out = _run(loop, kernel_of(type(loop)), rng, size, times)
    return {(name, t): out[j, k] for j, name in enumerate(loop.observables) for k, t in enumerate(times)}


def paths(loop: ProgramLoop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict:
    """{name: array of shape (size, t + 1)} of a loop with numbers for parameters."""
    asked_of(loop, observables, loop.observables)
    simulation(loop)
    _agreed(loop, t)
    out = _run(loop, kernel_of(type(loop)), rng, size, range(t + 1))
    return {name: out[loop.observables.index(name)].T for name in observables}


def compiled(function: Callable) -> Any:
    """A user's function, compiled."""
    return njit(nogil=True, boundscheck=True)(function)  # Python would complain about an index as well


# ---- the driver -----------------------------------------------------------------------------------------------------


def _driver(begin: Callable, retrain: Callable, measure: Callable, store: Callable) -> Callable:
    """The loop over generations and paths; numba compiles it as it stands.

    drive(rng, at, out, ...): record at the generations `at` (increasing) in out, of shape (observables, len(at), paths).
    """

    def drive(rng, at, out, for_begin, for_retrain, for_measure):
        size, k = out.shape[2], 0
        start = [begin(rng, *for_begin) for _ in range(size)]
        if at[0] == 0:
            for i in range(size):
                store(measure(start[i], *for_measure), out, k, i)
            k += 1
        if k < len(at):
            states = [retrain(rng, state, *for_retrain) for state in start]  # of another type than the start, perhaps
            for t in range(1, at[-1] + 1):
                if t > 1:
                    for i in range(size):
                        states[i] = retrain(rng, states[i], *for_retrain)
                if at[k] == t:
                    for i in range(size):
                        store(measure(states[i], *for_measure), out, k, i)
                    k += 1

    return drive


class _Mismeasured(Exception):
    pass


def _store(values, out, k, i) -> None:
    """One path's observables into the records, in plain Python, with the checks that types do for compiled code."""
    wanted = len(out)
    if isinstance(values, tuple | list) or np.ndim(values):
        if len(values) != wanted:
            raise _Mismeasured(f"{wanted} observables are declared, but {len(values)} values were measured")
    else:
        if wanted != 1:
            raise _Mismeasured(f"{wanted} observables are declared, but one value was measured: {values!r}")
        values = (values,)
    for j in range(wanted):
        x = values[j]
        number = isinstance(x, float | int) or (isinstance(x, np.generic | np.ndarray) and x.dtype.kind in "fiub")
        if not number or np.ndim(x):
            raise _Mismeasured(f"a measured value is {x!r}; expected a number")
        out[j, k, i] = x


@compiled
def _store_one(value, out, k, i):
    out[0, k, i] = value


@compiled
def _store_tuple(values, out, k, i):
    j = 0
    for value in literal_unroll(values):  # numba unrolls no `enumerate`
        out[j, k, i] = value
        j = j + 1


@compiled
def _store_array(values, out, k, i):
    if len(values) != len(out):
        raise ValueError("another number of observables")
    for j in range(len(out)):
        out[j, k, i] = values[j]


def _state(state):
    """In place of `measure` where there is none: the state is the observables."""
    return state


# ---- compilation ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kernel:
    """A driver for the paths of a class of loops; `reason`: why it is not compiled."""

    drive: Callable
    plain: Callable
    reason: str = ""


_LOCK = threading.Lock()
_KERNELS: dict[type[ProgramLoop], Kernel] = {}


def kernel_of(kind: type[ProgramLoop]) -> Kernel:
    """The kernel of a class, compiled on first use if it can be."""
    with _LOCK:
        if kind not in _KERNELS:
            plain = _driver(*_functions(kind), _store)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    _KERNELS[kind] = Kernel(_compiled(kind), plain)
            except Exception as problem:  # numba has many of its own, and lets others through
                _KERNELS[kind] = Kernel(plain, plain, shorten(_first_line(problem), 120, placeholder=" ..."))
        return _KERNELS[kind]


def _functions(kind: type[ProgramLoop]) -> tuple[Callable, Callable, Callable]:
    known = {name: f for name, (f, _) in kind._functions.items()}
    return known["begin"], known["retrain"], known.get("measure", _state)


def _compiled(kind: type[ProgramLoop]) -> Callable:
    """The driver, compiled for the types of the parameters. Raises what numba raises."""
    begin, retrain, measure = (compiled(f) for f in _functions(kind))
    rng = typeof(np.random.Generator(np.random.Philox(0)))
    kinds = {int: types.int64, float: types.float64, bool: types.boolean}
    given = {
        name: tuple(kinds[kind.types()[p]] for p in names)
        for name, names in {"measure": (), **{n: p for n, (_, p) in kind._functions.items()}}.items()
    }
    start = _returned(begin, (rng, *given["begin"]))
    state = _returned(retrain, (rng, start, *given["retrain"]))
    again = _returned(retrain, (rng, state, *given["retrain"]))
    if again != state:  # a list of states would convert the one to the other, silently
        raise TypeError(f"the type of the state changes from {state} to {again}")
    store = _storing([_returned(measure, (s, *given["measure"])) for s in (start, state)], len(kind.observables))
    drive = compiled(_driver(begin, retrain, measure, store))
    at, out = types.int64[::1], types.float64[:, :, ::1]
    drive.compile((rng, at, out, *(types.Tuple(given[n]) for n in ("begin", "retrain", "measure"))))
    return drive


def _storing(measured: list, count: int) -> Callable:
    """How what is measured gets into the records, by its types (of the start, and of later states)."""
    if all(isinstance(x, types.BaseTuple) and len(x) == count for x in measured):
        return _store_tuple
    if all(isinstance(x, types.Array) and x.ndim == 1 for x in measured):
        return _store_array
    if count == 1 and all(isinstance(x, types.Number | types.Boolean) for x in measured):
        return _store_one
    raise TypeError(f"{' or '.join(sorted(set(map(str, measured))))} is measured, in place of {count} numbers")


def _returned(function: Any, arguments: tuple) -> types.Type:
    function.compile(arguments)
    kind = function.overloads[arguments].signature.return_type
    if isinstance(kind, types.Poison):
        raise TypeError(f"numba has no type for what {function.__name__} returns")
    return kind


def _first_line(problem: Exception) -> str:
    """What numba's pages of text come down to."""
    lines = [x.strip() for x in str(problem).splitlines() if x.strip()]
    call = next((x.removeprefix(">>>").strip() for x in lines if x.startswith(">>>")), None)
    if call is not None:
        detail = next((m[1] for x in lines if (m := re.match(r"\w*Error: (.+)", x))), "numba has no such function")
        return f"{call}: {detail}"
    skipped = ("Failed in", "- Resolution", "Internal error")
    return next((x for x in lines if not x.startswith(skipped)), type(problem).__name__)


@overload_method(types.NumPyRandomGeneratorType, "choice")
def _choice(inst, a, size=None, replace=True, p=None):
    """NumPy's `Generator.choice` with replacement, number for number, from a vector or from range(a)."""

    def default(x, value) -> bool:
        return x is value or (isinstance(x, types.Omitted) and x.value is value) or (value is None and x is types.none)

    vector = isinstance(a, types.Array) and a.ndim == 1
    if not (default(replace, True) and (vector or isinstance(a, types.Integer))):
        return None
    if not (default(size, None) or isinstance(size, types.Integer)):
        return None
    count = compiled((lambda a: len(a)) if vector else (lambda a: a))
    pick = compiled((lambda a, i: a[i]) if vector else (lambda a, i: i))
    if default(p, None):
        if default(size, None):
            return lambda inst, a, size=None, replace=True, p=None: pick(a, inst.integers(0, count(a)))
        return lambda inst, a, size=None, replace=True, p=None: pick(a, inst.integers(0, count(a), size))
    if not (isinstance(p, types.Array) and p.ndim == 1):
        return None
    uniform = compiled((lambda r, n: r.random()) if default(size, None) else (lambda r, n: r.random(n)))

    def weighted(inst, a, size=None, replace=True, p: Any = None):
        if len(p) != count(a):
            raise ValueError("a and p must have same size")
        cdf = np.cumsum(p)
        return pick(a, np.searchsorted(cdf / cdf[-1], uniform(inst, size), side="right"))

    return weighted


# ---- running --------------------------------------------------------------------------------------------------------


def _run(loop: ProgramLoop, kernel: Kernel, rng: np.random.Generator, size: int, times: Sequence[int]) -> np.ndarray:
    """The observables of `size` paths at `times`: shape (observables, len(times), size), checked. Raises `ProgramFailed`.

    Where compiled code raises, the same block is run again as plain Python, which knows the line; if that does not raise
    (NumPy's division by zero is a value, numba's an exception), its numbers are the block's.
    """
    out = np.empty((len(loop.observables), len(times), size))
    arguments = (np.asarray(times, dtype=np.int64), out, *map(_numbers(loop), ("begin", "retrain", "measure")))
    before = deepcopy(rng.bit_generator.state) if kernel.drive is not kernel.plain else None
    with np.errstate(all="ignore"):
        try:
            kernel.drive(rng, *arguments)
        except (Exception, SystemExit) as problem:
            if before is None:
                raise _failure(loop, problem) from problem
            rng.bit_generator.state = before
            try:
                kernel.plain(rng, *arguments)
            except (Exception, SystemExit) as problem:
                raise _failure(loop, problem) from problem
    _check(loop, out, times)
    return out


def _numbers(loop: ProgramLoop) -> Callable[[str], tuple]:
    return lambda name: loop.numbers(name) if name in loop._functions else ()


def _check(loop: ProgramLoop, out: np.ndarray, times: Sequence[int]) -> None:
    """Raise `ProgramFailed` for values that are no finite numbers, or not of the sign that is declared."""
    wrong = ~np.isfinite(out)
    for j, name in enumerate(loop.observables):
        if name in loop.positive:
            wrong[j] |= out[j] <= 0
    if wrong.any():
        k = int(np.argmax(wrong.any(axis=(0, 2))))
        j, i = (int(x) for x in np.argwhere(wrong[:, k])[0])
        x = out[j, k, i]
        kind = f"{x:g}, but declared positive" if np.isfinite(x) else f"{x:g}"
        measure = loop._functions.get("measure", loop._functions["retrain"])[0].__code__
        raise ProgramFailed(
            f"{loop}: {loop.observables[j]} is {kind} at generation {times[k]}",
            f"{measure.co_filename}:{measure.co_firstlineno}",
        )


def _failure(loop: ProgramLoop, problem: BaseException) -> ProgramFailed:
    """What went wrong in a user's function, with the last line of the user's file that it passed through."""
    codes = [f.__code__ for f, _ in loop._functions.values()]
    if isinstance(problem, _Mismeasured):
        code = codes[-1]
        return ProgramFailed(f"{loop}: {problem}", f"{code.co_filename}:{code.co_firstlineno}")
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if f.filename in {c.co_filename for c in codes}]
    text = f"{type(problem).__name__}: {problem}".rstrip(": ")
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else loop._where
    return ProgramFailed(f"{loop}: {frames[-1].name if frames else 'it'} raises {text}", where)


def _tried(loop: ProgramLoop) -> bool:
    """Run a few paths twice in plain Python; whether the start is drawn at random. Raises `ProgramFailed`.

    Checks that the same stream gives the same numbers, and that compiled code gives them too (else it is not used).
    """
    kind = type(loop)
    plain = _driver(*_functions(kind), _store)
    as_it_is = Kernel(plain, plain)
    times = range(TRIAL + 1)
    first, second = (_run(loop, as_it_is, generator(0, "trial", 0), TRIAL, times) for _ in range(2))
    if not np.array_equal(first, second):
        raise ProgramFailed(
            f"{loop}: two runs on the same stream differ; all randomness has to come from the generator handed in",
            kind._where,
        )
    _agreed(loop, HELD)
    rng = generator(0, "trial", 0)
    untouched = str(rng.bit_generator.state)
    _run(loop, as_it_is, rng, TRIAL, [0])
    return str(rng.bit_generator.state) != untouched


_AGREED: dict[ProgramLoop, int] = {}  # up to which generation compiled code was held to plain Python


def _agreed(loop: ProgramLoop, t: int) -> None:
    """See on a few paths that compiled code gives the numbers of plain Python up to generation t; else it is dropped.

    Compiled integers wrap around where Python's grow, and that may show late: later than `HELD`, when the cost has been
    taken from compiled code.
    """
    kind = type(loop)
    if t <= _AGREED.get(loop, -1) or kernel_of(kind).reason:
        return
    drive = _driver(*_functions(kind), _store)
    plain = Kernel(drive, drive)
    a, b = (_run(loop, k, generator(0, "trial", 0), TRIAL, range(t + 1)) for k in (kernel_of(kind), plain))
    # relative to an observable's size along the path: a variance that has died out is 0 or 1e-34, by rounding
    size = np.abs(b).max(axis=(1, 2), keepdims=True)
    same = bool((np.abs(a - b) <= 1e-6 * np.abs(b) + 1e-9 * size).all())
    with _LOCK:
        if not same:
            _KERNELS[kind] = Kernel(drive, drive, "compiled, it gives other numbers")
        _AGREED[loop] = max(t, _AGREED.get(loop, -1))


def _seconds(loop: ProgramLoop, times: Sequence[int]) -> float:
    """Processor time for one path recorded at `times`: the least of a few tries, on as few paths as can be timed."""
    kernel, size = kernel_of(type(loop)), 1
    while True:
        tries = []
        while len(tries) < 3 and sum(tries) < 10 * TIMED:
            rng, start = generator(0, "trial", 0), time.thread_time()
            _run(loop, kernel, rng, size, times)
            tries.append(time.thread_time() - start)
        if min(tries) > TIMED or size >= BLOCK:
            return min(tries) / size
        size *= 4


register(Simulator(estimand_of, paths, BLOCK), ProgramLoop)
