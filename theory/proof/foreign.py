"""What SymPy, FLINT and NumPy raise where they fail, told as `CannotTell`: here, and nowhere else.

Each of them has many ways to say that it does not do what it is asked for; of a method it means one thing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from sympy.polys.polyerrors import BasePolynomialError

from ..language.errors import CannotTell

FAILURES = (
    ArithmeticError,
    ValueError,
    NotImplementedError,
    TypeError,
    AttributeError,
    RecursionError,
    BasePolynomialError,
)

P = ParamSpec("P")


class telling:
    """What fails inside of it raises `CannotTell`: `with telling("no increments"): ...`."""

    def __init__(self, what: str = ""):
        self.what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, _: object) -> None:
        if isinstance(problem, FAILURES) or (self.what and isinstance(problem, CannotTell)):
            raise CannotTell(f"{self.what}: {problem}" if self.what else str(problem)) from problem


def surely(question: Callable[P, bool]) -> Callable[P, bool]:
    """A question to which the answer is no where it cannot be told."""

    @wraps(question)
    def answered(*args: P.args, **given: P.kwargs) -> bool:
        try:
            with telling():
                return question(*args, **given)
        except CannotTell:
            return False

    return answered
