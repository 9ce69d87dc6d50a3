"""What README.md, CONTRIBUTING.md and the pages of `docs` show is run, as it stands there."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pandas as pd
import pytest
from commands import command, python

from reports.conjectures import load
from theory import catalogue
from theory.proof.relations.prove import prove

ROOT = Path(__file__).parents[1]
README, CONTRIBUTING = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if path.relative_to(ROOT / "docs").parts[0] not in ("api", "papers")  # made by the build
}
TOLD = "".join([README, CONTRIBUTING, *PAGES.values()])


class Block(NamedTuple):
    """A fenced block, and what the comment above it says it is.

    "file: mine.py", "output: check mine.py", "status: 1", "add: reports/formats.py FORMATS": a line of that table.
    """

    mark: str
    of: str
    language: str
    text: str


BLOCK = re.compile(r"(?:^<!-- (\w+): (.+?) -->\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(text: str) -> list[Block]:
    return [Block(*parts) for parts in BLOCK.findall(text)]


def marked(text: str, mark: str) -> dict[str, str]:
    """The blocks below such a comment, by what it names."""
    return {b.of: b.text for b in blocks(text) if b.mark == mark}


def run(*args: str, cwd: Path, status: int = 0) -> str:
    """Run Python in a folder, with the packages of that folder first; returns what it prints."""
    env = os.environ | {"PYTHONPATH": str(cwd), "SELFCONSUMING_LEDGER": str(cwd / "ledger.sqlite")}
    others = (cwd / "reports").exists() and not (cwd / "reports").samefile(ROOT / "reports")
    if args[:2] == ("-m", "reports.cli") and not others:
        done = command(args[2:], env, cwd)
    else:
        done = python(args, env, cwd, other=others)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def several(*lines: tuple[str, ...], cwd: Path, module: str = "") -> list[str]:
    """What so many commands print, one after the other in one process: each would begin with seconds of imports.

    module: it is run at the end.
    """
    program = """if True:
        import io, json, runpy, sys
        from contextlib import redirect_stdout
        from reports.cli import _run
        told = []
        for words in json.loads(sys.argv[1]):
            with redirect_stdout(io.StringIO()) as out:
                assert _run(words) == 0, words
            told.append(out.getvalue())
        if sys.argv[2]:
            with redirect_stdout(io.StringIO()):
                runpy.run_module(sys.argv[2], run_name="__main__")
        print(json.dumps(told))
        """
    return json.loads(run("-c", program, json.dumps(lines), module, cwd=cwd))


def programs(text: str) -> list[tuple[str, str]]:
    """The Python blocks, each with the next block of output, if there is one before the next program."""
    pairs = pairwise([*blocks(text), Block("", "", "", "")])
    return [(b.text, after.text if after.language == "text" else "") for b, after in pairs if b.language == "python"]


def shape(text: str) -> str:
    """Printed text without its numbers: they may change with the engine and the machine, what is said may not."""
    return re.sub(r"\d+(,\d{3})+|[\d.]+", "#", text.strip())


FILES, CHECKED = marked(README, "file"), marked(README, "output")


def furnish(folder: Path) -> Path:
    """The packages, in a folder in which something is tried."""
    for package in ("theory", "simulate", "reports"):
        (folder / package).symlink_to(ROOT / package)
    return folder


@pytest.fixture
def desk(tmp_path) -> Path:
    """A folder with the files of the README, and the packages."""
    for name, code in FILES.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    return furnish(tmp_path)


def check(file: str, desk: Path, status: int, *options: str) -> str:
    return run("-m", "reports.cli", "check", file, *options, cwd=desk, status=status)


def said(text: str) -> list[str]:
    """The lines of a check, without digits, and without the last one, which tells the time."""
    return shape(text).splitlines()[:-1]


def assert_shown(output: str, shown: str) -> None:
    """That it is what a page shows of it, in which "[...]" stands for any lines."""
    pattern = ".*".join(re.escape(shape(part)) for part in re.split(r"^\[\.\.\.\]\n", shown, flags=re.M))
    assert re.fullmatch(pattern, shape(output), re.S), f"shown:\n{shown}\nprinted:\n{output}"


# ---- the pages ------------------------------------------------------------------------------------------------------


SLOW = {  # half a minute each
    "docs/howto/loop.md",
    "docs/howto/paper.md",
    "docs/howto/proof.md",
    "docs/howto/pytest.md",
    "docs/howto/recheck.md",
    "docs/howto/model.md",
    "docs/howto/scheme.md",
    "docs/howto/spell.md",
    "docs/tutorials/author.md",
    "docs/tutorials/reviewer.md",
}


@pytest.mark.parametrize(
    "page",
    [pytest.param(name, marks=[pytest.mark.long] * (name in SLOW)) for name, text in PAGES.items() if blocks(text)],
)
def test_what_a_page_shows_runs_in_its_order(page, tmp_path):
    desk = furnish(tmp_path)
    printed = ""
    for b in blocks(PAGES[page]):
        if b.mark == "file":
            (desk / b.of).write_text(b.text, encoding="utf-8")
        elif b.language == "python":
            (desk / "program.py").write_text(b.text, encoding="utf-8")
            printed = run("program.py", cwd=desk)
        elif b.language == "sh":
            printed = ""
            commands = list(map(shlex.split, b.text.splitlines()))
            for words in commands:
                program = {"selfconsuming": ["-m", "reports.cli"], "python": []}[words[0]]
                status = int(b.of) if b.mark == "status" and words is commands[-1] else 0
                printed += run(*program, *words[1:], cwd=desk, status=status)
        else:
            assert b.language == "text", f"a block of {b.language} is neither run nor compared"
            assert printed, "nothing was run of which this could be the output"
            assert_shown(printed, b.text)


def test_what_is_spelled_is_proved(tmp_path):
    """One example of each kind of statement: all of them at the first spelling."""
    file = tmp_path / "spelled.py"
    file.write_text(marked(PAGES["docs/howto/spell.md"], "file")["spelled.py"], encoding="utf-8")
    found = {c.id: prove(c) for c in load(str(file))}
    assert len(found) > 10
    assert [(name, proof.reason) for name, proof in found.items() if not proof.proved] == []


# ---- README.md -----------------------------------------------------------------------------------------------------


def test_the_library_program_prints_what_the_readme_says(desk):
    ((code, output),) = [(code, output) for code, output in programs(README) if "from simulate import" in code]
    (desk / "library.py").write_text(code, encoding="utf-8")
    assert shape(run("library.py", cwd=desk)) == shape(output)


def test_the_conjecture_of_the_readme_is_proved(desk):
    assert check("mine.py", desk, 0).startswith("sigma-decay: PROVED")


def test_the_wrong_conjecture_of_the_readme_is_refuted(desk):
    assert "Write `c4(n + 1)` in it" in README
    (desk / "mine.py").write_text(FILES["mine.py"].replace("c4(n)**t", "c4(n + 1)**t"), encoding="utf-8")
    assert said(check("mine.py", desk, 1)) == said(CHECKED["check mine.py"])


def test_the_question_of_the_readme(desk):
    assert run("-m", "reports.cli", "ask", "question.py", cwd=desk) == CHECKED["ask question.py"]


def test_the_training_loop_of_the_readme(desk):
    assert said(check("resampling.py", desk, 1)) == said(CHECKED["check resampling.py"])


@pytest.mark.long
def test_the_right_training_loop_of_the_readme(desk):
    assert "`(1 - 1/n)**(t + 1)`" in README
    right = FILES["resampling.py"].replace("(1 - 1/n) * exp(-t/n)", "(1 - 1/n)**(t + 1)")
    (desk / "resampling.py").write_text(right, encoding="utf-8")
    assert check("resampling.py", desk, 0, "--seconds", "20").startswith("diversity: SUPPORTED")


def test_the_test_of_the_readme_passes(desk):
    (code,) = [code for code, _ in programs(README) if "def test_" in code]
    (desk / "test_mine.py").write_text(code, encoding="utf-8")
    run("-m", "pytest", "-p", "no:cacheprovider", "test_mine.py", cwd=desk)


def test_the_table_of_the_readme_tells_of_claims_that_exist():
    table = CHECKED["verify"]
    marks = re.findall(r"^(≠ )?(?=\S)([a-z0-9-]+)  ", table.partition("──\n")[2], re.M)
    known = catalogue()

    assert len(marks) > 5
    for false, start in marks:
        assert any(c.id.startswith(start) and (c.expected == "fails") == bool(false) for c in known), start


def test_the_rows_of_the_readme_are_those_of_the_committed_verdicts():
    """A count of points stood there that a later ledger did not have."""
    verdicts = pd.read_csv(ROOT / "docs/_static/verdicts.csv", keep_default_na=False).set_index("claim")
    rows: list[list[str]] = []
    for line in CHECKED["verify"].partition("──\n")[2].partition("\n\n")[0].split("\n"):
        if line == "[...]":
            continue
        if not line.startswith("  "):
            rows.append(["", "", ""])
        for i, cell in enumerate((line[:30], line[30:42], line[60:])):  # the columns of the table
            rows[-1][i] += f"{cell.strip()} " if i else cell.strip().removeprefix("≠ ")

    assert len(rows) > 5
    for name, verdict, evidence in rows:
        told = verdicts.loc[name]
        assert verdict.strip() == told["verdict"] + (", as declared" if told["verdict"] == "refuted" else "")
        for letter, witness in (("B", "ball"), ("S", "simulation")):
            ((count, of),) = re.findall(rf"\b{letter}\s(?:[a-z]+\s)?(\d+)/(\d+)", evidence)
            assert f"{count} of {of} points" == told[f"{witness}_coverage"], name


def test_the_readme_counts_its_undecided_claims_as_its_table_does():
    (above,) = re.findall(r"exit status 3: (\d+) claims are undecided", README)
    ((claims, *kinds),) = re.findall(
        r"^(\d+) claims: (\d+) proved, (\d+) supported, (\d+) refuted as declared, (\d+) undecided, no surprises$",
        README,
        re.M,
    )

    assert above == kinds[-1]
    assert sum(map(int, kinds)) == int(claims)


# ---- CONTRIBUTING.md ------------------------------------------------------------------------------------------------

EXAMPLES = [b.text for b in blocks(CONTRIBUTING) if b.language == "python" and b.mark != "add"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the packages, with what is compiled of them, and the family of CONTRIBUTING.md added: its three files."""
    copy = tmp_path_factory.mktemp("checkout")
    for package in ("theory", "simulate", "reports"):
        shutil.copytree(ROOT / package, copy / package)
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "tests").mkdir()
    for code in EXAMPLES:
        path = copy / code.split("\n")[0].removeprefix("# ")
        assert path.parent.is_dir()
        assert not path.exists()
        path.write_text(code, encoding="utf-8")
    return copy


def test_a_family_is_three_files_of_one_name_and_whatever_else_is_added_is_one():
    names = {code.split("\n")[0] for code in EXAMPLES}

    family = {"# theory/exponential.py", "# simulate/exponential.py", "# tests/test_exponential.py"}
    others = {
        "theory/gaussian/pairs",
        "theory/stability/damped",
        "theory/language/laws/rademacher",
        "theory/proof/methods/unmoved",
        "reports/published",
        "reports/asciidoc",
    }
    assert names == family | {f"# {name}.py" for name in others}


@pytest.mark.xdist_group("example")
def test_the_example_passes_its_own_tests(checkout):
    run("-m", "pytest", "-p", "no:cacheprovider", "tests", cwd=checkout)


LOOP = ["gaussian-pair-distance", "stability-damped-variance"]


@pytest.fixture(scope="module")
def decided(checkout) -> dict[str, str]:
    """What the command says of each claim that is added there, and of all of them together."""
    told = run(
        "-m", "reports.cli", "verify", "exponential", *LOOP, "--resolution", "0.1", "--seconds", "0.5", cwd=checkout
    )
    rows = {line.split()[1]: line for line in told.splitlines() if re.match(r"\S+ +[a-z]+(-[a-z0-9]+)+ ", line)}
    return rows | {"": told}


@pytest.mark.xdist_group("example")
def test_the_example_is_found_and_decided_by_the_command(decided):
    lines = [line for name, line in decided.items() if name.startswith("exponential")]

    assert [line.split()[0] for line in lines] == ["proved"] * 4
    assert all(re.search(r" D\b.* B 5/5\b.* S [1-9]", line) for line in lines)
    assert f"{4 + len(LOOP)} claims: {4 + len(LOOP)} proved, no surprises" in decided[""]


@pytest.mark.xdist_group("example")
def test_the_false_twins_of_the_example_are_false(checkout):
    # each is put in place of the formula, and has to be refuted
    run(
        "-c",
        """if True:
        from sympy import Eq
        from reports import verify
        from theory import catalogue, claim
        for c in catalogue("exponential"):
            assert c.mutants, c.id
            for description, mutant in c.mutants.items():
                def twin(n=c.domain["n"], t=c.domain["t"], mean0=c.domain["mean0"]):
                    "a false twin"
                    return Eq(c(n=n, t=t, mean0=mean0).lhs, mutant(n, t, mean0))
                (summary,) = verify([claim(twin)], seconds=0.2)
                assert summary.verdict == "refuted", (c.id, description)
        """,
        cwd=checkout,
    )


@pytest.mark.xdist_group("example")
def test_the_example_is_lint_free(checkout):
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert ruff, "ruff comes with the test extra"
    done = subprocess.run(
        [ruff, "check", "--no-cache", *(code.split("\n")[0].removeprefix("# ") for code in EXAMPLES)],
        cwd=checkout,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.xdist_group("example")
def test_a_claim_and_a_loop_are_a_file_each(checkout, decided):
    """Nothing else is edited. The loop is run by its step: all three witnesses know both, and `sample` the loop."""
    lines = [decided[name] for name in LOOP]

    assert [line.split()[0] for line in lines] == ["proved"] * len(LOOP)
    assert all(re.search(r" D\b.* B 5/5\b.* S [1-9]", line) for line in lines)
    run(
        "-c",
        """if True:
        from simulate import sample
        from theory import DampedMeanLoop
        paths = sample(DampedMeanLoop(10), ["error"], t=3, replicates=100)["error"]
        assert paths.shape == (100, 4)
        assert (paths[:, 0] == 0).all()
        """,
        cwd=checkout,
    )


@pytest.mark.xdist_group("example")
def test_a_law_is_a_file_and_a_method_a_file_and_its_place_in_the_table(checkout):
    """The law inside a step, in all three witnesses; the method where no other one knows a moment."""
    for place, old, new in (
        ("theory/proof/methods/__init__.py", "    tournaments,\n", "    tournaments,\n    unmoved,\n"),
        ("theory/proof/methods/__init__.py", "    variances.METHOD,\n", "    variances.METHOD,\n    unmoved.METHOD,\n"),
    ):
        file = checkout / place
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, place
        file.write_text(text.replace(old, new), encoding="utf-8")
    run(
        "-c",
        """if True:
        from sympy import Eq, Rational, exp
        from reports import verify
        from theory import E, Integers, Loop, Noise, claim, coordinate
        from theory.language.laws.rademacher import Rademacher
        class Walk(Loop):
            "Halved, and a step of a fair coin; beside it a number that stays."
            x = coordinate()
            c = coordinate()
            initial = property(lambda self: {"x": 0, "c": Rational(1, 3)})
            def step(self, now):
                return {"x": now["x"] / 2 + Noise("S", Rademacher()), "c": now["c"]}
        @claim
        def square(t=Integers(0, 50)):
            "The mean square tends to 4/3."
            return Eq(E(Walk().x(t) ** 2), Rational(4, 3) * (1 - Rational(1, 4) ** t))
        @claim
        def stays(t=Integers(0, 50)):
            "A function of what stays."
            return Eq(E(exp(Walk().c(t))), exp(Rational(1, 3)))
        found = verify([square, stays], seconds=0.5)
        assert [s.verdict for s in found] == ["proved"] * 2, found
        assert {f.witness for f in found["square"].findings} == {"derivation", "ball", "simulation"}, found
        """,
        cwd=checkout,
    )


@pytest.fixture(scope="module")
def extended(checkout, tmp_path_factory) -> Path:
    """A copy of that, with the lines of CONTRIBUTING.md added to the tables of `reports`."""
    used = shutil.ignore_patterns("*.sqlite*")
    copy = shutil.copytree(checkout, tmp_path_factory.mktemp("extended") / "copy", ignore=used)
    for place, line in marked(CONTRIBUTING, "add").items():
        path, table = place.split()
        file = copy / path
        text = file.read_text(encoding="utf-8")
        ((end, before),) = [(m.end(1), m[1]) for m in re.finditer(rf"^({table} = \(\n(?: .*\n)+)\)$", text, re.M)]
        assert before.endswith(",\n")
        file.write_text(text[:end] + line + text[end:], encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def printed(extended) -> str:
    """What the command says of the claim of which numbers are in print; its reports are in `out`."""
    options = ("--seconds", "0.5", "--out", "out")
    return run("-m", "reports.cli", "verify", "exponential-second-moment", *options, cwd=extended)


@pytest.mark.xdist_group("example")
def test_a_witness_and_a_format_are_an_object_each(extended, printed):
    """The witness in every table with its letter, in JSON as its schema says, replayed; the format wherever there are some."""
    claim = "exponential-second-moment"

    assert re.match(rf"proved +{claim} +D · B 5/5 · S .*\d+/5 · P 1/1 ", printed), printed
    assert "S simulation, P printed numbers: points decided of points tried" in printed
    assert "settled" not in printed

    out = extended / "out"
    written = (out / "report.adoc").read_text(encoding="utf-8")
    assert written.splitlines()[:3] == ["[%header]", "|===", "|claim |verdict |evidence"]
    assert f"|{claim} |proved |" in written
    assert "P 1/1" in written
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    (known,) = [f for f in report["findings"] if f["witness"] == "published"]
    (extended / "mine.py").write_text(MINE, encoding="utf-8")
    again, help, replayed, said = several(
        ("report", "--format", "asciidoc"),
        ("report", "--help"),
        ("reproduce", str(known["id"])),
        ("check", "mine.py", "--seconds", "1"),
        cwd=extended,
        module="reports.schema",
    )
    assert again == written
    assert "P 1/1" in (out / "report.md").read_text(encoding="utf-8")
    assert "P 1/1" in (out / "report.tex").read_text(encoding="utf-8")
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "four independent witnesses: a <b>d</b>erivation" in html
    assert "<b>s</b>imulation, and <b>p</b>rinted numbers." in html
    assert '<option value="P">printed numbers</option><option value="DBSP">all four</option>' in html
    head, row = (out / "report.csv").read_text(encoding="utf-8").splitlines()
    assert "simulation,published,derivation_coverage," in head
    assert ",1 of 1 points," in row
    assert "html|md|latex|csv|json|asciidoc" in help
    assert "AsciiDoc (asciidoc)" in " ".join(help.split())

    assert known["verdict"] == "supported"
    assert known["point"] == {"n": "10", "t": "10", "mean0": "2"}
    assert replayed.endswith("identical\n")
    jsonschema.validate(report, json.loads((extended / "reports" / "report.schema.json").read_text(encoding="utf-8")))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, json.loads((ROOT / "reports" / "report.schema.json").read_text(encoding="utf-8")))

    assert "published: supported at 1 of 1 points" in said, said


MINE = """\
from sympy import Eq
from theory import E, ExponentialLoop, Integers, Positive, claim

@claim
def exponential_second_moment(n=Integers(1), t=Integers(0), mean0=Positive()):
    "The second moment of the fitted mean grows by 1 + 1/n a generation."
    return Eq(E(ExponentialLoop(n, mean0).mean(t) ** 2), (1 + 1 / n) ** t * mean0**2)
"""


@pytest.mark.xdist_group("example")
def test_numbers_in_print_are_repeated_or_refuted(extended, printed):
    """A wrong number is a contradiction with the proof: a bug alarm, as of any other witness."""
    file = extended / "reports" / "published.py"
    text = file.read_text(encoding="utf-8")
    assert text.count("10.375") == 1
    try:
        file.write_text(text.replace("10.375", "10.3850"), encoding="utf-8")  # longer, as bytecode is told apart by it
        wrong = run(
            "-m", "reports.cli", "verify", "exponential-second-moment", "--seconds", "0.1", cwd=extended, status=1
        )
    finally:
        file.write_text(text, encoding="utf-8")

    for told, status in ((printed, 0), (wrong, 1)):
        assert ("P 1/1" in told) == (status == 0)
        assert ("proved by derivation, refuted by published" in told) == (status == 1)


@pytest.mark.xdist_group("example")
def test_an_added_witness_that_ends_its_process_is_a_row(extended):
    """What the others say is kept, and the process goes on with the next claim."""
    run(
        "-c",
        """if True:
        from collections import deque
        from pathlib import Path
        from reports import published
        from reports.analytic import Analysis
        from theory import catalogue
        file = Path(published.__file__)
        text = file.read_text()
        file.write_text(text.replace("    claim = question.claim", "    import os; os._exit(3)  # longer", 1))
        found, done = [], []
        try:
            Analysis(deque(catalogue("exponential")[:2]), 0.01, False, found.append, done.append).wait()
        finally:
            file.write_text(text)
        assert len(done) == 2, done
        for claim in done:
            mine = [f for f in found if f.claim == claim]
            assert [f.witness for f in mine] == ["derivation", *["ball"] * (len(mine) - 2), "published"], mine
            assert [str(f.verdict) for f in mine[-2:]] == ["supported", "failed"], mine
            assert mine[-1].note == "its process was ended with status 3", mine[-1].note
        """,
        cwd=extended,
    )


# ---- all of them ----------------------------------------------------------------------------------------------------


def test_every_command_and_option_in_the_documents_exists():
    import typer.main

    from reports.cli import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    told = re.findall(r"selfconsuming ([a-z]+)((?: +[^\s`#]+)*)", TOLD)

    assert {"verify", "list", "show", "report", "reproduce"} <= {name for name, _ in told}
    for name, rest in told:
        assert name in commands, f"selfconsuming {name}"
        options = {"--help"} | {o for p in commands[name].params for o in p.opts}
        options |= {"--n", "--t"} if name in ("value", "table") else set()  # variables are options of these
        assert set(re.findall(r"--[a-z][a-z-]*", rest)) <= options, rest


def test_every_word_of_a_claim_in_the_documents_is_imported_from_theory():
    """What is called in code for users, and is none of SymPy's, Python's or defined there."""
    import builtins

    import sympy

    import theory

    pages = [ROOT / "README.md", ROOT / "docs/concepts.md", *(ROOT / "docs" / "howto").glob("*.md")]
    seen = set()
    for page in pages:
        text = page.read_text(encoding="utf-8")
        defined = set(re.findall(r"class (\w+)", text))
        for names in re.findall(r"^from (?!theory|sympy)\S+ import (.*)", text, re.M):
            defined |= set(names.split(", "))
        code = [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"```python\n(.*?)```", text, re.S)]
        words = {w for c in code for w in re.findall(r"(?<![\w.\"'])([A-Z]\w+|c4|coordinate|observable|claim)\(", c)}
        for word in words - defined:
            seen.add(word)
            assert any(hasattr(home, word) for home in (theory, sympy, builtins)), f"{word} of {page.name}"
    assert {"Integers", "GaussianLoop", "coordinate", "Limit"} <= seen


def test_every_law_and_policy_is_imported_from_theory():
    import theory
    from theory.language import laws, policies
    from theory.language.policies import Mixed, Policy

    kinds = {name for name, x in vars(policies).items() if isinstance(x, type) and issubclass(x, Policy)}
    for name in {*laws.__all__, *kinds} - {"AnyLaw", "Count", "Law", "drawn", Policy.__name__, Mixed.__name__}:
        assert hasattr(theory, name), name
        assert name in dir(theory)


def test_every_id_in_the_documents_exists():
    known = {c.id for c in catalogue()}
    told = set(re.findall(r"selfconsuming show ([a-z0-9-]+)(?![a-z0-9-]|\.py)", TOLD))

    assert told
    assert told <= known


def test_every_link_leads_somewhere():
    texts = {"README.md": README, "CONTRIBUTING.md": CONTRIBUTING, **PAGES}
    texts["benchmarks/README.md"] = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    for name, text in texts.items():
        for target in re.findall(r"\]\(([^)#:]+)\)", re.sub(r"`[^`]*`", "", text)):
            if not target.lstrip("./").startswith(("api/", "papers/")):  # made by the build, which looks for them
                assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"
