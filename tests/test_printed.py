"""A printed number has the digits that its ball justifies, and never claims more than the ball does."""

import re
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import example, given
from hypothesis import strategies as st

from theory.language.balls import EXACT_DIGITS, Ball, format_interval, in_floats

INF = float("inf")


@pytest.mark.parametrize(
    ("middle", "radius", "text"),
    [
        (0.0625, 0.00012, "0.06250(12)"),
        (0.97271, 0.0003, "0.97271(30)"),
        (12345.678, 12, "12346(13)"),  # rounded up, by the rounding of the middle too
        (1e6, 12345, "1000000(13000)"),
        (9.9996, 0.0995, "10.00(10)"),
        (1.0, 0.0, "1"),
        (1.5, 1e-15, "1.5"),
        (1 / 3, 0.0, "0.333333333333"),
        (0.0, 0.0, "0"),
        (-0.0, 0.0, "0"),
        (-0.0001, 0.1, "0.00(11)"),
        (0.001, 0.5, "0.00(51)"),
        (0.0, 1e-5, "0.0(10)e-5"),
        (-1e-21, 3e-23, "-1.000(30)e-21"),
        (3e10, 1e7, "3.0000(10)e10"),
        (0.782759419, 1.2e-12, "0.7827594190000(12)"),
        (INF, 0.0, "oo"),
        (-INF, 0.0, "-oo"),
        (INF, 400.845098, "about 10^400.845"),
        (-INF, 1e6, "about -10^1e+06"),
        (0.0, 5e-324, "0(1)e-300"),
        (0.0, INF, "unbounded"),
        (2.0, INF, "unbounded"),
        (float("nan"), 1.0, "nan"),
        (1.0, float("nan"), "nan"),
    ],
)
def test_numbers_have_the_digits_that_they_justify(middle, radius, text):
    assert format_interval(middle, radius) == text


@pytest.mark.parametrize(
    ("ball", "text"),
    [
        ("7e400", "about 10^400.845"),
        ("-1e400 +/- 1e390", "about -10^400"),
        ("1e400 +/- 9e399", "unbounded"),  # no digit of it is known
        ("1e-400", "0(1)e-300"),
        ("inf", "oo"),
        ("0", "0"),
    ],
)
def test_what_is_beyond_floats_is_told_as_a_power_of_ten(ball, text):
    assert format_interval(*in_floats(arb(ball))) == text


def read(text):
    """(middle, half width, unit of the last digit) as exact numbers, by the convention that the docstring states."""
    sign, digits, decimals, bracket, exponent = re.fullmatch(
        r"(-?)(\d+)(?:\.(\d+))?(?:\((\d+)\))?(?:e([+-]?\d+))?", text
    ).groups(default="")
    unit = Fraction(10) ** (int(exponent or 0) - len(decimals))
    return int(f"{sign}{digits}{decimals}") * unit, Fraction(int(bracket)) * unit if bracket else None, unit


floats = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.floats(1e-300, 1e300)
near = st.tuples(sizes, st.floats(1e-15, 1e3)).map(lambda x: (x[0], x[0] * x[1])).filter(lambda x: x[1] < INF)


@given(st.tuples(floats, floats.map(abs)) | near)
@example((0.5, 0.5e-12))
@example((9.995, 0.00995))
@example((99.9999999999, 1e-9))
@example((5e-324, 5e-324))
@example((1.7e308, 1e308))
def test_what_is_printed_contains_the_ball(ball):
    middle, radius = (Fraction(repr(x)) for x in ball)
    shown, half, _ = read(format_interval(*ball))

    if half is None:  # then it is right to a unit of its last significant digit
        power = Fraction(10) ** (len(str(int(abs(middle)))) - 1) if abs(middle) >= 1 else Fraction(1)
        while middle and power > abs(middle):
            power /= 10
        assert abs(shown - middle) + radius <= power / 10 ** (EXACT_DIGITS - 1)
    else:
        assert abs(shown - middle) + radius <= half
        assert half <= Fraction(6, 5) * radius + abs(shown - middle)  # and not much more


@given(near)
def test_brackets_have_two_digits(ball):
    found = re.search(r"\((\d+)\)", format_interval(*ball))

    assert found is None or len(found[1].rstrip("0")) <= 2 <= len(found[1])


@given(near)
def test_the_sign_is_printed_and_nothing_else_changes(ball):
    middle, radius = ball
    text = format_interval(middle, radius)

    assert format_interval(-middle, radius).removeprefix("-") == text


def test_a_ball_prints_the_rounding_of_its_middle_to_a_float():
    assert str(Ball(arb("0.0625", "0.00012"))) == "0.06250(13)"  # of arb's radius, a little above 0.00012
    assert str(Ball(arb("nan"))) == "nan"
    assert str(Ball(arb("0", "inf"))) == "unbounded"
    assert str(Ball(arb(2))) == "2"


@given(st.integers(400, 100_000), st.integers(2, 9), st.booleans())
def test_a_known_number_beyond_floats_has_twelve_digits_and_no_radius(power, base, is_small):
    exact = Fraction(base, 7) * Fraction(10) ** (-power if is_small else power)
    shown, half, unit = read(str(Ball(arb(base) / 7 * arb(10) ** (-power if is_small else power))))
    assert half is None
    assert abs(shown - exact) <= unit
    assert str(Ball(arb("1e-400 +/- 3e-405"))).startswith(
        "[1.000"
    )  # the twin: of what is not known so well the radius stays
