"""What no tournament can do, however many candidates it has: a pick is one of its candidates, and real data stay beside it."""

from __future__ import annotations

from sympy import Expr, Ge, S, log
from sympy.core.relational import Relational

from ...language.errors import BadInput
from ...language.loops import FiniteLoop, Model, Observable
from ...language.moments import KL, TV, Prob
from .candidates import is_tournament
from .lemmas import Instance, lemma

NAME = "a share of real data"


def _tournament(loop: object) -> tuple[FiniteLoop, Expr, Expr]:
    """A loop whose step is a tournament, its number of candidates and its ratio of picks to real data."""
    if not isinstance(loop, FiniteLoop) or loop.candidates is None:
        raise BadInput(f"the lemma is about a tournament of K candidates; found {loop}")
    K, lam = loop.candidates
    is_tournament(loop, lam)
    return loop, K, lam


@lemma()
def near_real_data(small: Expr) -> Instance:
    """Of a loop that starts from its real data, K candidates and lam picks beside each real point, at every t:

    KL(model || real) <= -log(1 - lam (K - 1)) and P_t(f >= x) <= P_0(f >= x)/(1 - lam (K - 1)), where lam (K - 1) < 1;
    KL(real || model) <= log(1 + lam) and TV(model, real) <= lam/(1 + lam), for every lam.

    Proof: a pick is one of its K candidates, so an event has at most K times the probability for it that it has for a draw. If
    a model gives every event at most R times what the real data do, the next gives it at most (1 + lam K R)/(1 + lam) times as
    much, which is at most R for R = 1/(1 - lam (K - 1)) >= 1. So its density relative to the real data is at most R, and the mean
    of the logarithm of that at most log R. Every model but the first has the real data in it, with the share 1/(1 + lam).
    """
    models, seen = small.atoms(Model), small.atoms(Observable)
    if len(models) + len(seen) != 1:
        raise BadInput(f"near_real_data is about one model; found {small}")
    loop, K, lam = _tournament(next(iter(models | seen)).loop)
    if loop.start != loop.reference or lam.is_finite is False:
        raise BadInput(f"near_real_data is about a loop that starts from its real data, and keeps them; found {loop}")
    (t,), real, room = {x.t for x in models | seen}, loop.reference, 1 - lam * (K - 1)
    conditions: tuple[Relational, ...] = (Ge(t, 0, evaluate=False), Ge(lam, 0, evaluate=False))
    near: tuple[Relational, ...] = (*conditions, Ge(room, 0, evaluate=False))
    for model in models:
        if small == KL(model, real):
            return Instance(small, -log(room), NAME, near)
        if small == KL(real, model):
            return Instance(small, log(1 + lam), NAME, conditions)
        if small in (TV(model, real), TV(real, model)):
            return Instance(small, lam / (1 + lam), NAME, conditions)
    if not isinstance(small, Prob) or small.given is not None:
        raise BadInput(f"near_real_data is about KL, TV or Prob of a model beside its real data; found {small}")
    at_first = small.xreplace({o: o.func(*o.args[:2], S.Zero, *o.args[3:]) for o in seen})
    return Instance(small, at_first / room, NAME, near)


@lemma()
def coupled_candidates(small: Expr) -> Instance:
    """TV between models t of two tournaments that differ in their starts is at most (K lam/(1 + lam))^t times that of these.

    Proof: draw the K candidates of both picks in pairs, each pair equal with probability 1 - d, d the distance of the two laws.
    Where all pairs are, the picks are drawn alike; so their laws are at most 1 - (1 - d)^K <= K d apart. The share 1/(1 + lam) of
    real data is the same in both.
    """
    if not isinstance(small, TV) or not all(isinstance(x, Model) for x in small.args):
        raise BadInput(f"coupled_candidates is about TV(one.model(t), other.model(t)); found {small}")
    one, other = small.args
    (loop, K, lam), (again, _, _) = _tournament(one.loop), _tournament(other.loop)
    alike = type(loop) is type(again) and all(
        x == y for name, x, y in zip(loop.fields, loop.args, again.args, strict=True) if name != "start"
    )
    if one.t != other.t or not alike:
        raise BadInput(f"coupled_candidates is about two loops that differ in their starts; found {loop} and {again}")
    stretched = K if lam is S.Infinity else K * lam / (1 + lam)
    conditions = (Ge(one.t, 0, evaluate=False), Ge(stretched, 0, evaluate=False))
    return Instance(small, stretched**one.t * TV(loop.start, again.start), "candidates drawn in pairs", conditions)
