"""Measured runs as a loop: nothing is known of it but what was measured.

runs = Measured("tv", "good")
Lt(E(runs.tv(20)), 2 * E(runs.tv(1)))

Such a claim is held against a file of trajectories (`check --data`), or against those of an experiment; no other witness
has anything to say of it. What was measured at several settings of one run, side by side, is several observables of one
loop, `runs.tv_half(t)` and `runs.tv_synthetic(t)`: then the two are compared run by run.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy.core.symbol import Str

from .errors import BadInput
from .loops import Copy, Loop, Observable


class Measured(Loop):
    """Runs of a training loop that was not stated, only measured: `Measured("tv", "good").tv(20)`.

    observables: names of what was measured, each a method that takes the generation. Generation 0 is random, like any other.
    Raises `BadInput` for what is no name, or the name of something that every loop has.
    Source: ours: a way to state a loop, no model of its own.
    """

    def __new__(cls, *observables: str):
        if any(isinstance(x, Copy) for x in observables):
            raise BadInput("runs that were measured are no law to draw others from: expected no copy of them")
        for name in map(str, observables):
            if not name.isidentifier() or name.startswith("_"):
                raise BadInput(f'{name!r} is no name of an observable; expected names, such as Measured("tv", "good")')
            if hasattr(Loop, name):
                raise BadInput(f"an observable cannot be called {name!r}: that is something else of every loop")
        if not observables:
            raise BadInput('Measured() has no observables: name what was measured, such as Measured("tv", "good")')
        return Loop.__new__(cls, *map(Str, map(str, observables)))

    @property
    def observables(self) -> tuple[str, ...]:
        """The names of what was measured, as they were given."""
        return tuple(map(str, self.args))

    def __getattr__(self, name: str) -> Callable[..., Observable]:
        if not name.startswith("_") and name in self.observables:
            return lambda t: Observable(self, name, t)
        raise AttributeError(f"nothing called {name!r} was measured", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return list(self.observables)  # what is meant by a misspelt name

    def unstated(self, name: str) -> str:
        return f"{name} was measured: it has no step in symbols"


__all__ = ["Measured"]
