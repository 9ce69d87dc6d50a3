"""Statements that the program was not made for: `python benchmarks/unseen.py ROWS.jsonl [seconds] [name ...]`.

Each file of `benchmarks/unseen` states one, spelled from the documentation, in true forms (`true_...`) and false ones
(`false_...`), and is given to `check`; all files, or those that are named. What is decided right, proved, and left open is
counted. A file that is refused is told, and none of its claims is decided.

A row is written as a file is done: a run that was ended goes on behind it, and several runs may share the work by names. A
file that has changed since is run again; remove the rows to see what a change of the program does.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from statistics import median

from reports import check, load
from theory import BadInput

RIGHT = {("true", "proved"), ("true", "supported"), ("false", "refuted")}


def decided(file: Path, seconds: float) -> list[tuple[str, str, float]]:
    """What comes out of a file: of every claim its id, the verdict and the seconds."""
    try:
        claims = load(file)
    except BadInput as problem:
        print(f"{file.stem}: refused: {problem}")
        names = re.findall(r"^def ((?:true|false)_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        return [(name.replace("_", "-"), "refused", 0.0) for name in names]
    return [(c.claim.id, str(c.verdict), c.seconds) for c in check(claims, seconds=seconds)]


def told(found: list[tuple[str, str, float]]) -> str:
    """The counts, in a line."""
    counts = Counter((claim.partition("-")[0], verdict) for claim, verdict, _ in found)
    right, true = sum(counts[x] for x in RIGHT), sum(claim.startswith("true-") for claim, *_ in found)
    return (
        f"{right} of {len(found)} decided right, {counts['true', 'proved']} of {true} true ones proved, "
        f"{counts['true', 'refuted'] + counts['false', 'proved'] + counts['false', 'supported']} wrong, "
        f"{median(s for *_, s in found):.1f} s at the median"
    )


def main(rows: Path, seconds: float, names: list[str]) -> None:
    files = sorted((Path(__file__).parent / "unseen").glob("*.py"))
    if unknown := set(names) - {file.stem for file in files}:
        raise SystemExit(f"no file of that name: {', '.join(sorted(unknown))}")
    lines = rows.read_text(encoding="utf-8").splitlines() if rows.exists() else []
    kept = {tuple(row["key"]): row["found"] for row in map(json.loads, lines)}
    found: list[tuple[str, str, float]] = []
    for file in files:
        if names and file.stem not in names:
            continue
        key = (file.stem, sha256(file.read_bytes()).hexdigest()[:12], seconds)
        if key not in kept:
            kept[key] = decided(file, seconds)
            with rows.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"key": key, "found": kept[key]}) + "\n")
        for claim, verdict, spent in kept[key]:
            found.append((claim, verdict, spent))
            if (claim.partition("-")[0], verdict) not in RIGHT or verdict == "supported":
                print(f"{file.stem}: {claim}: {verdict}", flush=True)
    print(told(found))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 40.0, sys.argv[3:])
