"""Reductions and scans over every kind of axis argument, with all their options."""

import math

import numpy as np

from operands import edge, laid_out, ramp
from recorder import DTYPES, arr, call

EXACT = "min max any all argmin argmax count_nonzero nanmin nanmax nanargmin nanargmax ptp".split()
SUMS = "sum prod mean var std nansum nanprod nanmean nanvar nanstd".split()
SCANS = "cumsum cumprod nancumsum nancumprod".split()
NAN = float("nan")


def summed(magnitude=None):
    """The order of a float sum is free: 4 ulp of the result, or of the sum of magnitudes where terms cancel."""

    def tol(value):
        value = np.asarray(value)
        if value.dtype.kind not in "fc":
            return None
        eps = float(np.finfo(value.dtype).eps)
        if magnitude is None or not math.isfinite(magnitude):
            return {"ulp": 4}
        return {"ulp": 4, "abs": float(f"{2 * eps * magnitude:.1e}")}

    return tol


def _magnitude(operand, power=1):
    a = np.abs(np.asarray(operand.value()).astype(complex))
    a = a[np.isfinite(a)]
    return float((a**power).sum()) if a.size else 0.0


def _tol(name, operand):
    if name in EXACT:
        return {"zero": "any"} if name in ("min", "max", "nanmin", "nanmax") else None
    if "prod" in name:
        # The signs of a complex product's zeros depend on the order of the factors.
        return lambda value: {**(summed()(value) or {}), **({"zero": "any"} if np.asarray(value).dtype.kind == "c" else {})}
    power = 2 if "var" in name or "std" in name else 1
    n = max(np.size(operand.value()), 1)
    magnitude = _magnitude(operand, power)
    if "mean" in name or power == 2:
        magnitude = magnitude / n * 4
    if "std" in name:
        magnitude = math.sqrt(magnitude)
    return summed(magnitude)


def record(topic):
    layout = 0
    for name in EXACT + SUMS + SCANS:
        for dtype in DTYPES:
            for operand in (edge(dtype), laid_out(dtype, layout), arr(ramp(dtype, 3, 4)), laid_out(dtype, layout + 5)):
                topic.case(name, operand, tol=_tol(name, operand))
            layout += 3
            a = arr(ramp(dtype, 2, 3, 4))
            scan = name in SCANS
            for axis in (0, 1, -1) if scan else (0, 1, -1, [0, 2]):
                if name.endswith(("argmin", "argmax")) and isinstance(axis, list):
                    continue
                if dtype in ("int16", "uint16", "uint32") and axis != 1:
                    continue
                topic.case(name, a, axis=axis, tol=_tol(name, a))
        _axes(topic, name)
    _options(topic)
    _floats(topic)
    _aliases(topic)


def _axes(topic, name):
    scan, arg = name in SCANS, name.endswith(("argmin", "argmax"))
    cube = arr(ramp("float64", 4, 3, 2), "T")
    tol = _tol(name, cube)
    axes = [0, 1, 2, -1, -3, 3, -4]
    if not scan and not arg:
        axes += [[0, 1], [1, 2], [-1, 0], [0, 1, 2], [], [0, 0], [0, 3]]
    for axis in axes:
        topic.case(name, cube, axis=axis, tol=tol)
        if not scan:
            topic.case(name, cube, axis=axis, keepdims=True, tol=tol)
    if not scan:
        topic.case(name, cube, keepdims=True, tol=tol)
    for shape in ([0], [0, 3], [3, 0], [2, 0, 3], [1], [1, 1], []):
        a = arr(ramp("float32", *shape))
        topic.case(name, a, tol=_tol(name, a))
        if shape:
            topic.case(name, a, axis=0, tol=_tol(name, a))
            topic.case(name, a, axis=-1, tol=_tol(name, a))
    topic.case(name, arr(ramp("int32", 0)))
    topic.case(name, arr(2.5), axis=0)
    for views in (["[::-1]"], ["[::2,::-1]"], ["[:,1]"], ["T", "[1:]"]):
        a = arr(ramp("float32", 4, 5), *views)
        topic.case(name, a, tol=_tol(name, a))
        topic.case(name, a, axis=0, tol=_tol(name, a))
    wide = arr(ramp("float32", 4, 1), "B4,5")
    topic.case(name, wide, axis=1, tol=_tol(name, wide))
    for values in ([NAN, 1, 2], [1, NAN, 2], [1, 2, NAN], [NAN, NAN], [3, -0.0, 0.0], [math.inf, -math.inf, 1], [math.inf, 2, 3]):
        for dtype in ("float16", "float32", "float64", "complex64"):
            if dtype == "complex64" and "prod" in name and not all(map(math.isfinite, values)):
                continue  # inf and NaN parts depend on the order of the factors
            if dtype == "complex64" and name in ("nanmin", "nanmax") and values == [NAN, NAN]:
                continue  # which part of NaN is NaN means nothing
            a = arr(values, dtype=dtype)
            topic.case(name, a, tol=_tol(name, a))
    grid = arr([[1, NAN, 3], [NAN, NAN, NAN], [4, 5, 6]])
    for axis in (0, 1):
        topic.case(name, grid, axis=axis, tol=_tol(name, grid))


def _options(topic):
    a = arr(ramp("float32", 3, 4))
    ints = arr(ramp("int8", 3, 4))
    mask = arr([[True, False, True, True], [False] * 4, [True, True, False, False]])
    row = arr([True, False, True, False])
    for name in ("sum", "prod", "mean", "var", "std", "nansum", "nanprod", "nanmean", "nanvar", "nanstd"):
        for operand in (a, ints):
            tol = _tol(name, operand)
            for axis in (None, 0, 1):
                topic.case(name, operand, axis=axis, where=mask, tol=tol)
            topic.case(name, operand, axis=1, keepdims=True, where=row, tol=tol)
            for dtype in ("float16", "float64", "complex64", "int32"):
                topic.case(name, operand, dtype=dtype, tol={"ulp": 4, "abs": 0.02 if dtype == "float16" else 4e-6})
        if name in ("sum", "prod", "nansum", "nanprod"):
            for initial in (0, 2, -1.5):
                topic.case(name, a, axis=0, initial=initial, tol=_tol(name, a))
            topic.case(name, ints, initial=10)
            topic.case(name, a, axis=1, initial=3, where=mask, tol=_tol(name, a))
        if "var" in name or "std" in name:
            for ddof in (0, 1, 2, 4, 1.5):
                topic.case(name, a, axis=1, ddof=ddof, tol=_tol(name, a))
            topic.case(name, a, correction=1, tol=_tol(name, a))
            topic.case(name, ints, ddof=1, keepdims=True, tol=_tol(name, ints))
            topic.case(name, a, axis=1, ddof=1, where=row, tol=_tol(name, a))
            topic.case(name, arr(ramp("complex64", 3, 2)), axis=0, ddof=1, tol=_tol(name, arr(ramp("complex64", 3, 2))))
    for name in ("min", "max", "nanmin", "nanmax"):
        topic.case(name, a, axis=0, initial=1.0)
        topic.case(name, a, axis=0, where=mask, initial=0.5)
        topic.case(name, a, axis=1, where=mask)
        topic.case(name, ints, initial=100)
        topic.case(name, arr(ramp("float32", 0)), initial=7.0)
        topic.case(name, arr(ramp("int32", 0, 2)), axis=0, initial=7)
    for name in ("any", "all"):
        topic.case(name, a, where=mask)
        topic.case(name, arr([[0, 1, 2], [0, 0, 0]]), axis=1, keepdims=True)
        topic.case(name, arr([[0, 1, 2], [0, 0, 0]]), axis=0, where=arr([True, False, True]))
    zeros = arr([[0, 1.5, NAN], [0, -0.0, 3]])
    for axis in (None, 0, 1, [0, 1]):
        topic.case("count_nonzero", zeros, axis=axis)
        topic.case("count_nonzero", zeros, axis=axis, keepdims=True)
    for name in ("argmin", "argmax"):
        topic.case(name, arr([3, 1, 3, 1]))
        topic.case(name, arr([[3, 1, 3], [1, 5, 5]]), axis=1)
        topic.case(name, arr([True, False, True]))
        topic.case(name, arr([1 + 2j, 1 - 2j, 0.5 + 9j, 1 + 2j]))
    for name in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
        for dtype in ("float64", "int32", "complex64"):
            topic.case(name, ints, dtype=dtype)
            topic.case(name, a, axis=1, dtype=dtype)
    for name in ("cumulative_sum", "cumulative_prod"):
        topic.case(name, arr(ramp("int32", 4)))
        topic.case(name, arr(ramp("float64", 2, 3)), axis=1)
        topic.case(name, arr(ramp("float64", 2, 3)), axis=0, include_initial=True)
        topic.case(name, arr(ramp("uint8", 2, 3)), axis=0, dtype="int16")
        topic.case(name, arr(ramp("float64", 2, 3)))
    for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": 1, "keepdims": True}):
        topic.case("average", a, tol={"ulp": 4}, **kwargs)
    topic.case("average", a, axis=1, weights=arr([1.0, 2.0, 0.5, 1.0]), tol={"ulp": 4})
    topic.case("average", a, weights=arr(np.abs(ramp("float32", 3, 4))), tol={"ulp": 8})
    topic.case("average", arr(ramp("int32", 4)), weights=arr([1, -1, 1, -1]))
    topic.case("average", a, weights=arr([1.0, 2.0]))


def _floats(topic):
    """Longer float reductions, judged against the exact sum."""
    for dtype in ("float16", "float32", "float64"):
        eps = float(np.finfo(dtype).eps)
        for n in (9, 128, 129, 1000, 4097):
            terms = call("subtract", call("multiply", call("remainder", call("arange", n, dtype=dtype), 13), 0.37), 2.0)
            bound = n * 3.0 * eps
            for name in ("sum", "mean", "var", "std"):
                limit = bound if name == "sum" else 8 * eps
                topic.case(name, terms, tol={"ulp": 4, "abs": float(f"{2 * limit:.1e}")})
        matrix = call("reshape", call("multiply", call("remainder", call("arange", 1200, dtype=dtype), 17), 0.11), [30, 40])
        for name in ("sum", "mean", "var", "std", "cumsum", "max", "argmax"):
            for axis in (0, 1):
                result_scale = 40 if name in ("sum", "cumsum") else 2
                topic.case(name, matrix, axis=axis, tol={"ulp": 4, "abs": float(f"{4 * result_scale * eps:.1e}")} if name not in ("max", "argmax") else None)


def _aliases(topic):
    a = arr(ramp("float64", 3, 4))
    for name in ("amin", "amax"):
        topic.case(name, a)
        topic.case(name, a, axis=1, keepdims=True)
        topic.case(name, arr(ramp("int32", 0)))
        topic.case(name, arr(ramp("uint8", 3)), initial=2)
    for name in ("sum", "prod", "min", "max", "mean", "var", "std", "any", "all", "argmin", "argmax", "cumsum", "cumprod"):
        topic.case(f"ndarray.{name}", a, tol=_tol(name, a))
        topic.case(f"ndarray.{name}", a, axis=0, tol=_tol(name, a))
