"""States whose step is a quotient of linear functions, all with the same denominator: shares that are reweighted, error variances
of a filter, selection against mutation.

With x = v/w the step is linear, (w, v)' = M (w, v), and so is solved as linear recursions are. Nothing is divided by 0 on the way
where M and the start have no negative entries, and w stays positive. Of shares that is asked of (w - v, v), too: the rest that is
no share, as of a pool that a filter lets through, may be what keeps its sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from sympy import Add, Dummy, Expr, Poly, S, cancel, factor, fraction, lcm, sympify, together
from sympy.utilities.iterables import strongly_connected_components

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Coordinate, Loop
from ...language.signs import is_nonnegative, is_positive
from .closure import passes_induction, solved_blocks
from .method import Derivation

MOST_COORDINATES = 6
WHOLE = ""  # the denominator, among the names of coordinates

Rows = dict[str, dict[str, Expr]]
Start = Mapping[str, Expr]


def form(loop: Loop, names: tuple[str, ...], name: str, t: Expr) -> Derivation:
    """A coordinate after t generations. names: those that it depends on, itself among them. Raises `CannotTell`."""
    if len(names) > MOST_COORDINATES:
        raise CannotTell("too many coordinates for a recursion of quotients")
    rows = _rows(loop, names)
    if set(rows[WHOLE]) == {WHOLE}:
        raise CannotTell("the step is divided by nothing that changes")
    begun = {WHOLE: S.One, **{k: sympify(loop.initial[k]) for k in names}}
    positive = _kept_positive(rows, begun)
    start = {k: Dummy("v0") for k in rows}
    edges = [(k, j) for k, row in rows.items() for j in row]
    solved, nonzero = solved_blocks(rows, list(strongly_connected_components((list(rows), edges))), start)
    if not passes_induction(rows, solved, start):
        raise CannotTell("the solution of the recursion does not pass its induction")
    begin = {d: S.One if k == WHOLE else sympify(loop.initial[k]) for k, d in start.items()}
    top, bottom = (solved[k].at(t).xreplace(begin) for k in (name, WHOLE))
    told = f"{name} as a quotient of two solutions of a linear recursion, start and step checked by normal form"
    return Derivation(top / bottom, positive, [x.xreplace(begin) for x in nonzero], [told])


def _rows(loop: Loop, names: tuple[str, ...]) -> Rows:
    """M, by what its entries come from."""
    now = loop.symbols()
    after = {k: sympify(x) for k, x in loop.step(now).items() if k in names}
    places = [now[k] for k in names]
    others = {*now.values(), CLOCK} - set(places)
    if any(x.has(Noise, *others) or not x.is_rational_function(*places) for x in after.values()):
        raise CannotTell("the step is no quotient of linear functions")
    parts = {k: fraction(cancel(together(x))) for k, x in after.items()}
    bottom = lcm([d for _, d in parts.values()], *places) if len(parts) > 1 else next(iter(parts.values()))[1]
    if sympify(bottom).could_extract_minus_sign():
        bottom = -bottom
    forms = {WHOLE: bottom, **{k: cancel(n * bottom / d) for k, (n, d) in parts.items()}}
    rows: Rows = {}
    for k, x in forms.items():
        x = sympify(x)
        if not x.is_polynomial(*places) or (p := Poly(x, *places)).total_degree() > 1:
            raise CannotTell("the step is no quotient of linear functions with one denominator")
        found = {WHOLE: p.coeff_monomial(1), **{j: p.coeff_monomial(now[j]) for j in names}}
        rows[k] = {j: c for j, c in found.items() if c != 0}
    return rows


def _kept_positive(rows: Rows, start: Start) -> list[Expr]:
    """The conditions under which w stays positive: of (w, v) or of (w - v, v), whichever asks for less."""
    if any(x.has(Coordinate, Noise) for x in start.values()):
        raise CannotTell("a start that is drawn")
    found: list[list[Expr]] = []
    with suppress(CannotTell):
        conditions, above = _stays_positive(rows, start)
        found += [conditions] if WHOLE in above else []
    with suppress(CannotTell):  # w is the sum of these
        conditions, above = _stays_positive(*_with_the_rest(rows, start))
        found += [conditions] if above else []
    if not found:
        raise CannotTell("the denominator is not seen to stay positive")
    return min(found, key=len)


def _with_the_rest(rows: Rows, start: Start) -> tuple[Rows, Start]:
    """The same recursion of the rest w - (v_1 + ... + v_k), in the place of w, and of v."""
    shares = [k for k in rows if k != WHOLE]
    turned: dict[str, dict[str, Expr]] = {k: {WHOLE: row.get(WHOLE, S.Zero)} for k, row in rows.items()}
    for k, row in rows.items():
        turned[k] |= {j: row.get(j, S.Zero) + row.get(WHOLE, S.Zero) for j in shares}
    turned[WHOLE] = {j: turned[WHOLE][j] - Add(*(turned[k][j] for k in shares)) for j in rows}
    factored = {k: {j: factor(c) for j, c in row.items()} for k, row in turned.items()}
    entries = {k: {j: c for j, c in row.items() if c != 0} for k, row in factored.items()}
    return entries, {**start, WHOLE: S.One - Add(*(start[k] for k in shares))}


def _stays_positive(rows: Rows, start: Start) -> tuple[list[Expr], set[str]]:
    """What has to be positive, or of the start not negative, for no number to fall below 0; what then stays above 0."""
    found = [c for row in rows.values() for c in row.values() if not is_positive(c)]
    found += [x for x in start.values() if not is_nonnegative(x)]
    if any(is_positive(-x) for x in found):
        raise CannotTell("something negative")
    above = {k for k, x in start.items() if is_positive(x) or not is_nonnegative(x)}
    while leaving := {k for k in above if not above & set(rows[k])}:
        above -= leaving
    return list(dict.fromkeys(found)), above
