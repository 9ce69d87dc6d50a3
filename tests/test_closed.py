"""Closed intervals: their ends are looked at, and proofs take them one by one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved, stated
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Rational, exp, log, oo, sin

from theory import E, Integers, Normal, Positive, Probability, Reals, Tends, Var
from theory.language.laws import Noise
from theory.language.loops import Loop, coordinate
from theory.proof.reach import planned
from theory.proof.relations.boxed import Boxed
from theory.proof.relations.prove import prove

R = Rational


class Drawn(Loop):
    """A mean that is drawn back to 0 by a share r, 0 and 1 among them."""

    r: Probability(closed=True)
    m = coordinate()
    initial = {"m": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"m": (1 - self.r) * now["m"] + Noise("Z", Normal(0, 1))}


class Inside(Drawn):
    """The same, for shares that are neither."""

    r: Probability


class Crossed(Loop):
    """Two means of which each is fitted to a mixture, the share w of it from the other."""

    w: Probability
    x = coordinate()
    y = coordinate()
    initial = {"x": Integer(0), "y": Integer(0)}  # noqa: RUF012

    def step(self, now):
        x, y, w = now["x"], now["y"], self.w
        return {
            "x": (1 - w) * x + w * y + Noise("X", Normal(0, 1)),
            "y": (1 - w) * y + w * x + Noise("Y", Normal(0, 1)),
        }


def _spread(r, t):
    return (t + (1 - r**t) / (1 - r)) / 2


inside: dict[str, Any] = {"w": Probability(), "t": Integers(0)}
share = {"r": Probability(closed=True)}
both: dict[str, Any] = {**share, "t": Integers(0)}

TRUE = {
    "a mean": (lambda r, t: Eq(E(Drawn(r).m(t)), (1 - r) ** t), both),
    "a second moment": (lambda r, t: Le(E(Drawn(r).m(t) ** 2), 1 + t), both),
    "a parabola": (lambda r: And(Ge(r * (1 - r), 0), Le(r * (1 - r), R(1, 4))), share),
    "a power of 0": (lambda r, t: Le(r**t, 1), both),
    "powers of a base that may be 0": (
        lambda K, t: Le(K * (1 - 1 / K) ** t, K * exp(-t / K)),
        {"K": Integers(1), "t": Integers(0)},
    ),
    "a variance whose form turns": (lambda w, t: Eq(Var(Crossed(w).x(t)), _spread((1 - 2 * w) ** 2, t)), inside),
    "a half-line": (lambda x: Ge(x / (1 + x), 0), {"x": Positive(closed=True)}),
    "two of them": (lambda p, q: Le(p * q, 1), {"p": Probability(closed=True), "q": Probability(closed=True)}),
    "without an end": (lambda r: Le(log(r), 0), {**share, "where": lambda r: r > 0}),
}
FALSE = {
    "a mean that is off": (lambda r, t: Eq(E(Drawn(r).m(t)), R(1001, 1000) * (1 - r) ** t), both),
    "strict at the ends": (lambda r: Gt(r * (1 - r), 0), share),
    "a sum that is divided by 0": (
        lambda r, t: Eq(Var(Drawn(r).m(t)), (1 - (1 - r) ** (2 * t)) / (1 - (1 - r) ** 2)),
        both,
    ),
    "a logarithm of 0": (lambda r: Le(log(r), 0), share),
    "0/0": (lambda r: Eq(sin(r) / r * r, sin(r)), share),
    "one over 0": (lambda r: Ge(1 / r, 1), share),
    "a power of 0, strictly": (lambda r, t: Lt(r**t, 1), {**both, "where": lambda r: r < 1}),
    "0 to the power 0 among them": (lambda r, t: Gt((1 - r) ** t, 0), both),
    "a contraction": (lambda r, t: Lt((1 - r) ** (t + 1), 1), both),
    "a rate of 1": (lambda r, t: Tends(1 + (1 - r) ** t, (t, 0, oo), 1, rate=(1 - r) ** t), both),
    "a loop that is open": (lambda r, t: Eq(E(Inside(r).m(t)), (1 - r) ** t), both),
    "a variance whose form turns": (lambda w, t: Eq(Var(Crossed(w).x(t)), _spread(1 - 2 * w, t)), inside),
    "a half-line, strictly": (lambda x: Gt(x, 0), {"x": Positive(closed=True)}),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_at_the_ends_too(name):
    relation, options = TRUE[name]
    assert_proved(relation, **options)


@pytest.mark.parametrize("name", FALSE)
def test_what_fails_at_an_end_or_has_no_value_there(name):
    relation, options = FALSE[name]
    found = prove(stated(relation, **options))
    assert not found.proved
    assert " = " in found.reason or "inside" in found.reason


def test_of_powers_the_larger_base_is_no_reason_where_they_are_equal():
    from_0 = {"K": Integers(1), "t": Integers(0)}
    assert not is_proved(lambda K, t: Lt((1 - 1 / K) ** t, exp(-t / K)), **from_0)


@pytest.mark.parametrize("name", ["a logarithm of 0", "a loop that is open", "a contraction"])
def test_they_hold_without_the_ends(name):
    relation, options = FALSE[name]
    inside = {n: Probability() if isinstance(d, Probability) else d for n, d in options.items()}
    assert is_proved(relation, **inside)


def test_points_are_at_both_ends():
    relation, options = TRUE["a mean"]
    values = [p.values["r"] for p in planned(stated(relation, **options))]
    assert {Integer(0), Integer(1)} <= set(values)
    assert any(0 < r < 1 for r in values)


DOMAINS = [
    Probability(closed=True),
    Positive(closed=True),
    Reals(-1, 1, closed=True),
    Reals(hi=0, closed=True),
    Reals(R(1, 3), R(1, 2), closed=True),
]


@settings(max_examples=20)
@given(st.sampled_from(DOMAINS), st.floats(-60, 60))
def test_places_on_the_scale_are_in_the_interval(domain, y):
    value = domain.at(y)
    assert domain.contains(value)
    assert domain.at(domain.coordinate(value)) is not None
    for end in domain.included:
        assert domain.contains(end)
        assert domain.at(domain.coordinate(end)) == end
        assert end in domain.ends
        assert end in domain.firsts()
        assert domain.coordinate(end) != domain.coordinate(domain.firsts()[0])


def test_what_an_interval_says_of_itself():
    assert str(Probability(closed=True)) == "reals [0, 1]"
    assert str(Positive(closed=True)) == "reals [0, oo)"
    assert not Probability().contains(0)
    assert not Positive(closed=True).contains(oo)
    symbol = Probability(closed=True).symbol("r")
    assert symbol.is_nonnegative
    assert symbol.is_positive is None
    assert Drawn(2).refuses() == "r = 2: a number from 0 to 1 is expected"
    assert Drawn(0).refuses() is None
    assert Inside(0).refuses() is not None


def test_a_moment_that_cancels_at_an_end_is_not_taken_for_granted():
    """SymPy says 0 >= 0 of it; whether the moment has a value there it does not say."""
    share, t = Probability(closed=True), Integers(0)
    hidden = stated(lambda r, t: Ge(r * E(Inside(R(1, 2)).m(t) ** 2), 0), r=share, t=t)
    plain = stated(lambda r, t: Ge(r * t, 0), r=share, t=t)
    wrong = stated(lambda r, t: Gt(r * t, 0), r=share, t=t)

    for claim, said in ((hidden, None), (plain, True), (wrong, False)):
        at_0 = next(face for face in Boxed.of(claim).faces if face.at == {"r": 0})
        assert at_0.said is said
