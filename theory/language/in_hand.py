"""The numbers that a user's code has in hand while it speaks of symbols: whatever it may ask a symbol for, it asks with these.

A symbol is looked up in a table and never found, is none of Python's numbers, and has another text, hash and identity than any
number. Nothing tells that it was asked. Where the answer is another for one number alone, that number was worked out by the same
code: it is a key of a table within reach, has a name, is handed to SymPy, or is what a function gives back.
"""

from __future__ import annotations

import inspect
import numbers
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dis import opname
from functools import wraps
from itertools import islice
from threading import RLock
from types import CodeType, FrameType, MemberDescriptorType
from typing import Any

from sympy import QQ, ZZ, Basic, Expr, Float, Integer, NumberSymbol, Poly, Rational, flatten, sympify
from sympy.core.relational import Relational

from .errors import undisturbed
from .fits import CLOCK
from .numbers import as_written
from .truth import is_strange

_PATCHING = RLock()
MAKING = ("BUILD_MAP", "BUILD_CONST_KEY_MAP", "BUILD_SET", "CALL", "CALL_FUNCTION_EX", "DICT_UPDATE", "SET_UPDATE")
LOOKING_UP = ("CONTAINS_OP", "BINARY_SUBSCR")
APART = {
    *("as_independent", "as_poly", "coeff", "collect", "degree", "free_symbols", "has"),
    *("replace", "subs", "xreplace", "put_in"),  # as these are called while what they put in is looked at
}
MOST_KEYS = 64  # of a table, whatever their values
MOST_LOOKED_AT = 4096
MOST_OTHERS = 64  # numbers that are no keys
MOST_WRITTEN = 80  # of a value
DEEPEST = 3  # levels of lists in lists, and of attributes of attributes
HIGHEST = 4  # degree of a polynomial that is asked for its roots
HASHED = (Basic, Rational, Integer, Float, NumberSymbol)
NUMBER = re.compile(r"-?\d{1,9}(/[1-9]\d{0,8}|\.\d{1,9})?")  # in words
PLAIN = (str, bytes, bool, int, float, complex, type(None))


class InHand:
    """What was seen.

    keys: numbers that are keys of tables.  others: those that are not, and roots of what it makes.
    unnamed: what was looked up in a table that is made where it is asked, and has no name by which to read it.
    fit: what was looked up in a table and has the number of the fit in it.
    apart: whether the code takes an expression apart by the number of the fit, or puts another in its place: of a number that is
    another thing.
    unseen: whether the code has taken away what listens.
    """

    def __init__(self) -> None:
        self.keys: dict[Expr, None] = {}
        self.others: dict[Expr, None] = {}
        self.unnamed: Expr | None = None
        self.fit: Expr | None = None
        self.called: Any = None  # the table, or whatever it is, whose method was called last
        self.apart = self.unseen = False
        # what was looked at stays, so that no other thing has its place; a table is read again when it has more keys
        self._seen: dict[tuple[int, int], Any] = {}
        self._met: set[Basic] = set()

    def look(self, things: Iterable[Any], names: tuple[str, ...] = (), depth: int = DEEPEST) -> None:
        """At things, and what is in them; names: of their attributes that the code speaks of."""
        for thing in things:
            if isinstance(thing, Expr | Relational):
                if len(self.others) < MOST_OTHERS and thing not in self._met:
                    self._met.add(thing)
                    self.others |= dict.fromkeys(_turning(thing))
            elif isinstance(thing, (*PLAIN, numbers.Number)):
                if len(self.others) < MOST_OTHERS and (number := _number(thing)) is not None:
                    self.others[number] = None
            elif depth:
                self._look_into(thing, names, depth - 1)

    def _look_into(self, thing: Any, names: tuple[str, ...], depth: int) -> None:
        is_table, is_list = isinstance(thing, Mapping | Set), isinstance(thing, list | tuple)
        known = id(thing), len(thing) if is_table or is_list else hash(names)
        if known in self._seen:
            return
        self._seen[known] = thing
        if is_table:
            self.keys |= dict.fromkeys(_keys_of(thing))
            self.look([] if isinstance(thing, Set) else islice(_values(thing), MOST_KEYS), names, depth)
        elif is_list:
            self.look(thing[:MOST_KEYS], names, depth)
        else:
            self.look(_attributes(thing, names), names, depth)


def _values(table: Mapping) -> Iterator[Any]:
    return iter(table.values()) if type(table) is dict else iter(())


def _attributes(thing: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """Those of some names, as they stand: nothing of the user's is run."""
    for name in names:
        x = inspect.getattr_static(thing, name, None)
        if isinstance(x, MemberDescriptorType) and not isinstance(thing, type):  # a slot
            x = x.__get__(thing) if hasattr(thing, name) else None
        yield x


def _turning(x: Basic) -> Iterable[Expr]:
    """Numbers at which it may be asked whether something is 0, or its two sides are one: itself, if it is one, else roots."""
    gap = x.lhs - x.rhs if isinstance(x, Relational) and all(isinstance(a, Expr) for a in x.args) else x
    if not isinstance(gap, Expr) or (gap.is_number and not gap.is_comparable):
        return []
    if gap.is_number:
        return [as_written(gap)] if gap.is_finite else []
    if not gap.is_Add or len(symbols := gap.free_symbols) != 1 or not gap.is_polynomial(*symbols):
        return []
    f = Poly(gap, *symbols)
    return f.ground_roots() if f.domain in (ZZ, QQ) and f.degree() <= HIGHEST else []


@contextmanager
@undisturbed
def noted_numbers(found: InHand) -> Iterator[None]:
    """Meanwhile what code has in hand that is neither SymPy's nor ours is added to what was found before.

    They are what it hashes, and what is in the tables whose methods it calls; what its functions have names for when they are
    left, and what these speak of; what it hands to functions in Python, and is given back by them.
    """

    def passing(frame: FrameType, event: str, of: Any) -> None:
        # SymPy's own calls come here by the million: what can be said of them without another call is
        if event == "c_return" or event == "c_exception":
            return
        own = is_strange(frame)
        if not own and (event == "c_call" or frame.f_back is None or not is_strange(frame.f_back)):
            return
        with suppress(Exception):  # a thing may not be ready to be looked at; it is no error of the code that has it
            _look_at(found, frame, event, of)

    def noting(of_sympy: Callable[[Expr], int]) -> Callable[[Expr], int]:
        @wraps(of_sympy)
        def hashed(x: Expr) -> int:
            frame = sys._getframe(1)
            if isinstance(x, Expr) and is_strange(frame):
                if x.is_comparable:
                    found.keys[x] = None
                elif not x.is_number:
                    found.unnamed = x if _has_no_name(frame) else found.unnamed
                    found.fit = x if CLOCK in x.free_symbols and _looks_up(frame, found.called) else found.fit
            return of_sympy(x)

        return hashed

    with _PATCHING:
        own, before = {kind: vars(kind)["__hash__"] for kind in HASHED}, sys.getprofile()
        try:  # the clock's signal may come between any two lines
            for kind, of_sympy in own.items():
                kind.__hash__ = noting(of_sympy)  # pyrefly: ignore
            sys.setprofile(passing)
            yield
        finally:
            found.unseen |= sys.getprofile() is not passing
            sys.setprofile(before if callable(before) else None)
            for kind, of_sympy in own.items():
                kind.__hash__ = of_sympy
            if hasattr(before, "enable"):  # Python's own profiler, which is no function
                before.enable()


def _look_at(found: InHand, frame: FrameType, event: str, of: Any) -> None:
    """What is called, or left, by a frame of such code or in one."""
    if event == "c_call":
        if is_strange(frame):
            found.called = getattr(of, "__self__", None)
            found.look([found.called])
    elif event == "return" and is_strange(frame):
        names = frame.f_code.co_names
        spoken = [frame.f_globals[name] for name in names if name in frame.f_globals]
        found.look([of, *frame.f_locals.values(), *spoken], names)
    elif event in ("call", "return") and frame.f_back is not None and is_strange(frame.f_back):
        found.apart |= event == "call" and _takes_apart(frame)
        found.look(frame.f_locals.values() if event == "call" else [of])


def _takes_apart(frame: FrameType) -> bool:
    """Whether a function of SymPy asks what of an expression is in the number of the fit, or puts something there."""
    values = frame.f_locals
    kept = values.get("cfunc")  # of a function whose values SymPy keeps
    name = frame.f_code.co_name if kept is None else getattr(kept, "__name__", "")
    if name not in APART:
        return False
    if name == "free_symbols":
        return CLOCK in values["self"].free_symbols
    given = values["args"][1:] if kept is not None else list(values.values())[1:]  # of what it is asked is no matter
    return CLOCK in flatten(list(given), cls=(list, tuple, dict, set))


def _has_no_name(frame: FrameType) -> bool:
    """Whether code looks something up by `in`, or by brackets, in a table that it makes in the same expression."""
    op, (line, last, column, end) = _at(frame)
    if op not in LOOKING_UP:
        return False
    for made, (first, ends, begins, until) in _operations(frame.f_code):
        whole = (first, ends, begins, until) == (line, last, column, end)
        beside = (ends, until) == (last, end) if op == "CONTAINS_OP" else (first, begins) == (line, column)
        if made in MAKING and beside and not whole:
            return True
    return False


def _looks_up(frame: FrameType, called: Any) -> bool:
    """Whether code looks something up, also by a method of a table; called: whose method it has called last."""
    op, _ = _at(frame)
    return op in LOOKING_UP or (op.startswith("CALL") and isinstance(called, Mapping | Set))


def _at(frame: FrameType) -> tuple[str, Any]:
    """The operation at which code is, with where it is written."""
    *_, last = islice(_operations(frame.f_code), frame.f_lasti // 2 + 1)
    return last


def _operations(code: CodeType) -> Iterator[tuple[str, Any]]:
    """The operations of code, with where they are written."""
    return zip((opname[x] for x in code.co_code[::2]), code.co_positions(), strict=True)


def _keys_of(table: Any, depth: int = 2) -> Iterator[Expr]:
    """The numbers among the keys of a table, and of tables in it: the first ones, and of the others two for each value."""
    if not isinstance(table, Mapping | Set):
        return
    seen: Counter[str] = Counter()
    for count, x in enumerate(islice(table, MOST_LOOKED_AT)):
        value = table[x] if type(table) is dict else None
        if depth and isinstance(value, Mapping | Set):
            yield from _keys_of(value, depth - 1)
        seen[words := _words(value)] += 1
        if (count < MOST_KEYS or seen[words] <= 2) and (number := _number(x)) is not None:
            yield number


def _words(value: Any) -> str:
    """A value in a few words, by which values are told apart; of one that cannot be written, of what kind it is."""
    try:
        return repr(value)[:MOST_WRITTEN]
    except Exception:  # it is raised by the code that is listened to, and is no error of its step
        return type(value).__name__


def _number(x: Any) -> Expr | None:
    """A real number of SymPy's, of Python's own, of NumPy's or a decimal, or one in words."""
    if isinstance(x, str):
        return Rational(x) if NUMBER.fullmatch(x) else None
    if isinstance(x, Basic):
        return as_written(x) if isinstance(x, Expr) and x.is_comparable and x.is_finite else None
    if not isinstance(x, numbers.Number) or isinstance(x, bool | complex):
        return None
    try:
        written = as_written(sympify(x))
    except Exception:  # it is no error of the code that has such a number
        return None
    return written if isinstance(written, Expr) and written.is_finite else None


__all__ = ["NUMBER", "noted_numbers"]
