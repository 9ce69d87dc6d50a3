"""`list` and `show`: the claims that there are, and all that is known of one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from .. import streams
from ..witnesses import DERIVATION
from .claims import claim_called, claims_of, has_changed, summaries_of
from .options import LedgerFile, Patterns, opened

if TYPE_CHECKING:
    from rich.table import Table

    from theory.language.claims import Claim
    from theory.language.summaries import Summary
    from theory.language.verdicts import Finding


def list_(
    patterns: Patterns = None,
    json: Annotated[bool, Option("--json", help="Print a JSON list instead of a table.")] = False,
) -> int:
    """List the claims of the catalogue, or of your own file."""
    claims, status = claims_of(patterns)
    if json:
        from json import dumps

        streams.show_json(dumps([_entry(c) for c in claims], indent=1, ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        from ..tables import fold, id_width

        console = streams.screen()
        space = id_width([c.id for c in claims], console.width)
        for family in dict.fromkeys(c.family for c in claims):
            table = Table(title=family, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, title_style="bold")
            table.add_column("claim", width=space, no_wrap=True)
            table.add_column("statement")
            table.add_column("declared")
            for c in claims:
                if c.family == family:
                    table.add_row(*map(Text, (fold(c.id, space), c.statement, c.expected)))
            console.print(table)
    else:
        width = max(len(c.id) for c in claims)
        for c in claims:
            streams.show(f"{c.id:{width}}  {c.expected:5}  {c.statement}")
    return status


def _entry(c: Claim) -> dict[str, Any]:
    from ..written import case, condition

    return {
        "id": c.id,
        "family": c.family,
        "statement": c.statement,
        "latex": c.latex,
        "case": case(c),
        "source": c.source,
        "domain": {k: str(d) for k, d in c.ranges.items()},
        "covers": list(c.covers),
        "expected": c.expected,
        "corrected": c.corrected,
        "where": condition(c),
        "tight": [{k: str(v) for k, v in at.items()} for at in c.touching],
        "points": len(c.points()),
    }


def show(
    claim: Annotated[
        str, Argument(metavar="ID|FILE.py[:NAME]", help="The id of a claim, or your own file: all claims in it.")
    ],
    evidence: Annotated[bool, Option("--evidence", help="Every finding, with what repeats it bit for bit.")] = False,
    ledger: LedgerFile = None,
) -> int:
    """Tell what is known of one claim, or of those in a file.

    Statement, verdict, gap, numbers at one point, formula, domain, loop and proof; with `--evidence` every finding.
    """
    from .. import own
    from ..ledger import key

    file = own.place([claim])
    claims, status = ([claim_called(claim)], 0) if file is None else claims_of([claim])
    book = opened(ledger)
    for i, c in enumerate(claims):
        if i:
            streams.show("")
        decides, place = (f"verify {c.id}", c.id) if file is None else (f"check {file}", f"{file}:{c.id}")
        _show(c, book.last(key(c)) if book else [], decides, "" if evidence else place)
    return status


def _show(c: Claim, findings: Sequence[Finding], decides: str, place: str) -> None:
    """One claim.  decides: the command that does.  place: what shows its findings; "" where they are shown."""
    from shlex import quote
    from textwrap import wrap

    from .. import rechecking
    from ..wording import twins_line

    console = streams.screen(highlight=False, markup=False)
    summary = next(iter(summaries_of([(c, findings)])), None)
    _print_claim(c, summary, bool(place))
    if summary is None:
        console.print(f"\nnot run yet: selfconsuming {decides}", soft_wrap=True)
        return
    if has_changed(c, findings):
        console.print(
            f"\nThe claim, the engine or its libraries have changed since:\nselfconsuming {decides}", soft_wrap=True
        )
    console.print()
    if place:
        again = f"selfconsuming show {quote(place)} --evidence"
        told = f"evidence    {len(findings)} findings: "
        console.print(
            told + (again if len(told + again) <= console.width else "the same with --evidence"), soft_wrap=True
        )
    else:
        console.print(_findings_table(findings))
        named = f" --file {quote(c.file)}" if c.file else ""
        console.print(f"replay one, bit for bit: selfconsuming reproduce FINDING{named}", soft_wrap=True)
    if any(f.twins for f in findings):
        console.print(f"false twins {twins_line(summary)}", soft_wrap=True)
    for f in findings:
        if f.witness == DERIVATION.name and f.certificate:
            by = f", by {f.method}" if f.method else ""
            console.print(f"\n{f.witness}: {f.verdict}{by}")
            said = rechecking.about_certificate(f.proof)
            steps = [*f.certificate, said] if said else f.certificate
            for piece in (p for step in steps for p in wrap(step, max(console.width - 2, 40)) or [""]):
                console.print(f"  {piece}", soft_wrap=True)


def _print_claim(c: Claim, summary: Summary | None, short: bool) -> None:
    """Statement, verdict, gap and all that the claim says.  short: a long reason why a witness left it out is only begun."""
    from textwrap import wrap

    from ..papers import _where
    from ..wording import _notes, _witnesses, label, told_at
    from ..written import case, condition, loop_text, written

    console = streams.screen(highlight=False, markup=False)

    def part(label: str, *lines: str) -> None:
        """Lines under a label; long ones are broken between words."""
        for line in lines:
            for piece in wrap(line, max(console.width - 12, 40), break_on_hyphens=False) or [""]:
                console.print(f"{label:12}{piece}", soft_wrap=True)
                label = ""

    said, formula = c.said, written(c)
    console.print(c.id, style="bold", soft_wrap=True)
    part("", c.statement)
    console.print()
    if summary is not None:
        part("verdict", " · ".join([label(summary), *_witnesses(summary)]))
        notes = _notes(summary)[:1] if summary.verdict != "proved" else []
        part("", *(_begun(note) if short else note for note in notes))
        part("gap", *filter(None, [_where(summary)]))
        part("for example", *filter(None, [told_at(summary)]))
    part("formula", formula.relation, *(f"in {model}" for model in formula.models))
    part("LaTeX", c.latex)  # to LaTeX the end of a line is a blank
    part("case", *filter(None, [case(c)]))
    part("domain", *(f"{k}: {d}" for k, d in c.ranges.items()))
    part("where", *filter(None, [condition(c)]))
    part("declared", c.expected + (f"; correct is {c.corrected}" if c.corrected else ""))
    part("source", c.source)
    part("covers", *c.covers)
    part("notes", *c.notes.splitlines())
    for loop in said.loops:
        part("loop", *loop_text(loop))
    part("tight", *(", ".join(f"{k} = {v}" for k, v in at.items()) for at in c.touching))
    part("needs", *c.needs)
    part("unreached", *(f"no {witness}: {why}" for witness, why in c.unreached.items()))
    values = {**said.symbols, **(said.cases[0] if said.cases else {})}
    part("false twins", *(f"{text}: {said.call(f, values)}" for text, f in c.mutants.items()))


def _begun(note: str) -> str:
    """A note that takes more than three lines up to the first of its reasons."""
    first, _, rest = note.partition("; ")
    return f"{first}; ..." if rest and len(note) > 3 * 68 else note


def _findings_table(findings: Sequence[Finding]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from ..wording import interval, percent

    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="last findings", title_justify="left", title_style="bold")
    # the longest words of a column: none is broken
    for name, words in (
        ("finding", 7),
        ("witness, point", 10),
        ("verdict", 11),
        ("sides", 12),
        ("margin, resolution", 11),
    ):
        table.add_column(name, overflow="fold", min_width=words)
    for name in dict.fromkeys(f.witness for f in findings):
        table.add_section()
        for f in findings:
            if f.witness == name:
                where = [f"{k} = {v}" for k, v in (f.point or {}).items()] or ["whole domain"]
                drawn = f"{f.replicates:,} replicates" if f.replicates else ""
                sides = [x for x in (f.lhs, f.rhs) if x] or [f.note or f.method]
                seen = percent(f.resolution)
                numbers = [interval(f.margin), seen and f"at {seen}", f.guarantee, drawn]
                cells = (
                    str(f.id),
                    "\n".join([name, *where]),
                    str(f.verdict),
                    "\n".join(sides),
                    "\n".join(filter(None, numbers)),
                )
                table.add_row(*map(Text, cells))
    return table
