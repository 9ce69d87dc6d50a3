"""The recursion of total variation, for any mixing scheme: what the errors of all generations add up to.

Generation i is trained on points of the mixture m_i = alpha_i p_0 + sum over k < i of beta_i^k p_k, and TV(p_i, m_i) <= e_i:
what the sample costs, and what the models cannot fit in that mixture (`mixing.misfit`). Then TV(p_i, p_0) <= e_i + sum beta_i^k
TV(p_k, p_0), and so TV(p_i, p_0) <= sum over k of A_(i,k) e_k; A_(k,k) = 1, A_(i,k) = sum over k <= j < i of beta_i^j A_(j,k).

The theorem is taken apart here into what is proved for every scheme, random ones among them, and any number of generations:
the recursion of numbers, the same for densities at a point (integrated over all points it is the theorem, for all laws); the
probability that no generation fails, and the loop in which the bound is reached, for up to four generations.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Abs, Add, Eq, Expr, Ge, Le, Max, Rational, S, Sum, Symbol

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals, Simplex
from ..language.laws import Finite
from ..language.loops import CLOCK, Loop, coordinate
from ..language.moments import TV
from ..language.schemes import MixingScheme, Rows, Schemes, Sequences
from .common import FU, RECURSION

GENERATIONS = Points(1, 2, 3, 4)
k = Symbol("k", integer=True, positive=True)  # the number of a fit


@claim(
    source=RECURSION,
    mutants={
        "errors a generation off": lambda w, e, T: w.bound(e(CLOCK - 1), T),
        "a generation fewer": lambda w, e, T: w.bound(e(CLOCK), T - 1),
        "errors that no later generation hands on": lambda e, T: e(T),
    },
)
def mixing_tv_recursion(
    w=Schemes(),
    e=Sequences(Reals(notable=(1, 2))),
    s=Sequences(Reals(notable=(Rational(1, 1000),))),
    T=Integers(1, notable=(4, 9)),
):
    """Any scheme, any errors, any T: d_i <= e_i + sum beta_i^k d_k in every generation gives d_T <= sum A_(T,k) e_k.

    d_i is TV(p_i, p_0). Every sequence that keeps the hypothesis is d_i = e_i - |s_i| + sum beta_i^k d_k. The weights may be
    drawn, as in a random schedule: nothing is used of them but that they are shares. With s_i = 0 it is an equality:
    `mixing-tv-recursion-signed`. Laws keep the hypothesis: `mixing-tv-recursion-densities`. No simulation: nothing is random.
    """
    return Le(w.mixed(0, e(CLOCK) - Abs(s(CLOCK)), T), w.bound(e(CLOCK), T))


@claim(
    source="derived: the recursion of total variation is linear in signed measures",
    mutants={
        "errors a generation off": lambda w, u, T: w.bound(u(CLOCK - 1), T),
        "a generation fewer": lambda w, u, T: w.bound(u(CLOCK), T - 1),
    },
)
def mixing_tv_recursion_signed(w=Schemes(), f=Positive(), u=Sequences(Reals()), T=Integers(1, notable=(4, 9))):
    """Any scheme, any T: p_T - p_0 is the sum over k of A_(T,k) (p_k - m_k), m_k the mixture that model k was trained on.

    At one point: f is the density of the truth there, u_k by how much that of model k is off its mixture's. The bound takes
    absolute values of it: what it loses is what cancels. No simulation: nothing is random.
    """
    return Eq(w.mixed(f, u(CLOCK), T) - f, w.bound(u(CLOCK), T))


@claim(
    source=RECURSION,
    mutants={
        "errors a generation off": lambda w, u, T: w.bound(Max(0, u(CLOCK - 1)), T),
        "a generation fewer": lambda w, u, T: w.bound(Max(0, u(CLOCK)), T - 1),
    },
)
def mixing_tv_recursion_densities(w=Schemes(), f=Positive(), u=Sequences(Reals()), T=Integers(1, notable=(4, 9))):
    """Any scheme, any T, at every point: p_T exceeds p_0 by the sum over k of A_(T,k) (p_k - m_k)^+ at most.

    p_0, ..., p_T are densities at one point, or the probabilities of an atom; m_k is the mixture that model k was trained on, f
    the density of the truth, u_k by how much that of model k is off its mixture's. The total variation of two laws is what the
    one has more than the other, added up over all points: so this is TV(p_T, p_0) <= sum A_(T,k) TV(p_k, m_k), for all laws.
    No simulation: nothing is random.
    """
    return Le(w.mixed(f, u(CLOCK), T) - f, w.bound(Max(0, u(CLOCK)), T))


# ---- some schemes, written out ----------------------------------------------------------------------------------------


def scheme(*rows) -> Rows:
    """The scheme of these weights, from the second generation on."""
    return Rows(((1,), *rows))


def densities(weights: MixingScheme, truth, misses: Sequence) -> list[Expr]:
    """Densities at one point: of the truth, and of models that miss the mixtures that they were trained on by so much there."""
    f = [truth]
    for row, missed in zip(weights.rows(len(misses)), misses, strict=True):
        f.append(Add(*(w * x for w, x in zip(row, f, strict=True))) + missed)
    return f


def misses_of(weights: MixingScheme, truth, *models) -> list[Expr]:
    """TV of every model from the mixture that it was trained on."""
    laws = (truth, *models)
    mixtures = [
        Finite(tuple(Add(*(w * x for w, x in zip(row, atom, strict=False))) for atom in zip(*laws, strict=True)))
        for row in weights.rows(len(models))
    ]
    return [TV(Finite(p), m) for p, m in zip(models, mixtures, strict=True)]


@claim(
    source=f"derived: three generations on three symbols, an instance of the recursion of {FU}",
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


class FailureLoop(Loop):
    """Whether all fits so far have kept their bounds: given that, fit k does not with the probability `failure`.

    failure: an expression in CLOCK.  Observables: kept(t), the probability that none of t fits has missed its bound.
    Source: after the finite-sample form of the recursion of Fu et al. 2402.11778, as commonly quoted.
    """

    failure: Reals

    kept = coordinate("q")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"kept": S.One}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"kept": (1 - self.failure) * state["kept"]}


@claim(
    source=RECURSION,
    mutants={"as if half of them counted": lambda odds, T: 1 - Sum(given_past(odds(k)), (k, 1, T)) / 2},
)
def mixing_tv_recursion_failures(odds=Sequences(Positive()), T=Integers(1, notable=(4,))):
    """If, given the past, fit k misses its bound with probability d_k, some fit of T does so with probability sum d_k at most.

    For any T. d_k is told by its odds. Where none misses it, TV(p_T, p_0) <= sum A_(T,k) e_k. Of a coin:
    `mixing-scheme-coin-probability`. No simulation: given probabilities.
    """
    return Ge(FailureLoop(given_past(odds(CLOCK))).kept(T), 1 - Sum(given_past(odds(k)), (k, 1, T)))


def given_past(odds) -> Expr:
    """The probability of these odds."""
    return odds / (1 + odds)


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
