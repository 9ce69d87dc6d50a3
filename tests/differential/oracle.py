"""An oracle: what a moment of a loop is, worked out from the loop's start, step and emission with numbers put in.

It shares nothing with the witnesses: neither their proofs nor their samplers, nor what a loop says of itself beside
`initial`, `step`, `emit` and which coordinates its `law_at` reads. There are three engines:

- `paths`: every outcome of noise on finitely many values, in fractions;
- `means`: polynomials in noise of any other law, averaged from the last draw to the first with exact raw moments;
- `sample`: NumPy, with a standard error, for the rest.

A random variable is (occurrence of its loop, role, generation, index, name of its noise). Loops that are equal as written
are one; those that become equal when numbers are put in stay two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import count, product
from math import comb
from typing import Any

import mpmath as mp
import numpy as np
from sympy import Abs, Basic, Dummy, Expr, Piecewise, S, Symbol, lambdify, sympify
from sympy import log as symbolic_log
from sympy.core.relational import Relational
from sympy.functions.combinatorial.numbers import stirling
from sympy.logic.boolalg import Boolean

from theory.language.errors import CannotTell
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import Finite, Law, Noise, Normal
from theory.language.loops import CLOCK, Loop, Model, Observable
from theory.language.moments import KL, TV, W2, Cov, Distance, E, Moment, Prob, Var

DIGITS = 60
MOST_PATHS, MOST_TERMS = 300_000, 60_000


class Unsupported(Exception):
    """This engine does not evaluate it."""


class Infinite(Exception):
    """The mean is infinite, or does not exist."""


# ---- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """An observable: `tag` is the number of its loop, in the order of the claim as written."""

    tag: int
    name: str
    t: int
    index: tuple[int, ...] = ()


@dataclass(frozen=True)
class Known:
    """A mean given what is known at generation t: of the deployed model, or of the whole state."""

    inner: Any
    tag: int
    t: int
    whole: bool


def deployed(loop: Loop) -> tuple[str, ...]:
    """The coordinates that the model is made of: those that its law, or else its fresh draws, tell of."""
    now = {s: Symbol(s) for s in loop.state}
    try:
        seen = {o.name for o in loop.law_at(S.Zero).atoms(Observable)}
    except NotImplementedError:
        try:
            seen = {s.name for s in loop.emit(now, S.One).free_symbols}
        except NotImplementedError:
            seen = set(loop.state)
    return tuple(s for s in loop.state if s in seen)


class Reading:
    """An expression as written, and numbers for its symbols."""

    def __init__(self, written: Basic, values: dict[Symbol, Any] | None = None):
        self.values = {s: sympify(v) for s, v in (values or {}).items()}
        everything = {o.loop for o in written.atoms(Observable)} | {m.loop for m in written.atoms(Model)}
        everything |= {g.loop for m in written.atoms(Moment) if (g := getattr(m, "given", None)) is not None}
        self.tags = {loop: i for i, loop in enumerate(sorted(everything, key=str))}
        self.loops = [loop.xreplace(self.values) for loop in sorted(everything, key=str)]
        self.names: dict[Any, Dummy] = {}

    def number(self, x: Any) -> int:
        x = sympify(x).xreplace(self.values)
        if not (x.is_Integer and x >= 0):
            raise Unsupported(f"generation or index {x}")
        return int(x)

    def named(self, what: Any) -> Dummy:
        return self.names.setdefault(what, Dummy(str(what), real=True))

    def plain(self, x: Basic) -> Basic:
        """x with symbols for its observables and for its means given something."""
        if isinstance(x, Observable):
            index = tuple(map(self.number, x.index))
            return self.named(Seen(self.tags[x.loop], x.name, self.number(x.t), index))
        if isinstance(x, Distance):
            return self.plain(_distance(x))
        if isinstance(x, Moment):
            given = x.given
            inner = x.variable
            if given is None:
                return sympify(self.value(x))
            known = (self.tags[given.loop], self.number(given.t), not isinstance(given, Model))
            if isinstance(x, E):
                return self.named(Known(self.plain(inner), *known))
            if isinstance(x, Var):
                square, mean = (self.named(Known(self.plain(y), *known)) for y in (inner**2, inner))
                return square - mean**2
            if isinstance(x, Prob):
                return self.named(Known(_indicator(self.plain(inner)), *known))
            raise Unsupported(type(x).__name__)
        if isinstance(x, Noise) or not x.args:
            return x.xreplace(self.values)
        return x.func(*map(self.plain, x.args))

    def value(self, m: Moment) -> Any:
        """A moment as an exact number: a Fraction, or sixty digits."""
        with mp.workdps(DIGITS):
            match m:
                case E():
                    return self.mean(self.plain(m.variable))
                case Var():
                    x = self.plain(m.variable)
                    return self.mean(x**2) - self.mean(x) ** 2
                case Cov():
                    x, y = map(self.plain, m.args[:2])
                    return self.mean(x * y) - self.mean(x) * self.mean(y)
                case Prob():
                    return self.mean(_indicator(self.plain(m.variable)))
        raise Unsupported(type(m).__name__)

    def mean(self, x: Expr) -> Any:
        try:
            return Paths(self).mean(x)
        except Unsupported:
            return Means(self).mean(x)


def _indicator(event: Basic) -> Expr:
    return Piecewise((S.One, event), (S.Zero, True), evaluate=False)


def _distance(x: Distance) -> Expr:
    p, q = (y.law if isinstance(y, Model) else y for y in x.args)
    if isinstance(p, Finite) and isinstance(q, Finite) and isinstance(x, TV):
        return sum((Abs(a - b) for a, b in zip(p.masses, q.masses, strict=True)), S.Zero) / 2
    if isinstance(p, Normal) and isinstance(q, Normal) and isinstance(x, KL):
        v, w = p.variance, q.variance
        return (symbolic_log(w) - symbolic_log(v) + (v + (p.mean - q.mean) ** 2) / w - 1) / 2
    if isinstance(p, Normal) and isinstance(q, Normal) and isinstance(x, W2) and p.variance == q.variance:
        return Abs(p.mean - q.mean)
    raise Unsupported(f"{type(x).__name__} of {p} and {q}")


def value(x: Basic, values: dict[Symbol, Any] | None = None) -> Any:
    """A side of a claim, or a moment, as an exact number. Raises `Unsupported`, `Infinite`."""
    reading = Reading(x, values)
    if isinstance(x, Moment):
        return reading.value(x)
    moments = {m: Dummy() for m in sorted(_outermost(x), key=str)}
    exact = {d: _symbolic(reading.value(m)) for m, d in moments.items()}
    plain = x.xreplace(moments).xreplace(reading.values).doit().xreplace(exact)
    return _number(plain)


def _outermost(x: Basic) -> set[Moment]:
    if isinstance(x, Moment):
        return {x}
    return {m for a in x.args for m in _outermost(a)}


def _symbolic(x: Any) -> Expr:
    if isinstance(x, int | Fraction):
        return sympify(Fraction(x).numerator) / Fraction(x).denominator
    with mp.workdps(DIGITS):
        return sympify(x)


def _number(x: Any) -> Any:
    """A constant: a Fraction where it is rational, else sixty digits."""
    x = sympify(x)
    if x.is_Rational:
        return Fraction(int(x.p), int(x.q))
    with mp.workdps(DIGITS):
        got = x.evalf(DIGITS)
        if not got.is_Float:
            raise Unsupported(f"the number {x}")
        return mp.make_mpf(got._mpf_)


# ---- every path, in fractions ---------------------------------------------------------------------------------------


class Paths:
    """Enumeration of all that can happen; `worlds`: what is seen, with its probability."""

    def __init__(self, reading: Reading):
        self.reading = reading

    def mean(self, x: Expr) -> Any:
        names = {d: what for what, d in self.reading.names.items()}
        wanted = _within(x, names)
        seen = [w for w in wanted if isinstance(w, Seen)]
        known = [w for w in wanted if isinstance(w, Known)]
        tags = sorted({w.tag for w in wanted})
        parts = [self._of(tag, [s for s in seen if s.tag == tag], [k for k in known if k.tag == tag]) for tag in tags]
        worlds = []
        if np.prod([len(p) for p in parts], dtype=float) > MOST_PATHS:
            raise Unsupported("too many paths")
        for combination in product(*parts):
            env, p = {}, Fraction(1)
            for e, q in combination:
                env, p = env | e, p * q
            worlds.append((env, p))
        for k in known:  # those that others contain come first
            groups: dict[Any, list] = {}
            inner = {self.reading.names[w] for w in _within(k.inner, names)}
            for env, p in worlds:
                now = {d: env[names[d]] for d in inner}
                group = groups.setdefault(env[_at(k)], [Fraction(0), Fraction(0)])
                group[0] += p
                group[1] += p * evaluate(k.inner, now)  # fractions only: what is given is a number of its own
            for env, _ in worlds:
                whole, total = groups[env[_at(k)]]
                env[k] = total / whole
        top = {d: w for d, w in names.items() if x.has(d)}
        got = [(p, evaluate(x, {d: env[w] for d, w in top.items()})) for env, p in worlds]
        return _total(p * v if isinstance(v, Fraction) else _float(p) * v for p, v in got)

    def _of(self, tag: int, seen: list[Seen], known: list[Known]) -> list[tuple[dict, Fraction]]:
        loop = self.reading.loops[tag]
        until = max([s.t for s in seen] + [k.t for k in known])
        symbols = {s: Symbol(s, real=True) for s in loop.state}
        worlds: dict[tuple, dict[tuple, Fraction]] = {}  # {state: {records: probability}}
        start = _draws([loop.initial[s] for s in loop.state], {})
        for state, p in start:
            self._record(worlds, loop, tag, 0, state, (), p, seen, known, symbols)
        for t in range(1, until + 1):
            before, worlds = worlds, {}
            after = loop.step(symbols)
            for state, records in before.items():
                env = {symbols[s]: v for s, v in zip(loop.state, state, strict=True)} | {CLOCK: Fraction(t)}
                for new, p in _draws([after[s] for s in loop.state], env):
                    for record, q in records.items():
                        self._record(worlds, loop, tag, t, new, record, p * q, seen, known, symbols)
        everything: dict[tuple, Fraction] = {}
        for records in worlds.values():
            for record, p in records.items():
                everything[record] = everything.get(record, Fraction(0)) + p
        return [(dict(record), p) for record, p in everything.items()]

    def _record(self, worlds, loop, tag, t, state, record, p, seen, known, symbols) -> None:
        if p == 0:
            return
        now = dict(zip(loop.state, state, strict=True))
        new = [(s, now[s.name]) for s in seen if s.t == t and s.name in loop.state]
        for k in known:
            if k.t == t:
                names = loop.state if k.whole else deployed(loop)
                new.append((_at(k), tuple(now[n] for n in names)))
        fresh = [s for s in seen if s.t == t and s.name not in loop.state]
        for drawn, q in self._fresh(loop, fresh, now, symbols):
            whole = record + tuple(dict.fromkeys([*new, *drawn]))
            records = worlds.setdefault(state, {})
            records[whole] = records.get(whole, Fraction(0)) + p * q
        if sum(len(r) for r in list(worlds.values())[:50]) > MOST_PATHS or len(worlds) > MOST_PATHS:
            raise Unsupported("too many paths")

    def _fresh(self, loop, fresh, now, symbols) -> list[tuple[list, Fraction]]:
        out = [([], Fraction(1))]
        for i in sorted({s.index for s in fresh}):
            which = [s for s in fresh if s.index == i]
            env = {symbols[n]: v for n, v in now.items()}
            if isinstance(loop, FiniteLoop):
                outcomes = [((Fraction(k),), now[f"p{k}"]) for k in range(len(loop.state))]
            else:
                if {s.name for s in which} != {"draw"}:
                    raise Unsupported(f"{which[0].name} is neither state nor draw")
                outcomes = _draws([loop.emit(symbols, sympify(i[0]))], env)
            got = []
            for values, p in outcomes:
                names = [(s, _function(loop, s.name, values[0])) for s in which]
                got.append((names, p))
            out = [(a + b, p * q) for a, p in out for b, q in got]
        return out


def _total(parts: Iterable[Any]) -> Any:
    parts = list(parts)
    if all(isinstance(x, Fraction) for x in parts):
        return sum(parts, Fraction(0))
    return mp.fsum(map(_float, parts))


def _function(loop: Loop, name: str, drawn: Any) -> Any:
    return drawn if name == "draw" else _number(loop.table(name)[int(drawn)])  # type: ignore[attr-defined]


def _at(k: Known) -> tuple:
    return ("known", k.tag, k.t, k.whole)


def _within(x: Basic, names: dict[Dummy, Any]) -> list[Any]:
    """What an expression needs, innermost first."""
    out: dict[Any, None] = {}
    for d in sorted(x.free_symbols & set(names), key=str):
        if isinstance(names[d], Known):
            out |= dict.fromkeys(_within(names[d].inner, names))
        out[names[d]] = None
    return list(out)


def _draws(expressions: list[Any], env: dict) -> Iterator[tuple[tuple, Fraction]]:
    """Every outcome of some expressions, with its probability: noise by noise, those that others depend on first."""
    expressions = [sympify(x) for x in expressions]
    noises = _noises(expressions)

    def go(i: int, now: dict) -> Iterator[tuple[tuple, Fraction]]:
        if i == len(noises):
            yield tuple(evaluate(x, now) for x in expressions), Fraction(1)
            return
        for v, p in outcomes(noises[i].law, now):
            if p != 0:
                for values, q in go(i + 1, {**now, noises[i]: v}):
                    yield values, p * q

    merged: dict[tuple, Fraction] = {}
    for values, p in go(0, env):
        merged[values] = merged.get(values, Fraction(0)) + p
    yield from merged.items()


def _noises(expressions: list[Basic]) -> list[Noise]:
    """The draws in some expressions, those in the laws of others before these."""
    out: dict[Noise, None] = {}

    def visit(x: Basic) -> None:
        for z in sorted(_outer_noises(x), key=str):
            visit(z.law)
            out[z] = None

    for x in expressions:
        visit(x)
    return list(out)


def _outer_noises(x: Basic) -> set[Noise]:
    return {x} if isinstance(x, Noise) else {z for a in x.args for z in _outer_noises(a)}


def outcomes(law: Law, env: dict) -> list[tuple[Fraction, Fraction]]:
    match type(law).__name__:
        case "Binomial":
            n, p = (evaluate(a, env) for a in law.args)
            if n != int(n) or n < 0 or not 0 <= p <= 1:
                raise Unsupported(f"Binomial({n}, {p})")
            n = int(n)
            return [(Fraction(k), comb(n, k) * p**k * (1 - p) ** (n - k)) for k in range(n + 1)]
        case "Finite":
            return [(Fraction(i), evaluate(p, env)) for i, p in enumerate(law.masses)]  # type: ignore[attr-defined]
    raise Unsupported(f"{type(law).__name__} has more values than can be listed")


def evaluate(x: Any, env: dict) -> Any:
    """An expression in fractions (sixty digits where it leaves them)."""
    x = sympify(x)
    if x in env:
        return env[x]
    if x.is_Number or not x.args:
        return _number(x)
    if isinstance(x, Noise):
        raise Unsupported(f"{x}, which is drawn by no loop")
    if isinstance(x, Piecewise):
        return next(evaluate(v, env) for v, c in x.args if _true(c, env))
    args = [evaluate(a, env) for a in x.args]
    if not all(isinstance(a, Fraction) for a in args) and not (x.is_Pow and isinstance(args[1], Fraction)):
        args = [_float(a) for a in args]
    name = type(x).__name__
    if x.is_Add:
        return sum(args[1:], args[0])
    if x.is_Mul:
        out = args[0]
        for a in args[1:]:
            out = out * a
        return out
    if x.is_Pow:
        base, power = args
        if isinstance(power, Fraction) and power.denominator == 1:
            if base == 0 and power < 0:
                raise Infinite(f"{x} where the base is 0")
            return base ** int(power)
        return mp.power(_float(base), _float(power))
    simple: dict[str, Callable] = {"Max": max, "Min": min, "Abs": abs, "sign": lambda v: Fraction((v > 0) - (v < 0))}
    if name in simple:
        return simple[name](*args)
    if name in ("log", "exp", "tanh", "cosh", "sinh", "erf"):
        if name == "log" and args[0] == 0:
            raise Infinite("log 0")
        return getattr(mp, name)(_float(args[0]))
    if name == "entr":
        return Fraction(0) if args[0] in (0, 1) else -_float(args[0]) * mp.log(_float(args[0]))
    raise Unsupported(f"{name} of numbers")


def _true(c: Any, env: dict) -> bool:
    if c in (S.true, S.false):
        return c == S.true
    if isinstance(c, Relational):
        a, b = (evaluate(y, env) for y in c.args)
        if not (isinstance(a, Fraction) and isinstance(b, Fraction)) and abs(_float(a) - _float(b)) < mp.mpf(10) ** (
            -DIGITS // 2
        ):
            raise Unsupported("a tie of numbers that are not rational")
        return {">": a > b, ">=": a >= b, "<": a < b, "<=": a <= b, "==": a == b, "!=": a != b}[c.rel_op]
    if isinstance(c, Boolean):
        return bool(c.func(*(sympify(_true(a, env)) for a in c.args)))
    raise Unsupported(f"condition {c}")


# ---- polynomials in noise, averaged from the last draw to the first -------------------------------------------------

Monomial = tuple[tuple[int, Fraction], ...]  # (number of a generator, exponent)
Poly = dict[Monomial, Any]
ONE: Monomial = ()
TINY = mp.mpf(10) ** -50  # what is left of coefficients that cancel


def _float(x: Any) -> Any:
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mp.mpf(x)


def _is_number(a: Poly) -> bool:
    return len(a) == 0 or set(a) == {ONE}


def _times(a: Poly, b: Poly) -> Poly:
    if len(a) * len(b) > MOST_TERMS * 10:
        raise Unsupported("too many terms")
    out: Poly = {}
    for (m, c), (n, d) in product(a.items(), b.items()):
        key = _joined(m, n)
        out[key] = out.get(key, 0) + c * d
    return {m: c for m, c in out.items() if abs(c) > TINY}


def _joined(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    powers = dict(m)
    for g, e in n:
        powers[g] = powers.get(g, Fraction(0)) + e
    return tuple(sorted((g, e) for g, e in powers.items() if e != 0))


def _plus(*parts: Poly) -> Poly:
    out: Poly = {}
    for part in parts:
        for m, c in part.items():
            out[m] = out.get(m, 0) + c
    return {m: c for m, c in out.items() if abs(c) > TINY}


def _scaled(c: Any, p: Poly) -> Poly:
    return {m: c * d for m, d in p.items()} if c != 0 else {}


class Means:
    """Generators are values, logarithms and absolute values of draws and of coordinates of states."""

    def __init__(self, reading: Reading):
        self.reading = reading
        self.generators: list[tuple[str, tuple]] = []  # (kind, what)
        self.numbers: dict[tuple[str, tuple], int] = {}
        self.laws: dict[tuple, tuple[Law, dict]] = {}  # of a draw: its law, and what its arguments are in

    def mean(self, x: Expr) -> Any:
        got = self.averaged(self.read(x))
        if any(m != ONE for m in got):
            raise Unsupported("something is left over")
        return got.get(ONE, mp.mpf(0))

    # -- reading --

    def read(self, x: Expr) -> Poly:
        names = {d: what for what, d in self.reading.names.items()}
        env: dict[Basic, Poly] = {}
        for w in _within(x, names):
            d = self.reading.names[w]
            if isinstance(w, Known):
                env[d] = self._given(w, self.poly(w.inner, env))
                continue
            loop = self.reading.loops[w.tag]
            if w.name in loop.state:
                env[d] = self.generator("value", ("state", w.tag, w.t, w.name))
            elif w.name == "draw" and not isinstance(loop, FiniteLoop):
                symbols = {s: Symbol(s, real=True) for s in loop.state}
                now = self._state(w.tag, w.t, symbols)
                drawn = loop.emit(symbols, sympify(w.index[0]))
                env[d] = self.poly(sympify(drawn), now, ("emission", w.tag, w.t, w.index))
            else:
                raise Unsupported(f"{w.name} is neither state nor draw")
        return self.poly(x, env)

    def _state(self, tag: int, t: int, symbols: dict[str, Symbol]) -> dict[Basic, Poly]:
        return {symbol: self.generator("value", ("state", tag, t, s)) for s, symbol in symbols.items()}

    def generator(self, kind: str, what: tuple) -> Poly:
        if (kind, what) not in self.numbers:
            self.numbers[kind, what] = len(self.generators)
            self.generators.append((kind, what))
        return {((self.numbers[kind, what], Fraction(1)),): mp.mpf(1)}

    def poly(self, x: Basic, env: dict[Basic, Poly], role: tuple = ()) -> Poly:
        """An expression as a polynomial; `role`: whose noise it is."""
        x = sympify(x)
        if x in env:
            return env[x]
        if isinstance(x, Noise):
            what = ("noise", *role, x)
            self.laws[what] = (x.law, env)
            return self.generator("value", what)
        if x.is_number and not x.has(Noise):
            c = _float(_number(x))
            return {ONE: c} if c != 0 else {}
        if x.is_Add:
            return _plus(*(self.poly(a, env, role) for a in x.args))
        if x.is_Mul:
            out: Poly = {ONE: mp.mpf(1)}
            for a in x.args:
                out = _times(out, self.poly(a, env, role))
            return out
        if x.is_Pow and x.args[1].is_Rational:
            return self.power(self.poly(x.args[0], env, role), Fraction(int(x.args[1].p), int(x.args[1].q)))
        if isinstance(x, Abs):
            return self.of_product(self.poly(x.args[0], env, role), "abs")
        if isinstance(x, symbolic_log):
            return self.of_product(self.poly(x.args[0], env, role), "log")
        raise Unsupported(f"{type(x).__name__} in an expression")

    def power(self, p: Poly, e: Fraction) -> Poly:
        if e.denominator == 1 and e >= 0:
            out: Poly = {ONE: mp.mpf(1)}
            for _ in range(int(e)):
                out = _times(out, p)
                if len(out) > MOST_TERMS:
                    raise Unsupported("too many terms")
            return out
        if len(p) != 1:
            raise Unsupported("a root of a sum, or its inverse")
        ((m, c),) = p.items()
        if e.denominator != 1 and not (c > 0 and all(q % 2 != 0 or self.never_negative(g) for g, q in m)):
            raise Unsupported("a root of what may be negative")
        c = c ** int(e) if e.denominator == 1 else mp.power(c, _float(e))
        return {tuple((g, q * e) for g, q in m): c}

    def never_negative(self, g: int) -> bool:
        kind, what = self.generators[g]
        return kind == "abs" or (kind == "value" and what[0] == "noise" and self._support(what) >= 0)

    def _support(self, what: tuple) -> Any:
        low = sympify(self.laws[what][0].support[0])
        return low if low.is_number else -1

    def of_product(self, p: Poly, kind: str) -> Poly:
        """The absolute value, or the logarithm, of a product."""
        if not p and kind == "abs":
            return {}
        if len(p) != 1:
            raise Unsupported(f"{kind} of a sum")
        ((m, c),) = p.items()
        if kind == "abs":
            out: Poly = {ONE: abs(c)}
            for g, e in m:
                k, what = self.generators[g]
                factor = {((g, Fraction(1)),): mp.mpf(1)} if self.never_negative(g) else self.generator("abs", what)
                if k == "log":
                    raise Unsupported("the absolute value of a logarithm")
                out = _times(out, self.power(factor, e) if e.denominator == 1 and e > 0 else _power_of(factor, e))
            return out
        if not c > 0:
            raise Unsupported("the logarithm of what may be negative")
        parts: list[Poly] = [{ONE: mp.log(c)}] if c != 1 else []
        for g, e in m:
            k, what = self.generators[g]
            if k == "log":
                raise Unsupported("the logarithm of a logarithm")
            parts.append(_scaled(_float(e), self.generator("log", what)))
        return _plus(*parts)

    # -- averaging --

    def averaged(self, p: Poly, until: tuple[int, int] | None = None) -> Poly:
        """The mean of p; until = (tag, t): given the state of that loop then."""
        while True:
            if len(p) > MOST_TERMS:
                raise Unsupported("too many terms")
            used = {self.generators[g][1] for m in p for g, _ in m}
            noises = [w for w in used if w[0] == "noise" and not self._before(w, until)]
            needed = {w: self._needs(w) for w in noises}
            last = [w for w in noises if not any(w in needed[v] for v in noises if v != w)]
            if last:
                p = self._over(p, min(last, key=str))
                continue
            states = [w for w in used if w[0] == "state" and not (until and w[1] == until[0] and w[2] <= until[1])]
            if not states:
                return p
            tag, t = max((w[1], w[2]) for w in states)
            p = self._back(p, tag, t)

    def _before(self, w: tuple, until: tuple[int, int] | None) -> bool:
        return False if until is None else w[1] == "start" and w[2] == until[0]

    def _needs(self, what: tuple) -> set[tuple]:
        """The draws that the law of a draw depends on."""
        law, env = self.laws[what]
        out = set()
        for z in _outer_noises(law):
            inner = (*what[:-1], z)
            self.poly(z, env, what[1:-1])
            out |= {inner} | self._needs(inner)
        return out

    def _back(self, p: Poly, tag: int, t: int) -> Poly:
        """The coordinates of a state, in terms of the one before and of noise."""
        loop = self.reading.loops[tag]
        symbols = {s: Symbol(s, real=True) for s in loop.state}
        if t == 0:
            after, env, role = loop.initial, {}, ("start", tag)
        else:
            after = loop.step(symbols)
            env = {**self._state(tag, t - 1, symbols), CLOCK: {ONE: mp.mpf(t)}}
            role = ("step", tag, t)
        new = {}
        for s in loop.state:
            new["value", ("state", tag, t, s)] = lambda s=s: self.poly(sympify(after[s]), env, role)
        cache: dict[tuple, Poly] = {}

        def replaced(g: int, e: Fraction) -> Poly | None:
            kind, what = self.generators[g]
            if ("value", what) not in new:
                return None
            if what not in cache:
                cache[what] = new["value", what]()
            base = cache[what] if kind == "value" else self.of_product(cache[what], kind)
            return self.power(base, e)

        return self._substituted(p, replaced)

    def _substituted(self, p: Poly, replaced: Callable[[int, Fraction], Poly | None]) -> Poly:
        out: Poly = {}
        powers: dict[tuple[int, Fraction], Poly | None] = {}
        for m, c in p.items():
            term: Poly = {ONE: c}
            for g, e in m:
                if (g, e) not in powers:
                    powers[g, e] = replaced(g, e)
                new = powers[g, e]
                term = _times(term, {((g, e),): mp.mpf(1)} if new is None else new)
            out = _plus(out, term)
        return out

    def _over(self, p: Poly, what: tuple) -> Poly:
        """The mean over one draw."""
        places = {self.numbers[k, what]: k for k in ("value", "log", "abs") if (k, what) in self.numbers}
        law, env = self.laws[what]
        out: list[Poly] = []
        known: dict[tuple, Poly] = {}
        for m, c in p.items():
            powers = {"value": Fraction(0), "log": Fraction(0), "abs": Fraction(0)}
            for g, e in m:
                if g in places:
                    powers[places[g]] = e
            rest = tuple((g, e) for g, e in m if g not in places)
            key = tuple(powers.values())
            if key not in known:
                known[key] = self.raw(law, env, what[1:-1], *key)
            out.append(_times({rest: c}, known[key]))
        return _plus(*out)

    def raw(self, law: Law, env: dict, role: tuple, power: Fraction, logs: Fraction, absolute: Fraction) -> Poly:
        """E X^power log(X)^logs |X|^absolute, a polynomial in what the law's arguments are made of."""
        if power == logs == absolute == 0:
            return {ONE: mp.mpf(1)}
        name = type(law).__name__
        whole = power.denominator == 1 and power >= 0 and logs == absolute == 0
        if name == "Mixture":
            parts = [(self.poly(w, env, role), part) for w, part in law.parts]  # type: ignore[attr-defined]
            return _plus(*(_times(w, self.raw(part, env, role, power, logs, absolute)) for w, part in parts))
        k = int(power) if whole else 0
        args = [] if name in ("Finite", "Truncated", "Tilted") else [self.poly(a, env, role) for a in law.args]
        if whole and name == "Normal":
            return _plus(
                *(
                    _scaled(
                        comb(k, j) * _odd_factorial(j),
                        _times(self.power(args[0], Fraction(k - j)), self.power(args[1], Fraction(j // 2))),
                    )
                    for j in range(0, k + 1, 2)
                )
            )
        if whole and name == "Binomial":
            out: list[Poly] = []
            for j in range(k + 1):
                falling: Poly = {ONE: mp.mpf(1)}
                for i in range(j):
                    falling = _times(falling, _plus(args[0], {ONE: mp.mpf(-i)}))
                out.append(_scaled(int(stirling(k, j)), _times(falling, self.power(args[1], Fraction(j)))))
            return _plus(*out)
        if whole and name == "Finite":
            masses = [self.poly(a, env, role) for a in law.masses]  # type: ignore[attr-defined]
            return _plus(*(_scaled(mp.mpf(i) ** k, m) for i, m in enumerate(masses)))
        if whole and name == "Uniform":
            parts = [
                _times(self.power(args[0], Fraction(i)), self.power(args[1], Fraction(k - i))) for i in range(k + 1)
            ]
            return _scaled(1 / mp.mpf(k + 1), _plus(*parts))
        if whole and name == "Exponential":
            return _scaled(mp.factorial(k), self.power(args[0], power))
        if whole and name == "Gamma":
            rising = [_plus(args[0], {ONE: mp.mpf(i)}) for i in range(k)]
            return reduce(_times, rising, self.power(args[1], power))
        if whole and name == "NegativeBinomial" and _is_number(args[1]):
            odds = 1 / args[1][ONE] - 1
            out = []
            for j in range(k + 1):
                rising = [_plus(args[0], {ONE: mp.mpf(i)}) for i in range(j)]
                out.append(reduce(_times, rising, {ONE: int(stirling(k, j)) * odds**j}))
            return _plus(*out)
        if whole and name == "Geometric" and _is_number(args[0]):
            p = args[0][ONE]  # by hand, the series
            return {ONE: mp.nsum(lambda i: i**k * p * (1 - p) ** (i - 1), [1, mp.inf])}
        if whole and name == "Laplace":
            parts = (
                _scaled(
                    comb(k, j) * int(mp.factorial(j)),
                    _times(self.power(args[0], Fraction(k - j)), self.power(args[1], Fraction(j))),
                )
                for j in range(0, k + 1, 2)
            )
            return _plus(*parts)
        if whole and name == "Centred" and k <= 2:
            return [{ONE: mp.mpf(1)}, {}, args[0]][k]
        if not all(map(_is_number, args)):
            raise Unsupported(f"{law} depends on what is random")
        numbers = [a.get(ONE, mp.mpf(0)) for a in args]
        if name == "ChiSquare":
            return {ONE: _gamma_moment(numbers[0] / 2, mp.mpf(2), power + absolute, int(logs))}
        if name == "Gamma":
            return {ONE: _gamma_moment(numbers[0], numbers[1], power + absolute, int(logs))}
        if name == "Beta" and not logs:
            p = _float(power + absolute)
            if p <= -numbers[0]:
                raise Infinite(f"E {law}^({p})")
            return {ONE: mp.beta(numbers[0] + p, numbers[1]) / mp.beta(*numbers)}
        if name == "Exponential":
            return {ONE: _gamma_moment(mp.mpf(1), numbers[0], power + absolute, int(logs))}
        if name == "Normal" and numbers[0] == 0 and logs == 0 and power.denominator == 1 and absolute != 0:
            if power % 2:
                return {}
            p = _float(power + absolute)
            if p <= -1:
                raise Infinite(f"E |Z|^({p})")
            v = numbers[1]
            return {ONE: (2 * v) ** (p / 2) * mp.gamma((p + 1) / 2) / mp.sqrt(mp.pi)}
        return {ONE: _integral(law, power, logs, absolute)}

    # -- given what is known --

    def _given(self, k: Known, inner: Poly) -> Poly:
        form = self.averaged(inner, (k.tag, k.t))
        loop = self.reading.loops[k.tag]
        hidden = [s for s in loop.state if s not in deployed(loop)]
        used = {self.generators[g][1] for m in form for g, _ in m}
        if not k.whole:
            if {w[2] for w in used if w[0] == "state"} - {k.t}:
                raise Unsupported("an earlier state given a later model")
            for s in hidden:
                if ("state", k.tag, k.t, s) in used:
                    form = self._regressed(form, k, s, [h for h in loop.state if h not in hidden])
        return form

    def _regressed(self, form: Poly, k: Known, hidden: str, shown: list[str]) -> Poly:
        """A hidden coordinate given one that is shown, the two being jointly Gaussian."""
        if len(shown) != 1 or not self._gaussian(k.tag):
            raise Unsupported("a hidden coordinate given a model that is not Gaussian")
        h, s = (self.generator("value", ("state", k.tag, k.t, name)) for name in (hidden, shown[0]))

        def mean(p: Poly) -> Any:
            return self.averaged(p).get(ONE, mp.mpf(0))

        eh, es = mean(h), mean(s)
        vh, vs, c = (mean(_times(a, b)) - x * y for a, b, x, y in ((h, h, eh, eh), (s, s, es, es), (h, s, eh, es)))
        slope = c / vs if abs(vs) > mp.mpf(10) ** -40 else mp.mpf(0)
        left = vh - slope * c
        left = left if abs(left) > mp.mpf(10) ** -40 else mp.mpf(0)
        line = _plus({ONE: eh - slope * es}, _scaled(slope, s))
        residue = Noise("residue", Normal(0, 1))
        drawn = _scaled(mp.sqrt(left), self.poly(residue, {}, ("residue", k.tag, k.t)))
        ((place, _),) = next(iter(h))

        def replaced(g: int, e: Fraction) -> Poly | None:
            return self.power(_plus(line, drawn), e) if g == place else None

        out = self._substituted(form, replaced)
        return self._over(out, ("noise", "residue", k.tag, k.t, residue)) if drawn else out

    def _gaussian(self, tag: int) -> bool:
        """Whether start and step are linear in the state and in normal noise."""
        loop = self.reading.loops[tag]
        symbols = {s: Symbol(s, real=True) for s in loop.state}
        said = [sympify(x) for x in (*loop.initial.values(), *loop.step(symbols).values())]
        noises = {z: Dummy() for x in said for z in x.atoms(Noise)}
        unknown = [*symbols.values(), *noises.values()]
        linear = all(x.xreplace(noises).diff(a, b) == 0 for x in said for a in unknown for b in unknown)
        return linear and all(isinstance(z.law, Normal) and not z.law.free_symbols for z in noises)


def _power_of(p: Poly, e: Fraction) -> Poly:
    ((m, c),) = p.items()
    return {tuple((g, q * e) for g, q in m): c}


def _odd_factorial(j: int) -> int:
    out = 1
    for i in range(1, j, 2):
        out *= i
    return out


def _gamma_moment(shape: Any, scale: Any, power: Fraction, logs: int) -> Any:
    """E X^power log(X)^logs for a gamma law; of shape 0 it is an atom at 0."""
    p = _float(power)
    if shape == 0:
        if p > 0:
            return mp.mpf(0)
        raise Infinite("a power of an atom at 0")
    if shape + p <= 0:
        raise Infinite(f"E X^({power}) under a gamma law of shape {shape}")

    def moment(q: Any) -> Any:
        return scale**q * mp.gamma(shape + q) / mp.gamma(shape)

    if logs == 0:
        return moment(p)
    with mp.workdps(DIGITS * 2):
        return mp.taylor(moment, p, logs)[logs] * mp.factorial(logs)


def _integral(law: Law, power: Fraction, logs: Fraction, absolute: Fraction) -> Any:
    """One moment of a law with a density, numerically."""
    x = Symbol("x", real=True)
    low, high = (sympify(e) for e in law.support)
    if law.free_symbols or power.denominator != 1 or power < 0 or logs != 0:
        raise Unsupported(f"moments of {law}")
    if type(law).__name__ in ("Cauchy", "StudentT") and power + absolute >= (law.args[0] if len(law.args) == 3 else 1):
        raise Infinite(f"a moment of {law}")
    try:
        density = lambdify(x, law.density(x), "mpmath")
    except (NotImplementedError, CannotTell) as error:
        raise Unsupported(str(error)) from error
    places = [e for e in (low, S.Zero, high) if low <= e <= high]
    ends = [_float(_number(e)) if e.is_finite else (mp.inf if e > 0 else -mp.inf) for e in places]
    got = mp.quad(lambda y: y ** int(power) * abs(y) ** _float(absolute) * density(y), ends)
    return mp.mpf(mp.nstr(got, 40))


# ---- sampling -------------------------------------------------------------------------------------------------------


def sample(
    x: Basic, values: dict[Symbol, Any] | None = None, paths: int = 200_000, seed: int = 0
) -> tuple[float, float]:
    """(mean, standard error) of what is in E(...) or Prob(...), by plain simulation."""
    if not isinstance(x, E | Prob):
        raise Unsupported("means and probabilities are sampled")
    reading = Reading(x, values)
    plain = reading.plain(x.variable)
    rng = np.random.default_rng(seed)
    seen = [w for w in reading.names if isinstance(w, Seen)]
    if len(seen) != len(reading.names):
        raise Unsupported("what is given a model is not sampled")
    drawn: dict[Dummy, np.ndarray] = {}
    for tag in {w.tag for w in seen}:
        loop, own = reading.loops[tag], [w for w in seen if w.tag == tag]
        symbols = {s: Symbol(s, real=True) for s in loop.state}
        state = dict(zip(loop.state, _sampled([loop.initial[s] for s in loop.state], {}, rng, paths), strict=True))
        for t in count():
            env = {symbols[s]: v for s, v in state.items()}
            fresh = {}
            for w in (w for w in own if w.t == t):
                if w.name in loop.state:
                    drawn[reading.names[w]] = state[w.name]
                elif w.name == "draw" and not isinstance(loop, FiniteLoop):
                    if w.index not in fresh:
                        (fresh[w.index],) = _sampled([loop.emit(symbols, sympify(w.index[0]))], env, rng, paths)
                    drawn[reading.names[w]] = fresh[w.index]
                else:
                    raise Unsupported(f"{w.name} is neither state nor draw")
            if t == max(w.t for w in own):
                break
            after = loop.step(symbols)
            new = _sampled([after[s] for s in loop.state], {**env, CLOCK: np.float64(t + 1)}, rng, paths)
            state = dict(zip(loop.state, new, strict=True))
    got = np.asarray(_array(plain, drawn), dtype=float) * np.ones(paths)
    return float(got.mean()), float(got.std() / np.sqrt(paths))


def _sampled(expressions: list[Any], env: dict, rng: np.random.Generator, size: int) -> list[np.ndarray]:
    env = dict(env)
    for z in _noises([sympify(x) for x in expressions]):
        env[z] = _draw(z.law, env, rng, size)
    return [np.ones(size) * _array(sympify(x), env) for x in expressions]


def _array(x: Basic, env: dict) -> Any:
    names = {k: Dummy() for k in env}
    got = x.xreplace(names)
    if got.has(Noise):
        raise Unsupported("noise within noise")
    return lambdify(list(names.values()), got, "numpy")(*env.values())


def _draw(law: Law, env: dict, rng: np.random.Generator, size: int) -> np.ndarray:
    if type(law).__name__ == "Finite":
        levels = np.cumsum([np.ones(size) * _array(p, env) for p in law.masses], axis=0)  # type: ignore[attr-defined]
        return (rng.random(size) >= levels / levels[-1]).sum(axis=0).astype(float)
    args = [] if type(law).__name__ in ("Mixture", "Truncated") else [_array(a, env) for a in law.args]
    match type(law).__name__:
        case "Normal":
            return rng.normal(args[0], np.sqrt(args[1]), size)
        case "ChiSquare":
            return 2 * rng.gamma(np.asarray(args[0]) / 2, 1.0, size)
        case "Gamma":
            return rng.gamma(args[0], args[1], size)
        case "Beta":
            return rng.beta(args[0], args[1], size)
        case "Geometric":
            return rng.geometric(args[0], size).astype(float)
        case "NegativeBinomial":
            return rng.poisson(rng.gamma(args[0], 1 / args[1] - 1, size)).astype(float)
        case "Binomial":
            return rng.binomial(np.asarray(args[0], dtype=np.int64), args[1], size).astype(float)
        case "Exponential":
            return rng.exponential(args[0], size)
        case "Uniform":
            return rng.uniform(args[0], args[1], size)
        case "Laplace":
            return rng.laplace(args[0], args[1], size)
        case "Logistic":
            return rng.logistic(args[0], args[1], size)
        case "StudentT":
            return args[1] + args[2] * rng.standard_t(args[0], size)
        case "Mixture":
            which = rng.random(size) < float(law.args[0])  # type: ignore[arg-type]
            return np.where(which, *(_draw(part, env, rng, size) for _, part in law.parts))  # type: ignore[attr-defined]
    raise Unsupported(f"{law} is not sampled")
