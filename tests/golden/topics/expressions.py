"""Expressions of many operations: the benchmark pipelines, and random ones over exact operations."""

import math
import random

import numpy as np

from operands import ramp
from recorder import DTYPES, Call, Index, arr, call

N = 36


def record(topic):
    for dtype in ("float64", "float32"):
        eps = float(np.finfo(dtype).eps)
        a, b, c = (call("asarray", arr(_vector(k).astype(dtype))) for k in (math.pi, math.e, math.sqrt(2)))
        near = {"rel": float(f"{64 * eps:.1e}")}
        for pipeline, tol in PIPELINES.items():
            root = pipeline(a, b, c)
            topic.case(root.name, *root.args, tol=near if tol == "near" else {"ulp": tol} if tol else None, **root.kwargs)
    # The same numbers on every machine and version of Python: the generator is Python's, seeded with integers.
    rng = random.Random(2)
    for _ in range(600):
        root = None
        while not isinstance(root, Call):
            root = Random(rng).expression(rng.randint(2, 6))
        topic.case(root.name, *root.args, tol={"zero": "any"}, **root.kwargs)


def _vector(step):
    return np.arange(1, N + 1) * step % 1.0 + 0.1


def f(name):
    return lambda *args, **kwargs: call(name, *args, **kwargs)


exp, log, sin, cos, tanh, sqrt, square, arcsin = map(f, "exp log sin cos tanh sqrt square arcsin".split())
where, minimum, maximum, clip, total, mean = map(f, "where minimum maximum clip sum mean".split())


def triad(a, b, c):
    return a + 3.0 * b


def poly7(a, b, c):
    return ((((((a * 0.1 + 0.2) * a + 0.3) * a + 0.4) * a + 0.5) * a + 0.6) * a + 0.7) * a + 0.8


def norm_sum(a, b, c):
    return total(sqrt(a * a + b * b + c * c))


def gauss(a, b, c):
    return exp((a * a + b * b) * -0.5) * c


def trig(a, b, c):
    return sin(a) * cos(b) + tanh(c)


def black_scholes(a, b, c):
    s, k, t = a * 100.0, b * 100.0, c
    root = sqrt(t)
    d1 = (log(s / k) + (0.02 + 0.5 * 0.3 * 0.3) * t) / (0.3 * root)
    d2 = d1 - 0.3 * root

    def cdf(x):
        return 0.5 * (1.0 + tanh(0.7978845608 * (x + 0.044715 * x * x * x)))

    return s * cdf(d1) - k * exp(-0.02 * t) * cdf(d2) + 1000.0


def haversine(a, b, c):
    lat, lon = (b - a) * 0.5, (c - a) * 0.5
    h = square(sin(lat)) + cos(a) * cos(b) * square(sin(lon))
    return 2.0 * 6371.0 * arcsin(sqrt(h))


def clip_where(a, b, c):
    return where(a > b, minimum(a * 2.0, c), maximum(b - c, 0.25))


def moments(a, b, c):
    d = a - mean(a)
    return mean(d * d) + call("max", b) - call("min", c)


def _matrix(a):
    return call("reshape", a, [6, 6])


def softmax_rows(a, b, c):
    x = _matrix(a) * 8.0
    e = exp(x - call("max", x, axis=1, keepdims=True))
    return e / total(e, axis=1, keepdims=True)


def standardize_cols(a, b, c):
    x = _matrix(a)
    m = mean(x, axis=0)
    return (x - m) / sqrt(mean(square(x - m), axis=0) + 1e-9) + 8.0


def stencil(a, b, c):
    u = _matrix(a)
    inner = u["[1:-1,1:-1]"]
    return inner + 0.1 * (u["[2:,1:-1]"] + u["[:-2,1:-1]"] + u["[1:-1,2:]"] + u["[1:-1,:-2]"] - 4.0 * inner)


def outer_dist(a, b, c):
    return sqrt(square(a["[:6,None]"] - b["[None,:6]"]) + 0.5)


def transpose_add(a, b, c):
    x = _matrix(a)
    return x + 2.0 * call("transpose", x)


def mandel20(a, b, c):
    x0, y0 = a * 2.0 - 1.6, b * 2.0 - 1.1
    x, y = x0, y0
    for _ in range(20):
        x, y = clip(x * x - y * y + x0, -4.0, 4.0), clip(2.0 * x * y + y0, -4.0, 4.0)
    return x * x + y * y


def int_mix(a, b, c):
    i, j = (call("ndarray.astype", v * 1000.0, "int32") for v in (a, b))
    return ((i * 7 + 3) ^ (j << 2)) & 1023


def cumsum_scale(a, b, c):
    return call("cumsum", a * b) * 0.5


# The pipelines with their tolerance: none is exact, a number counts ulp.
PIPELINES = {
    triad: None, poly7: None, norm_sum: 4, gauss: 4, trig: 8, black_scholes: "near", haversine: "near", clip_where: None,
    moments: "near", softmax_rows: "near", standardize_cols: "near", stencil: None, outer_dist: None, transpose_add: None,
    mandel20: None, int_mix: None, cumsum_scale: 16,
}


class Random:
    """Grows an expression whose every operation is exact, and whose operands are sometimes shared."""

    UNARY = "negative absolute sign floor ceil rint trunc logical_not isnan isfinite invert positive".split()
    BINARY = """add subtract multiply maximum minimum fmax fmin less less_equal equal not_equal greater logical_and
        logical_or bitwise_and bitwise_or bitwise_xor remainder floor_divide""".split()
    SCALARS = [True, 2, 3, -1, 0.5, -1.5, 7]
    REDUCTIONS = "max min any all argmax argmin count_nonzero".split()

    def __init__(self, rng):
        self.rng = rng
        self.made = []

    def leaf(self):
        dtype = self.rng.choice(DTYPES[:12])
        shape, views = self.rng.choice([((2, 3), ()), ((3, 2), ("T",)), ((3,), ()), ((2, 1), ()), ((), ()), ((2, 6), ("[:,::-2]",)),
                                        ((2, 2, 3), ()), ((1, 3), ("B2,3",)), ((4, 3), ("[::3]",))])
        values = ramp(dtype, *shape, start=self.rng.randint(0, 4), step=self.rng.randint(1, 3))
        return arr(values, *views)

    def expression(self, depth):
        if depth == 0 or self.rng.random() < 0.08:
            return self.leaf()
        if self.made and self.rng.random() < 0.25:
            return self.rng.choice(self.made)
        for _ in range(20):
            root = self.operation(depth)
            try:
                with np.errstate(all="ignore"):
                    value = np.asarray(root.value())
            except (TypeError, ValueError, OverflowError, IndexError):
                continue  # errors have their own cases
            if value.size and value.dtype.name in DTYPES:
                self.made.append(root)
                return root
        return self.leaf()

    def operation(self, depth):
        rng, part = self.rng, lambda: self.expression(depth - 1)
        kind = rng.random()
        if kind < 0.2:
            return call(rng.choice(self.UNARY), part())
        if kind < 0.5:
            return call(rng.choice(self.BINARY), part(), part())
        if kind < 0.6:
            operands = [part(), rng.choice(self.SCALARS)]
            rng.shuffle(operands)
            return call(rng.choice(self.BINARY), *operands)
        if kind < 0.68:
            return call("where", call("greater", part(), rng.choice([0, 1, 3])), part(), part())
        if kind < 0.76:
            # What a NaN or a number out of range becomes as an integer depends on NumPy's vector width.
            a = call("clip", part(), 0, 100)
            with np.errstate(all="ignore"):
                has_nan = np.isnan(a.value()).any()
            return call("ndarray.astype", a, "float32" if has_nan else rng.choice(DTYPES[:12]))
        if kind < 0.86:
            a = part()
            ndim = np.ndim(a.value())
            views = [call("transpose", a), call("getitem", a, _index(rng, ndim)), call("ravel", a), call("expand_dims", a, 0),
                     call("flip", a), call("broadcast_to", a, [2, 2, 3])]
            return rng.choice(views)
        if kind < 0.95:
            a = part()
            ndim = np.ndim(a.value())
            name = rng.choice(self.REDUCTIONS)
            kwargs = {}
            if ndim and rng.random() < 0.7:
                kwargs["axis"] = rng.randrange(-ndim, ndim)
            if rng.random() < 0.4:
                kwargs["keepdims"] = True
            return call(name, a, **kwargs)
        a = part()
        return call("stack", [a, a], axis=0) if rng.random() < 0.5 else call("concatenate", [a, part()], axis=-1)


def _index(rng, ndim):
    items = [rng.choice([":", "::-1", "1:", ":-1", "0", "-1", "::2"]) for _ in range(rng.randint(1, max(ndim, 1)))]
    return Index("[" + ",".join(items) + rng.choice(["", ",None", ""]) + "]")
