"""Data policies: what the next model is fitted to. A loop that knows several takes one as its parameter `policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Expr, Integer
from sympy.core.cache import cacheit

from .asked import Demanded
from .domains import Integers, Reals
from .errors import BadInput
from .fields import Declared, Within
from .fits import CLOCK, IN_EVERY_FIT

LOOKED_AT = 100  # sizes of a growing sample


class Sizes(Within):
    """A number of points for every fit, an expression in `CLOCK`."""

    def __init__(self) -> None:
        super().__init__(Reals())

    def numbers(self, value: Any) -> tuple[Expr, ...]:
        return (value,)


if TYPE_CHECKING:  # what annotates a parameter is no type of Python's: it is anything
    Sizes: Any


def in_every_fit(x: Expr, least: Any, strictly: bool, problem: str) -> list[Demanded]:
    """That an expression in `CLOCK` is at least so much (above it: strictly) in whichever fit; of any other nothing."""
    return [(x.xreplace(IN_EVERY_FIT) - least, strictly, f"{x}: {problem}")] if x.has(CLOCK) else []


class Policy(Declared):
    """Base of the policies. n is the loop's: the number of its real points, and of new points where none are real."""


class Replace(Policy):
    """n draws from the last model, and nothing else."""


class Accumulate(Policy):
    """Everything so far: the n real points that the first model was fitted to, and n draws from every model since."""


class Subsample(Policy):
    """n points out of everything so far, as `Accumulate` has it, each drawn from the pool with replacement."""


class Mixed(Policy):
    """Base of those that have `synthetic` draws from the last model beside the loop's n real points."""

    synthetic: Integers(0)


class FixedReal(Mixed):
    """`synthetic` draws from the last model beside n real points, the same ones in every generation."""


class FreshReal(Mixed):
    """`synthetic` draws from the last model beside n real points that are new in every generation."""


class Growing(Policy):
    """Draws from the last model only, `size` of them: an expression in `CLOCK`, the number of the fit.

    A claim is refused where that is no whole number, 1 or more; so is it with `GrowingPool`.
    """

    size: Sizes

    def together(self) -> list[Demanded]:
        return in_every_fit(self.size, 1, False, "1 draw or more in every fit is expected")

    @cacheit  # every block of replicates asks
    def at(self, fit: int) -> int:
        """The number of draws in a fit. Raises `BadInput` where that is no whole number, 1 or more."""
        size = self.size.xreplace({CLOCK: Integer(fit)})
        if not (size.is_Integer and size >= 1):
            raise BadInput(f"{self}: {size} draws in fit number {fit}; a whole number, 1 or more, is expected")
        return int(size)

    def refuses(self, least: int = 1) -> str | None:
        """Why its first fits make no sense, if they do not; later ones are looked at when they are reached (`at`)."""
        for fit in range(1, LOOKED_AT + 1):
            size = self.size.xreplace({CLOCK: Integer(fit)})
            if not size.free_symbols and not (size.is_Integer and size >= least):
                return f"{size} draws in fit number {fit}: a whole number, {least} or more, is expected"
        return None

    @property
    def free_symbols(self):
        """All but the number of the fit, which the loop tells."""
        return self.size.free_symbols - {CLOCK}


class GrowingPool(Policy):
    """Everything so far, as `Accumulate` has it, but `total` points after fit number `CLOCK`: an expression in it, 0 at 0."""

    total: Sizes

    def together(self) -> list[Demanded]:
        new = self.total - self.total.xreplace({CLOCK: CLOCK - 1})
        return in_every_fit(new, 1, False, "1 new point or more in every fit is expected")

    @cacheit  # every block of replicates asks
    def at(self, fit: int) -> int:
        """The number of points after a fit. Raises `BadInput` where it is no whole number, or none is new."""
        now, before = (self.total.xreplace({CLOCK: Integer(k)}) for k in (fit, fit - 1))
        if not (now.is_Integer and before.is_Integer and now > before >= 0):
            sizes = f"{before} points before fit number {fit}, {now} after it"
            raise BadInput(f"{self}: {sizes}; whole numbers that grow are expected")
        return int(now)

    def refuses(self, least: int = 1) -> str | None:
        """Why its first fits make no sense, if they do not; later ones are looked at when they are reached (`at`)."""
        if self.total.free_symbols - {CLOCK}:
            return None
        none, first = (self.total.xreplace({CLOCK: Integer(k)}) for k in (0, 1))
        if none != 0 or not first >= least:
            return f"{none} points before the first fit, {first} after it: 0, and {least} or more, are expected"
        try:
            for fit in range(1, LOOKED_AT + 1):
                self.at(fit)
        except BadInput as problem:
            return str(problem)
        return None

    @property
    def free_symbols(self):
        """All but the number of the fit, which the loop tells."""
        return self.total.free_symbols - {CLOCK}


def synthetic(policy: Policy) -> Expr:
    """How many points of a fit are the model's, where real ones stand beside them; else 0."""
    return policy.synthetic if isinstance(policy, Mixed) else Integer(0)
