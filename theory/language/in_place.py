"""Where a user's code has a symbol: in the places that are found, something else can stand there for a while.

A name of its module, an attribute of a module, a class or an object, a default value, a closure, what is in a table or a list:
what a function of the class can reach, found without running anything. What only running gives, as of a generator, is not.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from sympy import Basic, Expr, MatrixBase, Symbol

from .errors import undisturbed
from .literals import DEEPEST, is_filled, is_plain, names_in, parts
from .strangers import strangers
from .truth import is_of_a_library

MOST_PARTS = 4096  # of one thing
TABLES = (dict, OrderedDict, defaultdict)
PACKAGE = __name__.partition(".")[0]  # of which users have their words


class Places:
    """Where a user's class has a symbol.

    spoken: the names that its functions, and those that they call, speak of.  tried: whether a number has stood
    there, and what is said was said.
    """

    def __init__(self, kind: type, x: Symbol) -> None:
        self.x, self.spoken, self.tried = x, set(), False
        self._found: list[tuple[Callable[[Any], None], Any]] = []  # how something else is put there, and what is there
        self._seen: dict[int, Any] = {}  # what was looked at stays, so that no other thing has its place
        left: list[Any] = strangers(kind)
        for _ in range(DEEPEST + 1):
            new = [y for y in left if id(y) not in self._seen and not self._seen.update({id(y): y})]
            left = [more for y in new if not isinstance(y, Basic) for more in islice(self._within(y), MOST_PARTS)]

    @property
    def any(self) -> bool:
        """Whether there are such, or the code may get at it by the words of this package."""
        return bool(self._found) or bool(self.spoken & {PACKAGE, self._word})

    @property
    def _word(self) -> str:
        words = vars(sys.modules[f"{PACKAGE}.language.fits"])
        return next((name for name, y in words.items() if y is self.x), str(self.x))

    @contextmanager
    @undisturbed
    def having(self, y: Expr) -> Iterator[None]:
        """Meanwhile another expression stands there, also where a word of the package is asked for."""
        words, word = vars(sys.modules[PACKAGE]), self._word
        known = word in words
        with ExitStack() as back:  # one after the other, whatever becomes of a place meanwhile
            back.callback(words.__setitem__ if known else words.pop, word, self.x)
            words[word] = y
            for put, was in self._found:
                back.callback(put, was)
                put(_with(was, self.x, y))
            yield

    def _note(self, put: Callable[[Any], None], was: Any) -> Any:
        if _has(was, self.x):
            self._found.append((put, was))
        return was

    def _of(self, table: dict, names: Iterable[Any]) -> list[Any]:
        return [self._note(partial(table.__setitem__, name), table[name]) for name in names if name in table]

    def _within(self, y: Any) -> Iterable[Any]:
        """What is in something; where it is the symbol is noted."""
        if isinstance(y, FunctionType):
            of_a_library = is_of_a_library(y.__globals__.get("__name__", ""))
            return parts(y) if of_a_library else [*self._within_function(y), *parts(y)]
        if isinstance(y, type):
            if is_of_a_library(y.__module__):
                return []
            own = {name: z for name, z in vars(y).items() if not is_plain(name)}
            return [self._note(partial(type.__setattr__, y, name), z) for name, z in own.items()]
        if type(y) in TABLES:
            return self._of(y, list(islice(y, MOST_PARTS)))
        if type(y) is deque:
            return [self._note(partial(y.__setitem__, i), z) for i, z in enumerate(islice(list(y), MOST_PARTS))]
        if type(y) is list:
            return [self._note(partial(y.__setitem__, i), z) for i, z in enumerate(y[:MOST_PARTS])]
        if isinstance(y, partial):
            return [y.func, *y.args, *y.keywords.values()]
        if isinstance(y, ModuleType):
            return []
        of_a_user = isinstance(y, SimpleNamespace) or not is_of_a_library(type(y).__module__)
        own = getattr(y, "__dict__", None) if of_a_user else None
        inside = [type(y), *self._of(own, list(own))] if type(own) is dict else []
        slots = [(name, getattr(y, name)) for name in _slots(type(y)) if hasattr(y, name)] if of_a_user else []
        return [*inside, *(self._note(partial(setattr, y, name), z) for name, z in slots), *parts(y)]

    def _within_function(self, f: FunctionType) -> list[Any]:
        names, scope = names_in(f.__code__), f.__globals__
        self.spoken |= names
        found = self._of(scope, sorted(names))
        for name, z in list(scope.items()):  # by its name in words: globals()["CLOCK"]
            if name not in names:
                self._note(partial(scope.__setitem__, name), z)
        called = {scope.get(name, sys.modules.get(name)) for name in names if _is_module(scope, name)}
        for module in called:
            found += self._of(vars(module), sorted(names))
        for name in ("__defaults__", "__kwdefaults__"):
            found += _values(self._note(partial(setattr, f, name), getattr(f, name)))
        for cell in filter(is_filled, f.__closure__ or ()):
            found.append(self._note(partial(setattr, cell, "cell_contents"), cell.cell_contents))
        return found


def _is_module(scope: dict[str, Any], name: str) -> bool:
    return isinstance(scope.get(name, sys.modules.get(name)), ModuleType)


def _slots(kind: type) -> Iterator[str]:
    """The names of the places that objects of a class have beside their `__dict__`."""
    for base in kind.__mro__:
        names = vars(base).get("__slots__", ())
        yield from (names,) if isinstance(names, str) else names


def _values(given: tuple | dict | None) -> Iterable[Any]:
    return given.values() if isinstance(given, dict) else given or ()


def _has(was: Any, x: Symbol) -> bool:
    """Whether what stands in one place is an expression in a symbol, or made of such and never changed itself."""
    if isinstance(was, Basic | MatrixBase):
        return x in was.free_symbols
    if isinstance(was, tuple):
        return any(_has(y, x) for y in was)
    return isinstance(was, partial) and any(_has(y, x) for y in (*was.args, *was.keywords.values()))


def _with(was: Any, x: Symbol, y: Expr) -> Any:
    if isinstance(was, Basic | MatrixBase):
        return was.xreplace({x: y})
    if isinstance(was, tuple):
        parts_of_it = (_with(part, x, y) for part in was)
        return type(was)(*parts_of_it) if hasattr(was, "_fields") else tuple(parts_of_it)  # a named one
    if isinstance(was, partial) and _has(was, x):
        return partial(
            was.func, *(_with(z, x, y) for z in was.args), **{k: _with(z, x, y) for k, z in was.keywords.items()}
        )
    return was


__all__ = ["Places"]
