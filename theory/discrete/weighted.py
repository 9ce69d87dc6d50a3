"""Fresh real points and the model's draws at weights of one's choice: the golden ratio, at every sample size."""

from __future__ import annotations

from sympy import And, Eq, Expr, Gt, Integer, Lt, Rational, Symbol, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability
from ..language.fields import Between
from ..language.laws import Binomial, Noise
from ..language.loops import Loop, coordinate
from ..language.moments import FallsThenRises, Var
from .common import half

GOLDEN = (sqrt(5) - 1) / 2
HE = "He, Xu & Cheng 2502.18049"
w_ = Symbol("w", positive=True)


class WeightedSymbolLoop(Loop):
    """A symbol's share: w times that among n new real points, 1 - w times that among n draws from the model before.

    n: points of either kind in a fit.  w: the weight of the real ones.
    p: its probability.  Observables: share(t), from the truth on.
    Source: the setting of He, Xu & Cheng 2502.18049, as commonly quoted.
    """

    p: Between(0, 1)
    n: Integers(1)
    w: Between(0, 1)

    share = coordinate(r"\hat p")

    joint_points = tuple({"n": n, "t": t} for n, t in ((10, 3), (2, 10), (20, 1), (100, 5), (10, 0)))

    @property
    def initial(self) -> dict[str, Expr]:
        return {"share": self.p}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        real = Noise("X", Binomial(self.n, self.p)) / self.n
        synthetic = Noise("Y", Binomial(self.n, state["share"])) / self.n
        return {"share": self.w * real + (1 - self.w) * synthetic}


def settled(n, w) -> Expr:
    """The variance of a share in the end, in units of that of n real points."""
    return (w**2 + (1 - w) ** 2) / (1 - (1 - 1 / n) * (1 - w) ** 2)


def best_weight(n) -> Expr:
    """The weight of n real points beside n draws from the model before, with which the variance in the end is least."""
    c = 1 - 1 / n
    return 1 - (2 + c - sqrt(4 + c**2)) / (2 * c)


@claim(
    source=f"derived: affine recursion of the variance; the setting of {HE}",
    mutants={
        "the Gaussian rate": lambda n, w, p, t: (
            p * (1 - p) / n * (w**2 + (1 - w) ** 2) * (1 - (1 - w) ** (2 * t)) / (1 - (1 - w) ** 2)
        ),
        "weights, not their squares": lambda n, w, p, t: (
            p * (1 - p) / n * (1 - ((1 - 1 / n) * (1 - w) ** 2) ** t) / (1 - (1 - 1 / n) * (1 - w) ** 2)
        ),
    },
)
def discrete_golden_ratio_variance(
    n=Integers(1, notable=(10, 2)), w=Probability(notable=(half,)), p=Probability(), t=Integers(0, notable=(5,))
):
    """New real points at the weight w: a share's variance is p (1 - p)/n (w^2 + (1 - w)^2) (1 - rho^t)/(1 - rho).

    rho = (1 - 1/n) (1 - w)^2; n real points and n draws from the model in every fit, model 0 the truth.
    """
    rho = (1 - 1 / n) * (1 - w) ** 2
    return Eq(Var(WeightedSymbolLoop(p, n, w).share(t)), p * (1 - p) / n * settled(n, w) * (1 - rho**t))


@claim(
    source=f"derived: derivative of the variance in the end; the golden ratio is that of {HE}",
    mutants={"the golden ratio itself": lambda n: GOLDEN, "1/2": lambda n: half},
    unreached={"derivation": "the root in the best weight"},
)
def discrete_golden_ratio(n=Integers(2, notable=(10, 100))):
    """The variance in the end is least at the weight w* = 1 - (2 + c - sqrt(4 + c^2))/(2 c), c = 1 - 1/n: 0.56 at n = 2.

    No simulation: a limit in closed form.
    """
    return FallsThenRises(settled(n, w_), (w_, 0, 1), peak=best_weight(n))


@claim(
    source="derived: the equation of the best weight",
    mutants={"the golden ratio itself": lambda n: GOLDEN, "2/3, as of equal weights": lambda n: Rational(2, 3)},
    unreached={"derivation": "the root in the best weight"},
)
def discrete_golden_ratio_value(n=Integers(2, notable=(10, 100))):
    """And there it is w* itself, in units of that of n real points: w* < 1, so that synthetic points help.

    No simulation: a limit in closed form.
    """
    return Eq(settled(n, best_weight(n)), best_weight(n))


@claim(
    source=f"derived: expansion in 1/n; the limit is that of {HE}",
    mutants={
        "faster": lambda n: {"<": 1 / (10 * n)},
        "slower": lambda n: {">": 3 / (25 * n)},
    },
    unreached={"derivation": "the root in the best weight"},
)
def discrete_golden_ratio_limit(n=Integers(2, notable=(10, 100))):
    """The best weight is below the golden ratio (sqrt(5) - 1)/2, by less than 3/(25 n), and more than 1/(10 n).

    No simulation: a limit in closed form.
    """
    short = GOLDEN - best_weight(n)
    return And(Gt(short, 1 / (10 * n)), Lt(short, 3 / (25 * n)))


@claim(
    source="the golden ratio, the limit of large samples, taken for the best weight of every size",
    expected="fails",
    corrected="discrete-golden-ratio",
)
def discrete_golden_ratio_every_n(n=Points(2, 5)):
    """The variance in the end is least at the golden ratio, for n = 2, 5."""
    return FallsThenRises(settled(Integer(n), w_), (w_, 0, 1), peak=GOLDEN)
