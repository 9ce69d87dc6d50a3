"""What people read: suites, tables, figures, the command. Depends on `simulate` and `theory`.

findings = verify(catalogue("gaussian"), seed=0, workers=2)
findings.to_frame(); findings.surprises
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .conjectures import load as load
    from .suite import Findings as Findings
    from .suite import verify as verify
    from .workbench import assert_holds as assert_holds
    from .workbench import check as check


HOMES = {
    "Findings": "suite",
    "verify": "suite",
    "assert_holds": "workbench",
    "check": "workbench",
    "load": "conjectures",
}


def __getattr__(name: str) -> Any:
    if name in HOMES:
        from importlib import import_module

        return getattr(import_module(f".{HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
