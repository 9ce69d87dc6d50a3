"""Quantities of a loop's state that stay at least 0: they are so at the start, and a step keeps them so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import combinations, product
from math import prod

from sympy import Add, Dummy, Expr, sympify

from ..language.anew import Anew
from ..language.asked import noted
from ..language.errors import CannotTell
from ..language.laws import (
    Beta,
    Binomial,
    ChiSquare,
    Count,
    Exponential,
    Gamma,
    Geometric,
    Law,
    NegativeBinomial,
    Noise,
    Poisson,
    Uniform,
)
from ..language.loops import CLOCK, Loop
from ..language.strangers import ours
from .signs import Signs

MOST_BESIDE = 6  # coordinates of a loop
MOST_WAYS = 64  # in which what is drawn at once is looked at


def vanished(loop: Loop) -> list[Law]:
    """The laws that a user's loop draws from for its start and step where the draw is not to be seen in these any more."""
    if ours(type(loop)):
        return []
    anew = Anew(loop, loop.symbols())
    with noted(of_loops=True) as asked:
        said = [sympify(x) for part in (anew.loop.initial, anew.loop.step(anew.state)) for x in part.values()]
    said = anew.parts(said)
    anew.noted(asked)
    seen = {z.law for x in said for z in x.atoms(Noise)}
    return [law for law in asked.laws if law not in seen]


def lost(loop: Loop) -> list[Expr]:
    """What a user's loop wrote for its start and step that need not have a value, and is not to be seen any more: 1/x of x/x."""
    if ours(type(loop)):
        return []
    anew = Anew(loop, loop.symbols())
    with noted(of_loops=True) as asked:
        _ = anew.loop.initial, anew.loop.step(anew.state)
    anew.noted(asked)
    return [*asked.lost]


def kept(loop: Loop, asked: Collection[tuple[Expr, bool]], signs: Signs) -> set[tuple[Expr, bool]]:
    """Those of some quantities, (of `loop.symbols()`, whether above 0), that are seen to stay so in every generation.

    Where they do not keep themselves so, what may keep them is tried along: that a coordinate is from 0 to 1, or two together.
    """
    alone = _staying(loop, set(asked), signs)
    if len(alone) == len(asked):
        return alone
    ones = [*loop.symbols().values()][:MOST_BESIDE]
    beside = [*ones, *(1 - x for x in ones), *(1 - x - y for x, y in combinations(ones, 2))]
    return _staying(loop, {*asked, *((x, False) for x in beside)}, signs) & set(asked)


def _staying(loop: Loop, left: set[tuple[Expr, bool]], signs: Signs) -> set[tuple[Expr, bool]]:
    """Those of some quantities that stay so, if all of these do."""
    now = loop.symbols()
    fit = {CLOCK: 1 + Dummy("t", integer=True, nonnegative=True)}
    after = {now[s]: sympify(x).xreplace(fit) for s, x in loop.step(now).items()}
    begun = {now[s]: sympify(x) for s, x in loop.initial.items()}
    left = {pair for pair in left if _seen(signs, pair[0].xreplace(begun), pair[1])}
    while left:
        own = {x: Dummy(x.name, nonnegative=True) for x, _ in left if x in now.values()}
        here = signs.supposing(own, sorted(left, key=str), thorough=False)
        still = {pair for pair in left if _seen(here, pair[0].xreplace(after), pair[1])}
        if still == left:
            break
        left = still
    return left


def _seen(signs: Signs, x: Expr, strictly: bool) -> bool:
    if x.is_positive if strictly else x.is_nonnegative:
        return True
    try:
        return all(signs.positive(x.xreplace(put), strictly) for put in _supports(x))
    except CannotTell:
        return False


def _supports(x: Expr) -> list[dict[Expr, Expr]]:
    """Draws as functions of positive numbers, in ways that reach all of their supports together, or more.

    What a draw is with probability 0 need not be reached. A count is all of its trials, or none of them, with one above 0.
    """
    single: list[list[dict[Expr, Expr]]] = []  # of each draw, or of several that are drawn at once, its ways
    joint: dict[tuple, list[Noise]] = defaultdict(list)
    for z in sorted(x.atoms(Noise), key=str):
        u = Dummy("u", nonnegative=True)
        match z.law:
            case Count():
                joint[z.whole].append(z)
                continue
            case Binomial():
                ways = [share * z.law.args[0] for share in (1 / (1 + u), u / (1 + u))]
            case Uniform():
                low, high = z.law.args
                ways = [low + (high - low) / (1 + u)]
            case Exponential() | Gamma():
                ways = [Dummy("u", positive=True)]
            case ChiSquare():  # of 0 degrees of freedom it is 0
                ways = [Dummy("u", positive=True) if z.law.dof.is_positive else u]
            case Poisson() | NegativeBinomial():
                ways = [u]
            case Geometric():
                ways = [1 + u]
            case Beta():
                ways = [1 / (1 + Dummy("u", positive=True))]
            case _:
                ways = [Dummy("u", real=True)]
        single.append([{z: way} for way in ways])
    for whole, draws in joint.items():
        weights = [Dummy("w", nonnegative=True) for _ in (*draws, "all others")]
        shares = []
        for w in weights:  # this one is above 0
            moved = [Dummy("w", positive=True) if v is w else v for v in weights]
            shares.append({z: whole[1].args[0] * v / Add(*moved) for z, v in zip(draws, moved[:-1], strict=True)})
        single.append(shares)
    if prod(map(len, single)) > MOST_WAYS:
        raise CannotTell("draws from too many laws at once")
    return [{z: y for part in parts for z, y in part.items()} for parts in product(*single)]
