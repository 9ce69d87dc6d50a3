"""One page a paper: what it states, as commonly quoted, beside what is sharper or exact, and what is misread into it.

The verdicts are those of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING

from theory.language.claims import Claim
from theory.language.summaries import Summary

from .citing import NAME, Made, address, bibtex, made, title
from .paper_experiments import BY_EXPERIMENTS, by_experiments
from .papers import (
    BESIDE,
    BOUNDS,
    NEAR,
    ROLES,
    _code,
    _md_code,
    _verdict,
    _where,
    _written,
    about,
    author,
    counterexample,
    domain,
    gap_beside,
    is_own,
    needs,
    onset,
    rivals,
    role,
    sections,
    split,
    vacuous,
)
from .review import review
from .tables import _md
from .witnesses import LEGEND
from .wording import _point, factor, gap
from .written import Written

LISTS = {  # what of a theorem is listed together: the roles of its claims
    "Statements of the paper": ROLES[:1],
    "Ours, in its setting": ROLES[1:4],
    "False readings": ROLES[4:],
}


def page(paper: str, all_summaries: Sequence[Summary], all_claims: Mapping[str, Claim], decided: str = "") -> str:
    """The page in Markdown, of the findings of `of_paper`'s claims; those that were not run are on it as such.

    decided: the day of the newest finding, "2026-11-23"; "" if it is not known.
    """
    claims = list(all_claims.values())
    summaries = {s.claim: s for s in all_summaries}
    parts = sections(paper, claims)
    lines = [f"# arXiv {paper}: its statements, checked", "", f"{_titled(paper, claims)}", ""]
    lines += [
        "## What to write in a review",
        "",
        *(f"- {_md_code(text)}" for text in review(paper, claims, summaries)),
        "",
    ]
    lines += ["## How to read this", ""]
    for told in dict.fromkeys(about(c) for c in claims if is_own(c, paper)):
        lines += [f"{_md_code(text)}\n" for text in told.split("\n\n") if text.startswith("Time:")]
    lines += [
        "Theorems are numbered and worded as they are commonly quoted: the text of the paper is not at hand. Every verdict holds",
        "in the model that its row names.",
        "",
        "- Gap: the larger side of an inequality over the smaller, at the tightest and at the loosest point that was looked at.",
        "  1 is a bound that is attained. Two gaps can be compared only if they were measured in one model at the same points.",
        "- Vacuous: where a bound says no more than what is trivially true.",
        f"- Onset: from where on a limit is reached within 1/{NEAR}.",
        f"- Witnesses: {LEGEND}.",
        "",
    ]
    lines += _beside(paper, parts, summaries)
    for name, members in parts.items():
        rows, rest = split(paper, members)
        lines += [f"## {_md(name)}", ""]
        if name != BESIDE and not any(is_own(c, paper) for c in rows):
            lines += ["No claim states it as it is quoted. These claims belong to it.", ""]
        for heading, roles in LISTS.items():
            listed = {
                c: role(c, paper, members) if len(roles) > 1 else "" for c in rows if role(c, paper, members) in roles
            }
            lines += [f"**{heading}**", "", *_table(listed, summaries), ""] if listed else []
        lines += _remarks(c for c in rows if c.expected == "holds")
        lines += _words(map(_written, rows))
        if rest:
            lines += ["More on this:", "", *(_line(c, summaries.get(c.id)) for c in rest), ""]
    lines += _by_experiments(paper)
    lines += _loosest(paper, all_summaries, all_claims)
    missing = [c for c in claims if c.id not in summaries]
    if missing:
        lines += [f"Not run yet: {', '.join(f'`{c.id}`' for c in missing)}.", ""]
    lines += _cited(paper, made(all_summaries, claims, paper, decided))
    return "\n".join(lines).rstrip() + "\n"


def _by_experiments(paper: str) -> list[str]:
    """What `run` decides of the paper."""
    lines = []
    for x in by_experiments(paper):
        lines += [f"**`{NAME} run {x.name}`**: {_md(x.what)}", ""]
        lines += [f"{_md(x.models)}\n"] if x.models else []
        lines += [f"Verdicts: `{x.command}`, commit {x.commit}.", ""]
        cells = [
            [kind, f"{_md(c.statement)} (`{c.id}`)<br>*{_md(c.source)}*", verdict] for kind, c, verdict in x.claims
        ]
        lines += [*_rows(["", "statement", "verdict"], cells), ""]
    return ["## Decided by experiments", "", BY_EXPERIMENTS, "", *lines] if lines else []


def _loosest(paper: str, summaries: Sequence[Summary], claims: Mapping[str, Claim]) -> list[str]:
    """Which bound is farthest from the truth, whose it is, and where. A factor beyond `MOST` is told as in the tables."""
    s = max((s for s in summaries if s.gaps), key=lambda s: s.gaps[-1][0], default=None)
    if s is None:
        return []
    far, f = s.gaps[-1]
    whose = "the paper's" if is_own(claims[s.claim], paper) else "ours"
    away = f"a factor of {factor(far, ROUND_CEILING)} from the truth at {_md(_point(f.point))}"
    return [f"Of all bounds on this page the loosest is `{s.claim}` ({whose}): {away}.", ""]


def _titled(paper: str, claims: Sequence[Claim]) -> str:
    """Who wrote it, its title where that is known, and where it is."""
    who = ", ".join(filter(None, [_md(author(paper, claims)), f"*{title(paper)}*" if title(paper) else ""]))
    return f"{who}{', ' if who else ''}[arXiv:{paper}]({address(paper)})."


def _cited(paper: str, m: Made) -> list[str]:
    """What to cite, what made the report, and the commands that make it again."""
    again = ["```sh", *m.commands, "```"]
    return ["## Cite this", "", f"{m}.", "", *again, "", "```bibtex", bibtex(m, paper), "```", ""]


def _beside(paper: str, parts: Mapping[str, Sequence[Claim]], summaries: Mapping[str, Summary]) -> list[str]:
    """A row a published bound: published, ours, exact, and how far each is from the truth."""
    cells = []
    for name, members in parts.items():
        for c in members:
            w, s = _written(c), summaries.get(c.id)
            if not is_own(c, paper) or w.kind not in BOUNDS:
                continue
            ours, exact = rivals(c, members, paper)
            gaps = "<br>".join(gap_beside(summaries[d.id], s) for d in ours if d.id in summaries)
            cell = [
                f"{_md(name)} (`{c.id}`)",
                _code(w.relation),
                "<br>".join(_like(d, w) for d in ours),
                "<br>".join(_like(d, w) for d in exact),
                gap(s) if s else "",
                gaps,
                vacuous(c, s) if s else "",
                "<br>".join(filter(None, (onset(d) for d in (c, *ours, *exact) if d.id in summaries))),
                "<br>".join(needs(c, s)),
            ]
            cells += [cell] if any(cell[2:-1]) else []  # of an assumption there is nothing to compare
    if not cells:
        return []
    head = [
        "statement",
        "published",
        "ours",
        "exact",
        "gap, published",
        "gap, ours",
        "published vacuous",
        "onset",
        "needs",
    ]
    return ["## Published and ours", "", *_rows(head, cells), ""]


def _like(c: Claim, other: Written) -> str:
    """A relation, with its model where that is another one."""
    w = _written(c)
    return _code(w.relation) + (f" (in {_code(', '.join(w.models))})" if w.models and w.models != other.models else "")


def _table(listed: Mapping[Claim, str], summaries: Mapping[str, Summary]) -> list[str]:
    """A row a claim.  listed: what each is to the paper, "" where the heading says it."""
    head = ["", "statement", "as written", "verdict", "gap", "vacuous", "onset", "looked at for"]
    cells = []
    for c, kind in listed.items():
        s, w = summaries.get(c.id), _written(c)
        source = f"<br>*{_md(c.source)}*" if c.source != "derived" else ""
        made = f"<br>in {_code('; '.join(w.models))}" if w.models else ""
        verdict = _verdict(s)
        if s and c.expected == "fails":
            verdict += "".join(f"<br>{x}" for x in [counterexample(s)] if x)
        cells.append(
            [
                f"≠ {kind}" if c.expected == "fails" and kind else kind,
                f"{_md(c.statement)} (`{c.id}`){source}",
                f"{_code(w.relation)}{made}",
                verdict,
                _where(s) if s else "",
                vacuous(c, s) if s else "",
                onset(c) if s else "",
                "<br>".join(x for x in [domain(c), *needs(c, s)] if x),
            ]
        )
    return _rows(head, cells)


def _rows(head: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """A table without the columns in which nothing stands."""
    kept = [j for j, _ in enumerate(head) if any(row[j] for row in cells)]
    lines = [[head[j] for j in kept], ["---"] * len(kept), *([row[j] for j in kept] for row in cells)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _line(c: Claim, s: Summary | None) -> str:
    extra = [f"gap {gap(s)}" if s and s.gaps else "", f"onset {o}" if (o := onset(c)) else ""]
    mark = "≠ " if c.expected == "fails" else ""
    return f"- {mark}{_md(c.statement)} `{c.id}`: {'; '.join(x for x in [_verdict(s), *extra] if x)}"


def _remarks(members: Iterable[Claim]) -> list[str]:
    notes = [f"- `{c.id}`: {_md_code(' '.join(c.notes.split()))}" for c in members if c.notes]
    return [*notes, ""] if notes else []


def _words(told: Iterable[Written]) -> list[str]:
    words = {k: v for w in told for k, v in w.words.items()}
    said = [f"- {_code(k)}: {_md(v.rstrip('.').replace('`', ''))}" for k, v in words.items()]
    return ["Here:", "", *said, ""] if said else []


__all__ = ["page"]
