"""Numbers and findings in words, the same in every format.

Numbers are rounded outward, so that a printed one never claims more than its interval.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import inf, isfinite

from theory.language.summaries import Summary
from theory.language.verdicts import HUNTED, SILENT, Finding, Verdict

from .witnesses import WITNESSES, witness

DECIDED = (Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED)
KINDS = ("proved", "supported", "refuted as declared", "undecided")  # and surprises: every claim is one of these,
FALLEN = "refuted"  # or, of a user's own, this
LOOSE = 2.0  # a bound that is so far from the truth, as a factor, at every point that was looked at, is called loose
ATTAINED = 1 + 1e-9  # a gap below it is 1 to the digits of double precision


# ---- numbers as text ------------------------------------------------------------------------------------------------


def _outward(x: float, spread: float | None, direction: str) -> str:
    """`x` rounded in one direction: to the second digit of itself or of `spread`, the finer one; at most 4 digits."""
    d = Decimal(repr(float(x)))
    if d == 0:
        return "0"
    exponent = d.adjusted() - 1
    if spread:
        exponent = max(min(exponent, Decimal(repr(float(spread))).adjusted() - 1), d.adjusted() - 3)
    return _rounded(d, exponent, direction)


def _rounded(d: Decimal, exponent: int, direction: str) -> str:
    digits = d.quantize(Decimal(1).scaleb(exponent), direction).normalize()
    return f"{digits:f}" if -4 <= digits.adjusted() <= 5 else f"{digits:e}".replace("e+", "e")


def percent(x: float | None) -> str:
    """A resolution, two digits, rounded up: "0.32 %"."""
    if x is None:
        return ""
    if not isfinite(x):
        return "unbounded"
    return "exact" if x == 0 else f"{_outward(_times_100(x), None, ROUND_CEILING)} %"


def sharpness(s: Summary | Finding) -> str:
    """How sharply it was looked: "0.32 %" is a resolution, "slack 12 %" how far a strict inequality is from equality."""
    if s.resolution is not None:
        return percent(s.resolution)
    return "" if s.slack is None else f"slack {_outward(_times_100(s.slack), None, ROUND_FLOOR)} %"


def interval(margin: tuple[float, float] | None) -> str:
    """A margin, its ends rounded outward: "[-0.14, 0.18] %"."""
    if margin is None:
        return ""
    low, high = margin
    spread = _times_100(high - low) if isfinite(high - low) else None
    if low == high == 0:
        return "0"
    ends = (
        _outward(_times_100(x), spread, r) if isfinite(x) else f"{x}".replace("inf", "oo")
        for x, r in ((low, ROUND_FLOOR), (high, ROUND_CEILING))
    )
    return f"[{', '.join(ends)}] %"


def _times_100(x: float) -> float:
    return float(Decimal(repr(float(x))).scaleb(2))  # 100 * 0.0032 in floats is a little above 0.32


def _count(n: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if n >= 10 * size or (n >= size and unit != "k"):
            return f"{n / size:.3g} {unit}"
    return str(n)


def _seconds(s: float) -> str:
    if s >= 120:
        return f"{s / 3600:.1f} h" if s >= 3600 else f"{s / 60:.1f} min"
    return f"{s:.0f} s" if s >= 10 else f"{s:.2g} s"


# ---- what is said of one claim --------------------------------------------------------------------------------------


def arrange(summaries: Iterable[Summary]) -> list[tuple[Summary, bool]]:
    """The summaries by family; after each claim the false statements that it corrects, marked True."""
    summaries = list(summaries)
    holds = {s.claim for s in summaries if s.expected == "holds"}
    false: dict[str, list[Summary]] = {}
    for s in summaries:
        if s.expected == "fails" and s.corrected in holds:
            false.setdefault(s.corrected, []).append(s)
    nested = {s.claim for group in false.values() for s in group}
    order = {family: j for j, family in enumerate(dict.fromkeys(s.family for s in summaries))}
    heads = sorted((s for s in summaries if s.claim not in nested), key=lambda s: order[s.family])
    return [pair for s in heads for pair in ((s, False), *((f, True) for f in false.get(s.claim, ())))]


def _sections(arranged: Iterable[tuple[Summary, bool]]) -> list[tuple[str, list[tuple[Summary, bool]]]]:
    """By family; a false statement goes with its correction, whatever module it is written in."""
    sections: dict[str, list[tuple[Summary, bool]]] = {}
    family = ""
    for s, nested in arranged:
        family = family if nested else s.family
        sections.setdefault(family, []).append((s, nested))
    return list(sections.items())


def kind(s: Summary) -> str:
    """One of KINDS, or "surprise"."""
    return "surprise" if s.surprise else "refuted as declared" if s.verdict == Verdict.REFUTED else str(s.verdict)


def users(s: Summary) -> bool:
    """Whether it is a user's own: of a file, or made in a notebook."""
    return bool(s.findings and s.findings[0].file) or s.family == "__main__"


def falls(s: Summary) -> bool:
    """Whether a claim of a user's own, which nobody has quoted, is refuted: that is a result, no surprise."""
    return users(s) and s.verdict == Verdict.REFUTED and s.expected == "holds" and not s.contradiction


def label(s: Summary) -> str:
    """The verdict as it is displayed: with the declaration wherever that matters."""
    if s.contradiction:
        return "contradiction"
    if falls(s):
        return str(s.verdict)
    return f"{s.verdict}, surprise" if s.surprise else kind(s).replace("refuted as", "refuted, as")


def deciding(s: Summary) -> list[str]:
    """The witnesses that decided something (a witness may be undecided at one point and decide twelve)."""
    return [
        w for w, v in s.witnesses.items() if v in DECIDED or (s.coverage.get(w) and not s.coverage[w].startswith("0 "))
    ]


def _witnesses(s: Summary) -> list[str]:
    """["D proved", "S supported 7/13"]: which witness said what, and at how many points."""
    points = {w: re.sub(r"(\d+) of (\d+) points?", r" \1/\2", c) for w, c in s.coverage.items()}
    said = {w: "" if v == witness(w).usual else f" {v}" for w, v in s.witnesses.items()}
    return [f"{witness(w).letter}{v}{'' if points.get(w) == 'all' else points.get(w, '')}" for w, v in said.items()]


def _notes(s: Summary) -> list[str]:
    """What a reader must know beyond the verdict, most urgent first."""
    notes = [f"contradiction: {s.contradiction}"] if s.contradiction else []
    notes += [f"false twins that nothing refuted: {', '.join(s.twins.survived)}"] if s.twins.survived else []
    correct = f"; correct: {s.corrected}" if s.corrected else ""
    wrong = [f for f in s.findings if f.verdict == Verdict.REFUTED and f.point]
    smallest = [f for f in wrong if f.origin == HUNTED]  # a hunt ends at the smallest counterexample
    where = next((f.point for f in [*smallest, *wrong]), None)
    at = f" at {_point(where)}" if where else ""
    if s.expected == "fails":
        notes.append(
            {
                True: "refuted, as declared",
                False: f"declared false, but {s.verdict}",
                None: "declared false, not yet refuted",
            }[s.as_declared]
            + correct
        )
    elif s.verdict == Verdict.REFUTED:
        notes.append(f"refuted{at}" if falls(s) else f"declared true, but refuted{at}")
    notes += [s.doubt] if s.doubt else []
    notes += [f"the witnesses differ: {s.differ}"] if s.differ else []
    notes += [text] if (text := supports_elsewhere(s)) else []
    if s.verdict == Verdict.SUPPORTED and s.only:
        notes.append(f"decided at {_point(s.only)} only")
    if s.limit and s.verdict in (Verdict.SUPPORTED, Verdict.UNDECIDED):
        notes.append(s.limit)
    shown: dict[str, list[str]] = {}  # one reason is often shared by witnesses
    for w, reason in s.reasons.items():
        if reason:
            v = s.witnesses.get(w)
            manner = f" {v}" if v in SILENT else " at other points" if v in DECIDED else ""
            shown.setdefault(f"{manner}: {' '.join(reason.split())}", []).append(witness(w).letter)
    notes += [", ".join(ws) + reason for reason, ws in shown.items()]
    if not notes and s.verdict == Verdict.UNDECIDED:
        notes.append("no witness gave a reason")
    return notes


def footnote(s: Summary, nested: bool) -> str:
    """The notes that a table needs: a proof has no loose ends, and a false statement stands by its correction."""
    settled = s.verdict == Verdict.PROVED or (nested and s.as_declared)
    return "" if settled and not s.surprise and not s.failed else "; ".join(_notes(s))


def _point(point: Mapping[str, str] | None) -> str:
    return ", ".join(f"{k} = {v}" for k, v in (point or {}).items())


def told_sides(f: Finding) -> str:
    """As "the sides are 1 and 2", or "both sides are 4".

    Of sides that floats do not tell apart, and a witness does: "both sides are 0(1)e-300, and apart".
    """
    if f.lhs != f.rhs:
        return f"the sides are {f.lhs} and {f.rhs}"
    equal = f.margin == (0.0, 0.0)  # refuted since neither is smaller, as a strict relation wants
    apart = f.verdict == Verdict.REFUTED and "(" in f.lhs and not equal
    return f"both sides are {f.lhs}{', and apart' if apart else ''}"


def _seen(s: Summary) -> tuple[str, str]:
    """Resolution (or slack) and margin; of an undecided claim neither: its decided points' are not the claim's."""
    return ("", "") if s.verdict == Verdict.UNDECIDED else (sharpness(s), interval(s.margin))


def gap(s: Summary) -> str:
    """ "1.02 to 6.68": by which factor a bound is away from the truth, at its tightest and its loosest point."""
    return between(s.gaps[0][0], s.gaps[-1][0]) if s.gaps else ""


def is_loose(s: Summary) -> bool:
    """Whether a bound is a factor `LOOSE` or more from the truth wherever it was looked at."""
    return bool(s.gaps) and s.gaps[0][0] >= LOOSE


def between(low: float, high: float) -> str:
    """Two factors, rounded outward."""
    ends = factor(low, ROUND_FLOOR), factor(high, ROUND_CEILING)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


MOST = 1e6  # a factor that is told in digits


def factor(x: float, direction: str) -> str:
    """A gap, of three digits or more: "1" is a bound that is attained to the digits of double precision."""
    if x > MOST:
        return "more than a million"
    d = Decimal(repr(float(x)))
    return "1" if x < ATTAINED else _rounded(d, min(d.adjusted() - 2, (d - 1).adjusted()), direction)


def told_at(s: Summary) -> str:
    """ "at n = 10, t = 5: 1.2 against 1.5": the two sides where it is refuted, else where it is nearest to that; balls first.

    Of a bound that is attained somewhere, as before the first fit, at a point where it is not, if there is one.
    """
    exact = [f for f in s.findings if witness(f.witness).exact and f.point]
    strict = [f for f in exact if f.verdict == Verdict.REFUTED or (f.margin is not None and f.margin[0] > 0)]
    f = nearest(strict or exact) or nearest(s.findings)
    return f"at {_point(f.point)}: {f.lhs} against {f.rhs}" if f and f.point and f.lhs else ""


def nearest(findings: Sequence[Finding]) -> Finding | None:
    """Where it is refuted, else where it is nearest to failing, else the first that was tried."""
    refuted = [f for f in findings if f.verdict == Verdict.REFUTED]
    measured = [f for f in findings if f.verdict in DECIDED and f.margin is not None]
    low = min(measured, key=lambda f: f.margin[0] if f.margin else inf, default=None)
    return next(iter(refuted), low or next(iter(findings), None))


def shown(s: Summary) -> Finding | None:
    """The finding whose margin is the claim's, else the one nearest to failing."""
    return s.shown or nearest(s.findings)


def sharp_at(s: Summary) -> Finding | None:
    """The finding that the claim's resolution is of, where it has none its slack; it may be at another point than `shown`."""
    f = shown(s)
    if f is None or (s.resolution is None and s.slack is None):
        return None
    same = [g for g in s.findings if g.witness == f.witness]
    if s.resolution is not None:
        return next((g for g in (f, *same) if g.resolution == s.resolution), None)
    return next((g for g in (f, *same) if g.slack == s.slack), None)


def supports_elsewhere(s: Summary) -> str:
    """Why a witness says "supported" beside one that says "refuted": they decided at different points; "" if they did not."""
    wrong = {w for w, v in s.witnesses.items() if v == Verdict.REFUTED}
    held = [w for w, v in s.witnesses.items() if v == Verdict.SUPPORTED]
    if not wrong or not held or s.differ or s.contradiction:
        return ""
    who, others = (" and ".join(witness(w).words for w in s.witnesses if w in ws) for ws in (held, wrong))
    return f"{who} supports it at the points that it decided, and decided nothing where {others} refutes it"


def _cost(s: Summary) -> str:
    return f"{_count(s.replicates)} replicates, {_seconds(s.seconds)}" if s.replicates else _seconds(s.seconds)


def named(s: Summary) -> str:
    """What a claim is called on the command line: its id, or that of the file before it."""
    from shlex import quote

    file = next((f.file for f in s.findings if f.file), "")
    return quote(f"{_near(file)}:{s.claim}") if file else s.claim


def deciding_again(files: Iterable[str]) -> str:
    """The command that decides again what has changed, of a catalogue's claims (""), or of those in a user's files."""
    from shlex import quote

    return " ".join(["selfconsuming verify", *(quote(_near(file)) for file in dict.fromkeys(files) if file)])


def again(f: Finding) -> str:
    """The command that replays a finding, with the files that it is about: they are loaded on the user's word alone."""
    from shlex import quote

    files = [f"{option} {quote(_near(path))}" for option, path in (("--file", f.file), ("--data", f.data)) if path]
    return " ".join([f"selfconsuming reproduce {f.id}", *files])


def _near(path: str) -> str:
    """A path as it is called from here, where it is in this folder or below."""
    from pathlib import Path

    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path


def twins_line(s: Summary) -> str:
    """ "18 of 18 refuted (B 18, S 16), down to 0.00010 % (B), 0.11 % (S); too small here: x 1.001"."""
    t = s.twins
    by = ", ".join(f"{w.letter} {t.by[w.name]}" for w in WITNESSES if w.name in t.by)
    sizes = ", ".join(f"{percent(t.smallest[w.name])} ({w.letter})" for w in WITNESSES if w.name in t.smallest)
    parts = [f"{t.refuted} of {t.tried} refuted" + (f" ({by})" if by else "") + (f", down to {sizes}" if sizes else "")]
    parts += [f"too small here: {', '.join(t.small)}"] if t.small else []
    parts += [f"not judged here: {', '.join(t.unjudged)}"] if t.unjudged else []
    parts += [f"NOT REFUTED: {', '.join(t.survived)}"] if t.survived else []
    parts += [f"needs {h}: else {note}" for h, note in t.needs.items() if note]
    return "; ".join(parts)
