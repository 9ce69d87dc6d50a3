"""What a derivation tells of the moments it found: with their loops where words are the same, and the same in every process."""

import json
import os
import subprocess
import sys
from pathlib import Path

from stated import assert_proved
from sympy import Eq

from theory import E, GaussianLoop, Integers
from theory.families import catalogue
from theory.proof.relations.prove import prove

ROOT = Path(__file__).parents[1]
TOLD = ("mixing-energy-distance-gaussian", "filter-topq-gaussian-refit-half", "curation-proxy-goodhart-turn")
TELL = f"""
import json
from theory.families import catalogue
from theory.proof.relations.prove import prove
print(json.dumps([(p.forms, p.steps) for p in (prove(claim) for claim in catalogue() if claim.id in {TOLD})]))
"""


def test_moments_of_the_same_words_are_told_with_their_loops():
    def difference(n, m):
        ours, theirs = GaussianLoop(n, known_mean=True), GaussianLoop(m, known_mean=True)
        return Eq(E(ours.sigma(1) ** 4) - E(theirs.sigma(1) ** 4), 2 / n - 2 / m)

    found = assert_proved(difference, n=Integers(2), m=Integers(2))
    assert len(found.forms) == 2
    assert all("of GaussianLoop(" in name for name in found.forms)


def test_what_is_told_is_the_same_whatever_sympy_counts_with_and_hashes():
    """SymPy counts with the library that it finds: a form with an exponent 2.0 in it equals none (gmpy2 was enough)."""
    env = {**os.environ, "SYMPY_GROUND_TYPES": "python", "PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", TELL], env=env, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    here = [[found.forms, found.steps] for found in (prove(claim) for claim in catalogue() if claim.id in TOLD)]
    assert json.loads(told.stdout) == here
    assert len(here) == len(TOLD)
