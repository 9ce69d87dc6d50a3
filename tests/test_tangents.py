"""Bounds by a chord of the logarithm, log(1 - w + w v) >= w log(v), and of powers by tangents: where they are, and where not."""

from types import SimpleNamespace

import pytest
from stated import is_proved
from sympy import Ge, Gt, Le, cos, exp, log, oo, pi, symbols

from theory import KL, Integers, Loop, Normal, Positive, Reals, coordinate
from theory.proof.relations import inequality, tangents

w, v = symbols("w v", positive=True)
SHARE = Reals(0, 1, closed=True)
CLAIMS = {
    "of a mean": (lambda w, v: Ge(log(1 - w + w * v), w * log(v)), SHARE, True),
    "of a mean of squares": (lambda w, v: Ge(3 * log(1 - w + w * v**2), 6 * w * log(v)), SHARE, True),
    "from below": (lambda w, v: Le(log(1 - w + w * v), w * log(v)), SHARE, False),
    "equal at 1": (lambda w, v: Gt(log(1 - w + w * v), w * log(v)), SHARE, False),
    "of more than a share": (lambda w, v: Ge(log(1 + w * v**2), w * log(1 + v**2)), Reals(0, 2), False),
    "of three": (lambda w, v: Ge(log(1 - w + w * v), 3 * w * log(v)), SHARE, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_chord_of_the_logarithm(name):
    relation, domain, proved = CLAIMS[name]
    assert is_proved(relation, w=domain, v=Positive()) == proved


@pytest.mark.parametrize(("inner", "is_chord"), [(1 - w + w * v, True), (1 - w / 2 + w * v, False)])
def test_only_what_may_be_a_chord_is_multiplied_out(monkeypatch, inner, is_chord):
    """What a look in balls tells to be none is not: of four rounds of picks that took ten times as long as all else."""
    asked, expand = [], tangents.expand
    monkeypatch.setattr(tangents, "expand", lambda x: asked.append(x) or expand(x))
    of_all = SimpleNamespace(implies=lambda x, strict: True)
    assert (tangents._above_chord(of_all, (log(inner), -w * log(v))) == 0) == is_chord
    assert bool(asked) == is_chord


# what is claimed of a whole number n from 0 on, and of y; the domain of y
BERNOULLI = {
    "of a whole number": (lambda n, y: Ge((1 + y) ** n, 1 + n * y), Reals(-2, oo), True),
    "from lower": (lambda n, y: Ge((1 + y) ** n, 1 + n * y), Reals(-4, oo), False),
    "equal at 0": (lambda n, y: Gt((1 + y) ** n, 1 + n * y), Reals(-2, oo), False),
    "of a cosine": (lambda n, y: Ge(cos(y) ** n, 1 - n * y**2 / 2), Reals(), True),
    "of a cosine, by less": (lambda n, y: Ge(cos(y) ** n, 1 - n * y**2 / 3), Reals(), False),
    "a cosine from above": (lambda n, y: Le(cos(y), 1 - y**2 / 2), Reals(), False),
    "of a cosine at small angles": (
        lambda n, y: Ge(cos(pi / (n + 1)) ** (n + 1), 1 - pi**2 / (2 * n + 2)),
        Reals(),
        True,
    ),
    "at small angles, by less": (
        lambda n, y: Ge(cos(pi / (n + 1)) ** (n + 1), 1 - pi**2 / (3 * n + 3)),
        Reals(),
        False,
    ),
}


@pytest.mark.parametrize("name", BERNOULLI)
def test_powers_with_a_whole_exponent(name):
    relation, domain, proved = BERNOULLI[name]
    assert is_proved(relation, n=Integers(0), y=domain) == proved


@pytest.mark.parametrize(
    ("d", "is_zero"), [((w + v) ** 2 - w**2 - 2 * w * v - v**2, True), ((w + v) ** 2 - w**2 - w * v, False)], ids=str
)
def test_only_what_may_be_0_is_asked_whether_it_is(monkeypatch, d, is_zero):
    """Of a difference with long powers that took seven times as long as all else."""
    asked, is_seen_zero = [], inequality.is_seen_zero
    monkeypatch.setattr(inequality, "is_seen_zero", lambda x: asked.append(x) or is_seen_zero(x))
    of_none = SimpleNamespace(implies=lambda x, strict: False)
    assert inequality._is_plain(of_none, d, True) == (not is_zero)
    assert bool(asked) == is_zero


class Noised(Loop):
    """Mean and variance after steps of length s of the Ornstein-Uhlenbeck process."""

    s: Positive
    m0: Reals
    v0: Positive
    m = coordinate()
    v = coordinate(positive=True)
    initial = property(lambda self: {"m": self.m0, "v": self.v0})

    def step(self, now):
        return {"m": exp(-self.s) * now["m"], "v": 1 + exp(-2 * self.s) * (now["v"] - 1)}


@pytest.mark.parametrize(("rate", "proved"), [(2, True), (3, False)])
def test_kl_falls_along_the_ornstein_uhlenbeck_process(rate, proved):
    """At least like exp(-2 s t), of a start of either sign; with the same variance at that rate."""

    def falls(s, m0, v0, t):
        loop = Noised(s, m0, v0)
        return Le(KL(Normal(loop.m(t), loop.v(t)), Normal(0, 1)), exp(-rate * s * t) * KL(Normal(m0, v0), Normal(0, 1)))

    assert is_proved(falls, s=Positive(), m0=Reals(), v0=Positive(), t=Integers(0)) == proved
