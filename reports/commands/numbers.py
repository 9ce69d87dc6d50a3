"""`value` and `table`: the numbers of a claim, or of a closed form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from .. import streams
from ..formats import by_suffix
from .claims import claim_called
from .options import Seed, Stop, Workers, check_effort, file_to, need, say, workers_of, write

Numbered = Annotated[
    str,
    Argument(
        metavar="ID|FILE.py[:NAME]|FAMILY.FUNCTION",
        help="A claim, a claim of your own file, or a closed form.",
        show_default=False,
    ),
]


def value(
    context: typer.Context,
    claim: Numbered = "",
    simulate: Annotated[bool, Option("--simulate", help="Simulate it as well.")] = False,
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About how long to simulate.")] = 3.0,
) -> int:
    """Tell the numbers of a claim, or of a closed form: `value gaussian-sigma-mean-c4 n=100 t=50`.

    Both sides in ball arithmetic, with the closed form that is derived. Without a name, or with a family's, the closed forms are
    listed.
    """
    from theory.families import families

    from .. import values

    if not claim or claim in families():
        streams.tell(values.listing(claim))
        return 0
    return _told_numbers(claim, "value", context.args, None, simulate, seed, workers, seconds)


def table(
    context: typer.Context,
    claim: Numbered,
    format: Annotated[
        str, Option(metavar="md|latex|csv", show_default="by PATH's suffix, else md", help="What to write.")
    ] = "",
    out: Annotated[Path | None, Option(metavar="PATH", show_default="standard output", help="Where to write.")] = None,
    simulate: Annotated[bool, Option("--simulate/--no-simulate", help="Whether it is simulated.")] = True,
    seed: Seed = 0,
    workers: Workers = "",
    seconds: Annotated[float, Option(metavar="S", help="About how long to simulate, all together.")] = 20.0,
) -> int:
    """Write a table over a grid: theory, simulated with its interval, their ratio.

    `table gaussian-sigma-mean-c4 --n 10,100,1000 --t 1,10,50`; as LaTeX with --format latex, or --out table.tex.
    """
    from ..value_tables import WRITERS

    name = format or by_suffix(out).name
    need(name in WRITERS, f"--format {name} is no format of tables: {', '.join(WRITERS)}")
    if out is not None:
        file_to("--out", out, None)
        need(out.parent.is_dir(), f"--out {out}: there is no folder {out.parent}")
    return _told_numbers(claim, "table", context.args, out, simulate, seed, workers, seconds, name)


def _told_numbers(
    claim: str,
    task: str,
    words: Sequence[str],
    out: Path | None,
    simulate: bool,
    seed: int,
    workers: str,
    seconds: float,
    format: str = "",
) -> int:
    """`value` or `table` of a claim of the catalogue, of a file's (in a process of its own), or of a closed form."""
    from .. import own, value_tables, values

    pool = workers_of(workers)
    check_effort(seconds)
    options: dict[str, Any] = {"given": values.assignments(words), "simulate": simulate, "seed": seed, "workers": pool}
    status = 0
    if own.is_file(claim):
        from ..apart import Apart, Job

        at = own.named(claim)
        options |= {"format": format} if format else {}
        apart = Apart(Job(task, str(at.file), at.claim or None, seconds, options), refused=say)
        apart.run()
        text, status = "\n\n".join(apart.result.texts), apart.result.status
    elif form := values.formulas().get(claim):
        given = options["given"]
        form_writer = value_tables.WRITERS.get(format)
        text = (
            values.formula_value(claim, form, given)
            if form_writer is None
            else form_writer(value_tables.formula_table(claim, form, given))
        )
    elif "." in claim:
        from theory.language.errors import nearest

        hint = nearest(claim, list(values.formulas()))
        raise Stop(f"there is no closed form {claim!r}{hint}; `selfconsuming value` lists them")
    else:
        if same := [name for name in values.formulas() if name.endswith(f".{claim}")]:
            raise Stop(f"there is no claim {claim!r}; there is a closed form {' and '.join(same)}")
        c = claim_called(claim)
        if task == "value":
            text = values.value(c, seconds=seconds, **options)
        else:
            text = value_tables.WRITERS[format](value_tables.table(c, seconds=seconds, **options))
    if text and out is not None:
        write(out, text)
    elif text:
        (streams.show if format else streams.tell)(text)
    return status
