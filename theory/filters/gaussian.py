"""Filters of draws from a Gaussian: a fixed threshold, the top share, the middle, with a refit and without."""

from __future__ import annotations

from sympy import Add, And, Basic, Eq, Expr, Ge, Gt, Integer, Le, Lt, Rational, erf, log, oo, pi, sqrt, sympify

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.errors import Unsaid
from ..language.laws import Noise, Normal, Truncated
from ..language.loops import Loop, coordinate
from ..language.moments import KL, E
from ..language.structures import Symmetry
from .common import FilteredLoop, bell, core, half, hazard, remaining, tail, three, upper_quantile

# ---- what is kept ---------------------------------------------------------------------------------------------------


class Keep(Basic):
    """Which points of a model with mean mu and standard deviation sd are kept: those in `interval(mu, sd)`.

    scaled: whether the interval moves with the model.
    """

    scaled = True

    def __new__(cls, *args):
        return Basic.__new__(cls, *map(sympify, args))

    def interval(self, mu, sd) -> tuple[Expr, Expr]:
        """The two ends of what is kept of N(mu, sd^2), -oo and oo among them."""
        raise NotImplementedError

    def seen_from(self, mu, sd) -> Keep:
        """The same points, told in units in which the model has mean mu and standard deviation sd now."""
        return self


class Top(Keep):
    """Top(z): what is more than z standard deviations above the mean, the top fraction q = 1 - Phi(z) of the model."""

    def interval(self, mu, sd):
        return mu + self.args[0] * sd, oo


class Within(Keep):
    """Within(k): what is less than k standard deviations from the mean."""

    def interval(self, mu, sd):
        return mu - self.args[0] * sd, mu + self.args[0] * sd


class Above(Keep):
    """Above(tau): what is larger than tau, wherever the model is."""

    scaled = False

    def interval(self, mu, sd):
        return self.args[0], oo

    def seen_from(self, mu, sd) -> Keep:
        return Above((self.args[0] - mu) / sd)


# ---- filters with a Gaussian refit ----------------------------------------------------------------------------------


class FilteredGaussianLoop(Loop):
    """A Gaussian is refitted to the points of the model before that the filter keeps, again and again.

    keep: Top(z), Within(k) or Above(tau), by the model's own mean and standard deviation.
    n: how many points are kept; their mean and unbiased variance are the next model's.  oo: all there are.
    mu0, s0: mean and standard deviation of model 0.
    Observables: mu(t), v(t), the variance; s(t) is its root.
    Source: ours: a truncated Gaussian, refitted; cf. the biased sampling of Alemohammad et al. 2307.01850.
    """

    keep: Keep
    n: Integers(2) | Points(oo) = oo
    mu0: Reals = 0
    s0: Positive = 1

    mu = coordinate(r"\mu")
    v = coordinate("s^2", positive=True)

    joint_points = tuple({"t": t} for t in (1, 0, 2, 3))

    def s(self, t) -> Expr:
        """The standard deviation after t fits."""
        return sqrt(self.v(t))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mu": self.mu0, "v": self.s0**2}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        mu, v = state["mu"], state["v"]
        if self.n is oo:
            kept = Noise("X", Truncated(Normal(mu, v), *self.keep.interval(mu, sqrt(v))))
            return {"mu": E(kept), "v": E(kept**2) - E(kept) ** 2}
        if not self.keep.scaled:
            raise Unsaid("the law of what is kept, in units of the model, changes with the model")
        law = Truncated(Normal(0, 1), *self.keep.interval(Integer(0), Integer(1)))
        kept = [Noise(f"Y{i}", law) for i in range(int(self.n))]
        mean = Add(*kept) / self.n
        return {"mu": mu + sqrt(v) * mean, "v": v * Add(*((y - mean) ** 2 for y in kept)) / (self.n - 1)}

    @property
    def symmetry(self) -> Symmetry:
        """Location and scale of the start come out of all that follows."""
        standard = self.func(self.keep.seen_from(self.mu0, self.s0), self.n)
        return Symmetry(standard, mu=(self.mu0, self.s0), v=(0, self.s0**2))


class TopShareLoop(Loop):
    """The top share q of the model is kept, and the model is what is kept: no refit.

    Model 0 is N(0, 1).  Observables: mass(t), the probability under model 0 of what is left; draw(t).
    Source: textbook: a law conditioned on its top share, again and again.
    """

    q: Reals(0, 1) | Points(1)

    mass = coordinate("P_0", positive=True)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mass": Integer(1)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"mass": self.q * state["mass"]}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        return Noise(f"X{index}", Truncated(Normal(0, 1), upper_quantile(state["mass"])))


# ---- a fixed threshold ----------------------------------------------------------------------------------------------


@claim(
    source="derived: a law conditioned on what is kept",
    mutants={
        "it grows with every round": lambda u, v, w, t: t * log((u + v + w) / (v + w)),
        "the law at its threshold": lambda u, v, w, t: log((u + v + w) / v),
    },
)
def filter_threshold_idempotent_vs_refit(u=Positive(), v=Positive(), w=Positive(), t=Integers(1)):
    """A threshold filter is done after one round: KL(p_t || p_0) = -log P_0(kept) from then on.

    Three atoms with masses in the ratio u : v : w, of which the first is filtered out.
    """
    loop = FilteredLoop(three(u, v, w), (0, 1, 1))
    return Eq(KL(loop.model(t), loop.start), log((u + v + w) / (v + w)))


@claim(
    source="derived: a law conditioned on what is kept",
    mutants={"halved by every round": lambda u, v, w, t: v / (v + w) / 2 ** (t - 1)},
)
def filter_threshold_idempotent_vs_refit_law(u=Positive(), v=Positive(), w=Positive(), t=Integers(1)):
    """The law after a threshold filter is the law given the threshold, after one round and after any number."""
    loop = FilteredLoop(three(u, v, w), (0, 1, 1))
    return Eq(loop.mass(t, 1), v / (v + w))


@claim(source="textbook: mean of a truncated Gaussian", mutants={"the threshold itself": lambda tau, mu0, s0: tau + s0})
def filter_threshold_idempotent_vs_refit_mean(
    tau=Reals(-5, 5, notable=(0, 1)), mu0=Reals(-2, 2, notable=(0, 1)), s0=Reals(half, 3, notable=(2,))
):
    """A Gaussian refitted above a threshold tau moves by s h(a), a = (tau - mu)/s, h = phi/(1 - Phi)."""
    loop = FilteredGaussianLoop(Above(tau), mu0=mu0, s0=s0)
    return Eq(loop.mu(1), mu0 + s0 * hazard((tau - mu0) / s0))


@claim(
    source="textbook: variance of a truncated Gaussian",
    mutants={"without a h": lambda tau, mu0, s0: s0**2 * (1 - hazard((tau - mu0) / s0) ** 2)},
)
def filter_threshold_idempotent_vs_refit_variance(
    tau=Reals(-5, 5, notable=(1, -1)), mu0=Reals(-2, 2, notable=(0, 1)), s0=Reals(half, 3, notable=(2,))
):
    """Its variance is multiplied by 1 + a h(a) - h(a)^2."""
    loop = FilteredGaussianLoop(Above(tau), mu0=mu0, s0=s0)
    return Eq(loop.v(1), s0**2 * remaining((tau - mu0) / s0))


@claim(
    source="derived: from the moments of a truncated Gaussian",
    mutants={"conserved": lambda tau, mu0, s0: 2 * s0**2 + (mu0 - tau) ** 2},
)
def filter_threshold_idempotent_vs_refit_invariant(
    tau=Reals(-5, 5, notable=(0, 1)), mu0=Reals(-2, 2, notable=(0, 1)), s0=Reals(half, 3, notable=(2,))
):
    """What a fit takes from 2 s^2 + (mu - tau)^2 is exactly the square of the step of mu.

    The steps are soon tiny, so that it converges, to C^2: s sqrt(2 + a^2) -> C, mu -> tau + C.
    """
    loop = FilteredGaussianLoop(Above(tau), mu0=mu0, s0=s0)
    return Eq(2 * loop.v(1) + (loop.mu(1) - tau) ** 2, 2 * s0**2 + (mu0 - tau) ** 2 - (loop.mu(1) - mu0) ** 2)


@claim(
    source="derived: the variance of a truncated Gaussian is below that of the Gaussian",
    mutants={"by half at least": lambda a: {"<": half}},
)
def filter_threshold_idempotent_vs_refit_shrinks(a=Reals(-2, 4, notable=(0, -1))):
    """Every refit above a threshold makes the model narrower: the filter is never done."""
    loop = FilteredGaussianLoop(Above(a))
    return And(Gt(loop.v(1), 0), Lt(loop.v(1), 1))


@claim(
    source="derived: ten steps of the map, by enclosure",
    mutants={"0.3796": lambda: {"<": Rational(3796, 10**4)}, "geometric": lambda: {"<": Rational(6028, 10**4) ** 10}},
    unreached={"derivation": "no certificate for ten steps with a distribution function in the denominator"},
)
def filter_threshold_idempotent_vs_refit_slow():
    """Collapse above a threshold is slow: from N(0, 1), tau = 0, s is 0.6028 after one fit, and 0.37965 after ten.

    No simulation: an interval of that width needs 10^10 draws.
    """
    loop = FilteredGaussianLoop(Above(0))
    return And(Gt(loop.s(10), Rational(37965, 10**5)), Lt(loop.s(10), Rational(37966, 10**5)))


@claim(
    source="the law of what is kept, taken for the refitted model",
    expected="fails",
    corrected="filter-threshold-idempotent-vs-refit-shrinks",
)
def filter_threshold_idempotent_vs_refit_safe(t=Points(2, 10)):
    """Threshold filtering is idempotent, also with a Gaussian refit."""
    loop = FilteredGaussianLoop(Above(0))
    return Eq(loop.v(t), loop.v(1))


@claim(
    source="the first step, taken for a rate",
    expected="fails",
    corrected="filter-threshold-idempotent-vs-refit-slow",
)
def filter_threshold_idempotent_vs_refit_geometric(t=Points(2, 10)):
    """Above a threshold a refitted Gaussian collapses geometrically, at the rate of its first step."""
    loop = FilteredGaussianLoop(Above(0))
    return Le(loop.v(t), loop.v(1) ** t)


# ---- the top share --------------------------------------------------------------------------------------------------


@claim(
    source="derived: variance of a truncated Gaussian, the same factor in every round",
    mutants={
        "without z h": lambda z, t, mu0, s0: s0**2 * (1 - hazard(z) ** 2) ** t,
        "the share that is kept": lambda z, t, mu0, s0: s0**2 * tail(z) ** t,
    },
)
def filter_topq_gaussian_refit(
    z=Reals(-3, 3, notable=(-1, 0, 1)), t=Integers(0), mu0=Reals(-2, 2), s0=Positive(notable=(2,))
):
    """Keeping the top q and refitting a Gaussian is geometric collapse: s_t^2 = s_0^2 (1 + z h - h^2)^t.

    z is the upper q-quantile of the standard normal law, h = phi(z)/q. The population is sampled for t = 1 only.
    """
    loop = FilteredGaussianLoop(Top(z), mu0=mu0, s0=s0)
    return Eq(loop.v(t), s0**2 * remaining(z) ** t)


@claim(
    source="derived: mean of a truncated Gaussian, a geometric sum",
    mutants={"constant steps": lambda z, t, mu0, s0: mu0 + t * s0 * hazard(z)},
    unreached={
        "derivation": "a step with a distribution function in the denominator: its recursion has no verified solution"
    },
)
def filter_topq_gaussian_refit_mean(
    z=Reals(-3, 3, notable=(0, 1, -1)), t=Integers(0, 50), mu0=Reals(-2, 2), s0=Positive(notable=(2,))
):
    """Its mean climbs by steps that shrink with s: mu_t = mu_0 + s_0 h (1 - v^(t/2))/(1 - sqrt(v)), v = 1 + z h - h^2."""
    loop, rate = FilteredGaussianLoop(Top(z), mu0=mu0, s0=s0), sqrt(remaining(z))
    return Eq(loop.mu(t), mu0 + s0 * hazard(z) * (1 - rate**t) / (1 - rate))


@claim(
    source="derived: the case q = 1/2",
    mutants={"h only": lambda t: sqrt(2 / pi), "without z h": lambda t: sqrt(2 / pi) * (1 - (2 / pi) ** t)},
)
def filter_topq_gaussian_refit_half(t=Integers(1)):
    """Of the top half: s_t^2 = (1 - 2/pi)^t, and the mean climbs to 2.0088 s_0, not further."""
    loop, rate = FilteredGaussianLoop(Top(0)), sqrt(1 - 2 / pi)
    return Eq(loop.mu(t), sqrt(2 / pi) * (1 - rate**t) / (1 - rate))


@claim(
    source="derived: mean of a truncated Gaussian, a geometric sum",
    mutants={"nine tenths of it": lambda z, t: Rational(9, 10) * hazard(z) / (1 - sqrt(remaining(z)))},
    unreached={
        "derivation": "a step with a distribution function in the denominator: its recursion has no verified solution"
    },
)
def filter_topq_gaussian_refit_gain(z=Reals(-3, 3, notable=(0, 1, -1)), t=Integers(0, 10, notable=(1, 5))):
    """The total gain is finite: the mean stays below mu_0 + s_0 h/(1 - sqrt(1 + z h - h^2))."""
    return Lt(FilteredGaussianLoop(Top(z)).mu(t), hazard(z) / (1 - sqrt(remaining(z))))


@claim(
    source="derived: the variance of a truncated Gaussian is below that of the Gaussian",
    mutants={"half": lambda z: {"<": half}},
)
def filter_topq_gaussian_refit_shrinks(z=Reals(-2, 4, notable=(0, -1))):
    """The factor of the variance is between 0 and 1, whatever share is kept."""
    v = FilteredGaussianLoop(Top(z)).v(1)
    return And(Gt(v, 0), Lt(v, 1))


@claim(
    source="derived: the unbiased variance of n draws of a truncated Gaussian",
    mutants={
        "the biased variance": lambda z, n, t, s0: s0**2 * ((1 - 1 / sympify(n)) * remaining(z)) ** t,
        "without z h": lambda z, n, t, s0: s0**2 * (1 - hazard(z) ** 2) ** t,
    },
)
def filter_topq_gaussian_refit_finite(
    z=Reals(-2, 2, notable=(1, 0, -1)), n=Points(2, 3, 8), t=Integers(0, 50, notable=(1, 2, 3)), s0=Positive()
):
    """With n points kept, filtered by the model's own quantile, the mean variance is that of the population for every n."""
    return Eq(E(FilteredGaussianLoop(Top(z), n, s0=s0).v(t)), s0**2 * remaining(z) ** t)


@claim(
    source="derived: a quantile of a law that is cut off already; mean of a truncated Gaussian",
    mutants={"phi of the first quantile": lambda q, t: bell(upper_quantile(q)) / q**t},
)
def filter_topq_gaussian_refit_exact_law(
    q=Probability(notable=(half, Rational(1, 10))), t=Integers(1, notable=(5, 20))
):
    """Without the refit p_t is the top q^t of p_0, of mean phi(z_t)/q^t with 1 - Phi(z_t) = q^t: it knows no bound."""
    return Eq(E(TopShareLoop(q).draw(t)), bell(upper_quantile(q**t)) / q**t)


@claim(
    source="the exact law, taken for the refitted model",
    expected="fails",
    corrected="filter-topq-gaussian-refit-gain",
)
def filter_topq_gaussian_refit_unbounded(t=Points(5, 10)):
    """The refitted model gains at least what the filtered law gains: its reward goes to the supremum."""
    return Ge(FilteredGaussianLoop(Top(0)).mu(t), E(TopShareLoop(half).draw(t)))


# ---- the middle -----------------------------------------------------------------------------------------------------


@claim(
    source="derived: variance of a Gaussian truncated on both sides, the same factor in every round",
    mutants={
        "the share that is kept": lambda k, t, s0: s0**2 * erf(k / sqrt(2)) ** t,
        "phi(k) once": lambda k, t, s0: s0**2 * (1 - k * bell(k) / erf(k / sqrt(2))) ** t,
    },
)
def filter_central_truncation(k=Positive(hi=4, notable=(1, 2, half)), t=Integers(0), s0=Positive(notable=(2,))):
    """Keeping |x - mu| <= k s and refitting loses diversity: s_t^2 = s_0^2 (1 - 2 k phi(k)/(2 Phi(k) - 1))^t.

    The population is sampled for t = 1 only.
    """
    return Eq(FilteredGaussianLoop(Within(k), s0=s0).v(t), s0**2 * core(k) ** t)


@claim(
    source="derived: by symmetry",
    mutants={"it drifts": lambda k, t, mu0: mu0 + Rational(1, 100)},
    scale=lambda k, t, mu0: 1,
)
def filter_central_truncation_mean(k=Positive(hi=4, notable=(1, 2)), t=Integers(0), mu0=Reals(-5, 5)):
    """Its mean stays where it was."""
    return Eq(FilteredGaussianLoop(Within(k), mu0=mu0).mu(t), mu0)


@claim(
    source="derived: a density that falls on both sides, beside the uniform one",
    mutants={"k^2/4": lambda k: {"<": k**2 / 4}},
)
def filter_central_truncation_uniform(k=Reals(Rational(1, 5), 4, notable=(1, 2))):
    """The variance that is left is below that of the uniform law on the interval, k^2/3, and not 0."""
    v = FilteredGaussianLoop(Within(k)).v(1)
    return And(Gt(v, 0), Lt(v, k**2 / 3))


@claim(
    source="derived: the unbiased variance of n draws of a truncated Gaussian",
    mutants={"the biased variance": lambda k, n, t, s0: s0**2 * ((1 - 1 / sympify(n)) * core(k)) ** t},
)
def filter_central_truncation_finite(
    k=Positive(hi=4, notable=(1, 2)), n=Points(2, 3, 8), t=Integers(0, 50, notable=(1, 2, 3)), s0=Positive()
):
    """With n points kept the mean variance is that of the population for every n."""
    return Eq(E(FilteredGaussianLoop(Within(k), n, s0=s0).v(t)), s0**2 * core(k) ** t)


@claim(
    source="the share that is kept, taken for the factor of the variance",
    expected="fails",
    corrected="filter-central-truncation",
)
def filter_central_truncation_kept_share(k=Positive(hi=4, notable=(1, 2)), t=Integers(1)):
    """The typicality filter multiplies the variance by 2 Phi(k) - 1, the share that it keeps."""
    return Eq(FilteredGaussianLoop(Within(k)).v(t), erf(k / sqrt(2)) ** t)
