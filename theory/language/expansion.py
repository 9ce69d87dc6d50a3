"""SymPy's ways to write an expression anew, kept out of the loops and laws in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sympy import Dummy, Expr, expand

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
    return kept_whole(lambda y: expand(y, **hints), x)


def _stays_whole(x: Expr) -> bool:
    return getattr(x, "stays_whole", False)


@lru_cache(maxsize=4096)
def _named(e: Expr) -> Dummy:
    return Dummy("e", **{word: getattr(e, f"is_{word}") for word in KNOWN})


__all__ = ["kept_whole", "multiplied_out"]
