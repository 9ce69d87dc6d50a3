"""Curation mixed with real data: the reward kept, the distance kept, limits and how fast they are reached."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Integral, Le, Lt, Rational, Sum, Symbol, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Laws, Points, Positive, Probability, Reals, Simplex
from ..language.fields import Listed
from ..language.laws import Finite
from ..language.moments import KL, TV, E, Prob
from ..proof.formulas import formula
from ..proof.relations.kept import kept_by_real_data
from ..proof.relations.lemmas import Lemma
from ..proof.relations.picks import coupled_by_range, coupled_candidates, coupled_rounds, near_real_data
from .common import FERBACH, CuratedLoop, half, of_its_loop
from .convergence import growth

P3, F3 = (half, Rational(1, 3), Rational(1, 6)), (1, 2, 5)  # the catalogue's three-point space
g = Symbol("g", positive=True)
k = Symbol("k", integer=True, nonnegative=True)
CANDIDATES = Integers(2, notable=(2, 3, 4))
UNENDING = {"derivation": "no form of the law after infinitely many rounds"}


def three(K, lam, start=None) -> CuratedLoop:
    """Three atoms of masses 1/2, 1/3, 1/6 and weights 1, 2, 5."""
    return CuratedLoop(Finite(P3), F3, K, lam, start and Finite(start))


# ---- the reward -----------------------------------------------------------------------------------------------------


@of_its_loop
def _kept(loop: CuratedLoop) -> Lemma:
    return kept_by_real_data(growth(loop))


@formula(claim="curation-mixed-reward-lower-bound", where=lambda variance, f: variance <= f**2 / 4)
def least_gain(lam: Positive(), K: Integers(2), variance: Positive(), f: Positive()) -> Expr:
    """What the mean weight gains over that of the real data at least, at every fit: lam/(1 + lam) (K - 1)/K variance/f.

    lam: ratio of synthetic to real data.  K: candidates.  variance: of the weight in the real data.  f: the best weight.
    Source: derived; Ferbach et al. 2407.09499 have lam/(1 + lam)^3, as commonly quoted.
    """
    return lam / (1 + lam) * (K - 1) / K * variance / f


@claim(
    source=f"derived: law of total variance, induction in t; {FERBACH} have lam/(1 + lam)^3, as commonly quoted",
    proof=_kept,
    uses=["curation-reward-growth"],
    mutants={
        "(K - 1)/K dropped, 1 + lam twice": lambda p, K, lam: (
            2 * K / (K - 1) * least_gain(lam, K, p.variance, p.largest)
        )
    },
)
def curation_mixed_reward_lower_bound(
    p=Laws(),
    K=CANDIDATES,
    lam=Positive(notable=(Rational(1, 10), 2)),
    t=Integers(1, notable=(1, 2, 3)),
):
    """Every fit to real data and picks gains over the real data at least lam/(1 + lam) (K - 1)/K Var(f)/f*, f* the best."""
    weight = CuratedLoop(p, K=K, lam=lam).weight
    return Ge(E(weight(t)) - E(weight(0)), least_gain(lam, K, p.variance, p.largest))


@claim(
    source=f"{FERBACH} (lower bound of the mixed loop, as commonly quoted)",
    proof=_kept,
    uses=["curation-reward-growth"],
    mutants={
        "a hundred times the constant": lambda p, K, lam: (
            100 * least_gain(lam, K, p.variance, p.largest) / (1 + lam) ** 2
        ),
    },
)
def curation_mixed_reward_lower_bound_published(
    p=Laws(),
    K=CANDIDATES,
    lam=Positive(notable=(half, 1, 4)),
    t=Integers(1, notable=(1, 2, 5)),
):
    """The published bound: E_t f - E_ref f >= lam/(1 + lam)^3 (K - 1)/K Var_ref(f)/f*.

    Its hypotheses in this model: the loop starts from the real data, and f* is finite. What it adds to E_ref f is
    (1 + lam)^2 times smaller than what holds.
    """
    weight = CuratedLoop(p, K=K, lam=lam).weight
    return Ge(E(weight(t)) - E(weight(0)), least_gain(lam, K, p.variance, p.largest) / (1 + lam) ** 2)


@claim(
    source="the bound, used for a loop that starts elsewhere",
    expected="fails",
    corrected="curation-mixed-reward-lower-bound",
)
def curation_mixed_reward_lower_bound_anywhere(lam=Positive(notable=(1,)), K=Points(2, 4)):
    """From any start the mean weight is above that of the real data after the first fit: here from the worst atom."""
    f = three(K, lam, start=(1, 0, 0)).weight
    return Ge(E(f(1)), 2)


@claim(
    source="derived: for K = oo for every law; else checked on these atoms only, no proof known",
    mutants={"by a tenth": lambda K, lam, t: {">=": E(three(K, lam).weight(t)) * Rational(11, 10)}},
    unreached={"derivation": "too many rounds to be written out"},
)
def curation_mixed_reward_lower_bound_grows(
    K=Points(2, 4, oo), lam=Positive(notable=(half, 1, 4)), t=Points(0, 1, 2, 5)
):
    """The mean weight grows from fit to fit, here on three atoms: for K = oo this is known for every law, else it is open."""
    f = three(K, lam).weight
    return Ge(E(f(t + 1)), E(f(t)))


@claim(
    source="seen in numbers, not derived: of finitely many candidates no proof is known but of the first fits",
    mutants={"by a tenth": lambda p, K, lam, t: {">=": E(CuratedLoop(p, K=K, lam=lam).weight(t)) * Rational(11, 10)}},
)
def curation_mixed_reward_monotone(
    p=Laws(), K=CANDIDATES, lam=Positive(notable=(half, 1, 4)), t=Integers(0, notable=(0, 1, 2, 5))
):
    """From the real data on the mean weight never falls from fit to fit, whatever the law, K and lam: open, seen at all points.

    The first two fits raise it for every law: model 1 is ahead of the real data in likelihood ratio, and a round keeps that
    order. Later models are not ahead of those before in that order, so this argument ends there.
    """
    weight = CuratedLoop(p, K=K, lam=lam).weight
    return Ge(E(weight(t + 1)), E(weight(t)))


@claim(
    source="the growth from the real data on, used for a loop that starts elsewhere",
    expected="fails",
    corrected="curation-mixed-reward-monotone",
)
def curation_mixed_reward_monotone_anywhere(
    p=Laws(starts=1), K=CANDIDATES, lam=Positive(notable=(half, 1, 4)), t=Points(0)
):
    """From any start the mean weight never falls from fit to fit."""
    weight = CuratedLoop(p, K=K, lam=lam, start=p.start(1)).weight
    return Ge(E(weight(t + 1)), E(weight(t)))


# ---- the distance from the real data --------------------------------------------------------------------------------


@formula(claim="curation-mixed-kl-bound-sharp", where=lambda K, lam: lam * (K - 1) < 1)
def kl_bound(K: Listed(Integers(2)), lam: Positive) -> Expr:
    """A bound on KL(model t || real data), in nats, at every t: the integral of -log(1 + lam - lam K g^(K-1)) over [0, 1].

    K candidates, lam: ratio of picks to real data. The claim decides K = 2, 4. Source: derived; sharper than
    `published_kl_bound`.
    """
    return Integral(-log(1 + lam - lam * K * g ** (K - 1)), (g, 0, 1))


@claim(
    source="derived: a pick among the leaves of a Galton-Watson tree, best if the best leaf is picked",
    where=lambda p, u, v, K, lam, t: lam * (K - 1) < 1,
    mutants={"a hundredth of it": lambda p, u, v, K, lam, t: kl_bound(K, lam) / 100},
    unreached={"derivation": "an integral of logarithms is left"},
)
def curation_mixed_kl_bound_sharp(
    p=Simplex(3),
    u=Probability(),
    v=Probability(),
    K=Points(2, 4),
    lam=Positive(notable=(half, Rational(1, 10), Rational(3, 10))),
    t=Points(1, 5, 20),
):
    """Below lam = 1/(K - 1) the divergence of a model from the real data is below an integral that is the same at all t.

    The bound is that of picking the best of K for certain; no derivation, since that comparison is an argument in words.
    """
    loop = CuratedLoop(Finite(p), (u, v, 1), K, lam)
    return Le(KL(loop.model(t), loop.reference), kl_bound(K, lam))


@formula(claim="curation-mixed-kl-bound-sharp-published", where=lambda K, lam: lam * (K - 1) < 1)
def published_kl_bound(K: Integers(2), lam: Positive) -> Expr:
    """The published bound on KL(model t || real data), in nats, at every t: -log(1 - lam (K - 1)). Parameters as of `kl_bound`.

    Source: Ferbach et al. 2407.09499, as commonly quoted.
    """
    return -log(1 - lam * (K - 1))


BELOW = (half, Rational(1, 10), Rational(3, 10))  # ratios of picks to real data, some of them below 1/(K - 1)


@claim(
    headline=(
        4,
        "The published bound on how far curation drifts from real data holds, and is far above every drift that was looked at.",
    ),
    source=f"{FERBACH} (divergence bound of the mixed loop, as commonly quoted)",
    where=lambda K, lam: lam * (K - 1) < 1,
    proof=near_real_data(),
    mutants={"a thousandth of it": lambda K, lam: -log(1 - lam * (K - 1)) / 1000},
)
def curation_mixed_kl_bound_sharp_published(
    p=Laws(), K=CANDIDATES, lam=Positive(notable=BELOW), t=Integers(0, notable=(1, 5, 20))
):
    """The published bound on the divergence from the real data, in every generation: -log(1 - lam (K - 1)).

    Its hypotheses in this model: the loop starts from the real data, and lam < 1/(K - 1).
    """
    loop = CuratedLoop(p, K=K, lam=lam)
    return Le(KL(loop.model(t), loop.reference), published_kl_bound(K, lam))


@claim(
    source="derived: the integral worked out for K = 2",
    where=lambda lam: lam < 1,
    mutants={"with K = 4": lambda lam: kl_bound(4, lam / 3)},
    unreached={"derivation": "the closed form of an integral of logarithms is not found"},
)
def curation_mixed_kl_bound_sharp_two(lam=Positive(notable=(half, Rational(1, 10), Rational(9, 10)))):
    """For two candidates the integral is 1 - ((1 + lam) log(1 + lam) - (1 - lam) log(1 - lam))/(2 lam).

    No simulation: a number, of which nothing is random.
    """
    return Eq(kl_bound(2, lam), 1 - ((1 + lam) * log(1 + lam) - (1 - lam) * log(1 - lam)) / (2 * lam))


@claim(
    source="derived: no draw gains more than the factor K in a pick",
    where=lambda K, lam: lam * (K - 1) < 1,
    proof=near_real_data(),
    mutants={
        "half of it": lambda p, K, lam, x: (
            Prob(CuratedLoop(p, K=K).weight(0) >= x) / 2 / (1 - lam * (K - 1)) + Rational(1, 10**6)
        )
    },
)
def curation_mixed_kl_bound_sharp_ratio(
    p=Laws(), K=CANDIDATES, lam=Positive(notable=BELOW), x=Positive(), t=Integers(0, notable=(1, 3))
):
    """Behind the published bound: a level is reached at most 1/(1 - lam (K - 1)) times as often as in the real data."""
    weight = CuratedLoop(p, K=K, lam=lam).weight
    return Le(Prob(weight(t) >= x), Prob(weight(0) >= x) / (1 - lam * (K - 1)))


@claim(
    source="the bound, used for a loop that starts elsewhere",
    expected="fails",
    corrected="curation-mixed-kl-bound-sharp-published",
)
def curation_mixed_kl_bound_sharp_anywhere(lam=Points(half), q=Points(Rational(1, 10**4))):
    """From any start, here the better of two atoms, the divergence is below -log(1 - lam (K - 1))."""
    loop = CuratedLoop(Finite((q, 1 - q)), (2, 1), 2, lam, start=Finite((1, 0)))
    return Le(KL(loop.model(1), loop.reference), -log(1 - lam))


@claim(
    source="derived: a model has at least 1/(1 + lam) times every mass of the real data",
    proof=near_real_data(),
    mutants={"a hundredth of it": lambda lam: log(1 + lam) / 100},
)
def curation_mixed_kl_bound_sharp_reverse(
    p=Laws(), K=CANDIDATES, lam=Positive(notable=(half, 1, 4)), t=Integers(0, notable=(1, 5))
):
    """The other way round the divergence is at most log(1 + lam), for every lam: a share of real data is always there."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Le(KL(loop.reference, loop.model(t)), log(1 + lam))


@claim(
    source="derived: a model has at least 1/(1 + lam) times every mass of the real data",
    proof=near_real_data(),
    mutants={"a tenth of it": lambda lam: lam / (1 + lam) / 10},
)
def curation_mixed_tv_bound(p=Laws(), K=CANDIDATES, lam=Positive(notable=(half, 1, 4)), t=Integers(0, notable=(1, 5))):
    """In total variation a model is never further from the real data than lam/(1 + lam), the share of picks: for every lam."""
    loop = CuratedLoop(p, K=K, lam=lam)
    return Le(TV(loop.model(t), loop.reference), lam / (1 + lam))


# ---- contraction ----------------------------------------------------------------------------------------------------


def shift(K, ratio) -> Expr:
    """K ratio/(ratio + K - 1): how much a round stretches a distance in total variation, weights within `ratio`."""
    return K * ratio / (ratio + K - 1)


STARTS = Laws(atoms=3, starts=2)


def two_starts(p, K, lam, t) -> Expr:
    """The total variation between models t of two loops that have the same real data and were handed different models."""
    one, other = (CuratedLoop(p, K=K, lam=lam, start=p.start(i)).model(t) for i in (1, 2))
    return TV(one, other)


@claim(
    source=f"derived (range-dependent constant); {FERBACH} use K",
    proof=coupled_by_range(),
    mutants={"a tenth of it": lambda p, K, t: _stretched(p, K, t) / 10},
)
def curation_mixed_tv_contraction(p=STARTS, K=CANDIDATES, t=Integers(0, notable=(1, 2))):
    """A round stretches the distance of two models, in total variation, by at most K b/(b + K - 1), whatever they are.

    b is the largest weight over the smallest one; t rounds, by that to the power t.
    """
    return Le(two_starts(p, K, oo, t), _stretched(p, K, t))


def _stretched(p, K, t) -> Expr:
    """The first distance of two models in total variation, times the most by which t rounds stretch it."""
    return shift(K, p.largest / p.least) ** t * two_starts(p, K, oo, 0)


@claim(
    source=f"{FERBACH} (stability of the mixed loop in total variation, as commonly quoted)",
    where=lambda K, lam: lam * (K - 1) < 1,
    proof=coupled_candidates(),
    mutants={
        "as if curation did not stretch, and less": lambda p, K, lam, t: (
            (lam / (1 + lam)) ** t * two_starts(p, K, lam, 0) * Rational(9, 10)
        )
    },
)
def curation_mixed_tv_stability(p=STARTS, K=CANDIDATES, lam=Positive(notable=BELOW), t=Integers(0, notable=(1, 2, 5))):
    """Where lam (K - 1) < 1 two loops with the same real data forget their starts: TV falls at least as (lam K/(1 + lam))^t.

    That factor is below 1.
    """
    return Le(two_starts(p, K, lam, t), (lam * K / (1 + lam)) ** t * two_starts(p, K, lam, 0))


@claim(
    source="derived: one candidate changed after the other, of weights within a range",
    proof=coupled_by_range(),
    mutants={
        "as if curation did not stretch, and less": lambda p, K, lam, t: (
            (lam / (1 + lam)) ** t * two_starts(p, K, lam, 0) * Rational(9, 10)
        )
    },
)
def curation_mixed_tv_stability_range(
    p=STARTS, K=CANDIDATES, lam=Positive(notable=(half, 1, 4)), t=Integers(0, notable=(1, 2, 5))
):
    """TV falls at least as (lam L/(1 + lam))^t, L = K b/(b + K - 1) < K, b the largest weight over the smallest one.

    So two loops forget their starts beyond the published threshold, too: as long as lam (L - 1) < 1, that is
    lam (K - 1)(b - 1) < b + K - 1.
    """
    factor = lam * shift(K, p.largest / p.least) / (1 + lam)
    return Le(two_starts(p, K, lam, t), factor**t * two_starts(p, K, lam, 0))


def forgotten(K, lam, t) -> Expr:
    """The most by which two loops differ in total variation, whatever they were handed."""
    r = lam * K / (1 + lam)
    return r**t / (1 + (K - 1) / 2 * Sum(r**k, (k, 0, t - 1)))


@claim(
    source="derived: candidates drawn in pairs, to second order",
    proof=coupled_rounds(),
    mutants={"a twentieth of it": lambda K, lam, t: forgotten(K, lam, t) / 20},
)
def curation_mixed_tv_stability_any(
    p=STARTS, K=CANDIDATES, lam=Positive(notable=(half, 1, 4)), t=Integers(0, notable=(1, 2, 5))
):
    """For every lam, from whatever models: TV is at most r^t/(1 + (K - 1)/2 (1 + r + ... + r^(t-1))), r = lam K/(1 + lam).

    Below the threshold lam (K - 1) = 1 that falls geometrically, at it like 2/((K - 1) t), and beyond it to
    2 (r - 1)/(K - 1), which is small near the threshold. Whether two limits are possible there is not known; one is proved to
    be the only one for two atoms and two candidates, curation-two-point-mixed-closed-form, and for weights in a range,
    curation-mixed-tv-stability-range.
    """
    return Le(two_starts(p, K, lam, t), forgotten(K, lam, t))


@claim(
    source="derived: candidates drawn in pairs, to second order",
    proof=coupled_rounds(),
    mutants={"a twentieth of it": lambda K, t: 1 / (10 * (2 + (K - 1) * t))},
)
def curation_mixed_tv_stability_threshold(p=STARTS, K=CANDIDATES, t=Integers(0, notable=(1, 2, 5))):
    """At the threshold lam = 1/(K - 1) itself two loops forget their starts as well, at least like 1/t: there is one limit."""
    return Le(two_starts(p, K, 1 / (K - 1), t), 2 / (2 + (K - 1) * t))


@claim(source="no stretching at all", expected="fails", corrected="curation-mixed-tv-contraction")
def curation_mixed_tv_contraction_none(q=Points(Rational(1, 100)), r=Points(Rational(1, 50)), w=Reals(2, 20)):
    """A round of two candidates never takes two laws further apart in total variation."""
    one, other = (CuratedLoop(Finite((x, 1 - x)), (w, 1), 2) for x in (q, r))
    return Le(TV(one.model(1), other.model(1)), TV(one.law, other.law))


# ---- two atoms, two candidates --------------------------------------------------------------------------------------


def pair(q, c, lam, start=None) -> CuratedLoop:
    """Two atoms, the better one of mass q in the real data; c is the tanh of half the reward gap."""
    return CuratedLoop(Finite((q, 1 - q)), (1 + c, 1 - c), 2, lam, start and Finite((start, 1 - start)))


@formula(claim="curation-two-point-mixed-closed-form")
def settled(q: Probability, c: Probability, lam: Reals(0, 5)) -> Expr:
    """The mass at which the better of two atoms settles, with two candidates and real data beside the picks.

    q: its mass in the real data.  c: tanh of half the reward gap.  lam: ratio of picks to real data. A probability.
    Source: derived, the fixed point of a quadratic map.
    """
    return (sqrt((1 - lam * c) ** 2 + 4 * lam * c * q) - (1 - lam * c)) / (2 * lam * c)


@claim(
    source="derived: fixed point of a quadratic map",
    mutants={"the picks' share forgotten": lambda q, c, lam: settled(q, c, lam / (1 + lam))},
    unreached=UNENDING,
)
def curation_two_point_mixed_closed_form(
    q=Probability(notable=(Rational(1, 10),)), c=Probability(), lam=Positive(hi=5, notable=(half, 2))
):
    """Two atoms, two candidates: the better one settles at a root of a quadratic equation, for every lam.

    Trees of picks end only below lam = 1: beyond there is no simulation of the limit.
    """
    return Eq(pair(q, c, lam).mass(oo, 0), settled(q, c, lam))


def real_mass(end, c, lam) -> Expr:
    """The mass of the better atom in the real data for which the loop settles at `end`."""
    return end * (1 - lam * c * (1 - end))


@claim(
    source="derived: difference of the quadratic map at x and at its fixed point",
    where=lambda end, x, c, lam: lam * c * (1 - end) < 1,
    mutants={"as if linear": lambda end, x, c, lam: lam / (1 + lam) * (x - end)},
)
def curation_two_point_mixed_closed_form_step(
    end=Probability(notable=(Rational(1, 10),)), x=Probability(), c=Probability(), lam=Positive(notable=(half, 2))
):
    """A fit multiplies the distance x - q_oo by lam (1 + c (1 - x - q_oo))/(1 + lam)."""
    loop = pair(real_mass(end, c, lam), c, lam, start=x)
    return Eq(loop.mass(1, 0) - end, lam * (1 + c * (1 - x - end)) / (1 + lam) * (x - end))


@claim(
    source="derived: the factor of a step, at the fixed point",
    where=lambda end, c, lam: lam * c * (1 - end) < 1,
    mutants={"nine tenths": lambda end, c, lam: Rational(9, 10)},
)
def curation_two_point_mixed_closed_form_rate(
    end=Probability(notable=(Rational(1, 10),)), c=Probability(), lam=Positive(notable=(half, 2))
):
    """At x = q_oo that factor is below 1 for every lam, wherever in (0, 1) q_oo is.

    No simulation: a number, of which nothing is random.
    """
    return Lt(lam * (1 + c * (1 - 2 * end)) / (1 + lam), 1)


@claim(
    source="lam < 1/(K - 1), taken for the boundary of stability",
    expected="fails",
    corrected="curation-two-point-mixed-closed-form",
)
def curation_two_point_mixed_closed_form_unstable(lam=Reals(1, 5), q=Probability(notable=(Rational(1, 10),))):
    """From lam = 1/(K - 1) on the loop moves away from where it would settle: further after six rounds than after five.

    Trees of picks end only below lam = 1: beyond there is no simulation of the limit.
    """
    loop = pair(q, Rational(1, 3), lam)
    five, six, end = (loop.mass(t, 0) for t in (5, 6, oo))
    return Ge(Abs(six - end), Abs(five - end))


@claim(
    source="derived: the rate, with the root of the quadratic equation put in",
    mutants={"with lam for lam c": lambda q, c, lam: 1 - sqrt((1 - lam) ** 2 + 4 * lam * c * q) / (1 + lam)},
)
def curation_two_point_mixed_closed_form_root(
    q=Probability(notable=(Rational(1, 10),)), c=Probability(), lam=Positive(hi=5, notable=(half, 2))
):
    """In terms of the real data that rate is 1 - sqrt((1 - lam c)^2 + 4 lam c q)/(1 + lam).

    No simulation: a number, of which nothing is random.
    """
    rate = lam * (1 + c * (1 - 2 * settled(q, c, lam))) / (1 + lam)
    return Eq(rate, 1 - sqrt((1 - lam * c) ** 2 + 4 * lam * c * q) / (1 + lam))


# ---- infinitely many candidates: Kingman's model --------------------------------------------------------------------


@claim(
    source="derived: the tilted law mixed with the real one, at rest; Kingman's house of cards (1978)",
    mutants={"nine tenths": lambda p, u, v, lam: Rational(9, 10)},
    unreached=UNENDING,
)
def curation_mixed_kingman_fixed_point(
    p=Simplex(3), u=Probability(), v=Probability(), lam=Positive(hi=5, notable=(half, 1, 4))
):
    """K = oo: the limit's mean weight m solves sum_i b p_i/(1 - (1 - b) f_i/m) = 1, b = 1/(1 + lam) the real share.

    One witness: a tilted law is not sampled, and the limit has no closed form.
    """
    m, b = E(CuratedLoop(Finite(p), (u, v, 1), oo, lam).weight(oo)), 1 / (1 + lam)
    return Eq(sum(b * x / (1 - (1 - b) * f / m) for x, f in zip(p, (u, v, 1), strict=True)), 1)


@claim(
    source="derived: fixed point of one round; Kingman's house of cards (1978)",
    mutants={"tilted by its own weight": lambda p, u, v, lam: p[0] * u},
    unreached=UNENDING,
)
def curation_mixed_kingman_fixed_point_law(
    p=Simplex(3), u=Probability(), v=Probability(), lam=Positive(hi=5, notable=(half, 1, 4))
):
    """K = oo: the limit has the mass p_i/(1 + lam - lam f_i/m) at atom i: hyperbolic in the weight, no tilt.

    One witness: a tilted law is not sampled, and the limit has no closed form.
    """
    loop = CuratedLoop(Finite(p), (u, v, 1), oo, lam)
    return Eq(loop.mass(oo, 0), p[0] / (1 + lam - lam * u / E(loop.weight(oo))))


@claim(
    source="derived: bound of the limit's mass; condensation in Kingman's house of cards (1978)",
    mutants={"all of it": lambda top, u, lam: Rational(99, 100)},
    unreached=UNENDING,
)
def curation_mixed_kingman_fixed_point_condensation(
    top=Points(Rational(1, 10), Rational(1, 1000), Rational(1, 10**6)),
    u=Probability(),
    lam=Positive(hi=20, notable=(3, 4, 10)),
):
    """K = oo: however small its share of the real data, the best of two atoms ends with at least 1 - 1/((1 + lam) (1 - u)).

    u: the other one's weight. Beyond lam = 1/(1 - u) - 1 the limit does not notice how rare the best atom is: it condenses.
    One witness: a tilted law is not sampled, and the limit has no closed form.
    """
    loop = CuratedLoop(Finite((1 - top, top)), (u, 1), oo, lam)
    return Ge(loop.mass(oo, 1), 1 - (1 - top) / ((1 + lam) * (1 - u)))


@claim(
    source="lam < 1/(K - 1), which at K = oo would allow no lam at all",
    expected="fails",
    corrected="curation-mixed-kingman-fixed-point",
)
def curation_mixed_kingman_fixed_point_collapse(lam=Positive(hi=5, notable=(half, 1, 4))):
    """With infinitely many candidates all but the best atom are lost, whatever the share of real data."""
    return Ge(three(oo, lam).mass(oo, 2), Rational(99, 100))
