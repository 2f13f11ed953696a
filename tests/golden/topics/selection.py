"""Selection and the elementwise functions that are not ufuncs."""

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, laid_out, laid_out_pair, ramp, special_complex
from recorder import DTYPES, arr

NAN, INF = float("nan"), float("inf")


def record(topic):
    _where(topic)
    _clip(topic)
    _take(topic)
    _round(topic)
    _tests(topic)
    _close(topic)
    _parts(topic)


def _where(topic):
    layout = 0
    mask = arr([[True, False, True], [False, False, True]])
    for a in DTYPES:
        for b in DTYPES:
            topic.case("where", arr([True, False, True]), arr(ramp(a, 3)), arr(ramp(b, 3, start=4)))
        topic.case("where", arr(ramp(a, 3)), 1, 0)
        for scalar in (True, 3, 2.5, 1j):
            topic.case("where", arr([True, False]), arr(ramp(a, 2)), scalar)
            topic.case("where", arr([True, False]), scalar, arr(ramp(a, 2)))
    for dtype in ("int8", "float32", "complex128", "bool"):
        for _ in range(12):
            x, y = laid_out_pair(dtype, "int16", layout)
            layout += 1
            shape = np.broadcast_shapes(x.value().shape, y.value().shape)
            topic.case("where", arr(ramp("bool", *shape[-1:])), x, y)
    topic.case("where", mask, 1, 2.5)
    topic.case("where", True, arr([1, 2]), 5)
    topic.case("where", mask, arr([1, 2, 3]), arr([[10], [20]]))
    topic.case("where", mask, arr([1, 2]), 0)
    topic.case("where", mask, NAN, arr(ramp("float32", 2, 3)))
    conditions = [arr([True, False, False, False]), arr([True, True, False, False])]
    choices = [arr([1, 2, 3, 4]), arr([10.5, 20.5, 30.5, 40.5])]
    topic.case("select", conditions, choices)
    topic.case("select", conditions, choices, default=-1)
    topic.case("select", conditions, [arr(ramp("int8", 4)), 7], default=2)
    topic.case("select", [mask, arr([True, True, False])], [arr(ramp("float32", 2, 1)), arr(ramp("float32", 3))], default=9)
    topic.case("select", conditions, [arr([1, 2, 3, 4])])
    topic.case("select", [arr([1, 0, 1, 0])], [arr([1, 2, 3, 4])])
    topic.case("select", [], [])
    for dtype in DTYPES:
        topic.case("select", conditions, [arr(ramp(dtype, 4)), arr(ramp(dtype, 4, start=9))], default=1)


def _clip(topic):
    for dtype in DTYPES:
        low, high = arr([1, 2], dtype=dtype), arr([3, 5], dtype=dtype)
        topic.case("clip", arr(ramp(dtype, 3, 2)), low, high)
        topic.case("clip", arr(ramp(dtype, 3, 2)), 1, 3)
        topic.case("clip", edge(dtype), 0, 1, tol={"zero": "any"})
        topic.case("clip", arr(ramp(dtype, 4)), arr(1, dtype=dtype), None)
        topic.case("clip", arr(ramp(dtype, 4)), None, arr(2, dtype=dtype))
    topic.case("clip", arr(ramp("float64", 6)), 1, -1)
    topic.case("clip", arr(ramp("int32", 6)), 0.5, 2.5)
    topic.case("clip", arr(ramp("uint8", 6)), -1, 4)
    topic.case("clip", arr(ramp("float32", 6)), arr(0.5), arr(1.25))
    topic.case("clip", arr([1.0, NAN, 3.0]), 0, 2)
    topic.case("clip", arr([1.0, 2.0, 3.0]), NAN, 2)
    topic.case("clip", arr([1.0, 2.0]), None, None)
    topic.case("clip", arr(ramp("float64", 2, 3)), arr([1, 2]), 5)
    topic.case("clip", arr(ramp("float64", 2, 3)), min=0.0, max=0.5)
    topic.case("ndarray.clip", arr(ramp("float64", 2, 3)), 0, 1)


def _take(topic):
    for dtype in DTYPES:
        topic.case("take", arr(ramp(dtype, 3, 4)), arr([0, 2, -1]), axis=1)
    a = arr(ramp("int16", 3, 4))
    for index in ("int8", "uint8", "int32", "uint32", "int64", "bool"):
        topic.case("take", a, arr([1, 0, 1], dtype=index), axis=0)
    for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": 2}):
        topic.case("take", a, arr([[0, 2], [1, -1]]), **kwargs)
        topic.case("take", a, 1, **kwargs)
        topic.case("take", arr(ramp("int16", 4, 3), "T"), arr([2, 0]), **kwargs)
        for mode in ("wrap", "clip", "raise"):
            topic.case("take", a, arr([5, -6, 1]), mode=mode, **kwargs)
    topic.case("take", a, arr([12]))
    topic.case("take", a, arr([-13]))
    topic.case("take", a, arr([0.5]))
    topic.case("take", a, arr([], dtype="int64"), axis=0)
    topic.case("take", arr(ramp("int16", 0, 3)), arr([], dtype="int64"), axis=0)
    topic.case("take", arr(ramp("int16", 0, 3)), arr([0]), axis=0)
    topic.case("take", arr(7), 0)
    indices = arr([[2, 0, 1], [1, 1, 3]])
    topic.case("take_along_axis", arr(ramp("float32", 2, 4)), indices, axis=1)
    topic.case("take_along_axis", arr(ramp("float32", 4, 3)), indices, axis=0)
    topic.case("take_along_axis", arr(ramp("float32", 12)), arr([3, -1]), axis=None)
    topic.case("take_along_axis", arr(ramp("float32", 2, 4)), arr([1, 2]), axis=1)
    topic.case("take_along_axis", arr(ramp("float32", 2, 4)), arr([[9], [0]]), axis=1)


def _round(topic):
    for dtype in DTYPES:
        topic.case("round", edge(dtype))
        for decimals in (0, 1, 2, -1, -2):
            topic.case("round", arr(ramp(dtype, 6)), decimals=decimals)
        topic.case("fix", arr(ramp(dtype, 6)))
    halves = arr([0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 0.15, 0.25, 0.35, 12345.6785, -1e-5, NAN, INF, -INF, 1e300])
    for decimals in (0, 1, 2, 3, -1, -3, 20):
        topic.case("round", halves, decimals)
        topic.case("around", halves, decimals)
    topic.case("ndarray.round", halves, decimals=1)
    topic.case("round", arr([15, 25, -15, 149, 151], dtype="int32"), -1)
    topic.case("round", arr([1.255 + 2.5j, -0.125 - 1.15j]), 1)
    topic.case("fix", halves)


def _tests(topic):
    for dtype in DTYPES:
        for name in ("isneginf", "isposinf", "iscomplex", "isreal", "real", "imag", "nan_to_num", "iscomplexobj", "isrealobj"):
            topic.case(name, edge(dtype) if name != "nan_to_num" else laid_out(dtype, 2))
    for dtype in COMPLEX:
        for name in ("iscomplex", "isreal", "real", "imag", "nan_to_num"):
            topic.case(name, special_complex(dtype))
    for dtype in REAL_FLOATS:
        topic.case("nan_to_num", arr([NAN, INF, -INF, 0.0, -0.0, 1.5], dtype=dtype))
        topic.case("nan_to_num", arr([NAN, INF, -INF, 1.5], dtype=dtype), nan=7)
        topic.case("nan_to_num", arr([NAN, INF, -INF, 1.5], dtype=dtype), nan=1.5, posinf=2, neginf=-3)
    topic.case("nan_to_num", 5)


def _close(topic):
    x = [1.0, 1.0, 1.0, NAN, INF, -INF, 0.0, 1e10, 1e-9, INF]
    y = [1.0, 1.00001, 1.0001, NAN, INF, INF, 1e-9, 1.00001e10, 0.0, 1.0]
    for dtype in ("float32", "float64", "complex128"):
        a, b = arr(x, dtype=dtype), arr(y, dtype=dtype)
        for kwargs in ({}, {"equal_nan": True}, {"rtol": 1e-3}, {"atol": 1e-3, "rtol": 0.0}):
            topic.case("isclose", a, b, **kwargs)
            topic.case("allclose", a, b, **kwargs)
    for kwargs in ({}, {"rtol": 0.5}, {"atol": 2}):
        topic.case("isclose", arr([1, 2, 3]), arr([1, 3, 4]), **kwargs)
        topic.case("allclose", arr([1, 2, 3]), arr([1, 3, 4]), **kwargs)
    topic.case("isclose", arr([[1.0], [2.0]]), arr([1.0, 2.0]))
    topic.case("isclose", arr([1.0, 2.0]), arr([1.0, 2.0, 3.0]))
    topic.case("allclose", arr([1.0, 2.0]), 1.0)
    topic.case("isclose", arr([True, False]), arr([True, True]))
    for name in ("array_equal", "array_equiv"):
        for a, b in (([1, 2], [1, 2]), ([1, 2], [1, 3]), ([1, 2], [[1, 2], [1, 2]]), ([1, 2], [1, 2, 3]), ([], []), ([1.0, NAN], [1.0, NAN]),
                     (1, 1), ([1, 1], 1), ([0.0], [-0.0])):
            topic.case(name, arr(a), arr(b))
        topic.case(name, arr([1, 2], dtype="int8"), arr([1.0, 2.0]))
        topic.case(name, arr(ramp("int32", 2, 3)), arr(ramp("int32", 2, 3), "[::-1]"))
    topic.case("array_equal", arr([1.0, NAN]), arr([1.0, NAN]), equal_nan=True)
    topic.case("array_equal", arr([1.0, NAN]), arr([NAN, 1.0]), equal_nan=True)


def _parts(topic):
    for dtype in COMPLEX:
        topic.case("angle", edge(dtype), tol={"ulp": 4})
        topic.case("angle", edge(dtype), deg=True, tol={"ulp": 4})
    for dtype in ("float64", "int32", "bool"):
        topic.case("angle", arr(ramp(dtype, 5)), tol={"ulp": 4})
    for dtype in DTYPES:
        topic.case("sinc", arr(ramp(dtype, 5)), tol={"ulp": 4, "abs": 2e-3 if dtype == "float16" else 2e-7 if dtype in ("float32", "complex64") else 1e-16})
        topic.case("diff", arr(ramp(dtype, 2, 5)))
    a = arr(ramp("float64", 4, 5))
    for kwargs in ({"axis": 0}, {"n": 2}, {"n": 0}, {"n": 7}, {"n": -1}, {"prepend": 0}, {"append": arr(ramp("float64", 4, 2))}, {"axis": 2}):
        topic.case("diff", a, **kwargs)
    topic.case("diff", arr(3))
    for dtype in ("float32", "float64", "int32"):
        topic.case("unwrap", arr([0, 3, 6, 9, 1, -2], dtype=dtype), tol={"ulp": 4})
        topic.case("trapezoid", arr(ramp(dtype, 5)), tol={"ulp": 4})
        topic.case("ediff1d", arr(ramp(dtype, 2, 3)))
    topic.case("trapezoid", a, arr([0, 1, 3, 4, 6]), tol={"ulp": 4, "abs": 1e-14})
    topic.case("trapezoid", a, dx=0.5, axis=0, tol={"ulp": 4, "abs": 1e-14})
    topic.case("real_if_close", arr([1 + 0j, 2 + 1e-16j]))
    topic.case("real_if_close", arr([1 + 0j, 2 + 1e-3j]))
    topic.case("i0", arr([0.0, 0.5, 1.0, 7.9, 8.1, 20.0]), tol={"ulp": 8})
    for dtype in ("float64", "int8", "complex64"):
        topic.case("outer", arr(ramp(dtype, 3)), arr(ramp(dtype, 2, 2)), tol={"ulp": 4})
        topic.case("ndarray.real", arr(ramp(dtype, 3)))
        topic.case("ndarray.imag", arr(ramp(dtype, 3)))
