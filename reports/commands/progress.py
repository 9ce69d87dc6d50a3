"""How far a command is, on standard error: live on a terminal, else a line now and then."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .. import streams
from .options import say

if TYPE_CHECKING:
    from theory.language.verdicts import Finding

    from ..run import Event


class Progress:
    """How far `verify` is, on standard error: live on a terminal, else a line for each stage and each decided claim."""

    def __init__(self, claims: int, ledger: str):
        from time import monotonic

        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.claims, self.ledger = claims, ledger
        self.cached, self.blocks, self.stage = 0, 0, ""
        self.decided: dict[str, str] = {}  # claim -> verdict of its first witness
        self.refuting: set[tuple[str, str]] = set()  # claim and witness, told once however many points there are
        self.last: list[Finding] = []
        self.clock, self.start, self.told = monotonic, monotonic(), monotonic()
        self.bar = Progress(TextColumn("blocks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.task = self.bar.add_task("", total=None, visible=False)
        console = streams.screen(stderr=True)
        self.live = (
            Live(get_renderable=self._view, console=console, refresh_per_second=5, transient=True)
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Progress:
        if self.live:
            self.live.start()
        return self

    def __exit__(self, *exc) -> None:
        if self.live:
            self.live.stop()
        if self.cached and not exc[0]:
            say(f"{self.cached} of {self.claims} claims were settled in {self.ledger} (--fresh runs them again)")

    def __call__(self, event: Event) -> None:
        from theory.language.verdicts import Verdict

        match event.kind:
            case "cached":
                self.cached += 1
                self.decided[event.text] = ""
            case "stage":
                self.stage = event.text
                self._line(event.text)
            case "blocks":
                self._blocks(event.done, event.total)
            case "finding" if event.finding and event.finding.verdict not in (Verdict.UNDECIDED, Verdict.LEFT_OUT):
                f = event.finding
                self.last = [*self.last[-5:], f]
                news = {(f.claim, f.witness)} if f.verdict == Verdict.REFUTED and f.expected == "holds" else set()
                if f.claim not in self.decided or news - self.refuting:
                    self.decided[f.claim] = str(f.verdict)
                    self.refuting |= news
                    self._line(f"{len(self.decided)}/{self.claims}  {_brief(f)}")

    def _blocks(self, done: int, total: int) -> None:
        self.blocks += 1
        if done < self.bar.tasks[0].completed:  # the next look
            self.bar.reset(self.task)
        self.bar.update(self.task, completed=done, total=total, visible=True)
        if self.clock() - self.told > 10:
            left = self.bar.tasks[0].time_remaining
            self._line(f"{done}/{total} blocks" + (f", about {left:.0f} s left" if left else ""))

    def _line(self, text: str) -> None:
        self.told = self.clock()
        if self.live:
            self.live.refresh()
        else:
            print(streams.visible(f"{self.told - self.start:6.1f} s  {text}"), file=sys.stderr, flush=True)

    def _view(self) -> Any:
        from rich.console import Group
        from rich.text import Text

        head = f"{len(self.decided)} of {self.claims} claims looked at · {self.stage or 'starting'}"
        drawn = f" · {self.blocks} blocks of draws" if self.blocks else ""
        lines = [Text(_brief(f), style="dim", overflow="ellipsis", no_wrap=True) for f in self.last]
        return Group(Text(head + drawn, style="bold"), *lines, self.bar)


class Later:
    """`Progress` from the moment on at which it is known of how many claims."""

    def __init__(self, ledger: str, silent: bool = False):
        self.ledger, self.silent = ledger, silent
        self.progress: Progress | None = None

    def begin(self, claims: int) -> None:
        """Begin to show it, for so many claims; once begun, only their number changes. Nothing where it is silent."""
        if self.progress is not None:  # of one more file
            self.progress.claims = claims
        elif not self.silent:
            self.progress = Progress(claims, self.ledger).__enter__()

    def __call__(self, event: Event) -> None:
        if self.progress is not None:
            self.progress(event)

    def __enter__(self) -> Later:
        return self

    def __exit__(self, *exc) -> None:
        if self.progress is not None:
            self.progress.__exit__(*exc)


class Steps:
    """How many jobs of an experiment are done, on standard error: a bar on a terminal, else a line now and then."""

    def __init__(self, name: str):
        from time import monotonic

        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.name, self.clock, self.start = name, monotonic, monotonic()
        self.told, self.done, self.total = -1.0, 0, 0
        columns = (
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )
        console = streams.screen(stderr=True)
        self.bar = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self.task = self.bar.add_task("", left="") if self.bar else None

    def __enter__(self) -> Steps:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *exc) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, done: int, total: int, left: float | None) -> None:
        now = self.clock()
        first, self.done, self.total = self.told < 0, done, total
        words = "" if left is None or done == total else f"about {_span(left)} left"
        if self.bar and self.task is not None:
            self.bar.update(self.task, completed=done, total=total, left=words)
        if first or (not self.bar and (done == total or now - self.told > 10)):
            self.told = now
            told = [f"{done}/{total} jobs", "done before" if first and done else "", words]
            print(
                f"{now - self.start:6.1f} s  {self.name}: {', '.join(filter(None, told))}", file=sys.stderr, flush=True
            )


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 100 else f"{seconds:.0f} s"


def _brief(f: Finding) -> str:
    at = ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items())
    said = "holds" if at and f.verdict == "supported" else str(f.verdict)  # at a point: the claim's verdict comes later
    return f"{said} {f.claim} ({f.witness}{f', {at}' if at else ''})"
