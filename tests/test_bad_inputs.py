"""Bad input: one message with file, line and what was expected; exit status 2, no traceback."""

import re
import textwrap

import pytest

from reports.cli import _run

HEAD = """\
from sympy import *
from theory import *
"""  # two lines: what follows starts at line 3

LOOP = "loop = GaussianLoop(n=n)"


def conjecture(body, parameters="n=Integers(2), t=Integers(0)", decorator="@claim"):
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return (
        f'{HEAD}\n{decorator}\ndef c({parameters}):\n    """Something is so."""\n    loop = GaussianLoop(n=n)\n{body}\n'
    )


# (what is wrong, text of the file, line of the message or None, what it must say)
FILES = [
    ("not Python", f"{HEAD}\ndef c(:\n    pass\n", 4, "this is not Python"),
    ("an open bracket", f"{HEAD}x = (1,\n", 3, "this is not Python"),
    ("not text", b"\xff\xfe\x00x", None, "this is not Python|SyntaxError|UnicodeDecodeError|ValueError"),
    (
        "one name twice",
        conjecture("return Eq(E(loop.sigma(t)), 1)")
        + "\nd = c\n"
        + conjecture("return Eq(E(loop.sigma(t)), 1)").split("\n", 3)[3],
        None,
        "two claims are called c",
    ),
    ("empty", "", None, "no claim in this file: expected a function with @claim above it"),
    (
        "no decorator",
        f'{HEAD}\ndef c(n=Integers(2)):\n    """Nothing."""\n    return Eq(1, 1)\n',
        None,
        "no claim in this file",
    ),
    (
        "claims of others only",
        "from theory.gaussian.typical import gaussian_log_drift\n",
        None,
        "no claim in this file",
    ),
    (
        "a misspelt loop",
        conjecture("x = GausianLoop(n=n)\nreturn Eq(E(x.sigma(t)), 1)"),
        8,
        "did you mean 'GaussianLoop'",
    ),
    ("a misspelt name on import", "from theory import clam\n", 1, "did you mean 'claim'"),
    ("a package that is not there", "import nonesuch\n", 1, "No module named 'nonesuch'"),
    ("an error on the way", f"{HEAD}1 / 0\n", 3, "ZeroDivisionError"),
    ("it leaves", f"{HEAD}raise SystemExit(3)\n", 3, "SystemExit"),
    ("a Boolean", conjecture("return True"), 4, "it must return an unevaluated relation"),
    ("two Python numbers compared", conjecture("return 1 == 2"), 4, "must return an unevaluated relation"),
    ("== in place of Eq", conjecture("return E(loop.sigma(t)) == c4(n)**t"), 8, r"write Eq\(E\("),
    ("nothing returned", conjecture("Eq(E(loop.sigma(t)), 1)"), 4, "returned NoneType; expected a relation"),
    ("an expression", conjecture("return E(loop.sigma(t)) - 1"), 4, "expected a relation: Eq, Le"),
    ("a chain", conjecture("return 0 < E(loop.sigma(t)) < 1"), 8, r"use And\(a < b, b < c\)"),
    ("and", conjecture("return E(loop.sigma(t)) > 0 and E(loop.sigma(t)) < 1"), 8, r"use And\("),
    ("if on a symbol", conjecture("if t > 3:\n    return Eq(E(loop.sigma(t)), 1)"), 8, "truth value"),
    ("complex numbers compared", conjecture("return Le(E(loop.sigma(t)), I)"), 8, "a claim compares real numbers"),
    ("a disjunction", conjecture("return Or(E(loop.sigma(t)) > 1, E(loop.sigma(t)) < 1)"), 4, "expected a relation"),
    ("an inequation", conjecture("return Ne(E(loop.sigma(t)), 1)"), 4, "Unequality is no relation that can be decided"),
    ("an unknown observable", conjecture("return Eq(E(loop.sgima(t)), 1)"), 8, "did you mean 'sigma'"),
    (
        "an unknown argument",
        conjecture("x = GaussianLoop(m=n)\nreturn Eq(E(x.sigma(t)), 1)"),
        8,
        "no parameter 'm'",
    ),
    (
        "a wrong estimator",
        conjecture('x = GaussianLoop(n, estimator="best")\nreturn Eq(E(x.sigma(t)), 1)'),
        8,
        "expected a number, or one of unbiased, mle",
    ),
    ("a random quantity", conjecture("return Le(loop.sigma(t), 1)"), 4, r"did you mean E\("),
    ("a number of nothing", conjecture("return Eq(E(n), n + 1)"), 4, r"E\(n\) is a moment of nothing random"),
    (
        "a number beside a moment",
        conjecture("return Le(Var(2 * n), E(loop.sigma(t)))"),
        4,
        r"Var\(2\*n\) is a moment of",
    ),
    (
        "a probability of no event",
        conjecture("return Le(Prob(loop.sigma(t)), 1)"),
        4,
        "expected an event such as X >= x",
    ),
    ("a generation before the first", conjecture("return Eq(E(loop.sigma(t - 1)), 1)"), 4, "generations are 0, 1, 2"),
    ("half a generation", conjecture("return Eq(E(loop.sigma(t / 2)), 1)"), 4, "generations are 0, 1, 2"),
    (
        "a variance of a sample of one",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Integers(1), t=Integers(0)"),
        4,
        "n = 1: a sample size of 2 or more is needed.* at n = 1",
    ),
    (
        "a negative scale",
        conjecture("x = GaussianLoop(n, s)\nreturn Eq(E(x.sigma(t)), s)", "n=Integers(2), t=Integers(0), s=Reals()"),
        4,
        "sigma0 = 0: a positive number is expected",
    ),
    ("no domain", conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Integers(2), t=None"), 4, "'t' of c needs a domain"),
    ("no default", conjecture("return Eq(E(loop.sigma(t)), 1)", "n, t=Integers(0)"), 4, "'n' of c needs a domain"),
    (
        "a number for a domain",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=10, t=Integers(0)"),
        4,
        "'n' of c needs a domain",
    ),
    (
        "a set of SymPy for a domain",
        conjecture("return Eq(q, q)", "q=sympy.Interval(0, 1)", "import sympy\n@claim"),
        5,
        "'q' of c needs a domain.* Interval.0, 1. is a set of SymPy, and Reals.0, 1, closed=True. the domain",
    ),
    (
        "an empty range",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Integers(5, 2), t=Integers(0)"),
        5,
        "empty domain",
    ),
    (
        "an empty interval",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Integers(2), t=Integers(0), x=Reals(3, 1)"),
        5,
        "empty domain",
    ),
    ("no points", conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Points(), t=Integers(0)"), 5, "empty domain"),
    (
        "a fraction as an end",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Integers(2), t=Integers(Rational(1, 2))"),
        5,
        "is not an integer",
    ),
    (
        "a notable value outside",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Integers(2, notable=[1]), t=Integers(0)"),
        5,
        "notable value 1 is not in",
    ),
    (
        "a condition that nothing satisfies",
        conjecture("return Eq(E(loop.sigma(t)), 1)", decorator="@claim(where=lambda n: n < 0)"),
        4,
        "no value of its domain was found that satisfies where=",
    ),
    (
        "a condition on a stranger",
        conjecture("return Eq(E(loop.sigma(t)), 1)", decorator="@claim(where=lambda m: m > 0)"),
        4,
        "where= of c takes 'm', which is no variable; known: n, t",
    ),
    (
        "a condition that fails",
        conjecture("return Eq(E(loop.sigma(t)), 1)", decorator="@claim(where=lambda n: n.nonsense > 0)"),
        4,
        "where= of c: '(Integer|Symbol)' object has no attribute 'nonsense'",
    ),
    (
        "an unknown option",
        conjecture("return Eq(E(loop.sigma(t)), 1)", decorator="@claim(sauce='me')"),
        4,
        "did you mean 'source'",
    ),
    (
        "an unknown expectation",
        conjecture("return Eq(E(loop.sigma(t)), 1)", decorator="@claim(expected='maybe')"),
        4,
        "must be 'holds' or 'fails'",
    ),
    (
        "no statement",
        f"{HEAD}\n@claim\ndef c(n=Integers(2)):\n    return Eq(E(GaussianLoop(n).sigma(1)), 1)\n",
        4,
        "needs a docstring",
    ),
    (
        "a variable from nowhere",
        conjecture("return Eq(E(loop.sigma(t)), Symbol('x'))"),
        4,
        "x is no parameter of the claim",
    ),
    (
        "a limit along a variable from nowhere",
        conjecture("s = Symbol('s')\nreturn And(Tends(E(loop.sigma(s)), (s, 1, oo), 0, rate=1 / s), Le(s, 9))"),
        4,
        "s is no parameter of the claim",
    ),
    (
        "math in place of SymPy",
        conjecture("import math\nreturn Eq(E(loop.sigma(t)), math.sqrt(n))"),
        9,
        "use SymPy's functions",
    ),
    (
        "range of a symbol",
        conjecture("return Eq(E(loop.sigma(t)), sum(1 for _ in range(t)))"),
        8,
        "use SymPy's functions",
    ),
    (
        "a moment within nothing",
        conjecture("return Le(PathMax(loop.sigma(Symbol('s')), (Symbol('s'), 0, t)), 1)"),
        4,
        r"did you mean E\(",
    ),
    (
        "a level that is none",
        conjecture("return Le(Quantile(loop.sigma(t), Rational(3, 2)), 5)"),
        8,
        r"the level of Quantile\(sigma\(t\), 3/2\) is 3/2; expected one between 0 and 1",
    ),
    (
        "a level that is none at some values",
        conjecture(
            "return Le(Quantile(loop.sigma(t), q), 5)", "n=Integers(2), t=Integers(0), q=Reals(0, 2, notable=[1])"
        ),
        4,
        r"the level q of Quantile\(sigma\(t\), ...\) has to be between 0 and 1 at n = 10, t = 10, q = 1: narrow the domain",
    ),
    (
        "a draw whose law is none far out",
        conjecture('return Eq(E(Noise("X", Normal(0, 1 - n/1000))**2), 1 - n/1000)'),
        4,
        r"Normal\(0, -1/1000\) has a negative variance at n = 1001, t = \d+: narrow the domain",
    ),
    (
        "a probability that is none far out on the line",
        conjecture(
            "return Eq(E(SymbolLoop((1 + q/10**6)/2, n).share(t)), (1 + q/10**6)/2)",
            "n=Integers(2), t=Integers(0), q=Reals()",
        ),
        4,
        r"p = -1000001/2000000: a number from 0 to 1 is expected at .*: narrow the domain",
    ),
    (
        "a share of real data above 1",
        conjecture("return Eq(RealAndLast(q).bound([1, 1]), 2 - q)", "n=Integers(2), q=Reals(0, 2)"),
        4,
        r"weights q, 1 - q of generation 2: expected no negative ones at .*: narrow the domain",
    ),
    (
        "weights beyond their range",
        conjecture("return Ge(Rows(((1,), (q, 1 - q))).bound([1, 1]), 2 - q)", "n=Integers(2), q=Positive()"),
        4,
        r"weights q, 1 - q of generation 2: expected no negative ones at .*: narrow the domain",
    ),
    (
        "a distance of what is no law at an end",
        conjecture("return Le(TV(Finite((q, 1 - q)), Finite((q/2, 1 - q/2))), 1)", "n=Integers(2), q=Reals(0, 2)"),
        4,
        r"makes no law: probabilities, of sum 1, are expected at .*: narrow the domain",
    ),
    (
        "a covariance of one",
        conjecture("return Le(Cov(loop.sigma(t)), 5)"),
        8,
        r"expected an expression like Cov\(loop.sigma\(t\), loop.mu\(t\)\)",
    ),
    ("a mean of two", conjecture("return Le(E(loop.sigma(t), 2), 5)"), 8, "expected an expression like E"),
    ("a mean of a loop", conjecture("return Le(E(loop), 5)"), 8, "expected an expression like E"),
    (
        "a sum over a parameter",
        conjecture("return Le(Sum(E(loop.sigma(i)), (i, 1, t)), 5)", "n=Integers(2), t=Integers(1), i=Integers(1)"),
        4,
        "i is a parameter of the claim, and Sum runs over it",
    ),
    (
        "a shape over a parameter",
        conjecture("return RisesThenFalls(E(loop.sigma(t)), (t, 0, 9), peak=3)"),
        4,
        "t is a parameter of the claim, and RisesThenFalls runs over it",
    ),
    ("a claim that leaves", conjecture("raise SystemExit(0)"), 8, "c: SystemExit"),
    (
        "points in a list",
        conjecture("return Eq(E(loop.sigma(t)), 1)", "n=Points([2, 3]), t=Integers(0)"),
        5,
        "one by one",
    ),
    (
        "a scale that fails",
        conjecture("return Eq(E(loop.mu(t)), 0)", decorator="@claim(scale=lambda n: nonsense)"),
        4,
        "scale= of c: name 'nonsense' is not defined",
    ),
    (
        "a scale that is no number",
        conjecture("return Eq(E(loop.mu(t)), 0)", decorator="@claim(scale=lambda n: 'n')"),
        4,
        "scale= of c is 'n' at n = 10, t = 10; expected a number",
    ),
    (
        "a mutant that fails",
        conjecture("return Eq(E(loop.mu(t)), 0)", decorator="@claim(mutants={'one': lambda n: nonsense})"),
        4,
        "mutant 'one' of c: name 'nonsense' is not defined",
    ),
    (
        "tight in a word",
        conjecture("return Le(E(loop.sigma(t)), 1)", decorator="@claim(tight='t')"),
        4,
        "tight= of c is 't'; expected places such as {'t': 0}",
    ),
    (
        "tight at a stranger",
        conjecture("return Le(E(loop.sigma(t)), 1)", decorator="@claim(tight={'s': 0})"),
        4,
        "tight= of c names 's', which is no variable",
    ),
    (
        "unreached by a stranger",
        conjecture("return Le(E(loop.sigma(t)), 1)", decorator="@claim(unreached={'proof': 'too long'})"),
        4,
        "unreached= of c names 'proof'; expected 'derivation' or 'ball'",
    ),
    (
        "unreached, and no word why",
        conjecture("return Le(E(loop.sigma(t)), 1)", decorator="@claim(unreached={'ball': ''})"),
        4,
        "unreached= of c does not say why no ball is there",
    ),
    (
        "a limit with an end",
        conjecture("return Tends(E(loop.sigma(t)), (t, 1, 10), 0, rate=1/t)"),
        8,
        "the upper end is oo",
    ),
]


LINES = """\
class Mine(Loop):
    state = ("x",)
    x = observable()
    n, s = (property(lambda self, i=i: self.args[i]) for i in range(2))
    initial = property(lambda self: {initial})
    {more}
    def __new__(cls, n, s=0.5):
        return Loop.__new__(cls, n, {s})
    def step(self, state):
        return {step}
"""  # of a loop in symbols: they start at line 5, its step at line 13


def own(step="{'x': state['x'] * self.s + Noise('Z', Normal(0, 1)) / self.n}", initial="{'x': 1}", s="s", more=""):
    imports = "from theory.language.loops import Loop, coordinate, observable\nfrom theory.language.laws import *\n"
    lines = LINES.format(step=step, initial=initial, s=s, more=more)
    body = conjecture("return Le(E(Mine(n).x(t)), 5)").removeprefix(HEAD)
    return HEAD + imports + lines + body


def declared(first="n: Integers(1)", s="0.5", kind="Reals", call="n"):
    """The same loop by its fields: the class starts at line 4, the claim calls it at line 16."""
    loop = f"""\
from theory.language.loops import Loop, coordinate
class Mine(Loop):
    {first}
    s: {kind} = {s}
    x = coordinate()
    initial = property(lambda self: {{'x': 1}})
    def step(self, state):
        return {{'x': state['x'] * self.s + Noise('Z', Normal(0, 1)) / self.n}}
"""
    return HEAD + loop + conjecture(f"return Le(E(Mine({call}).x(t)), 5)").removeprefix(HEAD)


# words and habits from elsewhere
FILES += [
    (
        "several relations",
        conjecture("return Le(E(loop.sigma(t)), 1), Ge(E(loop.sigma(t)), 0)"),
        4,
        r"one claim, And\(",
    ),
    ("a list of relations", conjecture("return [Le(E(loop.sigma(t)), 1)]"), 4, r"one claim, And\("),
    ("no return", conjecture("Le(E(loop.sigma(t)), 1)"), 4, "is `return` missing?"),
    ("an implication", conjecture("return Implies(n > 5, Le(E(loop.sigma(t)), 1))"), 4, "where="),
    ("a probability of elsewhere", conjecture("return Le(P(loop.sigma(t) > 1), 1)"), 8, r"here that is Prob\("),
    ("a variance of elsewhere", conjecture("return Le(Variance(loop.sigma(t)), 1)"), 8, r"here that is Var\("),
    ("a deviation", conjecture("return Le(Std(loop.sigma(t)), 1)"), 8, r"here that is sqrt\(Var\("),
    (
        "growth as a word",
        conjecture("return Increasing(E(loop.sigma(t)), t)"),
        8,
        r"here that is Le\(f\(t\), f\(t \+ 1\)\)",
    ),
    (
        "a limit of SymPy",
        conjecture("return Eq(limit(E(loop.sigma(t)), t, oo), 0)"),
        8,
        r"there is Limit\(f, \(t, oo\), value\)",
    ),
    ("a mean in brackets", conjecture("return Le(E[loop.sigma(t)], 1)"), 8, "is called: E"),
    ("a bar in a mean", conjecture("return Le(E(loop.sigma(t) | loop.mu(t)), 1)"), 8, "said by given="),
    (
        "a mean given a number",
        conjecture("return Le(E(loop.sigma(t), given=loop.mu(t)), 1)"),
        8,
        r"expected a model, loop\.model",
    ),
    ("an observable not called", conjecture("return Le(E(loop.sigma**2), 1)"), 8, "an observable is called"),
    ("the larger by Python", conjecture("return Le(E(loop.sigma(t)), max(1, 1 / n))"), 8, r"Max\(a, b\)"),
    ("a range as a domain", HEAD + "@claim\ndef c(t=range(0, 10)):\n    return Le(t, 10)\n", 3, r"is Integers\(0, 9\)"),
    ("a list as a domain", HEAD + "@claim\ndef c(t=[2, 5]):\n    return Le(t, 10)\n", 3, r"are Points\(2, 5\)"),
    ("a pair as a domain", HEAD + "@claim\ndef c(x=(0, 1)):\n    return Le(x, 10)\n", 3, r"are Reals\(0, 1\)"),
    (
        "a domain as annotation",
        HEAD + "@claim\ndef c(x: Reals(0, 1)):\n    return Le(x, 10)\n",
        3,
        "its default, not its annot",
    ),
    ("a law as a number", own(step="{'x': state['x'] + Normal(0, 1)}"), 14, r"is Noise\('Z', Normal\(...\)\)"),
    ("noise without a name", own(step="{'x': state['x'] + Noise(Normal(0, 1))}"), 14, "noise has a name and a law"),
    ("numbers of numpy", own(step="{'x': state['x'] + np.random.normal()}"), 14, r"here that is Noise\('Z'"),
]

# a loop of the user's own, in symbols
FILES += [
    ("a step of nothing", own(step="None"), 13, "`step` gives NoneType; expected a dictionary of x"),
    ("a step elsewhere", own(step="{'y': 1}"), 13, "`step` gives y; expected a dictionary of x"),
    (
        "a step into a text",
        own(step="{'x': 'x + 1'}"),
        13,
        r"`step` gives 'x \+ 1' for x; expected a number, or an expr",
    ),
    ("a step into nothing", own(step="{'x': None}"), 13, "`step` gives None for x"),
    ("a step into a relation", own(step="{'x': state['x'] > 1}"), 13, "`step` gives x > 1 for x"),
    (
        "a step that fails",
        own(step="{'x': state['z']}"),
        14,
        r"Mine: KeyError: 'z'; `state` is a dictionary of x: state\[\"x\"\]",
    ),
    ("a state in a row", own(step="{'x': self.s * [*state][0]}"), 14, "Mine: TypeError: .*`state` is a dictionary"),
    ("a state that is its coordinate", own(step="{'x': self.s * state}"), 14, "Mine: TypeError: .*'dict'; `state` is"),
    ("a step of floats", own(step="{'x': float(state['x'])}"), 14, "its variables are symbols; use SymPy's functions"),
    (
        "noise without a law",
        own(step="{'x': state['x'] + Noise('Z', 3)}"),
        14,
        r"Mine: Noise\('Z', 3\): expected a law",
    ),
    ("a start in a text", own(initial="{'x': 'one'}"), 13, "`initial` gives 'one' for x"),
    ("an argument in a text", own(s="'half'"), 12, r"Mine\(...\) is given 'half'; expected numbers"),
    ("no argument", own(s="None"), 12, r"Mine\(...\) is given None; expected numbers"),
    ("a default in a text", declared(s="'half'"), 4, "Mine: the parameter s is 'half'; expected a number"),
    (
        "a parameter in a text",
        declared(call="n, 'half'"),
        16,
        r"Mine\(n, s=0.5\): s is 'half'; expected a number, or a",
    ),
    (
        "a parameter of no kind",
        declared(kind="'text'"),
        4,
        "Mine: the parameter s is annotated 'text'; expected a kind",
    ),
    (
        "a default too few",
        declared(first="n: Integers(1) = 3\n    m: Integers(1)"),
        4,
        "the parameter m has no default",
    ),
    ("a parameter too many", declared(call="n, 1, 2"), 16, "takes 2 values, not 3"),
    ("a parameter that is misspelt", declared(call="n, S=1"), 16, "has no parameter 'S'; known: n, s"),
    ("a parameter twice", declared(call="n, n=1"), 16, "n is given twice"),
    ("no parameter", declared(call=""), 16, "n is missing"),
    ("a number out of its kind", declared(call="n, oo"), 12, "s = oo: a number is expected"),
    ("joint points of nothing", own(more="joint_points = ((10, 3),)"), 16, "expected a tuple of dictionaries"),
]


@pytest.mark.parametrize(("text", "line", "said"), [pytest.param(*rest, id=name) for name, *rest in FILES])
def test_a_bad_file(tmp_path, capsys, text, line, said):
    file = tmp_path / "mine.py"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    status = _run(["check", str(file), "--ledger", str(tmp_path / "l.sqlite")])
    out, err = capsys.readouterr()
    assert status == 2, err
    assert out == ""
    assert "Traceback" not in err
    assert re.search(said, err), err
    assert f"{file}:{line}: " in err if line else str(file) in err, err
    assert len(err.strip().splitlines()) == 1, err


def test_plain_numbers_make_a_loop(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(own(), encoding="utf-8")
    assert _run(["check", str(file), "--seconds", "10", "--ledger", str(tmp_path / "l.sqlite")]) == 0
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("side", ["Function('f')(n)", "5 + Derivative(1/t, t)"])
def test_a_side_that_nothing_can_evaluate_is_left_out(tmp_path, capsys, side):
    file = tmp_path / "mine.py"
    file.write_text(conjecture(f"return Le(E(loop.sigma(t)), {side})"), encoding="utf-8")
    assert _run(["check", str(file), "--seconds", "1", "--ledger", str(tmp_path / "l.sqlite")]) == 3
    out, err = capsys.readouterr()
    assert re.search(r"simulation, left out at \d+ points: no ball arithmetic for", out)
    assert "Traceback" not in err


def good(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(conjecture("return Eq(E(loop.sigma(t)**2), 1)"), encoding="utf-8")
    return str(file)


OPTIONS = [
    (["--claim", "d"], "no claim 'd'; known: c"),
    (["--seconds", "0"], "--seconds is 0; it must be a number above 0"),
    (["--resolution", "2"], "--resolution is 2; it must lie between 0 and 1"),
    (["--alpha", "0"], "--alpha is 0; it must lie between 0 and 1"),
    (["--workers", "none"], "--workers is 'none'; it must be an integer"),
    (["--json", "/nowhere/x.json"], "there is no folder /nowhere"),
    (["--json", "/"], "--json / is a folder; it must be a file"),
    (["--map", "sigma=std"], "give both"),
    (["--data", "runs.csv"], "--data needs --map"),
    (["--data", "runs.csv", "--map", "sigma=std", "--plan"], "does not go with --data"),
    (["--colour"], "No such option"),
]


@pytest.mark.parametrize(("options", "said"), OPTIONS, ids=[" ".join(o) for o, _ in OPTIONS])
def test_a_bad_option(tmp_path, capsys, options, said):
    status = _run(["check", good(tmp_path), *options])
    out, err = capsys.readouterr()
    assert status == 2
    assert said in err
    assert "Traceback" not in err
    assert not out


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (["check", "FILE"], ["--json", "l.sqlite"]),
        (["check", "FILE"], ["--json", "deep/../l.sqlite"]),
        (["check", "FILE"], ["--json", "mine.py"]),
        (["check", "FILE", "--data", "runs.csv", "--map", "sigma=s"], ["--json", "runs.csv"]),
        (["verify", "gaussian-log-drift"], ["--json", "l.sqlite"]),
        (["verify", "gaussian-log-drift"], ["--out", "deep"]),
        (["report"], ["--out", "l.sqlite"]),
        (["report"], ["--out", "l.sqlite-wal"]),
        (["report"], ["--out", "link.tex"]),
        (["report"], ["--out", "deep"]),
    ],
)
def test_no_output_goes_over_what_is_read(tmp_path, monkeypatch, capsys, command, option):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    file, book = good(tmp_path), "deep/report.csv" if command[0] == "verify" and option[0] == "--out" else "l.sqlite"
    for name in (book, "runs.csv"):
        (tmp_path / name).write_text("precious", encoding="utf-8")
    (tmp_path / "link.tex").symlink_to(book)
    before = {p: p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.*")}
    assert _run([*(file if x == "FILE" else x for x in command), *option, "--ledger", book]) == 2
    said = (
        "is a folder; it must be a file"
        if option == ["--out", "deep"] and command == ["report"]
        else "would write over"
    )
    assert said in capsys.readouterr().err
    assert {p: p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.*")} == before


def test_a_folder_of_images_that_cannot_be(capsys):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install 'selfconsuming[images]'")
    assert _run(["run", "digits", "--images", "i" * 300]) == 2
    assert capsys.readouterr().err.endswith("i cannot be read: File name too long\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [("absent.py", "there is no such file"), (".", "no claim in this folder"), ("runs.csv", "expected a Python file")],
)
def test_a_file_that_is_none(tmp_path, capsys, name, said):
    (tmp_path / "runs.csv").write_text("a,b\n", encoding="utf-8")
    assert _run(["check", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mine", "ends in .py"),
        ("there.py", "left alone"),
        ("theory.py", "would hide the package"),
        ("nowhere/mine.py", "there is no folder"),
    ],
)
def test_a_name_that_no_new_file_can_have(tmp_path, capsys, name, said):
    (tmp_path / "there.py").write_text("precious = 1\n", encoding="utf-8")
    assert _run(["new", str(tmp_path / name)]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "there.py").read_text(encoding="utf-8") == "precious = 1\n"


def test_there_are_forty_of_them():
    assert len(FILES) + len(OPTIONS) + 7 >= 40
