"""How fast a state of a loop without chance comes to its limit: limits of c t^p g(x(t)), by the lemma of Stolz and Cesaro.

Let y = g^(-1/p). Where y(f(x)) - y(x) tends to d > 0 as x tends to its limit, f being the step, y(t)/t tends to d, since its
increments do. So t^p g = (t/y(t))^p tends to d^-p.
"""

from __future__ import annotations

from sympy import Dummy, Expr, S, Symbol, powdenest

from ...language.errors import CannotTell
from ...language.loops import Loop, Observable
from ..symbols import rational
from ..symbols.asymptotics import Limits
from ..symbols.leading import Leading
from . import fixed_points, stays
from .assumptions import Assumptions

LEMMA = "a power of it grows by nearly the same in every step, by the lemma of Stolz and Cesaro"


def limit(known: Assumptions, loop: Loop, z: Expr, o: Observable, t: Expr, end: Expr) -> Expr:
    """The limit of z, a product of a function of the state o, which tends to `end`, and of what grows like a power of t."""
    f, x = fixed_points.step_of(loop, o.name)
    rest, g = z.xreplace({o: x}).as_independent(x, as_Add=False)
    if not isinstance(t, Symbol) or g.has(t):
        raise CannotTell("no function of one state, and of the generation")
    lead = Limits(t, known.sign).leading(rest)
    if lead is None or not lead.exact or lead != Leading(lead.c, power=lead.power):
        raise CannotTell(f"{rest} does not grow like a power of {t}")
    place = stays.charts(known, loop, begun=True)[o.name]
    if not known.implies(known.charted(g.xreplace({x: place})), strict=True):
        raise CannotTell(f"{g} is not seen to stay above 0")
    large = Symbol("a large one", positive=True)
    own = Dummy("x", positive=True) if known.implies(known.charted(place), strict=True) else x
    y = powdenest(g.xreplace({x: own}) ** (-1 / lead.power))
    grown = (y.xreplace({own: f}) - y.xreplace({own: x})).xreplace({x: _beside(known, place, end, large)})
    d = Limits(large, known.sign).of(rational.as_product(grown))
    if not d.is_finite or not known.implies(known.charted(d), strict=True):
        raise CannotTell(f"{o.name} tends to {end} at another speed")
    return rational.as_product(lead.c * d**-lead.power)


def _beside(known: Assumptions, place: Expr, end: Expr, large: Expr) -> Expr:
    """What tends to the limit of the state as `large` grows, from the side on which the state is."""
    if end.is_infinite:
        return large if end == S.Infinity else -large
    for side in (1, -1):
        if known.implies(known.charted(side * (place - end)), strict=True):
            return end + side / large
    raise CannotTell(f"it is not seen from which side {end} is approached")
