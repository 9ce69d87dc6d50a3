"""Infinitely many candidates: curation tilts the law by its weight; closed forms, what it maximises, how near finite K is."""

from __future__ import annotations

from sympy import Abs, Add, And, Eq, Expr, Ge, Integer, Lambda, Le, Rational, Symbol, exp, log, oo, sympify

from ..language.claims import claim
from ..language.domains import Integers, Laws, Points, Positive, Probability, Reals, Simplex
from ..language.laws import Finite, Law, Noise, Normal, Tilted, Uniform
from ..language.loops import Loop, coordinate
from ..language.moments import KL, TV, E, Tends, Var
from ..proof.relations.picks import near_the_tilt, tilted
from .common import FERBACH, CuratedLoop, half

x = Symbol("x", real=True)
CANDIDATES = Integers(2, notable=(2, 3, 4, 8))


class TiltLoop(Loop):
    """A law on the line, curated by the best of infinitely many: after t rounds it is tilted by e^(t reward).

    law: at first.  reward: a `Lambda`.  Observables: draw(t).
    Source: the limit of many candidates in Ferbach et al. 2407.09499.
    """

    law: Law
    reward: Lambda

    rounds = coordinate()
    steady = ("law", "reward")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"rounds": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"rounds": state["rounds"] + 1}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        return Noise(f"X{index}", Tilted(self.law, Lambda(x, exp(state["rounds"] * self.reward(x)))))


# ---- closed forms ---------------------------------------------------------------------------------------------------


@claim(
    source=f"derived: completing the square, round by round; {FERBACH} have the limit K -> oo, as commonly quoted",
    mutants={"t a (s^2 + 1)/2": lambda mu, s2, a, t: mu + t * a * (s2 + 1) / 2},
)
def curation_tilt_closed_forms(mu=Reals(-3, 3), s2=Positive(hi=5), a=Reals(-2, 2, notable=(1,)), t=Integers(0, 10)):
    """A Gaussian under the linear reward a x moves by a s^2 in every round.

    No simulation: the weight is not bounded, so no draw can be accepted with a probability proportional to it.
    """
    return Eq(E(TiltLoop(Normal(mu, s2), Lambda(x, a * x)).draw(t)), mu + t * a * s2)


@claim(
    source="derived: exponential tilting of a Gaussian", mutants={"it shrinks": lambda mu, s2, a, t: s2 / (1 + t / 10)}
)
def curation_tilt_closed_forms_spread(
    mu=Reals(-3, 3), s2=Positive(hi=5), a=Reals(-2, 2, notable=(1,)), t=Integers(1, 10)
):
    """Its variance stays as it is.

    No simulation: the weight is not bounded, so no draw can be accepted with a probability proportional to it.
    """
    return Eq(Var(TiltLoop(Normal(mu, s2), Lambda(x, a * x)).draw(t)), s2)


@claim(
    source="derived: completing the square", mutants={"a round behind": lambda s2, v, c, t: 1 / (1 / s2 + (t + 1) / v)}
)
def curation_tilt_closed_forms_quadratic(
    s2=Positive(hi=5, notable=(2,)), v=Positive(hi=5, notable=(4,)), c=Reals(-3, 3), t=Integers(0, 6)
):
    """Under the reward -(x - c)^2/(2 v) a Gaussian's precision grows by 1/v in every round."""
    return Eq(Var(TiltLoop(Normal(0, s2), Lambda(x, -((x - c) ** 2) / (2 * v))).draw(t)), 1 / (1 / s2 + t / v))


@claim(source="derived: completing the square", mutants={"to c at once": lambda s2, v, c, t: c})
def curation_tilt_closed_forms_quadratic_mean(
    s2=Positive(hi=5, notable=(2,)), v=Positive(hi=5, notable=(4,)), c=Reals(-3, 3), t=Integers(0, 6)
):
    """And its mean goes from 0 to t s^2 c/(v + t s^2)."""
    mean = E(TiltLoop(Normal(0, s2), Lambda(x, -((x - c) ** 2) / (2 * v))).draw(t))
    return Eq(mean, t * s2 * c / (v + t * s2))


@claim(
    source="derived: completing the square",
    where=lambda s2, v, t: t * s2 < v,
    mutants={"a round behind": lambda s2, v, t: 1 / (1 / s2 - (t - half) / v)},
    unreached={"derivation": "whether the tilted variance is positive is not seen"},
)
def curation_tilt_closed_forms_blow_up(s2=Positive(hi=2), v=Positive(hi=20, notable=(9,)), t=Integers(0, 6)):
    """Under the reward x^2/(2 v) its precision falls by 1/v in every round, as long as there is any: t < v/s^2.

    From then on no law of K = oo exists, though one does for every finite K. No simulation: the weight is not bounded.
    """
    return Eq(Var(TiltLoop(Normal(0, s2), Lambda(x, x**2 / (2 * v))).draw(t)), 1 / (1 / s2 - t / v))


# ---- without a best atom --------------------------------------------------------------------------------------------

FLAT = TiltLoop(Uniform(0, 1), Lambda(x, x - 1))  # the reward is uniform; what matters is how far it is below the best


@claim(source="derived: mean of a truncated exponential law", mutants={"1/t": lambda t: 1 / t})
def curation_no_atom_polynomial_rate(t=Integers(1, 40)):
    """A reward that is uniform on (0, 1), K = oo: after t rounds 1/t - 1/(e^t - 1) of it are missing on average."""
    return Eq(E(1 - FLAT.draw(t)), 1 / t - 1 / (exp(t) - 1))


@claim(
    source="derived: from the closed form",
    mutants={"to 1/2": lambda t: half},
)
def curation_no_atom_polynomial_rate_limit(t=Integers(1)):
    """What is missing falls like 1/t, not geometrically: t times as much tends to 1."""
    return Tends(t * E(1 - FLAT.draw(t)), (t, 1, oo), 1, rate=1 / t)


@claim(
    source="the rate of a law with a best atom",
    expected="fails",
    corrected="curation-no-atom-polynomial-rate",
)
def curation_no_atom_polynomial_rate_geometric(t=Points(5, 10, 20)):
    """What is missing is halved in every round."""
    return Le(E(1 - FLAT.draw(t)), half ** sympify(t))


# ---- without a best weight ------------------------------------------------------------------------------------------


def endless(s2) -> TiltLoop:
    """A Gaussian reward: none is the best."""
    return TiltLoop(Normal(0, s2), Lambda(x, x))


@claim(
    source="derived: a Gaussian under the reward x; the paper's rewards are bounded",
    mutants={"it slows": lambda s2, t: s2 / (t + 2)},
)
def curation_unbounded_tilt(s2=Positive(hi=5, notable=(1,)), t=Integers(0, 20)):
    """K = oo without a best reward: a Gaussian reward gains its variance in every round, for ever, so that its mean tends to oo.

    That the mean weight does not fall holds of unbounded weights, too (curation-reward-monotone). Growth over the best weight
    says nothing, and there may be no law of K = oo: curation-tilt-closed-forms-blow-up. No simulation: the weight has no bound.
    """
    draw = endless(s2).draw
    return Eq(E(draw(t + 1)) - E(draw(t)), s2)


@claim(
    source="convergence to the best reward, taken over to a reward without one",
    expected="fails",
    corrected="curation-unbounded-tilt",
)
def curation_unbounded_tilt_settles(t=Integers(0, 20, notable=(0, 5, 20))):
    """A Gaussian reward of mean 0 and variance 1 settles, as a bounded one does: its mean stays below 10.

    No simulation: the weight is not bounded.
    """
    return Le(E(endless(Integer(1)).draw(t)), 10)


# ---- what it maximises ----------------------------------------------------------------------------------------------


def value(q, weights, start: Finite, t) -> Expr:
    """E_q r - KL(q || p_0)/t: the reward of a law, less what it costs to leave the first one."""
    return Add(*(y * log(f) for y, f in zip(q, weights, strict=True))) - KL(Finite(q), start) / t


def most_value(p, t) -> Expr:
    """log(E_0 f^t)/t: the most of E r - KL(. || p_0)/t over all laws."""
    return log(E(CuratedLoop(p, K=oo).weight(0) ** t)) / t


@claim(
    source=f"{FERBACH} (stated for K -> oo, as commonly quoted); Gibbs' principle",
    proof=tilted(),
    mutants={
        "no law falls short": lambda p, t: {"<=": most_value(p, t) - shortfall(p, t)},
        "by half of it": lambda p, t: {"<=": most_value(p, t) - shortfall(p, t) / 2},
    },
)
def curation_rlhf_equivalence(p=Laws(starts=1), t=Integers(1, notable=(1, 3, 8))):
    """K = oo: t rounds maximise E r - KL(. || p_0)/t; any law q falls short of the maximum by KL(q || p_t)/t: of every law p_0.

    It is the objective of RLHF with beta = 1/t. No simulation: a draw from a tilted law needs its normaliser.
    """
    other, first = (CuratedLoop(p, K=oo, start=x) for x in (p.start(1), p))
    worth = E(other.reward(0)) - KL(other.model(0), first.model(0)) / t + shortfall(p, t)
    return And(Ge(worth, most_value(p, t)), Le(worth, most_value(p, t)))


def shortfall(p, t) -> Expr:
    """KL(q || p_t)/t, q the other start."""
    return KL(CuratedLoop(p, K=oo, start=p.start(1)).model(0), CuratedLoop(p, K=oo).model(t)) / t


@claim(
    source="the equivalence, used for finitely many candidates",
    expected="fails",
    corrected="curation-rlhf-equivalence",
)
def curation_rlhf_equivalence_finite(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 4)):
    """One round of K candidates maximises E r - KL(. || p_0)."""
    loop = CuratedLoop(Finite(p), (u, v, 1), K)
    after = [loop.mass(1, i) for i in range(3)]
    return Ge(value(after, (u, v, 1), Finite(p), 1), log(p[0] * u + p[1] * v + p[2]))


# ---- how near finitely many candidates are --------------------------------------------------------------------------


def finite_and_tilted(p, u, v, K) -> tuple[CuratedLoop, CuratedLoop]:
    """Three atoms of weights u, v and 1 under K candidates, and under infinitely many."""
    return CuratedLoop(Finite(p), (u, v, 1), K), CuratedLoop(Finite(p), (u, v, 1), oo)


def mean_and_variance(p, u, v) -> tuple[Expr, Expr]:
    """Of the weight at first."""
    f = CuratedLoop(Finite(p), (u, v, 1), 2).weight
    return E(f(0)), Var(f(0))


@claim(
    source="derived: Jensen's inequality for the factor of a pick; bounds of this type are in 2505.03156, as commonly quoted",
    mutants={"a fiftieth of it": lambda p, u, v, K: _cv(p, u, v) / (50 * K)},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_finite_k_vs_tilt(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 4, 8)):
    """KL(tilted || K candidates) <= log(1 + V/(K m^2)) after a round, m and V being mean and variance of the weight.

    No simulation of K = oo: a draw from a tilted law needs its normaliser.
    """
    few, tilted = finite_and_tilted(p, u, v, K)
    return Le(KL(tilted.model(1), few.model(1)), log(1 + _cv(p, u, v) / K))


def _cv(p, u, v) -> Expr:
    m, V = mean_and_variance(p, u, v)
    return V / m**2


@claim(
    source="derived: Jensen's lower bound of H in TV = E (f/m - H)^+",
    mutants={"a third of it": lambda p, u, v, K: _tv_bound(p, u, v, K) / 3},
    unreached={"derivation": "no certificate for the sign of a sum of absolute values"},
)
def curation_finite_k_vs_tilt_tv(p=Simplex(3), u=Probability(), v=Probability(), K=Points(2, 4, 8)):
    """In total variation K candidates are at most E f (f - m)^+/(m (f + (K - 1) m)) from the tilted law after a round.

    No simulation of K = oo: a draw from a tilted law needs its normaliser.
    """
    few, tilted = finite_and_tilted(p, u, v, K)
    return Le(TV(few.model(1), tilted.model(1)), _tv_bound(p, u, v, K))


def _tv_bound(p, u, v, K) -> Expr:
    m, _ = mean_and_variance(p, u, v)
    above = [(f, (f - m + Abs(f - m)) / 2) for f in (u, v, 1)]
    return Add(*(y * f * g / (m * (f + (K - 1) * m)) for y, (f, g) in zip(p, above, strict=True)))


def first_order(t: int) -> tuple[Expr, list[tuple[Expr, Expr]]]:
    """Of the catalogue's three atoms, t rounds of K = oo: c = 1/m_0 + ... + 1/m_(t-1), m_s the mean weight then; and the law.

    To first order in 1/K, t rounds of K candidates multiply the density of the tilt by 1 - c (f - m_t)/K. Source: derived, round
    by round: E K/(f + S) = (1 - (f - m)/(K m) + Var(f)/(K m^2))/m + O(1/K^2).
    """
    masses = [Rational(1, 2), Rational(1, 3), Rational(1, 6)]
    told = Integer(0)
    for _ in range(t):
        m = Add(*(p * f for p, f in zip(masses, WEIGHTS, strict=True)))
        masses, told = [p * f / m for p, f in zip(masses, WEIGHTS, strict=True)], told + 1 / m
    mean = Add(*(p * f for p, f in zip(masses, WEIGHTS, strict=True)))
    return told, [(p, f - mean) for p, f in zip(masses, WEIGHTS, strict=True)]


WEIGHTS = (1, 2, 5)
MANY = Integers(8, 2000, notable=(8, 16, 64, 2000))


def _few_and_tilted(K, t):
    return (CuratedLoop(Finite((half, Rational(1, 3), Rational(1, 6))), WEIGHTS, k).model(t) for k in (K, oo))


def limit_tv(t: int) -> Expr:
    """Of K times the distance in total variation: c/2 times the mean distance of the weight from its mean."""
    c, law = first_order(t)
    return c / 2 * Add(*(p * Abs(x) for p, x in law))


def limit_kl(t: int) -> Expr:
    """Of K^2 times the divergence: c^2/2 times the variance of the weight."""
    c, law = first_order(t)
    return c**2 / 2 * Add(*(p * x**2 for p, x in law))


@claim(
    source=f"derived: the first order in 1/K, added over the rounds; the rate is a choice; {FERBACH} have K -> oo",
    mutants={
        "a tenth more": lambda K, t: limit_tv(t) * Rational(11, 10),
        "t times the first round's": lambda K, t: t * limit_tv(1),
    },
    unreached={"derivation": "a limit is proved for all K only, and the domain of K ends"},
)
def curation_finite_k_vs_tilt_limit(K=MANY, t=Points(1, 2, 3)):
    """Three atoms: K times the total variation from the tilt after t rounds tends to c/2 E_t |f - m_t|, c = sum of 1/m_s, s < t.

    m_s: the mean weight after s rounds of K = oo. The constants 5/12, 125/216, ... are exact. No simulation: a draw from a tilted
    law needs its normaliser.
    """
    few, tilt = _few_and_tilted(K, t)
    return Tends(K * TV(few, tilt), (K, 8, oo), limit_tv(t), rate=1 / K)


@claim(
    source=f"derived: the first order in 1/K, added over the rounds; the rate is a choice; {FERBACH} have K -> oo",
    mutants={"without the half": lambda K, t: 2 * limit_kl(t)},
    unreached={"derivation": "a limit is proved for all K only, and the domain of K ends"},
)
def curation_finite_k_vs_tilt_limit_kl(K=MANY, t=Points(1, 2, 3)):
    """Three atoms: K^2 times KL(tilt || K candidates) after t rounds tends to c^2/2 Var_t(f): a divergence of the order 1/K^2."""
    few, tilt = _few_and_tilted(K, t)
    return Tends(K**2 * KL(tilt, few), (K, 8, oo), limit_kl(t), rate=2 / K)


def tilt_range(K, b, t) -> Expr:
    """The most by which the logarithm of the ratio of two laws varies: t rounds of K candidates, and of infinitely many.

    R = t log(1 + (b - 1)/K), b the largest weight over the smallest one. In total variation the laws are at most tanh(R/4)
    apart, and R^2/8 in KL, in nats. Source: derived.
    """
    return t * log(1 + (b - 1) / K)


@claim(
    source=f"derived: Hilbert's distance, round by round; {FERBACH} have the limit K -> oo, as commonly quoted",
    proof=near_the_tilt(),
    mutants={"half of it": lambda p, K, t: _tanh(tilt_range(K, p.largest / p.least, t) / 8)},
)
def curation_finite_k_vs_tilt_rounds(p=Laws(), K=CANDIDATES, t=Integers(0, notable=(1, 2, 4))):
    """t rounds of K candidates leave a law within tanh(R/4) of the tilt e^(t r) p_0 in total variation: of the order t/K.

    R = t log(1 + (b - 1)/K), b the largest weight over the smallest one: at most t (b - 1)/(4 K). So K -> oo is the tilt, for
    every law of a reward that is bounded from both sides, after any number of rounds. No simulation: a draw from a tilted law
    needs its normaliser.
    """
    few, tilted = (CuratedLoop(p, K=k) for k in (K, oo))
    return Le(TV(few.model(t), tilted.model(t)), _tanh(tilt_range(K, p.largest / p.least, t) / 4))


def _tanh(x) -> Expr:
    """tanh, by a power where x is a multiple of a logarithm."""
    return (exp(2 * x) - 1) / (exp(2 * x) + 1)


@claim(
    source="derived: Hilbert's distance and Hoeffding's bound of exponential moments",
    proof=near_the_tilt(),
    mutants={"a quarter of it": lambda p, K, t: tilt_range(K, p.largest / p.least, t) ** 2 / 32},
)
def curation_finite_k_vs_tilt_rounds_kl(p=Laws(), K=CANDIDATES, t=Integers(0, notable=(1, 2, 4))):
    """And the divergence KL(tilt || K candidates) is at most R^2/8: of the order 1/K^2, at most (t (b - 1)/K)^2/8.

    The lemma gives the same the other way round. No simulation: a draw from a tilted law needs its normaliser.
    """
    few, tilted = (CuratedLoop(p, K=k).model(t) for k in (K, oo))
    return Le(KL(tilted, few), tilt_range(K, p.largest / p.least, t) ** 2 / 8)


@claim(
    source="derived: the first order in the distance of two weights, for both laws",
    mutants={"(K - 1)/K of it": lambda K, t: Rational((K - 1) * t, 4 * K * K)},
)
def curation_finite_k_vs_tilt_rounds_tight(n=Integers(1), K=Points(2, 3, 4), t=Points(1, 2)):
    """The constant 1/4 cannot be bettered, for any K and t: equal masses, weights 1 + 1/n and 1, n times the distance -> t/(4 K).

    No simulation: a draw from a tilted law needs its normaliser.
    """
    few, tilted = (CuratedLoop(Finite((half, half)), (1 + 1 / n, 1), k) for k in (K, oo))
    apart = tilted.mass(t, 0) - few.mass(t, 0)
    return Tends(n * apart, (n, 1, oo), Rational(t, 4 * K), rate=t / n)


@claim(
    source="the distance of the first round, taken for that of all of them",
    expected="fails",
    corrected="curation-finite-k-vs-tilt-rounds",
)
def curation_finite_k_vs_tilt_rounds_same(K=Points(2, 4), t=Points(1, 4, 8)):
    """Any number of rounds of K candidates leaves a law within (b - 1)/(4 K) of its tilt: masses .9 and .1, weights 1 and 2."""
    few, tilted = (CuratedLoop(Finite((Rational(9, 10), Rational(1, 10))), (1, 2), k) for k in (K, oo))
    return Le(TV(few.model(t), tilted.model(t)), Rational(1, 4 * K))


@claim(
    source="the order of the bound, taken for that of the divergence",
    expected="fails",
    corrected="curation-finite-k-vs-tilt",
)
def curation_finite_k_vs_tilt_order(K=Points(2, 4)):
    """The divergence of K candidates from the tilted law is of the order 1/K: with 4 K at least an eighth, on three atoms.

    No simulation of K = oo: a draw from a tilted law needs its normaliser.
    """
    p, f = Finite((half, Rational(1, 3), Rational(1, 6))), (1, 2, 5)
    few, more, tilted = (CuratedLoop(p, f, k).model(1) for k in (K, 4 * K, oo))
    return Ge(KL(tilted, more), KL(tilted, few) / 8)
