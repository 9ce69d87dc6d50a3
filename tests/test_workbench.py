"""The conjecture workbench: `new`, `check`, `reproduce`, `assert_holds`, and the hunt behind them."""

import json
import re
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from stated import stated
from sympy import Abs, Eq, Float, Ge, Integer, Le, Lt, Max, Rational, Symbol, log, oo, pi, sqrt

from reports import assert_holds, check, load
from reports.cli import _run
from reports.conjectures import TEMPLATE, remarks
from reports.prices import prices, prices_text, promise
from reports.shares import FIRST_POINTS, MORE_POINTS, shares
from reports.suite import status
from reports.workbench import _Check
from simulate.engine import search
from simulate.engine.blocks import Runner
from simulate.engine.search import Screen, burden, hunt, look_in_balls, rounder
from simulate.engine.witness import Witness
from theory import (
    KL,
    Cov,
    E,
    GaussianLoop,
    Integers,
    Noise,
    Normal,
    PathMax,
    Points,
    Positive,
    Prob,
    Quantile,
    Reals,
    Tends,
    c4,
    claim,
)
from theory.families import catalogue
from theory.language.claims import Point
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict
from theory.proof.reach import planned

s = Symbol("s", integer=True, nonnegative=True)
P, S, R, U = Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED
HALF = Rational(1, 2)


N, T, S0 = Integers(2), Integers(0), Positive()

# ---- five that are true, in other words than the catalogue's --------------------------------------------------------

TRUE = {
    "covariance of mean and variance": (
        stated(lambda n, t: Eq(Cov(GaussianLoop(n).mu(t), GaussianLoop(n).sigma(t) ** 2), 0), n=N, t=T), {P},
    ),
    "covariance of two means": (
        stated(
            lambda n, t, d, a: Eq(Cov(GaussianLoop(n, a).mu(t), GaussianLoop(n, a).mu(t + d)), t * a**2 / n),
            n=N, t=T, d=Integers(0), a=S0,
        ), {P},
    ),
    "sixth moment": (
        stated(
            lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 6), ((n + 1) * (n + 3) / (n - 1) ** 2) ** t), n=N, t=T
        ), {P},
    ),
    "the whole path": (
        stated(
            lambda n, t, a: Le(Prob(PathMax(GaussianLoop(n, a).sigma(s), (s, 0, t)) >= 2 * a), Rational(1, 4)),
            n=Integers(5, 50), t=Integers(1, 20), a=S0,
        ), {P, S},
    ),
    "mean absolute error": (
        stated(
            lambda n, t, a: Le(E(Abs(GaussianLoop(n, a).mu(t))), sqrt(2 * t / (pi * n)) * a),
            n=Integers(10, 50), t=Integers(2, 8), a=S0,
        ), {P, S},
    ),
}  # fmt: skip


SLOW = {"the whole path", "covariance of two means", "mean absolute error"}


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.long] * (name in SLOW)) for name in TRUE])
def test_a_true_conjecture(name, by_work):
    c, verdicts = TRUE[name]
    (found,) = check([c], seconds=4, resolution=0.01)
    assert found.verdict in verdicts, str(found)
    assert found.counterexample is None
    assert status([found.summary]) == 0


# ---- a dozen that are false, from gross to subtle -------------------------------------------------------------------

FALSE = {
    "half a percent": stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t)), Rational(199, 200) * c4(n) ** t), n=N, t=T),
    "half a percent of the rate": stated(
        lambda n, t: Eq(E(GaussianLoop(n).sigma(t)), (Rational(199, 200) * c4(n)) ** t), n=N, t=T
    ),
    "first order": stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t)), (1 - 1 / (4 * n)) ** t), n=Integers(50), t=T),
    "a power too many": stated(lambda n, t, a: Eq(E(GaussianLoop(n, a).sigma(t)), c4(n) ** t * a**2), n=N, t=T, a=S0),
    "median": stated(
        lambda n, t: Le(Quantile(log(GaussianLoop(n).sigma(t) ** 2), HALF), -t / (n - 1)), n=N, t=Integers(1)
    ),
    "KL the other way round": stated(
        lambda n, t: Ge(
            E(KL(GaussianLoop(n).truth, GaussianLoop(n).model(t))),
            E(KL(GaussianLoop(n).model(t), GaussianLoop(n).truth)) * Rational(21, 20),
        ),
        n=Integers(4), t=Integers(1),
    ),
    "only for large n": stated(
        lambda n, t: Le(Prob(GaussianLoop(n).sigma(t) >= 1), Rational(49, 100) - t * 0), n=N, t=Integers(1)
    ),
    "mean absolute error, half a percent": stated(
        lambda n, a: Eq(E(Abs(GaussianLoop(n, a).mu(1))), Rational(201, 200) * sqrt(2 / (pi * n)) * a), n=N, a=S0
    ),
    "a Gaussian mean": stated(
        lambda n, t: Eq(E(Abs(GaussianLoop(n).mu(t))), sqrt(2 * t / (pi * n))), n=Integers(20), t=Integers(1, 20)
    ),
    "Ville, squared": stated(
        lambda n, t: Le(Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t)) >= 3), Rational(1, 9)), n=N, t=T
    ),
    "the path stays at five quarters": stated(
        lambda n, t: Le(E(PathMax(GaussianLoop(n).sigma(s), (s, 0, t))), Rational(5, 4)), n=N, t=T
    ),
    "three halves": stated(
        lambda n, t: Le(E(PathMax(GaussianLoop(n).mu(s) ** 2, (s, 0, t))), Rational(5, 4) * t / n),
        n=Integers(10, 60), t=Integers(1, 20),
    ),
}  # fmt: skip


@pytest.mark.thin(4)
@pytest.mark.parametrize("name", FALSE)
def test_a_false_conjecture(name, by_work):
    (found,) = check([FALSE[name]], seconds=20)
    assert found.verdict == R, str(found)
    f = found.counterexample
    assert f is not None
    assert f.verdict == R
    assert f.point
    assert f.lhs
    assert f.rhs
    text = str(found)
    assert "counterexample: " + ", ".join(f"{k} = {v}" for k, v in f.point.items()) in text
    assert "the relation is missed by" in text
    assert status([found.summary]) == 1


def test_a_counterexample_is_shrunk(by_work):
    """E sigma_t^2 = 1 fails for maximum likelihood from t = 1 on, at every n: nothing smaller than n = 2, t = 1."""
    c = stated(lambda n, t: Eq(E(GaussianLoop(n, estimator="mle").sigma(t) ** 2), 1), n=N, t=T)
    (found,) = check([c], seconds=8)
    assert found.counterexample.point == {"n": "2", "t": "1"}


def test_a_counterexample_that_no_notable_point_shows(by_work):
    """True up to n = 29, false from 30 on at t = 1 (found in balls by the hunt)."""
    c = stated(
        lambda n, t: Ge(
            E(KL(GaussianLoop(n).truth, GaussianLoop(n).model(t))),
            E(KL(GaussianLoop(n).model(t), GaussianLoop(n).truth)) * Rational(11, 10),
        ),
        n=Integers(4), t=Integers(1),
    )  # fmt: skip
    assert all(look_in_balls(c, p.values).violation <= 0 for p in c.points(5, 0) if p.values["n"] < 30)
    (found,) = check([c], seconds=20)
    assert found.counterexample.point == {"n": "30", "t": "1"}


# ---- rule 24 ------------------------------------------------------------------------------------------------------------


def test_screening_spends_no_error_probability_and_draws_nothing_that_counts():
    c = FALSE["the path stays at five quarters"]
    with Runner(0, 2) as runner:
        screen = Screen(c, runner)
        values = {"n": Integer(2), "t": Integer(2)}
        assert screen(values) > 0
        assert screen(values) == screen(values)
        assert {batch for _, batch in runner.kept} == {2_000}
        before = {key: sorted(blocks) for key, blocks in runner.kept.items()}
        witness = Witness(runner, 3.0, 0.01)
        (f,) = witness.run(witness.plans([(c, [Point(14, values, "hunted")])]))
        counted = {batch for _, batch in runner.kept} - {2_000}
        assert counted == {0, 1}  # fresh streams, and a second batch
        assert {key: sorted(runner.kept[key]) for key in before} == before
    assert f.verdict == R
    # the share of the 14th point, two looks' worth
    assert f.error == pytest.approx(
        2 * 1e-6 / 2048 / 2 * (6 / pi.evalf() ** 2 / 14**2) * (6 / pi.evalf() ** 2), rel=1e-6
    )


def test_candidates_that_are_not_confirmed_are_left_alone(by_work):
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 2), 1), n=N, t=T)
    seen = []

    def score(values):
        seen.append(values)
        return 1.0 if values["t"] >= 3 else -1.0

    first = hunt(c, score, 5.0)
    assert (first["n"], first["t"]) == (2, 3)
    assert hunt(c, score, 5.0) == first  # deterministic
    second = hunt(c, score, 5.0, avoid={(Integer(2), Integer(3))})
    assert (second["n"], second["t"]) != (2, 3)
    assert hunt(c, lambda values: -1.0, 5.0) is None
    assert hunt(c, lambda values: None, 5.0) is None
    assert hunt(c, lambda values: float("nan"), 5.0) is None  # no number tells nothing
    assert hunt(c, score, -1.0) is None  # no time


def test_the_hunt_stays_in_the_domain(by_work):
    c = claim(where=lambda n, t: t < n)(
        stated(
            lambda n, t, q, case: Eq(E(GaussianLoop(n).sigma(t) ** 2) * q + case, q + case),
            n=Integers(3, 40), t=Integers(0, 30), q=Reals(-1, 2), case=Points(1, 5),
        ).function
    )  # fmt: skip
    tried = []

    def score(values):
        tried.append(values)
        return -1.0

    hunt(c, score, 3.0, most=100)
    assert len(tried) > 50
    assert all(c.admits(v) and 3 <= v["n"] <= 40 and -1 < v["q"] < 2 and v["case"] in (1, 5) for v in tried)


def test_a_hunt_ends_in_time_where_nothing_new_is_drawn(monkeypatch):
    """Hypothesis may climb on for minutes among values that are known: no score is asked for then."""
    from hypothesis import strategies as st

    monkeypatch.setattr(search, "strategy", lambda c: st.integers().map(lambda _: {"n": Integer(2), "t": Integer(1)}))
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 2), 1), n=N, t=T)

    assert hunt(c, lambda values: -1.0, 0.5, most=100_000) is None  # it ends


def test_what_is_shown_is_a_plain_number():
    c = stated(
        lambda n, q, w: Eq(E(GaussianLoop(n).sigma(1) ** 2), q * w), n=N, q=Positive(), w=Reals(0, 1)
    )  # fmt: skip
    found = {"n": Integer(2), "q": Rational(1, 999), "w": Rational(371, 923)}

    plain = rounder(c, lambda v: v["q"] < 3 and Rational(2, 5) < v["w"] < Rational(41, 100), found)

    assert plain == {"n": 2, "q": 1, "w": Rational(39, 97)}
    assert rounder(c, lambda v: v == found, found) == found


@pytest.mark.parametrize(
    ("w", "fails", "plain"),
    [
        (Rational(99_799, 100_000), lambda w: w > Rational(98, 100), Rational(99, 100)),
        (Rational(99_979, 100_000), lambda w: w > Rational(995, 1000), Rational(999, 1000)),
        (Rational(201, 100_000), lambda w: w < Rational(3, 200), Rational(1, 100)),
        (Rational(201, 100_000), lambda w: w < Rational(1, 5), Rational(1, 10)),
    ],
)
def test_what_is_shown_near_an_end_is_a_plain_number(w, fails, plain):
    """Formerly 99799/100000: the nearest fraction of a small denominator is the end itself, where the claim is not made."""
    c = stated(lambda n, w: Eq(E(GaussianLoop(n).sigma(1) ** 2), w), n=N, w=Reals(0, 1))
    assert rounder(c, lambda v: fails(v["w"]), {"n": Integer(2), "w": w}) == {"n": 2, "w": plain}


# ---- a library user's test suite ------------------------------------------------------------------------------------


def test_a_counterexample_that_is_found_late_is_the_smallest_all_the_same(by_work, monkeypatch):
    """On a busy machine its seconds are over when balls have found it: formerly that was told, n = 10."""
    monkeypatch.setattr("work.TICK", 5.0)
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t)), c4(n + 1) ** t), n=Integers(2, 1000), t=Integers(1, 50))
    (done,) = check([c], seconds=3)
    assert done.counterexample.point == {"n": "2", "t": "1"}
    assert done.confirmed.point == {"n": "2", "t": "1"}


def test_assert_holds(by_work):
    found = assert_holds(stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 2), 1), n=N, t=T), seconds=1)
    assert found.verdict == P
    with pytest.raises(AssertionError) as failure:
        assert_holds(FALSE["half a percent"], seconds=1)
    assert "REFUTED" in str(failure.value)
    assert "counterexample: n = 2, t = 0" in str(failure.value)
    hard = stated(
        lambda n, t: Eq(E(PathMax(GaussianLoop(n).sigma(s) ** 4, (s, 0, t))), 3), n=Integers(2, 3), t=Integers(300, 400)
    )
    with pytest.raises(AssertionError, match="UNDECIDED"):
        assert_holds(hard, seconds=0.3)
    assert assert_holds(hard, seconds=0.3, undecided=True).verdict == U


def test_a_statement_declared_false_has_to_be_refuted(by_work):
    c = claim(expected="fails")(FALSE["half a percent"].function)
    (found,) = check([c], seconds=5)
    assert status([found.summary]) == 0
    assert "REFUTED, as declared" in str(found)
    with pytest.raises(AssertionError):
        assert_holds(claim(expected="fails")(TRUE["sixth moment"][0].function), seconds=5)


def test_a_decimal_number_is_remarked_on():
    c = stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), Float("1.5")), n=N, t=T)
    assert remarks(c)[0].startswith("1.5 is a decimal number: it is 3/2 in a proof")
    assert remarks(c)[0].endswith("write Rational(3, 2)")
    third = stated(lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 4 / 3 + 0 * n), n=N, t=T)
    assert remarks(third)[0].endswith("write fractions, Rational(1, 3) for 1/3")
    assert remarks(FALSE["median"]) == []


def test_the_price_of_a_resolution():
    found = prices(TRUE["mean absolute error"][0])
    assert [p.resolution for p in found] == [0.1, 0.01, 0.001]
    assert found[0].replicates <= found[1].replicates < found[2].replicates  # the first two need one block a point
    at = {p.resolution: p for p in found}
    assert at[0.01].seconds > 0
    assert "0.1 %" in prices_text(TRUE["mean absolute error"][0], found)


def test_a_plan_leaves_out_what_balls_decide():
    """Ends of ranges, far away, are simulated where no ball is decided, and nowhere else."""
    c = stated(lambda n, t: Lt(E(GaussianLoop(n).sigma(t)), 2 - c4(n) ** t / 2), n=N, t=T)
    told = promise(c, 4.0, 0.1, 1e-6, workers=1)
    origins = [p.origin for p in planned(c, FIRST_POINTS, MORE_POINTS)]
    assert 0 < origins.count("end") == len(origins) - told.of
    (done,) = check([c], 4.0, 0.1, workers=1)
    assert told.of == len({f.number for f in done.summary.findings if f.witness == "simulation"})


def test_a_plan_says_what_is_simulated_beside_a_proof(by_work):
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 2), Integer(1)), n=N, t=T)
    told = promise(c, 10.0, None, 1e-6, workers=1)
    resolution, count = told.beside
    assert f"where it is proved {count}, at {100 * resolution:g} %" in prices_text(c, [], told)
    (done,) = check([c], 10.0, workers=1)
    assert done.summary.verdict == Verdict.PROVED
    seen = [f for f in done.summary.findings if f.witness == "simulation" and f.verdict == Verdict.SUPPORTED]
    assert 0 < count == len(seen)
    assert {f.resolution_asked for f in seen} == {resolution}


def test_a_check_does_what_its_plan_says():
    """Points above their share get what is left of the time: with the same plans, `promise` counts them."""
    (claim,) = catalogue("gaussian-sigma-mean-c4")
    few, many = (promise(claim, seconds, 0.01, 1e-6, workers=1) for seconds in (0.1, 60))
    assert few.of == many.of
    looked = lambda p: sum(count for _, count in p.reached)  # noqa: E731
    assert looked(few) < looked(many)
    assert "above the cap" in few.reason or "are spent" in few.reason
    assert f"simulates {looked(few)} of {few.of} points" in prices_text(claim, [], few)
    core_seconds, patience = shares(40, 2)
    assert patience <= 40
    assert core_seconds <= 2 * patience
    with Runner(0, 1) as runner:  # one by one, each with all the time: no fewer than by equal shares
        points = claim.points()
        witness = Witness(runner, 0.05, 0.01, 1e-6)
        dear = [p for p in witness.plans([(claim, points)]) if p.dear]
        assert dear
        assert all(p.reason for p in dear)
        (alone,) = Witness(runner, 60, 0.01, 1e-6).plans([(claim, [dear[0].point])], 60)
        assert not alone.reason
        assert not alone.dear


# ---- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "l.sqlite"))
    assert _run(["new", "mine.py"]) == 0
    assert "selfconsuming check mine.py" in capsys.readouterr().out
    return tmp_path / "mine.py"


def test_the_new_file_runs_as_it_is(mine, capsys):
    assert len(mine.read_text(encoding="utf-8").splitlines()) <= 12
    assert _run(["check", "mine.py"]) == 0
    assert "sigma-decay: PROVED" in capsys.readouterr().out


def test_the_new_file_is_lint_free(mine):
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}") or shutil.which("ruff")
    if ruff is None:
        pytest.skip("ruff is not installed")
    command = [ruff, "check", "--isolated", "--select", "E,F,I", "--line-length", "120", str(mine)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout


def test_check_plan_reproduce(mine, capsys):
    text = mine.read_text(encoding="utf-8").replace("c4(n)**t * sigma0)", "c4(n + 1)**t * sigma0)")
    mine.write_text(text, encoding="utf-8")
    assert _run(["check", "mine.py", "--plan"]) == 0
    assert "core-seconds" in capsys.readouterr().out
    assert _run(["check", "mine.py", "--seconds", "60", "--json", "out.json"]) == 1
    out = capsys.readouterr().out
    assert "counterexample: n = 2, t = 1, sigma0 = " in out
    commands = re.findall(r"selfconsuming (reproduce .*)", out)
    assert len(commands) == 2  # in balls, and simulated
    for command in commands:
        assert command.endswith(" --file mine.py")
        assert _run(command.split()) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "identical"
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))["findings"]
    assert {r["file"] for r in rows} == {str(mine)}
    # another text is another claim: it cannot be replayed, and the message says what to do
    mine.write_text(text.replace("c4(n + 1)", "c4(n + 2)"), encoding="utf-8")
    assert _run(commands[0].split()) == 2
    assert "selfconsuming check" in capsys.readouterr().err
    # the catalogue's reports know nothing of a user's claims
    assert _run(["report"]) == 2
    assert "has no findings of these claims" in capsys.readouterr().err


def test_one_claim_of_several(mine, capsys):
    mine.write_text(
        mine.read_text(encoding="utf-8") + "\n\n" + TEMPLATE.split("\n\n\n")[1].replace("sigma_decay", "another"),
        encoding="utf-8",
    )
    assert [c.id for c in load(mine)] == ["sigma-decay", "another"]
    assert [c.id for c in load(mine, "another")] == ["another"]
    assert _run(["check", "mine.py", "--claim", "another", "--seconds", "5"]) == 0
    out = capsys.readouterr().out
    assert "another: PROVED" in out
    assert "sigma-decay" not in out


def test_nothing_is_left_in_the_working_directory(mine, capsys):
    assert _run(["check", "mine.py", "--seconds", "120"]) == 0
    capsys.readouterr()
    left = {p.name for p in mine.parent.iterdir()} - {"__pycache__"}
    assert left <= {"mine.py", "l.sqlite", "l.sqlite-wal", "l.sqlite-shm", "hypothesis"}


def test_values_are_exact():
    c = stated(lambda n, q: Le(E(GaussianLoop(n).sigma(1) ** q), 2), n=Integers(3), q=Reals(0, 1))
    found = []

    def score(values):
        found.append(values["q"])
        return -1.0

    hunt(c, score, 2.0, most=60)
    assert all(Fraction(str(q)) for q in found)


def test_what_goes_wrong_in_a_hunt_is_what_comes_out_of_it():
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 2), 1), n=N, t=T)

    class Lost(Exception):
        pass

    def score(values):
        if values["t"] > 2:
            raise Lost("the workers are gone")
        return -1.0

    with pytest.raises(Lost, match="the workers are gone"):
        hunt(c, score, 5.0)


def test_a_file_that_prints_is_checked_all_the_same(mine, capsys):
    mine.write_text("print('hello')\n" + mine.read_text(encoding="utf-8"), encoding="utf-8")
    assert _run(["check", "mine.py", "--seconds", "5"]) == 0
    assert "sigma-decay: PROVED" in capsys.readouterr().out


def test_a_rate_that_decides_no_limit_is_remarked_on(by_work):
    c = stated(lambda t: Tends(E(GaussianLoop(10).sigma(t)), (t, 1, oo), HALF, rate=5000 / t), t=Integers(1, 300))
    (found,) = check([c], seconds=4, resolution=0.01)
    assert "the rate is too wide to tell the limit" in str(found)


@pytest.mark.parametrize(
    ("last", "limit", "verdict"), [(300, 1, "undecided"), (300, 1.01, "undecided"), (oo, 1, "proved")]
)
def test_a_limit_whose_points_do_not_tell_it_from_one_that_is_1_percent_off_is_not_supported(
    by_work, last, limit, verdict
):
    size = lambda t: E(GaussianLoop(10).sigma(t) ** 2) + 1 / (50 * t)  # noqa: E731
    c = stated(lambda t: Tends(size(t), (t, 10, oo), Rational(str(limit)), rate=5 / t), t=Integers(10, last))
    (found,) = check([c], seconds=4)
    assert found.verdict == verdict
    assert verdict == "proved" or "the rate is too wide at the points" in str(found)


def test_equal_sides_of_a_strict_inequality_are_shrunk_too(by_work):
    c = stated(lambda n, t: Lt(E(GaussianLoop(n).sigma(t)), 1), n=Integers(2), t=Integers(0))
    (checked,) = check([c], seconds=5)
    assert checked.verdict == R
    assert checked.counterexample.point == {"n": "2", "t": "0"}
    assert "the sides are equal where one has to be larger" in str(checked)


# ---- decided at one value only -------------------------------------------------------------------------------------


def found(verdict, t, witness="ball"):
    return Finding("c", "f", witness, verdict, "holds", number=t + 1, point={"n": "2", "t": str(t)})


def test_a_variable_that_was_not_varied_where_it_was_decided():
    late = [found(Verdict.LEFT_OUT, 1), found(U, 2)]
    assert summarise("S.", None, [found(S, 0), *late]).only == {"t": "0"}
    assert not summarise("S.", None, [found(S, 0), found(S, 3), *late]).only  # n has one value everywhere
    assert not summarise("S.", None, [found(S, 0), *late, found(S, 1, "simulation")]).only
    assert not summarise("S.", None, [found(S, 0)]).only
    proof = Finding("c", "f", "derivation", P, "holds")
    assert not summarise("S.", None, [proof, found(S, 0), *late]).only


SLOW = '''
import numpy as np
from sympy import Le
from theory import E, Integers, ProgramLoop, claim

class Accumulated(ProgramLoop):
    n: int
    observables = ("variance",)

    def begin(rng, n):
        return {"data": rng.normal(size=n)}  # numba has no such state

    def retrain(rng, state, n):
        data = state["data"]
        return {"data": np.concatenate([data, rng.normal(data.mean(), data.std(), n)])}

    def measure(state):
        return state["data"].var()

@claim
def falls(n=Integers(2, 20), t=Integers(0, 10)):
    """Right at t = 0, which costs least, and far too low later."""
    return Le(E(Accumulated(n).variance(t)), (1 - 1/n) ** (2 * t + 1))
'''


@pytest.mark.long
def test_what_only_the_cheapest_points_support_is_not_supported(tmp_path, by_work):
    path = tmp_path / "slow.py"
    path.write_text(SLOW, encoding="utf-8")
    (c,) = load(path)
    (checked,) = check([c], seconds=3)
    assert checked.verdict in (U, R)  # a fast machine gets beyond t = 0
    assert "remark: Accumulated runs as plain Python" in str(checked)
    if checked.verdict == U:
        assert "t = 0 only: --seconds" in str(checked) or "supported" not in str(checked)
    assert "remark: Accumulated runs as plain Python" in prices_text(c, [])


def test_of_two_counterexamples_the_plainer_is_shown(monkeypatch):
    """A hunt that the clock ended has got to long numbers: the planned point that failed first is plainer."""
    long = {"n": Integer(34_679), "q": Rational(146, 613)}
    c = stated(lambda n, q: Le(q * n, 3 * q), n=Integers(1), q=Positive())
    monkeypatch.setattr("reports.workbench._Check.hunt", lambda *_: long)
    (found,) = check([c], seconds=3)
    assert found.counterexample is not None
    assert found.counterexample.point["n"] == "4"
    assert burden({"K": Integer(2), "q": Rational(3, 10)}) == 4


def test_balls_that_take_all_of_the_time_leave_some_for_the_simulation(monkeypatch):
    """They decide nothing here, and the simulation decides it at once: it ran at one point, where the clock was over."""

    def slow(self):
        self.end = time.monotonic()

    monkeypatch.setattr(_Check, "enclose", slow)

    @claim
    def largest(s=Points(1, 2, 3, 4)):
        """The mean of the largest of three draws."""
        a, b, c = (Noise(name, Normal(0, s**2)) for name in "ABC")
        return Eq(E(Max(a, b, c)), 3 * s / (2 * sqrt(pi)))

    (found,) = check([largest], seconds=30)
    assert len({f.number for f in found.summary.findings if f.verdict == Verdict.SUPPORTED}) == 4


def test_twins_are_judged_only_for_what_tells_of_them(monkeypatch):
    """`check` shows none: of limits alone it says whether another one could be told from it."""
    judged = []
    monkeypatch.setattr("theory.proof.twins.judge", lambda found, *_: judged.append(found) or found)
    k = Symbol("k", integer=True, positive=True)
    plain = stated(lambda x: Le(x - 1, x), x=Positive())
    check([plain], seconds=1)
    assert not judged
    check([plain], seconds=1, twins=True)
    assert len(judged) == 1
    check([stated(lambda x: Tends(x / k, (k, 1, oo), 0, rate=x / k), x=Positive())], seconds=1)
    assert len(judged) == 2
