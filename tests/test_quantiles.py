"""Quantiles of a draw: forms by the inverse of a distribution function, and balls."""

import pytest
from stated import stated
from sympy import Abs, Eq, Le, Rational, Symbol, exp, log, sqrt

from reports import check
from simulate.engine.search import look_in_balls
from theory import Beta, Cauchy, Epanechnikov, Exponential, Laplace, Logistic, Normal, Positive, Probability, Quantile
from theory.language.errors import CannotTell
from theory.language.laws import Noise, Uniform
from theory.language.verdicts import Verdict
from theory.proof.methods import enclosed, moment

q = Symbol("q", positive=True)
LAWS = (
    Normal(1, 4), Logistic(1, 2), Laplace(1, 2), Cauchy(1, 2), Epanechnikov(1, 2), Uniform(1, 3), Exponential(2),
    Beta(3, 1), Beta(1, 3),
)  # fmt: skip
LEVELS = [Rational(1, 10**6), Rational(1, 3), Rational(1, 2), Rational(9, 10), 1 - Rational(1, 10**6)]


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_of_what_is_below_a_quantile_there_is_as_much_as_its_level(law, level):
    form = moment(Quantile(Noise("X", law), q)).form.xreplace({q: level})
    assert abs(law.cdf(form).evalf(40) - level) < 1e-30
    assert abs(law.cdf(form + Abs(form) / 1000 + Rational(1, 1000)).evalf(40) - level) > 1e-12
    assert abs(float(enclosed(Quantile(Noise("X", law), level)).mid()) - form.evalf(40)) < 1e-6 * abs(form.evalf(40))


def test_what_falls_along_a_draw_has_the_other_quantile():
    x, y = Noise("X", Exponential(1)), Noise("Y", Normal(0, 1))
    assert moment(Quantile(-x, q)).form == log(q)
    assert moment(Quantile(exp(-x), q)).form == q
    assert moment(Quantile(sqrt(x), q)).form == sqrt(-log(1 - q))
    for unseen in (y**2, 1 / y, x + y, Noise("Z", Normal(x, 1))):
        with pytest.raises(CannotTell):
            moment(Quantile(unseen, q))


def test_a_quantile_is_proved_and_its_twin_refuted(by_work):
    domains = {"q": Probability(), "s": Positive()}
    of = lambda q, s: Quantile(Noise("X", Exponential(s)), q)  # noqa: E731
    found = check([stated(lambda q, s: Eq(of(q, s), -s * log(1 - q)), **domains)], seconds=5)
    assert found[0].verdict == Verdict.PROVED, str(found)
    found = check([stated(lambda q, s: Eq(of(q, s), -s * log(q)), **domains)], seconds=5)
    assert found[0].verdict == Verdict.REFUTED, str(found)


@pytest.mark.parametrize(("law", "bound"), [(Exponential(1), 10), (Exponential(1), 40), (Normal(0, 1), 4)], ids=str)
def test_a_bound_that_fails_near_the_end_alone_is_refuted(law, bound, by_work):
    """False for q above 1 - e^-10 = 0.99995; it was supported, the last point looked at being 0.999."""
    c = stated(lambda q: Le(Quantile(Noise("X", law), q), bound), q=Probability())
    assert look_in_balls(c, {"q": Rational(999, 1000)}).violation < 0
    (found,) = check([c], seconds=10)
    assert found.verdict == Verdict.REFUTED, str(found)


def test_a_bound_that_holds_up_to_the_end_is_supported(by_work):
    (found,) = check([stated(lambda q: Le(Quantile(Noise("X", Uniform(0, 1)) ** 2, q), 2), q=Probability())], seconds=5)
    assert found.verdict in (Verdict.PROVED, Verdict.SUPPORTED), str(found)
