"""The certificate of a proof, as data: what `theory.recheck` needs to verify it without what found it.

The moments of a claim are gone through as the checker goes through them; wherever it asks for a mean after any number of steps,
the recursion is solved here and written down. The checker has to accept what is written before it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

from sympy import Dummy, Expr, S, Symbol, sstr, sympify

from ..language.claims import Claim
from ..language.errors import BadInput, CannotTell
from ..language.loops import Loop, Observable
from ..language.moments import E, Moment
from ..recheck.averages import terms_in
from ..recheck.check import VERSION, Checker, Known, Place, Refused, coordinates, places
from ..recheck.moments import GENERATION
from .methods import moment
from .methods.closure import System, solved_from
from .standard import standardise
from .symbols.averages import Infinite
from .symbols.bound_names import named_apart
from .symbols.recurrences import ExpPoly

MOST_ROWS = 40  # of a recursion
MOST_PLACES = 60
LONGEST, LONGEST_REASON = 200_000, 300  # letters of a certificate, and of why there is none
UNKNOWN = (CannotTell, BadInput, Infinite, Refused, NotImplementedError)


class _Found(Known):
    """What the checker is told where it asks: solved now, written down, and verified."""

    def __init__(self, symbols: Mapping[str, Symbol], charts: Mapping[Expr, Expr]) -> None:
        super().__init__(symbols, charts)
        self.whole = {
            s: x for s, x in charts.items() if s.is_integer
        }  # what forms are looked for in, as the prover does
        self.back = {
            k: (s - x.xreplace({k: S.Zero})) / x.coeff(k) for s, x in self.whole.items() for k in x.free_symbols
        }
        self.written: dict[str, list[dict[str, Any]]] = {"means": [], "begun": [], "states": []}

    def mean(self, loop: Loop, monomial: Expr) -> tuple[Expr, Mapping[Symbol, Expr]]:
        if (loop, monomial) not in self.means:
            rows = self._solved(loop, monomial)
            self.add_means(loop, rows)
            self.written["means"].append({"loop": str(loop), "of": rows})
        return super().mean(loop, monomial)

    def begun(self, loop: Loop, monomial: Expr) -> Expr:
        if (loop, monomial) not in self.starting:
            rows = self._from_start(loop, monomial)
            self.add_begun(loop, rows)
            self.written["begun"].append({"loop": str(loop), "of": rows})
        return super().begun(loop, monomial)

    def followed(self, loop: Loop) -> Mapping[str, Expr]:
        if loop not in self.states:
            charted = loop.xreplace(self.whole)
            found = {s: _number(E(Observable(charted, s, GENERATION))) for s in loop.state}
            forms = {s: sstr(named_apart(x.xreplace(self.back), _numbered)) for s, x in found.items()}
            self.add_states(loop, forms)
            self.written["states"].append({"loop": str(loop), "form": forms})
        return super().followed(loop)

    def _solved(self, loop: Loop, monomial: Expr) -> list[dict[str, str]]:
        now = loop.symbols()
        system, start, solved = _system(loop.xreplace(self.whole), monomial)
        monomials = {k: system.monomial(k, now).xreplace(self.back) for k in system.rows}
        keys = [k for k in system.rows if monomials[k] != 1]
        names = {start[k]: Symbol(f"_{i}", real=True) for i, k in enumerate(keys)}
        names |= {start[k]: S.One for k in system.rows if monomials[k] == 1}
        after = {now[s]: sympify(x) for s, x in loop.step(now).items()}
        begun = {now[s]: x for s, x in loop.start_at.items()}
        own = _own_names(loop)
        return [
            {
                "monomial": sstr(monomials[k].xreplace(own)),
                "after": sstr(self.averages.mean(monomials[k].xreplace(after)).xreplace(own)),
                "start": sstr(self.averages.mean(monomials[k].xreplace(begun))),
                "form": sstr(solved[k].at(GENERATION).xreplace({**names, **self.back})),
            }
            for k in keys
        ]

    def _from_start(self, loop: Loop, monomial: Expr) -> list[dict[str, str]]:
        """The rows of a monomial, and of those that its step asks for, of a loop whose step changes."""
        now, charted = loop.symbols(), loop.xreplace(self.whole)
        after = {now[s]: sympify(x) for s, x in loop.step_at(now, GENERATION + 1).items()}
        begun = {now[s]: x for s, x in loop.start_at.items()}
        there = {now[s]: Observable(charted, s, GENERATION) for s in loop.state}
        own = _own_names(loop)
        rows, todo = {}, [monomial]
        while todo:
            m = todo.pop()
            stepped = self.averages.mean(m.xreplace(after))
            rows[m] = {
                "monomial": sstr(m.xreplace(own)),
                "after": sstr(stepped.xreplace(own)),
                "start": sstr(self.averages.mean(m.xreplace(begun))),
                "form": sstr(named_apart(_number(E(m.xreplace(there))).xreplace(self.back), _numbered)),
            }
            asked = (k for _, k in terms_in(stepped, set(now.values())))
            todo += [k for k in asked if k != 1 and k not in rows and k not in todo]
            if len(rows) + len(todo) > MOST_ROWS:
                raise CannotTell(f"a recursion of more than {MOST_ROWS} means")
        return list(rows.values())


def _own_names(loop: Loop) -> dict[Expr, Symbol]:
    """A loop's coordinates by symbols that are written as a certificate names them."""
    return {v: Symbol(name, real=True) for name, v in coordinates(loop).items()}


@lru_cache(maxsize=256)  # claims of a family ask for the same means of a loop
def _system(loop: Loop, monomial: Expr) -> tuple[System, dict[Any, Dummy], dict[Any, ExpPoly]]:
    """The recursion that a monomial of a loop's symbols is in, names for its start, and its solution from there."""
    system = System(loop)
    system.close(system.read(monomial.xreplace({v: system.vars[s] for s, v in loop.symbols().items()})))
    if system.changing:
        raise CannotTell("a recursion that is another one in every generation")
    if len(system.rows) > MOST_ROWS:
        raise CannotTell(f"a recursion of {len(system.rows)} means")
    start = {k: Dummy("x0") for k in system.rows}
    return system, start, solved_from(system, start)[0]


def _numbered() -> Iterator[str]:
    """What the checker reads variables of sums and products by."""
    return (f"_j{i}" for i in count())


def _number(x: Expr) -> Expr:
    """An expression of moments with their derived forms."""
    standard = standardise(x)
    return standard.xreplace({m: _derived(m) for m in standard.atoms(Moment)})


def _derived(m: E) -> Expr:
    d = moment(standardise(m))
    if d.form.has(Moment):
        raise CannotTell(f"{m} has no form")
    return d.form


def certificate(claim: Claim, method: str) -> str:
    """The certificate of a claim that a method proved, as JSON; where there is none, why."""
    try:
        found = [_at(place) for place in _few(claim)]
    except UNKNOWN as why:
        return without(str(why))
    text = json.dumps({"version": VERSION, "claim": claim.id, "method": method, "places": found})
    return text if len(text) <= LONGEST else without("it is too long")


def without(why: str) -> str:
    """What stands in the place of a certificate."""
    return json.dumps({"version": VERSION, "none": why[:LONGEST_REASON]})


def _few(claim: Claim) -> list[Place]:
    found = list(places(claim))
    if len(found) > MOST_PLACES:
        raise CannotTell(f"a certificate of {len(found)} cases")
    return found


def _at(place: Place) -> dict[str, Any]:
    signs = place.signs
    known = _Found(place.claim.symbols, signs.charts)
    checker = Checker(place, signs, known)
    parts = [{"says": str(r), "ends": checker.follows(r)} for r in place.relations()]
    return {**place.written(), "parts": parts, **known.written}
