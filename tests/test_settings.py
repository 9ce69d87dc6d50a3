"""What a user's file sets for its whole process is put back when it has been run."""

import decimal
import locale
import os
import sys
import warnings

import mpmath
import numpy as np
import pytest
from sympy import Symbol
from sympy.core.parameters import global_parameters

from reports.conjectures import load
from theory.language.errors import BadInput

CLAIM = '''
from sympy import Eq
from theory import E, GaussianLoop, Integers, claim

@claim
def good(n=Integers(2, 40), t=Integers(0, 9)):
    """The variance is a martingale."""
    return Eq(E(GaussianLoop(n).sigma(t)**2), 1)
'''
SET = {
    "folder": ("import os\nos.chdir('/')", os.getcwd),
    "recursion": ("import sys\nsys.setrecursionlimit(10**6)", sys.getrecursionlimit),
    "digits": ("import sys\nsys.set_int_max_str_digits(700)", sys.get_int_max_str_digits),
    "locale": ("import locale\nlocale.setlocale(locale.LC_ALL, 'C')", lambda: locale.setlocale(locale.LC_ALL)),
    "decimal": (
        "import decimal\ndecimal.getcontext().prec = 2\ndecimal.getcontext().traps[decimal.Inexact] = True",
        lambda: str(decimal.getcontext()),
    ),
    "numpy": ("import numpy\nnumpy.seterr(all='raise')", np.geterr),
    "mpmath": ("import mpmath\nmpmath.mp.dps = 3", lambda: mpmath.mp.dps),
    "evaluation": (
        "from sympy.core.parameters import global_parameters\nglobal_parameters.evaluate = False",
        lambda: (global_parameters.evaluate, Symbol("x") + Symbol("x") == 2 * Symbol("x")),
    ),
    "modules": ("import sys\nsys.modules.clear()", lambda: {"sys", "sympy", "reports"} <= set(sys.modules)),
    "path": ("import sys\nsys.path.clear()", lambda: set(sys.path)),
    "warnings": ("import warnings\nwarnings.simplefilter('error')", lambda: list(warnings.filters)),
}


@pytest.mark.parametrize("name", SET)
@pytest.mark.parametrize("ends", ["", "raise ValueError('no')"])
def test_a_file_leaves_the_process_as_it_was(name, ends, tmp_path):
    text, told = SET[name]
    before = told()
    (tmp_path / "mine.py").write_text(f"{text}\n{ends}", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.py"):
        load(tmp_path / "mine.py")  # there is no claim in it
    assert told() == before


def test_a_folder_that_is_gone_is_no_problem(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(CLAIM, encoding="utf-8")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert [c.id for c in load(tmp_path / "mine.py")] == ["good"]
