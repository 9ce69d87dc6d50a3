"""What SymPy cancels has to have a value: a state, a first time, a distance, a constant that is infinite."""

import pytest
from stated import is_proved, stated
from sympy import And, Eq, Le, Lt, Rational, exp, oo, sqrt

from reports.workbench import check
from theory import (
    KL,
    TV,
    W1,
    BadInput,
    Binomial,
    Cauchy,
    CuratedLoop,
    E,
    Finite,
    HittingTime,
    Integers,
    Laplace,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    StudentT,
    Uniform,
    coordinate,
)
from theory.language.verdicts import Verdict
from theory.proof.structures.followed import without_state
from theory.stability.models import GaussianModel, LogisticLocation

half, quarter, tenth = Rational(1, 2), Rational(1, 4), Rational(1, 10)


class Passing(Loop):
    """x falls by 1 from 2, and y is 1/x: at t = 3 there is none."""

    x = coordinate()
    y = coordinate()
    initial = {"x": 2, "y": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - 1, "y": 1 / now["x"]}


class Falling(Loop):
    """x falls by 1 from 3, through 0."""

    x = coordinate()
    initial = {"x": 3}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - 1}


class Rooted(Loop):
    """The same with a root: from t = 4 on it is of a number below 0."""

    x = coordinate()
    y = coordinate()
    initial = {"x": 2, "y": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] - 1, "y": sqrt(now["x"])}


class Walk(Loop):
    """One step up or down."""

    p: Probability()

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + 2 * Noise("U", Binomial(1, self.p)) - 1}


class Halved(Loop):
    """x is halved in every generation, for ever above 0."""

    x = coordinate()
    initial = {"x": 3}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] / 2}


class Dying(Loop):
    """x is 1 until a coin shows 0, and 0 from then on."""

    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * Noise("B", Binomial(1, half))}


T = Integers(1)
STATES = {
    "a difference": lambda t: Eq(Passing().y(t) - Passing().y(t), 0),
    "nothing of it": lambda t: Eq(0 * Passing().y(t), 0),
    "a bound": lambda t: Le(Passing().y(t) - Passing().y(t), 1),
    "a function of it": lambda t: Eq(exp(Passing().y(t)) * exp(-Passing().y(t)), 1),
    "a divisor": lambda t: Eq(Falling().x(t) - 1 + Falling().x(t) / Falling().x(t) - 1, 2 - t),
    "a root": lambda t: Eq(Rooted().y(t) - Rooted().y(t), 0),
}
KEPT = {
    "beside itself": lambda t: Le(Passing().y(t), Passing().y(t) + 1),
    "twice": lambda t: Eq(2 * Passing().y(t), Passing().y(t) + Passing().y(t) + 0 * t),
}


@pytest.mark.parametrize("name", STATES)
def test_states_that_cancel_have_values(name):
    assert not is_proved(STATES[name], t=T)
    assert check([stated(STATES[name], t=T)], seconds=1)[0].verdict == Verdict.UNDECIDED


@pytest.mark.parametrize("name", KEPT)
def test_states_on_both_sides_have_values(name):
    with pytest.raises(BadInput, match="has no state in generation 3"):
        check([stated(KEPT[name], t=Integers(1, notable=(5,)))], seconds=1)


def test_states_that_cancel_where_they_are():
    assert is_proved(lambda t: Eq(Halved().x(t) / Halved().x(t), 1), t=Integers(0))
    assert is_proved(lambda t: Eq(Halved().x(t) - Halved().x(t), 0), t=Integers(0))
    few = stated(STATES["a difference"], t=Integers(1, 2))
    assert check([few], seconds=1)[0].verdict in (Verdict.PROVED, Verdict.SUPPORTED)


def test_where_one_generation_has_no_value_later_ones_have_none():
    assert without_state(Passing(), 2) is None
    assert without_state(Passing(), 3) == without_state(Passing(), 50) == 3
    assert without_state(Rooted(), 50) == 4
    assert without_state(Halved(), 50) is None


def test_a_quotient_of_what_is_0_in_some_runs_is_not_supported():
    c = stated(lambda t: Eq(E(Dying().x(t) / Dying().x(t)), 1), t=Integers(0))
    assert check([c], seconds=1)[0].verdict == Verdict.UNDECIDED


def test_a_first_time_that_cancels_is_a_number():
    first = HittingTime(lambda s: Dying().x(s) <= 0)  # geometric
    assert is_proved(lambda t: Eq(E(Dying().x(t) + first - first), half**t), t=T)
    never = HittingTime(lambda s: Walk(quarter).x(s) >= 1)  # with probability 2/3
    assert not is_proved(lambda t: Eq(E(Walk(quarter).x(t) + never - never), -t / 2), t=T)
    assert not is_proved(lambda t: Eq(E(Walk(quarter).x(t) + 0 * never), -t / 2), t=T)


DISTANCES = {
    "a difference": lambda d: Eq(d - d, 0),
    "nothing of it": lambda d: Eq(0 * d, 0),
    "a quotient": lambda d: Le(d / d, 1),
    "beside itself": lambda d: Le(d - 1, d),
}


@pytest.mark.parametrize("name", DISTANCES)
def test_distances_that_cancel_are_finite(name):
    of = DISTANCES[name]
    assert not is_proved(lambda s: of(KL(Normal(0, 1), Uniform(0, s))), s=Positive())
    assert not is_proved(lambda q: of(KL(Binomial(1, half), Binomial(1, q))), q=Probability(closed=True))
    assert name == "a quotient" or is_proved(lambda q: of(KL(Binomial(1, half), Binomial(1, q))), q=Probability())


def test_distances_of_laws_without_means_are_infinite():
    for of in (lambda d: Eq(d - d, 0), lambda d: Eq(0 * d + 1, 1)):
        assert not is_proved(lambda of=of: of(W1(Cauchy(0, 1), Cauchy(0, 2))))
        assert not is_proved(lambda d, of=of: of(W1(StudentT(d), Normal(0, 1))), d=Positive())
        assert is_proved(lambda of=of: of(W1(StudentT(3), Normal(0, 1))))
        assert is_proved(lambda s, of=of: of(TV(Normal(0, 1), Normal(1, s))), s=Positive())  # 1 at most


def test_a_loop_without_real_data_is_no_infinite_number():
    def law(p):
        return CuratedLoop(Finite((p, 1 - p)), (2, 1))  # lam = oo

    assert is_proved(lambda p: Eq(law(p).mass(1, 1) / law(p).mass(1, 1), 1), p=Probability())


# ---- bounds ---------------------------------------------------------------------------------------------------------

LOGISTIC = LogisticLocation(Normal(0, 4), tenth)


def test_a_bound_is_used_on_its_own_side_alone():
    deviation, radius = LOGISTIC.deviation(quarter), LOGISTIC.radius(quarter)
    assert is_proved(lambda: Le(deviation, 100))
    assert is_proved(lambda: Le(Rational(1, 1000), radius))
    for other in (
        lambda: Le(Rational(1, 1000), deviation),
        lambda: Le(deviation, 1),
        lambda: Le(radius, Rational(9, 10)),
        lambda: Eq(radius, half),
        lambda: Le(10**-6 * (1 + 0 * deviation), deviation * radius),
    ):
        found = check([stated(other)], seconds=1)[0]
        assert found.verdict == Verdict.UNDECIDED
        assert "only what it lies between is known" in str(found)


def test_a_constant_that_cancels_is_finite():
    deviation = GaussianModel(Normal(0, 1), tenth).deviation(quarter)  # its score is unbounded
    assert not is_proved(lambda: Eq(deviation - deviation, 0))
    finite = LOGISTIC.deviation(quarter)
    assert is_proved(lambda: Eq(finite - finite, 0))


UNBOUNDED_CURVATURE = GaussianModel(Laplace(0, 1), 1)  # its Hessian is quadratic in x: L = oo


def test_a_constant_beside_infinity_is_still_to_be_seen():
    """SymPy loses L as it compares it with oo: that L is finite, where it is not, was undecided."""
    finite = stated(lambda n: Lt(UNBOUNDED_CURVATURE.L, oo), n=Integers(1))
    assert finite.lost({}) == ()
    both = stated(
        lambda n: And(Lt(UNBOUNDED_CURVATURE.L, oo), Eq(UNBOUNDED_CURVATURE.L - UNBOUNDED_CURVATURE.L, 0)),
        n=Integers(1),
    )
    assert both.lost({}) == (UNBOUNDED_CURVATURE.L,)
