"""Two clients with optima 1 and 0 make K local steps, which leave u^K and v^K of their errors; the server averages."""

from sympy import Symbol, oo

from theory import Integers, Limit, Loop, Probability, Tends, claim, coordinate


class FedAvg(Loop):
    """Two clients with optima 1 and 0 make K local steps, which leave u^K and v^K of their errors; the server averages."""

    u: Probability()
    v: Probability()
    K: Integers(1)

    x = coordinate()
    initial = {"x": 0}

    def step(self, state):
        first = 1 + self.u**self.K * (state["x"] - 1)
        second = self.v**self.K * state["x"]
        return {"x": (first + second) / 2}


@claim(source="Malinovsky et al. 2004.01442 (fixed points of local descent), two quadratics")
def true_fixed_point(u=Probability(), v=Probability(), K=Integers(1)):
    """The server tends to (1 - u^K)/(2 - u^K - v^K).

    x = (1 - u^K + (u^K + v^K) x)/2. K = 1: the optimum of the sum, curvatures 1 - u and 1 - v.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(FedAvg(u, v, K).x(t), (t, oo), (1 - u**K) / (2 - u**K - v**K))


@claim(source="folklore read too far: local steps change the speed only")
def false_fixed_point(u=Probability(), v=Probability(), K=Integers(1)):
    """It tends to the optimum of the sum, (1 - u)/(2 - u - v). (False: u = 0.9, v = 0.1, K = 2: 0.161, not 0.1.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(FedAvg(u, v, K).x(t), (t, oo), (1 - u) / (2 - u - v))


@claim(source="the same source, the rate")
def true_rate(u=Probability(), v=Probability(), K=Integers(1), t=Integers(0)):
    """And is off it by at most ((u^K + v^K)/2)^t after t rounds.

    The error is that factor's power times the first one, which is below 1.
    """
    rate = ((u**K + v**K) / 2) ** t
    return Tends(FedAvg(u, v, K).x(t), (t, 0, oo), (1 - u**K) / (2 - u**K - v**K), rate=rate)


@claim(source="the same, the geometric mean")
def false_rate(u=Probability(), v=Probability(), K=Integers(1), t=Integers(0)):
    """By at most (u v)^(K t/2). (False for u other than v and large t.)"""
    rate = (u * v) ** (K * t / 2)
    return Tends(FedAvg(u, v, K).x(t), (t, 0, oo), (1 - u**K) / (2 - u**K - v**K), rate=rate)
