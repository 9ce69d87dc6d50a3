"""Laws on whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

from sympy import (
    Add,
    Basic,
    Expr,
    Integer,
    Max,
    Min,
    Mul,
    Piecewise,
    S,
    Symbol,
    Tuple,
    binomial,
    default_sort_key,
    exp,
    expand_func,
    factorial,
    ff,
    log,
    loggamma,
    oo,
    sympify,
    uppergamma,
)
from sympy.core.symbol import Str
from sympy.functions.combinatorial.numbers import stirling

from ..errors import BadInput, CannotTell
from .grids import grid_of_all
from .law import Law
from .pieces import no_best_atom

MOST_COUNTED = 2**53  # of more a float tells no even numbers from odd ones


def _trials(n: Any) -> Any:
    """Numbers of trials, as a step in floats comes to them: 49 (1/49) is 1. Raises `BadInput` for what is none.

    Raises `CannotTell` for numbers that NumPy does not draw from.
    """
    import numpy as np

    if np.any(n > MOST_COUNTED):
        raise CannotTell(f"counts of {np.max(n):.2g} trials are not drawn")
    whole = np.rint(n)
    if not (np.all(np.abs(n - whole) <= 1e-9 * np.maximum(1.0, np.abs(whole))) and np.all(whole >= 0)):
        raise BadInput(
            f"the step draws from {np.min(n):g} to {np.max(n):g} trials: whole numbers, 0 or more, are expected"
        )
    return whole.astype(np.int64)


class Binomial(Law):
    """Binomial(n, p): successes in n trials; n and p may depend on the state of the loop that draws it."""

    grid = S.One

    @property
    def support(self):
        return S.Zero, self.n

    @property
    def n(self) -> Expr:
        """The number of trials."""
        return self.args[0]

    @property
    def p(self) -> Expr:
        """The probability of a success."""
        return self.args[1]

    def log_mass(self, k) -> Expr:
        return log(binomial(self.n, k)) + k * log(self.p) + (self.n - k) * log(1 - self.p)

    def mass(self, k) -> Expr:
        return binomial(self.n, k) * self.p**k * (1 - self.p) ** (self.n - k)

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """By falling factorials, E (B)_j = (n)_j p^j."""
        power = power + absolute
        if logs or not (power.is_Integer and power >= 0):
            return super().moment(power, logs)
        terms = (stirling(power, j) * expand_func(ff(self.n, j)) * self.p**j for j in range(int(power) + 1))
        return Add(*terms), S.One

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        return (1 - self.p + self.p * exp(rate)) ** self.n, S.One

    def demands(self) -> list[tuple[Expr, bool, str]]:
        chance = f"{self} has no probability"
        return [
            (self.n, False, f"{self} has no number of trials"),
            (self.p, False, chance),
            (1 - self.p, False, chance),
        ]

    def numbers(self) -> tuple[Expr, ...]:
        return (self.n,)

    def refuses(self) -> str | None:
        return f"{self} has no number of trials" if self.n.is_integer is False else super().refuses()

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, S.One, Binomial(self.n * t, self.p)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        import numpy as np

        n, p = parameters
        if not (np.all(p >= -1e-12) and np.all(p <= 1 + 1e-12)):
            raise BadInput(f"the step draws a binomial with probability {np.min(p):g} to {np.max(p):g}")
        return rng.binomial(_trials(n), np.clip(p, 0.0, 1.0), size).astype(float)


class Poisson(Law):
    """Poisson(mean): counts without an upper end; the mean may depend on the state of the loop that draws it."""

    grid = S.One
    support = (S.Zero, oo)
    near_zero = S.Zero

    @property
    def mean(self) -> Expr:
        """The mean, and the variance."""
        return self.args[0]

    def log_mass(self, k) -> Expr:
        return k * log(self.mean) - self.mean - loggamma(k + 1)

    def above(self, k) -> Expr:
        """The probability of more than k, k = 0, 1, ...: that event k + 1 of a Poisson process has come by the time `mean`."""
        return 1 - uppergamma(k + 1, self.mean) / factorial(k)

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        """By falling factorials, E (N)_j = mean^j."""
        power = power + absolute
        if logs or not (power.is_Integer and power >= 0):
            return super().moment(power, logs)
        return Add(*(stirling(power, j) * self.mean**j for j in range(int(power) + 1))), S.One

    def exponential_moment(self, rate: Expr) -> tuple[Expr, Expr]:
        return exp(self.mean * (exp(rate) - 1)), S.One

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return [(self.mean, False, f"{self} has a negative mean")]

    def total(self, t: Expr) -> tuple[Expr, Expr, Law]:
        return S.Zero, S.One, Poisson(self.mean * t)

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        import numpy as np

        (mean,) = parameters
        if not np.all(mean >= -1e-12):
            raise BadInput(f"the step draws a Poisson count of mean {np.min(mean):g}")
        if not np.all(mean <= MOST_COUNTED):
            raise CannotTell(f"Poisson counts of mean {np.max(mean):.2g} are not drawn")
        return rng.poisson(np.maximum(mean, 0.0), size).astype(float)


class Finite(Law):
    """Finite((p_0, ..., p_k)): atom number i, 0 among them, with probability p_i; these are to have the sum 1.

    Raises `BadInput` for a dictionary of numbers and probabilities: `Atoms` is such a law.
    """

    grid = S.One

    def __new__(cls, masses):
        if isinstance(masses, Mapping):
            numbers, theirs = (", ".join(map(str, x)) for x in (masses, masses.values()))
            other = f"Atoms(({numbers}), ({theirs}))"
            raise BadInput(f"Finite({masses}): expected the probabilities of 0, 1, ...; of other numbers it is {other}")
        return Law.__new__(cls, Tuple(*map(sympify, masses)))

    @property
    def masses(self) -> Tuple:
        """The probabilities of the atoms 0, 1, ..., k, in that order."""
        return self.args[0]

    def _latex(self, printer) -> str:
        return rf"\mathrm{{Finite}}({', '.join(map(printer._print, self.masses))})"

    @property
    def support(self):
        return S.Zero, Integer(len(self.masses) - 1)

    def values(self) -> list[tuple[Expr, Expr]]:
        return [(Integer(i), p) for i, p in enumerate(self.masses)]

    def demands(self) -> list[tuple[Expr, bool, str]]:
        total = Add(*self.masses) - 1
        wrong = f"{self} makes no law: probabilities, of sum 1, are expected"
        return [(x, False, wrong) for x in (*self.masses, total, -total)]

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        import numpy as np

        (masses,) = parameters
        return np.searchsorted(np.cumsum(masses)[:-1], rng.random(size), side="right").astype(float)


class Atoms(Law):
    """Atoms((x_0, x_1, ...), (p_0, p_1, ...)): the number x_i with probability p_i. With symbols the largest number is first.

    largest, second, least, top: the largest number, the one below it, the smallest one, and the probability of the largest.
    near: the least share, over all u, of what is within 4 u of the largest number that is within u of it.
    mean, variance: of the law.
    Raises `BadInput` for another number of probabilities than of numbers, and without any.
    """

    def __new__(cls, points, masses):
        points, masses = (Tuple(*map(sympify, x)) for x in (points, masses))
        if len(points) != len(masses) or not points:
            raise BadInput(f"Atoms({points}, {masses}): expected as many numbers as probabilities")
        if not (points.free_symbols or masses.free_symbols):
            together: dict[Expr, Expr] = {}
            for x, p in zip(points, masses, strict=True):
                together[x] = together.get(x, S.Zero) + p
            points = Tuple(*sorted(together, reverse=True))
            masses = Tuple(*(together[x] for x in points))
        return Law.__new__(cls, points, masses)

    @property
    def points(self) -> Tuple:
        """The numbers x_i; the largest one is first."""
        return self.args[0]

    @property
    def masses(self) -> Tuple:
        """The probabilities of the numbers, in their order."""
        return self.args[1]

    @property
    def largest(self) -> Expr:
        """The largest number."""
        return self.points[0]

    @property
    def second(self) -> Expr:
        """The largest of the other numbers."""
        return Max(*self.points[1:])

    @property
    def least(self) -> Expr:
        """The smallest number."""
        return Min(*self.points)

    @property
    def top(self) -> Expr:
        """The probability of the largest number."""
        return self.masses[0]

    @property
    def near(self) -> Expr:
        """Where the share falls, a number comes to be within 4 u."""
        gaps = [self.largest - x for x in self.points]

        def within(u: Expr) -> Expr:
            return Add(*(Piecewise((p, gap <= u), (S.Zero, True)) for gap, p in zip(gaps, self.masses, strict=True)))

        return Min(*(within(gap / 4) / within(gap) for gap in gaps))

    @property
    def mean(self) -> Expr:
        """The sum of p_i x_i."""
        return Add(*(p * x for x, p in self.values()))

    @property
    def variance(self) -> Expr:
        """The sum of p_i x_i^2, less the square of the mean."""
        return Add(*(p * x**2 for x, p in self.values())) - self.mean**2

    @property
    def support(self):
        return Min(*self.points), self.largest

    @property
    def grid(self) -> Any:
        return grid_of_all(self.points)

    def values(self) -> list[tuple[Expr, Expr]]:
        return list(zip(self.points, self.masses, strict=True))

    def demands(self) -> list[tuple[Expr, bool, str]]:
        total = Add(*self.masses) - 1
        wrong = f"{self} makes no law: probabilities, of sum 1, are expected"
        first = f"{self}: the largest number is expected first"
        return [(x, False, wrong) for x in (*self.masses, total, -total)] + [
            (self.largest - x, False, first) for x in self.points[1:]
        ]

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        import numpy as np

        points, masses = (np.asarray([float(x) for x in given]) for given in parameters)
        return points[np.searchsorted(np.cumsum(masses)[:-1], rng.random(size), side="right")]


class Started(Atoms):
    """Started(points, masses, (masses, ...)): a law of these numbers, the largest first, and others of the same.

    start(i): the i-th of the others. The numbers stay in their places, so that they are the same atoms under each.
    """

    def __new__(cls, points, masses, others=()):
        rows = (Tuple(*map(sympify, x)) for x in others)
        return Law.__new__(cls, Tuple(*map(sympify, points)), Tuple(*map(sympify, masses)), Tuple(*rows))

    @property
    def others(self) -> Tuple:
        """The probabilities of the other laws, a row for each."""
        return self.args[2]

    def start(self, i: int) -> Started:
        """The i-th of the other laws, i = 1, 2, ...: of the same numbers."""
        return Started(self.points, self.others[i - 1])

    def demands(self) -> list[tuple[Expr, bool, str]]:
        others = (self.start(i + 1).demands() for i in range(len(self.others)))
        return super().demands() + [demand for of in others for demand in of]


class AnyLaw(Law):
    """A law of a positive number that is no constant, and of which nothing is known but seven numbers: symbols of theirs.

    largest: its largest value (at most that, where `at_most` is given).  top: the probability of that.
    second: the largest of the other values.  least: the smallest value, above 0.  near: as of `Atoms`, above 0.
    mean, variance: of the law.  has_best: whether the largest value is known to have a probability.
    """

    has_best = True

    def __new__(cls, name: Any, at_most: Expr | None = None, of: AnyLaw | None = None):
        largest = Symbol(f"{name}_max", positive=True) if at_most is None else at_most
        return Basic.__new__(cls, Str(str(name)), largest, *(() if of is None else (of,)))

    @property
    def of(self) -> AnyLaw | None:
        """The law whose values these are; None where they are its own."""
        return self.args[2] if len(self.args) > 2 else None

    @property
    def largest(self) -> Expr:
        """The largest value, or an upper bound of it: a symbol above 0, unless it was given."""
        return self.args[1]

    @property
    def top(self) -> Expr:
        """The probability of the largest value: a symbol."""
        return Symbol(f"{self.args[0]}_top", positive=True)

    @property
    def second(self) -> Expr:
        """The largest of the other values: a symbol."""
        return Symbol(f"{self.args[0]}_second", positive=True)

    @property
    def least(self) -> Expr:
        """The smallest value: a symbol, that of the law whose values these are."""
        return Symbol(f"{self.args[0]}_least", positive=True) if self.of is None else self.of.least

    @property
    def near(self) -> Expr:
        """As of `Atoms`: a symbol."""
        return Symbol(f"{self.args[0]}_near", positive=True)

    def start(self, i: int) -> AnyLaw:
        """Another law of the same values, the i-th one: `largest` and `least` are those of this law's values."""
        return AnyLaw(f"{self.args[0]}_start{i}", self.largest, self)

    @property
    def mean(self) -> Expr:
        """A symbol for the mean of the law."""
        return Symbol(f"{self.args[0]}_mean", positive=True)

    @property
    def variance(self) -> Expr:
        """A symbol for the variance of the law."""
        return Symbol(f"{self.args[0]}_variance", positive=True)

    @property
    def charts(self) -> dict[Expr, Expr]:
        """The others by variables: 0 < top < 1, 0 < near < 1, 0 < least <= second < largest, and the mean between top largest +
        (1 - top) least and top largest + (1 - top) second. Of the others' mean r, between least and second, and their mean square
        q: r^2 <= q <= (least + second) r - least second, equal on the left where there is only one of them, on the right where
        two (Bhatia and Davis 2000)."""
        positive = ("odds", "below", "rest", "close")
        odds, below, rest, close = (Symbol(f"{self.args[0]}_{name}", positive=True) for name in positive)
        lower, spread = (Symbol(f"{self.args[0]}_{name}", nonnegative=True) for name in ("lower", "spread"))
        second = self.largest / (1 + below)
        least = second / (1 + lower)
        other = least + (second - least) / (1 + rest)
        square = other**2 + (second - other) * (other - least) / (1 + spread)
        mean = (odds * self.largest + other) / (1 + odds)
        return {
            self.top: odds / (1 + odds),
            self.second: second,
            self.mean: mean,
            self.variance: (odds * self.largest**2 + square) / (1 + odds) - mean**2,
            self.near: close / (1 + close),
            self.least: least,
        }

    @property
    def masses(self) -> Tuple:
        """Raises `CannotTell`: there is any number of atoms."""
        raise CannotTell("a law on any number of atoms is not written out")

    def _sympystr(self, printer) -> str:
        return str(self.args[0])


class AnyLineLaw(AnyLaw):
    """The same where it is not even known whether the largest value has a probability: on the line, on atoms, or on both.

    `largest` is the essential supremum. top, second: raise `BadInput`.
    """

    has_best = False

    @property
    def top(self) -> Expr:
        raise no_best_atom("top")

    @property
    def second(self) -> Expr:
        raise no_best_atom("second")

    @property
    def charts(self) -> dict[Expr, Expr]:
        """Those of any law, but for these two numbers.

        They reach mean and variance of a law without a best atom, too: its variance is below (largest - mean) (mean - least),
        and a law with a rare best value, and a second one near it, has them.
        """
        told = AnyLaw(self.args[0])
        return {number: chart for number, chart in told.charts.items() if number not in (told.top, told.second)}


class Empirical(Law):
    """Empirical((x_1, ..., x_n)): one of these numbers, each as likely as the others; one that is there twice, twice so.

    Or one of these points of a space: Empirical(((0, 1), (2, 3), (1, 1))), a table with a row for each. Raises `BadInput` for
    what is no real number, and for points with other numbers of coordinates.
    """

    def __new__(cls, points):
        points = tuple(sorted((sympify(tuple(x) if isinstance(x, list) else x) for x in points), key=default_sort_key))
        rows = [x if isinstance(x, Tuple) else (x,) for x in points]
        if len({len(row) for row in rows}) != 1 or not all(x.is_number and x.is_real for row in rows for x in row):
            picked = "; one of some symbols is picked by a draw, Piecewise((a, Eq(J, 0)), (b, True)) with J = "
            picked += 'Noise("J", Finite((1/2, 1/2)))'
            raise BadInput(
                f"Empirical({points}): expected real numbers, such as Empirical((0, 1, 3)), or points with as many coordinates "
                f"each, such as Empirical(((0, 1), (2, 3))){picked if any(x.free_symbols for x in points) else ''}"
            )
        return Law.__new__(cls, Tuple(*points))

    @property
    def points(self) -> Tuple:
        """The numbers, or the points of a space, a row for each."""
        return self.args[0]

    @property
    def d(self) -> int:
        return len(self.points[0]) if isinstance(self.points[0], Tuple) else 1

    @property
    def support(self):
        return (min(self.points), max(self.points)) if self.d == 1 else Law.support

    @property
    def grid(self) -> Any:
        return grid_of_all(self.points) if self.d == 1 else None

    def values(self) -> list[tuple[Expr, Expr]]:
        counted = Counter(self.points)
        return [(x, Integer(n) / len(self.points)) for x, n in counted.items()]

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        import numpy as np

        (points,) = parameters
        if isinstance(points[0], Tuple):
            return np.array([list(map(float, x)) for x in points]).T[:, rng.integers(len(points), size=size)]
        return rng.choice(np.asarray([float(x) for x in points]), size)


class Multinomial(Law):
    """Multinomial(n, (p_0, ..., p_k)): how many of n draws are of each symbol; no law of one number, but of all counts together.

    Where the probabilities add up to less than 1, what is missing is that of all other symbols. `counts(name, law)` draws it.
    """

    grid = S.One

    def __new__(cls, n, masses):
        return Law.__new__(cls, n, Tuple(*map(sympify, masses)))

    @property
    def n(self) -> Expr:
        """The number of draws."""
        return self.args[0]

    @property
    def masses(self) -> Tuple:
        """The probabilities of the symbols, in their order."""
        return self.args[1]

    def mixed(self, powers: Mapping[int, int]) -> Expr:
        """The mean of the product of counts to these powers, by number, from E prod (Y_i)_(j_i) = (n)_(sum j) prod p_i^(j_i)."""
        total = S.Zero
        for lower in product(*(range(1, a + 1) for a in powers.values())):
            ways = Mul(*(stirling(a, j) for a, j in zip(powers.values(), lower, strict=True)))
            chance = Mul(*(self.masses[i] ** j for i, j in zip(powers, lower, strict=True)))
            total += ways * expand_func(ff(self.n, sum(lower))) * chance
        return total

    def demands(self) -> list[tuple[Expr, bool, str]]:
        chance = f"{self} has no probabilities: numbers from 0 to 1, of sum at most 1, are expected"
        rest = 1 - Add(*self.masses)
        return [(self.n, False, f"{self} has no number of draws"), *((x, False, chance) for x in (*self.masses, rest))]

    def numbers(self) -> tuple[Expr, ...]:
        return (self.n,)

    def refuses(self) -> str | None:
        return f"{self} has no number of draws" if self.n.is_integer is False else super().refuses()


class Count(Law):
    """The count of symbol number i among the draws of a `Multinomial`: with the others not independent."""

    grid = S.One

    @property
    def joint(self) -> Multinomial:
        return self.args[0]

    @property
    def number(self) -> int:
        """Which symbol is counted: i = 0, 1, ..."""
        return int(self.args[1])

    @property
    def support(self):
        return S.Zero, self.joint.n

    @property
    def marginal(self) -> Binomial:
        """Its law, whatever the other counts are."""
        return Binomial(self.joint.n, self.joint.masses[self.number])

    def moment(self, power: Expr, logs: int = 0, absolute: int = 0) -> tuple[Expr, Expr]:
        return self.marginal.moment(power, logs, absolute)

    def demands(self) -> list[tuple[Expr, bool, str]]:
        return self.joint.demands()

    def numbers(self) -> tuple[Expr, ...]:
        return self.joint.numbers()

    def refuses(self) -> str | None:
        return self.joint.refuses()

    @staticmethod
    def draw(rng, size: int, *parameters) -> Any:
        """Draws where so many trials are left, with a chance out of what is left of all."""
        import numpy as np

        left, p, rest = (np.asarray(x, dtype=float) for x in parameters)
        if not (np.all(p >= -1e-12) and np.all(p <= rest + 1e-9)):
            raise BadInput(f"the step draws a multinomial with probability {np.min(p):g} to {np.max(p):g}")
        chance = np.clip(np.divide(p, rest, out=np.zeros(np.broadcast(p, rest).shape), where=rest > 1e-12), 0.0, 1.0)
        return rng.binomial(_trials(left), chance, size).astype(float)
