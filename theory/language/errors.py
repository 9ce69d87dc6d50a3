"""What goes wrong: bad input, which says where and what was expected; a method that cannot tell; time that is up."""

from __future__ import annotations

from types import CodeType, FunctionType
from typing import Self, TypeVar

from .text import visible


class BadInput(Exception):
    """A user's claim, pattern or option that cannot be worked with.

    The command prints `str(error)` and exits with status 2; there is never a traceback for one of these.
    """

    def __init__(self, message: str, where: str = ""):
        super().__init__(visible(f"{where}: {message}" if where else message))


class CannotTell(Exception):
    """A method does not give what it is asked for: a form, a ball, a sample, a proof; the message says why."""

    def again(self) -> Self:
        """The same reason without the frames that it came from: where it is kept, it would keep them, too."""
        copied = type(self).__new__(type(self))
        copied.args = self.args
        vars(copied).update(vars(self))
        return copied


class Unsaid(CannotTell, NotImplementedError):
    """A loop, a law or a distance does not say what it is asked for: it states no step, no start, no closed form."""


class Apart(CannotTell):
    """It cannot be told where a quantity is 0; elsewhere, and there by itself, perhaps."""

    def __init__(self, message: str, zero: object):
        super().__init__(message)
        self.zero = zero


class Tie(CannotTell):
    """Of two places it is not told which is that of the least value: perhaps there is none such."""


class Doubtful(CannotTell):
    """A step has a mean that is none, or infinite, and nobody tells whether that matters (rule 29)."""


class NoLimit(CannotTell):
    """There is no limit: what should tend to one comes back for ever to each of two places that are apart, both balls."""

    def __init__(self, message: str, places: tuple):
        super().__init__(message)
        self.places = places


# Of what gives balls or floats: at too few bits, or where there is no number, an ArithmeticError is raised, by libraries too.
NO_BALL = (CannotTell, ArithmeticError)
# Of a claim at a point: what it is made of may refuse the values, too.
NO_VALUE = (*NO_BALL, BadInput, ValueError)


Function = TypeVar("Function", bound=FunctionType)


class OutOfTime(BaseException):
    """Work that took longer than it may. No `Exception`: what goes on after any error must not go on after this one."""


UNDISTURBED: set[CodeType] = set()  # code in which no end by the clock is raised: it comes later


def undisturbed(function: Function) -> Function:
    """That no end by the clock is raised in what a function does itself: what puts things in place, and back, is done whole.

    Of a context manager, written as a generator, that is what is before and behind its block.
    """
    UNDISTURBED.add(function.__code__)
    return function


def described(error: BaseException) -> str:
    """An exception in a line, with the place in the program that raised it, unless it is a reason and no error."""
    from traceback import extract_tb

    if isinstance(error, CannotTell):
        return visible(" ".join(str(error).split()))

    frames = extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return visible(f"{type(error).__name__}: {' '.join(str(error).split())}{place}")


def nearest(name: str, known: list[str]) -> str:
    """A hint ", did you mean 'x'?" for a misspelt name, or the names that exist."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    if close:
        return f", did you mean {close[0]!r}?"
    return f"; known: {', '.join(known)}" if len(known) <= 20 else ""
