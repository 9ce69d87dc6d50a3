"""Maps of claims over two variables: every cell against the truth at points inside of it, and what is no map."""

import csv
import re
import sqlite3
from contextlib import closing

import pytest
from stated import stated
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Piecewise, Rational, log, sqrt

from reports import load
from reports.cli import _run
from reports.ledger import Ledger, LedgerError
from reports.page_maps import as_drawn
from reports.plane import (
    DERIVED,
    FAILS,
    HOLDS,
    MIXED,
    OUTSIDE,
    PROVED,
    REFUTED,
    UNDEFINED,
    UNKNOWN,
    WORDS,
    Cell,
    Plane,
    plane,
)
from reports.suite import Findings
from theory import BadInput, Integers, Points, Positive, Probability, Reals, Simplex
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

FILE = '''
from sympy import Lt
from theory import Reals, claim


@claim
def stable(lam=Reals(0, 2), c=Reals(0, 3)):
    """The loop contracts."""
    return Lt(lam * c / (1 + lam), 1)
'''
SHARES = [Rational(1, 7), Rational(1, 2), Rational(6, 7)]

stable = stated(lambda lam, c: Lt(lam * c / (1 + lam), 1), lam=Reals(0, 2), c=Reals(0, 3))
kept = stated(lambda n, t, s: Lt(n * t, 15 * s), n=Integers(2, 9), t=Integers(0, 9), s=Positive())


def area(made, *verdicts) -> float:
    return -sum(c.size for c in made.cells if c.verdict in verdicts)


def test_a_region_is_found_and_no_cell_is_wrong(by_work):
    made = plane(stable, "lam", "c=0..3", {}, 0.7)
    assert area(made, *WORDS) == pytest.approx(1)
    assert area(made, PROVED) > 0.5
    assert area(made, FAILS, REFUTED) > 0.15
    for cell in made.cells:
        for lam in (cell.x[0] + s * (cell.x[1] - cell.x[0]) for s in SHARES):
            for c in (cell.y[0] + s * (cell.y[1] - cell.y[0]) for s in SHARES):
                below = lam * c < 1 + lam
                assert below or cell.verdict != PROVED
                assert not below or cell.verdict not in (FAILS, REFUTED)


@pytest.mark.long
def test_the_boundary_is_followed_into_a_corner_that_no_look_has_met(by_work):
    """The tip of a triangle, in a cell that fails at its corners and in its middle."""
    tip = stated(lambda x, y: And(Lt(y, 1), Lt(x, 2 + 2 * y)), x=Positive(hi=5), y=Reals(-1, 2))
    made = plane(tip, "x", "y", {}, 5.0)
    (there,) = (c for c in made.cells if c.x[0] < Rational(39, 10) < c.x[1] and c.y[0] < Rational(97, 100) < c.y[1])

    assert there.verdict not in (FAILS, REFUTED, UNKNOWN)
    assert area(made, *WORDS) == pytest.approx(1)


def test_a_small_disc_inside_of_a_cell_is_found(by_work):
    """No look at the first cells meets it, and no boundary leads to it."""
    a, b = Rational(37, 100), Rational(81, 100)
    outside = stated(lambda x, y: Gt((x - a) ** 2 + (y - b) ** 2, Rational(1, 400)), x=Probability(), y=Probability())
    made = plane(outside, "x=0..1", "y=0..1", {}, 1.2)
    assert 0 < area(made, FAILS, REFUTED) < 0.008
    assert any(
        c.x[0] <= a <= c.x[1] and c.y[0] <= b <= c.y[1] for c in made.cells if c.verdict in (FAILS, REFUTED, MIXED)
    )
    assert area(made, *WORDS) == pytest.approx(1)


def test_one_pair_of_integers_inside_of_a_cell_is_found(by_work):
    other = stated(lambda m, n: Ge((m - 6) ** 2 + (n - 12) ** 2, 1), m=Integers(0, 15), n=Integers(0, 15))
    made = plane(other, "m=0..15", "n=0..15", {}, 2.0)
    assert [(c.x, c.y) for c in made.cells if c.verdict in (FAILS, REFUTED)] == [((6, 6), (12, 12))]


def test_integers_are_in_one_cell_each(by_work):
    made = plane(kept, "n=2..9", "t=0..9", {"s": "2"}, 2.0)
    seen = [(n, t) for c in made.cells for n in range(c.x[0], c.x[1] + 1) for t in range(c.y[0], c.y[1] + 1)]
    assert sorted(seen) == [(n, t) for n in range(2, 10) for t in range(10)]
    for cell in made.cells:
        below = {n * t < 30 for n in range(cell.x[0], cell.x[1] + 1) for t in range(cell.y[0], cell.y[1] + 1)}
        assert below == ({True} if cell.verdict in (PROVED, HOLDS) else {False})
    assert area(made, FAILS, REFUTED) > 0.2
    assert made.others == {"s": 2}
    assert not any(" " in row.split("|")[1] for row in str(made).splitlines() if "|" in row)  # 8 integers, 48 letters


def test_no_cell_of_many_integers_is_looked_at_in_even_ones_alone():
    """What holds for even n was "holds" of 2..14: both ends and the middle are even."""
    made = Plane(kept, {"n": (Integer(2), Integer(9)), "t": (Integer(0), Integer(9))}, {})
    for low in range(6):
        for high in range(low + 1, 40):
            looks = made._places("n", (Integer(low), Integer(high)))
            assert {n % 2 for n in looks} == {0, 1}
            assert sorted(looks) == looks
            assert (looks[0], looks[2]) == (low, high)


def test_where_a_side_has_no_value_is_told_apart_from_what_nobody_looked_at(by_work):
    made = plane(stated(lambda x, y: Le(log(x + y), 0), x=Reals(-1, 1), y=Reals(-1, 1)), "x", "y", {}, 2.0)
    undefined = [cell for cell in made.cells if cell.verdict == UNDEFINED]

    assert area(made, UNDEFINED) > 0.4  # of the half where there is no logarithm
    assert all(cell.x[1] + cell.y[1] <= 0 for cell in undefined)
    assert not any(c.x[1] + c.y[1] <= 0 for c in made.cells if c.verdict in (PROVED, REFUTED, HOLDS, FAILS))


def test_a_pole_is_no_undefined_cell(by_work):
    """1/(1 - x y) <= 2 fails just below the pole and holds above it: the pole itself is a line, and cells are wider."""
    made = plane(stated(lambda x, y: Le(1 / (1 - x * y), 2), x=Reals(0, 2), y=Reals(0, 2)), "x", "y", {}, 2.0)

    assert area(made, UNDEFINED) == 0
    for cell in made.cells:
        low, high = cell.x[0] * cell.y[0], cell.x[1] * cell.y[1]
        assert cell.verdict != PROVED or high <= Rational(1, 2) or low >= 1
        assert cell.verdict != REFUTED or (low >= Rational(1, 2) and high <= 1)


def test_what_is_proved_of_the_whole_plane_is_one_cell(by_work):
    (cell,) = plane(
        stated(lambda x, y: Gt(x**2 + y**2, x * y), x=Positive(), y=Positive()), "x=0..1", "y=0..1", {}, 2.0
    ).cells
    assert (cell.verdict, cell.x, cell.y) == (PROVED, (0, 1), (0, 1))


@pytest.mark.parametrize(
    "relation",
    [lambda x, y: Gt((x - Rational(1, 2)) ** 2, y - y), lambda x, y: Ge(1 / (x - Rational(1, 2)) ** 2, y - y)],
    ids=["equal", "a pole"],
)
def test_a_cell_has_its_edges(relation):
    """Both fail where x = 1/2, which is between cells: all of the plane was proved."""
    half, one = Rational(1, 2), Integer(1)
    made = Plane(stated(relation, x=Reals(0, 1), y=Reals(0, 1)), {"x": (half * 0, one), "y": (half * 0, one)}, {})
    made.left = {DERIVED: 60.0}
    beside = Cell(-0.5, (Integer(0), half), (half, one))
    assert not made.proved(beside)
    assert made.in_balls(beside) == ""
    away = Cell(-0.25, (half / 2, 3 * half / 4), (half, one))
    assert made.proved(away)
    assert made.in_balls(away) == PROVED


@pytest.mark.parametrize("closed", [False, True])
def test_an_end_of_the_domain_is_an_edge_where_it_is_in_it(closed):
    line = stated(lambda x, y: Gt(1 - x**2, 0 * y), x=Reals(0, 1, closed=closed), y=Reals(0, 1))
    whole = Integer(0), Integer(1)
    made, cell = Plane(line, {"x": whole, "y": whole}, {}, left={DERIVED: 60.0}), Cell(-1.0, whole, whole)
    assert made.proved(cell) != closed
    assert made.in_balls(cell) == ""  # 1 - x^2 is 0 at an end, of which balls see no more


def test_what_differs_at_a_closed_end_is_seen():
    whole = Integer(0), Integer(1)
    low = Rational(-1, 10)
    ends = stated(
        lambda x, y: Gt(x + y, Piecewise((5, Eq(x, 1)), (low, True))), x=Reals(0, 1, closed=True), y=Reals(0, 1)
    )
    made = Plane(ends, {"x": whole, "y": whole}, {}, left={DERIVED: 60.0})
    cell = Cell(-1.0, whole, whole)
    assert made.in_balls(cell) == ""
    left, right = (part for part in made.parts(cell) if part.y[0] == 0)
    assert left.boxed is not None
    assert made.in_balls(left) == PROVED
    assert made.in_balls(right) == ""


def test_cells_are_decided_in_balls_as_a_whole_on_both_sides_of_the_boundary(by_work):
    """Most of what fails was looked at in its corners alone, and every proof took as long as hundreds of looks."""
    disc = stated(lambda x, y: Ge(x**2 + y**2, x * y + 1), x=Reals(-2, 2), y=Reals(-2, 2))
    made = plane(disc, "x", "y", {}, 4.0)
    assert area(made, PROVED, REFUTED) > 0.8
    for cell in made.cells:
        for x in (cell.x[0] + s * (cell.x[1] - cell.x[0]) for s in SHARES):
            for y in (cell.y[0] + s * (cell.y[1] - cell.y[0]) for s in SHARES):
                holds = x**2 + y**2 >= x * y + 1
                assert cell.verdict != (REFUTED if holds else PROVED)


def test_what_is_proved_on_the_domain_of_the_variables_needs_no_cells(by_work):
    """Both sides are equal where x = y: balls close no cell there, and a piece of the domain is harder than all of it."""
    mean = stated(lambda x, y: Le(sqrt(x * y), (x + y) / 2), x=Positive(), y=Positive())
    (cell,) = plane(mean, "x=0..2", "y=0..2", {}, 20.0).cells
    assert cell.verdict == PROVED


def test_an_equality_fails_on_a_whole_cell_where_one_side_is_larger():
    whole = Integer(0), Integer(1)
    made = Plane(
        stated(lambda x, y: Eq(x + 2, y), x=Reals(0, 1), y=Reals(0, 1)),
        {"x": whole, "y": whole},
        {},
        left={DERIVED: 60.0},
    )
    assert made.in_balls(Cell(-1.0, whole, whole)) == REFUTED


def test_what_the_side_condition_leaves_out_is_outside(by_work):
    beside = stated(lambda a, b: Lt(a, b + 1), a=Reals(0, 1), b=Reals(0, 1), where=lambda a, b: Lt(a, b))
    made = plane(beside, "a", "b", {}, 2.0)
    assert area(made, FAILS, REFUTED, UNKNOWN) == 0
    assert 0.3 < area(made, OUTSIDE) < 0.5


@pytest.mark.parametrize(
    ("x", "y", "at", "told"),
    [
        ("lam=0..2", "lam=0..1", {}, "same variable"),
        ("mu=0..2", "c=0..1", {}, "no variable mu with a range; it has lam, c"),
        ("lam=0..5", "c=0..1", {}, "no range within"),
        ("lam=1..1", "c=0..1", {}, "no range within"),
        ("lam=a..1", "c=0..1", {}, "'a' is no number"),
        ("lam=0..1", "c=0..1", {"z": "1"}, "no other variable z"),
    ],
)
def test_what_is_no_map(x, y, at, told):
    with pytest.raises(BadInput, match=told):
        plane(stable, x, y, at, 1.0)


def test_a_variable_without_an_end_needs_a_range():
    with pytest.raises(BadInput, match="s has no end: say which range"):
        plane(kept, "n", "s", {}, 1.0)
    with pytest.raises(BadInput, match="no range within"):
        plane(kept, "n=2..7/2", "t", {}, 1.0)
    with pytest.raises(BadInput, match="outside of"):
        plane(kept, "n", "t", {"s": "-1"}, 1.0)
    of_laws = stated(lambda p, a: Lt(p[0] * a, 1), p=Simplex(2), a=Reals(0, 1))
    with pytest.raises(BadInput, match="Simplex"):
        plane(of_laws, "a", "p1", {}, 1.0)
    listed = stated(lambda k, a, b: Lt(a * b, k), k=Points(1, 2), a=Reals(0, 1), b=Reals(0, 1))
    assert plane(listed, "a", "b", {"k": "2"}, 0.5).others == {"k": 2}


def test_the_command(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(FILE, encoding="utf-8")
    ends = ["--x", "lam=0..2", "--y", "c=0..3"]
    out = ["--out", str(tmp_path / "map.svg"), "--out", str(tmp_path / "map.csv")]
    assert _run(["map", str(file), *ends, "--seconds", "1", *out]) == 0
    told = capsys.readouterr().out
    assert "stable: c (upwards) over lam" in told
    assert "proved on the whole cell" in told
    assert (tmp_path / "map.svg").read_text(encoding="utf-8").startswith("<?xml")
    rows = list(csv.DictReader((tmp_path / "map.csv").read_text(encoding="utf-8").splitlines()))
    assert {"lam_from", "lam_to", "c_from", "c_to", "verdict"} == set(rows[0])
    assert {PROVED, REFUTED} <= {row["verdict"] for row in rows}

    assert _run(["map", str(file), "--x", "lam=0..2", "--y", "z=0..1"]) == 2
    assert "no variable z" in capsys.readouterr().err
    assert _run(["map", str(file), *ends, "--out", str(tmp_path / "map.docx")]) == 2
    assert _run(["map", str(file), *ends, "--at", "q"]) == 2
    assert _run(["map", "stability-sharp-rate-all-lambda", *ends]) == 2


def test_the_ledger_keeps_the_last_map_for_the_page(by_work, tmp_path):
    few = plane(kept, "n=2..9", "t=0..9", {"s": "2"}, 0.5)
    found = Findings(
        [summarise(kept.statement, None, [Finding(kept.id, "f", "ball", Verdict.SUPPORTED)])], {kept.id: kept}
    )
    with Ledger(tmp_path / "l.sqlite") as book:
        assert not book.maps([kept])
        book.keep_map(plane(kept, "n=2..9", "t=0..9", {}, 0.5).as_data(), kept)
        book.keep_map(few.as_data(), kept)
        maps = book.maps([kept, stable])
        with closing(sqlite3.connect(book.path)) as db, db:
            db.execute("insert into figures (claim, hash, data) select claim, hash, '[1]' from figures")
        with pytest.raises(LedgerError, match=r"the map of .* is not what was written there"):
            book.maps([kept])
    page = found.to_html(maps=maps)

    assert maps[kept.id]["at"] == "s = 2"
    assert page.count('<figure class="map">') == 1
    assert "t (upwards) over n   (s = 2)" in page
    drawn = as_drawn(maps[kept.id])
    assert {r.verdict for r in drawn.regions} == {c.verdict for c in few.cells}
    assert sum(r.path.count("M") for r in drawn.regions) == len(few.cells)
    assert (
        min(float(x) for r in drawn.regions for x in re.findall(r"M(\S+)", r.path)) == 0
    )  # n = 2 is drawn from 1.5 on


def test_without_a_ledger_none_is_made(tmp_path, monkeypatch, capsys):
    file = tmp_path / "mine.py"
    file.write_text(FILE, encoding="utf-8")
    book = tmp_path / "l.sqlite"
    line = ["map", str(file), "--x", "lam=0..2", "--y", "c=0..3", "--seconds", "0.2", "--ledger", str(book)]
    assert _run(line) == 0
    assert not book.exists()
    with Ledger(book):
        pass
    assert _run(line) == 0
    with Ledger(book) as opened:
        assert list(opened.maps(load(file))) == ["stable"]
