"""The curated loop on finitely many atoms, and shorthand that several topics use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import factorial, prod

from sympy import Add, Expr, Mul, Rational, Tuple, exp, log, oo, sympify

from ..language.laws import Finite
from ..language.loops import FiniteLoop, Loop, arguments, function, table

FERBACH = "Ferbach et al. 2407.09499"
half = Rational(1, 2)


def tournament(masses: Sequence, weights: Sequence, K) -> list[Expr]:
    """The law of the pick among K draws, atom i of them being picked with probability proportional to its weight.

    K = oo: the tilted law. Else every multiset of the K - 1 competitors is looked at.
    """
    if K is oo:
        whole = Add(*(p * f for p, f in zip(masses, weights, strict=True)))
        return [p * f / whole for p, f in zip(masses, weights, strict=True)]
    K = int(K)
    out = [[] for _ in masses]
    for counts in _counts(K - 1, len(masses)):
        chance = Mul(
            factorial(K - 1) // prod(map(factorial, counts)), *(p**c for p, c in zip(masses, counts, strict=True))
        )
        if chance == 0:
            continue
        others = Add(*(c * f for c, f in zip(counts, weights, strict=True)))
        for terms, f in zip(out, weights, strict=True):
            terms.append(chance * K * f / (f + others))
    return [p * Add(*terms) for p, terms in zip(masses, out, strict=True)]


def _counts(total: int, kinds: int) -> Iterator[tuple[int, ...]]:
    """All ways to have `total` things of `kinds` kinds."""
    if kinds == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _counts(total - first, kinds - 1):
            yield (first, *rest)


def unlisted(K) -> str:
    """What to say of a number of candidates that is a symbol: a round's form depends on the number."""
    return f": list its values, {K}=Points(2, 3, 4)" if sympify(K).free_symbols else ""


class CuratedLoop(FiniteLoop):
    """Retraining on picks: each of infinitely many is the preferred one of K draws from the model (Bradley-Terry, Luce).

    law: of the real data, `Finite((p_0, p_1, ...))`.  K: 2, 3, ... candidates, or oo: the law tilted by the weight.
    weight, or reward (its logarithm): of the atoms: a tuple, a `Lambda` or a Python function of the atom's number.
    lam: ratio of synthetic to real data; oo: synthetic data only.
    start: the law that the loop is handed, that of the real data unless given.

    Observables: weight(t), reward(t) of a fresh draw; mass(t, i, ...), the probability of atoms; model(t), a law.
    """

    latex_names = {"weight": "f", "reward": "r"}  # noqa: RUF012

    def __new__(
        cls,
        law: Finite,
        weight: Sequence | Callable | None = None,
        K=2,
        lam=oo,
        start: Finite | None = None,
        reward: Sequence | Callable | None = None,
    ):
        if (weight is None) == (reward is None):
            raise ValueError("either weight= or reward= is needed")
        start = law if start is None else start
        for name, given in (("law", law), ("start", start)):
            if not isinstance(given, Finite):
                raise ValueError(f"{name} = {given}: a law Finite((p_0, p_1, ...)) is expected")
        atoms = len(law.masses)
        if len(start.masses) != atoms:
            raise ValueError(f"start has {len(start.masses)} atoms, the law of the real data {atoms}")
        weights = table(weight, atoms) if weight is not None else Tuple(*map(exp, table(reward, atoms)))
        K = sympify(K)
        if K is not oo and not (K.is_Integer and K >= 2):
            raise ValueError(f"K={K}: expected 2, 3, ... candidates, or oo{unlisted(K)}")
        return Loop.__new__(cls, *map(sympify, (law, weights, K, lam, start)))

    law, weights, K, lam, start = arguments(5)
    weight, reward = function("weight"), function("reward")
    anchored = property(lambda self: self.lam is not oo)

    @property
    def reference(self) -> Finite:
        return self.law

    @property
    def tables(self) -> dict[str, Tuple]:
        return {"weight": self.weights, "reward": Tuple(*map(log, self.weights))}

    def on(self, law: Finite, weights) -> CuratedLoop:
        return self.func(law, weights, self.K, self.lam)

    def refuses(self) -> str | None:
        if not all(f.is_positive for f in self.weights):
            return f"weight = {self.weights}: positive numbers are expected"
        return super().refuses() if self.lam.is_extended_nonnegative else f"lam = {self.lam}: a ratio is expected"

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        picked = tournament([state[name] for name in self.state], self.weights, self.K)
        if self.lam is not oo:
            picked = [(p + self.lam * q) / (1 + self.lam) for p, q in zip(self.law.masses, picked, strict=True)]
        return dict(zip(self.state, picked, strict=True))
