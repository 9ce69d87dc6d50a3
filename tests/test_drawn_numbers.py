"""What Hypothesis knows of when it draws values for a hunt: the numbers in a user's files, and none of this project's."""

from pathlib import Path

import pytest
from hypothesis.internal.conjecture import providers
from stated import stated
from sympy import Le

from simulate.engine import search
from theory import Integers


@pytest.fixture
def all_are_local(monkeypatch):
    """As of a checkout, in a process that has not hunted before."""
    monkeypatch.setattr(providers, "is_local_module_file", lambda path: True)
    search._of_the_user_alone.cache_clear()
    yield
    search._of_the_user_alone.cache_clear()


def test_a_hunt_reads_none_of_our_sources(all_are_local):
    """It took two seconds wherever the project is installed from a checkout, and other values were drawn there."""
    assert search.hunt(stated(lambda n: Le(n, n + 1), n=Integers(1)), lambda values: -1.0, 0.2, 5) is None
    root = Path(search.__file__).parents[2]
    for ours in (Path(search.__file__), root / "theory" / "gaussian" / "common.py", root / "reports" / "cli.py"):
        assert not providers.is_local_module_file(str(ours))
    for other in (root / "mine.py", root / "theory_of_mine" / "claims.py", root.parent / "theory" / "mine.py"):
        assert providers.is_local_module_file(str(other))
