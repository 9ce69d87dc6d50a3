"""Which kernels estimate a moment: its family's, or those for all loops of its kind."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from theory.language.claims import family_of
from theory.language.errors import CannotTell
from theory.language.laws import Law
from theory.language.loops import Loop, Observable, PopulationLoop, ours
from theory.language.moments import Moment
from theory.language.programs import ProgramLoop

from . import populations, programs, symbolic
from .samplers import Combination, Estimand, sampler


def loop_of(wanted: Moment | Combination) -> Loop:
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    loops = {o.loop for m in moments for o in m.atoms(Observable)}
    if len(loops) != 1:
        raise CannotTell("no loop, or more than one")
    return loops.pop()


def kernels(loop: Loop) -> Any:
    """The module that runs a loop: its family's, of the same name in `simulate`, else the one for all loops of its kind.

    What changes anything of one of the package's loops is not run by that one's kernel.
    """
    kind = type(loop)
    if issubclass(kind, PopulationLoop):
        return populations
    if ours(kind):
        owner = next(c for c in kind.__mro__ if ours(c) and c.__module__.startswith("theory."))
        if find_spec(f"simulate.{family_of(owner.__module__)}"):
            return import_module(f"simulate.{family_of(owner.__module__)}")
    if issubclass(kind, ProgramLoop):
        return programs
    if kind.state and kind.step is not Loop.step:
        return symbolic
    raise CannotTell(f"no kernels for {kind.__name__}")


@lru_cache(maxsize=20_000)
def estimand(wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment, or a combination of some, is estimated. shift: a number near the mean, for variances."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    if not any(m.has(Observable) for m in moments):
        if not any(m.has(Law) for m in moments):
            raise CannotTell("nothing random")
        return populations.estimand_of(None, wanted, shift)
    loop = loop_of(wanted)
    if type(loop) in sampler.registry:
        return sampler(loop, wanted, shift)
    return getattr(kernels(loop), "estimand_of", sampler)(loop, wanted, shift)


__all__ = ["estimand", "kernels", "loop_of"]
