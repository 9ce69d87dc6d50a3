"""What no tournament can do, however many candidates it has: a pick is one of its candidates, and real data stay beside it.

And how far it is from the tilt of infinitely many, how it goes with another start, and how fast it is without a best atom.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Ge, Le, Max, Min, S, Sum, Symbol, cancel, log, together
from sympy.core.relational import Relational

from ...language.errors import BadInput
from ...language.finite_loops import FiniteLoop
from ...language.laws import AnyLaw
from ...language.loops import Model, Observable
from ...language.moments import KL, TV, E, Prob, Var
from ..generations import all_at
from ..structures.picks import alike, draw_of, is_tournament
from ..symbols.bound_names import index
from .lemmas import Instance, Lemma, Link, lemma

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

    KL(model || real) <= -log(1 - lam (K - 1)), P_t(f >= x) <= P_0(f >= x)/(1 - lam (K - 1)), and so with the means of what is
    not negative, where lam (K - 1) < 1; KL(real || model) <= log(1 + lam) and TV(model, real) <= lam/(1 + lam), for every lam.

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
    if not isinstance(small, Prob | E):
        raise BadInput(f"near_real_data is about KL, TV, Prob or E of a model beside its real data; found {small}")
    draw_of(small)
    if isinstance(small, E):
        near += (Ge(small.variable, 0, evaluate=False),)
    at_first = all_at(small, S.Zero)
    return Instance(small, at_first / room, NAME, near)


def _two_starts(small: Expr, name: str, since: Expr | int = 0) -> tuple[FiniteLoop, Expr, Expr, Expr, Expr]:
    """Of the distance of models t of two tournaments that differ in their starts: one loop, K, lam, t, that of models `since`."""
    if not isinstance(small, TV) or not all(isinstance(x, Model) for x in small.args):
        raise BadInput(f"{name} is about TV(one.model(t), other.model(t)); found {small}")
    one, other = small.args
    (loop, K, lam), (again, _, _) = _tournament(one.loop), _tournament(other.loop)
    if one.t != other.t or not alike(loop, again, "start"):
        raise BadInput(f"{name} is about two loops that differ in their starts; found {loop} and {again}")
    return loop, K, lam, one.t, TV(one.loop.model(since), other.loop.model(since))


def _kept(lam: Expr) -> Expr:
    """The share of picks."""
    return S.One if lam is S.Infinity else lam / (1 + lam)


def _range(loop: FiniteLoop) -> Expr:
    """The largest weight over the smallest one."""
    law = loop.reference
    if isinstance(law, AnyLaw):
        return law.largest / law.least
    weights = loop.tables["weight"]
    return Max(*weights) / Min(*weights)


@lemma()
def coupled_candidates(small: Expr, since: Expr | int = 0) -> Instance:
    """TV between models t of two tournaments that differ in their starts is at most (K lam/(1 + lam))^t times that of these.

    Of models `since` at most that to the power of t - since: they are starts, too.

    Proof: draw the K candidates of both picks in pairs, each pair equal with probability 1 - d, d the distance of the two laws.
    Where all pairs are, the picks are drawn alike; so their laws are at most 1 - (1 - d)^K <= K d apart. The share 1/(1 + lam) of
    real data is the same in both.
    """
    _, K, lam, t, first = _two_starts(small, "coupled_candidates", since)
    return _stretched(small, K * _kept(lam), t, since, first, "candidates drawn in pairs")


def _stretched(small: Expr, factor: Expr, t: Expr, since: Expr | int, first: Expr, name: str) -> Instance:
    """A distance at t is at most that at `since`, stretched by a factor in every generation between."""
    conditions = (Ge(t - since, 0, evaluate=False), Ge(since, 0, evaluate=False), Ge(factor, 0, evaluate=False))
    return Instance(small, factor ** (t - since) * first, name, conditions)


@lemma()
def coupled_rounds(small: Expr) -> Instance:
    """The same from whatever starts: it is at most r^t/(1 + (K - 1)/2 (1 + r + ... + r^(t-1))), r = K lam/(1 + lam).

    At r = 1, the threshold lam (K - 1) = 1, that is 2/(2 + (K - 1) t); beyond it, in the end at most 2 (r - 1)/(K - 1).

    Proof: as of `coupled_candidates` a pick's laws are at most 1 - (1 - d)^K apart, and that is at most K d/(1 + (K - 1) d/2):
    for K = 1 with equality, and then, with 1 - (1 - d)^(K+1) = d + (1 - d)(1 - (1 - d)^K) <= (K + 1) d (2 - d)/(2 + (K - 1) d),
    by induction, as (2 - d)(2 + K d) <= 2 (2 + (K - 1) d). So 1/d, at first 1 or more, grows in a fit to at least
    (1/d + (K - 1)/2)/r.
    """
    _, K, lam, t, _ = _two_starts(small, "coupled_rounds")
    r = K * _kept(lam)
    k = index("k", r, t)
    rounds = t if cancel(together(r)) == 1 else Sum(r**k, (k, 0, t - 1))
    bound = r**t / (1 + (K - 1) / 2 * rounds) if rounds != t else 2 / (2 + (K - 1) * t)
    conditions = (Ge(t, 0, evaluate=False), Ge(r, 0, evaluate=False), Ge(K, 1, evaluate=False))
    return Instance(small, bound, "candidates drawn in pairs", conditions)


@lemma()
def coupled_by_range(small: Expr, since: Expr | int = 0) -> Instance:
    """TV between models t of two tournaments that differ in their starts is at most (L lam/(1 + lam))^t times that of these.

    Of models `since` at most that to the power of t - since. L = K b/(b + K - 1) < K, b the largest weight over the smallest one.

    Proof: move one law p to the other one, q, in a straight line. p - q = d (m - n), m and n probability laws. Along the line
    the law of the pick changes by K d times the difference of the picks' laws with one candidate from m, and from n, the others
    alike. Let x be the better and y the worse of these two: every other candidate is picked more probably beside y, so that the
    two laws are as far apart as x is picked probably beside the others, at most b/(b + K - 1).
    """
    loop, K, lam, t, first = _two_starts(small, "coupled_by_range", since)
    b = _range(loop)
    found = _stretched(
        small, K * b / (b + K - 1) * _kept(lam), t, since, first, "one candidate changed after the other"
    )
    return replace(found, conditions=(*found.conditions, Ge(K, 1, evaluate=False)))


@lemma()
def near_the_tilt(small: Expr) -> Instance:
    """t rounds of K candidates beside t rounds of infinitely many, from one law: with b the largest weight over the smallest one,
    R = t log(1 + (b - 1)/K), TV <= (e^(R/2) - 1)/(e^(R/2) + 1) and KL <= R^2/8, either way round.

    Proof: let D be Hilbert's distance, by how much the logarithm of the ratio of two laws varies. A round of K candidates
    gives x the factor f(x) E[K/(f(x) + S)], S the weight of the others, at least (K - 1) times the smallest; so beside a tilt,
    f(x), the factor varies by at most (f* + S)/(f_min + S) <= 1 + (b - 1)/K. A tilt of two laws leaves D as it is, so D grows by
    at most the logarithm of that in a round, to R after t. Laws within R are within tanh(R/4) in total variation, and within
    R^2/8 in KL, by Hoeffding's bound of the exponential moments of what varies by R.
    """
    if not isinstance(small, TV | KL) or not all(isinstance(x, Model) for x in small.args):
        raise BadInput(f"near_the_tilt is about TV or KL of two models; found {small}")
    one, other = small.args
    found = [_tournament(x.loop) for x in (one, other)]
    numbers = [K for _, K, _ in found if K is not S.Infinity]
    free = all(lam is S.Infinity for _, _, lam in found)
    if len(numbers) != 1 or not free or one.t != other.t or not alike(one.loop, other.loop, "K"):
        raise BadInput(
            f"near_the_tilt is about one loop with K and with oo candidates, without real data; found {small}"
        )
    (K,), t, b = numbers, one.t, _range(one.loop)
    grown = 1 + (b - 1) / K
    bound = (grown ** (t / 2) - 1) / (grown ** (t / 2) + 1) if isinstance(small, TV) else (t * log(grown)) ** 2 / 8
    return Instance(small, bound, "Hilbert's distance", (Ge(t, 0, evaluate=False), Ge(K, 1, evaluate=False)))


def _tilted_rounds(models: set[Model]) -> tuple[FiniteLoop, Expr]:
    """The loop of infinitely many candidates, without real data, that is looked at after some rounds; and how many."""
    ((loop, t),) = {(x.loop, x.t) for x in models if x.t != 0}
    loop, K, lam = _tournament(loop)
    if K is not S.Infinity or lam is not S.Infinity:
        raise BadInput(f"tilted is about infinitely many candidates, without real data; found {loop}")
    return loop, t


@lemma(whole=True)
def tilted(small: Expr, big: Expr) -> Instance:
    """t rounds of infinitely many candidates make of p_0 the law p_t = f^t p_0/E_0 f^t, so that of any law q of these values

    KL(q || p_t) = KL(q || p_0) - t E_q r + log E_0 f^t, r = log f.

    Proof: log(q/p_t) = log(q/p_0) - t r + log E_0 f^t, of which the mean is taken under q. It is used as >= and as <=.
    """
    loop, t = _tilted_rounds((small + big).atoms(Model))
    (other,) = {x.loop for x in (small + big).atoms(Model)} - {loop}
    if not isinstance(other, FiniteLoop) or not alike(loop, other, "start"):
        raise BadInput(f"tilted is about two starts of one loop; found {loop} and {other}")
    q, weight, reward = other.model(0), loop.weight, other.reward
    zero = KL(q, loop.model(t)) - KL(q, loop.model(0)) + t * E(reward(0)) - log(E(weight(0) ** t))
    times = (big - small).expand().coeff(KL(q, loop.model(t)))
    if times == 0 or times.has(Observable, Model) or ((big - small) - times * zero).expand() != 0:
        raise BadInput(f"tilted says that {zero} is 0; found {small} <= {big}")
    return Instance(small, big, "the density of a tilt", (Ge(t, 0, evaluate=False),))


@lemma()
def of_first_draws(small: Expr) -> Instance:
    """Without real data n rounds, N = K^n, make every event at most N times as probable, P_(s+n)(f >= x) <= N P_s(f >= x), and
    KL(model s + n || model s) <= log N - 1 + 1/N, TV(model s + n, model s) <= 1 - 1/N.

    Proof: a pick after n rounds is one of N draws from model s, which are independent; so an event has at most the probability
    that one of them is in it, 1 - (1 - p)^N <= N p. With that a model is majorised by the best of N, whose density in terms of a
    rank u is N u^(N-1), with the divergence log N - 1 + 1/N. And 1 - (1 - p)^N - p = q - q^N with q = 1 - p, which is largest
    where N q^(N-1) = 1, and there q (1 - 1/N).
    """
    models, seen = small.atoms(Model), small.atoms(Observable)
    if len(loops := {x.loop for x in models | seen}) != 1:
        raise BadInput(f"of_first_draws is about one loop; found {small}")
    loop, K, lam = _tournament(loops.pop())
    if lam is not S.Infinity:
        raise BadInput(f"of_first_draws is about a loop without real data; found {loop}")
    of_many: tuple[Relational, ...] = (Ge(K, 1, evaluate=False),)
    if isinstance(small, KL | TV):
        later, now = (x if isinstance(x, Model) else loop.model(0) for x in small.args if x in (loop.start, *models))
        if isinstance(small, TV) and (now.t - later.t).is_nonnegative:
            later, now = now, later
        n = later.t - now.t
        bound = n * log(K) - 1 + K ** (-n) if isinstance(small, KL) else 1 - K ** (-n)
        conditions = (Ge(now.t, 0, evaluate=False), Ge(n, 0, evaluate=False), *of_many)
        return Instance(small, bound, "one of the first draws", conditions)
    if not isinstance(small, Prob):
        raise BadInput(f"of_first_draws is about Prob, TV, or KL of a model beside an earlier one; found {small}")
    t = draw_of(small).t
    at_first = all_at(small, S.Zero)
    return Instance(small, K**t * at_first, "one of the first draws", (Ge(t, 0, evaluate=False), *of_many))


s = Symbol("s of rounds", integer=True, nonnegative=True)


@lemma(from_small=False)
def _near_best(big: Expr, growth: Expr) -> Instance:
    (o,) = big.atoms(Observable)
    loop, _, lam = _tournament(o.loop)
    law = loop.any_law
    if law is None or lam is not S.Infinity or big != E(o) - law.largest or o.name != "weight":
        raise BadInput(f"near_the_best is about E(weight(t)) - p.largest of `Laws`, without real data; found {big}")
    now, after = (all_at(o, k) for k in (s, s + 1))
    missing = law.largest - law.mean
    conditions = (
        Ge(growth, 0, evaluate=False),
        Ge(missing, 0, evaluate=False),
        Ge(o.t, 0, evaluate=False),
        Le(growth * Var(now), E(after) - E(now), evaluate=False),
    )
    bound = missing / (1 + growth * law.near / 8 * o.t * missing)
    return Instance(-bound, big, "what is near the best keeps its share", conditions)


def near_the_best(growth: Expr) -> Lemma:
    """The mean weight reaches the best one f* of any law, like 1/t, with or without an atom there: with g_t = f* - E_t f,
    g_t <= g_0/(1 + growth near t g_0/8), near the least share of what is within 4 u of f* that is within u of it.

    The conditions: a round without real data adds at least growth Var f to the mean.

    Proof: the factor that a round gives a value, E[K f/(f + S)], increases in f. So of what is within 4 u of f* the share that is
    within u never falls, and is at least `near` in every round. By Markov's inequality at least half of model t is within 2 g_t
    of f*, so near/2 is within g_t/2, that is g_t/2 or more above the mean: Var_t f >= near g_t^2/8. As of `driven_by_variance`
    from there on.
    """

    def links(relation: Relational) -> list[Link]:
        small, big = relation.lts, relation.gts
        if big.atoms(Observable):
            return _near_best(growth)(relation)
        return [Link(small, S.Zero), Link(S.Zero, big)]

    return links
