"""Symmetry: a loop in units of a standard one, as it declares it and its start, steps and draws show it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Dummy, Expr, cancel, expand, sqrt, sympify

from ...language.errors import BadInput, CannotTell
from ...language.laws import Centred, Noise, Normal, Truncated
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E
from ...language.strangers import ours
from ...language.structures import Symmetry
from ..foreign import surely
from ..symbols.linear import expectation
from ..symbols.normal_forms import is_zero

ANY = Dummy("t", integer=True, nonnegative=True)  # a generation, whichever
DRAW = Dummy("i", integer=True, positive=True)  # a fresh draw, whichever


@lru_cache(maxsize=2048)
def standard(loop: Loop) -> Loop:
    """The loop with its symmetry used up, if start, step and fresh draws are seen to have it; else the loop itself."""
    return loop if (seen := symmetry(loop)) is None else seen.standard


@lru_cache(maxsize=2048)
def symmetry(loop: Loop) -> Symmetry | None:
    """The symmetry of a loop, if it is seen to have the one that it declares, and is not standard itself."""
    said = loop.symmetry
    return said if said is not None and said.standard != loop and _holds(said, loop) else None


def rescaled(o: Observable) -> Expr:
    """An observable in terms of those of the standard loop; one outside of the state, as its loop defines it.

    Raises `BadInput` for one that is neither.
    """
    loop = o.loop
    if o.name not in loop.state and (form := loop.in_state(o)) is not None:
        if o in form.atoms(Observable):
            raise BadInput(f"{o}: {type(loop).__name__} defines it by itself")
        return form.xreplace({x: rescaled(x) for x in form.atoms(Observable)})
    if (seen := symmetry(loop)) is None:
        return o
    try:
        return seen.rescale(o)
    except KeyError as problem:
        raise BadInput(f"{o}: the symmetry of {type(loop).__name__} does not say what becomes of it") from problem


def _holds(said: Symmetry, loop: Loop) -> bool:
    """Whether `rescale` of the standard loop's start, of its steps and draws gives this loop's: then it always does."""
    other = said.standard
    try:
        forms = {name: _read(said, loop, name) for name in loop.state}
        start, begun = loop.initial, other.initial
        now = other.symbols()
        after, moved = loop.step({name: _in(f, now) for name, f in forms.items()}), other.step(now)
    except NotImplementedError:
        return ours(type(loop))
    except Exception:  # a step that fails is told where the loop is examined
        return False
    pairs = [(start[name], _in(f, begun)) for name, f in forms.items()]
    pairs += [(after[name], _in(f, moved)) for name, f in forms.items()]
    try:
        drawn = other.emit(now, DRAW)
        f = _read(said, loop, "draw", DRAW)
        pairs.append((loop.emit({name: _in(g, now) for name, g in forms.items()}, DRAW), _in(f, {"draw": drawn})))
    except NotImplementedError:
        pass
    except Exception:
        return False
    return all(same(x, y) for x, y in pairs)


def _read(said: Symmetry, loop: Loop, name: str, *index) -> Expr:
    """What `rescale` makes of an observable. Raises `CannotTell` where it is no function of the other's at that time."""
    form = said.rescale(Observable(loop, name, ANY, *index))
    if any(o.loop != said.standard or o.t != ANY or o.index != index for o in form.atoms(Observable)):
        raise CannotTell(f"{name} is not told by {said.standard}")
    if without_observables(form).has(CLOCK):
        raise CannotTell(f"the scale of {name} is another one in each generation")
    return form


def without_observables(form: Expr) -> Expr:
    """A form without the observables in it, whose loops may count their fits."""
    return form.xreplace({o: Dummy(o.name) for o in form.atoms(Observable)})


def _in(form: Expr, values: dict[str, Any]) -> Expr:
    """A form in observables, with values for them by name."""
    return form.xreplace({o: sympify(values[o.name]) for o in form.atoms(Observable)})


@surely
def same(x: Any, y: Any) -> bool:
    """Whether two expressions in a state and in draws are the same, as random variables on the same draws."""
    x, y = _in_units(sympify(x)), _in_units(sympify(y))
    if x == y:
        return True
    noises = sorted(x.atoms(Noise) | y.atoms(Noise), key=str)
    # the draws as numbers that may be anything
    names = {z: Dummy(str(z), **{"positive" if z.is_positive else "real": True}) for z in noises}
    names |= {m: Dummy("mean", real=True) for m in sorted(x.atoms(E) | y.atoms(E), key=str)}
    gap = (x - y).xreplace(names)
    return is_zero(gap) or is_zero(expand(gap))


def _in_units(x: Expr) -> Expr:
    """Normal and centred draws as multiples of those of variance 1, moved to their mean."""
    out: dict[Expr, Expr] = {}
    for z in x.atoms(Noise):
        match z.law:
            case Normal() as law if law != Normal(0, 1):
                out[z] = law.mean + sqrt(law.variance) * Noise(z.args[0], Normal(0, 1), *z.role)
            case Centred() as law if law != Centred(1):
                out[z] = sqrt(law.variance) * Noise(z.args[0], Centred(1), *z.role)
            case Truncated(law=Normal() as law):
                sd = sqrt(law.variance)
                ends = (e if e.is_infinite else cancel(expand((e - law.mean) / sd)) for e in z.law.support)
                out[z] = law.mean + sd * Noise(z.args[0], Truncated(Normal(0, 1), *ends), *z.role)
    x = x.xreplace(out)
    return x.xreplace({m: expectation(m.variable) for m in x.atoms(E)})
