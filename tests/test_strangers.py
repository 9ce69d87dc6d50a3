"""What comes from somebody else is data: ledgers, their points, the files that they name. Nothing of it is run."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sympy import E, Float, GoldenRatio, Integer, Rational, exp, gamma, log, oo, pi, sqrt

from reports.cli import _run
from reports.conjectures import load
from reports.ledger import Ledger, LedgerError, claim_hash
from reports.replay import NO_PROOF
from theory.families import catalogue
from theory.language.domains import Integers, Positive, Probability, Reals
from theory.language.errors import BadInput
from theory.language.numbers import exact_number
from theory.language.verdicts import Finding, Verdict

MINE = """
from pathlib import Path
from sympy import Eq
from theory import E, GaussianLoop, Integers, Points, Positive, claim

Path(r"{sign}").write_text("this file was run")

@claim
def variance(n=Integers(2, 50), t=Integers(0, 9), s=Positive(), kind=Points("mle", "unbiased")):
    \"\"\"The variance stays.\"\"\"
    return Eq(E(GaussianLoop(n, sigma0=s, estimator=kind).sigma(t) ** 2), s**2)
"""
EXACT = [
    *(Integer(3), Rational(-1, 2), sqrt(2) / 2, 1 - exp(-1), pi / 4, Float(0.1), Float("1e-300"), GoldenRatio),
    *(2 ** Rational(1, 3), log(2) / 3, Integer(10) ** 30, E**2, 1 + sqrt(5), oo, -oo, gamma(Rational(1, 4))),
]


@pytest.mark.parametrize("value", EXACT, ids=str)
def test_a_number_is_read_as_it_was_written(value):
    assert exact_number(str(value)) == value


@pytest.mark.parametrize("domain", [Integers(-5, 900), Reals(-1, sqrt(2)), Positive(), Probability(), Reals()], ids=str)
def test_the_points_of_domains_are_read_as_they_were_written(domain):
    draws = domain.draws("x")
    for value in [*domain.firsts(), *(next(draws) for _ in range(20))]:
        assert exact_number(str(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {sign}')",
        "open('{sign}', 'w')",
        "exec('1')",
        "lambda: 1",
        "(1).__class__",
        "[1]",
        "'3'",
        "True",
        "x",
        "I",
        "nan",
        "sqrt(-1)",
        "1/0",
        "",
        "1; 2",
        "3 if 1 else 2",
        "Symbol('x')",
        "sqrt(2, evaluate=False)",
        "9**9**9",
        "((2*pi)**999)**999",
        "exp(10**10*log(2))",
        "2**(10**9*log(3)/log(2))",
        "gamma(10**8)",
        "exp(exp(exp(100)))",
        "1e999999999999",
        "(" * 900 + "1",
        "-" * 1900 + "1",
        "9" * 5000,
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_number_is_refused(text, tmp_path):
    with pytest.raises(BadInput, match="number"):
        exact_number(text.replace("{sign}", str(tmp_path / "sign")))
    assert not (tmp_path / "sign").exists()


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """A file of one's own, checked: its path, the sign that it was run, its ledger, the number of a ball's finding."""
    folder = tmp_path_factory.mktemp("own")
    sign, file, path = folder / "sign", folder / "mine.py", folder / "l.sqlite"
    file.write_text(MINE.format(sign=sign), encoding="utf-8")
    _run(["check", str(file), "--ledger", str(path), "--seconds", "2"])
    with closing(sqlite3.connect(path)) as db:
        (number,) = db.execute("select max(id) from findings where witness = 'ball' and number is not null").fetchone()
    return file, sign, path, number


@pytest.fixture
def own(checked, tmp_path):
    """That, with a ledger of the test's own."""
    file, sign, path, number = checked
    sign.unlink(missing_ok=True)
    return file, sign, Path(shutil.copy(path, tmp_path)), number


def test_a_file_is_loaded_if_it_is_named(own, capsys):
    file, sign, path, number = own
    assert _run(["reproduce", str(number), "--ledger", str(path)]) == 2
    assert f"`selfconsuming reproduce {number} --file " in capsys.readouterr().err
    assert not sign.exists()

    moved = file.rename(file.with_name("moved.py"))  # it matters what the file says, and not where it is
    assert _run(["reproduce", str(number), "--ledger", str(path), "--file", str(moved)]) in (0, 2)
    assert sign.exists()
    moved.rename(file)
    assert _run(["reproduce", str(number), "--ledger", str(path), "--file", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "identical"


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({"s": "__import__('pathlib').Path(r'{sign}').touch()"}, "is no number"),
        ({"n": "10**10"}, "is outside the claim's domain"),
        ({"n": "5/2"}, "is outside the claim's domain"),
        ({"kind": "another"}, "is outside the claim's domain"),
        ({"s": ""}, "is no number"),
    ],
)
def test_a_point_is_no_program(own, point, said, capsys):
    file, sign, path, number = own
    other = sign.with_name("other")
    with closing(sqlite3.connect(path)) as db:
        (data,) = db.execute("select data from findings where id = ?", (number,)).fetchone()
        row = json.loads(data)
        row["point"] |= {k: v.replace("{sign}", str(other)) for k, v in point.items()}
        db.execute("update findings set data = ? where id = ?", (json.dumps(row), number))
        db.commit()
    assert _run(["reproduce", str(number), "--ledger", str(path), "--file", str(file)]) == 2
    assert said in capsys.readouterr().err
    assert not other.exists()


def test_a_finding_of_the_catalogue_needs_no_file(own, capsys):
    file, _, path, _ = own
    (c,) = catalogue("gaussian-variance-mean-martingale")
    with Ledger(path) as book:
        number = book.add(Finding(c.id, c.family, "ball", Verdict.SUPPORTED, number=1)).id
    assert _run(["reproduce", str(number), "--ledger", str(path), "--file", str(file)]) == 2
    assert "is about no such file: leave --file out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "0"),
        ("seed", -1),
        ("blocks", True),
        ("alpha", "1e-6"),
        ("number", 1.5),
        ("note", ["x"]),
        ("point", {"n": 2}),
        ("margin", [1]),
        ("sides", [[1, 2]]),
        ("certificate", [1]),
        ("twins", [{"name": 1, "declared": True, "refuted": True}]),
        ("file", {"a": 1}),
    ],
)
def test_a_row_says_what_rows_say(tmp_path, field, value, capsys):
    path = tmp_path / "l.sqlite"
    with Ledger(path) as book:
        number = book.add(Finding("c", "f", "ball", Verdict.SUPPORTED)).id
        data = json.loads(book._rows("select data from findings")[0][0]) | {field: value}
        book.db.execute("update findings set data = ?", (json.dumps(data),))
        book.db.commit()
    assert _run(["reproduce", str(number), "--ledger", str(path)]) == 4
    told = capsys.readouterr().err
    assert f"finding {number} is not what was written there" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("other", [{"claim": "../../x"}, {"hash": "another one"}])
def test_a_finding_is_about_the_claim_of_its_row(tmp_path, other):
    """The page of such a ledger was an error of the program."""
    with Ledger(tmp_path / "l.sqlite") as book:
        book.add(Finding("c", "f", "ball", Verdict.SUPPORTED, hash="h"))
        book.settle("c", "h")
        data = json.loads(book._rows("select data from findings")[0][0]) | other
        book.db.execute("update findings set data = ?", (json.dumps(data),))
        book.db.commit()
        with pytest.raises(LedgerError, match="finding 1 is not what was written there"):
            book.last("c")


def test_a_finding_that_was_kept_once_is_kept_once(tmp_path):
    f = Finding("c", "f", "ball", Verdict.SUPPORTED, number=3, hash="h")
    with Ledger(tmp_path / "l.sqlite") as book:
        first = book.add(f, once=True)
        again = book.add(replace(f, seconds=7.0), once=True)
        assert again == first
        assert book.add(f).id != first.id  # as `--fresh` wants it
        failed = [book.add(replace(f, verdict=Verdict.FAILED), once=True).id for _ in range(2)]
        assert failed[0] != failed[1]  # each run tells of it


def test_the_hash_of_a_file_does_not_depend_on_the_locale(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(MINE.format(sign=tmp_path / "sign").replace("stays.", "stays: \u03c3 \u2264 1."), encoding="utf-8")
    program = "from reports.conjectures import load; from reports.ledger import claim_hash; "
    program += f"print(claim_hash(load({str(file)!r})[0], ()))"
    root = str(Path(__file__).resolve().parents[1])
    places = ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONUTF8": "1"})
    out = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONPATH": root, "PATH": "", **e}, capture_output=True, check=True
        ).stdout
        for e in places
    }
    assert len(out) == 1


def test_the_hash_of_a_file_is_of_what_it_says_now(tmp_path):
    """Whatever a file of its name said before, in the same process."""
    file = tmp_path / "mine.py"
    text = MINE.format(sign=tmp_path / "sign")
    hashes = []
    for said in (text, text + "\n# what else the claim may rest on\n", text):
        file.write_text(said, encoding="utf-8")
        hashes.append(claim_hash(load(file)[0], ()))
    assert hashes[0] == hashes[2] != hashes[1]


@pytest.mark.parametrize(
    ("verdict", "note"),
    [
        (Verdict.LEFT_OUT, f"{NO_PROOF} 3 s, when the rest was done"),
        (Verdict.OUT_OF_TIME, "ended after 5 s of computing"),
    ],
)
def test_that_there_was_no_time_is_nothing_to_replay(verdict, note, tmp_path, capsys):
    """Another run has other time: formerly such a finding differed."""
    with Ledger(tmp_path / "l.sqlite") as book:
        row = Finding("gaussian-variance-mean-martingale", "gaussian", "derivation", verdict, note=note)
        number = book.add(row).id
    assert _run(["reproduce", str(number), "--ledger", str(tmp_path / "l.sqlite")]) == 2
    assert f"had no time ({note}): there is nothing to replay" in capsys.readouterr().err
