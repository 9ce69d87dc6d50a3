"""What a gap is told of: a bound at points where its sides are not negligible; no limit, no equality."""

import pytest

from reports.wording import gap
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Told, Verdict


def found(*sides, told=()):
    findings = [
        Finding("c", "gaussian", "ball", Verdict.SUPPORTED, sides=(((a, 0.0), (b, 0.0)),), told=told, margin=(0.1, 0.1))
        for a, b in sides
    ]
    return summarise("A bound.", None, findings)


@pytest.mark.parametrize(
    ("sides", "shown"),
    [
        ([(1, 2), (3, 12)], "2 to 4"),
        ([(1, 1), (2, 2)], ""),  # an equality, as far as is seen
        ([(1, 2), (1e-12, 1)], "2 to more than a million"),
        ([(1, 2), (1e-30, 1e-12)], "2"),  # two tiny probabilities
        ([(1, 2), (1e87, 3e87)], "2 to 3"),  # sides that grow make those that do not no smaller
        ([(1e-40, 2e-40), (1e-40, 4e-40)], "2 to 4"),  # everything is tiny: that is its unit
        ([(-1, -2), (1, -2), (0, 3)], "2"),
    ],
)
def test_the_gap_of_a_bound(sides, shown):
    assert gap(found(*sides)) == shown


def test_a_side_that_may_be_0_has_no_gap():
    """1e-17 give or take 1e-15: the quotient by the midpoint is no number of anything."""
    sides = [((1e-17, 1e-15), (0.5, 0.0)), ((0.25, 0.0), (0.5, 0.0))]
    findings = [Finding("c", "f", "ball", Verdict.SUPPORTED, sides=(x,), margin=(0.1, 0.1)) for x in sides]
    assert gap(summarise("A bound.", None, findings)) == "2"


def test_a_limit_has_no_gap():
    at = Told("limit", 1.0, 1.0, 1.0, 0.01)
    assert gap(found((0.5, 1.0), (0.1, 1.0), told=(at,))) == ""
