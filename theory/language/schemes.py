"""Mixing schemes: what every generation of a loop is trained on, as shares of the truth and of the models before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Basic, Expr, Integer, Rational, S, Tuple, cancel, sympify
from sympy.core.symbol import Str

from .asked import ask, is_heard
from .domains import Anything, Domain, Positive, Probability, Reals
from .errors import BadInput, CannotTell, Unsaid
from .fields import Between, Declared, Values
from .histories import AnyNumbers, Carried, Mixed, Periodic
from .in_symbols import Said, hold
from .strangers import examine_identity, ours
from .truth import unanswered

MOST_TOLD = 8  # weights of a row
GENERATIONS = (1, 2, 3, 6)  # of which a user's weights are held against those with numbers


class MixingScheme(Declared):
    """Base of the schemes: generation i = 1, 2, ... is trained on alpha_i p_0 + sum over 1 <= k < i of beta_i^k p_k.

    p_0 is the truth, p_k the model of generation k; the first generation has nothing but the truth. Weights may be symbols.
    A scheme says its weights, `row`; how far errors are carried on follows from them.
    Source: the general recursion of Fu et al. 2402.11778, as commonly quoted.
    """

    def row(self, i: int) -> tuple[Expr, ...]:
        """The weights of generation i: alpha_i, then beta_i^1, ..., beta_i^(i - 1)."""
        raise Unsaid(f"{type(self).__name__} states no weights (`row`)")

    def rows(self, i: int) -> list[tuple[Expr, ...]]:
        """The weights of generations 1, ..., i. Raises `BadInput` where they are no shares of sum 1."""
        examine_scheme(self)
        if problem := self.refuses():
            raise BadInput(f"{self}: {problem}")
        if i < 1:
            raise BadInput(f"{self}: generation {i}; generations are counted from 1")
        rows = [self.stated(j) for j in range(1, i + 1)]
        for j, row in enumerate(rows, 1):
            if type(self) not in OF_SHARES and (problem := _no_shares(row, j)):
                raise BadInput(f"{self}: {problem}")
            for w in dict.fromkeys(row) if is_heard() else ():  # to tell of them takes longer than to have them
                if w.free_symbols:
                    ask(w, False, f"{self}: {_negative(row, j)}")
        return rows

    def stated(self, i: int) -> tuple[Expr, ...]:
        """The weights of generation i as `row` states them. Raises `BadInput` where it asks in Python's words of a symbol."""
        with nullcontext() if ours(type(self)) else unanswered("row"):
            return tuple(map(sympify, self.row(Integer(i))))

    def amplification(self, i: int) -> tuple[Expr, ...]:
        """A_(i,1), ..., A_(i,i): how much of the error that generation k makes has come into model i.

        A_(k,k) = 1, A_(i,k) = sum over k <= j < i of beta_i^j A_(j,k). Errors as of `rows`.
        """
        return _carried(tuple(self.rows(i)))

    def bound(self, errors: Sequence | Expr, T=None) -> Expr:
        """The sum over k of A_(T,k) e_k, for the errors e_1, ..., e_T: what the total variation of model T from p_0 is at most.

        e_k bounds the total variation of model k from the mixture that it was trained on: what the sample costs, and what the
        family of models cannot fit in that mixture. Errors are a list of T, or an expression in `CLOCK`, the number of the
        generation, and T, which may be a symbol: `scheme.bound(1 / sqrt(CLOCK), T)`. Raises `BadInput` as `rows` does.
        """
        listed = isinstance(errors, Sequence | Tuple)
        if listed != (T is None):
            given = errors if T is None else f"{errors}, {T}"
            raise BadInput(
                f"{self}.bound({given}): expected a list of errors, or an expression in CLOCK and a generation"
            )
        if not listed:
            return Carried(self, sympify(errors), T)
        return Add(*(a * sympify(e) for a, e in zip(self.amplification(len(errors)), errors, strict=True)))

    def mixed(self, start, misses, T) -> Expr:
        """x(T), where x(0) = start and x(i) = u(i) + alpha_i x(0) + sum over 1 <= k < i of beta_i^k x(k).

        Of densities at one point: start is the truth's, and u, an expression in `CLOCK`, by how much those of the models are off
        their mixtures'. T may be a symbol.
        """
        return Mixed(self, misses, T, start)


def examine_scheme(scheme: MixingScheme) -> None:
    """Raise `BadInput` for a user's scheme that says otherwise than by its parameters what it is, or other weights of symbols
    than of numbers."""
    examine_identity(scheme)
    if not ours(type(scheme)):
        _hold_in_symbols(scheme)


@lru_cache(maxsize=256)
def _hold_in_symbols(scheme: MixingScheme) -> None:
    of_rows = {f"row({i})": lambda one, at, i=i: one.stated(i) for i in GENERATIONS}
    hold(scheme, (Said(what, of, {}) for what, of in of_rows.items()))


@lru_cache(maxsize=256)
def is_stated(scheme: MixingScheme) -> bool:
    """Whether a scheme with symbols for parameters states its weights: of a symbol `min`, `range`, `if` cannot tell."""
    try:
        return all(scheme.stated(i) for i in GENERATIONS)
    except (BadInput, TypeError):
        return False
    except CannotTell:  # any scheme
        return True


@lru_cache(maxsize=256)
def _carried(rows: tuple[tuple[Expr, ...], ...]) -> tuple[Expr, ...]:
    A: list[list[Expr]] = []
    for _, *shares in rows:
        earlier = range(len(shares))
        A.append([Add(*(shares[j] * A[j][k] for j in earlier[k:])) for k in earlier] + [S.One])
    return tuple(A[-1])


def _no_shares(row: tuple[Expr, ...], i: int) -> str | None:
    """Why the weights of generation i are none, if they are not; of symbols their sum is seen, and that none is negative is
    asked for (`asked`)."""
    if len(row) != i:
        return f"{len(row)} weights of generation {i}: expected {i}, of the truth and of every model before"
    counted = Counter(row)  # of thousands of weights a few are different
    if any(w.is_negative for w in counted):
        return _negative(row, i)
    if cancel(Add(*(n * w for w, n in counted.items())) - 1) != 0:
        return f"weights {_told(row)} of generation {i}: expected ones of sum 1"
    return None


def _negative(row: tuple[Expr, ...], i: int) -> str:
    return f"weights {_told(row)} of generation {i}: expected no negative ones"


def _told(row: tuple[Expr, ...]) -> str:
    """The first few weights and the last of a row."""
    shown = [*map(str, row)]
    return ", ".join(shown if len(row) <= MOST_TOLD else [*shown[: MOST_TOLD - 1], "...", shown[-1]])


class FullySynthetic(MixingScheme):
    """Every model is trained on the last one alone."""

    def row(self, i: int) -> tuple[Expr, ...]:
        return (S.One,) if i == 1 else (S.Zero,) * (i - 1) + (S.One,)


class RealAndLast(MixingScheme):
    """A share `real` of real data, fixed or fresh, beside the last model: n real and m synthetic points are n/(n + m)."""

    real: Between(0, 1)

    def row(self, i: int) -> tuple[Expr, ...]:
        return (S.One,) if i == 1 else (self.real, *(S.Zero,) * (i - 2), 1 - self.real)


class Accumulated(MixingScheme):
    """Real data and all models so far, each with the same share."""

    def row(self, i: int) -> tuple[Expr, ...]:
        return (Rational(1, i),) * i


class Balanced(MixingScheme):
    """A share `real` of real data, half by default; all models so far have the same share of the rest."""

    real: Between(0, 1) = Rational(1, 2)

    def row(self, i: int) -> tuple[Expr, ...]:
        return (S.One,) if i == 1 else (self.real, *((1 - self.real) / Integer(i - 1),) * (i - 1))


class Rows(MixingScheme):
    """Any weights: those of generation i, as `MixingScheme.row` has them, are number i of `weights`.

    Raises `BadInput` where a generation is asked for that they do not reach.
    """

    weights: Values(Values(Reals))

    def row(self, i: int) -> tuple[Expr, ...]:
        if i > len(self.weights):
            raise BadInput(f"{self} has no weights of generation {i}, but of {len(self.weights)}")
        return tuple(self.weights[i - 1])


# ---- any scheme, any numbers ------------------------------------------------------------------------------------------


class AnyScheme(MixingScheme):
    """Of which nothing is known, but that its weights are shares. `Schemes` makes it for proofs, and nobody else.

    A class that is made of it is a user's scheme, of which that is not believed (`BadInput`).
    """

    def __init_subclass__(cls, **options):
        raise BadInput(f"{cls.__name__} is made of AnyScheme: a scheme that states its weights is made of MixingScheme")

    def __new__(cls, name: str):
        return Basic.__new__(cls, Str(str(name)))

    def row(self, i: int) -> tuple[Expr, ...]:
        raise CannotTell("any scheme has no numbers for weights")

    def _sympystr(self, printer) -> str:
        return str(self.args[0])

    def _latex(self, printer) -> str:
        return str(self.args[0])


class Repeating(MixingScheme):
    """A share `real` of real data; the models so far have shares like weights[0], weights[1], ..., again and again."""

    real: Between(0, 1)
    weights: Values(Positive)

    def row(self, i: int) -> tuple[Expr, ...]:
        if i == 1:
            return (S.One,)
        rounds, more = divmod(i - 1, len(self.weights))
        whole = Add(*(rounds * w for w in self.weights), *self.weights[:more])
        shares = tuple((1 - self.real) * w / whole for w in self.weights)  # the same again and again
        return (self.real, *shares * rounds, *shares[:more])


OF_SHARES = {
    FullySynthetic,
    RealAndLast,
    Accumulated,
    Balanced,
    Repeating,
}  # whatever their parameters, which are looked at


@dataclass(frozen=True)
class Schemes(Anything):
    """Every mixing scheme: `w=Schemes()`. The claim's function gets the scheme, and speaks of `w.bound(e, t)`, `w.mixed(...)`.

    A proof is looked for with no more than that weights are shares, which may be drawn: none is negative, those of a generation
    add up to 1. At points it is `Repeating`: w_real is the share of real data, w_1 and w_2 tell how the models are weighted.
    """

    def parts(self, name: str) -> dict[str, Domain]:
        third = Rational(1, 3)
        weights = {f"{name}_{i}": Positive(notable=(x, 1)) for i, x in ((1, third), (2, Integer(2)))}
        return {f"{name}_real": Probability(notable=(third, Rational(1, 10))), **weights}

    def whole(self, values: Sequence) -> Repeating:
        real, *weights = values
        return Repeating(real, (*weights, 1))

    def taken_apart(self, whole: Repeating) -> list:
        return [whole.real, *whole.weights[:-1]]

    def any(self, name: str) -> AnyScheme:
        return AnyScheme(name)

    def __str__(self) -> str:
        return "any mixing scheme (at points: a share of real data, all models so far, weighted by turns)"


@dataclass(frozen=True)
class Sequences(Anything):
    """Any numbers, one for every generation: `e=Sequences(Positive())`; the claim's function gets them, and speaks of `e(k)`.

    A proof is looked for with no more than their sign. At points they are e_1, e_2, e_3, again and again.
    """

    kind: Reals

    def parts(self, name: str) -> dict[str, Domain]:
        return {f"{name}_{i}": self.kind for i in (1, 2, 3)}

    def whole(self, values: Sequence) -> Periodic:
        return Periodic(values)

    def taken_apart(self, whole: Periodic) -> list:
        return list(whole.values)

    def any(self, name: str) -> AnyNumbers:
        return AnyNumbers(name, bool(self.kind.symbol(name).is_positive))

    def __str__(self) -> str:
        return f"any numbers, one for every generation, of {self.kind} (at points: three, by turns)"
