"""What the names of a claim are read from in a file of measured runs: `--map sigma=std,t=generation,run=run_id`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.language.errors import BadInput, nearest

from .files import Table
from .reading import exact, unquoted

RUN, GENERATION = "run", "t"
EXAMPLE = "sigma=std,t=generation,n=sample_size,run=run_id"
COMMA = """--map 'loss="eval/loss, final",run=run_id'"""
TRANSFORMS = {"sqrt": np.sqrt, "exp": np.exp}  # files hold variances and logarithms


def parse_map(text: str) -> dict[str, str]:
    """`--map` as {name: what it is read from}: "sigma=std,t=generation+1,n=sample_size,sigma0=1,run=run_id".

    Of steps that go by a thousand "t=step/1000" makes generations.
    A column with a comma in its name stands in quotes: 'loss="eval/loss, final"'.
    """
    out: dict[str, str] = {}
    for item in re.findall(r"""(?:"[^"]*"|'[^']*'|[^,])+|(?<=,)(?=,|$)|^$""", text):
        name, equals, origin = (x.strip() for x in item.partition("="))
        origin = unquoted(origin)
        if not (equals and origin and name.isidentifier()):
            quoted = f"; a column with a comma in its name stands in quotes: {COMMA}" if out and not equals else ""
            raise BadInput(f"{item.strip()!r} is no NAME=COLUMN; expected a list such as {EXAMPLE}{quoted}", "--map")
        if name in out:
            raise BadInput(f"{name} is there twice: {name}={out[name]} and {name}={origin}", "--map")
        out[name] = origin
    return out


@dataclass(frozen=True)
class Source:
    """What a name is read from: a column, divided and shifted by integers or transformed; or a number, where column is ""."""

    column: str = ""
    shift: int = 0
    unit: int = 1
    transform: str = ""
    number: Any = None


def source(name: str, text: str, table: Table, measured: bool) -> Source:
    """What `name=text` of a map means; a column of exactly this name comes before every other reading.

    measured: whether it is an observable (then it has a column, perhaps as `sqrt(variance)`), not a variable (then it may
    be `generation+1`, `step/1000`, or a number).
    """
    columns, here = table.names, f"--map {name}={text}"
    if text in columns:
        if columns.count(text) > 1:
            raise BadInput(f"{table.path} has {columns.count(text)} columns of this name; expected one", here)
        return Source(text)
    if measured and (m := re.fullmatch(r"(\w+)\((.+)\)", text)) and m[1] in TRANSFORMS and m[2].strip() in columns:
        return Source(m[2].strip(), transform=m[1])
    if not measured and name != RUN:
        if (m := re.fullmatch(r"(.+?)\s*(?:/\s*([1-9]\d*)\s*)?([+-]\s*\d+)?", text)) and m[1] in columns:
            return Source(m[1], int((m[3] or "0").replace(" ", "")), int(m[2] or 1))
        if (number := exact(text)) is not None:
            return Source(number=number)
    raise BadInput(f"{table.path} has no column {text!r}{close(text, columns)}; {table.columns}", here)


def close(name: str, known: Sequence[str]) -> str:
    """A hint if one of the names is nearly this one."""
    hint = nearest(name, list(known))
    return hint if "did you mean" in hint else ""
