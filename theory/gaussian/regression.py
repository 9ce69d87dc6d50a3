"""Linear regression, refitted by least squares to labels that the model before it gave, with Gaussian noise."""

from __future__ import annotations

from sympy import Eq, Expr, Integer, Lt, Sum, pi, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Positive
from ..language.fields import Flag
from ..language.laws import Centred, ChiSquare, Noise, Normal
from ..language.loops import CLOCK, Loop, coordinate
from ..language.moments import E
from ..language.policies import Accumulate, Replace
from ..language.structures import Symmetry, Told
from .policies import GERSTGRASSER, i


class RegressionLoop(Loop):
    """Least squares in d dimensions: n inputs from a Gaussian, labels X w + sigma eps from the weights w before, again and again.

    policy: Replace(), or Accumulate(): the fit is to all inputs and labels so far.
    reused: whether all generations have the same inputs; else each draws its own.
    The inputs' covariance does not matter to the risk, and is taken for the unit matrix.
    Observables: error(t), the error of the weights in a direction (given beforehand: all are alike). expected_risk(t) is a
    number.
    Source: Dohmatob et al. 2402.07712; Gerstgrasser et al. 2404.01413 (accumulation).
    """

    n: Integers(1)
    d: Integers(1)
    policy: Replace | Accumulate = Replace()
    sigma: Positive = 1
    reused: Flag = False

    error = coordinate("e")
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

    def refuses(self) -> str | None:
        few = f"n = {self.n}, d = {self.d}: at least as many inputs as dimensions are needed"
        return super().refuses() or (None if self.n >= self.d else few)

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
        return {"error": Integer(0), **({"design": self._design(self.n)} if self.reused else {})}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """Least squares move the weights by (X'X)^-1 X'eps, X all inputs of the fit, eps the new noise.

        Accumulated, fresh inputs: given all of them, the part of the new ones in X'X is on average 1/t of it, whatever X'X
        is. The inputs of a path are dependent, these are not: so no more is told of what is centred than its variance,
        and only second moments of the error, which depend on nothing else, are told at all (`told`).
        """
        fits = CLOCK if isinstance(self.policy, Accumulate) else Integer(1)
        if self.reused:
            moved = Noise("Z", Normal(0, 1)) / (fits * sqrt(state["design"]))
            return {"error": state["error"] + self.sigma * moved, "design": state["design"]}
        noise = Normal(0, 1) if fits == 1 else Centred(1)
        return {"error": state["error"] + self.sigma * Noise("Z", noise) / sqrt(fits * self._design(self.n * fits))}

    @property
    def symmetry(self) -> Symmetry:
        """The noise is the unit of all errors."""
        n, d, policy, _, reused = self.args
        return Symmetry(self.func(n, d, policy, 1, reused), error=(0, self.sigma), design=(0, 1))


def enough(n, d):
    """Below d + 2 inputs the expected risk is infinite."""
    return n >= d + 2


def reused_risk(n, d, t, sigma) -> Expr:
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
