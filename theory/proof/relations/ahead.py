"""Laws of picks that are ahead of others: every level is reached at least as often, so what increases in the weight has at
least their mean. And what real data leave of every event, of whatever kind, as they are a share of each model.
"""

from __future__ import annotations

from sympy import Expr, Ge, S
from sympy.core.relational import Relational

from ...language.errors import BadInput
from ...language.finite_loops import FiniteLoop
from ...language.loops import Observable
from ...language.moments import E, Prob
from ..generations import all_at
from ..structures.picks import alike, draw_of, is_tournament
from .candidates import slope
from .lemmas import Instance, lemma


def _of_a_draw(m: Expr, name: str) -> tuple[Observable, FiniteLoop, Expr, Expr]:
    """The draw that a mean or a probability is of, its loop, a tournament, with K and lam."""
    if not isinstance(m, E | Prob):
        raise BadInput(f"{name} is about E or Prob of a draw from a model; found {m}")
    o = draw_of(m)
    if not isinstance(o.loop, FiniteLoop) or o.name not in o.loop.tables or (told := o.loop.candidates) is None:
        raise BadInput(f"{name} is about a tournament of K candidates; found {o.loop}")
    is_tournament(o.loop, told[1])
    return o, o.loop, *told


def _from_real_data(m: Expr, name: str) -> tuple[Observable, Expr, Expr]:
    """The draw, K and lam, of a loop that starts from its real data."""
    o, loop, K, lam = _of_a_draw(m, name)
    if loop.start != loop.reference:
        raise BadInput(f"{name} is about a loop that starts from its real data; found {loop}")
    return o, K, lam


def _rising(m: Expr, o: Observable) -> Expr:
    """By what the function that m is the mean of grows with the weight."""
    if not isinstance(m, E | Prob) or (grows := slope(m, o)) is None:
        raise BadInput(f"{m} is of no function of the weight that is seen to rise")
    return grows


@lemma(from_small=False)
def ahead_of_real_data(big: Expr) -> Instance:
    """From its real data on a tournament reaches no level less often than they do: P_t(f >= x) >= P_0(f >= x), and E_t g >= E_0 g
    where g increases in the weight; with real data beside the picks, or without.

    Proof: let it be so of model t. Of two of its candidates the heavier one is picked more probably, so a pick reaches a level at
    least as often as a draw from model t, and that at least as often as the real data. Model t + 1 is a mixture of these two.
    """
    o, K, lam = _from_real_data(big, "ahead_of_real_data")
    conditions: tuple[Relational, ...] = (Ge(o.t, 0, evaluate=False), Ge(_rising(big, o), 0, evaluate=False))
    conditions += (Ge(K, 1, evaluate=False), Ge(lam, 0, evaluate=False))
    return Instance(all_at(big, S.Zero), big, "of two candidates the heavier one is picked more probably", conditions)


@lemma(from_small=False)
def real_data_in_it(big: Expr) -> Instance:
    """From its real data on a tournament with lam picks beside each real point gives every event at least 1/(1 + lam) times what
    they do, and everything that is not negative at least that share of its mean.

    Proof: every model but the first has the real data in it, with that share.
    """
    o, _, lam = _from_real_data(big, "real_data_in_it")
    conditions: tuple[Relational, ...] = (Ge(o.t, 0, evaluate=False), Ge(lam, 0, evaluate=False))
    if isinstance(big, E):
        conditions += (Ge(big.variable, 0, evaluate=False),)
    return Instance(all_at(big, S.Zero) / (1 + lam), big, "a share of real data", conditions)


@lemma(whole=True)
def behind_the_tilt(small: Expr, big: Expr) -> Instance:
    """Without real data t rounds of K candidates are behind t rounds of infinitely many from the same law: no level is reached
    more often, and nothing that increases in the weight f has a larger mean.

    Proof: let p_t and q_t be the two models, and let p_t/q_t not increase in f, which is so at first. A round multiplies p_t by
    H(f) = E[K f/(f + S)], S the weight of the K - 1 others, and q_t by a multiple of f; as H(f)/f = E[K/(f + S)] falls,
    p_(t+1)/q_(t+1) does not increase either. A density that does not increase takes from the upper levels (Chebyshev).
    """
    (few, one, K, lam), (many, other, M, mu) = (_of_a_draw(x, "behind_the_tilt") for x in (small, big))
    if few.t != many.t or big != small.xreplace({few: many}) or not alike(one, other, "K"):
        raise BadInput(f"behind_the_tilt is about one draw after K and oo candidates; found {small} <= {big}")
    if lam is not S.Infinity or mu is not S.Infinity or (K is S.Infinity) == (M is S.Infinity):
        raise BadInput(f"behind_the_tilt is about K and oo candidates, without real data; found {small} <= {big}")
    grows, finite = (_rising(big, many), K) if M is S.Infinity else (-_rising(small, few), M)
    conditions = (Ge(few.t, 0, evaluate=False), Ge(grows, 0, evaluate=False), Ge(finite, 1, evaluate=False))
    return Instance(small, big, "a round multiplies odds by no more than the ratio of the weights", conditions)
