"""All batches kept: every model is the kernel density estimate of the whole pool. Smoothing without bound, but slowly."""

from __future__ import annotations

from sympy import Eq, Expr, Integer, Le, Lt, Rational, Sum, exp, gamma, harmonic, pi

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability
from ..language.fields import Between
from ..language.loops import CLOCK, Loop, Observable, coordinate
from ..language.policies import Accumulate, Replace
from .common import error, half, j_, phi


class SmoothedPoolLoop(Loop):
    """What a point drawn from the pool of all batches has of mean square and of characteristic function, on average.

    A batch is drawn from the kernel density estimate of the pool before it, bandwidth h, or real: a share `real` of its points.
    Both are linear in the law of a point, so that no size of a batch is in them: all batches have one.
    h, omega: bandwidth and frequency, the truth being N(0, 1).
    Observables: square(t), wave(t) of a point from the pool of t + 1 batches, the first one real.
    Source: ours: the estimates of Fu et al. 2402.11778, fitted to all batches as in Gerstgrasser et al. 2404.01413.
    """

    h: Positive
    omega: Positive = 1
    real: Between(0, 1) = 0

    square = coordinate("s^2")
    wave = coordinate(r"\varphi")

    @property
    def kernel(self) -> Expr:
        """The characteristic function of the kernel."""
        return exp(-(self.h**2) * self.omega**2 / 2)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"square": Integer(1), "wave": exp(-(self.omega**2) / 2)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The pool has CLOCK batches, and gets one more."""
        first, model = self.initial, self.modelled(state)
        new = {name: self.real * first[name] + (1 - self.real) * x for name, x in model.items()}
        return {name: (CLOCK * x + new[name]) / (CLOCK + 1) for name, x in state.items()}

    def modelled(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Of a point from the kernel density estimate of a pool in that state."""
        return {"square": state["square"] + self.h**2, "wave": self.kernel * state["wave"]}

    def of_model(self, name: str, T) -> Expr:
        """Of a point from model T = 1, 2, ..., the estimate of the pool of T batches."""
        state = {s: Observable(self, s, T - 1) for s in self.state}
        return self.modelled(state)[name]


# ---- synthetic batches only -----------------------------------------------------------------------------------------


@claim(
    source="derived: the pool's mean square gains h^2/(T + 1) with batch T + 1",
    mutants={
        "pi^2/6, as of an unbiased fit": lambda h, T: 1 + h**2 * Sum(1 / j_**2, (j_, 1, T)) + h**2 / 9,
        "as if replaced": lambda h, T: 1 + (T + half) * h**2,
    },
)
def kde_accumulate_log_drift(h=Positive(notable=(half,)), T=Integers(1, notable=(5,))):
    """All batches kept: a point from model T has the variance 1 + h^2 (1 + 1/2 + ... + 1/T), without bound."""
    return Eq(SmoothedPoolLoop(h).of_model("square", T), 1 + h**2 * harmonic(T))


@claim(
    source="derived: a product over the batches, in gamma functions",
    mutants={
        "as if replaced": lambda h, w, T: exp(-(w**2) / 2) * exp(-(T + half) * h**2 * w**2 / 2),
        "for ever": lambda h, w, T: exp(-(w**2) / 2) * exp(-(h**2) * w**2 / 2) * (1 + 1 / T) / 2,
    },
)
def kde_accumulate_log_drift_frequencies(
    h=Positive(hi=3, notable=(half,)), w=Positive(hi=3, notable=(1,)), T=Integers(1, notable=(5,))
):
    """K G(T + K)/(G(1 + K) G(T + 1)) of the characteristic function at w is left, K = e^(-h^2 w^2/2): about T^-(1 - K)."""
    loop = SmoothedPoolLoop(h, w)
    K = loop.kernel
    return Eq(loop.of_model("wave", T), exp(-(w**2) / 2) * K * gamma(T + K) / (gamma(1 + K) * gamma(T + 1)))


@claim(
    source="'accumulating the data keeps the error bounded', pi^2/6 times that of one fit",
    expected="fails",
    corrected="kde-accumulate-log-drift",
)
def kde_accumulate_log_drift_bounded(T=Points(10, 100)):
    """All batches kept, h = 1/2: the variance of a point from model T is at most 1 + h^2 pi^2/6."""
    return Le(SmoothedPoolLoop(half).of_model("square", T), 1 + pi**2 / 24)


# ---- a share of real points in every batch --------------------------------------------------------------------------


@claim(
    source="derived: affine recursion; the limit is that of the loop that keeps no batches",
    mutants={
        "K, no kernel twice": lambda h, a, w, T: exp(-(w**2) / 2) * exp(-(h**2) * w**2 / 2),
        "as without real points": lambda h, a, w, T: exp(-(w**2) / 2) * exp(-(h**2) * w**2 / 2) * (a + (1 - a) / T) / 2,
    },
)
def kde_accumulate_real_fraction(
    h=Positive(hi=3, notable=(half,)),
    a=Probability(notable=(Rational(3, 10),)),
    w=Positive(hi=3, notable=(1,)),
    T=Integers(1, notable=(5,)),
):
    """A share a of real points in every batch: L + (K - L) G(T + q)/(G(1 + q) G(T + 1)) is left, L = a K/(1 - (1 - a) K).

    K = e^(-h^2 w^2/2), q = (1 - a) K: what is above L falls like T^-(1 - q).
    """
    loop = SmoothedPoolLoop(h, w, a)
    K = loop.kernel
    q = (1 - a) * K
    limit = a * K / (1 - q)
    left = limit + (K - limit) * gamma(T + q) / (gamma(1 + q) * gamma(T + 1))
    return Eq(loop.of_model("wave", T), exp(-(w**2) / 2) * left)


# ---- the error ------------------------------------------------------------------------------------------------------


def kept_error(n, h, t: int, d=1, same=True) -> Expr:
    """The error of model t of d dimensions, by recursion over the pool before; same: whether two draws may have one point."""

    def bell(v):
        return phi(v) ** d

    def one(s, T: int) -> Expr:
        """A real point, and a draw from the pool of T batches, s later."""
        if T == 1:
            return bell(s + 2)
        return ((T - 1) * one(s, T - 1) + one(s + h**2, T - 1)) / T

    def two(s, T: int) -> Expr:
        met = bell(s) / n if same or T == 1 else 0
        if T == 1:
            return met + (1 - 1 / n) * bell(s + 2)
        old, across, new = (two(s + k * h**2, T - 1) for k in range(3))
        return ((T - 1) ** 2 * old + 2 * (T - 1) * across + met + (1 - 1 / n) * new) / T**2

    return two(2 * h**2, int(t) + 1) - 2 * one(h**2, int(t) + 1) + bell(2)


@claim(
    source="derived: recursion of the integrated squared error over the pools, Gaussian convolutions",
    mutants={
        "d forgotten": lambda n, h, t: kept_error(n, h, t),
        "a new point is not one of a pair twice": lambda n, h, t, d: kept_error(n, h, t, d, same=False),
        "a batch less": lambda n, h, t, d: kept_error(n, h, int(t) - 1, d),
    },
)
def kde_accumulate_mise(
    n=Integers(1, notable=(10,)),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Points(1, 2, 3),
    d=Integers(1, 6, notable=(2,)),
):
    """All points kept, n new ones a fit, in d dimensions: the error of model t, by recursion (model 0 is a fit)."""
    return Eq(error(n, h, t, Accumulate(), "fit", d), kept_error(n, h, t, d))


@claim(
    source="derived: the exact errors beside each other",
    mutants={"half of it": lambda n, h, t: error(n, h, t, Replace(), "fit") / 2},
    unreached={"derivation": "too many different roots for a normal form: each k of h^2 k has its own"},
)
def kde_accumulate_better(n=Points(10, 100), h=Points(Rational(3, 10), half), t=Points(1, 3, 10)):
    """All points kept, n = 10 or 100, h = 3/10 or 1/2, t up to 10: the error is below that where each batch replaces the last."""
    return Lt(error(n, h, t, Accumulate(), "fit"), error(n, h, t, Replace(), "fit"))


@claim(
    source="'with all data kept the error stays near that of the first fit'",
    expected="fails",
    corrected="kde-accumulate-mise",
)
def kde_accumulate_mise_kept(n=Points(100, 400), t=Points(5, 10)):
    """All points kept, h = 1/2: the error of model t is at most 5/4 of that of the first fit."""
    return Le(error(n, half, t, Accumulate(), "fit"), Rational(5, 4) * error(n, half, 0, Accumulate(), "fit"))
