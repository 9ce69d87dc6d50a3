"""`sharpen` and `map`: the best constant of a bound, and where in a plane a claim holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

from .. import streams
from .check import shown
from .claims import claim_called
from .options import LedgerFile, Target, check_effort, file_to, need, written


def sharpen(
    target: Target,
    claim: Annotated[str, Option(metavar="NAME", show_default="all", help="Only this claim of the file.")] = "",
    constant: Annotated[
        str,
        Option(
            metavar="C", show_default="the factor of the bound", help="The variable that is the constant: C=Points(2)."
        ),
    ] = "",
    seconds: Annotated[float, Option(metavar="S", help="About how long to work on each claim.")] = 40.0,
    out: Annotated[
        Path | None, Option(metavar="FIGURE", help="Draw the ratio of the sides, of one claim (.png, .svg, .pdf).")
    ] = None,
) -> int:
    """Find the best constant of an inequality a <= C*b: where it is attained or approached, or what it lies between.

    Exit status: 0 the best constant is known, or enclosed; 1 the claimed one is too good; 2 bad input; 3 neither.
    """
    from .. import own

    check_effort(seconds)
    at = own.named(target, claim)
    if out:
        from ..figures import suffixed

        file_to("--out", out, None, at.file)
        suffixed(out)
    if not own.is_file(target):
        from .. import sharpen_told
        from ..sharpen import sharpened

        found = sharpened(claim_called(target), constant, seconds)
        with written(out or Path(), None):
            streams.tell(sharpen_told.in_words(found, constant, out))
        return sharpen_told.status(found)

    need(out is None or bool(at.claim), "--out draws one claim: name it with --claim")
    return shown("sharpen", at, seconds, {"constant": constant, "out": str(out) if out else ""})


def map_plane(
    target: Target,
    x: Annotated[str, Option("--x", metavar="NAME=LO..HI", help="The variable to the right, and its range.")],
    y: Annotated[str, Option("--y", metavar="NAME=LO..HI", help="The variable upwards, and its range.")],
    at: Annotated[
        str,
        Option(metavar="NAME=VALUE,...", show_default="a notable value each", help="Values of the other variables."),
    ] = "",
    claim: Annotated[str, Option(metavar="NAME", show_default="the only one", help="Which claim of the file.")] = "",
    seconds: Annotated[float, Option(metavar="S", help="About how long to work.")] = 20.0,
    out: Annotated[
        list[Path] | None,
        Option(metavar="PATH", help="A figure (.png, .svg, .pdf), or the cells as data (.csv); may be repeated."),
    ] = None,
    ledger: LedgerFile = None,
) -> int:
    """Map where in the plane of two variables a claim is proved, holds, fails, or is not decided.

    By derivations and balls alone, refined along the boundary: `map FILE --x lam=0..1 --y n=2..50 --out map.png`. If there
    is a ledger, it keeps the last map of a claim: the page of `report` shows it.
    """
    from .. import own
    from ..ledger import default_path

    book = (ledger or default_path()).absolute()

    check_effort(seconds)
    plotted = own.named(target, claim)
    files = out or []
    for path in files:
        file_to("--out", path, None, plotted.file)
        if path.suffix != ".csv":
            from ..figures import suffixed

            suffixed(path)
    pairs = [item.partition("=") for item in filter(None, at.split(","))]
    need(all(dots for _, dots, _ in pairs), f"--at is {at!r}; expected NAME=VALUE,..., such as n=10,t=5")
    others = {name.strip(): value for name, _, value in pairs}
    if not own.is_file(target):
        from ..plane import in_words, plane

        made = plane(claim_called(target), x, y, others, seconds)
        with written(files[0] if files else Path(), None):
            streams.tell(in_words(made, files, book))
        return 0

    options = {"x": x, "y": y, "at": others, "out": [str(path) for path in files], "ledger": str(book)}
    return shown("map", plotted, seconds, options)
