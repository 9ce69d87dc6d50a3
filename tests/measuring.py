"""Claims against a file of runs, as the tests ask for it."""

from collections.abc import Sequence

from simulate.engine.data import Check
from simulate.engine.mapping import mapped
from theory.language.claims import Claim
from theory.language.verdicts import Finding


def measured(claims: Sequence[Claim], path, mapping: dict[str, str], **options) -> list[Finding]:
    """The findings of every claim. options: of `Check`."""
    rows = mapped(claims, path, mapping, options.get("failures") is not None)
    return [f for c in claims for f in Check(c, rows, **options).findings()]
