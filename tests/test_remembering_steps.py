"""Steps that keep what they have worked out, and tables of Python's own numbers: what they ask is heard all the same."""

from decimal import Decimal
from functools import cache, wraps

import numpy as np
import pytest
from stated import assert_proved, is_proved, stated
from sympy import Eq, S

from theory import E, Integers, Loop, Noise, Normal, coordinate
from theory.proof.relations.prove import prove

KEPT, MOVED = {}, {}


class Kept(Loop):
    """Divides 0 by 0, and remembers that this is 1."""

    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": S.One, "y": S.Zero})

    def step(self, now):
        key = (now["x"], now["y"])
        if key not in KEPT:
            KEPT[key] = now["x"] * now["y"] / now["y"]
        return {"x": KEPT[key], "y": now["y"]}


@cache
def _divided(x, y):
    return x * y / y


class Cached(Kept):
    """The same by Python's own memory."""

    def step(self, now):
        return {"x": _divided(now["x"], now["y"]), "y": now["y"]}


def remembered(step):
    known = {}

    @wraps(step)
    def again(self, now):
        key = (self, *now.values())
        if key not in known:
            known[key] = step(self, now)
        return known[key]

    return again


class Wrapped(Kept):
    """The same by what a step is wrapped in."""

    @remembered
    def step(self, now):
        return {"x": now["x"] * now["y"] / now["y"], "y": now["y"]}


class Whole(Kept):
    """Remembers what has a value."""

    def step(self, now):
        key = (now["x"], now["y"])
        if key not in MOVED:
            MOVED[key] = now["x"] + Noise("Z", Normal(0, 1))
        return {"x": MOVED[key], "y": now["y"]}


@pytest.mark.parametrize("kind", [Kept, Cached, Wrapped])
def test_what_a_step_remembers_is_asked_for_every_time(kind):
    said = lambda t: Eq(E(kind().x(t)), 1)  # noqa: E731
    assert not any(is_proved(said, t=Integers(0)) for _ in range(3))


def test_what_it_remembers_and_has_a_value_stays_proved():
    for _ in range(2):
        assert_proved(lambda t: Eq(E(Whole().x(t) ** 2), 1 + t), t=Integers(0))


class Named(Loop):
    """Asks a table that has a name, of a number that no line of it has."""

    a: Integers(0)
    x = coordinate()
    initial = property(lambda self: {"x": S.One})

    def step(self, now):
        table = {len("abc") * 211 + sum(range(9))}
        return {"x": now["x"] * (5 if self.a in table else 1)}


class ByGet(Named):
    """The same of one without a name, by its method."""

    def step(self, now):
        return {"x": now["x"] * {len("abc") * 211 + sum(range(9)): 5}.get(self.a, 1)}


class ByIn(Named):
    """The same by `in`."""

    def step(self, now):
        return {"x": now["x"] * (5 if self.a in {len("abc") * 211 + sum(range(9))} else 1)}


class ByBrackets(Named):
    """The same by brackets."""

    def step(self, now):
        try:
            return {"x": now["x"] * {len("abc") * 211 + sum(range(9)): 5}[self.a]}
        except KeyError:
            return now


class Told(Named):
    """Makes tables, and asks them by their words."""

    def step(self, now):
        names = {"x": now["x"]}
        return {"x": names["x"] * (2 if "y" in {"x", "y"} else 1)}


@pytest.mark.parametrize("kind", [Named, ByGet, ByIn, ByBrackets])
def test_tables_of_numbers_that_are_worked_out(kind):
    found = prove(stated(lambda a, t: Eq(E(kind(a).x(t)), 1), a=Integers(0), t=Integers(0)))
    assert not found.proved
    assert "Piecewise" in found.reason


def test_tables_of_words():
    assert_proved(lambda a, t: Eq(E(Told(a).x(t)), 2**t), a=Integers(0), t=Integers(0))
    assert not is_proved(lambda a, t: Eq(E(Told(a).x(t)), 1), a=Integers(0), t=Integers(0))


def _many(a, x):
    return x * {k: max(1, k - 75) for k in range(100)}.get(a, 1)


def _beside_a_huge_one(a, x):
    return x * {10**400: 1, _worked_out(): 5}.get(a, 1)


def _of_numpy(a, x):
    return x * {np.int64(_worked_out()): 5}.get(a, 1)


def _of_decimals(a, x):
    return x * {Decimal(_worked_out()): 5}.get(a, 1)


def _within_another(a, x):
    tables = {"t": {_worked_out(): 5}}
    return 5 * x if a in tables["t"] else x


def _worked_out():
    return len("abc") * 211 + sum(range(9))


@pytest.mark.parametrize("asked", [_many, _beside_a_huge_one, _of_numpy, _of_decimals, _within_another])
def test_numbers_of_any_kind_are_read_off_tables(asked):
    """The state is multiplied at one value of the parameter, which is worked out: it was proved to stay what it is."""

    class Asked(Loop):
        a: Integers(0)
        x = coordinate()
        initial = property(lambda self: {"x": S.One})

        def step(self, now):
            return {"x": asked(self.a, now["x"])}

    assert not is_proved(lambda a, t: Eq(E(Asked(a).x(t)), 1), a=Integers(0), t=Integers(0))


def test_tables_without_numbers_are_nobody_s_concern():
    class Named(Loop):
        a: Integers(0)
        x = coordinate()
        initial = property(lambda self: {"x": S.One})

        def step(self, now):
            return {"x": now["x"] * {"rate": 1}.get("rate", self.a)}

    assert is_proved(lambda a, t: Eq(E(Named(a).x(t)), 1), a=Integers(0), t=Integers(0))
