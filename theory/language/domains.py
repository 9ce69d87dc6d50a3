"""Domains: the sets over which the variables of a theorem range.

A domain knows its symbol (with true assumptions), a few notable values (ends, small values, published values), further
values in a fixed order, whether it contains a value, its real box and its Hypothesis strategy. All values are exact
(SymPy integers and rationals), so that a point of a claim can be replayed to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count, product
from math import asinh, exp, log, log2, sinh
from operator import le, lt
from typing import TYPE_CHECKING, Any

from sympy import Expr, Integer, Rational, S, Symbol, oo, sympify

MOST_LISTED = 2**62  # values of a range that Python counts


def _fractions(name: str) -> Iterator[Rational]:
    """The golden-ratio sequence in (0, 1), shifted by the variable's name: equidistributed, the same on every machine."""
    from hashlib import blake2b

    start = int.from_bytes(blake2b(name.encode(), digest_size=2).digest(), "big")
    for j in count(start):
        yield Rational((j * 40503 + 20011) % 65521 + 1, 65523)


FAR = Integer(1000)  # an unbounded integer has its far side here, or at twice its other end
EDGE = Rational(1, 1000)  # an open end counts as reached in the outermost thousandth of the chart


OUTERMOST = 16.0  # e-foldings: real values are looked for up to a distance of 1e-7 from an end, and up to 1e7
AT_AN_END = 2 * OUTERMOST  # where an end that belongs to an interval has its place on the scale
RARE = (
    Rational(1, 2),
    Rational(1, 10),
    Rational(1, 1000),
)  # probabilities of a law's largest value where it asks much,
BELOW = (Rational(1, 2), Rational(1, 1000), Rational(999, 1000))  # and the others' shares of that value
BENEATH = (
    Rational(1, 2),
    Rational(1, 20),
    Rational(999, 1000),
)  # of a law on the line the other pieces' upper ends, likewise,
NARROW = Rational(9, 10)  # and of a piece its lower end, as a share of the upper one
STARTED = (
    Rational(1, 100),
    Rational(1, 1000),
)  # probabilities of it under the first law of such values, and under the others


def _plain(x: float) -> Rational:
    """Three digits of a number."""
    return Rational(f"{x:.3g}")


if TYPE_CHECKING:

    class _Variable(type):
        """For type checkers: a domain that is a parameter's default is called, and what the function gets is a symbol."""

        def __call__(cls, *args: Any, **kwargs: Any) -> Any: ...

else:
    _Variable = type


class Joined:
    """Kinds of a loop's parameter, joined by `|`: a value of either."""

    def __or__(self, other: Any) -> tuple:
        return (self, *other) if isinstance(other, tuple) else (self, other)

    def __ror__(self, other: Any) -> tuple:
        return (*other, self) if isinstance(other, tuple) else (other, self)


@dataclass(frozen=True)
class Domain(Joined, metaclass=_Variable):
    """An interval of a number system; `lo`, `hi` may be infinite; `notable` lists values to be tried first.

    The ends and the notable values are kept as exact SymPy numbers. Raises `ValueError` for an empty interval, and for a
    notable value that is not in it.
    """

    lo: Any
    hi: Any
    notable: Sequence = ()

    def __post_init__(self):
        object.__setattr__(self, "lo", sympify(self.lo))
        object.__setattr__(self, "hi", sympify(self.hi))
        object.__setattr__(self, "notable", tuple(sympify(x) for x in self.notable))
        if self.empty:
            raise ValueError(f"empty domain {self}")
        for x in self.notable:
            if not self.contains(x):
                raise ValueError(f"notable value {x} is not in {self}")

    @property
    def empty(self) -> bool:
        """Whether no number lies between the ends: such a domain is refused."""
        return not self.lo < self.hi

    def contains(self, value) -> bool:
        """Whether the exact number `value` lies in the domain."""
        value = sympify(value)
        return bool(value.is_extended_real) and _ordered(self.lo, value) and _ordered(value, self.hi)

    @property
    def wanted(self) -> str:
        """What a message asks for where a number is none of these."""
        if (self.lo, self.hi) == (0, oo):
            return "a positive number"
        if not self.lo.is_finite and not self.hi.is_finite:
            return "a number"
        if self.bounded:
            return f"a number between {self.lo} and {self.hi}"
        return f"a number above {self.lo}" if self.lo.is_finite else f"a number below {self.hi}"

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return bool(self.lo.is_finite and self.hi.is_finite)

    @property
    def values(self) -> Sequence | None:
        """All values where there are finitely many, that can be counted; else None."""
        return None

    @property
    def included(self) -> list[Expr]:
        """The ends of a closed interval of real numbers, those that are finite; else none."""
        return []

    @property
    def ends(self) -> tuple[Any, Any] | None:
        """The least and the greatest value that support has to reach; None where the values have no order."""
        return None

    def firsts(self) -> list:
        """Values that are tried first."""
        raise NotImplementedError(f"no first values of {self}")

    def coordinate(self, value) -> float:
        """Where an exact value lies on a scale on which steps of 1 are as large at one place as at another."""
        raise NotImplementedError(f"no scale for {self}")

    def at(self, coordinate: float) -> Expr | None:
        """An exact value of few digits near a place on that scale; None where the domain has none."""
        raise NotImplementedError(f"no scale for {self}")

    @property
    def box(self) -> tuple[Any, Any] | None:
        """The closed real interval around the domain, with rational ends; None if there is none."""
        return (self.lo, self.hi) if self.lo.is_Rational and self.hi.is_Rational else None


def _ordered(x: Expr, y: Expr, below: Callable[[Expr, Expr], Any] = lt) -> bool:
    """Whether one is below the other. Of infinity and a number it is known, and SymPy takes long to say so."""
    return (x.is_Rational and y is S.Infinity) or (y.is_Rational and x is S.NegativeInfinity) or bool(below(x, y))


@dataclass(frozen=True)
class Integers(Domain):
    """The integers lo, lo + 1, ..., hi (both included; hi may be `oo`).

    Examples: `n=Integers(2, 100)`, `t=Integers(0, notable=(1, 10))`.
    Raises `ValueError` for an end that is no integer, an empty range, and a notable value outside.
    """

    lo: Any = 0
    hi: Any = oo

    def __post_init__(self):
        super().__post_init__()
        for end in (self.lo, self.hi):
            if end.is_finite and not end.is_Integer:
                raise ValueError(f"{end} is not an integer: the ends of Integers(lo, hi) are integers or oo")

    @property
    def empty(self) -> bool:
        return self.lo > self.hi

    def symbol(self, name: str) -> Symbol:
        """An integer symbol of that name, with the sign that the lower end gives it."""
        sign = {"positive": True} if self.lo > 0 else {"nonnegative": True} if self.lo >= 0 else {}
        return Symbol(name, integer=True, **sign)

    def contains(self, value) -> bool:
        value = sympify(value)
        return bool(value.is_integer) and _ordered(self.lo, value, le) and _ordered(value, self.hi, le)

    @property
    def wanted(self) -> str:
        if self.bounded:
            return f"a whole number from {self.lo} to {self.hi}"
        return f"a whole number, {self.lo} or more," if self.lo.is_finite else "a whole number"

    @property
    def ends(self) -> tuple[Any, Any]:
        low = self.lo if self.lo.is_finite else min(-FAR, 2 * self.hi)
        return low, self.hi if self.hi.is_finite else max(FAR, 2 * self.lo)

    def firsts(self) -> list:
        """Notable values, the lower end and its neighbour, a middling one, the upper end when it is small."""
        lo = self.lo if self.lo.is_finite else min(Integer(-3), self.hi - 30)
        more = [lo, lo + 1, lo + 5, lo + 30] + ([self.hi] if self.hi.is_finite and self.hi <= 50 else [])
        return list(dict.fromkeys([*self.notable, *(x for x in more if self.contains(x))]))

    def coordinate(self, value) -> float:
        """Doublings: log2 of the distance from the end that is finite, of the distance from 0 where none is."""
        if self.lo.is_finite:
            return log2(int(value - self.lo) + 1)
        if self.hi.is_finite:
            return -log2(int(self.hi - value) + 1)
        return log2(abs(int(value)) + 1) * (1 if value >= 0 else -1)

    def at(self, coordinate: float) -> Integer | None:
        steps = Integer(round(2 ** abs(coordinate))) - 1
        if self.lo.is_finite:
            value = self.lo + steps if coordinate >= 0 else self.lo
        elif self.hi.is_finite:
            value = self.hi - steps if coordinate <= 0 else self.hi
        else:
            value = steps if coordinate >= 0 else -steps
        return max(min(value, self.hi), self.lo)

    def draws(self, name: str) -> Iterator:
        """Endless integers, those near the lower end more often, and none more than 1000 above it (above -1000, or 1000 below the
        upper end, where there is none)."""
        lo = self.lo if self.lo.is_finite else min(Integer(-1000), self.hi - 1000)
        width = min(self.hi - lo, Integer(1000))
        for u in _fractions(name):
            # quadratic: small values are both cheap and the most exacting
            yield lo + (width + 1) * u**2 // 1

    @property
    def values(self) -> Sequence | None:
        return range(int(self.lo), int(self.hi) + 1) if self.bounded and self.hi - self.lo < MOST_LISTED else None

    def strategy(self):
        """Hypothesis strategy for its values, as SymPy integers."""
        from hypothesis import strategies as st

        lo = int(self.lo) if self.lo.is_finite else None
        return st.integers(lo, int(self.hi) if self.hi.is_finite else None).map(Integer)

    def __str__(self) -> str:
        return f"integers {self.lo}..{'' if self.hi is oo else self.hi}"


@dataclass(frozen=True)
class Reals(Domain):
    """The open interval (lo, hi) of real numbers: `x=Reals()`, `rho=Reals(0, 1)`. Errors as of `Domain`.

    closed: whether its ends, those that are finite, belong to it: `lam=Reals(0, 1, closed=True)`.
    """

    lo: Any = -oo
    hi: Any = oo
    closed: bool = field(default=False, kw_only=True)

    def symbol(self, name: str) -> Symbol:
        """A real symbol of that name, with the sign that the ends give it."""
        above, below = ("nonnegative", "nonpositive") if self.closed else ("positive", "negative")
        sign = (
            {"positive": True}
            if self.lo > 0
            else {"negative": True}
            if self.hi < 0
            else {above: True}
            if self.lo == 0
            else {below: True}
            if self.hi == 0
            else {}
        )
        return Symbol(name, real=True, **sign)

    def contains(self, value) -> bool:
        return super().contains(value) or sympify(value) in self.included

    @property
    def included(self) -> list[Expr]:
        return [end for end in (self.lo, self.hi) if end.is_finite] if self.closed else []

    @property
    def wanted(self) -> str:
        if not self.included:
            return super().wanted
        if self.bounded:
            return f"a number from {self.lo} to {self.hi}"
        return f"a number, {self.lo} or more," if self.lo.is_finite else f"a number, {self.hi} or less,"

    def _at(self, u: Rational) -> Expr:
        """The chart (0, 1) -> (lo, hi), rational in u."""
        if self.bounded:
            return self.lo + (self.hi - self.lo) * u
        if self.lo.is_finite:
            return self.lo + u / (1 - u)
        if self.hi.is_finite:
            return self.hi - (1 - u) / u
        return (u - Rational(1, 2)) / (u * (1 - u))

    @property
    def ends(self) -> tuple[Any, Any]:
        low, high = self._at(EDGE), self._at(1 - EDGE)
        return (self.lo if self.lo in self.included else low), (self.hi if self.hi in self.included else high)

    def firsts(self) -> list:
        # never 1 first: a power too many of a scale is invisible there (rule 14)
        us = [Rational(2, 3), Rational(1, 2), Rational(1, 4), Rational(9, 10), Rational(1, 50)]
        return list(dict.fromkeys([*self.notable, *(self._round(self._at(u)) for u in us), *self.included]))

    def _round(self, x: Expr) -> Expr:
        """A number of few digits near x, where the interval is wide enough for one."""
        if not self.bounded or not x.is_Rational or self.hi - self.lo <= 1:
            return x
        reach = (self.hi - self.lo) / 25
        rounded = (Rational(round(x * d), d) for d in range(1, 100))
        return next((y for y in rounded if abs(y - x) <= reach and self.contains(y)), x)

    def coordinate(self, value) -> float:
        """The logarithm of the distance from the nearer end; without ends the inverse hyperbolic sine."""
        if value in self.included:
            return AT_AN_END if value == self.hi else -AT_AN_END
        if self.bounded:
            return log(float((value - self.lo) / (self.hi - value)))
        if self.lo.is_finite:
            return log(float(value - self.lo))
        return -log(float(self.hi - value)) if self.hi.is_finite else asinh(float(value))

    def at(self, coordinate: float) -> Expr | None:
        if abs(coordinate) > OUTERMOST and (end := self.hi if coordinate > 0 else self.lo) in self.included:
            return end
        y = max(min(coordinate, OUTERMOST), -OUTERMOST)
        if self.bounded:
            near = (self.hi - self.lo) * _plain(1 / (1 + exp(abs(y))))
            value = self.hi - near if y > 0 else self.lo + near
        elif self.lo.is_finite:
            value = self.lo + _plain(exp(y))
        elif self.hi.is_finite:
            value = self.hi - _plain(exp(-y))
        else:
            value = _plain(sinh(y))
        return value if self.contains(value) else None

    def draws(self, name: str) -> Iterator:
        """Endless exact values, spread over the interval."""
        for u in _fractions(name):
            yield self._at(Rational(int(u * 997) + 1, 999))

    def strategy(self):
        """Hypothesis strategy for exact values in it, the ends among them where they belong to it."""
        from hypothesis import strategies as st

        if self.bounded and self.lo.is_Rational and self.hi.is_Rational and self.hi - self.lo > 1:
            ends = (Fraction(int(x.p), int(x.q)) for x in (self.lo, self.hi))
            most = max(1000, int(self.lo.q), int(self.hi.q))
            inside = st.fractions(*ends, max_denominator=most).map(lambda x: Rational(x.numerator, x.denominator))
            return inside.filter(self.contains)  # shrinks to whole numbers
        inside = st.fractions(Rational(1, 1000), Rational(999, 1000), max_denominator=1000).map(
            lambda u: self._at(Rational(u.numerator, u.denominator))
        )
        return st.sampled_from(self.included) | inside if self.included else inside

    def __str__(self) -> str:
        low, high = ("[" if self.lo in self.included else "("), ("]" if self.hi in self.included else ")")
        return f"reals {low}{self.lo}, {self.hi}{high}"


@dataclass(frozen=True)
class Positive(Reals):
    """The positive reals, or (0, hi): `sigma0=Positive()`, `lam=Positive(hi=5)`. A scale, a variance, a ratio.

    With `closed=True` 0 belongs to it, and hi.
    """

    lo: Any = 0
    hi: Any = oo


@dataclass(frozen=True)
class Probability(Reals):
    """The open interval (0, 1): `p=Probability()`; with 0 and 1: `p=Probability(closed=True)`."""

    lo: Any = 0
    hi: Any = 1


@dataclass(frozen=True)
class Share(Reals):
    """A probability of a `Simplex`, all but its last one being variables: `names` lists them, `index` is its place."""

    lo: Any = 0
    hi: Any = 1
    names: tuple[str, ...] = ()
    index: int = 0

    def firsts(self) -> list:
        # the same place in the lists of all shares is a law: decreasing, equal, increasing, one large, one small
        k, i = len(self.names) + 1, self.index
        whole = Integer(k * (k + 1) // 2)
        one_large = 1 - Rational(k - 1, 10) if i == 0 and k < 10 else Rational(1, max(10, k))
        return [(k - i) / whole, Rational(1, k), (i + 1) / whole, one_large, Rational(1, 10 * k)]

    def draws(self, name: str) -> Iterator:
        for u in Reals.draws(self, name):  # of a point of the cube few are in the simplex
            yield u * Rational(2, len(self.names) + 1)

    def __str__(self) -> str:
        return f"positive, {' + '.join(self.names)} < 1"


class Composed(metaclass=_Variable):
    """A parameter that is made of several real variables, each with a domain of its own."""

    def parts(self, name: str) -> dict[str, Domain]:
        """The variables, by name, of a parameter of this name."""
        raise NotImplementedError

    def whole(self, values: Sequence) -> Any:
        """What a claim's function gets, from the values of the variables."""
        raise NotImplementedError

    def taken_apart(self, whole: Any) -> list:
        """The values of the variables: `whole` undone."""
        raise NotImplementedError

    def admits(self, values: Sequence) -> bool:
        """Whether values of the variables, each in its domain, are one of the parameter; then smaller ones are, too."""
        return True

    def exacting(self, name: str) -> list[dict[str, Any]]:
        """Joint values of the variables at which bounds fail that hold elsewhere: none, unless a kind of parameter has such."""
        return []

    def in_words(self, name: str, values: Sequence) -> str:
        """What it is at these values of its variables, where that is plainer than they are; else nothing."""
        return ""


class Anything(Composed):
    """A composed parameter of which a proof knows nothing but what is written: it is made of numbers at points only."""

    def any(self, name: str) -> Any:
        """One of which nothing else is known."""
        raise NotImplementedError


def _law_in_words(law: Any) -> str:
    """The numbers of a law, the largest first, with their probabilities."""
    together: dict[Expr, Expr] = {}
    for x, p in law.values():
        together[x] = together.get(x, 0 * p) + p
    return ", ".join(f"{x} with probability {together[x]}" for x in sorted(together, reverse=True))


def _shares(size: int, name: str) -> dict[str, Domain]:
    names = tuple(f"{name}{i + 1}" for i in range(size - 1))
    return {n: Share(names=names, index=i) for i, n in enumerate(names)}


@dataclass(frozen=True)
class Simplex(Composed):
    """`size` positive probabilities of sum 1: a parameter p becomes the tuple (p1, p2, ..., 1 - p1 - p2 - ...).

    Raises `ValueError` for a size below 2.
    """

    size: int

    def __post_init__(self):
        if not (isinstance(self.size, int) and self.size >= 2):
            raise ValueError(f"Simplex({self.size}): at least two probabilities are needed")

    def parts(self, name: str) -> dict[str, Domain]:
        return _shares(self.size, name)

    def whole(self, values: Sequence) -> tuple:
        return (*values, 1 - sum(values))

    def taken_apart(self, whole: tuple) -> list:
        return list(whole[:-1])

    def admits(self, values: Sequence) -> bool:
        return bool(sum(values) < 1)


@dataclass(frozen=True)
class Laws(Anything):
    """Every law of a positive number that has a largest value, and is no constant: `p=Laws()`.

    The claim's function gets the law: a loop of picks takes it, `CuratedLoop(p, K=K)`, and the claim speaks of `p.largest`,
    `p.top` (the probability of the largest value), `p.second` (the largest of the others), `p.least` (the smallest, above 0),
    `p.near` (above 0: for all u, at least this share of what is within 4 u of the largest value is within u), `p.mean`,
    `p.variance`. A proof is looked for with no more than that, so it is one for every such law, on any number of atoms, or on
    the line where neither `p.top` and `p.second` nor the probability of the largest value itself are spoken of. At points the law
    has `atoms` atoms: p_max is the largest value, p_u1, p_u2, ... the others as shares of it, p1, p2, ... the probabilities of
    the largest, of the next, ... but of the last.

    starts: of so many further laws of the same values the claim speaks, `p.start(1)`, ...: models that a loop may be handed.
    line: `Laws(line=2)` is one with or without an atom at the largest value, so that `p.top` and `p.second` are not spoken of. At
        points it is a mixture of two uniform laws: p_max is the upper end of the highest, p_u1, ... those of the others as
        shares of it, p_v1, p_v2, ... the lower ends as shares of the upper ones, p1, ... the probabilities but for the last.

    Raises `ValueError` for fewer than two atoms, and for no number of starts.
    """

    atoms: int = 4
    starts: int = 0

    def __new__(cls, *args: Any, line: int | None = None, **given: Any) -> Any:
        if line is None:
            return super().__new__(cls)
        if args or given:
            raise ValueError(f"Laws(line={line}): a law on the line has pieces, and neither atoms nor starts")
        return LineLaws(line)

    def __post_init__(self):
        if not (isinstance(self.atoms, int) and self.atoms >= 2):
            raise ValueError(f"Laws({self.atoms}): at least two atoms are needed")
        if not (isinstance(self.starts, int) and self.starts >= 0):
            raise ValueError(f"Laws(starts={self.starts}): 0, 1, ... are expected")

    def parts(self, name: str) -> dict[str, Domain]:
        others = {  # at first they differ
            f"{name}_u{i}": Probability(notable=(Rational(self.atoms - i, self.atoms),)) for i in range(1, self.atoms)
        }
        starts = (_shares(self.atoms, f"{name}_start{i + 1}_") for i in range(self.starts))
        further = {n: d for shares in starts for n, d in shares.items()}
        return {**_shares(self.atoms, name), f"{name}_max": Positive(), **others, **further}

    def _split(self, values: Sequence) -> tuple[Sequence, Sequence, list[Sequence]]:
        """The probabilities but for the last, the largest value and the others' shares of it, and the starts' probabilities."""
        k = self.atoms - 1
        further = values[2 * k + 1 :]
        return values[:k], values[k : 2 * k + 1], [further[i * k : (i + 1) * k] for i in range(self.starts)]

    def whole(self, values: Sequence) -> Any:
        from .laws import Atoms
        from .laws.discrete import Started

        shares, (largest, *others), starts = self._split(values)
        points, masses = (largest, *(largest * u for u in others)), (*shares, 1 - sum(shares))
        if not self.starts:
            return Atoms(points, masses)
        return Started(points, masses, [(*x, 1 - sum(x)) for x in starts])

    def taken_apart(self, whole: Any) -> list:
        values = [*whole.masses[:-1], whole.largest, *(x / whole.largest for x in whole.points[1:])]
        return values + [p for row in (whole.others if self.starts else ()) for p in row[:-1]]

    def admits(self, values: Sequence) -> bool:
        shares, _, starts = self._split(values)
        return all(bool(sum(x) < 1) for x in (shares, *starts))

    def exacting(self, name: str) -> list[dict[str, Any]]:
        """Laws of two numbers, the plainest first: a largest one, and one half of it, far below or near it, on which all the
        other atoms are."""
        parts = self.parts(name)
        plain = {n: d.firsts()[0] for n, d in parts.items()}
        shares, (_, *others), starts = self._split(list(parts))

        def of_two(names: Sequence[str], top: Expr) -> dict[str, Any]:
            return {**dict.fromkeys(names, (1 - top) / (self.atoms - 1)), names[0]: top}

        tops = zip(starts, (STARTED[min(i, 1)] for i in range(self.starts)), strict=True)
        begun = {n: x for names, top in tops for n, x in of_two(names, top).items()}
        return [
            {**plain, **of_two(shares, top), **dict.fromkeys(others, u), **begun} for top, u in product(RARE, BELOW)
        ]

    def in_words(self, name: str, values: Sequence) -> str:
        law = self.whole(values)
        laws = {name: law, **{f"{name}.start({i + 1})": law.start(i + 1) for i in range(self.starts)}}
        return "; ".join(f"{n}: {_law_in_words(x)}" for n, x in laws.items())

    def __str__(self) -> str:
        more = f", and {self.starts} more of the same values" if self.starts else ""
        law = "any law of a positive number that has a largest value and is no constant"
        return f"{law}{more} (at points: of {self.atoms} atoms)"

    def any(self, name: str) -> Any:
        """A law of which nothing else is known."""
        from .laws import AnyLaw

        return AnyLaw(name)


@dataclass(frozen=True)
class LineLaws(Anything):
    """Every law of a positive number that has a largest value, with or without an atom there, and is no constant.

    `Laws(line=2)` makes it. The claim's function gets the law: a loop of picks takes it, `CuratedLoop(p, K=K)`, and the claim
    speaks of `p.largest` (the essential supremum), `p.least`, `p.near`, `p.mean` and `p.variance`, as of `Laws`. A proof is
    looked for with no more than that: no value needs to have a probability. At points the law is a mixture of uniform ones,
    `pieces` of them: p_max is the upper end of the highest, p_u1, p_u2, ... those of the others as shares of it, p_v1, p_v2, ...
    the lower ends as shares of the upper ones, p1, p2, ... the probabilities of the pieces but of the last.

    Raises `ValueError` for no number of pieces.
    """

    pieces: int

    def __post_init__(self):
        if not (isinstance(self.pieces, int) and self.pieces >= 1):
            raise ValueError(f"Laws(line={self.pieces}): the number of pieces is expected, 1, 2, ...")

    def parts(self, name: str) -> dict[str, Domain]:
        k = self.pieces
        uppers = {f"{name}_u{i}": Probability(notable=(Rational(k - i, k),)) for i in range(1, k)}
        lowers = {f"{name}_v{i}": Probability(notable=(Rational(1, 1 + i),)) for i in range(1, k + 1)}
        return {**_shares(k, name), f"{name}_max": Positive(), **uppers, **lowers}

    def _split(self, values: Sequence) -> tuple[Sequence, Expr, Sequence, Sequence]:
        """The probabilities but for the last, the largest value, the others' upper ends and all lower ones, as shares."""
        k = self.pieces
        return values[: k - 1], values[k - 1], values[k : 2 * k - 1], values[2 * k - 1 :]

    def whole(self, values: Sequence) -> Any:
        from .laws import Pieces

        shares, largest, uppers, lowers = self._split(values)
        highs = [largest, *(largest * u for u in uppers)]
        return Pieces([(b * v, b) for b, v in zip(highs, lowers, strict=True)], [*shares, Integer(1) - sum(shares)])

    def taken_apart(self, whole: Any) -> list:
        highs = [b for _, b in whole.ends]
        return [*whole.masses[:-1], highs[0], *(b / highs[0] for b in highs[1:]), *(a / b for a, b in whole.ends)]

    def admits(self, values: Sequence) -> bool:
        return bool(sum(self._split(values)[0]) < 1)

    def exacting(self, name: str) -> list[dict[str, Any]]:
        """Laws of two narrow pieces, the plainest first: the highest, and one on which all the other mass is."""
        parts = self.parts(name)
        plain = {n: d.firsts()[0] for n, d in parts.items()}
        shares, _, uppers, lowers = self._split(list(parts))
        narrow = dict.fromkeys(lowers, NARROW)
        if self.pieces == 1:
            return [{**plain, **dict.fromkeys(lowers, v)} for v in BENEATH]
        laws = []
        for top, u in product(RARE, BENEATH):
            masses = {**dict.fromkeys(shares, (1 - top) / (self.pieces - 1)), shares[0]: top}
            laws.append({**plain, **masses, **dict.fromkeys(uppers, u), **narrow})
        return laws

    def in_words(self, name: str, values: Sequence) -> str:
        parts = zip(self.whole(values).ends, self.whole(values).masses, strict=True)
        return f"{name}: " + ", ".join(f"between {a} and {b} with probability {p}" for (a, b), p in parts)

    def __str__(self) -> str:
        law = "any law of a positive number that has a largest value, on the line or on atoms, and is no constant"
        return f"{law} (at points: {self.pieces} uniform pieces)"

    def any(self, name: str) -> Any:
        """A law of which nothing else is known."""
        from .laws.discrete import AnyLineLaw

        return AnyLineLaw(name)


@dataclass(frozen=True, init=False)
class Points(Domain):
    """Finitely many listed values; a tuple is a joint value of several quantities.

    Values of `Points` reach the claim's function as Python numbers, *before* it runs: they may shape a loop or a range.
    `Points(2, 3, 8)`, or `Points((10, 3), (100, 2))` for pairs. Raises `ValueError` without a value, and for a list.
    """

    listed: tuple = ()

    def __init__(self, *values):
        if not values:
            raise ValueError("empty domain: Points() needs at least one value")
        if lists := [x for x in values if isinstance(x, list | set | dict)]:
            raise ValueError(
                f"Points({lists[0]}): expected the values one by one, Points(2, 3); a joint value is a tuple"
            )
        object.__setattr__(self, "lo", -oo)
        object.__setattr__(self, "hi", oo)
        object.__setattr__(self, "notable", ())
        object.__setattr__(self, "listed", values)

    @property
    def wanted(self) -> str:
        shown = ", ".join(map(str, self.listed))
        return f"one of {shown}" if len(self.listed) > 1 else shown

    @property
    def values(self) -> list | None:
        return list(self.listed)

    @property
    def ends(self) -> tuple[Any, Any] | None:
        numbers = [x for x in self.listed if isinstance(x, int | float | Fraction) or getattr(x, "is_real", False)]
        return (min(numbers), max(numbers)) if len(numbers) == len(self.listed) else None

    def contains(self, value) -> bool:
        return value in self.listed

    def firsts(self) -> list:
        return list(self.listed)

    def draws(self, name: str) -> Iterator:
        """None: all values are listed."""
        return iter(())

    def strategy(self):
        """Hypothesis strategy for one of the listed values."""
        from hypothesis import strategies as st

        return st.sampled_from(self.listed)

    def __str__(self) -> str:
        return "{" + ", ".join(map(str, self.listed)) + "}"


if TYPE_CHECKING:  # what annotates a parameter of a loop is no type of Python's: the parameter is anything
    Integers: Any
    Reals: Any
    Positive: Any
    Probability: Any
