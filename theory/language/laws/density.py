"""Laws that are given by their log-density, on the line or on whole numbers."""

from __future__ import annotations

from typing import Any

from sympy import Add, Dummy, Expr, Lambda, S, Symbol, exp, expand_log, oo, sympify
from sympy.core.symbol import Str

from .law import Law


class Density(Law):
    """The law on (low, high) whose density is exp(log_density(x)); with `step` 1 the one on low, low + 1, ..., high.

    log_density: a `Lambda` of one real variable, normalised: its integral, or its sum, is 1. That is seen to in balls where
    means are taken (`theory.proof.arithmetic.densities`); of several variables: the law of points of all the space.
    name: how it is printed.
    """

    is_seen: Any = False  # balls see whether it is normalised

    def __new__(cls, log_density, low=-oo, high=oo, step=0, name=""):
        if not isinstance(log_density, Lambda):
            x = Dummy("x", real=True)
            log_density = Lambda(x, log_density(x))
        form = expand_log(log_density.expr)  # as SymPy would leave it
        return Law.__new__(cls, Lambda(log_density.variables, form), low, high, step, Str(str(name)))

    @property
    def log_density(self) -> Lambda:
        """The logarithm of the density, or of the probabilities."""
        return self.args[0]

    @property
    def d(self) -> int:
        return len(self.log_density.variables)

    @property
    def support(self) -> Any:
        return self.args[1], self.args[2]

    @property
    def grid(self) -> Expr | None:
        return None if self.args[3] == 0 else S.One

    @property
    def is_continuous(self) -> bool:
        return self.grid is None

    def density(self, x) -> Expr:
        if self.grid is not None:
            return super().density(x)
        return exp(self.log_density(sympify(x)))

    def log_mass(self, k) -> Expr:
        return super().log_mass(k) if self.grid is None else self.log_density(sympify(k))

    def values(self) -> list[tuple[Expr, Expr]] | None:
        low, high = self.support
        if self.grid is None or not (high - low).is_Integer:
            return None
        return [(low + i, exp(self.log_density(low + i))) for i in range(int(high - low) + 1)]

    def demands(self) -> list[tuple[Expr, bool, str]]:
        """Of finitely many numbers; that others are normalised is seen to in balls."""
        total = Add(*(p for _, p in self.values() or ())) - 1
        wrong = f"{self} makes no law: probabilities have the sum 1"
        return [] if self.values() is None else [(x, False, wrong) for x in (total, -total)]

    def refuses(self) -> str | None:
        ends = [x for x in self.support if x.is_integer is False and x.is_finite]
        if ends and not self.is_continuous:
            return f"{self} is on {ends[0]} and other numbers in steps of 1: whole numbers are expected"
        return super().refuses()

    def log_at(self, x: Symbol) -> Expr:
        """The log-density as an expression in a symbol."""
        return self.log_density(x)

    def _sympystr(self, printer) -> str:
        return str(self.args[4]) or f"Density({printer._print(self.log_density)})"

    def _latex(self, printer) -> str:
        if str(self.args[4]):
            return rf"\mathrm{{{self.args[4]}}}"
        return rf"\mathrm{{Density}}\left({printer._print(self.log_density)}\right)"
