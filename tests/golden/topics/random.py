"""numpy.random: words of the bit generators, and values of every method of Generator and RandomState."""

import numpy as np

from recorder import arr

# Through log, exp or pow, whose last digit is the platform's.
NEAR = {"ulp": 2}

# Parameters by method: positional arguments, then keywords. The first gets 100 values.
CONTINUOUS = {
    "beta": [(2.0, 3.5), (0.5, 0.25), (1.0, 1.0), (1e-4, 2e-4), (30.0, 0.2)],
    "chisquare": [(3.0,), (0.4,), (2.0,)],
    "exponential": [dict(scale=2.5), dict()],
    "f": [(5.0, 7.0), (1.0, 0.5)],
    "gamma": [(2.5,), (0.3, dict(scale=4.0)), (1.0,), (0.0,), (1e3, dict(scale=0.5))],
    "gumbel": [dict(loc=1.0, scale=2.0), dict()],
    "laplace": [dict(loc=1.0, scale=2.0), dict()],
    "logistic": [dict(loc=1.0, scale=2.0), dict()],
    "lognormal": [dict(mean=0.5, sigma=0.25), dict()],
    "noncentral_chisquare": [(3.0, 2.0), (0.5, 4.0), (4.0, 0.0), (2.0, float("nan"))],
    "noncentral_f": [(3.0, 5.0, 2.0), (0.5, 2.0, 1.0)],
    "normal": [dict(loc=10.0, scale=0.1), dict()],
    "pareto": [(3.0,), (0.5,)],
    "power": [(3.0,), (0.5,)],
    "rayleigh": [dict(scale=2.0), dict()],
    "standard_cauchy": [()],
    "standard_t": [(5.0,), (0.7,)],
    "triangular": [(-1.0, 0.5, 4.0), (0.0, 0.0, 1.0)],
    "uniform": [dict(low=-2.0, high=5.0), dict(), dict(high=1e300)],
    "vonmises": [(0.5, 2.0), (1.0, 1e-9), (0.0, 5e-6), (-1.0, 1e5)],
    "wald": [(3.0, 2.0), (0.1, 10.0)],
    "weibull": [(1.5,), (0.0,), (5.0,)],
}
DISCRETE = {
    "binomial": [(10, 0.3), (1000, 0.4), (100, 0.9), (10**12, 0.5), (0, 0.5), (20, 0.0), (20, 1.0), (100000, 0.0001)],
    "geometric": [(0.1,), (0.35,), (1.0,), (1e-6,)],
    "hypergeometric": [(15, 20, 9), (100, 50, 60), (10, 90, 95), (5000, 3000, 4000), (3, 0, 2), (40, 60, 11)],
    "logseries": [(0.6,), (0.999,), (0.0,)],
    "negative_binomial": [(5.0, 0.3), (0.5, 0.9), (1000.5, 0.5)],
    "poisson": [dict(lam=3.0), dict(), dict(lam=25.0), dict(lam=1e6), dict(lam=0.0), dict(lam=10.0)],
    "zipf": [(2.0,), (1.1,), (10.0,)],
}
STREAM = {"Generator": "PCG64 1234", "RandomState": "RandomState 1234"}


def split(parameters):
    if isinstance(parameters, dict):
        return (), parameters
    if parameters and isinstance(parameters[-1], dict):
        return parameters[:-1], parameters[-1]
    return parameters, {}


def bit_generators(topic):
    for kind in "PCG64 PCG64DXSM MT19937 Philox SFC64".split():
        for seed in "1234", "0", "1 2 340282366920938463463374607431768211455":
            topic.case("random.BitGenerator.random_raw", f"{kind} {seed}", 1000 if seed == "1234" else 5)
        topic.case("random.BitGenerator.spawn", f"{kind} 5")
        if kind != "SFC64":
            for jumps in (1, 2):
                topic.case("random.BitGenerator.jumped", f"{kind} 7", jumps)
        if kind not in ("SFC64", "MT19937"):
            for delta in (1, 10**6, -5, 2**100 + 3):
                topic.case("random.BitGenerator.advance", f"{kind} 7", delta)
    for entropy, key, pool in [
        ([0], [], 4), ([2**64 - 1], [], 4), ([2**128 - 1], [1, 2], 4), ([1, 2, 3, 4, 5], [], 4), ([42], [7], 8), ([], [], 4),
        ([1, 2**40, 0], [0], 5),
    ]:
        topic.case("random.SeedSequence.generate_state", [str(e) for e in entropy], key, pool)


def distributions(topic, kind):
    name, stream = f"random.{kind}.", STREAM[kind]
    for table, tol in (CONTINUOUS, NEAR), (DISCRETE, None):
        for method, rows in table.items():
            near = None if method in ("uniform", "triangular") else tol
            for i, row in enumerate(rows):
                args, kwargs = split(row)
                topic.case(name + method, stream, *args, size=20 if i else 100, tol=near, **kwargs)
            args, kwargs = split(rows[0])
            topic.case(name + method, stream, *args, tol=near, **kwargs)
            topic.case(name + method, stream, *args, size=[2, 0, 3], tol=near, **kwargs)
            topic.case(name + method, stream, *args, size=[2, 3], tol=near, **kwargs)
            topic.case(name + method, stream, *args, size=-1, **kwargs)
            if args:
                # The first parameter as a column, as a row, and not of the size.
                first = arr([[args[0]]] * 2)
                topic.case(name + method, stream, first, *args[1:], tol=near, **kwargs)
                topic.case(name + method, stream, first, *args[1:], size=[2, 3], tol=near, **kwargs)
                topic.case(name + method, stream, first, *args[1:], size=3, **kwargs)
                topic.case(name + method, stream, first, *args[1:], size=[3, 2], **kwargs)
                topic.case(name + method, stream, arr(1 + 2j), *args[1:], **kwargs)
            if len(args) > 1:
                pair = arr([args[0]] * 3), arr([[args[1]]] * 2)
                topic.case(name + method, stream, *pair, *args[2:], tol=near, **kwargs)
                topic.case(name + method, stream, arr([args[0]] * 3), arr([args[1]] * 2), *args[2:], **kwargs)
    for method, parameters in {
        "beta": [(-1.0, 2.0), (0.0, 1.0), (1.0, -2.0), (arr([1.0, -1.0]), 2.0)],
        "binomial": [(-1, 0.5), (5, 1.5), (5, -0.1), (5, float("nan")), (arr([5, 5]), arr([0.5, 2.0]))],
        "chisquare": [(0.0,), (arr([-1.0]),)],
        "exponential": [dict(scale=-1.0), dict(scale=arr([1.0, -0.0]))],
        "gamma": [(-1.0,), (1.0, dict(scale=-1.0))],
        "geometric": [(0.0,), (1.5,), (arr([0.5, float("nan")]),)],
        "hypergeometric": [(-1, 5, 2), (5, -1, 2), (5, 5, -1), (5, 5, 11), (arr([5, 1]), 5, 8), (10, 10, 0), (10**9, 5, 2)],
        "logseries": [(1.0,), (-0.1,), (arr([0.5, 1.0]),)],
        "negative_binomial": [(0.0, 0.5), (-1.0, 0.5), (5.0, 0.0), (5.0, 1.5), (float("nan"), 0.5), (1.0, 1e-19)],
        "normal": [dict(scale=-1.0), dict(scale=arr([1.0, -1.0]))],
        "poisson": [dict(lam=-1.0), dict(lam=1e19), dict(lam=float("nan")), dict(lam=arr([1.0, -1.0])), dict(lam=arr([1e19]))],
        "triangular": [(1.0, 0.0, 2.0), (0.0, 3.0, 2.0), (1.0, 1.0, 1.0), (arr([0.0, 3.0]), 2.0, 4.0)],
        "uniform": [dict(low=float("inf")), dict(low=3.0, high=1.0), dict(low=arr([0.0, float("-inf")]))],
        "vonmises": [(0.0, -1.0)],
        "wald": [(0.0, 1.0), (1.0, 0.0)],
        "weibull": [(-1.0,)],
        "zipf": [(1.0,), (0.5,), (arr([2.0, 1.0]),), (float("nan"),)],
    }.items():
        for row in parameters:
            args, kwargs = split(row)
            topic.case(name + method, stream, *args, **kwargs)


def tables(topic, kind):
    name, stream = f"random.{kind}.", STREAM[kind]
    topic.case(name + "dirichlet", stream, [2, 3, 5], size=35, tol=NEAR)
    topic.case(name + "dirichlet", stream, arr([0.05, 0.01, 0.02]), size=10, tol=NEAR)
    topic.case(name + "dirichlet", stream, arr([0.5, 0.05]), tol=NEAR)
    topic.case(name + "dirichlet", stream, arr([0.5, 0.05]), size=[2, 2], tol=NEAR)
    topic.case(name + "dirichlet", stream, arr([0.5, -0.05]))
    topic.case(name + "dirichlet", stream, arr([0.5, 0.0]), tol=NEAR)
    topic.case(name + "dirichlet", stream, arr([0.01, 0.0, 0.0]), size=3, tol=NEAR)
    topic.case(name + "dirichlet", stream, arr([[0.5, 0.5]]))
    topic.case(name + "multinomial", stream, 20, arr([1 / 6] * 6), size=20)
    topic.case(name + "multinomial", stream, 10**6, arr([0.2, 0.3, 0.5]), size=[2, 3])
    topic.case(name + "multinomial", stream, 5, arr([0.0, 1.0, 0.0]))
    topic.case(name + "multinomial", stream, 0, arr([0.5, 0.5]))
    topic.case(name + "multinomial", stream, -1, arr([0.5, 0.5]))
    topic.case(name + "multinomial", stream, 5, arr([0.9, 0.9, 0.0]))
    topic.case(name + "multinomial", stream, 5, arr([0.5, 1.5]))
    topic.case(name + "multinomial", stream, 5, arr([0.1] * 10 + [0.5], dtype=np.float32))
    for seed, a, kwargs in [
        (1, 5, dict(size=100)), (1, 5, {}), (2, 100, dict(size=[3, 4], replace=False)), (3, 20, dict(size=20, replace=False)),
        (4, 20000, dict(size=50, replace=False)), (5, 20000, dict(size=1000, replace=False)),
        (6, 5, dict(size=50, p=arr([0.1, 0.0, 0.3, 0.6, 0.0]))), (7, 5, dict(p=arr([0.1, 0.0, 0.3, 0.6, 0.0]))),
        (8, 6, dict(size=4, replace=False, p=arr([0.1, 0.0, 0.3, 0.2, 0.3, 0.1]))),
        (9, arr([10, 20, 30, 40]), dict(size=[2, 5])), (9, arr([1.5, 2.5], dtype=np.float32), {}), (9, arr([1 + 2j, 3]), dict(size=3)),
        (1, 0, {}), (1, 0, dict(size=0)), (1, -3, {}), (1, 3, dict(size=4, replace=False)), (1, 3, dict(p=arr([0.5, 0.5]))),
        (1, 2, dict(p=arr([0.5, 0.6]))), (1, 2, dict(p=arr([1.5, -0.5]))), (1, 2, dict(p=arr([float("nan"), 1.0]))),
        (1, 2, dict(p=arr([[0.5, 0.5]]))), (1, 3, dict(size=2, replace=False, p=arr([0.0, 1.0, 0.0]))), (1, arr(2.5), {}),
        (1, arr([], dtype=np.float64), {}), (1, arr(7), dict(size=3)), (1, 2, dict(p=arr([0.5, 0.5005], dtype=np.float16))),
        (1, 1, dict(size=3)), (1, 2**40, dict(size=3)),
    ]:
        topic.case(name + "choice", f"{stream.split()[0]} {seed}", a, **kwargs)
    matrix = arr(np.arange(24).reshape(4, 6))
    for x in (
        arr(np.arange(100)), arr(np.arange(10), dtype=np.uint8), arr([True, False, True, True]), arr([1j, 2, 3]), matrix,
        arr(np.arange(24).reshape(2, 3, 4)), arr(np.arange(12), "[::-2]"), arr([], dtype=np.float64), arr(3.5),
        arr(np.zeros((0, 3))), arr([7]), arr(np.arange(24).reshape(4, 6), "T"),
    ):
        topic.case(name + "shuffle", stream, x)
        topic.case(name + "permutation", stream, x)
    mean, cov = arr([1.0, 2.0]), arr([[2.0, 0.5], [0.5, 1.0]])
    wide = np.array([[1.0, 0.5, 0.2, 0, 0], [0.5, 2, 0.1, 0, 0.3], [0.2, 0.1, 0.7, -0.1, 0], [0, 0, -0.1, 5, 1], [0, 0.3, 0, 1, 1]])
    topic.case(name + "multivariate_normal", stream, arr(np.arange(5.0)), arr(wide), size=20, tol={"rel": 1e-11, "abs": 1e-11})
    for size in (60, 7, None, [2, 2]):
        topic.case(name + "multivariate_normal", stream, mean, cov, size=size, tol={"rel": 1e-12})
    topic.case(name + "multivariate_normal", stream, arr([[1.0]]), arr([[1.0]]))
    topic.case(name + "multivariate_normal", stream, arr([1.0]), arr([1.0]))
    topic.case(name + "multivariate_normal", stream, arr([1.0]), arr([[1.0, 0.0]]))
    topic.case(name + "multivariate_normal", stream, arr([1.0]), cov)
    topic.case(name + "multivariate_normal", stream, mean, arr([[1.0, 2.0], [2.0, 1.0]]), check_valid="raise")
    topic.case(name + "multivariate_normal", stream, mean, cov, check_valid="other")
    topic.case(name + "permutation", stream, 100)
    topic.case(name + "permutation", stream, 0)
    topic.case(name + "permutation", stream, 1)
    for length in (0, 1, 4, 10, 100):
        topic.case(name + "bytes", stream, length)


def integers(topic, kind, method):
    name, stream = f"random.{kind}.{method}", STREAM[kind]
    topic.case(name, stream, 100, size=200)
    topic.case(name, stream, -5, 5, size=[4, 25])
    topic.case(name, stream, 10)
    topic.case(name, stream, 0, 2**40, size=50)
    topic.case(name, stream, 3, 4, size=5)
    topic.case(name, stream, -(2**63), 2**63, size=20)
    topic.case(name, stream, 0, 2**32, size=20)
    topic.case(name, stream, 0, 2**33 + 1, size=20)
    for dtype in "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64".split():
        info = np.iinfo(dtype) if dtype != "bool" else None
        low, high = (0, 2) if info is None else (int(info.min), int(info.max) + 1)
        topic.case(name, stream, low, high, size=37, dtype=dtype)
        topic.case(name, stream, 0, high // 2 + 1, size=101, dtype=dtype)
        if info is not None:
            topic.case(name, stream, 0, 100, size=101, dtype=dtype)
        topic.case(name, stream, 0, 1, size=3, dtype=dtype)
        topic.case(name, stream, 0, high, dtype=dtype)
        topic.case(name, stream, low - 1, high, dtype=dtype)
        topic.case(name, stream, low, high + 1, dtype=dtype)
        topic.case(name, stream, arr([0, 1]), arr([[1], [2]]), dtype=dtype)
        topic.case(name, stream, arr([0] * 7), 2, dtype=dtype)
        topic.case(name, stream, arr([0, 1]), arr([1, 1]), dtype=dtype)
    topic.case(name, stream, arr([10, 1000, 10**12]), size=[4, 3])
    topic.case(name, stream, arr([-5, 0, 5]), 10)
    topic.case(name, stream, arr([0, 0]), arr([2**64, 5], dtype=np.float64), dtype="uint64")
    for args in [(0,), (-1,), (5, 5), (5, 3), (float("nan"),), (2.7,), (float("inf"),)]:
        topic.case(name, stream, *args)
    topic.case(name, stream, 5, size=0)
    topic.case(name, stream, 0, size=[2, 0])
    topic.case(name, stream, 5, dtype="float32")


def generator(topic):
    name, stream = "random.Generator.", STREAM["Generator"]
    for dtype in "float64", "float32":
        for method in "random", "standard_normal", "standard_exponential":
            near = None if method == "random" else NEAR
            topic.case(name + method, stream, size=300, dtype=dtype, tol=near)
            if dtype == "float64":
                # One float32 is a Python float, and here a 0-d array of its dtype.
                topic.case(name + method, stream, dtype=dtype, tol=near)
            topic.case(name + method, stream, size=[3, 5], dtype=dtype, tol=near)
            for other in "MT19937 5", "Philox 5", "SFC64 5", "PCG64DXSM 5":
                topic.case(name + method, other, size=10, dtype=dtype, tol=near)
        topic.case(name + "standard_exponential", stream, size=50, dtype=dtype, method="inv", tol=NEAR)
        for i, shape in enumerate((2.5, 0.3, 1.0, 0.0, 100.0)):
            topic.case(name + "standard_gamma", stream, shape, size=20 if i else 100, dtype=dtype, tol=NEAR)
        topic.case(name + "standard_gamma", stream, arr([0.5, 2.0]), size=[3, 2], dtype=dtype, tol=NEAR)
        topic.case(name + "standard_gamma", stream, arr([0.5, -2.0]), dtype=dtype)
        topic.case(name + "standard_gamma", stream, -1.0, dtype=dtype)
    for method in "random", "standard_normal", "standard_exponential":
        topic.case(name + method, stream, dtype="float16")
    for endpoint in (False, True):
        topic.case(name + "integers", stream, 1, 6, size=100, endpoint=endpoint)
        topic.case(name + "integers", stream, 5, 4, endpoint=endpoint)
        topic.case(name + "integers", stream, 0, 255, size=50, dtype="uint8", endpoint=endpoint)
        topic.case(name + "integers", stream, -1, endpoint=endpoint)
        topic.case(name + "integers", stream, arr([1, 2]), 2, endpoint=endpoint)
    topic.case(name + "vonmises", stream, 1.0, 1e7, size=20, tol=NEAR)
    topic.case(name + "choice", "PCG64 3", 20, size=20, replace=False, shuffle=False)
    topic.case(name + "choice", "PCG64 3", 20000, size=2000, replace=False, shuffle=False)
    for axis in (0, 1, -1, 2):
        topic.case(name + "choice", "PCG64 3", arr(np.arange(12).reshape(3, 4)), size=5, axis=axis)
    for x in (arr(np.arange(24).reshape(2, 3, 4)), arr(np.arange(24).reshape(4, 6), "T")):
        for axis in (0, 1, 2, -1):
            for method in "shuffle", "permutation", "permuted":
                topic.case(name + method, stream, x, axis=axis)
        topic.case(name + "permuted", stream, x)
    topic.case(name + "permuted", stream, arr(np.arange(100)))
    topic.case(name + "permuted", stream, arr(1.0))
    topic.case(name + "permuted", stream, arr(np.arange(24).reshape(2, 3, 4), "T0,2,1"))
    topic.case(name + "multinomial", stream, arr([5, 10, 100]), arr([0.3, 0.7]))
    topic.case(name + "multinomial", stream, arr([[5], [10]]), arr([[0.3, 0.7], [0.5, 0.5], [0.9, 0.1]]))
    topic.case(name + "multinomial", stream, arr([[5], [10]]), arr([[0.3, 0.7], [0.5, 0.5]]), size=[2, 2])
    topic.case(name + "multinomial", stream, arr([5, 10]), arr([0.3, 0.7]), size=3)
    topic.case(name + "multinomial", stream, arr([5, -10]), arr([0.3, 0.7]))
    topic.case(name + "multinomial", stream, 5, arr([[0.3, 0.7], [0.9, 0.9]]))
    topic.case(name + "multinomial", stream, 5, arr(0.5))
    for method in "marginals", "count":
        topic.case(name + "multivariate_hypergeometric", stream, [16, 8, 4], 6, size=30, method=method)
        topic.case(name + "multivariate_hypergeometric", stream, [16, 8, 4], 22, size=[2, 5], method=method)
        topic.case(name + "multivariate_hypergeometric", stream, [500, 300, 0, 20], 100, size=25, method=method)
        topic.case(name + "multivariate_hypergeometric", stream, [3, 4], 7, method=method)
        topic.case(name + "multivariate_hypergeometric", stream, [3, 4], 0, method=method)
        topic.case(name + "multivariate_hypergeometric", stream, [3, 4], 8, method=method)
    topic.case(name + "multivariate_hypergeometric", stream, [3, -4], 1)
    topic.case(name + "multivariate_hypergeometric", stream, [3, 4], -1)
    topic.case(name + "multivariate_hypergeometric", stream, [3, 4], 1, method="other")
    topic.case(name + "multivariate_hypergeometric", stream, arr([3.0, 4.0]), 1)
    topic.case(name + "multivariate_hypergeometric", stream, [10**9, 4], 1)
    topic.case(name + "multivariate_hypergeometric", stream, [2**62, 2**62], 1)
    topic.case(name + "hypergeometric", stream, 10**9, 5, 2)
    mean, cov = arr([1.0, 2.0, -3.0]), arr([[2.0, 0.5, 0.1], [0.5, 1.0, -0.2], [0.1, -0.2, 3.0]])
    for size in (40, None, [2, 2], 0):
        for method in ("cholesky", "svd", "eigh"):
            topic.case(name + "multivariate_normal", stream, mean, cov, size=size, method=method, tol={"rel": 1e-11, "abs": 1e-11})
    topic.case(name + "multivariate_normal", stream, mean, arr([[1.0, 2.0], [2.0, 1.0]]), method="cholesky")
    topic.case(name + "multivariate_normal", stream, arr([0.0, 0.0]), arr([[1.0, 2.0], [2.0, 1.0]]), method="cholesky")
    topic.case(name + "multivariate_normal", stream, mean, cov, method="other")
    # RandomState never returns from this.
    topic.case(name + "zipf", stream, 1025.0, size=3)


def random_state(topic):
    name, stream = "random.RandomState.", STREAM["RandomState"]
    for method in "random", "random_sample", "standard_normal", "standard_exponential":
        near = None if method.startswith("random") else NEAR
        topic.case(name + method, stream, size=101, tol=near)
        topic.case(name + method, stream, tol=near)
        topic.case(name + method, "RandomState 1 2 3", size=[2, 3], tol=near)
        topic.case(name + method, "PCG64 5", size=5, tol=near)
    topic.case(name + "rand", stream, 5, 20)
    topic.case(name + "rand", stream)
    topic.case(name + "randn", stream, 5, 20, tol=NEAR)
    topic.case(name + "randn", stream, 3, tol=NEAR)
    topic.case(name + "tomaxint", stream, size=100)
    topic.case(name + "tomaxint", stream)
    topic.case(name + "random_integers", stream, 6, size=100)
    topic.case(name + "random_integers", stream, -3, 3, size=[2, 5])
    topic.case(name + "random_integers", stream, 3, 2)
    for i, shape in enumerate((2.5, 0.3, 1.0, 0.0)):
        topic.case(name + "standard_gamma", stream, shape, size=20 if i else 100, tol=NEAR)
    topic.case(name + "choice", "RandomState 3", arr(np.arange(12).reshape(3, 4)))
    topic.case(name + "standard_normal", "RandomState 4294967295", size=3, tol=NEAR)


def record(topic):
    bit_generators(topic)
    for kind in "Generator", "RandomState":
        distributions(topic, kind)
        tables(topic, kind)
    integers(topic, "Generator", "integers")
    integers(topic, "RandomState", "randint")
    generator(topic)
    random_state(topic)
