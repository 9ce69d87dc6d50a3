"""What SymPy cancels has to have a value: a state, a first time, a distance, a constant that is infinite."""

import pytest
from stated import is_proved, stated
from sympy import And, Eq, Ge, Le, Lt, Rational, Symbol, exp, oo, sqrt

from reports.workbench import check
from theory import (
    KL,
    TV,
    W1,
    ArgMin,
    BadInput,
    Binomial,
    Cauchy,
    CuratedLoop,
    E,
    FallsThenRises,
    Finite,
    HittingTime,
    Integers,
    Laplace,
    Limit,
    Loop,
    Noise,
    Normal,
    Positive,
    Probability,
    Quantile,
    Reals,
    RisesThenFalls,
    StudentT,
    Uniform,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.enclose import value
from theory.proof.structures.followed import without_state
from theory.stability.models import GaussianModel, LogisticLocation
from theory.stability.plane import CURVED

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


class Cancelling(Loop):
    """x falls by 1 from 3, z counts the fits: both are written with x/x, which has no value at t = 3."""

    x = coordinate()
    z = coordinate()
    initial = {"x": 3, "z": 0}  # noqa: RUF012

    def step(self, now):
        x = now["x"]
        return {"x": x - 1 + x / x - 1, "z": now["z"] + x / x}


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


class Reduced(Loop):
    """Half of what it was, written with x^2/x: from 0 there is no step."""

    a: Reals

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.a}

    def step(self, now):
        return {"x": now["x"] - now["x"] ** 2 / now["x"] / 2}


def test_a_step_that_cancels_its_state_has_a_value_for_every_parameter():
    assert not is_proved(lambda a, t: Eq(Reduced(a).x(t), a / 2**t), a=Reals(-1, 1), t=Integers(0))
    assert is_proved(lambda a, t: Eq(Reduced(a).x(t), a / 2**t), a=Positive(), t=Integers(0))
    assert not is_proved(lambda a, t: Eq(Reduced(a).x(t), a / 3**t), a=Positive(), t=Integers(0))


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


def test_a_step_that_cancels_what_is_0_has_no_value_there():
    assert without_state(Cancelling(), 3) is None
    assert without_state(Cancelling(), 50) == 4
    for of in (lambda t: Eq(Cancelling().x(t), 3 - t), lambda t: Eq(Cancelling().z(t), t)):
        with pytest.raises(BadInput, match="has no state in generation 4"):
            check([stated(of, t=Integers(0, notable=(5,)))], seconds=1)
        few = check([stated(of, t=Integers(0, 3))], seconds=1)[0]
        assert few.verdict in (Verdict.PROVED, Verdict.SUPPORTED)


K = Symbol("k", integer=True, positive=True)
ALONG = {  # each with a state that has no value in some generation, or with one that has
    "a limit": lambda x: Limit(0 * x + 1, (K, oo), 1),
    "a peak": lambda x: RisesThenFalls(0 * x - (K - 3) ** 2, (K, 1, 20), peak=3),
    "a trough": lambda x: FallsThenRises(x - x + (K - 3) ** 2, (K, 1, 9), peak=3),
}


@pytest.mark.parametrize("name", ALONG)
def test_states_that_cancel_along_a_variable_have_values(name):
    of = ALONG[name]
    for y in (Passing().y(K), Rooted().y(K)):
        assert not is_proved(lambda n, y=y: of(y), n=T)
        assert check([stated(lambda n, y=y: of(y), n=T)], seconds=1)[0].verdict == Verdict.UNDECIDED
    assert is_proved(lambda n: of(Halved().x(K)), n=T)


def test_what_cancels_in_an_extremum_has_a_value_in_its_range():
    for low, told in ((5, (Verdict.UNDECIDED,)), (0, (Verdict.PROVED, Verdict.SUPPORTED))):
        place = stated(lambda n, low=low: Eq(ArgMin(0 / (K - low) + (K - 3) ** 2, (K, 1, 9)), 3), n=T)
        assert check([place], seconds=1)[0].verdict in told
    state = stated(lambda n: Eq(ArgMin(0 * Passing().y(K) + (K - 3) ** 2, (K, 1, 9)), 3), n=T)
    assert check([state], seconds=1)[0].verdict == Verdict.UNDECIDED


def test_what_cancels_in_a_shape_has_a_value_in_its_range():
    def of(low):
        return stated(lambda n: RisesThenFalls(0 / (K - low) - (K - 3) ** 2, (K, 1, oo), peak=3), n=T)

    assert check([of(5)], seconds=1)[0].verdict == Verdict.UNDECIDED
    assert check([of(0)], seconds=1)[0].verdict == Verdict.PROVED
    u = Symbol("u", real=True)  # an endless range, of which 1/u has no sum
    assert is_proved(lambda n: RisesThenFalls(u / u - (u - 3) ** 2, (u, 1, oo), peak=3), n=T)
    assert not is_proved(lambda n: RisesThenFalls(u / u - (u - 3) ** 2, (u, -1, oo), peak=3), n=T)


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


def test_a_quantile_that_cancels_is_of_a_level_between_0_and_1():
    def of(level):
        return Quantile(Noise("X", Normal(0, 1)), level)

    for relation in (lambda p: Eq(of(2 * p) - of(2 * p), 0), lambda p: Ge(1 + 0 * of(2 * p), 1)):
        assert not is_proved(relation, p=Probability())
        assert is_proved(relation, p=Positive(hi=half))


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


def test_a_bound_on_the_misfit_is_used_on_its_own_side_alone():
    """Of points of a plane W1 is not known."""
    model = CURVED[0]
    assert is_proved(lambda: Le(model.eps, 100))
    assert is_proved(lambda: Le(model.c, 1000))
    for other in (lambda: Ge(model.eps, Rational(1, 10**6)), lambda: Ge(model.c, 1 + Rational(1, 10**6))):
        found = check([stated(other)], seconds=1)[0]
        assert found.verdict == Verdict.UNDECIDED
        assert "only what it lies between is known" in str(found)
    on_line = LogisticLocation(Laplace(0, 1), tenth)
    assert is_proved(lambda: Ge(on_line.eps, Rational(1, 10**6)))


def test_a_bound_on_the_misfit_makes_no_loop():
    """c is known to be at most a number, so lam = x/c is none: the rate there was found with the bound, and is larger."""
    model, inside = CURVED[0], CURVED[-1]
    loop = model.at(lam=1 / model.c)
    for asked in (loop.rate, loop.J[0, 0], E(loop.theta(1))):
        with pytest.raises(CannotTell, match="is an upper bound, and no number"):
            value(asked)
    for relation in (lambda: Le(loop.rate, tenth), lambda: Ge(loop.rate, tenth**6)):
        assert check([stated(relation)], seconds=1)[0].verdict == Verdict.UNDECIDED
    assert is_proved(lambda: Le(loop.rate, half))
    own = inside.at(lam=1 / inside.c)  # whose data are from the model: c is 1
    assert abs(value(own.rate).value - 0.5) < 1e-9


def test_what_a_curvature_is_at_most_is_proved_with_the_bound():
    """k <= c whatever the misfit is; that k is a tenth less, or c itself, or another model's, is not."""
    one, other = CURVED[0], CURVED[2]
    assert is_proved(lambda: Le(one.mu_max, one.c))
    assert is_proved(lambda x: Le(one.at(lam=x / one.c).rate, x / (1 + x)), x=Positive())
    for relation in (
        lambda: Le(Rational(11, 10) * one.mu_max, one.c),
        lambda: Eq(one.mu_max, one.c),
        lambda: Le(one.mu_max, other.c),
        lambda: Ge(one.mu_max, one.c),
    ):
        assert not is_proved(relation)
    assert not is_proved(lambda x: Le(one.at(lam=x / one.c).rate, Rational(9, 10) * x / (1 + x)), x=Positive())


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
