"""Kernels of the fourth order: no laws, for they are negative in places. One fit, for nothing is drawn from such an estimate."""

from __future__ import annotations

from sympy import Eq, Expr, Integer, Le, Lt, Max, Rational, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.errors import BadInput
from ..language.laws import Law, Normal, Uniform
from ..language.loops import Observable
from ..language.moments import ISE, TV, E, Tends
from ..language.policies import Replace
from ..language.structures import Lineage, SignedKernel
from ..proof.relations.fitted import on_its_support, positive_part
from .common import N01, Kernels, error, half, phi
from .kernels import TRUTHS, without_second_moment

# names of kernels, each with weights and laws that have the same second moment but for the signs
ORDER_4 = {
    "Gaussian": lambda h: ((Integer(2), Normal(0, h**2)), (Integer(-1), Normal(0, 2 * h**2))),
    "box": lambda h: ((Rational(4, 3), Uniform(-h, h)), (Rational(-1, 3), Uniform(-2 * h, 2 * h))),
}


class HigherOrderLoop(Kernels):
    """A density estimate from n real points with a kernel of the fourth order. There is model 0 only.

    n: points.  h: bandwidth.  shape: the kernel: "Gaussian", twice N(0, h^2) less N(0, 2 h^2) (twicing); "box", 4/3 U(-h, h)
    less 1/3 U(-2h, 2h).  truth: the law of a coordinate of a real point.  d: the dimension; kernels are products, coordinates
    of a real point independent, of a mixture given its part.

    Observables: mean(0) and variance(0) of the estimate; ISE of `loop.model(0)` from `loop.truth`, TV, half the L1 distance;
    projected(0), the distance in total variation of the renormalised positive part from the truth.
    Refuses a truth without second moments, and what is drawn from the estimate or fitted to that (`BadInput`).
    Source: textbook: Wand & Jones; twicing is Stuetzle & Mittal's, as commonly quoted.
    """

    n: Integers(1)
    h: Positive
    shape: Points(*ORDER_4)
    truth: Law
    d: Integers(1) = 1

    policy = Replace()
    start = "fit"
    steady = ("n", "h", "truth", "d")

    joint_points = tuple({"n": n} for n in (5, 2, 20, 10, 50))

    def refuses(self) -> str | None:
        return super().refuses() or without_second_moment(self.truth)

    @property
    def kernel(self) -> SignedKernel:
        """The kernel, a signed combination of laws of width h."""
        return SignedKernel(ORDER_4[str(self.shape)](self.h))

    @property
    def definition(self) -> Lineage:
        return self.lineage(Integer(0), kernel=self.kernel, d=self.d)

    def projected(self, t) -> Observable:
        """The distance of the renormalised positive part from the truth, in total variation."""
        if t != 0:
            raise BadInput(
                f"{type(self).__name__}: nothing is drawn from an estimate whose kernel is no law; found t = {t}"
            )
        return Observable(self, "projected", t)


def squared(n, h, shape, truth, d=1) -> Expr:
    """The mean integrated squared error."""
    loop = HigherOrderLoop(n, h, shape, truth, d)
    return E(ISE(loop.model(0), loop.truth))


def density_at_0(v, smoothings: int, h) -> Expr:
    """The density at 0 of N(0, v), smoothed so many times by twice N(0, h^2) less N(0, 2 h^2)."""
    if not smoothings:
        return phi(v)
    return 2 * density_at_0(v + h**2, smoothings - 1, h) - density_at_0(v + 2 * h**2, smoothings - 1, h)


def twicing(n, h, d, weight=2) -> Expr:
    """Points of N(0, I), in d dimensions.  weight: what multiplies the kernel itself."""
    own = (
        weight**2 * phi(2 * h**2) - 2 * weight * (weight - 1) * phi(3 * h**2) + (weight - 1) ** 2 * phi(4 * h**2)
    ) ** d
    none, one, two = (density_at_0(Integer(2), k, h) ** d for k in range(3))
    return own / n + (1 - 1 / n) * two - 2 * one + none


@claim(
    source="derived: sums of Gaussians of both signs; the method is that of Marron & Wand, as commonly quoted",
    mutants={
        "the squared kernel of a law": lambda n, h, d: twicing(n, h, d, weight=1),
        "a point more": lambda n, h, d: twicing(n + 1, h, d),
    },
)
def kde_higher_mise(n=Integers(1, notable=(20,)), h=Positive(hi=10, notable=(half, Rational(2, 5))), d=Points(1, 2)):
    """Twicing, 2 N(0, h^2) - N(0, 2 h^2), around points of N(0, I), d = 1, 2: the mean integrated squared error of a fit."""
    return Eq(squared(n, h, "Gaussian", N01, d), twicing(n, h, d))


@claim(
    source="'higher order, smaller error'",
    expected="fails",
    corrected="kde-higher-mise",
)
def kde_higher_always(n=Points(20, 100)):
    """Points of N(0, 1), h = 1/4: twicing has at most the error of the kernel that it is made of."""
    return Le(squared(n, half / 2, "Gaussian", N01), error(n, half / 2, 1))


@claim(
    source="derived: the exact errors, at the bandwidths that are best for many points but for a factor",
    mutants={"at most a third": lambda n: gaussian_at_best(n) / 3},
)
def kde_higher_better(n=Points(100, 10**4, 10**6)):
    """100, 10^4, 10^6 points of N(0, 1): twicing, h = n^(-1/9), has less error than a Gaussian kernel, h = (4/(3 n))^(1/5)."""
    return Lt(squared(n, n ** -Rational(1, 9), "Gaussian", N01), gaussian_at_best(n))


@claim(
    source="'a kernel of higher order is better', for few points as for many",
    expected="fails",
    corrected="kde-higher-better",
)
def kde_higher_better_few(n=Points(2, 10, 20)):
    """2, 10, 20 points of N(0, 1): twicing with h = n^(-1/9) has less error than a Gaussian kernel with h = (4/(3 n))^(1/5)."""
    n = Integer(n)
    return Lt(squared(n, n ** -Rational(1, 9), "Gaussian", N01), gaussian_at_best(n))


def gaussian_at_best(n) -> Expr:
    """The error of a Gaussian kernel with the bandwidth that is best for many points."""
    return error(n, (4 / (3 * n)) ** Rational(1, 5), 1)


def limit() -> Expr:
    """The limit of n^(8/9) MISE: the integral of K^2, and a sixteenth of that of the squared fourth derivative."""
    return 4 * phi(Integer(2)) - 4 * phi(Integer(3)) + phi(Integer(4)) + Rational(105, 512) / sqrt(pi)


@claim(
    source="derived: expansion of the exact error; the rate is that of Parzen, as commonly quoted",
    mutants={
        "the squared kernel of a law": lambda: limit() - 3 * phi(Integer(2)) + 4 * phi(Integer(3)) - phi(Integer(4)),
        "the rate of the second order": lambda n: n ** Rational(4, 45) * limit(),
    },
)
def kde_higher_rate(n=Integers(1000, notable=(1000, 10**27))):
    """Twicing around points of N(0, 1), h = n^(-1/9): n^(8/9) MISE tends to R(K) + R/16, R = 105/(32 sqrt(pi)).

    R(K) = 2/sqrt(pi) - 4/sqrt(6 pi) + 1/sqrt(8 pi) is the integral of the squared kernel, R that of the squared fourth derivative
    of the truth. With a kernel that is a law n^(4/5) is all that can be had.
    """
    ninth = Rational(1, 9)
    scaled = n ** (8 * ninth) * squared(n, n**-ninth, "Gaussian", N01)
    return Tends(scaled, (n, 1000, oo), limit(), rate=3 * n**-ninth)


def boxes(n, h, end=Rational(2, 27)) -> Expr:
    """Of a uniform law on (-1, 1), h <= 1/2.  end: what smoothing the ends costs, over h."""
    return Rational(25, 36) / (n * h) - (half - 5 * h / 54) / n + end * h


@claim(
    source="derived: sums of boxes of both signs",
    mutants={
        "a box that is a law": lambda n, h: 1 / (2 * n * h) - (half - h / 6) / n + h / 12,
        "no ends": lambda n, h: boxes(n, h, 0),
    },
)
def kde_higher_box_mise(n=Integers(1, notable=(20,)), h=Reals(0, half, notable=(Rational(1, 5), Rational(1, 4)))):
    """4/3 U(-h, h) - 1/3 U(-2h, 2h), uniform truth on (-1, 1): the error is 25/(36 n h) - (1/2 - 5h/54)/n + 2h/27, h <= 1/2.

    At a jump the order of a kernel is of no use: what smoothing costs is of the first order in h, as it is for any law.
    """
    return Eq(squared(n, h, "box", TRUTHS["uniform"]), boxes(n, h))


@claim(
    source="derived: Cauchy-Schwarz over (-1 - 2h, 1 + 2h), where estimate and truth are; Jensen for the root",
    proof=on_its_support(),
    mutants={"a third of it": lambda n, h: sqrt((2 + 4 * h) * boxes(n, h)) / 6},
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
)
def kde_higher_box_tv(n=Integers(1, notable=(5, 20)), h=Reals(0, half, notable=(Rational(1, 5), Rational(2, 5)))):
    """Boxes of the fourth order, uniform truth, h <= 1/2: half the L1 error is sqrt((2 + 4h) MISE)/2 at most, on average."""
    return Le(boxed_distance(n, h), sqrt((2 + 4 * h) * boxes(n, h)) / 2)


# ---- the renormalised positive part ---------------------------------------------------------------------------------


@claim(
    source="derived: the L1 argument of Devroye & Gyorfi, as commonly quoted",
    mutants={"half of it": lambda p, f: Max(p - f, 0) / 2},
)
def kde_higher_positive_part(
    p=Reals(-10, 10, notable=(5, -1)), f=Reals(0, 10, notable=(1,)), c=Reals(1, 10, notable=(Rational(3, 2),))
):
    """What the renormalised positive part p+/c has above a density f is at most what p has, at every place: c is 1 or more."""
    return Le(Max(Max(p, 0) / c - f, 0), Max(p - f, 0))


@claim(
    source="derived: the L1 argument of Devroye & Gyorfi, as commonly quoted",
    proof=positive_part(),
    mutants={"three quarters of it": lambda n, h: Rational(3, 4) * boxed_distance(n, h)},
    unreached={"ball": "the positive part of an estimate is no integral of it"},
)
def kde_higher_projected(n=Integers(1, notable=(5, 20)), h=Reals(0, 1, notable=(Rational(1, 5), half))):
    """Boxes of the fourth order, uniform truth: E TV of the renormalised positive part is at most half the L1 error.

    n points of the uniform law on (-1, 1), weights 4/3 for U(-h, h) and -1/3 for U(-2h, 2h).
    """
    loop = HigherOrderLoop(n, h, "box", TRUTHS["uniform"])
    return Le(E(loop.projected(0)), boxed_distance(n, h))


def boxed_distance(n, h) -> Expr:
    """Half the L1 error of the estimate."""
    loop = HigherOrderLoop(n, h, "box", TRUTHS["uniform"])
    return E(TV(loop.model(0), loop.truth))
