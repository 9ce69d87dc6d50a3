"""Signs by how expressions move, by roots and side conditions, and shapes: each with a twin that is false."""

import copy
import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Abs,
    Dummy,
    Eq,
    Gt,
    Lt,
    N,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    atan,
    exp,
    gamma,
    log,
    oo,
    pi,
    polygamma,
    sqrt,
    true,
    zeta,
)

from theory import (
    E,
    FallsThenRises,
    GaussianLoop,
    Integers,
    PooledGaussianLoop,
    Positive,
    Probability,
    Reals,
    RisesThenFalls,
    c4,
    claim,
)
from theory.language.errors import BadInput, CannotTell
from theory.language.policies import FixedReal
from theory.proof.exported import certificate
from theory.recheck.check import Refused, check
from theory.recheck.rising import Rising
from theory.recheck.signs import Signs

DOMAINS = {"a": Positive(), "p": Probability(), "n": Integers(2), "t": Integers(1), "c": Reals()}
a, p, n, t, c = (of.symbol(name) for name, of in DOMAINS.items())
j = Symbol("j", integer=True, nonnegative=True)
half = Rational(1, 2)


def signs(where=true):
    return Signs({str(s): s for s in (a, p, n, t, c)}, DOMAINS, where)


def psi(x):
    return polygamma(0, x)


PAIRS = {
    "what falls to 0, in whole numbers": (1 - c4(n), c4(n) - 1),
    "what falls to 0, by its derivative": (log(1 + 1 / a) - 1 / (1 + a), log(1 + 1 / a) - 1 / (half / 2 + a)),
    "what falls, but not to 0": (log(1 + 1 / a), log(1 + 1 / a) - Rational(1, 1000)),
    "what rises from 0": (a - log(1 + a), a - log(1 + a) - Rational(1, 1000)),
    "what rises from 0 at once": (exp(a) - 1, exp(a) - 1 - 2 * a),
    "a digamma": (log(n / 2 - half) - psi(n / 2 - half), psi(n / 2 - half) - log(n / 2 - half) + 1 / (2 * n)),
    "a digamma to the next order": (
        psi(n / 2 - half) - log(n / 2 - half) + 1 / (n - 1) + 1 / (3 * (n - 1) ** 2),
        psi(n / 2 - half) - log(n / 2 - half) + 1 / (n - 1) + 1 / (4 * (n - 1) ** 2),
    ),
    "powers of gammas": (
        (1 + 1 / (2 * n - 2)) ** (-t / 2) - c4(n) ** t + p * 0,
        (1 + 1 / (2 * n - 4 + half)) ** (-t / 2) - c4(n) ** t,
    ),
    "another base": (exp(-t / (a + 1)) - (a / (a + 1)) ** t, exp(-t / (a + half / 2)) - (a / (a + 1)) ** t),
    "gammas at any distance": (
        n**p * gamma(n) - gamma(n + p),
        n**p * gamma(n) - gamma(n + p) * (1 + p / 1000),
    ),
    "a sum below its whole": (
        zeta(2) - Sum((j + 1) ** -2, (j, 0, t - 1)),
        zeta(2) - half - Sum((j + 1) ** -2, (j, 0, t - 1)),
    ),
    "a sum and its rest": (
        pi**2 / 6 - 1 / (t + 1) - Sum((j + 1) ** -2, (j, 0, t - 1)),
        pi**2 / 6 - 1 / t - Sum((j + 1) ** -2, (j, 0, t - 1)),
    ),
    "a sum from its start": (
        3 - 1 / t - Sum((j + 1) ** -2, (j, 0, t - 1)),
        2 - 2 / t - Sum((j + 1) ** -2, (j, 0, t - 1)),
    ),
    "a sum by roots": (
        2 * sqrt(t) - Sum(1 / sqrt(j + 1), (j, 0, t - 1)),
        2 * sqrt(t) - Rational(3, 2) - Sum(1 / sqrt(j + 1), (j, 0, t - 1)),
    ),
    "two roots": (
        (2 * t + 3) * sqrt(t + 2) - 2 * (t + 2) * sqrt(t + 1),
        (2 * t + 3) * sqrt(t + 2) - (2 * t + 5) * sqrt(t + 1),
    ),
    "logarithms by their product": (2 * log(a + 2) - log(a + 1) - log(a + 3), log(a + 1) + log(a + 3) - 2 * log(a + 2)),
    "over a coefficient": (a * log(1 + 1 / a) - log(2) * 0 - a / (1 + a), a / (1 + a) - a * log(1 + 1 / a)),
}


@pytest.mark.parametrize("what", PAIRS)
def test_a_sign_is_seen_and_that_of_its_twin_is_not(what):
    gap, below = PAIRS[what]
    strict = what not in ("a sum by roots",)

    assert signs().positive(gap, strict)
    assert not signs().positive(below, strict=False)


@pytest.mark.parametrize(
    "x",
    [
        a * exp(-a) - Rational(1, 100),  # falls below 0
        log(a),  # no value where it begins
        1 - 1 / a,  # rises, from -oo
        -exp(-1 / a),  # 0 where it begins by the rules of SymPy only
        1 / a - 1 / p,
        Piecewise((1, a < 1), (-a, True)),
        a - abs(c) * a,
        1 / (a - 1) ** 2 * (a - 1),  # a pole on the way
        log(1 / a - 1) + a,  # no number beyond 1
        Sum((j + 1) ** -2, (j, 0, t - 1)) - Rational(3, 2),
        Product(1 - 1 / (j + 2), (j, 0, t - 1)) - half,
        (t + 1) * (pi / 2 - atan(t)) - 1,
        (n - 1) ** 2 * (log(n) - psi(n)) - n,
        c4(n) - 1 + 1 / (4 * n),  # above at none
    ],
    ids=str,
)
def test_what_is_not_above_0_is_not_seen_to_be(x):
    assert not signs().positive(x, strict=False)


def test_what_is_0_somewhere_is_not_above_it():
    k = Dummy("k", integer=True, nonnegative=True)
    rises = Sum((j + 1) ** -2, (j, 0, k)) - 1  # 0 at first

    assert Rising(signs(), {k}).positive(rises, strict=False)
    assert not Rising(signs(), {k}).positive(rises, strict=True)


def test_a_side_condition_keeps_a_variable_where_it_is():
    """Beyond it nothing is known: what falls to 0 along a variable may have no value there."""
    x = log(1 + 1 / a) - 1 / (1 + a)
    assert signs().positive(x, strict=True)
    assert not signs(a < 5).positive(x, strict=True)


@pytest.mark.parametrize(
    ("where", "gap", "below"),
    [
        (a > p, 1 / (p * (1 + p)) - 1 / (a * (1 + a)), 1 / (a * (1 + a)) - 1 / (p * (1 + p))),
        (a * n > 1, 3 / (a * n - 1), -3 / (a * n - 1)),
        (a < 1, n * p + c**2 * (1 - a), n * p - (1 - a)),
        (a >= 1, n * (a - 1), n * (a - 1) - 0 * c - 1),
    ],
)
def test_what_is_told_of_factors_and_terms(where, gap, below):
    assert signs(where).positive(gap, strict=False)
    assert not signs(where).positive(below, strict=False)
    assert not signs().positive(gap, strict=False)
    assert signs(where).positive(gap, strict=True) == isinstance(where, Gt | Lt)


linear = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(lambda k: k[0] + k[1] * n)
terms = st.one_of(
    linear.map(lambda x: x * log(1 + 1 / n)),
    linear.map(lambda x: x * log(1 - 1 / n)),
    linear.map(lambda x: x * psi(n)),
    linear.map(lambda x: x * log(n)),
    linear.map(lambda x: x / n**2),
    st.integers(-3, 3).map(lambda k: k * psi(n + half) - k * psi(n)),
)


@given(st.lists(terms, min_size=1, max_size=3), st.booleans())
def test_what_is_seen_to_be_positive_is(found, strict):
    x = sum(found)
    if not getattr(x, "free_symbols", None) or not signs().positive(x, strict):
        return
    for value in (2, 3, 5, 40, 1000):
        assert N(x.xreplace({n: value}), 40) > (0 if strict else -(10**-25)), value


# ---- shapes -----------------------------------------------------------------------------------------------------------------


def _shape(kind, f, limits, peak):
    @claim
    def turn(n=Integers(2), a=Positive()):
        """A shape."""
        return kind(f(n, a), limits(n, a), peak=peak(n, a))

    return turn


m, x = Symbol("m", integer=True, positive=True), Symbol("x", positive=True)
RISES = {
    "whole": (RisesThenFalls, lambda n, a: m / (m + n) ** 2, lambda n, a: (m, 1, oo), lambda n, a: n),
    "of real numbers": (FallsThenRises, lambda n, a: x + a**2 / x, lambda n, a: (x, 0, oo), lambda n, a: a),
    "up to an end": (RisesThenFalls, lambda n, a: x * (a - x), lambda n, a: (x, 0, a), lambda n, a: a / 2),
    "of a root": (
        RisesThenFalls,
        lambda n, a: x / (x + a) + sqrt(a / (x + a)),
        lambda n, a: (x, 0, oo),
        lambda n, a: 3 * a,
    ),
    "between two whole numbers": (
        RisesThenFalls,
        lambda n, a: m - m**2 / 7,
        lambda n, a: (m, 1, oo),
        lambda n, a: Rational(7, 2),
    ),
    "of a loop": (
        RisesThenFalls,
        lambda n, a: E(PooledGaussianLoop(n, FixedReal(m), known_variance=True, start="fit").mu(1) ** 2),
        lambda n, a: (m, 1, oo),
        lambda n, a: n,
    ),
}


@pytest.mark.parametrize("what", RISES)
def test_a_shape_is_accepted_and_no_other_of_its_function(what):
    kind, f, limits, peak = RISES[what]
    own = _shape(kind, f, limits, peak)
    other = FallsThenRises if kind is RisesThenFalls else RisesThenFalls
    written = json.loads(certificate(own, "derivation"))

    check(own, "derivation", written)
    assert written["places"][0]["parts"][0]["ends"] == "turn"
    step = 1 if what != "of real numbers" else Rational(1, 100)
    for false in (
        _shape(other, f, limits, peak),
        _shape(kind, f, limits, lambda n, a: peak(n, a) + step),
        _shape(kind, f, limits, lambda n, a: peak(n, a) * 2),
        _shape(kind, lambda n, a: -f(n, a), limits, peak),
    ):
        assert "none" in json.loads(certificate(false, "derivation"))
        place = copy.deepcopy(written)
        place["places"][0]["parts"][0]["says"] = str(false.relation({}))
        with pytest.raises((Refused, CannotTell, BadInput)):
            check(false, "derivation", place)


@pytest.mark.parametrize(
    ("key", "put"),
    [("ends", "sign"), ("ends", "identity"), ("says", "RisesThenFalls(m, (m, 1, oo), n, m)")],
)
def test_a_changed_certificate_of_a_shape_is_refused(key, put):
    own = _shape(*RISES["whole"])
    written = json.loads(certificate(own, "derivation"))
    written["places"][0]["parts"][0][key] = put
    with pytest.raises(Refused):
        check(own, "derivation", written)


@pytest.mark.parametrize(
    ("f", "limits", "peak"),
    [
        (lambda n, a: 1 / (1 - x) ** 2 * -1, lambda n, a: (x, 0, oo), lambda n, a: 1),  # no value where it turns
        (lambda n, a: -abs(x - 1), lambda n, a: (x, 0, oo), lambda n, a: 1),  # true, and no derivative is looked at
        (lambda n, a: -((m - n) ** 2), lambda n, a: (m, n + 1, oo), lambda n, a: n),  # a peak before the range
        (lambda n, a: n - n * m, lambda n, a: (m, 1, oo), lambda n, a: n),
    ],
)
def test_no_such_shape_is_seen(f, limits, peak):
    assert "none" in json.loads(certificate(_shape(RisesThenFalls, f, limits, peak), "derivation"))


# ---- claims -----------------------------------------------------------------------------------------------------------------


@claim
def below(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """The mean is above the power of a bound of c4."""
    return Gt(E(GaussianLoop(n, sigma0).sigma(t + 1)), sigma0 * (1 - half / (n - 1)) ** ((t + 1) / 2))


@claim
def too_low(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """False: c4 is above that."""
    return Lt(E(GaussianLoop(n, sigma0).sigma(t + 1)), sigma0 * (1 - half / (n - 1)) ** ((t + 1) / 2))


CHANGES = {
    "a coefficient": lambda place: place["means"][0]["of"][0].update(form="1001*_0/1000*c4(n)**_t"),
    "a start": lambda place: place["means"][0]["of"][0].update(start="2*sigma0"),
    "a condition": lambda place: place.update(where="n > 3"),
    "a domain": lambda place: place["domain"].update(n="integers 3.."),
    "the direction": lambda place: place["parts"][0].update(says=place["parts"][0]["says"].replace(">", "<")),
    "how it ends": lambda place: place["parts"][0].update(ends="identity"),
}


@cache
def of_below() -> str:
    return certificate(below, "derivation")


@pytest.mark.xdist_group("below")
def test_a_certificate_of_a_bound_is_accepted_for_its_method():
    check(below, "derivation", json.loads(of_below()))
    with pytest.raises(Refused, match="method"):
        check(below, "derivation, given Jensen", json.loads(of_below()))


@pytest.mark.xdist_group("below")
@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_certificate_is_refused(what):
    written = json.loads(of_below())
    CHANGES[what](written["places"][0])
    with pytest.raises(Refused):
        check(below, "derivation", written)


@pytest.mark.xdist_group("below")
def test_the_false_twin_has_none_and_takes_no_other():
    assert "none" in json.loads(certificate(too_low, "derivation"))
    written = json.loads(of_below()) | {"claim": too_low.id}
    written["places"][0]["parts"][0]["says"] = str(too_low.relation({}))
    with pytest.raises(CannotTell):
        check(too_low, "derivation", written)


def test_an_exponential_of_logarithms_is_a_power():
    @claim
    def same(n=Integers(2), t=Integers(0)):
        """The mean, as an exponential."""
        return Eq(E(GaussianLoop(n).sigma(t)), exp(t * log(c4(n))))

    @claim
    def other(n=Integers(2), t=Integers(0)):
        """Another base."""
        return Eq(E(GaussianLoop(n).sigma(t)), exp(t * log(c4(n + 1))))

    check(same, "derivation", json.loads(certificate(same, "derivation")))
    assert "none" in json.loads(certificate(other, "derivation"))


def test_a_step_of_two_tells_nothing_from_one_value():
    """0, -1, 0, -1, ...: the even ones do not fall, and begin at 0; the odd ones are below it."""
    v, j = Symbol("v", integer=True, nonnegative=True), Symbol("j", integer=True, positive=True)
    signs = Signs({"v": v}, {"v": Integers(0)}, true)
    assert not signs.positive(Sum((-1) ** j, (j, 1, v)), strict=False)
    assert signs.positive(Sum(1 / j, (j, 1, v)), strict=False)


@pytest.mark.parametrize(
    ("x", "smooth"),
    [
        (lambda v: 1 / (1 - v), False),
        (lambda v: log(v - 1), False),
        (lambda v: sqrt(v - 1), False),
        (lambda v: gamma(v), False),
        (lambda v: Abs(v - 1), False),
        (lambda v: 1 / (1 + v), True),
        (lambda v: log(v + 1) + exp(v), True),
        (lambda v: gamma(v + 1), True),
    ],
)
def test_what_has_a_pole_or_a_kink_is_not_followed(x, smooth):
    v = Symbol("v", nonnegative=True)
    signs = Signs({"v": v}, {"v": Reals(0, oo, closed=True)}, true)
    try:
        seen = Rising(signs, {v})._smooth(x(v))
    except CannotTell:
        seen = False
    assert seen == smooth
