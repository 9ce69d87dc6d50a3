"""Events of counts that branch: each unit of the state has its own independent offspring in the next generation, as where
`Poisson(lam*z)` or `Binomial(z, p)` are drawn.

E u^X(t+1) given X(t) = x is psi(u) phi(u)^x, so the generating function after t generations is phi put into itself t times; the
probabilities of 0, 1, 2, ... are its coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, arb_series, ctx
from sympy import Abs, Dummy, Eq, Expr, Ge, Gt, Integer, Le, Lt, Ne, Poly, S, exp, expand, expand_log, log, sympify

from ...language.errors import CannotTell
from ...language.laws import Binomial, Geometric, NegativeBinomial, Noise, Poisson
from ...language.loops import CLOCK, Coordinate, Loop, Observable
from ...language.moments import Moment, Prob
from ...language.order import in_order
from ...language.signs import is_nonnegative
from .. import structures
from ..arithmetic import counting
from ..arithmetic.atoms import exactly
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Series
from ..symbols.normal_forms import is_zero
from .method import Derivation, Method
from .steps import loop_of, of_one_loop

MOST_COMPOSED = 6  # generations that are written out
MOST_WORK = 1_000_000  # generations times counts


@dataclass(frozen=True)
class Branching:
    """grain: what a unit counts.  In `u` and the number of the fit, of E u^(x'/grain) given x:
    first: at the start.  immigrants, offspring: the factor for none, and that for each unit.
    """

    u: Dummy
    grain: Expr
    first: Expr
    immigrants: Expr
    offspring: Expr

    def at(self, part: Expr, u: Expr, fit: int) -> Expr:
        """One of these functions at u, in fit number `fit`."""
        return part.xreplace({self.u: u, CLOCK: Integer(fit)})


@lru_cache(maxsize=512)
def branching(loop: Loop, name: str) -> Branching:
    """Raises `CannotTell` where a coordinate does not branch. If nothing is kept the start need be no number of units."""
    state = loop.symbols()
    x, after = state[name], expand(sympify(loop.step(state)[name]))
    draws = in_order(after.atoms(Noise))
    names = {z: Dummy(str(z)) for z in draws}
    form = after.xreplace(names)
    if not draws or not form.is_polynomial(x, *names.values()) or form.atoms(Coordinate) - {x}:
        raise CannotTell("the step adds up no offspring")
    p = Poly(form, x, *names.values())
    if p.total_degree() > 1 or any(z.law.atoms(Noise) for z in draws):
        raise CannotTell("the step adds up no offspring")
    kept, weights, free = p.coeff_monomial(x), {z: p.coeff_monomial(d) for z, d in names.items()}, p.coeff_monomial(1)
    grain = next((w for w in weights.values() if all(_is_count(v / w) for v in (free, *weights.values()))), None)
    if grain is None or not _is_count(kept) or any(c.has(CLOCK) for c in (grain, kept)):
        raise CannotTell("what the step adds are no multiples of a unit")
    u, start = Dummy("u", real=True), sympify(loop.initial[name])
    if start.has(Noise) or (kept != 0 and not _is_count(start / grain)):
        raise CannotTell("the start is no number of units")
    immigrants, offspring = u ** (free / grain), u**kept
    first = immigrants * offspring ** (start / grain)
    for z, w in weights.items():
        none, each, begun = _generating(z, u ** (w / grain), x, grain, start)
        immigrants, offspring, first = immigrants * none, offspring * each, first * begun
    return Branching(u, grain, first, immigrants, offspring)


def _generating(z: Noise, u: Expr, x: Expr, grain: Expr, start: Expr) -> tuple[Expr, Expr, Expr]:
    """E u^z as a product of independent ones: of immigrants, for each unit; and at the start."""
    match z.law:
        case Poisson() as law:
            rate = expand(law.mean)
            if rate.atoms(Coordinate) - {x} or not rate.is_polynomial(x) or Poly(rate, x).degree() > 1:
                raise CannotTell(f"{law} is no sum of offspring")
            none = rate.xreplace({x: S.Zero})
            parts = (none, rate.coeff(x, 1) * grain, rate.xreplace({x: start}))
            return tuple(exp(part * (u - 1)) for part in parts)
        case Binomial() as law:
            trials, each, others = _of_offspring(law, law.n, x)
            parts = (others, each * grain, expand(trials.xreplace({x: start})))
            if not all(map(_is_count, parts)):
                raise CannotTell(f"{law} is no sum of offspring")
            return tuple((1 - law.p + law.p * u) ** part for part in parts)
        case NegativeBinomial() as law:
            times, each, others = _of_offspring(law, law.r, x)
            one = law.p / (1 - (1 - law.p) * u)
            return one**others, one ** (each * grain), one ** times.xreplace({x: start})
        case Geometric() as law if not law.atoms(Coordinate):
            one = law.p * u / (1 - (1 - law.p) * u)
            return one, S.One, one
    raise CannotTell(f"{z.law} is no law of offspring")


def _of_offspring(law: Binomial | NegativeBinomial, count: Expr, x: Expr) -> tuple[Expr, Expr, Expr]:
    """(how many there are, how many for each unit of x, how many besides). Raises `CannotTell` where they are not as many for
    each."""
    whole = expand(count)
    each, others = whole.coeff(x, 1), whole.xreplace({x: S.Zero})
    if law.p.atoms(Coordinate) or whole.atoms(Coordinate) - {x} or expand(whole - each * x - others).has(x):
        raise CannotTell(f"{law} is no sum of offspring")
    return whole, each, others


def _is_count(x: Expr) -> bool:
    x = expand(x)
    return x.is_integer is True and is_nonnegative(x)


def _asked(m: Moment, ever: bool = False) -> tuple[Loop, Observable]:
    """Of which loop and coordinate an event is.  ever: in a generation that need be no number."""
    if (problem := of_one_loop(m)) is not None:
        raise CannotTell(problem)
    seen = m.atoms(Observable)
    if len(seen) != 1 or next(iter(seen)).index:
        raise CannotTell("no event of one coordinate in one generation")
    (o,) = seen
    loop = loop_of(m)
    if o.name not in loop.state or not (o.t.is_nonnegative and (ever or o.t.is_Integer)):
        raise CannotTell("no event of one coordinate in a generation that is a number")
    return loop, o


def derive(m: Moment) -> Derivation:
    """That nothing is left, or something."""
    loop, o = _asked(m, ever=True)
    found = branching(loop, o.name)
    if not (o.t.is_Integer and o.t <= MOST_COMPOSED):
        return _thinned(m, loop, o, found)
    none = is_none(m.variable.xreplace({Abs(o): o} if found.grain.is_positive else {}), o, found.grain)
    if o.t == 0:
        raise CannotTell("at the start nothing has branched")
    u: Expr = S.Zero
    form: Expr = S.One
    for fit in range(int(o.t), 1, -1):
        form, u = form * found.at(found.immigrants, u, fit), found.at(found.offspring, u, fit)
    form *= found.at(found.first, u, 1)
    steps = [f"{m} by the generating function of {o.t} generations"]
    return Derivation(form if none else 1 - form, list(structures.conditions(loop)), steps=steps)


def _thinned(m: Moment, loop: Loop, o: Observable, found: Branching) -> Derivation:
    """The same in any generation, where units are kept or not, and as many come in every fit, by a Poisson law:

    E u^X is exp(l (u - 1)) (1 - c + c u)^x after a fit, so that 1 - u is c^t times what it was after t of them.
    """
    none = is_none(m.variable.xreplace({Abs(o): o} if found.grain.is_positive else {}), o, found.grain)
    u, units = found.u, expand(sympify(loop.initial[o.name]) / found.grain)
    kept = expand(found.offspring).coeff(u, 1)
    come = -expand_log(log(found.immigrants.xreplace({u: S.Zero})))
    said = (found.offspring - 1 - kept * (u - 1), found.immigrants / exp(come * (u - 1)) - 1)
    if any(x.has(CLOCK) for x in (kept, come)) or not all(is_zero(x) for x in said) or not _is_count(units):
        raise CannotTell(
            f"more than {MOST_COMPOSED} generations of a generating function, or a number that is not known"
        )
    lost = 1 - kept**o.t
    form = exp(-come * lost / (1 - kept)) * (lost**units if units != 0 else S.One)
    steps = [f"{m} by the generating function: each unit is kept with probability {kept}, a Poisson number comes"]
    return Derivation(form if none else 1 - form, list(structures.conditions(loop)), [1 - kept], steps)


def is_none(event: Expr, o: Observable, grain: Expr) -> bool:
    """Whether an event says that the count, which is not negative, is 0; if not, that it is not."""
    if isinstance(event, Eq | Ne | Le | Gt | Lt | Ge) and {event.lhs, event.rhs} == {o, S.Zero}:
        if isinstance(event, Eq | Ne) and grain.is_nonzero:
            return isinstance(event, Eq)
        end = o if grain.is_positive else S.Zero if grain.is_negative else None  # the lesser side where none are left
        if isinstance(event, Le | Ge) and event.lts == end:
            return True
        if isinstance(event, Lt | Gt) and event.gts == end:
            return False
    raise CannotTell("of a generating function in symbols the value at 0 is told")


def enclose(m: Moment) -> arb:
    loop, o = _asked(m)
    if not all(to_ball(c) > 0 for c in structures.conditions(loop)):
        raise CannotTell("its laws are no laws here")
    if o.t == 0 and not (start := sympify(loop.initial[o.name])).has(Noise):
        return arb(int(exactly(m.variable.xreplace({o: start}), {}) == S.true))
    found, t, z = branching(loop, o.name), int(o.t), Dummy("z", integer=True)
    if t == 0:
        raise CannotTell("a start that is drawn")
    event = m.variable.xreplace({o: found.grain * z})
    if (counting.turn(event, z) + 10) * t > MOST_WORK:
        raise CannotTell("too many generations of too many counts")
    return counting.probability(event, z, lambda last: _masses(found, t, last))


def _masses(found: Branching, t: int, last: int) -> Sequence[arb]:
    """The probabilities of 0, ..., last units after t generations."""
    cap = ctx.cap
    try:
        ctx.cap = last + 1  # flint cuts longer series off
        u, total = arb_series([0, 1], prec=last + 1), arb_series([1], prec=last + 1)
        for fit in range(t, 1, -1):
            total, u = total * _value(found, found.immigrants, u, fit), _value(found, found.offspring, u, fit)
        total = total * _value(found, found.first, u, 1)
        return [arb(total[k]) for k in range(last + 1)]
    finally:
        ctx.cap = cap


def _value(found: Branching, part: Expr, u: arb_series, fit: int) -> arb_series:
    value = compile_expr(found.at(part, found.u, fit), (found.u,))(Series(), u)
    return value if isinstance(value, arb_series) else arb_series([value])


def skip(m: Moment) -> str | None:
    if not isinstance(m, Prob):
        return "it is no probability"
    try:
        loop, o = _asked(m, ever=True)
        branching(loop, o.name)
    except CannotTell as why:
        return str(why)
    return None


METHOD = Method("generating function of what branches", skip, lambda m, learn: derive(m), lambda m, learn: enclose(m))
