"""A claim's relation as its function states it: short text, beside the models and the words that it is told in.

A function that takes as an argument what `expand` would spell out over many lines (a Jacobian, a curvature) reads better as
it is written. One that is documented as "J = ..." is written J.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from textwrap import dedent
from typing import Any

from sympy import And, Rational, Symbol

from theory.language.claims import GREEK, Claim, _Latex
from theory.language.errors import CannotTell
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import Noise
from theory.language.loops import Loop, positive_of
from theory.proof.formulas import Formula

from .phrases import Pieces, relation

RELATIONS = {"Eq": "=", "Le": "≤", "Lt": "<", "Ge": "≥", "Gt": ">"}
TURNS = {"RisesThenFalls": "rises, then falls", "FallsThenRises": "falls, then rises"}
BRACKETS = {"E", "Var", "Prob", "Cov"}
READABLE = 250  # letters of LaTeX; a longer formula is told as its function writes it, with names for its parts
DIGITS = re.compile(r"\d{8}")  # so is one in which a number has as many: (99/100)^10 written out
RENAMED = {"Max": "max", "Min": "min"}


def condition(c: Claim) -> str:
    """The side condition, as it is written; "" if there is none."""
    if c.where is None:
        return ""
    try:
        for node in ast.walk(ast.parse(dedent(inspect.getsource(c.function)))):
            if isinstance(node, ast.keyword) and node.arg == "where" and isinstance(node.value, ast.Lambda):
                body = _Numbers(vars(inspect.getmodule(c.function))).visit(node.value.body)
                both = isinstance(body, ast.Call) and _text(body.func) == "And"
                return " and ".join(map(_text, body.args if both else [body]))
    except (OSError, SyntaxError):
        pass
    return _short(str(c.said.condition(c.said.cases[0] if c.said.cases else {})))


def case(c: Claim) -> str:
    """ "first of 3 cases: K = 2": which of them `Claim.latex` and `Claim.relation` show; "" of a claim without cases."""
    if not c.cases or not c.cases[0]:
        return ""
    parts, values = _parts(c.function), []
    for name, value in c.cases[0].items():
        names = parts.get(name, [])
        pairs = zip(names, value, strict=True) if names else [(name, value)]
        values += [f"{k} = {_short(_number(v))}" for k, v in pairs]
    count = len(c.cases)
    return f"{f'first of {count} cases' if count > 1 else 'the only case'}: {', '.join(values)}"


def _number(v: Any) -> str:
    """A value of a case: one that was declared as a decimal number of many digits is told as that."""
    places = next((k for k in range(7, 40) if 10**k % v.q == 0), 0) if isinstance(v, Rational) and v.q > 10**6 else 0
    return str(Decimal(v.p * 10**places // v.q).scaleb(-places)) if places else str(v)


def _parts(function: Callable) -> dict[str, list[str]]:
    """What a function calls the parts of a parameter: {"case": ["n", "k"]} for `n, k = case`."""
    try:
        tree = ast.parse(dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return {}
    found: dict[str, list[str]] = {}

    def take(target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=True):
                take(one, its)
        elif isinstance(target, ast.Tuple) and _Reader._is_plain(value):
            whole = value.args[-1] if isinstance(value, ast.Call) else value
            found[_text(whole)] = [_text(x) for x in target.elts]

    for line in ast.walk(tree):
        if isinstance(line, ast.Assign):
            take(line.targets[0], line.value)
    return found


def where(c: Claim) -> str:
    """The side condition as LaTeX, in the case that the formula shows; "" where nothing is left of it."""
    if c.where is None:
        return ""
    try:
        said = c.said.condition(c.said.cases[0] if c.said.cases else {})
    except CannotTell:  # Python's own `and`, which symbols have no truth for
        said = re.sub(r"[_%&#$]", r"\\\g<0>", condition(c)).replace("<=", r"\le ").replace(">=", r"\ge ")
        return re.sub(r"\b(and|or|not)\b", r"\\text{ \1 }", re.sub(r"\^(\w+)", r"^{\1}", said))
    printed = _Latex({"symbol_names": {x: GREEK[x.name] for x in said.free_symbols if x.name in GREEK}}).doprint
    parts = said.args if isinstance(said, And) else [said] if said.free_symbols else []
    return r" \text{ and } ".join(map(printed, parts))


def stated(c: Claim) -> str:
    """The formula as LaTeX, never without its side condition, nor without which case of the claim it is."""
    return conditioned(c) + (rf" \quad \text{{({text})}}" if (text := case(c)) else "")


def conditioned(c: Claim) -> str:
    """The formula as LaTeX with its side condition, in the first case of the claim."""
    return c.latex + (rf", \quad \text{{where }} {text}" if (text := where(c)) else "")


def abbreviated(c: Claim) -> Pieces:
    """The formula with names for its parts, as its function writes it, and its condition: words, and formulas as LaTeX.

    Nothing of one that is short as it is, or whose function says more than definitions and a relation.
    """
    is_short = len(c.latex) <= READABLE and not DIGITS.search(c.latex)
    if is_short or not (w := written(c)).kind:
        return ()
    pieces = list(relation(w.relation))
    if not pieces:
        return ()
    pieces += [(False, ", where "), (True, text)] if (text := where(c)) else []
    return [*pieces, (False, f" ({text})")] if (text := case(c)) else pieces


@dataclass(frozen=True)
class Written:
    """relation: "J ≤ x/(1 - x), x = lam c".  quantity: its left side, whatever the generation; kind: "=" or a bound.

    models: the loops that it is about, as they are made.  words: name -> definition of what is not elementary.
    """

    relation: str
    quantity: str
    kind: str
    models: tuple[str, ...]
    words: dict[str, str]


def written(c: Claim) -> Written:
    """What a claim says, in its own words; SymPy's where its function is more than definitions and a relation."""
    try:
        function = c.function
        assigned, value = _body(function)
        if not assigned and (shared := _shared(function, value)):
            function = shared
            assigned, value = _body(shared)
        reader = _Reader(function)
        for line in assigned:
            if not isinstance(line, ast.Assign):
                raise ValueError("more than definitions")
            reader.define(line.targets[0], line.value)
        return reader.relation(value)
    except (OSError, SyntaxError, ValueError, StopIteration):
        text = _short(str(c.said.relation()))
        return Written(text, text, "", tuple(public(str(loop)) for loop in c.said.loops), {})


def _body(function: Callable) -> tuple[list[ast.stmt], ast.expr]:
    """What a function does before it returns, its docstring apart, and what it returns. Raises `ValueError` if it does not."""
    tree = ast.parse(dedent(inspect.getsource(function)))
    *before, last = next(x for x in ast.walk(tree) if isinstance(x, ast.FunctionDef)).body[1:]
    if not isinstance(last, ast.Return) or last.value is None:
        raise ValueError("no relation at its end")
    return before, last.value


def _shared(function: Callable, value: ast.expr) -> Callable | None:
    """The function that states a claim's relation for it, called with the claim's own variables by their own names."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name)) or value.keywords:
        return None
    shared = vars(inspect.getmodule(function)).get(value.func.id)
    if not inspect.isfunction(shared) or not shared.__module__.startswith("theory."):
        return None
    return shared if [*inspect.signature(shared).parameters] == [*map(ast.unparse, value.args)] else None


def loop_text(loop: Loop) -> Iterable[str]:
    """A loop's start and step in words of its state."""
    yield str(loop)
    if isinstance(loop, FiniteLoop) and loop.any_law is not None:
        return
    state = {name: Symbol(name, positive=name in positive_of(loop) or None, real=True) for name in loop.state}
    try:
        initial, after = loop.initial, loop.step(state)
    except NotImplementedError:
        return
    for name in state:
        yield f"{name}: {initial[name]} at t = 0; then {name} -> {after[name]}"
    noise = {z for x in after.values() for z in x.atoms(Noise)}
    if noise:
        yield "with, new in each step: " + ", ".join(f"{z} ~ {z.law}" for z in sorted(noise, key=str))


class _Reader(ast.NodeTransformer):
    def __init__(self, function: Callable) -> None:
        self.known = {**vars(inspect.getmodule(function)), **inspect.getclosurevars(function).globals}
        self.models: dict[str, str] = {}  # of locals that are loops, or observables of theirs: how they are made
        self.made: dict[str, None] = {}
        self.local: dict[str, ast.expr] = {}
        self.words: dict[str, str] = {}

    def define(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=True):
                self.define(one, its)
        elif isinstance(target, ast.Tuple) and self._is_plain(value):
            pass  # the parts of a variable, by their own names
        elif isinstance(value, ast.Call) and _text(value.func) == "Symbol":
            pass  # a variable of a shape
        elif isinstance(target, ast.Name) and not self._is_loop(value):
            self.local[target.id] = self.visit(value)
        elif self._is_loop(value) or isinstance(value, ast.GeneratorExp):
            names = [x.id for x in ast.walk(target) if isinstance(x, ast.Name)]
            text = self._model(value)
            self.models |= {x: f"{', '.join(names)} = {text}" if len(names) > 1 else text for x in names}
        else:
            raise ValueError("an assignment that is no definition")

    @staticmethod
    def _is_plain(x: ast.expr) -> bool:
        """Whether it is a variable, or `map(sympify, variable)`."""
        return isinstance(x, ast.Name) or (isinstance(x, ast.Call) and ast.unparse(x.func) == "map")

    def relation(self, value: ast.expr) -> Written:
        parts = self._parts(value)
        if parts is None:
            raise ValueError("no relation that is known")
        text = " and ".join(f"{_text(a)} {op} {_text(b)}" for a, op, b in parts)
        used, shown = text, []
        for name, definition in reversed(self.local.items()):
            if re.search(rf"(?<![\w.]){name}(?!\w)", used) and _text(definition) != name:
                shown.insert(0, f"{name} = {_text(definition)}")
                used += " " + shown[0]
        left = _text(_Inline(self.local).visit(parts[0][0]))
        event = re.fullmatch(r"Prob\[(.*) [<>≤≥] .*\]", left)  # however wide its bounds are
        quantity = re.sub(r"_(t|oo|\d+)(?!\w)", "_t", event[1] if event else left)
        models = {**dict.fromkeys(v for k, v in self.models.items() if len(self.models) == 1 or k), **self.made}
        return Written(", ".join([text, *shown]), quantity, parts[0][1], tuple(models), self.words)

    def _parts(self, value: ast.expr) -> list[tuple[ast.expr, str, ast.expr]] | None:
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
            return None
        name, args = value.func.id, value.args
        if name in RELATIONS:
            return [(self.visit(args[0]), RELATIONS[name], self.visit(args[1]))]
        if name == "Tends":
            t, *_, end = args[1].elts if isinstance(args[1], ast.Tuple) else [ast.Name("t"), ast.Name("oo")]
            goes = ast.Name(f"{_text(self.visit(args[2]))} as {_text(t)} → {_text(end)}")
            return [(self.visit(args[0]), "→", goes)]
        if name in TURNS:
            t = _text(self.visit(args[1].elts[0] if isinstance(args[1], ast.Tuple) else args[1]))
            peak = next((k.value for k in value.keywords if k.arg == "peak"), args[-1])
            return [(self.visit(args[0]), f"{TURNS[name]} in {t}, turning at", self.visit(peak))]
        if name == "And":
            inner = [self._parts(x) for x in args]
            return None if None in inner else [p for ps in inner for p in ps or ()]
        return None

    # ---- loops ------------------------------------------------------------------------------------------------------

    def _is_loop(self, x: ast.AST) -> bool:
        """Whether an expression is a loop, a function of its time, or several of them."""
        if isinstance(x, ast.Name):
            return x.id in self.models
        if isinstance(x, ast.Attribute):
            return self._is_loop(x.value)
        if isinstance(x, ast.GeneratorExp):
            return self._is_loop(x.elt)
        if not (isinstance(x, ast.Call) and isinstance(x.func, ast.Name)):
            return False
        made = self.known.get(x.func.id)
        if isinstance(made, type):
            return issubclass(made, Loop)
        kind = getattr(made, "__annotations__", {}).get("return", "")
        kind = self.known.get(kind, kind) if isinstance(kind, str) else kind
        return isinstance(kind, type) and issubclass(kind, Loop)

    def _model(self, x: ast.expr) -> str:
        """The text of a loop; its class, or the function that makes it, is a word to explain."""
        for call in ast.walk(x):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                name = call.func.id
                if self._is_loop(call) or self._is_ours(name):
                    self._explain(name, name)
        while isinstance(x, ast.Attribute):
            x = x.value
        return _text(_Numbers(self.known).visit(x))

    def _is_ours(self, name: str) -> bool:
        """Whether it is a function of this project."""
        helper = self.known.get(name)
        return inspect.isfunction(helper) and helper.__module__.startswith("theory.")

    def _explain(self, shown: str, name: str) -> None:
        doc = (inspect.getdoc(self.known.get(name)) or "").split("\n\n")[0]
        if doc:
            self.words[public(shown)] = " ".join(doc.split())

    # ---- expressions ------------------------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return _Numbers(self.known).visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if self._is_loop(node.value):
            return ast.Name(self._receiver(node.value) + node.attr)
        return self.generic_visit(node)

    def _receiver(self, x: ast.expr) -> str:
        """ "" if there is one loop only; it goes without saying."""
        if isinstance(x, ast.Name):
            return "" if len(self.models) == 1 else f"{x.id}."
        self.made[self._model(x)] = None
        return "" if len(self.made) == 1 and not self.models else f"{_text(_Numbers(self.known).visit(x))}."

    def visit_Call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Attribute) and self._is_loop(node.func.value):
            receiver, args = self._receiver(node.func.value), [self.visit(a) for a in node.args]
            method = self._method(node.func.attr)
            letter = _letter(inspect.getdoc(method) or "")
            if letter:
                self.words[letter] = _definition(method)
                return ast.Name(receiver + letter)
            return _at(receiver + node.func.attr, args)
        if not isinstance(node.func, ast.Name):
            return self.generic_visit(node)
        name = node.func.id
        if name in self.models:
            return _at(name, [self.visit(a) for a in node.args])
        if name in ("sympify", "Integer"):
            return self.visit(node.args[0])
        if name == "Rational":
            return _Numbers(self.known).visit(node)
        helper = self.known.get(name)
        if isinstance(helper, Formula):
            return self.visit(_opened(helper, node.args))
        ours = self._is_ours(name)
        letter = _letter(inspect.getdoc(helper) or "") if ours else ""
        if letter and all(map(self._is_loop, node.args)):
            for a in node.args:
                self._receiver(a)
            self.words[letter] = _definition(helper)
            return ast.Name(letter)
        if ours:
            self._explain(name, name)
        args = [ast.Name(self._model(a)) if self._is_loop(a) and isinstance(a, ast.Call) else a for a in node.args]
        args = [self._pairwise(a) if isinstance(a, ast.Compare) else self.visit(a) for a in args]
        named = [k for k in node.keywords if ours and k.arg and not self._is_loop(k.value)]
        said = [f"{k.arg} = {_text(self.visit(k.value))}" for k in named]
        inside = ", ".join([*map(_text, args), *said])
        return ast.Name(f"{name}[{inside}]" if name in BRACKETS else f"{RENAMED.get(name, name)}({inside})")

    def _pairwise(self, x: ast.Compare) -> ast.expr:
        sides = [self.visit(s) for s in (x.left, *x.comparators)]
        signs: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤"}
        text = _text(sides[0])
        for op, side in zip(x.ops, sides[1:], strict=True):
            text += f" {signs.get(type(op), '=')} {_text(side)}"
        return ast.Name(text)

    def _method(self, name: str) -> Any:
        """The method of the first class that a known loop, or its base, documents."""
        kinds = [k for k in self.known.values() if isinstance(k, type) and issubclass(k, Loop)]
        return next((getattr(k, name) for k in kinds if hasattr(k, name)), None)


class _Numbers(ast.NodeTransformer):
    """Names of numbers and symbols, and fractions, as they are usually written."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.known.get(node.id)
        return ast.parse(str(value), mode="eval").body if isinstance(value, Rational | Symbol) else node

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "Rational" and len(node.args) == 2:
            return ast.BinOp(node.args[0], ast.Div(), node.args[1])
        return node


class _Inline(ast.NodeTransformer):
    def __init__(self, local: dict[str, ast.expr]) -> None:
        self.local = local

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.local or node.id == _text(self.local[node.id]):
            return node
        return self.visit(
            deepcopy(self.local[node.id])
        )  # one of its own in each place: a visitor changes what it visits


def _opened(helper: Formula, args: list[ast.expr]) -> ast.expr:
    """What a closed form returns, its arguments put in."""
    function = next(
        x for x in ast.walk(ast.parse(dedent(inspect.getsource(helper.function)))) if isinstance(x, ast.FunctionDef)
    )
    names = [a.arg for a in function.args.args]
    local = dict(zip(names, [*args, *function.args.defaults[len(args) - len(names) :]], strict=False))
    *assigned, last = function.body[1:]
    if not (isinstance(last, ast.Return) and last.value and all(isinstance(x, ast.Assign) for x in assigned)):
        raise ValueError("more than definitions and a value")
    inside = _Inline({x.targets[0].id: x.value for x in assigned})  # pyrefly: ignore[missing-attribute]
    return _Put(local).visit(inside.visit(last.value))


class _Put(ast.NodeTransformer):
    """Expressions in the place of names."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return deepcopy(self.values.get(node.id, node))


def _at(name: str, args: list[ast.expr]) -> ast.expr:
    """f_t, f_(t + 1), mass(t, 0)."""
    inside = ", ".join(map(_text, args))
    simple = len(args) == 1 and re.fullmatch(r"\w+", inside)
    return ast.Name(f"{name}_{inside}" if simple else f"{name}_({inside})" if len(args) == 1 else f"{name}({inside})")


def _letter(doc: str) -> str:
    """ "J" of what is documented as "J = ..."; "" of anything else."""
    found = re.match(r"([A-Za-z]) = ", doc)
    return found[1] if found else ""


def _definition(function: Any) -> str:
    return (inspect.getdoc(function) or "").split("\n")[0].partition(" = ")[2]


def _text(x: ast.expr) -> str:
    return _short(ast.unparse(x))


def public(text: str) -> str:
    """Names without the underscore that they begin with where they are private to a module: `below(p, x)` of `_below(p, x)`."""
    return re.sub(r"(?<![\w.\])}])_(?=[a-z])", "", text)


def _short(text: str) -> str:
    return (
        public(text).replace(" ** ", "^").replace("**", "^").replace(" * ", " ").replace("*", " ").replace(" / ", "/")
    )


__all__ = ["READABLE", "Written", "abbreviated", "case", "condition", "loop_text", "stated", "where", "written"]
