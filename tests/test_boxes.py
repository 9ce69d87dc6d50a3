"""Jets and mean-value boxes: against SymPy's derivatives, sampled values, and false twins that must not certify."""

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from sympy import (
    Abs,
    Integer,
    Max,
    Min,
    Product,
    Rational,
    Sum,
    Symbol,
    atan,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    floor,
    gamma,
    harmonic,
    log,
    loggamma,
    lowergamma,
    pi,
    polygamma,
    sign,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
    uppergamma,
    zeta,
)
from sympy import asin as arcsin

from theory.language.errors import CannotTell
from theory.language.functions import c4
from theory.proof.arithmetic import rings
from theory.proof.arithmetic.boxes import Jet, Jets, enumerate_integers, prove_positive
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls

x, y, z, w = symbols("x y z w", real=True)
a, p, q = symbols("a p q", positive=True)
n = Symbol("n", integer=True, positive=True)
k = Symbol("k", integer=True)
R = Rational
MANY = examples(40, 100)


def values(expr, point: dict, bits: int = 200) -> arb:
    with precision(bits):
        return compile_expr(expr, tuple(point))(Balls, *(arb(fmpq(int(v.p), int(v.q))) for v in map(R, point.values())))


def jet(expr, box: dict) -> Jet:
    """The jet of expr over the box, at 64 bits."""
    with precision(64):
        balls = [arb(fmpq(int(lo.p), int(lo.q))).union(arb(fmpq(int(hi.p), int(hi.q)))) for lo, hi in box.values()]
        return compile_expr(expr, tuple(box))(Jets, *Jet.variables(balls))


# ---- jets -----------------------------------------------------------------------------------------------------------


def bounded(e):
    """In [1, 2): keeps every function on its domain, and gammas small."""
    return 1 + e**2 / (1 + e**2)


UNARY = [
    lambda e: exp(-(e**2)),
    lambda e: log(bounded(e)),
    lambda e: sqrt(R(1, 2) + e**2),
    lambda e: gamma(bounded(e)),
    lambda e: loggamma(bounded(e)),
    lambda e: polygamma(0, bounded(e)),
    lambda e: polygamma(2, bounded(e)),
    erf,
    erfc,
    sin,
    cos,
    atan,
    tanh,
    lambda e: sinh(bounded(e)),
    lambda e: cosh(bounded(e)),
    lambda e: arcsin(tanh(e)),
    lambda e: e**2,
    lambda e: e**3,
    lambda e: bounded(e) ** -2,
    lambda e: bounded(e) ** R(2, 3),
    lambda e: -e * pi,
    lambda e: uppergamma(R(1, 3), bounded(e)),
    lambda e: lowergamma(R(4, 3), bounded(e)),
    lambda e: harmonic(bounded(e)),
]
BINARY = [
    lambda e, f: e + f,
    lambda e, f: e - f,
    lambda e, f: e * f,
    lambda e, f: e / bounded(f),
    lambda e, f: bounded(e) ** tanh(f),
    lambda e, f: R(1, 3) ** bounded(e + f),
]


def grow(inner):
    return st.builds(lambda f, e: f(e), st.sampled_from(UNARY), inner) | st.builds(
        lambda f, e, g: f(e, g), st.sampled_from(BINARY), inner, inner
    )


leaves = st.sampled_from([x, y, x + y, x * y, Integer(2), R(-3, 7), 1 + x / 3])
expressions = grow(st.recursive(leaves, grow, max_leaves=4))
ends = st.tuples(st.integers(-300, 300), st.integers(0, 150)).map(lambda t: (R(t[0], 100), R(t[0] + t[1], 100)))
shares = st.lists(st.tuples(st.integers(0, 16), st.integers(0, 16)), min_size=1, max_size=4)


def encloses(expr, box: dict, places) -> bool:
    """Whether the jet over the box has value and derivatives at the places (16ths of the sides)."""
    found = jet(expr, box)
    for place in places:
        point = {s: lo + (hi - lo) * R(m, 16) for m, (s, (lo, hi)) in zip(place, box.items(), strict=True)}
        pairs = [(found.value, expr), *((found.grad.get(i, arb(0)), diff(expr, s)) for i, s in enumerate(box))]
        for ball, true in pairs:
            truth = values(true, point)
            if ball.is_finite() and truth.is_finite() and not ball.overlaps(truth):
                return False
    return True


@pytest.mark.parametrize("i", range(len(UNARY) + len(BINARY)))
def test_every_function_has_its_slope(i):
    expr = UNARY[i](x / 2 - y**2) if i < len(UNARY) else BINARY[i - len(UNARY)](x / 2 - y, x * y)
    for radius in (R(1, 10**12), R(1, 100), R(1)):
        box = {x: (R(3, 2) - radius, R(3, 2) + radius), y: (R(1, 3) - radius, R(1, 3) + radius)}
        found = jet(expr, box)
        assert all(ball.is_finite() for ball in (found.value, *found.grad.values()))
        assert encloses(expr, box, [(0, 0), (16, 0), (8, 8), (3, 16), (11, 5), (16, 16)])


@MANY
@given(expressions, ends, ends, shares)
def test_a_jet_encloses_value_and_closed_derivatives_on_its_box(expr, side_x, side_y, places):
    assert encloses(expr, {x: side_x, y: side_y}, places)


@MANY
@given(expressions, ends, ends)
def test_a_jet_at_a_point_is_accurate(expr, side_x, side_y):
    point = {x: side_x[0], y: side_y[0]}
    found = jet(expr, {s: (v, v) for s, v in point.items()})
    for index, symbol in enumerate(point):
        truth, slope = values(diff(expr, symbol), point), found.grad.get(index, arb(0))
        assert slope.is_finite()
        if truth.is_finite():
            assert slope.overlaps(truth)
            assert slope.rad() < (1 + abs(truth)) * arb(2) ** -20


def test_jets_have_the_interface_of_balls():
    generic = {"sum", "product"}  # put together from others
    assert {m for m in vars(Balls) if not m.startswith("_")} - set(vars(Jets)) == generic
    assert set(dir(Jets)) >= rings.FUNCTIONS


@pytest.mark.parametrize(
    ("expr", "box", "value", "slope"),
    [
        (Abs(x), (1, 2), (1, 2), (1, 1)),
        (Abs(x), (-2, -1), (1, 2), (-1, -1)),
        (Abs(x), (-1, 2), (0, 2), (-1, 1)),
        (Max(x, 1 - x), (-1, 0), (1, 2), (-1, -1)),
        (Max(x, 1 - x), (0, 1), (0, 1), (-1, 1)),  # natural: [0, 1] although the maximum is at least 1/2
        (Min(x, 3 * x), (1, 2), (1, 2), (1, 1)),
        (Min(x, 3 * x), (-1, 2), (-3, 2), (1, 3)),
        (floor(x), (R(5, 4), R(7, 4)), (1, 1), (0, 0)),
        (x**2, (-1, 3), (0, 9), (-2, 6)),
        (x**-2, (1, 3), (R(1, 9), 1), (-2, -R(2, 27))),
        (1 / x, (1, 3), (R(1, 3), 1), (-1, -R(1, 9))),
        (x ** R(1, 2), (1, 4), (1, 2), (R(1, 4), R(1, 2))),
        (Sum(x**k, (k, 0, 2)), (0, 1), (1, 3), (1, 3)),
        (Product(x + k, (k, 1, 2)), (0, 1), (2, 6), (3, 5)),
    ],
)
def test_ranges_are_tight(expr, box, value, slope):
    found = jet(expr, {x: tuple(map(R, box))})
    for ball, (lo, hi) in ((found.value, value), (found.grad.get(0, arb(0)), slope)):
        assert float(ball.lower()) == pytest.approx(float(lo), abs=1e-6)
        assert float(ball.upper()) == pytest.approx(float(hi), abs=1e-6)


@pytest.mark.parametrize("expr", [1 / x, log(x), sqrt(x), x ** R(1, 3), gamma(x), polygamma(0, x), atan(1 / x), x**x])
def test_a_singularity_inside_is_never_finite(expr):
    found = jet(expr, {x: (R(-1, 2), R(1, 2))})
    assert not found.value.is_finite()
    assert not found.grad[0].is_finite()


def test_a_jump_has_no_slope():
    assert not jet(floor(x), {x: (R(1, 2), R(3, 2))}).grad[0].is_finite()
    with precision(64):
        assert not Jets.sign(Jet(arb.nan())).value.is_finite()


def test_zeta_has_slopes_in_both_arguments():
    h = R(1, 10**12)
    for expr in (zeta(x), zeta(x, 3), zeta(2, x)):
        slope = jet(expr, {x: (R(7, 2), R(7, 2))}).grad[0]
        secant = (values(expr, {x: R(7, 2) + h}) - values(expr, {x: R(7, 2) - h})) / arb(2 * fmpq(1, 10**12))
        assert abs(slope - secant) < 1e-12


def test_an_infinite_slope_leaves_the_other_slopes_alone():
    found = jet(y * sqrt(x), {x: (R(0), R(0)), y: (R(1), R(2))})
    assert not found.grad[0].is_finite()
    assert found.grad[1] == 0


# ---- boxes: what is proved, and its false twin ----------------------------------------------------------------------

K = R(9, 8)  # Kantorovich: E X E 1/X <= (m + M)^2/(4 m M) = 9/8 on [1, 2]
UNIT, ONE_TWO, OPEN = (0, 1), (1, 2), (R(1, 1000), R(999, 1000))


def kantorovich(constant, weight):
    return constant - (weight * x + (1 - weight) * y) * (weight / x + (1 - weight) / y)


def threshold(b, t):
    """L_t(b) - (1 - a): its root b* in (0, 1) is where the bound of mixed training stops rising."""
    return (t + 1) * b**t / sum(b**j for j in range(t + 1)) - (1 - a)


def moment(order, nu=9):
    """E (chi2/nu)^q"""
    return (R(2) / nu) ** order * gamma(R(nu, 2) + order) / gamma(R(nu, 2))


CLAIMS = {
    "x exp(-x) has maximum 1/e": (exp(-1) + R(1, 1000) - x * exp(-x), exp(-1) - R(1, 1000) - x * exp(-x), {x: (0, 10)}),
    "Kantorovich, equal weights": (
        kantorovich(K + R(1, 100), R(1, 2)),
        kantorovich(K - R(1, 100), R(1, 2)),
        {x: ONE_TWO, y: ONE_TWO},
    ),
    "Kantorovich, three reals": (
        kantorovich(K + R(1, 20), p),
        kantorovich(K - R(1, 20), p),
        {x: ONE_TWO, y: ONE_TWO, p: UNIT},
    ),
    "threshold above 1 - a": (-threshold(1 - a, 10), -threshold(1 - a / 10, 10), {a: OPEN}),
    "threshold below (1-a)^(1/t)": (threshold((1 - a) ** R(1, 10), 10), threshold((1 - a) ** R(1, 5), 10), {a: OPEN}),
    "threshold of 100 rounds": (threshold((1 - a) ** R(1, 100), 100), threshold((1 - a) ** R(1, 40), 100), {a: OPEN}),
    "moments below 1": (1 - moment(q), 1 - moment(q + R(1, 50)), {q: (R(1, 100), R(99, 100))}),
    "a root at both ends": (sqrt(x) + sqrt(1 - x) - R(9, 10), sqrt(x) + sqrt(1 - x) - R(11, 10), {x: UNIT}),
    "a kink": (
        Abs(x) + Abs(x - y) + Abs(y - 1) - R(9, 10),
        Abs(x) + Abs(x - y) + Abs(y - 1) - R(11, 10),
        {x: (-1, 2), y: (-1, 2)},
    ),
    "entropy of two": (
        log(2) + R(1, 100) + x * log(x) + (1 - x) * log(1 - x),
        log(2) - R(1, 100) + x * log(x) + (1 - x) * log(1 - x),
        {x: OPEN},
    ),
    "variable powers": (R(7, 10) - x**y + R(1, 3), R(7, 10) - x**y, {x: (R(1, 10), R(9, 10)), y: (R(1, 10), 2)}),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_with_a_gap_is_proved_and_its_twin_is_refuted(name):
    true, false, box = CLAIMS[name]
    report = prove_positive(true, box)
    assert report.proved
    assert report.count < 1000
    assert report.text.startswith(f"mean-value boxes: {report.count} box")
    assert " at 64 bits on " in report.text

    twin = prove_positive(false, box)
    assert not twin.proved
    assert all(R(lo) <= twin.counterexample[s] <= R(hi) for s, (lo, hi) in box.items())
    assert values(false, twin.counterexample) < 0
    assert "certainly false at" in twin.text


@pytest.mark.parametrize(
    ("expr", "box"),
    [
        (exp(-1) - x * exp(-x), {x: (0, 10)}),
        ((x - R(1, 3)) ** 2, {x: UNIT}),
        ((x - y) ** 2, {x: UNIT, y: UNIT}),
        (sin(x) ** 2 + cos(x) ** 2 - 1, {x: UNIT}),
        (sqrt(x) + sqrt(1 - x) - 1, {x: UNIT}),
        (x**2 - x**3, {x: UNIT}),
        (Abs(x - R(1, 7)), {x: UNIT}),
        (1 - moment(q), {q: UNIT}),
        (kantorovich(K, R(1, 2)), {x: ONE_TWO, y: ONE_TWO}),
        (x, {x: UNIT}),
        (x * y, {x: UNIT, y: UNIT}),
        (1 - Max(x, y), {x: UNIT, y: UNIT}),
    ],
)
def test_what_touches_is_never_proved_strictly(expr, box):
    report = prove_positive(expr, box, max_boxes=1000)
    assert not report.proved
    assert report.counterexample or "of the volume only" in report.text
    if report.counterexample:  # an exact touching point
        assert values(expr, report.counterexample) <= 0


@pytest.mark.parametrize(
    ("expr", "box"),
    [
        (x, {x: UNIT}),
        (x * y, {x: UNIT, y: UNIT}),
        (kantorovich(K, R(1, 2)), {x: ONE_TWO, y: ONE_TWO}),  # the touching corner is exact: the box collapses to it
        (sqrt(x + y), {x: UNIT, y: UNIT}),
        (Max(x, y) - x, {x: UNIT, y: ONE_TWO}),
    ],
)
def test_touching_at_an_exact_end_is_proved_not_strictly(expr, box):
    assert prove_positive(expr, box, strict=False, max_boxes=1000).proved
    assert not prove_positive(expr - R(1, 10**30), box, strict=False, max_boxes=1000).proved


@pytest.mark.parametrize(
    "expr",
    [
        log(x) + 100,
        1 / x**2,
        sqrt(x) + 1,
        atan(1 / x) + 2,
        gamma(x + 2) ** 2 + 1 / (x - R(1, 3)) ** 2,
        exp(-1 / x**2) + 1,
        zeta(x + 2) ** 2 + 1,
        sign(log(x)) + 2,
    ],
)
def test_what_is_not_defined_everywhere_is_not_proved(expr):
    assert not prove_positive(expr, {x: (-1, 1)}, max_boxes=300).proved


@MANY
@given(expressions, ends, ends, shares)
def test_a_claim_that_fails_at_one_sampled_point_is_never_proved(expr, side_x, side_y, places):
    box = {x: side_x, y: side_y}
    point = {s: lo + (hi - lo) * R(m, 16) for m, (s, (lo, hi)) in zip(places[0], box.items(), strict=True)}
    top = values(expr, point).upper().fmpq()
    report = prove_positive(expr - R(int(top.p), int(top.q)), box, max_boxes=40)
    assert not report.proved
    assert report.counterexample or "of the volume only" in report.text


polynomials = st.lists(st.integers(-9, 9), min_size=1, max_size=5)


@MANY
@given(polynomials, st.booleans())
def test_verdicts_on_polynomials_agree_with_samples(coefficients, strict):
    expr = sum((c * x**i for i, c in enumerate(coefficients)), Integer(0)) + x * 0
    report = prove_positive(expr, {x: (-1, 2)}, strict, max_boxes=200)
    samples = [sum(c * Fraction(i, 16) ** j for j, c in enumerate(coefficients)) for i in range(-16, 33)]
    lowest = min(samples)
    if report.proved:
        assert lowest > 0 or (lowest == 0 and not strict)
    if report.counterexample:
        value = values(expr, report.counterexample)
        assert value <= 0 if strict else value < 0
    if lowest < 0:
        assert not report.proved


def test_more_than_three_reals_are_refused_with_a_reason():
    box = {x: UNIT, y: UNIT, z: UNIT, w: UNIT}
    with pytest.raises(ValueError, match="4 reals: mean-value boxes close for two"):
        prove_positive(1 + x + y + z + w, box)
    assert prove_positive(1 + x + y + z + w, box | {w: (1, 1)}).proved


def test_ends_must_be_exact_and_ordered():
    with pytest.raises(ValueError, match="not exact rationals"):
        prove_positive(1 + x, {x: (0, 0.5)})
    with pytest.raises(ValueError, match="not exact rationals"):
        prove_positive(1 + x, {x: (0, pi)})
    with pytest.raises(ValueError, match="empty interval"):
        prove_positive(1 + x, {x: (1, 0)})
    with pytest.raises(CannotTell, match="further symbols"):
        prove_positive(x + y, {x: UNIT})


def test_a_hopeless_run_says_so_early():
    report = prove_positive((x - y - R(1, 3)) ** 2 + (y - z - R(1, 7)) ** 2, {x: UNIT, y: UNIT, z: UNIT}, max_boxes=500)
    assert not report.proved
    assert report.count <= 500
    assert "% of the volume only" in report.text
    assert "100" not in report.text.split(",")[-1]


def test_boxes_are_reproducible():
    expr, _, box = CLAIMS["Kantorovich, three reals"]
    assert prove_positive(expr, box) == prove_positive(expr, box)


# ---- integers -------------------------------------------------------------------------------------------------------

NU = n - 1
LOWER, UPPER = sqrt(1 - 1 / (2 * NU)), 1 / sqrt(1 + 1 / (2 * NU))


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (c4(n) - LOWER, c4(n) - sqrt(1 - R(499, 1000) / NU)),
        (UPPER - c4(n), 1 / sqrt(1 + R(501, 1000) / NU) - c4(n)),
    ],
)
def test_the_bounds_on_c4_hold_for_the_first_ten_thousand(true, false):
    report = enumerate_integers(true, n, range(2, 10_001))
    assert report.proved
    assert report.count == 9999
    assert report.text == "enumerated 9999 of 9999 points in balls: n in 2..10000"

    twin = enumerate_integers(false, n, range(2, 10_001))
    assert not twin.proved
    assert values(false, twin.counterexample) < 0
    assert all(values(false, {n: i}) > 0 for i in range(2, twin.counterexample[n]))


def test_a_product_of_ranges():
    claim = (1 - R(1, 2) / n) ** k - (1 - k / (2 * n))  # Bernoulli's inequality, equal at k = 0 and 1
    assert enumerate_integers(claim, n, range(1, 40), strict=True, others={k: range(2, 12)}).count == 39 * 10
    assert enumerate_integers(claim, n, range(1, 40), strict=False, others={k: [0]}).proved
    twin = enumerate_integers(claim - R(1, 1000), n, range(1, 40), others={k: range(2, 12)})
    assert values(claim - R(1, 1000), twin.counterexample) < 0


def test_an_equality_is_not_proved_by_enumeration():
    for strict in (True, False):
        report = enumerate_integers(sin(n) ** 2 + cos(n) ** 2 - 1, n, range(1, 5000), strict)
        assert not report.proved
        assert "undecided at n = 1" in report.text
        assert report.counterexample is None


def test_an_exact_touch_is_a_counterexample_to_the_strict_claim_only():
    touch = (n - 5) * (n - 5)
    assert enumerate_integers(touch, n, range(1, 9)).counterexample == {n: 5}
    assert enumerate_integers(touch, n, range(1, 9), strict=False).proved


def test_precision_rises_at_need():
    tiny = exp(-n) * exp(-n) + sqrt(2) - sqrt(2 - exp(-3 * n))
    assert enumerate_integers(tiny, n, range(1, 301)).proved
    assert enumerate_integers(-tiny, n, range(1, 301)).counterexample == {n: 1}
    assert enumerate_integers(tiny, n, range(1, 301), limit=128).text.count("undecided") == 1


def test_a_counterexample_behind_an_undecided_point_is_found():
    claim = (sin(n) ** 2 + cos(n) ** 2 - 1) + Max(0, 1 - Abs(n - 50)) * -1
    report = enumerate_integers(claim, n, range(1, 100), strict=False)
    assert "undecided at n = 1" in report.text
    assert report.counterexample == {n: 50}


def test_an_empty_list_is_an_error():
    with pytest.raises(ValueError, match="no integers"):
        enumerate_integers(n, n, range(5, 5))


def test_reports_are_true_exactly_when_proved():
    assert prove_positive(1 + x, {x: UNIT})
    assert not prove_positive(x - 2, {x: UNIT})
    assert enumerate_integers(n, n, [1, 2])
