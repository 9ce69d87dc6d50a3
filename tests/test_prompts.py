"""Averages over prompts: a sum over several loops is proved term by term, and no false one is."""

import pytest
from sympy import Ge, Rational, Symbol, oo

from theory import Atoms, E, Laws, Probability, Reals, Tends, catalogue, claim
from theory.curation import CuratedLoop
from theory.curation.prompts import CANDIDATES, ROUNDS, gap, least_growth
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.enclose import enclose
from theory.proof.relations import links
from theory.proof.relations.lemmas import Link
from theory.proof.relations.prove import prove

(CONVERGENCE,) = catalogue("curation-prompts-convergence")
LAW, WEIGHT = Laws(atoms=2), Symbol("w", positive=True)


@pytest.mark.parametrize("c", [c for c in catalogue("curation-prompts-*") if c.expected == "holds"], ids=lambda c: c.id)
def test_claims_about_prompts_are_proved(c):
    assert prove(c).proved


def pair(p, q, K, M):
    return CuratedLoop(p, K=K), CuratedLoop(q, K=M)


def grown(share, factor, weights=None):
    """Whether the mean weight over two prompts, the first one's share in this domain, is proved to grow so many times as much."""

    @claim
    def grows(p=LAW, q=LAW, s=share, K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
        """The average grows."""
        first, second = (E(x.weight(t + 1)) - E(x.weight(t)) for x in pair(p, q, K, M))
        return Ge(s * first + (1 - s) * second, factor * least_growth(p, q, s, K, M, t))

    return prove(grows)


@pytest.mark.parametrize(
    ("share", "factor", "proved"),
    [(Probability(), 1, True), (Probability(), Rational(1001, 1000), False), (Reals(-1, 1), 1, False)],
    ids=["an average", "a thousandth more", "weights that may be negative"],
)
def test_each_prompt_is_looked_at_alone(share, factor, proved):
    found = grown(share, factor)
    assert found.proved == proved
    assert not found.refuted


@pytest.mark.parametrize("times", [1, 2, 50])
def test_no_faster_rate_is_proved(times):
    """The average of the prompts' bounds, and no fraction of it, follows from them."""

    @claim(proof=CONVERGENCE.proof)
    def faster(p=LAW, q=LAW, share=Probability(), K=CANDIDATES, M=CANDIDATES, t=ROUNDS):
        """To the average of the best weights, too fast."""
        one, two = pair(p, q, K, M)
        mean, best = (
            share * x + (1 - share) * y for x, y in ((E(one.weight(t)), E(two.weight(t))), (p.largest, q.largest))
        )
        rate = share * gap(one, p, t) + (1 - share) * gap(two, q, t)
        return Tends(mean, (t, 0, oo), best, rate=rate / times)

    found = prove(faster)
    assert found.proved == (times == 1)


@pytest.mark.parametrize("times", [-1, 2, Rational(1, 2)])
def test_a_link_is_the_multiple_that_it_says(times):
    """Its inner link holds: w <= 2 w; 0 <= w is once that."""
    known = links.Learned(CONVERGENCE, {})
    inner = Link(WEIGHT, 2 * WEIGHT)
    links._checked(known, Link(WEIGHT - WEIGHT, WEIGHT, of=inner))
    with pytest.raises(CannotTell):
        links._checked(known, Link(WEIGHT - WEIGHT, WEIGHT, times=times, of=inner))


def test_products_of_two_prompts_are_not_split():
    @claim
    def product(p=LAW, q=LAW, K=CANDIDATES):
        """No sum of what each prompt has alone."""
        one, two = pair(p, q, K, K)
        return Ge(E(one.weight(1)) * E(two.weight(1)), E(one.weight(0)) * E(two.weight(0)))

    assert not prove(product).refuted


def test_the_variance_of_all_samples_stays():
    """Prompts at 1 and 10: within each nothing varies in the end, between them 81/4 does."""

    @claim
    def between(t=ROUNDS):
        """Of two prompts with one best atom each."""
        one, two = (CuratedLoop(Atoms((w, Rational(w, 2)), (Rational(1, 2), Rational(1, 2)))) for w in (1, 10))
        mean, square = ((E(one.weight(t) ** j) + E(two.weight(t) ** j)) / 2 for j in (1, 2))
        return Ge(square - mean**2, Rational(81, 4) / 4)

    assert {f.verdict for f in enclose(between, between.points())} == {Verdict.SUPPORTED}
