"""One order of terms, factors and noise: balls are rounded as they are added and multiplied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sympy import Basic, default_sort_key

X = TypeVar("X", bound=Basic)


def in_order(expressions: Iterable[X]) -> list[X]:
    """By their text, and where that is the same by all that they are made of; never by hashes, which differ from run to run."""
    listed = list(expressions)
    if len(listed) < 2:
        return listed
    texts = {x: str(x) for x in listed}
    if len(set(texts.values())) < len(listed):
        listed.sort(key=default_sort_key)
    return sorted(listed, key=texts.__getitem__)


__all__ = ["in_order"]
