"""What a way to learn a moment is, and what a derivation gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flint import arb
from sympy import Expr

from ...language.loops import Loop
from ...language.moments import Moment


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

    @classmethod
    def joined(cls, form: Expr, *parts: Derivation, step: str = "") -> Derivation:
        """A form put together from derived moments, under the conditions of them all."""
        lists = ([x for d in parts for x in getattr(d, name)] for name in ("positive", "nonzero", "steps"))
        positive, nonzero, steps = (list(dict.fromkeys(x)) for x in lists)
        infinite = {c: left for d in parts for c, left in d.infinite.items()}
        return cls(form, positive, nonzero, [*steps, step] if step else steps, infinite)


Derive = Callable[[Moment], Derivation]


@dataclass(frozen=True)
class Method:
    """A way to learn a moment, of numbers or of symbols: one file, one line of the table in `methods`.

    name: in a few words, how.  skip(m): why it has nothing to say of a moment; None where it is worth trying.
    derive(m, learn): its form in symbols.  enclose(m, learn): a ball that contains it, at the current precision of flint, all
    parameters being numbers.  condition(x, loop, t): E[x | model(t)] in terms of the state at t.  paths: whether it knows what
    is of a whole path, a maximum or a first time: others are not asked for that.
    `learn` is what derives, or encloses, the moments that this one is put together from. What fails raises `CannotTell`; a
    divergent integral raises `Infinite`.
    """

    name: str
    skip: Callable[[Moment], str | None]
    derive: Callable[[Moment, Callable[[Moment], Derivation]], Derivation] | None = None
    enclose: Callable[[Moment, Callable[[Moment], arb]], arb] | None = None
    condition: Callable[[Expr, Loop, Expr], Expr] | None = None
    paths: bool = False
