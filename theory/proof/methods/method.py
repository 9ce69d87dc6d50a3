"""What a derivation gives: the form of a moment, and what was assumed of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr


@dataclass
class Derivation:
    """A derived moment: its form, the conditions under which it exists (each a positive quantity), the steps taken.

    infinite: of conditions without which a term of the last fit diverges, what has to be other than 0 for the term to count.
    """

    form: Expr
    positive: list[Expr] = field(default_factory=list)
    nonzero: list[Expr] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    infinite: dict[Expr, list[Expr]] = field(default_factory=dict)
