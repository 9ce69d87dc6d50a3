"""What all experiments share: from runs to a table, to decided claims, to figures, to files in a folder.

outcome = runs(module.jobs(seed=0), workers=2)    # a data frame: settings, run, generation, what was measured
intervals(outcome.frame, module)                  # measure by setting and generation, with intervals
decide(module, outcome.frame, folder)             # the module's claims, as `check --data` decides them
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from json import dumps
from pathlib import Path
from shlex import quote
from shutil import rmtree
from tempfile import mkdtemp
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulate.engine.data import observables
from simulate.engine.few import mean_ball, quantile_ball
from simulate.engine.runs import GENERATION, RUN
from theory.language.balls import format_interval
from theory.language.claims import claims_of
from theory.language.errors import BadInput

from .. import workbench
from ..figures import SUFFIXES, Curve, Trajectory, written
from ..tables import as_dict, markdown_table, tex
from ..wording import interval, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ALPHA = 1e-3  # error probability of all claims of an experiment together
ERROR = 0.01  # of each interval in the table and of each band, one by one
RESOLUTION = 0.1  # asked of what neither holds strictly nor is refuted
COLUMN = "generation"


@dataclass(frozen=True)
class Outcome:
    """frame: rows of settings, run, generation and measures.  kept: arrays that figures need beside it, such as samples."""

    frame: pd.DataFrame
    kept: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """Something to run, `function(*args)`, an `Outcome`: a function of its arguments alone, whoever runs it."""

    function: Callable[..., Outcome]
    args: tuple


# ---- runs -----------------------------------------------------------------------------------------------------------


def planned(name: str, seed: int, images: Path | None = None) -> list[Job]:
    """The jobs of an experiment. Raises `BadInput` for images that it cannot be run on, and where it lacks a library."""
    from . import DESCRIPTIONS, experiment

    module = experiment(name)
    if images is None:
        return module.jobs(seed)
    if "images" not in signature(module.jobs).parameters:
        able = [x for x in DESCRIPTIONS if "images" in signature(experiment(x).jobs).parameters]
        raise BadInput(f"{name} is not run on images; those that can be are {', '.join(able)}", "--images")
    return module.jobs(seed, str(images))


def runs(
    jobs: Sequence[Job],
    workers: int | str = 2,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Outcome:
    """All jobs of an experiment run, the same for any number of workers. tell: called with the jobs done and their number."""
    from threadpoolctl import threadpool_limits

    from simulate.engine.workers import pool

    hands = pool(workers)
    try:
        # the linear algebra of a job stays on its own thread: its bits depend on how many there are
        with threadpool_limits(1, "blas"):
            pending = [hands.submit(j.function, *j.args) for j in jobs]
            parts = []
            for p in pending:
                tell(len(parts), len(jobs))
                parts.append(hands.result(p))
            tell(len(parts), len(jobs))
    finally:
        hands.close()
    frame = pd.concat([p.frame for p in parts], ignore_index=True)
    return Outcome(frame, {name: x for p in parts for name, x in p.kept.items()})


def settings(frame: pd.DataFrame, module: ModuleType) -> list[str]:
    """The columns that tell settings apart, `COMPARED` among them."""
    return [c for c in frame.columns if c not in (RUN, COLUMN, *module.MEASURES)]


# ---- the table ------------------------------------------------------------------------------------------------------


def centre(x: np.ndarray, by: str, error: float = ERROR) -> tuple[float, float, float, str]:
    """(low, middle, high, guarantee) of the median or the mean over runs; nan and "" where there are too few of them."""
    x = np.sort(x[np.isfinite(x)])
    if len(x) < 2:
        return np.nan, float(np.mean(x)) if len(x) else np.nan, np.nan, ""
    if x[0] == x[-1]:  # what never varied has no interval
        return np.nan, float(x[0]), np.nan, ""
    middle = float(np.median(x) if by == "median" else np.mean(x))
    ball = quantile_ball(x, 0.5, error) if by == "median" else mean_ball(x, error).ball
    if ball.note:
        return np.nan, middle, np.nan, ""
    return float(ball.value.lower()), middle, float(ball.value.upper()), str(ball.guarantee)


def courses(
    frame: pd.DataFrame,
    by: str,
    measure: str,
    among: str,
    words: Mapping[str, str],
    title: str,
    until: float = np.inf,
    theory: Mapping[str, Callable[[np.ndarray], np.ndarray]] = MappingProxyType({}),
    relation: str = "==",
) -> Trajectory:
    """What a figure shows of a measure: a curve for each value of the column `among`, in its words, with its intervals.

    until: the last generation shown.  theory: for some of the values, what is known, a function of the generations.
    relation: in which what is measured is to that, such as ">=" to a lower bound.
    """
    shown: Any = frame[frame[COLUMN] <= until]
    curves = []
    for value, here in shown.groupby(among, sort=False):
        groups = [(t, *centre(x.to_numpy(float), by)[:3]) for t, x in here.groupby(COLUMN)[measure]]
        t, low, middle, high = np.array(groups, float).T
        known = theory.get(str(value))
        curves.append(Curve(words[str(value)], t, known(t) if known else None, low, high, middle, relation))
    return Trajectory(title, "", curves, int(shown[RUN].nunique()), 1 - ERROR)


def intervals(frame: pd.DataFrame, module: ModuleType) -> pd.DataFrame:
    """A row a setting, generation and measure: runs, low, middle, high, and with what right.

    Each interval misses with probability `ERROR`, one by one.
    """
    keys, rows = settings(frame, module), []
    groups: Any = frame.groupby([*keys, COLUMN], sort=False)
    for values, group in groups:
        for name in module.MEASURES:
            x = group[name].to_numpy(float)
            if not np.isfinite(x).any():
                continue
            low, middle, high, guarantee = centre(x, module.CENTRE)
            own = dict(zip([*keys, COLUMN], values, strict=True))
            drawn = int(np.isfinite(x).sum())
            rows.append({**own, "measure": name, "runs": drawn, "low": low, module.CENTRE: middle, "high": high,
                         "guarantee": guarantee})  # fmt: skip
    return pd.DataFrame(rows)


def _cells(table: pd.DataFrame, module: ModuleType) -> pd.DataFrame:
    """The table as it is read: a row a setting and generation, a column a measure, values with their uncertain digits."""
    shown = table[table[COLUMN].isin(module.SHOWN)]
    keys = list(table.columns[: list(table.columns).index("measure")])

    def text(row) -> str:
        middle, low, high = row[module.CENTRE], row["low"], row["high"]
        if not np.isfinite(low):
            return f"{middle:.4g}"
        return format_interval((low + high) / 2, (high - low) / 2)

    shown = shown.assign(text=shown.apply(text, axis=1))
    wide = shown.pivot_table(index=keys, columns="measure", values="text", aggfunc="first", sort=False)
    return wide.reindex(columns=[m for m in module.MEASURES if m in wide.columns]).fillna("").reset_index()


def _guarantee(table: pd.DataFrame, module: ModuleType) -> str:
    kinds = ", ".join(sorted(set(table["guarantee"]) - {""})) or "none"
    count = sorted(set(table["runs"]))
    number = f"{count[0]}" if len(count) == 1 else f"{count[0]} to {count[-1]}"
    return (
        f"{module.CENTRE.capitalize()} over {number} runs: the middle of an interval and, in brackets, its half width in units "
        f"of the last digits; level {100 * (1 - ERROR):g} % each ({kinds}). Without brackets: no variation, or too few runs."
    )


def table_markdown(table: pd.DataFrame, module: ModuleType) -> str:
    cells = _cells(table, module)
    words = "\n".join(f"- {name}: {what}" for name, what in module.MEASURES.items())
    rows = cells.astype(str).values.tolist()
    return f"{markdown_table(list(cells.columns), rows)}\n\n{_guarantee(table, module)}\n\n{words}\n"


def table_latex(table: pd.DataFrame, module: ModuleType) -> str:
    """A `tabular` for \\input; needs booktabs."""
    cells = _cells(table, module)
    lines = [rf"% {_guarantee(table, module)}", rf"\begin{{tabular}}{{{'l' * len(cells.columns)}}}", r"\toprule"]
    lines += [" & ".join(map(tex, cells.columns)) + r" \\", r"\midrule"]
    lines += [" & ".join(tex(str(x)) for x in row) + r" \\" for row in cells.values.tolist()]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


# ---- claims ---------------------------------------------------------------------------------------------------------


def paired(frame: pd.DataFrame, module: ModuleType) -> pd.DataFrame:
    """A row a run and generation: every measure at every value of `COMPARED` is a column of its own, "tv_half"."""
    keys = [c for c in settings(frame, module) if c != module.COMPARED]
    measures = [m for m in module.MEASURES if m in frame]
    wide = frame.pivot(index=[*keys, RUN, COLUMN], columns=module.COMPARED, values=measures)
    wide.columns = [f"{measure}_{str(value).replace(' ', '_')}" for measure, value in wide.columns]
    return wide.dropna(axis="columns", how="all").reset_index()


def decide(module: ModuleType, data: Path) -> list[workbench.Checked]:
    """The claims of an experiment, held against its paired runs in a file, each at an equal share of `ALPHA`."""
    claims, columns = claims_of(module), list(pd.read_csv(data, nrows=0).columns)
    named = {name for c in claims for name in (*c.domain, *observables(c))} & set(columns)
    mapping = [f"{GENERATION}={COLUMN}", f"{RUN}={RUN}", *(f"{c}={c}" for c in columns if c in named)]
    share = ALPHA / len(claims)
    return [x for c in claims for x in workbench.against_data([c], data, ",".join(mapping), share, RESOLUTION)]


def findings_markdown(done: Sequence[workbench.Checked], command: str) -> str:
    """The claims with what became of them; what came out undecided or refuted is told like the rest."""
    rows = []
    for x in done:
        s = x.summary
        declared = "" if s.as_declared in (True, None) else " (**against its declaration**)"
        rows.append([f"`{s.claim}`", s.statement, f"**{s.verdict}**{declared}", interval(s.margin), percent(s.resolution),
                     s.guarantee])  # fmt: skip
    head = ["claim", "statement", "verdict", "margin", "resolution", "guarantee"]
    told = "\n\n".join(f"```text\n{x}\n```" for x in done)
    error = f"Error probability of all refutations together: {ALPHA:g}, in equal shares over {len(done)} claims."
    margin = "Margin: how far the relation is from being violated, relative to the larger side."
    return f"{markdown_table(head, rows)}\n\n{error} {margin}\n\nReproduce: `{command}`\n\n{told}\n"


# ---- the whole ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """files: what was written.  checked: the claims, decided."""

    files: list[Path]
    checked: list[workbench.Checked]


def run(
    name: str,
    out: Path,
    seed: int = 0,
    workers: int | str = 2,
    tell: Callable[[int, int], None] = lambda done, total: None,
    images: Path | None = None,
) -> Done:
    """Run an experiment and write runs, findings, table and figures into the folder `out`; all of them, or nothing.

    images: a folder of images in place of the experiment's own.
    """
    from . import experiment

    jobs, module = planned(name, seed, images), experiment(name)
    command = f"selfconsuming run {name} --seed {seed}" + (f" --images {quote(str(images))}" if images else "")
    out.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=".draft-", dir=out))  # on the same disk: a rename is all that is left to do
    try:
        start = time.perf_counter()
        outcome = runs(jobs, workers, tell)
        seconds = time.perf_counter() - start
        outcome.frame.to_csv(draft / "runs.csv", index=False, float_format="%.9g")
        paired(outcome.frame, module).to_csv(draft / "paired.csv", index=False, float_format="%.9g")
        if outcome.kept:
            np.savez_compressed(draft / "kept.npz", **dict[str, Any](outcome.kept))
        checked = decide(module, draft / "paired.csv")
        table = intervals(outcome.frame, module)
        texts = {
            "table.md": table_markdown(table, module),
            "table.tex": table_latex(table, module),
            "table.csv": table.to_csv(index=False),
            "findings.md": findings_markdown(checked, command),
            "findings.json": _json(
                as_dict(
                    [x.summary for x in checked],
                    {c.id: c for c in claims_of(module)},
                    {"run": _about(name, command, seed, seconds)},
                )
            ),
            "run.json": _json(_about(name, command, seed, seconds)),
        }
        for file, text in texts.items():
            (draft / file).write_text(text, encoding="utf-8")
        for figure, drawn in module.figures(outcome).items():
            _draw(drawn, draft / figure)
        files = [f.replace(out / f.name) for f in sorted(draft.iterdir())]
    finally:
        rmtree(draft, ignore_errors=True)
    return Done(files, checked)


def _draw(figure: Figure, stem: Path) -> None:
    for suffix in SUFFIXES:
        written(figure, stem.with_suffix(suffix))


def _about(name: str, command: str, seed: int, seconds: float) -> dict[str, Any]:
    from simulate.engine.workers import versions

    about = {"experiment": name, "command": command, "seed": seed, "seconds": round(seconds, 1)}
    return about | {"python": platform.python_version(), "versions": versions()}


def _json(x: Any) -> str:
    return dumps(x, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


__all__ = [
    "ALPHA",
    "ERROR",
    "Done",
    "Job",
    "Outcome",
    "centre",
    "decide",
    "intervals",
    "paired",
    "planned",
    "run",
    "runs",
]
