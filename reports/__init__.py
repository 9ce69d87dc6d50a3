"""What people read: suites, tables, figures, the command. Depends on `simulate` and `theory`.

findings = verify(catalogue("gaussian"), seed=0, workers=2)
findings.to_frame(); findings.surprises
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .suite import Findings as Findings
    from .suite import verify as verify


def __getattr__(name: str) -> Any:
    if name in ("Findings", "verify"):
        from . import suite

        return getattr(suite, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
