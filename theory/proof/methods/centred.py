"""Variances of what a step multiplies and adds noise to, the state having no part in the noise: by a recursion of their own.

x(t + 1) = a x(t) + b + noise, where a, b and the law of the noise may change from fit to fit: Var x(t + 1) = a^2 Var x(t) + Var
noise. The mean, which may have no closed form, has no part in it.
"""

from __future__ import annotations

from flint import arb
from sympy import S, sympify

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import Observable
from ...language.moments import CentralMoment, Moment
from .. import structures
from ..symbols.averages import average, has_mean
from ..symbols.normal_forms import is_zero
from ..symbols.recurrences import factored
from .closure import Running, System
from .method import Derivation, Method
from .steps import of_one_loop


def derive(m: Moment) -> Derivation:
    (o,) = m.atoms(Observable)
    loop, system = o.loop, System(o.loop)
    x = system.vars[o.name]
    found = [list(system.read(y)) for y in (S.One, x, x**2)]
    if [len(keys) for keys in found] != [1, 1, 1]:
        raise CannotTell(f"{o.name} is a number")
    (one,), (first,), (second,) = found
    system.close({second: S.One, first: S.One})
    if not system.changing or system.doubtful:
        raise CannotTell("its generations are alike, or it may have no mean")
    rows = [{k: factored(c) for k, c in system.rows[key].items()} for key in (first, second)]
    if not (rows[0].keys() <= {first, one} and rows[1].keys() <= {second, first, one}):
        raise CannotTell("its step has more in it than itself")
    (a, b), (squared, mixed, rest) = (
        [row.get(k, S.Zero) for k in keys] for row, keys in zip(rows, ((first, one), (second, first, one)), strict=True)
    )
    if not (is_zero(squared - a**2) and is_zero(mixed - 2 * a * b)):
        raise CannotTell("the noise depends on the state")
    begun, conditions = _at_start(sympify(loop.start_at[o.name]))
    running = Running(begun, S.Zero, factored(squared), factored(rest - b**2))
    positive = [*structures.conditions(loop), *system.conditions, *conditions]
    positive += [c for y in system.begun() for c in has_mean(y)]
    step = f"{m}: a step multiplies it by {running.factor}, and adds {running.forcing}; unfolded from 0 to {o.t}"
    return Derivation(running.at(o.t), list(dict.fromkeys(positive)), list(dict.fromkeys(running.nonzero)), [step])


def _at_start(x):
    """The variance of the start, and what has to be positive for it."""
    if not (noise := x.atoms(Noise)):
        return S.Zero, []
    (square, more), (mean, others) = average(x**2, noise), average(x, noise)
    return square - mean**2, [*more, *others]


def enclose(m: Moment) -> arb:
    raise CannotTell("balls are computed from the means")


def skip(m: Moment) -> str | None:
    if (
        not isinstance(m, CentralMoment)
        or m.order != 2
        or m.given is not None
        or not isinstance(m.variable, Observable)
    ):
        return "it is no variance of a coordinate"
    if (problem := of_one_loop(m)) is not None:
        return problem
    o = m.variable
    return "it is no coordinate by itself" if o.index or o.name not in o.loop.state or o.t.is_Integer else None


METHOD = Method("variance by its own recursion", skip, lambda m, learn: derive(m), lambda m, learn: enclose(m))
