"""Filters by the model's own likelihood, or by that of a fixed reference."""

from __future__ import annotations

from sympy import Add, Eq, Expr, Max, Rational

from ..language.asked import Demanded
from ..language.claims import claim
from ..language.domains import Integers, Positive, Reals
from ..language.finite_loops import FiniteLoop
from ..language.laws import ChiSquare, Finite, Noise, Normal
from ..language.loops import Loop, coordinate
from ..language.moments import E
from ..language.structures import Symmetry
from .common import FilteredLoop, PrecisionLoop, half, product_precision, three


class SelfLikelihoodLoop(FiniteLoop):
    """The model's own likelihood to the power g is the weight with which a draw is kept: p becomes p^(1 + g), normalised.

    start: `Finite` law.  Observables: mass(t, i, ...), the probability of atoms.
    Refuses an atom without mass where g is -1, or below (`BadInput`).
    Source: ours: a filter by the model's own likelihood, the law itself kept.
    """

    start: Finite
    g: Reals

    def together(self) -> list[Demanded]:
        whole = 1 + self.g
        thin = [] if whole.is_positive else [p for p in self.start.masses if not p.is_positive]
        return [(Max(whole, p), True, f"g = {self.g}: an atom of mass {p} has no weight") for p in thin]

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        kept = {name: p * p**self.g for name, p in state.items()}
        return {name: x / Add(*kept.values()) for name, x in kept.items()}


class LikelihoodGaussianLoop(Loop):
    """N(0, v) is refitted (mean 0 known) to n draws that were kept with the g-th power of the model's likelihood.

    n: draws of a fit.  g: the power of the likelihood, above -1: the model to the power 1 + g has to be a law.
    v0: the variance of model 0.  Observables: v(t).
    Refuses g = -1, and below (`BadInput`).
    Source: ours: a filter by the model's own likelihood, with a Gaussian refit of finitely many draws.
    """

    n: Integers(1)
    g: Reals
    v0: Positive = 1

    v = coordinate(positive=True)

    joint_points = tuple({"n": n, "t": t} for n, t in ((10, 1), (5, 2), (10, 0), (50, 3), (1, 1)))

    def together(self) -> list[Demanded]:
        return [(1 + self.g, True, f"g = {self.g}: the model to the power 1 + g is no law")]

    @property
    def initial(self) -> dict[str, Expr]:
        return {"v": self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        precision = product_precision((1 + self.g, Normal(0, state["v"])))
        return {"v": Noise("Q", ChiSquare(self.n)) / (self.n * precision)}

    @property
    def symmetry(self) -> Symmetry:
        """The variance of the truth is the unit."""
        return Symmetry(self.func(self.n, self.g), v=(0, self.v0))


class ReferenceLikelihoodLoop(PrecisionLoop):
    """A Gaussian of variance v0 is filtered with the g-th power of the likelihood of the first model, again and again.

    g: the power of the likelihood.  v0: the variance of model 0, which is the reference.
    Observables: those of `PrecisionLoop`.
    Source: ours: a filter by the likelihood of a model that stays.
    """

    g: Reals
    v0: Positive = 1

    @property
    def initial(self) -> dict[str, Expr]:
        return {"tau": 1 / self.v0}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        precision = product_precision((1, Normal(0, 1 / state["tau"])), (self.g, Normal(0, self.v0)))
        return {"tau": precision}


def share(u, v, w, k) -> Expr:
    """What atom number 0 has of the law with probabilities proportional to u^k, v^k, w^k."""
    return u**k / (u**k + v**k + w**k)


@claim(
    source="derived: a round raises the density to the power 1 + g",
    mutants={
        "the rate of a fixed reference": lambda u, v, w, g, t: share(u, v, w, 1 + g * t),
        "g for 1 + g": lambda u, v, w, g, t: share(u, v, w, g**t),
    },
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


@claim(
    source="derived: a round multiplies the density by p_0^g",
    mutants={"doubly exponential": lambda u, v, w, g, t: share(u, v, w, (1 + g) ** t)},
)
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
    source="derived: a power of a Gaussian density; the unbiased variance of n draws",
    mutants={
        "the rate of a fixed reference": lambda n, g, t, v0: v0 / (1 + g * t),
        "the sampling loss": lambda n, g, t, v0: v0 * ((1 - 1 / n) / (1 + g)) ** t,
    },
)
def filter_self_likelihood_gaussian(n=Integers(1), g=Positive(notable=(half, 1)), t=Integers(0), v0=Positive()):
    """A Gaussian filtered by its own likelihood collapses geometrically, with samples too: E v_t = v_0/(1 + g)^t."""
    return Eq(E(LikelihoodGaussianLoop(n, g, v0).v(t)), v0 / (1 + g) ** t)


@claim(source="derived: a power of a Gaussian density", mutants={"geometric": lambda g, t, v0: v0 / (1 + g) ** t})
def filter_self_likelihood_reference_gaussian(g=Positive(notable=(half, 1)), t=Integers(0), v0=Positive()):
    """By the likelihood of the first model its variance falls as v_0/(1 + g t).  (No draws: the population.)"""
    return Eq(ReferenceLikelihoodLoop(g, v0).v(t), v0 / (1 + g * t))


@claim(
    source="derived: a power of a constant is constant",
    mutants={"it moves": lambda g, t: {"==": Rational(1, 3) + g / 100}},
)
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
