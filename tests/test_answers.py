"""What is known of a number that a file asks for."""

import re

import pytest

from reports.cli import _run

HEAD = "from sympy import *\nfrom theory import *\n\n\n"
QUESTIONS = {  # name: (body of a question, what is told of it)
    "derived": ("n=Integers(2), t=Integers(0)", "E(GaussianLoop(n).sigma(t))", r"= c4\(n\)\*\*t\n"),
    "scaled": ("n=Integers(2), s=Positive()", "E(GaussianLoop(n, sigma0=s).sigma(3))", r"= s\*c4\(n\)\*\*3\n"),
    "limit": ("n=Integers(2), t=Integers(0)", "Limit(Var(GaussianLoop(n).draw(t, 1)), (t, oo))", "= oo\n"),
    "no_form": ("n=Integers(2)", "Quantile(GaussianLoop(n).sigma(5), 1 / S(2))", "no closed form: .*simulated"),
    "both_sides": (
        "n=Integers(3)",
        "Le(E(GaussianLoop(n).sigma(1) ** 2), Var(GaussianLoop(n).mu(1)))",
        r"= 1\n.*= 1/n\n",
    ),
    "listed": ("n=Points(3, 5)", "Var(GaussianLoop(n).mu(2))", "where n = 3\n    = 2/3\n.*where n = 5\n    = 2/5\n"),
    "of_a_draw": ("a=Positive()", "E(exp(-a * Noise('X', Exponential(1))))", r"= 1/\(a \+ 1\)\n"),
}


def asked(text, tmp_path, capsys, *options) -> tuple[int, str, str]:
    file = tmp_path / "asked.py"
    file.write_text(HEAD + text, encoding="utf-8")
    status = _run(["ask", str(file), "--seconds", "0.2", *options])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def question(name, domain, body) -> str:
    return f"@claim\ndef {name}({domain}):\n    'How large is it?'\n    return {body}\n\n\n"


def test_questions_are_answered(tmp_path, capsys):
    text = "".join(question(name, domain, body) for name, (domain, body, _) in QUESTIONS.items())
    status, out, err = asked(text, tmp_path, capsys)
    assert status == 0, err
    answers = dict(re.findall(r"^([\w-]+):\n((?:  .*\n?)+)", out, re.M))
    for name, (_, _, told) in QUESTIONS.items():
        assert re.search(told, answers[name.replace("_", "-")], re.S), answers


def test_what_is_simulated_is_near_the_ball(tmp_path, capsys):
    """With the probability of 1e-3 that each interval states it is not: one seed, at which it is."""
    _, out, _ = asked(
        question("spread", "n=Integers(2), t=Integers(0)", "Var(GaussianLoop(n).mu(t))"), tmp_path, capsys
    )
    found = re.findall(r"at .*?: (\S+) in balls; (\S+) simulated", out)
    assert len(found) == 3
    for ball, simulated in found:
        middle, half = re.fullmatch(r"([\d.]+)(?:\((\d+)\))?", simulated).groups()
        unit = 10 ** -len(middle.partition(".")[2])
        assert abs(float(ball) - float(middle)) <= int(half or 1) * unit


def test_the_same_question_has_the_same_answer(tmp_path, capsys):
    text = question("spread", "n=Integers(2)", "Var(GaussianLoop(n).mu(2))")
    first, again, other = (
        asked(text, tmp_path, capsys, "--seed", seed, "--workers", w) for seed, w in ("01", "02", "11")
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (question("nothing", "n=Integers(2)", "n + 1"), "asked.py:5: nothing asks for no moment"),
        (
            question("random", "n=Integers(2)", "GaussianLoop(n).mu(2)"),
            "asked.py:5: random: mu\\(2\\) is a random quantity",
        ),
        (
            question("left", "n=Integers(2)", "E(GaussianLoop(n).mu(1)) - E(GaussianLoop(n).mu(1))"),
            "all that is left of it is 0",
        ),
        (
            question("two", "n=Integers(2)", "(E(GaussianLoop(n).sigma(1)), 2)"),
            r"two returned .* \(tuple\), which is no number",
        ),
        (question("nothing", "n=Integers(2)", "None"), "nothing returned nothing, which is no number"),
        (question("no_real", "n=Integers(2)", "I * E(GaussianLoop(n).sigma(1))"), "is no real number"),
        (question("over_0", "n=Integers(2)", "E(GaussianLoop(n).sigma(1)) / 0"), "is no real number"),
        (question("strange", "n=Integers(2)", "E(GaussianLoop(n).v(1))"), r"asked.py:8: strange: .*no attribute 'v'"),
        (
            question("certain", "n=Integers(2)", "Prob(GaussianLoop(n).sigma(1) > 0)"),
            "signs of its variables it always holds",
        ),
        (
            question("no_loop", "t=Integers(1, 4)", "E(PooledGaussianLoop(3, GrowingPool(CLOCK**2)).v(t))"),
            r"^selfconsuming: \S*asked.py:\d+: no_loop: 0 points before the first fit, 1 after it",
        ),
        ("x = 1\n", "no claim in this file"),
        ("x = \n", "asked.py:5: .*invalid syntax"),
    ],
)
def test_what_is_no_question_is_refused(text, said, tmp_path, capsys):
    status, out, err = asked(text, tmp_path, capsys)
    assert status == 2
    assert re.search(said, err), (out, err)


def test_a_question_is_no_claim(tmp_path, capsys):
    file = tmp_path / "asked.py"
    file.write_text(HEAD + question("decay", "n=Integers(2)", "E(GaussianLoop(n).sigma(3))"), encoding="utf-8")
    assert _run(["check", str(file), "--ledger", str(tmp_path / "l.sqlite")]) == 2
    assert "`selfconsuming ask FILE` tells what is known of an expression" in capsys.readouterr().err


INFINITE = {  # questions at n = 3, where 1/sigma^2 has an infinite mean: what is told
    "two_of_them": "E(loop.sigma(2) ** -2) - E(loop.sigma(1) ** -2)",
    "over_another": "E(loop.sigma(2) ** -2) / E(loop.sigma(1) ** -2)",
    "times_0": "E(loop.mu(1)) * E(loop.sigma(1) ** -2)",
    "one_cancels": "E(loop.sigma(1) ** -2) - 4 * E(GaussianLoop(n, 2).sigma(1) ** -2)",
    "a_ratio_cancels": "E(loop.sigma(1) ** -2) / E(GaussianLoop(n, 2).sigma(1) ** -2)",
    "a_part_cancels": "E(loop.sigma(1) + loop.sigma(1) ** -2) - E(loop.sigma(1) ** -2)",
    "a_law": "E(Abs(Noise('X', StudentT(1)))) - E(Abs(Noise('Y', StudentT(1))))",
    "undefined": "E(Noise('X', Cauchy(0, 1)))",
}


def test_what_is_made_of_infinite_means_is_no_number(tmp_path, capsys):
    text = "".join(
        f"@claim\ndef {name}(n=Points(3)):\n    'How large is it?'\n    loop = GaussianLoop(n)\n    return {body}\n\n\n"
        for name, body in INFINITE.items()
    )
    status, out, err = asked(text, tmp_path, capsys)
    assert status == 0, err
    answers = re.findall(r"^([\w-]+):\n((?:  .*\n?)+)", out, re.M)
    assert {name.replace("-", "_") for name, _ in answers} == set(INFINITE)
    for _, told in answers:
        assert "no closed form: " in told
        assert re.search("at n = 3: no value: .* is (undefined, or )?infinite", told), told
        assert "simulated" not in told


def test_an_interval_without_a_finite_variance_has_no_guarantee(tmp_path, capsys):
    text = question("heavy", "n=Points(3)", "E(Abs(Noise('X', StudentT(2))))") + question(
        "light", "n=Points(3)", "E(GaussianLoop(n).sigma(1))"
    )
    _, out, _ = asked(text, tmp_path, capsys)
    heavy, light = re.findall(r"simulated, .* replicates \((.*)\)", out)
    assert "no guarantee: " in heavy
    assert "the variance of what is drawn for E(Abs(X)) is infinite" in heavy
    assert light == "asymptotic"


def test_a_condition_is_told_in_the_variables_of_the_question(tmp_path, capsys):
    _, out, _ = asked(question("inverse", "n=Integers(2)", "E(GaussianLoop(n).sigma(1) ** -2)"), tmp_path, capsys)
    assert "exists only where n/2 - 3/2 > 0" in out


def test_reasons_are_told_in_the_variables_of_the_question(tmp_path, capsys):
    """Not in what the program counts them with, n - 2 = 0, 1, ...; a logarithm of 0 is no division."""
    text = question("late", "n=Integers(2)", "E(GaussianLoop(n).sigma(oo))")
    text += question("of_nothing", "n=Integers(2)", "log(E(GaussianLoop(n).mu(3)))")
    _, out, _ = asked(text, tmp_path, capsys)
    assert "n_" not in out
    assert "sqrt((n - 2) + 1) is not seen" in out
    assert "or is the logarithm of 0" in out


@pytest.mark.parametrize(
    "command", [["ask"], ["value", "x=1/3", "s=4"], ["table", "--x", "1/3", "--s", "4", "--no-simulate"]]
)
def test_a_limit_along_a_symbol_of_its_own_has_numbers(command, tmp_path, capsys):
    """Its values were not put in: `KeyError: 's'`, with a line of this program."""
    file = tmp_path / "asked.py"
    text = HEAD + 's = Symbol("s", integer=True, nonnegative=True)\n\n\n'
    text += question("falls", "x=Points(S(1) / 3)", "Tends(E(TwoDraws(x).y(s)), (s, 1, oo), 0, rate=1 / s)")
    text += TWO_DRAWS
    file.write_text(text, encoding="utf-8")
    word, *options = command
    named = str(file) if word == "ask" else f"{file}:falls"
    assert _run([word, named, *options]) == 0
    out = capsys.readouterr().out
    assert "KeyError" not in out
    assert "0.0123456790" in out or word == "ask"


TWO_DRAWS = """
class TwoDraws(Loop):
    x: Positive
    y = coordinate()
    initial = {"y": 1}

    def step(self, now):
        return {"y": now["y"] * (self.x + Noise("Z", Normal(0, 1)))}
"""


def test_of_a_constant_that_is_a_bound_the_bound_is_told(tmp_path, capsys):
    text = "from theory.stability.models import LogisticLocation\n\n\n"
    for name, told in (("radius", "at least 0.25 in balls"), ("deviation", r"at most 4\.0125\d* in balls")):
        body = f"LogisticLocation(Normal(0, 4), S(1) / 10).{name}(S(1) / 4)"
        status, out, err = asked(text + question("bound", "", body), tmp_path, capsys)
        assert status == 0, err
        assert re.search(told, out), out
