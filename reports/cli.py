"""The command `selfconsuming`. Whatever is slow to import is imported inside the commands."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Option
from typer.core import TyperCommand

from . import interpreter, streams
from .commands import check, experiments, numbers, recheck, report, reproduce, searches, show, verify, words
from .commands.options import BAD_INPUT, DISK, INTERNAL, INTERRUPTED, LOST, PIPE, Stop, say

NEXT = """\
Theorems about generative models that are retrained on their own output, decided. Try:
  selfconsuming verify gaussian                    the claims of a family, a minute or so; of all without the name
  selfconsuming show gaussian-sigma-mean-c4        all of one claim; `selfconsuming list` names them
  selfconsuming new mine.py                        a conjecture of your own, for `selfconsuming check mine.py`
  selfconsuming words                              what claims are written with: laws, domains, moments, loops
  selfconsuming --help                             all commands; their options: selfconsuming verify --help"""
VARIABLES = {"allow_extra_args": True, "ignore_unknown_options": True}  # n=100 and --n 100, whatever they are called

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def selfconsuming(
    context: typer.Context,
    version: Annotated[bool, Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Check theorems about generative models that are retrained on their own output.

    Exit status: 0 every claim came out as declared; 1 a surprise; 2 bad input; 3 no surprise, but an undecided claim;
    4 the ledger, the disk or the cluster failed; 70 an error of the program; 130 interrupted.
    """
    if version:
        print(f"selfconsuming {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(NEXT)
        raise typer.Exit(BAD_INPUT)


class Once(TyperCommand):
    """A command that refuses an option with one value where it is given twice: the first would be forgotten in silence."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As of any command. Raises `Stop` for an option with one value that is given twice."""
        names = {name: p for p in self.get_params(ctx) if not getattr(p, "is_flag", True) for name in p.opts}
        given = Counter(names[n] for n in (a.partition("=")[0] for a in takewhile("--".__ne__, args)) if n in names)
        for option, times in given.items():
            if times > 1 and not option.multiple:
                raise Stop(
                    f"{option.opts[0]} is given {times} times, and has one value: which one?  (see selfconsuming --help)"
                )
        return super().parse_args(ctx, args)


command = partial(app.command, cls=Once)
command()(verify.verify)
command("list")(show.list_)
command()(show.show)
command()(words.words)
command()(report.report)
command()(reproduce.reproduce)
command()(recheck.recheck)
command()(check.new)
command()(check.check)
command()(check.ask)
command(context_settings=VARIABLES)(numbers.value)
command(context_settings=VARIABLES)(numbers.table)
command()(searches.sharpen)
command("map")(searches.map_plane)
command()(experiments.run)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("selfconsuming")
    except PackageNotFoundError:
        return "(not installed)"


def _check_packages() -> None:
    """A folder named `theory` or `simulate` where Python looks first would be taken for ours."""
    from importlib.util import find_spec

    home = Path(__file__).resolve().parents[1]
    for name in ("theory", "simulate"):
        spec = find_spec(name)
        places = list(spec.submodule_search_locations or [spec.origin]) if spec else []
        if not places or Path(str(places[0])).resolve() != home / name:
            found = f"is taken from {places[0]}" if places else "is missing"
            raise Stop(f"the package `{name}` {found}, not from {home / name}: run elsewhere, or rename that one")


def _run(args: Sequence[str] | None) -> int:
    try:
        _check_packages()
        group = typer.main.get_command(app)
        arguments = sys.argv[1:] if args is None else list(args)
        with group.make_context("selfconsuming", arguments) as context:  # its own `main` has statuses of its own
            status = group.invoke(context)
        sys.stdout.flush()
        return status
    except typer.Exit as stop:
        return stop.exit_code
    except KeyboardInterrupt:
        say("interrupted: what was found is kept, and the same command goes on from there")
        return INTERRUPTED
    except Stop as stop:
        say(str(stop))
        return stop.status
    except OSError as error:
        streams.close()
        if streams.hung_up(error) or _while_interrupted(error):  # nobody is there any more
            return INTERRUPTED
        if isinstance(error, BrokenPipeError):
            return PIPE
        say(streams.in_words(error))
        return DISK
    except Exception as error:
        return _failed(error)


def _while_interrupted(error: BaseException) -> bool:
    """Whether an error came while an interruption was being told of."""
    before = error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _while_interrupted(before))


def _failed(error: Exception) -> int:
    from theory.language.errors import BadInput

    if hasattr(error, "format_message"):  # Typer's own: an unknown option, a missing argument
        say(f"{error.format_message()}  (see selfconsuming --help)")
        return BAD_INPUT
    if isinstance(error, BadInput):
        say(str(error))
        return BAD_INPUT
    from .ledger import LedgerError

    if isinstance(error, LedgerError):
        say(f"the ledger failed: {error}")
        return DISK
    from simulate.engine.workers import WorkersLost

    if isinstance(error, WorkersLost):
        say(str(error))
        return LOST
    from traceback import format_exception

    print(streams.visible("".join(format_exception(error))), file=sys.stderr, end="")
    say("this is an error of the program, not of a claim: please report it")
    return INTERNAL


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    interpreter.prepare()
    # who is ended so leaves as little behind as after Ctrl-C; what is ignored, as under `nohup`, stays so
    for name in ("SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    streams.prepare()
    status = _run(args)
    if (
        status == INTERRUPTED
    ):  # Python would end itself by the signal, if that came within an `exec`, or wait for threads
        streams.close()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main()
