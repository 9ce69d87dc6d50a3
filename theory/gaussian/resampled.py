"""Points that are no plain draws from the last model: truncated ones, the better of two, resampled ones."""

from __future__ import annotations

from itertools import combinations

from sympy import Abs, Add, Eq, Expr, Integer, Lt, Mul, Rational, erf, exp, oo, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.fields import Listed, Nonnegative
from ..language.laws import Finite, Noise, Normal, Truncated
from ..language.loops import Loop, Observable, coordinate
from ..language.moments import E, Tends
from ..language.structures import Symmetry
from .common import half

N01 = Normal(0, 1)

# ---- truncated draws, the better of two -----------------------------------------------------------------------------


class SelectedGaussianLoop(Loop):
    """Mean and unbiased variance of a Gaussian, refitted to n selected draws mu + sigma z, again and again.

    n: selected draws of a fit.  k: half the width of the window, in standard deviations; "best" makes nothing of it.
    selection: "truncated", z a standard normal draw with |z| < k; or "best", the larger one of two.
    sigma0, mu0: standard deviation and mean of the truth; its points are selected as well.
    Observables: v(t) (the fitted variance), mu(t).
    Source: ours: moments of truncated draws and of the larger of two, as textbooks have them, in a refit of finite size.
    """

    n: Listed(Integers(2))
    selection: Points("truncated", "best") = "truncated"
    k: Positive = 1
    sigma0: Positive = 1
    mu0: Reals = 0

    v = coordinate(r"\sigma^2", positive=True)
    mu = coordinate(r"\mu")

    joint_points = tuple({"t": t} for t in (1, 6, 0, 2, 3, 10))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.sigma0**2, "mu": self.mu0}

    def _drawn(self, j: int) -> Expr:
        """A selected draw: the larger one of x and y is (x + y + |x - y|)/2, of which sum and difference are independent."""
        if self.selection == "truncated":
            return Noise(f"Z{j}", Truncated(N01, -self.k, self.k))
        return (Noise(f"Z{j}", N01) + Abs(Noise(f"D{j}", N01))) / sqrt(2)

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        z = [self._drawn(j) for j in range(int(self.n))]
        mean = Add(*z) / self.n
        square = Add(*((x - mean) ** 2 for x in z)) / (self.n - 1)
        return {"v": state["v"] * square, "mu": state["mu"] + sqrt(state["v"]) * mean}

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth shifts and scales every later model."""
        return Symmetry(self.at(sigma0=1, mu0=0), v=(0, self.sigma0**2), mu=(self.mu0, self.sigma0))


def kept(k) -> Expr:
    """The variance of a standard normal draw, given that it is between -k and k."""
    return 1 - 2 * k * exp(-(k**2) / 2) / (sqrt(2 * pi) * erf(k / sqrt(2)))


TRUNCATED = "derived: the variance of a truncated normal law"
SIZES = Points(2, 3, 4)
KS = Positive(notable=(1, Rational(3, 2), 3))


@claim(
    source=TRUNCATED,
    mutants={
        "P(|Z| < k)": lambda k, t, sigma0: sigma0**2 * erf(k / sqrt(2)) ** t,
        "v^(2t), of the variance as of the scale": lambda k, t, sigma0: sigma0**2 * kept(k) ** (2 * t),
        "half the mass in the denominator": lambda k, t, sigma0: sigma0**2 * (2 * kept(k) - 1) ** t,
    },
)
def truncated_sampling_variance(n=SIZES, k=KS, t=Integers(1), sigma0=Positive()):
    """Draws beyond k standard deviations left out: the expected variance falls by 1 - 2k phi(k)/(2 Phi(k) - 1) a fit."""
    return Eq(E(SelectedGaussianLoop(n, "truncated", k, sigma0).v(t)), sigma0**2 * kept(k) ** t)


@claim(
    source=TRUNCATED,
    mutants={"t/n, as of plain draws": lambda n, t, sigma0: sigma0**2 * t / n},
)
def truncated_sampling_variance_mean(n=SIZES, k=KS, t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """Draws beyond k standard deviations left out: the mean strays by (v/n) (1 - v^t)/(1 - v) sigma0^2 only, for ever bounded."""
    loop, v = SelectedGaussianLoop(n, "truncated", k, sigma0, mu0), kept(k)
    return Eq(E((loop.mu(t) - mu0) ** 2), sigma0**2 * v / n * (1 - v**t) / (1 - v))


@claim(
    source="derived: the variance of the larger one of two normal draws",
    mutants={
        "1 - 1/pi of the standard deviation": lambda t, sigma0: sigma0**2 * (1 - 1 / pi) ** (2 * t),
        "1 - 2/pi": lambda t, sigma0: sigma0**2 * (1 - 2 / pi) ** t,
    },
)
def truncated_sampling_variance_best(n=SIZES, t=Integers(1), sigma0=Positive()):
    """The larger one of every two draws kept: the expected variance falls by 1 - 1/pi a generation."""
    return Eq(E(SelectedGaussianLoop(n, "best", 1, sigma0).v(t)), sigma0**2 * (1 - 1 / pi) ** t)


@claim(
    source="derived: the mean of the larger one of two normal draws",
    mutants={"1/pi": lambda sigma0, mu0: mu0 + sigma0 / pi, "no drift": lambda mu0: mu0},
)
def truncated_sampling_variance_best_drift(n=SIZES, sigma0=Positive(), mu0=Reals()):
    """The larger one of every two draws kept: the first fit moves the mean by sigma0/sqrt(pi)."""
    return Eq(E(SelectedGaussianLoop(n, "best", 1, sigma0, mu0).mu(1)), mu0 + sigma0 / sqrt(pi))


@claim(
    source="the share of the draws that are kept, taken for that of the variance",
    expected="fails",
    corrected="truncated-sampling-variance",
)
def truncated_sampling_variance_share(n=SIZES, k=KS, t=Integers(1), sigma0=Positive()):
    """Draws beyond k standard deviations left out: the expected variance falls by P(|Z| < k) a generation."""
    return Eq(E(SelectedGaussianLoop(n, "truncated", k, sigma0).v(t)), sigma0**2 * erf(k / sqrt(2)) ** t)


# ---- resampling -----------------------------------------------------------------------------------------------------


class BootstrapLoop(Loop):
    """n points, of which n are drawn with replacement, again and again, each moved by a normal draw of standard deviation h.

    n: the number of points.  h: the bandwidth.  sigma0, mu0: standard deviation and mean of the truth.
    The model after t resamplings is the kernel density estimate of bandwidth h; with h = 0 it is the points themselves.
    The first points are draws from the truth, N(mu0, sigma0^2).
    Observables: x(j, t), the points, j = 1, ..., n.  mean(t), variance(t): of the model.
    Source: the setting of Kazdan et al. 2410.16713.
    """

    n: Listed(Integers(2))
    h: Nonnegative = 0
    sigma0: Positive = 1
    mu0: Reals = 0

    joint_points = tuple({"t": t} for t in (1, 5, 0, 2, 3, 10))

    @property
    def state(self) -> tuple[str, ...]:
        return tuple(f"x{j}" for j in range(1, int(self.n) + 1))

    def x(self, j, t) -> Expr:
        """The j-th point after t resamplings, j = 1, ..., n."""
        return Observable(self, f"x{j}", t)

    def mean(self, t) -> Expr:
        """The mean of the model, of its points."""
        return Add(*(self.x(j, t) for j in range(1, int(self.n) + 1))) / self.n

    def variance(self, t) -> Expr:
        """The variance of the model: the mean square of the points about their mean, and that of the kernel."""
        pairs = combinations(range(1, int(self.n) + 1), 2)
        return Add(*((self.x(i, t) - self.x(j, t)) ** 2 for i, j in pairs)) / self.n**2 + self.h**2

    @property
    def initial(self) -> dict[str, Expr]:
        return {name: self.mu0 + self.sigma0 * Noise(f"Z{name}", N01) for name in self.state}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Which of the points is drawn is a number from 0 to n - 1: Lagrange's polynomials in it are 1 for that one."""
        places = range(int(self.n))
        law = Finite((1 / self.n,) * int(self.n))

        def picked(name: str) -> Expr:
            j = Noise(f"I{name}", law)
            at = (Mul(*((j - b) / Integer(a - b) for b in places if b != a)) for a in places)
            return Add(*(state[f"x{a + 1}"] * one for a, one in enumerate(at)))

        return {name: picked(name) + self.h * Noise(f"H{name}", N01) for name in self.state}

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth and the kernel shifts and scales every later model."""
        loop = self.func(self.n, self.h / self.sigma0)
        return Symmetry(loop, **dict.fromkeys(self.state, (self.mu0, self.sigma0)))


def expected(n, h, t, sigma0=1) -> Expr:
    """The expected variance of the model after t resamplings."""
    left = (n / Integer(n - 1)) ** -(t + 1)
    return left * sigma0**2 + n * h**2 * (1 - left)


RESAMPLED = "derived: law of total variance; resampling is the neutral Wright-Fisher model"
FEW = Points(2, 3)
HS = Positive(closed=True, notable=(0, Rational(2, 5)))


@claim(
    source=RESAMPLED,
    mutants={
        "the sampling forgotten": lambda h, t, sigma0: sigma0**2 + t * h**2,
        "1 - 1/(n + 1)": lambda n, h, t, sigma0: expected(n + 1, h, t, sigma0),
    },
)
def bootstrap_and_kde_loop(n=FEW, h=HS, t=Integers(1), sigma0=Positive()):
    """n points resampled t times: E V_t = q^(t+1) sigma0^2 + n h^2 (1 - q^(t+1)), q = 1 - 1/n, V_t the model's variance.

    h is the bandwidth: 0 for the bootstrap, of which the variance dies out.
    """
    return Eq(E(BootstrapLoop(n, h, sigma0).variance(t)), expected(n, h, t, sigma0))


@claim(
    source=RESAMPLED,
    mutants={
        "that of the first points": lambda n, sigma0: sigma0**2 / n,
        "without the kernel": lambda n, t: 1 - expected(n, 0, t),
    },
)
def bootstrap_and_kde_loop_mean(n=FEW, h=HS, t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """What the variance loses the mean strays: its mean squared error is sigma0^2 + (t + 1) h^2 - E V_t."""
    loop = BootstrapLoop(n, h, sigma0, mu0)
    return Eq(E((loop.mean(t) - mu0) ** 2), sigma0**2 + (t + 1) * h**2 - expected(n, h, t, sigma0))


@claim(
    source=RESAMPLED,
    mutants={"h^2": lambda h: h**2, "the truth's": lambda sigma0: sigma0**2},
)
def bootstrap_and_kde_loop_limit(n=FEW, h=HS, t=Integers(0), sigma0=Positive()):
    """The expected variance tends to n h^2, whatever that of the truth was."""
    rate = (1 - 1 / Integer(n)) ** t * (sigma0**2 + n * h**2)
    return Tends(E(BootstrapLoop(n, h, sigma0).variance(t)), (t, 0, oo), n * h**2, rate=rate)


@claim(
    source=RESAMPLED,
    where=lambda n, h: n * h**2 < 1,
    needs=("where",),
    mutants={"by a half": lambda n, h, t: half * E(BootstrapLoop(n, h).variance(t))},
)
def bootstrap_and_kde_loop_falls(n=FEW, h=Positive(hi=1, notable=(Rational(2, 5), half)), t=Integers(0)):
    """Where n h^2 < sigma0^2 the expected variance falls with every resampling: there is no rise first."""
    loop = BootstrapLoop(n, h)
    return Lt(E(loop.variance(t + 1)), E(loop.variance(t)))


@claim(
    source="the variance of a resampled point over all histories, taken for that of the model",
    expected="fails",
    corrected="bootstrap-and-kde-loop",
)
def bootstrap_and_kde_loop_grows(n=FEW, h=HS, t=Integers(1), sigma0=Positive()):
    """n points resampled t times: the expected variance of the model is sigma0^2 + t h^2."""
    return Eq(E(BootstrapLoop(n, h, sigma0).variance(t)), sigma0**2 + t * h**2)
