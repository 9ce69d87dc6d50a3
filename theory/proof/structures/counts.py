"""Counts: loops whose step draws binomial counts, found from the step alone: a finite chain, and a pool of points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Dummy, Expr, Symbol, cancel, expand, sympify

from ...language.laws import Binomial, Noise
from ...language.loops import CLOCK, Loop, PopulationLoop
from ...language.order import in_order
from ..symbols.normal_forms import is_zero


@dataclass(frozen=True)
class Chain:
    """A finite Markov chain: the one coordinate is k/size after every fit, k a sum of binomial counts.

    place: the coordinate before the fit, in the laws of the draws.  draws: the counts.  start: the first value.
    """

    name: str
    size: Expr
    place: Symbol
    draws: tuple[Noise, ...]
    start: Expr


@dataclass(frozen=True)
class Pool:
    """The first coordinate is a count over `size`, the number of points behind the model after fit number CLOCK."""

    name: str
    size: Expr


@lru_cache(maxsize=4096)
def chain(loop: Loop) -> Chain | None:
    """The finite chain that a loop is, as its step shows; None if it is none."""
    if len(loop.state) != 1 or (found := _counted(loop)) is None:
        return None
    (name,) = loop.state
    size, (now, *_), after, names = found
    start = sympify(loop.initial[name])
    if size.has(CLOCK) or start.has(Noise):
        return None
    back = {d: z for z, d in names.items()}
    count = expand(size * after.xreplace(names)).xreplace(back)
    draws = Add.make_args(count)
    if any(z not in names or z.law.has(CLOCK) for z in draws):
        return None
    return Chain(name, size, now, draws, start)


@lru_cache(maxsize=4096)
def pool(loop: Loop) -> Pool | None:
    """The pool that a loop counts in, as its step shows; None if it counts in none, or is a finite chain."""
    if chain(loop) is not None or (found := _counted(loop)) is None:
        return None
    return Pool(loop.state[0], found[0])


def counted(loop: Loop) -> Chain | Pool | None:
    """What a loop counts in, if it does."""
    return chain(loop) or pool(loop)


def _counted(loop: Loop) -> tuple[Expr, list[Symbol], Expr, dict[Noise, Symbol]] | None:
    """(size, symbols of the state, first coordinate after a fit, names of its draws), where the draws are counts over size."""
    if not loop.state or isinstance(loop, PopulationLoop):
        return None
    now = loop.symbols()
    try:
        after = sympify(loop.step(now)[loop.state[0]])
        sympify(loop.initial[loop.state[0]])
    except Exception:  # one that states no step; where a step fails, it is told when the loop is examined
        return None
    draws = in_order(after.atoms(Noise))
    if not draws or not all(isinstance(z.law, Binomial) for z in draws):
        return None
    names: dict[Noise, Symbol] = {z: Dummy(str(z)) for z in draws}
    plain = after.xreplace(names)
    shares = {cancel(plain.diff(d)) for d in names.values()}
    if len(shares) != 1:
        return None
    (share,) = shares
    known = {CLOCK, *loop.free_symbols}
    if not share.free_symbols <= known or share.is_zero:
        return None
    return cancel(1 / share), list(now.values()), after, names


def refitted(after: Expr, share: Expr) -> Expr | None:
    """n, if a share becomes B/n with B ~ Binomial(n, share), and nothing else is random in that; None otherwise."""
    (z, *others) = after.atoms(Noise) or {None}
    if z is None or others or not isinstance(z.law, Binomial) or z.law.p != share:
        return None
    return z.law.n if is_zero(cancel(after * z.law.n / z) - 1) else None
