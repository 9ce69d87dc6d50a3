"""The two analytic witnesses in a process of their own, beside the simulations: `python -m reports.analytic`.

Reads one claim id a line on standard input, writes its findings as one line of JSON each, then a line `{"done": id}`.
(A process, because SymPy and python-flint hold the interpreter's lock that the simulation's threads want as well; our
own, because the standard pools import the user's main module again.)
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread

from theory.language.claims import Claim, catalogue
from theory.language.errors import BadInput, told
from theory.language.verdicts import Finding, Verdict


def analyse(claim: Claim, asked: float, twins: bool = False) -> Iterator[Finding]:
    """The findings of the derivation witness and of the ball witness for one claim; `twins`: of its false twins too."""
    from theory.proof.enclose import enclose
    from theory.proof.twins import judge

    yield derive(claim, asked)
    points = claim.points()
    try:
        found = enclose(claim, points, asked)
        found = list(judge(found, claim, points, asked)) if twins else found
    except BadInput:
        raise
    except Exception as error:
        found = [failed(claim, "ball", error)]
    yield from found


def failed(claim: Claim, witness: str, error: Exception) -> Finding:
    """The finding of a witness that ended in an exception."""
    return Finding(claim.id, claim.family, witness, Verdict.FAILED, claim.expected, note=told(error))


def derive(claim: Claim, asked: float) -> Finding:
    """The finding of the derivation witness."""
    import time

    from theory.proof.prove import prove

    start = time.perf_counter()
    try:
        proof = prove(claim)
    except BadInput:
        raise
    except Exception as error:
        return failed(claim, "derivation", error)
    verdict = Verdict.PROVED if proof.proved else Verdict.REFUTED if proof.refuted else Verdict.LEFT_OUT
    settled = proof.proved or proof.refuted
    certificate = [*(f"{m} = {form}" for m, form in proof.forms.items()), *dict.fromkeys(proof.steps)]
    return Finding(
        claim.id,
        claim.family,
        "derivation",
        verdict,
        claim.expected,
        guarantee="rigorous" if settled else "",
        note="" if proof.proved else proof.reason,
        method=proof.method if settled else "",
        certificate=tuple(certificate) if settled else (),
        seconds=time.perf_counter() - start,
        resolution_asked=asked,
    )


class Analysis:
    """A running process that analyses claims of the catalogue, or of one user's `file` (there the derivation only: the
    rest is quick). It takes them one by one from `queue`, which it may share with others, but for those that `had` says
    need it no more; `found` gets every finding, on a thread."""

    def __init__(
        self,
        queue: deque[Claim],
        asked: float,
        twins: bool,
        found: Callable[[Finding], None],
        done: Callable[[str], None],
        file: str = "",
        had: Callable[[Claim], bool] = lambda claim: False,
    ):
        self.queue, self.found, self.done, self.had = queue, found, done, had
        # -P: a folder of our packages' name in the user's working directory must not come first
        ours = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join([ours, *filter(None, [os.environ.get("PYTHONPATH")])])
        # a file: a pipe that nobody reads would block the process
        self.complaints = TemporaryFile("w+")  # noqa: SIM115 - closed by `stop`
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "reports.analytic", str(asked), str(int(twins)), file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._hand_over()
        self.error: BaseException | None = None
        self.thread = Thread(target=self._read, daemon=True)
        self.thread.start()

    def _hand_over(self) -> None:
        """The next claim, or the end of its input."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it has died: the end of its output tells that
            try:
                while self.had(claim := self.queue.popleft()):
                    pass
                print(claim.id, file=self.process.stdin, flush=True)
            except IndexError:
                self.process.stdin.close()

    def _read(self) -> None:
        from .ledger import _finding

        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                row = json.loads(line)
                if "done" in row:
                    self._hand_over()
                    self.done(row["done"])
                else:
                    self.found(_finding(None, line))  # type: ignore[arg-type]
        except BaseException as error:  # handed to the caller by `wait`
            self.error = error

    def wait(self) -> None:
        self.thread.join()
        try:
            if self.error is not None:
                raise self.error
            if self.process.wait():
                self.complaints.seek(0)
                raise RuntimeError("the analytic witnesses stopped:\n" + self.complaints.read()[-2000:])
        finally:
            self.stop()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.thread.join()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        self.complaints.close()


def _end_with_parent(parent: int) -> None:
    """Leave when the process that asked is gone, whatever ended it."""
    import time

    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    gc.set_threshold(100_000)  # SymPy makes millions of small objects, and few cycles: a fifteenth of the time
    channel, sys.stdout = sys.stdout, sys.stderr  # a user's file may print
    asked, twins, file = float(sys.argv[1]), bool(int(sys.argv[2])), sys.argv[3]
    for line in sys.stdin:
        if file:
            from .conjectures import load

            (claim,) = load(file, line.strip())
            findings = [derive(claim, asked)]
        else:
            (claim,) = catalogue(line.strip())
            findings = analyse(claim, asked, twins)
        for finding in findings:
            print(json.dumps(asdict(finding)), file=channel, flush=True)
        print(json.dumps({"done": claim.id}), file=channel, flush=True)


if __name__ == "__main__":
    main()
