"""One HTML file with everything that a run has found: it needs no network, and is complete without JavaScript.

What is said of a claim is what the tables, the papers' pages and `show` say; here it is only laid out. Text from claims is
escaped by the template; formulas become MathML from the very LaTeX that the tables print (`mathml`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from theory.language.claims import Claim
from theory.language.summaries import Summary
from theory.language.verdicts import Finding, Twinned, Verdict

from .citing import address, bibtex, made, title, version
from .figures import Trajectory, margins
from .mathml import sentence, statement
from .page_figures import figure
from .page_maps import as_drawn
from .paper_experiments import BY_EXPERIMENTS, by_experiments
from .papers import (
    about,
    author,
    counterexample,
    domain,
    gap_beside,
    is_own,
    is_reading,
    needs,
    of_paper,
    onset,
    papers,
    rivals,
    sections,
    vacuous,
)
from .review import review
from .tables import footer
from .witnesses import LEGEND, WITNESSES, Witness, order, witness
from .wording import (
    DECIDED,
    FALLEN,
    KINDS,
    LOOSE,
    _count,
    _notes,
    _outward,
    _point,
    _seconds,
    _seen,
    _witnesses,
    again,
    arrange,
    between,
    deciding,
    deciding_again,
    factor,
    falls,
    gap,
    interval,
    is_loose,
    kind,
    label,
    named,
    nearest,
    percent,
    sharp_at,
    sharpness,
    told_sides,
    twins_line,
    users,
)
from .wording import shown as shown_by
from .written import condition, loop_text, written

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
SYNONYMS = (  # who searches for one of a row finds what is told with another
    (
        "collapse",
        "autophagy",
        "autophagous",
        "mad",
        "self-consuming",
        "recursive training",
        "recursively trained",
        "curse of recursion",
        "retrained on its own output",
        "degeneration",
    ),
    ("total variation", "tv"),
    ("kullback-leibler", "kl", "relative entropy"),
    ("wasserstein", "earth mover", "w1", "w2", "optimal transport"),
    ("kernel density", "kde"),
    ("maximum likelihood", "mle"),
    (
        "curation",
        "curated",
        "preference",
        "human feedback",
        "rlhf",
        "bradley-terry",
        "best of k",
        "best of n",
        "reward",
    ),
    ("performative", "strategic classification", "repeated risk minimization", "distribution shift"),
    ("filter", "verifier", "verification", "rejection", "truncation"),
    ("phase transition", "threshold", "turning point"),
    ("accumulate", "accumulated", "accumulation", "everything kept", "all data kept"),
    ("synthetic", "generated", "model-generated", "ai-generated"),
    ("real data", "human data", "clean data"),
    ("stable", "stability", "contraction", "contracts"),
    ("standard deviation", "sigma", "spread", "diversity"),
)
SHOWN = 5  # of the undecided among what stands first

_onset = cache(onset)  # papers share claims


def page(
    summaries: Sequence[Summary],
    claims: Mapping[str, Claim],
    changed: Iterable[str] = (),
    drawn: Mapping[str, Trajectory] | None = None,
    decided: str = "",
    maps: Mapping[str, Mapping[str, Any]] | None = None,
    paper: str = "",
) -> str:
    """The page of these findings.

    claims: by id, those without a summary are counted as not run.  changed: ids of those that are not any more what was
    run.  drawn: what the figures of claims show, where they were simulated.  decided: the day of the newest findings.
    maps: of claims, as the ledger keeps them.  paper: arXiv id of the one that it is about, whose statements stand first.
    """
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": _inline, "sentence": sentence, "kind": _kind, "label": label, "gap": gap}
    arranged = arrange(summaries)
    corrections: dict[str, list[str]] = {}
    for s in summaries:
        if s.expected == "fails" and s.corrected:
            corrections.setdefault(s.corrected, []).append(s.claim)
    shown = {s.claim for s in summaries}
    entries = [
        _entry(s, nested, claims.get(s.claim), (drawn or {}).get(s.claim), corrections.get(s.claim, ()), shown)
        for s, nested in arranged
    ]
    for entry in entries:
        entry["map"] = as_drawn(kept) if (kept := (maps or {}).get(entry["id"])) else None
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:  # a false statement stands with its correction, whatever family it is written in
        home = entry["family"] if not entry["nested"] else next(reversed(groups))
        groups.setdefault(home, []).append(entry)
    counts = Counter(map(_kind, summaries))
    text = environment.get_template("page.html.j2").render(
        groups={family: (_about(members), members) for family, members in groups.items()},
        own=all(map(users, summaries)),
        papers=sorted(
            (_paper(p, summaries, claims, decided) for p in papers(c for id, c in claims.items() if id in shown)),
            key=lambda p: (p["number"] != paper, -p["stated"]),
        ),
        paper=paper,
        heading=_heading(paper),
        trained=BY_EXPERIMENTS,
        missing=len(claims.keys() - shown),
        stale=(stale := set(changed)),
        decides=deciding_again(f.file for s in summaries if s.claim in stale for f in s.findings),
        statements={s.claim: s.statement for s in summaries},
        total=len(entries),
        counts=[(k, counts[k]) for k in (*KINDS[:3], FALLEN, *KINDS[3:], "surprise")],
        loose=sum(map(is_loose, summaries)),
        bounds=sum(bool(s.gaps) for s in summaries),
        striking=striking(summaries, claims),
        any_figure=any(e["figure"] and not e["undrawn"] for e in entries),
        extent=footer(summaries).split("\n")[1:3],
        version=version(),
        made=(whole := made(summaries, list(claims.values()), decided=decided)),
        bibtex=bibtex(whole),
        css=Markup(_asset("page.css")),
        js=Markup(_asset("page.js")),
        LOOSE=f"{LOOSE:g}",
        synonyms=SYNONYMS,
        **_introduced(WITNESSES),
    )
    return re.sub(r"\n\s+", "\n", text)  # indented for who reads the template; what is preformatted needs no indent


def _heading(paper: str) -> str:
    """What the page is called."""
    if not paper:
        return "Theorems about generative models retrained on their own output, checked"
    return f"{title(paper) or f'arXiv {paper}'}: statements, checked"


def _introduced(witnesses: Sequence[Witness]) -> dict[str, Any]:
    """What the page says of the witnesses: how many, each with its letter in bold, and what the letters mean."""
    first = [
        re.sub(rf"\b({w.letter.lower()})", r"<b>\1</b>", str(escape(w.introduced or w.words)), count=1)
        for w in witnesses
    ]
    several = NUMBERS[len(witnesses)] if len(witnesses) < len(NUMBERS) else str(len(witnesses))
    told_of = Markup(f"{', '.join(first[:-1])}, and {first[-1]}")
    return {"witnesses": witnesses, "several": several, "introduced": told_of, "legend": LEGEND}


def _asset(name: str) -> str:
    return (files("reports") / "templates" / name).read_text(encoding="utf-8")


_markdown = MarkdownIt("commonmark", {"html": False})


def _inline(text: str) -> Markup:
    """Text with Markdown's `code` and escapes, as the papers' pages have it; HTML in it is text."""
    return Markup(_markdown.renderInline(" ".join(text.split())))


def _about(members: Sequence[Mapping[str, Any]]) -> str:
    """The first sentence of a family's module, or of a user's file."""
    told = next((about(e["claim"]) for e in members if e["claim"]), "")
    return told.split("\n\n")[0].rstrip(".")


def _kind(s: Summary) -> str:
    """As the page counts: a claim of a user's own that is refuted is no surprise, and nobody has declared it."""
    return FALLEN if falls(s) else kind(s)


# ---- the claims -----------------------------------------------------------------------------------------------------


def _entry(
    s: Summary,
    nested: bool,
    c: Claim | None,
    drawn: Trajectory | None,
    corrects: Iterable[str],
    shown: set[str],
) -> dict[str, Any]:
    """What the page says of one claim. corrects: the false statements that it corrects; shown: claims on the page."""
    resolution, margin = _seen(s)
    return {
        "id": s.claim,
        "family": s.family,
        "statement": s.statement,
        "nested": nested,
        "false": s.expected == "fails",
        "kind": _kind(s),
        "named": named(s),
        "label": label(s),
        "resolution": resolution,
        "sharp": "" if (seen := s.slack if s.resolution is None else s.resolution) is None else f"{seen:.3g}",
        "sharp_at": _point(f.point) if (f := sharp_at(s)) else "",
        "margin": margin,
        "margin_at": _point(f.point) if (f := shown_by(s)) else "",
        "guarantee": s.guarantee,
        "gap": gap(s),
        "factor": f"{s.gaps[-1][0]:.4g}" if s.gaps else "",
        "gaps": [
            (factor(g, direction), _point(f.point))
            for (g, f), direction in zip(s.gaps[:1] + s.gaps[-1:], (ROUND_FLOOR, ROUND_CEILING), strict=False)
        ],
        "vacuous": vacuous(c, s) if c else "",
        "loose": is_loose(s),
        "evidence": [w for w in _witnesses(s) if "left out" not in w],
        "letters": "".join(w.letter for w in WITNESSES if w.name in deciding(s)),
        "notes": _notes(s),
        "corrected": s.corrected,
        "corrects": corrects,
        "shown": shown,
        "counterexample": counterexample(s) if s.verdict == Verdict.REFUTED else "",
        "witnesses": [_witness(w, s) for w in s.witnesses],
        "points": _points(s),
        "certificates": [(f, witness(f.witness).words) for f in s.findings if f.certificate and f.method],
        "twins": twins_line(s) if s.twins.tried or s.twins.needs else "",
        **_pictured(s, drawn),
        "judged": _judged(s),
        **(_declared(c, s) if c else {"claim": None, "papers": []}),
    }


def _pictured(s: Summary, drawn: Trajectory | None) -> dict[str, Any]:
    """Its figure; where it is not drawn as curves, its margins and the reason."""
    curves = figure(drawn) if drawn else None
    instead = None if curves else margins(s)
    return {
        "figure": curves or (figure(instead) if instead else None),
        "undrawn": "" if curves else drawn.words if drawn else "not drawn yet",
        "drawable": drawn is None,
    }


def _judged(s: Summary) -> list[tuple[str, str, str]]:
    """Each false twin: what it is, who refuted it, its size where that is known."""
    found: dict[str, list[tuple[str, Twinned]]] = {}
    for f in s.findings if s.verdict != Verdict.REFUTED else ():
        for t in f.twins:
            found.setdefault(t.name, []).append((f.witness, t))
    rows = []
    for name, told_of in found.items():
        by = [w.words for w in WITNESSES if any(v == w.name and t.refuted for v, t in told_of)]
        sizes = [t.size for _, t in told_of if t.size is not None and isfinite(t.size)]
        small = "too small to see here" if name in s.twins.small else "NOT REFUTED"
        small = "not judged here" if name in s.twins.unjudged else small
        size = f"{percent(max(sizes))} off" if sizes else ""
        rows.append((name, f"refuted by {' and '.join(by)}" if by else small, size))
    return rows


def _declared(c: Claim, s: Summary) -> dict[str, Any]:
    """What its function declares."""
    said = c.said
    values = {**said.symbols, **(said.cases[0] if said.cases else {})}
    return {
        "claim": c,
        "papers": papers([c]),
        "math": statement(c),
        "mutants": [f"{text}: {said.call(f, values)}" for text, f in c.mutants.items()],
        "written": written(c),
        "domain": domain(c),
        "where": condition(c),
        "needs": [text for text in needs(c, s) if not text.startswith("where ")],
        "loops": [list(loop_text(loop)) for loop in said.loops],
        "tight": ["; ".join(f"{k} = {v}" for k, v in at.items()) for at in c.touching],
        "remarks": " ".join(c.notes.split()),
    }


def _measure(f: Finding) -> str:
    """ "at 0.32 %" or "slack 12 %"."""
    return sharpness(f) if f.resolution is None else f"at {sharpness(f)}"


def _said(f: Finding) -> str:
    """ "S at 0.32 %": what a witness says of a point; that it supports the claim goes without saying."""
    verdict = "" if f.verdict == Verdict.SUPPORTED else str(f.verdict)
    return " ".join(filter(None, (witness(f.witness).letter, verdict, _measure(f))))


def _witness(w: str, s: Summary) -> dict[str, Any]:
    """What one witness says, and where it comes nearest to failing."""
    findings = [f for f in s.findings if f.witness == w]
    f = nearest(findings)
    assert f is not None
    replicates, error = sum(x.replicates for x in findings), sum(x.error for x in findings)
    cost = [f"{_count(replicates)} replicates"] if replicates else []
    cost += [f"error probability {_outward(error, None, ROUND_CEILING)}"] if error else []
    return {
        "name": witness(w).words,
        "verdict": str(s.witnesses[w]),
        "decided": s.witnesses[w] in DECIDED,
        "coverage": {"all": "whole domain"}.get(s.coverage.get(w, ""), s.coverage.get(w, "")),
        "point": _point(f.point),
        "refuted": f.verdict == Verdict.REFUTED,
        "sides": (f.lhs, f.rhs) if f.lhs else (),
        "margin": interval(f.margin),
        "measure": _measure(f),
        "guarantee": f.guarantee,
        "method": f.method,
        "cost": [*cost, _seconds(sum(x.seconds for x in findings))],
        "reason": " ".join(s.reasons.get(w, "").split()),
        "again": again(f) if f.id else "",
    }


def _points(s: Summary) -> list[dict[str, Any]]:
    """A row a point: the two sides as the surest witness has them, and what each witness says."""
    at: dict[int, list[Finding]] = {}
    for f in s.findings:
        if f.number is not None and f.point is not None:
            at.setdefault(f.number, []).append(f)
    rows = []
    for number in sorted(at):
        fs = sorted(at[number], key=order)
        known = next((f for f in fs if f.lhs), None)
        rows.append(
            {
                "point": _point(fs[0].point),
                "sides": told_sides(known) if known else "",
                "said": [_said(f) for f in fs],
                "numbers": [f.id for f in fs if f.id is not None],
            }
        )
    return rows


# ---- what strikes first ---------------------------------------------------------------------------------------------


Told = tuple[Summary, str, str]  # a finding, its sentence, and what is found of it


def striking(summaries: Sequence[Summary], claims: Mapping[str, Claim]) -> list[tuple[str, str, list[Told]]]:
    """(heading, explanation, what stands under it): what came out otherwise than declared, then the claims' declared headlines.

    A headline is declared (`headline=`), in a sentence for readers who have not seen the notation: no factor decides.
    """
    false = [s for s in summaries if kind(s) == "refuted as declared"]
    ranked = sorted((c.headline[0], c.id) for c in claims.values() if c.headline)
    found = {s.claim: s for s in summaries if not users(s)}
    declared = [(found[i], claims[i]) for _, i in ranked if i in found]
    missed = [(s, c) for s, c in declared if kind(s) == "refuted as declared"]
    held = [(s, c) for s, c in declared if s.verdict in (Verdict.PROVED, Verdict.SUPPORTED)]

    def sentence(s: Summary, c: Claim, text: str) -> Told:
        assert c.headline
        return s, c.headline[1], text

    def plain(s: Summary, text: str) -> Told:
        return s, s.statement, text

    parts = [
        (
            "Surprises",
            "These claims came out against their declaration, or their witnesses contradict each other.",
            [plain(s, _notes(s)[0]) for s in summaries if s.surprise and not falls(s)],
        ),
        (
            "Refuted",
            "Your claims that do not hold, each with a place where it fails.",
            [plain(s, counterexample(s)) for s in summaries if falls(s) or (s in false and users(s))],
        ),
        (
            "Commonly quoted, and false",
            "The sentence says what is true. The claim behind it is the false statement, which is refuted.",
            [sentence(s, c, counterexample(s)) for s, c in missed if is_quoted(c)],
        ),
        (
            "Natural to believe, and false",
            "No paper is named that states these. The sentence says what is true. The claim behind it is the false statement.",
            [sentence(s, c, counterexample(s)) for s, c in missed if not is_quoted(c)],
        ),
        (
            "True, and good to know",
            "These are proved, or supported at the resolution in the claim's row.",
            [sentence(s, c, label(s)) for s, c in held],
        ),
        (
            "Undecided",
            "No witness could decide these.",
            [plain(s, _notes(s)[0]) for s in summaries if kind(s) == "undecided"][:SHOWN],
        ),
    ]
    return [part for part in parts if part[2]]


def is_quoted(c: Claim) -> bool:
    """Whether its source says that it is quoted, in that form."""
    return "commonly quoted" in c.source and not c.source.startswith("derived")


# ---- papers ---------------------------------------------------------------------------------------------------------


def _paper(
    number: str, all_summaries: Sequence[Summary], all_claims: Mapping[str, Claim], decided: str
) -> dict[str, Any]:
    """Its statements by theorem: whether each holds, how tight it is, what is sharper, and what is misread into it."""
    members = of_paper(number, list(all_claims.values()))
    summaries = {s.claim: s for s in all_summaries if s.claim in {c.id for c in members}}
    theorems: list[dict[str, Any]] = []
    for name, claims in sections(number, members).items():
        known = [c for c in claims if c.id in summaries]
        own = [_stated(c, claims, number, summaries) for c in known if is_own(c, number)]
        false = [summaries[c.id] for c in known if is_reading(c, number, members)]
        told_of = {x["summary"].claim for x in own} | {s.claim for s in false}
        told_of |= {d["summary"].claim for x in own for d in x["sharper"]}
        ours = [summaries[c.id] for c in known if c.id not in told_of]
        if known:
            theorems.append({"name": name, "own": own, "false": [(s, counterexample(s)) for s in false], "ours": ours})
    own = [x["summary"] for t in theorems for x in t["own"]]
    gaps = sorted(g for s in own if s.gaps for g, _ in s.gaps)
    whole = made(summaries.values(), members, number, decided)
    return {
        "number": number,
        "author": author(number, members),
        "title": title(number),
        "address": address(number),
        "theorems": theorems,
        "stated": len(own),
        "holding": sum(s.verdict in (Verdict.PROVED, Verdict.SUPPORTED) for s in own),
        "gap": between(gaps[0], gaps[-1]) if gaps else "",
        "sharper": len({d["summary"].claim for t in theorems for x in t["own"] for d in x["sharper"]}),
        "misread": sum(len(t["false"]) for t in theorems),
        "claims": len(summaries),
        "review": [_linked(text, summaries) for text in review(number, members, summaries)],
        "experiments": list(by_experiments(number)),
        "made": whole,
        "bibtex": bibtex(whole, number),
    }


def _linked(text: str, ids: Container[str]) -> Markup:
    """Sentences in which `names` stand: the names of these claims as links, formulas as mathematics."""

    def name(x: str) -> Markup:
        return Markup('<a class="id" href="#{0}">{0}</a>' if x in ids else "<code>{}</code>").format(x)

    parts = enumerate(text.split("`"))
    return Markup("").join(name(part) if i % 2 else sentence(part) for i, part in parts)


def _stated(c: Claim, members: Sequence[Claim], number: str, summaries: Mapping[str, Summary]) -> dict[str, Any]:
    """One statement of a paper, with what is said of the same quantity beside it."""
    s = summaries[c.id]
    ours, exact = rivals(c, members, number)
    sharper = [("sharper", d) for d in ours] + [("exact", d) for d in exact]
    return {
        "summary": s,
        "math": statement(c),
        "relation": written(c).relation,
        "vacuous": vacuous(c, s),
        "onset": _onset(c),
        "needs": needs(c, s),
        "sharper": [
            {
                "summary": summaries[d.id],
                "kind": kind_of,
                "relation": written(d).relation,
                "gap": gap_beside(summaries[d.id], s),
            }
            for kind_of, d in sharper
            if d.id in summaries
        ],
    }


__all__ = ["LOOSE", "page", "striking"]
