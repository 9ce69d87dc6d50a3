"""What stands at the axes of a figure, and in its title, in words and in formulas."""

from __future__ import annotations

from typing import Any

from sympy import Basic, Pow, S
from sympy.printing.str import StrPrinter

from theory.language.claims import latex_of
from theory.language.laws import Normal
from theory.language.loops import Model, Observable
from theory.language.moments import Distance, Moment, PathMax, Prob, Quantile
from theory.language.structures import Lineage


def told_value(v: Any) -> str:
    """One value of a variable, "(1, 2)" of several."""
    return f"({', '.join(map(str, v))})" if isinstance(v, tuple) else str(v)


def told_values(values: dict[str, Any]) -> str:
    """ "n = 10, t = 5"."""
    return ", ".join(f"{k} = {told_value(v)}" for k, v in values.items())


def with_formula(prefix: str, x: Basic, label: str) -> str:
    """The label with its formula between dollars; "" for one that says something else in its place."""
    try:
        return f"{prefix}${latex_of(x)}$" if label == prefix + _Words().doprint(x) else ""
    except ValueError:  # a number of more digits than Python writes
        return ""


class _Words(StrPrinter):
    """A formula as plain text: "E sigma_t^2"."""

    printmethod = "_words"

    def _print_Uniform(self, x) -> str:  # SymPy has a printer for a law of its own of that name
        return x._sympystr(self)

    _print_Limit = _print_Uniform  # and for a limit

    def _print_Moment(self, m: Moment) -> str:
        inner = self._print(m.variable)
        letter = "P" if isinstance(m, Prob) else "median" if isinstance(m, Quantile) else type(m).__name__
        if isinstance(m, Quantile) and m.level != S.Half:
            return f"{self._print(m.level)}-quantile of {inner}"
        base = m.variable.base if isinstance(m.variable, Pow) else m.variable
        if letter in ("E", "median") and isinstance(base, Observable | Distance):
            return f"{letter} {inner}"
        return f"{letter}({', '.join(map(self._print, m.args[: len(m.example)]))})"

    def _print_Observable(self, o: Observable) -> str:
        t = self._print(o.t)
        name = "X" if o.name == "draw" else o.name
        at = f"{name}_{t if o.t.is_Atom else f'({t})'}"
        if (
            isinstance(o.loop.definition, Lineage) and o.name != "draw" and o.index
        ):  # of a place, or of a law: not of a fresh draw
            return f"{at}({', '.join(map(self._print, o.index))})"
        return at + "'" * (int(o.index[0]) - 1 if o.index else 0)

    def _print_Distance(self, d: Distance) -> str:
        given = all(isinstance(p, Normal) for p in d.args)  # two laws: which of them is the truth is not said
        laws = (p._sympystr(self) if given else self._print(p) for p in d.args)
        return f"{type(d).__name__}({', '.join(laws)})"

    def _print_Model(self, m: Model) -> str:
        return f"model_{self._print(m.t)}"

    def _print_Normal(self, law) -> str:
        return "truth"

    def _print_PathMax(self, m: PathMax) -> str:
        s, a, b = map(self._print, m.limits[0])
        return f"max_({a + '<=' if a != '0' else ''}{s}<={b}) {self.parenthesize(m.function, 50)}"

    def _print_Abs(self, x) -> str:
        return f"|{self._print(x.args[0])}|"

    def _print_Pow(self, expr, rational=False) -> str:
        return super()._print_Pow(expr, rational).replace("**", "^")

    def _print_polygamma(self, x) -> str:
        return f"psi{x.args[0] or ''}({self._print(x.args[1])})"

    def _print_Relational(self, r) -> str:
        return f"{self._print(r.lhs)} {r.rel_op} {self._print(r.rhs)}"


def plain(x: Basic) -> str:
    """The formula as plain text, if it can be read so."""
    text = _Words().doprint(x)
    return text if len(text) <= 60 and "psi" not in text else "left-hand side"


def plain_or(prefix: str, x: Basic, otherwise: str) -> str:
    """The formula if it is short, else a word for it."""
    text = prefix + _Words().doprint(x)
    return text if len(text) <= 38 and "psi" not in text else otherwise
