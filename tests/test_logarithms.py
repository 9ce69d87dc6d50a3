"""Logarithms of one number in several writings, as those of two loops of one variance."""

from stated import is_proved
from sympy import Add, Symbol, log, oo, symbols

from theory import KL, E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Var, coordinate
from theory.language.lengths import terms_when_expanded
from theory.proof.signs import Certificate, positive
from theory.proof.symbols.logarithms import of_one_writing

a, b, c = symbols("a b c", positive=True)
t = Symbol("t", integer=True, positive=True)


class NoisyDescent(Loop):
    """A step of the size g towards d, with noise of the variance s**2."""

    g: Probability()
    s: Positive
    d: Positive
    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": (1 - self.g) * now["x"] + self.g * self.d + self.s * Noise("Z", Normal(0, 1))}


def leak(g, s, d, t):
    """KL of the laws with a datum d and with 2 d: the variances are the same."""
    x, y = (NoisyDescent(g, s, k * d).x(t) for k in (1, 2))
    return KL(Normal(E(x), Var(x)), Normal(E(y), Var(y)))


def limit(factor):
    return lambda g, s, d: Limit(leak(g, s, d, t), (t, oo), factor * d**2 * g * (2 - g) / (2 * s**2))


DOMAIN = {"g": Probability(), "s": Positive(), "d": Positive()}


def test_what_two_loops_differ_by():
    """Nothing was known of the sign of log(Var) - log(Var), and the looking for it raised a sum to the power two million."""
    assert is_proved(limit(1), **DOMAIN)
    assert not is_proved(limit(2), **DOMAIN)
    assert not is_proved(
        lambda g, s, d, t: leak(g, s, d, t) <= d**2 * g**2 / (2 * s**2), **DOMAIN, t=Integers(1)
    )  # but at t = 1


def test_the_shortest_writing_is_taken():
    x = log(a**2 + 2 * a * b + b**2) - log((a + b) ** 2) + log(a + 2 * b)
    assert of_one_writing(x) == log(a + 2 * b)
    assert of_one_writing(log(a + b) - log(a + 2 * b)) == log(a + b) - log(a + 2 * b)


def test_powers_of_a_million_are_not_multiplied_out():
    x = 1 - (1 - a / (1 + a)) ** (2 * t + 2_000_000)
    assert terms_when_expanded(x) > 10**9
    assert positive(x, Certificate())
    assert not positive(x - c, Certificate())
    assert len(Add.make_args(x)) == 2
