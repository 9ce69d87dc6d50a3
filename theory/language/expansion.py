"""SymPy's ways to write an expression anew, kept out of the loops and laws in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import Add, Basic, Dummy, Expr, Mul, Pow, Rational, expand

from .lengths import terms_when_expanded

MOST_TERMS, MOST_POWER = 10_000, 1000  # that FLINT is asked for, which no signal ends

KNOWN = ("extended_real", "finite", "integer", "positive", "negative", "nonnegative", "nonpositive", "nonzero")


def kept_whole(rewritten: Callable[[Expr], Expr], x: Expr) -> Expr:
    """What a function makes of an expression in which what has a loop, or a law, in it is a name.

    SymPy writes arguments anew, too: with the reward x^2 - 2 x + 1 in place of (x - 1)^2 a loop would be another one. Classes
    of such expressions say so: `stays_whole = True`.
    """
    names = {e: _named(e) for e in x.find(_stays_whole)}
    return rewritten(x.xreplace(names)).xreplace({name: e for e, name in names.items()})


def multiplied_out(x: Expr, **hints: bool) -> Expr:
    """SymPy's `expand`, of all but what has a loop, or a law, in it."""
    return kept_whole(partial(_expanded, hints), x)


def _expanded(hints: dict[str, bool], x: Expr) -> Expr:
    """By FLINT, in a part of the time, where it is a sum of powers of symbols with rational coefficients, and not long."""
    if not x.has(Add) or terms_when_expanded(x) > MOST_TERMS:
        return expand(x, **hints)
    symbols = sorted(x.free_symbols, key=str)
    below = [s for s in symbols if any(p.base == s and p.exp.is_negative for p in x.atoms(Pow))]
    ring = fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(symbols) + len(below))] or ["x"], Ordering.lex)
    gens = [*symbols, *(1 / s for s in below)]
    known = dict(zip(gens, ring.gens(), strict=False))

    def read(e: Basic) -> fmpq_mpoly:
        if e in known:
            return known[e]
        if e.is_Rational:
            return ring.constant(fmpq(int(e.p), int(e.q)))
        if isinstance(e, Add | Mul):
            out, *others = map(read, e.args)
            for other in others:
                out = out + other if isinstance(e, Add) else out * other
            return out
        if isinstance(e, Pow) and e.exp.is_Integer and abs(e.exp) <= MOST_POWER and (e.exp > 0 or 1 / e.base in known):
            return read(e.base if e.exp > 0 else 1 / e.base) ** abs(int(e.exp))
        raise ValueError(f"{type(e).__name__} is no power of a symbol")

    try:
        terms = read(x).to_dict().items()
    except ValueError:
        return expand(x, **hints)
    return Add(*(Mul(Rational(int(c.p), int(c.q)), *map(Pow, gens, powers)) for powers, c in terms))


def _stays_whole(x: Expr) -> bool:
    return getattr(x, "stays_whole", False)


@lru_cache(maxsize=4096)
def _named(e: Expr) -> Dummy:
    return Dummy("e", **{word: getattr(e, f"is_{word}") for word in KNOWN})


__all__ = ["kept_whole", "multiplied_out"]
