"""Figures as somebody wants them: the variable to draw along, its range, the others' values, axes by factors, formulas."""

import numpy as np
import pytest
from stated import stated
from sympy import Eq, Ge, Le, exp

from reports.cli import _run
from reports.figures import Curve, Scales, Trajectory, as_data, draw, from_data, panels
from reports.trajectories import Chosen, plan
from simulate.engine.blocks import Runner
from theory import E, GaussianLoop, Integers, Points, Positive, Reals, c4
from theory.language.errors import BadInput

N, T, S0 = Integers(2, 1000), Integers(0, 500), Positive()
DECAY = stated(lambda n, t, sigma0: Eq(E(GaussianLoop(n, sigma0).sigma(t)), c4(n) ** t * sigma0), n=N, t=T, sigma0=S0)


def planned(claim, **chosen):
    (p,) = plan([claim], Chosen(**chosen)).plans
    return p


def test_a_range_of_whole_numbers_is_followed_from_end_to_end():
    p = planned(DECAY, x="n", low="2", high="500", at={"t": "3", "sigma0": "1/2"})
    (row,) = p.rows

    assert (p.grid[0], p.grid[-1]) == (2, 500)
    assert all(isinstance(n, int) for n in p.grid)
    assert p.axis == "sample size n"
    assert p.others == "t = 3, sigma0 = 1/2"
    wanted = [float(c4(n) ** 3 / 2) for n in p.grid]
    assert row.theory == pytest.approx(wanted, rel=1e-12)


def test_by_factors_neighbours_are_a_factor_apart():
    p = planned(DECAY, x="n", low="2", high="1000", at={"t": "3"}, log=True)
    factors = np.diff(np.log(p.grid[5:]))

    assert factors == pytest.approx(np.full(len(factors), np.log(500) / 17), abs=0.12)


def test_a_real_variable_is_followed_at_exact_values():
    c = stated(lambda sigma0: Eq(E(GaussianLoop(5, sigma0).sigma(2) ** 2), sigma0**2), sigma0=Reals(0, 3))
    p = planned(c, x="sigma0", low="1/2", high="2")

    assert (p.grid[0], p.grid[-1]) == (0.5, 2.0)
    assert p.rows[0].theory == pytest.approx(np.square(p.grid), rel=1e-12)
    open_ends = planned(c, x="sigma0")  # which the domain does not have
    assert 0 < min(open_ends.grid) < max(open_ends.grid) < 3


def test_other_generations_than_those_that_a_claim_suggests():
    p = planned(DECAY, x="t", low="100", high="200", at={"n": "10"})
    assert (min(p.grid), max(p.grid)) == (100, 200)


@pytest.mark.parametrize(("chosen", "stays"), [(Chosen("n", at={"t": "3"}), True), (None, False)])
def test_what_is_chosen_stays_where_tails_are_too_heavy(chosen, stays, monkeypatch):
    def illegible(plans, runner):
        for p in plans:
            p.legible = 0.1 if p.point.number == plans[0].point.number == 1 else 0.9

    monkeypatch.setattr("reports.trajectories._settle", illegible)
    plans = plan([DECAY], chosen)
    (before,) = plans.plans
    plans.pilot(Runner(0, 1))
    assert (plans.plans[0] is before) == stays


def test_words_below_a_figure_are_as_wide_as_it_is():
    curve = Curve("a", np.arange(3.0), np.ones(3))
    fig = panels([Trajectory("c", "s", [curve], 10, 0.99, "t", words="as many words as nobody wants to read " * 6)])
    fig.draw_without_rendering()
    below = fig._supxlabel.get_window_extent()
    assert 0 <= below.x0 < below.x1 <= fig.bbox.width


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"x": "q"}, "has no variable 'q'"),
        ({"at": {"q": "1"}}, "has no variable 'q'"),
        ({"x": "n", "at": {"n": "3"}}, "it has no one value"),
        ({"x": "n", "low": "9", "high": "9"}, "the range is empty"),
        ({"x": "n", "low": "x"}, "'x' is no number"),
        ({"x": "n", "low": "2000", "high": "3000"}, "in its domain, integers 2..1000"),
        ({"at": {"n": "1"}}, "n = 1 is outside the claim's domain"),
        ({"at": {"n": "5/2"}}, "n = 5/2 is outside the claim's domain"),
        ({"x": "t", "low": "-5", "high": "-1", "log": True}, "needs values above 0"),
    ],
)
def test_what_a_claim_does_not_have_is_told(chosen, told):
    with pytest.raises(BadInput, match=told):
        plan([DECAY], Chosen(**chosen))


def test_a_value_belongs_to_the_claims_that_have_its_variable():
    other = stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 1), n=N, t=T)
    both = plan([DECAY, other], Chosen(x="t", low="0", high="9", at={"n": "7", "sigma0": "3"})).plans

    assert [p.others for p in both] == ["n = 7, sigma0 = 3", "n = 7"]
    with pytest.raises(BadInput, match=r"none of the 2 claims has a variable 'sigma1'.*sigma0"):
        plan([DECAY, other], Chosen(x="t", at={"sigma1": "3"}))


def test_a_side_condition_is_kept():
    c = stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 1), n=N, t=Integers(1, 50), where=lambda n, t: t < n)
    assert min(planned(c, x="n", low="2", high="40", at={"t": "20"}).grid) > 20
    with pytest.raises(BadInput, match="fewer than two values"):
        planned(c, x="n", low="2", high="5", at={"t": "20"})


def test_listed_values_have_no_range():
    c = stated(lambda n, k: Ge(E(GaussianLoop(n).sigma(k)), 0), n=N, k=Points(1, 2, 5))
    assert planned(c, x="k").listed
    with pytest.raises(BadInput, match="it has no range"):
        planned(c, x="k", low="1", high="2")


def test_axes_are_scaled_as_they_are_chosen():
    t = Trajectory("c", "It falls.", [Curve("a", np.arange(0, 50), np.exp(-np.arange(50.0)))])
    usual, chosen = (panels([t], s).axes[0] for s in (None, Scales(across=True, upright=False)))

    assert (usual.get_xscale(), usual.get_yscale()) == ("linear", "log")
    assert (chosen.get_xscale(), chosen.get_yscale()) == ("log", "linear")
    assert chosen.get_xlim()[0] > 0
    below = Trajectory("c", "It is below.", [Curve("a", np.arange(-5, 0), -np.ones(5))])
    for scales in (Scales(across=True), Scales(upright=True)):
        with pytest.raises(BadInput, match="above 0"):
            panels([below], scales)


def test_labels_are_formulas_where_they_can_be_set():
    c = stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), exp(-t / (4 * n))), n=N, t=T)
    plans = plan([c], Chosen(at={"n": "10"}))
    with Runner(0, 1) as runner:
        (t,) = plans.trajectories(runner)
    ax = draw(t).axes[0]

    assert [c.math for c in t.curves] == [
        r"$\mathbb{E}\left[\sigma_{t}\right]$",
        r"upper bound $e^{- \frac{t}{4 n}}$",
    ]
    assert [x.get_text() for x in ax.get_legend().get_texts()] == [c.math for c in t.curves]
    assert ax.get_xlabel() == "generation $t$   ($n = 10$)"
    assert [c.math for c in from_data(as_data(t)).curves] == [c.math for c in t.curves]

    strange = Trajectory(
        "c", "s", [Curve("the label", np.arange(3), np.ones(3), math=r"$\begin{cases} 1 \end{cases}$")]
    )
    assert [x.get_text() for x in draw(strange).axes[0].get_legend().get_texts()] == ["the label"]


def test_a_figure_is_drawn_by_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = ["report", "gaussian-sigma-mean-c4", "--out", "f.svg"]

    assert _run([*line, "--x", "n=2..50", "--at", "t=3,sigma0=1", "--scale", "x=log,y=linear"]) == 0
    assert (tmp_path / "f.svg").read_text(encoding="utf-8").startswith("<?xml")
    for wrong, told in (
        (["--x", "n=5"], "expected NAME or NAME=LO..HI"),
        (["--scale", "z=log"], "there are x and y"),
        (["--scale", "x=cubic"], "expected log or linear"),
        (["--at", "n"], "expected n=10,sigma0=1"),
    ):
        assert _run([*line, *wrong]) == 2
        assert told in capsys.readouterr().err
    assert _run(["report", "gaussian-sigma-mean-c4", "--x", "n"]) == 2
    assert "is for a figure" in capsys.readouterr().err
