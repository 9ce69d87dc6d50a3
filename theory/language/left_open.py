"""How much of the law of a path a step tells, by the classes whose steps it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

from .errors import BadInput
from .loops import Loop
from .stated import run_meanwhile
from .structures import Told


@lru_cache(maxsize=2048)
def told_by(loop: Loop) -> tuple[Told, ...]:
    """What is said of a step by its class, by those that add to it, and by those whose steps it runs: none of them takes back
    what another one says. Raises `BadInput` for a `told` that is none."""
    with run_meanwhile("step") as run, suppress(Exception):  # what fails is told where the loop is examined
        loop.step(loop.symbols())
    own = {step for step, one in run if type(one) is type(loop)}
    order = type(loop).__mro__
    places = [i for i, kind in enumerate(order) if "step" in vars(kind)]
    last = max((i for i in places if vars(order[i])["step"] in own), default=places[0])
    others = {one: None for _, one in run if type(one) is not type(loop)}
    return (*_said(loop, order[: last + 1]), *(said for one in others for said in told_by(one)))


def _said(loop: Loop, kinds: tuple[type, ...]) -> Iterator[Told]:
    for kind in kinds:
        said = vars(kind).get("told")
        said = said.fget(loop) if isinstance(said, property) and said.fget else said
        if isinstance(said, Told):
            yield said
        elif said is not None:
            raise BadInput(f"{kind.__name__}: `told` is {said!r}; expected Told(...), or None")


__all__ = ["told_by"]
