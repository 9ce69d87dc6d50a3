"""Monomials whose means are the same in every generation: one of each kind stands for all of them.

Where the means of a kind start alike, and a step mixes those of every kind into each with the same weights, they stay alike.
So the recursion of the kinds is closed: of d models that are trained alike two second moments are left, whatever d is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from sympy import Add, Expr, S, cancel, together

from ..symbols import rational
from .closure import Key, System


class Kinds(System):
    """The first monomial of every kind, in place of all: their rows are closed.

    system: closed monomials.  begun: where each of them starts.
    first: of every monomial the one that stands for it.
    """

    def __init__(self, system: System, begun: Mapping[Key, Expr]):
        super().__init__(system.loop)
        rows = {k: {j: _lowest(c) for j, c in row.items()} for k, row in system.rows.items()}
        self.first = _parted(rows, begun)
        self.rows = {k: self.merged(rows[k]) for k in dict.fromkeys(self.first.values())}

    def merged(self, terms: Mapping[Key, Expr]) -> dict[Key, Expr]:
        """A combination of monomials in those that stand for them."""
        return _weights(terms, self.first)


def _parted(rows: Mapping[Key, Mapping[Key, Expr]], begun: Mapping[Key, Expr]) -> dict[Key, Key]:
    """The first of every kind: those that start apart are parted, and again and again those that are mixed of different kinds."""
    first = _firsts({k: begun[k] for k in rows})
    while True:
        finer = _firsts({k: (first[k], frozenset(_weights(row, first).items())) for k, row in rows.items()})
        if finer == first:
            return first
        first = finer


def _firsts(marks: Mapping[Key, Hashable]) -> dict[Key, Key]:
    """The first of all with the same mark."""
    seen: dict[Hashable, Key] = {}
    return {k: seen.setdefault(mark, k) for k, mark in marks.items()}


def _weights(terms: Mapping[Key, Expr], first: Mapping[Key, Key]) -> dict[Key, Expr]:
    parts: dict[Key, list[Expr]] = {}
    for k, c in terms.items():
        parts.setdefault(first[k], []).append(c)
    return {k: x for k, cs in parts.items() if (x := _added(cs)) != 0}


def _added(coefficients: Iterable[Expr]) -> Expr:
    one, *more = coefficients
    return _lowest(Add(one, *more)) if more else one


def _lowest(x: Expr) -> Expr:
    """In lowest terms, so that equal ones are the same."""
    if x.is_number and x.is_Rational:
        return x
    try:
        return rational.lowest(x)
    except ValueError:  # roots of numbers are in it
        return cancel(together(x)) if x != S.Zero else x
