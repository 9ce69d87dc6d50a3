"""Where a function of one bound variable is least or largest."""

from __future__ import annotations

from sympy import (
    Dummy,
    Expr,
    Function,
    Poly,
    Pow,
    Symbol,
    Tuple,
    exp,
    fraction,
    gamma,
    log,
    loggamma,
    oo,
    sympify,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from .errors import BadInput
from .functions import CONTINUOUS
from .moments import Moment

KNOWN = {*CONTINUOUS, log, gamma, loggamma}  # continuous where they are finite: a slope tells of them


def is_exponential(e: Expr, k: Symbol) -> bool:
    """Whether it is B^(c k + d)."""
    base, power = e.as_base_exp()
    return not base.has(k) and power.is_polynomial(k) and Poly(power, k).degree() == 1


def _is_told(f: Expr, k: Symbol) -> bool:
    """Of what is made of moments their forms tell it."""
    if f.has(Moment):
        return True
    logs = {x: Dummy() for x in f.atoms(log) if x.has(k)}
    if f.xreplace(logs).is_rational_function(k, *logs.values()):
        return True
    growing = {e: Dummy() for e in f.atoms(Pow, exp) if e.as_base_exp()[1].has(k)}
    return all(is_exponential(e, k) for e in growing) and f.xreplace(growing).is_polynomial(k)


class ArgMin(ExprWithLimits):
    """`ArgMin(f, (k, a, b))`: the k from a to b, both included, at which f is least; for an integer k the integers are meant.

    For a real k, a may be -oo and b oo: then f is a quotient of polynomials, with logarithms or not, or made of polynomials and
    exponentials in k; balls know quotients, and what is seen to be convex. A number where there is one such place. A tie is
    told: then there is no value.
    Raises `BadInput` for other limits, and for a function of a real variable that may jump.
    """

    is_extended_real = True
    is_commutative = True
    letter = r"\arg\min"

    def __new__(cls, function, *limits):
        name = cls.__name__
        if len(limits) != 1 or not isinstance(limits[0], tuple | Tuple) or len(limits[0]) != 3:
            raise BadInput(f"{name} over {limits}: expected a variable and its range, {name}(f, (k, 0, 10))")
        k, a, b = map(sympify, limits[0])
        if (a is oo or b is -oo) or ((a.is_infinite or b.is_infinite) and k.is_integer):
            raise BadInput(f"{name} over {k} from {a} to {b}: the ends have to be finite, or -oo and oo for a real {k}")
        if oo in (b, -a) and not _is_told(sympify(function), k):
            raise BadInput(
                f"{name} over {k} from {a} to {b}: over an endless range it is told of quotients of polynomials in {k}, "
                "with logarithms, and of what is made of polynomials and exponentials, only"
            )
        made = ExprWithLimits.__new__(cls, sympify(function), (k, a, b))
        if not k.is_integer and (parts := {type(f) for f in made.function.atoms(Function)} - KNOWN):
            raise BadInput(f"{name} over a real {k}: {min(x.__name__ for x in parts)} may jump, which no slope shows")
        return made

    @property
    def falling(self) -> Expr:
        """What is least there."""
        return self.function

    @property
    def canonical_variables(self):
        """SymPy's names for what is bound; of integers they are integers, or another place would be meant."""
        names = super().canonical_variables
        return {k: Symbol(name.name, integer=True) if k.is_integer else name for k, name in names.items()}

    @property
    def slope(self) -> Expr:
        """What has the sign of the slope of `falling`."""
        k, a, b = self.limits[0]
        if oo not in (b, -a) or not self.falling.is_rational_function(k):
            return self.falling.diff(k)
        above, below = fraction(together(self.falling))
        return above.diff(k) * below - above * below.diff(k)

    def _eval_is_integer(self):
        return self.limits[0][0].is_integer

    def _latex(self, printer, exp=None) -> str:
        k, a, b = map(printer._print, self.limits[0])
        body = rf"{self.letter}_{{{a} \le {k} \le {b}}} {printer._print(self.function)}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class ArgMax(ArgMin):
    """`ArgMax(f, (k, a, b))`: the k from a to b, both included, at which f is largest; conditions and errors as of `ArgMin`."""

    letter = r"\arg\max"

    @property
    def falling(self) -> Expr:
        return -self.function


class Root(ArgMin):
    """`Root(f, (x, a, b))`: the real x from a to b at which f is 0, changing its sign there, and only there.

    A number where f has one sign up to it and the other one beyond. Raises `BadInput` for other limits, and for a function that
    may jump.
    """

    letter = r"\operatorname{root}"

    def __new__(cls, function, *limits):
        made = super().__new__(cls, function, *limits)
        x, a, b = made.limits[0]
        if x.is_integer or oo in (b, -a):
            raise BadInput(
                f"Root over {x} from {a} to {b}: expected a real variable and two finite ends, Root(f, (x, 0, 1))"
            )
        return made

    @property
    def slope(self) -> Expr:
        """The function: its root is where another one, whose slope it is, turns."""
        return self.function


__all__ = ["ArgMax", "ArgMin", "Root"]
