"""Guidance away from a worse model."""

from __future__ import annotations

from sympy import Eq, Expr, Gt, Lt, Rational

from ..language.claims import claim
from ..language.domains import Integers, Positive, Probability, Reals
from ..language.laws import ChiSquare, Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import E
from ..language.structures import Symmetry
from .common import PrecisionLoop, half, product_mean, product_precision


class GuidedGaussianLoop(PrecisionLoop):
    """A model is fitted, a worse one to its samples, and the next generation is p^(1 + w)/q^w: away from the worse one.

    w: the weight.  rho: every fit multiplies the variance by it.  v0: the variance of model 0.  Observables: those of
    `PrecisionLoop`.
    Source: ours: the idea is that of SIMS and of autoguidance, for Gaussians.
    """

    w: Reals
    rho: Positive
    v0: Positive = 1

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        better = self.rho / state["tau"]
        precision = product_precision((1 + self.w, Normal(0, better)), (-self.w, Normal(0, self.rho * better)))
        return {"tau": precision}


class AnchoredGuidanceLoop(PrecisionLoop):
    """The next generation is p_0^(1 + w)/p_t^w: guided away from the present model, always from the same p_0 = N(0, v0).

    v0: the variance of p_0, which never changes.
    w: the weight.  start: the variance of model 0.  Observables: those of `PrecisionLoop`.
    Source: ours: the idea is that of SIMS and of autoguidance, for Gaussians.
    """

    w: Reals
    v0: Positive
    start: Positive

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        precision = product_precision((1 + self.w, Normal(0, self.v0)), (-self.w, Normal(0, 1 / state["tau"])))
        return {"tau": precision}


class GuidedSampleLoop(Loop):
    """One round of guidance with samples: N(0, v) is fitted to n draws of the truth N(0, v0), then to n draws of that fit.

    n: draws of either fit.  w: the weight.  v0: the variance of the truth.
    Both fits by maximum likelihood, the precision of p^(1 + w)/q^w from the two.  Observables: tau(t), t = 0 or 1.
    Source: ours: the idea is that of SIMS and of autoguidance, for Gaussians.
    """

    n: Integers(2)
    w: Reals
    v0: Positive = 1

    tau = coordinate(r"\tau")

    joint_points = tuple({"n": n} for n in (10, 20, 50, 100))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        first, second = (Noise(name, ChiSquare(self.n - 1)) / self.n for name in ("Q", "R"))
        better = first / state["tau"]
        precision = product_precision((1 + self.w, Normal(0, better)), (-self.w, Normal(0, better * second)))
        return {"tau": precision}

    @property
    def symmetry(self) -> Symmetry:
        """The variance of the truth is the unit."""
        return Symmetry(self.func(self.n, self.w), tau=(0, 1 / self.v0))


@claim(
    source="derived: completing the square; the idea is that of SIMS and autoguidance",
    mutants={"the weights swapped": lambda w, v0, vs: w / v0 - (1 + w) / vs},
)
def filter_negative_guidance_gaussian(w=Positive(), v0=Positive(), vs=Positive()):
    """p_0^(1 + w)/p_s^w of two Gaussians has the precision (1 + w)/v_0 - w/v_s.  (No draws: an identity of densities.)"""
    precision = product_precision((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Eq(precision, (1 + w) / v0 - w / vs)


@claim(
    source="derived: completing the square; the idea is that of SIMS and autoguidance",
    where=lambda w, v0, vs: (1 + w) / v0 > w / vs,
    mutants={"extrapolated means": lambda w, v0, vs, m0, ms: (1 + w) * m0 - w * ms},
)
def filter_negative_guidance_gaussian_mean(
    w=Positive(), v0=Positive(), vs=Positive(), m0=Reals(-2, 2), ms=Reals(-2, 2)
):
    """Its mean is ((1 + w) m_0/v_0 - w m_s/v_s) over that precision.  (No draws: an identity of densities.)"""
    mean = product_mean((1 + w, Normal(m0, v0)), (-w, Normal(ms, vs)))
    return Eq(mean, ((1 + w) * m0 / v0 - w * ms / vs) / ((1 + w) / v0 - w / vs))


@claim(
    source="derived: the precision is positive",
    where=lambda w, v0, vs: vs / v0 > w / (1 + w),
    needs=["where"],
    mutants={"that of the better model": lambda w, v0, vs: 1 / v0},
)
def filter_negative_guidance_gaussian_exists(w=Positive(notable=(1, 2)), v0=Positive(), vs=Positive()):
    """The extrapolated density exists if v_s/v_0 > w/(1 + w).  (No draws.)"""
    precision = product_precision((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Gt(precision, 0)


@claim(
    source="derived: the precision is negative",
    where=lambda w, v0, vs: vs / v0 < w / (1 + w),
    needs=["where"],
    mutants={"far below 0": lambda w, v0, vs: -1 / vs},
)
def filter_negative_guidance_gaussian_none(w=Positive(notable=(2, 1)), v0=Positive(), vs=Positive()):
    """If v_s/v_0 < w/(1 + w) there is no such density: its exponent grows.  (No draws.)"""
    precision = product_precision((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Lt(precision, 0)


@claim(
    source="derived: the precision with v_0 = rho v, v_s = rho^2 v",
    mutants={
        "the shrunken variance": lambda rho, v0, t: rho * v0,
        "w = 1": lambda rho, v0, t: v0 / (2 / rho - 1 / rho**2),
    },
)
def filter_negative_guidance_gaussian_repair(rho=Probability(notable=(Rational(9, 10),)), v0=Positive(), t=Integers(1)):
    """If every fit multiplies the variance by rho, the weight w = rho repairs it exactly, generation after generation.

    (No draws: the population; with samples see `-sample`.)
    """
    return Eq(GuidedGaussianLoop(rho, rho, v0).v(t), v0)


@claim(
    source="derived: the mean with the biases b and (1 + rho) b",
    mutants={"the first bias": lambda rho, v0, b: b},
    scale=lambda b: 1,
)
def filter_negative_guidance_gaussian_bias(rho=Probability(notable=(Rational(9, 10),)), v0=Positive(), b=Reals(-2, 2)):
    """If the worse model adds rho times the bias b of the better one, the same weight w = rho removes it.  (No draws.)"""
    mean = product_mean((1 + rho, Normal(b, rho * v0)), (-rho, Normal(b + rho * b, rho**2 * v0)))
    return Eq(mean, 0)


@claim(
    source="derived: the precision, generation after generation",
    mutants={"guidance ignored": lambda w, rho, v0, t: rho ** (-t) / v0},
)
def filter_negative_guidance_gaussian_iterated(
    w=Positive(notable=(Rational(4, 5), 1)), rho=Probability(notable=(Rational(9, 10),)), v0=Positive(), t=Integers(0)
):
    """Iterated, guidance multiplies the precision by (1 + w - w/rho)/rho a generation.  (No draws.)"""
    return Eq(GuidedGaussianLoop(w, rho, v0).tau(t), ((1 + w - w / rho) / rho) ** t / v0)


@claim(
    source="derived: the factor of the precision is above 1",
    where=lambda w, rho: w < rho,
    needs=["where"],
    mutants={"by 1/rho": lambda w, rho, v0: 1 / (rho * v0)},
)
def filter_negative_guidance_gaussian_collapse(
    w=Positive(notable=(Rational(4, 5),)), rho=Probability(notable=(Rational(9, 10),)), v0=Positive()
):
    """Guidance with w < rho collapses more slowly: the precision still grows.  (No draws.)"""
    return Gt(GuidedGaussianLoop(w, rho, v0).tau(1), 1 / v0)


@claim(
    source="derived: the factor of the precision is below 1",
    where=lambda w, rho: w > rho,
    needs=["where"],
    mutants={"to half of it": lambda w, rho, v0: 1 / (2 * v0)},
)
def filter_negative_guidance_gaussian_inflation(
    w=Positive(notable=(1,)), rho=Probability(notable=(Rational(9, 10),)), v0=Positive()
):
    """Guidance with w > rho inflates: the precision falls.  (No draws.)"""
    return Lt(GuidedGaussianLoop(w, rho, v0).tau(1), 1 / v0)


@claim(
    source="derived: affine recursion of the precision",
    mutants={"monotone": lambda w, v0, start, t: 1 / v0 + w**t * (1 / start - 1 / v0)},
)
def filter_negative_guidance_gaussian_anchored(
    w=Positive(notable=(half, 1, 2)), v0=Positive(), start=Positive(), t=Integers(0)
):
    """Always guided from the same p_0, the error of the precision is multiplied by -w: it converges if w < 1.  (No draws.)"""
    return Eq(AnchoredGuidanceLoop(w, v0, start).tau(t), 1 / v0 + (-w) ** t * (1 / start - 1 / v0))


@claim(source="derived: affine recursion of the precision", mutants={"converged": lambda v0, start, t: 1 / v0})
def filter_negative_guidance_gaussian_anchored_period(v0=Positive(), start=Positive(), t=Integers(0)):
    """At w = 1 the anchored loop comes back after two generations.  (No draws.)"""
    loop = AnchoredGuidanceLoop(1, v0, start)
    return Eq(loop.tau(t + 2), loop.tau(t))


@claim(
    source="derived: the mean of an inverse chi-square law",
    mutants={"as if rho = 1 - 1/n": lambda n, w, v0: n / (n - 1) * (1 + w - w * n / (n - 1)) / v0},
)
def filter_negative_guidance_gaussian_sample(
    n=Integers(4, notable=(10, 20)), w=Reals(0, 2, notable=(half, 1)), v0=Positive()
):
    """With two maximum-likelihood fits to n points each the mean precision is (1 + w - w/rho)/(rho v_0), rho = 1 - 3/n.

    The fitted variance has no mean: its denominator may vanish.
    """
    rho = 1 - 3 / n
    return Eq(E(GuidedSampleLoop(n, w, v0).tau(1)), (1 + w - w / rho) / rho / v0)


@claim(
    source="derived: the mean of an inverse chi-square law",
    mutants={"without guidance": lambda n, v0: n / (n - 3) / v0},
)
def filter_negative_guidance_gaussian_sample_repair(n=Integers(4, notable=(10, 20)), v0=Positive()):
    """The weight w = 1 - 3/n repairs the mean precision exactly at every sample size."""
    return Eq(E(GuidedSampleLoop(n, 1 - 3 / n, v0).tau(1)), 1 / v0)


@claim(
    source="the limit of weak shrinkage, taken for all of it",
    expected="fails",
    corrected="filter-negative-guidance-gaussian-repair",
)
def filter_negative_guidance_gaussian_universal(rho=Reals(half, 1, notable=(Rational(9, 10),)), v0=Positive()):
    """The weight w = 1 repairs the variance, whatever is lost in a fit."""
    return Eq(GuidedGaussianLoop(1, rho, v0).v(1), v0)


@claim(
    source="positive definiteness taken for granted",
    expected="fails",
    corrected="filter-negative-guidance-gaussian-exists",
)
def filter_negative_guidance_gaussian_always(w=Positive(notable=(2,)), v0=Positive(), vs=Positive()):
    """The extrapolated density exists for every weight."""
    precision = product_precision((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Gt(precision, 0)
