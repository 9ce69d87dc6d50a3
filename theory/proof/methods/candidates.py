"""Picks among more candidates than are written out, in balls: the masses are followed round by round, each with one integral.

Of K draws from masses p with weights f, atom i is picked with probability K p_i f_i E 1/(f_i + S), S the sum of the K - 1 other
weights. As 1/(f_i + S) is the integral of e^(-s (f_i + S)) over s > 0, that is

    p_i K f_i int e^(-s f_i) m(s)^(K - 1) ds,    m(s) = sum_j p_j e^(-s f_j),

of an entire function of s. As m falls, what is beyond T is at most p_i K e^(-T f_i) m(T)^(K - 1).

The masses are known up to radii r_j. What the others leave of 1 is that of a heaviest atom b, so m is known up to

    sum_(j != b) r_j |e^(-s f_j) - e^(-s f_b)| + c <= R s + c,    R = max_j |f_j - f_b| sum_(j != b) r_j,

c being what the middles miss of 1, and up to the share d = max r_j/p_j of itself. So the integrals are taken at the middles, and
are off by

    (K - 1) (1 + d)^(K - 2) int (R s + c) e^(-s f_i) m(s)^(K - 2) ds

at most. As s is about 1/K where m(s)^(K - 2) is not small, next to nothing is lost in a round.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from flint import acb, arb, ctx
from sympy import Dummy, Expr, oo

from ...language.errors import CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment
from ...language.order import in_order
from ...language.strangers import ours
from ..arithmetic.integration import integrals
from ..arithmetic.precision import at_precision
from ..arithmetic.programs import to_ball
from ..arithmetic.quadrature import evaluate
from .method import Method
from .steps import emitted

MOST_ROUNDS = 100
SPARE = 8  # bits


def picked(masses: Sequence[arb], weights: Sequence[arb], K: int) -> list[arb]:
    """The law of the pick among K draws, at the current precision. masses: of sum 1.  weights: positive.

    Raises `ArithmeticError` for masses of which nothing is known.
    """
    if not all(x.is_finite() for x in masses):
        raise ArithmeticError("nothing is known of the masses at this precision")
    best = max(range(len(weights)), key=lambda i: float(weights[i]))
    middle = [x.mid() for x in masses]
    middle[best] = (1 - sum((x for i, x in enumerate(middle) if i != best), arb(0))).mid()
    far = _beyond(middle, weights, K)

    def of(s: Any, number: type) -> list:
        falling = [(-s * f).exp() for f in weights]
        m = sum((p * e for p, e in zip(middle, falling, strict=True)), number(0))
        fewer = m ** (K - 2)
        return [e * x for x in (fewer * m, fewer * s, fewer) for e in falling]

    def within(s: acb, _analytic: bool) -> list:
        return of(s.real, arb) if s.imag == 0 else of(s, acb)

    inside = integrals(within, 0, far, abs_tol=arb(2) ** -(ctx.prec + SPARE) / K)
    tails = [
        x
        for of_weight in (lambda f: 1 / f, lambda f: (1 + 1 / (far * f)) / f, lambda f: 1 / f)
        for x in map(of_weight, weights)
    ]
    beyond = [x * y for x, y in zip(of(far, arb), tails, strict=True)]
    whole = [x + y.union(arb(0)) for x, y in zip(inside, beyond, strict=True)]
    apart = reduce(arb.max, (abs(f - weights[best]) for f in weights))
    others = sum((arb(x.rad()) for i, x in enumerate(masses) if i != best), arb(0))
    R, c = apart * others, abs(1 - sum(middle, arb(0)))
    shares = [arb(x.rad()) / x.abs_lower() for i, x in enumerate(masses) if i != best and not x.is_exact()]
    share = reduce(arb.max, shares, (others + c) / middle[best])
    times = (K - 1) * (1 + share) ** (K - 2)
    n = len(masses)
    pairs = zip(masses, weights, whole, whole[n:], whole[2 * n :], strict=False)
    found = [p * K * f * (x + arb(0, (times * (R * y + c * z)).upper())) for p, f, x, y, z in pairs]
    found[best] = 1 - sum((x for i, x in enumerate(found) if i != best), arb(0))
    return found


def _beyond(masses: Sequence[arb], weights: Sequence[arb], K: int) -> arb:
    """A number beyond which the integrals are too small to be seen; a poor choice costs accuracy."""
    seen, far = arb(2) ** -(ctx.prec + SPARE) / K, arb(1)
    while True:
        falling = [(-far * f).exp() for f in weights]
        m = sum((p * e for p, e in zip(masses, falling, strict=True)), arb(0))
        if m ** (K - 2) * reduce(arb.max, falling) < seen:
            return far.mid()
        far *= 2


class _Rounds:
    """The masses of a curated loop, round by round."""

    def __init__(self, loop: FiniteLoop):
        assert loop.candidates is not None
        (K, lam), self.loop = loop.candidates, loop
        self.K, self.synthetic = int(K), arb(1) if lam is oo else to_ball(lam / (1 + lam))
        self.weights = [to_ball(f) for f in loop.tables["weight"]]
        self.real = [to_ball(p) for p in loop.reference.masses]
        self.states = [[to_ball(p) for p in loop.initial.values()]]

    def of(self, t: int) -> list[arb]:
        while len(self.states) <= t:
            after, s = picked(self.states[-1], self.weights, self.K), self.synthetic
            self.states.append([s * p + (1 - s) * q for p, q in zip(after, self.real, strict=True)])
        return self.states[t]


_rounds = at_precision(_Rounds, 64)


def _mass(o: Observable) -> arb:
    if not (o.t.is_Integer and 0 <= o.t <= MOST_ROUNDS):
        raise CannotTell(f"of {o.loop} up to {MOST_ROUNDS} rounds are followed, and not {o.t}")
    return _rounds(o.loop).of(int(o.t))[o.loop.state.index(o.name)]


def enclose(m: Moment, _learn) -> arb:
    x: Expr = m.variable
    for loop in in_order({o.loop for o in x.atoms(Observable)}):
        x = emitted(x, loop)
    names = {o: Dummy(o.name, real=True) for o in in_order(x.atoms(Observable))}
    return evaluate(x.xreplace(names), {name: _mass(o) for o, name in names.items()})


def skip(m: Moment) -> str | None:
    loops = {o.loop for o in m.atoms(Observable)}
    if not (isinstance(m, E) and loops and all(map(_is_of_many, loops))):
        return "it is no mean under picks among so many candidates that they are not written out"
    return None


def _is_of_many(loop: Loop) -> bool:
    """Whether its step is a tournament of a number of candidates that it does not write out."""
    if not (isinstance(loop, FiniteLoop) and ours(type(loop)) and loop.any_law is None and loop.candidates is not None):
        return False
    if not (loop.candidates[0].is_Integer and "weight" in loop.tables and not loop.free_symbols):
        return False
    try:
        loop.step(loop.symbols())
    except NotImplementedError:
        return True
    return False


METHOD = Method("picks among many candidates, integrated", skip, enclose=enclose)
