"""How arrays are made, described and walked over: what the other topics leave out."""

import numpy as np

from operands import edge, laid_out, ramp, special_complex
from recorder import DTYPES, Index, Subscript, Text, arr

NAN = float("nan")


def record(topic):
    _made(topic)
    _grids(topic)
    _emath(topic)
    _memory(topic)
    _matrices(topic)
    _walks(topic)
    topic.case("constants")
    _iterators(topic)


def _made(topic):
    for number, dtype in enumerate(DTYPES):
        x = laid_out(dtype, number)
        tol = {"ulp": 4}
        for operand in (x, edge(dtype)):
            topic.case("angle", operand, tol=tol)
            topic.case("angle", operand, deg=True, tol=tol)
        for name in ("array", "asarray"):
            topic.case(name, x)
            for to in ("float32", "int16", "complex128", "bool"):
                topic.case(name, arr(ramp(dtype, 2, 2)), dtype=to)
        topic.case("array", x, ndmin=3)
        topic.case("from_dlpack", x)
        topic.case("row_stack", [x, x] if np.ndim(x.value()) else [x])
        topic.case("permute_dims", arr(ramp(dtype, 2, 3)), [1, 0])
        for name in ("ndim", "shape", "size"):
            topic.case(name, x)
        topic.case("savez", ["x", None], x, arr(ramp(dtype, 3)))
        topic.case("savez_compressed", [None, "b", "a"], arr(ramp(dtype, 70)), x, arr(ramp(dtype, 0)))
        bytes_ = arr(np.arange(64, dtype="uint8") % 2 if dtype == "bool" else np.arange(64, dtype="uint8") // 3)
        size = np.dtype(dtype).itemsize
        topic.case("ndarray", [2], dtype, bytes_)
        topic.case("ndarray", [2, 1], dtype, bytes_, offset=size, order="F")
        topic.case("ndarray", [2, 2], dtype, bytes_, strides=[size, 2 * size] if size < 16 else [0, size])
    for dtype in ("complex64", "complex128"):
        topic.case("angle", special_complex(dtype), tol={"ulp": 4})
    for x in (3, -2.5, True, 2 + 3j, [1, 2, 3]):
        for name in ("array", "asarray"):
            topic.case(name, x)
            topic.case(name, x, dtype="float32")
        for name in ("ndim", "shape", "size"):
            topic.case(name, x)
    for ndmin in (0, 1, 2, 4):
        topic.case("array", arr(2.5), ndmin=ndmin)
        topic.case("array", arr(ramp("int16", 0, 2), "T"), ndmin=ndmin)
    topic.case("asarray", 300, dtype="int8")
    topic.case("array", -1, dtype="uint8")
    for axis in (0, 1, -1, [0, 1], 2, [0, 0], None):
        topic.case("size", arr(ramp("int16", 3, 4)), axis=axis)
    for shape, dtype, options in (([8], "int16", {}), ([9], "int16", {}), ([2, 2], "int16", {"offset": 8}), ([2, 2], "int16", {"offset": 10}), ([2], "int16", {"offset": 17}),
                                  ([3], "int16", {"strides": [-2], "offset": 4}), ([2, 3], "int16", {"strides": [2, 4]}),
                                  ([2], "int16", {"strides": [2, 2]}), ([3], "int16", {"strides": [8]}), ([0], "int16", {}), ([], "int16", {}),
                                  ([2, 3], "int8", {"order": "F"}), ([2, 2], "int16", {"strides": [0, 2]})):
        topic.case("ndarray", shape, dtype, arr(np.arange(16, dtype="uint8")), **options)
    a = arr(ramp("int16", 2, 3, 4))
    for axes in ([2, 0, 1], [0, 1], [0, 0, 1], [-1, 0, 1], [0, 1, 3]):
        topic.case("permute_dims", a, axes)
    topic.case("permute_dims", a)
    for parts in ([arr([1, 2]), arr([3, 4])], [arr(ramp("int16", 2, 3)), arr(ramp("float32", 1, 3))], [arr([1, 2]), arr([3])], [arr(ramp("int16", 0, 3), "[::-1]"), arr(ramp("int8", 2, 3))], [3, 4]):
        topic.case("row_stack", parts)
    sample = arr(ramp("float64", 5, 2))
    for kwargs in ({"bins": [2, 3, 4]}, {"bins": 0}, {"range": [[0, 1]]}, {"bins": [-1, 2]}):
        topic.case("histogramdd", sample, **kwargs)
    for dtype in ("int32", "float32", "uint8", "complex128"):
        for kwargs in ({}, {"stat_length": 2}, {"stat_length": [1, 3]}):
            topic.case("pad", arr(ramp(dtype, 6), "[::-1]"), [2, 1], "median", **kwargs)
    topic.case("pad", arr(ramp("float64", 3, 4)), 1, "median")
    topic.case("pad", arr(ramp("float64", 0)), 1, "median")


def _grids(topic):
    s = lambda *ends: ["slice", *ends]  # noqa: E731
    for dtype in DTYPES:
        topic.case("r_", s(0, 3), arr(ramp(dtype, 3)), 1)
        topic.case("c_", arr(ramp(dtype, 3)), arr(ramp(dtype, 3)))
    a, b, m = arr([1, 2, 3]), arr([4.0, 5.0, 6.0]), arr(ramp("int16", 2, 3), "[::-1]")
    for items in ((s(1, 4), 0, 4), (a, 0, 0, b), (s(-1, 1, 6j), s(0, 3), 5), (s(0, 10, 3),), (s(5, 0, -2),), (s(0.5, 2.5, 0.5),), (2.5,), (arr(3), 4.5), (m, m),
                  (a, m), (s(0, 0),), (1, 2 + 1j), (s(0, 3), True), (arr([], dtype="int16"), 1)):
        topic.case("r_", *items)
        topic.case("c_", *items)
    for directive in ("-1", "0,2", "1,2", "0,2,0", "0,2,1", "1,3,0", "0,3,1", "r", "c", "0,1,-1", "5", "x", "0,2,-1", "1,2,0"):
        topic.case("r_", directive, a, arr([4, 5, 6]))
        topic.case("r_", directive, s(0, 3), arr([4, 5, 6]))
        topic.case("r_", directive, m, m)
    topic.case("r_", a, "0,2")
    for items in ((s(0, 3),), (s(0, 2), s(0, 3)), (s(-1, 1, 5j),), (s(-1, 1, 3j), s(0, 2)), (s(0, 5, 2), s(3, 0, -1), s(0.5, 2)), (s(0, 0), s(0, 2)), (s(0, 2, 0.5),), (s(0, 2, 1j),),
                  (s(0.0, 2.0), s(0, 2, 0.5)), (s(3, 0),)):
        topic.case("ogrid", *items)
        topic.case("mgrid", *items)


def _emath(topic):
    tol = {"ulp": 4}
    for name in ("sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh"):
        for dtype in DTYPES:
            if dtype in ("complex64", "complex128"):
                topic.case(f"emath.{name}", arr(np.array([0.5 + 0.25j, -0.75, 2 - 1j, 3], dtype)), tol={"ulp": 8})
                continue
            tiny = [0.25, 0.5, 0.75] if np.dtype(dtype).kind == "f" else [0, 1, 1]
            topic.case(f"emath.{name}", arr(np.array(tiny, dtype)), tol=tol)
            topic.case(f"emath.{name}", arr(np.array(tiny, dtype) * (1 if dtype == "bool" else 2), "[::-1]"), tol={"ulp": 8})
            if np.dtype(dtype).kind in "if":
                topic.case(f"emath.{name}", arr(np.array([-2, 0, 1], dtype)), tol={"ulp": 8})
        topic.case(f"emath.{name}", arr(-2.0), tol={"ulp": 8})
        topic.case(f"emath.{name}", arr(ramp("float32", 0)))
        topic.case(f"emath.{name}", -0.5, tol={"ulp": 8})
        topic.case(f"emath.{name}", arr([NAN, 0.5]), tol=tol)
    for n, x in ((2, arr([4.0, 8.0])), (2, arr([-4.0, 8.0])), (arr([2.0, 10.0]), 100), (-2, 4.0), (arr([2, 4], dtype="int8"), arr([8, 16], dtype="int8"))):
        topic.case("emath.logn", n, x, tol={"ulp": 8})
    for x, p in ((arr([2, 4]), 2), (arr([2, 4]), -2), (arr([-2, 4]), 2), (arr([2, 4]), arr([2, -2])), (arr([-2.0, 4.0]), 0.5), (arr([2, 4], dtype="int8"), arr([-1, 2], dtype="int8")),
                 (arr([0.5], dtype="float32"), 3), (2, -1), (arr([]), 2)):
        topic.case("emath.power", x, p, tol={"ulp": 16, "abs": 1e-14})


def _memory(topic):
    line, plane = arr(ramp("int16", 12)), arr(ramp("float64", 4, 6))
    views = ["[:]", "[::2]", "[1::2]", "[:6]", "[6:]", "[3:9]", "[::-1]", "[0:0]", "[5:6]", "[::3]", "[1::3]", "[2:10:4]", "[11:2:-4]"]
    for i, x in enumerate(views):
        for y in views[i:]:
            for name in ("shares_memory", "may_share_memory"):
                topic.case(name, line, Index(x), Index(y))
    views = ["[:,::2]", "[:,1::2]", "[::2]", "[1::2,::3]", "[1,2:3]", "[:,2]", "[:2,:3]", "[2:,3:]", "[:2,3:]"]
    for i, x in enumerate(views):
        for y in views[i:]:
            for name in ("shares_memory", "may_share_memory"):
                topic.case(name, plane, Index(x), Index(y))
    for dtype in DTYPES:
        x = arr(ramp(dtype, 8))
        size = np.dtype(dtype).itemsize
        topic.case("shares_memory", x, Index("[::2]"), Index("[1::2]"))
        topic.case("shares_memory", x, Index("[1:3]"), Index("[2:]"))
        topic.case("sliding_window_view", arr(ramp(dtype, 3, 4)), [2, 2])
        topic.case("as_strided", x, shape=[3, 3], strides=[2 * size, size])
        topic.case("as_strided", x, shape=[2, 4])
    a = arr(ramp("int16", 3, 4), "[:,::-1]")
    for window, kwargs in ((2, {"axis": 0}), (2, {"axis": -1}), ([2, 3], {"axis": [1, 0]}), ([2, 2], {"axis": [1, 1]}), (5, {"axis": 0}), (2, {}), ([2, 2], {"axis": 0}), ([3, 4], {}),
                           ([1, 1], {}), ([0, 2], {}), ([-1, 2], {}), ([2], {"axis": 2}), (4, {"axis": 1})):
        topic.case("sliding_window_view", a, window, **kwargs)
    topic.case("sliding_window_view", arr(ramp("int16", 0)), 1)
    topic.case("sliding_window_view", arr(5), [])
    topic.case("as_strided", arr(ramp("int32", 6)), shape=[4, 3], strides=[0, 8])
    topic.case("as_strided", arr(ramp("int32", 6), "[::-1]"), shape=[2, 3], strides=[-4, -8])
    topic.case("as_strided", arr(ramp("int32", 6)), shape=[], strides=[])
    topic.case("as_strided", arr(ramp("int32", 6)), shape=[0, 2])
    topic.case("as_strided", arr(ramp("int32", 6)), shape=[2, 2], strides=[4])
    for name in ("shares_memory", "may_share_memory"):
        topic.case(name, line, Index("[:3]"), Index("[2:,5]"))


def _matrices(topic):
    for text in ("1 2; 3 4", "1,2,3", "1.5 -2; 1e3 4", "1+2j 3; 4 5j", "1 2; 3", "[1 2; 3 4]", "a b", "True False", "7"):
        topic.case("matrix", Text(text))
        topic.case("asmatrix", Text(text))
    for number, dtype in enumerate(DTYPES):
        topic.case("matrix", arr(ramp(dtype, 2, 3), "T"))
        topic.case("asmatrix", laid_out(dtype, number % 5))
        topic.case("matrix.mul", arr(ramp(dtype, 2, 3)), arr(ramp(dtype, 3, 2)), tol={"ulp": 4})
    for x in (arr(3), arr([1, 2]), arr(ramp("int16", 1, 2, 3)), arr(ramp("int16", 2, 2, 3)), arr(ramp("int16", 0, 2)), 2.5, arr(ramp("int16", 1, 1, 1))):
        topic.case("matrix", x)
        topic.case("asmatrix", x)
    topic.case("matrix", arr([[1, 2], [3, 4]]), dtype="float32")
    a, square = arr(ramp("float64", 2, 3)), arr([[2.0, 1.0], [1.0, 3.0]])
    for b in (arr(ramp("float64", 3, 2)), 2, 0.5, arr(ramp("float64", 3)), arr(ramp("float64", 2, 3))):
        topic.case("matrix.mul", a, b, tol={"ulp": 4})
    for n in (0, 1, 3, -1):
        topic.case("matrix.pow", square, n, tol={"ulp": 16})
    topic.case("matrix.pow", a, 2)
    for name in "sum prod mean std var min max any all argmin argmax".split():
        # NumPy's matrices take -1 for some and not for others.
        for kwargs in ({}, {"axis": 0}, {"axis": 1}, {"axis": 2}):
            topic.case(f"matrix.{name}", a, tol={"ulp": 4}, **kwargs)
    for name in ("T", "H", "A1"):
        topic.case(f"matrix.{name}", arr(ramp("complex64", 2, 3)))
    topic.case("matrix.I", square, tol={"ulp": 16})
    topic.case("matrix.I", a, tol={"ulp": 64, "abs": 1e-14})
    topic.case("matrix.I", arr([[1.0, 2.0], [2.0, 4.0]]))
    for i in (0, -1, 1, 5):
        topic.case("matrix.row", a, i)
        topic.case("matrix.column", a, i)
    x, y = arr(ramp("int16", 2, 2)), arr(ramp("float32", 2, 1))
    topic.case("bmat", Text("A B; B A"), x, y)
    topic.case("bmat", Text("A, B"), x, y)
    topic.case("bmat", Text("A B; A"), x, y)
    topic.case("bmat", None, [[x, y], [y, x]])
    topic.case("bmat", None, [x, y])
    topic.case("bmat", None, [[x, y], [x]])
    for dtype in DTYPES:
        topic.case("bmat", Text("A A; A A"), arr(ramp(dtype, 1, 2)))


def _walks(topic):
    for number in range(16):
        for dtype in ("int16", "complex64", "bool", "float64")[number % 4 :: 2]:
            x = laid_out(dtype, number)
            topic.case("ndenumerate", x)
            if np.ndim(x.value()):
                topic.case("flatiter", x, Index("[::2]"), 1)
    for dtype in DTYPES:
        topic.case("ndenumerate", arr(ramp(dtype, 2, 2)))
        topic.case("flatiter", arr(ramp(dtype, 2, 3), "[::-1]"), Index("[1:4]"), arr(ramp(dtype, 2)))
        topic.case("broadcast", arr(ramp(dtype, 2, 1)), arr(ramp("int16", 3)))
    x = arr(ramp("int16", 3, 4), "T")
    for index, value in ((Index("[3]"), 9), (Subscript(arr([0, 5, -1])), arr([7, 8])), (Index("[::-1]"), arr([1, 2, 3])), (Index("[99]"), 1), (Index("[2:2]"), 1), (Index("[1,2]"), 1)):
        topic.case("flatiter", x, index, value)
    for shape in ([], [3], [2, 3], [0, 2], [2, 1, 2], [-1]):
        topic.case("ndindex", *shape)
    for arrays in ((arr([1, 2, 3]),), (arr([[1], [2]]), arr([4, 5])), (arr(1), arr([[1.5, 2.5]])), (arr([1, 2]), arr([1, 2, 3])), (arr(ramp("int16", 0, 1)), arr(ramp("int16", 3))), (arr(1), arr(2.5), arr(3)),
                   (arr(ramp("int16", 2, 3), "T"), arr(ramp("int8", 2), "[::-1]"))):
        topic.case("broadcast", *arrays)


def _iterators(topic):
    for number in range(16):
        for dtype in ("int16", "complex64", "bool", "float64")[number % 4 :: 2]:
            x = laid_out(dtype, number)
            for flags in ([], ["multi_index", "c_index"], ["external_loop"], ["external_loop", "buffered"], ["f_index"], ["zerosize_ok"]):
                topic.case("nditer", x, flags=flags)
            for order in "CFAK":
                if order == "A" and np.ndim(x.value()) > 1 and not x.value().flags.c_contiguous and not x.value().flags.f_contiguous:
                    continue
                topic.case("nditer", x, flags=["multi_index", "zerosize_ok"], order=order)
    for dtype in DTYPES:
        a, b = arr(ramp(dtype, 3, 2), "T"), arr(ramp(dtype, 2, 3))
        topic.case("nditer", a, b, flags=["multi_index"])
        topic.case("nditer", a, b, flags=["external_loop"])
        topic.case("nditer", a, flags=["buffered"], op_dtypes=["float64"])
        topic.case("nditer", a, flags=["buffered"], op_dtypes=["complex128"], casting="unsafe")
        topic.case("nditer", a, arr(ramp("int16", 2, 3)), flags=["common_dtype", "buffered"])
        if dtype != "bool":
            topic.case("nditer", b, arr(ramp(dtype, 2, 3)), op_flags=[["readonly"], ["readwrite"]], write=True)
    a, v = arr(ramp("int16", 2, 3)), arr(ramp("int16", 3))
    for operands, options in (
        ([a, v], {}), ([a, v], {"flags": ["external_loop"]}), ([a, arr(ramp("int16", 2))], {}), ([a, arr(ramp("int16", 2))], {"op_axes": [[0, 1], [0, -1]]}),
        ([a, arr(ramp("int16", 2))], {"op_axes": [[1, 0], [-1, 0]], "flags": ["multi_index"]}), ([v], {"itershape": [2, 3]}), ([v], {"itershape": [2, -1]}), ([v], {"itershape": [2, 4]}),
        ([a], {"flags": ["multi_index", "external_loop"]}), ([a], {"flags": ["nothing"]}), ([a], {"op_flags": [["nothing"]]}), ([a], {"order": "X"}), ([a], {"op_dtypes": ["int8"]}),
        ([a], {"op_dtypes": ["int8"], "flags": ["buffered"]}), ([a], {"op_dtypes": ["int8"], "casting": "same_kind", "flags": ["buffered"]}), ([a], {"op_dtypes": ["int32"]}),
        ([a], {"op_dtypes": ["int32"], "op_flags": [["readonly", "copy"]]}), ([a, v], {"op_flags": [["readonly"], ["readonly", "no_broadcast"]]}), ([a], {"flags": ["c_index", "f_index"]}),
        ([arr(ramp("int16", 4, 5), "[::-1,::2]")], {"flags": ["external_loop", "buffered"], "buffersize": 4}), ([a], {"op_flags": [["readonly", "readwrite"]]}),
        ([arr(ramp("int16", 2, 3, 4), "T1,2,0"), arr(ramp("int16", 3, 1, 2))], {"flags": ["multi_index"]}), ([arr(ramp("int16", 2, 3, 4), "T1,2,0")], {"flags": ["external_loop"]}),
        ([arr(ramp("int16", 2, 3, 4), "[:,::-1]")], {"flags": ["external_loop"]}), ([arr(ramp("int16", 2, 3, 4), "[::-1,::-1,::-1]"), arr(ramp("int16", 4))], {}),
        ([a, v], {"op_flags": [["readonly"], ["readwrite"]], "write": True}), ([a, v], {"op_flags": [["readonly"], ["readwrite"]], "flags": ["reduce_ok"], "write": True}),
        ([a, arr(ramp("int8", 3, 2), "T")], {"op_flags": [["readonly"], ["readwrite"]], "flags": ["external_loop"], "write": True}),
        ([a], {"op_flags": [["readwrite"]], "write": True}), ([a, arr(ramp("float32", 2, 3))], {"op_flags": [["readonly"], ["readwrite"]], "flags": ["buffered"], "op_dtypes": ["float64", "float64"], "casting": "same_kind", "write": True}),
    ):
        topic.case("nditer", *operands, **options)
    cube = arr(ramp("int16", 2, 3, 4), "[:,::-1]")
    for axes in ([[0], [1, 2]], [[1], [0, 2]], [[2, 0], [1]], [[0, 1], [2]], [[0], [0, 1]], [[0]], [[-1], [0]], [[3], [0, 1]]):
        for flags in ([], ["multi_index"]):
            topic.case("nested_iters", axes, cube, flags=flags)
    for dtype in DTYPES:
        topic.case("nested_iters", [[1], [0]], arr(ramp(dtype, 2, 3)), arr(ramp("int16", 3, 2), "T"))
    topic.case("nested_iters", [[0], [1]], arr(ramp("int16", 0, 3)), flags=["zerosize_ok"])
    topic.case("nested_iters", [[0], [1]], arr(ramp("int16", 0, 3)))
