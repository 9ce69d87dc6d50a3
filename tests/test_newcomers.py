"""Statements of papers as newcomers spell them: what a step, a form or a hunt made of them formerly stood in the way."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from stated import is_proved, stated
from sympy import (
    Abs,
    Eq,
    Ge,
    Integer,
    Integral,
    Lt,
    Max,
    Rational,
    Sum,
    Symbol,
    atan,
    cos,
    erf,
    exp,
    gamma,
    log,
    oo,
    sqrt,
)

from reports import clock
from reports.workbench import _Check
from simulate.engine.ascent import Ascent
from simulate.engine.blocks import Runner
from simulate.engine.search import Screen
from simulate.engine.witness import Witness
from theory import (
    CLOCK,
    ArgMin,
    Binomial,
    ChiSquare,
    Cov,
    E,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Poisson,
    Positive,
    Probability,
    Reals,
    Var,
    coordinate,
)
from theory.language.claims import Point
from theory.language.loops import always_positive
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.methods import moment
from theory.proof.signs import Certificate, positive

T = Symbol("t", integer=True, nonnegative=True)


class Filtered(Loop):
    """The synthetic share of a pool: a share e of the rest becomes synthetic, and a filter lets a share r of it through."""

    e: Probability()
    r: Probability()
    x = coordinate()
    initial = {"x": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        share = now["x"] + self.e * (1 - now["x"])
        return {"x": self.r * share / (self.r * share + 1 - share)}


@pytest.mark.parametrize(
    ("end", "true"), [(lambda e, r: r * e / ((1 - e) * (1 - r)), True), (lambda e, r: r * e, False)]
)
def test_a_share_whose_rest_keeps_its_sign_has_a_form(end, true):
    def filtered(e, r):
        return Limit(Filtered(e, r).x(T), (T, oo), end(e, r))

    assert is_proved(filtered, e=Probability(), r=Probability(), where=lambda e, r: r < 1 - e) == true


class Begun(Filtered):
    """The same that begins at a share p."""

    p: Positive

    @property
    def initial(self):
        return {"x": self.p}


def test_a_share_is_asked_to_leave_a_rest():
    """From p = 2, which is no share, a step may divide by 0, though e and r are as before."""
    e, r, p = (Symbol(s, positive=True) for s in "erp")
    assert 1 - p in moment(E(Begun(e, r, p).x(T))).positive


class Refitted(Loop):
    """A Poisson rate, refitted to n counts, a share a of them real."""

    n: Integers(1)
    a: Probability()
    r: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.r}

    def step(self, now):
        mean = self.n * (self.a * self.r + (1 - self.a) * now["x"])
        return {"x": Noise("N", Poisson(mean)) / self.n}


@pytest.mark.parametrize(("below", "true"), [(lambda a: a * (2 - a), True), (lambda a: 2 * a, False)])
def test_what_is_raised_to_the_power_t_is_written_in_factors(below, true):
    """(1 - a)^2 came out of the step as a sum of nine terms, below 1 for nobody to see."""

    def bounded(n, a, r, t):
        return Lt(Var(Refitted(n, a, r).x(t)), r / (n * below(a)))

    assert is_proved(bounded, n=Integers(1), a=Probability(), r=Positive(), t=Integers(0)) == true


class Scale(Loop):
    """The scale of a Laplace law, refitted to n draws. Nobody says that it is positive."""

    n: Integers(1)
    b = coordinate()
    initial = {"b": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"b": now["b"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)}


class Signed(Scale):
    """Its sign may turn."""

    def step(self, now):
        return {"b": now["b"] * Noise("Q", Normal(1, 1))}


def test_what_stays_positive_need_not_be_declared_so():
    """`E(sqrt(b))` was "not a monomial of the state"."""

    def root(n, t):
        return Eq(E(sqrt(Scale(n).b(t))), (gamma(n + half) / gamma(n) / sqrt(n)) ** t)

    def of_another(n, t):
        return Eq(E(sqrt(Scale(n).b(t))), (gamma(n + half) / gamma(n) / sqrt(n + 1)) ** t)

    half = Rational(1, 2)
    assert is_proved(root, n=Integers(1), t=Integers(0))
    assert not is_proved(of_another, n=Integers(1), t=Integers(0))
    assert always_positive(Scale(3)) == {"b"}
    assert not always_positive(Signed(3))


class Doubling(Loop):
    """A share, refitted to 2, 4, 8, ... tosses."""

    x = coordinate()
    initial = {"x": Rational(1, 2)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": Noise("Y", Binomial(2**CLOCK, now["x"])) / 2**CLOCK}


@pytest.mark.parametrize(("t", "drawn"), [(3, True), (87, False)])
def test_more_trials_than_are_drawn_are_a_reason_and_no_failure(t, drawn):
    """NumPy's "n < 0" was shown, as an error of the program."""
    claim = stated(lambda t: E(Doubling().x(t) ** 2) < 1, t=Integers(0))
    with Runner(0, 1) as runner:
        witness = Witness(runner, 2.0)
        (found,) = witness.run(witness.plans([(claim, [Point(1, {"t": Integer(t)})])]))
    assert (found.verdict == Verdict.SUPPORTED) == drawn
    assert drawn or (found.verdict == Verdict.LEFT_OUT and "trials are not drawn" in found.note)


class Replicated(Loop):
    """Odds are multiplied by f, and a share a is real data."""

    f: Reals(1, oo)
    a: Probability()
    p: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        x = now["x"]
        return {"x": self.a * self.p + (1 - self.a) * self.f * x / (self.f * x + 1 - x)}


@pytest.mark.parametrize("more", [0, Rational(1, 10**6)])
def test_roots_to_a_large_power_are_told_apart_in_balls(more):
    """Sides closer than 1e-700: whether they are equal was asked of polynomials of degree 1000, for minutes."""

    def grows(f, a, p, t):
        loop = Replicated(f, a, p)
        return loop.x(t + 1) > loop.x(t) + more

    claim = stated(grows, f=Reals(1, oo), a=Probability(), p=Probability(), t=Integers(0))
    values = {"f": Integer(3), "a": Rational(2, 3), "p": Rational(2, 3), "t": Integer(1000)}
    begun = time.process_time()
    (found,) = enclose(claim, [Point(1, values)])
    assert found.verdict == (Verdict.REFUTED if more else Verdict.SUPPORTED)
    assert time.process_time() - begun < 5


def test_where_sides_touch_is_looked_for_as_long_as_there_is_time():
    claim = stated(lambda x: Lt(0, 1 + x**2), x=Reals(1, 2))
    screen = Screen(claim, None)

    def look(values):
        time.sleep(0.02)
        return screen.look(values)

    bench: Any = SimpleNamespace(claim=claim, short="")
    places = [{"x": 1 + Rational(k, 1000)} for k in range(1, 400)]
    begun = time.monotonic()
    assert _Check.touched(bench, Ascent(claim, look), places, 0.2) == ""
    assert time.monotonic() - begun < 4
    assert "the clock ended" in bench.short


class Verified(Loop):
    """A model is trained on what a verifier lets through: a right answer with probability p, a wrong one with q."""

    p: Probability()
    q: Probability()
    a0: Probability()
    a = coordinate()

    @property
    def initial(self):
        return {"a": self.a0}

    def step(self, now):
        a = now["a"]
        return {"a": a * self.p / (a * self.p + (1 - a) * self.q)}


@pytest.mark.parametrize(("late", "true"), [(0, True), (1, False)])
def test_the_power_of_a_quotient_is_that_of_its_parts(late, true):
    """(q/p)^t beside p^t and q^t was a number of its own."""

    def geometric(p, q, a0, t):
        return 1 - Verified(p, q, a0).a(t) < (1 - a0) / a0 * (q / p) ** (t + late)

    domains = {"p": Probability(), "q": Probability(), "a0": Probability(), "t": Integers(0)}
    assert is_proved(geometric, where=lambda p, q: q < p, **domains) == true


class Chosen(Loop):
    """The best of n is kept in every round, so that k candidates stand behind one."""

    n: Integers(2)
    k = coordinate()
    initial = {"k": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"k": self.n * now["k"]}


@pytest.mark.parametrize("factor", [1, Rational(101, 100)])
def test_a_mean_may_be_an_exponent_in_a_logarithm_that_is_integrated(factor):
    """The integral had "no bound far out": of what may be infinite no logarithm was taken apart."""
    u = Symbol("u", positive=True)

    def gained(n, t):
        k = Chosen(n).k(t)
        divergence = Integral(k * u ** (k - 1) * log(k * u ** (k - 1)), (u, 0, 1))
        return Eq(divergence, factor * (log(n**t) - 1 + n**-t))

    claim = stated(gained, n=Integers(2), t=Integers(1))
    (found,) = enclose(claim, [Point(1, {"n": Integer(3), "t": Integer(2)})])
    assert found.verdict == (Verdict.SUPPORTED if factor == 1 else Verdict.REFUTED)


def test_one_look_of_an_ascent_takes_no_more_than_what_is_left_of_it():
    claim = stated(lambda x: Lt(0, x), x=Reals(1, 2))
    screen = Screen(claim, None)

    def look(values):
        while values["x"] > Rational(3, 2):
            pass
        return screen.look(values)

    ascent = Ascent(claim, look, rest=lambda: clock.within(0.2))
    assert ascent.run([{"x": Rational(5, 4)}, {"x": Rational(7, 4)}]) is None
    assert ascent.cut
    assert list(ascent.known) == [(Rational(5, 4),)]


class Pair(Loop):
    """Two models, each of which moves a share a towards the other, and is pushed."""

    a: Reals(0, 1)
    x = coordinate()
    y = coordinate()
    initial = {"x": Integer(1), "y": Integer(-1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        x, y, a = now["x"], now["y"], self.a
        return {
            "x": (1 - a) * x + a * y + Noise("Z", Normal(0, 1)),
            "y": (1 - a) * y + a * x + Noise("W", Normal(0, 1)),
        }


def test_a_covariance_that_rises_from_0_is_positive_whatever_the_base():
    """(1 - 2 a)^2 and (2 a - 1)^2 were two bases, and one that may be 0, at a = 1/2, was none for an induction."""

    def covariance(a, t):
        return Cov(Pair(a).x(t), Pair(a).y(t))

    assert is_proved(lambda a, t: Ge(covariance(a, t), 0), a=Reals(0, 1), t=Integers(0))
    assert is_proved(lambda a, t: covariance(a, t) > 0, a=Reals(0, Rational(1, 2)), t=Integers(2))
    assert not is_proved(lambda a, t: covariance(a, t) > 0, a=Reals(0, 1), t=Integers(1))  # at t = 1 it is 0
    assert not is_proved(lambda a, t: covariance(a, t) > Rational(1, 100), a=Reals(0, 1), t=Integers(2))


@pytest.mark.parametrize("off", [0, 1])
def test_sums_of_powers_whose_base_the_domain_keeps_from_1_have_forms(off):
    """Also at a = 1/2, where the base is 0."""

    def covariance(a, t):
        k = Symbol("k", integer=True)
        return Eq(Cov(Pair(a).x(t), Pair(a).y(t)), (t - Sum((1 - 2 * a) ** (2 * k), (k, 0, t - 1 + off))) / 2)

    assert is_proved(covariance, a=Reals(0, 1), t=Integers(0)) == (off == 0)


class Sharpened(Loop):
    """Odds that are raised to a power and multiplied in each round: sampling at a temperature, with a reward."""

    b: Positive
    c: Positive
    u = coordinate()
    initial = {"u": Integer(2)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"u": self.c * now["u"] ** self.b}


@pytest.mark.parametrize(("off", "true"), [(0, True), (Rational(1, 100), False)])
def test_numbers_that_are_raised_to_a_power_have_forms_and_limits(off, true):
    t = Symbol("t", integer=True, nonnegative=True)

    def limit(b, c):
        return Eq(Limit(Sharpened(b, c).u(t), (t, oo)), c ** (1 / (1 - b)) + off)

    def rises(b, t):
        return Ge(Sharpened(b, 1).u(t + 1), Sharpened(b, 1).u(t) + off)

    assert is_proved(limit, b=Reals(0, 1), c=Positive()) == true
    assert is_proved(rises, b=Reals(1, 10), t=Integers(0)) == true
    assert not is_proved(rises, b=Positive(), t=Integers(0))


@pytest.mark.parametrize(("off", "true"), [(0, True), (Rational(1, 100), False)])
@pytest.mark.parametrize(
    "claimed",
    [
        lambda m, z, off: E(Max(m + z, 0)) > Max(m, 0) + off,
        lambda m, z, off: E(Max(m + z, 0)) > off,
        lambda m, z, off: Ge(E(Abs(m + z)), Abs(m) + off),
    ],
    ids=["Jensen", "above 0", "size"],
)
def test_signs_of_a_real_number_are_seen_beside_0_and_there(claimed, off, true):
    z = Noise("Z", Normal(0, 1))
    assert is_proved(lambda m: claimed(m, z, off), m=Reals()) == true


class Kept(Loop):
    """A number of which 1 - 1/n is kept."""

    n: Integers(2)
    v = coordinate()
    initial = {"v": Integer(1)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"v": now["v"] * (1 - 1 / self.n)}


class Faster(Loop):
    """A walk whose steps fall as samples grow by the factor c."""

    c: Reals(1, 10)
    x = coordinate()
    initial = {"x": Integer(0)}  # type: ignore[assignment]  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) * self.c ** (-CLOCK / 2)}


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(99, 100), False)])
def test_sums_over_generations_are_closed_on_the_domain(off, true):
    t = Symbol("t", integer=True, nonnegative=True)
    assert is_proved(lambda n: Eq(Sum(Kept(n).v(t), (t, 0, oo)), off * n), n=Integers(2)) == true
    assert is_proved(lambda c, t: Lt(Var(Faster(c).x(t)), off / (c - 1)), c=Reals(1, 10), t=Integers(0)) == true


def test_means_of_endless_sums_are_not_taken_term_by_term():
    """The partial sums of X(t) (-1)^t have no limit, and no mean of it is said."""
    t = Symbol("t", integer=True, nonnegative=True)
    assert not is_proved(lambda c: Eq(E(Sum((-1) ** t * Faster(c).x(t), (t, 0, oo))), 0), c=Reals(1, 10))


@pytest.mark.parametrize(("off", "true"), [(1, True), (Rational(99, 100), False)])
def test_powers_are_compared_through_logarithms(off, true):
    """p (1 - p)^n is largest at p = 1/(n + 1)."""

    def bound(p, n):
        return Ge(off * exp(-1) / n, p * (1 - p) ** n)

    assert is_proved(bound, p=Reals(0, 1), n=Integers(1)) == true


w = Symbol("w", real=True)
mixed = (w**2 + (1 - w) ** 2) / (w * (2 - w))


@pytest.mark.parametrize(
    ("claimed", "true"),
    [
        (lambda q: Eq(ArgMin(mixed, (w, 0, 1)), (sqrt(5) - 1) / 2), True),  # at 0 it has no value
        (lambda q: Eq(ArgMin(mixed, (w, Rational(1, 10), 1)), (sqrt(5) - 1) / 2), True),
        (lambda q: Eq(ArgMin(mixed, (w, 0, 1)), (sqrt(5) - Rational(9, 10)) / 2), False),
        (lambda q: Eq(ArgMin(mixed, (w, Rational(7, 10), 1)), (sqrt(5) - 1) / 2), False),  # beyond the turn
        (lambda q: Eq(ArgMin(w**3 / 3 + w**2 / 2 - q * w, (w, 0, 9)), (sqrt(1 + 4 * q) - 1) / 2), True),
        (lambda q: Eq(ArgMin(w**3 / 3 + w**2 / 2 - q * w, (w, 0, 9)), (sqrt(1 + 4 * q) + 1) / 2), False),
        (lambda q: Eq(ArgMin(w**3 / 3 - q * w, (w, -9, 9)), sqrt(q)), False),  # it is lower at -9
        (
            lambda q: Eq(ArgMin(w**3 / 3 - w**2 / 2 + q * w / 9, (w, 0, 9)), (1 + sqrt(1 - 4 * q / 9)) / 2),
            False,
        ),  # or at 0
        (lambda q: Eq(ArgMin(1 / (w - 1) ** 2 + w, (w, 0, 3)), 3), False),  # a pole inside
    ],
)
def test_the_least_place_is_where_a_quadratic_slope_turns(claimed, true):
    assert is_proved(claimed, q=Reals(0, 1)) == true


k_, n_, c_ = (
    Symbol("k", integer=True, nonnegative=True),
    Symbol("n", integer=True, positive=True),
    Symbol("c", positive=True),
)


@pytest.mark.parametrize(
    ("x", "is_positive"),
    [
        (erf(c_ / sqrt(k_ + 1)) - erf(c_ / sqrt(k_ + 2)), True),
        (erf(c_ / sqrt(k_ + 2)) - erf(c_ / sqrt(k_ + 1)), False),
        (atan(sqrt(k_ + 1) / n_) - atan(sqrt(k_) / n_), True),
        (sqrt(k_ + 1) - sqrt(k_), True),
        (1 / sqrt(k_ + 2) - 1 / sqrt(k_ + 1), False),
        (n_ * exp(k_ + c_) - n_ * exp(k_), True),
        (n_ * exp(k_ + c_) - (n_ + 1) * exp(k_), False),  # of two coefficients
        (erf(c_) - erf(c_**2), False),
        (cos(c_) - cos(c_ + 1), False),  # which does not rise
    ],
    ids=str,
)
def test_differences_of_a_rising_function(x, is_positive):
    assert positive(x, Certificate()) == is_positive
