"""Best constants of inequalities: known ones are found, with the place; false twins are refuted; no more is said than known."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha512

import numpy as np
import pytest
import scipy.linalg
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Add,
    And,
    Eq,
    EulerGamma,
    Ge,
    Le,
    Lt,
    Piecewise,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    binomial,
    cos,
    cosh,
    erfc,
    exp,
    factorial,
    floor,
    gamma,
    harmonic,
    hessian,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tan,
)
from sympy import (
    E as e,
)

from reports import load
from reports.cli import _run
from reports.sharpen import _values, sharpen, sharpened
from reports.sharpen_told import draw, in_words
from theory import (
    ChiSquare,
    GaussianLoop,
    Integers,
    Noise,
    PathMax,
    Points,
    Positive,
    Probability,
    Reals,
    Tends,
    Var,
    c4,
    claim,
)
from theory import E as Mean
from theory.language.errors import BadInput, CannotTell
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import to_ball
from theory.proof.arithmetic.recognised import recognised
from theory.proof.relations.forms import supremum_of_forms
from theory.proof.relations.increments import supremum_by_increments
from theory.proof.relations.learned import Learned
from theory.proof.relations.on_intervals import positive_on
from theory.proof.relations.scales import scale_of
from theory.proof.relations.sharpest import Quotient, later
from theory.proof.relations.steps import supremum_by_steps
from theory.proof.relations.suprema import Unbounded, _zeros, supremum, supremum_of_integers
from theory.proof.symbols.normal_forms import is_zero
from theory.proof.symbols.radicals import plain_roots

x = Symbol("x", real=True)
p = Symbol("p", positive=True)
k = Symbol("k", integer=True, positive=True)


def made(relation, **domain):
    """A claim with this relation, a function of its variables."""
    names = ", ".join(f"{name}={name}_" for name in domain)
    space = {f"{name}_": d for name, d in domain.items()} | {"relation": relation}
    exec(f"def made({names}):\n    'A bound.'\n    return relation({', '.join(domain)})", space)
    space["made"].__module__ = __name__
    return claim(space["made"])


# above, below, the range, the supremum, where, whether attained
KNOWN = {
    "x exp(-x)": (p * exp(-p), S.One, S.Zero, oo, exp(-1), S.One, True),
    "a Gaussian tail": (erfc(p / sqrt(2)) / 2, exp(-(p**2) / 2), S.Zero, oo, S.Half, S.Zero, False),
    "Mills": (erfc(p / sqrt(2)), exp(-(p**2) / 2) / p, S.Zero, oo, sqrt(2 / pi), oo, False),
    "Mills from above": (erfc(p), exp(-(p**2)) / (p + sqrt(p**2 + 2)), S.Zero, oo, sqrt(2), S.Zero, False),
    "Mills from below": (-erfc(p), exp(-(p**2)) / (p + sqrt(p**2 + 2)), S.Zero, oo, -2 / sqrt(pi), oo, False),
    "two turns": (x, 1 + x**2, -oo, oo, S.Half, S.One, True),
    "a share": (p * (1 - p) ** 2, S.One, S.Zero, S.One, Rational(4, 27), Rational(1, 3), True),
    "sin": (sin(p), p, S.Zero, S(3), S.One, S.Zero, False),
    "an irrational end": (-sin(p), p, S.Zero, pi / 2, -2 / pi, pi / 2, False),
    "tan": (tan(p), p, S.Zero, pi / 4, 4 / pi, pi / 4, False),
    "an algebraic place": (p, 2 + p**2, S.Zero, oo, sqrt(2) / 4, sqrt(2), True),
    "log": (log(1 + p), p, S.Zero, oo, S.One, S.Zero, False),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", KNOWN)
def test_known_suprema_are_found(name):
    above, below, a, b, value, at, attained = KNOWN[name]
    (s,) = (above / below).free_symbols
    found = supremum(above, below, s, a, b)
    assert found.value is not None
    assert (found.value - value).equals(0)
    assert (found.at, found.attained) == (at, attained)
    assert found.ball.overlaps(to_ball(value))


def test_a_supremum_without_a_closed_form_is_enclosed():
    found = supremum(log(1 + p), sqrt(p), p, S.Zero, oo)
    assert found.value is None
    assert found.ball.rel_accuracy_bits() > 200
    assert found.ball.overlaps(arb("0.80474234254941181120636785362717560833 +/- 1e-37"))


def test_suprema_over_integers():
    found = supremum_of_integers((1 - 1 / p) ** p, S.One, p, S.One, oo)
    assert (found.value, found.at, found.attained) == (exp(-1), oo, False)
    found = supremum_of_integers(p**2, 2**p, p, S.One, oo)
    assert (found.value, found.at, found.attained) == (Rational(9, 8), 3, True)  # not at 2/log(2) = 2.885


@pytest.mark.parametrize(
    ("above", "below", "a", "b"),
    [
        (1 / (p - 2), S.One, S.One, oo),  # a pole: it falls on both sides of it
        (log((p - 2) ** 2), S.One, S.One, oo),
        (floor(p), S.One, S.Zero, S(3)),  # jumps
        (Piecewise((0, p < 1), (5, True)), S.One, S.Zero, S(3)),
        (p, p - 1, S.Zero, oo),  # the lower side has no sign
        (S.One, cos(p), S.Zero, S(3)),
    ],
)
def test_what_is_not_smooth_has_no_supremum_here(above, below, a, b):
    with pytest.raises(CannotTell):
        supremum(above, below, p, a, b)


def test_what_grows_is_said_to():
    with pytest.raises(Unbounded):
        supremum(p**2, 1 + p, p, S.Zero, oo)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.integers(-6, 6), min_size=2, max_size=4), st.integers(-3, 2), st.integers(1, 4))
def test_no_sign_is_proved_of_a_polynomial_that_has_another(coefficients, low, width):
    f = S(sum((c * x**i for i, c in enumerate(coefficients)), S.Zero))
    a, b = S(low), S(low + width)
    values = (
        [f.xreplace({x: a + (b - a) * Rational(i, 40)}) if f.has(x) else f for i in range(1, 40)] if f != 0 else [0]
    )
    if positive_on(S(f), x, a, b):
        assert all(v > 0 for v in values)


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(1, 6), st.integers(1, 6))
def test_the_supremum_of_a_beta_density(m, n):
    found = supremum(p**m * (1 - p) ** n, S.One, p, S.Zero, S.One)
    at = Rational(m, m + n)
    assert (found.value, found.at) == (at**m * (1 - at) ** n, at)


# ---- numbers recognised ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", [pi**2 / 6, exp(-1) / 2, 1 / sqrt(2 * pi), 1 + sqrt(2), log(2) + Rational(1, 3), Rational(355, 113)]
)
def test_numbers_are_recognised_by_sixty_digits(number):
    with precision(220):
        found = recognised(to_ball(number))
    assert found is not None
    assert (found - number).equals(0)


def test_places_of_many_digits_are_told_short():
    n = 10**30
    places = {
        "a": Rational(3, 2),
        "b": Rational(n + 1, n),
        "c": Rational(n // 3, n),
        "d": Rational(-1, n),
        "e": S(10) ** 40,
    }
    assert _values(places) == "a = 3/2, b about 1 + 1e-30, c about 1/3 - 3.3e-31, d about -1e-30, e about 1e+40"


def test_few_digits_recognise_nothing():
    with precision(40):
        assert recognised(to_ball(pi**2 / 6 + Rational(1, 7))) is None


@pytest.mark.parametrize("seed", range(2))
def test_digits_drawn_at_random_are_no_number(seed):
    digits = int(sha512(str(seed).encode()).hexdigest(), 16) % 10**40
    with precision(160):
        assert recognised(arb(digits) / arb(10) ** 40 + arb(0, arb(10) ** -40)) is None


# ---- claims -----------------------------------------------------------------------------------------------------------

CLAIMS = {
    "x exp(-x)": (made(lambda x: Le(x * exp(-x), S.Half), x=Positive()), exp(-1)),
    "from below": (made(lambda n: Ge((1 - 1 / n) ** n, Rational(1, 5)), n=Integers(2)), Rational(1, 4)),
    "a sum": (made(lambda n: Le(Sum(1 / k**2, (k, 1, n)), 2), n=Integers(1)), pi**2 / 6),
    "a loop": (
        made(
            lambda n, t, s: Le(Var(GaussianLoop(n, s).mu(t)), 3 * t * s**2 / n),
            n=Integers(2),
            t=Integers(1),
            s=Positive(),
        ),
        S.One,
    ),
    "two variables": (made(lambda x, y: Le(x * y, x**2 + y**2), x=Positive(), y=Positive()), S.Half),
    "harmonic numbers": (
        made(lambda n: Ge(harmonic(n) - log(n), S.Half), n=Integers(1)),
        EulerGamma,
    ),
    "what is left of them": (made(lambda n: Le(harmonic(n) - log(n) - EulerGamma, 1 / n), n=Integers(1)), S.Half),
    "listed values": (made(lambda q, x: Le(q * x * (1 - x), 1), q=Points(1, 3, 2), x=Probability()), Rational(3, 4)),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_best_constants_of_claims(name):
    c, best = CLAIMS[name]
    found = sharpen(c, seconds=20)
    assert found.value is not None
    assert (found.value - best).equals(0)
    assert found.verdict.startswith("sharp constant")
    assert found.status == 0
    assert not any("refuted" in line for line in found.witnesses)


FORMS = {  # finite forms of known inequalities, and what is known of them
    "Hardy": (
        made(lambda a, b: Le(a**2 + (a + b) ** 2 / 4, 4 * (a**2 + b**2)), a=Positive(), b=Positive()),
        (3 + sqrt(5)) / 4,
        "a = 1, b = -2 + sqrt(5)",
    ),
    "Wirtinger": (
        made(
            lambda x, y, z: Le(x**2 + y**2 + z**2, 2 * (x**2 + (y - x) ** 2 + (z - y) ** 2 + z**2)),
            x=Reals(),
            y=Reals(),
            z=Reals(),
        ),
        1 + sqrt(2) / 2,  # 1/(4 sin(pi/8)^2)
        "x = 1, y = sqrt(2), z = 1",
    ),
    "from below": (
        made(lambda x, y: Ge(x**2 - x * y + y**2, (x**2 + y**2) / 9), x=Reals(), y=Reals()),
        S.Half,
        "x = 1, y = 1",
    ),
    "the eigenvector is not in the domain": (
        made(lambda x, y: Le((x - y) ** 2, 3 * (x**2 + y**2)), x=Positive(), y=Positive()),
        S.One,
        "x -> 1, y -> 0",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_quadratic_forms(name):
    c, best, place = FORMS[name]
    found = sharpen(c, seconds=12)

    assert found.value is not None
    assert is_zero(found.value - best)
    assert found.at.endswith(place)
    assert not any("refuted" in line for line in found.witnesses)


def test_a_constant_below_the_largest_eigenvalue_is_refuted():
    c = made(
        lambda x, y, z: Le(x**2 + y**2 + z**2, Rational(17, 10) * (x**2 + (y - x) ** 2 + (z - y) ** 2 + z**2)),
        x=Reals(),
        y=Reals(),
        z=Reals(),
    )
    found = sharpen(c, seconds=12)

    assert found.refuted
    assert "the best constant is sqrt(2)/2 + 1" in str(found)


@given(st.lists(st.fractions(-4, 4, max_denominator=3), min_size=12, max_size=12))
@settings(max_examples=15, deadline=None)
def test_the_largest_eigenvalue_is_that_of_floats(entries):
    x, y, z = names = symbols("x y z", real=True)
    a, b, c, d, e, f, *roots = map(Rational, entries)
    above = a * x**2 + b * y**2 + c * z**2 + d * x * y + e * y * z + f * z * x
    rows = [x + roots[0] * y + roots[1] * z, y + roots[2] * z, z + roots[3] * x, roots[4] * x + roots[5] * z]
    below = Add(*(row**2 for row in rows))
    found = supremum_of_forms(above, below, dict.fromkeys(names, (-oo, oo)))
    sides = [np.array(hessian(side, names).tolist(), float) for side in (above, below)]

    if found is not None:
        largest = scipy.linalg.eigh(*sides, eigvals_only=True)[-1]
        assert float(found[0].ball) == pytest.approx(largest, rel=1e-9, abs=1e-9)
        at = (above / below).xreplace({v: found[1].get(v, S.Zero) for v in names})
        assert float(at) == pytest.approx(largest, rel=1e-9, abs=1e-9)
    else:  # one that is 0, or may be
        assert above == 0 or np.linalg.eigvalsh(sides[1])[0] < 1e-9


def test_what_are_no_two_quadratic_forms():
    x, y, z = symbols("x y z", real=True)
    line = dict.fromkeys((x, y, z), (-oo, oo))
    square = x**2 + y**2 + z**2
    repeated = supremum_of_forms(-x * y - y * z - z * x, square, line)
    assert repeated is not None
    assert repeated[0].value == S.Half  # twice a root

    assert supremum_of_forms(x * y, x * y + y**2, line) is None  # below 0 somewhere
    assert supremum_of_forms(x * y, (x - y) ** 2, line) is None  # 0 somewhere
    assert supremum_of_forms(x * y, square + 1, line) is None
    assert supremum_of_forms(x**3, square, line) is None
    assert supremum_of_forms(pi * x * y, square, line) is None
    assert supremum_of_forms(x * y, square, {**line, x: (-1, 1)}) is None
    assert supremum_of_forms(-x * y, x**2 + y**2, dict.fromkeys((x, y), (S.Zero, oo))) is None  # the vector (1, -1)


def test_the_least_value_of_the_gamma_function_and_a_false_twin():
    """Its slope is known at one end of (0, 1.36): at the other nothing is known of its growth."""
    least = "0.88560319441088870027881590058258873320795"
    found = sharpen(made(lambda x: Ge(gamma(x), Rational(1, 2)), x=Positive()), seconds=12)

    assert found.ball is not None
    with precision(200):
        assert found.ball.overlaps(arb(least + " +/- 1e-40"))
    assert found.ball.rad() < 1e-30
    assert found.at == "attained at x about 1.4616321"  # no fraction
    assert sharpen(made(lambda x: Ge(gamma(x), Rational(8857, 10_000)), x=Positive()), seconds=12).refuted


def test_a_number_of_choices_divides_where_there_is_a_choice():
    """Wallis; a binomial was not seen to be other than 0. The twin is 0 for k > n."""
    found = sharpen(made(lambda n: Le(4**n / binomial(2 * n, n), 3 * sqrt(n)), n=Integers(1)), seconds=12)
    assert (found.value, found.at) == (2, "attained at n = 1")

    for choices, is_one in ((lambda n, k: binomial(n + k, k), True), (lambda n, k: binomial(n, k), False)):
        c = made(lambda n, k, choices=choices: Le(1 / choices(n, k), 2), n=Integers(1), k=Integers(0))
        known = Learned(c, {})
        assert known.is_never_0(choices(c.symbols["n"], c.symbols["k"])) == is_one


def test_numbers_made_of_roots_are_told_short():
    ugly = ((-1 + sqrt(5)) ** 2 / 4 + 1) / ((-2 + sqrt(5)) ** 2 + 1)
    assert str(plain_roots(ugly)) == "(sqrt(5) + 3)/4"
    assert plain_roots(sqrt(3) * (3 - sqrt(3)) * (sqrt(3) + 3) / 108) == sqrt(3) / 18
    for other in (pi / (1 + sqrt(2)), 2 * log(2), p * sqrt(2), Rational(3, 4)):
        assert plain_roots(other) == other


def test_a_constant_that_is_sharp_and_its_twins():
    def verdict(c, relation=Le):
        return sharpen(made(lambda x: relation(x * exp(-x), c), x=Positive()), seconds=10).verdict

    assert verdict(1 / e) == "sharp"
    assert verdict(Rational(999_999, 1_000_000) / e) == "refuted"
    assert verdict(1 / e, Lt) == "refuted"  # it is attained
    assert verdict(Rational(1_000_001, 1_000_000) / e).startswith("sharp constant exp(-1)")


def test_a_limit_may_be_claimed_strictly():
    assert sharpen(made(lambda n: Lt((1 - 1 / n) ** n, exp(-1)), n=Integers(1)), seconds=10).verdict == "sharp"


def test_a_declared_constant():
    c = made(lambda x, C: Le(log(1 + x), x / 2 + C * x**2), x=Probability(), C=Points(2))
    found = sharpen(c, "C", seconds=4)
    assert found.verdict == "refuted"  # log(1 + x) - x/2 is about x/2 near 0
    c = made(lambda x, C: Ge(log(1 + x), x - C * x**2), x=Positive(), C=Points(2))
    found = sharpen(c, "C", seconds=10)
    assert (found.value, found.attained) == (S.Half, False)


def test_what_a_bound_loses_is_told():
    found = sharpen(made(lambda n: Le(log(n), 2 * sqrt(n)), n=Integers(2)), seconds=8)
    assert any("log(n)/sqrt(n) as n -> oo" in line for line in found.lost)
    assert (found.value, found.place["n"]) == (log(7) / sqrt(7), 7)  # between 7 and 8, at exp(2), for real numbers
    assert not sharpen(made(lambda n: Le(1 / n, 2 / (n + 1)), n=Integers(1)), seconds=8).lost


def test_no_constant_will_do():
    found = sharpen(made(lambda x: Le(exp(-x), 2 * (1 - x)), x=Probability()), seconds=6)
    assert (found.verdict, found.status) == ("refuted", 1)
    assert any("grows beyond all bounds as x -> 1" in line for line in found.notes)


def test_a_hidden_spike_is_not_passed_over():
    """Between the places that are looked at, a second and larger summit: nothing is proved of it."""
    c = made(lambda x: Le(x * exp(-x) + 2 * exp(-(10**6) * (x - 3) ** 2), 1), x=Positive())
    found = sharpen(c, seconds=3)
    assert found.ball is None
    assert found.bound is None


def test_what_only_balls_see_is_no_best_constant():
    c = made(lambda x, y: Le(sin(x) * sin(3 * y), 2 + x / 1000), x=Probability(), y=Probability())
    found = sharpen(c, seconds=6)
    assert found.value is None or found.bound is not None
    if found.ball is None:
        assert found.reached is not None
        assert found.reached < 1
        assert found.verdict.startswith("[")


@pytest.mark.parametrize(
    ("c", "constant", "said"),
    [
        (
            made(lambda x: Eq(x**2, 2 * x), x=Reals()),
            "",
            "no inequality",
        ),
        (made(lambda x: Ge(x - 1, 0), x=Positive()), "", "no constant"),
        (made(lambda x: Le(x, 2 * x**2), x=Positive()), "C", "--constant C"),
    ],
)
def test_what_has_no_constant_is_bad_input(c, constant, said):
    with pytest.raises(BadInput, match=said):
        sharpen(c, constant, seconds=2)


@pytest.mark.parametrize(
    ("relation", "domain"),
    [
        (lambda x: Le(x, 2 * sin(x)), {"x": Reals(-1, 1)}),  # an even quotient of odd sides
        (lambda x: Le(x, 2 * x), {"x": Reals(-1, 1)}),
        (lambda x, y: Le(x * y, 8 * x), {"x": Reals(-1, 1), "y": Reals(-1, 1)}),  # the sign of what is cancelled
        (lambda n, y: Le(n * y, 8 * n), {"n": Integers(-3, 3), "y": Probability()}),
        (lambda n: Le(n**3, 2 * n), {"n": Points(1, 2, 3, 4, -1)}),
    ],
)
def test_a_constant_beside_both_signs_has_no_best_value(relation, domain):
    """Each of them is false, and a best constant was told of all but the last."""
    with pytest.raises(BadInput, match="restrict the domain to one sign"):
        sharpen(made(relation, **domain), seconds=2)


def test_what_points_do_not_see_is_looked_at_before_it_is_cancelled():
    """A sign that turns, and where 0 stands beside 0, are of the sides before they are simplified."""
    odd = Quotient(made(lambda x: Le(x, x), x=Reals(-1, 1)), {}, x, sin(x))
    with pytest.raises(CannotTell, match="positive"):
        odd.best()
    f = lambda n, x: (n - 1) * (2 + x)  # noqa: E731
    c = made(lambda n, x: Le(f(n, x).expand() / n, 2 * f(n, x).expand()), n=Integers(1), x=Reals(-1, 1))
    r = c.relation()
    with pytest.raises(CannotTell, match="not seen to be positive"):  # 1/2 was told, of n = 1: 1/4, at n = 2, is best
        Quotient(c, {}, r.lhs, r.rhs).best()


def test_the_command_tells_every_claim_of_a_file(tmp_path, capsys):
    file = tmp_path / "bounds.py"
    file.write_text(
        "from sympy import Eq, Le, exp\n"
        "from theory import Positive, claim\n\n\n"
        "@claim\ndef one(x=Positive()):\n    'One.'\n    return Le(x*exp(-x), 1)\n\n\n"
        "@claim\ndef none(x=Positive()):\n    'None.'\n    return Eq(x, x**2)\n\n\n"
        "@claim\ndef two(x=Positive()):\n    'Two.'\n    return Le(x*exp(-x), exp(-2))\n",
        encoding="utf-8",
    )
    assert _run(["sharpen", str(file)]) == 2
    said = capsys.readouterr()
    assert "one: sharp constant exp(-1), where 1 is claimed" in said.out
    assert "two: REFUTED: the constant exp(-2) is too good" in said.out
    assert "bounds.py:11: none is no inequality" in said.err
    figure = tmp_path / "ratio.svg"
    assert _run(["sharpen", str(file), "--claim", "one", "--out", str(figure)]) == 0
    assert figure.stat().st_size > 1000
    assert _run(["sharpen", str(file), "--claim", "two"]) == 1
    assert _run(["sharpen", "no-such-claim"]) == 2


def test_a_picture_over_two_variables(tmp_path):
    found = sharpen(CLAIMS["two variables"][0], seconds=10)
    assert draw(found, "", tmp_path / "ratio.png").stat().st_size > 1000
    constant = sharpen(made(lambda q: Le(sqrt(q), 5), q=Points(2, 3)), seconds=4)
    assert constant.value == sqrt(3)
    assert "depends on no variable" in in_words([constant], "", tmp_path / "none.png")


# ---- products of gamma functions, finite domains, several inequalities ------------------------------------------------


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("relation", "value", "at"),
    [
        (lambda n: Le(factorial(n), 3 * sqrt(n) * (n / e) ** n), e, "attained at n = 1"),
        (lambda n: Ge(factorial(n), 2 * sqrt(n) * (n / e) ** n), sqrt(2 * pi), "approached as n -> oo"),
        (lambda n: Le(binomial(2 * n, n) * sqrt(n), 4**n), 1 / sqrt(pi), "approached as n -> oo"),
        (lambda n: Ge(binomial(2 * n, n) * sqrt(n), 4**n / 3), Rational(1, 2), "attained at n = 1"),
        (lambda n: Le(c4(n + 1), 2), S.One, "approached as n -> oo"),
        (lambda n: Ge(c4(n + 1), Rational(1, 2)), sqrt(2 / pi), "attained at n = 1"),
        (lambda n: Le(gamma(n + S.Half), 2 * gamma(n) * sqrt(n)), S.One, "approached as n -> oo"),
    ],
)
def test_gamma_functions(relation, value, at):
    c = made(relation, n=Integers(1))
    found = sharpen(c, seconds=4)
    assert is_zero(found.value - value)
    assert found.at == at
    assert not found.refuted
    worse = Rational(999, 1000) if found.sense > 0 else Rational(1001, 1000)
    r = c.relation()
    twin = made(
        lambda n: r.func(r.lhs, worse * value / found.claimed * r.rhs).xreplace({c.symbols["n"]: n}), n=Integers(1)
    )
    assert sharpen(twin, seconds=4).refuted


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    ("relation", "low", "value", "at"),
    [  # n (1 - c4^2) falls from its first value to 1/2; (n - 1)(1 - c4^2), the spread of a fitted sigma, rises to 1/2
        (lambda n: Le(1 - c4(n) ** 2, 1 / n), 2, 2 - 4 / pi, "attained at n = 2"),
        (lambda n: Ge(1 - c4(n) ** 2, 1 / n / 9), 2, S.Half, "approached as n -> oo"),
        (lambda n: Le(1 - c4(n) ** 2, 1 / (n - 1)), 2, S.Half, "approached as n -> oo"),
        (lambda n: Le(Var(GaussianLoop(n).sigma(1)), 1 / (n - 1)), 2, S.Half, "approached as n -> oo"),
        (lambda n: Le(Var(sqrt(Noise("Q", ChiSquare(n)))), 1), 1, S.Half, "approached as n -> oo"),
        (lambda n: Le((gamma(n + 1) / gamma(n + S.Half)) ** 2 - n, 1), 1, 4 / pi - 1, "attained at n = 1"),
    ],
)
def test_sums_of_gamma_functions_and_others(relation, low, value, at):
    found = sharpen(made(relation, n=Integers(low)), seconds=20)
    assert is_zero(found.value - value)
    assert found.at == at
    assert found.proof
    assert not any("refuted" in line for line in found.witnesses)


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("relation", "low", "value", "at"),
    [
        (lambda n: Le(Sum(1 / sqrt(k), (k, 1, n)), 3 * sqrt(n)), 1, S(2), "approached as n -> oo"),
        (lambda n: Le(Sum(1 / k, (k, 1, n)), 2 + 3 * log(n)), 1, S.Half, "attained at n = 1"),
        (lambda n: Le(n * harmonic(n), 3 * n * log(n + 1)), 1, 1 / log(2), "attained at n = 1"),
        (lambda n: Ge(Product((2 * k - 1) / (2 * k), (k, 1, n)), 1 / sqrt(9 * n)), 1, S.Half, "attained at n = 1"),
        (lambda n: Le(Sum(log(k), (k, 2, n)), 2 * n * log(n)), 2, S.One, "approached as n -> oo"),
        (lambda n: Le(Sum(2**k / k, (k, 1, n)), 3 * 2**n / n), 1, Rational(8, 3), "attained at n = 4"),
    ],
)
def test_sums_without_a_closed_form(relation, low, value, at):
    found = sharpen(made(relation, n=Integers(low)), seconds=20)
    assert is_zero(found.value - value)
    assert found.at == at


@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=8, deadline=None)
def test_increments_agree_with_every_ratio(p, q, r):
    """Of rational sequences the supremum is known from the first hundred ratios and the limit."""
    x = Symbol("x", nonnegative=True)
    above, below = Sum(k**p + q, (k, 1, x)), x ** (p + 1) + r
    try:
        found = supremum_by_increments(above, below, x, S.One, later)
    except CannotTell:
        return
    ratios = [sum(Rational(j) ** p + q for j in range(1, i + 1)) / (Rational(i) ** (p + 1) + r) for i in range(1, 100)]
    assert found.value == max(*ratios, Rational(1, p + 1))


def test_the_rate_of_a_limit_along_a_variable_of_its_own(tmp_path):
    file = tmp_path / "limit.py"
    file.write_text(
        "from sympy import Symbol, oo\nfrom theory import E, GaussianLoop, Integers, Tends, c4, claim\n\n\n"
        "@claim\ndef vanishes(n=Integers(2, 9)):\n    'Sigma vanishes.'\n"
        "    t = Symbol('t', integer=True, nonnegative=True)\n"
        "    return Tends(E(GaussianLoop(n).sigma(t)), (t, 0, oo), 0, rate=2 * c4(n) ** t)\n",
        encoding="utf-8",
    )
    (c,) = load(file)
    (found,) = sharpened(c, seconds=8)
    assert found.value == 1


def test_a_minus_in_front_of_a_bound_is_no_constant():
    entropy = lambda p: -p * log(p) - (1 - p) * log(1 - p)  # noqa: E731
    found = sharpen(made(lambda p: Le(p * (1 - p), entropy(p)), p=Probability()), seconds=60)
    assert (found.claimed, found.sense) == (1, 1)
    assert is_zero(found.value - 1 / (4 * log(2)))
    found = sharpen(made(lambda p: Le(-1 / p, 2 * log(p)), p=Probability()), seconds=10)  # and here it is one
    assert (found.claimed, found.value) == (-2, -e)


def test_a_ratio_of_gamma_functions_without_a_bound():
    found = sharpen(made(lambda n: Le(factorial(n), 3 * (n / e) ** n), n=Integers(1)), seconds=2)
    assert found.ball is None
    assert any("no constant will do" in note for note in found.notes)


@pytest.mark.parametrize(
    ("ratio", "low"),
    [
        (lambda n: factorial(n) / (n / e) ** n / (1 + (n - 3) ** 2), 1),  # falls, after it rose
        (lambda n: factorial(n) * sin(n), 1),
        (lambda n: gamma(n / 3 + 1), 1),  # three residues
        (lambda n: gamma(n) + gamma(n + 2), 1),
    ],
)
def test_no_sign_no_supremum(ratio, low):
    x = Symbol("n", nonnegative=True)
    with pytest.raises((CannotTell, Unbounded)):
        supremum_by_steps(ratio(x), x, S(low))


def test_a_finite_domain_is_looked_at_value_by_value():
    tied = sharpen(made(lambda n, m: Le(n * m, n**2 + m**2), n=Integers(1, 12), m=Integers(1, 12)), seconds=4)
    assert (tied.value, tied.at) == (Rational(1, 2), "attained at n = 1, m = 1, and at 11 others or next to it")
    one = sharpen(made(lambda n, m: Le(n - m**2, 5), n=Integers(1, 3), m=Integers(1, 4)), seconds=4)
    assert (one.value * 5, one.at) == (10, "attained at n = 3, m = 1") or one.ball.overlaps(arb(2))
    false = sharpen(made(lambda n, m: Lt(n * m, (n**2 + m**2) / 2), n=Integers(1, 5), m=Integers(1, 5)), seconds=4)
    assert false.refuted


def test_each_inequality_of_an_and_and_the_rate_of_a_limit():
    both = made(lambda x: And(Le(x * exp(-x), 1), Ge(1 + x, log(1 + x) / 2), Eq(x, x, evaluate=False)), x=Positive())
    found = sharpened(both, seconds=4)
    assert {f.value for f in found} >= {exp(-1)}
    assert len({f.claim.id for f in found}) == 2
    limit = made(
        lambda n, t: Tends(Mean(GaussianLoop(n).sigma(t)), (t, 0, oo), 0, rate=2 * c4(n) ** t),
        n=Integers(2, 9),
        t=Integers(0),
    )
    (of_rate,) = sharpened(limit, seconds=4)
    assert of_rate.value == 1
    with pytest.raises(BadInput, match="no inequality"):
        sharpened(made(lambda x: And(Eq(x, x**2), Eq(x, x**3)), x=Reals()))


# ---- places, scales, symmetry ------------------------------------------------------------------------------------------


def beside(relation, where, **domain):
    """A claim with a side condition on x and y."""
    return replace(made(relation, **domain), where=where)


def test_a_side_condition_does_not_hide_where_a_bound_is_attained():
    inside = {"x": Reals(0, 1), "y": Reals(0, 1)}
    found = sharpen(beside(lambda x, y: Le(x * y, (x + y) ** 2 / 4), lambda x, y: Lt(x, 2 * y), **inside), seconds=8)
    assert (found.verdict, found.attained) == ("sharp", True)
    found = sharpen(beside(lambda x, y: Le(x, y), lambda x, y: Lt(x, y), **inside), seconds=8)
    assert (found.verdict, found.attained) == ("sharp", False)  # at the open edge of the condition


def test_a_number_is_reached_inside_of_the_domain_alone():
    """As x -> 0 the ratio tends to 1, where the side condition does not let it go."""
    far = beside(lambda x, y: Le(exp(-x), 2 + 0 * y), lambda x, y: Lt(y, x), x=Positive(), y=Reals(1, 2))
    found = sharpen(far, seconds=8)
    assert found.verdict != "refuted"
    assert found.reached is not None
    assert found.reached < to_ball(exp(-1)) + arb("1e-12")


def test_what_is_not_proved_may_be_sharp_all_the_same():
    """The largest sigma of a path, which is not derived, but at the start."""
    j = Symbol("j", integer=True, nonnegative=True)
    largest = lambda t: Mean(PathMax(GaussianLoop(4).sigma(j) ** Rational(1, 2), (j, 0, t)))  # noqa: E731
    found = sharpen(made(lambda t: Le(largest(t), 1 + t), t=Integers(0, 40)), seconds=4)
    assert (found.verdict, found.bound, found.status) == ("sharp", None, 3)
    assert "the claimed one is not proved here" in str(found)
    assert sharpen(made(lambda t: Lt(largest(t), 1 + t), t=Integers(0, 40)), seconds=4).refuted


@pytest.mark.parametrize(
    ("relation", "domain", "value", "at"),
    [
        (
            lambda x, y: Le(x ** (S.One / 3) * y ** (S(2) / 3), x + 2 * y),
            (Positive(), Positive()),
            S.One / 3,
            "x = 1, y = 1",
        ),
        (lambda x, y: Le(x * y, x**3 + 2 * y ** Rational(3, 2)), (Positive(), Positive()), S.One / 3, "x = 1, y = 1"),
        (lambda x: Le(cosh(x), 2 * exp(x**2 / 2)), (Reals(),), S.One, "x = 0"),
        (lambda x: Le(x**2, 2 + 2 * x**4), (Reals(),), S.Half * 1, "x = 1"),
    ],
)
def test_scales_and_even_functions(relation, domain, value, at):
    names = ("x", "y")[: len(domain)]
    found = sharpen(made(relation, **dict(zip(names, domain, strict=True))), seconds=8)
    assert is_zero(found.value - value)
    assert found.at == f"attained at {at}"
    assert found.proof


def test_where_two_values_meet():
    """Pinsker's inequality between coins: both sides vanish, and so do their slopes."""
    kl = lambda p, q: p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))  # noqa: E731
    c = made(lambda p, q: Le((p - q) ** 2, kl(p, q)), p=Probability(), q=Probability())
    found = sharpen(c, seconds=20)
    assert (found.value, found.touched, found.attained) == (S.Half, S.Half, False)
    assert found.at == "approached at q = 1/2, as p -> 1/2"
    half = made(lambda p, q: Le((p - q) ** 2, kl(p, q) / 2), p=Probability(), q=Probability())
    assert sharpen(half, seconds=20).sharp


@pytest.mark.parametrize(
    ("relation", "domain", "value", "at"),
    [
        (lambda x: Le(1 - cos(x), 2 * x**2), Reals(-1, 1), S.Half, "x -> 0"),  # largest there
        (lambda x: Ge(x * log(x) - x + 1, (x - 1) ** 2 / 8), Reals(0, 2), 2 * log(2) - 1, "x -> 2"),
    ],
)
def test_inside_of_a_range_the_constant_may_stand_beside_0(relation, domain, value, at):
    """Where both sides vanish: there the ratio has a limit, and nothing is asked of the constant."""
    found = sharpen(made(relation, x=domain), seconds=8)

    assert found.value is not None
    assert is_zero(found.value - value)
    assert found.at == f"approached as {at}"


def test_a_strict_inequality_between_0_and_0_has_no_constant():
    strict = sharpen(made(lambda x: Lt(1 - cos(x), 2 * x**2), x=Reals(-1, 1)), seconds=8)
    assert (strict.verdict, strict.status, strict.equal) == ("refuted", 1, {"x": 0})
    assert "REFUTED with any constant: both sides are 0 at x = 0" in str(strict)
    apart = sharpen(made(lambda x: Lt(1 - cos(x), 2 * x**2), x=Reals(0, 1)), seconds=8)
    assert apart.equal is None  # 0 is no value of x there
    assert not apart.refuted


def test_where_the_constant_stands_beside_0_may_be_any_number():
    assert _zeros(1 + cos(x), x, S(1), S(12)) == [pi, 3 * pi]
    assert _zeros((x**2 - 2) ** 2, x, S(0), S(5)) == [sqrt(2)]
    assert _zeros(1 + (x - 1) ** 2, x, S(0), S(5)) == []


@pytest.mark.parametrize("relation", [lambda x: Le(exp(x), 2 * x**2), lambda x: Ge(x - 1, 2 * x**2)])
def test_beside_0_no_constant_helps(relation):
    found = sharpen(made(relation, x=Reals(-1, 1)), seconds=4)
    side = "above" if isinstance(found.claim.relation(), Le) else "below"

    assert found.refuted
    assert f"no constant will do: the constant stands beside 0 at x = 0, and the other side is {side} 0" in found.notes


def test_of_several_variables_the_limit_where_both_sides_vanish_is_told():
    c = made(lambda x, p: Le(log(1 - p + p * exp(x)) - p * x, x**2 / 4), x=Reals(), p=Probability())
    assert (found := sharpen(c, seconds=8)).touched == S.One / 8  # Hoeffding's lemma
    assert found.at == "approached at p = 1/2, as x -> 0"


def test_a_proof_says_which_way_the_ratio_goes():
    """Of a lower bound the proof is of minus the ratio."""
    found = sharpen(made(lambda x: Ge(sin(x), x / 2), x=Reals(0, pi / 2)), seconds=4)
    assert found.proof == ["the ratio falls for 0 < x < pi/2, by the sign of its derivative"]


def test_the_harmonic_numbers_lie_above_their_logarithm():
    found = sharpen(made(lambda n: Ge(Sum(1 / k, (k, 1, n)), log(n + 1) / 2), n=Integers(1)), seconds=8)
    assert (found.value, found.at) == (1, "approached as n -> oo")


def test_no_scale_where_there_is_none():
    y = Symbol("y", positive=True)
    assert scale_of(p * y, p**2 + y**2, [p, y]) == {p: 1, y: 1}
    assert scale_of(p * y, p**2 + y, [p, y]) is None
    assert scale_of(p * y**2, p**3 + y ** Rational(9, 2), [p, y]) in ({p: 1, y: Rational(2, 3)}, None)


def test_normal_forms_of_huge_exponents_are_not_asked_for():
    """exp(-999999887/1000000000) beside exp(-1): told apart in balls, in no time and no memory."""
    found = sharpen(made(lambda x: Le(exp(-x), 2 * (1 - x)), x=Probability()), seconds=2)
    assert not found.sharp


@pytest.mark.parametrize(
    ("relation", "domains", "refuted"),
    [
        (lambda x: Lt(1 / (1 + x), 1), {"x": Positive(closed=True)}, True),
        (lambda x: Lt(1 / (1 + x), 1), {"x": Positive()}, False),
        (lambda x: Lt(x**2, 4), {"x": Reals(-1, 2, closed=True)}, True),
        (lambda x: Lt(x**2, 4), {"x": Reals(-1, 2)}, False),
        (lambda n, t: Lt(Mean(GaussianLoop(n).sigma(t)), 1), {"n": Integers(2), "t": Integers(0)}, True),
    ],
)
def test_a_strict_bound_that_is_reached_at_an_end_is_refuted(relation, domains, refuted):
    found = sharpen(made(relation, **domains), seconds=10)

    assert found.sharp
    assert found.refuted == found.attained == refuted
