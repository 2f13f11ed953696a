"""Sets and distinct elements."""

import numpy as np

from operands import COMPLEX, REAL_FLOATS, edge, laid_out, ramp, special_complex
from recorder import DTYPES, arr, call

NAN, INF = float("nan"), float("inf")
R = np.random.RandomState(12)


def repeated(dtype, *shape, below=6):
    """Few different values, in no order."""
    values = R.randint(0, below, shape)
    if np.dtype(dtype).kind in "ifc":
        values = values - below // 2
    return values.astype(dtype)


def record(topic):
    _unique(topic)
    _sets(topic)
    _isin(topic)


def _unique(topic):
    every = {"return_index": True, "return_inverse": True, "return_counts": True}
    layout = 0
    for dtype in DTYPES:
        topic.case("unique", arr(repeated(dtype, 12)))
        topic.case("unique", arr(repeated(dtype, 12)), **every)
        topic.case("unique", arr(repeated(dtype, 4, 3)), **every)
        topic.case("unique", edge(dtype), tol={"zero": "any"})
        topic.case("unique", arr(repeated(dtype, 6, 2, below=3)), axis=0, **every)
        topic.case("unique", arr(repeated(dtype, 2, 6, below=3)), axis=1, **every)
        topic.case("unique", arr(repeated(dtype, 2, 2, 6, below=2)), axis=-1)
        for _ in range(8):
            topic.case("unique", laid_out(dtype, layout), **(every if layout % 2 else {}))
            layout += 1
    floats = [2.0, NAN, -0.0, 1.0, NAN, 0.0, INF, NAN, 2.0]
    for dtype in REAL_FLOATS:
        for equal_nan in (True, False):
            topic.case("unique", arr(floats, dtype=dtype), equal_nan=equal_nan, return_counts=True)
            topic.case("unique", arr(floats, dtype=dtype), equal_nan=equal_nan, **every)
    for dtype in COMPLEX:
        for equal_nan in (True, False):
            topic.case("unique", special_complex(dtype), equal_nan=equal_nan, return_counts=True, tol={"zero": "any"})
    for flag in every:
        topic.case("unique", arr(repeated("int16", 9)), **{flag: True})
    for axis in (0, 1, 2, -1, 3, None):
        topic.case("unique", arr(repeated("int8", 2, 3, 2, below=2)), axis=axis, return_inverse=True)
    topic.case("unique", arr(repeated("int8", 9)), axis=0, return_inverse=True)
    topic.case("unique", arr(repeated("int8", 9)), axis=1)
    topic.case("unique", arr([[1.0, NAN], [1.0, NAN], [0.0, 2.0]]), axis=0, return_counts=True)
    topic.case("unique", arr(np.zeros((0, 3))), axis=0)
    topic.case("unique", arr(np.zeros((3, 0))), axis=0, return_inverse=True)
    topic.case("unique", arr([], dtype="int8"), **every)
    topic.case("unique", 5, **every)
    topic.case("sort", call("unique", arr(repeated("int16", 9)), sorted=False))
    topic.case("unique", arr(repeated("float64", 1500, below=40)), **every)
    topic.case("unique", arr(repeated("int32", 1500, below=900)))
    for name in ("unique_all", "unique_counts", "unique_inverse", "unique_values"):
        for dtype in ("int8", "uint64", "float32", "complex128", "bool"):
            a = arr(repeated(dtype, 3, 4))
            topic.case("sort", call(name, a)) if name == "unique_values" else topic.case(name, a)
        if name != "unique_values":
            topic.case(name, arr([1.0, NAN, 1.0, NAN]))
            topic.case(name, arr(3))
        topic.case(name, arr([], dtype="float32"))
    topic.case("unique_values", arr([4, 4]))


def _sets(topic):
    for name in ("intersect1d", "setdiff1d", "setxor1d", "union1d"):
        for a in DTYPES:
            for b in DTYPES:
                topic.case(name, arr(repeated(a, 7, below=9)), arr(repeated(b, 6, below=9)))
            if name != "union1d":
                topic.case(name, arr(np.arange(5).astype(a) if a != "bool" else [True, False]), arr([3, 1, 9]), assume_unique=True)
        topic.case(name, arr(repeated("int16", 3, 4, below=20)), arr(repeated("int16", 5, below=20)))
        topic.case(name, arr(repeated("int16", 8, below=20), "[::-2]"), arr(repeated("int16", 5, 2, below=20), "T"))
        topic.case(name, arr([1.0, NAN, INF, NAN]), arr([NAN, 2.0, INF]))
        topic.case(name, arr([], dtype="int8"), arr([1.5, 2.5]))
        topic.case(name, arr([1, 2]), arr([], dtype="int64"))
        topic.case(name, 3, arr([3, 4]))
        topic.case(name, arr([], dtype="int64"), arr([], dtype="int64"))
    for dtype in ("int32", "float64", "complex64"):
        topic.case("intersect1d", arr(repeated(dtype, 4, 3, below=9)), arr(repeated(dtype, 10, below=9)), return_indices=True)
        topic.case("intersect1d", arr([4, 1, 3], dtype=dtype), arr([3, 2, 4], dtype=dtype), return_indices=True, assume_unique=True)
    topic.case("setdiff1d", arr([5, 1, 5, 2]), arr([2]), assume_unique=True)


def _isin(topic):
    layout = 0
    for a in DTYPES:
        for b in DTYPES:
            topic.case("isin", arr(repeated(a, 8, below=9)), arr(repeated(b, 3, below=9)))
        topic.case("isin", arr(repeated(a, 2, 3, below=9)), arr(repeated(a, 30, below=7)), invert=True)
        topic.case("isin", edge(a), edge(a))
        for _ in range(4):
            topic.case("isin", laid_out(a, layout), arr([1, 2, -3]))
            layout += 1
    for kind in (None, "sort", "table"):
        for invert in (False, True):
            topic.case("isin", arr(repeated("int16", 3, 4, below=9)), arr([[1, 2], [7, -2]]), kind=kind, invert=invert)
    topic.case("isin", arr([1, 2, 3]), arr([3, 1]), assume_unique=True)
    topic.case("isin", arr([1.0, NAN, INF]), arr([NAN, INF]))
    topic.case("isin", arr([0.0, -0.0]), arr([-0.0]))
    topic.case("isin", arr([1, 2]), arr([], dtype="int64"), invert=True)
    topic.case("isin", arr([], dtype="float32"), arr([1.0]))
    topic.case("isin", 2, arr([1, 2]))
    topic.case("isin", arr([-128, 127, 0], dtype="int8"), arr([127, -128], dtype="int8"))
    topic.case("isin", arr([-128, 127, 0], dtype="int8"), arr([127, -128], dtype="int8"), kind="table")
    topic.case("isin", arr(repeated("float64", 1200, below=1500)), arr(repeated("float64", 1100, below=1500)))
    topic.case("isin", arr(repeated("int64", 50, below=1500) * 2**40), arr(repeated("int64", 1100, below=1500) * 2**40))
    topic.case("isin", arr([1.5]), arr([1.5]), kind="table")
    topic.case("isin", arr([1]), arr([1]), kind="hash")
