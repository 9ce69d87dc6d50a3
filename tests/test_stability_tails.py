"""The finite-sample theorem with a sub-exponential score: its band against points that are drawn, its tails against SciPy's."""

import numpy as np
import pytest
from scipy.stats import gamma
from sympy import Rational, exp, log

from theory import catalogue
from theory.proof.relations.prove import prove
from theory.stability.tails import band, enough

CLAIMS = {c.id: c for c in catalogue() if c.id.startswith("stability-theorem-sub-exponential")}
REPLICATES = 400


def fits(n, m, t, rng):
    """Means of n kept real points and m of the model before, every point drawn."""
    real = rng.exponential(size=(REPLICATES, n)).mean(axis=1)
    mean = real
    for _ in range(t):
        mean = (n * real + rng.exponential(mean[:, None], (REPLICATES, m)).sum(axis=1)) / (n + m)
    return mean


def test_drawn_points_stay_in_the_band():
    """Of 400 runs more than 80 outside, where 40 are allowed, have a probability below 1e-8."""
    n, m, t, delta = (Rational(x) for x in ("300", "200", "5", "1/10"))
    assert enough(n, m, t, delta)
    far = np.abs(fits(300, 200, 5, np.random.default_rng(3)) - 1)
    assert (far > float(band(n, m, t, delta))).sum() <= 80


def test_the_band_grows_like_the_root_of_a_logarithm():
    n, m = Rational(10**6), Rational(10**6)
    widths = [float(band(n, m, t, Rational(1, 10))) for t in (0, 10, 1000)]
    assert widths == sorted(widths)
    assert widths[2] < 3 * widths[1]


@pytest.mark.parametrize(("n", "u"), [(1, 1.0), (5, 0.5), (40, 0.1)])
def test_tails_are_those_of_a_gamma_law(n, u):
    """The claims speak of counts of a Poisson law."""
    for name, x, tail in (("upper", 1 + u, gamma.sf), ("lower", 1 - u, gamma.cdf)):
        claim = CLAIMS[f"stability-theorem-sub-exponential-{name}"]
        bound = claim.relation().rhs.subs({s: {"n": n, "u": u}[s.name] for s in claim.relation().rhs.free_symbols})
        assert tail(n * x, n) <= float(bound)


def test_the_exponent_is_that_of_a_gaussian_tail():
    claim = CLAIMS["stability-theorem-sub-exponential-square"]
    assert prove(claim).proved
    for u in (Rational(1, 1000), Rational(1, 2), Rational(1)):
        assert float(u - log(1 + u)) >= float(Rational(3, 10) * u**2)
    assert float(exp(Rational(7, 10)) - 1) > 1  # the claim reaches beyond u = 1
