"""Kernel density estimates fitted to draws from each other: the loop and its theorems (Fu et al., 2402.11778, and derived).

A draw from a kernel density estimate is one of its n points and Gaussian noise of standard deviation h, the bandwidth. So the
expected density is smoothed once more in every generation; the fitted densities of a history hardly spread, once their variance
is n h^2, and wander instead. The expected squared error is that of kernels whose points have common ancestors.

Time: `loop.model(0)` is what the loop is handed (the truth, N(mu0, sigma0^2)); `loop.model(t)` is after t fits. With start="fit"
model 0 is fitted to real points only, and model t is after t retrainings.
"""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

from __future__ import annotations

from sympy import Add, Eq, Expr, Ge, Integer, Le, Rational, Sum, Symbol, oo, pi, sqrt, sympify
from sympy.core.symbol import Str

from .language.claims import claim
from .language.domains import Integers, Points, Positive, Reals
from .language.laws import Normal
from .language.loops import CLOCK, Loop, Observable, arguments, observable
from .language.moments import ISE, TV, E, Tends, Var
from .language.policies import FreshReal, Replace
from .proof.lemmas import jensen_distance


class KernelLoop(Loop):
    """A Gaussian kernel density estimate is fitted to draws from the one before it, again and again.

    n: draws from the last model.  h: bandwidth, not chosen from the data; it may change with `CLOCK`, the number of the fit.
    policy: `Replace()`, or `FreshReal(m)`: beside m real points, new in every generation.
    start: "truth", or "fit": the loop is handed an estimate from real points, m of them, or n if there are none later.
    sigma0, mu0: standard deviation and mean of the truth, a Gaussian.

    Observables: mean(t) and variance(t) of the fitted density, density(t, x), draw(t[, index]); ISE and TV of
    `loop.model(t)` from a Gaussian.
    """

    latex_names = {"mean": r"\bar x", "variance": "V", "draw": "X"}  # noqa: RUF012
    positive = frozenset({"variance"})
    joint_points = tuple({"n": n, "t": t} for n, t in ((20, 3), (50, 10), (20, 1), (5, 2), (10, 0), (2, 5)))

    def __new__(cls, n, h, policy=None, start="truth", sigma0=1, mu0=0):
        policy = Replace() if policy is None else policy
        if type(policy) not in (Replace, FreshReal):
            raise ValueError(f"policy={policy}: expected Replace() or FreshReal(m)")
        if str(start) not in ("truth", "fit"):
            raise ValueError(f"start={start!r}: expected 'truth' or 'fit'")
        return Loop.__new__(cls, sympify(n), sympify(h), policy, Str(str(start)), sympify(sigma0), sympify(mu0))

    n, h, policy, start, sigma0, mu0 = arguments(6)
    m = property(lambda self: self.policy.m if isinstance(self.policy, FreshReal) else Integer(0))

    def refuses(self) -> str | None:
        if not (self.n.is_Integer and self.n >= 1 and self.m.is_Integer and self.m >= 0):
            return f"n = {self.n}, m = {self.m}: at least one draw, and no fewer than 0 real points"
        if self.fitted and self.m == 0 and isinstance(self.policy, FreshReal):
            return "no real points to begin with"
        for name, x in (("h", self.h.xreplace({CLOCK: Integer(1)})), ("sigma0", self.sigma0)):
            if not x.is_positive:
                return f"{name} = {x} is not positive"
        return "model 0 has no number: a bandwidth that changes" if self.fitted and self.h.has(CLOCK) else None

    @property
    def fitted(self) -> bool:
        return str(self.start) == "fit"

    @property
    def truth(self) -> Normal:
        return Normal(self.mu0, self.sigma0**2)

    @property
    def pool(self) -> tuple:
        first = (self.m if isinstance(self.policy, FreshReal) else self.n) if self.fitted else None
        return self.n, self.m, self.h**2, first

    mean = observable("mean")
    variance = observable("variance")

    def density(self, t, x) -> Observable:
        """The fitted density at x after t fits."""
        return Observable(self, "density", t, x)

    def distance(self, word: str, t, law) -> Expr | None:
        if word in ("ISE", "TV") and isinstance(law, Normal):
            return Observable(self, word, t, law.mean, law.variance)
        return None

    def standard(self) -> KernelLoop:
        return self.func(self.n, self.h / self.sigma0, self.policy, self.start)

    def rescale(self, observable: Observable) -> Expr:
        """Shifting and scaling the truth and the kernels shifts and scales every later model."""
        loop, name, t, index = self.standard(), observable.name, observable.t, observable.index
        match name:
            case "density":
                return loop.density(t, (index[0] - self.mu0) / self.sigma0) / self.sigma0
            case "ISE" | "TV":
                law = (index[0] - self.mu0) / self.sigma0, index[1] / self.sigma0**2
                return Observable(loop, name, t, *law) / (self.sigma0 if name == "ISE" else 1)
            case "variance":
                return self.sigma0**2 * loop.variance(t)
            case _:
                return self.mu0 + self.sigma0 * Observable(loop, name, t, *index)


# ---- shorthand ------------------------------------------------------------------------------------------------------

FU = "Fu et al. 2402.11778"
half = Rational(1, 2)
j_ = Symbol("j", integer=True, positive=True)
k_ = Symbol("k", integer=True, positive=True)
N01 = Normal(0, 1)


def phi(v) -> Expr:
    """The density of N(0, v) at 0."""
    return 1 / sqrt(2 * pi * v)


def error(n, h, t, policy=None, start="truth") -> Expr:
    """The mean integrated squared error of model t, the truth being N(0, 1)."""
    loop = KernelLoop(n, h, policy, start)
    return E(ISE(loop.model(t), loop.truth))


# ---- the expected density -------------------------------------------------------------------------------------------


@claim(
    source=f"derived; kernel density estimates as in {FU}",
    mutants={
        "bandwidths add": lambda h, t, x, sigma0: Normal(0, sigma0**2 + t**2 * h**2).density(x),
        "smoothed once only": lambda h, t, x, sigma0: Normal(0, sigma0**2 + h**2).density(x),
    },
)
def kde_mean_density_convolution(
    n=Integers(1),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Integers(0),
    x=Reals(-10, 10, notable=(0, half)),
    sigma0=Positive(hi=10),
):
    """The expected density is the truth smoothed t times, N(0, sigma0^2 + t h^2), whatever n is."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.density(t, x)), Normal(0, sigma0**2 + t * h**2).density(x))


@claim(
    source=f"derived; kernel density estimates as in {FU}",
    mutants={"bandwidths add": lambda h, t, sigma0: sigma0**2 + t**2 * h**2},
)
def kde_mean_density_convolution_variance(
    n=Integers(1), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()
):
    """A generated point, over all histories, has the variance sigma0^2 + t h^2."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(Var(loop.draw(t)), sigma0**2 + t * h**2)


@claim(mutants={"as if h were kept": lambda h, t: 1 + t * h**2})
def kde_mean_density_convolution_changing(n=Integers(1), h=Positive(notable=(half,)), t=Integers(0, 60)):
    """With the bandwidth h/j in fit number j it is 1 + h^2 (1 + 1/4 + ... + 1/t^2)."""
    return Eq(Var(KernelLoop(n, h / CLOCK).draw(t)), 1 + Sum(h**2 / j_**2, (j_, 1, t)))


# ---- the variance of a fitted density -------------------------------------------------------------------------------


def within(n, h, t, sigma0) -> Expr:
    q = 1 - 1 / n
    return q**t * sigma0**2 + n * h**2 * (1 - q**t)


@claim(
    mutants={
        "the sample variance over n - 1": lambda n, h, t, sigma0: n / (n - 1) * within(n, h, t, sigma0),
        "h^2 once": lambda n, h, t, sigma0: (1 - 1 / n) ** t * sigma0**2 + h**2,
    }
)
def kde_within_variance_saturates(
    n=Integers(2), h=Positive(notable=(half, Rational(1, 10))), t=Integers(0), sigma0=Positive()
):
    """The variance of the fitted density is q^t sigma0^2 + n h^2 (1 - q^t) on average, q = 1 - 1/n: it tends to n h^2."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.variance(t)), within(n, h, t, sigma0))


@claim(mutants={"h^2": lambda h: h**2, "sigma0^2": lambda sigma0: sigma0**2})
def kde_within_variance_saturates_limit(n=Integers(2), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """And it gets there geometrically."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Tends(E(loop.variance(t)), (t, 0, oo), n * h**2, rate=(1 - 1 / n) ** t * (sigma0**2 + n * h**2))


@claim(mutants={"a random walk of steps h/sqrt(n)": lambda n, h, t, sigma0: t * h**2 / n})
def kde_within_variance_saturates_mean(n=Integers(2), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """What is missing is in the mean, that wanders: its variance is sigma0^2 + t h^2 - E V_t."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(Var(loop.mean(t)), sigma0**2 + t * h**2 - within(n, h, t, sigma0))


@claim(
    source="'the variance of a kernel density loop diverges linearly', as commonly quoted",
    expected="fails",
    corrected="kde-within-variance-saturates",
)
def kde_within_variance_saturates_linear(n=Points(20, 50), t=Points(3, 10)):
    """The variance of the fitted density is 1 + t h^2 on average, h = 1/2."""
    return Eq(E(KernelLoop(n, half).variance(t)), 1 + Rational(t) / 4)


# ---- the mean integrated squared error ------------------------------------------------------------------------------


def exact(n, h, t, sigma0, share) -> Expr:
    """The error, the weight of the k-th ancestors being `share(k)`."""
    q, v = 1 - 1 / n, sigma0**2
    met = Sum(share(k_) * phi(2 * k_ * h**2), (k_, 1, t))
    return met + q**t * phi(2 * t * h**2 + 2 * v) - 2 * phi(t * h**2 + 2 * v) + phi(2 * v)


@claim(
    source="derived; one generation is Fryer 1976 (Wand & Jones), as commonly quoted",
    mutants={
        "the newest generation's variance only": lambda n, h, t, sigma0: (
            exact(n, h, t, sigma0, lambda k: 0 * k) + phi(2 * h**2) / n
        ),
        "q^k": lambda n, h, t, sigma0: exact(n, h, t, sigma0, lambda k: (1 - 1 / n) ** k / n),
        "no generation forgotten": lambda n, h, t, sigma0: exact(n, h, t, sigma0, lambda k: 1 / n),
    },
)
def kde_mise_recursive_exact(
    n=Integers(2),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Integers(0, notable=(3,)),
    sigma0=Positive(hi=10),
):
    """The mean integrated squared error: two kernels meet in a common ancestor k generations back w.p. q^(k - 1)/n."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    form = exact(n, h, t, sigma0, lambda k: (1 - 1 / n) ** (k - 1) / n)
    return Eq(E(ISE(loop.model(t), loop.truth)), form)


@claim(
    source="the errors of the generations, taken to add up",
    expected="fails",
    corrected="kde-mise-recursive-exact",
)
def kde_mise_recursive_exact_fold(t=Points(3, 10)):
    """After t generations the error is t times that after one, n = 20, h = 1/2."""
    return Eq(error(20, half, t), t * error(20, half, 1))


# ---- real data beside ----------------------------------------------------------------------------------------------


def mixed_error(n, m, h, t: int, same=None) -> Expr:
    """A_t(0) - 2 B_t(0) + phi(2): the error after t - 1 retrainings, by recursion over the last pool.

    n, m: real and synthetic points.  same: the probability that two draws have the same point.
    """
    size = n + m
    same = 1 / size if same is None else same
    b = m / size

    def one(s, t: int) -> Expr:
        k = t - 1
        return Add(*((1 - b) * b**i * phi(s + 2 + (i + 1) * h**2) for i in range(k)), b**k * phi(s + 2 + t * h**2))

    def two(s, t: int) -> Expr:
        u = s + 2 * h**2
        if t == 1:
            return phi(u) / n + (1 - 1 / n) * phi(u + 2)
        if same != 1 / size:  # points of an i.i.d. mixture
            return same * phi(u) + (1 - same) * (
                (1 - b) ** 2 * phi(u + 2) + 2 * b * (1 - b) * one(u, t - 1) + b**2 * two(u, t - 1)
            )
        apart = n * (n - 1) * phi(u + 2) + 2 * n * m * one(u, t - 1) + m * (m - 1) * two(u, t - 1)
        return same * phi(u) + apart / size**2

    return two(0, t) - 2 * one(0, t) + phi(2)


@claim(
    mutants={
        "points drawn from the mixture, their numbers random": lambda n, m, h, t: mixed_error(
            n, m, h, t, same=1 / (n + m + 0 * h) + 0 * t
        ),
    }
)
def kde_mixed_mise_exact(
    n=Integers(1, notable=(10, 50)),
    m=Integers(1, notable=(30, 50)),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Points(1, 2, 4),
):
    """n fresh real points beside m synthetic ones: the error of model t = 1, 2, ... by recursion (first fit real only)."""
    return Eq(error(m, h, t - 1, FreshReal(n), "fit"), mixed_error(n, m, h, t))


# ---- total variation ------------------------------------------------------------------------------------------------


def smoothed(h, t) -> Normal:
    """The expected density."""
    return Normal(0, 1 + t * h**2)


@claim(
    source="derived (Jensen)",
    proof=jensen_distance(),
    trivial=1,
    mutants={"bandwidths add": lambda h, t: TV(Normal(0, 1 + 4 * t**2 * h**2), N01)},
)
def kde_tv_lower_bound(
    n=Integers(1, notable=(20, 200)), h=Positive(hi=10, notable=(Rational(2, 5), half)), t=Integers(1, notable=(5,))
):
    """The expected distance in total variation is at least that of the expected density, from smoothing alone."""
    loop = KernelLoop(n, h)
    return Ge(E(TV(loop.model(t), N01)), TV(smoothed(h, t), N01))


@claim(
    source="the bias of smoothing, taken for the error",
    expected="fails",
    corrected="kde-tv-lower-bound",
)
def kde_tv_lower_bound_reached(n=Points(20, 200)):
    """After 5 generations with h = 2/5 the smoothing is all: no more than its distance in total variation."""
    return Le(E(TV(KernelLoop(n, Rational(2, 5)).model(5), N01)), TV(smoothed(Rational(2, 5), 5), N01))


__all__ = ["KernelLoop"]
