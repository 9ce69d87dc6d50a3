"""What a step asks its symbols is heard where it catches the error, and numbers that it works out as it runs are looked at.

Each of these has x(t) = 0 but for one number, 669, which no line says. E x(t) = 0 was proved of them, and is false there.
"""

from __future__ import annotations

import functools
import operator
import sys
from types import SimpleNamespace

import pytest
from stated import assert_proved, stated
from sympy import Eq, Integer, Ne, S

from theory import E, Integers, Noise, Normal
from theory.language.domains import Reals
from theory.language.fields import Reals as Real
from theory.language.loops import Loop, coordinate
from theory.proof.relations.prove import prove


def rare():
    return len("abc") * 211 + sum(range(9))


class Tables:
    """Of a user's."""

    kept = {rare(): 1}  # noqa: RUF012

    @property
    def made(self):
        return {rare(): 1}


IN_AN_ATTRIBUTE = SimpleNamespace(rates=SimpleNamespace(far={rare() + 45_000: 1}))


def caught(ask):
    def asked(a, x):
        try:
            return x + int(ask(a))
        except Exception:
            return x

    return asked


def looked_up(a, x):
    try:
        return x + Tables().made[a]
    except KeyError:
        return x


def unwatched(a, x):
    sys.setprofile(None)
    made = {rare() + 7: 1}
    return x + int(a in made)


def by_case(a, x):
    match a:
        case y if y == rare():
            return x + 1
    return x


def of_a_helper(a, x):
    return x + int(is_nothing(a - rare()))


def is_nothing(y):
    return y.is_zero is True


@functools.lru_cache
def remembered(a):
    return int(a == rare())


def of_a_number(a, x):
    """A branch that no symbol takes."""
    return x + 1 if not a.free_symbols and a == rare() else x


ASKING = {
    "equal": caught(lambda a: a == rare()),
    "a truth": caught(lambda a: not a - rare()),
    "a condition": caught(lambda a: 1 if a > 600 else 0),
    "the least": caught(lambda a: min(a, 600) == 600),
    "a whole number": caught(lambda a: int(a) == rare()),
    "a float": caught(lambda a: float(a) == rare()),
    "a complex number": caught(lambda a: complex(a) == rare()),
    "rounded": caught(lambda a: round(a) == rare()),
    "an index": caught(lambda a: [rare()].index(a) == 0),
    "a case": caught(lambda a: by_case(a, 0)),
    "a case alone": by_case,
    "an operator": caught(lambda a: operator.eq(rare(), a)),
    "a hash": lambda a, x: x + int(hash(a) == hash(rare())),
    "a text": lambda a, x: x + int(str(a) == str(rare())),
    "a representation": lambda a, x: x + int(repr(a) == repr(rare())),
    "a format": lambda a, x: x + int(f"{a}" == f"{rare()}"),
    "a part": lambda a, x: x + int(getattr(a, "p", 0) == rare()),
    "an identity": lambda a, x: x + int(a is Integer(rare())),
    "both sets": lambda a, x: x + len({a} & {rare()}),
    "a set's size": lambda a, x: x + 2 - len({a, rare()}),
    "an operator of tables": lambda a, x: x + int(operator.contains({rare()}, a)),
    "a filter": lambda a, x: x + len(list(filter({rare()}.__contains__, [a]))),
    "a table of a class": lambda a, x: x + int(a in Tables.kept),
    "a table in an attribute": lambda a, x: x + int(a in IN_AN_ATTRIBUTE.rates.far),
    "a table that is given back": lambda a, x: x + int(a in Tables().made),
    "brackets": looked_up,
    "without a profile function": unwatched,
    "of a helper": of_a_helper,
    "remembered": lambda a, x: x + remembered(a),
    "of a number": of_a_number,
    "a relation": lambda a, x: x + int(Eq(2 * a, 2 * len("abc") * 211 + 72) is S.true),
    "a relation's truth": lambda a, x: x + int(Ne(a, rare()) == False),  # noqa: E712
    "a square": lambda a, x: x + int(Eq(a**2, len("abc") * 100 + 24) is S.true),
    "equals": lambda a, x: x + int(bool(a.equals(rare()))),
    "has": lambda a, x: x + int(a.has(Integer(rare()))),
    "compare": lambda a, x: x + int(a.compare(Integer(rare())) == 0),
    "subs": lambda a, x: x + a.subs(Integer(rare()), a + 1) - a,
}


def made(step):
    class Made(Loop):
        a: Real
        x = coordinate()
        initial = {"x": Integer(0)}  # noqa: RUF012

        def step(self, now):
            return {"x": step(self.a, now["x"])}

    return Made


@pytest.mark.parametrize("step", ASKING.values(), ids=ASKING.keys())
def test_a_step_whose_answer_is_another_at_one_number(step):
    kind = made(step)
    found = prove(stated(lambda a, t: Eq(E(kind(a).x(t)), 0), a=Reals(-1000, 100_000), t=Integers(0)))
    assert not found.proved
    assert "Made" in found.reason


def _guarded(a, x):
    if a is None or not isinstance(a, object):
        raise ValueError(f"{a!r} is no rate of {x}")
    return x / 2 + (2 * a if a != a else a) * Noise("Z", Normal(0, 1))


def _tabled(a, x):
    rates = {"slow": a / 2, "fast": 2 * a}
    return x / 2 + rates["slow" if len(rates) > 1 else "fast"] * 2 * Noise("Z", Normal(0, 1))


def _by_sizes(a, x):
    try:
        share = Integer(1) / 2
    except ZeroDivisionError:
        share = 0
    return share * x + sum([a / 4] * 4) * Noise("Z", Normal(0, 1))


@pytest.mark.parametrize("step", [_guarded, _tabled, _by_sizes])
def test_a_step_that_asks_nothing_is_proved(step):
    """And what is false of it is not."""
    kind = made(step)
    variance = lambda a, t: (1 - Integer(4) ** -t) * 4 * a**2 / 3  # noqa: E731
    domains = {"a": Reals(-1000, 100_000), "t": Integers(0)}
    assert_proved(lambda a, t: Eq(E(kind(a).x(t) ** 2), variance(a, t)), **domains)
    assert not prove(stated(lambda a, t: Eq(E(kind(a).x(t) ** 2), 2 * variance(a, t)), **domains)).proved
