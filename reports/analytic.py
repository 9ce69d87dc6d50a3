"""The analytic witnesses in a process of their own, beside the simulations: `python -m reports.analytic`, or a copy of this one.

Reads how it is asked in one line, then one claim id a line on standard input; writes its findings as one line of JSON each, then
a line `{"done": id, "full": false}`. Where a witness has ended the process, its name is behind the claim's: another process goes
on after it. Where the process has grown large it ends by itself: what SymPy, and our own caches, keep of earlier claims goes back
to the system by that alone. For the catalogue it is a life of a process that has all imports and begins the next one; else
`"full": true` asks for another process.
(A process, because SymPy and python-flint hold the interpreter's lock that the simulation's threads want as well; our
own, because the standard pools import the user's main module again.)
"""

from __future__ import annotations

import ctypes
import gc
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Any, NoReturn

from theory.families import catalogue
from theory.language.claims import Claim
from theory.language.errors import BadInput, OutOfTime, described
from theory.language.verdicts import Finding, Verdict

from . import clock, interpreter
from .witnesses import DERIVATION, Question, behind, witness

LATE = 75  # exit status where a user's file is not loaded in time
MOST_MEMORY = 400  # MB that a process keeps behind a claim: another one then goes on
PROVERS = tuple(f"theory.proof.{m}" for m in ("enclose", "exported", "reach", "relations.prove", "twins"))


def analyse(claim: Claim, asked: float, twins: bool = False, after: str = "") -> Iterator[Finding]:
    """The findings of the analytic witnesses for one claim, in their order; `twins`: of its false twins too.

    after: the witness whose findings are there already: those behind it are asked.
    """
    settled = proved = False
    for w in behind(after):
        found = guarded(claim, w.name, partial(w.findings, Question(claim, asked, twins, settled, proved)))
        settled = settled or any(map(settles, found))
        proved = proved or any(f.verdict == Verdict.PROVED and f.point is None for f in found)
        yield from found


def balls(question: Question) -> list[Finding]:
    """The findings of the ball witness. It looks at the ends of ranges where that decides whether a claim is supported, and at
    a few points where a claim is proved that is no bound: those of a bound tell how far it is from the truth."""
    from theory.proof.enclose import at_point, enclose
    from theory.proof.reach import CONTROLS, in_turn
    from theory.proof.twins import judge

    claim, asked = question.claim, question.resolution
    inside, ends = ([p for p in question.points if (p.origin == "end") == last] for last in (False, True))
    if question.proved and not question.twins and not _is_bound(claim):
        inside = in_turn(inside)[:CONTROLS]
    found = enclose(claim, inside, asked)
    found = list(judge(found, claim, inside, asked)) if question.twins else found
    if not question.settled and not any(map(settles, found)):
        found += [at_point(claim, p, asked) for p in ends]
    return found


def _is_bound(claim: Claim) -> bool:
    from theory.proof.prepared import Part, prepare

    return any(isinstance(part, Part) and part.op != "==" for part in prepare(claim).parts)


def derivation(question: Question) -> list[Finding]:
    """The finding of the derivation witness."""
    import time

    from theory.proof.relations.prove import prove

    claim, start = question.claim, time.perf_counter()
    proof = prove(claim)
    verdict = Verdict.PROVED if proof.proved else Verdict.REFUTED if proof.refuted else Verdict.LEFT_OUT
    settled = proof.proved or proof.refuted
    forms = [f"{m} = {form}" for m, form in proof.forms.items()]
    certificate = [*forms, *dict.fromkeys(proof.steps)] if settled and not proof.differs else forms
    return [
        Finding(
            claim.id,
            claim.family,
            DERIVATION.name,
            verdict,
            claim.expected,
            guarantee="rigorous" if settled else "",
            note="" if proof.proved else proof.reason,
            method=proof.method if settled else "",
            certificate=tuple(certificate),
            proof=_certified(claim, proof.method) if proof.proved else "",
            seconds=time.perf_counter() - start,
            resolution_asked=question.resolution,
        )
    ]


def _certified(claim: Claim, method: str) -> str:
    """The certificate of a proof, as data. A proof stands, whatever keeps it from having one."""
    from theory.proof.exported import certificate, without

    try:
        with clock.within(clock.CERTIFICATE):
            return certificate(claim, method)
    except OutOfTime:
        return without("it takes too long to be verified")
    except Exception as error:  # SymPy's, on expressions that no claim had before
        return without(described(error))


def derive(claim: Claim, asked: float, limit: float | None = None) -> Finding:
    """The finding of the derivation witness, which may compute for `limit` seconds; `clock.WITNESS`, if none are given.

    Of a claim that is not proved it has the derived forms of its sides, for what time that takes beside: the right formulas.
    """
    (finding,) = guarded(claim, DERIVATION.name, lambda: derivation(Question(claim, asked)), limit)
    return finding if finding.verdict == Verdict.PROVED else with_forms(claim, finding, clock.CERTIFICATE)


def with_forms(claim: Claim, finding: Finding, seconds: float) -> Finding:
    """What the derivation witness says of a claim, with the derived forms of its sides, if they take no longer than so many
    seconds."""
    from .forms import forms

    try:
        with clock.within(seconds):
            sides, inner = forms(claim)
    except (Exception, OutOfTime):  # it has its verdict without them
        return finding
    # of listed values the derivation is of the first ones, which its words do not name
    rest = [text for text in finding.certificate if text not in inner] if len(claim.listed) <= 1 else []
    return replace(finding, certificate=tuple(dict.fromkeys([*sides, *rest])))


def settles(f: Finding) -> bool:
    """Whether a finding leaves nothing to be seen at the ends of ranges."""
    return f.verdict == Verdict.REFUTED or (f.verdict == Verdict.PROVED and f.point is None)


def failed(claim: Claim, by: str, error: BaseException) -> Finding:
    """The finding of a witness that ended in an exception, or was ended by the clock."""
    if isinstance(error, OutOfTime):
        return Finding(claim.id, claim.family, by, Verdict.OUT_OF_TIME, claim.expected, note=str(error))
    return Finding(claim.id, claim.family, by, Verdict.FAILED, claim.expected, note=described(error))


def guarded(claim: Claim, by: str, work: Callable[[], Iterable[Finding]], limit: float | None = None) -> list[Finding]:
    """What a witness finds in so many seconds of computing; an error in it, or its time limit, is a finding."""
    try:
        with clock.within(clock.WITNESS if limit is None else limit):
            return list(work())
    except BadInput:
        raise
    except (Exception, OutOfTime) as error:
        return [failed(claim, by, error)]


class Analysis:
    """A running process that analyses claims of the catalogue, or of one user's `file` (there the derivation only: the
    rest is quick). It takes them one by one from `queue`, which it may share with others, but for those that `settled` says
    need it no more; `found` gets every finding, on a thread. A claim that ends the process has a row that says so, and
    another process goes on. limit: seconds of computing for the derivation of a user's claim.  last: whether it begins at the
    queue's end: two then have neighbours, which share what is derived.
    """

    def __init__(
        self,
        queue: deque[Claim],
        asked: float,
        twins: bool,
        found: Callable[[Finding], None],
        done: Callable[[str], None],
        file: str = "",
        settled: Callable[[Claim], bool] = lambda claim: False,
        limit: float = clock.WITNESS,
        last: bool = False,
    ):
        self.take = queue.pop if last else queue.popleft
        self.found, self.done, self.settled = found, done, settled
        self.file, self.options = (
            file,
            {"asked": asked, "twins": twins, "limit": limit, "file": file, "memory": MOST_MEMORY},
        )
        self.claim: Claim | None = None  # the one that it is at
        self.heard = ""  # the witness of which there are findings on that claim
        self.ready = self.stopped = self.full = False
        self.error: BaseException | None = None
        self._start()
        self._hand_over()
        self.thread = Thread(target=self._read, daemon=True)
        self.thread.start()

    def _start(self) -> None:
        self.process = waiting.pop() if waiting else Begun()
        self._ask(json.dumps(self.options))
        self.ready = self.full = False

    def _next(self) -> Claim | None:
        """The next claim that needs it; None where there is none."""
        self.claim, self.heard = None, ""
        with suppress(IndexError):
            while self.settled(claim := self.take()):
                pass
            self.claim = claim
        return self.claim

    def _hand_over(self) -> None:
        """The next claim, or the end of its input."""
        if (claim := self._next()) is not None:
            self._ask(claim.id)
            return
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def _ask(self, text: str) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it has died: the end of its output tells that
            print(text, file=self.process.stdin, flush=True)

    def _read(self) -> None:
        try:
            self._listen()
            while not self.stopped:
                status = self.process.wait()
                if self.full:
                    if (claim := self._next()) is None:
                        break
                    self._close()
                    self._start()
                    self._ask(claim.id)
                elif status and self.ready and self.claim is not None:
                    self._replace()
                else:
                    break
                self._listen()
        except BaseException as error:  # handed to the caller by `wait`
            self.error = error

    def _listen(self) -> None:
        """What the process says, to its end."""
        from .ledger import _finding

        assert self.process.stdout is not None
        for line in self.process.stdout:
            row = json.loads(line)
            if "ready" in row:
                self.ready = True
            elif "done" in row:
                self.full = row["full"]
                if not self.full:
                    self._hand_over()
                self.done(row["done"])
            else:
                finding = _finding(None, line)
                self.heard = finding.witness
                self.found(finding)

    def _replace(self) -> None:
        """The claim that the process was at has ended it: a row of the witness, and another process for what is left."""
        claim, asked = self.claim, behind(self.heard) or [witness(self.heard)]
        assert claim is not None
        self.process.complaints.seek(0)
        said = self.process.complaints.read().strip().splitlines()[-1:]
        verdict, note = ended_by(self.process.returncode)
        self._close()
        self.heard, left = asked[0].name, asked[1:]
        self.found(Finding(claim.id, claim.family, self.heard, verdict, claim.expected, note=": ".join([note, *said])))
        self._start()
        if left and not self.file:
            self._ask(f"{claim.id} {self.heard}")
        else:
            self.done(claim.id)
            self._hand_over()

    @property
    def is_alive(self) -> bool:
        """Whether it may still say something."""
        return self.thread.is_alive()

    def wait(self) -> None:
        """Until all is said. Raises `RuntimeError` where the process ended with an error, and what its thread raised."""
        self.thread.join()
        try:
            if self.error is not None:
                raise self.error
            if self.process.wait():
                self.process.complaints.seek(0)
                raise RuntimeError("the analytic witnesses stopped:\n" + self.process.complaints.read()[-2000:])
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process and its thread, at once."""
        self.stopped = True
        while True:  # another one may be begun meanwhile
            self.process.kill()
            self.thread.join(0.2)
            if not self.thread.is_alive():
                break
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        self.process.complaints.close()


class Begun(subprocess.Popen):
    """A process that is begun anew."""

    def __init__(self):
        # -P: a folder of our packages' name in the user's working directory must not come first
        ours = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join([ours, *filter(None, [os.environ.get("PYTHONPATH")])])
        self.complaints = _complaints()
        super().__init__(
            [sys.executable, "-P", "-m", "reports.analytic"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
            env={"SYMPY_CACHE_SIZE": interpreter.RESULTS, **os.environ, "PYTHONPATH": path},
            encoding="utf-8",
        )


class Copy:
    """A copy of this process, which waits to be asked: it has what is imported here. For a process without threads.

    What is used of it is named as in `subprocess.Popen`.
    """

    def __init__(self):
        given, answers, self.complaints = os.pipe(), os.pipe(), _complaints()
        ends = given[1], answers[0]
        ours = multiprocessing.get_context("fork").Process(
            target=_copied, args=(given[0], answers[1], self.complaints.fileno(), ends)
        )
        ours.start()
        os.close(given[0])
        os.close(answers[1])
        assert ours.pid is not None
        self.pid, self.kill, self._process = ours.pid, ours.kill, ours
        self.stdin = os.fdopen(given[1], "w", encoding="utf-8")
        self.stdout = os.fdopen(answers[0], encoding="utf-8")

    def wait(self) -> int:
        """Its exit status, negative for a signal."""
        self._process.join()
        return self.returncode

    @property
    def returncode(self) -> int:
        """0 while it runs, and where it ended well; negative for a signal."""
        return self._process.exitcode or 0


waiting: list[Copy] = []  # copies that were made beforehand


def _complaints() -> IO[str]:
    # a file: a pipe that nobody reads would block the process
    return TemporaryFile("w+", encoding="utf-8", errors="backslashreplace")


def _copied(given: int, answers: int, complaints: int, ends: tuple[int, ...]) -> None:
    for end in ends:
        os.close(end)
    os.dup2(complaints, 2)
    sys.stderr = os.fdopen(os.dup(2), "w", 1, encoding="utf-8", errors="backslashreplace")
    serve(os.fdopen(given, encoding="utf-8"), os.fdopen(answers, "w", encoding="utf-8"))


def ended_by(code: int) -> tuple[Verdict, str]:
    """What is told of a witness whose process ended with this status, negative for a signal."""
    if code == LATE:
        return Verdict.OUT_OF_TIME, "loading the file was ended by the clock"
    if code == -getattr(signal, "SIGXCPU", 0):
        return Verdict.OUT_OF_TIME, "ended by the limit of the time that a process may compute"
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with status {code}"
    memory = ", as the system does where memory runs out" if code == -getattr(signal, "SIGKILL", 0) else ""
    return Verdict.FAILED, f"its process was ended {how}{memory}"


def _end_with_parent(parent: int) -> None:
    """Leave when the process that asked is gone, whatever ended it."""
    import time

    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    """The process of derivations and balls: claims come in by name, findings go out, line by line."""
    sys.stdin.reconfigure(encoding="utf-8")  # pyrefly: ignore[missing-attribute]
    serve(sys.stdin, os.fdopen(os.dup(1), "w", encoding="utf-8"))


def serve(given: IO[str], channel: IO[str]) -> None:
    """Answers what is `given`, to its end."""
    interpreter.prepare()  # a copy may be of a process that a user has begun
    os.dup2(2, 1)  # a user's file may print
    sys.stdout = sys.stderr
    how = json.loads(given.readline())
    if not how["file"]:
        catalogue()
    if _has_lives(how):
        for name in PROVERS:
            import_module(name)
        gc.freeze()  # what all lives share is looked through by none
    print(json.dumps({"ready": True}), file=channel, flush=True)
    if not _has_lives(how):
        Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
        _answer(given, channel, how)
        return
    for first in given:  # one claim is given at a time: the next is read by who answers it
        ours = os.getpid()
        if (life := os.fork()) == 0:
            _live(ours, chain([first], given), channel, how)
        _await(life, os.getppid())


def _has_lives(how: dict[str, Any]) -> bool:
    """Whether the process answers by copies of itself; another system than Linux may copy less than all that is needed."""
    return not how["file"] and sys.platform == "linux"


def _live(parent: int, given: Iterable[str], channel: IO[str], how: dict[str, Any]) -> NoReturn:
    """One life of the process, which ends where it has grown large: another one begins with all imports, in no time."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it ends with the process that it is a life of
    if os.getppid() != parent:  # which had ended before that was asked
        os._exit(1)
    try:
        _answer(given, channel, how)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _await(life: int, parent: int) -> None:
    """Until a life is over; what ended it too early ends this process."""
    import time

    while (done := os.waitpid(life, os.WNOHANG))[0] == 0:
        if os.getppid() != parent:
            os._exit(1)
        time.sleep(0.02)
    status = os.waitstatus_to_exitcode(done[1])
    if status < 0:
        os.kill(os.getpid(), -status)
    if status:
        os._exit(status)


def _answer(given: Iterable[str], channel: IO[str], how: dict[str, Any]) -> None:
    """The findings of each claim that is given, until there are none, or the process has grown large."""
    asked, twins, limit, file, most = (how[name] for name in ("asked", "twins", "limit", "file", "memory"))
    if hasattr(os, "register_at_fork"):  # what a user's file forks would hold the pipe open when this process has ended
        os.register_at_fork(after_in_child=lambda: os.close(channel.fileno()))
    for line in given:
        name, *after = line.split()
        clock.last_resort(3 * clock.WITNESS)
        if file:
            from .conjectures import load

            try:
                with clock.within(clock.of_file(limit)):
                    (claim,) = load(file, name)
            except OutOfTime:
                sys.exit(LATE)
            findings = [derive(claim, asked, limit)]
        else:
            (claim,) = catalogue(name)
            findings = analyse(claim, asked, twins, *after)
        for finding in findings:
            print(json.dumps(asdict(finding)), file=channel, flush=True)
        full = interpreter.memory() > most
        print(json.dumps({"done": claim.id, "full": full and not _has_lives(how)}), file=channel, flush=True)
        if full:
            return


if __name__ == "__main__":
    main()
