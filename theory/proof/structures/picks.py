"""Steps that are tournaments of K candidates, real data beside them, as they say."""

from __future__ import annotations

from itertools import product

from sympy import Add, Dummy, Expr, Mul, S, Tuple, cancel, together

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.laws import Finite
from ...language.strangers import ours


def is_tournament(loop: FiniteLoop, lam: Expr) -> None:
    """Raise `CannotTell` unless the step is what it says: looked at with 2 and 3 candidates, on two atoms, of our own classes."""
    masses, weights = (tuple(Dummy(f"{name}{i}", positive=True) for i in range(2)) for name in "pw")
    if not ours(type(loop)):
        raise CannotTell(f"that {type(loop).__name__} is a tournament of any size is not seen in its step")
    for K in (2, 3):
        other = loop.func(Finite(masses), Tuple(*weights), S(K), lam)
        now = other.symbols()
        p = [now[name] for name in other.state]
        picked = [S.Zero, S.Zero]
        for shown in product(range(2), repeat=K):
            chance, whole = Mul(*(p[i] for i in shown)), Add(*(weights[i] for i in shown))
            for i in shown:
                picked[i] += chance * weights[i] / whole
        real = 1 / (1 + lam)
        wanted = [real * q + (1 - real) * x for q, x in zip(masses, picked, strict=True)]
        if any(cancel(together(x - y)) != 0 for x, y in zip(wanted, other.step(now).values(), strict=True)):
            raise CannotTell(f"the step of {type(loop).__name__} is no tournament")


def alike(one: FiniteLoop, other: FiniteLoop, but: str) -> bool:
    """Whether two loops differ in one parameter at most."""
    return type(one) is type(other) and all(
        x == y for name, x, y in zip(one.fields, one.arguments, other.arguments, strict=True) if name != but
    )


__all__ = ["alike", "is_tournament"]
