"""Forms that hide where they are none: functions with cuts, roots of sums, laws without a density, and what lemmas are about."""

import pytest
from stated import is_proved
from sympy import (
    Eq,
    Ge,
    Gt,
    Integer,
    Le,
    Min,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    acos,
    asin,
    atan,
    cos,
    erf,
    erfc,
    exp,
    gamma,
    log,
    pi,
    sin,
    sqrt,
    tanh,
)

from theory import (
    CLOCK,
    KL,
    TV,
    W2,
    Atoms,
    Binomial,
    E,
    Exponential,
    Integers,
    Loop,
    Noise,
    Normal,
    Positive,
    Reals,
    coordinate,
)

T, LATER = Integers(0), Integers(1)
J = Symbol("j", integer=True)


class Moved(Loop):
    """y' = x Y beside a function x of one normal draw; `which` says which."""

    which: Integers
    x = coordinate()
    y = coordinate()
    initial = {"x": 1, "y": 0}  # noqa: RUF012

    def step(self, now):
        z = Noise("Z", Normal(0, 1))
        return {"x": KINDS[int(self.which)](z), "y": now["x"] * Noise("Y", Normal(1, 1))}


KINDS = (
    lambda z: sqrt(z**2 + 1) - 1,
    lambda z: exp(z) - 1 + sin(z) / (1 + z**2),
    lambda z: log(1 + z**2) / z,
    lambda z: asin(sin(z)) - z,
    lambda z: acos(cos(z)) - z,
    lambda z: z * sqrt(z**4 + 2 * z**2 + 1) - z**3 - z,
    lambda z: z * erf(z) + z * erfc(z) - z,
    lambda z: z * (sin(z) ** 2 + cos(z) ** 2 - 1),
)


@pytest.mark.parametrize("kind", range(3))
def test_analytic_functions_of_draws_are_other_than_0(kind):
    assert is_proved(lambda: Eq(E(Moved(kind).y(2) / Moved(kind).x(1)), 1))


@pytest.mark.parametrize("kind", range(3, len(KINDS)))
def test_functions_that_may_be_0_for_many_draws_are_not(kind):
    assert not is_proved(lambda: Eq(E(Moved(kind).y(2) / Moved(kind).x(1)), 1))


class Shifted(Loop):
    """x + 1 is multiplied: it keeps the sign that it starts with."""

    start: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, now):
        return {"x": (now["x"] + 1) * Noise("Q", Exponential(1)) - 1}


class Walk(Loop):
    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}


def of_roots(start):
    one = Shifted(start)
    return Eq(E(sqrt(one.x(2) + 1) / sqrt(one.x(1) + 1)), sqrt(pi) / 2)


def test_a_root_of_a_sum_is_one_of_what_is_not_below_0():
    assert is_proved(lambda: of_roots(1))
    assert not is_proved(lambda: of_roots(-2))


def test_lemmas_are_about_what_has_a_value():
    assert is_proved(lambda t: Le(E(sqrt(Walk().x(t) ** 2 + 1)), sqrt(t + 1)), t=T)
    assert not is_proved(lambda t: Le(E(sqrt(Walk().x(t) + 1)), 1), t=T)


class Spread(Loop):
    """Its model has the spread of where it is."""

    m = coordinate()
    initial = {"m": 0}  # noqa: RUF012

    def step(self, now):
        return {"m": now["m"] + Noise("Z", Normal(0, 1))}

    def law_at(self, t):
        return Normal(self.m(t), self.m(t) ** 2)


class Counted(Spread):
    """The same without chance."""

    m = coordinate()
    initial = {"m": 0}  # noqa: RUF012

    def step(self, now):
        return {"m": now["m"] + 1}


HALF = erf(1 / (2 * sqrt(2)))
OF_LAWS = {
    "KL": (lambda a: Eq(KL(Normal(a, a**2), Normal(0, a**2)), Rational(1, 2)), "a"),
    "KL of scales": (lambda a: Eq(KL(Normal(0, 2 * a**2), Normal(0, a**2)), (1 - log(2)) / 2), "a"),
    "TV": (lambda a: Eq(TV(Normal(a, a**2), Normal(0, a**2)), HALF), "a"),
    "of a model without chance": (
        lambda t: Eq(KL(Counted().model(t), Normal(0, Counted().m(t) ** 2)), Rational(1, 2)),
        "t",
    ),
    "of a model": (lambda t: Eq(E(KL(Spread().model(t), Normal(0, Spread().m(t) ** 2))), Rational(1, 2)), "t"),
    "TV of a model": (lambda t: Eq(E(TV(Spread().model(t), Normal(0, Spread().m(t) ** 2))), HALF), "t"),
}


@pytest.mark.parametrize("name", OF_LAWS)
def test_distances_are_of_laws_with_a_density(name):
    relation, variable = OF_LAWS[name]
    good, bad = (Positive(), Reals()) if variable == "a" else (LATER, T)
    assert is_proved(relation, **{variable: good})
    assert not is_proved(relation, **{variable: bad})


def test_what_has_no_density_has_a_distance_to_itself_and_one_of_numbers():
    assert is_proved(lambda a: Eq(TV(Normal(0, a**2), Normal(0, a**2)), 0), a=Reals())
    assert is_proved(lambda a: Eq(W2(Normal(1, a**2), Normal(0, a**2)), 1), a=Reals())


ENDS = Reals(0, 1, closed=True)
AT_AN_END = {
    "1/(1 + 1/a)": lambda a: Eq(1 / (1 + 1 / a), a / (1 + a)),
    "|1/a|": lambda a: Gt(abs(1 / a), 0),
    "|log a|": lambda a: Ge(abs(log(a)), 0),
    "Min(|1/a|, 1)": lambda a: Le(Min(abs(1 / a), 1), 1),
    "1/(log(a) - 1)": lambda a: Le(1 / (log(a) - 1), 0),
    "atan|1/a|": lambda a: Le(atan(abs(1 / a)), pi / 2),
    "1/gamma(a)": lambda a: Eq(1 / gamma(a), a / gamma(1 + a)),
    "beside a mean": lambda a: Ge(E(Shifted(1).x(1) ** 2) / (1 + 1 / a) ** 2, 0),
    "in a sum": lambda a: Ge(Sum(1 / (1 + 1 / a) ** J, (J, 0, 3)), 1),
}


@pytest.mark.parametrize("name", AT_AN_END)
def test_what_is_infinite_at_an_end_does_not_vanish(name):
    assert not is_proved(AT_AN_END[name], a=ENDS)


def test_what_is_infinite_in_a_case_that_does_not_hold_may():
    assert is_proved(lambda a: Eq(Piecewise((1 / (1 + 1 / a), a > 0), (0, True)), a / (1 + a)), a=ENDS)
    assert is_proved(lambda a: Eq(1 / (1 + 1 / a), a / (1 + a)), a=Positive())
    assert is_proved(lambda a: Eq(1 / (2 + abs(log(1 + a))), 1 / (2 + log(1 + a))), a=ENDS)


def test_sums_of_numbers_have_terms():
    assert is_proved(lambda: Eq(Sum(1 / (1 + 1 / J), (J, 1, 2)), Rational(7, 6)))
    assert not is_proved(lambda: Eq(Sum(1 / (1 + 1 / J), (J, 0, 2)), Rational(7, 6)))
    assert not is_proved(lambda b: Eq(b * Product(1 / (1 + 1 / J), (J, 0, 2)), 0), b=Reals())


class Kept(Loop):
    a: Reals
    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * self.a}


def test_the_logarithm_of_0_is_not_below_a_number():
    assert is_proved(lambda t: Le(E(log(Kept(Rational(1, 2)).x(t))), 1), t=LATER)
    assert not is_proved(lambda t: Le(E(log(Kept(0).x(t))), 1), t=LATER)


class Hiding(Loop):
    """1/(1 + 1/f) in a step, f being the state, and the number of the fit."""

    begun: Reals
    late: Integers
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.begun, "y": 0}

    def step(self, now):
        return {
            "x": 1 / (1 + 1 / now["x"]),
            "y": now["y"] + 1 / (1 + 1 / (CLOCK - self.late)),
        }


class Tossed(Loop):
    """The same of a coin."""

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": 1 / (1 + 1 / Noise("C", Binomial(1, HALVES)))}


HALVES = Rational(1, 2)
COIN, DIE = Noise("B", Binomial(1, HALVES)), Noise("D", Atoms((2, 1), (HALVES, HALVES)))


def test_what_is_infinite_in_a_step_does_not_vanish():
    assert is_proved(lambda: Eq(Hiding(1, 0).x(2), Rational(1, 3)))
    assert not is_proved(lambda: Eq(Hiding(0, 0).x(2), 0))
    assert not is_proved(lambda: Eq(Hiding(1, 1).y(1), 0))
    assert not is_proved(lambda t: Ge(Hiding(1, 1).y(t), 0), t=T)


OF_DRAWS = (
    lambda z: 1 / (1 + 1 / z),
    lambda z: Min(1, abs(log(z))),
    lambda z: tanh(abs(log(z))),
    lambda z: 1 / (1 - log(z)),
    lambda z: z / (1 + abs(1 / z)),
)


@pytest.mark.parametrize("which", range(len(OF_DRAWS)))
def test_what_is_infinite_at_a_draw_does_not_vanish(which):
    f = OF_DRAWS[which]
    assert is_proved(lambda: Eq(E(f(DIE)), (f(Integer(1)) + f(Integer(2))) / 2))
    assert not is_proved(lambda: Eq(E(f(COIN)), f(Integer(1)) / 2))


def test_what_is_infinite_in_a_step_with_draws_does_not_vanish():
    assert not is_proved(lambda t: Ge(E(Tossed().x(t)), 0), t=LATER)
