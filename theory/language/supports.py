"""Where the parameters of a likelihood model range, and where its points lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, FiniteSet, Interval, oo, sympify

from .domains import Domain, Integers, Points, Reals
from .errors import BadInput
from .laws import Finite


@dataclass(frozen=True)
class Parameter:
    """What annotates a parameter of a model, `sigma: Parameter(Positive())`: the interval that it ranges over.

    latex: how it is printed; None: by its name. Raises `BadInput` for a domain that is no interval.
    """

    domain: Domain
    latex: str | None = None

    def __post_init__(self):
        made = self.domain() if isinstance(self.domain, type) else self.domain
        if not isinstance(made, Reals):
            raise BadInput(
                f"Parameter({self.domain}): expected an interval, such as Reals(), Positive() or Reals(0, 1)"
            )
        object.__setattr__(self, "domain", made)

    @property
    def sign(self) -> str:
        """What SymPy is told of its sign."""
        return "positive" if self.domain.lo >= 0 else "negative" if self.domain.hi <= 0 else "real"


def Naturals() -> Integers:
    """The whole numbers from 0 on, as the support of a model."""
    return Integers(0)


@dataclass(frozen=True)
class R:
    """The points of a space of d dimensions, as the support of a model: `support = R(2)`. `x` is a tuple there."""

    d: int


@dataclass(frozen=True)
class Support:
    """Where a model has its draws: from low to high; whole numbers or listed ones only; in several dimensions."""

    low: Expr = -oo
    high: Expr = oo
    whole: bool = False
    listed: tuple[Expr, ...] = ()
    d: int = 1


def support_of(said: Any) -> Support:
    """What a class states as its `support`. Raises `ValueError` for anything else."""
    said = said() if isinstance(said, type) else said
    match said:
        case R(d=d):
            return Support(d=d)
        case Integers(lo=lo, hi=hi):
            return Support(lo, hi, whole=True)
        case Points(listed=listed):
            return Support(sympify(min(listed)), sympify(max(listed)), listed=tuple(sorted(map(sympify, listed))))
        case FiniteSet():
            return support_of(Points(*said))
        case Finite():
            return support_of(Points(*range(len(said.masses))))
        case Reals(lo=lo, hi=hi):
            return Support(lo, hi)
        case Interval():
            return Support(said.start, said.end)
    raise ValueError(said)
