"""The formats of a report: what each is called, and how it is written. One table; the command's options follow from it.

To add one: an object in `FORMATS`. `write` gets the findings and what was asked; what is slow it imports itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import streams
from .witnesses import of

if TYPE_CHECKING:
    from .figures import Trajectory
    from .suite import Findings


@dataclass(frozen=True)
class Asked:
    """columns: the names of those chosen, None for the format's own.  standalone: a document that needs no other one.

    drawn: what the figures of claims show, for a format that has them.  maps: of claims, as the ledger keeps them.
    paper: arXiv id of the paper that is asked for, "" for none.
    """

    columns: Sequence[str] | None = None
    standalone: bool = False
    drawn: Mapping[str, Trajectory] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    paper: str = ""


@dataclass(frozen=True)
class Format:
    """A way to write what was found.

    name: after `--format`.  suffix: of its files.  words: what it is.  write: its text.
    columns: whether a table of chosen columns is written, too.  standalone: whether it is part of a document, which
    `--standalone` makes whole.  figures: whether it shows the claims' figures.
    paper: (arXiv id, summaries, claims, day of the newest finding): the page on a paper's statements, for a format that has one.
    show: prints it, where no file is named.
    """

    name: str
    suffix: str
    words: str
    write: Callable[[Findings, Asked], str] = field(repr=False)
    columns: bool = True
    standalone: bool = False
    figures: bool = False
    paper: Callable[..., str] | None = field(default=None, repr=False)
    show: Callable[[str], None] = field(default=streams.show, repr=False)

    @property
    def file(self) -> str:
        """What it is called in a folder of reports."""
        return f"report.{self.suffix}"


HTML = Format(
    "html",
    "html",
    "HTML page",
    lambda found, asked: found.to_html(asked.drawn, asked.maps, asked.paper),
    columns=False,
    figures=True,
    show=streams.show_markup,
)
MARKDOWN = Format(
    "md",
    "md",
    "Markdown",
    lambda found, asked: found.to_markdown(asked.columns),
    paper=of("paper_page", "page"),
    show=streams.show_markup,
)
LATEX = Format(
    "latex", "tex", "LaTeX", lambda found, asked: found.to_latex(asked.columns, asked.standalone), standalone=True
)
CSV = Format("csv", "csv", "CSV", lambda found, asked: found.to_csv(asked.columns))
JSON = Format("json", "json", "JSON", lambda found, asked: found.to_json(asked.columns), show=streams.show_json)
FORMATS = (
    HTML,
    MARKDOWN,
    LATEX,
    CSV,
    JSON,
)

LISTED = ", ".join(f"{f.words} ({f.name})" for f in FORMATS)
WRITTEN = f"report.{FORMATS[0].suffix}, {', '.join(f'.{f.suffix}' for f in FORMATS[1:])}"  # into a folder


class Named(StrEnum):
    """The names of the formats, for the command line."""

    _ignore_ = ["f"]  # noqa: RUF012
    for f in FORMATS:  # pyrefly: ignore[bad-assignment]  # it is no member: `_ignore_`
        vars()[f.name] = f.name


def named(name: str) -> Format:
    """The format of this name."""
    return next(f for f in FORMATS if f.name == name)


def by_suffix(path: Path | None) -> Format:
    """The format that a file's name tells; Markdown where it tells none."""
    return next((f for f in FORMATS if path and path.suffix == f".{f.suffix}"), MARKDOWN)


__all__ = ["FORMATS", "LISTED", "MARKDOWN", "WRITTEN", "Asked", "Format", "Named", "by_suffix", "named"]
