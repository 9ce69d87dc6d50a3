"""What the JSON of a report looks like: `report.schema.json`, with the fields of all witnesses.

The file stands beside this module for those who read it. After a witness was added, `python -m reports.schema` writes it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from theory.language.verdicts import Verdict

from .witnesses import EVERYONE, NAMES

FILE = Path(__file__).with_name("report.schema.json")
COVERAGE = "_coverage"


def schema() -> dict[str, Any]:
    """The schema of the JSON that is written with the witnesses of today; all else is as the file has it."""
    out = json.loads(FILE.read_text(encoding="utf-8"))
    claim = out["$defs"]["claim"]
    before = [x.removesuffix(COVERAGE) for x in claim["properties"] if x.endswith(COVERAGE)]
    claim["properties"] = {x: claim["properties"].get(x) or _field(x) for x in _renewed(claim["properties"], before)}
    whole = out["else"]["properties"]["claims"]["items"]
    whole["required"] = _renewed(whole["required"], before)
    out["$defs"]["finding"]["properties"]["witness"]["enum"] = [w.name for w in EVERYONE]
    return out


def _renewed(names: Iterable[str], before: list[str]) -> list[str]:
    """Names of fields, those of the witnesses `before` replaced by those of the witnesses of today."""
    names = list(names)
    own = [*before, *(f"{w}{COVERAGE}" for w in before)]
    place = min(map(names.index, own))
    rest = [x for x in names if x not in own]
    return [*rest[:place], *NAMES, *(f"{w}{COVERAGE}" for w in NAMES), *rest[place:]]


def _field(name: str) -> Mapping[str, Any]:
    """The schema of a witness's field."""
    if name in NAMES:
        told = f"The verdict of the {name} witness; null where it was not asked."
        return {"enum": [*map(str, Verdict), None], "description": told}
    witness = name.removesuffix(COVERAGE)
    told = f'"9 of 12 points" that the {witness} witness decided of those it tried, or "all": the whole domain.'
    return {"type": ["string", "null"], "description": told}


def text() -> str:
    """The file's text."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")


__all__ = ["FILE", "schema", "text"]
