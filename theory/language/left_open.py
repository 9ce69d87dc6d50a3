"""How much of the law of a path a step tells, by the classes whose steps it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from sympy import Integer

from .errors import BadInput
from .loops import CLOCK, Loop, Named, Observable
from .stated import run_meanwhile
from .structures import Told


@lru_cache(maxsize=2048)
def told_by(loop: Loop) -> tuple[Told, ...]:
    """What is said of a step by its class, by those that add to it, and by those whose steps it runs, on itself or on others: so
    do its start, its draws and its observables. None of them takes back what another one says.

    Raises `BadInput` for a `told` that is none.
    """
    with run_meanwhile("step") as run:
        for said in _body(loop):
            with suppress(Exception):  # what fails is told where the loop is examined
                said()
    order = type(loop).__mro__
    own = {kind for kind, one in run if type(one) is type(loop)}
    places = [i for i, kind in enumerate(order) if "step" in vars(kind)]
    last = max((i for i in places if order[i] in own), default=places[0])
    taken = {kind: one for kind, one in run if kind not in type(one).__mro__}  # handed an object of another kind
    others = {one: None for _, one in run if isinstance(one, Loop) and type(one) is not type(loop)}
    return (
        *_said(loop, order[: last + 1]),
        *(said for kind, one in taken.items() for said in _said(one, (kind,))),
        *(said for one in others for said in told_by(one)),
    )


def _body(loop: Loop) -> Iterator[Callable[[], object]]:
    """What the class of a loop says in which a step may be run."""
    yield lambda: loop.initial
    yield lambda: loop.step(loop.symbols())
    yield lambda: loop.emit(loop.symbols(), Integer(1))
    for name in {name for kind in type(loop).__mro__ for name, x in vars(kind).items() if isinstance(x, Named)}:
        yield partial(_observed, loop, name)


def _observed(loop: Loop, name: str) -> object:
    return loop.in_state(Observable(loop, name, CLOCK))


def _said(loop: Any, kinds: tuple[type, ...]) -> Iterator[Told]:
    for kind in kinds:
        said = vars(kind).get("told")
        said = said.fget(loop) if isinstance(said, property) and said.fget else said
        if isinstance(said, Told):
            yield said
        elif said is not None:
            raise BadInput(f"{kind.__name__}: `told` is {said!r}; expected Told(...), or None")


__all__ = ["told_by"]
