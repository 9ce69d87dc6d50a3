"""Gamma laws, known by their log-density: affine in log x and x on (0, oo).

NumPy's generator draws them at any shape; a table would have to be made anew for each, which costs what a few hundred draws do.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, S, Symbol, expand, expand_log, log

from .generated import indented, lines, template

TERMS = """

@part
def terms(theta, out):
{body}
    return
"""


def gamma_drawing(logarithm: Expr, x: Symbol, parameters: Sequence[Symbol], ends: tuple[Expr, Expr]) -> str | None:
    """The text of `fill` for a gamma law, however its parameters are told; None where it is not seen to be one."""
    if ends != (S.Zero, S.Infinity) or not logarithm.free_symbols <= {x, *parameters}:
        return None
    found = {log(x): S.Zero, x: S.Zero, S.One: S.Zero}
    for term in Add.make_args(expand(expand_log(expand(logarithm)))):
        factor, statistic = term.as_independent(x, as_Add=False)
        if statistic not in found:
            return None
        found[statistic] += factor
    names = {s: Symbol(f"t{i}", **s.assumptions0) for i, s in enumerate(parameters)}
    body = [f"{t} = theta[{i}]" for i, t in enumerate(names.values())]
    body += lines({f"out[{i}]": e.xreplace(names) for i, e in enumerate(found.values())}, "c")
    return TERMS.format(body=indented(body, 1)) + template("gamma")


__all__ = ["gamma_drawing"]
