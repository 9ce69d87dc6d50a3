"""Steps that are tournaments of K candidates, real data beside them, as they say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from sympy import Add, Dummy, Expr, Mul, S, Tuple, cancel, oo, together

from ...language.errors import BadInput, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Finite
from ...language.loops import Model, Observable
from ...language.moments import Moment
from ...language.strangers import ours


def is_tournament(loop: FiniteLoop, lam: Expr) -> None:
    """Raise `CannotTell` unless the step is what it says: looked at with 2, 3 and infinitely many candidates, on two atoms, of
    our own classes."""
    masses, weights = (tuple(Dummy(f"{name}{i}", positive=True) for i in range(2)) for name in "pw")
    if not ours(type(loop)):
        raise CannotTell(f"that {type(loop).__name__} is a tournament of any size is not seen in its step")
    for K in (S(2), S(3), oo):
        other = loop.func(Finite(masses), Tuple(*weights), K, lam)
        now = other.symbols()
        p = [now[name] for name in other.state]
        picked = _tilted(p, weights) if K is oo else _picked(p, weights, int(K))
        real = 1 / (1 + lam)
        wanted = [real * q + (1 - real) * x for q, x in zip(masses, picked, strict=True)]
        if any(cancel(together(x - y)) != 0 for x, y in zip(wanted, other.step(now).values(), strict=True)):
            raise CannotTell(f"the step of {type(loop).__name__} is no tournament")


def _tilted(masses: Sequence[Expr], weights: Sequence[Expr]) -> list[Expr]:
    whole = Add(*(p * w for p, w in zip(masses, weights, strict=True)))
    return [p * w / whole for p, w in zip(masses, weights, strict=True)]


def _picked(masses: Sequence[Expr], weights: Sequence[Expr], K: int) -> list[Expr]:
    """The law of the pick, over all that K candidates may be."""
    picked = [S.Zero for _ in masses]
    for shown in product(range(len(masses)), repeat=K):
        chance, whole = Mul(*(masses[i] for i in shown)), Add(*(weights[i] for i in shown))
        for i in shown:
            picked[i] += chance * weights[i] / whole
    return picked


def draw_of(m: Moment) -> Observable:
    """The one draw that an event, or a function, is of that is the same for every law. Raises `BadInput` for others: a level that
    follows the model is another event at each generation, and two draws are not picked together."""
    seen = m.atoms(Observable)
    if m.given is not None or len(seen) != 1 or m.variable.has(Moment, Model):
        raise BadInput(f"it is about a function of one draw, the same one for every model; found {m}")
    o = seen.pop()
    if not isinstance(o.loop, FiniteLoop) or o.loop.table(o.name) is None:
        raise BadInput(f"it is about a draw from a model; {o} is a number of each generation")
    return o


def alike(one: FiniteLoop, other: FiniteLoop, but: str) -> bool:
    """Whether two loops differ in one parameter at most."""
    return type(one) is type(other) and all(
        x == y for name, x, y in zip(one.fields, one.arguments, other.arguments, strict=True) if name != but
    )


__all__ = ["alike", "draw_of", "is_tournament"]
