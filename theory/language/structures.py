"""What a loop may say of its model beside the step: values that are verified before they are used (`theory.proof.structures`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Lambda, Max, Min, S, oo, sympify

from .errors import BadInput
from .fields import Declared
from .laws import Law


@dataclass(frozen=True)
class Picks:
    """The model is the law of the pick among K draws from the model before, in place of a step.

    law: the first model.  reward: a `Lambda`; a draw is picked with probability proportional to e^reward.
    lam: with probability 1/(1 + lam) the draw is from `law` instead; oo: never.
    """

    law: Law
    reward: Lambda
    K: Expr
    lam: Expr


@dataclass(frozen=True)
class SignedKernel:
    """A kernel that is no law: a combination of laws symmetric about 0, with weights that add up to 1, some below 0.

    An estimate with it integrates to 1 and may be negative: nothing is drawn from it. Raises `BadInput` for other weights.
    """

    components: tuple[tuple[Expr, Law], ...]

    def __post_init__(self) -> None:
        if sum(weight for weight, _ in self.components) != 1:
            raise BadInput(f"{self}: the weights of a kernel add up to 1")

    @property
    def support(self) -> tuple[Expr, Expr]:
        """The ends of what its parts reach, (low, high)."""
        lows, highs = zip(*(law.support for _, law in self.components), strict=True)
        return Min(*lows), Max(*highs)

    def has(self, *what: Any) -> bool:
        """Whether a weight or a law contains one of these."""
        return any(x.has(*what) for part in self.components for x in part)


@dataclass(frozen=True)
class Lineage:
    """The model is the mean of kernels around the points of a pool, in place of a step.

    real, synthetic: the points of a pool: those from the loop's `truth`, and draws from the model before.
    variance: of a Gaussian kernel, in every coordinate; it may change with `CLOCK`.  first: the real points that model 0 has
    for a pool; None: it is the truth.  fixed: whether the real points are the same ones in every pool, that of model 0 too;
    else they are new.  kernel: another law than that Gaussian one, symmetric about 0; `variance` is its variance.
    One that is no law has estimates of model 0 only.
    kept: whether a pool has the points of all pools before, and so many synthetic ones more; none is real but those of model 0.
    d: the dimension; coordinates are independent under the kernel and under the truth, which is the law of each; of a mixture
    they are, given the part that a point is from.
    """

    real: Expr
    synthetic: Expr
    variance: Expr
    first: Expr | None = None
    fixed: bool = False
    kernel: Law | SignedKernel | None = None
    kept: bool = False
    d: Expr = S.One


class Symmetry:
    """A loop in units of another one: an observable is `shift + scale` times that of the standard loop.

    standard: the loop with location 0 and scale 1, say.  units: {observable: (shift, scale)}; for one with places of its own,
    a density at x, a function that gives it in terms of the standard loop's.
    """

    def __init__(self, standard: Declared, **units: tuple[Any, Any] | Callable[[Any], Expr]):
        self.standard, self.units = standard, units

    def rescale(self, o: Any) -> Expr:
        """An observable in terms of the standard loop's. Raises `KeyError` for one that is not spoken of."""
        unit = self.units[o.name]
        if callable(unit):
            return unit(o)
        shift, scale = map(sympify, unit)
        return shift + scale * o.func(self.standard, *o.args[1:])


@dataclass(frozen=True)
class Marginal:
    """A coordinate that starts and moves as one of a smaller loop does, whatever the others do.

    loop: the smaller loop.  name: of its coordinate.
    """

    loop: Declared
    name: str


@dataclass(frozen=True)
class Told:
    """How much of the law of a path a step tells, where that is not all of it: what is beyond is not derived from the step.

    degree: of the polynomials in the state whose means it tells.  given: likewise, the model before being known.
    generations: how many at a time.  why: what stands in the way of more. Raises `BadInput` for what is no such number.
    """

    why: str
    degree: int | Expr = oo
    given: int | Expr = oo
    generations: int | Expr = oo

    def __post_init__(self) -> None:
        for name in ("degree", "given", "generations"):
            most = getattr(self, name)
            if most != oo and (isinstance(most, bool) or not isinstance(most, int | Integer) or most < 0):
                raise BadInput(f"Told(..., {name}={most!r}): a whole number, 0 or more, or oo is expected")


__all__ = ["Lineage", "Marginal", "Picks", "SignedKernel", "Symmetry", "Told"]
