"""One page a paper: what it states, as commonly quoted, beside what is sharper or exact, and what is misread into it.

The verdicts are those of the ledger. What is computed here costs milliseconds: onsets, in balls.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module

from theory.language.claims import Claim
from theory.language.errors import BadInput, CannotTell
from theory.language.verdicts import Finding, Summary, Verdict

from .citing import Made, address, bibtex, made, title
from .tables import _md
from .witnesses import LEGEND, witness
from .wording import _point, _witnesses, gap, label, sharpness
from .written import Written, condition, written

NEAR = 100  # an asymptotic form has set in where it is within a hundredth
NUMBERED = re.compile(r"(?:Theorem|Lemma|Proposition|Corollary) \d+(?:\.\d+)*")
ROLES = ("the paper", "exact", "ours", "false form", "false reading")
BOUNDS = ("≤", "<", "≥", ">")
BESIDE = "Beside the paper's statements"
LISTS = {  # what of a theorem is listed together: the roles of its claims
    "Statements of the paper": ROLES[:1],
    "Ours, in its setting": ROLES[1:4],
    "False readings": ROLES[4:],
}

_written = cache(written)


# ---- which claims, and what they are to the paper -------------------------------------------------------------------


def papers(claims: Iterable[Claim]) -> list[str]:
    """The arXiv ids that sources name, oldest first."""
    return sorted({number for c in claims for number in re.findall(r"\b\d{4}\.\d{5}\b", c.source)})


def of_paper(paper: str, claims: Sequence[Claim]) -> list[Claim]:
    """The claims whose source names the paper (an arXiv id), those of the same entries, and what they correct or use."""
    named = [c for c in claims if paper in c.source]
    if not named:
        from difflib import get_close_matches

        known = papers(claims)
        close = "".join(f", did you mean {x!r}?" for x in get_close_matches(paper, known, 1))
        raise BadInput(f"no claim names the paper {paper!r}{close}; known: {', '.join(known)}")
    entries = {_entry(c, claims) for c in named}
    here = {c.id for c in claims if _entry(c, claims) in entries}
    here |= {c.corrected for c in claims if c.id in here and c.corrected} | {u for c in named for u in c.uses}
    here |= {c.id for c in claims if c.corrected in here}
    return [c for c in claims if c.id in here]


def about(c: Claim) -> str:
    """What the module of its family says first, or the file of a user's claim."""
    module = sys.modules[c.function.__module__] if c.file else import_module(f"theory.{c.family}")
    return inspect.getdoc(module) or ""


def _entry(c: Claim, claims: Iterable[Claim]) -> str:
    """The catalogue's id: the shortest id of a claim that this one's id begins with."""
    return min((d.id for d in claims if f"{c.id}-".startswith(f"{d.id}-")), key=len)


def is_own(c: Claim, paper: str) -> bool:
    """Whether it is the paper that states it: its source names the paper, and neither derives it nor calls it standard."""
    return c.expected == "holds" and paper in c.source and not c.source.startswith(("derived", "standard"))


def is_reading(c: Claim, paper: str, claims: Iterable[Claim]) -> bool:
    """Whether it is false and read into the paper: its source names the paper, or what it falsifies is the paper's own."""
    own = (d for d in claims if d.id == c.corrected and is_own(d, paper))
    return c.expected == "fails" and (paper in c.source or any(own))


def author(paper: str, claims: Iterable[Claim]) -> str:
    """ "Bertrand et al.", "Dey & Donoho": whom the sources name with the paper's number; "" if nobody."""
    names = re.compile(rf"((?:[A-Z][\w'-]+(?:, | & | and ))*[A-Z][\w'-]+(?: et al\.)?),? {re.escape(paper)}")
    return next((found[1] for c in claims if (found := names.search(c.source))), "")


def theorem(c: Claim, paper: str) -> str:
    """ "Theorem 1", or what else its source calls it: "one-step lemma"; "" if it does not name the paper."""
    if paper not in c.source:
        return ""
    if number := NUMBERED.search(c.source):
        return number[0]
    called = re.search(rf"{re.escape(paper)} \(([^()]*)\)", c.source)
    name = re.sub(r",? ?as commonly quoted.*", "", called[1]) if called else ""
    return name[:1].upper() + name[1:]


def role(c: Claim, paper: str, claims: Iterable[Claim] = ()) -> str:
    """One of ROLES: a false reading is of the paper, a false form of what corrects it.  claims: of the page."""
    if c.expected == "fails":
        return "false reading" if is_reading(c, paper, claims) else "false form"
    if is_own(c, paper):
        return "the paper"
    return "exact" if _written(c).kind == "=" else "ours"


def sections(paper: str, claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    """The claims by theorem, numbered ones first: a whole entry goes with the first theorem that one of its claims names."""
    entries: dict[str, list[Claim]] = {}
    for c in claims:
        entries.setdefault(_entry(c, claims), []).append(c)
    names, bounded = {}, {}
    for e, members in entries.items():
        first = sorted(members, key=lambda c: not is_own(c, paper))
        names[e] = next(filter(None, (theorem(c, paper) for c in first)), "")
        bounded |= {_written(c).quantity: names[e] for c in members if is_own(c, paper) and names[e]}
    of_id = {c.id: e for e, members in entries.items() for c in members}
    for e, members in entries.items():  # without a name: with what is said of the same quantity, or corrected there
        same = [bounded.get(_written(c).quantity, "") for c in members if paper in c.source]
        fixed = [names[of_id[d.id]] for d in claims if d.corrected in {c.id for c in members}]
        fixed += [names[of_id[c.corrected]] for c in members if c.corrected in of_id]
        names[e] = names[e] or next(filter(None, same + fixed), BESIDE)
    order = list(dict.fromkeys(names.values()))
    order.sort(key=lambda n: (n == BESIDE, not NUMBERED.fullmatch(n), n if NUMBERED.fullmatch(n) else ""))
    return {n: [c for c in claims if names[of_id[c.id]] == n] for n in order}


def rivals(c: Claim, members: Sequence[Claim], paper: str) -> tuple[list[Claim], list[Claim]]:
    """What is said of the same quantity and holds: (our bounds, its exact values); where it turns is neither."""
    same = [d for d in members if _written(d).quantity == _written(c).quantity and d is not c]
    same = [d for d in same if _written(d).kind in (*BOUNDS, "=", "→")]
    ours, exact = ([d for d in same if role(d, paper) == kind] for kind in ("ours", "exact"))
    return ours, exact


def split(paper: str, members: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """(what names the paper, bounds the same quantity, corrects or is corrected; the rest of the entries), by role."""
    quantities = {_written(c).quantity for c in members if is_own(c, paper) and _written(c).kind in BOUNDS}
    first = {c.id for c in members if paper in c.source or _written(c).quantity in quantities}
    first |= {c.corrected for c in members if c.id in first and c.corrected}
    first |= {c.id for c in members if c.corrected in first}
    ranked = sorted(members, key=lambda c: ROLES.index(role(c, paper, members)))
    return [c for c in ranked if c.id in first], [c for c in ranked if c.id not in first]


# ---- the page -------------------------------------------------------------------------------------------------------


def page(paper: str, all_summaries: Sequence[Summary], all_claims: Mapping[str, Claim], decided: str = "") -> str:
    """The page in Markdown, of the findings of `of_paper`'s claims; those that were not run are on it as such.

    decided: the day of the newest finding, "2026-11-23"; "" if it is not known.
    """
    from .review import review

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
        lines += [f"{_md(text)}\n" for text in told.split("\n\n") if text.startswith("Time:")]
    lines += [
        "Theorems are numbered and worded as they are commonly quoted: the text of the paper is not at hand. Every verdict holds",
        "in the model that its row names. Gap: the larger side of an inequality over the smaller, at the tightest and at the",
        "loosest point that was looked at. Vacuous: where a bound says no more than what is trivially true. Onset: from where on",
        f"a limit is reached within 1/{NEAR}. Witnesses: {LEGEND}.",
        "",
    ]
    lines += _beside(paper, parts, summaries)
    for name, members in parts.items():
        rows, rest = split(paper, members)
        lines += [f"## {_md(name)}", ""]
        if name != BESIDE and not any(is_own(c, paper) for c in rows):
            lines += ["No claim states it as it is quoted; these go with it.", ""]
        for heading, roles in LISTS.items():
            listed = [c for c in rows if role(c, paper, members) in roles]
            lines += [f"**{heading}**", "", *_table(paper, listed, members, summaries), ""] if listed else []
        lines += _remarks(c for c in rows if c.expected == "holds")
        lines += _words(map(_written, rows))
        if rest:
            lines += ["More on this:", "", *(_line(c, summaries.get(c.id)) for c in rest), ""]
    worst = max((s for s in all_summaries if s.gaps), key=lambda s: s.gaps[-1][0], default=None)
    if worst is not None:
        factor, f = worst.gaps[-1]
        lines += [f"Loosest of all: `{worst.claim}`, a factor {factor:.3g} at {_md(_point(f.point))}.", ""]
    missing = [c for c in claims if c.id not in summaries]
    if missing:
        lines += [f"Not run yet: {', '.join(f'`{c.id}`' for c in missing)}.", ""]
    lines += _cited(paper, made(all_summaries, claims, paper, decided))
    return "\n".join(lines).rstrip() + "\n"


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
            gaps = "<br>".join(gap(summaries[d.id]) for d in ours if d.id in summaries)
            cells.append(
                [
                    _md(name),
                    _code(w.relation),
                    "<br>".join(_like(d, w) for d in ours),
                    "<br>".join(_like(d, w) for d in exact),
                    gap(s) if s else "",
                    gaps,
                    vacuous(c, s) if s else "",
                    "<br>".join(filter(None, (onset(d) for d in (c, *ours, *exact)))),
                    "<br>".join(needs(c, s)),
                ]
            )
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


def _table(paper: str, rows: Sequence[Claim], members: Sequence[Claim], summaries: Mapping[str, Summary]) -> list[str]:
    head = ["", "statement", "as written", "verdict", "gap", "vacuous", "onset", "looked at for"]
    cells = []
    for c in rows:
        s, w, kind = summaries.get(c.id), _written(c), role(c, paper, members)
        source = f"<br>*{_md(c.source)}*" if c.source != "derived" else ""
        made = f"<br>in {_code('; '.join(w.models))}" if w.models else ""
        verdict = _verdict(s)
        if s and c.expected == "fails":
            verdict += "".join(f"<br>{x}" for x in [counterexample(s)] if x)
        cells.append(
            [
                f"≠ {kind}" if c.expected == "fails" else kind,
                f"{_md(c.statement)} (`{c.id}`){source}",
                f"{_code(w.relation)}{made}",
                verdict,
                _where(s) if s else "",
                vacuous(c, s) if s else "",
                onset(c),
                "<br>".join(filter(None, [domain(c), *needs(c, s)])),
            ]
        )
    return _rows(head, cells)


def _verdict(s: Summary | None) -> str:
    """ "supported, slack 19 % (B 13/13 · S 9/13)"."""
    if s is None:
        return "not run yet"
    sharp = sharpness(s) if s.verdict == Verdict.SUPPORTED else ""
    sharp = f"at {sharp}" if s.resolution is not None and sharp else sharp
    said = " · ".join(w for w in _witnesses(s) if "left out" not in w)
    return ", ".join(filter(None, [label(s), sharp])) + (f" ({said})" if said else "")


def _rows(head: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """A table without the columns in which nothing stands."""
    kept = [j for j, _ in enumerate(head) if any(row[j] for row in cells)]
    lines = [[head[j] for j in kept], ["---"] * len(kept), *([row[j] for j in kept] for row in cells)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _line(c: Claim, s: Summary | None) -> str:
    extra = [f"gap {gap(s)}" if s and s.gaps else "", f"onset {o}" if (o := onset(c)) else ""]
    mark = "≠ " if c.expected == "fails" else ""
    return f"- {mark}{_md(c.statement)} `{c.id}`: {'; '.join(filter(None, [_verdict(s), *extra]))}"


def _remarks(members: Iterable[Claim]) -> list[str]:
    notes = [f"- `{c.id}`: {_md(' '.join(c.notes.split()))}" for c in members if c.notes]
    return [*notes, ""] if notes else []


def _words(told: Iterable[Written]) -> list[str]:
    words = {k: v for w in told for k, v in w.words.items()}
    said = [f"- {_code(k)}: {_md(v.rstrip('.').replace('`', ''))}" for k, v in words.items()]
    return ["Here:", "", *said, ""] if said else []


def _md_code(text: str) -> str:
    """Text for Markdown in which `code` stays code."""
    return "".join(part if i % 2 else _md(part) for i, part in enumerate(re.split(r"(`[^`]*`)", text)))


def _code(text: str) -> str:
    """As it is written, in a table's cell."""
    return f"`{text.replace('|', chr(92) + '|')}`"


# ---- what is said of one claim --------------------------------------------------------------------------------------


def domain(c: Claim) -> str:
    """ "n, m ≥ 1, whole; p in (0, 1)": where the variables are looked at; those of one domain together."""
    same: dict[str, list[str]] = {}
    for name, d in c.ranges.items():
        same.setdefault(str(d), []).append(name)
    return _md("; ".join(f"{', '.join(names)} {_among(text)}" for text, names in same.items()))


def _among(text: str) -> str:
    """A domain's own words, shorter."""
    if found := re.fullmatch(r"integers (-?\w+)\.\.(\w*)", text):
        return f"in {found[1]}, ..., {found[2]}" if found[2] else f"≥ {found[1]}, whole"
    if text == "reals (0, oo)":
        return "> 0"
    if text.startswith("any law"):
        return f"is {text}"
    return f"in {text.removeprefix('reals ')}" if text[0] in "r{" else text


def needs(c: Claim, s: Summary | None = None) -> list[str]:
    """The side condition, and what becomes of the statement without the hypotheses that it is declared to need."""
    said = [f"where {_code(text)}" for text in [condition(c)] if text]
    for h in c.needs:
        what = "that condition" if h == "where" else f"the domain of {h}"
        note = s.twins.needs.get(h, "") if s else ""
        said.append(
            _md(f"needed: without {what} it is false, {note or 'as declared: verify --twins looks for the point'}")
        )
    return said


def _where(s: Summary) -> str:
    """ "1.08 to 6.68, at lam = 1/50 and at lam = 1/30": tightest and loosest."""
    if not s.gaps:
        return ""
    places = list(dict.fromkeys(_point(s.gaps[i][1].point) for i in (0, -1)))
    return f"{gap(s)}, at {_md(' and at '.join(filter(None, places)))}" if any(places) else gap(s)


def refuting(s: Summary) -> Finding | None:
    """What refutes it at the first point, in balls where there are some; None if only a derivation does."""
    wrong = [f for f in s.findings if f.verdict == Verdict.REFUTED and f.point]
    return min(wrong, key=lambda f: not witness(f.witness).exact, default=None)


def counterexample(s: Summary) -> str:
    """ "at lam = 1 the sides are 1.5 and 2": where `refuting` refutes it."""
    f = refuting(s)
    if f is None:
        return ""
    sides = f" the sides are {f.lhs} and {f.rhs}" if f.lhs else " it fails"
    return _md(f"at {_point(f.point)}{sides}")


def vacuous(c: Claim, s: Summary) -> str:
    """ "3 of 13 points": where the bound is no better than the trivial one."""
    if c.trivial is None:
        return ""
    bounds = [(_bound(f), f) for f in s.findings if witness(f.witness).exact and any(f.sides)]
    empty = [f for b, f in bounds if b >= float(c.trivial)]
    first = f", as at {_md(_point(empty[0].point))}" if empty else ""
    return f"{len(empty)} of {len(bounds)} points{first}" if bounds else ""


def _bound(f: Finding) -> float:
    """The larger side, at least."""
    return max(max(a[0] - a[1], b[0] - b[1]) for a, b in filter(None, f.sides))


def onset(c: Claim) -> str:
    """ "t = 12": where a function comes within 1 % of its limit, found by doubling and bisection, at the claim's first point."""
    from sympy import Integer

    from theory.language.moments import Tends
    from theory.proof.enclose import value
    from theory.proof.prepared import Part, prepare

    if not isinstance(c.relation(), Tends):
        return ""
    point = c.points(1, 0)[0]
    part = prepare(c, point.values).parts[0]
    assert isinstance(part, Part)
    assert part.rate is not None
    _, t, start, limit = part.rate

    def near(at: Integer) -> bool:
        values = {**point.values, t.name: at}
        balls = {d: value(m).value for d, m in part.moments_at(values).items()}
        gap = abs(part.side(part.a, values, balls))
        size = abs(part.side(limit, values, balls)) if limit != 0 else 1
        return bool(gap * NEAR <= size)

    try:
        low, high = None, Integer(max(1, int(start)))
        while not near(high):
            low, high = high, 2 * high
            if high > 10**6:
                return "beyond 1000000"
        while low is not None and high - low > 1:
            middle = Integer((low + high) // 2)
            low, high = (low, middle) if near(middle) else (middle, high)
    except (CannotTell, ArithmeticError, TypeError, ValueError):
        return ""
    others = ", ".join(f"{k} = {v}" for k, v in point.values.items() if k != t.name)
    return f"{t.name} = {high}" + (f" ({others})" if others else "")


__all__ = [
    "NEAR",
    "about",
    "author",
    "counterexample",
    "domain",
    "is_own",
    "is_reading",
    "needs",
    "of_paper",
    "onset",
    "page",
    "papers",
    "refuting",
    "rivals",
    "role",
    "sections",
    "split",
    "theorem",
    "vacuous",
]
