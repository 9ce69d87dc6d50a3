"""Independent loops, run beside each other as one: for what compares them, generation by generation."""

from __future__ import annotations

from collections.abc import Collection

from sympy import Expr, sympify

from .errors import CannotTell
from .laws import Noise
from .loops import Loop, Observable, PopulationLoop, nonnegative_of, positive_of


class Beside(Loop):
    """Loops as one, `Beside(loop, other)`, whose coordinates are those of each, with its number behind their names.

    Every loop has draws of its own. Each states its start and its step in symbols.
    Source: ours: a way to put independent loops together, no model of its own.
    """

    of_others = True  # a user's loops may be among them, of which nothing is believed

    @property
    def state(self) -> tuple[str, ...]:
        return tuple(_name(name, i) for i, loop in enumerate(self.args, 1) for name in loop.state)

    @property
    def positive(self) -> frozenset[str]:
        return frozenset(_name(name, i) for i, loop in enumerate(self.args, 1) for name in positive_of(loop))

    @property
    def nonnegative(self) -> frozenset[str]:
        return frozenset(_name(name, i) for i, loop in enumerate(self.args, 1) for name in nonnegative_of(loop))

    @property
    def initial(self) -> dict[str, Expr]:
        return {
            _name(name, i): _own(sympify(x), i)
            for i, loop in enumerate(self.args, 1)
            for name, x in loop.initial.items()
        }

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        after = {}
        for i, loop in enumerate(self.args, 1):
            now = {name: state[_name(name, i)] for name in loop.state}
            after |= {_name(name, i): _own(sympify(x), i) for name, x in loop.step(now).items()}
        return after

    def observed(self, o: Observable) -> Observable:
        """A coordinate of one of the loops as one of this one. Raises `CannotTell` for what is no coordinate."""
        if o.index or o.name not in o.loop.state:
            raise CannotTell(f"{o} is no coordinate of {o.loop}")
        return Observable(self, _name(o.name, self.args.index(o.loop) + 1), o.t)


def beside(loops: Collection[Loop]) -> Beside:
    """Several loops as one. Raises `CannotTell` where one of them states no step in symbols."""
    for loop in loops:
        if isinstance(loop, PopulationLoop) or loop.definition is not None:
            raise CannotTell(f"{type(loop).__name__} states no step in symbols")
        try:
            _ = loop.initial, loop.step(loop.symbols())
        except NotImplementedError as problem:
            raise CannotTell(str(problem)) from problem
    return Beside(*sorted(loops, key=str))


def _name(name: str, i: int) -> str:
    return f"{name}_{i}"


def _own(x: Expr, i: int) -> Expr:
    """With the draws of loop number i, those in the laws of others too."""
    put = {
        z: Noise(f"{z.args[0]}_{i}", z.law.func(*(_of_law(a, i) for a in z.law.args)), *z.role) for z in x.atoms(Noise)
    }
    return x.xreplace(put)


def _of_law(part, i: int):
    return _own(part, i) if part.has(Noise) else part
