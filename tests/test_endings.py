"""Limits of finite chains and of what branches: against the chain itself, followed for long."""

from itertools import product

import pytest
from sympy import Eq, Rational, Symbol, oo, simplify

from theory import Atoms, Binomial, Claim, E, Integers, Limit, Loop, Noise, Poisson, Prob, Reals, coordinate
from theory.language.errors import CannotTell
from theory.proof.relations import absorbed, extinction
from theory.proof.relations.learned import Learned
from theory.proof.relations.prove import prove

t = Symbol("t", integer=True, nonnegative=True)
half = Rational(1, 2)


class Selected(Loop):
    """k of N are better, r times as likely to be copied; a copy changes its kind with probability u."""

    N: Integers(1)
    r: Reals
    u: Reals
    k = coordinate()
    initial = property(lambda self: {"k": 1})

    def step(self, now):
        k, N = now["k"], self.N
        better = self.r * k / (self.r * k + N - k)
        better = (1 - self.u) * better + self.u * (1 - better)
        return {"k": k + Noise("C", Binomial(1, better)) - Noise("D", Binomial(1, k / N))}


def known(r=Reals(1, 3), v=Reals(0, 1)):
    """Variables."""
    return Eq(r, v)


def learned():
    return Learned(Claim(known), {})


def followed(N, r, u, steps=400):
    """The law of k after many steps, in floats."""
    law = [0.0] * (N + 1)
    law[1] = 1.0
    for _ in range(steps):
        new = [0.0] * (N + 1)
        for k, mass in enumerate(law):
            better = r * k / (r * k + N - k)
            better = (1 - u) * better + u * (1 - better)
            for c, d in product((0, 1), repeat=2):
                chance = (better if c else 1 - better) * (k / N if d else 1 - k / N)
                if chance:
                    new[k + c - d] += mass * chance
        law = new
    return law


@pytest.mark.parametrize(
    ("N", "r", "u"), [(3, Rational(2), 0), (4, half, 0), (3, Rational(2), Rational(1, 5)), (2, 3, half)]
)
def test_where_a_chain_ends(N, r, u):
    loop, law = Selected(N, r, u), followed(N, float(r), float(u))
    for m, number in ((Prob(Eq(loop.k(t), N)), law[N]), (E(loop.k(t) ** 2), sum(k**2 * p for k, p in enumerate(law)))):
        end = absorbed.limit(learned(), Limit(m, (t, oo)), loop)
        assert abs(float(end) - number) < 1e-9


def test_in_symbols():
    r = next(iter(learned().claim.symbols.values()))
    loop = Selected(3, r, 0)
    end = absorbed.limit(learned(), Limit(Prob(Eq(loop.k(t), 3)), (t, oo)), loop)
    assert simplify(end - (1 - 1 / r) / (1 - r**-3)) == 0


def moving(step, start=0):
    class Moving(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": start})

        def step(self, now):
            return {"x": step(now["x"])}

    return Moving()


@pytest.mark.parametrize(
    "step",
    [
        lambda x: 1 - x,  # for ever to and fro
        lambda x: x + Noise("S", Atoms((1, -1), (half, half))),  # of endlessly many values
        lambda x: (1 - x) * (1 + 2 * Noise("B", Binomial(1, half))),  # from 0 to 1 or 3, from 3 to -2 or -6, ...
    ],
)
def test_what_does_not_end_has_no_limit(step):
    loop = moving(step)
    with pytest.raises(CannotTell):
        absorbed.limit(learned(), Limit(Prob(Eq(loop.x(t), 1)), (t, oo)), loop)


@pytest.mark.parametrize("p", [Rational(1, 3), half, Rational(2, 3), Rational(9, 10)])
def test_whether_what_branches_dies_out(p):
    for start, law in ((1, lambda x: Binomial(2 * x, p)), (2, lambda x: Binomial(2 * x, p))):
        loop = moving(lambda x, law=law: Noise("S", law(x)), start)
        gone = 0.0
        for _ in range(400):
            gone = float(1 - p + p * gone) ** 2
        end = extinction.limit(learned(), Limit(Prob(Eq(loop.x(t), 0)), (t, oo)))
        assert end == 1 if p == half else abs(float(end) - gone**start) < 1e-9  # at 1/2 it comes near like 1/t


def test_poisson_offspring_die_out_unless_there_are_more_than_one():
    assert (
        extinction.limit(learned(), Limit(Prob(Eq(moving(lambda x: Noise("S", Poisson(x)), 3).x(t), 0)), (t, oo))) == 1
    )
    for step in (lambda x: Noise("S", Poisson(2 * x)), lambda x: Noise("S", Poisson(x + 1)), lambda x: x):
        loop = moving(step, 3)
        with pytest.raises(CannotTell):
            extinction.limit(learned(), Limit(Prob(Eq(loop.x(t), 0)), (t, oo)))


@pytest.mark.parametrize("power", [1, 2])
def test_a_claim_of_it(power):
    def dies(p=Reals(half, 1), t=Integers(0)):
        """With probability ((1 - p)/p)^2 in the end."""
        return Limit(
            Prob(Eq(moving(lambda x: Noise("S", Binomial(2 * x, p)), 1).x(t), 0)), (t, oo), ((1 - p) / p) ** power
        )

    found = prove(Claim(dies))
    assert (found.proved, found.refuted) == (power == 2, power != 2)
