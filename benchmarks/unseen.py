"""Statements that the program was not made for: `python benchmarks/unseen.py [seconds] [name ...] > benchmarks/unseen.txt`.

Each file of `benchmarks/unseen` states one, spelled from the documentation, in true forms (`true_...`) and false ones
(`false_...`), and is given to `check`; all files, or those that are named. What is decided right, proved, and left open is
counted. A file that is refused is told, and none of its claims is decided.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from statistics import median

from reports import check, load
from theory import BadInput

RIGHT = {("true", "proved"), ("true", "supported"), ("false", "refuted")}


def main(seconds: float, names: list[str]) -> None:
    found: list[tuple[str, str, float]] = []
    files = sorted((Path(__file__).parent / "unseen").glob("*.py"))
    if unknown := set(names) - {file.stem for file in files}:
        raise SystemExit(f"no file of that name: {', '.join(sorted(unknown))}")
    for file in files:
        if names and file.stem not in names:
            continue
        try:
            claims = load(file)
        except BadInput as problem:
            forms = re.findall(r"^def (true|false)_", file.read_text(encoding="utf-8"), re.MULTILINE)
            found += [(form, "refused", 0.0) for form in forms]
            print(f"{file.stem}: refused: {problem}")
            continue
        for c in check(claims, seconds=seconds):
            form, verdict = c.claim.id.partition("-")[0], str(c.verdict)
            found.append((form, verdict, c.seconds))
            if (form, verdict) not in RIGHT or verdict == "supported":
                print(f"{file.stem}: {c.claim.id}: {verdict}")
        sys.stdout.flush()  # a run that is ended has told what it found
    counts = Counter((form, verdict) for form, verdict, _ in found)
    right, true = sum(counts[x] for x in RIGHT), sum(form == "true" for form, *_ in found)
    print(
        f"{right} of {len(found)} decided right, {counts['true', 'proved']} of {true} true ones proved, "
        f"{counts['true', 'refuted'] + counts['false', 'proved'] + counts['false', 'supported']} wrong, "
        f"{median(s for *_, s in found):.1f} s at the median"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 40.0, sys.argv[2:])
