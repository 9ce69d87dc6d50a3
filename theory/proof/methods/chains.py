"""Finite Markov chains in balls: loops whose one coordinate is k/N, k a sum of binomial counts.

The transition matrix follows from the step's binomial noise by multiplying generating polynomials; means and
probabilities at generation t are those of the distribution after t steps. No moment is closed in advance.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from flint import arb, arb_mat, ctx
from sympy import Expr, Ge, Gt, Integer, Rational, S, oo

from ...language.errors import CannotTell
from ...language.loops import Loop, Observable
from ...language.moments import E, Moment, Prob
from .. import structures
from ..arithmetic.atoms import exactly
from ..arithmetic.binomials import generating
from ..arithmetic.rings import Balls, compile_expr, to_ball
from ..symbols.normal_forms import is_zero
from .method import Method
from .steps import loop_of, of_one_loop, times_of

MOST_STATES = 401
MOST_WORK = 2_000_000  # products of probabilities, of a tenth of a microsecond


def is_chain(loop: Loop) -> bool:
    return structures.chain(loop) is not None


class _Chain:
    def __init__(self, loop: Loop):
        chain = structures.chain(loop)
        assert chain is not None
        self.name, self.loop, laws = chain.name, loop, [z.law for z in chain.draws]
        if not chain.size.is_Integer or chain.size >= MOST_STATES:
            raise CannotTell(f"a chain of {chain.size} + 1 states is too large")
        if unknown := [law for law in laws if not law.n.is_Integer]:
            raise CannotTell(f"{unknown[0]} is of no known number of draws")
        self.size = int(chain.size) + 1
        self.draws = [(int(law.n), compile_expr(law.p, (chain.place,))) for law in laws]
        if sum(n for n, _ in self.draws) >= self.size:
            raise CannotTell(f"counts of more than {chain.size} do not stay on the grid")
        # 0 and 1 where a model there draws nothing else: that a ball contains them is not enough to end there
        self.ends = [all(is_zero(law.p.xreplace({chain.place: Integer(x)}) - x) for law in laws) for x in (0, 1)]
        self.distributions = [self.row(to_ball(chain.start))]

    def row(self, theta: arb) -> list[arb]:
        """The law of the count after a fit to draws from the model at theta."""
        product = generating([(n, p(Balls, theta)) for n, p in self.draws])
        return [product[k] for k in range(self.size)]

    def after(self, t: int) -> list[arb]:
        """The law of the count at generation t >= 1."""
        if t * self.size**2 > MOST_WORK:
            raise CannotTell(f"{t} generations of a chain of {self.size} states: too large")
        while len(self.distributions) < t:
            now = arb_mat([self.distributions[-1]])
            self.distributions.append((now * self.matrix).entries())
        return self.distributions[t - 1]

    @cached_property
    def matrix(self) -> arb_mat:
        rows = [self.row(arb(k) / (self.size - 1)) for k in range(self.size)]
        for k, absorbing in zip((0, -1), self.ends, strict=True):
            if absorbing:
                rows[k] = [arb(int(j == k % self.size)) for j in range(self.size)]
        return arb_mat(rows)

    def absorbed(self, start: arb) -> arb:
        """The probability to end at 1, where 0 and 1 are never left and all else leads there: (I - Q) u = R."""
        last, matrix = self.size - 1, self.matrix
        if not all(self.ends):
            raise CannotTell("0 and 1 are not absorbing: the limit is a law")
        inside = range(1, last)
        if not all(matrix[k, 0] > 0 or matrix[k, last] > 0 for k in inside):
            raise CannotTell("some states are not seen to lead to 0 or 1 in a step")
        system = arb_mat([[int(j == k) - matrix[k, j] for j in inside] for k in inside])
        solved = system.solve(arb_mat([[matrix[k, last]] for k in inside]))
        count = (start * last).unique_fmpz()
        if count is None:
            raise CannotTell(f"a start at {start} of {last}")
        k = int(count)
        return arb(k == last) if k in (0, last) else solved[k - 1, 0]


def is_long(x: Expr, loop: Loop) -> bool:
    """Whether the mean of a polynomial is better iterated as a recursion than read off the law."""
    seen = x.atoms(Observable)
    (t,) = {o.t for o in seen}
    chain = structures.chain(loop)
    known = t.is_Integer and chain is not None and chain.size.is_Integer
    return bool(known and x.is_polynomial(*seen) and t * chain.size**2 > MOST_WORK / 4)  # type: ignore[union-attr]


@lru_cache(maxsize=64)
def _chain(loop: Loop, bits: int) -> _Chain:
    return _Chain(loop)


def _weighted(x: Any, loop: Loop) -> list[tuple[dict[Observable, Expr], arb]]:
    """The values that the state in an expression takes, at one generation, with their probabilities."""
    (o, *others) = x.atoms(Observable) or {None}
    if o is None or others or o.index or any(p.t != o.t for p in x.atoms(Observable)):
        raise CannotTell(f"{x}: the state at one generation is expected")
    if o.t == 0:
        return [({o: loop.initial[o.name]}, arb(1))]
    chain = _chain(loop, ctx.prec)
    n = chain.size - 1
    if o.t is oo:
        won = chain.absorbed(to_ball(next(iter(loop.initial.values()))))
        return [({o: S.Zero}, 1 - won), ({o: S.One}, won)]
    return [({o: Rational(k, n)}, p) for k, p in enumerate(chain.after(int(o.t)))]


def mean(x: Expr, loop: Loop) -> arb:
    return sum((p * to_ball(exactly(x, at)) for at, p in _weighted(x, loop)), arb(0))


def probability(event: Ge | Gt, loop: Loop) -> arb:
    return sum((p for at, p in _weighted(event, loop) if exactly(event, at) is S.true), arb(0))


def skip(m: Moment) -> str | None:
    if not (isinstance(m, E) or (isinstance(m, Prob) and isinstance(m.variable, Ge | Gt))):
        return "it is no mean, and no probability"
    if (problem := of_one_loop(m)) is not None:
        return problem
    loop = loop_of(m)
    if not is_chain(loop):
        return "its state is no chain on finitely many numbers"
    if isinstance(m, E) and (len(times_of(m)) > 1 or is_long(m.variable, loop)):
        return "a polynomial at several, or at late generations is iterated"
    return None


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    return (mean if isinstance(m, E) else probability)(m.variable, loop_of(m))


METHOD = Method("law of the chain", skip, enclose=enclose)
