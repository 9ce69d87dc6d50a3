"""What a notebook shows of findings: a table with formulas, and figures. Its colours are readable on light and on dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from theory.language.claims import Claim
from theory.language.summaries import Summary

from .columns import COLUMNS
from .latex import tex, tex_math
from .mathml import sentence, statement
from .tables import footer
from .wording import arrange, falls, footnote, kind, label
from .written import stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("verdict", "resolution", "gap", "evidence")
SIGNS = {"proved": "●", "supported": "○", "refuted as declared": "✕", "undecided": "?", "surprise": "▲"}
COLORS = {
    "proved": "#009e73",
    "supported": "#009e73",
    "refuted as declared": "#0090c8",
    "undecided": "#c47f00",
    "surprise": "#e05000",
}
LINE_END = r" \\ "  # of an array of LaTeX
CELL = "text-align:left;vertical-align:top;padding:.35em .8em .35em 0;white-space:normal"


def html(summaries: Sequence[Summary], claims: Mapping[str, Claim]) -> str:
    """A table of the claims: statement and formula, verdict, resolution, gap, evidence; below it what it leaves open."""
    head = Markup("").join(Markup('<th scope="col" style="{}">{}</th>').format(CELL, x) for x in ("claim", *SHOWN))
    rows = []
    for s, nested in arrange(summaries):
        c = claims.get(s.claim)
        math = Markup("<div style='margin:.3em 0'>{}</div>").format(statement(c)) if c else ""
        note = footnote(s, nested)
        said = Markup("<div style='opacity:.75'>{}</div>").format(note) if note else ""
        name = Markup("{}<code>{}</code>").format("≠ " if nested else "", s.claim)
        cells = [
            Markup('<td style="{};max-width:34em">{}<br>{}{}{}</td>').format(
                CELL, name, sentence(s.statement), math, said
            )
        ]
        for x in SHOWN:
            text = escape(COLUMNS[x].text(s, c))
            if x == "verdict":
                how = "refuted as declared" if falls(s) else kind(s)
                sign = Markup('<span style="color:{}">{}</span>').format(COLORS[how], SIGNS[how])
                text = Markup("{} {}").format(sign, text)
            cells.append(Markup('<td style="{}">{}</td>').format(CELL, text))
        rows.append(Markup('<tr style="background:none">{}</tr>').format(Markup("").join(cells)))
    below = Markup("<br>").join(footer(summaries).split("\n"))
    table = Markup('<table style="border-collapse:collapse"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return Markup('{}<p style="opacity:.75">{}</p>').format(table.format(head, Markup("\n").join(rows)), below)


def latex(summaries: Sequence[Summary], claims: Mapping[str, Claim]) -> str:
    """Name, formula and verdict of each claim, as mathematics: for what shows no HTML, such as a notebook made into a PDF."""
    rows = []
    for s, _ in arrange(summaries):
        relation = tex_math(stated(claims[s.claim])) if s.claim in claims else ""
        rows.append(rf"\text{{{tex(s.claim)}}} & {relation} & \text{{{tex(label(s))}}}")
    return rf"$\displaystyle \begin{{array}}{{lll}} {LINE_END.join(rows)} \end{{array}}$"


@dataclass(frozen=True)
class Plot:
    """A figure of claims, which a notebook shows and `save` writes; `figure` is Matplotlib's own."""

    figure: Figure

    def save(self, path: str | Path) -> Path:
        """Write it as PNG, SVG or PDF, by the suffix of `path`; `BadInput` for any other."""
        from .figures import suffixed, written

        suffixed(path)
        return written(self.figure, Path(path))

    def _repr_png_(self) -> bytes:
        out = BytesIO()
        self.figure.savefig(out, dpi=120, format="png", facecolor="white")
        return out.getvalue()


def plot(names: Sequence[str], claims: Mapping[str, Claim], seed: int) -> Plot:
    """The figures of these of the claims (of all, if none is named) side by side. See `Findings.plot`."""
    from difflib import get_close_matches

    from simulate.engine.blocks import Runner
    from theory.language.errors import BadInput

    from .figures import draw, panels
    from .trajectories import plan

    known = list(claims)
    for name in names:
        if name not in known:
            raise BadInput(
                f"{name!r} is none of these claims; the nearest is {get_close_matches(name, known, 1, 0)[0]!r}"
            )
    plans = plan(claims[x] for x in names or known)
    if plans.reasons and len(plans.reasons) == len(plans.plans):
        raise BadInput("nothing to draw: " + "; ".join(f"{c}: {reason}" for c, reason in plans.reasons.items()))
    with Runner(seed, 2) as runner:
        drawn = plans.trajectories(runner)
    return Plot(draw(drawn[0]) if len(drawn) == 1 else panels(drawn))


__all__ = ["Plot", "html", "plot"]
