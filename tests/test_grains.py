"""Counts whose draws are certain at the ends of their range; what branches; events of a count; means that keep to a line."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest
from exact import enclosed, fraction_ball
from scipy.stats import binom, poisson
from stated import assert_proved, is_proved, stated
from sympy import Abs, And, Eq, Ge, Gt, Integer, Le, Lt, Ne, Product, Rational, Symbol, exp, oo, sqrt

from reports import check
from theory import (
    CLOCK,
    Atoms,
    Binomial,
    E,
    Integers,
    Laplace,
    Limit,
    Loop,
    Noise,
    Poisson,
    Positive,
    Prob,
    Probability,
    Reals,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.language.moments import outermost
from theory.proof import structures
from theory.proof.enclose import value
from theory.proof.methods import chains, moment
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

N = Symbol("N", integer=True, positive=True)
HALF = Rational(1, 2)
K = Symbol("k", integer=True, nonnegative=True)
T = Symbol("t", integer=True, nonnegative=True)
A = Symbol("a", positive=True)


class Moran(Loop):
    """A share of N: one is born, and one dies."""

    N: Integers(1)
    k: Reals

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.k / self.N}

    def step(self, now):
        born, dies = (Noise(name, Binomial(1, now["x"])) for name in "BD")
        return {"x": now["x"] + (born - dies) / self.N}


class Jumping(Moran):
    """Two are born, or die, at once: from 1/N it would fall below 0."""

    def step(self, now):
        born, dies = (Noise(name, Binomial(1, now["x"])) for name in "BD")
        return {"x": now["x"] + 2 * (born - dies) / self.N}


class Leaving(Moran):
    """One dies at 0, too."""

    def step(self, now):
        dies = Noise("D", Binomial(1, (now["x"] + 1) / 3))
        return {"x": now["x"] - dies / self.N}


class Simon(Loop):
    """Words that are there once: a new one with probability a, else a token is copied."""

    a: Probability()

    once = coordinate()
    initial = {"once": Integer(1)}  # noqa: RUF012

    def step(self, now):
        new, hit = Noise("N", Binomial(1, self.a)), Noise("H", Binomial(1, now["once"] / CLOCK))
        return {"once": now["once"] + new - (1 - new) * hit}


class Faster(Simon):
    """Two words more each time, of one token more: the share is above 1 soon."""

    def step(self, now):
        return {"once": now["once"] + 2 * Noise("H", Binomial(1, now["once"] / CLOCK))}


def test_shares_that_cannot_leave_their_ends_stay_shares():
    assert set(structures.conditions(Moran(N, K))) == {N - K + 1}  # of whole numbers: k <= N
    assert structures.conditions(Moran(5, 2)) == ()
    assert structures.conditions(Simon(A)) == (1 - A,) or structures.conditions(Simon(A)) == ()
    assert moment(E(Simon(Rational(1, 3)).once(2))).form == Rational(7, 9)


def test_what_stops_where_its_draws_are_certain_is_lawful():
    assert structures.conditions(Leaving(5, 2)) == ()  # it stops at -1, where none dies
    assert set(structures.finite(Leaving(5, 2))["x"]) == {Rational(k, 5) for k in range(-5, 3)}


@pytest.mark.parametrize(
    "loop",
    [Leaving(5, Rational(1, 2)), Moran(5, Rational(1, 2)), Moran(N, A), Jumping(5, 2), Jumping(4, 1), Faster(A)],
    ids=str,
)
def test_what_may_leave_them_is_refused(loop):
    with pytest.raises(CannotTell, match="has no probability"):
        structures.conditions(loop)


def within(N, k):
    return k <= N


def test_heterozygosity_of_the_moran_model():
    domains = {"N": Integers(2), "k": Integers(0), "t": Integers(0), "where": within}
    x = lambda N, k, t: E(Moran(N, k).x(t) * (1 - Moran(N, k).x(t)))  # noqa: E731
    start = lambda N, k: k / N * (1 - k / N)  # noqa: E731
    assert is_proved(lambda N, k, t: Eq(x(N, k, t), start(N, k) * (1 - 2 / N**2) ** t), **domains)
    false = prove(stated(lambda N, k, t: Eq(x(N, k, t), start(N, k) * (1 - 1 / N**2) ** t), **domains))
    assert not false.proved
    assert false.refuted


def test_a_mean_that_keeps_to_a_line():
    """The share of words that are there once tends to a/(2 - a); brute force over all paths tells the fourth generation."""
    form = moment(E(Simon(A).once(T))).form
    law = {1: Fraction(1)}
    a = Fraction(1, 3)
    for tokens in (1, 2, 3, 4):
        after: dict[int, Fraction] = {}
        for once, p in law.items():
            hit = Fraction(once, tokens)
            for new, q in ((once + 1, a), (once - 1, (1 - a) * hit), (once, (1 - a) * (1 - hit))):
                after[new] = after.get(new, Fraction(0)) + p * q
        law = after
    mean = sum(k * p for k, p in law.items())
    assert form.xreplace({A: Rational(1, 3), T: Integer(4)}).doit() == Rational(mean.numerator, mean.denominator)
    assert not form.has(Product) or len(form.atoms(Product)) == 1


# ---- what branches ------------------------------------------------------------------------------------------------------


class Copies(Loop):
    """Each is copied a Poisson number of times."""

    lam: Positive

    z = coordinate()
    initial = {"z": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"z": Noise("N", Poisson(self.lam * now["z"]))}


class Guests(Loop):
    """A third stay, pairs are born, one comes anew, and some more."""

    z = coordinate()
    initial = {"z": Integer(3)}  # noqa: RUF012

    def step(self, now):
        stay = Noise("B", Binomial(now["z"], Rational(1, 3)))
        return {"z": stay + 2 * Noise("N", Poisson(now["z"] / 4 + Rational(1, 5))) + 1}


class Wandering(Loop):
    """Steps of variance 1, to both sides."""

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Laplace(0, 1 / sqrt(2)))}


class Fading(Loop):
    """Each is left with a probability that rises from one generation to the next."""

    z = coordinate()
    initial = {"z": Integer(3)}  # noqa: RUF012

    def step(self, now):
        return {"z": Noise("B", Binomial(now["z"], 1 - 1 / (CLOCK + 1)))}


class Squared(Loop):
    """Not the sum of anybody's offspring."""

    z = coordinate()
    initial = {"z": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"z": Noise("N", Poisson(now["z"] ** 2))}


def brute(step, start, t, most):
    """The law of a count after t generations, up to `most` in every one."""
    law = {start: 1.0}
    for fit in range(1, t + 1):
        after: dict[int, float] = {}
        for z, p in law.items():
            for new, q in step(z, fit):
                if new <= most:
                    after[new] = after.get(new, 0.0) + p * q
        law = after
    return law


def copies(z, fit):
    return ((k, poisson.pmf(k, 1.5 * z)) for k in range(60))


def guests(z, fit):
    pairs = [poisson.pmf(k, z / 4 + 0.2) for k in range(20)]
    stay = [binom.pmf(j, z, 1 / 3) for j in range(z + 1)]
    return ((j + 2 * k + 1, p * q) for j, p in enumerate(stay) for k, q in enumerate(pairs))


def fading(z, fit):
    return ((k, binom.pmf(k, z, 1 - 1 / (fit + 1))) for k in range(z + 1))


@pytest.mark.parametrize(
    ("loop", "step", "start"),
    [(Copies(Rational(3, 2)), copies, 1), (Guests(), guests, 3), (Fading(), fading, 3)],
    ids=["copies", "guests", "fading"],
)
def test_events_of_what_branches_by_brute_force(loop, step, start):
    law = brute(step, start, 2, 80)
    z = loop.z(2)
    for event, holds in (
        (z >= 2, lambda k: k >= 2),
        (And(z > 1, z < 5), lambda k: 1 < k < 5),
        (Eq(z, 3), lambda k: k == 3),
        (Ne(z, 0), lambda k: k != 0),
        (2 * z <= 3, lambda k: k < 2),
    ):
        asked = standardise(Prob(event))
        (m,) = outermost(asked)  # the probability of Eq is 1 less that of Ne
        found = value(m)
        wanted = sum(p for k, p in law.items() if holds(k))
        assert abs((found.midpoint if asked == m else 1 - found.midpoint) - wanted) < 1e-9, event
        assert found.radius < 1e-10


def test_what_is_left_in_symbols():
    lam = Symbol("lam", positive=True)
    assert moment(standardise(Prob(Copies(lam).z(2) > 0))).form == 1 - exp(lam * (exp(-lam) - 1))
    assert moment(standardise(Prob(Fading().z(3) > 0))).form == Rational(37, 64)


class Debts(Loop):
    """Units of a, from one on: below 0, if a is."""

    a: Reals

    z = coordinate()

    @property
    def initial(self):
        return {"z": self.a}

    def step(self, now):
        return {"z": self.a * Noise("N", Poisson(now["z"] / self.a))}


def test_units_below_zero_are_none_where_the_state_is_at_least_zero():
    gone = exp(exp(-1) - 1)
    z = Debts(-1).z(2)
    for event, wanted in ((z >= 0, gone), (z < 0, 1 - gone), (Ne(z, 0), 1 - gone), (Eq(z, 0), gone)):
        assert moment(Prob(event)).form.equals(wanted)
        assert value(Prob(event)).midpoint == pytest.approx(float(wanted), rel=1e-9)
    assert moment(Prob(Debts(3).z(2) <= 0)).form.equals(gone)
    for loop in (Debts(-1), Debts(Symbol("a", real=True))):  # there always, and nobody knows
        with pytest.raises(CannotTell):
            moment(Prob(loop.z(2) <= 0))


def test_what_does_not_branch_is_not_said_to():
    for m in (Prob(Squared().z(2) > 0), Prob(Moran(20, 2).x(2) > Moran(20, 2).x(1))):
        with pytest.raises(CannotTell):
            moment(standardise(m))


def test_something_is_left_with_at_most_the_mean():
    domains = {"lam": Positive(), "t": Integers(0)}
    left = lambda lam, t: Prob(Copies(lam).z(t) > 0)  # noqa: E731
    assert is_proved(lambda lam, t: Le(left(lam, t), lam**t), **domains)
    assert not is_proved(lambda lam, t: Le(left(lam, t), lam**t / 2), **domains)
    assert not is_proved(lambda lam, t: Gt(left(lam, t), lam**t), **domains)


def test_what_is_large_is_at_most_as_probable_as_its_mean_allows():
    domains = {"lam": Positive(), "t": Integers(0), "c": Positive()}
    many = lambda lam, t, c: Prob(Copies(lam).z(t) >= c)  # noqa: E731
    assert_proved(lambda lam, t, c: Le(many(lam, t, c), lam**t / c), **domains)
    assert not is_proved(lambda lam, t, c: Le(many(lam, t, c), lam**t / (2 * c)), **domains)
    assert not prove(
        stated(lambda lam, t, c: Le(many(lam, t, c - 1), lam**t / c), **domains)
    ).proved  # c - 1 may be below 0

    domains = {"t": Integers(0), "c": Positive()}
    far = lambda t, c: Prob(Abs(Wandering().x(t)) >= c)  # noqa: E731
    assert_proved(lambda t, c: Le(far(t, c), t / c**2), **domains)
    assert prove(stated(lambda t, c: Le(far(t, c), t / c), **domains)).proved  # sqrt(t) <= t
    assert not is_proved(lambda t, c: Le(far(t, c), t / (4 * c)), **domains)
    one_sided = lambda t, c: Prob(Wandering().x(t) >= c)  # noqa: E731 - which is no Y that is at least 0
    assert not is_proved(lambda t, c: Le(one_sided(t, c), 0), **domains)
    assert_proved(lambda t, c: Le(one_sided(t, c), t / c**2), **domains)


def test_draws_that_are_certain_keep_to_few_values():
    assert set(structures.finite(Moran(3, 1))["x"]) == {0, Rational(1, 3), Rational(2, 3), 1}
    assert "x" not in structures.finite(Jumping(3, 1))
    assert moment(standardise(Prob(Moran(3, 1).x(2) >= 1))).form == Rational(4, 81)
    domains = {"t": Integers(0)}
    fixed = lambda t: Prob(Moran(3, 1).x(t) >= 1)  # noqa: E731
    assert_proved(lambda t: Limit(fixed(t), (t, oo), Rational(1, 3)), **domains)
    assert prove(stated(lambda t: Limit(fixed(t), (t, oo), Rational(1, 4)), **domains)).refuted


def test_events_of_one_draw():
    G, M = Noise("G", Binomial(20, Rational(1, 3))), Noise("M", Poisson(Rational(7, 2)))
    for event, wanted in (
        (G >= 8, binom.sf(7, 20, 1 / 3)),
        (G > 8, binom.sf(8, 20, 1 / 3)),
        (2 * M - sqrt(17) >= 0, poisson.sf(2, 3.5)),
        (And(M > 2, M < 5), poisson.pmf(3, 3.5) + poisson.pmf(4, 3.5)),
        (G >= 25, 0.0),
    ):
        found = value(standardise(Prob(event)))
        assert abs(found.midpoint - wanted) < 1e-12, event
        assert found.radius < 1e-10


# ---- few values ---------------------------------------------------------------------------------------------------------


class Kept(Loop):
    """A point of a reservoir of m: there, or not."""

    m: Integers(1)

    there = coordinate()
    initial = {"there": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"there": now["there"] * Noise("B", Binomial(1, 1 - 1 / (self.m + CLOCK)))}


def test_an_event_of_few_values_is_a_mean():
    domains = {"m": Integers(1), "t": Integers(0)}
    assert is_proved(lambda m, t: Eq(Prob(Kept(m).there(t) > 0), m / (m + t)), **domains)
    false = prove(stated(lambda m, t: Eq(Prob(Kept(m).there(t) > 0), (1 - 1 / (m + 1)) ** t), **domains))
    assert not false.proved
    assert value(standardise(Prob(Kept(3).there(1000) > 0))).midpoint == pytest.approx(3 / 1003, rel=1e-9)


# ---- endlessly many states, few in few generations ----------------------------------------------------------------------


class Reflected(Loop):
    """A walk of steps of size 1, reflected at 0: its states never end."""

    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"x": Abs(now["x"] + Noise("S", Atoms((-1, 1), (HALF, HALF))))}


@pytest.mark.parametrize("t", [0, 1, 2, 7, 16, 33])
def test_a_walk_is_followed_as_far_as_it_is_asked_for(t):
    walk, law = Reflected(), [(abs(2 * k - t), Fraction(comb(t, k), 2**t)) for k in range(t + 1)]
    for event, holds in (
        (Ge(walk.x(t), 1), lambda x: x >= 1),
        (Eq(walk.x(t), 0), lambda x: x == 0),
        (Gt(walk.x(t), 4), lambda x: x > 4),
    ):
        exact = sum(p for x, p in law if holds(x))
        assert enclosed(Prob(event)).overlaps(fraction_ball(exact))
        assert enclosed(Prob(event)).rad() < 1e-12
    assert enclosed(E(1 / (1 + walk.x(t)))).overlaps(fraction_ball(sum(p / (1 + x) for x, p in law)))


def test_generations_together_are_followed_to_the_last():
    walk = Reflected()
    both = enclosed(E(Abs(walk.x(2) - walk.x(5))))
    total = Fraction(0)
    for steps in product((-1, 1), repeat=5):
        at = [0]
        for s in steps:
            at.append(abs(at[-1] + s))
        total += Fraction(abs(at[2] - at[5]), 32)
    assert both.overlaps(fraction_ball(total))


def test_a_probability_of_1_is_seen_where_states_never_end():
    """After an odd number of steps the walk is not at 0: "below 1" was supported by the other generations."""
    claim = stated(lambda t: Lt(Prob(Reflected().x(t) >= 1), 1), t=Integers(0, 40))
    (found,) = check([claim], seconds=2)
    assert found.verdict == "refuted"


def test_a_walk_that_is_followed_for_too_long_is_left():
    with pytest.raises(CannotTell, match="a chain of more than 1500 states is too large"):
        chains.probability(Ge(Reflected().x(5000), 1), Reflected())


def test_a_tie_that_floats_do_not_tell_is_no_point_to_be_left_out():
    """Steps of sqrt(2): at odd t the walk is at sqrt(2) or beyond, surely; the even t alone supported "at most 9/10"."""

    class Irrational(Reflected):
        def step(self, now):
            return {"x": Abs(now["x"] + sqrt(2) * Noise("S", Atoms((-1, 1), (HALF, HALF))))}

    def found(domain):
        claim = stated(lambda t: Le(Prob(Irrational().x(t) >= sqrt(2)), Rational(9, 10)), t=domain)
        (told,) = check([claim], seconds=2)
        return told

    later = found(Integers(3, 40))
    assert found(Integers(0, 40)).verdict == "refuted"  # by the law of the first draw, at t = 1
    assert later.verdict == "undecided"
    assert "floats do not tell on which side of a jump" in str(later)
