"""Normal states and normal draws beside them: points from trained models, their events, sizes, cosines; also simulated."""

import numpy as np
import pytest
from stated import assert_proved, is_proved, simulated, stated
from sympy import Abs, And, Eq, Ge, Integer, Le, Max, Rational, Symbol, acos, cos, erf, exp, pi, sin, sqrt

from reports.conjectures import load
from simulate import sample
from theory import (
    CLOCK,
    Accumulate,
    E,
    FixedReal,
    FreshReal,
    Growing,
    Integers,
    Loop,
    Noise,
    Normal,
    PooledGaussianLoop,
    Positive,
    Prob,
    Reals,
    SymbolLoop,
    coordinate,
)
from theory.language.moments import PathMax
from theory.language.verdicts import Verdict
from theory.proof.relations.prove import prove

X, Y = Noise("X", Normal(0, 1)), Noise("Z", Normal(1, 4))  # Z is what the loop's own draws are called, too


class Mean(Loop):
    n: Integers(1)
    mu = coordinate()
    initial = {"mu": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


# what is asked of mu(t), n, t and c, and its value
ASKED = {
    "a tail": (lambda m, c: Prob(m + X > c), lambda n, t, c: (1 - erf(c / sqrt(2 * (1 + t / n)))) / 2),
    "both tails": (lambda m, c: Prob(Abs(m + X) > c), lambda n, t, c: 1 - erf(c / sqrt(2 * (1 + t / n)))),
    "a size": (lambda m, c: E(Abs(m - c * X)), lambda n, t, c: sqrt(2 * (c**2 + t / n) / pi)),
    "a larger one": (lambda m, c: E(Max(m + X, 0)), lambda n, t, c: sqrt((1 + t / n) / (2 * pi))),
    "a draw of the loop's name": (
        lambda m, c: Prob(m + Y > c),
        lambda n, t, c: (1 - erf((c - 1) / sqrt(2 * (4 + t / n)))) / 2,
    ),
    "a cosine": (lambda m, c: E(cos(c * m + 1)), lambda n, t, c: exp(-(c**2) * t / (2 * n)) * cos(1)),
    "a sine": (lambda m, c: E(sin(m + X + 1)), lambda n, t, c: exp(-(1 + t / n) / 2) * sin(1)),
    "an orthant": (
        lambda m, c: Prob(And(m + X > 0, m > 0)),
        lambda n, t, c: Rational(1, 2) - acos(sqrt(t / (t + n))) / (2 * pi),
    ),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(101, 100), False)])
def test_what_is_asked_of_a_state_and_a_draw_is_derived(name, off, true):
    asked, value = ASKED[name]
    domain: dict = {"n": Integers(1), "t": Integers(1), "c": Positive()}
    assert is_proved(lambda n, t, c: Eq(asked(Mean(n).mu(t), c), off * value(n, t, c)), **domain) == true


POOLED = [
    PooledGaussianLoop(4, known_variance=True),
    PooledGaussianLoop(4, FixedReal(6), mu0=1, sigma0=2),
    PooledGaussianLoop(4, FreshReal(6), known_variance=True, sigma0=3),
    PooledGaussianLoop(4, Accumulate()),
]


@pytest.mark.parametrize("loop", POOLED, ids=str)
def test_points_from_pooled_models_are_derived_and_simulated(loop):
    """Mean and mean square of a point are those of the model's law."""
    spread = loop.sigma0**2 if loop.known_variance else loop.v(2)
    assert_proved(lambda: Eq(E(loop.draw(2)), E(loop.mu(2))))
    assert_proved(lambda: Eq(E(loop.draw(2) ** 2), E(loop.mu(2) ** 2 + spread)))
    for claimed, verdict in (
        (E(loop.mu(2) ** 2 + spread), Verdict.SUPPORTED),
        (E(loop.mu(2) ** 2 + spread) + spread.xreplace({loop.v(2): Integer(1)}) / 4, Verdict.REFUTED),
    ):
        c = stated(lambda claimed=claimed: Eq(E(loop.draw(2, 1) ** 2), claimed))
        assert simulated(c) == verdict


def test_points_of_one_model_are_apart_and_share_it():
    loop = PooledGaussianLoop(4, known_variance=True)
    assert_proved(lambda: Eq(E(loop.draw(3, 1) * loop.draw(3, 2)), E(loop.mu(3) ** 2)))
    for claimed, verdict in ((Rational(3, 4), Verdict.SUPPORTED), (1 + Rational(3, 4), Verdict.REFUTED)):
        assert simulated(stated(lambda claimed=claimed: Eq(E(loop.draw(3, 1) * loop.draw(3, 2)), claimed))) == verdict


def test_a_law_whose_variance_hangs_on_the_state_is_not_normal():
    class Wide(Mean):
        def emit(self, state, index):
            return Noise(f"X{index}", Normal(state["mu"], 1 + state["mu"] ** 2))

    class Moved(Mean):
        def emit(self, state, index):
            return Noise(f"X{index}", Normal(2 * state["mu"], 3))

    def tail(loop, variance):
        return lambda t: Eq(Prob(loop.draw(t) > 1), (1 - erf(1 / sqrt(2 * variance(t)))) / 2)

    assert is_proved(tail(Moved(1), lambda t: 3 + 4 * t), t=Integers(0))
    assert not is_proved(tail(Moved(1), lambda t: 4 + 4 * t), t=Integers(0))
    assert not is_proved(tail(Wide(1), lambda t: 1 + 2 * t), t=Integers(1))


def test_paths_move_no_further_for_the_draws():
    loop = PooledGaussianLoop(4)
    one, two = (sample(loop, ["mu"], t=3, replicates=50, seed=1) for _ in range(2))
    assert np.array_equal(one["mu"], two["mu"])
    assert is_proved(lambda m: Eq(E(cos(m + X)), exp(-Rational(1, 2)) * cos(m)), m=Reals())


class Named(Loop):
    """A walk beside counters, which are called as the record of a fresh draw was, and as that of a maximum was."""

    x = coordinate()
    draw1 = coordinate()
    max = coordinate()
    initial = {"x": Integer(0), "draw1": Integer(5), "max": Integer(-5)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)), "draw1": now["draw1"] + 1, "max": now["max"]}

    def emit(self, state, index):
        return state["x"] + Noise("E", Normal(0, 1))


def test_a_draw_and_a_coordinate_of_any_name_are_recorded_apart():
    """The draw was read as the counter: a true chance was refuted, and a false one supported."""
    loop, s = Named(), Symbol("s", integer=True, nonnegative=True)
    told = And(loop.draw(2) >= 0, loop.draw1(2) >= Rational(13, 2))
    assert simulated(stated(lambda: Eq(Prob(told), Rational(1, 2)))) == Verdict.SUPPORTED
    assert simulated(stated(lambda: Le(Prob(told), Rational(1, 100)))) == Verdict.REFUTED
    highest = PathMax(loop.x(s), (s, 0, 2)) - loop.max(0)
    assert simulated(stated(lambda: Ge(E(highest), 5))) == Verdict.SUPPORTED
    assert simulated(stated(lambda: Le(E(highest), 5))) == Verdict.REFUTED


GROWN = [PooledGaussianLoop(4, Growing(4 * 2**CLOCK)), PooledGaussianLoop(4, Growing(4 * CLOCK**8))]


@pytest.mark.parametrize("loop", GROWN, ids=str)
def test_more_points_than_are_counted_are_not_drawn(loop):
    """Sizes beyond 2**63 became negative, and the variance 0: a true chance was refuted, and a false one supported."""
    late = Prob(loop.v(250) >= Rational(1, 100))
    for claimed in (Ge(late, Rational(1, 2)), Le(late, Rational(1, 100))):
        assert simulated(stated(lambda claimed=claimed: claimed)) == Verdict.LEFT_OUT


def test_counts_of_many_draws_take_no_room_for_each():
    """Room for 10**12 gaps was asked for, which counts by binomials do not need."""
    third, many = Rational(1, 3), 10**12
    for claimed, verdict in ((third, Verdict.SUPPORTED), (third + Rational(1, 10), Verdict.REFUTED)):
        said = stated(lambda claimed=claimed: Eq(E(SymbolLoop(third, many).share(1) ** 2), claimed**2))
        assert simulated(said) == verdict
    too_many = stated(lambda: Eq(E(SymbolLoop(third, 5, Growing(2**CLOCK)).share(60)), third))
    assert simulated(too_many) == Verdict.LEFT_OUT


TWO = """
from sympy import *
from theory import *

class Sheet(Loop):
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": 1, "y": 2}

    def step(self, now):
        return {"x": now["x"] + 1, "y": now["y"] + 1}

    def emit(self, state, index):
        return state["x"] * Noise(f"Z{index}", Normal(0, 1)) + state["y"] * Noise(f"W{index}", Normal(0, 1))

@claim
def spread(t=Integers(0)):
    "Two independent parts."
    return Eq(Var(Sheet().draw(t)), (t + 1)**2 + (t + 2)**2)
"""


def test_a_draw_of_two_parts_of_which_one_vanishes(tmp_path):
    """Where y was 0 the other part had its name: it was refused."""
    (file := tmp_path / "sheet.py").write_text(TWO, encoding="utf-8")
    (claim,) = load(str(file))
    assert prove(claim).proved
