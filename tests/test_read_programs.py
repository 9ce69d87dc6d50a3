"""Programs without chance, read in symbols: what is read is what they do, and what is not sure is not read."""

import numpy as np
import pytest
from exact import derived
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Lt, Rational, Symbol, simplify

from reports import check
from theory import E, Integers, Positive, ProgramLoop, claim
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.enclose import value

t = Symbol("t", integer=True, nonnegative=True)


class Halve(ProgramLoop):
    x0: float
    observables = ("x",)

    def begin(rng, x0):
        return x0

    def retrain(rng, x):
        return 0.5 * x + 1


class Fibonacci(ProgramLoop):
    """An array, and what is measured of it."""

    observables = ("last", "spread", "size")

    def begin(rng):
        return np.array([0.0, 1.0])

    def retrain(rng, pair):
        out = pair.copy()
        out[0], out[1] = pair[1], pair.sum()
        return out

    def measure(pair):
        return pair[1], pair.var(), np.sqrt(np.square(pair).mean())


class Response(ProgramLoop):
    """Best response: cases, and a counter beside them."""

    b: float
    observables = ("action", "total")

    def begin(rng):
        return (0, 0)

    def retrain(rng, state, b):
        action, total = state
        return (1 if action < b else 0), total + action


class Clipped(ProgramLoop):
    """A condition on a number that takes many values."""

    start: float
    observables = ("x",)

    def begin(rng, start):
        return start

    def retrain(rng, x):
        y = 3 * x * (1 - x)
        return y if y < 0.7 else max(y - 0.25, 0.1)


class Newton(ProgramLoop):
    a: int
    observables = ("x",)

    def begin(rng, a):
        return a

    def retrain(rng, x, a):
        return (x + a / x) / 2


def run(loop, name: str, T: int, **given) -> float:
    """The program as it stands, in floats."""
    kind = type(loop)
    function = {f: kind._functions[f] for f in kind._functions}
    state = function["begin"][0](None, *(given[p] for p in function["begin"][1]))
    for _ in range(T):
        state = function["retrain"][0](None, state, *(given[p] for p in function["retrain"][1]))
    seen = function["measure"][0](state) if "measure" in function else state
    return (seen if isinstance(seen, tuple) else (seen,))[loop.observables.index(name)]


@settings(max_examples=25)
@given(start=st.integers(1, 99), T=st.integers(0, 12), b=st.integers(1, 9), a=st.integers(2, 50))
def test_what_is_read_is_what_it_does(start, T, b, a):
    x0 = Rational(start, 100)
    for loop, name, given_ in (
        (Halve(x0), "x", {"x0": start / 100}),
        (Clipped(x0), "x", {"start": start / 100}),
        (Response(Rational(b, 10)), "total", {"b": b / 10}),
        (Newton(a), "x", {"a": a}),
        *((Fibonacci(), name, {}) for name in Fibonacci.observables),
    ):
        found = value(E(getattr(loop, name)(T))).value
        assert abs(found - run(loop, name, T, **given_)) < 1e-6 * (1 + abs(found))
        assert found.rel_accuracy_bits() > 30 or abs(found) < 1e-9


def test_closed_forms():
    x0 = Symbol("x0", positive=True)
    assert simplify(derived(E(Halve(x0).x(t))) - (2 + (x0 - 2) / 2**t)) == 0
    b = Symbol("b", positive=True)
    with pytest.raises(CannotTell):  # where b is above 1 it does not go on to be a cycle
        derived(E(Response(b).action(t)))


@claim
def right(x0=Positive(), t=Integers(0)):
    """It tends to 2, at the rate 1/2."""
    return Eq(E(Halve(x0).x(t)), 2 + (x0 - 2) / 2**t)


@claim
def wrong(x0=Positive(), t=Integers(0)):
    """A rate that is wrong by 1/1000."""
    return Eq(E(Halve(x0).x(t)), 2 + (x0 - 2) / Rational(2002, 1000) ** t)


@claim
def strict(x0=Positive(hi=2), t=Integers(0)):
    """Below 2 for ever."""
    return Lt(E(Halve(x0).x(t)), 2)


def test_they_are_decided():
    found = {c.claim.id: c.verdict for c in check([right, wrong, strict], seconds=5)}
    assert found["right"] == Verdict.PROVED
    assert found["wrong"] == Verdict.REFUTED
    assert found["strict"] in (Verdict.PROVED, Verdict.SUPPORTED)


# ---- what is not read -----------------------------------------------------------------------------------------------


class Drawn(Halve):
    def retrain(rng, x):
        return x + rng.standard_normal()


class Global(Halve):
    """Random, though not by the generator that it is handed."""

    def retrain(rng, x):
        return x + np.random.randint(10**6)  # noqa: NPY002


class Third(Halve):
    """A float that stands for another number."""

    def retrain(rng, x):
        return x + 1 / 3


class Floated(Halve):
    def retrain(rng, x):
        out = np.zeros(1)
        out[0] = x
        return out[0]


class Growing(Halve):
    def begin(rng):
        return [1.0]

    def retrain(rng, data):
        return [*data, 1.0]

    def measure(data):
        return data[0]


class Endless(Halve):
    def retrain(rng, x):
        while x > 1:
            x = x / 2
        return x


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Drawn, "is a program: it has no step in symbols"),
        (Global, "another one each time"),
        (Third, "which one is meant is not known"),
        (Floated, "is made a float"),
        (Growing, "changes its form"),
        (Endless, "more than 64 conditions|more than 16 paths"),
    ],
)
def test_what_is_not_sure_is_not_read(kind, said):
    with pytest.raises(CannotTell, match=said):
        value(E(kind(3).x(2)))


class Walk(ProgramLoop):
    """It draws, but not where it begins."""

    observables = ("x", "far")

    def begin(rng):
        return np.array([0.0, 2.0])

    def retrain(rng, pair):
        return pair + rng.standard_normal(2)

    def measure(pair):
        return pair[0], pair.max()


class Scattered(Walk):
    def begin(rng):
        return np.array([rng.normal(), 2.0])


class Other(Walk):
    """It begins elsewhere each time, by a generator that is not handed in."""

    def begin(rng):
        return np.array([np.random.default_rng().normal().round(3), 2.0])


def test_where_nothing_is_drawn_at_the_start_a_program_that_draws_is_known_there():
    """A walk from 0 was undecided: its end t = 0 was left out as not random, and no ball knew it."""
    assert value(E(Walk().x(0) ** 2)).value == 0
    assert value(E(Walk().far(0) ** 2 + 1)).value == 5
    for kind in (Scattered, Other):
        with pytest.raises(CannotTell):
            value(E(kind().x(0) ** 2))
    with pytest.raises(CannotTell):
        value(E(Walk().x(1) ** 2))


@claim
def square(t=Integers(0, 10)):
    """A walk spreads like its steps."""
    return Eq(E(Walk().x(t) ** 2), t)


@claim
def square_beside(t=Integers(0, 10)):
    """A false twin: it differs at the start, too."""
    return Eq(E(Walk().x(t) ** 2), t + Rational(1, 50))


def test_a_walk_is_decided_at_both_ends(by_work):
    right, wrong = check([square, square_beside], seconds=20)
    assert right.verdict == Verdict.SUPPORTED
    assert wrong.verdict == Verdict.REFUTED
    assert "counterexample: t = 0" in str(wrong)
