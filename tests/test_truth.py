"""What Python's own words ask of a symbol is answered before it has a value: no claim is proved by such an answer."""

# ruff: noqa: E711, RUF012
import sys
from threading import Event, Thread

import pytest
from stated import is_proved, stated
from sympy import Abs, And, Eq, Integer, Lambda, Matrix, Piecewise, Rational, S, Subs, Symbol, Tuple, sqrt

from reports.conjectures import examine, load
from theory import (
    CLOCK,
    BadInput,
    Binomial,
    ChiSquare,
    E,
    GaussianLoop,
    Integers,
    Loop,
    Noise,
    Normal,
    Points,
    Positive,
    Reals,
    coordinate,
)
from theory.language.truth import functions_as_written, unanswered

half = Rational(1, 2)
T = Integers(0, 5)


class Own(Loop):
    x = coordinate()
    initial = {"x": Integer(0)}  # type: ignore[assignment]


def of(step):
    """A loop of a user's that begins at 0."""
    return type("Of", (Own,), {"step": lambda self, now: {"x": step(now["x"])}})()


STEPS = {  # each would stay at 0, or below 7, were its question answered by the symbol
    "equal": lambda x: Integer(1) if x == 0 else 2 * x,
    "a number first": lambda x: Integer(1) if 0 == x else 2 * x,  # noqa: SIM300
    "differs": lambda x: 2 * x if x != 0 else Integer(1),
    "if": lambda x: 2 * x if x else Integer(1),
    "not": lambda x: Integer(1) if not x else 2 * x,
    "or": lambda x: 2 * x or Integer(1),
    "and": lambda x: (x and 2 * x) + Integer(0),
    "one of": lambda x: Integer(1) if x in (0, 5) else 2 * x,
    "an event": lambda x: 2 * x if And(x > 0, x < 7) else Integer(1),
    "a draw": lambda x: Integer(7) if x == 1 else Noise("B", Binomial(1, half)),
    "the number of the fit": lambda x: x + (5 if CLOCK == 1 else 0),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_asks(name):
    c = stated(lambda t: Eq(E(of(STEPS[name]).x(t)), 0), t=T)
    with pytest.raises(BadInput, match=r"before any value is put in.*Piecewise"):
        examine(c)


@pytest.mark.parametrize(
    ("name", "told"), [("equal", r"== 0 is False .* write Eq\("), ("differs", r"!= 0 is True .* write Ne\(")]
)
def test_the_answer_that_the_symbol_would_give_is_told(name, told):
    with pytest.raises(BadInput, match=told):
        examine(stated(lambda t: Eq(E(of(STEPS[name]).x(t)), 0), t=T))


def test_what_has_a_value_is_compared_as_ever():
    x = Symbol("x")
    with unanswered():
        assert [x == x, Integer(2) == 2, Integer(2) == 3] == [True, True, False]
        assert [x != x, Integer(2) != 2, Integer(2) != 3] == [False, False, True]


class NotKnown(Own):
    def step(self, state):
        x = state["x"]
        return {"x": Integer(1) if x.is_zero else 2 * x}


class OfAParameter(Own):
    k: Positive

    def step(self, state):
        return {"x": state["x"] + (2 if self.k == 1 else self.k)}


class Begun(Own):
    k: Positive

    @property
    def initial(self):
        return {"x": 5 if self.k == 1 else self.k}

    def step(self, state):
        return state


def test_a_property_that_is_not_known():
    with pytest.raises(BadInput, match=r"x\.is_zero is not known before a value is put in"):
        examine(stated(lambda t: Eq(E(NotKnown().x(t)), 0), t=T))


@pytest.mark.parametrize(("loop", "mean"), [(OfAParameter, lambda k, t: k * t), (Begun, lambda k, t: k)])
def test_a_loop_that_asks_for_its_parameter(loop, mean):
    """Of one that is a number there is nothing to be said against it."""
    with pytest.raises(BadInput, match="k == 1 is False before any value is put in"):
        examine(stated(lambda k, t: Eq(E(loop(k).x(t)), mean(k, t)), k=Positive(), t=T))
    assert is_proved(lambda k, t: Eq(E(loop(Integer(k)).x(t)), mean(k, t)), k=Points(2, 3), t=T)


def variance(n, t):
    return E(GaussianLoop(n).sigma(t) ** 2)


CLAIMS = {
    "equal": lambda n, t: Eq(variance(n, t), 2 if n == 3 else 1),
    "one of": lambda n, t: Eq(variance(n, t), 2 if n in (2, 3) else 1),
    "if": lambda n, t: Eq(variance(n, t), 1 if t else 2),
    "and": lambda n, t: Eq(variance(n, t), t and 1),
    "a sum": lambda n, t: Eq(variance(n, t), 1 if n - t else 2),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_that_asks(name):
    with pytest.raises(BadInput, match=r"before any value is put in.*Piecewise"):
        examine(stated(CLAIMS[name], n=Integers(2), t=Integers(0)))


def test_a_claim_that_asks_for_what_is_not_known():
    def relation(a):
        return Eq(a, a + 1 if a.is_integer else a)

    with pytest.raises(BadInput, match=r"a\.is_integer is not known"), unanswered("relation"):
        relation(Symbol("a", real=True))
    with unanswered("relation"):
        assert relation(Symbol("a", integer=True)) is S.false


ABOVE, PLAIN, OTHER = Symbol("x", positive=True), Symbol("x", real=True), Symbol("y", real=True)
X = Noise("X", Normal(0, 1))
PUT_IN = {
    "a function": lambda x, y: Lambda(x, Abs(x))(y),
    "a function of more": lambda x, y: Lambda((x, OTHER), Abs(x) + OTHER)(y, 0),
    "subs": lambda x, y: Abs(x).subs(x, y),
    "subs, a table": lambda x, y: Abs(x).subs({x: y}),
    "subs, a list": lambda x, y: sqrt(x**2).subs([(x, y)]),
    "xreplace": lambda x, y: Abs(x).xreplace({x: y}),
    "xreplace of more": lambda x, y: (Abs(x) + 1).xreplace({x: y}) - 1,
    "replace": lambda x, y: Abs(x).replace(x, y),
    "a tuple": lambda x, y: Tuple(Abs(x)).subs(x, y)[0],
    "a matrix": lambda x, y: Matrix([Abs(x)]).subs(x, y)[0],
    "pairs, one by one": lambda x, y: Abs(x).subs(zip([x], [y], strict=True)),
    "later": lambda x, y: Subs(Abs(x) + 0 * x, x, y).doit(),
}


@pytest.mark.parametrize("put", PUT_IN.values(), ids=PUT_IN.keys())
def test_what_is_put_in_for_a_symbol_is_what_that_is_declared_to_be(put):
    """E |X| = 0 was proved of a normal X: of |x| with x above 0 SymPy has made x before X is put in."""
    with pytest.raises(BadInput, match="x is declared positive, which X is not seen to be"):
        examine(stated(lambda t: Eq(t * E(put(ABOVE, X)), 0), t=T))
    stepped = type("Stepped", (Own,), {"step": lambda self, now: {"x": put(ABOVE, now["x"]) - 1}})()
    with pytest.raises(BadInput, match="x is declared positive, which x is not seen to be"):
        examine(stated(lambda t: Eq(stepped.x(t), -t), t=T))
    with pytest.raises(BadInput, match="x is declared positive, which a is not seen to be"):  # nor of a number below 0
        examine(stated(lambda a, t: Eq(put(ABOVE, a) + t, a + t), a=Reals(-3, 3), t=T))
    assert is_proved(lambda a, t: Eq(put(ABOVE, a) + t, a + t), a=Reals(1, 3), t=T)
    assert is_proved(lambda t: Eq(t * E(put(PLAIN, X) ** 2), t), t=T)
    assert is_proved(lambda t: Eq(t * E(put(ABOVE, Noise("X", ChiSquare(3)))), 3 * t), t=T)


def test_a_function_of_a_user_s_file_keeps_its_variable(tmp_path):
    """Made as the file is run, of |x| it was the one function that gives back what it gets."""
    (tmp_path / "mine.py").write_text(
        "from sympy import *\nfrom theory import *\n\nx = Symbol('x', positive=True)\nsize = Lambda(x, Abs(x))\n\n\n"
        "@claim(source='me')\ndef nothing(t=Integers(0)):\n    'It has no size.'\n"
        "    return Eq(t * E(size(Noise('X', Normal(0, 1)))), 0)\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match="x is declared positive, which X is not seen to be"):
        load(tmp_path / "mine.py")
    assert Lambda(PLAIN, PLAIN) is S.IdentityFunction, "as it was"


def test_what_may_be_asked():
    """Numbers, whether something is there at all, what is so of all values; and cases in SymPy's words."""
    loop = of(lambda x: Piecewise((Integer(1), Eq(x, 0)), (2 * x, True)))
    assert is_proved(lambda t: Eq(t * E(loop.x(3)), 4 * t), t=T)
    assert is_proved(lambda k, t: Eq(variance(k, t), 1 if k == 2 or k in (3, 4) else 2), k=Points(2, 3), t=T)
    assert is_proved(lambda n, t: Eq(variance(n, t), 2 if t is None or t == None or n == -1 else 1), n=Integers(2), t=T)
    assert is_proved(lambda n, t: Eq(variance(n, t), 1 if n and n == n and n.is_positive else 2), n=Integers(2), t=T)


def test_what_listens_is_put_back_whole_when_the_clock_ends_a_block():
    """Where the end came between putting back and forgetting, nothing listened any more in that process."""
    import signal

    from reports import clock
    from theory.language.errors import OutOfTime

    def at_each_line(frame, event, _):
        if frame.f_code is unanswered.__wrapped__.__code__:
            signal.raise_signal(signal.SIGPROF)  # as if its time were over there
        return at_each_line

    before, handler = sys.gettrace(), signal.getsignal(signal.SIGPROF)
    block = clock.within(30.0)
    try:
        with block:
            sys.settrace(at_each_line)
            with unanswered():
                pass
            sys.settrace(before)
    finally:
        sys.settrace(before)
    assert signal.getsignal(signal.SIGPROF) == handler
    with pytest.raises(OutOfTime), clock.within(30.0):
        signal.raise_signal(signal.SIGPROF)
    x = Symbol("x")
    with pytest.raises(BadInput, match="before any value"), unanswered():
        eval("x == 0", {"x": x})


def test_where_nobody_listens_symbols_answer_as_sympy_has_it():
    """What listens to numbers and to `!=` is in place for good."""
    x = Symbol("x")
    assert (x != 0) is True
    assert (x != Symbol("x")) is False
    assert ((x < 1) != (x < 2)) is True
    for ask in (int, float, bool):
        with pytest.raises(TypeError):
            ask(x < 1 if ask is bool else x)


def ended(*threads):
    """Whether threads come to an end; those that do not are left behind."""
    for thread in threads:
        thread.join(20)
    return not any(thread.is_alive() for thread in threads)


def asked(begun, answer, over=None):
    """In another thread: what strange code gets for `x != 0`, and for a function."""
    begun.wait(20)
    try:
        answer.append(eval("x != 0", {"x": Symbol("x")}))
    except BadInput as problem:
        answer.append(problem)
    finally:
        if over:
            over.set()


def test_a_thread_that_a_file_starts_does_not_wait_for_the_end_of_the_file():
    """It waited for ever where the file waits for it."""
    answer = []

    def listened_to():
        with unanswered():
            answer.append(True)

    for block in (functions_as_written, unanswered):
        with block():
            thread = Thread(target=listened_to, daemon=True)
            thread.start()
            assert ended(thread), block
    assert answer == [True, True]


def test_blocks_that_overlap_in_two_threads_leave_nothing_in_place():
    """Each put back what it had found there, which was the other's."""
    own = {(kind, name): vars(kind).get(name) for kind in (Lambda, Symbol, Abs) for name in ("__new__", "__eq__")}
    x = Symbol("x", positive=True)
    for blocks in ([functions_as_written, unanswered], [unanswered, functions_as_written], [unanswered, unanswered]):
        inside, leave = Event(), Event()

        def first(block=blocks[0], inside=inside, leave=leave):
            with block():
                inside.set()
                leave.wait(20)

        thread = Thread(target=first, daemon=True)
        thread.start()
        inside.wait(20)
        with blocks[1]():
            leave.set()
            assert ended(thread)
            assert eval("Lambda(x, x)", {"Lambda": Lambda, "x": x}).variables == (x,)
        assert {(kind, name): vars(kind).get(name) for kind, name in own} == own
        assert Lambda(x, x) is S.IdentityFunction


def test_a_thread_beside_asks_sympy_as_ever():
    """What one thread listens to was refused in the other, or told as asked by what it listens to itself."""
    begun, over, answer = Event(), Event(), []
    thread = Thread(target=asked, args=(begun, answer, over), daemon=True)
    thread.start()  # before anybody listens
    with unanswered():
        begun.set()
        over.wait(20)
    assert ended(thread)
    assert answer == [True]


def test_a_thread_that_a_step_starts_is_listened_to():
    begun, answer = Event(), []
    begun.set()

    def step():
        with unanswered():
            thread = Thread(target=asked, args=(begun, answer), daemon=True)
            thread.start()
            assert ended(thread)

    with pytest.raises(BadInput, match="before any value is put in"):
        step()
    assert isinstance(answer[0], BadInput)
