"""What is written where: narrow encodings, closed streams and terminals, text that is not ours, what a file prints."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import command as forked

from reports import streams
from reports.cli import _run
from reports.conjectures import load
from reports.suite import verify
from theory.language.text import visible

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = "\x1b[2J\x1b]0;title\x07\x1b]8;;http://x\x1b\\\x9b31mred\x1b[0m \u202eback\x08\x00"
LOUD = """
import os
from sympy import Eq
from theory import E, GaussianLoop, Integers, claim

print("printed while it is loaded")
os.system("echo by a program of its own")

@claim(source="a \\x1b[31msource")
def variance(n=Integers(2, 9), t=Integers(0, 5)):
    \"\"\"The \\x1b[2J\\x1b]0;title\\x07variance σ² ≤ 1 stays.

    And a \\x9b31mnote.
    \"\"\"
    print("printed in its body")
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1)
"""

NARROW = "latin-1", "ascii", "cp1252"


def environment(tmp_path, **more) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if k not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    return {**plain, "PYTHONPATH": str(ROOT), "SELFCONSUMING_LEDGER": str(tmp_path / "l.sqlite"), **more}


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "reports.cli", *args]


@pytest.fixture
def loud(tmp_path) -> Path:
    path = tmp_path / "loud.py"
    path.write_text(LOUD, encoding="utf-8")
    return path


# ---- text that is not ours ------------------------------------------------------------------------------------------


def test_what_a_terminal_would_obey_is_left_out():
    assert visible(HOSTILE) == "red back"
    assert visible("a\tb\n≠ σ² ‖·‖ — é") == "a\tb\n≠ σ² ‖·‖ — é"
    assert visible("one\r\ntwo\x1b]0;never ended\nthree") == "one\ntwo\nthree"


def test_in_every_format(loud):
    """From a file of somebody else's to HTML, LaTeX, Markdown, CSV, a table and a message."""
    (c,) = load(loud)
    assert c.statement == "The variance σ² ≤ 1 stays."
    assert c.notes == "And a note."
    found = verify([c], seconds=0.1, resolution=0.2)
    texts = [found.to_html(), found.to_latex(standalone=True), found.to_markdown(), found.to_csv(), str(found)]
    for text in [*texts, found._repr_html_()]:
        assert visible(text) == text
        assert "31m" not in text


def test_on_a_console_of_rich():
    out = io.StringIO()
    streams.screen(file=out, highlight=False, markup=False).print(f"a {HOSTILE} z")
    assert out.getvalue() == "a red back z\n"


def test_a_message_is_text(capsys, tmp_path):
    assert _run(["check", str(tmp_path / f"{HOSTILE.replace('/', '').replace(chr(0), '')}.py")]) == 2
    told = capsys.readouterr().err
    assert visible(told) == told


# ---- what a file prints ---------------------------------------------------------------------------------------------


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    ("how", "encoding"),
    [("check", "utf-8"), *(("check", x) for x in NARROW[:2]), *(("verify", x) for x in NARROW), ("check", NARROW[2])],
)
def test_standard_output_is_the_result_alone(how, encoding, loud, tmp_path):
    """Whatever a file prints, and in whatever characters: JSON means the same."""
    args, env = [how, str(loud), "--seconds", "0.3", "--json", "-"], environment(tmp_path, PYTHONIOENCODING=encoding)
    done = forked(args, env, tmp_path)
    (told,) = json.loads(done.stdout)["claims"]
    assert (told["claim"], told["statement"]) == ("variance", "The variance σ² ≤ 1 stays.")
    assert "Traceback" not in done.stderr


# ---- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.thin(3)
@pytest.mark.parametrize("encoding", NARROW)
def test_a_terminal_without_unicode(encoding, loud, tmp_path):
    """Text in the characters that it has; HTML means the same."""
    env = environment(tmp_path, PYTHONIOENCODING=encoding)
    checked = forked(["check", str(loud), "--seconds", "0.3"], env, tmp_path)
    assert "The variance sigma" in checked.stdout.replace("σ", "sigma")
    page = forked(["report", str(loud), "--format", "html"], env, tmp_path)
    assert "&#" in page.stdout
    shown = subprocess.run(command("show", "gaussian-sigma-mean-c4"), env=env, capture_output=True, encoding=encoding)
    for done in (checked, page, shown):
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode in (0, 1, 3)


def test_a_name_that_is_no_text_under_an_ascii_locale_is_the_same_as_under_others(tmp_path, monkeypatch, capsys):
    """Of a file, its folder, its claim and what it writes: Python hands on the bytes of the first two as halves of pairs."""
    file = tmp_path / "a fólder" / "σ.py"
    file.parent.mkdir()
    file.write_text(LOUD.replace("def variance", "def varianz_σ"), encoding="utf-8")
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    told = ["verify", "a fólder/σ.py", "--seconds", "0.1", "--json", "ö.json", "--out", "ö"]
    env = environment(tmp_path, **ascii_alone)
    done = subprocess.run(command(*told), env=env, cwd=tmp_path, capture_output=True)
    assert done.returncode in (0, 3), done.stderr  # 3: a busy machine
    assert json.loads((tmp_path / "ö.json").read_text(encoding="utf-8"))["claims"][0]["claim"] == "varianz-σ"
    assert (tmp_path / "ö" / "figures" / "varianz-σ.png").exists()

    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "l.sqlite"))
    assert _run(["report", str(file), "--columns", "claim,verdict", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("varianz-σ,")


def test_what_no_text_can_hold_is_spelled():
    assert visible("m\udcff.py") == "m%ff.py"  # whatever it is written in: JSON, HTML
    assert visible(os.fsencode("σ.py").decode("ascii", "surrogateescape")) == "σ.py"
    assert visible("half \ud800 of a pair") == "half \N{REPLACEMENT CHARACTER} of a pair"


@pytest.mark.parametrize("c", "≠≤≥·×±∞→√σΣλ─│┌é²")
def test_every_sign_of_ours_has_a_name_in_ascii(c):
    text = c.encode("ascii", "in_words").decode()
    assert text
    assert "?" not in text


# ---- streams that are closed ----------------------------------------------------------------------------------------


@pytest.mark.thin(4)
@pytest.mark.parametrize("closed", [">&- 2>&- <&-", ">&-", "2>&-", "<&-"])
def test_a_closed_stream_is_a_sink(closed, tmp_path):
    line = " ".join([*command("verify", "gaussian-sigma-mean-c4", "--seconds", "0.1"), closed])
    done = subprocess.run(["sh", "-c", line], env=environment(tmp_path), capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    (tmp_path / "l.sqlite").stat()


def test_a_pipe_that_is_closed_early(tmp_path):
    """Of what Rich prints, too: it would end the program with status 1."""
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        command("show", "gaussian-sigma-mean-c4"), env=environment(tmp_path), stdout=theirs, stderr=subprocess.PIPE
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.thin(2)
@pytest.mark.parametrize("ignored", [False, True], ids=["with its signal", "under nohup"])
def test_a_terminal_that_is_closed(ignored, tmp_path):
    """The window is shut in the middle of a run: interrupted, whatever is still to be written."""

    def begin():
        os.setsid()
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("verify", "gaussian-sigma-mean-c4*", "--seconds", "0.5"),
        env=environment(tmp_path, TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=begin,
    )
    os.close(theirs)
    try:
        os.read(ours, 1)  # it has begun to tell
        os.close(ours)
        while process.poll() is None:
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130


def test_long_lines_are_broken_between_words_and_go_on_deeper():
    text = "  a claim whose statement is longer than the terminal\n| a row of a table that is longer than the terminal |\nshort"

    assert streams.folded(text, 32).split("\n") == [
        "  a claim whose statement is",
        "      longer than the terminal",
        "| a row of a table that is longer than the terminal |",
        "short",
    ]
    assert streams.folded("x" * 90, 60) == "x" * 90  # a formula, say, to be copied
    assert streams.folded(text, 80) == text
