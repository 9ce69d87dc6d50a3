"""What a mixing scheme makes of numbers, one for every generation, at a generation that may be a symbol.

`Numbers` are such numbers, u(1), u(2), ...; `Carried` and `Mixed` are what comes of them by the weights of a scheme. Both are
written with the numbers as an expression in `CLOCK`: `Carried(scheme, u(CLOCK)**2, t)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from sympy import Basic, Dummy, Expr, Integer, Symbol, Tuple, sympify
from sympy.core.symbol import Str

from .errors import CannotTell
from .loops import CLOCK
from .strangers import ours

MOST_GENERATIONS = 1_024  # that are followed one by one: the work grows like their square


class Weights(Protocol):
    """What is asked of a scheme."""

    free_symbols: set

    def rows(self, i: int) -> list[tuple[Expr, ...]]:
        """The weights of generations 1, ..., i: a tuple for each."""


class Numbers(Basic):
    """Numbers u(1), u(2), ..., one for every generation: base of `AnyNumbers` and `Periodic`."""

    @property
    def are_positive(self) -> bool:
        """Whether all of them are known to be above 0."""
        raise NotImplementedError

    def at(self, k: Integer) -> Expr | None:
        """The number of generation k; None where nothing is known of it."""
        raise NotImplementedError

    def __call__(self, k) -> Expr:
        return Entry(self, sympify(k))


class AnyNumbers(Numbers):
    """Of which nothing is known, but whether all are positive. `Sequences` makes them for proofs, and nobody else."""

    def __new__(cls, name: str, are_positive: bool):
        return Basic.__new__(cls, Str(str(name)), sympify(are_positive))

    @property
    def are_positive(self) -> bool:
        return bool(self.args[1])

    def at(self, k: Integer) -> None:
        return None

    def _sympystr(self, printer) -> str:
        return str(self.args[0])

    def _latex(self, printer) -> str:
        return printer._print(Symbol(str(self.args[0])))


class Periodic(Numbers):
    """The numbers of `values`, again and again."""

    def __new__(cls, values):
        return Basic.__new__(cls, Tuple(*values))

    @property
    def values(self) -> tuple[Expr, ...]:
        """The numbers of one period: that of generation 1 is first."""
        return self.args[0].args

    @property
    def are_positive(self) -> bool:
        return all(bool(x.is_positive) for x in self.values)

    def at(self, k: Integer) -> Expr:
        return self.values[(int(k) - 1) % len(self.values)]


class Entry(Expr):
    """The number of generation k: `Entry(numbers, k)`, or `numbers(k)`. It is itself where k is a whole number."""

    def __new__(cls, numbers: Numbers, k: Expr):
        at = numbers.at(k) if k.is_Integer else None
        return Expr.__new__(cls, numbers, k) if at is None else at

    def _eval_is_real(self) -> bool:
        return True

    _eval_is_finite = _eval_is_real

    def _eval_is_positive(self) -> bool | None:
        numbers = self.args[0]
        return True if ours(type(numbers)) and numbers.are_positive else None  # of a user's class it is not believed

    def _latex(self, printer) -> str:
        return f"{printer._print(self.args[0])}_{{{printer._print(self.args[1])}}}"

    def _numpycode(self, printer) -> str:
        numbers, k = self.args
        if not isinstance(numbers, Periodic):
            raise CannotTell(f"no number is known of {self}")
        return f"numpy.take([{', '.join(map(printer._print, numbers.values))}], {printer._print(k - 1)}, mode='wrap')"


class History(Expr):
    """x(t) = u(t) + the mixture of x(0), ..., x(t - 1) that generation t is trained on; base of `Mixed` and `Carried`.

    scheme: of which the weights are.  numbers: u, an expression in `CLOCK`, the number of the generation.
    """

    scheme: Weights = property(lambda self: self.args[0])  # pyrefly: ignore[bad-assignment]
    numbers: Expr = property(lambda self: self.args[1])
    t: Expr = property(lambda self: self.args[2])

    def __new__(cls, scheme, numbers, t, *rest):
        return Expr.__new__(cls, scheme, *map(sympify, (numbers, t, *rest)))

    @property
    def start(self) -> Expr:
        """x(0)."""
        raise NotImplementedError

    @property
    def free_symbols(self) -> set:
        """Without `CLOCK`, which is bound."""
        return super().free_symbols - {CLOCK}

    def _eval_is_real(self) -> bool:
        return True

    _eval_is_finite = _eval_is_real

    def at(self, k) -> Expr:
        """u(k)."""
        return self.numbers.xreplace({CLOCK: sympify(k)})

    def value(self, t: int, number: Callable[[Expr], Any]) -> Any:
        """x(t), generation by generation; `number` makes a number of an expression. Raises `CannotTell` where t is too many."""
        if not 0 <= t <= MOST_GENERATIONS:
            raise CannotTell(f"generation {t}: up to {MOST_GENERATIONS} are followed one by one")
        return self._followed(_rows(self.scheme, t), number)

    def _followed(self, rows: list[tuple[Expr, ...]], number: Callable[[Expr], Any]) -> Any:
        raise NotImplementedError


class Mixed(History):
    """x(t) itself, from x(0) = start: the density of model t at one point, say, start being the truth's.

    Mixed(scheme, u, t, start): u(k) is by how much model k is off the mixture that it was trained on, there.
    """

    start = property(lambda self: self.args[3])

    def _followed(self, rows, number):
        known = lru_cache(maxsize=None)(number)  # weights are the same again and again
        x = [number(self.start)]
        for k, row in enumerate(rows, 1):
            parts = (known(w) * y for w, y in zip(row, x, strict=True) if w != 0)
            x.append(sum(parts, number(self.at(k))))
        return x[-1]

    def _latex(self, printer) -> str:
        return (
            rf"x_{{{printer._print(self.t)}}}\left({printer._print(self.start)}; {printer._print(self.numbers)}\right)"
        )


class Carried(History):
    """The sum over k <= t of A_(t,k) u(k), with x(0) = 0.

    A_(k,k) = 1, A_(t,k) = sum over k <= j < t of beta_t^j A_(j,k). That this is x(t) is seen by changing the order of the two
    sums: sum_k sum_j beta_t^j A_(j,k) u(k), k <= j < t, is sum_j beta_t^j x(j).
    """

    @property
    def start(self) -> Expr:
        return Integer(0)

    def _followed(self, rows, number):
        """The A_(t,k) from k = t downward: A_(t,k) = sum over k < j <= t of A_(t,j) beta_j^k, the last fit on the way told apart
        in place of the first."""
        known = lru_cache(maxsize=None)(number)  # weights are the same again and again
        A = [number(Integer(0))] * (len(rows) - 1) + [number(Integer(1))] * bool(rows)
        for j, (_, *shares) in reversed(list(enumerate(rows))):
            for k, w in enumerate(shares):
                if w != 0:
                    A[k] = A[k] + A[j] * known(w)
        return sum((a * number(self.at(k)) for k, a in enumerate(A, 1)), number(self.start))

    def _latex(self, printer) -> str:
        k = Dummy("k", integer=True)
        body = printer._print(self.at(k))
        t = printer._print(self.t)
        return rf"\sum_{{k=1}}^{{{t}}} A_{{{t},k}} {body}"


@lru_cache(maxsize=64)
def _rows(scheme: Weights, t: int) -> list[tuple[Expr, ...]]:
    return scheme.rows(t) if t else []


__all__ = ["AnyNumbers", "Carried", "Entry", "History", "Mixed", "Numbers", "Periodic"]
