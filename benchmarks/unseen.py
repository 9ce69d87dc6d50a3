"""Statements that the program was not made for: `python benchmarks/unseen.py [seconds] > benchmarks/unseen.txt`.

Each file of `benchmarks/unseen` states one, spelled from the documentation, in true forms (`true_...`) and false ones
(`false_...`), and is given to `check`. What is decided right, proved, and left open is counted.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from statistics import median

from reports import check, load

RIGHT = {("true", "proved"), ("true", "supported"), ("false", "refuted")}


def main(seconds: float) -> None:
    found: list[tuple[str, str, float]] = []
    for file in sorted((Path(__file__).parent / "unseen").glob("*.py")):
        for c in check(load(file), seconds=seconds):
            form, verdict = c.claim.id.partition("-")[0], str(c.verdict)
            found.append((form, verdict, c.seconds))
            if (form, verdict) not in RIGHT or verdict == "supported":
                print(f"{file.stem}: {c.claim.id}: {verdict}")
    counts = Counter((form, verdict) for form, verdict, _ in found)
    right, true = sum(counts[x] for x in RIGHT), sum(form == "true" for form, *_ in found)
    print(
        f"{right} of {len(found)} decided right, {counts['true', 'proved']} of {true} true ones proved, "
        f"{counts['true', 'refuted'] + counts['false', 'proved'] + counts['false', 'supported']} wrong, "
        f"{median(s for *_, s in found):.1f} s at the median"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 40.0)
