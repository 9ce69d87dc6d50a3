"""Other kernels, other truths: what is left of every frequency, and the mean integrated squared error."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Eq, Expr, Ge, Integer, Le, Rational, S, Sum, cos, exp, sin, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.errors import CannotTell
from ..language.laws import Epanechnikov, Laplace, Law, Mixture, Normal, Uniform
from ..language.moments import ISE, TV, E
from ..language.policies import Accumulate, FixedReal, FreshReal, Replace
from ..language.structures import Lineage
from ..proof.relations.fitted import on_its_support
from .common import FU, Kernels, half, k_, phi


class AnyKernelLoop(Kernels):
    """A kernel density estimate is fitted to draws from the one before it, whatever its kernels and the truth are.

    n: real points of a fit, where the policy has some beside the model's; else draws from the last model.
    kernel: the law of the noise around a point, with its bandwidth, symmetric about 0.  truth: the law of a real point.
    policy, start: as `KernelLoop` has them.
    d: the dimension. Kernels are products; the coordinates of a real point are independent, of a mixture given its part.

    Observables: mean(t) and variance(t) of the fitted density, draw(t[, index]), for d > 1 of a coordinate; ISE and TV of
    `loop.model(t)` from `loop.truth`, for d > 1 from the law of a real point.
    Refuses another kernel, one that is not centred at 0 or has no width, and a truth without second moments (`BadInput`).
    Source: the setting is that of Fu et al. 2402.11778; kernels as in Wand & Jones.
    """

    n: Integers(1)
    kernel: Law
    truth: Law
    policy: Replace | FreshReal | FixedReal | Accumulate = Replace()
    start: Points("truth", "fit") = "truth"
    d: Integers(1) = 1

    steady = ("n", "kernel", "truth", "d")

    joint_points = tuple({"n": n, "t": t} for n, t in ((5, 3), (2, 1), (20, 2), (10, 0), (50, 1)))

    def refuses(self) -> str | None:
        if reason := super().refuses():
            return reason
        if not isinstance(self.kernel, Normal | Laplace | Uniform | Epanechnikov):
            return f"a kernel {self.kernel}: one of Normal, Laplace, Uniform, Epanechnikov is expected"
        if not self.kernel.is_odd(S.One):
            return f"a kernel {self.kernel} that is not centred at 0"
        if not self.kernel.moment(Integer(2))[0].is_positive:
            return f"a kernel {self.kernel} that is not seen to have a width"
        return without_second_moment(self.truth)

    @property
    def definition(self) -> Lineage:
        spread, _ = self.kernel.moment(Integer(2))
        return self.lineage(spread, kernel=self.kernel, d=self.d)


def without_second_moment(truth: Law) -> str | None:
    """Why a truth is refused: its second moment is not seen to exist."""
    try:
        exist = [truth.moment(Integer(power))[1].is_positive for power in (1, 2)]
    except CannotTell as why:
        return f"a truth {truth}: {why}"
    return None if all(exist) else f"a truth {truth} that is not seen to have a second moment"


# ---- at one frequency -----------------------------------------------------------------------------------------------

KERNELS = {
    "Gaussian": lambda h: Normal(0, h**2),
    "Laplace": lambda h: Laplace(0, h),
    "box": lambda h: Uniform(-h, h),
    "Epanechnikov": lambda h: Epanechnikov(0, h),
}
TRUTHS = {
    "Laplace": Laplace(0, 1),
    "uniform": Uniform(-1, 1),
    "Beta": Epanechnikov(0, 1),
    "mixture": Mixture(half, Normal(-2, 1), Normal(2, 1)),
}
WAVES = {
    "Gaussian": lambda x: exp(-(x**2) / 2),
    "Laplace": lambda x: 1 / (1 + x**2),
    "box": lambda x: sin(x) / x,
    "uniform": lambda x: sin(x) / x,
    "Epanechnikov": lambda x: 3 * (sin(x) - x * cos(x)) / x**3,
    "Beta": lambda x: 3 * (sin(x) - x * cos(x)) / x**3,
    "mixture": lambda x: cos(2 * x) * exp(-(x**2) / 2),
}
CASES = Points(("Laplace", "uniform"), ("box", "mixture"), ("Epanechnikov", "Beta"), ("Gaussian", "Laplace"))
WIDE = Positive(hi=2, notable=(half, Rational(3, 10)))
WAVE = Positive(hi=3, notable=(1, 2))


def waves(case, h, w) -> tuple[Expr, Expr]:
    """K and f, the characteristic functions of kernel and truth at a frequency."""
    kernel, truth = map(str, case)
    return WAVES[kernel](h * w), WAVES[truth](w)


def loop_of(n, case, h, policy=Replace(), start="truth", d=1) -> AnyKernelLoop:
    """The loop with kernel and truth of a case."""
    kernel, truth = map(str, case)
    return AnyKernelLoop(n, KERNELS[kernel](h), TRUTHS[truth], policy, start, d)


def mean_wave(loop, w, t) -> Expr:
    """The mean of the characteristic function of model t at w: of a draw from it."""
    return E(cos(w * loop.draw(t)))


def mean_power(loop, w, t) -> Expr:
    """The mean square of that: two draws from the model are independent of each other, given the model."""
    return E(cos(w * (loop.draw(t) - loop.draw(t, 2))))


@claim(
    source=f"derived: every fit multiplies the mean characteristic function by that of its kernel; the estimates are {FU}'s",
    mutants={
        "bandwidths add": lambda case, h, w, t: waves(case, (t + 1) * h, w)[0] * waves(case, h, w)[1],
        "twice at every fit": lambda case, h, w, t: waves(case, h, w)[0] ** (2 * t + 1) * waves(case, h, w)[1],
    },
)
def kde_kernels_wave(n=Integers(1, notable=(20,)), case=CASES, h=WIDE, w=WAVE, t=Integers(0, notable=(3,))):
    """Four kernels, each around another truth, on average: of what there is of a frequency w the share K(h w)^t is left.

    A case is a kernel and a truth. A box is U(-h, h), a Beta law Beta(2, 2) on (-1, 1), a mixture half N(-2, 1), half N(2, 1).
    """
    K, f = waves(case, h, w)
    return Eq(mean_wave(loop_of(n, case, h), w, t), K**t * f)


def power(n, case, h, w, t, share=None) -> Expr:
    """K^(2k)/n of those that meet k generations back, with probability `share(k)` in place of q^(k - 1)/n."""
    K, f = waves(case, h, w)
    q = 1 - 1 / n
    share = share or (lambda k: q ** (k - 1) / n)
    return Sum(share(k_) * K ** (2 * k_), (k_, 1, t)) + q**t * K ** (2 * t) * f**2


@claim(
    source="derived: lineages of two draws from the model, which are independent of each other given the model",
    mutants={
        "no generation forgotten": lambda n, case, h, w, t: power(n, case, h, w, t, lambda k: 1 / n),
        "q^k": lambda n, case, h, w, t: power(n, case, h, w, t, lambda k: (1 - 1 / n) ** k / n),
        "no two have the same point": lambda case, h, w, t: waves(case, h, w)[0] ** (2 * t) * waves(case, h, w)[1] ** 2,
    },
)
def kde_kernels_power(n=Integers(2, notable=(20,)), case=CASES, h=WIDE, w=WAVE, t=Integers(1, notable=(3,))):
    """Four kernels, each around another truth: E |phi_t|^2 is the sum of q^(k - 1) K^(2k)/n, and q^t K^(2t) f^2, q = 1 - 1/n.

    phi_t is the characteristic function of model t at w, and E |phi_t|^2 = E cos(w (X - Y)) for two draws from it.
    By Parseval its integral over w is that of the squared density.
    """
    return Eq(mean_power(loop_of(n, case, h), w, t), power(n, case, h, w, t))


@claim(
    source="'a kernel damps every frequency', in every estimate as it does on average",
    expected="fails",
    corrected="kde-kernels-power",
)
def kde_kernels_power_damped(case=CASES, t=Points(3, 10)):
    """After t fits to 20 points, h = 1/2, E |phi|^2 at the frequency 1 is at most K^(2t) f^2."""
    K, f = waves(case, half, S.One)
    return Le(mean_power(loop_of(20, case, half), S.One, t), K ** (2 * t) * f**2)


def mixed_power(n, m, case, h, w, t: int, same) -> Expr:
    """After t retrainings, by recursion over the pools: of n real points and m draws from the model before.

    same: the probability that real points of two fits are one.
    """
    K, f = waves(case, h, w)
    size, real, shared = n + m, 1 / n + (1 - 1 / n) * f**2, same + (1 - same) * f**2
    square, together = K**2 * real, K * shared  # together: of the model, and of another fit's real points
    for _ in range(int(t)):
        square = K**2 * (n**2 * real + 2 * n * m * together + m + m * (m - 1) * square) / size**2
        together = K * (n * shared + m * together) / size
    return square


@claim(
    source="derived: recursion of E |phi|^2 over the pools, new real points being independent of all before",
    mutants={
        "real points that stay": lambda n, m, case, h, w, t: mixed_power(n, m, case, h, w, t, 1 / n),
        "a retraining less": lambda n, m, case, h, w, t: mixed_power(n, m, case, h, w, int(t) - 1, 0),
    },
)
def kde_kernels_fresh(
    n=Integers(1, notable=(4, 10)), m=Integers(1, notable=(3, 30)), case=CASES, h=WIDE, w=WAVE, t=Points(1, 3)
):
    """Four kernels and truths, n fresh real points beside m synthetic ones: E |phi_t|^2 by recursion over the pools."""
    loop = loop_of(n, case, h, FreshReal(m), "fit")
    return Eq(mean_power(loop, w, t), mixed_power(n, m, case, h, w, t, 0))


@claim(
    source="derived: recursion of E |phi|^2, and of what the model has in common with the real points, over the pools",
    mutants={
        "fresh real points": lambda n, m, case, h, w, t: mixed_power(n, m, case, h, w, t, 0),
        "a retraining less": lambda n, m, case, h, w, t: mixed_power(n, m, case, h, w, int(t) - 1, 1 / n),
    },
)
def kde_kernels_fixed(
    n=Integers(1, notable=(4, 10)), m=Integers(1, notable=(3, 30)), case=CASES, h=WIDE, w=WAVE, t=Points(1, 3)
):
    """Four kernels and truths, n real points that stay beside m synthetic ones: E |phi_t|^2 by recursion over the pools."""
    loop = loop_of(n, case, h, FixedReal(m), "fit")
    return Eq(mean_power(loop, w, t), mixed_power(n, m, case, h, w, t, 1 / n))


def kept_power(n, case, h, w, t: int, same=True) -> Expr:
    """All points kept, by recursion over the pools, each of which gets n draws from the model before.

    same: whether a draw of a pair may be the other one, too.
    """
    K, f = waves(case, h, w)
    pool = 1 / n + (1 - 1 / n) * f**2
    for batches in range(1, int(t) + 1):
        pool = (batches**2 + 2 * batches * K + (1 - 1 / n) * K**2) * pool + (1 / n if same else 0)
        pool /= (batches + 1) ** 2
    return K**2 * pool


@claim(
    source="derived: recursion of E |phi|^2 over pools that keep all points, as in Gerstgrasser et al. 2404.01413",
    mutants={
        "as if replaced": lambda n, case, h, w, t: mixed_power(n, 10**9 * n, case, h, w, t, 0),
        "a draw is not one of a pair twice": lambda n, case, h, w, t: kept_power(n, case, h, w, t, same=False),
        "a batch less": lambda n, case, h, w, t: kept_power(n, case, h, w, int(t) - 1),
    },
)
def kde_kernels_accumulated(n=Integers(1, notable=(10,)), case=CASES, h=WIDE, w=WAVE, t=Points(1, 4)):
    """Four kernels and truths, all points kept, n new ones a fit: E |phi_t|^2 by recursion over the pools."""
    return Eq(mean_power(loop_of(n, case, h, Accumulate(), "fit"), w, t), kept_power(n, case, h, w, t))


# ---- the mean integrated squared error ------------------------------------------------------------------------------


def error_of(n, case, h, t, policy=Replace(), start="truth", d=1) -> Expr:
    """The mean integrated squared error of model t."""
    loop = loop_of(n, case, h, policy, start, d)
    return E(ISE(loop.model(t), loop.truth))


def one_or_two(n, same, apart, t: int, d=1) -> Expr:
    """The error after one fit, or two.

    same: the densities at 0 of two kernels, and of four.  apart: those of X - Y from the truth, and of 0, 1, 2, 4 kernels.
    All of a coordinate, one of d.
    """
    met, met_before = (x**d for x in same)
    q, (none, one, two, four) = 1 - 1 / n, (x**d for x in apart)
    if t == 1:
        return met / n + q * two - 2 * one + none
    return (met + q * met_before) / n + q**2 * four - 2 * two + none


def of_laplaces(h) -> dict[int, Expr]:
    """The density at 0 of X - Y from a Laplace law and of so many Laplace kernels."""
    g = 1 + h
    return {
        0: Rational(1, 4),
        1: (1 + 2 * h) / (4 * g**2),
        2: (1 + 3 * h + h**2) / (4 * g**3),
        3: (4 + 16 * h + 12 * h**2 + 3 * h**3) / (16 * g**4),
        4: (h + 2) * (4 + 18 * h + 15 * h**2 + 5 * h**3) / (32 * g**5),
    }


def laplaces(n, h, t, d=1) -> Expr:
    """Laplace kernels on a Laplace truth."""
    apart = of_laplaces(h)
    return one_or_two(n, (1 / (4 * h), 5 / (32 * h)), [apart[k] for k in (0, 1, 2, 4)], int(t), d)


@claim(
    source="derived: lineages; densities at 0 of sums of Laplace draws, by a Fourier integral",
    mutants={
        "no ancestors in common": lambda n, h, t: laplaces(n, h, t) - 5 * (1 - 1 / n) * int(t == 2) / (32 * h * n),
        "n - 1 points": lambda n, h, t: laplaces(n - 1, h, t),
    },
)
def kde_laplace_mise(n=Integers(2, notable=(2, 20)), h=Positive(hi=4, notable=(half, 1)), t=Points(1, 2)):
    """Laplace kernel, Laplace truth, one fit or two: the mean integrated squared error is a rational function of n and h."""
    return Eq(error_of(n, ("Laplace", "Laplace"), h, t), laplaces(n, h, t))


@claim(
    source="the errors of the generations, taken to add up",
    expected="fails",
    corrected="kde-laplace-mise",
)
def kde_laplace_mise_twice(n=Points(20, 50), h=Points(half, 1)):
    """Laplace kernel, Laplace truth: after two fits the error is twice that after one."""
    one, two = (error_of(n, ("Laplace", "Laplace"), h, t) for t in (1, 2))
    return Eq(two, 2 * one)


def laplaces_beside_real(n, m, h, same, d=1) -> Expr:
    """The error after one retraining on n real points and m draws from the fit to n of them, in d dimensions.

    same: the probability that a real point of the retraining is one of the fit.
    """
    apart, size = {k: x**d for k, x in of_laplaces(h).items()}, n + m
    fit = (5 / (32 * h)) ** d / n + (1 - 1 / n) * apart[4]  # of two draws from the fit, and their kernels
    both = same * (3 / (16 * h)) ** d + (1 - same) * apart[3]  # of one of them, and a real point
    square = (1 / (4 * h)) ** d / size + (n * (n - 1) * apart[2] + 2 * n * m * both + m * (m - 1) * fit) / size**2
    return square - 2 * (n * apart[1] + m * apart[2]) / size + apart[0]


# policies, each with the probability that a real point of one fit is a real point of another one
REAL = {"fixed": (FixedReal, lambda n: 1 / n), "fresh": (FreshReal, lambda n: 0)}


def other(real) -> str:
    """The other way with real points."""
    return "fixed" if real == "fresh" else "fresh"


@claim(
    source="derived: lineages; real points of two fits are one with probability 1/n where they stay, else with 0",
    mutants={
        "the other real points": lambda n, m, h, real: laplaces_beside_real(n, m, h, 1 / n - REAL[real][1](n)),
        "the fit to real points alone": lambda n, h: laplaces(n, h, 1),
    },
)
def kde_laplace_real(
    n=Integers(1, notable=(1, 10)),
    m=Integers(1, notable=(2, 30)),
    h=Positive(hi=4, notable=(half, 1)),
    real=Points(*REAL),
):
    """Laplace kernel, Laplace truth, n real points beside m synthetic ones, fixed or fresh: the error after one retraining."""
    policy, same = REAL[real]
    error = error_of(n, ("Laplace", "Laplace"), h, 1, policy(m), "fit")
    return Eq(error, laplaces_beside_real(n, m, h, same(n)))


# kernel and truth: densities at 0 of X - Y from the truth, and of 0, 1, 2, 4 kernels, as coefficients of 1, h, h^2, h^3, h^5
FLAT = {
    ("box", "uniform"): ("1/2 0 0 0 0", "1/2 -1/8 0 0 0", "1/2 -1/6 0 0 0", "1/2 -7/30 0 0 0"),
    ("box", "Beta"): ("3/5 0 0 0 0", "3/5 0 -1/4 3/32 -1/320", "3/5 0 -1/2 3/10 -1/35", "3/5 0 -1 31/35 -127/630"),
    ("Epanechnikov", "uniform"): ("1/2 0 0 0 0", "1/2 -3/32 0 0 0", "1/2 -9/70 0 0 0", "1/2 -9013/50050 0 0 0"),
    ("Epanechnikov", "Beta"): (
        "3/5 0 0 0 0",
        "3/5 0 -3/20 3/64 -3/2560",
        "3/5 0 -3/10 1/7 -1/110",
        "3/5 0 -3/5 52106/125125 -888067/14889875",
    ),
}
MET = {"box": (half, Rational(1, 3)), "Epanechnikov": (Rational(3, 5), Rational(167, 385))}  # times 1/h


def flat(n, case, h, t, ends=1, d=1) -> Expr:
    """Boxes or parabolas, on a uniform law or a parabola, 0 < h <= 1/2.  ends: what multiplies the smoothing."""
    kernel, truth = map(str, case)

    def polynomial(text: str) -> Expr:
        first, *more = map(Rational, text.split())
        return first + ends * sum((c * h**power for c, power in zip(more, (1, 2, 3, 5), strict=True)), S.Zero)

    return one_or_two(n, [x / h for x in MET[kernel]], [polynomial(x) for x in FLAT[kernel, truth]], int(t), d)


@claim(
    source="derived: lineages; sums of boxes and parabolas are powers of x - a on x > a, joined",
    mutants={
        "nothing smoothed": lambda n, case, h, t: flat(n, case, h, t, ends=0),
        "n - 1 points": lambda n, case, h, t: flat(n - 1, case, h, t),
    },
)
def kde_flat_mise(
    n=Integers(2, notable=(2, 20)),
    case=Points(*FLAT),
    h=Reals(0, half, notable=(Rational(1, 4), Rational(2, 5))),
    t=Points(1, 2),
):
    """Box or Epanechnikov kernel, uniform or Beta(2, 2) truth on (-1, 1), h <= 1/2, one fit or two: the error, a polynomial in h.

    But for what is over n, which has 1/h, too. A case is a kernel and a truth.
    """
    return Eq(error_of(n, case, h, t), flat(n, case, h, t))


@claim(
    source="derived: the smoothing of a jump is of the first order in h, that of a bend of the third",
    mutants={"a fifth": lambda h: h / 5},
)
def kde_flat_mise_ends(n=Integers(2, notable=(20, 10**6)), h=Reals(0, half, notable=(Rational(1, 10), Rational(1, 4)))):
    """Box kernel, uniform truth on (-1, 1), two fits: the error is h/15 or more, however many points there are."""
    return Ge(error_of(n, ("box", "uniform"), h, 2), h / 15)


@claim(
    source="derived: Cauchy-Schwarz over (-1 - th, 1 + th), where model and truth are; Jensen for the root",
    proof=on_its_support(),
    trivial=1,
    mutants={"a third of it": lambda n, case, h, t: sqrt((2 + 2 * t * h) * flat(n, case, h, t)) / 6},
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
)
def kde_flat_tv(
    n=Integers(2, notable=(20, 100)),
    case=Points(("box", "uniform"), ("Epanechnikov", "Beta")),
    h=Reals(0, half, notable=(Rational(1, 4), Rational(2, 5))),
    t=Points(1, 2),
):
    """Box kernel, uniform truth, or Epanechnikov and Beta(2, 2), h <= 1/2, t = 1, 2: E TV <= sqrt((2 + 2 t h) MISE)/2."""
    loop = loop_of(n, case, h)
    return Le(E(TV(loop.model(t), loop.truth)), sqrt((2 + 2 * t * h) * flat(n, case, h, t)) / 2)


def modes(a, p, across=1, d=1) -> Callable[[Expr], Expr]:
    """The density at 0 of the difference of two real points and noise of a variance: N(-a, 1) with probability p, else N(a, 1).

    In all of d coordinates.  across: what multiplies pairs of both.
    """
    own, other = p**2 + (1 - p) ** 2, 2 * p * (1 - p)
    return lambda v: own * phi(v + 2) ** d + across * other * Normal(0, v + 2).density(2 * a) ** d


def mixture_mise(n, h, t, apart, d=1) -> Expr:
    """Gaussian kernels.  apart: the density at 0 of the difference of two real points and noise of a variance."""
    met = Sum((1 - 1 / n) ** (k_ - 1) / n * phi(2 * k_ * h**2) ** d, (k_, 1, t))
    return met + (1 - 1 / n) ** t * apart(2 * t * h**2) - 2 * apart(t * h**2) + apart(S.Zero)


@claim(
    source="derived: lineages of two kernels; two real points are of one component, or of both",
    mutants={
        "as of one component": lambda n, h, t, p: mixture_mise(n, h, t, modes(0, p)),
        "no pairs of both": lambda n, h, t, a, p: mixture_mise(n, h, t, modes(a, p, across=0)),
    },
)
def kde_mixture_mise(
    n=Integers(2, notable=(20,)),
    h=Positive(hi=4, notable=(half,)),
    t=Integers(0, notable=(3,)),
    a=Positive(hi=5, notable=(1,)),
    p=Probability(notable=(Rational(3, 10),)),
):
    """Two modes, N(-a, 1) with probability p, else N(a, 1), Gaussian kernels: the mean integrated squared error after t fits."""
    loop = AnyKernelLoop(n, Normal(0, h**2), Mixture(p, Normal(-a, 1), Normal(a, 1)))
    return Eq(E(ISE(loop.model(t), loop.truth)), mixture_mise(n, h, t, modes(a, p)))
