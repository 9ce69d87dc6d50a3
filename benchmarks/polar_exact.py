"""Means of a program's variables by brute force: every branch is followed, in exact fractions.

A draw from a law with a density is a variable of a polynomial, and so is what is computed with it; a branch has a weight, again
a polynomial. In the end powers of draws are replaced by their moments. Nothing of the derivations is used.
"""

from __future__ import annotations

import ast
import operator
from fractions import Fraction
from itertools import count
from math import factorial
from typing import TYPE_CHECKING, Any

from mpmath import exp, mpf, ncdf, npdf, pi, quad, sqrt

if TYPE_CHECKING:
    from polar import Program

MOST = 20_000  # branches
MOST_TERMS = 10**6  # of a product, before like ones are gathered
COMPARED = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
OPERATIONS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul"}


class TooMany(Exception):
    """There are more branches, or terms of a polynomial, than are followed."""


class Sum:
    """A polynomial in draws: {((draw, power), ...): coefficient}."""

    def __init__(self, terms: dict[tuple, Any]):
        self.terms = {k: c for k, c in terms.items() if c != 0}

    @property
    def number(self) -> Any:
        """The value of what has no draw in it. Raises `ValueError`."""
        if self.terms.keys() - {()}:
            raise ValueError("a number is asked for where there is a draw")
        return self.terms.get((), Fraction(0))

    def key(self) -> frozenset:
        return frozenset(self.terms.items())

    def add(self, other: Sum) -> Sum:
        out = dict(self.terms)
        for k, c in other.terms.items():
            out[k] = out.get(k, 0) + c
        return Sum(out)

    def sub(self, other: Sum) -> Sum:
        return self.add(other.mul(number(-1)))

    def mul(self, other: Sum) -> Sum:
        if len(self.terms) * len(other.terms) > MOST_TERMS:
            raise TooMany
        out: dict[tuple, Any] = {}
        for a, c in self.terms.items():
            for b, d in other.terms.items():
                powers = dict(a)
                for draw, power in b:
                    powers[draw] = powers.get(draw, 0) + power
                k = tuple(sorted(powers.items()))
                out[k] = out.get(k, 0) + c * d
        return Sum(out)

    def power(self, n: int) -> Sum:
        out = number(1)
        for _ in range(n):
            out = out.mul(self)
        return out


def number(x: Any) -> Sum:
    return Sum({(): Fraction(x)})


class Exact:
    """A program at given numbers for its parameters, generation after generation."""

    def __init__(self, program: Program, given: dict[str, Fraction]):
        self.program, self.given = program, given
        self.fresh, self.moments = count(), {}
        self.exponentials: dict[str, str] = {}  # of a draw: the variable that is its exponential
        self.events: set[str] = set()  # draws that a branch was taken on
        start = self.run([(number(1), {})], program.before)
        self.generations = [self.merged(start)]

    def mean(self, goal: str, t: int) -> Any:
        """The mean of a monomial in generation t. Raises `TooMany`."""
        while len(self.generations) <= t:
            now = self.generations[-1]
            guard = self.program.guard
            body: list[ast.stmt] = list(self.program.body)
            if not isinstance(guard, ast.Constant):
                body = [ast.If(test=guard, body=body, orelse=[])]
            self.generations.append(self.merged(self.run(now, body)))
        x = ast.parse(goal.replace("continue", "going"), mode="eval").body
        total: Any = Fraction(0)
        for weight, state in self.generations[t]:
            for w, v in self.values(x, weight, state):
                for key, c in w.mul(v).terms.items():
                    for draw, power in key:
                        c = (
                            c * self.moment(draw, power)
                            if isinstance(c, Fraction)
                            else c * mp_of(self.moment(draw, power))
                        )
                    total = (
                        c + total if isinstance(c, Fraction) == isinstance(total, Fraction) else mp_of(c) + mp_of(total)
                    )
        return mp_of(total)

    def moment(self, draw: str, power: int) -> Any:
        if draw in self.events:
            raise ValueError("a draw that a branch was taken on is used once more")
        return self.moments[draw](power)

    def merged(self, branches: list) -> list:
        """Branches with the same state are one."""
        found: dict[Any, list] = {}
        for weight, state in branches:
            key = frozenset((name, x.key()) for name, x in state.items())
            held = found.setdefault(key, [number(0), state])
            held[0] = held[0].add(weight)
        return [tuple(x) for x in found.values() if x[0].terms]

    def run(self, branches: list, body: list[ast.stmt]) -> list:
        for statement in body:
            branches = [b for weight, state in branches for b in self.statement(weight, state, statement)]
            if len(branches) > 50:
                branches = self.merged(branches)
            if len(branches) > MOST:
                raise TooMany
        return branches

    def statement(self, weight: Sum, state: dict, s: ast.stmt) -> list:
        if isinstance(s, ast.If):
            out = []
            for w, holds in self.condition(s.test, weight, state):
                out += self.run([(w, state)], s.body if holds else s.orelse)
            return out
        assert isinstance(s, ast.Assign)
        (target,), value = s.targets, s.value
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        parts = value.elts if isinstance(value, ast.Tuple) else [value]
        found = [(weight, {})]
        for name, part in zip(names, parts, strict=True):
            assert isinstance(name, ast.Name)
            found = [(w2, new | {name.id: x}) for w, new in found for w2, x in self.values(part, w, state)]
        return [(w, state | new) for w, new in found]

    def condition(self, x: ast.expr, weight: Sum, state: dict) -> list:
        """Weights of what holds and of what does not."""
        assert isinstance(x, ast.Compare)
        out = []
        for w, a in self.values(x.left, weight, state):
            for w2, b in self.values(x.comparators[0], w, state):
                gap = a.sub(b)
                if not gap.terms.keys() - {()}:
                    out.append((w2, getattr(operator, COMPARED[type(x.ops[0])])(gap.number, 0)))
                    continue
                assert isinstance(x.ops[0], ast.Lt)
                p = Sum({(): self.probability(gap)})
                out += [(w2.mul(p), True), (w2.sub(w2.mul(p)), False)]
        return out

    def probability(self, gap: Sum) -> Any:
        """Of gap < 0: one normal draw, or two uniform ones within the unit circle."""
        draws = {draw for key in gap.terms for draw, _ in key}
        self.events |= draws
        if len(draws) == 1 and self.moments[draw := min(draws)].__name__ == "of_standard_normal":
            slope, at = gap.terms[((draw, 1),)], gap.terms.get((), Fraction(0))
            assert slope == 1
            return ncdf(mp_of(-at))
        squares = sorted(gap.terms.items())
        assert len(draws) == 2
        assert [c for _, c in squares] == [-1, 1, 1]
        assert all(self.moments[d].__name__ == "of_uniform" for d in draws)
        return pi / 4

    def values(self, x: ast.expr, weight: Sum, state: dict) -> list:
        """The values of an expression, each with the weight of its branch."""
        match x:
            case ast.Constant(value=v):
                return [(weight, number(Fraction(str(v))))]
            case ast.Name(id=name):
                return [(weight, state[name] if name in state else number(self.given[name]))]
            case ast.UnaryOp(operand=inner):
                return [(w, v.mul(number(-1))) for w, v in self.values(inner, weight, state)]
            case ast.BinOp(left=a, op=ast.Pow(), right=ast.Constant(value=n)):
                return [(w, v.power(n)) for w, v in self.values(a, weight, state)]
            case ast.BinOp(left=a, op=op, right=b):
                return [
                    (w2, self.combined(op, u, v))
                    for w, u in self.values(a, weight, state)
                    for w2, v in self.values(b, w, state)
                ]
            case ast.Call(func=ast.Name(id=law), args=args):
                return self.drawn(law, args, weight, state)
        raise ValueError(ast.dump(x))

    def combined(self, op: ast.operator, a: Sum, b: Sum) -> Sum:
        return a.mul(number(1 / b.number)) if isinstance(op, ast.Div) else getattr(a, OPERATIONS[type(op)])(b)

    def drawn(self, law: str, args: list[ast.expr], weight: Sum, state: dict) -> list:
        if law == "Choice":
            ((_, p),) = self.values(args[1], weight, state)
            first = self.values(args[0], weight.mul(p), state)
            return first + self.values(args[2], weight.sub(weight.mul(p)), state)
        if law == "DistExp" and isinstance(args[0], ast.BinOp) and isinstance(args[0].op, ast.Div):
            ((_, top),), ((_, scale),) = (self.values(a, weight, state) for a in (args[0].left, args[0].right))
            return [(weight, scale.mul(number(1 / top.number)).mul(self.draw(of_exponential)))]
        x = [self.values(a, weight, state)[0][1] for a in args]
        match law:
            case "Bernoulli":
                return [(weight.mul(x[0]), number(1)), (weight.sub(weight.mul(x[0])), number(0))]
            case "Categorical":
                return [(weight.mul(p), number(i)) for i, p in enumerate(x)]
            case "DiscreteUniform":
                values = range(int(x[0].number), int(x[1].number) + 1)
                return [(weight.mul(number(Fraction(1, len(values)))), number(i)) for i in values]
            case "Uniform":
                return [(weight, x[0].add(x[1].sub(x[0]).mul(self.draw(of_uniform))))]
            case "Laplace":
                return [(weight, x[0].add(x[1].mul(self.draw(of_laplace))))]
            case "DistExp":
                return [(weight, number(1 / x[0].number).mul(self.draw(of_exponential)))]
            case "Normal":
                variance = x[1].number
                moments = of_standard_normal if variance == 1 else of_normal(variance)
                return [(weight, x[0].add(self.draw(moments)))]
            case "TruncNormal":
                return [(weight, self.draw(of_truncated(*(mp_of(a.number) for a in x))))]
            case "Exp":
                return [(weight, self.exponential(x[0]))]
        raise ValueError(law)

    def draw(self, moments: Any) -> Sum:
        name = f"z{next(self.fresh)}"
        self.moments[name] = moments
        return Sum({((name, 1),): Fraction(1)})

    def exponential(self, x: Sum) -> Sum:
        """exp(a + z) of a normal z, as a variable of its own: products of z and exp(z) are not told."""
        rest = {k: c for k, c in x.terms.items() if k}
        if not rest:
            return Sum({(): exp(mp_of(x.number)) if x.number else Fraction(1)})
        (((draw, power),), slope), *more = rest.items()
        assert (power, slope, more) == (1, 1, [])
        variance = self.moments[draw](2)
        factor = x.terms.get((), Fraction(0))
        self.exponentials[draw] = f"exp {draw}"
        self.moments[f"exp {draw}"] = lambda k: exp(k * mp_of(factor) + k**2 * mp_of(variance) / 2)
        return Sum({((f"exp {draw}", 1),): Fraction(1)})


def mp_of(x: Any) -> Any:
    return mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def of_uniform(k: int) -> Fraction:
    return Fraction(1, k + 1)


def of_exponential(k: int) -> Fraction:
    return Fraction(factorial(k))


def of_laplace(k: int) -> Fraction:
    return Fraction(0 if k % 2 else factorial(k))


def of_standard_normal(k: int) -> Fraction:
    return Fraction(0) if k % 2 else Fraction(factorial(k), 2 ** (k // 2) * factorial(k // 2))


def of_normal(variance: Fraction) -> Any:
    return lambda k: of_standard_normal(k) * variance ** (k // 2)


def of_truncated(mean: Any, variance: Any, low: Any, high: Any) -> Any:
    s = sqrt(variance)

    def moments(k: int) -> Any:
        def density(x: Any) -> Any:
            return npdf(x, mean, s)

        first: Any = quad(lambda x: x**k * density(x), [low, mean, high])
        return first / quad(density, [low, mean, high])

    return moments
