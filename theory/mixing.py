"""Training on a mixture of real and synthetic data, in total variation (Fu et al., 2402.11778): bounds, exact loops.

n real and m synthetic points a generation, N = n + m, b = m/N. A fit to N points costs s(N) = c N^(-a) at most. U_t is what
the triangle inequality makes of that: TV after t retrainings is at most s(N) (1 + b + ... + b^t). It rises with m and then
falls: the phase transition. In the exact Gaussian loop with fixed real data the error does so too, at another place; with
fresh real data it need not.

Time: model 0 is the first fit, model t is after t retrainings. In the loops of `stability.gaussian` with start="fit" that is
the mean of the first real sample.
"""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# pyright: reportIndexIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

from __future__ import annotations

from functools import lru_cache

from sympy import (
    Abs,
    Add,
    Eq,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Poly,
    Rational,
    Sum,
    Symbol,
    atan,
    erf,
    log,
    oo,
    pi,
    sqrt,
    sympify,
    zeta,
)

from .gaussian.policies import PooledGaussianLoop
from .language.claims import claim
from .language.domains import Integers, Points, Positive, Probability, Simplex
from .language.laws import Finite, Noise, Normal
from .language.loops import CLOCK, Loop, arguments, observable
from .language.moments import KL, TV, E, FallsThenRises, RisesThenFalls
from .language.policies import Accumulate, Growing
from .stability.gaussian import RetrainedMeanLoop

FU = "Fu et al. 2402.11778"
half = Rational(1, 2)
m_ = Symbol("m", positive=True)  # synthetic points, among the reals
whole = Symbol("m", integer=True, positive=True)  # and as they are


def mixed(p, q, b) -> Finite:
    """A share b of q beside p."""
    return Finite(tuple((1 - b) * x + b * y for x, y in zip(p, q, strict=True)))


def arctan_tv(v) -> Expr:
    """E TV between N(mu, s^2) and N(mu + s e, s^2) for e ~ N(0, v)."""
    return 2 / pi * atan(sqrt(v) / 2)


# ---- distances ------------------------------------------------------------------------------------------------------


@claim(
    source=f"derived; the core of every bound of the type in {FU}, as commonly quoted",
    mutants={
        "by b^2": lambda p, q, b: b**2 * TV(Finite(p), Finite(q)),
        "by 1 - b": lambda p, q, b: (1 - b) * TV(Finite(p), Finite(q)),
    },
)
def mixing_tv_convexity(p=Simplex(3), q=Simplex(3), b=Probability()):
    """A share 1 - b of real data in the training law contracts its distance from the truth by exactly b.

    No simulation: a distance of two given laws, of which nothing is random.
    """
    return Eq(TV(mixed(p, q, b), Finite(p)), b * TV(Finite(p), Finite(q)))


def chi_square(p, q) -> Expr:
    """The chi-square divergence of q from p."""
    return Add(*((y - x) ** 2 / x for x, y in zip(p, q, strict=True)))


@claim(
    mutants={
        "by b": lambda p, q, b: b * chi_square(p, q),
        "by b^3": lambda p, q, b: b**3 * chi_square(p, q),
    }
)
def mixing_divergence_contraction(p=Simplex(3), q=Simplex(3), b=Probability()):
    """The chi-square divergence contracts by exactly b^2.

    No simulation: a divergence of two given laws.
    """
    return Eq(chi_square(p, mixed(p, q, b).masses), b**2 * chi_square(p, q))


@claim(mutants={"by (1 - b) b": lambda p, q, b: (1 - b) * b * KL(Finite(q), Finite(p))})
def mixing_divergence_contraction_kl(
    p=Points((half, half), (Rational(1, 10), Rational(9, 10))), q=Simplex(2), b=Points(half, Rational(1, 10))
):
    """KL is convex, and contracts by b at least.

    No simulation: a divergence of two given laws.
    """
    return Le(KL(mixed(p, q, b), Finite(p)), b * KL(Finite(q), Finite(p)))


@claim(mutants={"half of it": lambda p, q, b: log(1 + b**2 * chi_square(p, q)) / 2})
def mixing_divergence_contraction_logarithm(
    p=Points((half, half), (Rational(1, 10), Rational(9, 10))), q=Simplex(2), b=Points(half, Rational(1, 10))
):
    """And it is at most log(1 + b^2 chi^2).

    No simulation: a divergence of two given laws.
    """
    return Le(KL(mixed(p, q, b), Finite(p)), log(1 + b**2 * chi_square(p, q)))


@claim(
    source="the contraction of total variation, taken for that of KL",
    expected="fails",
    corrected="mixing-divergence-contraction-kl",
)
def mixing_divergence_contraction_exactly(b=Points(half, Rational(1, 10))):
    """KL contracts by exactly b: real masses 1/2, 1/2, synthetic ones 1/4, 3/4."""
    p, q = (half, half), (Rational(1, 4), Rational(3, 4))
    return Eq(KL(mixed(p, q, b), Finite(p)), b * KL(Finite(q), Finite(p)))


@claim(
    mutants={
        "arctan(sqrt v)": lambda v: 2 / pi * atan(sqrt(v)),
        "1/pi": lambda v: atan(sqrt(v) / 2) / pi,
        "of the root mean square": lambda v: erf(sqrt(v) / (2 * sqrt(2))),
    }
)
def mixing_gaussian_tv_mean(v=Positive(hi=20, notable=(Rational(49, 100), Rational(1, 8)))):
    """A Gaussian whose mean is e ~ N(0, v) standard deviations off is (2/pi) arctan(sqrt(v)/2) off in TV on average."""
    return Eq(E(erf(Abs(Noise("e", Normal(0, v))) / (2 * sqrt(2)))), arctan_tv(v))


@claim(trivial=1, mutants={"three quarters of it": lambda v: 3 * sqrt(v) / (4 * pi)})
def mixing_gaussian_tv_mean_below(v=Positive(hi=20, notable=(Rational(49, 100), Rational(1, 8)))):
    """That is less than sqrt(v)/pi."""
    return Lt(E(erf(Abs(Noise("e", Normal(0, v))) / (2 * sqrt(2)))), sqrt(v) / pi)


@claim(
    source="Pinsker's inequality, taken for the distance itself",
    expected="fails",
    corrected="mixing-gaussian-tv-mean-below",
)
def mixing_gaussian_tv_mean_pinsker(v=Points(Rational(1, 100), Rational(1, 8))):
    """On average it is at least 0.95 sqrt(v)/2."""
    return Ge(E(erf(Abs(Noise("e", Normal(0, v))) / (2 * sqrt(2)))), Rational(95, 200) * sqrt(v))


# ---- the bound ------------------------------------------------------------------------------------------------------


def geometric(b, t: int) -> Expr:
    """1 + b + ... + b^t."""
    return Add(*(b**k for k in range(int(t) + 1)))


@lru_cache(maxsize=256)
def threshold(a, t: int) -> Expr:
    """b at the top of U_t: the root in (0, 1) of (t + 1) b^t = (1 - a) (1 + b + ... + b^t)."""
    b = Symbol("b")
    roots = Poly((t + 1) * b**t - (1 - a) * geometric(b, t), b).real_roots()
    return next(r for r in roots if 0 < r < 1)


def place(n, b) -> Expr:
    """m where the synthetic share is b."""
    return n * b / (1 - b)


def bound(n, m, a, t: int) -> Expr:
    """U_t, in units of c."""
    return (n + m) ** -a * geometric(m / (n + m), t)


class BoundLoop(Loop):
    """The recursion of the bound: a fit adds s, and a share b of what was wrong before stays: U' = s + b U.

    Observables: U(t), from U(0) = s.
    """

    state = ("U",)
    deterministic = True

    def __new__(cls, s, b):
        return Loop.__new__(cls, *map(sympify, (s, b)))

    s, b = arguments(2)
    U = observable("U")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"U": self.s}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"U": self.s + self.b * state["U"]}


@claim(
    source=f"derived; the shape of the theorem of {FU}, as commonly quoted",
    mutants={
        "errors added in squares": lambda s, b, t: s * (1 - b ** (2 * t + 2)) / (1 - b**2),
        "a retraining fewer": lambda s, b, t: s * (1 - b**t) / (1 - b),
    },
)
def mixing_tv_geometric_bound(s=Positive(notable=(Rational(1, 10),)), b=Probability(notable=(half,)), t=Integers(0)):
    """Errors that are systematic add up to s (1 - b^(t + 1))/(1 - b).

    No simulation: a recursion in which nothing is random.
    """
    return Eq(BoundLoop(s, b).U(t), s * (1 - b ** (t + 1)) / (1 - b))


@claim(
    source=f"derived: the exact Gaussian loop under the bound of {FU}; a = 1/2, c = 1/pi",
    mutants={"a sixth of it": lambda n, m, t: geometric(m / (n + m), t) / (6 * pi * sqrt(n + m))},
)
def mixing_tv_geometric_bound_gaussian(
    n=Integers(1, 1000, notable=(10, 100)), m=Integers(0, 5000, notable=(10, 40, 1000)), t=Points(0, 1, 5, 20)
):
    """In the Gaussian loop with fresh real data, first fitted to N real points, E TV stays below U_t."""
    loop = all_real(n, m)
    return Le(E(TV(loop.model(t), loop.truth)), geometric(m / (n + m), t) / (pi * sqrt(n + m)))


@claim(
    source=f"derived; an exact version of the rise and fall of {FU}, as commonly quoted",
    mutants={
        "a for 1 - a, and a little": lambda n, a, t: place(n, threshold(Rational(6, 7) - a, t)),
        "the threshold of t = 1, and a little": lambda n, a, t: n * (1 - a) / (2 * a) + n / 9,
    },
)
def mixing_phase_transition_threshold(
    n=Positive(notable=(10, 100)), a=Points(half, Rational(2, 5), Rational(1, 3)), t=Points(1, 2, 5, 10)
):
    """For errors c N^(-a), 0 < a < 1, the bound U_t rises with m up to n b/(1 - b), and falls from there on.

    No simulation: a bound, of which nothing is random.
    """
    return RisesThenFalls(bound(n, m_, a, t), (m_, 0, oo), peak=place(n, threshold(a, t)), chart=m_ / (n + m_))


@claim(mutants={"n/2": lambda n, a: n / 2 + n / (5 * a)})
def mixing_phase_transition_threshold_once(
    n=Positive(notable=(10, 100)), a=Points(half, Rational(2, 5), Rational(1, 3))
):
    """One retraining: m* = n (1 - a)/(2 a).

    No simulation: a bound, of which nothing is random.
    """
    peak = n * (1 - a) / (2 * a)
    return RisesThenFalls(bound(n, m_, a, 1), (m_, 0, oo), peak=peak, chart=m_ / (n + m_))


@claim(
    where=lambda n, m, a, t: a >= 1,
    mutants={"by a fifth": lambda n, m, a, t: 4 * bound(n, m, a, t) / 5},
)
def mixing_phase_transition_threshold_none(
    n=Integers(1, notable=(10,)), m=Integers(0, notable=(5, 40)), a=Points(1, Rational(3, 2), 2), t=Points(1, 2, 5)
):
    """Errors that fall like 1/N or faster: U_t only falls with m.

    No simulation: a bound, of which nothing is random.
    """
    return Lt(bound(n, m + 1, a, t), bound(n, m, a, t))


@claim(
    source="the reading 'beyond a threshold that does not depend on how often the model is retrained'",
    expected="fails",
    corrected="mixing-phase-transition-threshold",
)
def mixing_phase_transition_threshold_fixed(t=Points(2, 5, 10)):
    """However often the model is retrained, U_t with a = 1/2 falls beyond the threshold of one retraining, m* = n/2."""
    return RisesThenFalls(bound(10, m_, half, t), (m_, 0, oo), peak=5, chart=m_ / (10 + m_))


# ---- the first model has seen real data only ------------------------------------------------------------------------


def first_real(n, m, a, t: int) -> Expr:
    """The bound of model t = 1, 2, ..., in units of c n^(-a), if the first model is fitted to the n real points only."""
    b = m / (n + m)
    return (1 - b) ** (a - 1) * (1 - b ** (t - 1)) + b ** (t - 1)


@claim(
    source="derived",
    mutants={"it rises up to 4 n": lambda n: 4 * n, "up to 2 n": lambda n: 2 * n},
)
def mixing_threshold_first_model_real_only(n=Positive(notable=(10,))):
    """The second model, a = 1/2: the bound rises up to m* = 3 n.

    No simulation: a bound, of which nothing is random.
    """
    return RisesThenFalls(first_real(n, m_, half, 2), (m_, 0, oo), peak=3 * n, chart=sqrt(n / (n + m_)))


@claim(mutants={"above 1.1": lambda n, m, a, t: Rational(11, 10)})
def mixing_threshold_first_model_real_only_floor(
    n=Integers(1, notable=(10,)),
    m=Integers(1, notable=(5, 30, 1000)),
    a=Points(half, Rational(1, 4)),
    t=Points(2, 3, 5),
):
    """With any amount of synthetic data the bound stays above that of the first model: it copies that model's error.

    No simulation: a bound, of which nothing is random.
    """
    return Gt(first_real(n, m, a, t), 1)


@claim(
    source="the reading 'enough synthetic data makes the error vanish'",
    expected="fails",
    corrected="mixing-threshold-first-model-real-only-floor",
)
def mixing_threshold_first_model_real_only_vanishes(t=Points(2, 5), m=Integers(10**4, 10**6)):
    """From n = 10 real points and 10^4 synthetic ones or more the bound is below half of the first model's."""
    return Lt(first_real(10, m, half, t), half)


# ---- the exact Gaussian loop ----------------------------------------------------------------------------------------


def fixed(n, m) -> RetrainedMeanLoop:
    return RetrainedMeanLoop(n, m, start="fit", real="fixed")


def fresh(n, m) -> RetrainedMeanLoop:
    return RetrainedMeanLoop(n, m, start="fit", real="fresh")


def fixed_variance(n, m, t) -> Expr:
    """E e_t^2 with one real sample for all generations."""
    return 1 / n + m * (1 - (m / (n + m)) ** (2 * t)) / (n * (n + 2 * m))


@claim(
    mutants={"b^t for b^(2t)": lambda n, m, t: 1 / n + m * (1 - (m / (n + m)) ** t) / (n * (n + 2 * m))},
)
def mixing_gaussian_fixed_real(
    n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """One real sample throughout: E e_t^2 = 1/n + m (1 - b^(2t))/(n (n + 2 m)), e the error of the mean."""
    return Eq(E(fixed(n, m).error(t) ** 2), fixed_variance(n, m, t))


@claim(mutants={"arctan(sqrt v)": lambda n, m, t: 2 / pi * atan(sqrt(fixed_variance(n, m, t)))})
def mixing_gaussian_fixed_real_tv(
    n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """Its expected distance in total variation: (2/pi) arctan(sqrt(E e_t^2)/2)."""
    loop = fixed(n, m)
    return Eq(E(TV(loop.model(t), loop.truth)), arctan_tv(fixed_variance(n, m, t)))


@lru_cache(maxsize=64)
def worst_share(t: int) -> Expr:
    """b where E e_t^2 is largest with fixed real data: the root in (0, 1) of its derivative."""
    b = Symbol("b")
    excess = b * (1 - b ** (2 * t)) / (1 + b)  # n times what is above 1/n, m being n b/(1 - b)
    numerator = Poly(excess.diff(b).together().as_numer_denom()[0], b)
    return next(r for r in numerator.real_roots() if 0 < r < 1)


@claim(
    source=f"derived: the exact loop beside the bound of {FU}",
    mutants={"where the bound has its top": lambda n, t: place(n, threshold(half, t)) + n * (t == 1)},
)
def mixing_gaussian_fixed_real_peak(n=Points(10, 20), t=Points(1, 2, 5)):
    """With fixed real data the exact error itself rises with m, then falls: one retraining has its worst at m = n."""
    return RisesThenFalls(
        E(fixed(n, whole).error(t) ** 2), (whole, 1, oo), peak=place(n, worst_share(t)), chart=whole / (n + whole)
    )


@claim(mutants={"where the bound has its top": lambda n, t: place(n, threshold(half, t)) + n * (t == 1)})
def mixing_gaussian_fixed_real_peak_tv(n=Points(10, 20), t=Points(1, 2, 5)):
    """And so does its expected distance in total variation, at the same place."""
    loop = fixed(n, whole)
    distance = E(TV(loop.model(t), loop.truth))
    return RisesThenFalls(distance, (whole, 1, oo), peak=place(n, worst_share(t)), chart=whole / (n + whole))


@claim(mutants={"3/2 reached": lambda n, m, t: Rational(5, 4) / n})
def mixing_gaussian_fixed_real_most(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(10, 1000)), t=Integers(0, notable=(1, 100))
):
    """It is never 3/2 times that of the real data alone."""
    return Lt(E(fixed(n, m).error(t) ** 2), Rational(3, 2) / n)


@claim(
    source="the reading 'enough synthetic data makes the error smaller than that of the real data'",
    expected="fails",
    corrected="mixing-gaussian-fixed-real",
)
def mixing_gaussian_fixed_real_below(m=Points(10, 100, 1000)):
    """With enough synthetic data beside 10 fixed real points the error falls below that of the real data."""
    return Lt(E(fixed(10, m).error(2) ** 2), Rational(1, 10))


@claim(
    source="the location of the bound's top, which is linear in t, taken for that of the error",
    expected="fails",
    corrected="mixing-gaussian-fixed-real-peak",
)
def mixing_gaussian_fixed_real_linear(t=Points(2, 5, 10)):
    """With fixed real data beside n = 10 the error rises with m as far as the bound: linearly in t (it is 2 t/log(4 t))."""
    square, peak = E(fixed(10, whole).error(t) ** 2), place(10, threshold(half, t))
    return RisesThenFalls(square, (whole, 1, oo), peak=peak, chart=whole / (10 + whole))


def fresh_variance(n, m, t, first) -> Expr:
    """E e_t^2 with new real data in every generation, from `first`."""
    b = m / (n + m)
    return (1 - b ** (2 * t)) * (n + m) / (n * (n + 2 * m)) + b ** (2 * t) * first


@claim(
    mutants={"b for b^2": lambda n, m, t: (1 - (m / (n + m)) ** t) / n + (m / (n + m)) ** t / n},
)
def mixing_gaussian_fresh_real(
    n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """New real data in every generation: E e_t^2 = (1 - b^(2t)) N/(n (n + 2 m)) + b^(2t)/n."""
    return Eq(E(fresh(n, m).error(t) ** 2), fresh_variance(n, m, t, 1 / n))


@claim(mutants={"3/n": lambda n, m, t: 3 / n})
def mixing_gaussian_fresh_real_mirror(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(40,)), t=Integers(0, notable=(5,))
):
    """The errors with fixed and with fresh real data add up to 2/n, for every m and t."""
    return Eq(E(fixed(n, m).error(t) ** 2) + E(fresh(n, m).error(t) ** 2), 2 / n)


@claim(
    mutants={"where the bound has its top": lambda n, t: place(n, threshold(half, t)) + n * (t == 1)},
)
def mixing_gaussian_fresh_real_valley(n=Points(10, 20), t=Points(1, 2, 5)):
    """With fresh real data the error first falls with m, then rises back: the mirror image of the fixed ones."""
    return FallsThenRises(
        E(fresh(n, whole).error(t) ** 2), (whole, 1, oo), peak=place(n, worst_share(t)), chart=whole / (n + whole)
    )


def all_real(n, m) -> RetrainedMeanLoop:
    """The first model is fitted to N real points, as the bound supposes."""
    return RetrainedMeanLoop(n, m, start="full")


@claim(
    source=f"derived: no phase transition where the bound of {FU} has one",
    mutants={"by a tenth": lambda n, m, t: Rational(9, 10) * fresh_variance(n, m, t, 1 / (n + m))},
)
def mixing_gaussian_fresh_real_falls(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(5, 40)), t=Points(0, 1, 2, 5)
):
    """First fitted to N real points, with fresh ones later: the exact error only falls with m, though the bound rises."""
    return Lt(E(all_real(n, m + 1).error(t) ** 2), E(all_real(n, m).error(t) ** 2))


@claim(
    source=f"the shape of the bound of {FU}, taken for that of the error",
    expected="fails",
    corrected="mixing-gaussian-fresh-real-falls",
)
def mixing_gaussian_fresh_real_rises(t=Points(1, 5)):
    """With fresh real data beside n = 10 the exact error rises with m up to the threshold of the bound."""
    loop = all_real(10, whole)
    return RisesThenFalls(
        E(loop.error(t) ** 2), (whole, 1, oo), peak=place(10, threshold(half, t)), chart=whole / (10 + whole)
    )


@claim(mutants={"3/4 of it are left": lambda n, m: 3 / (4 * n)})
def mixing_gaussian_fresh_real_limit(n=Integers(1, notable=(10, 100)), m=Integers(1, notable=(10, 1000))):
    """In the limit synthetic data at most halve the error with fresh real data: N/(n (n + 2 m)) > 1/(2 n).

    No simulation: a limit in closed form.
    """
    return Gt((n + m) / (n * (n + 2 * m)), 1 / (2 * n))


# ---- accumulation, growing samples ----------------------------------------------------------------------------------


def accumulated(n) -> PooledGaussianLoop:
    """All data so far: n real points, then n from each model."""
    return PooledGaussianLoop(n, Accumulate(), known_variance=True)


@claim(
    source="Gerstgrasser et al. 2404.01413 (the pi^2/6 phenomenon, as commonly quoted)",
    mutants={"as if replaced": lambda n, t: t / n},
)
def mixing_accumulate_tv(n=Integers(1, notable=(10, 100)), t=Integers(1, notable=(10,))):
    """All data kept: E e_t^2 = (1 + 1/4 + ... + 1/t^2)/n after t fits."""
    k = Symbol("k", integer=True, positive=True)
    return Eq(E(accumulated(n).mu(t) ** 2), Sum(k**-2, (k, 1, t)) / n)


@claim(mutants={"without the real generation": lambda n, t: arctan_tv((pi**2 / 6 - 1) / n)})
def mixing_accumulate_tv_bounded(n=Integers(1, notable=(10, 100)), t=Integers(1, 1000, notable=(10, 100))):
    """E TV stays below (2/pi) arctan(pi/(2 sqrt(6 n)))."""
    loop = accumulated(n)
    return Lt(E(TV(loop.model(t), Normal(0, 1))), arctan_tv(pi**2 / (6 * n)))


def growing(n, p) -> PooledGaussianLoop:
    """Synthetic points only, n k^p of them in fit number k; fit 1 is real."""
    return PooledGaussianLoop(n, Growing(n * CLOCK**p), known_variance=True)


@claim(
    source="derived; the counterpart of 'controlled if the data sets are large enough'",
    mutants={"one size for all": lambda n, p, t: t / n},
)
def mixing_dataset_growth(n=Integers(1, notable=(10, 100)), p=Points(1, 2, 3), t=Integers(1, notable=(5,))):
    """Only synthetic data, n k^p points in fit number k: E mu_t^2 = (1 + 2^-p + ... + t^-p)/n."""
    k = Symbol("k", integer=True, positive=True)
    return Eq(E(growing(n, p).mu(t) ** 2), Sum(k**-p, (k, 1, t)) / n)


@claim(mutants={"pi^2/12": lambda n, p, t: zeta(p) / (2 * n)})
def mixing_dataset_growth_bounded(
    n=Integers(1, notable=(10, 100)), p=Points(2, 3), t=Integers(1, 1000, notable=(5, 100))
):
    """p > 1 is enough: E mu_t^2 < zeta(p)/n."""
    return Lt(E(growing(n, p).mu(t) ** 2), zeta(p) / n)


@claim(
    source="the growth that the bound needs for a = 1/2, taken for necessary: p > 2",
    expected="fails",
    corrected="mixing-dataset-growth-bounded",
)
def mixing_dataset_growth_needed(t=Points(100, 1000)):
    """With p = 2 the error exceeds twice that of the real fit."""
    return Gt(E(growing(10, 2).mu(t) ** 2), Rational(2, 10))


@claim(
    source="'samples that grow linearly are enough'",
    expected="fails",
    corrected="mixing-dataset-growth-bounded",
)
def mixing_dataset_growth_linear(t=Points(10, 100, 1000)):
    """With p = 1 the error stays below 2.5 times that of the real fit."""
    return Lt(E(growing(10, 1).mu(t) ** 2), Rational(25, 100))


# ---- how loose the triangle inequality is ---------------------------------------------------------------------------


def replaced(n, t) -> Expr:
    """E TV after t fits to n points each, of which only the first are real."""
    return E(TV(growing(n, 0).model(t), Normal(0, 1)))


@claim(source="derived", mutants={"linear in t": lambda n, t: t * arctan_tv(1 / n)})
def mixing_triangle_vs_exact_growth(n=Integers(1, notable=(10, 100)), t=Integers(0, notable=(10, 100))):
    """Synthetic data only: E TV_t = (2/pi) arctan(sqrt(t/n)/2), which grows like the root of t."""
    return Eq(replaced(n, t), arctan_tv(t / n))


@claim(trivial=1, mutants={"sqrt(t)/2 of the first": lambda n, t: sqrt(t) / 2 * arctan_tv(1 / n)})
def mixing_triangle_vs_exact_growth_triangle(n=Integers(1, notable=(10, 100)), t=Integers(1, 200, notable=(10, 100))):
    """The triangle inequality has t times the error of the first fit."""
    return Le(replaced(n, t), t * arctan_tv(1 / n))


@claim(
    source="the growth of the bound, taken for that of the error",
    expected="fails",
    corrected="mixing-triangle-vs-exact-growth",
)
def mixing_triangle_vs_exact_growth_linear(t=Points(10, 50)):
    """With n = 100 it is at least half of t times the error of the first fit."""
    return Ge(replaced(100, t), t * arctan_tv(Rational(1, 100)) / 2)


__all__ = ["BoundLoop"]
