"""One round for every function: dtypes, layouts, no axes, no elements. What depends on options is in the other topics."""

import numpy as np

from operands import ramp
from recorder import Function, Index, Subscript, Text, arr
from topics.creation import SHAPE_ONLY

KINDS = "bool uint8 int16 float32 complex64".split()


def inexact(value):
    values = value if isinstance(value, (list, tuple)) else [value]
    return {"ulp": 8} if any(np.asarray(v).dtype.kind in "fc" for v in values) else {}


def single(value):
    """Quotients of two float32 logarithms."""
    return {"ulp": 8, "rel": 1e-6} if np.asarray(value).dtype.kind in "fc" else {}


def operands():
    """A table of each kind; one of int16 in other layouts."""
    for dtype in KINDS:
        yield arr(ramp(dtype, 3, 4))
    yield arr(ramp("int16", 4, 3), "T")
    yield arr(ramp("int16", 6), "[::-2]")
    yield arr(ramp("int16", 2, 3, 2), "[::-1,1:]")
    yield arr(3, dtype="int16")
    yield arr(ramp("int16", 0, 4))
    yield arr(ramp("float32", 0))


ONE = """abs acos acosh asin asinh atan atanh bitwise_invert bitwise_not conj amax amin around astype atleast_1d atleast_2d atleast_3d
    fliplr flipud flip imag real matrix_transpose ravel rot90 round squeeze tril triu zeros_like ones_like full_like nan_to_num transpose permute_dims
    diag_indices_from tril_indices_from triu_indices_from diagonal trace
    ndarray.sort ndarray.argsort ndarray.copy fill_diagonal angle copy diagflat isreal iscomplex sort_complex unwrap extract flatnonzero argwhere
    unique_counts unique_all unique_inverse ndarray.put ndarray.fill choose put_along_axis take_along_axis""".split()

CALLS = {
    **{name: lambda x: (x,) for name in ONE},
    "astype": lambda x: (x, "float64"),
    "full_like": lambda x: (x, 1),
    "fill_diagonal": lambda x: (x, 1),
    "extract": lambda x: (x, x),
    "ndarray.put": lambda x: (x, arr([0, 1]), 1),
    "ndarray.fill": lambda x: (x, 1),
    "choose": lambda x: (arr([0, 1, 0, 1]), [x, 1]),
    "put_along_axis": lambda x: (x, arr(np.zeros((1,) * np.ndim(x.value()), int)), 1),
    "take_along_axis": lambda x: (x, arr(np.zeros((1,) * np.ndim(x.value()), int))),
    "bitwise_left_shift": lambda x: (x, 1),
    "bitwise_right_shift": lambda x: (x, 1),
    "atan2": lambda x: (x, 2),
    "mod": lambda x: (x, 2),
    "pow": lambda x: (x, 2),
    "true_divide": lambda x: (x, 2),
    "add.at": lambda x: (x, Subscript(0), 1),
    "maximum.at": lambda x: (x, Subscript(0), 1),
    "subtract.at": lambda x: (x, Subscript(arr([0, 0])), 1),
    "add.outer": lambda x: (x, x),
    "maximum.outer": lambda x: (x, arr([1, 2], dtype="int16")),
    "subtract.outer": lambda x: (x, arr([1, 2], dtype="int16")),
    "add.reduceat": lambda x: (x, arr([0, 2])),
    "maximum.reduceat": lambda x: (x, arr([0, 2])),
    "subtract.reduceat": lambda x: (x, arr([0, 2])),
    "allclose": lambda x: (x, x),
    "isclose": lambda x: (x, x),
    "array_equal": lambda x: (x, x),
    "array_equiv": lambda x: (x, x),
    "clip": lambda x: (x, 0, 2),
    "concat": lambda x: ([x, x],),
    "stack": lambda x: ([x, x],),
    "hstack": lambda x: ([x, x],),
    "vstack": lambda x: ([x, x],),
    "dstack": lambda x: ([x, x],),
    "row_stack": lambda x: ([x, x],),
    "column_stack": lambda x: ([x, x],),
    "block": lambda x: ([x, x],),
    "broadcast_arrays": lambda x: (x, x),
    "broadcast_to": lambda x: (x, [2, 3, 4]),
    "cross": lambda x: (x, arr([1, 2, 3], dtype="int16")),
    "dot": lambda x: (x, arr([1, 2, 3, 4], dtype="int16")),
    "inner": lambda x: (x, arr([1, 2, 3, 4], dtype="int16")),
    "vecdot": lambda x: (x, arr([1, 2, 3, 4], dtype="int16")),
    "matvec": lambda x: (x, arr([1, 2, 3, 4], dtype="int16")),
    "vecmat": lambda x: (arr([1, 2, 3], dtype="int16"), x),
    "outer": lambda x: (x, x),
    "kron": lambda x: (x, arr([1, 2], dtype="int16")),
    "vdot": lambda x: (x, x),
    "tensordot": lambda x: (x, x, 1),
    "expand_dims": lambda x: (x, 0),
    "moveaxis": lambda x: (x, 0, -1),
    "rollaxis": lambda x: (x, -1),
    "swapaxes": lambda x: (x, 0, -1),
    "split": lambda x: (x, 2),
    "vsplit": lambda x: (x, 2),
    "dsplit": lambda x: (x, 2),
    "select": lambda x: ([arr([True, False, True, False])], [x]),
    "cumulative_sum": lambda x: (x,),
    "cumulative_prod": lambda x: (x,),
    "meshgrid": lambda x: (x, x),
    "reshape": lambda x: (x, [-1]),
    "ndarray.repeat": lambda x: (x, 2),
    "ndarray.choose": lambda x: (arr([0, 1, 0, 1]), [x, x]),
    "ndarray.searchsorted": lambda x: (arr([1, 2, 3, 4], dtype="int16"), x),
    "as_strided": lambda x: (x,),
    "correlate": lambda x: (x, arr([1, 2], dtype="int16")),
    "convolve": lambda x: (x, arr([1, 2], dtype="int16")),
    "union1d": lambda x: (x, x),
    "setdiff1d": lambda x: (x, 1),
    "setxor1d": lambda x: (x, 1),
    "intersect1d": lambda x: (x, x),
    "vander": lambda x: (x,),
    "ix_": lambda x: (x,),
    "matrix.mul": lambda x: (x, 2),
    "matrix.pow": lambda x: (x, 2),
    "emath.logn": lambda x: (2, x),
    "emath.power": lambda x: (x, 2),
    "ndarray.argpartition": lambda x: (x, [0]),
    "ndarray.partition": lambda x: (x, [0]),
    "partition": lambda x: (x, [0]),
    "argpartition": lambda x: (x, [0]),
    "iscomplexobj": lambda x: (x,),
    "isrealobj": lambda x: (x,),
    "asmatrix": lambda x: (x,),
    "ndarray.compress": lambda x: (arr([True, False, True]), x),
    "ndarray.diagonal": lambda x: (x,),
    "histogramdd|flat": lambda x: (x,),
    "ndarray.resize": lambda x: (x, [2, 2]),
    "copyto": lambda x: (x, 1),
}

KEYWORDS = {"histogramdd|flat": {"bins": 2}, "put_along_axis": {"axis": 0}, "take_along_axis": {"axis": 0}}

# Selections, whose order within a part is free, and sorting, to which ties say nothing.
SORTED_ONCE = {"ndarray.argpartition", "argpartition", "ndarray.partition", "partition", "ndarray.argsort", "ndarray.sort"}

ERRORS = [
    ("allclose", arr([1, 2]), arr([1, 2, 3])), ("atan2", arr([1j]), 1), ("block", [arr([1, 2]), arr([[1, 2, 3]])]),
    ("broadcast_arrays", arr([1, 2]), arr([1, 2, 3])), ("column_stack", [arr([1, 2]), arr([1, 2, 3])]), ("mod", arr([1j]), 1), ("pow", arr([2]), -1),
    ("true_divide", arr([1, 2]), arr([1, 2, 3])), ("select", [arr([1, 2])], [arr([1, 2])]), ("meshgrid", arr([1]), arr([2])), ("round", arr([True]), 1),
    ("outer", arr([1]), arr([1])), ("isclose", arr([1, 2]), arr([1, 2, 3])), ("vstack", [arr([1, 2]), arr([1, 2, 3])]), ("add.outer", arr([True]), arr([1])),
    ("subtract.outer", arr([True]), arr([True])), ("kron", arr([True]), arr([2])), ("bitwise_not", arr([1.5])), ("bitwise_left_shift", arr([1.5]), 1),
    ("ndarray.repeat", arr([1, 2]), arr([1, 2, 3])), ("full_like", arr([1], dtype="int8"), 300), ("tril", arr(3)), ("linspace", 0, 1, -1),
]


def record(topic):
    for name, arguments in CALLS.items():
        for number, x in enumerate(operands()):
            a = x.value()
            if name in SORTED_ONCE and (a.ndim == 0 or a.size == 0):
                pass
            elif name in ("ndarray.argpartition", "argpartition", "ndarray.partition", "partition"):
                # Asked for every position, the order is that of sorting.
                if a.dtype.kind in "bc" or len(np.unique(a)) < a.size:
                    continue
                topic.case(name, x, list(range(a.shape[-1])))
                continue
            if name == "ndarray.argsort" and a.dtype.kind == "b":
                continue
            if name in ("matrix.mul", "matrix.pow", "emath.logn", "emath.power", "kron") and a.ndim > 2:
                continue
            if name == "histogramdd|flat" and (a.dtype.kind == "c" or a.ndim > 2):
                continue
            if name == "as_strided" and a.size == 0:
                continue
            try:
                args = arguments(x)
            except ValueError:
                continue
            topic.case(name, *args, tol=single if name == "emath.logn" else inexact, **KEYWORDS.get(name, {}))
    for name, *args in ERRORS:
        topic.case(name, *args)
    _options(topic)


def _options(topic):
    plane = arr(ramp("float32", 3, 4), "[::-1]")
    for axis in (0, 1, -1, 2):
        for name in ("cumulative_sum", "cumulative_prod", "concat", "stack", "amax", "amin", "flip", "squeeze"):
            x = [plane, plane] if name in ("concat", "stack") else plane
            topic.case(name, x, axis=axis, tol=inexact)
        topic.case("cumulative_sum", plane, axis=axis, include_initial=True, tol=inexact)
        topic.case("cumulative_prod", plane, axis=axis, include_initial=True, dtype="float64", tol=inexact)
    for keepdims in (True, False):
        topic.case("amax", plane, axis=0, keepdims=keepdims)
        topic.case("amin", plane, keepdims=keepdims)
    for k in (-1, 1, 5):
        for name in ("tril", "triu"):
            topic.case(name, plane, k=k)
    for decimals in (-1, 1):
        topic.case("around", arr([1.25, -15.0, 2.35]), decimals=decimals)
    for indexing in ("ij", "xy", "ab"):
        topic.case("meshgrid", arr(ramp("int16", 3), "[::-1]"), arr(ramp("uint8", 2)), indexing=indexing)
        topic.case("meshgrid", arr(2), arr(ramp("complex64", 0)), indexing=indexing, sparse=True)
    for dtype in KINDS:
        x = arr(ramp(dtype, 6), "[::-1]")
        topic.case("linspace", x, 5, 3, tol=inexact)
        topic.case("linspace", 1, x, 3, dtype="float32", tol=inexact)
        topic.case("full", [2, 6], x)
        topic.case("may_share_memory", x, Index("[1:]"), Index("[:2]"))
        topic.case("bmat", Text("A; A"), arr(ramp(dtype, 2, 3), "[::-1]"))
        topic.case("einsum", "ij->ji", arr(ramp(dtype, 2, 3), "[::-1]"), tol=inexact)
        if dtype != "complex64":
            topic.case("histogram_bin_edges", x, bins=3, tol=inexact)
            topic.case("histogram2d", x, x, bins=2, tol=inexact)
            topic.case("logspace", arr(np.abs(ramp(dtype, 3)), "[::-1]"), 2, 3, tol=inexact)
            topic.case("geomspace", arr(np.abs(ramp(dtype, 3)) + 1, "[::-1]"), 20, 3, tol=inexact)
            topic.case("setdiff1d", x, arr(ramp(dtype, 2)))
        topic.case("ndarray.setflags", arr(ramp(dtype, 4, 3), "T"), write=False)
    empty, number = arr(ramp("float32", 0)), arr(2.5, dtype="float32")
    topic.case("histogram_bin_edges", empty, bins=3)
    topic.case("histogram_bin_edges", number, bins=3, tol=inexact)
    topic.case("histogram2d", empty, empty, bins=2)
    topic.case("linspace", empty, empty, 3)
    topic.case("linspace", number, number, 3)
    topic.case("logspace", empty, 2, 3)
    topic.case("geomspace", empty, 2, 3)
    topic.case("geomspace", number, 20, 3, tol=inexact)
    topic.case("bmat", Text("A A"), arr(ramp("int16", 2, 0)))
    topic.case("bmat", Text("A A"), number)
    topic.case("unravel_index", arr(5), [2, 3])
    topic.case("unravel_index", arr([5, 1, 3], "[::-1]"), [2, 3])
    topic.case("apply_over_axes", Function("fold"), arr(3), 0)
    topic.case("shares_memory", arr(ramp("int16", 4, 3), "T"), Index("[1:]"), Index("[:2]"))
    topic.case("savez", [None, "arr_0"], number, number)
    topic.case("savez_compressed", [None, "arr_0"], number, number)
    topic.case("copy", number, order="X")
    topic.case("ndarray.copy", number, order="X")
    topic.case("ravel", number, order="X")
    for name in ("ones_like", "zeros_like", "empty_like"):
        topic.case(name, number, shape=[-1])
    topic.case("full_like", number, 1, shape=[-1])
    for name in ("empty", "indices"):
        topic.case(name, [-1])
    topic.case("identity", -1)
    topic.case("mgrid", ["slice", 3, 0], ["slice", 0, 2])
    for name in ("mgrid", "ogrid"):
        topic.case(name, ["slice", 0, 3, 0])
    _more(topic)


def _more(topic):
    """What single functions take besides."""
    plane = arr(ramp("float32", 3, 4), "[::-1]")
    mask = arr(ramp("int16", 3, 4) % 3 == 0)
    for name in ("amax", "amin"):
        topic.case(name, plane, where=mask, initial=1, axis=0)
    for name in ("partition", "argpartition", "ndarray.partition", "ndarray.argpartition"):
        for dtype in ("bool", "complex64"):
            topic.case(name, arr(np.array([True, False], dtype)), [0, 1])
    for kind in ("quicksort", "stable", "heapsort"):
        topic.case("ndarray.sort", plane, kind=kind, axis=0)
        topic.case("ndarray.argsort", arr(np.array([2, 1, 3], "uint8")), kind=kind)
        topic.case("ndarray.partition", arr(np.array([2, 1, 3], "uint8")), [0, 1, 2])
    topic.case("ndarray.sort", plane, stable=True)
    topic.case("ndarray.argsort", arr(np.array([False, True])), stable=True)
    topic.case("ndarray.argsort", plane, axis=3)
    topic.case("ndarray.sort", plane, axis=3)
    for mode in ("raise", "wrap", "clip"):
        topic.case("ndarray.choose", arr([0, 1, 5]), [arr([1, 2, 3]), arr([4, 5, 6])], mode=mode)
    topic.case("ndarray.searchsorted", arr([3, 1, 2]), arr([1, 2]), sorter=arr([1, 2, 0]))
    topic.case("ndarray.searchsorted", arr([3, 1, 2]), arr([1, 2]), sorter=arr([1, 2]))
    topic.case("ndarray.var", plane, dtype="float64", tol=inexact)
    topic.case("extract", arr([True, True]), arr([1]))
    topic.case("full", [0, 2], arr(ramp("float32", 0, 2)))
    topic.case("array_str", arr(ramp("float32", 0, 2)))
    for dtype in KINDS:
        x = arr(ramp(dtype, 6), "[::-1]")
        topic.case("percentile", arr(ramp(dtype, 6)), 40, tol=inexact)
        topic.case("nanquantile", arr(ramp(dtype, 6)), 0.4, tol=inexact)
        topic.case("unravel_index", arr(np.array([1, 0], dtype)), [2, 3])
        topic.case("unpackbits", arr(np.array([1, 0], dtype)))
        topic.case("ravel_multi_index", [arr(np.array([1, 0], dtype)), arr(np.array([1, 1], dtype))], [2, 3])
        for name in ("poly", "polyder", "polyint", "roots"):
            topic.case(name, arr(np.array([1, 1, 0], dtype)), tol=single)
        for name in ("polyadd", "polysub", "polymul"):
            topic.case(name, x, arr(np.array([1, 1], dtype)), tol=inexact)
        topic.case("polyval", arr(np.array([1, 1], dtype)), x, tol=inexact)
        topic.case("polydiv", arr(np.array([1, 1, 1], dtype)), arr(np.array([1, 1], dtype)), tol=inexact)
        if dtype == "complex64":
            topic.case("geomspace", arr(np.array([1 + 1j, 2], dtype)), 20, 3, tol=single)
            topic.case("logspace", arr(np.array([1 + 1j, 2], dtype)), 2, 3, tol=single)
            topic.case("histogram_bin_edges", x, bins=3)
            topic.case("histogram2d", x, x, bins=2)
        else:
            topic.case("geomspace", arr(np.array([1, 1], dtype)), 20, 3, tol=single)
    topic.case("ravel_multi_index", [arr([1, 0], "[::-1]"), arr([1, 1])], [2, 3])
    topic.case("ravel_multi_index", [arr(np.zeros(0, int)), arr(np.zeros(0, int))], [2, 3])
    topic.case("ravel_multi_index", [arr(1), arr(2)], [2, 3])
    for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
        for name in ("concatenate", "concat", "stack", "hstack", "vstack", "row_stack"):
            topic.case(name, [plane, arr(ramp("int16", 3, 4))], dtype="float32", casting=casting)
            topic.case(name, [plane, arr(ramp("int16", 3, 4))], casting=casting)
        topic.case("ndarray.astype", arr(ramp("int16", 4)), "uint8", casting=casting)
        topic.case("ndarray.astype", arr(ramp("float64", 4)), "float32", casting=casting)
    for cls in ("Polynomial", "Chebyshev", "Hermite", "HermiteE", "Laguerre", "Legendre"):
        for dtype in ("bool", "uint8"):
            topic.case(f"polynomial.{cls}.call", arr(np.array([1, 0, 1], dtype)), arr(np.array([1, 0], dtype)), tol=inexact)
    for name in ("may_share_memory", "shares_memory"):
        topic.case(name, arr(ramp("int16", 0)), Index("[:]"), Index("[:]"))
    _rest(topic)


def _rest(topic):
    """The last dtypes and layouts of single functions."""
    empty, number, flat = arr(ramp("float32", 0)), arr(2.5, dtype="float32"), arr(ramp("int16", 6), "[::-2]")
    for name in ("asarray_chkfinite", "ascontiguousarray", "asfortranarray", "asmatrix", "empty_like"):
        tol = SHAPE_ONLY if name == "empty_like" else None
        topic.case(name, flat, dtype="float32", tol=tol)
        topic.case(name, empty, dtype="float64", tol=tol)
    for x in (empty, number, flat):
        topic.case("require", x)
        topic.case("isnat", x)
        topic.case("result_type", x, "int8")
    topic.case("ndarray.flags", empty)
    topic.case("ndarray.setflags", empty, write=False)
    topic.case("ndarray.partition", arr([3, 1, 2]), [0, 1, 2], kind="introselect")
    topic.case("ndarray.data", arr(ramp("uint8", 3)))
    for dtype in KINDS:
        topic.case("ndarray.to_device", arr(ramp(dtype, 4), "[::-1]"), "cpu")
        topic.case("polyfit", arr(ramp("float32", 5)), arr(ramp(dtype, 5)), 1, tol={"rel": 1e-4, "abs": 1e-4})
        topic.case("poly1d", arr(np.array([1, 0, 1], dtype)))
    topic.case("ndarray.to_device", number, "cpu")
    topic.case("ndarray.to_device", empty, "cpu")
    topic.case("polydiv", empty, arr([1.0]))
    topic.case("polydiv", arr([1.0, 2.0]), empty)
    topic.case("histogramdd|flat", arr(ramp("complex64", 4, 2)), bins=2)
