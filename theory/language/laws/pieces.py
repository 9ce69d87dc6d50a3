"""Laws on the line that are uniform piece by piece."""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Max, Min, Rational, S, Tuple, sympify

from ..errors import BadInput
from .continuous import Uniform
from .law import Law


class Pieces(Law):
    """Pieces(((a_0, b_0), (a_1, b_1), ...), (p_0, p_1, ...)): uniform between a_i and b_i with probability p_i.

    Pieces may overlap; the first one reaches up to the largest value, b_0. Ends are in the units of a draw.
    largest, least: the ends of the law.  near: as of `Atoms`, at most 1/4 without an atom.  mean, variance: of the law.
    top, second: raise `BadInput`, as the largest value has no probability, and no value is next to it.
    Raises `BadInput` for another number of probabilities than of pieces, and without any.
    """

    def __new__(cls, ends, masses):
        ends, masses = Tuple(*(Tuple(*map(sympify, x)) for x in ends)), Tuple(*map(sympify, masses))
        if len(ends) != len(masses) or not ends or any(len(x) != 2 for x in ends):
            raise BadInput(f"Pieces({ends}, {masses}): expected as many pieces, of two ends each, as probabilities")
        return Law.__new__(cls, ends, masses)

    has_a_density = True  # every piece has a length

    @property
    def ends(self) -> Tuple:
        """The ends (a_i, b_i) of the pieces, a row for each."""
        return self.args[0]

    @property
    def masses(self) -> Tuple:
        """The probabilities of the pieces, in their order."""
        return self.args[1]

    @property
    def parts(self) -> list[tuple[Expr, Uniform]]:
        """The pieces with their probabilities."""
        return [(p, Uniform(*ends)) for ends, p in zip(self.ends, self.masses, strict=True)]

    @property
    def largest(self) -> Expr:
        """The upper end of the law."""
        return self.ends[0][1]

    @property
    def least(self) -> Expr:
        """The lower end of the law."""
        return Min(*(low for low, _ in self.ends))

    @property
    def top(self) -> Expr:
        """Raises `BadInput`: no value has a probability."""
        raise no_best_atom("top")

    @property
    def second(self) -> Expr:
        """Raises `BadInput`: no value is next to the largest."""
        raise no_best_atom("second")

    @property
    def near(self) -> Expr:
        """Between the places where u or 4 u reaches an end the share is a ratio of linear functions, so it is least at one of
        these; at first, near u = 0, it is 1/4."""

        def within(u: Expr) -> Expr:
            parts = zip(self.ends, self.masses, strict=True)
            return Add(*(p * Max(0, Min(1, (u - self.largest + b) / (b - a))) for (a, b), p in parts))

        gaps = [gap for ends in self.ends for x in ends if (gap := self.largest - x) != 0]
        return Min(Rational(1, 4), *(within(u) / within(4 * u) for gap in gaps for u in (gap, gap / 4)))

    @property
    def mean(self) -> Expr:
        """The sum of p_i (a_i + b_i)/2."""
        return self.moment(S.One)[0]

    @property
    def variance(self) -> Expr:
        """In squared units of a draw."""
        return self.moment(S(2))[0] - self.mean**2

    @property
    def support(self):
        return self.least, self.largest

    def cdf(self, x) -> Expr:
        return Add(*(p * law.cdf(x) for p, law in self.parts))

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        if logs or absolute or not (power.is_Integer and power >= 0):
            return super().moment(power, logs, absolute)
        return Add(*(p * law.moment(power)[0] for p, law in self.parts)), S.One

    def demands(self) -> list[tuple[Expr, bool, str]]:
        total = Add(*self.masses) - 1
        wrong = f"{self} makes no law: probabilities, of sum 1, are expected"
        first = f"{self}: the piece that reaches highest is expected first"
        own = [(self.masses[0], True, f"{self}: the piece that reaches highest is expected to have a probability")]
        own += [(x, False, wrong) for x in (*self.masses, total, -total)]
        own += [(self.largest - b, False, first) for _, b in self.ends[1:]]
        return own + [demand for _, law in self.parts for demand in law.demands()]

    def _latex(self, printer) -> str:
        return " + ".join(rf"{printer._print(p)} \, {printer._print(law)}" for p, law in self.parts)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        import numpy as np

        ends, masses = parameters
        low, high = np.array([[float(x) for x in pair] for pair in ends]).T
        piece = np.searchsorted(np.cumsum([float(p) for p in masses])[:-1], rng.random(size), side="right")
        return low[piece] + (high - low)[piece] * rng.random(size)


def no_best_atom(name: str) -> BadInput:
    """What is said of a number that only a law with a probability of its largest value has."""
    return BadInput(
        f"p.{name} is of laws whose largest value has a probability: one of `Laws(line=2)` may have none; `Laws()` has them"
    )
