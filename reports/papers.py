"""One page a paper: each of its statements with its number where known, the verdict, the gap, and what it needs.

The verdicts are those of the ledger. What is computed here costs milliseconds: onsets, in balls.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from theory.language.claims import Claim
from theory.language.errors import BadInput
from theory.language.verdicts import Summary

from .tables import _md, _md_math, gap, label, sharpness

if TYPE_CHECKING:
    from .suite import Findings

NEAR = 100  # an asymptotic form has set in where it is within a hundredth


def of_paper(paper: str, claims: Sequence[Claim]) -> list[Claim]:
    """The claims whose source names the paper (an arXiv id), and the corrections of those that are declared false."""
    named = [c for c in claims if paper in c.source]
    if not named:
        known = sorted({w.strip("(),;:") for c in claims for w in c.source.split() if w[:4].isdigit() and "." in w})
        raise BadInput(f"no claim names the paper {paper!r}; known: {', '.join(known)}")
    corrections = {c.corrected for c in named}
    return [c for c in claims if c in named or c.id in corrections]


def page(paper: str, found: Findings) -> str:
    """The page in Markdown, of the findings of `of_paper`'s claims."""
    claims = [found.claims[s.claim] for s in found.summaries]
    families = list(dict.fromkeys(c.family for c in claims))
    lines = [f"# arXiv {paper}: its statements, checked", ""]
    for family in families:
        told = inspect.getdoc(import_module(f"theory.{family}")) or ""
        lines += [f"{_md(text)}\n" for text in told.split("\n\n") if text.startswith("Time:")]
    lines += [
        "Verdicts hold in the models named below; theorem numbers are given where they are certain. Gap: the larger side of an",
        "inequality over the smaller, at its tightest and its loosest point. Vacuous: where a bound says no more than what is",
        f"trivially true. Onset: from where on a limit is reached within 1/{NEAR}.",
        "",
        "| statement | source | formula | verdict | resolution | gap | vacuous | onset | needs |",
        "|---|---|---|---|--:|--:|--:|--:|---|",
    ]
    for s in found.summaries:
        c = found.claims[s.claim]
        mark = "≠ " if c.expected == "fails" else ""
        cells = [
            f"{mark}{_md(s.statement)} (`{c.id}`)",
            _md(c.source),
            _md_math(c.latex),
            label(s),
            sharpness(s),
            gap(s),
            vacuous(c, s),
            onset(c),
            _md(_needs(c)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    worst = max((s for s in found.summaries if s.gaps), key=lambda s: s.gaps[-1][0], default=None)
    if worst is not None:
        factor, f = worst.gaps[-1]
        at = ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items())
        lines += ["", f"Loosest: `{worst.claim}`, a factor {factor:.3g} at {_md(at)}."]
    notes = [(c, c.notes) for c in claims if c.notes]
    lines += ["", "Notes:", "", *(f"- `{c.id}`: {_md(' '.join(text.split()))}" for c, text in notes)] if notes else []
    return "\n".join(lines) + "\n"


def _needs(c: Claim) -> str:
    """The side condition in words of its own code, and the hypotheses that cannot be dropped."""
    from sympy import S

    condition = c.condition(c.cases[0] if c.cases else {})
    said = [] if condition == S.true else [str(condition)]
    return "; ".join(said + [f"{h}: without it false" for h in c.needs])


def vacuous(c: Claim, s: Summary) -> str:
    """ "3 of 13 points": where the bound is no better than the trivial one."""
    if c.trivial is None:
        return ""
    bounds = [
        max(a[0] - a[1], b[0] - b[1]) for f in s.findings if f.witness == "ball" for a, b in filter(None, f.sides)
    ]
    return f"{sum(b >= float(c.trivial) for b in bounds)} of {len(bounds)} points" if bounds else ""


def onset(c: Claim) -> str:
    """ "t = 12": where a function comes within 1 % of its limit, found by doubling and bisection, at the claim's first point."""
    from sympy import Integer

    from theory.language.moments import Tends
    from theory.proof.enclose import NoBall, value
    from theory.proof.prepared import Part, prepare
    from theory.proof.rings import NotCompilable

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
    except (NoBall, NotCompilable, ArithmeticError, TypeError, ValueError):
        return ""
    others = ", ".join(f"{k} = {v}" for k, v in point.values.items() if k != t.name)
    return f"{t.name} = {high}" + (f" ({others})" if others else "")


__all__ = ["NEAR", "of_paper", "onset", "page", "vacuous"]
