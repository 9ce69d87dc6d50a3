"""Sums over symbols whose probabilities have the sum 1: what belongs to none of them is shared out, c = c p1 + ... + c pk."""

from __future__ import annotations

from sympy import Add, Dummy, Expr, S, Symbol, expand_mul, factor, together

from ...language.domains import Share
from .learned import Learned

ODDS = Dummy("odds", positive=True)


def one_by_one(known: Learned, d: Expr) -> list[Expr] | None:
    """What d is the sum of, a function of one probability each, written by its odds; None where it is no such sum.

    Each of them may have any probability: where all have a sign, d has it. Symbols that say the same are one.
    """
    shares = {known.claim.symbols[name]: x for name, x in known.claim.domain.items() if isinstance(x, Share)}
    asked = d.free_symbols & set(shares)
    names = {shares[s].names for s in asked}
    if len(names) != 1:
        return None
    firsts = [known.claim.symbols[name] for name in names.pop()]
    last = Dummy("last", positive=True)
    found = _apart(d, [*firsts, last], firsts, last)
    if found is None:
        return None
    return list(dict.fromkeys(_by_odds(f, s) for s, f in found.items()))


def _by_odds(f: Expr, p: Symbol) -> Expr:
    """By the odds of p; the bases of powers as products, 1 - p as 1/(1 + odds)."""
    form = f.xreplace({p: ODDS / (1 + ODDS)})
    return form.replace(lambda e: e.is_Pow and e.base.is_Add, lambda e: factor(together(e.base)) ** e.exp)


def _apart(d: Expr, symbols: list[Symbol], firsts: list[Symbol], last: Symbol) -> dict[Symbol, Expr] | None:
    """The part of each symbol, its share of what belongs to none among it."""
    d = d.replace(lambda e: isinstance(e, Add) and e.free_symbols >= set(firsts), lambda e: _of_last(e, firsts, last))
    parts, common = dict.fromkeys(symbols, S.Zero), S.Zero
    for term in Add.make_args(expand_mul(d)):
        own = [s for s in symbols if s in term.free_symbols]
        if len(own) > 1:
            return None
        if own:
            parts[own[0]] += term
        else:
            common += term
    return {s: f + common * s for s, f in parts.items()}


def _of_last(e: Expr, firsts: list[Symbol], last: Symbol) -> Expr:
    """c (p1 + ...) + r as c (1 - p) + r, p being the last probability."""
    c = e.coeff(firsts[0], 1)
    rest = e - c * Add(*firsts)
    return e if rest.has(*firsts) or c.has(*firsts) else rest + c * (1 - last)
