"""Sums of powers and harmonic numbers: in closed form, their signs, and relations of loops that lead to them."""

import pytest
from stated import is_proved
from sympy import (
    Abs,
    Eq,
    EulerGamma,
    Ge,
    Integer,
    Le,
    Lt,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    atan,
    gamma,
    harmonic,
    log,
    pi,
    sqrt,
    zeta,
)

from theory import CLOCK, ArgMax, ArgMin, E, Noise, Normal, Prob, Var
from theory.language.domains import Integers, Probability
from theory.language.loops import Loop, coordinate
from theory.proof.signs import Certificate, positive, tangents
from theory.proof.signs.sign import Asked
from theory.proof.symbols.powersums import in_harmonics, in_polygammas, without_products_of_0

i = Symbol("i", integer=True)
k = Symbol("k", integer=True, nonnegative=True)
n = Symbol("n", integer=True, positive=True)

SUMS = [
    Sum(1 / i, (i, 1, k)),
    Sum(1 / (n * i**2), (i, 1, k)),
    Sum(1 / (i**2 + 2 * i + 1), (i, 1, k + 1)),
    Sum((2 * i + 1) / (i * (i + 1)), (i, 2, k + 3)),
    Sum(i**2 + 1 / (3 * i) ** 3, (i, 1, k)),
    Sum(1 / (2**i * (n + 1)), (i, 1, k)),
    Sum(3 * 4 ** (i + 1) + n * 5**-i, (i, 0, k)),
    Sum(S.Zero**i, (i, 0, k - 1)),
    Sum(n * S.Zero ** (2 * i) + 2**i, (i, 0, k)),
    Sum(S.Zero ** (2 * i - 4), (i, 2, k + 1)),
]
LEFT = [
    Sum(1 / i, (i, 0, k)),
    Sum(1 / (2 * i + 1), (i, 1, k)),
    Sum(2**i / i, (i, 1, k)),
    Sum(1 / (i**2 + 1), (i, 1, k)),
    Sum(1 / i, (i, k, n)),
    Sum(n**i, (i, 1, k)),  # n may be 1
    Sum(2 ** (i**2), (i, 1, k)),
    Sum(S.Zero ** (i - 1), (i, 2, k + 1)),  # all of it 0, which is not looked for
    Sum(S.Zero ** (-i), (i, 0, k)),
]


@pytest.mark.parametrize("x", SUMS, ids=str)
def test_a_sum_is_what_its_form_says(x):
    form = in_harmonics(x)
    assert not form.has(Sum)
    for at in range(4):
        here = {k: Integer(at), n: Integer(3)}
        assert form.subs(here).doit() == x.subs(here).doit()


@pytest.mark.parametrize("x", LEFT, ids=str)
def test_what_is_no_sum_of_powers_is_left(x):
    assert in_harmonics(x) == x


def test_a_product_that_begins_with_0():
    j = Symbol("j", integer=True)
    zero, begun_later = Product((j - 1) / j, (j, 1, k + 1)), Product((j - 1) / j, (j, 2, k + 1))
    perhaps_empty = Product((j - 1) / j, (j, 1, k))  # 1 where k = 0
    assert without_products_of_0(zero + begun_later + perhaps_empty) == begun_later + perhaps_empty


def test_harmonic_numbers_are_polygammas():
    for order in (1, 2, 5):
        for at in (0, 1, 7):
            form = in_polygammas(harmonic(k, order)).subs(k, at)
            assert abs((form - harmonic(at, order)).evalf(30)) < 1e-25


@pytest.mark.parametrize(
    ("x", "holds"),
    [
        (harmonic(k + 1) - log(k + 1), True),
        (harmonic(k + 1) - log(k + 1) - EulerGamma, True),
        (harmonic(k + 1) - log(k + 1) - Rational(3, 5), False),  # 0.577
        (zeta(2) - harmonic(k, 2), True),
        (zeta(3) - harmonic(k, 3) - Rational(1, 10**6), False),
        (harmonic(k + 2, 2) - 1, True),
        (harmonic(k + 2, 2) - Rational(13, 10), False),  # at k = 0
    ],
    ids=str,
)
def test_the_sign_of_a_harmonic_number_less_its_limit(x, holds):
    assert positive(x, Certificate()) == holds


class Growing(Loop):
    """A mean that is refitted to n draws, then to 4 n, 9 n, ..."""

    n: Integers(1)
    power: Integers(1, 2)

    mu = coordinate()
    initial = {"mu": Integer(0)}  # noqa: RUF012

    def step(self, now):
        size = self.n * CLOCK**self.power
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(size)}


class Pool(Loop):
    """The mean of all data."""

    n: Integers(1)

    m = coordinate()

    @property
    def initial(self):
        return {"m": Noise("R", Normal(0, 1)) / sqrt(self.n)}

    def step(self, now):
        return {"m": now["m"] + Noise("Z", Normal(0, 1)) / sqrt(self.n) / (CLOCK + 1)}


FROM_1 = {"n": Integers(1), "t": Integers(1)}


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda n, t: Lt(Var(Growing(n, 2).mu(t)), pi**2 / 6 / n), True),
        (lambda n, t: Le(Var(Growing(n, 2).mu(t)), pi**2 / 7 / n), False),
        (lambda n, t: Ge(Var(Growing(n, 1).mu(t)), log(t) / n), True),
        (lambda n, t: Ge(Var(Growing(n, 1).mu(t)), log(t + 1) / n), True),
        (lambda n, t: Ge(Var(Growing(n, 1).mu(t)), log(t + 2) / n), False),
    ],
)
def test_a_drift_that_adds_up(relation, holds):
    assert is_proved(relation, **FROM_1) == holds


def nearer(n, t):
    m = Pool(n).m
    return Prob(Abs(m(t)) < Abs(m(0)))


@pytest.mark.parametrize(
    ("first", "holds"),
    [(2, True), (1, False)],
)
def test_which_of_two_pools_is_nearer(first, holds):
    """The pool's variance is the sum of 1/i^2 from i = 2 on, and not from 1."""
    claimed = lambda n, t: Eq(nearer(n, t), atan(2 / sqrt(Sum(1 / i**2, (i, first, t + 1)))) / pi)  # noqa: E731
    assert is_proved(claimed, **FROM_1) == holds


def test_a_bound_of_a_probability_that_has_a_form():
    assert is_proved(lambda n, t: Lt(nearer(n, t), Rational(1, 2)), **FROM_1)
    assert not is_proved(lambda n, t: Lt(nearer(n, t), Rational(2, 5)), **FROM_1)


a, b, c = (Symbol(name, positive=True) for name in "abc")


@pytest.mark.parametrize(
    ("x", "holds"),
    [
        (log(a) + 1 / a - 1, True),
        (a * log(a / b) - a + b, True),  # a relative entropy
        ((log(c) + log(a) - log(a + 2) + (a + 2) / (a * c) - 1) / 2, True),
        (log(a) + 1 / a - Rational(101, 100), False),
        (a * log(a / b) - a + Rational(99, 100) * b, False),
        (b - a - a * log(a / b), False),
    ],
    ids=str,
)
def test_a_logarithm_against_its_tangent(x, holds):
    assert positive(x, Certificate(), False) == holds
    assert not positive(x, Certificate(), True)  # where u = 1 it is 0


@pytest.mark.parametrize(
    ("x", "holds"),
    [
        (atan(sqrt(harmonic(k + 2, 2) - 1)) / pi, True),
        (-atan(1 - harmonic(k + 2, 2)), True),
        (atan(1 - harmonic(k + 2, 2)), False),
        (sqrt(harmonic(k + 2, 2) - 1), True),
    ],
    ids=str,
)
def test_odd_functions_have_the_sign_of_what_they_are_taken_of(x, holds):
    assert positive(x, Certificate()) == holds


class Cold(Loop):
    """The mean of all squares, a share of them real, the others drawn too cold."""

    alpha: Probability()
    lam: Probability()
    v = coordinate()
    initial = {"v": Integer(1)}  # noqa: RUF012

    def step(self, now):
        batch = self.alpha + (1 - self.alpha) * self.lam * now["v"] + Noise("Z", Normal(0, 1))
        return {"v": now["v"] + (batch - now["v"]) / (CLOCK + 1)}


def cold(alpha, lam, t, shift=0):
    kappa = (1 - alpha) * lam
    m = alpha / (1 - kappa)
    return m + (1 - m) * gamma(t + 1 + kappa + shift) / (gamma(1 + kappa + shift) * gamma(t + 2))


@pytest.mark.parametrize(("shift", "holds"), [(0, True), (Rational(1, 100), False)])
def test_a_mean_about_the_number_that_no_step_moves(shift, holds):
    domains = {"alpha": Probability(), "lam": Probability(), "t": Integers(0)}
    claimed = lambda alpha, lam, t: Eq(E(Cold(alpha, lam).v(t)), cold(alpha, lam, t, shift))  # noqa: E731
    assert is_proved(claimed, **domains) == holds


w = Symbol("w", real=True)


@pytest.mark.parametrize(
    ("claimed", "holds"),
    [
        (lambda q: Eq(ArgMin((w - q) ** 2 + w, (w, -1, 1)), q - Rational(1, 2)), True),
        (lambda q: Eq(ArgMax((w - q) * (1 - w), (w, -1, 1)), (q + 1) / 2), True),
        (lambda q: Eq(ArgMin((w - q) ** 2 + w, (w, 0, 1)), q - Rational(1, 2)), False),  # it may be at the end
        (lambda q: Eq(ArgMin(-((w - q) ** 2), (w, -1, 1)), q), False),  # the largest
    ],
)
def test_where_a_parabola_is_least(claimed, holds):
    assert is_proved(claimed, q=Probability()) == holds


def test_tangents_lie_below_a_logarithm():
    """What is left to certify is nowhere larger than what was asked, on both sides of where they touch."""
    x, left = Symbol("x", positive=True), []
    e = log(x) + 3 + 2 / x
    assert tangents.certify(Asked(e, False, lambda y, *_: left.append(y) or True), Certificate())
    assert all(left[-1].subs(x, v) < e.subs(x, v).evalf() for v in (Rational(1, 3), Rational(3)))
