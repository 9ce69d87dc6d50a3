"""The checker of certificates, rule by rule: what would be accepted, or have another number, were one of its rules dropped."""

import json

import pytest
from sympy import Eq, Integer, Lt, Rational, Symbol, binomial, gamma, log, oo, sqrt, true

from theory import CLOCK, E, GaussianLoop, Growing, Integers, PooledGaussianLoop, Positive, Reals, Tends, Var, claim
from theory.language.errors import CannotTell
from theory.language.laws import Binomial, ChiSquare, Exponential, Noise, Normal, Uniform
from theory.language.loops import Loop, coordinate
from theory.language.moments import Cov
from theory.proof.exported import certificate
from theory.recheck import laws
from theory.recheck.averages import Averages
from theory.recheck.check import Checker, Known, Refused, places
from theory.recheck.fractions import factors, vanishes
from theory.recheck.moments import Moments, orbit
from theory.recheck.signs import Signs, vanishes_along
from theory.recheck.states import kept

half, third = Rational(1, 2), Rational(1, 3)
x, y = Symbol("x", real=True), Symbol("y", real=True)
u, v = Symbol("u", positive=True), Symbol("v", positive=True)
k = Symbol("k", integer=True, nonnegative=True)


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

    assert laws.moment(Uniform(1, 3), power)[0] == (Integer(3) ** (power + 1) - 1) / (2 * (power + 1))
    assert laws.moment(Binomial(3, third), power)[0] == counted
    assert laws.counts(Integer(3), {0: third, 1: 1 - third}, {0: power}) == counted


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
    assert orbit(Counted(), 3)["total"] == 1 + 2 + 3
    Known({}, {}).add_states(Counted(), {"total": "_t*(_t + 1)/2"})
    with pytest.raises(Refused, match="the induction of total"):
        Known({}, {}).add_states(Counted(), {"total": "_t*(_t - 1)/2"})


def test_a_row_that_is_missing_is_told():
    rows = [{"monomial": "mu**2", "after": "mu**2 + sigma**2/4", "start": "0", "form": "_0"}]
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


def test_what_is_true_does():
    assert (follows(early_enough), follows(below)) == ("limit", "sign")


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
