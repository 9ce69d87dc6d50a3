"""Data policies: what the next model is fitted to. A loop that knows several takes one as its parameter `policy`."""

from __future__ import annotations

from sympy import Basic, Expr, sympify

from .loops import CLOCK


class Policy(Basic):
    """Base of the policies. n is the loop's: the number of new points of a generation."""


class Replace(Policy):
    """n draws from the last model, and nothing else."""


class Accumulate(Policy):
    """Everything so far: the n real points that the first model was fitted to, and n draws from every model since."""


class Subsample(Policy):
    """n points out of everything so far, as `Accumulate` has it, each drawn from the pool with replacement."""


class FixedReal(Policy):
    """n draws from the last model beside m real points, the same ones in every generation."""

    def __new__(cls, m):
        return Basic.__new__(cls, sympify(m))

    @property
    def m(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]


class FreshReal(FixedReal):
    """n draws from the last model beside m real points that are new in every generation."""


class Growing(Policy):
    """Draws from the last model only, `size` of them: an expression in `CLOCK`, the number of the fit."""

    def __new__(cls, size):
        return Basic.__new__(cls, sympify(size))

    @property
    def size(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def free_symbols(self):
        """All but the number of the fit, which the loop tells."""
        return self.size.free_symbols - {CLOCK}
