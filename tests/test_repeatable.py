"""A ball is the same, bit for bit, whatever its process evaluated before, and whatever its hashes are."""

import inspect
import json
import os
import subprocess
import sys

import pytest
from sympy import Integer, Rational

from simulate.engine import symbolic
from theory import CuratedLoop, Finite
from theory.gaussian.real import RandomShareLoop
from theory.proof.arithmetic.precision import precision
from theory.proof.methods import deterministic

# those whose balls are integrals, roots, or sums of many terms, of every family
CLAIMS = [
    "curation-mixed-kl-bound-sharp*",
    "curation-tilt-closed-forms*",
    "diffusion-girsanov-*",
    "diffusion-truncated-start*",
    "diffusion-euler-maruyama-v1",
    "discrete-support-size",
    "filter-verifier-threshold-noise",
    "filter-negative-guidance-gaussian-sample",
    "gaussian-mean-random-walk-fourth",
    "gaussian-unconditional-sample-law",
    "accumulate-mle-sine-product*",
    "accumulate-subsample-known-variance",
    "linreg-accumulate-exact*",
    "mixing-gaussian-fresh-real",
    "mixing-triangle-vs-exact-growth",
    "mvn-projection-is-1d-chain*",
    "performative-*",
    "stability-gillman-correction-rate*",
    "stability-logistic-misspecified-table*",
    "stability-one-step-benefit*",
    "stability-published-bound-audit*",
    "stability-real-fraction-schedule*",
    "stability-gaussian-meanvar-finite-sample*",
]
PROGRAM = """
import json, sys
from theory.families import catalogue
from theory.proof.enclose import enclose
claims = catalogue(*json.loads(sys.argv[2]))
step = -1 if sys.argv[1] == "backwards" else 1
rows = {}
for c in claims[::step]:
    for f in enclose(c, c.points()[:3][::step]):
        rows[f"{c.id} {f.number}"] = [str(f.verdict), f.margin, f.resolution, f.sides, f.note]
print(json.dumps(rows))
"""


def balls(order: str, seed: str, every: int) -> dict:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C" if seed == "1" else "C.UTF-8"}
    command = [sys.executable, "-c", PROGRAM, order, json.dumps(CLAIMS[::every])]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, encoding="utf-8")
    return json.loads(done.stdout)


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.long)])
def test_balls_do_not_depend_on_what_was_evaluated_before(every):
    plain, other = balls("forwards", "0", every), balls("backwards", "1", every)
    assert len(plain) > 100 / every
    assert [k for k in plain if plain[k] != other[k]] == []


def test_the_rule_of_gauss_and_legendre_is_the_same_after_higher_precision():
    program = """
from flint import arb
from theory.proof.arithmetic.integration import integral
from theory.proof.arithmetic.precision import precision
import sys
if sys.argv[1] == "after":
    with precision(700):
        integral(lambda x, _: (-x * x).exp(), 0, 9)
x = integral(lambda x, _: (-x * x).exp(), 0, 9)
print(x.mid().man_exp(), x.rad().man_exp())
"""
    found = {
        subprocess.run([sys.executable, "-c", program, when], capture_output=True, check=True).stdout
        for when in ("", "after")
    }
    assert len(found) == 1


def test_a_state_does_not_depend_on_which_generations_were_asked_for_before():
    """Of a map that loses bits: at how many it is followed is seen on the way to that generation alone."""
    loop = CuratedLoop(Finite((Rational(1, 2), Rational(1, 4), Rational(1, 4))), (1, 2, 5), 2)
    name = next(iter(loop.state))

    def found(*generations: int) -> dict[int, list]:
        deterministic._map.cache_clear()
        with precision(64):
            return {t: deterministic.state(loop, name, Integer(t)) for t in generations}

    bits = lambda x: (x.mid().man_exp(), x.rad().man_exp())  # noqa: E731
    alone = {t: bits(found(t)[t]) for t in range(1, 61)}
    for order in (range(1, 61), range(60, 0, -1)):
        together = found(*order)
        assert [t for t in alone if bits(together[t]) != alone[t]] == []


def test_a_step_and_its_slopes_are_made_once_for_all_precisions(monkeypatch):
    loop = CuratedLoop(Finite((Rational(1, 2), Rational(1, 3), Rational(1, 6))), (1, 2, 7), 2)
    made, program = [], deterministic._program
    monkeypatch.setattr(deterministic, "_program", lambda x, symbols: made.append(x) or program(x, symbols))
    spread = []
    for bits in (64, 128, 256):
        with precision(bits):
            spread.append(deterministic.state(loop, next(iter(loop.state)), Integer(20)).rad())
    assert spread[0] > spread[1] > spread[2] > 0  # each at its own
    assert len(made) == 3 + 3 * 3


def test_a_step_is_compiled_alike_whatever_was_compiled_before():
    """Terms are added in the order of their names: numbers of dummies, 99 and 100, were in another order now and then."""
    loop = RandomShareLoop(3, Rational(3, 10), 2, Rational(3, 4), 0)
    first, again = (inspect.getsource(symbolic._step.__wrapped__(loop).function) for _ in range(2))
    assert first == again
