"""Models that are not smooth: an overshoot that stays for ever, and a consistent fit that collapses at the first retraining."""

from __future__ import annotations

from sympy import Abs, And, Eq, Expr, Ge, Gt, Lt, Max, Rational, S, exp, log, sqrt

from ..discrete import SymbolLoop
from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability
from ..language.laws import Exponential, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import E, Prob
from .common import half

# ---- an unknown support ---------------------------------------------------------------------------------------------


class SupportLoop(Loop):
    """U(0, theta), whose likelihood is largest at the largest point: refitted to m points from the model before.

    m: points of a fit.
    start: the end of the support that the loop is handed.  Observables: theta(t).
    Source: ours: a likelihood that jumps, which the theorems of Bertrand et al. 2310.00429 leave out.
    """

    m: Integers(1)
    start: Positive = 1

    theta = coordinate(r"\theta", positive=True)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The largest of m uniform points is exp(-X/m) of the support, X exponential."""
        return {"theta": state["theta"] * exp(-Noise("X", Exponential(1)) / self.m)}


class PopulationSupportLoop(Loop):
    """The same with infinitely many points, of which real ones are from U(0, 1), and lam synthetic ones stand beside each.

    lam: the ratio of synthetic to real data.  start: the end of the support that the loop is handed.  Observables: theta(t).
    Source: ours: a likelihood that jumps, which the theorems of Bertrand et al. 2310.00429 leave out.
    """

    lam: Positive
    start: Positive = 1

    theta = coordinate(r"\theta", positive=True)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """-(1 + lam) log theta, where theta is at least as large as all points, is largest at the largest point."""
        return {"theta": Max(1, state["theta"])}


@claim(
    source="derived: the likelihood falls in theta, down to the largest point",
    mutants={"a share lam/(1 + lam) of it is left": lambda lam, d: 1 + lam / (1 + lam) * d},
)
def stability_uniform_support_counterexample(lam=Positive(notable=(Rational(1, 100), 1)), d=Positive(), t=Integers(1)):
    """U(0, theta) on U(0, 1) data: an overshoot d is never corrected, for any share of synthetic data."""
    return Eq(PopulationSupportLoop(lam, 1 + d).theta(t), 1 + d)


@claim(
    source="derived: the likelihood falls in theta, down to the largest point",
    mutants={"it stays": lambda d: 1 - d},
    unreached={"derivation": "no form of a maximum after any number of steps"},
)
def stability_uniform_support_counterexample_below(lam=Positive(), d=Probability(), t=Integers(1)):
    """A start below 1, at 1 - d, is corrected in one step."""
    return Eq(PopulationSupportLoop(lam, 1 - d).theta(t), 1)


@claim(
    source="derived: the largest of m uniform points has the law Beta(m, 1)",
    mutants={"(m - 1)/m": lambda m, start, t: start * (1 - 1 / m) ** t},
)
def stability_uniform_support_counterexample_collapse(m=Integers(1), start=Positive(), t=Integers(0)):
    """Without real data the support shrinks by m/(m + 1) a generation: it is finite samples that remove an overshoot."""
    return Eq(E(SupportLoop(m, start=start).theta(t)), start * (m / (m + 1)) ** t)


@claim(
    source="little synthetic data, taken to be enough for contraction",
    expected="fails",
    corrected="stability-uniform-support-counterexample",
)
def stability_uniform_support_counterexample_small(
    lam=Positive(hi=half, notable=(Rational(1, 100),)), d=Positive(notable=(2,)), t=Integers(1)
):
    """U(0, theta) on U(0, 1) data: with little synthetic data, lam < 1/2, retraining makes progress."""
    return Lt(PopulationSupportLoop(lam, 1 + d).theta(t), 1 + d)


# ---- a consistent fit that collapses --------------------------------------------------------------------------------
#
# The truth U is uniform on K symbols. The family has U itself; A_S = (1 - 2w) U + w Unif(S) + w marker; and
# B_S = v Unif(S) + (1 - v) marker, for finite sets S of k >= 4 symbols, with w = 1/sqrt(k), v = w (1 - w^2). A marker is no
# symbol. Real data are n distinct symbols; as K grows a model that has not all of the data in S loses every comparison.


def _gap(real, k, markers) -> Expr:
    """log-likelihood of A_S less that of B_S, K = oo: on `real` symbols of S, k of them different, and so many markers."""
    v_by_w, rest_by_w = 1 - S.One / k, sqrt(k) - 1 + S.One / k  # v/w, (1 - v)/w
    return -real * log(v_by_w) - markers * log(rest_by_w)


@claim(
    source="derived: the masses of the three kinds of symbols",
    mutants={"1/sqrt(n)": lambda n: 1 / sqrt(n)},
)
def stability_consistent_mle_collapse_example_consistent(n=Integers(4), d=Integers(1)):
    """The first fit, to n real points, is A_S with S the data: its total variation from the truth is (2/sqrt(n)) (1 - n/K).

    The fit is consistent. K = 2n + d.
    """
    w, K = 1 / sqrt(n), 2 * n + d
    inside, outside = n * Abs(w / n - 2 * w / K), (K - n) * 2 * w / K
    return Eq((inside + outside + w) / 2, 2 / sqrt(n) * (1 - n / K))


@claim(
    source="derived: v/w = 1 - 1/n",
    mutants={"below a nat": lambda: {"<": S.One}},
)
def stability_consistent_mle_collapse_example_first(n=Integers(4)):
    """A_S beats B_S on n real points, though by little: by less than 5/4 nats, however many they are."""
    return And(Gt(_gap(n, n, 0), 0), Lt(_gap(n, n, 0), Rational(5, 4)))


@claim(
    source="derived: the gap is log(w/v) for a symbol, and -log((1 - v)/w) for a marker",
    where=lambda n, k, j: And(n <= k, k <= 2 * n, j <= n),
    mutants={"by twice as much": lambda n, k: -log(k)},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def stability_consistent_mle_collapse_example_second(
    n=Integers(75, 10**6, notable=(100, 400)),
    k=Integers(75, 2 * 10**6, notable=(100, 150)),
    j=Integers(1, notable=(2,)),
):
    """Refitted to n real and n synthetic points, of which a marker is among the latter, B_S wins from n = 75 on.

    S has all symbols that are there, from n to 2n. One witness: nothing is random, and no certificate is known.
    """
    return Lt(_gap(2 * n - j, k, j), 0)


def _collapse(n) -> Expr:
    """The probability of a marker among n draws from A_S, to which it is a symbol of probability 1/sqrt(n)."""
    return Prob(SymbolLoop(1 / sqrt(n), n).share(1) > 0)


@claim(
    source="derived: markers among n draws of A_S are binomial",
    mutants={"a marker a generation": lambda n: 1 - exp(-1)},
)
def stability_consistent_mle_collapse_example(n=Integers(4, notable=(25, 100, 400))):
    """A marker is among n synthetic points with probability 1 - (1 - 1/sqrt(n))^n: then the second fit is B_S, nothing of U.

    All real data stay in the pool, and the fit to real data is consistent.
    """
    return Eq(_collapse(n), 1 - (1 - 1 / sqrt(n)) ** n)


@claim(
    source="derived: 1 - x < exp(-x)",
    mutants={"faster": lambda n: 1 - exp(-2 * sqrt(n))},
)
def stability_consistent_mle_collapse_example_sure(n=Integers(4, 400, notable=(25, 100))):
    """Collapse gets certain as n grows: its probability is at least 1 - exp(-sqrt(n))."""
    return Ge(_collapse(n), 1 - exp(-sqrt(n)))


@claim(
    source="consistency of the fit, taken to be enough under accumulation",
    expected="fails",
    corrected="stability-consistent-mle-collapse-example",
)
def stability_consistent_mle_collapse_example_enough(n=Integers(4, notable=(25, 100))):
    """Where the fit to real data is consistent and all data are kept, collapse has a probability below 1/2."""
    return Lt(_collapse(n), half)
