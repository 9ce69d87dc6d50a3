"""An expression averaged over its draws, term by term."""

from __future__ import annotations

from collections import defaultdict

from sympy import Add, Dummy, Expr, Mul, Pow, S, log, sympify

from ..language.errors import CannotTell
from ..language.expansion import multiplied_out
from ..language.laws import ChiSquare, Count, Noise
from . import laws, single

MOST_TERMS = 20_000


class Averages:
    """Averages, and what they need: quantities that have to be positive, or not negative, for a moment or a law to exist."""

    def __init__(self) -> None:
        self.needs: dict[tuple[Expr, bool], None] = {}  # (quantity, whether it has to be above 0)
        self.known: dict[Expr, Expr] = {}

    def mean(self, x: Expr) -> Expr:
        """The mean over all draws. Raises `CannotTell`."""
        if x not in self.known:
            self.known[x] = self._mean(sympify(x))
        return self.known[x]

    def _mean(self, x: Expr) -> Expr:
        while draws := x.atoms(Noise):
            for z in draws:
                if not all(sympify(q).is_integer for q in z.law.numbers()):
                    raise CannotTell("a number of draws that is not seen to be whole")
                for quantity, strictly, _ in z.law.demands():
                    self.needs[quantity, strictly] = None
            last = draws - {
                y for z in draws for y in z.law.atoms(Noise)
            }  # those that are in the laws of others come later
            terms = Add.make_args(self._apart(x, draws))
            if len(terms) > MOST_TERMS:
                raise CannotTell("more terms than are averaged here")
            x = Add(*(self._term(term, last) for term in terms))
        return x

    def _apart(self, x: Expr, draws: set[Noise]) -> Expr:
        """Multiplied out. Logarithms and roots of chi-square draws need them to be above 0: that there are degrees of freedom."""
        inside = [f for f in x.atoms(log, Pow) if isinstance(f, log) or not f.exp.is_Integer]
        above = {z: Dummy("z", positive=True) for z in draws if _may_be_0(z) and any(f.has(z) for f in inside)}
        self.needs |= {(z.law.dof, True): None for z in above}
        return expanded(x.xreplace(above)).xreplace({y: z for z, y in above.items()})

    def _term(self, term: Expr, now: set[Noise]) -> Expr:
        powers: dict[Noise, tuple[Expr, int]] = {}
        rest, others = [], []
        for f in Mul.make_args(term):
            base, e = f.as_base_exp()
            if base in now:
                power, logs = powers.get(base, (S.Zero, 0))
                powers[base] = power + e, logs
            elif isinstance(base, log) and base.args[0] in now and e.is_Integer and e > 0:
                power, logs = powers.get(base.args[0], (S.Zero, 0))
                powers[base.args[0]] = power, logs + int(e)
            elif f.has(*now):
                others.append(f)
            else:
                rest.append(f)
        for fs in _together(others, now):
            rest.append(self._of_functions(Mul(*fs), powers, now))
        joint: dict[tuple, dict[int, int]] = defaultdict(dict)
        for z, (p, logs) in powers.items():
            if isinstance(z.law, Count):
                if logs or not (p.is_Integer and p >= 0):
                    raise CannotTell("a count to a power that is no whole number")
                joint[z.whole][int(z.law.number)] = int(p)
                continue
            value, condition = laws.moment(z.law, p, logs)
            self._need(condition)
            rest.append(value)
        for whole, exponents in joint.items():
            law = whole[1]
            rest.append(laws.counts(law.args[0], dict(enumerate(law.args[1])), exponents))
        return Mul(*rest)

    def _of_functions(self, f: Expr, powers: dict[Noise, tuple[Expr, int]], now: set[Noise]) -> Expr:
        """The mean of a product of functions of draws, and of the powers of these draws."""
        draws = f.atoms(Noise) & now
        own = {z: powers.pop(z) for z in draws & powers.keys()}
        if any(isinstance(z.law, Count) or not z.law.is_seen for z in draws) or any(logs for _, logs in own.values()):
            raise CannotTell("a function of a draw that is no power of it")
        value, condition = single.mean(f, {z: p for z, (p, _) in own.items()}, draws)
        self._need(condition)
        return value

    def _need(self, condition: Expr) -> None:
        """That a moment exists."""
        if not condition.is_number:
            self.needs[condition, True] = None
        elif not condition.is_positive:
            raise CannotTell("a moment that is infinite")


def _together(factors: list[Expr], now: set[Noise]) -> list[list[Expr]]:
    """Factors by the draws that are in them: those of one part have none in common with those of another."""
    parts: list[tuple[set[Noise], list[Expr]]] = []
    for f in factors:
        draws = f.atoms(Noise) & now
        met = [p for p in parts if p[0] & draws]
        parts = [p for p in parts if not p[0] & draws]
        parts.append((draws.union(*(d for d, _ in met)), [f, *(g for _, fs in met for g in fs)]))
    return [fs for _, fs in parts]


def _may_be_0(z: Noise) -> bool:
    return isinstance(z.law, ChiSquare) and not z.is_positive


def expanded(x: Expr) -> Expr:
    """Multiplied out, powers of products and logarithms of them taken apart where their signs allow it."""
    return multiplied_out(x, power_base=True, power_exp=True, log=True, multinomial=True, mul=True, func=False)


def terms_in(x: Expr, variables: set) -> list[tuple[Expr, Expr]]:
    """An expression as [(coefficient, product of powers of the variables and of their logarithms)]. Raises `CannotTell`."""
    found: dict[Expr, Expr] = {}
    for term in Add.make_args(expanded(x)):
        inside, outside = [], []
        for f in Mul.make_args(term):
            base, e = f.as_base_exp()
            known = base in variables or (isinstance(base, log) and base.args[0] in variables)
            if known and not e.has(*variables):
                if not (e.is_Integer and e > 0) and not (base in variables and base.is_positive):
                    raise CannotTell("the state to a power that is no whole number")
                inside.append(f)
            elif f.has(*variables):
                raise CannotTell("the state in a function that is no power")
            else:
                outside.append(f)
        key = Mul(*inside)
        found[key] = found.get(key, S.Zero) + Mul(*outside)
    return [(c, key) for key, c in found.items()]
