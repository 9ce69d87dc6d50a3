"""Mixing schemes: what every generation of a loop is trained on, as shares of the truth and of the models before it."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Integer, Rational, S, cancel, sympify

from .asked import ask
from .domains import Reals
from .errors import BadInput
from .fields import Between, Declared, Values


class MixingScheme(Declared):
    """Base of the schemes: generation i = 1, 2, ... is trained on alpha_i p_0 + sum over 1 <= k < i of beta_i^k p_k.

    p_0 is the truth, p_k the model of generation k; the first generation has nothing but the truth. Weights may be symbols.
    A scheme says its weights, `row`; how far errors are carried on follows from them.
    Source: the general recursion of Fu et al. 2402.11778, as commonly quoted.
    """

    def row(self, i: int) -> tuple[Expr, ...]:
        """The weights of generation i: alpha_i, then beta_i^1, ..., beta_i^(i - 1)."""
        raise NotImplementedError(f"{type(self).__name__} states no weights (`row`)")

    def rows(self, i: int) -> list[tuple[Expr, ...]]:
        """The weights of generations 1, ..., i. Raises `BadInput` where they are no shares of sum 1."""
        if problem := self.refuses():
            raise BadInput(f"{self}: {problem}")
        if i < 1:
            raise BadInput(f"{self}: generation {i}; generations are counted from 1")
        rows = [tuple(map(sympify, self.row(j))) for j in range(1, i + 1)]
        for j, row in enumerate(rows, 1):
            if problem := _no_shares(row, j):
                raise BadInput(f"{self}: {problem}")
            for w in row:
                ask(w, False, f"{self}: {_negative(row, j)}")
        return rows

    def amplification(self, i: int) -> tuple[Expr, ...]:
        """A_(i,1), ..., A_(i,i): how much of the error that generation k makes has come into model i.

        A_(k,k) = 1, A_(i,k) = sum over k <= j < i of beta_i^j A_(j,k). Errors as of `rows`.
        """
        A: list[list[Expr]] = []
        for _, *shares in self.rows(i):
            earlier = range(len(shares))
            A.append([Add(*(shares[j] * A[j][k] for j in earlier[k:])) for k in earlier] + [S.One])
        return tuple(A[-1])

    def bound(self, errors: Sequence) -> Expr:
        """The sum over k of A_(T,k) e_k, for the errors e_1, ..., e_T: what the total variation of model T from p_0 is at most.

        e_k bounds the total variation of model k from the mixture that it was trained on: what the sample costs, and what the
        family of models cannot fit in that mixture. Errors as of `rows`.
        """
        return Add(*(a * sympify(e) for a, e in zip(self.amplification(len(errors)), errors, strict=True)))


def _no_shares(row: tuple[Expr, ...], i: int) -> str | None:
    """Why the weights of generation i are none, if they are not; of symbols their sum is seen, and that none is negative is
    asked for (`asked`)."""
    if len(row) != i:
        return f"{len(row)} weights of generation {i}: expected {i}, of the truth and of every model before"
    if any(w.is_negative for w in row):
        return _negative(row, i)
    if cancel(Add(*row) - 1) != 0:
        return f"weights {', '.join(map(str, row))} of generation {i}: expected ones of sum 1"
    return None


def _negative(row: tuple[Expr, ...], i: int) -> str:
    return f"weights {', '.join(map(str, row))} of generation {i}: expected no negative ones"


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
