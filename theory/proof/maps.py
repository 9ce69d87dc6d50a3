"""Population maps: the next parameter as a certified root of the estimating equation, and what follows from it."""

from __future__ import annotations

from functools import lru_cache

from flint import arb, ctx
from sympy import Dummy, Expr, Symbol, sympify

from ..language.laws import Noise
from ..language.loops import PopulationLoop
from ..language.moments import E
from .enclosures import precision
from .quadrature import Values, evaluate, mean_under
from .rings import NotCompilable, to_ball

MOST_STEPS = 400  # generations that are followed: a root each


def with_laws(x: Expr, values: Values) -> arb:
    """An expression in expectations `E(f(Noise))` and in symbols of which balls are given."""
    moments = sorted(x.atoms(E), key=str)
    names = {m: Dummy("m") for m in moments}
    balls = {names[m]: _expected(m, values) for m in moments}
    used = {s: v for s, v in values.items() if s in x.xreplace(names).free_symbols}
    return evaluate(x.xreplace(names), {**used, **balls})


def _expected(m: E, values: Values) -> arb:
    noises = m.variable.atoms(Noise)
    if len(noises) != 1:
        raise NotCompilable(f"{m}: an integral over one draw is expected")
    (z,) = noises
    x = _line(str(z))
    used = {s: v for s, v in values.items() if s in m.free_symbols}
    return mean_under(m.variable.xreplace({z: x}), x, z.law, used)


@lru_cache(maxsize=64)
def _line(name: str) -> Symbol:
    return Symbol(f"value of {name}", real=True)


@lru_cache(maxsize=256)
def _equation(loop: PopulationLoop, kind: str) -> tuple[Expr, Symbol, Symbol]:
    after, now = Symbol("after", real=True), Symbol("now", real=True)
    return sympify(getattr(loop, kind)(after, now)), after, now


def score(loop: PopulationLoop, after: arb, now: arb, kind: str = "estimating") -> arb:
    """The expected score at `after` when the model is at `now`; its derivative in `after` for the kind "slope"."""
    equation, a, b = _equation(loop, kind)
    return with_laws(equation, {a: after, b: now})


def after(loop: PopulationLoop, now: arb) -> arb:
    """The next parameter: a bracket at whose ends the expected score, which decreases, has opposite signs for certain."""
    middle = _guess(loop, now)
    radius = arb(2) ** (-ctx.prec // 2) * (1 + abs(middle)) + now.rad()
    for _ in range(60):
        if score(loop, middle - radius, now) > 0 and score(loop, middle + radius, now) < 0:
            return arb(middle, radius.upper())
        radius = 16 * radius
    raise ArithmeticError(f"no certified bracket of the root near {middle}")


def _guess(loop: PopulationLoop, now: arb) -> arb:
    """A number near the root: Newton's method, safeguarded by bisection; nothing depends on how good it is."""
    here, bits = now.mid(), ctx.prec
    with precision(32):
        low = high = here
        step = arb(1)
        while not score(loop, low, here) > 0 and step < 1e9:
            low, step = low - step, 2 * step
        step = arb(1)
        while not score(loop, high, here) < 0 and step < 1e9:
            high, step = high + step, 2 * step
        m = (low + high).mid() / 2
        for _ in range(60):
            s = score(loop, m, here)
            low, high = (m, high) if s > 0 else (low, m)
            new = (m - s / score(loop, m, here, "slope")).mid()
            if abs(new - m) < arb(2) ** -24 * (1 + abs(m)):
                m = new
                break
            m = new if low < new < high else ((low + high) / 2).mid()
    with precision(bits):  # twice the good bits
        better = (m - score(loop, m, here) / score(loop, m, here, "slope")).mid()
    return better if better.is_finite() else m


@lru_cache(maxsize=4096)
def _state(loop: PopulationLoop, t: int, bits: int) -> arb:
    if t == 0:
        (start,) = loop.initial.values()
        return to_ball(start)
    return after(loop, _state(loop, t - 1, bits))


def state(loop: PopulationLoop, t: int) -> arb:
    """The parameter after t generations, at the current precision."""
    if t > MOST_STEPS:
        raise NotCompilable(f"{t} generations are too many to follow root by root")
    for s in range(0, t, 100):  # the recursion stays shallow
        _state(loop, s, ctx.prec)
    return _state(loop, t, ctx.prec)
