"""What a user's class says of symbols, held against what it says with numbers, and with other symbols, in their places.

Python can ask a symbol what only a number can answer, `{1: x + 1}.get(self.a, x)`, `isinstance(self.a, Symbol)`, or what it is
called, `str(self.a)`, and no answer tells that it was asked. What is proved of the symbol is then not what the class says.

So a class is run again at numbers, exactly: at small ones, the ends of its ranges, those that its code speaks of and those that
it has in hand as it runs. What is not found is a question whose answer differs at numbers alone that the code neither speaks of,
nor has in hand, nor hands to SymPy: that takes intent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count, islice
from typing import Any

from sympy import Basic, Expr, Rational, S, Symbol, exp, log, pi, preorder_traversal, sin, sqrt, sympify

from .alike import apart
from .asked import unheard
from .errors import BadInput
from .fields import Declared, Within
from .fits import CLOCK
from .in_hand import InHand, noted_numbers
from .in_place import Places
from .lengths import is_too_long
from .literals import LARGEST, of_class
from .truth import unanswered

# of every form that a number has in SymPy, for it may be asked what it is made of, or how it is written
SMALL = (
    *(S.Zero, S.One, S(2), S(3), S.NegativeOne, S.Half, Rational(7, 3), sqrt(2) / 2, 1 / pi),
    *(S(4), S(30), 1 + sqrt(2), 2 * sqrt(3), S.Exp1, exp(Rational(2, 5)), log(2), sin(1), Rational(7**30, 11**24)),
)
MOST_PLACES = 64  # at which a class is asked for numbers
FIRST = 2  # at which it is listened to
OTHERWISE = ("{}_", "other_{}", "{}{}")  # what symbols are called in the place of their names
FRESH, _NUMBERS = "_fresh{}", count()  # and where the code is listened to: it remembers nothing of them
FACTS = (
    "integer",
    "rational",
    "positive",
    "negative",
    "nonnegative",
    "nonpositive",
    "nonzero",
    "real",
    "finite",
    "odd",
    "even",
)
MOST_TOLD = 160  # characters
IN_WORDS = "write Piecewise, or Sum, in place of what asks the symbol in Python's words"

Place = Mapping[Symbol, Expr]


@dataclass(frozen=True)
class Range:
    """Numbers that an argument may have.

    holds: whether a number is one.  some: numbers, of which those that are are tried, too.
    """

    holds: Callable[[Expr], bool]
    some: tuple[Expr, ...]


@dataclass(frozen=True)
class Said:
    """Something that a class says.

    what: its name.  of: it, as a function of an object of the class and of the values of its arguments.
    arguments: symbols for these, by their names.  ranges: of those that are not all that their symbols may be.
    """

    what: str
    of: Callable[[Any, Mapping[str, Any]], Any]
    arguments: Mapping[str, Symbol]
    ranges: Mapping[str, Range] = field(default_factory=dict)


def hold(one: Declared, said: Iterable[Said], besides: Iterable[Place] = ()) -> None:
    """Raise `BadInput` where what the class of an object says of symbols is not what it says with something else for them.

    besides: numbers for its parameters, where it is looked at, too.
    """
    with unheard():
        one, stand_ins = _in_plain_symbols(one)
        besides = [{s: x.xreplace(dict(at)) for s, x in stand_ins.items()} for at in besides]
        where, made = Places(type(one), CLOCK), _Made(one)
        parameters = sorted(one.free_symbols - {CLOCK}, key=str) + [CLOCK] * where.any
        for each in said:
            here, asked, hand, fresh = [], None, InHand(), FRESH.format(next(_NUMBERS))
            symbols = [*parameters, *each.arguments.values()]
            try:
                with unanswered(), noted_numbers(hand), suppress(Exception):  # told where the class is tried
                    _said(made, each, where, next(_renamed(symbols, f"{{}}{fresh}")))
                    here.append(each.of(one, each.arguments))
            except BadInput as problem:  # which it has caught, and gone on
                asked = problem
            refused = f"{type(one).__name__}: its `{each.what}` asks: {asked}".replace(fresh, "")
            if not here:
                if asked is not None:
                    raise BadInput(refused)
                continue
            looked_up, hand.fit, where.tried = hand.fit, None, False
            plain = [s for s in parameters if s != CLOCK or not hand.apart]
            with noted_numbers(hand):  # numbers, too, may be asked whether they are others
                first = _first_apart(
                    made, each, where, here[0], islice(_places(one, plain, each, besides, hand), FIRST)
                )
            every = chain(_renamed(symbols, *OTHERWISE), _places(one, plain, each, besides, hand))
            made.kept = True  # nobody listens to how it is made
            problem, made.kept = first or _first_apart(made, each, where, here[0], every), False
            if problem is not None:
                raise BadInput(f"{type(one).__name__}: {problem}: {IN_WORDS}")
            if asked is not None:
                raise BadInput(refused)
            if hand.unnamed is not None:
                raise BadInput(
                    f"{type(one).__name__}: its `{each.what}` looks {hand.unnamed} up in a table that has no name: {IN_WORDS}"
                )
            if looked_up is not None and not (
                where.tried and hand.fit is None
            ):  # nor has it had a number in hand instead
                raise BadInput(f"{type(one).__name__}: its `{each.what}` looks {looked_up} up in a table: {IN_WORDS}")
            if hand.unseen:
                raise BadInput(
                    f"{type(one).__name__}: its `{each.what}` sets Python's profile function, by which it is read"
                )


class _Made:
    """An object, and what it is with something else for its symbols.

    kept: whether what was made so is taken again: the same numbers are put in for each thing that its class says.
    """

    def __init__(self, one: Declared) -> None:
        self.one, self.kept = one, False
        self._symbols = sorted(one.free_symbols, key=str)
        self._made: dict[tuple[Any, ...], Any] = {}

    def at(self, place: Place) -> Any:
        """The object with what stands at a place for its symbols. Raises what its class raises."""
        put = {s: place[s] for s in self._symbols if s in place}
        if not put or not self.kept:
            return self.one.xreplace(put) if put else self.one
        key = tuple(put.items())
        if key not in self._made:
            self._made[key] = self.one.xreplace(put)
        return self._made[key]


def _first_apart(made: _Made, each: Said, where: Places, here: Any, places: Iterable[Place]) -> str | None:
    return next((x for at in places if (x := _told_apart(made, each, where, here, at)) is not None), None)


def _told_apart(made: _Made, each: Said, where: Places, here: Any, at: Place) -> str | None:
    """How what is said at one place is another thing than what is said in symbols; None where nothing is seen against it."""
    if CLOCK in at:  # a parameter may be made of it
        at = {s: at[CLOCK] if s == CLOCK else x.xreplace({CLOCK: at[CLOCK]}) for s, x in at.items()}
    try:
        if is_too_long(here, at):
            return None
        there, put = _put(_said(made, each, where, at), {s: x for s, x in at.items() if s == CLOCK}), _put(here, at)
        if not apart(there, put):
            return None
    except Exception:  # it may not be made for these numbers
        return None
    first, second = _told(there), _told(put)
    if first == second:  # draws of one name from different laws
        first, second = _of_laws(there), _of_laws(put)
    if not at:
        return f"its `{each.what}` says {first}, and where it is read again {second}"
    told = ", ".join(f"{s} = {x}" for s, x in at.items())
    return f"with {told} its `{each.what}` says {first}, and in symbols, with these put in, {second}"


def _said(made: _Made, each: Said, where: Places, at: Place) -> Any:
    other = made.at(at)
    with where.having(at[CLOCK]) if CLOCK in at else nullcontext():
        said = each.of(other, {name: at[s] for name, s in each.arguments.items()})
    where.tried |= CLOCK in at and at[CLOCK].is_number
    return said


def _told(x: Any) -> str:
    text = str(x)
    return text if len(text) <= MOST_TOLD else f"{text[: MOST_TOLD - 3]}..."


def _of_laws(x: Any) -> str:
    """What is said, with the laws of its draws."""
    within = chain.from_iterable(map(preorder_traversal, _parts(x)))
    drawn = {str(z): f"{z} of {z.law}" for z in within if isinstance(z, Expr) and hasattr(z, "law")}
    return ", ".join([_told(x), *drawn.values()])


def _parts(x: Any) -> list[Basic]:
    inside = x.values() if isinstance(x, Mapping) else x if isinstance(x, list | tuple) else ()
    return [x] if isinstance(x, Basic) else [part for y in inside for part in _parts(y)]


def _put(x: Any, at: Place) -> Any:
    """What is said with values put in for symbols."""
    if isinstance(x, Mapping):
        return {key: _put(value, at) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [_put(value, at) for value in x]
    return x.xreplace(dict(at)) if isinstance(x, Basic) else x


def _in_plain_symbols(one: Declared) -> tuple[Declared, dict[Symbol, Expr]]:
    """An object with a symbol of the same kind for each of its parameters that is an expression; what its symbols stand for."""
    args, of = list(one.args), {s: s for s in one.free_symbols}
    for i, x in enumerate(args):
        y = x if isinstance(x, Expr) else CLOCK  # in a law
        if isinstance(x, Basic) and x.free_symbols and (y == CLOCK or not y.is_Symbol) and (y == x or x.has(CLOCK)):
            known = {f: z for f in FACTS if (z := getattr(y, f"is_{f}")) is not None}
            stand_in = Symbol(f"parameter_{i}", **known)
            args[i] = stand_in if y == x else x.xreplace({CLOCK: stand_in})
            of[stand_in] = y
    with suppress(Exception):  # its class may know them to be none of its kind
        plain = one.func(*args)
        return plain, {s: of[s] for s in plain.free_symbols}
    return one, {s: s for s in one.free_symbols}


def _renamed(symbols: list[Symbol], *names: str) -> Iterator[Place]:
    """Other symbols of the same kinds, called otherwise."""
    for called in names:
        yield {s: s.func(called.format(s.name, s.name), **s._assumptions_orig) for s in symbols}


def _places(
    one: Declared, parameters: list[Symbol], each: Said, besides: Iterable[Place], hand: InHand
) -> Iterator[Place]:
    """Numbers for the symbols: small ones, the ends of ranges, those that the code of the class speaks of, or has in hand."""
    symbols = [*parameters, *each.arguments.values()]
    if not symbols:
        return
    spoken = (*hand.keys, *of_class(type(one)), *SMALL, *hand.others)
    ranges = {each.arguments[name]: r for name, r in each.ranges.items()}
    listed = []
    for s in symbols:
        some, holds = (ranges[s].some, ranges[s].holds) if s in ranges else ((), _any)
        tried = dict.fromkeys([*_ends(one, s), *spoken, *some])
        listed.append([x for x in tried if _may_be(x, s, hand) and holds(x)])
    if not all(listed):
        return
    longest, looked = max(map(len, listed)), 0
    for turn in range(longest if len(symbols) > 1 else 1):
        for start in range(longest):
            yield {
                s: values[(start + turn * i) % len(values)]
                for i, (s, values) in enumerate(zip(symbols, listed, strict=True))
            }
            looked += 1
        if looked >= MOST_PLACES:
            break
    for i, at in enumerate(besides):
        rest = {s: values[i % len(values)] for s, values in zip(symbols, listed, strict=True)}
        yield {**rest, **at}


def _any(x: Expr) -> bool:
    return True


def _ends(one: Declared, s: Symbol) -> list[Expr]:
    """The ends of a parameter's range and its middle, where they are numbers."""
    domains = [
        field.kind.domain
        for x, field in zip(one.args, one.fields.values(), strict=False)
        if x == s and isinstance(field.kind, Within)
    ]
    ends = [sympify(x) for d in domains for x in (getattr(d, "lo", S.Infinity), getattr(d, "hi", S.Infinity))]
    found = [x for x in ends if x.is_finite]
    return [*found, (found[0] + found[1]) / 2] if len(found) == 2 else found


def _may_be(x: Expr, s: Symbol, hand: InHand) -> bool:
    """Whether a number is of a symbol's kind, and none that is too long to count to."""
    if s.is_integer and x not in hand.keys and not abs(x) <= LARGEST:
        return False
    return _is_of_the_kind(x, s)


@lru_cache(maxsize=4096)
def _is_of_the_kind(x: Expr, s: Symbol) -> bool:
    return all(getattr(x, f"is_{fact}", None) is said for fact, said in s._assumptions_orig.items())


__all__ = ["Range", "Said", "hold"]
