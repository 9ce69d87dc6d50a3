"""Steps that use up the digits of a start that is drawn: what floats make of them later is no path of the loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis.strategies import booleans, data, fractions, integers, sampled_from
from mpmath import mp
from stated import stated
from sympy import Abs, Eq, Integer, Max, Piecewise, Rational, Symbol, lambdify, pi, sign, sqrt

from reports import check
from simulate.engine import symbolic
from simulate.engine.intervals import BAND
from simulate.engine.last_digits import UNSEEN, Beside, unmoved_by_noise
from theory import CLOCK, Binomial, Claim, E, Integers, Loop, Noise, Normal, Points, Uniform, coordinate


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


class Annealed(Loop):
    """The tent map, with noise as large as another coordinate, which is 0."""

    x = coordinate()
    w = coordinate()
    initial = property(lambda self: {"x": Noise("S", Uniform(-1, 1)), "w": 0})

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"]) + now["w"] * Noise("Z", Normal(0, 1)), "w": now["w"] / 2}


class Annealing(Annealed):
    """Or goes to 0."""

    initial = property(lambda self: {"x": Noise("S", Uniform(-1, 1)), "w": Rational(1, 10**9)})


class Shrinking(Annealed):
    """From a size at which it makes digits."""

    initial = property(lambda self: {"x": Noise("S", Uniform(-1, 1)), "w": Rational(1, 1000)})

    def step(self, now):
        return {"x": 1 - 2 * Abs(now["x"]) + now["w"] * Noise("Z", Normal(0, 1)), "w": now["w"] / 1000}


class Centred(Annealing):
    """By a difference from a number that is not 0."""

    initial = property(lambda self: {"x": Noise("S", Uniform(-1, 1)), "w": Rational(1, 2)})

    def step(self, now):
        noise = (now["w"] - Rational(1, 2)) * Noise("Z", Normal(0, 1))
        return {"x": 1 - 2 * Abs(now["x"]) + noise, "w": now["w"]}


class Off(Fold):
    """The tent map about 10^8, beside which all of it is small."""

    initial = property(lambda self: {"x": 10**8 + Noise("S", Uniform(-1, 1))})

    def step(self, now):
        return {"x": 10**8 + 1 - 2 * Abs(now["x"] - 10**8)}


class Seen(Loop):
    """A coordinate that tells how far another one is from 10^8, in units that floats hardly have there."""

    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": 10**8, "y": 0})

    def step(self, now):
        return {"x": 10**8 + Noise("Z", Normal(0, Rational(1, 10**16))), "y": 10**8 * Abs(now["x"] - 10**8)}


class Begun(Seen):
    """The offset is in the start alone."""

    initial = property(lambda self: {"x": 10**16, "y": 0})

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)), "y": Abs(now["x"] - 10**16)}


class Near(Seen):
    """An offset that leaves the noise its digits."""

    initial = property(lambda self: {"x": 100, "y": 0})

    def step(self, now):
        return {"x": 100 + Noise("Z", Normal(0, 1)), "y": Abs(now["x"] - 100)}


class Fitted(Loop):
    """A mean whose noise is a coordinate that shrinks, as of a refitted normal law."""

    x = coordinate()
    s = coordinate(positive=True)
    initial = property(lambda self: {"x": 0, "s": 1})

    def step(self, now):
        return {"x": now["x"] + now["s"] * Noise("Z", Normal(0, 1)), "s": now["s"] * Noise("U", Uniform(0, 1))}


LOST = [
    Annealed(),
    Annealing(),
    Shrinking(),
    Centred(),
    Off(),
    AtANumber(),
    Tripled(),
    Drawn(),
    Rounded(),
    Wide(),
    Steered(),
    Hushed(),
    Raised(),
    Jumping(),
]


def _paths(loop: Loop, t: int) -> np.ndarray:
    return symbolic.paths(loop, ["x"], np.random.default_rng(0), 1000, t)["x"]


@pytest.mark.parametrize("loop", [Fold(), Chosen(), Restarted(), Tossed(), Touched(), *LOST], ids=str)
def test_paths_without_digits_are_lost_and_stay_so(loop):
    lost = np.isnan(_paths(loop, 60))

    assert not lost[:, :8].any()
    assert lost[:, 60].mean() > 0.9
    assert (lost[:, 1:] >= lost[:, :-1]).all()


@pytest.mark.parametrize(
    "loop", [Halved(), Shaken(), ShakenByCases(), Walked(), Tenths(), Grown(), Near(), Fitted()], ids=str
)
def test_others_keep_theirs(loop):
    assert np.isfinite(_paths(loop, 60)).all()


@pytest.mark.parametrize("loop", [Seen(), Begun()], ids=str)
def test_what_an_offset_has_left_no_digits_is_lost(loop):
    y = symbolic.paths(loop, ["y"], np.random.default_rng(0), 1000, 5)["y"]

    assert np.isnan(y[:, 2:]).mean() > 0.9


@pytest.mark.parametrize(("loop", "name", "told"), [(Seen, "y", sqrt(2 / pi)), (Off, "x", 10**8), (Annealed, "x", 0)])
def test_what_is_true_of_lost_digits_is_not_refuted(loop, name, told):
    """And what is false is not supported. Floats told another mean of each: 0.7, 10^8 - 1 and -1, at t = 60."""
    of = stated(lambda t: Eq(E(getattr(loop(), name)(t)), told), t=Points(4, 60))
    off = stated(lambda t: Eq(E(getattr(loop(), name)(t)), told - Rational(1, 2)), t=Points(4, 60))
    true, false = check([of, off], seconds=3)

    assert true.verdict != "refuted"
    assert false.verdict not in ("supported", "proved")


@given(data())
@settings(max_examples=30, deadline=None, derandomize=True, phases=[Phase.generate])
def test_paths_that_are_not_lost_are_those_of_fractions(drawing):
    """Polynomial and rational steps, drawn: where a path is kept, it is as exact as its readers take it to be.

    The same draws go through the step in 50 digits.
    """
    number = fractions(-3, 3, max_denominator=8).map(lambda q: Rational(q.numerator, q.denominator))
    a, b, c, d, e = (drawing.draw(number) for _ in range(5))
    power, offset = drawing.draw(integers(1, 3)), drawing.draw(sampled_from((0, 1, 10**4, 10**8)))
    if drawing.draw(booleans()):  # a map that stretches, and stays where it is
        a, b, c, d, e, power = Integer(1), Rational(-9, 5), Integer(0), Integer(0), Integer(0), 2

    class Drawn(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": offset + Noise("S", Uniform(-1, 1))})

        def step(self, now):
            y, k = now["x"] - offset, Noise("B", Binomial(1, Rational(1, 2)))
            return {"x": offset + (a + b * y**power + c * k) / (1 + (d + e * y) ** 2)}

    loop, size, fits, s = Drawn(), 16, 40, Drawn().symbols()["x"]
    step = symbolic._step(loop)
    (x,) = symbolic._start(loop)(np.random.default_rng(0), [np.zeros(1)], size, 0)
    beside = Beside(loop, [x])
    assert beside.followed == (0,)
    (k,) = loop.step({"x": s})["x"].atoms(Noise) or {Noise("B", Binomial(1, Rational(1, 2)))}
    exact_step = lambdify([s, Symbol("k")], loop.step({"x": s})["x"].xreplace({k: Symbol("k")}), modules="mpmath")
    with mp.workdps(50):
        exact = [mp.mpf(float(v)) for v in x]
        rng, state = np.random.default_rng(1), [x]
        for fit in range(1, fits + 1):
            noise = step.draw(rng, state, size, fit)
            after = step.at(fit, state, noise, size)
            told = beside.told(after, step.at(fit, beside.at(state), noise, size, shaken=True))
            drawn = noise[0] if noise else np.zeros(size)
            exact = [exact_step(v, mp.mpf(float(z))) for v, z in zip(exact, drawn, strict=True)]
            rooms = np.maximum(BAND * beside.size[0], UNSEEN * beside.spread[0])
            for here, v, room in zip(told[0], exact, rooms, strict=True):
                assert np.isnan(here) or abs(mp.mpf(float(here)) - v) <= room
            state = told


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
