"""Means that are 0 by symmetry: with all draws turned, every path is as likely, and what is asked for has the other sign.

Some coordinates change their sign with the draws, the others keep it: looked for is such a choice under which the start and the
step are turned, too. Draws are from laws that are symmetric about 0. The mean is a number where steps grow linearly at most and
draws have as many moments as are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Max,
    Min,
    Mul,
    S,
    atan,
    erf,
    expand,
    sign,
    sin,
    sympify,
    tanh,
)

from ...language.errors import CannotTell
from ...language.laws import Laplace, Law, Logistic, Noise, Normal, Uniform
from ...language.laws.law import Symmetric
from ...language.loops import CLOCK, Coordinate, Loop, Observable
from ...language.moments import Moment
from ...language.order import in_order
from .. import structures
from ..symbols.ranges import growth, has_moments, span
from .method import Derivation, Method
from .steps import loop_of, of_mean

MOST_TURNED = 6  # coordinates and draws of which it is asked which are turned
ODD = (sign, tanh, erf, sin, atan)
MOST_PARTS = 64  # of a normal form of maxima and minima


def derive(m: Moment) -> Derivation:
    loop, x = loop_of(m), m.variable
    state = loop.symbols()
    start = {name: _in_units(sympify(v)) for name, v in loop.initial.items()}
    after = {name: _in_units(sympify(v)) for name, v in loop.step(state).items()}
    _exists(x, start, after)
    draws = in_order({z for v in (*start.values(), *after.values()) for z in v.atoms(Noise)})
    if not all(is_symmetric(z.law) for z in draws):
        raise CannotTell("a draw is not symmetric about 0")
    names = list(state)
    if len(names) + len(draws) > MOST_TURNED:
        raise CannotTell("there are too many coordinates and draws to look for a symmetry")
    for signs in product((1, -1), repeat=len(names) + len(draws)):
        of_name = dict(zip(names, signs, strict=False))
        if any(s == -1 and state[name].is_nonnegative for name, s in of_name.items()):
            continue
        turned = {z: s * z for z, s in zip(draws, signs[len(names) :], strict=True)}
        turned |= {state[name]: s * state[name] for name, s in of_name.items()}
        seen = {o: of_name[o.name] * o for o in x.atoms(Observable)}
        if not same(x.xreplace(seen), -x):
            continue
        parts = ((part[name], of_name[name]) for part in (start, after) for name in names)
        if all(same(_put(v, turned), s * v) for v, s in parts):
            conditions = list(structures.conditions(loop))
            return Derivation(
                S.Zero, conditions, steps=[f"{m} = 0 by symmetry: with its draws turned every path is as likely"]
            )
    raise CannotTell(f"no symmetry is seen that turns {x}")


def _in_units(x: Expr) -> Expr:
    """x with draws around a centre, from laws of that kind, as the centre and draws around 0."""
    out: dict[Expr, Expr] = {}
    for z in x.atoms(Noise):
        law = z.law
        if isinstance(law, Normal):
            out[z] = law.mean + Noise(z.args[0], Normal(0, law.variance), *z.role)
        elif isinstance(law, Laplace | Logistic):
            out[z] = law.center + Noise(z.args[0], type(law)(0, law.scale), *z.role)
    return x.xreplace(out)


def _put(x: Expr, turned: Mapping[Expr, Expr]) -> Expr:
    return x.xreplace(dict(turned))


def is_symmetric(law: Law) -> bool:
    """Whether X and -X have the same law, which does not depend on a state or on the number of the fit."""
    if law.has(Noise, Observable, Coordinate, CLOCK):
        return False
    if isinstance(law, Symmetric):
        return law.center.is_zero is True
    if isinstance(law, Uniform):
        low, high = law.support
        return expand(low + high) == 0
    if (values := law.values()) is not None:
        chances: dict[Expr, Expr] = {}
        for v, p in values:
            chances[v] = chances.get(v, S.Zero) + p
        return all(expand(chances.get(-v, S.Zero) - p) == 0 for v, p in chances.items())
    return False


def _exists(x: Expr, start: Mapping[str, Expr], after: Mapping[str, Expr]) -> None:
    """Raise `CannotTell` where E|x| is not seen to be finite."""
    if (degree := growth(x)) is None:
        raise CannotTell(f"whether {x} has a mean is not seen")
    for v in (*start.values(), *after.values()):
        if span(v) is None:
            raise CannotTell(f"{v} is not seen to be a number")
        if degree.is_zero:  # of what is bounded the mean is a number, however the state grows
            continue
        if (power := growth(v)) is None or (power - 1).is_positive:
            raise CannotTell(f"{v} is not seen to grow linearly at most")
        for z in in_order(v.atoms(Noise)) if power.is_positive else ():
            if not has_moments(z.law, degree):
                raise CannotTell(f"{z} is not seen to have a moment of order {degree}")


# ---- equality of what is turned -------------------------------------------------------------------------------------

Parts = frozenset[frozenset[Expr]]  # a maximum of minima


def same(x: Expr, y: Expr) -> bool:
    """Whether two forms of maxima, minima, odd functions and sums are equal, by a normal form."""
    names: dict[Parts, Dummy] = {}
    return expand(_normal(x, 1, names) - _normal(y, 1, names)) == 0


def _normal(x: Expr, s: int, names: dict[Parts, Dummy]) -> Expr:
    """s x, for s 1 or -1: one symbol for each maximum of minima, no sign to be pulled out of an odd function."""
    if isinstance(x, Add):
        return Add(*(_normal(y, s, names) for y in x.args))
    if isinstance(x, Max | Min):
        parts = _parts(x, s, names)
        if len(parts) == 1 and len(next(iter(parts))) == 1:
            return next(iter(next(iter(parts))))
        return names.setdefault(parts, Dummy("largest", real=True))
    if isinstance(x, Mul):
        ordered = [f for f in x.args if isinstance(f, Max | Min)]
        others = x / ordered[0] if len(ordered) == 1 else S.Zero
        if others.is_positive or others.is_negative:
            sign_of = 1 if others.is_positive else -1
            return expand(sign_of * others * _normal(ordered[0], s * sign_of, names))
        return expand(s * Mul(*(_normal(f, 1, names) for f in x.args)))
    if isinstance(x, (*ODD, Abs)):
        u = expand(_normal(x.args[0], 1, names))
        turned = u.could_extract_minus_sign()
        return (-s if turned and not isinstance(x, Abs) else s) * x.func(expand(-u) if turned else u)
    return expand(s * x)


def _parts(x: Expr, s: int, names: dict[Parts, Dummy]) -> Parts:
    """s x as a maximum of minima, by the distributive law, without what the others make superfluous."""
    if not isinstance(x, Max | Min):
        return frozenset({frozenset({expand(_normal(x, s, names))})})
    inner = [_parts(y, s, names) for y in x.args]
    if isinstance(x, Max) == (s == 1):
        joined = set().union(*inner)
    else:
        joined = {frozenset()}
        for parts in inner:
            joined = {some | one for some in joined for one in parts}
            if len(joined) > MOST_PARTS:
                raise CannotTell("a maximum of minima has too many parts")
    least = set()
    for some in joined:  # the smallest of the numbers in a minimum is enough
        numbers = [y for y in some if y.is_number]
        least.add(frozenset({*(some - set(numbers)), Min(*numbers)}) if numbers else some)
    return frozenset(some for some in least if not any(other < some for other in least))


def skip(m: Moment) -> str | None:
    if (problem := of_mean(m)) is not None:
        return problem
    loop: Loop = loop_of(m)
    if any(o.index or o.name not in loop.state for o in m.variable.atoms(Observable)) or m.variable.has(Noise):
        return "it is of draws"
    return "nothing is random" if structures.is_deterministic(loop) else None


METHOD = Method("symmetry of all draws", skip, derive=lambda m, learn: derive(m))
