"""Events of what grows by independent steps from one law: the sum of t draws is one draw from a law of the same kind.

So is the logarithm of what each step multiplies by a draw: that of a draw from Beta(a, 1), or of a uniform one from 0 on, is an
exponential draw with a minus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import arb
from sympy import Expr, Mul, S, cancel, exp, expand, log, sympify
from sympy.core.symbol import Str

from ...language.errors import CannotTell
from ...language.laws import Beta, Exponential, Noise, Uniform
from ...language.loops import CLOCK, Coordinate, Observable
from ...language.moments import Moment, Prob
from .. import structures
from ..arithmetic.programs import to_ball
from .method import Derivation, Method
from .steps import of_one_loop


def _of_one_draw(m: Moment) -> Moment:
    """The event as one of the sum of all that the steps have added."""
    (o,) = m.atoms(Observable)
    loop = o.loop
    now = loop.symbols()
    if o.index or o.name not in loop.state or m.variable.has(Noise) or o.t.is_infinite:
        raise CannotTell(f"{o} is no coordinate of the state")
    start, step = sympify(loop.initial[o.name]), sympify(loop.step(now)[o.name])
    if start.has(Noise):
        raise CannotTell("its start is drawn")
    try:
        return m.xreplace({o: start + _sum(expand(step - now[o.name]), now, o.t)})
    except CannotTell:
        if not start.is_positive or (added := factor(cancel(step / now[o.name]))) is None:
            raise
        return m.xreplace({o: start * exp(_sum(added, now, o.t))})


def _sum(added: Expr, now: Mapping[str, Expr], t: Expr) -> Expr:
    """What t steps add, in one draw. Raises `CannotTell`."""
    draws = added.atoms(Noise)
    if added.has(CLOCK, Coordinate, *now.values()) or len(draws) != 1:
        raise CannotTell("what a step adds is not one draw, from the same law in every fit")
    (z,) = draws
    slope = added.coeff(z, 1)
    rest = expand(added - slope * z)
    if rest.has(Noise):
        raise CannotTell(f"what a step adds is not linear in its draw from {z.law}")
    least, scale, law = z.law.total(t)
    return slope * (least + scale * Noise("sum", law)) + rest * t


def factor(ratio: Expr) -> Expr | None:
    """The logarithm of what a step multiplies by: of a positive number, a power of a draw, or an exponential of one. None of
    anything else."""
    out = S.Zero
    for f in Mul.make_args(ratio):
        base, power = f.as_base_exp()
        if isinstance(f, exp):
            out += f.args[0]
        elif not f.has(Noise):
            if not f.is_positive:
                return None
            out += log(f)
        elif isinstance(base, Noise) and not power.has(Noise):
            match base.law:
                case Beta(args=(a, b)) if b == 1:
                    out -= power * Noise(Str(f"-log {base.args[0]}"), Exponential(1 / a), *base.role)
                case Uniform(args=(low, high)) if low == 0 and high.is_positive:
                    out += power * (log(high) - Noise(Str(f"-log {base.args[0]}"), Exponential(1), *base.role))
                case _:
                    return None
        else:
            return None
    return expand(out)


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    one = _of_one_draw(m)
    (o,) = m.atoms(Observable)
    conditions = Derivation(sympify(1), list(structures.conditions(o.loop)))
    found = learn(one)
    return Derivation.joined(found.form, found, conditions, step=f"{m}: the sum of {o.t} draws is one draw")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    (o,) = m.atoms(Observable)
    if o.t == 0 or not all(to_ball(c) > 0 for c in structures.conditions(o.loop)):
        raise CannotTell("nothing has been drawn, or a law of the loop is none")
    return learn(_of_one_draw(m))


def skip(m: Moment) -> str | None:
    if not isinstance(m, Prob) or len(m.atoms(Observable)) != 1:
        return "it is no event of one quantity"
    return of_one_loop(m)


METHOD = Method("the law of a sum of independent draws", skip, derive, enclose)
