"""Events and quantiles under named laws, by simulation."""

import pytest
from sympy import Eq, Ge, Le, Rational, tanh

from reports import check
from theory import Binomial, ChiSquare, Claim, E, Noise, Normal, Prob, Quantile
from theory.language.verdicts import Verdict

U, V = (Noise(name, Normal(0, 1)) for name in "UV")
X = Noise("X", ChiSquare(3))
B, C = (Noise(name, Binomial(10, Rational(1, 2))) for name in "BC")
TINY, OTHER = (Noise(name, ChiSquare(Rational(1, 1000))) for name in "QR")
NESTED = Noise("N", Normal(X, 1))
TENTH = Rational(1, 10)


def found(relation):
    def claimed():
        """Of draws."""
        return relation

    (finding,) = check([Claim(claimed)], seconds=2)
    return finding


@pytest.mark.parametrize(
    ("relation", "verdict"),
    [
        (Le(Prob(U * V > X), TENTH), Verdict.SUPPORTED),  # about 0.06
        (Le(Prob(U * V > X), TENTH / 5), Verdict.REFUTED),
        (Le(Prob(Eq(B * C, 20)), 3 * TENTH / 2), Verdict.SUPPORTED),
        (Ge(Prob(Eq(B * C, 20)), 3 * TENTH / 2), Verdict.REFUTED),
        (Le(Quantile(U * V, Rational(3, 4)), Rational(3, 5)), Verdict.SUPPORTED),
        (Ge(Quantile(U * V, Rational(3, 4)), Rational(3, 5)), Verdict.REFUTED),
    ],
    ids=str,
)
def test_events_and_quantiles_of_draws_are_decided(relation, verdict):
    assert found(relation).verdict == verdict


def test_draws_too_small_for_floats_are_not_told_apart():
    """Most are 0 as floats, none is in truth: one is below the other with probability 1/2."""
    finding = found(Eq(Prob(TINY < OTHER), Rational(1, 2)))
    assert finding.verdict == "proved"
    assert "CONTRADICTION" not in str(finding)


@pytest.mark.parametrize("side", [Prob(NESTED * U > X), E(tanh(NESTED * U))], ids=str)
def test_draws_whose_laws_are_drawn_are_left_out(side):
    finding = found(Le(side, Rational(3, 5)))
    assert "of which a parameter is drawn" in str(finding)
