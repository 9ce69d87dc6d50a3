"""Leading terms of what depends on a variable that grows."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S


@dataclass(frozen=True)
class Leading:
    """c Gamma(t)^gammas base^t t^power log(t)^logs (1 + o(1)), c other than 0; at most a multiple of that where not `exact`."""

    c: Expr
    gammas: Expr = S.Zero
    base: Expr = S.One
    power: Expr = S.Zero
    logs: Expr = S.Zero
    exact: bool = True

    def times(self, other: Leading) -> Leading:
        return Leading(
            self.c * other.c,
            self.gammas + other.gammas,
            self.base * other.base,
            self.power + other.power,
            self.logs + other.logs,
            self.exact and other.exact,
        )
