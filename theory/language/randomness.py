"""Whether anything is random in training, as the start and the step of a loop show."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, sympify

from .finite_loops import FiniteLoop
from .laws import Noise
from .loops import Loop, PopulationLoop
from .moments import E
from .structures import Picks


@lru_cache(maxsize=4096)
def is_deterministic(loop: Loop) -> bool:
    """Whether nothing is random in training: observables are numbers then, and `E` may be left out."""
    if isinstance(loop, PopulationLoop):
        return True
    try:
        said = [*loop.initial.values(), *loop.step(loop.symbols()).values()]
    except NotImplementedError:
        return isinstance(loop.definition, Picks) or isinstance(loop, FiniteLoop)
    except Exception:  # told where the loop is examined
        return False
    return not any(draws_in(sympify(x)) for x in said)


def draws_in(x: Expr) -> set[Noise]:
    """The draws in an expression, but for those that are averaged in it."""
    if isinstance(x, E):
        return set()
    own = {x} if isinstance(x, Noise) else set()
    return own.union(*map(draws_in, x.args))


__all__ = ["draws_in", "is_deterministic"]
