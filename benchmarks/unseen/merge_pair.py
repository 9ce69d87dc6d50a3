"""Two models are refitted to n of their own draws, after each took the share a of the other."""

from sympy import Eq, Rational, sqrt

from theory import Cov, E, Integers, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class Merged(Loop):
    """Two models are refitted to n of their own draws, after each took the share a of the other."""

    n: Integers(1)
    a: Probability()

    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, state):
        x, y, a = state["x"], state["y"], self.a
        return {
            "x": (1 - a) * x + a * y + Noise("X", Normal(0, 1)) / sqrt(self.n),
            "y": (1 - a) * y + a * x + Noise("Y", Normal(0, 1)) / sqrt(self.n),
        }


@claim(source="folklore: weight averaging over generations (model merging), Gaussian means")
def true_error(n=Integers(1), a=Reals(0, Rational(1, 2)), t=Integers(0)):
    """Merging halves the drift: E x_t^2 = t/(2n) + (1 - (1 - 2a)^(2t))/(8 n a (1 - a)).

    x = M + D/2; M has variance t/(2n), D' = (1-2a) D + noise 2/n, independent of M, and 1 - (1-2a)^2 = 4a(1-a).
    By hand t = 1: 1/(2n) + 4a(1-a)/(8 n a(1-a)) = 1/n.
    """
    return Eq(E(Merged(n, a).x(t) ** 2), t / (2 * n) + (1 - (1 - 2 * a) ** (2 * t)) / (8 * n * a * (1 - a)))


@claim(source="the same, 4 for 8")
def false_error(n=Integers(1), a=Reals(0, Rational(1, 2)), t=Integers(0)):
    """E x_t^2 = t/(2n) + (1 - (1 - 2a)^(2t))/(4 n a (1 - a)). (False: t = 1 would be 3/(2n).)"""
    return Eq(E(Merged(n, a).x(t) ** 2), t / (2 * n) + (1 - (1 - 2 * a) ** (2 * t)) / (4 * n * a * (1 - a)))


@claim(source="corollary: averaged models become copies")
def true_correlation(n=Integers(1), t=Integers(1)):
    """Two models that are averaged in every generation have the correlation (t - 1)/(t + 1).

    x_t = M_(t-1) + noise 1/n and Var M_(t-1) = (t-1)/(2n): (t-1)/(2n) over (t+1)/(2n). t = 2: 1/3.
    """
    loop = Merged(n, Rational(1, 2))
    return Eq(Cov(loop.x(t), loop.y(t)) / Var(loop.x(t)), (t - 1) / (t + 1))


@claim(source="the same, a generation off")
def false_correlation(n=Integers(1), t=Integers(1)):
    """It is t/(t + 2). (False: after the first fit they are independent.)"""
    loop = Merged(n, Rational(1, 2))
    return Eq(Cov(loop.x(t), loop.y(t)) / Var(loop.x(t)), t / (t + 2))
