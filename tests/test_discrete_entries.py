"""Numbers of the catalogue that the discrete claims, and those beside them, are to repeat.

The catalogue counts the loss of the real sample, 1 - 1/r = 0.95, among that of the pool.
"""

import pytest
from exact import number
from sympy import Integer, Or, Rational, sympify

from theory.diffusion.budget import integrated, stepped
from theory.diffusion.modes import MEAN_DISTANCE, BlurLoop, energy
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.discrete.collapse import collapse_time
from theory.discrete.context import lost
from theory.discrete.fresh import refreshed
from theory.discrete.kept import limit, pooled
from theory.discrete.smoothing import SmoothedSymbolLoop, TemperatureLoop, risk, shrinkage, squares, squares_limit
from theory.discrete.weighted import best_weight, settled
from theory.discrete.zipf import law, unseen, unseen_cut
from theory.gaussian.mislabelled import expected
from theory.kde.accumulated import SmoothedPoolLoop
from theory.kde.common import N01
from theory.kde.variation import noise_bound, smoothed
from theory.language.moments import TV, E, HittingTime, Prob
from theory.language.policies import Accumulate
from theory.mixing.shapes import energy as energy_distance
from theory.mixing.shapes import within
from theory.proof.arithmetic.programs import to_ball

half, p = Rational(1, 2), Rational(3, 10)
COIN = (p, 1 - p)


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("wanted", "exact"),
    [
        (Prob(CategoricalLoop(COIN, 20).diversity(1) > 0), 0.999202077302156),
        (Prob(CategoricalLoop(COIN, 20).diversity(10) > 0), 0.7011345534850072),
        (Prob(CategoricalLoop(COIN, 20).diversity(50) > 0), 0.09054093209352265),
        (collapse_time(half, Integer(10)), 12.590518197723),
        (collapse_time(half, Integer(50)), 67.517171667407),
        (collapse_time(Rational(1, 10), Integer(50)), 31.177552479653),
        (E(refreshed(COIN, 20, 80).distance(20)), 0.011414034361137),
        (E(TV(refreshed(COIN, 20, 80).model(20), CategoricalLoop(COIN, 20).p)), 0.060459266403),
        (E(SmoothedSymbolLoop(p, 20, 2, half).share(1)), 0.30952380952381),
        (E(SmoothedSymbolLoop(p, 20, 2, half).share(5)), 0.3432947667063082),
        (squares(p, 20, half, 5), 0.6240626887035),
        (risk(COIN, Integer(20), Integer(10), shrinkage(Integer(20), Integer(10))), 0.07519444359348),
        (E(pooled(COIN, 20, 5).diversity(10)), 0.42 / 0.95 * 0.921419597454993),
        (E(pooled(COIN, 20, 80).diversity(10)), 0.42 / 0.95 * 0.936941589470482),
        (stepped(Rational(22, 5), 40), 4.22135559446),
        (energy(500, 20), 0.0986591318849),
    ],
    ids=str,
)
def test_numbers_of_loops(wanted, exact):
    assert number(wanted, 1e-12) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("closed", "exact"),
    [
        (squares_limit(Integer(20), 2, Rational(1, 21)), 0.66393442622951),
        (limit(Integer(20), Integer(5)), 0.908800586655749 / 0.95),
        (limit(Integer(20), Integer(80)), 0.935853518489984 / 0.95),
        (best_weight(Integer(2)), 0.5615528128088303),
        (best_weight(Integer(10)), 0.6073173444145172),
        (settled(Integer(2), half), 2 / 3.5),
        (1 - lost(Integer(50), Rational(1, 10)), 0.74886372958471),
        (1 - lost(Integer(50), Rational(1, 50)), 0.51101309861764),
        (unseen(Integer(10_000), Integer(2)), 0.006909623882),
        (unseen(Integer(10_000), Integer(3)), 0.000914540132),
        (law(Integer(2)) / 100, 0.00690988298942671),
        (unseen_cut(Integer(10_000), Integer(10), Integer(2)), 0.057854194645),
        (unseen_cut(Integer(100), Integer(100), Rational(3, 2)), 0.197890651702),
        (expected(Integer(5), Integer(20), Integer(10), 0), 0.1621168582375479),
        (expected(Integer(20), Integer(40), Integer(40), 0), 0.3366308915180978),
        (MEAN_DISTANCE, 2.51366974606292),
        (within(10, sympify(5) ** half / 4), 0.41155066168405),
        (energy_distance(Integer(0), half), 0.0281463197133018),
        (energy_distance(Integer(1), Integer(1)), 0.541806579305958),
        (integrated(Rational(22, 5)), 4.3804315697851),
        (TV(smoothed(Rational(2, 5), 5), N01).expanded() + noise_bound(100, Rational(2, 5), 5), 0.559893080068),
    ],
    ids=lambda x: (
        repr(x) if isinstance(x, float) else ""
    ),  # a sum's terms are sorted by their values, which takes seconds
)
def test_numbers_in_closed_form(closed, exact):
    assert float(to_ball(closed)) == pytest.approx(exact, rel=1e-9)


def test_what_is_not_random_repeats_its_numbers():
    pool, heat = SmoothedPoolLoop(half), TemperatureLoop((half, p, Rational(1, 5)), Rational(5, 4))
    assert number(pool.of_model("square", 5), 1e-12) == pytest.approx(1.5708333333333)
    assert number(pool.of_model("wave", 5), 1e-12) == pytest.approx(0.45881849574439, rel=1e-9)
    assert [number(heat.mass(3, i), 1e-9) for i in range(3)] == pytest.approx(
        [0.41746638, 0.32139192, 0.2611417], rel=1e-6
    )


def test_a_first_time_is_that_of_both_ends():
    loop = SymbolLoop(half, 2)
    time = HittingTime(lambda s: Or(loop.share(s) <= 0, loop.share(s) >= 1))
    assert number(E(time), 1e-12) == pytest.approx(2)  # a fair coin twice: half of the fits end it


def test_what_a_blurred_loop_refuses():
    assert BlurLoop(Rational(1, 100), 1, Accumulate()).refuses() is None
    assert "it is for Replace" in str(BlurLoop(Rational(1, 100), 1, Accumulate(), half).refuses())
