"""Claims as tests of pytest: collected, decided, and nothing imported where there are none."""

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from commands import python

ROOT = Path(__file__).resolve().parents[1]
INSTALLED = any(e.value == "reports.pytest_plugin" for e in entry_points(group="pytest11"))
LOADED = () if INSTALLED else ("-p", "reports.pytest_plugin")
CLAIMS = '''\
from sympy import Eq
from theory import E, GaussianLoop, Integers, claim


@claim
def mean_stays(n=Integers(2), t=Integers(0)):
    """The expected fitted mean never changes."""
    return Eq(E(GaussianLoop(n).mu(t)), 0)


@claim
def no_domain(n=3):
    """A parameter without a domain."""
    return Eq(E(GaussianLoop(n).mu(1)), 0)


@claim
def no_relation(n=Integers(2)):
    """A number."""
    return 3


@claim
def variance_stays(n=Integers(2), t=Integers(1)):
    """The expected fitted variance never changes, whatever it is divided by."""
    return Eq(E(GaussianLoop(n, estimator="mle").sigma(t) ** 2), 1)

'''


PINNED = '''\
from sympy import Le, Rational
from theory import Points, Reals, claim


def all_but(x, k):
    """False next to x = 0.31831 alone."""
    return Le(1, 1 + 10**6 * (x - Rational(31831, 100000)) ** 2 - Rational(1, 10**10))


@claim(examples=[{"x": 0.31831, "k": 3}])
def pinned(k=Points(2, 3), x=Reals(0, 1)):
    """False in a spot that nobody looks at."""
    return all_but(x, k)


@claim(examples=[{"x": 2}])
def beyond(x=Reals(0, 1)):
    """Its example is none of its values."""
    return Le(x, x + 1)
'''


def run(folder: Path, *args: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return python(["-m", "pytest", "-q", "-p", "no:cacheprovider", *LOADED, *args], env, folder, other=False)


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("claims")
    (folder / "claims_decay.py").write_text(CLAIMS, encoding="utf-8")
    (folder / "claims_pinned.py").write_text(PINNED, encoding="utf-8")
    (folder / "claims_broken.py").write_text("x = 1 / 0\n", encoding="utf-8")
    (folder / "claims.py").write_text("raise SystemExit('not called claims_*.py')", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nclaims_seconds = 0.3\n", encoding="utf-8")
    done = run(folder, "-vv", "--continue-on-collection-errors")
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.xdist_group("plugin")
def test_each_claim_is_a_test(told):
    assert "claims_decay.py::mean-stays PASSED" in told
    assert "claims_decay.py::variance-stays FAILED" in told
    assert "5 failed, 1 passed, 1 error" in told


@pytest.mark.xdist_group("plugin")
def test_a_failure_is_the_counterexample_without_our_lines(told):
    assert "  counterexample: n = " in told
    assert "workbench.py" not in told


@pytest.mark.xdist_group("plugin")
def test_a_pinned_point_is_looked_at(told):
    assert "  counterexample: k = 3, x = 31831/100000\n" in told
    assert re.search(r"claims_pinned\.py:\d+: examples= of beyond: x = 2 is not in reals \(0, 1\)", told)


@pytest.mark.xdist_group("plugin")
def test_a_malformed_claim_fails_by_itself(told):
    assert re.search(r"claims_decay\.py:\d+: parameter 'n' of no_domain needs a domain", told)
    assert "no_relation returned int" in told


@pytest.mark.xdist_group("plugin")
def test_a_file_that_does_not_run_is_an_error_of_its_own(told):
    assert "claims_broken.py:1: " in told
    assert "1 error" in told


def test_seconds_are_a_number(tmp_path):
    (tmp_path / "claims_a.py").write_text(CLAIMS.split("@claim\ndef no_domain")[0], encoding="utf-8")
    done = run(tmp_path, "-o", "claims_seconds=soon")

    assert "claims_seconds is 'soon'; it must be a number above 0" in done.stdout + done.stderr
    assert done.returncode != 0


def test_nothing_slow_is_imported_where_there_are_no_claims(tmp_path):
    (tmp_path / "test_plain.py").write_text("def test_one():\n    pass\n", encoding="utf-8")
    slow = ("sympy", "numpy", "numba", "flint", "scipy", "theory.language")
    plugin = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", *LOADED]
    program = f"import sys, pytest; code = int(pytest.main({['-q', *plugin]!r}))"
    program += f"; print([m for m in {slow!r} if m in sys.modules], code)"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "" if INSTALLED else "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )

    assert "1 passed" in done.stdout
    assert "[] 0" in done.stdout
