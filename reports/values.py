"""Numbers of claims and of closed forms at one joint value of the variables; over a grid of them: `value_tables`.

A part of a claim compares a quantity, the side that is about something random, with its other side. Both have balls, and the
quantity is simulated where that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import inf, nextafter
from typing import Any

from flint import arb
from sympy import And, Basic, Expr, Rational, S, sympify
from sympy.core.relational import Relational

from simulate.engine.api import cost
from theory.families import families
from theory.language.balls import Ball, in_floats
from theory.language.claims import Claim
from theory.language.domains import Points
from theory.language.errors import NO_VALUE, BadInput, CannotTell, OutOfTime, nearest
from theory.language.fields import MISSING, Computed
from theory.language.laws import Law
from theory.language.loops import Loop
from theory.language.moments import RisesThenFalls, Tends
from theory.language.numbers import exact_number
from theory.proof.arithmetic.programs import enclose, good
from theory.proof.existence import Undefined
from theory.proof.formulas import Formula
from theory.proof.prepared import Part, prepare
from theory.proof.relations.learned import Learned, Refuted

from . import clock
from .answers import ERROR, LEAST, enclosed, guaranteed, no_moment, refuse_unreal, simulated
from .forms import about, is_random

SIGNS = {"==": "=", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
SAID = {"=": "equal to", "≤": "at most", "≥": "at least", "<": "below", ">": "above", "→": "tends to"}
DERIVED = "derived form"
TURNS = "turns at"
FLIPPED = {"=": "=", "≤": "≥", "≥": "≤", "<": ">", ">": "<"}
ANALYTIC = 20.0  # seconds of computing for a closed form, or for a ball
DEAREST = 10.0  # times its share: what the fewest replicates of a cell may cost
MOST_ROWS = 2_000
MOST_PLACES = 6  # after the point, of a value that is shown as a decimal number
MOST_DIGITS = 300  # of an exponent of ten in a number


# ---- what is asked --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """A quantity, and what it is compared with; other: None of a question."""

    quantity: Expr
    sign: str = ""
    other: Expr | None = None

    @property
    def heading(self) -> str:
        """What the other side is."""
        return {"=": "theory", "→": "limit", TURNS: "turn"}.get(self.sign, "bound")


def pairs(x: Any, given: Mapping[str, Expr]) -> list[Pair]:
    """What a claim says, part by part; `given` has values of the bound variable of a shape, by its name."""
    if isinstance(x, And):
        return [p for part in x.args for p in pairs(part, given)]
    if isinstance(x, Relational):
        sign = SIGNS[x.rel_op]
        if is_random(x.rhs) and not is_random(x.lhs):
            return [Pair(x.rhs, FLIPPED[sign], x.lhs)]
        return [Pair(x.lhs, sign, x.rhs)]
    if isinstance(x, Tends):
        return [Pair(x.function, "→", x.limit)]
    if isinstance(x, RisesThenFalls):
        at = given.get(x.bound.name)
        return [Pair(x.function if at is None else x.function.xreplace({x.bound: at}), TURNS, x.peak)]
    return [Pair(x)]


def compared(c: Claim, case: Mapping[str, Any], given: Mapping[str, Expr]) -> list[Pair]:
    """What a claim or a question says, part by part. Raises `BadInput` where that is about no numbers."""
    said = _said(c, case)
    found = pairs(said, given)
    for x in (x for p in found for x in ((p.quantity,) if p.other is None else (p.quantity, p.other))):
        if not isinstance(x, Expr) or isinstance(x, Loop | Law) or x.is_Matrix:
            raise no_moment(c, said)
        refuse_unreal(c, x)
    return found


def _said(c: Claim, case: Mapping[str, Any]) -> Any:
    """What a claim or a question says; SymPy evaluates a relation that it knows to hold, which has two sides all the same."""
    returned = c.returned(case)
    return c.relation(case) if returned in (S.true, S.false) else returned


def numbers(text: str) -> list[str]:
    """The values in "10,100,1000", or in "1..4"; commas in brackets belong to a value."""
    out, depth = [""], 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == "," and depth <= 0:
            out.append("")
        else:
            out[-1] += c
    return list(_listed_values(x.strip() for x in out))


def _listed_values(texts: Iterable[str]) -> Iterator[str]:
    """Each value, those of a range "1..4" of whole numbers one by one."""
    for text in texts:
        if found := re.fullmatch(r"(-?\d+)\.\.(-?\d+)", text):
            low, high = int(found[1]), int(found[2])
            if not 0 <= high - low < MOST_ROWS:
                raise BadInput(f"{text} is no range of at most {MOST_ROWS:,} whole numbers, such as 1..10")
            yield from map(str, range(low, high + 1))
        else:
            yield text


def assignments(words: Sequence[str]) -> dict[str, str]:
    """`n=100`, `--n 100` and `--n=100` as {"n": "100"}. Raises `BadInput` for other words."""
    out: dict[str, str] = {}
    words = list(words)
    while words:
        word = words.pop(0)
        name, is_there, text = word.removeprefix("--").partition("=")
        if not is_there and word.startswith("--") and words:
            text, is_there = words.pop(0), "="
        if not is_there or not name.isidentifier() or not text:
            raise BadInput(f"{word!r} is no value of a variable: expected n=100, or --n 100")
        if name in out:
            raise BadInput(f"{name} is given twice")
        out[name] = text
    return out


def exact(name: str, text: str) -> Expr:
    """The number that a text says, exactly: decimal numbers are fractions."""
    if any(int(power) > MOST_DIGITS for power in re.findall(r"\d\.?[eE][+-]?(\d+)", text)):
        raise BadInput(f"{name}: {text} is too large, or too small")
    try:
        return exact_number(text, fractions=True)
    except BadInput as problem:
        raise BadInput(f"{name}: {problem}") from None


def _one(name: str, text: str, domain: Any) -> Any:
    """A value of a variable, which lies in its domain."""
    if isinstance(domain, Points):
        plain = lambda x: re.sub(r"[\s()]", "", str(x))  # noqa: E731
        for value in domain.listed:
            if plain(value) == plain(text):
                return value
        try:
            x = exact(name, text)
        except BadInput:
            x = None
        for value in domain.listed:
            if x is not None and value == x:
                return value
    elif domain.contains(x := exact(name, text)):
        return x
    raise BadInput(f"{name} is {text}; expected {domain.wanted.rstrip(',')}")


def read(c: Claim, given: Mapping[str, str]) -> tuple[dict[str, list], dict[str, list[Expr]]]:
    """(values of each variable of a claim, in the claim's order; those of the bound variable of a shape, where given).

    What is not given is as the loop has it where none is given. Raises `BadInput` for what is missing, unknown or outside.
    """
    relation = c.returned(next(iter(c.listed), {}))
    bound = {s.bound.name for s in relation.atoms(RisesThenFalls)} if isinstance(relation, Basic) else set()
    for name in given:
        if name not in c.domain and name not in bound:
            raise BadInput(f"{c.id} has no variable {name!r}{nearest(name, [*c.domain, *sorted(bound)])}")
    defaults = _defaults(c, relation)
    out: dict[str, list] = {}
    for name, domain in c.domain.items():
        if name in given:
            whole = isinstance(domain, Points) and any(isinstance(x, tuple) for x in domain.listed)
            texts = [given[name]] if whole and "(" not in given[name] else numbers(given[name])
            out[name] = [_one(name, text, domain) for text in texts]
        elif name in defaults:
            out[name] = [defaults[name]]
        elif isinstance(domain, Points) and len(domain.listed) == 1:
            out[name] = list(domain.listed)
        else:
            raise BadInput(f"{c.id} needs a value of {name} ({domain}), such as {name}={_example(domain)}")
    return out, {name: [exact(name, text) for text in numbers(given[name])] for name in sorted(bound & set(given))}


def _example(domain: Any) -> str:
    return str(domain.firsts()[0]).replace(" ", "")


def _defaults(c: Claim, relation: Any) -> dict[str, Expr]:
    """Values of variables that are a loop's parameter, where that has a default: sigma0 = 1."""
    names = {s: name for name, s in c.symbols.items()}
    found: dict[str, Expr] = {}
    for loop in relation.atoms(Loop) if isinstance(relation, Basic) else ():
        for field, x in zip(loop.fields.values(), loop.args, strict=False):
            default = field.default
            if x in names and default is not MISSING and not isinstance(default, Computed):
                value = sympify(default)
                if c.domain[names[x]].contains(value):
                    found[names[x]] = value
    return found


def _admit(c: Claim, values: Mapping[str, Any]) -> None:
    """Raise `BadInput` where a claim says nothing of a joint value."""
    if not c.are_composed(values):
        raise BadInput(f"{c.id}: the probabilities add up to 1 or more")
    if c.where is not None and not c.call(c.where, values):
        from .written import condition

        raise BadInput(f"{c.id} says nothing where not {condition(c)}, as at {_point(values)}")


def _point(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} = {shown(v)}" for k, v in values.items())


def shown(x: Any) -> str:
    """A value of a variable: a decimal number where that is short, as it may have been given."""
    if isinstance(x, Rational) and not x.is_Integer and 10**MOST_PLACES % x.q == 0:
        return f"{float(x):.{MOST_PLACES}f}".rstrip("0")
    return str(x)


# ---- what is known --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A number as far as it is known, or why it is not."""

    ball: Ball | None = None
    why: str = ""

    @property
    def text(self) -> str:
        """The ball with the digits that it justifies; "" where nothing is known."""
        return str(self.ball) if self.ball is not None else ""

    @property
    def ends(self) -> tuple[float, float] | None:
        """Two floats that it lies between."""
        if self.ball is None:
            return None
        middle, radius = in_floats(self.ball.value)
        if middle != middle or radius == inf or (abs(middle) == inf and self.ball.value.is_finite()):
            return None
        if (self.ball.value.is_exact() and middle == self.ball.value) or abs(middle) == inf:
            return middle, middle
        low, high = Fraction(middle) - Fraction(radius), Fraction(middle) + Fraction(radius)
        return nextafter(float(low), -inf), nextafter(float(high), inf)


def _part(c: Claim, x: Expr, values: Mapping[str, Any]) -> Part:
    (part,) = prepare(about(c, x), values).parts
    assert isinstance(part, Part)
    return part


def _limited(work: Callable[[], Known]) -> Known:
    """What some work knows, or why not; it never takes long."""
    try:
        with clock.within(ANALYTIC):
            return work()
    except OutOfTime:
        return Known(why=f"not within {ANALYTIC:g} s of computing")
    except (*NO_VALUE, Refuted, NotImplementedError) as why:
        return Known(why=" ".join(str(why).split()) or type(why).__name__)


def ball(c: Claim, x: Expr, values: Mapping[str, Any]) -> Known:
    """A side of a claim at a joint value, in balls: by the ball witness, else by the derived form."""

    def work() -> Known:
        part = _part(c, x, values)
        found = arb.nan()
        for bits in (40, 100):
            found = enclosed(part, values, bits)
            if not found.is_finite() or good(found):
                break
        return Known(Ball(found))

    found = _limited(work)
    if found.ball is None and is_random(x):
        by_form = _limited(lambda: _by_form(c, x, values))
        return by_form if by_form.ball is not None else found
    return found


def _by_form(c: Claim, x: Expr, values: Mapping[str, Any]) -> Known:
    """The ball of the derived form. Raises `CannotTell` where there is none of the variables alone."""
    case = tuple((name, value) for name, value in values.items() if name not in c.symbols)
    form = _derived(c, x, case)
    names = {s: name for name, s in c.symbols.items()}
    if strangers := sorted(map(str, form.free_symbols - set(names))):
        raise CannotTell(f"{strangers[0]} in the derived form is no variable")
    found = enclose(form, {s: values[names[s]] for s in form.free_symbols})
    if not found.is_finite():
        raise CannotTell("the derived form has no finite ball")
    return Known(Ball(found, source=DERIVED))


@lru_cache(maxsize=256)
def _derived(c: Claim, x: Expr, case: tuple[tuple[str, Any], ...]) -> Expr:
    """The derived form of a side, in the variables of the claim. Raises what a derivation raises."""
    known = Learned(about(c, x), dict(case))
    return known.named(known.quantity(x))


def drawn(c: Claim, x: Expr, values: Mapping[str, Any], seconds: float, seed: int, workers: Any, error: float) -> Known:
    """It, simulated, for about so many core-seconds."""
    if not is_random(x):
        return Known(why="nothing is random")
    try:
        part = _part(c, x, values)
        least = LEAST * cost(x.xreplace({s: sympify(values[name]) for name, s in part.symbols.items()})) / 1e9
        if least > DEAREST * max(seconds, 0.1):
            return Known(why=f"{LEAST:,} replicates would take {least:.2g} s")
        return Known(simulated(x, part, values, seconds, seed, workers, error))
    except (BadInput, CannotTell, Undefined) as why:
        return Known(why=" ".join(str(why).split()))


def closed(c: Claim, x: Expr, case: Mapping[str, Any]) -> str:
    """The derived form of a side as text, or why there is none."""
    forms = []

    def work() -> Known:
        forms.append(str(_derived(c, x, tuple(case.items()))))
        return Known()

    found = _limited(work)
    return f"derived: {forms[0]}" if forms else f"no closed form is derived: {found.why}"


# ---- value ----------------------------------------------------------------------------------------------------------


def value(c: Claim, given: Mapping[str, str], simulate: bool, seconds: float, seed: int, workers: Any) -> str:
    """What a claim's sides are at one joint value, as text. Raises `BadInput`."""
    lists, inner = read(c, given)
    if several := [name for name, x in (lists | inner).items() if len(x) > 1]:
        raise BadInput(f"{several[0]} has several values: `selfconsuming table` is for a grid")
    values, bound = ({name: x[0] for name, x in some.items()} for some in (lists, inner))
    _admit(c, values)
    case = {name: x for name, x in values.items() if name not in c.symbols}
    assumed = [name for name in values if name not in given]
    at = _point({**values, **bound}) or "the only point"
    lines = [f"{c.id}: {c.statement}", f"  at {at}{f' ({_listed(assumed)} not given)' if assumed else ''}"]
    if c.expected == "fails":
        lines.append(f"  it is quoted and false: correct is {c.corrected}")
    found = compared(c, case, bound)
    share = seconds / len(found)
    for x in dict.fromkeys(p.quantity for p in found):
        lines += _side(c, x, values, case)
        if simulate:
            seen = drawn(c, x, values, share, seed, workers, ERROR)
            lines.append(f"    simulated: {_drawn(seen)}")
    lines += [line for p in found if p.other is not None for line in _side(c, p.other, values, case, p.sign)]
    return "\n".join(lines)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _side(c: Claim, x: Expr, values: Mapping[str, Any], case: Mapping[str, Any], sign: str = "") -> Iterator[str]:
    """What is told of a side: it, its closed form where it has moments, its value."""
    strangers = sorted(s.name for s in x.free_symbols - set(c.symbols.values()))
    yield f"  {SAID.get(sign, sign)} {x}" if sign else f"  {x}"
    if strangers:
        yield f"    no number: {strangers[0]} has no value, such as {strangers[0]}=10"
    else:
        found = ball(c, x, values)
        by_form = ", by the derived form" if found.ball is not None and found.ball.source == DERIVED else ""
        yield f"    = {found.text}{by_form}" if found.ball is not None else f"    no ball: {found.why}"
    if is_random(x):
        yield f"    {closed(c, x, case)}"


def _drawn(seen: Known) -> str:
    if seen.ball is None:
        return f"not, {seen.why}"
    b = seen.ball
    misses = "" if b.note else f", misses with probability {b.error:g}"
    return f"{seen.text}, {b.replicates:,} replicates ({guaranteed(b)}{misses})"


# ---- closed forms ---------------------------------------------------------------------------------------------------


def formulas() -> dict[str, Formula]:
    """The closed forms that are functions, by the name under which a family has them: "gaussian.expected_sigma"."""
    from importlib import import_module

    return {
        f"{family}.{name}": f
        for family in families()
        for name, f in vars(import_module(f"theory.{family}")).items()
        if isinstance(f, Formula)
    }


def listing(family: str = "") -> str:
    """What closed forms there are, all of them or those of a family, a line each."""
    lines = [
        f"{name}({', '.join(f.kinds)})\n    {str(f.__doc__).splitlines()[0]}"
        for name, f in formulas().items()
        if not family or name.startswith(f"{family}.")
    ]
    return "\n".join(["values of these closed forms, and of every claim (`selfconsuming list`):", *lines])


def formula_at(name: str, f: Formula, given: Mapping[str, str], several: bool) -> list[tuple[dict[str, Expr], Known]]:
    """The value of a closed form at each joint value of its parameters. Raises `BadInput`."""
    for key in given:
        if key not in f.kinds:
            raise BadInput(f"{name} has no parameter {key!r}{nearest(key, list(f.kinds))}")
    empty = [key for key in f.kinds if f.signature.parameters[key].default is f.signature.empty and key not in given]
    if empty:
        told = ", and ".join(f"{key}, {f.kinds[key].wanted.rstrip(',')}" for key in empty)
        raise BadInput(f"{name} needs {told}: {' '.join(f'{key}=...' for key in empty)}\n{_meaning(f)}")
    lists: dict[str, list[Expr]] = {}
    for key in f.kinds:
        default = f.signature.parameters[key].default
        if key in given:
            texts = numbers(given[key])
            if len(texts) > 1 and not several:
                raise BadInput(f"{key} has several values: `selfconsuming table` is for a grid")
            lists[key] = [exact(key, text) for text in texts]
        else:
            lists[key] = [sympify(default)]
    points = [dict(zip(lists, at, strict=True)) for at in product(*lists.values())]
    if len(points) > MOST_ROWS:
        raise BadInput(f"{len(points):,} rows are too many: at most {MOST_ROWS:,}")
    found = []
    for values in points:
        try:
            with clock.within(ANALYTIC):
                found.append((values, Known(f.ball(**values))))
        except OutOfTime:
            found.append((values, Known(why=f"not within {ANALYTIC:g} s of computing")))
    return found


def _meaning(f: Formula) -> str:
    """What is said of a closed form, its parameters among it, without what the program adds."""
    return "\n".join(f"  {line}" for line in str(f.__doc__).split("\nDomain: ")[0].splitlines() if line.strip())


def formula_value(name: str, f: Formula, given: Mapping[str, str]) -> str:
    """What a closed form is at numbers, as text."""
    ((values, known),) = formula_at(name, f, given, several=False)
    form = "" if f.listed else f"  = {f(**f.symbols)}\n"
    told = f"= {known.text}" if known.ball is not None else f"no value: {known.why}"
    lines = str(f.__doc__).splitlines()
    return f"{name}: {lines[0]}\n  at {_point(values)}\n{form}  {told}\n  {lines[-1].lower().rstrip('.')}"


__all__ = ["assignments", "formula_value", "formulas", "listing", "value"]
