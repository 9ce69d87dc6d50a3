"""What is asked of numbers, also where they leave no trace in an expression: that no weight is below 0, that laws are laws.

A loop, or a law, stands in a claim's relation with its parameters, where nothing makes it vanish: the sign of a draw from
`Uniform(0, a)` is 1, whatever a is. The bound of a scheme is a sum, in which its weights are seen no more. So both are noted
while a claim's function runs, and while a loop says what its start, its step and its draws are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from .errors import Unsaid

Demanded = tuple[Expr, bool, str]  # a quantity at least 0, whether it is above 0, what is said where it is not


def unmet(demands: Iterable[Demanded]) -> str | None:
    """What is said of the first quantity that is known not to be as it has to be; None where there is none."""
    for x, strictly, problem in demands:
        if x.is_nonpositive if strictly else x.is_negative:
            return problem
    return None


@dataclass
class Noted:
    """What was asked for, and the laws that something was drawn from, each once and in order.

    lost: what was written, and is not to be seen any more: 1/x of x/x, of which SymPy makes 1 also for an x that is 0; how often.
    of_loops: whether what loops say is noted, too. A claim is not asked for it: it may have been said before.
    """

    of_loops: bool = False
    demands: dict[Demanded, None] = field(default_factory=dict)
    laws: dict[Any, None] = field(default_factory=dict)
    lost: dict[Expr, int] = field(default_factory=dict)


_NOTED: ContextVar[Noted | None] = ContextVar("noted", default=None)


def ask(x: Expr, strictly: bool, problem: str) -> None:
    """Note that a quantity with symbols has to be 0 or more (above 0: strictly), if anybody listens."""
    if (listening := _NOTED.get()) is not None and x.free_symbols:
        listening.demands[x, strictly, problem] = None


def lose(form: Expr) -> None:
    """Note what was written and has gone, if anybody listens."""
    if (listening := _NOTED.get()) is not None:
        listening.lost[form] = listening.lost.get(form, 0) + 1


def is_heard() -> bool:
    """Whether anybody listens."""
    return _NOTED.get() is not None


def drawn_from(law: Any) -> None:
    """Note that something is drawn from a law, if anybody listens."""
    if (listening := _NOTED.get()) is not None:
        listening.laws[law] = None


@contextmanager
def noted(of_loops: bool = False) -> Iterator[Noted]:
    """What is asked for meanwhile."""
    found = Noted(of_loops)
    with ExitStack() as listening:
        for also in _ALSO:
            listening.enter_context(also())
        token = _NOTED.set(found)
        try:
            yield found
        finally:
            _NOTED.reset(token)


_ALSO: list[Callable[[], AbstractContextManager[None]]] = []


def while_listening(also: Callable[[], AbstractContextManager[None]]) -> None:
    """What is to be in place whenever somebody listens, and only then."""
    _ALSO.append(also)


@contextmanager
def unheard() -> Iterator[None]:
    """While it is worked out what there is to note."""
    token = _NOTED.set(None)
    try:
        yield
    finally:
        _NOTED.reset(token)


@contextmanager
def of_a_loop() -> Iterator[None]:
    """While a loop says something of itself. What it leaves to subclasses, as Python has it, is `Unsaid`."""
    listening = _NOTED.get()
    token = _NOTED.set(listening if listening is not None and listening.of_loops else None)
    try:
        yield
    except Unsaid:
        raise
    except NotImplementedError as problem:
        raise Unsaid(*problem.args) from problem
    finally:
        _NOTED.reset(token)
