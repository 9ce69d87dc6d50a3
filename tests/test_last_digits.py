"""Steps that use up the digits of a start that is drawn: what floats make of them later is no path of the loop."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Abs, Eq, Max, Piecewise, Rational, sign, sqrt

from reports import check
from simulate.engine import symbolic
from simulate.engine.last_digits import unmoved_by_noise
from theory import CLOCK, Binomial, Claim, E, Integers, Loop, Noise, Normal, Uniform, coordinate


class Fold(Loop):
    """The tent map, which leaves the uniform law as it is."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": Noise("S", Uniform(-1, 1))}

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"])}


class Halved(Loop):
    """A start that is forgotten, beside a walk."""

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": Noise("S", Uniform(-1, 1)), "y": 0}

    def step(self, now):
        return {"x": now["x"] / 2 + 1, "y": now["y"] + Noise("Z", Normal(0, 1))}


class Shaken(Fold):
    """The tent map, with noise that no digit of the start is left of."""

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"]) + Noise("Z", Normal(0, 1))}


class Chosen(Fold):
    """The tent map, or its mirror image, by a coin: digits are used up all the same."""

    def step(self, now):
        return {"x": (1 - 2 * Noise("B", Binomial(1, Rational(1, 2)))) * (1 - 2 * Abs(now["x"]))}


class Restarted(Fold):
    """The tent map, with noise where it has left its interval, which it never does."""

    def step(self, now):
        x = now["x"]
        return {"x": Piecewise((1 - 2 * Abs(x), Abs(x) <= 2), (Noise("R", Uniform(-1, 1)), True))}


class Tossed(Fold):
    """The tent map, or its mirror image, by a draw with a density, which moves nothing."""

    def step(self, now):
        folded = 1 - 2 * Abs(now["x"])
        return {"x": Piecewise((folded, Noise("U", Uniform(0, 1)) < Rational(1, 2)), (-folded, True))}


class Touched(Fold):
    """The tent map, with noise that is below all digits."""

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"]) + Noise("Z", Uniform(0, 1)) / 10**200}


class ShakenByCases(Fold):
    """With noise in every case."""

    def step(self, now):
        x, z = now["x"], Noise("Z", Normal(0, 1))
        return {"x": Piecewise((1 - 2 * Abs(x) + z, Abs(x) <= 2), (z, True))}


class AtANumber(Chosen):
    """From a number that no float is."""

    initial = property(lambda self: {"x": Rational(1, 3)})


class Tripled(Loop):
    """Thirds that move among themselves, by a coin: floats leave them."""

    x = coordinate()
    initial = property(lambda self: {"x": Rational(1, 3)})

    def step(self, now):
        x, b = now["x"], Noise("B", Binomial(1, Rational(1, 2)))
        return {"x": Piecewise((1 - 2 * Abs(x), b < 1), (2 * Abs(x) - 1, True))}


class Drawn(Chosen):
    """From a draw of two numbers."""

    initial = property(lambda self: {"x": (1 + Noise("S", Binomial(1, Rational(1, 2)))) / 7})


class Rounded(Chosen):
    """From 0, by a step whose numbers no float is."""

    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": (1 - 2 * Noise("B", Binomial(1, Rational(1, 2)))) * (1 - Rational(19, 10) * Abs(now["x"]))}


class Wide(Chosen):
    """From far out: what is lost later is small beside it."""

    initial = property(lambda self: {"x": 10**9 * Noise("S", Uniform(-1, 1))})

    def step(self, now):
        x = now["x"]
        return {"x": Piecewise((x / 10**9, CLOCK < 2), (1 - 2 * Abs(x), True))}


class Steered(Loop):
    """The tent map, or its mirror image, by the sign of a walk."""

    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": Noise("S", Uniform(-1, 1)), "y": 1})

    def step(self, now):
        y, folded = now["y"], 1 - 2 * Abs(now["x"])
        return {"x": Piecewise((folded, y > 0), (-folded, True)), "y": y + Noise("Z", Normal(0, 1))}


class Hushed(Fold):
    """With noise that is too small, by its law."""

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"]) + Noise("Z", Normal(0, Rational(1, 10**30)))}


class About(Fold):
    """A draw about where the tent map goes, as near as that."""

    def step(self, now):
        return {"x": Noise("Z", Normal(1 - 2 * Abs(now["x"]), Rational(1, 10**30)))}


class Raised(Fold):
    """With a high power of noise."""

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"]) + Noise("Z", Uniform(0, Rational(1, 2))) ** 300}


class Jumping(Fold):
    """With noise that enters by its sign."""

    def step(self, now):
        return {"x": sign(Noise("Z", Normal(0, 1))) * (1 - 2 * Abs(now["x"]))}


class Walked(Loop):
    """Whole numbers, doubled and folded: floats have them all."""

    x = coordinate()
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        x, b = now["x"], Noise("B", Binomial(1, Rational(1, 2)))
        return {"x": Piecewise((5 - 2 * Abs(x), Abs(x) < 6), (b, True))}


class Tenths(Loop):
    """A walk of tenths, whose errors add up only."""

    x = coordinate()
    initial = property(lambda self: {"x": Rational(1, 10)})

    def step(self, now):
        return {"x": now["x"] + (2 * Noise("B", Binomial(1, Rational(1, 2))) - 1) / 10}


class Grown(Loop):
    """What grows, in proportion to itself, keeps its digits."""

    x = coordinate()
    initial = property(lambda self: {"x": Rational(1, 3)})

    def step(self, now):
        return {"x": now["x"] * (1 + Noise("B", Binomial(1, Rational(1, 2))))}


LOST = [AtANumber(), Tripled(), Drawn(), Rounded(), Wide(), Steered(), Hushed(), Raised(), Jumping()]


def _paths(loop: Loop, t: int) -> np.ndarray:
    return symbolic.paths(loop, ["x"], np.random.default_rng(0), 1000, t)["x"]


@pytest.mark.parametrize("loop", [Fold(), Chosen(), Restarted(), Tossed(), Touched(), *LOST], ids=str)
def test_paths_without_digits_are_lost_and_stay_so(loop):
    lost = np.isnan(_paths(loop, 60))

    assert not lost[:, :20].any()
    assert lost[:, 60].mean() > 0.9
    assert (lost[:, 1:] >= lost[:, :-1]).all()


@pytest.mark.parametrize("loop", [Halved(), Shaken(), ShakenByCases(), Walked(), Tenths(), Grown()], ids=str)
def test_others_keep_theirs(loop):
    assert np.isfinite(_paths(loop, 60)).all()


def test_a_draw_about_where_the_state_goes_is_lost_at_once():
    """It is the same draw beside."""
    assert np.isnan(_paths(About(), 2)[:, 1:]).all()


def test_an_operation_within_a_step_is_rounded_too():
    """x^2/(2 10^20) is told as 0, or as what a float's step makes of it."""

    class Cancelled(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": 10**10 * Noise("S", Uniform(1, 2))})

        def step(self, now):
            return {"x": sqrt(now["x"] ** 2 + 10**40) - 10**20}

    assert np.isnan(_paths(Cancelled(), 1)[:, 1]).all()


def test_what_is_followed():
    assert unmoved_by_noise(Fold()) == unmoved_by_noise(Chosen()) == unmoved_by_noise(Halved()) == (0,)
    assert unmoved_by_noise(Restarted()) == unmoved_by_noise(Tossed()) == unmoved_by_noise(Touched()) == (0,)
    assert unmoved_by_noise(Shaken()) == unmoved_by_noise(ShakenByCases()) == ()


def test_a_law_that_stays_is_not_refuted_where_floats_have_left_it():
    def second_moment(t=Integers(0)):
        """E x^2 is that of a uniform law in every generation: floats are at -1 from t = 60 on."""
        return Eq(E(Fold().x(t) ** 2), Rational(1, 3))

    def another(t=Integers(0)):
        """False from the start."""
        return Eq(E(Fold().x(t) ** 2), Rational(1, 4))

    true, false = check([Claim(second_moment), Claim(another)], seconds=3)

    assert true.verdict in ("undecided", "supported")
    assert false.verdict == "refuted"


def test_a_few_far_paths_do_not_hide_that_the_others_have_no_digits():
    class Outliers(Loop):
        """One path in 100 is far out; the others lose their digits."""

        x = coordinate()
        far = property(lambda self: 10**12 * Noise("C", Binomial(1, Rational(1, 100))))
        initial = property(lambda self: {"x": Noise("S", Uniform(-1, 1)) - self.far})

        def step(self, now):
            return {"x": 1 - 2 * Abs(now["x"])}

    assert np.isnan(_paths(Outliers(), 60)[:, 60]).mean() > 0.9


def test_noise_of_the_first_fits_alone_keeps_no_digits_later():
    class Once(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": Rational(1, 2)})

        def step(self, now):
            return {"x": 1 - 2 * Abs(now["x"]) + Noise("U", Uniform(-1, 1)) * Max(0, 2 - CLOCK)}

    assert np.isnan(_paths(Once(), 80)[:, 80]).mean() > 0.9
