"""The laws: densities, distribution functions and draws against SciPy's."""

import pickle

import numpy as np
import pytest
from scipy import stats
from sympy import Rational, Symbol, lambdify, latex, oo

from simulate.engine.draws import drawn
from theory.language.errors import BadInput
from theory.language.laws import Cauchy, Exponential, Laplace, Logistic, Noise, Normal, StudentT, Uniform

x = Symbol("x", real=True)
NAMED = [
    (Normal(1, 4), stats.norm(1, 2)),
    (Logistic(-1, 2), stats.logistic(-1, 2)),
    (Laplace(2, 3), stats.laplace(2, 3)),
    (Cauchy(0, 3), stats.cauchy(0, 3)),
    (Uniform(-1, 3), stats.uniform(-1, 4)),
    (Exponential(Rational(5, 2)), stats.expon(scale=2.5)),
    *((StudentT(nu, 1, Rational(1, 2)), stats.t(nu, 1, 0.5)) for nu in (1, 2, 3, 4, 5, 12, 31)),
]


@pytest.mark.parametrize(("law", "known"), NAMED, ids=[str(law) for law, _ in NAMED])
def test_densities_and_distribution_functions(law, known):
    density, cdf = (lambdify(x, f(x), "scipy") for f in (law.density, law.cdf))
    for at in known.ppf([0.001, 0.1, 0.4, 0.7, 0.99, 0.9999]):
        assert density(at) == pytest.approx(known.pdf(at), rel=1e-9)
        assert cdf(at) == pytest.approx(known.cdf(at), rel=1e-9)
    low, high = law.support
    assert low == -oo or cdf(float(low) - 1) == 0
    assert high == oo or cdf(float(high) + 1) == 1


@pytest.mark.parametrize(("law", "known"), NAMED, ids=[str(law) for law, _ in NAMED])
def test_draws_have_the_law(law, known):
    """By Kolmogorov and Smirnov: a correct one fails with probability 1e-6."""
    assert stats.kstest(drawn(law, np.random.default_rng(5), 20_000), known.cdf).pvalue > 1e-6


def test_a_law_of_any_degrees_of_freedom():
    t = StudentT(Rational(5, 2))
    assert lambdify(x, t.density(x), "scipy")(1.5) == pytest.approx(stats.t(2.5).pdf(1.5))
    with pytest.raises(NotImplementedError, match="whole degrees of freedom"):
        t.cdf(x)
    with pytest.raises(BadInput, match="-1 degrees of freedom"):
        drawn(StudentT(-1), np.random.default_rng(0), 3)


def test_new_laws_are_written():
    t, e = StudentT(5), Exponential(2)
    assert (str(t), str(e)) == ("StudentT(5, 0, 1)", "Exponential(2)")
    assert (latex(t), latex(e)) == (r"\mathrm{StudentT}(5, 0, 1)", r"\mathrm{Exp}(2)")
    assert all(pickle.loads(pickle.dumps(law)) == law == law.func(*law.args) for law in (t, e))
    assert Noise("X", e).is_positive
    assert Noise("X", t).is_positive is None
