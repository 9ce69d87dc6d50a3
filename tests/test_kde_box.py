"""The box kernel on a uniform truth: against estimates of drawn points on a grid."""

import numpy as np
import pytest
from sympy import Rational

from simulate import sample
from theory.kde.box import BoxLoop

N, H, REPLICATES = 12, 0.2, 400
RNG = np.random.default_rng(4)


def drawn():
    """Errors of the estimate at the midpoints of a grid, run by run, and the grid's step."""
    grid = (np.arange(700) + 0.5) / 500 - 0.2
    points = RNG.random((REPLICATES, N))
    count = (np.abs(points[:, :, None] - grid) < H).sum(axis=1)
    return count / (2 * N * H) - ((grid > 0) & (grid < 1)), 1 / 500


def test_the_error_is_that_of_drawn_points():
    off, step = drawn()
    found = (off**2).sum(axis=1) * step
    expected = 1 / (2 * N * H) - (1 - 2 * H / 3) / N + H / 3
    assert found.mean() == pytest.approx(expected, abs=6 * found.std() / np.sqrt(REPLICATES) + 1e-3)
    variation = np.abs(off).sum(axis=1).mean() * step / 2
    assert variation < np.sqrt((1 + 2 * H) * expected) / 2


@pytest.mark.parametrize("where", ["inside", "outside", "deep"])
def test_the_estimate_at_a_point(where):
    """Counts of points within h of one that is u h from the end."""
    paths = sample(BoxLoop(N, Rational(1, 5), where), ["depth", "density"], 1, REPLICATES, seed=1)
    at = H * paths["depth"][:, 1]
    count = (np.abs(RNG.random((REPLICATES, N)) - at[:, None]) < H).sum(axis=1) / (2 * N * H)
    spread = np.sqrt((count.var() + paths["density"][:, 1].var()) / REPLICATES)
    assert count.mean() == pytest.approx(paths["density"][:, 1].mean(), abs=6 * spread)
