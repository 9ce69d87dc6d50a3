"""The random attacker's long run: `python benchmarks/attack.py [examples] > benchmarks/attack.txt`.

Counts what was tried, by kind of loop, and what the witnesses said of it; what is wrong is printed in full below.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from hypothesis import given

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "differential"))

import attack
import test_attack as random_attacks

OUTCOMES = (
    "derived",
    "enclosed",
    "estimated",
    "proved",
    "supported",
    "refuted",
    "undecided",
    "left out",
    "no oracle",
    "nothing",
)


SHARES = {"moment": 0.65, "relation": 0.25, "simulated relation": 0.03, "estimate": 0.07}  # as in the tests' long run


def attacked(what: str, kind: str, examples: int) -> tuple[Counter, list[str], float]:
    """How often what was said of a kind of loop; what was wrong; seconds of processor time."""
    begun, tally, wrong = time.process_time(), Counter(), []
    related = "relation" in what
    strategy = random_attacks.relations(kind) if related else random_attacks.of_kind(kind)

    @random_attacks.quick(max(1, round(examples * SHARES[what] / len(random_attacks.KINDS))))
    @given(strategy)
    def one(drawn):
        if related:
            outcome = attack.attack_relation(*drawn, simulate=what.startswith("simulated"))
        else:
            outcome = (attack.attack_moment if what == "moment" else attack.attack_estimate)(drawn)
        tally["tried"] += 1
        tally.update(outcome.said or ("nothing",))
        tally["wrong"] += bool(outcome.wrong)
        wrong.extend(outcome.wrong)

    one()
    return tally, wrong, time.process_time() - begun


def main() -> None:
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    jobs = [(what, kind, examples) for what in SHARES for kind in random_attacks.KINDS]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(attacked, *zip(*jobs, strict=True)))
    counts = {job[:2]: tally for job, (tally, _, _) in zip(jobs, found, strict=True)}
    wrong = [line for _, lines, _ in found for line in lines]
    columns = ("tried", *OUTCOMES, "wrong")
    tried, spent = sum(c["tried"] for c in counts.values()), sum(seconds for _, _, seconds in found)
    print(f"{tried} examples, {spent:.0f} s of processor time\n")
    print("attack".ljust(20), "loops".ljust(24), *(c.rjust(9) for c in columns))
    for (what, kind), tally in counts.items():
        print(what.ljust(20), kind.ljust(24), *(str(tally[c]).rjust(9) for c in columns))
    total = sum(counts.values(), Counter())
    print("all".ljust(45), *(str(total[c]).rjust(9) for c in columns))
    if wrong:
        print(f"\n{len(wrong)} wrong:")
        print("\n".join(dict.fromkeys(wrong)))


if __name__ == "__main__":
    main()
