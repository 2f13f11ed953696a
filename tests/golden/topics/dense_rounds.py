"""One round over dtypes, layouts and no elements for numpy.linalg, numpy.fft and the distributions of numpy.random.

What depends on values and options is in the topics of these modules.
"""

import numpy as np

from operands import ramp
from recorder import arr
from topics.fft import MANY, ONE, _tol as of_transforms
from topics.linalg import _tol as of_matrices
from topics.random import NEAR, STREAM

KINDS = "bool uint8 int16 float32 complex64".split()


def square(dtype):
    """Regular, with eigenvalues and singular values far apart; positive definite but for bool."""
    if dtype == "bool":
        return np.array([[True, True, False], [True, True, True], [False, True, True]])
    a = np.array([[9, 1, 0], [1, 4, 1], [0, 1, 2]], dtype)
    if dtype == "complex64":
        a[0, 1], a[1, 0] = 1j, -1j
    return a


def matrices():
    for dtype in KINDS:
        yield arr(square(dtype))
    yield arr(square("int16"), "T")
    yield arr(square("float32"), "[::-1,::-1]")
    yield arr(np.zeros((0, 3, 3), "float32"))
    yield arr(3, dtype="int16")


def vector():
    return arr([1, 2, 3], dtype="int16")


MATRICES = {
    **{name: lambda x: (x,) for name in "inv det slogdet pinv cond matrix_rank norm vector_norm matrix_norm diagonal matrix_transpose trace cholesky eigvalsh svdvals eigh|abs qr|abs svd|abs eigvals|sorted".split()},
    "solve": lambda x: (x, arr([[1, 2], [3, 4], [5, 6]], dtype="int16")),
    "lstsq": lambda x: (x, vector()),
    "matrix_power": lambda x: (x, 3),
    "multi_dot": lambda x: ([x, x, x],),
    "tensorinv": lambda x: (x, 1),
    "tensorsolve": lambda x: (x, vector()),
    "cross": lambda x: (x, vector()),
    "vecdot": lambda x: (x, vector()),
    "tensordot": lambda x: (x, x),
    "matmul": lambda x: (x, x),
}


def linear_algebra(topic):
    for name, arguments in MATRICES.items():
        for x in matrices():
            # The pseudo-inverse of a stack of no matrices fails inside NumPy.
            if name == "pinv" and x.value().size == 0:
                continue
            # A number fails there by accident, with the words of what stumbled.
            if name in ("tensorinv", "cross") and x.value().ndim == 0:
                continue
            axes = {"axes": 1} if name == "tensordot" else {}
            topic.case(f"linalg.{name}", *arguments(x), tol=of_matrices, **axes)
    for dtype in KINDS:
        # The only eigenvector with one sign.
        topic.case("linalg.eig", arr(np.ones((1, 1), dtype)), tol=of_matrices)
        topic.case("linalg.outer", arr(ramp(dtype, 3), "[::-1]"), arr(ramp(dtype, 2)))
        topic.case("linalg.matrix_norm", arr(square(dtype)), ord=1, tol=of_matrices)
    topic.case("linalg.eig", arr(np.full((2, 2), 3.0), "[::2,::2]"), tol=of_matrices)
    topic.case("linalg.eig", arr(3))
    topic.case("linalg.outer", arr(ramp("float32", 0)), arr(ramp("float32", 2)))
    topic.case("linalg.outer", arr(3), arr(3))
    topic.case("linalg.pinv", arr(np.zeros((0, 3), "float32")), tol=of_matrices)
    topic.case("linalg.multi_dot", [arr(np.zeros((2, 0))), arr(np.zeros((0, 3))), arr(np.ones((3, 2)))])


def transforms(topic):
    for name in ONE + MANY:
        for dtype in KINDS:
            topic.case(f"fft.{name}", arr(np.abs(ramp(dtype, 3, 4)).astype(dtype)), tol=of_transforms)
        topic.case(f"fft.{name}", arr(np.abs(ramp("uint8", 4, 3)), "T"), tol=of_transforms)
        topic.case(f"fft.{name}", arr(ramp("int16", 6, 4), "[::-2]"), tol=of_transforms)
    for name in ("fftshift", "ifftshift"):
        for dtype in KINDS:
            topic.case(f"fft.{name}", arr(ramp(dtype, 3, 4), "T"))


def numbers():
    for dtype in KINDS:
        yield arr(np.array([1, 1, 0], dtype))
        yield arr(np.array([1, 2, 3]).astype(dtype), "[::-1]")
    yield arr(np.array([0.5, 0.25, 0.75], "float32"))
    yield arr(np.zeros(0, "float32"))
    yield arr(0.5, dtype="float32")


PARAMETERS = {
    **{name: lambda x: (x,) for name in "chisquare exponential gamma geometric logseries pareto poisson power standard_t weibull zipf standard_gamma rayleigh".split()},
    **{name: lambda x: (x, x) for name in "beta f negative_binomial noncentral_chisquare normal vonmises wald gumbel laplace logistic lognormal".split()},
    "uniform": lambda x: (0, x),
    "binomial": lambda x: (9, x),
    "hypergeometric": lambda x: (x, 5, 3),
    "noncentral_f": lambda x: (x, 2, x),
    "triangular": lambda x: (0, x, 5),
}


def distributions(topic):
    for name, arguments in PARAMETERS.items():
        for x in numbers():
            topic.case(f"random.RandomState.{name}", STREAM["RandomState"], *arguments(x), tol=NEAR)
    for method in "rand randn random_sample standard_exponential standard_normal".split():
        topic.case(f"random.RandomState.{method}", STREAM["RandomState"], -1)
    topic.case("random.RandomState.standard_gamma", STREAM["RandomState"], -1.0)
    topic.case("random.RandomState.random", STREAM["RandomState"], -1)
    for x in numbers():
        topic.case("random.RandomState.dirichlet", STREAM["RandomState"], x, tol=NEAR)
        topic.case("random.RandomState.multinomial", STREAM["RandomState"], 5, x)
        topic.case("random.RandomState.choice", STREAM["RandomState"], x, 4)
        # Of complex numbers it takes the real part, with a warning.
        if x.value().dtype.kind != "c":
            topic.case("random.RandomState.randint", STREAM["RandomState"], x, 9)


def record(topic):
    linear_algebra(topic)
    transforms(topic)
    distributions(topic)
