"""The bound U_t that the triangle inequality gives, and its phase transition."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Gt,
    Le,
    Lt,
    Rational,
    oo,
    pi,
    sqrt,
)

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Listed
from ..language.loops import Loop, coordinate
from ..language.moments import TV, E, RisesThenFalls
from ..proof.formulas import formula
from .common import FU, all_real, geometric, half, m_, place, quoted, threshold


@formula(claim="mixing-phase-transition-threshold")
def tv_threshold(n: Positive, t: Listed(Integers(1, 100)), a: Listed(Probability) = half) -> Expr:
    """The number m of synthetic points beyond which more of them lower the bound U_t on total variation; below, they raise it.

    U_t = c (n + m)^(-a) (1 - b^(t + 1))/(1 - b), b = m/(n + m): a first fit and t retrainings, each of n real and m synthetic
    points; a fit to N points is off by c N^(-a). A real number, a root of a polynomial times n.
    The claim decides t = 1, 2, 5, 10 and a = 1/2, 2/5, 1/3.
    Source: derivative of the bound; an exact version of the rise and fall of Fu et al. 2402.11778, as commonly quoted.
    """
    return place(n, threshold(a, t))


@formula(claim="mixing-tv-geometric-bound")
def tv_bound(s: Positive, b: Probability, t: Integers(0)) -> Expr:
    """The bound U_t on total variation after t retrainings: every fit adds s, and the share b is synthetic.

    U_0 = s, the error of the first fit; U_t = s + b U_(t - 1).
    Source: after Fu et al. 2402.11778, as commonly quoted.
    """
    return s * (1 - b ** (t + 1)) / (1 - b)


def bound(n, m, a, t: int) -> Expr:
    """U_t, in units of c."""
    return (n + m) ** -a * geometric(m / (n + m), t)


class BoundLoop(Loop):
    """The recursion of the bound: a fit adds s, and a share b of what was wrong before stays: U' = s + b U.

    Observables: U(t), from U(0) = s.
    Source: after Fu et al. 2402.11778.
    """

    s: Reals
    b: Reals

    U = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"U": self.s}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"U": self.s + self.b * state["U"]}


@claim(
    source=f"{quoted('real data beside the last model')}; a geometric sum",
    mutants={
        "errors added in squares": lambda s, b, t: s * (1 - b ** (2 * t + 2)) / (1 - b**2),
        "a retraining fewer": lambda s, b, t: s * (1 - b**t) / (1 - b),
    },
)
def mixing_tv_geometric_bound(s=Positive(notable=(Rational(1, 10),)), b=Probability(notable=(half,)), t=Integers(0)):
    """Errors that are systematic add up to s (1 - b^(t + 1))/(1 - b).

    No simulation: a recursion in which nothing is random.
    """
    return Eq(BoundLoop(s, b).U(t), tv_bound(s, b, t))


@claim(
    source=f"derived: the exact Gaussian loop under the bound of {FU}; a = 1/2, c = 1/pi",
    mutants={"a sixth of it": lambda n, m, t: geometric(m / (n + m), t) / (6 * pi * sqrt(n + m))},
    unreached={"derivation": "no certificate for the sign of a difference of arctangents"},
)
def mixing_tv_geometric_bound_gaussian(
    n=Integers(1, 1000, notable=(10, 100)), m=Integers(0, 5000, notable=(10, 40, 1000)), t=Points(0, 1, 5, 20)
):
    """In the Gaussian loop with fresh real data, first fitted to N real points, E TV stays below U_t."""
    loop = all_real(n, m)
    return Le(E(TV(loop.model(t), loop.truth)), geometric(m / (n + m), t) / (pi * sqrt(n + m)))


@claim(
    source=f"{FU} (phase transition of the bound, as commonly quoted); where it turns is derived: its derivative in m",
    mutants={
        "a for 1 - a, and a little": lambda n, a, t: place(n, threshold(Rational(6, 7) - a, t)),
        "the threshold of t = 1, and a little": lambda n, a, t: n * (1 - a) / (2 * a) + n / 9,
    },
)
def mixing_phase_transition_threshold(
    n=Positive(notable=(10, 100)), a=Points(half, Rational(2, 5), Rational(1, 3)), t=Points(1, 2, 5, 10)
):
    """For errors c N^(-a), a = 1/2, 2/5, 1/3, and t = 1, 2, 5, 10: the bound U_t rises with m up to n b/(1 - b), then falls.

    U_t is the bound after t = 1, 2, 5 or 10 retrainings on n real and m synthetic points, b the root in (0, 1) at which its
    derivative in the share m/(n + m) is 0. No simulation: a bound, of which nothing is random.
    """
    return RisesThenFalls(bound(n, m_, a, t), (m_, 0, oo), peak=tv_threshold(n, t, a), chart=m_ / (n + m_))


@claim(source="derived: derivative of the bound in m", mutants={"n/2": lambda n, a: n / 2 + n / (5 * a)})
def mixing_phase_transition_threshold_once(
    n=Positive(notable=(10, 100)), a=Points(half, Rational(2, 5), Rational(1, 3))
):
    """After one retraining, for errors c N^(-a), a = 1/2, 2/5 or 1/3, the bound U_t is largest at m* = n (1 - a)/(2 a).

    No simulation: a bound, of which nothing is random.
    """
    peak = n * (1 - a) / (2 * a)
    return RisesThenFalls(bound(n, m_, a, 1), (m_, 0, oo), peak=peak, chart=m_ / (n + m_))


@claim(
    source="derived: derivative of the bound in m",
    where=lambda n, m, a, t: a >= 1,
    mutants={"by a fifth": lambda n, m, a, t: 4 * bound(n, m, a, t) / 5},
    unreached={"derivation": "no certificate for the sign of a difference of powers of a share"},
)
def mixing_phase_transition_threshold_none(
    n=Integers(1, notable=(10,)), m=Integers(0, notable=(5, 40)), a=Points(1, Rational(3, 2), 2), t=Points(1, 2, 5)
):
    """Errors c N^(-a), a = 1, 3/2 or 2: the bound U_t only falls with m, for t = 1, 2 and 5.

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


@claim(
    source=f"derived: the rate of kernel density estimates in L1, put into the threshold of {FU}",
    mutants={"the parametric n/2, and a little": lambda n, d: n / 2 + n / (9 * d)},
)
def kde_phase_transition_rate(n=Positive(notable=(10, 100)), d=Points(1, 2, 3, 10)):
    """For kernel density estimates, a = 2/(d + 4) in d dimensions: one retraining, and U_t is largest at m* = n (d + 2)/4.

    No simulation: a bound, of which nothing is random.
    """
    return RisesThenFalls(
        bound(n, m_, Rational(2, d + 4), 1), (m_, 0, oo), peak=n * Rational(d + 2, 4), chart=m_ / (n + m_)
    )


@claim(
    source="the threshold of a parametric rate, taken for that of kernel density estimates",
    expected="fails",
    corrected="kde-phase-transition-rate",
)
def kde_phase_transition_rate_parametric(d=Points(1, 2)):
    """For kernel density estimates, n = 10, U_t after one retraining falls beyond m = n/2, the threshold of a = 1/2."""
    return RisesThenFalls(bound(10, m_, Rational(2, d + 4), 1), (m_, 0, oo), peak=5, chart=m_ / (10 + m_))


# ---- the first model has seen real data only ------------------------------------------------------------------------


def first_real(n, m, a, t: int) -> Expr:
    """The bound of model t = 1, 2, ..., in units of c n^(-a), if the first model is fitted to the n real points only."""
    b = m / (n + m)
    return (1 - b) ** (a - 1) * (1 - b ** (t - 1)) + b ** (t - 1)


@claim(
    source="derived: derivative of the bound in m",
    mutants={"it rises up to 4 n": lambda n: 4 * n, "up to 2 n": lambda n: 2 * n},
)
def mixing_threshold_first_model_real_only(n=Positive(notable=(10,))):
    """The second model, a = 1/2: the bound rises up to m* = 3 n.

    No simulation: a bound, of which nothing is random.
    """
    return RisesThenFalls(first_real(n, m_, half, 2), (m_, 0, oo), peak=3 * n, chart=sqrt(n / (n + m_)))


@claim(
    source="derived: from the closed form, (1 - b)^(a - 1) > 1",
    mutants={"above 1.1": lambda n, m, a, t: Rational(11, 10)},
    unreached={"derivation": "no certificate for the sign of a difference of powers of a share"},
)
def mixing_threshold_first_model_real_only_floor(
    n=Integers(1, notable=(10,)),
    m=Integers(1, notable=(1000, 5)),
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
