"""A dummy in place of a part of an expression: the same for the same part, so that what is known of the rest is found again."""

from __future__ import annotations

from functools import lru_cache

from sympy import Basic, Dummy


@lru_cache(maxsize=20_000)
def stand_in(part: Basic, name: str, **signs: bool) -> Dummy:
    """The dummy of that name, and of these signs, that stands for a part.

    part: all that it goes by: two things that may differ in one expression are two parts, even where they are of one kind.
    """
    return Dummy(name, **signs)


__all__ = ["stand_in"]
