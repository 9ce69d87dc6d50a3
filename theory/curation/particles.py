"""Curation with finitely many samples: two types, n picks a generation; the wrong one may win, equal ones drift; how many samples
show what the population does."""

from __future__ import annotations

from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Rational, exp, oo, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Reals
from ..language.fields import Between, Listed, Ratio, Weight
from ..language.laws import Binomial, Finite, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import E, Var
from .common import CuratedLoop, half, tournament

AT_INFINITY = {"derivation": "a mean at infinite time"}


class PickedSampleLoop(Loop):
    """n picks among K draws each are the next sample, of which K draws with replacement are shown again: two types.

    w: the weight of the first type against the second; oo: it is picked for certain where one of the K is of it, as the best is.
    start: its share at first, and of the real data.  lam: the ratio of picks to real points: each point is a real one with
    probability 1/(1 + lam); oo, the default: there are no real ones.
    Observables: theta(t), its share in the sample; without real points theta(oo), 0 or 1, where it is lost or has won.
    Source: ours: picks as in Ferbach et al. 2407.09499, with finitely many samples: a Wright-Fisher chain with selection.
    """

    n: Integers(1)
    K: Listed(Integers(2))
    w: Weight
    start: Between(0, 1)
    lam: Ratio = oo

    theta = coordinate("X")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        theta = state["theta"]
        if self.w is oo:
            picked = 1 - (1 - theta) ** int(self.K)
        else:
            picked, _ = tournament((theta, 1 - theta), (self.w, 1), self.K)
        chance = picked if self.lam is oo else (self.start + self.lam * picked) / (1 + self.lam)
        return {"theta": Noise("B", Binomial(self.n, chance)) / self.n}


def wrong(n, K, w, copies) -> Expr:
    """The probability that the worse type wins, from `copies` of the better one among n."""
    return 1 - E(PickedSampleLoop(n, K, w, Rational(copies, n)).theta(oo))


# ---- the wrong winner -----------------------------------------------------------------------------------------------

CASES = (  # n, w = e^d, K, copies of the better type at first; the catalogue's probability that it is lost
    (10, exp(half), 2, 5, Rational("0.08058987576633792")),
    (20, exp(Rational(1, 5)), 2, 10, Rational("0.1206678836750644")),
    (50, exp(Rational(1, 10)), 2, 25, Rational("0.0764889302094731")),
    (100, exp(Rational(1, 10)), 2, 10, Rational("0.3723124576376103")),
    (100, exp(1), 4, 1, Rational("0.2320124209282094")),
)


@claim(
    source="derived: absorption of a Wright-Fisher chain with selection, by linear equations",
    mutants={"a hundredth less": lambda case: {"<": (1 - case[4]) * Rational(99, 100)}},
    unreached=AT_INFINITY,
)
def curation_finite_n_wrong_fixation(case=Points(*CASES)):
    """With finitely many samples the better type does not always win: five probabilities to twelve digits.

    No derivation: a linear system in n - 1 unknowns, solved in balls.
    """
    n, w, K, copies, value = case
    p = 1 - wrong(n, K, w, copies)
    return And(Gt(p, 1 - value - Rational(1, 10**12)), Lt(p, 1 - value + Rational(1, 10**12)))


def supermartingale(n, copies, th) -> Expr:
    """(e^(-th x) - e^(-th n))/(1 - e^(-th n)): the chance to be lost if e^(-th X) were a martingale."""
    return (exp(-th * copies) - exp(-th * n)) / (1 - exp(-th * n))


@claim(
    source="derived (Kimura's diffusion made a bound): e^(-th X) is a supermartingale if th/(1 - e^-th) = 1 + c",
    mutants={"nine tenths of it": lambda n, copies, th: Rational(9, 10) * supermartingale(n, copies, th)},
    unreached=AT_INFINITY,
)
def curation_finite_n_wrong_fixation_upper(
    n=Points(5, 20, 60), copies=Points(1, 2), th=Points(Rational(1, 10), half, 1)
):
    """Two candidates: the better type is lost with probability at most (e^(-th x) - e^(-th n))/(1 - e^(-th n))."""
    c = th / (1 - exp(-th)) - 1
    return Le(wrong(n, 2, (1 + c) / (1 - c), copies), supermartingale(n, copies, th))


@claim(
    source="derived: the same with th/(e^th - 1) = 1 - c",
    mutants={"a tenth more": lambda n, copies, th: Rational(11, 10) * supermartingale(n, copies, th)},
    unreached=AT_INFINITY,
)
def curation_finite_n_wrong_fixation_lower(
    n=Points(5, 20, 60), copies=Points(1, 2), th=Points(Rational(1, 10), half, 1)
):
    """Two candidates: and at least that, with another th."""
    c = 1 - th / (exp(th) - 1)
    return Ge(wrong(n, 2, (1 + c) / (1 - c), copies), supermartingale(n, copies, th))


@claim(source="Kimura's formula, taken for exact", expected="fails", corrected="curation-finite-n-wrong-fixation-upper")
def curation_finite_n_wrong_fixation_kimura(n=Points(20, 60), copies=Points(2), d=Points(half, 1)):
    """The better type is lost with probability W(2 c), c = tanh(d/2)."""
    d = sympify(d)
    c = (exp(d) - 1) / (exp(d) + 1)
    return Eq(wrong(n, 2, exp(d), copies), supermartingale(n, copies, 2 * c))


@claim(
    source="the population's convergence to the best reward, taken over to samples",
    expected="fails",
    corrected="curation-finite-n-wrong-fixation",
)
def curation_finite_n_wrong_fixation_never(n=Points(10, 100), K=Points(2, 4)):
    """The better type, with e times the weight and one copy at first, is lost less than once in a hundred times."""
    return Le(wrong(n, K, exp(1), 1), Rational(1, 100))


# ---- how many samples show the population ----------------------------------------------------------------------------


def steepest(w, K) -> Expr:
    """The slope at 0 of the share of the better type after a round, as a function of it before: it is nowhere steeper."""
    return K * w / (w + K - 1)


def strayed(n, K, w, q, t) -> Expr:
    """The mean square of what lies between the share in a sample and that in the population, after t rounds from q."""
    theta = PickedSampleLoop(n, K, w, q).theta(t)
    return Var(theta) + (E(theta) - E(CuratedLoop(Finite((q, 1 - q)), (w, 1), K).mass(t, 0))) ** 2


@claim(
    source="derived: a round multiplies what lies between by its slope at most, and adds a variance of 1/(4 n) at most",
    mutants={
        "a quarter of it": lambda n, K, w, q, t: added(n, steepest(w, K), t) / 4,
        "as if a round were no steeper than 1": lambda n, K, w, q, t: t / (4 * n),
    },
    unreached={"derivation": "the slope of a round is bounded by an argument in words"},
)
def curation_finite_n_shows_population(
    n=Integers(2, 100, notable=(10,)),
    K=Points(2, 3, 4),
    w=Reals(1, oo, notable=(5, 2)),
    q=Probability(notable=(Rational(1, 10),)),
    t=Integers(1, 10, notable=(3,)),
):
    """n samples follow the population for t rounds within e, in the root mean square, from (L^(2t) - 1)/(4 (L^2 - 1) e^2) on.

    L = K w/(w + K - 1) is the steepest slope of a round: the bound grows geometrically with t.
    """
    return Le(strayed(n, K, w, q, t), added(n, steepest(w, K), t))


def added(n, slope, t) -> Expr:
    """The variances of t rounds, each multiplied by the square of the slope in every later one."""
    return (slope ** (2 * t) - 1) / (4 * n * (slope**2 - 1))


@claim(
    source="the variances of the rounds, added up as if a round kept them",
    expected="fails",
    corrected="curation-finite-n-shows-population",
)
def curation_finite_n_shows_population_linear(n=Points(50), K=Points(2, 4), w=Points(5, 50), t=Integers(2, 4)):
    """From t/(4 e^2) samples on they follow the population for t rounds within e, a tenth being of the better type at first."""
    return Le(strayed(n, K, w, Rational(1, 10), t), t / (4 * n))


# ---- equal types ----------------------------------------------------------------------------------------------------


@claim(
    source="derived: neutral Wright-Fisher, heterozygosity",
    mutants={
        "1 - 1/(K n)": lambda n, K, q, t: 2 * q * (1 - q) * (1 - 1 / (K * n)) ** t,
        "it is kept": lambda n, K, q, t: 2 * q * (1 - q),
    },
)
def curation_mode_retention_vs_drift(
    n=Integers(2, 100, notable=(10,)), K=Points(2, 3), q=Probability(), t=Integers(1, 100)
):
    """Two equally good modes: with n samples their diversity is lost by 1 - 1/n a generation, whatever K is.

    In the population their ratio never changes: curation-kl-to-optimum-identity-ratio.
    """
    theta = PickedSampleLoop(n, K, 1, q).theta(t)
    return Eq(E(2 * theta * (1 - theta)), 2 * q * (1 - q) * (1 - 1 / n) ** t)


@claim(
    source="derived: neutral Wright-Fisher, the share is a martingale",
    mutants={"it gains": lambda n, K, copies: Rational(copies, n) * Rational(11, 10)},
    unreached=AT_INFINITY,
)
def curation_mode_retention_vs_drift_limit(n=Points(4, 40), K=Points(2, 3), copies=Points(3)):
    """One of them is left in the end, each with the probability of its share at first."""
    return Eq(1 - wrong(n, K, 1, copies), Rational(copies, n))


@claim(
    source="the population's limit, taken over to samples",
    expected="fails",
    corrected="curation-mode-retention-vs-drift",
)
def curation_mode_retention_vs_drift_kept(n=Points(10, 50), t=Points(10, 50)):
    """Equally good modes keep their diversity: of one half nine tenths are left."""
    theta = PickedSampleLoop(n, 2, 1, half).theta(t)
    return Ge(E(2 * theta * (1 - theta)), Rational(9, 20))
