"""Draws from laws, as the symbols in which loops state their step."""

from __future__ import annotations

from sympy import (
    Expr,
    sympify,
)
from sympy.core.symbol import Str

from .. import nested as nested
from ..asked import drawn_from
from ..errors import BadInput
from ..written import written
from .continuous import Uniform
from .discrete import Binomial, Count, Multinomial, Poisson
from .gammas import Beta, ChiSquare, Exponential, Gamma
from .law import Law
from .waiting import Geometric, NegativeBinomial


class Noise(Expr):
    """One independent draw made within a step, `Noise(name, law)`: the symbols in which loops state their step.

    role: where a loop drew it, once its steps are written out: in its start, in a fit, for a fresh draw, with generation
    and index. What was drawn anew is another draw, whatever its name.
    In the units of the law's parameters. Raises `BadInput` for what is no law, and for a multinomial one (`counts`).
    """

    stays_whole = True  # in `multiplied_out`
    is_extended_real = True

    def __new__(cls, name, law: Law, *role):
        if not isinstance(law, Law):
            raise BadInput(f"Noise({str(name)!r}, {law}): expected a law, such as Noise('Z', Normal(0, 1))")
        if isinstance(law, Multinomial):
            raise BadInput(f"Noise({str(name)!r}, {law}) is no number; counts({str(name)!r}, {law}) are its counts")
        if isinstance(name, str):  # as it is written, and not by SymPy, which puts numbers in to see what is constant
            drawn_from(law)
        role = tuple(Str(x) if isinstance(x, str) else written(sympify(x)) for x in role)
        return Expr.__new__(cls, Str(name) if isinstance(name, str) else name, law, *role)

    @property
    def law(self) -> Law:
        """The law that is drawn from."""
        return self.args[1]

    @property
    def role(self) -> tuple:
        """Where a loop drew it: see the class. Empty for a draw in a step as it is written."""
        return self.args[2:]

    @property
    def whole(self) -> tuple:
        """What is drawn at once, name, law and role: the counts of one multinomial draw have it in common."""
        return (self.args[0], self.law.joint, *self.role)

    def _eval_is_positive(self):
        # almost surely: what has a density on [0, ...] is 0 never, a binomial may be
        if isinstance(self.law, ChiSquare):
            return self.law.dof.is_positive  # of 0 degrees of freedom it is 0
        has_none_at_0 = isinstance(self.law, Exponential | Gamma | Beta | Uniform | Geometric)
        return self._eval_is_nonnegative() if has_none_at_0 else None

    def _eval_is_nonnegative(self):
        # a sum of squares, or a count, whatever their number: that there is one is asked of all laws that are drawn from
        counted = isinstance(self.law, ChiSquare | Binomial | Poisson | Count | Geometric | NegativeBinomial)
        seen = self.law.refuses() is None if counted else self.law.is_seen
        return True if self.law.support[0].is_nonnegative and seen else None

    def _eval_is_finite(self):
        return True

    def _sympystr(self, printer) -> str:
        where = ", ".join(map(str, self.role))
        name = f"{self.args[0]}{self.law.number}" if isinstance(self.law, Count) else str(self.args[0])
        return f"{name}[{where}]" if where else name

    def _latex(self, printer, exp=None) -> str:
        name = rf"{self.args[0]}_{{{self.law.number}}}" if isinstance(self.law, Count) else str(self.args[0])
        return name if exp is None else rf"{name}^{{{exp}}}"


def drawn(x: Expr, *role) -> Expr:
    """An expression with its draws as those of a role; those that have one keep it."""
    return x.xreplace({z: Noise(z.args[0], drawn(z.law, *role), *role) for z in x.atoms(Noise) if not z.role})


def counts(name, law: Multinomial) -> tuple[Noise, ...]:
    """One draw from a multinomial law: how often each of its symbols is there, `Y = counts("Y", Multinomial(n, (p, q, r)))`.

    They are not independent: their sum is at most n. Raises `BadInput` for another law.
    """
    if not isinstance(law, Multinomial):
        raise BadInput(f"counts({str(name)!r}, {law}): expected a law such as Multinomial(n, (p, 1 - p))")
    return tuple(Noise(name, Count(law, i)) for i in range(len(law.masses)))
