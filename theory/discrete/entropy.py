"""The entropy of the histograms."""

from __future__ import annotations

from sympy import (
    And,
    Eq,
    Expr,
    Ge,
    Le,
    Rational,
    log,
    sympify,
)

from ..language.claims import claim
from ..language.domains import Integers, Points, Probability, Simplex
from ..language.moments import E
from .common import CategoricalLoop, diverse, half


def nats(p) -> Expr:
    """The entropy of a coin, in nats."""
    return -p * log(p) - (1 - p) * log(1 - p)


@claim(
    source="derived: bounds of the entropy by p (1 - p) (Topsoe's type), Jensen's inequality, heterozygosity",
    tight={"t": 0, "p": half},
    mutants={
        "ln 2 on both sides": lambda n, p, t: {">=": 4 * log(2) * (1 - 1 / n) ** t * p * (1 - p) * 2},
        "without the root": lambda n, p, t: {"<=": log(2) * 4 * p * (1 - p) * (1 - 1 / n) ** t},
    },
    unreached={"derivation": "the entropy of counts is no moment"},
)
def discrete_entropy_sandwich(n=Integers(2, 40, notable=(20,)), p=Probability(), t=Integers(0, 50, notable=(10, 50))):
    """Two symbols: the expected entropy lies between 2 ln 2 H_t and ln 2 (2 H_t)^(1/ln 4), H_t = (1 - 1/n)^t H(p).

    No derivation: the entropy is no moment of the share.
    """
    diversity = 2 * p * (1 - p) * (1 - 1 / n) ** t
    entropy = E(CategoricalLoop((p, 1 - p), n).entropy(t))
    return And(Ge(entropy, 2 * log(2) * diversity), Le(entropy, log(2) * (2 * diversity) ** (1 / log(4))))


@claim(
    source="derived: -log(x) >= 1 - x, term by term",
    mutants={"twice of it": lambda n, p, t: 2 * (1 - 1 / n) ** t * diverse(p)},
    unreached={"derivation": "the entropy of counts is no moment"},
)
def discrete_entropy_sandwich_any(n=Integers(2, 40, notable=(20,)), p=Simplex(3), t=Integers(0, 50)):
    """For any number of symbols the expected entropy is at least the expected diversity.

    No derivation: the entropy is no moment of the shares.
    """
    return Ge(E(CategoricalLoop(p, n).entropy(t)), (1 - 1 / n) ** t * diverse(p))


@claim(
    source="the rate of the diversity, taken for that of the entropy",
    expected="fails",
    corrected="discrete-entropy-sandwich",
)
def discrete_entropy_sandwich_rate(n=Points(20), p=Points(Rational(3, 10)), t=Points(10, 50)):
    """The entropy of two symbols is lost by exactly 1 - 1/n a generation."""
    p = sympify(p)
    return Eq(E(CategoricalLoop((p, 1 - p), n).entropy(t)), (1 - 1 / sympify(n)) ** t * nats(p))
