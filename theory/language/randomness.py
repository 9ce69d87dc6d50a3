"""Whether anything is random in training, as the start and the step of a loop show."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, sympify

from .laws import Noise
from .loops import Loop, PopulationLoop
from .moments import E
from .structures import Picks


@lru_cache(maxsize=4096)
def is_deterministic(loop: Loop) -> bool:
    """Whether nothing is random in training: observables are numbers then, and `E` may be left out."""
    return isinstance(loop, PopulationLoop) or first_draw(loop) is None


def first_draw(loop: Loop) -> str | None:
    """The first draw that training takes, in words; None if it takes none."""
    try:
        said = {"start": loop.initial, "step": loop.step(loop.symbols())}
    except NotImplementedError:
        return None if isinstance(loop.definition, Picks) else "steps that are not stated in symbols"
    except Exception:  # told where the loop is examined
        return "a step that fails"
    for what, values in said.items():
        for x in values.values():
            if draws := draws_in(sympify(x)):
                return f"its {what} draws {min(map(str, draws))}"
    return None


def draws_in(x: Expr) -> set[Noise]:
    """The draws in an expression, but for those that are averaged in it."""
    if isinstance(x, E):
        return set()
    own = {x} if isinstance(x, Noise) else set()
    return own.union(*map(draws_in, x.args))


__all__ = ["draws_in", "first_draw", "is_deterministic"]
