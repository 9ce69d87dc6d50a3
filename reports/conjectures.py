"""Claims in a user's file: loaded by path, looked over before anything is computed, each problem one message."""

from __future__ import annotations
import __future__

import ast
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from theory.language.claims import CONJECTURES, Claim, Point, claims_of
from theory.language.errors import BadInput, nearest
from theory.language.hints import explained
from theory.language.truth import functions_as_written
from theory.language.verdicts import HUNTED

from .opened import listened_to
from .settings import kept
from .streams import naming, visible

if TYPE_CHECKING:
    from sympy.logic.boolalg import Boolean

TEMPLATE = '''"""A conjecture about a self-consuming loop; check it with: selfconsuming check {file}"""

from sympy import Eq  # or Le, Lt, Ge, Gt, And; sqrt, exp, log, Rational ... are SymPy's, not those of math
from theory import E, GaussianLoop, Integers, Positive, c4, claim


@claim(source="me")  # the parameters are the variables of the theorem, their defaults its domain
def sigma_decay(n=Integers(2, 10_000), t=Integers(0, 500), sigma0=Positive()):
    """The expected standard deviation decays geometrically, by c4(n) a generation."""
    loop = GaussianLoop(n=n, sigma0=sigma0)  # n draws, fitted, redrawn, t times; sigma(0) = sigma0 is the truth
    return Eq(E(loop.sigma(t)), c4(n)**t * sigma0)  # also Var, Prob, Quantile, KL, W2; mu(t), draw(t)
'''

TURNED = 2  # points beside whose values it is looked at where something in a claim turns, along one variable
AGREED = 8  # points at which a function is asked for numbers, too

FEATURES = sum(
    getattr(__future__, name).compiler_flag for name in __future__.all_feature_names[3:]
)  # by `from __future__`


def write_template(path: Path) -> None:
    """A commented conjecture that runs as it is. Raises `BadInput` for a name that cannot be loaded, or is taken."""
    if path.suffix != ".py":
        raise BadInput("the file needs a name that ends in .py, such as mine.py", str(path))
    if path.stem in ("theory", "simulate", "reports"):
        raise BadInput(f"a file of this name would hide the package {path.stem!r}: choose another", str(path))
    if path.exists():
        raise BadInput("there is a file of this name already; it was left alone", str(path))
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", str(path))
    with naming(path):
        path.write_text(visible(TEMPLATE.format(file=path)), encoding="utf-8")


def load(path: Path | str, name: str | None = None) -> list[Claim]:
    """The claims of a file, in the order of its text, or of a folder's files; of one `name` only if given (or id).

    Raises `BadInput` with file, line and what was expected: a file that is not there or does not run, no claim in it, a
    claim that makes no sense. What is wrong with others than the one that is named does not matter.
    """
    claims = claims_in(path, name, _raised if name else None)
    for c in claims:
        examine(c)
    return claims


def _raised(problem: BadInput) -> NoReturn:
    raise problem


def claims_in(
    path: Path | str, name: str | None = None, refused: Callable[[BadInput], None] | None = None
) -> list[Claim]:
    """The claims of a file, or of a folder's files, as they are declared: none has been looked over yet.

    refused: called for a declaration that fails (of a domain that is none, say), so that the claims after it are there.
    Raises `BadInput` like `load`.
    """
    path, failed = Path(path), []
    claims = [c for file in _files(path) for c in claims_of(_module(file, None if refused is None else failed))]
    for function, problem in failed:
        if name is None or name.replace("-", "_") == function:
            assert refused is not None
            refused(problem)
    if not claims and failed:
        return []
    if not claims:
        raise BadInput("no claim in this file: expected a function with @claim above it", str(path))
    if twice := [c for i, c in enumerate(claims) if c.id in {d.id for d in claims[:i]}]:
        raise BadInput(f"two claims are called {twice[0].id}: give each function a name of its own", twice[0].location)
    if name is not None:
        wanted = [c for c in claims if name in (c.id, c.function.__name__)]
        if not wanted:
            raise BadInput(f"no claim {name!r}{nearest(name, [c.id for c in claims])}", str(path))
        claims = wanted
    return claims


def apart(path: Path, name: str | None = None) -> list[Path]:
    """The files that are run each for itself, so that none changes what another one says: of a folder those with claims, or the
    one that has the claim of this name. Raises `BadInput` for a folder without claims."""
    files = _files(path)
    if name is None or len(files) == 1:
        return files
    begun = f"def {name.replace('-', '_')}(".encode()
    having = [f for f in files if begun in f.read_bytes()]
    return having if len(having) == 1 else [path]


def _files(path: Path) -> list[Path]:
    """The file itself; of a folder the Python files that declare claims, by name: its other files are left alone."""
    if not path.is_dir():
        return [path]
    files = [f for f in sorted(path.glob("*.py")) if b"@claim" in f.read_bytes()]
    if not files:
        raise BadInput(
            "no claim in this folder: expected Python files with functions that have @claim above them", str(path)
        )
    return files


def _module(path: Path, failed: list[tuple[str, BadInput]] | None = None) -> ModuleType:
    """A file, run.  failed: where decorated functions that cannot be declared are put, with the problem."""
    from importlib.util import module_from_spec, spec_from_file_location

    if not path.exists():
        raise BadInput("there is no such file", str(path))
    if path.is_dir() or path.suffix != ".py":
        raise BadInput("expected a Python file, mine.py", str(path))
    path = path.resolve()
    name = f"{CONJECTURES}.{path.stem}"
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # classes of the file are looked up there
    sys.path.append(str(path.parent))  # its neighbours; last, so that none of them hides a package
    try:
        with listened_to(path, CONJECTURES), kept(), functions_as_written():
            for function, code in _statements(path):
                try:
                    exec(code, vars(module))
                except (Exception, SystemExit) as problem:
                    if failed is None or not function:
                        raise
                    failed.append((function, _refused(problem, path)))
    except (Exception, SystemExit) as problem:
        raise _refused(problem, path) from problem
    finally:
        sys.path.remove(str(path.parent))
    return module


def _statements(path: Path) -> Iterator[tuple[str, CodeType]]:
    """The statements of a file one by one, compiled, with the name of what is a decorated function; else with ""."""
    tree = ast.parse(path.read_bytes(), str(path))
    whole = compile(tree, str(path), "exec", dont_inherit=True)  # what is no Python is told before anything is run
    features = whole.co_flags & FEATURES
    for node in tree.body:
        code = compile(ast.Module([node], []), str(path), "exec", features, dont_inherit=True)
        yield node.name if isinstance(node, ast.FunctionDef) and node.decorator_list else "", code


def _refused(problem: BaseException, path: Path) -> BadInput:
    """What is told of a file that cannot be run."""
    if isinstance(problem, BadInput):
        return _at(problem, path)
    if isinstance(problem, SyntaxError):
        place = f"{problem.filename}:{problem.lineno}" if problem.filename else str(path)
        return BadInput(f"this is not Python: {problem.msg}", place)
    return BadInput(explained(problem), _line(problem, path))


def _line(problem: BaseException, path: Path) -> str:
    """The last place in the user's file that the problem passed through."""
    lines = [f.lineno for f in traceback.extract_tb(problem.__traceback__) if Path(f.filename) == path]
    return f"{path}:{lines[-1]}" if lines else str(path)


def _at(problem: BadInput, path: Path) -> BadInput:
    """The same problem, with the line of the user's file if it names none."""
    return problem if str(path) in str(problem) else BadInput(str(problem), _line(problem, path))


# ---- before anything is computed ------------------------------------------------------------------------------------


def examine(c: Claim) -> None:
    """Look a claim over, at many points. Raises `BadInput` for what no witness could make sense of."""
    from theory.proof import agreement

    if c.file is None:
        _look_over(c)
        return
    before = agreement.kept(c.function)
    with listened_to(Path(c.file), CONJECTURES):
        _look_over(c)
    if (name := agreement.changed(before, c.function)) is not None:
        raise BadInput(
            f"{c.function.__name__}: {name} of this file is changed while the claim is looked at, and what another claim or "
            "step says may hang on it: give it a value once; a function's results are kept by @functools.cache",
            c.location,
        )


def _look_over(c: Claim) -> None:
    from sympy import Expr, oo, sympify

    from theory.language.examined import hold_loops
    from theory.language.in_symbols import IN_WORDS
    from theory.language.loops import Loop, Observable
    from theory.language.moments import Quantile
    from theory.proof import agreement, structures
    from theory.proof.prepared import prepare
    from theory.proof.relations.turns import turning

    for loop in c.loops:
        if not isinstance(loop.joint_points, Sequence) or not all(isinstance(p, Mapping) for p in loop.joint_points):
            raise BadInput(
                f"{type(loop).__name__}: joint_points is {loop.joint_points!r}; expected a tuple of dictionaries, such as "
                "({'n': 10, 't': 5},)",
                c.location,
            )
    try:
        points = c.points(60, 5)
    except BadInput:
        raise
    except Exception as problem:
        place = _line(problem, Path(c.location.rsplit(":", 1)[0]))
        raise BadInput(f"where= of {c.function.__name__}: {explained(problem)}", place) from problem
    if not points:
        raise BadInput(
            f"{c.function.__name__}: no value of its domain was found that satisfies where=; domain: "
            + ", ".join(f"{k}: {d}" for k, d in c.ranges.items()),
            c.location,
        )
    for p in points:  # before a step is looked at, which may divide by what is refused
        _parameters(c, p)
    for case in c.cases or [{}]:
        relation = c.relation(case)
        _variables(c, relation)
        _bound(c, relation)
        _moments(c, relation)
        for loop in relation.atoms(Loop):
            with suppress(NotImplementedError):  # a program: it has no step in symbols
                structures.examine(loop)
        hold_loops(c, case)
        prepare(c, case)
        for name, f in c.mutants.items():
            _called(c, f"mutant {name!r}", f, {**c.symbols, **case})
    if c.file is not None:
        for at in (*(p.values for p in points[:AGREED]), *agreement.small(c, points[0].values)):
            if (problem := agreement.of_claim(c, at)) is not None:
                raise BadInput(f"{c.function.__name__}: {problem}: {IN_WORDS}", c.location)
    inner = [at for p in points[:TURNED] for at in turning(c, p.values)]
    points += [Point(len(points) + 1 + i, at, HUNTED) for i, at in enumerate(inner)]
    for p in points[len(points) - len(inner) :]:
        _parameters(c, p)
    for p in points:
        if c.scale is not None:
            x = _called(c, "scale=", c.scale, p.values)
            if not isinstance(x, int | float | Expr) or not sympify(x).is_number:
                raise BadInput(f"scale= of {c.function.__name__} is {x!r} at {p}; expected a number", c.location)
        values = {s: p.values[name] for name, s in c.symbols.items()}
        case = {k: v for k, v in p.values.items() if k not in c.symbols}
        for o in c.relation(case).atoms(Observable):
            t = o.t.subs(values)
            if t.is_number and t is not oo and not (t.is_Integer and t >= 0):
                raise BadInput(
                    f"{c.function.__name__}: generation {o.t} is {t} at {p}: generations are 0, 1, 2, ...", c.location
                )
        for m in c.relation(case).atoms(Quantile):
            if problem := m.refuses(m.level.subs(values)):
                raise _too_wide(c, problem, p)


def _called(c: Claim, what: str, f: Callable, values: Mapping[str, Any]) -> Any:
    """What a function given with a claim makes of some values. Raises `BadInput` where it fails."""
    try:
        return c.call(f, values)
    except Exception as problem:
        place = _line(problem, Path(c.location.rsplit(":", 1)[0]))
        raise BadInput(f"{what} of {c.function.__name__}: {explained(problem)}", place) from problem


def _variables(c: Claim, relation: Boolean) -> None:
    """What is free in a relation, and what its limits run over, are variables of the claim."""
    from theory.language.fits import CLOCK
    from theory.language.moments import Tends

    runs = {x.bound for x in relation.atoms(Tends)}  # a limit is looked at along a variable of the claim
    strangers = (relation.free_symbols | runs) - set(c.symbols.values())
    if strangers:
        s = min(strangers, key=str)
        if s == CLOCK:
            raise BadInput(
                f"{c.function.__name__}: CLOCK is the number of the fit in a step, and in a loop's parameters; elsewhere the "
                "generation is a variable of the claim, such as t=Integers(0)",
                c.location,
            )
        raise BadInput(
            f"{c.function.__name__}: {s} is no parameter of the claim: every variable needs one with a domain, "
            f"such as {s}={'Integers(0)' if s.is_integer else 'Positive()'}",
            c.location,
        )


def _bound(c: Claim, relation: Boolean) -> None:
    """What a sum runs over is no variable of the claim: values that are put in for that one would be put in for both."""
    from sympy.concrete.expr_with_limits import ExprWithLimits

    from theory.language.fits import CLOCK
    from theory.language.moments import RisesThenFalls

    own = {s.name for s in c.symbols.values()}
    for x in sorted(relation.atoms(ExprWithLimits, RisesThenFalls), key=str):
        for s in [x.bound] if isinstance(x, RisesThenFalls) else x.variables:
            if s == CLOCK or s.name in own:
                is_what = "the number of the fit in a step" if s == CLOCK else "a parameter of the claim"
                raise BadInput(
                    f"{c.function.__name__}: {s} is {is_what}, and {type(x).__name__} runs over it: give that a symbol of its "
                    "own, such as k = Symbol('k', integer=True, nonnegative=True)",
                    c.location,
                )


def _moments(c: Claim, relation: Boolean) -> None:
    """Moments are those of something random: of observables of a loop, or of draws from a law."""
    from sympy import Symbol, false, true
    from sympy.logic.boolalg import Boolean

    from theory.language.laws import Law, Noise
    from theory.language.loops import Loop
    from theory.language.moments import Limit, Moment, Prob

    for m in sorted(relation.atoms(Moment), key=str):
        if not (m.has(Loop, Noise, Law) or isinstance(m, Limit) or m.variable == 1):  # 1: a zeroth power
            raise BadInput(
                f"{c.function.__name__}: {m} is a moment of nothing random: expected an observable of a loop in it, such "
                "as E(loop.sigma(t)), or a draw from a law, E(X) with X = Noise('X', Normal(0, 1))"
                + ("; == compares at once, in Python: write Eq(x, 0) or x <= 0" if m.has(true, false) else ""),
                c.location,
            )
        if isinstance(m.variable, Boolean) and not isinstance(m.variable, Symbol) and not isinstance(m, Prob):
            raise BadInput(f"{c.function.__name__}: {m} is of an event, not of a number: write Prob(...)", c.location)


def _parameters(c: Claim, p: Point) -> None:
    """Loops may refuse values (n = 1 for a fitted variance), and laws: then the domain is too wide."""
    from sympy import sympify

    from theory.language.loops import Observable
    from theory.proof import structures
    from theory.proof.existence import unnormalised

    case = {k: v for k, v in p.values.items() if k not in c.symbols}
    relation = c.relation(case)
    for x, strictly, problem in c.demands(case):
        here = x.xreplace({s: sympify(p.values[n]) for n, s in c.symbols.items()})
        if here.is_nonpositive if strictly else here.is_negative:
            raise _too_wide(c, problem, p)
    for o in relation.atoms(Observable):
        loop, t = (x.xreplace({s: sympify(p.values[n]) for n, s in c.symbols.items()}) for x in (o.loop, o.t))
        if t.is_Integer and t > 0 and (problem := structures.refused_in_a_fit(loop, int(t))) is not None:
            raise _too_wide(c, problem, p)
    drawn_from = (*structures.laws_in(relation), *c.laws(case))
    for law in (*drawn_from, *(law for loop in c.loops for law in structures.laws_of(loop))):
        if (strange := structures.unverified(law)) is not None:
            raise BadInput(f"{c.function.__name__}: {strange}", c.location)
    for law in drawn_from:
        here = law.xreplace({s: sympify(p.values[n]) for n, s in c.symbols.items()})
        if not here.free_symbols and (problem := here.refuses() or unnormalised(here)) is not None:
            raise _too_wide(c, problem, p)
    for loop in c.loops:
        try:
            here = loop.xreplace({s: sympify(p.values[n]) for n, s in c.symbols.items()})
        except BadInput as problem:
            raise _too_wide(c, problem, p) from problem
        if not here.free_symbols and (problem := _refusal(here)) is not None:
            raise _too_wide(c, problem, p)


def _too_wide(c: Claim, problem: object, p: Point) -> BadInput:
    where = f" at {p}: narrow the domain" if p.values else ""
    return BadInput(f"{c.function.__name__}: {problem}{where}", c.location)


def _refusal(loop) -> str | None:
    from theory.language.finite_loops import FiniteLoop
    from theory.proof import structures

    try:
        problem = loop.refuses() or next(filter(None, (law.refuses() for law in structures.laws_of(loop))), None)
        return structures.no_law(loop) if problem is None and isinstance(loop, FiniteLoop) else problem
    except TypeError as error:  # CLOCK where a number is expected, which is not compared
        return f"{loop}: {error}"


def remarks(c: Claim) -> list[str]:
    """What a user should know of a claim that is not wrong."""
    from sympy import Float

    from theory.language.numbers import written

    out = []
    for case in c.cases or [{}]:
        for x in sorted(c.relation(case).atoms(Float), key=str):
            meant = written(x)
            proof, instead = "was computed, and proves nothing", "fractions, Rational(1, 3) for 1/3"
            if meant is not None:
                proof, instead = f"is {meant} in a proof, as it is written", f"Rational({meant.p}, {meant.q})"
            out.append(f"{float(x)!r} is a decimal number: it {proof}, and elsewhere known to 50 bits; write {instead}")
    return list(dict.fromkeys(out))


__all__ = ["apart", "claims_in", "examine", "load", "remarks", "write_template"]
