"""The curated loop on finitely many atoms, and shorthand that several topics use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from math import comb, factorial, prod
from typing import Any

from sympy import Add, Expr, Lambda, Mul, Rational, Symbol, Tuple, exp, log, oo, sympify
from sympy.core.relational import Relational

from ..language.domains import Integers, Points, Positive
from ..language.errors import BadInput, Unsaid
from ..language.fields import Masses, Ratio, Values, computed
from ..language.finite_loops import FiniteLoop
from ..language.laws import AnyLaw, Atoms, Finite, Pieces
from ..language.loops import Loop, Observable, of_draw
from ..language.structures import Picks
from ..proof.relations.lemmas import Lemma, Link

FERBACH = "Ferbach et al. 2407.09499"
half = Rational(1, 2)
x = Symbol("x", real=True)
MOST_CANDIDATES = 64  # of a pick that is written out,
MOST_WRITTEN = 220  # and multisets of its competitors: 20 candidates on three atoms, 10 on four


def tournament(masses: Sequence, weights: Sequence, K) -> list[Expr]:
    """The law of the pick among K draws, atom i of them being picked with probability proportional to its weight.

    K = oo: the tilted law. Else every multiset of the K - 1 competitors is looked at.
    """
    return list(_tournament(tuple(map(sympify, masses)), tuple(map(sympify, weights)), K))


@lru_cache(maxsize=256)
def _tournament(masses: tuple[Expr, ...], weights: tuple[Expr, ...], K) -> list[Expr]:
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
            terms.append(chance * (K * f / (f + others)))
    return [p * Add(*terms) for p, terms in zip(masses, out, strict=True)]


def _counts(total: int, kinds: int) -> Iterator[tuple[int, ...]]:
    """All ways to have `total` things of `kinds` kinds."""
    if kinds == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _counts(total - first, kinds - 1):
            yield (first, *rest)


def _rewarded(reward: Any) -> Any:
    """The weights of rewards."""
    return (lambda i: exp(reward(i))) if callable(reward) else tuple(map(exp, reward))


SPELLED = (("weight", lambda f: f), ("reward", _rewarded))  # the weights, and their logarithms


class CuratedLoop(FiniteLoop):
    """Retraining on picks: each of infinitely many is the preferred one of K draws from the model (Bradley-Terry, Luce).

    law: of the real data, `Finite((p_0, p_1, ...))`; or of the weight in them, as `Laws` or `Atoms` give it. Of `Pieces`, as
        `Laws(line=2)` gives them at points, it is a `CuratedWeightsLoop`.
    K: 2, 3, ... candidates, a number or a symbol; oo: the law tilted by the weight.
    weights, called weight=, or reward= (their logarithms): of the atoms: a tuple, a `Lambda` or a Python function of the atom's
        number.
    lam: ratio of synthetic to real data; oo: synthetic data only.
    start: the law that the loop is handed, that of the real data unless given.

    Observables: weight(t), reward(t) of a fresh draw; mass(t, i, ...), the probability of atoms; model(t), a law.
    Source: Ferbach et al. 2407.09499.
    """

    law: Masses
    weights: Values(Positive, of="law", spelled=SPELLED) = computed(lambda given: _told_by(given.as_called["law"]))
    K: Integers(2) | Points(oo) = 2
    lam: Ratio = oo
    start: Masses(of="law") = computed(lambda given: given.law)

    steady = ("weights", "K")

    @classmethod
    def instead(cls, first: Any) -> Callable[..., Any] | None:
        """Of a law on the line the loop of such a law."""
        return CuratedWeightsLoop if isinstance(first, Pieces) else None

    weight = of_draw("f")
    reward = of_draw("r")

    @property
    def reference(self) -> Finite:
        """The law of the real data, which curated data are mixed with."""
        return self.law

    @property
    def tables(self) -> dict[str, Tuple]:
        return {"weight": self.weights, "reward": Tuple(*map(log, self.weights))}

    def on(self, law: Finite, weights) -> CuratedLoop:
        return self.func(law, weights, self.K, self.lam)

    @property
    def candidates(self) -> tuple[Expr, Expr]:
        """K and lam, of a step that is a tournament."""
        return self.K, self.lam

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        atoms = len(self.state)
        kept = takewhile(lambda k: comb(k + atoms - 2, atoms - 1) <= MOST_WRITTEN, range(2, MOST_CANDIDATES + 1))
        most = max(kept, default=2)
        if self.K is not oo and not (self.K.is_number and most >= self.K):
            raise Unsaid(f"on {atoms} atoms a pick is written out of up to {most} candidates, not of {self.K}")
        picked = tournament([state[name] for name in self.state], self.weights, self.K)
        if self.lam is not oo:
            picked = [(p + self.lam * q) / (1 + self.lam) for p, q in zip(self.law.masses, picked, strict=True)]
        return dict(zip(self.state, picked, strict=True))


class CuratedWeightsLoop(Loop):
    """The curated loop where the weight itself has a law on the line: `CuratedLoop` of such a law is this one.

    law: of the weight in the real data and at first, `Pieces`, as `Laws(line=2)` gives it at points.
    K: 2, 3, ... candidates.  lam: ratio of synthetic to real data; oo: synthetic data only.
    Observables: draw(t) and weight(t), the weight of a fresh draw; reward(t), its logarithm.
    Refuses a law with weights that are 0 or negative (`BadInput`).
    Source: Ferbach et al. 2407.09499.
    """

    law: Pieces
    K: Integers(2)
    lam: Ratio = oo

    steady = ("law", "K", "lam")

    @property
    def definition(self) -> Picks:
        return Picks(self.law, Lambda(x, log(x)), self.K, self.lam)

    @property
    def reference(self) -> Pieces:
        """The law of the weight in the real data, which curated data are mixed with."""
        return self.law

    def weight(self, t, index=1) -> Expr:
        """The weight of a fresh draw from model t."""
        return self.draw(t, index)

    def reward(self, t, index=1) -> Expr:
        """Its logarithm."""
        return log(self.draw(t, index))

    def refuses(self) -> str | None:
        low = self.law.least
        return f"{self.law} has weights that are not positive" if low.is_nonpositive else super().refuses()


def _told_by(law: Any) -> tuple:
    """The weights that a law of them tells, one for each of its atoms; of any law they have no names."""
    if not isinstance(law, Atoms | AnyLaw):
        raise BadInput(f"expected one for each atom of {law}, which tells none")
    return law.points if isinstance(law, Atoms) else ()


def of_its_loop(made: Callable[[CuratedLoop], Lemma]) -> Lemma:
    """A lemma that is given what it needs by the loop that a relation speaks of."""

    def links(relation: Relational) -> list[Link]:
        (loop,) = {o.loop for o in relation.atoms(Observable)}
        return made(loop)(relation)

    return links
