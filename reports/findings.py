"""What has been found out about published and quoted statements: false, loose, or in need of a hypothesis; by paper.

Which statements these are the catalogue declares; the figures are those of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING

from theory.language.claims import Claim
from theory.language.summaries import Summary
from theory.language.verdicts import Verdict

from .papers import (
    BOUNDS,
    _code,
    _verdict,
    _where,
    _written,
    author,
    entries,
    is_own,
    needs,
    of_paper,
    papers,
    refuting,
    rivals,
    sections,
    vacuous,
)
from .tables import _md
from .wording import _outward, _point, _witnesses, interval, label, told_sides
from .written import condition

ELSEWHERE = "Of no single paper"


@dataclass
class Statements:
    """What is told of one paper, or of a family: claims that are false, bounds, claims that need a hypothesis."""

    false: list[Claim] = field(default_factory=list)
    bounds: list[Claim] = field(default_factory=list)
    needing: list[Claim] = field(default_factory=list)


def by_paper(claims: Sequence[Claim]) -> dict[str, Statements]:
    """By arXiv id, oldest first, then by family what belongs to no paper. The catalogue alone decides it.

    False: what is declared so.  Bounds: published inequalities, however tight.  Needing: what is declared to need a
    hypothesis, and what is published with a side condition.
    """
    out: dict[str, Statements] = {}
    beside = {c.id: members for members in entries(claims).values() for c in members}
    for c in claims:
        of = out.setdefault(_home(c, beside), Statements())
        if c.expected == "fails":
            of.false.append(c)
        elif c.needs:
            of.needing.append(c)
        elif any(is_own(c, p) for p in papers([c])):
            if _written(c).kind in BOUNDS:
                of.bounds.append(c)
            elif c.where is not None:
                of.needing.append(c)
    known = {home: of for home, of in out.items() if of.false or of.bounds or of.needing}
    return dict(sorted(known.items(), key=lambda pair: (not pair[0][0].isdigit(), pair[0])))


def _home(c: Claim, beside: Mapping[str, Sequence[Claim]]) -> str:
    """The paper that its source names first, or its correction's, or that of others of its entry; else its family.

    beside: the claims of each one's entry, by id.
    """
    members = beside.get(c.corrected or c.id, [c])
    correct = [d for d in members if d.id == c.corrected]
    for d in (c, *correct, *members):
        if found := papers([d]):
            return min(found, key=d.source.index)
    return members[0].family


# ---- the page -------------------------------------------------------------------------------------------------------


def page(all_summaries: Sequence[Summary], all_claims: Mapping[str, Claim]) -> str:
    """The page in Markdown. Claims that were not run are on it as such."""
    claims = list(all_claims.values())
    summaries = {s.claim: s for s in all_summaries}
    parts = by_paper(claims)
    counts = [sum(len(getattr(of, kind)) for of in parts.values()) for kind in ("false", "bounds", "needing")]
    lines = [
        "# Findings",
        "",
        f"This page lists {counts[0]} false statements that are quoted, or read into what is published; {counts[1]} published "
        f"bounds, with how far each is from the truth; and {counts[2]} statements whose hypothesis must be quoted with them. "
        + _run(len(summaries), len(claims))
        + "Written by `selfconsuming verify --twins` and `selfconsuming report --findings --out docs/findings.md`.",
        "",
        "Statements are given as they are commonly quoted, not in the words of a paper, because this project does not have the "
        "text of any paper. A refutation is about that form of the statement, in the model that is named. The words "
        "*in italics* say where that form comes from; if nobody is known to have quoted it, they say what it is instead, "
        "such as a hope.",
        "",
        "The two sides of a statement are numbers in ball arithmetic, which are rigorous. If replicates are named, the sides are "
        "simulated intervals with an error probability. Digits in brackets are a radius, in units of the last digits. "
        "`D`, `B` and `S` are the three witnesses: derivation, balls, simulation. `B 11/13` says that balls decided 11 of 13 "
        "points. A gap is the larger side divided by the smaller side.",
        "",
        *_first(all_summaries, all_claims),
    ]
    elsewhere = False
    for home, of in parts.items():
        if home[0].isdigit():
            lines += [f"## {', '.join(filter(None, [_md(author(home, claims)), f'arXiv {home}']))}", ""]
        else:
            lines += [] if elsewhere else [f"## {ELSEWHERE}", ""]
            elsewhere = True
            lines += [f"### {home}", ""]
        for c in of.false:
            lines += _false(c, all_claims, summaries)
        for c in of.bounds:
            lines += _bound(c, home, claims, summaries)
        for c in of.needing:
            lines += _needing(c, summaries)
    return "\n".join(lines).rstrip() + "\n"


def _run(run: int, claims: int) -> str:
    """ "1 of 535 claims run. ", of a page on which the others stand as not run."""
    return f"{run} of {claims} claims run. " if run < claims else ""


def _first(summaries: Sequence[Summary], claims: Mapping[str, Claim]) -> list[str]:
    """What the HTML report shows first."""
    from .page import striking

    parts = striking(summaries, claims)
    lines = ["## What to know first", ""] if parts else []
    for heading, told_of, members in parts:
        lines += [f"**{heading}.** {told_of}", ""]
        lines += [f"- {_md(sentence)} `{s.claim}`: {text}" for s, sentence, text in members]
        lines += [""]
    return lines


def _false(c: Claim, claims: Mapping[str, Claim], summaries: Mapping[str, Summary]) -> list[str]:
    s, right = summaries.get(c.id), claims.get(c.corrected or "")
    lines = [_head("≠ ", c), _as_written(c), f"- {_refuted(s)}"]
    if right:
        lines += _beside("Correct", right, summaries)
    return [*lines, _command(c, *filter(None, [right])), ""]


def _bound(c: Claim, home: str, claims: Sequence[Claim], summaries: Mapping[str, Summary]) -> list[str]:
    s = summaries.get(c.id)
    parts = sections(home, of_paper(home, claims)) if home[0].isdigit() else {}
    members = next((members for members in parts.values() if c in members), [])
    ours, exact = rivals(c, members, home)
    proof = _proof(s)
    gap = f"Gap: {_where(s)}" if s and s.gaps else f"No gap is measured: {proof[0].lower()}{proof[1:]}"
    lines = [_head("", c), _as_written(c), f"- {gap}"]
    if s and (empty := vacuous(c, s)) and not empty.startswith("0 "):
        lines += [f"- Says nothing at {empty}"]
    lines += _conditions(c, s)
    for word, others in (("Sharper", ours), ("Exact", exact)):
        lines += [line for d in others for line in _beside(word, d, summaries)]
    return [*lines, _command(c, *ours, *exact), ""]


def _needing(c: Claim, summaries: Mapping[str, Summary]) -> list[str]:
    s = summaries.get(c.id)
    return [_head("", c), _as_written(c), *_conditions(c, s), f"- {_proof(s)}", _command(c), ""]


# ---- its parts ------------------------------------------------------------------------------------------------------


def _head(mark: str, c: Claim) -> str:
    source = f" *{_md(c.source)}*" if c.source != "derived" else ""
    return f"**{mark}{_md(c.statement)}**{source}\n"


def _as_written(c: Claim) -> str:
    return f"- As written: {_relation(c)}"


def _relation(c: Claim) -> str:
    w = _written(c)
    return _code(w.relation) + (f" in {_code('; '.join(w.models))}" if w.models else "")


def _beside(word: str, c: Claim, summaries: Mapping[str, Summary]) -> list[str]:
    """What is right, or sharper: statement, formula, condition, verdict."""
    where = f", where {_code(text)}" if (text := condition(c)) else ""
    return [f"- {word}: {_md(c.statement)}", f"  {_relation(c)}{where}", f"  {_proof(summaries.get(c.id))}"]


def _refuted(s: Summary | None) -> str:
    """ "Refuted at n = 10: the sides are 1 and 2, missed by [50, 50] % of ... (B refuted 13/13 · S refuted 4/13)"."""
    if s is None or s.verdict != Verdict.REFUTED:
        return f"Declared false; {_verdict(s)}."
    said = " · ".join(w for w in _witnesses(s) if "refuted" in w)
    f = refuting(s)
    if f is None:  # nowhere in numbers, as where two sides that are equal are said to be apart
        proof = next(f for f in s.findings if f.verdict == Verdict.REFUTED)
        return f"Refuted for all values ({said}): {_code('; '.join(proof.certificate))}"
    parts = [f"Refuted at {_md(_point(f.point))}" + (f": {told_sides(f)}" if f.lhs else "")]
    if f.margin:
        low, high = sorted(map(abs, f.margin))
        parts += [f"missed by {interval((low, high))} of {f.scale or 'the scale'}"]
    if f.replicates:
        parts += [
            f"{f.replicates:,} replicates",
            f"error probability {_outward(f.error, None, ROUND_CEILING)}",
            f.guarantee,
        ]
    return f"{', '.join(parts)} ({said})"


def _proof(s: Summary | None) -> str:
    """ "Proved, by derivation (D · B 13/13)"."""
    if s is None:
        return "Not run yet."
    text = _verdict(s)
    by = f" by {_md(s.method)}" if s.verdict == Verdict.PROVED and s.method else ""
    head = label(s)
    return f"{head[:1].upper()}{head[1:]}{by}{text.removeprefix(head)}"


def _conditions(c: Claim, s: Summary | None) -> list[str]:
    """What it is stated under, what becomes of it without, and what its docstring adds."""
    under = [f"- {text[:1].upper()}{text[1:]}" for text in needs(c, s)]
    return [*under, *([f"- {_md(' '.join(c.notes.split()))}"] if c.notes else [])]


def _command(*claims: Claim) -> str:
    ids = " ".join(dict.fromkeys(c.id for c in claims))
    return f"- `selfconsuming verify {ids}`, `selfconsuming show {claims[0].id}`"


__all__ = ["by_paper", "page"]
