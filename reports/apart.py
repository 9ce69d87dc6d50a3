"""A user's file in a process of its own, which may end however it likes: the claims in it are judged all the same.

`Apart` runs here and holds no code of the user's: it starts the process, keeps the time, tells what comes, and where the
process ends under way (the file ended it, the system did, or the clock) notes that for the part that it was at and starts
another one, which goes on behind that. The process is a fork of this one where nothing else runs here, since that takes no
time; else one that is begun anew.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from multiprocessing import reduction
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import theory
from theory.families import sources
from theory.language.errors import BadInput, OutOfTime, described, undisturbed
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

from . import clock, streams
from .own import named_twice
from .run import Event
from .witnesses import ANALYTIC, HUNT, NAMES, PARTS, SIMULATION

if TYPE_CHECKING:
    from theory.language.claims import Claim

    from .checked import Checked

LOAD, LOOK, BETWEEN = "load", "look", "between"  # the file, a claim before its check, and between the parts of that
WAIT = "wait"  # for another run on the ledger, which is at the same claim
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
LOOKS = 0.5  # seconds between looks whether the process lives: copies of it may keep its pipes open
EXPECTED = ("BadInput", "LedgerError", "WorkersLost", "OSError")  # errors that have an exit status of their own
OF_FILE = (LOAD, LOOK)
DOING = {LOAD: "loading the file", LOOK: "building the claim", BETWEEN: "what is asked of the claim"}
LIMITED = (*OF_FILE, *(w.name for w in PARTS if w.half == ANALYTIC))  # by what the process computes, too
RUN = (SIMULATION.name, HUNT)  # parts that run the loop itself: what keeps one from its end keeps the other from it
OWN = (*(w.name for w in PARTS), HUNT)  # parts of a check that others go on without


@dataclass(frozen=True)
class Job:
    """What is to be done with the claims of a file: `check`ed, `plan`ned, `ask`ed for, `sharpen`ed, `map`ped, told in a
    `value` or a `table`, or held against `data`."""

    task: str
    file: str
    claim: str | None
    seconds: float
    options: dict[str, Any]
    ledger: str | None = None


@dataclass
class Progress:
    """What one process hands to the next: claims looked over, claims done, what ended parts of the others, after how long."""

    looked: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    ended: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    findings: dict[str, list[str]] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)


@dataclass
class Result:
    """What is told of the claims of a file.

    claims: their names.  texts: of those done, as printed.  tables: parts of the JSON report.  statuses: exit statuses
    without those of bad input.  refused: bad input, a message each.
    """

    claims: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Exit status: 2 beats 1 beats 70 beats 3 beats 0."""
        return 2 if self.refused else next((s for s in (1, 70, 3) if s in self.statuses), 0)


# ---- here -----------------------------------------------------------------------------------------------------------


class Apart:
    """Runs a job; `result` is what has been told so far, also where the job is interrupted."""

    def __init__(
        self,
        job: Job,
        tell: Callable[[Event], None] = lambda event: None,
        refused: Callable[[str], None] = lambda message: None,
        begun: Callable[[int], None] = lambda claims: None,
    ):
        self.job, self.tell, self.refused, self.begun = job, tell, refused, begun
        self.result, self.progress = Result(), Progress()
        self.places: dict[str, str] = {}  # where the claims stand in the file
        self.claim, self.part, self.limit = "", LOAD, math.inf
        self.process: Any = None
        self.said: dict[str, str] = {}  # what the process said of its own end
        self.since: dict[str, float] = {}  # when the checks of claims began, in whichever process
        self.loaded = self.over = False

    def run(self) -> Result:
        """Run the job, with a new process wherever one ends before it is done. Returns `result`."""
        for file in self._files():
            self.job, self.loaded, self.over = replace(self.job, file=str(file)), False, False
            while not self.over:
                self._once()
        return self.result

    def _files(self) -> list[Path]:
        """What is run in a process of its own; measured runs are held against all claims together, which share an error."""
        from .conjectures import apart

        path = Path(self.job.file)
        try:
            return [path] if self.job.task == "data" else apart(path, self.job.claim)
        except BadInput as problem:
            self._refuse(str(problem))
            return []

    def _once(self) -> None:
        """One process, to its end."""
        ours, theirs = multiprocessing.Pipe(duplex=False)
        given = (asdict(self.job), asdict(self.progress), theirs, dict(os.environ), _Errors())
        process = _context().Process(target=_work, args=given, daemon=False)
        _start(process)
        theirs.close()
        self.claim, self.said, self.process = "", {}, process
        self._begin(LOAD)
        late = False
        try:
            while not self.over:
                wait([ours, process.sentinel], LOOKS)
                heard = False
                for row in _said(ours):
                    heard = True
                    self._hear(row)
                if not heard and not process.is_alive():
                    break
                if late := not heard and self.elapsed.seconds > self.limit:
                    break
        finally:
            _end(process)
            ours.close()
        if not self.over:
            code = process.exitcode or 0
            self._ended(code, late or code == -getattr(signal, "SIGXCPU", 0))

    def _begin(self, part: str) -> None:
        self.part, self.elapsed = part, clock.Elapsed(self.process.pid)
        if (
            part in OF_FILE or part in OWN
        ):  # they have limits of their own; what is threads, or no Python, is ended from here
            self.limit = _limit(part, self.job.seconds) + 2 * clock.LAST
        elif part != WAIT and self.job.task != "data":  # that takes as long as there are rows
            self.limit = clock.PATIENCE * self.job.seconds + 2 * clock.GRACE  # a derivation may be waited for
        else:
            self.limit = math.inf

    def _hear(self, row: dict[str, Any]) -> None:
        match row:
            case {"claims": claims, "refusals": refusals}:
                if not self.loaded:
                    self.loaded = True
                    for claim, place in claims:
                        if claim in self.places:  # of another file
                            refusals.append(named_twice(claim, place, self.places[claim]))
                        self.places.setdefault(claim, place)
                    self.result.claims = list(self.places)
                    for message in refusals:
                        self._refuse(message)
                    self.begun(len(self.places))
            case {"part": part, "claim": claim}:
                self.claim = claim
                if part not in (*OF_FILE, WAIT):
                    self.since.setdefault(claim, time.monotonic())
                self._begin(part)
            case {"looked": claim}:
                self.progress.looked.append(claim)
            case {"refused": message, "claim": claim}:
                self._refuse(message, claim)
            case {"event": [kind, text, finding, done, total]}:
                from .ledger import _finding

                found = _finding(None, json.dumps(finding)) if finding else None
                if found is not None:
                    self.progress.findings.setdefault(self.claim, []).append(json.dumps(finding))
                self.tell(Event(kind, text, found, done, total))
            case {"checked": claim, "text": text, "table": table, "status": status}:
                self.progress.done.append(claim)
                self.result.texts.append(text)
                self.result.tables.append(table)
                self.result.statuses.append(status)
            case {"said": said}:
                self.said = said
            case {"error": [kind, message]}:
                self.over = True
                raise _error(kind, message)
            case {"over": _}:
                self.over = True

    def _refuse(self, message: str, claim: str = "") -> None:
        self.result.refused.append(message)
        self.refused(message)
        if claim:
            self.progress.done.append(claim)
        elif not self.loaded:
            self.over = True

    def _ended(self, code: int, late: bool) -> None:
        """The process has ended under way: what that says of the file, of a claim, or of a witness."""
        from .analytic import ended_by

        place = self.said.get("place") or self.places.get(self.claim, self.job.file)
        whose = f"{self.claim}: " if self.claim else ""
        doing = DOING.get(self.part, "")
        before = self.progress.ended.setdefault(self.claim, {})
        if self.claim in self.since:
            self.progress.spent[self.claim] = time.monotonic() - self.since[self.claim]
        verdict, how = (Verdict.OUT_OF_TIME, "ended by the clock") if late else ended_by(code)
        if late and doing:
            self._refuse(f"{place}: {whose}{doing} took longer than it may: --seconds gives it more time", self.claim)
        elif not late and (doing or code >= 0 or self.said):
            what = self.said.get("how") or (signal.Signals(-code).name if code < 0 else f"exit status {code}")
            self._refuse(
                f"{place}: {whose}the file ends the process ({what}); expected claims, and nothing else", self.claim
            )
        elif self.part in OWN and self.part not in before:
            before[self.part] = [str(verdict), how]
            if late and self.part in RUN:  # what is left would begin with a time of its own
                reason = "not tried: another part of this check had to be ended, and --seconds is long over"
                before.update({name: [str(Verdict.LEFT_OUT), reason] for name in OWN if name not in before})
        else:
            more = ": --seconds gives it more time" if late else ""
            self._refuse(f"{place}: {whose}{how}{more}", self.claim)
        self.over = self.over or not self.claim  # what ended it was not one claim: it would end the next one as well


def _said(connection: Connection) -> Iterator[dict[str, Any]]:
    """What has been said by now."""
    with suppress(EOFError, OSError):
        while connection.poll():
            yield json.loads(connection.recv_bytes())


def _context() -> Any:
    """Forks are for a process without threads: what another one holds at that moment is never released.

    Beside threads they are those of a process of their own, which has done the imports.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    if threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    families = [module for module, _ in sources()]  # `from theory import *` asks for them all
    context.set_forkserver_preload(
        ["reports.workbench", "simulate.engine.witness", "theory.proof.relations.prove", *families]
    )
    return context


class _Errors:
    """Where this process writes its errors: another one writes them there, too, whoever starts it."""

    def __reduce__(self):
        return _detached, (reduction.DupFd(2),)


def _detached(copy: Any) -> int:
    return copy.detach()


def _start(process) -> None:
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")  # ours need not be run again there
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads that are none of Python's
            process.start()
    finally:
        sys.modules["__main__"] = main


def _end(process) -> None:
    """End a process with all that it has started."""
    if process.pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, KILL)  # its own group, which what it has started belongs to
    process.kill()
    process.join()


def _error(kind: str, message: str) -> Exception:
    from simulate.engine.workers import WorkersLost

    from .ledger import LedgerError

    kinds: dict[str, type[Exception]] = dict(zip(EXPECTED, (BadInput, LedgerError, WorkersLost, OSError), strict=True))
    return kinds.get(kind, RuntimeError)(message)


# ---- there ----------------------------------------------------------------------------------------------------------


def _limit(part: str, seconds: float) -> float:
    """The seconds that a part of the work may compute, or wait."""
    return clock.of_file(seconds) if part in OF_FILE else clock.of_conjecture(seconds)


class _Channel:
    """Lines to the process that asked. A copy of this process, which the file may make, says nothing."""

    def __init__(self, connection: Connection, seconds: float):
        self.connection, self.process, self.lock = connection, os.getpid(), threading.Lock()
        self.seconds = seconds

    def __call__(self, **row: Any) -> None:
        if os.getpid() != self.process:
            os.kill(os.getpid(), KILL)
        with self.lock:
            self.connection.send_bytes(json.dumps(row).encode())

    def begin(self, part: str, claim: str) -> None:
        """A part of the work begins; an analytic one is ended by the system, if its own limit does not end it."""
        self(part=part, claim=claim)
        clock.last_resort(_limit(part, self.seconds) + clock.LAST if part in LIMITED else math.inf)


def _work(
    job: dict[str, Any],
    progress: dict[str, Any],
    connection: Connection,
    environment: dict[str, str],
    errors: int | _Errors,
) -> None:
    """The process: loads the file, does the job for what is left of its claims."""
    os.environ.clear()
    os.environ.update(environment)
    if isinstance(errors, int):
        os.dup2(errors, 2)
        os.close(errors)
    with suppress(OSError, AttributeError):
        os.setpgid(0, 0)  # what it starts ends with it
    if job["task"] == "check" and sys.platform == "linux":
        from . import analytic

        _families_of(job["file"])
        analytic.waiting.append(analytic.Copy())  # before there are threads, and before the file is loaded
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    with suppress(OSError):
        os.dup2(2, 1)  # a file may print
    sys.stdout = sys.stderr = os.fdopen(os.dup(2), "w", 1, encoding="locale", errors="backslashreplace")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        with suppress(AttributeError):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    todo = Job(**job)
    channel = _Channel(connection, todo.seconds)
    clock.last_resort(_limit(LOAD, todo.seconds) + clock.LAST)
    _tell_of_ends(channel, todo.file)
    try:
        _do(todo, Progress(**progress), channel)
        channel(over=True)
    except BaseException as error:
        if isinstance(error, OSError):  # of the disk, for a file that was to be written
            channel(error=[OSError.__name__, streams.in_words(error)])
        else:
            kind = type(error).__name__
            if kind not in EXPECTED:
                traceback.print_exception(error)
            channel(error=[kind, str(error) or kind])
    os.kill(os.getpid(), KILL)  # whatever threads the file has left


def _families_of(file: str) -> None:
    """What `from theory import *` will import, where a file says so: once for both processes."""
    with suppress(OSError):
        if "from theory import *" in Path(file).read_text(encoding="utf-8", errors="replace"):
            theory.__all__  # noqa: B018 - asking for it imports the families


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), KILL)


def _tell_of_ends(channel: _Channel, file: str) -> None:
    """Say beforehand where the file ends the process, as far as it does that by Python."""
    path = os.path.realpath(file)
    leave = os._exit

    def place() -> str:
        lines = [f.lineno for f in traceback.extract_stack() if os.path.realpath(f.filename) == path]
        return f"{file}:{lines[-1]}" if lines else ""

    def left(status: int) -> NoReturn:
        if os.getpid() != channel.process:  # a copy of it
            leave(status)
        channel(said={"how": f"os._exit({status})", "place": place()})
        leave(status)

    @undisturbed
    def heard(event: str, args: tuple) -> None:
        if event == "os.kill" and args[0] in (0, os.getpid()) and os.getpid() == channel.process and (at := place()):
            channel(said={"how": f"signal {int(args[1])}", "place": at})

    os._exit = left
    sys.addaudithook(heard)


def _do(job: Job, progress: Progress, channel: _Channel) -> None:
    from .conjectures import claims_in

    refusals: list[str] = []
    channel.begin(LOAD, "")
    try:
        with clock.within(_limit(LOAD, job.seconds)):
            claims = claims_in(job.file, job.claim, lambda problem: refusals.append(str(problem)))
    except OutOfTime as late:
        channel(
            refused=f"{_place(late, job.file)}: loading the file was {late}: --seconds gives it more time", claim=""
        )
        return
    except BaseException as problem:
        channel(refused=_message(problem, job.file), claim="")
        return
    channel(claims=[(c.id, c.location) for c in claims], refusals=refusals)
    for c in claims:
        asked = job.task in ("ask", "value", "table")  # a question is no relation
        if c.id not in progress.looked and c.id not in progress.done and not asked:
            _look(job, c, channel, progress)
    left = [c for c in claims if c.id not in progress.done]
    if job.task == "data" and left:
        _data(job, left, channel)
        return
    for c in _in_turn(job, left, channel):
        channel.begin(BETWEEN, c.id)
        try:
            tasks = {"plan": _plan, "ask": _ask, "sharpen": _sharpen, "map": _map, "value": _numbers, "table": _numbers}
            tasks.get(job.task, _check)(job, c, progress, channel)
        except BaseException as problem:
            if isinstance(problem, Exception) and not isinstance(problem, BadInput):
                raise
            _refuse(channel, c, problem)


def _look(job: Job, c: Claim, channel: _Channel, progress: Progress) -> None:
    """Look a claim over; what no witness could work with is told, and the others go on."""
    from .conjectures import examine

    channel.begin(LOOK, c.id)
    try:
        with clock.within(_limit(LOOK, job.seconds)):
            examine(c)
        channel(looked=c.id)
        return
    except OutOfTime as late:
        place = _place(late, _file(c), c)
        channel(refused=f"{place}: {c.id}: building the claim was {late}: --seconds gives it more time", claim=c.id)
    except BaseException as problem:
        ours = (
            isinstance(problem, Exception)
            and not isinstance(problem, BadInput)
            and _place(problem, _file(c)) == _file(c)
        )
        if ours and job.task == "check":  # the user's code has no part in it
            _tell_checked(_failed(c, [], problem), channel)
        else:
            _refuse(channel, c, problem)
    progress.done.append(c.id)


def _file(c: Claim) -> str:
    return c.location.rsplit(":", 1)[0]


def _place(problem: BaseException, file: str, c: Claim | None = None) -> str:
    """The last line of the user's file that a problem passed through; where there is none, its claim's, or the file."""
    from .conjectures import _line

    place = _line(problem, Path(file).resolve())
    return c.location if c is not None and place == file else place


def _message(problem: BaseException, file: str, c: Claim | None = None) -> str:
    from theory.language.hints import explained

    if isinstance(problem, BadInput):
        text = str(problem)
        return text if file in text or str(Path(file).resolve()) in text else f"{_place(problem, file, c)}: {text}"
    return f"{_place(problem, file, c)}: {c.id + ': ' if c else ''}{explained(problem)}"


def _in_turn(job: Job, claims: list[Claim], channel: _Channel) -> Iterator[Claim]:
    """The claims; of a check that what is settled needs no more, those that another run on the ledger is at come last."""
    if not job.options.get("settled") or job.ledger is None:
        yield from claims
        return
    from . import workbench
    from .ledger import Ledger
    from .turns import in_turn

    path, how = Path(job.ledger), _how(job)

    def waits(c: Claim) -> None:
        channel.begin(WAIT, c.id)
        channel(event=["stage", f"waiting for another run on {path}", None, 0, 0])

    with Ledger(path) as book:
        yield from in_turn(
            claims,
            path,
            lambda c: workbench.kept_under(c, *how),
            lambda c: workbench.settled(c, *how, book) is not None,
            waits,
        )


def _how(job: Job) -> tuple[float, float | None, float, int, bool]:
    """What a check's findings depend on, beside the claim."""
    o = job.options
    return job.seconds, o["resolution"], o["alpha"], o["seed"], o["twins"]


def _check(job: Job, c: Claim, progress: Progress, channel: _Channel) -> None:
    from simulate.engine.workers import WorkersLost

    from . import workbench
    from .checked import Checked
    from .ledger import Ledger, LedgerError, _finding

    def pass_on(event: Event) -> None:
        finding = asdict(event.finding) if event.finding else None
        channel(event=[event.kind, event.text, finding, event.done, event.total])

    o = job.options
    course = workbench.Course(
        {part: (Verdict(verdict), note) for part, (verdict, note) in progress.ended.get(c.id, {}).items()},
        [_finding(json.loads(f)["id"], f) for f in progress.findings.get(c.id, ())],
        lambda part: channel.begin(part or BETWEEN, c.id),
        o["run"],
        progress.spent.get(c.id, 0.0),
    )
    with Ledger(Path(job.ledger) if job.ledger else None) as book:
        if o["settled"] and (known := workbench.settled(c, *_how(job), book)):
            channel(event=["cached", c.id, None, 0, 0])
            _tell_checked(Checked(c, summarise(c.statement, c.corrected, known)), channel)
            return
        try:
            (done,) = workbench.check(
                [c],
                job.seconds,
                o["resolution"],
                o["alpha"],
                o["seed"],
                o["workers"],
                book,
                progress=pass_on,
                course=course,
                twins=o["twins"],
            )
        except (BadInput, LedgerError, WorkersLost):
            raise
        except Exception as error:
            done = _failed(c, course.findings, error)
    _tell_checked(done, channel)


def _failed(c: Claim, before: Sequence[Finding], error: BaseException) -> Checked:
    """What is told of a claim whose check went wrong outside of all its witnesses."""
    from .checked import Checked

    found = list(before)
    found += [
        Finding(c.id, c.family, w, Verdict.FAILED, c.expected, note=described(error))
        for w in NAMES
        if not any(f.witness == w for f in found)
    ]
    return Checked(c, summarise(c.statement, c.corrected, found))


def _tell_checked(done: Checked, channel: _Channel) -> None:
    from .records import as_dict
    from .suite import status

    c = done.claim
    channel(checked=c.id, text=str(done), table=as_dict([done.summary], {c.id: c}), status=status([done.summary]))


def _plan(job: Job, c: Claim, progress: Progress, channel: _Channel) -> None:
    from . import prices

    o = job.options
    asked = prices.PRICED if o["resolution"] is None else (o["resolution"],)
    channel.begin("plan", c.id)
    try:
        with clock.within(clock.of_conjecture(job.seconds)):
            found = prices.prices(c, asked, o["alpha"], o["seed"], o["workers"])
            promised = prices.promise(c, job.seconds, o["resolution"], o["alpha"], o["seed"], o["workers"])
        text = prices.prices_text(c, found, promised)
    except OutOfTime as late:
        text = f"{c.id}: telling what simulation costs was {late}: --seconds gives it more time"
    channel(checked=c.id, text=text, table={}, status=0)


def _ask(job: Job, c: Claim, progress: Progress, channel: _Channel) -> None:
    from . import answers

    channel.begin("ask", c.id)
    text = answers.answer(c, job.seconds, job.options["seed"], job.options["workers"])
    channel(checked=c.id, text=text, table={}, status=0)


def _numbers(job: Job, c: Claim, progress: Progress, channel: _Channel) -> None:
    from . import value_tables, values

    channel.begin(job.task, c.id)
    options = dict(job.options)
    write = value_tables.WRITERS[options.pop("format")] if job.task == "table" else None
    if write is None:
        text = values.value(c, seconds=job.seconds, **options)
    else:
        text = write(value_tables.table(c, seconds=job.seconds, **options))
    channel(checked=c.id, text=text, table={}, status=0)


def _sharpen(job: Job, c: Claim, progress: Progress, channel: _Channel) -> None:
    from . import sharpen, sharpen_told

    channel.begin("sharpen", c.id)
    found = sharpen.sharpened(c, job.options["constant"], job.seconds)
    text = sharpen_told.in_words(found, job.options["constant"], job.options["out"])
    channel(checked=c.id, text=text, table={}, status=sharpen_told.status(found))


def _map(job: Job, c: Claim, progress: Progress, channel: _Channel) -> None:
    from . import plane

    channel.begin("map", c.id)
    o = job.options
    made = plane.plane(c, o["x"], o["y"], o["at"], job.seconds)
    channel(checked=c.id, text=plane.in_words(made, [Path(p) for p in o["out"]], Path(o["ledger"])), table={}, status=0)


def _refuse(channel: _Channel, c: Claim, problem: BaseException) -> None:
    channel(refused=_message(problem, _file(c), c), claim=c.id)


def _data(job: Job, claims: list[Claim], channel: _Channel) -> None:
    from simulate.engine.reading import Reading

    from . import measured
    from .against_data import against_data
    from .ledger import Ledger

    o = job.options
    channel.begin("data", "")
    with Ledger(Path(job.ledger) if job.ledger else None) as book:
        share = o["alpha"] / len(claims)
        reading = Reading(o["where"], o["keep"], o["drop_missing"], o["bounds"])
        resolution = o["resolution"] or 0.1
        done = against_data(
            claims,
            Path(o["data"]),
            o["map"],
            share,
            resolution,
            book,
            reading=reading,
            refused=partial(_refuse, channel),
        )
    for checked in done:
        if o["out"]:
            files = [f.name for f in measured.write(checked.summary, Path(o["out"]))]
            checked.remarks += [f"what was measured is in {o['out']}: {', '.join(files)}"] if files else []
        _tell_checked(checked, channel)


__all__ = ["Apart", "Job", "Result"]
