"""Methods and properties of arrays: those of functions that have cases of their own take a round over dtypes, layouts and options."""

import numpy as np

from operands import edge, laid_out, ramp
from recorder import DTYPES, arr
from topics.reductions import _tol

REDUCTIONS = "sum prod mean std var min max all any argmin argmax".split()
SCANS = "cumsum cumprod".split()
EMPTY = ((0,), (2, 0, 3))


def record(topic):
    number = 0
    for name in REDUCTIONS + SCANS:
        full = f"ndarray.{name}"
        for dtype in DTYPES:
            number += 1
            for operand in (edge(dtype) if dtype in ("bool", "int8", "float16") else arr(ramp(dtype, 5)), laid_out(dtype, number)):
                topic.case(full, operand, tol=_tol(name, operand))
            cube = arr(ramp(dtype, 2, 3, 2))
            topic.case(full, cube, axis=number % 3, tol=_tol(name, cube))
            if name not in SCANS:
                topic.case(full, cube, axis=-1, keepdims=True, tol=_tol(name, cube))
        grid = arr(ramp("float32", 3, 4), "[::-1,1:]")
        axes = (0, -1, 2, None) if name in SCANS or name.startswith("arg") else (0, -1, 2, None, [0, 1], [0, 0])
        for axis in axes:
            topic.case(full, grid, axis=axis, tol=_tol(name, grid))
        for operand in (arr(2.5), *(arr(ramp("int16", *shape)) for shape in EMPTY)):
            topic.case(full, operand, tol=_tol(name, operand))
    mask = arr(ramp("bool", 3, 4))
    a = arr(ramp("int16", 3, 4))
    for name, options in {
        "sum": ({"dtype": "float32"}, {"initial": 3}, {"where": mask}), "prod": ({"dtype": "int64"}, {"initial": 2}, {"where": mask}),
        "mean": ({"dtype": "float32"}, {"where": mask}), "std": ({"ddof": 1}, {"where": mask}, {"dtype": "float32"}),
        "var": ({"ddof": 1}, {"where": mask}, {"ddof": 20}), "min": ({"initial": -9}, {"initial": 99, "where": mask}, {"where": mask}),
        "max": ({"initial": 99}, {"initial": 0, "where": mask}), "all": ({"where": mask},), "any": ({"where": mask},),
        "cumsum": ({"dtype": "float64"}, {"dtype": "int8"}), "cumprod": ({"dtype": "float32"},),
    }.items():
        for option in options:
            topic.case(f"ndarray.{name}", a, tol=_tol(name, a), **option)
            if "where" not in option or name not in ("std", "var"):
                topic.case(f"ndarray.{name}", a, axis=0, tol=_tol(name, a), **option)
    _values(topic)
    _shapes(topic)
    _bytes(topic)
    _facts(topic)


def _values(topic):
    for number, dtype in enumerate(DTYPES):
        a, laid = arr(ramp(dtype, 3, 4)), laid_out(dtype, number)
        for name in ("conj", "conjugate", "real", "imag", "byteswap"):
            topic.case(f"ndarray.{name}", edge(dtype))
            topic.case(f"ndarray.{name}", laid)
        topic.case("ndarray.clip", laid, 2, 5)
        topic.case("ndarray.round", laid)
        # With every position asked for, the order is that of sorting.
        n = 2 if dtype == "bool" else 7
        topic.case("ndarray.argpartition", arr(np.roll(ramp(dtype, n), 2)), list(range(n)))
        topic.case("ndarray.take", a, arr([0, 2, 5, -1]))
        topic.case("ndarray.dot", a, arr(ramp(dtype, 4)), tol={"ulp": 4} if np.dtype(dtype).kind in "fc" else None)
        topic.case("ndarray.trace", a, tol={"ulp": 4} if np.dtype(dtype).kind in "fc" else None)
        topic.case("ndarray.item", a, 5)
    a = arr(ramp("float32", 3, 4))
    for args, kwargs in (((), {"min": 0}), ((), {"max": 0.5}), ((), {"min": arr(ramp("float32", 4)), "max": 1}), ((1, -1), {}), ((), {}),
                         ((arr(ramp("float32", 3)), 1), {})):
        topic.case("ndarray.clip", a, *args, **kwargs)
    topic.case("ndarray.clip", arr(ramp("uint8", 4)), 2, 300)
    for decimals in (-1, 0, 1, 3):
        topic.case("ndarray.round", arr([1.25, -0.05, 15.0, 1e300, np.nan]), decimals)
        topic.case("ndarray.round", arr([15, -25, 127], dtype="int8"), decimals)
    ladder = arr(ramp("int16", 3, 4), "[:,::-1]")
    for args, kwargs in (([[0, 1, 2]], {"axis": 0}), ([[0, 1, -2, -1]], {"axis": 1}), ([list(range(12))], {"axis": None}), ((7,), {"axis": 1}), ((1,), {"axis": 2}),
                         ([[3, 2, 1, 0]], {"kind": "introselect"}), ((1,), {"kind": "quick"}), ([[-1, -2, -3, -4]], {})):
        topic.case("ndarray.argpartition", ladder, *args, **kwargs)
    for indices in (arr(1), arr([[0, 2], [1, 1]]), arr([3]), arr([-4]), arr([], dtype="int64"), arr([0.5]), arr([True, False])):
        for kwargs in ({"axis": 0}, {"axis": 1, "mode": "wrap"}, {"axis": -1, "mode": "clip"}, {"axis": 2}, {}):
            topic.case("ndarray.take", arr(ramp("int16", 3, 4), "[:,::-1]"), indices, **kwargs)
    topic.case("ndarray.take", arr(ramp("int16", 0)), arr([0]))
    topic.case("ndarray.take", arr(5), arr([0, 0]))
    for x, y in (((3,), (3,)), ((2, 3), (3, 2)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 2, 3), (3, 2)), ((2,), (3,)), ((), (3,)), ((2, 0), (0, 3))):
        topic.case("ndarray.dot", arr(ramp("int32", *x)), arr(ramp("int32", *y)))
    topic.case("ndarray.dot", arr(ramp("int32", 3, 2), "T"), 2.5)
    for shape in ((4, 3), (2, 3, 4), (0, 3), (3,), ()):
        for kwargs in ({}, {"offset": 1}, {"offset": -1}, {"offset": 9}, {"axis1": 1, "axis2": 0}, {"axis1": 0, "axis2": 2}, {"axis1": 0, "axis2": 0}):
            topic.case("ndarray.diagonal", arr(ramp("int16", *shape)), **kwargs)
            topic.case("ndarray.trace", arr(ramp("int16", *shape)), **kwargs)
    topic.case("ndarray.trace", arr(ramp("int8", 3, 3), "T"), dtype="float32")
    for x in (arr(ramp("int16", 2, 3)), arr(ramp("float64", 3, 2), "T"), arr(2.5), arr([7]), arr(ramp("int16", 0)), arr([True])):
        for args in ((), (0,), (4,), (-1,), (6,), (1, 2), (-1, 0), (2, 0), (0, 3), (1, 1, 1)):
            topic.case("ndarray.item", x, *args)


def _shapes(topic):
    for number, dtype in enumerate(DTYPES):
        x = laid_out(dtype, number + 3)
        for name in ("flatten", "ravel", "squeeze", "transpose", "T"):
            topic.case(f"ndarray.{name}", x)
        topic.case("ndarray.reshape", arr(ramp(dtype, 3, 4)), [2, 6])
        topic.case("ndarray.swapaxes", arr(ramp(dtype, 2, 3, 2)), 0, 2)
        topic.case("ndarray.diagonal", arr(ramp(dtype, 3, 3)))
        topic.case("ndarray.mT", arr(ramp(dtype, 2, 3, 2), "[::-1]"))
        topic.case("ndarray.resize", arr(ramp(dtype, 2, 3)), [2, 4])
    cube, turned = arr(ramp("int16", 2, 3, 4)), arr(ramp("int16", 4, 3, 2), "T")
    for a in (cube, turned, arr(ramp("int16", 0, 3)), arr(7), arr(ramp("int16", 1, 3, 1), "B2,3,4")):
        for order in ("C", "F", "A", "K", "X"):
            if a is turned and order in ("A", "K"):
                continue  # depends on what is a view
            for name in ("flatten", "ravel"):
                topic.case(f"ndarray.{name}", a, order=order)
            if order != "A":
                topic.case("ndarray.reshape", a, [-1], order=order)
        for shape in ([4, 6], [-1, 3], [5], [-1, -1], [], [1, 24, 1], [0], [3, 0]):
            topic.case("ndarray.reshape", a, shape)
        for axes in (None, [2, 0, 1], [0, 1], [0, 0, 1], [0, 1, 3], [-1, 0, 1]):
            topic.case("ndarray.transpose", a, axes)
        for i, j in ((0, 1), (-1, 0), (0, 3)):
            topic.case("ndarray.swapaxes", a, i, j)
        topic.case("ndarray.T", a)
        topic.case("ndarray.mT", a)
    thin = arr(ramp("float32", 1, 3, 1))
    for kwargs in ({}, {"axis": 0}, {"axis": -1}, {"axis": [0, 2]}, {"axis": 1}, {"axis": 3}, {"axis": [0, 0]}):
        topic.case("ndarray.squeeze", thin, **kwargs)
    for shape in ([5], [2, 2], [3, 4], [0], [], [2, -3], [2, 0, 1], 7):
        for a in (arr(ramp("int16", 2, 3)), arr(2.5), arr(ramp("float32", 0))):
            topic.case("ndarray.resize", a, shape)
            topic.case("ndarray.resize", a, shape, refcheck=False)


def _bytes(topic):
    for dtype in DTYPES:
        for to in DTYPES:
            if "bool" in (dtype, to) and dtype != to and dtype != "bool":
                continue  # bytes that are neither 0 nor 1
            x = np.arange(32, dtype="uint8") % 2 if dtype == "bool" else np.arange(32, dtype="uint8")
            topic.case("ndarray.view", arr(x.view(dtype)), to)
        topic.case("ndarray.view", arr(ramp(dtype, 2, 4), "[::-1]"), "int8")
        topic.case("ndarray.dump", arr(ramp(dtype, 2, 2)))
    for dtype, to in (("float64", "int64"), ("int32", "float32"), ("float32", "int16"), ("int16", "float32"), ("float64", "complex128")):
        for x in (arr(ramp(dtype, 3, 4), "T"), arr(2, dtype=dtype), arr(ramp(dtype, 0)), arr(ramp(dtype, 2, 4), "[:,::2]"), arr(ramp(dtype, 3, 5)),
                  arr(ramp(dtype, 4, 4), "[1::2]"), arr(ramp(dtype, 2, 1)), arr(ramp(dtype, 3, 4), "[:,1:3]"), arr(ramp(dtype, 1), "B4")):
            topic.case("ndarray.view", x, to)
    topic.case("ndarray.dump", arr(ramp("int16", 3, 2), "T"))
    topic.case("ndarray.dump", arr(2.5))
    topic.case("ndarray.dump", arr(ramp("int16", 0, 2)))
    for x in (arr(ramp("int16", 2, 3)), arr(ramp("int16", 3, 2), "T"), arr(ramp("complex64", 4), "[::2]"), arr(ramp("bool", 3)), arr(2.5), arr(ramp("int8", 0))):
        topic.case("ndarray.data", x)


def _facts(topic):
    for number in range(16):
        for dtype in (("int16", "complex128") if number % 2 else ("float32", "bool", "uint8")):
            x = laid_out(dtype, number)
            for name in ("shape", "ndim", "size", "itemsize", "nbytes", "dtype", "strides", "flags", "ctypes", "flat", "device", "base"):
                if name in ("strides", "flags", "ctypes") and (0 in np.shape(x.value()) or "[...,None]" in x.views or "B3,4" in x.views):
                    continue  # steps that nobody takes
                topic.case(f"ndarray.{name}", x)
    for dtype in DTYPES:
        for name in ("itemsize", "nbytes", "dtype", "strides"):
            topic.case(f"ndarray.{name}", arr(ramp(dtype, 2, 3)))
    a = arr(ramp("int16", 3))
    for device in ("cpu", "cuda", ""):
        topic.case("ndarray.to_device", a, device)
    for flags in ({"write": False}, {"write": True}, {"write": False, "align": True}, {"align": False}, {"uic": False}, {"uic": True}, {}):
        topic.case("ndarray.setflags", a, **flags)

