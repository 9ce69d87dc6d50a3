"""The checker of certificates, rule by rule: what would be accepted, or have another number, were one of its rules dropped."""

import json

import pytest
from sympy import (
    Abs,
    Add,
    Eq,
    Ge,
    Integer,
    Le,
    Lt,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    binomial,
    exp,
    expand,
    factorial,
    gamma,
    harmonic,
    log,
    oo,
    sqrt,
    true,
)

from theory import (
    CLOCK,
    E,
    GaussianLoop,
    Growing,
    Integers,
    Limit,
    PooledGaussianLoop,
    Positive,
    Probability,
    Reals,
    Tends,
    Var,
    claim,
)
from theory.language.errors import CannotTell
from theory.language.laws import (
    Binomial,
    ChiSquare,
    Exponential,
    Laplace,
    Multinomial,
    Noise,
    Normal,
    Poisson,
    Uniform,
    counts,
)
from theory.language.loops import Loop, coordinate
from theory.language.moments import Cov
from theory.proof.exported import certificate
from theory.recheck import laws, stepwise
from theory.recheck import signs as by_coefficients
from theory.recheck.averages import Averages
from theory.recheck.check import Checker, Known, Refused, coordinates, places
from theory.recheck.fractions import factors, vanishes
from theory.recheck.moments import Moments, orbit
from theory.recheck.signs import Signs, vanishes_along
from theory.recheck.states import kept
from theory.recheck.stepwise import vanishes_stepwise

half, third = Rational(1, 2), Rational(1, 3)
x, y = Symbol("x", real=True), Symbol("y", real=True)
u, v = Symbol("u", positive=True), Symbol("v", positive=True)
i, j, k = (Symbol(s, integer=True, nonnegative=True) for s in "ijk")
t = Symbol("t", integer=True, positive=True)


class Counted(Loop):
    """Nothing random: the numbers of the fits, added up."""

    total = coordinate()
    initial = {"total": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"total": state["total"] + CLOCK}


class Pulled(Loop):
    """A walk that is halved in each step, and goes up from 1 by exponential draws, or down by half of them."""

    up, down = coordinate(), coordinate()
    initial = {"up": Integer(1), "down": Integer(1)}  # noqa: RUF012

    def step(self, state):
        z = Noise("Z", Exponential(1))
        return {"up": state["up"] / 2 + z, "down": state["down"] / 2 - z}


def follows(c):
    """How the only relation of a claim follows; nothing is known of its loops but their steps."""
    (place,) = places(c)
    (relation,) = place.relations()
    return Checker(place, place.signs, Known(c.symbols, place.signs.charts)).follows(relation)


# ---- laws and their moments -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", range(5))
def test_moments_are_those_of_the_law(power):
    masses = {i: binomial(3, i) * third**i * (1 - third) ** (3 - i) for i in range(4)}
    counted = sum(p * Integer(i) ** power for i, p in masses.items())

    both = sum(
        binomial(power, i) * 3 ** (power - i) * (2**i * factorial(i) if i % 2 == 0 else 0) for i in range(power + 1)
    )
    assert laws.moment(Laplace(3, 2), power)[0] == both
    assert laws.moment(Uniform(1, 3), power)[0] == (Integer(3) ** (power + 1) - 1) / (2 * (power + 1))
    assert laws.moment(Binomial(3, third), power)[0] == counted
    assert laws.counts(Integer(3), {0: third, 1: 1 - third}, {0: power}) == counted


def test_roots_within_roots_have_one_denominator():
    """A root of v in what another root is of was taken for another power of v than beside it."""
    inner = u ** Rational(1, 3) + v
    whole = inner ** Rational(3, 2)
    assert not vanishes(whole - sqrt(inner) * ((sqrt(u) + 1) ** 2 - 2 * sqrt(u) + v - 1))  # sqrt(u)^2 is not u^(1/3)
    assert vanishes(whole - sqrt(inner) * ((u ** Rational(1, 6) + 1) ** 2 - 2 * u ** Rational(1, 6) + v - 1))
    assert vanishes((sqrt(u) + whole) ** 2 - u - 2 * sqrt(u) * inner * sqrt(inner) - inner**3)
    assert not vanishes((u ** (x / 2) - exp(y) + 7) ** Rational(3, 2) - 1)  # names that come late


def test_what_a_mean_needs_is_asked_for():
    known = Averages()
    q, z = Noise("Q", ChiSquare(2 * u)), Noise("Z", Normal(0, x))
    assert vanishes(known.mean(1 / q) - 1 / (2 * (u - 1)))
    known.mean(z**2)

    assert (u - 1, True) in known.needs
    assert {quantity for quantity, _ in known.needs} >= {u - 1, x}
    with pytest.raises(CannotTell, match="infinite"):
        known.mean(1 / Noise("Q", ChiSquare(2)))
    with pytest.raises(CannotTell, match="whole"):
        known.mean(Noise("B", Binomial(u, half)))


def test_variances_and_covariances_and_steps_taken_back():
    loop = GaussianLoop(4)
    moments = Moments(Known({}, {}), lambda _: False)

    assert moments.value(Var(loop.mu(2))) == half
    assert moments.value(Var(loop.mu(1) ** 2)) == Rational(1, 8)
    assert moments.value(Cov(loop.mu(1) + 1, loop.mu(2) + 1)) == Rational(1, 4)
    assert moments.value(Cov(loop.sigma(1) ** 2, loop.sigma(2) ** 2)) == Rational(2, 3)


def test_the_clock_of_a_state_is_that_of_its_fit():
    assert orbit(Counted(), 3, Averages())["total"] == 1 + 2 + 3
    Known({}, {}).add_states(Counted(), {"total": "_t*(_t + 1)/2"})
    with pytest.raises(Refused, match="the induction of total"):
        Known({}, {}).add_states(Counted(), {"total": "_t*(_t - 1)/2"})


def test_a_row_that_is_missing_is_told():
    mu, sigma = (next(k for k, v in coordinates(GaussianLoop(4)).items() if v.name == s) for s in ("mu", "sigma"))
    rows = [{"monomial": f"{mu}**2", "after": f"{mu}**2 + {sigma}**2/4", "start": "0", "form": "_0"}]
    with pytest.raises(Refused, match="has no row"):
        Known({}, {}).add_means(GaussianLoop(4), rows)


# ---- relations ------------------------------------------------------------------------------------------------------


@claim
def unordered(s=Integers(0), t=Integers(0)):
    """False where t is smaller."""
    loop = GaussianLoop(4)
    return Eq(E(loop.mu(s) * loop.mu(t)), s / 4)


@claim
def too_early(t=Integers(3)):
    """False at t = 1, of which the domain says nothing."""
    return Tends(1 / t + 1 / (t - half) ** 20, (t, 1, oo), 0, rate=4 / t)


@claim
def far_below(t=Integers(1)):
    """False: it is 1 below."""
    return Tends(1 / t, (t, 1, oo), 1, rate=1 / t)


@claim
def never_falls(t=Integers(1)):
    """No limit is told by it."""
    return Tends(1 / t, (t, 1, oo), 0, rate=1 + 1 / t)


@claim
def too_narrow(t=Integers(1)):
    """False at t = 1."""
    return Tends(1 / t, (t, 1, oo), 0, rate=1 / t**2)


@claim
def divided(a=Reals()):
    """No number at a = 0."""
    return Eq((1 + a) / a, 1 + 1 / a, evaluate=False)


@pytest.mark.parametrize("c", [unordered, too_early, far_below, never_falls, too_narrow, divided], ids=lambda c: c.id)
def test_what_is_false_does_not_follow(c):
    with pytest.raises((CannotTell, Refused)):
        follows(c)


@claim
def early_enough(t=Integers(1)):
    """True."""
    return Tends(1 / t, (t, 1, oo), 0, rate=2 / t)


@claim
def below(n=Integers(2)):
    """True."""
    return Lt(E(GaussianLoop(n).mu(1) ** 2), 1)


@claim
def root_of_the_square(n=Integers(2)):
    """True."""
    return Le(3 * E(Abs(GaussianLoop(n).mu(2))), 3 * sqrt(2 / n))


def test_what_is_true_does():
    found = [follows(c) for c in (early_enough, below, root_of_the_square)]
    assert found == ["limit", "sign", "sign"]


@claim
def below_the_mean(n=Integers(2)):
    """False: by the root of 2/pi."""
    return Ge(3 * E(Abs(GaussianLoop(n).mu(2))), 3 * sqrt(2 / n))


@claim
def minus_the_mean(n=Integers(2)):
    """False: what takes more from it is smaller."""
    return Le(-E(Abs(GaussianLoop(n).mu(2))), -sqrt(2 / n))


@claim
def square_of_the_mean(n=Integers(2)):
    """True, and no line in the mean."""
    return Le(E(Abs(GaussianLoop(n).mu(2))) ** 2, 2 / n)


@claim
def by_cases(n=Integers(2)):
    """False: the mean is the root of 1/pi, 0.56, and the root of the mean of the square is 0.71."""
    return Le(Piecewise((5, E(Abs(GaussianLoop(2).mu(1))) < Rational(6, 10)), (0, True)), n - 1)


@pytest.mark.parametrize("c", [below_the_mean, minus_the_mean, square_of_the_mean, by_cases], ids=lambda c: c.id)
def test_a_mean_is_put_above_where_that_is_more(c):
    with pytest.raises(CannotTell):
        follows(c)


class Pushed(Loop):
    """A walk that is drawn towards 0 by a factor, and pushed up by 1."""

    r: Reals
    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, state):
        return {"x": self.r * state["x"] + 1 + Noise("Z", Normal(0, 1))}


def limit_of(factor, limit, domain):
    @claim
    def tends(r=domain):
        """A limit without a rate."""
        return Limit(factor * E(Pushed(r).x(t)), (t, oo), limit(r))

    return tends


@pytest.mark.parametrize("factor", [1, t / (t + 1)], ids=str)
def test_a_limit_without_a_rate(factor):
    found = json.loads(certificate(limit_of(factor, lambda r: 1 / (1 - r), Probability()), "derivation"))
    assert found["places"][0]["parts"][0]["ends"] == "limit"


@pytest.mark.parametrize(
    "c",
    [
        limit_of(1, lambda r: 1 / (1 - r) + r / 10**6, Probability()),
        limit_of(1, lambda r: 1 / (1 - r), Reals(0, 3)),  # beyond 1 it grows
        limit_of(t, lambda r: 1 / (1 - r), Probability()),
        limit_of(1, lambda r: oo, Probability()),
    ],
    ids=["by a millionth", "beyond 1", "times t", "infinite"],
)
def test_a_limit_that_is_none_has_no_certificate(c):
    assert "none" in json.loads(certificate(c, "derivation"))


class Named(Loop):
    """A coordinate that has the name of a variable of the claim."""

    r: Reals
    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] / 2 + self.r + Noise("Z", Normal(0, 1))}


def test_a_coordinate_may_have_the_name_of_a_variable():
    def stated(limit):
        @claim
        def named(x=Reals(), t=Integers(0)):
            """The mean after any number of steps."""
            return Eq(E(Named(x).x(t)), limit * x * (1 - 2**-t))

        return json.loads(certificate(named, "derivation"))

    assert "places" in stated(2)
    assert "none" in stated(Rational(2001, 1000))


# ---- induction ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zero",
    [
        Sum(1 / (j + 2), (j, 0, k - 1)) - harmonic(k + 1) + 1,
        Product((j + 3) / (j + 1), (j, 0, k - 1)) - (k + 1) * (k + 2) / 2,
        u
        * (
            Product((j - u + 1) / (j + 1), (j, 0, k))
            - (1 - u + k) / (k + 1) * Product((j - u + 1) / (j + 1), (j, 0, k - 1))
        ),
        Product(j / (j + 2), (j, 0, k)),  # its first factor is 0
        Sum(j * Product(1 / i, (i, 1, j + 1)), (j, 0, k)) - 1 + Product(1 / i, (i, 1, k + 1)),  # a sum of products
    ],
    ids=str,
)
def test_an_identity_by_induction(zero):
    nonzero = Signs({}, {}, true).nonzero
    assert vanishes_stepwise(zero, nonzero)
    assert not vanishes_stepwise(zero + 1 / (k + 1), nonzero)
    assert not vanishes_stepwise(zero + k * u, nonzero)  # right at the start
    assert not vanishes_stepwise(zero + 1, nonzero)  # right from one to the next


def test_a_step_that_may_be_a_multiple_by_0_is_none():
    """k P(k) is 0 at 0, and each value is a multiple of the one before, but for the first: that divides by 0."""
    x = k * Product((j - u + 1) / (j + 1), (j, 0, k - 1))
    assert not stepwise._follows(x, k, Signs({}, {}, true).nonzero)
    assert stepwise._follows(x, k, lambda _: True)


# ---- signs ----------------------------------------------------------------------------------------------------------

DOMAINS = {"a": Positive(), "b": Positive(closed=True), "c": Reals(), "n": Integers(2)}
a, b, c, n = (d.symbol(name) for name, d in DOMAINS.items())


def signs():
    return Signs({"a": a, "b": b, "c": c, "n": n}, DOMAINS, true)


@pytest.mark.parametrize(
    ("gap", "strict"),
    [
        (b, True),  # at 0
        (n - 2, True),  # at 2
        (n - 3, False),
        (a - 1, False),
        (a + b - 1, False),
        (a * b + b, True),
        (c**3, False),
        (c**2 - a, False),
        ((1 + a) ** k - 1 - 2 * k * a, False),  # at a small a
        ((a - 1) ** 2, True),
    ],
    ids=str,
)
def test_no_sign_is_seen_where_there_is_none(gap, strict):
    assert not signs().positive(gap, strict)


@pytest.mark.parametrize(
    ("x", "sign"),
    [
        (-3 * (a - c) ** 2 * (a + 1) / 7, (-1, False)),
        ((a - c) * (a + 1), None),
        (-(a - c) * (c - a) * (a + b), (1, False)),
    ],
    ids=str,
)
def test_polynomials_are_taken_apart_by_flint(x, sign, monkeypatch):
    """A certificate that SymPy took twenty seconds to give up takes six."""
    monkeypatch.setattr(by_coefficients, "factor_list", None)  # not asked
    assert by_coefficients._of_factors(expand(x)) == sign


def test_with_roots_of_numbers_they_are_taken_apart_by_sympy():
    assert by_coefficients._factored(expand(sqrt(2) * (a - c) ** 2 * (a + 1)))[1] == [(a + 1, 1), (a - c, 2)]


@pytest.mark.parametrize("gap", [a * b + a, (1 + a) ** k - k * a, c**2 + a], ids=str)
def test_a_sign_is_seen_where_there_is_one(gap):
    assert signs().positive(gap, True)


@pytest.mark.parametrize("f", [(1 + a) ** n, n / (n + a), (1 + n) / n, (a / (1 + b)) ** n], ids=str)
def test_what_does_not_fall_to_0(f):
    assert not vanishes_along(f, n, signs())


@pytest.mark.parametrize("f", [n / (1 + a) ** n, a / n, (1 + n) / n**2], ids=str)
def test_what_falls_to_0(f):
    assert vanishes_along(f, n, signs())


# ---- fractions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zero",
    [
        (sqrt(u) + 1) ** 2 - u - 2 * sqrt(u) - 1,
        (sqrt(1 + u) + v) ** 3 - (1 + u + 3 * v**2) * sqrt(1 + u) - 3 * v * (1 + u) - v**3,
        gamma(u + 2) - u * (u + 1) * gamma(u),
        log(u * v) - log(u) - log(v),
    ],
    ids=str,
)
def test_what_is_0_vanishes(zero):
    assert vanishes(zero)
    assert not vanishes(zero + 1)


@pytest.mark.parametrize(
    "other",
    [
        sqrt(x * y) - sqrt(x) * sqrt(y),  # at -1, -1
        log(x * y, evaluate=False) - log(x) - log(y),
        gamma(u + 2) - (u + 1) * (u + 2) * gamma(u),
    ],
    ids=str,
)
def test_what_is_not_0_everywhere_does_not_vanish(other):
    assert not vanishes(other)


def test_a_factor_with_its_sign():
    assert dict(factors(1 - x)) in ({1 - x: 1}, {x - 1: 1, Integer(-1): 1})


# ---- states ---------------------------------------------------------------------------------------------------------


def test_what_stays_above_0():
    now = Pulled().symbols()
    plain = Signs({}, {}, true)

    assert kept(Pulled(), [(now["up"], True)], plain) == {(now["up"], True)}
    assert kept(Pulled(), [(now["down"], True)], plain) == set()  # a step leads below
    assert kept(Pulled(), [(now["up"] - 2, True)], plain) == set()  # not at the start


class Shares(Loop):
    """Shares of three kinds, a part of them kept as they were drawn first."""

    m: Integers(1)
    first, one, two = coordinate(), coordinate(), coordinate()

    @property
    def initial(self):
        p = Rational(1, 3)
        return {"first": p, "one": p, "two": p}

    def step(self, state):
        drawn = Noise("K", Binomial(self.m, state["one"]))
        return {"first": state["first"], "one": (state["first"] + drawn / self.m) / 2, "two": 1 - state["one"]}


def test_shares_stay_from_0_to_1_by_one_another():
    """That `one` stays below 1 needs `first` to do so, of which nothing asks."""
    now = Shares(Integer(4)).symbols()
    plain = Signs({}, {}, true)
    asked = [(now["one"], False), (1 - now["one"], False)]

    assert kept(Shares(Integer(4)), asked, plain) == set(asked)
    assert kept(Shares(Integer(4)), [(1 - 2 * now["one"], False)], plain) == set()
    assert kept(Shares(Integer(4)), [(1 - now["one"] - now["two"], False)], plain) == set()


class Spread(Loop):
    """What draws of several laws keep."""

    low, count = coordinate(), coordinate()
    initial = {"low": Noise("U", Uniform(1, 2)), "count": Noise("P", Poisson(1))}  # noqa: RUF012

    def step(self, state):
        return {"low": Noise("U", Uniform(1, 2)), "count": state["count"] + Noise("P", Poisson(1))}


def test_draws_keep_to_their_supports():
    now = Spread().symbols()
    plain = Signs({}, {}, true)
    right = [(now["low"] - 1, False), (2 - now["low"], False), (now["count"], False)]
    wrong = [(now["low"] - Rational(11, 10), False), (Rational(19, 10) - now["low"], False), (now["count"], True)]

    assert kept(Spread(), right, plain) == set(right)
    assert kept(Spread(), wrong, plain) == set()


@pytest.mark.parametrize(
    ("drawn", "least", "strict", "loose"),
    [
        (Noise("B", Binomial(5, half)), 0, False, True),  # none of five trials
        (5 - Noise("B", Binomial(5, half)), 0, False, True),  # all of them
        (5 - Noise("B", Binomial(5, half)), -1, True, True),
        (1 + Noise("B", Binomial(5, half)), 0, True, True),
        (Noise("Q", ChiSquare(i)), 0, False, True),  # i may be 0
        (Noise("Q", ChiSquare(i + 1)), 0, True, True),
        (3 - Add(*counts("Y", Multinomial(3, (half, half)))), 0, False, True),  # all of the counts
        (counts("Y", Multinomial(3, (half, half)))[0], 0, False, True),
        (4 - Add(*counts("Y", Multinomial(3, (half, third)))), 0, True, True),
        (Noise("U", Uniform(0, 1)), 0, True, True),  # almost surely
    ],
)
def test_counts_are_all_or_none_of_their_trials(drawn, least, strict, loose):
    class Told(Loop):
        """What is drawn, each time anew."""

        w = coordinate()
        initial = {"w": Integer(1)}  # noqa: RUF012

        def step(self, state):
            return {"w": drawn}

    w = Told().symbols()["w"]
    plain = Signs({}, {}, true)
    for strictly, seen in ((True, strict), (False, loose)):
        asked = {(w - least, strictly)}
        assert kept(Told(), asked, plain) == (asked if seen else set())


def test_no_law_is_drawn_from_a_count_that_may_be_0():
    """An exponential draw whose mean is a count: there is none where the count is 0."""

    class Counting(Loop):
        w, x = coordinate(), coordinate()
        initial = {"w": Integer(1), "x": Integer(0)}  # noqa: RUF012

        def step(self, state):
            more = Noise("B", Binomial(5, half))
            return {"w": self.least + more, "x": Noise("X", Exponential(state["w"]))}

    class From0(Counting):
        least = Integer(0)

    class From1(Counting):
        least = Integer(1)

    @claim
    def wrong():
        """Nothing: the second fit may have no law."""
        return Eq(E(From0().x(2)), Rational(5, 2))

    @claim
    def right():
        """The mean of one and a half of five."""
        return Eq(E(From1().x(2)), Rational(7, 2))

    with pytest.raises(CannotTell):
        follows(wrong)
    assert follows(right) == "identity"


class Drawn(Loop):
    """A walk that is drawn towards 0 by a factor, and pushed up by 1."""

    a: Reals
    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Z", Normal(1, 1))}


def test_a_form_that_divides_by_what_may_be_0_is_no_form():
    """(1 - a) E x = 1 - a^t, also at a = 1, where the form of E x, (1 - a^t)/(1 - a), is no number."""

    @claim
    def pushed(a=Reals(0, 2), t=Integers(0)):
        """True, and told from what is no number at a = 1."""
        return Eq((1 - a) * E(Drawn(a).x(t)), 1 - a**t)

    assert "divided by" in json.loads(certificate(pushed, "derivation"))["none"]


def test_what_a_data_policy_needs_it_needs_in_every_fit():
    """Of 10 - k new points in fit k there are 9 in the first, and less than none in the eleventh."""

    @claim
    def shrinking(sigma0=Positive()):
        """True of the first fit."""
        loop = PooledGaussianLoop(9, Growing(10 - CLOCK), sigma0=sigma0, known_variance=True)
        return Eq(E(loop.mu(1) ** 2), sigma0**2 / 9)

    assert "needs" in json.loads(certificate(shrinking, "derivation"))["none"]


def test_a_form_from_the_start_says_nothing_of_a_later_generation():
    """The mean keeps what it was: E mu(2 t) mu(t) = E mu(t)^2, which is above 0, though E mu(2 t) = 0."""

    @claim
    def forgotten(t=Integers(1)):
        """False."""
        loop = PooledGaussianLoop(9, Growing(9 * CLOCK), known_variance=True)
        return Eq(E(loop.mu(2 * t) * loop.mu(t)), 0)

    assert "from a later one on" in json.loads(certificate(forgotten, "derivation"))["none"]
