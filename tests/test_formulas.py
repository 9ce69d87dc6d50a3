"""Closed forms as functions: what claims state, numbers that are right, inverses that are the first ones, domains."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from exact import number
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Expr, Float, Integer, Rational, Symbol, pi, sqrt

import theory
from reports.values import formulas
from theory import Positive, catalogue
from theory.families import families, modules_of
from theory.kde.common import error
from theory.language.errors import BadInput, CannotTell
from theory.language.policies import Accumulate, FixedReal, FreshReal
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.formulas import Formula, above, formula, least
from theory.stability.location import DATA, W1, LocationLoop, Logistic

FORMULAS = formulas()
CLAIMS = {c.id: c for c in catalogue()}
NOT_CALLED = {  # inverses, and forms whose claim states them in other parameters: tested one by one
    "curation.rounds",
    "discrete.generations",
    "discrete.sample_size",
    "filters.rounds",
    "gaussian.critical_inflation",
    "gaussian.generations",
    "gaussian.sample_size",
    "kde.bandwidth_beside_fixed",
    "kde.bandwidth_beside_fresh",
    "kde.bandwidth_kept",
    "kde.best_bandwidth",
    "performative.fits",
    "performative.stable_real_share",
    "stability.local_rate",
    "stability.published_rate",
    "stability.published_real_share",
    "stability.stable_real_share",
}


def built(f: Formula, monkeypatch, change=lambda x: x):
    """The claim of a formula, built anew, and how often it calls the formula."""
    calls, original = [], Formula.__call__

    def seen(self, *args, **kwargs):
        x = original(self, *args, **kwargs)
        if self is f:
            calls.append(x)
            return change(x)
        return x

    monkeypatch.setattr(Formula, "__call__", seen)
    c = replace(CLAIMS[f.claim], mutants={})
    relation = c.relation()
    return c, relation, calls


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_names_a_claim_that_calls_it(name, monkeypatch):
    f = FORMULAS[name]

    assert CLAIMS[f.claim].expected == "holds"
    assert "Source: " in f.__doc__
    assert f.__doc__.endswith(f"Decided by the claim {f.claim}.")
    assert "Domain: " in f.__doc__
    _, _, calls = built(f, monkeypatch)
    assert bool(calls) == (name not in NOT_CALLED)


BOUNDS = {
    "curation.reward_budget",
    "curation.reward_gap",
    "curation.shrinking_ratio",
    "curation.least_gain",
    "stability.bounded_rate",
    "curation.kl_bound",
    "curation.published_kl_bound",
    "curation.last_rate",
    "discrete.survival_bound",
}  # not tight there
PEAKS = {"mixing.tv_threshold", "mixing.worst_synthetic"}  # places where something turns: dear to look at


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.long] * (n in PEAKS)) for n in FORMULAS if n not in NOT_CALLED]
)
def test_balls_of_both_sides_agree_and_refute_a_formula_that_is_one_thousandth_off(name, monkeypatch):
    for factor, verdict in ((Integer(1), Verdict.SUPPORTED), (Rational(1001, 1000), Verdict.REFUTED)):
        with monkeypatch.context() as patch:
            c, relation, _ = built(FORMULAS[name], patch, lambda x, by=factor: x * by)
            assert isinstance(relation, Eq) == (name not in BOUNDS | PEAKS)
            if factor == 1 or name not in BOUNDS:
                assert at_point(c, c.points()[0], 0.01).verdict == verdict


def test_no_claim_has_a_number_of_a_formula_in_place_of_its_form():
    """Of Python's numbers a formula is a float: a claim with listed values has to hand it SymPy's."""
    for id in {f.claim for f in FORMULAS.values()}:
        for case in (CLAIMS[id].cases or [{}])[:3]:
            assert not CLAIMS[id].relation(case).atoms(Float)


def test_every_formula_can_be_asked_for():
    found = {
        f"{family}.{x.name}"
        for family in families()
        for m in modules_of(family)
        for x in vars(m).values()
        if isinstance(x, Formula)
    }
    assert found == set(FORMULAS)


# ---- numbers --------------------------------------------------------------------------------------------------------


@given(n=st.integers(2, 100) | st.integers(2, 10**6), t=st.integers(0, 5000))
def test_the_mean_of_sigma_to_the_last_digit(n, t):
    """The smallest ones too, of which an absolute error says nothing."""
    with mpmath.workdps(60):
        rate = mpmath.sqrt(mpmath.mpf(2) / (n - 1)) * mpmath.exp(
            mpmath.loggamma(mpmath.mpf(n) / 2) - mpmath.loggamma(mpmath.mpf(n - 1) / 2)
        )
        assert theory.gaussian.expected_sigma(n, t) == float(rate**t)


@pytest.mark.parametrize(
    ("name", "args", "value"),
    [
        ("gaussian.expected_variance_mle", (100, 50), 0.99**50),
        ("gaussian.draw_variance", (100, 50, 2), 6.0),
        ("gaussian.variance_of_variance", (101, 1), 0.02),
        ("gaussian.half_life_mle", (2,), 1.0),
        ("stability.local_rate", (1, 1, 1, 1), 2 / 3),
        ("stability.published_rate", (0.25, 1, 1, 1), 1.0),
        ("stability.published_real_share", (0, 0, 1), 2 / 3),
        ("stability.stable_real_share", (1.25,), 0.2),
        ("stability.stable_real_share", (0.5,), 0.0),
        ("stability.mean_error_fixed", (1, 1, 0), 1.0),
        ("mixing.tv_threshold", (100, 1), 50.0),
        ("mixing.worst_synthetic", (10, 1), 10.0),
        ("performative.contraction", (0.5, 1, 2), 0.25),
        ("performative.stable_real_share", (3, 2), 1 / 3),
        ("curation.tilted_mass", (0.5, 3, 1), 0.75),
        ("curation.published_kl_bound", (2, 0.5), float(np.log(2))),
        ("discrete.diversity_left", (2, 3), 0.125),
        ("filters.verified_accuracy", (0.5, 0.8, 0.2), 0.8),
    ],
)
def test_numbers_that_are_known(name, args, value):
    assert FORMULAS[name](*args) == pytest.approx(value, rel=1e-15, abs=1e-15)
    assert abs(FORMULAS[name].ball(*args).value - value) < 1e-15 * (1 + abs(value))


def test_symbols_arrays_and_balls():
    n, f = Symbol("n", integer=True, positive=True), theory.gaussian.expected_sigma
    grid = f(np.array([10, 100, 1000]), [[1], [50]], 2)

    assert str(f(n, 3)) == "c4(n)**3"
    assert grid.shape == (2, 3)
    assert grid[1, 1] == 2 * f(100, 50)
    assert f.ball(100, 50).value.contains(f.ball(n=100, t=50).value)
    assert float(f.ball(100, 50).value.mid()) == f(100, 50)
    assert theory.gaussian.sample_size([0.5, 0.9], 50).dtype == int


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("gaussian.expected_sigma", (1, 5), "n is 1; expected a whole number, 2 or more"),
        ("gaussian.expected_sigma", (2.5, 5), "n is 5/2; expected a whole"),
        ("gaussian.expected_sigma", (10, -1), "t is -1"),
        ("gaussian.expected_sigma", (10, 1, float("nan")), "sigma0 is nan"),
        ("gaussian.expected_sigma", ("ten", 1), "n is 'ten'"),
        ("gaussian.expected_sigma", (True, 1), "n is True"),
        ("gaussian.expected_sigma", (Rational(5, 2), 1), "n is 5/2"),
        ("gaussian.sample_size", (1.5, 1), "keep is 3/2; expected a number between 0 and 1"),
        ("gaussian.sample_size", (Symbol("k"), 1), "keep has to be a number"),
        ("stability.published_rate", (1, 1, 1, 1), r"lam\*\(L\*eps/alpha \+ 1\) < 1 is needed"),
        ("performative.fits", (0.1, 2), r"beta\*eps < gamma is needed"),
        ("curation.reward_gap", (2, 1, 2, 0.5, 3), "mean <= f is needed"),
        ("curation.reward_budget", (2, 1, 2), "mean <= f is needed"),
        ("curation.least_gain", (1, 2, 10, 1), r"variance <= f\*\*2/4 is needed"),
        ("curation.rounds", (0.5, 0.1, 30), "w is 30; expected a number between 1 and 20"),
    ],
)
def test_outside_of_the_domain(name, args, said):
    with pytest.raises(BadInput, match=said):
        FORMULAS[name](*args)


def test_a_value_that_is_0_by_cancellation():
    @formula(claim="")
    def nothing(x: Positive) -> Expr:
        """0, which balls see to many digits, never exactly."""
        return (x + 1) ** 2 - x**2 - 2 * x - 1

    assert nothing(Fraction(1, 3)) == 0


# ---- inverses -------------------------------------------------------------------------------------------------------

shares = st.fractions(Fraction(1, 100), Fraction(99, 100))


@given(keep=shares, t=st.integers(1, 1000))
def test_the_least_sample_size(keep, t):
    n, left = theory.gaussian.sample_size(keep, t), theory.gaussian.expected_sigma

    assert left(n, t) >= keep
    assert n == 2 or left(n - 1, t) < keep


@given(keep=shares, n=st.integers(2, 1000))
def test_the_first_generation(keep, n):
    t, left = theory.gaussian.generations(keep, n), theory.gaussian.expected_sigma

    assert left(n, t) <= keep < left(n, t - 1)


@given(keep=shares, n=st.integers(2, 300))
def test_diversity_and_its_inverses(keep, n):
    left = lambda n, t: Fraction(n - 1, n) ** t  # noqa: E731
    t = theory.discrete.generations(keep, n)
    size = theory.discrete.sample_size(keep, t)

    assert left(n, t) <= keep < left(n, t - 1)
    assert left(size, t) >= keep
    assert size == 2 or left(size - 1, t) < keep


@given(left=shares, eps=shares)
def test_fits(left, eps):
    t = theory.performative.fits(left, eps)

    assert eps**t <= left
    assert t == 1 or eps ** (t - 1) > left


@given(accuracy=shares, p=shares, phi=st.fractions(Fraction(1, 2), Fraction(9, 10)), psi=st.fractions("1/10", "2/5"))
def test_verifications(accuracy, p, phi, psi):
    t = theory.filters.rounds(accuracy, p, phi, psi)
    odds = lambda t: (1 - p) / p * (phi / psi) ** t  # noqa: E731

    assert odds(t) >= accuracy / (1 - accuracy)
    assert t == 0 or odds(t - 1) < accuracy / (1 - accuracy)


@pytest.mark.parametrize(("share", "q", "w"), [(0.95, 0.1, 5), (0.9, 0.001, 2), (0.99, 0.5, 1.5), (0.1, 0.1, 5)])
def test_rounds_of_curation_by_the_logistic_map(share, q, w):
    x, t, c = q, 0, (w - 1) / (w + 1)
    while x * w + 1 - x < share * w:
        x, t = x + c * x * (1 - x), t + 1

    assert theory.curation.rounds(share, q, w) == t


def test_forms_in_other_parameters_are_those_of_their_claims():
    for name in ("local_rate", "published_rate"):
        f = FORMULAS[f"stability.{name}"]
        relation = CLAIMS[f.claim].relation({"data": DATA[0]})
        (lam,) = relation.free_symbols
        loop = LocationLoop(Logistic(), DATA[0], lam)
        assert f(lam, loop.lipschitz, W1(loop.data, loop.family), loop.curvature()) == relation.rhs
    relation = CLAIMS["stability-published-bound-audit-real-share"].relation()
    (c,) = relation.rhs.free_symbols
    assert theory.stability.published_real_share(c - 1, 1, 1) == relation.rhs


def test_the_real_share_that_is_needed():
    """Just beyond it the loop is stable, at it the variance grows: the claims' own condition."""
    share = Fraction(theory.stability.stable_real_share(1.25)).limit_denominator(100)
    holds, grows = (CLAIMS[f"stability-temperature-gain-threshold{x}"] for x in ("", "-unstable"))
    for n, at in ((21, holds), (20, grows)):
        assert share == Fraction(1, 5)
        assert at.where(n=n, m=100 - n, t=1, tau=Rational(5, 4))


@pytest.mark.parametrize("n", [2, 10, 1000])
def test_at_the_critical_inflation_nothing_drifts(n):
    relation = CLAIMS["variance-inflation-no-stable-constant"].relation()
    values = {"n": Integer(n), "t": 5, "sigma0": 1, "c": FORMULAS["gaussian.critical_inflation"](Integer(n))}

    assert abs(float(relation.rhs.subs({s: values[s.name] for s in relation.free_symbols}))) < 1e-12


def test_the_best_bandwidth_is_the_turn_of_its_claim():
    relation = CLAIMS["kde-amise-error-propagation-bandwidth"].relation()
    s, t = sorted(relation.peak.free_symbols, key=str)
    form = theory.kde.best_bandwidth(Integer(32), Integer(3))

    assert abs(float(relation.peak.subs({s: 1 + 1 / 2**0.5 + 1 / 3**0.5, t: 3})) / 2 - float(form)) < 1e-14


@pytest.mark.parametrize("real", ["fresh", "fixed"])
def test_the_best_bandwidth_beside_real_data_is_where_the_exact_error_is_least(real):
    """10^20 real points and as many synthetic ones, two retrainings: a hundredth more or less is worse."""
    n = 10**20
    best = float(FORMULAS[f"kde.bandwidth_beside_{real}"](Integer(n), Integer(1), Integer(2)))
    policy = {"fresh": FreshReal, "fixed": FixedReal}[real](n)
    errors = [number(error(n, Rational(str(x * best)), 2, policy, "fit")) for x in (0.99, 1.0, 1.01)]

    assert errors[1] < min(errors[0], errors[2])


@pytest.mark.parametrize("t", [1, 3])
def test_the_best_bandwidth_of_what_is_kept_is_where_the_exact_error_is_least(t):
    """10^20 points a fit: a hundredth more or less is worse; and it is narrower than for as many independent points."""
    n = 10**20
    best = float(FORMULAS["kde.bandwidth_kept"](Integer(n), Integer(t)))
    at = lambda x: number(error(n, Rational(str(x * best)), t, Accumulate(), "fit"))  # noqa: E731

    assert at(1.0) < min(at(0.99), at(1.01))
    assert best < float(FORMULAS["kde.bandwidth_kept"](Integer((t + 1) * n), Integer(0)))


def test_least_and_above():
    assert least(lambda k: k >= 1000, 3) == 1000
    assert least(lambda k: True, 3) == 3
    with pytest.raises(CannotTell):
        least(lambda k: False, 0)
    assert above(lambda: arb(1) / 3 - arb(1) / 3 * 1, lambda: True)
    with pytest.raises(CannotTell):
        above(lambda: arb(1) / 3 - arb(1) / 3)


@pytest.mark.parametrize(
    ("name", "args", "first"),
    [
        ("curation.rounds", (0.75, 0.5, 3), 1),
        ("gaussian.generations", (sqrt(2 / pi), 2), 1),
        ("gaussian.generations", (2 / pi, 2), 2),
        ("gaussian.sample_size", (sqrt(pi) / 2, 1), 3),
    ],
)
def test_what_is_met_exactly_counts(name, args, first):
    assert FORMULAS[name](*args) == first
