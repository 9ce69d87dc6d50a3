"""Counts in a pool of data, in balls: the pool grows, or a part of it was drawn once; and the limit of Polya's urn.

The law of the count follows from the step's binomial noise, generation by generation, by multiplying generating
polynomials. Coordinates that no step moves (real data drawn once) are conditioned on. No moment is closed in advance.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, arb_poly, fmpq, fmpq_poly
from sympy import Abs, Add, Dummy, Expr, Ge, Gt, Integer, Poly, Rational, S, cancel, expand, lambdify, oo, rf, sympify

from ...language.errors import CannotTell
from ...language.laws import Binomial, Noise
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment, Prob
from ...language.order import in_order
from .. import structures
from ..arithmetic.atoms import exactly
from ..arithmetic.binomials import binomial_masses, generating
from ..arithmetic.precision import at_precision
from ..arithmetic.programs import compile_expr, to_ball
from ..arithmetic.rings import Balls
from .method import Method
from .steps import loop_of, of_one_loop

MOST_STEPS, MOST_WORK = 12_000, 10_000_000  # binomial laws; products of probabilities


def in_pool(m: Moment) -> bool:
    """Whether a moment is read off the law of a count in a pool; the mean of a polynomial is iterated as a recursion."""
    seen = m.atoms(Observable)
    (loop, *others) = {o.loop for o in seen}
    if others or (pool := structures.pool(loop)) is None or {o.name for o in seen} != {pool.name}:
        return False
    (t, *later) = {o.t for o in seen}
    return not later and (t is oo or isinstance(m, Prob) or not m.args[0].is_polynomial(*seen))


class _Pool:
    """The joint law of the share and of what was drawn once, at every generation."""

    def __init__(self, loop: Loop):
        pool = structures.pool(loop)
        assert pool is not None
        self.loop, self.size, self.name = loop, pool.size, pool.name
        now = loop.symbols()
        step = loop.step(now)
        after = step[self.name]
        self.changes = any(x.has(CLOCK) for x in (self.size, after))
        if moved := [name for name in now if name != self.name and step[name] != now[name]]:
            raise CannotTell(f"{moved[0]} is not drawn once and for all")
        arguments = (CLOCK, *now.values())
        names = {z: Dummy(str(z)) for z in in_order(after.atoms(Noise))}
        self.draws = []
        for z, name in names.items():
            counted = isinstance(z.law, Binomial) and not z.law.n.free_symbols - {CLOCK}
            if not counted or cancel(self.size * after.xreplace(names).diff(name)) != 1:
                raise CannotTell(f"{z} is no count")
            self.draws.append((lambdify(CLOCK, z.law.n), compile_expr(z.law.p, arguments)))
        kept = cancel(self.size * after.xreplace(dict.fromkeys(names, Integer(0))))
        self.kept = lambdify(arguments, kept, modules=[])  # exact, in fractions
        self.steps: dict[tuple, arb_poly] = {}
        self.laws = [self.start()]  # of generations 0, 1, ...: {what was drawn once: {share: probability}}

    def start(self) -> dict[tuple[Fraction, ...], dict[Fraction, arb]]:
        initial = {s: sympify(x) for s, x in self.loop.initial.items()}
        noises = set().union(*(x.atoms(Noise) for x in initial.values()))
        values: list[tuple[dict, arb]] = [({}, arb(1))]
        for z in noises:
            if len(noises) > 1 or not isinstance(z.law, Binomial):
                raise CannotTell(f"a start with {len(noises)} draws, or from {z.law}")
            values = [({z: Integer(k)}, p) for k, p in enumerate(binomial_masses(to_ball(z.law.n), to_ball(z.law.p)))]
        law: dict = {}
        for at, mass in values:
            values_at = [x.xreplace(at) for x in initial.values()]
            if unknown := [x for x in values_at if not x.is_Rational]:
                raise CannotTell(f"a start at {unknown[0]}, which is no rational number")
            share, *rest = (Fraction(int(x.p), int(x.q)) for x in values_at)
            masses = law.setdefault(tuple(rest), {})
            masses[share] = masses.get(share, arb(0)) + mass  # several values of a draw may be one share
        return law

    def step(self, t: int, share: Fraction, rest: tuple[Fraction, ...]) -> arb_poly:
        """The generating polynomial of the count after fit number t."""
        key = (t if self.changes else 0, share, rest)
        if key not in self.steps:
            kept = self.kept(t, share, *rest)
            if kept < 0 or kept != int(kept):
                raise CannotTell(f"{kept} points are kept")
            balls = [arb(x.numerator) / x.denominator for x in (share, *rest)]
            trials = [n(t) for n, _ in self.draws]
            if not all(n == int(n) >= 0 for n in trials) or kept + sum(map(int, trials)) > self.points(t):
                raise CannotTell(f"{kept} and {sum(trials)} points are more than {self.points(t)}, or no whole number")
            product = generating(
                [(int(n), p(Balls, arb(t), *balls)) for n, (_, p) in zip(trials, self.draws, strict=True)]
            )
            self.steps[key] = arb_poly([0] * int(kept) + product.coeffs())
        return self.steps[key]

    def points(self, t: int) -> int:
        """Behind the model after fit number t. Raises `CannotTell` where that is no whole number."""
        size = self.size.xreplace({CLOCK: Integer(t)})
        if not (size.is_Integer and size >= 1):
            raise CannotTell(f"{size} points behind a model")
        return int(size)

    def law(self, t: int) -> dict:
        states = len(self.laws[0]) * self.points(t)
        if states * (t if self.changes else 1) > MOST_STEPS or states * self.points(t) * t > MOST_WORK:
            raise CannotTell(f"a pool of {self.points(t)} points at generation {t} is too large")
        while len(self.laws) <= t:
            fit = len(self.laws)
            size, after = self.points(fit), {}
            for rest, shares in self.laws[-1].items():
                total = arb_poly([0])
                for share, weight in shares.items():
                    total += weight * self.step(fit, share, rest)
                after[rest] = {Fraction(k, size): total[k] for k in range(size + 1) if total[k] != 0}
            self.laws.append(after)
        return self.laws[t]


_pool = at_precision(_Pool, 64)


def _weighted(x: Any, loop: Loop) -> list[tuple[dict[Observable, Expr], arb]]:
    (o,) = x.atoms(Observable)
    if o.t is oo:
        raise CannotTell(f"of {o} means are known, no probabilities")
    shares: dict[Fraction, arb] = {}
    for law in _pool(loop).law(int(o.t)).values():
        for share, weight in law.items():
            shares[share] = shares.get(share, arb(0)) + weight
    return [({o: Rational(s.numerator, s.denominator)}, weight) for s, weight in shares.items()]


def mean(x: Expr, loop: Loop) -> arb:
    """E x, x a function of the share at one generation or in the limit."""
    (o,) = x.atoms(Observable)
    if o.t is oo:
        return to_ball(limit_mean(x, loop))
    return sum((w * to_ball(exactly(x, at)) for at, w in _weighted(x, loop)), arb(0))


def probability(event: Ge | Gt, loop: Loop) -> arb:
    """A ball for the probability of an event, over the exact law of the counts in the pool."""
    return sum((w for at, w in _weighted(event, loop) if exactly(event, at) is S.true), arb(0))


# ---- Polya's urn ----------------------------------------------------------------------------------------------------


def urn(loop: Loop) -> tuple[Expr, Expr] | None:
    """The balls of an urn that gets one more of the colour that is drawn, ever after: (of the symbol, others).

    Seen from the step: of c among N the count becomes c + 1 with probability c/N, else stays, and N becomes N + 1. Then
    c (c + 1) ... (c + j - 1)/(N (N + 1) ... (N + j - 1)) is a martingale for every j, so that the limit of c/N has the
    moments of the Beta law with these balls (Eggenberger and Polya 1923).
    """
    pool = structures.pool(loop)
    if pool is None or len(loop.state) > 1:
        return None
    share = Dummy("share", real=True)
    after = loop.step({pool.name: share})[pool.name]
    before = pool.size.xreplace({CLOCK: CLOCK - 1})
    (z, *more) = after.atoms(Noise) or {None}
    if z is None or more or z.law != Binomial(Integer(1), share):
        return None
    grows = expand(pool.size - before - 1) == 0 and expand(pool.size * after - before * share - z) == 0
    size, p = pool.size.xreplace({CLOCK: Integer(0)}), next(iter(loop.initial.values()))
    mine, others = cancel(size * p), cancel(size * (1 - p))
    whole = all(x.is_integer and x.is_positive for x in (mine, others))
    return (mine, others) if grows and whole else None


def limit_mean(x: Expr, loop: Loop) -> Expr:
    """E x, x a polynomial of the limiting share or its distance from a number: a rational number."""
    (o,) = x.atoms(Observable)
    if (balls := urn(loop)) is None:
        raise CannotTell(f"the law of {o} is not known")
    a, b = map(int, balls)
    if x.is_polynomial(o):
        return Add(*(c * rf(a, j) / rf(a + b, j) for (j,), c in Poly(x, o).terms()))
    if not (isinstance(x, Abs) and (level := o - x.args[0]).is_Rational):
        raise CannotTell(f"the mean of {x} at the limit")
    # E |X - c| = 2 int_0^c (c - x) f(x) dx + E X - c, f a polynomial
    density = fmpq_poly([0, 1]) ** (a - 1) * fmpq_poly([1, -1]) ** (b - 1)
    c = fmpq(int(level.p), int(level.q))
    below = (fmpq_poly([c, -1]) * density).integral()
    whole = density.integral()
    part = below(min(max(c, fmpq(0)), fmpq(1))) / whole(fmpq(1))
    return 2 * Rational(int(part.p), int(part.q)) + Rational(a, a + b) - level


def skip(m: Moment) -> str | None:
    if not isinstance(m, E | Prob):
        return "it is no mean, and no probability"
    return of_one_loop(m) or (None if in_pool(m) else "it is of no count in a pool at one generation")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    return (mean if isinstance(m, E) else probability)(m.variable, loop_of(m))


METHOD = Method("exact law of the count", skip, enclose=enclose)
