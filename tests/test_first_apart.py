"""Claims whose first generation is another matter than the others: it has no variance, or 0 is raised to the power of 0."""

import pytest
from stated import is_proved, stated
from sympy import Abs, Eq, Gt, Le, exp, oo, pi, sin

from theory import (
    CLOCK,
    Binomial,
    Cov,
    E,
    Integers,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Probability,
    Tends,
    coordinate,
)
from theory.proof.relations.learned import NO_DERIVATION, Proof
from theory.proof.relations.one_by_one import each_generation, the_first_apart
from theory.proof.relations.prove import prove


class Coin(Loop):
    """A coin that is refitted to N of its own tosses."""

    N: Integers(1)
    p0: Probability
    p = coordinate()
    initial = property(lambda self: {"p": self.p0})

    def step(self, now):
        return {"p": Noise("B", Binomial(self.N, now["p"])) / self.N}


class Pooled(Loop):
    """A mean of all data so far."""

    n: Integers(1)
    m = coordinate()
    initial = {"m": 0}  # noqa: RUF012

    def step(self, now):
        return {"m": now["m"] + Noise("Z", Normal(0, 1 / self.n)) / CLOCK}


def skew(N, p0, t, u, rest):
    p = Coin(N, p0).p
    kept = (1 - 1 / N) ** u
    return Eq(
        Cov(p(t), p(t + u) ** 2), Cov(p(t), p(t) ** 2) * kept + p0 * (1 - p0) * (1 - (1 - 1 / N) ** t) * rest(kept)
    )


COIN = {"N": Integers(1), "p0": Probability(), "t": Integers(0), "u": Integers(0)}
POOL = {"n": Integers(1), "t": Integers(1), "c": Positive()}


@pytest.mark.parametrize(("rest", "holds"), [(lambda x: 1 - x, True), (lambda x: 1 + x, False), (lambda x: x, False)])
def test_a_single_toss_is_another_matter(rest, holds):
    assert is_proved(lambda N, p0, t, u: skew(N, p0, t, u, rest), **COIN) == holds


@pytest.mark.parametrize(("rate", "holds"), [(3, True), (4, False)])
def test_a_variance_that_is_a_sum_is_above_0(rate, holds):
    tail = lambda n, t, c: Le(Prob(Pooled(n).m(t) >= c), exp(-rate * n * c**2 / pi**2))  # noqa: E731
    assert is_proved(tail, **POOL) == holds


def test_what_holds_from_the_second_on_is_not_said_of_the_first():
    assert is_proved(lambda p, t: Gt(1 - p**t, 0), p=Probability(), t=Integers(1))
    assert not is_proved(lambda p, t: Gt(1 - p**t, 0), p=Probability(), t=Integers(0))


def test_the_variable_of_a_limit_has_no_first_number():
    """It was put in for the limit's own variable, which ended in an error of the program."""
    said = lambda t: Tends(Abs(sin(t)) / t, (t, 1, oo), 0, rate=1 / t)  # noqa: E731
    assert the_first_apart(stated(said, t=Integers(1)), prove) is None
    assert not is_proved(lambda t: Tends(Abs(sin(t)) / t, (t, 1, oo), 0, rate=1 / (2 * t)), t=Integers(1))


@pytest.mark.parametrize(("power", "asked"), [(2, 2), (1, 0)])
def test_a_moment_without_a_form_from_the_second_number_on_is_not_asked_for_again(power, asked):
    """Each way to do without was tried for the first number, and for all others, after it had been for all of them."""
    spread = lambda N, p0, t: Le(E(Abs(Coin(N, p0).p(t) - p0) ** power), 1)  # noqa: E731
    claims = []

    def counted(claim):
        claims.append(claim)
        return Proof(True)

    the_first_apart(stated(spread, N=Integers(1), p0=Probability(), t=Integers(3, 3)), counted, NO_DERIVATION)
    assert len(claims) == asked


def test_of_a_few_generations_the_second_is_looked_at_first():
    """At the first one much is known that is not of the others: its proof was worked out in vain."""
    looked = []

    def prover(fails):
        def look(claim):
            (t,) = claim.parameters["t"].values
            looked.append(int(t))
            return Proof(int(t) != fails, steps=["seen"])

        return look

    walked = stated(lambda p, t: Le(Coin(2, p).p(t), 1), p=Probability(), t=Integers(1, 4))
    assert each_generation(walked, prover(2)) is None
    assert looked == [2]
    found = each_generation(walked, prover(9))
    assert found.steps == [f"t = {t}: seen" for t in (1, 2, 3, 4)]
    assert each_generation(walked, prover(1)) is None
    assert each_generation(walked, prover(4)) is None
