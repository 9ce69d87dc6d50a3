"""Where functions are least among integers, in symbols, and on endless ranges, in balls; against searches."""

import pytest
from exact import enclosed
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved
from sympy import Eq, Rational, Symbol, binomial, exp, factorial, log, oo, sympify

from theory import ArgMax, ArgMin, Integers, Loop, Positive, Probability, coordinate
from theory.language.errors import CannotTell
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls

k, x = Symbol("k", integer=True), Symbol("x", real=True)
N = Integers(1)

PLACES = {  # f of k and n, the range, where it is largest
    "a parabola": (lambda n: k * (2 * n - k), lambda n: (0, 2 * n), lambda n: n),
    "a parabola whose steps turn beside a third": (
        lambda n: -3 * k**2 + 4 * k * n * 3 + k,
        lambda n: (0, 3 * n),
        lambda n: 2 * n,
    ),
    "a binomial coefficient": (lambda n: binomial(2 * n, k), lambda n: (0, 2 * n), lambda n: n),
    "of a geometric law": (lambda n: k * ((2 * n - 1) / (2 * n + 1)) ** k, lambda n: (0, 9 * n), lambda n: n),
    "of a Poisson law": (lambda n: (n + Rational(1, 2)) ** k / factorial(k), lambda n: (0, 9 * n), lambda n: n),
    "near an end": (lambda n: k * (2 * n - k), lambda n: (n - 1, 2 * n), lambda n: n),
    "a quotient": (lambda n: k / (k**2 + n * (n + 1) + 1), lambda n: (1, 9 * n), None),
}


def largest(f, low, high):
    values = {i: f.subs(k, i) for i in range(low, high + 1)}
    best = max(values.values())
    return [i for i, value in values.items() if value == best]


@pytest.mark.parametrize("name", [name for name, (_, _, at) in PLACES.items() if at])
def test_places_among_integers_are_proved_where_a_search_finds_them(name):
    f, ends, at = PLACES[name]
    for n in map(sympify, (1, 2, 5)):
        assert largest(sympify(f(n)), *map(int, ends(n))) == [at(n)]
    assert is_proved(lambda n: Eq(ArgMax(f(n), (k, *ends(n))), at(n)), n=N)
    assert is_proved(lambda n: Eq(ArgMin(-f(n), (k, *ends(n))), at(n)), n=N)
    assert not is_proved(lambda n: Eq(ArgMax(f(n), (k, *ends(n))), at(n) + 1), n=N)


@pytest.mark.parametrize(
    ("f", "ends", "at"),
    [
        (lambda n: k * (2 * n + 1 - k), lambda n: (0, 2 * n + 1), lambda n: n),  # n and n + 1 tie
        (lambda n: binomial(2 * n + 1, k), lambda n: (0, 2 * n + 1), lambda n: n + 1),
        (lambda n: k * (2 * n / (2 * n + 1)) ** k, lambda n: (0, 9 * n), lambda n: 2 * n),
        (lambda n: k * (2 * n - k), lambda n: (0, n - 1), lambda n: n),  # beyond the end
        (lambda n: binomial(n, k), lambda n: (0, 2 * n), lambda n: n),  # 0 from n + 1 on
        (lambda n: k / (k - n - Rational(1, 2)), lambda n: (0, 9 * n), lambda n: n + 1),  # a pole between two integers
    ],
)
def test_ties_and_places_outside_are_not_proved(f, ends, at):
    assert not is_proved(lambda n: Eq(ArgMax(f(n), (k, *ends(n))), at(n)), n=N)
    assert not is_proved(lambda n: Eq(ArgMax(f(n), (k, *ends(n))), at(n) - 1), n=N)


CONVEX = {  # f of x and lam, the range
    "a ridge and an exponential loss": (lambda a: x**2 + a * exp(-x), (0, oo)),
    "on the line": (lambda a: x**2 + a * exp(-x), (-oo, oo)),
    "up to an end": (lambda a: x**2 + a * exp(x), (-oo, 0)),
    "least at an end": (lambda a: x + a * exp(-x) / 2000, (0, oo)),
    "with a logarithm": (lambda a: x**2 - log(x + a), (0, oo)),
}


@pytest.mark.parametrize("name", CONVEX)
@settings(max_examples=10)
@given(value=st.fractions(Rational(1, 50), 1000, max_denominator=50))
def test_the_least_of_what_is_convex_on_an_endless_range(name, value):
    """The function is larger a little to either side, and at 0 if that is an end."""
    f, ends = CONVEX[name]
    value = sympify(value)
    at = enclosed(ArgMin(f(value), (x, *ends)))
    program = compile_expr(f(value), (x,))
    here = program(Balls, at)
    for aside in (at + 1e-3, at - 1e-3):
        if all((aside - end) * side >= 0 for end, side in zip(ends, (1, -1), strict=True) if end in (0, 1)):
            assert here < program(Balls, aside)


def test_what_never_turns_or_bends_down_is_not_told():
    for f in (exp(-x) + exp(-2 * x), x**3 - exp(-x), exp(-x) - x**2):
        with pytest.raises(CannotTell):
            enclosed(ArgMin(f, (x, -oo, oo)))


class Tempered(Loop):
    """Of two symbols the odds are raised to the power 1/tau."""

    tau: Positive
    p0: Probability()

    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        a, b = now["p"] ** (1 / self.tau), (1 - now["p"]) ** (1 / self.tau)
        return {"p": a / (a + b)}


def test_the_logarithm_of_odds_is_in_lowest_terms():
    def odds(p, tau, t):
        at = Tempered(tau, p).p(t)
        return log(at / (1 - at))

    given = {"p": Probability(), "tau": Positive(), "t": Integers(0)}
    assert is_proved(lambda p, tau, t: Eq(odds(p, tau, t), log(p / (1 - p)) / tau**t), **given)
    assert not is_proved(lambda p, tau, t: Eq(odds(p, tau, t), log(p / (1 - p)) / tau ** (t + 1)), **given)
