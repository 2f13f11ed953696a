"""Windows, bits, and the elementwise functions that are neither ufuncs nor selections."""

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, laid_out, positive, ramp, special_complex
from recorder import DTYPES, arr

NAN, INF = float("nan"), float("inf")


def _near(value):
    a = np.asarray(value)
    return {"float16": {"rel": 4e-3, "abs": 2e-3}, "float32": {"rel": 2e-6, "abs": 1e-6}, "complex64": {"rel": 2e-6, "abs": 2e-6}}.get(
        a.dtype.name, {"rel": 1e-14, "abs": 1e-14} if a.dtype.kind in "fc" else None)


def record(topic):
    _windows(topic)
    _elementwise(topic)
    _bits(topic)


def _windows(topic):
    for name in ("bartlett", "blackman", "hamming", "hanning"):
        for m in (-3, 0, 1, 2, 3, 8, 51, 5.5, 0.5, NAN, arr(7, dtype="int8"), arr(6.0, dtype="float32")):
            topic.case(name, m, tol=_near)
    for m in (-3, 0, 1, 2, 3, 8, 51, 5.5):
        for beta in (0, 5.0, 14, arr(8.6, dtype="float32")):
            topic.case("kaiser", m, beta, tol=_near)
    for dtype in DTYPES:
        topic.case("i0", arr(positive(dtype, 3, 4) * 5 if dtype != "bool" else [True, False]), tol=_near)
    for dtype in REAL_FLOATS:
        topic.case("i0", arr([0.0, -0.0, 1, -7.5, 8, 8.25, 10, INF, NAN], dtype=dtype), tol=_near)
    for layout in range(16):
        topic.case("i0", laid_out("float64", layout), tol=_near)
    topic.case("i0", 3, tol=_near)


def _elementwise(topic):
    layout = 0
    for name in ("iscomplex", "isreal", "isposinf", "isneginf", "fix", "sinc"):
        tol = _near if name == "sinc" else None
        for dtype in DTYPES:
            if name == "sinc":
                topic.case(name, arr(ramp(dtype, 5)), tol=tol)
            else:
                topic.case(name, edge(dtype), tol=tol)
            for _ in range(4):
                topic.case(name, laid_out(dtype, layout), tol=tol)
                layout += 1
        for dtype in COMPLEX:
            if name != "sinc":
                topic.case(name, special_complex(dtype), tol=tol)
        for number in (3, 2.5, True):
            topic.case(name, number, tol=tol)
    for dtype in REAL_FLOATS:
        topic.case("sinc", arr([0.0, -0.0, 0.5, -1.25, 3, INF, NAN], dtype=dtype), tol=_near)
    for dtype in DTYPES:
        topic.case("real_if_close", arr(ramp(dtype, 4)))
    for dtype, eps in (("complex64", 2.0**-23), ("complex128", 2.0**-52)):
        z = np.array([2.1 + 5j * eps, 5.25 - 300j * eps], dtype)
        for tol in ((), (301,), (1000,), (299,), (1,), (0.5,), (0,)):
            topic.case("real_if_close", arr(z), *tol)
        topic.case("real_if_close", arr(z[:1], "[::-1]"))
        topic.case("real_if_close", arr(z[0]), 2)
        topic.case("real_if_close", arr(z[:0]))
    for dtype in DTYPES:
        topic.case("array_equiv", arr(ramp(dtype, 3)), arr(np.tile(ramp(dtype, 3), (2, 1))))
        topic.case("array_equiv", arr(ramp(dtype, 3)), arr(ramp("float64", 3)))
    topic.case("array_equiv", arr([1, 2]), arr([[1, 2, 1], [1, 2, 1]]))
    topic.case("array_equiv", arr([1.0, NAN]), arr([1.0, NAN]))
    topic.case("array_equiv", arr([], dtype="int8"), arr([1.0]))
    topic.case("array_equiv", 3, arr([[3, 3.0]]))
    topic.case("array_equiv", arr([[1], [2]], "T"), arr([[1, 2]], "[::-1]"))


def _bits(topic):
    layout = 0
    for dtype in DTYPES:
        topic.case("packbits", arr((ramp(dtype, 19) * 7 % 3).astype(dtype) if np.dtype(dtype).kind in "iu" else ramp(dtype, 19)))
        for _ in range(8):
            topic.case("packbits", laid_out(dtype, layout))
            layout += 1
    a = arr(np.arange(60).reshape(3, 10, 2) % 3 % 2)
    b = arr(np.arange(12, dtype="uint8").reshape(2, 3, 2) * 21)
    for order in ("big", "little"):
        for axis in (None, 0, 1, 2, -1, -2):
            topic.case("packbits", a, axis=axis, bitorder=order)
            topic.case("unpackbits", b, axis=axis, bitorder=order)
            for count in (0, 5, 16, 20, 100, -3, -100):
                topic.case("unpackbits", b, axis=axis, count=count, bitorder=order)
    for layout in range(16):
        topic.case("unpackbits", laid_out("uint8", layout))
    topic.case("packbits", 5)
    topic.case("packbits", arr(5), axis=0)
    topic.case("packbits", a, axis=3)
    topic.case("packbits", a, bitorder="middle")
    topic.case("packbits", arr(np.zeros((0, 3), bool)), axis=1)
    topic.case("packbits", arr(np.zeros((3, 0), bool)), axis=1)
    topic.case("unpackbits", arr(5, dtype="uint8"))
    topic.case("unpackbits", arr(np.zeros((3, 0), "uint8")), axis=1)
    topic.case("unpackbits", b, axis=3)
    topic.case("unpackbits", b, bitorder="middle")
    for dtype in ("int8", "bool", "float32", "uint16"):
        topic.case("unpackbits", arr(ramp(dtype, 3)))
