"""Whether anything is random in training, as the start and the step of a loop show."""

from __future__ import annotations

from functools import lru_cache

from sympy import Basic, Expr, sympify

from .finite_loops import FiniteLoop
from .laws import Noise
from .loops import Loop, Observable, PopulationLoop
from .moments import Distance, E, HittingTime, Moment
from .strangers import ours
from .structures import Picks


@lru_cache(maxsize=4096)
def is_deterministic(loop: Loop) -> bool:
    """Whether nothing is random in training: observables are numbers then, and `E` may be left out."""
    if isinstance(loop, PopulationLoop):
        return True
    try:
        said = [*loop.initial.values(), *loop.step(loop.symbols()).values()]
    except NotImplementedError:
        return isinstance(loop.definition, Picks) or (isinstance(loop, FiniteLoop) and ours(type(loop)))
    except Exception:  # told where the loop is examined
        return False
    told = [sympify(x) for x in said]  # a step may give what is no expression: that is told where the loop is examined
    return not any(not isinstance(x, Basic) or draws_in(x) for x in told)


def in_numbers(x: Expr) -> Expr:
    """x with the mean of each state without chance, first time and distance for what it is: a number, or infinite, or none."""
    return x.xreplace({y: E(y) for y in _of_one_value(x)})


def _of_one_value(x: Basic) -> set[Expr]:
    if isinstance(x, Moment):
        return set()
    if isinstance(x, Observable):
        return {x} if is_deterministic(x.loop) else set()
    if isinstance(x, Distance | HittingTime):
        return {x}
    return set().union(*map(_of_one_value, x.args))


def draws_in(x: Expr) -> set[Noise]:
    """The draws in an expression, but for those that are averaged in it."""
    if isinstance(x, E):
        return set()
    own = {x} if isinstance(x, Noise) else set()
    return own.union(*map(draws_in, x.args))


__all__ = ["draws_in", "in_numbers", "is_deterministic"]
