"""Learners under the bound of the recursion: a coin in every scheme, a Gaussian mean, and what errors that are independent do.

A coin fitted to N tosses is off by sqrt(q (1 - q)/N) <= 1/(2 sqrt(N)) on average, whatever coin q it is fitted to, and a mixture
of coins is a coin: there is no misfit, and e_k = 1/(2 sqrt(N)). TV of two coins is the difference of their probabilities.
Gaussians have no misfit where they are fitted to one model only (`mixing.misfit` has the others).
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Abs, Add, Expr, Ge, Le, Rational, Sum, Symbol, log, pi, sqrt, sympify

from ..discrete.common import SymbolLoop
from ..gaussian.common import arctan_tv
from ..language.claims import claim
from ..language.domains import Integers, Points, Probability
from ..language.fields import Between
from ..language.laws import Binomial, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate
from ..language.moments import TV, E, Prob
from ..language.policies import Accumulate, FixedReal, FreshReal
from ..language.schemes import Accumulated, Balanced, FullySynthetic, MixingScheme, RealAndLast
from ..proof.relations.lemmas import root_mean_square
from .common import half, under
from .growth import growing
from .schemes import balanced, harmonic
from .shapes import spherical, within

COIN = Probability(notable=(half,))
TOSSES, FITS = Integers(1, 200, notable=(10,)), Points(1, 2, 3, 5)
SCHEMES = Points(FullySynthetic(), RealAndLast(Rational(1, 4)), Accumulated(), Balanced())
NO_CHAIN = "beside the share there is the mean of all shares, which is no chain on finitely many numbers"
UNDER = under()


class MixtureCoinLoop(Loop):
    """A coin, refitted to N tosses, each of a coin that is drawn by a mixing scheme: from the truth and the models so far.

    p: probability of the true coin.  scheme: of which the weights are.
    Observables: share(t), the probability of model t, model 0 being the truth; mean(t), with `Accumulated` that of the truth and
    all models so far, with `Balanced` that of the models.
    Source: ours: the least learner under the recursion of Fu et al. 2402.11778.
    """

    p: Between(0, 1)
    N: Integers(1)
    scheme: FullySynthetic | RealAndLast | Accumulated | Balanced = FullySynthetic()

    share = coordinate(r"\hat p")
    mean = coordinate(r"\bar p", when=lambda loop: isinstance(loop.scheme, Accumulated | Balanced))

    joint_points = tuple({"N": N, "t": t} for N, t in ((10, 5), (20, 1), (5, 3), (2, 2), (10, 10), (50, 5)))

    @property
    def initial(self) -> dict[str, Expr]:
        return dict.fromkeys(self.state, self.p)

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Before the first fit there is nothing but the truth, and the mean of no models is taken to be it."""
        match self.scheme:
            case RealAndLast(real=real):
                mixture = real * self.p + (1 - real) * state["share"]
            case Balanced(real=real):
                mixture = real * self.p + (1 - real) * state["mean"]
            case Accumulated():
                mixture = state["mean"]
            case _:
                mixture = state["share"]
        share = Noise("Y", Binomial(self.N, mixture)) / self.N
        if "mean" not in state:
            return {"share": share}
        before = CLOCK if isinstance(self.scheme, Accumulated) else CLOCK - 1  # how many laws are in the mean
        return {"share": share, "mean": (before * state["mean"] + share) / (before + 1)}


def off(scheme: MixingScheme, p, N, t) -> Expr:
    """By how much the coin is off after t fits: its total variation from the truth."""
    return Abs(MixtureCoinLoop(p, N, scheme).share(t) - p)


def fits(e, t: int) -> list[Expr]:
    """The same error in each of t fits."""
    return [sympify(e)] * t


def squared(scheme: MixingScheme, errors: Sequence[Expr]) -> Expr:
    """The sum over k of (A_(T,k) e_k)^2."""
    return Add(*((a * e) ** 2 for a, e in zip(scheme.amplification(len(errors)), errors, strict=True)))


# ---- a coin in every scheme -----------------------------------------------------------------------------------------


@claim(
    source=UNDER,
    trivial=1,
    mutants={"a tenth of it": lambda scheme, N, t: scheme.bound(fits(1 / (2 * sqrt(N)), t)) / 10},
)
def mixing_scheme_coin(
    scheme=SCHEMES, p=Probability(notable=(half,)), N=Integers(1, 200, notable=(10,)), t=Points(1, 2, 3, 5)
):
    """A coin fitted to N tosses of the mixture: E TV <= sum A_(t,k)/(2 sqrt(N)), in each of four schemes.

    Fully synthetic, a quarter real beside the last model, everything kept, half real beside all models.
    """
    return Le(E(off(scheme, p, N, t)), scheme.bound(fits(1 / (2 * sqrt(N)), t)))


def single(N) -> Expr:
    """What a fit to N tosses costs at most, on average."""
    return 1 / (2 * sqrt(N))


@claim(
    source=under("fully synthetic"),
    trivial=1,
    mutants={"a quarter of it": lambda N, t: t * single(N) / 4},
)
def mixing_scheme_fully_synthetic_coin(p=COIN, N=TOSSES, t=FITS):
    """A coin, fully synthetic, N tosses a fit: E TV <= t/(2 sqrt(N))."""
    return Le(E(off(FullySynthetic(), p, N, t)), t * single(N))


@claim(
    source=under("real data beside the last model"),
    trivial=1,
    mutants={"a quarter of it": lambda N, r, t: (1 - (1 - r) ** t) / r * single(N) / 4},
)
def mixing_scheme_real_and_last_coin(p=COIN, N=TOSSES, r=Probability(notable=(half, Rational(1, 4))), t=FITS):
    """A coin, a share r real beside the last model, N tosses a fit: E TV <= (1 - (1 - r)^t)/(2 r sqrt(N))."""
    return Le(E(off(RealAndLast(r), p, N, t)), (1 - (1 - r) ** t) / r * single(N))


@claim(
    source=under("everything kept"),
    trivial=1,
    mutants={"a quarter of it": lambda N, t: harmonic(t) * single(N) / 4},
    unreached={"ball": NO_CHAIN},
)
def mixing_scheme_accumulated_coin(p=COIN, N=TOSSES, t=FITS):
    """A coin, everything kept, N tosses from it a fit: E TV <= (1 + 1/2 + ... + 1/t)/(2 sqrt(N))."""
    return Le(E(off(Accumulated(), p, N, t)), harmonic(t) * single(N))


@claim(
    source=under("balanced"),
    trivial=1,
    mutants={"a quarter of it": lambda N, r, t: balanced(r, t) * single(N) / 4},
    unreached={"derivation": "no certificate for the sign of a sum of roots", "ball": NO_CHAIN},
)
def mixing_scheme_balanced_coin(p=COIN, N=TOSSES, r=Probability(notable=(half, Rational(1, 4))), t=FITS):
    """A coin, a share r real, the rest from all models: E TV <= (1 - (1 - r) G(t - r)/(G(1 - r) G(t)))/(2 r sqrt(N)).

    N tosses a fit; G is the gamma function.
    """
    return Le(E(off(Balanced(r), p, N, t)), balanced(r, t) * single(N))


@claim(
    source=f"{UNDER}; Hoeffding's inequality for every fit",
    trivial=1,
    mutants={"a thousandth of it": lambda t, delta: t * delta / 1000},
    unreached={"derivation": "Hoeffding's inequality is no lemma of a proof"},
)
def mixing_scheme_coin_probability(
    scheme=SCHEMES,
    p=Probability(notable=(half,)),
    N=Integers(1, 100, notable=(10, 20)),
    t=Points(1, 2, 3, 5),
    delta=Points(half, Rational(1, 10)),
):
    """A coin in four schemes: TV exceeds sum A_(t,k) sqrt(log(2/delta)/(2 N)) with probability t delta at most.

    Given the past, each fit is off by more than sqrt(log(2/delta)/(2 N)) with probability delta at most.
    """
    return Le(Prob(off(scheme, p, N, t) > scheme.bound(fits(sqrt(log(2 / delta) / (2 * N)), t))), t * delta)


@claim(
    source=f"{UNDER}, counts in place of shares",
    trivial=1,
    mutants={"a tenth of it": lambda policy, n, t: beside_real(n, policy.synthetic, t) / 10},
    unreached={"derivation": "no certificate for the sign of a sum of roots"},
)
def mixing_scheme_coin_counts(
    policy=Points(FreshReal(5), FixedReal(5), FreshReal(20), FixedReal(20)),
    p=Probability(notable=(half,)),
    n=Integers(1, 100, notable=(10,)),
    t=Points(0, 1, 3),
):
    """A coin, n real tosses, fixed or fresh, and m of the last model: the bound is that of the share n/(n + m).

    The first model has seen n real tosses only; m is 5 or 20.
    """
    return Le(E(Abs(SymbolLoop(p, n, policy).share(t) - p)), beside_real(n, policy.synthetic, t))


def beside_real(n, m, t: int) -> Expr:
    """The bound for a coin: a first fit to n real tosses, then t to n real and m synthetic ones."""
    errors = [1 / (2 * sqrt(n)), *fits(1 / (2 * sqrt(n + m)), t)]
    return RealAndLast(n / (n + m)).bound(errors)


@claim(
    source=f"{UNDER}; keeping points costs nothing",
    trivial=1,
    proof=root_mean_square(),
    mutants={"a tenth of it": lambda n, t: everything(n, t) / 10},
)
def mixing_scheme_coin_everything(p=Probability(notable=(half,)), n=Integers(1, 100, notable=(10,)), t=Points(1, 2, 3)):
    """A coin, all tosses kept and trained on, n of every model: E TV <= sum A_(t,k)/(2 sqrt(n k)), as everything kept has it."""
    return Le(E(Abs(SymbolLoop(p, n, Accumulate()).share(t) - p)), everything(n, t))


def everything(n, t: int) -> Expr:
    """The bound of the recursion where all data are kept and n points come with every fit, each of error 1/(2 sqrt(n k))."""
    return Accumulated().bound([1 / (2 * sqrt(n * k)) for k in range(1, t + 1)])


# ---- errors that are independent ------------------------------------------------------------------------------------


@claim(
    source="derived: the errors of unbiased fits are uncorrelated, so that their squares add up",
    mutants={"that of the last fit alone": lambda N: 1 / (4 * N)},
)
def mixing_scheme_coin_squares(
    scheme=SCHEMES, p=Probability(notable=(half,)), N=Integers(1, 200, notable=(10,)), t=Points(1, 2, 3, 5)
):
    """A coin in four schemes: E TV^2 <= sum A_(t,k)^2/(4 N), by an order less than the square of the bound where t is large.

    Fully synthetic t instead of t^2; everything kept, samples of fixed size: 1 + 1/4 + ... + 1/t^2, bounded, where the bound is a
    logarithm. The bound cannot be lower, for errors that go one way: `mixing-tv-recursion-attained`.
    """
    return Le(E(off(scheme, p, N, t) ** 2), squared(scheme, fits(1 / (2 * sqrt(N)), t)))


k = Symbol("k", integer=True, positive=True)  # the number of a fit


@claim(
    source="derived: law of total variance, uncorrelated errors",
    tight={"t": 0},
    mutants={
        "a generation fewer": lambda p, N, t: p * (1 - p) / N * Sum((k + 1) ** -2, (k, 1, t - 1)),
        "half of it": lambda p, N, t: p * (1 - p) / (2 * N) * Sum((k + 1) ** -2, (k, 1, t)),
    },
)
def mixing_scheme_coin_mixture(
    p=Probability(notable=(half,)), N=Integers(1, notable=(10,)), t=Integers(0, notable=(5, 100))
):
    """A coin, everything kept, N tosses from it a fit: what is kept is off by p (1 - p)/N (1/4 + ... + 1/(t + 1)^2) in square.

    That at most, at any t, and it is bounded: the mean of the truth and of t models, which model t + 1 is trained on.
    """
    kept = MixtureCoinLoop(p, N, Accumulated()).mean(t)
    return Le(E((kept - p) ** 2), p * (1 - p) / N * Sum((k + 1) ** -2, (k, 1, t)))


@claim(
    source="derived: uncorrelated errors, the sum of 1/k^2",
    trivial=1,
    mutants={"a third of it": lambda N: pi / (6 * sqrt(6 * N))},
    unreached={"ball": NO_CHAIN},
)
def mixing_scheme_coin_bounded(p=Probability(notable=(half,)), N=Integers(1, 100, notable=(10,)), t=Points(1, 2, 5)):
    """A coin, everything kept, N tosses from it a fit: E TV stays below pi/(2 sqrt(6 N)), though the bound grows like log(t).

    For t = 1, 2, 5; at any t what is kept stays as near: `mixing-scheme-coin-mixture`.
    """
    return Le(E(off(Accumulated(), p, N, t)), pi / (2 * sqrt(6 * N)))


@claim(
    source="the growth of the bound, taken for that of the error",
    expected="fails",
    corrected="mixing-scheme-coin-bounded",
    unreached={"ball": NO_CHAIN},
)
def mixing_scheme_coin_logarithm(t=Points(50, 100)):
    """A fair coin, everything kept, 10 tosses from it a fit: E TV is a third of the bound, or more, at any t."""
    return Ge(E(off(Accumulated(), half, 10, t)), Accumulated().bound(fits(1 / (2 * sqrt(10)), t)) / 3)


# ---- a Gaussian mean, nothing but the last model --------------------------------------------------------------------


@claim(
    source=f"{UNDER}; E erf of a Gaussian is an arctangent",
    trivial=1,
    tight={"t": 1},
    mutants={"the first two fits": lambda n: arctan_tv(1 / n)},
    unreached={"derivation": "no certificate for the sign of a difference of arctangents"},
)
def mixing_scheme_gaussian_sizes(
    n=Integers(1, notable=(10, 100)), p=Points(1, 2, 3), t=Integers(1, 200, notable=(5, 20))
):
    """A Gaussian mean, fully synthetic, n k^p points in fit k: E TV_t is at most the sum of (2/pi) arctan(1/(2 sqrt(n k^p))).

    The mixture is the last model, a Gaussian: there is no misfit. Equal samples: `mixing-triangle-vs-exact-growth-triangle`.
    """
    return Le(E(TV(growing(n, p).model(t), Normal(0, 1))), Sum(arctan_tv(1 / (n * k**p)), (k, 1, t)))


@claim(
    source=f"{UNDER}; Student's t",
    trivial=1,
    tight={"t": 1},
    mutants={"that of one fit": lambda d, n: within(d, sqrt(d / n) / 2) * Rational(99, 100)},
    unreached={"derivation": "the mean of an error function of a root has no closed form here"},
)
def mixing_scheme_gaussian_dimensions(
    d=Points(1, 2, 10), n=Integers(1, notable=(10, 100)), t=Integers(1, 200, notable=(5, 20))
):
    """A Gaussian mean in d dimensions, fully synthetic, n points a fit: E TV_t <= t P(|T_d| < sqrt(d/n)/2), T_d Student's t.

    The error after t fits is N(0, (t/n) I) in standard deviations, which the left side is written with.
    """
    return Le(spherical(d, t / n), t * within(d, sqrt(d / n) / 2))
