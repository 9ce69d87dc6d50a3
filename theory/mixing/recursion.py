"""The recursion of total variation, for any mixing scheme: what the errors of all generations add up to.

Generation i is trained on points of the mixture m_i = alpha_i p_0 + sum over k < i of beta_i^k p_k, and TV(p_i, m_i) <= e_i:
what the sample costs, and what the models cannot fit in that mixture (`mixing.misfit`). Then TV(p_i, p_0) <= e_i + sum beta_i^k
TV(p_k, p_0), and so TV(p_i, p_0) <= sum over k of A_(i,k) e_k; A_(k,k) = 1, A_(i,k) = sum over k <= j < i of beta_i^j A_(j,k).

The theorem is taken apart here into what is proved with weights that are symbols, for up to four generations: the recursion
of numbers, the same for densities at a point (integrated over all points it is the theorem, for all laws), the probability that
no generation fails, and the loop in which the bound is reached.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Eq, Expr, Le, Max, Mul, Rational

from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Reals, Simplex
from ..language.laws import Finite
from ..language.moments import TV
from ..language.schemes import MixingScheme, Rows
from .common import FU

GENERATIONS = Points(1, 2, 3, 4)
QUOTED = f"{FU} (recursion of total variation for any mixing scheme, as commonly quoted)"


def scheme(*rows) -> Rows:
    """The scheme of these weights, from the second generation on."""
    return Rows(((1,), *rows))


def carried(weights: MixingScheme, errors: Sequence, slacks: Sequence) -> Expr:
    """d_T for T errors: d_i = s_i (e_i + sum over k < i of beta_i^k d_k)."""
    d: list[Expr] = []
    for (_, *shares), e, s in zip(weights.rows(len(errors)), errors, slacks, strict=False):
        d.append(s * (e + Add(*(b * x for b, x in zip(shares, d, strict=True)))))
    return d[-1]


def direct(weights: MixingScheme, errors: Sequence) -> Expr:
    """e_T + sum over k < T of beta_T^k e_k: errors that come in by one mixture only."""
    *before, last = errors
    return last + Add(*(b * e for b, e in zip(weights.rows(len(errors))[-1][1:], before, strict=True)))


NEARLY = {f"s{i}": Rational(999, 1000) for i in range(1, 5)}


@claim(
    source=QUOTED,
    examples=[{"T": 4, **NEARLY}, {"T": 3, **NEARLY}],
    mutants={
        "errors a generation off": lambda T, b2, b3, b4, e1, e2, e3: scheme(b2, b3, b4).bound((0, e1, e2, e3)[:T]),
        "errors that no later generation hands on": lambda T, b2, b3, b4, e1, e2, e3, e4: direct(
            scheme(b2, b3, b4), (e1, e2, e3, e4)[:T]
        ),
    },
)
def mixing_tv_recursion(
    T=GENERATIONS,
    b2=Simplex(2),
    b3=Simplex(3),
    b4=Simplex(4),
    e1=Positive(),
    e2=Positive(),
    e3=Positive(),
    e4=Positive(),
    s1=Probability(),
    s2=Probability(),
    s3=Probability(),
    s4=Probability(),
):
    """Any scheme, any errors: d_i <= e_i + sum beta_i^k d_k in every generation gives d_T <= sum A_(T,k) e_k, T up to 4.

    d_i is TV(p_i, p_0). Every sequence that keeps the hypothesis is d_i = s_i (e_i + sum beta_i^k d_k) with slacks 0 <= s_i <= 1;
    here they are between 0 and 1, and weights and errors positive: both sides are continuous, so it is true at the ends, too.
    With s_i = 1 it is an equality: `mixing-tv-recursion-attained`. Laws keep the hypothesis: `mixing-tv-recursion-densities`.
    b2, b3, b4: weights of generations 2, 3, 4, that of the real data first. No simulation: nothing is random.
    """
    weights, errors = scheme(b2, b3, b4), (e1, e2, e3, e4)[:T]
    return Le(carried(weights, errors, (s1, s2, s3, s4)), weights.bound(errors))


def densities(weights: MixingScheme, truth, misses: Sequence) -> list[Expr]:
    """Densities at one point: of the truth, and of models that miss the mixtures that they were trained on by so much there."""
    f = [truth]
    for row, missed in zip(weights.rows(len(misses)), misses, strict=True):
        f.append(Add(*(w * x for w, x in zip(row, f, strict=True))) + missed)
    return f


@claim(
    source="derived: the recursion of total variation is linear in signed measures",
    mutants={
        "errors a generation off": lambda T, b2, b3, b4, u1, u2, u3: scheme(b2, b3, b4).bound((0, u1, u2, u3)[:T]),
        "errors that no later generation hands on": lambda T, b2, b3, b4, u1, u2, u3, u4: (
            direct(scheme(b2, b3, b4), (u1, u2, u3, u4)[:T]) + (u1 if T < 3 else 0)
        ),
    },
)
def mixing_tv_recursion_signed(
    T=GENERATIONS,
    b2=Simplex(2),
    b3=Simplex(3),
    b4=Simplex(4),
    f=Positive(),
    u1=Reals(),
    u2=Reals(),
    u3=Reals(),
    u4=Reals(),
):
    """Any scheme: p_T - p_0 is the sum of A_(T,k) (p_k - m_k), m_k the mixture that model k was trained on, T up to 4.

    At one point: f is the density of the truth there, u_k by how much that of model k is off its mixture's. The bound takes
    absolute values of it: what it loses is what cancels. No simulation: nothing is random.
    """
    weights, misses = scheme(b2, b3, b4), (u1, u2, u3, u4)[:T]
    return Eq(densities(weights, f, misses)[-1] - f, weights.bound(misses))


def above(u) -> Expr:
    """u where it is positive, else 0."""
    return Max(0, u)


@claim(
    source=QUOTED,
    mutants={
        "errors a generation off": lambda T, b2, b3, b4, u1, u2, u3: scheme(b2, b3, b4).bound(
            [0, above(u1), above(u2), above(u3)][:T]
        )
    },
)
def mixing_tv_recursion_densities(
    T=GENERATIONS,
    b2=Simplex(2),
    b3=Simplex(3),
    b4=Simplex(4),
    f=Positive(),
    u1=Reals(),
    u2=Reals(),
    u3=Reals(),
    u4=Reals(),
):
    """Any scheme, at every point: p_T exceeds p_0 by sum A_(T,k) (p_k - m_k)^+ at most, T up to 4.

    p_0, ..., p_T are densities at one point, or the probabilities of an atom; m_k is the mixture that model k was trained on, f
    the density of the truth, u_k by how much that of model k is off its mixture's. The total variation of two laws is what the
    one has more than the other, added up over all points: so this is TV(p_T, p_0) <= sum A_(T,k) TV(p_k, m_k), for all laws.
    No simulation: nothing is random.
    """
    weights, misses = scheme(b2, b3, b4), (u1, u2, u3, u4)[:T]
    return Le(densities(weights, f, misses)[-1] - f, weights.bound(list(map(above, misses))))


def misses_of(weights: MixingScheme, truth, *models) -> list[Expr]:
    """TV of every model from the mixture that it was trained on."""
    laws = (truth, *models)
    mixtures = [
        Finite(tuple(Add(*(w * x for w, x in zip(row, atom, strict=False))) for atom in zip(*laws, strict=True)))
        for row in weights.rows(len(models))
    ]
    return [TV(Finite(p), m) for p, m in zip(models, mixtures, strict=True)]


@claim(
    source=QUOTED,
    uses=("mixing-tv-recursion-densities",),
    mutants={
        "errors a generation off": lambda p, q1, q2, q3, b2, b3: scheme(b2, b3).bound(
            [0, *misses_of(scheme(b2, b3), p, q1, q2)]
        )
    },
    unreached={"derivation": "no certificate for the sign of a sum of absolute values over several symbols"},
)
def mixing_tv_recursion_three_symbols(
    p=Simplex(3), q1=Simplex(3), q2=Simplex(3), q3=Simplex(3), b2=Simplex(2), b3=Simplex(3)
):
    """Any scheme, any truth and any three models on three symbols: TV(p_3, p_0) <= sum A_(3,k) TV(p_k, m_k).

    m_k is the mixture that model k was trained on. Proved symbol by symbol: `mixing-tv-recursion-densities`.
    No simulation: distances of given laws.
    """
    weights = scheme(b2, b3)
    return Le(TV(Finite(q3), Finite(p)), weights.bound(misses_of(weights, p, q1, q2, q3)))


# ---- with probability -----------------------------------------------------------------------------------------------


@claim(
    source=QUOTED,
    mutants={"as if the first had to hold alone": lambda d1: d1},
)
def mixing_tv_recursion_failures(
    T=Points(2, 3, 4), d1=Probability(), d2=Probability(), d3=Probability(), d4=Probability()
):
    """If, given the past, fit k misses its bound with probability d_k, some fit of T does so with probability sum d_k at most.

    That none does has probability (1 - d_1)...(1 - d_T): given that those before have not, each fails with probability d_k. Where
    none does, TV(p_T, p_0) <= sum A_(T,k) e_k. Of a coin: `mixing-scheme-coin-probability`. No simulation: given probabilities.
    """
    deltas = (d1, d2, d3, d4)[:T]
    return Le(1 - Mul(*(1 - d for d in deltas)), Add(*deltas))


# ---- where the bound is reached -------------------------------------------------------------------------------------


@claim(
    source=f"derived: errors that all go one way; the bound of {FU}",
    where=lambda T, p, b2, b3, b4, e1, e2, e3, e4: p + scheme(b2, b3, b4).bound((e1, e2, e3, e4)[:T]) < 1,
    examples=[
        {"T": T, "p": Rational(1, 3), **{f"e{i}": Rational(i, 40) for i in range(1, 5)}} for T in GENERATIONS.listed
    ],
    mutants={
        "as if errors were independent": lambda T, p, b2, b3, b4, e1, e2, e3, e4: (
            scheme(b2, b3, b4).bound((e1, e2, e3, e4)[:T]) ** 2
        ),
        "errors a generation off": lambda T, b2, b3, b4, e1, e2, e3: scheme(b2, b3, b4).bound((0, e1, e2, e3)[:T]),
    },
)
def mixing_tv_recursion_attained(
    T=GENERATIONS,
    p=Probability(notable=(Rational(1, 3),)),
    b2=Simplex(2),
    b3=Simplex(3),
    b4=Simplex(4),
    e1=Positive(hi=1),
    e2=Positive(hi=1),
    e3=Positive(hi=1),
    e4=Positive(hi=1),
):
    """The bound is sharp for every scheme: if every fit adds e_k to the probability of one atom, TV(p_T, p_0) is sum A_(T,k) e_k.

    p: the true probability of that atom. No simulation: nothing is random.
    """
    weights, errors = scheme(b2, b3, b4), (e1, e2, e3, e4)[:T]
    last = densities(weights, p, errors)[-1]
    return Eq(TV(Finite((last, 1 - last)), Finite((p, 1 - p))), weights.bound(errors))
