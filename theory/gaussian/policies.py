"""What the next Gaussian is fitted to: data policies, under maximum likelihood."""

from __future__ import annotations

from typing import NamedTuple

from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Product, Rational, S, Sum, Symbol, Tuple, expand, pi, sin, sqrt

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.errors import Unsaid
from ..language.fields import Between, Flag, computed
from ..language.laws import Centred, ChiSquare, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate
from ..language.moments import E
from ..language.policies import (
    Accumulate,
    FixedReal,
    FreshReal,
    Growing,
    GrowingPool,
    Mixed,
    Policy,
    Replace,
    Subsample,
    in_every_fit,
    synthetic,
)
from ..language.structures import Symmetry
from .common import SHUMAILOV, GaussianLoop, half


class Block(NamedTuple):
    """Points, by what a fit sees of them: their mean, and their mean square about it."""

    mean: Expr
    spread: Expr

    def beside(self, other: Block, share: Expr, rest: Expr) -> Block:
        """A share of these points among others, which are the rest."""
        between = share * rest * (self.mean - other.mean) ** 2
        return Block(share * self.mean + rest * other.mean, share * self.spread + rest * other.spread + between)


BLOCKS = tuple(
    {"n": n, "t": t}
    for n, t in (
        (4, 3),
        (10, 10),
        (100, 20),
        (4, 6),
        (10, 0),
        (10, 100),
        (20, 30),
        (2, 20),
        (50, 12),
        (3, 40),
        (30, 15),
    )
)
MIXED = tuple(  # of loops with n real and m synthetic points
    {"n": n, "m": m, "t": t}
    for n, m, t in ((10, 10, 3), (10, 40, 2), (3, 5, 5), (2, 2, 1), (5, 40, 1), (10, 20, 1), (2, 8, 10), (10, 10, 0))
)


class PooledGaussianLoop(Loop):
    """A Gaussian, fitted to what a data policy makes of real points and of draws from its models, by maximum likelihood.

    n: real points of a fit, where the policy has some; else draws from the model, in every generation.
    policy: what is pooled.  sigma0, mu0: standard deviation and mean of the truth.
    known_variance: True if only the mean is refitted.
    weight: of the real points in the fit, where the policy has some; by default their share of the points.
    start: what the loop is handed: "truth"; a number, the mean of a model of known variance; or, where the policy has real
        points, "fit", the fit of its first n, or "full", the mean of a first sample of n + m real points (m: synthetic ones).
        With `Accumulate`, "fit" is the fit of the n real points, which are in the pool: then n draws more in every fit.
    temperature: factor on the variance of what is drawn from a model (1: faithful sampling).
    bias: systematic error that every fit adds to the mean, one that the loop is handed ("fit") as well.
    ddof: by how much the divisor of the fitted variance is less than the number of points: 0, or 1 for the "unbiased" one.

    Observables: mu(t), v(t) (the fitted variance), error(t) = mu(t) - mu0; real(t) and spread(t), mean and variance of the
    real points of fit t, with `FixedReal` and wherever the start is the fit of such; pool(t) and width(t), those of the pool
    of `Subsample`; draw(t), a point from the model.
    Refuses too few points for the fit; a weight, a start or a ddof that the policy does not know (`BadInput`).
    Source: Kazdan et al. 2410.16713 (accumulation, subsamples); He, Xu & Cheng 2502.18049 (fresh real data).
    """

    n: Integers(1)
    policy: Replace | Accumulate | GrowingPool | Subsample | FixedReal | FreshReal | Growing = Replace()
    sigma0: Positive = 1
    mu0: Reals = 0
    known_variance: Flag = False
    weight: Between(0, 1) = computed(lambda given: _share(given.n, given.policy))
    start: Reals | Points("truth", "fit", "full") = "truth"
    temperature: Positive = 1
    bias: Reals = 0
    ddof: Reals = 0

    v = coordinate(r"\sigma^2", positive=True, when=lambda loop: not loop.known_variance)
    mu = coordinate(r"\mu")
    real = coordinate(r"\bar x", when=lambda loop: loop._sees_real)
    spread = coordinate("s^2", positive=True, when=lambda loop: loop._sees_real and not loop.known_variance)
    pool = coordinate(r"\bar p", when=lambda loop: isinstance(loop.policy, Subsample))
    width = coordinate(positive=True, when=lambda loop: isinstance(loop.policy, Subsample))

    @property
    def steady(self) -> tuple[str, ...]:
        """A pool has as many points of every fit, and the last model's mean and variance without what its fit has added."""
        kept = ("n", "bias", "ddof") if isinstance(self.policy, Accumulate | GrowingPool | Subsample) else ()
        return (*kept, "sigma0")

    @property
    def joint_points(self) -> tuple[dict[str, int], ...]:
        return MIXED if isinstance(self.policy, Mixed) else BLOCKS

    @property
    def _sees_real(self) -> bool:
        """Whether the real points of the last fit are part of the state."""
        return isinstance(self.policy, FixedReal) or (isinstance(self.policy, Mixed) and self.start == "fit")

    @property
    def size(self) -> Expr:
        """The number of points of a fit, in terms of its number."""
        match self.policy:
            case Growing(size=size):
                return size
            case GrowingPool(total=total):
                return total
            case Accumulate():
                return self.n * (CLOCK + 1 if self.start == "fit" else CLOCK)
        return self.n + self.synthetic

    @property
    def _before(self) -> Expr:
        """The number of points in the pool before a fit, in terms of its number."""
        return self.size.xreplace({CLOCK: CLOCK - 1})

    def _fitted(self, spread: Expr, size: Expr) -> Expr:
        """The variance that is fitted to so many points of that mean square about their mean."""
        return spread * size / (size - self.ddof)

    @property
    def synthetic(self) -> Expr:
        """The number of the model's points beside real ones."""
        return synthetic(self.policy)

    @property
    def _rest(self) -> Expr:
        """The weight of the model's points beside real ones, in a form that has no pole where there are none."""
        m = synthetic(self.policy)
        return m / (self.n + m) if self.weight == _share(self.n, self.policy) else 1 - self.weight

    def error(self, t) -> Expr:
        """The error of the fitted mean."""
        return self.mu(t) - self.mu0

    def refuses(self) -> str | None:
        least, mixed = 1 if self.known_variance else 2, isinstance(self.policy, Mixed)
        reason = self.policy.refuses(least) if isinstance(self.policy, Growing | GrowingPool) else None
        if reason := reason or super().refuses():
            return reason
        if not self.weight.is_number:
            return f"weight = {self.weight}: a share is expected, the same in every fit"
        if not mixed and self.weight != 0:
            return f"weight = {self.weight}: {self.policy} has no real points beside the model's"
        unfitted = ("full",) if isinstance(self.policy, Accumulate) else ("fit", "full")
        if not mixed and self.start in unfitted:
            return f"start = {self.start}: {self.policy} has no real points at the start; it is for FixedReal and FreshReal"
        if not self.known_variance and self.start not in ("truth", "fit"):
            return f"start = {self.start}: where the variance is fitted, too, 'truth' or 'fit' is expected"
        if self.ddof != 0:
            return self._refuses_ddof()
        return None

    def together(self) -> list[Demanded]:
        least, m = 1 if self.known_variance else 2, self.synthetic
        asked = [(self.n - least, False, f"n = {self.n}: at least {least} points are needed")]
        every = self.known_variance and self.weight in (1, _share(self.n, self.policy))  # real points alone are enough
        if isinstance(self.policy, Mixed) and not every:
            asked.append((m - least, False, f"synthetic = {m}: at least {least} points are needed"))
        if isinstance(self.policy, Growing):
            asked += in_every_fit(self.policy.size, least, False, f"at least {least} points are needed in every fit")
        return asked

    def _refuses_ddof(self) -> str | None:
        least = self.size.xreplace({CLOCK: S.One})
        if self.known_variance:
            return f"ddof = {self.ddof}: no variance is fitted"
        if self.weight != _share(self.n, self.policy):
            return f"ddof = {self.ddof}: points of equal weight are expected with it"
        if isinstance(self.policy, Accumulate | GrowingPool) and self.start != "fit":
            return f"ddof = {self.ddof}: where all data are kept, start = 'fit' is expected with it"
        if (self.n if self.start == "fit" else least) <= self.ddof:
            return f"ddof = {self.ddof}: less than the number of points is expected"
        return None

    @property
    def truth(self) -> Normal:
        """The law of a real point, N(mu0, sigma0^2)."""
        return Normal(self.mu0, self.sigma0**2)

    def law_at(self, t) -> Normal:
        return Normal(self.mu(t), self.sigma0**2 if self.known_variance else self.v(t))

    def _points(self, size: Expr, law: Block, name: str = "") -> Block:
        """Cochran: mean and mean square of points from a Gaussian are independent, normal and chi-square."""
        spread = S.Zero
        if {"v", "width"} & {*self.state}:
            spread = law.spread * Noise(f"Q{name}", ChiSquare(size - 1)) / size
        return Block(law.mean + sqrt(law.spread / size) * Noise(f"Z{name}", Normal(0, 1)), spread)

    @property
    def initial(self) -> dict[str, Expr]:
        truth = Block(self.mu0, self.sigma0**2)
        real = self._points(self.n, truth, "R") if self._sees_real or self.start == "fit" else truth
        match self.start:
            case "truth":
                fit = truth
            case "fit":
                fit = Block(real.mean + self.bias, self._fitted(real.spread, self.n))
            case "full":
                fit = self._points(self.n + self.synthetic, truth, "W")
            case mean:
                fit = Block(mean, truth.spread)
        whole = {"mu": fit.mean, "v": fit.spread, "real": real.mean, "spread": real.spread}
        whole |= {"pool": truth.mean, "width": truth.spread}
        return {name: whole[name] for name in self.state}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        truth = Block(self.mu0, self.sigma0**2)
        variance = truth.spread if self.known_variance else state["v"]
        model = Block(state["mu"], self.temperature * variance)
        after = {}
        match self.policy:
            case Accumulate() | GrowingPool():  # the last model is what a fit sees of all points before
                size, old = self.size, self._before
                new = self.n if isinstance(self.policy, Accumulate) else expand(size - old)
                spread = S.Zero if self.known_variance else variance * (old - self.ddof) / old
                before = Block(model.mean - self.bias, spread)
                fit = self._points(new, model).beside(before, new / size, 1 - new / size)
            case Subsample():
                if not self.known_variance:
                    raise Unsaid("the variance of points drawn from a pool depends on all of its points")
                before = Block(state["pool"], state["width"])
                pool = self._points(self.n, model).beside(before, 1 / CLOCK, 1 - 1 / CLOCK)
                off = sqrt(pool.spread / self.n) * Noise("C", Centred(1))  # of points drawn from the pool
                fit = Block(pool.mean + off, S.Zero)
                after = {"pool": pool.mean, "width": pool.spread}
            case Mixed(synthetic=m):
                real = self._points(self.n, truth, "R")
                if isinstance(self.policy, FixedReal):
                    real = Block(state["real"], state.get("spread", S.Zero))
                fit = real if m == 0 else real.beside(self._points(m, model), self.weight, self._rest)
                after = {"real": real.mean, "spread": real.spread}
            case _:
                fit = self._points(self.size, model)
        after |= {"mu": fit.mean + self.bias, "v": self._fitted(fit.spread, self.size)}
        return {name: after[name] for name in self.state}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        scale = self.sigma0 if self.known_variance else sqrt(state["v"])
        return state["mu"] + scale * Noise(f"X{index}", Normal(0, 1))

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth, the start and the bias shifts and scales every later model."""
        sigma0, mu0, start = self.sigma0, self.mu0, self.start
        start = (start - mu0) / sigma0 if isinstance(start, Expr) else start
        other = self.at(sigma0=1, mu0=0, start=start, bias=self.bias / sigma0)
        units = dict.fromkeys(("mu", "real", "pool", "draw"), (mu0, sigma0))
        return Symmetry(other, **units, **dict.fromkeys(("v", "spread", "width"), (0, sigma0**2)))

    def _latex(self, printer) -> str:
        return r"\mathrm{PooledGaussianLoop}" + printer._print(Tuple(*self.args[:2]))


def _share(n: Expr, policy: Policy) -> Expr:
    """The real points' share of the points in a fit."""
    return n / (n + policy.synthetic) if isinstance(policy, Mixed) else S.Zero


# ---- all data accumulate --------------------------------------------------------------------------------------------

GERSTGRASSER = "Gerstgrasser et al. 2404.01413"
KAZDAN = "Kazdan et al. 2410.16713"

i = Symbol("i", integer=True, positive=True)  # the number of a fit


def accumulated(n, sigma0=1, mu0=0, **options) -> PooledGaussianLoop:
    """The loop that keeps all data, batches of n points."""
    return PooledGaussianLoop(n, Accumulate(), sigma0, mu0, **options)


@claim(
    source=f"setting of {KAZDAN}; product re-derived",
    mutants={
        "1 - 1/(n i)": lambda n, t, sigma0: sigma0**2 * Product(1 - 1 / (n * i), (i, 1, t)),
        "as if replaced": lambda n, t, sigma0: sigma0**2 * (1 - 1 / n) ** t,
        "without the real fit": lambda n, t, sigma0: sigma0**2 * Product(1 - 1 / (n * i**2), (i, 2, t)),
    },
)
def accumulate_mle_sine_product(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """All data kept, maximum likelihood: the expected variance is that of the truth times the product of 1 - 1/(n i^2).

    t is the number of fits, the first one to n real points; i runs from 1 to t.
    """
    return Eq(E(accumulated(n, sigma0, mu0).v(t)), sigma0**2 * Product(1 - 1 / (n * i**2), (i, 1, t)))


@claim(
    source=f"derived (Euler's product for the sine); setting of {KAZDAN}",
    mutants={
        "1/n closer": lambda n, t: {"<": sin(pi / sqrt(n)) * sqrt(n) / pi * (1 + 1 / (n * (t + 1)) - 1 / (n * n * t))},
        "1 - pi^2/(6n) + pi^4/(100 n^2)": lambda n: {">": 1 - pi**2 / (6 * n) + pi**4 / (100 * n**2)},
    },
    unreached={"derivation": "a product against the sine that is its limit"},
)
def accumulate_mle_sine_product_limit(n=Integers(2, 1000, notable=(4, 10, 100)), t=Integers(1, 200, notable=(6, 100))):
    """It falls to sin(x)/x of that of the truth, x = pi/sqrt(n), and is never further above than by a factor 1 + 1/(n t - 1)."""
    end = sin(pi / sqrt(n)) * sqrt(n) / pi
    v = E(accumulated(n).v(t))
    return And(Gt(v, end), Lt(v, end * (1 + 1 / (n * t - 1))))


@claim(
    source="derived: second moments are conserved; Euler's product for the sine",
    mutants={"half of it": lambda n: pi**2 / (12 * n)},
    trivial=1,
    unreached={"derivation": "a product against the sine that is its limit"},
)
def accumulate_mle_sine_product_mean(n=Integers(2, 1000, notable=(4, 10)), t=Integers(1, 200, notable=(6, 100))):
    """The error of the fitted mean stays strictly below 1 - sin(x)/x, x = pi/sqrt(n), and so below (pi^2/6)/n."""
    return Lt(E(accumulated(n).error(t) ** 2), 1 - sin(pi / sqrt(n)) * sqrt(n) / pi)


@claim(
    mutants={
        "H_t, which is unbounded": lambda n, t, sigma0: sigma0**2 / n * Sum(1 / i, (i, 1, t)),
        "as if replaced": lambda n, t, sigma0: sigma0**2 * t / n,
        "without the real fit": lambda n, t, sigma0: sigma0**2 / n * Sum(i**-2, (i, 2, t)),
    },
    source=f"{GERSTGRASSER} (linear regression), Dey & Donoho 2410.22812; the Gaussian mean derived",
)
def accumulate_known_variance_pi2_6(n=Integers(1), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """All data kept, the variance known: E (mu_t - mu0)^2 = (1 + 1/4 + ... + 1/t^2) sigma0^2/n after t fits."""
    loop = accumulated(n, sigma0, mu0, known_variance=True)
    return Eq(E(loop.error(t) ** 2), sigma0**2 / n * Sum(i**-2, (i, 1, t)))


@claim(
    source="derived: the rest of the sum of 1/k^2, between two integrals",
    mutants={
        "pi^2/6 is reached": lambda n, t: {"<": (pi**2 / 6 - 1 / t) / n},
        "a generation less": lambda n, t: {">": (pi**2 / 6 - 1 / (t + 1)) / n},
    },
)
def accumulate_known_variance_pi2_6_bounds(n=Integers(1), t=Integers(1)):
    """It is below (pi^2/6) sigma0^2/n, by between 1/(t + 1) and 1/t of sigma0^2/n."""
    error = E(accumulated(n, known_variance=True).error(t) ** 2)
    return And(Gt(error, (pi**2 / 6 - 1 / t) / n), Lt(error, (pi**2 / 6 - 1 / (t + 1)) / n))


@claim(
    source="a natural misreading ('accumulation: pi^2/6'), without saying that the variance is known",
    expected="fails",
    corrected="accumulate-mle-sine-product-mean",
)
def accumulate_known_variance_pi2_6_fitted(n=Integers(2, notable=(4,)), t=Integers(2, notable=(6, 10))):
    """All data kept, the variance fitted as well: E (mu_t - mu0)^2 = (1 + 1/4 + ... + 1/t^2)/n."""
    return Eq(E(accumulated(n).error(t) ** 2), Sum(i**-2, (i, 1, t)) / n)


# ---- a pool of a fixed budget ---------------------------------------------------------------------------------------


def subsampled(n) -> PooledGaussianLoop:
    """The mean, fitted to n points drawn from all data so far."""
    return PooledGaussianLoop(n, Subsample(), known_variance=True)


@claim(
    source=f"workflow of {KAZDAN}; derived",
    mutants={"as if all data were kept": lambda n, t: {">": Sum(i**-2, (i, 1, t)) / n + t / (n * n)}},
    unreached={"derivation": "coupled moments, whose recursion changes from one generation to the next"},
)
def accumulate_subsample_known_variance(n=Integers(2, 100, notable=(4, 10)), t=Integers(2, 40, notable=(6, 10))):
    """Fits to n points out of all so far, variance known: an error between that of all points and (pi^2/3)/(n - 1)."""
    error = E(subsampled(n).error(t) ** 2)
    return And(Gt(error, Sum(i**-2, (i, 1, t)) / n), Lt(error, pi**2 / (3 * (n - 1))))


# ---- what maximum likelihood conserves ------------------------------------------------------------------------------


@claim(
    source="derived: matched second moments, induction in t",
    mutants={"it shrinks": lambda n, policy, t, sigma0: sigma0**2 * (1 - 1 / n) ** t},
)
def mle_second_moment_conservation(
    n=Integers(2),
    policy=Points(Replace(), Accumulate(), FixedReal(5), FreshReal(5), Growing(3 * CLOCK**2)),
    t=Integers(1),
    sigma0=Positive(),
    mu0=Reals(),
):
    """Whatever the data policy, under maximum likelihood E sigma_t^2 + E (mu_t - mu0)^2 = sigma0^2 for ever."""
    loop = PooledGaussianLoop(n, policy, sigma0, mu0)
    return Eq(E(loop.v(t)) + E(loop.error(t) ** 2), sigma0**2)


@claim(
    source="the conservation law, with the unbiased variance",
    expected="fails",
    corrected="mle-second-moment-conservation",
)
def mle_second_moment_conservation_unbiased(n=Integers(2), t=Integers(1), sigma0=Positive(), mu0=Reals()):
    """With the unbiased variance, too, E sigma_t^2 + E (mu_t - mu0)^2 = sigma0^2."""
    loop = GaussianLoop(n, sigma0, mu0)
    return Eq(E(loop.sigma(t) ** 2) + E(loop.error(t) ** 2), sigma0**2)


# ---- fresh real data, weighted --------------------------------------------------------------------------------------

HE = "He, Xu & Cheng 2502.18049"


def best_weight(k) -> Expr:
    """The root of w^2 + k w = k in (0, 1): k real points for a synthetic one."""
    return (sqrt(k**2 + 4 * k) - k) / 2


def weighted(n, m, w) -> PooledGaussianLoop:
    """n fresh real points of weight w beside m synthetic ones, the variance known."""
    return PooledGaussianLoop(n, FreshReal(m), known_variance=True, weight=w)


@claim(
    source=f"{HE}; that the error is the weight itself re-derived",
    mutants={
        "w^2/n": lambda n, t: best_weight(S.One) ** 2 / n * (1 - (1 - best_weight(S.One)) ** (2 * t)),
        "2/3, of equal weights": lambda n, t: Rational(2, 3) / n * (1 - (1 - best_weight(S.One)) ** (2 * t)),
    },
)
def mix_fresh_real_golden_ratio(n=Integers(1), t=Integers(0)):
    """As many fresh real points as synthetic ones: weighted by the golden ratio w = 0.618 they leave w (1 - (1-w)^(2t))/n.

    From the truth on; the limit is w/n: the weight is the error, in units of that of the real points alone.
    """
    w = best_weight(S.One)
    return Eq(E(weighted(n, n, w).error(t) ** 2), w / n * (1 - (1 - w) ** (2 * t)))


@claim(
    source=HE,
    tight={"w": (sqrt(5) - 1) / 2},
    mutants={"more than the weight itself": lambda n, w, t: w / n * (1 - (1 - w) ** (2 * t))},
)
def mix_fresh_real_golden_ratio_optimal(n=Integers(1), w=Probability(notable=(half, Rational(3, 5))), t=Integers(1)):
    """No weight w does better in the limit: whatever it is, the error is at least 0.618 (1 - (1-w)^(2t))/n."""
    return Ge(E(weighted(n, n, w).error(t) ** 2), best_weight(S.One) / n * (1 - (1 - w) ** (2 * t)))


@claim(
    source="pooling as it comes, taken for optimal",
    expected="fails",
    corrected="mix-fresh-real-golden-ratio-optimal",
)
def mix_fresh_real_golden_ratio_pooled(n=Integers(1, notable=(10,)), t=Integers(10, 50)):
    """Points pooled as they come, half of them real, leave no more error than with the golden ratio as their weight."""
    pooled, golden = (E(weighted(n, n, w).error(t) ** 2) for w in (half, best_weight(S.One)))
    return Le(pooled, golden)


# ---- growing samples ------------------------------------------------------------------------------------------------


@claim(
    mutants={"as with samples that grow linearly": lambda n, t: Product(1 - 1 / (n * i), (i, 1, t))},
    source=f"condition in {SHUMAILOV} ('superlinear'); product derived",
)
def schedule_growing_n(n=Integers(2), t=Integers(1)):
    """n i^2 points in fit number i, all from the last model: the variance is the same product as when all data are kept."""
    loop = PooledGaussianLoop(n, Growing(n * CLOCK**2))
    return Eq(E(loop.v(t)), Product(1 - 1 / (n * i**2), (i, 1, t)))
