"""The pytest plugin: each claim in a file called `claims_*.py` is a test, which fails with the counterexample.

It is there wherever the package is installed. What is slow is imported only when such a file is collected.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from theory.language.claims import Claim
    from theory.language.errors import BadInput

FILES = "claims_*.py"
SECONDS = "claims_seconds"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's settings, for pytest."""
    parser.addini(SECONDS, f"Seconds that a claim in {FILES} may take (10).", default="10")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ClaimsFile | None:
    """A file of claims, for pytest; None for any other."""
    return ClaimsFile.from_parent(parent, path=file_path) if file_path.match(FILES) else None


class ClaimsFile(pytest.File):
    """A file of claims."""

    def collect(self) -> Iterator[pytest.Item]:
        seconds = _seconds(self.config)

        from theory.language.errors import BadInput

        from .conjectures import claims_in

        refused: list[BadInput] = []
        try:
            claims = claims_in(self.path, refused=refused.append)
        except BadInput as problem:
            raise self.CollectError(str(problem)) from None
        for i, problem in enumerate(refused, 1):
            yield RefusedItem.from_parent(self, name=f"refused-{i}", problem=problem)
        for c in claims:
            yield ClaimItem.from_parent(self, name=c.id, claim=c, seconds=seconds)


class ClaimItem(pytest.Item):
    """One claim: passes if it came out as declared."""

    def __init__(self, *, claim: Claim, seconds: float, **options: Any):
        super().__init__(**options)
        self.claim, self.seconds = claim, seconds

    def runtest(self) -> None:
        from .workbench import assert_holds

        assert_holds(self.claim, seconds=self.seconds)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report of the check, without the lines of this program; an error of it is shown as any other."""
        from theory.language.errors import BadInput

        if isinstance(excinfo.value, AssertionError | BadInput):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, int(self.claim.location.rpartition(":")[2]) - 1, self.claim.id


class RefusedItem(pytest.Item):
    """A claim that could not be declared: fails with the reason, and the others of its file go on."""

    def __init__(self, *, problem: BadInput, **options: Any):
        super().__init__(**options)
        self.problem = problem

    def runtest(self) -> None:
        raise self.problem

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value)


def _seconds(config: pytest.Config) -> float:
    from math import isfinite

    text = config.getini(SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not (seconds > 0 and isfinite(seconds)):
        raise pytest.UsageError(f"{SECONDS} is {text!r}; it must be a number above 0")
    return seconds
