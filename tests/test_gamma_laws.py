"""Gamma, beta, geometric and negative binomial draws: what is derived of loops that draw them, and their balls."""

from fractions import Fraction

import mpmath as mp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import assert_proved, is_proved
from sympy import (
    Abs,
    Eq,
    Ge,
    Integer,
    Le,
    Rational,
    Symbol,
    digamma,
    exp,
    log,
    oo,
    polygamma,
    sqrt,
)

from simulate import estimate
from theory.language.domains import Integers, Positive, Probability, Reals
from theory.language.laws import Beta, Binomial, Gamma, Geometric, Law, NegativeBinomial, Noise, Poisson
from theory.language.loops import Loop, coordinate
from theory.language.moments import W1, Cov, E, Limit, Prob, Var
from theory.proof.enclose import value
from theory.proof.methods import moment

half, third = Rational(1, 2), Rational(1, 3)


class ExponentialRefit(Loop):
    """The mean of an exponential law by the mean of n draws."""

    n: Integers(1)
    m: Positive
    theta = coordinate()
    initial = property(lambda self: {"theta": self.m})

    def step(self, now):
        return {"theta": Noise("S", Gamma(self.n, now["theta"] / self.n))}


class LargestOf(Loop):
    """A uniform law on [0, b], b refitted by the largest of n draws."""

    n: Integers(1)
    b = coordinate()
    initial = property(lambda self: {"b": 1})

    def step(self, now):
        return {"b": now["b"] * Noise("M", Beta(self.n, 1))}


class Posterior(Loop):
    """A coin: the next one is drawn from the posterior after n tosses, the prior being uniform."""

    n: Integers(1)
    p: Reals(0, 1)
    theta = coordinate()
    initial = property(lambda self: {"theta": self.p})

    def step(self, now):
        heads = Noise("S", Binomial(self.n, now["theta"]))
        return {"theta": Noise("B", Beta(1 + heads, 1 + self.n - heads))}


class Overdispersed(Loop):
    """A count with a negative binomial offspring: a Poisson count of a gamma rate."""

    m: Integers(1)
    p: Reals(0, 1)
    x = coordinate()
    initial = property(lambda self: {"x": self.m})

    def step(self, now):
        return {"x": Noise("N", NegativeBinomial(now["x"], self.p))}


class Waiting(Loop):
    """A clock that is put on by as many ticks as the first success takes."""

    p: Reals(0, 1)
    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": now["x"] + Noise("G", Geometric(self.p))}


def test_an_exponential_model_refitted():
    def var(n, m, t):
        return Eq(Var(ExponentialRefit(n, m).theta(t)), m**2 * ((1 + 1 / n) ** t - 1))

    def logs(n, m, t):
        return Eq(E(log(ExponentialRefit(n, m).theta(t))), log(m) + t * (digamma(n) - log(n)))

    def falls(n, m, t):
        return Le(E(sqrt(ExponentialRefit(n, m).theta(t))), sqrt(m))

    domains = {"n": Integers(1), "m": Positive(), "t": Integers(0)}
    for relation in (var, logs, falls):
        assert_proved(relation, **domains)
    assert not is_proved(lambda n, m, t: Eq(Var(ExponentialRefit(n, m).theta(t)), m**2 * ((1 + 1 / n) ** t)), **domains)
    assert not is_proved(
        lambda n, m, t: Eq(E(log(ExponentialRefit(n, m).theta(t))), log(m) + t * (digamma(n + 1) - log(n))), **domains
    )


def test_the_largest_of_some_draws():
    domains = {"n": Integers(1), "t": Integers(0)}
    assert_proved(lambda n, t: Eq(E(LargestOf(n).b(t)), (n / (n + 1)) ** t), **domains)
    assert_proved(lambda n, t: Eq(Var(log(LargestOf(n).b(t))), t / n**2), **domains)
    assert_proved(lambda n, u: Eq(Prob(LargestOf(n).b(1) <= u), u**n), n=Integers(1), u=Reals(0, 1))
    assert not is_proved(lambda n, u: Eq(Prob(LargestOf(n).b(1) <= u), u ** (n + 1)), n=Integers(1), u=Reals(0, 1))
    assert not is_proved(lambda n, t: Eq(E(1 / LargestOf(n).b(t)), (n / (n - 1)) ** t), **domains)  # infinite at n = 1
    assert_proved(lambda n, t: Eq(E(1 / LargestOf(n).b(t)), (n / (n - 1)) ** t), n=Integers(2), t=Integers(0))


def test_a_posterior_of_a_posterior():
    domains = {"n": Integers(1), "p": Reals(0, 1), "t": Integers(0)}
    mean = lambda n, p, t: half + (n / (n + 2)) ** t * (p - half)  # noqa: E731
    assert_proved(lambda n, p, t: Eq(E(Posterior(n, p).theta(t)), mean(n, p, t)), **domains)
    assert not is_proved(lambda n, p, t: Eq(E(Posterior(n, p).theta(t)), mean(n + 1, p, t)), **domains)


def test_offspring_that_spreads_more_than_poisson():
    domains = {"m": Integers(1), "p": Reals(0, 1), "t": Integers(0)}
    assert_proved(lambda m, p, t: Eq(E(Overdispersed(m, p).x(t)), m * ((1 - p) / p) ** t), **domains)
    assert_proved(lambda m, p: Eq(Prob(Eq(Overdispersed(m, p).x(1), 0)), p**m), m=Integers(1), p=Reals(0, 1))
    two = lambda m, p, a: Eq(Prob(Eq(Overdispersed(m, p).x(2), 0)), (p / (1 - (1 - p) * p)) ** (m + a))  # noqa: E731
    assert_proved(lambda m, p: two(m, p, 0), m=Integers(1), p=Reals(0, 1))
    assert not is_proved(lambda m, p: two(m, p, 1), m=Integers(1), p=Reals(0, 1))


def test_a_sum_of_waiting_times():
    domains = {"p": Reals(0, 1), "t": Integers(0)}
    assert_proved(lambda p, t: Eq(E(Waiting(p).x(t)), t / p), **domains)
    assert_proved(lambda p, t: Eq(Var(Waiting(p).x(t)), t * (1 - p) / p**2), **domains)
    assert_proved(lambda p, t: Ge(E(Waiting(p).x(t) ** 2), t**2), **domains)
    assert not is_proved(lambda p, t: Ge(E(Waiting(p).x(t) ** 2), (t + 1) ** 2), **domains)
    assert_proved(lambda p: Eq(Prob(Waiting(p).x(1) > 3), (1 - p) ** 3), p=Reals(0, 1))
    assert not is_proved(lambda p: Eq(Prob(Waiting(p).x(1) >= 3), (1 - p) ** 3), p=Reals(0, 1))


@pytest.mark.parametrize(
    ("law", "of"),
    [
        (Gamma(Rational(5, 3), Rational(2, 7)), lambda a, s: lambda r: (1 + s * r) ** -a),
        (Beta(half, Rational(7, 3)), lambda a, b: lambda r: mp.hyp1f1(a, a + b, -r)),
        (Beta(2, third), lambda a, b: lambda r: mp.hyp1f1(a, a + b, -r)),
        (Beta(3, 2), lambda a, b: lambda r: mp.hyp1f1(a, a + b, -r)),
        (Geometric(third), lambda p: lambda r: p * mp.exp(-r) / (1 - (1 - p) * mp.exp(-r))),
        (NegativeBinomial(Rational(5, 2), third), lambda r, p: lambda s: (p / (1 - (1 - p) * mp.exp(-s))) ** r),
    ],
    ids=lambda x: str(x) if isinstance(x, Law) else "known",
)
def test_laplace_transforms(law, of):
    with mp.workdps(25):
        known = of(*(mp.mpf(x.p) / x.q for x in law.args))(mp.mpf(3) / 2)
        found = value(E(exp(-Rational(3, 2) * Noise("X", law)))).value
        assert abs(mp.mpf(float(found.mid())) - known) < 1e-14
        assert float(found.rad()) < 1e-14


def test_what_makes_no_law():
    for law, words in (
        (Gamma(0, 1), "positive shape"),
        (Gamma(1, -1), "positive scale"),
        (Beta(1, 0), "positive b"),
        (Geometric(0), "probability above 0"),
        (Geometric(Rational(3, 2)), "no probability"),
        (NegativeBinomial(-1, half), "negative number of successes"),
    ):
        assert words in law.refuses()
    assert (Geometric(1).refuses(), NegativeBinomial(0, half).refuses()) == (None, None)


def test_a_poisson_count_of_a_gamma_rate_is_negative_binomial():
    rate = Noise("R", Gamma(Rational(5, 2), 2))
    mixed, straight = Noise("N", Poisson(rate)), Noise("N", NegativeBinomial(Rational(5, 2), third))
    for power in (1, 2, 3):
        assert E(mixed**power) != E(straight**power)
        assert_proved(lambda power=power: Eq(E(mixed**power), E(straight**power)))
    assert not is_proved(lambda: Eq(E(mixed**2), E(straight**2) + Rational(1, 100)))


def test_gamma_laws_of_one_shape_are_stretched_into_one_another():
    assert_proved(lambda a, b: Eq(W1(Gamma(3, a), Gamma(3, b)), 3 * Abs(a - b)), a=Positive(), b=Positive())
    assert not is_proved(lambda a, b: Eq(W1(Gamma(3, a), Gamma(2, b)), 3 * Abs(a - b)), a=Positive(), b=Positive())


def test_simulated():
    moments = [
        E(LargestOf(3).b(4)),
        E(Posterior(3, third).theta(2)),
        E(ExponentialRefit(4, 2).theta(3) ** 2),
        E(Overdispersed(2, half).x(2)),
        Prob(Waiting(third).x(2) > 4),
    ]
    for m in moments:
        (found,) = estimate([m], 20_000)
        assert abs(found.midpoint - float(moment(m).form)) <= found.radius, m


def test_a_refit_tends():
    t = Symbol("t", integer=True, nonnegative=True)
    assert_proved(lambda n: Limit(E(LargestOf(n).b(t)), (t, oo), 0), n=Integers(1))
    of_log = lambda n, m, t: log(ExponentialRefit(n, m).theta(t))  # noqa: E731
    pair = lambda n, m, t: Cov(of_log(n, m, t), of_log(n, m, t + 1))  # noqa: E731
    assert_proved(lambda n, m, t: Eq(pair(n, m, t), t * polygamma(1, n)), n=Integers(1), m=Positive(), t=Integers(0))


TAILS = {
    "above": (lambda x, k: Prob(x > k), lambda p, k: (1 - p) ** k, 0),
    "at least": (lambda x, k: Prob(x >= k), lambda p, k: (1 - p) ** (k - 1), 1),
    "below": (lambda x, k: Prob(x < k), lambda p, k: 1 - (1 - p) ** (k - 1), 1),
    "at most": (lambda x, k: Prob(x <= k), lambda p, k: 1 - (1 - p) ** k, 0),
    "turned": (lambda x, k: Prob(5 - 2 * x < 5 - 4 * k), lambda p, k: (1 - p) ** (2 * k), 0),
}


@pytest.mark.parametrize("name", TAILS)
def test_of_trials_the_first_so_many_fail(name):
    """A law whose distribution function is a power: it was known at numbers alone."""
    event, form, first = TAILS[name]
    domains = {"p": Probability(), "k": Integers(first)}
    assert is_proved(lambda p, k: Eq(event(Noise("G", Geometric(p)), k), form(p, k)), **domains)
    assert not is_proved(lambda p, k: Eq(event(Noise("G", Geometric(p)), k), form(p, k + 1)), **domains)
    before = {"p": Probability(), "k": Integers(first - 2)}  # where it is certain, or impossible
    assert not is_proved(lambda p, k: Eq(event(Noise("G", Geometric(p)), k), form(p, k)), **before)


@given(st.fractions(Fraction(1, 9), 1), st.integers(0, 6))
def test_more_trials_than_that_is_what_the_masses_leave(p, k):
    law = Geometric(Rational(p))
    assert law.above(Integer(k)) == 1 - sum(law.mass(Integer(j)) for j in range(1, k + 1))
