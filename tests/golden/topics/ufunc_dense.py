"""Accuracy of the transcendental functions on many points, and ufuncs on longer arrays."""

import numpy as np

from operands import PI, REAL_FLOATS
from recorder import arr, call
from topics.ufuncs import tolerance

# Where each function is defined and finite: (low, high, geometric).
DOMAINS = {
    "arccos": [(-1, 1)], "arcsin": [(-1, 1)], "arctanh": [(-0.999, 0.999)], "arccosh": [(1, 60)],
    "arcsinh": [(-60, 60), (-1e-3, 1e-3)], "arctan": [(-20, 20)], "cbrt": [(-1000, 1000)], "cos": [(-30, 30), (1e3, 6e4)],
    "sin": [(-30, 30), (1e3, 6e4)], "tan": [(-30, 30)], "cosh": [(-11, 11)], "sinh": [(-11, 11), (-1e-2, 1e-2)],
    "tanh": [(-10, 10)], "exp": [(-16, 11)], "exp2": [(-24, 15.5)], "expm1": [(-10, 11), (-1e-2, 1e-2)],
    "log": [(1e-3, 100), (0.99, 1.01)], "log2": [(1e-3, 100), (0.99, 1.01)], "log10": [(1e-3, 100), (0.99, 1.01)],
    "log1p": [(-0.99, 30), (-1e-2, 1e-2)], "sqrt": [(0, 1000)],
}
BINARY = {"arctan2": (-5, 5), "hypot": (-300, 300), "power": (0.01, 4), "logaddexp": (0.5, 9), "logaddexp2": (0.5, 9),
          "remainder": (-50, 50), "fmod": (-50, 50), "floor_divide": (-50, 50), "divide": (-50, 50)}


def record(topic):
    for name, spans in DOMAINS.items():
        for dtype in REAL_FLOATS:
            for low, high in spans:
                # An irregular walk through the interval, exact in the dtype.
                points = low + (high - low) * (np.arange(61) * PI % 1.0)
                topic.case(name, arr(points.astype(dtype)), tol=tolerance(name, dtype))
    for name, (low, high) in BINARY.items():
        for dtype in REAL_FLOATS:
            a = low + (high - low) * (np.arange(48) * PI % 1.0)
            b = low + (high - low) * (np.arange(48) * np.e % 1.0)
            topic.case(name, arr(a.astype(dtype)), arr(b.astype(dtype)), tol=tolerance(name, dtype))
    for name in ("sin", "cos", "tan"):
        for dtype in ("float32", "float64"):
            top = 38 if dtype == "float32" else 300
            points = [float(k) * 10.0**e for e, k in zip(range(4, top, 9 if top > 100 else 2), range(1, 99))]
            points += [PI * 0.5 * k for k in (1, 2, 3, 4, 100, 12345)]
            topic.case(name, arr(points, dtype=dtype), tol=tolerance(name, dtype))
    # Long enough for unrolled loops, tails and threads; the results are integers, so sums are exact.
    for n in (1, 2, 7, 8, 15, 16, 17, 31, 63, 64, 65, 127, 1000, 4099, 70001):
        topic.case("sum", call("multiply", call("remainder", call("arange", n), 7), 3))
        topic.case("sum", call("rint", call("multiply", call("remainder", call("arange", float(n)), 7), 1.3)))
