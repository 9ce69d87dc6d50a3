"""Hard filters: a model is retrained on what passes a filter, and on nothing else. Loops and theorems.

Thresholds, top shares and typicality filters, with and without a Gaussian refit; the best of n draws; filters by the
confidence of a classifier, by the model's own likelihood, by an imperfect verifier; guidance away from a worse model.

Time: model 0 is what the loop is handed, model t is after t rounds of filter and fit.
"""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# pyright: reportCallIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

from __future__ import annotations

from sympy import (
    Add,
    And,
    Basic,
    Eq,
    Expr,
    Ge,
    Gt,
    Integer,
    Lambda,
    Le,
    Lt,
    Rational,
    Symbol,
    Tuple,
    cancel,
    erf,
    erfc,
    erfcinv,
    exp,
    log,
    oo,
    pi,
    sqrt,
    sympify,
    together,
)

from .language.claims import claim
from .language.domains import Integers, Points, Positive, Probability, Reals
from .language.laws import Binomial, ChiSquare, Exponential, Finite, Noise, Normal, Tilted, Truncated
from .language.loops import FiniteLoop, Loop, Observable, arguments, observable
from .language.moments import KL, E, Tends, Var

# ---- what is kept ---------------------------------------------------------------------------------------------------


class Keep(Basic):
    """Which points of a model with mean mu and standard deviation sd are kept: those in `interval(mu, sd)`.

    scaled: whether the interval moves with the model.
    """

    scaled = True

    def __new__(cls, *args):
        return Basic.__new__(cls, *map(sympify, args))

    def interval(self, mu, sd) -> tuple[Expr, Expr]:
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
    Observables: mu(t), v(t), the variance; s(t) is its root.
    """

    state = ("mu", "v")
    positive = frozenset({"v"})
    latex_names = {"mu": r"\mu", "v": "s^2"}  # noqa: RUF012
    joint_points = tuple({"t": t} for t in (1, 0, 2, 3))

    def __new__(cls, keep: Keep, n=oo, mu0=0, s0=1):
        return Loop.__new__(cls, keep, *map(sympify, (n, mu0, s0)))

    keep, n, mu0, s0 = arguments(4)
    mu, v = observable("mu"), observable("v")

    @property
    def deterministic(self) -> bool:  # type: ignore[override]
        return self.n is oo

    def s(self, t) -> Expr:
        """The standard deviation after t fits."""
        return sqrt(self.v(t))

    def refuses(self) -> str | None:
        return None if self.n is oo or (self.n.is_Integer and self.n >= 2) else f"n = {self.n}: two points are needed"

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mu": self.mu0, "v": self.s0**2}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        mu, v = state["mu"], state["v"]
        if self.n is oo:
            kept = Noise("X", Truncated(Normal(mu, v), *self.keep.interval(mu, sqrt(v))))
            return {"mu": E(kept), "v": E(kept**2) - E(kept) ** 2}
        if not self.keep.scaled:
            raise NotImplementedError("the law of what is kept, in units of the model, changes with the model")
        law = Truncated(Normal(0, 1), *self.keep.interval(Integer(0), Integer(1)))
        kept = [Noise(f"Y{i}", law) for i in range(int(self.n))]
        mean = Add(*kept) / self.n
        return {"mu": mu + sqrt(v) * mean, "v": v * Add(*((y - mean) ** 2 for y in kept)) / (self.n - 1)}

    def standard(self) -> FilteredGaussianLoop:
        return self.func(self.keep.seen_from(self.mu0, self.s0), self.n)

    def rescale(self, observable: Observable) -> Expr:
        """Location and scale of the start come out of all that follows."""
        rest = observable.func(self.standard(), *observable.args[1:])
        return self.mu0 + self.s0 * rest if observable.name == "mu" else self.s0**2 * rest


class TopShareLoop(Loop):
    """The top share q of the model is kept, and the model is what is kept: no refit.

    Model 0 is N(0, 1).  Observables: mass(t), the probability under model 0 of what is left; draw(t).
    """

    state = ("mass",)
    deterministic = True
    positive = frozenset({"mass"})
    latex_names = {"mass": "P_0"}  # noqa: RUF012

    def __new__(cls, q):
        return Loop.__new__(cls, sympify(q))

    (q,) = arguments(1)
    mass = observable("mass")

    @property
    def initial(self) -> dict[str, Expr]:
        return {"mass": Integer(1)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"mass": self.q * state["mass"]}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        return Noise(f"X{index}", Truncated(Normal(0, 1), upper_quantile(state["mass"])))


# ---- filters of atoms -----------------------------------------------------------------------------------------------


class FilteredLoop(FiniteLoop):
    """The model becomes the law of the draws that are kept: atom number i is kept with probability keep[i].

    start: `Finite` law.  Observables: mass(t, i, ...), the probability of atoms; model(t), a law.
    """

    def __new__(cls, start: Finite, keep):
        return Loop.__new__(cls, start, Tuple(*map(sympify, keep)))

    start, keep = arguments(2)

    def refuses(self) -> str | None:
        if any(not 0 <= c <= 1 for c in self.keep) or not any(self.keep):
            return f"keep = {self.keep}: probabilities are expected, not all of them 0"
        return super().refuses()

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        kept = {name: c * state[name] for name, c in zip(self.state, self.keep, strict=True)}
        return {name: x / Add(*kept.values()) for name, x in kept.items()}

    def law_at(self, t) -> Finite:
        """What is never kept has no mass after a fit."""
        gone = sympify(t).is_positive
        names = zip(self.state, self.keep, strict=True)
        return Finite(tuple(0 if gone and c == 0 else Observable(self, name, t) for name, c in names))


class BestOfLoop(FiniteLoop):
    """The best of a growing number of draws: model t is the law of the best of t + 1 draws from `start`.

    start: `Finite` law, its atoms in the order of their rewards, the best one last.
    Observables: mass(t, i, ...), the probability of atoms; model(t), a law.
    """

    def __new__(cls, start: Finite):
        return Loop.__new__(cls, start)

    (start,) = arguments(1)

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """One more draw: it is the best one now, or what was best stays."""
        best, new = [state[name] for name in self.state], list(self.start.masses)
        out = (b * Add(*new[: i + 1]) + p * Add(*best[:i]) for i, (b, p) in enumerate(zip(best, new, strict=True)))
        return dict(zip(self.state, out, strict=True))


class SelfLikelihoodLoop(FiniteLoop):
    """The model's own likelihood to the power g is the weight with which a draw is kept: p becomes p^(1 + g), normalised.

    start: `Finite` law.  Observables: mass(t, i, ...), the probability of atoms.
    """

    def __new__(cls, start: Finite, g):
        return Loop.__new__(cls, start, sympify(g))

    start, g = arguments(2)

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        kept = {name: p * p**self.g for name, p in state.items()}
        return {name: x / Add(*kept.values()) for name, x in kept.items()}


# ---- products of powers of Gaussians --------------------------------------------------------------------------------


def product(*parts: tuple[Expr, Normal]) -> tuple[Expr, Expr]:
    """Precision and mean of the normal law with density proportional to a product of powers: parts (power, law).

    Read off the slope of the logarithm of the product, which is linear.
    """
    x = Symbol("x", real=True)
    slope = Add(*(w * law.density(x).diff(x) / law.density(x) for w, law in parts))
    precision = cancel(together(-slope.diff(x)))
    return precision, slope.subs(x, 0) / precision


class LikelihoodGaussianLoop(Loop):
    """N(0, v) is refitted (mean 0 known) to n draws that were kept with the g-th power of the model's likelihood.

    Observables: v(t).
    """

    state = ("v",)
    positive = frozenset({"v"})
    joint_points = tuple({"n": n, "t": t} for n, t in ((10, 1), (5, 2), (10, 0), (50, 3), (1, 1)))

    def __new__(cls, n, g, v0=1):
        return Loop.__new__(cls, *map(sympify, (n, g, v0)))

    n, g, v0 = arguments(3)
    v = observable("v")

    def refuses(self) -> str | None:
        return None if self.n.is_Integer and self.n >= 1 else f"n = {self.n}: at least one draw is needed"

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        precision, _ = product((1 + self.g, Normal(0, state["v"])))
        return {"v": Noise("Q", ChiSquare(self.n)) / (self.n * precision)}

    def standard(self) -> LikelihoodGaussianLoop:
        return self.func(self.n, self.g)

    def rescale(self, observable: Observable) -> Expr:
        return self.v0 * observable.func(self.standard(), *observable.args[1:])


class PrecisionLoop(Loop):
    """Base: Gaussians in the population, followed through their precision.  Observables: tau(t)."""

    state = ("tau",)
    deterministic = True
    latex_names = {"tau": r"\tau"}  # noqa: RUF012
    tau = observable("tau")

    def v(self, t) -> Expr:
        """The variance after t rounds."""
        return 1 / self.tau(t)


class ReferenceLikelihoodLoop(PrecisionLoop):
    """A Gaussian of variance v0 is filtered with the g-th power of the likelihood of the first model, again and again."""

    def __new__(cls, g, v0=1):
        return Loop.__new__(cls, *map(sympify, (g, v0)))

    g, v0 = arguments(2)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        precision, _ = product((1, Normal(0, 1 / state["tau"])), (self.g, Normal(0, self.v0)))
        return {"tau": precision}


class GuidedGaussianLoop(PrecisionLoop):
    """A model is fitted, a worse one to its samples, and the next generation is p^(1 + w)/q^w: away from the worse one.

    w: the weight.  rho: every fit multiplies the variance by it.
    """

    def __new__(cls, w, rho, v0=1):
        return Loop.__new__(cls, *map(sympify, (w, rho, v0)))

    w, rho, v0 = arguments(3)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        better = self.rho / state["tau"]
        precision, _ = product((1 + self.w, Normal(0, better)), (-self.w, Normal(0, self.rho * better)))
        return {"tau": precision}


class AnchoredGuidanceLoop(PrecisionLoop):
    """The next generation is p_0^(1 + w)/p_t^w: guided away from the present model, always from the same p_0 = N(0, v0)."""

    def __new__(cls, w, v0, start):
        return Loop.__new__(cls, *map(sympify, (w, v0, start)))

    w, v0, start = arguments(3)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.start}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        precision, _ = product((1 + self.w, Normal(0, self.v0)), (-self.w, Normal(0, 1 / state["tau"])))
        return {"tau": precision}


class GuidedSampleLoop(Loop):
    """One round of guidance with samples: N(0, v) is fitted to n draws of the truth N(0, v0), then to n draws of that fit.

    Both fits by maximum likelihood, the precision of p^(1 + w)/q^w from the two.  Observables: tau(t), t = 0 or 1.
    """

    state = ("tau",)
    latex_names = {"tau": r"\tau"}  # noqa: RUF012
    joint_points = tuple({"n": n} for n in (10, 20, 50, 100))

    def __new__(cls, n, w, v0=1):
        return Loop.__new__(cls, *map(sympify, (n, w, v0)))

    n, w, v0 = arguments(3)
    tau = observable("tau")

    def refuses(self) -> str | None:
        return None if self.n.is_Integer and self.n >= 2 else f"n = {self.n}: two draws are needed"

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        first, second = (Noise(name, ChiSquare(self.n - 1)) / self.n for name in ("Q", "R"))
        better = first / state["tau"]
        precision, _ = product((1 + self.w, Normal(0, better)), (-self.w, Normal(0, better * second)))
        return {"tau": precision}

    def standard(self) -> GuidedSampleLoop:
        return self.func(self.n, self.w)

    def rescale(self, observable: Observable) -> Expr:
        return observable.func(self.standard(), *observable.args[1:]) / self.v0


# ---- a classifier, a verifier ---------------------------------------------------------------------------------------


class ConfidenceLoop(Loop):
    """A class N(mu, 1), the other being N(-mu, 1), is filtered: a draw is kept with the Bayes classifier's confidence.

    Observables: draw(t); confidence(t), that in a fresh draw.
    """

    state = ("power",)  # model t has the density of model 0 times the confidence to this power
    deterministic = True

    def __new__(cls, mu):
        return Loop.__new__(cls, sympify(mu))

    (mu,) = arguments(1)

    def sure(self, x) -> Expr:
        """The probability of the class at x."""
        return 1 / (1 + exp(-2 * self.mu * x))

    def confidence(self, t) -> Expr:
        return self.sure(self.draw(t))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"power": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        return {"power": state["power"] + 1}

    def emit(self, state: dict[str, Expr], index) -> Expr:
        x = Symbol("x", real=True)
        return Noise(f"X{index}", Tilted(Normal(self.mu, 1), Lambda(x, self.sure(x) ** state["power"])))

    def slope(self, at, t) -> Expr:
        """The derivative of the log density of model t at a place."""
        x = Symbol("x", real=True)
        start = Normal(self.mu, 1).density(x)
        return (start.diff(x) / start + t * log(self.sure(x)).diff(x)).subs(x, at)


class PrunedEstimatorLoop(Loop):
    """A linear classifier, sum of y x over the samples that a verifier keeps; time is the number of samples seen.

    x = y m e + N(0, I), e a unit vector in d dimensions; a label is wrong with probability p; the verifier keeps right
    ones with probability phi, wrong ones with psi.
    Observables: along(t), across(t), the sum's coordinates along e and along another axis; accuracy(t), its test accuracy.
    """

    state = ("along", "across")
    joint_points = tuple({"t": t} for t in (10, 1, 0, 50))

    def __new__(cls, p, phi, psi, m=1, d=2):
        return Loop.__new__(cls, *map(sympify, (p, phi, psi, m, d)))

    p, phi, psi, m, d = arguments(5)
    along, across, accuracy = map(observable, ("along", "across", "accuracy"))

    def refuses(self) -> str | None:
        if not all(0 <= x <= 1 for x in (self.p, self.phi, self.psi)):
            return "p, phi and psi are probabilities"
        return None if self.d.is_Integer and self.d >= 2 else f"d = {self.d}: at least two dimensions are needed"

    @property
    def initial(self) -> dict[str, Expr]:
        return {"along": Integer(0), "across": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        wrong = Noise("W", Binomial(1, self.p))
        kept = (1 - wrong) * Noise("R", Binomial(1, self.phi)) - wrong * Noise("F", Binomial(1, self.psi))
        z, other = Noise("Z", Normal(0, 1)), Noise("Y", Normal(0, 1))
        return {"along": state["along"] + kept * (self.m + z), "across": state["across"] + kept * other}


# ---- shorthand ------------------------------------------------------------------------------------------------------

half = Rational(1, 2)


def bell(x) -> Expr:
    """The standard normal density."""
    return Normal(0, 1).density(x)


def tail(x) -> Expr:
    """1 - Phi(x)."""
    return erfc(x / sqrt(2)) / 2


def upper_quantile(p) -> Expr:
    """Where 1 - Phi is p."""
    return sqrt(2) * erfcinv(2 * p)


def hazard(x) -> Expr:
    """phi(x)/(1 - Phi(x)), the mean of a standard normal draw above x."""
    return bell(x) / tail(x)


def remaining(z) -> Expr:
    """The variance of a standard normal draw above z: 1 + z h - h^2."""
    return 1 + z * hazard(z) - hazard(z) ** 2


def core(k) -> Expr:
    """The variance of a standard normal draw within k of 0."""
    return 1 - 2 * k * bell(k) / erf(k / sqrt(2))


def three(u, v, w) -> Finite:
    """The law with probabilities proportional to u, v, w."""
    return Finite(tuple(x / (u + v + w) for x in (u, v, w)))


def coin(p) -> Finite:
    return Finite((1 - p, p))


# ---- a fixed threshold ----------------------------------------------------------------------------------------------


@claim(
    mutants={
        "it grows with every round": lambda u, v, w, t: t * log((u + v + w) / (v + w)),
        "the law at its threshold": lambda u, v, w, t: log((u + v + w) / v),
    }
)
def filter_threshold_idempotent_vs_refit(u=Positive(), v=Positive(), w=Positive(), t=Integers(1)):
    """A threshold filter is done after one round: KL(p_t || p_0) = -log P_0(kept) from then on.

    Three atoms with masses in the ratio u : v : w, of which the first is filtered out.
    """
    loop = FilteredLoop(three(u, v, w), (0, 1, 1))
    return Eq(KL(loop.model(t), loop.start), log((u + v + w) / (v + w)))


@claim(mutants={"halved by every round": lambda u, v, w, t: v / (v + w) / 2 ** (t - 1)})
def filter_threshold_idempotent_vs_refit_law(u=Positive(), v=Positive(), w=Positive(), t=Integers(1)):
    """The law after a threshold filter is the law given the threshold, after one round and after any number."""
    loop = FilteredLoop(three(u, v, w), (0, 1, 1))
    return Eq(loop.mass(t, 1), v / (v + w))


@claim(mutants={"the threshold itself": lambda tau, mu0, s0: tau + s0})
def filter_threshold_idempotent_vs_refit_mean(
    tau=Reals(-5, 5, notable=(0, 1)), mu0=Reals(-2, 2, notable=(0, 1)), s0=Reals(half, 3, notable=(2,))
):
    """A Gaussian refitted above a threshold tau moves by s h(a), a = (tau - mu)/s, h = phi/(1 - Phi)."""
    loop = FilteredGaussianLoop(Above(tau), mu0=mu0, s0=s0)
    return Eq(loop.mu(1), mu0 + s0 * hazard((tau - mu0) / s0))


@claim(mutants={"without a h": lambda tau, mu0, s0: s0**2 * (1 - hazard((tau - mu0) / s0) ** 2)})
def filter_threshold_idempotent_vs_refit_variance(
    tau=Reals(-5, 5, notable=(1, -1)), mu0=Reals(-2, 2, notable=(0, 1)), s0=Reals(half, 3, notable=(2,))
):
    """Its variance is multiplied by 1 + a h(a) - h(a)^2."""
    loop = FilteredGaussianLoop(Above(tau), mu0=mu0, s0=s0)
    return Eq(loop.v(1), s0**2 * remaining((tau - mu0) / s0))


@claim(mutants={"conserved": lambda tau, mu0, s0: 2 * s0**2 + (mu0 - tau) ** 2})
def filter_threshold_idempotent_vs_refit_invariant(
    tau=Reals(-5, 5, notable=(0, 1)), mu0=Reals(-2, 2, notable=(0, 1)), s0=Reals(half, 3, notable=(2,))
):
    """What a fit takes from 2 s^2 + (mu - tau)^2 is exactly the square of the step of mu.

    The steps are soon tiny, so that it converges, to C^2: s sqrt(2 + a^2) -> C, mu -> tau + C.
    """
    loop = FilteredGaussianLoop(Above(tau), mu0=mu0, s0=s0)
    return Eq(2 * loop.v(1) + (loop.mu(1) - tau) ** 2, 2 * s0**2 + (mu0 - tau) ** 2 - (loop.mu(1) - mu0) ** 2)


@claim(mutants={"by half at least": lambda a: {"<": half}})
def filter_threshold_idempotent_vs_refit_shrinks(a=Reals(-2, 4, notable=(0, -1))):
    """Every refit above a threshold makes the model narrower: the filter is never done."""
    loop = FilteredGaussianLoop(Above(a))
    return And(Gt(loop.v(1), 0), Lt(loop.v(1), 1))


@claim(
    mutants={"0.3796": lambda: {"<": Rational(3796, 10**4)}, "geometric": lambda: {"<": Rational(6028, 10**4) ** 10}}
)
def filter_threshold_idempotent_vs_refit_slow():
    """Collapse above a threshold is slow: from N(0, 1), tau = 0, s is 0.6028 after one fit, and 0.37965 after ten."""
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
    mutants={
        "without z h": lambda z, t, mu0, s0: s0**2 * (1 - hazard(z) ** 2) ** t,
        "the share that is kept": lambda z, t, mu0, s0: s0**2 * tail(z) ** t,
    }
)
def filter_topq_gaussian_refit(
    z=Reals(-3, 3, notable=(-1, 0, 1)), t=Integers(0), mu0=Reals(-2, 2), s0=Positive(notable=(2,))
):
    """Keeping the top q and refitting a Gaussian is geometric collapse: s_t^2 = s_0^2 (1 + z h - h^2)^t.

    z is the upper q-quantile of the standard normal law, h = phi(z)/q. The population is sampled for t = 1 only.
    """
    loop = FilteredGaussianLoop(Top(z), mu0=mu0, s0=s0)
    return Eq(loop.v(t), s0**2 * remaining(z) ** t)


@claim(mutants={"constant steps": lambda z, t, mu0, s0: mu0 + t * s0 * hazard(z)})
def filter_topq_gaussian_refit_mean(
    z=Reals(-3, 3, notable=(0, 1, -1)), t=Integers(0, 50), mu0=Reals(-2, 2), s0=Positive(notable=(2,))
):
    """Its mean climbs by steps that shrink with s: mu_t = mu_0 + s_0 h (1 - v^(t/2))/(1 - sqrt(v)), v = 1 + z h - h^2."""
    loop, rate = FilteredGaussianLoop(Top(z), mu0=mu0, s0=s0), sqrt(remaining(z))
    return Eq(loop.mu(t), mu0 + s0 * hazard(z) * (1 - rate**t) / (1 - rate))


@claim(mutants={"h only": lambda t: sqrt(2 / pi), "without z h": lambda t: sqrt(2 / pi) * (1 - (2 / pi) ** t)})
def filter_topq_gaussian_refit_half(t=Integers(1)):
    """Of the top half: s_t^2 = (1 - 2/pi)^t, and the mean climbs to 2.0088 s_0, not further."""
    loop, rate = FilteredGaussianLoop(Top(0)), sqrt(1 - 2 / pi)
    return Eq(loop.mu(t), sqrt(2 / pi) * (1 - rate**t) / (1 - rate))


@claim(mutants={"nine tenths of it": lambda z, t: Rational(9, 10) * hazard(z) / (1 - sqrt(remaining(z)))})
def filter_topq_gaussian_refit_gain(z=Reals(-3, 3, notable=(0, 1, -1)), t=Integers(0, 10, notable=(1, 5))):
    """The total gain is finite: the mean stays below mu_0 + s_0 h/(1 - sqrt(1 + z h - h^2))."""
    return Lt(FilteredGaussianLoop(Top(z)).mu(t), hazard(z) / (1 - sqrt(remaining(z))))


@claim(mutants={"half": lambda z: {"<": half}})
def filter_topq_gaussian_refit_shrinks(z=Reals(-2, 4, notable=(0, -1))):
    """The factor of the variance is between 0 and 1, whatever share is kept."""
    v = FilteredGaussianLoop(Top(z)).v(1)
    return And(Gt(v, 0), Lt(v, 1))


@claim(
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


@claim(mutants={"phi of the first quantile": lambda q, t: bell(upper_quantile(q)) / q**t})
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
def filter_topq_gaussian_refit_unbounded(t=Points(1, 5)):
    """The refitted model gains at least what the filtered law gains: its reward goes to the supremum."""
    return Ge(FilteredGaussianLoop(Top(0)).mu(t), E(TopShareLoop(half).draw(t)))


# ---- the middle -----------------------------------------------------------------------------------------------------


@claim(
    mutants={
        "the share that is kept": lambda k, t, s0: s0**2 * erf(k / sqrt(2)) ** t,
        "phi(k) once": lambda k, t, s0: s0**2 * (1 - k * bell(k) / erf(k / sqrt(2))) ** t,
    }
)
def filter_central_truncation(k=Positive(hi=4, notable=(1, 2, half)), t=Integers(0), s0=Positive(notable=(2,))):
    """Keeping |x - mu| <= k s and refitting loses diversity: s_t^2 = s_0^2 (1 - 2 k phi(k)/(2 Phi(k) - 1))^t.

    The population is sampled for t = 1 only.
    """
    return Eq(FilteredGaussianLoop(Within(k), s0=s0).v(t), s0**2 * core(k) ** t)


@claim(mutants={"it drifts": lambda k, t, mu0: mu0 + Rational(1, 100)}, scale=lambda k, t, mu0: 1)
def filter_central_truncation_mean(k=Positive(hi=4, notable=(1, 2)), t=Integers(0), mu0=Reals(-5, 5)):
    """Its mean stays where it was."""
    return Eq(FilteredGaussianLoop(Within(k), mu0=mu0).mu(t), mu0)


@claim(mutants={"k^2/4": lambda k: {"<": k**2 / 4}})
def filter_central_truncation_uniform(k=Reals(Rational(1, 5), 4, notable=(1, 2))):
    """The variance that is left is below that of the uniform law on the interval, k^2/3, and not 0."""
    v = FilteredGaussianLoop(Within(k)).v(1)
    return And(Gt(v, 0), Lt(v, k**2 / 3))


@claim(mutants={"the biased variance": lambda k, n, t, s0: s0**2 * ((1 - 1 / sympify(n)) * core(k)) ** t})
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


# ---- the best of n --------------------------------------------------------------------------------------------------


@claim(
    source="Beirami et al. 2401.01879 (an upper bound; as commonly quoted, an equality)",
    mutants={"half of it": lambda n, u, v, w: (log(n) - 1 + 1 / n) / 2},
)
def filter_best_of_n_kl(n=Integers(2, notable=(4, 16)), u=Positive(), v=Positive(), w=Positive()):
    """KL of the best of n draws is below log n - (n - 1)/n; here on three atoms with masses in the ratio u : v : w."""
    loop = BestOfLoop(three(u, v, w))
    return Lt(KL(loop.model(n - 1), loop.start), log(n) - 1 + 1 / n)


@claim(
    source="Beirami et al. 2401.01879 (an upper bound; as commonly quoted, an equality)",
    mutants={"half of it": lambda p: (log(2) - half) / 2},
)
def filter_best_of_n_kl_coin(p=Reals(Rational(1, 100), Rational(99, 100), notable=(half,))):
    """The better of two tosses of a coin: KL stays below log 2 - 1/2 for every probability p of the better side."""
    loop = BestOfLoop(coin(p))
    return Lt(KL(loop.model(1), loop.start), log(2) - half)


@claim(mutants={"a power of the probability": lambda n, u, v, w: (v / (u + v + w)) ** n})
def filter_best_of_n_kl_law(n=Integers(1), u=Positive(), v=Positive(), w=Positive()):
    """The best of n draws is atom i with probability F_i^n - F_(i-1)^n: here the middle one of three."""
    loop, whole = BestOfLoop(three(u, v, w)), u + v + w
    return Eq(loop.mass(n - 1, 1), ((u + v) / whole) ** n - (u / whole) ** n)


@claim(mutants={"half of it": lambda n, p: -log(p) / 2})
def filter_best_of_n_kl_ceiling(n=Integers(2, 64, notable=(4, 16)), p=Probability(notable=(half,))):
    """It never exceeds -log P(best), whereas log n - (n - 1)/n grows for ever."""
    loop = BestOfLoop(coin(p))
    return Lt(KL(loop.model(n - 1), loop.start), -log(p))


@claim(
    source="classical; Beirami et al. 2401.01879",
    mutants={"log n": lambda n: log(n), "(n - 1)/n forgotten half": lambda n: log(n) - (n - 1) / (2 * n)},
)
def filter_best_of_n_kl_continuous(n=Integers(1, notable=(2, 4, 16))):
    """For a continuous reward KL is exactly log n - (n - 1)/n: the rank U of a draw is uniform, that of the best has n U^(n-1).

    The integral is over Y = -log U.
    """
    Y = Noise("Y", Exponential())
    return Eq(E(n * exp(-(n - 1) * Y) * (log(n) - (n - 1) * Y)), log(n) - (n - 1) / n)


@claim(
    source="Beirami et al. 2401.01879, as commonly quoted",
    expected="fails",
    corrected="filter-best-of-n-kl",
)
def filter_best_of_n_kl_equality(n=Integers(2, notable=(4, 64)), p=Probability(notable=(half,))):
    """KL of best-of-n is log n - (n - 1)/n, also on a finite alphabet."""
    loop = BestOfLoop(coin(p))
    return Eq(KL(loop.model(n - 1), loop.start), log(n) - (n - 1) / n)


# ---- the confidence of a classifier ---------------------------------------------------------------------------------


@claim(
    mutants={"a round later": lambda mu, t: (E(ConfidenceLoop(mu).draw(t)) - mu) / (2 * mu * (t + 1))},
)
def filter_classifier_confidence(mu=Reals(half, 2, notable=(1,)), t=Integers(1, 30, notable=(1, 5))):
    """What confidence lacks of 1 is (mean - mu)/(2 mu t) exactly, of order log(t)/t and not 1/t.

    Stein's identity: E (X - mu) = t E (log f)'(X). SymPy has no form for these integrals.
    """
    loop = ConfidenceLoop(mu)
    return Eq(1 - E(loop.confidence(t)), (E(loop.draw(t)) - mu) / (2 * mu * t))


@claim(mutants={"by a fiftieth and more": lambda mu, t: E(ConfidenceLoop(mu).draw(t)) + Rational(3, 10)})
def filter_classifier_confidence_drift(mu=Reals(half, 2, notable=(1,)), t=Integers(0, 30, notable=(0, 1, 5))):
    """The class mean drifts away with every round: the confidence has no maximum, and p_t converges to nothing."""
    loop = ConfidenceLoop(mu)
    return Gt(E(loop.draw(t + 1)), E(loop.draw(t)))


@claim(mutants={"a half": lambda mu, t: half})
def filter_classifier_confidence_variance(mu=Reals(half, 2, notable=(1,)), t=Integers(1, 30, notable=(1, 10))):
    """The class gets narrower: its variance falls below 1."""
    return Lt(Var(ConfidenceLoop(mu).draw(t)), 1)


@claim(mutants={"half of it": lambda mu, w: {">": -exp(-w - 2 * mu**2) * w / (4 * mu)}})
def filter_classifier_confidence_mode(mu=Points(half, 1, 2), w=Reals(Rational(1, 10), 20, notable=(1, 5))):
    """The mode of p_t is just below mu + w/(2 mu), w e^w = 4 mu^2 t e^(-2 mu^2): it goes as log(t)/(2 mu).

    There the log density falls, by less than e^(-w - 2 mu^2) w/(2 mu), and its slope falls by 1 at least: nor is the mode
    farther away than that. (No draws: an identity of densities.)
    """
    slope = ConfidenceLoop(mu).slope(mu + w / (2 * mu), w * exp(w + 2 * mu**2) / (4 * mu**2))
    return And(Lt(slope, 0), Gt(slope, -exp(-w - 2 * mu**2) * w / (2 * mu)))


@claim(
    source="the limit, taken to be the class",
    expected="fails",
    corrected="filter-classifier-confidence-drift",
)
def filter_classifier_confidence_class(mu=Reals(half, 2, notable=(1,)), t=Integers(1, 30, notable=(10,))):
    """Filtering by confidence leaves the class N(mu, 1) in place."""
    return Eq(E(ConfidenceLoop(mu).draw(t)), mu)


@claim(
    source="the rate of rewards with a maximum",
    expected="fails",
    corrected="filter-classifier-confidence",
)
def filter_classifier_confidence_harmonic(t=Points(10, 100)):
    """The gap to confidence 1 shrinks as 1/t."""
    loop = ConfidenceLoop(1)
    return Le(1 - E(loop.confidence(t)), (1 - E(loop.confidence(1))) / t)


# ---- an imperfect verifier ------------------------------------------------------------------------------------------


def pruned(p, phi, psi) -> FilteredLoop:
    """Labels, right or wrong with probability p, of which a verifier keeps phi and psi."""
    return FilteredLoop(Finite((1 - p, p)), (phi, psi))


@claim(
    source="2406.07515 (threshold)",
    where=lambda p, phi, psi: p < phi / (phi + psi),
    needs=["where"],
    mutants={"two thirds": lambda p, phi, psi: Rational(2, 3)},
)
def filter_verifier_threshold(
    p=Probability(notable=(Rational(3, 5), Rational(3, 10))),
    phi=Probability(notable=(Rational(4, 5),)),
    psi=Probability(notable=(Rational(2, 5),)),
):
    """Pruning leaves a right majority if fewer than p* = phi/(phi + psi) of the labels are wrong."""
    return Gt(pruned(p, phi, psi).mass(1, 0), half)


@claim(
    source="2406.07515 (threshold)",
    where=lambda p, phi, psi: p > phi / (phi + psi),
    needs=["where"],
    mutants={"a third": lambda p, phi, psi: Rational(1, 3)},
)
def filter_verifier_threshold_above(
    p=Probability(notable=(Rational(7, 10), Rational(9, 10))),
    phi=Probability(notable=(Rational(4, 5),)),
    psi=Probability(notable=(Rational(2, 5),)),
):
    """Beyond p* = phi/(phi + psi) the majority of what is kept is wrong."""
    return Lt(pruned(p, phi, psi).mass(1, 0), half)


@claim(mutants={"unweighted": lambda p, phi, psi: 1 - p * psi})
def filter_verifier_threshold_accuracy(
    p=Probability(notable=(Rational(3, 10),)),
    phi=Probability(notable=(Rational(4, 5),)),
    psi=Probability(notable=(Rational(2, 5),)),
):
    """After pruning (1 - p) phi/((1 - p) phi + p psi) of the labels are right."""
    return Eq(pruned(p, phi, psi).mass(1, 0), (1 - p) * phi / ((1 - p) * phi + p * psi))


@claim(mutants={"a round fewer": lambda p, phi, psi, t: (1 - p) / p * (phi / psi) ** (t - 1)})
def filter_verifier_threshold_rounds(p=Probability(), phi=Probability(), psi=Probability(), t=Integers(0)):
    """Every independent verification multiplies the odds of a right label by phi/psi."""
    loop = pruned(p, phi, psi)
    return Eq(loop.mass(t, 0) / loop.mass(t, 1), (1 - p) / p * (phi / psi) ** t)


@claim(where=lambda phi, psi: phi > psi, needs=["where"], mutants={"by a half": lambda p, phi, psi: (3 - p) / 3})
def filter_verifier_threshold_improves(
    p=Probability(notable=(Rational(3, 10),)),
    phi=Probability(notable=(Rational(1, 5),)),
    psi=Probability(notable=(Rational(1, 10),)),
):
    """Pruning raises the accuracy as soon as right labels are kept more often than wrong ones, phi > psi."""
    return Gt(pruned(p, phi, psi).mass(1, 0), 1 - p)


@claim(mutants={"as if nothing were pruned": lambda p, phi, psi, m, t: t * m * (1 - 2 * p)})
def filter_verifier_threshold_signal(
    p=Probability(), phi=Probability(), psi=Probability(), m=Positive(notable=(1, 2)), t=Integers(0)
):
    """The pruned estimator points along the classes with t |mu| A, A = (1 - p) phi - p psi: its sign turns at p*."""
    return Eq(E(PrunedEstimatorLoop(p, phi, psi, m).along(t)), t * m * ((1 - p) * phi - p * psi))


@claim(mutants={"A for B": lambda p, phi, psi, t: t * ((1 - p) * phi - p * psi)})
def filter_verifier_threshold_noise(p=Probability(), phi=Probability(), psi=Probability(), t=Integers(0)):
    """Its noise along any other axis has the variance t B, B = (1 - p) phi + p psi: the share that is kept."""
    return Eq(E(PrunedEstimatorLoop(p, phi, psi).across(t) ** 2), t * ((1 - p) * phi + p * psi))


@claim(
    source="derived; the constant of the rate is a choice (about 0.06 is measured)",
    mutants={"labels as good as right": lambda p, m, d: 1 - tail(m**2 / sqrt(m**2 + Rational(1, 10)))},
)
def filter_verifier_threshold_finite_ratio(
    p=Points(Rational(3, 10), Rational(9, 10)), m=Points(1, 2), d=Integers(2, notable=(10, 4))
):
    """With 10 d samples in d dimensions test accuracy tends to Phi(m^2 A/sqrt(A^2 m^2 + B/10)), m = |mu|.

    Here phi = 4/5, psi = 2/5. Only the fit to points has this accuracy: it is sampled, and there is no second witness.
    """
    phi, psi = Rational(4, 5), Rational(2, 5)
    A, B = (1 - p) * phi - p * psi, (1 - p) * phi + p * psi
    limit = 1 - tail(m**2 * A / sqrt(A**2 * m**2 + B / 10))
    return Tends(E(PrunedEstimatorLoop(p, phi, psi, m, d).accuracy(10 * d)), (d, 2, oo), limit, rate=1 / (10 * d))


@claim(
    source="the verifier ignored",
    expected="fails",
    corrected="filter-verifier-threshold",
    where=lambda p: p > half,
)
def filter_verifier_threshold_half(p=Probability(notable=(Rational(3, 5),)), phi=Points(Rational(4, 5))):
    """Where more than half of the labels are wrong, pruning leaves a wrong majority; here psi = 2/5."""
    return Lt(pruned(p, phi, Rational(2, 5)).mass(1, 0), half)


@claim(
    source="a plausible condition",
    expected="fails",
    corrected="filter-verifier-threshold-improves",
    where=lambda p, phi, psi: (1 - p) * phi + p * (1 - psi) < 1 - p,
)
def filter_verifier_threshold_better_than_generator(
    p=Probability(notable=(Rational(3, 10),)),
    phi=Probability(notable=(Rational(1, 5),)),
    psi=Probability(notable=(Rational(1, 10),)),
):
    """A verifier that is right less often than the generator does not raise the accuracy."""
    return Le(pruned(p, phi, psi).mass(1, 0), 1 - p)


# ---- guidance away from a worse model -------------------------------------------------------------------------------


@claim(mutants={"the weights swapped": lambda w, v0, vs: w / v0 - (1 + w) / vs})
def filter_negative_guidance_gaussian(w=Positive(), v0=Positive(), vs=Positive()):
    """p_0^(1 + w)/p_s^w of two Gaussians has the precision (1 + w)/v_0 - w/v_s.  (No draws: an identity of densities.)"""
    precision, _ = product((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Eq(precision, (1 + w) / v0 - w / vs)


@claim(
    where=lambda w, v0, vs: (1 + w) / v0 > w / vs,
    mutants={"extrapolated means": lambda w, v0, vs, m0, ms: (1 + w) * m0 - w * ms},
)
def filter_negative_guidance_gaussian_mean(
    w=Positive(), v0=Positive(), vs=Positive(), m0=Reals(-2, 2), ms=Reals(-2, 2)
):
    """Its mean is ((1 + w) m_0/v_0 - w m_s/v_s) over that precision.  (No draws: an identity of densities.)"""
    _, mean = product((1 + w, Normal(m0, v0)), (-w, Normal(ms, vs)))
    return Eq(mean, ((1 + w) * m0 / v0 - w * ms / vs) / ((1 + w) / v0 - w / vs))


@claim(
    where=lambda w, v0, vs: vs / v0 > w / (1 + w),
    needs=["where"],
    mutants={"that of the better model": lambda w, v0, vs: 1 / v0},
)
def filter_negative_guidance_gaussian_exists(w=Positive(notable=(1, 2)), v0=Positive(), vs=Positive()):
    """The extrapolated density exists if v_s/v_0 > w/(1 + w).  (No draws.)"""
    precision, _ = product((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Gt(precision, 0)


@claim(
    where=lambda w, v0, vs: vs / v0 < w / (1 + w),
    needs=["where"],
    mutants={"far below 0": lambda w, v0, vs: -1 / vs},
)
def filter_negative_guidance_gaussian_none(w=Positive(notable=(2, 1)), v0=Positive(), vs=Positive()):
    """If v_s/v_0 < w/(1 + w) there is no such density: its exponent grows.  (No draws.)"""
    precision, _ = product((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Lt(precision, 0)


@claim(
    mutants={
        "the shrunken variance": lambda rho, v0, t: rho * v0,
        "w = 1": lambda rho, v0, t: v0 / (2 / rho - 1 / rho**2),
    }
)
def filter_negative_guidance_gaussian_repair(rho=Probability(notable=(Rational(9, 10),)), v0=Positive(), t=Integers(1)):
    """If every fit multiplies the variance by rho, the weight w = rho repairs it exactly, generation after generation.

    (No draws: the population; with samples see `-sample`.)
    """
    return Eq(GuidedGaussianLoop(rho, rho, v0).v(t), v0)


@claim(mutants={"the first bias": lambda rho, v0, b: b}, scale=lambda b: 1)
def filter_negative_guidance_gaussian_bias(rho=Probability(notable=(Rational(9, 10),)), v0=Positive(), b=Reals(-2, 2)):
    """If the worse model adds rho times the bias b of the better one, the same weight w = rho removes it.  (No draws.)"""
    _, mean = product((1 + rho, Normal(b, rho * v0)), (-rho, Normal(b + rho * b, rho**2 * v0)))
    return Eq(mean, 0)


@claim(mutants={"guidance ignored": lambda w, rho, v0, t: rho ** (-t) / v0})
def filter_negative_guidance_gaussian_iterated(
    w=Positive(notable=(Rational(4, 5), 1)), rho=Probability(notable=(Rational(9, 10),)), v0=Positive(), t=Integers(0)
):
    """Iterated, guidance multiplies the precision by (1 + w - w/rho)/rho a generation.  (No draws.)"""
    return Eq(GuidedGaussianLoop(w, rho, v0).tau(t), ((1 + w - w / rho) / rho) ** t / v0)


@claim(
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
    where=lambda w, rho: w > rho,
    needs=["where"],
    mutants={"to half of it": lambda w, rho, v0: 1 / (2 * v0)},
)
def filter_negative_guidance_gaussian_inflation(
    w=Positive(notable=(1,)), rho=Probability(notable=(Rational(9, 10),)), v0=Positive()
):
    """Guidance with w > rho inflates: the precision falls.  (No draws.)"""
    return Lt(GuidedGaussianLoop(w, rho, v0).tau(1), 1 / v0)


@claim(mutants={"monotone": lambda w, v0, start, t: 1 / v0 + w**t * (1 / start - 1 / v0)})
def filter_negative_guidance_gaussian_anchored(
    w=Positive(notable=(half, 1, 2)), v0=Positive(), start=Positive(), t=Integers(0)
):
    """Always guided from the same p_0, the error of the precision is multiplied by -w: it converges if w < 1.  (No draws.)"""
    return Eq(AnchoredGuidanceLoop(w, v0, start).tau(t), 1 / v0 + (-w) ** t * (1 / start - 1 / v0))


@claim(mutants={"converged": lambda v0, start, t: 1 / v0})
def filter_negative_guidance_gaussian_anchored_period(v0=Positive(), start=Positive(), t=Integers(0)):
    """At w = 1 the anchored loop comes back after two generations.  (No draws.)"""
    loop = AnchoredGuidanceLoop(1, v0, start)
    return Eq(loop.tau(t + 2), loop.tau(t))


@claim(mutants={"as if rho = 1 - 1/n": lambda n, w, v0: n / (n - 1) * (1 + w - w * n / (n - 1)) / v0})
def filter_negative_guidance_gaussian_sample(
    n=Integers(4, notable=(10, 20)), w=Reals(0, 2, notable=(half, 1)), v0=Positive()
):
    """With two maximum-likelihood fits to n points each the mean precision is (1 + w - w/rho)/(rho v_0), rho = 1 - 3/n.

    The fitted variance has no mean: its denominator may vanish.
    """
    rho = 1 - 3 / n
    return Eq(E(GuidedSampleLoop(n, w, v0).tau(1)), (1 + w - w / rho) / rho / v0)


@claim(mutants={"without guidance": lambda n, v0: n / (n - 3) / v0})
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
    precision, _ = product((1 + w, Normal(0, v0)), (-w, Normal(0, vs)))
    return Gt(precision, 0)


# ---- the model's own likelihood -------------------------------------------------------------------------------------


def share(u, v, w, k) -> Expr:
    """What atom number 0 has of the law with probabilities proportional to u^k, v^k, w^k."""
    return u**k / (u**k + v**k + w**k)


@claim(
    mutants={
        "the rate of a fixed reference": lambda u, v, w, g, t: share(u, v, w, 1 + g * t),
        "g for 1 + g": lambda u, v, w, g, t: share(u, v, w, g**t),
    }
)
def filter_self_likelihood(
    u=Positive(hi=5),
    v=Positive(hi=5),
    w=Positive(hi=5),
    g=Reals(0, 3, notable=(1, half, 2)),
    t=Integers(0, 30, notable=(1, 2)),
):
    """The model's own likelihood to the power g as reward: p_t is proportional to p_0^((1 + g)^t).

    Three atoms with masses in the ratio u : v : w. Draws are votes of 1 + g, so that g is 1, 2, ... where it is sampled.
    """
    return Eq(SelfLikelihoodLoop(three(u, v, w), g).mass(t, 0), share(u, v, w, (1 + g) ** t))


@claim(mutants={"doubly exponential": lambda u, v, w, g, t: share(u, v, w, (1 + g) ** t)})
def filter_self_likelihood_reference(
    u=Positive(hi=5),
    v=Positive(hi=5),
    w=Positive(hi=5),
    g=Reals(0, 3, notable=(1, half, 2)),
    t=Integers(0, notable=(1, 2)),
):
    """With the likelihood of the first model instead, p_t is proportional to p_0^(1 + g t) only."""
    law = three(u, v, w)
    return Eq(FilteredLoop(law, tuple(p**g for p in law.masses)).mass(t, 0), share(u, v, w, 1 + g * t))


@claim(
    mutants={
        "the rate of a fixed reference": lambda n, g, t, v0: v0 / (1 + g * t),
        "the sampling loss": lambda n, g, t, v0: v0 * ((1 - 1 / n) / (1 + g)) ** t,
    }
)
def filter_self_likelihood_gaussian(n=Integers(1), g=Positive(notable=(half, 1)), t=Integers(0), v0=Positive()):
    """A Gaussian filtered by its own likelihood collapses geometrically, with samples too: E v_t = v_0/(1 + g)^t."""
    return Eq(E(LikelihoodGaussianLoop(n, g, v0).v(t)), v0 / (1 + g) ** t)


@claim(mutants={"geometric": lambda g, t, v0: v0 / (1 + g) ** t})
def filter_self_likelihood_reference_gaussian(g=Positive(notable=(half, 1)), t=Integers(0), v0=Positive()):
    """By the likelihood of the first model its variance falls as v_0/(1 + g t).  (No draws: the population.)"""
    return Eq(ReferenceLikelihoodLoop(g, v0).v(t), v0 / (1 + g * t))


@claim(mutants={"it moves": lambda g, t: {"==": Rational(1, 3) + g / 100}})
def filter_self_likelihood_uniform(g=Reals(0, 3, notable=(1, half)), t=Integers(0, 6, notable=(1, 2))):
    """The uniform law is a fixed point of a filter by its own likelihood."""
    return Eq(SelfLikelihoodLoop(three(1, 1, 1), g).mass(t, 0), Rational(1, 3))


@claim(
    source="the two likelihoods confused",
    expected="fails",
    corrected="filter-self-likelihood-gaussian",
)
def filter_self_likelihood_same_rate(n=Integers(1), g=Positive(notable=(half, 1)), t=Integers(2), v0=Positive()):
    """The model's own likelihood and that of the first model give the same rate."""
    return Eq(E(LikelihoodGaussianLoop(n, g, v0).v(t)), ReferenceLikelihoodLoop(g, v0).v(t))
