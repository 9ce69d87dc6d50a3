"""The weights of a user's mixing scheme for every late generation at once: `row` is read with a symbol for the generation."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import Dummy, Expr, Integer, S, expand

from ...language.errors import CannotTell
from ...language.schemes import MixingScheme, examine_scheme
from ..symbols.normal_forms import is_zero
from .reader import AT, STEP, Changes, Reader, Run, added_up, number, runs_of

MOST_PERIOD = 12
SAID = ("rows", "stated")  # by which a scheme says its weights from those of `row`
TRIED = (0, 1, 2, 5, 13)  # steps after which what was read is held against `row` itself


@dataclass(frozen=True)
class LateRow:
    """The weights of generation `generation`, a number of `step`, 0, 1, ...: runs, first the truth's share alone.

    nonzero: what has to be other than 0 for them to be so.
    """

    generation: Expr
    step: Dummy
    runs: tuple[Run, ...]
    nonzero: frozenset[Expr] = frozenset()

    def later(self, steps: int) -> LateRow:
        """The row so many steps later."""
        put = {self.step: self.step + steps}
        runs = (Run(expand(run.count.xreplace(put)), run.value.xreplace(put)) for run in self.runs)
        return replace(self, generation=expand(self.generation.xreplace(put)), runs=tuple(runs))

    def placed(self) -> Iterable[tuple[Expr, Run]]:
        """The runs with the number of the model that each begins with."""
        at: Expr = S.Zero
        for run in self.runs:
            yield at, run
            at = expand(at + run.count)


@lru_cache(maxsize=256)
def late_rows(scheme: MixingScheme, since: int) -> list[LateRow]:
    """The rows of all generations from `since` on, one for each residue of a period. Raises `CannotTell`.

    That they are shares is not looked at.
    """
    examine_scheme(scheme)  # before anything is kept of it
    if (
        own := next((name for name in SAID if getattr(type(scheme), name) is not getattr(MixingScheme, name)), None)
    ) is not None:
        raise CannotTell(f"{scheme} has `{own}` of its own: only what `row` says is read")
    period = 1
    while period <= MOST_PERIOD:
        try:
            rows = [_late_row(scheme, since + r, period) for r in range(period)]
        except Changes as changes:
            period *= changes.period
            continue
        for row in rows:
            _is_as_read(scheme, row)
        return rows
    raise CannotTell(f"weights of a period above {MOST_PERIOD}")


def _is_as_read(scheme: MixingScheme, row: LateRow) -> None:
    """Raise `CannotTell` where `row` itself gives other weights in some generations: a control, which proves nothing."""
    for steps in TRIED:
        put = {row.step: Integer(steps)}
        generation = int(row.generation.xreplace(put))
        read = [
            number(run.at(Integer(k))).xreplace(put) for run in row.runs for k in range(int(run.count.xreplace(put)))
        ]
        if len(read) != generation or not all(map(is_zero, map(operator.sub, read, scheme.stated(generation)))):
            raise CannotTell(f"the weights of {scheme} in generation {generation} are not read as they are")


def _late_row(scheme: MixingScheme, since: int, period: int) -> LateRow:
    step = STEP
    generation = since + period * step
    reader = Reader(scheme, step)
    try:
        runs = reader.called(type(scheme).row, [scheme, generation])
    except (
        AttributeError,
        IndexError,
        KeyError,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
        ZeroDivisionError,
    ) as why:
        raise CannotTell(f"the weights of {scheme} are not read: {why}") from why
    runs = runs_of(runs)
    if expand(sum((run.count for run in runs), S.Zero) - generation) != 0:
        raise CannotTell(f"the weights of {scheme} are not seen to be as many as the generation's number")
    runs = [Run(run.count, number(run.value)) for run in runs]
    first = runs[0]
    if first.count != 1:
        runs[:1] = [Run(S.One, first.at(S.Zero)), Run(expand(first.count - 1), first.at(AT + 1))]
    return LateRow(generation, step, tuple(_joined(runs)), frozenset(reader.nonzero))


def _joined(runs: list[Run]) -> list[Run]:
    """Runs with those beside them that go on in the same way; the first entry is left alone."""
    out, beside = runs[:1], runs[1:]
    for i, run in enumerate(beside):
        if i:
            last = out[-1]
            if is_zero(last.at(last.count + AT) - run.value):
                out[-1] = Run(expand(last.count + run.count), last.value)
                continue
            if last.count == 1 and is_zero(run.at(S.NegativeOne) - last.at(S.Zero)):
                out[-1] = Run(expand(run.count + 1), run.at(AT - 1))
                continue
        out.append(run)
    return out


__all__ = ["AT", "STEP", "LateRow", "Run", "added_up", "late_rows"]
