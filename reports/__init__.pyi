from .conjectures import load as load
from .suite import Findings as Findings
from .suite import verify as verify
from .workbench import assert_holds as assert_holds
from .workbench import check as check
