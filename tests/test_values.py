"""`value` and `table`: numbers of claims, of files' claims, of closed forms; what is refused."""

import csv
import io
import re

import pytest
from flint import arb

from reports import values
from reports.cli import _run
from theory import catalogue
from theory.language.balls import Ball
from theory.proof.prepared import Part

FILE = '''
from sympy import Eq, Le
from theory import E, GaussianLoop, Integers, Simplex, c4, claim

@claim
def decay(n=Integers(2), t=Integers(0)):
    """It decays by c4(n)."""
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t)

@claim
def wrong(n=Integers(2), t=Integers(0)):
    """It decays by c4(n + 1)."""
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n + 1) ** t)

@claim
def spelt(n=Integers(2), t=Integers(0)):
    """A misspelt observable."""
    return Eq(E(GaussianLoop(n).sigm(t)), 1)

@claim
def fourth(n=Integers(2), t=Integers(0)):
    """A question."""
    return E(GaussianLoop(n).sigma(t) ** 4)
'''


def told(capsys, *words: str, status: int = 0) -> str:
    found = _run(list(words))
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    assert found == status, err
    return err if status else out


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("gaussian.expected_sigma n=100 t=50", "0.881385234165"),
        ("gaussian.sample_size keep=0.9 t=50", "120"),
        ("gaussian.generations keep=1/2 n=100", "275"),
        ("gaussian.half_life n=100", "274.490950668"),
        ("stability.local_rate lam=1 L=1 eps=1 alpha=1", "0.666666666667"),
        ("stability.stable_real_share tau=1.25", "0.2"),
        ("mixing.tv_threshold n=100 t=1", "50"),
        ("performative.fits left=0.01 eps=0.5", "7"),
        ("curation.rounds share=0.95 q=0.1 w=5", "8"),
        ("discrete.diversity_left n=100 t=50", "0.605006067138"),
    ],
)
def test_ten_numbers_each_in_a_line(words, number, capsys):
    assert f"\n  = {number}\n" in told(capsys, "value", *words.split())


def test_a_claim_of_the_catalogue(capsys):
    out = told(capsys, "value", "gaussian-sigma-mean-c4", "n=100", "t=50")

    assert "at n = 100, t = 50, sigma0 = 1 (sigma0 not given)" in out
    assert out.count("    = 0.881385234165\n") == 2
    assert "derived: sigma0*c4(n)**t" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("gaussian-sigma-mean-c4-bounds n=10 t=5", ["at most", "0.873569093291", "at least", "0.866844186014"]),
        ("discrete-heterozygosity n=10 p1=1/2 p2=0.25 t=3", ["p1 = 0.5, p2 = 0.25", "    = 0.455625\n"]),
        ("mixing-phase-transition-threshold n=10 a=1/2 t=5", ["m has no value, such as m=10", "turns at"]),
        ("mixing-phase-transition-threshold n=10 a=1/2 t=1 m=5", ["    = 0.34426518633\n", "    = 5\n"]),
        ("gaussian-variance-mean-martingale-shrinks n=10 t=5", ["quoted and false: correct is gaussian-variance"]),
        ("stability-published-bound-audit-bound data=Normal(0,4) lam=0.02", ["0.0215387668892", "at most"]),
    ],
)
def test_relations_of_all_kinds(words, said, capsys):
    out = told(capsys, "value", *words.split())
    for text in said:
        assert text in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("gaussian-sigma-mean-c4 n=1 t=50", "n is 1; expected a whole number, 2 or more"),
        ("gaussian-sigma-mean-c4 n=100", "needs a value of t (integers 0..)"),
        ("gaussian-sigma-mean-c4 n=10,20 t=1", "n has several values"),
        ("gaussian-sigma-mean-c4 n=100 t=1 m=3", "has no variable 'm'; known: n, t, sigma0"),
        ("gaussian-sigma-mean-c4 n=100 n=3 t=1", "n is given twice"),
        ("gaussian-sigma-mean-c4 n=ten t=1", "'ten' is no number"),
        ("gaussian-sigma-mean-c4 n=1e999999999 t=1", "n: 1e999999999 is too large, or too small"),
        ("gaussian-sigma-mean-c4 n=5 t=1 sigma0=1e-999999999", "sigma0: 1e-999999999 is too large, or too small"),
        ("gaussian-sigma-mean-c4 n=100 t", "'t' is no value of a variable"),
        ("gaussian-sigma-mean-c9 n=100", "did you mean 'gaussian-sigma-mean-c4'"),
        ("stability-temperature-gain-threshold n=1 m=1 t=1 tau=3", "says nothing where not"),
        ("discrete-heterozygosity n=10 p1=1/2 p2=1/2 t=3", "add up to 1 or more"),
        ("mixing-phase-transition-threshold n=10 a=1/7 t=5", "a is 1/7; expected one of 1/2, 2/5, 1/3"),
        ("gaussian.expected_sigma n=1 t=1", "n is 1; expected a whole number"),
        ("gaussian.expected_sigma n=1", "gaussian.expected_sigma needs t, a whole number, 0 or more"),
        ("gaussian.expected_sigma n=2 t=1 x=1", "has no parameter 'x'"),
        ("gaussian.expected_sigma n=2,3 t=1", "n has several values: `selfconsuming table` is for a grid"),
        ("gaussian.sample_size", "keep, a number between 0 and 1, and t, a whole number, 1 or more: keep=... t=..."),
        ("stability.local_rate", "  lam: ratio of synthetic to real data."),  # what its parameters mean
        ("expected_sigma n=3 t=2", "there is a closed form gaussian.expected_sigma"),
        ("gaussian.expected_sigm n=2 t=1", "did you mean 'gaussian.expected_sigma'"),
        ("nowhere.py:decay n=2 t=1", "there is no such file"),
    ],
)
def test_bad_input(words, said, capsys):
    assert said in told(capsys, "value", *words.split(), status=2)


def test_claims_of_a_file(file, capsys):
    assert told(capsys, "value", f"{file}:decay", "n=100", "t=50").count("= 0.881385234165") == 2
    assert "derived: ((n + 1)/(n - 1))**t" in told(capsys, "value", f"{file}:fourth", "n=100", "t=50")
    assert "mine.py:18: spelt: " in told(capsys, "value", f"{file}:spelt", "n=100", "t=50", status=2)
    assert "no claim 'nothing'" in told(capsys, "value", f"{file}:nothing", "n=100", status=2)


def test_closed_forms_are_listed(capsys):
    out = told(capsys, "value")
    for name in values.formulas():
        assert f"\n{name}(" in out
    of_family = told(capsys, "value", "curation")
    assert "\ncuration.rounds(" in of_family
    assert "gaussian." not in of_family


# ---- tables ---------------------------------------------------------------------------------------------------------


def test_a_table_in_three_formats(file, tmp_path, capsys):
    words = ("table", f"{file}:decay", "--n", "10,100", "--t=1,5", "--seconds", "0.5")
    for name, row in (
        ("table.md", r"\| 100 \| 5 \| 0.98745332619 \| 0.98745332619 \| 0.98\d+\(\d+\) \| \d.\d+\(\d+\) \|"),
        ("table.tex", r"\$100\$ & \$5\$ & \$0.98745332619\$ & \$0.98745332619\$ & \$0.98\d+\(\d+\)\$ &"),
        ("table.csv", r"1,=,100,5,0.98745332618\d+,"),
    ):
        assert told(capsys, *words, "--out", str(tmp_path / name)) == ""
        assert re.search(row, (tmp_path / name).read_text(encoding="utf-8"))
    tex = (tmp_path / "table.tex").read_text(encoding="utf-8")
    assert tex.count(r"\begin{tabular}{rrrrrr}") == tex.count(r"\end{tabular}") == 1
    assert all(line.count(" & ") == 5 for line in tex.splitlines() if line.endswith(r"\\"))


@pytest.mark.parametrize(("name", "near"), [("decay", True), ("wrong", False)])
def test_the_ratio_is_1_where_the_claim_is_true(name, near, file, capsys):
    out = told(capsys, "table", f"{file}:{name}", "n=5,10", "t=5", "--format", "csv", "--seconds", "2")
    rows = list(csv.DictReader(io.StringIO(out)))

    assert len(rows) == 2
    for r in rows:
        assert (float(r["ratio_low"]) <= 1 <= float(r["ratio_high"])) == near
        assert float(r["simulated_low"]) < float(r["exact_low"]) <= float(r["exact_high"]) < float(r["simulated_high"])
        assert (r["guarantee"], float(r["error"])) == ("asymptotic", 5e-4)


def test_formulas_and_names_are_set_in_mathematics(file, capsys):
    tex = told(capsys, "table", "gaussian.expected_sigma", "--n", "10,20", "--t", "1..3", "--format", "latex")
    assert r"$n$ & $t$ & theory \\" in tex
    assert r"{\footnotesize $\sigma_{0}$ = $1$}" in tex  # what is the same in all rows has no column
    assert r"theory: $\sigma_{0} c_4(n)^{t}$" in tex
    assert [line.split(" & ")[1] for line in tex.splitlines() if line.startswith("$10$")] == ["$1$", "$2$", "$3$"]
    tex = told(capsys, "table", "gaussian-sigma-mean-c4-bounds", "n=10", "t=5", "--no-simulate", "--format", "latex")
    assert r"bound: $\le$ $" in tex
    assert "**" not in tex


def test_a_range_is_of_whole_numbers_upwards(capsys):
    assert "3..1 is no range" in told(capsys, "table", "gaussian.expected_sigma", "n=10", "t=3..1", status=2)


def test_parts_shapes_and_closed_forms(capsys):
    two = told(capsys, "table", "gaussian-sigma-mean-c4-bounds", "n=10", "t=5", "--no-simulate", "--format", "csv")
    assert [line.split(",")[:2] for line in two.splitlines()[1:]] == [["1", "≤"], ["2", "≥"]]

    turning = told(capsys, "table", "tail-probability-rises-then-falls", "case=10,3,14", "t=10,14", "--no-simulate")
    assert "| 14 | 0.019878863342 | 14 |" in turning
    assert "- case = (10, 3, 14), sigma0 = 1, mu0 = 0" in turning

    form = told(capsys, "table", "gaussian.expected_sigma", "--n", "10,100", "--t", "1,10")
    assert "| 100 | 10 | 0.975064071403 |" in form
    assert "at most 2,000" in told(
        capsys, "table", "gaussian.expected_sigma", f"n={','.join(map(str, range(2, 2003)))}", "t=1", status=2
    )
    assert "no format of tables" in told(capsys, "table", "gaussian.half_life", "n=5", "--format", "xml", status=2)


def test_what_is_no_number_is_told_and_not_shown(monkeypatch, capsys):
    monkeypatch.setattr(Part, "side", lambda part, which, at, balls, bits: arb.nan())
    out = told(capsys, "table", "gaussian-sigma-mean-c4", "n=10", "t=5", "--no-simulate")
    assert "| 10 | 5 | 1 | 0.870569926035 | - |" in out
    assert "not told that this is a number" in out


def test_ends_contain_their_ball():
    third = values.Known(Ball(arb(1) / 3))
    low, high = third.ends
    assert arb(low) < arb(1) / 3 < arb(high)
    assert values.Known(Ball(arb(5))).ends == (5.0, 5.0)


@pytest.mark.parametrize("every", [75, pytest.param(25, marks=pytest.mark.long)])
def test_values_of_every_family_are_those_of_their_claims(every):
    """Both sides of an equality, and the derived form, at the first point: their balls meet."""
    for c in [c for c in catalogue() if c.expected == "holds"][::every]:
        p = c.points()[0]
        for pair in values.pairs(c.returned({k: v for k, v in p.values.items() if k not in c.symbols}), {}):
            sides = [values.ball(c, x, p.values).ball for x in (pair.quantity, pair.other)] if pair.sign == "=" else []
            if len(sides) == 2 and all(sides):
                form = values._limited(lambda c=c, x=pair.quantity, p=p: values._by_form(c, x, p.values)).ball
                assert sides[0].value.overlaps(sides[1].value), c.id
                assert form is None or form.value.overlaps(sides[1].value), c.id


def test_what_is_not_followed_has_the_ball_of_its_derived_form(capsys):
    out = told(capsys, "value", "gaussian-sigma-mean-c4", f"n={10**9}", f"t={10**9}")

    assert "    = 0.778800782" in out  # exp(-1/4), nearly
    assert "by the derived form" in out
    tiny = told(capsys, "value", "discrete-heterozygosity", "n=10", "p1=1/2", "p2=1/4", "t=3000000")
    assert "= 2.10958967865e-137273\n" in tiny  # beyond floats, and right to a unit of the last digit like any other


def test_a_relation_that_sympy_knows_to_hold_has_two_sides(tmp_path, capsys):
    path = tmp_path / "known.py"
    path.write_text(
        "from sympy import Le\nfrom theory import Positive, claim\n\n\n"
        '@claim\ndef known(a=Positive(), b=Positive()):\n    """It is known."""\n    return Le(a, a + b)\n',
        encoding="utf-8",
    )
    assert _run(["value", f"{path}:known", "a=1", "b=2"]) == 0
    assert capsys.readouterr().out.endswith("  a\n    = 1\n  at most a + b\n    = 3\n")
    assert _run(["table", f"{path}:known", "--a", "1,2", "--b", "2", "--format", "csv"]) == 0
    assert "1,≤,2,2,2.0,2.0,4.0,4.0," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1-0.1", "9/10"),
        ("0.1", "1/10"),
        ("2*0.05", "1/10"),
        ("1e-3", "1/1000"),
        (f"0.{'0' * 400}1", f"1/1{'0' * 401}"),
    ],
)
def test_a_decimal_number_is_the_fraction_that_is_written(text, number):
    assert str(values.exact("x", text)) == number


TURNED = """
from sympy import And, Ge, Le, Matrix, Or
from theory import E, GaussianLoop, Integers, Normal, Points, c4, claim

def mean(n, t):
    return E(GaussianLoop(n).sigma(t))

@claim
def turned(n=Integers(2), s=Points(1, -1)):
    "At most, or at least."
    return (Le if s > 0 else Ge)(s * mean(n, 1), s * c4(n))

@claim
def added(n=Integers(2), s=Points(1, 2)):
    "A part comes and goes."
    return And(Le(mean(n, 1), 1), Ge(mean(n, 1), 0)) if s == 1 else Le(mean(n, 1), s)

@claim
def times(n=Integers(2), t=Points(0, 1, 2)):
    "Listed times."
    return Le(mean(n, t), 1)

@claim
def below_0(n=Integers(2), a=Points(-1)):
    "A bound below 0."
    return Le(a * mean(n, 1), -c4(n) / 2)

@claim
def pair(n=Integers(2)):
    "A tuple."
    return (mean(n, 1), 2)

@claim
def column(n=Integers(2)):
    "A matrix."
    return Matrix([mean(n, 1), 2])

@claim
def none(n=Integers(2)):
    "Nothing."

@claim
def law(n=Integers(2)):
    "A law."
    return Normal(0, n)

@claim
def either(n=Integers(2)):
    "One of two."
    return Or(Le(mean(n, 1), 1), Le(mean(n, 2), 1))

@claim
def cancels(n=Integers(2)):
    "Infinite means cancel."
    return E(GaussianLoop(n).sigma(1) ** -2) - 4 * E(GaussianLoop(n, 2).sigma(1) ** -2)
"""


@pytest.fixture
def turned(tmp_path):
    path = tmp_path / "turned.py"
    path.write_text(TURNED, encoding="utf-8")
    return str(path)


def test_listed_values_that_turn_a_relation_have_a_table_of_their_own(turned, capsys):
    words = ("n=3", "--no-simulate", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told(capsys, "table", f"{turned}:turned", "s=1,-1", *words))))
    assert [(r["part"], r["sign"], r["s"]) for r in rows] == [("1", "≤", "1"), ("1", "≥", "-1")]

    rows = list(csv.DictReader(io.StringIO(told(capsys, "table", f"{turned}:added", "s=2,1", *words))))
    assert [(r["part"], r["s"]) for r in rows] == [("1", "2"), ("1", "1"), ("2", "1")]
    assert {(r["sign"], r["s"]) for r in rows} == {("≤", "2"), ("≤", "1"), ("≥", "1")}

    out = told(capsys, "table", f"{turned}:times", "n=3", "t=0..2", "--no-simulate")
    assert "- exact, at t = 0: E(sigma(0))" in out
    out = told(capsys, "table", f"{turned}:below_0", "n=3", "a=-1", "--seconds", "0.2")
    assert "where the bound is below 0, the ratio to it is ≥ 1 if the claim holds" in out


@pytest.mark.parametrize("name", ["pair", "column", "none", "law", "either"])
def test_what_is_no_number_is_refused(name, turned, capsys):
    for task in ("value", "table"):
        assert f"{name} returned " in told(capsys, task, f"{turned}:{name}", "n=3", status=2)


def test_infinite_means_that_cancel_have_no_value(turned, capsys):
    out = told(capsys, "value", f"{turned}:cancels", "n=3", "--simulate")
    assert "no ball: E(sigma(1)**(-2)) is infinite at n = 3" in out
    assert "exists only where n/2 - 3/2 > 0" in out
    assert "simulated: not, E(sigma(1)**(-2)) is infinite at n = 3" in out
    assert "    = 0\n" in told(capsys, "value", f"{turned}:cancels", "n=10")
