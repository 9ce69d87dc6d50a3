"""Every method of derivation and of balls, reached by moments of which an exact number is known, and broken by hand.

Simulation does not see a factor of 1.001; here it is put into each method's result, and the comparison has to fail.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from functools import partial
from importlib import import_module
from typing import Any

import attack
import mpmath as mp
import oracle
import pytest
from flint import arb
from method_table import (
    FACTOR,
    IDS,
    METHODS,
    Location,
    Method,
    Slowly,
    Stirred,
    Uneven,
    kept_all,
    n,
    p,
    t,
    turned,
    wright,
)
from sympy import Abs, Basic, Rational, oo, sign, sympify

from theory.curation import CuratedLoop
from theory.curation.line import CuratedLineLoop
from theory.discrete import SymbolLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.kde import KernelLoop
from theory.language.laws import Binomial, ChiSquare, Noise, Normal, StudentT, Uniform
from theory.language.loops import Loop, PopulationLoop
from theory.language.moments import E, Prob
from theory.language.policies import Accumulate
from theory.performative import LogCoshRiskLoop
from theory.proof import methods as proof_methods

half = Rational(1, 2)


def forget() -> None:
    """Empty the caches of the witnesses."""
    for name, module in list(sys.modules.items()):
        if name.startswith("theory."):
            for f in vars(module).values():
                if hasattr(f, "cache_clear") and getattr(f, "__module__", "").startswith("theory."):
                    f.cache_clear()


def known(x: Basic, values: dict, number: Any) -> Any:
    if callable(number):
        with mp.workdps(40):
            return number()
    return oracle.value(x, values) if number is None else oracle._number(sympify(number))


def agrees(method: Method, x: Basic, values: dict, exact: Any) -> bool:
    got = (attack.derived if method.witness == "derived" else attack.enclosed)(x, values)
    if isinstance(got, arb):  # quadrature has thirty digits, where it has no kinks
        return bool(got.overlaps(arb(mp.nstr(exact, 30)) + arb(0, abs(float(exact)) * 1e-12)))
    return attack.close(got, exact)


@contextmanager
def broken(method: Method):
    """The method's result times 1.001, wherever its function was imported."""
    module, name = method.where.rsplit(".", 1)
    home = import_module(f"theory.proof.{module}")
    function = getattr(home, name)

    def wrong(*args, **kwargs):
        return method.break_(function(*args, **kwargs))

    places = [
        (module, key)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith("theory.proof")
        for key, value in vars(module).items()
        if value is function
    ]
    table = proof_methods.METHODS
    forget()
    try:
        for place, key in places:
            setattr(place, key, wrong)
        proof_methods.METHODS = tuple(
            replace(x, **{name: wrong for name in ("derive", "enclose", "condition") if getattr(x, name) is function})
            for x in table
        )
        yield
    finally:
        proof_methods.METHODS = table
        for place, key in places:
            setattr(place, key, function)
        forget()


@pytest.mark.parametrize("method", METHODS, ids=IDS)
def test_a_method_gives_the_numbers(method):
    """And others once it is broken: it is seen when it is wrong."""
    numbers = [(x, values, known(x, values, number)) for x, values, number in method.examples]
    for x, values, exact in numbers:
        assert agrees(method, x, values, exact), f"{x} is {exact}"

    with broken(method):
        seen = []
        for x, values, exact in numbers:
            try:
                seen.append(not agrees(method, x, values, exact))
            except attack.Silent:  # it has noticed by itself
                seen.append(True)
    assert any(seen), f"{method.name} was wrong by 1.001, and nothing changed"
    unseen = [str(x) for (x, *_), s in zip(method.examples, seen, strict=True) if not s]
    assert not unseen, f"{method.where} is not what {unseen} are derived by"


def test_a_martingale_is_proved_to_keep_its_mean_and_no_other():
    """By induction, where generations differ and no recursion is solved."""
    from sympy import Eq

    from theory import Claim, Integers
    from theory.proof.relations.prove import prove

    loop = partial(PooledGaussianLoop, policy=Accumulate())

    def right(n=Integers(2), t=Integers(1)):
        """Mean square of the error and variance add up to that of the truth."""
        return Eq(E(loop(n).v(t)) + E(loop(n).mu(t) ** 2), 1)

    def wrong(n=Integers(2), t=Integers(1)):
        """They add up to a little more."""
        return Eq(E(loop(n).v(t)) + E(loop(n).mu(t) ** 2), FACTOR)

    assert prove(Claim(right)).proved
    assert not prove(Claim(wrong)).proved
    assert attack.close(oracle.value(E(loop(n).v(3) + loop(n).mu(3) ** 2), {n: 2}), 1)


def test_a_joint_event_of_few_values_has_a_ball():
    """As a side of a claim it is written as a mean before any method is asked."""
    event = Prob(turned.x(1) < turned.x(2)).xreplace({p: Rational(1, 3)})
    assert attack.inside(Fraction(2, 9), proof_methods.enclosed(event))


def test_what_is_derived_of_a_likelihood_loop_has_the_numbers_of_its_balls():
    """N(m, 1) fitted to data of mean 3: H = I = 1, so that the rate is lam/(1 + lam), and the fit stays at 3."""
    loop = Location(data=Normal(3, 2), lam=2)
    for x, number in ((loop.rate, Rational(2, 3)), (E(loop.m(2)), 3)):
        form = proof_methods.moment(x).form
        assert attack.inside(oracle._number(number), attack.enclosed(form, {}))


def test_loops_without_a_step_of_their_own_are_in_the_table():
    kinds = {type(loop) for method in METHODS for x, *_ in method.examples for loop in x.atoms(Loop)}
    assert {KernelLoop, CuratedLineLoop, LogCoshRiskLoop, CuratedLoop} <= kinds
    assert any(issubclass(k, PopulationLoop) for k in kinds)


@pytest.mark.parametrize(
    "x",
    [
        E(sign(wright.share(2))),  # as after the first fit
        E(Abs(SymbolLoop(half, 2 * n).share(2) - half)),
        E(sign(kept_all.share(2))),
        E(Uneven().x(t)),  # as if the odds were raised to a power
    ],
    ids=str,
)
def test_what_is_told_of_another_case_is_not_said_of_this_one(x):
    with suppress(attack.Silent):
        assert attack.close(attack.derived(x, {n: 2, t: 2}), oracle.value(x, {n: 2, t: 2}))


@pytest.mark.parametrize(
    "x",
    [
        E(1 / (Noise("U", Uniform(0, 1)) - half)),  # a pole
        E(1 / Noise("B", Binomial(2, half))),  # 0 with probability 1/4
        E(Noise("T", StudentT(5)) ** 6),
        E(Noise("Q", ChiSquare(2)) ** -1),
        E(Noise("Q", ChiSquare(3)) ** -2),
    ],
    ids=str,
)
def test_what_has_no_finite_mean_is_given_none(x):
    for answer in (attack.derived, attack.enclosed):
        with suppress(attack.Silent):
            got = answer(x, {})
            assert not got.is_finite() if isinstance(got, arb) else got.is_infinite


def test_only_an_urn_or_a_chain_that_ends_has_such_a_law_in_the_limit():
    asked = [E(Abs(Slowly().x(oo) - half)), E(Slowly().x(oo) ** 2), Prob(Stirred().x(oo) > 0), E(Stirred().x(oo))]
    for x in asked:
        for answer in (attack.derived, attack.enclosed):
            with pytest.raises(attack.Silent):
                answer(x, {})
