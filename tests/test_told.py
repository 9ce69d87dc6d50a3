"""What a check says of what it saw: numbers as one reads them, reasons with their place, a weakest point that tells."""

import re

import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import stated
from sympy import Eq, Le

from reports import check
from reports.checked import Checked, _common, _missed, _weakest
from reports.commands.progress import _brief
from reports.tables import footer
from reports.wording import label, told_at
from theory import E, GaussianLoop, Integers, Points
from theory.language.summaries import summarise
from theory.language.verdicts import NOT_RANDOM, Finding, Verdict, decide, times


def finding(number, verdict=Verdict.SUPPORTED, witness="ball", **options) -> Finding:
    point = options.pop("point", {"n": "2", "t": str(number)})
    return Finding("c", "f", witness, verdict, number=number, point=point, **options)


@settings(max_examples=50)
@given(st.floats(1e-4, 0.5), st.floats(1.0000001, 1e9))
def test_a_resolution_is_never_printed_as_the_one_that_is_asked_for(asked, more):
    note = decide("==", arb(1, asked * more), arb(1), asked).note
    seen = re.fullmatch(r"resolution (\S+) where (\S+) is asked: about (\S+( times)?) the replicates", note)
    if seen is None:  # fine enough, or too wide to be of a size
        return
    assert seen[1] != seen[2]
    assert "e+" not in seen[3]


def test_a_wide_resolution_is_read_at_a_glance():
    note = decide("==", arb(1, 100), arb(1), 0.1).note
    assert re.match(r"resolution \d{3} where 0\.1 is asked", note), note


def test_what_is_exact_is_not_said_to_be_finer():
    seen = finding(0, margin=(0.0, 0.0), resolution=0.0)
    coarse = finding(1, margin=(0.0, 1e-3), resolution=1e-3)
    c = stated(lambda n: Le(n, n + 1), n=Integers(2))
    said = [str(Checked(c, summarise("", None, fs), None, None, 0, 0.1)) for fs in ([seen], [seen, coarse])]
    assert "resolution exact (" in said[0]
    assert "resolution 0.1 % or finer (" in said[1]


@pytest.mark.parametrize(
    ("factor", "text"),
    [(1.04, "1x"), (4.83, "4.8x"), (12.34, "12x"), (484.2, "480x"), (48_400, "48,000x"), (3e9, "10^9 times")],
)
def test_factors_are_read_at_a_glance(factor, text):
    assert times(factor) == text


def test_a_violation_without_end_has_a_least_size():
    assert _missed(finding(1, margin=(-float("inf"), -0.0685))) == "6.85 % or more"
    assert _missed(finding(1, margin=(-0.5, -0.5))) == "50 %"


def test_the_weakest_point_is_the_tightest_where_the_sides_are_apart():
    attained = finding(0, margin=(0.0, 1e-16), resolution=1e-16)
    loose, tight = finding(1, margin=(0.5, 0.6), slack=0.5), finding(2, margin=(0.01, 0.02), slack=0.01)

    assert _weakest([attained, loose, tight]) is tight
    assert _weakest([attained]) is attained
    coarse = finding(3, margin=(-0.02, 0.03), resolution=0.05)  # of a point that is not known to be tight or not
    assert _weakest([attained, loose, tight, coarse]) is coarse


def test_what_points_have_in_common_is_told_where_others_differ():
    at_0 = [finding(i, point={"n": str(n), "t": "0"}) for i, n in enumerate((2, 10))]
    others = [finding(i, point={"n": "2", "t": str(i)}) for i in (5, 6)]

    assert _common(at_0, at_0 + others) == "at t = 0"
    assert _common(at_0, at_0) == ""  # at all of them: no place
    assert _common(others, at_0 + others) == "at n = 2"
    assert _common([], others) == ""


def test_that_nothing_is_random_at_one_point_is_no_reason_for_the_others():
    dear = "needs 8.4 s: above the cap of 7.7 s"
    left_out = [
        finding(i, Verdict.LEFT_OUT, "simulation", note=note) for i, note in enumerate((NOT_RANDOM, dear, NOT_RANDOM))
    ]
    assert summarise("", None, left_out).reasons["simulation"] == dear
    assert summarise("", None, left_out[:1]).reasons["simulation"] == NOT_RANDOM
    failed = finding(7, Verdict.FAILED, "simulation", note="ValueError: x")
    assert summarise("", None, [*left_out, failed]).reasons["simulation"] == "ValueError: x"


def test_what_is_told_under_way_is_no_verdict():
    assert _brief(finding(3)) == "holds c (ball, n = 2, t = 3)"
    assert _brief(finding(3, Verdict.REFUTED)) == "refuted c (ball, n = 2, t = 3)"
    assert _brief(Finding("c", "f", "derivation", Verdict.PROVED)) == "proved c (derivation)"


def test_a_bound_that_is_attained_at_the_start_is_told_with_its_gap():
    (done,) = check([stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 1), n=Integers(2, 10), t=Integers(0, 5))], 1)
    text = str(done)

    assert "weakest point: " in text
    assert not re.search(r"weakest point: [^:]*t = 0:", text)
    assert "the sides are equal, to the digits looked at, at t = 0" in text
    assert re.search(r"gap: 1 to \d", text)


def test_an_example_of_a_bound_is_a_point_at_which_its_sides_are_apart():
    equal = finding(0, margin=(0.0, 0.0), sides=(((1.0, 0.0), (1.0, 0.0)),))
    apart = [finding(t, margin=(t / 10, t / 9), sides=(((t / 10, 0.0), (1.0, 0.0)),)) for t in (2, 1)]

    assert told_at(summarise("", None, [equal, *apart])) == "at n = 2, t = 1: 0.1 against 1"
    assert told_at(summarise("", None, [equal])) == "at n = 2, t = 0: 1 against 1"


def test_a_weakest_point_without_a_margin_is_told_without_one():
    """A course that rises and falls has none."""
    claim = stated(lambda n: Le(n, 2), n=Points(1, 2))
    shown = [str(Checked(claim, summarise("", claim, [finding(1, margin=x)]))) for x in (None, (0.1, 0.2))]
    assert ["weakest point: n = 2, t = 1\n" in f"{x}\n" for x in shown] == [True, False]
    assert ["margin [10, 20] %" in x for x in shown] == [False, True]


@pytest.mark.parametrize(
    ("file", "word", "counted"), [("", "refuted, surprise", "1 surprise"), ("/mine.py", "refuted", "1 refuted")]
)
def test_only_a_users_own_lemma_is_refuted_without_surprise(file, word, counted):
    s = summarise("", None, [finding(1, Verdict.REFUTED, file=file, margin=(-0.5, -0.4))])

    assert label(s) == word
    assert s.surprise  # for the exit status, both
    assert footer([s]).startswith(f"1 claim: {counted}")


def test_of_a_refuted_claim_no_twin_is_told():
    """With n + 1 in place of n - 1 it would be true: a twin that nothing refutes."""
    wrong = stated(lambda n: Eq(E(GaussianLoop(n + 1).sigma(1) ** 2), n / (n + 1)), n=Integers(2, 9))
    (done,) = check([wrong], 2, twins=True)

    assert done.verdict == Verdict.REFUTED
    assert done.summary.twins.tried == 0
    assert any(f.twins for f in done.summary.findings)
