"""Generators: constants, ranges, grids, and triangles."""

from operands import ramp
from recorder import DTYPES, Function, arr

SHAPES = [[], [0], [3], [2, 3], [2, 0, 2], [1, 2, 2]]
SHAPE_ONLY = {"only": "shape"}
LOG = {"rel": 4e-15}


def record(topic):
    for name in ("zeros", "ones"):
        for dtype in DTYPES:
            topic.case(name, [2, 3], dtype=dtype)
        for shape in SHAPES:
            topic.case(name, shape)
        topic.case(name, 4)
        topic.case(name, [2, -1])
    for dtype in DTYPES:
        topic.case("empty", [2, 3], dtype=dtype, tol=SHAPE_ONLY)
        topic.case("full", [2, 2], 3, dtype=dtype)
        topic.case("full", [2], arr(3, dtype=dtype))
        a = arr(ramp(dtype, 3, 2), "T")
        topic.case("zeros_like", a)
        topic.case("ones_like", a)
        topic.case("empty_like", a, tol=SHAPE_ONLY)
        topic.case("full_like", a, 1)
        topic.case("zeros_like", arr(ramp("int16", 2)), dtype=dtype)
        topic.case("ones_like", arr(ramp("int16", 2)), dtype=dtype)
        topic.case("ones_like", arr(ramp(dtype, 2)), shape=[3, 1])
        topic.case("eye", 3, dtype=dtype)
        topic.case("identity", 2, dtype=dtype)
        topic.case("tri", 3, dtype=dtype)
        if dtype != "bool":
            topic.case("arange", 7, dtype=dtype)
        topic.case("linspace", 0, 7, num=5, dtype=dtype)
    for shape in SHAPES:
        topic.case("empty", shape, tol=SHAPE_ONLY)
        topic.case("full", shape, 7)
        topic.case("full", shape, 2.5)
    topic.case("full", 3, True)
    topic.case("full", 3, 1 - 2j)
    topic.case("full", [2, 3], arr([1, 2, 3]))
    topic.case("full", [2, 3], arr([1, 2]))
    topic.case("full", [2], 300, dtype="uint8")
    topic.case("full", [2], 2.75, dtype="int32")
    topic.case("full_like", arr(ramp("int32", 2, 2)), 2.75)
    topic.case("full_like", arr(ramp("int32", 2, 2)), 2.75, dtype="float32")
    topic.case("zeros_like", arr(ramp("int32", 2, 2)), shape=4)
    for args in ((5,), (0,), (-3,), (2.5,), (1, 5), (5, 1), (1, 10, 3), (10, 1, -3), (0, 1, 0.1), (0.5, 3), (1, 2, 0.25),
                 (0, -1, -0.3), (3, 3), (0.0, 5.0), (1, 1.3, 0.1), (5.0, 1.0, -1.5), (-5, 5, 2), (0, 10, 100), (0, 1, 1 / 3),
                 (2**40, 2**40 + 5), (-1, -10, -4), (1e15, 1e15 + 4)):
        topic.case("arange", *args)
    topic.case("arange", 1, 5, 0)
    topic.case("arange", 0, 4, 1.5, dtype="float32")
    topic.case("arange", 0.5, 4.5, dtype="int32")
    topic.case("arange", 3, dtype="bool")
    topic.case("arange", 2, dtype="bool")
    topic.case("arange", float("nan"))
    for name, ends in (("linspace", [(0, 1), (1, 0), (-3, 3), (2.5, 2.5), (0, 1e-320), (1e300, -1e300), (-0.0, 5), (0.1, 0.7)]),
                       ("logspace", [(0, 2), (2, -1), (-3.5, 3)]), ("geomspace", [(1, 1000), (1000, 1), (-1, -256), (0.1, 7)])):
        tol = None if name == "linspace" else LOG
        for start, stop in ends:
            topic.case(name, start, stop, num=7, tol=tol)
            topic.case(name, start, stop, num=6, endpoint=False, tol=tol)
            for num in (0, 1, 2):
                topic.case(name, start, stop, num=num, tol=tol)
            topic.case(name, start, stop, num=5, dtype="float32", tol=tol and {"ulp": 1})
        topic.case(name, 1, 2, num=-1)
        topic.case(name, arr([1.0, 2.0]), arr([[3.0], [5.0]]), num=4, tol=tol)
        topic.case(name, arr([1.0, 2.0]), 8, num=3, axis=1, tol=tol)
        topic.case(name, arr([1, 2], dtype="float32"), 8, num=3, axis=-1, tol=tol and {"ulp": 4})
    topic.case("linspace", 0, 1)
    topic.case("linspace", 0, 10, num=5, dtype="int32")
    topic.case("linspace", -3, 3, num=8, dtype="int64")
    topic.case("linspace", 0, 1 + 2j, num=4)
    topic.case("linspace", 0, 1, num=5, retstep=True)
    topic.case("linspace", 0, 1, num=5, endpoint=False, retstep=True)
    topic.case("logspace", 0, 8, num=5, base=2.0, tol=LOG)
    topic.case("logspace", 0, 3, num=4, base=2, dtype="int32")
    topic.case("geomspace", 1, 256, num=9, dtype="int64")
    topic.case("geomspace", 0, 10, num=3)
    topic.case("geomspace", 1j, 1000j, num=4, tol=LOG)
    for args, kwargs in (((3,), {}), ((2, 4), {}), ((4, 2), {}), ((3, 3), {"k": 1}), ((3, 4), {"k": -2}), ((3,), {"k": 5}),
                         ((0,), {}), ((2, 0), {})):
        topic.case("eye", *args, **kwargs)
        topic.case("tri", *args, **kwargs)
    topic.case("identity", 4)
    topic.case("identity", 0)
    topic.case("eye", -1)
    for name in ("tril", "triu"):
        for dtype in ("bool", "int8", "uint32", "float16", "float64", "complex64"):
            topic.case(name, arr(ramp(dtype, 3, 4)))
        for k in (-3, -1, 0, 1, 2, 7):
            topic.case(name, arr(ramp("int32", 4, 3), "T"), k)
        topic.case(name, arr(ramp("float32", 2, 3, 3), "[:,::-1]"), k=1)
        topic.case(name, arr([[1.0, float("nan")], [float("inf"), 2.0]]))
        topic.case(name, arr(ramp("int32", 3)))
        topic.case(name, arr(ramp("int32", 0, 3)))
    for dims in ([3], [2, 3], [2, 2, 2], [0, 2], []):
        topic.case("indices", dims)
        topic.case("indices", dims, dtype="float32")
    topic.case("indices", [2, 3], sparse=True)
    x, y, z = arr([1, 2, 3]), arr([4.5, 5.5]), arr([True, False])
    for kwargs in ({}, {"indexing": "ij"}, {"sparse": True}, {"indexing": "ij", "sparse": True}):
        topic.case("meshgrid", x, y, **kwargs)
        topic.case("meshgrid", x, y, z, **kwargs)
        topic.case("meshgrid", x, **kwargs)
    topic.case("meshgrid", x, arr(1.0))
    topic.case("meshgrid", x, y, indexing="no")
    topic.case("fromfunction", Function("i"), [4])
    topic.case("fromfunction", Function("i+j"), [2, 3])
    topic.case("fromfunction", Function("10i+j"), [3, 2], dtype="int32")
    topic.case("fromfunction", Function("i==j"), [3, 3], dtype="int64")
    topic.case("fromfunction", Function("i*j-k"), [2, 2, 2], dtype="float32")
    for dtype in ("int32", "float32", "complex128"):
        topic.case("diag", arr(ramp(dtype, 3)))
        topic.case("diag", arr(ramp(dtype, 3, 4)))
        topic.case("diagflat", arr(ramp(dtype, 2, 2)))
    for k in (-2, 1, 5):
        topic.case("diag", arr(ramp("float64", 2)), k=k)
        topic.case("diag", arr(ramp("float64", 3, 4), "T"), k=k)
        topic.case("diagflat", arr(ramp("int16", 2)), k=k)
    topic.case("diag", arr(ramp("int32", 1, 2, 2)))
    topic.case("vander", arr([1.0, 2.0, 3.0]))
    topic.case("vander", arr([1, 2, 3]), N=2)
    topic.case("vander", arr([1, 2, 3]), increasing=True)
