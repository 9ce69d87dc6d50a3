"""Counts in a pool of data, in balls: the pool grows, or a part of it was drawn once; and the limit of Polya's urn.

The law of the count follows from the step's binomial noise, generation by generation, by multiplying generating
polynomials. Coordinates that no step moves (real data drawn once) are conditioned on. No moment is closed in advance.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly
from sympy import Abs, Add, Dummy, Expr, Ge, Gt, Integer, Poly, Rational, expand, oo, rf, sympify

from ..language.laws import Binomial, Noise
from ..language.loops import CLOCK, Loop, Observable
from ..language.moments import Moment
from .chains import MOST_STATES, binomial_masses
from .rings import NotCompilable, to_ball

MOST_WORK = 500_000  # products of probabilities


def in_pool(m: Moment) -> bool:
    """Whether a moment is read off the law of a count in a pool, at one generation or in the limit."""
    seen = m.atoms(Observable)
    (loop, *others) = {o.loop for o in seen}
    if others or loop.pool is None or loop.grid is not None:
        return False
    return {o.name for o in seen} == {loop.state[0]} and len({o.t for o in seen}) == 1


class _Pool:
    """The law of the share at every generation; steps that are the same are worked out once for every share."""

    def __init__(self, loop: Loop):
        self.loop, self.name = loop, loop.state[0]
        self.rows: dict = {}
        self.work = 0
        self.laws = [list(self.starts())]  # of generations 0, 1, ...: {state: probability}

    def starts(self) -> Iterator[tuple[tuple[Expr, ...], arb]]:
        """The states to start from, each with its probability: of what is drawn once, every value."""
        initial = {s: sympify(x) for s, x in self.loop.initial.items()}
        noises = set().union(*(x.atoms(Noise) for x in initial.values()))
        if not noises:
            yield tuple(initial.values()), arb(1)
            return
        (z, *others) = noises
        if others or not isinstance(z.law, Binomial):
            raise NotCompilable(f"a start with {len(noises)} draws, or from {z.law}")
        for k, mass in enumerate(binomial_masses(to_ball(z.law.n), to_ball(z.law.p))):
            yield tuple(x.xreplace({z: Integer(k)}) for x in initial.values()), mass

    def row(self, t: int, state: tuple[Expr, ...]) -> tuple[int, list[arb], int]:
        """(what is kept, the law of the count drawn beside it, their size) in fit number t from a state."""
        assert self.loop.pool is not None
        size = self.loop.pool.xreplace({CLOCK: Integer(t)})
        if not (size.is_Integer and size < 10 * MOST_STATES):
            raise NotCompilable(f"a pool of {size} points is too large")
        key = (size, state)
        if key not in self.rows:
            names = dict(zip(self.loop.state, state, strict=True))
            after = expand(size * self.loop.step_at(names, t)[self.name])
            kept, product = 0, arb_poly([1])
            for z in Add.make_args(after):
                if isinstance(z, Noise) and isinstance(z.law, Binomial):
                    p = to_ball(z.law.p)
                    product *= arb_poly([1 - p, p]) ** int(z.law.n)
                elif z.is_Integer:
                    kept += int(z)
                else:
                    raise NotCompilable(f"{z} is no count")
            self.rows[key] = kept, [product[i] for i in range(product.length())], int(size)
        return self.rows[key]

    def law(self, t: int) -> list[tuple[tuple[Expr, ...], arb]]:
        while len(self.laws) <= t:
            after: dict[tuple[Expr, ...], arb] = {}
            for state, weight in self.laws[-1]:
                kept, masses, size = self.row(len(self.laws), state)
                self.work += len(masses)
                if self.work > MOST_WORK:
                    raise NotCompilable("the law of the count takes too long")
                for i, mass in enumerate(masses):
                    new = (Rational(kept + i, size), *state[1:])
                    after[new] = after.get(new, arb(0)) + weight * mass
            self.laws.append(list(after.items()))
        return self.laws[t]


@lru_cache(maxsize=64)
def _pool(loop: Loop, bits: int) -> _Pool:
    return _Pool(loop)


def _weighted(x: Expr, loop: Loop) -> list[tuple[Expr, arb]]:
    (o,) = x.atoms(Observable)
    shares: dict[Expr, arb] = {}
    for (share, *_), weight in _pool(loop, ctx.prec).law(int(o.t)):
        shares[share] = shares.get(share, arb(0)) + weight
    return [(x.xreplace({o: share}), weight) for share, weight in shares.items()]


def mean(x: Expr, loop: Loop) -> arb:
    """E x, x a function of the share at one generation or in the limit."""
    (o,) = x.atoms(Observable)
    if o.t is oo:
        return to_ball(limit_mean(x, loop))
    return sum((w * to_ball(v) for v, w in _weighted(x, loop)), arb(0))


def probability(event: Ge | Gt, loop: Loop) -> arb:
    gaps = _weighted(event.lhs - event.rhs, loop)
    return sum((w for gap, w in gaps if gap > 0 or (gap == 0 and isinstance(event, Ge))), arb(0))


# ---- Polya's urn ----------------------------------------------------------------------------------------------------


def urn(loop: Loop) -> tuple[int, int] | None:
    """The balls of an urn that gets one more of the colour that is drawn, ever after: (of the symbol, others).

    Seen from the step: of c among N the count becomes c + 1 with probability c/N, else stays, and N becomes N + 1. Then
    c (c + 1) ... (c + j - 1)/(N (N + 1) ... (N + j - 1)) is a martingale for every j, so that the limit of c/N has the
    moments of the Beta law with these balls (Eggenberger and Polya 1923).
    """
    if loop.pool is None or loop.initial.keys() != {loop.state[0]}:
        return None
    share = Dummy("share", real=True)
    after = loop.step({loop.state[0]: share})[loop.state[0]]
    before = loop.pool.xreplace({CLOCK: CLOCK - 1})
    (z, *others) = after.atoms(Noise) or {None}
    if z is None or others or z.law != Binomial(Integer(1), share):
        return None
    grows = expand(loop.pool - before - 1) == 0 and expand(loop.pool * after - before * share - z) == 0
    size, p = loop.pool.xreplace({CLOCK: Integer(0)}), next(iter(loop.initial.values()))
    mine = size * p
    if not (grows and size.is_Integer and mine.is_Integer and 0 < mine < size):
        return None
    return int(mine), int(size - mine)


def limit_mean(x: Expr, loop: Loop) -> Expr:
    """E x, x a polynomial of the limiting share or its distance from a number: a rational number."""
    (o,) = x.atoms(Observable)
    if (balls := urn(loop)) is None:
        raise NotCompilable(f"the law of {o} is not known")
    a, b = balls
    if x.is_polynomial(o):
        return Add(*(c * rf(a, j) / rf(a + b, j) for (j,), c in Poly(x, o).terms()))
    if not (isinstance(x, Abs) and (level := o - x.args[0]).is_Rational):
        raise NotCompilable(f"the mean of {x} at the limit")
    # E |X - c| = 2 int_0^c (c - x) f(x) dx + E X - c, f a polynomial
    density = fmpq_poly([0, 1]) ** (a - 1) * fmpq_poly([1, -1]) ** (b - 1)
    c = fmpq(int(level.p), int(level.q))
    below = (fmpq_poly([c, -1]) * density).integral()
    whole = density.integral()
    part = below(c) / whole(fmpq(1))
    return 2 * Rational(int(part.p), int(part.q)) + Rational(a, a + b) - level


__all__ = ["in_pool", "limit_mean", "mean", "probability", "urn"]
