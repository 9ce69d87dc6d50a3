"""Fields: what a loop takes, what it refuses, what it says of it; and that every loop of the package is rebuilt from them."""

import copy
import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import assert_proved, is_proved
from sympy import Eq, Float, I, Integer, Lambda, Rational, S, Symbol, Tuple, exp, latex, nan, oo, pi, sqrt, true, zoo
from sympy.core.symbol import Str
from sympy.matrices import MatrixBase

import theory
from theory import (
    Accumulate,
    BadInput,
    E,
    Finite,
    FreshReal,
    Integers,
    Loop,
    Noise,
    Normal,
    Pieces,
    Points,
    Positive,
    Probability,
    Reals,
    Replace,
    Simplex,
    Subsample,
    Uniform,
    coordinate,
    observable,
)
from theory.curation.users import UsersLoop
from theory.filters import Top
from theory.filters.gaussian import Keep
from theory.language.fields import (
    Between,
    Either,
    Flag,
    Instance,
    Listed,
    Masses,
    Nonnegative,
    Ratio,
    Values,
    computed,
    kind_of,
)
from theory.language.finite_loops import FiniteLoop
from theory.language.laws import Atoms, Cauchy, Laplace, Law, Logistic, Mixture
from theory.language.likelihood import LikelihoodLoop, Refitted
from theory.language.loops import Named, Observable, of_draw
from theory.language.matrices import MatrixValues
from theory.stability.models import LogisticLocation
from theory.stability.orbits import PerfectLearnerLoop

half = Rational(1, 2)
x = Symbol("x", real=True)
LAW = Finite((half, Rational(1, 3), Rational(1, 6)))


def of(kind, **options):
    """A loop of one parameter, `value`."""
    return type("OneLoop", (Loop,), {"__annotations__": {"value": kind}, "__module__": __name__, **options})


# ---- kinds ----------------------------------------------------------------------------------------------------------

INSIDE = {
    Integers: ([0, 3], [-1, half, oo, pi]),
    Integers(1): ([1, 10**30], [0, -1, half, Float(2), oo, nan]),
    Integers(2, 4): ([2, 4], [1, 5, 3.5]),
    int: ([-3, 0, 3], [half, 2.5, oo]),
    float: ([-3, half, 0.5, pi], [oo, -oo, nan, I, zoo]),
    Reals: ([-3, half, 0.5, pi, sqrt(2)], [oo, -oo, nan, I]),
    Reals(0, 1): ([half, 1 / pi], [0, 1, -1, 2, oo]),
    Probability: ([half], [0, 1]),
    Positive: ([half, 1e-9, pi], [0, -1, oo, nan, I]),
    Between(0, 1): ([0, half, 1, 1.0], [-1, 1 + Rational(1, 10**9), 2, oo, nan, I]),
    Between(-1, oo): ([-1, 0, oo], [-2, -oo, nan]),
    Nonnegative: ([0, half, pi], [-1, oo, nan, I]),
    Ratio: ([0, half, oo], [-1, -oo, nan, I, zoo]),
    Integers(2) | Points(oo): ([2, 7, oo], [1, half, -oo, nan]),
    Reals(0, 1) | Points(1): ([half, 1], [0, 2]),
    Points(1, 2): ([1, 2], [0, 3]),
    Values(Positive): ([(1, half), (), [pi]], [(1, 0), (oo,)]),
    Values(Between(0, 1)): ([(0, 1)], [(0, 2)]),
}
CASES = [(kind, value, fits) for kind, sides in INSIDE.items() for fits, side in zip((True, False), sides, strict=True)
         for value in side]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "fits"), CASES, ids=str)
def test_a_number_is_of_its_kind_or_refused(kind, value, fits):
    loop = of(kind)(value)
    reason = loop.refuses()
    assert (reason is None) is fits
    if not fits:
        assert reason == f"value = {loop.args[0]}: {kind_of(kind).wanted} is expected"


@pytest.mark.parametrize("kind", [k for k in INSIDE if not isinstance(k, Values)], ids=str)
def test_a_symbol_stands_for_a_number_until_it_has_one(kind):
    cls, s = of(kind), Symbol("s")
    loop = cls(s)
    assert loop.value is s
    assert loop.refuses() is None
    for fits, side in zip((True, False), INSIDE[kind], strict=True):
        for value in side:
            if value is not nan:
                assert (loop.subs(s, value).refuses() is None) is fits


@given(st.fractions())
def test_kinds_of_numbers_are_sets_of_numbers(q):
    value = Rational(q)
    sets = {
        Positive: q > 0,
        Nonnegative: q >= 0,
        Ratio: q >= 0,
        Reals: True,
        Reals(0, 1): 0 < q < 1,
        Between(0, 1): 0 <= q <= 1,
        Integers(1): q.denominator == 1 and q >= 1,
        Integers(2) | Points(oo): q.denominator == 1 and q >= 2,
        Between(0, 1) | Integers(2): 0 <= q <= 1 or (q.denominator == 1 and q >= 2),
    }
    for kind, fits in sets.items():
        assert (of(kind)(value).refuses() is None) is fits, kind
        assert (of(Values(kind))((value, value)).refuses() is None) is fits, kind


@pytest.mark.parametrize("value", ["1", "x + 1", None, [1], {}, print, Normal(0, 1), true, Lambda(x, x)], ids=str)
@pytest.mark.parametrize("kind", [Integers(1), Positive, Between(0, 1), Ratio, Integers(2) | Points(oo)], ids=str)
def test_what_is_no_number_is_told(kind, value):
    with pytest.raises(BadInput, match=r"OneLoop\(value\): value is .*; expected .*, or a symbol$"):
        of(kind)(value)


def test_flags_and_words_are_those_of_python():
    flag, word = of(Flag), of(Points("fit", "full"))
    assert flag(True).value is True
    assert flag(S.false).value is False
    assert flag(True).args == (true,)
    assert word("fit").value == "fit"
    assert type(word("fit").value) is str
    assert word(Str("full")).args == (Str("full"),)
    for wrong in ("warm", 3, Symbol("s")):
        with pytest.raises(BadInput, match=r"value is .*; expected one of fit, full$"):
            word(wrong)
    for wrong in (1, "True", None):
        with pytest.raises(BadInput, match=r"value is .*; expected True or False"):
            flag(wrong)


def test_a_number_or_a_word():
    either = of(Reals | Points("unbiased", "mle"))
    assert either("mle").value == "mle"
    assert either(-1).value == -1
    assert either(-1).refuses() is either("mle").refuses() is None
    assert "a number, or one of unbiased, mle is expected" in either(oo).refuses()
    with pytest.raises(BadInput, match="value is 'best'; expected a number, or one of unbiased, mle, or a symbol"):
        either("best")


def test_laws_and_policies():
    assert of(Normal)(Normal(0, 1)).value == Normal(0, 1)
    assert of(Normal | Uniform)(Uniform(0, 1)).refuses() is None
    assert of(Finite)((half, half)).value == Finite((half, half))
    assert of(Replace | Accumulate)(Accumulate()).value == Accumulate()
    assert of(Points(Logistic(), Laplace()))(Laplace()).value == Laplace()
    assert "sum 1" in of(Finite)((half, half, half)).refuses()
    assert "Normal(0, -1)" in of(Normal)(Normal(0, -1)).refuses()
    with pytest.raises(BadInput, match=r"value is Cauchy\(0, 1\); expected Normal or Uniform\(...\)$"):
        of(Normal | Uniform)(Cauchy(0, 1))
    with pytest.raises(BadInput, match=r"expected Replace or Accumulate\(...\)$"):
        of(Replace | Accumulate)(Subsample())
    with pytest.raises(
        BadInput, match=r"value is Logistic\(1, 1\); expected one of Logistic\(0, 1\), Laplace\(0, 1\)$"
    ):
        of(Points(Logistic(), Laplace()))(Logistic(1))


def test_values_on_atoms_are_a_sequence_or_a_function():
    class AtomsLoop(FiniteLoop):
        start: Finite
        rates: Values(Positive, of="start")
        size: Listed(Integers(1)) = 2
        more: Values(Reals, of="size") = computed(lambda given: lambda i: i)

    same = (1, 2, 3)
    for rates in (same, list(same), Tuple(*same), lambda i: i + 1, Lambda(x, x + 1)):
        assert AtomsLoop(LAW, rates).rates == Tuple(1, 2, 3)
    assert AtomsLoop(LAW, same).more == Tuple(0, 1)
    assert AtomsLoop(LAW, same, 3, same).more == Tuple(1, 2, 3)
    assert AtomsLoop(LAW, (1, 0, 2)).refuses() == (
        "rates = (1, 0, 2): a sequence, each of it a positive number, is expected"
    )
    for wrong, said in (
        ((1, 2), "rates: 2 values for 3 atoms"),
        (3, "rates is 3; expected a sequence"),
        ("abc", "'abc'"),
    ):
        with pytest.raises(BadInput, match=said):
            AtomsLoop(LAW, wrong)
    with pytest.raises(BadInput, match="more: 3 values for size = 2"):
        AtomsLoop(LAW, same, 2, same)
    with pytest.raises(BadInput, match="expected a sequence"):
        of(Values(Reals))(lambda i: i)


def test_a_number_that_shapes_a_loop_is_no_symbol():
    shaped = of(Listed(Integers(2) | Points(oo)))
    assert shaped(oo).value is oo
    with pytest.raises(BadInput, match=r"value: expected a whole number, 2 or more, or oo, not 1$"):
        shaped(1)
    with pytest.raises(BadInput, match=r"or oo, not K: list its values, K=Points\(2, 3, 4\)$"):
        shaped(Symbol("K"))


@pytest.mark.parametrize("wrong", [str, "list[int]", "nonesuch", 3, None, "Integers(1.5)"], ids=str)
def test_an_annotation_that_is_no_kind(wrong):
    with pytest.raises(BadInput, match=r"OneLoop: the parameter value is annotated .*; expected a kind"):
        of(wrong)


# ---- a class --------------------------------------------------------------------------------------------------------


class HerdLoop(Loop):
    """A mean and what is drawn beside it."""

    n: Integers(1)
    scale: Positive = 1
    start: Reals = computed(lambda given: given.n * given.scale)
    moving: Flag = False

    level = coordinate(r"\ell")
    width = coordinate(positive=True)
    drift = coordinate(when=lambda loop: loop.moving)
    seen = observable("S", positive=True)

    @property
    def initial(self):
        drift = {"drift": 0} if self.moving else {}
        return {"level": self.start, "width": self.scale, **drift}

    def step(self, state):
        z = Noise("Z", Normal(0, 1))
        return {**state, "level": state["level"] + z / self.n, "width": state["width"] * exp(z)}


class WideLoop(HerdLoop):
    """It begins elsewhere, and has a parameter more."""

    scale: Between(1, 5) = 2
    last: Ratio = oo


class FixedLoop(HerdLoop):
    """A default of its own."""

    scale = 3


@pytest.mark.parametrize("name", ["kind", "args", "count"])
def test_a_parameter_is_not_called_as_what_every_object_has(name):
    """It was read as that, whatever was given."""
    with pytest.raises(BadInput, match=f"OneLoop: a parameter is called {name}, as something"):
        type("OneLoop", (Loop,), {"__annotations__": {name: Positive()}, "__doc__": "One."})


def test_parameters_by_place_by_name_and_by_default():
    assert HerdLoop(3).args == (3, 1, 3, S.false)
    assert HerdLoop(3, 2).args == HerdLoop(3, scale=2).args == HerdLoop(scale=2, n=3).args == (3, 2, 6, S.false)
    assert HerdLoop(3, 2, None) == HerdLoop(3, 2)
    assert HerdLoop(3, 2, 5, True).start == 5
    n = Symbol("n", integer=True, positive=True)
    assert HerdLoop(n, 2).start == 2 * n
    assert HerdLoop(n, 2).subs(n, 4) == HerdLoop(4, 2)


def test_parameters_are_inherited_in_order():
    assert list(WideLoop.fields) == ["n", "scale", "start", "moving", "last"]
    assert WideLoop(3).args == (3, 2, 6, S.false, oo)
    assert "a number from 1 to 5" in WideLoop(3, 6).refuses()
    assert FixedLoop(3).args == (3, 3, 9, S.false)
    assert FixedLoop(3).scale == 3
    assert HerdLoop(3).scale == 1
    assert "a positive number" in FixedLoop(3, 0).refuses()
    assert WideLoop(3).state == HerdLoop(3).state == ("level", "width")
    assert WideLoop.positive == {"width", "seen"}


def test_coordinates_and_observables():
    loop, t = HerdLoop(3), Symbol("t", integer=True, nonnegative=True)
    assert loop.state == ("level", "width")
    assert HerdLoop(3, moving=True).state == ("level", "width", "drift")
    assert loop.level(t) == Observable(loop, "level", t)
    assert loop.seen(t) == Observable(loop, "seen", t)
    assert latex(loop.level(t)) == r"\ell_{t}"
    assert latex(loop.seen(t)) == "S_{t}"
    assert latex(loop.width(t)) == r"\mathrm{width}_{t}"
    assert latex(loop.draw(t)) == "X_{t}"
    assert loop.width(t).is_positive
    assert loop.level(t).is_positive is None
    assert loop.level.__name__ == "level"
    assert loop.level == loop.level
    assert "level after t fits" in loop.level.__doc__
    with pytest.raises(TypeError, match=r"HerdLoop.level\(\) takes 2 positional arguments but 3 were given"):
        loop.level(t, 2)


def test_a_function_of_a_fresh_draw():
    class PricedLoop(FiniteLoop):
        start: Finite
        price = of_draw("c")
        tables = property(lambda self: {"price": Tuple(3, 1, 2)})

    loop = PricedLoop(LAW)
    assert loop.price(1) == loop.price(1, 1) == Observable(loop, "price", 1, 1)
    assert loop.price(1) != loop.price(1, 2)
    assert latex(loop.price(1, 2)) == r"\left(c_{1}^{(2)}\right)"


def test_masses_are_a_law_on_as_many_atoms():
    weighed = Atoms((2, 1), (half, half))
    assert theory.CuratedLoop(weighed) == theory.CuratedLoop(Finite((half, half)), (2, 1))
    for kind, more in ((theory.CuratedLoop, ((1, 2, 5),)), (UsersLoop, (((1, 2, 5),), Finite((1,))))):
        with pytest.raises(BadInput, match="start: 2 atoms, and law has 3"):
            kind(LAW, *more, start=weighed)
    with pytest.raises(BadInput, match="start: 2 atoms, and law has 3"):
        PerfectLearnerLoop(LAW, weighed, 1)
    assert "of sum 1" in theory.CuratedLoop(Finite((half, 1)), (1, 2)).refuses()


def test_no_loop_has_a_new_of_its_own():
    """What a loop is called with is declared, by annotations."""
    kinds = {Refitted, *(case.values[0] for case in every_loop())}
    assert not [cls for cls in kinds for base in cls.__mro__ if getattr(base, "fields", {}) and "__new__" in vars(base)]


def test_how_a_loop_is_called_is_told():
    assert str(inspect.signature(HerdLoop)) == "(n, scale=1, start='...', moving=False)"
    assert str(inspect.signature(FixedLoop)) == "(n, scale=3, start='...', moving=False)"
    assert list(inspect.signature(theory.CuratedLoop).parameters) == ["law", "weights", "K", "lam", "start"]
    call = r"HerdLoop\(n, scale=1, start, moving=False\)"
    for wrong, said in (
        (lambda: HerdLoop(), f"{call}: n is missing"),
        (lambda: HerdLoop(1, 2, 3, True, 5), f"{call} takes 4 values, not 5"),
        (lambda: HerdLoop(1, n=2), f"{call}: n is given twice"),
        (lambda: HerdLoop(1, scal=2), f"{call} has no parameter 'scal', did you mean 'scale'"),
        (lambda: HerdLoop(1, "two"), f"{call}: scale is 'two'; expected a positive number, or a symbol"),
    ):
        with pytest.raises(BadInput, match=said):
            wrong()


def test_defaults_are_looked_at():
    with pytest.raises(BadInput, match="OneLoop: the parameter value is 'one'; expected a positive number"):
        of(Positive, value="one")
    with pytest.raises(BadInput, match=r"the parameter value is Normal\(0, 1\); expected Uniform"):
        of(Uniform, value=Normal(0, 1))
    with pytest.raises(BadInput, match="the parameter m has no default, but n before it has"):
        type("TwoLoop", (Loop,), {"__annotations__": {"n": int, "m": int}, "n": 1, "__module__": __name__})


def test_a_property_takes_the_place_of_a_parameter():
    class HalvedLoop(HerdLoop):
        @property
        def scale(self):
            return self.args[1] / 2

    assert HalvedLoop(3).scale == half
    assert list(HalvedLoop.fields) == list(HerdLoop.fields)


def test_what_is_no_parameter():
    class PlainLoop(Loop):
        joint_points: tuple = ({"n": 2},)
        _hidden: int = 3
        n: int

    assert list(PlainLoop.fields) == ["n"]
    assert PlainLoop(2).joint_points == ({"n": 2},)


# ---- every loop -----------------------------------------------------------------------------------------------------


def every_loop():
    """The loops of the package that are declared by fields, each with values for its parameters, of their kinds."""
    for name, cls in sorted(theory._loops().items()):
        if cls.fields and cls is not LikelihoodLoop:  # which states no model
            values = {}
            for field in cls.fields.values():
                key = (name, field.name)
                values[field.name] = SPECIAL[key] if key in SPECIAL else example(field.kind)
            yield pytest.param(cls, values, id=name)


KNOWN = {
    Keep: Top(1),
    Law: Normal(0, 1),
    Lambda: Lambda(x, exp(-(x**2)) / 2),
    Finite: LAW,
    Uniform: Uniform(0, 1),
    Pieces: Pieces(((1, 2), (half, 1)), (half, half)),
    Normal: Normal(0, 1),
    Cauchy: Mixture(half, Cauchy(-1, 1), Cauchy(1, 1)),
    LikelihoodLoop: LogisticLocation(Normal(0, 1), 1),
}
SPECIAL = {
    ("FilteredLoop", "keep"): (half, 1, 0),
    ("CuratedLoop", "weights"): (1, 2, 5),
    ("AnchoredTiltLoop", "weights"): (1, 2, 5),
    ("GradientFlowLoop", "eigenvalues"): (1, 2),
    ("GradientFlowLoop", "head"): (3, 4),
    ("MultivariateGaussianLoop", "variances"): (1, 3),
    ("MultivariateGaussianLoop", "d"): 2,
    ("MultivariateGaussianLoop", "n"): 5,
    ("RegressionLoop", "n"): 9,
    ("CategoricalLoop", "policy"): Accumulate(),
    ("SymbolLoop", "policy"): Accumulate(),
    ("PooledGaussianLoop", "policy"): FreshReal(3),
    ("PooledGaussianLoop", "ddof"): 0,
    ("MinimumNormLoop", "d"): 9,
    ("BernoulliRiskLoop", "eps"): Rational(1, 4),
}


def example(kind):
    """A value of a kind, that of a symbol where it may be one: then the number is put in."""
    if isinstance(kind, Either):
        return example(kind.kinds[0])
    if isinstance(kind, Instance):
        return KNOWN[kind.classes[0]] if kind.classes[0] in KNOWN else kind.classes[0]()
    if isinstance(kind, Flag):
        return True
    if isinstance(kind, Masses):
        return LAW
    if isinstance(kind, Listed):
        return example(kind_of(kind.kind))
    if isinstance(kind, MatrixValues):
        return [[half] * kind.columns] * kind.rows
    if isinstance(kind, Values):  # as many as there are: none
        return ()
    for value in (half, Integer(3), Integer(1), Rational(1, 4)):
        if kind.symbolic and kind.contains(value, None):
            return value
    return kind.domain.listed[0]


@pytest.mark.parametrize(("cls", "values"), list(every_loop()))
def test_every_loop_is_its_parameters(cls, values):
    loop = cls(*values.values())
    assert loop.refuses() is None
    for same in (loop.func(*loop.args), pickle.loads(pickle.dumps(loop)), copy.copy(loop), copy.deepcopy(loop)):
        assert same == loop
        assert hash(same) == hash(loop)
        assert type(same) is cls
    for field, arg in zip(cls.fields.values(), loop.args, strict=True):
        assert getattr(loop, field.name) == field.kind.shown(arg)
    assert list(inspect.signature(cls).parameters) == list(cls.fields)
    assert cls(**values) == loop


@pytest.mark.parametrize(("cls", "values"), list(every_loop()))
def test_every_loop_takes_symbols_where_it_takes_numbers(cls, values):
    loop = cls(*values.values())
    free = [f.name for f in cls.fields.values() if f.kind.symbolic and not isinstance(f.kind, Flag | Listed)]
    symbols = {name: Symbol(name, integer=loop.args[i].is_integer, positive=True)
               for i, name in enumerate(cls.fields) if name in free}  # fmt: skip
    general = cls(*(symbols.get(name, value) for name, value in values.items()))
    assert general.free_symbols >= set(symbols.values())
    assert general.subs({s: values[name] for name, s in symbols.items()}) == loop
    for name, s in symbols.items():
        one = cls(*(s if other == name else value for other, value in values.items()))
        assert one.subs(s, values[name]) == loop
        assert one.subs(s, nan).refuses(), name


@pytest.mark.parametrize(("cls", "values"), list(every_loop()))
def test_every_coordinate_of_every_loop_is_an_observable(cls, values):
    loop, t = cls(*values.values()), Symbol("t", integer=True, nonnegative=True)
    for name in loop.state:
        found = getattr(cls, name, None)
        if isinstance(found, Named):
            assert getattr(loop, name)(t) == Observable(loop, name, t)
        assert latex(Observable(loop, name, t))
    for found in (x for base in cls.__mro__ for x in vars(base).values() if isinstance(x, Named)):
        value = getattr(loop, found.name)(t)
        entries = list(value) if isinstance(value, MatrixBase) else [value]
        assert {x.name.partition("[")[0] for x in entries} == {found.name}  # of a vector, its entries
    if loop.state and cls.initial is not Loop.initial:
        assert set(loop.initial) == set(loop.state)


def test_all_loops_are_declared():
    bases = {"FiniteLoop", "PopulationLoop", "ArgmaxLoop", "PrecisionLoop", "MatrixLoop"}
    assert {name for name, cls in theory._loops().items() if not cls.fields} <= bases


class Symbols(Loop):
    p: Simplex(3)
    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": self.p[0], "y": self.p[2]})

    def step(self, now):
        return {"x": now["x"] / 2, "y": now["y"] / 2}


def test_probabilities_of_sum_1_are_a_parameter():
    domains = {"p": Simplex(3), "t": Integers(0)}
    assert is_proved(lambda p, t: Eq(Symbols(p).x(t) + Symbols(p).y(t), (1 - p[1]) / 2**t), **domains)
    assert not is_proved(lambda p, t: Eq(Symbols(p).x(t) + Symbols(p).y(t), p[1] / 2**t), **domains)
    half = Rational(1, 2)
    for wrong in ((half, half), (half, half, half)):
        with pytest.raises(BadInput, match="3 positive probabilities of sum 1"):
            Symbols(wrong)
    for wrong in ((1, 0, 0), (2, -half, -half)):
        assert "3 positive probabilities of sum 1" in Symbols(wrong).refuses()


@pytest.mark.parametrize("name", ["state", "symbols", "model", "draw", "in_state", "is_zero", "law_at"])
def test_what_every_loop_has_is_no_name_of_a_quantity(name):
    """A coordinate that was called `state` failed in every witness, and of others it was chance."""
    with pytest.raises(BadInput, match=f"`{name}`, which every loop has"):
        type(Loop)("Named", (Loop,), {name: coordinate()})
    with pytest.raises(BadInput, match=f"{name}, as something of every object|`{name}`, which every loop has"):
        type(Loop)("Named", (Loop,), {"__annotations__": {name: Positive()}, "x": coordinate()})


def test_a_count_may_be_called_so():
    class Counted(Loop):
        count = coordinate()
        initial = {"count": 0}  # type: ignore[assignment]  # noqa: RUF012

        def step(self, now):
            return {"count": now["count"] + 1}

    assert_proved(lambda t: Eq(E(Counted().count(t)), t), t=Integers(0))
