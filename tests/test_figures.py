"""Figures choose the axis that shows the claim, keep the theory in view, and write the same bytes again."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures import Curve, Scales, Trajectory, caption, draw, figure, gaps, is_log, panels
from reports.page_figures import figure as page_figure
from reports.trajectories import plan
from theory.families import catalogue
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

T = np.arange(101)
NAN = np.full(101, np.nan)


def curve(theory, width=0.05, label="n = 10", relation="==", t=T):
    theory = np.asarray(theory, float)
    return Curve(label, t, theory, theory - width, theory + width, theory, relation)


def trajectory(*curves, statement="It decays."):
    return Trajectory("gaussian-sigma-mean-c4", statement, curves, 200_000, 0.999)


@pytest.mark.parametrize(
    ("theory", "log"),
    [
        (0.9**T, True),  # 4.6 decades
        (1.2**T, True),
        (0.99**T, False),  # 0.4 decades
        (1 + T / 10, False),
        (T / 10, False),  # two decades, but a straight line from 0
        (1.2**T - 1, True),
        (-T / 10, False),
        (1 - 0.02 * T, False),
        (np.ones(101), False),
        (NAN, False),
        (np.where(T > 5, np.inf, 0.01**T), True),
    ],
)
def test_log_axis_where_the_curve_spans_decades(theory, log):
    assert draw(trajectory(curve(theory))).axes[0].get_yscale() == ("log" if log else "linear")


def test_without_theory_the_estimates_decide():
    assert is_log([Curve("", T, None, None, None, 0.9**T)])
    assert not is_log([Curve("", T, None, None, None, 0.9**T - 0.01)])
    assert not is_log([])


CASES = {
    "above 1": trajectory(curve(1 + T / 10), curve(2 + T / 10, label="n = 5")),
    "decaying": trajectory(curve(0.9**T), curve(0.8**T, label="n = 5")),
    "constant, wide band": trajectory(curve(np.ones(101), 0.01 * 1.1**T)),
    "growing": trajectory(curve(1.2**T - 1)),
    "below": trajectory(curve(T / 10, relation="<=")),
    "above": trajectory(curve(0.9**T, relation=">")),
    "band with gaps": trajectory(Curve("", T, 0.9**T, np.where(T % 7 < 3, 0.5 * 0.9**T, np.nan), 2 * 0.9**T)),
    "band of nan": trajectory(Curve("n", T, 0.9**T, NAN, NAN, NAN)),
    "no band": trajectory(Curve("n", T, T / 10)),
    "no theory": trajectory(Curve("n", T, None, T / 10 - 1, T / 10 + 1)),
    "sparse": trajectory(curve([1, 0.5], 0.1, t=np.array([0, 10]))),
    "one generation": trajectory(curve([1.0], 0.1, t=np.array([3]))),
    "infinite": trajectory(curve(np.full(101, np.inf))),
    "zero": trajectory(curve(np.zeros(101), 0.0)),
    "many": trajectory(*(curve(0.9**T / k, label=f"n = {k}, $5 _x") for k in range(1, 10)), statement="$5_ $^ " * 50),
    "empty": trajectory(statement=""),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("case", CASES)
def test_writes_a_figure(case, tmp_path):
    path = figure(CASES[case], tmp_path / "new" / "f.png")

    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_size > 8_000


@pytest.mark.parametrize(("suffix", "head"), [(".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_vector_formats_repeat_to_the_byte(suffix, head, tmp_path):
    first, second = (figure(CASES["below"], tmp_path / f"{j}{suffix}").read_bytes() for j in range(2))

    assert first == second
    assert first.startswith(head)
    assert len(first) > 8_000


def hatched(fig):
    return [c for c in fig.axes[0].collections if c.get_hatch()]


@pytest.mark.parametrize(("relation", "side"), [("<=", 1), ("<", 1), (">=", -1), (">", -1), ("==", 0)])
@pytest.mark.parametrize("bound", [1 + T / 10, 0.9**T], ids=["linear", "log"])
def test_the_forbidden_side_is_hatched(relation, side, bound):
    strips = hatched(draw(trajectory(curve(bound, relation=relation))))

    assert len(strips) == abs(side)
    for strip in strips:
        x, y = strip.get_paths()[0].vertices.T
        difference = y - np.interp(x, T, bound)
        assert np.all(side * difference >= -1e-9 * abs(y))
        assert np.abs(difference).max() > 0


@settings(max_examples=25, deadline=None)
@given(st.floats(0.8, 1.25), st.floats(-3, 3), st.floats(0, 4))
def test_the_theory_is_always_in_view(ratio, start, width):
    theory = 10**start * ratio**T
    low, high = draw(trajectory(curve(theory, 10**width))).axes[0].get_ylim()

    assert low <= theory.min()
    assert theory.max() <= high


def test_what_is_constant_up_to_rounding_has_readable_ticks():
    figure = draw(trajectory(curve(8 + 1e-14 * (T % 2), width=0)))
    figure.canvas.draw()
    assert all(len(tick.get_text()) <= 5 for tick in figure.axes[0].get_yticklabels())


@pytest.mark.parametrize(("ends", "whole"), [((8, 8), True), ((3, 8), True), ((8, 8.5), False)])
def test_counts_have_whole_ticks(ends, whole):
    t = np.arange(6.0)
    fig = draw(Trajectory("c", "s", [Curve("", t, middle=np.repeat(ends, 3).astype(float))]))
    fig.draw_without_rendering()
    low, high = fig.axes[0].get_ylim()
    ticks = [x for x in fig.axes[0].get_yticks() if low <= x <= high]

    assert ticks
    assert all(x == round(x) for x in ticks) is whole


def test_a_wild_band_does_not_hide_the_theory_but_a_refutation_is_seen():
    low, high = draw(trajectory(curve(np.ones(101), 0.01 * 1.2**T))).axes[0].get_ylim()
    assert -5 < low < 0.9
    assert 1.1 < high < 7

    off = Curve("n = 10", T, np.ones(101), 49 + 0 * T, 51 + 0 * T)
    assert draw(trajectory(off)).axes[0].get_ylim()[1] > 51


def test_caption_tells_replicates_and_level():
    assert caption(CASES["above 1"]) == "line: theory · band: 200\u2009000 replicates, level 99.9 %"
    assert caption(CASES["below"]).startswith("line: bound, hatched on its forbidden side · band")
    assert caption(CASES["no band"]) == "line: theory"
    assert caption(CASES["sparse"]).startswith("line: theory · points with bars: ")
    assert caption(Trajectory("c", "", [curve(1 + T)], 10, 1 - 1e-6)).endswith("level 99.9999 %")
    beyond = " · triangles: goes on beyond the axis"  # a log axis has no place for the end of a band below 0
    assert caption(CASES["decaying"]) == caption(CASES["above 1"]) + beyond
    assert caption(CASES["empty"]) == "nothing to show"
    turning = replace(CASES["no band"], peaks=(5.0,))
    assert caption(turning) == "line: theory · dotted: where the claim says that it turns"
    assert panels([CASES["no band"], turning]).get_supxlabel() == caption(turning)  # what two panels share is said once


def test_what_differs_between_panels_is_said_in_each():
    one, other = CASES["above 1"], replace(CASES["above 1"], claim="other", replicates=500)
    fig = panels([one, other])

    assert fig.get_supxlabel() == "line: theory"
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert titles[0].endswith("band: 200\u2009000 replicates, level 99.9 %")
    assert titles[1].endswith("band: 500 replicates, level 99.9 %")


@pytest.mark.thin(2)
@pytest.mark.parametrize("case", ["decaying", "below", "many"])
@pytest.mark.parametrize("side_by_side", [False, True])
def test_the_legend_covers_nothing(case, side_by_side):
    own = CASES[case]
    other = replace(own, curves=[replace(c, label=f"other {c.label}") for c in own.curves])
    fig = panels([own, other, own]) if side_by_side else draw(own)
    fig.canvas.draw()
    for ax in fig.axes:
        inside, legend, title = (
            ax.get_window_extent(),
            ax.get_legend().get_window_extent(),
            ax._left_title.get_window_extent(),
        )
        assert not inside.padded(-2).overlaps(legend)
        assert not side_by_side or legend.x0 >= inside.x1 or title.y0 >= legend.y1


def test_panels_whose_signs_stand_for_the_same_have_one_legend():
    """With a line where one of them has a line, and above them all; none where a sign stands for two things."""
    labels = ("fully synthetic", "half real")
    lines = trajectory(*(curve(0.9**T, label=x) for x in labels))
    points = trajectory(*(Curve(x, T, middle=0.9**T) for x in labels[:1]))
    fig = panels([points, lines])
    fig.canvas.draw()
    (legend,) = fig.legends
    boxes = [ax.get_tightbbox() for ax in fig.axes]

    assert [x.get_text() for x in legend.get_texts()] == list(labels)
    assert [h.get_linestyle() for h in legend.get_lines()] == ["-", "--"]
    assert [h.get_marker() for h in legend.get_lines()] == ["o", "s"]
    assert all(ax.get_legend() is None for ax in fig.axes)
    assert not any(box.padded(-1).overlaps(legend.get_window_extent()) for box in boxes)
    for other in (trajectory(curve(0.9**T, label=labels[1])), trajectory(curve(0.9**T, label="third"))):
        apart = panels([lines, other])  # the first sign is "fully synthetic" in one panel, and that in another
        assert apart.legends == []
        assert all(ax.get_legend() for ax in apart.axes)


def test_estimates_without_a_band_are_seen_beside_those_with_one():
    """Where all runs agree there is no interval: the point is drawn, and the axis reaches it."""
    t, ends = np.arange(4.0), np.array([0.6, 0.7, np.nan, np.nan])
    one = Curve("varies", t, low=ends - 0.05, high=ends + 0.05, middle=np.array([0.6, 0.7, 0.8, 0.95]))
    agreed = Curve("agreed", t, middle=np.ones(4))
    (ax,) = panels([trajectory(one, agreed)]).axes
    low, high = ax.get_ylim()
    drawn = {(x, y) for line in ax.lines for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)}
    assert low < 0.6 < 1 < high
    assert {(2.0, 0.8), (3.0, 0.95), (0.0, 1.0), (3.0, 1.0)} <= drawn


def test_panels_say_what_their_curves_are():
    (p,) = plan(catalogue("mixing-phase-transition-threshold")).plans
    assert p.upright == "U_t, in units of c"
    (p,) = plan(catalogue("mixing-gaussian-fixed-real-peak-tv")).plans
    assert p.upright == "E[TV(model_t, truth)]"
    fig = panels([replace(CASES["decaying"], upright=p.upright)])
    assert fig.axes[0].get_ylabel() == p.upright


def marked(ax):
    """The values at which something is said to go on beyond the axes: (above, below)."""
    return [[x for line in ax.lines if line.get_marker() == m for x in line.get_xdata()] for m in "^v"]


def test_what_goes_on_beyond_the_axes_is_marked():
    wild = replace(CASES["no band"], curves=[curve(np.ones(101), 0.01 * 1.2**T)])
    for ax in (draw(wild).axes[0], panels([wild]).axes[0]):
        low, high = ax.get_ylim()
        for there, side in zip(marked(ax), (1, -1), strict=True):
            assert there
            assert all(side * (1 + side * 0.01 * 1.2**t) > side * (high if side > 0 else low) for t in there)
    assert "triangles: goes on beyond the axis" in caption(wild)
    assert marked(draw(CASES["no band"]).axes[0]) == [[], []]
    drawn = page_figure(wild)
    assert drawn is not None
    assert all(x in drawn.curves[0].beyond for x in ("l-4 6h8z", "l-4 -6h8z"))
    assert page_figure(CASES["no band"]).curves[0].beyond == ""


def test_panels_along_the_same_variable_have_the_same_axes():
    flat, steep, longer = (
        trajectory(curve(1 + T / k, label="")) for k in (100, 90, 1)
    )  # ordinates of 1, 1.1 and 100: the last would leave the others no height
    short = trajectory(curve(1 + T[:60] / 100, label="", t=T[:60]))
    other = replace(short, axis="sample size n")
    error = replace(flat, upright="E[error_t^2]")
    axes = panels([flat, steep, longer, short, other, error]).axes

    assert axes[0].get_xlim() == axes[1].get_xlim() == axes[2].get_xlim() == axes[3].get_xlim() != axes[4].get_xlim()
    assert axes[0].get_ylim() == axes[1].get_ylim() == axes[3].get_ylim() != axes[2].get_ylim()
    assert axes[5].get_ylim() != axes[0].get_ylim()  # another quantity


def test_panels_that_are_to_be_compared_have_the_same_axes():
    """However little of them one fills."""
    small, large = (trajectory(curve(k * (1 + T / 100), 0.01 * k, label="")) for k in (0.01, 1))
    axes = panels([small, large]).axes
    assert axes[0].get_ylim() != axes[1].get_ylim()
    axes = panels([small, large], Scales(common=True)).axes
    assert axes[0].get_ylim() == axes[1].get_ylim()
    like = [trajectory(curve(k * (1 + T / 100), label="")) for k in (1, 1.1)]
    assert len({ax.get_ylim() for ax in panels(like).axes}) == 1
    axes = panels(like, Scales(common=False)).axes  # two quantities
    assert axes[0].get_ylim() != axes[1].get_ylim()
    assert axes[0].get_xlim() == axes[1].get_xlim()


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ((0.019, 0.075), ["0.02", "0.03", "0.04", "0.05", "0.06", "0.07"]),
        ((0.02, 0.9), ["0.02", "0.05", "0.1", "0.2", "0.5"]),
        ((0.002, 600), ["0.01", "0.1", "1", "10", "100"]),
        ((1e-9, 1e-2), []),
    ],
)
def test_numbers_on_a_log_axis_can_be_read(ends, told):
    """Written out, few, and none over another; powers of ten where they are far from 1."""
    t = np.geomspace(*ends, 9)
    fig = panels([trajectory(curve(t, label="", t=t, width=0))], Scales(across=True, upright=True))
    fig.canvas.draw()
    (ax,) = fig.axes
    for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        shown = [x.label1 for x in axis.get_major_ticks() if low <= x.get_loc() <= high and x.label1.get_text()]
        texts = [x.get_text() for x in shown]
        assert not axis.get_ticklabels(minor=True) or not any(x.get_text() for x in axis.get_ticklabels(minor=True))
        if ends[0] > 1e-4:
            assert len(texts) >= 3
            assert not any("10^" in x for x in texts)
            assert axis is ax.yaxis or texts == told  # the ordinate has more room beyond its ends
        else:
            assert all("10^{" in x for x in texts)
            assert len(texts) >= 3
    boxes = [x.get_window_extent() for x in ax.get_xticklabels() if x.get_text()]
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))


def test_a_long_axis_label_is_broken_between_values():
    values = ", ".join(f"p_{k} = 1/{k}" for k in range(1, 12))
    math = ", ".join(rf"$p_{{{k}}} = \frac{{1}}{{{k}}}$" for k in range(1, 12))
    one = replace(CASES["no band"], axis=f"generation t   ({values})", math=f"generation $t$   ({math})")
    fig = panels([one, one])
    fig.canvas.draw()
    boxes = [ax.xaxis.label.get_window_extent() for ax in fig.axes]
    label = fig.axes[0].get_xlabel()

    assert not boxes[0].overlaps(boxes[1])
    assert label.count("\n") >= 2
    assert label.count("$") == math.count("$") + 2
    plain = panels([replace(one, math="")]).axes[0].get_xlabel()
    assert " ".join(plain.split()) == " ".join(one.axis.split())


def test_published_bounds_and_ours_are_told_apart(tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    kept = []
    monkeypatch.setattr(Figure, "savefig", lambda self, *_, **__: kept.append(self))
    summaries = []
    for claim, right in (("ours", 2.0), ("theirs", 3.0), ("far", 1e9), ("farther", 1e200)):
        sides = (((1.0, 1e-9), (right, 1e-9)),)
        found = [Finding(claim, "f", "ball", Verdict.SUPPORTED, number=1, point={"n": "1"}, sides=sides)]
        summaries.append(summarise("S.", None, found))
    gaps(summaries, tmp_path / "g.png", {"theirs"}, "Title")
    (ax,) = kept[0].axes

    assert [t.get_text() for t in ax.get_yticklabels()] == ["farther", "far", "ours", "theirs"]  # from below
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["published", "ours"]
    assert ax.get_title(loc="left") == "Title"
    assert [line.get_marker() for line in ax.lines].count(">") == 2
    assert ax.get_xlim()[1] < 1e7  # what lies beyond leaves room for the others
    assert "triangle: further than a million" in ax.get_xlabel()


def test_labels_and_words_stand_in_the_figure():
    fig = draw(CASES["decaying"])
    texts = [t.get_text() for t in fig.texts]

    assert "gaussian-sigma-mean-c4" in texts
    assert "It decays." in texts
    assert fig.axes[0].get_xlabel() == "generation t"
    assert [t.get_text() for t in fig.axes[0].get_legend().get_texts()] == ["n = 10", "n = 5"]


def test_curves_differ_without_their_colours():
    handles = draw(CASES["many"]).axes[0].get_legend().legend_handles
    signs = [(h.get_linestyle(), h.get_marker()) for h in handles]

    assert len(signs) == 9
    assert len(set(signs)) == len(signs)
    assert all(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(signs))


def test_the_legend_has_a_line_for_theory_and_a_marker_for_estimates():
    estimate = Curve("measured", T, None, T / 10, T / 10 + 1)
    bound = Curve("bound", T, T + 5.0, relation="<=")
    both = curve(T / 10, label="both")
    handles = draw(trajectory(estimate, bound, both)).axes[0].get_legend().legend_handles

    assert [h.get_linestyle() != "None" for h in handles] == [False, True, True]
    assert [h.get_marker() != "" for h in handles] == [True, False, True]


def test_bad_input_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"\.gif"):
        figure(CASES["decaying"], tmp_path / "f.gif")
    with pytest.raises(BadInput, match="shape"):
        draw(trajectory(Curve("n = 3", T, np.ones(3))))
    with pytest.raises(BadInput, match="relation"):
        draw(trajectory(curve(np.ones(101), relation="=")))
