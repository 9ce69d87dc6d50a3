"""Measured runs as trackers export them: what is dropped is counted, what is strange is told, nothing is pooled silently."""

import numpy as np
import pandas as pd
import pytest
from measuring import measured
from stated import stated
from sympy import Eq, Rational

from reports.against_data import against_data
from simulate.engine.files import Table
from simulate.engine.mapping import mapped
from simulate.engine.reading import Reading, conditions, read_reading, settings_unmapped
from simulate.engine.sources import parse_map
from theory import Integers, Measured, Reals, claim
from theory.language.errors import BadInput
from theory.language.moments import E
from theory.language.summaries import assumed_beside
from theory.language.verdicts import Verdict

SCORE = Measured("score")
MAP = "score=value,t=step,run=name"


@claim
def falls(t=Integers(0, 100)):
    """By 5 % a generation."""
    return Eq(E(SCORE.score(t)), Rational(9, 10) * Rational(95, 100) ** t)


@claim
def of_a_share(t=Integers(0, 100), share=Reals(0, 1)):
    """The same at every share."""
    return Eq(E(SCORE.score(t)), Rational(9, 10) * Rational(95, 100) ** t + 0 * share)


def runs(seed=0, count=6, generations=6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(count):
        score = 0.9
        for t in range(generations):
            rows.append(
                {"name": f"run-{i}", "step": t, "value": round(score, 5), "share": 0.5 if i < count // 2 else 0.25}
            )
            score *= 0.95 * np.exp(rng.normal(0, 0.01))
    return pd.DataFrame(rows)


def written(frame, folder):
    frame.to_csv(folder / "runs.csv", index=False)
    return folder / "runs.csv"


def told(path, reading=None, mapping=MAP, c=falls):
    (done,) = against_data([c], path, mapping, reading=reading)
    return done, " | ".join(done.remarks)


def points(done):
    return [(f.point, f.seen) for f in done.summary.findings if f.point]


def test_exact_duplicates_count_once_and_are_told(tmp_path):
    frame = runs()
    plain, silent = told(written(frame, tmp_path))
    twice, said = told(written(pd.concat([frame, frame.iloc[[3, 8]]]), tmp_path))

    assert "2 rows are exact duplicates of others, and count once" in said
    assert "duplicate" not in silent
    assert points(twice) == points(plain)
    _, once = told(written(pd.concat([frame, frame.iloc[[3]]]), tmp_path))
    assert "1 row is an exact duplicate of another, and counts once" in once


def test_a_claim_that_speaks_of_one_generation_of_the_file_is_not_supported(tmp_path):
    """Steps that are not divided leave t = 0, where a wrong rate agrees with everything."""
    frame = runs(count=200)
    frame = frame.assign(value=frame.value * np.random.default_rng(7).normal(1, 0.01, len(frame)))
    steps = written(frame.assign(step=1000 * frame.step), tmp_path)
    for rate in (Rational(95, 100), Rational(31, 100)):
        c = stated(lambda t, rate=rate: Eq(E(SCORE.score(t)), Rational(9, 10) * rate**t), t=Integers(0, 100))
        undivided, said = told(steps, c=c)
        assert undivided.summary.verdict == Verdict.UNDECIDED
        assert "it speaks of 0 only" in said
        assert undivided.summary.doubt.endswith("but of 6 values of t in the file it speaks of 0 only")
        assert assumed_beside(undivided.summary.findings) is None
    divided, said = told(steps, mapping="score=value,t=step/1000,run=name")
    assert divided.summary.verdict == Verdict.SUPPORTED  # the twin: all generations
    assert "speaks of" not in said
    alone, _ = told(written(frame[frame.step == 3], tmp_path))
    assert alone.summary.verdict == Verdict.SUPPORTED  # the file has no other
    assert "at one point" in str(alone)


def test_steps_of_training_are_generations_once_they_are_divided(tmp_path):
    """Of all rows but the first nothing was said, and no word told how to have them read."""
    frame = runs()
    steps = written(frame.assign(step=1000 * frame.step), tmp_path)
    _, hint = told(steps)
    assert "'step' goes by 1,000: if these are t = 1, 2, ..., --map 't=step/1000'" in hint

    plain, silent = told(written(frame, tmp_path))
    assert "goes by" not in silent
    steps = written(frame.assign(step=1000 * frame.step), tmp_path)
    divided, silent = told(steps, mapping="score=value,t=step/1000,run=name")
    assert points(divided) == points(plain)
    assert "goes by" not in silent
    later, _ = told(steps, mapping="score=value,t=step / 1000 + 1,run=name")
    assert [at for at, _ in points(later)] == [{"t": str(t + 1)} for t in range(6)]
    with pytest.raises(BadInput, match=r"t \(column 'step'\) is 1000/400; expected a whole number"):
        told(steps, mapping="score=value,t=step/400,run=name")
    with pytest.raises(BadInput, match="no column"):
        told(steps, mapping="score=value,t=step/0,run=name")


def test_a_column_with_a_slash_in_its_name_comes_first(tmp_path):
    frame = runs().rename(columns={"step": "step/2"})
    done, _ = told(written(frame, tmp_path), mapping="score=value,t=step/2,run=name")
    assert [at for at, _ in points(done)] == [{"t": str(t)} for t in range(6)]


def test_rows_of_other_metrics_are_told_from_resumed_runs(tmp_path):
    frame = runs()
    path = written(pd.concat([frame.assign(value=np.nan), frame]).sort_values(["name", "step"]), tmp_path)

    with pytest.raises(BadInput, match=r"a second row for .*: one of them has no value .*--drop-missing"):
        told(path)
    done, _ = told(path, Reading(drop_missing=True))
    assert points(done) == points(told(written(frame, tmp_path))[0])


def test_of_a_resumed_run_the_last_rows_are_kept_if_that_is_asked(tmp_path):
    frame = runs()
    again = frame[(frame.name == "run-1") & (frame.step >= 4)].assign(value=0.123)
    path = written(pd.concat([frame, again]), tmp_path)

    with pytest.raises(
        BadInput, match=r"runs.csv:38: a second row for t = 4, run = run-1, beside line 12: .*--keep last"
    ):
        told(path)
    done, said = told(path, Reading(keep="last"))
    at_4 = next(seen for point, seen in points(done) if point == {"t": "4"})
    kept = frame.value.where(~((frame.name == "run-1") & (frame.step >= 4)), 0.123)

    assert "2 earlier rows of resumed runs are left out" in said
    assert at_4 is not None
    assert at_4.measured == pytest.approx(kept[frame.step == 4].mean())
    with pytest.raises(BadInput, match="expected last"):
        told(path, Reading(keep="first"))


def test_rows_of_other_metrics(tmp_path):
    frame = runs()
    other = frame.assign(value=np.nan, loss=1.0)
    path = written(pd.concat([frame, other]).sort_values(["name", "step"], kind="stable"), tmp_path)

    with pytest.raises(BadInput, match=r"is missing|second row"):
        told(path)
    done, said = told(path, Reading(drop_missing=True))
    assert "36 rows without a value are left out" in said
    assert points(done) == points(told(written(frame, tmp_path))[0])


def test_a_column_that_differs_between_runs_is_told_with_the_remedy(tmp_path):
    path = written(runs().assign(host=lambda f: f.name, seconds=lambda f: np.arange(len(f))), tmp_path)
    _, said = told(path)

    assert "the column 'share' differs between runs, and is not mapped" in said
    assert "--where \"'share' == VALUE\"" in said
    assert "host" not in said  # a name of each run
    assert "seconds" not in said  # changes within a run
    _, said = told(path, Reading(where="share == 0.5"))
    assert "18 rows are left out by --where" in said
    assert "not mapped" not in said
    _, said = told(path, mapping=MAP + ",share=share", c=of_a_share)
    assert "not mapped" not in said


def test_a_variable_that_changes_within_a_run_is_told(tmp_path):
    frame = runs()
    path = written(frame.assign(share=0.5 / (1 + (frame.step > 2))), tmp_path)
    _, said = told(path, mapping=MAP + ",share=share", c=of_a_share)

    assert "share changes within run run-0 (and 5 others)" in said
    reused = pd.concat([runs().assign(share=s) for s in (0.25, 0.5)])  # the same ids at two settings
    assert "changes" not in told(written(reused, tmp_path), mapping=MAP + ",share=share", c=of_a_share)[1]


def test_runs_that_are_copies_are_told(tmp_path):
    frame = runs()
    copied = pd.concat([frame, frame[frame.name == "run-2"].assign(name="run-9")])

    assert "runs run-2 and run-9 have the same values everywhere" in told(written(copied, tmp_path))[1]
    assert "copies" not in told(written(frame, tmp_path))[1]


def test_a_column_with_a_comma_in_its_name(tmp_path):
    path = written(runs().rename(columns={"value": "eval/score, final"}), tmp_path)
    done, _ = told(path, mapping='score="eval/score, final",t=step,run=name')

    assert len(points(done)) == 6
    assert parse_map("a='x, y',b=z") == {"a": "x, y", "b": "z"}
    with pytest.raises(BadInput, match=r"'final' is no NAME=COLUMN.*with a comma in its name stands in quotes"):
        parse_map("score=eval/score, final,t=step")
    for text in ("", "a=b,", "a=b,,c=d", "a"):
        with pytest.raises(BadInput, match="is no NAME=COLUMN"):
            parse_map(text)


def test_generation_0_that_is_the_same_in_all_runs_is_what_they_were_handed(tmp_path):
    @claim(expected="fails")
    def lower(t=Integers(0, 100)):
        """They begin elsewhere."""
        return Eq(E(SCORE.score(t)), Rational(8, 10) * Rational(95, 100) ** t)

    path = written(runs(), tmp_path)
    mapping = parse_map(MAP)
    at_0 = [f for c in (falls, lower) for f in measured([c], path, mapping) if f.point == {"t": "0"}]

    assert [str(f.verdict) for f in at_0] == ["supported", "undecided"]  # values of a few kinds agree by chance
    frame = runs()
    frame.loc[frame.step == 0, "value"] = 1  # whole numbers may be counts that happen to agree
    at_0 = [f for f in measured([falls], written(frame, tmp_path), mapping) if f.point == {"t": "0"}]
    assert [str(f.verdict) for f in at_0] == ["undecided"]


def test_a_whole_number_that_runs_begin_with_supports_a_claim_where_later_all_differ(tmp_path):
    @claim
    def from_1(t=Integers(0, 100)):
        """It begins at 1."""
        return Eq(E(SCORE.score(t)), Rational(95, 100) ** t)

    def at_0(frame, c):
        return [
            str(f.verdict) for f in measured([c], written(frame, tmp_path), parse_map(MAP)) if f.point == {"t": "0"}
        ]

    frame = runs()
    frame.loc[frame.step == 0, "value"] = 1
    assert at_0(frame, from_1) == ["supported"]
    assert at_0(frame, falls) == ["undecided"]  # from 0.9: it refutes nothing
    frame.loc[frame.step == 1, "value"] = frame.value[frame.step == 1].round(1)  # a share of ten
    assert at_0(frame, from_1) == ["undecided"]


@pytest.mark.parametrize("ids", [("007", "7", "07"), ("1e400", "2e400", "3e400"), ("0" * 31 + "1", "1", "01")])
def test_names_of_runs_are_no_numbers(ids, tmp_path):
    frame = runs().astype({"name": object})
    names = dict(zip(frame.name.unique(), [*ids, *(f"r{i}" for i in range(9))], strict=False))
    frame["name"] = frame.name.map(names)
    found = measured([falls], written(frame, tmp_path), parse_map(MAP))
    assert max(f.replicates for f in found if f.point) == frame.name.nunique()


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("share == 0.5", 18),
        ("share != 0.50", 18),
        ("step < 2 and share == .5", 6),
        ("name == run-1", 6),
        ('"name" != "run-1"', 30),
        ("step >= 5", 6),
    ],
)
def test_conditions(tmp_path, where, kept):
    rows = mapped([falls], written(runs(), tmp_path), parse_map(MAP), reading=Reading(where=where))

    assert rows.strange is not None
    assert len(rows.floats("score", False)) == kept


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("share = 0.5", "is no condition"),
        ("shore == 0.5", "did you mean"),
        ("share < much", "is no number"),
        ("__import__('os') == 1", "there is no column"),
    ],
)
def test_bad_conditions(where, message):
    with pytest.raises(BadInput, match=message):
        conditions(where, ["share", "step"])


def test_nothing_left_is_told(tmp_path):
    with pytest.raises(BadInput, match="no row has share == 7"):
        told(written(runs(), tmp_path), Reading(where="share == 7"))


@pytest.mark.parametrize("text", ["score", "score=1", "score=1:0", "score=a:b", "score=0:inf"])
def test_bad_bounds(text):
    with pytest.raises(BadInput, match="is no NAME=LOW:HIGH"):
        _ = Reading(bounds=text).limits


def test_a_reading_is_kept_as_text():
    reading = Reading(where="share == 0.5", keep="last", bounds="score=0:1")

    assert read_reading(reading.text()) == reading
    assert Reading().text() == ""
    assert reading.limits == {"score": (0.0, 1.0)}
    with pytest.raises(BadInput, match="does not tell"):
        read_reading('{"run": "rm"}')


def test_lines_are_those_of_the_file_when_rows_are_left_out(tmp_path):
    frame = runs().astype({"value": object})
    frame.loc[30, "value"] = "many"

    with pytest.raises(BadInput, match=r"runs.csv:32: score .* is many"):
        told(written(frame, tmp_path), Reading(where="share == 0.25"))


def test_a_setting_that_changes_within_some_runs(tmp_path):
    """A learning rate that two of five runs lowered on their way; what changes in every run is a metric, or a schedule."""
    rows = [(r, t, 0.9**t + 0.001 * r, 0.1 if r < 3 or t < 4 else 0.2, int(t > 2)) for r in range(5) for t in range(8)]
    table = Table(tmp_path / "m.csv", ["seed", "t", "sigma", "lr", "late"])
    pd.DataFrame(rows, columns=table.names).to_csv(table.path, index=False)
    found = settings_unmapped(table, ["sigma", "t", "seed"], "seed", [], lambda column: column.astype(int).to_numpy())
    assert found == {"lr": "changes within some runs and not in others"}
