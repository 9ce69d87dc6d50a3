"""Goals of another program's benchmark, derived, and compared with brute force: `python benchmarks/polar.py LISTING OUT`.

Polar (https://github.com/probing-lab/polar, MIT licence) derives closed forms of the moments of probabilistic loops. Its programs
are not kept here. LISTING is a Markdown file with a heading for each, the program in a block of code, and its goals as rows
"| `E(x**2)` | seconds of Polar |". Such a program is read as a loop of ours: assigned variables are its coordinates, a branch is
a `Piecewise`, one pass of `while` is a generation, and its guard is a branch. The derived form is then compared, at numbers for
all parameters, generation by generation, with the mean over all branches in exact fractions (`polar_exact.py`), which shares
only the reading with the loop.
"""

from __future__ import annotations

import ast
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import sympy
from mpmath import mp
from polar_exact import Exact, TooMany
from sympy import Eq, Expr, Ge, Gt, Le, Lt, Ne, Piecewise, Rational, Symbol, exp, sympify

from theory import Binomial, E, Exponential, Finite, Laplace, Loop, Noise, Normal, Truncated, Uniform, coordinate
from theory.language.errors import CannotTell
from theory.proof.methods import moment

SECONDS = 120  # of a goal
LATEST = 6  # generations that are compared, as far as there are few branches
RELATIONS = {ast.Eq: Eq, ast.NotEq: Ne, ast.Lt: Lt, ast.LtE: Le, ast.Gt: Gt, ast.GtE: Ge}


@dataclass(frozen=True)
class Program:
    """A program of the listing: what stands before its loop, its guard, one pass, and its goals with Polar's seconds."""

    name: str
    before: list[ast.stmt]
    guard: ast.expr
    body: list[ast.stmt]
    goals: list[tuple[str, float | None]]


def named(variable: str) -> str:
    """What a variable is called here: some names mean something to Python, or to a loop."""
    return variable + "_"


def read(listing: str) -> Iterator[Program]:
    """The programs of a listing."""
    for part in re.split(r"^## ", listing, flags=re.MULTILINE)[1:]:
        code = re.search(r"```\n(.*?)```", part, re.DOTALL)
        rows = re.findall(r"^\| `E\((.*)\)` \| (\S+)", part, re.MULTILINE)
        if code is None:
            continue
        source = re.sub(r"types\n.*?\nend\n", "", code[1], count=1, flags=re.DOTALL)
        tree = ast.parse("\n".join(map(_python, source.splitlines())))
        (loop,) = (s for s in tree.body if isinstance(s, ast.While))
        before = tree.body[: tree.body.index(loop)]
        goals = [(goal, float(s) if s[0].isdigit() else None) for goal, s in rows]
        yield Program(part.splitlines()[0].strip(), before, loop.test, loop.body, goals)


def _python(line: str) -> str:
    """A line as Python reads it: no `end`, no names that are words of Python, `a {p} b` as a call."""
    line = line.split("#")[0].rstrip()
    line = "" if line.strip() == "end" else re.sub(r"\bcontinue\b", "going", re.sub(r"\btrue\b", "True", line))
    if "{" in line:
        left, right = line.split("=", 1)
        parts = re.split(r"[{}]", right)
        line = f"{left}= Choice({', '.join(f'({x})' for x in parts)})"
    return line


def assigned(body: list[ast.stmt]) -> list[str]:
    """The variables that statements assign to, in order."""
    found = (n for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return list(dict.fromkeys(n.id for n in found))


class Symbolic:
    """Statements, followed in symbols: draws are `Noise`, branches are `Piecewise`."""

    def __init__(self, state: dict[str, Expr], where: str):
        self.state, self.where, self.draws = dict(state), where, 0

    def run(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if isinstance(statement, ast.If):
                self.branch(self.value(statement.test), statement.body, statement.orelse)
                continue
            assert isinstance(statement, ast.Assign)
            (target,), value = statement.targets, statement.value
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            parts = value.elts if isinstance(value, ast.Tuple) else [value]
            values = [self.value(x) for x in parts]
            self.state |= {n.id: x for n, x in zip(names, values, strict=True) if isinstance(n, ast.Name)}

    def branch(self, condition: Any, then: list[ast.stmt], otherwise: list[ast.stmt]) -> None:
        """What is assigned differently in two branches has two cases."""
        first = self.state
        ends = []
        for body in (then, otherwise):
            self.state = dict(first)
            self.run(body)
            ends.append(self.state)
        names = dict.fromkeys([*ends[0], *ends[1]])
        unset = {name: Symbol(name, real=True) for name in names}
        self.state = {}
        for name in names:
            yes, no = (end.get(name, unset[name]) for end in ends)
            self.state[name] = yes if yes == no else sympify(Piecewise((yes, condition), (no, True)))

    def value(self, x: ast.expr) -> Any:
        match x:
            case ast.Constant(value=bool(v)):
                return sympify(v)
            case ast.Constant(value=v):
                return Rational(str(v))
            case ast.Name(id=name):
                return self.state.get(name, Symbol(name, real=True))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.value(inner)
            case ast.BinOp(left=a, op=op, right=b):
                return _arithmetic(op, self.value(a), self.value(b))
            case ast.Compare(left=a, ops=[op], comparators=[b]):
                return RELATIONS[type(op)](self.value(a), self.value(b))
            case ast.Call(func=ast.Name(id=law), args=args):
                return self.draw(law, args)
        raise ValueError(ast.dump(x))

    def noise(self, law: Any) -> Noise:
        self.draws += 1
        return Noise(f"{self.where}{self.draws}", law)

    def draw(self, law: str, args: list[ast.expr]) -> Any:
        """A draw of a law, as Polar names them."""
        x = [self.value(a) for a in args]
        match law:
            case "Exp":
                return exp(x[0])
            case "Bernoulli":
                return self.noise(Binomial(1, x[0]))
            case "Choice":
                first, p, second = x
                return Piecewise((first, Eq(self.noise(Binomial(1, p)), 1)), (second, True))
            case "Categorical":
                return self.noise(Finite(tuple(x)))
            case "DiscreteUniform":
                low, size = x[0], int(x[1] - x[0]) + 1
                return low + self.noise(Finite((Rational(1, size),) * size))
            case "TruncNormal":
                return self.noise(Truncated(Normal(*x[:2]), *x[2:]))
            case "DistExp":
                return self.noise(Exponential(1 / x[0]))
        return self.noise({"Uniform": Uniform, "Normal": Normal, "Laplace": Laplace}[law](*x))


def _arithmetic(op: ast.operator, a: Any, b: Any) -> Any:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
        case ast.Pow():
            return a**b
    raise ValueError(ast.dump(op))


def loop_of(program: Program) -> Loop:
    """The program as a loop; parameters, and starts that it leaves unsaid, are symbols."""
    start = Symbolic({}, "s")
    start.run(program.before)
    names = assigned(program.body)
    constants = {k: v for k, v in start.state.items() if k not in names}
    symbols = {name: Symbol(name, real=True) for name in names}
    step = Symbolic(constants | symbols, "z")
    if isinstance(program.guard, ast.Constant):
        step.run(program.body)
    else:
        step.branch(step.value(program.guard), program.body, [])
    initial = {named(name): start.state.get(name, symbols[name]) for name in names}
    stepped = {named(name): step.state[name] for name in names}

    def advance(self: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
        put = {symbols[name]: state[named(name)] for name in names}
        return {name: sympify(x).xreplace(put) for name, x in stepped.items()}

    body = {named(name): coordinate() for name in names} | {"initial": initial, "step": advance}
    return type("Read", (Loop,), body)()


def goal_of(goal: str, loop: Loop, t: Expr) -> E:
    """A goal, "x**2*y", as a moment of the loop."""
    x = sympify(re.sub(r"\bcontinue\b", "going", goal), locals={n: Symbol(n) for n in re.findall(r"[a-z]\w*", goal)})
    return E(x.xreplace({s: getattr(loop, named(str(s)))(t) for s in x.free_symbols}))


def apart(program: Program, goal: str, form: Expr, t: Symbol) -> tuple[int, int | None]:
    """How many generations have been compared, and the first one in which the form is not what brute force gives."""
    given = numbers(program)
    put = {Symbol(name, real=True): Rational(v.numerator, v.denominator) for name, v in given.items()}
    exact = Exact(program, given)
    for k in range(LATEST + 1):
        try:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            right = exact.mean(goal, k)
        except (TooMany, TimeoutError):  # branches, or polynomials, beyond what brute force can do
            return k, None
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        left = sympy.N(form.xreplace(put).subs(t, k), 40)
        if abs(left - right) > mp.mpf(10) ** -25 * (1 + abs(right)):
            return k, k
    return LATEST + 1, None


def numbers(program: Program) -> dict[str, Fraction]:
    """Numbers for parameters, and for starts that are left unsaid; probabilities of one draw have the sum 1."""
    nodes = [n for s in [*program.before, *program.body] for n in ast.walk(s)]
    names = sorted({n.id for n in nodes if isinstance(n, ast.Name) and n.id[0].islower()})
    given = {name: Fraction(i + 3, 7 * i + 11) / 2 for i, name in enumerate(names)}
    for call in nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Categorical":
            plain = [a.id for a in call.args if isinstance(a, ast.Name)]
            if plain and all(
                isinstance(a, ast.Name) or not any(isinstance(n, ast.Name) for n in ast.walk(a)) for a in call.args
            ):
                rest = (eval(ast.unparse(a)) for a in call.args if not isinstance(a, ast.Name))
                given[plain[-1]] = 1 - sum(given[n] for n in plain[:-1]) - Fraction(sum(rest)).limit_denominator(1000)
    return given


def timed(program: Program, loops: dict[str, Loop], goal: str, t: Symbol) -> tuple[Expr | None, str, float]:
    """The derived form, or why there is none; seconds of computing, for the first goal those of reading the loop, too."""
    begun = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        if program.name not in loops:
            loops[program.name] = loop_of(program)
        form, why = moment(goal_of(goal, loops[program.name], t)).form, ""
    except (CannotTell, TimeoutError) as reason:
        form, why = None, str(reason) or f"more than {SECONDS} s"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return form, why, time.process_time() - begun


def main(listing: str, out: str, names: list[str]) -> None:
    """Add the rows of the goals that are not in `out` yet, of all programs or of those that are named; print the counts."""

    def late(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, late)
    mp.dps = 40
    t = Symbol("t", integer=True, nonnegative=True)
    rows, loops = Path(out), {}
    done = rows.read_text(encoding="utf-8") if rows.exists() else ""
    for program in read(Path(listing).read_text(encoding="utf-8")):
        for goal, theirs in program.goals if not names or program.name in names else []:
            if f"{program.name}: E({goal}): " in done:
                continue
            form, why, seconds = timed(program, loops, goal, t)
            if form is None:
                verdict = f"not derived: {why[:150]}"
            else:
                compared, wrong = apart(program, goal, form, t)
                verdict = f"equal in {compared} generations" if compared else "not compared: brute force takes too long"
                verdict = verdict if wrong is None else f"wrong at t = {wrong}"
            with rows.open("a", encoding="utf-8") as file:
                file.write(f"{program.name}: E({goal}): {verdict}; {seconds:.3f} s, Polar {theirs or 'none'}\n")
    print(counted(rows.read_text(encoding="utf-8")))


def counted(rows: str) -> str:
    """What the rows say together."""
    found = re.findall(r"^\S+: E\(.*\): (\w+).*; (\S+) s, Polar (\S+)$", rows, re.MULTILINE)
    both = [(float(ours), float(theirs)) for verdict, ours, theirs in found if verdict == "equal" and theirs != "none"]
    return (
        f"{len(found)} goals: {sum(v == 'equal' for v, *_ in found)} derived and equal, {sum(v == 'wrong' for v, *_ in found)} "
        f"wrong, {sum(v == 'not' for v, *_ in found)} not derived; Polar derives {sum(x != 'none' for *_, x in found)}. Of "
        f"{len(both)} that both derive: medians {median(a for a, _ in both):.3f} s and {median(b for _, b in both):.3f} s, "
        f"ours faster on {sum(a < b for a, b in both)}"
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
