"""Claims: a theorem is a Python function whose parameters are its variables and whose value is its relation.

@claim(source="...")
def sigma_decay(n=Integers(2, 10_000), t=Integers(0, 500), sigma0=Positive()):
    \"\"\"The expected standard deviation decays geometrically, by c4(n) a generation.\"\"\"
    loop = GaussianLoop(n=n, sigma0=sigma0)
    return Eq(E(loop.sigma(t)), c4(n)**t * sigma0)
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice, product
from threading import RLock
from types import FunctionType, ModuleType
from typing import Any

from markupsafe import Markup, escape
from sympy import And, Basic, Expr, Integer, Interval, N, Rational, S, Set, Symbol, ceiling, evaluate, sign, sympify
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.alphabets import greeks
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, Implies, Not, Or
from sympy.printing.latex import LatexPrinter, translate

from .almost_surely import averaged
from .asked import Demanded, Noted, noted, unheard
from .binders import examine as examine_bound
from .domains import Anything, Composed, Domain, Integers, Points, Reals
from .errors import BadInput, CannotTell, nearest
from .hints import explained
from .laws import Law, Noise
from .loops import Loop, Observable
from .lost import in_their_cases, on_the_domain, still_lost
from .matrices import by_entries
from .moments import Distance, Moment, Shape, Tends
from .randomness import in_numbers
from .scopes import apart
from .text import visible
from .truth import unanswered
from .unevaluated import unevaluated
from .verdicts import LIMIT
from .whole import exact

_BUILDING = RLock()

CONJECTURES = "conjectures"  # what modules of users' files are called, as a package

NOTABLE, DRAWN = 10, 3  # points of a claim that a suite checks
FAR_CASES, FAR_RATES, FARTHEST = 4, (0.15, LIMIT), 10**12  # and further ones, for limits


GREEK = {"eps": r"\varepsilon", "lam": r"\lambda"}


class _Latex(LatexPrinter):
    def _print_Symbol(self, expr, style="plain"):
        """A name of several letters is upright: in italics it would read as a product. Greek letters are LaTeX's."""
        name = re.sub(r"^[^\W\d_]{2,}", r"\\mathrm{\g<0>}", super()._print_Symbol(expr, style))
        return "".join(map(greek, name))

    def _helper_print_standard_power(self, expr, template):
        """A letter that has an exponent of its own, the s^2_t of a loop, is put into brackets before it gets another."""
        text, base = super()._helper_print_standard_power(expr, template), self._print(expr.base)
        bare = isinstance(expr.base, Observable) and "^" in base and not base.startswith(r"\left(")
        return text.replace(base, rf"\left({base}\right)", 1) if bare else text

    def _print_polygamma(self, expr, exp=None):
        order, x = expr.args
        body = rf"\psi{'' if order == 0 else f'_{{{self._print(order)}}}'}\left({self._print(x)}\right)"
        return body if exp is None else rf"{body}^{{{exp}}}"


DIGITS = 40  # of the difference of the sides of a side condition


def _holds(r: Relational, at: Mapping[Symbol, Expr]) -> Boolean:
    """A relation of numbers, by the digits of their difference, however small it is; one of which no digit is seen is 0."""
    gap = (r.lhs - r.rhs).xreplace(at)
    seen = gap if gap.has(ExprWithLimits) else N(gap, DIGITS, maxn=10 * DIGITS)
    if not seen.is_Float:
        return r.xreplace(at)
    return r.func(sign(seen) if seen._prec > 1 else S.Zero, 0)  # 1: SymPy's word for no digit


def _domain_for(value: Any) -> str:
    """The domain that is written for a list, a range, a pair of ends or a set of SymPy; "" for anything else."""
    if isinstance(value, range) and value and value.step == 1:
        return f"; {value} is Integers({value[0]}, {value[-1]})"
    if isinstance(value, list | set | range) and value:
        return f"; these values are Points({', '.join(map(str, value))})"
    if isinstance(value, tuple) and len(value) == 2:
        return f"; all numbers between {value[0]} and {value[1]} are Reals({value[0]}, {value[1]})"
    if not isinstance(value, Set):
        return ""
    written = f"; {value} is a set of SymPy"
    if isinstance(value, Interval):
        ends = ", ".join(map(str, value.args[:2]))
        sides = {bool(is_open) for end, is_open in zip(value.args[:2], value.args[2:], strict=True) if end.is_finite}
        if sides in ({True}, {False}):
            return f"{written}, and Reals({ends}{'' if sides == {True} else ', closed=True'}) the domain"
    return written


def _relation_for(returned: Any) -> str:
    """What makes a relation of what a claim's function returned, where that can be told."""
    match returned:
        case None:
            return "; is `return` missing?"
        case tuple() | list():
            return "; several relations are one claim, And(...), or claims of their own"
        case Implies() | Or() | Not():
            return "; which values a claim is about is said by its domains and @claim(where=lambda n, t: n > t)"
        case Expr():
            return "; `selfconsuming ask FILE` tells what is known of an expression"
    return ""


@lru_cache(maxsize=4096)
def _admits(domain: Composed, values: tuple) -> bool:
    """Whether values may be the parts of a parameter: asked again and again where other variables change."""
    return domain.admits(values)


def greek(letter: str) -> str:
    """The LaTeX of a Greek letter, which TeX knows by its name only; anything else as it is."""
    kind, _, name = unicodedata.name(letter, "").rpartition(" LETTER ")
    if kind not in ("GREEK SMALL", "GREEK CAPITAL"):
        return letter
    word = name.lower().replace("lamda", "lambda")
    known = {"GREEK SMALL": word, "GREEK CAPITAL": word.capitalize()}[kind]
    return f"{translate(known)} " if word in greeks else letter


def latex_of(x: Basic) -> str:
    """An expression or relation as LaTeX; polygammas are written psi, Greek names as letters."""
    names = {s: GREEK[s.name] for s in x.atoms(Symbol) if s.name in GREEK}  # bound ones too
    return _Latex({"symbol_names": names}).doprint(x)


@dataclass(frozen=True)
class Point:
    """One joint value of a claim's variables: `values` by name, exact; `number` counts from 1 and never changes.

    ends: the ends of ranges that lie here, such as "n = 1000" (see `theory.proof.reach`).
    """

    number: int
    values: Mapping[str, Any]
    origin: str = "notable"
    ends: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(f"{k} = {v}" for k, v in self.values.items())


@dataclass(frozen=True, eq=False)
class Claim:
    """A theorem: domain, statement, relation, and what is known about it.

    source: where it comes from ("Bertrand et al. 2310.00429 (Theorem 1, as commonly quoted)"), or how it was derived
        ("derived: law of total variance"). A source that begins with "derived" is no statement of the paper that it names.
    where: side condition on the variables, a function of (some of) them; None if there is none.
    tight: where an inequality is an equality, e.g. {"t": 0}, or several such places in a list; {} if nowhere.
    rate: of an inequality that is tight at infinity, {"t": oo}: how fast its margin closes there, a function of the variables.
    mutants: false variants: description -> function of the variables giving a false right-hand side; for `Tends` a false
        limit, for `RisesThenFalls` a false peak, for `And` a mapping {"<=": false right-hand side of that part}, or a list of
        them where several parts are such relations.
    uses: ids of claims that its proof relies on.
    trivial: what the smaller side of an inequality never exceeds anyway (1 for a probability, or a rate): a bound is vacuous
        where it says no more.
    needs: hypotheses that cannot be dropped: "where", or names of variables (then it is their domain).
    scale: function of the variables giving the scale of violations where a side is 0.
    proof: function from the relation to a chain of links (see `theory.proof.relations.lemmas`).
    expected: "holds", or "fails" for a statement that is commonly quoted and false; corrected: id of its correction.
    covers: further ids of the catalogue that this claim settles.
    unreached: why a claim that holds is not proved, {"derivation": "a median is no moment"}; why no ball is there, {"ball": ...}.
    headline: (rank, sentence), one for a reader who has not seen the notation: it stands first on the page, rank 1 before 2.
    examples: joint values that are always looked at, before any others: [{"n": 2, "t": 1}]. A variable that is not named has the
        first value of its domain.
    Raises `BadInput` where `claim` does.
    """

    function: Callable
    source: str = "derived"
    where: Callable | None = None
    tight: Mapping[str, Any] | Sequence[Mapping[str, Any]] = field(default_factory=dict)
    mutants: Mapping[str, Callable] = field(default_factory=dict)
    uses: Sequence[str] = ()
    trivial: Any = None
    needs: Sequence[str] = ()
    scale: Callable | None = None
    proof: Callable | None = None
    expected: str = "holds"
    corrected: str | None = None
    covers: Sequence[str] = ()
    rate: Callable | None = None
    unreached: Mapping[str, str] = field(default_factory=dict)
    examples: Sequence[Mapping[str, Any]] = ()
    headline: tuple[int, str] | None = None

    def __post_init__(self):
        for name, names in self.composed.items():
            if taken := [n for n in names if n in self.parameters]:
                raise BadInput(
                    f"{taken[0]!r} is a part of {name!r} and another variable of {self.function.__name__}: rename one",
                    self.location,
                )
        for name, value in self.declared.items():
            if not isinstance(value, Domain):
                annotated = getattr(self.function, "__annotations__", {}).get(name)
                if isinstance(annotated, Domain):
                    raise BadInput(
                        f"the domain of {name!r} in {self.function.__name__} is its default, not its annotation: {name}=...",
                        self.location,
                    )
                where = f"{name}= of {self.function.__name__} stands among its variables; expected @claim({name}=...) above it"
                needed = (
                    f"parameter {name!r} of {self.function.__name__} needs a domain as its default, such as "
                    f"{name}=Integers(2, 100) or {name}=Positive(){_domain_for(value)}"
                )
                raise BadInput(where if name in OPTIONS else needed, self.location)
        for at in self.touching:
            if not isinstance(at, Mapping):
                raise BadInput(
                    f"tight= of {self.function.__name__} is {at!r}; expected places such as {{'t': 0}}", self.location
                )
            for name in at:
                if name not in self.declared:
                    hint = nearest(name, list(self.declared))
                    raise BadInput(
                        f"tight= of {self.function.__name__} names {name!r}, which is no variable{hint}", self.location
                    )
        named = {f"mutant {name!r}": f for name, f in self.mutants.items()}
        named |= {
            k: f for k, f in (("where=", self.where), ("scale=", self.scale), ("rate=", self.rate)) if f is not None
        }
        for what, f in named.items():
            for name in inspect.signature(f).parameters:
                if name not in self.declared and name not in self.composed:
                    hint = nearest(name, [*self.declared, *self.composed])
                    raise BadInput(
                        f"{what} of {self.function.__name__} takes {name!r}, which is no variable{hint}", self.location
                    )
        match self.headline:
            case None | (int(), str()):
                pass
            case _:
                raise BadInput(
                    f"headline= of {self.function.__name__} is {self.headline!r}; expected (rank, sentence), such as "
                    '(1, "Keeping all data keeps the error bounded.")',
                    self.location,
                )
        if self.expected not in ("holds", "fails"):
            raise BadInput(f"expected= is {self.expected!r}; it must be 'holds' or 'fails'", self.location)
        for witness, why in self.unreached.items():
            if witness not in ("derivation", "ball"):
                raise BadInput(
                    f"unreached= of {self.function.__name__} names {witness!r}; expected 'derivation' or 'ball'",
                    self.location,
                )
            if not why:
                raise BadInput(
                    f"unreached= of {self.function.__name__} does not say why no {witness} is there", self.location
                )
        if not self.statement:
            raise BadInput(
                f"{self.function.__name__} needs a docstring: its first line is the statement in words", self.location
            )

    @cached_property
    def id(self) -> str:
        """The name of the function, with hyphens."""
        return self.function.__name__.replace("_", "-")

    @cached_property
    def family(self) -> str:
        """The folder of `theory` that it is in, or the module of a user's claim."""
        return family_of(self.function.__module__)

    @cached_property
    def location(self) -> str:
        """File and line where it is written: "path:line"."""
        code = inspect.unwrap(self.function).__code__  # as it was written
        return f"{code.co_filename}:{code.co_firstlineno}"

    @property
    def file(self) -> str | None:
        """The file of a user's claim; None for those of the catalogue."""
        return (
            None
            if self.function.__module__.startswith("theory.")
            else inspect.unwrap(self.function).__code__.co_filename
        )

    @cached_property
    def statement(self) -> str:
        """The theorem in words: the first line of the docstring."""
        return visible(inspect.getdoc(self.function) or "").split("\n")[0].strip()

    @cached_property
    def notes(self) -> str:
        """The docstring after its first line: index shifts, remarks."""
        return "\n".join(visible(inspect.getdoc(self.function) or "").split("\n")[1:]).strip()

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The defaults of the function's parameters."""
        return {name: p.default for name, p in inspect.signature(self.function).parameters.items()}

    @cached_property
    def domain(self) -> dict[str, Any]:
        """The domains of the variables, those that a `Simplex` or `Laws` is made of among them; then those of `grown`."""
        return self.declared | {s.name: d for s, d in self.grown.items()}

    @cached_property
    def declared(self) -> dict[str, Any]:
        """The domains of the parameters, or of what they are made of: of a `Simplex` the probabilities but the last."""
        return {
            name: d
            for given, default in self.parameters.items()
            for name, d in (default.parts(given) if isinstance(default, Composed) else {given: default}).items()
        }

    @cached_property
    def grown(self) -> dict[Symbol, Domain]:
        """What limits with a rate of a user's claim run over, and it does not speak of else: symbols, with their domains."""
        if self.file is None:
            return {}
        values = {n: d.listed[0] if isinstance(d, Points) else d.symbol(n) for n, d in self.declared.items()}
        try:
            relation = self._run(self.function, self._arguments(values))
        except (Exception, SystemExit):  # told when the relation is asked for
            return {}
        limits = sorted((x.limits for x in relation.atoms(Tends)), key=str) if isinstance(relation, Basic) else []
        generations = {s for o in relation.atoms(Observable) for s in o.t.free_symbols} if limits else set()
        starts: dict[Symbol, Expr] = {}
        for s, start, _ in limits:
            taken = {x.name for x, *_ in limits if x != s} | {*self.declared, *map(str, relation.free_symbols)}
            if s.name not in taken and start.is_number and start.is_real:
                starts[s] = min(start, starts.get(s, start))
        return {
            s: Integers(ceiling(start)) if s.is_integer or s in generations else Reals(start, closed=True)
            for s, start in starts.items()
        }

    @cached_property
    def composed(self) -> dict[str, list[str]]:
        """The variables that a parameter is made of which is composed: a `Simplex`, or `Laws`."""
        return {name: list(d.parts(name)) for name, d in self.parameters.items() if isinstance(d, Composed)}

    def _joined(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The variables' values with those of the parameters that are composed of them."""
        wholes = {p: self.parameters[p].whole([values[n] for n in names]) for p, names in self.composed.items()}
        return {**values, **wholes}

    def taken_apart(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the variables from those of the parameters: `_joined` undone."""
        parts = {p: self.parameters[p].taken_apart(values[p]) for p in self.composed}
        return {**values, **{n: x for p, names in self.composed.items() for n, x in zip(names, parts[p], strict=True)}}

    def are_composed(self, values: Mapping[str, Any]) -> bool:
        """Whether values of the variables are ones of the parameters that are composed of them: probabilities of sum 1, say."""
        return all(_admits(self.parameters[p], tuple(values[n] for n in names)) for p, names in self.composed.items())

    def _arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        joined = self._joined(values)
        return {name: exact(joined[name]) for name in self.parameters}

    def _applied(self, values: Mapping[str, Any]) -> Any:
        """What the function makes of values of all variables, those of `grown` put in."""
        grown = {s: sympify(values[s.name]) for s in self.grown}
        found = self._run(self.function, self._arguments(values))
        return found.xreplace(grown) if grown and isinstance(found, Basic) else found

    @property
    def touching(self) -> list[Mapping[str, Any]]:
        """The places where an inequality is declared to be an equality."""
        places = [self.tight] if isinstance(self.tight, Mapping) else list(self.tight)
        return [at for at in places if at]

    @cached_property
    def symbols(self) -> dict[str, Any]:
        """The symbols of the variables that are not `Points`-valued."""
        return {name: d.symbol(name) for name, d in self.domain.items() if not isinstance(d, Points)}

    @cached_property
    def cases(self) -> list[dict[str, Any]]:
        """The joint values of the `Points`-valued variables, [{}] if there are none."""
        return [c for c in self.listed if self.symbols or self.admits(c)]

    @cached_property
    def listed(self) -> list[dict[str, Any]]:
        """`cases`, those too that the side condition excludes."""
        listed = {name: d.listed for name, d in self.domain.items() if isinstance(d, Points)}
        return [dict(zip(listed, values, strict=True)) for values in product(*listed.values())]

    def on(self, domains: Mapping[str, Domain]) -> Claim:
        """The same claim with other domains of some of its parameters."""
        f, signature = self.function, inspect.signature(self.function)
        g = FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, f.__closure__)
        g.__doc__, g.__module__, g.__kwdefaults__ = f.__doc__, f.__module__, f.__kwdefaults__
        parameters = [p.replace(default=domains.get(name, p.default)) for name, p in signature.parameters.items()]
        g.__signature__ = signature.replace(parameters=parameters)  # pyrefly: ignore[missing-attribute]
        return replace(self, function=g, examples=())  # which these domains may not have

    def held(self, values: Mapping[str, Any]) -> Claim:
        """The claim about these values of some variables alone: what is composed is held where all that it is made of is."""
        whole = [p for p in self.parameters if all(n in values for n in self.composed.get(p, [p]))]
        joined = {
            p: self.parameters[p].whole([values[n] for n in self.composed[p]]) for p in whole if p in self.composed
        }
        return self.on({p: Points(joined.get(p, values.get(p))) for p in whole})

    @cached_property
    def said(self) -> Claim:
        """The claim as it is written for people: with a law as one thing, not number by number."""
        return self.of_any_law or self

    @property
    def ranges(self) -> dict[str, Any]:
        """What its variables run over, for people: of what is composed the whole."""
        parts = {n for p, names in self.composed.items() if isinstance(self.parameters[p], Anything) for n in names}
        wholes = {p: d for p, d in self.parameters.items() if isinstance(d, Anything)}
        return {**wholes, **{n: d for n, d in self.domain.items() if n not in parts}}

    @property
    def of_any_law(self) -> Claim | None:
        """The claim with a law, scheme, ... of which nothing is known for each of `Anything`; None where it has none."""
        laws = {name: Points(d.any(name)) for name, d in self.parameters.items() if isinstance(d, Anything)}
        return self.on(laws) if laws else None

    @property
    def faces(self) -> dict[str, Claim]:
        """The claim on the inside of its closed intervals, and at their ends, {"p = 0, q inside": ...}; {"": itself} if none is.

        At an end the function is called with the number itself, like one of `Points`.
        """
        closed = {name: d for name, d in self.parameters.items() if isinstance(d, Reals) and d.included}
        if not closed:
            return {"": self}
        inner = {name: replace(d, closed=False, notable=()) for name, d in closed.items()}
        sides = [
            [("", inner[name])]
            if self._is_bound(name)
            else [*((f"{name} = {end}", Points(end)) for end in d.included), (f"{name} inside", inner[name])]
            for name, d in closed.items()
        ]
        return {
            ", ".join(text for text, _ in side if text): self.on(dict(zip(closed, (d for _, d in side), strict=True)))
            for side in product(*sides)
        }

    def _is_bound(self, name: str) -> bool:
        """Whether a limit is taken along a variable, which is nowhere else: its values say nothing."""
        x = self.symbols[name]
        for case in self.cases:
            relation, asked = self._built_once(case)
            along = {m.variable_name for m in relation.atoms(Moment) if getattr(m, "is_limit", False)}
            told = (relation, *(asked_for for asked_for, *_ in asked.demands), *asked.lost)
            if name not in along or any(x in y.free_symbols for y in told):
                return False
        return bool(self.cases)

    def relation(self, case: Mapping[str, Any] | None = None) -> Boolean:
        """The theorem as a SymPy relation (or `And`, `Tends`, `RisesThenFalls`) in its symbols, for one case."""
        if case is None:
            case = self.cases[0] if self.cases else {}
        return self._built_once(case)[0]

    def demands(self, case: Mapping[str, Any]) -> tuple[Demanded, ...]:
        """What its function has asked of its variables that the relation does not show. Raises `BadInput`, as `relation` does."""
        return tuple(self._built_once(case)[1].demands)

    def lost(self, case: Mapping[str, Any]) -> tuple[Expr, ...]:
        """What its function wrote of its variables that the relation does not show: 1/x of x/x. Raises `BadInput`, likewise."""
        relation, asked = self._built_once(case)
        if not asked.lost:
            return ()
        key = tuple(case.items())
        if key not in self._gone:
            told = any(x.has(Moment, Loop, Noise, Distance) for x in (relation, *asked.lost))
            literal = None if told else self._literally(case)
            lost = asked.lost if literal is None else in_their_cases(asked.lost, literal)
            own = {s for x in case.values() for s in (*getattr(x, "free_symbols", ()), *getattr(x, "charts", ()))}
            known = {*self.symbols.values(), *own}  # the numbers of a law that may be any are the claim's, too
            self._gone[key] = tuple(map(in_numbers, on_the_domain(lost, known, [relation])))
        return self._gone[key]

    def lost_limits(self, case: Mapping[str, Any]) -> tuple[Expr, ...]:
        """The limits among what its function wrote that the relation does not show: they have to be numbers where they cancel."""
        lost = self._built_once(case)[1].lost
        return tuple(x for x in lost if getattr(x, "is_limit", False))

    def _literally(self, case: Mapping[str, Any]) -> Basic | None:
        """What the function writes where nothing of it is evaluated; None where it cannot do so.

        Not of loops, nor of moments: what is known of them is kept, by what they are made of.
        """
        try:
            with evaluate(False):
                return self._applied({**self.symbols, **case})
        except Exception:  # a stranger's function, and SymPy's own, may need what evaluates
            return None

    @cached_property
    def _gone(self) -> dict[tuple, tuple[Expr, ...]]:
        return {}

    def laws(self, case: Mapping[str, Any]) -> tuple[Law, ...]:
        """The laws that its function has drawn from, in the relation or not. Raises `BadInput`, as `relation` does."""
        return tuple(self._built_once(case)[1].laws)

    def _built_once(self, case: Mapping[str, Any]) -> tuple[Boolean, Noted]:
        """The function of a stranger may do anything: it is not run again for what it was run for."""
        case = dict(case)
        key = tuple(case.items())
        with _BUILDING:  # one relation, whoever asks first: its dummies are known by identity
            if key not in self._relations:
                _ = self.domain  # which may have to run it, too
                with noted() as asked:
                    relation = self._build(case, asked)
                self._relations[key] = relation, asked
        return self._relations[key]

    @cached_property
    def _relations(self) -> dict[tuple, tuple[Boolean, Noted]]:
        return {}

    def returned(self, case: Mapping[str, Any]) -> Any:
        """What the function returns for its symbols: a relation of a claim, an expression of a question. Raises `BadInput`."""
        try:
            with nullcontext() if self.file is None else unanswered(self.function.__name__):
                said = self._applied({**self.symbols, **case})
            return by_entries(said)
        except BadInput as problem:
            raise BadInput(f"{self.function.__name__}: {problem}", self._place(problem)) from problem
        except (Exception, SystemExit) as problem:
            raise BadInput(f"{self.function.__name__}: {explained(problem)}", self._place(problem)) from problem

    def _build(self, case, asked: Noted) -> Boolean:
        relation = self.returned(case)
        if relation in (S.true, S.false) and not isinstance(relation, bool):
            with unheard(), unevaluated():
                again = self.returned(case)
            if isinstance(again, Relational | And):  # decided like any other
                relation, asked.lost = again, still_lost(asked.lost, again)
                for side in (side for r in again.atoms(Relational) for side in r.args):
                    if side.is_extended_real is False:
                        raise BadInput(f"{self.function.__name__}: {side} is no real number", self.location)
        if relation in (True, False, S.true, S.false):
            raise BadInput(
                f"{self.function.__name__} is {relation} before any value is put in: it must return an "
                "unevaluated relation such as Eq(...) or Le(...)"
                + (" (Eq of matrices of two shapes is False)" if relation in (False, S.false) else ""),
                self.location,
            )
        if not isinstance(relation, Relational | And | Shape):
            raise BadInput(
                f"{self.function.__name__} returned {type(relation).__name__}; expected a relation: Eq, Le, "
                "Lt, Ge, Gt, And, Limit, Tends or RisesThenFalls" + _relation_for(relation),
                self.location,
            )
        relation = apart(averaged(relation), given=frozenset(s.name for s in self.symbols.values()))
        try:
            examine_bound(relation, {s: self.domain[name] for name, s in self.symbols.items()})
        except BadInput as problem:
            raise BadInput(f"{self.function.__name__}: {problem}", self.location) from problem
        return relation

    def _place(self, problem: BaseException) -> str:
        """The last line of the claim's own file that a problem passed through."""
        file = self.function.__code__.co_filename
        lines = [f.lineno for f in traceback.extract_tb(problem.__traceback__) if f.filename == file]
        return f"{file}:{lines[-1]}" if lines else self.location

    def call(self, function: Callable, values: Mapping[str, Any]) -> Any:
        """`function` applied to those of the claim's variables that it names."""
        joined = self._joined(values)
        return self._run(function, {name: joined[name] for name in inspect.signature(function).parameters})

    @staticmethod
    def _run(function: Callable, arguments: Mapping[str, Any]) -> Any:
        """What a user's function returns; how deep Python may recurse is as it was: other claims are judged in this process.

        A process that the function forks ends with it, and judges nothing: each call would double their number.
        """
        depth, process = sys.getrecursionlimit(), os.getpid()
        try:
            return function(**arguments)
        finally:
            if os.getpid() != process:
                os._exit(0)
            sys.setrecursionlimit(depth)

    def condition(self, case: Mapping[str, Any]) -> Boolean:
        """The side condition in the claim's symbols (true if there is none). Raises `CannotTell` where they cannot be put in."""
        try:
            return S.true if self.where is None else sympify(self.call(self.where, {**self.symbols, **case}))
        except TypeError as problem:  # symbols have no truth, which Python's own words ask for
            words = "`and`, `or`, `not` or a < b < c"
            raise CannotTell(
                f"where= cannot be read in symbols ({problem}): write And(...) in place of {words}"
            ) from None

    def admits(self, values: Mapping[str, Any]) -> bool:
        """Whether a joint value satisfies the side condition, and lies where the claim's limits have started."""
        if not self.are_composed(values):
            return False
        at = {s: sympify(values[name]) for name, s in self.symbols.items()}
        if self.where is not None and not self._keeps(values, at):
            return False
        limits = (
            [x.limits for x in self._limits] if self.symbols else []
        )  # its relation in numbers alone may take seconds
        return all(bool(values[t.name] >= start.xreplace(at)) for t, start, _ in limits if t.name in self.symbols)

    def _keeps(self, values: Mapping[str, Any], at: Mapping[Symbol, Expr]) -> bool:
        """Whether the side condition holds, to many digits: for SymPy, which looks at few, 0 >= log(1 + 10^-16) is true."""
        case = {name: x for name, x in values.items() if name not in self.symbols}
        key = tuple(case.items())
        if key not in self._conditions:
            try:
                said = self.condition(case)
            except CannotTell:
                said = S.true
            finer = [r for r in said.atoms(Relational) if not (r.lhs - r.rhs).is_rational_function()]
            self._conditions[key] = (said, finer)
        said, finer = self._conditions[key]
        if not finer:  # SymPy is exact there
            return bool(self.call(self.where, values))  # pyrefly: ignore[bad-argument-type]
        return bool(said.xreplace({r: _holds(r, at) for r in finer}).xreplace(at))

    @cached_property
    def _conditions(self) -> dict[tuple, tuple[Boolean, list[Relational]]]:
        return {}

    @cached_property
    def _limits(self) -> set[Tends]:
        first = {name: d.listed[0] for name, d in self.domain.items() if isinstance(d, Points)}
        return self.relation(first).atoms(Tends)

    @cached_property
    def latex(self) -> str:
        """The relation as LaTeX, in the claim's first case; polygammas are written psi, Greek names as letters."""
        try:
            return latex_of(self.said.relation())
        except ValueError as problem:  # Python writes no number of more than 4300 digits
            raise BadInput(
                f"{self.function.__name__}: the relation is too long to be written: {problem}", self.location
            ) from None

    def _repr_latex_(self) -> str:
        """The theorem, for what shows no HTML."""
        return rf"$\displaystyle {self.latex}$"

    def _repr_html_(self) -> str:
        """What a notebook shows: the claim's name, its statement, the relation, and the domain of every variable."""
        parts = [Markup("<code>{}</code><br>{}").format(self.id, self.statement), escape(self._repr_latex_())]
        parts += [Markup("<code>{}</code>: {}").format(name, d) for name, d in self.domain.items()]
        return Markup("<br>").join(parts)

    @cached_property
    def loops(self) -> list[Loop]:
        """The loops of the relation, sorted by how they are printed."""
        return sorted(self.relation().atoms(Loop), key=str)

    # ---- points -----------------------------------------------------------------------------------------------------

    def points(self, notable: int = NOTABLE, drawn: int = DRAWN) -> list[Point]:
        """The deterministic sequence of points: examples, notable joint points, then drawn ones."""
        seen = {tuple(values.items()): "example" for values in self._pinned()}
        longest = max((len(d.listed) for d in self.domain.values() if isinstance(d, Points)), default=0)
        most = max(notable, longest)  # each of listed values is looked at
        for origin, candidates, limit in (("notable", self._notable(), most), ("drawn", self._drawn(), drawn)):
            left = limit
            for values in islice(candidates, 400):
                if not left:
                    break
                if tuple(values.items()) not in seen and self.admits(values):
                    seen[tuple(values.items())] = origin
                    left -= 1
        for values in self._far([dict(key) for key in seen]):
            if self.admits(values):
                seen.setdefault(tuple(values.items()), "far")
        return [Point(j + 1, dict(key), origin) for j, (key, origin) in enumerate(seen.items())]

    def _pinned(self) -> Iterator[dict[str, Any]]:
        """The joint values of `examples=`, exact. Raises `BadInput` for those that the claim says nothing about."""
        where = f"examples= of {self.function.__name__}"
        if not isinstance(self.examples, Sequence) or not all(isinstance(at, Mapping) for at in self.examples):
            such = "[{'n': 2, 't': 1}]"
            raise BadInput(
                f"{where} is {self.examples!r}; expected a list of joint values such as {such}", self.location
            )
        for at in self.examples:
            for name in at:
                if name not in self.domain:
                    hint = nearest(str(name), list(self.domain))
                    raise BadInput(f"{where} names {name!r}, which is no variable{hint}", self.location)
            values = {name: self._exact(name, at.get(name, d.firsts()[0])) for name, d in self.domain.items()}
            for name, value in values.items():
                if not self.domain[name].contains(value):
                    raise BadInput(f"{where}: {name} = {value} is not in {self.domain[name]}", self.location)
            if not self.admits(values):
                told = ", ".join(f"{name} = {value}" for name, value in values.items())
                raise BadInput(f"{where}: {told} is excluded by a side condition", self.location)
            yield values

    def _exact(self, name: str, value: Any) -> Any:
        """A value of a variable as a number of SymPy: of a float the digits that it is written with."""
        if name not in self.symbols:
            return value
        try:
            return sympify(Rational(str(value)) if isinstance(value, float) else value)
        except (TypeError, ValueError):
            raise BadInput(
                f"examples= of {self.function.__name__}: {name} = {value} is no number", self.location
            ) from None

    def _ordered(self, values) -> dict[str, Any]:
        return {name: values[name] for name in self.domain}

    def _notable(self) -> Iterator[dict[str, Any]]:
        cases = self.cases
        joint = [p for loop in self.loops for p in loop.joint_points]
        firsts = {name: self.domain[name].firsts() for name in self.symbols}
        # a round for every joint point of the loop; all cases see the first joint point before any sees the second
        rounds = [{k: sympify(v) for k, v in p.items() if k in self.symbols} for p in joint] or [{}]
        rounds = [p for p in rounds if all(self.domain[k].contains(v) for k, v in p.items())]
        free = [k for k in self.symbols if not any(k in p for p in rounds)]
        for j, p in enumerate(rounds if any(rounds) else []):
            for case in cases:
                yield self._ordered({**case, **p, **{k: firsts[k][j % len(firsts[k])] for k in free}})
        # then the domains' own values, simplest combinations first
        ranges = [range(len(firsts[k])) for k in self.symbols]
        for index in sorted(islice(product(*ranges), 4000), key=lambda i: (max(i, default=0), sum(i), i)):
            for case in cases:
                own = {k: firsts[k][i] for k, i in zip(self.symbols, index, strict=True)}
                yield self._ordered({**case, **own})

    def _far(self, found: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Places where the rate of a limit is small beside it, one of each kind in every case (rule 32)."""
        for case in self.cases[:FAR_CASES] if self._limits else ():
            tends = sorted(self.relation(case).atoms(Tends), key=str)
            near = next((p for p in found if all(p[k] == v for k, v in case.items())), None)
            for x in tends:
                if near is None or x.bound.name not in self.symbols:
                    continue
                for small in FAR_RATES:
                    if (far := self._where_small(x, near, small)) is not None:
                        yield self._ordered({**near, x.bound.name: far})

    def _where_small(self, x: Tends, near: Mapping[str, Any], small: float) -> Any:
        """The first of some values, twice as far each, where twice the rate is so small beside the limit."""
        at = {s: sympify(near[name]) for name, s in self.symbols.items() if s != x.bound}
        start = x.limits[1].xreplace(at)
        first = start if start > 0 else Integer(1)
        try:
            rate, limit = (y.xreplace(at).doit() for y in (x.rate, x.limit))
            size = abs(complex(limit.n())) if limit.is_number and not limit.has(Moment) else 0.0
            size = size or min(1.0, abs(complex(rate.evalf(subs={x.bound: first}))))
            while first <= FARTHEST:  # in floats: powers with such exponents have millions of digits
                if 2 * abs(complex(rate.evalf(subs={x.bound: first}))) <= small * size:
                    return first if self.domain[x.bound.name].contains(first) else None
                first *= 2
        except (TypeError, ValueError, ArithmeticError, NotImplementedError):  # it has means in it, say
            first = (start if start > 0 else Integer(1)) * ceiling(10 / small)
            return first if self.domain[x.bound.name].contains(first) else None
        return None

    def _drawn(self) -> Iterator[dict[str, Any]]:
        streams = {k: self.domain[k].draws(k) for k in self.symbols}
        while streams:
            for case in self.cases:
                yield self._ordered({**case, **{k: next(s) for k, s in streams.items()}})

    def __call__(self, **values) -> Basic:
        """The relation at the given values (symbols where none is given)."""
        return self._applied({**self.symbols, **values})

    def __repr__(self) -> str:
        return f"<claim {self.id}: {self.statement}>"


OPTIONS = frozenset(Claim.__dataclass_fields__) - {"function"}  # of `claim`


def claim(function: Callable | None = None, **options: Any) -> Any:
    """Declare a theorem: `@claim` or `@claim(source="...", mutants={...})` above a function; see `Claim` for the options.

    The function's parameters are the variables, their defaults the domains. It gets a symbol for each (for one with
    `Points`, each of the listed values in turn) and returns the relation: Eq, Le, Lt, Ge, Gt, And of these, `Tends`,
    `RisesThenFalls` or `FallsThenRises`. The docstring's first line is the statement in words.

    Raises `BadInput`, with file and line, for an option that does not exist, a parameter without a domain, a function of
    variables that the claim does not have, and a missing docstring.
    """
    for name in options:
        if name not in OPTIONS:
            caller = sys._getframe(1)
            raise BadInput(
                f"@claim has no option {name!r}{nearest(name, sorted(OPTIONS))}",
                f"{caller.f_code.co_filename}:{caller.f_lineno}",
            )
    return Claim(function, **options) if function is not None else lambda f: Claim(f, **options)


def family_of(module: str) -> str:
    """The family of what a module defines; of a user's file its name."""
    own = module.removeprefix(f"{CONJECTURES}.")
    return own if own != module else module.removeprefix("theory.").split(".")[0]


def claims_of(module: ModuleType) -> list[Claim]:
    """The claims defined in a module, in the order of its text."""
    return [x for x in vars(module).values() if isinstance(x, Claim) and x.function.__module__ == module.__name__]
