"""Which kernels estimate a moment: its family's, or those for all loops of its kind."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sympy import Ge, Gt, Le, Piecewise, Rational, S, Symbol

from theory.language.claims import family_of
from theory.language.errors import CannotTell
from theory.language.fields import python_type
from theory.language.laws import Law
from theory.language.likelihood import Constant, LikelihoodLoop
from theory.language.loops import CLOCK, Loop, Observable, PopulationLoop
from theory.language.moments import HittingTime, Moment, PathMax, Prob, Sensitivity
from theory.language.programs import ProgramLoop
from theory.language.strangers import ours
from theory.proof.enclose import value
from theory.proof.symbols.averages import Infinite

from . import populations, programs, refits, symbolic  # noqa: F401 - they register themselves
from .registry import SIMULATORS, Simulator
from .samplers import Combination, Estimand

LONGEST = 2**63 - 1  # a whole number that a kernel takes


def loop_of(wanted: Moment | Combination) -> Loop:
    """The one loop that a moment, or a combination of some, is of. Raises `CannotTell` where it is none, or more."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    loops = {o.loop for m in moments for o in m.atoms(Observable)}
    if len(loops) != 1:
        raise CannotTell("no loop, or more than one")
    return loops.pop()


def simulator(loop: Loop) -> Simulator:
    """How a loop is run: as is registered for its type or, if it is a population or a program, for all of its kind; else by
    its symbolic step.

    What changes anything of one of the package's loops is not run by that one's simulator, nor is a loop of which a parameter
    changes from fit to fit, where that one's kernels take numbers. Raises `CannotTell` where there is
    none.
    """
    kind = type(loop)
    if ours(kind):
        owner = next(c for c in kind.__mro__ if ours(c) and c.__module__.startswith("theory."))
        if find_spec(family := f"simulate.{family_of(owner.__module__)}"):
            import_module(family)
        found = SIMULATORS.get(owner)
        if found is not None and (found.clock or not any(CLOCK in x.free_symbols for x in loop.args)):
            counts = [x for x, f in zip(loop.args, loop.fields.values(), strict=False) if python_type(f.kind) is int]
            if long := [x for x in counts if x.is_Integer and x > LONGEST]:
                raise CannotTell(f"{long[0]} is more than a machine integer, of which kernels are made")
            return found
    for base in (LikelihoodLoop, PopulationLoop, ProgramLoop):
        if issubclass(kind, base):
            return SIMULATORS[base]
    if loop.state and kind.step is not Loop.step:
        return symbolic.SIMULATOR
    raise CannotTell(f"no kernel for {kind.__name__}")


def certain(wanted: Moment | Combination) -> bool:
    """Whether it is a number of loops of infinitely many points: balls tell it, there is nothing to draw."""
    kinds = (
        {isinstance(o.loop, LikelihoodLoop) for o in wanted.atoms(Observable)} if isinstance(wanted, Moment) else set()
    )
    return isinstance(wanted, Constant) or kinds == {True}


@lru_cache(maxsize=20_000)
def estimand(wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment, or a combination of some, is estimated. shift: a number near the mean, for variances."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    if any(isinstance(m, Sensitivity) for m in moments):
        raise CannotTell("a derivative is no mean: a difference of two estimates knows it only roughly")
    if certain(wanted):
        return refits.certain(None, wanted)
    wanted = with_numbers(wanted)
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    for m in moments:
        if inner := [x for a in m.args for x in a.atoms(Moment)]:
            raise CannotTell(f"{inner[0]} is inside of {m}: a number that no path knows")
    if not any(m.has(Observable) for m in moments):
        if not any(m.has(Law) for m in moments):
            raise CannotTell("nothing random")
        return populations.estimand_of(None, wanted, shift)
    loop = loop_of(wanted)
    wanted = within(wanted)
    try:
        return simulator(loop).estimand(loop, wanted, shift)
    except Infinite as problem:
        raise CannotTell(f"{wanted} is infinite, or undefined: {problem}") from problem


def with_numbers(wanted: Any) -> Any:
    """A moment with a model's constants, inside of it, as numbers: floats do not tell them from what their balls leave open."""
    if isinstance(wanted, Combination):
        return Combination(tuple((c, with_numbers(m)) for c, m in wanted.terms))
    inner = {c for a in wanted.args for c in a.atoms(Constant)}
    if not inner:
        return wanted
    return wanted.xreplace({c: Rational(float(value(c).value.mid())) for c in inner})


def within(wanted: Any) -> Any:
    """A moment with events of first times as events of the path up to then: that they have come, or not, is seen by then.

    Raises `CannotTell` for another moment of a first time: a path on which it has not come has no value.
    """
    if isinstance(wanted, Combination):
        return Combination(tuple((c, within(m)) for c, m in wanted.terms))
    if not wanted.has(HittingTime):
        return wanted
    if not isinstance(wanted, Prob):
        raise CannotTell(
            "a path on which the time has not come has no value: Prob(T > t) can be simulated, its mean not"
        )
    event = wanted.variable
    time, t = event.args
    if not t.is_Integer or t < 0:
        raise CannotTell(f"{event}: a number of generations is expected")
    s = Symbol("s", integer=True, nonnegative=True)
    holds = Piecewise((S.One, time.condition.xreplace({time.bound: s})), (S.Zero, True))
    ever = PathMax(holds, (s, 0, t))
    return Prob(Gt(ever, 0, evaluate=False) if isinstance(event, Le) else Ge(-ever, 0, evaluate=False))
