"""Loops that a user defines: programs, compiled or not, and loops in symbols without a kernel of their own.

Seeds are fixed, so a test passes or fails for good: confidence balls miss with probability 1e-6 each.
"""

from __future__ import annotations

import inspect
import pickle
import re
from typing import ClassVar

import numpy as np
import pytest
from flint import fmpq
from sympy import Abs, Eq, Ge, Integer, Le, Rational, Symbol, digamma, log, polylog, sqrt, srepr, sympify

from reports import verify
from simulate import estimate, sample
from simulate.engine import symbolic as interpreter
from simulate.engine.blocks import PILOT, Runner, Simulation
from simulate.engine.dispatch import estimand, simulator
from simulate.engine.programs import BLOCK, Kernel, _driver, _functions, _run, _store, kernel_of, simulation
from simulate.engine.recorded import recorded
from simulate.engine.samplers import Combination
from simulate.engine.streams import generator
from simulate.engine.witness import Witness
from theory import BadInput, Claim, GaussianLoop, Loop, ProgramLoop
from theory.language.domains import Integers, Points, Positive
from theory.language.errors import CannotTell
from theory.language.laws import ChiSquare, Noise, Normal
from theory.language.loops import Observable
from theory.language.moments import W2, E, PathMax, Prob, Quantile, Var
from theory.proof.enclose import enclose, value
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

s = Symbol("s", integer=True, nonnegative=True)


# ---- programs -------------------------------------------------------------------------------------------------------


class Fit(ProgramLoop):
    """A Gaussian is fitted to n points drawn from the Gaussian before it."""

    n: int
    sigma0: float = 1
    observables = ("sigma", "mu")
    positive = frozenset({"sigma"})

    def begin(rng, sigma0):
        return sigma0, 0.0

    def retrain(rng, model, n):
        sigma, mu = model
        x = rng.normal(mu, sigma, n)
        return np.sqrt(np.sum((x - x.mean()) ** 2) / (n - 1)), x.mean()


class Bootstrap(ProgramLoop):
    """The data are resampled with replacement."""

    n: int
    sigma0: float = 1
    observables = ("variance", "mean")

    def begin(rng, n, sigma0):
        return rng.normal(0.0, sigma0, n)

    def retrain(rng, data, n):
        return rng.choice(data, n)

    def measure(data):
        return data.var(), data.mean()


class WrightFisher(ProgramLoop):
    """A categorical model is refitted to n draws from itself; numba's generators have no multinomial."""

    n: int
    observables = ("diversity",)

    def begin(rng):
        return np.array([0.5, 0.3, 0.2])

    def retrain(rng, p, n):
        return rng.multinomial(n, p) / n

    def measure(p):
        return 1 - (p**2).sum()


def in_plain_python(loop: ProgramLoop) -> Kernel:
    plain = _driver(*_functions(type(loop)), _store)
    return Kernel(plain, plain)


def about(relation, **domain) -> Claim:
    """A claim whose relation is `relation(n, t)`."""
    domain = {"n": Points(6), "t": Points(2)} | domain

    def made_up(n=domain["n"], t=domain["t"]):
        """A statement made up for a test."""
        return relation(sympify(n), sympify(t))

    return Claim(made_up)


# ---- their laws


@pytest.mark.thin(5)
@pytest.mark.parametrize(
    "moment",
    [
        lambda loop: E(loop.sigma(3)),
        lambda loop: E(loop.sigma(2) ** 2 * loop.sigma(1)),
        lambda loop: E(loop.mu(3) ** 2),
        lambda loop: E(log(loop.sigma(2))),
        lambda loop: Var(loop.sigma(2)),
        lambda loop: Var(loop.mu(2)),
        lambda loop: Prob(loop.sigma(3) >= Rational(1, 2)),
        lambda loop: Prob(loop.sigma(2) < Rational(1, 2)),
        lambda loop: Quantile(log(loop.sigma(2)), Rational(1, 4)),
    ],
    ids=["mean", "joint", "square", "log", "var", "var-mu", "prob", "below", "quantile"],
)
def test_a_program_that_draws_and_fits_has_the_laws_of_the_gaussian_loop(moment):
    """Its balls are exact: integrals of the step's law; the program knows of no chi-square."""
    standard = standardise(moment(GaussianLoop(6)))
    ((exact, factor, rest),) = [
        (value(m).value, standard.coeff(m), standard.subs(m, 0)) for m in standard.atoms(*map(type, [moment(Fit(6))]))
    ]
    (ball,) = estimate([moment(Fit(6))], 300_000)
    expected = float(exact) * float(factor) + float(rest)

    assert ball.value.overlaps(exact * int(factor) + int(rest))
    assert ball.radius < 0.05 * abs(expected)


def test_maxima_over_the_path_agree_with_those_of_the_gaussian_loop():
    def asked(loop):
        top = PathMax(Abs(loop.mu(s)), (s, 0, 4))
        return [
            E(top),
            Prob(top >= 1),
            E(PathMax(loop.sigma(s) ** 2, (s, 0, 4))),
            Prob(PathMax(loop.sigma(s), (s, 0, 4)) > 2),
        ]

    for ours, theirs in zip(estimate(asked(Fit(6)), 200_000), estimate(asked(GaussianLoop(6)), 200_000), strict=True):
        assert ours.value.overlaps(theirs.value)
        assert not ours.note
        assert ours.radius < 0.04


def test_the_bootstrap_loses_its_variance_to_the_mean():
    """Catalogue: E V = (1 - 1/n)^t sigma0^2 where the n real points are generation 1, and E V + E mean^2 = sigma0^2."""
    loop = Bootstrap(6, 3)
    variance, square, both = estimate(
        [E(loop.variance(4)), E(loop.mean(4) ** 2), E(loop.variance(4)) + E(loop.mean(4) ** 2)], 300_000
    )

    assert variance.value.contains(9 * fmpq(5, 6) ** 5)
    assert square.value.contains(9 - 9 * fmpq(5, 6) ** 5)
    assert both.value.contains(9)
    assert variance.radius < 0.06


def test_what_numba_does_not_know_runs_as_plain_python_and_says_why():
    (ball,) = estimate([E(WrightFisher(10).diversity(3))], 60_000)

    assert ball.value.contains(fmpq(62, 100) * fmpq(9, 10) ** 3)
    assert ball.radius < 0.005
    assert ball.source == (
        "simulation: raw, run as plain Python: Unknown attribute 'multinomial' of type NumPyRandomGeneratorType"
    )


# ---- one driver, compiled or not


@pytest.mark.parametrize("loop", [Fit(5, 2), Bootstrap(5, 2)], ids=str)
def test_compiled_code_and_plain_python_give_the_same_numbers(loop):
    kernel = kernel_of(type(loop))
    compiled, plain = (_run(loop, k, generator(0, "x", 0), 50, [0, 1, 7]) for k in (kernel, in_plain_python(loop)))

    assert not kernel.reason
    np.testing.assert_allclose(compiled, plain, rtol=1e-9, atol=1e-12)  # sums are added up in another order


@pytest.mark.long
def test_choice_is_numpys_number_for_number():
    from numba import njit

    def draw(rng, x, p, n):
        return rng.choice(x, n), rng.choice(n, size=n), rng.choice(x, n, p=p), rng.choice(x), rng.choice(x, p=p)

    x, p = np.arange(5.0), np.array([0.1, 0.2, 0.3, 0.15, 0.25])
    for one, other in zip(
        *(f(np.random.Generator(np.random.Philox(3)), x, p, 400) for f in (draw, njit(draw))), strict=True
    ):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("loop", [Bootstrap(4), WrightFisher(4)], ids=str)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(loop):
    draw = simulation(loop).draw
    long = draw(generator(0, "x", 0), 30, [0, 2, 3, 9])
    short = draw(generator(0, "x", 0), 30, [2])

    assert all(np.array_equal(short[key], long[key]) for key in short)
    assert set(long) == {(name, t) for name in loop.observables for t in (0, 2, 3, 9)}


class Counter(ProgramLoop):
    """Starts at an integer and goes on with floats."""

    observables = ("x",)

    def begin(rng):
        return 1

    def retrain(rng, x):
        return x / 2


class Widens(Counter):
    """An integer, an integer, and then floats: in compiled code a list of integers would cut them off."""

    def retrain(rng, x):
        return x + 0.5 if x > 1 else 2 * x


def test_states_are_never_converted():
    x = sample(Counter(), ["x"], t=3, replicates=2)["x"]

    assert x.tolist() == [[1, 0.5, 0.25, 0.125]] * 2
    assert not kernel_of(Counter).reason
    assert sample(Widens(), ["x"], t=3, replicates=1)["x"].tolist() == [[1, 2, 2.5, 3]]


class Odd(ProgramLoop):
    """Written as numba does not understand it, each in another way."""

    n: int = 3
    observables = ("x",)

    def begin(rng, n):
        return rng.normal(size=n)

    def retrain(rng, data, n):
        return rng.normal(data.mean(), 1, n)

    def measure(data):
        return data.mean()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            {"measure": lambda x: x.var(ddof=1)},
            r"array_var\(array\(float64, 1d, C\), .*unexpected keyword argument 'ddof'",
        ),
        ({"measure": lambda x: sorted({"a": x.mean(), 2: 1}, key=str)[0] and 1.0}, "."),
        ({"measure": lambda x: begin(None) + x[0]}, "Untyped global name 'begin'"),
        ({"retrain": lambda rng, x, n: rng.choice(x, n, replace=False)}, "_choice"),
        ({"retrain": lambda rng, x, n: x if n == 0 else {"x": x, 1: n}["x"]}, "."),
    ],
)
def test_the_reason_is_one_line(body, reason):
    kind = type("Mine", (Odd,), body)
    said = kernel_of(kind).reason

    assert re.match(reason, said)
    assert "\n" not in said
    assert len(said) <= 120
    assert sample(kind(), ["x"], t=2, replicates=2)["x"].shape == (2, 3)


# ---- reproducibility


def test_paths_have_the_same_numbers_for_any_number_of_workers():
    loop = Bootstrap(5, 2)

    def paths(**options):
        return sample(loop, ["mean", "variance"], **{"t": 3, "replicates": 2 * BLOCK + 7, **options})

    first = paths(workers=1)
    assert first["mean"].shape == (2 * BLOCK + 7, 4)
    for workers in (2, 7):
        assert all(np.array_equal(first[k], x) for k, x in paths(workers=workers).items())
    assert np.array_equal(paths(t=2)["mean"], first["mean"][:, :3])
    assert not np.array_equal(paths(seed=1)["mean"], first["mean"])
    assert len(np.unique(first["mean"][:, 0])) == 2 * BLOCK + 7  # no block repeats another


@pytest.mark.parametrize("workers", [2, pytest.param(7, marks=pytest.mark.long)])
def test_findings_are_the_same_for_any_number_of_workers(workers):
    claim = about(
        lambda n, t: Eq(E(WrightFisher(n).diversity(t)), (1 - 1 / n) ** t * Rational(62, 100)), n=Points(10, 20)
    )

    def found(workers: int):
        with Runner(0, workers) as runner:
            findings = Witness(runner, 1e6, 0.1).run(Witness(runner, 1e6, 0.1).plans([(claim, claim.points())]))
        return [(f.number, f.verdict, f.margin, f.resolution, f.blocks, f.replicates, f.sides) for f in findings]

    first = found(1)
    assert [f[1] for f in first] == ["supported"] * 2
    assert found(workers) == first


def test_blocks_and_pilots_are_small_enough_for_plain_python():
    loop = WrightFisher(10)
    with Runner(0, 1) as runner:
        (statistic,) = estimand(E(loop.diversity(3))).statistics
        runner.pilot([statistic])
        runner.run(runner.want(statistic, 0, 2))

    assert runner.pilots[statistic].count == BLOCK // 4 < PILOT
    assert runner.merged(statistic, 0, 2).count == runner.replicates == 2 * BLOCK


def test_the_cost_is_a_power_of_two_and_the_start_has_one_of_its_own():
    a, b = simulation(WrightFisher(10)), simulation(WrightFisher(11))
    for x in (a.nanoseconds, a.start, b.nanoseconds):  # measured: how large they are depends on the machine
        assert np.log2(x) == round(np.log2(x))
        assert x > 0
    assert a.cost(10) == a.start + 10 * a.nanoseconds


def test_two_classes_of_one_name_are_two_simulations():
    def of(value: float):
        class Twice(ProgramLoop):
            observables = ("x",)

            def begin(rng):
                return rng.normal()

            def retrain(rng, x):
                return x + WrightFisher.n.fget(None) if False else x + value  # a property: numba gives up at once

        return Twice()

    one, other = of(1.0), of(2.0)
    assert simulation(one).key == simulation(other).key
    balls = estimate([E(one.x(1)), E(other.x(1))], 20_000)
    assert balls[0].value.contains(1)
    assert balls[1].value.contains(2)


# ---- what a program is in SymPy


def test_a_program_is_an_immutable_expression_of_its_parameters():
    n = Symbol("n", integer=True, positive=True)
    loop = Bootstrap(n, sigma0=2)

    assert loop.func(*loop.args) == loop
    assert (loop.n, loop.sigma0) == (n, 2)
    assert Bootstrap(n).sigma0 == 1
    assert E(loop.mean(n)).subs(n, 3) == E(Bootstrap(3, 2).mean(3))
    assert pickle.loads(pickle.dumps(E(Bootstrap(5).mean(2)))) == E(Bootstrap(5).mean(2))
    assert srepr(Bootstrap(5)) == "Bootstrap(Integer(5), Integer(1))"
    assert str(loop.variance(3)) == "variance(3)"
    assert Fit(n).sigma(2).is_positive
    assert Bootstrap(n).variance(2).is_positive is None


def test_a_program_can_be_refined():
    class Noisy(Bootstrap):
        sigma0 = 3
        h: float = 0

        def retrain(rng, data, n, h):
            return rng.choice(data, n) + rng.normal(0.0, h, n)

    loop = Noisy(4, h=Rational(1, 2))
    assert loop.args == (4, 3, Rational(1, 2))
    assert loop.numbers("retrain") == (4, 0.5)
    assert Bootstrap(4).args == (4, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Bootstrap(), r"Bootstrap\(n, sigma0=1\): n is missing"),
        (lambda: Bootstrap(1, 2, 3), "takes 2 values, not 3"),
        (lambda: Bootstrap(n=2, sigma=3), "no parameter 'sigma', did you mean 'sigma0'"),
        (lambda: Bootstrap(3, n=4), "n is given twice"),
        (lambda: Bootstrap(2.5), r"n = 2\.5\d*: a whole number is expected"),
        (lambda: Bootstrap(Rational(5, 2)), "n = 5/2: a whole number is expected"),
        (lambda: Bootstrap("5"), "n is '5'; expected a whole number, or a symbol"),
        (lambda: Bootstrap(2, [1]), r"sigma0 is \[1\]; expected a number"),
        (lambda: Bootstrap(2, float("inf")), "sigma0 = oo: a number is expected"),
        (lambda: ProgramLoop(), "write a class of your own"),
        (lambda: Bootstrap(2).draw(3), "a fresh draw is what it measures"),
        (lambda: E(Bootstrap(2).mean(3), given=Bootstrap(2).model(2)), "its models have no law in symbols"),
        (lambda: sample(Bootstrap(2), ["means"], t=1, replicates=1), "no observable 'means', did you mean 'mean'"),
        (lambda: estimate([E(Bootstrap(Symbol("n")).mean(1))], 1), "are not numbers"),
        (lambda: estimate([E(Bootstrap(3).mean(s))], 1), "mean at generation s"),
    ],
)
def test_wrong_use_of_a_program_is_one_message(make, message):
    with pytest.raises(BadInput, match=message):
        make()


# ---- definitions that make no sense


def begin(rng):
    return 0.0


def retrain(rng, state):
    return state


def defined(annotations=None, **body):
    """A class statement with these contents."""
    body = {"begin": begin, "retrain": retrain, "observables": ("x",)} | body
    return type(
        "Mine",
        (ProgramLoop,),
        {k: v for k, v in body.items() if v is not None} | {"__annotations__": annotations or {}},
    )


@pytest.mark.parametrize(
    ("define", "message"),
    [
        (lambda: defined(observables=None), 'observables is missing: .* such as ."variance", "mean".'),
        (lambda: defined(observables=("x")), "observables is 'x'; expected a tuple of names"),
        (lambda: defined(observables=("x y",)), "expected a tuple of names"),
        (lambda: defined(observables=("x", "x")), "the observable 'x' has the name of another observable"),
        (lambda: defined({"x": int}), "the observable 'x' has the name of a parameter"),
        (lambda: defined(observables=("args",)), "an observable cannot be called 'args'"),
        (lambda: defined(observables=("step",)), "an observable cannot be called 'step'"),
        (lambda: defined({"state": int}), "a parameter cannot be called 'state'"),
        (lambda: defined({"rng": int}), "a parameter cannot be called 'rng'"),
        (lambda: defined({"n": str}), "the parameter n is annotated 'str'; expected a kind, such as int, float, bool"),
        (lambda: defined({"n": "list[int]"}), r"annotated 'list\[int\]'; expected a kind, such as int"),
        (lambda: defined({"a": float, "n": int}, a=1), "the parameter n has no default, but a before it has"),
        (lambda: defined({"a": float}, a="one"), "a is 'one'; expected a number"),
        (lambda: defined(retrain=None), r"the function retrain\(rng, state\) is missing"),
        (lambda: defined({"n": int}, begin=3), r"the function begin\(rng, n\) is missing"),
        (lambda: defined({"n": int}, retrain=lambda rng, state, m: state), "takes 'm', which is no parameter"),
        (lambda: defined({"n": int}, begin=lambda n: n), "has to take rng first, as in begin"),
        (lambda: defined(retrain=lambda state, rng: state), "has to take rng and state first"),
        (lambda: defined(begin=lambda self, rng: 1.0), r"begin\(self, rng\) has to take rng first, as in begin\(rng\)"),
        (lambda: defined(retrain=lambda rng: 1.0), "has to take rng and state first"),
        (lambda: defined(measure=lambda rng, state: 1.0), "has to take state first"),
        (lambda: defined(begin=lambda rng, *rest: 1.0), "has to take plain arguments"),
        (lambda: defined(positive=frozenset({"y"})), "'y' is no observable"),
    ],
)
def test_a_definition_that_makes_no_sense_is_one_message_with_its_place(define, message):
    with pytest.raises(BadInput, match=message) as problem:
        define()
    assert f"{__file__}:" in str(problem.value)
    assert "Mine: " in str(problem.value)


def test_the_place_is_the_line_of_the_class_or_of_the_function():
    line = inspect.currentframe().f_lineno  # type: ignore[union-attr]
    with pytest.raises(BadInput, match=f":{line + 3}: Wrong: observables is missing"):

        class Wrong(ProgramLoop):
            pass

    with pytest.raises(BadInput, match=f":{line + 14}: Late: retrain takes 'm', which is no parameter; known: n"):

        class Late(ProgramLoop):
            n: int
            observables: ClassVar = ("x",)

            def begin(rng): ...

            def retrain(rng, x, m): ...


# ---- programs that fail while they run


def failing(begin=begin, retrain=retrain, **body) -> ProgramLoop:
    return defined(begin=begin, retrain=retrain, **body)()


def raises(rng, x):
    return x / int(rng.random() < 2) + [0.0][int(x >= 2)] + 1


def leaves(rng, x):
    raise SystemExit(0)


def drawn_elsewhere(rng, x):
    return np.random.default_rng().normal()


@pytest.mark.parametrize(
    ("loop", "message", "where"),
    [
        (failing(retrain=raises), r"Mine\(\): raises raises IndexError: list index out of range", raises),
        (failing(retrain=leaves), r"Mine\(\): leaves raises SystemExit: 0", leaves),
        (failing(retrain=lambda rng, x: np.float64(x) / 0), r"Mine\(\): x is nan at generation 1", None),
        (failing(begin=lambda rng: np.inf), r"x is inf at generation 0", None),
        (failing(positive={"x"}), r"x is 0, but declared positive at generation 0", None),
        (failing(measure=lambda x: (x, x)), "1 observables are declared, but 2 values were measured", None),
        (failing(observables=("x", "y")), "2 observables are declared, but one value was measured: 0.0", None),
        (failing(measure=lambda x: "zero"), "a measured value is 'zero'; expected a number", None),
        (failing(measure=lambda x: x * 1j), "a measured value is 0j; expected a number", None),
        (failing(retrain=drawn_elsewhere), "two runs on the same stream differ", None),
    ],
)
def test_a_program_that_fails_is_one_message_with_the_line(loop, message, where):
    with pytest.raises(BadInput, match=message) as problem:
        estimate([E(loop.x(3))], 10)
    line = f":{where.__code__.co_firstlineno + 1}: " if where else ":"
    assert f"{__file__}{line}" in str(problem.value)


def test_a_failure_ends_the_run_of_the_suite_too():
    with pytest.raises(BadInput, match="IndexError"):
        verify([about(lambda n, t: Eq(E(failing(retrain=raises).x(3)), n))])


class Late(ProgramLoop):
    """Compiled code that fails once in a thousand steps, long after it was tried."""

    rate: float = 0
    observables = ("x",)

    def begin(rng):
        return 0.0

    def retrain(rng, x, rate):
        if rng.random() < rate:
            raise ValueError("once too often")
        return 1.0 / np.float64(rng.random() >= 2 * rate)


def test_compiled_code_that_raises_is_run_again_to_find_the_line():
    line = Late.retrain.__code__.co_firstlineno + 2
    assert not kernel_of(Late).reason

    with pytest.raises(BadInput, match=rf":{line}: Late\(0.001\): retrain raises ValueError: once too often"):
        sample(Late(0.001), ["x"], t=3, replicates=BLOCK)


# ---- the three witnesses


def test_the_analytic_witnesses_say_that_it_is_a_program():
    reason = "Bootstrap is a program: it has no step in symbols"
    for relation in (
        lambda n, t: Eq(E(Bootstrap(n).variance(t)), (1 - 1 / n) ** (t + 1)),
        lambda n, t: Eq(Var(Bootstrap(n).mean(t)), 1),
        lambda n, t: Eq(Prob(Bootstrap(n).mean(t) >= 1), 1),
        lambda n, t: Eq(Quantile(Bootstrap(n).mean(t), Rational(1, 2)), 0),
        lambda n, t: Eq(E(PathMax(Bootstrap(n).mean(s), (s, 0, t))), 0),
        lambda n, t: Le(E(Bootstrap(n).mean(t) * Bootstrap(n).mean(t + 1)), 1),
    ):
        claim = about(relation, n=Integers(2, 5), t=Integers(0, 3))
        proof, found = prove(claim), enclose(claim, claim.points())
        assert not proof.proved
        assert reason in proof.reason or "Prob" in proof.reason or "Quantile" in proof.reason
        assert {(f.verdict, f.note) for f in found} == {("left out", f"no ball: {reason}")}


@pytest.mark.parametrize("relation", [lambda loop: W2(loop.model(1), loop.model(2)), lambda loop: loop.draw(2)])
def test_what_needs_the_law_of_a_model_is_bad_input(relation):
    with pytest.raises(BadInput, match="Bootstrap is a program"):
        prepare(about(lambda n, t: Eq(E(relation(Bootstrap(n))), 1)))


def test_verify_decides_claims_about_programs():
    true = about(lambda n, t: Eq(E(Bootstrap(n).variance(t)), (1 - 1 / n) ** (t + 1)), n=Points(6, 12), t=Points(1, 3))
    false = about(
        lambda n, t: Eq(E(Bootstrap(n).variance(t)), (1 - 1 / (n - 1)) ** (t + 1)), n=Points(6), t=Points(1, 3)
    )
    false.function.__name__ = "made_up_and_false"
    bound = about(lambda n, t: Le(Prob(Abs(Bootstrap(n).mean(t)) >= 2), Rational(1, 4)), t=Integers(0, 20))
    bound.function.__name__ = "chebyshev"
    findings = verify([true, false, bound], seconds=30, resolution=0.03)

    assert [f.verdict for f in findings] == ["supported", "refuted", "supported"]
    assert findings["made-up"].coverage["simulation"] == "4 of 4 points"
    assert findings["chebyshev"].coverage["simulation"] == "7 of 7 points"
    assert all("batch" in f.note for f in findings["made-up-and-false"].findings if f.verdict == "refuted")


# ---- loops in symbols without a kernel ------------------------------------------------------------------------------


class Exponential(Loop):
    """The mean of an exponential law is fitted to n draws from the law before it: ten lines, no kernel."""

    state = ("mean",)
    positive = frozenset({"mean"})
    n = property(lambda self: self.args[0])

    def __new__(cls, n):
        return Loop.__new__(cls, sympify(n))

    def mean(self, t):
        return Observable(self, "mean", t)

    @property
    def initial(self):
        return {"mean": Integer(1)}

    def step(self, state):
        return {"mean": state["mean"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)}

    def emit(self, state, index):
        return state["mean"] * Noise(f"X{index}", ChiSquare(2)) / 2


class InSymbols(GaussianLoop):
    """The Gaussian loop with its points drawn one by one, in symbols: what redefines a step is not run by its kernel."""

    def step(self, state):
        z = [Noise(f"Z{i}", Normal(state["mu"], state["sigma"] ** 2)) for i in range(int(self.n))]
        mean = sum(z) / self.n
        return {"mu": mean, "sigma": sqrt(sum((x - mean) ** 2 for x in z) / (self.n - 1))}


def test_a_loop_in_symbols_has_three_witnesses():
    drift = about(lambda n, t: Eq(E(log(Exponential(n).mean(t))), t * (digamma(n) - log(n))), t=Integers(1, 9))
    half = about(lambda n, t: Eq(E(log(Exponential(n).mean(t))), t * (digamma(n) - log(n)) / 2), t=Integers(1, 9))
    half.function.__name__ = "half_the_drift"
    fresh = about(lambda n, t: Eq(E(Exponential(n).draw(t) * Exponential(n).draw(t, 2)), (1 + 1 / n) ** t))
    fresh.function.__name__ = "fresh_draws"
    findings = verify([drift, half, fresh], seconds=30, resolution=0.03)

    assert [f.verdict for f in findings] == ["proved", "refuted", "proved"]
    assert findings["made-up"].witnesses == {"derivation": "proved", "ball": "supported", "simulation": "supported"}
    assert findings["half-the-drift"].witnesses["simulation"] == "refuted"
    assert findings["fresh-draws"].witnesses["simulation"] == "supported"
    assert all(f.replicates % (4 * PILOT) == 0 for f in findings.findings)


def test_noise_may_depend_on_the_state_and_on_other_noise():
    loop = InSymbols(3)
    asked = [E(loop.sigma(2)), E(loop.mu(2) ** 2), Var(loop.mu(1)), Prob(loop.sigma(2) >= 1)]
    balls = estimate(asked, 200_000)

    assert simulator(loop) is interpreter.SIMULATOR
    assert all(b.source == "simulation: raw" for b in balls)
    for ball, theirs in zip(balls, asked, strict=True):
        ours = theirs.subs(loop, GaussianLoop(3))
        assert ball.value.overlaps(value(standardise(ours)).value)
        assert ball.radius < 0.03


def test_a_chi_square_without_degrees_of_freedom_is_0():
    loop = symbolic(step=lambda self, x: {"x": 1 + Noise("Z", ChiSquare(0))})
    moment = E(Observable(loop, "x", 2))
    assert value(moment).value == 1
    records = interpreter.draw_paths(loop, (), np.random.default_rng(1), 10, [1, 2])
    assert all((records["x", t] == 1).all() for t in (1, 2))


def test_paths_of_a_loop_in_symbols():
    paths = sample(Exponential(4), ["mean"], t=3, replicates=9000, workers=1)["mean"]

    assert paths.shape == (9000, 4)
    assert (paths[:, 0] == 1).all()
    assert np.array_equal(paths, sample(Exponential(4), ["mean"], t=3, replicates=9000, workers=7)["mean"])
    with pytest.raises(BadInput, match="no observable 'means', did you mean 'mean'"):
        sample(Exponential(4), ["means"], t=3, replicates=9)


def symbolic(**body) -> Loop:
    kind = type("Mine", (Loop,), {"state": ("x",), "initial": {"x": Integer(1)}, "step": lambda self, x: x} | body)
    return Loop.__new__(kind)


class Cauchy(Normal):
    """A law that nobody can draw."""


@pytest.mark.parametrize(
    ("loop", "name", "message"),
    [
        (symbolic(step=Loop.step), "x", "no kernel for Mine"),
        (symbolic(), "y", "y is no coordinate of the state of Mine"),
        (symbolic(), "draw", "Mine states no fresh draw in symbols"),
        (symbolic(step=lambda self, x: {"x": Symbol("k") * x["x"]}), "x", "are not numbers: k"),
        (symbolic(step=lambda self, x: {"x": Noise("Z", ChiSquare(x["x"] - 2))}), "x", "negative degrees of freedom"),
        (symbolic(step=lambda self, x: {"y": x["x"]}), "x", "`step` gives y; expected a dictionary of x"),
        (symbolic(step=lambda self, x: x["x"]), "x", "`step` gives Coordinate; expected a dictionary"),
        (symbolic(initial={}), "x", "`initial` gives ; expected a dictionary of x"),
        (symbolic(step=lambda self, x: {"x": x["z"]}), "x", "Mine: KeyError: 'z'"),
    ],
)
def test_a_loop_in_symbols_says_what_is_missing(loop, name, message):
    index = (1,) if name == "draw" else ()
    moment = E(Observable(loop, name, 2, *index))
    with pytest.raises(BadInput, match=message):
        estimate([moment], 10)
    with pytest.raises((CannotTell, BadInput)):  # and the analytic witnesses leave it out, too
        value(moment)
    assert not prove(about(lambda n, t: Eq(moment, 3))).proved


# ---- statistics of recorded observables -----------------------------------------------------------------------------

RNG = np.random.default_rng(0)
SIMULATION = Simulation("by hand")
RECORDS = {(name, t): RNG.normal(size=2000) for name in ("variance", "mean", "draw 1", "draw 2") for t in range(5)}
LOOP = Bootstrap(3)
V, M = LOOP.variance, LOOP.mean


def draw(t, index=1):
    return Observable(LOOP, "draw", t, index)


def path(name: str) -> np.ndarray:
    return np.stack([RECORDS[name, t] for t in range(5)])


@pytest.mark.parametrize(
    ("wanted", "kind", "expected"),
    [
        (E(V(2) * M(1)), "mean", lambda: RECORDS["variance", 2] * RECORDS["mean", 1]),
        (Prob(Ge(V(2) - M(1), 1)), "indicator", lambda: RECORDS["variance", 2] - RECORDS["mean", 1] >= 1),
        (Quantile(V(2), Rational(1, 4)), "quantile", lambda: RECORDS["variance", 2]),
        (E(draw(3) * draw(3, 2)), "mean", lambda: RECORDS["draw 1", 3] * RECORDS["draw 2", 3]),
        (E(PathMax(M(s), (s, 1, 3))), "mean", lambda: path("mean")[1:4].max(axis=0)),
        (
            E(sqrt(PathMax(Abs(M(s) - M(0)), (s, 0, 4))) * V(2)),
            "mean",
            lambda: np.sqrt(np.abs(path("mean") - path("mean")[0]).max(axis=0)) * RECORDS["variance", 2],
        ),
        (
            Prob(PathMax(M(s), (s, 0, 4)) - V(1) > 1),
            "indicator",
            lambda: path("mean").max(axis=0) - RECORDS["variance", 1] > 1,
        ),
        (
            Combination(((Integer(2), E(V(2))), (Integer(-1), E(M(1))))),
            "mean",
            lambda: 2 * RECORDS["variance", 2] - RECORDS["mean", 1],
        ),
        (
            Combination(((Integer(2), Prob(V(2) > 0)), (Integer(-1), Prob(M(1) > 0)))),
            "mean",
            lambda: 2.0 * (RECORDS["variance", 2] > 0) - (RECORDS["mean", 1] > 0),
        ),
    ],
)
def test_a_moment_is_read_off_the_records(wanted, kind, expected):
    (statistic,) = recorded(wanted, SIMULATION).statistics
    read = {key: x for key, x in RECORDS.items() if key[1] in statistic.times}

    np.testing.assert_array_equal(statistic.values(read), expected())
    assert statistic.kind == kind
    assert statistic.bounds == {"indicator": (0, 1)}.get(kind, (-1, 2) if "Prob" in str(wanted) else None)


def test_a_variance_is_taken_about_a_number_near_the_mean():
    square, first = recorded(Var(V(2)), SIMULATION, 1e8).statistics
    records = {("variance", 2): 1e8 + RECORDS["variance", 2]}

    assert np.mean(square.values(records)) - np.mean(first.values(records)) ** 2 == pytest.approx(
        np.var(RECORDS["variance", 2]), rel=1e-6
    )


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (E(V(s)), "variance at generation s"),
        (E(PathMax(M(s + 1), (s, 0, 4))), r"mean at generation s \+ 1"),
        (E(PathMax(s * M(s), (s, 0, 4))), "depends on the generation itself"),
        (E(PathMax(M(s), (s, 0, Symbol("t")))), "both numbers, is expected"),
        (E(polylog(2, V(1))), r"cannot evaluate polylog\(2, variance\(1\)\)"),
    ],
)
def test_what_records_cannot_tell(wanted, message):
    with pytest.raises(CannotTell, match=message):
        recorded(wanted, SIMULATION)


def test_an_unbounded_domain_of_a_parameter_reaches_the_program():
    claim = about(lambda n, t: Eq(E(Fit(n, t).mu(1) ** 2), t**2 / n), t=Positive())
    assert {f.verdict for f in verify([claim], resolution=0.1).findings if f.witness == "simulation"} <= {
        "supported",
        "left out",
    }


class Growing(ProgramLoop):
    """An integer that outgrows 64 bits, which compiled code does not notice."""

    n: int
    observables = ("positive_still",)

    def begin(rng, n):
        return 1

    def retrain(rng, k, n):
        return k * 10 + int(rng.integers(0, 3))

    def measure(k):
        return ((k > 0) * 1.0,)


def test_integers_that_outgrow_the_machine_are_left_to_python():
    s = simulation(Growing(2))
    early = s.draw(generator(0, "x", 0), 64, [1, 10])
    late = s.draw(generator(0, "x", 0), 64, [1, 25])
    assert (early["positive_still", 10] == 1).all()
    assert (late["positive_still", 25] == 1).all()
    assert kernel_of(Growing).reason == "compiled, it gives other numbers"
