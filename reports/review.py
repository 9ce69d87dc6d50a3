"""What a reviewer may write of a paper: three sentences, made from the verdicts.

They speak of the forms that are commonly quoted and of the models that were looked at, never of the paper itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from theory.language.claims import Claim
from theory.language.summaries import Summary
from theory.language.verdicts import Verdict

from .papers import is_own, is_reading, rivals, sections
from .wording import LOOSE, gap, is_loose

HELD = (Verdict.PROVED, Verdict.SUPPORTED)
NAMED = 3  # so many bounds, and so many readings, are named in a sentence at most


def review(paper: str, claims: Sequence[Claim], summaries: Mapping[str, Summary]) -> list[str]:
    """Three sentences: how many statements of the paper hold, which bounds are loose, which readings are false.

    claims: those of `of_paper`.  summaries: by id, of those that were run.
    """
    stated: dict[str, str] = {}  # the paper's own: what theorem each belongs to
    sharper = set()
    for name, members in sections(paper, claims).items():
        for c in members:
            if is_own(c, paper):
                stated[c.id] = name
                sharper |= {c.id} if any(rivals(c, members, paper)) else set()
    run = {id: summaries[id] for id in stated if id in summaries}
    false = [summaries[c.id] for c in claims if c.id in summaries and is_reading(c, paper, claims)]
    return [
        _holding(paper, list(run.values()), len(stated)),
        _loose({id: s for id, s in run.items() if s.gaps and s.verdict in HELD}, stated, sharper),
        _misread([s for s in false if s.verdict == Verdict.REFUTED]),
    ]


def _holding(paper: str, run: Sequence[Summary], stated: int) -> str:
    """How many statements hold, and by which evidence; how many fail, are open, or were not run."""
    if not run:
        return f"No statement of arXiv:{paper} was checked in the form in which it is commonly quoted."
    count = {v: sum(s.verdict == v for s in run) for v in (Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED)}
    proved, supported, refuted = count.values()
    evidence = [f"{proved} proved"] if proved else []
    evidence += [f"{supported} supported by numbers up to a stated resolution"] if supported else []
    held = proved + supported
    several = len(run) > 1
    parts = [
        f"{held} of {len(run)} {_verb(held, 'holds', 'hold')}"
        if several
        else "it holds"
        if held
        else "it does not hold"
    ]
    parts[0] += " in the models that were looked at" + (f" ({', '.join(evidence)})" if evidence else "")
    parts += [f"{refuted} {_verb(refuted, 'fails', 'fail')} there"] if refuted and several else []
    undecided = len(run) - held - refuted
    parts += [f"{undecided} could not be decided"] if undecided and several else []
    parts += [f"{stated - len(run)} {_verb(stated - len(run), 'was', 'were')} not run"] if stated > len(run) else []
    checked = f"{len(run)} statements of arXiv:{paper} were checked, each in the form in which it is"
    checked = checked if several else f"One statement of arXiv:{paper} was checked, in the form in which it is"
    return f"{checked} commonly quoted: {'; '.join(parts)}."


def _loose(bounds: Mapping[str, Summary], stated: Mapping[str, str], sharper: set[str]) -> str:
    """Which bounds are loose, and by how much, the loosest first."""
    if not bounds:
        return "None of them is a bound whose distance from the truth was measured."

    def most(id: str) -> float:
        return bounds[id].gaps[-1][0]

    ranked = sorted(bounds, key=most, reverse=True)
    loose = [id for id in ranked if is_loose(bounds[id])]
    far = [id for id in ranked if most(id) >= LOOSE and id not in loose]
    known = len(sharper & bounds.keys())
    better = f"; for {known} of the {len(bounds)} a sharper bound or the exact value is known" if known else ""
    head = f"Of its {len(bounds)} bounds," if len(bounds) > 1 else "Of its one bound,"
    if not loose and not far:
        widest = gap(bounds[ranked[0]])
        if len(bounds) == 1:
            return f"Its one bound is nowhere a factor {LOOSE:g} or more from the truth in these models ({widest}){better}."
        return (
            f"{head} none is a factor {LOOSE:g} or more from the truth in these models (the loosest: {widest}){better}."
        )

    def told(ids: Sequence[str]) -> str:
        named = [f"{stated[id]} (`{id}`), a factor {gap(bounds[id])}" for id in ids[:NAMED]]
        return "; ".join(named + [f"{len(ids) - NAMED} more"] * (len(ids) > NAMED))

    parts = [f"{len(loose) or 'none'} {'are' if len(loose) > 1 else 'is'} a factor {LOOSE:g} or more"]
    parts[0] += " from the truth at every point that was looked at" + (f": {told(loose)}" if loose else "")
    parts += (
        [f"{len(far)} {_verb(len(far), 'is', 'are')} that far from it at some points only: {told(far)}"] if far else []
    )
    return f"{head} {'; '.join(parts)}{better}."


def _misread(false: Sequence[Summary]) -> str:
    """Which readings are false; the statement of each, and its claim."""
    if not false:
        return "No reading of it has been refuted."
    told = [f"“{s.statement.rstrip('.')}” (`{s.claim}`)" for s in false[:NAMED]]
    told += [f"{len(false) - NAMED} more"] if len(false) > NAMED else []
    head = "One reading of it, which it does not state itself, is false in these models, with a counterexample"
    if len(false) > 1:
        head = f"{len(false)} readings of it, which it does not state itself, are false in these models"
        head += ", each with a counterexample"
    return f"{head}: {'; '.join(told)}."


def _verb(n: int, one: str, several: str) -> str:
    return one if n == 1 else several


__all__ = ["review"]
