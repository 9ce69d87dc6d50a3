"""Fields: how a loop or a data policy declares its parameters, each with the kind of value that it takes.

class CorrectedMeanLoop(Loop):
    n: Integers(1)
    gamma: Nonnegative
    variance: Positive = 1
    start: Reals = computed(lambda given: given.variance)

A kind is a domain of claims, one of the kinds below, a class of laws or policies, or several of these joined by `|`.
It reads what the class is called with (`read`), and says of a number whether a parameter can have it (`contains`).
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from sympy import Basic, Expr, Lambda, Mul, S, Symbol, SympifyError, Tuple, expand, oo, sympify
from sympy.core.symbol import Str
from sympy.logic.boolalg import BooleanAtom

from .asked import Demanded, unmet
from .domains import Domain, Integers, Joined, Points, Probability, Reals, Simplex
from .errors import BadInput, nearest
from .fits import CLOCK, IN_EVERY_FIT
from .laws import AnyLaw, Atoms, Finite, Law
from .written import written


class Kind(Joined):
    """What a parameter may be. `wanted` names it in messages; `symbolic`: whether it may be a symbol.

    spelled: other names under which it can be given, each with what makes a value of it out of what is given there.
    """

    wanted: str
    symbolic: bool = True
    spelled: tuple[tuple[str, Callable[[Any], Any]], ...] = ()

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        """A value as the SymPy object that the loop keeps; `given` has the parameters before it. Raises `ValueError`."""
        return number(value)

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        """Whether a loop can have a value without symbols."""
        raise NotImplementedError

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        """What makes a value with symbols one of this kind: (a quantity at least 0, whether it is above 0, what is said where
        it is not)."""
        return []

    def numbers(self, value: Any) -> tuple[Expr, ...]:
        """What of a value with symbols has to be a whole number."""
        return ()

    def shown(self, value: Any) -> Any:
        """What the loop's attribute is."""
        return value


def number(value: Any) -> Expr:
    """A number or an expression. Raises `ValueError` for anything else."""
    x = sympify(value, strict=True)
    if not isinstance(x, Expr) or isinstance(x, Lambda) or x.is_Matrix:
        raise ValueError(x)
    return x


@dataclass(frozen=True)
class Within(Kind):
    """A number in a domain of claims; of listed values also a law, or a text, which is kept as a word."""

    domain: Domain

    @property
    def wanted(self) -> str:
        """What the domain asks for, in words."""
        return self.domain.wanted

    @property
    def _listed(self) -> list:
        """The laws and texts among listed values."""
        return [x for x in self.domain.listed if isinstance(x, str | Law)] if isinstance(self.domain, Points) else []

    @property
    def symbolic(self) -> bool:
        return not self._listed

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        if not self._listed:
            return number(value)
        if isinstance(value, Law) and value in self._listed:
            return value
        if str(value) in self._listed:
            return Str(str(value))
        raise ValueError(value)

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return isinstance(value, Str) or self.domain.contains(value)

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        if isinstance(self.domain, Points):
            if not value.has(CLOCK):  # any other symbol has a value where it is looked at
                return []
            away = Mul(*((value - x) ** 2 for x in self.domain.listed))
            return [(-away, False, f"{value} is not {self.wanted}")]
        lo, hi = self.domain.lo, self.domain.hi
        asked = [(x, end) for x, end in ((value - lo, lo), (hi - value, hi)) if end.is_finite]
        return [(x, not self.domain.contains(end), f"{value} is not {self.wanted}") for x, end in asked]

    def numbers(self, value: Any) -> tuple[Expr, ...]:
        return (value,) if isinstance(self.domain, Integers) else ()

    def shown(self, value: Any) -> Any:
        return value.name if isinstance(value, Str) else value


@dataclass(frozen=True)
class Between(Kind):
    """A number from lo to hi, both included."""

    lo: Any
    hi: Any

    @property
    def wanted(self) -> str:
        """The range, in words."""
        return f"a number from {self.lo} to {self.hi}"

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return bool(value.is_extended_real) and bool(self.lo <= value) and bool(value <= self.hi)

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return [(x, False, f"{value} is not {self.wanted}") for x in (value - self.lo, self.hi - value)]


class Nonnegative(Kind):
    """A finite number, 0 or more."""

    wanted = "a number, 0 or more,"

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return bool(value.is_real) and bool(value >= 0)

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return [(value, False, f"{value} is not {self.wanted.rstrip(',')}")]


class Ratio(Nonnegative):
    """A number, 0 or more, or oo."""

    wanted = "a ratio, 0 or more, or oo,"

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return bool(value.is_extended_real) and bool(value >= 0)


class Weight(Ratio):
    """A number above 0, or oo: how much more one of two is wanted."""

    wanted = "a number above 0, or oo,"

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return super().contains(value, given) and value != 0

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return [(value, True, f"{value} is not {self.wanted.rstrip(',')}")]


class Flag(Kind):
    """True or False; the loop's attribute is Python's."""

    wanted = "True or False"

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        x = sympify(value, strict=True)
        if not isinstance(x, BooleanAtom) and (not x.is_Symbol or x == CLOCK):
            raise ValueError(value)
        return x

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return isinstance(value, BooleanAtom)

    def shown(self, value: Any) -> bool:
        return value == S.true


@dataclass(frozen=True)
class Values(Kind):
    """Several values of one kind: a sequence, or a function of the number of the place, 0, 1, ...

    of: the parameter that tells how many: a law on finitely many atoms, one for each, or a number; None: as many as there are.
    """

    kind: Any = Reals
    of: str | None = None
    spelled: tuple[tuple[str, Callable[[Any], Any]], ...] = ()
    symbolic = False

    @property
    def wanted(self) -> str:
        """A sequence of what is asked of each value, in words."""
        return f"a sequence, each of it {kind_of(self.kind).wanted.rstrip(',')},"

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        size, places = self._size(given)
        if callable(value):
            if size is None:
                raise ValueError(value)
            value = [value(i) for i in range(size)]
        read = Tuple(*(kind_of(self.kind).read(x, given) for x in value))
        if size is not None and len(read) != size:
            raise BadInput(f"{len(read)} values for {places}")
        return read

    def _size(self, given: SimpleNamespace) -> tuple[int | None, str]:
        """How many values there have to be, and for what."""
        if self.of is None:
            return None, ""
        by = getattr(given, self.of, None)
        if by is None:  # a default is looked at by itself
            return None, ""
        if isinstance(by, AnyLaw):  # nor are its values listed
            return 0, "a law on any number of atoms"
        if isinstance(by, Law):
            return len(by.masses), f"{len(by.masses)} atoms"
        return int(by), f"{self.of} = {by}"

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return all(kind_of(self.kind).contains(x, given) for x in value if not x.free_symbols)

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return [demand for x in value for demand in kind_of(self.kind).demands(x)]

    def numbers(self, value: Any) -> tuple[Expr, ...]:
        return tuple(n for x in value for n in kind_of(self.kind).numbers(x))


@dataclass(frozen=True)
class Shares(Values):
    """Positive probabilities of sum 1, as many as the `Simplex` of a claim's domain has: a tuple."""

    kind: Any = Probability
    size: int = 2

    @property
    def wanted(self) -> str:
        return f"{self.size} positive probabilities of sum 1"

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        shares = super().read(value, given)
        if len(shares) != self.size or expand(sum(shares) - 1) != 0:
            raise BadInput(f"expected {self.wanted}, not {shares}")
        return shares


@dataclass(frozen=True)
class Listed(Kind):
    """A number that shapes the loop, such as how many coordinates it has: no symbol, and looked at at once."""

    kind: Any

    @property
    def wanted(self) -> str:
        """What is asked of the number, in words."""
        return kind_of(self.kind).wanted

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        x = kind_of(self.kind).read(value, given)
        if x.free_symbols or not self.contains(x, given):
            hint = f": list its values, {x}=Points(2, 3, 4)" if x.free_symbols else ""
            raise BadInput(f"expected {self.wanted.rstrip(',')}, not {x}{hint}")
        return x

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return kind_of(self.kind).contains(value, given)


@dataclass(frozen=True)
class Instance(Kind):
    """A law, a policy, a `Lambda`: an object of one of these classes. A sequence is handed to the class, if it is one.

    in_space: whether a law may be one of points of a space.
    """

    classes: tuple[type, ...]
    in_space: bool = False
    symbolic = False

    @property
    def wanted(self) -> str:
        """The classes, in words."""
        names = [c.__name__ for c in self.classes if c is not AnyLaw]  # which `Laws` makes, and nobody else
        return " or ".join(filter(None, (", ".join(names[:-1]), f"{names[-1]}(...)")))

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        if isinstance(value, list | tuple | Tuple) and len(self.classes) == 1:
            value = self.classes[0](tuple(value))
        if not isinstance(value, self.classes):
            raise ValueError(value)
        if isinstance(value, Law) and value.d > 1 and not self.in_space:
            raise BadInput(f"expected a law of the line, not {value}, of {value.d} dimensions")
        return value

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return not isinstance(value, Law | Declared) or value.refuses() is None

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return demands(value) if isinstance(value, Law | Declared) else []

    def numbers(self, value: Any) -> tuple[Expr, ...]:
        return numbers(value) if isinstance(value, Law | Declared) else ()


@dataclass(frozen=True)
class Masses(Kind):
    """The probabilities of atoms: a `Finite` law, or one of which nothing is known; of `Atoms`, which have values, these.

    of: the parameter that has as many atoms; None: any number.
    """

    of: str | None = None
    symbolic = False
    wanted = "Finite(...)"

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        law = Finite(value.masses) if isinstance(value, Atoms) else kind_of((Finite, AnyLaw)).read(value, given)
        other = getattr(given, self.of, None) if self.of else None
        if isinstance(law, Finite) and isinstance(other, Finite) and len(law.masses) != len(other.masses):
            raise BadInput(f"{len(law.masses)} atoms, and {self.of} has {len(other.masses)}")
        if isinstance(law, AnyLaw) and other is not None and law != other and law.of != other:
            raise BadInput(f"{law} has other values than {other}: {other}.start(1), of `Laws(starts=1)`, has the same")
        return law

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return value.refuses() is None

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return value.demands()


@dataclass(frozen=True)
class Either(Kind):
    """A value of one of several kinds."""

    kinds: tuple[Kind, ...]

    @property
    def symbolic(self) -> bool:
        return any(kind.symbolic for kind in self.kinds)

    @property
    def wanted(self) -> str:
        """What each kind asks for, in words."""
        return ", or ".join(kind.wanted.rstrip(",") for kind in self.kinds)

    def read(self, value: Any, given: SimpleNamespace) -> Basic:
        for kind in self.kinds:
            try:
                return kind.read(value, given)
            except (ValueError, TypeError, SympifyError):
                continue
        raise ValueError(value)

    def contains(self, value: Any, given: SimpleNamespace) -> bool:
        return any(kind.contains(value, given) for kind in self.kinds)

    def demands(self, value: Any) -> list[tuple[Expr, bool, str]]:
        return self._first(value).demands(value)

    def numbers(self, value: Any) -> tuple[Expr, ...]:
        return self._first(value).numbers(value)

    def _first(self, value: Any) -> Kind:
        """The first kind that reads it, as what a value with symbols is."""
        for kind in self.kinds:
            with suppress(ValueError, TypeError, SympifyError):
                kind.read(value, SimpleNamespace())
                return kind
        return self.kinds[0]

    def shown(self, value: Any) -> Any:
        return value.name if isinstance(value, Str) else value


PLAIN: dict[Any, Domain | Kind] = {int: Integers(-oo), float: Reals(), bool: Flag()}


def kind_of(annotation: Any) -> Kind:
    """The kind that an annotation names. Raises `TypeError` for what is none."""
    if isinstance(annotation, Kind):
        return annotation
    if isinstance(annotation, Domain):
        return Within(annotation)
    if isinstance(annotation, Simplex):
        return Shares(size=annotation.size)
    if isinstance(annotation, tuple | types.UnionType):
        parts = get_args(annotation) if isinstance(annotation, types.UnionType) else annotation
        objects = tuple(x for x in parts if isinstance(x, type) and issubclass(x, Basic))
        kinds = [kind_of(x) for x in parts if x not in objects] + ([Instance(objects)] if objects else [])
        return kinds[0] if len(kinds) == 1 else Either(tuple(kinds))
    if annotation in PLAIN:
        return kind_of(PLAIN[annotation])
    if isinstance(annotation, type) and issubclass(annotation, Kind | Domain):
        return kind_of(annotation())
    if isinstance(annotation, type) and issubclass(annotation, Basic):
        return Instance((annotation,))
    raise TypeError(annotation)


@dataclass(frozen=True)
class Computed:
    """A default that follows from the parameters before it; `as_called` are the values that were given, unread."""

    rule: Callable[[SimpleNamespace], Any]


def computed(rule: Callable[[Any], Any]) -> Any:
    """A field's default as a function of the parameters before it: `start: Reals = computed(lambda given: given.mean)`."""
    return Computed(rule)


def python_type(kind: Kind) -> type:
    """What a number of a kind is in Python."""
    if isinstance(kind, Flag):
        return bool
    return int if isinstance(kind, Within) and isinstance(kind.domain, Integers) else float


MISSING = object()


@dataclass(frozen=True)
class Field:
    """A parameter of a loop: its name, its kind, its default, or `MISSING`."""

    name: str
    kind: Kind
    default: Any = MISSING


def definition() -> types.FrameType:
    """Where the class stands that is being defined."""
    frame = sys._getframe(1)
    while frame.f_code.co_name in ("__init_subclass__", "_declare") and frame.f_back is not None:
        frame = frame.f_back
    return frame


TAKEN = frozenset(name for name in dir(Basic) if not name.startswith("_"))


def declared(cls: type, before: Mapping[str, Field], skip: Iterable[str], scope: Mapping[str, Any]) -> dict[str, Field]:
    """The fields of a class: those of its base, and its own annotations, in order.

    scope: the names that are known where the class stands. Raises `BadInput` for an annotation that is no kind.
    """
    fields = dict(before)
    for name, said in inspect.get_annotations(cls).items():
        if name in TAKEN:
            raise BadInput(
                f"{cls.__name__}: a parameter is called {name}, as something of every object; choose another name"
            )
        if name in skip or name.startswith("_") or "ClassVar" in str(said):
            continue
        try:
            kind = kind_of(eval(said, dict(scope)) if isinstance(said, str) else said)
        except Exception as problem:
            shown = said if isinstance(said, str) else getattr(said, "__name__", said)
            raise BadInput(
                f"{cls.__name__}: the parameter {name} is annotated {shown!r}; expected a kind, such as int, float, bool, "
                "Integers(1), Positive or a class of laws"
            ) from problem
        fields[name] = Field(name, kind)
    last = ""
    for name in fields:
        said = vars(cls).get(name)
        if name in vars(cls) and not hasattr(said, "__get__"):  # a property takes the place of the parameter's
            fields[name] = Field(name, fields[name].kind, said)
            _look_at_default(cls.__name__, fields[name])
        if fields[name].default is not MISSING:
            last = name
        elif last:
            raise BadInput(f"{cls.__name__}: the parameter {name} has no default, but {last} before it has")
    return fields


def _look_at_default(name: str, field: Field) -> None:
    """Raises `BadInput` for a default that is not of the parameter's kind, where it is known by itself."""
    if isinstance(field.default, Computed):
        return
    try:
        field.kind.read(field.default, SimpleNamespace())
    except (ValueError, TypeError, SympifyError) as problem:
        wanted = field.kind.wanted.rstrip(",")
        raise BadInput(f"{name}: the parameter {field.name} is {field.default!r}; expected {wanted}") from problem


def signature(fields: Mapping[str, Field]) -> inspect.Signature:
    """How a loop is called, for `help`."""
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [
            inspect.Parameter(
                f.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=empty if f.default is MISSING else "..." if isinstance(f.default, Computed) else f.default,
            )
            for f in fields.values()
        ]
    )


def shown(name: str, fields: Mapping[str, Field]) -> str:
    """A loop as it is called, for messages."""
    parts = (
        f.name if f.default is MISSING or isinstance(f.default, Computed) else f"{f.name}={f.default!r}"
        for f in fields.values()
    )
    return f"{name}({', '.join(parts)})"


def read(name: str, fields: Mapping[str, Field], args: tuple, given: Mapping[str, Any]) -> list[Basic]:
    """What a loop is called with, in the order of its fields. Raises `BadInput`, which says what was expected."""
    call = shown(name, fields)
    if len(args) > len(fields):
        raise BadInput(f"{call} takes {len(fields)} values, not {len(args)}")
    values = dict(zip(fields, args, strict=False))
    spelled = {key: (f.name, made) for f in fields.values() for key, made in f.kind.spelled}
    for key, value in given.items():
        own, made = spelled.get(key, (key, None))
        if own not in fields:
            raise BadInput(f"{call} has no parameter {key!r}{nearest(key, [*fields, *spelled])}")
        if own in values:
            raise BadInput(f"{call}: {own} is given twice")
        values[own] = made(value) if made else value
    out, known = [], SimpleNamespace(as_called=values)
    for field in fields.values():
        value = values.get(field.name, field.default)
        if value is MISSING:
            raise BadInput(f"{call}: {field.name} is missing")
        try:
            if isinstance(field.default, Computed) and value in (None, field.default):
                value = field.default.rule(known)
            x = field.kind.read(value, known)
        except BadInput as problem:
            raise BadInput(f"{call}: {field.name}: {problem}") from problem
        except (ValueError, TypeError, SympifyError) as problem:
            wanted = field.kind.wanted.rstrip(",") + (", or a symbol" if field.kind.symbolic else "")
            raise BadInput(f"{call}: {field.name} is {value!r}; expected {wanted}") from problem
        out.append(x)
        setattr(known, field.name, field.kind.shown(x))
    return out


def refused(fields: Mapping[str, Field], args: tuple) -> str | None:
    """Why no loop has such parameters, if one that has no symbols is not of its kind."""
    args = args[: len(fields)]  # a copy has its number behind them
    known = SimpleNamespace(**{f.name: f.kind.shown(x) for f, x in zip(fields.values(), args, strict=True)})
    for field, x in zip(fields.values(), args, strict=True):
        if x.free_symbols or field.kind.contains(x, known):
            continue
        if isinstance(x, Law | Declared) and (problem := x.refuses()) is not None:
            return problem
        return f"{field.name} = {x}: {field.kind.wanted} is expected"
    return None


def place(i: int, field: Field) -> property:
    """The attribute of a loop that is its argument number i."""
    return property(lambda self: field.kind.shown(self.args[i]), doc=f"The parameter {field.name}.")


class Declared(Basic):
    """A SymPy object whose parameters are the annotations in the body of its class: a loop, a data policy.

    A class right below this one is the base of such objects; its own annotations are no parameters.
    """

    fields: ClassVar[dict[str, Field]] = {}

    def __new__(cls, *args: Any, **given: Any):
        """Plain numbers become SymPy's. Raises `BadInput` for what is not of a parameter's kind."""
        return Basic.__new__(cls, *map(written, read(cls.__name__, cls.fields, args, given)))

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if Declared not in cls.__bases__:
            cls._declare()

    @classmethod
    def _declare(cls) -> None:
        """Read the annotated parameters in the body of the class."""
        frame = definition()
        scope = {**frame.f_builtins, **frame.f_globals, **frame.f_locals}
        before = cls.fields
        facts = (k for base in cls.__mro__[1:] for k, x in vars(base).items() if not hasattr(x, "__get__"))
        base = next(kind for kind in cls.__mro__ if Declared in kind.__bases__)
        cls.fields = declared(cls, before, {*vars(base), *facts}, scope)
        for i, (name, field) in enumerate(cls.fields.items()):
            own = name in inspect.get_annotations(cls) or name in vars(cls)
            if own and not hasattr(vars(cls).get(name), "__get__"):
                setattr(cls, name, place(i, field))
        if cls.fields != before:
            cls.__signature__ = signature(cls.fields)

    def refuses(self) -> str | None:
        """Why there is nothing with these parameters (numbers), None if there is nothing against them.

        That each is of its kind is seen to here, and what `together` asks of several; what is no inequality is added by who
        overrides this.
        """
        if self.fields and (problem := refused(self.fields, self.args)) is not None:
            return problem
        return unmet(self.together())

    def together(self) -> list[Demanded]:
        """What is asked of several parameters together, or in every fit, as `Law.demands` has it."""
        return []


def demands(x: Law | Declared) -> list[tuple[Expr, bool, str]]:
    """What makes the parameters with symbols of a law, a loop or a data policy of their kinds, as `Law.demands` has it; of an
    expression in `CLOCK` it is asked in every fit."""
    if isinstance(x, Law):
        return x.demands()
    own = [
        (y, strictly, f"{type(x).__name__}: {field.name}: {problem}")
        for field, value in _symbolic(x)
        for y, strictly, problem in field.kind.demands(value)
    ]
    shared = (
        (y, strictly, f"{type(x).__name__}: {problem}") for y, strictly, problem in x.together() if y.free_symbols
    )
    return [(y.xreplace(IN_EVERY_FIT), strictly, problem) for y, strictly, problem in (*own, *shared)]


def numbers(x: Law | Declared) -> tuple[Expr, ...]:
    """What of the parameters with symbols of a law, a loop or a data policy has to be whole numbers; likewise in every fit."""
    if isinstance(x, Law):
        return x.numbers()
    return tuple(n.xreplace(IN_EVERY_FIT) for field, value in _symbolic(x) for n in field.kind.numbers(value))


def _symbolic(x: Declared) -> list[tuple[Field, Any]]:
    own = zip(x.fields.values(), x.args[: len(x.fields)], strict=True)
    return [(field, value) for field, value in own if value.atoms(Symbol)]  # the number of the fit is one, too


if TYPE_CHECKING:  # what annotates a parameter of a loop is no type of Python's: the parameter is anything
    Masses: Any
    Nonnegative: Any
    Ratio: Any
    Weight: Any
    Flag: Any
