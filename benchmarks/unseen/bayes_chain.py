"""Each learner sees one utterance of the one before, wrong with probability e, and samples its posterior."""

from sympy import Eq, Symbol, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Prob, Probability, claim, coordinate


class Learners(Loop):
    """Each learner sees one utterance of the one before, wrong with probability e, and samples its posterior."""

    q: Probability()
    e: Probability()

    h = coordinate()
    initial = {"h": 1}

    def step(self, state):
        q, e, h = self.q, self.e, state["h"]
        flip = Noise("F", Binomial(1, e))
        heard = h + flip - 2 * h * flip
        if_one = Noise("A", Binomial(1, q * (1 - e) / (q * (1 - e) + (1 - q) * e)))
        if_zero = Noise("B", Binomial(1, q * e / (q * e + (1 - q) * (1 - e))))
        return {"h": heard * if_one + (1 - heard) * if_zero}


@claim(source="Griffiths and Kalish 2007 (iterated learning converges to the prior)")
def true_prior(q=Probability(), e=Probability()):
    """Whatever the first speaker said, in the end the language 1 is spoken with its prior probability q.

    Utterance and hypothesis are resampled in turn from one joint law: a Gibbs sampler.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Prob(Eq(Learners(q, e).h(t), 1)), (t, oo), q)


@claim(source="a misreading: they agree with the data in the end")
def false_prior(q=Probability(), e=Probability()):
    """In the end it is spoken with the marginal probability of its utterance, q (1 - e) + (1 - q) e. (False but for q = 1/2.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Prob(Eq(Learners(q, e).h(t), 1)), (t, oo), q * (1 - e) + (1 - q) * e)


@claim(source="corollary of Griffiths and Kalish 2007: the rate")
def true_rate(q=Probability(), e=Probability(), t=Integers(0)):
    """E h_t = q + (1 - q) r^t with r = q (1 - q)(1 - 2 e)^2/(d (1 - d)), d = q (1 - e) + (1 - q) e.

    The eigenvalue is (1 - 2e)(a - b), a and b the two posteriors; a - b = q(1-q)(1-2e)/(d(1-d)). q = 1/2: (1 - 2e)^2.
    """
    d = q * (1 - e) + (1 - q) * e
    r = q * (1 - q) * (1 - 2 * e) ** 2 / (d * (1 - d))
    return Eq(E(Learners(q, e).h(t)), q + (1 - q) * r**t)


@claim(source="the same, the channel alone")
def false_rate(q=Probability(), e=Probability(), t=Integers(0)):
    """E h_t = q + (1 - q)(1 - 2 e)^t. (False: q = 1/2 gives (1 - 2e)^(2t).)"""
    return Eq(E(Learners(q, e).h(t)), q + (1 - q) * (1 - 2 * e) ** t)
