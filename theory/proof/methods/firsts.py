"""First times of loops with few states, in symbols: the probabilities of the steps may have parameters.

E T solves a linear system over the states in which the condition does not hold, and P(T > t) a linear recursion. Both rest on
that all of them are left some day: of each one step towards the end is asked to have a probability above 0.

Where generations differ, and the condition stays once it holds, E T is the sum of the probabilities that it does not hold yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import comb

from flint import arb
from sympy import Add, Dummy, Expr, Gt, Le, Matrix, Not, S, Sum, oo, sympify
from sympy.polys.matrices import DomainMatrix
from sympy.utilities.iterables import strongly_connected_components

from ...language.errors import CannotTell
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, HittingTime, Moment, Prob
from .. import structures
from ..arithmetic.atoms import exactly
from ..arithmetic.programs import to_ball
from ..generations import all_at
from ..signs.numbers import sign_of
from ..symbols import rational
from ..symbols.asymptotics import Limits
from ..symbols.averages import Infinite
from .chains import Move
from .closure import passes_induction, solved_blocks
from .method import Derivation, Derive, Method
from .steps import loop_of

MOST_STATES, MOST_NUMBERS = 12, 60  # with parameters in the probabilities; without
MOST_CASES = 2_000  # values of draws, all states together

State = tuple[Expr, ...]
Rows = dict[State, dict[State, Expr]]


def skip(m: Moment) -> str | None:
    if not m.has(HittingTime) or not isinstance(m, E | Prob):
        return "it is of no first time"
    return None if len({o.loop for o in m.atoms(Observable)}) == 1 else "more than one loop"


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    """E T^k, P(T > t) or P(T <= t). Raises `CannotTell`."""
    loop, x = loop_of(m), m.variable
    if isinstance(m, E) and isinstance(x, HittingTime) and _differ(loop) and structures.stays(x.condition):
        return _summed(m, x, learn)
    if isinstance(m, E):
        time, power = x.as_base_exp()
    elif isinstance(x, Gt | Le):
        (time, power), t = (x.args[0], S.One), x.args[1]
    else:
        raise CannotTell("an event of a first time beside a number of generations is expected")
    if not isinstance(time, HittingTime) or not (power.is_Integer and power > 0):
        raise CannotTell("a power of a first time is expected")
    begun, rows, positive = _alive(loop, time)
    positive = [*structures.conditions(loop), *positive]
    if isinstance(m, E):
        after = _moments(rows, int(power))
        form = rational.as_product(Add(*(p * after[s] for s, p in begun.items())))
        told = f"{m}: a linear system over {len(rows)} states, all of which are left some day"
        return Derivation(form, positive, steps=[told])
    if not (t.is_integer and t.is_nonnegative):  # pyrefly: ignore[unbound-name]  # an event: it is bound above
        raise CannotTell(f"{t} is no number of generations")
    lasting, nonzero = _lasting(rows, t)
    form = Add(*(p * lasting[s] for s, p in begun.items()))
    told = f"{m}: the recursion of what is left, over {len(rows)} states"
    return Derivation(form if isinstance(x, Gt) else 1 - form, positive, nonzero, steps=[told])


def _differ(loop: Loop) -> bool:
    return any(sympify(x).has(CLOCK) for x in loop.step(loop.symbols()).values())


def _summed(m: Moment, time: HittingTime, learn: Callable[[Moment], Derivation]) -> Derivation:
    """E T = P(T > 0) + P(T > 1) + ..., infinite where that grows without end."""
    k, top = (Dummy(name, integer=True, nonnegative=True) for name in ("k", "t"))
    d = learn(Prob(Not(all_at(time.condition, k))))
    if any(c.has(k) for c in (*d.positive, *d.nonzero)):
        raise CannotTell("whether the condition holds is not derived in every generation")
    end = Limits(top, sign_of).of(Sum(d.form, (k, 0, top)))
    told = f"{m} is the sum of the probabilities that it has not come, {d.form} after {k}"
    return Derivation.joined(end, d, step=told)


def enclose(m: Moment, derived: Callable[[Moment], Derivation]) -> arb:
    """Where generations differ. Raises `CannotTell`, and `Infinite`."""
    if not (isinstance(m, E) and isinstance(m.variable, HittingTime) and _differ(loop_of(m))):
        raise CannotTell("it is not the mean of a first time where generations differ")
    d = derive(m, derived)
    if not (all(sign_of(c) > 0 for c in d.positive) and all(map(sign_of, d.nonzero))):
        raise CannotTell("its laws are no laws here")
    if d.form is oo:
        raise Infinite(f"{m.variable}: the probabilities that it has not come add up to oo")
    return to_ball(d.form)


def _alive(loop: Loop, time: HittingTime) -> tuple[dict[State, Expr], Rows, list[Expr]]:
    """The law of the state at generation 0, the steps among states in which the condition does not hold, and what has to be
    above 0 for all of these to be left some day."""
    names = tuple(loop.state)
    condition = time.condition

    def holds(state: State) -> bool:
        at = {o: state[names.index(o.name)] for o in condition.atoms(Observable)}
        return exactly(condition, at) is S.true

    if not {o.name for o in condition.atoms(Observable)} <= set(names):
        raise CannotTell("an observable that is no coordinate")
    begun, _ = Move([sympify(loop.initial[name]) for name in names], exact=False)((), MOST_CASES)
    now = loop.symbols()
    after = [sympify(x) for x in loop.step(now).values()]
    if any(x.has(CLOCK) for x in after):
        raise CannotTell("generations that differ")
    move, rows, looked = Move(after, [*now.values()], exact=False), {}, 0
    todo = [state for state in begun if not holds(state)]
    leaving: dict[State, Expr] = {}
    while todo:
        if (state := todo.pop()) in rows:
            continue
        moves, cases = move(state, MOST_CASES - looked)
        looked += cases
        rows[state] = {new: p for new, p in moves.items() if not holds(new)}
        if out := Add(*(p for new, p in moves.items() if new not in rows[state])):
            leaving[state] = out
        todo += rows[state]
        if len(rows) > MOST_NUMBERS:
            raise CannotTell(f"more than {MOST_NUMBERS} states")
    if len(rows) > MOST_STATES and any(p.free_symbols for row in rows.values() for p in row.values()):
        raise CannotTell(f"more than {MOST_STATES} states, with parameters")
    return {s: p for s, p in begun.items() if s in rows}, rows, _towards_the_end(rows, leaving)


def _towards_the_end(rows: Rows, leaving: Mapping[State, Expr]) -> list[Expr]:
    """Of each state the probability of one step that brings it nearer to the end."""
    found = dict(leaving)
    while len(found) < len(rows):
        nearer = {s: p for s, row in rows.items() if s not in found for new, p in row.items() if new in found}
        if not nearer:
            raise CannotTell("some states are never left")
        found |= nearer
    return [p for p in map(rational.as_product, found.values()) if not p.is_positive]


def _moments(rows: Rows, power: int) -> dict[State, Expr]:
    """E T^power from each state: E (1 + T')^k, T' what is left after a step."""
    states = list(rows)
    moments: list[dict[State, Expr]] = [dict.fromkeys(states, S.One)]
    for k in range(1, power + 1):
        later = [{s: Add(*(p * m[r] for r, p in rows[s].items())) for s in states} for m in moments[1:]]
        right = {s: 1 + Add(*(comb(k, j + 1) * m[s] for j, m in enumerate(later))) for s in states}
        moments.append(_solved(rows, right))
    return moments[power]


def _solved(rows: Rows, right: Mapping[State, Expr]) -> dict[State, Expr]:
    """x = right + Q x."""
    states = list(rows)
    if not states:
        return {}
    system = Matrix([[int(s == r) - rows[s].get(r, S.Zero) for r in states] for s in states])
    whole = DomainMatrix.from_Matrix(system.row_join(Matrix([right[s] for s in states]))).to_field()
    solved, pivots = whole.rref()
    if tuple(pivots) != tuple(range(len(states))):
        raise CannotTell("some states are never left")
    return dict(zip(states, solved.to_Matrix()[:, len(states)], strict=True))


def _lasting(rows: Rows, t: Expr) -> tuple[dict[State, Expr], list[Expr]]:
    """The probability from each state that the condition holds in none of t steps."""
    start = {s: Dummy("one") for s in rows}
    edges = [(s, r) for s, row in rows.items() for r in row]
    blocks: Iterable = strongly_connected_components((list(rows), edges))
    forms, nonzero = solved_blocks(rows, list(blocks), start)
    if not passes_induction(rows, forms, start):
        raise CannotTell("the solution of the recursion does not pass its induction")
    ones = dict.fromkeys(start.values(), S.One)
    return {s: x.at(t).xreplace(ones) for s, x in forms.items()}, [x.xreplace(ones) for x in nonzero]


def method(moment: Derive) -> Method:
    """The method, which derives probabilities that it encloses sums of."""
    return Method(
        "first time among few states", skip, derive=derive, enclose=lambda m, learn: enclose(m, moment), paths=True
    )
