"""Means of logarithms of counts, bounded by Jensen's inequality."""

import pytest
from stated import is_proved
from sympy import Ge, Le, Lt, Piecewise, S, Symbol, log, simplify

from theory import KL, Binomial, E, Finite, Integers, Noise, Poisson, Positive, Probability
from theory.proof.symbols.batches import divided


def risk(n, p, added):
    q = (Noise("B", Binomial(n, p)) + added) / (n + 2 * added)
    return E(KL(Finite((1 - p, p)), Finite((1 - q, q))))


def counted(n, p):
    return Noise("B", Binomial(n, p))


COIN = {"n": Integers(1), "p": Probability()}
CLAIMS = {
    "the rule of succession": (lambda n, p: Le(risk(n, p, 1), log(1 + 1 / (n + 1))), COIN, True),
    "too small": (lambda n, p: Le(risk(n, p, 1), 1 / (2 * (n + 2))), COIN, False),
    "nothing added": (lambda n, p: Le(risk(n, p, 0), log(1 + 1 / (n + 1))), COIN, False),  # infinite
    "from above": (lambda n, p: Le(E(log(1 + counted(n, p))), log(1 + n * p)), COIN, True),
    "the other way": (lambda n, p: Ge(E(log(1 + counted(n, p))), log(1 + n * p)), COIN, False),
    "less than that": (lambda n, p: Lt(E(log(1 + counted(n, p))), log(n * p)), COIN, False),
    "from below": (lambda n, p: Ge(E(log(1 + counted(n, p))), log((n + 1) * p)), COIN, True),
    "from below, more": (lambda n, p: Ge(E(log(1 + counted(n, p))), log((n + 2) * p)), COIN, False),
    "by cases": (
        lambda n, p: Ge(Piecewise((1, E(log(1 + counted(n, p))) >= log(1 + n * p)), (0, True)), 1),
        COIN,
        False,
    ),
    "by cases of the other one": (
        lambda n, p: Le(Piecewise((1, E(log(1 + counted(n, p))) < log(1 + n * p)), (0, True)), 0),
        COIN,
        False,
    ),
    "by cases of one slope": (
        lambda n, p: Le(
            Piecewise((m := E(log(1 + counted(n, p))), m >= log(1 + n * p)), (m + 3, True)), log(1 + n * p)
        ),
        COIN,
        False,
    ),
    "without an end": (
        lambda m: Ge(E(log(1 + Noise("K", Poisson(m)))), log(1 + m)),
        {"m": Positive()},
        False,
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_logarithms_of_counts(name):
    relation, domains, holds = CLAIMS[name]
    assert is_proved(relation, **domains) == holds


def test_what_is_left_of_a_batch_divides():
    """E 1/(c (n + d - B)), n - B being a count of the other kind, against the sum over all counts."""
    odds = Symbol("odds", positive=True)
    B = Noise("B", Binomial(5, odds / (1 + odds)))
    for c in (1, -2):
        found = divided(1 / (c * (6 - B)), B, S.Zero)
        assert simplify(found - sum(B.law.mass(k) / (c * (6 - k)) for k in range(6))) == 0
    assert divided(1 / (5 - B), B, S.Zero) is None  # 1/0 where all are of one kind
    assert divided(1 / (6 - B), B, S.One) is None
