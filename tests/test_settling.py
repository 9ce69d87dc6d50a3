"""Where a state stays, and where it settles: limits without a form of every generation, and what comes close and is false."""

import pytest
from orbits import FromStart, Kalman
from stated import assert_proved, is_proved, stated
from sympy import Dummy, Eq, Ge, Integer, Le, Lt, Piecewise, Rational, Symbol, oo, pi, sin, sqrt

from theory import CLOCK, Accumulate, CategoricalLoop, E, Limit, StudentT, Var
from theory.language.domains import Integers, Positive, Probability, Reals
from theory.language.errors import CannotTell
from theory.language.laws import Noise, Normal
from theory.language.loops import Loop, coordinate
from theory.proof.relations.assumptions import Assumptions
from theory.proof.relations.settling import contracts

s = Symbol("s", integer=True, nonnegative=True)
HALF = Rational(1, 2)


class Silo(FromStart):
    """The mass outside, of which a share eps is kept in each round."""

    eps: Probability()
    start: Probability(closed=True)
    m = coordinate()

    def step(self, now):
        m = now["m"]
        return {"m": self.eps * m / (1 - m + self.eps * m)}


class Pulled(FromStart):
    """A preference of weight 1 + w, and a share a of the first data."""

    w: Positive
    a: Probability()
    start: Probability()
    p = coordinate()

    def step(self, now):
        p = now["p"]
        return {"p": self.a * self.start + (1 - self.a) * p * (1 + self.w) / (1 + p * self.w)}


class Majority(FromStart):
    """The vote of three."""

    start: Reals
    p = coordinate()

    def step(self, now):
        return {"p": 3 * now["p"] ** 2 - 2 * now["p"] ** 3}


class Pushed(Majority):
    """The same vote, with a push that does not fade."""

    def step(self, now):
        return {"p": super().step(now)["p"] * (1 - 1 / (1 + CLOCK))}


class Logistic(Majority):
    """x -> 4 x (1 - x): it settles nowhere, though 3/4 is kept."""

    def step(self, now):
        return {"p": 4 * now["p"] * (1 - now["p"])}


class Momentum(Loop):
    """Steps with momentum, and noise."""

    eta: Positive
    mu: Probability()
    x = coordinate()
    last = coordinate()
    initial = {"x": Integer(0), "last": Integer(0)}  # noqa: RUF012

    def step(self, now):
        x = now["x"]
        return {"x": x - self.eta * x + self.mu * (x - now["last"]) + Noise("Z", Normal(0, 1)), "last": x}


class Heavy(Momentum):
    """The same from a start that has no variance."""

    initial = {"x": Noise("T", StudentT(2)), "last": Integer(0)}  # noqa: RUF012


class Kept(Loop):
    """A variance with a prior, and a share that is drawn once."""

    r: Probability()
    v = coordinate()
    c = coordinate()
    initial = {"v": Integer(1), "c": Noise("C", Normal(0, 1))}  # noqa: RUF012

    def step(self, now):
        return {"v": self.r * (now["v"] + now["c"] + Noise("Z", Normal(0, 1))), "c": now["c"]}


SHARE, T = Probability(), {"t": Integers(0)}
UPPER = {"p": Reals(HALF, 1), **T}
FILTER = {"q": Positive(), "r": Positive(), "P": Positive(), **T}
PULL = {"w": Positive(), "a": SHARE, "p": SHARE, **T}
DRIVEN = {"eta": SHARE, "mu": SHARE, **T}


def odds(x):
    return x / (1 - x)


def end(q, r):
    return (sqrt(q**2 + 4 * q * r) - q) / 2


def stationary(eta, mu):
    return (1 + mu) / ((1 - mu) * eta * (2 + 2 * mu - eta))


TRUE = {
    "odds": (lambda e, m, t: Eq(odds(Silo(e, m).m(t)), e**t * odds(m)), {"e": SHARE, "m": SHARE, **T}),
    "never below its start": (lambda w, a, p, t: Ge(Pulled(w, a, p).p(t), p), PULL),
    "a cap": (lambda w, a, p, t: Le(Pulled(w, a, p).p(t), 1 - a * (1 - p)), PULL),
    "it rises in the upper half": (lambda p, t: Ge(Majority(p).p(t + 1), Majority(p).p(t)), UPPER),
    "a vote settles": (lambda p, t: Limit(Majority(p).p(t), (t, oo), 1), UPPER),
    "a vote settles below": (
        lambda p, t: Limit(Majority(p).p(t) ** 2, (t, oo), 0),
        {"p": Reals(0, HALF), **T},
    ),
    "a filter settles": (lambda q, r, P, t: Limit(Kalman(q, r, P).P(t), (t, oo), end(q, r)), FILTER),
    "roots that may be complex, or one": (
        lambda eta, mu, t: Limit(Var(Momentum(eta, mu).x(t)), (t, oo), stationary(eta, mu)),
        DRIVEN,
    ),
    "what no step moves": (lambda r, t: Limit(E(Kept(r).v(t) * Kept(r).c(t)), (t, oo), r / (1 - r)), {"r": SHARE, **T}),
}

FALSE = {
    "odds one later": (
        lambda e, m, t: Eq(odds(Silo(e, m).m(t)), e ** (t + 1) * odds(m)),
        {"e": SHARE, "m": SHARE, **T},
    ),
    "odds of all": (
        lambda e, m, t: Eq(odds(Silo(e, m).m(t)), e**t * odds(m)),
        {"e": SHARE, "m": Probability(closed=True), **T},
    ),
    "strictly above its start": (lambda w, a, p, t: Lt(p, Pulled(w, a, p).p(t)), PULL),
    "a cap too low": (lambda w, a, p, t: Le(Pulled(w, a, p).p(t), 1 - a * (1 - p) * Rational(101, 100)), PULL),
    "it rises in both halves": (lambda p, t: Ge(Majority(p).p(t + 1), Majority(p).p(t)), {"p": SHARE, **T}),
    "a vote settles from both halves": (lambda p, t: Limit(Majority(p).p(t), (t, oo), 1), {"p": SHARE, **T}),
    "a vote settles from outside": (lambda p, t: Limit(Majority(p).p(t), (t, oo), 1), {"p": Reals(HALF, 2), **T}),
    "a vote stays": (lambda p, t: Limit(Majority(p).p(t), (t, oo), HALF), UPPER),
    "a pushed vote": (lambda p, t: Limit(Pushed(p).p(t), (t, oo), 1), UPPER),
    "chaos": (lambda p, t: Limit(Logistic(p).p(t), (t, oo), Rational(3, 4)), UPPER),
    "another root": (lambda q, r, P, t: Limit(Kalman(q, r, P).P(t), (t, oo), -end(q, r) - q), FILTER),
    "another end of a filter": (lambda q, r, P, t: Limit(Kalman(q, r, P).P(t), (t, oo), sqrt(q * r)), FILTER),
    "momentum as a longer step": (
        lambda eta, mu, t: Limit(Var(Momentum(eta, mu).x(t)), (t, oo), stationary(eta / (1 - mu), 0)),
        DRIVEN,
    ),
    "steps that are too long": (
        lambda eta, mu, t: Limit(Var(Momentum(eta, mu).x(t)), (t, oo), stationary(eta, mu)),
        {**DRIVEN, "eta": Reals(0, 5)},
    ),
    "a start without a variance": (
        lambda eta, mu, t: Limit(Var(Heavy(eta, mu).x(t)), (t, oo), stationary(eta, mu)),
        DRIVEN,
    ),
    "what no step moves, as if it were 0": (
        lambda r, t: Limit(E(Kept(r).v(t) * Kept(r).c(t)), (t, oo), 0),
        {"r": SHARE, **T},
    ),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved(name):
    relation, domains = TRUE[name]
    assert_proved(relation, **domains)


@pytest.mark.thin(3)
@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains)


@pytest.mark.parametrize(
    ("roots", "inside"),
    [
        ((HALF, -HALF, Rational(9, 10)), True),
        ((HALF, HALF, HALF), True),
        ((HALF, Rational(1, 3), Integer(1)), False),
        ((Rational(11, 10), HALF), False),
        ((-1, HALF), False),
        ((Rational(3, 5) * (1 + 1j), Rational(3, 5) * (1 - 1j)), True),
        ((Rational(4, 5) * (1 + 1j), Rational(4, 5) * (1 - 1j)), False),
    ],
    ids=str,
)
def test_whether_all_roots_are_inside_of_the_unit_circle(roots, inside):
    from sympy import I, expand, nsimplify

    z = Dummy("z")
    p = Integer(1)
    for r in roots:
        p = expand(p * (z - nsimplify(r)))
    coefficients = [p.coeff(z, k) for k in range(len(roots), -1, -1)]
    assert not any(c.has(I) for c in coefficients)
    known = Assumptions(stated(lambda t: Eq(t, t), **T), {})
    if inside:
        contracts(known, coefficients)
    else:
        with pytest.raises(CannotTell):
            contracts(known, coefficients)


# ---- single numbers by themselves -------------------------------------------------------------------------------------


class Pair(Loop):
    """Two models that learn from each other: their distance settles, their mean drifts."""

    c: Probability(closed=True)
    a = coordinate()
    b = coordinate()
    initial = {"a": Integer(0), "b": Integer(0)}  # noqa: RUF012

    def step(self, now):
        a, b, c = now["a"], now["b"], self.c
        y, z = (Noise(name, Normal(0, 1)) for name in "YZ")
        return {"a": (1 - c) * a + c * b + y, "b": (1 - c) * b + c * a + z}


def apart(c, t):
    return E((Pair(c).a(t) - Pair(c).b(t)) ** 2)


def diversity(p, n, t):
    loop = CategoricalLoop((p, 1 - p), n, Accumulate())
    return E(loop.diversity(t))


def but_in_the_middle(c):
    """1 but at c = 1/2, where it is 0."""
    return Piecewise((0, Eq(c, HALF)), (1, True))


@pytest.mark.parametrize(
    ("relation", "domains", "holds"),
    [
        # at c = 1/2 two roots of the recursion are one
        (lambda c, t: Limit(apart(c, t), (t, oo), 1 / (2 * c * (1 - c))), {"c": SHARE, **T}, True),
        (lambda c, t: Limit(apart(c, t), (t, oo), 2 / (c * (2 - c))), {"c": SHARE, **T}, False),
        (
            lambda c, t: Limit(apart(c, t), (t, oo), (2 - but_in_the_middle(c)) / (2 * c * (1 - c))),
            {"c": SHARE, **T},
            False,
        ),
        # at n = 1 the first symbol is the only one
        (
            lambda p, n, t: Limit(diversity(p, n, t), (t, oo), 2 * p * (1 - p) * sin(pi / sqrt(n)) * sqrt(n) / pi),
            {"p": SHARE, "n": Integers(1), **T},
            True,
        ),
        (
            lambda p, n, t: Limit(diversity(p, n, t), (t, oo), 2 * p * (1 - p) * (1 - 1 / n)),
            {"p": SHARE, "n": Integers(1), **T},
            False,
        ),
    ],
)
def test_numbers_at_which_a_derivation_divides_by_0_are_looked_at_by_themselves(relation, domains, holds):
    assert is_proved(relation, **domains) == holds


class Reflowed(FromStart):
    """x -> k x^2/(1 + x^2), from any positive number: no interval with numbers for ends is kept."""

    k: Positive
    start: Positive
    x = coordinate(positive=True)

    def step(self, now):
        return {"x": self.k * now["x"] ** 2 / (1 + now["x"] ** 2)}


def test_an_interval_that_ends_at_a_start_without_bound():
    """What begins at s stays in (0, s], whatever s is."""
    numbers = {"s": Positive(), **T}
    assert is_proved(lambda s, t: Limit(Reflowed(1, s).x(t), (t, oo), 0), **numbers)
    assert not is_proved(lambda s, t: Limit(Reflowed(1, s).x(t), (t, oo), s / 4), **numbers)
    assert not is_proved(
        lambda s, t: Limit(Reflowed(3, s).x(t), (t, oo), 0), **numbers
    )  # there are two other fixed points
