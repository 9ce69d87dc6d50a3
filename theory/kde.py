"""Kernel density estimates fitted to draws from each other: the loop and its theorems (Fu et al., 2402.11778, and derived).

A draw from a kernel density estimate is one of its n points and Gaussian noise of standard deviation h, the bandwidth. So the
expected density is smoothed once more in every generation; the fitted densities of a history hardly spread, once their variance
is n h^2, and wander instead. The expected squared error is that of kernels whose points have common ancestors.

Time: `loop.model(0)` is what the loop is handed (the truth, N(mu0, sigma0^2)); `loop.model(t)` is after t fits. With start="fit"
model 0 is fitted to real points only, and model t is after t retrainings.
"""

from __future__ import annotations

from sympy import Add, And, Eq, Expr, Ge, Integer, Le, Lt, Rational, Sum, Symbol, oo, pi, sqrt

from .language.claims import claim
from .language.domains import Integers, Points, Positive, Reals
from .language.errors import BadInput
from .language.fields import Listed
from .language.laws import Normal
from .language.loops import CLOCK, Loop, Observable, observable
from .language.moments import ISE, TV, E, FallsThenRises, Tends, Var
from .language.policies import LOOKED_AT, FreshReal, Replace
from .language.structures import Lineage, Symmetry
from .proof.formulas import formula
from .proof.relations.lemmas import jensen_distance


class KernelLoop(Loop):
    """A Gaussian kernel density estimate is fitted to draws from the one before it, again and again.

    n: real points of a fit, where the policy has some beside the model's; else draws from the last model.
    h: bandwidth, not chosen from the data; it may change with `CLOCK`, the number of the fit.
    policy: `Replace()`, or `FreshReal(synthetic)`: so many draws beside the real points, which are new in every generation.
    start: "truth", or "fit": the loop is handed an estimate from n real points.
    sigma0, mu0: standard deviation and mean of the truth, a Gaussian.

    Observables: mean(t) and variance(t) of the fitted density, density(t, x), draw(t[, index]); ISE and TV of
    `loop.model(t)` from a Gaussian.
    Source: the setting is that of Kazdan et al. 2410.16713 and Fu et al. 2402.11778.
    """

    n: Integers(1)
    h: Positive
    policy: Replace | FreshReal = Replace()
    start: Points("truth", "fit") = "truth"
    sigma0: Positive = 1
    mu0: Reals = 0

    mean = observable(r"\bar x")
    variance = observable("V", positive=True)

    joint_points = tuple({"n": n, "t": t} for n, t in ((20, 3), (10, 10), (2, 1), (2, 2), (10, 0), (20, 1), (2, 30)))

    def refuses(self) -> str | None:
        if reason := super().refuses():
            return reason
        for fit in range(1, LOOKED_AT + 1 if self.h.has(CLOCK) else 1):
            h = self.h.xreplace({CLOCK: Integer(fit)})
            if not (h.is_positive or h.free_symbols):
                return f"a bandwidth of {h} in fit number {fit}: it has to be positive"
        return "model 0 has no number: a bandwidth that changes" if self.fitted and self.h.has(CLOCK) else None

    @property
    def drawn(self) -> Expr:
        """The number of draws from the last model in a fit."""
        return self.policy.synthetic if isinstance(self.policy, FreshReal) else self.n

    @property
    def real(self) -> Expr:
        """The number of real points in a fit."""
        return self.n if isinstance(self.policy, FreshReal) else Integer(0)

    def bandwidth(self, fit: int) -> Expr:
        """That of a fit. Raises `BadInput` where it is not positive."""
        h = self.h.xreplace({CLOCK: Integer(fit)})
        if not h.is_positive:
            raise BadInput(f"{self}: a bandwidth of {h} in fit number {fit}; it has to be positive")
        return h

    @property
    def fitted(self) -> bool:
        return self.start == "fit"

    @property
    def truth(self) -> Normal:
        return Normal(self.mu0, self.sigma0**2)

    @property
    def definition(self) -> Lineage:
        return Lineage(self.real, self.drawn, self.h**2, self.n if self.fitted else None)

    def density(self, t, x) -> Observable:
        """The fitted density at x after t fits."""
        return Observable(self, "density", t, x)

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth and the kernels shifts and scales every later model."""
        loop, mu0, sigma0 = self.func(self.n, self.h / self.sigma0, self.policy, self.start), self.mu0, self.sigma0

        def density(o: Observable) -> Expr:
            return loop.density(o.t, (o.index[0] - mu0) / sigma0) / sigma0

        def distance(o: Observable) -> Expr:
            law = (o.index[0] - mu0) / sigma0, o.index[1] / sigma0**2
            return Observable(loop, o.name, o.t, *law) / (sigma0 if o.name == "ISE" else 1)

        point = mu0, sigma0
        return Symmetry(
            loop, mean=point, draw=point, variance=(0, sigma0**2), density=density, ISE=distance, TV=distance
        )


# ---- shorthand ------------------------------------------------------------------------------------------------------

FU = "Fu et al. 2402.11778"
half = Rational(1, 2)
j_ = Symbol("j", integer=True, positive=True)
k_ = Symbol("k", integer=True, positive=True)
N01 = Normal(0, 1)


def phi(v) -> Expr:
    """The density of N(0, v) at 0."""
    return 1 / sqrt(2 * pi * v)


def error(n, h, t, policy=Replace(), start="truth") -> Expr:
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
def kde_mean_density_convolution_variance(n=Integers(1), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """A generated point, over all histories, has the variance sigma0^2 + t h^2."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(Var(loop.draw(t)), sigma0**2 + t * h**2)


@claim(
    source="derived: every fit convolves the mean density with its kernel",
    mutants={"as if h were kept": lambda h, t: 1 + t * h**2},
)
def kde_mean_density_convolution_changing(n=Integers(1), h=Positive(notable=(half,)), t=Integers(0, 60)):
    """With the bandwidth h/j in fit number j it is 1 + h^2 (1 + 1/4 + ... + 1/t^2)."""
    return Eq(Var(KernelLoop(n, h / CLOCK).draw(t)), 1 + Sum(h**2 / j_**2, (j_, 1, t)))


# ---- the variance of a fitted density -------------------------------------------------------------------------------


@formula(claim="kde-within-variance-saturates")
def expected_variance(n: Integers(2), h: Positive, t: Integers(0), sigma0: Positive = 1) -> Expr:
    """The mean variance of the fitted density after t generations of n points, bandwidth h; it tends to n h^2.

    In the units of sigma0 squared. Source: derived, an affine recursion.
    """
    q = 1 - 1 / n
    return q**t * sigma0**2 + n * h**2 * (1 - q**t)


@claim(
    source="derived: affine recursion of the expected variance",
    mutants={
        "the sample variance over n - 1": lambda n, h, t, sigma0: n / (n - 1) * expected_variance(n, h, t, sigma0),
        "h^2 once": lambda n, h, t, sigma0: (1 - 1 / n) ** t * sigma0**2 + h**2,
    },
)
def kde_within_variance_saturates(
    n=Integers(2), h=Positive(notable=(half, Rational(1, 10))), t=Integers(0), sigma0=Positive()
):
    """The variance of the fitted density is q^t sigma0^2 + n h^2 (1 - q^t) on average, q = 1 - 1/n: it tends to n h^2."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.variance(t)), expected_variance(n, h, t, sigma0))


@claim(
    source="derived: affine recursion of the expected variance",
    mutants={"h^2": lambda h: h**2, "sigma0^2": lambda sigma0: sigma0**2},
)
def kde_within_variance_saturates_limit(n=Integers(2), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """And it gets there geometrically."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Tends(E(loop.variance(t)), (t, 0, oo), n * h**2, rate=(1 - 1 / n) ** t * (sigma0**2 + n * h**2))


@claim(
    source="derived: law of total variance",
    mutants={"a random walk of steps h/sqrt(n)": lambda n, h, t, sigma0: t * h**2 / n},
)
def kde_within_variance_saturates_mean(n=Integers(2), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """What is missing is in the mean, that wanders: its square is sigma0^2 + t h^2 - E V_t on average (the truth's is 0)."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.mean(t) ** 2), sigma0**2 + t * h**2 - expected_variance(n, h, t, sigma0))


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


@formula(claim="kde-mise-recursive-exact")
def mise(n: Integers(2), h: Positive, t: Integers(0), sigma0: Positive = 1) -> Expr:
    """The mean integrated squared error of the estimate after t generations of n points; the truth is N(0, sigma0^2).

    h: the bandwidth. In units of 1/sigma0. Source: derived; one generation is Fryer 1976, as commonly quoted.
    """
    return exact(n, h, t, sigma0, lambda k: (1 - 1 / n) ** (k - 1) / n)


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
    return Eq(E(ISE(loop.model(t), loop.truth)), mise(n, h, t, sigma0))


@claim(
    source="the errors of the generations, taken to add up",
    expected="fails",
    corrected="kde-mise-recursive-exact",
)
def kde_mise_recursive_exact_fold(t=Points(3, 10)):
    """After t generations the error is t times that after one, n = 20, h = 1/2."""
    return Eq(error(20, half, t), t * error(20, half, 1))


# ---- many points: the bandwidth ------------------------------------------------------------------------------------

fifth = Rational(1, 5)
c_ = Symbol("c", positive=True)


def roots(t: int) -> Expr:
    """S_t = 1 + 1/sqrt(2) + ... + 1/sqrt(t)."""
    return Add(*(1 / sqrt(Integer(k)) for k in range(1, int(t) + 1)))


def scaled(n, c, t: int) -> Expr:
    """n^(4/5) times the error with h = c n^(-1/5)."""
    return n ** (4 * fifth) * error(n, c * n**-fifth, t)


def asymptotic(c, t, s) -> Expr:
    """Its limit: s/(2 sqrt(pi) c) + t^2 c^4 R/4, s = S_t, R the integral of the squared second derivative of the truth."""
    return s / (2 * sqrt(pi) * c) + 3 * t**2 * c**4 / (32 * sqrt(pi))


@claim(
    source="derived; one generation is the AMISE of Wand & Jones, as commonly quoted",
    mutants={
        "variances add up": lambda c, t: asymptotic(c, t, t + int(t == 1)),
        "biases add up": lambda c, t: asymptotic(c, sqrt(Integer(t)) + int(t == 1), roots(t)),
    },
)
def kde_amise_error_propagation(
    n=Integers(30, notable=(30, 10**20)), c=Reals(half, Rational(3, 2), notable=(1,)), t=Points(1, 10)
):
    """With h = c n^(-1/5) the error is n^(-4/5) (S_t/(2 sqrt(pi) c) + t^2 c^4 R/4), up to n^(-1/5), R = 3/(8 sqrt(pi))."""
    rate = (t + t**3 * c**6) / (3 * n**fifth)
    return Tends(scaled(n, c, t), (n, 30, oo), asymptotic(c, t, roots(t)), rate=rate)


def best(s, t) -> Expr:
    """c of the best bandwidth c n^(-1/5), s = S_t."""
    return (4 * s / (3 * t**2)) ** fifth


@formula(claim="kde-amise-error-propagation-bandwidth")
def best_bandwidth(n: Integers(2), t: Listed(Integers(1, 1000)), sigma0: Positive = 1) -> Expr:
    """The bandwidth with which the error after t generations of n points is least, in the limit of large n.

    In the units of sigma0, the truth being N(0, sigma0^2). Source: derived; t = 1 is the rule of Wand & Jones.
    """
    return best(roots(int(t)), t) * n**-fifth * sigma0


@claim(
    source="derived: minimum of the asymptotic error over the bandwidth",
    mutants={
        "Silverman's 1.06": lambda s, t: Rational(106, 100) * (s / t**2) ** fifth,
        "as after one generation": lambda s, t: (4 * fifth * 5 / 3) ** fifth,
        "(3/4)^(1/5)": lambda s, t: (3 * s / (4 * t**2)) ** fifth,
    },
)
def kde_amise_error_propagation_bandwidth(s=Positive(notable=(roots(3),)), t=Positive(notable=(3,))):
    """The limit is least at c = (4 s/(3 t^2))^(1/5), s = S_t: the best bandwidth after one generation is (4/(3 n))^(1/5).

    From a hundredth of it on: at 0 there is a pole.

    No simulation: a limit in closed form.
    """
    lowest = best(s, t)
    return FallsThenRises(asymptotic(c_, t, s), (c_, lowest / 100, oo), peak=lowest, chart=c_**5)


@claim(
    source="derived: the asymptotic error at its best bandwidth",
    mutants={"linear growth": lambda t: {">=": t}, "less than 3/2 t^(4/5)": lambda t: {"<": 3 * t ** (4 * fifth) / 2}},
)
def kde_amise_error_propagation_growth(t=Integers(2, 200, notable=(3, 10))):
    """The limit with the best bandwidth grows like t^(2/5) S_t^(4/5): more than t^(4/5) fold, less than (2 t)^(4/5) fold.

    No simulation: a limit in closed form.
    """
    s = Sum(1 / sqrt(k_), (k_, 1, t))
    best, first = asymptotic((4 * s / (3 * t**2)) ** fifth, t, s), asymptotic(Rational(4, 3) ** fifth, 1, 1)
    return And(Ge(best / first, t ** (4 * fifth)), Lt(best / first, (2 * t) ** (4 * fifth)))


@claim(
    source="Silverman's rule of thumb, as commonly quoted",
    expected="fails",
    corrected="kde-amise-error-propagation-bandwidth",
)
def kde_amise_error_propagation_rounded(n=Points(10**10, 10**20)):
    """The bandwidth 1.06 n^(-1/5) is as good as any: its error is at most that of (4/3)^(1/5) n^(-1/5)."""
    return Le(error(n, Rational(106, 100) * n**-fifth, 1), error(n, Rational(4, 3) ** fifth * n**-fifth, 1))


@claim(
    source="the errors of the generations, taken to add up",
    expected="fails",
    corrected="kde-amise-error-propagation-growth",
)
def kde_amise_error_propagation_fold(n=Points(10**10, 10**20)):
    """With the best bandwidth for each, the error after 10 generations is at least 9.5 times that after one."""
    best = {t: (4 * roots(t) / (3 * Integer(t) ** 2)) ** fifth for t in (1, 10)}
    return Ge(scaled(n, best[10], 10), Rational(95, 10) * scaled(n, best[1], 1))


# ---- real data beside ----------------------------------------------------------------------------------------------


def mixed_error(n, m, h, t: int, fixed=True) -> Expr:
    """A_t(0) - 2 B_t(0) + phi(2): the error after t - 1 retrainings, by recursion over the last pool.

    n, m: real and synthetic points.  fixed: their numbers; else the points of a retraining are drawn from the mixture.
    """
    size, b = n + m, m / (n + m)
    if fixed:
        real, both, made = n * (n - 1) / size**2, 2 * n * m / size**2, m * (m - 1) / size**2
    else:
        real, both, made = ((1 - 1 / size) * w for w in ((1 - b) ** 2, 2 * b * (1 - b), b**2))

    def one(s, t: int) -> Expr:
        if t == 1:
            return phi(s + 2 + h**2)
        return (1 - b) * phi(s + 2 + h**2) + b * one(s + h**2, t - 1)

    def two(s, t: int) -> Expr:
        u = s + 2 * h**2
        if t == 1:
            return phi(u) / n + (1 - 1 / n) * phi(u + 2)
        return phi(u) / size + real * phi(u + 2) + both * one(u, t - 1) + made * two(u, t - 1)

    return two(0, t) - 2 * one(0, t) + phi(2)


def spread(n, m, h, t) -> Expr:
    """The variance of a generated point after t retrainings: b = m/(n + m), the synthetic share."""
    b = m / (n + m)
    return 1 + h**2 * (1 - b ** (t + 1)) / (1 - b)


@claim(
    source="derived: recursion of the integrated squared error, Gaussian convolutions",
    mutants={
        "points drawn from the mixture, their numbers random": lambda n, m, h, t: mixed_error(n, m, h, t, fixed=False),
        "the error of the first model": lambda n, m, h, t: mixed_error(n, m, h, 1) * (1 + int(t == 1)),
    },
)
def kde_mixed_mise_exact(
    n=Integers(1, notable=(10, 50)),
    m=Integers(1, notable=(30, 50)),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Points(1, 2, 4),
):
    """n fresh real points beside m synthetic ones: the error of model t = 1, 2, ... by recursion (first fit real only)."""
    return Eq(error(n, h, t - 1, FreshReal(m), "fit"), mixed_error(n, m, h, t))


@claim(
    source="derived: affine recursion of the variance of a generated point",
    mutants={
        "the last kernel forgotten": lambda n, m, h, t: spread(n, m, h, t) - h**2,
        "as without real data": lambda h, t: 1 + (t + 1) * h**2 + h**2,
    },
)
def kde_mixed_mise_exact_variance(
    n=Integers(1, notable=(10,)), m=Integers(1), h=Positive(notable=(half,)), t=Integers(0)
):
    """Beside real data smoothing stays bounded: a generated point has the variance 1 + h^2 (1 - b^(t + 1))/(1 - b)."""
    return Eq(Var(KernelLoop(n, h, FreshReal(m), "fit").draw(t)), spread(n, m, h, t))


@claim(
    source="'real data keep the error at that of the real fit'",
    expected="fails",
    corrected="kde-mixed-mise-exact",
)
def kde_mixed_mise_exact_kept(t=Points(5, 10)):
    """30 synthetic points beside 10 fresh real ones, h = 1: the error stays at most that of the first fit, to real data."""
    return Le(error(10, 1, t - 1, FreshReal(30), "fit"), error(10, 1, 0, FreshReal(30), "fit"))


# ---- total variation ------------------------------------------------------------------------------------------------


def smoothed(h, t) -> Normal:
    """The expected density."""
    return Normal(0, 1 + t * h**2)


@claim(
    source="derived (Jensen)",
    proof=jensen_distance(),
    trivial=1,
    mutants={"bandwidths add": lambda h, t: TV(Normal(0, 1 + 4 * t**2 * h**2), N01)},
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
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
    unreached={"ball": "the absolute value of a fitted density's error is not integrated"},
)
def kde_tv_lower_bound_reached(n=Points(20, 200)):
    """After 5 generations with h = 2/5 the smoothing is all: no more than its distance in total variation."""
    return Le(E(TV(KernelLoop(n, Rational(2, 5)).model(5), N01)), TV(smoothed(Rational(2, 5), 5), N01))


__all__ = ["KernelLoop"]
