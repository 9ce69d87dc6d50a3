"""Property-based tests are the same in every run: a failure here is a failure everywhere."""

import os
import sys
from collections import Counter

import as_the_command  # noqa: F401  before SymPy is imported
import pytest
from flint import ctx
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from theory import Claim, catalogue

# where a test does not say how many examples
settings.register_profile("short", derandomize=True, deadline=None, max_examples=12)
settings.register_profile("long", settings.get_profile("short"), max_examples=200)
settings.load_profile("short")
# Hypothesis draws numbers that stand in the modules that are loaded, too: a test would draw others alone than among all
vars(providers)["_get_local_constants"] = Constants
# what one process has compiled of the packages and the tests, the others read: wherever tests start a process it would do it anew
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


MOST_BYTES = 8 * 2**30  # of one process: what needs more is a failure of its test, and not the end of the whole run


def pytest_configure(config):
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, hard))
    config.addinivalue_line("markers", "both: it is in either run; what it does less of in the short one, it says")
    if config.option.markexpr == "long":
        settings.load_profile("long")
    else:  # the short run's networks are tiny: XLA would compile them for longer than they compute
        os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")


def pytest_xdist_auto_num_workers():
    """One more than there are cores: tests of the command wait for the processes that they start."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """What is derived of a claim, and enclosed, is kept: the tests of one claim run in one process.

    Where a file makes something large for its tests, it names its own group, and they stay together. Of the cases of a test
    that is marked as thin, the first of so many is in the short run, and the others are `long`.
    """
    ids = {c.id for c in catalogue()}
    cases = Counter()
    for item in items:
        if config.option.markexpr == "long" and item.get_closest_marker("both"):
            item.add_marker(pytest.mark.long)
        if (thin := item.get_closest_marker("thin")) and not item.get_closest_marker("long"):
            if cases[item.function] % thin.args[0]:
                item.add_marker(pytest.mark.long)
            cases[item.function] += 1
        if item.get_closest_marker("xdist_group"):
            continue
        values = item.callspec.params.values() if hasattr(item, "callspec") else ()
        names = [v.id if isinstance(v, Claim) else v for v in values]
        if name := next((n for n in names if isinstance(n, str) and n in ids), None):
            item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(autouse=True)
def precision_is_restored():
    """What a test leaves of the precision of ball arithmetic, which is global, the next one would see."""
    before = ctx.prec
    yield
    assert ctx.prec == before


@pytest.fixture
def by_work(monkeypatch):
    """The seconds of a check in this process are so much work, the same on any machine, however busy."""
    from work import count

    count(monkeypatch)
