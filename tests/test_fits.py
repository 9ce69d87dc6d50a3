"""Parameters that are an expression in CLOCK: of their kind in every fit that a claim speaks of."""

import pytest
from stated import is_proved
from sympy import Eq, Integer, Piecewise, Rational, factorial

from reports.conjectures import load
from theory import (
    CLOCK,
    E,
    GaussianLoop,
    Integers,
    Loop,
    Noise,
    Normal,
    Points,
    Positive,
    Probability,
    RetrainedBernoulliLoop,
    SymbolLoop,
    Var,
    WeightedSymbolLoop,
    coordinate,
)
from theory.language import fields
from theory.language.errors import BadInput
from theory.language.fields import Flag
from theory.language.fits import FIT
from theory.proof import structures

THIRD = Rational(1, 3)


class Steps(Loop):
    """By one or two at a time."""

    a: Points(1, 2)
    two: Flag = False
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(0)}

    def step(self, now):
        return {"x": now["x"] + (2 if self.two else self.a)}


class Seen(Loop):
    """Nothing moves, and what is seen of it has the variance v."""

    v: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(0)}

    def step(self, now):
        return {"x": now["x"]}

    def emit(self, state, index):
        return state["x"] + Noise("E", Normal(0, self.v))


class Mass(Loop):
    """What is left of a mass of 1, of which the share q goes in every fit."""

    q: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, now):
        return {"x": now["x"] * (1 - self.q)}


NONE = {  # from some fit on there is no such loop
    "too few draws for a variance": lambda t: Eq(E(GaussianLoop(5000 - CLOCK).mu(t)), 0),
    "no whole number of draws": lambda t: Eq(E(GaussianLoop(2 + 1 / CLOCK).mu(t)), 0),
    "no draw": lambda t: Eq(E(SymbolLoop(THIRD, 5000 - CLOCK).share(t)), THIRD),
    "less than no draw": lambda t: Eq(E(RetrainedBernoulliLoop(5000 - CLOCK, 3, THIRD, THIRD).theta(t)), THIRD),
    "a weight above 1": lambda t: Eq(E(WeightedSymbolLoop(THIRD, 5, Rational(1, 2) + CLOCK).share(t)), THIRD),
    "none of two": lambda t: Eq(E(Steps(CLOCK).x(t)), t * (t + 1) / 2),
    "a probability above 1": lambda t: Eq(Mass(1 + CLOCK).x(t), (-1) ** t * factorial(t)),
}  # fmt: skip


@pytest.mark.parametrize("name", NONE)
def test_of_a_loop_that_is_none_from_some_fit_on_nothing_is_proved(name):
    """All were proved."""
    assert not is_proved(NONE[name], t=Integers(0))


def test_what_is_of_its_kind_in_every_fit_is_proved_as_before():
    assert is_proved(lambda t: Eq(E(GaussianLoop(2 + CLOCK).mu(t)), 0), t=Integers(0))
    assert is_proved(lambda t: Eq(Mass(1 / (1 + CLOCK)).x(t), 1 / (t + 1)), t=Integers(0))


def test_the_number_of_the_fit_is_no_flag():
    """It was taken for False."""
    with pytest.raises(BadInput, match="expected True or False"):
        Steps(1, CLOCK)
    with pytest.raises(BadInput, match="expected True or False"):
        GaussianLoop(5, known_mean=CLOCK)
    assert is_proved(lambda t: Eq(E(Steps(1, True).x(t)), 2 * t), t=Integers(0))


@pytest.mark.parametrize("v", [2 * CLOCK - 1, 1 / CLOCK])
def test_before_all_fits_no_draw_has_the_number_of_one(v):
    """A variance of -1, and one of 1/0, were proved."""
    said = lambda t: Eq(Var(Seen(v).draw(t)), v.xreplace({CLOCK: t}))  # noqa: E731
    assert not is_proved(said, t=Integers(0))
    assert is_proved(said, t=Integers(1))
    assert not is_proved(lambda t: Eq(Var(Seen(v).draw(t)), 2 * v.xreplace({CLOCK: t})), t=Integers(1))
    assert is_proved(lambda t: Eq(Var(Seen(3).draw(t)), 3), t=Integers(0))


LOOPS = [  # the last fit in which all is as it has to be, and one in which it is not
    (GaussianLoop(5000 - CLOCK), 4998, 4999),
    (GaussianLoop(2 + 6 / CLOCK), 3, 4),
    (GaussianLoop(Piecewise((2, CLOCK < 5), (Rational(5, 2), True))), 4, 5),
    (GaussianLoop(Piecewise((2, CLOCK < 2500), (Rational(5, 2), True))), 2000, 3000),
    (SymbolLoop(THIRD, 10 - CLOCK), 9, 10),
    (WeightedSymbolLoop(THIRD, 5, CLOCK / 8), 8, 9),
    (Steps(Piecewise((1, CLOCK < 4), (CLOCK - 2, True))), 4, 5),
]


@pytest.mark.parametrize(("loop", "last", "none"), LOOPS, ids=str)
def test_the_first_fit_in_which_it_is_none(loop, last, none):
    assert structures.refused_in_a_fit(loop, last) is None
    said = structures.refused_in_a_fit(loop, none)
    assert said is not None
    assert f"in fit {none}" in said


def test_what_is_asked_of_a_parameter_is_asked_in_every_fit():
    loop = GaussianLoop(5000 - CLOCK)
    assert fields.numbers(loop) == (5000 - FIT,)
    assert all(not x.has(CLOCK) for x, *_ in fields.demands(loop))


FILE = """
from sympy import *
from theory import *

@claim
def centred(t=Integers(0)):
    "The mean of every fit is 0."
    return Eq(E(GaussianLoop(12 - CLOCK).mu(t)), 0)
"""


def test_a_file_says_from_which_fit_on_there_is_no_such_loop(tmp_path):
    (file := tmp_path / "fewer.py").write_text(FILE, encoding="utf-8")
    with pytest.raises(BadInput, match="n: 12 - generation is not a whole number, 1 or more, which it is not in fit"):
        load(str(file))
