"""What claims are to a paper, its own statements, ours beside them, what is misread into it, and what is said of each.

The verdicts are those of the ledger. What is computed here costs milliseconds: onsets, in balls.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module

from theory.language.claims import Claim
from theory.language.errors import BadInput, CannotTell
from theory.language.summaries import Summary
from theory.language.verdicts import HUNTED, Finding, Verdict

from .same_quantity import are_one
from .tables import _md
from .witnesses import witness
from .wording import _point, _witnesses, gap, label, sharpness, told_sides
from .written import condition, written

NEAR = 100  # an asymptotic form has set in where it is within a hundredth
NUMBERED = re.compile(r"(?:Theorem|Lemma|Proposition|Corollary) \d+(?:\.\d+)*")
ROLES = ("the paper", "exact", "ours", "false form", "false reading")
BOUNDS = ("≤", "<", "≥", ">")
BESIDE = "Beside the paper's statements"
ELSEWHERE = ("derived", "standard", "own measurement")  # how sources begin of what is only set where the paper is

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
    names = {c.id for c in named}
    here = {c.id for members in entries(claims).values() if names & {c.id for c in members} for c in members}
    here |= {c.corrected for c in claims if c.id in here and c.corrected} | {u for c in named for u in c.uses}
    here |= {c.id for c in claims if c.corrected in here}
    return [c for c in claims if c.id in here]


def about(c: Claim) -> str:
    """What the module of its family says first, or the file of a user's claim."""
    module = sys.modules[c.function.__module__] if c.file else import_module(f"theory.{c.family}")
    return inspect.getdoc(module) or ""


def entries(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    """The claims by the catalogue's id: the shortest id of a claim that their own ids begin with."""
    ids = {c.id for c in claims}
    found: dict[str, list[Claim]] = {}
    for c in claims:
        parts = c.id.split("-")
        beginnings = ("-".join(parts[:n]) for n in range(1, len(parts) + 1))
        found.setdefault(next(i for i in beginnings if i in ids), []).append(c)
    return found


def is_own(c: Claim, paper: str) -> bool:
    """Whether it is the paper that states it: its source names the paper, and is no derivation, textbook or measurement."""
    return c.expected == "holds" and paper in c.source and not c.source.startswith(ELSEWHERE)


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
    grouped = entries(claims)
    names, bounded = {}, []
    for e, members in grouped.items():
        first = sorted(members, key=lambda c: not is_own(c, paper))
        names[e] = next(filter(None, (theorem(c, paper) for c in first)), "")
        bounded += [(c, names[e]) for c in members if is_own(c, paper) and names[e]]
    of_id = {c.id: e for e, members in grouped.items() for c in members}
    for e, members in grouped.items():  # without a name: with what is said of the same quantity, or corrected there
        same = [name for c in members if paper in c.source for d, name in bounded if are_one(c, d)]
        fixed = [names[of_id[d.id]] for d in claims if d.corrected in {c.id for c in members}]
        fixed += [names[of_id[c.corrected]] for c in members if c.corrected in of_id]
        names[e] = names[e] or next(filter(None, same + fixed), BESIDE)
    order = list(dict.fromkeys(names.values()))
    order.sort(key=lambda n: (n == BESIDE, not NUMBERED.fullmatch(n), n if NUMBERED.fullmatch(n) else ""))
    return {n: [c for c in claims if names[of_id[c.id]] == n] for n in order}


def rivals(c: Claim, members: Sequence[Claim], paper: str) -> tuple[list[Claim], list[Claim]]:
    """What is said of the same quantity and holds: (our bounds, from its side, its exact values); where it turns is neither."""
    same = [d for d in members if d is not c and are_one(c, d)]
    kind = _written(c).kind
    beside = next((side for side in (("≤", "<"), ("≥", ">")) if kind in side), BOUNDS)
    same = [d for d in same if _written(d).kind in (*beside, "=", "→")]
    ours, exact = ([d for d in same if role(d, paper) == kind] for kind in ("ours", "exact"))
    return ours, exact


def split(paper: str, members: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """(what names the paper, bounds the same quantity, corrects or is corrected; the rest of the entries), by role."""
    own = [c for c in members if is_own(c, paper) and _written(c).kind in BOUNDS]
    first = {c.id for c in members if paper in c.source or any(are_one(c, d) for d in own)}
    first |= {c.corrected for c in members if c.id in first and c.corrected}
    first |= {c.id for c in members if c.corrected in first}
    ranked = sorted(members, key=lambda c: ROLES.index(role(c, paper, members)))
    return [c for c in ranked if c.id in first], [c for c in ranked if c.id not in first]


# ---- what is said of one claim --------------------------------------------------------------------------------------


def _verdict(s: Summary | None) -> str:
    """ "supported, slack 19 % (B 13/13 · S 9/13)"."""
    if s is None:
        return "not run yet"
    sharp = sharpness(s) if s.verdict == Verdict.SUPPORTED else ""
    sharp = f"at {sharp}" if s.resolution is not None and sharp else sharp
    said = " · ".join(w for w in _witnesses(s) if "left out" not in w)
    return ", ".join(filter(None, [label(s), sharp])) + (f" ({said})" if said else "")


def _md_code(text: str) -> str:
    """Text for Markdown in which `code` stays code."""
    parts = re.split(r"(\s*`[^`]*`\s*)", " ".join(text.split()))
    return "".join(part if i % 2 else _md(part) for i, part in enumerate(parts))


def _code(text: str) -> str:
    """As it is written, in a table's cell."""
    return f"`{text.replace('|', chr(92) + '|')}`"


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
            _md_code(
                f"needed: without {what} it is false, {note or 'as declared (`verify --twins` looks for a point)'}"
            )
        )
    return said


def _where(s: Summary) -> str:
    """ "1.08 to 6.68, at lam = 1/50 and at lam = 1/30": tightest and loosest."""
    if not s.gaps:
        return ""
    places = list(dict.fromkeys(_point(s.gaps[i][1].point) for i in (0, -1)))
    return f"{gap(s)}, at {_md(' and at '.join(filter(None, places)))}" if any(places) else gap(s)


def refuting(s: Summary) -> Finding | None:
    """What refutes it, in balls where there are some: at the smallest counterexample if one was hunted for, else at the first
    point; None if only a derivation does."""
    wrong = [f for f in s.findings if f.verdict == Verdict.REFUTED and f.point]
    return min(wrong, key=lambda f: (not witness(f.witness).exact, f.origin != HUNTED), default=None)


def counterexample(s: Summary) -> str:
    """ "at lam = 1: the sides are 1.5 and 2": where `refuting` refutes it."""
    f = refuting(s)
    if f is None:
        return ""
    return _md(f"at {_point(f.point)}: {told_sides(f) if f.lhs else 'it fails'}")


def gap_beside(s: Summary, published: Summary | None) -> str:
    """The gap of a bound, to be read beside that of a published one: said where it was measured at other points."""
    told = gap(s)
    apart = published is not None and bool(published.gaps) and _measured_at(s) != _measured_at(published)
    return f"{told} (at other points)" if told and apart else told


def _measured_at(s: Summary) -> set[str]:
    return {_point(f.point) for f in s.findings if witness(f.witness).exact and any(f.sides)}


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


@cache
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
    "papers",
    "refuting",
    "rivals",
    "role",
    "sections",
    "split",
    "theorem",
    "vacuous",
]
