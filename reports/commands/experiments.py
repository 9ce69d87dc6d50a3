"""`run`: the experiments of the literature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from .. import streams
from .options import INTERRUPTED, Seed, Stop, Workers, count, need, say, workers_of, written
from .progress import Steps


def run(
    name: Annotated[str, Argument(metavar="NAME", help="The experiment; without it all are listed.")] = "",
    out: Annotated[
        Path | None,
        Option(
            metavar="DIR",
            show_default="NAME, or NAME-quick",
            help="The folder for runs, table, findings and figures.",
        ),
    ] = None,
    quick: Annotated[
        bool, Option("--quick", help="Fewer settings or runs, for a first look: less than 5 minutes.")
    ] = False,
    images: Annotated[
        Path | None,
        Option(metavar="mnist|DIR", help="MNIST, or CIFAR-10's binary files, in place of scikit-learn's digits."),
    ] = None,
    seed: Seed = 0,
    workers: Workers = "",
) -> int:
    """Run an experiment of the literature: measured runs, a table, figures, and its claims decided.

    What is done is kept in DIR/parts: after an interruption the same command goes on from there, to the same files.
    """
    from ..experiments import DESCRIPTIONS, experiment

    if not name:
        width = max(map(len, DESCRIPTIONS))
        for known, description in DESCRIPTIONS.items():
            print(f"{known:{width}}  {description}")
        return 0
    experiment(name)
    folder = out or Path(f"{name}-quick" if quick else name)
    need(folder.is_dir() or not folder.exists(), f"--out {folder} is a file; it must be a folder, or a new name")
    pool = workers_of(workers)

    from ..experiments import outline

    tell = Steps(name)
    try:
        with written(folder, None), tell:
            done = outline.run(name, folder, seed, pool, tell, images, quick)
    except KeyboardInterrupt:
        place = folder / "parts"
        kept = f"{tell.done} of {count(range(tell.total), 'job')} kept in {place}: the same command goes on from there"
        raise Stop(f"interrupted: {kept if place.exists() else 'nothing was done yet'}", INTERRUPTED) from None
    streams.tell("\n\n".join([*map(str, done.checked), *done.remarks]))
    say(f"{count(done.files, 'file')} in {folder}: {', '.join(f.name for f in done.files)}")
    from ..suite import status

    return status(c.summary for c in done.checked)
