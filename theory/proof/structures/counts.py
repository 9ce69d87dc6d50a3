"""Counts: loops whose step draws binomial or multinomial counts, found from the step: finite chains, and a pool of points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Dummy, Expr, Symbol, cancel, expand, sympify

from ...language.laws import Binomial, Count, Noise
from ...language.loops import CLOCK, Loop, Observable, PopulationLoop
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
class Histogram:
    """A finite Markov chain: after every fit some coordinates are counts of one multinomial draw over their number, `size`.

    places: these coordinates before the fit, by name.  masses: the probabilities of their symbols, in the places alone.
    start: the first values.
    """

    size: Expr
    places: dict[str, Symbol]
    masses: tuple[Expr, ...]
    start: tuple[Expr, ...]


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
    start = loop.initial[name]
    if size.has(CLOCK) or start.has(Noise):
        return None
    back = {d: z for z, d in names.items()}
    count = expand(size * after.xreplace(names)).xreplace(back)
    draws = Add.make_args(count)
    if any(z not in names or z.law.has(CLOCK) for z in draws):
        return None
    return Chain(name, size, now, draws, start)


@lru_cache(maxsize=4096)
def histogram(loop: Loop, names: frozenset[str]) -> Histogram | None:
    """The chain that these coordinates of a loop are, with those that they depend on, as its step shows; None if none is."""
    if isinstance(loop, PopulationLoop) or not names or not names <= set(loop.state):
        return None
    now = loop.symbols()
    try:
        after = {name: sympify(x) for name, x in loop.step(now).items()}
        start = loop.initial
    except Exception:  # as of `_counted`
        return None
    draws: dict[str, Noise] = {}
    todo = sorted(names)
    while todo:
        name = todo.pop()
        (z, *others) = after[name].atoms(Noise) or {None}
        if z is None or others or not isinstance(z.law, Count) or z.law.has(CLOCK):
            return None
        drawn = Dummy("y", real=True)
        if start[name].has(Noise) or not is_zero(after[name].xreplace({z: drawn}) * z.law.joint.n - drawn):
            return None
        draws[name] = z
        moving = z.law.marginal.p.free_symbols | z.law.joint.n.free_symbols
        todo += [c for c, symbol in now.items() if symbol in moving and c not in draws and c not in todo]
    kept = [name for name in loop.state if name in draws]
    if len({draws[name].whole for name in kept}) != 1 or len({draws[name].law.number for name in kept}) != len(kept):
        return None
    joint = draws[kept[0]].law.joint
    if joint.n.free_symbols & set(now.values()):
        return None
    masses = tuple(draws[name].law.marginal.p for name in kept)
    return Histogram(joint.n, {name: now[name] for name in kept}, masses, tuple(start[name] for name in kept))


def lost_for_ever(o: Observable) -> bool:
    """Whether an observable is a share that is never below 0, and that stays 0 once it is 0, as the step shows."""
    if o.index or (found := chain(o.loop)) is None or found.name != o.name:
        return False
    return all(z.law.p == found.place for z in found.draws)  # a share outside of [0, 1] would make no law


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
        loop.initial[loop.state[0]]
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
