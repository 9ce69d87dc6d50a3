"""Sums of powers and harmonic numbers: in closed form, their signs, and relations of loops that lead to them."""

import pytest
from stated import stated
from sympy import Abs, Eq, EulerGamma, Ge, Integer, Le, Lt, Rational, Sum, Symbol, atan, harmonic, log, pi, sqrt, zeta

from theory import CLOCK, Noise, Normal, Prob, Var
from theory.language.domains import Integers
from theory.language.loops import Loop, coordinate
from theory.proof.relations.prove import prove
from theory.proof.signs import Certificate, positive
from theory.proof.symbols.powersums import in_harmonics, in_polygammas

i = Symbol("i", integer=True)
k = Symbol("k", integer=True, nonnegative=True)
n = Symbol("n", integer=True, positive=True)

SUMS = [
    Sum(1 / i, (i, 1, k)),
    Sum(1 / (n * i**2), (i, 1, k)),
    Sum(1 / (i**2 + 2 * i + 1), (i, 1, k + 1)),
    Sum((2 * i + 1) / (i * (i + 1)), (i, 2, k + 3)),
    Sum(i**2 + 1 / (3 * i) ** 3, (i, 1, k)),
]
LEFT = [
    Sum(1 / i, (i, 0, k)),
    Sum(1 / (2 * i + 1), (i, 1, k)),
    Sum(2**i / i, (i, 1, k)),
    Sum(1 / (i**2 + 1), (i, 1, k)),
    Sum(1 / i, (i, k, n)),
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


def proof_of(relation, **domain):
    return prove(stated(relation, **domain))


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
    assert proof_of(relation, **FROM_1).proved == holds


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
    assert proof_of(claimed, **FROM_1).proved == holds


def test_a_bound_of_a_probability_that_has_a_form():
    assert proof_of(lambda n, t: Lt(nearer(n, t), Rational(1, 2)), **FROM_1).proved
    assert not proof_of(lambda n, t: Lt(nearer(n, t), Rational(2, 5)), **FROM_1).proved
