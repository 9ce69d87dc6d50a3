"""What SymPy, FLINT and NumPy raise where they fail, told as `CannotTell`: here, and nowhere else.

Each of them has many ways to say that it does not do what it is asked for; of a method it means one thing. An error of our own
lines is none of them: it is raised as it is, and not told as a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from traceback import walk_tb
from typing import ParamSpec

from sympy.polys.polyerrors import BasePolynomialError

from ..language.errors import CannotTell, Unsaid

FAILURES = (ArithmeticError, ValueError, NotImplementedError, RecursionError, BasePolynomialError)
SLIPS = (
    TypeError,
    AttributeError,
    KeyError,
)  # a failure where they raise it, such as of the truth of x > 0; else an error of a program
THEIRS = frozenset({"flint", "mpmath", "numpy", "scipy", "sympy"})

P = ParamSpec("P")


def is_failure(problem: BaseException | None) -> bool:
    """Whether one of them does not do what it was asked for."""
    return isinstance(problem, FAILURES) or (isinstance(problem, SLIPS) and _raised_in(problem) in THEIRS)


def _raised_in(problem: BaseException) -> str:
    """The package whose line raised it."""
    *_, (last, _) = walk_tb(problem.__traceback__)
    module = last.f_globals.get("__name__") or last.f_code.co_filename.replace(
        "/", "."
    )  # FLINT's lines are of no module
    return module.partition(".")[0]


class telling:
    """What fails inside of it raises `CannotTell`, what is unsaid `Unsaid`: `with telling("no increments"): ...`."""

    def __init__(self, what: str = ""):
        self.what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, _: object) -> None:
        told = isinstance(problem, CannotTell)
        if self.what if told else is_failure(problem):
            raised = Unsaid if isinstance(problem, Unsaid) else CannotTell  # what is unsaid is asked for by kind
            raise raised(f"{self.what}: {problem}" if self.what else str(problem)) from problem


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
