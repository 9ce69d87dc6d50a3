"""Steps that use up the digits of a start that is drawn: what floats make of them later is no path of the loop."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Abs, Eq, Piecewise, Rational

from reports import check
from simulate.engine import symbolic
from simulate.engine.last_digits import unmoved_by_noise
from theory import Binomial, Claim, E, Integers, Loop, Noise, Normal, Uniform, coordinate


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


def _paths(loop: Loop, t: int) -> np.ndarray:
    return symbolic.paths(loop, ["x"], np.random.default_rng(0), 1000, t)["x"]


@pytest.mark.parametrize("loop", [Fold(), Chosen(), Restarted(), Tossed(), Touched()], ids=str)
def test_paths_without_digits_are_lost_and_stay_so(loop):
    lost = np.isnan(_paths(loop, 60))

    assert not lost[:, :20].any()
    assert lost[:, 60].mean() > 0.9
    assert (lost[:, 1:] >= lost[:, :-1]).all()


@pytest.mark.parametrize("loop", [Halved(), Shaken(), ShakenByCases()], ids=str)
def test_others_keep_theirs(loop):
    assert np.isfinite(_paths(loop, 60)).all()


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
