"""The student is fitted to n labels of the teacher, shrunk by c; the teacher is an average of students, weight b."""

from sympy import Lt, oo, sqrt

from theory import Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class MeanTeacher(Loop):
    """The student is fitted to n labels of the teacher, shrunk by c; the teacher is an average of students, weight b."""

    n: Integers(1)
    b: Probability()
    c: Probability()

    teacher = coordinate()
    student = coordinate()
    initial = {"teacher": 0, "student": 0}

    def step(self, state):
        student = self.c * state["teacher"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"student": student, "teacher": self.b * state["teacher"] + (1 - self.b) * student}


@claim(source="folklore: mean teachers (Tarvainen and Valpola 1703.01780) as a recursion")
def true_level(n=Integers(1), b=Probability(), c=Probability(), t=Integers(0)):
    """The teacher's variance settles at (1 - b)/(n (1 - c) (1 + b + (1 - b) c)).

    T' = r T + (1-b) Z/sqrt n, r = b + (1-b) c, and 1 - r = (1-b)(1-c): (1-b)^2/(1 - r^2) = (1-b)/((1-c)(1+r)).
    """
    return Limit(Var(MeanTeacher(n, b, c).teacher(t)), (t, oo), (1 - b) / (n * (1 - c) * (1 + b + (1 - b) * c)))


@claim(source="that of an average of independent students")
def false_level(n=Integers(1), b=Probability(), c=Probability(), t=Integers(0)):
    """At (1 - b)/(n (1 - c) (1 + b)). (False: students follow their teacher.)"""
    return Limit(Var(MeanTeacher(n, b, c).teacher(t)), (t, oo), (1 - b) / (n * (1 - c) * (1 + b)))


@claim(source="folklore: the teacher is better than the student")
def true_teacher_is_better(n=Integers(1), b=Probability(), c=Probability(), t=Integers(1)):
    """In every generation the teacher varies less than its student.

    Var S - Var T = (b(2-b) - b(1-c)(r+c) n V)/n, V the teacher's variance before, and n V < (1-b)/((1-c)(1+r)):
    the last term is below b(1-b)(r+c)/(1+r) < b(1-b) < b(2-b).
    """
    loop = MeanTeacher(n, b, c)
    return Lt(Var(loop.teacher(t)), Var(loop.student(t)))


@claim(source="the same by a factor")
def false_teacher_is_better(n=Integers(1), b=Probability(), c=Probability(), t=Integers(1)):
    """Even less than 1 - b times as much. (False: b = 1/2, c = 9/10, t large: 2.56 against 1.54 over n.)"""
    loop = MeanTeacher(n, b, c)
    return Lt(Var(loop.teacher(t)), (1 - b) * Var(loop.student(t)))
