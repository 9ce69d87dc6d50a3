"""Rates in n, with their constants as limits: by how smooth the truth is, and by the dimension; the best bandwidths in the loop.

A truth has the smoothness beta where smoothing by h costs it h^(2 beta) of squared error: 1/2 with a jump, 3/2 with a kink, 2
with a second derivative and a kernel that is a law. The best rate is n^(-2 beta/(2 beta + d)); of total variation half of it.
"""

from __future__ import annotations

from sympy import Add, Eq, Expr, Integer, Le, Rational, Symbol, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.fields import Listed
from ..language.moments import FallsThenRises, Tends
from ..language.policies import FixedReal, FreshReal
from ..proof.formulas import formula
from .bounds import bias
from .common import error, half
from .kernels import error_of, other
from .plane import LAPLACE
from .variation import noise_bound

x_ = Symbol("x", positive=True)
SMOOTH = Points(half, 2)
PLANE = Points(1, 2)
WIDTH = Reals(half, Rational(3, 2), notable=(1,))


# ---- what is least --------------------------------------------------------------------------------------------------


def both(h, B, S, n, beta, d) -> Expr:
    """The bound: what is smoothed away, and what drawing adds."""
    return B * h**beta + S / sqrt(n * h**d)


def best_width(B, S, n, beta, d) -> Expr:
    """The bandwidth at which it is least."""
    return (d * S / (2 * beta * B)) ** (2 / (2 * beta + d)) * n ** (-1 / (2 * beta + d))


@claim(
    source="textbook: bias against spread, as in Devroye & Gyorfi, as commonly quoted; derived: its minimum",
    mutants={
        "d and beta changed over": lambda B, S, n, beta, d: best_width(B, S, n, d, beta),
        "a tenth more": lambda B, S, n, beta, d: Rational(11, 10) * best_width(B, S, n, beta, d),
    },
)
def kde_rate_best(B=Positive(), S=Positive(), n=Integers(1, notable=(100,)), beta=SMOOTH, d=PLANE):
    """B h^beta + S/sqrt(n h^d) is least at h = (d S/(2 beta B))^(2/(2 beta + d)) n^(-1/(2 beta + d)), beta = 1/2 or 2.

    From a hundredth of it on: at 0 there is a pole.

    No simulation: a bound in closed form.
    """
    lowest = best_width(B, S, n, beta, d)
    return FallsThenRises(both(x_, B, S, n, beta, d), (x_, lowest / 100, oo), peak=lowest, chart=x_ ** (beta + d / 2))


@claim(
    source="textbook: bias against spread, as in Devroye & Gyorfi, as commonly quoted; derived: its minimum",
    mutants={
        "n^(-beta/(beta + d))": lambda B, S, n, beta, d: (
            (1 + 2 * beta / d) * B * (d * S / (2 * beta * B)) ** (2 * beta / (2 * beta + d)) * n ** (-beta / (beta + d))
        ),
    },
)
def kde_rate_holder(
    B=Positive(notable=(1,)),
    S=Positive(notable=(1,)),
    n=Integers(1, notable=(100,)),
    beta=Positive(notable=(half, 2)),
    d=Integers(1, notable=(2,)),
):
    """There it is (1 + 2 beta/d) B (d S/(2 beta B))^(2 beta/(2 beta + d)) n^(-beta/(2 beta + d)), for every beta > 0 and d.

    No simulation: a bound in closed form.
    """
    rate = beta / (2 * beta + d)
    constant = (1 + 2 * beta / d) * B * (d * S / (2 * beta * B)) ** (2 * rate)
    return Eq(both(best_width(B, S, n, beta, d), B, S, n, beta, d), constant * n**-rate)


# ---- limits of exact errors -----------------------------------------------------------------------------------------


@claim(
    source="derived: expansion of the exact error; a jump costs h/12 in a coordinate, to the first order",
    mutants={
        "as of one coordinate": lambda c: 1 / (2 * c) + c / 12,
        "twice the jumps": lambda c, d: (2 * c) ** -d + 2 * d * half ** (d - 1) * c / 12,
        "the rate of a kink": lambda n, c, d: n ** Rational(1, 10) * ((2 * c) ** -d + d * half ** (d - 1) * c / 12),
    },
)
def kde_rate_jump(n=Integers(30, notable=(1000, 10**12)), c=WIDTH, d=PLANE):
    """Boxes, a uniform truth on (-1, 1)^d, h = c n^(-1/(1 + d)): n^(1/(1 + d)) MISE tends to (2c)^(-d) + d 2^(1 - d) c/12.

    The smoothness is 1/2, for the truth has jumps. What is left is of the order n^(-1/(1 + d)).
    """
    rate = 1 / (1 + Integer(d))
    scaled = n**rate * error_of(n, ("box", "uniform"), c * n**-rate, 1, d=d)
    return Tends(scaled, (n, 30, oo), (2 * c) ** -d + d * half ** (d - 1) * c / 12, rate=2 * n**-rate)


@claim(
    source="derived: expansion of the exact error; a kink costs h^3/4 in a coordinate, to the third order",
    mutants={
        "as of one coordinate": lambda c: 1 / (4 * c) + c**3 / 4,
        "the second derivative of a smooth truth": lambda c, d: (4 * c) ** -d + d * c**4 / Integer(4) ** d,
        "the rate of a smooth truth": lambda n, c, d: (
            n ** Rational(1, 20) * ((4 * c) ** -d + d * c**3 / Integer(4) ** d)
        ),
    },
)
def kde_rate_kink(n=Integers(30, notable=(1000, 10**16)), c=WIDTH, d=PLANE):
    """Laplace kernel and truth in d dimensions, h = c n^(-1/(3 + d)): n^(3/(3 + d)) MISE tends to (4c)^(-d) + d c^3/4^d.

    The smoothness is 3/2, for the truth has a kink. What is left is of the order n^(-1/(3 + d)).
    """
    rate = 1 / (3 + Integer(d))
    scaled = n ** (3 * rate) * error_of(n, LAPLACE, c * n**-rate, 1, d=d)
    return Tends(scaled, (n, 30, oo), (4 * c) ** -d + d * c**3 / Integer(4) ** d, rate=4 * n**-rate)


@claim(
    source="the rate n^(-4/5) of smooth densities, taken for that of all",
    expected="fails",
    corrected="kde-rate-kink",
)
def kde_rate_kink_smooth(n=Points(10**12, 10**16)):
    """Laplace kernel and truth on the line, h = n^(-1/5): the error of a fit is at most n^(-4/5)/2."""
    n = Integer(n)
    return Le(error_of(n, LAPLACE, n ** Rational(-1, 5), 1), n ** Rational(-4, 5) / 2)


# ---- total variation ------------------------------------------------------------------------------------------------


@claim(
    source="derived: the bound of `kde-tv-explicit-upper` and `kde-tv-space`, expanded in 1/n",
    mutants={
        "the noise of one fit": lambda c, t, d: scaled_limit(c, 1, d) * (2 if t == 1 else 1),
        "the rate of the line": lambda n, c, t, d: n ** Rational(1, 15) * scaled_limit(c, t, d),
    },
)
def kde_rate_tv(n=Integers(1000, notable=(1000, 10**20)), c=WIDTH, t=Points(1, 3), d=Points(2, 3)):
    """The bound on E TV, h = c n^(-1/(d + 4)): times n^(2/(d + 4)) it tends to t c^2 sqrt(2d)/4 + sum_j (2/(j c^2))^(d/4)/2.

    j = 1, ..., t; Gaussian kernels around points of N(0, I). No simulation: a bound in closed form.
    """
    rate = 1 / (4 + Integer(d))
    h = c * n**-rate
    bound = bias(h, d, t) + noise_bound(n, h, t, d=d)
    return Tends(n ** (2 * rate) * bound, (n, 1000, oo), scaled_limit(c, t, d), rate=40 * t**2 * n ** (-2 * rate))


def scaled_limit(c, t, d) -> Expr:
    """The limit of the bound."""
    spread = Add(*((2 / (Integer(j) * c**2)) ** (d / Integer(4)) for j in range(1, int(t) + 1)))
    return t * c**2 * sqrt(2 * d) / 4 + spread / 2


# ---- the best bandwidth in the loop, beside real data ---------------------------------------------------------------


def kernels(b, t: int) -> Expr:
    """The expected number of kernels of a lineage, t retrainings after a fit to real points; b: the synthetic share."""
    return Add(*(b**k for k in range(t + 1)))


def fresh_spread(b, t: int) -> Expr:
    """N 2 sqrt(pi) h times the integral of the variance, to the first order: new noise in every fit, smoothed since."""
    new = Add(*(b ** (2 * (k - 1)) / sqrt(Integer(k)) for k in range(1, t + 1)))
    return new + b ** (2 * t) / (1 - b) / sqrt(Integer(t + 1))


def fixed_spread(b, t: int) -> Expr:
    """The same where the real points stay: their noise comes in again at every fit, and is less and less smoothed."""
    new = Add(*(b ** (2 * k - 1) / sqrt(Integer(k)) for k in range(1, t + 1)))
    ways = {k: (1 - b) * b ** (k - 1) for k in range(1, t + 1)} | {t + 1: b**t}
    again = Add(*(v * w / sqrt(Integer(j + k)) for j, v in ways.items() for k, w in ways.items()))
    return new + sqrt(2) * again / (1 - b)


BESIDE = {"fresh": (FreshReal, fresh_spread), "fixed": (FixedReal, fixed_spread)}


def beside(c, k, t, real) -> Expr:
    """The limit of n^(4/5) MISE with h = c n^(-1/5), k synthetic points for every real one."""
    b, t = k / (1 + Integer(k)), int(t)
    return (1 - b) * BESIDE[real][1](b, t) / (2 * sqrt(pi) * c) + 3 * kernels(b, t) ** 2 * c**4 / (32 * sqrt(pi))


@claim(
    source="derived: expansion of the exact error in 1/n: lineages, and the number of their kernels",
    mutants={
        "the other real points": lambda c, case, real: beside(c, case[0], case[1], other(real)),
        "a retraining less": lambda c, case, real: beside(c, case[0], int(case[1]) - 1, real),
    },
)
def kde_loop_beside_real(
    n=Integers(1000, notable=(1000, 10**20)), c=WIDTH, case=Points((3, 1), (1, 2)), real=Points(*BESIDE)
):
    """n real points beside k n synthetic ones, h = c n^(-1/5): n^(4/5) MISE tends to s/(2 sqrt(pi) c) + B^2 c^4 R/4.

    R = 3/(8 sqrt(pi)); with b = k/(1 + k): B = 1 + b + ... + b^t. s: of fresh real points (1 - b) (1 + b^2/sqrt(2) + ... +
    b^(2t - 2)/sqrt(t)) + b^(2t)/sqrt(t + 1); of those that stay (1 - b) (b + b^3/sqrt(2) + ... + b^(2t - 1)/sqrt(t)), and
    sqrt(2) times the sum of w_i w_j/sqrt(i + j), w_i = (1 - b) b^(i - 1), w_(t + 1) = b^t. What is left is of the order n^(-1/5).
    A case is (k, t).
    """
    k, t = case
    policy = BESIDE[real][0](k * n)
    fifth = Rational(1, 5)
    scaled = n ** (4 * fifth) * error(n, c * n**-fifth, t, policy, "fit")
    return Tends(scaled, (n, 1000, oo), beside(c, k, t, real), rate=10 * n**-fifth)


def best_beside(s, B) -> Expr:
    """c of the best bandwidth c n^(-1/5)."""
    return (4 * s / (3 * B**2)) ** Rational(1, 5)


def bandwidth_beside(n, k, t, sigma0, real: str) -> Expr:
    """The bandwidth at which the limit is least."""
    b = k / (1 + Integer(k))
    s = (1 - b) * BESIDE[real][1](b, int(t))
    return best_beside(s, kernels(b, int(t))) * n ** -Rational(1, 5) * sigma0


@formula(claim="kde-loop-bandwidth")
def bandwidth_beside_fresh(
    n: Integers(2), k: Listed(Integers(1, 1000)), t: Listed(Integers(1, 100)), sigma0: Positive = 1
) -> Expr:
    """The bandwidth with which the error is least after t retrainings on n fresh real points and k n synthetic ones, n large.

    In the units of sigma0, the truth being N(0, sigma0^2). Source: derived.
    """
    return bandwidth_beside(n, k, t, sigma0, "fresh")


@formula(claim="kde-loop-bandwidth")
def bandwidth_beside_fixed(
    n: Integers(2), k: Listed(Integers(1, 1000)), t: Listed(Integers(1, 30)), sigma0: Positive = 1
) -> Expr:
    """The bandwidth with which the error is least after t retrainings on n real points that stay and k n synthetic ones, n large.

    In the units of sigma0, the truth being N(0, sigma0^2). Source: derived.
    """
    return bandwidth_beside(n, k, t, sigma0, "fixed")


@claim(
    source="derived: minimum of the limit over the bandwidth; s = B = 1 is the rule of Wand & Jones",
    mutants={
        "as of one fit": lambda s: (4 * s / 3) ** Rational(1, 5),
        "B in place of B^2": lambda s, B: best_beside(s, sqrt(B)),
    },
)
def kde_loop_bandwidth(s=Positive(notable=(half,)), B=Positive(notable=(2,))):
    """Beside real data the limit is least at c = (4 s/(3 B^2))^(1/5): B is the expected number of kernels of a lineage.

    s and B are those of `kde-loop-beside-real`. From a hundredth of it on: at 0 there is a pole.

    No simulation: a limit in closed form.
    """
    lowest = best_beside(s, B)
    limit = s / (2 * sqrt(pi) * x_) + 3 * B**2 * x_**4 / (32 * sqrt(pi))
    return FallsThenRises(limit, (x_, lowest / 100, oo), peak=lowest, chart=x_**5)


@claim(
    source="'the bandwidth of one fit serves in the loop as well'",
    expected="fails",
    corrected="kde-loop-bandwidth",
)
def kde_loop_bandwidth_once(n=Points(10**10, 10**20), real=Points(*BESIDE)):
    """n real points beside n synthetic ones, two retrainings: the best bandwidth of a fit to n points is as good as any."""
    n, (policy, spread) = Integer(n), BESIDE[real]
    once, best = (
        c * n ** Rational(-1, 5)
        for c in (best_beside(Integer(1), Integer(1)), best_beside(spread(half, 2) / 2, kernels(half, 2)))
    )
    return Le(error(n, once, 2, policy(n), "fit"), error(n, best, 2, policy(n), "fit"))
