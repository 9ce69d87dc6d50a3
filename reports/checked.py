"""What was found of conjectures, and how it is told: verdict, evidence or counterexample, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

from sympy import sympify

from theory.language.claims import Claim
from theory.language.summaries import Summary
from theory.language.text import visible
from theory.language.verdicts import ENDED, HUNTED, NOT_RANDOM, OUTSIDE, WHOLE_RUNS, Finding, Verdict

from . import measured
from .witnesses import DERIVATION, EVERYONE, witness

NUMBER = re.compile(r"\d[\d,.]*")
ATTAINED = 1e-9  # a resolution below it, of sides that touch


@dataclass
class Checked:
    """What was found of one conjecture.

    counterexample: the finding at the smallest violation found, if there is one; confirmed: the same point, simulated
    on fresh replicates.  tried: joint values looked at by the hunt.
    """

    claim: Claim
    summary: Summary
    counterexample: Finding | None = None
    confirmed: Finding | None = None
    tried: int = 0
    seconds: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """That of all witnesses together."""
        return self.summary.verdict

    def __str__(self) -> str:
        return visible("\n".join(_lines(self)))

    def _repr_html_(self) -> str:
        return Checks([self])._repr_html_()

    def _repr_latex_(self) -> str:
        return Checks([self])._repr_latex_()


class Checks(list[Checked]):
    """What was found of several conjectures: a list, which a notebook shows as a table, with each report below it."""

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))

    def _repr_html_(self) -> str:
        """The table of them, and below it what `check` prints of each."""
        from markupsafe import Markup

        from .notebook import html

        table = html([c.summary for c in self], {c.claim.id: c.claim for c in self})
        told = Markup('<pre style="white-space:pre-wrap">{}</pre>')
        return visible(Markup("").join([Markup(table), *(told.format(str(c)) for c in self)]))

    def _repr_latex_(self) -> str:
        from .notebook import latex

        return visible(latex([c.summary for c in self], {c.claim.id: c.claim for c in self}))


def _lines(c: Checked) -> list[str]:
    """The report of one conjecture: verdict, evidence, and what to do next."""
    s = c.summary
    declared = {True: ", as declared", False: "", None: ""}[s.as_declared if s.expected == "fails" else False]
    beside = measured.headline(s)
    head = f"{c.claim.id}: {str(s.verdict).upper()}{declared}{' ' * bool(beside)}{beside}"
    lines = [head, f"  {c.claim.statement}"]
    lines += [f"  CONTRADICTION between witnesses: {s.contradiction}"] if s.contradiction else []
    lines += [f"  the witnesses differ: {s.differ}"] if s.differ else []
    if s.verdict == Verdict.REFUTED:
        lines += _refutation(c)
    else:
        lines += _evidence(c)
    lines += measured.lines(s)
    lines += [f"  {text}" for text in _derived(s)]
    lines += [f"  remark: {r}" for r in c.remarks]
    if c.seconds:
        lines.append(f"  {c.seconds:.1f} s" + (f", {c.tried} joint values screened" if c.tried else ""))
    return lines


def _derived(s: Summary) -> list[str]:
    """What was derived of a claim that is not proved: the right formula, where a claim has a wrong one."""
    found = (f for f in s.findings if f.witness == DERIVATION.name and f.verdict != Verdict.PROVED)
    return [f"derived: {text}" for f in found for text in f.certificate]


def _where(f: Finding) -> str:
    if f.method == WHOLE_RUNS:
        return "all points together, one number a run"
    return ", ".join(f"{k} = {v}" for k, v in (f.point or {}).items()) or "the whole domain"


def _laws(claim: Claim, f: Finding) -> list[str]:
    """What parameters that are made of variables are there, where these are hard to read."""
    at = {n: sympify(x) for n, x in (f.point or {}).items()}
    whole = ((p, names) for p, names in claim.composed.items() if at.keys() >= {*names})
    return [told for p, names in whole if (told := claim.parameters[p].in_words(p, [at[n] for n in names]))]


def _refutation(c: Checked) -> list[str]:
    from .wording import again

    f = c.counterexample
    if f is None:
        wrong = next((x for x in c.summary.findings if x.verdict == Verdict.REFUTED), None)
        return [f"  {wrong.note or wrong.method}"] if wrong else []
    lines = [f"  counterexample: {_where(f)}"]
    lines += [f"    {told}" for told in _laws(c.claim, f)]
    for g in [f] if c.confirmed is None or c.confirmed in (f,) else [f, c.confirmed]:
        how = witness(g.witness).account(g)
        if g.lhs:
            lines += [f"    {how}:", f"      left side   {g.lhs}", f"      right side  {g.rhs}"]
        else:
            lines.append(f"    {how}: {g.note}")
        if g.margin == (0.0, 0.0):
            lines.append("      the sides are equal where one has to be larger")
        elif g.margin is not None:
            lines.append(f"      the relation is missed by {_missed(g)} of {g.scale or 'the scale'}")
            lines += [f"      {g.note}"] if g.note and g.lhs and witness(g.witness).exact else []
        if not witness(g.witness).exact:
            nominal = (
                " (nominal: rare values that were never drawn are not seen)" if g.guarantee == "asymptotic" else ""
            )
            lines.append(f"      error probability {g.error:.2g}, {g.guarantee}{nominal}")
            lines += [f"      {g.note}"] if g.note else []
        if g.id is not None:
            lines.append(f"      reproduce: {again(g)}")
    return lines


def _missed(f: Finding) -> str:
    assert f.margin is not None
    low, high = sorted(abs(x) * 100 for x in f.margin)
    if not isfinite(high):
        return f"{low:.3g} % or more"
    return f"{high:.4g} %" if high - low < 1e-6 * high else f"{low:.3g} to {high:.3g} %"


def _weakest(done: Sequence[Finding]) -> Finding:
    """The point at which a witness saw least: of an inequality the tightest, but for those where the sides are equal anyway."""
    apart = [f for f in done if f.slack is not None]
    if apart and all(f in apart or _is_attained(f) for f in done):
        return min(apart, key=lambda f: f.slack or 0.0)
    return max(done, key=lambda f: (f.resolution or 0.0, -(f.slack or 0.0)))


def _is_attained(f: Finding) -> bool:
    """Whether its sides are equal to nearly all digits of double precision, as both are at t = 0."""
    return f.slack is None and f.resolution is not None and f.resolution < ATTAINED


def _common(some: Sequence[Finding], among: Sequence[Finding]) -> str:
    """ "at t = 0": the variables that have one value at some points, and others elsewhere; "" if there are none."""
    points = [f.point for f in some if f.point]
    told = [
        f"{name} = {value}"
        for name, value in (points[0] if points and len(points) == len(some) else {}).items()
        if all(p.get(name) == value for p in points)
        and any(f.point and f.point.get(name, value) != value for f in among)
    ]
    return f"at {', '.join(told)}" if told else ""


def _evidence(c: Checked) -> list[str]:
    from .wording import gap, interval, percent

    lines = []
    for w in (w.name for w in EVERYONE):
        told = [f for f in c.summary.findings if f.witness == w and f.method != WHOLE_RUNS]
        fs = [f for f in told if f.origin != OUTSIDE]
        planned = [f for f in fs if f.origin != HUNTED]
        done = [f for f in fs if f.verdict in (Verdict.PROVED, Verdict.SUPPORTED)]
        whole = next((f for f in done if f.point is None), None)
        if whole is not None:
            lines.append(f"  {w}: {whole.verdict}, {whole.method}")
        elif done:
            coarse = max((f.resolution for f in done if f.resolution is not None), default=None)
            sharp = f", resolution {percent(coarse)}{' or finer' if coarse else ''}" if coarse is not None else ""
            kind = max(done, key=lambda f: f.replicates).guarantee
            at = sum(f in planned for f in done)
            lines.append(f"  {w}: supported at {at} of {len(planned)} points{sharp} ({kind})")
            weakest = _weakest(done)
            margin = f": margin {interval(weakest.margin)}" if weakest.margin is not None else ""
            lines.append(f"    weakest point: {_where(weakest)}{margin}")
            where = _common([f for f in done if _is_attained(f)], done) if weakest.slack is not None else ""
            lines += [f"    the sides are equal, to the digits looked at, {where}"] if where else []
        for verdict in (*ENDED, Verdict.UNDECIDED, Verdict.LEFT_OUT):
            rest = [f for f in fs if f.verdict == verdict]
            alike: dict[str, list[Finding]] = {}  # a reason that names its point is told once
            for f in sorted((f for f in rest if f.note), key=lambda f: f.note == NOT_RANDOM):
                alike.setdefault(NUMBER.sub("0", f.note), []).append(f)
            notes = [" ".join(filter(None, (same[0].note, _common(same, fs)))) for same in alike.values()]
            where = f" at {len(rest)} point{'s' * (len(rest) > 1)}" if rest and rest[0].point else ""
            more = f"; and {len(notes) - 2} other reason{'s' * (len(notes) > 3)}" if len(notes) > 2 else ""
            lines += [f"  {w}, {verdict}{where}: {'; '.join(notes[:2])}{more}"] if rest else []
        if others := [f for f in told if f.origin == OUTSIDE]:
            which = "1 other point" if len(others) == 1 else f"{len(others)} other points"
            lines.append(f"  {w}: of {which} the claim says nothing: {others[0].note}{', ...' * (len(others) > 1)}")
    lines += [f"  gap: {gap(c.summary)}, the larger side over the smaller"] if c.summary.gaps else []
    lines += [f"  limit: {c.summary.limit}"] if c.summary.limit else []
    if c.verdict == Verdict.SUPPORTED and c.tried:
        lines.append("  hunt: no counterexample found")
    return lines


__all__ = ["Checked", "Checks"]
