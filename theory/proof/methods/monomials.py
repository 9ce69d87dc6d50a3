"""Monomials of a loop's state: expressions and steps read as combinations of them."""

from __future__ import annotations

from functools import cached_property, lru_cache

from sympy import Add, Dummy, Expr, Mul, Pow, S, Symbol, exp, factor_terms, log, sympify

from ...language.errors import CannotTell
from ...language.loops import Loop, always_positive, never_negative, nonnegative_of
from ...language.moments import E
from ...language.written import written
from .. import structures
from ..symbols.cases import lowered
from ..symbols.law_means import integrated
from ..symbols.normal_forms import expand_over


class Unread(CannotTell):
    """What is not made of monomials of the state: a kink in it, say."""


Key = tuple[tuple[Expr, int], ...]  # for every state coordinate: (power, power of its logarithm)


@lru_cache(maxsize=256)
def _coordinates(loop: Loop) -> dict[str, Dummy]:
    """A symbol for each coordinate, of its kind, the same every time: what is worked out with them is found again."""
    above, not_below = always_positive(loop), never_negative(loop) | nonnegative_of(loop)
    kinds = {s: "positive" if s in above else "nonnegative" if s in not_below else "real" for s in loop.state}
    return {s: Dummy(s, **{kind: True}) for s, kind in kinds.items()}


def _as_in_laws(x: Expr) -> Expr:
    """x with quotients of exponentials written as the parameters of laws are: else 1/(1 + exp(-u)) is not seen to be the mean of
    a coin with that probability."""
    return x.replace(lambda e: isinstance(e, Pow) and e.exp.is_negative and e.base.is_Add and e.base.has(exp), written)


def _is_root(base: Expr, e: Expr) -> bool:
    """Whether it is 0 where the base is, and else as of positive numbers."""
    return bool(base.is_nonnegative and e.is_positive)


class Monomials:
    """The monomials of a loop's state, and its step in them.

    vars: symbols for the coordinates.  few: the values of those that take a few only.
    """

    def __init__(self, loop: Loop):
        self.loop = loop
        self.vars = _coordinates(loop)
        self.few = {self.vars[name]: values for name, values in structures.finite(loop).items()}

    @cached_property
    def after(self) -> dict[str, Expr]:
        """The step, with its expectations worked out: then in monomials of the state, so that roots of it are taken."""
        out = {name: _as_in_laws(sympify(x)) for name, x in self.loop.step(self.vars).items()}
        for name in [name for name, x in out.items() if x.has(E)]:
            terms = self.read(integrated(out[name]))
            out[name] = Add(*(factor_terms(c) * self.monomial(k, self.vars) for k, c in terms.items()))
        return out

    def read(self, x: Expr) -> dict[Key, Expr]:
        """An expression in the state's dummies as {monomial: coefficient}."""
        out: dict[Key, Expr] = {}
        by_var = {v: s for s, v in self.vars.items()}
        for term in Add.make_args(expand_over(x, *by_var)):
            power, logs, rest = dict.fromkeys(self.vars, S.Zero), dict.fromkeys(self.vars, 0), []
            for f in Mul.make_args(term):
                base, e = f.as_base_exp()
                if base in by_var and ((e.is_Integer and e >= 0) or base.is_positive or _is_root(base, e)):
                    power[by_var[base]] += e
                elif isinstance(base, log) and base.args[0] in by_var and e.is_Integer and e > 0:
                    logs[by_var[base.args[0]]] += int(e)
                elif f.has(*by_var):
                    named = f.xreplace({v: Symbol(name) for v, name in by_var.items()})
                    raise Unread(f"{named} is not a monomial of the state")
                else:
                    rest.append(f)
            key = tuple((power[s], logs[s]) for s in self.vars)
            out[key] = out.get(key, S.Zero) + Mul(*rest)
        for i, v in enumerate(self.vars.values()):
            if v in self.few:
                out = self._reduced(out, i, self.few[v])
        return {k: c for k, c in out.items() if c != 0}

    @staticmethod
    def _reduced(terms: dict[Key, Expr], i: int, values: tuple[Expr, ...]) -> dict[Key, Expr]:
        """The powers of the i-th coordinate, which takes n values, brought below n."""
        out: dict[Key, Expr] = {}
        for key, c in terms.items():
            power, logs = key[i]
            whole = power.is_Integer and power >= len(values)
            for j, weight in lowered(values, int(power)) if whole else [(power, S.One)]:
                low = (*key[:i], (j, logs), *key[i + 1 :])
                out[low] = out.get(low, S.Zero) + c * weight
        return out

    def monomial(self, key: Key, state: dict[str, Expr]) -> Expr:
        """The monomial of these powers and powers of logarithms, in that state."""
        exponents = list(zip(self.vars, key, strict=True))
        logs = [log(state[s]) ** j for s, (_, j) in exponents if j != 0]  # SymPy asks much of a logarithm
        return Mul(*(state[s] ** p for s, (p, _) in exponents if p != 0), *logs)

    def degree(self, key: Key) -> int:
        """Its degree in the coordinates that take many values."""
        return sum(
            int(p) for v, (p, _) in zip(self.vars.values(), key, strict=True) if p.is_Integer and v not in self.few
        )
