"""Parts cut, joined, repeated, moved and put around: the rest of array manipulation and creation."""

import numpy as np

from operands import laid_out, ramp
from recorder import DTYPES, Function, Index, Subscript, arr

NAN, INF = float("nan"), float("inf")


def record(topic):
    _split(topic)
    _edit(topic)
    _repeat(topic)
    _pad(topic)
    _block(topic)
    _create(topic)


def _split(topic):
    a = arr(ramp("int16", 6, 4))
    cube = arr(ramp("int16", 4, 2, 3))
    for name in ("split", "array_split"):
        for sections in (1, 2, 3, 4, 0, -1, [2], [1, 4], [-2], [4, 2], [9], [], [0, 6], arr([1, 3]), [-9, 20]):
            topic.case(name, a, sections)
            topic.case(name, a, sections, axis=1)
            topic.case(name, arr(ramp("float32", 4, 6), "T"), sections, axis=0)
        for axis in (-1, 2, -3):
            topic.case(name, a, 2, axis=axis)
        topic.case(name, arr(ramp("int8", 0)), 2)
        topic.case(name, arr(ramp("int8", 0, 3)), [1])
        topic.case(name, arr(3), 1)
        topic.case(name, arr(ramp("int8", 3)), 5)
    for dtype in DTYPES:
        topic.case("array_split", arr(ramp(dtype, 5)), 2)
        topic.case("unstack", arr(ramp(dtype, 2, 2)))
        topic.case("hsplit", arr(ramp(dtype, 2, 4), "[::-1]"), 2)
    for name in ("hsplit", "vsplit", "dsplit"):
        for x in (a, cube, arr(ramp("int8", 4)), arr(2.5), arr(ramp("int8", 2, 2, 0))):
            for sections in (2, 3, [1], [1, 2]):
                topic.case(name, x, sections)
    for x in (a, cube, arr(1), arr(ramp("int8", 0, 2)), arr(ramp("float32", 3), "[::-1]")):
        for axis in (0, 1, -1, 2, 3):
            topic.case("unstack", x, axis=axis)


def _edit(topic):
    a = arr(ramp("int16", 3, 4))
    turned = arr(ramp("int16", 4, 3), "T")
    for dtype in DTYPES:
        for other in ("bool", "int32", "float32", "complex128"):
            topic.case("append", arr(ramp(dtype, 3)), arr(ramp(other, 2)))
            topic.case("insert", arr(ramp(dtype, 3)), 1, arr(ramp(other, 2)))
        topic.case("delete", arr(ramp(dtype, 4)), 1)
        topic.case("trim_zeros", arr(np.array([0, 0, 1, 0, 2, 0]).astype(dtype)))
        for value in (7, 2.5, 1j, -1, True):
            topic.case("insert", arr(ramp(dtype, 3)), 1, value)
            topic.case("append", arr(ramp(dtype, 3)), value)
    for x in (a, turned, arr(3.5), arr(ramp("int16", 0, 4)), arr(ramp("int16", 5), "[::-2]")):
        for values in (arr([[1, 2, 3, 4]]), arr([1, 2]), 9, arr([], dtype="float64")):
            for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": 3}):
                topic.case("append", x, values, **kwargs)
    indices = [Subscript(i) for i in (0, 2, -1, 5, -6, "1:3", "::2", "::-1", "2:0:-1", "3:1", ":", arr([0, 2]), arr([2, 0, 2]), arr([-1]), arr([1]),
                                      arr([], dtype="int64"), arr([True, False, True]), arr([True, False, True, False]), arr([7]), arr([0, 9]),
                                      arr([[0, 1]]), arr(1), arr([0.5]), arr([0, 1], dtype="uint8"), arr([-1, 0, 3]))]
    for x in (a, turned, arr(ramp("int16", 4)), arr(ramp("int16", 0, 4))):
        for index in indices:
            for kwargs in ({}, {"axis": 0}, {"axis": 1}):
                topic.case("delete", x, index, **kwargs)
                # NumPy stumbles over its own arithmetic with small unsigned indices, and prints odd numbers for halves.
                if not any(isinstance(i, type(x)) and (i.value().dtype == "uint8" or i.value().dtype == "float64" and x.value().size == 0) for i in index.items):
                    topic.case("insert", x, index, 99, **kwargs)
    for index in (Subscript(1), Subscript("::2"), Subscript(arr([0, 2])), Subscript(arr([1])), Subscript(arr([2, 0, 1]))):
        for values in (arr([1, 2]), arr([1, 2, 3]), arr([1, 2, 3, 4]), arr([[1], [2], [3]]), arr([[1, 2]]), arr([[1, 2], [3, 4], [5, 6]]), arr([[[1]]]),
                       arr([[1, 2, 3, 4], [5, 6, 7, 8]])):
            for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": -2}, {"axis": 2}):
                topic.case("insert", a, index, values, **kwargs)
    topic.case("insert", arr(ramp("int16", 2, 3, 2)), Subscript(1), arr([[1, 2], [3, 4]]), axis=1)
    topic.case("insert", arr(3), Subscript(0), 5)
    topic.case("delete", arr(3), Subscript(0))
    topic.case("insert", arr(3), Subscript(0), 5, axis=0)
    for shape in ([3], [2, 3], [5, 5], [0], [2, 0], [], [-1], [2, -3], [24], [13], [1, 1]):
        for x in (a, turned, arr(ramp("int16", 0)), arr(7)):
            topic.case("resize", x, shape)
    for dtype in DTYPES:
        topic.case("resize", arr(ramp(dtype, 3)), [2, 4])
    padded = arr(np.pad(ramp("int16", 2, 2), 2))
    for x in (padded, arr([0, 0, 1, 2, 0, 3, 0]), arr([0, 0]), arr([], dtype="int8"), arr([1, 2]), arr(0), arr([0.0, NAN, 0.0, -0.0]), arr([False, True, False]),
              arr(ramp("int16", 3, 4), "T")):
        topic.case("trim_zeros", x)
        for trim in ("f", "b", "fb", "bf", "FB", "x", "ff"):
            topic.case("trim_zeros", x, trim)
        for axis in (0, 1, -1, [0], [0, 1], 2):
            topic.case("trim_zeros", x, axis=axis)
            topic.case("trim_zeros", x, "f", axis=axis)


def _repeat(topic):
    a = arr(ramp("int16", 3, 4))
    turned = arr(ramp("int16", 4, 3), "T")
    for dtype in DTYPES:
        x = arr(ramp(dtype, 2, 3))
        topic.case("repeat", x, 2, axis=1)
        topic.case("repeat", x, arr([2, 1]), axis=0)
        topic.case("roll", x, 1, axis=1)
        topic.case("tile", x, [2, 1])
    for number in range(16):
        x = laid_out("float32", number)
        topic.case("roll", x, 2)
        topic.case("repeat", x, 2)
        topic.case("tile", x, 2)
        topic.case("tile", x, [2, 1, 3])
        topic.case("roll", x, 1, axis=0)
        topic.case("repeat", x, 3, axis=-1)
    for x in (a, turned):
        for repeats in (0, 1, 3, -1, arr([1, 0, 2]), arr([1, 2, 0, 1]), arr([2]), arr([[1, 2]]), arr([1, -1, 0]), arr([1.0, 2.0, 3.0]), arr([1, 2, 3], dtype="uint8"),
                        arr([True, False, True])):
            for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": 2}):
                topic.case("repeat", x, repeats, **kwargs)
        topic.case("ndarray.repeat", x, 2, axis=0)
        topic.case("ndarray.repeat", x, 2)
        for shift in (0, 1, -1, 5, 100, -13, [1, 2]):
            for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": [0, 1]}, {"axis": [1, 1]}, {"axis": 2}, {"axis": [0, -1]}):
                topic.case("roll", x, shift, **kwargs)
        for reps in (0, 1, 2, [], [1], [3, 2], [2, 1, 2], [1, 1, 1], [0, 2], -1):
            topic.case("tile", x, reps)


def _pad(topic):
    vector, matrix = arr(ramp("int16", 4)), arr(ramp("int16", 2, 3))
    turned = arr(ramp("float32", 3, 2), "T")
    modes = ["constant", "edge", "linear_ramp", "maximum", "mean", "minimum", "reflect", "symmetric", "wrap", "empty"]
    widths = [0, 1, 3, 9, [2, 1], [[1], [2]], [[1, 2], [0, 3]], [0, 5], -1, [1, -1], [1, 2, 3], arr([1.0]), arr(1, dtype="uint8")]
    tol = {"ulp": 4}
    for mode in modes:
        only = {"only": "shape"} if mode == "empty" else None
        for width in widths:
            for x in (vector, matrix, turned):
                w = arr(width) if isinstance(width, list) else width
                topic.case("pad", x, w, mode, tol=only or (tol if mode in ("linear_ramp", "mean") and x is turned else None))
        for dtype in DTYPES:
            inexact = np.dtype(dtype).kind in "fc" and mode in ("linear_ramp", "mean", "median")
            topic.case("pad", arr(ramp(dtype, 2, 3)), 2, mode, tol=only or (tol if inexact else None))
        for x in (arr(5), arr(ramp("int16", 0)), arr(ramp("int16", 0, 2)), arr(ramp("int16", 1)), arr(ramp("int16", 1, 3)), arr(ramp("int16", 2, 3, 2), "T")):
            topic.case("pad", x, 1, mode, tol=only)
            topic.case("pad", x, 0, mode, tol=only)
        topic.case("pad", vector, 2, mode, stat_length=2)
        topic.case("pad", vector, 2, mode, constant_values=7)
        topic.case("pad", vector, 2, mode, end_values=7)
        topic.case("pad", vector, 2, mode, reflect_type="odd")
    for dtype in DTYPES:
        for value in (1, 2.5, -1, 1j, 300):
            topic.case("pad", arr(ramp(dtype, 3)), 1, "constant", constant_values=value)
    for values in (arr([1, 2]), arr([[1, 2], [3, 4]]), arr([[1], [2]]), arr([1, 2, 3]), 2.75, arr([1.5, -2.5])):
        topic.case("pad", matrix, 2, "constant", constant_values=values)
        topic.case("pad", matrix, arr([[3, 1], [2, 4]]), "linear_ramp", end_values=values)
        topic.case("pad", turned, 3, "linear_ramp", end_values=values, tol={"ulp": 4, "abs": 1e-6})
    for mode in ("maximum", "mean", "minimum"):
        for length in (0, 1, 2, 10, arr([1, 3]), arr([[1, 2], [3, 1]]), -1):
            if mode in ("mean", "median") and not isinstance(length, int):
                topic.case("pad", turned, 2, mode, stat_length=length, tol=tol)
            if not (mode in ("mean", "median") and isinstance(length, int) and length == 0):
                topic.case("pad", matrix, 2, mode, stat_length=length)
    for mode in ("reflect", "symmetric"):
        for x in (vector, matrix, turned, arr(ramp("int16", 1, 2)), arr([1.5, 4.0, -2.0])):
            for width in (1, 2, 4, 9, arr([5, 0]), arr([0, 13])):
                topic.case("pad", x, width, mode, reflect_type="odd")
                topic.case("pad", x, width, mode, reflect_type="even")
    topic.case("pad", vector, 2, "nonsense")
    topic.case("pad", vector, 2)
    topic.case("pad", matrix, arr([1, 2]), Function("ten"))
    topic.case("pad", vector, arr([0, 1]), Function("ten"))


def _block(topic):
    a, b = arr(ramp("int16", 2, 2)), arr(ramp("float32", 2, 1))
    for blocks in ([[a, b]], [a, b], a, [[a], [a]], [[a, b], [b, a]], [1, 2, 3], [[1, 2], [3, 4]], 5, [], [[]], [[a], []], [a, [a]], [[a, a], a],
                   [arr([1, 2]), 3], [[arr([1, 2])], [arr([3, 4])]], [[[arr(1)], [2]], [[3], [4]]], [arr([[1, 2]]), arr([3])], [[a, b], [1, 2]],
                   [arr(ramp("int16", 2, 2, 2)), arr(ramp("int16", 2, 2, 1))], [[[a]], [[a]]], [arr([1]), 2.5], [[arr([], dtype="int16"), arr([1], dtype="int16")]],
                   [True, 1], [[arr(ramp("complex64", 1, 1)), 1]]):
        topic.case("block", blocks)
    for dtype in DTYPES:
        topic.case("block", [[arr(ramp(dtype, 2, 2)), arr(ramp("int8", 2, 1))], [arr(ramp(dtype, 1, 3))]])


def _create(topic):
    for dtype in DTYPES:
        v, m = arr(ramp(dtype, 3)), arr(ramp(dtype, 3, 4))
        for k in (-4, -1, 0, 1, 2, 5):
            topic.case("diag", v, k)
            topic.case("diag", m, k)
            topic.case("diagflat", arr(ramp(dtype, 2, 2)), k)
        if np.dtype(dtype).kind not in "fc" or dtype in ("float64", "complex128"):
            topic.case("vander", v)
        topic.case("vander", v, 2)
        topic.case("asanyarray", v, dtype="float32")
        topic.case("ascontiguousarray", arr(ramp(dtype, 2, 3), "T"))
        topic.case("asfortranarray", arr(ramp(dtype, 2, 3)))
        topic.case("asarray_chkfinite", v)
        topic.case("copy", arr(ramp(dtype, 2, 3), "T"))
        topic.case("require", v, dtype="float64")
        topic.case("frombuffer", arr(ramp("uint8", 32)), dtype=dtype)
        topic.case("fromiter", arr(ramp("int64", 5)), dtype)
    for x in (arr([], dtype="int16"), arr(5), arr(ramp("int16", 2, 2, 2)), arr(ramp("int16", 4), "[::-1]"), arr(ramp("int16", 3, 2), "T")):
        topic.case("diag", x)
        topic.case("diag", x, 1)
        topic.case("diagflat", x, -1)
        topic.case("vander", x)
        topic.case("vander", x, 3, increasing=True)
        topic.case("vander", x, 0)
        for name in ("ascontiguousarray", "asfortranarray", "asanyarray", "asarray_chkfinite", "copy", "ndarray.copy"):
            topic.case(name, x)
        for order in ("C", "F", "A", "K"):
            topic.case("copy", x, order=order)
            topic.case("reshape", x, [-1], order=order)
    topic.case("vander", arr([1, 2]), -1)
    topic.case("vander", arr([2, 3]), increasing=True)
    for shape in ([4, 3], [2, 6], [2, -1], [3, 2, 2], [12], [5], [-1, -1]):
        for order in ("C", "F", "A", "K"):
            topic.case("reshape", arr(ramp("int16", 3, 4)), shape, order=order)
    for values in ([1.0, NAN], [INF], [1.0, 2.0], []):
        topic.case("asarray_chkfinite", arr(values))
        topic.case("asarray_chkfinite", arr(values, dtype="complex64"))
    for requirements in (["C"], ["F"], ["A", "O", "W", "E"], ["C", "F"], [], ["X"], ["f_contiguous"]):
        topic.case("require", arr(ramp("int16", 2, 3)), None, requirements)
    data = arr(ramp("uint8", 24))
    for kwargs in ({}, {"count": 2}, {"offset": 8}, {"offset": 4}, {"count": 3, "offset": 8}, {"offset": 24}, {"offset": -1}, {"count": 0}, {"dtype": "int32", "count": 4},
                   {"dtype": "bool"}, {"dtype": "int16", "offset": 1}, {"dtype": "int16", "offset": 1, "count": 2}, {"offset": 30}):
        topic.case("frombuffer", data, **kwargs)
    topic.case("frombuffer", arr([], dtype="uint8"))
    for count in (-1, 0, 3, 5, 9):
        topic.case("fromiter", arr(ramp("float64", 5)), "float32", count)
