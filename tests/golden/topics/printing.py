"""`str` and `repr` of arrays, in NumPy's layout."""

import numpy as np

from operands import edge, ramp, special_complex
from recorder import DTYPES, arr, call

NAN, INF = float("nan"), float("inf")


def record(topic):
    shapes = ([], [1], [3], [2, 3], [2, 2, 2], [0], [0, 3], [2, 0], [1, 1, 2, 1])
    for name in ("str", "repr"):
        for dtype in DTYPES:
            topic.case(name, edge(dtype))
            for shape in shapes:
                topic.case(name, arr(ramp(dtype, *shape)))
        for values in ([1.0, 2.0], [0.1, 0.25], [1e10, 1.0], [1e16, 1.0], [1e-5, 1.0], [1e-4, 1.0], [123456789.0], [1e8, 1e-8], [NAN, 1.0], [INF, -INF],
                       [1.0, NAN, -INF], [-0.0, 0.0], [1 / 3, 2 / 3, 1e3], [1.123456789, 10.5], [100.0, 1000.0, 1e7], [0.00001234], [1e100, 1e-100],
                       [999999.999], [0.1 + 0.2], [12345678.9, 0.5], [1e15], [1e16], [-1.5, 22.25], [5e-324], [0.0001], [0.00009999], [2.0**53]):
            topic.case(name, arr(values))
            topic.case(name, arr(values[0]))
            with np.errstate(over="ignore"):
                topic.case(name, arr(values, dtype="float32"))
        for values in ([1 + 2j], [1.5 - 0.25j, 100 + 1e-3j], [complex(NAN, 1), complex(1, -INF)], [1e10 + 1j], [0j], [-1 - 1j, 10j]):
            topic.case(name, arr(values))
            topic.case(name, arr(values, dtype="complex64"))
        for dtype in ("complex64", "complex128"):
            topic.case(name, special_complex(dtype))
        # Long lines wrap, long arrays are summarized.
        for n in (20, 30, 100, 999, 1000, 1001, 5000):
            topic.case(name, call("arange", n))
            topic.case(name, call("multiply", call("arange", n), 0.1))
        for shape in ([30, 40], [2000, 2], [2, 2000], [20, 10, 10], [1001, 1], [7, 30, 12], [11, 5, 5, 5]):
            topic.case(name, call("reshape", call("arange", int(np.prod(shape))), shape))
            topic.case(name, call("reshape", call("multiply", call("arange", int(np.prod(shape))), 0.25), shape))
        topic.case(name, call("zeros", [1000, 1000]))
        topic.case(name, call("ones", [50], dtype="bool"))
        topic.case(name, call("reshape", call("ones", [60], dtype="bool"), [3, 20]))
        topic.case(name, arr(ramp("float64", 3, 4), "T"))
        topic.case(name, arr(ramp("int32", 3, 30), "[:,::-1]"))
        topic.case(name, call("multiply", arr(ramp("float64", 3, 30)), 1e-7))
        topic.case(name, call("linspace", 0, 1, num=30))
        topic.case(name, call("reshape", call("linspace", -1000, 1, num=24), [4, 6]))
        topic.case(name, call("astype", call("linspace", 0, 1, num=13), "float32"))
        topic.case(name, call("astype", call("linspace", 0, 1, num=13), "float16"))
        topic.case(name, arr([-(2**63), 0, 2**63 - 1]))
        topic.case(name, arr([2**64 - 1, 0], dtype="uint64"))
