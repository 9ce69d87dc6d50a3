"""A vocabulary of V words, n of which are written in each generation."""

from sympy import Eq, exp

from theory import Binomial, E, Integers, Loop, Noise, Prob, claim, coordinate


class Word(Loop):
    """The share of one word, refitted to n words of text."""

    n: Integers(1)
    V: Integers(2)
    x = coordinate()

    @property
    def initial(self):
        return {"x": 1 / self.V}

    def step(self, now):
        return {"x": Noise("B", Binomial(self.n, now["x"])) / self.n}


@claim
def true_first_loss(n=Integers(1), V=Integers(2)):
    """After the first generation a word is gone with probability (1 - 1/V)^n."""
    return Eq(Prob(Eq(Word(n, V).x(1), 0)), (1 - 1 / V) ** n)


@claim
def false_first_loss(n=Integers(1), V=Integers(2)):
    """After the first generation a word is gone with probability exp(-n/V)."""
    return Eq(Prob(Eq(Word(n, V).x(1), 0)), exp(-n / V))


@claim
def true_second_loss(n=Integers(1, 60), V=Integers(2)):
    """After the second a word is gone with at least the probability that it was gone after the first."""
    return Prob(Eq(Word(n, V).x(2), 0)) >= (1 - 1 / V) ** n


@claim
def true_survival(n=Integers(1, 60), V=Integers(2), t=Integers(1, 30)):
    """The probability to survive is at most n/V."""
    return Prob(Word(n, V).x(t) > 0) <= n / V


@claim
def true_repetition(n=Integers(1), V=Integers(2), t=Integers(0)):
    """Two words of a text of generation t are equal with probability 1 - (1 - 1/V)(1 - 1/n)^t."""
    return Eq(V * E(Word(n, V).x(t) ** 2), 1 - (1 - 1 / V) * (1 - 1 / n) ** t)


@claim
def false_repetition(n=Integers(1), V=Integers(2), t=Integers(0)):
    """Two words of a text of generation t are equal with probability 1 - (1 - 1/n)^t."""
    return Eq(V * E(Word(n, V).x(t) ** 2), 1 - (1 - 1 / n) ** t)
