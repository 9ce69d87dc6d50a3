"""Means of functions of one draw that are no powers of it: between ends, of the logarithm of a line, of a quotient."""

import pytest
from stated import is_proved
from sympy import Eq, Integer, Min, Rational, erf, exp, log, sqrt

from theory import (
    Binomial,
    E,
    Exponential,
    Integers,
    Loop,
    Noise,
    Normal,
    Poisson,
    Positive,
    Prob,
    Probability,
    Reals,
    SymbolLoop,
    Truncated,
    Uniform,
    coordinate,
)


class Cut(Loop):
    """A number that is multiplied by a draw from an exponential law below c, again and again: a truncated sampler."""

    c: Positive
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * Noise("T", Truncated(Exponential(1), 0, self.c))}


@pytest.mark.parametrize(("off", "true"), [(0, True), (Rational(1, 100), False)])
def test_a_truncated_exponential_draw_has_moments_in_symbols(off, true):
    def chain(c, t):
        return Eq(E(Cut(c).x(t)), (1 - c / (exp(c) - 1 + off)) ** t)

    assert is_proved(chain, c=Positive(), t=Integers(0)) == true


def drawn(law):
    return Noise("T", law)


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(101, 100), False)])
@pytest.mark.parametrize(
    "claimed",
    [
        lambda a, off: Eq(E(drawn(Truncated(Exponential(2), a)) ** 2), off * (a**2 + 4 * a + 8)),
        lambda a, off: Eq(E(drawn(Truncated(Exponential(1), -a, 1))), off * (1 - 2 / exp(1)) / (1 - 1 / exp(1))),
        lambda a, off: Eq(
            E(exp(-a * drawn(Truncated(Exponential(1), 0, a)))), off * (1 - exp(-a * (1 + a))) / (1 + a) / (1 - exp(-a))
        ),
        lambda a, off: Eq(E(exp(a * drawn(Truncated(Normal(0, 1), 0)))), off * exp(a**2 / 2) * (1 + erf(a / sqrt(2)))),
    ],
)
def test_moments_between_ends(claimed, off, true):
    assert is_proved(lambda a: claimed(a, off), a=Positive()) == true


class Grows(Loop):
    """A size that grows or shrinks by a share of its own, at most a, and by another share, at most b."""

    a: Probability()
    b: Probability()
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * (1 + self.a * drawn(Uniform(-1, 1))) * (1 + self.b * Noise("V", Uniform(0, 1)))}


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(99, 100), False)])
def test_the_log_of_factors_that_a_draw_between_two_numbers_keeps_positive(off, true):
    def growth(a, b, t):
        first = ((1 + a) * log(1 + a) - (1 - a) * log(1 - a)) / (2 * a) - 1
        return Eq(E(log(Grows(a, b).x(t))), t * (first + (1 + b) * log(1 + b) / b - off))

    assert is_proved(growth, a=Probability(), b=Probability(), t=Integers(0)) == true


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(99, 100), False)])
@pytest.mark.parametrize(
    "claimed",
    [
        lambda a, off: Eq(E(1 / (1 + a * drawn(Uniform(-1, 1)))), off * log((1 + a) / (1 - a)) / (2 * a)),
        lambda a, off: Eq(
            E(sqrt(1 + a * drawn(Uniform(0, 1)))), off * Rational(2, 3) * ((1 + a) ** Rational(3, 2) - 1) / a
        ),
        lambda a, off: Eq(
            E(drawn(Uniform(0, 1)) * log(1 + a * drawn(Uniform(0, 1)))),
            off * ((a**2 - 1) * log(1 + a) - a**2 / 2 + a) / (2 * a**2),
        ),
    ],
)
def test_a_line_in_a_uniform_draw_is_one(claimed, off, true):
    assert is_proved(lambda a: claimed(a, off), a=Probability()) == true


def test_a_line_that_may_be_negative_has_no_logarithm():
    def growth(a):
        first = ((1 + a) * log(1 + a) - (1 - a) * log(1 - a)) / (2 * a) - 1
        return Eq(E(log(1 + a * drawn(Uniform(-1, 1)))), first)

    assert not is_proved(growth, a=Reals(0, 2))
    assert is_proved(growth, a=Reals(0, 1))


class Family(Loop):
    """A count, each unit of which has its own Poisson offspring, m in the mean."""

    m: Positive
    c = coordinate()
    initial = {"c": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"c": Noise("N", Poisson(self.m * now["c"]))}


class Halved(Loop):
    """A size that is no count: Min(x, 1) is no event."""

    m: Positive
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("N", Poisson(self.m * now["x"])) / 2}


SHARE, COUNT = (lambda p, n, t: SymbolLoop(p, n).share(t)), (lambda m, t: Family(m).c(t))


@pytest.mark.parametrize(("most", "true"), [(1, True), (2, False)])
def test_the_lesser_of_a_count_and_1_says_whether_it_is_there(most, true):
    some = {"p": Probability(), "n": Integers(1), "t": Integers(1)}
    assert is_proved(lambda p, n, t: Eq(E(Min(n * SHARE(p, n, t), most)), Prob(SHARE(p, n, t) > 0)), **some) == true
    family = {"m": Positive(), "t": Integers(0)}
    assert is_proved(lambda m, t: Eq(E(Min(COUNT(m, t), most)), 1 - Prob(Eq(COUNT(m, t), 0))), **family) == true


def test_what_is_no_count_is_not_taken_for_one():
    def share(p, n, t):  # at t = 0 it may be less than one of n
        return Eq(E(Min(n * SHARE(p, n, t), 1)), Prob(SHARE(p, n, t) > 0))

    assert not is_proved(share, p=Probability(), n=Integers(1), t=Integers(0))
    assert not is_proved(lambda m: Eq(E(Min(Halved(m).x(1), 1)), Prob(Halved(m).x(1) > 0)), m=Positive())


@pytest.mark.parametrize(("off", "true"), [(0, True), (1, False)])
def test_a_count_of_a_fit_is_above_a_number_with_the_rest_of_its_chances(off, true):
    some = {"p": Probability(), "n": Integers(1)}
    assert is_proved(lambda p, n: Eq(E(Min(n * SHARE(p, n, 1), 1)), 1 - (1 - p) ** (n + off)), **some) == true
    assert is_proved(lambda p, n: Eq(Prob(Eq(SHARE(p, n, 1), 0)), (1 - p) ** (n + off)), **some) == true


class Batch(Loop):
    """The share of a symbol, refitted to a batch of 1 + N draws, N being Poisson of mean m."""

    m: Positive
    p0: Probability()
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        size = 1 + Noise("N", Poisson(self.m))
        return {"p": Noise("K", Binomial(size, now["p"])) / size}


@pytest.mark.parametrize(("later", "true"), [(0, True), (1, False)])
def test_batches_of_random_size_take_the_mean_of_their_reciprocals(later, true):
    def diversity(m, p0, t):
        p = Batch(m, p0).p
        return Eq(E(p(t) * (1 - p(t))), p0 * (1 - p0) * (1 - (1 - exp(-m)) / m) ** (t + later))

    assert is_proved(diversity, m=Positive(), p0=Probability(), t=Integers(0)) == true


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(101, 100), False)])
def test_quotients_by_a_count_and_a_number(off, true):
    def poisson(m):
        n = Noise("N", Poisson(m))
        return Eq(E(n**2 / (2 * n + 4)), off * (m / 2 - 1 + 2 * (1 - (1 - exp(-m)) / m) / m))

    assert is_proved(poisson, m=Positive()) == true


class Tossed(Loop):
    """A number that is divided by a batch of 1 + B, B of n draws being kept with probability p each."""

    n: Integers(1)
    p: Probability()
    x = coordinate()
    initial = {"x": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] / (1 + Noise("B", Binomial(self.n, self.p)))}


@pytest.mark.parametrize(("off", "true"), [(1, True), (0, False)])
def test_a_batch_of_what_was_kept_divides(off, true):
    def chain(n, p, t):
        return Eq(E(Tossed(n, p).x(t)), ((1 - (1 - p) ** (n + off)) / (n + 1) / p) ** t)

    assert is_proved(chain, n=Integers(1), p=Probability(), t=Integers(0)) == true
