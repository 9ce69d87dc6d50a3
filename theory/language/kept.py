"""What a question is answered, kept: the answer, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from .errors import CannotTell

Found = TypeVar("Found")


def kept(most: int) -> Callable[[Callable[..., Found]], Callable[..., Found]]:
    """`functools.lru_cache` of so many answers, for a function of its arguments alone that may raise `CannotTell`: that is kept,
    too. Each way to prove a relation asks anew, and what cannot be told often takes longest."""

    def of(find: Callable[..., Found]) -> Callable[..., Found]:
        @lru_cache(maxsize=most)
        def outcome(*args: Any) -> Found | CannotTell:
            try:
                return find(*args)
            except CannotTell as why:
                return why.again()

        @wraps(find)
        def answer(*args: Any) -> Found:
            found = outcome(*args)
            if isinstance(found, CannotTell):
                raise found.again()
            return found

        answer.cache_clear = outcome.cache_clear  # pyrefly: ignore[missing-attribute]
        answer.cache_info = outcome.cache_info  # pyrefly: ignore[missing-attribute]
        return answer

    return of


__all__ = ["kept"]
