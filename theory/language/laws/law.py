"""What a law is: the protocol of all of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Expr,
    S,
    binomial,
    exp,
    oo,
    sympify,
)

from ..asked import unmet
from ..errors import CannotTell
from ..order import in_order
from ..written import written


class Law(Basic):
    """A distribution on the real line, and what is known of it; what is not raises `CannotTell`.

    d: 1; of a law of points of a space, its dimension. Draws of such a law are arrays with a row for each coordinate.

    support: its two ends.  is_continuous: whether it is known to have a density, so that no number has a probability.
    grid: a rational number of which every draw is a multiple; None if there is none.  far_out, near_zero: the first powers of
    |X|, and of 1/|X|, that have no mean; oo where all have one.
    decay: how the density falls beyond a window around `center`, in units of `scale`: "normal", "exponential" (it is at most
    peak e^-|y|/scale), "power" (as Student's, of order far_out), "bounded"; None where nothing is known of that.
    Densities and distribution functions are analytic but for `Abs` and `sign` of linear functions.
    """

    d: Any = 1
    support: Any = (-oo, oo)
    is_continuous: Any = False
    grid: Any = None
    far_out: Any = oo
    near_zero: Any = oo
    decay: Any = None
    peak: Any = S.One
    center: Any = S.Zero
    scale: Any = S.One

    def __new__(cls, *args):
        return Basic.__new__(cls, *(written(sympify(x)) for x in args))

    @property
    def joint(self) -> Law:
        """What is drawn at once: itself, but for a count among several."""
        return self

    @property
    def components(self) -> list[tuple[Expr, Law]]:
        """Itself with weight 1; of a mixture the laws that it is made of, taken apart to the last, with their weights."""
        return [(S.One, self)]

    def density(self, x) -> Expr:
        """The density at x, in one over the units of a draw. Raises `CannotTell` where none is known."""
        raise CannotTell(f"{type(self).__name__} has no density here")

    def log_mass(self, k) -> Expr:
        """The logarithm of the probability of k, of a law on the whole numbers between the ends of its support."""
        raise CannotTell(f"no sums over {self}")

    def mass(self, k) -> Expr:
        """The probability of k, of a law on whole numbers."""
        return exp(self.log_mass(k))

    def cdf(self, x) -> Expr:
        """The probability of what is at most x. Raises `CannotTell` where no closed form is known."""
        raise CannotTell(f"{type(self).__name__} has no distribution function here")

    def quantile(self, q) -> Expr:
        """The inverse of the distribution function at q, between 0 and 1, in the units of a draw. Raises `CannotTell` where no
        closed form is known."""
        raise CannotTell(f"the distribution function of {self} has no inverse in closed form")

    def values(self) -> list[tuple[Expr, Expr]] | None:
        """The numbers that are drawn, with their probabilities, of a law on a list of them; None of any other."""
        return None

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """(E X^power log(X)^logs |X|^absolute, quantity that must be positive for it to exist), for a power above 0 or logs.

        Raises `CannotTell` where no closed form is known.
        """
        if (values := self.values()) is not None and not logs and (power + absolute).is_nonnegative:
            return Add(*(p * v**power * Abs(v) ** absolute for v, p in values)), S.One
        raise CannotTell(f"no integral for {type(self).__name__}: power {power}, logs {logs}")

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        """(E e^(rate X), quantity that must be positive for it to exist). Raises `CannotTell` where no closed form is known."""
        if (values := self.values()) is not None:
            return Add(*(p * exp(rate * v) for v, p in values)), S.One
        raise CannotTell(f"no exponential moments of {type(self).__name__}")

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        """(a, c, law): the sum of t independent draws is a plus c times one draw from the law. Raises `CannotTell` where none is
        known."""
        raise CannotTell(f"the law of a sum of draws from {self} is not known")

    def diverges(self, power: Expr, absolute: int = 0) -> bool:
        """Whether E |X|^(power + absolute) is certainly infinite."""
        p = sympify(power) + absolute
        if p.is_nonnegative:
            return bool((p - self.far_out).is_nonnegative)
        return bool((p + self.near_zero).is_nonpositive)

    def demands(self) -> list[tuple[Expr, bool, str]]:
        """What makes a law of parameters: (a quantity at least 0, whether it is above 0, what is said where it is not)."""
        return []

    def asked_of_density(self) -> list[Expr]:
        """What has to be above 0 for a continuous law to have a density, where SymPy does not see it; else it is one number.

        So of every law that it is made of: a mixture may have an atom, and so may what is left of a law.
        """
        parts = in_order(self.atoms(Law) - {self})
        return list(dict.fromkeys(x for part in parts for x in part.asked_of_density()))

    @property
    def has_a_density(self) -> bool:
        """Whether a draw is at no one number with a chance, whatever the parameters are. A law without a grid may have atoms."""
        return self.is_continuous and not self.asked_of_density()

    def numbers(self) -> tuple[Expr, ...]:
        """The parameters that have to be whole numbers, of trials say."""
        return ()

    @property
    def is_seen(self) -> bool:
        """Whether it is a law by what SymPy knows of its parameters: else nothing is known of the sign of a draw."""
        return _is_seen(self)

    @property
    def is_whole(self) -> bool:
        """Whether all draws are whole numbers."""
        return self.grid is not None and bool(sympify(self.grid).is_Integer)

    def refuses(self) -> str | None:
        """Why parameters make no law, where they are known to; None where they do, or are symbols."""
        return unmet(self.demands())

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        """`size` independent draws, by NumPy's generator; parameters may be arrays, one for each draw."""
        raise CannotTell("it cannot be drawn")

    def is_odd(self, power: Expr) -> bool:
        """Whether the mean of X^power, where it has one, is 0, by symmetry or since that of X is."""
        return False

    def _sympystr(self, printer) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"


@lru_cache(maxsize=4096)
def _is_seen(law: Law) -> bool:
    signs = (x.is_extended_positive if strictly else x.is_extended_nonnegative for x, strictly, _ in law.demands())
    return all(signs) and all(n.is_integer for n in law.numbers())


class Symmetric(Law):
    """A law of the form centre + scale * Y, Y like -Y. Subclasses give `even(j)`, the mean of Y^j for an even j > 0."""

    is_continuous: Any = True
    near_zero = S.One  # the density is positive at 0

    center: Any
    scale: Any

    def even(self, j: int) -> Expr:
        """The mean of Y^j for an even j > 0. Raises `CannotTell` where no closed form is known."""
        raise CannotTell(f"no moments of {type(self).__name__}")

    def exists(self, power: Expr) -> Expr:
        """What must be positive for the mean of |X|^power to exist."""
        return S.One

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        if logs or not (power.is_Integer and power >= 0):
            return super().moment(power, logs, absolute)
        if absolute:
            if not self.center.is_zero:
                raise CannotTell(f"absolute moment of {self}, which is not centred")
            if power % 2:
                return S.Zero, self.exists(power + absolute)
            return self.scale ** (power + absolute) * self.absolute(int(power) + absolute), self.exists(
                power + absolute
            )
        if power % 2 and self.center.is_zero:
            return S.Zero, self.exists(power)
        evens = range(0, int(power) + 1, 2)
        if self.center.is_zero:
            evens = evens[-1:]
        terms = (
            binomial(power, j) * self.center ** (power - j) * self.scale**j * (self.even(j) if j else 1) for j in evens
        )
        return Add(*terms), self.exists(power)

    def absolute(self, j: int) -> Expr:
        """The mean of |Y|^j, j > 0."""
        if j % 2 == 0:
            return self.even(j)
        raise CannotTell(f"no absolute moments of {type(self).__name__}")

    def is_odd(self, power: Expr) -> bool:
        return bool(self.center.is_zero) and power.is_odd is True
