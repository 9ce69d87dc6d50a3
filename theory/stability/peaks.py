"""Likelihoods with many peaks: retraining as proximal ascent, and how much synthetic data locks a loop in a lower peak."""

from __future__ import annotations

from sympy import Add, And, Eq, Expr, Ge, Gt, Le, Lt, Min, Rational, S, Symbol, fraction, log, rootof, together

from ..language.claims import claim
from ..language.domains import Points, Positive, Reals
from ..language.fields import Nonnegative
from ..language.laws import Cauchy, Mixture, Noise
from ..language.loops import ArgmaxLoop, coordinate
from ..language.moments import E
from .common import half

NO_PEAK = {"derivation": "the highest of several peaks has no closed form"}


class CauchyLoop(ArgmaxLoop):
    """The location of a Cauchy family of unit scale, refitted to infinitely many points: its likelihood has many peaks.

    data: a Cauchy law, or a `Mixture` of two.  lam: the ratio of synthetic to real data.  start: the first location.
    With X Cauchy(c, s), E log(1 + (X - m)^2) = log((1 + s)^2 + (m - c)^2).  Observables: theta(t).
    Source: ours: a likelihood with several peaks in the loop of Bertrand et al. 2310.00429.
    """

    data: Cauchy | Mixture
    lam: Nonnegative
    start: Reals = 0

    theta = coordinate(r"\theta")

    @property
    def _parts(self) -> list:
        return self.data.parts if isinstance(self.data, Mixture) else [(S.One, self.data)]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"theta": self.start}

    def loglik(self, m) -> Expr:
        """E_P log p_m(X), but for the constant -log pi."""
        return -sum((w * log((1 + law.scale) ** 2 + (m - law.center) ** 2) for w, law in self._parts), S.Zero)

    def kl(self, a, b) -> Expr:
        """KL(p_a || p_b)."""
        return log(1 + (a - b) ** 2 / 4)

    def objective(self, after, now) -> Expr:
        """Up to a constant: the synthetic part is minus the entropy of p_now minus KL(p_now || p_after)."""
        return self.loglik(after) - self.lam * self.kl(now, after)

    def stationary(self, after, now) -> Expr:
        return fraction(together(self.objective(after, now).diff(after)))[0]


x = Symbol("x", real=True)
TWO_PEAKS = Mixture(Rational(2, 5), Cauchy(-5, 1), Cauchy(5, 1))
_SLOPE = fraction(together(CauchyLoop(TWO_PEAKS, 1).loglik(x).diff(x)))[0]
LOWER, UPPER = rootof(_SLOPE, x, 0), rootof(_SLOPE, x, 2)  # the two peaks of the likelihood, -4.31 and 4.73


@claim(
    source="derived: the Poisson integral of a logarithm",
    mutants={"(1 + s)^2 forgotten": lambda m, c, s: log(1 + (m - c) ** 2)},
    unreached={"derivation": "the mean of a logarithm under a Cauchy law has no closed form there"},
)
def stability_kl_proximal_ascent_likelihood(m=Reals(-20, 20), c=Reals(-5, 5), s=Positive(hi=10)):
    """The expected log-likelihood of a Cauchy location: E log(1 + (X - m)^2) = log((1 + s)^2 + (m - c)^2)."""
    return Eq(E(log(1 + (Noise("X", Cauchy(c, s)) - m) ** 2)), log((1 + s) ** 2 + (m - c) ** 2))


@claim(
    source="derived: Gibbs' inequality",
    mutants={"it moves": lambda s, lam: Rational(1, 100)},
    scale=lambda s, lam: 1,
    unreached={"derivation": "its fit is a root: there is no step in symbols"},
)
def stability_fixed_point_misspecified_cauchy(s=Points(half, 3, 10), lam=Reals(0, 20, notable=(7,))):
    """A Cauchy location on Cauchy(0, s) data, W1 infinite: the best fit, 0, is a fixed point of global maximisation.

    One witness: a global maximum among several peaks has no closed form, and no score with one root to sample.
    """
    return Eq(CauchyLoop(Cauchy(0, s), lam).theta(1), 0)


@claim(
    source="derived: retraining is a proximal-point method in the Kullback-Leibler divergence",
    mutants={"twice the constant": lambda lam, t: 2 * lam * _cauchy_kl(lam, t)},
    unreached=NO_PEAK,
)
def stability_kl_proximal_ascent(lam=Points(Rational(3, 10), 1, 4), t=Points(0, 1, 2, 5)):
    """The real data's likelihood gains at least lam KL(p_t || p_(t+1)) in a generation.

    A Cauchy location fitted to Cauchy(0, 3) data from 12, by the global maximum. That holds of any model; proved here is
    what the domain lists.
    One witness: no closed form, and only a first generation could be sampled.
    """
    loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
    return Ge(loop.loglik(loop.theta(t + 1)) - loop.loglik(loop.theta(t)), lam * _cauchy_kl(lam, t))


def _cauchy_kl(lam, t) -> Expr:
    """The divergence of the model after t fits from the next one."""
    loop = CauchyLoop(Cauchy(0, 3), lam, start=12)
    return loop.kl(loop.theta(t), loop.theta(t + 1))


@claim(
    source="derived: the gains of the steps, summed",
    mutants={"half of it": lambda lam, T: log(10) / 2},
    unreached=NO_PEAK,
)
def stability_kl_proximal_ascent_budget(lam=Points(Rational(3, 10), 1, 4), T=Points(5, 40)):
    """All steps together, lam times their divergences, cost at most the likelihood that was missing: here log 10.

    One witness: no closed form, and only a first generation could be sampled.
    """
    return Le(Add(*(lam * _cauchy_kl(lam, t) for t in range(T))), log(10))


@claim(
    source="derived: the least of T terms is at most their mean",
    mutants={"a hundredth of it": lambda lam, T: log(10) / (100 * lam * T)},
    unreached=NO_PEAK,
)
def stability_kl_proximal_ascent_slowest(lam=Points(Rational(3, 10), 1, 4), T=Points(5, 10)):
    """Of T steps the shortest has a divergence of at most log(10)/(lam T).

    One witness: no closed form, and only a first generation could be sampled.
    """
    return Le(Min(*(_cauchy_kl(lam, t) for t in range(T))), log(10) / (lam * T))


@claim(
    source="derived: retraining maximises the likelihood less lam times the divergence",
    tight={"m": LOWER},
    mutants={"a tenth of lam": lambda m, lam: lam / 10 * CauchyLoop(TWO_PEAKS, lam).kl(LOWER, m)},
    scale=lambda m, lam: 1,
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def stability_lock_in_threshold(
    m=Reals(-40, 40, notable=(Rational(4567, 1000), -4, 4, 5)), lam=Reals(Rational(2049, 10000), 20, notable=(1,))
):
    """From lam = 0.2049 on a loop that starts at the lower of two peaks never leaves it: no m has a higher objective.

    0.4 Cauchy(-5, 1) + 0.6 Cauchy(5, 1) data, Cauchy model, global maximisation.
    Looked at for |m| < 40 and lam < 20. One witness: nothing is random, and no certificate is known for
    the sign of a sum of logarithms.
    """
    loop = CauchyLoop(TWO_PEAKS, lam)
    return Le(loop.loglik(m) - loop.loglik(LOWER), lam * loop.kl(LOWER, m))


M = Rational(4567, 1000)  # where the lower peak is beaten at the largest lam


@claim(
    source="derived: retraining maximises the likelihood less lam times the divergence",
    mutants={"at one half": lambda lam: half * CauchyLoop(TWO_PEAKS, lam).kl(LOWER, M)},
)
def stability_lock_in_threshold_leaves(lam=Reals(0, Rational(2048, 10000), notable=(Rational(1, 5),))):
    """Below lam = 0.2048 one retraining leaves it: there is a better place, 4.567."""
    loop = CauchyLoop(TWO_PEAKS, lam)
    return Gt(loop.loglik(M) - loop.loglik(LOWER), lam * loop.kl(LOWER, M))


@claim(
    source="the threshold from the two peaks alone, 0.2037",
    expected="fails",
    corrected="stability-lock-in-threshold",
)
def stability_lock_in_threshold_peaks(
    lam=Reals(Rational(2038, 10000), 1, notable=(Rational(2038001, 10**7), Rational(2045, 10000))),
):
    """It stays from lam = 0.2038 on, where the upper peak is no longer worth the divergence.

    One witness: nothing is random, and one point refutes it.
    """
    loop = CauchyLoop(TWO_PEAKS, lam)
    return Le(loop.loglik(M) - loop.loglik(LOWER), lam * loop.kl(LOWER, M))


@claim(
    source="derived: retraining maximises the likelihood less lam times the divergence",
    mutants={"it moves": lambda lam: LOWER + Rational(1, 1000)},
    unreached=NO_PEAK,
)
def stability_lock_in_threshold_fixed(lam=Reals(Rational(2049, 10000), 20, notable=(1,))):
    """The lower peak is a fixed point of global maximisation from lam = 0.2049 on.

    Looked at for lam < 20. One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    return Eq(CauchyLoop(TWO_PEAKS, lam, start=LOWER).theta(1), LOWER)


@claim(
    source="derived: retraining maximises the likelihood less lam times the divergence",
    mutants={"it stays": lambda lam: {">": 5}},
    unreached=NO_PEAK,
)
def stability_lock_in_threshold_escapes(lam=Reals(0, Rational(2048, 10000), notable=(Rational(1, 10),))):
    """Below lam = 0.2048 global maximisation goes from the lower peak to near the upper one.

    One witness: a global maximum has no closed form, and no score with one root to sample.
    """
    theta = CauchyLoop(TWO_PEAKS, lam, start=LOWER).theta(1)
    return And(Gt(theta, 4), Lt(theta, 5))
