"""Logarithms of one number in several writings: what is equal cancels, in them and among them."""

from __future__ import annotations

from sympy import Expr, Pow, log

from ...language.lengths import operations
from .normal_forms import is_seen_zero
from .rational import held

MOST_LOGARITHMS = 6
MOST_OPERATIONS = 300  # of arguments that are compared


def of_one_writing(x: Expr) -> Expr:
    """x with its logarithms in lowest terms, and with the shortest argument of each among those that are equal to it."""
    x = x.xreplace(
        {f: log(y) for f in x.atoms(log) if f.free_symbols and (y := _in_lowest_terms(f.args[0])) != f.args[0]}
    )
    arguments = sorted({f.args[0] for f in x.atoms(log) if f.free_symbols}, key=lambda a: (operations(a), str(a)))
    arguments = [a for a in arguments if operations(a) <= MOST_OPERATIONS]
    if not 1 < len(arguments) <= MOST_LOGARITHMS:
        return x
    put: dict[Expr, Expr] = {}
    for a in arguments:
        put[a] = next((b for b in put if a.free_symbols >= b.free_symbols and is_seen_zero(a - b)), a)
    return x.xreplace({log(a): log(b) for a, b in put.items() if a != b})


def _in_lowest_terms(x: Expr) -> Expr:
    """x without what cancels in it, A/((A + B)*(1 - A/(A + B))) = A/B, in bases of powers first; x itself where that is no
    shorter."""
    powers = [p for p in x.atoms(Pow) if not p.exp.is_Integer and p.free_symbols]
    if not powers or operations(x) > MOST_OPERATIONS:  # quotients of polynomials are read as they are
        return x
    y = x.xreplace({p: base**p.exp for p in powers if (base := _plain(p.base)) != p.base})
    return y if operations(y := _plain(y)) < operations(x) else x


def _plain(x: Expr) -> Expr:
    found = held(x, MOST_OPERATIONS)
    y = x if found is None else found.factored()
    return y if operations(y) < operations(x) else x
