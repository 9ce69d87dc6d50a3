"""A weight that is shrunk by the lasso at every fit: w' = max(w - lam, 0)."""

from sympy import Eq, Max, oo

from theory import Integers, Limit, Loop, Positive, claim, coordinate


class Lasso(Loop):
    lam: Positive
    w0: Positive
    w = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"w": self.w0}

    def step(self, now):
        return {"w": Max(now["w"] - self.lam, 0)}


@claim
def true_path(lam=Positive(), w0=Positive(), t=Integers(0)):
    """w = max(w0 - lam t, 0)."""
    return Eq(Lasso(lam, w0).w(t), Max(w0 - lam * t, 0))


@claim
def false_path(lam=Positive(), w0=Positive(), t=Integers(0)):
    """w = w0 - lam t."""
    return Eq(Lasso(lam, w0).w(t), w0 - lam * t)


@claim
def true_end(lam=Positive(), w0=Positive(), t=Integers(0)):
    """In the end nothing is left."""
    return Limit(Lasso(lam, w0).w(t), (t, oo), 0)


@claim
def false_end(lam=Positive(), w0=Positive(), t=Integers(0)):
    """In the end lam is left."""
    return Limit(Lasso(lam, w0).w(t), (t, oo), lam)
