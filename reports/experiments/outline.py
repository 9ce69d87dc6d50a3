"""What all experiments share: from runs to a table, to decided claims, to figures, to files in a folder.

outcome = runs(module.jobs(seed=0), workers=2)    # a data frame: settings, run, generation, what was measured
intervals(outcome.frame, module)                  # measure by setting and generation, with intervals
decide(module, file)                              # the module's claims, as `check --data` decides them

A run that fails is no reason to lose the others: it keeps its rows, with the reason in the column `failed`, and whatever is
said of the runs says how many of them it leaves out.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from inspect import signature
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from simulate.engine.mapping import needed, observables
from simulate.engine.small_samples import mean_ball, quantile_ball
from simulate.engine.sources import GENERATION, RUN
from simulate.engine.workers import WorkersLost
from theory.language.balls import format_interval
from theory.language.claims import Claim, claims_of
from theory.language.domains import Points
from theory.language.errors import BadInput

from ..against_data import against_data
from ..checked import Checked
from ..figures import Curve, Trajectory, written
from ..latex import tex
from ..records import as_dict
from ..suffixes import FIGURES
from ..tables import _md, markdown_table
from ..wording import interval, percent
from . import folder
from .folder import Outcome, Parts, json_text

if TYPE_CHECKING:
    from concurrent.futures import Future

    from matplotlib.figure import Figure

    from simulate.engine.workers import Pool

ALPHA = 1e-3  # error probability of all claims of an experiment together
ERROR = 0.01  # of each interval in the table and of each band, one by one
RESOLUTION = 0.1  # asked of what neither holds strictly nor is refuted
MOST_FAILED = 0.1  # of the runs at a point where a claim is decided
COLUMN, FAILED = "generation", "failed"
CONSTANT = "no variation"
ABREAST = 5  # columns of values that a page has room for


@dataclass(frozen=True)
class Job:
    """Something to run, `function(*args)`, an `Outcome`: a function of its arguments alone, whoever runs it.

    setting: {column: value} of all its rows.  runs: the numbers of its runs.  cost: beside that of other jobs.
    """

    function: Callable[..., Outcome]
    args: tuple
    setting: Mapping[str, Any]
    runs: Sequence[int]
    cost: float = 1.0


# ---- runs -----------------------------------------------------------------------------------------------------------


Tell = Callable[[int, int, float | None], None]  # jobs done, of how many, seconds left if that can be told


def silent(done: int, total: int, left: float | None) -> None:
    """Told of progress, it tells nobody."""


def planned(name: str, seed: int, images: Path | None = None, quick: bool = False) -> list[Job]:
    """The jobs of an experiment. Raises `BadInput` for options that it does not have, and where it lacks a library."""
    from . import DESCRIPTIONS, experiment

    module, options = experiment(name), {}
    if images is not None:
        if "images" not in signature(module.jobs).parameters:
            able = [x for x in DESCRIPTIONS if "images" in signature(experiment(x).jobs).parameters]
            raise BadInput(f"{name} is not run on images; those that can be are {', '.join(able)}", "--images")
        options["images"] = str(images)
    return module.jobs(seed, quick=quick, **options)


def runs(
    jobs: Sequence[Job],
    workers: int | str = 2,
    tell: Tell = silent,
    parts: Parts | None = None,
    minutes: float | None = None,
) -> Outcome:
    """All jobs of an experiment run, the same for any number of workers.

    parts: where it is kept what jobs give; what is there is not run again.  minutes: that all jobs take on two cores, as
    declared: what is told to be left before any is done.
    The runs of a job that raises anything are failed ones, unless every job does; what is no fault of theirs (memory, disk,
    workers, a library that is missing) ends them all.
    """
    from threadpoolctl import threadpool_limits

    from simulate.engine.workers import pool

    results: dict[int, Outcome | Exception] = {}
    if parts:
        results = {i: held for i, job in enumerate(jobs) if (held := parts.get(job))}
    hands, wait = pool(workers), True
    try:
        # the linear algebra of a job stays on its own thread: its bits depend on how many there are
        with threadpool_limits(1, "blas"):
            pending = {hands.submit(j.function, *j.args): i for i, j in enumerate(jobs) if i not in results}
            todo = whole = math.fsum(jobs[i].cost for i in pending.values())
            share = whole / math.fsum(j.cost for j in jobs)
            start, left = time.perf_counter(), minutes and 60 * minutes * share * 2 / hands.size
            tell(len(results), len(jobs), left)
            while pending:
                for job in sorted(hands.over(pending), key=lambda x: pending[x]):
                    i = pending.pop(job)
                    results[i] = result = _result(hands, job)
                    if parts and isinstance(result, Outcome):
                        parts.keep(jobs[i], result)
                    todo -= jobs[i].cost
                    left = (time.perf_counter() - start) * max(todo, 0.0) / (whole - todo)
                    tell(len(results), len(jobs), left)
    except KeyboardInterrupt:
        wait = False  # a job may take longer than whoever sent the signal is willing to
        raise
    finally:
        hands.close(wait)
    return _together(jobs, [results[i] for i in range(len(jobs))])


def _result(hands: Pool, job: Future) -> Outcome | Exception:
    """What came of a job: its own failure is one of its runs."""
    try:
        return hands.result(job)
    except (BadInput, ImportError, MemoryError, OSError, WorkersLost):
        raise
    except Exception as error:
        return error


def _together(jobs: Sequence[Job], results: Sequence[Outcome | Exception]) -> Outcome:
    """The outcomes of all jobs as one. Raises the first failure if there is nothing else."""
    done = [p for p in results if isinstance(p, Outcome)]
    if not done:
        raise next(p for p in results if isinstance(p, Exception))
    times = np.unique(np.concatenate([p.frame[COLUMN] for p in done]))
    # one frame of all: one for each job takes longer than many a job
    parts = [_columns(job, part, times) for job, part in zip(jobs, results, strict=True)]
    lengths = [len(part[RUN]) for part in parts]
    measured = dict.fromkeys(name for part in parts for name in part if name != FAILED)
    of_jobs = {
        name: [x for job, n in zip(jobs, lengths, strict=True) for x in [job.setting.get(name, np.nan)] * n]
        for name in dict.fromkeys(name for job in jobs for name in job.setting)
    }
    of_runs = {
        name: np.concatenate([part.get(name, np.full(n, np.nan)) for part, n in zip(parts, lengths, strict=True)])
        for name in [*measured, FAILED]
    }
    return Outcome(pd.DataFrame({**of_jobs, **of_runs}), {name: x for p in done for name, x in p.kept.items()})


def _columns(job: Job, part: Outcome | Exception, times: np.ndarray) -> dict[str, np.ndarray]:
    """What the runs of a job give, with the reason why one failed; of a job that raised, at all generations."""
    if isinstance(part, Exception):
        reason = " ".join(f"{type(part).__name__}: {part}".split())
        runs = np.repeat(np.asarray(job.runs), len(times))
        return {
            RUN: runs,
            COLUMN: np.tile(times, len(job.runs)),
            FAILED: np.full(len(runs), reason, dtype=object),
        }
    columns = {str(name): part.frame[name].to_numpy() for name in part.frame}
    values = {name: x.astype(float) for name, x in columns.items() if name not in (RUN, COLUMN)}
    reasons = np.full(len(part.frame), "", dtype=object)
    for i in np.flatnonzero(~np.isfinite(list(values.values())).all(axis=0)) if values else ():
        reasons[i] = ", ".join(f"{name} is {x[i]}" for name, x in values.items() if not np.isfinite(x[i]))
    return {**columns, FAILED: reasons}


def failures(frame: pd.DataFrame, module: ModuleType) -> pd.DataFrame:
    """A row for each run that failed: its setting, the first generation that it did not reach, and why."""
    keys, lost = [*settings(frame, module), RUN], frame.loc[frame[FAILED] != ""]
    return lost.loc[~lost.duplicated(keys), [*keys, COLUMN, FAILED]]


def remarks(frame: pd.DataFrame, module: ModuleType, seed: int) -> list[str]:
    """What a reader of a run's findings has to know beside them."""
    told, lost = [], failures(frame, module)
    if seed == module.TUNED_ON:
        told.append(f"thresholds of these claims were set after seeing seed {seed}: another seed is the check")
    if len(lost):
        number = len(frame[[*settings(frame, module), RUN]].drop_duplicates())
        told.append(
            f"{len(lost)} of {number} runs failed and are left out, the first by {lost[FAILED].iloc[0]} (runs.csv)"
        )
    return told


def settings(frame: pd.DataFrame, module: ModuleType) -> list[str]:
    """The columns that tell settings apart, `COMPARED` among them."""
    return [c for c in frame.columns if c not in (RUN, COLUMN, FAILED, *module.MEASURES)]


# ---- the table ------------------------------------------------------------------------------------------------------


def centre(x: np.ndarray, by: str, error: float = ERROR) -> tuple[float, float, float, str, str]:
    """(low, middle, high, guarantee, note) of the median or the mean of finite values, one a run.

    Without an interval its ends are nan, there is no guarantee, and the note is the reason.
    """
    x = np.sort(x)
    middle = float(np.median(x) if by == "median" else np.mean(x)) if len(x) else np.nan
    if len(x) < 2:
        return np.nan, middle, np.nan, "", "fewer than two runs"
    if x[0] == x[-1]:
        return np.nan, middle, np.nan, "", CONSTANT
    ball = quantile_ball(x, 0.5, error) if by == "median" else mean_ball(x, error).ball
    if ball.note:
        return np.nan, middle, np.nan, "", ball.note
    return float(ball.value.lower()), middle, float(ball.value.upper()), str(ball.guarantee), ""


def _finite(x: pd.Series) -> np.ndarray:
    """The values of runs that did not fail; whoever shows them tells how many did."""
    values = x.to_numpy(float)
    return values[np.isfinite(values)]


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
    lost = len(shown[~np.isfinite(shown[measure])][[among, RUN]].drop_duplicates())
    title += f" ({lost} runs failed)" if lost else ""
    curves = []
    for value, here in shown.groupby(among, sort=False):
        groups = [(t, *centre(_finite(x), by)[:3]) for t, x in here.groupby(COLUMN)[measure]]
        t, low, middle, high = np.array(groups, float).T
        known = theory.get(str(value))
        curves.append(Curve(words[str(value)], t, known(t) if known else None, low, high, middle, relation))
    return Trajectory(title, "", curves, int(shown[RUN].nunique()), 1 - ERROR)


def intervals(frame: pd.DataFrame, module: ModuleType) -> pd.DataFrame:
    """A row a setting, generation and measure: runs, those that failed, low, middle, high, with what right, or why not.

    Each interval misses with probability `ERROR`, one by one.
    """
    keys, rows = settings(frame, module), []
    groups: Any = frame.groupby([*keys, COLUMN], sort=False)
    for values, group in groups:
        for name in module.MEASURES:
            x = _finite(group[name])
            low, middle, high, guarantee, note = centre(x, module.CENTRE)
            own = dict(zip([*keys, COLUMN], values, strict=True))
            rows.append({**own, "measure": name, "runs": len(x), FAILED: len(group) - len(x), "low": low,
                         module.CENTRE: middle, "high": high, "guarantee": guarantee, "note": note})  # fmt: skip
    return pd.DataFrame(rows)


def _text(row: Any, by: str) -> str:
    """A value with its uncertain digits."""
    if row["note"] == CONSTANT:
        return f"{row[by]:.4g}"
    if row["note"]:
        return f"{row[by]:.2g}?" if row["runs"] else "?"
    return format_interval((row["low"] + row["high"]) / 2, (row["high"] - row["low"]) / 2)


def _cells(table: pd.DataFrame, module: ModuleType, across: str, order: Sequence[str] | None = None) -> pd.DataFrame:
    """The table as it is read: a column a value of `across`, in this order, and rows of what is not, generations last."""
    shown: Any = table[table[COLUMN].isin(module.SHOWN)]
    shown = shown.assign(text=[_text(row, module.CENTRE) for _, row in shown.iterrows()])
    keys = list(table.columns[: list(table.columns).index("measure") + 1])
    down = module.COMPARED if across == COLUMN else COLUMN
    rows = [*(k for k in keys if k not in (across, down)), down]
    wide = shown.pivot_table(index=rows, columns=across, values="text", aggfunc="first", sort=False)
    return wide.reindex(columns=list(wide.columns) if order is None else order).fillna("")


def _guarantee(table: pd.DataFrame, module: ModuleType) -> str:
    kinds = ", ".join(sorted(set(table["guarantee"]) - {""})) or "none"
    count = sorted(set(table["runs"]))
    number = f"{count[0]}" if len(count) == 1 else f"{count[0]} to {count[-1]}"
    told = (
        f"{module.CENTRE.capitalize()} over {number} runs: the middle of an interval and, in brackets, its half width in units "
        f"of the last digits; level {100 * (1 - ERROR):g} % each ({kinds}). Without brackets: it never varied."
    )
    if reasons := sorted(set(table["note"]) - {"", CONSTANT}):
        told += f" With a question mark: there is no interval ({'; '.join(reasons)})."
    if lost := max(table[FAILED]):
        told += f" Up to {lost} runs failed and are left out."
    return told


def table_markdown(table: pd.DataFrame, module: ModuleType) -> str:
    """A row a setting and generation, a column a measure."""
    cells = _cells(table, module, "measure", list(module.MEASURES)).reset_index()
    words = "\n".join(f"- {name}: {what}" for name, what in module.MEASURES.items())
    rows = [[_md(str(x)) for x in row] for row in cells.values.tolist()]
    return f"{markdown_table(list(map(_md, cells.columns)), rows)}\n\n{_guarantee(table, module)}\n\n{words}\n"


def table_latex(table: pd.DataFrame, module: ModuleType) -> str:
    r"""A `longtable` for \input, setting by setting and measure by measure.

    What is compared stands side by side, or, of more than `ABREAST`, generations do.
    """
    wide = len(set(table[module.COMPARED])) > ABREAST
    cells = _cells(table, module, COLUMN if wide else module.COMPARED)
    *keys, _, down = cells.index.names
    columns = [f"t = {x}" if wide else str(x) for x in cells.columns]
    head = " & ".join(map(tex, ("measure", str(down), *columns)))
    lines = [r"% needs \usepackage{booktabs,longtable}", rf"% {_guarantee(table, module)}",
             rf"\begingroup\footnotesize\setlength{{\tabcolsep}}{{{2.5 if wide else 4}pt}}",
             rf"\begin{{longtable}}{{@{{}}ll{'l' * len(cells.columns)}@{{}}}}", r"\toprule", rf"{head} \\", r"\midrule",
             r"\endhead", r"\bottomrule", r"\endfoot"]  # fmt: skip
    above: tuple = ()
    for (*at, measure, t), row in zip(cells.index, cells.values, strict=True):
        if tuple(at) != above[:-1]:
            told = ", ".join(f"{k} = {v}" for k, v in zip(keys, at, strict=True))
            lines += [rf"\addlinespace\multicolumn{{{2 + len(row)}}}{{@{{}}l@{{}}}}{{{tex(told)}}} \\*"]
        name = "" if (*at, measure) == above else measure
        lines.append(" & ".join(tex(str(x)) for x in (name, t, *row)) + r" \\")
        above = (*at, measure)
    return "\n".join([*lines, r"\end{longtable}", r"\endgroup"]) + "\n"


# ---- claims ---------------------------------------------------------------------------------------------------------


def paired(frame: pd.DataFrame, module: ModuleType) -> pd.DataFrame:
    """A row a run and generation: every measure at every value of `COMPARED` is a column of its own, "tv_half".

    What a failed run has no value of is left empty.
    """
    keys = [c for c in settings(frame, module) if c != module.COMPARED]
    wide = frame.pivot(index=[*keys, RUN, COLUMN], columns=module.COMPARED, values=list(module.MEASURES))
    wide.columns = [f"{measure}_{str(value).replace(' ', '_')}" for measure, value in wide.columns]
    return wide.astype(float).where(np.isfinite).reset_index()


def decide(module: ModuleType, data: Path) -> list[Checked]:
    """The claims of an experiment, held against its paired runs in a file, each at an equal share of `ALPHA`.

    A claim about some of the settings is held against those alone.
    """
    claims, wide = claims_of(module), pd.read_csv(data)
    groups: dict[bytes, tuple[pd.Series, list[Claim]]] = {}
    for c in claims:
        rows = _spoken_of(c, wide)
        groups.setdefault(rows.to_numpy().tobytes(), (rows, []))[1].append(c)
    done: dict[str, Checked] = {}
    with TemporaryDirectory() as place:
        for rows, those in groups.values():
            file: Path = data
            if not rows.all():
                file = Path(place) / data.name
                wide[rows].to_csv(file, index=False, float_format="%.9g")
            done |= {x.claim.id: x for x in _decided(those, file, wide[rows], ALPHA / len(claims))}
    return [done[c.id] for c in claims]


def _spoken_of(c: Claim, wide: pd.DataFrame) -> pd.Series:
    """The rows whose settings in words are among those that the claim lists; all, if there are none."""
    inside = pd.Series(True, index=wide.index)
    for name, domain in c.domain.items():
        if isinstance(domain, Points) and name in wide and not is_numeric_dtype(wide[name]):
            inside &= wide[name].isin([str(x) for x in domain.listed])
    return inside if inside.any() else ~inside | inside


def _decided(claims: Sequence[Claim], data: Path, wide: Any, share: float) -> list[Checked]:
    """Claims against the runs in a file, which are `wide`."""
    columns = list(wide.columns)
    measured = {name for c in claims for name in observables(c)}
    named = {name for c in claims for name in c.domain} | measured
    mapping = [f"{GENERATION}={COLUMN}", f"{RUN}={RUN}", *(f"{c}={c}" for c in columns if c in named)]
    done = against_data(claims, data, ",".join(mapping), share, RESOLUTION, failures=MOST_FAILED, points_only=True)
    runs = wide[[c for c in columns if c not in measured and c != COLUMN]]
    for x in done:
        lost = runs[wide[sorted(needed(x.claim))].isna().any(axis=1)].drop_duplicates()
        if len(lost):
            x.remarks.append(f"{len(lost)} of {len(runs.drop_duplicates())} runs failed and are left out")
    return [_timeless(x) for x in done]


def _timeless(x: Checked) -> Checked:
    """Without the seconds that it took, so that the same runs give the same files."""
    findings = [replace(f, seconds=0.0) for f in x.summary.findings]
    return replace(x, seconds=0.0, summary=replace(x.summary, seconds=0.0, findings=findings))


def findings_markdown(done: Sequence[Checked], command: str, remarks: Sequence[str] = ()) -> str:
    """The claims with what became of them; what came out undecided or refuted is told like the rest."""
    rows = []
    for x in done:
        s = x.summary
        declared = "" if s.as_declared in (True, None) else " (**against its declaration**)"
        rows.append([f"`{s.claim}`", _md(s.statement), f"**{s.verdict}**{declared}", interval(s.margin), percent(s.resolution),
                     s.guarantee])  # fmt: skip
    head = ["claim", "statement", "verdict", "margin", "resolution", "guarantee"]
    told = "\n\n".join(f"```text\n{x}\n```" for x in done)
    error = f"Error probability of all refutations together: {ALPHA:g}, in equal shares over {len(done)} claims."
    margin = "Margin: how far the relation is from being violated, relative to the larger side."
    above = "".join(f"{_md(x[0].upper() + x[1:])}.\n\n" for x in remarks)
    return f"{above}{markdown_table(head, rows)}\n\n{error} {margin}\n\nReproduce: `{command}`\n\n{told}\n"


HELD = {
    "runs.csv": "every run: a row for each generation, a column for each setting and measure",
    "paired.csv": "the same, as the claims were decided on it",
    "kept.npz": "samples and the like, as NumPy arrays, from which figures were drawn",
    "table.md": "the middle over runs of every measure, with intervals",
    "table.tex": "the same, for LaTeX",
    "table.csv": "the same, as numbers",
    "findings.md": "the claims, with what became of them",
    "findings.json": "the same, for programs",
    folder.RUN_FILE: "settings, commit, versions, time, names of the files",
}


def readme(module: ModuleType, about: Mapping[str, Any], checked: Sequence[Checked], files: Sequence[str]) -> str:
    """What was run, how to run it again, what came out, and what is in each file of the folder."""
    title, _, told = (module.__doc__ or "").strip().partition("\n\n")
    verdicts = ", ".join(f"{k} {v}" for v, k in Counter(str(x.summary.verdict) for x in checked).items())
    versions = ", ".join(f"{name} {v}" for name, v in about["versions"].items())
    kinds = {".csv": "a table", ".md": "a table"}
    known = [f for f in HELD if f in {*files}]
    held = {f: HELD.get(f) or kinds.get(Path(f).suffix, "a figure") for f in [*known, *sorted({*files} - {*known})]}
    made = f"commit {about['commit']}, " if about["commit"] else ""
    return (
        "\n\n".join(
            [
                f"# {title.rstrip('.')}",
                *([told] if told else []),
                f"Run with `{about['command']}`, seed {about['seed']}; {made}Python {about['python']}, {versions}.",
                f"{len(checked)} claims: {verdicts}. They are in `findings.md`.",
                *(f"{_md(x[0].upper() + x[1:])}." for x in about["remarks"]),
                "## Measures",
                markdown_table(["measure", "what it is"], [[f"`{m}`", _md(x)] for m, x in module.MEASURES.items()]),
                "## Files",
                markdown_table(["file", "what it holds"], [[f"`{f}`", x] for f, x in held.items()]),
            ]
        )
        + "\n"
    )


# ---- the whole ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """files: what was written.  checked: the claims, decided.  remarks: what has to be known beside them."""

    files: list[Path]
    checked: list[Checked]
    remarks: list[str]


def run(
    name: str,
    out: Path,
    seed: int = 0,
    workers: int | str = 2,
    tell: Tell = silent,
    images: Path | None = None,
    quick: bool = False,
) -> Done:
    """Run an experiment and write runs, findings, table and figures into the folder `out`.

    What a job gives is kept in `out/parts` as soon as it is done, so that a run that was ended goes on from there; when all
    are done, all files are written, and they replace those of an earlier run with the same settings. If anything fails
    after the last run, the runs are kept. Raises `BadInput` for a folder that holds anything else.
    images: a folder of images in place of the experiment's own.  quick: the module's quick setting.
    """
    from . import experiment

    jobs, module = planned(name, seed, images, quick), experiment(name)
    about = folder.about(name, seed, images, quick)
    earlier = folder.earlier(out, about)
    new = [p for p in (out, *out.parents) if not p.exists()]
    out.mkdir(parents=True, exist_ok=True)
    parts, draft = folder.Parts(out / folder.PARTS, about, module), folder.drafted(out)
    try:
        start = time.perf_counter()
        outcome = runs(jobs, workers, tell, parts, module.MINUTES["quick" if quick else "full"])
        about |= {"remarks": remarks(outcome.frame, module, seed)}
        clock = {"seconds": round(time.perf_counter() - start, 1)}
        outcome.frame.to_csv(draft / "runs.csv", index=False, float_format="%.9g")
        try:
            checked = _finish(draft, module, outcome, about)
        except Exception as error:
            folder.publish([draft / "runs.csv"], out, earlier, about | clock)
            error.add_note(f"the runs are kept in {out / 'runs.csv'}")
            raise
        files = folder.publish(list(draft.iterdir()), out, earlier, about | clock)
        parts.remove()
    finally:
        rmtree(draft, ignore_errors=True)
        for place in new:  # where nothing came of it
            with suppress(OSError):
                place.rmdir()
    return Done(files, checked, about["remarks"])


def _finish(draft: Path, module: ModuleType, outcome: Outcome, about: Mapping[str, Any]) -> list[Checked]:
    """What is made of the runs, into the draft; the claims, decided."""
    paired(outcome.frame, module).to_csv(draft / "paired.csv", index=False, float_format="%.9g")
    if outcome.kept:
        np.savez_compressed(draft / "kept.npz", **dict[str, Any](outcome.kept))
    checked = decide(module, draft / "paired.csv")
    table = intervals(outcome.frame, module)
    lost = failures(outcome.frame, module).to_dict("records")
    run = {"run": {**about, "failed": lost}}
    texts = {
        "table.md": table_markdown(table, module),
        "table.tex": table_latex(table, module),
        "table.csv": table.to_csv(index=False),
        "findings.md": findings_markdown(checked, about["command"], about["remarks"]),
        "findings.json": json_text(as_dict([x.summary for x in checked], {c.id: c for c in claims_of(module)}, run)),
    }
    for name, made in getattr(module, "tables", lambda outcome: {})(outcome).items():
        texts[f"{name}.csv"] = made.to_csv(index=False)
        texts[f"{name}.md"] = markdown_table(list(made.columns), made.astype(str).values.tolist()) + "\n"
    for file, text in texts.items():
        (draft / file).write_text(text, encoding="utf-8")
    for figure, drawn in module.figures(outcome).items():
        _draw(drawn, draft / figure)
    files = [*(f.name for f in draft.iterdir()), folder.RUN_FILE]
    (draft / "README.md").write_text(readme(module, about, checked, files), encoding="utf-8")
    return checked


def _draw(figure: Figure, stem: Path) -> None:
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once for all formats: that takes longest
    for suffix in FIGURES:
        written(figure, stem.with_suffix(suffix))


__all__ = [
    "ALPHA",
    "ERROR",
    "Done",
    "Job",
    "Outcome",
    "centre",
    "decide",
    "failures",
    "intervals",
    "paired",
    "planned",
    "remarks",
    "run",
    "runs",
]
