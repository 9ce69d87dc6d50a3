"""Loops that stay Gaussian: a step that is linear in the state and in normal noise, from a start that is no less so.

Coordinates after any generations, and fresh draws that are linear in them, are then jointly normal, whatever the recursion:
mean and variance of a combination of them tell its law. So they do of the logarithm of a positive coordinate that each step
multiplies by the exponential of normal noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sympy import (
    Add,
    Dummy,
    Expr,
    Poly,
    PolynomialError,
    S,
    Symbol,
    exp,
    expand,
    expand_log,
    log,
    preorder_traversal,
    sympify,
)

from ...language.laws import Noise, Normal
from ...language.loops import Loop, Observable, PopulationLoop, positive_of
from ...language.order import in_order
from ...language.randomness import is_deterministic
from ...language.signs import Inequality

ALONG = Dummy("along", real=True)  # the value of a combination


@lru_cache(maxsize=512)
def stays_normal(loop: Loop) -> bool:
    """Whether the state is jointly normal in every generation: from start and step, linear in it and in normal draws."""
    if isinstance(loop, PopulationLoop) or is_deterministic(loop) or not loop.state:
        return False
    try:
        now = loop.symbols()
        after, start = loop.step(now), loop.initial
    except NotImplementedError:
        return False
    return all(_is_linear(x, tuple(now.values())) for x in after.values()) and all(
        _is_linear(x, ()) for x in start.values()
    )


@lru_cache(maxsize=512)
def _draws_normal(loop: Loop) -> bool:
    """Whether a fresh draw, too, is linear in the state and in normal noise."""
    try:
        now = loop.symbols()
        return _is_linear(loop.emit(now, 1), tuple(now.values()))
    except NotImplementedError:
        return False


def _is_linear(x: Expr, state: tuple[Symbol, ...]) -> bool:
    x = _centred(sympify(x), state)
    noises = tuple(sorted(x.atoms(Noise), key=str))
    if not all(isinstance(z.law, Normal) and not z.law.has(*state, Noise) for z in noises):
        return False
    variables = (*state, *noises)
    return not variables or (x.is_polynomial(*variables) and Poly(x, *variables).total_degree() <= 1)


def _centred(x: Expr, state: tuple[Symbol, ...]) -> Expr:
    """With draws whose mean alone hangs on the state as that mean and a draw of mean 0."""
    moved = [z for z in x.atoms(Noise) if isinstance(z.law, Normal) and z.law.mean.has(*state)]
    return x.xreplace({z: z.law.mean + Noise(f"{z.args[0]} less its mean", Normal(0, z.law.variance)) for z in moved})


def normal(x: Expr) -> list[Expr]:
    """The observables in x, and the draws beside them, if they are jointly normal and all that is random in it; else none."""
    seen = in_order(x.atoms(Observable))
    draws = in_order({z for z in x.atoms(Noise) if not any(o.has(z) for o in seen)})
    known = all(o.name in o.loop.state or (o.name == "draw" and _draws_normal(o.loop)) for o in seen)
    fresh = all(isinstance(z.law, Normal) and not z.law.has(Observable, Noise) for z in draws)
    return [*seen, *draws] if seen and known and fresh and all(stays_normal(o.loop) for o in seen) else []


def polynomial(x: Expr, seen: Sequence[Expr]) -> Poly:
    """x as a polynomial in these: in symbols for them, as SymPy would expand what a loop is made of, too."""
    symbols = {o: Dummy("x") for o in seen}
    return Poly(x.xreplace(symbols), *symbols.values())


def slopes(x: Expr, seen: Sequence[Expr]) -> list[Expr] | None:
    """The coefficients of x and its constant, if it is linear in `seen` and not constant."""
    try:
        p = polynomial(x, seen)
    except PolynomialError:
        return None
    return [p.coeff_monomial(o) for o in (*p.gens, S.One)] if p.total_degree() == 1 else None


@lru_cache(maxsize=512)
def log_stays_normal(loop: Loop, name: str) -> bool:
    """Whether a coordinate is positive, and its logarithm normal in every generation, by what start and step multiply it with."""
    if isinstance(loop, PopulationLoop) or name not in loop.state or name not in positive_of(loop):
        return False
    try:
        now = loop.symbols()
        parts = sympify(loop.initial[name]), sympify(loop.step(now)[name]) / now[name]
    except NotImplementedError:
        return False
    logs = [expand_log(log(part)) for part in parts]
    free = not any(part.has(*now.values()) for part in parts)
    return free and logs[1].has(Noise) and all(x.is_extended_real and _is_linear(x, ()) for x in logs)


@lru_cache(maxsize=4096)
def along(x: Expr) -> tuple[Expr, Expr] | None:
    """(a combination that is normal, x as a function of `ALONG`, its value), if x is one and no polynomial."""
    seen = normal(x)
    if not seen or (not isinstance(x, Inequality) and x.is_polynomial(*seen)):
        return None
    if isinstance(x, Inequality):
        sides = (x.gts - x.lts, S.Zero) if x.gts == x.lhs else (S.Zero, x.gts - x.lts)
        x = type(x)(*sides, evaluate=False)
    parts = (e for e in preorder_traversal(x) if isinstance(e, Expr) and e.has(*seen))
    line = next((e for e in parts if slopes(e, seen) is not None), None)
    if line is None:
        return None
    *along_each, _ = slopes(line, seen)  # pyrefly: ignore[not-iterable]
    first, c = next((o, c) for o, c in zip(seen, along_each, strict=True) if c != 0)
    if not c.is_nonzero:
        return None
    rest = Add(*(b * o for o, b in zip(seen, along_each, strict=True) if o != first))
    turned = x.xreplace({first: (ALONG - rest) / c})
    if turned.has(*seen):  # products that hide that it cancels
        turned = turned.replace(lambda e: e.is_Add and e.has(*seen), expand)
    return None if turned.has(*seen) else (c * first + rest, turned)


def along_logarithm(x: Expr) -> tuple[Expr, Expr] | None:
    """(the logarithm of a coordinate, which is normal, x as a function of `ALONG`, its value), if x is one of that coordinate."""
    seen = x.atoms(Observable)
    if len(seen) != 1 or x.has(Noise):
        return None
    (o,) = seen
    known = not o.index and log_stays_normal(o.loop, o.name)
    return (log(o), x.xreplace({o: exp(ALONG)})) if known else None
