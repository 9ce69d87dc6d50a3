"""What real data keep: the gain of the first fit to real data and picks is not lost at later ones."""

from __future__ import annotations

from sympy import Dummy, Expr, Ge, Le, S, Tuple
from sympy.core.relational import Relational

from ...language.errors import BadInput
from ...language.finite_loops import FiniteLoop
from ...language.laws import AnyLaw, Finite
from ...language.loops import Observable
from ...language.moments import E, Var
from ..generations import all_at
from ..structures.picks import draw_of, is_tournament
from .lemmas import Instance, lemma


@lemma(from_small=False)
def kept_by_real_data(big: Expr, growth: Expr) -> Instance:
    """E X_t - E X_0 >= (1 - r) growth Var X_0 for t >= 1, r the share of real data beside the picks of a tournament.

    The condition: a round without real data adds at least growth Var X to the mean of X, from whatever law on these values.

    Proof: let d_t = E X_t - E X_0, B = growth Var X_0. Model t + 1 is r (real data) + (1 - r) (picks of model t), so d_{t+1} >=
    (1 - r) (d_t + growth Var X_t) and, for t >= 1, Var X_t >= r Var X_0: a mixture has at least the mean of the variances.
    So d_1 >= (1 - r) B, and from d_t >= (1 - r) B follows d_{t+1} >= (1 - r) ((1 - r) B + r B) = (1 - r) B.
    """
    start, lam, t, conditions = _beside_real_data(big, growth)
    least = lam / (1 + lam) * growth * Var(start)
    return Instance(least, big, "a mixture's variance", (Ge(t, 1, evaluate=False), *conditions))


@lemma(from_small=False)
def not_below_real_data(big: Expr, growth: Expr) -> Instance:
    """E X_t >= E X_0 for t >= 0: at first it is an equality, and from then on as of `kept_by_real_data`."""
    _, _, t, conditions = _beside_real_data(big, growth)
    return Instance(S.Zero, big, "a mixture's variance", (Ge(t, 0, evaluate=False), *conditions))


def _beside_real_data(big: Expr, growth: Expr) -> tuple[Expr, Expr, Expr, tuple[Relational, ...]]:
    """Of E X_t - E X_0 under a tournament that starts from its real data: X_0, lam, t, and the conditions of the lemmas."""
    means = big.atoms(E)
    (last,) = (m for m in means if any(o.t != 0 for o in m.atoms(Observable)))
    x = last.variable
    observable = draw_of(last)  # the mean of a function of it is linear in the model
    loop, t = observable.loop, observable.t
    start = all_at(x, S.Zero)
    if big != last - E(start):
        raise BadInput(f"kept_by_real_data is about E(X(t)) - E(X(0)); found {big}")
    tournament = isinstance(loop, FiniteLoop) and loop.candidates is not None and observable.name in loop.tables
    if not tournament or loop.start != loop.reference:
        raise BadInput(f"kept_by_real_data is about a tournament that starts from its real data; found {loop}")
    K, lam = loop.candidates
    is_tournament(loop, lam)
    law = loop.any_law
    if law is None:
        anything = Finite(tuple(Dummy(f"p{i}", positive=True) for i in range(len(loop.state))))
    else:
        anything = AnyLaw("model", law.largest)
    free = loop.func(anything, Tuple(*loop.tables["weight"]), K, S.Infinity)
    now, after = (
        all_at(x.xreplace({observable: observable.func(free, *observable.args[1:])}), k) for k in (S.Zero, S.One)
    )
    conditions = (
        Ge(growth, 0, evaluate=False),
        Ge(lam, 0, evaluate=False),
        Le(growth * Var(now), E(after) - E(now), evaluate=False),
    )
    return start, lam, t, conditions
