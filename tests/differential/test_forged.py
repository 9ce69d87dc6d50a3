"""Certificates that were forged: a false claim, by the oracle, with data that one rule of the checker alone refuses.

A change of a certificate of a true claim is refused because in the end the sides differ, whatever the rules before that say.
Here the forms are those that make the sides of the false claim equal.
"""

import json

import attack
import pytest
from sympy import Eq, Gt, Integer, Le, Lt, Rational, sympify

from theory import E, GaussianLoop, Integers, Positive, Var, claim
from theory.language.errors import CannotTell
from theory.language.loops import Loop, coordinate
from theory.proof.exported import certificate
from theory.recheck.check import Refused, check, places

n, t, sigma0 = Integer(4), Integer(2), Rational(3, 2)  # where the oracle looks


class Halved(Loop):
    """Nothing random: a number that is halved, and moved."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": Rational(1, 3)}

    def step(self, state):
        return {"x": state["x"] / 2 + 1}


def stated(op, side, other):
    """The claim `side op other` of functions of n, t and sigma0."""

    @claim
    def made_up(n=Integers(2), t=Integers(0), sigma0=Positive()):
        """It is made up."""
        return op(side(n, t, sigma0), other(n, t, sigma0))

    return made_up


def square(n, t, sigma0):
    return E(GaussianLoop(n, sigma0).sigma(t) ** 2)


def drift(n, t, sigma0):
    return Var(GaussianLoop(n, sigma0).mu(t))


def mean(n, t, sigma0):
    return E(GaussianLoop(n, sigma0, estimator="mle").sigma(t) ** 2)


def halved(n, t, sigma0):
    return E(Halved().x(t))


def spread(n, t, sigma0):
    return t * sigma0**2 / n


TRUE = {  # of each side a relation that holds
    square: (Eq, lambda n, t, sigma0: sigma0**2),
    drift: (Le, spread),
    mean: (Le, lambda n, t, sigma0: sigma0**2),
    halved: (Eq, lambda n, t, sigma0: 2 - Rational(5, 3) / 2**t),
}


def form(of, place=0):
    """The form of a mean, or of a state, said to be another one."""

    def change(row):
        if row["states"]:
            row["states"][place]["form"]["x"] = of
        else:
            row["means"][place]["of"][0]["form"] = of

    return change


FORGED = {
    "a form that no induction gives": (square, Eq, lambda n, t, s: s**2 * (1 + 1 / n) ** t, form("_0*(1 + 1/n)**_t")),
    "a form that does not begin at its start": (square, Eq, lambda n, t, s: 2 * s**2, form("2*_0")),
    "a thousandth more": (square, Eq, lambda n, t, s: s**2 * Rational(1001, 1000), None),
    "a generation later": (mean, Eq, lambda n, t, s: s**2 * (1 - 1 / n) ** (t + 1), None),
    "strictly": (drift, Lt, spread, None),
    "the other way round": (mean, Gt, lambda n, t, s: s**2, None),
    "a bound that is too low": (mean, Le, lambda n, t, s: s**2 * (1 - 2 / n) ** t, None),
    "a state that no step gives": (halved, Eq, lambda n, t, s: Rational(1, 3) + t, form("_t + 1/3")),
    "a state that does not begin at its start": (halved, Eq, lambda n, t, s: 2 + t * 0, form("2")),
}


def retargeted(own, other):
    """The data of a certificate of one claim as if they were of another one that speaks of the same moments."""
    data = json.loads(certificate(own, "derivation"))
    for place, row in zip(places(other), data["places"], strict=True):
        kinds = ["identity" if isinstance(r, Eq) else "sign" for r in place.relations()]
        row |= place.written() | {
            "parts": [{"says": str(r), "ends": k} for r, k in zip(place.relations(), kinds, strict=True)]
        }
    return data | {"claim": other.id}


def holds(op, side, other):
    a, b = (attack.truth(sympify(f(n, t, sigma0)), {}) for f in (side, other))
    return {Eq: a == b, Le: a <= b, Lt: a < b, Gt: a > b}[op]


@pytest.mark.parametrize("side", TRUE, ids=lambda f: f.__name__)
def test_of_what_holds_it_is_accepted(side):
    op, other = TRUE[side]
    own = stated(op, side, other)

    assert holds(op, side, other)
    check(own, "derivation", retargeted(own, own))


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_certificate_is_refused(what):
    side, op, other, change = FORGED[what]
    false = stated(op, side, other)
    data = retargeted(stated(TRUE[side][0], side, TRUE[side][1]), false)
    if change is not None:
        change(data["places"][0])

    assert not holds(op, side, other)
    with pytest.raises((Refused, CannotTell)):
        check(false, "derivation", data)
