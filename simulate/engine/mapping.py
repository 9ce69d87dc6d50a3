"""Which columns of a file a claim needs, and which rows it can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from sympy import Expr, Integer, expand
from sympy.concrete.expr_with_limits import ExprWithLimits

from theory.language.claims import Claim
from theory.language.domains import Points
from theory.language.errors import BadInput
from theory.language.loops import Loop, Model, Observable
from theory.proof.prepared import ShapePart, prepare

from .files import Table, read_table
from .reading import Reading, exact
from .runs import Rows, Wanted
from .sources import GENERATION, RUN, close, source

# ---- what a claim needs ---------------------------------------------------------------------------------------------


@cache  # a loop that was only measured has dozens of names, which every question about a moment goes through
def needed(claim: Claim) -> frozenset[str]:
    """The names of the observables in the claim's standard moments."""
    moments = [m for case in claim.cases or [{}] for p in prepare(claim, case).parts for m in p.moments.values()]
    return frozenset(o.name for m in moments for o in m.atoms(Observable))


def loops_of(claim: Claim, case: Mapping[str, Any] | None = None) -> set[Loop]:
    """The loops that the claim takes observables of, in its symbols."""
    relation = claim.relation(case)
    return {o.loop for o in relation.atoms(Observable)} | {m.loop for m in relation.atoms(Model)}


@cache
def observables(claim: Claim) -> frozenset[str]:
    """The names of all observables of the claim's loops."""
    named = {n for loop in loops_of(claim) for n in (*loop.state, *getattr(loop, "observables", ()), "draw")}
    return needed(claim) | named


def generation_of(claim: Claim, rows: Rows) -> str:
    """The name that stands for the generation: t, or the claim's only mapped variable that observables are taken at."""
    sources, names = rows.sources, [GENERATION]
    if GENERATION not in sources:
        at = {s.name for o in claim.relation().atoms(Observable) for s in o.t.free_symbols}
        names = [n for n in claim.symbols if n in at and n in sources and sources[n].column]
        if len(names) != 1:
            raise _missing(claim, GENERATION, "the generation", rows.table)
    number = sources[names[0]].number
    if number is not None and not number.is_Integer:
        raise BadInput(f"{names[0]} is {number}; a generation is a whole number", "--map")
    return names[0]


def _missing(claim: Claim, name: str, what: str, table: Table) -> BadInput:
    number = f", or to a number, {name}=1" if name in claim.domain else ""
    hint = f"; it has one of that name, {name}={name}" if name in table.names else close(name, table.names)
    return BadInput(
        f"{claim.id} needs {what} {name}: map it to a column of {table.path}, {name}=COLUMN{number}{hint}; {table.columns}",
        "--map",
    )


def variables_of(claim: Claim, t: str, rows: Rows) -> list[str]:
    """The variables whose values make cells. Raises `BadInput` if anything that the claim needs is not mapped."""
    for name in claim.domain:
        if name not in rows.sources and name != t:
            raise _missing(claim, name, "the variable", rows.table)
        if rows.sources[name].column and not isinstance(claim.domain[name], Points):
            rows.numbers(name, whole=name == t)
    for name in sorted(needed(claim)):
        if name not in rows.sources:
            raise _missing(claim, name, "the observable", rows.table)
    return [n for n in claim.domain if n != t]


def unknown_variable(claim: Claim, t: str, rows: Rows) -> str:
    """Why a claim says nothing of data in which something varies that it does not know; "" if it may."""
    for name in sorted(set(rows.sources) - set(claim.domain) - observables(claim) - {t, RUN}):
        if rows.sources[name].column and rows.varies(name):
            return f"{name} varies in the file, and the claim has no variable {name}"
    return ""


# ---- which rows it can use ------------------------------------------------------------------------------------------


def _wanted(claim: Claim, rows: Rows) -> Wanted:
    """The rows that a claim may use: of the values in its domain, and of the generations that its moments are taken at."""
    try:
        t = generation_of(claim, rows)
    except BadInput:  # told when the claim's turn comes
        return Wanted({}, GENERATION, None)
    inside = {
        n: partial(_speaks, claim, n)
        for n in claim.domain
        if n != t and n in rows.settings and not (isinstance(claim.domain[n], Points) and n == RUN)
    }
    return Wanted(inside, t, _times(claim, t) if t in rows.settings else None)


def _speaks(claim: Claim, name: str, value: Any) -> bool:
    """Whether a value is in the domain of a variable; of text that is no number it is told when the claim's turn comes."""
    domain = claim.domain[name]
    if isinstance(domain, Points):
        return bool(listed_as(domain, value))
    return isinstance(value, str) or domain.contains(value)


def listed_as(domain: Points, value: Any) -> list:
    """The listed values that a value of the file stands for: by itself, as text, or as the same number."""
    return [
        x for x in domain.listed if x == value or str(x) == str(value) or (exact(x) is not None and exact(x) == value)
    ]


def _times(claim: Claim, t: str) -> Callable[[Any], bool] | None:
    """Whether a generation is one that a moment may be taken at; None if that cannot be told beforehand."""
    lines: set[tuple[Expr, Expr]] = set()
    symbol = claim.symbols.get(t)
    for case in claim.cases or [{}]:
        for part in prepare(claim, case).parts:
            if isinstance(part, ShapePart) or (t in claim.domain and symbol is None):
                return None
            for m in part.moments.values():
                if m.has(ExprWithLimits):
                    return None
                for o in m.atoms(Observable):
                    slope = o.t.diff(symbol) if symbol is not None else Integer(0)
                    start = o.t - slope * symbol if symbol is not None else o.t
                    if not (slope.is_Rational and expand(start).is_Rational):
                        return None
                    lines.add((slope, expand(start)))

    def wanted(k: Any) -> bool:
        if isinstance(k, str) or k == 0:  # where a loop starts is looked at
            return True
        return any(k == b if a == 0 else claim.domain[t].contains((k - b) / a) for a, b in lines)

    return wanted


# ---- its rows ----------------------------------------------------------------------------------------------------


def mapped(
    claims: Sequence[Claim],
    path: Path | str,
    mapping: Mapping[str, str],
    gaps: bool = False,
    reading: Reading | None = None,
) -> Rows:
    """The rows of a file, their columns read as the map of these claims says; with `gaps` an empty field is no mistake.

    mapping: {name: column} (see `parse_map`): observables of the claims' loops, the claims' variables, t, run. A variable
    may be a number instead, or a generation `column+1`; an observable may be `sqrt(column)` or `exp(column)`.
    Raises `BadInput`, with file and line, for a file or a map that cannot be worked with.
    """
    table = read_table(Path(path))
    variables = {n for c in claims for n in c.domain}
    seen = {n for c in claims for n in observables(c)} - variables
    known = sorted(seen | variables | {GENERATION, RUN})
    for name, text in mapping.items():
        if name not in known:
            hint = close(name, known) or f"; known: {', '.join(known)}"
            raise BadInput(f"{name} is no variable and no observable of the claim{hint}", f"--map {name}={text}")
    sources = {n: source(n, text, table, n in seen) for n, text in mapping.items()}
    rows = Rows(table, sources, gaps, measured=seen & sources.keys(), reading=reading)
    rows.wanted = [_wanted(c, rows) for c in claims]
    return rows
