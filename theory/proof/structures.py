"""What a loop says of itself, verified from its start, its step and its fresh draws, or not used.

A declaration that is not seen to be true is as good as none: a moment is then derived without it. One that contradicts the
step is bad input. Of the package's own loops what no step tells (their draws are no plain arithmetic) counts as declared; it
is held against samples of raw data in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Dummy, Expr, S, cancel, expand, sqrt, sympify

from ..language import loops
from ..language.errors import BadInput, CannotTell
from ..language.laws import (
    Cauchy,
    Centred,
    ChiSquare,
    Exponential,
    Finite,
    Laplace,
    Logistic,
    Noise,
    Normal,
    StudentT,
    Truncated,
    Uniform,
)
from ..language.loops import CLOCK, Coordinate, Loop, Observable, PopulationLoop, ours
from ..language.moments import E
from ..language.order import in_order
from .symbols.averages import average
from .symbols.linear import expectation
from .symbols.normal_forms import expand_over, is_zero

ANY = Dummy("t", integer=True, nonnegative=True)  # a generation, whichever
DRAW = Dummy("i", integer=True, positive=True)  # a fresh draw, whichever


# ---- symmetry -------------------------------------------------------------------------------------------------------


def picks(loop: Loop) -> Any:
    """What a loop says of the picks that its model is the law of; None if it says nothing. Raises `BadInput`: see below."""
    return _in_place_of_a_step(loop, "picks")


def lineage(loop: Loop) -> Any:
    """What a loop says of the pool whose kernels its model is; None if it says nothing. Raises `BadInput`: see below."""
    return _in_place_of_a_step(loop, "lineage")


def _in_place_of_a_step(loop: Loop, name: str) -> Any:
    """A definition of the model in other words. Raises `BadInput` where there is a step, too, that may say something else."""
    said = getattr(loop, name)
    if said is not None and type(loop).step is not Loop.step:
        raise BadInput(f"{type(loop).__name__} has a step, and says `{name}`: one of the two defines a loop")
    return said


@lru_cache(maxsize=4096)
def examine(loop: Loop) -> None:
    """Try what a loop says of its start, its step and its draws. Raises `BadInput` where it fails, or is of something else.

    Two draws of one name are refused: where numbers for the parameters make their laws agree, they were one.
    """
    loops.examine(loop)
    if loop.func(*loop.args) != loop:
        raise BadInput(
            f"{type(loop).__name__}: called with its own arguments {', '.join(map(str, loop.args))} it is another loop: "
            "`__new__` has to keep what it is given, for numbers are put in by calling it"
        )
    state = loop.symbols()
    parts: dict[str, Callable[[], dict]] = {
        "start": lambda: loop.initial,
        "step": lambda: loop.step(state),
        "draws": lambda: {"draw": loop.emit(state, DRAW)},
    }
    for part, said in parts.items():
        try:
            values = [sympify(x) for x in said().values()]
        except NotImplementedError:
            continue
        except BadInput:
            raise
        except Exception as problem:
            raise BadInput(f"{type(loop).__name__}: {type(problem).__name__}: {problem}") from problem
        for x in values:
            if seen := sorted(map(str, x.atoms(Observable))):
                raise BadInput(
                    f"{type(loop).__name__}: {seen[0]} is in its start, its step or its draws: those are of the state"
                )
            if kept := sorted(str(z) for z in x.atoms(Noise) if z.role):
                raise BadInput(
                    f"{type(loop).__name__}: {kept[0]}: a draw is Noise(name, law), new in every fit; what is drawn once is a "
                    "coordinate of the state"
                )
        if part == "start" and any(_outside(x).has(CLOCK) for x in values):
            raise BadInput(
                f"{type(loop).__name__}: its start has CLOCK in it, the number of a fit: the start is before them"
            )
        names: dict[Any, Noise] = {}
        for z in in_order({z for x in values for z in _outside_of_means(x)}):
            if (other := names.setdefault(z.args[0], z)) != z:
                raise BadInput(
                    f"{type(loop).__name__}: two different draws are called {z.args[0]}, one from {other.law} and one from "
                    f"{z.law}: give each a name of its own"
                )


def untold(loop: Loop, x: Expr, given: bool) -> str | None:
    """Why the step does not tell what an expression asks for, by the class of the step or one that adds to it."""
    for kind in type(loop).__mro__:
        if "untold" in vars(kind) and (problem := vars(kind)["untold"](loop, x, given)) is not None:
            return problem
        if "step" in vars(kind):
            return None
    return None


@lru_cache(maxsize=2048)
def examine_law(loop: Loop) -> None:
    """Raise `BadInput` where the law of a model and a fresh draw from it differ in mean or variance."""
    if ours(type(loop)):
        return
    try:
        law = loop.law_at(ANY)
        if not isinstance(law, Normal):
            return
        now = loop.symbols()
        first, square = _of_draws(loop)
        mean, variance = (
            sympify(x).xreplace({Observable(loop, s, ANY): v for s, v in now.items()}) for x in (law.mean, law.variance)
        )
    except (NotImplementedError, CannotTell):
        return
    if not (same(first, mean) and same(square - first**2, variance)):
        raise BadInput(
            f"{type(loop).__name__}: `law_at` says {law}, while a draw of `emit` has mean {first} and mean square {square}: "
            "the two have to agree"
        )


@lru_cache(maxsize=2048)
def standard(loop: Loop) -> Loop:
    """The loop with its symmetry used up, if start, step and fresh draws are seen to have it; else the loop itself."""
    other = loop.standard()
    if other == loop:
        return loop
    return other if _is_symmetric(loop, other) else loop


def rescaled(o: Observable) -> Expr:
    """An observable in terms of those of the standard loop; one outside of the state, as its loop defines it.

    Raises `BadInput` for a definition that speaks of itself, or of what is no coordinate.
    """
    loop = o.loop
    if standard(loop) != loop:
        return loop.rescale(o)
    if o.name in loop.state or o.name == "draw":
        return o
    if loop.standard() == loop:
        return loop.rescale(o)
    raise BadInput(f"{o}: the symmetry that {type(loop).__name__} declares is not seen in its step")


def _is_symmetric(loop: Loop, other: Loop) -> bool:
    """Whether `rescale` of the other loop's start, of its steps and draws gives this loop's: then it always does."""
    try:
        forms = {name: _read(loop, other, name) for name in loop.state}
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
        f = _read(loop, other, "draw", DRAW)
        drawn = other.emit(now, DRAW)
        pairs.append((loop.emit({name: _in(g, now) for name, g in forms.items()}, DRAW), _in(f, {"draw": drawn})))
    except NotImplementedError:
        pass
    except Exception:
        return False
    return all(same(x, y) for x, y in pairs)


def _read(loop: Loop, other: Loop, name: str, *index) -> Expr:
    """What `rescale` makes of an observable. Raises `CannotTell` where it is no function of the other's at that time."""
    form = sympify(loop.rescale(Observable(loop, name, ANY, *index)))
    if any(o.loop != other or o.t != ANY or o.index != index for o in form.atoms(Observable)):
        raise CannotTell(f"{name} is not told by {other}")
    if _outside(form).has(CLOCK):
        raise CannotTell(f"the scale of {name} is another one in each generation")
    return form


def _outside(form: Expr) -> Expr:
    """A form without the observables in it, whose loops may count their fits."""
    return form.xreplace({o: Dummy(o.name) for o in form.atoms(Observable)})


def _in(form: Expr, values: dict[str, Any]) -> Expr:
    """A form in observables, with values for them by name."""
    return form.xreplace({o: sympify(values[o.name]) for o in form.atoms(Observable)})


def same(x: Any, y: Any) -> bool:
    """Whether two expressions in a state and in draws are the same, as random variables on the same draws."""
    x, y = _in_units(sympify(x)), _in_units(sympify(y))
    if x == y:
        return True
    noises = sorted(x.atoms(Noise) | y.atoms(Noise), key=str)
    try:  # the draws as numbers that may be anything
        names = {z: Dummy(str(z), **{"positive" if z.is_positive else "real": True}) for z in noises}
        names |= {m: Dummy("mean", real=True) for m in sorted(x.atoms(E) | y.atoms(E), key=str)}
        gap = (x - y).xreplace(names)
        if is_zero(gap):
            return True
        return is_zero(expand(gap))
    except (CannotTell, ValueError, TypeError):
        return False


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


# ---- a coordinate by itself -----------------------------------------------------------------------------------------


def alone(o: Observable) -> Observable:
    """A coordinate of a smaller loop that has the same law over all generations, where there is one."""
    other = o.loop.alone(o)
    alike = other.t == o.t and other.index == o.index and _moves_alike(o.loop, o.name, other.loop, other.name)
    return other if other == o or alike else o


@lru_cache(maxsize=2048)
def _moves_alike(loop: Loop, name: str, other: Loop, its: str) -> bool:
    """Whether a coordinate starts and moves as that of the other loop does, whatever the others of either do."""
    try:
        now, theirs = loop.symbols(), other.symbols()
        start, begun = sympify(loop.initial[name]), sympify(other.initial[its])
        after, moved = sympify(loop.step(now)[name]), sympify(other.step(theirs)[its])
    except NotImplementedError:
        return ours(type(loop))
    except Exception:
        return False
    moved = moved.xreplace({theirs[its]: now[name]})
    if moved.free_symbols & (set(theirs.values()) - {now[name]}) or after.free_symbols & (
        set(now.values()) - {now[name]}
    ):
        return False
    return same(_by_law(start), _by_law(begun)) and same(_by_law(after), _by_law(moved))


def _by_law(x: Expr) -> Expr:
    """Draws called by their law, where no two have the same."""
    noises = x.atoms(Noise)
    laws = {z.law for z in noises}
    return x.xreplace({z: Noise("draw", z.law) for z in noises}) if len(laws) == len(noises) else x


# ---- nothing random -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def is_deterministic(loop: Loop) -> bool:
    """Whether nothing is random in training. Raises `BadInput` where that is declared, and a start or a step draws."""
    if not loop.deterministic or isinstance(loop, PopulationLoop):
        return bool(loop.deterministic)
    try:
        said = {"start": loop.initial, "step": loop.step(loop.symbols())}
    except NotImplementedError:
        return True  # its law is stated in another way
    for what, values in said.items():
        for x in values.values():
            if draws := _outside_of_means(sympify(x)):
                raise BadInput(
                    f"{type(loop).__name__} declares deterministic = True, but its {what} draws {min(map(str, draws))}: "
                    "leave that out"
                )
    return True


def _outside_of_means(x: Expr) -> set[Noise]:
    if isinstance(x, E):
        return set()
    own = {x} if isinstance(x, Noise) else set()
    return own.union(*map(_outside_of_means, x.args))


# ---- what a model tells ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def told(loop: Loop) -> frozenset[str]:
    """The coordinates of the state that the model tells, a law being known by its parameters, or by mean and variance.

    Raises `CannotTell` where nobody says what the model of several coordinates is.
    """
    names = set(loop.state)
    found, said = set(), False
    try:
        law = loop.law_at(ANY)
        found |= {o.name for x in _parameters(law) if (o := _invertible(x)) is not None}
        said = True
    except NotImplementedError:
        pass
    try:
        found |= _from_draws(loop)
        said = True
    except (NotImplementedError, CannotTell):
        pass
    if said:
        return frozenset(found & names)
    if len(names) == 1:
        return frozenset(names)
    raise CannotTell(
        f"{type(loop).__name__} has {len(names)} coordinates, and no `emit` or `law_at` that says which of them the model is: "
        "write given=loop.state(t) for all of them"
    )


def _parameters(law) -> list[Expr]:
    """The parameters of a law that the law tells; of a mixture, a truncated law or a binomial that may be 0 it may not."""
    if not isinstance(law, TELLING):
        return []
    return [p for x in law.args for p in (x if hasattr(x, "__iter__") else [x]) if isinstance(p, Expr)]


TELLING = (Normal, Laplace, Logistic, Cauchy, StudentT, Uniform, Exponential, ChiSquare, Finite)


def _from_draws(loop: Loop) -> set[str]:
    """Coordinates told by mean and variance of a fresh draw."""
    first, square = _of_draws(loop)
    return {str(c) for y in (first, expand(square - first**2)) if (c := _invertible(y)) is not None}


def _of_draws(loop: Loop) -> tuple[Expr, Expr]:
    """Mean and mean square of a fresh draw, in the state."""

    now = loop.symbols()
    x = sympify(loop.emit(now, DRAW))
    noises = x.atoms(Noise)
    first, more = average(expand_over(x, *noises), noises)
    square, others = average(expand_over(x**2, *noises), noises)
    if more or others:
        raise CannotTell("the mean of a fresh draw is not known to exist")
    return first, square


def _invertible(x: Expr) -> Any:
    """The one coordinate (or observable) that x is an invertible function of, as far as its form shows."""
    found = x.atoms(Observable) or x.atoms(Coordinate)
    if len(found) != 1:
        return None
    (o,) = found
    if x == o:
        return o
    if x.xreplace({o: S.One}).has(CLOCK):
        return None
    factor, rest = x.as_independent(o, as_Add=False)
    base, e = rest.as_base_exp()
    if base == o and e.is_nonzero and factor.is_nonzero and (o.is_positive or e.is_odd):
        return o
    place = Dummy(real=True)
    slope = x.xreplace({o: place}).diff(place)
    return o if slope.is_nonzero and not slope.has(place) else None


def hidden(form: Expr, loop: Loop, t: Expr) -> str | None:
    """Which hidden coordinate a form in the state at t depends on; None if the model tells all of it."""
    names = sorted({o.name for o in form.atoms(Observable) if o.loop == loop and o.t == t} & set(loop.state))
    if not names or is_deterministic(loop):
        return None
    known = told(loop)
    return next((name for name in names if name not in known), None)


__all__ = ["alone", "hidden", "is_deterministic", "rescaled", "same", "standard"]
