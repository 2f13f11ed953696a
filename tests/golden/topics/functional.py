"""Universal functions as objects, and functions of functions."""

import numpy as np

from operands import laid_out, ramp
from recorder import DTYPES, Function, Index, Subscript, arr

NAN = float("nan")
BINARY = ["add", "subtract", "multiply", "divide", "floor_divide", "remainder", "power", "maximum", "minimum", "fmax", "fmin", "gcd", "lcm",
          "bitwise_and", "bitwise_or", "bitwise_xor", "logical_and", "logical_or", "logical_xor", "hypot", "logaddexp", "left_shift",
          "equal", "less", "copysign", "arctan2", "fmod"]
LOOSE = {"hypot", "logaddexp", "arctan2", "power", "divide"}


def tolerance(name, dtype):
    if name in LOOSE or np.dtype(dtype).kind in "fc" and name in ("add", "multiply", "subtract"):
        return {"ulp": 8}
    return None


def record(topic):
    for name in BINARY:
        for dtype in DTYPES:
            x = arr(ramp(dtype, 4, 3))
            tol = tolerance(name, dtype)
            for method in ("reduce", "accumulate"):
                topic.case(f"{name}.{method}", x, tol=tol)
                topic.case(f"{name}.{method}", x, axis=1, tol=tol)
            topic.case(f"{name}.reduceat", x, arr([0, 2, 1, 3]), tol=tol)
        for dtype in ("bool", "uint8", "int32", "float32", "complex64"):
            topic.case(f"{name}.outer", arr(ramp(dtype, 3)), arr(ramp(dtype, 2, 2)), tol=tolerance(name, dtype))
            tol = tolerance(name, dtype)
            topic.case(f"{name}.at", arr(ramp(dtype, 4)), Subscript(arr([0, 1, 0, 3])), arr(ramp(dtype, 4)), tol=tol)
        topic.case("ufunc", name)
    for name in ("negative", "sqrt", "modf", "matmul", "divmod", "frexp", "vecdot", "isnan", "ldexp"):
        topic.case("ufunc", name)
    for name in ("add", "maximum", "subtract", "bitwise_xor", "logical_or"):
        for number in range(16):
            x = laid_out("int16", number)
            for kwargs in ({}, {"axis": -1}, {"axis": None}, {"axis": [0, 1]}, {"keepdims": True}, {"axis": 5}):
                topic.case(f"{name}.reduce", x, **kwargs)
            for kwargs in ({}, {"axis": -1}, {"axis": 1}):
                topic.case(f"{name}.accumulate", x, **kwargs)
        x = arr(ramp("int16", 3, 4))
        for kwargs in ({"dtype": "int64"}, {"dtype": "float32"}, {"initial": 5}, {"initial": 5, "axis": 1, "keepdims": True},
                       {"where": arr(ramp("bool", 3, 4))}, {"where": arr(ramp("bool", 4)), "initial": 3}):
            topic.case(f"{name}.reduce", x, **kwargs)
        topic.case(f"{name}.accumulate", x, dtype="int64")
        for indices in (arr([0, 1, 2]), arr([2, 0]), arr([3]), arr([0]), arr([], dtype="int64"), arr([4]), arr([-1]), arr([0.5]), arr([0, 0, 3, 1])):
            topic.case(f"{name}.reduceat", x, indices, axis=1)
        topic.case(f"{name}.reduce", arr(ramp("int16", 70)))
        topic.case(f"{name}.accumulate", arr(ramp("int16", 70)))
        topic.case(f"{name}.reduceat", arr(ramp("int16", 70)), arr([0, 60]))
        topic.case(f"{name}.outer", arr(ramp("int16", 2)), 3)
        topic.case(f"{name}.outer", 2, arr(ramp("int16", 2)))
        topic.case(f"{name}.outer", arr(ramp("int16", 0)), arr(ramp("int16", 2)))
        for subscript, b in ((Subscript(arr([0, 0, 1])), 10), (Index("[1:]"), arr([1, 2, 3, 4])), (Subscript(arr([0, 2]), arr([1, 1])), arr([5, 6])),
                             (Subscript(arr([7])), 1), (Subscript(arr([True, False, True])), arr([[1, 2, 3, 4], [5, 6, 7, 8]])), (Subscript(arr([0, 1])), arr([1, 2, 3])),
                             (Subscript(arr([0])), 2.5), (Subscript(arr([], dtype="int64")), 1), (Index("[0,...]"), 3)):
            topic.case(f"{name}.at", x, subscript, b)
    topic.case("maximum.reduce", arr([1.0, NAN, 3.0]))
    topic.case("maximum.accumulate", arr([1.0, 3.0, 2.0, NAN, 5.0]))
    topic.case("add.at", arr(ramp("float64", 5)), Subscript(arr([1, 1, 1, 4])), arr([0.5, 0.25, 1.0, 2.0]))
    topic.case("power.at", arr([2, 3, 4]), Subscript(arr([0, 0, 2])), 2)
    topic.case("negative.at", arr([1.0, 2.0, 3.0]), Subscript(arr([0, 1, 1, 1])))
    topic.case("sqrt.at", arr([16.0, 2.0]), Subscript(arr([0, 0])))
    topic.case("sqrt.at", arr([16, 2]), Subscript(arr([0, 0])))
    topic.case("negative.reduce", arr([1, 2]))
    topic.case("matmul.reduce", arr(ramp("int16", 2, 2)))

    a = arr(ramp("float64", 2, 3, 4))
    turned = arr(ramp("int32", 4, 3), "T")
    for function in ("sum", "max", "shifted", "pair", "outer"):
        for x, axes in ((a, (0, 1, 2, -1, 3)), (turned, (0, 1)), (arr(ramp("int16", 4)), (0,)), (arr(ramp("int16", 0, 3)), (0, 1)), (arr(3), (0,))):
            for axis in axes:
                topic.case("apply_along_axis", Function(function), axis, x)
    for dtype in DTYPES:
        topic.case("apply_along_axis", Function("pair"), 1, arr(ramp(dtype, 2, 3)))
    for function in ("fold", "kept", "all"):
        for axes in (0, [0, 2], [1, -1], [0, 1, 2], 5):
            topic.case("apply_over_axes", Function(function), a, axes)
    x = arr([-2.0, -1.0, 0.0, 1.0, 2.0])
    low, high = arr([True, True, False, False, False]), arr([False, False, False, True, True])
    for pieces in ([-1, 1], [-1, 1, 5], [Function("negated"), Function("halved")], [Function("negated"), 3, Function("halved")], [1], [1, 2, 3, 4]):
        topic.case("piecewise", x, [low, high], pieces)
        topic.case("piecewise", arr(ramp("int32", 5)), [low, high], pieces)
    for dtype in DTYPES:
        topic.case("piecewise", arr(ramp(dtype, 5)), [low, high], [1, 0])
    topic.case("piecewise", arr(ramp("float32", 2, 5)), [arr(ramp("bool", 2, 5))], [Function("halved"), 7])
    for args in ((x, 2.0), (arr([[1.0], [2.0]]), x), (arr(3.0), arr(4.0)), (arr([1, 2]), arr([3, 4])), (x, arr([1.0, 2.0])), (arr([]), 1.0)):
        if np.size(args[0].value()) or False:
            topic.case("vectorize", Function("x*y+1"), *args)
    topic.case("vectorize", Function("square"), arr(ramp("float64", 3, 2), "T"))
    topic.case("vectorize", Function("square"), arr(ramp("float64", 3, 2)), otypes=["float32"])
    topic.case("vectorize", Function("dot"), arr(ramp("float64", 2, 3)), arr(ramp("float64", 3)), signature="(n),(n)->()")
    topic.case("vectorize", Function("dot"), arr(ramp("float64", 2, 3)), arr(ramp("float64", 4)), signature="(n),(n)->()")
    topic.case("vectorize", Function("dot"), arr(ramp("float64", 2, 1, 3)), arr(ramp("float64", 4, 3)), signature="(n),(n)->()")
    topic.case("vectorize", Function("pair"), arr(ramp("float64", 2, 3)), signature="(n)->(m)")
    topic.case("frompyfunc", Function("larger"), 2, "", "int64", arr([1, 5, 2]), arr([3, 4, 1]))
    topic.case("frompyfunc", Function("larger"), 2, "", "float64", arr([[1.5], [5.0]]), arr([3.0, 4.0]))
    topic.case("frompyfunc", Function("larger"), 2, "reduce", "int64", arr([1, 5, 2]))
    topic.case("frompyfunc", Function("larger"), 2, "accumulate", "int64", arr([1, 5, 2]))
    topic.case("frompyfunc", Function("larger"), 2, "outer", "int64", arr([1, 5, 2]), arr([2, 4]))
    for dtype in DTYPES:
        x = arr(ramp(dtype, 3, 2), "T")
        topic.case("apply_over_axes", Function("fold"), x, [0, 1])
        topic.case("apply_over_axes", Function("kept"), x, -1)
        if np.dtype(dtype).kind == "c":
            continue
        for operand in (x, arr(ramp(dtype, 0)), arr(ramp(dtype, 1)[0]), arr(ramp(dtype, 6), "[::-2]")):
            topic.case("vectorize", Function("square"), operand, otypes=["float64" if dtype != "float16" else "float32"])
            topic.case("frompyfunc", Function("larger"), 2, "", dtype, operand, arr(ramp(dtype, 1)))
    topic.case("apply_over_axes", Function("fold"), arr(ramp("int16", 0, 3)), 0)
    topic.case("apply_over_axes", Function("fold"), arr(ramp("int16", 0, 3)), [0, 1])
    topic.case("frompyfunc", Function("larger"), 2, "", "int64", arr([1, 5, 2]), arr([3, 4]))
    topic.case("frompyfunc", Function("larger"), 2, "reduce", "int64", arr(ramp("int16", 3, 2), "T"))
    topic.case("frompyfunc", Function("larger"), 2, "accumulate", "float32", arr(ramp("float32", 3, 2), "[::-1]"))
    topic.case("piecewise", arr(3.0), [arr(True)], [1, 2])
    topic.case("piecewise", arr(ramp("float64", 0)), [arr(ramp("bool", 0))], [1, 2])
    topic.case("piecewise", arr(ramp("int16", 3, 2), "T"), [arr(ramp("bool", 2, 3))], [Function("negated"), 2])
    topic.case("piecewise", arr(ramp("int16", 3)), [arr([True, False])], [1, 2])
