"""The derived forms of the numbers that a claim, or a question, is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sympy import And, Basic, Eq, Expr
from sympy.core.relational import Relational

from theory.language.claims import Claim
from theory.language.errors import BadInput, CannotTell
from theory.language.extrema import ArgMin
from theory.language.laws import Noise
from theory.language.loops import Observable
from theory.language.moments import Distance, Moment, Shape
from theory.proof.relations.defined import has_values
from theory.proof.relations.learned import Learned, Refuted

from .one_relation import with_relation

MOST_CASES = 6  # listed values of which forms are told


def is_random(x: Basic) -> bool:
    """Whether anything random is in an expression, or a moment of it."""
    return x.has(Moment, Observable, Distance, Noise)


def asked(x: Any) -> Iterator[Expr]:
    """The sides of a relation, or the expression itself, that are about something random, or an extremum."""
    if isinstance(x, And | Relational) or getattr(x, "is_Matrix", False):
        for a in x if getattr(x, "is_Matrix", False) else x.args:
            yield from asked(a)
    elif isinstance(x, Shape):
        yield from asked(x.function)
    elif isinstance(x, Expr) and (is_random(x) or x.has(ArgMin)):
        yield x


def about(c: Claim, x: Expr) -> Claim:
    """A question with the domain of a claim, about one expression."""
    return with_relation(c, Eq(x, 0, evaluate=False), c.function.__name__)


def case_in_words(case: dict[str, Any]) -> str:
    """Which listed values are spoken of; "" where there are none."""
    return f" where {', '.join(f'{name} = {value}' for name, value in case.items())}" if case else ""


def form(c: Claim, x: Expr, case: dict[str, Any]) -> tuple[Expr, Learned]:
    """The derived form of an expression in the claim's variables, x itself where nothing is derived of it; and what was learned.

    Raises `CannotTell`, `Refuted` or `BadInput` where there is none, or the expression may have no value somewhere.
    """
    known = Learned(about(c, x), case)
    derived = known.quantity(x)
    has_values(known, x)
    return known.named(derived.xreplace({number: m for m, number in known.numbers.items()})), known


def forms(c: Claim) -> tuple[list[str], set[str]]:
    """ "E(sigma(t)) = c4(n)**t", of each side of what a claim says, for at most `MOST_CASES` listed values; none of those that
    have no form, nor of those that have the words of another one: two loops of one kind. And those of the moments that these are
    made of, in the same words."""
    told, inner = [], set()
    for case in c.listed[:MOST_CASES]:
        sides = list(dict.fromkeys(asked(c.returned(case))))
        words = Counter(map(str, sides))
        for x in sides:
            if words[str(x)] > 1:
                continue
            with suppress(CannotTell, Refuted, BadInput):
                found, known = form(c, x, case)
                if found != x and not is_random(found):  # a moment that is written otherwise is no form
                    told.append(f"{x} = {found}{case_in_words(case)}")
                    inner |= {f"{name} = {of_it}" for name, of_it in known.proof.forms.items()}
    return told, inner


__all__ = ["MOST_CASES", "about", "asked", "case_in_words", "form", "forms", "is_random"]
