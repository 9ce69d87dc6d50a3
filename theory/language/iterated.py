"""A function, again and again, of a number."""

from __future__ import annotations

from sympy import Expr, Lambda, Symbol, Tuple, sympify

from .binders import examine_variable
from .domains import Reals
from .errors import BadInput
from .loops import Loop, coordinate


class IteratedLoop(Loop):
    """x(0) = start, x(t + 1) = rule(x(t)): nothing is random.

    rule: what is done to the state, from the reals to the reals; start: the first state, in the units of the state.
    Source: textbook: the iterates of a map.
    """

    rule: Lambda
    start: Reals

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, state):
        return {"x": self.rule(state["x"])}


def Iterate(function, limits, times) -> Expr:
    """`Iterate(f, (x, a), k)`: f(f(...f(a))), k times, f being an expression in x. In the units of a.

    The state of an `IteratedLoop` after k steps. Raises `BadInput` for other limits, and for an
    x that is declared to be more than a real number: SymPy simplifies by it, and the values need not be so.
    """
    if not isinstance(limits, tuple | list | Tuple) or len(limits) != 2 or not isinstance(limits[0], Symbol):
        raise BadInput(f"Iterate over {limits}: expected a variable and where it starts, Iterate(f, (x, 1), k)")
    x, start = limits
    examine_variable(x, "Iterate")  # of a function of |x| nothing may be left that tells
    return IteratedLoop(Lambda(x, sympify(function)), sympify(start)).x(times)


__all__ = ["Iterate", "IteratedLoop"]
