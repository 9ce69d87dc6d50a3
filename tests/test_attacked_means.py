"""What is so at all numbers but one that the claim names, quotients without a mean, sums within sums, ends of closed ranges."""

import pytest
from stated import assert_proved, simulated, stated
from sympy import Abs, Eq, Ge, Heaviside, Integer, Le, Lt, Ne, Piecewise, Rational, Sum, log, sign, sqrt, symbols

from reports.beginnings import passed
from simulate.engine.lattice import WIDEST, grid_of
from simulate.engine.vanishing import vanishing
from theory import (
    CLOCK,
    KL,
    TV,
    Binomial,
    Cov,
    E,
    Integers,
    Laplace,
    Loop,
    Noise,
    Normal,
    Point,
    Poisson,
    Positive,
    Probability,
    StudentT,
    SymbolLoop,
    Var,
    coordinate,
)
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point, enclose
from theory.proof.relations.prove import prove
from theory.proof.relations.turns import turns
from theory.proof.symbols.averages import average

SEVENTH = Rational(1, 7)
CLOSED = Probability(closed=True)


# ---- numbers that a claim names ---------------------------------------------------------------------------------------


def but_there(p, there):
    return Piecewise((p * (1 - p), Ne(p, SEVENTH)), (there, True))


def on_either_side(p):
    return Piecewise((p * (1 - p), p < SEVENTH), (p * (1 - p), p > SEVENTH), (0, True))


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        (lambda p: Eq(3 * Var(SymbolLoop(p, 3).share(1)), but_there(p, 0)), Verdict.REFUTED),
        (lambda p: Eq(3 * Var(SymbolLoop(p, 3).share(1)), but_there(p, Rational(6, 49))), Verdict.SUPPORTED),
        (lambda p: Le(Var(SymbolLoop(p, 3).share(1)), on_either_side(p)), Verdict.REFUTED),
        (lambda p: Le(p * (1 - p), Piecewise((Rational(1, 4), Ne(7 * p, 1)), (0, True))), Verdict.REFUTED),
    ],
)
def test_a_number_that_the_claim_names_is_known_from_its_neighbours(relation, verdict):
    claim = stated(relation, p=Probability())
    assert at_point(claim, Point(1, {"p": SEVENTH}), 0.01).verdict == verdict
    assert at_point(claim, Point(2, {"p": Rational(1, 8)}), 0.01).verdict == Verdict.SUPPORTED


@pytest.mark.parametrize(
    "jump", [lambda x: sign(x) ** 2, lambda x: Heaviside(x) + Heaviside(-x) - Piecewise((2, Eq(x, 0)), (0, True))]
)
def test_a_number_at_which_a_sign_jumps_is_looked_at(jump):
    claim = stated(lambda p: Eq(3 * Var(SymbolLoop(p, 3).share(1)), p * (1 - p) * jump(7 * p - 2)), p=Probability())
    assert Rational(2, 7) in set(turns(claim, {"p": Rational(1, 2)}, "p"))
    assert at_point(claim, Point(1, {"p": Rational(2, 7)}), 0.01).verdict == Verdict.REFUTED
    assert at_point(claim, Point(2, {"p": Rational(1, 7)}), 0.01).verdict == Verdict.SUPPORTED


def test_an_irrational_one_leaves_a_claim_undecided():
    claim = stated(
        lambda p: Eq(3 * Var(SymbolLoop(p, 3).share(1)), p * (1 - p) * sign(2 * p**2 - 1) ** 2), p=Probability()
    )
    assert vanishing(claim, [{"p": Rational(1, 2)}])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_variable_of_a_sum_is_no_variable_of_the_claim(n):
    claim = stated(lambda n: Eq(Sum(Piecewise((1, n < 2), (0, True)), (n, 0, 3)) + n, 2 + n), n=Integers(0))
    assert at_point(claim, Point(1, {"n": Integer(n)}), 0.01).verdict == Verdict.SUPPORTED


# ---- quotients --------------------------------------------------------------------------------------------------------


class Draws(Loop):
    """A standard normal in every generation."""

    y = coordinate()
    initial = {"y": 1}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        return {"y": Noise("Z", Normal(0, 1))}


class Walk(Loop):
    """The sum of such."""

    y = coordinate()
    initial = {"y": 0}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        return {"y": now["y"] + Noise("Z", Normal(0, 1))}


@pytest.mark.parametrize("loop", [Draws, Walk])
@pytest.mark.parametrize("relation", [lambda x: Le(x, 2), lambda x: Lt(x, 2), lambda x: Eq(x, 0), lambda x: Eq(x, 1)])
def test_a_quotient_of_normals_has_no_mean(loop, relation):
    claim = stated(lambda: relation(E(loop().y(2) / loop().y(1))))
    assert at_point(claim, Point(1, {}), 0.01).verdict in (Verdict.UNDECIDED, Verdict.LEFT_OUT)
    assert not [f for f in enclose(claim, [Point(1, {})], 0.01) if f.verdict in (Verdict.PROVED, Verdict.SUPPORTED)]


def test_what_a_draw_multiplies_may_have_a_mean():
    y = Draws().y
    assert at_point(stated(lambda: Eq(E(y(2) * y(1) ** 3), 0)), Point(1, {}), 0.01).verdict == Verdict.SUPPORTED


# ---- sums within sums -------------------------------------------------------------------------------------------------


def covariances(n, t, more):
    j, k = symbols("j k", integer=True)
    mu = PooledGaussianLoop(n, known_variance=True).mu
    return Eq(Sum(Cov(mu(j), mu(k)), (j, 0, t), (k, 0, t)), t * (t + 1) * (2 * t + 1) / (6 * n) + more)


@pytest.mark.parametrize(("more", "verdict"), [(0, Verdict.SUPPORTED), (Rational(1, 100), Verdict.REFUTED)])
@pytest.mark.parametrize("t", [0, 1, 5])
def test_covariances_of_all_pairs_of_generations(t, more, verdict):
    claim = stated(lambda n, t: covariances(n, t, more), n=Integers(1), t=Integers(0))
    assert at_point(claim, Point(1, {"n": Integer(4), "t": Integer(t)}), 0.001).verdict == verdict


def test_too_many_of_them_are_not_written_out():
    claim = stated(lambda n, t: covariances(n, t, 0), n=Integers(1), t=Integers(0))
    found = at_point(claim, Point(1, {"n": Integer(4), "t": Integer(1000)}), 0.001)
    assert found.verdict == Verdict.LEFT_OUT
    assert "sums within sums" in found.note


# ---- ends -------------------------------------------------------------------------------------------------------------


def test_coins_that_always_fall_on_one_side():
    assert_proved(lambda p, q: Eq(TV(Binomial(1, p), Binomial(1, q)), Abs(p - q)), p=CLOSED, q=CLOSED)
    assert_proved(lambda n, p: Eq(TV(Binomial(n, p), Binomial(n, 1)), 1 - p**n), n=Integers(1), p=CLOSED)


@pytest.mark.parametrize(
    ("p", "q", "tv"), [(0, 0, 0), (1, 1, 0), (0, 1, 1), (1, 0, 1), (0, "1/3", "5/9"), ("1/3", 1, "8/9")]
)
def test_binomials_at_the_ends_of_a_closed_range(p, q, tv):
    claim = stated(lambda p, q: Eq(TV(Binomial(2, p), Binomial(2, q)), Rational(tv)), p=CLOSED, q=CLOSED)
    assert at_point(claim, Point(1, {"p": Rational(p), "q": Rational(q)}), 0.001).verdict == Verdict.SUPPORTED
    other = stated(lambda p, q: Eq(TV(Binomial(2, p), Binomial(2, q)), Rational(tv) + SEVENTH), p=CLOSED, q=CLOSED)
    assert at_point(other, Point(1, {"p": Rational(p), "q": Rational(q)}), 0.001).verdict == Verdict.REFUTED


def test_a_lattice_ends_where_floats_do():
    x, y = symbols("x y")
    assert grid_of(x * y, {x: Integer(2) ** 500, y: Integer(2) ** 500}) == 2**1000
    assert grid_of(x * y, {x: Integer(2) ** 600, y: Integer(2) ** 600}) is None
    assert grid_of(x**3, {x: Integer(2) ** 100}) == 2**300
    assert grid_of(x**3, {x: Integer(2) ** 1000}) is None
    assert grid_of(x + 1, {x: Integer(WIDEST) * 4 + 4}) == 1
    assert grid_of(x ** (10**9), {x: Integer(3)}) is None


# ---- steps in floats --------------------------------------------------------------------------------------------------


class Guarded(Loop):
    """A step that divides by 0 in a case that is none."""

    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        more = Piecewise((1 / (CLOCK - 1), CLOCK > 1), (0, True))
        return {"x": now["x"] + more + Noise("Z", Normal(0, 1))}


class Large(Loop):
    """A number that no float holds."""

    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        return {"x": now["x"] + 10**400}


@pytest.mark.parametrize(("wrong", "verdict"), [(0, Verdict.SUPPORTED), (1, Verdict.REFUTED)])
def test_a_case_that_divides_by_0_is_simulated_where_it_is_none(wrong, verdict):
    assert simulated(stated(lambda: Eq(E(Guarded().x(3)), Rational(5, 2) + wrong))) == verdict


def test_a_number_that_no_float_holds_leaves_a_claim_to_the_others():
    assert passed(stated(lambda t: Ge(Large().x(t), 10**400), t=Integers(1, 3)), [{"t": Integer(1)}], 1.0) == []


def test_divergences_of_coins_that_always_fall_on_one_side():
    half = Rational(1, 2)
    assert_proved(lambda: Eq(KL(Binomial(3, 0), Binomial(3, half)), 3 * log(2)))
    assert_proved(lambda q: Eq(KL(Binomial(3, 1), Binomial(3, q)), -3 * log(q)), q=Probability())
    assert_proved(lambda p: Le(KL(Binomial(1, p), Binomial(1, half)), log(2)), p=CLOSED)
    assert_proved(lambda b: Eq(KL(Poisson(0), Poisson(b)), b), b=Positive())
    wrong = stated(lambda: Eq(KL(Binomial(3, 0), Binomial(3, Rational(1, 3))), 3 * log(2)))
    assert at_point(wrong, Point(1, {}), 0.001).verdict == Verdict.REFUTED


def test_a_place_without_variables_is_not_told():
    found = at_point(stated(lambda: Eq(E(Draws().y(1)) / (E(Draws().y(2))), 0)), Point(1, {}), 0.001)
    assert found.verdict == Verdict.UNDECIDED
    assert " at :" not in found.note


# ---- what is not integrated -------------------------------------------------------------------------------------------


class Arch(Loop):
    """A volatility that follows the last value."""

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        return {"x": sqrt(1 + now["x"] ** 2) * Noise("Z", Normal(0, 1))}


@pytest.mark.parametrize(("late", "power"), [(2, 1), (3, 1), (2, 3)])
def test_what_is_not_integrated_beside_a_draw_of_mean_0_has_to_have_a_mean(late, power):
    x = Arch().x
    found = prove(stated(lambda: Eq(E(x(late) / x(1) ** power), 0)))
    assert not found.proved
    assert "mean" in found.reason


def test_where_it_has_one_the_whole_is_0():
    x = Arch().x
    for late in (2, 3):
        assert_proved(lambda late=late: Eq(E(x(late) * x(1)), 0))
    a, b = (Noise(name, Normal(0, 1)) for name in "AB")
    assert average(sqrt(1 + a**2) * b, {a, b})[0] == 0
    heavy = Noise("T", StudentT(1))
    with pytest.raises(CannotTell):
        average(sqrt(1 + heavy**4) * b, {heavy, b})


class Around(Loop):
    """Draws around the last one, whose law tells the state."""

    number: Integers(0, 2)
    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        laws = Normal(now["x"], 1), Laplace(now["x"], 1), StudentT(3, now["x"], 1)
        return {"x": Noise("Z", laws[int(self.number)])}


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize(
    "relation",
    [lambda x: Eq(E(x(2) / x(1)), 1), lambda x: Eq(E((x(2) - x(1)) / x(1)), 0), lambda x: Le(E(x(3) / x(1)), 1)],
)
def test_what_a_law_has_of_the_state_does_not_cancel_before_there_is_a_mean(kind, relation):
    claim = stated(lambda: relation(Around(kind).x))
    assert not prove(claim).proved
    assert at_point(claim, Point(1, {}), 0.01).verdict in (Verdict.UNDECIDED, Verdict.LEFT_OUT)


@pytest.mark.parametrize("kind", [0, 1])
def test_where_nothing_is_divided_it_does(kind):
    x = Around(kind).x
    assert_proved(lambda: Eq(E(x(2) - x(1)), 0))
    assert_proved(lambda: Eq(E((x(2) - x(1)) * x(1)), 0))


def test_what_another_draw_tells_of_a_law_does_not_cancel_either():
    a = Noise("A", Normal(0, 1))
    b = Noise("B", Normal(a, 1))
    with pytest.raises(CannotTell):
        average(b / a, {a, b})
    assert average(b * a, {a, b})[0] == 1


class Heavy(Loop):
    """Its scale follows a coordinate of heavy tails."""

    dof: Integers(1)
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        scale = sqrt(now["x"] ** 4 + Noise("A", Normal(0, 1)) ** 2)
        return {"x": Noise("T", StudentT(self.dof)), "y": scale * Noise("B", Normal(0, 1))}


@pytest.mark.parametrize(("dof", "proved"), [(2, False), (5, True)])
def test_what_is_not_integrated_is_bounded_by_powers_of_the_state(dof, proved):
    assert prove(stated(lambda: Eq(E(Heavy(dof).y(2)), 0))).proved == proved


class Wide(Loop):
    """What is not integrated has a draw whose law is of the state."""

    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}  # noqa: RUF012

    def step(self, now):
        """Of a fit."""
        a = Noise("A", Normal(0, now["x"] ** 8))
        return {"x": Noise("T", StudentT(3)), "y": sqrt(1 + a**2) * Noise("B", Normal(0, 1))}


def test_a_law_of_the_state_bounds_nothing():
    assert not prove(stated(lambda: Eq(E(Wide().y(2)), 0))).proved
