"""Wright-Fisher: N draws from the share x, after mutation away at rate u and back at rate v."""

from sympy import Eq, Symbol, oo

from theory import Binomial, Cov, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Mutating(Loop):
    """Wright-Fisher: N draws from the share x, after mutation away at rate u and back at rate v."""

    N: Integers(1)
    u: Probability()
    v: Probability()
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        x = state["x"]
        return {"x": Noise("Y", Binomial(self.N, x * (1 - self.u) + (1 - x) * self.v)) / self.N}


@claim(source="Wright 1931, Ewens 2004 (stationary variance of the mutation model)")
def true_stationary_variance(N=Integers(1), u=Probability(), v=Probability(), p=Probability()):
    """In the long run the share has the variance m (1 - m)/(N - (N - 1) r^2), m = v/(u + v), r = 1 - u - v.

    V' = (m(1-m) - r^2 V)/N + r^2 V, a fixed point at V (1 - r^2 + r^2/N) = m(1-m)/N. N = 1: m(1-m), a coin.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    m, r = v / (u + v), 1 - u - v
    return Limit(Var(Mutating(N, u, v, p).x(t)), (t, oo), m * (1 - m) / (N - (N - 1) * r**2))


@claim(source="the same, N for N - 1")
def false_stationary_variance(N=Integers(1), u=Probability(), v=Probability(), p=Probability()):
    """It is m (1 - m)/(N - N r^2), an autoregression with constant noise. (False: N = 1 must give m (1 - m).)"""
    t = Symbol("t", integer=True, nonnegative=True)
    m, r = v / (u + v), 1 - u - v
    return Limit(Var(Mutating(N, u, v, p).x(t)), (t, oo), m * (1 - m) / (N - N * r**2))


@claim(source="folklore: the mean is linear in the state")
def true_memory(N=Integers(1), u=Probability(), v=Probability(), p=Probability(), t=Integers(0), k=Integers(0)):
    """Cov(x_(t+k), x_t) = (1 - u - v)^k Var x_t.

    E(x' | x) = v + (1 - u - v) x, k times.
    """
    x = Mutating(N, u, v, p).x
    return Eq(Cov(x(t + k), x(t)), (1 - u - v) ** k * Var(x(t)))


@claim(source="the same, as if a token escaped both mutations")
def false_memory(N=Integers(1), u=Probability(), v=Probability(), p=Probability(), t=Integers(0), k=Integers(0)):
    """Cov(x_(t+k), x_t) = ((1 - u)(1 - v))^k Var x_t. (False for k, t >= 1: off by u v.)"""
    x = Mutating(N, u, v, p).x
    return Eq(Cov(x(t + k), x(t)), ((1 - u) * (1 - v)) ** k * Var(x(t)))
