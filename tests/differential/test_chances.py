"""Probabilities of random events of draws, with parameters in them, by derivation, against the same draws by NumPy.

An event is taken apart into intervals, by steps that are right for parameters of one sign: what is told has to be so at all.
"""

import numpy as np
import pytest
from attack import Slow, limited
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    And,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Max,
    Min,
    N,
    Or,
    Rational,
    Symbol,
    exp,
    floor,
    lambdify,
    log,
    nan,
    oo,
    sign,
    sqrt,
    tanh,
    zoo,
)
from sympy.core.relational import Relational
from test_means import DRAWN, ERRORS, SECONDS, K, L, P, Q, U, X, Y, by_form, samples

from theory import Prob
from theory.language.errors import BadInput, CannotTell
from theory.language.moments import Moment
from theory.proof.existence import Undefined
from theory.proof.foreign import telling
from theory.proof.standard import standardise
from theory.proof.symbols.averages import Infinite

a, b = Symbol("a", positive=True), Symbol("b", real=True)
AT = [{a: Rational(1, 3), b: Rational(-3, 2)}, {a: Integer(2), b: Rational(1, 2)}, {a: Rational(9, 10), b: Integer(0)}]


def larger(f):
    pairs = st.tuples(f, f)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.filter(lambda p: p[1] != 0).map(lambda p: p[0] / p[1]),
        pairs.map(lambda p: Max(*p)),
        pairs.map(lambda p: Min(*p)),
        st.sampled_from(
            [
                lambda x: x**2,
                lambda x: x**3,
                Abs,
                exp,
                sign,
                tanh,
                floor,
                lambda x: -x,
                lambda x: log(1 + Abs(x)),
                lambda x: sqrt(Abs(x)),
                lambda x: 1 / (1 + x**2),
            ]
        ).flatmap(lambda g: f.map(g)),
    )


numbers = st.sampled_from([a, b, Integer(1), Integer(-1), Rational(1, 2), Integer(2)])
draws = st.sampled_from([X, Y, Q, P, U, L, K])
sides = st.recursive(st.one_of(draws, draws, numbers), larger, max_leaves=4)
relations = st.tuples(st.sampled_from([Gt, Ge, Lt, Le]), sides, st.one_of(numbers, sides)).map(lambda p: p[0](*p[1:]))
events = st.one_of(
    relations, relations, st.tuples(st.sampled_from([And, Or]), relations, relations).map(lambda p: p[0](*p[1:]))
)


def told(event):
    """Its probability in symbols; None where there is none."""
    try:
        with limited(SECONDS), telling():
            x = standardise(Prob(event))
            return x.xreplace({m: by_form(m) for m in x.atoms(Moment)})
    except (CannotTell, BadInput, Infinite, Undefined, Slow, TypeError):
        return None


def drawn(event, at) -> float | None:
    """How often it holds in a sample; None where a side of it is no number there, or a nearly equal one."""
    try:
        there = event.xreplace(at)
    except TypeError:  # SymPy's, of what is no number
        return None
    of = sorted(there.atoms(*{type(X)}), key=str)
    names = {z: Symbol(f"x{i}", real=True) for i, z in enumerate(of)}

    def values(x):
        return np.broadcast_to(
            np.asarray(
                lambdify(list(names.values()), x.xreplace(names), modules=["numpy", "scipy"])(
                    *(samples()[z] for z in of)
                ),
                dtype=float,
            ),
            (DRAWN,),
        )

    with np.errstate(all="ignore"):
        for r in there.atoms(Relational):
            gap = values(r.lhs - r.rhs)
            if not np.isfinite(gap).all() or (np.abs(gap) < 1e-12).any():
                return None
        return float(values(there).mean())


def held_against_draws(event) -> None:
    if isinstance(event, Relational | And | Or) and not event.has(zoo, nan, oo) and (form := told(event)) is not None:
        judge(event, form)


def judge(event, form) -> None:
    for at in AT:
        if (share := drawn(event, at)) is None:
            continue
        found = complex(N(form.xreplace(at), 15))
        chance = min(max(found.real, 0.0), 1.0)
        error = ERRORS * np.sqrt(max(chance * (1 - chance), 1e-6) / DRAWN)
        assert abs(found.imag) < 1e-12, (event, at, form)
        assert abs(found.real - share) <= error, (event, at, form, share)


@settings(max_examples=150)
@given(events)
def test_what_is_told_is_what_is_drawn(event):
    held_against_draws(event)


@pytest.mark.long
@settings(max_examples=5000)
@given(events)
def test_what_is_told_is_what_is_drawn_in_the_long_run(event):
    held_against_draws(event)


@pytest.mark.parametrize(
    "event",
    [2 - b >= Q**3, tanh(a) + 2 * U**3 >= 2, b > X**3, X**2 + b * X > a, X / (b + X) > a, And(b * U > a, a > U)],
    ids=str,
)
def test_parameters_of_either_sign(event):
    """Of the first three a root was taken as if what is under it were below 0."""
    held_against_draws(event)


def test_it_sees_a_chance_that_is_wrong():
    event = Gt(X**2, a)
    form = told(event)
    assert form is not None
    for wrong in (form * Rational(103, 100), 1 - form):
        with pytest.raises(AssertionError):
            judge(event, wrong)
