"""What stands in one row belongs together: margin, guarantee, point and sides of one finding, resolution of its witness."""

import json
import re
from csv import DictReader
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import stated
from sympy import Integer, Lt, exp

from reports.columns import COLUMNS
from reports.page import _entry
from reports.records import record
from reports.suite import Findings
from reports.wording import _notes, _point, sharp_at, shown, supports_elsewhere, told_sides
from theory import E, GaussianLoop, Integers, Point
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict
from theory.proof.enclose import at_point

S, R, OUT = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.LEFT_OUT
GUARANTEES = {"ball": "rigorous", "simulation": "asymptotic"}


def finding(witness, number, verdict, tenth, strict=False, with_sides=True):
    """A finding whose every number is its own: a mix of two can be seen."""
    own = tenth + number / 1000 + (0.0001 if witness == "ball" else 0.0002)
    margin = (-own - 1e-5, -own) if verdict == R else (own, own + 1e-5)
    slack, resolution = (own, None) if strict and verdict == S else (None, 1 - own)
    sides = (((1.0, 0.0), (1.0 + own, 0.0)),) if with_sides else ()
    common = {"number": number, "point": {"n": str(number)}, "guarantee": GUARANTEES[witness], "sides": sides}
    return Finding("c", "f", witness, verdict, margin=margin, slack=slack, resolution=resolution, **common)


@st.composite
def several(draw):
    """Findings of two witnesses at some points; of one kind of verdict, or of both."""
    kinds = draw(st.sampled_from([(S,), (R,), (S, R)]))
    strict, with_sides = draw(st.booleans()), draw(st.booleans())
    out = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        verdict, tenth = draw(st.sampled_from(kinds)), draw(st.integers(1, 7)) / 10
        for witness in draw(st.sampled_from([("ball",), ("simulation",), ("ball", "simulation")])):
            out.append(finding(witness, number, verdict, tenth, strict, with_sides))
    return out


@given(several())
def test_a_row_is_of_one_finding_in_every_format(findings):
    s = summarise("S.", None, findings)
    f, sharp = shown(s), sharp_at(s)
    row = record(s)

    assert f in findings
    assert (row["margin_low"], row["margin_high"]) == f.margin
    assert (row["guarantee"], row["point"], row["point_witness"]) == (f.guarantee, _point(f.point), f.witness)
    assert row["point_guarantee"] == row["guarantee"]
    assert ((row["left"], row["left_radius"]), (row["right"], row["right_radius"])) == (
        f.sides[0] if f.sides else ((None, None), (None, None))
    )
    assert sharp.witness == f.witness
    assert row["sharp_point"] == _point(sharp.point)
    assert sharp.resolution == row["resolution"]
    assert row["resolution"] is not None or sharp.slack == row["slack"]
    told = Findings([s], {})
    (line,) = DictReader(StringIO(told.to_csv()))
    assert float(line["margin_low"]) == f.margin[0]
    assert (line["guarantee"], line["point"], line["sharp_point"]) == (
        f.guarantee,
        _point(f.point),
        _point(sharp.point),
    )
    (claim,) = json.loads(told.to_json())["claims"]
    assert claim == json.loads(json.dumps(row))
    cells = {x: COLUMNS[x].text(s, None) for x in ("margin", "guarantee", "point", "by", "left")}
    assert cells["guarantee"] == f.guarantee
    assert cells["point"] == _point(f.point)
    assert cells["by"] == f"{f.witness}, {f.guarantee}"
    assert cells["left"] == f.lhs
    entry = _entry(s, False, None, None, (), set())
    assert (entry["margin"], entry["margin_at"], entry["guarantee"]) == (cells["margin"], _point(f.point), f.guarantee)
    assert entry["sharp_at"] == _point(sharp.point)
    for gap, of in s.gaps:
        assert of.witness == "ball"
        assert gap == pytest.approx(of.sides[0][1][0])
    if s.gaps:
        assert f.witness == "ball"


def test_the_page_says_at_which_point_margin_and_resolution_are():
    near, coarse = finding("simulation", 1, S, 0.1), finding("simulation", 2, S, 0.2)
    coarse = Finding(**{**vars(coarse), "resolution": 0.95})
    html = Findings([summarise("S.", None, [near, coarse])], {}).to_html()

    assert re.search(r"<dt>margin</dt><dd>\[10.* at the tightest point, n = 1, asymptotic</dd>", html)
    assert "<dt>resolution</dt><dd>95 % at n = 2</dd>" in html


@pytest.mark.parametrize(
    ("verdict", "sides", "told"),
    [
        (R, ((1.0, 0.0), (2.0, 0.0)), "the sides are 1 and 2"),
        (S, ((4.0, 0.0), (4.0, 0.0)), "both sides are 4"),
        (S, ((0.0, 5e-324), (0.0, 5e-324)), "both sides are 0(1)e-300"),
        (R, ((0.0, 5e-324), (0.0, 5e-324)), "both sides are 0(1)e-300, and apart"),
    ],
)
def test_sides_that_floats_do_not_tell_apart_are_not_told_as_equal(verdict, sides, told):
    """They are far below floats, and a witness that knows them has seen that they are apart."""
    f = Finding("c", "f", "ball", verdict, number=1, point={"n": "1"}, sides=(sides,), margin=(-0.9, -0.9))

    assert told_sides(f) == told
    assert f"{told}; " in Findings([summarise("S.", None, [f])], {}).to_html()


def test_supported_beside_refuted_is_explained():
    """One witness supports a false claim where it looked, and looked nowhere where another refutes it."""
    looks = (("ball", 1, S), ("ball", 2, R), ("simulation", 1, S))
    apart = [finding(*look, 0.3, with_sides=False) for look in looks]
    s = summarise("S.", None, apart)

    told = "simulation supports it at the points that it decided, and decided nothing where ball arithmetic refutes it"
    assert not s.differ
    assert supports_elsewhere(s) == told
    assert told in _notes(s)
    assert not supports_elsewhere(summarise("S.", None, apart[:2]))
    same = [finding(w, 1, v, 0.3, with_sides=False) for w, v in (("ball", R), ("simulation", S))]
    assert not supports_elsewhere(summarise("S.", None, same))  # there the resolutions are compared
    assert summarise("S.", None, same).differ


def test_small_sides_that_are_equal_are_not_told_to_be_apart():
    """A strict relation of them is refuted since they are equal."""
    claim = stated(lambda n: Lt(E(GaussianLoop(n).sigma(1) ** 2) * exp(-1000), exp(-1000)), n=Integers(2))
    f = at_point(claim, Point(1, {"n": Integer(7)}), 0.01)
    assert f.verdict == R
    assert told_sides(f) == "both sides are 0(1)e-300"
