"""The bound of the recursion, scheme by scheme: how fast it grows with the generations, for errors of any sizes.

e_k is the error of fit k = 1, 2, ..., an expression in `CLOCK`, and U(t) = sum over k <= t of A_(t,k) e_k. Let a fit to n points
cost c n^(-1/2). Where everything is kept and trained on, n k points, e_k is k^(-1/2) times e_1; where a sample of fixed size is
drawn from what is kept, e_k = e_1. A share of real data beside the last model, equal errors: `mixing-tv-geometric-bound`.
"""

from __future__ import annotations

from sympy import Eq, Expr, Le, Lt, Rational, S, Sum, Symbol, gamma, sqrt, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between
from ..language.loops import CLOCK, Loop, coordinate
from ..language.schemes import Accumulated, Balanced, FullySynthetic, MixingScheme, RealAndLast
from .common import ANY, FU, half, quoted

k = Symbol("k", integer=True, positive=True)  # the number of a fit
COROLLARY = f"derived: a corollary of the recursion of {FU}"


class LastModelBoundLoop(Loop):
    """The bound with a share `real` of real data beside the last model (0: fully synthetic): U' = e + (1 - real) U.

    errors: e_k, an expression in CLOCK.  Observables: U(t), of model t; U(0) = 0 is the truth's.
    Source: ours: a corollary of the recursion of Fu et al. 2402.11778.
    """

    errors: Reals
    real: Between(0, 1) = 0

    U = coordinate()

    @property
    def initial(self) -> dict[str, Expr]:
        return {"U": S.Zero}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"U": self.errors + (1 - self.real) * state["U"]}


class _PoolBoundLoop(Loop):
    """Base of those in which a model is trained on several models: the state is the mean of their bounds.

    errors: e_k, an expression in CLOCK.
    Source: ours: a corollary of the recursion of Fu et al. 2402.11778.
    """

    errors: Reals

    mean = coordinate(r"\bar U")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mean": S.Zero}

    @property
    def synthetic(self) -> Expr:
        """The weight of that mean."""
        raise NotImplementedError

    def U(self, t) -> Expr:
        """The bound of model t = 1, 2, ..."""
        return self.errors.xreplace({CLOCK: sympify(t)}) + self.synthetic * self.mean(t - 1)


class AccumulatedBoundLoop(_PoolBoundLoop):
    """The bound with real data and all models kept, in equal shares: U(t) = e_t + the mean of 0, U(1), ..., U(t - 1).

    errors: e_k, an expression in CLOCK.  Observables: mean(t), of 0, U(1), ..., U(t).
    Source: ours: a corollary of the recursion of Fu et al. 2402.11778.
    """

    synthetic = S.One

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        U = self.errors + state["mean"]
        return {"mean": (CLOCK * state["mean"] + U) / (CLOCK + 1)}


class BalancedBoundLoop(_PoolBoundLoop):
    """The bound with a share `real` of real data, the rest in equal shares from all models so far.

    real: the share of real data in every fit.
    U(t) = e_t + (1 - real) times the mean of U(1), ..., U(t - 1), which is 0 at first: model 1 sees real data only.
    errors: e_k, an expression in CLOCK.  Observables: mean(t), of U(1), ..., U(t).
    Source: ours: a corollary of the recursion of Fu et al. 2402.11778.
    """

    real: Between(0, 1) = half

    @property
    def synthetic(self) -> Expr:
        return 1 - self.real

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        U = self.errors + self.synthetic * state["mean"]
        return {"mean": ((CLOCK - 1) * state["mean"] + U) / CLOCK}


def powers(c, a) -> Expr:
    """Errors c k^(-a) of fits k = 1, 2, ..."""
    return c * CLOCK**-a


def harmonic(t) -> Expr:
    """1 + 1/2 + ... + 1/t."""
    return Sum(1 / k, (k, 1, t))


def balanced(r, t) -> Expr:
    """The sum of A_(t,k) where a share r is real, and all models have the same share of the rest."""
    return (1 - (1 - r) * gamma(t - r) / (gamma(1 - r) * gamma(t))) / r


def bounds(scheme: MixingScheme, errors: Expr) -> Loop:
    """The loop of a scheme's bound."""
    match scheme:
        case Accumulated():
            return AccumulatedBoundLoop(errors)
        case Balanced(real=real):
            return BalancedBoundLoop(errors, real)
        case RealAndLast(real=real):
            return LastModelBoundLoop(errors, real)
        case _:
            return LastModelBoundLoop(errors)


@claim(
    source=f"derived: instances of {FU} ({ANY})",
    mutants={
        "errors a generation off": lambda scheme, c, a, t: scheme.bound(
            [0, *(c / sympify(k) ** a for k in range(1, t))]
        )
    },
)
def mixing_scheme_loops(
    scheme=Points(FullySynthetic(), RealAndLast(Rational(1, 4)), Accumulated(), Balanced()),
    c=Positive(),
    a=Points(0, 1, 2),
    t=Points(1, 2, 3, 6),
):
    """The loops of the bounds are the recursion: U(t) is the sum of A_(t,k) e_k, scheme by scheme, for errors c k^(-a).

    No simulation: nothing is random.
    """
    return Eq(bounds(scheme, powers(c, a)).U(t), scheme.bound([c / sympify(k) ** a for k in range(1, t + 1)]))


# ---- nothing but the last model -------------------------------------------------------------------------------------


@claim(
    source=COROLLARY,
    mutants={
        "errors added in squares": lambda c, a, t: c * sqrt(Sum(k ** (-2 * a), (k, 1, t))) / 2,
        "the first is left out": lambda c, a, t: c * Sum(k**-a, (k, 2, t)),
    },
)
def mixing_scheme_fully_synthetic(c=Positive(), a=Reals(notable=(half, 0, 1)), t=Integers(1, notable=(10,))):
    """Fully synthetic: U(t) is the sum of all errors, c (1 + 2^-a + ... + t^-a) for errors c k^(-a).

    No simulation: nothing is random.
    """
    return Eq(LastModelBoundLoop(powers(c, a)).U(t), c * Sum(k**-a, (k, 1, t)))


@claim(source=quoted("fully synthetic"), mutants={"like a root": lambda c, t: c * sqrt(t) / 2})
def mixing_scheme_fully_synthetic_linear(c=Positive(), t=Integers(1, notable=(10,))):
    """Fully synthetic, equal errors: the bound grows linearly, U(t) = c t.

    No simulation: nothing is random.
    """
    return Eq(LastModelBoundLoop(c).U(t), c * t)


def by_sizes(c, p, t) -> Expr:
    """c (1 + the integral of x^(-p/2) from 1 to t), p > 2: what the sum of c k^(-p/2) is at most."""
    a = Rational(p, 2)
    return c * (a - t ** (1 - a)) / (a - 1)


@claim(
    source=f"{quoted('fully synthetic')}; a sum below an integral",
    tight={"t": 1},
    mutants={"a tenth less": lambda c, p, t: Rational(9, 10) * by_sizes(c, p, t)},
)
def mixing_scheme_fully_synthetic_sizes(c=Positive(), p=Points(4, 6), t=Integers(1, notable=(10,))):
    """Fully synthetic, errors c/sqrt(n_k): samples n_k = k^p, p > 2, keep the bound below c p/(p - 2), whatever t.

    For p = 4 and 6: U(t) <= c (p - 2 t^(1 - p/2))/(p - 2). No simulation: nothing is random.
    """
    return Le(LastModelBoundLoop(powers(c, Rational(p, 2))).U(t), by_sizes(c, p, t))


@claim(
    source=f"{COROLLARY}; a sum below an integral",
    tight={"t": 1},
    mutants={"a tenth less": lambda c, t: Rational(9, 10) * by_sizes(c, 3, t)},
)
def mixing_scheme_fully_synthetic_sizes_three(c=Positive(), t=Integers(1, notable=(10,))):
    """Fully synthetic, errors c/sqrt(n_k): samples n_k = k^3 keep the bound below 3 c: U(t) <= c (3 - 2/sqrt(t)).

    No simulation: nothing is random.
    """
    return Le(LastModelBoundLoop(powers(c, Rational(3, 2))).U(t), by_sizes(c, 3, t))


@claim(
    source="'samples that grow faster than linearly are enough', read off the bound",
    expected="fails",
    corrected="mixing-scheme-fully-synthetic-sizes",
)
def mixing_scheme_fully_synthetic_quadratic(t=Points(10, 100, 1000)):
    """Fully synthetic, samples k^2, errors 1/sqrt(n_k): the bound stays below five times the first error.

    It is 1 + 1/2 + ... + 1/t. That the error itself stays bounded is `mixing-dataset-growth-bounded`.
    """
    return Lt(LastModelBoundLoop(powers(1, 1)).U(t), 5)


# ---- real data beside the last model --------------------------------------------------------------------------------


@claim(source=quoted("real data beside the last model"), mutants={"half of it": lambda c, r: c / (2 * r)})
def mixing_scheme_real_and_last_bounded(
    c=Positive(), r=Probability(notable=(half, Rational(1, 4))), t=Integers(1, notable=(10, 100))
):
    """A share r real beside the last model, equal errors: the bound stays below c/r, however often it is retrained.

    No simulation: nothing is random.
    """
    return Lt(LastModelBoundLoop(c, r).U(t), c / r)


# ---- everything kept ------------------------------------------------------------------------------------------------


@claim(
    source=COROLLARY,
    mutants={
        "shares 1/k": lambda c, a, t: c * (t**-a + Sum(k ** (-a) / k, (k, 1, t - 1)) + t**-a / 9),
        "as if replaced": lambda c, a, t: c * Sum(k**-a, (k, 1, t)) + c / t,
    },
)
def mixing_scheme_accumulated(c=Positive(), a=Reals(notable=(half, 0, 1)), t=Integers(1, notable=(10,))):
    """Everything kept: U(t) = e_t + sum over k < t of e_k/(k + 1), an error counts by the share that its model has at first.

    For errors e_k = c k^(-a). No simulation: nothing is random.
    """
    return Eq(AccumulatedBoundLoop(powers(c, a)).U(t), c * (t**-a + Sum(k**-a / (k + 1), (k, 1, t - 1))))


@claim(
    source=quoted("everything kept"),
    tight={"t": 1},
    mutants={"nine tenths of it": lambda c, t: Rational(9, 10) * c * (2 - 1 / sqrt(t))},
)
def mixing_scheme_accumulated_everything(c=Positive(), t=Integers(1, notable=(10, 10**4))):
    """Everything kept and trained on, errors c/sqrt(k): the bound never exceeds c (2 - 1/sqrt(t)), whatever t.

    It is 1.85 c at t = 10^4. No simulation: nothing is random.
    """
    return Le(AccumulatedBoundLoop(powers(c, half)).U(t), c * (2 - 1 / sqrt(t)))


@claim(
    source=quoted("everything kept"),
    mutants={
        "as if replaced": lambda c, t: c * t + c / 9,
        "a generation fewer": lambda c, t: c * Sum(1 / k, (k, 1, t - 1)),
    },
)
def mixing_scheme_accumulated_sample(c=Positive(), t=Integers(1, notable=(10, 10**4))):
    """Everything kept, a sample of fixed size from it: the bound grows like a logarithm, U(t) = c (1 + 1/2 + ... + 1/t).

    It is 9.8 c at t = 10^4. No simulation: nothing is random.
    """
    return Eq(AccumulatedBoundLoop(c).U(t), c * harmonic(t))


@claim(
    source="'keeping all data bounds the error', read off the bound without asking how much of them is trained on",
    expected="fails",
    corrected="mixing-scheme-accumulated-sample",
)
def mixing_scheme_accumulated_sample_bounded(t=Points(100, 1000, 10**4)):
    """Everything kept, a sample of fixed size from it: the bound stays below five times the first error."""
    return Lt(AccumulatedBoundLoop(1).U(t), 5)


# ---- half real, half from all models --------------------------------------------------------------------------------


@claim(
    source=COROLLARY,
    mutants={
        "1 - r for r": lambda c, r, t: c / r * (1 - (1 - r) * gamma(t - 1 + r) / (gamma(r) * gamma(t))) + c / 9,
        "as beside the last model": lambda c, r, t: c * (1 - (1 - r) ** t) / r + c / 9,
    },
)
def mixing_scheme_balanced(c=Positive(), r=Probability(notable=(half, Rational(1, 4))), t=Integers(1, notable=(10,))):
    """A share r real, the rest from all models, equal errors: U(t) = (c/r) (1 - (1 - r) G(t - r)/(G(1 - r) G(t))).

    No simulation: nothing is random.
    """
    return Eq(BalancedBoundLoop(c, r).U(t), c * balanced(r, t))


@claim(source=quoted("balanced"), mutants={"half of it": lambda c, r: c / (2 * r)})
def mixing_scheme_balanced_bounded(
    c=Positive(), r=Probability(notable=(half, Rational(1, 4))), t=Integers(1, notable=(10, 100))
):
    """A share r real, the rest from all models, equal errors: the bound stays below c/r, as beside the last model alone.

    No simulation: nothing is random.
    """
    return Lt(BalancedBoundLoop(c, r).U(t), c / r)
