"""A witness that ends in an exception: a row that says so, never a result; the others go on, and the next run tries again."""

import sqlite3
from contextlib import closing

import pytest
from sympy import Eq, Rational, mathieuc

from reports import check, verify
from reports.cli import main
from reports.ledger import Ledger
from reports.suite import status
from reports.trajectories import plan
from simulate.engine import blocks, witness
from theory import GaussianLoop, Integers, c4, catalogue, claim
from theory.language.moments import E
from theory.language.verdicts import Verdict
from theory.proof import enclose
from theory.proof.reach import inside
from theory.proof.relations import prove

BROKEN, SOUND = "gaussian-sigma-mean-c4", "known-mean-variance-loop-shrinks"
QUICK = {"seconds": 0.2, "resolution": 0.2}


def raising(function, meant):
    """The function, which raises where its arguments are those of the claim that is meant to break."""

    def wrapped(*args, **options):
        if meant(*args):
            raise IndexError("a slip of the program")
        return function(*args, **options)

    return wrapped


def of_claim(claim, *_):
    return getattr(claim, "id", "") == BROKEN


def of_simulation(simulation, *_):
    """Whether it has n - 1 degrees of freedom: the other claim knows the mean, and has n."""
    nu = int(simulation.key.split()[1].removeprefix("nu="))
    return nu + 1 in {int(point.values["n"]) for claim in catalogue(BROKEN) for point in inside(claim)}


PLACES = {  # module, name, which arguments: the witness that fails
    "prove": (prove, "prove", of_claim, "derivation"),
    "enclose": (enclose, "enclose", of_claim, "ball"),
    "plan": (witness, "plan_point", of_claim, "simulation"),
    "size": (witness, "plan_size", lambda plan, *_: of_claim(plan.claim), "simulation"),
    "pilot": (blocks, "_pilot", of_simulation, "simulation"),
    "draw": (blocks, "run_block", of_simulation, "simulation"),
    "look": (witness.Witness, "_look", lambda _, job, batch: of_claim(job.plan.claim), "simulation"),
}


def told(found):
    return [(f.witness, f.number, str(f.verdict), f.lhs) for f in found]


@pytest.fixture(scope="module")
def right():
    return verify(catalogue(BROKEN, SOUND), **QUICK)


@pytest.mark.parametrize("place", PLACES)
def test_a_witness_that_fails(place, right, tmp_path, monkeypatch):
    module, name, meant, failing = PLACES[place]
    path = tmp_path / "ledger.sqlite"
    with monkeypatch.context() as patch, Ledger(path) as ledger:
        patch.setattr(module, name, raising(getattr(module, name), meant))
        found = verify(catalogue(BROKEN, SOUND), ledger=ledger, **QUICK)

    assert found.status == 70
    assert told(found[SOUND].findings) == told(right[SOUND].findings)
    rest = [f for f in found[BROKEN].findings if f.verdict != Verdict.FAILED]
    assert {f.witness for f in rest} >= {"derivation", "ball", "simulation"} - {failing}
    at = {f.number for f in right[BROKEN].findings}
    there = [f for f in rest if f.number in at]  # other points are looked at where no proof settles the claim
    assert set(told(there)) <= set(told(right[BROKEN].findings))
    failed = [f for f in found[BROKEN].findings if f.verdict == Verdict.FAILED]
    assert {f.witness for f in failed} == {failing}
    assert all(f.note.startswith("IndexError: a slip of the program (") for f in failed)
    assert f"failed: {BROKEN}: {failing}, IndexError: a slip of the program" in str(found)

    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("select claim, witness from findings where verdict = 'failed'").fetchall()
    assert set(rows) == {(BROKEN, failing)}
    cached = []
    with Ledger(path) as ledger:
        assert list(ledger.settled()) == [SOUND]
        assert any(f.verdict == Verdict.FAILED for f in ledger.last(BROKEN))
        again = verify(
            catalogue(BROKEN, SOUND), ledger=ledger, progress=lambda e: cached.append((e.kind, e.text)), **QUICK
        )
        assert ("cached", SOUND) in cached
        assert ("cached", BROKEN) not in cached
        assert again.status == 0
        here = [f for f in again[BROKEN].findings if f.number in at]  # what was simulated before is kept
        assert told(here) == told(right[BROKEN].findings)
        assert not any(f.verdict == Verdict.FAILED for f in ledger.last(BROKEN))


@pytest.mark.parametrize("name", ["_pilot", "run_block"])
def test_its_figure_is_left_out(name, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, name, raising(getattr(blocks, name), of_simulation))
    figures = plan(catalogue(BROKEN, SOUND))
    found = verify(catalogue(BROKEN, SOUND), figures=lambda: figures, **QUICK)
    drawn = figures.trajectories(figures.runner)
    assert found.status == 70
    assert [t.claim for t in drawn] == [SOUND]
    assert figures.reasons[BROKEN].startswith("IndexError: a slip of the program (")


def test_the_command_tells_of_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(prove, "prove", raising(prove.prove, of_claim))
    ledger = str(tmp_path / "ledger.sqlite")
    for line in (["verify", BROKEN, "--seconds", "0.2"], ["report", BROKEN], ["show", BROKEN]):
        with pytest.raises(SystemExit) as end:
            main([*line, "--ledger", ledger])
        out, errors = capsys.readouterr()
        assert "IndexError: a" in out, line  # `show` has it in a narrow column
        assert "Traceback" not in errors
        assert end.value.code == (70 if line[0] == "verify" else 0)


def test_a_conjecture_beside_one_that_fails(monkeypatch, by_work):
    monkeypatch.setattr(enclose, "enclose", raising(enclose.enclose, of_claim))
    broken, sound = check(catalogue(BROKEN, SOUND), seconds=4)
    assert "ball, failed: IndexError: a slip of the program" in str(broken)
    assert broken.verdict == Verdict.PROVED  # by the derivation
    assert sound.verdict == Verdict.REFUTED
    assert status([broken.summary, sound.summary]) == 70


def test_a_side_that_no_ring_knows_is_left_out(by_work):
    """No failure: the claim has a witness less."""

    @claim
    def odd(n=Integers(5, 20), t=Integers(1, 5)):
        """With a Mathieu function."""
        return Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t * mathieuc(1, 1, 0 * n + Rational(1, 10)))

    (checked,) = check([odd], seconds=2)
    assert checked.verdict == Verdict.UNDECIDED
    assert not checked.summary.failed
    assert "mathieuc" in str(checked)


def test_reports_tell_of_the_last_run_even_if_it_ran_nothing(tmp_path):
    """Another seed in between: what the ledger had is told again."""
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for seed in (0, 7, 0):
            verify(catalogue(BROKEN), seed=seed, ledger=ledger, **QUICK)
            assert {f.seed for f in ledger.last(BROKEN)} == {seed}
        rows = ledger._rows("select count(*) from findings where claim = ?", (BROKEN,))
        verify(catalogue(BROKEN), ledger=ledger, **QUICK)
        assert ledger._rows("select count(*) from findings where claim = ?", (BROKEN,)) == rows
        assert ledger._rows("select count(*) from settled") == [(3,)]
