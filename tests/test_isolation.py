"""Claims that break something stand first in a file: the plain one after each of them is decided all the same."""

import json
import os
import re
import signal
import sys
import textwrap
import threading
from collections import deque
from pathlib import Path

import jsonschema
import pytest
from commands import command
from stated import stated
from sympy import Abs, Le, exp, sin

from reports import analytic, apart, check, clock, prices, verify
from reports.analytic import Analysis
from reports.apart import OWN, Apart, Job
from reports.cli import _run
from reports.ledger import Ledger
from reports.values import assignments
from reports.witnesses import HUNT
from simulate.engine.ascent import Ascent
from theory import Integers, catalogue
from theory.language.errors import OutOfTime
from theory.language.verdicts import Verdict
from theory.proof.relations import prove

SLOW, SOUND = "gaussian-sigma-mean-c4", "known-mean-variance-loop-shrinks"

HEAD = """\
import os, sys, signal, time
from sympy import *
from theory import CLOCK, E, Exponential, Growing, Integers, Loop, Noise, Normal, Prob, ProgramLoop, Reals, c4, claim
from theory.language.loops import coordinate
from theory.gaussian import *
from theory.gaussian.policies import *

class Walk(Loop):
    n: Integers(1)
    s: Reals = 1
    x = coordinate()
    initial = property(lambda self: {"x": sympify(1)})

class Draws(ProgramLoop):
    n: int
    observables = ("mean",)
    def begin(rng, n):
        return rng.standard_normal(n)
    def retrain(rng, data, n):
        return rng.choice(data, n)
    def measure(data):
        return data.mean()
"""
GOOD = '''
@claim
def good(n=Integers(2, 40), t=Integers(0, 9)):
    """The variance is a martingale."""
    return Eq(E(GaussianLoop(n).sigma(t)**2), 1)
'''
BAD, FAILED, FINE = (
    "bad input",
    "a row",
    "fine",
)  # what the hostile claim may come to: message and 2; a row; any verdict


def step(text: str, side: str = "Le(E(Walk(n).x(t)), 5)") -> str:
    return f"""
class Hostile(Walk):
    def step(self, state):
{textwrap.indent(textwrap.dedent(text).strip(), " " * 8)}

@claim
def hostile(n=Integers(2, 40), t=Integers(0, 9)):
    \"\"\"Whatever.\"\"\"
    return {side.replace("Walk", "Hostile")}
"""


def body(text: str, parameters: str = "n=Integers(2, 40), t=Integers(0, 9)") -> str:
    return f"""
@claim
def hostile({parameters}):
    \"\"\"Whatever.\"\"\"
    loop = GaussianLoop(n)
{textwrap.indent(textwrap.dedent(text).strip(), " " * 4)}
"""


def program(method: str, text: str) -> str:
    heads = {"begin": "rng, n", "retrain": "rng, data, n", "measure": "data"}
    return f"""
class Hostile(Draws):
    def {method}({heads[method]}):
{textwrap.indent(textwrap.dedent(text).strip(), " " * 8)}

@claim
def hostile(n=Integers(2, 9), t=Integers(0, 3)):
    \"\"\"Whatever.\"\"\"
    return Le(E(Hostile(n).mean(t)), 5)
"""


HOSTILE = {
    "nested noise": (step("return {'x': state['x'] + Noise('Y', Normal(Noise('X', Normal(0, 1)), 1))}"), FINE),
    "piecewise on noise": (
        step("z = Noise('Z', Normal(0, 1))\nreturn {'x': state['x'] + Piecewise((z, z > 0), (0, True))}"),
        FINE,
    ),
    "piecewise on the state": (step("x = state['x']\nreturn {'x': Piecewise((x/2, x > 1), (x, True))}"), FINE),
    "an integral in a step": (
        step("k = Symbol('k')\nreturn {'x': state['x'] * Integral(exp(-k**4), (k, 0, 1))}"),
        FINE,
    ),
    "two generations in an event": (body("return Le(Prob(loop.sigma(2) > loop.sigma(1)), 1)"), FINE),
    "two loops in an event": (body("return Le(Prob(loop.sigma(t) > GaussianLoop(n, 2).sigma(t)), 1)"), BAD),
    "a size that turns negative": (
        body("L = PooledGaussianLoop(n, Growing(5 - CLOCK), known_variance=True)\nreturn Le(E(L.mu(t)**2), 9)"),
        BAD,
    ),
    "a size that vanishes": (body("L = PooledGaussianLoop(n, Growing(n - CLOCK))\nreturn Le(E(L.v(t)), 9)"), BAD),
    "a huge size": (body("return Eq(E(GaussianLoop(n + 10**30).sigma(t)**2), 1)"), FINE),
    "a late generation": (body("return Le(E(loop.sigma(t + 10**12)), 1)"), FINE),
    "a huge range": (body("return Le(E(loop.sigma(t)), 1)", "n=Integers(2, 10**40), t=Integers(0, 9)"), FINE),
    "a huge power": (body("return Le(E(loop.sigma(t)**(10**6)), 1)"), FINE),
    "a step into nan": (step("return {'x': nan}"), BAD),
    "a step into zoo": (step("return {'x': state['x'] + zoo}"), BAD),
    "a step into infinity": (step("return {'x': oo}"), BAD),
    "a step into a complex number": (step("return {'x': state['x'] * I}"), BAD),
    "a step into a Boolean": (step("return {'x': True}"), BAD),
    "a step into a matrix": (step("return {'x': Matrix([[1, 2], [3, 4]])}"), BAD),
    "a step that is none": (step("return 3"), BAD),
    "a step divides by zero": (step("return {'x': state['x'] / 0}"), BAD),
    "a side that is complex": (body("return Eq(E(loop.sigma(t)), sqrt(-n))"), BAD),
    "a side that is nan": (body("return Le(E(loop.sigma(t)), nan)"), BAD),
    "a side that is a matrix": (body("return Eq(E(loop.sigma(t)), Matrix([1, 2]))"), BAD),
    "a Boolean in a mean": (body("return Le(E(loop.sigma(t) > 1), 2)"), BAD),
    "an unknown function": (body("return Le(E(loop.sigma(t)), Function('f')(n, t))"), FINE),
    "a function of a random one": (body("return Le(E(Function('f')(loop.sigma(t))), 5)"), FINE),
    "too deep": (body("def f(k):\n    return f(k + 1)\nreturn Eq(E(loop.sigma(t)), f(0))"), BAD),
    "too deep in a step": (step("def f(k):\n    return f(k + 1)\nreturn {'x': f(0)}"), BAD),
    "an endless expression": (
        step("x = state['x']\nfor _ in range(3000):\n    x = sin(x) + 1\nreturn {'x': x}"),
        BAD,
    ),
    "no memory": (body("raise MemoryError"), BAD),
    "no memory in a step": (step("raise MemoryError('none left')"), BAD),
    "an assertion": (body("assert n == 3"), BAD),
    "it leaves": (body("os._exit(0)"), BAD),
    "it leaves from a step": (step("os._exit(0)"), BAD),
    "it leaves politely from a step": (step("raise SystemExit(0)"), BAD),
    "it leaves from retraining": (program("retrain", "import os\nos._exit(0)"), BAD),
    "sys.exit from retraining": (program("retrain", "import sys\nsys.exit(0)"), BAD),
    "it is killed": (body("os.kill(os.getpid(), signal.SIGKILL)"), BAD),
    "it is terminated": (body("os.kill(os.getpid(), signal.SIGTERM)"), BAD),
    "it crashes": (body("import ctypes\nctypes.string_at(0)"), BAD),
    "it aborts": (step("os.abort()"), BAD),
    "it interrupts": (body("raise KeyboardInterrupt"), BAD),
    "it forks": (body("os.fork()\nreturn Le(E(loop.sigma(t)), 1)"), FINE),
    "it leaves a child": (
        body("if os.fork() == 0:\n    time.sleep(9999)\nreturn Le(E(loop.sigma(t)), 1)"),
        FINE,
    ),
    "it leaves a thread": (
        body(
            "import threading\nthreading.Thread(target=time.sleep, args=(9999,)).start()\nreturn Le(E(loop.sigma(t)), 1)"
        ),
        FINE,
    ),
    "an error of its own kind": (body("class Gone(BaseException):\n    pass\nraise Gone('far away')"), BAD),
    "it asks": (body("input()"), BAD),
    "it prints": (body("os.write(1, b'{}')\nprint('{}')\nreturn Le(E(loop.sigma(t)), 1)"), FINE),
    "retraining fails": (program("retrain", "raise ValueError('no')"), BAD),
    "a state of any size": (program("retrain", "return rng.choice(data, 10**13)"), BAD),
    "a law of law": (body("return Le(E(Noise('X', Normal(0, Noise('Y', Exponential(1))))**2), 3)"), FINE),
}


ROOT = Path(__file__).resolve().parents[1]


def checked(tmp_path, text, *options, grace=clock.GRACE, of_file=clock.OF_FILE, patience=clock.PATIENCE):
    """(exit status, verdicts by claim, report, what was told, standard error) of `check`.

    As a program of its own, with these limits: beside the threads of a test runner it would not fork.
    """
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    return checked_as_it_is(tmp_path, file, *options, grace=grace, of_file=of_file, patience=patience)


def checked_as_it_is(tmp_path, file, *options, grace=clock.GRACE, of_file=clock.OF_FILE, patience=clock.PATIENCE):
    out = tmp_path / "out.json"
    here = ["--ledger", tmp_path / "l.sqlite", "--json", out]
    limits = {"GRACE": grace, "OF_FILE": of_file, "PATIENCE": patience}
    words = [str(x) for x in ("check", file, *here, *options)]
    done = command(words, {**os.environ, "PYTHONPATH": str(ROOT)}, tmp_path, limits)
    rows = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    assert "Traceback" not in done.stdout + done.stderr
    verdicts = {r["claim"]: r["verdict"] for r in rows.get("claims", ())}
    return done.returncode, verdicts, rows, done.stdout, done.stderr


LENGTHY = {  # witnesses try them for seconds
    "a function of a random one",
    "a huge power",
    "a huge range",
    "a huge size",
    "a late generation",
    "an unknown function",
    "a state of any size",
    "it leaves a child",
    "it leaves a thread",
    "it leaves from retraining",
    "piecewise on the state",
    "sys.exit from retraining",
    "two generations in an event",
}


def one_of(names, tmp_path):
    """The file of these claims, each with a name of its own, before a good one; and where each stands in it."""
    text, lines = HEAD, {}
    for i, name in enumerate(names):
        begun = text.count("\n") + 1
        text += HOSTILE[name][0].replace("Hostile", f"Hostile{i}").replace("def hostile(", f"def hostile{i}(")
        lines[name] = (f"hostile{i}", begun, text.count("\n") + 1)
    return text + GOOD, lines


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([x for x in HOSTILE if x not in LENGTHY][::4], id="some together"),
        pytest.param([x for x in HOSTILE if x not in LENGTHY], marks=pytest.mark.long, id="together"),
    ]
    + [pytest.param([x], marks=pytest.mark.long, id=x) for x in HOSTILE],
)
def test_hostile_claims_before_a_good_one(names, tmp_path):
    text, lines = one_of(names, tmp_path)
    status, verdicts, rows, told, errors = checked(tmp_path, text, "--seconds", "1")
    assert verdicts["good"] in ("proved", "supported"), errors  # a proof needs a process of its own, which takes time
    messages = rows.get("refused", [])
    for name, (claim, first, last) in lines.items():
        mine = [m for m in messages if first <= line_of(m, tmp_path / "mine.py") <= last]
        if HOSTILE[name][1] == BAD:
            assert len(mine) == 1, (name, mine, messages)
            assert mine[0] in errors
        else:
            assert not mine, (name, mine)
            assert f"{claim}: {verdicts[claim].upper()}" in told
    assert len(messages) == sum(HOSTILE[name][1] == BAD for name in names)
    failed = any(f["verdict"] == "failed" for f in rows["findings"])
    found = set(verdicts.values())
    others = 1 if "refuted" in found else 70 if failed else 3 if "undecided" in found else 0
    assert status == (2 if messages else others)


def line_of(message: str, file: Path) -> int:
    head, _, rest = message.partition(f"{file}:")
    assert head == ""
    return int(rest.split(":")[0])


def test_there_are_thirty_of_them():
    assert len(HOSTILE) - len(LENGTHY) >= 30
    assert set(HOSTILE) >= LENGTHY


PATCHED = """
import sympy, numpy
sympy.Eq = sympy.Le
numpy.mean = lambda *given, **named: 0.0
"""
FALSE = '''
import sympy

@claim
def false(n=Integers(2, 40), t=Integers(0, 9)):
    """It falls."""
    return sympy.Eq(E(GaussianLoop(n).sigma(t)), 1)
'''


def test_no_file_of_a_folder_changes_what_another_says(tmp_path):
    """One changes SymPy for all, one ends its process, one takes a name again: the others are judged as they are alone."""
    folder = tmp_path / "claims"
    folder.mkdir()
    patched = PATCHED + GOOD.replace("good", "patched")
    files = {"a": patched, "b": "os._exit(0)\n" + FALSE, "c": FALSE, "d": GOOD, "e": GOOD}
    for name, text in files.items():
        (folder / f"{name}.py").write_text(HEAD + text, encoding="utf-8")
    status, verdicts, rows, _, errors = checked_as_it_is(tmp_path, folder, "--seconds", "1")
    assert status == 2
    assert verdicts["false"] == "refuted"
    assert verdicts["good"] in ("proved", "supported")
    messages = rows["refused"][-2:]  # what the one that has changed SymPy comes to is its own affair
    for message, file, told in zip(
        messages, "be", ("the file ends the process", "two claims are called good"), strict=True
    ):
        assert f"{file}.py:" in message
        assert told in message
        assert message in errors


# ---- time ------------------------------------------------------------------------------------------------------------


ENDLESS = {  # each goes on for ever, in another place
    "loading": "while True:\n    pass\n",
    "loading, waiting": "time.sleep(9999)\n",
    "the body": body("while True:\n    pass"),
    "a step": step("while True:\n    pass"),
    "a loop that hears no signal": body("sum(iter(int, 1))"),
    "a number": body("return Le(E(loop.sigma(t)), int(10) ** 10**12)"),
}


AGAIN = ("the body", "a number", "loading")  # what ends the others ends them too


@pytest.mark.thin(3)
@pytest.mark.parametrize("name", [pytest.param(x, marks=[pytest.mark.long] * (x in AGAIN)) for x in ENDLESS])
def test_what_does_not_end_is_ended(name, tmp_path):
    """With limits of seconds, the same whether it computes or waits; that the machine is busy does not count."""
    text = HEAD + ENDLESS[name] + GOOD
    status, verdicts, _, _, errors = checked(tmp_path, text, "--seconds", "1", grace=2.0, of_file=2.0, patience=1e6)
    assert status == 2
    assert "--seconds gives it more time" in errors
    if name != "a loop that hears no signal":  # its process is ended
        assert re.search(r"ended after (3 s of computing|\d s of computing, of [3-5] s by the clock)", errors), errors
    if not name.startswith("loading"):
        assert verdicts["good"] in ("proved", "supported")


def test_what_is_told_of_the_seconds_is_so(capsys):
    assert (clock.of_file(5), clock.of_conjecture(5)) == (5 + 8, 5 + 20)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "balls for 20 s more. Loading the file, and building a claim, may take 8 s more each" in " ".join(
        readme.split()
    )
    assert _run(["check", "--help"]) == 0
    assert (
        "each claim that is hard to decide; loading the file and building a claim may take 8 s each besides"
        in " ".join(capsys.readouterr().out.split())
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "how", ["while True:\n    data = data + 1\nreturn data", "import time\ntime.sleep(9999)\nreturn data"]
)
def test_endless_retraining_is_a_row(how, tmp_path):
    """It hears nothing, compiled or waiting: its process is ended, and another one goes on with what is left."""
    text = HEAD + program("retrain", how) + GOOD
    status, verdicts, rows, told, _ = checked(tmp_path, text, "--seconds", "2", grace=5.0, of_file=5.0)
    assert status == 3
    assert verdicts["good"] in ("proved", "supported")
    late = [f for f in rows["findings"] if f["verdict"] == "out of time" and f["witness"] == "simulation"]
    assert late
    assert "simulation, out of time: " in told


def test_a_proof_that_does_not_end_is_no_finding(monkeypatch, tmp_path):
    real = prove.prove
    real(catalogue(SOUND)[0])  # what it imports is not on its clock
    monkeypatch.setattr(clock, "WITNESS", 0.5)

    def endless(claim):
        while claim.id == SLOW:
            pass
        return real(claim)

    monkeypatch.setattr(prove, "prove", endless)
    with Ledger(tmp_path / "l.sqlite") as ledger:
        found = verify(catalogue(SLOW, SOUND), ledger=ledger, seconds=0.2, resolution=0.2)
        assert list(ledger.settled()) == [SOUND]  # it is run again the next time
    assert found[SLOW].witnesses["derivation"] == Verdict.OUT_OF_TIME
    assert found[SLOW].verdict == Verdict.SUPPORTED  # by the others
    assert found.status == 0
    assert f"out of time: {SLOW}: derivation, ended after" in str(found)
    schema = json.loads((Path(__file__).parents[1] / "reports" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(found.to_json()), schema)
    assert "out of time" in found.to_html()


def test_a_process_that_is_killed_under_way_fails_one_witness_of_one_claim():
    claims, found, done = catalogue("known-mean-*"), [], []

    def kill(finding):
        found.append(finding)
        if len(found) == 1:
            analysis.process.kill()

    analysis = Analysis(deque(claims), 0.01, False, kill, done.append)
    analysis.wait()
    assert sorted(done) == sorted(c.id for c in claims)
    (lost,) = [f for f in found if f.verdict == Verdict.FAILED]
    assert lost.claim == found[0].claim
    assert "its process was ended by SIGKILL" in lost.note
    assert {f.claim for f in found if f.verdict == Verdict.PROVED} >= {c.id for c in claims if c.expected == "holds"}
    assert {f.claim for f in found} == {c.id for c in claims}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere another process is begun")
def test_a_process_that_has_grown_ends_and_a_life_with_all_imports_goes_on(monkeypatch):
    """Each is too large after its first claim here: what is found is what one finds, and nothing is told twice."""
    claims = catalogue("known-mean-*")[:2]

    def run(most):
        begun, lives, found, done = [], set(), [], []

        class Counted(analytic.Begun):
            def __init__(self):
                super().__init__()
                begun.append(self.pid)

        def keep(finding):
            found.append(finding)
            lives.update(Path(f"/proc/{begun[-1]}/task/{begun[-1]}/children").read_text(encoding="ascii").split())

        monkeypatch.setattr(analytic, "Begun", Counted)
        monkeypatch.setattr(analytic, "MOST_MEMORY", most)
        Analysis(deque(claims), 0.01, False, keep, done.append).wait()
        assert len(begun) == 1  # imports take a second or two
        return len(lives), done, [(f.claim, f.witness, f.number, f.verdict) for f in found]

    at_once, one_by_one = run(10**6), run(0)
    assert at_once[0] == 1
    assert one_by_one[0] == len(claims)
    assert at_once[1:] == one_by_one[1:]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no such copy")
@pytest.mark.parametrize("ended", [signal.SIGKILL, signal.SIGXCPU])
def test_what_ends_a_life_is_told_of_the_claim_that_it_was_at(ended):
    claims, found, done = catalogue("known-mean-*"), [], []

    def kill(finding):
        found.append(finding)
        if len(found) == 1:
            process = analysis.process.pid
            (life,) = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
            os.kill(int(life), ended)

    analysis = Analysis(deque(claims), 0.01, False, kill, done.append)
    analysis.wait()
    assert sorted(done) == sorted(c.id for c in claims)
    (lost,) = [f for f in found if f.verdict == (Verdict.FAILED if ended == signal.SIGKILL else Verdict.OUT_OF_TIME)]
    assert lost.claim == found[0].claim


def endless():
    while True:
        pass


def test_limits_are_put_back():
    before = signal.getsignal(signal.SIGALRM)
    with clock.within(100):
        with pytest.raises(OutOfTime), clock.within(0.1):
            endless()
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 50
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is before


def test_beside_threads_a_process_is_begun_anew(tmp_path, capsys):
    """A fork beside them may wait for ever."""
    file = tmp_path / "mine.py"
    file.write_text(HEAD + HOSTILE["it leaves"][0] + GOOD, encoding="utf-8")
    over = threading.Event()
    beside = threading.Thread(target=over.wait)
    beside.start()
    try:
        assert _run(["check", str(file), "--ledger", str(tmp_path / "l.sqlite"), "--seconds", "1"]) == 2
    finally:
        over.set()
        beside.join()
    told, errors = capsys.readouterr()
    assert "Traceback" not in told + errors
    assert "good: PROVED" in told or "good: SUPPORTED" in told
    assert ": hostile: the file ends the process (os._exit(0))" in errors


def test_a_declaration_that_fails_leaves_the_others(tmp_path):
    text = HEAD + body("return Eq(E(loop.sigma(t)), 1)", "n=Integers(5, 2), t=Integers(0)") + GOOD
    status, verdicts, rows, _, errors = checked(tmp_path, text, "--seconds", "1")
    assert status == 2
    assert verdicts["good"] == "proved"  # by the derivation, in a process of its own
    (message,) = rows["refused"]
    assert re.fullmatch(rf"{tmp_path / 'mine.py'}:\d+: empty domain .*", message)
    assert message in errors


def test_an_error_in_the_ascent_is_a_row(monkeypatch):
    monkeypatch.setattr(Ascent, "run", lambda self, *given: 1 / 0)
    c = stated(lambda n: Le(Abs(sin(n)), 2 - exp(-n)), n=Integers(1))
    (done,) = check([c], seconds=1.0, workers=1)
    assert [f.note for f in done.summary.findings if f.verdict == Verdict.FAILED] == [
        next(f.note for f in done.summary.findings if "hunting for counterexamples: ZeroDivisionError" in f.note)
    ]
    assert any(f.witness == "ball" and f.verdict == Verdict.SUPPORTED for f in done.summary.findings)


@pytest.mark.parametrize("part", [HUNT, "simulation"])
def test_a_loop_that_does_not_end_is_run_once(part):
    """The simulation and the hunt both run it: what has waited for the one does not wait for the other, nor for what is left."""
    job = under_way(part)
    job._ended(0, True)
    ended = {name: verdict for name, (verdict, _) in job.progress.ended["slow"].items()}
    assert ended == {**dict.fromkeys(OWN, "left out"), part: "out of time"}
    assert not job.over


def test_balls_that_do_not_end_leave_the_simulation():
    job = under_way("ball")
    job._ended(0, True)
    assert list(job.progress.ended["slow"]) == ["ball"]
    assert not job.over


STUCK = """
from theory import E, Integers, ProgramLoop, claim


class Stuck(ProgramLoop):
    n: int
    observables = ("x",)

    def begin(rng, n):
        return 0.0

    def retrain(rng, state, n):
        while state < 1.0:
            state = state * 1.0
        return state

    def measure(state):
        return state


@claim
def stuck(n=Integers(2, 50), t=Integers(1, 50)):
    "What is it?"
    return E(Stuck(n).x(t))
"""


@pytest.mark.parametrize(
    ("task", "options"),
    [
        ("ask", {"seed": 0, "workers": 1}),
        ("value", {"given": assignments(["n=2", "t=3"]), "simulate": True, "seed": 0, "workers": 1}),
    ],
)
def test_a_question_that_does_not_end_is_ended(task, options, monkeypatch, tmp_path):
    """Only a check was, and the search for a constant."""
    monkeypatch.setattr(clock, "GRACE", 2.0)
    file = tmp_path / "mine.py"
    file.write_text(STUCK, encoding="utf-8")
    found = Apart(Job(task, str(file), None, 0.5, options)).run()
    assert found.status == 2
    assert found.refused[0].endswith("stuck: ended by the clock: --seconds gives it more time")


def under_way(part: str) -> Apart:
    job = Apart(Job("check", "mine.py", None, 1.0, {}))
    job.claim, job.part = "slow", part
    return job


def test_a_plan_that_takes_too_long_says_so(monkeypatch):
    def endless(*_):
        while True:
            pass

    class Channel(list):
        begin = staticmethod(lambda *_: None)

        def __call__(self, **row):
            self.append(row)

    monkeypatch.setattr(clock, "GRACE", 0.2)
    monkeypatch.setattr(prices, "promise", endless)
    said = Channel()
    options = {"resolution": 0.1, "alpha": 1e-6, "seed": 0, "workers": 1}
    [claim] = catalogue("gaussian-sigma-mean-c4")
    apart._plan(Job("plan", "mine.py", None, 3.0, options), claim, apart.Progress(), said)

    [row] = said
    assert re.search(r"telling what simulation costs was ended after \d+ s of computing", row["text"])
    assert "--seconds gives it more time" in row["text"]
