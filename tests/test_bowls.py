"""Differences that touch 0 inside the domain and curve away from there: relative entropies, entropies and their chords."""

import pytest
from stated import is_proved
from sympy import Abs, Ge, Gt, Le, Lt, Rational, Symbol, exp, log

from theory import KL, Finite, Integers, Loop, Positive, Probability, Reals, coordinate, entr
from theory.language.domains import Share
from theory.proof.relations import bowls


class Smoothed(Loop):
    """The share of one of two labels, smoothed at every fit."""

    e: Probability
    p0: Probability
    p = coordinate()
    initial = property(lambda self: {"p": self.p0})

    def step(self, now):
        return {"p": (1 - self.e) * now["p"] + self.e / 2}


def entropy(p):
    return entr(p) + entr(1 - p)


def divergence(p, q):
    return KL(Finite((1 - p, p)), Finite((1 - q, q)))


def lacking(p):
    return log(2) - entropy(p)


P = Probability()
TWO, THREE = {"p": P, "q": P}, {"a": P, "p": P, "q": P}
COIN = {"p": P, "x": Reals()}
LABELS = {"e": P, "p": P, "t": Integers(0)}
grown = lambda p, x: log(1 - p + p * exp(x))  # noqa: E731
CLAIMS = {
    "Pinsker": (lambda p, q: Ge(divergence(p, q), 2 * (p - q) ** 2), TWO, True),
    "Pinsker, a larger constant": (lambda p, q: Ge(divergence(p, q), Rational(21, 10) * (p - q) ** 2), TWO, False),
    "Pinsker, strictly": (lambda p, q: Gt(divergence(p, q), 2 * (p - q) ** 2), TWO, False),  # equal at p = q
    "Pinsker, apart": (lambda p, q: Gt(divergence(p, q), 2 * (p - q) ** 2 - Rational(1, 10)), TWO, True),
    "concave": (
        lambda a, p, q: Ge(entropy(a * p + (1 - a) * q), a * entropy(p) + (1 - a) * entropy(q)),
        THREE,
        True,
    ),
    "convex": (lambda a, p, q: Le(entropy(a * p + (1 - a) * q), a * entropy(p) + (1 - a) * entropy(q)), THREE, False),
    "unlike weights": (
        lambda a, p, q: Ge(entropy(a * p + (1 - a) * q), (1 - a) * entropy(p) + a * entropy(q)),
        THREE,
        False,
    ),
    "Hoeffding": (lambda p, x: Le(grown(p, x), p * x + x**2 / 8), COIN, True),
    "Hoeffding, too small": (lambda p, x: Le(grown(p, x), p * x + x**2 / 9), COIN, False),
    "Hoeffding, no mean": (lambda p, x: Le(grown(p, x), x**2 / 8), COIN, False),
    "smoothing": (
        lambda e, p, t: Le(lacking(Smoothed(e, p).p(t + 1)), (1 - e) ** 2 * lacking(Smoothed(e, p).p(t))),
        LABELS,
        True,
    ),
    "smoothing, too much": (
        lambda e, p, t: Le(lacking(Smoothed(e, p).p(t + 1)), (1 - e) ** 3 * lacking(Smoothed(e, p).p(t))),
        LABELS,
        False,
    ),
    "a corner": (lambda p, q: Ge(divergence(p, q), Abs(p - q) / 10), TWO, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_touches_0(name):
    relation, domains, holds = CLAIMS[name]
    assert is_proved(relation, **domains) == holds


def test_the_place_has_to_be_in_the_domain():
    """x log x - x + 1 touches 0 at 1; at places below 1/2 a difference may fall beside it."""
    fall = lambda p, x: Ge(log(1 + exp(x)) - log(2) - x / 2, 0)  # noqa: E731
    assert is_proved(lambda x: fall(None, x), x=Reals())
    far = lambda x: Lt(log(1 + exp(x)) - log(2) - x / 2, x**2 / 8)  # noqa: E731
    assert is_proved(far, x=Positive())
    assert not is_proved(far, x=Reals())  # both are 0 at 0


def test_a_side_condition_may_leave_a_hole():
    """With p (1 - p) < q (1 - q) in two pieces a slope on one of them tells nothing of the other."""
    apart = {"p": P, "q": P, "where": lambda p, q: p * (1 - p) < q * (1 - q)}
    assert not is_proved(lambda p, q: Ge(divergence(p, q), 3 * (p - q) ** 2), **apart)


def test_a_place_without_a_slope_is_no_place():
    """Of a**(3**t) SymPy tells nan for the slope at 0: the proof ended in an error."""
    assert not is_proved(
        lambda a, b, t: Lt(a ** (3**t) - b ** (3**t), 1), a=Reals(-1, 1), b=Reals(-1, 1), t=Integers(0)
    )
    assert is_proved(lambda a, b: Le(a**2 / 2 + b**2 / 2, 1), a=Reals(-1, 1), b=Reals(-1, 1))


def test_two_laws_are_looked_at_where_they_differ():
    """Of p = q a relative entropy has no slope. Else it has one, which is quickly seen: SymPy looked for minutes."""
    p, q, a = (Symbol(name, positive=True) for name in "pqa")
    slope = log(p / q) - log((1 - p) / (1 - q))
    for share in (P, Share(names=("p",), index=0)):
        variables = {p: share, q: share, a: Positive()}
        assert not bowls._may_be_0(slope, variables)
        assert not bowls._may_be_0(slope * a, variables)
        assert bowls._may_be_0(slope - log(p * (1 - q) / (q - p * q)), variables)
    for domain in (Positive(), Positive(hi=3), Reals(), Reals(hi=0), Integers(1)):
        assert not bowls._may_be_0(p - a, {p: domain, a: domain})
