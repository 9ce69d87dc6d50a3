"""The lemma of survival: how long a symbol is there that is refitted to its own binomial counts."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Dummy, Expr, Gt, Integer, Le, Lt, exp, log

from ...language.errors import BadInput
from ...language.laws import Binomial, Noise
from ...language.loops import CLOCK, Observable
from ...language.moments import Prob
from .. import structures
from ..symbols.normal_forms import is_zero
from .lemmas import Instance, lemma

NAME = "1 - x <= exp(-x), generation by generation"


@lemma(from_small=False)
def survival(alive: Expr, s: Callable[[Expr], Expr]) -> Instance:
    """P(share(k) > 0) >= 1 - exp(-n p s(k)), if share' = B/n with B ~ Binomial(n, share), s(1) <= 1, s(k + 1) <= 1 - exp(-s(k)).

    Given the share x one generation earlier E exp(-u B) = (1 - x (1 - e^-u))^n <= exp(-n x (1 - e^-u)); so
    E exp(-s(1) n share(k - 1)) >= P(share(k) = 0) becomes E exp(-s(2) n share(k - 2)), ..., exp(-s(k) n p).
    The condition is checked as -log(1 - s(k + 1)) <= s(k), s(k + 1) < 1.
    """
    if not (isinstance(alive, Prob) and isinstance(alive.variable, Gt) and alive.variable.rhs == 0):
        raise BadInput(f"survival bounds P(share > 0) from below; found {alive}")
    o = alive.variable.lhs
    if not isinstance(o, Observable):
        raise BadInput(f"survival is about a share; found {o}")
    o = structures.marginal(o)
    n, p = _wright_fisher(o)
    k = o.t
    earlier = map(Integer, range(1, int(k))) if k.is_Integer else [1 + Dummy("j", integer=True, nonnegative=True)]
    conditions = [Le(s(Integer(1)), 1, evaluate=False)]
    for j in earlier:
        after = s(j + 1)
        conditions += [Lt(after, 1, evaluate=False), Le(-log(1 - after), s(j), evaluate=False)]
    return Instance(1 - exp(-n * p * s(k)), alive, NAME, tuple(conditions))


def _wright_fisher(o: Observable) -> tuple[Expr, Expr]:
    """(n, p) of a share that starts at p and becomes B/n, B ~ Binomial(n, share), in every fit."""
    loop = o.loop
    now = loop.symbols()
    after = loop.step(now)[o.name]
    (z, *others) = after.atoms(Noise) or {None}
    if (
        z is None
        or others
        or not isinstance(z.law, Binomial)
        or z.law.p != now[o.name]
        or z.law.n.has(CLOCK, *now.values())
    ):
        raise BadInput(f"{o} is not fitted to one binomial count alone")
    if not is_zero(after * z.law.n / z - 1):
        raise BadInput(f"{o} is not the share of its count")
    return z.law.n, loop.initial[o.name]
