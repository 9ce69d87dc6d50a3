"""Linear regression, refitted by least squares to labels that the model before it gave, with Gaussian noise."""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Integer, Lt, Rational, Sum, log, oo, pi, sqrt

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.fields import Between, Flag, Nonnegative
from ..language.laws import Centred, ChiSquare, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate, observable
from ..language.moments import E, Tends, Var
from ..language.policies import Accumulate, Replace
from ..language.structures import Symmetry, Told
from .common import drift, half
from .policies import GERSTGRASSER, HE, best_weight, i


class RegressionLoop(Loop):
    """Least squares in d dimensions: n inputs from a Gaussian, labels X w + sigma eps from the weights w before, again and again.

    n, d: inputs of a fit, and dimensions.  sigma: standard deviation of the labels' noise.
    policy: Replace(), or Accumulate(): the fit is to all inputs and labels so far.
    reused: whether all generations have the same inputs; else each draws its own.
    fitted_noise: whether the noise's variance is refitted, too, the sum of squared residuals over n - d ("unbiased") or over n
        ("mle"), and used for the next labels; else ("no") it is sigma^2 for ever.
    The inputs' covariance does not matter to the risk, and is taken for the unit matrix.
    Observables: error(t), the error of the weights in a direction (given beforehand: all are alike). expected_risk(t) is a
    number. noise(t) is the fitted standard deviation of the noise.
    design(t) is the chi-square that inputs have which are reused.
    Refuses fewer inputs than the fit needs, and fitted noise beside `Accumulate()` (`BadInput`).
    Source: Dohmatob et al. 2402.07712; Gerstgrasser et al. 2404.01413 (accumulation).
    """

    n: Integers(1)
    d: Integers(1)
    policy: Replace | Accumulate = Replace()
    sigma: Positive = 1
    reused: Flag = False
    fitted_noise: Points("no", "unbiased", "mle") = "no"

    error = coordinate("e")
    noise = coordinate(r"\hat\sigma", positive=True, when=lambda loop: loop.fitted_noise != "no")
    design = coordinate(positive=True, when=lambda loop: loop.reused)

    joint_points = tuple(
        {"n": n, "d": d, "t": t}
        for n, d, t in (
            (30, 1, 1),
            (9, 3, 4),
            (40, 3, 4),
            (20, 2, 0),
            (100, 10, 5),
            (12, 5, 2),
            (60, 4, 20),
            (30, 1, 2),
        )
    )

    @property
    def steady(self) -> tuple[str, ...]:
        return ("n", "d") if isinstance(self.policy, Accumulate) else ("d",)

    def refuses(self) -> str | None:
        if reason := super().refuses():
            return reason
        if self.fitted_noise != "no" and isinstance(self.policy, Accumulate):
            return "fitted noise: Replace() is expected with it"
        return None

    def together(self) -> list[Demanded]:
        few = f"n = {self.n}, d = {self.d}: at least as many inputs as dimensions are needed"
        more = f"n = {self.n}, d = {self.d}: more inputs than dimensions are needed where the noise is fitted"
        fitted = [] if self.fitted_noise == "no" else [(self.n - self.d, True, more)]
        return [(self.n - self.d, False, few), *fitted]

    def expected_risk(self, t) -> Expr:
        """The mean of the excess risk |w_t - w_0|^2: of d directions, which are alike, one stands for all."""
        return self.d * E(self.error(t) ** 2)

    @property
    def told(self) -> Told | None:
        """Accumulated, fresh inputs: how much later noise moves the weights depends on the inputs so far (see `step`)."""
        if isinstance(self.policy, Replace) or self.reused:
            return None
        why = "accumulated inputs are shared by the fits: second moments follow from the step, first ones given a model"
        return Told(why, degree=2, given=1)

    def _design(self, size: Expr) -> Noise:
        """1/(v'(X'X)^-1 v) for a unit vector v and `size` inputs: chi-square, by the law of an inverse Wishart matrix."""
        return Noise("Q", ChiSquare(size - self.d + 1))

    @property
    def initial(self) -> dict[str, Expr]:
        whole = {"error": Integer(0), "noise": self.sigma, "design": self._design(self.n)}
        return {name: whole[name] for name in self.state}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Least squares move the weights by (X'X)^-1 X'eps, X all inputs of the fit, eps the new noise.

        Accumulated, fresh inputs: given all of them, the part of the new ones in X'X is on average 1/t of it, whatever X'X
        is. The inputs of a path are dependent, these are not: so no more is told of what is centred than its variance,
        and only second moments of the error, which depend on nothing else, are told at all (`told`).
        """
        fits = CLOCK if isinstance(self.policy, Accumulate) else Integer(1)
        sigma, after = state.get("noise", self.sigma), {}
        if self.fitted_noise != "no":  # Cochran: the residuals are independent of the weights, given the inputs
            divisor = self.n if self.fitted_noise == "mle" else self.n - self.d
            after["noise"] = sigma * sqrt(Noise("R", ChiSquare(self.n - self.d)) / divisor)
        if self.reused:
            moved = Noise("Z", Normal(0, 1)) / (fits * sqrt(state["design"]))
            after |= {"error": state["error"] + sigma * moved, "design": state["design"]}
        else:
            noise = Normal(0, 1) if fits == 1 else Centred(1)
            after["error"] = state["error"] + sigma * Noise("Z", noise) / sqrt(fits * self._design(self.n * fits))
        return {name: after[name] for name in self.state}

    @property
    def symmetry(self) -> Symmetry:
        """The noise is the unit of all errors."""
        unit = self.at(sigma=1)
        return Symmetry(unit, error=(0, self.sigma), noise=(0, self.sigma), design=(0, 1))


def enough(n, d):
    """Below d + 2 inputs the expected risk is infinite."""
    return n >= d + 2


def reused_risk(n, d, t, sigma) -> Expr:
    """The excess risk after t fits of n labels each in d dimensions, of noise sigma, as a sum over the fits."""
    return sigma**2 * d / (n - d - 1) * Sum(i**-2, (i, 1, t))


@claim(
    source=f"{GERSTGRASSER} (the baseline), after Dohmatob et al. 2402.07712",
    where=enough,
    mutants={
        "d/n": lambda n, d, t, sigma: sigma**2 * d * t / n,
        "d/(n - d)": lambda n, d, t, sigma: sigma**2 * d * t / (n - d),
        "t - 1": lambda n, d, t, sigma: sigma**2 * d * (t - 1) / (n - d - 1),
    },
)
def linreg_replace_linear_growth(n=Integers(3), d=Integers(1), t=Integers(0), sigma=Positive()):
    """Labels replaced, generation by generation: the excess risk grows linearly, E risk = sigma^2 d t/(n - d - 1).

    t is the number of fits, the first one to real labels.
    """
    return Eq(RegressionLoop(n, d, sigma=sigma).expected_risk(t), sigma**2 * d * t / (n - d - 1))


@claim(
    source=f"bound: {GERSTGRASSER}; the sum derived",
    where=enough,
    mutants={
        "that of inputs used again": reused_risk,
        "as if replaced": lambda n, d, t, sigma: sigma**2 * d * t / (n - d - 1),
        "with n - d for i n - d": lambda n, d, t, sigma: sigma**2 * d * Sum(1 / (i * (i * n - d)), (i, 1, t)),
    },
)
def linreg_accumulate_exact(n=Integers(3), d=Integers(1), t=Integers(1), sigma=Positive()):
    """All data kept, new inputs in every generation: E risk = sigma^2 d times the sum of 1/(i (i n - d - 1)), i = 1, ..., t."""
    loop = RegressionLoop(n, d, Accumulate(), sigma)
    return Eq(loop.expected_risk(t), sigma**2 * d * Sum(1 / (i * (i * n - d - 1)), (i, 1, t)))


@claim(
    source=f"{GERSTGRASSER}, as an equality",
    where=enough,
    mutants={"that of new inputs": lambda n, d, t, sigma: sigma**2 * d * Sum(1 / (i * (i * n - d - 1)), (i, 1, t))},
)
def linreg_accumulate_exact_reused(n=Integers(3), d=Integers(1), t=Integers(2), sigma=Positive()):
    """All data kept, the same inputs in every generation: E risk = (1 + 1/4 + ... + 1/t^2) sigma^2 d/(n - d - 1)."""
    loop = RegressionLoop(n, d, Accumulate(), sigma, reused=True)
    return Eq(loop.expected_risk(t), reused_risk(n, d, t, sigma))


@claim(
    headline=(
        5,
        "Keeping all data keeps the error of a linear regression below 1.65 times that of a single fit, for ever.",
    ),
    source=f"{GERSTGRASSER}, as commonly quoted",
    where=enough,
    mutants={"without the real generation": lambda n, d: (pi**2 / 6 - 1) * d / (n - d - 1)},
    unreached={"derivation": "a sum over j against pi^2/6"},
)
def linreg_accumulate_exact_bounded(n=Integers(3, 1000), d=Integers(1, 100), t=Integers(1, 200)):
    """It stays below (pi^2/6) sigma^2 d/(n - d - 1), for ever."""
    return Lt(RegressionLoop(n, d, Accumulate()).expected_risk(t), pi**2 / 6 * d / (n - d - 1))


@claim(
    source="the pi^2/6 law, taken for exact with new inputs in every generation",
    where=enough,
    expected="fails",
    corrected="linreg-accumulate-exact",
)
def linreg_accumulate_exact_pi2_6(n=Integers(3, 1000), d=Integers(1, 100), t=Integers(2, 200)):
    """All data kept, new inputs in every generation: E risk = (1 + 1/4 + ... + 1/t^2) sigma^2 d/(n - d - 1)."""
    return Eq(RegressionLoop(n, d, Accumulate()).expected_risk(t), reused_risk(n, d, t, 1))


# ---- the noise refitted ---------------------------------------------------------------------------------------------


def relabelled(n, d, fitted, sigma=1, reused=False) -> RegressionLoop:
    """Weights and noise refitted, to labels that have the noise of the last fit."""
    return RegressionLoop(n, d, sigma=sigma, reused=reused, fitted_noise=fitted)


NOISE = "derived: the residuals of least squares are chi-square, independent of the weights"


@claim(
    source=NOISE,
    where=enough,
    mutants={
        "it saturates, as by maximum likelihood": lambda n, d, t, sigma: (
            sigma**2 * n / (n - d - 1) * (1 - (1 - d / n) ** t)
        ),
        "d/(n - d)": lambda n, d, t, sigma: sigma**2 * d * t / (n - d),
    },
)
def linreg_label_noise_refit(n=Integers(3), d=Integers(1), t=Integers(2), sigma=Positive()):
    """Noise refitted, unbiased: the excess risk is the same as with known noise, sigma^2 d t/(n - d - 1)."""
    return Eq(relabelled(n, d, "unbiased", sigma).expected_risk(t), sigma**2 * d * t / (n - d - 1))


@claim(
    source=NOISE,
    mutants={"with those of the weights": lambda nu, d, t, sigma: log(sigma) + t * drift(nu + d) / 2},
)
def linreg_label_noise_refit_log(nu=Integers(1), d=Integers(1), t=Integers(1), sigma=Positive()):
    """Noise refitted, unbiased, nu inputs more than dimensions: its logarithm drifts down as with nu degrees of freedom."""
    return Eq(E(log(relabelled(nu + d, d, "unbiased", sigma).noise(t))), log(sigma) + t * drift(nu) / 2)


@claim(
    source=NOISE,
    where=lambda n, d: n > d,
    mutants={"constant": lambda sigma: sigma**2, "1 - 1/n": lambda n, d, t, sigma: sigma**2 * (1 - d / (n + 1)) ** t},
)
def linreg_label_noise_refit_mle_noise(n=Integers(3), d=Integers(1), t=Integers(1), sigma=Positive()):
    """Noise refitted by maximum likelihood: the expected variance of the labels' noise decays by 1 - d/n a generation."""
    return Eq(E(relabelled(n, d, "mle", sigma).noise(t) ** 2), sigma**2 * (1 - d / n) ** t)


@claim(
    source=NOISE,
    where=enough,
    mutants={"linear in t": lambda n, d, t, sigma: sigma**2 * d * t / (n - d - 1)},
)
def linreg_label_noise_refit_mle(n=Integers(3), d=Integers(1), t=Integers(2), sigma=Positive()):
    """Noise refitted by maximum likelihood: the excess risk saturates, sigma^2 (1 - (1 - d/n)^t) n/(n - d - 1)."""
    risk = relabelled(n, d, "mle", sigma).expected_risk(t)
    return Eq(risk, sigma**2 * n / (n - d - 1) * (1 - (1 - d / n) ** t))


@claim(
    source=NOISE,
    where=enough,
    mutants={"1, as n/(n - d - 1) tends to": lambda n, d, sigma: sigma**2 * d / (n - d - 1)},
)
def linreg_label_noise_refit_mle_bounded(n=Integers(3), d=Integers(1), t=Integers(1), sigma=Positive()):
    """Noise refitted by maximum likelihood: the excess risk stays below sigma^2 n/(n - d - 1), for ever."""
    return Lt(relabelled(n, d, "mle", sigma).expected_risk(t), sigma**2 * n / (n - d - 1))


@claim(
    source=NOISE,
    where=enough,
    mutants={"it saturates": lambda n, d, t, sigma: sigma**2 * n / (n - d - 1) * (1 - (1 - d / n) ** t)},
)
def linreg_label_noise_refit_reused(n=Integers(3), d=Integers(1), t=Integers(2), sigma=Positive()):
    """The same inputs in every generation, noise refitted, unbiased: the same risk again."""
    return Eq(relabelled(n, d, "unbiased", sigma, True).expected_risk(t), sigma**2 * d * t / (n - d - 1))


@claim(
    source="linear growth, taken over to noise that is refitted by maximum likelihood",
    where=enough,
    expected="fails",
    corrected="linreg-label-noise-refit-mle",
)
def linreg_label_noise_refit_mle_linear(n=Integers(3), d=Integers(1), t=Integers(2), sigma=Positive()):
    """Noise refitted by maximum likelihood: the excess risk grows linearly, as with known noise."""
    return Eq(relabelled(n, d, "mle", sigma).expected_risk(t), sigma**2 * d * t / (n - d - 1))


# ---- ridge regression -----------------------------------------------------------------------------------------------


class RidgeLoop(Loop):
    """Ridge regression on the same inputs, labels X w + sigma eps from the weights w before: along an eigenvector of X'X.

    g: its eigenvalue.  lam: the penalty.  truth: the true weights' part along it.  sigma: standard deviation of the noise.
    Errors along several eigenvectors add up. Observables: w(t), the weights' part along it.
    Source: fixed inputs beside the random ones of Dohmatob et al. 2402.07712.
    """

    g: Positive
    lam: Positive
    truth: Reals = 1
    sigma: Positive = 1

    w = coordinate("w")

    joint_points = tuple({"t": t} for t in (1, 5, 0, 2, 10, 30))

    @property
    def shrink(self) -> Expr:
        """What one fit leaves of the weights."""
        return self.g / (self.g + self.lam)

    @property
    def initial(self) -> dict[str, Expr]:
        return {"w": self.truth}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """X'X w + X'(sigma eps) along the eigenvector, over g + lam; X'eps has the variance g there."""
        noise = sqrt(self.g) * self.sigma * Noise("Z", Normal(0, 1))
        return {"w": (self.g * state["w"] + noise) / (self.g + self.lam)}

    @property
    def symmetry(self) -> Symmetry:
        """The noise is the unit of all weights."""
        return Symmetry(self.func(self.g, self.lam, self.truth / self.sigma), w=(0, self.sigma))


BEYOND = Reals(1, 10, notable=(3,))
RIDGE = "derived: an autoregression along every eigenvector; setting of Dohmatob et al. 2402.07712, with fixed inputs"


def ridge_variance(g, lam, sigma=1) -> Expr:
    """The limit of the variance of the weights."""
    return sigma**2 * g / (lam * (2 * g + lam))


@claim(
    source=RIDGE,
    mutants={
        "(1 - s^(2t)) of the bias": lambda g, lam, c, t, sigma: (
            (1 - (g / (g + lam)) ** (2 * t)) * (c**2 + ridge_variance(g, lam, sigma))
        ),
        "a variance without memory": lambda g, lam, c, t, sigma: (
            (1 - (g / (g + lam)) ** t) ** 2 * c**2 + t * sigma**2 * g / (g + lam) ** 2
        ),
    },
)
def linreg_ridge_fixed_design(
    g=Positive(notable=(2,)), lam=Positive(notable=(1,)), c=Reals(notable=(3,)), t=Integers(2), sigma=Positive()
):
    """Ridge on labels of the last ridge: along an eigenvector E (w_t - c)^2 = (1 - s^t)^2 c^2 + V (1 - s^(2t)), s = g/(g + lam).

    V = sigma^2 g/(lam (2g + lam)), g the eigenvalue of X'X, c the true weight; s is what one fit leaves of it.
    """
    s, loop = g / (g + lam), RidgeLoop(g, lam, c, sigma)
    return Eq(E((loop.w(t) - c) ** 2), (1 - s**t) ** 2 * c**2 + ridge_variance(g, lam, sigma) * (1 - s ** (2 * t)))


@claim(
    source=RIDGE,
    mutants={
        "the bias of one fit": lambda g, lam, c: c**2 * (lam / (g + lam)) ** 2,
        "the noise only": lambda g, lam: ridge_variance(g, lam),
    },
)
def linreg_ridge_fixed_design_limit(g=Positive(notable=(2,)), lam=Positive(notable=(1,)), c=BEYOND, t=Integers(0)):
    """All is forgotten, and the noise stays bounded: E (w_t - c)^2 tends to c^2 + sigma^2 g/(lam (2g + lam)), sigma = 1."""
    s, end = g / (g + lam), ridge_variance(g, lam)
    return Tends(E((RidgeLoop(g, lam, c).w(t) - c) ** 2), (t, 0, oo), c**2 + end, rate=(2 * c**2 + end) * s**t)


@claim(
    source=RIDGE,
    mutants={"that of one fit": lambda g, lam, sigma: sigma**2 * g / (g + lam) ** 2},
)
def linreg_ridge_fixed_design_bounded(
    g=Positive(notable=(2,)), lam=Positive(notable=(1,)), c=Reals(notable=(3,)), t=Integers(1), sigma=Positive()
):
    """The penalty stops the growth of the noise: the variance stays below sigma^2 g/(lam (2g + lam)), for ever."""
    return Lt(Var(RidgeLoop(g, lam, c, sigma).w(t)), ridge_variance(g, lam, sigma))


@claim(
    source="the linear growth of least squares, with the ridge's factors",
    expected="fails",
    corrected="linreg-ridge-fixed-design",
)
def linreg_ridge_fixed_design_linear(
    g=Positive(notable=(2,)), lam=Positive(notable=(1,)), t=Integers(2), sigma=Positive()
):
    """Ridge on labels of the last ridge: the variance of the weights grows linearly, as t sigma^2 g/(g + lam)^2."""
    return Eq(Var(RidgeLoop(g, lam, 1, sigma).w(t)), t * sigma**2 * g / (g + lam) ** 2)


# ---- real labels beside the model's ---------------------------------------------------------------------------------


class MixedLabelsLoop(Loop):
    """Least squares on the same inputs, to a weighted mean of fresh real labels and of the last model's: along an eigenvector.

    weight: of the real labels.  noise, synthetic_noise: standard deviations of the noise of real and of the model's labels.
    Observables: error(t) of the weights, in units in which (X'X)^-1 is 1 along the eigenvector.
    Source: He, Xu & Cheng 2502.18049.
    """

    weight: Between(0, 1)
    noise: Positive = 1
    synthetic_noise: Nonnegative = 1

    error = coordinate("e")

    joint_points = tuple({"t": t} for t in (1, 5, 0, 2, 10, 30))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"error": Integer(0)}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """(X'X)^-1 X'y is linear in the labels: X'eps, over X'X, has the variance of the noise in these units."""
        w = self.weight
        real, model = Noise("Z", Normal(0, 1)), Noise("Y", Normal(0, 1))
        return {"error": (1 - w) * (state["error"] + self.synthetic_noise * model) + w * self.noise * real}

    @property
    def symmetry(self) -> Symmetry:
        """The real labels' noise is the unit of all errors."""
        return Symmetry(self.func(self.weight, 1, self.synthetic_noise / self.noise), error=(0, self.noise))


LABELS = f"derived: affine recursion of the squared error; the golden ratio in {HE} and 2509.22341 (over-parametrised)"
W = Probability(notable=(half, Rational(2, 5)))


@claim(
    source=LABELS,
    mutants={
        "(1 - w)^t": lambda w, s, sigma, t: (
            (w**2 * sigma**2 + (1 - w) ** 2 * s**2) / (w * (2 - w)) * (1 - (1 - w) ** t)
        ),
        "of one generation": lambda w, s, sigma: w**2 * sigma**2 + (1 - w) ** 2 * s**2,
    },
)
def linreg_label_mixing_golden(
    w=W, s=Positive(closed=True, notable=(0, half)), t=Integers(2), sigma=Positive(notable=(1,))
):
    """Labels with weight w real: E e_t^2 = (w^2 sigma^2 + (1-w)^2 s^2) (1 - (1-w)^(2t))/(w (2-w)), s the model's noise."""
    loop = MixedLabelsLoop(w, sigma, s)
    return Eq(E(loop.error(t) ** 2), (w**2 * sigma**2 + (1 - w) ** 2 * s**2) / (w * (2 - w)) * (1 - (1 - w) ** (2 * t)))


@claim(
    source=LABELS,
    tight={"w": (sqrt(5) - 1) / 2},
    mutants={"more than the weight itself": lambda w, t: w * (1 - (1 - w) ** (2 * t))},
)
def linreg_label_mixing_golden_optimal(w=W, t=Integers(1)):
    """Labels of the same noise: no weight does better in the limit than the golden ratio, whose error is 0.618 sigma^2."""
    return Ge(E(MixedLabelsLoop(w).error(t) ** 2), best_weight(Integer(1)) * (1 - (1 - w) ** (2 * t)))


@claim(
    source=LABELS,
    mutants={"w, as at the golden ratio": lambda w, t: w * (1 - (1 - w) ** (2 * t)), "w^2": lambda w: w**2},
)
def linreg_label_mixing_golden_noiseless(w=W, t=Integers(2), sigma=Positive()):
    """Labels of the model without noise: the error is sigma^2 w/(2 - w) (1 - (1-w)^(2t)), the less the smaller w is.

    Fresh real labels are averaged over ever more generations: no weight is best.
    """
    error = E(MixedLabelsLoop(w, sigma, 0).error(t) ** 2)
    return Eq(error, sigma**2 * w / (2 - w) * (1 - (1 - w) ** (2 * t)))


@claim(
    source="the golden ratio, taken over to pseudo-labels without noise",
    expected="fails",
    corrected="linreg-label-mixing-golden-noiseless",
)
def linreg_label_mixing_golden_always(w=W, t=Integers(5)):
    """Labels of the model without noise: the golden ratio is the best weight for them, too."""
    golden = MixedLabelsLoop(best_weight(Integer(1)), 1, 0)
    return Ge(E(MixedLabelsLoop(w, 1, 0).error(t) ** 2), E(golden.error(t) ** 2))


# ---- more dimensions than inputs ------------------------------------------------------------------------------------


class MinimumNormLoop(Loop):
    """The least weights that interpolate n labels X w + sigma eps in d dimensions, X new in every generation, n + 2 <= d.

    n, d: inputs of a fit, and dimensions.  sigma: standard deviation of the labels' noise.
    norm: |w_0|^2 of the true weights w_0, from which the labels of the first fit are.
    Observables: square(t), |w_t|^2.  along(t), the product of w_t and w_0.  excess(t), |w_t - w_0|^2.
    Refuses d < n + 2 (`BadInput`).
    Source: the over-parametrised regime of Dohmatob et al. 2402.07712.
    """

    n: Integers(1)
    d: Integers(3)
    norm: Nonnegative = 1
    sigma: Nonnegative = 1

    square = coordinate("q")
    along = coordinate("c")
    excess = observable(of=lambda loop, now: now["square"] - 2 * now["along"] + loop.norm)

    joint_points = tuple(
        {"n": n, "d": d, "t": t} for n, d, t in ((4, 8, 4), (4, 8, 1), (3, 10, 3), (4, 8, 0), (10, 20, 10), (2, 40, 5))
    )
    told = Told("of a random projection only how long it leaves a vector on average is told", degree=1, given=1)

    def together(self) -> list[Demanded]:
        few = f"n = {self.n}, d = {self.d}: at least two dimensions more than inputs are needed"
        return [(self.d - self.n - 2, False, few)]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"square": self.norm, "along": self.norm}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """X^+ X projects on n of d directions, none before the others; the mean of |X^+ eps|^2 is an inverse Wishart's trace."""
        kept, added = self.n / self.d, self.sigma**2 * self.n / (self.d - self.n - 1)
        return {
            "square": kept * state["square"] + added + Noise("A", Centred(1)),
            "along": kept * state["along"] + Noise("B", Centred(1)),
        }


def roomy(n, d):
    """Below n + 2 dimensions the expected norm is infinite."""
    return d >= n + 2


MINIMUM = (
    "derived: a uniform projection and the mean of an inverse Wishart matrix; setting of Dohmatob et al. 2402.07712"
)


def interpolated(n, d, t, norm, sigma) -> Expr:
    """The excess risk of minimum-norm weights after t fits to new inputs."""
    return (1 - (n / d) ** t) * (norm + sigma**2 * n / ((d - n - 1) * (1 - n / d)))


@claim(
    source=MINIMUM,
    where=roomy,
    mutants={
        "linear growth, as with inputs used again": lambda n, d, t, norm, sigma: (
            (1 - n / d) * norm + t * sigma**2 * n / (d - n - 1)
        ),
        "(1 - rho^t)^2 of the bias": lambda n, d, t, norm, sigma: (
            interpolated(n, d, t, norm, sigma) - norm * (n / d) ** t * (1 - (n / d) ** t)
        ),
    },
)
def linreg_overparametrised_minnorm(
    n=Integers(1), d=Integers(3), t=Integers(2), norm=Positive(notable=(Rational(9, 4),)), sigma=Positive()
):
    """Fewer inputs than dimensions, new ones for every fit: E |w_t - w_0|^2 = (1 - rho^t) (|w_0|^2 + V), rho = n/d.

    V = sigma^2 n/((d - n - 1) (1 - rho)); |w_0|^2 is `norm`.
    """
    return Eq(E(MinimumNormLoop(n, d, norm, sigma).excess(t)), interpolated(n, d, t, norm, sigma))


@claim(
    source=MINIMUM,
    where=roomy,
    mutants={"the truth's": lambda norm: norm, "rho^(2t)": lambda n, d, t, norm: norm * (n / d) ** (2 * t)},
)
def linreg_overparametrised_minnorm_square(
    n=Integers(1), d=Integers(3), t=Integers(1), norm=Positive(notable=(Rational(9, 4),)), sigma=Positive()
):
    """The truth is forgotten, the noise is not: E |w_t|^2 = rho^t |w_0|^2 + sigma^2 n/(d - n - 1) (1 - rho^t)/(1 - rho)."""
    r = n / d
    noise = sigma**2 * n / (d - n - 1) * (1 - r**t) / (1 - r)
    return Eq(E(MinimumNormLoop(n, d, norm, sigma).square(t)), r**t * norm + noise)


@claim(
    source=MINIMUM,
    where=roomy,
    mutants={"that of the first fit": lambda n, d, norm, sigma: interpolated(n, d, 1, norm, sigma)},
)
def linreg_overparametrised_minnorm_limit(
    n=Integers(1), d=Integers(3), t=Integers(0), norm=Positive(notable=(Rational(9, 4),)), sigma=Positive()
):
    """The excess risk saturates: it tends to |w_0|^2 + sigma^2 n d/((d - n - 1) (d - n)), as (n/d)^t."""
    end = norm + sigma**2 * n / ((d - n - 1) * (1 - n / d))
    return Tends(E(MinimumNormLoop(n, d, norm, sigma).excess(t)), (t, 0, oo), end, rate=end * (n / d) ** t)


@claim(
    source="'the test error grows linearly with the generations', taken over to new inputs in more dimensions",
    where=roomy,
    expected="fails",
    corrected="linreg-overparametrised-minnorm",
)
def linreg_overparametrised_minnorm_linear(
    n=Integers(1), d=Integers(3), t=Integers(2), norm=Positive(), sigma=Positive()
):
    """Fewer inputs than dimensions, new ones for every fit: the excess risk after t fits is at least t sigma^2 n/(d - n - 1)."""
    return Ge(E(MinimumNormLoop(n, d, norm, sigma).excess(t)), t * sigma**2 * n / (d - n - 1))
