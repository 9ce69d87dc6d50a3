"""What Python's own words ask of a symbol: `x == 0`, `if x`, `x and y`, `x.is_zero`. They are answered before it has a value.

`x == 0` is False of every symbol, `if x` takes every symbol for true, and what SymPy does not know of one is None, which counts
as no: what a claim, or a step, makes of such an answer would be proved for all numbers, those among them for which it is another.
So such a question is refused, and stays refused where the code that has asked catches the error and goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from threading import get_ident
from types import FrameType
from typing import Any

from sympy import Atom, Basic, Dict, Expr, Lambda, MatrixBase, S, Subs, Symbol, SympifyError, Tuple, flatten, sympify
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanAtom

from .errors import BadInput, undisturbed
from .replaced import Replaced

_LIBRARIES = {*sys.stdlib_module_names, "sympy", "mpmath", "theory", "simulate", "reports"} - {"__main__"}
_ASKING = {"__new__", "__init__", "refuses"}  # whether parameters are of their kind, which of a symbol nobody knows yet
_AS_NUMBERS = ("__int__", "__float__", "__complex__", "__round__", "__trunc__")
_FACTS = sorted(
    {name[3:] for name in vars(Basic) if name.startswith("is_") and isinstance(vars(Basic)[name], property)}
    - {"commutative"}
)
_CASES = "in place of `if`, `and` and `or` there is Piecewise((y, Eq(x, 0)), (z, True))"


class _OfALibrary(dict[str, bool]):
    """Of the names of modules that were met: whether they are Python's, SymPy's or ours. It is asked at every call."""

    def __missing__(self, name: str) -> bool:
        self[name] = said = name.partition(".")[0] in _LIBRARIES
        return said


_OF_A_LIBRARY = _OfALibrary()


def is_of_a_library(module: Any) -> bool:
    """Whether a module is Python's, SymPy's or ours, by its name."""
    return _OF_A_LIBRARY[module if type(module) is str else str(module)]


def is_strange(frame: FrameType) -> bool:
    """Whether the code that asks is neither SymPy's nor ours."""
    name = frame.f_globals.get("__name__", "")
    return not _OF_A_LIBRARY[name if type(name) is str else str(name)] and frame.f_code.co_name not in _ASKING


@dataclass
class _Listening:
    """names: of the functions in which what is not known of a symbol must not be asked for.  refused: what was asked.

    thread: which listens.  before: those that there were then; any other was started by what is listened to, and is, too.
    """

    names: frozenset[str]
    refused: list[BadInput] = field(default_factory=list)
    thread: int = field(default_factory=get_ident)
    before: frozenset[int] = field(default_factory=lambda: frozenset(sys._current_frames()))


_LISTENING: list[_Listening] = []  # of a thread the innermost one is the last


def _heard() -> _Listening | None:
    """Who listens to this thread: the innermost that it has begun itself, or else the innermost that has begun before it."""
    here, listening = get_ident(), _LISTENING[::-1]
    own = next((x for x in listening if x.thread == here), None)
    return own or next((x for x in listening if here not in x.before), None)


def _refuse(problem: BadInput) -> None:
    """Raises, where this thread is listened to."""
    if listening := _heard():
        listening.refused.append(problem)
        raise problem


def _may_be_equal(x: Basic, y: Any) -> bool:
    """Whether numbers may make two things equal that are not written alike."""
    if not isinstance(x, Expr):  # a condition
        return isinstance(y, bool | BooleanAtom) and not isinstance(x, BooleanAtom)
    if not isinstance(y, Expr | int | float) or isinstance(y, bool) or (x.is_number and getattr(y, "is_number", True)):
        return False
    try:
        return (x - y).is_zero is not False
    except TypeError:
        return False


def _compared(sign: str, written: str, before: bool) -> Callable[[Basic, Any], Any]:
    """`==` or `!=` of an expression.  written: what is to be written in its place.  before: its answer while x has no value."""
    plain = Basic.__ne__ if before else Basic.__eq__

    def compared(x: Basic, y: Any) -> Any:
        said = plain(x, y)
        if _LISTENING and said is not (not before) and is_strange(sys._getframe(1)) and _may_be_equal(x, y):
            instead = "" if not isinstance(x, Expr) else f"write {written}({x}, {y}); "
            _refuse(
                BadInput(
                    f"{x} {sign} {y} is {before} before any value is put in, whatever {x} will be: {instead}{_CASES}"
                )
            )
        return said

    return compared


def _true(x: Basic) -> bool:
    if is_strange(sys._getframe(1)) and not (isinstance(x, Expr) and (x.is_number or x.is_zero is False)):
        _refuse(
            BadInput(
                f"the truth of {x} is asked for before any value is put in, and is True whatever it will be: {_CASES}"
            )
        )
    return True


def _told(kind: type, name: str) -> Callable[..., Any]:
    """What SymPy says where it is asked for a Python's number, or for a truth: of a symbol it raises an error."""
    plain = getattr(kind, name)

    def told(x: Basic, *more: Any) -> Any:
        try:
            return plain(x, *more)
        except TypeError as problem:
            if is_strange(sys._getframe(1)) and x.free_symbols and (listening := _heard()):
                listening.refused.append(BadInput(f"{problem}: {x} is no number before a value is put in; {_CASES}"))
            raise

    return told


def _known(fact: str) -> property:
    """What SymPy knows of an expression; what it does not know is told of in functions of those names, and in what they call."""
    name = f"is_{fact}"
    plain: Callable[[Basic], bool | None] = vars(Basic)[name].fget

    def known(x: Expr) -> bool | None:
        said = plain(x)
        if said is None and (listening := _heard()) and _is_called_by(sys._getframe(1), listening.names):
            _refuse(BadInput(f"{x}.{name} is not known before a value is put in: None, which counts as no; {_CASES}"))
        return said

    return property(known)  # pyrefly: ignore[bad-return]  # which it takes for `known` itself


def _is_called_by(frame: FrameType | None, names: frozenset[str]) -> bool:
    """Whether strange code asks, in a function of one of these names or in one that it has called itself."""
    while names and frame is not None and is_strange(frame):
        if frame.f_code.co_name in names:
            return True
        frame = frame.f_back
    return False


def _function_of(plain: Callable[..., Any]) -> Any:
    """A `Lambda` as it is written: SymPy has one function for all that give back what they get, which tells no declaration."""

    def make(cls: type, *given: Any) -> Any:
        made = plain(cls, *given)
        if made is S.IdentityFunction and is_strange(sys._getframe(1)):
            (v,) = flatten(given[:1])
            return Expr.__new__(Lambda, Tuple(v), v)
        return made

    return staticmethod(make)


# meanwhile a `Lambda` that gives back what it gets keeps its variable, with what that is declared to be
functions_as_written = Replaced(lambda: [(Lambda, "__new__", _function_of(Lambda.__new__))])


def _put_in(kind: type, name: str) -> Callable[..., Any]:
    """What puts something in the place of a symbol: it has to be all that the symbol was declared to be."""
    plain = getattr(kind, name)

    def put_in(x: Any, *given: Any, **how: Any) -> Any:
        if is_strange(sys._getframe(1)):
            given = tuple([*g] if isinstance(g, Iterator) else g for g in given)
            for v, y in zip(x.variables, given, strict=False) if isinstance(x, Lambda) else _pairs(*given):
                _hold_as_declared(v, y)
        return plain(x, *given, **how)

    return put_in


def _put_later(make: Callable[..., Any]) -> Any:
    """A `Subs`, which puts in when it is worked out."""

    @wraps(make)
    def later(cls: type, x: Any, variables: Any, point: Any, **how: Any) -> Any:
        if is_strange(sys._getframe(1)):
            listed = all(isinstance(each, list | tuple | Tuple) for each in (variables, point))
            for v, y in zip(variables, point, strict=False) if listed else [(variables, point)]:
                _hold_as_declared(v, y)
        return make(cls, x, variables, point, **how)

    return staticmethod(later)


def _pairs(*given: Any) -> Iterable[tuple[Any, Any]]:
    """What is put where, in any of the forms that SymPy takes."""
    if len(given) == 2:
        return [given]
    (pairs,) = given if len(given) == 1 else ((),)
    if isinstance(pairs, Mapping | Dict):
        return list(pairs.items())
    listed = isinstance(pairs, list | tuple | set | frozenset | Tuple)
    return [x for x in pairs if isinstance(x, list | tuple | Tuple) and len(x) == 2] if listed else []


def _hold_as_declared(v: Any, y: Any) -> None:
    if not isinstance(v, Symbol) or type(v).__module__.startswith("theory."):  # the fit's number is none of the user's
        return
    try:
        y = sympify(y)
    except SympifyError:  # of which SymPy makes nothing
        return
    odd = [word for word, known in v._assumptions_orig.items() if getattr(y, f"is_{word}", None) is not known]
    if odd:
        _refuse(
            BadInput(
                f"{v} is declared {odd[0]}, which {y} is not seen to be, and SymPy has simplified by it; expected a plain "
                f"Symbol({v.name!r}, real=True)"
            )
        )


@contextmanager
@undisturbed
def unanswered(*names: str) -> Iterator[None]:
    """Meanwhile code that is neither SymPy's nor ours gets `BadInput` for what it asks of symbols in Python's words.

    names: of the functions in which what is not known of a symbol must not be asked for. What such code has caught, and gone on,
    is raised at the end.
    """
    listening = _Listening(frozenset(names))
    with functions_as_written(), _WATCHED():
        _LISTENING.append(listening)
        try:
            yield
        finally:
            _LISTENING.remove(listening)
    if listening.refused:
        raise listening.refused[0]


def _watched() -> Iterator[tuple[type, str, Any]]:
    for kind in (Expr, Boolean):
        yield kind, "__eq__", _compared("==", "Eq", False)
        yield kind, "__bool__", _true
    yield Lambda, "__call__", _put_in(Lambda, "__call__")
    for kind in (Basic, MatrixBase):
        for name in ("subs", "xreplace", "replace"):
            yield kind, name, _put_in(kind, name)
    yield Atom, "xreplace", _put_in(Atom, "xreplace")
    yield Subs, "__new__", _put_later(Subs.__new__)
    for fact in _FACTS:
        yield Expr, f"is_{fact}", _known(fact)


_WATCHED = Replaced(_watched)

# in place for good: Python tells each of SymPy's 400 classes of such a change, which takes as long as all that listens otherwise
for _kind, _name in ((Relational, "__bool__"), *((Expr, name) for name in _AS_NUMBERS)):
    setattr(_kind, _name, _told(_kind, _name))
for _kind in (Expr, Boolean):
    _kind.__ne__ = _compared("!=", "Ne", True)

__all__ = ["functions_as_written", "is_of_a_library", "is_strange", "unanswered"]
