"""How loops are run: one simulator for a type of loop, in one table. A loop without one is run by its symbolic step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from theory.language.errors import BadInput, nearest
from theory.language.loops import Loop
from theory.language.moments import Moment

from .blocks import BLOCK
from .samplers import Combination, Estimand


class Estimates(Protocol):
    """How a standard moment (numbers for all parameters) of a loop is estimated. Raises `CannotTell` with the reason."""

    def __call__(self, loop: Loop, wanted: Moment | Combination, shift: float | None = None) -> Estimand: ...


class Paths(Protocol):
    """{observable: array of shape (size, t + 1)}, generations 0 to t. Raises `BadInput` for one that is not known."""

    def __call__(
        self, loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int
    ) -> dict[str, np.ndarray]: ...


@dataclass(frozen=True)
class Simulator:
    """How loops of a type are run.

    block: the replicates that `sample` draws at a time.  reads: observables outside of the state that `paths` gives, where
    it has a quicker way than their function of the state.  clock: whether it runs loops of which a parameter, not only the
    policy, changes from fit to fit.
    """

    estimand: Estimates
    paths: Paths
    block: int = BLOCK
    reads: frozenset[str] = frozenset()
    clock: bool = False


def no_paths(
    loop: Loop, observables: Sequence[str], rng: np.random.Generator, size: int, t: int
) -> dict[str, np.ndarray]:
    """The paths of a loop in which nothing is random. Raises `BadInput`."""
    raise BadInput(f"{type(loop).__name__} is a population: nothing is random, and there are no paths")


def asked_of(loop: Loop, observables: Sequence[str], known: Collection[str]) -> None:
    """Raise `BadInput` where an observable is none of those that the paths of a loop have."""
    if bad := [name for name in observables if name not in known]:
        raise BadInput(f"{type(loop).__name__} has no observable {bad[0]!r}{nearest(bad[0], list(known))}")


SIMULATORS: dict[type[Loop], Simulator] = {}


def register(simulator: Simulator, *kinds: type[Loop]) -> Simulator:
    """Run loops of these types so. Returns the simulator."""
    SIMULATORS.update(dict.fromkeys(kinds, simulator))
    return simulator


def registers(simulator: Callable[[Callable], Simulator], *kinds: type[Loop]) -> Callable[[Callable], Callable]:
    """A decorator for a kernel: loops of these types are run by what `simulator` makes of it."""

    def decorate(kernel: Callable) -> Callable:
        register(simulator(kernel), *kinds)
        return kernel

    return decorate
