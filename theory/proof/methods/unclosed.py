"""Why the monomials of a loop do not close under its step: coordinates that depend on themselves, and not linearly.

Where no coordinate does, every monomial needs finitely many others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from sympy import Poly, S, Symbol, expand
from sympy.utilities.iterables import strongly_connected_components

from ...language.errors import CannotTell
from ...language.laws import Noise
from ..symbols.averages import Infinite, average
from ..symbols.normal_forms import expand_over
from .monomials import Key, Monomials

TOLD = 3  # monomials of a chain that are shown


def cycles(system: Monomials) -> dict[str, list[tuple[str, str]]]:
    """The coordinates that depend on themselves by way of a product, each with the way: (coordinate, monomial of its step).

    Those that take few values count as numbers: their powers do not grow. A step that is no polynomial counts as a product.
    """
    needs: dict[str, dict[str, tuple[bool, str]]] = {}  # coordinate, another: (whether in a product, in which monomial)
    for name, after in system.after.items():
        needs[name] = {}
        for other, product, monomial in _dependences(system, after):
            if product or other not in needs[name]:
                needs[name][other] = product, monomial
    groups = strongly_connected_components((list(needs), [(a, b) for a, found in needs.items() for b in found]))
    out = {}
    for group in groups:
        products = [(a, b) for a in group for b, (product, _) in needs[a].items() if product and b in group]
        if products:
            a, b = min(products, key=lambda edge: len(_path(needs, [edge[1]], edge[0])))
            way = [a, *_path(needs, [b], a)]
            steps = [(x, needs[x][y][1]) for x, y in pairwise(way)]
            out |= dict.fromkeys(group, steps)
    return out


def _dependences(system: Monomials, after) -> Iterator[tuple[str, bool, str]]:
    """The coordinates in the next value of one: (which, whether in a product, the monomial)."""
    names = {v: Symbol(s) for s, v in system.vars.items()}
    many = [s for s, v in system.vars.items() if v not in system.few]
    try:
        rows = system.read(expand_over(after, *system.vars.values(), *after.atoms(Noise)))
    except CannotTell:
        yield from ((s, True, str(after.xreplace(names))) for s in many if after.has(system.vars[s]))
        return
    for key in rows:
        held = {
            s: (p, logs) for s, (p, logs) in zip(system.vars, key, strict=True) if s in many and (p, logs) != (0, 0)
        }
        product = len(held) > 1 or any(x != (1, 0) for x in held.values())
        yield from ((s, product, str(system.monomial(key, system.vars).xreplace(names))) for s in held)


def _path(needs: Mapping[Any, Iterable], starts: Iterable, end: Any) -> list:
    """The shortest way to an end by what needs what, both ends in it."""
    before = dict.fromkeys(starts)
    todo = list(before)
    for x in todo:
        if x == end:
            way = [x]
            while (x := before[x]) is not None:
                way.append(x)
            return way[::-1]
        new = [y for y in needs.get(x, ()) if y not in before]
        before |= dict.fromkeys(new, x)
        todo += new
    return []


def reason(
    system: Monomials,
    rows: Mapping[Key, Iterable[Key]],
    ways: Mapping[str, list[tuple[str, str]]],
    first: Iterable[Key],
    key: Key,
) -> str:
    """Why it is given up at a monomial: how the first ones led there, whether that has no end, what depends on itself.

    rows: what each one needs.  ways: those of `cycles`.
    """
    chain = _path(rows, first, key)
    names = {v: Symbol(s) for s, v in system.vars.items()}
    texts = [str(system.monomial(k, system.vars).xreplace(names)) for k in chain[: TOLD + 1]]
    end = f"no end is seen up to degree {system.degree(key)}"
    if any(endless(system, k) for k in chain):
        end = "degrees grow without end"
    met = {s for k in chain for s, power in zip(system.vars, k, strict=True) if power != (0, 0)}
    way = next((way for s, way in ways.items() if s in met), next(iter(ways.values())))
    steps = [f"the step of {way[0][0]} has {way[0][1]}", *(f"that of {s} has {m}" for s, m in way[1:])]
    return (
        f"the monomials do not close under the step: {' needs '.join(texts[:2])}"
        f"{''.join(f', which needs {x}' for x in texts[2:])}: {end}; "
        f"{way[0][0]} depends on itself, and not linearly: {', '.join(steps)}"
    )


def endless(system: Monomials, key: Key) -> bool:
    """Whether a monomial is seen to need others of every size: a power of x, where c x^d leads the step of x, d > 1.

    E c^k x^(dk) is the only term of that degree in the mean of x^k after a step. It stays where k is even and c a number, or
    has a square of a mean other than 0; then dk is even as well, and so on.
    """
    held = [(s, p) for s, (p, logs) in zip(system.vars, key, strict=True) if (p, logs) != (0, 0)]
    if len(held) != 1 or not held[0][1].is_Integer or any(logs for _, logs in key):
        return False
    ((name, power),) = held
    x, after = system.vars[name], expand(system.after[name])
    if not after.is_polynomial(x) or power < 1 or Poly(after, x).degree() < 2:
        return False
    leading = Poly(after, x).LC()
    if leading.has(*system.vars.values()):
        return False
    if not leading.atoms(Noise):
        return leading != 0
    try:
        square, conditions = average(expand_over(leading**2, *leading.atoms(Noise)), leading.atoms(Noise))
    except (CannotTell, Infinite):
        return False
    return bool(power % 2 == 0 and not conditions and expand(square) != S.Zero)
